//! `by_wijk.csv`: per scenario, calendar year, wijk and layer how many persons and what they cost, over all members.

use serde::Serialize;

use super::bands::Sheet;
use super::estimate::{Estimate, estimate};
use super::few::{Cell as Count, Hidden, hidden, is_few};
use crate::compile::layout::{Group, Level, METRICS, Period, metric};
use crate::store::columns::in_unit;
use crate::store::spool::Spool;
use crate::store::{BY_WIJK_BANDS_FILE, Run, StoreError};

/// What is told of a wijk; the first says whether it is told.
const TOLD: [usize; 2] = [metric::PERSON_TIME, metric::COST_CONSTANT];

/// A row. The fields are its columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Row<'a> {
    scenario: &'a str,
    year: i32,
    wijk: &'a str,
    layer: &'a str,
    metric: &'a str,
    unit: &'a str,
    mean: Option<f64>,
    mcse: Option<f64>,
    p05: Option<f64>,
    p25: Option<f64>,
    p50: Option<f64>,
    p75: Option<f64>,
    p95: Option<f64>,
    note: String,
}

/// A number of one wijk, and its value in every member.
struct Cell {
    scenario: usize,
    /// Where it stands in a member's counts.
    place: usize,
    values: Vec<f64>,
}

/// Writes the file of a run of which all members are there; none if the model tells no wijken apart.
///
/// # Errors
/// The members cannot be read, or the disk refuses.
pub fn write(run: &Run, spool: &Spool) -> Result<(), StoreError> {
    let job = run.job();
    let layout = job.members.layout();
    let Some(attribute) = job.model.wijk else { return Ok(()) };
    let wijken = layout.groups.iter().enumerate().filter_map(|(group, of)| match of {
        Group::Wijk(wijk) => Some((group, job.model.attributes[attribute].values[*wijk].as_str())),
        Group::City | Group::Age(_) => None,
    });
    let layers = layout.units.iter().enumerate().filter(|(_, unit)| unit.level == Level::Layer);
    let layers: Vec<(usize, &str)> = layers.filter_map(|(id, unit)| Some((id, unit.layer?.name()))).collect();
    let years = (0..layout.periods()).filter_map(|at| match layout.period(at) {
        Period { year, half: 0 } => Some((at, year)),
        Period { .. } => None,
    });
    let (wijken, years): (Vec<_>, Vec<_>) = (wijken.collect(), years.collect());
    let mut cells = Vec::new();
    for scenario in 0..job.identity.scenarios.len() {
        for &(period, _) in &years {
            for &(group, _) in &wijken {
                for &(unit, _) in &layers {
                    let first = layout.offset(group, unit, period);
                    cells.extend(TOLD.map(|metric| Cell { scenario, place: first + metric, values: Vec::new() }));
                }
            }
        }
    }
    let (mut reader, mut counts) = (spool.reader()?, Vec::new());
    for member in 0..spool.members() {
        reader.member(member, &mut counts)?;
        for (at, cell) in cells.iter_mut().enumerate() {
            cell.values.push(in_unit(TOLD[at % TOLD.len()], counts[cell.scenario][cell.place]));
        }
    }
    let mut sheet = Sheet::new(job.folder, BY_WIJK_BANDS_FILE)?;
    let mut cells = cells.iter();
    for scenario in &job.identity.scenarios {
        for &(_, year) in &years {
            let mut next = || {
                let values = cells.next().map_or(&[][..], |cell| &cell.values);
                estimate(values, job.identity.replications as usize)
            };
            // Wijk by wijk, layer by layer within.
            let found: Vec<[Estimate; TOLD.len()]> = (0..wijken.len() * layers.len()).map(|_| TOLD.map(|_| next())).collect();
            let mut left_out = vec![None; found.len()];
            for layer in 0..layers.len() {
                // The wijken of a layer sum to what bands.csv tells of it.
                let group = (0..wijken.len()).map(|wijk| wijk * layers.len() + layer);
                let persons = group.clone().map(|at| found[at][0].mean);
                let counts: Vec<Count> = persons.map(|persons| Count { few: is_few(persons), persons }).collect();
                group.zip(hidden(&counts)).for_each(|(at, why)| left_out[at] = why);
            }
            let places = wijken.iter().flat_map(|&(_, wijk)| layers.iter().map(move |&(_, layer)| (wijk, layer)));
            for ((wijk, layer), (found, why)) in places.zip(found.iter().zip(&left_out)) {
                for (metric, estimate) in TOLD.into_iter().zip(found) {
                    sheet.add(row([scenario, wijk, layer], year, metric, estimate, *why))?;
                }
            }
        }
    }
    sheet.keep()
}

fn row<'a>([scenario, wijk, layer]: [&'a str; 3], year: i32, metric: usize, found: &Estimate, why: Option<Hidden>) -> Row<'a> {
    let shown = |value: f64| why.is_none().then_some(value);
    Row {
        scenario,
        year,
        wijk,
        layer,
        metric: METRICS[metric].name,
        unit: METRICS[metric].unit,
        mean: shown(found.mean),
        mcse: found.mcse.filter(|_| why.is_none()),
        p05: shown(found.realised[0]),
        p25: shown(found.realised[2]),
        p50: shown(found.realised[3]),
        p75: shown(found.realised[4]),
        p95: shown(found.realised[6]),
        note: Hidden::note(why, "persons"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::columns::by_wijk_band_columns;

    #[test]
    fn the_file_has_the_columns_that_are_described_and_hides_the_few() {
        let estimate = Estimate { mean: 9.5, mcse: Some(1.0), realised: [2.0; 7], split: None };
        let mut file = csv::Writer::from_writer(Vec::new());
        file.serialize(row(["a", "w", "basis"], 2030, metric::PERSON_TIME, &estimate, Some(Hidden::Few))).unwrap();
        let text = String::from_utf8(file.into_inner().unwrap()).unwrap();
        let described: Vec<String> = by_wijk_band_columns().into_iter().map(|column| column.name).collect();
        let expected = "a,2030,w,basis,person_years,person-years,,,,,,,,fewer than 10 persons";
        assert_eq!(text, format!("{}\n{expected}\n", described.join(",")));
    }
}
