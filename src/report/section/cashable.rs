//! How much of a saving is money that the municipality can keep.

use super::{Drawn, Subject, Writer, cells};
use crate::analysis::savings::TOTAL;
use crate::report::chart::{Bar, Bars, Look};
use crate::report::html::Said;
use crate::report::page::{Part, Section, Sheet};
use crate::report::shown::{euros, place};
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
                "" => return part.clone(),
                "contract" => &texts.contract,
                "staff" => &texts.staff,
                "lump_sum" => &texts.lump_sum,
                "fixed_capacity" => &texts.fixed_capacity,
                "minimum_take_up" => &texts.minimum_take_up,
                other => return format!("{part}: {other}"),
            };
            format!("{part}: {why}")
        };
        let (mut bars, mut at) = (Vec::new(), 0.0);
        let shown = rows.iter().copied().filter(|row| row.text("part") != TOTAL).chain([total]);
        for row in shown {
            let (mean, low, high) = (row.value("mean")?, row.value("p05")?, row.value("p95")?);
            let (part, whole) = (row.text("part"), row.text("part") == TOTAL);
            let from = if whole { 0.0 } else { at };
            let look = match part {
                TOTAL => Look::Whole,
                "never" => Look::Loss,
                _ => Look::Part,
            };
            let number = row
                .cell("mean")
                .map(|cell| (pen.amount(Some(cell.clone()), unit, place(row)).plain, pen.marks(&cell, euros(unit), "")));
            let label = label(part, row.text("reason"));
            bars.push(Bar { label, span: (from, from + mean), band: Some((from + low, from + high)), look, number });
            at += mean;
        }
        let amount = |row: Option<Row<'a>>| row.map_or_else(Self::nothing, |row| pen.amount(row.cell("mean"), unit, place(row)));
        let words = [
            ("scenario", Said::plain(&subject.label)),
            ("year", super::year(when)),
            ("total", amount(Some(total))),
            ("now", amount(find("now"))),
            ("unit", Said::plain(self.unit_name(unit))),
        ];
        let axis_label = self.say(&self.texts.chart.saving_axis, &words[4..]).plain;
        let (sentence, title) = (self.say(&texts.sentence, &words), self.say(&texts.chart, &words).plain);
        let axis = self.axis(&axis_label, unit);
        let panel = self.panel(&title, &sentence.plain, |names| Bars { all: &bars, joined: true, axis }.draw(names));
        let told = rows.iter().map(|row| {
            let [mean, low, high] = pen.band(*row, unit);
            cells(&[&Said::plain(&label(row.text("part"), row.text("reason"))), &mean, &low, &high])
        });
        let words = &self.texts.table;
        let head = [&words.claim, &words.saving, &words.low, &words.high];
        Some(self.chart(Drawn {
            sheet: Sheet {
                caption: format!("{title} ({})", self.unit_name(unit)),
                head: head.map(Clone::clone).to_vec(),
                rows: told.collect(),
                numbers_from: 1,
            },
            title,
            sentence,
            panels: vec![panel],
            abreast: 0,
            key: vec![
                Self::key("bar", &texts.key_part),
                Self::key("bar loss", &texts.key_never),
                Self::key("bar whole", &self.texts.ledger.key_whole),
                Self::key("whisker", &self.texts.chart.key_band),
            ],
            columns: &["scenario", "domain", "year", "part", "reason", "unit", "mean", "mcse", "p05", "p50", "p95"],
            rows,
            name: "in-geld",
            from: "cashable.csv",
        }))
    }
}
