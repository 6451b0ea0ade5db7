//! Draws given as data: a header of parameter names and a row per draw.

use std::fmt;

use super::DesignError;
use super::copula::Copula;
use crate::model::{Model, Unit};

/// Rows of parameter values.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// None for a column that is left out.
    names: Vec<Option<String>>,
    /// Row-major, as many per row as there are names.
    values: Vec<f64>,
}

/// What is wrong with a file of rows, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsError {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong there.
    pub problem: String,
}

impl fmt::Display for RowsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for RowsError {}

impl Rows {
    /// Reads CSV: a header of parameter names, then a row of numbers per draw.
    ///
    /// # Errors
    /// A name stands twice, a row has too many or too few numbers, something is no finite number, or there is no row.
    pub fn read(bytes: &[u8]) -> Result<Self, RowsError> {
        let fault = |line: u64, problem: String| RowsError { line, problem };
        let unread = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            fault(line, "it is not CSV in UTF-8 with the same number of cells on every line".to_owned())
        };
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let names: Vec<String> = reader.headers().map_err(unread)?.iter().map(str::to_owned).collect();
        if let Some(name) = names.iter().enumerate().find_map(|(at, name)| names[..at].contains(name).then_some(name)) {
            return Err(fault(1, format!("the column `{name}` stands there twice")));
        }
        let mut values = Vec::new();
        for record in reader.records() {
            let record = record.map_err(unread)?;
            let line = record.position().map_or(1, csv::Position::line);
            for (cell, name) in record.iter().zip(&names) {
                let value = cell.parse::<f64>().ok().filter(|value| value.is_finite());
                values.push(value.ok_or_else(|| fault(line, format!("`{cell}` under `{name}` is no number")))?);
            }
        }
        if values.is_empty() {
            return Err(fault(1, "there is no row under the names".to_owned()));
        }
        Ok(Self { names: names.into_iter().map(Some).collect(), values })
    }

    /// Rows of numbers by column name, row-major.
    ///
    /// # Errors
    /// A name stands twice, something is no finite number, or there is no row.
    pub fn new(names: Vec<String>, values: Vec<f64>) -> Result<Self, RowsError> {
        let fault = |line: u64, problem: String| Err(RowsError { line, problem });
        if let Some(name) = names.iter().enumerate().find_map(|(at, name)| names[..at].contains(name).then_some(name)) {
            return fault(1, format!("the column `{name}` stands there twice"));
        }
        if values.is_empty() || !values.len().is_multiple_of(names.len()) {
            return fault(1, "there is no whole row".to_owned());
        }
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            return fault((at / names.len()) as u64 + 2, format!("`{}` has no finite number", names[at % names.len()]));
        }
        Ok(Self { names: names.into_iter().map(Some).collect(), values })
    }

    /// The rows without the columns of these parameters.
    #[must_use]
    pub fn without(mut self, left_out: impl Fn(&str) -> bool) -> Self {
        for name in &mut self.names {
            *name = name.take().filter(|name| !left_out(name));
        }
        self
    }

    /// Number of rows.
    pub fn count(&self) -> usize {
        self.values.len() / self.names.len()
    }

    /// The value of a column in a draw; rows are taken anew when they run out.
    pub(super) fn at(&self, draw: u32, column: usize) -> f64 {
        self.values[draw as usize % self.count() * self.names.len() + column]
    }

    /// The column of every parameter, by id; none where the prior's own draw stands.
    pub(super) fn columns(&self, model: &Model, copula: &Copula) -> Result<Vec<Option<usize>>, DesignError> {
        let known = |name: &String| model.parameters.iter().any(|parameter| parameter.name == *name);
        if let Some(name) = self.names.iter().flatten().find(|name| !known(name)) {
            return Err(DesignError::UnknownParameter(name.clone()));
        }
        let columns: Vec<Option<usize>> = model
            .parameters
            .iter()
            .map(|parameter| self.names.iter().position(|name| name.as_ref() == Some(&parameter.name)))
            .collect();
        for (id, column) in columns.iter().enumerate() {
            let Some(column) = *column else { continue };
            let unit = model.parameters[id].unit;
            let wrong = |value: &f64| (unit != Unit::Number && *value < 0.0) || (unit == Unit::Share && *value > 1.0);
            let values = self.values.iter().skip(column).step_by(self.names.len());
            if let Some((row, value)) = values.enumerate().find(|(_, value)| wrong(value)) {
                let (name, value) = (model.parameters[id].name.clone(), value.to_string());
                return Err(DesignError::OutOfRange { name, row: row + 1, value });
            }
        }
        for group in copula.groups() {
            let given = group.iter().find(|&&id| columns[id].is_some());
            let missing = group.iter().find(|&&id| columns[id].is_none());
            if let (Some(&given), Some(&missing)) = (given, missing) {
                let name = |id: usize| model.parameters[id].name.clone();
                return Err(DesignError::HalfCorrelated { given: name(given), missing: name(missing) });
            }
        }
        Ok(columns)
    }
}
