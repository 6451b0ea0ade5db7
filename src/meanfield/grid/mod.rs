//! A track on which a time in a state decides, solved in equal time steps.
//!
//! Persons of one class and birth cohort make a [`strand`]; it is divided by birthday where that matters, and frailty goes in
//! [`lanes`](super::lanes). A year of a strand is its rates ([`now`]), its time steps ([`step`]), and what is counted of them
//! ([`totals`]).
//!
//! Death and departure take everybody alike, so they are a factor on each step; all strands with the same rates share the
//! matrices. Those seen in a period for the first time are known from the chances of everybody at its begin ([`first`]); where
//! many enter a state at one exact moment, from following those not seen yet, the way back cut off.

#![expect(clippy::inline_always, reason = "wide registers reach only what is inlined, see `Solve`")]

mod arrive;
mod birthday;
mod first;
mod mass;
mod now;
mod plan;
mod step;
mod strand;
mod totals;

use super::counts::Counts;
use super::decay::Decay;
use super::lanes::{LANES, Lanes, blank, wide};
use super::lives::Life;
use super::town::{Cell, Pace, Town};
use super::{Block, Settings};
use crate::compile::{Intensity, Since};
use birthday::Date;
use first::{Chances, Course, Seen};
use mass::{Edge, Mass};
use now::{Now, Scratch};
use plan::{Plan, Source};
use step::{Flows, Pass};
use strand::{Strand, gather};
use totals::{Half, Totals};

/// Most steps a year for which chances to be seen first are worked out: their number rises with the square of it.
const FEW: usize = 8;

/// What is to be done in a year by those of a strand with one birthday, or all of it.
struct Part<'a> {
    /// Cells with the first birthday node, and the node of those in question; one of them with its birthday.
    cells: &'a [usize],
    node: usize,
    cell: Cell,
    /// Number of the group of frailty nodes.
    group: usize,
    /// Share of those of the cells.
    share: f64,
    lives: [Life; 2],
    dates: &'a [Date],
}

/// Death and departure in a half-year: rate per year, chance to stay through a step, mean chance until a moment of it.
#[derive(Clone, Copy)]
struct Leaving {
    rate: f64,
    kept: f64,
    until: f64,
}

struct Grid<'a> {
    plan: Plan<'a>,
    /// Groups of frailty nodes: factors on frail hazards, and shares of persons.
    groups: Vec<[Lanes; 2]>,
    /// Whether persons with different birthdays are taken together while that makes no difference to their rates.
    joins: bool,
    /// Whether some arrive in a state that they have been in for some time.
    settled: bool,
}

/// Working memory, and what was worked out for the year.
#[derive(Default)]
struct Desk {
    totals: Totals,
    flows: Flows,
    inflow: Vec<Lanes>,
    /// Arrivals who have been in their state for some time.
    late: Vec<(usize, Since, Lanes)>,
    unseen: Unseen,
    /// Per source of rates.
    paces: Vec<Pace>,
    /// Per birthday node.
    lives: Vec<[Life; 2]>,
    /// Per step of the year: rates, and chances to stay in town.
    year: Vec<usize>,
    stay: Vec<(f64, f64)>,
    /// Rates in the year; and what follows from them, of which the first `keys.len()` are in use.
    keys: Vec<(usize, usize, Vec<f64>)>,
    nows: Vec<Now>,
    scratch: Scratch,
    /// Of these, the first `used` are in use.
    courses: Vec<Course>,
    used: usize,
    chances: Chances,
}

/// Those not seen yet, where they are followed.
#[derive(Default)]
struct Unseen {
    /// Per period (year, second half of it) and cut: those not seen in it.
    masses: [Vec<Mass>; 2],
    /// How many of these periods have begun.
    periods: usize,
}

/// What is needed to solve one block and can serve for the next.
#[derive(Default)]
pub(super) struct Memory {
    desk: Desk,
    strands: Vec<Strand>,
}

/// Solves a block of one track and counts it.
pub(super) fn solve(
    town: &Town<'_>,
    scenario: usize,
    block: &Block,
    settings: &Settings,
    memory: &mut Memory,
    counts: &mut Counts,
) {
    let solve = Solve { town, scenario, block, settings, memory, counts };
    wide(
        #[inline(always)]
        || solve.all_years(),
    );
}

/// A block to solve. On processors that have them with registers twice as wide: the numbers are the same to the last bit, but only
/// what is inlined is compiled for these, so all that is hot in a step is inlined always.
struct Solve<'a> {
    town: &'a Town<'a>,
    scenario: usize,
    block: &'a Block,
    settings: &'a Settings,
    memory: &'a mut Memory,
    counts: &'a mut Counts,
}

impl Solve<'_> {
    #[inline(always)]
    fn all_years(self) {
        let Self { town, scenario, block, settings, memory: Memory { desk, strands }, counts } = self;
        let grid = Grid::new(town, scenario, block, settings);
        for row in grid.plan.sets.iter().map(|set| set.row).chain(grid.plan.variants.iter().map(|variant| variant.2)) {
            counts.know(row);
        }
        desk.fit(&grid.plan, counts.halves);
        let strands = grid.sort(strands);
        for year in 0..town.compiled.years {
            desk.turn();
            for strand in &mut *strands {
                grid.year(strand, year, desk);
            }
            grid.see(year, desk);
        }
        for mass in strands.iter().flat_map(|strand| &strand.masses) {
            desk.totals.stock(counts.halves, mass);
        }
        desk.totals.count(&grid.plan, counts);
    }
}

impl Desk {
    /// Clears it for the nodes of a plan.
    fn fit(&mut self, plan: &Plan<'_>, halves: usize) {
        self.totals.fit(plan, halves);
        self.flows.fit(plan);
        blank(&mut self.inflow, plan.nodes.len());
        self.unseen.periods = 1;
        for masses in &mut self.unseen.masses {
            masses.resize_with(plan.cuts.len(), Mass::default);
            for mass in masses {
                mass.fit(plan);
            }
        }
    }

    /// Begins a year, of which nothing is known yet.
    fn turn(&mut self) {
        self.keys.clear();
        self.used = 0;
        self.chances.clear();
    }
}

impl Unseen {
    /// Calls `each` with those not seen yet, per period and cut: view, who, and those seen for the first time.
    #[inline(always)]
    fn each(&mut self, half: &mut Half, mut each: impl FnMut(usize, &mut Mass, &mut Lanes)) {
        for period in 0..self.periods {
            for view in 1..self.masses[period].len() {
                let mut seen = Lanes::ZERO;
                each(view, &mut self.masses[period][view], &mut seen);
                self.note(period, view, seen, half);
            }
        }
    }

    /// Counts those whom a view sees for the first time in a period.
    #[inline(always)]
    fn note(&self, period: usize, view: usize, seen: Lanes, half: &mut Half) {
        half.first[period][view] += seen;
        // In the first half of a year those not seen in it are those not seen in the year.
        if self.periods == 1 {
            half.first[1][view] += seen;
        }
    }
}

impl<'a> Grid<'a> {
    fn new(town: &'a Town<'a>, scenario: usize, block: &Block, settings: &Settings) -> Self {
        let plan = Plan::new(town, scenario, block, settings);
        let frail = plan.sources.iter().any(|source| matches!(source, Source::Rate(rate) if rate.frail))
            || plan.track.initial.iter().any(|initial| initial.frail);
        let frailty = if frail { &town.frailty[..] } else { &[(1.0, 1.0)] };
        let groups = frailty.chunks(LANES).map(|nodes| {
            let of = |number: fn(&(f64, f64)) -> f64| Lanes(core::array::from_fn(|lane| nodes.get(lane).map_or(0.0, number)));
            [of(|node| node.0), of(|node| node.1)]
        });
        let settled = town.folk.settled[plan.index];
        let even = town.compiled.streams.iter().all(|stream| matches!(stream.intensity, Intensity::Yearly { .. }));
        Self { groups: groups.collect(), joins: settings.joined && even && !settled, settled, plan }
    }

    /// A year of a strand.
    #[inline(always)]
    fn year(&self, strand: &mut Strand, year: usize, desk: &mut Desk) {
        let (plan, town) = (&self.plan, self.plan.town);
        let nodes = town.nodes.len();
        let all = [2 * year, 2 * year + 1].map(|half| {
            let whole = town.whole(half);
            strand.rows.iter().fold(Life::default(), |sum, &row| sum.plus(&whole[row]))
        });
        if all.iter().all(|life| life.stock == 0.0 && life.entries == 0.0) {
            return;
        }
        if strand.still {
            gather(&mut desk.lives, town, strand, year, 1, all);
            self.rest(strand, year, desk);
            return;
        }
        let cell = town.cells[strand.cells[0]];
        desk.paces.clear();
        desk.paces.extend(plan.sources.iter().map(|source| match *source {
            Source::Rate(rate) => town.pace(rate, &cell, year),
            Source::Constant(rate) => Pace { young: rate, old: rate },
        }));
        strand.fit(plan);
        if year == 0 {
            self.begin(strand, desk);
        }
        if self.idle(strand, &cell, year, desk) {
            gather(&mut desk.lives, town, strand, year, strand.spread, all);
            self.rest(strand, year, desk);
            return;
        }
        let spread = self.spread(&cell, year, &desk.paces);
        gather(&mut desk.lives, town, strand, year, spread, all);
        strand.spread(&desk.lives, nodes);
        for group in 0..self.groups.len() {
            for node in 0..spread {
                let birthday = match spread {
                    _ if spread == nodes => town.nodes[node].at,
                    1 => 0.5,
                    _ => node as f64 / (spread - 1) as f64,
                };
                let cell = Cell { birthday, ..cell };
                let dates = self.dates(&cell, year);
                let mass = &mut strand.masses[group * nodes + node];
                let whole = dates.len() == 1;
                let all = if whole { Mass::default() } else { std::mem::take(mass) };
                for (share, dates) in &dates {
                    let lives = desk.lives[node].map(|life| life.times(*share));
                    let part = Part { cells: &strand.cells, node, cell, group, share: *share, lives, dates };
                    let mut some = Mass::default();
                    if !whole {
                        some.add(&all, *share);
                    }
                    self.live(&part, year, if whole { &mut *mass } else { &mut some }, desk);
                    if !whole {
                        mass.add(&some, 1.0);
                    }
                }
            }
        }
    }

    /// How many birthday nodes a strand needs in a year. Of the share that a hazard leaves the error of Simpson's rule is
    /// `(turn / 2)^4 / 180`, and that of the one node in the middle `turn^2 / 24`.
    fn spread(&self, cell: &Cell, year: usize, paces: &[Pace]) -> usize {
        let turn = paces.iter().map(|pace| (pace.old - pace.young).abs()).fold(0.0, f64::max);
        match self.plan.town.nodes.len() {
            nodes if !self.joins || self.divided(cell) || self.birthday(cell, year) => nodes,
            _ if turn < 0.05 => 1,
            nodes if turn < 0.5 => nodes.min(3),
            nodes => nodes,
        }
    }

    /// A year, step by step.
    #[inline(always)]
    fn live(&self, part: &Part<'_>, year: usize, mass: &mut Mass, desk: &mut Desk) {
        let plan = &self.plan;
        let (start, steps) = (year * plan.per_year, plan.per_year);
        let cell = &part.cell;
        let births = part.lives[0].born + part.lives[1].born;
        let leaving = part.lives.map(|life| Leaving::new(&life, plan.step));
        let (mut nows, mut stay) = (std::mem::take(&mut desk.year), std::mem::take(&mut desk.stay));
        nows.clear();
        stay.clear();
        for step in 0..steps {
            let before = step > 0 && {
                let of = |step: usize| (self.young(cell, step).to_bits(), plan.steps[start + step].same_as);
                of(step) == of(step - 1)
            };
            nows.push(if before { nows[step - 1] } else { self.now(part.group, cell, start + step, year, desk) });
            let leaving = &leaving[usize::from(2 * step >= steps)];
            stay.push((leaving.until, leaving.kept));
        }
        let follows = steps > FEW || self.settled || births > 0.0 || !part.dates.is_empty() || !mass.points.is_empty();
        let course = if follows { None } else { Some(self.course(start, &nows, desk)) };
        for step in 0..=steps {
            let number = start + step.min(steps - 1);
            let middle = 2 * step == steps;
            for side in 0..2 {
                let half = 2 * year + usize::from(2 * step > steps || middle && side == 1);
                if side == 1 && step < steps && (step == 0 || middle) {
                    desk.totals.stock(half, mass);
                    match course {
                        None => self.overlook(mass, half % 2, desk),
                        Some(course) => desk.courses[course].meet(plan, step, mass, &stay),
                    }
                }
                let born = if births > 0.0 { births * self.dose(cell, 0.0, year, step)[side] } else { 0.0 };
                if born > 0.0 {
                    self.enter(number, half, part, born, mass, desk);
                }
                for date in part.dates.iter().filter(|date| (date.step, date.side) == (step, side)) {
                    self.celebrate(number, half, &plan.birthdays[date.birthday], mass, desk);
                }
            }
            if step == steps {
                break;
            }
            let half = 2 * year + usize::from(2 * step >= steps);
            let leaving = &leaving[half % 2];
            self.arrive(part, number, year, half, leaving, desk);
            if let Some(course) = course {
                desk.courses[course].come(step, desk.inflow[plan.at(number).entered[0]], &stay);
            } else {
                self.strike(number, half, Edge::Begin, mass, desk);
            }
            self.pass(number, half, nows[step], leaving, mass, follows, desk);
            if follows {
                self.strike(number, half, Edge::End, mass, desk);
            }
        }
        (desk.year, desk.stay) = (nows, stay);
    }

    /// The chances in a year with these rates, worked out once for all who have them.
    #[inline(always)]
    fn course(&self, start: usize, nows: &[usize], desk: &mut Desk) -> usize {
        if let Some(known) = desk.courses[..desk.used].iter().rposition(|course| course.nows == nows) {
            return known;
        }
        let place = desk.used;
        if place == desk.courses.len() {
            desk.courses.push(Course::default());
        }
        desk.courses[place].set(&self.plan, start, nows, &desk.nows, &mut desk.chances);
        desk.used += 1;
        place
    }

    /// Share of a step of the year that lies before the birthday.
    fn young(&self, cell: &Cell, step: usize) -> f64 {
        (cell.birthday / self.plan.step - step as f64).clamp(0.0, 1.0)
    }

    /// The rates of a cell in a step, worked out once for all cells that have the same.
    #[inline(always)]
    fn now(&self, group: usize, cell: &Cell, number: usize, year: usize, desk: &mut Desk) -> usize {
        let plan = &self.plan;
        let young = self.young(cell, number - year * plan.per_year);
        let same_as = plan.steps[number].same_as;
        let of = |pace: &Pace| young * pace.young + (1.0 - young) * pace.old;
        let same = |(known, of_group, rates): &(usize, usize, Vec<f64>)| {
            *known == same_as && *of_group == group && rates.iter().zip(&desk.paces).all(|(rate, pace)| *rate == of(pace))
        };
        if let Some(known) = desk.keys.iter().rposition(same) {
            return known;
        }
        let levels = &plan.at(number).levels;
        let rates: Vec<Lanes> = (plan.sources.iter().zip(&desk.paces).zip(levels))
            .map(|((source, pace), level)| {
                let rate = level * of(pace);
                if matches!(source, Source::Rate(rate) if rate.frail) { self.groups[group][0] * rate } else { Lanes::all(rate) }
            })
            .collect();
        let place = desk.keys.len();
        if place == desk.nows.len() {
            desk.nows.push(Now::default());
        }
        desk.nows[place].set(plan, number, &rates, &mut desk.scratch);
        desk.keys.push((same_as, group, desk.paces.iter().map(of).collect()));
        place
    }

    /// Begins a period in which nobody but those inside has been seen.
    fn overlook(&self, mass: &Mass, period: usize, desk: &mut Desk) {
        for (view, cut) in self.plan.cuts.iter().enumerate().skip(1) {
            desk.unseen.masses[period][view].outside(&self.plan, mass, cut);
        }
        desk.unseen.periods = period + 1;
    }

    /// Counts those of a year who are seen for the first time and whose chances are known.
    #[inline(always)]
    fn see(&self, year: usize, desk: &mut Desk) {
        let (plan, steps) = (&self.plan, self.plan.per_year);
        let Desk { courses, used, chances, totals, .. } = desk;
        let half = |step: usize| 2 * year + usize::from(2 * step >= steps);
        for course in &courses[..*used] {
            course.seen(plan, chances, year * steps, |seen, view, step, persons| match seen {
                Seen::Year => totals.see(half(step), 2 * year, view, persons),
                Seen::Half => totals.halves[half(step)].first[1][view] += persons,
                Seen::Came(from) => totals.see(half(step), half(from), view, persons),
            });
        }
    }

    /// Persons are born, into the first state.
    fn enter(&self, number: usize, half: usize, part: &Part<'_>, persons: f64, mass: &mut Mass, desk: &mut Desk) {
        let plan = &self.plan;
        let node = plan.at(number).entered[0];
        let persons = self.groups[part.group][1] * persons;
        desk.totals.halves[half].arrived[node] += persons;
        mass.enter(plan, node, 0.0, persons);
        desk.unseen.each(&mut desk.totals.halves[half], |view, mass, first| {
            if plan.cuts[view][node] {
                *first += persons;
            } else {
                mass.enter(plan, node, 0.0, persons);
            }
        });
    }

    /// Ends the stays of those whose exact time is up in a step.
    fn strike(&self, number: usize, half: usize, edge: Edge, mass: &mut Mass, desk: &mut Desk) {
        let (plan, count) = (&self.plan, self.plan.nodes.len());
        if !mass.points.is_empty() {
            let Half { moved, reached, .. } = &mut desk.totals.halves[half];
            let over = |branch: usize, persons: Lanes| {
                for &(variant, share) in &plan.at(number).reached[branch] {
                    reached[variant] += persons * share;
                }
            };
            mass.strike(plan, number, edge, over, |from, to, persons| {
                moved[from * count + to] += persons;
                true
            });
        }
        desk.unseen.each(&mut desk.totals.halves[half], |view, mass, first| {
            mass.strike(
                plan,
                number,
                edge,
                |_, _| {},
                |_, to, persons| {
                    *first += if plan.cuts[view][to] { persons } else { Lanes::ZERO };
                    !plan.cuts[view][to]
                },
            );
        });
    }

    /// Lets a step pass for all and, if they are followed, for those not seen yet.
    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "all that meets in a step")]
    fn pass(&self, number: usize, half: usize, now: usize, leaving: &Leaving, mass: &mut Mass, follows: bool, desk: &mut Desk) {
        let plan = &self.plan;
        {
            let Desk { totals, flows, inflow, late, nows, .. } = desk;
            let (now, totals) = (&nows[now], &mut totals.halves[half]);
            Pass { plan, number, now, view: 0, kept: leaving.kept }.advance(inflow, mass, flows);
            totals.pass(plan, number, now, leaving, inflow, flows);
            for &(node, since, persons) in late.iter() {
                // They have come evenly over the step.
                totals.arrived[node] += persons * (leaving.kept / leaving.until);
                totals.years[node] += persons * (0.5 * plan.step);
                mass.settle(plan, node, since, persons, leaving.rate, now);
            }
        }
        if !follows {
            return;
        }
        let Desk { unseen, totals, flows, inflow, late, nows, .. } = desk;
        // Not by `each`: what is in a closure may not reach the wide registers.
        for (period, view) in (0..unseen.periods).flat_map(|period| (1..plan.cuts.len()).map(move |view| (period, view))) {
            let mass = &mut unseen.masses[period][view];
            let pass = Pass { plan, number, now: &nows[now], view, kept: leaving.kept };
            let mut seen = pass.advance(inflow, mass, flows) * leaving.until;
            for &(node, since, persons) in late.iter() {
                if plan.cuts[view][node] {
                    seen += persons;
                } else {
                    mass.settle(plan, node, since, persons, leaving.rate, &nows[now]);
                }
            }
            unseen.note(period, view, seen, &mut totals.halves[half]);
        }
    }
}

impl Leaving {
    /// The mean rate in a half-year at which those who are here die or leave.
    fn new(life: &Life, step: f64) -> Self {
        let rate = if life.years > 0.0 { (life.exits / life.years).max(0.0) } else { 0.0 };
        let Decay { kept, until, .. } = Decay::new(rate * step);
        Self { rate, kept, until }
    }
}
