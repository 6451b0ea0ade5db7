//! A track on which a time in a state decides, solved in equal time steps.
//!
//! In a step every phase of a chain moves one on, less those whose time is up and those whom a hazard takes; both are taken to
//! come evenly over the step. States without memory are advanced by matrices made once per set of rates, with what flows in
//! from the chains as an even source. The error falls with the square of the step; no fit of a law is needed.
//!
//! Death and departure take everybody alike, so they are a factor on each step; all cells with the same rates share the
//! matrices. Those seen in a period for the first time are found by following those not seen yet, the way back cut off.

use std::collections::BTreeMap;

use super::counts::Counts;
use super::course::{epochs, level, shares};
use super::nodes::{Held, Node, Nodes, Way, falls, origins};
use super::town::{Cell, Group, Life, Pace, Town};
use super::view::{View, views};
use super::{Block, Settings};
use crate::compile::layout::Level;
use crate::compile::{Kind, Origin, Rate, Since, Split, Track, When};
use crate::model::MAX_AGE;

/// Something that happens at a rate in a node.
struct Move<'a> {
    node: usize,
    source: Source<'a>,
    split: usize,
    /// Whether a move to the same state is a renewal, rather than nothing.
    stays: bool,
}

#[derive(Clone, Copy)]
enum Source<'a> {
    Rate(&'a Rate),
    Constant(f64),
}

/// A move at an exact age.
struct Birthday {
    state: usize,
    age: f64,
    split: usize,
}

/// Where the end of a stay leads.
enum Branch<'a> {
    /// A split of a state, with its gates.
    Split(&'a Split, usize),
    /// Straight to a state.
    To(usize),
}

/// What all cells share in one step.
struct Plan {
    /// Per move: mean level of its course.
    levels: Vec<f64>,
    /// Per branch: nodes entered, with shares.
    targets: Vec<Vec<(usize, f64)>>,
    /// Per branch: variants of gates by which a request is reached, with shares.
    reached: Vec<Vec<(usize, f64)>>,
    /// Nodes entered by state.
    entered: Vec<usize>,
    /// The first step with the same plan.
    same_as: usize,
}

/// A row of the layout and the nodes it counts.
struct Set {
    row: usize,
    inside: Vec<bool>,
    /// Who is followed to find those seen for the first time: an index in `views`, from 1; none for states that are never
    /// left, where every start is a first one.
    view: Option<usize>,
}

/// Expected persons of a cell, or those of them not seen yet.
#[derive(Clone, Default)]
struct Mass {
    /// Per node, phases and points included.
    node: Vec<f64>,
    /// Per chain its phases, one after the other.
    phases: Vec<f64>,
    /// Persons with one exact time in a state: node, years in it, persons.
    points: Vec<(usize, f64, f64)>,
}

/// Rates on a track in one step, and what follows from them.
struct Now {
    chains: Vec<Fate>,
    /// Everybody; then those not seen yet, per cut.
    views: Vec<View>,
    /// Per node and variant of a gate: requests by hazards that it reaches, per year.
    reached: Vec<f64>,
}

/// What hazards do in a step to those in a chain.
struct Fate {
    /// Rate per year at which hazards end a stay.
    out: f64,
    /// Chance that none comes in a step.
    kept: f64,
    /// Mean chance that none comes until a moment of the step.
    until: f64,
    /// Person-years of those whose time is up in the step, as a share of it.
    ended: f64,
    /// Person-years in the step of entry, relative to no hazard.
    entered: f64,
}

/// Death and departure in a half-year: rate per year, chance to stay through a step, mean chance until a moment of it.
#[derive(Clone, Copy)]
struct Leaving {
    rate: f64,
    kept: f64,
    until: f64,
}

/// Working memory of a step.
#[derive(Default)]
struct Flows {
    /// Persons per branch and dwell time, in the order of `ends`.
    over: Vec<f64>,
    /// Person-years per node.
    years: Vec<f64>,
    /// Persons per pair of nodes moved by dwell times.
    ended: Vec<f64>,
    sources: Vec<f64>,
    late: Vec<f64>,
    before: Vec<f64>,
}

/// Cells of one cohort, birthday and frailty that this track does not tell apart.
struct Lump {
    cells: Vec<usize>,
}

struct Grid<'a> {
    town: &'a Town<'a>,
    track: &'a Track,
    index: usize,
    begins: &'a [f64],
    step: f64,
    per_year: usize,
    /// Those without memory come first.
    nodes: Vec<Node>,
    /// How many have no memory.
    plain: usize,
    /// Per node where its phases begin.
    offsets: Vec<usize>,
    phases: usize,
    moves: Vec<Move<'a>>,
    branches: Vec<Branch<'a>>,
    /// Per node and ending of its chain: the branch.
    ends: Vec<Vec<usize>>,
    /// Variants of gates: gate, variant and row of the layout.
    variants: Vec<(usize, usize, usize)>,
    held: Vec<(Held, usize, usize)>,
    birthdays: Vec<Birthday>,
    plans: Vec<Plan>,
    sets: Vec<Set>,
    /// Per view: the nodes cut off; of the first, none.
    cuts: Vec<Vec<bool>>,
}

/// Working memory for one cell, reused from cell to cell.
struct Desk {
    all: Mass,
    /// Per period (year, second half of it) and cut: those not seen in it.
    unseen: [Vec<Mass>; 2],
    /// How many of these periods have begun.
    periods: usize,
    /// Per period and cut: those seen for the first time.
    first: [Vec<f64>; 2],
    flows: Flows,
    /// Per pair of nodes: persons moved in the half-year; per node: who arrived, who left the town, person-years.
    moved: Vec<f64>,
    arrived: Vec<f64>,
    left: Vec<f64>,
    years: Vec<f64>,
    /// Per variant of a gate: requests reached.
    reached: Vec<f64>,
    inflow: Vec<f64>,
    /// Arrivals who have been in their state for some time.
    late: Vec<(usize, Since, f64)>,
    paces: Vec<Pace>,
    lives: Vec<Life>,
    /// What was worked out for a plan and rates.
    known: BTreeMap<Vec<u64>, usize>,
    nows: Vec<Now>,
}

/// Solves a block of one track and counts it.
pub(super) fn solve(town: &Town<'_>, scenario: usize, block: &Block, settings: &Settings, counts: &mut Counts) {
    let grid = Grid::new(town, scenario, block, settings);
    for row in grid.sets.iter().map(|set| set.row).chain(grid.variants.iter().map(|variant| variant.2)) {
        counts.know(row);
    }
    let mut desk = Desk::new(&grid);
    for lump in grid.lumps() {
        grid.follow(&lump, &mut desk, counts);
    }
}

impl Desk {
    fn new(grid: &Grid<'_>) -> Self {
        let (nodes, views) = (grid.nodes.len(), grid.cuts.len());
        let mass = Mass { node: vec![0.0; nodes], phases: vec![0.0; grid.phases], points: vec![] };
        Self {
            unseen: [vec![mass.clone(); views], vec![mass.clone(); views]],
            periods: 1,
            all: mass,
            first: [vec![0.0; views], vec![0.0; views]],
            flows: Flows {
                over: vec![0.0; grid.branches.len()],
                years: vec![0.0; nodes],
                ended: vec![0.0; nodes * nodes],
                sources: vec![0.0; nodes],
                late: vec![0.0; nodes],
                before: vec![0.0; nodes],
            },
            moved: vec![0.0; nodes * nodes],
            arrived: vec![0.0; nodes],
            left: vec![0.0; nodes],
            years: vec![0.0; nodes],
            reached: vec![0.0; grid.variants.len()],
            inflow: vec![0.0; nodes],
            late: vec![],
            paces: vec![],
            lives: vec![],
            known: BTreeMap::new(),
            nows: vec![],
        }
    }
}

impl<'a> Grid<'a> {
    fn new(town: &'a Town<'a>, scenario: usize, block: &Block, settings: &Settings) -> Self {
        let index = block.tracks[0];
        let scenario = &town.compiled.scenarios[scenario];
        let (track, begins) = (&scenario.tracks[index], &scenario.begins[..]);
        let step = 1.0 / settings.steps_per_year as f64;
        let Nodes { list, entered, held } = Nodes::new(track, begins.len(), step);
        let mut offsets = Vec::new();
        let mut phases = 0;
        for node in &list {
            offsets.push(phases);
            phases += node.chain.as_ref().map_or(0, |chain| chain.still.len());
        }
        let mut grid = Self {
            town,
            track,
            index,
            begins,
            step,
            per_year: settings.steps_per_year,
            plain: list.iter().filter(|node| node.chain.is_none()).count(),
            nodes: list,
            offsets,
            phases,
            moves: vec![],
            branches: vec![],
            ends: vec![],
            variants: vec![],
            held,
            birthdays: vec![],
            plans: vec![],
            sets: vec![],
            cuts: vec![],
        };
        grid.list_moves();
        grid.list_sets();
        grid.plan(&entered);
        grid
    }

    fn list_moves(&mut self) {
        let track = self.track;
        for (state, spec) in track.states.iter().enumerate() {
            for exit in &spec.exits {
                if let When::Age(age) = exit.when {
                    let split = self.branch(Branch::Split(&exit.split, state));
                    self.birthdays.push(Birthday { state, age, split });
                }
            }
        }
        for node in 0..self.nodes.len() {
            let state = self.nodes[node].state;
            let spec = &track.states[state];
            let mut exits = Vec::new();
            for (number, exit) in spec.exits.iter().enumerate() {
                let split = self.branch(Branch::Split(&exit.split, state));
                exits.push(split);
                if let When::Rate(rate) = &exit.when {
                    self.moves.push(Move { node, source: Source::Rate(rate), split, stays: true });
                } else if let Some(&(_, rate)) = self.nodes[node].exponential.iter().find(|(exit, _)| *exit == number) {
                    self.moves.push(Move { node, source: Source::Constant(rate), split, stays: true });
                }
            }
            let ways: Vec<Way> =
                self.nodes[node].chain.iter().flat_map(|chain| chain.endings.iter().map(|end| end.way)).collect();
            let ends = ways.into_iter().map(|way| match way {
                Way::Exit(number) => exits[number],
                Way::To(state) => self.branch(Branch::To(state)),
            });
            let ends = ends.collect();
            self.ends.push(ends);
            if !spec.sink {
                for exit in &track.from_any {
                    if let When::Rate(rate) = &exit.when {
                        let split = self.branch(Branch::Split(&exit.split, state));
                        self.moves.push(Move { node, source: Source::Rate(rate), split, stays: false });
                    }
                }
            }
            if track.free == Some(state as u8) {
                for onset in &track.onsets {
                    let split = self.branch(Branch::Split(&onset.split, state));
                    self.moves.push(Move { node, source: Source::Rate(&onset.rate), split, stays: true });
                }
            }
        }
    }

    fn branch(&mut self, branch: Branch<'a>) -> usize {
        self.branches.push(branch);
        self.branches.len() - 1
    }

    fn list_sets(&mut self) {
        let layout = &self.town.compiled.layout;
        let domain = self.town.compiled.domains[self.index];
        let alone = self.town.compiled.domains.iter().filter(|&&other| domain.is_some() && other == domain).count() == 1;
        let met = |node: &Node| self.track.states[node.state].layer != 0;
        self.cuts.push(vec![false; self.nodes.len()]);
        for (row, unit) in layout.units.iter().enumerate() {
            if let (Level::Gate, Some((gate, variant))) = (unit.level, unit.gate.filter(|_| unit.track == Some(self.index))) {
                self.variants.push((gate, variant, row));
            }
            let inside: Vec<bool> = match (unit.level, unit.track, unit.state) {
                (Level::State, Some(track), Some(state)) if track == self.index => {
                    self.nodes.iter().map(|node| node.state == state).collect()
                }
                (Level::Track, Some(track), _) if track == self.index => self.nodes.iter().map(met).collect(),
                (Level::Domain, _, _) if alone && unit.domain == domain => self.nodes.iter().map(met).collect(),
                _ => continue,
            };
            let left = |node: usize| {
                self.nodes[node].chain.is_some()
                    || self.moves.iter().any(|other| other.node == node)
                    || self.birthdays.iter().any(|birthday| birthday.state == self.nodes[node].state)
            };
            let view = (0..inside.len()).any(|node| inside[node] && left(node)).then(|| {
                let known = self.cuts.iter().position(|cut| *cut == inside);
                known.unwrap_or_else(|| {
                    self.cuts.push(inside.clone());
                    self.cuts.len() - 1
                })
            });
            self.sets.push(Set { row, inside, view });
        }
    }

    fn plan(&mut self, entered: &[Vec<usize>]) {
        let steps = self.town.compiled.years * self.per_year;
        for number in 0..steps {
            let from = number as f64 * self.step;
            let epochs = epochs(self.begins, from, from + self.step);
            let middle = crate::compile::epoch(self.begins, from + 0.5 * self.step);
            let entered: Vec<usize> = entered.iter().map(|row| row[middle]).collect();
            let levels = (self.moves.iter())
                .map(|each| match each.source {
                    Source::Rate(rate) => level(rate, &epochs),
                    Source::Constant(_) => 1.0,
                })
                .collect();
            let (targets, reached) = self.branches.iter().map(|branch| self.lead(branch, &epochs, &entered)).unzip();
            let mut plan = Plan { levels, targets, reached, entered, same_as: number };
            if let Some(last) = self.plans.last()
                && (&last.levels, &last.targets, &last.reached, &last.entered)
                    == (&plan.levels, &plan.targets, &plan.reached, &plan.entered)
            {
                plan.same_as = last.same_as;
            }
            self.plans.push(plan);
        }
    }

    /// Where a branch leads in a step, and which variants of gates its requests meet.
    fn lead(&self, branch: &Branch<'_>, epochs: &[(usize, f64)], entered: &[usize]) -> (Vec<(usize, f64)>, Vec<(usize, f64)>) {
        let (split, from) = match *branch {
            Branch::Split(split, from) => (split, from),
            Branch::To(state) => return (vec![(entered[state], 1.0)], vec![]),
        };
        let (mut targets, mut reached) = (Vec::new(), Vec::new());
        let put = |list: &mut Vec<(usize, f64)>, key: usize, share: f64| match list.iter_mut().find(|(known, _)| *known == key) {
            Some((_, sum)) => *sum += share,
            None => list.push((key, share)),
        };
        for &(epoch, part) in epochs {
            let shares = shares(split, &[(epoch, 1.0)]);
            for (number, (&to, share)) in split.targets.iter().zip(shares).enumerate() {
                let (asked, share) = (usize::from(to), part * share);
                let gate = split.gates.get(number).copied().flatten().map(usize::from);
                let gate =
                    gate.filter(|&gate| if asked == from { self.track.gates[gate].renewal } else { self.track.gates[gate].new });
                let Some(gate) = gate else {
                    put(&mut targets, entered[asked], share);
                    continue;
                };
                let spec = &self.track.gates[gate];
                let row = &spec.reach[if spec.reach.len() > 1 { epoch } else { 0 }];
                let (mut before, mut direct) = (0.0, share);
                for (variant, (&upto, form)) in row.iter().zip(&spec.variants).enumerate() {
                    let offered = share * (upto - before);
                    before = upto;
                    let success = form.success[if form.success.len() > 1 { epoch } else { 0 }];
                    let place = |diverted| {
                        let held = Held { variant: (gate, variant), diverted, asked };
                        self.held.iter().find(|(known, of, _)| *known == held && *of == epoch).map(|(_, _, node)| *node)
                    };
                    for (diverted, held) in [(true, offered * success), (false, offered * (1.0 - success))] {
                        if let Some(node) = place(diverted) {
                            put(&mut targets, node, held);
                            direct -= held;
                        }
                    }
                    let index = self.variants.iter().position(|known| (known.0, known.1) == (gate, variant));
                    if let Some(index) = index {
                        put(&mut reached, index, offered);
                    }
                }
                put(&mut targets, entered[asked], direct);
            }
        }
        (targets, reached)
    }

    /// Cells that this track does not tell apart, together: their share in each state differs only by when they arrived.
    fn lumps(&self) -> Vec<Lump> {
        let mut known = BTreeMap::new();
        let mut lumps: Vec<Lump> = Vec::new();
        let rates = || self.moves.iter().filter_map(|each| if let Source::Rate(rate) = each.source { Some(rate) } else { None });
        let signatures: Vec<Vec<u64>> = (self.town.classes.iter())
            .map(|&(profile, waits)| {
                let tables = rates().map(|rate| &self.town.compiled.tables[rate.table]);
                let mut words: Vec<u64> =
                    tables.flat_map(|table| [table.scale[profile].to_bits(), table.shape[profile] as u64]).collect();
                for initial in &self.track.initial {
                    words.extend(initial.share[profile * (MAX_AGE + 1)..][..=MAX_AGE].iter().map(|share| share.to_bits()));
                }
                words.push(u64::from(waits && self.track.household));
                words
            })
            .collect();
        let frail = rates().any(|rate| rate.frail) || self.track.initial.iter().any(|initial| initial.frail);
        for (index, cell) in self.town.cells.iter().enumerate() {
            let key = (&signatures[cell.class], cell.cohort, cell.node, if frail { cell.frail } else { 0 });
            let lump = *known.entry(key).or_insert_with(|| {
                lumps.push(Lump { cells: vec![] });
                lumps.len() - 1
            });
            lumps[lump].cells.push(index);
        }
        lumps
    }

    /// Follows the persons of a lump through the horizon.
    fn follow(&self, lump: &Lump, desk: &mut Desk, counts: &mut Counts) {
        let town = self.town;
        let cell = &town.cells[lump.cells[0]];
        let halves = counts.halves;
        desk.lives.clear();
        desk.lives.resize(halves, Life::default());
        for &index in &lump.cells {
            for (sum, life) in desk.lives.iter_mut().zip(&town.lives[index * halves..]) {
                sum.add(life);
            }
        }
        let empty = |lives: &[Life]| lives.iter().all(|life| life.stock == 0.0 && life.entries == 0.0);
        if empty(&desk.lives) {
            return;
        }
        desk.all.node.fill(0.0);
        desk.all.phases.fill(0.0);
        desk.all.points.clear();
        let still = self.track.household && town.waits(cell);
        for year in 0..town.compiled.years {
            if empty(&desk.lives[2 * year..2 * year + 2]) {
                continue;
            }
            desk.paces.clear();
            desk.paces.extend(self.moves.iter().map(|each| match each.source {
                Source::Rate(rate) => town.pace(rate, cell, year),
                Source::Constant(rate) => Pace { young: rate, old: rate },
            }));
            if year == 0 {
                let now = self.now(cell, 0, 0, desk);
                for &index in &lump.cells {
                    let cell = &town.cells[index];
                    let leaving = town.leaving(cell, 0).on(cell.birthday > 0.0);
                    for group in town.initial(cell) {
                        self.put(group, cell, leaving, now, desk);
                    }
                }
            }
            if still || self.idle(lump, year, desk) {
                self.rest(year, desk, counts);
            } else {
                self.live(lump, year, desk, counts);
            }
        }
        for set in &self.sets {
            counts.stock(set.row, halves, sum_in(&desk.all.node, &set.inside));
        }
    }

    /// Whether everybody stays in the first state all year.
    fn idle(&self, lump: &Lump, year: usize, desk: &Desk) -> bool {
        let first = self.plans[year * self.per_year].entered[0];
        let cell = &self.town.cells[lump.cells[0]];
        let calm = |each: &Move<'_>, pace: &Pace| each.node != first || (pace.young == 0.0 && pace.old == 0.0);
        let elsewhere = |cell: &Cell, rate: f64, kind: &Kind| {
            rate > 0.0
                && origins(self.track, kind, self.index, cell.frailty, self.town.waits(cell))
                    .iter()
                    .any(|origin| origin.0 != 0 && origin.1 > 0.0)
        };
        first < self.plain
            && desk.all.node.iter().enumerate().all(|(node, &persons)| node == first || persons == 0.0)
            && self.moves.iter().zip(&desk.paces).all(|(each, pace)| calm(each, pace))
            && !self.birthdays.iter().any(|birthday| birthday.state == 0 && (born(cell) + birthday.age).floor() == year as f64)
            && {
                let mut moved = false;
                for &index in &lump.cells {
                    let cell = &self.town.cells[index];
                    let (start, birthday) = (year as f64, cell.birthday);
                    for (from, until) in [(start, start + birthday), (start + birthday, start + 1.0)] {
                        if until > from {
                            self.town.arrivals(cell, year, from, until, |rate, kind| moved |= elsewhere(cell, rate, kind));
                        }
                    }
                }
                !moved
            }
    }

    /// A year in which nobody leaves the first state: what is known of the cells is all there is.
    fn rest(&self, year: usize, desk: &mut Desk, counts: &mut Counts) {
        let first = self.plans[year * self.per_year].entered[0];
        for set in self.sets.iter().filter(|set| set.inside[first]) {
            for (half, life) in desk.lives.iter().enumerate().skip(2 * year).take(2) {
                counts.stock(set.row, half, life.stock);
                let cell = counts.at(set.row, half);
                cell.years += life.years;
                cell.starts += life.entries;
                cell.ends += life.exits;
                cell.new_in_half += life.entries;
                cell.new_in_year += life.entries;
            }
        }
        desk.all.node[first] = desk.lives[2 * year + 1].last();
    }

    /// A year, step by step.
    fn live(&self, lump: &Lump, year: usize, desk: &mut Desk, counts: &mut Counts) {
        let cell = &self.town.cells[lump.cells[0]];
        let born = born(cell);
        let births: f64 = lump.cells.iter().filter_map(|&index| self.town.birth(index)).sum();
        // What happens between two steps is shared between them, so that it happens on time on average.
        let share = |time: f64, step: usize| {
            let late = (time - year as f64) * self.per_year as f64 - step as f64;
            if late.abs() < 1.0 { 1.0 - late.abs() } else { 0.0 }
        };
        let mut last = None;
        let mut now = 0;
        for step in 0..self.per_year {
            let number = year * self.per_year + step;
            let half = 2 * year + usize::from(2 * step >= self.per_year);
            if step == 0 || 2 * step == self.per_year {
                self.turn(half, desk, counts);
            }
            if births > 0.0 && share(born, step) > 0.0 {
                self.enter(number, births * share(born, step), desk);
            }
            for birthday in &self.birthdays {
                let share = share(born + birthday.age, step);
                if share > 0.0 && born + birthday.age > 0.0 {
                    // Second, whoever is left.
                    let first = born + birthday.age >= number as f64 * self.step;
                    self.celebrate(number, birthday, if first { share } else { 1.0 }, desk);
                }
            }
            let key = (self.plans[number].same_as, self.young(cell, step));
            if last != Some(key) {
                last = Some(key);
                now = self.now(cell, number, year, desk);
            }
            let leaving = Leaving::new(&desk.lives[half], self.step);
            self.arrive(lump, number, year, &leaving, desk);
            self.pass(number, now, &leaving, desk);
            if 2 * step + 2 == self.per_year || step + 1 == self.per_year {
                self.count(half, desk, counts);
            }
        }
    }

    /// Share of a step of the year that lies before the birthday.
    fn young(&self, cell: &Cell, step: usize) -> f64 {
        (cell.birthday / self.step - step as f64).clamp(0.0, 1.0)
    }

    /// The rates of a cell in a step, worked out once for all cells that have the same.
    fn now(&self, cell: &Cell, number: usize, year: usize, desk: &mut Desk) -> usize {
        let plan = &self.plans[number];
        let young = self.young(cell, number - year * self.per_year);
        let rates: Vec<f64> = (desk.paces.iter().zip(&plan.levels))
            .map(|(pace, level)| level * (young * pace.young + (1.0 - young) * pace.old))
            .collect();
        let key: Vec<u64> = std::iter::once(plan.same_as as u64).chain(rates.iter().map(|rate| rate.to_bits())).collect();
        if let Some(&known) = desk.known.get(&key) {
            return known;
        }
        let count = self.nodes.len();
        let mut moves = vec![0.0; count * count];
        let mut reached = vec![0.0; count * self.variants.len()];
        for (each, rate) in self.moves.iter().zip(rates) {
            for &(variant, share) in &plan.reached[each.split] {
                reached[each.node * self.variants.len() + variant] += rate * share;
            }
            for &(to, share) in &plan.targets[each.split] {
                if each.stays || self.nodes[to].state != self.nodes[each.node].state {
                    moves[each.node * count + to] += rate * share;
                }
            }
        }
        // A renewal ends no stay of a state without memory.
        let out: Vec<f64> = (0..count)
            .map(|node| (0..count).filter(|&to| to != node || node >= self.plain).map(|to| moves[node * count + to]).sum())
            .collect();
        desk.nows.push(Now {
            chains: out[self.plain..].iter().map(|&out| Fate::new(out, self.step)).collect(),
            views: views(&moves, &out, self.plain, &self.cuts, self.step),
            reached,
        });
        desk.known.insert(key, desk.nows.len() - 1);
        desk.nows.len() - 1
    }

    /// Puts persons who are there at the start in their nodes.
    fn put(&self, group: &Group, cell: &Cell, leaving: f64, now: usize, desk: &mut Desk) {
        for (state, share, since) in origins(self.track, &group.kind, self.index, cell.frailty, self.town.waits(cell)) {
            let (node, persons) = (self.plans[0].entered[state], group.persons * cell.weight * share);
            if persons > 0.0 {
                self.settle(node, since, persons, leaving, &desk.nows[now], &mut desk.all);
            }
        }
    }

    /// Adds persons who have been in a node for some time; `leaving` is the rate of death and departure.
    fn settle(&self, node: usize, since: Since, persons: f64, leaving: f64, now: &Now, mass: &mut Mass) {
        mass.node[node] += persons;
        match (&self.nodes[node].chain, since) {
            (None, _) => {}
            (Some(_), Since::Years(years)) => mass.points.push((node, years, persons)),
            (Some(chain), Since::Stationary) => {
                let phases = &mut mass.phases[self.offsets[node]..];
                let hazard = leaving + now.chains[node - self.plain].out;
                for (phase, share) in phases.iter_mut().zip(chain.met(hazard, self.step)) {
                    *phase += persons * share;
                }
            }
        }
    }

    /// Begins a half-year, and with an even one a year: nobody but those inside has been seen.
    fn turn(&self, half: usize, desk: &mut Desk, counts: &mut Counts) {
        for set in &self.sets {
            counts.stock(set.row, half, sum_in(&desk.all.node, &set.inside));
        }
        // In the first half of a year those not seen in it are those not seen in the year.
        let period = half % 2;
        for (view, cut) in self.cuts.iter().enumerate().skip(1) {
            let unseen = &mut desk.unseen[period][view];
            unseen.points.clear();
            unseen.points.extend(desk.all.points.iter().filter(|point| !cut[point.0]));
            for (node, &cut) in cut.iter().enumerate() {
                unseen.node[node] = if cut { 0.0 } else { desk.all.node[node] };
                if let (Some(chain), false) = (&self.nodes[node].chain, cut) {
                    let span = self.offsets[node]..self.offsets[node] + chain.still.len();
                    unseen.phases[span.clone()].copy_from_slice(&desk.all.phases[span]);
                }
            }
        }
        desk.periods = period + 1;
    }

    /// Persons are born, into the first state.
    fn enter(&self, number: usize, persons: f64, desk: &mut Desk) {
        let node = self.plans[number].entered[0];
        desk.arrived[node] += persons;
        let born = |mass: &mut Mass| {
            mass.node[node] += persons;
            if node >= self.plain {
                mass.points.push((node, 0.0, persons));
            }
        };
        born(&mut desk.all);
        self.each_unseen(desk, |cut, mass, first| if cut[node] { *first += persons } else { born(mass) });
    }

    /// Calls `each` with those not seen yet, per period and cut: what is cut off, who, and those seen for the first time.
    fn each_unseen(&self, desk: &mut Desk, mut each: impl FnMut(&[bool], &mut Mass, &mut f64)) {
        for (masses, firsts) in desk.unseen.iter_mut().zip(&mut desk.first).take(desk.periods) {
            for ((cut, mass), first) in self.cuts.iter().zip(masses).zip(firsts).skip(1) {
                each(cut, mass, first);
            }
        }
    }

    /// Moves at an exact age.
    fn celebrate(&self, number: usize, birthday: &Birthday, part: f64, desk: &mut Desk) {
        let targets = &self.plans[number].targets[birthday.split];
        let count = self.nodes.len();
        let moved = &mut desk.moved;
        let persons: f64 =
            (0..count).filter(|&node| self.nodes[node].state == birthday.state).map(|node| desk.all.node[node]).sum();
        for &(variant, share) in &self.plans[number].reached[birthday.split] {
            desk.reached[variant] += persons * part * share;
        }
        self.uproot(birthday.state, part, targets, &mut desk.all, |from, to, persons| {
            moved[from * count + to] += persons;
            true
        });
        self.each_unseen(desk, |cut, mass, first| {
            self.uproot(birthday.state, part, targets, mass, |_, to, persons| {
                *first += if cut[to] { persons } else { 0.0 };
                !cut[to]
            });
        });
    }

    /// Moves a part of those in a state at once; `moves` hears of each move and says whether the persons are followed on.
    fn uproot(
        &self,
        state: usize,
        part: f64,
        targets: &[(usize, f64)],
        mass: &mut Mass,
        mut moves: impl FnMut(usize, usize, f64) -> bool,
    ) {
        for from in (0..self.nodes.len()).filter(|&node| self.nodes[node].state == state) {
            let persons = mass.node[from] * part;
            if persons == 0.0 {
                continue;
            }
            mass.node[from] -= persons;
            let phases = self.nodes[from].chain.as_ref().map_or(0, |chain| chain.still.len());
            for phase in &mut mass.phases[self.offsets[from]..][..phases] {
                *phase *= 1.0 - part;
            }
            for point in mass.points.iter_mut().filter(|point| point.0 == from) {
                point.2 *= 1.0 - part;
            }
            for &(to, share) in targets {
                let persons = persons * share;
                if share > 0.0 && moves(from, to, persons) {
                    mass.node[to] += persons;
                    if to >= self.plain {
                        mass.points.push((to, 0.0, persons));
                    }
                }
            }
        }
    }

    /// Who arrives in a step, per node.
    fn arrive(&self, lump: &Lump, number: usize, year: usize, leaving: &Leaving, desk: &mut Desk) {
        desk.inflow.fill(0.0);
        desk.late.clear();
        if self.town.compiled.streams.is_empty() {
            return;
        }
        let from = number as f64 * self.step;
        let (inflow, late) = (&mut desk.inflow, &mut desk.late);
        let entered = &self.plans[number].entered;
        let still = self.track.household && self.town.waits(&self.town.cells[lump.cells[0]]);
        // Whoever comes evenly over the step meets death and departure for half of it only; the step takes the whole factor.
        let spared = leaving.until / leaving.kept;
        for &index in &lump.cells {
            let cell = &self.town.cells[index];
            // A step may hold a birthday: arrivals are by age.
            let birthday = (year as f64 + cell.birthday).clamp(from, from + self.step);
            for (from, until) in [(from, birthday), (birthday, from + self.step)] {
                if until <= from {
                    continue;
                }
                self.town.arrivals(cell, year, from, until, |rate, kind| {
                    let persons = rate * (until - from) * spared;
                    if still || kind.origins[self.index] == Origin::State(0, Since::Years(0.0)) {
                        inflow[entered[0]] += persons;
                        return;
                    }
                    for (state, share, since) in origins(self.track, kind, self.index, cell.frailty, self.town.waits(cell)) {
                        let node = entered[state];
                        if since == Since::Years(0.0) || node < self.plain {
                            inflow[node] += persons * share;
                        } else {
                            late.push((node, since, persons * share));
                        }
                    }
                });
            }
        }
    }

    /// Lets a step pass for all and for those not seen yet.
    fn pass(&self, number: usize, now: usize, leaving: &Leaving, desk: &mut Desk) {
        let (plan, count) = (&self.plans[number], self.nodes.len());
        let Desk { all, unseen, first, flows, moved, arrived, left, years, reached, inflow, late, nows, periods, .. } = desk;
        let now = &nows[now];
        self.advance(plan, now, 0, leaving, inflow, all, flows);
        let here = leaving.until;
        for (from, &spent) in flows.years.iter().enumerate() {
            if spent > 0.0 {
                for (moved, rate) in moved[from * count..].iter_mut().zip(&now.views[0].moves[from * count..][..count]) {
                    *moved += here * spent * rate;
                }
                left[from] += here * spent * leaving.rate;
                for (reached, rate) in reached.iter_mut().zip(&now.reached[from * self.variants.len()..]) {
                    *reached += here * spent * rate;
                }
            }
            years[from] += here * (spent + flows.late[from] * self.step / 3.0);
            arrived[from] += inflow[from] / leaving.until * leaving.kept;
        }
        if !self.variants.is_empty() {
            for (over, met) in flows.over.iter().zip(&plan.reached) {
                for &(variant, share) in met {
                    reached[variant] += here * over * share;
                }
            }
        }
        for (moved, ended) in moved.iter_mut().zip(&flows.ended) {
            *moved += here * ended;
        }
        for &(node, since, persons) in late.iter() {
            // They have come evenly over the step.
            arrived[node] += persons * leaving.kept / leaving.until;
            years[node] += 0.5 * self.step * persons;
            self.settle(node, since, persons, leaving.rate, now, all);
        }
        for (masses, firsts) in unseen.iter_mut().zip(first).take(*periods) {
            for (view, cut) in self.cuts.iter().enumerate().skip(1) {
                let mass = &mut masses[view];
                firsts[view] += here * self.advance(plan, now, view, leaving, inflow, mass, flows);
                for &(node, since, persons) in late.iter() {
                    if cut[node] {
                        firsts[view] += persons;
                    } else {
                        self.settle(node, since, persons, leaving.rate, now, mass);
                    }
                }
            }
        }
    }

    /// Lets a step pass. Who enters a node that the view cuts off is gone; returns how many.
    #[expect(clippy::too_many_arguments, clippy::too_many_lines, reason = "one step, told in the order in which it happens")]
    fn advance(
        &self,
        plan: &Plan,
        now: &Now,
        view: usize,
        leaving: &Leaving,
        inflow: &[f64],
        mass: &mut Mass,
        flows: &mut Flows,
    ) -> f64 {
        let (count, plain, step, cut) = (self.nodes.len(), self.plain, self.step, &self.cuts[view]);
        let view = &now.views[view];
        let Flows { over: branches, years, ended, sources, late, before } = flows;
        let mut gone = 0.0;
        ended.fill(0.0);
        late.fill(0.0);
        branches.fill(0.0);
        for node in 0..count {
            years[node] = 0.0;
            sources[node] = if cut[node] { 0.0 } else { inflow[node] };
            gone += if cut[node] { inflow[node] } else { 0.0 };
        }
        for (node, fate) in (plain..count).zip(&now.chains) {
            let persons = mass.node[node];
            let Some(chain) = &self.nodes[node].chain else { continue };
            if persons == 0.0 {
                continue;
            }
            let phases = &mut mass.phases[self.offsets[node]..][..chain.still.len()];
            let several = chain.endings.len() > 1;
            if several {
                for (law, part) in chain.part.iter().enumerate() {
                    let over = phases.iter().zip(&chain.ratio).zip(&part[1..]);
                    let sum: f64 = over.map(|((phase, ratio), part)| phase * (1.0 - ratio) * part).sum();
                    self.end(plan, node, law, sum * fate.until, ended, branches);
                }
            }
            let mut survive = age(phases, &chain.ratio, fate.kept * leaving.kept);
            if !mass.points.is_empty() {
                for point in mass.points.iter_mut().filter(|point| point.0 == node) {
                    let still = chain.survival(point.1);
                    let ratio = if still > 0.0 { chain.survival(point.1 + step) / still } else { 0.0 };
                    if several {
                        for (law, share) in falls(&chain.endings, point.1, point.1 + step).enumerate() {
                            self.end(plan, node, law, point.2 * (1.0 - ratio) * share * fate.until, ended, branches);
                        }
                    }
                    point.1 += step;
                    survive += point.2 * ratio;
                    point.2 *= ratio * fate.kept * leaving.kept;
                }
                mass.points.retain(|point| point.2 > 0.0);
            }
            let over = (persons - survive).max(0.0);
            let spent = step * (survive * fate.until + over * fate.ended);
            years[node] = spent;
            if !several {
                self.end(plan, node, 0, over * fate.until, ended, branches);
            }
            mass.node[node] = survive * fate.kept * leaving.kept;
            gone += spent * view.into[node];
            for (to, rate) in view.moves[node * count..][..count].iter().enumerate() {
                let moved = ended[node * count + to];
                sources[to] += spent * rate + if cut[to] { 0.0 } else { moved };
                gone += if cut[to] { moved } else { 0.0 };
            }
        }
        before[..plain].copy_from_slice(&mass.node[..plain]);
        mass.node[..plain].fill(0.0);
        for from in 0..plain {
            let (persons, source) = (before[from], sources[from]);
            if persons == 0.0 && source == 0.0 {
                continue;
            }
            let row = from * plain..(from + 1) * plain;
            let (after, spent, inside) = (&view.after[row.clone()], &view.years[row.clone()], &view.source[row]);
            let even = source / step;
            for to in 0..plain {
                mass.node[to] += persons * after[to] + even * spent[to];
                years[to] += persons * spent[to] + source * inside[to];
            }
        }
        for from in 0..plain {
            mass.node[from] *= leaving.kept;
            gone += years[from] * view.into[from];
            for to in plain..count {
                sources[to] += years[from] * view.moves[from * count + to];
            }
        }
        // Those who entered a chain in this step; what they do next within it comes late.
        for (node, fate) in (plain..count).zip(&now.chains) {
            let (entries, Some(chain)) = (sources[node], &self.nodes[node].chain) else { continue };
            if entries == 0.0 {
                continue;
            }
            let stay = entries * chain.still[0] * fate.until;
            let inside = entries * chain.inside * fate.entered;
            let over = (entries - stay - inside * fate.out).max(0.0);
            mass.phases[self.offsets[node]] += stay * leaving.kept;
            mass.node[node] += stay * leaving.kept;
            years[node] += inside;
            gone += inside * view.into[node];
            for (late, rate) in late.iter_mut().zip(&view.moves[node * count..][..count]) {
                *late += inside * rate;
            }
            if over > 0.0 {
                for (law, &split) in self.ends[node].iter().enumerate() {
                    let share = if chain.part.is_empty() { 1.0 } else { chain.part[law][0] };
                    branches[split] += over * share;
                    for &(to, part) in &plan.targets[split] {
                        let moved = over * share * part;
                        ended[node * count + to] += moved;
                        if cut[to] { gone += moved } else { late[to] += moved }
                    }
                }
            }
        }
        for node in 0..count {
            let late = late[node] * leaving.kept;
            mass.node[node] += late;
            if node >= plain {
                mass.phases[self.offsets[node]] += late;
            }
        }
        gone
    }

    /// Notes that a dwell time has ended the stay of persons in a chain.
    #[inline]
    fn end(&self, plan: &Plan, node: usize, ending: usize, persons: f64, ended: &mut [f64], branches: &mut [f64]) {
        let branch = self.ends[node][ending];
        branches[branch] += persons;
        for &(to, share) in &plan.targets[branch] {
            ended[node * self.nodes.len() + to] += persons * share;
        }
    }

    /// Closes a half-year.
    fn count(&self, half: usize, desk: &mut Desk, counts: &mut Counts) {
        let count = self.nodes.len();
        let layout = &self.town.compiled.layout;
        for set in &self.sets {
            let cell = counts.at(set.row, half);
            let mut starts = sum_in(&desk.arrived, &set.inside);
            let mut renewals = 0.0;
            cell.years += sum_in(&desk.years, &set.inside);
            cell.ends += sum_in(&desk.left, &set.inside);
            for from in 0..count {
                for to in 0..count {
                    let moved = desk.moved[from * count + to];
                    match (set.inside[from], set.inside[to]) {
                        (false, true) => starts += moved,
                        (true, false) => cell.ends += moved,
                        (true, true) => renewals += moved,
                        (false, false) => {}
                    }
                }
            }
            cell.starts += starts;
            if layout.units[set.row].level == Level::State {
                cell.renewals += renewals;
            }
            let first = set.view.map_or([starts; 2], |view| [desk.first[0][view], desk.first[desk.periods - 1][view]]);
            cell.new_in_year += first[0];
            cell.new_in_half += first[1];
        }
        for (index, &(gate, variant, row)) in self.variants.iter().enumerate() {
            let into = |to: &usize| self.nodes[*to].held.is_some_and(|held| held.diverted && held.variant == (gate, variant));
            let cell = counts.at(row, half);
            cell.reached += desk.reached[index];
            cell.diverted += (0..count)
                .filter(into)
                .flat_map(|to| (0..count).map(move |from| (from, to)))
                .map(|(from, to)| desk.moved[from * count + to])
                .sum::<f64>();
        }
        desk.first.iter_mut().for_each(|first| first.fill(0.0));
        for list in [&mut desk.reached, &mut desk.moved, &mut desk.arrived, &mut desk.left, &mut desk.years] {
            list.fill(0.0);
        }
    }
}

impl Fate {
    fn new(out: f64, step: f64) -> Self {
        let x = out * step;
        let kept = libm::exp(-x);
        let (until, ended, entered) = if x > 1e-3 {
            let until = (1.0 - kept) / x;
            (until, (1.0 - until) / x, 2.0 * (1.0 - until) / x)
        } else {
            (1.0 - x / 2.0 + x * x / 6.0, 0.5 - x / 6.0 + x * x / 24.0, 1.0 - x / 3.0 + x * x / 12.0)
        };
        Self { out, kept, until, ended, entered }
    }
}

impl Leaving {
    /// The mean rate in a half-year at which those who are here die or leave.
    fn new(life: &Life, step: f64) -> Self {
        let rate = if life.years > 0.0 { (life.exits / life.years).max(0.0) } else { 0.0 };
        let fate = Fate::new(rate, step);
        Self { rate, kept: fate.kept, until: fate.until }
    }
}

/// Moves every phase one on: those whose time is not up, times `kept`. Returns how many there are before that factor.
#[inline]
fn age(phases: &mut [f64], ratio: &[f64], kept: f64) -> f64 {
    let last = phases.len() - 1;
    let tail = phases[last] * ratio[last];
    let mut sums = [tail, 0.0, 0.0, 0.0];
    phases.copy_within(..last, 1);
    phases[0] = 0.0;
    let mut quads = phases[1..].chunks_exact_mut(4);
    let mut ratios = ratio[..last].chunks_exact(4);
    for (phases, ratio) in quads.by_ref().zip(ratios.by_ref()) {
        for lane in 0..4 {
            let survive = phases[lane] * ratio[lane];
            sums[lane] += survive;
            phases[lane] = survive * kept;
        }
    }
    for (phase, ratio) in quads.into_remainder().iter_mut().zip(ratios.remainder()) {
        let survive = *phase * ratio;
        sums[0] += survive;
        *phase = survive * kept;
    }
    phases[last] += tail * kept;
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// Moment of birth of a cell, years since the start.
fn born(cell: &Cell) -> f64 {
    cell.cohort as f64 - (MAX_AGE + 1) as f64 + cell.birthday
}

fn sum_in(persons: &[f64], inside: &[bool]) -> f64 {
    persons.iter().zip(inside).filter(|(_, inside)| **inside).map(|(persons, _)| persons).sum()
}
