//! Whether the method finds what is known: data are made from inputs drawn from the prior, and fitted as if they had been observed.

use nalgebra::DVector;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::CalibrationError;
use super::chain::{Chain, Dice, Near, normals, walk};
use super::correction::Correction;
use super::data::Data;
use super::fit::{ask, average, spaced};
use super::map::{Function, Map};
use super::memo::Memo;
use super::posterior::{Laplace, Point, Posterior};
use super::surrogate::Surrogate;
use crate::maths::normal_cdf;

/// Thinned posterior draws among which the truth has a rank.
pub const RANKS: usize = 99;
/// Points of the prior to which the stand-in for a map is fitted.
const TRAINING: u32 = 4000;
/// Steps of a chain: twice to find its place, and those that count.
const STEPS: (u32, u32) = (60, 300);
/// Chains per made town.
const CHAINS: u32 = 4;
/// Central intervals of which the coverage is told.
const CENTRAL: [f64; 4] = [0.5, 0.8, 0.9, 0.95];
/// Fits that are kept together.
const PART: u32 = 10;

/// Ranks of the truth among draws of its posterior (Talts, Betancourt, Simpson, Vehtari & Gelman 2018, *Validating Bayesian inference
/// algorithms with simulation-based calibration*).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranks {
    /// Per made town and quantity (inputs, discrepancies, outcomes, logarithm of the likelihood): the rank, from 0 to [`RANKS`].
    pub ranks: Vec<Vec<usize>>,
    /// The same if the posterior were 0.7 times as wide: a control that must fail.
    pub control: Vec<Vec<usize>>,
}

/// What ranks say.
#[derive(Debug, Clone, PartialEq)]
pub struct Uniformity {
    /// Share of the quantities whose ranks lie in the simultaneous 95 % band of uniform ones.
    pub within: f64,
    /// Whether all lie in the 99.9 % band.
    pub all: bool,
    /// Coverage of the central 50, 80, 90 and 95 % intervals, over all quantities; the lowest and the highest.
    pub coverage: [(f64, f64); 4],
}

/// Fits `count` made towns.
///
/// # Errors
/// The map has no outcomes where they are needed, it was stopped, or the disk fails.
pub fn ranks(map: &dyn Map, data: &Data, seed: u64, count: u32, memo: &Memo<'_>) -> Result<Ranks, CalibrationError> {
    let none = Correction::none(data.len());
    let idle = Posterior { map, correction: &none, data }.idle();
    let surrogate = over_prior(map, &idle, seed, memo)?;
    let mut all = Ranks { ranks: vec![], control: vec![] };
    for from in (0..count).step_by(PART as usize) {
        let part = memo.unit(&format!("ranks-{from}"), || {
            let towns = from..count.min(from + PART);
            towns.into_par_iter().map(|town| one(map, data, &surrogate, &idle, seed, town)).collect::<Result<Vec<_>, _>>()
        })?;
        for [rank, control] in part {
            all.ranks.push(rank);
            all.control.push(control);
        }
    }
    Ok(all)
}

fn one(
    map: &dyn Map,
    data: &Data,
    surrogate: &Surrogate,
    idle: &[bool],
    seed: u64,
    town: u32,
) -> Result<[Vec<usize>; 2], CalibrationError> {
    let lane = Dice { seed, stage: "made" }.lane(town);
    // A point of the prior without outcomes is no town.
    let made = (0..20).find_map(|attempt| {
        let inputs = normals(&lane, attempt, 0, map.dimensions());
        let scores = normals(&lane, attempt, 1, data.scales.len());
        let outcomes = map.at(&inputs)?;
        let root = data.covariance(&data.discrepancies(&scores)).cholesky()?.l();
        let noise = root * DVector::from_vec(normals(&lane, attempt, 2, data.len()));
        Some((inputs, scores, DVector::from_vec(outcomes) + noise))
    });
    let (inputs, scores, observed) = made.ok_or(CalibrationError::NoOutcomes)?;
    let made = Data { observed, ..data.clone() };
    let posterior = Posterior { map, correction: &Correction::none(data.len()), data: &made };
    let truth = posterior.point(inputs, scores).ok_or(CalibrationError::NoOutcomes)?;
    let dice = Dice { seed, stage: &format!("made-{town}") };
    let draws = brief(&posterior, surrogate, idle, dice).ok_or(CalibrationError::NoOutcomes)?;
    let draws = spaced(&draws, RANKS as u32);
    let quantity = |point: &Point| -> Vec<f64> {
        let likelihood = point.log_density + 0.5 * point.inputs.iter().chain(&point.scores).map(|x| x * x).sum::<f64>();
        point.inputs.iter().chain(&point.scores).chain(&point.outcomes).copied().chain([likelihood]).collect()
    };
    let truth = quantity(&truth);
    let values: Vec<Vec<f64>> = draws.iter().map(quantity).collect();
    // Equal values, as of a target that nothing moves, share the ranks between them.
    let luck = normals(&lane, 0, 3, truth.len());
    let rank = |squeeze: f64| -> Vec<usize> {
        (0..truth.len())
            .map(|id| {
                let mean = values.iter().map(|row| row[id]).sum::<f64>() / values.len() as f64;
                let below = |value: f64| mean + squeeze * (value - mean);
                let less = values.iter().filter(|row| below(row[id]) < truth[id]).count();
                let same = values.iter().filter(|row| below(row[id]) == truth[id]).count();
                less + (normal_cdf(luck[id]) * (same + 1) as f64) as usize
            })
            .collect()
    };
    Ok([rank(1.0), rank(0.7)])
}

/// A stand-in for a map over its whole prior, for all fits of made data.
pub(super) fn over_prior(map: &dyn Map, idle: &[bool], seed: u64, memo: &Memo<'_>) -> Result<Surrogate, CalibrationError> {
    let lane = Dice { seed, stage: "recovery" }.lane(0);
    let (mut points, mut outcomes) = (Vec::new(), Vec::new());
    for from in (0..TRAINING).step_by(500) {
        let here: Vec<Vec<f64>> = (from..from + 500).map(|number| normals(&lane, number, 0, map.dimensions())).collect();
        ask(map, &format!("prior-{from}"), here, memo, &mut points, &mut outcomes)?;
    }
    Surrogate::fit(&points, &outcomes, idle).ok_or(CalibrationError::NoOutcomes)
}

/// A short fit: the climb on the stand-in, the chains on the map.
pub(super) fn brief(posterior: &Posterior<'_>, surrogate: &Surrogate, idle: &[bool], dice: Dice<'_>) -> Option<Vec<Vec<Point>>> {
    let cheap = Function { dimensions: posterior.map.dimensions(), of: |point: &[f64]| Some(surrogate.at(point)) };
    let top = Posterior { map: &cheap, ..*posterior }.climb(vec![0.0; posterior.map.dimensions()], idle)?;
    let near = |inputs: &[f64], scores: &[f64]| {
        Laplace::new(inputs, surrogate.jacobian(inputs) + posterior.correction.jacobian(inputs), posterior.data, scores)
    };
    let first = near(&top.inputs, &top.scores)?;
    let mut chains = Chain::begin(posterior, &first, &top.scores, dice, CHAINS);
    let here = Near { laplace: &first, surrogate: Some(surrogate) };
    let warm: Vec<Point> = walk(&mut chains, posterior, &here, dice, STEPS.0, true).concat();
    let second = near(&average(&warm, |point| &point.inputs), &average(&warm, |point| &point.scores))?;
    let here = Near { laplace: &second, surrogate: Some(surrogate) };
    walk(&mut chains, posterior, &here, dice, STEPS.0, true);
    Some(walk(&mut chains, posterior, &here, dice, STEPS.1, false))
}

impl Ranks {
    /// What the ranks of all quantities say together; `seed` for the bands.
    pub fn judge(&self, seed: u64) -> Uniformity {
        uniformity(&self.ranks, seed)
    }

    /// Coverage of the central 50, 80, 90 and 95 % intervals, all quantities together.
    pub fn coverage(&self) -> [f64; 4] {
        let all: Vec<usize> = self.ranks.iter().flatten().copied().collect();
        CENTRAL.map(|share| covered(&all, share))
    }

    /// The same of the control.
    pub fn judge_control(&self, seed: u64) -> Uniformity {
        uniformity(&self.control, seed)
    }
}

/// Simultaneous bands for the distribution of ranks, by simulation (Säilynoja, Bürkner & Vehtari 2022, *Graphical test for discrete
/// uniformity and its applications in goodness-of-fit evaluation and multiple sample comparison*).
fn uniformity(ranks: &[Vec<usize>], seed: u64) -> Uniformity {
    const TRIALS: u32 = 4000;
    let (towns, quantities) = (ranks.len(), ranks.first().map_or(0, Vec::len));
    // Chance of at most so many ranks below each place, if they are uniform.
    let below: Vec<Vec<f64>> = (1..=RANKS).map(|place| binomial(towns, place as f64 / (RANKS + 1) as f64)).collect();
    let depth = |ranks: &mut dyn Iterator<Item = usize>| {
        let mut counts = [0usize; RANKS + 1];
        ranks.for_each(|rank| counts[rank.min(RANKS)] += 1);
        let (mut sum, mut depth) = (0, 1.0f64);
        for (count, below) in counts.iter().zip(&below) {
            sum += count;
            let (at_most, less) = (below[sum], if sum > 0 { below[sum - 1] } else { 0.0 });
            depth = depth.min(2.0 * at_most.min(1.0 - less));
        }
        depth
    };
    let lane = Dice { seed, stage: "bands" }.lane(0);
    let mut depths: Vec<f64> = (0..TRIALS)
        .map(|trial| {
            let numbers = normals(&lane, trial, 0, towns);
            depth(&mut numbers.iter().map(|&number| (normal_cdf(number) * (RANKS + 1) as f64) as usize))
        })
        .collect();
    depths.sort_unstable_by(f64::total_cmp);
    let limit = |share: f64| depths[(share * f64::from(TRIALS)) as usize];
    let of = |id: usize| ranks.iter().map(|row| row[id]).collect::<Vec<usize>>();
    let found: Vec<f64> = (0..quantities).map(|id| depth(&mut of(id).into_iter())).collect();
    let within = found.iter().filter(|&&depth| depth >= limit(0.05)).count() as f64 / quantities.max(1) as f64;
    let coverage = CENTRAL.map(|share| {
        let all: Vec<f64> = (0..quantities).map(|id| covered(&of(id), share)).collect();
        (all.iter().copied().fold(1.0, f64::min), all.iter().copied().fold(0.0, f64::max))
    });
    Uniformity { within, all: found.iter().all(|&depth| depth >= limit(0.001)), coverage }
}

/// Share of the ranks that lie in a central interval. A rank at its edge lies in it in part, so that uniform ranks do so with the chance
/// that the interval names: of a hundred ranks no 95 lie in the middle.
fn covered(ranks: &[usize], share: f64) -> f64 {
    let (half, middle) = (0.5 * share * (RANKS + 1) as f64, 0.5 * RANKS as f64);
    let part = |&rank: &usize| (half + 0.5 - (rank as f64 - middle).abs()).clamp(0.0, 1.0);
    ranks.iter().map(part).sum::<f64>() / ranks.len().max(1) as f64
}

/// Chances of at most 0, 1, ... `count` of so many, each with a chance inside (0, 1).
fn binomial(count: usize, chance: f64) -> Vec<f64> {
    let factorial = |number: usize| libm::lgamma(number as f64 + 1.0);
    let mut sum = 0.0;
    let at_most = (0..=count).map(|number| {
        let ways = factorial(count) - factorial(number) - factorial(count - number);
        sum += libm::exp(ways + number as f64 * libm::log(chance) + (count - number) as f64 * libm::log1p(-chance));
        f64::min(sum, 1.0)
    });
    at_most.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranks of which there is one each lie in a central interval as often as it says.
    #[test]
    fn uniform_ranks_are_covered_as_often_as_named() {
        for share in CENTRAL {
            let all: Vec<usize> = (0..=RANKS).collect();
            let found = covered(&all, share);
            assert!((found - share).abs() < 1e-12, "{share}: {found}");
        }
    }
}
