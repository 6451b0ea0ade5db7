//! Persons who live together, one after the other: the referent first, then the others in order of succession.

use super::life::{End, Town};
use super::observe::Observer;
use super::tally::Tally;
use super::walk::Walker;
use super::{Kind, Who};

/// Lives the lives of a household and of those born in it. Its memory is reused from household to household.
pub(super) struct Home<'a> {
    town: &'a Town<'a>,
    walker: Walker<'a>,
    succession: bool,
    newborn: Vec<Who>,
    members: Vec<(Who, End)>,
}

impl<'a> Home<'a> {
    pub(super) fn new(town: &'a Town<'a>, walker: Walker<'a>, succession: bool) -> Self {
        Self { town, walker, succession, newborn: Vec::new(), members: Vec::new() }
    }

    /// Lives a household of persons, referent first.
    #[inline]
    pub(super) fn live(&mut self, household: &[(Who, &Kind)], tally: &mut Tally, observer: &mut impl Observer) {
        if let [(who, kind)] = household {
            self.alone(*who, Some(kind), tally, observer);
            return;
        }
        self.settle(household);
        for (index, (_, kind)) in household.iter().enumerate() {
            let (who, end) = self.members[index];
            self.town.births(&who, &mut self.newborn, observer);
            self.walker.walk(&who, Some(kind), end, tally, observer);
            if who.heads < who.leave {
                self.walker.bequeath();
            }
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
                who.heads = if self.succession { gone } else { f64::INFINITY };
            }
            gone = gone.max(who.leave);
            self.members.push((who, end));
        }
    }

    /// Lives the life of a person who runs every track, and of their children; a newborn lives after its mother, its own
    /// children after it.
    #[inline]
    fn alone(&mut self, who: Who, kind: Option<&Kind>, tally: &mut Tally, observer: &mut impl Observer) {
        let mut next = Some((who, kind));
        while let Some((mut who, kind)) = next {
            let end = self.town.settle(&mut who);
            self.town.births(&who, &mut self.newborn, observer);
            self.walker.walk(&who, kind, end, tally, observer);
            next = self.newborn.pop().map(|child| (child, None));
        }
    }
}
