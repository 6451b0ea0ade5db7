//! Knowledge: which of the beliefs about a parameter a scenario reads. Evidence that came after the year of a scenario has no part in it.

use super::resolved::{Measure, Model, Scenario};
use std::ops::RangeInclusive;

/// Calendar years that knowledge may be of.
pub const KNOWLEDGE: RangeInclusive<i32> = 1900..=2200;

impl Model {
    /// The parameter that `id` is a belief about: another if it is what was believed before, else itself.
    pub fn subject(&self, id: usize) -> usize {
        self.parameters[id].until.map_or(id, |(subject, _)| subject)
    }

    /// Id of what is believed about the parameter that `id` is a belief about, with the knowledge of a calendar year; without a year, with
    /// all that is known now.
    pub fn believed(&self, id: usize, knowledge: Option<i32>) -> usize {
        let subject = self.subject(id);
        let Some(year) = knowledge else { return subject };
        let before = self.parameters.iter().enumerate().filter_map(|(id, parameter)| Some((id, parameter.until?)));
        let still = before.filter(|&(_, (of, until))| of == subject && year <= until);
        still.min_by_key(|&(_, (_, until))| until).map_or(subject, |(id, _)| id)
    }

    /// Some measures as they are with the knowledge of a calendar year.
    pub(super) fn known(&self, measures: &[Measure], knowledge: Option<i32>) -> Vec<Measure> {
        let mut measures = measures.to_vec();
        let believed = |id| self.believed(id, knowledge);
        for measure in &mut measures {
            measure.effects.iter_mut().for_each(|(_, _, value)| value.rename(&believed));
            measure.strength = measure.strength.map(believed);
        }
        measures
    }

    /// Years of knowledge that tell some measures apart, and that of now.
    pub(super) fn readings(&self, measures: &[Measure]) -> Vec<Option<i32>> {
        let mut read = vec![false; self.parameters.len()];
        for (_, _, value) in measures.iter().flat_map(|measure| &measure.effects) {
            value.parameters(&mut |id| read[self.subject(id)] = true);
        }
        let mut years: Vec<Option<i32>> = self
            .parameters
            .iter()
            .filter_map(|parameter| parameter.until)
            .filter(|&(of, _)| read[of])
            .map(|(_, year)| Some(year))
            .collect();
        years.push(None);
        years.sort_unstable();
        years.dedup();
        years
    }
}

impl Scenario {
    /// The same with the knowledge of a calendar year.
    #[must_use]
    pub(super) fn with_knowledge(mut self, model: &Model, knowledge: Option<i32>) -> Self {
        self.measures = model.known(&self.measures, knowledge);
        self.terms.knowledge = knowledge;
        self
    }
}
