//! Scenarios: measures, and when they work.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Grade, Number, RawCitation, RawLabel};

/// A scenario: measures on top of another scenario.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawScenario {
    /// What people read.
    pub label: RawLabel,
    /// What the scenario stands for. A blank line begins a new paragraph.
    pub about: Option<RawLabel>,
    /// Scenario whose measures this one adds to. Absent: the model as it stands.
    pub base: Option<String>,
    /// Year of what is known: evidence that came later has no part in it. Default: that of its base, if that says so.
    pub knowledge: Option<i32>,
    /// Domains of the plan whose booked investments are made. In the others, what gates and contracts cost is the investment.
    #[serde(default)]
    pub investments: Vec<String>,
    /// Whether what the plan spends once is spent.
    #[serde(default)]
    pub one_off: bool,
    /// Domains of the plan for which it gives no effects: what is booked there is what must be true, and has no chance.
    #[serde(default)]
    pub implicit: Vec<String>,
    /// Contracts that hold, by name.
    #[serde(default)]
    pub contracts: Vec<String>,
    /// Measures, periods of gates and contracts of the scenarios that it is put together with come so many years later; contracts
    /// whole years.
    pub later_years: Option<f64>,
    /// What comes on top of the task of the plan, by calendar year, in euros.
    #[serde(default)]
    pub task: IndexMap<String, f64>,
    /// Maatregelen, by name.
    #[serde(default)]
    pub measure: IndexMap<String, RawMeasure>,
}

/// A maatregel: which parameters change, from when, how fast.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawMeasure {
    /// What people read.
    pub label: Option<RawLabel>,
    /// First day (a TOML date). Default: the start of the model.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub start: Option<toml::value::Datetime>,
    /// How it grows in. Default: at once.
    pub ramp: Option<RawRamp>,
    /// New values: parameter = expression.
    #[serde(default)]
    pub set: IndexMap<String, Number>,
    /// Factors: parameter = expression.
    #[serde(default)]
    pub scale: IndexMap<String, Number>,
    /// Additions: parameter = expression in the parameter's unit.
    #[serde(default)]
    pub shift: IndexMap<String, Number>,
    /// Domain of the plan under which it stands. The plan books nothing per measure; it says where its effect is looked for.
    pub domain: Option<String>,
    /// The parameter that says how strong it is, of which `piramide needs` tells how much it must be.
    pub strength: Option<String>,
    /// What was seen of it elsewhere.
    pub seen: Option<RawLabel>,
    /// Where the effect comes from.
    pub source: Option<RawCitation>,
    /// Quality of the evidence.
    pub grade: Option<Grade>,
}

/// Ingroeipad: how a measure grows in.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawRamp {
    /// In equal monthly steps over so many months.
    LinearMonths(u32),
}
