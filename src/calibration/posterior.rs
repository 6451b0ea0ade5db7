//! How probable a point is, given the data; and the best one.
//!
//! Inputs are standard normal, so the prior is `-|z|^2 / 2` whatever the priors of the parameters are. Residuals are Gaussian with
//! observation error, a discrepancy per class and chance (Kennedy & O'Hagan 2001, *Bayesian calibration of computer models*).

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};
use rayon::prelude::*;

use super::correction::Correction;
use super::data::{Data, Spread};
use super::map::Map;

/// Step of a numerical derivative, in standard deviations of the prior: far above the small jumps of a solver that adapts, far below
/// where a model bends.
const STEP: f64 = 0.1;
/// Most steps of a search.
const STEPS: usize = 12;
/// A gain in log density that is not worth another step.
const ENOUGH: f64 = 0.01;

/// A map, what is added to its outcomes, and the data.
#[derive(Clone, Copy)]
pub struct Posterior<'a> {
    /// The map.
    pub map: &'a dyn Map,
    /// What is added.
    pub correction: &'a Correction,
    /// The data.
    pub data: &'a Data,
}

/// A point of which the outcomes are known.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Point {
    /// Standard normal inputs.
    pub inputs: Vec<f64>,
    /// Standard normal scores of the discrepancies, per class.
    pub scores: Vec<f64>,
    /// Corrected outcomes.
    pub outcomes: Vec<f64>,
    /// Logarithm of the posterior density, but for a constant.
    pub log_density: f64,
}

impl Posterior<'_> {
    /// Corrected outcomes.
    pub fn outcomes(&self, inputs: &[f64]) -> Option<DVector<f64>> {
        let mut outcomes = self.map.at(inputs)?;
        for (outcome, correction) in outcomes.iter_mut().zip(self.correction.at(inputs)) {
            *outcome += correction;
        }
        outcomes.iter().all(|outcome| outcome.is_finite()).then(|| DVector::from_vec(outcomes))
    }

    pub(super) fn residuals(&self, outcomes: &[f64]) -> DVector<f64> {
        DVector::from_iterator(outcomes.len(), self.data.observed.iter().zip(outcomes).map(|(seen, said)| seen - said))
    }

    pub(super) fn spread(&self, scores: &[f64]) -> Option<Spread> {
        self.data.spread(&self.data.discrepancies(scores))
    }

    /// A point with its density; `None` where the map has no outcomes.
    pub fn point(&self, inputs: Vec<f64>, scores: Vec<f64>) -> Option<Point> {
        let outcomes: Vec<f64> = self.outcomes(&inputs)?.iter().copied().collect();
        let log_density = self.log_density(&inputs, &scores, &outcomes)?;
        Some(Point { inputs, scores, outcomes, log_density })
    }

    pub(super) fn log_density(&self, inputs: &[f64], scores: &[f64], outcomes: &[f64]) -> Option<f64> {
        let likelihood = self.spread(scores)?.log_density(&self.residuals(outcomes));
        Some(likelihood - 0.5 * inputs.iter().chain(scores).map(|input| input * input).sum::<f64>())
    }

    /// Derivatives of the outcomes (outcomes × inputs), by central differences, on as many cores as there are. Inputs of `idle` have none.
    pub(super) fn jacobian(&self, inputs: &[f64], idle: &[bool]) -> Option<DMatrix<f64>> {
        let outcomes = self.data.len();
        let column = |input: usize| -> Option<DVector<f64>> {
            if idle.get(input).copied().unwrap_or(false) {
                return Some(DVector::zeros(outcomes));
            }
            let beside = |step: f64| {
                let mut inputs = inputs.to_vec();
                inputs[input] += step;
                self.outcomes(&inputs)
            };
            Some((beside(STEP)? - beside(-STEP)?) / (2.0 * STEP))
        };
        let columns: Option<Vec<DVector<f64>>> = (0..inputs.len()).into_par_iter().map(column).collect();
        let columns = columns?;
        Some(if columns.is_empty() { DMatrix::zeros(outcomes, 0) } else { DMatrix::from_columns(&columns) })
    }

    /// Which inputs change no outcome, neither up nor down from the medians.
    pub fn idle(&self) -> Vec<bool> {
        let dimensions = self.map.dimensions();
        let Some(middle) = self.outcomes(&vec![0.0; dimensions]) else { return vec![false; dimensions] };
        let same = |input: usize| {
            [-1.0, 1.0].iter().all(|&step| {
                let mut inputs = vec![0.0; dimensions];
                inputs[input] = step;
                self.outcomes(&inputs).is_some_and(|outcomes| outcomes == middle)
            })
        };
        (0..dimensions).into_par_iter().map(same).collect()
    }

    /// Climbs to a maximum of the density from a point (Gauss-Newton, with the discrepancies in turn).
    pub fn climb(&self, start: Vec<f64>, idle: &[bool]) -> Option<Point> {
        let mut point = self.point(start, vec![0.0; self.data.scales.len()])?;
        self.settle(&mut point);
        for _ in 0..STEPS {
            let before = point.log_density;
            let jacobian = self.jacobian(&point.inputs, idle)?;
            let inputs = DVector::from_column_slice(&point.inputs);
            let residuals = self.residuals(&point.outcomes);
            let covariance = self.data.covariance(&self.data.discrepancies(&point.scores)) + &jacobian * jacobian.transpose();
            let aim = jacobian.transpose() * covariance.cholesky()?.solve(&(residuals + &jacobian * &inputs));
            let better = [1.0, 0.5, 0.25, 0.1].iter().find_map(|&share| {
                let inputs = (&inputs + (&aim - &inputs) * share).iter().copied().collect();
                self.point(inputs, point.scores.clone()).filter(|next| next.log_density > before)
            });
            let Some(better) = better else { break };
            point = better;
            self.settle(&mut point);
            if point.log_density - before < ENOUGH {
                break;
            }
        }
        Some(point)
    }

    /// The best discrepancies for the outcomes of a point.
    fn settle(&self, point: &mut Point) {
        for _ in 0..2 {
            for class in 0..point.scores.len() {
                let density = |score: f64| {
                    let mut scores = point.scores.clone();
                    scores[class] = score;
                    self.log_density(&point.inputs, &scores, &point.outcomes).unwrap_or(f64::NEG_INFINITY)
                };
                point.scores[class] = highest(density, -4.0, 4.0);
            }
        }
        if let Some(density) = self.log_density(&point.inputs, &point.scores, &point.outcomes) {
            point.log_density = density;
        }
    }
}

/// Where a function with one hill is highest between two numbers (golden section, Kiefer 1953).
fn highest(of: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let golden = 0.5 * (5.0f64.sqrt() - 1.0);
    while high - low > 1e-3 {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if of(left) < of(right) {
            low = left;
        } else {
            high = right;
        }
    }
    0.5 * (low + high)
}

/// A Gaussian that is near the posterior: what the posterior would be if the outcomes were linear in the inputs.
#[derive(Debug, Clone)]
pub struct Laplace {
    /// Where it lies.
    pub mean: DVector<f64>,
    /// Derivatives of the outcomes.
    pub jacobian: DMatrix<f64>,
    spread: Cholesky<f64, Dyn>,
    /// Of the outcomes under the prior, errors included.
    outcomes: Cholesky<f64, Dyn>,
}

impl Laplace {
    /// At a point, with these derivatives and discrepancies; `None` if there is no inverse.
    pub fn new(mean: &[f64], jacobian: DMatrix<f64>, data: &Data, scores: &[f64]) -> Option<Self> {
        let covariance = data.covariance(&data.discrepancies(scores));
        let outcomes = (&covariance + &jacobian * jacobian.transpose()).cholesky()?;
        Some(Self { mean: DVector::from_column_slice(mean), jacobian, spread: covariance.cholesky()?, outcomes })
    }

    /// A deviation from the mean, of standard normal numbers: one per input, then one per outcome (Matheron's rule: a draw from the prior
    /// is moved by what it says of the data).
    pub(super) fn deviation(&self, normals: &[f64]) -> DVector<f64> {
        let (inputs, outcomes) = normals.split_at(self.mean.len());
        let prior = DVector::from_column_slice(inputs);
        let noise = self.spread.l() * DVector::from_column_slice(outcomes);
        let seen = &self.jacobian * &prior + noise;
        prior - self.jacobian.transpose() * self.outcomes.solve(&seen)
    }

    /// Logarithm of its density at a point, but for a constant.
    pub(super) fn log_density(&self, inputs: &DVector<f64>) -> f64 {
        let deviation = inputs - &self.mean;
        let mut seen = &self.jacobian * &deviation;
        self.spread.l_dirty().solve_lower_triangular_unchecked_mut(&mut seen);
        -0.5 * (deviation.norm_squared() + seen.norm_squared())
    }

    /// Derivatives of the outcomes in standard deviations of all that lies between outcomes and observations.
    pub fn scaled(&self) -> DMatrix<f64> {
        let mut scaled = self.jacobian.clone();
        self.spread.l_dirty().solve_lower_triangular_unchecked_mut(&mut scaled);
        scaled
    }
}

impl std::fmt::Debug for Posterior<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Posterior").field("data", &self.data.names).finish_non_exhaustive()
    }
}
