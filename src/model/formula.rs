//! Reads an expression such as `"(1 - ho_request) * 0.5"`: numbers, parameter names, `+ - * / ( )`, `min(a, b)`,
//! `max(a, b)`. Checks dimensions on the way.

use super::dimension::Dimension;
use super::expression::{Expression, Operator};
use super::fault::did_you_mean;
use std::ops::Range;

/// Longest expression, characters.
const MAX_LENGTH: usize = 1_000;
/// Most brackets inside one another.
const MAX_DEPTH: usize = 50;

/// What a name stands for: a parameter id and the dimension of its unit.
pub(super) type Known = (usize, Dimension);

/// An expression that was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Formula {
    /// Its tree.
    pub(super) expression: Expression,
    /// Its dimension; `None` for numbers only, which fit any field.
    pub(super) dimension: Option<Dimension>,
}

/// What is wrong with an expression, and where in its text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trouble {
    /// Stable name of the rule.
    pub(super) code: &'static str,
    /// Bytes in the text.
    pub(super) span: Range<usize>,
    /// What is wrong.
    pub(super) message: String,
    /// What to read at the caret.
    pub(super) label: String,
    /// What to do about it.
    pub(super) help: Option<String>,
}

/// Reads an expression; `names` lists the parameters for "did you mean", `known` finds one.
///
/// # Errors
/// The first fault of syntax, name or dimension.
pub(super) fn read<'n>(
    text: &str,
    known: &dyn Fn(&str) -> Option<Known>,
    names: &dyn Fn() -> Vec<&'n str>,
) -> Result<Formula, Trouble> {
    let trouble = |span, message: &str, help: &str| Trouble {
        code: "expression",
        span,
        message: message.to_owned(),
        label: "here".to_owned(),
        help: Some(help.to_owned()),
    };
    if text.len() > MAX_LENGTH {
        let message = format!("this expression is longer than {MAX_LENGTH} characters");
        return Err(trouble(0..text.len(), &message, "split it over several parameters"));
    }
    let mut reader = Reader { text, at: 0, depth: 0, known, names };
    let formula = reader.sum()?;
    reader.skip();
    if reader.at < text.len() {
        let span = reader.at..reader.at + reader.peek().map_or(0, char::len_utf8);
        return Err(trouble(
            span,
            "the expression should end here",
            "an operator `+ - * /` may be missing, or a bracket is one too many",
        ));
    }
    Ok(formula)
}

struct Reader<'t, 'n> {
    text: &'t str,
    at: usize,
    depth: usize,
    known: &'t dyn Fn(&str) -> Option<Known>,
    names: &'t dyn Fn() -> Vec<&'n str>,
}

impl Reader<'_, '_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += self.peek().map_or(0, char::len_utf8);
        }
    }

    /// Takes one of these ASCII characters if it comes next.
    fn take(&mut self, wanted: &str) -> Option<char> {
        self.skip();
        let found = self.peek().filter(|&next| wanted.contains(next))?;
        self.at += found.len_utf8();
        Some(found)
    }

    fn sum(&mut self) -> Result<Formula, Trouble> {
        let mut left = self.product()?;
        while let Some(sign) = self.take("+-") {
            let place = self.at - 1..self.at;
            let right = self.product()?;
            let operator = if sign == '+' { Operator::Add } else { Operator::Subtract };
            left = alike(operator, left, right, place)?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Formula, Trouble> {
        let mut left = self.factor()?;
        while let Some(sign) = self.take("*/") {
            let right = self.factor()?;
            let (operator, power) = if sign == '*' { (Operator::Multiply, 1) } else { (Operator::Divide, -1) };
            let dimension = match (left.dimension, right.dimension) {
                (None, None) => None,
                (a, b) => Some(a.unwrap_or_default().times(b.unwrap_or_default(), power)),
            };
            left =
                Formula { expression: Expression::Binary(operator, left.expression.into(), right.expression.into()), dimension };
        }
        Ok(left)
    }

    fn factor(&mut self) -> Result<Formula, Trouble> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.expected("fewer brackets", "the expression nests too deeply"));
        }
        let result = self.factor_inner();
        self.depth -= 1;
        result
    }

    fn factor_inner(&mut self) -> Result<Formula, Trouble> {
        if self.take("-").is_some() {
            let inner = self.factor()?;
            let zero = Box::new(Expression::Number(0.0));
            let expression = Expression::Binary(Operator::Subtract, zero, inner.expression.into());
            return Ok(Formula { expression, dimension: inner.dimension });
        }
        if self.take("(").is_some() {
            let inner = self.sum()?;
            self.close()?;
            return Ok(inner);
        }
        match self.peek() {
            Some(next) if next.is_ascii_digit() || next == '.' => self.number(),
            Some(next) if next.is_ascii_alphabetic() || next == '_' => self.name(),
            _ => Err(self.expected("a number, a parameter or a bracket", "the expression is not complete here")),
        }
    }

    fn close(&mut self) -> Result<(), Trouble> {
        self.take(")").map(|_| ()).ok_or_else(|| self.expected("`)`", "a closing bracket is missing"))
    }

    fn number(&mut self) -> Result<Formula, Trouble> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let digits = |at: &mut usize| {
            while bytes.get(*at).is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_')) {
                *at += 1;
            }
        };
        digits(&mut self.at);
        if matches!(bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            digits(&mut self.at);
        }
        let written = &self.text[start..self.at];
        match written.replace('_', "").parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Formula { expression: Expression::Number(value), dimension: None }),
            _ => Err(Trouble {
                code: "expression",
                span: start..self.at,
                message: format!("`{written}` is not a number"),
                label: "not a number".to_owned(),
                help: Some("write a number with a point, such as `0.5`".to_owned()),
            }),
        }
    }

    fn name(&mut self) -> Result<Formula, Trouble> {
        let start = self.at;
        let end =
            self.text[start..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(self.text.len(), |at| start + at);
        let name = &self.text[start..end];
        self.at = end;
        if let "min" | "max" = name
            && self.take("(").is_some()
        {
            let left = self.sum()?;
            if self.take(",").is_none() {
                return Err(self.expected("`,`", &format!("`{name}` takes two values")));
            }
            let right = self.sum()?;
            self.close()?;
            let operator = if name == "min" { Operator::Min } else { Operator::Max };
            return alike(operator, left, right, start..end);
        }
        match (self.known)(name) {
            Some((id, dimension)) => Ok(Formula { expression: Expression::Parameter(id), dimension: Some(dimension) }),
            None => Err(Trouble {
                code: "unknown-reference",
                span: start..end,
                message: format!("there is no parameter `{name}`"),
                label: "unknown parameter".to_owned(),
                help: did_you_mean(name, (self.names)()).or_else(|| Some(format!("declare it: `[parameter.{name}]`"))),
            }),
        }
    }

    fn expected(&mut self, what: &str, message: &str) -> Trouble {
        self.skip();
        let end = self.at + self.peek().map_or(0, char::len_utf8);
        Trouble {
            code: "expression",
            span: self.at..end,
            message: message.to_owned(),
            label: format!("expected {what}"),
            help: Some("an expression holds numbers, parameter names, `+ - * / ( )`, `min(a, b)` and `max(a, b)`".to_owned()),
        }
    }
}

/// Sums, differences, minima and maxima: both sides must have one dimension.
fn alike(operator: Operator, left: Formula, right: Formula, span: Range<usize>) -> Result<Formula, Trouble> {
    let dimension = match (left.dimension, right.dimension) {
        (None, None) => None,
        (a, b) => {
            let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
            if a != b {
                return Err(Trouble {
                    code: "wrong-unit",
                    span,
                    message: format!("the two sides have different units: {a} and {b}"),
                    label: "units differ".to_owned(),
                    help: Some(
                        "only like can be added to or compared with like; make the number a parameter with a unit".to_owned(),
                    ),
                });
            }
            Some(a)
        }
    };
    Ok(Formula { expression: Expression::Binary(operator, left.expression.into(), right.expression.into()), dimension })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raw::Unit;

    fn check(text: &str) -> Result<(f64, Option<Dimension>), String> {
        let known = |name: &str| match name {
            "a" => Some((0, Dimension::of(Unit::Share))),
            "cost" => Some((1, Dimension::of(Unit::Euro))),
            "rate" => Some((2, Dimension::of(Unit::PerYear))),
            _ => None,
        };
        let formula = read(text, &known, &|| vec!["a", "cost", "rate"]).map_err(|t| format!("{:?} {}", t.span, t.message))?;
        Ok((formula.expression.value(&[0.25, 100.0, 3.0]), formula.dimension))
    }

    #[test]
    fn precedence_and_brackets_are_those_of_school() {
        assert_eq!(check("1 - a * 2"), Ok((0.5, Some(Dimension::NONE))));
        assert_eq!(check("(1 - a) * 2"), Ok((1.5, Some(Dimension::NONE))));
        assert_eq!(check("8 / 2 / 2 - 1 - 1"), Ok((0.0, None)));
        assert_eq!(check("-a + 1.5e1"), Ok((14.75, Some(Dimension::NONE))));
        assert_eq!(check("max(a, min(2, 3))"), Ok((2.0, Some(Dimension::NONE))));
        assert_eq!(check("cost * rate"), Ok((300.0, Some(Dimension::of(Unit::EuroPerPersonYear)))));
        assert_eq!(check("1_000"), Ok((1000.0, None)));
    }

    #[test]
    fn faults_point_at_the_character() {
        for (text, expected) in [
            ("1 - b", "4..5 there is no parameter `b`"),
            ("cost + a", "5..6 the two sides have different units: euro and a pure number"),
            ("1 + ", "4..4 the expression is not complete here"),
            ("(a", "2..2 a closing bracket is missing"),
            ("a a", "2..3 the expression should end here"),
            ("1.2.3", "0..5 `1.2.3` is not a number"),
            ("min(a)", "5..6 `min` takes two values"),
            ("a é", "2..4 the expression should end here"),
        ] {
            assert_eq!(check(text), Err(expected.to_owned()), "{text}");
        }
        assert!(check(&"(".repeat(900)).is_err());
        assert!(check(&"-".repeat(900)).is_err());
    }
}
