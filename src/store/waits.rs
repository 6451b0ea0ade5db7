//! From the spool to `waits.parquet`: every member's queues.

use parquet::data_type::ByteArray;

use super::columns::{self, Kind};
use super::draft::Draft;
use super::spool::Spool;
use super::table::Table;
use super::{Job, StoreError};
use crate::compile::layout::{NONE, WAITS};

/// Name of the table.
pub const WAITS_FILE: &str = "waits.parquet";

/// Writes the table, a row group per member; none if nothing runs out in the model.
///
/// # Errors
/// The spool cannot be read or the disk refuses.
pub fn write(job: &Job, spool: &Spool) -> Result<(), StoreError> {
    let layout = job.members.layout();
    if layout.queues.is_empty() {
        return Ok(());
    }
    let wijk = |value: usize| job.model.wijk.map(|attribute| job.model.attributes[attribute].values[value].as_str());
    let resources: Vec<ByteArray> =
        layout.queues.iter().map(|queue| job.model.resources[queue.resource].name.as_str().into()).collect();
    let wijken: Vec<Option<ByteArray>> = layout.queues.iter().map(|queue| Some(wijk(queue.wijk?)?.into())).collect();
    let scenarios: Vec<ByteArray> = job.identity.scenarios.iter().map(|name| name.as_str().into()).collect();
    let rows: Vec<(usize, usize, usize)> = (0..scenarios.len())
        .flat_map(|scenario| (0..layout.queues.len()).map(move |queue| (scenario, queue)))
        .flat_map(|(scenario, queue)| (0..layout.periods()).map(move |period| (scenario, queue, period)))
        .collect();
    let mut table = Table::new(Draft::new(job.folder, WAITS_FILE)?, &columns::waits_columns())?;
    let (mut reader, mut counts) = (spool.reader()?, Vec::new());
    for index in 0..spool.members() {
        reader.member(index, &mut counts)?;
        let member = job.identity.design().member(index);
        table.group(|group| {
            let all = vec![1; rows.len()];
            group.integers(&vec![i64::from(member.draw); rows.len()])?;
            group.integers(&vec![i64::from(member.replication); rows.len()])?;
            group.texts(&rows.iter().map(|row| scenarios[row.0].clone()).collect::<Vec<_>>(), &all)?;
            group.integers(&rows.iter().map(|row| i64::from(layout.period(row.2).year)).collect::<Vec<_>>())?;
            group.integers(&rows.iter().map(|row| i64::from(layout.period(row.2).half)).collect::<Vec<_>>())?;
            group.texts(&rows.iter().map(|row| resources[row.1].clone()).collect::<Vec<_>>(), &all)?;
            let there: Vec<i16> = rows.iter().map(|row| i16::from(wijken[row.1].is_some())).collect();
            group.texts(&rows.iter().filter_map(|row| wijken[row.1].clone()).collect::<Vec<_>>(), &there)?;
            for (metric, column) in columns::wait_columns().iter().enumerate() {
                let stored =
                    rows.iter().map(|&(scenario, queue, period)| counts[scenario][layout.wait_offset(queue, period) + metric]);
                if column.kind == Kind::Integer {
                    group.integers(&stored.collect::<Vec<_>>())?;
                } else {
                    group.numbers(&stored.map(|count| in_unit(metric, count).unwrap_or(f64::NAN)).collect::<Vec<_>>())?;
                }
            }
            Ok(())
        })?;
    }
    table.keep()
}

/// A stored number in the unit of its metric, one of [`WAITS`]; none if there is none.
pub fn in_unit(metric: usize, count: i64) -> Option<f64> {
    (count != NONE).then(|| count as f64 * WAITS[metric].scale)
}
