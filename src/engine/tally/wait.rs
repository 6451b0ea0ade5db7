//! Requests for places, and what became of them.

use super::{Tally, Trail};

/// What became of a request for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Let in, at once or after a wait.
    Served,
    /// Left the list for a state no heavier than the one asked for.
    GaveUp,
    /// Left the list for a heavier state.
    Escalated,
    /// Died or moved away.
    Left,
    /// Still waits at the end of the horizon.
    StillWaiting,
    /// Found no place, and no list to wait on.
    TurnedAway,
}

/// A request for a place of a resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request {
    /// Resource id.
    pub resource: u16,
    /// Index of the wijk; 0 where there are none.
    pub wijk: u16,
    /// When it was made, and when the wait ended; years since the start.
    pub joined: f64,
    /// When the wait ended.
    pub ended: f64,
    /// How.
    pub outcome: Outcome,
}

impl Tally {
    /// Notes what became of a request.
    pub(in crate::engine) fn wait(&mut self, trail: &Trail, resource: usize, joined: f64, ended: f64, outcome: Outcome) {
        let wijk = (trail.zone.group / self.zones.units) as u16;
        self.requests.push(Request { resource: resource as u16, wijk, joined, ended, outcome });
    }

    /// All requests of the member, in the order in which they ended.
    pub fn requests_made(&self) -> &[Request] {
        &self.requests
    }
}
