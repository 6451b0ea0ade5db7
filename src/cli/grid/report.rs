//! The lever grid, for a terminal of 80 columns.

use crate::analysis::grid::{Grid, Saved};
use crate::cli::language::Language;
use crate::cli::number::{Amounts, error_in_fiftieths, fiftieths, significant, whole, written};
use crate::cli::table::{STYLE, amounts_unit, drawn};
use crate::cli::text::{Texts, fill, paragraph};
use crate::model::{Plan, Scenario};
use comfy_table::Table;

/// What there is to tell.
pub(super) struct Report<'a> {
    /// The plan.
    pub(super) plan: &'a Plan,
    /// The scenario.
    pub(super) scenario: &'a Scenario,
    /// What came out.
    pub(super) found: &'a Grid,
    /// Calendar year.
    pub(super) year: i32,
    /// Price level of the euros.
    pub(super) prices: i32,
    /// The reader's language.
    pub(super) language: Language,
    /// Texts in that language.
    pub(super) texts: &'a Texts,
}

impl Report<'_> {
    /// The whole of it: a row for each effect and start, a column for each number of places.
    pub(super) fn text(&self) -> String {
        let texts = &self.texts.grid;
        let booked = self.found.booked.last().copied().unwrap_or(0.0);
        let errors = self.found.points.iter().filter_map(|saved| saved.claims.last()).map(|claim| claim.chance_se);
        let words = [
            ("scenario", self.language.pick(&self.scenario.label)),
            ("year", &self.year.to_string()),
            ("members", &whole(self.found.members, self.language)),
            ("unit", amounts_unit(self.texts, Amounts::Million)),
            ("prices", &self.prices.to_string()),
            ("error", &error_in_fiftieths(errors, self.language)),
            ("booked", &Amounts::Million.written(booked, 4, self.language)),
        ];
        let told = |sentences: &str| paragraph(&fill(sentences, &words));
        let mut places: Vec<f64> = Vec::new();
        for saved in &self.found.points {
            if !places.contains(&saved.point.places) {
                places.push(saved.point.places);
            }
        }
        let percent = |factor: f64| format!("{} %", written(100.0 * factor, 0, self.language));
        let mut table = Table::new();
        let columns = places.iter().map(|&factor| fill(&texts.places, &[("percent", &percent(factor))]));
        table.load_style(STYLE).set_header([texts.effect.clone(), texts.later.clone()].into_iter().chain(columns));
        for row in self.found.points.chunks(places.len().max(1)) {
            let Some(first) = row.first() else { continue };
            let levers = [format!(" {}", percent(first.point.effect)), written(first.point.later, 0, self.language)];
            table.add_row(levers.into_iter().chain(row.iter().map(|saved| self.cell(saved))));
        }
        told(&texts.title)
            + &told(&texts.rule)
            + "\n"
            + &drawn(table)
            + "\n"
            + &told(&self.texts.plan.chance_error)
            + &told(&texts.reading)
    }

    /// Saving of all domains together, with the chance in brackets.
    fn cell(&self, saved: &Saved) -> String {
        let Some(claim) = saved.claims.last() else { return String::new() };
        let place = significant(claim.mean, claim.mcse.unwrap_or(f64::NAN)).max(4);
        let amount = Amounts::Million.written(claim.mean, place, self.language);
        format!("{amount} ({})", fiftieths(claim.chance, self.language))
    }
}
