//! The model language as people write it: one Rust type per TOML table.
//!
//! These types are the single source of the language. `serde` reads them, `schemars` turns their comments into the
//! JSON Schema, and [`super::shape`] walks that same schema to find every structural fault with its place. So a key
//! exists exactly when it stands here.
//!
//! A model is a folder. `model.toml`, `sources.toml` and every file under `tracks/` are merged into one [`RawModel`];
//! every file under `scenarios/` is one [`RawScenario`], named after the file.

mod accounts;
mod dwell;
mod factors;
mod gate;
mod parameter;
mod people;
mod plan;
mod resource;
mod scenario;
mod track;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

pub use accounts::*;
pub use dwell::*;
pub use factors::*;
pub use gate::*;
pub use parameter::*;
pub use people::*;
pub use plan::*;
pub use resource::*;
pub use scenario::*;
pub use track::*;

/// A model folder: everything but its scenarios.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawModel {
    /// Name, period and reporting of the model.
    pub model: RawHeader,
    /// Attributes of a person besides age: sex, wijk, income class. Fixed for life.
    #[serde(default)]
    pub attribute: IndexMap<String, RawAttribute>,
    /// Who lives here at the start.
    pub population: RawPopulation,
    /// Births, deaths and departures. Without it nobody is born, dies or leaves.
    pub demography: Option<RawDemography>,
    /// Poisson streams of arriving persons.
    #[serde(default)]
    pub stream: IndexMap<String, RawStream>,
    /// Tables of factors by attribute, age and year.
    #[serde(default)]
    pub table: IndexMap<String, RawTable>,
    /// Factors by calendar year, the same for everybody: growth, and years that are unlike others.
    #[serde(default)]
    pub trend: IndexMap<String, RawTrend>,
    /// Yearly common shocks (economy, tariff rounds, law), the same for everybody and in every scenario.
    #[serde(default)]
    pub shock: IndexMap<String, RawShock>,
    /// Why some persons need several things at once: a factor of their own on the hazards that name `frailty`.
    pub frailty: Option<RawFrailty>,
    /// Price index, to move amounts between price levels.
    pub prices: Option<RawPrices>,
    /// Domains of the accounts: `wmo`, `jeugd`, `werk_en_inkomen`.
    #[serde(default)]
    pub domain: IndexMap<String, RawDomain>,
    /// Lines of the municipality's accounts, and what of the tracks is booked on each.
    #[serde(default)]
    pub account: IndexMap<String, RawAccount>,
    /// Published numbers of clients, indicaties and the like, to hold a run against.
    #[serde(default)]
    pub count: IndexMap<String, RawCount>,
    /// Years from which figures are not comparable with those before.
    #[serde(default, rename = "break")]
    pub breaks: IndexMap<String, RawBreak>,
    /// A plan that books savings.
    pub plan: Option<RawPlan>,
    /// Lump sums that a scenario may replace tariffs by.
    #[serde(default)]
    pub contract: IndexMap<String, RawContract>,
    /// When a change of volume becomes a change of what the municipality pays. What no entry names follows at once.
    #[serde(default)]
    pub cash: IndexMap<String, RawCash>,
    /// Uncertain and fixed numbers, by name.
    #[serde(default)]
    pub parameter: IndexMap<String, RawParameter>,
    /// Pairs of parameters whose values go together. A pair that is not named is independent.
    #[serde(default)]
    pub correlation: Vec<RawCorrelation>,
    /// What runs out: places of basisondersteuning, hours of staff.
    #[serde(default)]
    pub resource: IndexMap<String, RawResource>,
    /// Kinds of need (sporen), each with its own states; every person runs all of them side by side.
    #[serde(default)]
    pub track: IndexMap<String, RawTrack>,
    /// What is not in the model yet, or simpler in it than it is.
    #[serde(default)]
    pub limit: Vec<RawLimit>,
    /// Where figures come from, by key.
    #[serde(default)]
    pub source: IndexMap<String, RawSource>,
}

/// Name, period and reporting of the model.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawHeader {
    /// Short name: lower case, digits, hyphens.
    pub name: String,
    /// What people read.
    pub label: RawLabel,
    /// What a reader should know of the whole model first. A blank line begins a new paragraph.
    pub about: Option<RawLabel>,
    /// First calendar year; the model starts on 1 January of it.
    pub first_year: i32,
    /// Last calendar year that can be simulated, inclusive.
    pub last_year: i32,
    /// Last calendar year of a run that does not say `--horizon`. Default: `last_year`.
    pub default_last_year: Option<i32>,
    /// Lower bounds of the age bands in `by_age.parquet`, starting with 0. Default: no age table.
    pub report_ages: Option<Vec<u8>>,
}

/// A text in Dutch and English.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLabel {
    /// Dutch, language level B1.
    pub nl: String,
    /// English.
    pub en: String,
}

/// What is not in the model yet, or simpler in it than it is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLimit {
    /// What it is about, in a few words.
    pub label: RawLabel,
    /// What is left out and what that does. A blank line begins a new paragraph.
    pub about: RawLabel,
    /// Quality of the evidence for what is done instead.
    pub grade: Option<Grade>,
}

/// A number, or an expression over parameters such as `"1 - ho_request"`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// A plain number.
    Value(f64),
    /// An expression with `+ - * / ( )`, `min(a, b)`, `max(a, b)`, numbers and parameter names.
    Expression(String),
}

impl JsonSchema for Number {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Number".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A number, or an expression over parameters such as \"1 - ho_request\".",
            "type": ["number", "string"]
        })
    }
}
