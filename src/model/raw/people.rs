//! Persons: what tells them apart, who is here at the start, and who is born, arrives, dies and leaves.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Grade, Number, RawCitation, RawHazard, RawLabel};

/// One attribute of a person.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAttribute {
    /// What people read.
    pub label: Option<RawLabel>,
    /// Its values, in the order of tables. The attribute named `wijk` gives `by_wijk.parquet`.
    pub values: Vec<String>,
}

/// Who lives here at the start.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPopulation {
    /// CSV with a column `persons` (a count), a column per attribute, `age` (whole years) if the model uses age,
    /// and optionally per track a column with the track's name (the state at the start) and `<track>.elapsed_years`
    /// (years since that state was entered, or the word `stationary`). Lines with the same word in a column `household` live
    /// together: so many households as `persons` says, one person of each line in each; the first line is the referent.
    pub file: String,
    /// Where the figures come from.
    pub source: Option<RawCitation>,
    /// Quality of the evidence.
    pub grade: Option<Grade>,
}

/// Births, deaths and departures. They never read a track, so the same persons live in every scenario.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDemography {
    /// Hazard of death.
    pub death: Option<RawHazard>,
    /// Hazard of leaving the municipality.
    pub leave: Option<RawHazard>,
    /// Births to persons of given attributes.
    pub birth: Option<RawBirth>,
}

/// Births: a hazard per possible mother, and what the newborn is like.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawBirth {
    /// Births per possible mother.
    pub hazard: RawHazard,
    /// Who can be a mother: attribute = value. Example: `{ sex = "vrouw" }`.
    #[serde(default)]
    pub mothers: IndexMap<String, String>,
    /// Attributes drawn for the newborn: per attribute the share of each value. Others are the mother's.
    #[serde(default)]
    pub newborn: IndexMap<String, IndexMap<String, Number>>,
}

/// A Poisson stream of arriving persons.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawStream {
    /// What people read.
    pub label: Option<RawLabel>,
    /// Arrivals per year.
    pub rate: RawRate,
    /// CSV as the population's, with `weight` (relative frequency) instead of `persons`; persons of one household arrive together.
    /// Absent: all arrivals are alike
    /// (the first value of every attribute, age 0, the first state of every track).
    pub persons: Option<String>,
    /// Begin with the persons a stationary stream would already have in the state it enters. Only for a constant rate
    /// and a state left by one dwell time.
    #[serde(default)]
    pub stationary: bool,
    /// Only those already there at the start: nobody arrives later. Needs `stationary`.
    #[serde(default)]
    pub closed: bool,
    /// Where the figures come from.
    pub source: Option<RawCitation>,
    /// Quality of the evidence.
    pub grade: Option<Grade>,
}

/// Intensity of a Poisson stream, in arrivals per year.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawRate {
    /// The same in every year.
    PerYear(Number),
    /// One value per calendar year; all years of the model must be there.
    ByYear(IndexMap<String, Number>),
    /// `mean × (1 + amplitude × cos(2π(t - peak)))`, with t in years.
    Sinusoidal(RawSinusoid),
}

/// A seasonal intensity.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSinusoid {
    /// Mean arrivals per year.
    pub mean_per_year: Number,
    /// Size of the swing as a share of the mean, 0 to 1.
    pub amplitude: Number,
    /// Moment of the peak as a share of the year, 0 to 1.
    pub peak: Number,
}
