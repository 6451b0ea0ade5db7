//! The waterbed, for a terminal of 80 columns.

use crate::analysis::Estimate;
use crate::analysis::waterbed::{Kind, Row, Waterbed};
use crate::cli::language::Language;
use crate::cli::number::{Amounts, significant, whole, written};
use crate::cli::table::{STYLE, amounts_unit, drawn};
use crate::cli::text::{Texts, fill, paragraph};
use crate::model::Scenario;
use comfy_table::Table;

/// Fewer hulpvragen than this are not shown.
const SMALL: f64 = 10.0;

/// A number about fewer than ten hulpvragen.
const HIDDEN: &str = "<10";

/// What there is to tell.
pub(super) struct Report<'a> {
    /// The scenario.
    pub(super) scenario: &'a Scenario,
    /// What came out.
    pub(super) found: &'a Waterbed,
    /// Calendar year in which maatwerk was reached under unchanged policy.
    pub(super) cohort: i32,
    /// First calendar year of the run.
    pub(super) first_year: i32,
    /// Price level of the euros.
    pub(super) prices: i32,
    /// The reader's language.
    pub(super) language: Language,
    /// Texts in that language.
    pub(super) texts: &'a Texts,
}

impl Report<'_> {
    /// The whole of it.
    pub(super) fn text(&self) -> String {
        let (texts, found) = (&self.texts.waterbed, self.found);
        let words = [
            ("scenario", self.language.pick(&self.scenario.label)),
            ("year", &self.cohort.to_string()),
            ("members", &whole(found.members, self.language)),
            ("avoided", &self.count(&found.avoided)),
            ("drawn", &self.count(&found.drawn)),
            ("unit", amounts_unit(self.texts, Amounts::Million)),
            ("prices", &self.prices.to_string()),
        ];
        let told = |sentences: &str| paragraph(&fill(sentences, &words));
        told(&texts.title)
            + &told(&texts.rule)
            + "\n"
            + &self.rows()
            + "\n"
            + &told(&texts.new)
            + "\n"
            + &self.kinds()
            + "\n"
            + &told(&texts.reading)
    }

    fn rows(&self) -> String {
        let texts = &self.texts.waterbed;
        let mut table = Table::new();
        table.load_style(STYLE).set_header([
            &texts.later,
            &texts.hulpvragen,
            &self.texts.table.band,
            &texts.before,
            &texts.after,
        ]);
        let names = [
            &texts.solved,
            &texts.informeel,
            &texts.formeel,
            &texts.basis,
            &texts.wacht,
            &texts.lighter,
            &texts.heavier,
            &texts.other_act,
            &texts.wlz,
            &texts.gone,
            &texts.censored,
        ];
        for ((_, name), row) in Row::ALL.iter().zip(names).zip(&self.found.rows) {
            let number = &row[0];
            if number.mean == 0.0 {
                continue;
            }
            let small = number.mean < SMALL;
            let of = |text: String| if small { String::new() } else { text };
            table.add_row([
                format!(" {name}"),
                if small { HIDDEN.to_owned() } else { self.count(number) },
                of(self.band(number)),
                of(self.amount(&row[1])),
                of(self.amount(&row[2])),
            ]);
        }
        let all = &self.found.avoided;
        table.add_row([format!(" {}", texts.all), self.count(all), self.band(all), String::new(), String::new()]);
        drawn(table)
    }

    fn kinds(&self) -> String {
        let texts = &self.texts.waterbed;
        let mut table = Table::new();
        let names = [&texts.avoided, &texts.changed, &texts.drawn];
        table.load_style(STYLE).set_header([&texts.saved].into_iter().chain(names).chain([&texts.total]));
        for (at, year) in (self.first_year..).take(self.found.total.len()).enumerate() {
            if self.found.total[at].mean == 0.0 {
                continue;
            }
            let kinds = (0..Kind::ALL.len()).map(|kind| self.amount(&self.found.saved[kind][at]));
            table.add_row(std::iter::once(format!(" {year}")).chain(kinds).chain([self.amount(&self.found.total[at])]));
        }
        drawn(table)
    }

    fn count(&self, estimate: &Estimate) -> String {
        written(estimate.mean, significant(estimate.mean, estimate.mcse.unwrap_or(f64::NAN)).max(0), self.language)
    }

    fn band(&self, estimate: &Estimate) -> String {
        let place = significant(estimate.mean, estimate.mcse.unwrap_or(f64::NAN)).max(0);
        let at = |which: usize| written(estimate.realised[which], place, self.language);
        format!("{} \u{2013} {}", at(0), at(6))
    }

    fn amount(&self, estimate: &Estimate) -> String {
        let place = significant(estimate.mean, estimate.mcse.unwrap_or(f64::NAN)).max(4);
        Amounts::Million.written(estimate.mean, place, self.language)
    }
}
