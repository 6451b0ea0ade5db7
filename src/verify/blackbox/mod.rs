//! Black-box tests: what must hold of any model, whatever stands in it, seen from outside.
//!
//! A draw is edited, some members of it are simulated, and what came out is judged. The list is that of TECH-VER
//! (Büyükkaramikli, Rutten-van Mölken, Severens & Al 2019, *TECH-VER: A verification checklist to reduce errors in models
//! and improve their credibility*, `PharmacoEconomics` 37:1391-1408), as far as our models have what it is about.

#![expect(clippy::unnecessary_wraps, reason = "tests have one shape, whether they compile an edited model or not")]

mod chance;
mod money;
mod places;
mod rates;
mod shape;

use rayon::prelude::*;

use super::identities;
use crate::compile::layout::{Level, metric};
use crate::compile::{self, CompileError, Compiled, Options, Plan};
use crate::engine::{Luck, Observer, Silent, Tally, simulate};
use crate::model::{Model, UNCHANGED};

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

/// A model on trial: some members of one draw of it, without measures.
#[derive(Debug)]
pub struct Trial<'m> {
    model: &'m Model,
    options: Options,
    members: u32,
    seed: u64,
    compiled: Compiled,
    scenario: usize,
}

/// All tests, in the order in which they are told.
const TESTS: [fn(&Trial<'_>) -> Result<Finding, CompileError>; 15] = [
    books,
    shape::again,
    shape::horizon,
    shape::bands,
    shape::double,
    shape::swap,
    rates::splits,
    rates::zero,
    money::zero,
    money::twice,
    places::unlimited,
    places::none,
    chance::inputs,
    chance::tenfold,
    chance::twin,
];

impl<'m> Trial<'m> {
    /// Makes a model ready: `members` of draw 0 under `seed`, at least three, on the horizon and scale of `options`.
    ///
    /// # Errors
    /// The model has no draw that can be compiled.
    pub fn new(model: &'m Model, options: Options, members: u32, seed: u64) -> Result<Self, CompileError> {
        let compiled = Plan::new(model, &options)?.compile(&compile::draw(model, seed, 0))?;
        let scenario = model.scenarios.iter().position(|scenario| scenario.name == UNCHANGED).unwrap_or(0);
        Ok(Self { model, options, members: members.max(3), seed, compiled, scenario })
    }

    /// Does every test and hands out what came of it, one by one.
    ///
    /// # Errors
    /// An edited model cannot be compiled.
    pub fn run(&self, mut each: impl FnMut(&Finding)) -> Result<(), CompileError> {
        TESTS.iter().try_for_each(|test| test(self).map(|finding| each(&finding)))
    }

    /// Counts of the members of the draw as it is.
    fn counts(&self) -> Vec<Vec<i64>> {
        self.edited(|_| {})
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
                |tally, member| self.member(compiled, scenario, member, &edit, tally, &mut Silent),
            )
            .collect()
    }

    fn member(
        &self,
        compiled: &Compiled,
        scenario: usize,
        member: u32,
        edit: &impl Fn(&mut Compiled),
        tally: &mut Tally,
        observer: &mut impl Observer,
    ) -> Vec<i64> {
        tally.reset();
        let luck = Luck::new(self.seed, 0, member);
        let mut town = compiled.shocked(luck).into_owned();
        edit(&mut town);
        simulate(&town, scenario, luck, tally, observer);
        tally.counts(&town, scenario)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_that_differs_is_seen() {
        assert_eq!(differing(&[vec![1, 2], vec![3]], &[vec![1, 2], vec![3]]), 0);
        assert_eq!(differing(&[vec![1, 2], vec![3]], &[vec![1, 0], vec![3]]), 1);
        assert_eq!(differing(&[vec![1, 2]], &[vec![1]]), 2);
        let finding = Finding::same("same", &[vec![1, 2]], &[vec![1, 3]]);
        assert_eq!((finding.outcome, finding.seen.as_str()), (Outcome::Fails, "1 of 2 differ"));
    }
}
