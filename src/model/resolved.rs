//! The checked model: names are ids, defaults are filled in, tables are dense. Nothing here can hold a fault that
//! [`super::check`] knows; what is left to `compile` is only what needs a parameter draw.

mod accounts;
mod clock;
mod factors;
mod gate;
mod parameter;
mod people;
mod resource;
mod scenario;
mod track;

use super::correlation::Correlation;
pub use super::raw::{Carrier, CountMetric, Grade, Layer, Then, Unit};
pub use accounts::*;
pub use clock::*;
pub use factors::*;
pub use gate::*;
pub use parameter::*;
pub use people::*;
pub use resource::*;
pub use scenario::*;
pub use track::*;

/// Highest single year of age that is told apart; older persons count as this age.
pub const MAX_AGE: usize = 110;

/// A text in Dutch and English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Dutch.
    pub nl: String,
    /// English.
    pub en: String,
}

/// A checked model with all its scenarios.
#[derive(Debug, Clone)]
pub struct Model {
    /// Short name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// What a reader should know of it first, in paragraphs.
    pub about: Option<Label>,
    /// First calendar year.
    pub first_year: i32,
    /// Last calendar year that can be simulated, inclusive.
    pub last_year: i32,
    /// Last calendar year of a run that does not say otherwise, inclusive.
    pub default_last_year: i32,
    /// Lower bounds of the reported age bands; empty: none.
    pub report_ages: Vec<u8>,
    /// Attributes, in declared order; an attribute id indexes this.
    pub attributes: Vec<Attribute>,
    /// Index of the attribute `wijk`, if there is one.
    pub wijk: Option<usize>,
    /// Whether persons have an age.
    pub has_age: bool,
    /// Rows of the population file, in order; person identities follow this order.
    pub population: Vec<PersonRow>,
    /// Where the population comes from, if that is said.
    pub population_origin: Option<Origin>,
    /// Births, deaths, departures.
    pub demography: Demography,
    /// Arrival streams.
    pub streams: Vec<Stream>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Trends.
    pub trends: Vec<Trend>,
    /// Common shocks; a shock id indexes this.
    pub shocks: Vec<Shock>,
    /// What makes persons differ for life.
    pub frailty: Option<Frailty>,
    /// Prices.
    pub prices: Prices,
    /// Domains.
    pub domains: Vec<Domain>,
    /// Lines of the accounts, in declared order.
    pub accounts: Vec<Account>,
    /// Published numbers, in declared order.
    pub counts: Vec<Count>,
    /// Breaks in the figures, in declared order.
    pub breaks: Vec<Break>,
    /// What a plan books.
    pub plan: Option<super::plan::Plan>,
    /// Lump sums; a contract id indexes this.
    pub contracts: Vec<super::plan::Contract>,
    /// What is not paid by volume, in declared order.
    pub cash: Vec<super::plan::Cash>,
    /// Parameters; a parameter id indexes this.
    pub parameters: Vec<Parameter>,
    /// Pairs of parameters whose values go together; every other pair is independent.
    pub correlations: Vec<Correlation>,
    /// Resources; a resource id indexes this.
    pub resources: Vec<Resource>,
    /// Tracks.
    pub tracks: Vec<Track>,
    /// Scenarios, sorted by name.
    pub scenarios: Vec<Scenario>,
    /// What is not in it yet, in declared order.
    pub limits: Vec<Limit>,
    /// Sources.
    pub sources: Vec<Source>,
}

impl Model {
    /// Resource id that is waited for in a state of a track.
    pub fn waits_for(&self, track: usize, state: usize) -> Option<usize> {
        let states = &self.tracks[track].states;
        Some(states[states[state].wait?.state].place.as_ref()?.resource)
    }

    /// The breaks that a comparison of year `to` with an earlier year `from` crosses.
    pub fn breaks_between(&self, from: i32, to: i32) -> impl Iterator<Item = &Break> {
        self.breaks.iter().filter(move |known| from < known.year && known.year <= to)
    }

    /// All states of what is counted, as ids of track and state.
    pub fn states_in(&self, counted: Counted) -> Vec<(usize, usize)> {
        let all = |track: usize| (0..self.tracks[track].states.len()).map(move |state| (track, state));
        match counted {
            Counted::State(track, state) => vec![(track, state)],
            Counted::Track(track) => all(track).collect(),
            Counted::Domain(domain) => {
                (0..self.tracks.len()).filter(|&track| self.tracks[track].domain == Some(domain)).flat_map(all).collect()
            }
        }
    }
}

/// What is not in the model yet, or simpler in it than it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// What it is about, in a few words.
    pub label: Label,
    /// What is left out and what that does, in paragraphs.
    pub about: Label,
    /// Quality of the evidence for what is done instead, if it is graded.
    pub grade: Option<Grade>,
}
