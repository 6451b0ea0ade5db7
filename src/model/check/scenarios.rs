//! Scenarios: their measures, with those of their bases.

use super::{Checker, ScenarioFile, label};
use crate::model::compose;
use crate::model::raw::{Number, RawMeasure, RawRamp};
use crate::model::resolved::{Effect, Label, Measure, Scenario, Terms};
use crate::model::tree::Spot;
use indexmap::IndexMap;
use toml::value::Datetime;

/// Name of the scenario without measures that every model has.
pub const UNCHANGED: &str = "ongewijzigd-beleid";

/// Longest time in which a measure grows in, months.
const MAX_RAMP_MONTHS: u32 = 1_200;

/// Most years by which measures can be put off.
const MAX_LATER: f64 = 50.0;

impl Checker<'_> {
    /// All scenarios, sorted by name.
    pub(super) fn scenarios(&mut self, files: &[ScenarioFile<'_>]) {
        let own: Vec<Vec<Measure>> = files.iter().map(|file| self.measures(file)).collect();
        let own_terms: Vec<Terms> = files.iter().map(|file| self.terms(file)).collect();
        let mut scenarios = Vec::new();
        for (index, file) in files.iter().enumerate() {
            self.good_name("scenario", &file.name, true, file.spot.key());
            let (mut measures, mut terms) = (own[index].clone(), own_terms[index].clone());
            for base in self.bases(files, index) {
                let (added, clashes) = compose::join(&measures, &own[base]);
                for name in clashes {
                    let place = file.spot.at("measure").at(&name).key().clone();
                    let message = format!("the base `{}` has another measure `{name}`", files[base].name);
                    self.fault(
                        "measure-clash",
                        &place,
                        message,
                        "another one in the base",
                        "give it another name, or make them equal",
                    );
                }
                measures = added;
                let knowledge = terms.knowledge;
                terms = terms.joined(&own_terms[base]);
                // What a scenario says itself goes before what its base says.
                terms.knowledge = knowledge.or(terms.knowledge);
            }
            if let Some((first, second, parameter)) = compose::double_set(&measures) {
                let place = [&second, &first]
                    .into_iter()
                    .find(|name| file.raw.measure.contains_key(*name))
                    .map_or(file.spot.key(), |name| file.spot.at("measure").at(name).key())
                    .clone();
                let message = format!("`{first}` and `{second}` both set `{}`", self.model.parameters[parameter].name);
                self.fault(
                    "set-twice",
                    &place,
                    message,
                    "sets it differently",
                    "keep one `set`; use `scale` or `shift` for effects on top of each other",
                );
            }
            let faults = self.faults.len();
            for knowledge in self.model.readings(&measures) {
                // What is at fault with any knowledge is told once.
                if self.faults.len() == faults {
                    self.effects_hold(file, &self.model.known(&measures, knowledge));
                }
            }
            let label = Label { nl: file.raw.label.nl.clone(), en: file.raw.label.en.clone() };
            let about = self.about(file.raw.about.as_ref(), file.spot.at("about"));
            let (base, knowledge) = (file.raw.base.clone(), terms.knowledge);
            let scenario = Scenario { name: file.name.clone(), label, about, base, measures, terms };
            scenarios.push(scenario.with_knowledge(&self.model, knowledge));
        }
        if !scenarios.iter().any(|scenario| scenario.name == UNCHANGED) {
            let label = Label { nl: "Ongewijzigd beleid".to_owned(), en: "Unchanged policy".to_owned() };
            let (measures, terms) = (Vec::new(), Terms::default());
            scenarios.push(Scenario { name: UNCHANGED.to_owned(), label, about: None, base: None, measures, terms });
        }
        scenarios.sort_by(|a, b| a.name.cmp(&b.name));
        self.model.scenarios = scenarios;
    }

    /// What a scenario itself says of money and of what is known.
    fn terms(&mut self, file: &ScenarioFile<'_>) -> Terms {
        let (raw, spot) = (&file.raw, file.spot);
        let mut domains = |names: &[String], key: &str| -> Vec<usize> {
            let spot = spot.at(key);
            let mut found: Vec<usize> =
                names.iter().enumerate().filter_map(|(at, name)| self.plan_domain_of(name, spot.index(at))).collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        let (investments, implicit) = (domains(&raw.investments, "investments"), domains(&raw.implicit, "implicit"));
        let known: Vec<String> = self.model.contracts.iter().map(|contract| contract.name.clone()).collect();
        let mut contracts = Vec::new();
        for (at, name) in raw.contracts.iter().enumerate() {
            let place = spot.at("contracts").index(at).value();
            contracts.extend(self.find("contract", name, known.iter().map(String::as_str), place));
        }
        contracts.sort_unstable();
        contracts.dedup();
        let later_years = raw.later_years.unwrap_or(0.0);
        if !(0.0..=MAX_LATER).contains(&later_years) {
            let message = format!("measures cannot start {later_years} years later");
            let help = format!("give 0 to {MAX_LATER} years");
            self.fault("out-of-range", spot.at("later_years").value(), message, "out of range", help);
        }
        let task = self.amounts_of(&raw.task, -super::accounts::MOST, spot.at("task"));
        if (!raw.task.is_empty() || raw.one_off) && self.model.plan.is_none() {
            let key = if raw.one_off { "one_off" } else { "task" };
            let help = "describe the plan under `[plan]`, or leave this out";
            self.fault("no-plan", spot.at(key).key(), "the model has no plan that this could be part of", "no plan", help);
        }
        Terms { knowledge: raw.knowledge, investments, one_off: raw.one_off, implicit, contracts, later_years, task }
    }

    /// The scenarios that one starts from, nearest first; a fault if there is none of that name or they form a cycle.
    fn bases(&mut self, files: &[ScenarioFile<'_>], index: usize) -> Vec<usize> {
        let (mut chain, mut at) = (Vec::new(), index);
        while let Some(base) = &files[at].raw.base {
            let known = files.iter().map(|file| file.name.as_str());
            let known = known.chain((!files.iter().any(|file| file.name == UNCHANGED)).then_some(UNCHANGED));
            let place = files[at].spot.at("base").value();
            let found =
                if at == index { self.find("scenario", base, known, place) } else { known.clone().position(|name| name == base) };
            // The scenario that every model has stands behind those with a file.
            let Some(next) = found.filter(|next| *next < files.len()) else { break };
            if next == index {
                let through: Vec<&str> = chain.iter().map(|&id: &usize| files[id].name.as_str()).collect();
                let message = match through.as_slice() {
                    [] => format!("the scenario `{base}` extends itself"),
                    names => format!("the scenario `{}` extends itself, through {}", files[index].name, names.join(" and ")),
                };
                self.fault(
                    "scenario-cycle",
                    files[index].spot.at("base").value(),
                    message,
                    "its own base",
                    "let one of them start from another scenario, or from none",
                );
                break;
            }
            if chain.contains(&next) {
                break;
            }
            chain.push(next);
            at = next;
        }
        chain
    }

    /// The measures that a scenario itself lists, sorted by name.
    fn measures(&mut self, file: &ScenarioFile<'_>) -> Vec<Measure> {
        let mut measures: Vec<Measure> =
            file.raw.measure.iter().map(|(name, raw)| self.measure(name, raw, file.spot.at("measure").at(name))).collect();
        measures.sort_by(|a, b| a.name.cmp(&b.name));
        measures
    }

    fn measure(&mut self, name: &str, raw: &RawMeasure, spot: Spot<'_>) -> Measure {
        self.good_name("measure", name, true, spot.key());
        if let Some(citation) = &raw.source {
            self.cite(citation, spot.at("source"));
        }
        let start = match &raw.start {
            Some(date) => self.moment(date, spot.at("start")),
            None => f64::from(self.model.first_year),
        };
        let ramp_months = match raw.ramp {
            Some(RawRamp::LinearMonths(months)) => {
                if months > MAX_RAMP_MONTHS {
                    let message = format!("the measure grows in over {months} months");
                    self.fault(
                        "out-of-range",
                        spot.at("ramp").at("linear_months").value(),
                        message,
                        "too long",
                        format!("give at most {MAX_RAMP_MONTHS} months"),
                    );
                }
                months
            }
            None => 0,
        };
        let mut effects = Vec::new();
        self.effects(Effect::Set, &raw.set, spot.at("set"), &mut effects);
        self.effects(Effect::Scale, &raw.scale, spot.at("scale"), &mut effects);
        self.effects(Effect::Shift, &raw.shift, spot.at("shift"), &mut effects);
        if raw.set.is_empty() && raw.scale.is_empty() && raw.shift.is_empty() {
            let help = "change a parameter: `set = { parameter = 0.5 }`, or `scale` or `shift`; or remove the measure";
            self.fault("no-effect", spot.key(), format!("the measure `{name}` changes nothing"), "no effect", help);
        }
        let names: Vec<String> = self.model.parameters.iter().map(|parameter| parameter.name.clone()).collect();
        let strength = raw.strength.as_ref();
        let strength =
            strength.and_then(|name| self.find("parameter", name, names.iter().map(String::as_str), spot.at("strength").value()));
        if let Some(id) = strength {
            let mut read = false;
            for (_, _, value) in &effects {
                value.parameters(&mut |parameter| read |= parameter == id);
            }
            if !read {
                let message = format!("no effect of the measure reads `{}`", names[id]);
                let help = "name the parameter that its effects are an expression of";
                self.fault("strength-unused", spot.at("strength").value(), message, "not read", help);
            }
        }
        Measure {
            name: name.to_owned(),
            label: label(raw.label.as_ref(), name),
            start,
            ramp_months,
            effects,
            domain: raw.domain.as_ref().and_then(|name| self.plan_domain_of(name, spot.at("domain"))),
            strength,
            seen: raw.seen.as_ref().map(super::accounts::said),
            origin: self.origin(raw.source.as_ref(), raw.grade),
        }
    }

    fn effects(
        &mut self,
        effect: Effect,
        raw: &IndexMap<String, Number>,
        spot: Spot<'_>,
        into: &mut Vec<(usize, Effect, super::Expression)>,
    ) {
        for (name, value) in raw {
            let place = spot.at(name);
            let names: Vec<String> = self.model.parameters.iter().map(|parameter| parameter.name.clone()).collect();
            let found = self.find("parameter", name, names.iter().map(String::as_str), place.key());
            self.in_measure = true;
            let (expression, seen) = self.expression(value, place);
            self.in_measure = false;
            let Some(id) = found else { continue };
            self.effect(id, effect, seen, place);
            into.push((id, effect, expression));
        }
    }

    /// A date of the model, on its clock: year + (day of the year - 1) / days in that year.
    pub(super) fn moment(&mut self, date: &Datetime, spot: Spot<'_>) -> f64 {
        let Some(moment) = self.day(date, spot) else { return f64::from(self.model.first_year) };
        self.within_horizon(moment as i32, "the date", spot.value());
        moment
    }

    /// Any date on the model's clock.
    pub(super) fn day(&mut self, date: &Datetime, spot: Spot<'_>) -> Option<f64> {
        let (Some(day), None, None) = (date.date, date.time, date.offset) else {
            self.fault(
                "bad-date",
                spot.value(),
                format!("`{date}` is not a day"),
                "not a day",
                "write a date without a time: `2024-01-01`",
            );
            return None;
        };
        let year = i32::from(day.year);
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let month = usize::from(day.month);
        if !(1..=12).contains(&month) || day.day == 0 || i32::from(day.day) > lengths[month - 1] {
            self.fault(
                "bad-date",
                spot.value(),
                format!("`{date}` is not a day of the calendar"),
                "no such day",
                "check the day and the month",
            );
            return None;
        }
        let before: i32 = lengths[..month - 1].iter().sum::<i32>() + i32::from(day.day) - 1;
        Some(f64::from(year) + f64::from(before) / if leap { 366.0 } else { 365.0 })
    }
}
