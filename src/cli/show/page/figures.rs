//! Numbers and tables, each under the part that reads it.

use super::homes::Home;
use super::markdown::Column;
use super::{Page, runs, span};
use crate::cli::text::fill;
use crate::model::{MAX_AGE, Parameter, Prior, Table, Unit};

/// Most bands of a table that are written out; of a larger one only its bounds.
const MAX_BANDS: usize = 16;

impl Page<'_> {
    /// A part of the page with nothing but numbers, tables and growth; nothing if there are none.
    pub(super) fn numbers_under(&mut self, title: &str, home: Home) {
        let homes = &self.homes;
        if [&homes.parameters, &homes.tables, &homes.trends].into_iter().flatten().any(|of| *of == home) {
            self.document.heading(2, title);
            self.numbers(home);
        }
    }

    /// The numbers, tables and growth that belong to a part of the page.
    pub(super) fn numbers(&mut self, home: Home) {
        let (texts, model) = (self.texts, self.show.model);
        let at_home = |homes: &[Home]| -> Vec<usize> { (0..homes.len()).filter(|&id| homes[id] == home).collect() };
        let (parameters, tables) = (at_home(&self.homes.parameters), at_home(&self.homes.tables));
        let trends = at_home(&self.homes.trends);
        if !parameters.is_empty() {
            let rows: Vec<Vec<String>> = parameters.into_iter().map(|id| self.parameter(id)).collect();
            self.document.heading(3, &texts.numbers);
            let columns = [&texts.number, &texts.value, &texts.grade, &texts.source].map(|name| Column::words(name));
            self.document.table(&columns, &rows);
        }
        if !tables.is_empty() {
            let rows: Vec<Vec<String>> = tables.into_iter().map(|id| self.table(&model.tables[id])).collect();
            self.document.heading(3, &texts.tables);
            let columns = [&texts.table, &texts.values, &texts.grade, &texts.source].map(|name| Column::words(name));
            self.document.table(&columns, &rows);
        }
        let trends: Vec<String> = trends.into_iter().map(|id| self.show.trend(&model.trends[id])).collect();
        self.document.list(&trends);
    }

    fn parameter(&self, id: usize) -> Vec<String> {
        let parameter = &self.show.model.parameters[id];
        let value = self.prior(parameter, self.show.medians[id]);
        let note = self.show.language.note(parameter.note.as_deref(), parameter.note_nl.as_deref());
        let origin = self.origin(Some(parameter.source), note, Some(parameter.grade));
        [self.titled(&parameter.name, &parameter.label), value].into_iter().chain(origin).collect()
    }

    /// A prior in words: its median with the unit, the bounds of nine tenths of it, and its law. Shares are in percent.
    fn prior(&self, parameter: &Parameter, median: f64) -> String {
        let (show, texts) = (self.show, self.texts);
        let (scale, unit) = match parameter.unit {
            Unit::Share => (100.0, " %".to_owned()),
            Unit::Factor | Unit::Number => (1.0, String::new()),
            unit => (1.0, format!(" {}", show.unit(unit))),
        };
        let number = |value: f64| show.number(scale * value);
        let law = match &parameter.prior {
            Prior::Fixed(_) => return fill(&texts.fixed, &[("value", &format!("{}{unit}", number(median)))]),
            Prior::Uniform { .. } => &texts.uniform,
            Prior::Triangular { .. } => &texts.triangular,
            Prior::Pert { .. } => &texts.pert,
            Prior::Normal { .. } => &texts.normal,
            Prior::Lognormal { .. } => &texts.lognormal,
            Prior::Beta { .. } => &texts.beta,
            Prior::Gamma { .. } => &texts.gamma,
            Prior::Empirical(_) => &texts.empirical,
        };
        let bound = |p| number(parameter.prior.quantile(p));
        let words =
            [("value", &*format!("{}{unit}", number(median))), ("low", &bound(0.05)), ("high", &bound(0.95)), ("law", law)];
        fill(&texts.range, &words)
    }

    fn table(&self, table: &Table) -> Vec<String> {
        let bands = self.bands(table).filter(|bands| bands.len() <= MAX_BANDS);
        let values = match bands {
            Some(bands) => {
                let bands: Vec<String> =
                    bands.iter().map(|(band, value)| format!("{band}: {}", self.show.number(*value))).collect();
                format!("{}; {}", self.show.unit(table.unit).trim_matches(['(', ')']), bands.join("; "))
            }
            None => self.show.cells(table),
        };
        let origin = self.origin(Some(table.source), table.note.as_deref(), Some(table.grade));
        [format!("`{}`", table.name), values].into_iter().chain(origin).collect()
    }

    /// The values of a table with one dimension, by age band, years or value of the attribute.
    fn bands(&self, table: &Table) -> Option<Vec<(String, f64)>> {
        let model = self.show.model;
        match (table.attributes.as_slice(), table.age, table.year) {
            (&[attribute], false, false) => {
                let names = &model.attributes[attribute].values;
                Some(names.iter().cloned().zip(table.values.iter().copied()).collect())
            }
            ([], age, year) if age != year => {
                let (first, end) =
                    if age { (0, MAX_AGE as i64) } else { (i64::from(model.first_year), i64::from(model.last_year)) };
                let band = |(from, to, value): (usize, usize, &f64)| (span(first + from as i64, first + to as i64, end), *value);
                Some(runs(&table.values).into_iter().map(band).collect())
            }
            _ => None,
        }
    }
}
