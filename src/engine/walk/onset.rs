//! Onsets: when a hulpvraag may arise, and whether it does.
//!
//! Candidates come at a rate that no scenario exceeds, so that they are the same in all of them; each is kept with the chance
//! that the hazard of the moment gives.

use super::super::Who;
use super::super::clock::Hazard;
use super::{Clock, Walker, pick_epoch};
use crate::compile::{Compiled, Onset, Scenario, Table};

/// An onset with what its candidates need, side by side: most of a life is spent looking at these.
#[derive(Debug)]
pub(super) struct Door<'a> {
    onset: &'a Onset,
    table: &'a Table,
    pub track: usize,
}

impl<'a> Door<'a> {
    /// The onsets of all tracks, in the order of their clocks in a life.
    pub(super) fn all(compiled: &'a Compiled, scenario: &'a Scenario) -> Vec<Self> {
        let onsets =
            scenario.tracks.iter().enumerate().flat_map(|(track, spec)| spec.onsets.iter().map(move |onset| (track, onset)));
        onsets.map(|(track, onset)| Self { onset, table: &compiled.tables[onset.rate.table], track }).collect()
    }
}

impl Walker<'_> {
    /// When candidate number `candidate` of an onset comes, if the one before came at `from`.
    #[inline]
    pub(super) fn candidate(&self, door: &Door<'_>, candidate: u32, from: f64, who: &Who) -> f64 {
        let Door { onset, table, track } = *door;
        let level = who.level(&onset.rate) * onset.coupling_max;
        let draw = || self.lanes[track].pair(who.id, candidate, onset.item / 2, 0)[0];
        Hazard::first(table, who, level, draw, from, who.leave)
    }

    /// Finds the first candidates of everybody of all onsets; returns when the earliest comes, infinite if none does in this life.
    #[inline]
    pub(super) fn first_candidates(&mut self, who: &Who) -> f64 {
        let waits = who.heads > who.enter;
        let mut earliest = f64::INFINITY;
        for (number, door) in self.doors.iter().enumerate() {
            let fires = if waits && self.scenario.tracks[door.track].household {
                f64::INFINITY
            } else {
                self.candidate(door, 1, who.enter, who)
            };
            self.life.onsets[number] = Clock { fires, uses: 1 };
            earliest = earliest.min(fires);
        }
        earliest
    }

    /// The next candidate of an onset after `from`; candidates are numbered from 1 and the same in every scenario.
    #[inline]
    pub(super) fn next_candidate(&mut self, index: usize, number: usize, from: f64, who: &Who) {
        let clock = self.shares[index].onsets + number;
        let uses = self.life.onsets[clock].uses + 1;
        self.life.onsets[clock] = Clock { fires: self.candidate(&self.doors[clock], uses, from, who), uses };
    }

    /// Whether a candidate of an onset becomes a hulpvraag: with the probability that the hazard of the moment gives.
    #[inline]
    pub(super) fn is_kept(&self, index: usize, onset: &Onset, candidate: u32, time: f64, who: &Who) -> bool {
        let (rate, course) = (&onset.rate, &onset.rate.course);
        let share = if course.is_empty() { 1.0 } else { course[pick_epoch(rate, self.scenario, time)] };
        let coupling = if rate.is_coupled() { self.coupling(rate) / onset.coupling_max } else { 1.0 };
        let [_, mark] = self.lanes[index].pair(who.id, candidate, onset.item / 2, 0);
        mark < share * coupling
    }
}

/// Number of the hulpvraag that arises at a candidate of onset number `onset`: the candidate's own number, and the onset's above
/// it, so that one onset more or less in a track renumbers nothing. At 16 million candidates of one person numbers would
/// meet; the highest rate there is brings 10,000 a year.
pub(super) fn hulpvraag(onset: usize, candidate: u32) -> u32 {
    candidate + ((onset as u32) << 24)
}
