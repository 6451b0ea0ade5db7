//! Thousands of members: every parameter draw with its replications, each in every scenario under the same luck.
//!
//! ```text
//! desk ─ hands out units (one draw, a few of its replications) in member order
//!   ├─► worker ─┐
//!   ├─► worker ─┼─► channel ─► the calling thread puts members in order and delivers them
//!   └─► worker ─┘
//! ```
//!
//! A worker may not run further ahead than a window behind the last delivered member, so memory does not grow with the
//! number of members. What is delivered, and in which order, does not depend on the number of threads.

mod desk;
mod simulator;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use crate::compile::{CompileError, Layout};
use desk::{Desk, Unit};
pub use simulator::Simulator;

/// One pair of a parameter draw and a replication; both count from 0. Written as `draw.replication`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Member {
    /// Parameter draw.
    pub draw: u32,
    /// Replication under that draw.
    pub replication: u32,
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.draw, self.replication)
    }
}

impl FromStr for Member {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text
            .split_once('.')
            .and_then(|(draw, replication)| Some(Self { draw: draw.parse().ok()?, replication: replication.parse().ok()? }));
        parsed.ok_or_else(|| format!("`{text}` is not a member; write draw.replication, both from 0, for instance 17.0"))
    }
}

/// How many members there are: draws × replications, in the order draw 0 replication 0, draw 0 replication 1, ...
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Design {
    /// Parameter draws, at least 1.
    pub draws: u32,
    /// Replications of each draw, at least 1.
    pub replications: u32,
}

impl Design {
    /// Number of members.
    pub fn members(&self) -> u64 {
        u64::from(self.draws) * u64::from(self.replications)
    }

    /// The place of a member in that order.
    pub fn index(&self, member: Member) -> u64 {
        u64::from(member.draw) * u64::from(self.replications) + u64::from(member.replication)
    }

    /// The member at a place in `0..members()`.
    pub fn member(&self, index: u64) -> Member {
        let replications = u64::from(self.replications.max(1));
        Member { draw: (index / replications) as u32, replication: (index % replications) as u32 }
    }
}

/// Something that can simulate members.
pub trait Members: Sync {
    /// The shape of one member's counts in one scenario.
    fn layout(&self) -> &Layout;

    /// Parameter values of a draw, by parameter id.
    fn parameters(&self, draw: u32) -> Vec<f64>;

    /// Simulates replications of one draw one after the other and hands each one's counts, per selected scenario, to `each`;
    /// ends early when `each` says `false`. Equal arguments give equal counts on any thread.
    ///
    /// # Errors
    /// The draw cannot be compiled.
    fn run(
        &self,
        draw: u32,
        replications: Range<u32>,
        each: &mut dyn FnMut(u32, Vec<Vec<i64>>) -> bool,
    ) -> Result<(), EnsembleError>;
}

/// Who wants to know how far a run is. Called on the thread that started it.
pub trait Progress {
    /// `done` of `total` members are there already; the rest begins now.
    fn start(&self, done: u64, total: u64) {
        let _ = (done, total);
    }

    /// There will probably be `total` members, not as many as was said at first.
    fn expect(&self, total: u64) {
        let _ = total;
    }

    /// `done` members are delivered.
    fn advance(&self, done: u64) {
        let _ = done;
    }

    /// All members are there; the tables are being written.
    fn writing(&self) {}
}

/// The progress that tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {}

/// Why an ensemble cannot go on.
#[derive(Debug)]
pub enum EnsembleError {
    /// The values of a parameter draw make no model.
    Compile {
        /// The draw.
        draw: u32,
        /// What is wrong.
        reason: CompileError,
    },
    /// The counts of a member contradict each other: a fault of the engine.
    Unbalanced {
        /// The draw.
        draw: u32,
        /// The replication.
        replication: u32,
        /// What does not add up.
        reason: String,
    },
    /// The operating system gives no threads.
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What it said.
        reason: String,
    },
}

impl fmt::Display for EnsembleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compile { draw, reason } => {
                write!(f, "parameter draw {draw} makes no valid model: {reason}")
            }
            Self::Unbalanced { draw, replication, reason } => {
                write!(
                    f,
                    "the books of member {draw}.{replication} do not balance: {reason}; this is a fault of Piramide, please report it"
                )
            }
            Self::Threads { threads, reason } => {
                write!(f, "cannot start {threads} threads: {reason}; ask for fewer with --threads")
            }
        }
    }
}

impl std::error::Error for EnsembleError {}

/// A pool of `threads` workers of its own; 0: as many as the machine has cores.
///
/// # Errors
/// The operating system refuses.
pub fn pool(threads: usize) -> Result<rayon::ThreadPool, EnsembleError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("member-{index}"))
        .build()
        .map_err(|error| EnsembleError::Threads { threads, reason: error.to_string() })
}

/// One member alone: its counts per selected scenario, the same bits as in any ensemble that holds it.
///
/// # Errors
/// The draw cannot be compiled.
pub fn one(members: &dyn Members, member: Member) -> Result<Vec<Vec<i64>>, EnsembleError> {
    let mut found = Vec::new();
    members.run(member.draw, member.replication..member.replication + 1, &mut |_, counts| {
        found = counts;
        false
    })?;
    Ok(found)
}

/// Simulates the members from number `done` on and delivers them in order.
///
/// `encode` runs on the workers and turns a member's counts (per selected scenario) into what is kept of it; `deliver` runs on
/// the calling thread, member after member. When `stop` turns true, every worker ends after the member it is at. Returns
/// the number of members delivered, those before `done` included.
///
/// # Errors
/// The first error of the members, in member order, or of `deliver`. All members before it have been delivered.
pub fn run<T: Send, E: From<EnsembleError>>(
    pool: &rayon::ThreadPool,
    members: &dyn Members,
    design: Design,
    done: u64,
    stop: &AtomicBool,
    encode: impl Fn(Member, Vec<Vec<i64>>) -> T + Sync,
    deliver: impl FnMut(Member, T) -> Result<(), E>,
) -> Result<u64, E> {
    let make = |draw, replications, each: &mut dyn FnMut(T) -> bool| {
        members.run(draw, replications, &mut |replication, counts| each(encode(Member { draw, replication }, counts)))
    };
    in_order(pool, design, done, stop, make, deliver)
}

/// The same for members of any kind: `make` makes replications of one draw one after the other and hands each to the function that it
/// is given, until that says `false`.
///
/// # Errors
/// As [`run`].
pub fn in_order<T: Send, E: From<EnsembleError>>(
    pool: &rayon::ThreadPool,
    design: Design,
    done: u64,
    stop: &AtomicBool,
    make: impl Fn(u32, Range<u32>, &mut dyn FnMut(T) -> bool) -> Result<(), EnsembleError> + Sync,
    mut deliver: impl FnMut(Member, T) -> Result<(), E>,
) -> Result<u64, E> {
    let desk = Desk::new(design, done, pool.current_num_threads());
    pool.in_place_scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..pool.current_num_threads() {
            let (sender, desk, make) = (sender.clone(), &desk, &make);
            scope.spawn(move |_| work(desk, stop, make, &sender));
        }
        drop(sender);

        // However this thread leaves, no worker keeps waiting for it.
        let _close = desk.close_on_drop();
        let mut waiting = BTreeMap::new();
        let mut next = done;
        for (index, result) in receiver {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&next) {
                deliver(design.member(next), result?)?;
                next += 1;
                desk.delivered(next);
            }
        }
        Ok(next)
    })
}

/// All members of any kind, or, if it was stopped, those of whole draws where there is one; and whether it was. `make` as for
/// [`in_order`].
///
/// # Errors
/// A draw cannot be compiled.
pub fn collect<T: Send>(
    pool: &rayon::ThreadPool,
    design: Design,
    progress: &dyn Progress,
    stop: &AtomicBool,
    make: impl Fn(u32, Range<u32>, &mut dyn FnMut(T) -> bool) -> Result<(), EnsembleError> + Sync,
) -> Result<(Vec<T>, bool), EnsembleError> {
    let mut found = Vec::new();
    progress.start(0, design.members());
    let delivered = in_order(pool, design, 0, stop, make, |_, member| {
        found.push(member);
        progress.advance(found.len() as u64);
        Ok::<(), EnsembleError>(())
    })?;
    let replications = design.replications as usize;
    if found.len() > replications {
        // Half a draw would weigh as much as a whole one.
        found.truncate(found.len() - found.len() % replications);
    }
    Ok((found, delivered < design.members()))
}

type Sent<T> = (u64, Result<T, EnsembleError>);

fn work<T: Send>(
    desk: &Desk,
    stop: &AtomicBool,
    make: &(impl Fn(u32, Range<u32>, &mut dyn FnMut(T) -> bool) -> Result<(), EnsembleError> + Sync),
    sender: &mpsc::Sender<Sent<T>>,
) {
    // Leaving early (a stop, an error, a panic) must not leave others waiting for a member that will not come.
    let _close = desk.close_on_drop();
    while !stop.load(Ordering::Relaxed)
        && let Some(Unit { draw, replications, mut index }) = desk.take()
    {
        let mut on = true;
        let outcome = make(draw, replications, &mut |member| {
            on = sender.send((index, Ok(member))).is_ok() && !stop.load(Ordering::Relaxed);
            index += 1;
            on
        });
        if let Err(error) = outcome {
            // A closed channel means that the run has already failed on an earlier member.
            let _ = sender.send((index, Err(error)));
            return;
        }
        if !on {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
