//! Small models written in a test, and what comes of them.

use piramide::compile::layout::{Level, METRICS, Unit};
use piramide::compile::{Compiled, Layout, Options, Plan, medians};
use piramide::engine::{Luck, Silent, Tally, simulate};
use piramide::model::{self, Files, Model};

/// What every small model has: the years 2021 to 2023 and a source.
pub(crate) const HEAD: &str = r#"
[model]
name = "proef"
label = { nl = "Proef", en = "Trial" }
first_year = 2021
last_year = 2023
[population]
file = "persons.csv"
source = { ref = "test" }
[source.test]
author = "Piramide"
year = 2026
title = "Test model"
"#;

/// A model of `text` under the usual head, with other files.
pub(crate) fn town(text: &str, files: &[(&str, &str)]) -> Model {
    let text = format!("{HEAD}\n{text}");
    let files = [("model.toml", text.as_str())].into_iter().chain(files.iter().copied());
    model::read(&Files::from_memory(files)).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The model at the medians of its priors, over all its years.
pub(crate) fn compiled(model: &Model) -> Compiled {
    let plan = Plan::new(model, &Options { last_year: model.last_year, scale: 1.0 }).unwrap();
    plan.compile(&medians(model)).unwrap()
}

/// Counts of one member under its shocks.
pub(crate) fn member(compiled: &Compiled, scenario: usize, luck: Luck) -> Vec<i64> {
    let compiled = compiled.shocked(luck);
    let mut tally = Tally::new(&compiled.layout);
    simulate(&compiled, scenario, luck, &mut tally, &mut Silent);
    tally.counts(&compiled, scenario)
}

/// A metric in its unit, for the city in calendar year number `year` from 0.
pub(crate) fn value(layout: &Layout, counts: &[i64], row: impl Fn(&Unit) -> bool, year: usize, metric: usize) -> f64 {
    let row = layout.units.iter().position(row).unwrap();
    counts[layout.offset(0, row, 3 * year + 2) + metric] as f64 * METRICS[metric].scale
}

/// The row of a state.
pub(crate) fn state(track: usize, state: usize) -> impl Fn(&Unit) -> bool {
    move |unit| (unit.level, unit.track, unit.state) == (Level::State, Some(track), Some(state))
}

/// A share of `n` persons, binomial: five standard errors, which a right engine exceeds once in 1.7 million tests.
#[track_caller]
pub(crate) fn near(what: &str, seen: f64, expected: f64, n: f64) {
    let se = (expected * (1.0 - expected) / n).sqrt();
    assert!((seen - expected).abs() < 5.0 * se, "{what}: {seen} seen, {expected} expected, {} se off", (seen - expected) / se);
}
