//! Scenarios, each with the measures that it adds to the one it starts from.

use super::Page;
use super::homes::Home;
use super::markdown::Column;
use crate::cli::text::fill;
use crate::model::{Measure, Scenario, date};

impl<'a> Page<'a> {
    /// The scenarios that were asked for.
    pub(super) fn scenarios(&mut self) {
        let show = self.show;
        self.document.heading(2, &show.texts.show.scenarios);
        for &id in &show.scenarios {
            self.scenario(&show.model.scenarios[id]);
        }
        self.numbers(Home::Measures);
    }

    fn scenario(&mut self, scenario: &'a Scenario) {
        let (show, texts) = (self.show, self.texts);
        self.document.heading(3, &self.titled(&scenario.name, &scenario.label));
        self.about(scenario.about.as_ref());
        let base = show.model.scenarios.iter().find(|other| scenario.base.as_ref() == Some(&other.name));
        if let Some(base) = base.filter(|base| !base.measures.is_empty()) {
            self.document.text(&fill(&texts.on_top_of, &[("base", show.language.pick(&base.label))]));
        }
        let inherited = |measure: &&Measure| base.is_some_and(|base| base.measures.contains(measure));
        let own: Vec<&Measure> = scenario.measures.iter().filter(|measure| !inherited(measure)).collect();
        if own.is_empty() {
            self.document.text(&show.texts.show.no_measures);
        }
        let rows: Vec<Vec<String>> = own.into_iter().map(|measure| self.measure(measure)).collect();
        let columns = [&texts.measure, &texts.start, &texts.ramp, &texts.effect, &texts.grade, &texts.source];
        self.document.table(&columns.map(|name| Column::words(name)), &rows);
    }

    fn measure(&self, measure: &Measure) -> Vec<String> {
        let (show, texts) = (self.show, self.texts);
        let ramp = match measure.ramp_months {
            0 => texts.at_once.clone(),
            months => fill(&texts.months, &[("months", &months.to_string())]),
        };
        let label = show.language.pick(&measure.label).to_owned();
        let what = [label, date(measure.start), ramp, show.effects(measure).join("; ")];
        what.into_iter().chain(self.origin_of(measure.origin.as_ref())).collect()
    }
}
