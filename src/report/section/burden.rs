//! What stands beside a saving: waiting, needs that are not met, and what the own network carries.

use super::{Drawn, Subject, Writer, cells};
use crate::report::chart::{Axis, Bar, Bars, Look, Names};
use crate::report::html::Said;
use crate::report::page::{Panel, Part, Section, Sheet};
use crate::report::shown::Pen;
use crate::report::table::{Cell, Row, Table};
use crate::words::number::significant;

/// Columns of its files.
const COLUMNS: [&str; 14] = [
    "scenario",
    "year",
    "group",
    "value",
    "metric",
    "unit",
    "mean",
    "mcse",
    "p05",
    "p50",
    "p95",
    "change",
    "change_mcse",
    "note",
];

/// What is told of a group.
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
        let (texts, pen, when) = (&self.texts.burden, self.pen(subject.run), subject.run.year());
        let rows: Vec<Row<'a>> = table
            .rows()
            .filter(|row| row.is(&[("scenario", subject.scenario), ("group", group)]) && row.year() == Some(when))
            .filter(|row| METRICS.contains(&row.text("metric")))
            .collect();
        if rows.is_empty() {
            return None;
        }
        let by = match group {
            "wijk" => &texts.by_wijk,
            "age_band" => &texts.by_age,
            _ => &texts.by_household,
        };
        let found = METRICS.iter().filter_map(|metric| self.burden_panel(pen, group, metric, &rows));
        let (panels, sentences): (Vec<Panel>, Vec<Said>) = found.unzip();
        let told = rows.iter().map(|row| {
            let metric = row.text("metric");
            let what = Said::listed(&[self.said(self.burden_name(metric)), self.place_name(group, row.text("value"))]);
            let [mean, low, high] = pen.counts(*row);
            let mean = if row.value("mean").is_none() { self.left_out(*row) } else { mean };
            let change = changed(pen, *row).map_or_else(Self::nothing, |(_, shown)| shown);
            cells(&[&what, &mean, &low, &high, &change, &Said::plain(self.burden_unit(metric))])
        });
        let words = [("scenario", subject.label.clone()), ("year", Said::year(when)), ("by", Said::plain(by))];
        let title = self.say(&texts.chart, &words);
        let table = &self.texts.table;
        let head = [&table.claim, &table.mean, &table.low, &table.high, &texts.change, &table.unit];
        Some(self.chart(Drawn {
            sheet: Sheet { caption: title.clone(), head: self.heads(head), rows: told.collect(), numbers_from: 1 },
            title,
            sentence: Said::joined(&sentences),
            panels,
            abreast: 0,
            key: vec![self.key("bar loss", &texts.key_more), self.key("bar", &texts.key_less)],
            columns: &COLUMNS,
            rows,
            name: "belasting",
            from: "burden.csv",
        }))
    }

    /// One metric of a group as bars, with its conclusion; `None` if all of it is hidden.
    fn burden_panel(&self, pen: Pen, group: &str, metric: &str, rows: &[Row<'a>]) -> Option<(Panel, Said)> {
        let texts = &self.texts.burden;
        let known = rows.iter().filter(|row| row.text("metric") == metric);
        let known: Vec<(Said, Cell, Said)> = known
            .filter_map(|row| {
                let (cell, shown) = changed(pen, *row)?;
                Some((self.place_name(group, row.text("value")), cell, shown))
            })
            .collect();
        let most = known.iter().max_by(|a, b| a.1.value.total_cmp(&b.1.value))?;
        let words = [
            ("what", Said::plain(self.burden_name(metric))),
            ("where", most.0.clone()),
            ("change", most.2.clone()),
            ("unit", Said::plain(self.burden_unit(metric))),
        ];
        // A change that is shown as nothing is no more than its error.
        let more = most.1.value > 0.0 && most.2.plain != "0";
        let sentence = self.say(if more { &texts.sentence } else { &texts.sentence_none }, &words);
        let bars: Vec<Bar> = known
            .into_iter()
            .map(|(label, cell, shown)| Bar {
                label: label.plain,
                span: (0.0, cell.value),
                band: None,
                look: if cell.value > 0.0 { Look::Loss } else { Look::Part },
                number: Some((shown.plain, pen.marks(&cell, 1.0, ""))),
            })
            .collect();
        let label = self.say(&texts.axis, &words[3..]).plain;
        let axis = Axis { label: &label, per: 1.0, language: self.language };
        let draw = |names: Names<'_>| Bars { all: &bars, joined: false, axis }.draw(names);
        Some((self.panel(self.said(self.burden_name(metric)), &sentence.plain, draw), sentence))
    }

    fn burden_name(&self, metric: &str) -> &'a str {
        let texts = &self.texts.burden;
        match metric {
            "waiting" => &texts.waiting,
            "unmet_need" => &texts.unmet_need,
            _ => &texts.informal_hours,
        }
    }

    fn burden_unit(&self, metric: &str) -> &'a str {
        let texts = &self.texts.burden;
        match metric {
            "waiting" => &texts.unit_waiting,
            "unmet_need" => &texts.unit_unmet,
            _ => &texts.unit_hours,
        }
    }

    /// Why a row has no numbers.
    pub(super) fn left_out(&self, row: Row<'_>) -> Said {
        let texts = &self.texts.burden;
        self.said(if is_few(row) { &texts.few } else { &texts.beside })
    }

    /// A wijk as people write it; other groups as they stand.
    pub(super) fn place_name(&self, group: &str, value: &str) -> Said {
        if value.is_empty() {
            return self.said(&self.texts.table.total);
        }
        let texts = &self.texts.burden;
        match (group, value) {
            ("wijk", _) => {}
            ("household", "young") => return self.said(&texts.young),
            ("household", "alone") => return self.said(&texts.alone),
            ("household", "together") => return self.said(&texts.together),
            _ => return Said::name(value),
        }
        let word = |word: &str| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        };
        Said::name(&value.split(['_', ' ']).map(word).collect::<Vec<String>>().join(" "))
    }
}

/// Whether a row that has no numbers is of a few itself.
pub(super) fn is_few(row: Row<'_>) -> bool {
    row.text("note").starts_with("fewer")
}

/// The change in a row, and as it is shown.
fn changed(pen: Pen, row: Row<'_>) -> Option<(Cell, Said)> {
    let cell = row.cell("change")?;
    let place = significant(cell.value, row.value("change_mcse").unwrap_or(f64::NAN));
    let shown = pen.number(&cell, place);
    Some((cell, shown))
}
