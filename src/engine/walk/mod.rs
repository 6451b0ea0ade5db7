//! One person's walk through all tracks, next event by next event.

mod begin;
mod count;
mod gate;
mod life;
mod onset;
mod place;
mod sieve;
mod succeed;
mod ties;
mod wind;

use super::Who;
use super::contest::{Contended, Newcomer, Reach, Stop};
use super::life::{End, pick};
use super::observe::{Observer, What};
use super::places::Places;
use super::tally::{At, Change, Tally};
use crate::compile::{Compiled, Rate, Scenario, Split, Track, epoch, split_block};
use crate::luck::{Lane, Luck, PersonId};
use begin::Initials;
pub(super) use begin::{Start, Starts, begin_alike};
use gate::{FREE, Hold};
pub(super) use life::Life;
use life::{Clock, Coupled, NOT_LISTED, Next, Run, START, STOPPED, Share, SoFar, Stay, UNCOUPLED};
use onset::{Doors, hulpvraag};
use std::cell::Cell;
use ties::{Reader, Ties, readers, ties};

/// Whether nothing ends the first state of a track but a hulpvraag, and nobody takes a place or needs help in it.
fn is_calm(track: &Track) -> bool {
    let first = &track.states[0];
    let asks = track.gates.iter().any(|gate| gate.running.is_some() && gate.behind[0]);
    let idle = first.exits.is_empty() && track.from_any.is_empty() && !asks;
    idle && track.free == Some(0) && first.layer == 0 && first.informal == 0 && first.place.is_none() && first.wait.is_none()
}

/// Walks persons through the tracks of one scenario. Its memory is reused from person to person.
pub(super) struct Walker<'a> {
    compiled: &'a Compiled,
    scenario: &'a Scenario,
    lanes: Vec<Lane>,
    shares: Vec<Share>,
    doors: Doors<'a>,
    /// Per track: whether in its first state there is nothing to do but to wait for a hulpvraag.
    calm: Vec<bool>,
    /// Whether on any track there is more.
    restless: bool,
    /// Per track: whether a gate asks those who are behind it already.
    asks: Vec<bool>,
    /// Tracks that read others, or what the others at home need.
    coupled: Vec<usize>,
    initials: Initials,
    starts: Starts,
    life: Box<Life>,
    units: Vec<At>,
    change: Change,
    /// Per track how the last referent of the household at hand left it.
    pub estate: Vec<Left>,
    /// What has to do with places, if anything has; and with informal overload, for those who live together.
    contended: Option<Contended>,
    together: Option<Contended>,
    /// Per track and state: what ties somebody in it to others.
    ties: Vec<Vec<Ties>>,
    /// Per track: the tracks that read it.
    readers: Vec<Vec<Reader>>,
    /// The places, and the pools of which some have come free.
    pub places: Places,
    pub freed: Vec<u32>,
    /// Slot of the life at hand among those that can be set aside, and the moments up to which everybody has come, and those the
    /// person lives with.
    pub slot: u32,
    pub now: f64,
    pub near: f64,
    /// Where the life at hand stops.
    stop: Stop,
    /// The last way that was looked up before it was taken.
    ahead: Cell<Ahead>,
}

/// Which way of a split somebody takes: the address of the number that decides, the moment, and the way.
#[derive(Debug, Clone, Copy)]
struct Ahead {
    address: (PersonId, usize, u32, u32, u32),
    time: f64,
    branch: usize,
}

/// How a track of a household was left: state and label, since when, what a gate held the household for, and since when it waited
/// for a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    state: u8,
    label: u8,
    since: f64,
    hold: Hold,
    joined: f64,
}

impl<'a> Walker<'a> {
    pub(super) fn new(compiled: &'a Compiled, scenario: usize, luck: Luck, starts: Starts) -> Self {
        let scenario = &compiled.scenarios[scenario];
        let lanes: Vec<Lane> = scenario.tracks.iter().map(|track| luck.lane("track", &track.name)).collect();
        let (contended, together) = (Contended::places(scenario), Contended::overload(scenario));
        let calm: Vec<bool> = scenario.tracks.iter().map(is_calm).collect();
        Self {
            compiled,
            scenario,
            shares: (scenario.tracks.iter())
                .scan(Share::default(), |next, track| Some(std::mem::replace(next, next.after(track))))
                .collect(),
            doors: Doors::new(compiled, scenario, &lanes),
            restless: calm.contains(&false),
            asks: scenario.tracks.iter().map(|track| track.gates.iter().any(|gate| gate.running.is_some())).collect(),
            coupled: (0..scenario.tracks.len()).filter(|&index| scenario.tracks[index].is_coupled()).collect(),
            initials: Initials::new(scenario, compiled.profiles.wijk.len(), &lanes),
            lanes,
            starts,
            life: Box::new(Life::new(compiled, scenario)),
            units: Vec::new(),
            change: Change::default(),
            estate: vec![Left { state: 0, label: 0, since: 0.0, hold: FREE, joined: 0.0 }; scenario.tracks.len()],
            ties: ties(scenario, &calm, contended.as_ref(), together.as_ref()),
            readers: readers(scenario),
            calm,
            contended,
            together,
            places: Places::default(),
            freed: Vec::new(),
            slot: 0,
            now: f64::NEG_INFINITY,
            near: f64::NEG_INFINITY,
            stop: Stop::END,
            ahead: Cell::new(Ahead { address: (PersonId(0), 0, 0, 0, 0), time: f64::NAN, branch: 0 }),
        }
    }

    /// The memory of the starts that were found.
    pub(super) fn into_starts(self) -> Starts {
        self.starts
    }

    /// Room for a life.
    pub(super) fn blank(&self) -> Life {
        Life::new(self.compiled, self.scenario)
    }

    /// Whether lives like this one can be led.
    pub(super) fn has_room_in(&self, life: &Life) -> bool {
        self.life.is_like(life)
    }

    /// Puts another life at hand.
    pub(super) fn swap(&mut self, life: &mut Box<Life>) {
        std::mem::swap(&mut self.life, life);
    }

    /// Lives one life, of which the start was found, and counts it, up to the moment that is returned: infinite if to its end.
    #[inline]
    pub(super) fn walk(&mut self, who: &Who, start: &Start, end: End, tally: &mut Tally, observer: &mut impl Observer) -> f64 {
        observer.event(&who.event(who.enter, What::Enters));
        if start.quiet {
            self.stop = Stop::END;
            self.live_quietly(who, end, tally, observer);
            return f64::INFINITY;
        }
        self.stand(who, start, end, f64::NEG_INFINITY, tally, observer);
        self.list_units(tally);
        tally.begin(&self.life.trail, &self.units, who.enter, who.enter <= 0.0);
        self.go_on(tally, observer)
    }

    /// Where the life at hand stops.
    pub(super) fn stop(&self) -> Stop {
        self.stop
    }

    /// Whether nothing has happened yet in the life at hand.
    pub(super) fn is_fresh(&self) -> bool {
        self.life.is_fresh()
    }

    /// All that decides how the life at hand begins.
    pub(super) fn newcomer(&self) -> Newcomer {
        self.life.newcomer()
    }

    /// What has to do with places, if anything has.
    #[inline]
    pub(super) fn contended(&self) -> Option<&Contended> {
        self.contended.as_ref()
    }

    /// What has to do with the needs of those the person at hand lives with, if anything has.
    #[inline]
    fn shared(&self) -> Option<&Contended> {
        self.together.as_ref().filter(|_| self.life.together)
    }

    /// Whether any life must be in order with others.
    pub(super) fn is_ordered(&self) -> bool {
        self.contended.is_some() || self.together.is_some()
    }

    /// Whether there is informal overload.
    pub(super) fn has_overload(&self) -> bool {
        self.together.is_some()
    }

    /// The rest of a life, event by event, up to the first that others must have come to first; returns its time, or infinity if
    /// there is none.
    #[inline]
    pub(super) fn go_on(&mut self, tally: &mut Tally, observer: &mut impl Observer) -> f64 {
        let (ordered, contended, together) = (self.is_ordered(), self.contended.is_some(), self.shared().is_some());
        let who = self.life.who;
        loop {
            let (track, time) = self.earliest();
            // Who waits may be let in at any moment, so nothing of theirs may come before others have come that far; nor may anything
            // of those who bear before those they live with have.
            let listed = contended && self.is_listed();
            let bears = together && self.life.ties.bears > 0;
            let Life { birthday, takes_over, .. } = *self.life;
            if takes_over <= time.min(birthday) && takes_over < who.leave {
                if ordered && takes_over > self.near {
                    return self.halt(takes_over, Reach::Home, listed);
                }
                self.life.takes_over = f64::INFINITY;
                self.take_over(takes_over, &who, tally, observer);
                continue;
            }
            if birthday < time.min(who.leave) {
                if listed && birthday > self.now {
                    return self.halt(birthday, Reach::Town, listed);
                }
                if bears && birthday > self.near {
                    return self.halt(birthday, Reach::Home, listed);
                }
                let band = self.life.band + 1;
                (self.life.band, self.life.birthday) = (band, self.compiled.next_band(who.born, band));
                self.list_units(tally);
                tally.birthday(&mut self.life.trail, &self.units, birthday.max(who.enter), band);
                continue;
            }
            if time >= who.leave {
                if contended && who.leave > self.now && self.life.ties.takes > 0 {
                    return self.halt(who.leave, Reach::Town, listed);
                }
                if together && who.leave > self.near && self.life.ties.needs > 0 {
                    return self.halt(who.leave, Reach::Home, listed);
                }
                break;
            }
            if contended && time > self.now && (listed || self.contends(self.contended(), track, time)) {
                return self.halt(time, Reach::Town, listed);
            }
            if together && time > self.near && (bears || self.contends(self.shared(), track, time)) {
                return self.halt(time, Reach::Home, listed);
            }
            self.fire(track, time, &who, tally, observer);
        }
        self.list_units(tally);
        tally.end(&self.life.trail, &self.units, who.leave, self.life.end == End::Horizon);
        take_leave(&who, self.life.end, observer);
        self.end_places(tally);
        self.stop = Stop::END;
        f64::INFINITY
    }

    /// Notes where the life at hand stops, and returns when.
    #[inline]
    fn halt(&mut self, time: f64, reach: Reach, listed: bool) -> f64 {
        self.stop = Stop { time, reach, listed };
        time
    }

    /// The track of which the next event comes first, and when; the first of them, if several come at once.
    #[inline]
    fn earliest(&self) -> (usize, f64) {
        // Which comes first is anybody's guess, so all are compared, side by side.
        let (four, _) = self.life.times.as_chunks::<4>();
        let mut least = [f64::INFINITY; 4];
        for times in four {
            for n in 0..4 {
                least[n] = if times[n] < least[n] { times[n] } else { least[n] };
            }
        }
        let time = least[0].min(least[1]).min(least[2].min(least[3]));
        (self.life.times.iter().position(|&other| other == time).unwrap_or(0), time)
    }

    /// Lets the next event of track `index` happen.
    #[inline]
    fn fire(&mut self, index: usize, time: f64, who: &Who, tally: &mut Tally, observer: &mut impl Observer) {
        let scenario = self.scenario;
        let track = &scenario.tracks[index];
        self.life.so_far = SoFar::Lived;
        let run = &mut self.life.runs[index];
        let from = run.state;
        match run.next {
            Next::Exit(number) => {
                let exit = &track.states[usize::from(from)].exits[usize::from(number)];
                let branch = self.choose_target(
                    index,
                    &exit.split,
                    exit.item,
                    self.life.runs[index].question,
                    self.visit(index),
                    time,
                    who,
                );
                if let Some(label) = exit.label {
                    self.mark(index, track, label);
                }
                self.ask(index, &exit.split, branch, time, who, tally, observer);
            }
            Next::Any(number) => {
                let number = usize::from(number);
                let any = self.shares[index].any + number;
                let exit = &track.from_any[number];
                let branch = self.choose_target(index, &exit.split, exit.item, 0, self.life.any[any].uses, time, who);
                self.life.any[any].uses += 1;
                self.wind_any(index, number, exit, time, who);
                if exit.split.targets[branch] == from {
                    self.choose(index, time, who);
                } else {
                    if let Some(label) = exit.label {
                        self.mark(index, track, label);
                    }
                    self.ask(index, &exit.split, branch, time, who, tally, observer);
                }
            }
            Next::Onset(number) => {
                let number = usize::from(number);
                let onset = &track.onsets[number];
                let candidate = self.life.onsets[self.shares[index].onsets + number].uses;
                let kept = self.is_kept(index, onset, candidate, time, who);
                self.next_candidate(index, number, time, who);
                if kept {
                    let question = hulpvraag(number, candidate);
                    let run = &mut self.life.runs[index];
                    (run.question, run.label) = (question, onset.label);
                    self.life.forget(self.shares[index], track);
                    let branch = self.choose_target(index, &onset.split, onset.item, question, 0, time, who);
                    self.ask(index, &onset.split, branch, time, who, tally, observer);
                } else {
                    self.choose(index, time, who);
                }
            }
            Next::Hold => self.release(index, time, who, tally, observer),
            Next::Running(number) => self.ask_running(index, usize::from(number), time, who, tally, observer),
            Next::Nothing => {}
        }
    }

    /// Whoever is free bears a new label from now on; others keep theirs.
    fn mark(&mut self, index: usize, track: &Track, label: u8) {
        let run = &mut self.life.runs[index];
        if track.free == Some(run.state) {
            run.label = label;
        }
    }

    fn visit(&self, index: usize) -> u32 {
        self.life.visits[self.shares[index].visits + usize::from(self.life.runs[index].state)] - 1
    }

    /// Which way of a split is taken.
    #[expect(clippy::too_many_arguments, reason = "the parts of an address")]
    #[inline]
    fn choose_target(&self, index: usize, split: &Split, item: u32, question: u32, visit: u32, time: f64, who: &Who) -> usize {
        if split.cumulated.is_empty() {
            return 0;
        }
        let (address, ahead) = ((who.id, index, question, item, visit), self.ahead.get());
        if ahead.time == time && ahead.address == address {
            return ahead.branch;
        }
        let row = if split.cumulated.len() > 1 { epoch(&self.scenario.begins, time) } else { 0 };
        let u = self.lanes[index].pair(who.id, question, split_block(item), visit)[(item % 2) as usize];
        let branch = pick(&split.cumulated[row], u);
        self.ahead.set(Ahead { address, time, branch });
        branch
    }

    /// Moves track `index` to state `to` and counts it.
    #[inline]
    fn shift(&mut self, index: usize, to: u8, time: f64, who: &Who, tally: &mut Tally, observer: &mut impl Observer) {
        let asked = to;
        let to = self.contest(index, asked, time, who, tally);
        if to != asked && to == self.life.runs[index].state {
            return self.stay_on(index, time, who);
        }
        self.go_to(index, to, time, who, tally, observer);
    }

    /// Moves track `index` to state `to`, in which there is room.
    #[inline]
    fn go_to(&mut self, index: usize, to: u8, time: f64, who: &Who, tally: &mut Tally, observer: &mut impl Observer) {
        let scenario = self.scenario;
        let track = &scenario.tracks[index];
        let from = self.life.runs[index].state;
        let question = self.life.runs[index].question;
        observer.event(&who.event(time, What::Moves { track: index, from, to, question }));
        let row = tally.rows.states[index];
        if from == to {
            tally.renew(&self.life.trail, row + usize::from(to), time);
            self.enter_state(index, time, Stay::Elapsed(0.0), who);
            return;
        }
        self.change.begin(row + usize::from(from), row + usize::from(to));
        let [left, entered] = [from, to].map(|state| &track.states[usize::from(state)]);
        self.life.load = self.life.load + entered.informal - left.informal;
        let (old, new) = (left.layer, entered.layer);
        if old != new {
            self.relayer(index, old, new, &tally.rows);
        }
        tally.change(&mut self.life.trail, &self.change, time);
        self.put(index, to);
        self.life.runs[index].hold = FREE;
        self.enter_state(index, time, Stay::Elapsed(0.0), who);
        for number in 0..self.readers[index].len() {
            let reader = &self.readers[index][number];
            if reader.tells_apart(from, to) {
                self.recouple(reader.track, time, who);
            }
        }
    }
}

fn pick_epoch(rate: &Rate, scenario: &Scenario, time: f64) -> usize {
    if rate.course.len() > 1 { epoch(&scenario.begins, time) } else { 0 }
}

/// Says how a life ends.
fn take_leave(who: &Who, end: End, observer: &mut impl Observer) {
    match end {
        End::Horizon => {}
        End::Death => observer.event(&who.event(who.leave, What::Dies)),
        End::Departure => observer.event(&who.event(who.leave, What::Leaves)),
    }
}
