//! A model in which some parameters have a certain value: what if?

use super::check::Bound;
use super::dimension::word;
use super::fault::{Faults, did_you_mean, shown};
use super::files::Files;
use super::read::{self, read};
use super::resolved::Model;
use std::collections::BTreeMap;
use std::fmt;

/// Values of parameters by name, in their units; they take the place of priors.
pub type Given = BTreeMap<String, f64>;

/// Why parameters cannot have certain values.
#[derive(Debug)]
pub enum GivenError {
    /// The folder is at fault; with these values, if it is not so without them.
    Model(Box<Faults>),
    /// No parameter has this name; the second is a hint.
    Unknown(String, Option<String>),
    /// A value lies outside the range of the parameter's unit.
    OutOfRange {
        /// The parameter.
        name: String,
        /// Its value.
        value: f64,
        /// Its unit.
        unit: &'static str,
        /// The range, in words.
        range: &'static str,
    },
}

impl fmt::Display for GivenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(faults) => write!(out, "{faults}"),
            Self::Unknown(name, Some(hint)) => write!(out, "there is no parameter `{}` ({hint})", shown(name)),
            Self::Unknown(name, None) => write!(out, "there is no parameter `{}`", shown(name)),
            Self::OutOfRange { name, value, unit, range } => write!(out, "`{name}` is a `{unit}`, {range}; it cannot be {value}"),
        }
    }
}

impl std::error::Error for GivenError {}

/// Reads a model folder in which some parameters are certain: as if their priors were `fixed` and no correlation named them.
///
/// # Errors
/// Faults of the folder, with or without these values; a parameter that is not there; a value outside the range of its unit.
pub fn read_given(files: &Files, given: &Given) -> Result<Model, GivenError> {
    let at_fault = |faults| GivenError::Model(Box::new(faults));
    let model = read(files).map_err(at_fault)?;
    for (name, &value) in given {
        let Some(parameter) = model.parameters.iter().find(|parameter| parameter.name == *name) else {
            let known = model.parameters.iter().map(|parameter| parameter.name.as_str());
            return Err(GivenError::Unknown(name.clone(), did_you_mean(name, known)));
        };
        let bound = Bound::of(parameter.unit);
        if !bound.fits(value) {
            let (unit, range) = (word(parameter.unit), bound.words());
            return Err(GivenError::OutOfRange { name: name.clone(), value, unit, range });
        }
    }
    // Read anew, since what holds for the priors need not hold for these values.
    if given.is_empty() { Ok(model) } else { read::with(files, given).map_err(at_fault) }
}
