//! The waterbed, for a terminal of 80 columns.

use super::burden::{self, name};
use super::file;
use crate::analysis::Estimate;
use crate::analysis::few::Hidden;
use crate::analysis::waterbed::{Cells, Group, Kind, Load, Metric, Row, Waterbed};
use crate::cli::language::Language;
use crate::cli::number::{Amounts, significant, whole, written};
use crate::cli::table::{STYLE, amounts_unit, drawn};
use crate::cli::text::{Texts, fill, paragraph};
use crate::model::{Model, Scenario};
use comfy_table::Table;

/// What stands in the place of a number that is left out.
fn mark(why: Hidden) -> &'static str {
    match why {
        Hidden::Few => "<10",
        Hidden::Beside => "...",
    }
}

/// What there is to tell.
pub(super) struct Report<'a> {
    /// The model.
    pub(super) model: &'a Model,
    /// The scenario.
    pub(super) scenario: &'a Scenario,
    /// What came out.
    pub(super) found: &'a Waterbed,
    /// Calendar year in which maatwerk was reached under unchanged policy.
    pub(super) cohort: i32,
    /// Calendar year of which it is told who bears it.
    pub(super) shown: i32,
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
            ("shown", &self.shown.to_string()),
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
            + &told(&texts.paid)
            + &self.payers()
            + "\n"
            + &self.kinds()
            + "\n"
            + &told(&texts.reading)
            + "\n"
            + &told(&texts.burden)
            + &self.burden()
            + "\n"
            + &told(&texts.burden_reading)
    }

    fn rows(&self) -> String {
        let texts = &self.texts.waterbed;
        let mut table = Table::new();
        table.load_style(STYLE).set_header([&texts.later, &texts.hulpvragen, &self.texts.table.band]);
        let rows = self.names().into_iter().zip(&self.found.rows).zip(file::left_out(self.found));
        for ((name, row), why) in rows.filter(|((_, row), _)| row[0].mean != 0.0) {
            let number = &row[0];
            let (count, band) = match why {
                Some(why) => (mark(why).to_owned(), String::new()),
                None => (self.count(number), self.band(number)),
            };
            table.add_row([format!(" {name}"), count, band]);
        }
        let all = &self.found.avoided;
        table.add_row([format!(" {}", texts.all), self.count(all), self.band(all)]);
        drawn(table)
    }

    /// What rows cost each payer; rows of few are left out.
    fn payers(&self) -> String {
        let texts = &self.texts.waterbed;
        let mut table = Table::new();
        let header = [&texts.later, &texts.before, &texts.after, &texts.provider, &texts.household, &texts.wlz_years];
        table.load_style(STYLE).set_header(header);
        let rows = self.names().into_iter().zip(&self.found.rows).zip(file::left_out(self.found));
        for ((name, row), _) in rows.filter(|((_, row), why)| row[0].mean > 0.0 && why.is_none()) {
            let of = |metric: Metric| &row[metric as usize];
            table.add_row([
                format!(" {name}"),
                self.amount(of(Metric::Before)),
                self.amount(of(Metric::After)),
                self.amount(of(Metric::Provider)),
                self.thousands(of(Metric::Household)),
                self.count(of(Metric::Wlz)),
            ]);
        }
        drawn(table)
    }

    /// Who bears it: every cell of every group.
    fn burden(&self) -> String {
        let texts = &self.texts.waterbed;
        let Some(at) = usize::try_from(self.shown - self.first_year).ok() else { return String::new() };
        let groups = [&texts.wijk, &texts.age, &texts.living];
        let households = [&texts.young, &texts.alone, &texts.together];
        let left_out = burden::left_out(self.model, self.found);
        let mut text = String::new();
        for (group, title) in Group::ALL.map(|(group, _)| group).into_iter().zip(groups) {
            let mut table = Table::new();
            table.load_style(STYLE).set_header([title, &texts.waiting, &texts.more, &texts.informal, &texts.spared]);
            let cells = Cells::new(self.model).all().zip(&self.found.burden).zip(&left_out);
            for (((_, which), years), why) in cells.filter(|(((of, _), _), _)| *of == group) {
                let Some(cell) = years.get(at).filter(|cell| cell.before[0].mean + cell.after[0].mean > 0.0) else { continue };
                let told =
                    |load: Load, tell: &dyn Fn() -> String| why[at][load as usize].map_or_else(tell, |why| mark(why).to_owned());
                let change = |load: Load| &cell.change[load as usize];
                let saved = |estimate: &Estimate| Estimate { mean: -estimate.mean, ..*estimate };
                let label = if group == Group::Household { households[which].clone() } else { name(self.model, group, which) };
                table.add_row([
                    format!(" {label}"),
                    told(Load::Waiting, &|| self.count(&cell.after[Load::Waiting as usize])),
                    told(Load::Waiting, &|| self.count(change(Load::Waiting))),
                    told(Load::InformalHours, &|| self.thousands(change(Load::InformalHours))),
                    told(Load::Cost, &|| self.amount(&saved(change(Load::Cost)))),
                ]);
            }
            if !table.is_empty() {
                text += &drawn(table);
            }
        }
        text
    }

    /// Thousands, no finer than the error allows.
    fn thousands(&self, estimate: &Estimate) -> String {
        let (mean, error) = (estimate.mean / 1000.0, estimate.mcse.unwrap_or(f64::NAN) / 1000.0);
        written(mean, significant(mean, error).max(-1), self.language)
    }

    /// Names of the rows, in their order.
    fn names(&self) -> [&String; Row::ALL.len()] {
        let texts = &self.texts.waterbed;
        [
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
        ]
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
