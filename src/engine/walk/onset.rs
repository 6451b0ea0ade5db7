//! Onsets: when a hulpvraag may arise, and whether it does.
//!
//! Candidates come at a rate that no scenario exceeds, so that they are the same in all of them; each is kept with the chance
//! that the hazard of the moment gives.

use super::super::Who;
use super::super::clock::Hazard;
use super::{Clock, Walker, pick_epoch};
use crate::compile::{Compiled, Onset, Scenario, Table, cohorts};
use std::collections::BTreeMap;

/// An onset with what its candidates need.
#[derive(Debug)]
struct Door<'a> {
    onset: &'a Onset,
    table: &'a Table,
    track: usize,
}

/// An onset from which something may come to a person.
#[derive(Debug, Clone, Copy)]
struct Open {
    door: u32,
    /// Track, and block of the numbers of its first candidate.
    track: u32,
    block: u32,
    /// Whether it is frail, and whether nobody but the referent of a household is asked.
    frail: bool,
    household: bool,
    /// No less than the expected number of candidates in a life without frailty.
    bound: f64,
}

/// The onsets of all tracks, in the order of their clocks in a life. Most of a life is spent looking at these, so that what says of most
/// persons that nothing will come stands side by side.
#[derive(Debug)]
pub(super) struct Doors<'a> {
    all: Vec<Door<'a>>,
    /// Per profile the cell of its first cohort. Profiles that no onset tells apart share theirs.
    first: Vec<usize>,
    /// Per cell where its share of `open` begins.
    cells: Vec<usize>,
    open: Vec<Open>,
}

impl<'a> Doors<'a> {
    pub(super) fn new(compiled: &'a Compiled, scenario: &'a Scenario) -> Self {
        let tracks = scenario.tracks.iter().enumerate();
        let onsets = tracks.flat_map(|(track, spec)| spec.onsets.iter().map(move |onset| (track, onset)));
        let door = |(track, onset): (_, &'a Onset)| Door { onset, table: &compiled.tables[onset.rate.table], track };
        let doors: Vec<Door<'_>> = onsets.map(door).collect();
        let (mut known, mut cells, mut open) = (BTreeMap::new(), vec![0], Vec::new());
        let first = (0..compiled.profiles.wijk.len())
            .map(|profile| {
                let of = |door: &Door<'_>| (door.table.profiles[profile].0.to_bits(), door.table.row(profile, 0));
                *known.entry(doors.iter().map(of).collect::<Vec<_>>()).or_insert_with(|| {
                    let first = cells.len() - 1;
                    for cohort in 0..cohorts(compiled.years) {
                        open.extend(doors.iter().enumerate().filter_map(|(number, &Door { onset, table, track })| {
                            let level = onset.rate.level * onset.coupling_max;
                            let bound = table.profiles[profile].0 * level * table.most[table.row(profile, cohort)];
                            (bound > 0.0).then_some(Open {
                                door: number as u32,
                                track: track as u32,
                                block: onset.item / 2,
                                frail: onset.rate.frail,
                                household: scenario.tracks[track].household,
                                bound,
                            })
                        }));
                        cells.push(open.len());
                    }
                    first
                })
            })
            .collect();
        Self { all: doors, first, cells, open }
    }

    /// Number of onsets.
    #[inline]
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// The onsets from which something may come to a person.
    #[inline]
    fn open_to(&self, who: &Who) -> &[Open] {
        let cell = self.first[who.profile] + who.cohort;
        &self.open[self.cells[cell]..self.cells[cell + 1]]
    }
}

impl Walker<'_> {
    /// Finds the first candidates of everybody of all onsets; returns when the earliest comes, infinite if none does in this life. If
    /// one does, they are remembered.
    #[inline]
    pub(super) fn first_candidates(&mut self, who: &Who) -> f64 {
        let waits = who.heads > who.enter;
        let mut earliest = f64::INFINITY;
        let begin = self.starts.firsts.len();
        for &Open { door, track, block, frail, household, bound } in self.doors.open_to(who) {
            if waits && household {
                continue;
            }
            let most = if frail { bound * who.frailty } else { bound };
            let u = self.lanes[track as usize].one(who.id, 1, block, 0);
            // Most to whom nothing comes are known without their row of the table.
            if 1.0 - u < most {
                let Door { onset, table, .. } = self.doors.all[door as usize];
                let hazard = Hazard::new(table, who, who.level(&onset.rate) * onset.coupling_max);
                let fires = hazard.fires(|| u, who.enter, who.leave);
                self.starts.firsts.resize(begin + self.doors.count(), f64::INFINITY);
                self.starts.firsts[begin + door as usize] = fires;
                earliest = earliest.min(fires);
            }
        }
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
