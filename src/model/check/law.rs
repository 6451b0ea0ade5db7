//! What must hold at every parameter draw: ranges of fields, and shares that sum to one. Held against many draws: the
//! usual ones, and the corners that the priors reach, alone and with the measures of every scenario.

use super::Checker;
use super::field::Bound;
use super::parameters::short;
use crate::model::expression::Expression;
use crate::model::fault::Place;
use crate::model::resolved::Parameter;

/// Most parameters of which every corner is tried; beyond it each is varied alone.
const MAX_CORNERS: usize = 6;

/// Something that must hold.
pub(super) struct Law {
    /// What must hold.
    pub(super) rule: Rule,
    /// Ids of the parameters it reads.
    pub(super) parameters: Vec<usize>,
}

/// What must hold.
pub(super) enum Rule {
    /// A value lies in a range.
    Range { expression: Expression, bound: Bound, what: String },
    /// Shares sum to one.
    Split(Vec<Expression>),
}

impl Rule {
    /// Ids of the parameters it reads, ascending.
    pub(super) fn parameters(&self) -> Vec<usize> {
        let mut ids = Vec::new();
        let mut note = |id| ids.push(id);
        match self {
            Self::Range { expression, .. } => expression.parameters(&mut note),
            Self::Split(shares) => shares.iter().for_each(|share| share.parameters(&mut note)),
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// What is wrong at these parameter values, if anything.
    pub(super) fn broken(&self, values: &[f64]) -> Option<String> {
        match self {
            Self::Range { expression, bound, what } => {
                let value = expression.value(values);
                (!bound.fits(value)).then(|| format!("{what} is {}; it must be {}", short(value), bound.words()))
            }
            Self::Split(shares) => {
                let sum: f64 = shares.iter().map(|share| share.value(values)).sum();
                (sum.is_nan() || (sum - 1.0).abs() > 1e-9)
                    .then(|| format!("the shares sum to {}; they must sum to 1", short(sum)))
            }
        }
    }

    /// Name of the rule.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Range { .. } => "out-of-range",
            Self::Split(_) => "split-sum",
        }
    }
}

impl Checker<'_> {
    /// A field that must stay in a range; reported at once if it does not.
    pub(super) fn law(&mut self, expression: &Expression, bound: Bound, what: &str, place: &Place) {
        self.hold(Rule::Range { expression: expression.clone(), bound, what: what.to_owned() }, place);
    }

    /// Shares that must sum to one; reported at once if they do not.
    pub(super) fn split(&mut self, shares: &[Expression], place: &Place) {
        self.hold(Rule::Split(shares.to_vec()), place);
    }

    fn hold(&mut self, rule: Rule, place: &Place) {
        let ids = rule.parameters();
        if ids.iter().any(|&id| !self.good_priors[id]) {
            return;
        }
        let mut worst: Option<(String, String)> = None;
        at_corners(&self.model.parameters, &ids, &mut |values| {
            if worst.is_none()
                && let Some(message) = rule.broken(values)
            {
                let with: Vec<String> =
                    ids.iter().take(4).map(|&id| format!("{} = {}", self.model.parameters[id].name, short(values[id]))).collect();
                worst = Some((message, with.join(", ")));
            }
        });
        match worst {
            Some((message, with)) => {
                let message = if with.is_empty() { message } else { format!("{message} (when {with})") };
                let help = match rule {
                    Rule::Split(_) => "write the last share as what is left: `\"1 - a - b\"`",
                    Rule::Range { .. } if with.is_empty() => "correct the number",
                    Rule::Range { .. } => "narrow the priors, or write the expression so that it stays in range at their bounds",
                };
                self.fault(rule.code(), place, message, "here", help);
            }
            None if ids.is_empty() => {}
            None => self.laws.push(Law { rule, parameters: ids }),
        }
    }
}

/// Calls `visit` with parameter values: all in the middle, then the usual points and the corners of those in `ids`.
pub(super) fn at_corners(parameters: &[Parameter], ids: &[usize], visit: &mut impl FnMut(&[f64])) {
    let mut values: Vec<f64> = parameters.iter().map(|parameter| parameter.prior.middle()).collect();
    visit(&values);
    for &id in ids {
        let (middle, usual) = (values[id], parameters[id].prior.usual());
        for value in usual {
            values[id] = value;
            visit(&values);
        }
        values[id] = middle;
    }
    // A corner of several unbounded priors is as rare as one in a million when each goes 1/√n of the way.
    let share = |count: usize| 1.0 / (count as f64).sqrt();
    if ids.len() <= MAX_CORNERS {
        for corner in 0..1usize << ids.len() {
            for (bit, &id) in ids.iter().enumerate() {
                let (low, high) = parameters[id].prior.reach(share(ids.len()));
                values[id] = if corner >> bit & 1 == 0 { low } else { high };
            }
            visit(&values);
        }
    } else {
        for &id in ids {
            let middle = values[id];
            let (low, high) = parameters[id].prior.reach(1.0);
            for value in [low, high] {
                values[id] = value;
                visit(&values);
            }
            values[id] = middle;
        }
    }
}
