//! Gates before a state: reach, success, relapse and delay.

use super::{Label, Layer, Then, YearFactors};
use crate::model::expression::Expression;

/// A gate: turns part of those who ask for the states behind it away.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// State id of the diverted.
    pub to: usize,
    /// Layer in whose accounts its costs stand.
    pub layer: Layer,
    /// Whether requests for another state than one is in pass it.
    pub new: bool,
    /// Whether requests for the state one is in pass it.
    pub renewal: bool,
    /// Begin and end of the period in which those already behind it are asked, on the model's clock in calendar years.
    pub running: Option<(f64, f64)>,
    /// Whether who is in their state for a time that ends in that period is not asked.
    pub runs_out: bool,
    /// Its variants; together they reach at most all.
    pub variants: Vec<Variant>,
}

/// One form of a gate.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Share of requests that it reaches.
    pub reach: Expression,
    /// Share of those reached that are diverted.
    pub success: Expression,
    /// How the diverted come back.
    pub relapse: Option<Relapse>,
    /// State id and years that those wait who are reached but not diverted.
    pub delay: Option<(usize, Expression)>,
    /// Euros per request reached.
    pub cost_per_reached: Option<Expression>,
    /// Euros per request diverted, on top.
    pub cost_per_diverted: Option<Expression>,
    /// What multiplies these amounts.
    pub cost_times: YearFactors,
    /// Price level of these amounts.
    pub price_year: i32,
}

/// Return of the diverted.
#[derive(Debug, Clone)]
pub struct Relapse {
    /// Years after the request, rising, and the share still without service of those who were so at the time before.
    pub still: Vec<(f64, Expression)>,
    /// What happens after the last of them.
    pub then: Then,
}
