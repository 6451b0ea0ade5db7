//! Households: who is here for how long, in which order they take over from each other, and the order in which lives are led.
//!
//! A hundred persons and more are taken through each step together: how long they are here and whom they bear, then where they start, then
//! their lives. So the code and the tables of one step stay near, and most persons need no more than the first two.

use super::contest::{Crowd, Newcomer};
use super::life::{End, Town};
use super::observe::Observer;
use super::tally::Tally;
use super::walk::{Start, Starts, Walker};
use super::{Kind, Luck, Who};
use crate::compile::{Compiled, Origin, Scenario};
use crate::luck::wide;

/// Persons taken through each step together, at least.
const BATCH: usize = 128;

/// A person whose life is to be led.
struct Seat<'a> {
    who: Who,
    /// Absent for the newborn, who start in the first state of every track.
    kind: Option<&'a Kind>,
    end: End,
    /// Members of the household, at its referent; 0 at the others.
    size: usize,
    /// Known after the second step.
    start: Start,
}

impl<'a> Seat<'a> {
    fn new(who: Who, kind: Option<&'a Kind>, size: usize) -> Self {
        Self { who, kind, end: End::Horizon, size, start: Start::default() }
    }
}

/// In which the lives of a member are led: for those of the next, so that it is not made and given back again.
#[derive(Debug, Default)]
pub(super) struct Memory {
    crowd: Crowd,
    starts: Starts,
}

/// Lives the lives of households and of those born in them.
pub(super) struct Home<'a> {
    town: &'a Town<'a>,
    compiled: &'a Compiled,
    walker: Walker<'a>,
    /// Those who are set aside, where places run out.
    crowd: Crowd,
    newborn: Vec<Who>,
    batch: Vec<Seat<'a>>,
}

impl<'a> Home<'a> {
    /// Nobody yet.
    pub(super) fn new(town: &'a Town<'a>, compiled: &'a Compiled, scenario: usize, luck: Luck, memory: Memory) -> Self {
        let Memory { mut crowd, mut starts } = memory;
        starts.clear();
        let mut walker = Walker::new(compiled, scenario, luck, starts);
        walker.open();
        crowd.clear(&walker);
        Self { town, compiled, walker, crowd, newborn: Vec::new(), batch: Vec::new() }
    }

    /// Takes in a household of persons, referent first, and lives their lives when enough have come.
    #[inline]
    pub(super) fn live(&mut self, household: &[(Who, &'a Kind)], tally: &mut Tally, observer: &mut impl Observer) {
        let size = |index| if index == 0 { household.len() } else { 0 };
        let seats = household.iter().enumerate().map(|(index, &(who, kind))| Seat::new(who, Some(kind), size(index)));
        self.batch.extend(seats);
        if self.batch.len() >= BATCH {
            self.live_all(tally, observer);
        }
    }

    /// Lives the lives of all who have come, and of those born to them.
    fn live_all(&mut self, tally: &mut Tally, observer: &mut impl Observer) {
        let mut batch = std::mem::take(&mut self.batch);
        let mut next = 0;
        while next < batch.len() {
            let end = next + batch[next].size;
            self.settle(&mut batch[next..end]);
            for index in next..end {
                self.town.births(&batch[index].who, &mut self.newborn, observer);
            }
            batch.extend(self.newborn.drain(..).map(|child| Seat::new(child, None, 1)));
            next = end;
        }
        let walker = &mut self.walker;
        wide(
            #[inline(always)]
            || {
                for seat in &mut batch {
                    seat.start = walker.find_start(&seat.who, seat.kind);
                }
            },
        );
        let mut rest = &batch[..];
        while let Some(referent) = rest.first() {
            let (household, others) = rest.split_at(referent.size);
            self.lead_household(household, tally, observer);
            rest = others;
        }
        batch.clear();
        self.batch = batch;
    }

    /// Lives the lives of a household, as far as they can be lived before those of others.
    #[inline]
    fn lead_household(&mut self, household: &[Seat<'a>], tally: &mut Tally, observer: &mut impl Observer) {
        // Those to whom nothing happens need nothing of others, bear nothing and leave nothing.
        let goes_alone = household.iter().filter(|seat| !seat.start.quiet()).count() <= 1;
        if goes_alone && household.iter().all(|seat| !seat.who.takes_over()) {
            for seat in household {
                self.walker.kin(None, false, 0);
                self.walk(seat, tally, observer);
            }
            return;
        }
        let ordered = self.walker.is_ordered();
        let number = (ordered && (self.compiled.succession || self.walker.has_overload())).then(|| self.crowd.household());
        self.walker.near = f64::NEG_INFINITY;
        for (index, seat) in household.iter().enumerate() {
            let who = &seat.who;
            if ordered {
                let heads = who.heads < who.leave;
                let heir = |next: &Seat<'_>| next.who.heads == who.leave && next.who.heads < next.who.leave;
                let heir = self.compiled.succession && heads && household[index + 1..].iter().any(heir);
                self.walker.kin(number, heir, self.crowd.load(number));
            }
            self.walk(seat, tally, observer);
            if !ordered && who.heads < who.leave {
                self.walker.bequeath();
            }
        }
        if let Some(number) = number {
            self.crowd.settle(&mut self.walker, number, tally, observer);
        }
    }

    /// Decides how long each member is here, and from when on the household is known by them: from the moment the last of those
    /// before them has died or left. None of it depends on a track, so it is the same in every scenario.
    fn settle(&mut self, household: &mut [Seat<'a>]) {
        let mut gone = f64::NEG_INFINITY;
        for (index, Seat { who, end, .. }) in household.iter_mut().enumerate() {
            *end = self.town.settle(who);
            if index > 0 {
                who.heads = if self.compiled.succession { gone } else { f64::INFINITY };
            }
            gone = gone.max(who.leave);
        }
    }

    /// Lives a life, as far as it can be lived before those of others.
    #[inline]
    fn walk(&mut self, seat: &Seat<'a>, tally: &mut Tally, observer: &mut impl Observer) {
        let Seat { who, kind, end, start, .. } = seat;
        if !self.walker.is_ordered() {
            self.walker.walk(who, start, *end, tally, observer);
            return;
        }
        if let (Some(kind), Some(order)) = (kind.filter(|_| who.enter > 0.0), self.walker.contended()) {
            let mut begins = kind.origins.iter().zip(&order.states);
            if begins.any(|(origin, states)| matches!(origin, Origin::State(state, _) if states[usize::from(*state)])) {
                let (home, heir) = (self.walker.home(), self.walker.leaves_an_heir());
                self.crowd.await_arrival(Newcomer { who: *who, start: *start, end: *end, home, heir });
                return;
            }
        }
        self.walker.slot = self.crowd.slot();
        let time = self.walker.walk(who, start, *end, tally, observer);
        self.crowd.set_aside(&mut self.walker, time, tally, observer);
    }

    /// Lives the lives of those who came last, and leads those who were set aside to their ends.
    pub(super) fn lead(&mut self, scenario: &Scenario, tally: &mut Tally, observer: &mut impl Observer) {
        self.live_all(tally, observer);
        if self.walker.is_ordered() {
            self.crowd.lead(&mut self.walker, self.compiled, &scenario.rooms, tally, observer);
        }
    }

    /// The memory in which lives were led.
    pub(super) fn into_memory(self) -> Memory {
        Memory { crowd: self.crowd, starts: self.walker.into_starts() }
    }
}
