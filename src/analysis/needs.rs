//! What must be true: how strong a measure must be for its domain to save what a plan has booked.
//!
//! Each measure that has one number for its strength is tried with that number at several values, all else in the scenario as it is and
//! with the same draws and luck; between the values the saving is taken to be a straight line.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::estimate::{estimate, quantile};
use crate::compile::layout::{Level, Unit, metric};
use crate::compile::{Layout, Options, Plan as Compiler};
use crate::design::Draws;
use crate::engine::{Luck, Silent, Tally, simulate};
use crate::ensemble::{self, Design, EnsembleError, Progress};
use crate::model::{self, Model};
use crate::store::columns::in_unit;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The model; it has a plan.
    pub model: &'a Model,
    /// Horizon and size.
    pub options: &'a Options,
    /// Indices in [`Model::scenarios`]: the one that is tried, and unchanged policy.
    pub scenarios: [usize; 2],
    /// Calendar year, within the horizon.
    pub year: i32,
    /// Seed of the luck.
    pub seed: u64,
    /// Parameter values of the draws.
    pub draws: &'a Draws<'a>,
    /// How many draws and replications.
    pub design: Design,
}

/// Values of a strength that are tried, as parts of the most it can be.
const STEPS: [f64; 4] = [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0];

/// How many times its largest prior value a strength is tried at, where its unit has no largest value.
const BEYOND: f64 = 4.0;

/// The chance with which a saving is to be there, beside its mean.
const SURE: f64 = 0.80;

/// How strong a measure must be.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Index among the measures of the scenario.
    pub measure: usize,
    /// Id of the parameter that says how strong it is.
    pub strength: usize,
    /// Domain id of the plan: the one that the measure names, or else the one in which it saves most.
    pub domain: usize,
    /// What is booked there in the year, constant euros.
    pub booked: f64,
    /// What the whole scenario saves there, gross, at the strength of each draw: mean and its Monte Carlo standard error.
    pub saving: (f64, Option<f64>),
    /// Mean of the strength over draws.
    pub believed: f64,
    /// The most that was tried.
    pub most: f64,
    /// What the whole scenario saves there on average with the measure at its most.
    pub at_most: f64,
    /// Strength at which the booked amount is met on average, and with a chance of 80 %; `None`: not even at the most.
    pub needed: [Option<Strength>; 2],
}

/// A strength that is needed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strength {
    /// The value.
    pub value: f64,
    /// Share of draws of the prior at or below it, 0 to 1.
    pub percentile: f64,
}

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Needs {
    /// A need per measure with a strength, in the order of the scenario.
    pub list: Vec<Need>,
    /// Members in them.
    pub members: u64,
    /// Whether it was stopped before all members were there.
    pub stopped: bool,
}

/// A measure that is tried: its index, its parameter, and the values.
#[derive(Debug, Clone)]
struct Lever {
    measure: usize,
    strength: usize,
    values: Vec<f64>,
}

/// Tries all measures, or as many members as there are when `stop` turns true; `None` if that was before the first, or no measure has a
/// strength.
///
/// # Errors
/// The model does not fit the options, or a draw makes no model.
pub fn needs(
    job: &Job<'_>,
    plan: &model::Plan,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Option<Needs>, EnsembleError> {
    let compiler = Compiler::new(job.model, job.options).map_err(|reason| EnsembleError::Compile { draw: 0, reason })?;
    let believed: Vec<Vec<f64>> = (0..job.design.draws).map(|draw| job.draws.values(draw)).collect();
    let levers = levers(job, &believed);
    if levers.is_empty() {
        return Ok(None);
    }
    let make = |draw, replications, each: &mut dyn FnMut(Vec<f64>) -> bool| {
        members(job, plan, &compiler, &levers, (draw, replications), stop, each)
    };
    let (found, stopped) = ensemble::collect(pool, job.design, progress, stop, make)?;
    let needed = |(number, lever): (usize, &Lever)| need(job, plan, lever, number, &found, &believed);
    Ok((!found.is_empty()).then(|| Needs {
        list: levers.iter().enumerate().map(needed).collect(),
        members: found.len() as u64,
        stopped,
    }))
}

fn levers(job: &Job<'_>, believed: &[Vec<f64>]) -> Vec<Lever> {
    let measures = job.model.scenarios[job.scenarios[0]].measures.iter().enumerate();
    let lever = |(measure, spec): (usize, &model::Measure)| {
        let strength = spec.strength?;
        let most = if job.model.parameters[strength].unit == model::Unit::Share {
            1.0
        } else {
            BEYOND * believed.iter().map(|values| values[strength].abs()).fold(0.0, f64::max)
        };
        Some(Lever { measure, strength, values: STEPS.iter().map(|step| step * most).collect() })
    };
    measures.filter_map(lever).collect()
}

/// Replications of a draw: per member the saving of every domain of the plan, first as the draw has it, then lever by lever and value by
/// value.
fn members(
    job: &Job<'_>,
    plan: &model::Plan,
    compiler: &Compiler<'_>,
    levers: &[Lever],
    (draw, replications): (u32, Range<u32>),
    stop: &AtomicBool,
    each: &mut dyn FnMut(Vec<f64>) -> bool,
) -> Result<(), EnsembleError> {
    let values = job.draws.values(draw);
    let mut tally = Tally::new(compiler.layout());
    let compile = |values: &[f64]| {
        let compiled = compiler.compile(values).map_err(|reason| EnsembleError::Compile { draw, reason })?;
        Ok::<_, EnsembleError>(compiled.with_only(&job.scenarios))
    };
    let (own, scenarios) = compile(&values)?;
    let mut tried = Vec::new();
    for lever in levers {
        for &value in &lever.values {
            let mut values = values.clone();
            values[lever.strength] = value;
            tried.push(compile(&values)?.0);
        }
    }
    for replication in replications {
        let luck = Luck::new(job.seed, draw, replication);
        let mut spent = |compiled: &crate::compile::Compiled, scenario: usize| {
            let town = compiled.shocked(luck);
            tally.reset();
            simulate(&town, scenario, luck, &mut tally, &mut Silent);
            costs(plan, compiler.layout(), &tally.counts(&town, scenario), job.year)
        };
        let unchanged = spent(&own, scenarios[1]);
        let mut savings = Vec::new();
        for compiled in std::iter::once(&own).chain(&tried) {
            if stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            savings.extend(unchanged.iter().zip(spent(compiled, scenarios[0])).map(|(unchanged, spent)| unchanged - spent));
        }
        if !each(savings) {
            break;
        }
    }
    Ok(())
}

/// Cost of help per domain of the plan in a year, without what gates cost.
pub(super) fn costs(plan: &model::Plan, layout: &Layout, counts: &[i64], year: i32) -> Vec<f64> {
    let period = 3 * (year - layout.first_year) as usize + 2;
    let cost = |unit: usize| in_unit(metric::COST_CONSTANT, counts[layout.offset(0, unit, period) + metric::COST_CONSTANT]);
    let of = |domain: &model::PlanDomain, level: Level| -> f64 {
        let here = |unit: &Unit| unit.level == level && unit.domain.is_some_and(|id| domain.of.contains(&id));
        layout.units.iter().enumerate().filter(|(_, unit)| here(unit)).map(|(at, _)| cost(at)).sum()
    };
    plan.domains.iter().map(|domain| of(domain, Level::Domain) - of(domain, Level::Gate)).collect()
}

/// What one lever must be, from the savings of all members.
fn need(job: &Job<'_>, plan: &model::Plan, lever: &Lever, number: usize, found: &[Vec<f64>], believed: &[Vec<f64>]) -> Need {
    let (domains, replications) = (plan.domains.len(), job.design.replications as usize);
    let column = |set: usize, domain: usize| -> Vec<f64> { found.iter().map(|member| member[set * domains + domain]).collect() };
    let set = |step: usize| 1 + number * STEPS.len() + step;
    let mean = |set: usize, domain: usize| column(set, domain).iter().sum::<f64>() / found.len() as f64;
    let change = |domain: usize| (mean(set(STEPS.len() - 1), domain) - mean(set(0), domain)).abs();
    let said = job.model.scenarios[job.scenarios[0]].measures[lever.measure].domain;
    let most = || (0..domains).max_by(|&one, &other| change(one).total_cmp(&change(other)));
    let domain = said.or_else(most).unwrap_or(0);
    let prices = &job.model.prices;
    let booked = plan.domains[domain].saving.held(job.year) * prices.factor(plan.price_year, prices.constant_year);
    let own = estimate(&column(0, domain), replications);
    let at = |share: Option<f64>| -> Vec<f64> {
        let value = |step: usize| match share {
            None => mean(set(step), domain),
            Some(share) => {
                let mut values = column(set(step), domain);
                values.sort_unstable_by(f64::total_cmp);
                quantile(&values, 1.0 - share)
            }
        };
        (0..STEPS.len()).map(value).collect()
    };
    let draws: Vec<f64> = believed.iter().map(|values| values[lever.strength]).collect();
    let needed = |share: Option<f64>| {
        let value = crossing(&lever.values, &at(share), booked)?;
        let percentile = draws.iter().filter(|&&draw| draw <= value).count() as f64 / draws.len() as f64;
        Some(Strength { value, percentile })
    };
    Need {
        measure: lever.measure,
        strength: lever.strength,
        domain,
        booked,
        saving: (own.mean, own.mcse),
        believed: draws.iter().sum::<f64>() / draws.len() as f64,
        most: lever.values[STEPS.len() - 1],
        at_most: mean(set(STEPS.len() - 1), domain),
        needed: [needed(None), needed(Some(SURE))],
    }
}

/// Where a broken line first reaches a level; its first point if it is there already.
fn crossing(points: &[f64], heights: &[f64], level: f64) -> Option<f64> {
    if heights.first().is_some_and(|&first| first >= level) {
        return points.first().copied();
    }
    let piece = (1..points.len()).find(|&at| heights[at] >= level)?;
    let (low, high) = (heights[piece - 1], heights[piece]);
    Some(points[piece - 1] + (level - low) / (high - low) * (points[piece] - points[piece - 1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_crossed_where_it_is_first_reached() {
        let points = [0.0, 1.0, 2.0];
        assert_eq!(crossing(&points, &[0.0, 4.0, 8.0], 6.0), Some(1.5));
        assert_eq!(crossing(&points, &[0.0, 4.0, 8.0], 8.0), Some(2.0));
        assert_eq!(crossing(&points, &[0.0, 4.0, 8.0], 9.0), None);
        assert_eq!(crossing(&points, &[5.0, 4.0, 8.0], 4.5), Some(0.0), "nothing is needed where it is there already");
    }
}
