//! An observer that notes the times of persons which samples are about.

use super::claim::{Sample, Times};
use crate::engine::{Event, Observer, What};
use crate::model::Model;

/// One wanted sample, by ids.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    track: usize,
    state: u8,
    times: Times,
}

/// Notes times as persons live.
#[derive(Debug)]
pub(super) struct Watch {
    wanted: Vec<Wanted>,
    /// Per track of the person at hand: when the present state was entered.
    since: Vec<f64>,
    /// Per sample: the times.
    pub found: Vec<Vec<f64>>,
}

impl Watch {
    /// Watches for these samples; `None` if the model has not their tracks and states.
    pub fn new(model: &Model, samples: &[Sample]) -> Option<Self> {
        let mut wanted = Vec::new();
        for sample in samples {
            let track = model.tracks.iter().position(|track| track.name == sample.track)?;
            let state = model.tracks[track].states.iter().position(|state| state.name == sample.state)? as u8;
            wanted.push(Wanted { track, state, times: sample.times });
        }
        Some(Self { found: vec![Vec::new(); wanted.len()], wanted, since: vec![0.0; model.tracks.len()] })
    }
}

impl Observer for Watch {
    fn event(&mut self, event: &Event) {
        match event.what {
            What::Enters => self.since.fill(event.time),
            What::Begins { track, state, elapsed } => {
                self.since[track] = event.time - elapsed;
                for (wanted, found) in self.wanted.iter().zip(&mut self.found) {
                    if (wanted.track, wanted.state) == (track, state) {
                        match wanted.times {
                            Times::Elapsed if event.time == 0.0 => found.push(elapsed),
                            Times::Arrivals if event.time > 0.0 => found.push(event.time),
                            _ => {}
                        }
                    }
                }
            }
            What::Moves { track, from, .. } => {
                let stay = event.time - self.since[track];
                for (wanted, found) in self.wanted.iter().zip(&mut self.found) {
                    if let Times::Stays { entered, shorter } = wanted.times {
                        let began = self.since[track];
                        if (wanted.track, wanted.state) == (track, from) && (0.0..entered).contains(&began) && stay < shorter {
                            found.push(stay);
                        }
                    }
                }
                self.since[track] = event.time;
            }
            What::TakesOver { track, elapsed, .. } => self.since[track] = event.time - elapsed,
            What::Asks { .. } | What::Returns { .. } | What::GivesBirth(_) | What::Dies | What::Leaves => {}
        }
    }
}
