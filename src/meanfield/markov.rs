//! Tracks that hazards alone move, solved exactly: Kolmogorov's forward equations with hazards that are constant between
//! birthdays, New Years, mid-years and changes of policy. Tracks that read each other share one joint state.
//!
//! A stretch with constant hazards is advanced by the Taylor series of the matrix exponential, applied to the vector of
//! expected persons; the same series integrates it, which gives person-years and flows (Moler & Van Loan 2003, *Nineteen
//! dubious ways to compute the exponential of a matrix, twenty-five years later*, 6).
//!
//! Persons seen in a period are those there at its begin and those who come in for the first time. The latter follow from the
//! same equations for those not seen yet, with the way back cut off.

use std::ops::Range;

use super::counts::Counts;
use super::course::{epochs, level, shares};
use super::town::{Cell, Pace, Town, stretches};
use super::{Block, nodes};
use crate::compile::layout::{Layout, Level, MAATWERK};
use crate::compile::{Intensity, Kind, Rate, Split, Track, When};

/// Subdivision of the year in which a seasonal intensity is taken constant.
const SEASON: usize = 1024;

/// What moves persons between joint states.
struct Edge {
    from: usize,
    to: usize,
    rate: usize,
    /// Index of the split, and of the target in it.
    share: (usize, usize),
    /// Product of the couplings' factors.
    factor: f64,
    /// Row that counts a renewal.
    renews: Option<usize>,
}

/// What moves persons on a track: a hazard, or the reciprocal of an exponential mean.
struct Source<'a> {
    track: usize,
    rate: Law<'a>,
}

enum Law<'a> {
    Hazard(&'a Rate),
    Constant(f64),
}

/// A move at an exact age of those born in a stretch of time: track, state left, age and split; and the row that counts a renewal.
struct Birthday {
    track: usize,
    state: usize,
    born: Range<f64>,
    age: f64,
    split: usize,
    row: Option<usize>,
}

impl Birthday {
    /// Whether the same persons make both at one moment.
    fn together(&self, other: &Self) -> bool {
        (self.track, &self.born, self.age) == (other.track, &other.born, other.age)
    }
}

/// A row of the layout and the joint states it counts.
struct Set {
    row: usize,
    inside: Vec<bool>,
}

struct Chain<'a> {
    town: &'a Town<'a>,
    scenario: usize,
    tracks: Vec<usize>,
    sizes: Vec<usize>,
    edges: Vec<Edge>,
    sources: Vec<Source<'a>>,
    splits: Vec<&'a Split>,
    birthdays: Vec<Birthday>,
    sets: Vec<Set>,
    seasonal: bool,
}

/// Persons per joint state, and per set those not seen in the period; `year` and `half` periods.
#[derive(Clone)]
struct State {
    all: Vec<f64>,
    unseen: [Vec<Vec<f64>>; 2],
}

/// Rates of all edges in one stretch, and of leaving.
struct Now {
    edges: Vec<f64>,
    leaving: f64,
    inflow: Vec<f64>,
}

/// The shares of all splits in some epochs: most stretches of time lie in the same ones as that before.
#[derive(Default)]
struct Shares {
    epochs: Vec<(usize, f64)>,
    of: Vec<Vec<f64>>,
}

/// Solves a block and counts it.
pub(super) fn solve(town: &Town<'_>, scenario: usize, block: &Block, counts: &mut Counts) {
    let chain = Chain::new(town, scenario, block);
    for set in &chain.sets {
        counts.know(set.row);
    }
    let frail = chain.frail();
    for (index, cell) in town.cells.iter().enumerate() {
        let born = town.born(index);
        for &(factor, share) in if frail { &town.frailty[..] } else { &[(1.0, 1.0)] } {
            // Of what happens on the day between two half-years half counts for each.
            let sides: &[(f64, [bool; 2])] = match Town::sides(cell.birthday) {
                [0.5, 0.5] => &[(0.5, [true, false]), (0.5, [false, true])],
                [1.0, _] => &[(1.0, [true, false])],
                _ => &[(1.0, [false, true])],
            };
            for &(some, sides) in sides {
                let share = share * some;
                let part = Cell { frailty: cell.frailty * factor, weight: cell.weight * share, ..*cell };
                chain.follow(&part, born * share, sides, counts);
            }
        }
    }
}

impl<'a> Chain<'a> {
    fn new(town: &'a Town<'a>, scenario: usize, block: &Block) -> Self {
        let compiled = town.compiled;
        let all = &compiled.scenarios[scenario].tracks;
        let sizes: Vec<usize> = block.tracks.iter().map(|&track| all[track].states.len()).collect();
        let mut chain = Self {
            town,
            scenario,
            tracks: block.tracks.clone(),
            sizes,
            edges: vec![],
            sources: vec![],
            splits: vec![],
            birthdays: vec![],
            sets: vec![],
            seasonal: compiled.streams.iter().any(|stream| matches!(stream.intensity, Intensity::Seasonal { .. })),
        };
        for index in 0..block.tracks.len() {
            chain.moves(index, &all[block.tracks[index]], &compiled.layout, block.coupled);
        }
        // Those of one track, birth and age together, of each state the one that is declared first.
        chain.birthdays.sort_by(|a, b| {
            let births = a.born.start.total_cmp(&b.born.start);
            a.track.cmp(&b.track).then(births).then(a.age.total_cmp(&b.age)).then(a.state.cmp(&b.state))
        });
        chain.birthdays.dedup_by(|next, one| next.state == one.state && next.together(one));
        chain.list_sets(&compiled.layout, block);
        chain
    }

    fn states(&self) -> usize {
        self.sizes.iter().product()
    }

    /// State of a track of the block in a joint state.
    fn part(&self, joint: usize, index: usize) -> usize {
        joint / self.stride(index) % self.sizes[index]
    }

    fn stride(&self, index: usize) -> usize {
        self.sizes[index + 1..].iter().product()
    }

    fn moves(&mut self, index: usize, track: &'a Track, layout: &Layout, coupled: bool) {
        let stretches = stretches(track.ages());
        for (state, spec) in track.states.iter().enumerate() {
            let row = layout
                .units
                .iter()
                .position(|unit| (unit.level, unit.track, unit.state) == (Level::State, Some(self.tracks[index]), Some(state)));
            for exit in &spec.exits {
                let source = match &exit.when {
                    When::Rate(rate) => Law::Hazard(rate),
                    When::Dwell(laws) => Law::Constant(1.0 / laws[0].mean()),
                    When::Age(ages) => {
                        self.splits.push(&exit.split);
                        let split = self.splits.len() - 1;
                        let of = |born: &Range<f64>| {
                            let age = ages.of(born.start);
                            Birthday { track: index, state, born: born.clone(), age, split, row }
                        };
                        self.birthdays.extend(stretches.iter().map(of));
                        continue;
                    }
                };
                self.edge(index, state, source, &exit.split, row, coupled);
            }
            if !spec.sink {
                for exit in &track.from_any {
                    if let When::Rate(rate) = &exit.when {
                        self.edge(index, state, Law::Hazard(rate), &exit.split, None, coupled);
                    }
                }
            }
            if track.free == Some(state as u8) {
                for onset in &track.onsets {
                    self.edge(index, state, Law::Hazard(&onset.rate), &onset.split, row, coupled);
                }
            }
        }
    }

    fn edge(&mut self, index: usize, state: usize, rate: Law<'a>, split: &'a Split, renews: Option<usize>, coupled: bool) {
        self.splits.push(split);
        for joint in 0..self.states() {
            if self.part(joint, index) != state {
                continue;
            }
            let factor = match &rate {
                Law::Hazard(rate) if coupled => (rate.couplings.iter())
                    .map(|(other, factors)| {
                        let other = self.tracks.iter().position(|track| track == other);
                        other.map_or(1.0, |other| factors[self.part(joint, other)])
                    })
                    .product(),
                Law::Hazard(rate) => rate.otherwise,
                Law::Constant(_) => 1.0,
            };
            for (target, &to) in split.targets.iter().enumerate() {
                let to = (joint as i64 + (i64::from(to) - state as i64) * self.stride(index) as i64) as usize;
                let renews = if to == joint { renews } else { None };
                if to != joint || renews.is_some() {
                    let share = (self.splits.len() - 1, target);
                    self.edges.push(Edge { from: joint, to, rate: self.sources.len(), share, factor, renews });
                }
            }
        }
        self.sources.push(Source { track: self.tracks[index], rate });
    }

    fn list_sets(&mut self, layout: &Layout, block: &Block) {
        let tracks = &self.town.compiled.scenarios[self.scenario].tracks;
        let layer = |joint: usize, index: usize| tracks[self.tracks[index]].states[self.part(joint, index)].layer;
        let met = |joint: usize, index: usize| layer(joint, index) != 0;
        let served = |joint: usize, index: usize| layer(joint, index) == MAATWERK;
        let of = |domain: usize| -> Vec<usize> {
            (0..self.tracks.len()).filter(|&index| self.town.compiled.domains[self.tracks[index]] == Some(domain)).collect()
        };
        let mut sets = Vec::new();
        for (row, unit) in layout.units.iter().enumerate() {
            let index = unit.track.and_then(|track| self.tracks.iter().position(|&other| other == track));
            let inside: Vec<bool> = match (unit.level, index, unit.state, unit.domain) {
                (Level::State, Some(index), Some(state), _) => {
                    (0..self.states()).map(|joint| self.part(joint, index) == state).collect()
                }
                (Level::Track, Some(index), _, _) => (0..self.states()).map(|joint| met(joint, index)).collect(),
                (Level::Domain, _, _, Some(domain)) if block.domains.contains(&domain) => {
                    let of = of(domain);
                    (0..self.states()).map(|joint| of.iter().any(|&index| met(joint, index))).collect()
                }
                (Level::Client, Some(index), _, _) if unit.label.is_none() => {
                    (0..self.states()).map(|joint| served(joint, index)).collect()
                }
                (Level::Client, None, _, Some(domain)) if unit.track.is_none() && block.domains.contains(&domain) => {
                    let of = of(domain);
                    (0..self.states()).map(|joint| of.iter().any(|&index| served(joint, index))).collect()
                }
                _ => continue,
            };
            sets.push(Set { row, inside });
        }
        self.sets = sets;
    }

    /// Adds persons to a vector of joint states.
    fn put(&self, cell: &Cell, kind: &Kind, persons: f64, into: &mut [f64]) {
        let mut joint = vec![persons];
        for &track in &self.tracks {
            let spec = &self.town.compiled.scenarios[self.scenario].tracks[track];
            let mut shares = vec![0.0; spec.states.len()];
            nodes::origins(spec, kind, track, [cell.frailty], self.town.waits(cell), |state, [share], _| shares[state] += share);
            joint = joint.iter().flat_map(|&before| shares.iter().map(move |share| before * share)).collect();
        }
        for (sum, persons) in into.iter_mut().zip(joint) {
            *sum += persons;
        }
    }

    /// Whether a track does nothing for a cell.
    fn stands_still(&self, track: usize, cell: &Cell) -> bool {
        self.town.waits(cell) && self.town.compiled.scenarios[self.scenario].tracks[track].household
    }

    /// Whether frailty decides anything.
    fn frail(&self) -> bool {
        let tracks = &self.town.compiled.scenarios[self.scenario].tracks;
        self.sources.iter().any(|source| matches!(source.rate, Law::Hazard(rate) if rate.frail))
            || self.tracks.iter().any(|&track| tracks[track].initial.iter().any(|initial| initial.frail))
    }

    /// Follows one cell through the horizon; `births`: persons born into it; `sides`: whether what happens on its birthday counts before
    /// a half-year that begins then, and after.
    fn follow(&self, cell: &Cell, births: f64, sides: [bool; 2], counts: &mut Counts) {
        let (town, states) = (self.town, self.states());
        let mut state = State { all: vec![0.0; states], unseen: [vec![], vec![]] };
        for group in town.initial(cell) {
            self.put(cell, &group.kind, group.persons * cell.weight, &mut state.all);
        }
        let begins = &town.compiled.scenarios[self.scenario].begins;
        let born = Town::birth_of(cell);
        let mut known = Shares::default();
        for year in 0..town.compiled.years {
            let start = year as f64;
            let mut marks = vec![0.0, 0.5, 1.0, cell.birthday];
            marks.extend(begins.iter().map(|begin| begin - start));
            let own = self.birthdays.iter().filter(|move_| Town::born_in(cell, &move_.born));
            marks.extend(own.map(|move_| born + move_.age - start));
            if self.seasonal {
                marks.extend((0..SEASON).map(|part| part as f64 / SEASON as f64));
            }
            marks.retain(|mark| (0.0..=1.0).contains(mark));
            marks.sort_unstable_by(f64::total_cmp);
            marks.dedup_by(|a, b| (*a - *b).abs() < 1e-12);
            let paces: Vec<Pace> = (self.sources.iter())
                .map(|source| match &source.rate {
                    _ if self.stands_still(source.track, cell) => Pace::default(),
                    Law::Hazard(rate) => town.pace(rate, cell, year),
                    Law::Constant(rate) => Pace { young: *rate, old: *rate },
                })
                .collect();
            for (number, &from) in marks.iter().enumerate() {
                let now = |age: f64| Town::year_of(cell, age) == year as i64 && (born + age - start - from).abs() < 1e-12;
                let middle = (from - 0.5).abs() < 1e-12;
                let sides = if from == cell.birthday { sides } else { [false, true] };
                for (side, happens) in sides.into_iter().enumerate() {
                    let half = 2 * year + usize::from(from > 0.5 || middle && side == 1);
                    if side == 1 && (from == 0.0 || middle) {
                        self.turn(&mut state, half, counts);
                    }
                    if !happens {
                        continue;
                    }
                    if births > 0.0 && now(0.0) {
                        self.enter(births, half, &mut state, counts);
                    }
                    if town.folk.aged {
                        self.celebrate(cell, now, start + from, half, &mut state, counts);
                    }
                }
                let Some(&until) = marks.get(number + 1) else { break };
                let half = 2 * year + usize::from(from >= 0.5 - 1e-12);
                let nobody = state.all.iter().all(|&persons| persons == 0.0);
                let comes = || {
                    let mut comes = false;
                    town.arrivals(cell, year, start + from, start + until, |rate, _| comes |= rate > 0.0);
                    comes
                };
                if !nobody || comes() {
                    let now = self.now(cell, year, start + from, start + until, &paces, &mut known);
                    self.advance(&now, until - from, half, &mut state, counts);
                }
            }
        }
        for set in &self.sets {
            counts.stock(set.row, counts.halves, sum_in(&state.all, &set.inside));
        }
    }

    /// Begins a half-year, and with an even one a year: nobody but those inside has been seen.
    fn turn(&self, state: &mut State, half: usize, counts: &mut Counts) {
        let outside = |set: &Set| -> Vec<f64> {
            state.all.iter().zip(&set.inside).map(|(&persons, &inside)| if inside { 0.0 } else { persons }).collect()
        };
        let fresh: Vec<Vec<f64>> = self.sets.iter().map(outside).collect();
        if half.is_multiple_of(2) {
            state.unseen[0].clone_from(&fresh);
        }
        state.unseen[1] = fresh;
        for set in &self.sets {
            counts.stock(set.row, half, sum_in(&state.all, &set.inside));
        }
    }

    /// Persons are born, into the first state of every track.
    fn enter(&self, persons: f64, half: usize, state: &mut State, counts: &mut Counts) {
        state.all[0] += persons;
        for (number, set) in self.sets.iter().enumerate() {
            if set.inside[0] {
                let cell = counts.at(set.row, half);
                cell.starts += persons;
                cell.new_in_year += persons;
                cell.new_in_half += persons;
            } else {
                state.unseen[0][number][0] += persons;
                state.unseen[1][number][0] += persons;
            }
        }
    }

    /// Moves at an exact age of those who have it `now`; of one track at an age everybody makes one at most.
    fn celebrate(&self, cell: &Cell, now: impl Fn(f64) -> bool, time: f64, half: usize, state: &mut State, counts: &mut Counts) {
        let begins = &self.town.compiled.scenarios[self.scenario].begins;
        for birthdays in self.birthdays.chunk_by(Birthday::together) {
            let Birthday { track, born, age, .. } = &birthdays[0];
            if !Town::born_in(cell, born) || !now(*age) || self.stands_still(self.tracks[*track], cell) {
                continue;
            }
            let before = state.clone();
            for birthday in birthdays {
                let split = self.splits[birthday.split];
                let shares = shares(split, &epochs(begins, time, time + 1e-9));
                for from in (0..self.states()).filter(|&joint| self.part(joint, birthday.track) == birthday.state) {
                    for (&target, &share) in split.targets.iter().zip(&shares) {
                        let stride = self.stride(birthday.track) as i64;
                        let to = (from as i64 + (i64::from(target) - birthday.state as i64) * stride) as usize;
                        if to != from {
                            self.shift(&before, [from, to], share, half, state, counts);
                        } else if let Some(row) = birthday.row {
                            counts.at(row, half).renewals += before.all[from] * share;
                        }
                    }
                }
            }
        }
    }

    /// Moves a share of those who were in a joint state `before` to another.
    fn shift(&self, before: &State, [from, to]: [usize; 2], share: f64, half: usize, state: &mut State, counts: &mut Counts) {
        let moved = before.all[from] * share;
        state.all[from] -= moved;
        state.all[to] += moved;
        for (number, set) in self.sets.iter().enumerate() {
            let cell = counts.at(set.row, half);
            let unseen = [0, 1].map(|period| before.unseen[period][number][from] * share);
            for (period, moved) in unseen.into_iter().enumerate() {
                state.unseen[period][number][from] -= moved;
                state.unseen[period][number][to] += if set.inside[to] { 0.0 } else { moved };
            }
            match (set.inside[from], set.inside[to]) {
                (false, true) => {
                    cell.starts += moved;
                    cell.new_in_year += unseen[0];
                    cell.new_in_half += unseen[1];
                }
                (true, false) => cell.ends += moved,
                _ => {}
            }
        }
    }

    /// What happens per year in a stretch of time.
    fn now(&self, cell: &Cell, year: usize, from: f64, until: f64, paces: &[Pace], known: &mut Shares) -> Now {
        let begins = &self.town.compiled.scenarios[self.scenario].begins;
        let young = until - year as f64 <= cell.birthday + 1e-12;
        let epochs = epochs(begins, from, until);
        let levels: Vec<f64> = (self.sources.iter().zip(paces))
            .map(|(source, pace)| match &source.rate {
                Law::Hazard(rate) => pace.on(young) * level(rate, &epochs),
                Law::Constant(_) => pace.on(young),
            })
            .collect();
        if known.epochs != epochs {
            known.of = self.splits.iter().map(|split| shares(split, &epochs)).collect();
            known.epochs = epochs;
        }
        let shares = &known.of;
        let mut inflow = vec![0.0; self.states()];
        self.town.arrivals(cell, year, from, until, |rate, kind| self.put(cell, kind, rate, &mut inflow));
        Now {
            edges: self.edges.iter().map(|edge| levels[edge.rate] * edge.factor * shares[edge.share.0][edge.share.1]).collect(),
            leaving: self.town.leaving(cell, year).on(young),
            inflow,
        }
    }

    /// Lets a stretch of time pass.
    fn advance(&self, now: &Now, time: f64, half: usize, state: &mut State, counts: &mut Counts) {
        let years = self.flow(now, time, &mut state.all, None);
        for (edge, rate) in self.edges.iter().zip(&now.edges) {
            let moved = years[edge.from] * rate;
            if let Some(row) = edge.renews {
                counts.at(row, half).renewals += moved;
            } else {
                for set in &self.sets {
                    match (set.inside[edge.from], set.inside[edge.to]) {
                        (false, true) => counts.at(set.row, half).starts += moved,
                        (true, false) => counts.at(set.row, half).ends += moved,
                        _ => {}
                    }
                }
            }
        }
        for (number, set) in self.sets.iter().enumerate() {
            let arrived = time * sum_in(&now.inflow, &set.inside);
            let inside = sum_in(&years, &set.inside);
            let cell = counts.at(set.row, half);
            cell.years += inside;
            cell.starts += arrived;
            cell.ends += inside * now.leaving;
            let mut new = [arrived; 2];
            for (new, unseen) in new.iter_mut().zip(&mut state.unseen) {
                let years = self.flow(now, time, &mut unseen[number], Some(&set.inside));
                for (edge, rate) in self.edges.iter().zip(&now.edges) {
                    if !set.inside[edge.from] && set.inside[edge.to] {
                        *new += years[edge.from] * rate;
                    }
                }
            }
            cell.new_in_year += new[0];
            cell.new_in_half += new[1];
        }
    }

    /// Advances persons per joint state by `time` years; returns the person-years. Who enters a state of `cut` is gone.
    fn flow(&self, now: &Now, time: f64, persons: &mut [f64], cut: Option<&[bool]>) -> Vec<f64> {
        let states = persons.len();
        let mut out = vec![now.leaving; states];
        for (edge, rate) in self.edges.iter().zip(&now.edges) {
            out[edge.from] += rate;
        }
        let stretches = libm::ceil(out.iter().copied().fold(0.0, f64::max) * time).max(1.0);
        let step = time / stretches;
        let open = |state: usize| cut.is_none_or(|cut| !cut[state]);
        let mut years = vec![0.0; states];
        let mut term = vec![0.0; states];
        let mut next = vec![0.0; states];
        for _ in 0..stretches as usize {
            term.copy_from_slice(persons);
            for order in 0..40 {
                let scale = step / (order as f64 + 1.0);
                for state in 0..states {
                    years[state] += term[state] * scale;
                    next[state] = if order == 0 && open(state) { now.inflow[state] } else { 0.0 };
                }
                for (edge, rate) in self.edges.iter().zip(&now.edges) {
                    if edge.from != edge.to {
                        let moved = term[edge.from] * rate;
                        next[edge.from] -= moved;
                        if open(edge.to) {
                            next[edge.to] += moved;
                        }
                    }
                }
                let (mut largest, mut total) = (0.0f64, 0.0f64);
                for state in 0..states {
                    next[state] = (next[state] - term[state] * now.leaving) * scale;
                    persons[state] += next[state];
                    largest = largest.max(next[state].abs());
                    total = total.max(persons[state].abs());
                }
                std::mem::swap(&mut term, &mut next);
                if largest <= 1e-18 * total {
                    break;
                }
            }
        }
        years
    }
}

fn sum_in(persons: &[f64], inside: &[bool]) -> f64 {
    persons.iter().zip(inside).filter(|(_, inside)| **inside).map(|(persons, _)| persons).sum()
}
