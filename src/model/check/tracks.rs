//! Tracks: their states, moves and starting shares.

use super::factors::Multiplied;
use super::field::{Bound, Field};
use super::{Checker, FREE, label, number};
use crate::model::expression::{Expression, Operator};
use crate::model::fault::Place;
use crate::model::raw::{
    Carrier, Layer, Number, RawBranch, RawDwell, RawElapsed, RawFrom, RawInitial, RawModel, RawState, RawTo, RawTrack,
    RawTransition, Unit,
};
use crate::model::resolved::{Clock, Dwell, Elapsed, Initial, MAX_AGE, NeedLabel, State, Track, Transition};
use crate::model::tree::Spot;

/// Most tracks of a model, and most states of a track.
pub(super) const MAX: usize = 64;
/// Most transitions of a track.
const MAX_TRANSITIONS: usize = 1_000;
/// Most labels of a track.
const MAX_LABELS: usize = 16;

impl Checker<'_> {
    /// All tracks, in declared order.
    pub(super) fn tracks(&mut self, raw: &RawModel, spot: Spot<'_>) {
        let spot = spot.at("track");
        if raw.track.is_empty() {
            self.fault(
                "no-track",
                spot.key(),
                "the model has no track",
                "no track",
                "declare one: `[track.name]` with states and transitions",
            );
        }
        // States first: a hazard may look at the states of a later track.
        for (name, track) in &raw.track {
            let place = spot.at(name);
            self.good_name("track", name, false, place.key());
            if raw.attribute.contains_key(name) || matches!(name.as_str(), "age" | "persons" | "weight" | "household") {
                let message = format!("`{name}` names both a track and another column of the population file");
                self.fault("bad-name", place.key(), message, "this name", "rename the track");
            }
            let domains: Vec<String> = self.model.domains.iter().map(|domain| domain.name.clone()).collect();
            let domain = track
                .domain
                .as_ref()
                .and_then(|domain| self.find("domain", domain, domains.iter().map(String::as_str), place.at("domain").value()));
            let states = track.state.iter().map(|(name, state)| self.state(name, state, place.at("state").at(name))).collect();
            let personal = track.state.iter().find(|(_, state)| state.personal);
            if let (Some((state, _)), Carrier::Person) = (personal, track.unit) {
                let message = format!("`{state}` is `personal`, but every state of `{name}` is a person's own");
                let help = "remove it, or give the track `unit = \"household\"`";
                self.fault("personal-state", place.at("state").at(state).at("personal").value(), message, "no household", help);
            }
            let labels = self.labels(name, track, place.at("labels"));
            if let (Some((first, state)), false) = (track.state.first(), labels.is_empty())
                && state.layer.is_some()
            {
                let message = format!("people start in `{first}` with a hulpvraag, but without a label");
                let help = "let the first state of a track with `labels` lie outside the pyramid";
                self.fault("label-first-state", place.at("state").at(first).at("layer").value(), message, "in a layer", help);
            }
            let free = track.state.get_index_of(FREE);
            let label = label(Some(&track.label), name);
            let (transitions, gates, initial) = (Vec::new(), Vec::new(), Vec::new());
            let (name, unit) = (name.clone(), track.unit);
            if let Some(source) = &track.source {
                self.cite(source, place.at("source"));
            }
            let origin = self.origin(track.source.as_ref(), track.grade);
            let track = Track { name, label, domain, unit, labels, states, free, transitions, gates, initial, origin };
            self.model.tracks.push(track);
        }
        for (id, (name, track)) in raw.track.iter().enumerate() {
            let place = spot.at(name);
            let before = self.faults.len();
            if track.transition.len() > MAX_TRANSITIONS {
                let message =
                    format!("the track `{name}` has {} transitions; at most {MAX_TRANSITIONS} fit", track.transition.len());
                self.fault(
                    "too-many",
                    place.key(),
                    message,
                    "too many",
                    "several states can share one transition: `from = [\"a\", \"b\"]`",
                );
            }
            self.places(id, track, place.at("state"));
            self.gates(id, track, place.at("gate"));
            for (index, transition) in track.transition.iter().take(MAX_TRANSITIONS).enumerate() {
                if let Some(transition) = self.transition(id, transition, place.at("transition").index(index)) {
                    self.model.tracks[id].transitions.push(transition);
                }
            }
            if self.faults.len() == before {
                self.gates_lead_somewhere(id, place.at("gate"));
                self.waits_end(id, place);
            }
            self.whole_tracks.push(self.faults.len() == before);
            self.initial(id, track, place.at("initial"));
        }
    }

    /// The labels that needs on a track may bear.
    fn labels(&mut self, track: &str, raw: &RawTrack, spot: Spot<'_>) -> Vec<NeedLabel> {
        if raw.labels.len() > MAX_LABELS {
            let message = format!("the track `{track}` has {} labels; at most {MAX_LABELS} fit", raw.labels.len());
            self.fault("too-many", spot.key(), message, "too many", "let several kinds of needs share a label");
        }
        (raw.labels.iter().take(MAX_LABELS))
            .map(|(name, text)| {
                self.good_name("label", name, true, spot.at(name).key());
                NeedLabel { name: name.clone(), label: label(Some(text), name) }
            })
            .collect()
    }

    /// Id of a label of a track.
    fn label_of(&mut self, track: usize, name: &str, place: &Place) -> Option<usize> {
        let track = &self.model.tracks[track];
        let kind = format!("label of `{}`", track.name);
        let known: Vec<String> = track.labels.iter().map(|label| label.name.clone()).collect();
        self.find(&kind, name, known.iter().map(String::as_str), place)
    }

    /// The label of the needs that a transition brings to those without one, unless it takes them out of reach for good.
    fn brought(
        &mut self,
        track: usize,
        raw: &RawTransition,
        from: &[usize],
        to: &[(usize, Expression)],
        spot: Spot<'_>,
    ) -> Option<usize> {
        let spec = &self.model.tracks[track];
        let begins = |&(state, _): &(usize, Expression)| {
            Some(state) != spec.free && !(spec.states[state].sink && spec.states[state].layer.is_none())
        };
        let leaves = spec.free.is_some_and(|free| from.contains(&free));
        let unlabelled = leaves && !spec.labels.is_empty() && to.iter().any(begins);
        match &raw.label {
            Some(name) => {
                let label = self.label_of(track, name, spot.at("label").value());
                if label.is_some() && !leaves {
                    let message = format!("this transition does not leave `{FREE}`, so no need begins that could bear its label");
                    let help = format!("remove it, or write it at the transitions that leave `{FREE}`");
                    self.fault("label-unused", spot.at("label").key(), message, "no need begins here", help);
                }
                label
            }
            None if unlabelled => {
                let names: Vec<String> =
                    self.model.tracks[track].labels.iter().map(|label| format!("`{}`", label.name)).collect();
                let message = "a hulpvraag arises here without a label";
                let help = format!("give `label`, one of {}; one transition for each, if there are several", names.join(", "));
                self.fault("no-label", spot.key(), message, "no label", help);
                None
            }
            None => None,
        }
    }

    /// The share of each label among those who start in a state.
    fn label_shares(&mut self, track: usize, name: &str, raw: &RawInitial, spot: Spot<'_>) -> Vec<Expression> {
        let before = self.faults.len();
        let spec = &self.model.tracks[track];
        let layered = spec.states.iter().any(|state| state.name == name && state.layer.is_some());
        let mut shares = vec![number(0.0); spec.labels.len()];
        if raw.label.is_empty() {
            if layered && !shares.is_empty() {
                let message = format!("those who start in `{name}` have a hulpvraag without a label");
                let help = "give the share of each: `label = { a = 0.4, b = 0.6 }`";
                self.fault("no-label", spot.key(), message, "no labels", help);
            }
            return Vec::new();
        }
        for (name, share) in &raw.label {
            let place = spot.at("label").at(name);
            let share = self.field(share, Field::share("this share"), place);
            if let Some(label) = self.label_of(track, name, place.key()) {
                shares[label] = share;
            }
        }
        if self.faults.len() == before {
            self.split(&shares, spot.at("label").key());
        }
        shares
    }

    fn state(&mut self, name: &str, raw: &RawState, spot: Spot<'_>) -> State {
        self.good_name("state", name, true, spot.key());
        if name == FREE && raw.layer.is_some() {
            let message = format!("`{FREE}` lies in a layer");
            self.fault(
                "free-in-layer",
                spot.at("layer").value(),
                message,
                "a layer",
                "people without a hulpvraag lie outside the pyramid: remove `layer`",
            );
        }
        let cost = spot.at("cost");
        let mut amount = |given: Option<&Number>, key: &str, what, unit| {
            given.map(|number| self.field(number, Field::new(what, unit, Bound::NotNegative), cost.at(key)))
        };
        let raw_cost = raw.cost.as_ref();
        let cost_per_person_year = amount(
            raw_cost.and_then(|cost| cost.euro_per_person_year.as_ref()),
            "euro_per_person_year",
            "the cost per person-year",
            Unit::EuroPerPersonYear,
        );
        let cost_per_start =
            amount(raw_cost.and_then(|cost| cost.euro_per_start.as_ref()), "euro_per_start", "the cost per start", Unit::Euro);
        let cost_per_indicatie = amount(
            raw_cost.and_then(|cost| cost.euro_per_indicatie.as_ref()),
            "euro_per_indicatie",
            "the cost per indicatie",
            Unit::Euro,
        );
        if let Some(raw_cost) = raw_cost {
            self.price_year(raw_cost.price_year, cost.at("price_year"));
            if cost_per_person_year.is_none() && cost_per_start.is_none() && cost_per_indicatie.is_none() {
                let help = "give `euro_per_person_year`, `euro_per_start` or `euro_per_indicatie`, or remove `cost`";
                self.fault("no-amount", cost.key(), format!("the cost of `{name}` holds no amount"), "no amount", help);
            }
        }
        let cost_shocks =
            raw_cost.map_or_else(Vec::new, |raw_cost| self.factors(&raw_cost.times, cost.at("times"), Multiplied::Cost).shocks);
        let indicaties_per_person = match &raw.indicaties_per_person {
            Some(number) => {
                let field = Field::new("the number of indicaties", Unit::Factor, Bound::NotNegative);
                self.field(number, field, spot.at("indicaties_per_person"))
            }
            None => number(if raw.layer == Some(Layer::Maatwerk) { 1.0 } else { 0.0 }),
        };
        let informal_hours_per_week = match &raw.informal_hours_per_week {
            Some(number) => {
                let field = Field::new("the number of hours", Unit::HoursPerWeek, Bound::NotNegative);
                self.field(number, field, spot.at("informal_hours_per_week"))
            }
            None => number(0.0),
        };
        State {
            name: name.to_owned(),
            label: label(raw.label.as_ref(), name),
            layer: raw.layer,
            sink: raw.sink,
            personal: raw.personal,
            cost_per_person_year,
            cost_per_start,
            cost_per_indicatie,
            price_year: raw_cost.map_or(self.model.prices.constant_year, |cost| cost.price_year),
            cost_shocks,
            indicaties_per_person,
            informal_hours_per_week,
            place: None,
            wait: None,
        }
    }

    /// Id of a state of a track.
    pub(super) fn state_of(&mut self, track: usize, name: &str, place: &Place) -> Option<usize> {
        let track = &self.model.tracks[track];
        let kind = format!("state of `{}`", track.name);
        let known: Vec<String> = track.states.iter().map(|state| state.name.clone()).collect();
        self.find(&kind, name, known.iter().map(String::as_str), place)
    }

    fn transition(&mut self, track: usize, raw: &RawTransition, spot: Spot<'_>) -> Option<Transition> {
        let (from, from_any) = self.from(track, &raw.from, spot.at("from"));
        let (to, gates) = self.to(track, &raw.to, spot.at("to"));
        let clock = match (&raw.hazard, &raw.dwell, &raw.at_age) {
            (Some(hazard), None, None) => {
                let free = self.model.tracks[track].free;
                if free.is_some_and(|free| from.contains(&free) && to.iter().any(|(state, _)| *state == free)) && !from_any {
                    let message = format!("a hazard leads from `{FREE}` to itself");
                    self.fault(
                        "free-to-free",
                        spot.at("to").value(),
                        message,
                        "nothing happens",
                        "leave it out and lower the hazard: a hulpvraag that does not arise needs no event",
                    );
                }
                Clock::Hazard(self.hazard(hazard, spot.at("hazard"), Some(track)))
            }
            (None, Some(dwell), None) => Clock::Dwell(self.dwell(dwell, spot.at("dwell"))),
            (None, None, Some(age)) => {
                let place = spot.at("at_age");
                if age.months > 11 || usize::from(age.years) > MAX_AGE {
                    let message = format!("the age of {} years and {} months does not exist here", age.years, age.months);
                    self.fault(
                        "outside-age",
                        place.value(),
                        message,
                        "no such age",
                        format!("give 0 to {MAX_AGE} years and 0 to 11 months"),
                    );
                }
                if self.needs_age.is_none() {
                    self.needs_age = Some(format!("a transition of `{}` happens at an age", self.model.tracks[track].name));
                }
                Clock::Age(f64::from(age.years) + f64::from(age.months) / 12.0)
            }
            (hazard, dwell, age) => {
                let given = usize::from(hazard.is_some()) + usize::from(dwell.is_some()) + usize::from(age.is_some());
                let message =
                    format!("a transition happens by one of `hazard`, `dwell` and `at_age`; this one has {given} of them");
                let help = "`hazard`: a rate per year; `dwell`: a time in the state; `at_age`: on a birthday";
                self.fault("one-of", spot.key(), message, "exactly one", help);
                return None;
            }
        };
        let label = self.brought(track, raw, &from, &to, spot);
        Some(Transition { from, from_any, clock, to, gates, label })
    }

    fn from(&mut self, track: usize, raw: &RawFrom, spot: Spot<'_>) -> (Vec<usize>, bool) {
        let names = match raw {
            RawFrom::One(name) if name == "*" => {
                let states = self.model.tracks[track].states.iter().enumerate();
                return (states.filter(|(_, state)| !state.sink).map(|(id, _)| id).collect(), true);
            }
            RawFrom::One(name) => std::slice::from_ref(name),
            RawFrom::Many(names) => names,
        };
        if names.is_empty() {
            self.fault(
                "no-state",
                spot.value(),
                "this transition starts nowhere",
                "empty",
                "name a state, several states, or `\"*\"` for any",
            );
        }
        if names.len() > MAX {
            self.fault("too-many", spot.value(), format!("{} states are named", names.len()), "too many", "name each state once");
            return (Vec::new(), false);
        }
        let mut states = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let place = spot.index(index).value();
            let Some(state) = self.state_of(track, name, place) else { continue };
            if self.model.tracks[track].states[state].sink {
                let help = "a sink is never left: remove `sink = true` from the state, or this transition";
                self.fault("sink-left", place, format!("`{name}` is a sink, but this transition leaves it"), "a sink", help);
            }
            if states.contains(&state) {
                self.fault("defined-twice", place, format!("`{name}` is named twice"), "a second time", "name each state once");
            } else {
                states.push(state);
            }
        }
        (states, false)
    }

    /// State ids with shares, and the gate before each; no gates where none has one.
    fn to(&mut self, track: usize, raw: &RawTo, spot: Spot<'_>) -> (Vec<(usize, Expression)>, Vec<Option<usize>>) {
        match raw {
            RawTo::One(name) => {
                (self.state_of(track, name, spot.value()).map(|state| (state, number(1.0))).into_iter().collect(), Vec::new())
            }
            RawTo::Split(branches) => {
                let before = self.faults.len();
                let (mut split, mut gates) = (Vec::new(), Vec::new());
                for (name, branch) in branches {
                    let place = spot.at(name);
                    let share = match branch {
                        RawBranch::Share(share) => self.field(share, Field::share("this share"), place),
                        RawBranch::Gated(gated) => match &gated.share {
                            Some(share) => self.field(share, Field::share("this share"), place.at("share")),
                            None => number(1.0),
                        },
                    };
                    let gate = match branch {
                        RawBranch::Share(_) => None,
                        RawBranch::Gated(gated) => self.gate_of(track, &gated.gate, place.at("gate").value()),
                    };
                    if let Some(state) = self.state_of(track, name, place.key()) {
                        split.push((state, share));
                        gates.push(gate);
                    }
                }
                if self.faults.len() == before {
                    let shares: Vec<Expression> = split.iter().map(|(_, share)| share.clone()).collect();
                    self.split(&shares, spot.key());
                }
                if gates.iter().all(Option::is_none) {
                    gates.clear();
                }
                (split, gates)
            }
        }
    }

    fn dwell(&mut self, raw: &RawDwell, spot: Spot<'_>) -> Dwell {
        match raw {
            RawDwell::Exponential(law) => Dwell::Exponential {
                mean: self.field(&law.mean_years, Field::time("the mean time"), spot.at("exponential").at("mean_years")),
            },
            RawDwell::Weibull(law) => {
                let spot = spot.at("weibull");
                let scale = self.field(&law.scale_years, Field::time("the scale"), spot.at("scale_years"));
                Dwell::Weibull { scale, shape: self.field(&law.shape, Field::shape("the shape"), spot.at("shape")) }
            }
            RawDwell::Gamma(law) => {
                let spot = spot.at("gamma");
                let mean = self.field(&law.mean_years, Field::time("the mean time"), spot.at("mean_years"));
                Dwell::Gamma { mean, shape: self.field(&law.shape, Field::shape("the shape"), spot.at("shape")) }
            }
            RawDwell::Lognormal(law) => {
                let spot = spot.at("lognormal");
                let median = self.field(&law.median_years, Field::time("the median time"), spot.at("median_years"));
                Dwell::Lognormal { median, sigma: self.field(&law.sigma, Field::shape("the sigma"), spot.at("sigma")) }
            }
            RawDwell::Uniform(law) => {
                let spot = spot.at("uniform");
                let field = |what| Field::new(what, Unit::Years, Bound::NotNegative);
                let min = self.field(&law.min_years, field("the shortest time"), spot.at("min_years"));
                let max = self.field(&law.max_years, field("the longest time"), spot.at("max_years"));
                let width = Expression::Binary(Operator::Subtract, max.clone().into(), min.clone().into());
                self.law(&width, Bound::Positive, "the longest minus the shortest time", spot.at("max_years").value());
                Dwell::Uniform { min, max }
            }
            RawDwell::Fixed(law) => {
                let field = Field::new("the time", Unit::Years, Bound::NotNegative);
                Dwell::Fixed(self.field(&law.years, field, spot.at("fixed").at("years")))
            }
            RawDwell::Empirical(histogram) => {
                let spot = spot.at("empirical");
                let (edges, shares) = (&histogram.edges_years, &histogram.shares);
                let (edges_at, shares_at) = (spot.at("edges_years").value(), spot.at("shares").value());
                if edges.first().is_none_or(|first| *first < 0.0) || edges.windows(2).any(|pair| pair[0] >= pair[1]) {
                    self.fault(
                        "bad-histogram",
                        edges_at,
                        "the edges do not rise from 0 or more",
                        "these edges",
                        "such as `edges_years = [0, 0.5, 1, 2]`",
                    );
                }
                if edges.len() != shares.len() + 1 {
                    let message = format!(
                        "{} edges make {} bins, but there are {} shares",
                        edges.len(),
                        edges.len().saturating_sub(1),
                        shares.len()
                    );
                    self.fault("bad-histogram", shares_at, message, "these shares", "give one edge more than there are shares");
                } else if shares.iter().any(|share| *share < 0.0) {
                    self.fault("out-of-range", shares_at, "a share is negative", "these shares", "shares lie between 0 and 1");
                } else {
                    let shares: Vec<Expression> = shares.iter().map(|share| number(*share)).collect();
                    self.split(&shares, shares_at);
                }
                Dwell::Empirical { edges: edges.clone(), shares: shares.clone() }
            }
        }
    }

    fn initial(&mut self, track: usize, raw: &RawTrack, spot: Spot<'_>) {
        for (name, initial) in &raw.initial {
            let place = spot.at(name);
            // With tables the share is only a part of a probability; their product is held against the persons later.
            let bound = if initial.times.is_empty() { Bound::Share } else { Bound::NotNegative };
            let share = self.field(&initial.share, Field::new("this share", Unit::Share, bound), place.at("share"));
            let factors = self.factors(&initial.times, place.at("times"), Multiplied::Initial);
            self.unit_fits(factors.dimension, Unit::Share, "the tables that multiply a share", place.at("times").value());
            let elapsed = match &initial.elapsed {
                None => Elapsed::Years(number(0.0)),
                Some(RawElapsed::Stationary) => Elapsed::Stationary,
                Some(RawElapsed::Years(years)) => {
                    let field = Field::new("the elapsed time", Unit::Years, Bound::NotNegative);
                    Elapsed::Years(self.field(years, field, place.at("elapsed").at("years")))
                }
            };
            let labels = self.label_shares(track, name, initial, place);
            if let Some(state) = self.state_of(track, name, place.key()) {
                self.model.tracks[track].initial.push(Initial {
                    state,
                    share,
                    tables: factors.tables,
                    frail: factors.frail,
                    elapsed,
                    labels,
                });
            }
        }
    }
}
