//! Places: taking one, giving it back, and waiting for one.

use super::super::Who;
use super::super::contest::Contended;
use super::super::life::End;
use super::super::observe::Observer;
use super::super::places::Waiting;
use super::super::tally::{Outcome, Tally};
use super::onset::hulpvraag;
use super::{NOT_LISTED, Next, Stay, Walker};
use crate::compile::{Place, Split, State};

/// What becomes of a request.
enum Answer {
    /// A place of this pool and amount is taken.
    Taken(u32, u64),
    /// They wait; since when, if they waited for the same before.
    Waits(Option<f64>),
    /// It needs none, or there is none.
    Without,
}

impl Walker<'_> {
    /// Whether the next event of track `index`, at `time`, takes, gives back or waits for a place, or may do so behind a gate; or the
    /// same of needs within a household. Which way of a split is taken is looked up before it happens, so that only those who come
    /// for a place need to be in order.
    #[inline]
    pub(super) fn contends(&self, contended: Option<&Contended>, index: usize, time: f64) -> bool {
        let Some(contended) = contended.filter(|contended| !contended.idle[index]) else { return false };
        let run = &self.life.runs[index];
        let (track, who) = (&self.scenario.tracks[index], &self.life.who);
        let state = usize::from(run.state);
        if contended.states[index][state] {
            return true;
        }
        let leads = |split: &Split, branch: usize| {
            contended.states[index][usize::from(split.targets[branch])]
                || matches!(split.gates.get(branch), Some(&Some(gate)) if contended.gates[index][usize::from(gate)])
        };
        match run.next {
            Next::Exit(number) => {
                let number = usize::from(number);
                let exit = &track.states[state].exits[number];
                contended.exits[index][state][number]
                    && leads(
                        &exit.split,
                        self.choose_target(index, &exit.split, exit.item, run.question, self.visit(index), time, who),
                    )
            }
            Next::Any(number) => {
                let number = usize::from(number);
                let exit = &track.from_any[number];
                let uses = self.life.any[self.shares[index].any + number].uses;
                contended.any[index][number]
                    && leads(&exit.split, self.choose_target(index, &exit.split, exit.item, 0, uses, time, who))
            }
            Next::Onset(number) => {
                let number = usize::from(number);
                let onset = &track.onsets[number];
                let candidate = self.life.onsets[self.shares[index].onsets + number].uses;
                let question = hulpvraag(number, candidate);
                // Whether a candidate is kept may depend on what others need.
                contended.onsets[index][number]
                    && (onset.rate.overload.is_some()
                        || leads(&onset.split, self.choose_target(index, &onset.split, onset.item, question, 0, time, who))
                            && self.is_kept(index, onset, candidate, time, who))
            }
            Next::Hold => contended.states[index][usize::from(run.hold.to)],
            Next::Running(number) => contended.gates[index][usize::from(number)],
            Next::Nothing => false,
        }
    }

    /// Whether the person takes a place or waits for one on any track; or needs informal help from others at home, or bears theirs.
    pub(super) fn is_contending(&self) -> bool {
        self.life.ties.takes > 0 || self.life.together && self.life.ties.needs > 0
    }

    /// Whether the person is on a list.
    #[inline]
    pub(super) fn is_listed(&self) -> bool {
        self.life.listed > 0
    }

    /// Takes the person off the list of track `index`; returns which entry they were.
    fn unlist(&mut self, index: usize) -> u32 {
        self.life.listed -= 1;
        std::mem::replace(&mut self.life.runs[index].entry, NOT_LISTED)
    }

    /// Where a move of track `index` to state `to` leads, places being what they are; takes, gives back and joins.
    #[inline]
    pub(super) fn contest(&mut self, index: usize, to: u8, time: f64, who: &Who, tally: &mut Tally) -> u8 {
        let Some(contended) = &self.contended else { return to };
        let from = self.life.runs[index].state;
        let states = &contended.states[index];
        if from == to || !(states[usize::from(from)] || states[usize::from(to)]) {
            return to;
        }
        let (to, answer) = self.request(index, from, to, time, who, tally);
        self.give_back(index, from, to, &answer, time, who, tally);
        self.settle_in(index, to, &answer, time, who);
        to
    }

    /// The answer to a request for state `to`, and the state that it leads to.
    fn request(&mut self, index: usize, from: u8, to: u8, time: f64, who: &Who, tally: &mut Tally) -> (u8, Answer) {
        let states = &self.scenario.tracks[index].states;
        let (goal, wait) = match &states[usize::from(to)] {
            State { wait: Some(wait), .. } => (wait.state, Some((to, wait.class))),
            State { place: Some(place), .. } => {
                let full = &states[usize::from(place.full)];
                (to, full.wait.filter(|wait| wait.state == to).map(|wait| (place.full, wait.class)))
            }
            _ => return (to, Answer::Without),
        };
        let Some(Place { resource, amount, full }) = states[usize::from(goal)].place else { return (to, Answer::Without) };
        if goal == from {
            return (from, Answer::Without);
        }
        let pool = self.scenario.resources[resource].pool(&self.compiled.profiles, who.profile);
        // Who has a place of the pool keeps it; who waits for the same goes on waiting.
        let before = &states[usize::from(from)];
        if to == goal && before.place.is_some_and(|held| held.resource == resource) {
            return (to, Answer::Taken(pool, amount));
        }
        if to != goal && before.wait.is_some_and(|before| before.state == goal) {
            return (to, Answer::Waits(Some(self.places.since(self.life.runs[index].entry))));
        }
        if self.places.admits(pool, wait.map_or(0, |wait| wait.1), amount) {
            tally.wait(&self.life.trail, resource, time, time, Outcome::Served);
            return (goal, Answer::Taken(pool, amount));
        }
        match wait {
            Some((state, _)) if state == from => (state, Answer::Without),
            Some((state, _)) => (state, Answer::Waits(None)),
            None => {
                tally.wait(&self.life.trail, resource, time, time, Outcome::TurnedAway);
                (full, Answer::Without)
            }
        }
    }

    /// Gives back the place of the state left, or takes the person off the list.
    #[expect(clippy::too_many_arguments, reason = "who leaves what for what")]
    fn give_back(&mut self, index: usize, from: u8, to: u8, answer: &Answer, time: f64, who: &Who, tally: &mut Tally) {
        let states = &self.scenario.tracks[index].states;
        if from == to {
            return;
        }
        if let Some(Place { resource, amount, .. }) = states[usize::from(from)].place {
            let pool = self.scenario.resources[resource].pool(&self.compiled.profiles, who.profile);
            self.places.give(pool, amount);
            // Who goes on in the same pool leaves nothing to others.
            if !matches!(answer, Answer::Taken(taken, _) if *taken == pool) {
                self.freed.push(pool);
            }
        }
        if let Some(wait) = states[usize::from(from)].wait {
            let entry = self.unlist(index);
            let left = self.places.leave(entry);
            // Those behind may want less.
            self.freed.push(left.pool);
            if !matches!(answer, Answer::Waits(Some(_)))
                && let Some(place) = states[usize::from(wait.state)].place
            {
                let heavier = states[usize::from(to)].layer > states[usize::from(wait.state)].layer;
                let outcome = if heavier { Outcome::Escalated } else { Outcome::GaveUp };
                tally.wait(&self.life.trail, place.resource, left.since, time, outcome);
            }
        }
    }

    /// Takes the place of the state entered, or puts the person on the list.
    fn settle_in(&mut self, index: usize, to: u8, answer: &Answer, time: f64, who: &Who) {
        match *answer {
            Answer::Taken(pool, amount) => self.places.take(pool, amount),
            Answer::Waits(since) => self.join(index, to, since.unwrap_or(time), who),
            Answer::Without => {}
        }
    }

    fn join(&mut self, index: usize, state: u8, since: f64, who: &Who) {
        let states = &self.scenario.tracks[index].states;
        let Some(wait) = states[usize::from(state)].wait else { return };
        let Some(Place { resource, amount, .. }) = states[usize::from(wait.state)].place else { return };
        let pool = self.scenario.resources[resource].pool(&self.compiled.profiles, who.profile);
        let waiting = Waiting { slot: self.slot, track: index as u16, pool, class: wait.class, amount, since };
        self.life.runs[index].entry = self.places.join(waiting);
        self.life.listed += 1;
    }

    /// The state in which a person starts, places being what they are. Those who are there at the start have theirs.
    pub(super) fn start_in(&mut self, index: usize, state: u8, elapsed: f64, who: &Who, tally: &mut Tally) -> u8 {
        let Some(contended) = &self.contended else { return state };
        if !contended.states[index][usize::from(state)] {
            return state;
        }
        if who.enter > 0.0 {
            // From nowhere: from a state that takes no place, if there is one.
            let from = contended.states[index].iter().position(|contended| !contended).unwrap_or(0) as u8;
            let (to, answer) = self.request(index, from, state, who.enter, who, tally);
            self.settle_in(index, to, &answer, who.enter, who);
            return to;
        }
        let spec = &self.scenario.tracks[index].states[usize::from(state)];
        if let Some(Place { resource, amount, .. }) = spec.place {
            self.places.take(self.scenario.resources[resource].pool(&self.compiled.profiles, who.profile), amount);
        } else {
            self.join(index, state, who.enter - elapsed, who);
        }
        state
    }

    /// Lets the person, who is first in line on track `index`, in.
    pub(in super::super) fn admit(&mut self, index: usize, time: f64, tally: &mut Tally, observer: &mut impl Observer) {
        let who = self.life.who;
        let states = &self.scenario.tracks[index].states;
        let Some(wait) = states[usize::from(self.life.runs[index].state)].wait else { return };
        let Some(Place { resource, amount, .. }) = states[usize::from(wait.state)].place else { return };
        let entry = self.unlist(index);
        let left = self.places.leave(entry);
        self.places.take(left.pool, amount);
        tally.wait(&self.life.trail, resource, left.since, time, Outcome::Served);
        self.go_to(index, wait.state, time, &who, tally, observer);
    }

    /// The end of a life: its places and waits end, but for those that pass on to the next of the household.
    pub(super) fn end_places(&mut self, tally: &mut Tally) {
        if self.life.ties.takes == 0 {
            return;
        }
        let who = self.life.who;
        for (index, track) in self.scenario.tracks.iter().enumerate() {
            let state = usize::from(self.life.runs[index].state);
            if self.ties[index][state].takes == 0 || self.life.runs[index].waiting {
                continue;
            }
            let spec = &track.states[state];
            let passes_on = self.life.heir && track.household && !spec.personal;
            if let Some(Place { resource, amount, .. }) = spec.place
                && !passes_on
            {
                let pool = self.scenario.resources[resource].pool(&self.compiled.profiles, who.profile);
                self.places.give(pool, amount);
                self.freed.push(pool);
            }
            if let Some(wait) = spec.wait {
                let entry = self.unlist(index);
                let left = self.places.leave(entry);
                self.life.runs[index].joined = left.since;
                if !passes_on {
                    self.freed.push(left.pool);
                    if let Some(place) = track.states[usize::from(wait.state)].place {
                        let outcome = if self.life.end == End::Horizon { Outcome::StillWaiting } else { Outcome::Left };
                        tally.wait(&self.life.trail, place.resource, left.since, who.leave, outcome);
                    }
                }
            }
        }
    }

    /// The household's wait on track `index` becomes this person's.
    pub(super) fn inherit_wait(&mut self, index: usize, state: u8, joined: f64, who: &Who) {
        if self.contended.as_ref().is_some_and(|contended| contended.states[index][usize::from(state)]) {
            self.join(index, state, joined, who);
        }
    }

    /// Empties all pools.
    pub(in super::super) fn open(&mut self) {
        let wijken = self.compiled.profiles.wijk.iter().max().map_or(1, |last| last + 1);
        let pools = self.scenario.resources.iter();
        self.places
            .clear(pools.flat_map(|resource| std::iter::repeat_n(resource.classes, if resource.per_wijk { wijken } else { 1 })));
    }

    /// Says of the next life in which household it is, whether somebody takes over, and what the others there need.
    pub(in super::super) fn kin(&mut self, home: Option<u32>, heir: bool, around: u64) {
        (self.life.home, self.life.heir, self.life.around) = (home, heir, around);
        self.life.together = home.is_some() && self.together.is_some();
    }

    /// What the person at hand needs of informal help, in thousandths of an hour a week.
    pub(in super::super) fn load(&self) -> u64 {
        self.life.load
    }

    /// When the person at hand enters.
    pub(in super::super) fn enter(&self) -> f64 {
        self.life.who.enter
    }

    /// Says what the household of the life at hand needs, of which the others' part surrounds the person; or that there are no others
    /// any more.
    pub(in super::super) fn surround(&mut self, load: u64, alone: bool) {
        self.life.around = load - self.life.load;
        self.life.together &= !alone;
    }

    /// Number of the household at hand, if its tracks may pass on.
    pub(in super::super) fn home(&self) -> Option<u32> {
        self.life.home
    }

    /// Whether somebody takes over from the life at hand.
    pub(in super::super) fn leaves_an_heir(&self) -> bool {
        self.life.heir
    }

    /// Stays where one is, but begins a new stay: the request was turned away to the state that it came from, and will be made again
    /// after as long as it took this time.
    pub(super) fn stay_on(&mut self, index: usize, time: f64, who: &Who) {
        self.enter_state(index, time, Stay::Elapsed(0.0), who);
    }
}
