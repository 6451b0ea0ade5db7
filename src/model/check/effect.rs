//! What measures do: each effect in the unit of its parameter, and everything still in range with all of them at work.

use super::law::{Rule, at_corners};
use super::{Checker, ScenarioFile};
use crate::model::dimension::Dimension;
use crate::model::expression::Expression;
use crate::model::raw::Unit;
use crate::model::resolved::{Effect, Hazard, Measure, Rate};
use crate::model::tree::Spot;
use std::collections::BTreeSet;

impl Checker<'_> {
    /// Checks the unit of an effect, and that nothing reads the parameter that is the same in every scenario.
    pub(super) fn effect(&mut self, id: usize, effect: Effect, seen: Option<Dimension>, spot: Spot<'_>) {
        let unit = if effect == Effect::Scale { Unit::Factor } else { self.model.parameters[id].unit };
        let what = match effect {
            Effect::Set => "the new value",
            Effect::Scale => "the factor",
            Effect::Shift => "the addition",
        };
        if let Some(seen) = seen {
            self.unit_fits(seen, unit, what, spot.value());
        }
        if let Some((reader, why, help)) = self.steady_reader(id) {
            let message = format!("{reader} reads `{}`, so no measure can change it", self.model.parameters[id].name);
            self.fault("steady-parameter", spot.key(), message, why, help);
        }
    }

    /// What reads a parameter and cannot bend halfway, with a label and a remedy.
    fn steady_reader(&self, id: usize) -> Option<(String, &'static str, &'static str)> {
        let reads = |expression: &Expression| {
            let mut found = false;
            expression.parameters(&mut |parameter| found |= parameter == id);
            found
        };
        let model = &self.model;
        let trend = model.trends.iter().find(|trend| trend.growth.numbers().iter().any(reads)).map(|trend| {
            let help = "a trend runs from year to year and cannot bend halfway; change a parameter of the hazard instead";
            (format!("the trend `{}`", trend.name), "read by a trend", help)
        });
        let shock = model.shocks.iter().find(|shock| reads(&shock.sigma) || reads(&shock.persistence)).map(|shock| {
            let help = "shocks are the same in every scenario; change a parameter of the hazard or the cost instead";
            (format!("the shock `{}`", shock.name), "read by a shock", help)
        });
        let frailty = model.frailty.as_ref().filter(|frailty| reads(&frailty.household_share) || reads(frailty.law.spread()));
        let frailty = frailty.map(|_| {
            let help = "the same persons live in every scenario; change a parameter of the hazard instead";
            ("the frailty".to_owned(), "read by the frailty", help)
        });
        let people = self.demography_reader(&reads).map(|what| {
            let help = "the same persons live in every scenario; change a parameter of a track instead";
            (what, "read by who is here", help)
        });
        trend.or(shock).or(frailty).or(people)
    }

    /// What of demography and streams reads a parameter.
    fn demography_reader(&self, reads: &impl Fn(&Expression) -> bool) -> Option<String> {
        let (demography, streams) = (&self.model.demography, &self.model.streams);
        let hazard = |hazard: &Option<Hazard>| hazard.as_ref().is_some_and(|hazard| reads(&hazard.per_year));
        let birth = demography
            .birth
            .as_ref()
            .is_some_and(|birth| reads(&birth.hazard.per_year) || birth.newborn.iter().flat_map(|(_, shares)| shares).any(reads));
        let stream = streams.iter().find(|stream| match &stream.rate {
            Rate::PerYear(value) => reads(value),
            Rate::ByYear(values) => values.iter().any(reads),
            Rate::Sinusoidal { mean, amplitude, peak } => [mean, amplitude, peak].into_iter().any(reads),
        });
        let own = [("death", hazard(&demography.death)), ("leave", hazard(&demography.leave)), ("birth", birth)];
        let own = own.into_iter().find(|(_, found)| *found).map(|(what, _)| format!("`demography.{what}`"));
        own.or_else(|| stream.map(|stream| format!("the stream `{}`", stream.name)))
    }

    /// Every law must hold with the measures of a scenario, as they come one after another. Reported where the scenario's own
    /// file changes a parameter of the law; what its bases alone break is reported there.
    pub(super) fn effects_hold(&mut self, file: &ScenarioFile<'_>, measures: &[Measure]) {
        let mut order: Vec<&Measure> = measures.iter().collect();
        order.sort_by(|a, b| a.start.total_cmp(&b.start));
        let changed: BTreeSet<usize> = effects(&order).map(|(id, ..)| *id).collect();
        let mut found: Vec<(usize, String)> = Vec::new();
        for (number, law) in self.laws.iter().enumerate() {
            let own = file.raw.measure.values().any(|measure| {
                let names = measure.set.keys().chain(measure.scale.keys()).chain(measure.shift.keys());
                names.into_iter().any(|name| law.parameters.iter().any(|&id| self.model.parameters[id].name == *name))
            });
            if !own {
                continue;
            }
            let mut ids = law.parameters.clone();
            for (_, _, value) in effects(&order).filter(|(id, ..)| law.parameters.contains(id)) {
                value.parameters(&mut |id| ids.push(id));
            }
            ids.sort_unstable();
            ids.dedup();
            let mut message = None;
            at_corners(&self.model.parameters, &ids, &mut |values| {
                for begun in 1..=order.len() {
                    if message.is_none() {
                        message = law.rule.broken(&with(values, &order[..begun], &changed));
                    }
                }
            });
            found.extend(message.map(|message| (number, message)));
        }
        let mut told = BTreeSet::new();
        for (number, message) in found {
            let law = &self.laws[number];
            let help = match law.rule {
                Rule::Split(_) => "shares that a measure changes must be written so that they always sum to one: `\"1 - a - b\"`",
                Rule::Range { .. } => "weaken the effect, or use `set` with a value inside the range",
            };
            let mut names = law.parameters.iter().map(|&id| self.model.parameters[id].name.as_str());
            let Some(spot) = names.find_map(|name| effect_spot(file, name)) else { continue };
            if told.insert(spot.key().span.start) {
                let code = law.rule.code();
                self.fault(code, &spot.value().clone(), format!("with this measure, {message}"), "this effect", help);
            }
        }
    }
}

/// All effects of some measures.
fn effects<'m>(measures: &'m [&Measure]) -> impl Iterator<Item = &'m (usize, Effect, Expression)> {
    measures.iter().flat_map(|measure| &measure.effects)
}

/// Parameter values with measures fully at work: all `set`, then all `scale`, then all `shift`.
fn with(values: &[f64], measures: &[&Measure], changed: &BTreeSet<usize>) -> Vec<f64> {
    let mut result = values.to_vec();
    for &id in changed {
        for kind in [Effect::Set, Effect::Scale, Effect::Shift] {
            for (_, _, value) in effects(measures).filter(|(other, effect, _)| *other == id && *effect == kind) {
                let value = value.value(values);
                result[id] = match kind {
                    Effect::Set => value,
                    Effect::Scale => result[id] * value,
                    Effect::Shift => result[id] + value,
                };
            }
        }
    }
    result
}

/// Where a scenario's own file changes a parameter.
fn effect_spot<'t>(file: &ScenarioFile<'t>, parameter: &str) -> Option<Spot<'t>> {
    file.raw.measure.iter().find_map(|(name, measure)| {
        let spot = file.spot.at("measure").at(name);
        let part = [("set", &measure.set), ("scale", &measure.scale), ("shift", &measure.shift)];
        part.into_iter().find(|(_, values)| values.contains_key(parameter)).map(|(key, _)| spot.at(key).at(parameter))
    })
}
