//! What chance may do, and no more: inputs drawn from their priors, ten times the persons, and the twin.
//!
//! Every test is meant to fail a right engine with probability [`FALSE_ALARM`], over all its numbers together. The limits are those of
//! normal values, so that it is a few times as much where members are few (three times at 32 of them) or a prior that is neither
//! normal nor log-normal has a long tail.

use super::{Finding, Trial};
use crate::compile::layout::{Level, METRICS, metric};
use crate::compile::{self, CompileError, Compiled, Options, Plan};
use crate::meanfield::{self, Lack, Settings};
use crate::model::Prior;
use crate::verify::{FALSE_ALARM, judge};

/// Draws of the inputs.
const DRAWS: u32 = 1_000;
/// Points at which a prior is looked at for its moments.
const POINTS: u32 = 10_000;
/// Fewest person-years of a year that count as many.
const MANY: f64 = 100.0;
/// Person-years that only rounding makes.
const ROUNDING: f64 = 1e-6;
/// Part of a number by which the twin may be off besides chance.
const TWIN: f64 = 0.005;

pub(super) fn inputs(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "inputs as drawn: the mean and the spread of their priors";
    let drawn: Vec<Vec<f64>> = (0..DRAWS).map(|draw| compile::draw(trial.model, trial.seed, draw)).collect();
    let mut scores = Vec::new();
    for (number, parameter) in trial.model.parameters.iter().enumerate() {
        if !matches!(parameter.prior, Prior::Fixed(_)) {
            let values: Vec<f64> = drawn.iter().map(|row| row[number]).collect();
            scores.extend(moments(&parameter.prior, &values).map(|z| (z, parameter.name.clone())));
        }
    }
    if scores.is_empty() {
        return Ok(Finding::absent(must, "every input is fixed"));
    }
    Ok(within(must, &scores))
}

/// How many standard errors the mean and the standard deviation of values lie from those of a prior: on the normal scale where
/// it has one, since sample variances of long tails are far from normal.
fn moments(prior: &Prior, values: &[f64]) -> [f64; 2] {
    let scores: Option<Vec<f64>> = match *prior {
        Prior::Normal { mean, sd } => Some(values.iter().map(|value| (value - mean) / sd).collect()),
        Prior::Lognormal { median, sigma } => Some(values.iter().map(|value| libm::log(value / median) / sigma).collect()),
        _ => None,
    };
    if let Some(scores) = scores {
        let root = (scores.len() as f64).sqrt();
        return [judge::moments(&scores).0 * root, judge::deviation(String::new(), &scores, 1.0).z];
    }
    let n = f64::from(POINTS);
    let points: Vec<f64> = (0..POINTS).map(|point| prior.quantile((f64::from(point) + 0.5) / n)).collect();
    let (mean, variance) = judge::moments(&points);
    let fourth = points.iter().map(|x| (x - mean) * (x - mean)).map(|square| square * square).sum::<f64>() / n;
    let (seen, spread) = judge::moments(values);
    let count = values.len() as f64;
    // The variance of a sample variance is (fourth moment - variance squared) / n.
    [(seen - mean) / (variance / count).sqrt(), (spread - variance) / ((fourth - variance * variance) / count).sqrt()]
}

/// That no score passes what chance allows for so many.
fn within(must: &'static str, scores: &[(f64, String)]) -> Finding {
    let limit = judge::limit(scores.len(), FALSE_ALARM);
    let most = scores.iter().max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
    let (z, what) = most.map_or((0.0, ""), |(z, what)| (z.abs(), what.as_str()));
    let seen = format!("{} numbers, largest |z| {z:.2} ({what}), limit {limit:.2}", scores.len());
    // A NaN must not pass for small.
    Finding::new(must, scores.iter().all(|score| score.0.abs() <= limit), seen)
}

/// Whatever is shared by all persons is taken out: shocks of a year, and places.
fn apart(compiled: &mut Compiled) {
    compiled.shocks.clear();
    let resources = compiled.scenarios.first().map_or(0, |scenario| scenario.resources.len());
    let lacks: Vec<Lack> = (0..resources).map(|resource| Lack::Places { resource }).collect();
    *compiled = meanfield::without(compiled, &lacks).into_owned();
}

/// Person-years of the last year: per track its name, and one number per member.
fn person_years(trial: &Trial<'_>, compiled: &Compiled) -> Vec<(usize, String, Vec<f64>)> {
    let (layout, counts) = (&compiled.layout, trial.members_of(compiled, trial.scenario, |_| {}));
    let rows = layout.units.iter().enumerate().filter(|(_, unit)| unit.level == Level::Track);
    rows.map(|(row, unit)| {
        let at = layout.offset(0, row, layout.periods() - 1) + metric::PERSON_TIME;
        let years = counts.iter().map(|counts| counts[at] as f64 * METRICS[metric::PERSON_TIME].scale).collect();
        (row, unit.track.map_or_else(String::new, |track| trial.model.tracks[track].name.clone()), years)
    })
    .collect()
}

pub(super) fn tenfold(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "ten times the persons: ten times the mean, the relative spread / sqrt 10";
    let large = Options { scale: 10.0 * trial.options.scale, ..trial.options };
    let mut town = trial.compiled.clone();
    let mut city = Plan::new(trial.model, &large)?.compile(&compile::draw(trial.model, trial.seed, 0))?;
    apart(&mut town);
    apart(&mut city);
    let mut scores = Vec::new();
    for ((_, name, one), (.., ten)) in person_years(trial, &town).iter().zip(&person_years(trial, &city)) {
        if one.iter().sum::<f64>() >= MANY * one.len() as f64 {
            scores.extend(scaled(one, ten).map(|z| (z, name.clone())));
        }
    }
    if scores.is_empty() {
        return Ok(Finding::absent(must, "too few persons on any track for chance to be small"));
    }
    Ok(within(must, &scores))
}

/// How many standard errors the mean of ten times as many lies from ten times the mean, and its variance likewise.
fn scaled(one: &[f64], ten: &[f64]) -> [f64; 2] {
    let ((mean, variance), (many, spread)) = (judge::moments(one), judge::moments(ten));
    let n = one.len() as f64;
    let off = errors(many / 10.0 - mean, (variance + spread / 100.0) / n, n);
    if variance == 0.0 || spread == 0.0 {
        return [off, if variance == spread { 0.0 } else { f64::INFINITY }];
    }
    // The logarithm of a ratio of variances of normal values has about this standard error.
    [off, libm::log(spread / (10.0 * variance)) / (4.0 / (n - 1.0)).sqrt()]
}

/// A difference of means of `n` values in standard errors, on the scale of the standard normal, given the square of one. Where
/// chance has no part, what is left is rounding.
fn errors(difference: f64, square: f64, n: f64) -> f64 {
    if square > 0.0 {
        judge::normal_from_t(difference / square.sqrt(), n - 1.0)
    } else if difference.abs() < ROUNDING {
        0.0
    } else {
        f64::INFINITY
    }
}

pub(super) fn twin(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "a second program, the mean-field twin: the same person-years";
    let mut town = trial.compiled.clone();
    town.shocks.clear();
    let expected = meanfield::solve(&town, trial.scenario, &Settings::DEFAULT);
    let town = meanfield::without(&town, &expected.lacks).into_owned();
    let last = town.layout.periods() - 1;
    let mut scores = Vec::new();
    for (row, name, years) in person_years(trial, &town) {
        let exact = expected.values[(row * town.layout.periods() + last) * METRICS.len() + metric::PERSON_TIME];
        if exact >= MANY {
            scores.push((beyond(&years, exact), name));
        }
    }
    if scores.is_empty() {
        return Ok(Finding::absent(must, "too few persons on any track it knows; see `piramide gap`"));
    }
    Ok(within(must, &scores))
}

/// How many standard errors a mean lies beyond what the twin may be off.
fn beyond(values: &[f64], expected: f64) -> f64 {
    let ((mean, variance), n) = (judge::moments(values), values.len() as f64);
    errors(((mean - expected).abs() - TWIN * expected).max(0.0), variance / n, n)
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;

    fn ladder(mean: f64, spread: f64) -> Vec<f64> {
        (0..100).map(|step| mean + spread * (f64::from(step) / 50.0 - 0.99)).collect()
    }

    #[test]
    fn what_chance_does_not_do_is_seen() {
        let normal = (Prior::Normal { mean: 5.0, sd: 1.0 }, 0.2);
        let long = (Prior::Lognormal { median: 1.0, sigma: 1.0 }, 0.5);
        let even = (Prior::Uniform { min: 0.0, max: 10.0 }, 0.6);
        for (prior, shift) in [normal, long, even] {
            let fair: Vec<f64> = (0..1_000).map(|point| prior.quantile((f64::from(point) + 0.5) / 1_000.0)).collect();
            let middle = prior.quantile(0.5);
            let judged = |values: Vec<f64>| within("", &moments(&prior, &values).map(|z| (z, "p".to_owned()))).outcome;
            assert_eq!(judged(fair.clone()), Outcome::Holds);
            assert_eq!(judged(fair.iter().map(|x| x + shift).collect()), Outcome::Fails);
            assert_eq!(judged(fair.iter().map(|x| (middle + 1.3 * (x - middle)).max(1e-3)).collect()), Outcome::Fails);
        }
        let judged = |one: &[f64], ten: &[f64]| within("", &scaled(one, ten).map(|z| (z, "t".to_owned()))).outcome;
        assert_eq!(judged(&ladder(500.0, 10.0), &ladder(5_000.0, 10.0 * 10f64.sqrt())), Outcome::Holds);
        assert_eq!(judged(&ladder(500.0, 10.0), &ladder(5_050.0, 10.0 * 10f64.sqrt())), Outcome::Fails);
        assert_eq!(judged(&ladder(500.0, 10.0), &ladder(5_000.0, 100.0)), Outcome::Fails);
        assert_eq!(judged(&[500.0; 9], &[5_000.0; 9]), Outcome::Holds);
        assert_eq!(judged(&[500.0; 9], &[5_001.0; 9]), Outcome::Fails);
        assert_eq!(beyond(&ladder(500.0, 10.0), 502.0), 0.0);
        assert!(beyond(&ladder(500.0, 10.0), 510.0) > 5.0);
    }
}
