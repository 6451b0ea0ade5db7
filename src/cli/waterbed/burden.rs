//! `burden.csv`: who waits, what the own network does and what it costs, by wijk, age band and household, without and with the scenario.

use super::report::Report;
use crate::analysis::Estimate;
use crate::analysis::few::{Cell, Hidden, hidden, is_few};
use crate::analysis::waterbed::{Burden, Cells, Group, HOUSEHOLDS, Load, Waterbed};
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
    note: String,
}

/// All of it.
pub(super) fn csv(report: &Report<'_>) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let left_out = left_out(report.model, report.found);
    for (((group, which), years), why) in Cells::new(report.model).all().zip(&report.found.burden).zip(&left_out) {
        let value = name(report.model, group, which);
        for ((year, cell), why) in (report.first_year..).zip(years).zip(why) {
            for (at, (_, metric, unit)) in Load::ALL.into_iter().enumerate() {
                let why = why[at];
                let shown = |value: f64| why.is_none().then_some(value);
                let mut add = |scenario: &str, estimate: &Estimate, change: Option<&Estimate>| {
                    writer.serialize(Line {
                        scenario,
                        year,
                        group: Group::ALL[group as usize].1,
                        value: &value,
                        metric,
                        unit,
                        mean: shown(estimate.mean),
                        mcse: estimate.mcse.filter(|_| why.is_none()),
                        p05: shown(estimate.realised[0]),
                        p50: shown(estimate.realised[3]),
                        p95: shown(estimate.realised[6]),
                        change: change.and_then(|change| shown(change.mean)),
                        change_mcse: change.and_then(|change| change.mcse).filter(|_| why.is_none()),
                        note: Hidden::note(why, "persons"),
                    })
                };
                add(UNCHANGED, &cell.before[at], None)?;
                add(&report.scenario.name, &cell.after[at], Some(&cell.change[at]))?;
            }
        }
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// Which numbers are left out: cell × calendar year × load, in the order of [`Cells::all`]. The cells of a group sum to a total that those
/// of another group tell as well.
pub(super) fn left_out(model: &Model, found: &Waterbed) -> Vec<Vec<[Option<Hidden>; Load::ALL.len()]>> {
    let groups: Vec<Group> = Cells::new(model).all().map(|(group, _)| group).collect();
    let mut all: Vec<Vec<[Option<Hidden>; Load::ALL.len()]>> =
        found.burden.iter().map(|years| vec![[None; Load::ALL.len()]; years.len()]).collect();
    for (group, _) in Group::ALL {
        let here: Vec<usize> = (0..groups.len()).filter(|&at| groups[at] == group).collect();
        let years = here.first().map_or(0, |&at| found.burden[at].len());
        for year in 0..years {
            for (load, ..) in Load::ALL {
                let counts: Vec<Cell> = here.iter().map(|&at| count(&found.burden[at][year], load)).collect();
                for (&at, why) in here.iter().zip(hidden(&counts)) {
                    all[at][year][load as usize] = why;
                }
            }
        }
    }
    all
}

/// Of how many persons a number is in both histories, and whether these are few in one of them. Nobody is not a few.
fn count(cell: &Burden, load: Load) -> Cell {
    let persons = |load: Load| [&cell.before, &cell.after].map(|loads| loads[load as usize].mean);
    let few = |load: Load| persons(load).into_iter().any(|persons| persons > 0.0 && is_few(persons));
    let (of, few) = match load {
        Load::Persons | Load::InformalHours | Load::Cost => (Load::Persons, few(Load::Persons)),
        Load::Waiting | Load::UnmetNeed => (Load::Waiting, few(Load::Persons) || few(Load::Waiting)),
    };
    Cell { few, persons: persons(of).into_iter().sum() }
}

/// Name of a cell within its group.
pub(super) fn name(model: &Model, group: Group, which: usize) -> String {
    match group {
        Group::Wijk => model.wijk.map_or_else(String::new, |wijk| model.attributes[wijk].values[which].clone()),
        Group::AgeBand => age_name(model, which),
        Group::Household => HOUSEHOLDS[which].to_owned(),
    }
}
