//! What may happen year by year: cost and volume by domain, and persons by layer.

use super::{Drawn, Writer, cells};
use crate::model::UNCHANGED;
use crate::report::chart::{Axis, Fan, Quantiles};
use crate::report::html::Said;
use crate::report::page::{Key, Part, Section, Sheet};
use crate::report::run::Run;
use crate::report::shown::euros;
use crate::report::table::Row;
use crate::words::number::Amounts;

/// Percentiles of a fan.
const PERCENTILES: [&str; 5] = ["p05", "p25", "p50", "p75", "p95"];

/// Columns of the files of fans.
const COLUMNS: [&str; 13] =
    ["scenario", "year", "domain", "layer", "metric", "unit", "mean", "mcse", "p05", "p25", "p50", "p75", "p95"];

/// What a fan is of: a domain or a layer, and its name for people.
struct Place<'a> {
    domain: &'a str,
    layer: &'a str,
    label: Said,
}

impl<'a> Writer<'a> {
    pub(super) fn fans(&self) -> Section {
        let texts = &self.texts.fan;
        let mut parts = Vec::new();
        for run in self.runs {
            if self.runs.len() > 1 {
                parts.push(Part::Heading { text: Said::name(&run.name()) });
            }
            let model = &run.source.model;
            let domain = |domain: &'a crate::model::Domain| Place {
                domain: &domain.name,
                layer: "",
                label: Said::name(self.language.pick(&domain.label)),
            };
            let domains: Vec<Place<'a>> = model.domains.iter().map(domain).collect();
            let layers = [
                ("maatwerk", &texts.maatwerk),
                ("basis", &texts.basis),
                ("wacht", &texts.wacht),
                ("formeel", &texts.formeel),
                ("informeel", &texts.informeel),
            ];
            let layers = layers.map(|(layer, label)| Place { domain: "", layer, label: self.said(label) });
            let groups = [
                (&domains[..], "cost_constant", &texts.cost, "kosten"),
                (&domains[..], "person_years", &texts.volume, "volume"),
                (&layers[..], "person_years", &texts.layers, "lagen"),
            ];
            for (places, metric, title, name) in groups {
                parts.extend(self.fan_chart(run, places, metric, title, name));
            }
        }
        self.section("fans", &texts.title, vec![self.say(&texts.lead, &[])], parts)
    }

    fn series(run: &'a Run, scenario: &str, place: &Place<'_>, metric: &str) -> Vec<Row<'a>> {
        let what = [("scenario", scenario), ("domain", place.domain), ("layer", place.layer), ("metric", metric)];
        run.bands.rows().filter(|row| row.is(&what)).collect()
    }

    fn fan_chart(&self, run: &'a Run, places: &[Place<'a>], metric: &str, title: &str, name: &str) -> Option<Part> {
        let (texts, pen) = (&self.texts.fan, self.pen(run));
        let money = metric == "cost_constant";
        let quantiles = |rows: &[Row<'_>]| -> Vec<Quantiles> {
            rows.iter().map(|row| PERCENTILES.map(|column| row.value(column).unwrap_or(0.0))).collect()
        };
        let (mut panels, mut rows, mut sources, mut grown) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (identity, changed) = (&run.source.manifest.identity, run.changed());
        for spot in places {
            let base = if run.compares() { Self::series(run, UNCHANGED, spot, metric) } else { Vec::new() };
            let all: Vec<(&str, Vec<Row<'a>>)> =
                changed.iter().map(|&scenario| (scenario, Self::series(run, scenario, spot, metric))).collect();
            if all.iter().all(|(_, rows)| rows.is_empty()) {
                continue;
            }
            let beside = quantiles(&base);
            let together: Vec<Quantiles> =
                all.iter().flat_map(|(_, rows)| quantiles(rows)).chain(beside.iter().copied()).collect();
            let ends = Fan::ends_of(&together);
            let unit =
                if money { Amounts::of(together.iter().map(|year| year[4].abs()).fold(0.0, f64::max)) } else { Amounts::Euro };
            for (scenario, series) in &all {
                let years = quantiles(series);
                let label = if money { self.unit_name(unit) } else { &*texts.persons };
                let axis = Axis { label, per: if money { euros(unit) } else { 1.0 }, language: self.language };
                let fan = Fan {
                    first_year: identity.first_year,
                    years: &years,
                    beside: (!beside.is_empty()).then_some(&beside[..]),
                    ends: Some(ends),
                    cut: &texts.cut,
                    axis,
                };
                let caption = Said::listed(&[spot.label.clone(), self.label(run, scenario)]);
                let described = series.last().map_or_else(Said::default, |row| self.reads(run, *row, unit, money));
                panels.push(self.panel(caption, &described.plain, |names| fan.draw(names)));
            }
            let base_last = base.last().copied();
            let with_base = [(UNCHANGED, base)].into_iter().chain(all);
            for (scenario, series) in with_base.filter(|(_, series)| !series.is_empty()) {
                for row in &series {
                    let [mean, low, high] = if money { pen.band(*row, unit) } else { pen.counts(*row) };
                    let what = Said::listed(&[spot.label.clone(), self.label(run, scenario), Said::year(row.text("year"))]);
                    let unit = if money { self.unit_name(unit) } else { &*texts.persons };
                    rows.push(cells(&[&what, &mean, &low, &high, &Said::plain(unit)]));
                }
                if scenario == *changed.last().unwrap_or(&UNCHANGED) {
                    let beside = base_last.filter(|_| scenario != UNCHANGED);
                    if grown.is_empty() {
                        grown.extend(series.last().map(|row| self.intro(run, scenario, *row)));
                    }
                    grown.extend(series.last().map(|row| self.ends_at(run, spot, *row, beside, unit, money)));
                }
                sources.extend(series);
            }
        }
        if panels.is_empty() {
            return None;
        }
        let table = &self.texts.table;
        let head = [&table.what_year, &table.mean, &table.low, &table.high, &table.unit];
        let marks = [("median", &texts.key_median), ("band50", &texts.key_50), ("band90", &texts.key_90)];
        let mut key: Vec<Key> = marks.into_iter().map(|(mark, text)| self.key(mark, text)).collect();
        if run.compares() {
            key.push(self.key("beside", &texts.key_beside));
        }
        Some(self.chart(Drawn {
            title: self.said(title),
            sentence: Said::joined(&grown),
            panels,
            abreast: if changed.len() > 3 { 0 } else { changed.len() },
            key,
            sheet: Sheet { caption: self.said(title), head: self.heads(head), rows, numbers_from: 1 },
            columns: &COLUMNS,
            rows: sources,
            name,
            from: "bands.csv",
        }))
    }

    /// How a fan ends, for its description.
    fn reads(&self, run: &Run, row: Row<'_>, unit: Amounts, money: bool) -> Said {
        let [mean, low, high] = if money { self.pen(run).band(row, unit) } else { self.pen(run).counts(row) };
        let unit = if money { self.unit_name(unit) } else { &*self.texts.fan.persons };
        let words =
            [("mean", mean), ("low", low), ("high", high), ("unit", Said::plain(unit)), ("year", Said::year(row.text("year")))];
        self.say(&self.texts.fan.reads, &words)
    }

    /// The same as a conclusion: what there is of it in the last year.
    fn ends_at(&self, run: &Run, spot: &Place<'_>, row: Row<'_>, beside: Option<Row<'_>>, unit: Amounts, money: bool) -> Said {
        let numbers = |row| if money { self.pen(run).band(row, unit) } else { self.pen(run).counts(row) };
        let [mean, low, high] = numbers(row);
        let name = if money { self.unit_name(unit) } else { &*self.texts.fan.people };
        let words = [
            ("what", spot.label.clone()),
            ("mean", mean),
            ("low", low),
            ("high", high),
            ("unit", Said::plain(name)),
            ("without", beside.map_or_else(Self::nothing, |row| numbers(row)[0].clone())),
        ];
        self.say(if beside.is_some() { &self.texts.fan.sentence } else { &self.texts.fan.sentence_alone }, &words)
    }

    /// What the conclusion is about.
    fn intro(&self, run: &Run, scenario: &str, row: Row<'_>) -> Said {
        let words = [("scenario", self.label(run, scenario)), ("year", Said::year(row.text("year")))];
        self.say(&self.texts.fan.intro, &words)
    }
}
