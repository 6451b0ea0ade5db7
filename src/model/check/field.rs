//! One number field: reads its expression and checks unit and range.

use super::Checker;
use crate::model::dimension::{self, Dimension};
use crate::model::expression::Expression;
use crate::model::fault::{Fault, Place};
use crate::model::formula;
use crate::model::raw::{Number, Unit};
use crate::model::tree::Spot;

/// Values that a field accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Bound {
    /// Any finite number.
    Any,
    /// 0 or more.
    NotNegative,
    /// More than 0.
    Positive,
    /// 0 to 1.
    Share,
}

impl Bound {
    /// Bound that belongs to a unit.
    pub(in crate::model) fn of(unit: Unit) -> Self {
        match unit {
            Unit::Number => Self::Any,
            Unit::Share => Self::Share,
            _ => Self::NotNegative,
        }
    }

    /// Whether a value fits. NaN and infinities never do.
    pub(in crate::model) fn fits(self, value: f64) -> bool {
        value.is_finite()
            && match self {
                Self::Any => true,
                Self::NotNegative => value >= 0.0,
                Self::Positive => value > 0.0,
                // Sums such as 1 - 0.1 - 0.9 may miss zero by a rounding.
                Self::Share => (-1e-12..=1.0 + 1e-12).contains(&value),
            }
    }

    /// In words.
    pub(in crate::model) fn words(self) -> &'static str {
        match self {
            Self::Any => "a finite number",
            Self::NotNegative => "0 or more",
            Self::Positive => "more than 0",
            Self::Share => "between 0 and 1",
        }
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    /// In words, such as `the cost`.
    pub(super) what: &'static str,
    /// Unit.
    pub(super) unit: Unit,
    /// Range.
    pub(super) bound: Bound,
}

impl Field {
    /// A field whose range is that of its unit.
    pub(super) const fn new(what: &'static str, unit: Unit, bound: Bound) -> Self {
        Self { what, unit, bound }
    }
    /// A share, 0 to 1.
    pub(super) const fn share(what: &'static str) -> Self {
        Self::new(what, Unit::Share, Bound::Share)
    }
    /// A factor, 0 or more.
    pub(super) const fn factor(what: &'static str) -> Self {
        Self::new(what, Unit::Factor, Bound::NotNegative)
    }
    /// A time that takes time.
    pub(super) const fn time(what: &'static str) -> Self {
        Self::new(what, Unit::Years, Bound::Positive)
    }
    /// A shape or sigma of a distribution.
    pub(super) const fn shape(what: &'static str) -> Self {
        Self::new(what, Unit::Number, Bound::Positive)
    }
}

impl Checker<'_> {
    /// Reads a field. After a fault it stands for 1, so that the checks can go on.
    pub(super) fn field(&mut self, number: &Number, field: Field, spot: Spot<'_>) -> Expression {
        let (expression, seen) = self.expression(number, spot);
        if let Some(seen) = seen {
            self.unit_fits(seen, field.unit, field.what, spot.value());
        }
        self.law(&expression, field.bound, field.what, spot.value());
        expression
    }

    /// Reads an expression and its dimension; `None` for numbers only.
    pub(super) fn expression(&mut self, number: &Number, spot: Spot<'_>) -> (Expression, Option<Dimension>) {
        let text = match number {
            Number::Value(value) => return (Expression::Number(*value), None),
            Number::Expression(text) => text,
        };
        let parameters = &self.model.parameters;
        let known = |name: &str| {
            let id = parameters.iter().position(|parameter| parameter.name == name)?;
            Some((id, Dimension::of(parameters[id].unit)))
        };
        let names = || parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        match formula::read(text, &known, &names) {
            Ok(formula) => {
                self.steady(&formula.expression, spot);
                (formula.expression, formula.dimension)
            }
            Err(trouble) => {
                let place = self.inside(text, trouble.span, spot.value());
                let fault = Fault::new(trouble.code, &place, trouble.message, trouble.label);
                self.faults.push(Fault { help: trouble.help, ..fault });
                (Expression::Number(1.0), None)
            }
        }
    }

    /// Outside measures nothing reads what was believed otherwise before: unchanged policy is the same whatever a scenario knows, and every
    /// scenario is held against it.
    fn steady(&mut self, expression: &Expression, spot: Spot<'_>) {
        if self.in_measure {
            return;
        }
        let mut moved = None;
        expression.parameters(&mut |id| {
            if self.model.parameters.iter().any(|other| other.until.is_some_and(|(of, _)| of == id)) {
                moved = Some(id);
            }
        });
        if let Some(id) = moved {
            let message =
                format!("`{}` was believed otherwise before, and unchanged policy reads it", self.model.parameters[id].name);
            let help = "only effects of measures may read it; leave out its `until`, or use another parameter here";
            self.fault("belief-outside-measure", spot.value(), message, "read here", help);
        }
    }

    /// Place of a part of a string value, if the string is written without escapes; else of the whole string.
    fn inside(&self, text: &str, part: std::ops::Range<usize>, whole: &Place) -> Place {
        let source = self.files.get(&whole.file).and_then(|bytes| bytes.get(whole.span.clone()));
        for quotes in [3, 1] {
            let inner = source.and_then(|source| source.get(quotes..source.len().checked_sub(quotes)?));
            if inner == Some(text.as_bytes()) {
                let start = whole.span.start + quotes;
                return Place { file: whole.file.clone(), span: start + part.start..start + part.end };
            }
        }
        whole.clone()
    }

    /// Reports a dimension that does not fit the unit of a field.
    pub(super) fn unit_fits(&mut self, seen: Dimension, unit: Unit, what: &str, place: &Place) {
        let wanted = Dimension::of(unit);
        if seen != wanted {
            let message = format!("{what} must be in `{}` ({wanted}); this is in {seen}", dimension::word(unit));
            let help = "use a parameter with that unit, or multiply or divide by one that makes up the difference";
            self.fault("wrong-unit", place, message, "wrong unit", help);
        }
    }
}
