//! Hazards, and the births, deaths and departures made of them.

use super::factors::{Factors, Multiplied};
use super::field::{Bound, Field};
use super::{Checker, OTHERWISE, number};
use crate::model::dimension::Dimension;
use crate::model::expression::Expression;
use crate::model::raw::{RawBirth, RawHazard, RawModel, RawOverload, Unit};
use crate::model::resolved::{Birth, Coupling, Demography, Hazard, Overload};
use crate::model::tree::Spot;

impl Checker<'_> {
    /// A hazard. `own` is the track it belongs to, if any. Tracks are already known by their states.
    pub(super) fn hazard(&mut self, raw: &RawHazard, spot: Spot<'_>, own: Option<usize>) -> Hazard {
        let rate = spot.at("per_year");
        let (per_year, seen) = self.expression(&raw.per_year, rate);
        let factors = self.factors(&raw.times, spot.at("times"), Multiplied::Hazard);
        // A bare number takes the dimension that is still missing: `per_year = 1` times a table of death rates.
        let whole = seen.map_or(factors.dimension, |seen| seen.times(factors.dimension, 1));
        let what = if factors.tables.is_empty() { "the hazard" } else { "this hazard, with the tables that multiply it," };
        if seen.is_some() || factors.dimension != Dimension::NONE {
            self.unit_fits(whole, Unit::PerYear, what, rate.value());
        }
        self.law(&per_year, Bound::NotNegative, "the hazard", rate.value());
        let Factors { tables, trends, shocks, frail, .. } = factors;
        let mut while_in = Vec::new();
        for (track, states) in &raw.while_in {
            let place = spot.at("while_in").at(track);
            let names: Vec<String> = self.model.tracks.iter().map(|track| track.name.clone()).collect();
            let Some(id) = self.find("track", track, names.iter().map(String::as_str), place.key()) else { continue };
            if own == Some(id) {
                let message = format!("a hazard of `{track}` depends on the state of `{track}` itself");
                self.fault(
                    "own-track",
                    place.key(),
                    message,
                    "its own track",
                    "`while_in` is for another track; use one transition per state with `from`",
                );
            }
            let known: Vec<String> = self.model.tracks[id].states.iter().map(|state| state.name.clone()).collect();
            let otherwise = match states.get(OTHERWISE) {
                Some(factor) => self.field(factor, Field::factor("this factor"), place.at(OTHERWISE)),
                None => number(1.0),
            };
            let mut factors = vec![otherwise.clone(); known.len()];
            for (state, factor) in states.iter().filter(|(state, _)| *state != OTHERWISE) {
                let place = place.at(state);
                let factor = self.field(factor, Field::factor("this factor"), place);
                if let Some(state) =
                    self.find(&format!("state of `{track}`"), state, known.iter().map(String::as_str), place.key())
                {
                    factors[state] = factor;
                }
            }
            while_in.push(Coupling { track: id, factors, otherwise });
        }
        let overload = raw.overload.as_ref().map(|raw| self.overload(raw, spot.at("overload")));
        Hazard { per_year, tables, trends, shocks, frail, while_in, overload }
    }

    fn overload(&mut self, raw: &RawOverload, spot: Spot<'_>) -> Overload {
        let hours = Field::new("the number of hours", Unit::HoursPerWeek, Bound::NotNegative);
        let above_hours_per_week = self.field(&raw.above_hours_per_week, hours, spot.at("above_hours_per_week"));
        let factor = self.field(&raw.factor, Field::factor("this factor"), spot.at("factor"));
        let states = self.model.tracks.iter().flat_map(|track| &track.states);
        if states.map(|state| &state.informal_hours_per_week).all(|hours| *hours == number(0.0)) {
            self.fault(
                "no-load",
                spot.key(),
                "no state of the model needs hours of informal help",
                "never happens",
                "give a state `informal_hours_per_week`, or remove `overload`",
            );
        }
        Overload { above_hours_per_week, factor }
    }

    /// Births, deaths and departures.
    pub(super) fn demography(&mut self, raw: &RawModel, spot: Spot<'_>) {
        let Some(demography) = &raw.demography else { return };
        let spot = spot.at("demography");
        let death = demography.death.as_ref().map(|raw| self.demographic(raw, spot.at("death")));
        let leave = demography.leave.as_ref().map(|raw| self.demographic(raw, spot.at("leave")));
        let birth = demography.birth.as_ref().map(|raw| self.birth(raw, spot.at("birth")));
        self.model.demography = Demography { death, leave, birth };
    }

    /// A hazard of demography, which must not read a track: the same persons live in every scenario.
    fn demographic(&mut self, raw: &RawHazard, spot: Spot<'_>) -> Hazard {
        for (key, there) in [("while_in", !raw.while_in.is_empty()), ("overload", raw.overload.is_some())] {
            if there {
                let help =
                    format!("the same persons must live in every scenario; remove `{key}`, or make it a transition to a sink");
                self.fault(
                    "demography-reads-track",
                    spot.at(key).key(),
                    "births, deaths and departures cannot depend on a track",
                    "reads a track",
                    help,
                );
            }
        }
        self.hazard(&RawHazard { while_in: indexmap::IndexMap::new(), overload: None, ..raw.clone() }, spot, None)
    }

    fn birth(&mut self, raw: &RawBirth, spot: Spot<'_>) -> Birth {
        let hazard = self.demographic(&raw.hazard, spot.at("hazard"));
        let mut mothers = Vec::new();
        for (attribute, value) in &raw.mothers {
            let place = spot.at("mothers").at(attribute);
            if let Some(id) = self.attribute(attribute, place)
                && let Some(value) = self.value_of(id, value, place.value())
            {
                mothers.push((id, value as u8));
            }
        }
        let mut newborn = Vec::new();
        for (attribute, shares) in &raw.newborn {
            let place = spot.at("newborn").at(attribute);
            let Some(id) = self.attribute(attribute, place) else { continue };
            let before = self.faults.len();
            let mut drawn: Vec<Expression> = vec![number(0.0); self.model.attributes[id].values.len()];
            for (value, share) in shares {
                let place = place.at(value);
                let share = self.field(share, Field::share("this share"), place);
                if let Some(value) = self.value_of(id, value, place.key()) {
                    drawn[value] = share;
                }
            }
            if self.faults.len() == before {
                self.split(&drawn, place.key());
            }
            newborn.push((id, drawn));
        }
        Birth { hazard, mothers, newborn }
    }

    /// Id of an attribute.
    fn attribute(&mut self, name: &str, spot: Spot<'_>) -> Option<usize> {
        let names: Vec<String> = self.model.attributes.iter().map(|attribute| attribute.name.clone()).collect();
        self.find("attribute", name, names.iter().map(String::as_str), spot.key())
    }

    /// Id of a value of an attribute.
    fn value_of(&mut self, attribute: usize, value: &str, place: &crate::model::Place) -> Option<usize> {
        let attribute = &self.model.attributes[attribute];
        let (kind, values) = (format!("value of `{}`", attribute.name), attribute.values.clone());
        self.find(&kind, value, values.iter().map(String::as_str), place)
    }
}
