//! Places that can run out, and waiting for them.

use super::{Label, Origin};
use crate::model::expression::Expression;

/// What persons share and what runs out.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// What a place of it is, in paragraphs.
    pub about: Option<Label>,
    /// Places, or hours of staff a week, before the factors.
    pub places: Expression,
    /// Whether each wijk has so many of its own.
    pub per_wijk: bool,
    /// Table ids that multiply them, by wijk and calendar year at most.
    pub tables: Vec<usize>,
    /// Where the numbers come from that stand here without a name.
    pub origin: Option<Origin>,
}

/// What a state takes of a resource.
#[derive(Debug, Clone)]
pub struct PlaceOf {
    /// Resource id.
    pub resource: usize,
    /// Places per person.
    pub amount: Expression,
    /// State id of those who find none.
    pub full: usize,
}

/// What the persons in a state wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// State id; it takes a place.
    pub state: usize,
    /// Class of priority, from 0 on without gaps within the resource.
    pub class: u8,
}
