//! The engine against its mean-field twin, member by member, on every yearly number that both know.
//!
//! Each member is compared with the twin at that member's own parameters and shocks, so only personal luck is left in the
//! difference. What the twin lacks is switched off in the engine; its effect is measured apart, on the same luck.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::compile::layout::METRICS;
use crate::compile::{self, Layout, Options, Plan};
use crate::engine::{Luck, Silent, Tally, simulate};
use crate::ensemble::{EnsembleError, Progress};
use crate::maths::normal_quantile;
use crate::meanfield::{self, Lack, Settings};
use crate::model::Model;

/// Part of a number by which engine and twin may differ besides chance.
pub const TOLERANCE: f64 = 0.001;
/// Largest standard error, as a part of the number, that proves anything.
pub const PRECISION: f64 = 0.005;
/// Probability that an engine and a twin that agree fail by chance, over all numbers: 0.005 on each side.
pub const FALSE_ALARM: f64 = 0.01;

/// Members that are worked on before the next are begun, so that memory stays small.
const CHUNK: u32 = 32;

/// One number of one year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapRow {
    /// Index in the layout's units.
    pub unit: usize,
    /// Calendar year.
    pub year: i32,
    /// Index in [`METRICS`].
    pub metric: usize,
    /// Mean over members, by the engine with what the twin lacks switched off.
    pub engine: f64,
    /// Mean over members, by the twin.
    pub twin: f64,
    /// Standard error of the difference.
    pub se: f64,
    /// Mean effect of what the twin lacks, and its standard error.
    pub lacking: (f64, f64),
}

/// All numbers compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// The numbers, in the order of the layout.
    pub rows: Vec<GapRow>,
    /// What the twin does not represent.
    pub lacks: Vec<Lack>,
    /// Members compared.
    pub members: u32,
    /// Standard errors that true agreement exceeds anywhere with probability at most [`FALSE_ALARM`].
    pub limit: f64,
}

impl GapRow {
    /// Engine less twin.
    pub fn difference(&self) -> f64 {
        self.engine - self.twin
    }

    /// The difference in standard errors; 0 where there is none.
    pub fn z(&self) -> f64 {
        if self.difference() == 0.0 { 0.0 } else { self.difference() / self.se }
    }

    /// Whether engine and twin agree, at a limit in standard errors.
    pub fn agrees(&self, limit: f64) -> bool {
        self.difference().abs() <= limit * self.se + TOLERANCE * self.twin.abs()
    }

    /// Whether the standard error is small enough to prove anything.
    pub fn precise(&self) -> bool {
        self.se <= PRECISION * self.twin.abs()
    }
}

impl Gap {
    /// The numbers on which engine and twin do not agree.
    pub fn disagreeing(&self) -> impl Iterator<Item = &GapRow> {
        self.rows.iter().filter(|row| !row.agrees(self.limit))
    }

    /// Whether they agree on all numbers.
    pub fn agrees(&self) -> bool {
        !self.rows.is_empty() && self.disagreeing().next().is_none()
    }
}

/// Differences of one member, per compared place of the layout.
struct Member {
    engine: Vec<f64>,
    twin: Vec<f64>,
    lacking: Vec<f64>,
}

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The model.
    pub model: &'a Model,
    /// Horizon and size.
    pub options: &'a Options,
    /// Index in [`Model::scenarios`].
    pub scenario: usize,
    /// Seed of draws and luck.
    pub seed: u64,
    /// Draws, one replication of each.
    pub members: u32,
    /// How finely the twin solves.
    pub settings: Settings,
}

/// Compares member by member; `None` if `stop` turned true before the end. Equal jobs give equal bits for any pool.
///
/// # Errors
/// The model does not fit the options, or a draw makes no model.
pub fn gap(
    job: &Job<'_>,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Option<Gap>, EnsembleError> {
    let Job { model, options, scenario, seed, members, settings } = *job;
    let compile_error = |draw| move |reason| EnsembleError::Compile { draw, reason };
    let plan = Plan::new(model, options).map_err(compile_error(0))?;
    let layout = plan.layout();
    let places = places(layout);
    let one = |tally: &mut Tally, draw: u32| -> Result<(Member, Vec<Lack>), EnsembleError> {
        let luck = Luck::new(seed, draw, 0);
        let compiled = plan.compile(&compile::draw(model, seed, draw)).map_err(compile_error(draw))?;
        let compiled = compiled.shocked(luck);
        let expected = meanfield::solve(&compiled, scenario, &settings);
        let reduced = meanfield::without(&compiled, &expected.lacks);
        let mut count = |compiled: &compile::Compiled| {
            tally.reset();
            simulate(compiled, scenario, luck, tally, &mut Silent);
            let counts = tally.counts(compiled, scenario);
            places.iter().map(|place| counts[place.at] as f64 * METRICS[place.metric].scale).collect::<Vec<f64>>()
        };
        let engine = count(&reduced);
        let lacking = match reduced {
            std::borrow::Cow::Borrowed(_) => vec![0.0; places.len()],
            std::borrow::Cow::Owned(_) => count(&compiled).iter().zip(&engine).map(|(full, reduced)| full - reduced).collect(),
        };
        let twin = places.iter().map(|place| expected.values[place.at]).collect();
        Ok((Member { engine, twin, lacking }, expected.lacks))
    };

    let mut sums = vec![[0.0; 6]; places.len()];
    let mut lacks = Vec::new();
    progress.start(0, u64::from(members));
    for first in (0..members).step_by(CHUNK as usize) {
        let chunk: Vec<_> = pool.install(|| {
            (first..(first + CHUNK).min(members))
                .into_par_iter()
                .map_init(|| Tally::new(layout), |tally, draw| one(tally, draw))
                .collect::<Result<_, _>>()
        })?;
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        for (done, (member, lacking)) in chunk.into_iter().enumerate() {
            for (place, sum) in sums.iter_mut().enumerate() {
                let (engine, twin, lacking) = (member.engine[place], member.twin[place], member.lacking[place]);
                let difference = engine - twin;
                for (sum, value) in
                    sum.iter_mut().zip([engine, twin, difference, difference * difference, lacking, lacking * lacking])
                {
                    *sum += value;
                }
            }
            lacks = lacking;
            progress.advance(u64::from(first) + done as u64 + 1);
        }
    }
    let n = f64::from(members);
    let se = |sum: f64, squares: f64| ((squares - sum * sum / n).max(0.0) / (n * (n - 1.0).max(1.0))).sqrt();
    let rows: Vec<GapRow> = (places.iter().zip(&sums))
        .filter(|(_, sum)| !sum[1].is_nan() && (sum[0] != 0.0 || sum[1] != 0.0))
        .map(|(place, sum)| GapRow {
            unit: place.unit,
            year: place.year,
            metric: place.metric,
            engine: sum[0] / n,
            twin: sum[1] / n,
            se: se(sum[2], sum[3]),
            lacking: (sum[4] / n, se(sum[4], sum[5])),
        })
        .collect();
    let limit = normal_quantile(1.0 - 0.5 * FALSE_ALARM / rows.len().max(1) as f64);
    Ok(Some(Gap { rows, lacks, members, limit }))
}

/// A yearly number of the city.
struct Place {
    unit: usize,
    year: i32,
    metric: usize,
    at: usize,
}

fn places(layout: &Layout) -> Vec<Place> {
    let mut places = Vec::new();
    for unit in 0..layout.units.len() {
        for index in 0..layout.periods() {
            let period = layout.period(index);
            if period.half == 0 {
                let year = period.year;
                let at = |metric| Place { unit, year, metric, at: layout.offset(0, unit, index) + metric };
                places.extend((0..METRICS.len()).map(at));
            }
        }
    }
    places
}
