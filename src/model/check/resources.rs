//! Resources: what runs out, which states take it, and who waits for it.

use super::factors::Multiplied;
use super::field::{Bound, Field};
use super::{Checker, FREE, label, number};
use crate::model::raw::{RawModel, RawPlace, RawTrack, RawWait, Reach, Unit};
use crate::model::resolved::{PlaceOf, Resource, Wait};
use crate::model::tree::Spot;

impl Checker<'_> {
    /// All resources, in declared order.
    pub(super) fn resources(&mut self, raw: &RawModel, spot: Spot<'_>) {
        for (name, resource) in &raw.resource {
            let place = spot.at("resource").at(name);
            self.good_name("resource", name, true, place.key());
            if let Some(source) = &resource.source {
                self.cite(source, place.at("source"));
            }
            let field = Field::new("the number of places", Unit::Number, Bound::NotNegative);
            let places = self.field(&resource.places, field, place.at("places"));
            let tables = self.factors(&resource.times, place.at("times"), Multiplied::Places).tables;
            let per_wijk = resource.per == Reach::Wijk;
            if per_wijk && self.model.wijk.is_none() {
                let help = "declare the attribute `wijk`, or let the city share the places: `per = \"city\"`";
                self.fault("no-wijk", place.at("per").value(), "the model has no wijken", "of which wijk?", help);
            }
            for (index, &table) in tables.iter().enumerate() {
                let table = &self.model.tables[table];
                let known = |attribute: &usize| per_wijk && Some(*attribute) == self.model.wijk;
                if table.age || !table.attributes.iter().all(known) {
                    let whose = if per_wijk { "of a wijk" } else { "of the city" };
                    let message = format!("`{}` tells persons apart, but the places are those {whose}", table.name);
                    let help = "name tables by `year` only, or by `wijk` where `per = \"wijk\"`";
                    self.fault("places-by-person", place.at("times").index(index).value(), message, "this table", help);
                }
            }
            let origin = self.origin(resource.source.as_ref(), resource.grade);
            let label = label(Some(&resource.label), name);
            let about = self.about(resource.about.as_ref(), place.at("about"));
            self.model.resources.push(Resource { name: name.clone(), label, about, places, per_wijk, tables, origin });
        }
    }

    /// What the states of a track take, and what is waited for in them.
    pub(super) fn places(&mut self, track: usize, raw: &RawTrack, spot: Spot<'_>) {
        for (state, (name, raw)) in raw.state.iter().enumerate() {
            let spot = spot.at(name);
            if let Some(raw) = &raw.place {
                self.model.tracks[track].states[state].place = self.place(track, state, raw, spot.at("place"));
            }
            if let Some(raw) = &raw.waits_for {
                self.model.tracks[track].states[state].wait = self.wait(track, state, raw, spot.at("waits_for"));
            }
            if raw.place.is_some() && raw.waits_for.is_some() {
                let message = format!("`{name}` takes a place and waits for one");
                self.fault("place-and-wait", spot.at("waits_for").key(), message, "both", "make two states of it");
            }
        }
        for (state, (name, _)) in raw.state.iter().enumerate() {
            let states = &self.model.tracks[track].states;
            if let Some(place) = &states[state].place
                && states[place.full].place.is_some()
            {
                let message =
                    format!("who finds no place in `{name}` is sent to `{}`, which takes one too", states[place.full].name);
                let help = "send them to a state that waits, or to one without a `place`";
                self.fault("place-full", spot.at(name).at("place").at("full").value(), message, "and if that is full?", help);
            }
            let states = &self.model.tracks[track].states;
            if let Some(wait) = states[state].wait
                && states[wait.state].place.is_none()
            {
                let message = format!("`{name}` waits for `{}`, which takes no place", states[wait.state].name);
                let help = "give that state a `place`, or wait for another";
                self.fault("wait-for-nothing", spot.at(name).at("waits_for").at("state").value(), message, "never full", help);
            }
        }
    }

    fn place(&mut self, track: usize, state: usize, raw: &RawPlace, spot: Spot<'_>) -> Option<PlaceOf> {
        let known: Vec<String> = self.model.resources.iter().map(|resource| resource.name.clone()).collect();
        let resource = self.find("resource", &raw.of, known.iter().map(String::as_str), spot.at("of").value());
        let amount = match &raw.amount {
            Some(amount) => self.field(amount, Field::new("the amount", Unit::Number, Bound::Positive), spot.at("amount")),
            None => number(1.0),
        };
        let full = self.state_of(track, &raw.full, spot.at("full").value());
        let spec = &self.model.tracks[track];
        if spec.free == Some(state) {
            let message = format!("`{FREE}` takes a place");
            self.fault("place-free", spot.key(), message, "without a need", "remove `place`: who has no hulpvraag takes none");
        }
        Some(PlaceOf { resource: resource?, amount, full: full? })
    }

    fn wait(&mut self, track: usize, state: usize, raw: &RawWait, spot: Spot<'_>) -> Option<Wait> {
        let to = self.state_of(track, &raw.state, spot.at("state").value())?;
        let spec = &self.model.tracks[track].states[state];
        if spec.sink || self.model.tracks[track].free == Some(state) {
            let message = format!("`{}` waits, but nobody can leave it for a place", spec.name);
            self.fault("wait-stuck", spot.key(), message, "this state", "wait in a state of its own");
        }
        if raw.priority > 9 {
            let message = format!("the priority {} is out of range", raw.priority);
            self.fault("out-of-range", spot.at("priority").value(), message, "0 to 9", "0 goes first, 9 goes last");
        }
        Some(Wait { state: to, class: raw.priority.min(9) })
    }

    /// Who waits leaves for the state waited for only by a place that comes free.
    pub(super) fn waits_end(&mut self, track: usize, spot: Spot<'_>) {
        let spec = &self.model.tracks[track];
        let mut found = Vec::new();
        for (number, transition) in spec.transitions.iter().enumerate().filter(|(_, transition)| !transition.from_any) {
            for &from in &transition.from {
                let Some(wait) = spec.states[from].wait else { continue };
                if transition.to.iter().any(|(to, _)| *to == wait.state) {
                    let message =
                        format!("a transition leads from `{}` to `{}`", spec.states[from].name, spec.states[wait.state].name);
                    found.push((spot.at("transition").index(number).at("to").value().clone(), message));
                }
            }
        }
        for (place, message) in found {
            let help = "remove it: whoever waits is let in when a place comes free";
            self.fault("wait-jumped", &place, message, "past the line", help);
        }
    }
}
