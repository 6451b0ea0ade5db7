//! What must not matter: when the horizon ends, how ages are reported, which scenarios stand beside.

use super::{Finding, Trial, differing};
use crate::compile::{self, CompileError, Compiled, Layout, Options, Plan};
use crate::model::{Model, Scenario};

/// The same draw of another model, or on another horizon.
pub(super) fn compiled(trial: &Trial<'_>, model: &Model, options: &Options) -> Result<Compiled, CompileError> {
    Plan::new(model, options)?.compile(&compile::draw(model, trial.seed, 0))
}

/// Counts of the city alone.
fn city(compiled: &Compiled, counts: &[Vec<i64>]) -> Vec<Vec<i64>> {
    counts.iter().map(|counts| counts[..compiled.layout.group_len()].to_vec()).collect()
}

pub(super) fn again(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    Ok(Finding::same("the same seed again: the same bits", trial.counts(), &trial.edited(|_| {})))
}

pub(super) fn horizon(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "a horizon one year shorter: the same first years, bit for bit";
    let years = trial.compiled.layout.years;
    if years < 2 {
        return Ok(Finding::absent(must, "the horizon is a single year"));
    }
    let short = compiled(trial, trial.model, &Options { last_year: trial.options.last_year - 1, ..trial.options })?;
    let common = |compiled: &Compiled, counts: &[Vec<i64>]| -> Vec<Vec<i64>> {
        counts.iter().map(|counts| first_years(&compiled.layout, counts, years - 1)).collect()
    };
    let left = common(&trial.compiled, trial.counts());
    Ok(Finding::same(must, &left, &common(&short, &trial.members_of(&short, trial.scenario, |_| {}))))
}

/// Of each row of each group (city, wijken, age bands) the first years. Queues are left out: how long those who still wait have
/// to, is not known before the end.
fn first_years(layout: &Layout, counts: &[i64], years: usize) -> Vec<i64> {
    let rows = (0..layout.groups.len()).flat_map(|group| (0..layout.units.len()).map(move |unit| (group, unit)));
    rows.flat_map(|(group, unit)| &counts[layout.offset(group, unit, 0)..layout.offset(group, unit, 3 * years)])
        .copied()
        .collect()
}

pub(super) fn bands(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "age bands merged in the report: the same city, bit for bit";
    if trial.model.report_ages.is_empty() {
        return Ok(Finding::absent(must, "the model reports no age bands"));
    }
    let merged = Model { report_ages: Vec::new(), ..trial.model.clone() };
    let merged = compiled(trial, &merged, &trial.options)?;
    let right = city(&merged, &trial.members_of(&merged, trial.scenario, |_| {}));
    Ok(Finding::same(must, &city(&trial.compiled, trial.counts()), &right))
}

pub(super) fn double(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "unchanged policy under a second name: a difference of exactly 0";
    let mut model = trial.model.clone();
    let base = &model.scenarios[trial.scenario];
    model.scenarios.push(Scenario { name: format!("{} twice", base.name), ..base.clone() });
    let both = compiled(trial, &model, &trial.options)?;
    let other = model.scenarios.len() - 1;
    let right = trial.members_of(&both, other, |_| {});
    Ok(Finding::same(must, &trial.members_of(&both, trial.scenario, |_| {}), &right))
}

pub(super) fn swap(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "two scenarios swapped: their results are swapped, bit for bit";
    let mut model = trial.model.clone();
    let Some(other) = (0..model.scenarios.len()).find(|&other| other != trial.scenario) else {
        return Ok(Finding::absent(must, "the model has a single scenario"));
    };
    model.scenarios.swap(trial.scenario, other);
    let swapped = compiled(trial, &model, &trial.options)?;
    let sides = [(trial.scenario, other), (other, trial.scenario)]
        .map(|(here, there)| (trial.members_of(&trial.compiled, here, |_| {}), trial.members_of(&swapped, there, |_| {})));
    let numbers: usize = sides.iter().map(|(left, right)| differing(left, right)).sum();
    Ok(Finding::new(must, numbers == 0, if numbers == 0 { "swapped".to_owned() } else { format!("{numbers} numbers differ") }))
}
