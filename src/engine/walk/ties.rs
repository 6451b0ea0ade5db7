//! What ties a person on a track to others in town or at home, and one track to another.

use super::super::contest::Contended;
use super::Walker;
use crate::compile::{Scenario, Track};

/// In how many tracks somebody takes a place or waits for one; needs informal help from those at home or bears what they need; bears;
/// and is elsewhere than in a first state in which there is nothing to do but to wait for a hulpvraag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ties {
    pub(super) takes: u16,
    pub(super) needs: u16,
    pub(super) bears: u16,
    pub(super) away: u16,
}

impl Ties {
    #[inline]
    pub(super) fn add(&mut self, other: Self) {
        self.takes += other.takes;
        self.needs += other.needs;
        self.bears += other.bears;
        self.away += other.away;
    }

    #[inline]
    fn subtract(&mut self, other: Self) {
        self.takes -= other.takes;
        self.needs -= other.needs;
        self.bears -= other.bears;
        self.away -= other.away;
    }
}

/// Per track and state: its own ties; `calm` says in the first state of which tracks there is nothing to do but to wait for a hulpvraag.
pub(super) fn ties(scenario: &Scenario, calm: &[bool], places: Option<&Contended>, home: Option<&Contended>) -> Vec<Vec<Ties>> {
    let of = |track: usize, state: usize| Ties {
        takes: places.is_some_and(|order| order.states[track][state]).into(),
        needs: home.is_some_and(|order| order.states[track][state]).into(),
        bears: home.is_some_and(|order| order.bears[track][state]).into(),
        away: (state != 0 || !calm[track]).into(),
    };
    let tracks = scenario.tracks.iter().enumerate();
    tracks.map(|(track, spec)| (0..spec.states.len()).map(|state| of(track, state)).collect()).collect()
}

/// A track that reads another.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) track: usize,
    /// Per state of the other: the first that has the same factors throughout.
    alike: Vec<u8>,
}

impl Reader {
    /// Whether it makes a difference to it in which of two states the other is.
    #[inline]
    pub(super) fn tells_apart(&self, one: u8, other: u8) -> bool {
        self.alike[usize::from(one)] != self.alike[usize::from(other)]
    }
}

/// Per track: the tracks that read it.
pub(super) fn readers(scenario: &Scenario) -> Vec<Vec<Reader>> {
    let reader = |read: usize, (track, spec): (usize, &Track)| {
        let couplings = spec.rates().flat_map(|rate| &rate.couplings);
        let rows: Vec<&[f64]> = couplings.filter(|(other, _)| *other == read).map(|(_, factors)| &factors[..]).collect();
        let states = scenario.tracks[read].states.len();
        let same = |one: usize, other: usize| rows.iter().all(|row| row[one] == row[other]);
        let alike = (0..states).map(|state| (0..state).find(|&before| same(before, state)).unwrap_or(state) as u8);
        spec.reads.contains(&read).then(|| Reader { track, alike: alike.collect() })
    };
    let all = || scenario.tracks.iter().enumerate();
    (0..scenario.tracks.len()).map(|read| all().filter_map(|track| reader(read, track)).collect()).collect()
}

impl Walker<'_> {
    /// Puts the person in a state of track `index`.
    #[inline]
    pub(super) fn put(&mut self, index: usize, state: u8) {
        let before = std::mem::replace(&mut self.life.runs[index].state, state);
        self.life.ties.add(self.ties[index][usize::from(state)]);
        self.life.ties.subtract(self.ties[index][usize::from(before)]);
    }
}
