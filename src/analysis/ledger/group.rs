//! Which measures can eat each other's effect: those that touch tracks that know of each other, or one resource.

use crate::compile::{Compiled, Scenario, Track};

/// Per measure the number of its group, from 0 in order of the first measure of each. `compiled` has unchanged policy, then each measure
/// alone.
pub(super) fn groups(compiled: &Compiled) -> Vec<usize> {
    let unchanged = &compiled.scenarios[0];
    let towns = together(unchanged);
    let touched = |alone: &Scenario| -> Vec<usize> {
        let tracks = unchanged.tracks.iter().zip(&alone.tracks).enumerate();
        let mut touched: Vec<usize> = tracks.filter(|(_, (one, other))| one != other).map(|(track, _)| towns[track]).collect();
        if unchanged.rooms != alone.rooms {
            touched.extend(unchanged.tracks.iter().enumerate().filter(|(_, track)| takes(track)).map(|(track, _)| towns[track]));
        }
        touched
    };
    let touched: Vec<Vec<usize>> = compiled.scenarios[1..].iter().map(touched).collect();
    let mut group: Vec<usize> = (0..touched.len()).collect();
    for one in 0..touched.len() {
        for other in 0..one {
            if group[one] != group[other] && touched[one].iter().any(|town| touched[other].contains(town)) {
                join(&mut group, one, other);
            }
        }
    }
    group
}

/// Per track the lowest of those that it shares anything with.
fn together(scenario: &Scenario) -> Vec<usize> {
    let tracks = &scenario.tracks;
    let mut town: Vec<usize> = (0..tracks.len()).collect();
    for (number, track) in tracks.iter().enumerate() {
        track.reads.iter().for_each(|&other| join(&mut town, number, other));
    }
    // All resources at once: who waits for one may need the other.
    chain(tracks, takes, &mut town);
    if tracks.iter().any(|track| track.burdened) {
        chain(tracks, |track| track.burdened || track.states.iter().any(|state| state.informal > 0), &mut town);
    }
    town
}

fn takes(track: &Track) -> bool {
    track.states.iter().any(|state| state.place.is_some())
}

/// Joins all tracks of a kind.
fn chain(tracks: &[Track], kind: impl Fn(&Track) -> bool, town: &mut [usize]) {
    let mut of = tracks.iter().enumerate().filter(|(_, track)| kind(track)).map(|(number, _)| number);
    if let Some(first) = of.next() {
        of.for_each(|other| join(town, first, other));
    }
}

/// Puts all that are in the set of one or of the other in the lower of the two.
fn join(sets: &mut [usize], one: usize, other: usize) {
    let (from, to) = (sets[one].max(sets[other]), sets[one].min(sets[other]));
    sets.iter_mut().filter(|set| **set == from).for_each(|set| *set = to);
}
