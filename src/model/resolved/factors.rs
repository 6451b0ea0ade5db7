//! What multiplies hazards: tables by age and year, trends, common shocks, and what persons have of their own.

use super::{Attribute, Grade, Label, MAX_AGE, Unit};
use crate::model::expression::Expression;

/// A dense table.
///
/// Shape: attributes in the order of `attributes` × age 0..=[`MAX_AGE`] if `age` × calendar year from the model's first to
/// its last if `year`; row-major, last dimension fastest.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Attribute ids, ascending.
    pub attributes: Vec<usize>,
    /// Whether age is a dimension.
    pub age: bool,
    /// Whether calendar year is a dimension.
    pub year: bool,
    /// The values.
    pub values: Vec<f64>,
    /// Unit of the values.
    pub unit: Unit,
    /// Index in [`Model::sources`](super::Model::sources).
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

impl Table {
    /// Value for a person with attribute values `values`, whole years `age`, in calendar year index `year` (0 = the model's
    /// first year) of `years`.
    pub fn at(&self, attributes: &[Attribute], values: &[u8], age: usize, year: usize, years: usize) -> f64 {
        let mut index = 0;
        for &attribute in &self.attributes {
            index = index * attributes[attribute].values.len() + usize::from(values[attribute]);
        }
        if self.age {
            index = index * (MAX_AGE + 1) + age.min(MAX_AGE);
        }
        if self.year {
            index = index * years + year;
        }
        self.values[index]
    }
}

/// A factor by calendar year.
#[derive(Debug, Clone)]
pub struct Trend {
    /// Name.
    pub name: String,
    /// Its factors. No measure may change their parameters.
    pub growth: Growth,
}

/// How the factor of a trend goes from year to year.
#[derive(Debug, Clone, PartialEq)]
pub enum Growth {
    /// By the same factor every 1 January.
    Steady {
        /// That factor.
        factor_per_year: Expression,
        /// Year in which the trend is one.
        reference_year: i32,
    },
    /// One factor per calendar year from `first_year` to `last_year`.
    ByYear(Vec<Expression>),
}

impl Growth {
    /// The numbers that it is made of.
    pub fn numbers(&self) -> &[Expression] {
        match self {
            Self::Steady { factor_per_year, .. } => std::slice::from_ref(factor_per_year),
            Self::ByYear(factors) => factors,
        }
    }
}

/// A yearly common shock with mean one: its logarithm is a stationary AR(1) process.
#[derive(Debug, Clone)]
pub struct Shock {
    /// Name: the address of its luck.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Standard deviation of the logarithm in every year. No measure may change its parameters.
    pub sigma: Expression,
    /// Correlation of the logarithm from year to year, 0 to 1. No measure may change its parameters.
    pub persistence: Expression,
    /// Index in [`Model::sources`](super::Model::sources).
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// Each person's own factor for life, with mean one.
#[derive(Debug, Clone)]
pub struct Frailty {
    /// Its law. No measure may change its parameters.
    pub law: FrailtyLaw,
    /// Correlation of the normal scores of persons of one household, 0 to 1.
    pub household_share: Expression,
    /// Index in [`Model::sources`](super::Model::sources).
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

impl FrailtyLaw {
    /// The number that says how much persons differ.
    pub fn spread(&self) -> &Expression {
        match self {
            Self::Gamma { variance: spread } | Self::Lognormal { sigma: spread } => spread,
        }
    }
}

/// Law of a frailty with mean one.
#[derive(Debug, Clone, PartialEq)]
pub enum FrailtyLaw {
    /// Gamma with this variance.
    Gamma {
        /// Variance.
        variance: Expression,
    },
    /// Log-normal.
    Lognormal {
        /// Standard deviation of the logarithm.
        sigma: Expression,
    },
}
