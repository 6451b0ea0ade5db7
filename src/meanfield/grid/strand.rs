//! Persons of one class and cohort: who they are, where they begin, and the years in which nothing happens to them.

use std::collections::BTreeMap;

use super::super::nodes::origins;
use super::super::town::{Cell, Life};
use super::lanes::{LANES, Lanes};
use super::mass::Mass;
use super::plan::{Plan, Source};
use super::{Desk, Grid};
use crate::model::MAX_AGE;

/// Persons of one cohort whom this track tells apart by birthday and frailty only.
pub(super) struct Strand {
    /// Per birthday node: the cells of the town; and all of them.
    pub cells: Vec<Vec<usize>>,
    pub all: Vec<usize>,
    /// [group of frailty nodes × birthday node]: who is where. While they are joined, all are in the first of a group.
    pub masses: Vec<Mass>,
    pub joined: bool,
    /// Nobody ever leaves the first state: they are not the referent of their household.
    pub still: bool,
}

impl Grid<'_> {
    /// Cells that this track does not tell apart, together: their share in each state differs only by when they arrived.
    pub(super) fn strands(&self) -> Vec<Strand> {
        let Plan { town, track, .. } = self.plan;
        let rates =
            || self.plan.moves.iter().filter_map(|each| if let Source::Rate(rate) = each.source { Some(rate) } else { None });
        let signature = |&(profile, waits): &(usize, bool)| {
            let tables = rates().map(|rate| &town.compiled.tables[rate.table]);
            let mut words: Vec<u64> =
                tables.flat_map(|table| [table.scale[profile].to_bits(), table.shape[profile] as u64]).collect();
            for initial in &track.initial {
                words.extend(initial.share[profile * (MAX_AGE + 1)..][..=MAX_AGE].iter().map(|share| share.to_bits()));
            }
            words.push(u64::from(waits && track.household));
            words
        };
        let mut numbers = BTreeMap::new();
        let kinds: Vec<usize> = (town.classes.iter())
            .map(|class| {
                let next = numbers.len();
                *numbers.entry(signature(class)).or_insert(next)
            })
            .collect();
        let nodes = town.nodes.len();
        let places = numbers.len() * town.parts * town.cohorts;
        let mut known = vec![None; places];
        let mut strands: Vec<Strand> = Vec::with_capacity(places);
        for (index, cell) in town.cells.iter().enumerate() {
            let place = (kinds[cell.class] * town.parts + index % town.parts) * town.cohorts + cell.cohort;
            let strand = *known[place].get_or_insert_with(|| {
                let still = track.household && town.waits(cell);
                let mass = |number: usize| match number % nodes {
                    _ if still => Mass::default(),
                    0 => Mass::new(&self.plan),
                    _ if self.joins => Mass::default(),
                    _ => Mass::new(&self.plan),
                };
                strands.push(Strand {
                    cells: vec![vec![]; nodes],
                    all: vec![],
                    masses: (0..self.groups.len() * nodes).map(mass).collect(),
                    joined: self.joins,
                    still,
                });
                strands.len() - 1
            });
            strands[strand].cells[cell.node].push(index);
            strands[strand].all.push(index);
        }
        strands
    }

    /// Puts those who are there at the start in their nodes.
    pub(super) fn begin(&self, strand: &mut Strand, desk: &mut Desk) {
        let (plan, town, nodes) = (&self.plan, self.plan.town, strand.cells.len());
        let last = if strand.joined { 1 } else { nodes };
        for (number, &[factors, shares]) in self.groups.iter().enumerate() {
            for (node, cells) in strand.cells.iter().enumerate().take(last) {
                let now = self.now(number, &town.cells[cells[0]], 0, 0, desk);
                let mass = &mut strand.masses[number * nodes + node];
                for &index in cells {
                    let cell = &town.cells[index];
                    let leaving = town.leaving(cell, 0).on(cell.birthday > 0.0 || strand.joined);
                    let weight = cell.weight / if strand.joined { town.nodes[node].weight } else { 1.0 };
                    for group in town.initial(cell) {
                        let persons = shares * (group.persons * weight);
                        let each = |lane: usize| {
                            let frailty = cell.frailty * factors.0[lane];
                            origins(plan.track, &group.kind, plan.index, frailty, town.waits(cell))
                        };
                        let lanes: [_; LANES] = core::array::from_fn(each);
                        for origin in 0..lanes[0].len() {
                            let (state, _, since) = lanes[0][origin];
                            let persons = persons * Lanes(core::array::from_fn(|lane| lanes[lane][origin].1));
                            if !persons.is_zero() {
                                let node = plan.at(0).entered[state];
                                mass.settle(plan, node, since, persons, leaving, &desk.nows[now]);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Whether everybody stays in the first state all year.
    pub(super) fn idle(&self, strand: &Strand, cell: &Cell, year: usize, desk: &Desk) -> bool {
        let plan = &self.plan;
        let first = plan.at(year * plan.per_year).entered[0];
        first < plan.plain
            && !self.settled
            && (plan.moves.iter().zip(&desk.paces))
                .all(|(each, pace)| each.node != first || (pace.young == 0.0 && pace.old == 0.0))
            && !plan.birthdays.iter().any(|birthday| birthday.state == 0 && self.birthday(cell, year))
            && strand
                .masses
                .iter()
                .all(|mass| mass.node.iter().enumerate().all(|(node, persons)| node == first || persons.is_zero()))
    }

    /// A year in which nobody leaves the first state: what is known of the cells is all there is.
    pub(super) fn rest(&self, strand: &mut Strand, year: usize, desk: &mut Desk) {
        let first = self.plan.at(year * self.plan.per_year).entered[0];
        let nodes = strand.cells.len();
        if strand.joined || strand.still {
            let sum = |half: usize| desk.lives.iter().map(|lives| &lives[half]).fold(Life::default(), Life::plus);
            let lives = [sum(0), sum(1)];
            desk.lives.clear();
            desk.lives.push(lives);
        }
        for (number, &[_, shares]) in self.groups.iter().enumerate() {
            for (node, lives) in desk.lives.iter().enumerate() {
                for (half, life) in (2 * year..).zip(lives) {
                    let half = &mut desk.totals.halves[half];
                    half.stock[first] += shares * life.stock;
                    half.years[first] += shares * life.years;
                    half.arrived[first] += shares * life.entries;
                    half.left[first] += shares * life.exits;
                    for (view, _) in self.plan.cuts.iter().enumerate().filter(|(_, cut)| cut[first]) {
                        half.first[0][view] += shares * life.entries;
                        half.first[1][view] += shares * life.entries;
                    }
                }
                let last = shares * lives[1].last();
                if !strand.still {
                    strand.masses[number * nodes + node].node[first] = last;
                } else if year + 1 == self.plan.town.compiled.years {
                    desk.totals.halves[2 * year + 2].stock[first] += last;
                }
            }
        }
    }
}

impl Strand {
    /// Takes those of all birthdays together, or divides them over the birthdays: as many as there are of each at the begin of the
    /// year that `lives` tells of.
    pub(super) fn join(&mut self, joined: bool, lives: &[[Life; 2]]) {
        if joined == self.joined {
            return;
        }
        for group in self.masses.chunks_exact_mut(self.cells.len()) {
            if joined { join(group) } else { split(group, lives) }
        }
        self.joined = joined;
    }
}

fn join(masses: &mut [Mass]) {
    let Some((first, others)) = masses.split_first_mut() else { return };
    for other in others {
        first.add(other, 1.0);
        other.clear();
    }
}

fn split(masses: &mut [Mass], lives: &[[Life; 2]]) {
    let Some((first, others)) = masses.split_first_mut() else { return };
    let sum: f64 = lives.iter().map(|lives| lives[0].stock).sum();
    if sum == 0.0 {
        return;
    }
    for (other, lives) in others.iter_mut().zip(&lives[1..]) {
        other.add(first, lives[0].stock / sum);
    }
    let all = first.clone();
    first.clear();
    first.add(&all, lives[0][0].stock / sum);
}
