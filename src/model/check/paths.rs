//! Where a track can lead: states that nobody reaches, and circles in which time stands still.

use super::Checker;
use super::law::at_corners;
use crate::model::fault::Place;
use crate::model::resolved::{Ages, Clock, Dwell, PersonRow, Stream, Track, Transition};
use crate::model::tree::Spot;
use std::collections::BTreeMap;

impl Checker<'_> {
    /// Checks the tracks whose transitions could all be read; with others, a missing path may be no fault of its own.
    pub(super) fn paths(&mut self, spot: Spot<'_>) {
        self.stationary_streams(spot);
        let spot = spot.at("track");
        for (id, read) in self.whole_tracks.clone().into_iter().enumerate() {
            if read {
                let place = spot.at(&self.model.tracks[id].name);
                if !self.model.population.is_empty() {
                    self.unreachable(id, place.at("state"));
                }
                self.standing_still(id, place.at("transition"));
            }
        }
    }

    /// Who a stationary stream already has at the start is known only where one dwell time leads out of the state they enter.
    fn stationary_streams(&mut self, spot: Spot<'_>) {
        if !self.whole_tracks.iter().all(|whole| *whole) {
            return;
        }
        let tracks = &self.model.tracks;
        let one_dwell = |row: &PersonRow| {
            let entered = row.states.iter().zip(tracks).filter_map(|(state, track)| Some((state.as_ref()?.0, track)));
            let exits: Vec<&Clock> = entered
                .flat_map(|(state, track)| track.transitions.iter().filter(move |transition| transition.from.contains(&state)))
                .map(|transition| &transition.clock)
                .collect();
            matches!(exits.as_slice(), [Clock::Dwell(_)])
        };
        let vague = |stream: &&Stream| stream.stationary && !stream.persons.iter().all(one_dwell);
        let names: Vec<String> = self.model.streams.iter().filter(vague).map(|stream| stream.name.clone()).collect();
        for name in names {
            let place = spot.at("stream").at(&name).at("stationary").value().clone();
            let message = format!("the persons of `{name}` enter states that are not left by one dwell time alone");
            let help =
                "let them enter a state with a single transition by `dwell`, or give those already there in the population file";
            self.fault("not-stationary", &place, message, "not stationary", help);
        }
    }

    fn unreachable(&mut self, id: usize, spot: Spot<'_>) {
        let model = &self.model;
        let track = &model.tracks[id];
        let mut reached = vec![false; track.states.len()];
        let rows = model.population.iter().chain(model.streams.iter().flat_map(|stream| &stream.persons));
        let starts = rows.filter_map(|row| row.states.get(id)?.as_ref()).map(|(state, _)| *state);
        let mut rest: Vec<usize> = starts.chain(track.initial.iter().map(|initial| initial.state)).chain([0]).collect();
        rest.sort_unstable();
        rest.dedup();
        while let Some(state) = rest.pop() {
            if !std::mem::replace(&mut reached[state], true) {
                let moves = track.transitions.iter().filter(|transition| transition.from.contains(&state));
                rest.extend(moves.flat_map(|transition| track.leads(transition)));
                rest.extend(track.states[state].instead());
            }
        }
        let name = track.name.clone();
        let lost: Vec<String> =
            track.states.iter().zip(&reached).filter(|(_, reached)| !**reached).map(|(state, _)| state.name.clone()).collect();
        for state in lost {
            let place: Place = spot.at(&state).key().clone();
            let message = format!("nobody can reach the state `{state}` of `{name}`");
            self.fault("unreachable-state", &place, message, "never reached", "add a transition to it, or remove it");
        }
    }

    /// Circles of moves that take no time: fixed times that can be zero, or moves on one and the same birthday.
    fn standing_still(&mut self, id: usize, spot: Spot<'_>) {
        let track = &self.model.tracks[id];
        let zero = |clock: &Clock| match clock {
            Clock::Dwell(Dwell::Fixed(time)) => {
                let (mut ids, mut found) = (Vec::new(), false);
                time.parameters(&mut |id| ids.push(id));
                at_corners(&self.model.parameters, &ids, &mut |values| found |= time.value(values) <= 0.0);
                found
            }
            _ => false,
        };
        let instant: Vec<usize> = (0..track.transitions.len()).filter(|&number| zero(&track.transitions[number].clock)).collect();
        let mut circle = circle(track, &instant, true).map(|number| (number, "takes no time"));
        let ages = |(number, transition): (usize, &Transition)| match &transition.clock {
            Clock::Age(ages) => Some((number, ages.clone())),
            _ => None,
        };
        let ages: Vec<(usize, Ages)> = track.transitions.iter().enumerate().filter_map(ages).collect();
        // From one of these dates of birth to the next, everybody has the same ages.
        let dates = ages.iter().flat_map(|(_, ages)| &ages.born_before).map(|(date, _)| *date);
        for born in dates.chain([f64::NEG_INFINITY]) {
            let mut birthdays: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
            for (number, ages) in &ages {
                birthdays.entry(ages.of(born).to_bits()).or_default().push(*number);
            }
            for together in birthdays.values() {
                // A birthday comes once: who stays in the state on it does not move again, but a circle contradicts itself.
                let found = || self::circle(track, together, false).map(|number| (number, "happens on one birthday"));
                circle = circle.or_else(found);
            }
        }
        if let Some((number, why)) = circle {
            let from: Vec<&str> = track.transitions[number].from.iter().map(|&state| track.states[state].name.as_str()).collect();
            let message = format!("a circle of transitions that {why} leads back to `{}`", from.join("`, `"));
            let place = spot.index(number).at("to").key().clone();
            self.fault("zero-time-cycle", &place, message, "leads back", "let one of these moves take time, or lead elsewhere");
        }
    }
}

/// The first of the transitions `among` that lies on a circle of them. `own`: a move from a state to itself is a circle.
fn circle(track: &Track, among: &[usize], own: bool) -> Option<usize> {
    let next = |state: usize| {
        let moves =
            among.iter().map(|&number| &track.transitions[number]).filter(move |transition| transition.from.contains(&state));
        moves.flat_map(|transition| at_once(track, transition)).filter(move |to| own || *to != state)
    };
    let leads = |from: usize, goal: usize| {
        let (mut seen, mut rest) = (vec![false; track.states.len()], vec![from]);
        while let Some(state) = rest.pop() {
            if state == goal {
                return true;
            }
            if !std::mem::replace(&mut seen[state], true) {
                rest.extend(next(state));
            }
        }
        false
    };
    among.iter().copied().find(|&number| {
        let transition = &track.transitions[number];
        let ends = at_once(track, transition);
        let pairs = transition.from.iter().flat_map(|&from| ends.iter().map(move |&to| (from, to)));
        pairs.filter(|(from, to)| own || from != to).any(|(from, to)| leads(to, from))
    })
}

/// State ids that a transition leads to in the moment itself: its targets, and where gates before them divert to.
fn at_once(track: &Track, transition: &Transition) -> Vec<usize> {
    let diverted = transition.gates.iter().flatten().map(|&gate| track.gates[gate].to);
    let asked: Vec<usize> = transition.to.iter().map(|(to, _)| *to).chain(diverted).collect();
    let instead: Vec<usize> = asked.iter().flat_map(|&to| track.states[to].instead()).collect();
    asked.into_iter().chain(instead).collect()
}
