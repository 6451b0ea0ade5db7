//! `--out` of `piramide needs`: a line per measure.

use super::report::Report;
use crate::store::columns::unit_name;
use serde::Serialize;

/// A line. The fields are its columns, in order; euros are at the constant price level.
#[derive(Debug, Serialize)]
struct Line<'a> {
    scenario: &'a str,
    measure: &'a str,
    strength: &'a str,
    unit: &'static str,
    domain: &'a str,
    year: i32,
    members: u64,
    /// How many measures there are here, and of how many no strength is enough on average.
    measures: usize,
    never: usize,
    booked: f64,
    saving: f64,
    saving_mcse: Option<f64>,
    believed: f64,
    most: f64,
    saving_at_most: f64,
    needed_on_average: Option<f64>,
    percentile_on_average: Option<f64>,
    needed_p80: Option<f64>,
    percentile_p80: Option<f64>,
    seen: &'a str,
}

/// All of it.
pub(super) fn csv(report: &Report<'_>) -> std::io::Result<Vec<u8>> {
    let scenario = &report.model.scenarios[report.scenario];
    let mut writer = csv::Writer::from_writer(Vec::new());
    let list = &report.found.list;
    let never = list.iter().filter(|need| need.needed[0].is_none()).count();
    for need in list {
        let (measure, strength) = (&scenario.measures[need.measure], &report.model.parameters[need.strength]);
        let [average, sure] = need.needed;
        writer.serialize(Line {
            scenario: &scenario.name,
            measure: &measure.name,
            strength: &strength.name,
            unit: unit_name(strength.unit),
            domain: &report.plan.domains[need.domain].name,
            year: report.year,
            members: report.found.members,
            measures: list.len(),
            never,
            booked: need.booked,
            saving: need.saving.0,
            saving_mcse: need.saving.1,
            believed: need.believed,
            most: need.most,
            saving_at_most: need.at_most,
            needed_on_average: average.map(|needed| needed.value),
            percentile_on_average: average.map(|needed| needed.percentile),
            needed_p80: sure.map(|needed| needed.value),
            percentile_p80: sure.map(|needed| needed.percentile),
            seen: measure.seen.as_ref().map_or("", |seen| report.language.pick(seen)),
        })?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
