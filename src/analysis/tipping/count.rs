//! What is read of one history: per wijk and year the places, those who ask for them, and maatwerk.

use crate::compile::Scenario;
use crate::compile::layout::{self, Group, Layout, Level, METRICS, TICKS_PER_YEAR, wait};
use crate::model::{Layer, Model};
use crate::store::waits::in_unit;

/// Numbers of one wijk and year of a history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cell {
    /// Places on average, of the pool that the wijk takes them from; infinite for everybody.
    pub places: f64,
    /// Whether the pool is that of the wijk, or of the city in its row.
    pub own: bool,
    /// Place-years used by all who share the pool.
    pub used: f64,
    /// Requests made.
    pub requests: f64,
    /// Requests served at once, served in all, given up, gone to something heavier, turned away.
    pub became: [f64; 5],
    /// Persons on the list at the start.
    pub listed: f64,
    /// Persons on the list on average.
    pub waiting: f64,
    /// Mean wait of those who asked, in weeks.
    pub wait: Option<f64>,
    /// Person-years in states of the layer maatwerk.
    pub maatwerk: f64,
    /// Persons who had maatwerk in the year, each once.
    pub persons: f64,
    /// Cost of all care in constant euros.
    pub cost: f64,
}

/// What is counted of a member: resource by resource, factor by factor, the city and then its wijken, year by year.
#[derive(Debug, Clone, Default)]
pub(super) struct Counted {
    pub cells: Vec<Cell>,
}

/// Where the numbers of a history stand.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub layout: &'a Layout,
    /// The city, then the wijken: index of the group.
    pub groups: Vec<usize>,
    /// Units that are states of the layer maatwerk.
    maatwerk: Vec<usize>,
    /// Unit of the persons whose highest layer is maatwerk.
    persons: Option<usize>,
    /// Unit of everybody.
    total: Option<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(model: &Model, layout: &'a Layout) -> Self {
        let units = || layout.units.iter().enumerate();
        let heavy = |level: Level| {
            units().filter(move |(_, unit)| (unit.level, unit.layer) == (level, Some(Layer::Maatwerk))).map(|(at, _)| at)
        };
        let wijken = model.wijk.map_or(0, |wijk| model.attributes[wijk].values.len());
        let group = |wanted| layout.groups.iter().position(|&group| group == wanted);
        Self {
            layout,
            groups: [Group::City].into_iter().chain((0..wijken).map(Group::Wijk)).filter_map(group).collect(),
            maatwerk: heavy(Level::State).collect(),
            persons: heavy(Level::Layer).next(),
            total: units().find(|(_, unit)| unit.level == Level::Total).map(|(at, _)| at),
        }
    }

    /// Cells of a resource and factor in a member.
    pub(super) fn cells(&self) -> usize {
        self.groups.len() * self.layout.years
    }

    /// Adds the cells of a history with `factor` times the places of a resource, under a scenario that has them.
    pub(super) fn read(&self, resource: usize, factor: f64, scenario: &Scenario, counts: &[i64], into: &mut Counted) {
        for number in 0..self.groups.len() {
            into.cells.extend((0..self.layout.years).map(|year| self.cell(resource, factor, scenario, counts, number, year)));
        }
    }

    fn cell(&self, resource: usize, factor: f64, scenario: &Scenario, counts: &[i64], number: usize, year: usize) -> Cell {
        let wijk = number.checked_sub(1);
        // Per resource the queue of the city, then those of the wijken.
        let (period, city) = (3 * year + 2, resource * self.groups.len());
        let queue = |queue: usize, metric: usize| in_unit(metric, counts[self.layout.wait_offset(queue, period) + metric]);
        let count = |metric: usize| queue(city + number, metric).unwrap_or(0.0);
        let group = |unit: usize, metric: usize| {
            counts[self.layout.offset(self.groups[number], unit, period) + metric] as f64 * METRICS[metric].scale
        };
        let own = scenario.places(resource, wijk, year);
        let places = own.or_else(|| scenario.places(resource, None, year)).unwrap_or(0.0);
        let unmet = counts[self.layout.wait_offset(city + number, period) + wait::UNMET_NEED];
        Cell {
            places: if factor.is_finite() { places } else { f64::INFINITY },
            own: own.is_some(),
            used: queue(if own.is_some() { city + number } else { city }, wait::PLACES_USED).unwrap_or(0.0),
            requests: count(wait::REQUESTS),
            became: [wait::AT_ONCE, wait::SERVED, wait::GAVE_UP, wait::ESCALATED, wait::TURNED_AWAY].map(count),
            listed: count(wait::WAITING_START),
            waiting: unmet as f64 / TICKS_PER_YEAR as f64,
            wait: queue(city + number, wait::ASKED_WAIT_MEAN),
            maatwerk: self.maatwerk.iter().map(|&unit| group(unit, layout::metric::PERSON_TIME)).sum(),
            persons: self.persons.map_or(0.0, |unit| group(unit, layout::metric::UNIQUE)),
            cost: self.total.map_or(0.0, |unit| group(unit, layout::metric::COST_CONSTANT)),
        }
    }
}
