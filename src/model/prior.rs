//! How far a prior reaches, for checks. The draws themselves are made in `compile`.

use super::resolved::Prior;

/// Standard normal quantile of one in a million.
const RARE: f64 = 4.753_424;
/// Standard normal quantile of 95 percent.
const USUAL: f64 = 1.644_854;

impl Prior {
    /// The values between which nearly all draws fall. A bounded prior gives its bounds; the tails of others are cut where
    /// one draw in a million passes. `share` (0 to 1) shrinks that distance, for corners where several are extreme at once.
    pub fn reach(&self, share: f64) -> (f64, f64) {
        match *self {
            Self::Fixed(value) => (value, value),
            Self::Uniform { min, max } | Self::Triangular { min, max, .. } | Self::Pert { min, max, .. } => (min, max),
            _ => self.around(RARE * share),
        }
    }

    /// Points near the 5, 50 and 95 percent quantiles, for identities that must hold at every point.
    pub fn usual(&self) -> [f64; 3] {
        let (low, high) = match *self {
            Self::Uniform { min, max } | Self::Triangular { min, max, .. } | Self::Pert { min, max, .. } => {
                (min + 0.05 * (max - min), max - 0.05 * (max - min))
            }
            _ => self.around(USUAL),
        };
        [low, self.middle(), high]
    }

    /// The median, or a point near it.
    pub fn middle(&self) -> f64 {
        match self {
            Self::Fixed(value) => *value,
            Self::Uniform { min, max } => f64::midpoint(*min, *max),
            Self::Triangular { mode, .. } | Self::Pert { mode, .. } => *mode,
            Self::Normal { mean, .. } | Self::Gamma { mean, .. } => *mean,
            Self::Lognormal { median, .. } => *median,
            Self::Beta { alpha, beta } => alpha / (alpha + beta),
            Self::Empirical(values) => values.get(values.len() / 2).copied().unwrap_or(1.0),
        }
    }

    /// The values `z` standard deviations below and above the middle, on the scale on which the prior is about normal.
    fn around(&self, z: f64) -> (f64, f64) {
        match self {
            Self::Normal { mean, sd } => (mean - z * sd, mean + z * sd),
            Self::Lognormal { median, sigma } => (median * libm::exp(-z * sigma), median * libm::exp(z * sigma)),
            Self::Gamma { mean, shape } => {
                // Wilson and Hilferty (1931): the cube root of a gamma variable is nearly normal.
                let at = |z: f64| {
                    let root = (1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt())).max(0.0);
                    mean * root * root * root
                };
                (at(-z), at(z))
            }
            Self::Beta { alpha, beta } => {
                let total = alpha + beta;
                let (mean, sd) = (alpha / total, (alpha * beta / (total + 1.0)).sqrt() / total);
                ((mean - z * sd).max(0.0), (mean + z * sd).min(1.0))
            }
            Self::Empirical(values) => {
                (values.iter().copied().fold(f64::INFINITY, f64::min), values.iter().copied().fold(f64::NEG_INFINITY, f64::max))
            }
            Self::Fixed(_) | Self::Uniform { .. } | Self::Triangular { .. } | Self::Pert { .. } => self.reach(1.0),
        }
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
