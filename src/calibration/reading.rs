//! Where the counts of a member, or the twin's expectations, say what was published.

use crate::compile::layout::{Layout, Level, METRICS, Unit, metric};
use crate::model::{Booked, Booking, CountMetric, Counted, Model};

/// One summand of a published number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Term {
    /// Persons or indicaties somewhere.
    Count {
        /// Where.
        of: Counted,
        /// Whether clients only.
        clients: bool,
        /// What.
        metric: CountMetric,
    },
    /// What states cost.
    Booked(Booking),
    /// The amount of the accounts itself, by index of the account.
    Fixed(usize),
}

/// A sum of numbers of the layout of one city and year, and a constant.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    year: i32,
    terms: Vec<(Term, f64)>,
    fixed: f64,
}

/// Places in the counts of the city, each with its factor.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Places {
    /// What the engine counts.
    exact: Vec<(usize, f64)>,
    /// The same by tracks, where a person on two tracks counts twice: for the twin, which does not know who is on several.
    by_track: Vec<(usize, f64)>,
    fixed: f64,
}

impl Reading {
    pub(super) fn new(model: &Model, terms: impl Iterator<Item = (Term, f64)>, year: i32) -> Self {
        let (fixed, terms): (Vec<_>, Vec<_>) = terms.partition(|(term, _)| matches!(term, Term::Fixed(_)));
        let amount = |(term, share): &(Term, f64)| match term {
            Term::Fixed(id) => share * model.accounts[*id].indexed(year, &model.prices).unwrap_or(0.0),
            _ => 0.0,
        };
        Self { year, fixed: fixed.iter().map(amount).sum(), terms }
    }

    /// The last calendar year that must be run for it.
    pub(super) fn last_year(&self) -> i32 {
        let new_year = |(term, _): &(Term, f64)| matches!(term, Term::Count { metric: CountMetric::StockStart, .. });
        self.year - i32::from(self.terms.iter().all(new_year))
    }

    /// Where it stands in a layout; `None` if some of it does not.
    pub(super) fn places(&self, model: &Model, layout: &Layout) -> Option<Places> {
        let mut places = Places { exact: vec![], by_track: vec![], fixed: self.fixed };
        for &(term, share) in &self.terms {
            match term {
                Term::Count { of, clients, metric } => {
                    let (metric, year) = counted(metric, self.year, layout);
                    let at = |of| Some((place(layout, row(layout, of, clients)?, year, metric)?, share));
                    places.exact.push(at(of)?);
                    if let Counted::Domain(domain) = of {
                        let tracks = (0..model.tracks.len()).filter(|&track| model.tracks[track].domain == Some(domain));
                        places.by_track.extend(tracks.filter_map(|track| at(Counted::Track(track))));
                    } else {
                        places.by_track.push(at(of)?);
                    }
                }
                Term::Booked(booking) => {
                    let booked = book(model, layout, &booking, self.year, share)?;
                    places.exact.extend(&booked);
                    places.by_track.extend(booked);
                }
                Term::Fixed(_) => {}
            }
        }
        Some(places)
    }
}

impl Places {
    /// What a member counted.
    pub(super) fn counted(&self, counts: &[i64]) -> f64 {
        self.exact.iter().map(|&(at, share)| share * counts[at] as f64 * METRICS[at % METRICS.len()].scale).sum::<f64>()
            + self.fixed
    }

    /// What the twin expects.
    pub(super) fn expected(&self, values: &[f64]) -> f64 {
        let sum = |list: &[(usize, f64)]| list.iter().map(|&(at, share)| share * values[at]).sum::<f64>();
        let exact = sum(&self.exact);
        self.fixed + if exact.is_nan() { sum(&self.by_track) } else { exact }
    }
}

/// Those there on New Year's Day are those there at the end of the year before, which may be the last one that is run.
fn counted(metric: CountMetric, year: i32, layout: &Layout) -> (usize, i32) {
    match metric {
        CountMetric::StockStart if year > layout.first_year => (metric::STOCK_END, year - 1),
        _ => (METRICS.iter().position(|known| known.name == metric.name()).unwrap_or(0), year),
    }
}

fn row(layout: &Layout, of: Counted, clients: bool) -> Option<usize> {
    let wanted = |unit: &Unit| match of {
        Counted::Domain(domain) if clients => (unit.level, unit.track, unit.domain) == (Level::Client, None, Some(domain)),
        Counted::Track(track) if clients => (unit.level, unit.track, unit.label) == (Level::Client, Some(track), None),
        Counted::Domain(domain) => (unit.level, unit.domain) == (Level::Domain, Some(domain)),
        Counted::Track(track) => (unit.level, unit.track) == (Level::Track, Some(track)),
        Counted::State(track, state) => {
            !clients && (unit.level, unit.track, unit.state) == (Level::State, Some(track), Some(state))
        }
    };
    layout.units.iter().position(wanted)
}

fn place(layout: &Layout, row: usize, year: i32, metric: usize) -> Option<usize> {
    let year = usize::try_from(year - layout.first_year).ok().filter(|&year| year < layout.years)?;
    Some(layout.offset(0, row, 3 * year + 2) + metric)
}

/// A track's own row holds what is attached too, which has bookings of its own.
fn book(model: &Model, layout: &Layout, booking: &Booking, year: i32, share: f64) -> Option<Vec<(usize, f64)>> {
    let attached = |id: usize, share: f64| {
        let wanted = |unit: &Unit| (unit.level, unit.track, unit.attached) == (Level::Attached, Some(booking.track), Some(id));
        let row = layout.units.iter().position(wanted)?;
        Some((place(layout, row, year, metric::COST_NOMINAL)?, share))
    };
    let at = |of| Some((place(layout, row(layout, of, false)?, year, metric::COST_NOMINAL)?, share));
    match booking.of {
        Booked::State(state) => Some(vec![at(Counted::State(booking.track, state))?]),
        Booked::Attached(id) => Some(vec![attached(id, share)?]),
        Booked::States => {
            let mut list = vec![at(Counted::Track(booking.track))?];
            for id in 0..model.tracks[booking.track].attached.len() {
                list.push(attached(id, -share)?);
            }
            Some(list)
        }
    }
}
