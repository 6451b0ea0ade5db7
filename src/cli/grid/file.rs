//! `grid.csv`: every combination, by domain.

use super::report::Report;
use crate::analysis::savings::TOTAL;
use serde::Serialize;

/// A line. The fields are its columns, in order; euros are at the constant price level.
#[derive(Debug, Serialize)]
struct Line<'a> {
    scenario: &'a str,
    /// Factor on the effects, years later, factor on places.
    effect: f64,
    later: f64,
    places: f64,
    domain: &'a str,
    year: i32,
    booked: f64,
    mean: f64,
    mcse: Option<f64>,
    p05: f64,
    p50: f64,
    p95: f64,
    chance: f64,
    chance_se: f64,
    members: usize,
}

/// All of it.
pub(super) fn csv(report: &Report<'_>) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for saved in &report.found.points {
        for (id, claim) in saved.claims.iter().enumerate() {
            writer.serialize(Line {
                scenario: &report.scenario.name,
                effect: saved.point.effect,
                later: saved.point.later,
                places: saved.point.places,
                domain: report.plan.domains.get(id).map_or(TOTAL, |domain| domain.name.as_str()),
                year: report.year,
                booked: report.found.booked[id],
                mean: claim.mean,
                mcse: claim.mcse,
                p05: claim.quantiles[0],
                p50: claim.quantiles[3],
                p95: claim.quantiles[6],
                chance: claim.chance,
                chance_se: claim.chance_se,
                members: report.found.members,
            })?;
        }
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
