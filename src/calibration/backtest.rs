//! What a fit to some years foretells of later ones, beside what anybody could have said.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::CalibrationError;
use super::chain::{Dice, normals};
use super::fit::{Effort, Fit, Job, histories, spaced};
use super::map::Municipality;
use super::memo::Memo;
use super::mixing::{moments, quantile};
use super::posterior::Posterior;
use super::targets::Targets;
use super::{Data, Point};
use crate::maths::cholesky;

/// Draws at which later years are foretold.
const DRAWS: u32 = 400;

/// A number of a later year, and what was foretold of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Later {
    /// Name and year.
    pub name: String,
    /// What came.
    pub came: f64,
    /// 2.5, 10, 50, 90 and 97.5 % quantiles of what the fit foretells, in the same unit.
    pub quantiles: [f64; 5],
    /// What came less the mean foretold, in standard deviations, on the logarithmic scale.
    pub z: f64,
    /// Continuous ranked probability score, as a part of what came (Gneiting & Raftery 2007, *Strictly proper scoring rules*).
    pub crps: f64,
    /// The number of the last year that was known, if the series had one.
    pub last: Option<f64>,
    /// The straight line through its last two years, if it had two.
    pub trend: Option<f64>,
}

/// All of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// The last year that was known.
    pub until: i32,
    /// Per later number.
    pub list: Vec<Later>,
}

/// How far off a forecast is on average.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Miss {
    /// Mean absolute error as a part of what came.
    pub mape: f64,
    /// Mean interval score at 80 %, as a part of what came; of a forecast without an interval, as if that had no width.
    pub interval: f64,
    /// Of how many numbers.
    pub count: usize,
}

impl Later {
    /// Whether the 80 % interval holds what came.
    pub fn covered(&self) -> bool {
        (self.quantiles[1]..=self.quantiles[3]).contains(&self.came)
    }

    fn score(&self, low: f64, high: f64) -> f64 {
        const BOTH_TAILS: f64 = 0.2;
        let beyond = (low - self.came).max(self.came - high).max(0.0);
        (high - low + 2.0 / BOTH_TAILS * beyond) / self.came.abs()
    }
}

impl Backtest {
    /// Share of the numbers that lie in their 80 % interval.
    pub fn coverage(&self) -> f64 {
        self.list.iter().filter(|later| later.covered()).count() as f64 / self.list.len().max(1) as f64
    }

    /// Mean CRPS.
    pub fn crps(&self) -> f64 {
        self.list.iter().map(|later| later.crps).sum::<f64>() / self.list.len().max(1) as f64
    }

    /// The model, over those numbers for which `of` has another forecast.
    pub fn model(&self, of: impl Fn(&Later) -> Option<f64>) -> Option<Miss> {
        self.miss(|later| of(later).map(|_| [later.quantiles[1], later.quantiles[2], later.quantiles[3]]))
    }

    /// Another forecast.
    pub fn other(&self, of: impl Fn(&Later) -> Option<f64>) -> Option<Miss> {
        self.miss(|later| of(later).map(|value| [value; 3]))
    }

    fn miss(&self, of: impl Fn(&Later) -> Option<[f64; 3]>) -> Option<Miss> {
        let all: Vec<(&Later, [f64; 3])> = self.list.iter().filter_map(|later| Some((later, of(later)?))).collect();
        let count = all.len();
        let mean = |each: &dyn Fn(&(&Later, [f64; 3])) -> f64| all.iter().map(each).sum::<f64>() / count as f64;
        (count > 0).then(|| Miss {
            mape: mean(&|(later, [_, middle, _])| (middle - later.came).abs() / later.came.abs()),
            interval: mean(&|(later, [low, _, high])| later.score(*low, *high)),
            count,
        })
    }
}

/// Fits to all targets up to a year, and foretells those after it.
///
/// # Errors
/// There are none before or after it, the model has no outcome, it was stopped, or the disk fails.
pub fn backtest(
    model: &crate::model::Model,
    targets: &Targets,
    until: i32,
    seed: u64,
    effort: Effort,
    memo: &Memo<'_>,
) -> Result<(Fit, Backtest), CalibrationError> {
    let (known, later) = (targets.only(|target| target.year <= until), targets.only(|target| target.year > until));
    if known.list.is_empty() || later.list.is_empty() {
        return Err(CalibrationError::Years(until));
    }
    let of = |targets| Municipality::new(model, targets).map_err(CalibrationError::Model);
    let (before, after) = (of(&known)?, of(&later)?);
    let data = Data::of(&known);
    let fit = Job { map: &before, engine: Some(&before), data: &data, seed, effort }.fit(memo)?;
    let points = spaced(&fit.draws, DRAWS);
    let said = memo.unit("later", || {
        let of =
            |(draw, point): (usize, &Point)| Ok(histories(&after, &point.inputs, seed, 30_000 + draw as u32, 1)?.swap_remove(0));
        points.par_iter().enumerate().map(of).collect::<Result<Vec<Vec<f64>>, CalibrationError>>()
    })?;
    let posterior = Posterior { map: &before, correction: &fit.correction, data: &fit.data };
    let list = (0..later.list.len()).map(|id| foretell(&posterior, &known, &later, &points, &said, id, seed)).collect();
    Ok((fit, Backtest { until, list }))
}

/// What is foretold of one later number: histories, what the model missed of the same number before, and the errors that are left.
fn foretell(
    posterior: &Posterior<'_>,
    known: &Targets,
    later: &Targets,
    points: &[Point],
    said: &[Vec<f64>],
    id: usize,
    seed: u64,
) -> Later {
    let target = &later.list[id];
    let same: Vec<usize> = (0..known.list.len()).filter(|&at| known.list[at].series == target.series).collect();
    let lane = Dice { seed, stage: "later" }.lane(id as u32);
    let noise = normals(&lane, 0, 0, points.len());
    let values: Vec<f64> = (points.iter().zip(said).zip(noise))
        .map(|((point, said), noise)| {
            let scale = posterior.data.discrepancies(&point.scores).get(target.class).map_or(0.0, |scale| scale * scale);
            let residuals = posterior.residuals(&point.outcomes);
            let covariance = posterior.data.covariance(&posterior.data.discrepancies(&point.scores));
            // Discrepancy and error of this year, given what was missed of the same number in years before.
            let (mut shift, mut variance) = (0.0, scale + target.error * target.error);
            let block: Vec<Vec<f64>> = same.iter().map(|&a| same.iter().map(|&b| covariance[(a, b)]).collect()).collect();
            if let Some(factor) = cholesky_of_ratios(&block) {
                let together: Vec<f64> =
                    same.iter().map(|&at| known.correlation * (scale + target.error * posterior.data.error[at])).collect();
                let missed: Vec<f64> = same.iter().map(|&at| residuals[at]).collect();
                let [together, missed] = [together, missed].map(|right| forward(&factor, &block, &right));
                shift = together.iter().zip(&missed).map(|(a, b)| a * b).sum();
                variance -= together.iter().map(|a| a * a).sum::<f64>();
            }
            said[id] + shift + variance.max(0.0).sqrt() * noise
        })
        .collect();
    let came = target.observed.abs();
    let (middle, spread) = moments(&values);
    let parts: Vec<f64> = values.iter().map(|&value| libm::exp(value) / came).collect();
    let before = |year: i32| {
        known.list.iter().find(|known| known.series == target.series && known.year == year).map(|known| known.observed.abs())
    };
    let last_year = known.list.iter().filter(|known| known.series == target.series).map(|known| known.year).max();
    let last = last_year.and_then(before);
    let trend = last_year.and_then(|year| {
        let (last, first) = (before(year)?, before(year - 1)?);
        Some(last + (last - first) * f64::from(target.year - year))
    });
    Later {
        name: target.name.clone(),
        came,
        quantiles: [0.025, 0.1, 0.5, 0.9, 0.975].map(|share| came * quantile(&parts, share)),
        z: (libm::log(came) - middle) / spread,
        crps: crps(&parts, 1.0),
        last,
        trend,
    }
}

/// The Cholesky factor of a covariance matrix scaled to ones on its diagonal; `None` of nothing.
fn cholesky_of_ratios(block: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let size = |id: usize| block[id][id].sqrt();
    let scaled: Vec<Vec<f64>> =
        (0..block.len()).map(|a| (0..block.len()).map(|b| block[a][b] / (size(a) * size(b))).collect()).collect();
    if scaled.is_empty() { None } else { cholesky(&scaled) }
}

/// Solves the factor for a right side in the units of the block.
fn forward(factor: &[Vec<f64>], block: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let mut solved: Vec<f64> = Vec::with_capacity(right.len());
    for (id, row) in factor.iter().enumerate() {
        let before: f64 = row.iter().zip(&solved).map(|(a, b)| a * b).sum();
        solved.push((right[id] / block[id][id].sqrt() - before) / row[id]);
    }
    solved
}

/// CRPS of a sample.
fn crps(sample: &[f64], came: f64) -> f64 {
    let mut sorted = sample.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let count = sorted.len() as f64;
    let off = sorted.iter().map(|value| (value - came).abs()).sum::<f64>() / count;
    // Half the mean distance of two draws, from the order.
    let apart = sorted.iter().enumerate().map(|(rank, value)| value * (2.0 * rank as f64 + 1.0 - count)).sum::<f64>();
    off - apart / (count * count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The score of a standard normal sample at its middle is (sqrt 2 - 1) / sqrt pi, at 2 by Gneiting & Raftery's closed form.
    #[test]
    fn crps_of_a_normal_sample() {
        let sample: Vec<f64> = (0..20_000).map(|i| crate::maths::normal_quantile((f64::from(i) + 0.5) / 20_000.0)).collect();
        assert!((crps(&sample, 0.0) - (2.0f64.sqrt() - 1.0) / std::f64::consts::PI.sqrt()).abs() < 1e-3);
        let (density, below) = (libm::exp(-2.0) / (2.0 * std::f64::consts::PI).sqrt(), crate::maths::normal_cdf(2.0));
        let exact = 2.0 * (2.0 * below - 1.0) + 2.0 * density - 1.0 / std::f64::consts::PI.sqrt();
        assert!((crps(&sample, 2.0) - exact).abs() < 1e-3);
    }

    #[test]
    fn a_forecast_without_width_pays_for_every_miss() {
        let later = Later {
            name: "x".into(),
            came: 100.0,
            quantiles: [80.0, 90.0, 98.0, 110.0, 120.0],
            z: 0.0,
            crps: 0.0,
            last: Some(95.0),
            trend: None,
        };
        let found = Backtest { until: 2020, list: vec![later] };
        let (model, last) = (found.model(|later| later.last).unwrap(), found.other(|later| later.last).unwrap());
        assert!((model.mape - 0.02).abs() < 1e-12 && (model.interval - 0.2).abs() < 1e-12);
        assert!((last.mape - 0.05).abs() < 1e-12 && (last.interval - 0.5).abs() < 1e-12);
        assert_eq!((found.coverage(), found.other(|later| later.trend)), (1.0, None));
    }
}
