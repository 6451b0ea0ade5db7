//! Moments that no hazard decides: the time in a state, and an age.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Number;

/// A time spent in a state.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawDwell {
    /// Exponential with a mean.
    Exponential(RawExponential),
    /// Weibull: survival `exp(-(t/scale)^shape)`.
    Weibull(RawWeibull),
    /// Gamma with a mean and a shape.
    Gamma(RawGamma),
    /// Log-normal with a median and the standard deviation of the logarithm.
    Lognormal(RawLognormalDwell),
    /// Uniform between two bounds.
    Uniform(RawUniformDwell),
    /// Always the same.
    Fixed(RawFixed),
    /// A histogram, uniform within each bin.
    Empirical(RawHistogram),
}

/// Exponential dwell time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawExponential {
    /// Mean.
    pub mean_years: Number,
}

/// Weibull dwell time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawWeibull {
    /// Scale: 63 percent have left by then.
    pub scale_years: Number,
    /// Shape: above 1 the hazard rises with time.
    pub shape: Number,
}

/// Gamma dwell time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGamma {
    /// Mean.
    pub mean_years: Number,
    /// Shape.
    pub shape: Number,
}

/// Log-normal dwell time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLognormalDwell {
    /// Median.
    pub median_years: Number,
    /// Standard deviation of the natural logarithm.
    pub sigma: Number,
}

/// Uniform dwell time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawUniformDwell {
    /// Shortest.
    pub min_years: Number,
    /// Longest.
    pub max_years: Number,
}

/// Fixed dwell time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawFixed {
    /// The time.
    pub years: Number,
}

/// A histogram of dwell times.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawHistogram {
    /// Edges of the bins, in years, rising; one more than there are shares.
    pub edges_years: Vec<f64>,
    /// Share of spells that end in each bin; they sum to one.
    pub shares: Vec<f64>,
}

/// An exact age, the same for everybody or by date of birth.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAge {
    /// Whole years.
    pub years: u8,
    /// Months on top, 0 to 11.
    #[serde(default)]
    pub months: u8,
    /// Who is born before a date has that age instead: `[{ date = 1955-09-01, years = 66, months = 4 }]`. Dates rise; the first
    /// that applies counts.
    #[serde(default)]
    pub born_before: Vec<RawBornBefore>,
}

/// The age of those born before a date.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawBornBefore {
    /// The first day (a TOML date) on which one is born too late.
    #[schemars(with = "String", extend("format" = "date"))]
    pub date: toml::value::Datetime,
    /// Whole years.
    pub years: u8,
    /// Months on top, 0 to 11.
    #[serde(default)]
    pub months: u8,
}
