//! Draws by normal scores: the space in which every prior is a standard normal distribution.

use super::copula::Copula;
use super::{drawn, share};
use crate::maths::normal_cdf;
use crate::model::Model;

/// The uncertain parameters of a model as independent standard normal numbers: the quantile of each prior at the probability of its
/// score, correlated ones mixed before. A rate is then on the scale of its own prior, whatever that is.
#[derive(Debug)]
pub struct Scores<'m> {
    model: &'m Model,
    copula: Copula,
    ids: Vec<usize>,
}

impl<'m> Scores<'m> {
    /// Those of a model.
    pub fn new(model: &'m Model) -> Self {
        Self { model, copula: Copula::new(model), ids: drawn(model).collect() }
    }

    /// Ids of the uncertain parameters, in the order of their scores.
    pub fn ids(&self) -> &[usize] {
        &self.ids
    }

    /// Parameter values by id, of all parameters, at as many scores as there are uncertain ones.
    pub fn values(&self, scores: &[f64]) -> Vec<f64> {
        let mut places = vec![0.5; self.model.parameters.len()];
        for (&id, &score) in self.ids.iter().zip(scores) {
            places[id] = normal_cdf(score).clamp(f64::EPSILON / 2.0, 1.0 - f64::EPSILON / 2.0);
        }
        self.copula.join(&mut places);
        share(self.model, &mut places);
        self.model.parameters.iter().zip(places).map(|(parameter, place)| parameter.prior.quantile(place)).collect()
    }
}
