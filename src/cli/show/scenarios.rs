//! Scenarios and their measures.

use super::{Section, Show};
use crate::cli::text::fill;
use crate::model::{Effect, Expression, Measure, date};

impl Show<'_> {
    /// The scenarios that were asked for, each with all its measures.
    pub(super) fn measures(&self) -> Section {
        let texts = &self.texts.show;
        let mut section = Section::new(&texts.scenarios);
        for &id in &self.scenarios {
            let scenario = &self.model.scenarios[id];
            section.add(0, &format!("{} (`{}`)", self.language.pick(&scenario.label), scenario.name));
            if let Some(about) = &scenario.about {
                section.about(2, self.language.pick(about));
            }
            if scenario.measures.is_empty() {
                section.add(2, &texts.no_measures);
            }
            for measure in &scenario.measures {
                section.add(2, &self.measure(measure));
                section.add(4, &self.origin_of(measure.origin.as_ref()));
            }
        }
        section
    }

    fn measure(&self, measure: &Measure) -> String {
        let texts = &self.texts.show;
        let words = [("label", self.language.pick(&measure.label)), ("start", &date(measure.start))];
        let mut parts = vec![fill(&texts.measure, &words)];
        if measure.ramp_months > 0 {
            parts.push(fill(&texts.ramp, &[("months", &measure.ramp_months.to_string())]));
        }
        parts.extend(self.effects(measure));
        format!("{}.", parts.join("; "))
    }

    /// What a measure does to each parameter.
    pub(super) fn effects(&self, measure: &Measure) -> Vec<String> {
        let texts = &self.texts.show;
        let said = |(id, effect, value): &(usize, Effect, Expression)| {
            let text = match effect {
                Effect::Set => &texts.set,
                Effect::Scale => &texts.scale,
                Effect::Shift => &texts.shift,
            };
            fill(text, &[("name", &self.model.parameters[*id].name), ("value", &self.value(value))])
        };
        measure.effects.iter().map(said).collect()
    }
}
