//! From members to bands: means with their error, percentiles, and how much of the variance is chance. And from two runs to
//! how they differ.

pub mod accounts;
pub mod bands;
pub mod by_wijk;
pub mod compare;
pub mod counts;
pub mod estimate;
pub mod few;
pub mod gap;
pub mod grid;
mod grounds;
pub mod growth;
pub mod ledger;
pub mod needs;
mod rows;
pub mod savings;
pub mod tipping;
pub mod waits;
pub mod waterbed;

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::ensemble::Progress;
use crate::store::{self, Job, Manifest, Opened, StoreError};
pub use bands::{Band, BandRow, Bands};
pub use estimate::{Estimate, Split, estimate, quantile};

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// Everything is in the folder.
    Complete(Manifest),
    /// Everything was there already, and nothing was done.
    AlreadyComplete(Manifest),
    /// Stopped on request; the same command goes on with it.
    Interrupted {
        /// Members that are kept.
        done: u64,
        /// Members asked for.
        total: u64,
    },
}

/// Why there are no bands.
#[derive(Debug)]
pub enum AnalysisError {
    /// The run folder.
    Store(StoreError),
    /// A file of bands that is none.
    Bands {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
}

impl fmt::Display for AnalysisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Bands { file, line, what } => {
                write!(f, "{}:{line}: {what}; remove the folder it is in and run again", file.display())
            }
        }
    }
}

impl std::error::Error for AnalysisError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::Bands { .. } => None,
        }
    }
}

impl From<StoreError> for AnalysisError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Makes a run from beginning to end, or from where it was: members, tables, bands.
///
/// When `stop` turns true the run ends after the members that are being simulated, and can be resumed.
///
/// # Errors
/// The folder holds something else or is in use, a draw makes no model, or the disk refuses. Never is a half result taken for a
/// whole one: the manifest says `incomplete` until all is there.
pub fn execute(job: &Job, progress: &dyn Progress, stop: &AtomicBool) -> Result<Outcome, AnalysisError> {
    let mut run = match store::open(job)? {
        Opened::Complete(manifest) => return Ok(Outcome::AlreadyComplete(manifest)),
        Opened::Open(run) => run,
    };
    let all = run.simulate(progress, stop)?;
    if !all || stop.load(Ordering::Relaxed) {
        return Ok(Outcome::Interrupted { done: run.members_done(), total: job.identity.design().members() });
    }
    progress.writing();
    let spool = run.spool()?;
    // Side by side: much of either has only one thread's work.
    let numbers = || -> Result<(), AnalysisError> {
        bands::write(&run, &spool)?;
        waits::write(&run, &spool)?;
        by_wijk::write(&run, &spool)?;
        savings::write(&run, &spool)?;
        grounds::write(&run)
    };
    let (tables, numbers) = run.pool().join(|| run.write_tables(&spool), numbers);
    tables?;
    numbers?;
    Ok(Outcome::Complete(run.complete()?))
}
