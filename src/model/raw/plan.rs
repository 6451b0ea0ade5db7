//! What a plan books, and what a contract says: the part of the language that is about money agreed on beforehand.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Grade, Number, RawCitation, RawLabel};

/// A plan that books savings: a run is held against it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPlan {
    /// What people read.
    pub label: RawLabel,
    /// Its amounts are constant euros of this year.
    pub price_year: i32,
    /// Scenarios that a run without `--scenario` holds against it, beside `ongewijzigd-beleid`.
    #[serde(default)]
    pub test: Vec<String>,
    /// The budget gap that savings are to cover, by calendar year, in euros.
    #[serde(default)]
    pub task: IndexMap<String, f64>,
    /// What is spent once, over all domains, by calendar year, in euros.
    #[serde(default)]
    pub one_off: IndexMap<String, f64>,
    /// What is booked, by domain of the plan.
    pub domain: IndexMap<String, RawPlanDomain>,
    /// Other amounts that stand in it. They are shown beside the rest; nothing is held against them.
    #[serde(default)]
    pub line: IndexMap<String, RawPlanLine>,
    /// What it says of cost that follows from other measures: a claim to be tested, never an input.
    #[serde(default)]
    pub claim: IndexMap<String, RawPlanClaim>,
    /// What a reader must know of a booked amount, such as where the plan contradicts itself.
    #[serde(default)]
    pub remark: Vec<RawPlanRemark>,
    /// Where the amounts stand.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// What is booked in one domain of a plan. After the last year an amount goes on as it is, in constant euros.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPlanDomain {
    /// What people read.
    pub label: RawLabel,
    /// Domains of the model whose cost it is about.
    pub of: Vec<String>,
    /// Structural saving by calendar year, before investments, in euros.
    pub saving: IndexMap<String, f64>,
    /// Structural investment by calendar year, in euros.
    #[serde(default)]
    pub investment: IndexMap<String, f64>,
}

/// An amount of a plan that is only shown.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPlanLine {
    /// What people read.
    pub label: RawLabel,
    /// By calendar year, in euros.
    pub euro: IndexMap<String, f64>,
}

/// A claim of a plan: some cost falls to a part of what it would be under unchanged policy.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPlanClaim {
    /// What people read.
    pub label: RawLabel,
    /// What it is about: a state written `track.state`, or an attached cost written `track.attached.name`.
    pub of: String,
    /// Calendar year.
    pub year: i32,
    /// To which part it falls: 0.5 is halved.
    pub factor: f64,
}

/// What a reader must know of booked amounts.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPlanRemark {
    /// Domain of the plan. Default: all of it.
    pub domain: Option<String>,
    /// Calendar year. Default: every year.
    pub year: Option<i32>,
    /// What there is to know.
    pub text: RawLabel,
}

/// A lump sum: what the municipality pays a provider whatever the volume is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawContract {
    /// What people read.
    pub label: RawLabel,
    /// Domain of the plan in whose result it counts.
    pub domain: String,
    /// First calendar year.
    pub start: i32,
    /// What the sum is built on.
    pub base: RawContractBase,
    /// What multiplies the base, year by year: names of trends, for the growth path and the part that is to be saved.
    #[serde(default)]
    pub times: Vec<String>,
    /// Whether the sum follows prices. Default: true.
    pub indexed: Option<bool>,
    /// What the provider spends in euros on each person-year in these states, written `track.state`.
    #[serde(default)]
    pub provider: IndexMap<String, Number>,
    /// What the provider spends in euros on each person-year in these states beyond those of the year that the sum is built on, written
    /// `track.state`: up to there other lines of the accounts pay. Less than there were is less to spend.
    #[serde(default)]
    pub beyond: IndexMap<String, Number>,
    /// Price level of these amounts.
    pub price_year: i32,
    /// When the sum is talked about again.
    #[serde(default)]
    pub clause: IndexMap<String, RawClause>,
    /// Where the terms stand.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// What a lump sum is built on: what help cost under unchanged policy.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawContractBase {
    /// The calendar year of that cost.
    pub year: i32,
    /// Shares of what these states cost, written `track.state`, or of an attached cost, written `track.attached.name`.
    pub of: IndexMap<String, Number>,
}

/// A clause of revision: when it opens there are talks, which may lead to a payment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawClause {
    /// What people read.
    pub label: RawLabel,
    /// What opens it.
    pub trigger: Trigger,
    /// It opens when the deviation is more than this share.
    pub threshold: Number,
    /// First calendar year that is looked at.
    pub from: i32,
    /// Years between what is looked at and the payment. Default: 1.
    pub lag_years: Option<u8>,
    /// Share of the deviation beyond the threshold that is paid.
    pub share: Number,
    /// At most this share of the sum. Default: no limit.
    pub cap: Option<Number>,
    /// Chance that talks lead to a payment.
    pub chance: Number,
}

/// What opens a clause of revision: a deviation, as a share of the sum. Payments go to the provider, or back if the deviation is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The law changes the task, with this yearly chance and effect. `share` is the effect itself, and the threshold its chance.
    Law,
    /// What the base would have cost under unchanged policy, at constant prices, against what it did in the year of the base.
    Population,
    /// Those who wait for a state that the provider serves, against those who are there.
    Capacity,
    /// The provider's loss.
    Result,
}

/// When a change of volume becomes a change of what the municipality pays. It says one of `follows`, `minimum` and `fixed`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCash {
    /// What people read.
    pub label: RawLabel,
    /// What it is about: states written `track.state`, or attached costs written `track.attached.name`.
    pub of: Vec<String>,
    /// What is saved is paid all the same until a contract or staff has gone.
    pub follows: Option<RawFollows>,
    /// So much is paid whatever the volume is.
    pub minimum: Option<RawMinimum>,
    /// What is paid stays as it is, as for places that are paid for whether used or not.
    #[serde(default)]
    pub fixed: bool,
    /// Where it stands.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// Who keeps a saving, and for how long.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawFollows {
    /// Who keeps it.
    pub by: Keeper,
    /// Years until it can be taken from the budget.
    pub years: Number,
}

/// A minimum take-up.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawMinimum {
    /// Share that is paid at least.
    pub share: Number,
    /// Of what it cost under unchanged policy in this calendar year.
    pub year: i32,
}

/// Who keeps a saving for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keeper {
    /// A contract that runs on.
    Contract,
    /// Staff who are there.
    Staff,
}
