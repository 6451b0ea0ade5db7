//! Households: in which order their members take over from each other, and the order in which lives are led.

use super::Luck;
use super::contest::{Crowd, Newcomer};
use super::inwoners::{Seat, Source};
use super::observe::{Observer, What};
use super::tally::Tally;
use super::walk::{Start, Starts, Walker};
use crate::compile::{Compiled, Kind, Origin, Scenario};
use std::ops::Range;

/// Lives the lives of households in one scenario.
pub(super) struct Home<'a> {
    compiled: &'a Compiled,
    walker: Walker<'a>,
    /// Those who are set aside, where places run out.
    crowd: Crowd,
}

impl<'a> Home<'a> {
    /// Nobody yet.
    pub(super) fn new(compiled: &'a Compiled, scenario: usize, luck: Luck, mut crowd: Crowd, starts: Starts) -> Self {
        let mut walker = Walker::new(compiled, scenario, luck, starts);
        walker.open();
        crowd.clear(&walker);
        Self { compiled, walker, crowd }
    }

    /// Finds where somebody starts.
    #[expect(clippy::inline_always, reason = "it is as wide as its caller")]
    #[inline(always)]
    pub(super) fn find_start(&mut self, seat: &Seat, kinds: &[Kind]) -> Start {
        self.walker.find_start(&seat.who, kind(seat, kinds))
    }

    /// Lives the lives of a household, as far as they can be lived before those of others.
    #[inline]
    pub(super) fn lead_household(
        &mut self,
        household: Range<usize>,
        seats: &[Seat],
        kinds: &[Kind],
        tally: &mut Tally,
        observer: &mut impl Observer,
    ) {
        let household = &seats[household];
        // Who is born is alone in their household.
        if let Some(&Seat { who: child, source: Source::Mother(mother), .. }) = household.first() {
            observer.event(&seats[mother as usize].who.event(child.enter, What::GivesBirth(child.id)));
        }
        // Those to whom nothing happens need nothing of others, bear nothing and leave nothing.
        let goes_alone = household.iter().filter(|seat| !seat.start.quiet()).count() <= 1;
        if goes_alone && household.iter().all(|seat| !seat.who.takes_over()) {
            for seat in household {
                self.walker.kin(None, false, 0);
                self.walk(seat, kinds, tally, observer);
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
                let heir = |next: &Seat| next.who.heads == who.leave && next.who.heads < next.who.leave;
                let heir = self.compiled.succession && heads && household[index + 1..].iter().any(heir);
                self.walker.kin(number, heir, self.crowd.load(number));
            }
            self.walk(seat, kinds, tally, observer);
            if !ordered && who.heads < who.leave {
                self.walker.bequeath();
            }
        }
        if let Some(number) = number {
            self.crowd.settle(&mut self.walker, number, tally, observer);
        }
    }

    /// Lives a life, as far as it can be lived before those of others.
    #[inline]
    fn walk(&mut self, seat: &Seat, kinds: &[Kind], tally: &mut Tally, observer: &mut impl Observer) {
        let Seat { who, end, start, .. } = seat;
        if !self.walker.is_ordered() {
            self.walker.walk(who, start, *end, tally, observer);
            return;
        }
        if let (Some(kind), Some(order)) = (kind(seat, kinds).filter(|_| who.enter > 0.0), self.walker.contended()) {
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

    /// Leads those who were set aside to their ends.
    pub(super) fn lead(&mut self, scenario: &Scenario, tally: &mut Tally, observer: &mut impl Observer) {
        if self.walker.is_ordered() {
            self.crowd.lead(&mut self.walker, self.compiled, &scenario.rooms, tally, observer);
        }
    }

    /// The memory in which lives were led, and where they started.
    pub(super) fn into_memory(self) -> (Crowd, Starts) {
        (self.crowd, self.walker.into_starts())
    }
}

/// Of what kind somebody is; the newborn are of none, and start in the first state of every track.
#[inline]
fn kind<'k>(seat: &Seat, kinds: &'k [Kind]) -> Option<&'k Kind> {
    match seat.source {
        Source::Kind(kind) => kinds.get(kind as usize),
        Source::Mother(_) => None,
    }
}
