//! Plain random draws: numbers addressed by (seed, draw, parameter name).

use super::copula::Copula;
use super::share;
use crate::luck::{Luck, PersonId};
use crate::model::Model;

/// Parameter values by id for draw number `draw` under `seed`. The same name draws the same value in every model in which it is
/// not correlated with others.
pub fn draw(model: &Model, seed: u64, draw: u32) -> Vec<f64> {
    let mut places: Vec<f64> = model.parameters.iter().map(|parameter| place(seed, &parameter.name, draw)).collect();
    Copula::new(model).join(&mut places);
    share(model, &mut places);
    model.parameters.iter().zip(places).map(|(parameter, place)| parameter.prior.quantile(place)).collect()
}

/// The median of every prior, by parameter id.
pub fn medians(model: &Model) -> Vec<f64> {
    model.parameters.iter().map(|parameter| parameter.prior.middle()).collect()
}

/// The uniform number in (0, 1) of a parameter in a draw.
pub(super) fn place(seed: u64, name: &str, draw: u32) -> f64 {
    Luck::new(seed, draw, u32::MAX).lane("parameter", name).pair(PersonId(0), 0, 0, 0)[0]
}
