//! Numbers of later years, forecast by others or realised, and what the model foretells of them.

use rayon::prelude::*;
use serde::Deserialize;

use super::CalibrationError;
use super::map::Municipality;
use super::mixing::quantile;
use super::reading::Reading;
use super::targets::{Target, Targets, account, count};
use crate::engine::Luck;
use crate::model::Model;

/// Where a later number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Somebody's forecast.
    Forecast,
    /// What came.
    Realised,
}

/// A number of a later year.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaterNumber {
    /// Name of a count, or of a line of the accounts.
    pub number: String,
    /// Calendar year.
    pub year: i32,
    /// In the unit of the count, or in euros.
    pub value: f64,
    /// Where it comes from.
    pub kind: Kind,
    /// Where it stands.
    pub source: String,
}

/// Reads a CSV file of later numbers.
///
/// # Errors
/// What is wrong, with its line.
pub fn read_later(text: &str, model: &Model) -> Result<Vec<LaterNumber>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut list = Vec::new();
    for row in reader.deserialize::<LaterNumber>() {
        let row = row.map_err(|error| match error.position() {
            Some(place) => format!("line {}: {error}; the columns are number,year,value,kind,source", place.line()),
            None => error.to_string(),
        })?;
        let line = list.len() + 2;
        if !(model.first_year..=model.last_year).contains(&row.year) || !row.value.is_finite() || row.value == 0.0 {
            return Err(format!(
                "line {line}: the year must lie from {} to {}, and the value must be a number other than 0",
                model.first_year, model.last_year
            ));
        }
        if reading(model, &row).is_none() {
            return Err(format!(
                "line {line}: the model says nothing of `{}`; name a count that is no ratio, or a line",
                row.number
            ));
        }
        list.push(row);
    }
    Ok(list)
}

fn reading(model: &Model, row: &LaterNumber) -> Option<Reading> {
    let by_count = model.counts.iter().position(|count| count.name == row.number);
    let by_account = || model.accounts.iter().position(|account| account.name == row.number);
    match by_count {
        Some(id) => count(model, id, row.year),
        None => account(model, by_account()?, row.year),
    }
}

/// 10, 50 and 90 % quantiles of each number over the engine at draws of parameter values, one history each.
///
/// # Errors
/// The model does not fit, or a draw makes no model.
pub fn foretold(
    model: &Model,
    scenario: usize,
    numbers: &[LaterNumber],
    draws: &[Vec<f64>],
    seed: u64,
) -> Result<Vec<[f64; 3]>, CalibrationError> {
    let target = |row: &LaterNumber| {
        Some(Target {
            name: format!("{}.{}", row.number, row.year),
            label: row.number.clone(),
            series: row.number.clone(),
            year: row.year,
            observed: row.value,
            error: 1.0,
            class: 0,
            perimeter: None,
            source: 0,
            reading: reading(model, row)?,
        })
    };
    let list: Vec<Target> = numbers.iter().filter_map(target).collect();
    let targets = Targets {
        scenario,
        years: (model.first_year, model.last_year),
        classes: vec![],
        perimeters: vec![],
        list,
        correlation: 0.0,
    };
    let town = Municipality::new(model, &targets).map_err(CalibrationError::Model)?;
    let history = |(draw, values): (usize, &Vec<f64>)| {
        town.history_of(values, &[], Luck::new(seed, 50_000 + draw as u32, 0)).ok_or(CalibrationError::NoOutcomes)
    };
    let said: Vec<Vec<f64>> = draws.par_iter().enumerate().map(history).collect::<Result<_, _>>()?;
    let of = |(id, row): (usize, &LaterNumber)| {
        let values: Vec<f64> = said.iter().map(|outcomes| outcomes[id]).collect();
        [0.1, 0.5, 0.9].map(|share| row.value.signum() * libm::exp(quantile(&values, share)))
    };
    Ok(numbers.iter().enumerate().map(of).collect())
}
