//! Succession: who takes over the needs of a household when its referent has died or left.

use super::super::Who;
use super::super::observe::{Observer, What};
use super::super::tally::Tally;
use super::gate::FREE;
use super::{Left, Next, Run, STOPPED, SoFar, Stay, Walker};

impl Walker<'_> {
    /// Whether `who` waits at first to take over track `index`.
    #[inline]
    pub(super) fn waits(&self, index: usize, who: &Who) -> bool {
        who.heads > who.enter && self.scenario.tracks[index].household
    }

    /// Lets track `index` stand still until its household needs the person.
    pub(super) fn wait(&mut self, index: usize) {
        let run = &mut self.life.runs[index];
        run.waiting = true;
        run.next = Next::Nothing;
        self.life.times[index] = f64::INFINITY;
    }

    /// Keeps where the household's tracks are, now that its referent is gone.
    pub(in super::super) fn bequeath(&mut self) {
        if self.life.so_far == SoFar::Quiet {
            let since = self.life.who.enter;
            self.estate.fill(Left { state: 0, label: 0, since, hold: FREE, joined: 0.0 });
            return;
        }
        for (left, &Run { state, label, since, hold, joined, .. }) in self.estate.iter_mut().zip(&self.life.runs) {
            *left = Left { state, label, since, hold, joined };
        }
    }

    /// At `time` the tracks of the household become those of `who`: in the state they are in, for as long as they have been
    /// there, with the person's own luck from here on; only what a gate holds the household for ends when it would have ended. In the counts one person's stay ends and another's starts.
    pub(super) fn take_over(&mut self, time: f64, who: &Who, tally: &mut Tally, observer: &mut impl Observer) {
        let scenario = self.scenario;
        self.life.so_far = SoFar::Lived;
        for (index, track) in scenario.tracks.iter().enumerate() {
            if !self.life.runs[index].waiting {
                continue;
            }
            self.life.runs[index].waiting = false;
            let first = self.life.runs[index].state;
            let Left { state, label, since, hold, joined } = match self.estate[index] {
                left if track.states[usize::from(left.state)].personal => Left { state: first, since: time, hold: FREE, ..left },
                left => left,
            };
            self.inherit_wait(index, state, joined, who);
            self.life.runs[index].label = label;
            if state != first {
                observer.event(&who.event(time, What::TakesOver { track: index, state, elapsed: time - since }));
                let row = tally.rows.states[index];
                self.change.begin(row + usize::from(first), row + usize::from(state));
                let [(old, less), (new, more)] =
                    [first, state].map(|state| &track.states[usize::from(state)]).map(|state| (state.layer, state.informal));
                self.life.load = self.life.load + more - less;
                if old != new {
                    self.relayer(index, old, new, &tally.rows);
                }
                tally.change(&mut self.life.trail, &self.change, time);
                self.put(index, state);
            }
            for number in 0..track.onsets.len() {
                self.life.onsets[self.shares[index].onsets + number] = STOPPED;
                self.next_candidate(index, number, time, who);
            }
            self.life.any[self.shares[index].any..][..track.from_any.len()].fill(STOPPED);
            self.start_running_clocks(index, track, time, who);
            self.life.runs[index].hold = hold;
            self.enter_state(index, time, Stay::Elapsed(time - since), who);
        }
        for number in 0..self.coupled.len() {
            self.recouple(self.coupled[number], time, who);
        }
    }
}
