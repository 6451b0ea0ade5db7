//! `bands.csv` and `variance.csv`: per scenario, calendar year, unit and metric the bands over all members, and the parts of
//! the variance between them. Written from the spool in blocks of columns, so that memory does not grow with the number of
//! members; the bands are read back for tables.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::{Deserialize, Serialize};

use super::AnalysisError;
use super::estimate::{Estimate, Quantiles, Split, estimate};
use crate::compile::Layout;
use crate::compile::layout::{METRICS, Period};
use crate::store::columns::{self, Names};
use crate::store::draft::Draft;
use crate::store::spool::Spool;
use crate::store::{BANDS_FILE, Run, StoreError, VARIANCE_FILE};

/// Counts held at once, over all members: 8 MB.
const BLOCK: usize = 1 << 20;

/// Which uncertainty a band shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Parameter uncertainty and chance together: what may happen.
    Realised,
    /// Parameter uncertainty only.
    Expected,
}

/// A row of `bands.csv`. The fields are its columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BandRow {
    /// Scenario.
    pub scenario: String,
    /// Calendar year.
    pub year: i32,
    /// Domain, or empty.
    pub domain: String,
    /// Track, or empty.
    pub track: String,
    /// State, `gate:` and a gate with its variant, `attached:` and what follows states, `label:` and a label, or empty.
    pub state: String,
    /// Layer, `combination:` and layers joined by `+`, or empty.
    pub layer: String,
    /// Name of the metric.
    pub metric: String,
    /// Unit of all numbers.
    pub unit: String,
    /// Which band.
    pub band: Band,
    /// Mean of all members.
    pub mean: f64,
    /// Monte-Carlo standard error of the mean; `None` with a single member.
    pub mcse: Option<f64>,
    /// 5th percentile. All percentiles are `None` in an expected band that could not be split off.
    pub p05: Option<f64>,
    /// 10th percentile.
    pub p10: Option<f64>,
    /// 25th percentile.
    pub p25: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// 75th percentile.
    pub p75: Option<f64>,
    /// 90th percentile.
    pub p90: Option<f64>,
    /// 95th percentile.
    pub p95: Option<f64>,
}

/// A row of `variance.csv`. The fields are its columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct VarianceRow<'a> {
    scenario: &'a str,
    year: i32,
    domain: &'a str,
    track: &'a str,
    state: &'a str,
    layer: &'a str,
    metric: &'a str,
    unit: &'a str,
    parameter: Option<f64>,
    chance: Option<f64>,
    parameter_share: Option<f64>,
}

impl<'a> VarianceRow<'a> {
    fn new(row: &'a BandRow, split: Option<Split>) -> Self {
        Self {
            scenario: &row.scenario,
            year: row.year,
            domain: &row.domain,
            track: &row.track,
            state: &row.state,
            layer: &row.layer,
            metric: &row.metric,
            unit: &row.unit,
            parameter: split.map(|split| split.parameter),
            chance: split.map(|split| split.chance),
            parameter_share: split.and_then(|split| split.parameter_share()),
        }
    }
}

/// What a row of `bands.csv` is about. Empty where it does not apply: only `scenario` and `year` is the row of all persons.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// Scenario.
    pub scenario: &'a str,
    /// Calendar year.
    pub year: i32,
    /// Domain, also of a track or state that has one.
    pub domain: &'a str,
    /// Track.
    pub track: &'a str,
    /// State, `gate:` and a gate with its variant, `attached:` and what follows states, or `label:` and a label.
    pub state: &'a str,
    /// Layer, also of a state; of a track or domain: its clients.
    pub layer: &'a str,
}

/// The bands of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Bands {
    /// All rows, in the order of the file.
    pub rows: Vec<BandRow>,
}

impl Bands {
    /// Reads the bands of a complete run folder.
    ///
    /// # Errors
    /// There is no such file, or it is not one of ours.
    pub fn read(folder: &Path) -> Result<Self, AnalysisError> {
        Self::read_of(folder, |_| true)
    }

    /// The same of some scenarios only.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_of(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Self, AnalysisError> {
        let file = folder.join(BANDS_FILE);
        let open = File::open(&file).map_err(StoreError::file(&file, "read"))?;
        let mut reader = csv::Reader::from_reader(open);
        let mut rows = || -> Result<Vec<BandRow>, csv::Error> {
            let header = reader.headers()?.clone();
            let records =
                reader.records().filter(|record| record.as_ref().map_or(true, |record| record.get(0).is_some_and(&wanted)));
            records.map(|record| record?.deserialize(Some(&header))).collect()
        };
        rows().map(|rows| Self { rows }).map_err(|error| AnalysisError::Bands {
            file,
            line: error.position().map_or(1, csv::Position::line),
            what: error.to_string(),
        })
    }

    /// The row of a place, metric (by name) and band.
    pub fn get(&self, place: Place, metric: &str, band: Band) -> Option<&BandRow> {
        self.rows.iter().find(|row| row.place() == place && row.metric == metric && row.band == band)
    }
}

impl BandRow {
    /// What the row is about.
    pub fn place(&self) -> Place<'_> {
        Place {
            scenario: &self.scenario,
            year: self.year,
            domain: &self.domain,
            track: &self.track,
            state: &self.state,
            layer: &self.layer,
        }
    }

    fn new(scenario: &str, names: &Names, cell: &Cell, estimate: &Estimate, band: Band) -> Self {
        let owned = |name: &Option<String>| name.clone().unwrap_or_default();
        let layer = names.layer.map(Into::into).or(names.combination.as_ref().map(|set| format!("combination:{set}")));
        let state = names.state.clone().or(names.gate.as_ref().map(|gate| format!("gate:{gate}")));
        let quantiles: Option<Quantiles> = match band {
            Band::Realised => Some(estimate.realised),
            Band::Expected => estimate.split.map(|split| split.expected),
        };
        let [p05, p10, p25, p50, p75, p90, p95] = quantiles.map_or([None; 7], |quantiles| quantiles.map(Some));
        Self {
            scenario: scenario.into(),
            year: cell.year,
            domain: owned(&names.domain),
            track: owned(&names.track),
            state: state.unwrap_or_default(),
            layer: layer.unwrap_or_default(),
            metric: METRICS[cell.metric].name.into(),
            unit: METRICS[cell.metric].unit.into(),
            band,
            mean: estimate.mean,
            mcse: estimate.mcse,
            p05,
            p10,
            p25,
            p50,
            p75,
            p90,
            p95,
        }
    }
}

/// One number of the city in one calendar year.
struct Cell {
    /// Where it stands in the scenarios' city counts laid end to end.
    place: usize,
    scenario: usize,
    unit: usize,
    year: i32,
    metric: usize,
}

/// The cells of calendar years, by rising place.
fn cells(layout: &Layout, scenarios: usize) -> Vec<Cell> {
    let mut cells = Vec::new();
    for scenario in 0..scenarios {
        for unit in 0..layout.units.len() {
            for index in 0..layout.periods() {
                if let Period { year, half: 0 } = layout.period(index) {
                    let first = scenario * layout.head_len() + layout.offset(0, unit, index);
                    cells.extend((0..METRICS.len()).map(|metric| Cell { place: first + metric, scenario, unit, year, metric }));
                }
            }
        }
    }
    cells
}

/// Writes the bands and variances of a run of which all members are there.
///
/// # Errors
/// The members cannot be read, or the disk refuses.
pub fn write(run: &Run, spool: &Spool) -> Result<(), StoreError> {
    let job = run.job();
    let layout = job.members.layout();
    let names: Vec<Names> = layout.units.iter().map(|unit| Names::new(job.model, unit)).collect();
    let members = spool.members() as usize;
    let replications = job.identity.replications as usize;
    let mut bands = Sheet::new(job.folder, BANDS_FILE)?;
    let mut variances = Sheet::new(job.folder, VARIANCE_FILE)?;
    let per_block = (BLOCK / members.max(1)).max(1);
    let cells = cells(layout, job.identity.scenarios.len());
    for block in cells.chunk_by(|one, next| one.place / per_block == next.place / per_block) {
        let range = block[0].place..block[block.len() - 1].place + 1;
        let columns = columns(spool, range.clone())?;
        let estimates: Vec<Estimate> = run.pool().install(|| {
            let one = |cell: &Cell| {
                let column = &columns[(cell.place - range.start) * members..][..members];
                let values: Vec<f64> = column.iter().map(|&count| columns::in_unit(cell.metric, count)).collect();
                estimate(&values, replications)
            };
            block.par_iter().map(one).collect()
        });
        for (cell, estimate) in block.iter().zip(&estimates) {
            let scenario = &job.identity.scenarios[cell.scenario];
            let row = |band| BandRow::new(scenario, &names[cell.unit], cell, estimate, band);
            let realised = row(Band::Realised);
            variances.add(VarianceRow::new(&realised, estimate.split))?;
            bands.add(realised)?;
            bands.add(row(Band::Expected))?;
        }
    }
    variances.keep()?;
    bands.keep()
}

/// A CSV file that is being written.
pub(super) struct Sheet {
    path: PathBuf,
    writer: csv::Writer<Draft>,
}

impl Sheet {
    pub(super) fn new(folder: &Path, name: &str) -> Result<Self, StoreError> {
        let draft = Draft::new(folder, name)?;
        Ok(Self { path: draft.path().to_owned(), writer: csv::Writer::from_writer(draft) })
    }

    pub(super) fn add(&mut self, row: impl Serialize) -> Result<(), StoreError> {
        self.writer.serialize(row).map_err(|error| StoreError::file(&self.path, "write")(error.into()))
    }

    pub(super) fn keep(self) -> Result<(), StoreError> {
        self.writer.into_inner().map_err(|error| StoreError::file(&self.path, "write")(error.into_error()))?.keep()
    }
}

/// A range of the city's numbers of all members: number after number, each with its members in order.
pub(super) fn columns(spool: &Spool, range: Range<usize>) -> Result<Vec<i64>, StoreError> {
    let members = spool.members() as usize;
    let mut columns = vec![0; range.len() * members];
    let (mut reader, mut numbers) = (spool.reader()?, Vec::new());
    for member in 0..members {
        reader.city(member as u64, range.clone(), &mut numbers)?;
        for (number, &value) in numbers.iter().enumerate() {
            columns[number * members + member] = value;
        }
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_the_columns_that_are_described() {
        let estimate = Estimate { mean: 1.0, mcse: None, realised: [2.0; 7], split: None };
        let names = Names { level: "total", domain: None, track: None, state: None, layer: None, combination: None, gate: None };
        let cell = Cell { place: 0, scenario: 0, unit: 0, year: 2030, metric: 0 };
        let mut file = csv::Writer::from_writer(Vec::new());
        file.serialize(BandRow::new("a,b", &names, &cell, &estimate, Band::Expected)).unwrap();
        let text = String::from_utf8(file.into_inner().unwrap()).unwrap();
        let described: Vec<String> = columns::band_columns().into_iter().map(|column| column.name).collect();
        assert_eq!(text, format!("{}\n\"a,b\",2030,,,,,stock_start,persons,expected,1.0,,,,,,,,\n", described.join(",")));
    }
}
