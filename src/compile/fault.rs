//! What can still go wrong once the parameters have values.

use std::fmt;

/// A parameter draw, or a combination of measures, that gives the model a senseless number.
#[derive(Debug, Clone, PartialEq)]
pub struct CompileError {
    /// Where in the model: track, transition, state, stream.
    pub place: String,
    /// What is wrong, with the value seen.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

impl CompileError {
    pub(crate) fn new(place: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.problem, self.remedy)
    }
}

impl std::error::Error for CompileError {}

/// `value` if it is finite and inside `[low, high]`.
pub(crate) fn within(value: f64, low: f64, high: f64, place: impl Fn() -> String, what: &str) -> Result<f64, CompileError> {
    if value >= low && value <= high {
        return Ok(value);
    }
    let problem = if high == f64::INFINITY {
        format!("{what} is {value}, expected {low} or more")
    } else {
        format!("{what} is {value}, expected {low} to {high}")
    };
    Err(CompileError::new(place(), problem, "narrow the priors of the parameters it is computed from"))
}
