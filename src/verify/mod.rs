//! Proof: models whose exact answers are known, run by the engine and judged.
//!
//! Each check takes a folder of `models/verification`, computes what must come out by means that share no code with
//! `compile` and `engine` (see `oracle`), simulates many replications and compares. A check passes if
//! - every |z| stays below the limit that true claims exceed anywhere in it with probability at most [`FALSE_ALARM`],
//! - every standard error is small enough for that to be a proof,
//! - the mean-field twin gives every expected value of the city as exactly as the check asks, and
//! - the books of every member balance to the last tick and cent ([`identities()`]).

mod ages;
mod audit;
pub mod blackbox;
mod claim;
mod competing_risks;
mod gate;
mod identities;
mod inflow;
mod judge;
mod m_g_infinity;
mod oracle;
mod pyramid_capacity;
mod pyramid_markov;
mod semi_markov;
mod watch;

use std::fmt;

use rayon::prelude::*;

use crate::compile::layout::Group;
use crate::compile::{self, CompileError, Compiled, Options, Plan};
use crate::engine::{Luck, Tally, simulate};
use crate::meanfield::{self, Settings};
use crate::model::{self, Faults, Model, embedded};
pub use audit::Audited;
use claim::{Claims, Statistic};
pub use identities::identities;
use watch::Watch;

/// The probability that a correct engine fails a check with a fresh seed.
pub const FALSE_ALARM: f64 = 1e-4;

/// Members whose persons' times are kept for samples.
const SAMPLED: usize = 50;

/// A model with what must come out.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Name: that of its folder in `models/verification`.
    pub name: &'static str,
    /// What is proved.
    pub proves: &'static str,
    /// Replications that make its standard errors small enough.
    pub replications: u32,
    /// Largest relative error of the mean-field twin on what is expected; none where the twin lacks what is proved.
    pub twin: Option<f64>,
    claims: fn() -> Claims,
}

/// How much is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Replications; absent: the check's own number.
    pub replications: Option<u32>,
    /// Seed of the luck.
    pub seed: u64,
}

/// One number, as claimed and as seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What it is.
    pub what: String,
    /// What is claimed.
    pub expected: f64,
    /// What was seen.
    pub mean: f64,
    /// Standard error of `mean`.
    pub se: f64,
    /// Distance in standard errors, on the scale of the standard normal.
    pub z: f64,
    /// Whether `se` is small enough for the cell to prove anything.
    pub precise: bool,
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Name of the check.
    pub name: &'static str,
    /// What it proves.
    pub proves: &'static str,
    /// Replications simulated.
    pub replications: u32,
    /// All numbers compared.
    pub cells: Vec<Cell>,
    /// Largest |z|.
    pub max_z: f64,
    /// What |z| must stay below.
    pub limit: f64,
    /// Probability that a correct engine fails by chance.
    pub odds: f64,
    /// The first member whose books do not balance, and where.
    pub unbalanced: Option<String>,
    /// How far the mean-field twin is off, if it can do what is proved.
    pub twin: Option<Twin>,
    /// Whether all of this holds.
    pub passed: bool,
}

/// The mean-field twin against the known answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Twin {
    /// Numbers compared: expected values of the city.
    pub numbers: usize,
    /// Largest relative error.
    pub error: f64,
    /// What it must stay below.
    pub limit: f64,
    /// The number that is farthest off.
    pub what: String,
}

/// How finely the twin solves where the answer is known.
const TWIN: Settings = Settings { steps_per_year: 256, birthdays: 8, frailty: 9, ..Settings::FINE };

/// Why a check could not be run at all.
#[derive(Debug)]
pub enum VerifyError {
    /// There is no such folder.
    NoModel(&'static str),
    /// The model has faults.
    Faults(Faults),
    /// The model cannot be compiled.
    Compile(CompileError),
    /// The model lacks a row that the check names.
    NoRow(String),
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoModel(name) => write!(f, "there is no verification model `{name}`"),
            Self::Faults(faults) => write!(f, "{faults}"),
            Self::Compile(error) => write!(f, "{error}"),
            Self::NoRow(row) => write!(f, "the model has no row `{row}`"),
        }
    }
}

impl std::error::Error for VerifyError {}

impl From<CompileError> for VerifyError {
    fn from(error: CompileError) -> Self {
        Self::Compile(error)
    }
}

/// All checks, sorted by name.
pub fn checks() -> Vec<Check> {
    vec![
        ages::CHECK,
        competing_risks::CHECK,
        gate::CHECK,
        inflow::CHECK,
        m_g_infinity::STATIONARY,
        m_g_infinity::TRANSIENT,
        pyramid_capacity::CHECK,
        pyramid_markov::CHECK,
        semi_markov::CHECK,
    ]
}

/// Simulates and judges.
///
/// The verdict depends on the check and `effort` only, not on the number of threads. At least three replications are run.
pub fn run(check: &Check, effort: &Effort) -> Result<Verdict, VerifyError> {
    let (_, files) =
        (embedded::verification().into_iter()).find(|(name, _)| name == check.name).ok_or(VerifyError::NoModel(check.name))?;
    let model = model::read(&files).map_err(VerifyError::Faults)?;
    let plan = Plan::new(&model, &Options { last_year: model.last_year, scale: 1.0 })?;
    let layout = plan.layout();
    let compiled = plan.compile(&compile::draw(&model, effort.seed, 0))?;
    let claims = (check.claims)();
    let twin = check.twin.map(|limit| twin(limit, &claims, &model, &compiled)).transpose()?;
    let places = (claims.numbers.iter())
        .map(|claim| {
            let indices = claim.place.indices(&model, layout).ok_or_else(|| VerifyError::NoRow(claim.place.words()))?;
            let scale = claim.place.counted().scale / indices.len() as f64;
            Ok((indices, scale))
        })
        .collect::<Result<Vec<_>, VerifyError>>()?;
    let watch = || Watch::new(&model, &claims.samples);
    if watch().is_none() {
        return Err(VerifyError::NoRow("of a sample".into()));
    }

    let replications = effort.replications.unwrap_or(check.replications).max(3);
    let members: Vec<Member> = (0..replications)
        .into_par_iter()
        .map_init(
            || (Tally::new(layout), watch()),
            |(tally, watch), replication| {
                tally.reset();
                let luck = Luck::new(effort.seed, 0, replication);
                let compiled = compiled.shocked(luck);
                match watch {
                    Some(watch) => simulate(&compiled, 0, luck, tally, watch),
                    None => simulate(&compiled, 0, luck, tally, &mut crate::engine::Silent),
                }
                let counts = tally.counts(&compiled, 0);
                let mut times: Vec<Vec<f64>> =
                    watch.iter_mut().flat_map(|watch| watch.found.iter_mut().map(std::mem::take)).collect();
                if replication as usize >= SAMPLED {
                    times.clear();
                }
                Member {
                    balance: identities(layout, &model, &counts),
                    numbers: (places.iter())
                        .map(|(indices, scale)| indices.iter().map(|&index| counts[index] as f64).sum::<f64>() * scale)
                        .collect(),
                    times,
                }
            },
        )
        .collect();
    Ok(judge(check, &claims, &members, twin))
}

/// What is kept of one replication.
struct Member {
    balance: Result<(), String>,
    /// One per claimed number.
    numbers: Vec<f64>,
    /// One list per sample; empty for members that are not sampled.
    times: Vec<Vec<f64>>,
}

/// Solves the model without chance and compares with every mean that is claimed of the city.
fn twin(limit: f64, claims: &Claims, model: &Model, compiled: &Compiled) -> Result<Twin, VerifyError> {
    let expected = meanfield::solve(compiled, 0, &TWIN);
    let mut twin = Twin { numbers: 0, error: 0.0, limit, what: String::new() };
    for claim in &claims.numbers {
        let Statistic::Mean { expected: exact, .. } = claim.statistic else { continue };
        if claim.place.group != Group::City {
            continue;
        }
        let indices = claim.place.indices(model, &compiled.layout).ok_or_else(|| VerifyError::NoRow(claim.place.words()))?;
        let off = (indices.iter().map(|&index| expected.values[index]).sum::<f64>() - exact).abs();
        let error = if exact == 0.0 { off } else { off / exact.abs() };
        twin.numbers += 1;
        // A NaN must not pass for small.
        if error.is_nan() || error >= twin.error {
            twin.error = if error.is_nan() { f64::INFINITY } else { error };
            twin.what = claim.place.words();
        }
    }
    Ok(twin)
}

fn judge(check: &Check, claims: &Claims, members: &[Member], twin: Option<Twin>) -> Verdict {
    let mut cells = Vec::new();
    for (column, claim) in claims.numbers.iter().enumerate() {
        let values: Vec<f64> = members.iter().map(|member| member.numbers[column]).collect();
        let what = claim.place.words();
        cells.push(match claim.statistic {
            Statistic::Mean { expected, precision } => judge::mean(what, &values, expected, precision),
            Statistic::Simulated { expected, se, precision } => judge::simulated(what, &values, expected, se, precision),
            Statistic::Deviation(expected) => judge::deviation(format!("sd of {what}"), &values, expected),
            Statistic::Poisson(mean) => judge::poisson(format!("Poisson law of {what} (chi-square)"), &values, mean),
        });
    }
    for (number, sample) in claims.samples.iter().enumerate() {
        let mut times: Vec<f64> = members.iter().filter_map(|member| member.times.get(number)).flatten().copied().collect();
        let what = sample.words();
        if let Some(expected) = sample.mean {
            cells.push(judge::mean(format!("mean of {what}"), &times, expected, 0.01));
        }
        if let Some(cdf) = &sample.cdf {
            cells.push(judge::distribution(format!("law of {what} (Kolmogorov-Smirnov)"), &mut times, cdf));
        }
    }
    let unbalanced = (members.iter().enumerate())
        .find_map(|(replication, member)| Some(format!("member 0.{replication}: {}", member.balance.as_ref().err()?)));
    let limit = judge::limit(cells.len(), FALSE_ALARM);
    // A NaN must not pass for small.
    let max_z = cells.iter().map(|cell| if cell.z.is_nan() { f64::INFINITY } else { cell.z.abs() }).fold(0.0, f64::max);
    let exact = twin.as_ref().is_none_or(|twin| twin.error <= twin.limit);
    let passed = max_z <= limit && unbalanced.is_none() && cells.iter().all(|cell| cell.precise) && exact;
    Verdict {
        name: check.name,
        proves: check.proves,
        replications: members.len() as u32,
        cells,
        max_z,
        limit,
        odds: FALSE_ALARM,
        unbalanced,
        twin,
        passed,
    }
}
