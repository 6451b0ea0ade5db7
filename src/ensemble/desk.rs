//! Hands out work in member order, and no further ahead than a window.

use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::Design;

/// Most replications of one draw that are handed out together. They share one compilation of the draw, and wait in memory for
/// their turn if an earlier unit is slow.
const MOST_PER_UNIT: u64 = 8;

/// Replications of one draw, and the place of the first in the ensemble.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) draw: u32,
    pub(super) replications: Range<u32>,
    pub(super) index: u64,
}

#[derive(Debug)]
struct State {
    /// First member not yet handed out.
    next: u64,
    /// First member not yet delivered.
    delivered: u64,
    closed: bool,
}

#[derive(Debug)]
pub(super) struct Desk {
    design: Design,
    per_unit: u64,
    window: u64,
    state: Mutex<State>,
    moved: Condvar,
}

/// Closes the desk when dropped.
pub(super) struct Close<'a>(&'a Desk);

impl Desk {
    pub(super) fn new(design: Design, done: u64, threads: usize) -> Self {
        let threads = threads.max(1) as u64;
        let left = design.members().saturating_sub(done);
        // Several units per thread, so that the last ones end at about the same time.
        let per_unit = left.div_ceil(4 * threads).min(u64::from(design.replications)).clamp(1, MOST_PER_UNIT);
        let window = (threads + 1) * per_unit;
        let state = Mutex::new(State { next: done, delivered: done, closed: false });
        Self { design, per_unit, window, state, moved: Condvar::new() }
    }

    /// The next unit; waits while it lies beyond the window. `None`: nothing left, or closed.
    pub(super) fn take(&self) -> Option<Unit> {
        let mut state = self.lock();
        while !state.closed && state.next < self.design.members() && state.next >= state.delivered + self.window {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed || state.next >= self.design.members() {
            return None;
        }
        let index = state.next;
        let first = self.design.member(index);
        let count = self.per_unit.min(u64::from(self.design.replications - first.replication));
        state.next += count;
        Some(Unit { draw: first.draw, replications: first.replication..first.replication + count as u32, index })
    }

    /// All members before `next` have been delivered.
    pub(super) fn delivered(&self, next: u64) {
        self.lock().delivered = next;
        self.moved.notify_all();
    }

    pub(super) fn close_on_drop(&self) -> Close<'_> {
        Close(self)
    }

    // The state is whole after every statement, so a panic elsewhere leaves nothing half done.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Close<'_> {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.moved.notify_all();
    }
}
