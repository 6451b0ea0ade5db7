//! Parameter draws: the priors inverted at numbers addressed by (seed, draw, parameter name).

use crate::maths::{beta_quantile, gamma_quantile, normal_quantile};
use crate::model::{Model, Prior};

/// Parameter values by id for draw number `draw` under `seed`. The same name draws the same value in every model.
pub fn draw(model: &Model, seed: u64, draw: u32) -> Vec<f64> {
    let luck = crate::luck::Luck::new(seed, draw, u32::MAX);
    model
        .parameters
        .iter()
        .map(|parameter| {
            let [u, _] = luck.lane("parameter", &parameter.name).pair(crate::luck::PersonId(0), 0, 0, 0);
            quantile(&parameter.prior, u)
        })
        .collect()
}

/// The value of a prior at probability `p` in (0, 1).
pub fn quantile(prior: &Prior, p: f64) -> f64 {
    match prior {
        Prior::Fixed(value) => *value,
        Prior::Uniform { min, max } => min + p * (max - min),
        Prior::Triangular { min, mode, max } => {
            let width = max - min;
            if p * width < mode - min {
                min + (p * width * (mode - min)).sqrt()
            } else {
                max - ((1.0 - p) * width * (max - mode)).sqrt()
            }
        }
        Prior::Pert { min, mode, max } => {
            let width = max - min;
            let (alpha, beta) = (1.0 + 4.0 * (mode - min) / width, 1.0 + 4.0 * (max - mode) / width);
            min + width * beta_quantile(alpha, beta, p)
        }
        Prior::Normal { mean, sd } => mean + sd * normal_quantile(p),
        Prior::Lognormal { median, sigma } => median * libm::exp(sigma * normal_quantile(p)),
        Prior::Beta { alpha, beta } => beta_quantile(*alpha, *beta, p),
        Prior::Gamma { mean, shape } => mean / shape * gamma_quantile(*shape, p),
        Prior::Empirical(values) => values[((p * values.len() as f64) as usize).min(values.len() - 1)],
    }
}

/// The median of every prior, by parameter id.
pub fn medians(model: &Model) -> Vec<f64> {
    model.parameters.iter().map(|parameter| quantile(&parameter.prior, 0.5)).collect()
}
