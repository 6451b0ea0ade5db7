//! `waits.csv`: per scenario, period, resource and wijk what became of those who asked for a place, over all members.

use serde::Serialize;

use super::bands::{Sheet, columns};
use super::estimate::{Estimate, SMALL, estimate};
use crate::compile::layout::{WAITS, wait};
use crate::store::spool::Spool;
use crate::store::waits::in_unit;
use crate::store::{Run, StoreError, WAITS_BANDS_FILE};

/// A row. The fields are its columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Row<'a> {
    scenario: &'a str,
    year: i32,
    half: u8,
    resource: &'a str,
    wijk: &'a str,
    metric: &'a str,
    unit: &'a str,
    members: usize,
    mean: Option<f64>,
    mcse: Option<f64>,
    p05: Option<f64>,
    p50: Option<f64>,
    p95: Option<f64>,
    note: &'a str,
}

/// Writes the file of a run of which all members are there; none if nothing runs out in the model.
///
/// A wait is that of the members in which there is one: `members` says in how many. Numbers of a queue that fewer than ten persons
/// asked or waited in, on average, are left out, and the note says so.
///
/// # Errors
/// The members cannot be read, or the disk refuses.
pub fn write(run: &Run, spool: &Spool) -> Result<(), StoreError> {
    let job = run.job();
    let layout = job.members.layout();
    if layout.queues.is_empty() {
        return Ok(());
    }
    let (members, replications) = (spool.members() as usize, job.identity.replications as usize);
    let wijken = job.model.wijk.map_or(&[][..], |attribute| &job.model.attributes[attribute].values);
    let mut sheet = Sheet::new(job.folder, WAITS_BANDS_FILE)?;
    for (number, scenario) in job.identity.scenarios.iter().enumerate() {
        for (index, queue) in layout.queues.iter().enumerate() {
            let first = number * layout.head_len() + layout.wait_offset(index, 0);
            let numbers = columns(spool, first..first + layout.periods() * WAITS.len())?;
            for at in 0..layout.periods() {
                let period = layout.period(at);
                let seen = |metric: usize| -> Vec<f64> {
                    let column = &numbers[(at * WAITS.len() + metric) * members..][..members];
                    column.iter().filter_map(|&count| in_unit(metric, count)).collect()
                };
                let mean = |metric| seen(metric).iter().sum::<f64>() / members as f64;
                let small = mean(wait::REQUESTS) + mean(wait::WAITING_START) < SMALL;
                for (metric, spec) in WAITS.iter().enumerate() {
                    let values = seen(metric);
                    // Where some members have no such number, the others no longer stand in whole draws.
                    let per_draw = if values.len() == members { replications } else { 1 };
                    let known = (!small && !values.is_empty()).then(|| estimate(&values, per_draw));
                    let quantile = |which: usize| known.as_ref().map(|known: &Estimate| known.realised[which]);
                    sheet.add(Row {
                        scenario,
                        year: period.year,
                        half: period.half,
                        resource: &job.model.resources[queue.resource].name,
                        wijk: queue.wijk.map_or("", |wijk| &wijken[wijk]),
                        metric: spec.name,
                        unit: spec.unit,
                        members: values.len(),
                        mean: known.as_ref().map(|known| known.mean),
                        mcse: known.as_ref().and_then(|known| known.mcse),
                        p05: quantile(0),
                        p50: quantile(3),
                        p95: quantile(6),
                        note: if small { "fewer than 10 persons" } else { "" },
                    })?;
                }
            }
        }
    }
    sheet.keep()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::columns;

    #[test]
    fn the_file_has_the_columns_that_are_described() {
        let row = Row {
            scenario: "a",
            year: 2030,
            half: 0,
            resource: "plekken",
            wijk: "",
            metric: "served",
            unit: "requests",
            members: 2,
            mean: Some(1.0),
            mcse: None,
            p05: None,
            p50: None,
            p95: None,
            note: "",
        };
        let mut file = csv::Writer::from_writer(Vec::new());
        file.serialize(row).unwrap();
        let text = String::from_utf8(file.into_inner().unwrap()).unwrap();
        let described: Vec<String> = columns::wait_band_columns().into_iter().map(|column| column.name).collect();
        assert_eq!(text, format!("{}\na,2030,0,plekken,,served,requests,2,1.0,,,,,\n", described.join(",")));
    }
}
