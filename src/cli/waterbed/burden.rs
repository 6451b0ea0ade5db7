//! `burden.csv`: who waits, what the own network does and what it costs, by wijk, age band and household, without and with the scenario.

use super::report::Report;
use crate::analysis::Estimate;
use crate::analysis::estimate::SMALL;
use crate::analysis::waterbed::{Burden, Cells, Group, HOUSEHOLDS, Load};
use crate::model::{Model, UNCHANGED};
use crate::store::columns::age_name;
use serde::Serialize;

/// A line. The fields are its columns, in order.
#[derive(Debug, Serialize)]
struct Line<'a> {
    scenario: &'a str,
    year: i32,
    group: &'a str,
    value: &'a str,
    metric: &'a str,
    unit: &'a str,
    mean: Option<f64>,
    mcse: Option<f64>,
    p05: Option<f64>,
    p50: Option<f64>,
    p95: Option<f64>,
    /// Against unchanged policy.
    change: Option<f64>,
    change_mcse: Option<f64>,
    note: &'a str,
}

/// All of it.
pub(super) fn csv(report: &Report<'_>) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for ((group, which), years) in Cells::new(report.model).all().zip(&report.found.burden) {
        let value = name(report.model, group, which);
        for (year, cell) in (report.first_year..).zip(years) {
            for (at, (load, metric, unit)) in Load::ALL.into_iter().enumerate() {
                let hidden = is_small(cell, load);
                let shown = |value: f64| (!hidden).then_some(value);
                let mut add = |scenario: &str, estimate: &Estimate, change: Option<&Estimate>| {
                    writer.serialize(Line {
                        scenario,
                        year,
                        group: Group::ALL[group as usize].1,
                        value: &value,
                        metric,
                        unit,
                        mean: shown(estimate.mean),
                        mcse: estimate.mcse.filter(|_| !hidden),
                        p05: shown(estimate.realised[0]),
                        p50: shown(estimate.realised[3]),
                        p95: shown(estimate.realised[6]),
                        change: change.and_then(|change| shown(change.mean)),
                        change_mcse: change.and_then(|change| change.mcse).filter(|_| !hidden),
                        note: if hidden { "fewer than 10 persons" } else { "" },
                    })
                };
                add(UNCHANGED, &cell.before[at], None)?;
                add(&report.scenario.name, &cell.after[at], Some(&cell.change[at]))?;
            }
        }
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// Whether a number is about fewer than ten persons in one of the two histories. Nobody is not a few.
pub(super) fn is_small(cell: &Burden, load: Load) -> bool {
    let few = |load: Load| {
        let small = |estimate: &Estimate| estimate.mean > 0.0 && estimate.mean < SMALL;
        small(&cell.before[load as usize]) || small(&cell.after[load as usize])
    };
    match load {
        Load::Persons | Load::InformalHours | Load::Cost => few(Load::Persons),
        Load::Waiting | Load::UnmetNeed => few(Load::Persons) || few(Load::Waiting),
    }
}

/// Name of a cell within its group.
pub(super) fn name(model: &Model, group: Group, which: usize) -> String {
    match group {
        Group::Wijk => model.wijk.map_or_else(String::new, |wijk| model.attributes[wijk].values[which].clone()),
        Group::AgeBand => age_name(model, which),
        Group::Household => HOUSEHOLDS[which].to_owned(),
    }
}
