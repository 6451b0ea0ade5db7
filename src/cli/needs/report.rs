//! What must be true, for a terminal of 80 columns.

use crate::analysis::needs::{Need, Needs, Strength};
use crate::cli::language::Language;
use crate::cli::number::{Amounts, figures, significant, whole, written};
use crate::cli::table::{STYLE, amounts_unit, drawn};
use crate::cli::text::{Texts, fill, paragraph, wrapped};
use crate::model::{Model, Plan, Unit};
use comfy_table::Table;

/// Columns for the name of a measure.
const NAME: usize = 26;

/// What there is to tell.
pub(super) struct Report<'a> {
    /// The model.
    pub(super) model: &'a Model,
    /// Its plan.
    pub(super) plan: &'a Plan,
    /// Index of the scenario.
    pub(super) scenario: usize,
    /// Calendar year.
    pub(super) year: i32,
    /// What came out.
    pub(super) found: &'a Needs,
    /// The reader's language.
    pub(super) language: Language,
    /// Texts in that language.
    pub(super) texts: &'a Texts,
}

impl Report<'_> {
    /// The whole of it.
    pub(super) fn text(&self) -> String {
        let texts = &self.texts.needs;
        let words = [
            ("scenario", self.language.pick(&self.model.scenarios[self.scenario].label)),
            ("plan", self.language.pick(&self.plan.label)),
            ("year", &self.year.to_string()),
            ("members", &whole(self.found.members as usize, self.language)),
            ("unit", amounts_unit(self.texts, Amounts::Million)),
            ("prices", &self.model.prices.constant_year.to_string()),
        ];
        let told = |sentences: &str| paragraph(&fill(sentences, &words));
        let mut text = told(&texts.title) + &told(&texts.rule);
        for (id, domain) in self.plan.domains.iter().enumerate() {
            let here: Vec<&Need> = self.found.list.iter().filter(|need| need.domain == id).collect();
            let Some(first) = here.first() else { continue };
            let place = significant(first.saving.0, first.saving.1.unwrap_or(f64::NAN));
            let amounts = [
                ("domain", self.language.pick(&domain.label)),
                ("booked", &Amounts::Million.written(first.booked, 4, self.language)),
                ("saving", &Amounts::Million.written(first.saving.0, place.max(4), self.language)),
            ];
            text += &format!("\n{}{}", paragraph(&fill(&texts.domain, &amounts)), self.table(&here));
        }
        let seen: String = self.found.list.iter().filter_map(|need| self.seen(need)).collect();
        if !seen.is_empty() {
            text += &format!("\n{}\n{seen}", texts.seen);
        }
        text + "\n" + &told(&texts.reading)
    }

    fn table(&self, needs: &[&Need]) -> String {
        let texts = &self.texts.needs;
        let mut table = Table::new();
        table.load_style(STYLE).set_header([&texts.measure, &texts.believed, &texts.average, &texts.sure]);
        for need in needs {
            let measure = &self.model.scenarios[self.scenario].measures[need.measure];
            let lines: Vec<String> = wrapped(self.language.pick(&measure.label), 0, NAME)
                .into_iter()
                .map(|line| format!(" {}", line.trim_start()))
                .collect();
            let [average, sure] = need.needed.map(|needed| self.strength(need, needed));
            table.add_row([lines.join("\n"), self.value(need, need.believed), average, sure]);
        }
        drawn(table)
    }

    /// A strength and how many of a hundred draws are below it; or that it is not enough.
    fn strength(&self, need: &Need, needed: Option<Strength>) -> String {
        let texts = &self.texts.needs;
        let Some(Strength { value, percentile }) = needed else {
            return fill(&texts.never, &[("most", &self.value(need, need.most))]);
        };
        let words = [("value", self.value(need, value)), ("percentile", written(100.0 * percentile, 0, self.language))];
        fill(&texts.needed, &[(words[0].0, &words[0].1), (words[1].0, &words[1].1)])
    }

    fn value(&self, need: &Need, value: f64) -> String {
        if self.model.parameters[need.strength].unit == Unit::Share {
            format!("{} %", written(100.0 * value, 0, self.language))
        } else {
            figures((100.0 * value).round() / 100.0, self.language)
        }
    }

    fn seen(&self, need: &Need) -> Option<String> {
        let measure = &self.model.scenarios[self.scenario].measures[need.measure];
        let seen = measure.seen.as_ref()?;
        Some(paragraph(&format!("- {}: {}", self.language.pick(&measure.label), self.language.pick(seen))))
    }
}
