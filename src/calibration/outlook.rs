//! What inputs mean for the years to come: the spending of each domain in the last year of a run, as the twin expects it.

use std::sync::Mutex;

use crate::compile::layout::{Layout, Level, metric};
use crate::compile::{Options, Plan};
use crate::design::Scores;
use crate::meanfield::{Settings, Twin};
use crate::model::Model;

/// A model that runs on.
pub struct Outlook<'m> {
    /// The last calendar year.
    pub year: i32,
    scores: Scores<'m>,
    scenario: usize,
    plan: Plan<'m>,
    /// Where the spending of each domain stands.
    places: Vec<usize>,
    twin: Mutex<Twin>,
}

impl<'m> Outlook<'m> {
    /// To the last year that a run of this model has if it does not say otherwise.
    ///
    /// # Errors
    /// The model does not fit.
    pub fn new(model: &'m Model, scenario: usize) -> Result<Self, String> {
        let year = model.default_last_year;
        let plan = Plan::new(model, &Options { last_year: year, scale: 1.0 }).map_err(|error| error.to_string())?;
        let places = places(plan.layout());
        Ok(Self { year, scores: Scores::new(model), scenario, plan, places, twin: Mutex::default() })
    }

    /// Spending per domain, at constant prices; `None` where the inputs make no model.
    pub fn spending(&self, inputs: &[f64]) -> Option<Vec<f64>> {
        let values = self.scores.values(&inputs[..self.scores.ids().len()]);
        let compiled = self.plan.compile(&values).ok()?;
        let expected = self.twin.lock().ok()?.solve(&compiled, self.scenario, &Settings::DEFAULT);
        Some(self.places.iter().map(|&place| expected.values[place]).collect())
    }
}

fn places(layout: &Layout) -> Vec<usize> {
    let last = 3 * layout.years - 1;
    let rows = layout.units.iter().enumerate().filter(|(_, unit)| unit.level == Level::Domain);
    rows.map(|(row, _)| layout.offset(0, row, last) + metric::COST_CONSTANT).collect()
}

impl std::fmt::Debug for Outlook<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outlook").field("year", &self.year).finish_non_exhaustive()
    }
}
