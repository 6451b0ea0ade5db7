//! Draws from the posterior: Metropolis steps that leave a Gaussian near the posterior unchanged (preconditioned Crank-Nicolson; Cotter,
//! Roberts, Stuart & White 2013, *MCMC methods for functions: modifying old algorithms to make them faster*). Where the posterior is that
//! Gaussian every step is accepted, in any number of dimensions: what the data say nothing of costs nothing. Discrepancies take steps of
//! their own between, which need no outcomes.
//!
//! With a [`Surrogate`] a step is a walk of many such steps on it, accepted or not by the map itself (Liu 2001, *Monte Carlo strategies in
//! scientific computing*, 9.4.3): right whatever the surrogate misses, and nearly independent draws where it misses little.

use nalgebra::DVector;
use rayon::prelude::*;

use super::posterior::{Laplace, Point, Posterior};
use super::surrogate::Surrogate;
use crate::luck::{Lane, Luck, PersonId};
use crate::maths::normal_quantile;

/// Share of the steps that are wide, the others being a quarter as wide: where the posterior has wider tails than the Gaussian, a
/// chain that makes wide steps only would stick.
const WIDE: f64 = 0.75;
/// Acceptance that is aimed at in the warm-up.
const AIM: f64 = 0.5;
/// Steps on a surrogate between two questions to the map.
const WALK: u32 = 60;
/// Steps of a discrepancy between two of the inputs.
const BETWEEN: u32 = 2;

/// One chain at work.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Chain {
    /// Its number.
    pub number: u32,
    /// Where it is.
    pub point: Point,
    /// Steps taken.
    pub steps: u32,
    /// How wide they are: 1 forgets all of where one was.
    pub width: f64,
    /// Steps that were accepted.
    pub accepted: u32,
}

/// Random numbers of a stage of a calibration.
#[derive(Debug, Clone, Copy)]
pub struct Dice<'a> {
    /// Seed.
    pub seed: u64,
    /// Stage; each has numbers of its own.
    pub stage: &'a str,
}

impl Dice<'_> {
    pub(super) fn lane(self, chain: u32) -> Lane {
        Luck::new(self.seed, chain, u32::MAX - 1).lane("calibration", self.stage)
    }
}

/// What is known of the neighbourhood of a posterior.
#[derive(Debug, Clone, Copy)]
pub struct Near<'a> {
    /// A Gaussian.
    pub laplace: &'a Laplace,
    /// A stand-in for the map.
    pub surrogate: Option<&'a Surrogate>,
}

/// `count` standard normal numbers of a step.
pub(super) fn normals(lane: &Lane, step: u32, item: u32, count: usize) -> Vec<f64> {
    normals_of(lane, step, item, 0, count)
}

/// The same of one of several turns within a step.
fn normals_of(lane: &Lane, step: u32, item: u32, turn: u32, count: usize) -> Vec<f64> {
    let pairs = (0..count.div_ceil(2) as u64).flat_map(|number| lane.pair(PersonId(number), step, item, turn));
    pairs.take(count).map(normal_quantile).collect()
}

impl Chain {
    /// Chains that begin at points of the Gaussian, half as far again from its mean.
    pub fn begin(posterior: &Posterior<'_>, near: &Laplace, scores: &[f64], dice: Dice<'_>, count: u32) -> Vec<Self> {
        let begin = |number: u32| {
            let lane = dice.lane(number);
            let start = |far: f64, attempt: u32| {
                let normals = normals(&lane, attempt, 0, near.mean.len() + posterior.data.len());
                let inputs = &near.mean + near.deviation(&normals) * far;
                posterior.point(inputs.iter().copied().collect(), scores.to_vec())
            };
            let far = [1.5, 1.0, 0.5, 0.25, 0.0];
            let point = far.iter().enumerate().find_map(|(attempt, &far)| start(far, attempt as u32))?;
            Some(Self { number, point, steps: 0, width: 0.7, accepted: 0 })
        };
        (0..count).into_par_iter().filter_map(begin).collect()
    }

    /// One step; `warm`: whether the width is still being learned.
    fn step(&mut self, posterior: &Posterior<'_>, near: &Near<'_>, lane: &Lane, warm: bool) {
        let accept = lane.pair(PersonId(0), self.steps, 1, 0)[0];
        let moved = match near.surrogate {
            None => {
                let here = DVector::from_column_slice(&self.point.inputs);
                let (there, wide) = self.aim(near.laplace, &here, lane, 0);
                let next = posterior.point(there.iter().copied().collect(), self.point.scores.clone());
                let gain = next.as_ref().map_or(f64::NEG_INFINITY, |next| {
                    next.log_density - self.point.log_density - near.laplace.log_density(&there) + near.laplace.log_density(&here)
                });
                if wide && warm {
                    self.learn(gain);
                }
                next.filter(|_| libm::log(accept) < gain)
            }
            Some(surrogate) => self.walk(posterior, near.laplace, surrogate, lane, warm, accept),
        };
        if let Some(next) = moved {
            self.point = next;
            self.accepted += 1;
        }
        self.discrepancies(posterior, lane);
        self.steps += 1;
    }

    /// Where a step leads, and whether it is a wide one.
    fn aim(&self, near: &Laplace, here: &DVector<f64>, lane: &Lane, turn: u32) -> (DVector<f64>, bool) {
        let wide = lane.pair(PersonId(1), self.steps, 1, turn)[0] < WIDE;
        let width = if wide { self.width } else { 0.25 * self.width };
        let normals = normals_of(lane, self.steps, 0, turn, here.len() + self.point.outcomes.len());
        let there = &near.mean + (here - &near.mean) * (1.0 - width * width).sqrt() + near.deviation(&normals) * width;
        (there, wide)
    }

    /// Robbins & Monro 1951.
    fn learn(&mut self, gain: f64) {
        let rate = 1.0 / (f64::from(self.steps) + 10.0).sqrt();
        self.width = (self.width * libm::exp(rate * (libm::exp(gain.min(0.0)) - AIM))).clamp(0.02, 1.0);
    }

    /// A walk on the surrogate, and what the map says of its end.
    fn walk(
        &mut self,
        posterior: &Posterior<'_>,
        near: &Laplace,
        surrogate: &Surrogate,
        lane: &Lane,
        warm: bool,
        accept: f64,
    ) -> Option<Point> {
        let spread = posterior.spread(&self.point.scores)?;
        let density = |inputs: &DVector<f64>| {
            let mut outcomes = surrogate.at(inputs.as_slice());
            outcomes.iter_mut().zip(posterior.correction.at(inputs.as_slice())).for_each(|(outcome, more)| *outcome += more);
            spread.log_density(&posterior.residuals(&outcomes)) - 0.5 * inputs.norm_squared()
        };
        let begin = DVector::from_column_slice(&self.point.inputs);
        let first = density(&begin);
        let (mut here, mut now) = (begin, first);
        for turn in 0..WALK {
            let (there, wide) = self.aim(near, &here, lane, turn);
            let then = density(&there);
            let gain = then - now - near.log_density(&there) + near.log_density(&here);
            if wide && warm {
                self.learn(gain);
            }
            if libm::log(lane.pair(PersonId(1), self.steps, 1, turn)[1]) < gain {
                (here, now) = (there, then);
            }
        }
        let next = posterior.point(here.iter().copied().collect(), self.point.scores.clone())?;
        // Of both the same constant of the prior of the discrepancies is left out of the surrogate's.
        let gain = next.log_density - self.point.log_density - now + first;
        (libm::log(accept) < gain).then_some(next)
    }

    fn discrepancies(&mut self, posterior: &Posterior<'_>, lane: &Lane) {
        for turn in 0..BETWEEN {
            for class in 0..self.point.scores.len() {
                let item = 2 + turn;
                let person = PersonId(class as u64);
                let [move_, accept] = lane.pair(person, self.steps, item, 0);
                let mut scores = self.point.scores.clone();
                scores[class] += normal_quantile(move_);
                let Some(density) = posterior.log_density(&self.point.inputs, &scores, &self.point.outcomes) else { continue };
                if libm::log(accept) < density - self.point.log_density {
                    (self.point.scores, self.point.log_density) = (scores, density);
                }
            }
        }
    }
}

/// Takes `steps` steps with every chain, at the same time; returns all points, [chain × step].
pub fn walk(
    chains: &mut [Chain],
    posterior: &Posterior<'_>,
    near: &Near<'_>,
    dice: Dice<'_>,
    steps: u32,
    warm: bool,
) -> Vec<Vec<Point>> {
    let walk = |chain: &mut Chain| {
        let lane = dice.lane(chain.number);
        let step = |_| {
            chain.step(posterior, near, &lane, warm);
            chain.point.clone()
        };
        (0..steps).map(step).collect()
    };
    chains.par_iter_mut().map(walk).collect()
}
