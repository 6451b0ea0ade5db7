//! What happened on a track in each half-year, over all persons, and what of it each row of the layout counts.

use super::super::counts::Counts;
use super::super::lanes::{Lanes, blank};
use super::Leaving;
use super::mass::Mass;
use super::now::Now;
use super::plan::Plan;
use super::step::Flows;
use crate::compile::layout::Level;

/// One half-year.
#[derive(Default)]
pub(super) struct Half {
    /// Persons per node at its begin.
    pub stock: Vec<Lanes>,
    /// Per node: person-years, who arrived, who left the town.
    pub years: Vec<Lanes>,
    pub arrived: Vec<Lanes>,
    pub left: Vec<Lanes>,
    /// Per pair of nodes: persons moved.
    pub moved: Vec<Lanes>,
    /// Per variant of a gate: requests reached.
    pub reached: Vec<Lanes>,
    /// Per period (year, half-year) and view: persons seen for the first time.
    pub first: [Vec<Lanes>; 2],
}

/// All half-years, and one more of which there is only the stock.
#[derive(Default)]
pub(super) struct Totals {
    pub halves: Vec<Half>,
}

impl Totals {
    /// Nothing yet, of the nodes of a plan.
    pub(super) fn fit(&mut self, plan: &Plan<'_>, halves: usize) {
        self.halves.resize_with(halves + 1, Half::default);
        let (nodes, views) = (plan.nodes.len(), plan.cuts.len());
        for half in &mut self.halves {
            for list in [&mut half.stock, &mut half.years, &mut half.arrived, &mut half.left] {
                blank(list, nodes);
            }
            blank(&mut half.moved, nodes * nodes);
            blank(&mut half.reached, plan.variants.len());
            for list in &mut half.first {
                blank(list, views);
            }
        }
    }

    /// Counts those who are there at the begin of a half-year.
    #[inline(always)]
    pub(super) fn stock(&mut self, half: usize, mass: &Mass) {
        for (sum, persons) in self.halves[half].stock.iter_mut().zip(&mass.node) {
            *sum += *persons;
        }
    }

    /// Counts persons seen for the first time in half-year `at`, in the year and, if they came in it, in the half-year.
    #[inline(always)]
    pub(super) fn see(&mut self, at: usize, since: usize, view: usize, persons: Lanes) {
        let first = &mut self.halves[at].first;
        first[0][view] += persons;
        if at == since {
            first[1][view] += persons;
        }
    }

    /// Adds everything to the rows of the layout.
    pub(super) fn count(&self, plan: &Plan<'_>, counts: &mut Counts) {
        let layout = &plan.town.compiled.layout;
        for (number, half) in self.halves.iter().enumerate() {
            for set in &plan.sets {
                counts.stock(set.row, number, sum_in(&half.stock, &set.inside));
            }
            if number == counts.halves {
                break;
            }
            for set in &plan.sets {
                let cell = counts.at(set.row, number);
                let mut starts = sum_in(&half.arrived, &set.inside);
                let mut renewals = 0.0;
                cell.years += sum_in(&half.years, &set.inside);
                cell.ends += sum_in(&half.left, &set.inside);
                for (pair, moved) in half.moved.iter().enumerate() {
                    let (from, to) = (pair / plan.nodes.len(), pair % plan.nodes.len());
                    match (set.inside[from], set.inside[to]) {
                        (false, true) => starts += moved.sum(),
                        (true, false) => cell.ends += moved.sum(),
                        (true, true) => renewals += moved.sum(),
                        (false, false) => {}
                    }
                }
                cell.starts += starts;
                if layout.units[set.row].level == Level::State {
                    cell.renewals += renewals;
                }
                let first = set.view.map_or([starts; 2], |view| [half.first[0][view].sum(), half.first[1][view].sum()]);
                cell.new_in_year += first[0];
                cell.new_in_half += first[1];
            }
            for (reached, &(gate, variant, row)) in half.reached.iter().zip(&plan.variants) {
                let into = |to: usize| plan.nodes[to].held.is_some_and(|held| held.diverted && held.variant == (gate, variant));
                let cell = counts.at(row, number);
                cell.reached += reached.sum();
                let diverted = half.moved.iter().enumerate().filter(|(pair, _)| into(pair % plan.nodes.len()));
                cell.diverted += diverted.map(|(_, moved)| moved.sum()).sum::<f64>();
            }
        }
    }
}

impl Half {
    /// Counts a step of everybody.
    #[inline(always)]
    pub(super) fn pass(&mut self, plan: &Plan<'_>, number: usize, now: &Now, leaving: &Leaving, inflow: &[Lanes], flows: &Flows) {
        let (count, here, came) = (plan.nodes.len(), leaving.until, leaving.kept / leaving.until);
        let rows = self.moved.chunks_exact_mut(count).zip(now.moves.chunks_exact(count)).zip(flows.ended.chunks_exact(count));
        let sums = self.left.iter_mut().zip(&mut self.years).zip(&mut self.arrived);
        let nodes = flows.years.iter().zip(inflow).zip(sums).zip(rows).zip(&plan.links);
        for (from, ((((years, inflow), ((left, sum), arrived)), ((moved, moves), ended)), links)) in nodes.enumerate() {
            let spent = *years * here;
            if from < plan.plain {
                for &to in links {
                    moved[to] += spent * moves[to];
                }
            } else {
                for &to in links {
                    moved[to] += spent * moves[to] + ended[to] * here;
                }
            }
            *left += spent * leaving.rate;
            *sum += spent;
            *arrived += *inflow * came;
        }
        for &(node, variant, rate) in &now.reached {
            self.reached[variant] += flows.years[node] * here * rate;
        }
        for &branch in &plan.requests {
            for &(variant, share) in &plan.at(number).reached[branch] {
                self.reached[variant] += flows.over[branch] * (share * here);
            }
        }
    }
}

fn sum_in(persons: &[Lanes], inside: &[bool]) -> f64 {
    persons.iter().zip(inside).filter(|(_, inside)| **inside).map(|(persons, _)| persons.sum()).sum()
}
