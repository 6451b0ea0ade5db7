//! Rows of one scenario of a run, by the ids of the model.

use crate::model::{Counted, Layer, Model};
use crate::store::columns::attached_name;
use crate::store::members::{Members, Place};

/// One scenario of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a> {
    /// The model that was run.
    pub(super) model: &'a Model,
    /// Its members.
    pub(super) members: &'a Members,
    /// Name of the scenario.
    pub(super) scenario: &'a str,
}

impl<'a> Rows<'a> {
    /// A metric of a domain, track or state in a calendar year, in each member; `None` if the run has no such row.
    pub(super) fn of(&self, counted: Counted, metric: &str, year: i32) -> Option<&'a [f64]> {
        let (domain, track, state) = self.names(counted);
        let level = match counted {
            Counted::Domain(_) => "domain",
            Counted::Track(_) => "track",
            Counted::State(..) => "state",
        };
        self.values(metric, year, |place| {
            place.level == level && place.track == track && place.state == state && (!track.is_empty() || place.domain == domain)
        })
    }

    /// The same of its clients alone, those with an indicatie; `None` of a state, and if the run does not count them.
    pub(super) fn clients(&self, counted: Counted, metric: &str, year: i32) -> Option<&'a [f64]> {
        let (domain, track, state) = self.names(counted);
        let clients = |place: &Place| place.level == "client" && place.layer == Layer::Maatwerk.name() && place.state.is_empty();
        self.values(metric, year, |place| {
            state.is_empty() && clients(place) && place.track == track && (!track.is_empty() || place.domain == domain)
        })
    }

    /// The same of what is attached to a track.
    pub(super) fn attached(&self, track: usize, attached: usize, metric: &str, year: i32) -> Option<&'a [f64]> {
        let track = &self.model.tracks[track];
        let name = attached_name(&track.attached[attached].name);
        self.values(metric, year, |place| place.level == "attached" && place.track == track.name && place.state == name)
    }

    /// Names of domain, track and state as they stand in a run; that of the domain only if it is meant itself.
    fn names(&self, counted: Counted) -> (&'a str, &'a str, &'a str) {
        let track = |track: usize| &self.model.tracks[track];
        match counted {
            Counted::Domain(domain) => (&self.model.domains[domain].name, "", ""),
            Counted::Track(id) => ("", &track(id).name, ""),
            Counted::State(id, state) => ("", &track(id).name, &track(id).states[state].name),
        }
    }

    fn values(&self, metric: &str, year: i32, wanted: impl Fn(&Place) -> bool) -> Option<&'a [f64]> {
        let metric = self.members.metrics.iter().position(|known| known == metric)?;
        let here = |place: &Place| place.year == year && place.scenario == self.scenario && wanted(place);
        let (_, values) = self.members.places.iter().find(|(place, _)| here(place))?;
        Some(&values[metric * self.members.members..][..self.members.members])
    }
}
