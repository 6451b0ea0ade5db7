//! Gates: what stands before a state, whom it turns away, and how they come back.

use super::field::{Bound, Field};
use super::{Checker, FREE, label};
use crate::model::expression::{Expression, Operator};
use crate::model::fault::Place;
use crate::model::raw::{AppliesTo, RawGate, RawRelapse, RawTrack, RawVariant, RawWindow, Then, Unit};
use crate::model::resolved::{Gate, Layer, Relapse, Variant, YearFactors};
use crate::model::tree::Spot;

impl Checker<'_> {
    /// The gates of a track, before its transitions, which name them.
    pub(super) fn gates(&mut self, track: usize, raw: &RawTrack, spot: Spot<'_>) {
        for (name, gate) in &raw.gate {
            let gate = self.gate(track, name, gate, spot.at(name));
            self.model.tracks[track].gates.push(gate);
        }
    }

    /// Id of a gate of a track.
    pub(super) fn gate_of(&mut self, track: usize, name: &str, place: &Place) -> Option<usize> {
        let track = &self.model.tracks[track];
        let kind = format!("gate of `{}`", track.name);
        let known: Vec<String> = track.gates.iter().map(|gate| gate.name.clone()).collect();
        self.find(&kind, name, known.iter().map(String::as_str), place)
    }

    fn gate(&mut self, track: usize, name: &str, raw: &RawGate, spot: Spot<'_>) -> Gate {
        self.good_name("gate", name, true, spot.key());
        let to = self.state_of(track, &raw.to, spot.at("to").value());
        let relapses = raw.variant.values().any(|variant| variant.relapse.is_some());
        if let Some(to) = to.filter(|_| relapses) {
            let place = spot.at("to").value();
            self.holds(track, to, "the diverted relapse from it", place);
        }
        let applies = match &raw.applies_to {
            None => vec![AppliesTo::New],
            Some(list) => list.clone(),
        };
        for (index, one) in applies.iter().enumerate().filter(|(index, one)| applies[..*index].contains(one)) {
            let message = format!("`{}` is named twice", word(*one));
            self.fault("defined-twice", spot.at("applies_to").index(index).value(), message, "a second time", "name it once");
        }
        if applies.is_empty() {
            let help = "name one or more of `new`, `renewal` and `running`, or remove the key: `new` is the default";
            self.fault("no-request", spot.at("applies_to").value(), format!("`{name}` applies to nothing"), "empty", help);
        }
        let running = match (&raw.running, applies.contains(&AppliesTo::Running)) {
            (Some(window), true) => Some(self.window(window, spot.at("running"))),
            (None, false) => None,
            (Some(_), false) => {
                let help = "add \"running\" to `applies_to`, or remove the period";
                let message = format!("`{name}` has a period, but does not apply to `running`");
                self.fault("gate-running", spot.at("running").key(), message, "not used", help);
                None
            }
            (None, true) => {
                let help = "say when they are asked: `running = { from = 2025-01-01, until = 2026-01-01 }`";
                let message = format!("`{name}` applies to those already behind it, but has no period");
                self.fault("gate-running", spot.at("applies_to").value(), message, "when?", help);
                None
            }
        };
        let place = spot.at("variant");
        if raw.variant.is_empty() {
            let help = "give at least one: `[track.….gate.….variant.standaard]` with `reach` and `success`";
            self.fault("no-variant", place.key(), format!("the gate `{name}` has no variant"), "no variant", help);
        }
        let before = self.faults.len();
        let variants: Vec<Variant> =
            raw.variant.iter().map(|(name, variant)| self.variant(track, name, variant, place.at(name))).collect();
        let sum = variants
            .iter()
            .map(|variant| variant.reach.clone())
            .reduce(|sum, reach| Expression::Binary(Operator::Add, sum.into(), reach.into()));
        if let Some(sum) = sum.filter(|_| variants.len() > 1 && self.faults.len() == before) {
            self.law(&sum, Bound::Share, "the reach of all variants together", place.key());
        }
        Gate {
            name: name.to_owned(),
            label: label(raw.label.as_ref(), name),
            to: to.unwrap_or(0),
            layer: raw.layer.unwrap_or(Layer::Maatwerk),
            new: applies.contains(&AppliesTo::New),
            renewal: applies.contains(&AppliesTo::Renewal),
            running,
            runs_out: raw.running.as_ref().is_some_and(|window| window.runs_out),
            variants,
        }
    }

    /// A state in which a clock of a gate runs: it must be one that people leave, and in which no need arises.
    fn holds(&mut self, track: usize, state: usize, why: &str, place: &Place) {
        let spec = &self.model.tracks[track].states[state];
        let (name, sink) = (spec.name.clone(), spec.sink);
        if sink {
            let help = "a sink is never left: remove `sink = true` from the state, or choose another";
            self.fault("sink-left", place, format!("`{name}` is a sink, but {why}"), "a sink", help);
        }
        if self.model.tracks[track].free == Some(state) {
            let message = format!("`{FREE}` is where needs arise, but {why}");
            let help = "give them a state of their own; without a layer it lies outside the pyramid: `hersteld = {}`";
            self.fault("gate-free", place, message, "two clocks", help);
        }
    }

    fn window(&mut self, raw: &RawWindow, spot: Spot<'_>) -> (f64, f64) {
        let (from, until) = (self.moment(&raw.from, spot.at("from")), self.moment(&raw.until, spot.at("until")));
        if until <= from {
            let message = "the period ends before it begins";
            self.fault("bad-period", spot.at("until").value(), message, "too early", "give a later day");
        }
        (from, until)
    }

    fn variant(&mut self, track: usize, name: &str, raw: &RawVariant, spot: Spot<'_>) -> Variant {
        self.good_name("variant", name, true, spot.key());
        let reach = self.field(&raw.reach, Field::share("the reach"), spot.at("reach"));
        let success = self.field(&raw.success, Field::share("the success"), spot.at("success"));
        let relapse = raw.relapse.as_ref().map(|relapse| self.relapse(track, relapse, spot.at("relapse")));
        let delay = raw.delay.as_ref().and_then(|delay| {
            let place = spot.at("delay");
            let field = Field::new("the delay", Unit::Years, Bound::NotNegative);
            let years = self.field(&delay.years, field, place.at("years"));
            let state = self.state_of(track, &delay.state, place.at("state").value())?;
            self.holds(track, state, "those who wait in it leave it", place.at("state").value());
            Some((state, years))
        });
        let cost = spot.at("cost");
        let mut amount = |given, key, what| {
            let field = Field::new(what, Unit::Euro, Bound::NotNegative);
            Option::map(given, |number| self.field(number, field, cost.at(key)))
        };
        let given = raw.cost.as_ref();
        let reached = given.and_then(|cost| cost.euro_per_reached.as_ref());
        let cost_per_reached = amount(reached, "euro_per_reached", "the cost per request reached");
        let diverted = given.and_then(|cost| cost.euro_per_diverted.as_ref());
        let cost_per_diverted = amount(diverted, "euro_per_diverted", "the cost per request diverted");
        let cost_times = given.map_or_else(YearFactors::default, |given| self.year_factors(&given.times, cost.at("times")));
        if let Some(given) = given {
            self.price_year(given.price_year, cost.at("price_year"));
            if cost_per_reached.is_none() && cost_per_diverted.is_none() {
                let help = "give `euro_per_reached` or `euro_per_diverted`, or remove `cost`";
                self.fault("no-amount", cost.key(), format!("the cost of `{name}` holds no amount"), "no amount", help);
            }
        }
        Variant {
            name: name.to_owned(),
            label: label(raw.label.as_ref(), name),
            reach,
            success,
            relapse,
            delay,
            cost_per_reached,
            cost_per_diverted,
            cost_times,
            price_year: given.map_or(self.model.prices.constant_year, |cost| cost.price_year),
        }
    }

    fn relapse(&mut self, track: usize, raw: &RawRelapse, spot: Spot<'_>) -> Relapse {
        let place = spot.at("still_without_service_after_years");
        let mut still: Vec<(f64, Expression)> = Vec::new();
        for (key, share) in &raw.still_without_service_after_years {
            let share = self.field(share, Field::share("the share still without service"), place.at(key));
            let years = key.parse().unwrap_or(f64::NAN);
            let before = still.last().map_or(0.0, |(before, _)| *before);
            // Not a number fails as well.
            if !(years > before && years <= 100.0) {
                let message = format!("`{key}` is no number of years above {before}");
                let help = "give rising numbers of years, with quotes around a broken one: `{ \"0.5\" = 0.7, 1 = 0.8 }`";
                self.fault("bad-knots", place.at(key).key(), message, "this time", help);
            }
            still.push((years, share));
        }
        if still.is_empty() {
            let help = "give the share after at least one number of years: `{ 1 = 0.5 }`; or remove `relapse`";
            self.fault("bad-knots", place.key(), "the relapse curve is empty", "empty", help);
        }
        if raw.then == Then::Onset && self.model.tracks[track].free.is_none() {
            let message = format!("after the relapse curve a need arises again, but the track has no `{FREE}`");
            let help = format!("add the state `{FREE}`, or use `then = \"plateau\"` or `then = \"hazard\"`");
            self.fault("gate-onset", spot.at("then").value(), message, "from where?", help);
        }
        Relapse { still, then: raw.then }
    }

    /// Every gate stands before some state, leads elsewhere, and not in a circle of gates.
    pub(super) fn gates_lead_somewhere(&mut self, track: usize, spot: Spot<'_>) {
        let track = &self.model.tracks[track];
        let gates = 0..track.gates.len();
        let behind: Vec<Vec<usize>> =
            gates.clone().map(|gate| track.transitions.iter().flat_map(|transition| transition.behind(gate)).collect()).collect();
        let mut found = Vec::new();
        for (id, gate) in track.gates.iter().enumerate() {
            let place = spot.at(&gate.name);
            let name = &gate.name;
            if behind[id].is_empty() {
                let message = format!("no transition of `{}` passes the gate `{name}`", track.name);
                let help = format!("put it before a state: `to = {{ … = {{ share = …, gate = \"{name}\" }} }}`, or remove it");
                found.push(("unused-gate", place.key().clone(), message, "never passed", help));
            }
            let mut ends = vec![(gate.to, place.at("to"))];
            for variant in &gate.variants {
                let place = place.at("variant").at(&variant.name).at("delay").at("state");
                ends.extend(variant.delay.iter().map(|(state, _)| (*state, place)));
            }
            for (state, place) in ends.into_iter().filter(|(state, _)| behind[id].contains(state)) {
                let message = format!("`{name}` leads to `{}`, before which it stands itself", track.states[state].name);
                let help = "a gate keeps people from the states behind it: lead them to another state".to_owned();
                found.push(("gate-to-itself", place.value().clone(), message, "behind the gate", help));
            }
        }
        if found.is_empty() {
            let next = |gate: usize| -> Vec<usize> {
                gates.clone().filter(|&other| behind[other].contains(&track.gates[gate].to)).collect()
            };
            let returns = |start: usize| {
                let (mut seen, mut rest) = (vec![false; track.gates.len()], next(start));
                while let Some(gate) = rest.pop() {
                    if !std::mem::replace(&mut seen[gate], true) {
                        rest.extend(next(gate));
                    }
                }
                seen[start]
            };
            if let Some(gate) = gates.clone().find(|&gate| returns(gate)) {
                let name = &track.gates[gate].name;
                let message = format!("the gate `{name}` leads behind another gate, and so back to itself");
                let help = "let one of these gates lead to a state that is behind none of them".to_owned();
                found.push(("gate-cycle", spot.at(name).at("to").value().clone(), message, "a circle", help));
            }
        }
        for (code, place, message, label, help) in found {
            self.fault(code, &place, message, label, help);
        }
    }
}

fn word(applies: AppliesTo) -> &'static str {
    match applies {
        AppliesTo::New => "new",
        AppliesTo::Renewal => "renewal",
        AppliesTo::Running => "running",
    }
}
