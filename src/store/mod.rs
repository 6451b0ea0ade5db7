//! The run folder on disk: `runs/<name>/`.
//!
//! ```text
//! open ─► simulate ─► write_tables ─► (analysis: bands.csv, variance.csv) ─► complete
//! ```
//!
//! `manifest.json` says what the run is and how far it is; `members.spool` keeps members until the tables are there. Every other
//! file appears whole or not at all. The same command on a complete run does nothing; on an incomplete one it goes on where
//! that stopped, and ends with the same bytes; on anything else it is refused.

pub mod columns;
pub mod draft;
pub mod draws;
mod error;
mod lock;
mod manifest;
pub mod members;
mod package;
pub mod spool;
mod table;
pub mod tables;
pub mod waits;

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use crate::calibration::Diagnostic;
use crate::ensemble::{self, Members, Progress};
use crate::model::Model;
pub use error::StoreError;
use lock::{LOCK, Lock};
pub use manifest::{Change, Circumstances, Edit, Identity, MANIFEST, Manifest, State};
pub use package::PACKAGE;
use spool::{SPOOL, Shape, Spool, SpoolWriter};
use tables::Content;

/// Name of the file of bands.
pub const BANDS_FILE: &str = "bands.csv";

/// Name of the file of variances.
pub const VARIANCE_FILE: &str = "variance.csv";

/// Name of the file of queues over all members.
pub const WAITS_BANDS_FILE: &str = "waits.csv";

/// Name of the file of savings held against a plan.
pub const SAVINGS_FILE: &str = "savings.csv";

/// Name of the file of fifty savings per booked amount.
pub const DOTS_FILE: &str = "dots.csv";

/// Name of the file of parameters and what was believed of them.
pub const ASSUMPTIONS_FILE: &str = "assumptions.csv";

/// Name of the file of measures and where they come from.
pub const MEASURES_FILE: &str = "measures.csv";

/// Name of the file of what the calibration says of itself.
pub const CHECKS_FILE: &str = "checks.csv";

/// Name of the file that counts what a run rests on.
pub const TALLIES_FILE: &str = "tallies.csv";

/// Name of the file of bands per wijk.
pub const BY_WIJK_BANDS_FILE: &str = "by_wijk.csv";

/// Name of the file of what can be taken from the budget.
pub const CASHABLE_FILE: &str = "cashable.csv";

/// Name of the file of contracts.
pub const CONTRACTS_FILE: &str = "contracts.csv";

/// What to run, and where to keep it.
pub struct Job<'a> {
    /// The run folder; made if it is not there.
    pub folder: &'a Path,
    /// The model, for names.
    pub model: &'a Model,
    /// Who simulates; its scenarios are those of `identity`, in that order.
    pub members: &'a dyn Members,
    /// What the numbers follow from.
    pub identity: Identity,
    /// Worker threads; 0: one per core.
    pub threads: usize,
    /// What the calibration says of itself, if the draws are its: the name of each check, and what was found.
    pub checks: Vec<(String, Diagnostic)>,
    /// What the user typed, for the manifest.
    pub command_line: Vec<String>,
}

impl std::fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("folder", &self.folder).field("identity", &self.identity).finish_non_exhaustive()
    }
}

/// A run folder that was opened.
#[derive(Debug)]
pub enum Opened<'a> {
    /// It holds the whole run.
    Complete(Manifest),
    /// It holds none or a part of it, and is ours to go on with.
    Open(Run<'a>),
}

/// A run that is being made. Holds the folder's lock.
#[derive(Debug)]
pub struct Run<'a> {
    job: &'a Job<'a>,
    manifest: Manifest,
    spool: SpoolWriter,
    pool: rayon::ThreadPool,
    clock: Clock,
    _lock: Lock,
}

/// The wall clock, for the manifest's circumstances only: no number depends on it.
#[derive(Debug)]
struct Clock(Instant);

#[allow(clippy::disallowed_methods, reason = "how long a run took is part of its manifest")]
impl Clock {
    fn start() -> Self {
        Self(Instant::now())
    }

    /// Seconds since the start or the last call.
    fn lap(&mut self) -> f64 {
        let before = std::mem::replace(&mut self.0, Instant::now());
        (self.0 - before).as_secs_f64()
    }
}

/// Opens the run folder of a job.
///
/// # Errors
/// The folder holds something else, is in use by another process, or cannot be written.
pub fn open<'a>(job: &'a Job) -> Result<Opened<'a>, StoreError> {
    let clock = Clock::start();
    // First of all look, so that nothing is touched that is not ours.
    check(job)?;
    fs::create_dir_all(job.folder).map_err(StoreError::file(job.folder, "make"))?;
    let lock = Lock::take(job.folder)?;
    // Once more: another process may have come and gone before the lock was ours.
    let mut manifest = match check(job)? {
        Some(manifest) if manifest.state == State::Complete => {
            // There only if the process ended between its last two steps.
            let _ = fs::remove_file(job.folder.join(SPOOL));
            return Ok(Opened::Complete(manifest));
        }
        Some(manifest) => manifest,
        None => Manifest {
            identity: job.identity.clone(),
            members: job.identity.design().members(),
            state: State::Incomplete,
            members_done: 0,
            circumstances: Circumstances { threads: 0, command_line: Vec::new(), sessions: 0, wall_seconds: 0.0 },
        },
    };
    let pool = ensemble::pool(job.threads)?;
    manifest.circumstances.threads = pool.current_num_threads();
    manifest.circumstances.command_line.clone_from(&job.command_line);
    manifest.circumstances.sessions += 1;
    manifest.write(job.folder)?;
    let shape = Shape::new(job.members.layout(), job.identity.scenarios.len());
    let spool = SpoolWriter::open(job.folder, job.identity.digest(), shape)?;
    Ok(Opened::Open(Run { job, manifest, spool, pool, clock, _lock: lock }))
}

/// The manifest of the folder, if it holds this job's run; `None` if it holds nothing.
fn check(job: &Job) -> Result<Option<Manifest>, StoreError> {
    if let Some(manifest) = Manifest::read(job.folder)? {
        let differences = job.identity.differences(&manifest.identity);
        if differences.is_empty() {
            return Ok(Some(manifest));
        }
        return Err(StoreError::Other { folder: job.folder.to_owned(), differences });
    }
    let entries = match fs::read_dir(job.folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::file(job.folder, "read")(error)),
    };
    for entry in entries {
        let name = entry.map_err(StoreError::file(job.folder, "read"))?.file_name();
        // What a run leaves behind that could not even write its manifest.
        if name != LOCK && name != format!("{MANIFEST}{}", draft::UNFINISHED).as_str() {
            return Err(StoreError::Foreign { folder: job.folder.to_owned() });
        }
    }
    Ok(None)
}

impl<'a> Run<'a> {
    /// What it is a run of.
    pub fn job(&self) -> &'a Job<'a> {
        self.job
    }

    /// Number of members that are complete.
    pub fn members_done(&self) -> u64 {
        self.spool.members()
    }

    /// The worker threads.
    pub fn pool(&self) -> &rayon::ThreadPool {
        &self.pool
    }

    /// Simulates the members that are missing, until all are there or `stop` turns true; says whether all are there.
    ///
    /// # Errors
    /// A member cannot be simulated or kept. Those before it are kept.
    pub fn simulate(&mut self, progress: &dyn Progress, stop: &AtomicBool) -> Result<bool, StoreError> {
        let Self { job, manifest, spool, pool, .. } = self;
        let (design, done) = (job.identity.design(), spool.members());
        let shape = Shape::new(job.members.layout(), job.identity.scenarios.len());
        progress.start(done, manifest.members);
        let encode = |member: ensemble::Member, counts: Vec<Vec<i64>>| spool::encode(design.index(member), shape, &counts);
        let outcome: Result<u64, StoreError> = ensemble::run(pool, job.members, design, done, stop, encode, |_, record| {
            spool.append(&record)?;
            progress.advance(spool.members());
            Ok(())
        });
        self.manifest.members_done = self.spool.members();
        let noted = self.note();
        // The first error is the one to report, also when the disk is too full for the note of how far the run came.
        outcome.and(noted)?;
        Ok(self.manifest.members_done == self.manifest.members)
    }

    /// All members, for reading.
    ///
    /// # Errors
    /// They do not reach the disk.
    pub fn spool(&self) -> Result<Spool, StoreError> {
        self.spool.finish()
    }

    /// Writes the parquet tables and the description of all files, a table per thread.
    ///
    /// # Errors
    /// The disk refuses; the members are kept.
    pub fn write_tables(&self, spool: &Spool) -> Result<(), StoreError> {
        use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
        let job = self.job;
        tables::write_draws(job)?;
        waits::write(job, spool)?;
        package::write(job)?;
        self.pool
            .install(|| Content::ALL.into_par_iter().with_max_len(1).try_for_each(|content| tables::write(job, content, spool)))
    }

    /// Ends the run: from now on it is complete, and the spool is gone.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn complete(mut self) -> Result<Manifest, StoreError> {
        self.manifest.state = State::Complete;
        self.note()?;
        let spool = self.job.folder.join(SPOOL);
        fs::remove_file(&spool).map_err(StoreError::file(&spool, "remove"))?;
        Ok(self.manifest)
    }

    fn note(&mut self) -> Result<(), StoreError> {
        self.manifest.circumstances.wall_seconds += self.clock.lap();
        self.manifest.write(self.job.folder)
    }
}
