//! What a decision hangs on, and which inputs matter most for it.

use super::mixing::moments;
use super::posterior::Point;

/// A sum of outcomes that a decision hangs on, such as what was spent in the last year.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Indices of the outcomes, which are logarithms.
    pub outcomes: Vec<usize>,
}

impl Decision {
    /// The sum itself.
    pub(super) fn at(&self, outcomes: &[f64]) -> f64 {
        self.outcomes.iter().map(|&id| libm::exp(outcomes[id])).sum()
    }

    /// The inputs that go most with it over draws, most first.
    pub(super) fn relevant(&self, points: &[Point], most: usize) -> Vec<usize> {
        let sums: Vec<f64> = points.iter().map(|point| self.at(&point.outcomes)).collect();
        let (middle, spread) = moments(&sums);
        let inputs = points.first().map_or(0, |point| point.inputs.len());
        let relevance = |id: usize| {
            let values: Vec<f64> = points.iter().map(|point| point.inputs[id]).collect();
            let (mean, sd) = moments(&values);
            let both: f64 = values.iter().zip(&sums).map(|(a, b)| (a - mean) * (b - middle)).sum();
            (both / (values.len() as f64 * sd * spread)).abs()
        };
        let mut order: Vec<(f64, usize)> = (0..inputs).map(|id| (relevance(id), id)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        order.into_iter().take(most).map(|(_, id)| id).collect()
    }
}
