//! Rates and shares.

use super::{Finding, Trial};
use crate::compile::{self, CompileError, Compiled, Plan, Split, Track, When};
use crate::engine::{Event, Observer, Tally, What};

/// Draws whose shares are added up.
const DRAWS: u32 = 32;
/// How far a sum of shares may be from one by rounding.
const ROUNDING: f64 = 1e-9;

fn splits_of(track: &Track) -> impl Iterator<Item = &Split> {
    let exits = track.states.iter().flat_map(|state| &state.exits).chain(&track.from_any);
    exits.map(|exit| &exit.split).chain(track.onsets.iter().map(|onset| &onset.split))
}

pub(super) fn splits(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "the shares of every choice: between 0 and 1, together 1";
    let plan = Plan::new(trial.model, &trial.options)?;
    let (mut choices, mut off) = (0, 0.0f64);
    for draw in 0..DRAWS {
        let compiled = plan.compile(&compile::draw(trial.model, trial.seed, draw))?;
        let tracks = compiled.scenarios.iter().flat_map(|scenario| &scenario.tracks);
        for row in tracks.flat_map(splits_of).flat_map(|split| &split.cumulated) {
            choices += 1;
            off = off.max(astray(row));
        }
    }
    let seen = format!("{choices} choices of {DRAWS} draws, at most {off:.0e} off");
    Ok(if choices == 0 {
        Finding::absent(must, "nobody has a choice in this model")
    } else {
        Finding::new(must, off <= ROUNDING, seen)
    })
}

/// How far cumulated shares are from rising to one.
fn astray(cumulated: &[f64]) -> f64 {
    let end = cumulated.last().map_or(1.0, |last| (last - 1.0).abs());
    let falls = cumulated.windows(2).map(|pair| pair[0] - pair[1]).fold(0.0, f64::max);
    end.max(falls).max(-cumulated.first().copied().unwrap_or(0.0))
}

/// Counts moves out of states that nothing but hazards ends.
struct Exits<'a> {
    tracks: &'a [Track],
    moves: u64,
}

impl Observer for Exits<'_> {
    fn event(&mut self, event: &Event) {
        if let What::Moves { track, from, .. } = event.what {
            self.moves += u64::from(ends_by_hazard(&self.tracks[track], from));
        }
    }
}

/// Whether nothing but a hazard ends a state: no time, no age, no gate that sends people on, no place that comes free.
fn ends_by_hazard(track: &Track, state: u8) -> bool {
    let spec = &track.states[usize::from(state)];
    let held = |to: u8| to == state;
    let gated = track.gates.iter().any(|gate| {
        gate.running.is_some()
            || held(gate.to)
            || gate.variants.iter().filter_map(|variant| variant.delay.as_ref()).any(|delay| held(delay.0))
    });
    !gated && spec.wait.is_none() && spec.exits.iter().all(|exit| matches!(exit.when, When::Rate(_)))
}

/// No hazard of any track fires.
fn still(compiled: &mut Compiled) {
    for track in compiled.scenarios.iter_mut().flat_map(|scenario| &mut scenario.tracks) {
        for exit in track.states.iter_mut().flat_map(|state| &mut state.exits).chain(&mut track.from_any) {
            if let When::Rate(rate) = &mut exit.when {
                rate.level = 0.0;
            }
        }
        for onset in &mut track.onsets {
            onset.rate.level = 0.0;
        }
    }
}

pub(super) fn zero(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "all hazards of tracks 0: nobody leaves a state that only hazards end";
    let tracks = &trial.compiled.scenarios[trial.scenario].tracks;
    let moves = |edit: &dyn Fn(&mut Compiled)| {
        let mut tally = Tally::new(&trial.compiled.layout);
        let mut exits = Exits { tracks, moves: 0 };
        trial.member(&trial.compiled, trial.scenario, 0, &edit, &mut tally, &mut exits);
        exits.moves
    };
    Ok(match moves(&|_| {}) {
        0 => Finding::absent(must, "nobody leaves such a state"),
        before => stopped(must, before, moves(&still)),
    })
}

fn stopped(must: &'static str, before: u64, after: u64) -> Finding {
    Finding::new(must, after == 0, format!("{before} moves before, {after} after"))
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;

    #[test]
    fn shares_that_do_not_add_up_are_seen() {
        assert!(astray(&[0.2, 0.7, 1.0]) <= ROUNDING);
        assert!(astray(&[0.2, 0.7, 0.99]) > ROUNDING);
        assert!(astray(&[0.2, 1.1, 1.0]) > ROUNDING);
        assert!(astray(&[-0.2, 0.5, 1.0]) > ROUNDING);
        assert_eq!(stopped("", 9, 0).outcome, Outcome::Holds);
        assert_eq!(stopped("", 9, 1).outcome, Outcome::Fails);
    }
}
