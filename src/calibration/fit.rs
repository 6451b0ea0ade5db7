//! The whole of a calibration: from a map and data to draws.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::CalibrationError;
use super::chain::{Chain, Dice, Near, normals, walk};
use super::correction::Correction;
use super::data::Data;
use super::map::{Map, Municipality};
use super::memo::Memo;
use super::posterior::{Laplace, Point, Posterior};
use super::surrogate::Surrogate;
use crate::engine::Luck;

/// How much work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Effort {
    /// Points to climb from.
    pub starts: u32,
    /// Chains.
    pub chains: u32,
    /// Steps of a chain that are forgotten, in two parts of this length.
    pub warmup: u32,
    /// Steps of a chain that count.
    pub draws: u32,
    /// Points to which the surrogate of the map is fitted.
    pub training: u32,
    /// Points at which the engine is held against its twin, one history each.
    pub compared: u32,
    /// Histories of the engine from which the variance of chance is known, and as many at each draw at which the fit is tried.
    pub histories: u32,
    /// Rounds of correction, at most.
    pub rounds: u32,
}

impl Effort {
    /// What the diagnostics ask for.
    pub const STANDARD: Self =
        Self { starts: 10, chains: 4, warmup: 100, draws: 2000, training: 3000, compared: 2400, histories: 256, rounds: 3 };
    /// For one of several fits.
    pub const BRIEF: Self = Self { starts: 2, draws: 500, training: 2500, compared: 600, ..Self::STANDARD };
    /// For a map that is nobody's twin.
    pub const PLAIN: Self = Self { training: 1000, compared: 0, rounds: 1, ..Self::STANDARD };

    /// With so many draws a chain; fewer than the standard's make it a trial, with fewer histories of the engine too.
    pub fn of(draws: u32) -> Self {
        let Self { draws: standard, histories, .. } = Self::STANDARD;
        let part = u64::from(histories) * u64::from(draws) / u64::from(standard);
        Self { draws, histories: (part as u32).clamp(histories / 4, histories), ..Self::STANDARD }
    }
}

/// Steps that are kept together.
const PART: u32 = 50;
/// A correction is good when the next one differs by less than this part of the standard deviation of all that lies between an outcome
/// and an observation.
const SAME: f64 = 0.25;
/// How far beyond the Gaussian at the best point those of the surrogate lie.
const BEYOND: f64 = 1.2;
/// Points of the surrogate that are kept together.
const TRAINED: u32 = 500;

/// What came out.
#[derive(Debug)]
pub struct Fit {
    /// The data, with what chance does.
    pub data: Data,
    /// What was added to the outcomes.
    pub correction: Correction,
    /// Where each climb ended, best first.
    pub tops: Vec<Point>,
    /// The draws: [chain × step].
    pub draws: Vec<Vec<Point>>,
    /// Share of the steps that were accepted.
    pub accepted: f64,
    /// The Gaussian near the posterior.
    pub near: Laplace,
    /// Inputs that change no outcome.
    pub idle: Vec<bool>,
    /// What stood in for the map.
    pub surrogate: Surrogate,
    /// Where the engine was first held against its twin.
    pub(super) base: Option<Base>,
    /// Per round: by how much the correction still changed, in the same parts, at most.
    pub changes: Vec<f64>,
}

/// What is fitted.
#[derive(Debug)]
pub struct Job<'a> {
    /// The map.
    pub map: &'a dyn Map,
    /// The engine behind it, if the map is its twin.
    pub engine: Option<&'a Municipality<'a>>,
    /// The data.
    pub data: &'a Data,
    /// Where all chance begins.
    pub seed: u64,
    /// How much work is done.
    pub effort: Effort,
}

impl std::fmt::Debug for dyn Map + '_ {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a map of {} inputs", self.dimensions())
    }
}

impl Job<'_> {
    /// Fits it.
    ///
    /// # Errors
    /// The map has no outcomes where they are needed, it was stopped, or the disk fails.
    pub fn fit(&self, memo: &Memo<'_>) -> Result<Fit, CalibrationError> {
        let mut data = self.data.clone();
        let mut correction = Correction::none(data.len());
        let origin = vec![0.0; self.map.dimensions()];
        let idle = memo.unit("idle", || Ok(self.posterior(&correction, &data).idle()))?;
        let base = match self.engine {
            Some(engine) => Some(self.base(engine, &origin, &idle, &correction, &mut data, memo)?),
            None => None,
        };
        if let Some(base) = &base {
            correction = Correction::constant(base.difference.clone());
        }
        let mut tops = Vec::new();
        for start in 0..self.effort.starts {
            let dice = Dice { seed: self.seed, stage: "climb" };
            let from = normals(&dice.lane(start), 0, 0, origin.len());
            tops.push(memo.unit(&format!("climb-{start}"), || {
                self.posterior(&correction, &data).climb(from, &idle).ok_or(CalibrationError::NoOutcomes)
            })?);
        }
        tops.sort_by(|a, b| b.log_density.total_cmp(&a.log_density));
        let mut top = tops.first().cloned().ok_or(CalibrationError::NoOutcomes)?;
        let surrogate = self.surrogate(&self.posterior(&correction, &data), &top, &idle, memo)?;
        let mut changes = Vec::new();
        for round in 0..self.effort.rounds {
            let last = round + 1 == self.effort.rounds || changes.last().is_some_and(|&change| change < SAME);
            let steps = if last { self.effort.draws } else { self.effort.draws.div_ceil(4) };
            let posterior = self.posterior(&correction, &data);
            let (draws, accepted, near) = self.round(round, &posterior, &top, steps, &surrogate, memo)?;
            if last {
                return Ok(Fit { data, correction, tops, draws, accepted, near, idle, surrogate, base, changes });
            }
            let (Some(engine), Some(base)) = (self.engine, &base) else { break };
            let points = spaced(&draws, self.effort.compared);
            let differences = memo.unit(&format!("round-{round}-engine"), || self.differences(engine, base, &points))?;
            let inputs: Vec<Vec<f64>> = points.iter().map(|point| point.inputs.clone()).collect();
            let next = Correction::fit(&inputs, &differences).raised(&base.difference);
            let total = data.covariance(&data.discrepancies(&average(&points, |point| &point.scores)));
            let far = |inputs: &Vec<f64>| -> f64 {
                let change = less(&next.at(inputs), &correction.at(inputs));
                change.iter().enumerate().map(|(id, change)| change.abs() / total[(id, id)].sqrt()).fold(0.0, f64::max)
            };
            changes.push(inputs.iter().map(far).fold(0.0, f64::max));
            correction = next;
            let mean = average(&points, |point| &point.inputs);
            top = Point { inputs: mean, scores: average(&points, |point| &point.scores), ..top };
        }
        Err(CalibrationError::NoOutcomes)
    }

    /// A first climb, histories of the engine there, and what chance does to them.
    fn base(
        &self,
        engine: &Municipality<'_>,
        origin: &[f64],
        idle: &[bool],
        none: &Correction,
        data: &mut Data,
        memo: &Memo<'_>,
    ) -> Result<Base, CalibrationError> {
        let climb = || self.posterior(none, data).climb(origin.to_vec(), idle).ok_or(CalibrationError::NoOutcomes);
        let first = memo.unit("first-climb", climb)?;
        let histories = memo.unit("chance", || histories(engine, &first.inputs, self.seed, 0, self.effort.histories))?;
        data.noise = covariance(&histories);
        let expected = self.map.at(&first.inputs).ok_or(CalibrationError::NoOutcomes)?;
        Ok(Base { difference: less(&mean(&histories), &expected), expected, histories })
    }

    /// A stand-in for the map around its best point.
    fn surrogate(
        &self,
        posterior: &Posterior<'_>,
        top: &Point,
        idle: &[bool],
        memo: &Memo<'_>,
    ) -> Result<Surrogate, CalibrationError> {
        let near = laplace(posterior, &top.inputs, &top.scores, || {
            posterior.jacobian(&top.inputs, idle).ok_or(CalibrationError::NoOutcomes)
        })?;
        let lane = Dice { seed: self.seed, stage: "training" }.lane(0);
        let (mut points, mut outcomes) = (Vec::new(), Vec::new());
        for from in (0..self.effort.training).step_by(TRAINED as usize) {
            let here: Vec<Vec<f64>> = (from..self.effort.training.min(from + TRAINED))
                .map(|number| {
                    let normals = normals(&lane, number, 0, top.inputs.len() + posterior.data.len());
                    (&near.mean + near.deviation(&normals) * BEYOND).iter().copied().collect()
                })
                .collect();
            ask(self.map, &format!("training-{from}"), here, memo, &mut points, &mut outcomes)?;
        }
        Surrogate::fit(&points, &outcomes, idle).ok_or(CalibrationError::NoOutcomes)
    }

    fn posterior<'b>(&'b self, correction: &'b Correction, data: &'b Data) -> Posterior<'b> {
        Posterior { map: self.map, correction, data }
    }

    /// Chains from the top: two parts of warm-up, the second near a better Gaussian, and the steps that count.
    fn round(
        &self,
        round: u32,
        posterior: &Posterior<'_>,
        top: &Point,
        draws: u32,
        surrogate: &Surrogate,
        memo: &Memo<'_>,
    ) -> Result<(Vec<Vec<Point>>, f64, Laplace), CalibrationError> {
        let near = |inputs: &[f64], scores: &[f64]| {
            laplace(posterior, inputs, scores, || Ok(surrogate.jacobian(inputs) + posterior.correction.jacobian(inputs)))
        };
        let first = near(&top.inputs, &top.scores)?;
        let stage = format!("round-{round}-warm");
        let dice = Dice { seed: self.seed, stage: &stage };
        let mut chains =
            memo.unit(&format!("{stage}-begin"), || Ok(Chain::begin(posterior, &first, &top.scores, dice, self.effort.chains)))?;
        if chains.len() < self.effort.chains as usize {
            return Err(CalibrationError::NoOutcomes);
        }
        let here = Near { laplace: &first, surrogate: Some(surrogate) };
        let warm = steps(&stage, &mut chains, posterior, &here, dice, self.effort.warmup, true, memo)?;
        let settled: Vec<Point> = warm.iter().flat_map(|chain| &chain[chain.len() / 2..]).cloned().collect();
        let second = near(&average(&settled, |point| &point.inputs), &average(&settled, |point| &point.scores))?;
        let here = Near { laplace: &second, surrogate: Some(surrogate) };
        let stage = format!("round-{round}-settle");
        let dice = Dice { seed: self.seed, stage: &stage };
        for chain in &mut chains {
            chain.steps = 0;
        }
        steps(&stage, &mut chains, posterior, &here, dice, self.effort.warmup, true, memo)?;
        let stage = format!("round-{round}-draws");
        let dice = Dice { seed: self.seed, stage: &stage };
        for chain in &mut chains {
            (chain.steps, chain.accepted) = (0, 0);
        }
        let points = steps(&stage, &mut chains, posterior, &here, dice, draws, false, memo)?;
        let accepted = chains.iter().map(|chain| f64::from(chain.accepted) / f64::from(chain.steps.max(1))).sum::<f64>();
        Ok((points, accepted / chains.len() as f64, second))
    }

    /// What the engine answers otherwise than the map when one goes from the base to a point. Both histories have the same luck, so that
    /// little of it is left in the difference.
    fn differences(&self, engine: &Municipality<'_>, base: &Base, points: &[Point]) -> Result<Vec<Vec<f64>>, CalibrationError> {
        let of = |(number, point): (usize, &Point)| {
            let replication = number % base.histories.len();
            let luck = Luck::new(self.seed, 0, replication as u32);
            let history = engine.history(&point.inputs, luck).ok_or(CalibrationError::NoOutcomes)?;
            let expected = self.map.at(&point.inputs).ok_or(CalibrationError::NoOutcomes)?;
            Ok(less(&less(&history, &base.histories[replication]), &less(&expected, &base.expected)))
        };
        points.par_iter().enumerate().map(of).collect()
    }
}

/// Steps of all chains, kept in parts.
#[expect(clippy::too_many_arguments, reason = "all that a step needs, and where it is kept")]
fn steps(
    stage: &str,
    chains: &mut Vec<Chain>,
    posterior: &Posterior<'_>,
    near: &Near<'_>,
    dice: Dice<'_>,
    steps: u32,
    warm: bool,
    memo: &Memo<'_>,
) -> Result<Vec<Vec<Point>>, CalibrationError> {
    let mut all: Vec<Vec<Point>> = vec![vec![]; chains.len()];
    for from in (0..steps).step_by(PART as usize) {
        let (after, points) = memo.unit(&format!("{stage}-{from}"), || {
            let mut chains = chains.clone();
            let points = walk(&mut chains, posterior, near, dice, PART.min(steps - from), warm);
            Ok((chains, points))
        })?;
        *chains = after;
        for (all, points) in all.iter_mut().zip(points) {
            all.extend(points);
        }
    }
    Ok(all)
}

/// Where the engine was first held against its twin.
#[derive(Debug)]
pub(super) struct Base {
    /// Histories of the engine there, by replication of draw 0.
    pub(super) histories: Vec<Vec<f64>>,
    /// What the map says there.
    expected: Vec<f64>,
    /// Mean of the histories less that.
    difference: Vec<f64>,
}

fn laplace(
    posterior: &Posterior<'_>,
    inputs: &[f64],
    scores: &[f64],
    jacobian: impl FnOnce() -> Result<DMatrix<f64>, CalibrationError>,
) -> Result<Laplace, CalibrationError> {
    Laplace::new(inputs, jacobian()?, posterior.data, scores).ok_or(CalibrationError::NoOutcomes)
}

/// Adds points and what a map says of them, where it says something.
pub(super) fn ask(
    map: &dyn Map,
    name: &str,
    here: Vec<Vec<f64>>,
    memo: &Memo<'_>,
    points: &mut Vec<Vec<f64>>,
    outcomes: &mut Vec<Vec<f64>>,
) -> Result<(), CalibrationError> {
    let said: Vec<Option<Vec<f64>>> = memo.unit(name, || Ok(here.par_iter().map(|point| map.at(point)).collect()))?;
    for (point, said) in here.into_iter().zip(said) {
        if let Some(said) = said {
            points.push(point);
            outcomes.push(said);
        }
    }
    Ok(())
}

/// Outcomes of histories of the engine at one point.
pub(super) fn histories(
    engine: &Municipality<'_>,
    inputs: &[f64],
    seed: u64,
    draw: u32,
    count: u32,
) -> Result<Vec<Vec<f64>>, CalibrationError> {
    let history = |replication| engine.history(inputs, Luck::new(seed, draw, replication)).ok_or(CalibrationError::NoOutcomes);
    (0..count).into_par_iter().map(history).collect()
}

/// Directions that the data have taught something about, most first: those in which the likelihood is narrower than the prior.
pub(super) fn learned(near: &Laplace, most: usize) -> Vec<Vec<f64>> {
    let Some(rows) = near.scaled().svd(false, true).v_t.filter(|rows| rows.nrows() > 0) else { return vec![] };
    let sizes = near.scaled().singular_values();
    let mut order: Vec<usize> = (0..sizes.len()).filter(|&id| sizes[id] > 1.0).collect();
    order.sort_by(|&a, &b| sizes[b].total_cmp(&sizes[a]));
    order.into_iter().take(most).map(|id| rows.row(id).iter().copied().collect()).collect()
}

/// About `count` points of all chains, evenly spaced.
pub(super) fn spaced(draws: &[Vec<Point>], count: u32) -> Vec<Point> {
    let all: Vec<&Point> = draws.iter().flatten().collect();
    let count = (count as usize).min(all.len());
    (0..count).map(|number| all[number * all.len() / count].clone()).collect()
}

/// The mean of something over points.
pub(super) fn average(points: &[Point], of: impl Fn(&Point) -> &Vec<f64>) -> Vec<f64> {
    let mut sums = vec![0.0; points.first().map_or(0, |point| of(point).len())];
    for point in points {
        sums.iter_mut().zip(of(point)).for_each(|(sum, value)| *sum += value);
    }
    sums.into_iter().map(|sum| sum / points.len() as f64).collect()
}

pub(super) fn mean(rows: &[Vec<f64>]) -> Vec<f64> {
    let mut sums = vec![0.0; rows.first().map_or(0, Vec::len)];
    for row in rows {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    sums.into_iter().map(|sum| sum / rows.len() as f64).collect()
}

pub(super) fn less(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one - other).collect()
}

/// Sample covariance of rows.
fn covariance(rows: &[Vec<f64>]) -> DMatrix<f64> {
    let mean = mean(rows);
    let mut sum = DMatrix::zeros(mean.len(), mean.len());
    for row in rows {
        let deviation = DVector::from_vec(less(row, &mean));
        sum += &deviation * deviation.transpose();
    }
    sum / (rows.len() as f64 - 1.0)
}
