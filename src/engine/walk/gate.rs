//! Gates: who is reached, who is diverted, and when they get what they asked for after all.
//!
//! A request looks up one pair of numbers at the address (person, track, hulpvraag, gate, how often the gate was passed before
//! within the hulpvraag): the first says which variant reaches it, the second whether that variant diverts. So of two success
//! rates the higher diverts those of the lower and more. Who relapses enters the state asked for with the hulpvraag
//! and the visit number that the stay would have had without the gate, and so with its own thresholds.

use super::super::Who;
use super::super::observe::{Observer, What, Why};
use super::super::tally::Tally;
use super::Walker;
use crate::compile::{After, Gate, Split, When, epoch, gate_block};
use crate::luck::threshold;

/// What a gate holds a person for: when they leave its state, and where to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hold {
    pub fires: f64,
    pub to: u8,
    gate: u16,
    variant: u16,
    why: Why,
}

/// Held for nothing.
pub(super) const FREE: Hold = Hold { fires: f64::INFINITY, to: 0, gate: 0, variant: 0, why: Why::Relapse };

impl Walker<'_> {
    /// The first moment after `time` at which a gate asks the person, who is in `state`, and its number: each gate that applies to those
    /// already behind it has a moment of its own for everybody. Infinite if there is none.
    pub(super) fn asked(&self, index: usize, state: u8, time: f64, who: &Who) -> (f64, u16) {
        let mut first = (f64::INFINITY, 0);
        for (number, gate) in self.scenario.tracks[index].gates.iter().enumerate() {
            let Some((from, until)) = gate.running.filter(|&(_, until)| until > time && gate.behind[usize::from(state)]) else {
                continue;
            };
            let [u, _] = self.lanes[index].pair(who.id, 0, gate.item / 2 + gate_block::RUNNING, 0);
            let moment = from + u * (until - from);
            if moment > time && moment < first.0 {
                first = (moment, number as u16);
            }
        }
        first
    }

    /// Lets the person go the way `branch` of a split, through its gate if it has one.
    #[expect(clippy::too_many_arguments, reason = "who goes where, and who looks on")]
    #[inline]
    pub(super) fn ask(
        &mut self,
        index: usize,
        split: &Split,
        branch: usize,
        time: f64,
        who: &Who,
        tally: &mut Tally,
        observer: &mut impl Observer,
    ) {
        let to = split.targets[branch];
        if let Some(Some(number)) = split.gates.get(branch) {
            self.pass(index, usize::from(*number), to, time, who, tally, observer);
        } else {
            self.shift(index, to, time, who, tally, observer);
        }
    }

    /// A request for state `to` at gate `number`.
    #[expect(clippy::too_many_arguments, reason = "who goes where, and who looks on")]
    fn pass(
        &mut self,
        index: usize,
        number: usize,
        to: u8,
        time: f64,
        who: &Who,
        tally: &mut Tally,
        observer: &mut impl Observer,
    ) {
        let gate = &self.scenario.tracks[index].gates[number];
        let applies = if self.life.runs[index].state == to { gate.renewal } else { gate.new };
        if !applies {
            return self.shift(index, to, time, who, tally, observer);
        }
        let passing = self.life.passings[self.shares[index].gates + number];
        match self.offer(index, number, to, time, who, tally, observer) {
            Some((variant, true)) => self.divert(index, number, variant, passing, to, time, who, tally, observer),
            Some((variant, false)) if let Some((state, years)) = self.delay(gate, variant, time) => {
                self.shift(index, state, time, who, tally, observer);
                let (gate, variant) = (number as u16, variant as u16);
                self.hold(index, Hold { fires: time + years, to, gate, variant, why: Why::Delay }, time, who);
            }
            _ => self.shift(index, to, time, who, tally, observer),
        }
    }

    /// The variant that reaches a request and whether it diverts, if one does; counts it.
    #[expect(clippy::too_many_arguments, reason = "who goes where, and who looks on")]
    fn offer(
        &mut self,
        index: usize,
        number: usize,
        asked: u8,
        time: f64,
        who: &Who,
        tally: &mut Tally,
        observer: &mut impl Observer,
    ) -> Option<(usize, bool)> {
        let gate = &self.scenario.tracks[index].gates[number];
        let passings = &mut self.life.passings[self.shares[index].gates + number];
        let (question, passing) = (self.life.runs[index].question, *passings);
        *passings += 1;
        let [reach, success] = self.lanes[index].pair(who.id, question, gate.item / 2 + gate_block::REQUEST, passing);
        let cumulated = &gate.reach[self.epoch(gate.reach.len(), time)];
        let reached = cumulated.iter().position(|&share| reach < share).map(|variant| {
            let course = &gate.variants[variant].success;
            (variant, success < course[self.epoch(course.len(), time)])
        });
        observer.event(&who.event(time, What::Asks { track: index, gate: number, asked, question, passing, reached }));
        if let Some((variant, diverted)) = reached {
            tally.request(&self.life.trail, tally.rows.gates[index][number] + variant, time, diverted);
        }
        reached
    }

    /// Turns the person away from state `to`; their relapse clock starts.
    #[expect(clippy::too_many_arguments, reason = "who goes where, and who looks on")]
    fn divert(
        &mut self,
        index: usize,
        number: usize,
        variant: usize,
        passing: u32,
        to: u8,
        time: f64,
        who: &Who,
        tally: &mut Tally,
        observer: &mut impl Observer,
    ) {
        let track = &self.scenario.tracks[index];
        let gate = &track.gates[number];
        let question = self.life.runs[index].question;
        self.shift(index, gate.to, time, who, tally, observer);
        let mut hold = Hold { gate: number as u16, variant: variant as u16, to, ..FREE };
        let curves = &gate.variants[variant].relapse;
        if !curves.is_empty() {
            let curve = &curves[self.epoch(curves.len(), time)];
            let [u, _] = self.lanes[index].pair(who.id, question, gate.item / 2 + gate_block::RELAPSE, passing);
            hold.fires = time + curve.time(threshold(u));
            if let (After::Onset, Some(free)) = (curve.after, track.free)
                && hold.fires == f64::INFINITY
            {
                hold = Hold { fires: time + curve.last(), to: free, why: Why::Onset, ..hold };
            }
        }
        self.hold(index, hold, time, who);
    }

    fn hold(&mut self, index: usize, hold: Hold, time: f64, who: &Who) {
        self.life.runs[index].hold = hold;
        self.choose(index, time, who);
    }

    /// State and years of the wait of those whom a variant reaches in vain at `time`, if they wait at all.
    fn delay(&self, gate: &Gate, variant: usize, time: f64) -> Option<(u8, f64)> {
        let (state, course) = gate.variants[variant].delay.as_ref()?;
        let years = course[self.epoch(course.len(), time)];
        (years > 0.0).then_some((*state, years))
    }

    /// The hold ends. The hulpvraag goes on, and the gate is not passed again.
    pub(super) fn release(&mut self, index: usize, time: f64, who: &Who, tally: &mut Tally, observer: &mut impl Observer) {
        let Hold { to, gate, variant, why, .. } = std::mem::replace(&mut self.life.runs[index].hold, FREE);
        let what = What::Returns { track: index, gate: usize::from(gate), variant: usize::from(variant), why };
        observer.event(&who.event(time, what));
        self.shift(index, to, time, who, tally, observer);
    }

    /// Whether the person is in their state for a time that ends before a moment.
    fn runs_out(&self, index: usize, before: f64) -> bool {
        let state = &self.scenario.tracks[index].states[usize::from(self.life.runs[index].state)];
        let clocks = &self.life.exits[self.shares[index].exits..];
        state.exits.iter().zip(clocks).any(|(exit, &fires)| matches!(exit.when, When::Dwell(_)) && fires < before)
    }

    /// The moment at which a gate asks the person, if they are behind it and what they have does not run out in the same period. Who is not
    /// diverted notices nothing.
    pub(super) fn ask_running(
        &mut self,
        index: usize,
        number: usize,
        time: f64,
        who: &Who,
        tally: &mut Tally,
        observer: &mut impl Observer,
    ) {
        let state = self.life.runs[index].state;
        let gate = &self.scenario.tracks[index].gates[number];
        let passing = self.life.passings[self.shares[index].gates + number];
        let until = gate.running.filter(|_| gate.runs_out).map(|(_, until)| until);
        if gate.behind[usize::from(state)]
            && !until.is_some_and(|until| self.runs_out(index, until))
            && let Some((variant, true)) = self.offer(index, number, state, time, who, tally, observer)
        {
            self.divert(index, number, variant, passing, state, time, who, tally, observer);
        } else {
            self.choose(index, time, who);
        }
    }

    /// Row at `time` of a course with `rows` rows.
    fn epoch(&self, rows: usize, time: f64) -> usize {
        if rows > 1 { epoch(&self.scenario.begins, time) } else { 0 }
    }
}
