//! One history of a town: every person's life in continuous time, next event by next event, exactly.
//!
//! The engine reads a [`Compiled`] draw, never fails and does no input or output. Persons share the needs of a
//! household, which pass from one to the next, and places that run out. Where nothing runs out they are lived one after the other; else
//! whoever may take, give back or wait for a place is set aside until all others have come so far, and who bears the needs of those they
//! live with until these have. Within a person all tracks run side by side. Every random number has an address ([`crate::luck`]), so
//! the order of work changes nothing.
//!
//! Ties: events of one person at the same moment happen in the order of tracks, and within a track in declared order.

mod calendar;
mod clock;
mod contest;
mod household;
mod inwoners;
mod life;
mod observe;
mod places;
mod tally;
mod walk;

pub use crate::luck::{Luck, PersonId};
pub use observe::{Event, Observer, Silent, What, Why};
pub use tally::{Outcome, Request, Tally};

use crate::compile::{Compiled, Rate, cohort};
use inwoners::Inwoners;

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
    /// The referent of the household: themselves, if they live alone.
    home: PersonId,
    /// From when on the household is known by this person: `enter` for the referent, never before `leave` for most others.
    heads: f64,
    /// Death, departure or the end of the horizon.
    leave: f64,
}

impl Who {
    fn new(id: PersonId, profile: usize, born: f64, enter: f64) -> Self {
        let birthday = born - libm::floor(born);
        Self {
            id,
            profile,
            born,
            cohort: cohort(born),
            birthday,
            enter,
            frailty: 1.0,
            kin: 0.0,
            home: id,
            heads: enter,
            leave: f64::INFINITY,
        }
    }

    /// Level per year of a rate for this person, before the factors of its table.
    #[inline]
    fn level(&self, rate: &Rate) -> f64 {
        if rate.frail { rate.level * self.frailty } else { rate.level }
    }

    /// Whether the needs of the household become this person's, who was not the first to bear them.
    #[inline]
    fn takes_over(&self) -> bool {
        self.heads > self.enter && self.heads < self.leave
    }

    fn event(&self, time: f64, what: What) -> Event {
        Event { time, person: self.id, born: self.born, profile: self.profile, home: self.home, what }
    }
}

/// Simulates one member of the ensemble under one scenario and adds its counts to `tally`, which must be empty.
///
/// A model with shocks is given as [`Compiled::shocked`] by the same luck, here and to [`Tally::counts`].
pub fn simulate(compiled: &Compiled, scenario: usize, luck: Luck, tally: &mut Tally, observer: &mut impl Observer) {
    let mut inwoners = inwoners(compiled, luck, tally);
    inwoners.live(scenario, tally, observer);
    tally.memory = inwoners.into_memory();
}

/// The same in some scenarios, one after the other: the persons who live in all of them are found once. Calls `counted` with each
/// scenario and its tally, which is made empty before each.
pub fn simulate_each(
    compiled: &Compiled,
    scenarios: &[usize],
    luck: Luck,
    tally: &mut Tally,
    mut counted: impl FnMut(usize, &Tally),
) {
    let mut inwoners = inwoners(compiled, luck, tally);
    for &scenario in scenarios {
        tally.reset();
        inwoners.live(scenario, tally, &mut Silent);
        counted(scenario, tally);
    }
    tally.memory = inwoners.into_memory();
}

fn inwoners<'a>(compiled: &'a Compiled, luck: Luck, tally: &mut Tally) -> Inwoners<'a> {
    debug_assert!(compiled.shocks.is_empty(), "shocks are still to come over this draw");
    Inwoners::new(compiled, luck, std::mem::take(&mut tally.memory))
}
