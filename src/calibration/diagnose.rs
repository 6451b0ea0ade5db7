//! What must be shown of a calibration, each with its limit and verdict. Numbers and limits are those of the field; where a limit is our own
//! it says so.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;
use serde::Serialize;

use super::CalibrationError;
use super::data::Data;
use super::decision::Decision;
use super::fit::{Fit, average, histories, learned, less, mean, spaced};
use super::map::{Function, Map, Municipality};
use super::memo::Memo;
use super::mixing::{Mixing, moments, quantile};
use super::outlook::Outlook;
use super::posterior::Posterior;
use crate::maths::{gamma_p, normal_cdf};

/// How a diagnostic ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It was not worked out.
    NotRun,
}

/// One diagnostic.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct Diagnostic {
    /// How it ends.
    pub verdict: Verdict,
    /// The number that decides; none if it was not worked out.
    pub value: Option<f64>,
    /// What it must be.
    pub limit: String,
    /// What was found, in words.
    pub said: String,
    /// When, if it was not now.
    #[serde(default)]
    pub date: Option<String>,
}

impl Diagnostic {
    pub(super) fn new(pass: bool, value: f64, limit: impl Into<String>, said: impl Into<String>) -> Self {
        let verdict = if pass { Verdict::Pass } else { Verdict::Fail };
        Self { verdict, value: value.is_finite().then_some(value), limit: limit.into(), said: said.into(), date: None }
    }

    /// Those of a file of them, by name, in the order of their numbers.
    ///
    /// # Errors
    /// It is no such file.
    pub fn read(text: &str) -> Result<Vec<(String, Self)>, serde_json::Error> {
        let all: std::collections::BTreeMap<String, Self> = serde_json::from_str(text)?;
        let mut list: Vec<(String, Self)> = all.into_iter().collect();
        list.sort_by_key(|(key, _)| key.trim_start_matches('C').parse::<u32>().unwrap_or(0));
        Ok(list)
    }

    /// One that was not worked out, and why.
    pub fn not_run(why: impl Into<String>) -> Self {
        Self { verdict: Verdict::NotRun, value: None, limit: String::new(), said: why.into(), date: None }
    }
}

/// What is known of one input after the fit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Learned {
    /// Its name.
    pub name: String,
    /// One less the variance of the posterior over that of the prior, both of the score.
    pub contraction: f64,
    /// Integral of the smaller of both densities.
    pub overlap: f64,
    /// Mean of the score after the fit, in standard deviations of the prior.
    pub shift: f64,
    /// Standard deviation of the score after the fit.
    pub sd: f64,
    /// `from the prior`, `partly` or `from the data`.
    pub label: &'static str,
    /// Whether more than a quarter of the posterior lies where the prior has a twentieth.
    pub conflict: bool,
}

/// One target, and what the engine says of it at the draws.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Foretold {
    /// Its name.
    pub name: String,
    /// What was observed, in its own unit.
    pub observed: f64,
    /// 2.5, 10, 50, 90 and 97.5 % quantiles of what the engine says, discrepancy and chance included, in the same unit.
    pub quantiles: [f64; 5],
    /// Observed less mean, in standard deviations of all of it.
    pub z: f64,
}

/// Two inputs that trade off.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ridge {
    /// One.
    pub one: String,
    /// The other.
    pub other: String,
    /// Correlation between their scores after the fit.
    pub correlation: f64,
    /// Collinearity index of the pair.
    pub index: f64,
    /// Spending of all domains in the last year at both ends of the ridge (two standard deviations from the mean), as a part of that at the
    /// mean; none without an outlook.
    pub spending: Option<[f64; 2]>,
}

/// All that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// By key, `C1` to `C13`.
    pub list: Vec<(String, Diagnostic)>,
    /// Per input.
    pub learned: Vec<Learned>,
    /// Per target.
    pub foretold: Vec<Foretold>,
    /// Pairs with the strongest ridges, strongest first.
    pub ridges: Vec<Ridge>,
    /// Eigenvalues of the prior-preconditioned Hessian, largest first.
    pub eigenvalues: Vec<f64>,
    /// Per class: share of the discrepancy in all variance, and the discrepancy.
    pub discrepancies: Vec<(f64, f64)>,
    /// Of the inputs that matter most to the decision.
    pub profiles: Vec<Profile>,
}

/// How much worse the best fit becomes if one input is held at a value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    /// The input.
    pub name: String,
    /// Score at which it is held, and by how much the logarithm of the posterior density falls.
    pub drops: Vec<(f64, f64)>,
}

/// Pairs that trade off that are told in any case.
const LISTED: usize = 20;
/// Inputs of which the profile is told.
const PROFILED: usize = 5;
/// Bins that the prior fills alike, for the overlap of prior and posterior.
const BINS: usize = 40;
/// Draws at which the engine is asked what it foretells.
const FORETOLD: u32 = 400;
/// Half of the width of a central 80 % interval, in standard deviations.
const MIDDLE: f64 = 1.281_551_6;
/// Share of the targets that must lie in their central 80 % interval.
const COVERED: std::ops::RangeInclusive<f64> = 0.63..=0.93;
/// Sets of observations that are imagined, to know how many intervals would cover theirs.
const IMAGINED: u32 = 4000;
/// Fresh draws at which the engine is held against the corrected twin.
const FRESH: u32 = 20;

/// What is needed to diagnose a fit.
#[derive(Debug)]
pub struct Case<'a> {
    /// The fit.
    pub fit: &'a Fit,
    /// The map that was fitted.
    pub map: &'a dyn Map,
    /// The engine behind it.
    pub engine: Option<&'a Municipality<'a>>,
    /// The years to come.
    pub outlook: Option<&'a Outlook<'a>>,
    /// What the fit is for.
    pub decision: &'a Decision,
    /// Names of the inputs.
    pub names: &'a [String],
    /// Names of the classes.
    pub classes: &'a [String],
    /// Seed.
    pub seed: u64,
}

impl Case<'_> {
    /// Works all out that the standard command shows.
    ///
    /// # Errors
    /// The engine has no outcome at a draw, it was stopped, or the disk fails.
    pub fn diagnose(&self, memo: &Memo<'_>) -> Result<Diagnosis, CalibrationError> {
        let mut list = vec![("C1".to_owned(), self.chains()), ("C2".to_owned(), self.tops())];
        let (foretold, fits) = match self.engine {
            Some(engine) => self.foretold(engine, memo)?,
            None => (vec![], Diagnostic::not_run("there is no engine behind this map")),
        };
        list.push(("C5".to_owned(), fits));
        let (discrepancies, share) = self.discrepancies();
        list.push(("C6".to_owned(), share));
        let (eigenvalues, directions) = self.directions();
        list.push(("C7".to_owned(), directions));
        let learned = self.learned();
        let conflicts: Vec<&str> = learned.iter().filter(|input| input.conflict).map(|input| input.name.as_str()).collect();
        let count = |label: &str| learned.iter().filter(|input| input.label == label).count();
        list.push((
            "C8".to_owned(),
            Diagnostic::new(
                conflicts.is_empty(),
                conflicts.len() as f64,
                "no input with more than 25 % of the posterior in the outer 2.5 % tails of its prior",
                format!(
                    "{} from the data, {} partly, {} from the prior; {}",
                    count("from the data"),
                    count("partly"),
                    count("from the prior"),
                    if conflicts.is_empty() { "no conflict".to_owned() } else { format!("conflict: {}", conflicts.join(", ")) }
                ),
            ),
        ));
        let ridges = self.ridges();
        let strong = ridges.iter().filter(|ridge| ridge.correlation.abs() > 0.95).count();
        let said = match ridges.first() {
            Some(ridge) => format!(
                "{strong} pairs with correlation above 0.95; the strongest is {} with {}, {:.2}",
                ridge.one, ridge.other, ridge.correlation
            ),
            None => "no two inputs trade off".to_owned(),
        };
        list.push(("C9".to_owned(), Diagnostic::new(true, strong as f64, "shown; none fails", said)));
        list.push(("C12".to_owned(), self.implausibility()));
        let gap = match self.engine {
            Some(engine) => self.gap(engine, memo)?,
            None => Diagnostic::not_run("there is no engine behind this map"),
        };
        list.push(("C13".to_owned(), gap));
        let profiles = self.profiles();
        Ok(Diagnosis { list, learned, foretold, ridges, eigenvalues, discrepancies, profiles })
    }

    fn series(&self, of: impl Fn(&super::Point) -> f64) -> Vec<Vec<f64>> {
        self.fit.draws.iter().map(|chain| chain.iter().map(&of).collect()).collect()
    }

    fn chains(&self) -> Diagnostic {
        let (inputs, classes, outcomes) = (self.names.len(), self.classes.len(), self.fit.data.len());
        let quantity = |id: usize| {
            Mixing::of(&self.series(|point| {
                if id < inputs {
                    point.inputs[id]
                } else if id < inputs + classes {
                    point.scores[id - inputs]
                } else if id < inputs + classes + outcomes {
                    point.outcomes[id - inputs - classes]
                } else {
                    point.log_density
                }
            }))
        };
        let all: Vec<Mixing> = (0..=inputs + classes + outcomes).into_par_iter().map(quantity).collect();
        let r_hat = all.iter().map(|mixing| mixing.r_hat).fold(0.0, f64::max);
        let size = all.iter().map(|mixing| mixing.bulk.min(mixing.tail)).fold(f64::INFINITY, f64::min);
        let targets = all[inputs + classes..].iter().map(|mixing| mixing.bulk).fold(f64::INFINITY, f64::min);
        let error = 1.0 / targets.sqrt();
        Diagnostic::new(
            r_hat <= 1.01 && size >= 400.0 && error <= 0.05,
            r_hat,
            "R-hat <= 1.01, both effective sizes >= 400, Monte Carlo error of each target's mean <= 5 % of its sd",
            format!(
                "R-hat at most {r_hat:.4}, effective size at least {size:.0}, error at most {:.1} % of the sd; {:.0} % accepted; the \
                 surrogate misses at most {:.1} % of an outcome",
                100.0 * error,
                100.0 * self.fit.accepted,
                100.0 * self.fit.surrogate.error.iter().copied().fold(0.0, f64::max)
            ),
        )
    }

    fn tops(&self) -> Diagnostic {
        let best = self.fit.tops.first().map_or(f64::NAN, |top| top.log_density);
        let third = self.fit.tops.get(2).map_or(f64::NAN, |top| top.log_density);
        let near = self.fit.tops.iter().filter(|top| best - top.log_density < 0.5).count();
        Diagnostic::new(
            best - third <= 0.5,
            best - third,
            "the best 3 of 10 climbs end within 0.5",
            format!("{near} of {} climbs end within 0.5 of the best", self.fit.tops.len()),
        )
    }

    /// What the engine says at draws, and how it fits.
    fn foretold(&self, engine: &Municipality<'_>, memo: &Memo<'_>) -> Result<(Vec<Foretold>, Diagnostic), CalibrationError> {
        let (data, points) = (&self.fit.data, spaced(&self.fit.draws, FORETOLD));
        let said = memo.unit("foretold", || {
            let of = |(draw, point): (usize, &super::Point)| {
                Ok(histories(engine, &point.inputs, self.seed, 10_000 + draw as u32, 1)?.swap_remove(0))
            };
            points.par_iter().enumerate().map(of).collect::<Result<Vec<Vec<f64>>, CalibrationError>>()
        })?;
        let discrepancy: Vec<f64> = (0..data.len())
            .map(|id| {
                let squares =
                    points.iter().map(|point| data.discrepancies(&point.scores).get(data.class[id]).map_or(0.0, |s| s * s));
                squares.sum::<f64>() / points.len() as f64
            })
            .collect();
        let dice = super::chain::Dice { seed: self.seed, stage: "foretold" };
        let lane = dice.lane(0);
        let foretold: Vec<Foretold> = (0..data.len())
            .map(|id| {
                let values: Vec<f64> = said.iter().map(|row| row[id]).collect();
                let (middle, sd) = moments(&values);
                let all = (sd * sd + discrepancy[id] + data.error[id] * data.error[id]).sqrt();
                let noise = super::chain::normals(&lane, id as u32, 0, values.len());
                let wide = (discrepancy[id] + data.error[id] * data.error[id]).sqrt();
                let replicated: Vec<f64> = values.iter().zip(noise).map(|(value, noise)| value + wide * noise).collect();
                Foretold {
                    name: data.names[id].clone(),
                    observed: libm::exp(data.observed[id]),
                    quantiles: [0.025, 0.1, 0.5, 0.9, 0.975].map(|share| libm::exp(quantile(&replicated, share))),
                    z: (data.observed[id] - middle) / all,
                }
            })
            .collect();
        let count = foretold.len() as f64;
        let share = |holds: &dyn Fn(&Foretold) -> bool| foretold.iter().filter(|target| holds(target)).count() as f64 / count;
        let largest = foretold.iter().map(|target| target.z.abs()).fold(0.0, f64::max);
        let within = share(&|target| target.z.abs() <= 2.0);
        let covered = share(&|target| (target.quantiles[1]..=target.quantiles[3]).contains(&target.observed));
        let inputs = average(&points, |point| &point.inputs);
        let jacobian = self.fit.surrogate.jacobian(&inputs) + self.fit.correction.jacobian(&inputs);
        let between = data.covariance(&data.discrepancies(&average(&points, |point| &point.scores)));
        let expected = covered_if_right(&jacobian, &between, self.seed).ok_or(CalibrationError::NoOutcomes)?;
        let right = expected.iter().filter(|share| COVERED.contains(share)).count() as f64 / expected.len() as f64;
        // At all draws: at a part of them chance could decide the verdict.
        let p = self.chi_square(&spaced(&self.fit.draws, u32::MAX));
        let one_sided = self.one_sided(&foretold);
        let outside: Vec<String> = (foretold.iter())
            .filter(|target| !(target.quantiles[0]..=target.quantiles[4]).contains(&target.observed))
            .map(|target| format!("{} (z {:+.1})", target.name, target.z))
            .collect();
        let pass =
            largest <= 3.0 && within >= 0.95 && COVERED.contains(&covered) && (0.05..=0.95).contains(&p) && one_sided.is_empty();
        let said = format!(
            "largest |z| {largest:.2}; {:.0} % within 2; 80 % intervals cover {:.0} %, and if the model were right would cover {:.0} to {:.0} %, \
             within the limits with chance {right:.2}; Bayesian p {p:.2}; outside 95 %: {}; series on one side for three years: {}",
            100.0 * within,
            100.0 * covered,
            100.0 * quantile(&expected, 0.005),
            100.0 * quantile(&expected, 0.995),
            if outside.is_empty() { "none".to_owned() } else { outside.join(", ") },
            if one_sided.is_empty() { "none".to_owned() } else { one_sided.join(", ") },
        );
        let limit = "all |z| <= 3, 95 % <= 2; 80 % intervals cover 63 to 93 %; Bayesian p 0.05 to 0.95; no class with all residuals of one \
                     sign over three years";
        Ok((foretold, Diagnostic::new(pass, largest, limit, said)))
    }

    /// Chance that data made by a draw lie farther from it than those observed, over draws (Gelman, Meng & Stern 1996).
    fn chi_square(&self, points: &[super::Point]) -> f64 {
        let posterior = Posterior { map: self.map, correction: &self.fit.correction, data: &self.fit.data };
        let beyond = |point: &super::Point| {
            let distance = posterior.spread(&point.scores)?.distance(&posterior.residuals(&point.outcomes));
            Some(1.0 - gamma_p(0.5 * self.fit.data.len() as f64, 0.5 * distance))
        };
        points.iter().filter_map(beyond).sum::<f64>() / points.len() as f64
    }

    /// Classes of which all residuals over three years have one sign.
    fn one_sided(&self, foretold: &[Foretold]) -> Vec<String> {
        let data = &self.fit.data;
        let class = |(id, name): (usize, &String)| {
            let of: Vec<usize> = (0..data.len())
                .filter(|&at| {
                    data.class[at] == id && data.series.iter().filter(|&&series| series == data.series[at]).count() >= 3
                })
                .collect();
            let same = |positive: bool| of.iter().all(|&at| (foretold[at].z > 0.0) == positive);
            (!of.is_empty() && (same(true) || same(false))).then(|| name.clone())
        };
        self.classes.iter().enumerate().filter_map(class).collect()
    }

    fn discrepancies(&self) -> (Vec<(f64, f64)>, Diagnostic) {
        let data = &self.fit.data;
        let points = spaced(&self.fit.draws, u32::MAX);
        let mut flags = Vec::new();
        let all: Vec<(f64, f64)> = (0..self.classes.len())
            .map(|class| {
                let scales: Vec<f64> = points.iter().map(|point| data.discrepancies(&point.scores)[class]).collect();
                let middle = scales.iter().sum::<f64>() / scales.len() as f64;
                let square = scales.iter().map(|scale| scale * scale).sum::<f64>() / scales.len() as f64;
                let of: Vec<usize> = (0..data.len()).filter(|&id| data.class[id] == class).collect();
                let other =
                    of.iter().map(|&id| data.error[id] * data.error[id] + data.noise[(id, id)]).sum::<f64>() / of.len() as f64;
                let error = of.iter().map(|&id| data.error[id]).sum::<f64>() / of.len() as f64;
                if middle > 3.0 * error || middle > 0.10 {
                    flags.push(self.classes[class].clone());
                }
                (square / (square + other), middle)
            })
            .collect();
        let shares: Vec<String> = (self.classes.iter().zip(&all))
            .map(|(name, (share, sd))| format!("{name} {:.0} % of the variance ({:.1} %)", 100.0 * share, 100.0 * sd))
            .collect();
        let largest = all.iter().map(|(_, sd)| *sd).fold(0.0, f64::max);
        let limit = "discrepancy at most 3 observation errors and at most 10 %";
        (all, Diagnostic::new(flags.is_empty(), largest, limit, shares.join("; ")))
    }

    fn directions(&self) -> (Vec<f64>, Diagnostic) {
        let mut eigenvalues: Vec<f64> = self.fit.near.scaled().singular_values().iter().map(|size| size * size).collect();
        eigenvalues.sort_by(|a, b| b.total_cmp(a));
        let learned = eigenvalues.iter().filter(|&&value| value > 1.0).count();
        let worth: f64 = eigenvalues.iter().map(|value| value / (1.0 + value)).sum();
        let said = format!(
            "{learned} directions learned from {} numbers, worth {worth:.1} of {} inputs; {} inputs change no target at all",
            self.fit.data.len(),
            self.names.len(),
            self.fit.idle.iter().filter(|idle| **idle).count()
        );
        (eigenvalues, Diagnostic::new(true, learned as f64, "shown; none fails", said))
    }

    fn learned(&self) -> Vec<Learned> {
        (0..self.names.len())
            .into_par_iter()
            .map(|id| {
                let values: Vec<f64> = self.fit.draws.iter().flatten().map(|point| point.inputs[id]).collect();
                let count = values.len() as f64;
                let (shift, sd) = moments(&values);
                let mut bins = [0.0; BINS];
                for &value in &values {
                    bins[((normal_cdf(value) * BINS as f64) as usize).min(BINS - 1)] += 1.0 / count;
                }
                let contraction = 1.0 - sd * sd;
                Learned {
                    name: self.names[id].clone(),
                    contraction,
                    overlap: bins.iter().map(|share: &f64| share.min(1.0 / BINS as f64)).sum(),
                    shift,
                    sd,
                    label: match contraction {
                        c if c < 0.05 => "from the prior",
                        c if c <= 0.5 => "partly",
                        _ => "from the data",
                    },
                    conflict: bins[0] + bins[BINS - 1] > 0.25,
                }
            })
            .collect()
    }

    /// The twenty pairs that trade off most, and all with a correlation above 0.95.
    fn ridges(&self) -> Vec<Ridge> {
        let points = spaced(&self.fit.draws, 2000);
        let middle = average(&points, |point| &point.inputs);
        let rows = DMatrix::from_fn(points.len(), middle.len(), |row, column| points[row].inputs[column] - middle[column]);
        let products = rows.transpose() * &rows;
        let scaled = self.fit.near.scaled();
        let mut ridges = Vec::new();
        for one in (0..middle.len()).filter(|&id| !self.fit.idle[id]) {
            for other in (one + 1..middle.len()).filter(|&id| !self.fit.idle[id]) {
                let correlation = products[(one, other)] / (products[(one, one)] * products[(other, other)]).sqrt();
                let (a, b) = (scaled.column(one), scaled.column(other));
                let cosine = a.dot(&b) / (a.norm() * b.norm());
                // Brun, Reichert & Künsch 2001, Practical identifiability analysis of large environmental simulation models.
                let index = 1.0 / (1.0 - cosine.abs().min(1.0)).max(1e-12).sqrt();
                if correlation.is_finite() && correlation.abs() > 0.25 {
                    let name = |id: usize| self.names[id].clone();
                    ridges.push((Ridge { one: name(one), other: name(other), correlation, index, spending: None }, [one, other]));
                }
            }
        }
        ridges.sort_by(|(a, _), (b, _)| b.correlation.abs().total_cmp(&a.correlation.abs()));
        let keep = ridges.iter().filter(|(ridge, _)| ridge.correlation.abs() > 0.95).count().max(LISTED);
        ridges.truncate(keep);
        let total = |inputs: &[f64]| self.outlook.and_then(|outlook| Some(outlook.spending(inputs)?.iter().sum::<f64>()));
        let base = total(&middle);
        let with = |(ridge, [one, other]): (Ridge, [usize; 2])| {
            let sd = |id: usize| (products[(id, id)] / points.len() as f64).sqrt();
            let end = |far: f64| {
                let mut inputs = middle.clone();
                inputs[one] += far * sd(one);
                inputs[other] += far * ridge.correlation * sd(other);
                Some(total(&inputs)? / base?)
            };
            Ridge { spending: end(-2.0).zip(end(2.0)).map(|(low, high)| [low, high]), ..ridge }
        };
        ridges.into_par_iter().map(with).collect()
    }

    /// Of the inputs that matter most, the best fit of all others at values up to two standard deviations away (Raue et al. 2009,
    /// *Structural and practical identifiability analysis of partially observed dynamical models*); by the stand-in for the map.
    fn profiles(&self) -> Vec<Profile> {
        let points = spaced(&self.fit.draws, 2000);
        let profile = |id: usize| {
            let (mean, sd) = moments(&points.iter().map(|point| point.inputs[id]).collect::<Vec<_>>());
            let best = |score: f64| {
                let held = |point: &[f64]| {
                    let mut point = point.to_vec();
                    point[id] = score;
                    self.fit.surrogate.at(&point)
                };
                let map = Function { dimensions: self.names.len(), of: |point: &[f64]| Some(held(point)) };
                let mut idle = self.fit.idle.clone();
                idle[id] = true;
                let posterior = Posterior { map: &map, correction: &self.fit.correction, data: &self.fit.data };
                let top = posterior.climb(average(&points, |point| &point.inputs), &idle)?;
                Some(top.log_density + 0.5 * (top.inputs[id] * top.inputs[id] - score * score))
            };
            let scores: Vec<f64> = (-4..=4).map(|step| mean + 0.5 * f64::from(step) * sd).collect();
            let densities: Vec<(f64, f64)> = scores.into_iter().filter_map(|score| Some((score, best(score)?))).collect();
            let top = densities.iter().map(|(_, density)| *density).fold(f64::NEG_INFINITY, f64::max);
            let drops = densities.into_iter().map(|(score, density)| (score, top - density)).collect();
            Profile { name: self.names[id].clone(), drops }
        };
        self.decision.relevant(&points, PROFILED).into_par_iter().map(profile).collect()
    }

    fn implausibility(&self) -> Diagnostic {
        let Some(top) = self.fit.tops.first() else { return Diagnostic::not_run("no climb ended") };
        let data: &Data = &self.fit.data;
        let total = data.covariance(&data.discrepancies(&top.scores));
        let mut far: Vec<(f64, &str)> = (0..data.len())
            .map(|id| ((data.observed[id] - top.outcomes[id]).abs() / total[(id, id)].sqrt(), data.names[id].as_str()))
            .collect();
        far.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (first, second) = (far.first().copied().unwrap_or((0.0, "")), far.get(1).copied().unwrap_or((0.0, "")));
        Diagnostic::new(
            first.0 < 3.0 && second.0 < 2.5,
            first.0,
            "largest implausibility < 3, second < 2.5 at the best point",
            format!("{:.2} for {}, {:.2} for {}", first.0, first.1, second.0, second.1),
        )
    }

    /// The engine against the corrected twin at fresh draws.
    fn gap(&self, engine: &Municipality<'_>, memo: &Memo<'_>) -> Result<Diagnostic, CalibrationError> {
        let data = &self.fit.data;
        // Between those at which the correction was fitted.
        let points = spaced(&self.fit.draws, FRESH);
        let total = data.covariance(&data.discrepancies(&average(&points, |point| &point.scores)));
        let Some(base) = &self.fit.base else { return Ok(Diagnostic::not_run("the engine was not held against its twin")) };
        let count = base.histories.len();
        // Each history less that at the base with the same luck: little of the luck is left. What is left of it at the base itself is a
        // sixteenth of the sd of chance, and the same in the correction.
        let gaps: Vec<[Vec<f64>; 2]> = memo.unit("fresh-gaps", || {
            let of = |point: &super::Point| {
                let moved = histories(engine, &point.inputs, self.seed, 0, count as u32)?;
                let apart: Vec<Vec<f64>> = moved.iter().zip(&base.histories).map(|(moved, base)| less(moved, base)).collect();
                let error = |id: usize| moments(&apart.iter().map(|row| row[id]).collect::<Vec<_>>()).1 / (count as f64).sqrt();
                Ok([less(&mean(&moved), &point.outcomes), (0..data.len()).map(error).collect()])
            };
            points.par_iter().map(of).collect::<Result<_, CalibrationError>>()
        })?;
        let (mut worst, mut error) = ((0.0, ""), 0.0f64);
        for [row, errors] in &gaps {
            for (id, gap) in row.iter().enumerate() {
                let sd = total[(id, id)].sqrt();
                error = error.max(errors[id] / sd);
                if gap.abs() / sd > worst.0 {
                    worst = (gap.abs() / sd, data.names[id].as_str());
                }
            }
        }
        let changes: Vec<String> = self.fit.changes.iter().map(|change| format!("{change:.2}")).collect();
        Ok(Diagnostic::new(
            worst.0 <= 0.25,
            worst.0,
            "|engine less corrected twin| <= 0.25 of the total sd on every target at 20 fresh draws",
            format!(
                "at most {:.2}, for {}, with a standard error of at most {error:.2}; the correction changed by {} of it",
                worst.0,
                worst.1,
                changes.join(", then ")
            ),
        ))
    }

    /// The flattest and the steepest directions: eigenvalue, and the inputs with the largest loadings.
    pub fn loadings(&self, most: usize) -> Vec<Vec<(String, f64)>> {
        let named = |direction: Vec<f64>| {
            let mut loads: Vec<(String, f64)> = self.names.iter().cloned().zip(direction).collect();
            loads.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
            loads.truncate(4);
            loads
        };
        learned(&self.fit.near, most).into_iter().map(named).collect()
    }
}

/// Shares of the observations that their 80 % intervals would cover if the model were right, one for each imagined set of them. The observations
/// that an interval is made of lie in it more often than others, and nearly always where each has an input of its own (Robins, van der
/// Vaart & Ventura 2000, *Asymptotic distribution of P values in composite null models*): it is told beside what they do cover. The model is taken as
/// linear: outcomes follow standard normal inputs by `jacobian`, and `between` is the covariance of all that lies between
/// outcomes and observations. `None` if that has no inverse.
fn covered_if_right(jacobian: &DMatrix<f64>, between: &DMatrix<f64>, seed: u64) -> Option<Vec<f64>> {
    let count = between.nrows();
    let of_inputs = jacobian * jacobian.transpose();
    let whole = (&of_inputs + between).cholesky()?;
    let foretold = &of_inputs - &of_inputs * whole.solve(&of_inputs) + between;
    let left = between * whole.solve(&whole.l());
    let lane = super::chain::Dice { seed, stage: "covered" }.lane(0);
    let share = |number: u32| {
        let residuals = &left * DVector::from_vec(super::chain::normals(&lane, number, 0, count));
        let inside = |id: &usize| residuals[*id].abs() <= MIDDLE * foretold[(*id, *id)].sqrt();
        (0..count).filter(inside).count() as f64 / count as f64
    };
    Some((0..IMAGINED).map(share).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of observations that teach nothing four in five are covered, give or take what chance does (99 %: 2.58 binomial errors of 0.8 with
    /// 200). Where each has an input of its own all but a few are. Between these lies a level that all share: one of 200 is hardly seen.
    #[test]
    fn a_fit_covers_its_own_observations_too_often() {
        let between = DMatrix::identity(200, 200) * 0.01;
        let of = |jacobian: DMatrix<f64>| {
            let shares = covered_if_right(&jacobian, &between, 1).unwrap();
            [0.005, 0.995].map(|at| quantile(&shares, at))
        };
        let free = of(DMatrix::zeros(200, 1));
        let error = 2.58 * (0.8f64 * 0.2 / 200.0).sqrt();
        assert!((free[0] - (0.8 - error)).abs() < 0.015 && (free[1] - (0.8 + error)).abs() < 0.015, "{free:?}");
        let level = of(DMatrix::from_element(200, 1, 1.0));
        assert!((level[0] - free[0]).abs() < 0.015 && (level[1] - free[1]).abs() < 0.015, "{level:?}");
        // Each known ten times as well by its observation as before: residuals of a hundredth in intervals of twice the error's variance.
        let own = of(DMatrix::identity(200, 200));
        assert!(own[0] == 1.0, "{own:?}");
    }
}
