//! `periods.parquet` read back: of every calendar year and row of a run, the numbers of all members side by side.

use std::fs::File;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};

use super::StoreError;
use super::columns::{key_columns, member_columns};
use super::manifest::Manifest;
use super::tables::Content;

/// What a number counts. Empty where it does not apply.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Scenario.
    pub scenario: String,
    /// Calendar year.
    pub year: i32,
    /// `state`, `track`, `domain`, `client`, `layer`, `combination`, `total` or `gate`.
    pub level: String,
    /// Domain.
    pub domain: String,
    /// Track.
    pub track: String,
    /// State, or `label:` and a label.
    pub state: String,
    /// Layer.
    pub layer: String,
    /// Layers joined by `+`.
    pub combination: String,
    /// Gate and variant, joined by a point.
    pub gate: String,
}

/// Columns of text that a [`Place`] is made of, in its order.
const TEXTS: [&str; 8] = ["scenario", "level", "domain", "track", "state", "layer", "combination", "gate"];

/// Columns of whole numbers that say which member and when.
const NUMBERS: [&str; 4] = ["draw", "replication", "year", "half"];

/// Stands between the texts of a key; no name holds it.
const BETWEEN: char = '\u{1f}';

impl Place {
    /// All inwoners.
    pub fn everybody(scenario: &str, year: i32) -> Self {
        Self { scenario: scenario.to_owned(), level: "total".to_owned(), ..Self::new("", year) }
    }

    /// The same place in another scenario.
    #[must_use]
    pub fn of(&self, scenario: &str) -> Self {
        Self { scenario: scenario.to_owned(), ..self.clone() }
    }

    /// From texts in the order of [`TEXTS`], joined behind the year.
    fn new(key: &str, year: i32) -> Self {
        let mut texts = key.split(BETWEEN).skip(1).map(str::to_owned);
        let mut next = || texts.next().unwrap_or_default();
        Self {
            scenario: next(),
            year,
            level: next(),
            domain: next(),
            track: next(),
            state: next(),
            layer: next(),
            combination: next(),
            gate: next(),
        }
    }
}

/// The yearly numbers of all members of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Members {
    /// Number of members: draws × replications.
    pub members: usize,
    /// Replications of each draw.
    pub replications: usize,
    /// Names of the metrics, in the order of the file.
    pub metrics: Vec<String>,
    /// Per place, in the order of the file: \[metric × member\], row-major, in the unit of the metric; members in order.
    pub places: IndexMap<Place, Vec<f64>>,
}

impl Members {
    /// Reads the years of these scenarios from the folder of a complete run.
    ///
    /// # Errors
    /// The file is not there, or does not hold every member of the manifest.
    pub fn read(folder: &Path, manifest: &Manifest, scenarios: &[&str]) -> Result<Self, StoreError> {
        let path = folder.join(Content::Periods.file());
        let file = File::open(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => StoreError::Damaged { file: path.clone(), what: "it is gone".to_owned() },
            _ => StoreError::file(&path, "read")(error),
        })?;
        let table = Table::new(path, file)?;
        let design = manifest.identity.design();
        let (draws, replications) = (design.draws as usize, design.replications as usize);
        let members = design.members() as usize;
        let mut slots: IndexMap<String, usize> = IndexMap::new();
        let mut places: IndexMap<Place, Vec<f64>> = IndexMap::new();
        for group in 0..table.reader.num_row_groups() {
            let Rows { keys, numbers: [draw, replication, year, half], metrics } = table.rows(group)?;
            for (row, key) in keys.iter().enumerate() {
                let chosen = || scenarios.contains(&key.split(BETWEEN).nth(1).unwrap_or_default());
                if half[row] != 0 || !chosen() {
                    continue;
                }
                let member = member([draw[row], replication[row]], [draws, replications])
                    .ok_or_else(|| table.damaged("it has a member that the run does not have"))?;
                let slot = slots.get(key).copied().unwrap_or_else(|| {
                    let slot = places.insert_full(Place::new(key, year[row] as i32), vec![f64::NAN; metrics.len() * members]).0;
                    slots.insert(key.clone(), slot);
                    slot
                });
                for (metric, values) in metrics.iter().enumerate() {
                    places[slot][metric * members + member] = values[row];
                }
            }
        }
        if places.values().flatten().any(|value| value.is_nan()) {
            return Err(table.damaged("it misses members of the run"));
        }
        Ok(Self { members, replications, metrics: table.metrics, places })
    }
}

/// Place of a member in their order, if there is such a one.
fn member(member: [i64; 2], design: [usize; 2]) -> Option<usize> {
    let [draw, replication] = member.map(usize::try_from);
    let (draw, replication) = (draw.ok()?, replication.ok()?);
    (draw < design[0] && replication < design[1]).then(|| draw * design[1] + replication)
}

/// The file.
struct Table {
    path: PathBuf,
    reader: SerializedFileReader<File>,
    /// Names of all columns.
    columns: Vec<String>,
    /// Names of those that are metrics.
    metrics: Vec<String>,
}

/// A row group.
struct Rows {
    /// Per row the year and the texts, joined.
    keys: Vec<String>,
    /// In the order of [`NUMBERS`].
    numbers: [Vec<i64>; 4],
    /// Per metric.
    metrics: Vec<Vec<f64>>,
}

impl Table {
    fn new(path: PathBuf, file: File) -> Result<Self, StoreError> {
        let reader = SerializedFileReader::new(file)
            .map_err(|error| StoreError::Damaged { file: path.clone(), what: error.to_string() })?;
        let described = reader.metadata().file_metadata().schema_descr().columns();
        let columns: Vec<String> = described.iter().map(|column| column.name().to_owned()).collect();
        let known: Vec<String> = member_columns().into_iter().chain(key_columns()).map(|column| column.name).collect();
        let metrics = columns.iter().filter(|name| !known.contains(name)).cloned().collect();
        Ok(Self { path, reader, columns, metrics })
    }

    fn damaged(&self, what: &str) -> StoreError {
        StoreError::Damaged { file: self.path.clone(), what: what.to_owned() }
    }

    fn rows(&self, group: usize) -> Result<Rows, StoreError> {
        let read = || {
            let group = self.reader.get_row_group(group)?;
            let count = usize::try_from(group.metadata().num_rows())?;
            let column = |name: &str| self.columns.iter().position(|column| column == name);
            let mut numbers = [const { Vec::new() }; 4];
            for (values, name) in numbers.iter_mut().zip(NUMBERS) {
                *values = integers(&*group, column(name).ok_or_else(|| missing(name))?, count)?;
            }
            let mut keys: Vec<String> = numbers[2].iter().map(i64::to_string).collect();
            for name in TEXTS {
                // A run of another version may lack one of them.
                let texts = column(name).map(|at| texts(&*group, at, count)).transpose()?;
                for (row, key) in keys.iter_mut().enumerate() {
                    key.push(BETWEEN);
                    if let Some(Some(text)) = texts.as_ref().map(|texts| &texts[row]) {
                        key.push_str(text.as_utf8()?);
                    }
                }
            }
            let mut metrics = Vec::new();
            for name in &self.metrics {
                metrics.push(reals(&*group, column(name).ok_or_else(|| missing(name))?, count)?);
            }
            Ok(Rows { keys, numbers, metrics })
        };
        read().map_err(|error: ParquetError| self.damaged(&error.to_string()))
    }
}

fn missing(column: &str) -> ParquetError {
    ParquetError::General(format!("it has no column {column} of the right kind, or not in every row"))
}

/// The values of a column, if all rows have one.
fn whole<T>(values: Vec<T>, rows: usize) -> Result<Vec<T>, ParquetError> {
    if values.len() == rows { Ok(values) } else { Err(missing("of values")) }
}

fn integers(group: &dyn RowGroupReader, column: usize, rows: usize) -> Result<Vec<i64>, ParquetError> {
    let mut values = Vec::with_capacity(rows);
    let ColumnReader::Int64ColumnReader(mut reader) = group.get_column_reader(column)? else {
        return Err(missing("of whole numbers"));
    };
    reader.read_records(rows, Some(&mut Vec::new()), None, &mut values)?;
    whole(values, rows)
}

fn reals(group: &dyn RowGroupReader, column: usize, rows: usize) -> Result<Vec<f64>, ParquetError> {
    let ColumnReader::DoubleColumnReader(mut reader) = group.get_column_reader(column)? else {
        // Whole numbers below 2^53 are the same as reals.
        return Ok(integers(group, column, rows)?.into_iter().map(|value| value as f64).collect());
    };
    let mut values = Vec::with_capacity(rows);
    reader.read_records(rows, Some(&mut Vec::new()), None, &mut values)?;
    whole(values, rows)
}

fn texts(group: &dyn RowGroupReader, column: usize, rows: usize) -> Result<Vec<Option<ByteArray>>, ParquetError> {
    let ColumnReader::ByteArrayColumnReader(mut reader) = group.get_column_reader(column)? else {
        return Err(missing("of texts"));
    };
    let (mut there, mut values) = (Vec::with_capacity(rows), Vec::new());
    reader.read_records(rows, Some(&mut there), None, &mut values)?;
    let mut values = values.into_iter();
    whole(there.into_iter().map(|there| if there > 0 { values.next() } else { None }).collect(), rows)
}
