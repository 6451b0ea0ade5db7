//! What multiplies a hazard, a share at the start or a cost: tables, trends, shocks and frailty, by name.

use super::Checker;
use crate::model::dimension::Dimension;
use crate::model::tree::Spot;

/// Most factors of one hazard.
const MAX_FACTORS: usize = 64;

/// The word for a person's own factor in `times`.
pub(super) const FRAILTY: &str = "frailty";

/// What a list of factors multiplies; it decides which kinds of factor may stand in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Multiplied {
    /// A hazard, by tables, trends, shocks and frailty.
    Hazard,
    /// A share at the start, by tables and frailty.
    Initial,
    /// A cost, by shocks.
    Cost,
    /// Places of a resource, by tables.
    Places,
}

/// Factors by id, and the dimension of their product.
#[derive(Debug)]
pub(super) struct Factors {
    pub(super) tables: Vec<usize>,
    pub(super) trends: Vec<usize>,
    pub(super) shocks: Vec<usize>,
    pub(super) frail: bool,
    pub(super) dimension: Dimension,
}

impl Checker<'_> {
    /// The factors that a list names.
    pub(super) fn factors(&mut self, names: &[String], spot: Spot<'_>, what: Multiplied) -> Factors {
        let mut found =
            Factors { tables: Vec::new(), trends: Vec::new(), shocks: Vec::new(), frail: false, dimension: Dimension::NONE };
        if names.len() > MAX_FACTORS {
            self.fault(
                "too-many",
                spot.value(),
                format!("{} factors multiply here", names.len()),
                "too many",
                format!("name at most {MAX_FACTORS}"),
            );
            return found;
        }
        let tables: Vec<String> =
            self.model.tables.iter().filter(|_| what != Multiplied::Cost).map(|table| table.name.clone()).collect();
        let trends: Vec<String> =
            self.model.trends.iter().filter(|_| what == Multiplied::Hazard).map(|trend| trend.name.clone()).collect();
        let shocks: Vec<String> = self
            .model
            .shocks
            .iter()
            .filter(|_| matches!(what, Multiplied::Hazard | Multiplied::Cost))
            .map(|shock| format!("shock.{}", shock.name))
            .collect();
        let kind = match what {
            Multiplied::Hazard => "table or trend",
            Multiplied::Initial | Multiplied::Places => "table",
            Multiplied::Cost => "shock",
        };
        for (index, name) in names.iter().enumerate() {
            let place = spot.index(index);
            if names[..index].contains(name) {
                self.fault(
                    "defined-twice",
                    place.value(),
                    format!("`{name}` multiplies twice"),
                    "a second time",
                    "name each factor once",
                );
            }
            if name == FRAILTY && matches!(what, Multiplied::Hazard | Multiplied::Initial) {
                if self.model.frailty.is_none() {
                    self.fault(
                        "unknown-reference",
                        place.value(),
                        "the model has no frailty",
                        "no frailty",
                        "declare one, such as `[frailty]` with `law = { gamma = { variance = 1.0 } }`, or remove the name",
                    );
                }
                found.frail = true;
                continue;
            }
            if matches!(what, Multiplied::Hazard | Multiplied::Cost) && name.starts_with("shock.") {
                found.shocks.extend(self.find("shock", name, shocks.iter().map(String::as_str), place.value()));
                continue;
            }
            let known = tables.iter().chain(&trends).chain(&shocks).map(String::as_str);
            match self.find(kind, name, known, place.value()) {
                Some(id) if id < tables.len() => {
                    found.dimension = found.dimension.times(Dimension::of(self.model.tables[id].unit), 1);
                    found.tables.push(id);
                }
                Some(id) => found.trends.push(id - tables.len()),
                None => {}
            }
        }
        found
    }
}
