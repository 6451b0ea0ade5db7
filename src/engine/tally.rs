//! Counting, in integers only, at the price of one cell per entry and one per exit.
//!
//! A stay is never walked through period by period. Its entry and its exit each touch the cell of their own half-year; the
//! stock follows from starts and ends, and person-time from the stock and the two ends of the stay. A second, independent
//! count of who is where at the last moment is compared with the stock that follows (see `verify::identities`).
//!
//! Most persons need nothing most of the time. The rows they are in then, the first state of every track and the outside of
//! the pyramid, are *homes*: their cells hold what sets them apart from the row of everybody. So a life in which nothing happens
//! is counted in one row, however many tracks there are, and one away from a home counts there as one less.

mod attached;
mod gate;
mod wait;

pub use wait::{Outcome, Request};

use super::inwoners::Memory;
use crate::compile::layout::{Group, LAYERS, Layout, Level, MAATWERK, METRICS, TICKS_PER_YEAR, metric};
use crate::compile::{Compiled, State, Tariffs, Track};
use std::ops::Add;

const HALF: i64 = TICKS_PER_YEAR / 2;

/// Why somebody enters or leaves a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// There at the first moment, or still there at the last.
    Edge,
    /// A real start or end.
    Event,
    /// Only the age band changes.
    Birthday,
}

/// What happened in one half-year to one unit of one group.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    starts: i32,
    ends: i32,
    /// Entries of persons not seen before in this half-year.
    new_in_half: i32,
    /// Entries of persons not seen before in this calendar year.
    new_in_year: i32,
    renewals: i32,
    /// Those who came from, less those who went to, another age band.
    moved: i32,
    /// Person-time of those who entered to the end of the half-year, less that of those who left; in ticks.
    time: i64,
}

impl Cell {
    /// Counts what somebody does who comes or goes; no more than that, so that it is soon done.
    #[inline]
    fn count(&mut self, by: Self) {
        self.starts += by.starts;
        self.ends += by.ends;
        self.new_in_half += by.new_in_half;
        self.new_in_year += by.new_in_year;
        self.time += by.time;
    }
}

impl Add for Cell {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            starts: self.starts + other.starts,
            ends: self.ends + other.ends,
            new_in_half: self.new_in_half + other.new_in_half,
            new_in_year: self.new_in_year + other.new_in_year,
            renewals: self.renewals + other.renewals,
            moved: self.moved + other.moved,
            time: self.time + other.time,
        }
    }
}

/// Cells of groups that exclude each other: the wijken, or the age bands. Shape: [group × half-year × unit], since what happens at one
/// moment touches several units of one half-year.
#[derive(Debug, Clone)]
struct Partition {
    units: usize,
    halves: usize,
    /// Of homes: less those of everybody.
    cells: Vec<Cell>,
    /// [group × unit]: persons at the first and at the last moment; of homes less everybody.
    edges: Vec<[i32; 2]>,
    /// Row of everybody, and per row whether it is a home.
    everybody: usize,
    homes: Vec<bool>,
    /// [group × row of a gate's variant × half-year]: requests reached and diverted.
    requests: Vec<[u32; 2]>,
    /// Rows of variants of gates, which follow all others.
    gates: usize,
}

/// What counting remembers of a person.
#[derive(Debug, Clone)]
pub(super) struct Trail {
    zone: usize,
    band: usize,
    /// The half-year of the last change.
    half: usize,
    /// Per unit where the person was seen who has left it: in this half-year, in this calendar year, and both since they reached the age
    /// band of now.
    seen: Vec<u8>,
    /// Whether anywhere.
    any: bool,
}

/// Seen in this half-year, and in this calendar year.
const IN_HALF: u8 = 1;
const IN_YEAR: u8 = 2;

/// By how much the same of the age band of now is shifted.
const OF_BAND: u32 = 2;

/// All of it, and what is left of it in another half of the same year.
const SEEN: u8 = (IN_HALF | IN_YEAR) * (1 + (1 << OF_BAND));
const BEFORE: u8 = IN_YEAR * (1 + (1 << OF_BAND));

impl Trail {
    /// Room for what is remembered of somebody in so many units.
    pub(super) fn new(units: usize) -> Self {
        Self { zone: 0, band: 0, half: 0, seen: vec![0; units], any: false }
    }

    /// Number of units.
    pub(super) fn units(&self) -> usize {
        self.seen.len()
    }

    /// Turns to another person, of wijk number `zone` and age band `band`.
    #[inline]
    pub(super) fn turn(&mut self, zone: usize, band: usize) {
        self.keep(0);
        (self.zone, self.band) = (zone, band);
    }

    /// The person reaches another age band.
    #[inline]
    fn grow(&mut self, band: usize) {
        self.keep(IN_HALF | IN_YEAR);
        self.band = band;
    }

    /// The person comes to a half-year.
    #[inline]
    fn reach(&mut self, half: usize) {
        if half != self.half {
            self.keep(if half / 2 == self.half / 2 { BEFORE } else { 0 });
            self.half = half;
        }
    }

    /// Forgets all but this.
    #[inline]
    fn keep(&mut self, what: u8) {
        if self.any {
            self.seen.iter_mut().for_each(|seen| *seen &= what);
            self.any = what != 0;
        }
    }
}

impl Partition {
    fn new(groups: usize, halves: usize, gates: usize, rows: &Rows, units: usize) -> Self {
        let mut homes = vec![false; units];
        for &home in rows.states.iter().chain(&rows.outside) {
            homes[home] = true;
        }
        Self {
            units,
            halves,
            cells: vec![Cell::default(); groups * units * halves],
            edges: vec![[0; 2]; groups * units],
            everybody: rows.total,
            homes,
            requests: vec![[0; 2]; groups * gates * halves],
            gates,
        }
    }

    fn reset(&mut self) {
        self.cells.fill(Cell::default());
        self.edges.fill([0; 2]);
        self.requests.fill([0; 2]);
    }

    /// What happened in one half-year to one unit of one group.
    fn cell(&self, group: usize, unit: usize, half: usize) -> Cell {
        let cell = |unit: usize| self.cells[(group * self.halves + half) * self.units + unit];
        if self.homes[unit] { cell(unit) + cell(self.everybody) } else { cell(unit) }
    }

    /// Persons at the first and at the last moment in one unit of one group.
    fn edge(&self, group: usize, unit: usize) -> [i64; 2] {
        let edge = |unit: usize| self.edges[group * self.units + unit].map(i64::from);
        let ([first, last], [most, all]) = (edge(unit), if self.homes[unit] { edge(self.everybody) } else { [0; 2] });
        [first + most, last + all]
    }

    /// What happens in one half-year to the units of one group.
    #[inline]
    fn cells(&mut self, group: usize, half: usize) -> &mut [Cell] {
        &mut self.cells[(group * self.halves + half) * self.units..][..self.units]
    }

    /// Counts an entry of a person who was not there before.
    #[inline]
    fn enter(&mut self, group: usize, At { unit, count }: At, tick: i64, cause: Cause) {
        if cause == Cause::Edge {
            self.edges[group * self.units + unit][0] += count;
            return;
        }
        let half = (tick / HALF) as usize;
        let cell = &mut self.cells[(group * self.halves + half) * self.units + unit];
        cell.time += i64::from(count) * ((half as i64 + 1) * HALF - tick);
        cell.new_in_half += count;
        cell.new_in_year += count;
        match cause {
            Cause::Birthday => cell.moved += count,
            Cause::Event | Cause::Edge => cell.starts += count,
        }
    }

    #[inline]
    fn exit(&mut self, group: usize, At { unit, count }: At, tick: i64, cause: Cause) {
        if cause == Cause::Edge {
            self.edges[group * self.units + unit][1] += count;
            return;
        }
        let half = (tick / HALF) as usize;
        let cell = &mut self.cells[(group * self.halves + half) * self.units + unit];
        cell.time -= i64::from(count) * ((half as i64 + 1) * HALF - tick);
        match cause {
            Cause::Birthday => cell.moved -= count,
            Cause::Event | Cause::Edge => cell.ends += count,
        }
    }

    #[inline]
    fn renew(&mut self, group: usize, unit: usize, tick: i64) {
        self.cells[(group * self.halves + (tick / HALF) as usize) * self.units + unit].renewals += 1;
    }
}

/// A unit in which a person counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    unit: usize,
    /// 1; or -1 for a home they are away from, where everybody is counted.
    count: i32,
}

impl At {
    /// A unit that the person is in.
    pub(super) fn there(unit: usize) -> Self {
        Self { unit, count: 1 }
    }

    /// A home that the person is away from.
    pub(super) fn away(unit: usize) -> Self {
        Self { unit, count: -1 }
    }
}

/// The units that a person leaves and enters at one moment; none is in both.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub left: Vec<usize>,
    pub entered: Vec<usize>,
}

impl Change {
    /// From one unit to another, and nothing else yet.
    #[inline]
    pub(super) fn begin(&mut self, from: usize, to: usize) {
        self.left.clear();
        self.entered.clear();
        self.add(from, to);
    }

    /// From one unit to another.
    #[inline]
    pub(super) fn add(&mut self, from: usize, to: usize) {
        self.left.push(from);
        self.entered.push(to);
    }
}

/// The rows of the layout by what they count.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    /// First state row of each track; the states follow.
    pub states: Vec<usize>,
    /// Row of each track.
    pub tracks: Vec<usize>,
    /// Row of each domain.
    pub domains: Vec<usize>,
    /// Row of the clients of each track that has any, and of each domain.
    pub clients: Vec<Option<usize>>,
    pub domain_clients: Vec<Option<usize>>,
    /// Row of the clients of each track with its first label, if it has labels; the others follow.
    pub labels: Vec<Option<usize>>,
    /// Row of "outside", then of each layer.
    pub layers: [usize; 6],
    /// Row of each set of layers.
    pub combinations: [usize; 32],
    /// Row of everybody.
    pub total: usize,
    /// Rows of those who are outside the pyramid: by layer and by combination, as far as anybody can be there.
    pub outside: Vec<usize>,
    /// Row of the first variant of each gate of each track; the variants follow.
    pub gates: Vec<Vec<usize>>,
}

impl Rows {
    fn new(layout: &Layout) -> Self {
        let mut rows = Self::default();
        for (row, unit) in layout.units.iter().enumerate() {
            let nowhere = unit.layer.is_none() && unit.combination.unwrap_or(0) == 0;
            if nowhere && matches!(unit.level, Level::Layer | Level::Combination) {
                rows.outside.push(row);
            }
            match unit.level {
                Level::State if unit.state == Some(0) => rows.states.push(row),
                Level::Track => {
                    rows.tracks.push(row);
                    rows.clients.push(None);
                    rows.labels.push(None);
                }
                Level::Domain => {
                    rows.domains.push(row);
                    rows.domain_clients.push(None);
                }
                // They follow the rows of tracks and domains.
                Level::Client => match (unit.track, unit.label, unit.domain) {
                    (Some(track), None, _) => rows.clients[track] = Some(row),
                    (Some(track), Some(0), _) => rows.labels[track] = Some(row),
                    (None, _, Some(domain)) => rows.domain_clients[domain] = Some(row),
                    (Some(_), Some(_), _) | (None, _, None) => {}
                },
                Level::Layer => rows.layers[unit.layer.map_or(0, |layer| 1 + layer as usize)] = row,
                Level::Combination => rows.combinations[usize::from(unit.combination.unwrap_or(0))] = row,
                Level::Total => rows.total = row,
                Level::Gate if unit.gate.is_some_and(|(_, variant)| variant == 0) => {
                    rows.gates.resize(unit.track.map_or(0, |track| track + 1), Vec::new());
                    if let Some(of) = rows.gates.last_mut() {
                        of.push(row);
                    }
                }
                Level::State | Level::Gate | Level::Attached => {}
            }
        }
        rows
    }
}

/// The counts of one member, being made. Reused from member to member.
#[derive(Debug)]
pub struct Tally {
    layout: Layout,
    pub(super) rows: Rows,
    zones: Partition,
    bands: Option<Partition>,
    requests: Vec<Request>,
    /// In which the lives of the last member were led, for those of the next.
    pub(super) memory: Memory,
}

impl Tally {
    /// An empty tally.
    pub fn new(layout: &Layout) -> Self {
        let (units, halves) = (layout.units.len(), 2 * layout.years);
        let groups = |wanted: fn(&Group) -> bool| layout.groups.iter().filter(|group| wanted(group)).count();
        let wijken = groups(|group| matches!(group, Group::Wijk(_)));
        let gates = layout.units.iter().filter(|unit| unit.level == Level::Gate).count();
        let bands = groups(|group| matches!(group, Group::Age(_)));
        let rows = Rows::new(layout);
        Self {
            layout: layout.clone(),
            zones: Partition::new(wijken.max(1), halves, gates, &rows, units),
            bands: (bands > 0).then(|| Partition::new(bands, halves, gates, &rows, units)),
            rows,
            requests: Vec::new(),
            memory: Memory::default(),
        }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.zones.reset();
        self.requests.clear();
        if let Some(bands) = &mut self.bands {
            bands.reset();
        }
    }

    /// A person leaves some units for others.
    pub(super) fn change(&mut self, trail: &mut Trail, change: &Change, t: f64) {
        let tick = ticks(t);
        let half = (tick / HALF) as usize;
        let time = (half as i64 + 1) * HALF - tick;
        let goes = Cell { ends: 1, time: -time, ..Cell::default() };
        // By what is remembered: nothing, this half-year (never alone), this calendar year, both.
        let known = Cell { starts: 1, time, ..Cell::default() };
        let other = Cell { new_in_half: 1, ..known };
        let comes = [Cell { new_in_year: 1, ..other }, known, other, known];
        trail.reach(half);
        let zones = self.zones.cells(trail.zone, half);
        let mut nowhere = [];
        let bands = self.bands.as_mut().map_or(&mut nowhere[..], |bands| bands.cells(trail.band, half));
        for &unit in &change.left {
            zones[unit].count(goes);
            if let Some(cell) = bands.get_mut(unit) {
                cell.count(goes);
            }
            trail.seen[unit] = SEEN;
        }
        for &unit in &change.entered {
            let seen = trail.seen[unit];
            zones[unit].count(comes[usize::from(seen & (IN_HALF | IN_YEAR))]);
            if let Some(cell) = bands.get_mut(unit) {
                cell.count(comes[usize::from(seen >> OF_BAND & (IN_HALF | IN_YEAR))]);
            }
        }
        trail.any = true;
    }

    /// A life begins; `edge`: it began before the first moment.
    #[inline]
    pub(super) fn begin(&mut self, trail: &Trail, units: &[At], t: f64, edge: bool) {
        let (tick, cause) = (ticks(t), if edge { Cause::Edge } else { Cause::Event });
        for &at in units {
            self.zones.enter(trail.zone, at, tick, cause);
            if let Some(bands) = &mut self.bands {
                bands.enter(trail.band, at, tick, cause);
            }
        }
    }

    /// A life ends; `edge`: it goes on after the last moment.
    #[inline]
    pub(super) fn end(&mut self, trail: &Trail, units: &[At], t: f64, edge: bool) {
        let (tick, cause) = (ticks(t), if edge { Cause::Edge } else { Cause::Event });
        for &at in units {
            self.zones.exit(trail.zone, at, tick, cause);
            if let Some(bands) = &mut self.bands {
                bands.exit(trail.band, at, tick, cause);
            }
        }
    }

    #[inline]
    pub(super) fn renew(&mut self, trail: &Trail, unit: usize, t: f64) {
        let tick = ticks(t);
        self.zones.renew(trail.zone, unit, tick);
        if let Some(bands) = &mut self.bands {
            bands.renew(trail.band, unit, tick);
        }
    }

    /// Moves a person, who counts in `units`, to another age band.
    #[inline]
    pub(super) fn birthday(&mut self, trail: &mut Trail, units: &[At], t: f64, band: usize) {
        let Some(bands) = &mut self.bands else { return };
        let tick = ticks(t);
        for &at in units {
            bands.exit(trail.band, at, tick, Cause::Birthday);
        }
        trail.grow(band);
        for &at in units {
            bands.enter(trail.band, at, tick, Cause::Birthday);
        }
    }

    /// The counts of the member that was simulated, under the prices of a scenario. Shape: see [`Layout`].
    pub fn counts(&self, compiled: &Compiled, scenario: usize) -> Vec<i64> {
        let mut counts = vec![0; self.layout.len()];
        let tracks = &compiled.scenarios[scenario].tracks;
        let (head, rest) = counts.split_at_mut(self.layout.head_len());
        let city = &mut head[..self.layout.group_len()];
        let zones = self.zones.edges.len() / self.zones.units;
        let wijken = if self.layout.groups.contains(&Group::Wijk(0)) { zones } else { 0 };
        if wijken == 0 {
            self.fill(&self.zones, tracks, city);
        } else {
            let (by_wijk, _) = rest.split_at_mut(wijken * self.layout.group_len());
            self.fill(&self.zones, tracks, by_wijk);
            for part in by_wijk.chunks_exact(self.layout.group_len()) {
                for (sum, value) in city.iter_mut().zip(part) {
                    *sum += value;
                }
            }
        }
        if let Some(bands) = &self.bands {
            let by_age = &mut rest[wijken * self.layout.group_len()..];
            self.fill(bands, tracks, by_age);
        }
        self.waits(&compiled.scenarios[scenario], &mut counts);
        counts
    }

    /// The counts of some groups.
    fn fill(&self, part: &Partition, tracks: &[Track], counts: &mut [i64]) {
        self.volumes(part, counts);
        self.costs(part, tracks, counts);
        self.attached(part, tracks, counts);
        self.requests(part, tracks, counts);
    }

    fn volumes(&self, part: &Partition, counts: &mut [i64]) {
        let metrics = METRICS.len();
        for (row, periods) in counts.chunks_exact_mut(3 * self.layout.years * metrics).enumerate() {
            let (group, unit) = (row / part.units, row % part.units);
            let [mut stock, end] = part.edge(group, unit);
            for (number, year) in periods.chunks_exact_mut(3 * metrics).enumerate() {
                let pair = [2 * number, 2 * number + 1].map(|half| part.cell(group, unit, half));
                let first = stock;
                let mut sums = [0; 3];
                for (half, cell) in pair.iter().enumerate() {
                    let out = &mut year[half * metrics..][..metrics];
                    let (starts, ends) = (i64::from(cell.starts), i64::from(cell.ends));
                    out[metric::STOCK_START] = stock;
                    out[metric::PERSON_TIME] = HALF * stock + cell.time;
                    out[metric::UNIQUE] = stock + i64::from(cell.new_in_half);
                    out[metric::STARTS] = starts;
                    out[metric::ENDS] = ends;
                    stock += starts - ends + i64::from(cell.moved);
                    out[metric::STOCK_END] = stock;
                    sums[0] += out[metric::PERSON_TIME];
                    sums[1] += starts;
                    sums[2] += ends;
                }
                let out = &mut year[2 * metrics..];
                out[metric::STOCK_START] = first;
                out[metric::STOCK_END] = stock;
                out[metric::UNIQUE] = first + pair.iter().map(|cell| i64::from(cell.new_in_year)).sum::<i64>();
                [out[metric::PERSON_TIME], out[metric::STARTS], out[metric::ENDS]] = sums;
            }
            // The second, independent count: who was there when the last period closed.
            if let Some(last) = periods.chunks_exact_mut(3 * metrics).next_back() {
                last[metrics + metric::STOCK_END] = end;
                last[2 * metrics + metric::STOCK_END] = end;
            }
        }
    }

    /// Costs and indicaties of states, and their sums over tracks, domains, clients, layers and all.
    fn costs(&self, part: &Partition, tracks: &[Track], counts: &mut [i64]) {
        let (metrics, length) = (METRICS.len(), self.layout.group_len());
        let groups = counts.len() / length;
        for (index, track) in tracks.iter().enumerate() {
            for (number, state) in track.states.iter().enumerate() {
                if state.indicaties == 0 && state.cost.iter().all(Tariffs::is_nothing) {
                    continue;
                }
                let unit = self.rows.states[index] + number;
                let client = |row: Option<usize>| row.filter(|_| state.layer == MAATWERK);
                let domain = self.layout.units[unit].domain.and_then(|domain| self.rows.domain_clients[domain]);
                let clients = [client(self.rows.clients[index]), client(domain)];
                let rows = self.booked(unit, index, state);
                for half in 0..part.halves {
                    let period = half / 2 * 3 + half % 2;
                    let mut purses = [Purse::default(); 2];
                    for group in 0..groups {
                        let cell = part.cell(group, unit, half);
                        let at = group * length + self.layout.offset(0, unit, period);
                        let stock = counts[at + metric::STOCK_START];
                        let new = i64::from(cell.starts) + i64::from(cell.renewals);
                        let mut amounts = [0; 4];
                        for (level, tariffs) in state.cost.iter().enumerate() {
                            amounts[level] = purses[level].add(euros(tariffs, half, counts[at + metric::PERSON_TIME], &cell));
                        }
                        amounts[2] = (stock + new) * state.indicaties;
                        // A year's indicaties are those valid at its start and all that began in it.
                        amounts[3] = if half % 2 == 0 { amounts[2] } else { new * state.indicaties };
                        for row in rows.into_iter().chain(clients).flatten() {
                            let at = group * length + self.layout.offset(0, row, period);
                            let year = group * length + self.layout.offset(0, row, half / 2 * 3 + 2);
                            for (target, indicaties) in [(at, amounts[2]), (year, amounts[3])] {
                                counts[target + metric::COST_CONSTANT] += amounts[0];
                                counts[target + metric::COST_NOMINAL] += amounts[1];
                                counts[target + metric::INDICATIES] += indicaties;
                            }
                        }
                    }
                }
            }
        }
        debug_assert_eq!(length % metrics, 0);
    }

    /// Rows in which is booked what belongs to a state of track number `track`: `own`, and those that it is a part of.
    fn booked(&self, own: usize, track: usize, state: &State) -> [Option<usize>; 5] {
        let layer = state.layer.checked_ilog2().map_or(0, |bit| 1 + bit as usize);
        [
            Some(own),
            Some(self.rows.tracks[track]),
            self.layout.units[own].domain.map(|domain| self.rows.domains[domain]),
            Some(self.rows.layers[layer]),
            Some(self.rows.total),
        ]
    }
}

/// Euros of group after group, exact until the last step. Rounding to cents takes the running sum, so that the cents of the groups
/// add up to those of the city, for wijken and for age bands alike.
#[derive(Debug, Clone, Copy, Default)]
struct Purse {
    /// Cents × ticks.
    exact: i128,
    /// Whole cents.
    rounded: i128,
}

impl Purse {
    /// Cents of the next group, of so many cents × ticks.
    fn add(&mut self, exact: i128) -> i64 {
        let before = self.rounded;
        self.exact += exact;
        self.rounded = self.exact.div_euclid(i128::from(TICKS_PER_YEAR));
        (self.rounded - before) as i64
    }
}

/// Cost of a cell in cents × ticks.
fn euros(tariffs: &Tariffs, half: usize, time: i64, cell: &Cell) -> i128 {
    let starts = i128::from(cell.starts) * i128::from(tariffs.start[half]);
    let indicaties = i128::from(cell.starts + cell.renewals) * i128::from(tariffs.indicatie[half]);
    i128::from(time) * i128::from(tariffs.person_year[half]) + (starts + indicaties) * i128::from(TICKS_PER_YEAR)
}

/// Years since the start in ticks; exact but for the last bits of long times.
#[inline]
fn ticks(t: f64) -> i64 {
    (t * TICKS_PER_YEAR as f64) as i64
}

/// Row of the highest layer in a set, counted from "outside" = 0.
#[inline]
pub(super) fn highest(set: u8) -> usize {
    debug_assert!(usize::from(set) < 1 << LAYERS.len());
    (8 - set.leading_zeros()) as usize
}
