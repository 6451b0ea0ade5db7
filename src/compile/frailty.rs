//! Frailty: a law with mean one, cut into slices of equal probability.
//!
//! A person's factor is the mean of the slice they fall in, so that one look-up gives it and the mean over persons is exactly
//! one. What is lost is the variance inside slices: with 4,096 of them 0.05 percent of it for an exponential law.

use super::fault::{CompileError, within};
use crate::maths::{gamma_p, gamma_quantile, gauss, normal_cdf, normal_quantile};
use crate::model;

/// Number of slices.
pub const SLICES: usize = 4096;

/// The frailty of one draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Frailty {
    /// The factor of each slice, rising; all slices are equally likely, and their mean is one.
    pub atoms: Vec<f64>,
    /// Correlation of the normal scores of persons of one household, 0 to 1. Each person's own law does not depend on it.
    pub household_share: f64,
    /// Weights of a person's own and of the shared normal score: the roots of what each has of the variance.
    weights: [f64; 2],
    /// The number in the law that the atoms were made with.
    spread: f64,
    /// Gauss points of the logarithm that nodes are made of, with weights.
    logs: Vec<(f64, f64)>,
    /// Nodes for the mean over persons of what saturates with the factor.
    points: Vec<(f64, f64)>,
}

/// Nodes of that kind: enough for five digits where nearly everybody is in need, and for fifteen elsewhere.
const POINTS: usize = 16;

/// Nodes are Gauss points of ln(1 + [`STRETCH`] z): of the stretches tried from 1 to 8, the one with which three of them do best.
const STRETCH: f64 = 2.92;

impl Frailty {
    /// The frailty under parameter values; `known` is one of the same law under others, whose atoms serve again if they are the same.
    pub fn new(spec: &model::Frailty, values: &[f64], known: Option<&Self>) -> Result<Self, CompileError> {
        let place = || "frailty".to_owned();
        let spread = spec.law.spread().value(values);
        let household_share = within(spec.household_share.value(values), 0.0, 1.0, place, "the share of a household")?;
        let weights = [(1.0 - household_share).sqrt(), household_share.sqrt()];
        if let Some(known) = known.filter(|known| known.spread.to_bits() == spread.to_bits()) {
            return Ok(Self { household_share, weights, ..known.clone() });
        }
        // Mean of the law up to the share `i / SLICES` of persons.
        let share = |i: usize| i as f64 / SLICES as f64;
        let below: Vec<f64> = match &spec.law {
            model::FrailtyLaw::Gamma { .. } => {
                // With shape a the density times z is that of shape a + 1.
                let shape = 1.0 / within(spread, 1e-4, 20.0, place, "the variance")?;
                (0..=SLICES).map(|i| gamma_p(shape + 1.0, gamma_quantile(shape, share(i)))).collect()
            }
            model::FrailtyLaw::Lognormal { .. } => {
                // The density times z is that of a normal logarithm moved up by sigma².
                let sigma = within(spread, 1e-2, 3.0, place, "sigma")?;
                (0..=SLICES).map(|i| normal_cdf(normal_quantile(share(i)) - sigma)).collect()
            }
        };
        let mut atoms: Vec<f64> = below.windows(2).map(|pair| SLICES as f64 * (pair[1] - pair[0]).max(0.0)).collect();
        let mean = atoms.iter().sum::<f64>() / SLICES as f64;
        for atom in &mut atoms {
            *atom /= mean;
        }
        let equal = 1.0 / SLICES as f64;
        let logs: Vec<(f64, f64)> = atoms.iter().map(|atom| (libm::log1p(STRETCH * atom), equal)).collect();
        let logs = gauss(&logs, POINTS);
        let points = factors(&logs);
        Ok(Self { atoms, household_share, weights, spread, logs, points })
    }

    /// The factor of a person with normal score `own` in a household with normal score `shared`.
    #[inline]
    pub fn factor(&self, own: f64, shared: f64) -> f64 {
        self.at(normal_cdf(self.weights[1] * shared + self.weights[0] * own))
    }

    /// The factor of a person whose share of persons with less is `p`, 0 to 1.
    #[inline]
    pub fn at(&self, p: f64) -> f64 {
        self.atoms[((p * SLICES as f64) as usize).min(SLICES - 1)]
    }

    /// The largest factor.
    pub fn most(&self) -> f64 {
        self.atoms[SLICES - 1]
    }

    /// `count` factors with weights that sum to one and mean one, for means over persons of what rises with the factor and
    /// saturates, such as the chance to be in need: Gauss points of a logarithm of the factor, scaled to mean one. With three of them
    /// such means are right to three parts in a thousand, with five to two in ten thousand, even where most persons are in need.
    ///
    /// At most sixteen: they are Gauss points of a Gauss rule, which are those of the law itself.
    pub fn nodes(&self, count: usize) -> Vec<(f64, f64)> {
        factors(&gauss(&self.logs, count))
    }

    /// The odds of a person with factor one, if a share `share` of all persons is in a state and the odds of each are in
    /// proportion to their factor. So it is in a stationary town where new needs are. Infinite if all are.
    pub fn odds(&self, share: f64) -> f64 {
        if share <= 0.0 {
            return 0.0;
        }
        let mean = |odds: f64| self.points.iter().map(|&(z, weight)| weight * odds * z / (1.0 + odds * z)).sum::<f64>();
        let (mut low, mut high) = (-40.0, 40.0);
        if share >= mean(libm::exp(high)) {
            return f64::INFINITY;
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if mean(libm::exp(middle)) < share { low = middle } else { high = middle }
        }
        libm::exp(0.5 * (low + high))
    }
}

/// The factors of points of the logarithm, scaled to mean one.
fn factors(logs: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut nodes: Vec<(f64, f64)> = logs.iter().map(|&(log, weight)| (libm::expm1(log) / STRETCH, weight)).collect();
    let mean: f64 = nodes.iter().map(|(z, weight)| z * weight).sum();
    for node in &mut nodes {
        node.0 /= mean;
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Expression, FrailtyLaw, Grade};

    fn frailty(law: FrailtyLaw) -> Frailty {
        let household_share = Expression::Number(0.0);
        let spec = model::Frailty { law, household_share, source: 0, note: None, grade: Grade::D };
        Frailty::new(&spec, &[], None).unwrap_or_else(|error| panic!("{error}"))
    }

    fn moment(frailty: &Frailty, power: i32) -> f64 {
        frailty.atoms.iter().map(|atom| (0..power).fold(1.0, |product, _| product * atom)).sum::<f64>() / SLICES as f64
    }

    #[test]
    fn laws_have_mean_one_and_their_variance() {
        let gamma = |variance| frailty(FrailtyLaw::Gamma { variance: Expression::Number(variance) });
        let lognormal = |sigma| frailty(FrailtyLaw::Lognormal { sigma: Expression::Number(sigma) });
        for variance in [0.05, 0.5, 1.0, 2.0, 6.0] {
            let law = gamma(variance);
            assert!((moment(&law, 1) - 1.0).abs() < 1e-13);
            assert!((moment(&law, 2) - 1.0 - variance).abs() < 2e-3 * variance, "{variance}: {}", moment(&law, 2) - 1.0);
            assert!(law.atoms.windows(2).all(|pair| pair[0] <= pair[1]));
        }
        for sigma in [0.1, 0.5, 1.0f64] {
            let law = lognormal(sigma);
            let variance = libm::exp(sigma * sigma) - 1.0;
            assert!((moment(&law, 1) - 1.0).abs() < 1e-13);
            // The top slice of a log-normal is wide: it holds most of what is lost.
            assert!((moment(&law, 2) - 1.0 - variance).abs() < 0.02 * variance, "{sigma}: {}", moment(&law, 2) - 1.0);
        }
    }

    /// Median and upper decile against their closed forms (exponential law: variance one).
    #[test]
    fn a_share_of_persons_has_less() {
        let law = frailty(FrailtyLaw::Gamma { variance: Expression::Number(1.0) });
        for p in [0.1, 0.5, 0.9, 0.99] {
            assert!((law.at(p) + libm::log(1.0 - p)).abs() < 2e-3 / (1.0 - p), "{p}: {}", law.at(p));
        }
    }

    /// Weights and factors have mean one, and what saturates is met: the share without a need after some years, and the share in
    /// need, against the atoms themselves.
    #[test]
    fn nodes_meet_what_saturates() {
        let law = frailty(FrailtyLaw::Gamma { variance: Expression::Number(1.0) });
        let over_atoms = |f: &dyn Fn(f64) -> f64| law.atoms.iter().map(|&z| f(z)).sum::<f64>() / SLICES as f64;
        for (count, within) in [(3, 3e-3), (5, 2e-4), (9, 1e-5)] {
            let nodes = law.nodes(count);
            let over_nodes = |f: &dyn Fn(f64) -> f64| nodes.iter().map(|&(z, weight)| weight * f(z)).sum::<f64>();
            assert!((over_nodes(&|_| 1.0) - 1.0).abs() < 1e-12);
            assert!((over_nodes(&|z| z) - 1.0).abs() < 1e-12);
            for rate in [0.01, 0.1, 0.3, 1.0, 2.0, 4.0] {
                let curves: [&dyn Fn(f64) -> f64; 2] = [&|z| 1.0 - libm::exp(-rate * z), &|z| rate * z / (1.0 + rate * z)];
                for curve in curves {
                    let (seen, exact) = (over_nodes(curve), over_atoms(curve));
                    assert!((seen / exact - 1.0).abs() < within, "{count} nodes, rate {rate}: {seen} for {exact}");
                }
            }
        }
    }

    /// The mean chance over the atoms is the share that the odds were made for.
    #[test]
    fn odds_give_their_share() {
        let law = frailty(FrailtyLaw::Gamma { variance: Expression::Number(1.0) });
        for share in [1e-6, 0.01, 0.3, 0.9] {
            let odds = law.odds(share);
            let mean = law.atoms.iter().map(|z| odds * z / (1.0 + odds * z)).sum::<f64>() / SLICES as f64;
            assert!((mean / share - 1.0).abs() < 1e-5, "{share}: {mean}");
        }
        assert_eq!(law.odds(0.0), 0.0);
        assert_eq!(law.odds(1.0), f64::INFINITY);
    }
}
