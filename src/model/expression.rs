//! Small arithmetic over parameters, evaluated once per draw.

/// An expression tree; parameters are ids into [`super::Model::parameters`].
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A plain number.
    Number(f64),
    /// The value of a parameter.
    Parameter(usize),
    /// A sum, product and so on.
    Binary(Operator, Box<Expression>, Box<Expression>),
}

/// Operators with two operands. A negation is `0 - x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`
    Divide,
    /// `min(a, b)`
    Min,
    /// `max(a, b)`
    Max,
}

impl Expression {
    /// Value under the given parameter values (by id). May be non-finite: the caller checks.
    pub fn value(&self, parameters: &[f64]) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Parameter(id) => parameters[*id],
            Self::Binary(operator, left, right) => {
                let (a, b) = (left.value(parameters), right.value(parameters));
                match operator {
                    Operator::Add => a + b,
                    Operator::Subtract => a - b,
                    Operator::Multiply => a * b,
                    Operator::Divide => a / b,
                    Operator::Min => a.min(b),
                    Operator::Max => a.max(b),
                }
            }
        }
    }

    /// Puts in place of every parameter the one that `other` gives for its id.
    pub fn rename(&mut self, other: &impl Fn(usize) -> usize) {
        match self {
            Self::Number(_) => {}
            Self::Parameter(id) => *id = other(*id),
            Self::Binary(_, left, right) => {
                left.rename(other);
                right.rename(other);
            }
        }
    }

    /// Calls `visit` with every parameter id it reads.
    pub fn parameters(&self, visit: &mut impl FnMut(usize)) {
        match self {
            Self::Number(_) => {}
            Self::Parameter(id) => visit(*id),
            Self::Binary(_, left, right) => {
                left.parameters(visit);
                right.parameters(visit);
            }
        }
    }
}
