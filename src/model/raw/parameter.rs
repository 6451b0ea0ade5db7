//! Parameters: their unit, what is believed of them, where that stands and how good it is.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RawLabel;

/// A number with a name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawParameter {
    /// What people read.
    pub label: Option<RawLabel>,
    /// Unit of the value.
    pub unit: Unit,
    /// What we believe of the value before looking at the targets.
    pub prior: RawPrior,
    /// Where the figure comes from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
    /// What was believed before, by the last calendar year in which it was: a scenario with `knowledge` of that year or of one before it
    /// takes this in place of `prior`. Only effects of measures may read such a parameter.
    #[serde(default)]
    pub until: IndexMap<String, RawBelief>,
}

/// What was believed of a parameter before more was known.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawBelief {
    /// What was believed of the value.
    pub prior: RawPrior,
    /// Where it came from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// Two parameters whose values go together, by a Gaussian copula: each keeps its own prior.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCorrelation {
    /// The two parameters; both have an uncertain prior.
    pub between: Vec<String>,
    /// Correlation of their normal scores, between -1 and 1. The rank correlation is 6/π × asin(rho / 2).
    pub rho: f64,
    /// Where the figure comes from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// Units of parameters, tables and fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A pure factor, 0 or more.
    Factor,
    /// A share or probability, 0 to 1.
    Share,
    /// Events per person per year.
    PerYear,
    /// Persons (or events) per year.
    PersonsPerYear,
    /// Years.
    Years,
    /// Hours per week.
    HoursPerWeek,
    /// Euros.
    Euro,
    /// Euros per person-year.
    EuroPerPersonYear,
    /// Euros per hour: a tariff.
    EuroPerHour,
    /// Persons.
    Persons,
    /// Any real number without unit, such as the sigma of a log-normal.
    Number,
}

/// Quality of the evidence behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Grade {
    /// Official figure of the municipality itself.
    A,
    /// Official Dutch figure, or of another Dutch municipality.
    B,
    /// Published study.
    C,
    /// Our own assumption or derivation.
    D,
}

/// A reference to a source.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCitation {
    /// Key of the source in `sources.toml`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Place in the source, and how the figure was derived.
    pub note: Option<String>,
    /// The same in Dutch, language level B1, where it is shown to who decides.
    pub note_nl: Option<String>,
}

/// A source of figures.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    /// Author or institution.
    pub author: String,
    /// Year of publication.
    pub year: i32,
    /// Title, with table number where there is one.
    pub title: String,
    /// Where to find it.
    pub place: Option<String>,
}

/// Prior of a parameter. Only `fixed` is certain.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawPrior {
    /// One value, without uncertainty.
    Fixed(f64),
    /// Every value between two bounds equally likely.
    Uniform(RawRange),
    /// Triangle between two bounds with a mode.
    Triangular(RawThreePoint),
    /// PERT: a beta between two bounds with a mode (weight 4).
    Pert(RawThreePoint),
    /// Normal.
    Normal(RawNormal),
    /// Log-normal by its median and the standard deviation of the logarithm.
    Lognormal(RawLognormal),
    /// Beta by its two shapes.
    Beta(RawBeta),
    /// Gamma by mean and shape.
    Gamma(RawGammaPrior),
    /// One of the listed values, equally likely.
    Empirical(Vec<f64>),
}

/// Two bounds.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRange {
    /// Lower bound.
    pub min: f64,
    /// Upper bound.
    pub max: f64,
}

/// Two bounds and a mode.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawThreePoint {
    /// Lower bound.
    pub min: f64,
    /// Most likely value.
    pub mode: f64,
    /// Upper bound.
    pub max: f64,
}

/// Mean and standard deviation.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawNormal {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

/// Median and standard deviation of the logarithm.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLognormal {
    /// Median.
    pub median: f64,
    /// Standard deviation of the natural logarithm.
    pub sigma: f64,
}

/// Shapes of a beta distribution.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawBeta {
    /// First shape.
    pub alpha: f64,
    /// Second shape.
    pub beta: f64,
}

/// Mean and shape of a gamma distribution.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGammaPrior {
    /// Mean.
    pub mean: f64,
    /// Shape.
    pub shape: f64,
}
