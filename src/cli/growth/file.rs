//! Every number of `piramide growth`, a line each.

use crate::analysis::Estimate;
use crate::analysis::growth::{Clients, Growth, Parts};
use crate::model::{Counted, Model};
use serde::Serialize;

/// A line. The fields are its columns, in order; those that `bands.csv` has too are named as there.
#[derive(Debug, Serialize)]
struct Line<'a> {
    scenario: &'a str,
    first_year: i32,
    last_year: i32,
    domain: &'a str,
    track: &'a str,
    state: &'a str,
    /// What grew: `spending`, its factors `price`, `volume` and `intensity`; `person_years`, `clients`, `cost_per_client`.
    metric: &'a str,
    /// Of a factor `factor`, the second year over the first, or its part of the growth in euros; else what is counted.
    unit: &'a str,
    /// The year of a number that is not about both.
    year: Option<i32>,
    mean: f64,
    mcse: Option<f64>,
    p05: f64,
    p10: f64,
    p25: f64,
    p50: f64,
    p75: f64,
    p90: f64,
    p95: f64,
}

/// The file.
pub(super) fn csv(found: &[Growth], model: &Model, scenario: &str, years: [i32; 2]) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for growth in found {
        let [domain, track, state] = names(model, growth.of);
        for (metric, unit, year, estimate) in numbers(growth, years) {
            let [p05, p10, p25, p50, p75, p90, p95] = estimate.realised;
            writer.serialize(Line {
                scenario,
                first_year: years[0],
                last_year: years[1],
                domain,
                track,
                state,
                metric,
                unit,
                year,
                mean: estimate.mean,
                mcse: estimate.mcse,
                p05,
                p10,
                p25,
                p50,
                p75,
                p90,
                p95,
            })?;
        }
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// Metric, unit and, if it is of one year, the year of a number.
type Number<'a> = (&'static str, &'static str, Option<i32>, &'a Estimate);

fn numbers(growth: &Growth, years: [i32; 2]) -> Vec<Number<'_>> {
    let mut all = both("spending", "euro (nominal)", years, &growth.spending);
    all.extend(both("person_years", "person-years", years, &growth.person_years));
    if let Some(Parts { growth, price, volume, intensity }) = &growth.parts {
        for (metric, part) in [("spending", growth), ("price", price), ("volume", volume), ("intensity", intensity)] {
            all.extend([(metric, "factor", None, &part.factor), (metric, "euro (nominal)", None, &part.euro)]);
        }
    }
    if let Some(Clients { persons, cost, factors }) = &growth.clients {
        all.extend(both("clients", "persons", years, persons));
        all.extend(cost.iter().flat_map(|cost| both("cost_per_client", "euro (nominal)", years, cost)));
        let factors = factors.iter().flat_map(|factors| ["clients", "cost_per_client"].into_iter().zip(factors));
        all.extend(factors.map(|(metric, factor)| (metric, "factor", None, factor)));
    }
    all
}

/// A number in both years.
fn both<'a>(metric: &'static str, unit: &'static str, years: [i32; 2], numbers: &'a [Estimate; 2]) -> Vec<Number<'a>> {
    years.into_iter().zip(numbers).map(|(year, number)| (metric, unit, Some(year), number)).collect()
}

/// Names of domain, track and state; empty where there is none.
fn names(model: &Model, of: Counted) -> [&str; 3] {
    let domain = |track: usize| model.tracks[track].domain.map_or("", |domain| model.domains[domain].name.as_str());
    match of {
        Counted::Domain(domain) => [&model.domains[domain].name, "", ""],
        Counted::Track(track) => [domain(track), &model.tracks[track].name, ""],
        Counted::State(track, state) => [domain(track), &model.tracks[track].name, &model.tracks[track].states[state].name],
    }
}
