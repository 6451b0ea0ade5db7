//! Parameter draws: where in the space of uncertain values the members of an ensemble lie.
//!
//! ```text
//! design ─► a uniform number per parameter ─► correlation (a Gaussian copula) ─► quantile of the prior
//! ```
//!
//! A design decides the uniform numbers only; all else is the same for every design. Draw number `d` of a design can be
//! made alone. What a parameter draws is addressed by its name, so that neither the order of the parameters nor those that
//! are certain play a part.

mod copula;
mod latin;
mod random;
mod rows;
mod scores;
mod sobol;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::model::{Model, Prior};
use copula::Copula;
pub use random::{draw, medians};
pub use rows::{Rows, RowsError};
pub use scores::Scores;
pub use sobol::{MOST_DIMENSIONS, MOST_DRAWS};

/// How the draws lie in the space of the uncertain parameters.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Design {
    /// Each draw by itself: plain Monte Carlo, error ∝ 1/√N.
    #[default]
    Random,
    /// Scrambled Sobol points: every power of two of draws fills the space evenly.
    Sobol,
    /// Latin hypercube: each parameter takes one value from each of N equally likely strata.
    Latin,
    /// Rows of a file, such as a posterior.
    Rows(Rows),
}

impl Design {
    /// Its name on the command line and in the manifest.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Sobol => "sobol",
            Self::Latin => "lhs",
            Self::Rows(_) => "rows",
        }
    }
}

/// Why a design cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DesignError {
    /// More draws than Sobol points.
    TooManyDraws(u32),
    /// More uncertain parameters than Sobol dimensions.
    TooManyParameters(usize),
    /// The file names no such parameter of the model.
    UnknownParameter(String),
    /// A value of the file lies outside the range of the parameter's unit.
    OutOfRange {
        /// The parameter.
        name: String,
        /// Row, from 1, the header not counted.
        row: usize,
        /// The value.
        value: String,
    },
    /// The file names some of a correlated group of parameters, but not this one.
    HalfCorrelated {
        /// A parameter that is in the file.
        given: String,
        /// One of its group that is not.
        missing: String,
    },
}

impl fmt::Display for DesignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyDraws(draws) => {
                write!(f, "a sobol design has at most {MOST_DRAWS} draws, not {draws}; use lhs or random for more")
            }
            Self::TooManyParameters(count) => write!(
                f,
                "the model has {count} uncertain parameters, a sobol design at most {MOST_DIMENSIONS}; use lhs or random"
            ),
            Self::UnknownParameter(name) => {
                write!(f, "the design has a column `{name}`, but the model has no such parameter")
            }
            Self::OutOfRange { name, row, value } => {
                write!(f, "row {row} of the design gives `{name}` the value {value}, outside the range of its unit")
            }
            Self::HalfCorrelated { given, missing } => {
                write!(f, "the design gives `{given}` but not `{missing}`, with which it is correlated; give both, or neither")
            }
        }
    }
}

impl std::error::Error for DesignError {}

/// The draws of a design for one model.
#[derive(Debug)]
pub struct Draws<'m> {
    model: &'m Model,
    seed: u64,
    copula: Copula,
    places: Places,
}

/// What a design keeps per parameter id.
#[derive(Debug)]
enum Places {
    Random,
    /// Dimension; none for what is certain.
    Sobol(Vec<Option<u32>>),
    /// Stratum of every draw.
    Latin(Vec<Vec<u32>>),
    /// Column, for those that are given.
    Rows(Rows, Vec<Option<usize>>),
}

impl<'m> Draws<'m> {
    /// Random draws, as many as one likes.
    pub fn random(model: &'m Model, seed: u64) -> Self {
        Self { model, seed, copula: Copula::new(model), places: Places::Random }
    }

    /// `count` draws of a design under `seed`.
    ///
    /// # Errors
    /// The design does not fit the model or the number of draws.
    pub fn new(model: &'m Model, seed: u64, count: u32, design: Design) -> Result<Self, DesignError> {
        let copula = Copula::new(model);
        let places = match design {
            Design::Random => Places::Random,
            Design::Sobol => Places::Sobol(sobol::dimensions(model, count)?),
            Design::Latin => {
                Places::Latin(model.parameters.iter().map(|parameter| latin::strata(seed, &parameter.name, count)).collect())
            }
            Design::Rows(rows) => {
                let columns = rows.columns(model, &copula)?;
                Places::Rows(rows, columns)
            }
        };
        Ok(Self { model, seed, copula, places })
    }

    /// Parameter values by id for draw number `draw`. A draw beyond the rows of a file takes them anew from the first.
    ///
    /// # Panics
    /// If a Latin design has fewer draws.
    pub fn values(&self, draw: u32) -> Vec<f64> {
        let mut places: Vec<f64> = (self.model.parameters.iter().enumerate())
            .map(|(id, parameter)| match &self.places {
                Places::Sobol(dimensions) => {
                    dimensions[id].map_or(0.5, |dimension| sobol::place(self.seed, &parameter.name, dimension, draw))
                }
                Places::Latin(strata) => latin::place(self.seed, &parameter.name, &strata[id], draw),
                Places::Random | Places::Rows(..) => random::place(self.seed, &parameter.name, draw),
            })
            .collect();
        self.copula.join(&mut places);
        share(self.model, &mut places);
        let given = |id: usize| match &self.places {
            Places::Rows(rows, columns) => columns[id].map(|column| rows.at(draw, column)),
            _ => None,
        };
        let parameters = self.model.parameters.iter().enumerate();
        parameters.map(|(id, parameter)| given(id).unwrap_or_else(|| parameter.prior.quantile(places[id]))).collect()
    }
}

/// Ids of the parameters about which anything is uncertain, what was believed of them before included; that has no number of its own.
fn drawn(model: &Model) -> impl Iterator<Item = usize> {
    let mut drawn = vec![false; model.parameters.len()];
    for (id, parameter) in model.parameters.iter().enumerate() {
        drawn[model.subject(id)] |= !matches!(parameter.prior, Prior::Fixed(_));
    }
    (0..drawn.len()).filter(move |&id| drawn[id])
}

/// What was believed of a parameter before has the number of that parameter: whoever knew less had the same luck.
fn share(model: &Model, places: &mut [f64]) {
    for id in 0..places.len() {
        places[id] = places[model.subject(id)];
    }
}
