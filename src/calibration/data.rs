//! What was observed, how sure it is, and how well a set of outcomes fits it.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::targets::Targets;
use crate::maths::{normal_cdf, normal_quantile};

/// Observations, their errors, and the classes in which a model may miss them.
#[derive(Debug, Clone)]
pub struct Data {
    /// Names.
    pub names: Vec<String>,
    /// Observed numbers, on the scale of the map.
    pub observed: DVector<f64>,
    /// Standard deviation of the observation error.
    pub error: Vec<f64>,
    /// Class of each.
    pub class: Vec<usize>,
    /// Those of one series are one number in several years.
    pub series: Vec<usize>,
    /// Scale of the half-normal prior of each class's discrepancy.
    pub scales: Vec<f64>,
    /// Correlation within a series, of the discrepancy and of the error: who counts counts next year as they did this year.
    pub correlation: f64,
    /// Covariance of what chance does to the outcomes; 0 if nothing.
    pub noise: DMatrix<f64>,
}

/// The covariance of all that lies between outcomes and observations, factored.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    pub(super) factor: Cholesky<f64, Dyn>,
    /// Logarithm of the determinant.
    log_det: f64,
}

impl Data {
    /// Independent observations without discrepancy.
    pub fn plain(observed: Vec<f64>, error: Vec<f64>) -> Self {
        let count = observed.len();
        Self {
            names: (0..count).map(|number| format!("y{number}")).collect(),
            observed: DVector::from_vec(observed),
            error,
            class: vec![0; count],
            series: (0..count).collect(),
            scales: vec![],
            correlation: 0.0,
            noise: DMatrix::zeros(count, count),
        }
    }

    /// The logarithms of targets, nothing being known yet of what chance does.
    pub fn of(targets: &Targets) -> Self {
        let list = &targets.list;
        let series = |target: &super::Target| list.iter().position(|other| other.series == target.series).unwrap_or(0);
        Self {
            names: list.iter().map(|target| target.name.clone()).collect(),
            observed: DVector::from_iterator(list.len(), list.iter().map(|target| libm::log(target.observed.abs()))),
            error: list.iter().map(|target| target.error).collect(),
            class: list.iter().map(|target| target.class).collect(),
            series: list.iter().map(series).collect(),
            scales: targets.classes.iter().map(|class| class.discrepancy).collect(),
            correlation: targets.correlation,
            noise: DMatrix::zeros(list.len(), list.len()),
        }
    }

    /// Number of observations.
    pub fn len(&self) -> usize {
        self.error.len()
    }

    /// Whether nothing was observed.
    pub fn is_empty(&self) -> bool {
        self.error.is_empty()
    }

    /// The discrepancy of each class at normal scores: a half-normal distribution.
    pub fn discrepancies(&self, scores: &[f64]) -> Vec<f64> {
        let half = |score: f64| normal_quantile((0.5 + 0.5 * normal_cdf(score)).min(1.0 - 1e-16));
        self.scales.iter().zip(scores).map(|(scale, &score)| scale * half(score)).collect()
    }

    /// Covariance of all that lies between outcomes and observations, per discrepancy of each class.
    pub fn covariance(&self, discrepancies: &[f64]) -> DMatrix<f64> {
        let variance = |id: usize| discrepancies.get(self.class[id]).map_or(0.0, |scale| scale * scale);
        DMatrix::from_fn(self.len(), self.len(), |a, b| {
            let same = self.class[a] == self.class[b] && self.series[a] == self.series[b];
            let discrepancy = match same {
                _ if a == b => variance(a) + self.error[a] * self.error[a],
                true => self.correlation * (variance(a) + self.error[a] * self.error[b]),
                false => 0.0,
            };
            discrepancy + self.noise[(a, b)]
        })
    }

    /// The same, factored; `None` if it has no inverse.
    pub(super) fn spread(&self, discrepancies: &[f64]) -> Option<Spread> {
        let factor = self.covariance(discrepancies).cholesky()?;
        let log_det = 2.0 * factor.l_dirty().diagonal().iter().map(|&pivot| libm::log(pivot)).sum::<f64>();
        Some(Spread { factor, log_det })
    }
}

impl Spread {
    /// Logarithm of the Gaussian density of residuals, but for a constant.
    pub(super) fn log_density(&self, residuals: &DVector<f64>) -> f64 {
        -0.5 * (self.distance(residuals) + self.log_det)
    }

    /// Squared distance in standard deviations.
    pub(super) fn distance(&self, residuals: &DVector<f64>) -> f64 {
        let mut scaled = residuals.clone();
        self.factor.l_dirty().solve_lower_triangular_unchecked_mut(&mut scaled);
        scaled.norm_squared()
    }
}
