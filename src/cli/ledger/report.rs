//! The savings ledger, for a terminal of 80 columns.

use crate::analysis::Estimate;
use crate::analysis::ledger::{Ledger, Method};
use crate::cli::language::Language;
use crate::cli::number::{Amounts, significant, whole};
use crate::cli::table::{STYLE, amounts_unit, drawn};
use crate::cli::text::{Texts, fill, paragraph, wrapped};
use crate::model::{Model, Plan, Scenario};
use comfy_table::Table;

/// Columns for the name of a measure.
const NAME: usize = 32;

/// What there is to tell.
pub(super) struct Report<'a> {
    /// The model.
    pub(super) model: &'a Model,
    /// Its plan.
    pub(super) plan: &'a Plan,
    /// The scenario.
    pub(super) scenario: &'a Scenario,
    /// What came out, up to the year.
    pub(super) found: &'a Ledger,
    /// Calendar year.
    pub(super) year: i32,
    /// Who worked it out.
    pub(super) method: Method,
    /// The reader's language.
    pub(super) language: Language,
    /// Texts in that language.
    pub(super) texts: &'a Texts,
}

impl Report<'_> {
    /// The whole of it.
    pub(super) fn text(&self) -> String {
        let texts = &self.texts.ledger;
        // The last year of all domains together.
        let column = self.found.total.len() - 1;
        let at = |estimates: &[Estimate]| estimates[column];
        let (total, overlap) = (at(&self.found.total), at(&self.found.overlap));
        let amount = |estimate: &Estimate, euros: f64| {
            let place = significant(estimate.mean, estimate.mcse.unwrap_or(f64::NAN)).max(4);
            Amounts::Million.written(euros, place, self.language)
        };
        let words = [
            ("scenario", self.language.pick(&self.scenario.label)),
            ("model", self.language.pick(&self.model.label)),
            ("year", &self.year.to_string()),
            ("members", &whole(self.found.members, self.language)),
            ("unit", amounts_unit(self.texts, Amounts::Million)),
            ("prices", &self.model.prices.constant_year.to_string()),
            ("overlap", &amount(&overlap, overlap.mean.abs())),
            ("total", &amount(&total, total.mean)),
        ];
        let told = |sentences: &str| paragraph(&fill(sentences, &words));
        let mut table = Table::new();
        table.load_style(STYLE).set_header([&texts.measure, &texts.share, &self.texts.table.band, &texts.alone, &texts.last]);
        let mut entries: Vec<_> = self.found.entries.iter().collect();
        entries.sort_by(|a, b| at(&b.share).mean.total_cmp(&at(&a.share).mean));
        let mut row = |name: &str, share: Estimate, alone: String, last: String| {
            let lines = wrapped(name, 0, NAME);
            let name: Vec<String> = lines.iter().map(|line| format!(" {}", line.trim_start())).collect();
            let band = format!("{} \u{2013} {}", amount(&share, share.realised[0]), amount(&share, share.realised[6]));
            table.add_row([name.join("\n"), amount(&share, share.mean), band, alone, last]);
        };
        for entry in entries {
            let (alone, last) = (at(&entry.alone), at(&entry.last));
            let name = self.language.pick(&self.scenario.measures[entry.measure].label);
            row(name, at(&entry.share), amount(&alone, alone.mean), amount(&last, last.mean));
        }
        row(&texts.together, total, String::new(), String::new());
        let less = if overlap.mean >= 0.0 { &texts.less } else { &texts.more };
        let method = if self.method == Method::Twin { &texts.twin } else { &texts.engine };
        let mut text = told(&texts.title) + &told(&texts.rule) + &format!("\n{}\n", drawn(table)) + &told(less);
        text += &told(&texts.reading);
        if !self.found.exact {
            text += &told(&texts.drawn);
        }
        text + &told(method)
    }
}
