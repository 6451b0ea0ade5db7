//! Contest: who gets the places that run out, and who bears the needs of those they live with.
//!
//! Lives that share nothing are led one after the other, each to its end. A life that may take, give back or wait for a place
//! is led up to that moment only, and then set aside until all others in town have come so far: a [`Calendar`] has them in order of
//! time. Who lives together is led together, in order of time among themselves: where informal overload is known a life stops
//! before it begins or ends to need informal help, and before whatever happens while the needs of the others tell on it. A household
//! has one entry in the calendar, for the first of its members whom the town must wait for. Whatever else happens in a life needs no
//! order.

use super::Who;
use super::calendar::Calendar;
use super::life::End;
use super::observe::Observer;
use super::tally::Tally;
use super::walk::{Left, Life, Start, Walker};
use crate::compile::{Compiled, Exit, Gate, Onset, Room, Scenario, Split, State, Track};
use std::ops::Range;

/// What of the tracks of a scenario must be in order of time with the lives of others.
#[derive(Debug)]
pub(super) struct Contended {
    /// Per track and state: whether it takes a place or waits for one; or, within a household, whether informal help is needed in it,
    /// or it bears.
    pub states: Vec<Vec<bool>>,
    /// Per track: whether nothing of it has to be in order: no state is such, and no onset reads what others need.
    pub idle: Vec<bool>,
    /// Per track, state and exit: whether it may lead to such a state.
    pub exits: Vec<Vec<Vec<bool>>>,
    /// Per track and hazard from any state, the same.
    pub any: Vec<Vec<bool>>,
    /// Per track and onset, the same, or whether it reads what others need.
    pub onsets: Vec<Vec<bool>>,
    /// Per track and gate: whether those who pass it may come to such a state.
    pub gates: Vec<Vec<bool>>,
    /// Per track and state: whether it bears: what the others at home need tells on a clock that ends it.
    pub bears: Vec<Vec<bool>>,
}

impl Contended {
    /// For places alone. None if no state of the scenario takes one.
    pub(super) fn places(scenario: &Scenario) -> Option<Self> {
        let takes = |state: &State| state.place.is_some();
        let any = scenario.tracks.iter().flat_map(|track| &track.states).any(takes);
        any.then(|| Self::new(scenario, |state, _| state.place.is_some() || state.wait.is_some()))
    }

    /// For what members of a household need of each other. None if there is no informal overload in the scenario.
    pub(super) fn overload(scenario: &Scenario) -> Option<Self> {
        let needs = |state: &State, bears: bool| state.informal > 0 || bears;
        scenario.tracks.iter().any(|track| track.burdened).then(|| Self::new(scenario, needs))
    }

    fn new(scenario: &Scenario, ordered: impl Fn(&State, bool) -> bool) -> Self {
        let reads = |exit: &Exit| exit.rate().is_some_and(|rate| rate.overload.is_some());
        let bears: Vec<Vec<bool>> = (scenario.tracks.iter())
            .map(|track| {
                let always = track.from_any.iter().any(reads);
                track.states.iter().map(|state| !state.sink && (always || state.exits.iter().any(reads))).collect()
            })
            .collect();
        let states: Vec<Vec<bool>> = (scenario.tracks.iter().zip(&bears))
            .map(|(track, bears)| track.states.iter().zip(bears).map(|(state, &bears)| ordered(state, bears)).collect())
            .collect();
        let to_gate = |track: usize, gate: &Gate| {
            let delays = gate.variants.iter().filter_map(|variant| variant.delay.as_ref().map(|delay| delay.0));
            delays.chain([gate.to]).any(|state| states[track][usize::from(state)])
        };
        let leads = |(number, track): (usize, &Track), split: &Split| {
            split.targets.iter().any(|&to| states[number][usize::from(to)])
                || split.gates.iter().flatten().any(|&gate| to_gate(number, &track.gates[usize::from(gate)]))
        };
        let tracks = || scenario.tracks.iter().enumerate();
        let asks = |track: &Track| track.onsets.iter().any(|onset| onset.rate.overload.is_some());
        Self {
            idle: scenario.tracks.iter().zip(&states).map(|(track, states)| !states.contains(&true) && !asks(track)).collect(),
            exits: tracks()
                .map(|track| {
                    let of = |state: &State| state.exits.iter().map(|exit| leads(track, &exit.split)).collect();
                    track.1.states.iter().map(of).collect()
                })
                .collect(),
            any: tracks().map(|track| track.1.from_any.iter().map(|exit| leads(track, &exit.split)).collect()).collect(),
            onsets: tracks()
                .map(|track| {
                    let of = |onset: &Onset| onset.rate.overload.is_some() || leads(track, &onset.split);
                    track.1.onsets.iter().map(of).collect()
                })
                .collect(),
            gates: tracks().map(|(number, track)| track.gates.iter().map(|gate| to_gate(number, gate)).collect()).collect(),
            states,
            bears,
        }
    }
}

/// Whom a life that is set aside waits for: until they have come as far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Those it lives with.
    Home,
    /// Everybody.
    Town,
}

/// Up to when a life was led, and why no further.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub time: f64,
    pub reach: Reach,
    /// Whether the person is on a list, and so may be let in at any moment.
    pub listed: bool,
}

impl Stop {
    /// At its end.
    pub(super) const END: Self = Self { time: f64::INFINITY, reach: Reach::Home, listed: false };
}

/// A life that is set aside.
#[derive(Debug)]
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
#[derive(Debug, Clone, Copy)]
pub(super) struct Newcomer {
    pub who: Who,
    pub start: Start,
    pub end: End,
    pub home: Option<u32>,
    pub heir: bool,
}

/// All lives that are set aside, and whose turn it is. Its memory is reused from member to member.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    calendar: Calendar,
    slots: Vec<Aside>,
    /// Per slot.
    stops: Vec<Stop>,
    #[expect(clippy::vec_box, reason = "a box goes from here to its slot and back, without a copy of the life")]
    spare: Vec<Box<Life>>,
    families: Vec<Family>,
    /// How referents left their tracks, one after the other.
    estates: Vec<Left>,
    /// Households, and who in them, whose need of informal help has changed.
    stirred: Vec<(u32, u32)>,
}

/// What is known of a household whose members depend on each other.
#[derive(Debug)]
struct Family {
    /// Where among the estates it stands how the last referent left its tracks, if any has.
    estate: Option<usize>,
    /// Slots of its members, and the one of them that is in the calendar.
    slots: Range<u32>,
    leader: Option<u32>,
    /// Informal help that all members need together, in thousandths of an hour a week.
    load: u64,
}

impl Crowd {
    /// Forgets all of the last member but the memory of its lives, if those of `walker` have the same room.
    pub(super) fn clear(&mut self, walker: &Walker<'_>) {
        self.calendar.clear();
        self.slots.clear();
        self.stops.clear();
        self.families.clear();
        self.estates.clear();
        self.stirred.clear();
        if self.spare.first().is_some_and(|life| !walker.has_room_in(life)) {
            self.spare.clear();
        }
    }

    /// The slot of a life that begins.
    pub(super) fn slot(&self) -> u32 {
        self.slots.len() as u32
    }

    /// Number of a new household whose tracks pass on, or whose members bear each other's needs.
    pub(super) fn household(&mut self) -> u32 {
        let slot = self.slot();
        self.families.push(Family { estate: None, slots: slot..slot, leader: None, load: 0 });
        self.families.len() as u32 - 1
    }

    /// Informal help that a household needs now, in thousandths of an hour a week.
    pub(super) fn load(&self, home: Option<u32>) -> u64 {
        home.map_or(0, |home| self.families[home as usize].load)
    }

    /// Sets the life at hand aside until `time`, if it has not ended.
    #[inline]
    pub(super) fn set_aside(&mut self, walker: &mut Walker<'_>, time: f64, tally: &mut Tally, observer: &mut impl Observer) {
        if time == f64::INFINITY {
            self.close(walker);
            return;
        }
        let (slot, home, enter) = (self.slot(), walker.home(), walker.enter());
        self.tell(walker, slot, 0, time);
        if home.is_none() {
            self.calendar.set(slot, time);
        }
        let aside = if home.is_none() && walker.is_fresh() {
            Aside::Fresh(walker.newcomer())
        } else {
            let mut life = self.spare(walker);
            walker.swap(&mut life);
            Aside::Underway(life)
        };
        self.push(aside, walker.stop(), home);
        self.bear(walker, enter, tally, observer);
    }

    fn push(&mut self, aside: Aside, stop: Stop, home: Option<u32>) {
        self.slots.push(aside);
        self.stops.push(stop);
        if let Some(home) = home {
            self.families[home as usize].slots.end = self.slots.len() as u32;
        }
    }

    fn spare(&mut self, walker: &Walker<'_>) -> Box<Life> {
        self.spare.pop().unwrap_or_else(|| Box::new(walker.blank()))
    }

    /// Somebody comes later, to a state that may be full then.
    pub(super) fn await_arrival(&mut self, newcomer: Newcomer) {
        let stop = Stop { time: newcomer.who.enter, reach: Reach::Town, listed: false };
        if newcomer.home.is_none() {
            self.calendar.set(self.slot(), stop.time);
        }
        self.push(Aside::ToCome(newcomer), stop, newcomer.home);
    }

    /// Leads the members of a new household as far as they need nobody else for, and keeps what is left of them.
    pub(super) fn settle(&mut self, walker: &mut Walker<'_>, home: u32, tally: &mut Tally, observer: &mut impl Observer) {
        self.lead_home(walker, home, tally, observer);
        for slot in self.families[home as usize].slots.clone() {
            let aside = &mut self.slots[slot as usize];
            if let Aside::Underway(life) = aside
                && life.is_fresh()
            {
                let fresh = Aside::Fresh(life.newcomer());
                if let Aside::Underway(life) = std::mem::replace(aside, fresh) {
                    self.spare.push(life);
                }
            }
        }
    }

    /// Leads the members of a household, in order of time, up to the first moment that the town must have come to.
    fn lead_home(&mut self, walker: &mut Walker<'_>, home: u32, tally: &mut Tally, observer: &mut impl Observer) {
        loop {
            let family = &self.families[home as usize];
            let (mut first, mut listed, mut members) = (None::<(f64, u32, Reach)>, false, 0);
            for slot in family.slots.clone() {
                let Stop { time, reach, listed: on_list } = self.stops[slot as usize];
                if time == f64::INFINITY {
                    continue;
                }
                members += 1;
                listed |= on_list;
                if first.is_none_or(|first| time < first.0) {
                    first = Some((time, slot, reach));
                }
            }
            match first {
                Some((time, slot, Reach::Home)) if !listed => {
                    walker.near = time;
                    self.resume(walker, slot, members == 1, tally, observer);
                }
                _ => {
                    let leader = first.map(|first| first.1);
                    if let Some(before) = family.leader.filter(|&before| Some(before) != leader) {
                        self.calendar.remove(before);
                    }
                    if let Some((time, slot, _)) = first {
                        self.calendar.set(slot, time);
                    }
                    self.families[home as usize].leader = leader;
                    return;
                }
            }
        }
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
            (walker.now, walker.near) = (time, time);
            if let Some(home) = self.resume(walker, slot, false, tally, observer) {
                self.lead_home(walker, home, tally, observer);
            }
            if time < horizon {
                self.serve(walker, time, tally, observer);
            } else {
                walker.freed.clear();
            }
        }
    }

    /// Leads a life on; `alone`: the others of its household have ended theirs. Returns its household.
    #[inline]
    fn resume(
        &mut self,
        walker: &mut Walker<'_>,
        slot: u32,
        alone: bool,
        tally: &mut Tally,
        observer: &mut impl Observer,
    ) -> Option<u32> {
        walker.slot = slot;
        let (life, before, time) = match std::mem::replace(&mut self.slots[slot as usize], Aside::Gone) {
            Aside::Underway(mut life) => {
                walker.swap(&mut life);
                self.meet(walker, alone);
                let before = walker.load();
                (life, before, walker.go_on(tally, observer))
            }
            Aside::Fresh(newcomer) => {
                walker.kin(newcomer.home, newcomer.heir, self.load(newcomer.home));
                walker.begin_again(&newcomer, tally);
                self.meet(walker, alone);
                let time = walker.go_on(tally, observer);
                (self.spare(walker), 0, time)
            }
            Aside::ToCome(Newcomer { who, start, end, home, heir }) => {
                walker.kin(home, heir, self.load(home));
                let time = walker.walk(&who, &start, end, tally, observer);
                (self.spare(walker), 0, time)
            }
            Aside::Gone => {
                self.calendar.remove(slot);
                return None;
            }
        };
        let home = walker.home();
        self.shelve(walker, life, slot, before, time);
        self.bear(walker, walker.near, tally, observer);
        home
    }

    /// Tells the life at hand how those before them left the tracks of the household, and what the others there need now; or that
    /// they are `alone`. Clocks that read it have been told when it changed.
    #[inline]
    fn meet(&self, walker: &mut Walker<'_>, alone: bool) {
        let Some(family) = walker.home().map(|home| &self.families[home as usize]) else { return };
        if let Some(begin) = family.estate {
            let tracks = walker.estate.len();
            walker.estate.copy_from_slice(&self.estates[begin..begin + tracks]);
        }
        walker.surround(family.load, alone);
    }

    /// Notes what the life at hand needs now and needed `before`; nothing if it has ended, which `time` says.
    #[inline]
    fn tell(&mut self, walker: &Walker<'_>, slot: u32, before: u64, time: f64) {
        let after = if time == f64::INFINITY { 0 } else { walker.load() };
        if before != after
            && let Some(home) = walker.home()
        {
            let family = &mut self.families[home as usize];
            family.load = family.load + after - before;
            self.stirred.push((home, slot));
        }
    }

    /// Lets the clocks of those who bear what has changed at `time` run on at their new rate.
    #[inline]
    fn bear(&mut self, walker: &mut Walker<'_>, time: f64, tally: &mut Tally, observer: &mut impl Observer) {
        while let Some((home, whose)) = self.stirred.pop() {
            let family = &self.families[home as usize];
            let load = family.load;
            for slot in family.slots.clone().filter(|&slot| slot != whose) {
                let bears = |aside: &&mut Aside| matches!(aside, Aside::Underway(life) if life.bears());
                let Some(aside) = self.slots.get_mut(slot as usize).filter(bears) else { continue };
                let Aside::Underway(mut life) = std::mem::replace(aside, Aside::Gone) else { continue };
                walker.slot = slot;
                walker.swap(&mut life);
                let before = walker.load();
                walker.bear(load - before, time);
                self.meet(walker, false);
                let next = walker.go_on(tally, observer);
                self.shelve(walker, life, slot, before, next);
            }
        }
    }

    /// Sets a life aside that was at hand and needed `before`, or closes it.
    #[inline]
    fn shelve(&mut self, walker: &mut Walker<'_>, mut life: Box<Life>, slot: u32, before: u64, time: f64) {
        self.tell(walker, slot, before, time);
        self.stops[slot as usize] = walker.stop();
        let alone = walker.home().is_none();
        if time == f64::INFINITY {
            self.close(walker);
            if alone {
                self.calendar.remove(slot);
            }
            self.spare.push(life);
        } else {
            if alone {
                self.calendar.set(slot, time);
            }
            walker.swap(&mut life);
            self.slots[slot as usize] = Aside::Underway(life);
        }
    }

    /// The end of the life at hand: keeps what the household passes on.
    fn close(&mut self, walker: &mut Walker<'_>) {
        if let Some(home) = walker.home().filter(|_| walker.leaves_an_heir()) {
            walker.bequeath();
            self.families[home as usize].estate = Some(self.estates.len());
            self.estates.extend_from_slice(&walker.estate);
        }
    }

    /// Lets those in who come first in line wherever a place has come free.
    fn serve(&mut self, walker: &mut Walker<'_>, time: f64, tally: &mut Tally, observer: &mut impl Observer) {
        (walker.now, walker.near) = (time, time);
        while let Some(pool) = walker.freed.pop() {
            while let Some(entry) = walker.places.next(pool) {
                let first = walker.places.who(entry);
                let aside = std::mem::replace(&mut self.slots[first.slot as usize], Aside::Gone);
                let Aside::Underway(mut life) = aside else { unreachable!("who waits is underway") };
                walker.slot = first.slot;
                walker.near = time;
                walker.swap(&mut life);
                self.meet(walker, false);
                let (before, home) = (walker.load(), walker.home());
                walker.admit(usize::from(first.track), time, tally, observer);
                let next = walker.go_on(tally, observer);
                self.shelve(walker, life, first.slot, before, next);
                self.bear(walker, time, tally, observer);
                if let Some(home) = home {
                    self.lead_home(walker, home, tally, observer);
                }
            }
        }
    }
}
