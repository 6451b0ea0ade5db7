//! One effect of a measure: it must be in the parameter's unit, and must leave everything in range.

use super::Checker;
use crate::model::dimension::Dimension;
use crate::model::expression::Expression;
use crate::model::raw::Unit;
use crate::model::resolved::Effect;
use crate::model::tree::Spot;

impl Checker<'_> {
    /// Checks the unit of an effect, and that no trend reads the parameter.
    pub(super) fn effect(&mut self, id: usize, effect: Effect, expression: &Expression, seen: Option<Dimension>, spot: Spot<'_>) {
        let _ = expression;
        let unit = if effect == Effect::Scale { Unit::Factor } else { self.model.parameters[id].unit };
        let what = match effect {
            Effect::Set => "the new value",
            Effect::Scale => "the factor",
            Effect::Shift => "the addition",
        };
        if let Some(seen) = seen {
            self.unit_fits(seen, unit, what, spot.value());
        }
        let mut trend = None;
        for known in &self.model.trends {
            known.factor_per_year.parameters(&mut |parameter| {
                if parameter == id {
                    trend = Some(known.name.clone());
                }
            });
        }
        if let Some(trend) = trend {
            let message = format!("the trend `{trend}` reads `{}`, so no measure can change it", self.model.parameters[id].name);
            let help = "a trend runs from year to year and cannot bend halfway; change a parameter of the hazard instead";
            self.fault("trend-parameter", spot.key(), message, "read by a trend", help);
        }
    }
}
