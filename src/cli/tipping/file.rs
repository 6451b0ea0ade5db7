//! Every number of `piramide tipping`, a line each, as charts like it.

use crate::analysis::tipping::{METRICS, Tipping, metric};
use crate::model::Model;
use serde::Serialize;

/// A line. The fields are its columns, in order; those that `bands.csv` has too are named as there.
#[derive(Debug, Serialize)]
struct Line<'a> {
    scenario: &'a str,
    resource: &'a str,
    /// Empty for the city.
    wijk: &'a str,
    year: i32,
    /// `inf`: places for everybody.
    factor: f64,
    /// Mean load of the point, to set the number against.
    load: Option<f64>,
    /// Where the point lies: `before`, `between`, `near` or `beyond` the tipping point; empty if that cannot be told.
    tipping: &'a str,
    metric: &'a str,
    unit: &'a str,
    members: usize,
    mean: Option<f64>,
    mcse: Option<f64>,
    p05: Option<f64>,
    p10: Option<f64>,
    p25: Option<f64>,
    p50: Option<f64>,
    p75: Option<f64>,
    p90: Option<f64>,
    p95: Option<f64>,
    note: &'a str,
}

/// The file.
pub(super) fn csv(found: &Tipping, model: &Model, scenario: usize) -> std::io::Result<Vec<u8>> {
    let wijken = model.wijk.map_or(&[][..], |attribute| &model.attributes[attribute].values);
    let mut writer = csv::Writer::from_writer(Vec::new());
    for curve in &found.curves {
        for (number, point) in curve.points.iter().enumerate() {
            let tipping = curve.side(number);
            for (at, (spec, number)) in METRICS.iter().zip(&point.numbers).enumerate() {
                let estimate = number.map(|number| number.estimate);
                let [p05, p10, p25, p50, p75, p90, p95] = estimate.map_or([None; 7], |known| known.realised.map(Some));
                writer.serialize(Line {
                    scenario: &model.scenarios[scenario].name,
                    resource: &model.resources[curve.resource].name,
                    wijk: curve.wijk.map_or("", |wijk| &wijken[wijk]),
                    year: curve.year,
                    factor: point.factor,
                    load: point.numbers[metric::LOAD].map(|number| number.estimate.mean),
                    tipping,
                    metric: spec.name,
                    unit: spec.unit,
                    members: number.map_or(0, |number| number.members),
                    mean: estimate.map(|known| known.mean),
                    mcse: estimate.and_then(|known| known.mcse),
                    p05,
                    p10,
                    p25,
                    p50,
                    p75,
                    p90,
                    p95,
                    note: if point.hides(at) { "fewer than 10 persons" } else { "" },
                })?;
            }
        }
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
