//! From the counts of all members to a curve per resource, wijk and year: what ever more places do.

use super::count::{Cell, Counted, Reader};
use super::turn::{Turn, turn};
use crate::analysis::estimate::{Estimate, estimate};

/// Fewer persons than this are not shown.
const SMALL: f64 = 10.0;

/// A number of a point: its name and unit in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Name.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
}

/// What is known of each point, in order; [`metric`] says what they are.
pub const METRICS: [Metric; 17] = [
    Metric { name: "places", unit: "places" },
    Metric { name: "load", unit: "ratio" },
    Metric { name: "utilisation", unit: "ratio" },
    Metric { name: "requests", unit: "requests" },
    Metric { name: "at_once", unit: "requests" },
    Metric { name: "served", unit: "requests" },
    Metric { name: "gave_up", unit: "requests" },
    Metric { name: "escalated", unit: "requests" },
    Metric { name: "turned_away", unit: "requests" },
    Metric { name: "waiting", unit: "persons" },
    Metric { name: "asked_wait_mean", unit: "weeks" },
    Metric { name: "maatwerk", unit: "person-years" },
    Metric { name: "prevented", unit: "person-years" },
    Metric { name: "prevented_per_place", unit: "person-years per place" },
    Metric { name: "prevented_by_next", unit: "person-years per place" },
    Metric { name: "saved", unit: "euro (constant)" },
    Metric { name: "saved_by_next", unit: "euro (constant) per place" },
];

/// Index in [`METRICS`].
pub mod metric {
    /// Places on average over the year.
    pub const PLACES: usize = 0;
    /// Places that would be used if there were one for everybody, as a part of those there are. Of a wijk that shares places
    /// with the city: the load of the city.
    pub const LOAD: usize = 1;
    /// Places used, as a part of those there are; above 1 while those in service finish. Shared as the load is.
    pub const UTILISATION: usize = 2;
    /// Requests made.
    pub const REQUESTS: usize = 3;
    /// Requests served at once.
    pub const AT_ONCE: usize = 4;
    /// Requests served, at once or from the list.
    pub const SERVED: usize = 5;
    /// Those who left the list for something no heavier.
    pub const GAVE_UP: usize = 6;
    /// Those who left the list for something heavier.
    pub const ESCALATED: usize = 7;
    /// Requests that found neither a place nor a list.
    pub const TURNED_AWAY: usize = 8;
    /// Persons on the list on average over the year: the unmet need in person-years.
    pub const WAITING: usize = 9;
    /// Mean wait that those who asked were in for (Kaplan-Meier).
    pub const WAIT: usize = 10;
    /// Person-years in states of the layer maatwerk, of all tracks.
    pub const MAATWERK: usize = 11;
    /// Person-years of maatwerk fewer than without any place.
    pub const PREVENTED: usize = 12;
    /// The same per place.
    pub const PER_PLACE: usize = 13;
    /// What the places added since the factor before prevent, per place.
    pub const BY_NEXT: usize = 14;
    /// Euros of cost less than without any place, at constant prices.
    pub const SAVED: usize = 15;
    /// What the places added since the factor before save, per place.
    pub const SAVED_BY_NEXT: usize = 16;
}

/// What the members say about a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// Members in which there is one: nobody asks in some, for instance.
    pub members: usize,
    /// Mean, error and band over them.
    pub estimate: Estimate,
}

/// One number of places.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Factor on the places; infinite for places for everybody.
    pub factor: f64,
    /// In the order of [`METRICS`]; `None` where there is no such number, or where it is not shown.
    pub numbers: [Option<Number>; METRICS.len()],
    /// Fewer than ten persons ask or wait: nothing but the places is shown.
    pub few_ask: bool,
    /// Fewer than ten persons have maatwerk, here or in what it is compared with: nothing about maatwerk and its cost is shown.
    pub few_in_maatwerk: bool,
}

impl Point {
    /// Whether a metric is left out because it would tell about fewer than ten persons.
    pub fn hides(&self, metric: usize) -> bool {
        metric != metric::PLACES && self.few_ask || metric >= metric::MAATWERK && self.few_in_maatwerk
    }
}

/// A resource in the city or a wijk in one calendar year, with ever more places.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Resource id.
    pub resource: usize,
    /// Value id of the attribute `wijk`; `None` is the city.
    pub wijk: Option<usize>,
    /// Calendar year.
    pub year: i32,
    /// In order of factor.
    pub points: Vec<Point>,
    /// Where the effect tips; `None` where that is not shown, or where the city shares the places.
    pub turn: Option<Turn>,
}

impl Curve {
    /// On which side of the tipping point a point lies, as a word for files; empty where that cannot be told.
    pub fn side(&self, point: usize) -> &'static str {
        match self.turn {
            Some(Turn::Between { to, .. }) if point >= to => "beyond",
            Some(Turn::Between { from, near, .. }) if point == near && near > from => "near",
            Some(Turn::Between { from, .. } | Turn::From(from)) if from > 0 && point <= from => "before",
            Some(Turn::Between { .. }) => "between",
            _ => "",
        }
    }
}

/// All curves of some members, in member order with so many `replications` of each draw.
pub(super) fn curves(
    reader: &Reader<'_>,
    resources: &[usize],
    factors: &[f64],
    members: &[Counted],
    replications: usize,
) -> Vec<Curve> {
    let (groups, years) = (reader.groups.len(), reader.layout.years);
    let mut curves = Vec::new();
    for (at, &resource) in resources.iter().enumerate() {
        for group in 0..groups {
            for year in 0..years {
                // Per member the cells of this curve, factor by factor.
                let place = |factor: usize| (at * factors.len() + factor) * reader.cells() + group * years + year;
                let cells: Vec<Vec<Cell>> =
                    members.iter().map(|member| (0..factors.len()).map(|factor| member.cells[place(factor)]).collect()).collect();
                let (wijk, year) = (group.checked_sub(1), reader.layout.first_year + year as i32);
                let (points, turn) = points(&cells, factors, replications);
                curves.push(Curve { resource, wijk, year, points, turn });
            }
        }
    }
    curves
}

/// What members with these cells, factor by factor, say at each factor; and where that tips.
fn points(members: &[Vec<Cell>], factors: &[f64], replications: usize) -> (Vec<Point>, Option<Turn>) {
    let few = |factor: usize, persons: fn(&Cell) -> f64| {
        members.iter().map(|cells| persons(&cells[factor])).sum::<f64>() < SMALL * members.len() as f64
    };
    let few_in_maatwerk = |factor: usize| few(factor, |cell| cell.persons);
    let values: Vec<Vec<[Option<f64>; METRICS.len()]>> = members.iter().map(|cells| values(cells)).collect();
    let points = factors.iter().enumerate().map(|(at, &factor)| {
        let mut point = Point {
            factor,
            numbers: [None; METRICS.len()],
            few_ask: few(at, |cell| cell.requests + cell.listed),
            // Effects are differences with no place at all, and with the factor before.
            few_in_maatwerk: [0, at.saturating_sub(1), at].into_iter().any(few_in_maatwerk),
        };
        point.numbers = core::array::from_fn(|metric| {
            let known: Vec<f64> = values.iter().filter_map(|member| member[at][metric]).collect();
            // Where some members have no such number, the others no longer stand in whole draws.
            let per_draw = if known.len() == values.len() { replications } else { 1 };
            let shown = !known.is_empty() && !point.hides(metric);
            shown.then(|| Number { members: known.len(), estimate: estimate(&known, per_draw) })
        });
        point
    });
    let points: Vec<Point> = points.collect();
    let turn = turn(&values, &points, replications);
    (points, turn)
}

/// The metrics of one member, factor by factor: the first is 0, the last infinite.
fn values(cells: &[Cell]) -> Vec<[Option<f64>; METRICS.len()]> {
    let (none, wanted) = (&cells[0], cells[cells.len() - 1].used);
    let values = cells.iter().enumerate().map(|(factor, cell)| {
        let before = factor.checked_sub(1).map(|before| &cells[before]);
        let places = cell.own.then_some(cell.places).filter(|places| places.is_finite());
        let per = |amount: f64, places: Option<f64>| places.map(|places| amount / places).filter(|ratio| ratio.is_finite());
        let more = before.and_then(|before| Some(places? - before.places));
        let next = |of: fn(&Cell) -> f64| per(before.map_or(0.0, of) - of(cell), more);
        let share = |used: f64| Some(used / cell.places).filter(|ratio| ratio.is_finite());
        let [at_once, served, gave_up, escalated, turned_away] = cell.became.map(Some);
        let prevented = none.maatwerk - cell.maatwerk;
        [
            places,
            share(wanted),
            share(cell.used),
            Some(cell.requests),
            at_once,
            served,
            gave_up,
            escalated,
            turned_away,
            Some(cell.waiting),
            cell.wait,
            Some(cell.maatwerk),
            Some(prevented),
            per(prevented, places),
            next(|cell| cell.maatwerk),
            Some(none.cost - cell.cost),
            next(|cell| cell.cost),
        ]
    });
    values.collect()
}
