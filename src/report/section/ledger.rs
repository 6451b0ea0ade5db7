//! The saving divided over its measures, with what they take from each other.

use super::{Drawn, Writer, cells};
use crate::analysis::savings::TOTAL;
use crate::report::chart::{Bar, Bars, Look};
use crate::report::html::Said;
use crate::report::page::{Part, Section, Sheet};
use crate::report::run::Run;
use crate::report::shown::{euros, place};
use crate::report::table::{Row, Table};

impl<'a> Writer<'a> {
    pub(super) fn ledger(&self) -> Option<Section> {
        let texts = &self.texts.ledger;
        let runs: Vec<&'a Run> = self.runs.iter().filter(|run| run.compares() && run.savings.is_some()).collect();
        if runs.is_empty() {
            return None;
        }
        let part = |run: &&'a Run| {
            let made = run.ledger.as_ref().and_then(|table| self.waterfall(run, table));
            made.unwrap_or_else(|| Part::Words { html: self.absent(&texts.what, &texts.command, run).html })
        };
        Some(self.section("ledger", &texts.title, vec![self.say(&texts.lead, &[])], runs.iter().map(part).collect()))
    }

    /// The last year of a ledger that the run tells of.
    fn ledger_year(run: &Run, table: &Table) -> Option<i32> {
        table.rows().filter_map(|row| row.year()).filter(|&year| year <= run.year()).max()
    }

    /// What measures would save each alone, what they take from each other, and what is left.
    fn waterfall(&self, run: &'a Run, table: &'a Table) -> Option<Part> {
        let (texts, pen) = (&self.texts.ledger, self.pen(run));
        let when = Self::ledger_year(run, table)?.to_string();
        let of = |metric: &'static str| -> Vec<Row<'a>> {
            let when = when.clone();
            table.rows().filter(move |row| row.is(&[("domain", TOTAL), ("year", &when), ("metric", metric)])).collect()
        };
        let (alone, share, last) = (of("alone"), of("share"), of("last"));
        let (total, overlap) = (*of("total").first()?, *of("overlap").first()?);
        let scenario = total.text("scenario");
        let name = |row: Row<'_>| {
            let measures = run.scenario(scenario).into_iter().flat_map(|scenario| &scenario.measures);
            let found = measures.into_iter().find(|measure| measure.name == row.text("measure"));
            Said::name(found.map_or_else(|| row.text("measure"), |measure| self.language.pick(&measure.label)))
        };
        let unit = self.unit;
        let number = |row: Row<'_>| {
            let cell = row.cell("mean")?;
            let shown = pen.amount(Some(cell.clone()), unit, place(row));
            Some((shown.plain, pen.marks(&cell, euros(unit), "")))
        };
        let value = |row: Row<'_>, column: &str| row.value(column).unwrap_or(0.0);
        let off = overlap.cell("mean");
        let taken = off.clone().map(|cell| {
            let shown = pen.less(Some(cell.clone()), unit, place(overlap));
            (shown.plain, pen.marks(&cell, -euros(unit), ""))
        });
        let lost = value(overlap, "mean") >= 0.0;
        let (mut bars, mut at) = (Vec::new(), 0.0);
        // What does nothing in any future needs no bar; it stands in the table.
        let acts = |row: &Row<'_>| ["mean", "p05", "p95"].iter().any(|column| value(*row, column) != 0.0);
        for row in alone.iter().copied().filter(acts).chain([overlap]) {
            let own = row.text("metric") == "overlap";
            // What measures take from each other is taken off.
            let (sign, columns) = if own { (-1.0, ["mean", "p95", "p05"]) } else { (1.0, ["mean", "p05", "p95"]) };
            let [mean, low, high] = columns.map(|column| sign * value(row, column));
            let look = if mean < 0.0 { Look::Loss } else { Look::Part };
            let label = if own { texts.overlap.clone() } else { name(row).plain };
            let band = Some((at + low, at + high));
            let number = if own { taken.clone() } else { number(row) };
            bars.push(Bar { label, span: (at, at + mean), band, look, number });
            at += mean;
        }
        let mean = value(total, "mean");
        let band = Some((value(total, "p05"), value(total, "p95")));
        bars.push(Bar { label: texts.total.clone(), span: (0.0, mean), band, look: Look::Whole, number: number(total) });

        let largest = share.iter().max_by(|a, b| value(**a, "mean").total_cmp(&value(**b, "mean")))?;
        let words = [
            ("scenario", self.label(run, scenario)),
            ("year", Said::year(&when)),
            ("measure", name(*largest)),
            ("share", pen.amount(largest.cell("mean"), unit, place(*largest))),
            ("total", pen.amount(total.cell("mean"), unit, place(total))),
            ("overlap", if lost { pen.amount(off, unit, place(overlap)) } else { pen.less(off, unit, place(overlap)) }),
            ("unit", Said::plain(self.unit_name(unit))),
        ];
        let label = self.say(&self.texts.chart.saving_axis, &words[6..]).plain;
        let sentence = self.say(if lost { &texts.sentence_less } else { &texts.sentence_more }, &words);
        let title = self.say(&texts.chart, &words);
        let axis = self.axis(&label, unit);
        let panel = self.panel(title.clone(), &sentence.plain, |names| Bars { all: &bars, joined: true, axis }.draw(names));
        let mut rows = Vec::new();
        for row in &share {
            let same = |all: &[Row<'a>]| all.iter().find(|other| other.text("measure") == row.text("measure")).copied();
            let amount =
                |row: Option<Row<'a>>| row.map_or_else(Self::nothing, |row| pen.amount(row.cell("mean"), unit, place(row)));
            let [mean, low, high] = pen.band(*row, unit);
            rows.push(cells(&[&name(*row), &mean, &low, &high, &amount(same(&alone)), &amount(same(&last))]));
        }
        for (row, label) in [(overlap, &texts.overlap), (total, &texts.total)] {
            let [mean, low, high] = match row.text("metric") {
                "overlap" => ["mean", "p95", "p05"].map(|column| pen.less(row.cell(column), unit, place(row))),
                _ => pen.band(row, unit),
            };
            rows.push(cells(&[&self.said(label), &mean, &low, &high, &Self::nothing(), &Self::nothing()]));
        }
        let table_words = &self.texts.table;
        let head = [&texts.measure, &texts.share, &table_words.low, &table_words.high, &texts.alone, &texts.last];
        let from = if table.file == "ledger.csv" { "ledger.csv" } else { "ledger_twin.csv" };
        let by = if from == "ledger.csv" { &texts.engine } else { &texts.twin };
        Some(self.chart(Drawn {
            sheet: Sheet { caption: self.in_unit(&title, unit), head: self.heads(head), rows, numbers_from: 1 },
            title,
            sentence: Said::joined(&[sentence, self.say(by, &[])]),
            panels: vec![panel],
            abreast: 0,
            key: vec![
                self.key("bar", &texts.key_part),
                self.key("bar loss", &texts.key_loss),
                self.key("bar whole", &texts.key_whole),
                self.key("whisker", &self.texts.chart.key_band),
            ],
            columns: &["scenario", "measure", "domain", "year", "metric", "mean", "mcse", "p05", "p50", "p95"],
            rows: [alone, share, last, vec![overlap, total]].concat(),
            name: "besparing-per-maatregel",
            from,
        }))
    }

    /// What a measure adds to the saving, if that has been worked out: its share and the year of it.
    pub(super) fn share_of(&self, run: &'a Run, scenario: &str, measure: &str) -> Option<Said> {
        let table = run.ledger.as_ref()?;
        let when = Self::ledger_year(run, table)?;
        let what = [("scenario", scenario), ("measure", measure), ("domain", TOTAL), ("metric", "share")];
        let row = table.rows().find(|row| row.year() == Some(when) && row.is(&what))?;
        let [mean, low, high] = self.pen(run).band(row, self.unit);
        let words = [
            ("mean", mean),
            ("low", low),
            ("high", high),
            ("unit", Said::plain(self.unit_name(self.unit))),
            ("year", Said::year(when)),
        ];
        Some(self.say(&self.texts.levers.saves, &words))
    }
}
