//! Persons: what tells them apart, who is here at the start, and who is born, arrives, dies and leaves.

use super::{Hazard, Label, Origin};
use crate::model::expression::Expression;

/// An attribute and its values.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Values, in order; a value id indexes this.
    pub values: Vec<String>,
}

/// A row of the population or of a stream's persons.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// Persons (population) or relative weight (stream).
    pub count: f64,
    /// Whole years of age; 0 when the model has no age.
    pub age: u8,
    /// Value id per attribute.
    pub values: Vec<u8>,
    /// Number of the household, the same for rows that live together; `None`: alone. The first row of a household is its
    /// referent, and the order of rows is that of succession.
    pub household: Option<usize>,
    /// State id and elapsed time per track; `None`: decided by the track's `initial` shares.
    pub states: Vec<Option<(usize, Elapsed)>>,
}

/// Time since a state was entered.
#[derive(Debug, Clone, PartialEq)]
pub enum Elapsed {
    /// Length-biased, as in a stationary town.
    Stationary,
    /// In years.
    Years(Expression),
}

/// Births, deaths, departures.
#[derive(Debug, Clone, Default)]
pub struct Demography {
    /// Hazard of death.
    pub death: Option<Hazard>,
    /// Hazard of leaving.
    pub leave: Option<Hazard>,
    /// Births.
    pub birth: Option<Birth>,
}

/// Births.
#[derive(Debug, Clone)]
pub struct Birth {
    /// Births per possible mother.
    pub hazard: Hazard,
    /// Attribute id and value id a mother must have, all of them.
    pub mothers: Vec<(usize, u8)>,
    /// Per attribute id that is drawn: the share of every value, in the attribute's order. Others are the mother's.
    pub newborn: Vec<(usize, Vec<Expression>)>,
}

/// A Poisson stream of arriving persons.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Arrivals per year.
    pub rate: Rate,
    /// Who arrives, with weights; never empty.
    pub persons: Vec<PersonRow>,
    /// Whether those a stationary stream would have are there at the start.
    pub stationary: bool,
    /// Whether nobody arrives after the start.
    pub closed: bool,
    /// Where it comes from, if that is said.
    pub origin: Option<Origin>,
}

/// Intensity of a stream, arrivals per year.
#[derive(Debug, Clone)]
pub enum Rate {
    /// Constant.
    PerYear(Expression),
    /// One per calendar year from `first_year` to `last_year`.
    ByYear(Vec<Expression>),
    /// `mean × (1 + amplitude × cos(2π(t - peak)))`.
    Sinusoidal {
        /// Mean per year.
        mean: Expression,
        /// Swing, 0 to 1.
        amplitude: Expression,
        /// Moment of the peak, share of the year.
        peak: Expression,
    },
}
