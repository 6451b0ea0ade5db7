//! Contest: who gets the places that run out.
//!
//! Lives that share nothing are led one after the other, each to its end. A life that may take, give back or wait for a place
//! is led up to that moment only, and then set aside until all others have come so far: a [`Calendar`] has them in order of time.
//! Whatever else happens in a life needs no order, so it stays out of the calendar.

use super::Who;
use super::calendar::Calendar;
use super::life::End;
use super::observe::Observer;
use super::tally::Tally;
use super::walk::{Life, Walker};
use crate::compile::{Compiled, Gate, Kind, Room, Scenario, Split, Track};

/// What of the tracks of a scenario has to do with places.
#[derive(Debug)]
pub(super) struct Contended {
    /// Per track and state: whether it takes a place or waits for one.
    pub states: Vec<Vec<bool>>,
    /// Per track, state and exit: whether it may lead to such a state.
    pub exits: Vec<Vec<Vec<bool>>>,
    /// Per track and hazard from any state, the same.
    pub any: Vec<Vec<bool>>,
    /// Per track and onset, the same.
    pub onsets: Vec<Vec<bool>>,
    /// Per track and gate: whether those who pass it may come to such a state.
    pub gates: Vec<Vec<bool>>,
}

impl Contended {
    /// None if no state of the scenario takes a place.
    pub(super) fn new(scenario: &Scenario) -> Option<Self> {
        let states: Vec<Vec<bool>> = (scenario.tracks.iter())
            .map(|track| track.states.iter().map(|state| state.place.is_some() || state.wait.is_some()).collect())
            .collect();
        if !states.iter().flatten().any(|&contended| contended) {
            return None;
        }
        let to_gate = |track: usize, gate: &Gate| {
            let delays = gate.variants.iter().filter_map(|variant| variant.delay.as_ref().map(|delay| delay.0));
            delays.chain([gate.to]).any(|state| states[track][usize::from(state)])
        };
        let leads = |(number, track): (usize, &Track), split: &Split| {
            split.targets.iter().any(|&to| states[number][usize::from(to)])
                || split.gates.iter().flatten().any(|&gate| to_gate(number, &track.gates[usize::from(gate)]))
        };
        let tracks = || scenario.tracks.iter().enumerate();
        Some(Self {
            exits: tracks()
                .map(|track| {
                    let of = |state: &crate::compile::State| state.exits.iter().map(|exit| leads(track, &exit.split)).collect();
                    track.1.states.iter().map(of).collect()
                })
                .collect(),
            any: tracks().map(|track| track.1.from_any.iter().map(|exit| leads(track, &exit.split)).collect()).collect(),
            onsets: tracks().map(|track| track.1.onsets.iter().map(|onset| leads(track, &onset.split)).collect()).collect(),
            gates: tracks().map(|(number, track)| track.gates.iter().map(|gate| to_gate(number, gate)).collect()).collect(),
            states,
        })
    }
}

/// A life that is set aside.
enum Aside {
    /// Led up to some moment.
    Underway(Box<Life>),
    /// Led up to some moment, but nothing has happened in it: most are, and it takes a tenth of the memory to begin them again.
    Fresh(Newcomer),
    /// Not begun yet: they come to a state that may be full.
    ToCome(Newcomer),
    /// At hand, or at its end.
    Gone,
}

/// All that decides how a life begins, and what is known of their household.
pub(super) struct Newcomer {
    pub who: Who,
    pub kind: Option<Kind>,
    pub end: End,
    pub home: Option<u32>,
    pub heir: bool,
}

/// All lives that are set aside, and whose turn it is.
#[derive(Default)]
pub(super) struct Crowd {
    calendar: Calendar,
    slots: Vec<Aside>,
    #[expect(clippy::vec_box, reason = "a box goes from here to its slot and back, without a copy of the life")]
    spare: Vec<Box<Life>>,
    /// Per household with an heir: how its tracks were left.
    estates: Vec<Vec<super::walk::Left>>,
}

impl Crowd {
    /// The slot of a life that begins.
    pub(super) fn slot(&self) -> u32 {
        self.slots.len() as u32
    }

    /// Number of a new household whose tracks pass on.
    pub(super) fn household(&mut self) -> u32 {
        self.estates.push(Vec::new());
        self.estates.len() as u32 - 1
    }

    /// Sets the life at hand, which began as that of a `kind`, aside until `time`, if it has not ended.
    #[inline]
    pub(super) fn set_aside(&mut self, walker: &mut Walker<'_>, kind: Option<&Kind>, time: f64, tally: &Tally) {
        if time == f64::INFINITY {
            self.close(walker);
            return;
        }
        self.calendar.set(self.slots.len() as u32, time);
        let aside = if walker.is_fresh() {
            Aside::Fresh(walker.newcomer(kind))
        } else {
            let mut life = self.spare(walker, tally);
            walker.swap(&mut life);
            Aside::Underway(life)
        };
        self.slots.push(aside);
    }

    fn spare(&mut self, walker: &Walker<'_>, tally: &Tally) -> Box<Life> {
        self.spare.pop().unwrap_or_else(|| Box::new(walker.blank(tally)))
    }

    /// Somebody comes later, to a state that may be full then.
    pub(super) fn await_arrival(&mut self, newcomer: Newcomer) {
        self.calendar.set(self.slots.len() as u32, newcomer.who.enter);
        self.slots.push(Aside::ToCome(newcomer));
    }

    /// Leads all lives to their ends, in order of time.
    pub(super) fn lead(
        &mut self,
        walker: &mut Walker<'_>,
        compiled: &Compiled,
        rooms: &[Room],
        tally: &mut Tally,
        observer: &mut impl Observer,
    ) {
        let horizon = compiled.years as f64;
        let mut rooms = rooms.iter().peekable();
        loop {
            let next = self.calendar.first().map_or(horizon, |first| first.0);
            if let Some(room) = rooms.next_if(|room| room.time <= next && room.time < horizon) {
                walker.places.resize(room.pool, room.room);
                walker.freed.push(room.pool);
                self.serve(walker, room.time, tally, observer);
                continue;
            }
            let Some((time, slot)) = self.calendar.first() else { break };
            walker.now = time;
            self.resume(walker, slot, tally, observer);
            if time < horizon {
                self.serve(walker, time, tally, observer);
            } else {
                walker.freed.clear();
            }
        }
    }

    /// Leads a life on.
    #[inline]
    fn resume(&mut self, walker: &mut Walker<'_>, slot: u32, tally: &mut Tally, observer: &mut impl Observer) {
        walker.slot = slot;
        match std::mem::replace(&mut self.slots[slot as usize], Aside::Gone) {
            Aside::Underway(mut life) => {
                walker.swap(&mut life);
                self.inherit(walker);
                let time = walker.go_on(tally, observer);
                self.shelve(walker, life, slot, time);
            }
            Aside::Fresh(newcomer) => {
                walker.begin_again(&newcomer, tally);
                self.inherit(walker);
                let time = walker.go_on(tally, observer);
                let life = self.spare(walker, tally);
                self.shelve(walker, life, slot, time);
            }
            Aside::ToCome(Newcomer { who, kind, end, home, heir }) => {
                walker.kin(home, heir);
                let time = walker.walk(&who, kind.as_ref(), end, tally, observer);
                let life = self.spare(walker, tally);
                self.shelve(walker, life, slot, time);
            }
            Aside::Gone => self.calendar.remove(slot),
        }
    }

    /// Tells the life at hand how those before them left the tracks of the household.
    #[inline]
    fn inherit(&self, walker: &mut Walker<'_>) {
        if let Some(estate) = walker.home().map(|home| &self.estates[home as usize]).filter(|estate| !estate.is_empty()) {
            walker.estate.clone_from(estate);
        }
    }

    /// Sets a life aside that was at hand, or closes it.
    #[inline]
    fn shelve(&mut self, walker: &mut Walker<'_>, mut life: Box<Life>, slot: u32, time: f64) {
        if time == f64::INFINITY {
            self.close(walker);
            self.calendar.remove(slot);
            self.spare.push(life);
        } else {
            walker.swap(&mut life);
            self.calendar.set(slot, time);
            self.slots[slot as usize] = Aside::Underway(life);
        }
    }

    /// The end of the life at hand: keeps what the household passes on.
    fn close(&mut self, walker: &mut Walker<'_>) {
        if let Some(home) = walker.home().filter(|_| walker.leaves_an_heir()) {
            walker.bequeath();
            self.estates[home as usize].clone_from(&walker.estate);
        }
    }

    /// Lets those in who come first in line wherever a place has come free.
    fn serve(&mut self, walker: &mut Walker<'_>, time: f64, tally: &mut Tally, observer: &mut impl Observer) {
        while let Some(pool) = walker.freed.pop() {
            while let Some(entry) = walker.places.next(pool) {
                let first = walker.places.who(entry);
                let Aside::Underway(mut life) = std::mem::replace(&mut self.slots[first.slot as usize], Aside::Gone) else {
                    unreachable!("who waits is underway")
                };
                walker.slot = first.slot;
                walker.now = time;
                walker.swap(&mut life);
                walker.admit(usize::from(first.track), time, tally, observer);
                let next = walker.go_on(tally, observer);
                self.shelve(walker, life, first.slot, next);
            }
        }
    }
}
