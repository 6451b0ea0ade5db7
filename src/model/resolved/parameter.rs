//! Parameters: what is believed of them, and where that stands.

use super::{Grade, Label, Unit};

/// A named number with its prior.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Name; of what was believed before, that of the parameter, `.until.` and the year.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Unit.
    pub unit: Unit,
    /// Prior.
    pub prior: Prior,
    /// Index in [`Model::sources`](super::Model::sources).
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// The same in Dutch, if that is said.
    pub note_nl: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
    /// If it is what was believed of another parameter before: that one, and the last year in which it was.
    pub until: Option<(usize, i32)>,
}

/// Prior of a parameter. All arguments are finite and in range.
#[derive(Debug, Clone, PartialEq)]
pub enum Prior {
    /// One value.
    Fixed(f64),
    /// Uniform on `[min, max]`.
    Uniform {
        /// Lower bound.
        min: f64,
        /// Upper bound.
        max: f64,
    },
    /// Triangular.
    Triangular {
        /// Lower bound.
        min: f64,
        /// Mode.
        mode: f64,
        /// Upper bound.
        max: f64,
    },
    /// PERT: `min + (max - min) × Beta(1 + 4(mode-min)/(max-min), 1 + 4(max-mode)/(max-min))`.
    Pert {
        /// Lower bound.
        min: f64,
        /// Mode.
        mode: f64,
        /// Upper bound.
        max: f64,
    },
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Log-normal.
    Lognormal {
        /// Median.
        median: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Beta.
    Beta {
        /// First shape.
        alpha: f64,
        /// Second shape.
        beta: f64,
    },
    /// Gamma.
    Gamma {
        /// Mean.
        mean: f64,
        /// Shape.
        shape: f64,
    },
    /// One of these, equally likely.
    Empirical(Vec<f64>),
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Key.
    pub key: String,
    /// Author or institution.
    pub author: String,
    /// Year.
    pub year: i32,
    /// Title.
    pub title: String,
    /// Where to find it.
    pub place: Option<String>,
}
