//! What multiplies a hazard, a share at the start or a cost: tables, trends, shocks and frailty, by name.

use super::Checker;
use crate::model::dimension::{self, Dimension};
use crate::model::raw::Unit;
use crate::model::resolved::YearFactors;
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
    /// A cost, by tables of factors by year, trends and shocks.
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
        let by_year = matches!(what, Multiplied::Hazard | Multiplied::Cost);
        let tables: Vec<String> = self.model.tables.iter().map(|table| table.name.clone()).collect();
        let trends: Vec<String> = self.model.trends.iter().filter(|_| by_year).map(|trend| trend.name.clone()).collect();
        let shocks: Vec<String> =
            self.model.shocks.iter().filter(|_| by_year).map(|shock| format!("shock.{}", shock.name)).collect();
        let kind = match what {
            Multiplied::Hazard | Multiplied::Cost => "table or trend",
            Multiplied::Initial | Multiplied::Places => "table",
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
            if by_year && name.starts_with("shock.") {
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

    /// The factors of a cost, which is the same for everybody: what multiplies it may change with the calendar year only.
    pub(super) fn year_factors(&mut self, names: &[String], spot: Spot<'_>) -> YearFactors {
        let Factors { tables, trends, shocks, .. } = self.factors(names, spot, Multiplied::Cost);
        for (index, name) in names.iter().enumerate() {
            let Some(table) = self.model.tables.iter().find(|table| table.name == *name) else { continue };
            if table.age || !table.attributes.is_empty() {
                let message = format!("`{name}` tells persons apart, but a cost is the same for everybody");
                let help = "name tables by `year` only; who costs more than others is in a state of their own";
                self.fault("cost-by-person", spot.index(index).value(), message, "this table", help);
            } else if table.unit != Unit::Factor {
                let message = format!("a cost is multiplied by factors, and `{name}` is in `{}`", dimension::word(table.unit));
                let help = "give the table `unit = \"factor\"`";
                self.fault("wrong-unit", spot.index(index).value(), message, "wrong unit", help);
            }
        }
        YearFactors { tables, trends, shocks }
    }
}
