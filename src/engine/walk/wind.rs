//! Winding clocks: when each way out of a state fires, and which comes first.

use super::super::Who;
use super::super::clock::Moving;
use super::{Coupled, Next, Share, Stay, UNCOUPLED, Walker};
use crate::compile::{Exit, Rate, When, epoch};
use crate::luck::threshold;

impl<'a> Walker<'a> {
    pub(super) fn wind_any(&mut self, index: usize, number: usize, exit: &'a Exit, from: f64, who: &Who) {
        let When::Rate(rate) = &exit.when else { return };
        let any = self.shares[index].any + number;
        let u = self.lanes[index].pair(who.id, 0, exit.item / 2, self.life.any[any].uses)[(exit.item % 2) as usize];
        let (fires, coupled) = self.wind(rate, u, from, who);
        self.life.any[any].fires = fires;
        if let Some(clock) = self.life.any_coupled.get_mut(any) {
            *clock = coupled;
        }
    }

    /// When a hazard wound at `from` with the number `u` fires, and what it read of other tracks.
    #[inline]
    pub(super) fn wind(&self, rate: &'a Rate, u: f64, from: f64, who: &Who) -> (f64, Coupled) {
        if !rate.is_coupled() {
            return (self.moving(rate, 1.0, who).fires(u, from, who.leave), UNCOUPLED);
        }
        let (left, factor) = (threshold(u), self.coupling(rate));
        (self.moving(rate, factor, who).exhausts(left, from, who.leave), Coupled { left, since: from, factor })
    }

    #[inline]
    pub(super) fn moving(&self, rate: &'a Rate, factor: f64, who: &Who) -> Moving<'a> {
        Moving::new(&self.compiled.tables, rate, &self.scenario.begins, who, factor)
    }

    /// The product of the factors of a hazard in the states of the moment: of couplings, and of what the others at home need.
    pub(super) fn coupling(&self, rate: &Rate) -> f64 {
        let own: f64 = rate.couplings.iter().map(|(other, factors)| factors[usize::from(self.life.runs[*other].state)]).product();
        match rate.overload {
            Some(overload) if self.life.around > overload.above => own * overload.factor,
            _ => own,
        }
    }

    /// Whether other tracks are in states in which nothing comes of a hazard.
    #[inline]
    fn sleeps(&self, rate: &Rate) -> bool {
        !rate.couplings.is_empty() && self.coupling(rate) == 0.0
    }

    /// Winds all clocks of the state that track `index` has just entered at `time`.
    #[inline]
    pub(super) fn enter_state(&mut self, index: usize, time: f64, stay: Stay, who: &Who) {
        let (compiled, scenario, lane) = (self.compiled, self.scenario, &self.lanes[index]);
        let track = &scenario.tracks[index];
        let share = self.shares[index];
        let run = &mut self.life.runs[index];
        let (state, question) = (usize::from(run.state), run.question);
        let visits = &mut self.life.visits[share.visits + state];
        let visit = *visits;
        *visits += 1;
        run.since = match stay {
            Stay::Elapsed(elapsed) | Stay::Met { elapsed, .. } => time - elapsed,
        };
        let since = run.since;
        let mut first_dwell = true;
        let mut luck = [0.0; 2];
        // Nobody waits for a clock that fires after another has; only clocks that read other tracks may still slow down.
        let mut until = who.leave;
        for (exit, fires) in track.states[state].exits.iter().zip(&mut self.life.exits[share.exits..]) {
            let side = (exit.item % 2) as usize;
            if side == 0 {
                luck = lane.pair(who.id, question, exit.item / 2, visit);
            }
            let u = luck[side];
            *fires = match &exit.when {
                When::Rate(rate) if !rate.is_coupled() => {
                    let fires = Moving::new(&compiled.tables, rate, &scenario.begins, who, 1.0).fires(u, time, until);
                    until = until.min(fires);
                    fires
                }
                When::Rate(_) => f64::INFINITY,
                When::Dwell(laws) => {
                    let law = &laws[if laws.len() > 1 { epoch(&scenario.begins, since) } else { 0 }];
                    let remaining = match stay {
                        Stay::Met { remaining, .. } if first_dwell => remaining,
                        Stay::Met { elapsed, .. } | Stay::Elapsed(elapsed) => law.remaining(u, elapsed),
                    };
                    first_dwell = false;
                    time + remaining
                }
                When::Age(ages) => {
                    let birthday = who.born + ages.of(who.born);
                    if birthday > time { birthday } else { f64::INFINITY }
                }
            };
        }
        if track.is_coupled() {
            self.wind_coupled(index, time, visit, who);
        }
        self.choose(index, time, who);
    }

    /// Winds the clocks of the state just entered that read other tracks.
    pub(super) fn wind_coupled(&mut self, index: usize, time: f64, visit: u32, who: &Who) {
        let track = &self.scenario.tracks[index];
        let (state, question) = (usize::from(self.life.runs[index].state), self.life.runs[index].question);
        for (number, exit) in track.states[state].exits.iter().enumerate() {
            if let When::Rate(rate) = &exit.when
                && rate.is_coupled()
            {
                let u = self.lanes[index].pair(who.id, question, exit.item / 2, visit)[(exit.item % 2) as usize];
                let (fires, coupled) = self.wind(rate, u, time, who);
                let share = self.shares[index];
                self.life.exits[share.exits + number] = fires;
                self.life.exits_coupled[share.exits_coupled + number] = coupled;
            }
        }
    }

    /// Finds what fires next on track `index`, not before `time`.
    #[inline]
    pub(super) fn choose(&mut self, index: usize, time: f64, who: &Who) {
        let track = &self.scenario.tracks[index];
        let share = self.shares[index];
        let run = &self.life.runs[index];
        let state = &track.states[usize::from(run.state)];
        let mut best = (f64::INFINITY, Next::Nothing);
        if !state.sink {
            for (number, &fires) in self.life.exits[share.exits..][..state.exits.len()].iter().enumerate() {
                if fires < best.0 {
                    best = (fires, Next::Exit(number as u16));
                }
            }
            for (number, clock) in self.life.any[share.any..][..track.from_any.len()].iter().enumerate() {
                if clock.fires < best.0 {
                    best = (clock.fires, Next::Any(number as u16));
                }
            }
            let held = run.hold.fires;
            if held < best.0 {
                best = (held, Next::Hold);
            }
            if self.asks[index] {
                let (asked, gate) = self.asked(index, run.state, time, who);
                if asked < best.0 {
                    best = (asked, Next::Running(gate));
                }
            }
        }
        self.life.runs[index].next = best.1;
        self.life.times[index] = best.0;
        if track.free == Some(self.life.runs[index].state) {
            for (number, spec) in track.onsets.iter().enumerate() {
                let onset = share.onsets + number;
                if self.sleeps(&spec.rate) {
                    continue;
                }
                // Candidates that came while a need was open, or while nothing could come of them, are void.
                while self.life.onsets[onset].fires < time {
                    self.next_candidate(index, number, self.life.onsets[onset].fires.max(who.enter), who);
                }
                let fires = self.life.onsets[onset].fires;
                if fires < self.life.times[index] {
                    self.life.runs[index].next = Next::Onset(number as u16);
                    self.life.times[index] = fires;
                }
            }
        }
    }

    /// Lets the clocks that read what the others at home need run on at their new rate.
    pub(in super::super) fn bear(&mut self, around: u64, time: f64) {
        self.life.around = around;
        let who = self.life.who;
        for (index, track) in self.scenario.tracks.iter().enumerate() {
            if track.burdened {
                self.recouple(index, time, &who);
            }
        }
    }

    /// Lets the clocks of track `index` that read other tracks, or what the others at home need, run on at their new rate.
    pub(super) fn recouple(&mut self, index: usize, time: f64, who: &Who) {
        if self.life.runs[index].waiting {
            return;
        }
        let scenario = self.scenario;
        let track = &scenario.tracks[index];
        if !track.is_coupled() {
            return;
        }
        let state = &track.states[usize::from(self.life.runs[index].state)];
        let next = self.life.runs[index].next;
        let mut moved = track.onsets.iter().enumerate().any(|(number, onset)| {
            !onset.rate.couplings.is_empty() && (next == Next::Onset(number as u16) || !self.sleeps(&onset.rate))
        });
        for (number, exit) in state.exits.iter().enumerate() {
            let Share { exits, exits_coupled, .. } = self.shares[index];
            if let Some((fires, coupled)) = self.recoupled(exit, self.life.exits_coupled[exits_coupled + number], time, who) {
                self.life.exits[exits + number] = fires;
                self.life.exits_coupled[exits_coupled + number] = coupled;
                moved = true;
            }
        }
        for (number, exit) in track.from_any.iter().enumerate() {
            let clock = self.shares[index].any + number;
            if let Some((fires, coupled)) = self.recoupled(exit, self.life.any_coupled[clock], time, who) {
                (self.life.any[clock].fires, self.life.any_coupled[clock]) = (fires, coupled);
                moved = true;
            }
        }
        if moved {
            self.choose(index, time, who);
        }
    }

    /// When an exit that reads other tracks fires from now on; none if its rate stays as it is.
    pub(super) fn recoupled(&self, exit: &'a Exit, clock: Coupled, time: f64, who: &Who) -> Option<(f64, Coupled)> {
        let When::Rate(rate) = &exit.when else { return None };
        if !rate.is_coupled() {
            return None;
        }
        let factor = self.coupling(rate);
        if factor == clock.factor {
            return None;
        }
        let used = self.moving(rate, clock.factor, who).between(clock.since, time);
        let left = (clock.left - used).max(0.0);
        Some((self.moving(rate, factor, who).exhausts(left, time, who.leave), Coupled { left, since: time, factor }))
    }
}
