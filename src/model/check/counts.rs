//! Published numbers: what is counted where can be read off the tables of a run, and nobody is counted twice.

use super::accounts::said;
use super::{Checker, label};
use crate::model::fault::Place;
use crate::model::raw::{CountMetric, Layer, RawCount, RawModel};
use crate::model::resolved::{Count, Counted};
use crate::model::tree::Spot;

/// More than this cannot be meant of a municipality.
const MOST: f64 = 1e9;

impl Checker<'_> {
    /// All published numbers, in declared order.
    pub(super) fn counts(&mut self, raw: &RawModel, spot: Spot<'_>) {
        let spot = spot.at("count");
        for (name, count) in &raw.count {
            self.count(raw, name, count, spot.at(name));
        }
    }

    fn count(&mut self, raw: &RawModel, name: &str, count: &RawCount, spot: Spot<'_>) {
        self.good_name("count", name, false, spot.key());
        let source = self.cite(&count.source, spot.at("source")).unwrap_or(0);
        let domain = self.find("domain", &count.domain, raw.domain.keys().map(String::as_str), spot.at("domain").value());
        let of = self.all_counted(raw, count, spot.at("of"));
        let help = "give what was published: 0 or more";
        let value = self.by_year(&count.value, 0.0..=MOST, ("this is no number of persons or the like", help), spot.at("value"));
        let divides = raw.count.values().any(|other| other.per.as_deref() == Some(name));
        if count.value.is_empty() && !divides {
            let help = "give what was published at least for one year: `value = { 2021 = 2170 }`";
            self.fault("no-amount", spot.key(), format!("the count `{name}` has no value"), "nothing to go by", help);
        }
        let per = count.per.as_ref().and_then(|other| {
            let place = spot.at("per").value();
            let id = self.find("count", other, raw.count.keys().map(String::as_str), place)?;
            if raw.count[id].per.is_some() {
                let message = format!("`{other}` is a ratio itself");
                self.fault("ratio-of-ratio", place, message, "no number to divide by", "name a count that has no `per`");
            }
            Some(id)
        });
        self.model.counts.push(Count {
            name: name.to_owned(),
            label: label(Some(&count.label), name),
            domain: domain.unwrap_or(0),
            metric: count.metric,
            of,
            clients: count.clients,
            value,
            per,
            remark: count.remark.as_ref().map(said),
            source,
            note: count.source.note.clone(),
            grade: count.grade,
        });
    }

    fn all_counted(&mut self, raw: &RawModel, count: &RawCount, spot: Spot<'_>) -> Vec<Counted> {
        if count.of.is_empty() {
            let help = "name a domain, a track, or a state as `track.state`";
            self.fault("counts-nothing", spot.value(), "nothing is counted", "nothing", help);
        }
        if count.of.len() > 1 && !count.metric.adds_up() {
            let message =
                format!("{} of several do not add up: who is in two of them is one person", CountMetric::UniquePersons.name());
            let help = "name one domain, track or state, or give each a count of its own";
            self.fault("no-sum", spot.value(), message, "more than one", help);
        }
        let mut seen = Vec::new();
        let mut all = Vec::new();
        for (index, what) in count.of.iter().enumerate() {
            let place = spot.index(index).value();
            let Some(counted) = self.counted(raw, what, place) else { continue };
            let states = self.model.states_in(counted);
            if states.iter().any(|state| seen.contains(state)) {
                let message = format!("what is in `{what}` is counted twice");
                self.fault("counted-twice", place, message, "a second time", "name a domain, its tracks, or their states");
            }
            if count.clients {
                self.has_clients(what, counted, &states, place);
            }
            seen.extend(states);
            all.push(counted);
        }
        all
    }

    /// What a domain, track or state is by id.
    fn counted(&mut self, raw: &RawModel, what: &str, place: &Place) -> Option<Counted> {
        if let Some((track, state)) = what.split_once('.') {
            let track = self.track_of(track, place)?;
            return Some(Counted::State(track, self.state_of(track, state, place)?));
        }
        let domains = || raw.domain.keys().map(String::as_str);
        let tracks: Vec<String> = self.model.tracks.iter().map(|track| track.name.clone()).collect();
        let track = tracks.iter().position(|track| track == what);
        match (domains().position(|domain| domain == what), track) {
            (Some(_), Some(_)) => {
                let message = format!("`{what}` is a domain and a track");
                self.fault("two-of-one-name", place, message, "which of the two?", "give the track another name");
                None
            }
            (Some(domain), None) => Some(Counted::Domain(domain)),
            (None, Some(track)) => Some(Counted::Track(track)),
            (None, None) => {
                self.find("domain or track", what, domains().chain(tracks.iter().map(String::as_str)), place);
                None
            }
        }
    }

    /// Reports where no clients can be counted.
    fn has_clients(&mut self, what: &str, counted: Counted, states: &[(usize, usize)], place: &Place) {
        let maatwerk = |&(track, state): &(usize, usize)| self.model.tracks[track].states[state].layer == Some(Layer::Maatwerk);
        if matches!(counted, Counted::State(..)) {
            let message = format!("`{what}` is a state: clients are counted per domain or track");
            self.fault("no-clients", place, message, "a state", "name its track, or leave `clients` out");
        } else if !states.iter().any(maatwerk) {
            let message = format!("`{what}` has no state in layer maatwerk, so it has no clients");
            self.fault("no-clients", place, message, "no clients", "name another domain or track, or leave `clients` out");
        }
    }
}
