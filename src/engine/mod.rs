//! One history of a town: every person's life in continuous time, next event by next event, exactly.
//!
//! The engine reads a [`Compiled`] draw, never fails and does no input or output. Persons share nothing here, so they are
//! lived one after the other; within a person all tracks run side by side. Every random number has an address
//! ([`crate::luck`]), so the order of work changes nothing.
//!
//! Ties: events of one person at the same moment happen in the order of tracks, and within a track in declared order.

mod clock;
mod life;
mod observe;
mod tally;
mod walk;

pub use crate::luck::{Luck, PersonId};
pub use observe::{Event, Observer, Silent, What};
pub use tally::Tally;

use crate::compile::{Compiled, Kind, Rate, cohort};
use life::Town;
use walk::Walker;

/// A person: who they are and when they are here. Times in years since the model's start.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Who {
    id: PersonId,
    profile: usize,
    /// Moment of birth; 0 where persons have no age.
    born: f64,
    /// Index of the birth cohort in aged tables.
    cohort: usize,
    /// Share of the year at the birthday.
    birthday: f64,
    enter: f64,
    /// Factor on hazards that are frail; 1 in a model without frailty.
    frailty: f64,
    /// Normal score that the person's household shares in the frailty.
    kin: f64,
    /// Death, departure or the end of the horizon.
    leave: f64,
}

impl Who {
    fn new(id: PersonId, profile: usize, born: f64, enter: f64) -> Self {
        let birthday = born - libm::floor(born);
        Self { id, profile, born, cohort: cohort(born), birthday, enter, frailty: 1.0, kin: 0.0, leave: f64::INFINITY }
    }

    /// Level per year of a rate for this person, before the factors of its table.
    #[inline]
    fn level(&self, rate: &Rate) -> f64 {
        if rate.frail { rate.level * self.frailty } else { rate.level }
    }

    fn event(&self, time: f64, what: What) -> Event {
        Event { time, person: self.id, born: self.born, profile: self.profile, what }
    }
}

/// Simulates one member of the ensemble under one scenario and adds its counts to `tally`, which must be empty.
///
/// A model with shocks is given as [`Compiled::shocked`] by the same luck, here and to [`Tally::counts`].
pub fn simulate(compiled: &Compiled, scenario: usize, luck: Luck, tally: &mut Tally, observer: &mut impl Observer) {
    debug_assert!(compiled.shocks.is_empty(), "shocks are still to come over this draw");
    let town = Town::new(compiled, luck);
    let mut walker = Walker::new(compiled, scenario, luck);
    let mut newborn = Vec::new();
    let mut live = |who: Who, kind: Option<&Kind>| {
        let mut next = Some((who, kind));
        // A newborn lives after its mother; its own children after it.
        while let Some((mut who, kind)) = next {
            let end = town.settle(&mut who);
            town.births(&who, &mut newborn, observer);
            walker.walk(&who, kind, end, tally, observer);
            next = newborn.pop().map(|child| (child, None));
        }
    };
    let mut number = 0;
    for (kind, count) in &compiled.population {
        for _ in 0..*count {
            live(town.initial(PersonId(number), kind), Some(kind));
            number += 1;
        }
    }
    for stream in &compiled.streams {
        town.arrivals(stream, &mut |who, kind| live(who, Some(kind)));
    }
}
