//! Places that can run out, and waiting for them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Grade, Number, RawCitation, RawLabel};

/// What persons share and what runs out. Who asks for it when it is taken waits, or is turned away.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawResource {
    /// What people read.
    pub label: RawLabel,
    /// What a place is, and who share them. A blank line begins a new paragraph.
    pub about: Option<RawLabel>,
    /// How many places there are at once, or hours of staff a week. A measure may change it: new places are given out at once;
    /// when places are cut, those in service finish.
    pub places: Number,
    /// Whose they are. Default: the whole city shares them.
    #[serde(default)]
    pub per: Reach,
    /// Tables by `wijk` and `year` that multiply the places.
    #[serde(default)]
    pub times: Vec<String>,
    /// Where the numbers come from that stand here without a name.
    pub source: Option<RawCitation>,
    /// Quality of the evidence for them.
    pub grade: Option<Grade>,
}

/// Who share the places of a resource.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// The whole city.
    #[default]
    City,
    /// Each wijk has so many of its own.
    Wijk,
}

/// What a state takes of a resource.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPlace {
    /// The resource.
    pub of: String,
    /// Places, or hours of staff a week, that each person takes. Default: 1.
    pub amount: Option<Number>,
    /// The state of those who find no place: one with `waits_for`, or another way out, such as the own network.
    pub full: String,
}

/// What the persons in a state wait for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawWait {
    /// A state with a `place`: whoever comes first in line enters it as soon as there is one.
    pub state: String,
    /// Class of priority: lower numbers go first, in a class those who joined first. Who moves from one wait to another for the same
    /// state keeps the moment at which they joined. Default: 0.
    #[serde(default)]
    pub priority: u8,
}
