//! The tipping point of places: the same members with ever more places of a resource, one resource at a time.
//!
//! Every member lives each number of places with the same persons, parameters, shocks and luck, so that what differs is made
//! by the places. No places at all and places for everybody are always among the factors: the effect is counted from the
//! first, and what would be used is known from the second.

mod count;
mod curve;
mod turn;

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::compile::{Options, Plan};
use crate::design::Draws;
use crate::engine::{Luck, Silent, Tally, simulate};
use crate::ensemble::{self, Design, EnsembleError, Progress};
use crate::model::Model;
use count::{Counted, Reader};
pub use curve::{Curve, METRICS, Metric, Number, Point, metric};
pub use turn::{ERRORS, LEAST, Turn};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The model.
    pub model: &'a Model,
    /// Horizon and size.
    pub options: &'a Options,
    /// Index in [`Model::scenarios`].
    pub scenario: usize,
    /// Seed of the luck.
    pub seed: u64,
    /// Parameter values of the draws.
    pub draws: &'a Draws<'a>,
    /// How many draws and replications.
    pub design: Design,
    /// Ids of the resources, each varied alone while the others stay as they are.
    pub resources: &'a [usize],
    /// Factors on the places, 0 or more and finite; see [`all`].
    pub factors: &'a [f64],
}

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Tipping {
    /// The factors: 0, those asked for and 1 in ascending order, and infinity for places for everybody.
    pub factors: Vec<f64>,
    /// Resource by resource, the city and then its wijken, year by year.
    pub curves: Vec<Curve>,
    /// Members in them. If it was stopped: of whole draws, where there is one.
    pub members: u64,
    /// Whether it was stopped before all members were there.
    pub stopped: bool,
}

/// The factors asked for with 0, 1 and infinity, in ascending order, each once.
pub fn all(asked: &[f64]) -> Vec<f64> {
    let mut factors: Vec<f64> = asked.iter().copied().chain([0.0, 1.0, f64::INFINITY]).collect();
    factors.sort_unstable_by(f64::total_cmp);
    factors.dedup();
    factors
}

/// Simulates all members, or those there are when `stop` turns true; `None` if that was before the first. Unless stopped, equal
/// jobs give equal bits for any pool.
///
/// # Errors
/// The model does not fit the options, or a draw makes no model.
pub fn tipping(
    job: &Job<'_>,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Option<Tipping>, EnsembleError> {
    let plan = Plan::new(job.model, job.options).map_err(|reason| EnsembleError::Compile { draw: 0, reason })?;
    let reader = Reader::new(job.model, plan.layout());
    let factors = all(job.factors);
    let make = |draw, replications, each: &mut dyn FnMut(Counted) -> bool| {
        members(job, &plan, &reader, &factors, (draw, replications), stop, each)
    };
    let (found, stopped) = ensemble::collect(pool, job.design, progress, stop, make)?;
    Ok((!found.is_empty()).then(|| Tipping {
        curves: curve::curves(&reader, job.resources, &factors, &found, job.design.replications as usize),
        factors,
        members: found.len() as u64,
        stopped,
    }))
}

/// Replications of a draw, one after the other: each with every factor on every resource.
fn members(
    job: &Job<'_>,
    plan: &Plan<'_>,
    reader: &Reader<'_>,
    factors: &[f64],
    (draw, replications): (u32, Range<u32>),
    stop: &AtomicBool,
    each: &mut dyn FnMut(Counted) -> bool,
) -> Result<(), EnsembleError> {
    let compiled = plan.compile(&job.draws.values(draw)).map_err(|reason| EnsembleError::Compile { draw, reason })?;
    let mut tally = Tally::new(plan.layout());
    for replication in replications {
        let luck = Luck::new(job.seed, draw, replication);
        let mut town = compiled.shocked(luck).into_owned();
        let rooms = town.scenarios[job.scenario].rooms.clone();
        let mut counted = Counted::default();
        for &resource in job.resources {
            for &factor in factors {
                // A member takes long; whoever stops does not want to wait for it.
                if stop.load(Ordering::Relaxed) {
                    return Ok(());
                }
                let scenario = &mut town.scenarios[job.scenario];
                scenario.rooms.clone_from(&rooms);
                scenario.rooms = scenario.rooms_times(resource, factor);
                tally.reset();
                simulate(&town, job.scenario, luck, &mut tally, &mut Silent);
                let counts = tally.counts(&town, job.scenario);
                reader.read(resource, factor, &town.scenarios[job.scenario], &counts, &mut counted);
            }
        }
        if !each(counted) {
            break;
        }
    }
    Ok(())
}
