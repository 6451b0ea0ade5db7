//! Published numbers of a year: clients, indicaties and the like, and what the model says of them.

use super::estimate::{Estimate, estimate};
use super::rows::Rows;
use crate::model::{Count, Model};
use crate::store::members::Members;

/// A published number in one year.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// Index among the counts of the model.
    pub count: usize,
    /// What is published, in the unit of its metric, or the ratio of two; `None` if nothing of this year.
    pub source: Option<f64>,
    /// What the model says of it; `None` if the run does not count it, or a ratio has nothing to divide by in some member.
    pub model: Option<Estimate>,
}

impl Published {
    /// By how much the model differs from what is published, as a share of it; `None` unless both say something but zero.
    pub fn difference(&self) -> Option<f64> {
        self.model.as_ref()?.beyond(self.source?)
    }
}

/// All counts of the model in `year` under one scenario of a run, in declared order.
///
/// `members` must hold the scenario; a year outside the run gives counts of which the model says nothing.
pub fn counts(model: &Model, members: &Members, scenario: &str, year: i32) -> Vec<Published> {
    let rows = Rows { model, members, scenario };
    let published = |(count, spec): (usize, &Count)| {
        let values = ratio(rows, count, year);
        Published { count, source: spec.in_year(year), model: values.map(|values| estimate(&values, members.replications)) }
    };
    model.counts.iter().enumerate().map(published).collect()
}

/// What the model says of a count in each member: a number, or that of each one of another.
fn ratio(rows: Rows, count: usize, year: i32) -> Option<Vec<f64>> {
    let numbers = sum(rows, count, year)?;
    let Some(per) = rows.model.counts[count].per else { return Some(numbers) };
    let ratios: Vec<f64> = numbers.iter().zip(sum(rows, per, year)?).map(|(number, other)| number / other).collect();
    ratios.iter().all(|ratio| ratio.is_finite()).then_some(ratios)
}

/// The sum over all places of a count in each member.
fn sum(rows: Rows, count: usize, year: i32) -> Option<Vec<f64>> {
    let spec = &rows.model.counts[count];
    let mut sum = vec![0.0; rows.members.members];
    for &of in &spec.of {
        let metric = spec.metric.name();
        let values = if spec.clients { rows.clients(of, metric, year) } else { rows.of(of, metric, year) };
        for (sum, value) in sum.iter_mut().zip(values?) {
            *sum += value;
        }
    }
    Some(sum)
}
