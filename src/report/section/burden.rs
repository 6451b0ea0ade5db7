//! What stands beside a saving: waiting, needs that are not met, and what the own network carries.

use super::{Drawn, Subject, Writer, cells};
use crate::report::chart::{Axis, Bar, Bars, Look};
use crate::report::html::Said;
use crate::report::page::{Part, Section, Sheet};
use crate::report::table::{Row, Table};
use crate::words::number::significant;

const METRICS: [&str; 3] = ["waiting", "unmet_need", "informal_hours"];

impl<'a> Writer<'a> {
    pub(super) fn burden(&self) -> Option<Section> {
        let texts = &self.texts.burden;
        let subjects: Vec<Subject<'a>> = self.subjects().into_iter().filter(|subject| subject.run.compares()).collect();
        if subjects.is_empty() {
            return None;
        }
        let mut parts = Vec::new();
        for subject in &subjects {
            let Some(table) = &subject.run.burden else {
                parts.push(Part::Words { html: self.absent(&texts.what, &texts.command, subject.run).html });
                break;
            };
            for group in ["wijk", "age_band", "household"] {
                parts.extend(self.burden_of(subject, table, group));
            }
        }
        Some(self.section("burden", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }

    /// Change against unchanged policy, group by group.
    fn burden_of(&self, subject: &Subject<'a>, table: &'a Table, group: &str) -> Option<Part> {
        let (texts, pen) = (&self.texts.burden, self.pen(subject.run));
        let when = subject.run.year();
        let rows: Vec<Row<'a>> = table
            .rows()
            .filter(|row| row.is(&[("scenario", subject.scenario), ("group", group)]) && row.year() == Some(when))
            .collect();
        if rows.is_empty() {
            return None;
        }
        let label = |metric: &str| match metric {
            "waiting" => texts.waiting.clone(),
            "unmet_need" => texts.unmet_need.clone(),
            _ => texts.informal_hours.clone(),
        };
        let by = match group {
            "wijk" => &texts.by_wijk,
            "age_band" => &texts.by_age,
            _ => &texts.by_household,
        };
        let changed = |row: Row<'a>| {
            let cell = row.cell("change")?;
            let level = significant(cell.value, row.value("change_mcse").unwrap_or(f64::NAN));
            Some((cell.clone(), pen.number(&cell, level)))
        };
        let (mut panels, mut sentences) = (Vec::new(), Vec::new());
        for metric in METRICS {
            let of: Vec<Row<'a>> = rows.iter().copied().filter(|row| row.text("metric") == metric).collect();
            let bars: Vec<Bar> = of
                .iter()
                .filter_map(|row| {
                    let (cell, shown) = changed(*row)?;
                    let look = if cell.value > 0.0 { Look::Loss } else { Look::Part };
                    let number = Some((shown.plain, pen.marks(&cell, 1.0, "")));
                    Some(Bar { label: self.place_name(group, row.text("value")), span: (0.0, cell.value), band: None, look, number })
                })
                .collect();
            if bars.is_empty() {
                continue;
            }
            let most = of.iter().copied().filter_map(|row| Some((row, changed(row)?))).max_by(|a, b| a.1.0.value.total_cmp(&b.1.0.value));
            let sentence = most.map_or_else(Said::default, |(row, (_, shown))| {
                let words = [
                    ("what", Said::plain(&label(metric))),
                    ("where", Said::plain(&self.place_name(group, row.text("value")))),
                    ("change", shown),
                    ("unit", Said::plain(&self.burden_unit(metric))),
                ];
                self.say(&texts.sentence, &words)
            });
            let caption = label(metric);
            let unit = self.burden_unit(metric);
            let axis_label = self.say(&texts.axis, &[("unit", Said::plain(&unit))]).plain;
            let axis = Axis { label: &axis_label, per: 1.0, language: self.language };
            panels.push(self.panel(&caption, &sentence.plain, |names| Bars { bars: &bars, joined: false, axis }.draw(names)));
            sentences.push(sentence);
        }
        let told = rows.iter().map(|row| {
            let what = format!("{}, {}", label(row.text("metric")), self.place_name(group, row.text("value")));
            let [mean, low, high] = pen.counts(*row);
            let hidden = row.value("mean").is_none();
            let mean = if hidden { Said::plain(&texts.few) } else { mean };
            let change = changed(*row).map_or_else(Self::nothing, |(_, shown)| shown);
            cells(&[&Said::plain(&what), &mean, &low, &high, &change, &Said::plain(&self.burden_unit(row.text("metric")))])
        });
        let words = [("scenario", Said::plain(&subject.label)), ("year", super::year(when)), ("by", Said::plain(by))];
        let title = self.say(&texts.chart, &words).plain;
        let table = &self.texts.table;
        let head = [&table.claim, &table.mean, &table.low, &table.high, &texts.change, &table.unit];
        Some(self.chart(Drawn {
            sheet: Sheet { caption: title.clone(), head: head.map(Clone::clone).to_vec(), rows: told.collect(), numbers_from: 1 },
            title,
            sentence: Said::joined(&sentences),
            panels,
            abreast: 0,
            key: vec![Self::key("bar loss", &texts.key_more), Self::key("bar", &texts.key_less)],
            columns: &[
                "scenario", "year", "group", "value", "metric", "unit", "mean", "mcse", "p05", "p50", "p95", "change", "change_mcse", "note",
            ],
            rows,
            name: "belasting",
            from: "burden.csv",
        }))
    }

    fn burden_unit(&self, metric: &str) -> String {
        let texts = &self.texts.burden;
        match metric {
            "waiting" => texts.unit_waiting.clone(),
            "unmet_need" => texts.unit_unmet.clone(),
            _ => texts.unit_hours.clone(),
        }
    }

    /// A wijk as people write it; other groups as they stand.
    pub(super) fn place_name(&self, group: &str, value: &str) -> String {
        if value.is_empty() {
            return self.texts.table.total.clone();
        }
        if group != "wijk" {
            return value.replace('_', " ");
        }
        let word = |word: &str| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        };
        value.split(['_', ' ']).map(word).collect::<Vec<String>>().join(" ")
    }
}
