//! Correlated priors: a Gaussian copula. Normal scores of the uniform numbers are mixed by the Cholesky factor of the
//! correlation matrix and turned back, so that every parameter keeps its own prior (Nataf 1962).

use crate::maths::{cholesky, normal_cdf, normal_quantile};
use crate::model::{Correlation, Model};

/// The correlated groups of a model.
#[derive(Debug, Default)]
pub(super) struct Copula {
    /// Parameter ids of a group in the order of their names, and the factor's rows.
    groups: Vec<(Vec<usize>, Vec<Vec<f64>>)>,
}

impl Copula {
    pub(super) fn new(model: &Model) -> Self {
        let mut groups = Vec::new();
        for mut ids in Correlation::groups(&model.correlations) {
            // By name, so that a draw does not depend on the order of a file.
            ids.sort_by(|&a, &b| model.parameters[a].name.cmp(&model.parameters[b].name));
            // The checks refuse a matrix without a factor.
            if let Some(factor) = cholesky(&Correlation::matrix(&model.correlations, &ids)) {
                groups.push((ids, factor));
            }
        }
        Self { groups }
    }

    /// Parameter ids of each group.
    pub(super) fn groups(&self) -> impl Iterator<Item = &[usize]> {
        self.groups.iter().map(|(ids, _)| ids.as_slice())
    }

    /// Makes independent uniform numbers, by parameter id, dependent. The first of a group, by name, keeps its own.
    pub(super) fn join(&self, places: &mut [f64]) {
        for (ids, factor) in &self.groups {
            let scores: Vec<f64> = ids.iter().map(|&id| normal_quantile(places[id])).collect();
            for (&id, row) in ids.iter().zip(factor).skip(1) {
                let score: f64 = row.iter().zip(&scores).map(|(weight, score)| weight * score).sum();
                places[id] = normal_cdf(score).clamp(f64::EPSILON / 2.0, 1.0 - f64::EPSILON / 2.0);
            }
        }
    }
}
