//! Gates before a state: reach, success, relapse and delay.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Layer, Number, RawLabel};

/// A way with a gate before it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGated {
    /// Share that goes this way. Default: 1.
    pub share: Option<Number>,
    /// Name of a gate of this track.
    pub gate: String,
}

/// A gate: who asks for the state behind it may be reached by one of its variants, and then be diverted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGate {
    /// What people read. Default: the name.
    pub label: Option<RawLabel>,
    /// State that the diverted are in.
    pub to: String,
    /// Layer in whose accounts the gate's own costs stand. Default: `maatwerk`.
    pub layer: Option<Layer>,
    /// Which requests pass it. Default: `["new"]`.
    pub applies_to: Option<Vec<AppliesTo>>,
    /// When those who are already behind it are asked; exactly if `applies_to` names `running`.
    pub running: Option<RawWindow>,
    /// Its variants, by name. A request is reached by at most one; together they reach at most all.
    pub variant: IndexMap<String, RawVariant>,
}

/// Requests that a gate applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppliesTo {
    /// Requests of those who are not yet in the state they ask for.
    New,
    /// Requests of those who are in the state they ask for: a next indicatie.
    Renewal,
    /// Those who are in a state behind the gate, each asked once, at an own moment in the period `running`.
    Running,
}

/// A period: each person is asked at a uniform moment of it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawWindow {
    /// First day (a TOML date).
    #[schemars(with = "String", extend("format" = "date"))]
    pub from: toml::value::Datetime,
    /// The day after the last (a TOML date).
    #[schemars(with = "String", extend("format" = "date"))]
    pub until: toml::value::Datetime,
    /// Whether who is in their state for a time (`dwell`) that ends in the period is not asked: an indicatie that runs out. Default: false.
    #[serde(default)]
    pub runs_out: bool,
}

/// One form of a gate.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawVariant {
    /// What people read. Default: the name.
    pub label: Option<RawLabel>,
    /// Share of requests to which it is offered and that take it.
    pub reach: Number,
    /// Share of those reached that are diverted.
    pub success: Number,
    /// How many of the diverted come back, and when. Without it they stay until another transition takes them.
    pub relapse: Option<RawRelapse>,
    /// Time that those who are reached but not diverted wait before they get what they asked for. Not for `running`.
    pub delay: Option<RawDelay>,
    /// What it costs.
    pub cost: Option<RawGateCost>,
}

/// How many of the diverted are still without service.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRelapse {
    /// Years after the request = share still without service of those who were so at the time before it (of the diverted, for
    /// the first). Between these times the relapse hazard is constant.
    pub still_without_service_after_years: IndexMap<String, Number>,
    /// What happens after the last of these times.
    pub then: Then,
}

/// What happens to the diverted after the last time of the relapse curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Nobody relapses any more.
    Plateau,
    /// The last relapse hazard goes on.
    Hazard,
    /// They return to `geen_hulpvraag`, where a need arises as for anybody.
    Onset,
}

/// A wait of those whom a gate reaches in vain.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDelay {
    /// State they wait in.
    pub state: String,
    /// How long.
    pub years: Number,
}

/// What a gate costs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGateCost {
    /// Euros per request that is reached.
    pub euro_per_reached: Option<Number>,
    /// Euros per request that is diverted, on top.
    pub euro_per_diverted: Option<Number>,
    /// What multiplies these amounts, year by year: names of tables of factors by `year`, of trends, and `shock.NAME` for a common
    /// shock, as in `["hours_per_client", "shock.wmo_price"]`.
    #[serde(default)]
    pub times: Vec<String>,
    /// Price level of these amounts.
    pub price_year: i32,
}
