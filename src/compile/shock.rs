//! Common shocks: a factor per calendar year that is the same for everybody and in every scenario.
//!
//! The logarithm of a shock is a stationary AR(1) process x with standard deviation sigma in every year, and its factor is
//! `exp(x - sigma²/2)`, so that its mean is exactly one. The recursion begins in [`ORIGIN`], whatever the model's first year, and
//! the number of a calendar year is addressed by that year: a shock of 2024 is the same in a model from 2019 and one from 2022.

use super::fault::{CompileError, within};
use super::{Compiled, Tariffs};
use crate::luck::{Luck, PersonId};
use crate::maths::normal_quantile;
use crate::model;
use std::borrow::Cow;

/// Calendar year in which every shock begins; no model begins before it.
const ORIGIN: i32 = 1900;

/// A common shock of one draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Shock {
    /// Name: the address of its luck.
    pub name: String,
    /// Standard deviation of the logarithm in every year.
    pub sigma: f64,
    /// Correlation of the logarithm from year to year, 0 to 1.
    pub persistence: f64,
}

impl Shock {
    /// The shock under parameter values.
    pub fn new(spec: &model::Shock, values: &[f64]) -> Result<Self, CompileError> {
        let place = || format!("shock `{}`", spec.name);
        Ok(Self {
            name: spec.name.clone(),
            sigma: within(spec.sigma.value(values), 0.0, 10.0, place, "sigma")?,
            persistence: within(spec.persistence.value(values), 0.0, 1.0, place, "the persistence")?,
        })
    }

    /// Factors for `years` calendar years from `first_year` on, with mean one.
    pub fn path(&self, luck: Luck, first_year: i32, years: usize) -> Vec<f64> {
        let lane = luck.lane("shock", &self.name);
        let (sigma, persistence) = (self.sigma, self.persistence);
        let fresh = (1.0 - persistence * persistence).sqrt();
        let mut x = 0.0;
        (ORIGIN..first_year + years as i32)
            .map(|year| {
                let normal = normal_quantile(lane.pair(PersonId(0), year as u32, 0, 0)[0]);
                x = if year == ORIGIN { sigma * normal } else { persistence * x + sigma * fresh * normal };
                libm::exp(x - 0.5 * sigma * sigma)
            })
            .skip((first_year - ORIGIN) as usize)
            .collect()
    }
}

impl Compiled {
    /// The factors of every shock over the horizon, in the order of [`Compiled::shocks`]. The same in every scenario.
    pub fn shock_paths(&self, luck: Luck) -> Vec<Vec<f64>> {
        self.shocks.iter().map(|shock| shock.path(luck, self.layout.first_year, self.years)).collect()
    }

    /// This draw under given shocks: `paths` holds, per shock, a factor per calendar year of the horizon. What comes out has no
    /// shocks left. Candidates of a hulpvraag stay the same in all scenarios, because shocks are.
    #[must_use]
    pub fn with_shocks(&self, paths: &[Vec<f64>]) -> Self {
        let product = |shocks: &[usize], year: usize| shocks.iter().map(|&shock| paths[shock][year]).product::<f64>();
        let mut shocked = self.clone();
        shocked.shocks.clear();
        for table in shocked.tables.iter_mut().filter(|table| !table.shocks.is_empty()) {
            let factors: Vec<f64> = (0..table.years).map(|year| product(&table.shocks, year)).collect();
            table.multiply(&factors);
        }
        let tracks = shocked.scenarios.iter_mut().flat_map(|scenario| &mut scenario.tracks);
        let variants = tracks.flat_map(|track| &mut track.gates).flat_map(|gate| &mut gate.variants);
        for variant in variants.filter(|variant| !variant.shocks.is_empty()) {
            let factors: Vec<f64> = (0..self.years).map(|year| product(&variant.shocks, year)).collect();
            for fees in &mut variant.cost {
                multiply(&mut fees.reached, &factors);
                multiply(&mut fees.diverted, &factors);
            }
        }
        let states = shocked.scenarios.iter_mut().flat_map(|scenario| &mut scenario.tracks).flat_map(|track| &mut track.states);
        for state in states.filter(|state| !state.shocks.is_empty()) {
            let factors: Vec<f64> = (0..self.years).map(|year| product(&state.shocks, year)).collect();
            state.cost.iter_mut().for_each(|tariffs| tariffs.multiply(&factors));
        }
        let attached =
            shocked.scenarios.iter_mut().flat_map(|scenario| &mut scenario.tracks).flat_map(|track| &mut track.attached);
        for attached in attached.filter(|attached| !attached.shocks.is_empty()) {
            let factors: Vec<f64> = (0..self.years).map(|year| product(&attached.shocks, year)).collect();
            let cents = attached.follows.iter_mut().flat_map(|followed| &mut followed.person_year);
            cents.for_each(|cents| multiply(cents, &factors));
        }
        shocked
    }

    /// This draw under the shocks of a member; itself if the model has none.
    pub fn shocked(&self, luck: Luck) -> Cow<'_, Self> {
        if self.shocks.is_empty() { Cow::Borrowed(self) } else { Cow::Owned(self.with_shocks(&self.shock_paths(luck))) }
    }
}

impl Tariffs {
    /// Multiplies all amounts of a calendar year by its factor, and rounds them to cents.
    fn multiply(&mut self, factors: &[f64]) {
        for amounts in [&mut self.person_year, &mut self.start, &mut self.indicatie] {
            multiply(amounts, factors);
        }
    }
}

/// Multiplies amounts per half-year by the factor of their calendar year, and rounds them to cents.
fn multiply(amounts: &mut [i64], factors: &[f64]) {
    for (half, amount) in amounts.iter_mut().enumerate() {
        *amount = libm::round(*amount as f64 * factors[half / 2]) as i64;
    }
}
