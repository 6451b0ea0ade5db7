//! What multiplies hazards: tables by age and year, trends, common shocks, and what persons have of their own.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Grade, Number, RawCitation, RawLabel, Unit};

/// A table of numbers by attribute, age and year.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTable {
    /// CSV with a column per dimension (attribute names, `age`, `year`) and a column `value`. An age is `40`, `40-44`
    /// or `95+`; a year `2021`, `2021-2023` or `2024+`. Every combination must be given exactly once.
    pub file: Option<String>,
    /// Or here, for one dimension: `{ band = { a = 0.6, b = 1.0 } }`.
    pub values: Option<IndexMap<String, IndexMap<String, f64>>>,
    /// Unit of the values.
    pub unit: Unit,
    /// Where the figures come from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// A factor by calendar year: either growing by a fixed share on every 1 January, or given for each year.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTrend {
    /// Growth factor per year: 1.02 is two percent up. Needs `reference_year`.
    pub factor_per_year: Option<Number>,
    /// Calendar year in which the growing factor is one.
    pub reference_year: Option<i32>,
    /// Or the factor of each year: `{ 2019 = 1, 2020-2021 = "1 - 0.1 * covid", "2022+" = 1 }`. Every year of the model must be
    /// given exactly once.
    pub by_year: Option<IndexMap<String, Number>>,
}

/// A common shock: a factor per calendar year with mean one, whose logarithm is a stationary AR(1) process.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawShock {
    /// What people read.
    pub label: Option<RawLabel>,
    /// Standard deviation of the logarithm of the factor, in every year: 0.1 is about ten percent up or down.
    pub sigma: Number,
    /// Correlation of the logarithm with that of the year before, 0 (each year anew) to 1 (for good).
    pub persistence: Number,
    /// Where the figures come from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// Frailty: each person's own factor for life, with mean one, on every hazard that names `frailty`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawFrailty {
    /// How the factor differs between persons.
    pub law: RawFrailtyLaw,
    /// Share of it that persons of one household have in common, 0 to 1: the correlation of their normal scores. It leaves
    /// each person's own law unchanged. Default: 0.
    pub household_share: Option<Number>,
    /// Where the figures come from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// Law of the frailty, with mean one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawFrailtyLaw {
    /// Gamma with a variance.
    Gamma(RawGammaFrailty),
    /// Log-normal with the standard deviation of the logarithm.
    Lognormal(RawLognormalFrailty),
}

/// Gamma frailty.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGammaFrailty {
    /// Variance of the factor; its mean is one.
    pub variance: Number,
}

/// Log-normal frailty.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLognormalFrailty {
    /// Standard deviation of the natural logarithm of the factor; its mean is one.
    pub sigma: Number,
}
