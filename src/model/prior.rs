//! Quantiles of priors: what a draw inverts, and how far the checks must look.

use super::resolved::Prior;
use crate::maths::{beta_quantile, gamma_quantile, normal_cdf, normal_quantile};

/// Standard normal quantile of one in a million.
const RARE: f64 = 4.753_424;

impl Prior {
    /// The value at probability `p` in (0, 1), in the parameter's unit.
    pub fn quantile(&self, p: f64) -> f64 {
        match self {
            Self::Fixed(value) => *value,
            Self::Uniform { min, max } => min + p * (max - min),
            Self::Triangular { min, mode, max } => {
                let width = max - min;
                if p * width < mode - min {
                    min + (p * width * (mode - min)).sqrt()
                } else {
                    max - ((1.0 - p) * width * (max - mode)).sqrt()
                }
            }
            Self::Pert { min, mode, max } => {
                let width = max - min;
                let (alpha, beta) = (1.0 + 4.0 * (mode - min) / width, 1.0 + 4.0 * (max - mode) / width);
                min + width * beta_quantile(alpha, beta, p)
            }
            Self::Normal { mean, sd } => mean + sd * normal_quantile(p),
            Self::Lognormal { median, sigma } => median * libm::exp(sigma * normal_quantile(p)),
            Self::Beta { alpha, beta } => beta_quantile(*alpha, *beta, p),
            Self::Gamma { mean, shape } => mean / shape * gamma_quantile(*shape, p),
            // A list without values is a fault of its own; the one stands in until that is said.
            Self::Empirical(values) => values.get((p * values.len() as f64) as usize).copied().unwrap_or(1.0),
        }
    }

    /// The values between which nearly all draws fall. A bounded prior gives its bounds; the tails of others are cut where
    /// one draw in a million passes. `share` (0 to 1) shrinks that distance, for corners where several are extreme at once.
    pub fn reach(&self, share: f64) -> (f64, f64) {
        match self {
            Self::Fixed(value) => (*value, *value),
            Self::Uniform { min, max } | Self::Triangular { min, max, .. } | Self::Pert { min, max, .. } => (*min, *max),
            Self::Empirical(values) => {
                (values.iter().copied().fold(f64::INFINITY, f64::min), values.iter().copied().fold(f64::NEG_INFINITY, f64::max))
            }
            Self::Normal { mean, sd } => (mean - RARE * share * sd, mean + RARE * share * sd),
            Self::Lognormal { median, sigma } => {
                let factor = libm::exp(RARE * share * sigma);
                (median / factor, median * factor)
            }
            Self::Beta { .. } | Self::Gamma { .. } => {
                (self.quantile(normal_cdf(-RARE * share)), self.quantile(normal_cdf(RARE * share)))
            }
        }
    }

    /// The 5, 50 and 95 percent quantiles, for identities that must hold at every point.
    pub fn usual(&self) -> [f64; 3] {
        [0.05, 0.5, 0.95].map(|p| self.quantile(p))
    }

    /// The median.
    pub fn middle(&self) -> f64 {
        self.quantile(0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reach_of_a_lognormal_is_its_one_in_a_million_quantile() {
        let (low, high) = Prior::Lognormal { median: 2.0, sigma: 0.5 }.reach(1.0);
        assert!((low * high - 4.0).abs() < 1e-12);
        assert!((libm::log(high / 2.0) / 0.5 - 4.753_424).abs() < 1e-9);
    }

    #[test]
    fn bounded_priors_reach_their_bounds_and_no_further() {
        assert_eq!(Prior::Pert { min: 0.1, mode: 0.2, max: 0.9 }.reach(1.0), (0.1, 0.9));
        assert_eq!(Prior::Empirical(vec![3.0, 1.0, 2.0]).reach(1.0), (1.0, 3.0));
        let (low, high) = Prior::Beta { alpha: 2.0, beta: 2.0 }.reach(1.0);
        assert!(low >= 0.0 && high <= 1.0);
    }
}
