//! Workload W2: four layers, places of basisondersteuning per wijk, and those who wait for one.
//!
//! There is no closed form. What must come out are means over 2,000 replications of another program, with their standard errors;
//! time in years there, in weeks here.

use super::Check;
use super::claim::{Claims, Place, Row};
use crate::compile::layout::{metric, wait};

pub(super) const CHECK: Check = Check {
    name: "pyramid-capacity",
    proves: "places that run out: admissions, waits (mean and 90th percentile), lists, and what they do to every layer",
    replications: 400,
    twin: None,
    claims,
};

const LAYERS: [&str; 4] = ["informeel", "formeel", "basis", "maatwerk"];
const WEEKS: f64 = 365.0 / 7.0;
/// Of a mean over replications. Waits differ much between them.
const VOLUMES: f64 = 0.005;
const WAITS: f64 = 0.1;

fn claims() -> Claims {
    let mut claims = Claims::default();
    for line in include_str!("../../models/verification/pyramid-capacity/reference.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [year, layer, what, mean, se] = fields[..] else { continue };
        let (Ok(year), Ok(mean), Ok(se)) = (year.parse(), mean.parse::<f64>(), se.parse::<f64>()) else { continue };
        let (row, metric, unit, precision) = match (layer.parse::<usize>(), what) {
            (Ok(layer), "timeavg") => (LAYERS[layer], metric::PERSON_TIME, 1.0, VOLUMES),
            (Ok(layer), "end") => (LAYERS[layer], metric::STOCK_END, 1.0, VOLUMES),
            (Ok(layer), "inflow") => (LAYERS[layer], metric::STARTS, 1.0, VOLUMES),
            (Ok(layer), "unique") => (LAYERS[layer], metric::UNIQUE, 1.0, VOLUMES),
            (_, "admissions") => ("queue:plekken", wait::SERVED, 1.0, VOLUMES),
            (_, "wait_mean") => ("queue:plekken", wait::WAIT_MEAN, WEEKS, WAITS),
            (_, "wait_p90") => ("queue:plekken", wait::WAIT_P90, WEEKS, WAITS),
            (_, "queue_end") => ("queue:plekken", wait::WAITING_END, 1.0, WAITS),
            _ => continue,
        };
        claims.simulated(Place::city(Row("", row), year, 0, metric), mean * unit, se * unit, precision);
    }
    claims
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_of_the_reference_is_claimed() {
        assert_eq!(super::claims().numbers.len(), 200);
    }
}
