//! Watching a simulation: an observer sees every event and changes none.

use crate::luck::PersonId;

/// What happens to a person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum What {
    /// Is there at the start, is born or arrives.
    Enters,
    /// Starts on a track in a state other than its first; `elapsed` years ago.
    Begins {
        /// Track id.
        track: usize,
        /// State id.
        state: u8,
        /// Years since that state was entered.
        elapsed: f64,
    },
    /// Takes over a need of the household in a state other than the track's first, after the referent has died or left.
    TakesOver {
        /// Track id.
        track: usize,
        /// State id.
        state: u8,
        /// Years since that state was entered.
        elapsed: f64,
    },
    /// Moves between two states of a track.
    Moves {
        /// Track id.
        track: usize,
        /// State id left.
        from: u8,
        /// State id entered; equal to `from` for a renewal.
        to: u8,
        /// Number of the hulpvraag.
        question: u32,
    },
    /// Asks for a state behind a gate that applies to the request; what follows from it comes next.
    Asks {
        /// Track id.
        track: usize,
        /// Gate id.
        gate: usize,
        /// State id asked for.
        asked: u8,
        /// Number of the hulpvraag.
        question: u32,
        /// How often this gate was passed before within the hulpvraag.
        passing: u32,
        /// Variant id that reaches the request, and whether it diverts; none reaches it.
        reached: Option<(usize, bool)>,
    },
    /// What a gate made of a request ends; the move follows.
    Returns {
        /// Track id.
        track: usize,
        /// Gate id.
        gate: usize,
        /// Variant id.
        variant: usize,
        /// Why.
        why: Why,
    },
    /// Gives birth.
    GivesBirth(PersonId),
    /// Dies.
    Dies,
    /// Leaves the municipality.
    Leaves,
}

/// Why somebody leaves the state that a gate brought them to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Diverted, but needs the service after all.
    Relapse,
    /// Waited long enough.
    Delay,
    /// Still without service at the end of the relapse curve: back to `geen_hulpvraag`.
    Onset,
}

/// One event in one life.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// Years since the model's start.
    pub time: f64,
    /// Whose life.
    pub person: PersonId,
    /// Moment of birth, years since the model's start; 0 where persons have no age.
    pub born: f64,
    /// Profile id.
    pub profile: usize,
    /// Whom their household is known by: themselves, if they came alone or are that one.
    pub home: PersonId,
    /// What happens.
    pub what: What,
}

/// Sees the events of a simulation, each person's in the order in which they live them; where places run out, those of others come in
/// between.
pub trait Observer {
    /// Called for every event.
    fn event(&mut self, event: &Event);
}

/// The observer that looks away; costs nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    #[inline]
    fn event(&mut self, _: &Event) {}
}
