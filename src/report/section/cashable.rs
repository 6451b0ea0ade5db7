//! How much of a saving is money that the municipality can keep.

use super::steps::{Step, Steps};
use super::{Subject, Writer};
use crate::analysis::savings::TOTAL;
use crate::report::chart::Look;
use crate::report::html::Said;
use crate::report::page::{Part, Section};
use crate::report::shown::place;
use crate::report::table::{Row, Table};

impl<'a> Writer<'a> {
    pub(super) fn cashable(&self) -> Option<Section> {
        let texts = &self.texts.cashable;
        let tried = self.tried();
        if tried.is_empty() {
            return None;
        }
        let mut parts = Vec::new();
        for subject in &tried {
            let made = subject.run.cashable.as_ref().and_then(|table| self.cashable_of(subject, table));
            match made {
                Some(part) => parts.push(part),
                None if subject.run.cashable.is_none() => {
                    parts.push(Part::Words { html: self.absent(&texts.what, &texts.command, subject.run).html });
                    break;
                }
                None => {}
            }
        }
        Some(self.section("cashable", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }

    fn cashable_of(&self, subject: &Subject<'a>, table: &'a Table) -> Option<Part> {
        let (texts, pen, unit) = (&self.texts.cashable, self.pen(subject.run), self.unit);
        let when = subject.run.year();
        let here = |row: &Row<'a>| row.is(&[("scenario", subject.scenario), ("domain", TOTAL)]) && row.year() == Some(when);
        let rows: Vec<Row<'a>> = table.rows().filter(here).collect();
        let find = |part: &str| rows.iter().find(|row| row.text("part") == part).copied();
        let total = find(TOTAL)?;
        let label = |part: &str, reason: &str| {
            let part = match part {
                "now" => &texts.now,
                "follows" => &texts.follows,
                "never" => &texts.never,
                _ => &texts.total,
            };
            let why = match reason {
                "" => return self.said(part),
                "contract" => &texts.contract,
                "staff" => &texts.staff,
                "lump_sum" => &texts.lump_sum,
                "fixed_capacity" => &texts.fixed_capacity,
                "minimum_take_up" => &texts.minimum_take_up,
                other => return Said::name(&format!("{part}: {other}")),
            };
            self.said(&format!("{part}: {why}"))
        };
        let amount = |row: Option<Row<'a>>| row.map_or_else(Self::nothing, |row| pen.amount(row.cell("mean"), unit, place(row)));
        let words = [
            ("scenario", subject.label.clone()),
            ("year", Said::year(when)),
            ("total", amount(Some(total))),
            ("now", amount(find("now"))),
            ("unit", Said::plain(self.unit_name(unit))),
        ];
        let step = |row: Row<'a>| {
            let look = match row.text("part") {
                TOTAL => Look::Whole,
                "never" => Look::Loss,
                _ => Look::Part,
            };
            Step { row, label: label(row.text("part"), row.text("reason")), look }
        };
        let shown = rows.iter().copied().filter(|row| row.text("part") != TOTAL).chain([total]);
        self.steps(
            subject.run,
            Steps {
                title: self.say(&texts.chart, &words),
                sentence: self.say(&texts.sentence, &words),
                each: shown.map(step).collect(),
                key: [&texts.key_part, &texts.key_never],
                columns: &["scenario", "domain", "year", "part", "reason", "unit", "mean", "mcse", "p05", "p50", "p95"],
                name: "in-geld",
                from: "cashable.csv",
            },
        )
    }
}
