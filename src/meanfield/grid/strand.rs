//! Persons of one class and cohort: who they are, where they begin, and the years in which nothing happens to them.

use super::super::classes::{kinds, start_alike};
use super::super::lanes::Lanes;
use super::super::lives::Life;
use super::super::nodes::origins;
use super::super::town::{Cell, Town};
use super::mass::Mass;
use super::plan::{Plan, Source};
use super::{Desk, Grid};
use crate::compile::Kind;

/// Persons of one cohort whom this track tells apart by birthday and frailty only.
#[derive(Default)]
pub(super) struct Strand {
    /// The cells of the town with the first birthday node, and the rows of [`Town::whole`] of these.
    pub cells: Vec<usize>,
    pub rows: Vec<usize>,
    /// [group of frailty nodes × birthday node]: who is where, empty until anybody is; at least as many as are needed. While they are
    /// at fewer nodes, those are the first of a group.
    pub masses: Vec<Mass>,
    /// At how many birthday nodes they are: all, three, or one.
    pub spread: usize,
    /// Nobody ever leaves the first state: they are not the referent of their household. All cohorts together, as if of one birthday.
    pub still: bool,
}

/// What goes to each of the three nodes of Simpson's rule of a birthday somewhere in the year: Lagrange's polynomials, so that every
/// rule that is exact for parabolas becomes Simpson's.
fn simpson(birthday: f64) -> [f64; 3] {
    let (first, middle, last) = (birthday, birthday - 0.5, birthday - 1.0);
    [2.0 * middle * last, -4.0 * first * last, 2.0 * first * middle]
}

impl Grid<'_> {
    /// Puts cells that this track does not tell apart together: their share in each state differs only by when they arrived. Nobody is
    /// in their place yet.
    pub(super) fn sort<'s>(&self, strands: &'s mut Vec<Strand>) -> &'s mut [Strand] {
        let Plan { town, track, .. } = self.plan;
        let rates =
            || self.plan.sources.iter().filter_map(|source| if let Source::Rate(rate) = source { Some(rate) } else { None });
        let classes = &town.folk.classes;
        let alike = |one: usize, other: usize| {
            let [(one, waits), (other, also)] = [one, other].map(|class| classes[class]);
            let rows = |profile: usize| rates().map(move |rate| town.compiled.tables[rate.table].profiles[profile]);
            (waits == also || !track.household) && rows(one).eq(rows(other)) && start_alike(&track.initial, one, other)
        };
        let (first, kinds) = kinds(classes.len(), alike);
        let nodes = town.nodes.len();
        let places = first.len() * town.parts * town.folk.cohorts;
        let mut known = vec![None; places];
        let mut count = 0;
        let mut take = |strands: &mut Vec<Strand>, spread: usize, still: bool| {
            if count == strands.len() {
                strands.push(Strand::default());
            }
            let strand = &mut strands[count];
            strand.cells.clear();
            strand.rows.clear();
            (strand.spread, strand.still) = (spread, still);
            if strand.masses.len() < self.groups.len() * nodes {
                strand.masses.resize_with(self.groups.len() * nodes, Mass::default);
            }
            strand.masses.iter_mut().for_each(Mass::forget);
            count += 1;
            count - 1
        };
        let still = take(strands, 1, true);
        let spread = if self.joins { 1 } else { nodes };
        for row in 0..town.rows() {
            let index = town.first(row);
            let cell = &town.cells[index];
            let strand = if track.household && town.waits(cell) {
                still
            } else {
                let place = (kinds[cell.class] * town.parts + row % town.parts) * town.folk.cohorts + cell.cohort;
                *known[place].get_or_insert_with(|| take(strands, spread, false))
            };
            strands[strand].cells.push(index);
            strands[strand].rows.push(row);
        }
        &mut strands[..count]
    }

    /// Puts those who are there at the start in their nodes.
    #[inline(always)]
    pub(super) fn begin(&self, strand: &mut Strand, desk: &mut Desk) {
        let (plan, town, nodes) = (&self.plan, self.plan.town, self.plan.town.nodes.len());
        let mut groups: Vec<(&Kind, f64)> = Vec::new();
        for (number, &[factors, shares]) in self.groups.iter().enumerate() {
            for node in 0..strand.spread {
                let now = self.now(number, &town.cells[town.at(strand.cells[0], node)], 0, 0, desk);
                let mass = &mut strand.masses[number * nodes + node];
                let all = strand.spread < nodes;
                let first = &town.cells[town.at(strand.cells[0], node)];
                let weight = first.weight / if all { town.nodes[node].weight } else { 1.0 };
                let leaving = town.leaving(first, 0).on(first.birthday > 0.0 || all);
                // The shares of an age are the same for all of a strand, and dear to find.
                groups.clear();
                for group in strand.cells.iter().flat_map(|&index| town.initial(&town.cells[index])) {
                    let kind = &*group.kind;
                    let same = |known: &Kind| (known.age, known.origins[plan.index]) == (kind.age, kind.origins[plan.index]);
                    match groups.iter_mut().find(|(known, _)| same(known)) {
                        Some((_, persons)) => *persons += group.persons,
                        None => groups.push((kind, group.persons)),
                    }
                }
                let factors = (factors * first.frailty).0;
                for &(kind, persons) in &groups {
                    let persons = shares * (persons * weight);
                    origins(plan.track, kind, plan.index, factors, town.waits(first), |state, shares, since| {
                        let persons = persons * Lanes(shares);
                        if !persons.is_zero() {
                            mass.settle(plan, plan.at(0).entered[state], since, persons, leaving, &desk.nows[now]);
                        }
                    });
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
            && (plan.moves.iter().map(|each| (each.node, desk.paces[each.source])))
                .all(|(node, pace)| node != first || (pace.young == 0.0 && pace.old == 0.0))
            && !plan.birthdays.iter().any(|birthday| birthday.branches[0].is_some() && self.birthday(cell, year))
            && strand
                .masses
                .iter()
                .all(|mass| mass.node.iter().enumerate().all(|(node, persons)| node == first || persons.is_zero()))
    }

    /// A year in which nobody leaves the first state: what is known of the cells is all there is.
    pub(super) fn rest(&self, strand: &mut Strand, year: usize, desk: &mut Desk) {
        let first = self.plan.at(year * self.plan.per_year).entered[0];
        let nodes = self.plan.town.nodes.len();
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
    /// Makes room for persons in the nodes of a plan.
    pub(super) fn fit(&mut self, plan: &Plan<'_>) {
        for group in self.masses.chunks_exact_mut(plan.town.nodes.len()) {
            group[..self.spread].iter_mut().filter(|mass| mass.node.is_empty()).for_each(|mass| mass.fit(plan));
        }
    }

    /// Takes them to as many birthday nodes as there are `lives`, and to each as many as there are of it at the begin of the year that
    /// these tell of, out of `nodes`.
    pub(super) fn spread(&mut self, lives: &[[Life; 2]], nodes: usize) {
        if lives.len() == self.spread {
            return;
        }
        for group in self.masses.chunks_exact_mut(nodes) {
            join(&mut group[..self.spread]);
            split(&mut group[..lives.len()], lives);
        }
        self.spread = lives.len();
    }
}

/// What is known of a strand in a year, at so many birthday nodes; `all` is that of all of them together.
pub(super) fn gather(lives: &mut Vec<[Life; 2]>, town: &Town<'_>, strand: &Strand, year: usize, spread: usize, all: [Life; 2]) {
    lives.clear();
    if spread == 1 {
        lives.push(all);
        return;
    }
    lives.resize(spread, [Life::default(); 2]);
    for (number, node) in town.nodes.iter().enumerate() {
        for half in 0..2 {
            let cells = strand.rows.iter().map(|&row| town.life(2 * year + half, number, row));
            let here = cells.fold(Life::default(), |sum, life| sum.plus(&life));
            if spread == town.nodes.len() {
                lives[number][half] = here;
                continue;
            }
            for (few, part) in lives.iter_mut().zip(simpson(node.at)) {
                few[half] = few[half].plus(&here.times(part));
            }
        }
    }
}

fn join(masses: &mut [Mass]) {
    let Some((first, others)) = masses.split_first_mut() else { return };
    for other in others {
        first.add(other, 1.0);
        other.clear();
    }
}

/// All are in the first.
fn split(masses: &mut [Mass], lives: &[[Life; 2]]) {
    let Some((first, others)) = masses.split_first_mut() else { return };
    let sum: f64 = lives.iter().map(|lives| lives[0].stock).sum();
    // Of a cohort that is still to come there is nobody to divide.
    let share = |lives: &[Life; 2]| if sum > 0.0 { lives[0].stock / sum } else { 0.0 };
    for (other, lives) in others.iter_mut().zip(&lives[1..]) {
        other.add(first, share(lives));
    }
    first.scale(share(&lives[0]));
}
