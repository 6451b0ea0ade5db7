//! The diagnostics that take long: recovery of made towns, simulation-based calibration, a year held out, a second method.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::CalibrationError;
use super::backtest::Backtest;
use super::chain::{Dice, normals};
use super::data::Data;
use super::decision::Decision;
use super::diagnose::{Case, Diagnostic};
use super::fit::{average, spaced};
use super::map::Municipality;
use super::memo::Memo;
use super::mixing::{moments, quantile};
use super::posterior::{Point, Posterior};
use super::recover::{Ranks, Uniformity, brief, over_prior};
use super::smoother::{Smoothing, smooth};
use super::surrogate::Surrogate;
use crate::engine::Luck;

/// Made towns that are fitted.
const TOWNS: u32 = 20;
/// Inputs that the two methods are compared on.
const RELEVANT: usize = 10;

/// A made town: per input that was learned whether its 90 % interval holds the truth; and whether that of the decision does.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Town {
    held: Vec<bool>,
    decision: bool,
}

impl Case<'_> {
    /// C3: towns made by the engine at inputs of the prior, fitted as if they had been observed.
    ///
    /// # Errors
    /// The model has no outcomes where they are needed, it was stopped, or the disk fails.
    pub fn recovery(
        &self,
        engine: &Municipality<'_>,
        decision: &Decision,
        memo: &Memo<'_>,
    ) -> Result<Diagnostic, CalibrationError> {
        let surrogate = over_prior(self.map, &self.fit.idle, self.seed, memo)?;
        let mut towns: Vec<Town> = Vec::new();
        for number in 0..TOWNS {
            towns.push(memo.unit(&format!("town-{number}"), || self.town(engine, decision, &surrogate, number))?);
        }
        let held: Vec<bool> = towns.iter().flat_map(|town| town.held.iter().copied()).collect();
        let share = held.iter().filter(|held| **held).count() as f64 / held.len().max(1) as f64;
        let decisions = towns.iter().filter(|town| town.decision).count();
        Ok(Diagnostic::new(
            (0.80..=0.97).contains(&share) && decisions >= 16,
            share,
            "90 % intervals hold the truth in 80 to 97 % of pairs of town and learned input (contraction > 0.2), and that of the decision in \
             at least 16 of 20 towns",
            format!("{:.0} % of {} pairs; the decision in {decisions} of {TOWNS} towns", 100.0 * share, held.len()),
        ))
    }

    fn town(
        &self,
        engine: &Municipality<'_>,
        decision: &Decision,
        surrogate: &Surrogate,
        number: u32,
    ) -> Result<Town, CalibrationError> {
        let (data, correction) = (&self.fit.data, &self.fit.correction);
        let lane = Dice { seed: self.seed, stage: "town" }.lane(number);
        let truth = normals(&lane, 0, 0, self.map.dimensions());
        let scores = normals(&lane, 0, 1, data.scales.len());
        let history = engine.history(&truth, Luck::new(self.seed, 60_000 + number, 0)).ok_or(CalibrationError::NoOutcomes)?;
        let mut between = data.clone();
        between.noise.fill(0.0);
        let root = between.covariance(&data.discrepancies(&scores)).cholesky().ok_or(CalibrationError::NoOutcomes)?.l();
        let noise = root * nalgebra::DVector::from_vec(normals(&lane, 0, 2, data.len()));
        let made = Data { observed: nalgebra::DVector::from_vec(history) + noise, ..data.clone() };
        let posterior = Posterior { map: self.map, correction, data: &made };
        let dice = Dice { seed: self.seed, stage: &format!("town-{number}") };
        let draws = brief(&posterior, surrogate, &self.fit.idle, dice).ok_or(CalibrationError::NoOutcomes)?;
        let all: Vec<&Point> = draws.iter().flatten().collect();
        let held = (0..truth.len()).filter_map(|id| {
            let values: Vec<f64> = all.iter().map(|point| point.inputs[id]).collect();
            // A contraction above 0.2.
            (moments(&values).1 < 0.8f64.sqrt()).then(|| (quantile(&values, 0.05)..=quantile(&values, 0.95)).contains(&truth[id]))
        });
        let expected = posterior.outcomes(&truth).ok_or(CalibrationError::NoOutcomes)?;
        let sums: Vec<f64> = all.iter().map(|point| decision.at(&point.outcomes)).collect();
        let right = decision.at(expected.as_slice());
        Ok(Town { held: held.collect(), decision: (quantile(&sums, 0.05)..=quantile(&sums, 0.95)).contains(&right) })
    }

    /// C11: the second method, on the engine itself.
    ///
    /// # Errors
    /// The engine has no outcomes, it was stopped, or the disk fails.
    pub fn second_method(
        &self,
        engine: &Municipality<'_>,
        decision: &Decision,
        memo: &Memo<'_>,
    ) -> Result<Diagnostic, CalibrationError> {
        let (data, points) = (&self.fit.data, spaced(&self.fit.draws, 2000));
        let discrepancies = data.discrepancies(&average(&points, |point| &point.scores));
        let history = |member: u32, inputs: &[f64]| engine.history(inputs, Luck::new(self.seed, 40_000 + member, 0));
        let members = smooth(self.map.dimensions(), data, &discrepancies, Smoothing::STANDARD, self.seed, &history, memo)?;
        let posterior = Posterior { map: self.map, correction: &self.fit.correction, data };
        let sums: Vec<f64> =
            members.par_iter().filter_map(|member| Some(decision.at(posterior.outcomes(member)?.as_slice()))).collect();
        let first: Vec<f64> = points.iter().map(|point| decision.at(&point.outcomes)).collect();
        let order = decision.relevant(&points, RELEVANT);
        let (mut far, mut apart): ((f64, &str), (f64, &str)) = ((0.0, ""), (1.0, ""));
        for id in order {
            let (one_mean, one_sd) = moments(&points.iter().map(|point| point.inputs[id]).collect::<Vec<_>>());
            let (other_mean, other_sd) = moments(&members.iter().map(|member| member[id]).collect::<Vec<_>>());
            let (shift, ratio) = ((one_mean - other_mean).abs() / one_sd, other_sd / one_sd);
            if shift > far.0 {
                far = (shift, &self.names[id]);
            }
            if libm::log(ratio).abs() > libm::log(apart.0).abs() {
                apart = (ratio, &self.names[id]);
            }
        }
        let limit: f64 = decision.outcomes.iter().map(|&id| libm::exp(data.observed[id])).sum();
        let below = |sums: &[f64]| sums.iter().filter(|&&sum| sum < limit).count() as f64 / sums.len().max(1) as f64;
        let (one, other) = (below(&first), below(&sums));
        Ok(Diagnostic::new(
            far.0 <= 0.3 && (0.7..=1.4).contains(&apart.0) && (one - other).abs() < 0.05,
            far.0,
            "ES-MDA, 500 members: of the 10 inputs that matter most means within 0.3 sd, sds 0.7 to 1.4 times; chance that spending stays below \
             what was published within 0.05",
            format!(
                "means differ by at most {:.2} sd ({}); sd at most {:.2} times ({}); chance {one:.2} and {other:.2}",
                far.0, far.1, apart.0, apart.1
            ),
        ))
    }
}

/// C4, of the ranks of made towns.
pub fn calibrated(ranks: &Ranks, seed: u64) -> Diagnostic {
    const LIMITS: [(f64, f64); 4] = [(0.427, 0.573), (0.740, 0.857), (0.853, 0.943), (0.917, 0.980)];
    let Uniformity { within, all, coverage } = ranks.judge(seed);
    let control = ranks.judge_control(seed);
    let mean = ranks.coverage();
    // They are limits for one quantity of 300 towns, and are asked of each.
    let covers = coverage.iter().zip(LIMITS).all(|((least, most), (low, high))| *least >= low && *most <= high);
    let caught = control.within < 0.9 || !control.all;
    Diagnostic::new(
        within >= 0.9 && all && covers && caught,
        within,
        "300 made towns: ranks of at least 90 % of the quantities in the simultaneous 95 % band, all in the 99.9 % band; central 50, 80, 90 and \
         95 % intervals of each quantity cover within the 99 % limits of 300 towns; a control with 0.7 of the sd fails",
        format!(
            "{:.0} % of the quantities in the 95 % band, {} in the 99.9 % band; intervals cover {:.0}, {:.0}, {:.0} and {:.0} % (single \
             quantities {:.0} to {:.0}, {:.0} to {:.0}, {:.0} to {:.0}, {:.0} to {:.0}); the control has {:.0} % in the band",
            100.0 * within,
            if all { "all" } else { "not all" },
            100.0 * mean[0],
            100.0 * mean[1],
            100.0 * mean[2],
            100.0 * mean[3],
            100.0 * coverage[0].0,
            100.0 * coverage[0].1,
            100.0 * coverage[1].0,
            100.0 * coverage[1].1,
            100.0 * coverage[2].0,
            100.0 * coverage[2].1,
            100.0 * coverage[3].0,
            100.0 * coverage[3].1,
            100.0 * control.within
        ),
    )
}

/// C10, of a year that was held out.
pub fn held_out(found: &Backtest) -> Diagnostic {
    let largest = found.list.iter().map(|later| later.z.abs()).fold(0.0, f64::max);
    let better = |other: &dyn Fn(&super::Later) -> Option<f64>| match (found.model(other), found.other(other)) {
        (Some(model), Some(other)) => (model.interval < other.interval, model.interval, other.interval),
        _ => (true, f64::NAN, f64::NAN),
    };
    let (last, trend) = (better(&|later| later.last), better(&|later| later.trend));
    Diagnostic::new(
        found.coverage() >= 0.7 && largest <= 3.0 && last.0 && trend.0,
        found.coverage(),
        "at least 70 % of the held-out numbers in their 80 % interval, all |z| <= 3, mean interval score better than that of last year's number and \
         of the trend",
        format!(
            "{:.0} % of {} numbers; largest |z| {largest:.1}; interval score {:.3} (last year {:.3}), {:.3} (trend {:.3}); one year has little \
             power",
            100.0 * found.coverage(),
            found.list.len(),
            last.1,
            last.2,
            trend.1,
            trend.2
        ),
    )
}
