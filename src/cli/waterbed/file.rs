//! `waterbed.csv`: what became of those who were kept out of maatwerk, and whose cost makes the saving.

use super::report::Report;
use crate::analysis::Estimate;
use crate::analysis::few::{Cell, Hidden, hidden, is_few};
use crate::analysis::waterbed::{Kind, Metric, Row, Waterbed};
use serde::Serialize;

/// A line. The fields are its columns, in order.
#[derive(Debug, Serialize)]
struct Line<'a> {
    scenario: &'a str,
    /// `row`: of the hulpvragen that were avoided in `year`, followed 24 months; `kind`: the saving of `year`.
    table: &'a str,
    name: String,
    year: i32,
    metric: &'a str,
    unit: &'a str,
    mean: Option<f64>,
    mcse: Option<f64>,
    p05: Option<f64>,
    p50: Option<f64>,
    p95: Option<f64>,
    note: String,
}

/// Which rows are left out: they sum to what was avoided. Nobody is not a few.
pub(super) fn left_out(found: &Waterbed) -> Vec<Option<Hidden>> {
    let count = |persons: f64| Cell { few: persons > 0.0 && is_few(persons), persons };
    let counts: Vec<Cell> = found.rows.iter().map(|row| count(row[0].mean)).collect();
    hidden(&counts)
}

/// All of it.
pub(super) fn csv(report: &Report<'_>) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let found = report.found;
    let mut add =
        |table: &str, name: String, year: i32, (metric, unit): (&str, &str), estimate: &Estimate, why: Option<Hidden>| {
            let shown = |value: f64| why.is_none().then_some(value);
            writer.serialize(Line {
                scenario: &report.scenario.name,
                table,
                name,
                year,
                metric,
                unit,
                mean: shown(estimate.mean),
                mcse: estimate.mcse.filter(|_| why.is_none()),
                p05: shown(estimate.realised[0]),
                p50: shown(estimate.realised[3]),
                p95: shown(estimate.realised[6]),
                note: Hidden::note(why, "hulpvragen"),
            })
        };
    for ((row, estimates), why) in Row::ALL.iter().zip(&found.rows).zip(left_out(found)) {
        let name = serde_json::to_string(row)?.trim_matches('"').to_owned();
        for ((_, metric, unit), estimate) in Metric::ALL.iter().zip(estimates) {
            add("row", name.clone(), report.cohort, (metric, unit), estimate, why)?;
        }
    }
    let hulpvragen = ("hulpvragen", "hulpvragen");
    add("row", "avoided".to_owned(), report.cohort, hulpvragen, &found.avoided, None)?;
    add("row", "drawn".to_owned(), report.cohort, hulpvragen, &found.drawn, None)?;
    let saved = ("saved", "euro (constant)");
    for ((_, kind), years) in Kind::ALL.iter().zip(&found.saved) {
        for (year, estimate) in (report.first_year..).zip(years) {
            add("kind", (*kind).to_owned(), year, saved, estimate, None)?;
        }
    }
    for (year, estimate) in (report.first_year..).zip(&found.total) {
        add("kind", "total".to_owned(), year, saved, estimate, None)?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
