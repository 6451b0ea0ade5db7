//! Scenarios: their measures, with those of their bases.

use super::{Checker, ScenarioFile, label};
use crate::model::compose;
use crate::model::raw::{Number, RawMeasure, RawRamp};
use crate::model::resolved::{Effect, Label, Measure, Scenario};
use crate::model::tree::Spot;
use indexmap::IndexMap;
use toml::value::Datetime;

/// Name of the scenario without measures that every model has.
pub const UNCHANGED: &str = "ongewijzigd-beleid";

/// Longest time in which a measure grows in, months.
const MAX_RAMP_MONTHS: u32 = 1_200;

impl Checker<'_> {
    /// All scenarios, sorted by name.
    pub(super) fn scenarios(&mut self, files: &[ScenarioFile<'_>]) {
        let own: Vec<Vec<Measure>> = files.iter().map(|file| self.measures(file)).collect();
        let mut scenarios = Vec::new();
        for (index, file) in files.iter().enumerate() {
            self.good_name("scenario", &file.name, true, file.spot.key());
            let mut measures = own[index].clone();
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
            self.effects_hold(file, &measures);
            let label = Label { nl: file.raw.label.nl.clone(), en: file.raw.label.en.clone() };
            let about = self.about(file.raw.about.as_ref(), file.spot.at("about"));
            scenarios.push(Scenario { name: file.name.clone(), label, about, base: file.raw.base.clone(), measures });
        }
        if !scenarios.iter().any(|scenario| scenario.name == UNCHANGED) {
            let label = Label { nl: "Ongewijzigd beleid".to_owned(), en: "Unchanged policy".to_owned() };
            scenarios.push(Scenario { name: UNCHANGED.to_owned(), label, about: None, base: None, measures: Vec::new() });
        }
        scenarios.sort_by(|a, b| a.name.cmp(&b.name));
        self.model.scenarios = scenarios;
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
        let origin = self.origin(raw.source.as_ref(), raw.grade);
        Measure { name: name.to_owned(), label: label(raw.label.as_ref(), name), start, ramp_months, effects, origin }
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
            let (expression, seen) = self.expression(value, place);
            let Some(id) = found else { continue };
            self.effect(id, effect, seen, place);
            into.push((id, effect, expression));
        }
    }

    /// A date on the model's clock: year + (day of the year - 1) / days in that year.
    pub(super) fn moment(&mut self, date: &Datetime, spot: Spot<'_>) -> f64 {
        let start = f64::from(self.model.first_year);
        let (Some(day), None, None) = (date.date, date.time, date.offset) else {
            self.fault(
                "bad-date",
                spot.value(),
                format!("`{date}` is not a day"),
                "not a day",
                "write a date without a time: `2024-01-01`",
            );
            return start;
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
            return start;
        }
        self.within_horizon(year, "the date", spot.value());
        let before: i32 = lengths[..month - 1].iter().sum::<i32>() + i32::from(day.day) - 1;
        f64::from(year) + f64::from(before) / if leap { 366.0 } else { 365.0 }
    }
}
