//! The rows of `savings.csv` and `contracts.csv`, as they are written and read again.

use std::fs::File;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::cash::{Part, Reason};
use crate::analysis::AnalysisError;
use crate::analysis::bands::Band;
use crate::store::{CASHABLE_FILE, CONTRACTS_FILE, SAVINGS_FILE, StoreError};

/// What is held against what was booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Cost of help saved in the year.
    Gross,
    /// The same less investments.
    Net,
    /// Net, summed from the first year of the plan on; of the total less what is spent once.
    Cumulative,
    /// An amount of the plan that nothing is held against.
    Plan,
    /// A claim of the plan: `booked` and the numbers are some cost as a part of what it is under unchanged policy.
    Claim,
}

/// In which euros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Euros {
    /// At the constant price level; amounts of the plan are taken to be at its own price level.
    Constant,
    /// Of the year itself; amounts of the plan are taken as they stand there, and from its last year on they follow prices.
    Nominal,
}

/// Name of the row of all domains together.
pub const TOTAL: &str = "total";

/// A row of `savings.csv`. The fields are its columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Scenario; empty in rows of the plan alone.
    pub scenario: String,
    /// Year of what is known in it.
    pub knowledge: Option<i32>,
    /// Domain of the plan, [`TOTAL`], or the line of a row of the plan alone.
    pub domain: String,
    /// Calendar year.
    pub year: i32,
    /// What is held against what was booked.
    pub kind: Kind,
    /// In which euros.
    pub euros: Euros,
    /// Which uncertainty the numbers show.
    pub band: Band,
    /// What was booked.
    pub booked: f64,
    /// The budget gap, in rows of the total.
    pub task: Option<f64>,
    /// Mean saving.
    pub mean: Option<f64>,
    /// Its Monte Carlo standard error.
    pub mcse: Option<f64>,
    /// Percentiles.
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
    /// Chance that what was booked is reached; none where the plan gives no effects.
    pub chance: Option<f64>,
    /// Its standard error.
    pub chance_se: Option<f64>,
    /// Expected amount by which it is missed.
    pub shortfall: Option<f64>,
    /// What must be set aside so that it is there with a chance of 80 %.
    pub reserve_p80: Option<f64>,
    /// The same of 95 %.
    pub reserve_p95: Option<f64>,
    /// How many times its effects must be what they are here for the booked amount to be met on average, where the plan gives none.
    pub multiplier: Option<f64>,
    /// Whether no effect would then be beyond 100 %; none where there is no multiplier, or no measure of the domain names its strength.
    pub feasible: Option<bool>,
    /// What a reader must know, in English.
    pub note: String,
}

/// A row of `contracts.csv`. The fields are its columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContractRow {
    /// Scenario.
    pub scenario: String,
    /// Contract.
    pub contract: String,
    /// Calendar year.
    pub year: i32,
    /// `sum`, `revised`, `provider_spent`, `provider_result`, `at_tariffs`, or `opened:` and a clause.
    pub metric: String,
    /// Euros at the constant price level, or a share of members.
    pub unit: String,
    /// Mean over members.
    pub mean: f64,
    /// Its Monte Carlo standard error.
    pub mcse: Option<f64>,
    /// 5th percentile.
    pub p05: f64,
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
    /// Share of the variance of the net saving of its domain that goes with the sum: squared correlation over members.
    pub share_of_result: Option<f64>,
}

/// A row of `cashable.csv`. The fields are its columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CashRow {
    /// Scenario.
    pub scenario: String,
    /// Domain of the plan, or [`TOTAL`].
    pub domain: String,
    /// Calendar year.
    pub year: i32,
    /// What becomes of it.
    pub part: Part,
    /// Why it cannot be taken at once.
    pub reason: Option<Reason>,
    /// Euros at the constant price level.
    pub unit: String,
    /// Mean over members.
    pub mean: f64,
    /// Its Monte Carlo standard error.
    pub mcse: Option<f64>,
    /// 5th percentile.
    pub p05: f64,
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
}

/// Reads the savings of a complete run; none if the run was not held against a plan.
///
/// # Errors
/// The file is not one of ours.
pub fn read(folder: &Path) -> Result<Vec<Row>, AnalysisError> {
    rows(folder, SAVINGS_FILE)
}

/// Reads the contracts of a complete run; none if no scenario of it has one.
///
/// # Errors
/// The file is not one of ours.
pub fn read_contracts(folder: &Path) -> Result<Vec<ContractRow>, AnalysisError> {
    rows(folder, CONTRACTS_FILE)
}

/// Reads what of the savings of a complete run can be taken from the budget; none if the run was not held against a plan.
///
/// # Errors
/// The file is not one of ours.
pub fn read_cash(folder: &Path) -> Result<Vec<CashRow>, AnalysisError> {
    rows(folder, CASHABLE_FILE)
}

pub(super) fn rows<T: for<'de> Deserialize<'de>>(folder: &Path, name: &str) -> Result<Vec<T>, AnalysisError> {
    let file = folder.join(name);
    let open = match File::open(&file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        open => open.map_err(StoreError::file(&file, "read"))?,
    };
    let rows: Result<Vec<T>, csv::Error> = csv::Reader::from_reader(open).into_deserialize().collect();
    rows.map_err(|error| AnalysisError::Bands {
        file,
        line: error.position().map_or(1, csv::Position::line),
        what: error.to_string(),
    })
}

/// An amount of the plan that nothing is held against.
pub(super) fn plan_row(name: &str, year: i32, euro: f64, title: &str) -> Row {
    Row {
        scenario: String::new(),
        knowledge: None,
        domain: name.to_owned(),
        year,
        kind: Kind::Plan,
        euros: Euros::Nominal,
        band: Band::Realised,
        booked: euro,
        task: None,
        mean: None,
        mcse: None,
        p05: None,
        p10: None,
        p25: None,
        p50: None,
        p75: None,
        p90: None,
        p95: None,
        chance: None,
        chance_se: None,
        shortfall: None,
        reserve_p80: None,
        reserve_p95: None,
        multiplier: None,
        feasible: None,
        note: title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::columns::{Column, cash_columns, contract_columns, savings_columns};

    fn header(row: impl Serialize) -> String {
        let mut file = csv::Writer::from_writer(Vec::new());
        file.serialize(row).unwrap();
        String::from_utf8(file.into_inner().unwrap()).unwrap().lines().next().unwrap_or_default().to_owned()
    }

    fn names(columns: Vec<Column>) -> String {
        columns.into_iter().map(|column| column.name).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn the_files_have_the_columns_that_are_described() {
        let row = ContractRow {
            scenario: String::new(),
            contract: String::new(),
            year: 2025,
            metric: String::new(),
            unit: String::new(),
            mean: 0.0,
            mcse: None,
            p05: 0.0,
            p50: 0.0,
            p95: 0.0,
            share_of_result: None,
        };
        assert_eq!(header(row), names(contract_columns()));
        let row = CashRow {
            scenario: String::new(),
            domain: String::new(),
            year: 2025,
            part: Part::Never,
            reason: Some(Reason::LumpSum),
            unit: String::new(),
            mean: 0.0,
            mcse: None,
            p05: 0.0,
            p50: 0.0,
            p95: 0.0,
        };
        assert_eq!(header(row), names(cash_columns()));
        assert_eq!(header(plan_row("task", 2025, 1.0, "")), names(savings_columns()));
    }
}
