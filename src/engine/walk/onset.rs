//! Onsets: when a hulpvraag may arise, and whether it does.
//!
//! Candidates come at a rate that no scenario exceeds, so that they are the same in all of them; each is kept with the chance
//! that the hazard of the moment gives.

use super::super::Who;
use super::super::clock::Hazard;
use super::sieve::{Bound, Mesh, Sieve};
use super::{Clock, Walker, pick_epoch};
use crate::compile::{Compiled, Onset, Scenario, Table, cohorts};
use crate::luck::Lane;
use std::collections::BTreeMap;

/// An onset with what its candidates need.
#[derive(Debug)]
struct Door<'a> {
    onset: &'a Onset,
    table: &'a Table,
    track: usize,
    /// Whether nobody but the referent of a household is asked.
    household: bool,
}

/// The onsets of all tracks, in the order of their clocks in a life. Most of a life is spent looking at these.
#[derive(Debug)]
pub(super) struct Doors<'a> {
    all: Vec<Door<'a>>,
    /// Per profile the cell of its first cohort. Profiles that no onset tells apart share theirs.
    first: Vec<usize>,
    /// Those that sleep while the other tracks are in their first states: nobody looks for a first candidate of these.
    asleep: Vec<usize>,
    /// What may let a first candidate through; bounds are no less than the expected number of candidates in a life without frailty.
    sieve: Sieve,
}

impl<'a> Doors<'a> {
    pub(super) fn new(compiled: &'a Compiled, scenario: &'a Scenario, lanes: &[Lane]) -> Self {
        let tracks = scenario.tracks.iter().enumerate();
        let onsets = tracks.flat_map(|(track, spec)| spec.onsets.iter().map(move |onset| (track, spec.household, onset)));
        let door = |(track, household, onset): (_, _, &'a Onset)| Door {
            onset,
            table: &compiled.tables[onset.rate.table],
            track,
            household,
        };
        let all: Vec<Door<'_>> = onsets.map(door).collect();
        let sleeps = |door: &Door<'_>| sleeps(door.onset);
        let asleep: Vec<usize> = (0..all.len()).filter(|&door| sleeps(&all[door])).collect();
        let (mut known, mut alike, cohorts) = (BTreeMap::new(), Vec::new(), cohorts(compiled.years));
        let first = (0..compiled.profiles.wijk.len())
            .map(|profile| {
                let of = |door: &Door<'_>| (door.table.profiles[profile].0.to_bits(), door.table.row(profile, 0));
                *known.entry(all.iter().map(of).collect::<Vec<_>>()).or_insert_with(|| {
                    alike.push(profile);
                    (alike.len() - 1) * cohorts
                })
            })
            .collect();
        let bound = |&Door { onset, table, .. }: &Door<'_>, profile: usize, cohort| {
            let level = onset.rate.level * onset.coupling_max;
            let (scale, row) = (table.profiles[profile].0 * level, table.row(profile, cohort));
            Bound { whole: scale * table.most[row], yearly: scale * table.steepest[row] }
        };
        let cells = alike.iter().flat_map(|&profile| (0..cohorts).map(move |cohort| (profile, cohort)));
        let bounds = cells.map(|(profile, cohort)| {
            let bound = |door: &Door<'_>| if sleeps(door) { Bound::NOTHING } else { bound(door, profile, cohort) };
            all.iter().map(bound).collect()
        });
        let mesh =
            |&Door { onset, track, .. }: &Door<'_>| Mesh { lane: &lanes[track], item: onset.item / 2, frail: onset.rate.frail };
        let sieve = Sieve::new(1, &all.iter().map(mesh).collect::<Vec<_>>(), bounds);
        Self { all, first, asleep, sieve }
    }

    /// Those that sleep while the other tracks are in their first states.
    #[inline]
    pub(super) fn asleep(&self) -> &[usize] {
        &self.asleep
    }

    /// The track of an onset.
    #[inline]
    pub(super) fn track(&self, onset: usize) -> usize {
        self.all[onset].track
    }

    /// Number of onsets.
    #[inline]
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }
}

impl Walker<'_> {
    /// Finds the first candidates of everybody of all onsets; returns when the earliest comes, infinite if none does in this life. If
    /// one does, they are remembered.
    #[expect(clippy::inline_always, reason = "it is as wide as its caller")]
    #[inline(always)]
    pub(super) fn first_candidates(&mut self, who: &Who) -> f64 {
        let waits = who.heads > who.enter;
        let mut earliest = f64::INFINITY;
        let (doors, firsts) = (&self.doors, &mut self.starts.firsts);
        let begin = firsts.len();
        // -ln u >= 1 - u, so most to whom nothing comes are known without their row of the table.
        let (cell, stay) = (doors.first[who.profile] + who.cohort, who.leave - who.enter);
        doors.sieve.shake(cell, who.id, who.frailty, stay, true, |door, u| {
            let Door { onset, table, household, .. } = doors.all[door];
            if waits && household {
                return;
            }
            let hazard = Hazard::new(table, who, who.level(&onset.rate) * onset.coupling_max);
            let fires = hazard.fires(|| u, who.enter, who.leave);
            firsts.resize(begin + doors.count(), f64::INFINITY);
            firsts[begin + door] = fires;
            earliest = earliest.min(fires);
        });
        earliest
    }

    /// The next candidate of an onset after `from`; candidates are numbered from 1 and the same in every scenario.
    #[inline]
    pub(super) fn next_candidate(&mut self, index: usize, number: usize, from: f64, who: &Who) {
        let clock = self.shares[index].onsets + number;
        let uses = self.life.onsets[clock].uses + 1;
        let Door { onset, table, track, .. } = self.doors.all[clock];
        let draw = || self.lanes[track].pair(who.id, uses, onset.item / 2, 0)[0];
        let hazard = Hazard::new(table, who, who.level(&onset.rate) * onset.coupling_max);
        self.life.onsets[clock] = Clock { fires: hazard.fires(draw, from, who.leave), uses };
    }

    /// Whether a candidate of an onset becomes a hulpvraag: with the probability that the hazard of the moment gives.
    #[inline]
    pub(super) fn is_kept(&self, index: usize, onset: &Onset, candidate: u32, time: f64, who: &Who) -> bool {
        let (rate, course) = (&onset.rate, &onset.rate.course);
        let share = if course.is_empty() { 1.0 } else { course[pick_epoch(rate, self.scenario, time)] };
        let coupling = if rate.is_coupled() { self.coupling(rate) / onset.coupling_max } else { 1.0 };
        // Marks are below 1, so most candidates are kept whatever theirs is.
        let chance = share * coupling;
        chance >= 1.0 || self.lanes[index].pair(who.id, candidate, onset.item / 2, 0)[1] < chance
    }
}

/// Whether it sleeps while the other tracks are in their first states.
pub(super) fn sleeps(onset: &Onset) -> bool {
    onset.rate.couplings.iter().any(|(_, factors)| factors[0] == 0.0)
}

/// Number of the hulpvraag that arises at a candidate of onset number `onset`: the candidate's own number, and the onset's above
/// it, so that one onset more or less in a track renumbers nothing. At 16 million candidates of one person numbers would
/// meet; the highest rate there is brings 10,000 a year.
pub(super) fn hulpvraag(onset: usize, candidate: u32) -> u32 {
    candidate + ((onset as u32) << 24)
}
