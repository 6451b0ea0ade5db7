//! The lever grid: what a scenario saves if its measures are stronger or weaker, start later, and find more or fewer places.
//!
//! Every combination of the three levers is simulated with the same draws, luck and shocks, so that what differs is made by the levers.

use super::needs::costs;
use super::savings::Claim;
use crate::calibration::{CalibrationError, Memo};
use crate::compile::{Options, Plan as Compiler};
use crate::engine::{Tally, simulate_each};
use crate::luck::Luck;
use crate::model::{Effect, Expression, Label, Measure, Model, Plan, Scenario, Terms, UNCHANGED, Unit};

/// Factors on how strong every measure is that says so by one number.
pub const EFFECTS: [f64; 4] = [0.5, 1.0, 1.5, 2.0];

/// Years by which all that the scenario does comes later.
pub const LATER: [f64; 3] = [0.0, 1.0, 2.0];

/// Factors on places from the start of the scenario on.
pub const PLACES: [f64; 3] = [0.75, 1.0, 1.25];

/// What is asked.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// The model; it has a plan.
    pub model: &'a Model,
    /// Horizon and size.
    pub options: Options,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Calendar year, within the horizon.
    pub year: i32,
    /// Seed of the luck.
    pub seed: u64,
    /// Parameter values by id, per draw.
    pub draws: Vec<Vec<f64>>,
}

/// Where the levers stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// One of [`EFFECTS`].
    pub effect: f64,
    /// One of [`LATER`].
    pub later: f64,
    /// One of [`PLACES`].
    pub places: f64,
}

/// What is saved where the levers stand so: per domain of the plan, and in all.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// The levers.
    pub point: Point,
    /// The gross saving, euros at the constant price level, held against what is booked in the year.
    pub claims: Vec<Claim>,
}

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Every combination. A lever that the scenario does not have stands where it is in all of them.
    pub points: Vec<Saved>,
    /// What is booked in the year, constant euros: per domain of the plan, and in all.
    pub booked: Vec<f64>,
    /// Members of each.
    pub members: usize,
}

/// Draws that are kept together.
const CHUNK: usize = 2;

/// Simulates all combinations, with one history of each draw; goes on where it was stopped.
///
/// # Errors
/// The model does not fit, a draw makes none, it was stopped, or the disk fails.
pub fn grid(job: &Job<'_>, plan: &Plan, memo: &Memo<'_>) -> Result<Grid, CalibrationError> {
    let desk = Desk::new(job);
    let compiler = Compiler::new(&desk.model, &job.options).map_err(|error| CalibrationError::Model(error.to_string()))?;
    let members = memo.draws(job.draws.len(), CHUNK, |draw| Ok(vec![desk.member(plan, &compiler, draw)?]))?;
    Ok(desk.close(plan, &members))
}

/// The scenario under all levers but how strong it is, which is a matter of the draw.
struct Desk<'a> {
    job: &'a Job<'a>,
    /// Unchanged policy, then a scenario for every number of years and factor on places.
    model: Model,
    effects: Vec<f64>,
    shifts: Vec<(f64, f64)>,
    /// Parameters that say how strong measures are.
    strengths: Vec<usize>,
}

impl<'a> Desk<'a> {
    fn new(job: &'a Job<'a>) -> Self {
        let (scenario, mut model) = (job.scenario, job.model.clone());
        let mut strengths: Vec<usize> = scenario.measures.iter().filter_map(|measure| measure.strength).collect();
        strengths.sort_unstable();
        strengths.dedup();
        let places: Vec<usize> = (model.resources.iter())
            .filter_map(|resource| match resource.places {
                Expression::Parameter(id) => Some(id),
                Expression::Number(_) | Expression::Binary(..) => None,
            })
            .collect();
        let effects = if strengths.is_empty() { vec![1.0] } else { EFFECTS.to_vec() };
        let factors = if places.is_empty() { vec![1.0] } else { PLACES.to_vec() };
        let shifts: Vec<(f64, f64)> =
            LATER.iter().flat_map(|&later| factors.iter().map(move |&factor| (later, factor))).collect();
        let start = scenario.measures.iter().map(|measure| measure.start).fold(f64::INFINITY, f64::min);
        let room = |factor: f64| Measure {
            name: "places of the grid".to_owned(),
            label: Label { nl: String::new(), en: String::new() },
            start,
            ramp_months: 0,
            effects: places.iter().map(|&id| (id, Effect::Scale, Expression::Number(factor))).collect(),
            domain: None,
            strength: None,
            seen: None,
            origin: None,
        };
        let unchanged = Scenario {
            name: UNCHANGED.to_owned(),
            measures: Vec::new(),
            terms: Terms::default(),
            base: None,
            ..scenario.clone()
        };
        let shifted = |&(later, factor): &(f64, f64)| {
            let mut scenario = scenario.clone();
            scenario.name = format!("{later} {factor}");
            scenario.terms.later_years += later;
            if factor != 1.0 {
                scenario.measures.push(room(factor));
            }
            scenario
        };
        model.scenarios = std::iter::once(unchanged).chain(shifts.iter().map(shifted)).collect();
        Self { job, model, effects, shifts, strengths }
    }

    /// Savings of a draw: combination × \[domain, then all\].
    fn member(&self, plan: &Plan, compiler: &Compiler<'_>, draw: usize) -> Result<Vec<Vec<f64>>, CalibrationError> {
        let luck = Luck::new(self.job.seed, draw as u32, 0);
        let mut tally = Tally::new(compiler.layout());
        let (mut unchanged, mut savings) = (None::<Vec<f64>>, Vec::new());
        for &effect in &self.effects {
            let mut values = self.job.draws[draw].clone();
            for &id in &self.strengths {
                let most = if self.model.parameters[id].unit == Unit::Share { 1.0 } else { f64::INFINITY };
                values[id] = (effect * values[id]).min(most);
            }
            let compiled = compiler.compile(&values).map_err(|error| CalibrationError::Model(error.to_string()))?;
            let compiled = compiled.shocked(luck);
            // How strong measures are does not matter where there are none.
            let scenarios: Vec<usize> = (usize::from(unchanged.is_some())..=self.shifts.len()).collect();
            simulate_each(&compiled, &scenarios, luck, &mut tally, |scenario, tally| {
                let spent = costs(plan, compiler.layout(), &tally.counts(&compiled, scenario), self.job.year);
                let Some(unchanged) = &unchanged else {
                    unchanged = Some(spent);
                    return;
                };
                let mut saved: Vec<f64> = unchanged.iter().zip(spent).map(|(unchanged, spent)| unchanged - spent).collect();
                saved.push(saved.iter().sum());
                savings.push(saved);
            });
        }
        Ok(savings)
    }

    fn close(&self, plan: &Plan, members: &[Vec<Vec<f64>>]) -> Grid {
        let prices = &self.model.prices;
        let factor = prices.factor(plan.price_year, prices.constant_year);
        let mut booked: Vec<f64> = plan.domains.iter().map(|domain| domain.saving.held(self.job.year) * factor).collect();
        booked.push(booked.iter().sum());
        let points = self.effects.iter().flat_map(|&effect| self.shifts.iter().map(move |&shift| (effect, shift)));
        let saved = |(number, (effect, (later, places))): (usize, (f64, (f64, f64)))| {
            let claim = |(domain, &booked): (usize, &f64)| {
                let savings: Vec<f64> = members.iter().map(|member| member[number][domain]).collect();
                Claim::realised(&savings, 1, booked)
            };
            Saved { point: Point { effect, later, places }, claims: booked.iter().enumerate().map(claim).collect() }
        };
        Grid { points: points.enumerate().map(saved).collect(), members: members.len(), booked: booked.clone() }
    }
}
