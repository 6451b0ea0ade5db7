//! Per wijk: how many people have indicated care.

use super::{Drawn, Subject, Writer, cells};
use crate::model::UNCHANGED;
use crate::report::chart::{Axis, Fan, Quantiles};
use crate::report::html::Said;
use crate::report::page::{Key, Panel, Part, Section, Sheet};
use crate::report::table::{Row, Table};

/// Percentiles of a fan.
const PERCENTILES: [&str; 5] = ["p05", "p25", "p50", "p75", "p95"];

impl<'a> Writer<'a> {
    pub(super) fn wijken(&self) -> Option<Section> {
        let texts = &self.texts.wijk;
        let told = self.subjects().into_iter().filter_map(|subject| {
            let table = subject.run.wijken.as_ref()?;
            self.wijken_of(&subject, table)
        });
        let parts: Vec<Part> = told.collect();
        (!parts.is_empty()).then(|| self.section("wijken", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }

    fn wijken_of(&self, subject: &Subject<'a>, table: &'a Table) -> Option<Part> {
        let (texts, pen) = (&self.texts.wijk, self.pen(subject.run));
        let series = |scenario: &str, wijk: &str| -> Vec<Row<'a>> {
            let what = [("scenario", scenario), ("wijk", wijk), ("layer", "maatwerk"), ("metric", "person_years")];
            table.rows().filter(|row| row.is(&what)).collect()
        };
        // A year that is hidden hides the wijk: what is left would tell it.
        let quantiles = |rows: &[Row<'a>]| -> Option<Vec<Quantiles>> {
            let year = |row: &Row<'a>| {
                let mut values = [0.0; 5];
                for (value, column) in values.iter_mut().zip(PERCENTILES) {
                    *value = row.value(column)?;
                }
                Some(values)
            };
            rows.iter().map(year).collect::<Option<Vec<_>>>().filter(|years| !years.is_empty())
        };
        let mut found = Vec::new();
        for wijk in table.different("wijk") {
            let rows = series(subject.scenario, wijk);
            let base = if subject.run.compares() { series(UNCHANGED, wijk) } else { Vec::new() };
            found.push((wijk, quantiles(&rows), quantiles(&base), rows, base));
        }
        let shown = found.iter().flat_map(|(_, years, base, ..)| years.iter().chain(base).flatten());
        let ends = Fan::ends_of(shown);
        let (mut panels, mut told, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for (wijk, years, base, rows, base_rows) in &found {
            let name = self.place_name("wijk", wijk);
            let Some(years) = years else {
                let hidden = rows.iter().chain(base_rows).find(|row| row.value("mean").is_none());
                let why = hidden.map_or_else(Said::default, |row| self.left_out(*row));
                panels.push(Panel { caption: name, svg: format!("<p class=\"small\">{}</p>", why.html) });
                continue;
            };
            let last = *rows.last()?;
            let [mean, low, high] = pen.counts(last);
            let words = [
                ("mean", mean),
                ("low", low),
                ("high", high),
                ("unit", Said::plain(&self.texts.fan.persons)),
                ("year", Said::year(last.text("year"))),
            ];
            let description = self.say(&self.texts.fan.reads, &words).plain;
            let axis = Axis { label: &texts.axis, per: 1.0, language: self.language };
            let first_year = rows.first()?.year()?;
            let fan = Fan { first_year, years, beside: base.as_deref(), ends: Some(ends), cut: &self.texts.fan.cut, axis };
            panels.push(self.panel(name.clone(), &description, |names| fan.draw(names)));
            for (row, beside) in rows.iter().zip(base_rows.iter().map(Some).chain(std::iter::repeat(None))) {
                let [mean, low, high] = pen.counts(*row);
                let without = beside.map_or_else(Self::nothing, |row| pen.counts(*row)[0].clone());
                let what = Said::listed(&[name.clone(), Said::year(row.text("year"))]);
                told.push(cells(&[&what, &mean, &low, &high, &without]));
            }
            sources.extend(rows.iter().chain(base_rows).copied());
        }
        if sources.is_empty() {
            return None;
        }
        let lasts = found.iter().filter_map(|(wijk, _, _, rows, _)| Some((*wijk, *rows.last()?)));
        let most = lasts.max_by(|a, b| a.1.value("mean").unwrap_or(0.0).total_cmp(&b.1.value("mean").unwrap_or(0.0)));
        let sentence = most.map_or_else(Said::default, |(wijk, row)| {
            let [mean, low, high] = pen.counts(row);
            let words = [
                ("wijk", self.place_name("wijk", wijk)),
                ("mean", mean),
                ("low", low),
                ("high", high),
                ("year", Said::year(row.text("year"))),
            ];
            self.say(&texts.sentence, &words)
        });
        let title = self.say(&texts.chart, &[("scenario", subject.label.clone())]);
        let table = &self.texts.table;
        let head = [&table.what_year, &table.mean, &table.low, &table.high, &texts.without];
        let fan = &self.texts.fan;
        let marks = [("median", &fan.key_median), ("band50", &fan.key_50), ("band90", &fan.key_90)];
        let mut key: Vec<Key> = marks.into_iter().map(|(mark, text)| self.key(mark, text)).collect();
        if subject.run.compares() {
            key.push(self.key("beside", &fan.key_beside));
        }
        Some(self.chart(Drawn {
            sheet: Sheet { caption: title.clone(), head: self.heads(head), rows: told, numbers_from: 1 },
            title,
            sentence,
            panels,
            abreast: 0,
            key,
            columns: &[
                "scenario", "year", "wijk", "layer", "metric", "unit", "mean", "mcse", "p05", "p25", "p50", "p75", "p95", "note",
            ],
            rows: sources,
            name: "wijken",
            from: "by_wijk.csv",
        }))
    }
}
