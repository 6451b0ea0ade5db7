//! What is calibrated: anything that turns uncertain inputs into numbers to be held against data.

use std::sync::Mutex;

use super::reading::Places;
use super::targets::Targets;
use crate::compile::{Options, Plan};
use crate::design::Scores;
use crate::engine::{Luck, Silent, Tally, simulate};
use crate::meanfield::{Settings, Twin};
use crate::model::Model;

/// A black box from independent standard normal inputs, one per uncertain number, to outcomes.
pub trait Map: Sync {
    /// Number of inputs.
    fn dimensions(&self) -> usize;

    /// The outcomes at a point; `None` where there are none. Equal points give equal bits on any thread.
    fn at(&self, point: &[f64]) -> Option<Vec<f64>>;
}

/// A closure as a map.
pub struct Function<F> {
    /// Number of inputs.
    pub dimensions: usize,
    /// The outcomes at a point.
    pub of: F,
}

impl<F: Fn(&[f64]) -> Option<Vec<f64>> + Sync> Map for Function<F> {
    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn at(&self, point: &[f64]) -> Option<Vec<f64>> {
        (self.of)(point)
    }
}

/// A model and its targets: the logarithm of what the model says of each target. Inputs are the uncertain parameters, then the
/// perimeters.
pub struct Municipality<'m> {
    /// The model.
    pub model: &'m Model,
    /// The targets.
    pub targets: &'m Targets,
    /// The uncertain parameters.
    pub scores: Scores<'m>,
    plan: Plan<'m>,
    places: Vec<Places>,
    twins: Mutex<Vec<Twin>>,
}

impl<'m> Municipality<'m> {
    /// A model that runs to the last year of its targets.
    ///
    /// # Errors
    /// The model does not fit, or does not count what a target names.
    pub fn new(model: &'m Model, targets: &'m Targets) -> Result<Self, String> {
        // Those there on New Year's Day are counted at the end of the year before.
        let last_year = targets.list.iter().map(|target| target.reading.last_year()).max().unwrap_or(model.first_year);
        let plan = Plan::new(model, &Options { last_year, scale: 1.0 }).map_err(|error| error.to_string())?;
        let place = |target: &super::Target| {
            target.reading.places(model, plan.layout()).ok_or_else(|| format!("the model does not count `{}`", target.name))
        };
        let places = targets.list.iter().map(place).collect::<Result<Vec<Places>, String>>()?;
        Ok(Self { model, targets, scores: Scores::new(model), plan, places, twins: Mutex::default() })
    }

    /// Number of uncertain parameters; the perimeters come after them.
    pub fn parameters(&self) -> usize {
        self.scores.ids().len()
    }

    /// Names of the inputs.
    pub fn names(&self) -> Vec<String> {
        let parameters = self.scores.ids().iter().map(|&id| self.model.parameters[id].name.clone());
        parameters.chain(self.targets.perimeters.iter().map(|perimeter| format!("perimeter.{}", perimeter.name))).collect()
    }

    /// The logarithm of what the engine counts in one history at a point, shocks included.
    pub fn history(&self, point: &[f64], luck: Luck) -> Option<Vec<f64>> {
        let (parameters, perimeters) = point.split_at(self.parameters());
        self.history_of(&self.scores.values(parameters), perimeters, luck)
    }

    /// The same at values of all parameters, by id, and scores of the perimeters.
    pub fn history_of(&self, values: &[f64], perimeters: &[f64], luck: Luck) -> Option<Vec<f64>> {
        let compiled = self.plan.compile(values).ok()?;
        let compiled = compiled.shocked(luck);
        let mut tally = Tally::new(self.plan.layout());
        simulate(&compiled, self.targets.scenario, luck, &mut tally, &mut Silent);
        let counts = tally.counts(&compiled, self.targets.scenario);
        self.logarithms(perimeters, |places| places.counted(&counts))
    }

    fn logarithms(&self, perimeters: &[f64], of: impl Fn(&Places) -> f64) -> Option<Vec<f64>> {
        let log = |(target, places): (&super::Target, &Places)| {
            // Income has the sign of what was published.
            let value = of(places) * target.observed.signum();
            let perimeter = target.perimeter.map_or(0.0, |id| self.targets.perimeters[id].sigma * perimeters[id]);
            (value > 0.0).then(|| libm::log(value) + perimeter)
        };
        self.targets.list.iter().zip(&self.places).map(log).collect()
    }
}

impl Map for Municipality<'_> {
    fn dimensions(&self) -> usize {
        self.parameters() + self.targets.perimeters.len()
    }

    /// By the twin: expected numbers, without chance, shocks and places that run out.
    fn at(&self, point: &[f64]) -> Option<Vec<f64>> {
        let (parameters, perimeters) = point.split_at(self.parameters());
        let compiled = self.plan.compile(&self.scores.values(parameters)).ok()?;
        let mut twin = self.twins.lock().ok().and_then(|mut twins| twins.pop()).unwrap_or_default();
        let expected = twin.solve(&compiled, self.targets.scenario, &Settings::FAST);
        if let Ok(mut twins) = self.twins.lock() {
            twins.push(twin);
        }
        self.logarithms(perimeters, |places| places.expected(&expected.values))
    }
}

impl std::fmt::Debug for Municipality<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Municipality").field("model", &self.model.name).finish_non_exhaustive()
    }
}

impl<F> std::fmt::Debug for Function<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Function").field("dimensions", &self.dimensions).finish_non_exhaustive()
    }
}
