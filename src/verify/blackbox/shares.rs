//! Shares: those of every choice, and of who is who and where at the start.

use super::{Finding, Trial};
use crate::compile::{self, CompileError, Compiled, Plan, Split, Track};

/// Draws whose shares are added up.
const DRAWS: u32 = 32;
/// How far a sum of shares may be from one by rounding.
const ROUNDING: f64 = 1e-9;

pub(super) fn shares(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "all shares: between 0 and 1, those of a choice together 1";
    let plan = Plan::new(trial.model, &trial.options)?;
    let mut seen = Shares::default();
    for draw in 0..DRAWS {
        seen.look(&plan.compile(&compile::draw(trial.model, trial.seed, draw))?);
    }
    Ok(seen.judged(must))
}

/// Shares that were looked at.
#[derive(Debug, Default)]
struct Shares {
    /// Lists of them.
    lists: usize,
    /// How far the worst is off.
    off: f64,
    /// What it is of.
    what: &'static str,
}

impl Shares {
    fn judged(self, must: &'static str) -> Finding {
        let Self { lists, off, what } = self;
        if lists == 0 {
            return Finding::absent(must, "nobody has a choice in this model");
        }
        let worst = if off > 0.0 { format!("at most {off:.0e} off ({what})") } else { "none off".to_owned() };
        Finding::new(must, off <= ROUNDING, format!("{lists} lists of shares in {DRAWS} draws, {worst}"))
    }

    /// All shares of a draw.
    fn look(&mut self, compiled: &Compiled) {
        for track in compiled.scenarios.iter().flat_map(|scenario| &scenario.tracks) {
            for row in splits_of(track).flat_map(|split| &split.cumulated) {
                self.add("a split", row, 1.0);
            }
            for gate in &track.gates {
                // The rest of the requests is not reached.
                for row in &gate.reach {
                    self.add("the reach of a gate", row, row.last().copied().unwrap_or(0.0).clamp(0.0, 1.0));
                }
                for &success in gate.variants.iter().flat_map(|variant| &variant.success) {
                    self.add("the success of a gate", &[success], success.clamp(0.0, 1.0));
                }
            }
            self.start(track);
            for labels in track.initial.iter().map(|initial| &initial.labels).filter(|labels| !labels.is_empty()) {
                self.add("the labels at the start", labels, 1.0);
            }
        }
        for (_, row) in compiled.life.birth.iter().flat_map(|birth| &birth.newborn) {
            self.add("the newborn", row, 1.0);
        }
        for stream in &compiled.streams {
            self.add("those who arrive by a stream", &stream.cumulated, 1.0);
        }
    }

    /// Shares of those who start in a state, by profile and age; the rest starts in the first state.
    fn start(&mut self, track: &Track) {
        let cells = track.initial.first().map_or(0, |initial| initial.share.len());
        for cell in 0..cells {
            let mut sum = 0.0;
            let row: Vec<f64> = (track.initial.iter())
                .map(|initial| {
                    sum += initial.share[cell];
                    sum
                })
                .collect();
            self.add("the states at the start", &row, sum.clamp(0.0, 1.0));
        }
    }

    /// Cumulated shares that must rise to `end`.
    fn add(&mut self, what: &'static str, cumulated: &[f64], end: f64) {
        self.lists += 1;
        let astray = astray(cumulated, end);
        // A NaN must not pass for small.
        let astray = if astray.is_nan() { f64::INFINITY } else { astray };
        if astray > self.off {
            (self.off, self.what) = (astray, what);
        }
    }
}

fn splits_of(track: &Track) -> impl Iterator<Item = &Split> {
    let exits = track.states.iter().flat_map(|state| &state.exits).chain(&track.from_any);
    exits.map(|exit| &exit.split).chain(track.onsets.iter().map(|onset| &onset.split))
}

/// How far cumulated shares are from rising to `end`.
fn astray(cumulated: &[f64], end: f64) -> f64 {
    let mut before = 0.0;
    let mut off = (cumulated.last().copied().unwrap_or(end) - end).abs();
    for &upto in cumulated {
        // What is no number must come out as none.
        off = if upto >= before { off } else { off.max(0.0) + (before - upto) };
        before = upto;
    }
    off
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::super::tests::{model, trial};
    use super::*;
    use std::sync::Arc;

    /// One fault per kind of share.
    #[test]
    fn shares_that_do_not_add_up_are_seen() {
        let model = model();
        let trial = trial(&model);
        let judged = |fault: &dyn Fn(&mut Compiled)| {
            let mut town = trial.compiled.clone();
            fault(&mut town);
            let mut seen = Shares::default();
            seen.look(&town);
            let what = seen.what;
            (seen.judged("").outcome, what)
        };
        let fails = |what| (Outcome::Fails, what);
        assert_eq!(judged(&|_| {}).0, Outcome::Holds);
        let track = |town: &mut Compiled, edit: &dyn Fn(&mut Track)| edit(&mut town.scenarios[0].tracks[0]);
        assert_eq!(judged(&|town| track(town, &|t| t.onsets[0].split.cumulated[0][1] = 0.99)), fails("a split"));
        assert_eq!(judged(&|town| track(town, &|t| t.onsets[0].split.cumulated[0][0] = 1.1)), fails("a split"));
        assert_eq!(judged(&|town| track(town, &|t| t.onsets[0].split.cumulated[0][0] = -0.1)), fails("a split"));
        assert_eq!(judged(&|town| track(town, &|t| t.onsets[0].split.cumulated[0][0] = f64::NAN)), fails("a split"));
        assert_eq!(judged(&|town| track(town, &|t| t.gates[0].reach[0][0] = 1.01)), fails("the reach of a gate"));
        assert_eq!(judged(&|town| track(town, &|t| t.gates[0].variants[0].success[0] = -0.01)), fails("the success of a gate"));
        assert_eq!(
            judged(&|town| track(town, &|t| Arc::make_mut(&mut t.initial)[0].share[3] = 1.2)),
            fails("the states at the start")
        );
        assert_eq!(
            judged(&|town| track(town, &|t| Arc::make_mut(&mut t.initial)[0].labels = vec![0.4, 0.9])),
            fails("the labels at the start")
        );
        let newborn = |town: &mut Compiled| town.life.birth.iter_mut().for_each(|birth| birth.newborn[0].1[1] = 0.9);
        assert_eq!(judged(&newborn), fails("the newborn"));
        let weights = |town: &mut Compiled| town.streams[0].cumulated[0] = 1.3;
        assert_eq!(judged(&weights), fails("those who arrive by a stream"));
    }
}
