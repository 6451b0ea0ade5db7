//! Parameter draws: the priors inverted at numbers addressed by (seed, draw, parameter name).

use crate::model::Model;

/// Parameter values by id for draw number `draw` under `seed`. The same name draws the same value in every model.
pub fn draw(model: &Model, seed: u64, draw: u32) -> Vec<f64> {
    let luck = crate::luck::Luck::new(seed, draw, u32::MAX);
    model
        .parameters
        .iter()
        .map(|parameter| {
            let [u, _] = luck.lane("parameter", &parameter.name).pair(crate::luck::PersonId(0), 0, 0, 0);
            parameter.prior.quantile(u)
        })
        .collect()
}

/// The median of every prior, by parameter id.
pub fn medians(model: &Model) -> Vec<f64> {
    model.parameters.iter().map(|parameter| parameter.prior.middle()).collect()
}
