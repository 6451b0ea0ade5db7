//! Every hulpvraag of a history, written down: which states it went through, and what it cost.

use indexmap::IndexMap;

use crate::compile::Scenario;
use crate::compile::layout::TICKS_PER_YEAR;
use crate::engine::{Event, Observer, What};
use crate::luck::PersonId;

const HALF: i64 = TICKS_PER_YEAR / 2;

/// A hulpvraag: who, on which track, and its number there.
pub(super) type Key = (PersonId, u16, u32);

/// Number of a need that somebody takes over from another of the household.
const TAKEN_OVER: u32 = u32::MAX;

/// A hulpvraag as it went. Times in ticks since the start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Need {
    /// When each state was entered, in order; a state that is entered from itself is a next indicatie.
    pub(super) stays: Vec<(i64, u8)>,
    /// When it ended: back to where needs arise, or with the person being here.
    pub(super) until: i64,
    /// Whether it was there when the person came to the notice of the model.
    pub(super) begun: bool,
}

impl Need {
    /// The state at a moment; none before it arose and after it ended.
    pub(super) fn at(&self, moment: i64) -> Option<u8> {
        let inside = self.stays.first().is_some_and(|&(from, _)| from <= moment) && moment < self.until;
        self.stays.iter().rev().find(|&&(from, _)| from <= moment).filter(|_| inside).map(|&(_, state)| state)
    }

    /// When a state of a kind was first entered.
    pub(super) fn first(&self, kind: impl Fn(u8) -> bool) -> Option<i64> {
        self.stays.iter().find(|&&(_, state)| kind(state)).map(|&(from, _)| from)
    }

    /// Each stay as state, begin, end and whether it is a next indicatie in the same state.
    pub(super) fn spells(&self) -> impl Iterator<Item = (u8, i64, i64, bool)> {
        let ends = self.stays.iter().skip(1).map(|&(from, _)| from).chain([self.until]);
        let before = std::iter::once(None).chain(self.stays.iter().map(|&(_, state)| Some(state)));
        self.stays.iter().zip(ends).zip(before).map(|((&(from, state), end), before)| (state, from, end, before == Some(state)))
    }
}

/// Somebody of whom a need is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub(super) profile: usize,
    /// Moment of birth, years since the start.
    pub(super) born: f64,
    pub(super) home: PersonId,
}

/// All of a history.
#[derive(Debug, Default)]
pub(super) struct Diary {
    /// Needs by key.
    pub(super) needs: IndexMap<Key, Need>,
    /// Per person and track the need that is open.
    open: IndexMap<(PersonId, u16), u32>,
    /// Who they are.
    pub(super) persons: IndexMap<PersonId, Person>,
    /// Persons who came together, by whom their household is known.
    pub(super) sizes: IndexMap<PersonId, u32>,
    /// When persons of whom anything is known died or left.
    pub(super) gone: IndexMap<PersonId, i64>,
    /// Per track the state in which needs arise.
    free: Vec<Option<u8>>,
}

impl Diary {
    pub(super) fn new(scenario: &Scenario) -> Self {
        Self { free: scenario.tracks.iter().map(|track| track.free).collect(), ..Self::default() }
    }

    /// Ends what is open at the end of the horizon.
    pub(super) fn close(&mut self, end: i64) {
        for ((person, track), question) in std::mem::take(&mut self.open) {
            if let Some(need) = self.needs.get_mut(&(person, track, question)) {
                need.until = end;
            }
        }
    }

    fn enter(&mut self, person: PersonId, track: usize, question: u32, now: i64, state: u8, begun: bool) {
        let track = track as u16;
        if self.free[usize::from(track)] == Some(state) {
            self.end(person, track, now);
            return;
        }
        // A need that was open from the start goes on under its own number.
        let question = *self.open.entry((person, track)).or_insert(question);
        let need = self.needs.entry((person, track, question)).or_default();
        need.begun |= begun;
        need.stays.push((now, state));
    }

    fn leave(&mut self, person: PersonId, now: i64) {
        self.gone.insert(person, now);
        for track in 0..self.free.len() as u16 {
            self.end(person, track, now);
        }
    }

    /// Ends the need that is open, if there is one.
    fn end(&mut self, person: PersonId, track: u16, now: i64) {
        if let Some(question) = self.open.swap_remove(&(person, track))
            && let Some(need) = self.needs.get_mut(&(person, track, question))
        {
            need.until = now;
        }
    }
}

impl Observer for Diary {
    fn event(&mut self, event: &Event) {
        let now = (event.time.max(0.0) * TICKS_PER_YEAR as f64) as i64;
        if let What::Begins { .. } | What::TakesOver { .. } | What::Moves { .. } = event.what {
            let Event { profile, born, home, .. } = *event;
            self.persons.entry(event.person).or_insert(Person { profile, born, home });
        }
        match event.what {
            What::Enters => *self.sizes.entry(event.home).or_default() += 1,
            What::Begins { track, state, .. } => self.enter(event.person, track, 0, now, state, true),
            What::TakesOver { track, state, .. } => self.enter(event.person, track, TAKEN_OVER, now, state, true),
            What::Moves { track, to, question, .. } => self.enter(event.person, track, question, now, to, false),
            What::Dies | What::Leaves => self.leave(event.person, now),
            What::Asks { .. } | What::Returns { .. } | What::GivesBirth(_) => {}
        }
    }
}

/// What states cost in a scenario at the constant price level.
#[derive(Debug)]
pub(super) struct Tariff<'a> {
    scenario: &'a Scenario,
    /// Per track and state, cents per person-year and half-year, with all that follows the state.
    rates: Vec<Vec<Vec<i64>>>,
}

impl<'a> Tariff<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        let rates = (scenario.tracks.iter())
            .map(|track| {
                let mut rates: Vec<Vec<i64>> = track.states.iter().map(|state| state.cost[0].person_year.clone()).collect();
                for followed in track.attached.iter().flat_map(|attached| &attached.follows) {
                    let rates = &mut rates[usize::from(followed.state)];
                    rates.iter_mut().zip(&followed.person_year[0]).for_each(|(rate, more)| *rate += more);
                }
                rates
            })
            .collect();
        Self { scenario, rates }
    }

    /// Cents per person-year in a state in a half-year.
    pub(super) fn rate(&self, track: u16, state: u8, half: usize) -> i64 {
        self.rates[usize::from(track)][usize::from(state)].get(half).copied().unwrap_or(0)
    }

    /// Cents × ticks that a need costs between two moments, told half-year by half-year.
    pub(super) fn cost(&self, track: u16, need: &Need, window: (i64, i64), mut tell: impl FnMut(usize, i128)) {
        let states = &self.scenario.tracks[usize::from(track)].states;
        for (state, from, until, again) in need.spells() {
            let (begin, end) = (from.max(window.0), until.min(window.1));
            let tariffs = &states[usize::from(state)].cost[0];
            // Who is there at the start of the model has begun before it.
            if from >= window.0 && from < window.1 && !(need.begun && from == 0) {
                let half = (from / HALF) as usize;
                let of = |amounts: &[i64]| i128::from(amounts.get(half).copied().unwrap_or(0));
                let start = if again { 0 } else { of(&tariffs.start) };
                tell(half, (start + of(&tariffs.indicatie)) * i128::from(TICKS_PER_YEAR));
            }
            let mut at = begin;
            while at < end {
                let half = at / HALF;
                let next = end.min((half + 1) * HALF);
                tell(half as usize, i128::from(next - at) * i128::from(self.rate(track, state, half as usize)));
                at = next;
            }
        }
    }
}

/// Ticks of a need in states of a kind between two moments.
pub(super) fn time(need: &Need, window: (i64, i64), kind: impl Fn(u8) -> bool) -> i64 {
    let inside = |(state, from, until, _): (u8, i64, i64, bool)| {
        if kind(state) { (until.min(window.1) - from.max(window.0)).max(0) } else { 0 }
    };
    need.spells().map(inside).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_is_where_it_is() {
        let need = Need { stays: vec![(10, 2), (20, 2), (30, 3)], until: 40, begun: false };
        assert_eq!([9, 10, 25, 30, 39, 40].map(|at| need.at(at)), [None, Some(2), Some(2), Some(3), Some(3), None]);
        assert_eq!((need.first(|state| state == 3), need.first(|state| state == 9)), (Some(30), None));
        let spells: Vec<_> = need.spells().collect();
        assert_eq!(spells, [(2, 10, 20, false), (2, 20, 30, true), (3, 30, 40, false)]);
        assert_eq!((time(&need, (15, 35), |state| state == 2), time(&need, (15, 35), |_| true)), (15, 20));
    }
}
