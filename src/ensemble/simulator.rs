//! Members made by the engine.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::{EnsembleError, Members};
use crate::compile::{CompileError, Layout, Options, Plan};
use crate::design::Draws;
use crate::engine::{Tally, simulate_each};
use crate::luck::Luck;
use crate::model::Model;

/// The engine, ready to simulate any member of one model in some of its scenarios.
#[derive(Debug)]
pub struct Simulator<'m> {
    plan: Plan<'m>,
    draws: Draws<'m>,
    seed: u64,
    scenarios: Vec<usize>,
    /// Tallies not in use: at most one per thread.
    spare: Mutex<Vec<Tally>>,
}

impl<'m> Simulator<'m> {
    /// A simulator with random draws of these scenarios (indices in [`Model::scenarios`]), in this order.
    ///
    /// # Errors
    /// The model does not fit the options, whatever the draw.
    pub fn new(model: &'m Model, options: &Options, seed: u64, scenarios: Vec<usize>) -> Result<Self, CompileError> {
        let (plan, draws) = (Plan::new(model, options)?, Draws::random(model, seed));
        Ok(Self { plan, draws, seed, scenarios, spare: Mutex::new(Vec::new()) })
    }

    /// The same with other parameter draws, for the same model and seed.
    #[must_use]
    pub fn with_draws(self, draws: Draws<'m>) -> Self {
        Self { draws, ..self }
    }
}

impl Members for Simulator<'_> {
    fn layout(&self) -> &Layout {
        self.plan.layout()
    }

    fn parameters(&self, draw: u32) -> Vec<f64> {
        self.draws.values(draw)
    }

    fn run(
        &self,
        draw: u32,
        replications: Range<u32>,
        each: &mut dyn FnMut(u32, Vec<Vec<i64>>) -> bool,
    ) -> Result<(), EnsembleError> {
        let compiled = self.plan.compile(&self.parameters(draw));
        let (compiled, scenarios) =
            compiled.map_err(|reason| EnsembleError::Compile { draw, reason })?.with_only(&self.scenarios);
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut tally = spare.unwrap_or_else(|| Tally::new(self.plan.layout()));
        for replication in replications {
            let luck = Luck::new(self.seed, draw, replication);
            let compiled = compiled.shocked(luck);
            let mut counts = Vec::with_capacity(scenarios.len());
            let count = |scenario, tally: &Tally| counts.push(tally.counts(&compiled, scenario));
            simulate_each(&compiled, &scenarios, luck, &mut tally, count);
            if !each(replication, counts) {
                break;
            }
        }
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(tally);
        Ok(())
    }
}
