//! Dwell laws by their survival functions, written independently of the engine's.

use super::integral;
use crate::maths::{gamma_p, normal_cdf};

/// The law of a time, in years.
#[derive(Debug, Clone, Copy)]
pub(in crate::verify) enum Law {
    /// Rate per year.
    Exponential(f64),
    /// Scale and shape.
    Weibull(f64, f64),
    /// Mean and shape.
    Gamma(f64, f64),
    /// Median and sigma.
    Lognormal(f64, f64),
    /// Shortest and longest.
    Uniform(f64, f64),
    /// The time.
    Fixed(f64),
    /// Edges and shares.
    Histogram(&'static [f64], &'static [f64]),
}

impl Law {
    /// Probability of a time above `t`.
    pub fn survival(self, t: f64) -> f64 {
        if t <= 0.0 {
            return 1.0;
        }
        match self {
            Self::Exponential(rate) => libm::exp(-rate * t),
            Self::Weibull(scale, shape) => libm::exp(-libm::exp(shape * (libm::log(t) - libm::log(scale)))),
            Self::Gamma(mean, shape) => 1.0 - gamma_p(shape, shape * t / mean),
            Self::Lognormal(median, sigma) => normal_cdf(-libm::log(t / median) / sigma),
            Self::Uniform(low, high) => 1.0 - ((t - low) / (high - low)).clamp(0.0, 1.0),
            Self::Fixed(years) => f64::from(u8::from(t < years)),
            Self::Histogram(edges, shares) => {
                let above = |bin: usize| ((edges[bin + 1] - t) / (edges[bin + 1] - edges[bin])).clamp(0.0, 1.0);
                shares.iter().enumerate().map(|(bin, share)| share * above(bin)).sum()
            }
        }
    }

    /// A time beyond which less than about 1e-13 is left.
    pub fn end(self) -> f64 {
        match self {
            Self::Exponential(rate) => 30.0 / rate,
            Self::Weibull(scale, shape) => scale * libm::pow(30.0, 1.0 / shape),
            Self::Gamma(mean, shape) => mean * (1.0 + 30.0 / shape + 8.0 / shape.sqrt()),
            Self::Lognormal(median, sigma) => median * libm::exp(8.0 * sigma),
            Self::Uniform(_, high) => high,
            Self::Fixed(years) => years,
            Self::Histogram(edges, _) => edges[edges.len() - 1],
        }
    }

    /// `∫₀ᵗ S`: the mean time, cut off at `t`.
    pub fn mean_until(self, t: f64) -> f64 {
        integral(&|x| self.survival(x), 0.0, t.min(self.end()))
    }

    /// Mean.
    pub fn mean(self) -> f64 {
        self.mean_until(f64::INFINITY)
    }

    /// Mean of the square.
    pub fn mean_square(self) -> f64 {
        2.0 * integral(&|x| x * self.survival(x), 0.0, self.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and mean square by integration against their closed forms.
    #[test]
    fn moments() {
        let gamma = libm::tgamma;
        let cases = [
            (Law::Exponential(2.0), 0.5, 0.5),
            (Law::Weibull(1.2, 0.8), 1.2 * gamma(2.25), 1.44 * gamma(3.5)),
            (Law::Gamma(1.0, 2.5), 1.0, 1.4),
            (Law::Lognormal(0.9, 0.8), 0.9 * libm::exp(0.32), 0.81 * libm::exp(1.28)),
            (Law::Uniform(0.0, 2.0), 1.0, 4.0 / 3.0),
            (Law::Fixed(1.25), 1.25, 1.5625),
            (Law::Histogram(&[0.0, 0.5, 1.0, 3.0], &[0.2, 0.5, 0.3]), 1.025, 0.2 / 12.0 + 0.5 * 7.0 / 12.0 + 0.3 * 13.0 / 3.0),
        ];
        for (law, mean, square) in cases {
            assert!((law.mean() / mean - 1.0).abs() < 1e-8, "{law:?}: {} for {mean}", law.mean());
            assert!((law.mean_square() / square - 1.0).abs() < 1e-8, "{law:?}: {} for {square}", law.mean_square());
        }
    }
}
