//! Scenarios: measures, and what they do when.

use super::{Grade, Label};
use crate::model::expression::Expression;

/// A scenario with all measures of its bases.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Name: that of its file.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// What it stands for, in paragraphs.
    pub about: Option<Label>,
    /// Name of the scenario it starts from.
    pub base: Option<String>,
    /// Measures, those of its bases included; sorted by name.
    pub measures: Vec<Measure>,
    /// What money goes with them.
    pub terms: Terms,
}

/// What a scenario says of money and of what is known, that of its bases included.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Terms {
    /// Year of what is known, if that is said.
    pub knowledge: Option<i32>,
    /// Domain ids of the plan whose booked investments are made, rising.
    pub investments: Vec<usize>,
    /// Whether what the plan spends once is spent.
    pub one_off: bool,
    /// Domain ids of the plan for which it gives no effects, rising.
    pub implicit: Vec<usize>,
    /// Contract ids that hold, rising.
    pub contracts: Vec<usize>,
    /// Years by which measures, periods of gates and contracts come later.
    pub later_years: f64,
    /// What comes on top of the task of the plan, by calendar year, in euros.
    pub task: crate::model::plan::Amounts,
}

/// A maatregel, resolved. At a moment with ramp `r` in 0..1 a parameter `x` becomes, in this order: all `set`, all `scale`,
/// all `shift`: `x + r (set - x)`, `x (1 + r (scale - 1))`, `x + r shift`. Effects are evaluated on the unchanged parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// First moment, years of the model's clock (year + (day of year - 1) / days in that year).
    pub start: f64,
    /// Months over which it grows in, in monthly steps; 0: at once.
    pub ramp_months: u32,
    /// Parameter id, operation, value.
    pub effects: Vec<(usize, Effect, Expression)>,
    /// Domain id of the plan under which it stands, if that is said.
    pub domain: Option<usize>,
    /// Parameter id of how strong it is, if one number says that.
    pub strength: Option<usize>,
    /// What was seen of it elsewhere.
    pub seen: Option<Label>,
    /// Where its effects come from, if that is said.
    pub origin: Option<Origin>,
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Index in [`Model::sources`](super::Model::sources), if a source is named.
    pub source: Option<usize>,
    /// Place in the source.
    pub note: Option<String>,
    /// The same in Dutch, if that is said.
    pub note_nl: Option<String>,
    /// Quality of the evidence, if it is graded.
    pub grade: Option<Grade>,
}

/// What a measure does to a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Replace.
    Set,
    /// Multiply.
    Scale,
    /// Add.
    Shift,
}
