//! A run that is reported: what it is, and its tables.

use super::ReportError;
use super::table::{Cell, Row, Table};
use crate::model::{Model, Scenario, UNCHANGED};
use crate::store::{BANDS_FILE, BY_WIJK_BANDS_FILE, CONTRACTS_FILE, DOTS_FILE, Manifest, SAVINGS_FILE};
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
    /// What its calibration says of itself: the content of `diagnostics.json`, if there is one.
    pub diagnostics: Option<String>,
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
        let needs = Table::read(&folder, "needs.csv", |_| true)?;
        Ok(Self {
            number,
            savings,
            dots: dots.map(|table| table.with(&folder, &["saving", "dot"])).transpose()?,
            contracts: all(CONTRACTS_FILE, &["contract", "metric"])?,
            bands: bands.with(&folder, &places)?.with(&folder, &NUMBERS)?,
            wijken: all(BY_WIJK_BANDS_FILE, &["wijk", "layer", "metric"])?,
            ledger,
            waterbed: all("waterbed.csv", &["table", "name", "metric"])?,
            needs: needs.map(|table| table.with(&folder, &["measure", "booked", "believed"])).transpose()?,
            grid: all("grid.csv", &["effect", "later", "places", "domain", "booked", "chance", "members"])?,
            growth: all("growth.csv", &["domain", "metric", "unit"])?,
            cashable: all("cashable.csv", &["domain", "part", "reason"])?,
            burden: all("burden.csv", &["group", "value", "metric"])?,
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
