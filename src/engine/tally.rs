//! Counting, in integers only, at the price of one cell per entry and one per exit.
//!
//! A stay is never walked through period by period. Its entry and its exit each touch the cell of their own half-year; the
//! stock follows from starts and ends, and person-time from the stock and the two ends of the stay. A second, independent
//! count of who is where at the last moment is compared with the stock that follows (see `verify::identities`).

mod gate;
mod wait;

pub use wait::{Outcome, Request};

use crate::compile::layout::{Group, LAYERS, Layout, Level, METRICS, TICKS_PER_YEAR, metric};
use crate::compile::{Compiled, Tariffs};

const HALF: i64 = TICKS_PER_YEAR / 2;

/// Why somebody enters or leaves a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
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
    starts: u32,
    ends: u32,
    /// Entries of persons not seen before in this half-year.
    new_in_half: u32,
    /// Entries of persons not seen before in this calendar year.
    new_in_year: u32,
    renewals: u32,
    /// Those who came from, less those who went to, another age band.
    moved: i32,
    /// Person-time of those who entered to the end of the half-year, less that of those who left; in ticks.
    time: i64,
}

/// Cells of groups that exclude each other: the wijken, or the age bands. Shape: [group × unit × half-year].
#[derive(Debug, Clone)]
struct Partition {
    units: usize,
    halves: usize,
    cells: Vec<Cell>,
    /// [group × unit]: persons at the first and at the last moment.
    edges: Vec<[u32; 2]>,
    /// [group × row of a gate's variant × half-year]: requests reached and diverted.
    requests: Vec<[u32; 2]>,
    /// Rows of variants of gates, which follow all others.
    gates: usize,
}

/// What counting remembers of a person in a partition.
#[derive(Debug, Clone, Default)]
struct Marks {
    /// Per unit: the last half-year in which the person was there, counted from one; 0 if never.
    seen: Vec<u16>,
    /// Where their group begins, in units.
    group: usize,
}

impl Marks {
    fn new(part: &Partition) -> Self {
        Self { seen: vec![0; part.units], group: 0 }
    }

    /// Turns to another person, or to the same person in another group.
    #[inline]
    fn turn(&mut self, group: usize) {
        self.seen.fill(0);
        self.group = group * self.seen.len();
    }
}

/// What counting remembers of a person: of their wijk, and of their age band.
#[derive(Debug, Clone, Default)]
pub(super) struct Trail {
    zone: Marks,
    band: Marks,
}

impl Trail {
    /// Turns to another person, of wijk number `zone` and age band `band`.
    #[inline]
    pub(super) fn turn(&mut self, zone: usize, band: usize) {
        self.zone.turn(zone);
        self.band.turn(band);
    }
}

impl Partition {
    fn new(groups: usize, units: usize, halves: usize, gates: usize) -> Self {
        Self {
            units,
            halves,
            cells: vec![Cell::default(); groups * units * halves],
            edges: vec![[0; 2]; groups * units],
            requests: vec![[0; 2]; groups * gates * halves],
            gates,
        }
    }

    fn reset(&mut self) {
        self.cells.fill(Cell::default());
        self.edges.fill([0; 2]);
        self.requests.fill([0; 2]);
    }

    #[inline]
    fn enter(&mut self, marks: &Marks, unit: usize, tick: i64, cause: Cause) {
        let row = marks.group + unit;
        if cause == Cause::Edge {
            self.edges[row][0] += 1;
            return;
        }
        let half = (tick / HALF) as usize;
        let seen = usize::from(marks.seen[unit]);
        let cell = &mut self.cells[row * self.halves + half];
        cell.time += (half as i64 + 1) * HALF - tick;
        cell.new_in_half += u32::from(seen < half + 1);
        cell.new_in_year += u32::from(seen < (half & !1) + 1);
        match cause {
            Cause::Birthday => cell.moved += 1,
            Cause::Event | Cause::Edge => cell.starts += 1,
        }
    }

    #[inline]
    fn exit(&mut self, marks: &mut Marks, unit: usize, tick: i64, cause: Cause) {
        let row = marks.group + unit;
        if cause == Cause::Edge {
            self.edges[row][1] += 1;
            return;
        }
        let half = (tick / HALF) as usize;
        marks.seen[unit] = half as u16 + 1;
        let cell = &mut self.cells[row * self.halves + half];
        cell.time -= (half as i64 + 1) * HALF - tick;
        match cause {
            Cause::Birthday => cell.moved -= 1,
            Cause::Event | Cause::Edge => cell.ends += 1,
        }
    }

    #[inline]
    fn renew(&mut self, marks: &Marks, unit: usize, tick: i64) {
        self.cells[(marks.group + unit) * self.halves + (tick / HALF) as usize].renewals += 1;
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
    /// Row of "outside", then of each layer.
    pub layers: [usize; 6],
    /// Row of each set of layers.
    pub combinations: [usize; 32],
    /// Row of everybody.
    pub total: usize,
    /// Row of the first variant of each gate of each track; the variants follow.
    pub gates: Vec<Vec<usize>>,
}

impl Rows {
    fn new(layout: &Layout) -> Self {
        let mut rows = Self::default();
        for (row, unit) in layout.units.iter().enumerate() {
            match unit.level {
                Level::State if unit.state == Some(0) => rows.states.push(row),
                Level::Track => rows.tracks.push(row),
                Level::Domain => rows.domains.push(row),
                Level::Layer => rows.layers[unit.layer.map_or(0, |layer| 1 + layer as usize)] = row,
                Level::Combination => rows.combinations[usize::from(unit.combination.unwrap_or(0))] = row,
                Level::Total => rows.total = row,
                Level::Gate if unit.gate.is_some_and(|(_, variant)| variant == 0) => {
                    rows.gates.resize(unit.track.map_or(0, |track| track + 1), Vec::new());
                    if let Some(of) = rows.gates.last_mut() {
                        of.push(row);
                    }
                }
                Level::State | Level::Gate => {}
            }
        }
        rows
    }
}

/// The counts of one member, being made. Reused from member to member.
#[derive(Debug, Clone)]
pub struct Tally {
    layout: Layout,
    pub(super) rows: Rows,
    zones: Partition,
    bands: Option<Partition>,
    requests: Vec<Request>,
}

impl Tally {
    /// An empty tally.
    pub fn new(layout: &Layout) -> Self {
        let (units, halves) = (layout.units.len(), 2 * layout.years);
        let groups = |wanted: fn(&Group) -> bool| layout.groups.iter().filter(|group| wanted(group)).count();
        let wijken = groups(|group| matches!(group, Group::Wijk(_)));
        let gates = layout.units.iter().filter(|unit| unit.level == Level::Gate).count();
        let bands = groups(|group| matches!(group, Group::Age(_)));
        Self {
            layout: layout.clone(),
            rows: Rows::new(layout),
            zones: Partition::new(wijken.max(1), units, halves, gates),
            bands: (bands > 0).then(|| Partition::new(bands, units, halves, gates)),
            requests: Vec::new(),
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

    /// Room for what counting remembers of a person.
    pub(super) fn trail(&self) -> Trail {
        Trail { zone: Marks::new(&self.zones), band: self.bands.as_ref().map(Marks::new).unwrap_or_default() }
    }

    #[inline]
    pub(super) fn enter(&mut self, trail: &Trail, unit: usize, t: f64, cause: Cause) {
        let tick = ticks(t);
        self.zones.enter(&trail.zone, unit, tick, cause);
        if let Some(bands) = &mut self.bands {
            bands.enter(&trail.band, unit, tick, cause);
        }
    }

    #[inline]
    pub(super) fn exit(&mut self, trail: &mut Trail, unit: usize, t: f64, cause: Cause) {
        let tick = ticks(t);
        self.zones.exit(&mut trail.zone, unit, tick, cause);
        if let Some(bands) = &mut self.bands {
            bands.exit(&mut trail.band, unit, tick, cause);
        }
    }

    #[inline]
    pub(super) fn renew(&mut self, trail: &Trail, unit: usize, t: f64) {
        let tick = ticks(t);
        self.zones.renew(&trail.zone, unit, tick);
        if let Some(bands) = &mut self.bands {
            bands.renew(&trail.band, unit, tick);
        }
    }

    /// Moves a person, who is in `units`, to another age band.
    pub(super) fn birthday(&mut self, trail: &mut Trail, units: &[usize], t: f64, band: usize) {
        let Some(bands) = &mut self.bands else { return };
        let tick = ticks(t);
        for &unit in units {
            bands.exit(&mut trail.band, unit, tick, Cause::Birthday);
        }
        trail.band.turn(band);
        for &unit in units {
            bands.enter(&trail.band, unit, tick, Cause::Birthday);
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
            self.volumes(&self.zones, city);
            self.costs(&self.zones, tracks, city);
            self.requests(&self.zones, tracks, city);
        } else {
            let (by_wijk, _) = rest.split_at_mut(wijken * self.layout.group_len());
            self.volumes(&self.zones, by_wijk);
            self.costs(&self.zones, tracks, by_wijk);
            self.requests(&self.zones, tracks, by_wijk);
            for part in by_wijk.chunks_exact(self.layout.group_len()) {
                for (sum, value) in city.iter_mut().zip(part) {
                    *sum += value;
                }
            }
        }
        if let Some(bands) = &self.bands {
            let by_age = &mut rest[wijken * self.layout.group_len()..];
            self.volumes(bands, by_age);
            self.costs(bands, tracks, by_age);
            self.requests(bands, tracks, by_age);
        }
        self.waits(&compiled.scenarios[scenario], &mut counts);
        counts
    }

    fn volumes(&self, part: &Partition, counts: &mut [i64]) {
        let metrics = METRICS.len();
        for (row, periods) in counts.chunks_exact_mut(3 * self.layout.years * metrics).enumerate() {
            let mut stock = i64::from(part.edges[row][0]);
            let cells = &part.cells[row * part.halves..][..part.halves];
            for (pair, year) in cells.chunks_exact(2).zip(periods.chunks_exact_mut(3 * metrics)) {
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
                last[metrics + metric::STOCK_END] = i64::from(part.edges[row][1]);
                last[2 * metrics + metric::STOCK_END] = i64::from(part.edges[row][1]);
            }
        }
    }

    /// Costs and indicaties of states, and their sums over tracks, domains, layers and all.
    ///
    /// Euros are exact until the last step. Rounding to cents takes the running sum over groups, so that the cents of the
    /// groups add up to those of the city, for wijken and for age bands alike.
    fn costs(&self, part: &Partition, tracks: &[crate::compile::Track], counts: &mut [i64]) {
        let (metrics, length) = (METRICS.len(), self.layout.group_len());
        let groups = counts.len() / length;
        for (index, track) in tracks.iter().enumerate() {
            for (number, state) in track.states.iter().enumerate() {
                let unit = self.rows.states[index] + number;
                let layer = state.layer.checked_ilog2().map_or(0, |bit| 1 + bit as usize);
                let rows = [
                    Some(unit),
                    Some(self.rows.tracks[index]),
                    self.layout.units[unit].domain.map(|domain| self.rows.domains[domain]),
                    Some(self.rows.layers[layer]),
                    Some(self.rows.total),
                ];
                for half in 0..part.halves {
                    let period = half / 2 * 3 + half % 2;
                    let mut exact = [0i128; 2];
                    for group in 0..groups {
                        let cell = &part.cells[(group * part.units + unit) * part.halves + half];
                        let at = group * length + self.layout.offset(0, unit, period);
                        let stock = counts[at + metric::STOCK_START];
                        let new = i64::from(cell.starts) + i64::from(cell.renewals);
                        let mut amounts = [0; 4];
                        for (level, tariffs) in state.cost.iter().enumerate() {
                            let before = exact[level].div_euclid(i128::from(TICKS_PER_YEAR));
                            exact[level] += euros(tariffs, half, counts[at + metric::PERSON_TIME], cell);
                            amounts[level] = (exact[level].div_euclid(i128::from(TICKS_PER_YEAR)) - before) as i64;
                        }
                        amounts[2] = (stock + new) * state.indicaties;
                        // A year's indicaties are those valid at its start and all that began in it.
                        amounts[3] = if half % 2 == 0 { amounts[2] } else { new * state.indicaties };
                        for row in rows.into_iter().flatten() {
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
