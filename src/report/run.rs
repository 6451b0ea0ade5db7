//! A run that is reported: what it is, and its tables.

use super::ReportError;
use super::table::{Cell, Row, Table};
use crate::model::{Model, Scenario, UNCHANGED};
use crate::store::{
    ASSUMPTIONS_FILE, BANDS_FILE, BY_WIJK_BANDS_FILE, CHECKS_FILE, CONTRACTS_FILE, DOTS_FILE, MEASURES_FILE, Manifest,
    SAVINGS_FILE, TALLIES_FILE,
};
use std::path::{Path, PathBuf};

/// A complete run and its model.
#[derive(Debug)]
pub struct Source {
    /// The run folder.
    pub folder: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    /// The model that was run.
    pub model: Model,
}

/// A run with its tables. Those that a command beside `run` writes may be missing.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) source: Source,
    /// Number among the runs of the report, from 1.
    pub(super) number: usize,
    pub(super) savings: Option<Table>,
    pub(super) dots: Option<Table>,
    pub(super) contracts: Option<Table>,
    pub(super) bands: Table,
    pub(super) wijken: Option<Table>,
    pub(super) ledger: Option<Table>,
    pub(super) waterbed: Option<Table>,
    pub(super) needs: Option<Table>,
    pub(super) grid: Option<Table>,
    pub(super) growth: Option<Table>,
    pub(super) cashable: Option<Table>,
    pub(super) burden: Option<Table>,
    pub(super) assumptions: Option<Table>,
    pub(super) measures: Option<Table>,
    pub(super) checks: Option<Table>,
    tallies: Table,
}

/// Columns of mean, error and the usual percentiles.
const NUMBERS: [&str; 5] = ["mean", "mcse", "p05", "p50", "p95"];

impl Run {
    /// Reads the tables of a run.
    ///
    /// # Errors
    /// A file is damaged, or the run is older than the files that a report takes.
    pub(super) fn read(source: Source, number: usize) -> Result<Self, ReportError> {
        let folder = source.folder.clone();
        let all = |file: &str, columns: &[&str]| -> Result<Option<Table>, ReportError> {
            let table = Table::read(&folder, file, |_| true)?;
            table.map(|table| table.with(&folder, columns)?.with(&folder, &NUMBERS)).transpose()
        };
        let places = ["scenario", "year", "metric"];
        let bands = Table::read(&folder, BANDS_FILE, |row| {
            let broad = row.is(&[("band", "realised"), ("track", ""), ("state", "")]) && !row.text("layer").contains(':');
            broad && ["person_years", "cost_constant", "unique_persons"].contains(&row.text("metric"))
        })?;
        let bands = bands.ok_or_else(|| ReportError::Missing { folder: folder.clone(), file: BANDS_FILE })?;
        let savings = all(SAVINGS_FILE, &["scenario", "domain", "kind", "booked", "chance"])?;
        let dots = Table::read(&folder, DOTS_FILE, |_| true)?;
        if savings.is_some() && dots.is_none() {
            return Err(ReportError::Missing { folder, file: DOTS_FILE });
        }
        let ledger = match all("ledger.csv", &["measure", "domain", "metric"])? {
            Some(found) => Some(found),
            None => all("ledger_twin.csv", &["measure", "domain", "metric"])?,
        };
        let other = |file: &str, columns: &[&str]| -> Result<Option<Table>, ReportError> {
            Table::read(&folder, file, |_| true)?.map(|table| table.with(&folder, columns)).transpose()
        };
        let tallies = other(TALLIES_FILE, &["what", "scenario", "year", "count", "of"])?;
        let tallies = tallies.ok_or_else(|| ReportError::Missing { folder: folder.clone(), file: TALLIES_FILE })?;
        Ok(Self {
            number,
            savings,
            dots: dots.map(|table| table.with(&folder, &["saving", "dot"])).transpose()?,
            contracts: all(CONTRACTS_FILE, &["contract", "metric"])?,
            bands: bands.with(&folder, &places)?.with(&folder, &NUMBERS)?,
            wijken: all(BY_WIJK_BANDS_FILE, &["wijk", "layer", "metric"])?,
            ledger,
            waterbed: all("waterbed.csv", &["table", "name", "metric"])?,
            needs: other("needs.csv", &["measure", "booked", "believed", "measures", "never"])?,
            grid: all("grid.csv", &["effect", "later", "places", "domain", "booked", "chance", "members"])?,
            growth: all("growth.csv", &["domain", "metric", "unit"])?,
            cashable: all("cashable.csv", &["domain", "part", "reason"])?,
            burden: all("burden.csv", &["group", "value", "metric"])?,
            assumptions: other(
                ASSUMPTIONS_FILE,
                &["parameter", "certain", "low", "median", "high", "grade", "moved", "citation"],
            )?,
            measures: other(MEASURES_FILE, &["scenario", "measure", "start", "ramp_months", "strength", "grade", "citation"])?,
            checks: other(CHECKS_FILE, &["check", "verdict", "value", "said"])?,
            tallies,
            source,
        })
    }

    /// Last part of the name of its folder.
    pub(super) fn name(&self) -> String {
        let folder: &Path = &self.source.folder;
        folder.file_name().map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned())
    }

    /// Its scenarios beside unchanged policy, or the only one it has.
    pub(super) fn changed(&self) -> Vec<&str> {
        let all = &self.source.manifest.identity.scenarios;
        let others: Vec<&str> = all.iter().map(String::as_str).filter(|name| *name != UNCHANGED).collect();
        if others.is_empty() { all.iter().map(String::as_str).take(1).collect() } else { others }
    }

    /// Whether it holds unchanged policy beside something else.
    pub(super) fn compares(&self) -> bool {
        let all = &self.source.manifest.identity.scenarios;
        all.len() > 1 && all.iter().any(|name| name == UNCHANGED)
    }

    pub(super) fn scenario(&self, name: &str) -> Option<&Scenario> {
        self.source.model.scenarios.iter().find(|scenario| scenario.name == name)
    }

    /// So many of so many, of the run as a whole.
    pub(super) fn tally(&self, what: &str) -> Option<Row<'_>> {
        self.tallies.rows().find(|row| row.text("what") == what)
    }

    /// The same of a scenario in a year.
    pub(super) fn tally_of(&self, what: &str, scenario: &str, year: i32) -> Option<Row<'_>> {
        self.tallies.rows().find(|row| row.is(&[("what", what), ("scenario", scenario)]) && row.year() == Some(year))
    }

    /// The year that is told in full: the last for which something is booked, or the last of the run.
    pub(super) fn year(&self) -> i32 {
        let last = self.source.manifest.identity.last_year;
        self.source.model.plan.as_ref().map_or(last, |plan| plan.years().1.min(last))
    }

    /// The row of what a scenario saves in a domain and year, in constant euros: all that may happen.
    pub(super) fn saving<'a>(&'a self, scenario: &'a str, domain: &'a str, kind: &'a str, year: i32) -> Option<Row<'a>> {
        let what = [("scenario", scenario), ("domain", domain), ("kind", kind), ("euros", "constant"), ("band", "realised")];
        self.savings.as_ref()?.rows().find(|row| row.year() == Some(year) && row.is(&what))
    }

    /// The fifty savings of the same.
    pub(super) fn fifty(&self, scenario: &str, domain: &str, kind: &str, year: i32) -> Vec<Cell> {
        let what = [("scenario", scenario), ("domain", domain), ("kind", kind), ("euros", "constant")];
        let rows = self.dots.iter().flat_map(Table::rows).filter(|row| row.year() == Some(year) && row.is(&what));
        rows.filter_map(|row| row.cell("saving")).collect()
    }
}
