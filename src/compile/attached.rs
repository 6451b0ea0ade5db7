//! Attached costs of one scenario: what merely follows states of a track.

use super::fault::CompileError;
use super::track::Context;
use crate::model::expression::Operator;
use crate::model::{self, Expression};

/// A cost, or an income, that follows states of its track.
#[derive(Debug, Clone, PartialEq)]
pub struct Attached {
    /// The states that it follows.
    pub follows: Vec<Followed>,
    /// Ids of the shocks that multiply it, year by year (see [`super::Compiled::shocked`]).
    pub shocks: Vec<usize>,
}

/// A state that an attached cost follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// State id.
    pub state: u8,
    /// Whole cents per person-year in the state, per half-year of the horizon: at the constant price level, then at the prices of
    /// the year itself. Negative if the municipality receives them.
    pub person_year: [Vec<i64>; 2],
}

impl Context<'_> {
    /// The attached costs of a track.
    pub(super) fn attached(&self, track: &model::Track) -> Result<Vec<Attached>, CompileError> {
        let one = |spec: &model::Attached| {
            let follows = spec.of.iter().map(|(state, units)| self.followed(track, spec, *state, units));
            Ok(Attached { follows: follows.collect::<Result<_, _>>()?, shocks: spec.times.shocks.clone() })
        };
        track.attached.iter().map(one).collect()
    }

    fn followed(
        &self,
        track: &model::Track,
        spec: &model::Attached,
        state: usize,
        units: &Expression,
    ) -> Result<Followed, CompileError> {
        let place = || format!("track `{}`, attached cost `{}`", track.name, spec.name);
        let amount = Expression::Binary(Operator::Multiply, units.clone().into(), spec.per_person_year.clone().into());
        let mut person_year = [Vec::new(), Vec::new()];
        for (cents, constant) in person_year.iter_mut().zip([true, false]) {
            let prices = &self.model.prices;
            // What prices leave as it is, they leave behind at a constant price level.
            let fixed = |year| if constant { prices.factor(year, prices.constant_year) } else { 1.0 };
            let paid = if spec.indexed {
                self.tariff(Some(&amount), &spec.times, self.price(spec.price_year, constant), place)?
            } else {
                self.tariff(Some(&amount), &spec.times, fixed, place)?
            };
            *cents = paid.into_iter().map(|cents| if spec.income { -cents } else { cents }).collect();
        }
        Ok(Followed { state: state as u8, person_year })
    }
}
