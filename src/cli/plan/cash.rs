//! What of the savings can be taken from the budget.

use super::report::Report;
use crate::analysis::savings::{CashRow, Part, Reason, TOTAL};
use crate::cli::number::significant;
use crate::cli::table::{STYLE, drawn};
use crate::cli::text::{fill, paragraph};
use comfy_table::Table;

impl Report<'_> {
    /// Domain by domain for the year that is told, and why not all can be taken at once.
    pub(super) fn cash(&self, name: &str) -> String {
        let texts = &self.texts.plan;
        let rows: Vec<&CashRow> = self.cash.iter().filter(|row| row.scenario == name && row.year == self.year).collect();
        let held = |row: &&&CashRow| row.domain == TOTAL && row.reason.is_some() && row.mean != 0.0;
        let reasons: Vec<&&CashRow> = rows.iter().filter(held).collect();
        if rows.is_empty() {
            return String::new();
        }
        if reasons.is_empty() {
            return paragraph(&texts.cash_all);
        }
        let now = fill(&texts.now, &[("year", &self.year.to_string())]);
        let mut table = Table::new();
        table.load_style(STYLE).set_header([&texts.cash, &texts.effect, &now, &texts.follows, &texts.never]);
        let domains = self.plan.domains.iter().map(|domain| (&*domain.name, self.language.pick(&domain.label)));
        for (domain, label) in domains.chain([(TOTAL, &*texts.total)]) {
            let of = |part: Part| {
                let found: Vec<&&CashRow> = rows.iter().filter(|row| row.domain == domain && row.part == part).collect();
                let place = found.iter().map(|row| digits(row)).max().unwrap_or(0);
                self.amount(found.iter().map(|row| row.mean).sum(), place)
            };
            table.add_row([format!(" {label}"), of(Part::Total), of(Part::Now), of(Part::Follows), of(Part::Never)]);
        }
        let why = |part: Part| {
            let of = |row: &&&&CashRow| row.part == part;
            let said: Vec<String> = reasons.iter().filter(of).map(|row| self.reason(row)).collect();
            if said.is_empty() { texts.nothing_kept.clone() } else { said.join("; ") }
        };
        let words = [("later", &*why(Part::Follows)), ("never", &*why(Part::Never))];
        drawn(table) + &paragraph(&fill(&texts.cash_reading, &words))
    }

    fn reason(&self, row: &CashRow) -> String {
        let texts = &self.texts.plan;
        let text = match row.reason {
            Some(Reason::Contract) => &texts.contract_kept,
            Some(Reason::Staff) => &texts.staff_kept,
            Some(Reason::LumpSum) => &texts.lump_sum,
            Some(Reason::FixedCapacity) => &texts.fixed_capacity,
            Some(Reason::MinimumTakeUp) => &texts.minimum_take_up,
            None => &texts.nothing_kept,
        };
        fill(text, &[("amount", &self.amount(row.mean, digits(row)))])
    }
}

/// Place of the last digit that the error lets stand.
fn digits(row: &CashRow) -> i32 {
    significant(row.mean, row.mcse.unwrap_or(f64::NAN))
}
