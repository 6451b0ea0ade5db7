//! Persons who live together, one after the other: the referent first, then the others in order of succession.

use super::contest::{Crowd, Newcomer};
use super::life::{End, Town};
use super::observe::Observer;
use super::tally::Tally;
use super::walk::{Life, Walker};
use super::{Kind, Who};
use crate::compile::{Compiled, Origin, Scenario};

/// Lives the lives of a household and of those born in it. Its memory is reused from household to household.
pub(super) struct Home<'a> {
    town: &'a Town<'a>,
    compiled: &'a Compiled,
    walker: Walker<'a>,
    /// Those who are set aside, where places run out.
    crowd: Crowd<'a>,
    newborn: Vec<Who>,
    members: Vec<(Who, End)>,
}

impl<'a> Home<'a> {
    /// Nobody yet. Lives are led in the memory of others, `spare`, if they have the same room.
    #[expect(clippy::vec_box, reason = "see `Crowd`")]
    pub(super) fn new(town: &'a Town<'a>, mut walker: Walker<'a>, compiled: &'a Compiled, mut spare: Vec<Box<Life>>) -> Self {
        walker.open();
        if spare.first().is_some_and(|life| !walker.has_room_in(life)) {
            spare.clear();
        }
        Self { town, compiled, walker, crowd: Crowd::new(spare), newborn: Vec::new(), members: Vec::new() }
    }

    /// Lives a household of persons, referent first.
    #[inline]
    pub(super) fn live(&mut self, household: &[(Who, &'a Kind)], tally: &mut Tally, observer: &mut impl Observer) {
        if let [(who, kind)] = household {
            self.alone(*who, Some(kind), tally, observer);
            return;
        }
        self.settle(household);
        let ordered = self.walker.is_ordered();
        let number = (ordered && (self.compiled.succession || self.walker.has_overload())).then(|| self.crowd.household());
        self.walker.near = f64::NEG_INFINITY;
        for (index, (_, kind)) in household.iter().enumerate() {
            let (who, end) = self.members[index];
            self.town.births(&who, &mut self.newborn, observer);
            if ordered {
                let heads = who.heads < who.leave;
                let heir = |(next, _): &(Who, End)| next.heads == who.leave && next.heads < next.leave;
                let heir = self.compiled.succession && heads && self.members[index + 1..].iter().any(heir);
                self.walker.kin(number, heir, self.crowd.load(number));
            }
            self.walk(&who, Some(kind), end, tally, observer);
            if !ordered && who.heads < who.leave {
                self.walker.bequeath();
            }
        }
        if let Some(number) = number {
            self.crowd.settle(&mut self.walker, number, tally, observer);
        }
        while let Some(child) = self.newborn.pop() {
            self.alone(child, None, tally, observer);
        }
    }

    /// Decides how long each member is here, and from when on the household is known by them: from the moment the last of those
    /// before them has died or left. None of it depends on a track, so it is the same in every scenario.
    fn settle(&mut self, household: &[(Who, &Kind)]) {
        self.members.clear();
        let mut gone = f64::NEG_INFINITY;
        for &(mut who, _) in household {
            let end = self.town.settle(&mut who);
            if !self.members.is_empty() {
                who.heads = if self.compiled.succession { gone } else { f64::INFINITY };
            }
            gone = gone.max(who.leave);
            self.members.push((who, end));
        }
    }

    /// Lives the life of a person who runs every track, and of their children; a newborn lives after its mother, its own
    /// children after it.
    #[inline]
    fn alone(&mut self, who: Who, kind: Option<&'a Kind>, tally: &mut Tally, observer: &mut impl Observer) {
        let mut next = Some((who, kind));
        while let Some((mut who, kind)) = next {
            let end = self.town.settle(&mut who);
            self.town.births(&who, &mut self.newborn, observer);
            self.walker.kin(None, false, 0);
            self.walk(&who, kind, end, tally, observer);
            next = self.newborn.pop().map(|child| (child, None));
        }
    }

    /// Lives a life, as far as it can be lived before those of others.
    #[inline]
    fn walk(&mut self, who: &Who, kind: Option<&'a Kind>, end: End, tally: &mut Tally, observer: &mut impl Observer) {
        if !self.walker.is_ordered() {
            self.walker.walk(who, kind, end, tally, observer);
            return;
        }
        if let (Some(kind), Some(order)) = (kind.filter(|_| who.enter > 0.0), self.walker.contended()) {
            let mut begins = kind.origins.iter().zip(&order.states);
            if begins.any(|(origin, states)| matches!(origin, Origin::State(state, _) if states[usize::from(*state)])) {
                let (home, heir) = (self.walker.home(), self.walker.leaves_an_heir());
                self.crowd.await_arrival(Newcomer { who: *who, kind: Some(kind), end, home, heir });
                return;
            }
        }
        self.walker.slot = self.crowd.slot();
        let time = self.walker.walk(who, kind, end, tally, observer);
        self.crowd.set_aside(&mut self.walker, kind, time, tally, observer);
    }

    /// Leads those who were set aside to their ends.
    pub(super) fn lead(&mut self, scenario: &Scenario, tally: &mut Tally, observer: &mut impl Observer) {
        if self.walker.is_ordered() {
            self.crowd.lead(&mut self.walker, self.compiled, &scenario.rooms, tally, observer);
        }
    }

    /// The memory of the lives that were led.
    #[expect(clippy::vec_box, reason = "see `Crowd`")]
    pub(super) fn into_spare(self) -> Vec<Box<Life>> {
        self.crowd.into_spare()
    }
}
