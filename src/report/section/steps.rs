//! Steps that add up to a whole: bars one after the other, and the same as a table.

use super::{Drawn, Writer, cells};
use crate::report::chart::{Bar, Bars, Look};
use crate::report::html::Said;
use crate::report::page::{Part, Sheet};
use crate::report::run::Run;
use crate::report::shown::{euros, place};
use crate::report::table::Row;

/// A step: a row with mean and band in euros, what it is called and how it looks. A whole begins at zero.
pub(super) struct Step<'a> {
    pub(super) row: Row<'a>,
    pub(super) label: Said,
    pub(super) look: Look,
}

/// What a chart of steps is made of.
pub(super) struct Steps<'a> {
    pub(super) title: Said,
    pub(super) sentence: Said,
    /// In order, the whole last.
    pub(super) each: Vec<Step<'a>>,
    /// What a step up is, and a step down.
    pub(super) key: [&'a str; 2],
    pub(super) columns: &'a [&'a str],
    /// Name of its file, without an ending, and the table it comes from.
    pub(super) name: &'a str,
    pub(super) from: &'a str,
}

impl<'a> Writer<'a> {
    /// The chart; none if a row lacks a number.
    pub(super) fn steps(&self, run: &'a Run, made: Steps<'a>) -> Option<Part> {
        let (pen, unit) = (self.pen(run), self.unit);
        let (mut bars, mut at) = (Vec::new(), 0.0);
        for Step { row, label, look } in &made.each {
            let (mean, low, high) = (row.value("mean")?, row.value("p05")?, row.value("p95")?);
            let from = if *look == Look::Whole { 0.0 } else { at };
            let shown = |cell| pen.amount(Some(cell), unit, place(*row)).plain;
            let number = row.cell("mean").map(|cell| (shown(cell.clone()), pen.marks(&cell, euros(unit), "")));
            let band = Some((from + low, from + high));
            bars.push(Bar { label: label.plain.clone(), span: (from, from + mean), band, look: *look, number });
            at += mean;
        }
        let named = self.unit_name(unit);
        let label = self.say(&self.texts.chart.saving_axis, &[("unit", Said::plain(named))]).plain;
        let axis = self.axis(&label, unit);
        let Steps { title, sentence, each, key: [up, down], columns, name, from } = made;
        let panel = self.panel(title.clone(), &sentence.plain, |names| Bars { all: &bars, joined: true, axis }.draw(names));
        let told = each.iter().map(|step| {
            let [mean, low, high] = pen.band(step.row, unit);
            cells(&[&step.label, &mean, &low, &high])
        });
        let table = &self.texts.table;
        let head = [&table.claim, &table.saving, &table.low, &table.high];
        Some(self.chart(Drawn {
            sheet: Sheet { caption: self.in_unit(&title, unit), head: self.heads(head), rows: told.collect(), numbers_from: 1 },
            title,
            sentence,
            panels: vec![panel],
            abreast: 0,
            key: vec![
                self.key("bar", up),
                self.key("bar loss", down),
                self.key("bar whole", &self.texts.ledger.key_whole),
                self.key("whisker", &self.texts.chart.key_band),
            ],
            columns,
            rows: each.iter().map(|step| step.row).collect(),
            name,
            from,
        }))
    }
}
