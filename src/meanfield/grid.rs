//! A track on which a time in a state decides, solved in equal time steps.
//!
//! In a step every phase of a chain moves one on, less those whose time is up and those whom a hazard takes; both are taken to
//! come evenly over the step. States without memory are advanced by the series of the exponential, with what flows in from
//! the chains as a constant source. The error falls with the square of the step; no fit of a law is needed.

use super::counts::Counts;
use super::course::{epochs, level, shares};
use super::nodes::{Node, falls, nodes, origins};
use super::town::{Cell, Pace, Town};
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

enum Source<'a> {
    /// Index among the rates.
    Rate(&'a Rate),
    Constant(f64),
}

/// A move at an exact age.
struct Birthday {
    state: usize,
    age: f64,
    split: usize,
}

/// What all cells share in one step.
struct Plan {
    /// Per move: mean level of its course.
    levels: Vec<f64>,
    /// Per split: nodes entered, with shares.
    targets: Vec<Vec<(usize, f64)>>,
    /// Nodes entered by state.
    entered: Vec<usize>,
    /// The first step with the same plan.
    same_as: usize,
}

/// A row of the layout and the nodes it counts.
struct Set {
    row: usize,
    inside: Vec<bool>,
}

/// Expected persons of a cell.
#[derive(Clone, Default)]
struct Mass {
    /// Per node, phases and points included.
    node: Vec<f64>,
    /// Per chain its phases, one after the other.
    phases: Vec<f64>,
    /// Persons with one exact time in a state: node, years in it, persons.
    points: Vec<(usize, f64, f64)>,
}

/// Rates of a cell in one step, and what follows from them.
#[derive(Default)]
struct Now {
    /// Per pair of nodes (from × to), per year; on the diagonal renewals.
    moves: Vec<f64>,
    /// Per node: rate at which hazards, death and departure end a stay.
    out: Vec<f64>,
    leaving: f64,
    /// Per node: chance that no hazard comes in a step; mean chance until a moment of it; person-years of those whose time is
    /// up in it, as a share of the step; of those who enter in it, relative to no hazard.
    kept: Vec<f64>,
    until: Vec<f64>,
    ended: Vec<f64>,
    entered: Vec<f64>,
    /// Terms of the series for nodes without memory.
    terms: usize,
}

/// What a step does, for counting.
#[derive(Default)]
struct Flows {
    /// Person-years per node.
    years: Vec<f64>,
    /// Persons moved per pair of nodes by dwell times, and by what follows within the step.
    ended: Vec<f64>,
    /// Working memory.
    sources: Vec<f64>,
    late: Vec<f64>,
    term: Vec<f64>,
    next: Vec<f64>,
}

struct Grid<'a> {
    town: &'a Town<'a>,
    track: &'a Track,
    index: usize,
    begins: &'a [f64],
    step: f64,
    per_year: usize,
    nodes: Vec<Node>,
    /// Per node where its phases begin.
    offsets: Vec<usize>,
    phases: usize,
    moves: Vec<Move<'a>>,
    splits: Vec<&'a Split>,
    /// Per node and law of its chain: the split.
    ends: Vec<Vec<usize>>,
    birthdays: Vec<Birthday>,
    plans: Vec<Plan>,
    sets: Vec<Set>,
    /// Sets of states that can be entered once at most.
    once: Vec<bool>,
    memoryless: Vec<usize>,
    chains: Vec<usize>,
}

/// Solves a block of one track and counts it.
pub(super) fn solve(town: &Town<'_>, scenario: usize, block: &Block, settings: &Settings, counts: &mut Counts) {
    let grid = Grid::new(town, scenario, block, settings);
    for set in &grid.sets {
        counts.know(set.row);
    }
    let mut desk = Desk::new(&grid);
    for index in 0..town.cells.len() {
        grid.follow(index, &mut desk, counts);
    }
}

/// Working memory for one cell, reused from cell to cell.
struct Desk {
    all: Mass,
    /// Per period (year, half-year) and set: those not seen in it.
    unseen: [Vec<Mass>; 2],
    /// Per period and set: those seen for the first time.
    first: [Vec<f64>; 2],
    now: Now,
    flows: Flows,
    /// Per pair of nodes: persons moved in the half-year; per node: who arrived, who left the town, person-years.
    moved: Vec<f64>,
    arrived: Vec<f64>,
    left: Vec<f64>,
    years: Vec<f64>,
    inflow: Vec<f64>,
    /// Arrivals who have been in their state for some time.
    late: Vec<(usize, Since, f64)>,
    paces: Vec<Pace>,
}

impl Desk {
    fn new(grid: &Grid<'_>) -> Self {
        let (nodes, sets) = (grid.nodes.len(), grid.sets.len());
        let mass = Mass { node: vec![0.0; nodes], phases: vec![0.0; grid.phases], points: vec![] };
        Self {
            unseen: [vec![mass.clone(); sets], vec![mass.clone(); sets]],
            all: mass,
            first: [vec![0.0; sets], vec![0.0; sets]],
            now: Now::default(),
            flows: Flows {
                years: vec![0.0; nodes],
                ended: vec![0.0; nodes * nodes],
                sources: vec![0.0; nodes],
                late: vec![0.0; nodes],
                term: vec![0.0; nodes],
                next: vec![0.0; nodes],
            },
            moved: vec![0.0; nodes * nodes],
            arrived: vec![0.0; nodes],
            left: vec![0.0; nodes],
            years: vec![0.0; nodes],
            inflow: vec![0.0; nodes],
            late: vec![],
            paces: vec![],
        }
    }
}

impl<'a> Grid<'a> {
    fn new(town: &'a Town<'a>, scenario: usize, block: &Block, settings: &Settings) -> Self {
        let index = block.tracks[0];
        let scenario = &town.compiled.scenarios[scenario];
        let (track, begins) = (&scenario.tracks[index], &scenario.begins[..]);
        let step = 1.0 / settings.steps_per_year as f64;
        let (list, entered) = nodes(track, begins.len(), step);
        let mut offsets = Vec::new();
        let mut phases = 0;
        for node in &list {
            offsets.push(phases);
            phases += node.chain.as_ref().map_or(0, |chain| chain.still.len());
        }
        let (chains, memoryless) = (0..list.len()).partition(|&node| list[node].chain.is_some());
        let mut grid = Self {
            town,
            track,
            index,
            begins,
            step,
            per_year: settings.steps_per_year,
            nodes: list,
            offsets,
            phases,
            moves: vec![],
            splits: vec![],
            ends: vec![],
            birthdays: vec![],
            plans: vec![],
            sets: vec![],
            once: vec![],
            memoryless,
            chains,
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
                    self.splits.push(&exit.split);
                    self.birthdays.push(Birthday { state, age, split: self.splits.len() - 1 });
                }
            }
        }
        for node in 0..self.nodes.len() {
            let spec = &track.states[self.nodes[node].state];
            let mut ends = Vec::new();
            for (number, exit) in spec.exits.iter().enumerate() {
                self.splits.push(&exit.split);
                let split = self.splits.len() - 1;
                match &exit.when {
                    When::Rate(rate) => self.moves.push(Move { node, source: Source::Rate(rate), split, stays: true }),
                    When::Dwell(_) => {
                        if let Some(&(_, rate)) = self.nodes[node].exponential.iter().find(|(exit, _)| *exit == number) {
                            self.moves.push(Move { node, source: Source::Constant(rate), split, stays: true });
                        } else {
                            ends.push(split);
                        }
                    }
                    When::Age(_) => {}
                }
            }
            self.ends.push(ends);
            if !spec.sink {
                for exit in &track.from_any {
                    if let When::Rate(rate) = &exit.when {
                        self.splits.push(&exit.split);
                        self.moves.push(Move { node, source: Source::Rate(rate), split: self.splits.len() - 1, stays: false });
                    }
                }
            }
            if track.free == Some(self.nodes[node].state as u8) {
                for onset in &track.onsets {
                    self.splits.push(&onset.split);
                    self.moves.push(Move { node, source: Source::Rate(&onset.rate), split: self.splits.len() - 1, stays: true });
                }
            }
        }
    }

    fn list_sets(&mut self) {
        let layout = &self.town.compiled.layout;
        let domain = self.town.compiled.domains[self.index];
        let alone = self.town.compiled.domains.iter().filter(|&&other| domain.is_some() && other == domain).count() == 1;
        let met = |node: &Node| self.track.states[node.state].layer != 0;
        for (row, unit) in layout.units.iter().enumerate() {
            let inside: Vec<bool> = match (unit.level, unit.track, unit.state) {
                (Level::State, Some(track), Some(state)) if track == self.index => {
                    self.nodes.iter().map(|node| node.state == state).collect()
                }
                (Level::Track, Some(track), _) if track == self.index => self.nodes.iter().map(met).collect(),
                (Level::Domain, _, _) if alone && unit.domain == domain => self.nodes.iter().map(met).collect(),
                _ => continue,
            };
            let never_left = |node: usize| {
                self.nodes[node].chain.is_none()
                    && !self.moves.iter().any(|other| other.node == node)
                    && !self.birthdays.iter().any(|birthday| birthday.state == self.nodes[node].state)
            };
            self.once.push((0..inside.len()).all(|node| !inside[node] || never_left(node)));
            self.sets.push(Set { row, inside });
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
            let targets = (self.splits.iter())
                .map(|split| {
                    let shares = shares(split, &epochs);
                    split.targets.iter().zip(shares).map(|(&to, share)| (entered[usize::from(to)], share)).collect()
                })
                .collect();
            let mut plan = Plan { levels, targets, entered, same_as: number };
            if let Some(last) = self.plans.last()
                && (&last.levels, &last.targets, &last.entered) == (&plan.levels, &plan.targets, &plan.entered)
            {
                plan.same_as = last.same_as;
            }
            self.plans.push(plan);
        }
    }

    /// Follows one cell through the horizon.
    fn follow(&self, index: usize, desk: &mut Desk, counts: &mut Counts) {
        let town = self.town;
        let cell = &town.cells[index];
        let lives = &town.lives[index * counts.halves..][..counts.halves];
        if lives.iter().all(|life| life.stock == 0.0 && life.entries == 0.0) {
            return;
        }
        desk.all.node.fill(0.0);
        desk.all.phases.fill(0.0);
        desk.all.points.clear();
        let mut started = false;
        for year in 0..town.compiled.years {
            let life = &lives[2 * year..][..2];
            if life.iter().all(|life| life.stock == 0.0 && life.entries == 0.0) && !started {
                continue;
            }
            desk.paces.clear();
            desk.paces.extend(self.moves.iter().map(|each| match each.source {
                Source::Rate(rate) => town.pace(rate, cell, year),
                Source::Constant(rate) => Pace { young: rate, old: rate },
            }));
            if year == 0 {
                self.now(cell, 0, 0, &mut desk.now, &desk.paces);
                for group in town.initial(cell) {
                    self.put(&group.kind, group.persons * cell.weight, desk);
                }
            }
            started = true;
            if self.idle(cell, year, desk) {
                self.rest(year, life, desk, counts);
            } else {
                self.live(index, year, desk, counts);
            }
        }
        for set in &self.sets {
            counts.stock(set.row, counts.halves, sum_in(&desk.all.node, &set.inside));
        }
    }

    /// Whether everybody stays in the first state all year.
    fn idle(&self, cell: &Cell, year: usize, desk: &Desk) -> bool {
        let first = self.plans[year * self.per_year].entered[0];
        let born = born(cell);
        let calm = |each: &Move<'_>, pace: &Pace| each.node != first || (pace.young == 0.0 && pace.old == 0.0);
        self.nodes[first].chain.is_none()
            && desk.all.node.iter().enumerate().all(|(node, &persons)| node == first || persons == 0.0)
            && self.moves.iter().zip(&desk.paces).all(|(each, pace)| calm(each, pace))
            && !self.birthdays.iter().any(|birthday| birthday.state == 0 && (born + birthday.age).floor() == year as f64)
            && {
                let mut elsewhere = false;
                let mut look = |rate: f64, kind: &Kind| {
                    elsewhere |=
                        rate > 0.0 && origins(self.track, kind, self.index).iter().any(|origin| origin.0 != 0 && origin.1 > 0.0);
                };
                self.sides(cell, year, |from, until| self.town.arrivals(cell, year, from, until, &mut look));
                !elsewhere
            }
    }

    /// The stretches of a year before and after the birthday.
    fn sides(&self, cell: &Cell, year: usize, mut each: impl FnMut(f64, f64)) {
        let (start, birthday) = (year as f64, cell.birthday);
        if birthday > 0.0 {
            each(start, start + birthday);
        }
        each(start + birthday, start + 1.0);
    }

    /// A year in which nobody leaves the first state: what is known of the cell is all there is.
    fn rest(&self, year: usize, lives: &[super::town::Life], desk: &mut Desk, counts: &mut Counts) {
        let first = self.plans[year * self.per_year].entered[0];
        for set in self.sets.iter().filter(|set| set.inside[first]) {
            for (number, life) in lives.iter().enumerate() {
                let half = 2 * year + number;
                counts.stock(set.row, half, life.stock);
                let cell = counts.at(set.row, half);
                cell.years += life.years;
                cell.starts += life.entries;
                cell.ends += life.exits;
                cell.new_in_half += life.entries;
                cell.new_in_year += life.entries;
            }
        }
        desk.all.node[first] = lives[1].last();
    }

    /// A year, step by step.
    fn live(&self, index: usize, year: usize, desk: &mut Desk, counts: &mut Counts) {
        let cell = &self.town.cells[index];
        let (born, birth) = (born(cell), self.town.birth(index));
        let on_step = |time: f64, step: usize| ((time - year as f64) * self.per_year as f64).round() == step as f64;
        let mut known = (usize::MAX, false);
        for step in 0..self.per_year {
            let number = year * self.per_year + step;
            let half = 2 * year + usize::from(2 * step >= self.per_year);
            if step == 0 || 2 * step == self.per_year {
                self.turn(half, desk, counts);
            }
            if let Some((_, persons)) = birth.filter(|(time, _)| on_step(*time, step)) {
                self.enter(number, persons, desk);
            }
            for birthday in self.birthdays.iter().filter(|birthday| number > 0 && on_step(born + birthday.age, step)) {
                self.celebrate(number, birthday, desk);
            }
            let young = (step as f64 + 0.5) * self.step < cell.birthday;
            if known != (self.plans[number].same_as, young) {
                known = (self.plans[number].same_as, young);
                self.now(cell, number, year, &mut desk.now, &desk.paces);
            }
            self.arrive(cell, number, year, desk);
            self.pass(number, desk);
            if 2 * step + 2 == self.per_year || step + 1 == self.per_year {
                self.count(half, desk, counts);
            }
        }
    }

    /// The rates of a cell in a step.
    fn now(&self, cell: &Cell, number: usize, year: usize, now: &mut Now, paces: &[Pace]) {
        let (plan, count) = (&self.plans[number], self.nodes.len());
        let young = (number as f64 + 0.5) * self.step - (year as f64) < cell.birthday;
        now.leaving = self.town.leaving(cell, year).on(young);
        now.moves.clear();
        now.moves.resize(count * count, 0.0);
        now.out.clear();
        now.out.resize(count, now.leaving);
        for ((each, pace), level) in self.moves.iter().zip(paces).zip(&plan.levels) {
            let rate = pace.on(young) * level;
            if rate == 0.0 {
                continue;
            }
            for &(to, share) in &plan.targets[each.split] {
                let same = self.nodes[to].state == self.nodes[each.node].state;
                if same && !each.stays {
                    continue;
                }
                now.moves[each.node * count + to] += rate * share;
                // A renewal ends no stay of a state without memory.
                if to != each.node || self.nodes[to].chain.is_some() {
                    now.out[each.node] += rate * share;
                }
            }
        }
        for list in [&mut now.kept, &mut now.until, &mut now.ended, &mut now.entered] {
            list.clear();
            list.resize(count, 0.0);
        }
        for &node in &self.chains {
            let x = now.out[node] * self.step;
            now.kept[node] = libm::exp(-x);
            (now.until[node], now.ended[node], now.entered[node]) = if x > 1e-3 {
                let until = (1.0 - now.kept[node]) / x;
                (until, (1.0 - until) / x, 2.0 * (1.0 - until) / x)
            } else {
                (1.0 - x / 2.0 + x * x / 6.0, 0.5 - x / 6.0 + x * x / 24.0, 1.0 - x / 3.0 + x * x / 12.0)
            };
        }
        let fastest = self.memoryless.iter().map(|&node| now.out[node]).fold(0.0, f64::max) * self.step;
        let mut left = 1.0;
        now.terms = 1;
        while now.terms < 40 && (left > 1e-9 || now.terms < 3) {
            left *= 2.0 * fastest / now.terms as f64;
            now.terms += 1;
        }
    }

    /// Puts persons who are there at the start in their nodes.
    fn put(&self, kind: &Kind, persons: f64, desk: &mut Desk) {
        for (state, share, since) in origins(self.track, kind, self.index) {
            let (node, persons) = (self.plans[0].entered[state], persons * share);
            if persons > 0.0 {
                self.settle(node, since, persons, &desk.now, &mut desk.all);
            }
        }
    }

    /// Adds persons who have been in a node for some time.
    fn settle(&self, node: usize, since: Since, persons: f64, now: &Now, mass: &mut Mass) {
        mass.node[node] += persons;
        match (&self.nodes[node].chain, since) {
            (None, _) => {}
            (Some(_), Since::Years(years)) => mass.points.push((node, years, persons)),
            (Some(chain), Since::Stationary) => {
                let phases = &mut mass.phases[self.offsets[node]..];
                for (phase, share) in phases.iter_mut().zip(chain.met(now.out[node], self.step)) {
                    *phase += persons * share;
                }
            }
        }
    }

    /// Begins a half-year, and with an even one a year: nobody but those inside has been seen.
    fn turn(&self, half: usize, desk: &mut Desk, counts: &mut Counts) {
        for (number, set) in self.sets.iter().enumerate() {
            counts.stock(set.row, half, sum_in(&desk.all.node, &set.inside));
            if self.once[number] {
                continue;
            }
            for period in usize::from(half % 2 == 1)..2 {
                desk.first[period][number] = 0.0;
                let unseen = &mut desk.unseen[period][number];
                unseen.clone_from(&desk.all);
                for node in (0..self.nodes.len()).filter(|&node| set.inside[node]) {
                    unseen.node[node] = 0.0;
                    let phases = self.nodes[node].chain.as_ref().map_or(0, |chain| chain.still.len());
                    unseen.phases[self.offsets[node]..][..phases].fill(0.0);
                    unseen.points.retain(|point| point.0 != node);
                }
            }
        }
    }

    /// Calls `each` with everybody followed but those of whom all are seen: the mass, the set that is cut off, and the count
    /// of those who come into it.
    fn each_unseen(&self, desk: &mut Desk, mut each: impl FnMut(&Set, &mut Mass, &mut f64, &mut Flows, &Now)) {
        for (masses, first) in desk.unseen.iter_mut().zip(&mut desk.first) {
            for (number, set) in self.sets.iter().enumerate() {
                if !self.once[number] {
                    each(set, &mut masses[number], &mut first[number], &mut desk.flows, &desk.now);
                }
            }
        }
    }

    /// Persons are born, into the first state.
    fn enter(&self, number: usize, persons: f64, desk: &mut Desk) {
        let node = self.plans[number].entered[0];
        desk.arrived[node] += persons;
        let now = std::mem::take(&mut desk.now);
        self.settle(node, Since::Years(0.0), persons, &now, &mut desk.all);
        self.each_unseen(desk, |set, mass, first, _, _| {
            if set.inside[node] { *first += persons } else { self.settle(node, Since::Years(0.0), persons, &now, mass) }
        });
        desk.now = now;
    }

    /// Moves at an exact age.
    fn celebrate(&self, number: usize, birthday: &Birthday, desk: &mut Desk) {
        let targets = &self.plans[number].targets[birthday.split];
        let count = self.nodes.len();
        let (moved, now) = (&mut desk.moved, &desk.now);
        self.uproot(birthday.state, targets, &mut desk.all, now, |from, to, persons| {
            moved[from * count + to] += persons;
            true
        });
        self.each_unseen(desk, |set, mass, first, _, now| {
            self.uproot(birthday.state, targets, mass, now, |_, to, persons| {
                *first += if set.inside[to] { persons } else { 0.0 };
                !set.inside[to]
            });
        });
    }

    /// Moves everybody in a state at once; `moves` hears of each move and says whether the persons are followed on.
    fn uproot(
        &self,
        state: usize,
        targets: &[(usize, f64)],
        mass: &mut Mass,
        now: &Now,
        mut moves: impl FnMut(usize, usize, f64) -> bool,
    ) {
        for from in (0..self.nodes.len()).filter(|&node| self.nodes[node].state == state) {
            let persons = mass.node[from];
            if persons == 0.0 {
                continue;
            }
            mass.node[from] = 0.0;
            let phases = self.nodes[from].chain.as_ref().map_or(0, |chain| chain.still.len());
            mass.phases[self.offsets[from]..][..phases].fill(0.0);
            mass.points.retain(|point| point.0 != from);
            for &(to, share) in targets {
                if share > 0.0 && moves(from, to, persons * share) {
                    self.settle(to, Since::Years(0.0), persons * share, now, mass);
                }
            }
        }
    }

    /// Who arrives in a step, per node.
    fn arrive(&self, cell: &Cell, number: usize, year: usize, desk: &mut Desk) {
        desk.inflow.fill(0.0);
        desk.late.clear();
        if self.town.compiled.streams.is_empty() {
            return;
        }
        let from = number as f64 * self.step;
        let (inflow, late) = (&mut desk.inflow, &mut desk.late);
        self.town.arrivals(cell, year, from, from + self.step, |rate, kind| {
            let entered = &self.plans[number].entered;
            if let Origin::State(0, Since::Years(0.0)) = kind.origins[self.index] {
                inflow[entered[0]] += rate * self.step;
                return;
            }
            for (state, share, since) in origins(self.track, kind, self.index) {
                let (node, persons) = (entered[state], rate * share * self.step);
                if since == Since::Years(0.0) || self.nodes[node].chain.is_none() {
                    inflow[node] += persons;
                } else {
                    late.push((node, since, persons));
                }
            }
        });
    }

    /// Lets a step pass for all and for those not seen yet.
    fn pass(&self, number: usize, desk: &mut Desk) {
        let plan = &self.plans[number];
        let count = self.nodes.len();
        let (inflow, late) = (std::mem::take(&mut desk.inflow), std::mem::take(&mut desk.late));
        self.advance(plan, &desk.now, &inflow, &mut desk.all, None, &mut desk.flows);
        for (from, years) in desk.flows.years.iter().enumerate() {
            if *years > 0.0 {
                for to in 0..count {
                    desk.moved[from * count + to] += years * desk.now.moves[from * count + to];
                }
                desk.left[from] += years * desk.now.leaving;
            }
        }
        for (moved, ended) in desk.moved.iter_mut().zip(&desk.flows.ended) {
            *moved += ended;
        }
        for (node, &years) in desk.flows.years.iter().enumerate() {
            desk.years[node] += years + desk.flows.late[node] * self.step / 3.0;
            desk.arrived[node] += inflow[node];
        }
        for &(node, since, persons) in &late {
            // They have come evenly over the step.
            desk.arrived[node] += persons;
            desk.years[node] += 0.5 * self.step * persons;
            self.settle(node, since, persons, &desk.now, &mut desk.all);
        }
        self.each_unseen(desk, |set, mass, first, flows, now| {
            *first += self.advance(plan, now, &inflow, mass, Some(&set.inside), flows);
            for &(node, since, persons) in &late {
                if set.inside[node] { *first += persons } else { self.settle(node, since, persons, now, mass) }
            }
        });
        (desk.inflow, desk.late) = (inflow, late);
    }

    /// Lets a step pass. Who enters a node of `cut` is counted and gone; returns how many.
    fn advance(&self, plan: &Plan, now: &Now, inflow: &[f64], mass: &mut Mass, cut: Option<&[bool]>, flows: &mut Flows) -> f64 {
        let (count, step) = (self.nodes.len(), self.step);
        let is_cut = |node: usize| cut.is_some_and(|cut| cut[node]);
        let Flows { years, ended, sources, late, term, next, .. } = flows;
        let mut gone = 0.0;
        years.fill(0.0);
        ended.fill(0.0);
        late.fill(0.0);
        sources.copy_from_slice(inflow);
        for node in 0..count {
            if is_cut(node) {
                gone += sources[node];
                sources[node] = 0.0;
            }
        }
        for &node in &self.chains {
            let Some(chain) = &self.nodes[node].chain else { continue };
            let before = mass.node[node];
            if before == 0.0 {
                continue;
            }
            let phases = &mut mass.phases[self.offsets[node]..][..chain.still.len()];
            let several = chain.laws.len() > 1;
            if several {
                for (law, part) in chain.part.iter().enumerate() {
                    let sum: f64 = (phases.iter().zip(&chain.ratio).zip(&part[1..]))
                        .map(|((phase, ratio), part)| phase * (1.0 - ratio) * part)
                        .sum();
                    self.end(plan, node, law, sum * now.until[node], ended);
                }
            }
            let mut survive = age(phases, &chain.ratio, now.kept[node]);
            if !mass.points.is_empty() {
                for point in mass.points.iter_mut().filter(|point| point.0 == node) {
                    let still = chain.survival(point.1);
                    let ratio = if still > 0.0 { chain.survival(point.1 + step) / still } else { 0.0 };
                    if several {
                        for (law, share) in falls(&chain.laws, point.1, point.1 + step).enumerate() {
                            self.end(plan, node, law, point.2 * (1.0 - ratio) * share * now.until[node], ended);
                        }
                    }
                    point.1 += step;
                    point.2 *= ratio;
                    survive += point.2;
                    point.2 *= now.kept[node];
                }
                mass.points.retain(|point| point.2 > 0.0);
            }
            let over = (before - survive).max(0.0);
            years[node] = step * (survive * now.until[node] + over * now.ended[node]);
            if !several {
                self.end(plan, node, 0, over * now.until[node], ended);
            }
            mass.node[node] = survive * now.kept[node];
            for to in 0..count {
                let moved = ended[node * count + to] + years[node] * now.moves[node * count + to];
                if is_cut(to) { gone += moved } else { sources[to] += moved }
            }
        }
        // States without memory: x' = x Q + source.
        for &node in &self.memoryless {
            term[node] = mass.node[node];
            years[node] = step * term[node];
        }
        for order in 0..now.terms {
            for &node in &self.memoryless {
                next[node] = if order == 0 { sources[node] / step } else { 0.0 } - term[node] * now.out[node];
            }
            for &from in &self.memoryless {
                if term[from] != 0.0 {
                    for &to in &self.memoryless {
                        if to != from && !is_cut(to) {
                            next[to] += term[from] * now.moves[from * count + to];
                        }
                    }
                }
            }
            let scale = step / (order as f64 + 1.0);
            for &node in &self.memoryless {
                term[node] = if is_cut(node) { 0.0 } else { next[node] * scale };
                mass.node[node] += term[node];
                years[node] += term[node] * step / (order as f64 + 2.0);
            }
        }
        for &from in &self.memoryless {
            if years[from] == 0.0 {
                continue;
            }
            for to in 0..count {
                let moved = years[from] * now.moves[from * count + to];
                if is_cut(to) {
                    gone += moved;
                } else if self.nodes[to].chain.is_some() {
                    sources[to] += moved;
                }
            }
        }
        // Those who entered a chain in this step; what they do next within it comes late.
        for &node in &self.chains {
            let (entries, Some(chain)) = (sources[node], &self.nodes[node].chain) else { continue };
            if entries == 0.0 {
                continue;
            }
            let stay = entries * chain.still[0] * now.until[node];
            let inside = entries * chain.inside * now.entered[node];
            let over = (entries - stay - inside * now.out[node]).max(0.0);
            mass.phases[self.offsets[node]] += stay;
            mass.node[node] += stay;
            years[node] += inside;
            for to in 0..count {
                let moved = inside * now.moves[node * count + to];
                if is_cut(to) { gone += moved } else { late[to] += moved }
            }
            for (law, &split) in self.ends[node].iter().enumerate() {
                let share = if chain.part.is_empty() { 1.0 } else { chain.part[law][0] };
                for &(to, part) in &plan.targets[split] {
                    let moved = over * share * part;
                    ended[node * count + to] += moved;
                    if is_cut(to) { gone += moved } else { late[to] += moved }
                }
            }
        }
        for node in 0..count {
            mass.node[node] += late[node];
            if self.nodes[node].chain.is_some() {
                mass.phases[self.offsets[node]] += late[node];
            }
        }
        gone
    }

    /// Notes that a dwell time has ended the stay of persons in a chain.
    #[inline]
    fn end(&self, plan: &Plan, node: usize, law: usize, persons: f64, ended: &mut [f64]) {
        for &(to, share) in &plan.targets[self.ends[node][law]] {
            ended[node * self.nodes.len() + to] += persons * share;
        }
    }

    /// Closes a half-year.
    fn count(&self, half: usize, desk: &mut Desk, counts: &mut Counts) {
        let count = self.nodes.len();
        for (number, set) in self.sets.iter().enumerate() {
            let cell = counts.at(set.row, half);
            let mut starts = sum_in(&desk.arrived, &set.inside);
            cell.years += sum_in(&desk.years, &set.inside);
            cell.ends += sum_in(&desk.left, &set.inside);
            for from in 0..count {
                for to in 0..count {
                    let moved = desk.moved[from * count + to];
                    match (set.inside[from], set.inside[to]) {
                        (false, true) => starts += moved,
                        (true, false) => cell.ends += moved,
                        _ => {}
                    }
                }
            }
            cell.starts += starts;
            if self.once[number] {
                cell.new_in_half += starts;
                cell.new_in_year += starts;
            } else {
                cell.new_in_half += desk.first[1][number];
                cell.new_in_year += desk.first[0][number];
                desk.first[0][number] = 0.0;
                desk.first[1][number] = 0.0;
            }
        }
        let layout = &self.town.compiled.layout;
        for set in self.sets.iter().filter(|set| layout.units[set.row].level == Level::State) {
            let renewed: f64 = (0..count)
                .flat_map(|from| (0..count).map(move |to| (from, to)))
                .filter(|&(from, to)| set.inside[from] && set.inside[to])
                .map(|(from, to)| desk.moved[from * count + to])
                .sum();
            counts.at(set.row, half).renewals += renewed;
        }
        for list in [&mut desk.moved, &mut desk.arrived, &mut desk.left, &mut desk.years] {
            list.fill(0.0);
        }
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
        sums[0] += *phase * ratio;
        *phase *= ratio * kept;
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
