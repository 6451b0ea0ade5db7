//! What happens on a birthday: a birth, or a move at an exact age.

use std::ops::Range;

use super::super::lanes::Lanes;
use super::super::town::{Cell, Town};
use super::mass::Mass;
use super::plan::Birthday;
use super::{Desk, Grid};

/// When moves at an exact age happen in a year.
#[derive(Clone, Copy)]
pub(super) struct Date {
    pub birthday: usize,
    /// Step at the begin of which it is, and whether before the half-year begins that may begin there, or after.
    pub step: usize,
    pub side: usize,
}

impl Grid<'_> {
    /// Whether something happens on a birthday of a cohort in a year: a birth, or a move at an exact age.
    pub(super) fn birthday(&self, cell: &Cell, year: usize) -> bool {
        let on = |age: f64| {
            let (first, last) = (Cell { birthday: 0.0, ..*cell }, Cell { birthday: 1.0, ..*cell });
            (Town::year_of(&first, age)..=Town::year_of(&last, age)).contains(&(year as i64))
        };
        let births = Town::births_of(cell);
        let born = |stretch: &Range<f64>| stretch.start < births.end && births.start < stretch.end;
        on(0.0) || self.plan.birthdays.iter().any(|birthday| born(&birthday.born) && on(birthday.age))
    }

    /// Whether some of a cohort are younger than others when they move because of their age. What happened to some of them must not be
    /// forgotten till it happens to the others.
    pub(super) fn divided(&self, cell: &Cell) -> bool {
        let births = Town::births_of(cell);
        self.plan.birthdays.iter().any(|birthday| births.start < birthday.born.start && birthday.born.start < births.end)
    }

    /// When a cell moves in a year because of its age, with shares of persons: what happens between two steps happens at one of them
    /// to some and at the other to the rest, so that it happens on time on average and nobody moves twice.
    pub(super) fn dates(&self, cell: &Cell, year: usize) -> Vec<(f64, Vec<Date>)> {
        if !self.birthday(cell, year) {
            return vec![(1.0, vec![])];
        }
        // Per birthday: its dates, each with the share of persons who have had it by then.
        let mut all: Vec<Vec<(f64, Date)>> = Vec::new();
        for (birthday, spec) in self.plan.birthdays.iter().enumerate() {
            if !Town::born_in(cell, &spec.born) {
                continue;
            }
            let (mut own, mut sum) = (Vec::new(), 0.0);
            for (step, side) in (0..=self.plan.per_year).flat_map(|step| [(step, 0), (step, 1)]) {
                let dose = self.dose(cell, spec.age, year, step)[side];
                if dose > 0.0 {
                    sum += dose;
                    own.push((sum, Date { birthday, step, side }));
                }
            }
            all.extend((!own.is_empty()).then_some(own));
        }
        // Who is early for one is early for all, so that there are no more parts than dates.
        let mut marks: Vec<f64> =
            all.iter().flatten().map(|(until, _)| *until).filter(|until| *until < 1.0).chain([0.0, 1.0]).collect();
        marks.sort_unstable_by(f64::total_cmp);
        marks.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
        let part = |pair: &[f64]| {
            let middle = 0.5 * (pair[0] + pair[1]);
            let date =
                |own: &Vec<(f64, Date)>| own.iter().find(|(until, _)| *until > middle).or(own.last()).map(|(_, date)| *date);
            (pair[1] - pair[0], all.iter().filter_map(date).collect())
        };
        marks.windows(2).map(part).collect()
    }

    /// How much of what happens when a cell has an age happens at the begin of a step of the year: before the half-year begins that
    /// may begin there, and after. What happens between two steps is shared between them, so that it happens on time on average.
    pub(super) fn dose(&self, cell: &Cell, age: f64, year: usize, step: usize) -> [f64; 2] {
        if Town::year_of(cell, age) != year as i64 || step > self.plan.per_year {
            return [0.0, 0.0];
        }
        let place = (Town::birth_of(cell) + age - year as f64) * self.plan.per_year as f64;
        let share = (1.0 - (place - step as f64).abs()).max(0.0);
        match share {
            1.0 => Town::sides(step as f64 * self.plan.step),
            share if step == self.plan.per_year => [share, 0.0],
            share => [0.0, share],
        }
    }

    /// Moves at an exact age.
    pub(super) fn celebrate(&self, number: usize, half: usize, birthday: &Birthday, mass: &mut Mass, desk: &mut Desk) {
        let (plan, count) = (&self.plan, self.plan.nodes.len());
        let step = plan.at(number);
        let targets = |state: usize| birthday.branches[state].map(|branch| &step.targets[branch][..]);
        let totals = &mut desk.totals.halves[half];
        for (node, persons) in plan.nodes.iter().zip(&mass.node) {
            for &(variant, share) in birthday.branches[node.state].iter().flat_map(|&branch| &step.reached[branch]) {
                totals.reached[variant] += *persons * share;
            }
        }
        mass.uproot(plan, targets, |from, to, persons| {
            totals.moved[from * count + to] += persons;
            true
        });
        desk.unseen.each(&mut desk.totals.halves[half], |view, mass, first| {
            mass.uproot(plan, targets, |_, to, persons| {
                *first += if plan.cuts[view][to] { persons } else { Lanes::ZERO };
                !plan.cuts[view][to]
            });
        });
    }
}
