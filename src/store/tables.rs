//! From the spool to `periods.parquet`, `by_wijk.parquet`, `by_age.parquet` and `draws.parquet`.

use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;

use super::columns::{self, Column, Kind, Names};
use super::draft::Draft;
use super::spool::Spool;
use super::table::{Group as RowGroup, Table};
use super::{Job, StoreError};
use crate::compile::layout::{Group, METRICS};
use crate::ensemble::Member;

/// Rows of a row group. Its keys and numbers are held in memory once, one column at a time a second time.
const ROWS: usize = 1 << 16;

/// Draws in a row group of `draws.parquet`.
const DRAWS: usize = 1 << 12;

/// Name of the table of parameter values.
pub const DRAWS_FILE: &str = "draws.parquet";

/// The tables of what members counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Everybody.
    Periods,
    /// One row for each wijk. Rows without any count are left out.
    ByWijk,
    /// One row for each age band. Rows without any count are left out.
    ByAge,
}

impl Content {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Periods, Self::ByWijk, Self::ByAge];

    /// File name.
    pub fn file(self) -> &'static str {
        match self {
            Self::Periods => "periods.parquet",
            Self::ByWijk => "by_wijk.parquet",
            Self::ByAge => "by_age.parquet",
        }
    }

    /// Columns.
    pub fn columns(self) -> Vec<Column> {
        let text = |name: &str, description: &str| Column {
            name: name.into(),
            kind: Kind::Text,
            unit: None,
            description: description.into(),
        };
        let mut all = columns::member_columns();
        match self {
            Self::Periods => {}
            Self::ByWijk => all.push(text("wijk", "Wijk the persons live in.")),
            Self::ByAge => all.push(text("age_band", "Age of the persons, whole years, both bounds included.")),
        }
        all.extend(columns::key_columns());
        all.extend(columns::metric_columns());
        all
    }

    /// Name of a group of persons, if the table is about it; the city has an empty one.
    fn group(self, job: &Job, group: Group) -> Option<String> {
        match (self, group) {
            (Self::Periods, Group::City) => Some(String::new()),
            (Self::ByWijk, Group::Wijk(value)) => {
                job.model.wijk.map(|attribute| job.model.attributes[attribute].values[value].clone())
            }
            (Self::ByAge, Group::Age(band)) => Some(columns::age_name(job.model, band)),
            _ => None,
        }
    }
}

/// What a row is about.
#[derive(Clone, Copy)]
struct Key {
    member: Member,
    scenario: usize,
    group: usize,
    unit: usize,
    period: usize,
}

/// Rows that wait to become a row group.
struct Rows<'a> {
    job: &'a Job<'a>,
    content: Content,
    table: Table,
    /// Group index in the layout, and its name.
    groups: Vec<(usize, ByteArray)>,
    scenarios: Vec<ByteArray>,
    /// Per text column that follows from the unit, the text of every unit.
    unit_texts: [Vec<Option<ByteArray>>; 7],
    keys: Vec<Key>,
    /// Per row the metrics.
    counts: Vec<i64>,
}

/// Writes one of the tables.
///
/// # Errors
/// The spool cannot be read or the disk refuses.
pub fn write(job: &Job, content: Content, spool: &Spool) -> Result<(), StoreError> {
    let mut rows = Rows::new(job, content)?;
    let (mut reader, mut counts) = (spool.reader()?, Vec::new());
    for index in 0..spool.members() {
        reader.member(index, &mut counts)?;
        rows.add(job.identity.design().member(index), &counts)?;
    }
    rows.flush()?;
    rows.table.keep()
}

impl<'a> Rows<'a> {
    fn new(job: &'a Job, content: Content) -> Result<Self, StoreError> {
        let layout = job.members.layout();
        let groups = layout.groups.iter().enumerate();
        let names: Vec<Names> = layout.units.iter().map(|unit| Names::new(job.model, unit)).collect();
        let texts = |text: fn(&Names) -> Option<&str>| names.iter().map(|names| text(names).map(ByteArray::from)).collect();
        Ok(Self {
            job,
            content,
            table: Table::new(Draft::new(job.folder, content.file())?, &content.columns())?,
            groups: groups.filter_map(|(index, &group)| Some((index, content.group(job, group)?.as_str().into()))).collect(),
            scenarios: job.identity.scenarios.iter().map(|name| name.as_str().into()).collect(),
            unit_texts: [
                texts(|names| Some(names.level)),
                texts(|names| names.domain.as_deref()),
                texts(|names| names.track.as_deref()),
                texts(|names| names.state.as_deref()),
                texts(|names| names.layer),
                texts(|names| names.combination.as_deref()),
                texts(|names| names.gate.as_deref()),
            ],
            keys: Vec::with_capacity(ROWS),
            counts: Vec::with_capacity(ROWS * METRICS.len()),
        })
    }

    fn add(&mut self, member: Member, counts: &[Vec<i64>]) -> Result<(), StoreError> {
        let layout = self.job.members.layout();
        for (scenario, counts) in counts.iter().enumerate() {
            for group in 0..self.groups.len() {
                for unit in 0..layout.units.len() {
                    for period in 0..layout.periods() {
                        let start = layout.offset(self.groups[group].0, unit, period);
                        let row = &counts[start..start + METRICS.len()];
                        if self.content != Content::Periods && row.iter().all(|&count| count == 0) {
                            continue;
                        }
                        if self.keys.len() == ROWS {
                            self.flush()?;
                        }
                        self.keys.push(Key { member, scenario, group, unit, period });
                        self.counts.extend_from_slice(row);
                    }
                }
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let Self { job, content, table, groups, scenarios, unit_texts, keys, counts } = self;
        if keys.is_empty() {
            return Ok(());
        }
        let layout = job.members.layout();
        table.group(|columns| {
            integers(columns, keys, |key| i64::from(key.member.draw))?;
            integers(columns, keys, |key| i64::from(key.member.replication))?;
            texts(columns, keys, |key| Some(&scenarios[key.scenario]))?;
            if *content != Content::Periods {
                texts(columns, keys, |key| Some(&groups[key.group].1))?;
            }
            integers(columns, keys, |key| i64::from(layout.period(key.period).year))?;
            integers(columns, keys, |key| i64::from(layout.period(key.period).half))?;
            for by_unit in &*unit_texts {
                texts(columns, keys, |key| by_unit[key.unit].as_ref())?;
            }
            for (metric, spec) in columns::metric_columns().iter().enumerate() {
                let stored = counts.iter().skip(metric).step_by(METRICS.len());
                if spec.kind == Kind::Integer {
                    columns.integers(&stored.copied().collect::<Vec<_>>())?;
                } else {
                    columns.numbers(&stored.map(|&count| columns::in_unit(metric, count)).collect::<Vec<_>>())?;
                }
            }
            Ok(())
        })?;
        keys.clear();
        counts.clear();
        Ok(())
    }
}

fn integers(columns: &mut RowGroup, keys: &[Key], value: impl Fn(&Key) -> i64) -> Result<(), ParquetError> {
    columns.integers(&keys.iter().map(value).collect::<Vec<_>>())
}

fn texts<'k>(columns: &mut RowGroup, keys: &[Key], text: impl Fn(&Key) -> Option<&'k ByteArray>) -> Result<(), ParquetError> {
    let there: Vec<i16> = keys.iter().map(|key| i16::from(text(key).is_some())).collect();
    let values: Vec<ByteArray> = keys.iter().filter_map(|key| text(key).cloned()).collect();
    columns.texts(&values, &there)
}

/// Writes `draws.parquet`: the parameter values of every draw.
///
/// # Errors
/// The disk refuses.
pub fn write_draws(job: &Job) -> Result<(), StoreError> {
    let columns = columns::draw_columns(job.model);
    let mut table = Table::new(Draft::new(job.folder, DRAWS_FILE)?, &columns)?;
    for first in (0..job.identity.draws).step_by(DRAWS) {
        let draws: Vec<u32> = (first..job.identity.draws.min(first.saturating_add(DRAWS as u32))).collect();
        let values: Vec<Vec<f64>> = draws.iter().map(|&draw| job.members.parameters(draw)).collect();
        table.group(|group| {
            group.integers(&draws.iter().map(|&draw| i64::from(draw)).collect::<Vec<_>>())?;
            for parameter in 0..columns.len() - 1 {
                group.numbers(&values.iter().map(|values| values[parameter]).collect::<Vec<_>>())?;
            }
            Ok(())
        })?;
    }
    table.keep()
}
