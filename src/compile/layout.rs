//! What a member counts: units (rows), periods, metrics (columns) and groups (city, wijken, age bands), and where each
//! number stands in the member's flat array of integers.

use crate::model::{Layer, Model, Track};

/// Ticks per year of the fixed-point clock in which person-time is summed: 2^32, about 7 milliseconds each.
pub const TICKS_PER_YEAR: i64 = 1 << 32;

/// The layers in the order of [`Layer`], for loops.
pub const LAYERS: [Layer; 5] = [Layer::Informeel, Layer::Formeel, Layer::Wacht, Layer::Basis, Layer::Maatwerk];

/// What one row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Persons in one state of one track.
    State,
    /// Persons in any state of a track that lies inside the pyramid.
    Track,
    /// Persons inside the pyramid on any track of a domain.
    Domain,
    /// Clients: persons in maatwerk on a track, all of them or with one label; without a track: on any track of a domain, each
    /// counted once.
    Client,
    /// Persons by their highest layer over all tracks; without a layer: outside the pyramid.
    Layer,
    /// Persons by the set of layers they are in.
    Combination,
    /// All persons.
    Total,
    /// Requests that one variant of a gate reaches, and what they cost; no persons.
    Gate,
}

/// One row: a level and the ids that belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unit {
    /// What it counts.
    pub level: Level,
    /// Index in [`Model::domains`]; also set for states and tracks that have a domain.
    pub domain: Option<usize>,
    /// Index in [`Model::tracks`].
    pub track: Option<usize>,
    /// State id within the track.
    pub state: Option<usize>,
    /// Layer of a state, of a [`Level::Layer`] or [`Level::Client`] row or of a gate's costs; `None` is outside the pyramid.
    pub layer: Option<Layer>,
    /// Set of layers of a [`Level::Combination`] row: bit i is `LAYERS[i]`; 0 is outside the pyramid.
    pub combination: Option<u8>,
    /// Gate id within the track, and variant id within the gate, of a [`Level::Gate`] row.
    pub gate: Option<(usize, usize)>,
    /// Label id within the track, of a [`Level::Client`] row that counts those whose hulpvraag bears it.
    pub label: Option<usize>,
}

/// What is counted per unit and period. The stored number is an integer; times `scale` it is in `unit`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metric {
    /// Name in tables.
    pub name: &'static str,
    /// Unit in tables.
    pub unit: &'static str,
    /// Factor from the stored integer to the unit.
    pub scale: f64,
}

/// The metrics, in stored order.
pub const METRICS: [Metric; 11] = [
    Metric { name: "stock_start", unit: "persons", scale: 1.0 },
    Metric { name: "stock_end", unit: "persons", scale: 1.0 },
    Metric { name: "person_years", unit: "person-years", scale: 1.0 / TICKS_PER_YEAR as f64 },
    Metric { name: "unique_persons", unit: "persons", scale: 1.0 },
    Metric { name: "starts", unit: "starts", scale: 1.0 },
    Metric { name: "ends", unit: "ends", scale: 1.0 },
    Metric { name: "indicaties_valid", unit: "indicaties", scale: 0.001 },
    Metric { name: "cost_constant", unit: "euro (constant)", scale: 0.01 },
    Metric { name: "cost_nominal", unit: "euro (nominal)", scale: 0.01 },
    Metric { name: "reached", unit: "requests", scale: 1.0 },
    Metric { name: "diverted", unit: "requests", scale: 1.0 },
];

/// Index in [`METRICS`].
pub mod metric {
    /// Persons at the first moment of the period.
    pub const STOCK_START: usize = 0;
    /// Persons at the last moment of the period.
    pub const STOCK_END: usize = 1;
    /// Person-time, in ticks.
    pub const PERSON_TIME: usize = 2;
    /// Persons there at any moment of the period, its first included.
    pub const UNIQUE: usize = 3;
    /// Entries; those there at the start of the model are none.
    pub const STARTS: usize = 4;
    /// Exits.
    pub const ENDS: usize = 5;
    /// Indicaties valid at any moment of the period, in thousandths.
    pub const INDICATIES: usize = 6;
    /// Cost in cents at the constant price level.
    pub const COST_CONSTANT: usize = 7;
    /// Cost in cents at the prices of the year itself.
    pub const COST_NOMINAL: usize = 8;
    /// Requests that a gate reached; in rows of gates, tracks, domains and everybody.
    pub const REACHED: usize = 9;
    /// Requests that a gate diverted; in the same rows.
    pub const DIVERTED: usize = 10;
}

/// What is counted per queue and period. A stored [`NONE`] stands for a number that there is not.
pub const WAITS: [Metric; 15] = [
    Metric { name: "requests", unit: "requests", scale: 1.0 },
    Metric { name: "at_once", unit: "requests", scale: 1.0 },
    Metric { name: "served", unit: "requests", scale: 1.0 },
    Metric { name: "gave_up", unit: "requests", scale: 1.0 },
    Metric { name: "escalated", unit: "requests", scale: 1.0 },
    Metric { name: "left", unit: "requests", scale: 1.0 },
    Metric { name: "turned_away", unit: "requests", scale: 1.0 },
    Metric { name: "waiting_start", unit: "persons", scale: 1.0 },
    Metric { name: "waiting_end", unit: "persons", scale: 1.0 },
    Metric { name: "unmet_need", unit: "person-weeks", scale: WEEK },
    Metric { name: "wait_mean", unit: "weeks", scale: WEEK },
    Metric { name: "wait_p90", unit: "weeks", scale: WEEK },
    Metric { name: "asked_wait_mean", unit: "weeks", scale: WEEK },
    Metric { name: "asked_wait_p90", unit: "weeks", scale: WEEK },
    Metric { name: "places_used", unit: "place-years", scale: 1e-6 },
];

/// Weeks in a tick; a year has 365 days.
const WEEK: f64 = 365.0 / 7.0 / TICKS_PER_YEAR as f64;

/// No such number: nobody was served, for instance, so there is no mean wait.
pub const NONE: i64 = i64::MIN;

/// Index in [`WAITS`].
pub mod wait {
    /// Requests made.
    pub const REQUESTS: usize = 0;
    /// Requests that were served at once.
    pub const AT_ONCE: usize = 1;
    /// Requests served, at once or from the list.
    pub const SERVED: usize = 2;
    /// Those who left the list for a state no heavier than the one they asked for.
    pub const GAVE_UP: usize = 3;
    /// Those who left the list for a heavier state.
    pub const ESCALATED: usize = 4;
    /// Those who died or moved away while they waited.
    pub const LEFT: usize = 5;
    /// Requests that found neither a place nor a list.
    pub const TURNED_AWAY: usize = 6;
    /// Persons on the list at the first moment of the period.
    pub const WAITING_START: usize = 7;
    /// Persons on the list at the last moment of the period.
    pub const WAITING_END: usize = 8;
    /// Time that persons were on the list, in ticks.
    pub const UNMET_NEED: usize = 9;
    /// Mean wait of those served in the period, in ticks.
    pub const WAIT_MEAN: usize = 10;
    /// Nearest-rank 90th percentile of the same.
    pub const WAIT_P90: usize = 11;
    /// Mean wait that those who asked in the period were in for, whether they were served or not, in ticks.
    pub const ASKED_WAIT_MEAN: usize = 12;
    /// 90th percentile of the same.
    pub const ASKED_WAIT_P90: usize = 13;
    /// Time that places were taken, in millionths of a place-year.
    pub const PLACES_USED: usize = 14;
}

/// Those who ask for a resource: of the whole city, or of one wijk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// Resource id.
    pub resource: usize,
    /// Value id of the attribute `wijk`; `None` is the city.
    pub wijk: Option<usize>,
}

/// Groups of persons that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Everybody.
    City,
    /// One value id of the attribute `wijk`.
    Wijk(usize),
    /// One index of [`Model::report_ages`].
    Age(usize),
}

/// A reporting period: calendar year `year`, `half` 1 or 2, or 0 for the whole year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// Calendar year.
    pub year: i32,
    /// 1, 2, or 0 for the year.
    pub half: u8,
}

/// The shape of one member's counts: groups × units × periods × [`METRICS`], row-major, metrics fastest; and after the first
/// group, the city, queues × periods × [`WAITS`].
///
/// Groups: the city, then the wijken, then the age bands. Periods per calendar year: first half, second half, year.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// First calendar year.
    pub first_year: i32,
    /// Number of calendar years.
    pub years: usize,
    /// The groups.
    pub groups: Vec<Group>,
    /// The units.
    pub units: Vec<Unit>,
    /// The queues: per resource that of the city, then those of the wijken.
    pub queues: Vec<Queue>,
}

impl Layout {
    /// The layout of a model from its first year to `last_year` inclusive.
    pub fn new(model: &Model, last_year: i32) -> Self {
        let mut units = Vec::new();
        for (track, spec) in model.tracks.iter().enumerate() {
            for (state, inner) in spec.states.iter().enumerate() {
                units.push(Unit {
                    level: Level::State,
                    domain: spec.domain,
                    track: Some(track),
                    state: Some(state),
                    layer: inner.layer,
                    combination: None,
                    gate: None,
                    label: None,
                });
            }
        }
        let row = |level| Unit {
            level,
            domain: None,
            track: None,
            state: None,
            layer: None,
            combination: None,
            gate: None,
            label: None,
        };
        for (track, spec) in model.tracks.iter().enumerate() {
            units.push(Unit { track: Some(track), domain: spec.domain, ..row(Level::Track) });
        }
        for domain in 0..model.domains.len() {
            units.push(Unit { domain: Some(domain), ..row(Level::Domain) });
        }
        let clients = Unit { layer: Some(Layer::Maatwerk), ..row(Level::Client) };
        let serves = |track: &Track| track.states.iter().any(|state| state.layer == Some(Layer::Maatwerk));
        let serving = || model.tracks.iter().enumerate().filter(|(_, spec)| serves(spec));
        units.extend(serving().map(|(track, spec)| Unit { track: Some(track), domain: spec.domain, ..clients }));
        let served = (0..model.domains.len()).filter(|&domain| serving().any(|(_, spec)| spec.domain == Some(domain)));
        units.extend(served.map(|domain| Unit { domain: Some(domain), ..clients }));
        for (track, spec) in serving() {
            let labels = 0..spec.labels.len();
            units.extend(labels.map(|label| Unit { label: Some(label), track: Some(track), domain: spec.domain, ..clients }));
        }
        units.push(row(Level::Layer));
        let present = |layer| {
            let books = |track: &Track| track.gates.iter().any(|gate| gate.layer == layer);
            model.tracks.iter().any(|track| track.states.iter().any(|s| s.layer == Some(layer)) || books(track))
        };
        units.extend(
            LAYERS.into_iter().filter(|&layer| present(layer)).map(|layer| Unit { layer: Some(layer), ..row(Level::Layer) }),
        );
        let mut sets = vec![0u8];
        for track in &model.tracks {
            let bits: Vec<u8> = track.states.iter().map(|state| layer_bit(state.layer)).collect();
            sets = sets.iter().flat_map(|&set| bits.iter().map(move |bit| set | bit)).collect();
            sets.sort_unstable();
            sets.dedup();
        }
        units.extend(sets.into_iter().map(|set| Unit { combination: Some(set), ..row(Level::Combination) }));
        units.push(row(Level::Total));
        for (track, spec) in model.tracks.iter().enumerate() {
            let variants = spec.gates.iter().enumerate().flat_map(|(id, gate)| (0..gate.variants.len()).map(move |v| (id, v)));
            let place = Unit { track: Some(track), domain: spec.domain, ..row(Level::Gate) };
            units.extend(variants.map(|(id, variant)| Unit {
                layer: Some(spec.gates[id].layer),
                gate: Some((id, variant)),
                ..place
            }));
        }

        let mut groups = vec![Group::City];
        if let Some(wijk) = model.wijk {
            groups.extend((0..model.attributes[wijk].values.len()).map(Group::Wijk));
        }
        groups.extend((0..model.report_ages.len()).map(Group::Age));
        let years = (last_year - model.first_year + 1).max(0) as usize;
        let wijken = model.wijk.map_or(0, |wijk| model.attributes[wijk].values.len());
        let queues = (0..model.resources.len())
            .flat_map(|resource| core::iter::once(None).chain((0..wijken).map(Some)).map(move |wijk| Queue { resource, wijk }))
            .collect();
        Self { first_year: model.first_year, years, groups, units, queues }
    }

    /// Number of reporting periods: three per calendar year.
    pub fn periods(&self) -> usize {
        3 * self.years
    }

    /// The period at an index in `0..periods()`.
    pub fn period(&self, index: usize) -> Period {
        Period { year: self.first_year + (index / 3) as i32, half: [1, 2, 0][index % 3] }
    }

    /// Where the metrics of a group, unit and period begin in a member's counts.
    pub fn offset(&self, group: usize, unit: usize, period: usize) -> usize {
        let waits = if group == 0 { 0 } else { self.waits_len() };
        waits + ((group * self.units.len() + unit) * self.periods() + period) * METRICS.len()
    }

    /// Where the numbers of a queue and period begin in a member's counts.
    pub fn wait_offset(&self, queue: usize, period: usize) -> usize {
        self.group_len() + (queue * self.periods() + period) * WAITS.len()
    }

    /// Length of a member's counts.
    pub fn len(&self) -> usize {
        self.groups.len() * self.group_len() + self.waits_len()
    }

    /// Length of the part of a member's counts that is not about wijken or age bands: the city, and all queues.
    pub fn head_len(&self) -> usize {
        self.group_len() + self.waits_len()
    }

    fn waits_len(&self) -> usize {
        self.queues.len() * self.periods() * WAITS.len()
    }

    /// Length of one group's part of a member's counts; the city is the first.
    pub fn group_len(&self) -> usize {
        self.units.len() * self.periods() * METRICS.len()
    }

    /// Whether nothing is counted.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The bit of maatwerk, whose persons are clients, in a combination.
pub const MAATWERK: u8 = 1 << Layer::Maatwerk as u8;

/// The bit of a layer in a combination; 0 outside the pyramid.
pub fn layer_bit(layer: Option<Layer>) -> u8 {
    layer.map_or(0, |layer| 1 << layer as u8)
}
