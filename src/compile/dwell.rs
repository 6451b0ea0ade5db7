//! Dwell times: laws with their parameters filled in, inverted by the engine at a person's own number.

use super::fault::{CompileError, within};
use super::timeline::Timeline;
use crate::maths::{gamma_p, gamma_quantile, normal_cdf, normal_quantile};
use crate::model::{Dwell, Expression};

/// The law of a time in a state, in years.
#[derive(Debug, Clone, PartialEq)]
pub enum Law {
    /// Exponential.
    Exponential {
        /// Mean.
        mean: f64,
    },
    /// Weibull with survival `exp(-(t/scale)^shape)`.
    Weibull {
        /// Scale.
        scale: f64,
        /// Shape.
        shape: f64,
    },
    /// Gamma with mean `shape × scale`.
    Gamma {
        /// Shape.
        shape: f64,
        /// Scale.
        scale: f64,
    },
    /// Log-normal: the logarithm is normal (mu, sigma).
    Lognormal {
        /// Logarithm of the median.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Uniform on `[min, max]`.
    Uniform {
        /// Shortest.
        min: f64,
        /// Longest.
        max: f64,
    },
    /// Always the same.
    Fixed(f64),
    /// Histogram, uniform within each bin.
    Empirical {
        /// Bin edges, one more than bins.
        edges: Vec<f64>,
        /// Cumulated share at each edge, from 0 to 1.
        cumulated: Vec<f64>,
    },
}

/// Shortest mean, median, scale or fixed time in years (about an hour): a shorter one is a slip of a unit, and would never end.
const SHORTEST: f64 = 1e-4;

impl Law {
    /// The law of a dwell time over a scenario's timeline: one, or one per epoch (that of the moment of entry counts).
    pub fn course(dwell: &Dwell, time: &Timeline, place: &impl Fn() -> String) -> Result<Vec<Self>, CompileError> {
        let positive = |value: f64, what: &str| within(value, SHORTEST, 1e6, place, what);
        let pair = |a: &Expression, b: &Expression| {
            let (a, b) = (time.course(a), time.course(b));
            let epochs = a.len().max(b.len());
            let at = |course: &[f64], epoch: usize| course[if course.len() == 1 { 0 } else { epoch }];
            (0..epochs).map(|epoch| (at(&a, epoch), at(&b, epoch))).collect::<Vec<_>>()
        };
        let each = |list: Vec<(f64, f64)>, law: &dyn Fn(f64, f64) -> Result<Self, CompileError>| {
            list.into_iter().map(|(a, b)| law(a, b)).collect()
        };
        match dwell {
            Dwell::Exponential { mean } => {
                time.course(mean).into_iter().map(|mean| Ok(Self::Exponential { mean: positive(mean, "the mean")? })).collect()
            }
            Dwell::Weibull { scale, shape } => each(pair(scale, shape), &|scale, shape| {
                Ok(Self::Weibull { scale: positive(scale, "the scale")?, shape: within(shape, 0.05, 100.0, place, "the shape")? })
            }),
            Dwell::Gamma { mean, shape } => each(pair(mean, shape), &|mean, shape| {
                let shape = within(shape, 0.05, 1e4, place, "the shape")?;
                Ok(Self::Gamma { shape, scale: positive(mean, "the mean")? / shape })
            }),
            Dwell::Lognormal { median, sigma } => each(pair(median, sigma), &|median, sigma| {
                let mu = libm::log(positive(median, "the median")?);
                Ok(Self::Lognormal { mu, sigma: within(sigma, 1e-9, 10.0, place, "sigma")? })
            }),
            Dwell::Uniform { min, max } => each(pair(min, max), &|min, max| {
                let min = within(min, 0.0, 1e6, place, "the shortest time")?;
                let max = positive(max, "the longest time")?;
                Ok(Self::Uniform { min, max: within(max, min, 1e6, place, "the longest time")? })
            }),
            Dwell::Fixed(years) => {
                time.course(years).into_iter().map(|years| Ok(Self::Fixed(positive(years, "the fixed time")?))).collect()
            }
            Dwell::Empirical { edges, shares } => {
                let mut cumulated = vec![0.0];
                for share in shares {
                    cumulated.push(cumulated[cumulated.len() - 1] + share);
                }
                let total = cumulated[cumulated.len() - 1];
                for value in &mut cumulated {
                    *value /= total;
                }
                Ok(vec![Self::Empirical { edges: edges.clone(), cumulated }])
            }
        }
    }

    /// The time whose survival probability is `u`, for `u` in (0, 1]: a small `u` is a long stay.
    pub fn time(&self, u: f64) -> f64 {
        match self {
            Self::Exponential { mean } => -mean * libm::log(u),
            Self::Weibull { scale, shape } => scale * libm::pow(-libm::log(u), 1.0 / shape),
            Self::Gamma { shape, scale } => {
                if u >= 1.0 {
                    0.0
                } else {
                    scale * gamma_quantile(*shape, 1.0 - u)
                }
            }
            Self::Lognormal { mu, sigma } => {
                if u >= 1.0 {
                    0.0
                } else {
                    libm::exp(mu - sigma * normal_quantile(u))
                }
            }
            Self::Uniform { min, max } => max - u * (max - min),
            Self::Fixed(years) => *years,
            Self::Empirical { edges, cumulated } => {
                let p = 1.0 - u;
                let bin = (cumulated.partition_point(|&c| c <= p)).clamp(1, edges.len() - 1);
                let inside = (p - cumulated[bin - 1]) / (cumulated[bin] - cumulated[bin - 1]);
                edges[bin - 1] + inside.clamp(0.0, 1.0) * (edges[bin] - edges[bin - 1])
            }
        }
    }

    /// Probability that the time exceeds `t` years.
    pub fn survival(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return 1.0;
        }
        match self {
            Self::Exponential { mean } => libm::exp(-t / mean),
            Self::Weibull { scale, shape } => libm::exp(-libm::pow(t / scale, *shape)),
            Self::Gamma { shape, scale } => 1.0 - gamma_p(*shape, t / scale),
            Self::Lognormal { mu, sigma } => normal_cdf((mu - libm::log(t)) / sigma),
            Self::Uniform { min, max } => ((max - t) / (max - min)).clamp(0.0, 1.0),
            Self::Fixed(years) => f64::from(u8::from(t < *years)),
            Self::Empirical { edges, cumulated } => {
                let bin = edges.partition_point(|&edge| edge <= t);
                if bin == 0 {
                    1.0
                } else if bin == edges.len() {
                    0.0
                } else {
                    let inside = (t - edges[bin - 1]) / (edges[bin] - edges[bin - 1]);
                    1.0 - (cumulated[bin - 1] + inside * (cumulated[bin] - cumulated[bin - 1]))
                }
            }
        }
    }

    /// The time still to go after `elapsed` years, at survival probability `u` given survival so far.
    pub fn remaining(&self, u: f64, elapsed: f64) -> f64 {
        if elapsed <= 0.0 {
            return self.time(u);
        }
        let survival = self.survival(elapsed);
        if survival <= 0.0 { 0.0 } else { (self.time(u * survival) - elapsed).max(0.0) }
    }

    /// Mean in years.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Exponential { mean } => *mean,
            Self::Weibull { scale, shape } => scale * libm::tgamma(1.0 + 1.0 / shape),
            Self::Gamma { shape, scale } => shape * scale,
            Self::Lognormal { mu, sigma } => libm::exp(mu + 0.5 * sigma * sigma),
            Self::Uniform { min, max } => 0.5 * (min + max),
            Self::Fixed(years) => *years,
            Self::Empirical { edges, cumulated } => {
                (1..edges.len()).map(|bin| (cumulated[bin] - cumulated[bin - 1]) * 0.5 * (edges[bin] + edges[bin - 1])).sum()
            }
        }
    }

    /// A whole stay as met at a fixed moment of a stationary town, at probability `p`: long stays are met in proportion to
    /// their length, so the density is that of the law times its length (Cox 1962, *Renewal theory*, 5.4).
    pub fn length_biased(&self, p: f64) -> f64 {
        match self {
            Self::Exponential { mean } => mean * gamma_quantile(2.0, p),
            Self::Weibull { scale, shape } => scale * libm::pow(gamma_quantile(1.0 + 1.0 / shape, p), 1.0 / shape),
            Self::Gamma { shape, scale } => scale * gamma_quantile(shape + 1.0, p),
            Self::Lognormal { mu, sigma } => libm::exp(mu + sigma * sigma + sigma * normal_quantile(p)),
            Self::Uniform { min, max } => (min * min + p * (max * max - min * min)).sqrt(),
            Self::Fixed(years) => *years,
            Self::Empirical { edges, cumulated } => {
                let mut target = p * self.mean();
                for bin in 1..edges.len() {
                    let (low, high) = (edges[bin - 1], edges[bin]);
                    let density = (cumulated[bin] - cumulated[bin - 1]) / (high - low);
                    let weight = density * 0.5 * (high * high - low * low);
                    if target < weight || bin + 1 == edges.len() {
                        let square = if density > 0.0 { low * low + 2.0 * target / density } else { high * high };
                        return square.min(high * high).sqrt();
                    }
                    target -= weight;
                }
                edges[edges.len() - 1]
            }
        }
    }
}
