//! Black-box tests: what must hold of any model, whatever stands in it, seen from outside.
//!
//! A draw is edited, some members of it are simulated, and what came out is judged. The list is that of TECH-VER
//! (Büyükkaramikli, Rutten-van Mölken, Severens & Al 2019, *TECH-VER: A verification checklist to reduce errors in models
//! and improve their credibility*, `PharmacoEconomics` 37:1391-1408), as far as our models have what it is about.

#![expect(clippy::unnecessary_wraps, reason = "tests have one shape, whether they compile an edited model or not")]

mod chance;
mod measures;
mod money;
mod places;
mod rates;
mod shape;
mod shares;
mod stays;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::{FALSE_ALARM, identities, judge};
use crate::compile::layout::{Level, METRICS, metric};
use crate::compile::{self, CompileError, Compiled, Options, Plan};
use crate::engine::{Event, Luck, Observer, Silent, Tally, simulate};
use crate::model::Model;

/// What came of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// What must be was seen.
    Holds,
    /// Something else was seen.
    Fails,
    /// The model has nothing that it is about.
    Absent,
}

/// One test and what came of it, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was done, and what must be seen.
    pub must: &'static str,
    /// What was seen, or why there was nothing to see.
    pub seen: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// One test.
type Test = fn(&Trial<'_>) -> Result<Finding, CompileError>;

/// What simulates a member and counts it: the engine, unless a test plants a fault.
type Engine = fn(&Compiled, usize, Luck, &mut Tally, Option<&mut dyn Observer>) -> Vec<i64>;

/// A model on trial: some members of one draw of it, without measures.
#[derive(Debug)]
pub struct Trial<'m> {
    model: &'m Model,
    options: Options,
    members: u32,
    seed: u64,
    compiled: Compiled,
    scenario: usize,
    engine: Engine,
    stop: Option<&'m AtomicBool>,
    /// Counts of the members as they are, once somebody asked.
    base: OnceLock<Vec<Vec<i64>>>,
}

/// All tests, in the order in which they are told.
const TESTS: [Test; 21] = [
    books,
    stays::little,
    shape::again,
    shape::horizon,
    shape::bands,
    shape::double,
    shape::swap,
    measures::removed,
    measures::doubled,
    shares::shares,
    rates::zero,
    rates::thousandfold,
    money::zero,
    money::twice,
    money::discount,
    places::unlimited,
    places::none,
    chance::inputs,
    chance::medians,
    chance::tenfold,
    chance::twin,
];

/// How many tests there are.
pub const COUNT: usize = TESTS.len();

impl<'m> Trial<'m> {
    /// Makes a model ready: `members` of draw 0 under `seed`, at least three, on the horizon and scale of `options`.
    ///
    /// # Errors
    /// The model has no draw that can be compiled.
    pub fn new(model: &'m Model, options: Options, members: u32, seed: u64) -> Result<Self, CompileError> {
        let compiled = Plan::new(model, &options)?.compile(&compile::draw(model, seed, 0))?;
        let scenario = compiled.unchanged;
        Ok(Self { model, options, members: members.max(3), seed, compiled, scenario, engine, stop: None, base: OnceLock::new() })
    }

    /// Ends early when `stop` turns true: what is under way is then not told.
    #[must_use]
    pub fn until(self, stop: &'m AtomicBool) -> Self {
        Self { stop: Some(stop), ..self }
    }

    /// Does every test and hands out what came of it, one by one.
    ///
    /// # Errors
    /// An edited model cannot be compiled.
    pub fn run(&self, mut each: impl FnMut(&Finding)) -> Result<(), CompileError> {
        for test in TESTS {
            let finding = test(self)?;
            if self.is_stopped() {
                break;
            }
            each(&finding);
        }
        Ok(())
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Counts of the members of the draw as it is.
    fn counts(&self) -> &[Vec<i64>] {
        self.base.get_or_init(|| self.edited(|_| {}))
    }

    /// Counts of the members of an edited draw.
    fn edited(&self, edit: impl Fn(&mut Compiled) + Sync) -> Vec<Vec<i64>> {
        self.members_of(&self.compiled, self.scenario, edit)
    }

    /// Counts of the members of a draw, each edited after its shocks.
    fn members_of(&self, compiled: &Compiled, scenario: usize, edit: impl Fn(&mut Compiled) + Sync) -> Vec<Vec<i64>> {
        (0..self.members)
            .into_par_iter()
            .map_init(
                || Tally::new(&compiled.layout),
                |tally, member| {
                    let luck = Luck::new(self.seed, 0, member);
                    let mut town = compiled.shocked(luck).into_owned();
                    edit(&mut town);
                    self.live(&town, scenario, luck, tally, None)
                },
            )
            .collect()
    }

    /// Counts of one member; zeros after the trial was stopped, which nobody will see.
    fn live(
        &self,
        town: &Compiled,
        scenario: usize,
        luck: Luck,
        tally: &mut Tally,
        observer: Option<&mut dyn Observer>,
    ) -> Vec<i64> {
        if self.is_stopped() {
            return vec![0; town.layout.len()];
        }
        tally.reset();
        (self.engine)(town, scenario, luck, tally, observer)
    }

    /// A metric of a row of the city in the last year, in its unit.
    fn last(compiled: &Compiled, counts: &[i64], row: usize, wanted: usize) -> f64 {
        let at = compiled.layout.offset(0, row, compiled.layout.periods() - 1) + wanted;
        counts[at] as f64 * METRICS[wanted].scale
    }

    /// Sum over years of a metric of all rows of a level, in stored integers.
    fn sum(&self, counts: &[i64], level: Level, wanted: usize) -> i64 {
        let layout = &self.compiled.layout;
        let rows = layout.units.iter().enumerate().filter(|(_, unit)| unit.level == level).map(|(row, _)| row);
        rows.flat_map(|row| (0..layout.years).map(move |year| counts[layout.offset(0, row, 3 * year + 2) + wanted])).sum()
    }
}

impl Finding {
    fn new(must: &'static str, holds: bool, seen: impl Into<String>) -> Self {
        Self { must, seen: seen.into(), outcome: if holds { Outcome::Holds } else { Outcome::Fails } }
    }

    fn absent(must: &'static str, why: &str) -> Self {
        Self { must, seen: why.to_owned(), outcome: Outcome::Absent }
    }

    /// That two runs are the same numbers.
    fn same(must: &'static str, left: &[Vec<i64>], right: &[Vec<i64>]) -> Self {
        let other = differing(left, right);
        let numbers: usize = left.iter().map(Vec::len).sum();
        let seen = if other == 0 { format!("{numbers} numbers, all the same") } else { format!("{other} of {numbers} differ") };
        Self::new(must, other == 0, seen)
    }
}

/// The engine as it is.
fn engine(town: &Compiled, scenario: usize, luck: Luck, tally: &mut Tally, observer: Option<&mut dyn Observer>) -> Vec<i64> {
    /// An observer behind a pointer.
    struct Eyes<'a>(&'a mut dyn Observer);
    impl Observer for Eyes<'_> {
        fn event(&mut self, event: &Event) {
            self.0.event(event);
        }
    }
    match observer {
        Some(observer) => simulate(town, scenario, luck, tally, &mut Eyes(observer)),
        None => simulate(town, scenario, luck, tally, &mut Silent),
    }
    tally.counts(town, scenario)
}

/// So many things in words.
fn several(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// That no score passes what chance allows for so many.
fn within(must: &'static str, scores: &[(f64, String)]) -> Finding {
    let limit = judge::limit(scores.len(), FALSE_ALARM);
    // A NaN must not pass for small.
    let size = |z: f64| if z.is_nan() { f64::INFINITY } else { z.abs() };
    let most = scores.iter().max_by(|a, b| size(a.0).total_cmp(&size(b.0)));
    let (z, what) = most.map_or((0.0, ""), |(z, what)| (size(*z), what.as_str()));
    let numbers = several(scores.len(), "number");
    Finding::new(must, z <= limit, format!("{numbers}, largest |z| {z:.2} ({what}), limit {limit:.2}"))
}

/// How many numbers of two runs differ; all of them if there are more in one.
fn differing(left: &[Vec<i64>], right: &[Vec<i64>]) -> usize {
    let same = left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.len() == right.len());
    let pairs = left.iter().flatten().zip(right.iter().flatten());
    if same { pairs.filter(|(left, right)| left != right).count() } else { left.iter().map(Vec::len).sum() }
}

/// The books of every member: states add up to persons, stocks to flows, no number is negative.
fn books(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "books: states add up to all persons, stocks to flows, none below 0";
    let counts = trial.counts();
    let fault = counts.iter().find_map(|counts| identities(&trial.compiled.layout, trial.model, counts).err());
    let persons: i64 = counts.iter().map(|counts| trial.sum(counts, Level::Total, metric::STOCK_START)).sum();
    Ok(match fault {
        Some(fault) => Finding::new(must, false, fault),
        None => Finding::new(must, persons > 0, format!("{} members balance", trial.members)),
    })
}
