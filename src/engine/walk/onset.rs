//! Onsets: when a hulpvraag may arise, and whether it does.
//!
//! Candidates come at a rate that no scenario exceeds, so that they are the same in all of them; each is kept with the chance
//! that the hazard of the moment gives.

use super::super::Who;
use super::super::clock::Hazard;
use super::{Clock, Walker, pick_epoch};
use crate::compile::{Compiled, Onset, Scenario, Table, cohorts};
use std::collections::HashMap;

/// An onset with what its candidates need.
#[derive(Debug)]
struct Door<'a> {
    onset: &'a Onset,
    table: &'a Table,
    track: usize,
    /// Whether nobody but the referent of a household is asked.
    household: bool,
}

/// The onsets of all tracks, in the order of their clocks in a life. Most of a life is spent looking at these, so that what says of most
/// persons that nothing will arise stands side by side.
#[derive(Debug)]
pub(super) struct Doors<'a> {
    doors: Vec<Door<'a>>,
    /// Per profile where the bounds of its first cohort begin. Profiles that no onset tells apart share theirs.
    first: Vec<usize>,
    /// No less than the expected number of candidates in a life without frailty. Shape: [kinds of profiles × cohort × onset].
    bounds: Vec<f64>,
}

impl<'a> Doors<'a> {
    pub(super) fn new(compiled: &'a Compiled, scenario: &'a Scenario) -> Self {
        let tracks = scenario.tracks.iter().enumerate();
        let onsets = tracks.flat_map(|(track, spec)| spec.onsets.iter().map(move |onset| (track, spec.household, onset)));
        let doors: Vec<Door<'_>> = onsets
            .map(|(track, household, onset)| Door { onset, table: &compiled.tables[onset.rate.table], track, household })
            .collect();
        let (mut known, mut bounds) = (HashMap::new(), Vec::new());
        let first = (0..compiled.profiles.wijk.len())
            .map(|profile| {
                let of = |door: &Door<'_>| (door.table.profiles[profile].0.to_bits(), door.table.row(profile, 0));
                *known.entry(doors.iter().map(of).collect::<Vec<_>>()).or_insert_with(|| {
                    let first = bounds.len();
                    for cohort in 0..cohorts(compiled.years) {
                        bounds.extend(doors.iter().map(|door| {
                            let (table, onset) = (door.table, door.onset);
                            let level = onset.rate.level * onset.coupling_max;
                            table.profiles[profile].0 * level * table.most[table.row(profile, cohort)]
                        }));
                    }
                    first
                })
            })
            .collect();
        Self { doors, first, bounds }
    }

    /// The bounds of a person.
    #[inline]
    fn of(&self, who: &Who) -> &[f64] {
        &self.bounds[self.first[who.profile] + who.cohort * self.doors.len()..][..self.doors.len()]
    }
}

impl Walker<'_> {
    /// When candidate number `candidate` of an onset comes, if the one before came at `from`; `bound` is the person's.
    #[inline]
    fn candidate(&self, door: &Door<'_>, bound: f64, candidate: u32, from: f64, who: &Who) -> f64 {
        let Door { onset, table, track, .. } = *door;
        let most = if onset.rate.frail { bound * who.frailty } else { bound };
        if most <= 0.0 {
            return f64::INFINITY;
        }
        let u = self.lanes[track].pair(who.id, candidate, onset.item / 2, 0)[0];
        // Most who are not asked are known without their row of the table.
        if 1.0 - u >= most {
            return f64::INFINITY;
        }
        Hazard::new(table, who, who.level(&onset.rate) * onset.coupling_max).fires(|| u, from, who.leave)
    }

    /// Finds the first candidates of everybody of all onsets; returns when the earliest comes, infinite if none does in this life.
    #[inline]
    pub(super) fn first_candidates(&mut self, who: &Who) -> f64 {
        let waits = who.heads > who.enter;
        let mut earliest = f64::INFINITY;
        for (number, (door, &bound)) in self.doors.doors.iter().zip(self.doors.of(who)).enumerate() {
            let fires = if waits && door.household { f64::INFINITY } else { self.candidate(door, bound, 1, who.enter, who) };
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
        let fires = self.candidate(&self.doors.doors[clock], self.doors.of(who)[clock], uses, from, who);
        self.life.onsets[clock] = Clock { fires, uses };
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
