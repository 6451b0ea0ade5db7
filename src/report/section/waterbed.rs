//! Where care goes that is kept out of maatwerk, and whose cost makes the saving.

use super::burden::is_few;
use super::steps::{Step, Steps};
use super::{Drawn, Writer, cells};
use crate::report::chart::{Flow, Look, Stream};
use crate::report::html::Said;
use crate::report::page::{Part, Section, Sheet};
use crate::report::run::Run;
use crate::report::shown::place;
use crate::report::table::{Row, Table};

/// Columns of its files.
const COLUMNS: [&str; 11] = ["scenario", "table", "name", "year", "metric", "unit", "mean", "mcse", "p05", "p50", "p95"];

impl<'a> Writer<'a> {
    pub(super) fn waterbed(&self) -> Option<Section> {
        let texts = &self.texts.waterbed;
        let runs: Vec<&'a Run> = self.runs.iter().filter(|run| run.compares()).collect();
        if runs.is_empty() {
            return None;
        }
        let mut parts = Vec::new();
        for run in runs {
            let made = run.waterbed.as_ref().map(|table| [self.flow(run, table), self.whose(run, table)]);
            match made {
                Some(made) if made.iter().any(Option::is_some) => parts.extend(made.into_iter().flatten()),
                _ => parts.push(Part::Words { html: self.absent(&texts.what, &texts.command, run).html }),
            }
        }
        Some(self.section("waterbed", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }

    /// What people call one of the places where care goes.
    fn destination(&self, name: &str) -> Said {
        let texts = &self.texts.waterbed;
        let label = match name {
            "solved" => &texts.solved,
            "informeel" => &texts.informeel,
            "formeel" => &texts.formeel,
            "basis" => &texts.basis,
            "wacht" => &texts.wacht,
            "lighter" => &texts.lighter,
            "heavier" => &texts.heavier,
            "other_act" => &texts.other_act,
            "wlz" => &texts.wlz,
            "gone" => &texts.gone,
            "censored" => &texts.censored,
            other => other,
        };
        self.said(label)
    }

    fn flow(&self, run: &'a Run, table: &'a Table) -> Option<Part> {
        let (texts, pen) = (&self.texts.waterbed, self.pen(run));
        let rows: Vec<Row<'a>> = table.rows().filter(|row| row.is(&[("table", "row"), ("metric", "hulpvragen")])).collect();
        let special = |row: &Row<'a>| ["avoided", "drawn"].contains(&row.text("name"));
        let avoided = *rows.iter().find(|row| row.text("name") == "avoided")?;
        // What nobody goes to says nothing; what few go to is hidden, and said so.
        let goes = |row: &Row<'a>| !special(row) && (row.value("mean").is_none() || row.value("p95").unwrap_or(0.0) > 0.0);
        let targets: Vec<Row<'a>> = rows.iter().copied().filter(goes).collect();
        let streams: Vec<Stream> = (targets.iter())
            .map(|row| {
                let number = row.cell("mean").map_or_else(
                    || (if is_few(*row) { &texts.few_short } else { &texts.beside_short }.clone(), String::new()),
                    |cell| (pen.counts(*row)[0].plain.clone(), pen.marks(&cell, 1.0, "")),
                );
                let hatched = ["wacht", "lighter", "heavier", "other_act", "wlz"].contains(&row.text("name"));
                Stream {
                    label: self.destination(row.text("name")).plain,
                    value: row.value("mean").unwrap_or(0.0),
                    number,
                    hatched,
                }
            })
            .collect();
        let largest = targets.iter().max_by(|a, b| a.value("mean").unwrap_or(0.0).total_cmp(&b.value("mean").unwrap_or(0.0)))?;
        let count = |row: Row<'a>| pen.counts(row)[0].clone();
        let words = [
            ("scenario", self.label(run, avoided.text("scenario"))),
            ("year", Said::year(avoided.text("year"))),
            ("avoided", count(avoided)),
            ("most", count(*largest)),
            ("where", self.said(&self.destination(largest.text("name")).plain.to_lowercase())),
        ];
        let unseen = largest.text("name") == "censored";
        let message = match largest.value("mean") {
            None => &texts.sentence_hidden,
            Some(_) if unseen => &texts.sentence_unseen,
            Some(_) => &texts.sentence,
        };
        let mut sentence = vec![self.say(message, &words)];
        if let Some(drawn) =
            rows.iter().find(|row| row.text("name") == "drawn" && row.value("mean").is_some_and(|mean| mean > 0.0))
        {
            sentence.push(self.say(&texts.drawn_sentence, &[("drawn", count(*drawn))]));
        }
        let sentence = Said::joined(&sentence);
        let title = self.say(&texts.chart, &words);
        let from = self.say(&texts.from, &words).plain;
        let marks = avoided.cell("mean").map_or_else(String::new, |cell| pen.marks(&cell, 1.0, ""));
        let panel =
            self.panel(title.clone(), &sentence.plain, |names| Flow { from: (&from, &marks), streams: &streams }.draw(names));
        let told = rows.iter().filter(|row| special(row) || goes(row)).map(|row| {
            let label = match row.text("name") {
                "avoided" => self.said(&texts.avoided),
                "drawn" => self.said(&texts.drawn),
                name => self.destination(name),
            };
            let [mean, low, high] = pen.counts(*row);
            let mean = if row.value("mean").is_none() { self.left_out(*row) } else { mean };
            cells(&[&label, &mean, &low, &high])
        });
        let table = &self.texts.table;
        let head = [&texts.where_to, &texts.needs, &table.low, &table.high];
        Some(self.chart(Drawn {
            sheet: Sheet { caption: title.clone(), head: self.heads(head), rows: told.collect(), numbers_from: 1 },
            title,
            sentence,
            panels: vec![panel],
            abreast: 0,
            key: vec![self.key("stream", &texts.key_plain), self.key("stream loss", &texts.key_hatched)],
            columns: &COLUMNS,
            rows,
            name: "waterbed",
            from: "waterbed.csv",
        }))
    }

    /// Whose cost makes the saving of the year that is told in full.
    fn whose(&self, run: &'a Run, table: &'a Table) -> Option<Part> {
        let (texts, pen) = (&self.texts.waterbed, self.pen(run));
        let kinds: Vec<Row<'a>> =
            table.rows().filter(|row| row.text("table") == "kind" && row.year() == Some(run.year())).collect();
        let total = *kinds.iter().find(|row| row.text("name") == "total")?;
        let label = |name: &str| match name {
            "avoided" => self.said(&texts.kind_avoided),
            "changed" => self.said(&texts.kind_changed),
            "drawn" => self.said(&texts.kind_drawn),
            _ => self.said(&self.texts.ledger.total),
        };
        let unit = self.unit;
        let find = |name: &str| kinds.iter().find(|row| row.text("name") == name).copied();
        let amount = |name: &str| find(name).map_or_else(Self::nothing, |row| pen.amount(row.cell("mean"), unit, place(row)));
        let words = [
            ("year", Said::year(total.text("year"))),
            ("avoided", amount("avoided")),
            ("changed", amount("changed")),
            ("drawn", amount("drawn")),
            ("unit", Said::plain(self.unit_name(unit))),
        ];
        let step = |row: &Row<'a>| {
            let look = match row.text("name") {
                "total" => Look::Whole,
                _ if row.value("mean").unwrap_or(0.0) < 0.0 => Look::Loss,
                _ => Look::Part,
            };
            Step { row: *row, label: label(row.text("name")), look }
        };
        self.steps(
            run,
            Steps {
                title: self.say(&texts.whose, &words),
                sentence: self.say(&texts.whose_sentence, &words),
                each: kinds.iter().map(step).collect(),
                key: [&texts.key_saved, &texts.key_lost],
                columns: &COLUMNS,
                name: "wiens-kosten",
                from: "waterbed.csv",
            },
        )
    }
}
