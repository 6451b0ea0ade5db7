//! What made spending grow: price, volume, intensity.

use super::{Drawn, Writer, cells};
use crate::report::chart::{Bar, Bars, Look};
use crate::report::html::Said;
use crate::report::page::{Panel, Part, Section, Sheet};
use crate::report::run::Run;
use crate::report::shown::{euros, place};
use crate::report::table::{Row, Table};
use crate::words::number::Amounts;

impl<'a> Writer<'a> {
    pub(super) fn growth(&self) -> Section {
        let texts = &self.texts.growth;
        let part = |run: &'a Run| {
            let made = run.growth.as_ref().and_then(|table| self.growth_of(run, table));
            made.unwrap_or_else(|| Part::Words { html: self.absent(&texts.what, &texts.command, run).html })
        };
        let parts = self.runs.iter().map(part).collect();
        self.section("growth", &texts.title, vec![self.say(&texts.lead, &[])], parts)
    }

    fn growth_of(&self, run: &'a Run, table: &'a Table) -> Option<Part> {
        let (texts, pen) = (&self.texts.growth, self.pen(run));
        let (mut panels, mut rows, mut sources, mut sentences) = (Vec::<Panel>::new(), Vec::new(), Vec::new(), Vec::new());
        let mut ends: Option<(&str, &str, &str)> = None;
        for domain in &run.source.model.domains {
            let find = |metric: &str, year: &str| -> Option<Row<'a>> {
                let what = [("domain", &*domain.name), ("track", ""), ("state", ""), ("metric", metric), ("year", year)];
                let mut rows = table.rows();
                rows.find(|row| row.is(&what) && row.text("unit").starts_with("euro"))
            };
            let Some(any) = find("price", "") else { continue };
            let (first, last) = (any.text("first_year"), any.text("last_year"));
            let (Some(before), Some(after)) = (find("spending", first), find("spending", last)) else { continue };
            let (Some(volume), Some(intensity)) = (find("volume", ""), find("intensity", "")) else { continue };
            ends = Some((first, last, any.text("scenario")));
            let unit = Amounts::of(after.value("mean")?.abs());
            let named = [
                (before, self.say(&texts.spending, &[("year", Said::year(first))]), true),
                (any, self.said(&texts.price), false),
                (volume, self.said(&texts.volume), false),
                (intensity, self.said(&texts.intensity), false),
                (after, self.say(&texts.spending, &[("year", Said::year(last))]), true),
            ];
            let label = Said::name(self.language.pick(&domain.label));
            let (mut bars, mut at) = (Vec::new(), 0.0);
            for (row, name, whole) in &named {
                let (mean, low, high) = (row.value("mean")?, row.value("p05")?, row.value("p95")?);
                let from = if *whole { 0.0 } else { at };
                let look = if *whole {
                    Look::Whole
                } else if mean < 0.0 {
                    Look::Loss
                } else {
                    Look::Part
                };
                let number = row
                    .cell("mean")
                    .map(|cell| (pen.amount(Some(cell.clone()), unit, place(*row)).plain, pen.marks(&cell, euros(unit), "")));
                bars.push(Bar {
                    label: name.plain.clone(),
                    span: (from, from + mean),
                    band: Some((from + low, from + high)),
                    look,
                    number,
                });
                at = from + mean;
                let [mean, low, high] = pen.band(*row, unit);
                let what = Said::listed(&[label.clone(), name.clone()]);
                rows.push(cells(&[&what, &mean, &low, &high, &Said::plain(self.unit_name(unit))]));
            }
            let amount = |row: Row<'a>| pen.amount(row.cell("mean"), unit, place(row));
            let words = [
                ("domain", label.clone()),
                ("price", amount(any)),
                ("volume", amount(volume)),
                ("intensity", amount(intensity)),
                ("unit", Said::plain(self.unit_name(unit))),
            ];
            let sentence = self.say(&texts.sentence, &words);
            let axis_label = self.say(&texts.axis, &words[4..]).plain;
            let axis = self.axis(&axis_label, unit);
            panels.push(self.panel(label, &sentence.plain, |names| Bars { all: &bars, joined: true, axis }.draw(names)));
            sentences.push(sentence);
            sources.extend(named.iter().map(|(row, ..)| *row));
        }
        let (first, last, scenario) = ends?;
        let words = [("first", Said::year(first)), ("last", Said::year(last)), ("scenario", self.label(run, scenario))];
        let title = self.say(&texts.chart, &words);
        let table = &self.texts.table;
        let head = [&table.claim, &table.mean, &table.low, &table.high, &table.unit];
        Some(self.chart(Drawn {
            sheet: Sheet { caption: title.clone(), head: self.heads(head), rows, numbers_from: 1 },
            title,
            sentence: Said::joined(&sentences),
            panels,
            abreast: 0,
            key: vec![
                self.key("bar whole", &texts.key_whole),
                self.key("bar", &texts.key_more),
                self.key("bar loss", &texts.key_less),
                self.key("whisker", &self.texts.chart.key_band),
            ],
            columns: &[
                "scenario",
                "first_year",
                "last_year",
                "domain",
                "metric",
                "unit",
                "year",
                "mean",
                "mcse",
                "p05",
                "p50",
                "p95",
            ],
            rows: sources,
            name: "groei",
            from: "growth.csv",
        }))
    }
}
