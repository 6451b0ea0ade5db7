//! Attached costs: what merely follows states of a track.

use super::field::{Bound, Field};
use super::{Checker, label};
use crate::model::fault::Place;
use crate::model::raw::{Number, RawAttached, RawTrack, Unit};
use crate::model::resolved::Attached;
use crate::model::tree::Spot;

/// What a cost and an income have in common.
struct Amount<'r> {
    key: &'static str,
    what: &'static str,
    euro: &'r Number,
    times: &'r [String],
    price_year: i32,
}

impl Checker<'_> {
    /// The attached costs of a track, whose states are known.
    pub(super) fn attached(&mut self, track: usize, raw: &RawTrack, spot: Spot<'_>) {
        for (name, raw) in &raw.attached {
            if let Some(attached) = self.follower(track, name, raw, spot.at(name)) {
                self.model.tracks[track].attached.push(attached);
            }
        }
    }

    /// Id of an attached cost of a track.
    pub(super) fn attached_of(&mut self, track: usize, name: &str, place: &Place) -> Option<usize> {
        let track = &self.model.tracks[track];
        let kind = format!("cost or income attached to `{}`", track.name);
        let known: Vec<String> = track.attached.iter().map(|attached| attached.name.clone()).collect();
        self.find(&kind, name, known.iter().map(String::as_str), place)
    }

    fn follower(&mut self, track: usize, name: &str, raw: &RawAttached, spot: Spot<'_>) -> Option<Attached> {
        self.good_name("cost or income", name, true, spot.key());
        if raw.of.is_empty() {
            let help = "name one or more states with units per person: `of = { hulp = 1 }`";
            self.fault("no-state", spot.at("of").value(), format!("`{name}` follows no state"), "empty", help);
        }
        let mut of = Vec::new();
        for (state, units) in &raw.of {
            let place = spot.at("of").at(state);
            let units = self.field(units, Field::factor("the number of units per person"), place);
            let Some(id) = self.state_of(track, state, place.key()) else { continue };
            if self.model.tracks[track].states[id].layer.is_none() {
                let message = format!("`{name}` follows `{state}`, which lies outside the pyramid");
                let help = "follow a state with a `layer`: what is spent is booked in the layer of the state";
                self.fault("attached-outside", place.key(), message, "no layer", help);
            }
            of.push((id, units));
        }
        let amount = match (&raw.cost, &raw.income) {
            (Some(cost), None) => Amount {
                key: "cost",
                what: "the cost per person-year",
                euro: &cost.euro_per_person_year,
                times: &cost.times,
                price_year: cost.price_year,
            },
            (None, Some(income)) => Amount {
                key: "income",
                what: "the income per person-year",
                euro: &income.euro_per_person_year,
                times: &income.times,
                price_year: income.price_year,
            },
            (cost, _) => {
                let given = if cost.is_some() { "both" } else { "neither" };
                let message = format!("an attached cost has one of `cost` and `income`; `{name}` has {given}");
                let help = "`cost`: what the municipality pays; `income`: what it receives, such as a contribution";
                self.fault("one-of", spot.key(), message, "exactly one", help);
                return None;
            }
        };
        let place = spot.at(amount.key);
        let field = Field::new(amount.what, Unit::EuroPerPersonYear, Bound::NotNegative);
        let per_person_year = self.field(amount.euro, field, place.at("euro_per_person_year"));
        self.price_year(amount.price_year, place.at("price_year"));
        Some(Attached {
            name: name.to_owned(),
            label: label(Some(&raw.label), name),
            of,
            per_person_year,
            income: raw.income.is_some(),
            indexed: raw.income.as_ref().and_then(|income| income.indexed).unwrap_or(true),
            times: self.year_factors(amount.times, place.at("times")),
            price_year: amount.price_year,
        })
    }
}
