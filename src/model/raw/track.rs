//! Tracks: states, what they cost, and how persons move between them.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Grade, Number, RawAge, RawCitation, RawDwell, RawGate, RawGated, RawLabel, RawPlace, RawWait};

/// One kind of need with its own states.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTrack {
    /// What people read.
    pub label: RawLabel,
    /// What the track holds and assumes. A blank line begins a new paragraph.
    pub about: Option<RawLabel>,
    /// Domain of the accounts.
    pub domain: Option<String>,
    /// Whose need it is. Default: each person's own.
    #[serde(default)]
    pub unit: Carrier,
    /// Labels of a hulpvraag, by name, at most 16: every need bears one from the moment it arises, such as who referred. Clients
    /// are counted by label too. The first state then lies outside the pyramid.
    #[serde(default)]
    pub labels: IndexMap<String, RawLabel>,
    /// States, the first being where a person starts who has no other initial state. A state without a layer lies outside
    /// the pyramid; the one named `geen_hulpvraag` is where a new hulpvraag arises (see `transition.hazard`).
    pub state: IndexMap<String, RawState>,
    /// Moves between states.
    #[serde(default)]
    pub transition: Vec<RawTransition>,
    /// Gates: what stands before a state and turns part of those who ask for it away.
    #[serde(default)]
    pub gate: IndexMap<String, RawGate>,
    /// Attached costs: what merely follows states of this track and needs none of its own, such as transport to day activities.
    #[serde(default)]
    pub attached: IndexMap<String, RawAttached>,
    /// Who is in which state at the start, as shares; for a track without a column in the population file.
    #[serde(default)]
    pub initial: IndexMap<String, RawInitial>,
    /// Where the numbers come from that stand in the track itself, without a name.
    pub source: Option<RawCitation>,
    /// Quality of the evidence for them.
    pub grade: Option<Grade>,
}

/// Whose a need is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// Each person's own.
    #[default]
    Person,
    /// The household's: it runs on the referent, and the next member takes over when that one dies or leaves.
    Household,
}

/// One state of a track.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawState {
    /// What people read. Default: the name.
    pub label: Option<RawLabel>,
    /// Layer of the pyramid. Without it the state lies outside.
    pub layer: Option<Layer>,
    /// A state that is never left.
    #[serde(default)]
    pub sink: bool,
    /// A state of the person though the need is the household's: who takes over from someone in it starts in the first state.
    #[serde(default)]
    pub personal: bool,
    /// What it costs.
    pub cost: Option<RawCost>,
    /// How many indicaties a person in this state holds at once. Default: 1 in layer `maatwerk`, else 0.
    pub indicaties_per_person: Option<Number>,
    /// Hours of informal help a week that the person's network gives.
    pub informal_hours_per_week: Option<Number>,
    /// A place that is taken by who is in this state.
    pub place: Option<RawPlace>,
    /// What those in this state wait for.
    pub waits_for: Option<RawWait>,
}

/// Layers of the pyramid, from light to heavy; `wacht` is an unmet need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Met by the person's own network.
    Informeel,
    /// Met in the formele sociale basis.
    Formeel,
    /// Unmet, waiting.
    Wacht,
    /// Met by basisondersteuning.
    Basis,
    /// Met by an indicated provision.
    Maatwerk,
}

impl Layer {
    /// Name in models and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Informeel => "informeel",
            Self::Formeel => "formeel",
            Self::Wacht => "wacht",
            Self::Basis => "basis",
            Self::Maatwerk => "maatwerk",
        }
    }
}

/// What a state costs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCost {
    /// Euros per person-year in the state.
    pub euro_per_person_year: Option<Number>,
    /// Euros at each entry.
    pub euro_per_start: Option<Number>,
    /// Euros at each new indicatie, renewals included.
    pub euro_per_indicatie: Option<Number>,
    /// What multiplies these amounts, year by year: names of tables of factors by `year`, of trends, and `shock.NAME` for a common
    /// shock, as in `["hours_per_client", "shock.wmo_price"]`.
    #[serde(default)]
    pub times: Vec<String>,
    /// Price level of these amounts.
    pub price_year: i32,
}

/// What follows states of its track: a cost, or an income of the municipality. Exactly one of `cost` and `income` is given.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAttached {
    /// What people read.
    pub label: RawLabel,
    /// The states that it follows, each in a layer: units per person in the state, 0 or more.
    pub of: IndexMap<String, Number>,
    /// What a unit costs.
    pub cost: Option<RawAttachedCost>,
    /// What the municipality receives for a unit: a negative cost.
    pub income: Option<RawIncome>,
}

/// What a unit of an attached cost costs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAttachedCost {
    /// Euros per person-year in the state and unit.
    pub euro_per_person_year: Number,
    /// What multiplies this amount, year by year: names of tables of factors by `year`, of trends, and `shock.NAME`.
    #[serde(default)]
    pub times: Vec<String>,
    /// Price level of this amount.
    pub price_year: i32,
}

/// What the municipality receives.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawIncome {
    /// Euros per person-year in the state and unit, 0 or more.
    pub euro_per_person_year: Number,
    /// What multiplies this amount, year by year: names of tables of factors by `year`, of trends, and `shock.NAME`.
    #[serde(default)]
    pub times: Vec<String>,
    /// Price level of this amount.
    pub price_year: i32,
    /// Whether it follows prices. `false`: an amount fixed in law, the same nominal euros in every year. Default: true.
    pub indexed: Option<bool>,
}

/// A move between states. Exactly one of `hazard`, `dwell` and `at_age` says when.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTransition {
    /// Where from: a state, a list of states, or `"*"` for any that is not a sink. The clock of a `"*"` hazard runs on when
    /// the state changes; all others start anew at each entry.
    pub from: RawFrom,
    /// A rate per year. From `geen_hulpvraag` it is the rate at which a hulpvraag arises.
    pub hazard: Option<RawHazard>,
    /// A time in the state.
    pub dwell: Option<RawDwell>,
    /// An exact age.
    pub at_age: Option<RawAge>,
    /// On a track with `labels`: the label of the needs that it brings, for a transition that leaves `geen_hulpvraag`. They keep it
    /// until the person is there again.
    pub label: Option<String>,
    /// Where to: a state, or the share of each state. A state that goes to itself is renewed (a new indicatie).
    pub to: RawTo,
}

/// Where a transition starts.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawFrom {
    /// One state, or `"*"`.
    One(String),
    /// Several states.
    Many(Vec<String>),
}

/// Where a transition ends.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawTo {
    /// One state.
    One(String),
    /// The share of each state; they sum to one.
    Split(IndexMap<String, RawBranch>),
}

/// One way out of a choice.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawBranch {
    /// Its share.
    Share(Number),
    /// Its share, and the gate before it.
    Gated(RawGated),
}

/// A hazard: a rate per year, times tables and trends, times factors while another track is in some state.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawHazard {
    /// Rate per year before factors.
    pub per_year: Number,
    /// Names of tables and trends that multiply it, `shock.NAME` for a common shock, and `frailty` for the person's own factor.
    #[serde(default)]
    pub times: Vec<String>,
    /// Factors while another track is in a state: `{ bijstand = { bijstand = 1.5 } }`. States not named count as 1, or as the factor
    /// called `otherwise`: `{ jeugdhulp = { net_18 = 1, otherwise = 0 } }` is a hazard of those who are in one state only.
    #[serde(default)]
    pub while_in: IndexMap<String, IndexMap<String, Number>>,
    /// A factor while the others at home need much informal help.
    pub overload: Option<RawOverload>,
}

/// Informal overload: what the others of the household need together, in hours of informal help a week, tells on a person.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawOverload {
    /// The hazard is multiplied while the others need more hours a week than this.
    pub above_hours_per_week: Number,
    /// By this.
    pub factor: Number,
}

/// Who is in a state at the start.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawInitial {
    /// Probability before factors.
    pub share: Number,
    /// Names of tables that multiply it, and `frailty` to let the odds of a person rise in proportion to their own factor; over
    /// persons the share stays what it is.
    #[serde(default)]
    pub times: Vec<String>,
    /// How long they have been there. Default: just entered.
    pub elapsed: Option<RawElapsed>,
    /// On a track with `labels`: the share of each label among them, also among those whom a population or stream column puts in
    /// this state. They sum to one; a label that is not named has none.
    #[serde(default)]
    pub label: IndexMap<String, Number>,
}

/// Time since a state was entered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawElapsed {
    /// As in a stationary town: long stays are over-represented.
    Stationary,
    /// Exactly so many years.
    Years(Number),
}
