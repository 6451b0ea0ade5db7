//! What chance may do, and no more: inputs drawn from their priors, ten times the persons, and the twin.
//!
//! Every test is meant to fail a right engine with probability [`FALSE_ALARM`], over all its numbers together. The limits are
//! those of normal values, so that it is a few times as much where members are few (three times at 32 of them) or a prior that is
//! neither normal nor log-normal has a long tail.

use rayon::prelude::*;

use super::{FALSE_ALARM, Finding, Outcome, Trial, judge, within};
use crate::compile::layout::{Level, METRICS, metric};
use crate::compile::{self, CompileError, Compiled, Options, Plan};
use crate::engine::{Luck, Tally};
use crate::meanfield::{self, Lack, Settings, Twin};
use crate::model::Prior;

/// Draws of the inputs.
const DRAWS: u32 = 1_000;
/// Draws of which one member each is simulated.
const PSA: u32 = 32;
/// Fewest members of which the spread is judged: with fewer, a ratio of variances is too far from what its score takes it for.
const SPREADS: usize = 16;
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

/// Whatever is shared by all persons is taken out: shocks of a year, and places.
fn apart(compiled: &mut Compiled) {
    compiled.shocks.clear();
    let resources = compiled.scenarios.first().map_or(0, |scenario| scenario.resources.len());
    let lacks: Vec<Lack> = (0..resources).map(|resource| Lack::Places { resource }).collect();
    *compiled = meanfield::without(compiled, &lacks).into_owned();
}

/// Rows of tracks, with their names.
fn tracks(trial: &Trial<'_>) -> Vec<(usize, String)> {
    let rows = trial.compiled.layout.units.iter().enumerate().filter(|(_, unit)| unit.level == Level::Track);
    rows.map(|(row, unit)| (row, unit.track.map_or_else(String::new, |track| trial.model.tracks[track].name.clone()))).collect()
}

/// Person-years of the last year: per track its row and its name, and one number per member.
fn person_years(trial: &Trial<'_>, compiled: &Compiled) -> Vec<(usize, String, Vec<f64>)> {
    let counts = trial.members_of(compiled, trial.scenario, |_| {});
    let years = |row: usize| counts.iter().map(|counts| Trial::last(compiled, counts, row, metric::PERSON_TIME)).collect();
    tracks(trial).into_iter().map(|(row, name)| (row, name, years(row))).collect()
}

/// What is compared of a draw: euros of all in the last year, and person-years per track.
fn outcomes(trial: &Trial<'_>) -> Vec<(usize, usize, String)> {
    let total = trial.compiled.layout.units.iter().position(|unit| unit.level == Level::Total);
    let cost = total.map(|row| (row, metric::COST_CONSTANT, "cost".to_owned()));
    cost.into_iter().chain(tracks(trial).into_iter().map(|(row, name)| (row, metric::PERSON_TIME, name))).collect()
}

/// The mean over draws need not be the run at the medians: priors are skew, and effects are not linear. But it lies no farther
/// from it than the draws lie apart; where it does, the twin must say the same of the same draws.
pub(super) fn medians(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "the mean over draws: near the run at the medians, or explained";
    if trial.model.parameters.iter().all(|parameter| matches!(parameter.prior, Prior::Fixed(_))) {
        return Ok(Finding::absent(must, "every input is fixed"));
    }
    let plan = Plan::new(trial.model, &trial.options)?;
    let middle = plan.compile(&compile::medians(trial.model))?;
    let towns =
        (0..PSA).map(|draw| plan.compile(&compile::draw(trial.model, trial.seed, draw))).collect::<Result<Vec<_>, _>>()?;
    let live = |town: &Compiled, draw: u32| {
        let luck = Luck::new(trial.seed, draw, 0);
        trial.live(&town.shocked(luck), trial.scenario, luck, &mut Tally::new(&town.layout), None)
    };
    let drawn: Vec<Vec<i64>> = (0..PSA).into_par_iter().map(|draw| live(&towns[draw as usize], draw)).collect();
    let base = trial.members_of(&middle, trial.scenario, |_| {});
    let rows: Vec<Compared> = (outcomes(trial).into_iter())
        .map(|(row, what, name)| {
            let of = |counts: &[Vec<i64>]| counts.iter().map(|counts| Trial::last(&middle, counts, row, what)).collect();
            Compared { row, what, name, drawn: of(&drawn), base: of(&base) }
        })
        .filter(|compared| compared.base.iter().chain(&compared.drawn).sum::<f64>() > 0.0)
        .collect();
    if rows.is_empty() {
        return Ok(Finding::absent(must, "nobody is on any track"));
    }
    let limit = judge::limit(rows.len(), FALSE_ALARM);
    let mut twin = None;
    let scores: Vec<(f64, String)> = (rows.iter())
        .map(|compared| {
            let mut z = compared.off(0.0);
            // Rarely more than once, and then it takes long.
            if z.abs() > limit {
                let (row, what) = (compared.row, compared.what);
                z = compared.off(explained(
                    twin.get_or_insert_with(|| expected(trial, &towns, &middle)),
                    &trial.compiled,
                    row,
                    what,
                ));
            }
            (z, compared.name.clone())
        })
        .collect();
    let Finding { seen, outcome, .. } = within(must, &scores);
    let share = |compared: &Compared| 100.0 * compared.share();
    let farthest = rows.iter().max_by(|a, b| a.share().abs().total_cmp(&b.share().abs()));
    let why = if twin.is_some() { ", as the twin says" } else { "" };
    let told = farthest.map_or_else(String::new, |row| format!("; farthest {}, {:+.1} %{why}", row.name, share(row)));
    Ok(Finding { must, seen: format!("{seen}{}", if outcome == Outcome::Holds { told } else { String::new() }), outcome })
}

/// An outcome in draws, and in members at the medians.
struct Compared {
    row: usize,
    what: usize,
    name: String,
    drawn: Vec<f64>,
    base: Vec<f64>,
}

impl Compared {
    /// How many standard errors the mean over draws lies off the medians, beyond what explains it.
    fn off(&self, explained: f64) -> f64 {
        let ((mean, spread), (base, chance)) = (judge::moments(&self.drawn), judge::moments(&self.base));
        let square = spread / self.drawn.len() as f64 + chance / self.base.len() as f64;
        let off = mean - base - explained;
        // Sums of equal numbers may differ in their last bits.
        if off.abs() <= 1e-9 * base.abs() { 0.0 } else { errors(off, square, self.drawn.len() as f64) }
    }

    /// How far it lies off, as a share of the run at the medians.
    fn share(&self) -> f64 {
        let ((mean, _), (base, _)) = (judge::moments(&self.drawn), judge::moments(&self.base));
        if base > 0.0 { mean / base - 1.0 } else { 0.0 }
    }
}

/// What the twin expects: at the medians, and on average over the draws.
fn expected(trial: &Trial<'_>, towns: &[Compiled], middle: &Compiled) -> [Vec<f64>; 2] {
    let mut twin = Twin::default();
    let mut solve = |town: &Compiled| {
        let calm = Compiled { shocks: Vec::new(), ..town.clone() };
        twin.solve(&calm, trial.scenario, &Settings::DEFAULT).values
    };
    let base = solve(middle);
    let mut mean = vec![0.0; base.len()];
    for town in towns {
        for (sum, value) in mean.iter_mut().zip(solve(town)) {
            *sum += value / towns.len() as f64;
        }
    }
    [base, mean]
}

/// By how much the twin says that the mean over draws lies off the medians; nothing where it does not know.
fn explained([base, mean]: &[Vec<f64>; 2], compiled: &Compiled, row: usize, what: usize) -> f64 {
    let at = compiled.layout.offset(0, row, compiled.layout.periods() - 1) + what;
    let off = mean[at] - base[at];
    if off.is_nan() { 0.0 } else { off }
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
            scores.extend(scaled(one, ten).into_iter().map(|z| (z, name.clone())));
        }
    }
    if scores.is_empty() {
        return Ok(Finding::absent(must, "too few persons on any track for chance to be small"));
    }
    let Finding { seen, outcome, .. } = within(must, &scores);
    let few = if (trial.members as usize) < SPREADS { format!("; the spread needs {SPREADS} members") } else { String::new() };
    Ok(Finding { must, seen: seen + &few, outcome })
}

/// How many standard errors the mean of ten times as many lies from ten times the mean, and its variance likewise, if there are
/// members enough to speak of it.
fn scaled(one: &[f64], ten: &[f64]) -> Vec<f64> {
    let ((mean, variance), (many, spread)) = (judge::moments(one), judge::moments(ten));
    let n = one.len() as f64;
    let off = errors(many / 10.0 - mean, (variance + spread / 100.0) / n, n);
    if one.len() < SPREADS {
        return vec![off];
    }
    if variance == 0.0 || spread == 0.0 {
        return vec![off, if variance == spread { 0.0 } else { f64::INFINITY }];
    }
    vec![off, judge::ratio(spread / (10.0 * variance), n - 1.0)]
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
    let few = Finding::absent(must, "too few persons on any track it knows; see `piramide gap`");
    // Who is far from many need not wait for the twin.
    let seen = |row: usize| -> f64 {
        trial.counts().iter().map(|counts| Trial::last(&trial.compiled, counts, row, metric::PERSON_TIME)).sum()
    };
    if tracks(trial).iter().all(|&(row, _)| seen(row) < 0.5 * MANY * f64::from(trial.members)) {
        return Ok(few);
    }
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
        return Ok(few);
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
        let judged = |one: &[f64], ten: &[f64]| {
            let scores: Vec<_> = scaled(one, ten).into_iter().map(|z| (z, "t".to_owned())).collect();
            within("", &scores).outcome
        };
        assert_eq!(judged(&ladder(500.0, 10.0), &ladder(5_000.0, 10.0 * 10f64.sqrt())), Outcome::Holds);
        assert_eq!(judged(&ladder(500.0, 10.0), &ladder(5_050.0, 10.0 * 10f64.sqrt())), Outcome::Fails);
        assert_eq!(judged(&ladder(500.0, 10.0), &ladder(5_000.0, 100.0)), Outcome::Fails);
        assert_eq!(judged(&[500.0; 9], &[5_000.0; 9]), Outcome::Holds);
        assert_eq!(judged(&[500.0; 9], &[5_001.0; 9]), Outcome::Fails);
        assert_eq!(scaled(&[500.0; SPREADS], &[5_000.0; SPREADS]).len(), 2);
        assert_eq!(scaled(&[500.0; SPREADS - 1], &[5_000.0; SPREADS - 1]).len(), 1);
        assert_eq!(beyond(&ladder(500.0, 10.0), 502.0), 0.0);
        assert!(beyond(&ladder(500.0, 10.0), 510.0) > 5.0);
    }
}
