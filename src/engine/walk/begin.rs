//! Where a person is on every track when they enter, and since when; and lives in which nothing happens.

use super::super::Who;
use super::super::contest::Newcomer;
use super::super::life::{End, competing, pick};
use super::super::observe::{Observer, Silent, What};
use super::super::tally::{At, Tally};
use super::life::ASLEEP;
use super::onset::sleeps;
use super::sieve::{Bound, Mesh, Sieve};
use super::{Clock, Next, Run, START, STOPPED, SoFar, Stay, Ties, Walker, is_calm, take_leave};
use crate::compile::layout::MAATWERK;
use crate::compile::{Kind, Onset, Origin, Rate, Scenario, Since, State, Track, When, epoch, item};
use crate::luck::{Lane, threshold};
use crate::model::MAX_AGE;
use std::sync::Arc;

/// In the first state, just entered.
const FIRST: (u8, Since) = (0, Since::Years(0.0));

/// Most tries to find an elapsed time that competing hazards allow; the chance to need more is negligible in practice.
const MOST_TRIES: u32 = 256;

/// Of those whose start was found: per track where they start and since when, and per onset its first candidate.
#[derive(Debug, Default)]
pub(in super::super) struct Starts {
    pub(super) origins: Vec<(u8, Since)>,
    pub(super) firsts: Vec<f64>,
}

impl Starts {
    /// Forgets all.
    pub(in super::super) fn clear(&mut self) {
        self.origins.clear();
        self.firsts.clear();
    }
}

/// Whether all start alike in two scenarios, with the same first candidates: what was found for one holds for the other.
pub(in super::super) fn begin_alike(one: &Scenario, other: &Scenario) -> bool {
    let onset = |(one, other): (&Onset, &Onset)| {
        let comes = |onset: &Onset| {
            let Onset { rate, coupling_max, item, .. } = onset;
            (rate.table, rate.level.to_bits(), rate.frail, coupling_max.to_bits(), *item, sleeps(onset))
        };
        comes(one) == comes(other)
    };
    let track = |(one, other): (&Track, &Track)| {
        let kind = |track: &Track| (track.household, track.onsets.len(), is_calm(track));
        one.name == other.name
            && kind(one) == kind(other)
            && (Arc::ptr_eq(&one.initial, &other.initial) || one.initial == other.initial)
            && one.onsets.iter().zip(&other.onsets).all(onset)
    };
    one.tracks.len() == other.tracks.len() && one.tracks.iter().zip(&other.tracks).all(track)
}

/// The draws of who starts in which state.
#[derive(Debug)]
pub(super) struct Initials {
    /// Per profile the cell of its first year of age. Profiles that start alike share theirs.
    first: Vec<usize>,
    /// Per track; what is let through may start in another state than the first.
    sieve: Sieve,
}

impl Initials {
    pub(super) fn new(scenario: &Scenario, profiles: usize, lanes: &[Lane]) -> Self {
        const AGES: usize = MAX_AGE + 1;
        let most = |profile: usize| scenario.tracks.iter().map(move |track| track.most.get(profile * AGES..(profile + 1) * AGES));
        let mut alike = Vec::<usize>::new();
        let first = (0..profiles)
            .map(|profile| {
                let known = alike.iter().position(|&other| most(other).eq(most(profile)));
                AGES * known.unwrap_or_else(|| {
                    alike.push(profile);
                    alike.len() - 1
                })
            })
            .collect();
        let cells = alike.iter().flat_map(|&profile| (0..AGES).map(move |age| profile * AGES + age));
        let most = |cell: usize| move |track: &Track| Bound::fixed(track.most.get(cell).copied().unwrap_or(0.0));
        let bounds = cells.map(|cell| scenario.tracks.iter().map(most(cell)).collect());
        let meshes: Vec<Mesh<'_>> = lanes.iter().map(|lane| Mesh { lane, item: item::INITIAL, frail: false }).collect();
        Self { first, sieve: Sieve::new(0, &meshes, bounds) }
    }
}

/// Where a life starts, and the first candidates of a hulpvraag in it: what [`Walker::find_start`] found.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Start {
    /// Whether nothing happens in it but birthdays.
    pub(super) quiet: bool,
    /// Whether it is in the first state of every track.
    calm: bool,
    /// Where its share of what is remembered begins.
    origins: usize,
    firsts: usize,
}

impl Start {
    /// Whether nothing happens in the life but birthdays.
    pub(in super::super) fn quiet(&self) -> bool {
        self.quiet
    }
}

impl<'a> Walker<'a> {
    /// Finds where a life starts and the first candidates, and remembers what a life in which something happens needs of it.
    #[expect(clippy::inline_always, reason = "it is as wide as its caller")]
    #[inline(always)]
    pub(in super::super) fn find_start(&mut self, who: &Who, kind: Option<&Kind>) -> Start {
        let (origins, firsts) = (self.starts.origins.len(), self.starts.firsts.len());
        let calm = self.find_origins(who, kind);
        let first = self.first_candidates(who);
        let quiet = calm && !who.takes_over() && first >= who.leave;
        if !quiet {
            self.starts.firsts.resize(firsts + self.doors.count(), f64::INFINITY);
        }
        Start { quiet, calm, origins, firsts }
    }

    /// A life in which nothing happens but birthdays.
    #[inline]
    pub(super) fn live_quietly(&mut self, who: &Who, end: End, tally: &mut Tally, observer: &mut impl Observer) {
        let mut band = self.compiled.band(who.enter - who.born);
        let everybody = [At::there(tally.rows.total)];
        (self.life.who, self.life.so_far, self.life.load) = (*who, SoFar::Quiet, 0);
        let trail = &mut self.life.trail;
        trail.turn(self.compiled.profiles.wijk[who.profile], band);
        tally.begin(trail, &everybody, who.enter, who.enter <= 0.0);
        loop {
            let birthday = self.compiled.next_band(who.born, band);
            if birthday >= who.leave {
                break;
            }
            band += 1;
            tally.birthday(trail, &everybody, birthday.max(who.enter), band);
        }
        tally.end(trail, &everybody, who.leave, end == End::Horizon);
        take_leave(who, end, observer);
    }

    /// Puts a life, of which the start was found, at hand as it is at `time`, if nothing has happened in it before but birthdays.
    #[inline]
    pub(super) fn stand(
        &mut self,
        who: &Who,
        start: &Start,
        end: End,
        time: f64,
        tally: &mut Tally,
        observer: &mut impl Observer,
    ) {
        let mut band = self.compiled.band(who.enter - who.born);
        while self.compiled.next_band(who.born, band) < time {
            band += 1;
        }
        self.life.trail.turn(self.compiled.profiles.wijk[who.profile], band);
        self.begin(who, start, tally, observer);
        (self.life.who, self.life.start, self.life.end, self.life.band) = (*who, *start, end, band);
        self.life.birthday = self.compiled.next_band(who.born, band);
        self.life.takes_over = if who.heads > who.enter { who.heads } else { f64::INFINITY };
        self.life.so_far = if self.is_ordered() && !self.is_contending() { SoFar::Fresh } else { SoFar::Lived };
    }

    /// Begins a life again that was set aside before anything had happened in it, up to the moment of now. It is counted already.
    pub(in super::super) fn begin_again(&mut self, newcomer: &Newcomer, tally: &mut Tally) {
        let Newcomer { who, start, end, .. } = newcomer;
        self.stand(who, start, *end, self.near, tally, &mut Silent);
    }

    /// Gives every track its state and winds its clocks.
    fn begin(&mut self, who: &Who, start: &Start, tally: &mut Tally, observer: &mut impl Observer) {
        if self.life.set != 0 {
            self.life.set = 0;
            self.life.layers = [0; 8];
            self.life.domains.fill(0);
            self.life.clients.fill(0);
        }
        (self.life.load, self.life.ties, self.life.listed) = (0, Ties::default(), 0);
        self.rest(who, start);
        if start.calm && who.heads <= who.enter {
            return;
        }
        let scenario = self.scenario;
        for (index, track) in scenario.tracks.iter().enumerate() {
            let waits = self.waits(index, who);
            let (state, since) = if start.calm { FIRST } else { self.starts.origins[start.origins + index] };
            if state == 0 && self.calm[index] && !waits {
                continue;
            }
            let share = self.shares[index];
            self.life.forget(share, track);
            self.life.any[share.any..][..track.from_any.len()].fill(STOPPED);
            let stay = if waits { Stay::Elapsed(0.0) } else { self.stay(index, track, state, since, who) };
            let elapsed = match stay {
                Stay::Elapsed(elapsed) | Stay::Met { elapsed, .. } => elapsed,
            };
            let asked = state;
            let state = if waits { state } else { self.start_in(index, state, elapsed, who, tally) };
            let (stay, elapsed) = if state == asked { (stay, elapsed) } else { (Stay::Elapsed(0.0), 0.0) };
            let label = if track.labels == 0 { 0 } else { self.label(index, track, asked, who) };
            let run = &mut self.life.runs[index];
            (run.state, run.label) = (state, label);
            self.life.ties.add(self.ties[index][usize::from(state)]);
            let State { layer, informal, .. } = track.states[usize::from(state)];
            self.life.load += informal;
            if layer != 0 {
                self.life.layers[layer.trailing_zeros() as usize] += 1;
                self.life.set |= layer;
                if let Some(domain) = self.compiled.domains[index] {
                    self.life.domains[domain] += 1;
                    self.life.clients[domain] += u8::from(layer == MAATWERK);
                }
            }
            if waits {
                self.wait(index);
                continue;
            }
            if state != 0 {
                observer.event(&who.event(who.enter, What::Begins { track: index, state, elapsed }));
            }
            self.start_running_clocks(index, track, who.enter, who);
            self.enter_state(index, who.enter, stay, who);
        }
        // Clocks were started before all tracks had their state.
        for number in 0..self.coupled.len() {
            self.recouple(self.coupled[number], who.enter, who);
        }
    }

    /// Puts every track in its first state, where nothing happens until a hulpvraag arises.
    fn rest(&mut self, who: &Who, start: &Start) {
        // Visits and passings are counted from the hulpvraag on.
        self.life.runs.fill(Run { since: who.enter, ..START });
        self.life.times.fill(f64::INFINITY);
        for (door, &fires) in self.starts.firsts[start.firsts..][..self.doors.count()].iter().enumerate() {
            self.life.onsets[door] = Clock { fires, uses: 1 };
            // Most never come.
            if fires < f64::INFINITY {
                let track = self.doors.track(door);
                if fires < self.life.times[track] {
                    self.life.times[track] = fires;
                    self.life.runs[track].next = Next::Onset((door - self.shares[track].onsets) as u16);
                }
            }
        }
        for &onset in self.doors.asleep() {
            self.life.onsets[onset] = ASLEEP;
        }
    }

    /// Finds where a person starts on every track; returns whether everywhere in a first state in which there is nothing to do but to
    /// wait for a hulpvraag. If not, it is remembered.
    #[expect(clippy::inline_always, reason = "it is as wide as its caller")]
    #[inline(always)]
    fn find_origins(&mut self, who: &Who, kind: Option<&Kind>) -> bool {
        let Self { scenario, initials, calm, restless, starts: Starts { origins, .. }, .. } = self;
        let (begin, tracks) = (origins.len(), scenario.tracks.len());
        if *restless {
            origins.resize(begin + tracks, FIRST);
        }
        let Some(kind) = kind else { return !*restless };
        let waits = who.heads > who.enter;
        let mut remember = |index: usize, state, since| {
            let waits = waits && scenario.tracks[index].household;
            if !waits && (state != 0 || !calm[index]) {
                origins.resize(begin + tracks, FIRST);
                origins[begin + index] = (state, since);
            }
        };
        if kind.given || *restless {
            for (index, origin) in kind.origins.iter().enumerate() {
                if let &Origin::State(state, since) = origin {
                    remember(index, state, since);
                }
            }
        }
        if kind.drawn {
            // By way of a signed integer: see `Hazard::year`.
            let age = ((who.enter - who.born) as i32 as usize).min(MAX_AGE);
            let cell = who.profile * (MAX_AGE + 1) + age;
            initials.sieve.shake(initials.first[who.profile] + age, who.id, 1.0, 1.0, false, |index, mut u| {
                if kind.origins[index] != Origin::Shares {
                    return;
                }
                let track = &scenario.tracks[index];
                for initial in track.initial.iter() {
                    let [share] = track.start(initial, cell, [who.frailty]);
                    u -= share;
                    if u < 0.0 {
                        remember(index, initial.state, initial.since);
                        break;
                    }
                }
            });
        }
        origins.len() == begin
    }

    /// Label of the hulpvraag of somebody who starts in a state.
    fn label(&self, index: usize, track: &Track, state: u8, who: &Who) -> u8 {
        let shares = track.initial.iter().find(|initial| initial.state == state).map_or(&[][..], |initial| &initial.labels);
        if shares.is_empty() { 0 } else { pick(shares, self.lanes[index].one(who.id, 0, item::LABEL, 0)) as u8 }
    }

    /// How long the person has been in the state they start in.
    ///
    /// In a stationary town the elapsed time has a density proportional to the chance to be still there: that of all dwell
    /// times of the state times that of the competing hazards, taken constant at their value at the start.
    pub(super) fn stay(&self, index: usize, track: &Track, state: u8, since: Since, who: &Who) -> Stay {
        let Since::Stationary = since else {
            let Since::Years(years) = since else { return Stay::Elapsed(0.0) };
            return Stay::Elapsed(years);
        };
        let lane = &self.lanes[index];
        let mut laws = track.states[usize::from(state)].exits.iter().filter_map(|exit| match &exit.when {
            When::Dwell(laws) => Some(&laws[0]),
            When::Rate(_) | When::Age(_) => None,
        });
        let first = laws.next();
        // A hazard from any state ends no stay where it leads back to the same state.
        let epoch = epoch(&self.scenario.begins, who.enter);
        let leads_away = |to: &(u8, f64)| to.0 != state;
        let exits = track.states[usize::from(state)].exits.iter().map(|exit| (exit, 1.0));
        let onsets = track.onsets.iter().filter(|_| track.free == Some(state)).map(|onset| (&onset.rate, 1.0));
        let rates: Vec<(&Rate, f64)> = exits
            .chain(track.from_any.iter().map(|exit| (exit, exit.split.shares(epoch).filter(leads_away).map(|to| to.1).sum())))
            .filter_map(|(exit, share)| match &exit.when {
                When::Rate(rate) => Some((rate, share)),
                When::Dwell(_) | When::Age(_) => None,
            })
            .chain(onsets)
            .collect();
        let hazard = competing(self.compiled, &self.scenario.begins, who, who.enter, &rates);
        let Some(first) = first else {
            // Hazards have no memory; the elapsed time is only what an observer sees.
            let elapsed = threshold(lane.pair(who.id, 0, item::ELAPSED, 0)[0]) / hazard;
            return Stay::Elapsed(if elapsed.is_finite() { elapsed } else { 0.0 });
        };
        let others: Vec<_> = laws.collect();
        let mut met = (0.0, 0.0);
        for n in 0..MOST_TRIES {
            let [total, place] = lane.pair(who.id, 0, item::ELAPSED, 2 * n);
            let total = first.length_biased(total);
            met = (place * total, total - place * total);
            let still = libm::exp(-hazard * met.0) * others.iter().map(|law| law.survival(met.0)).product::<f64>();
            if still >= 1.0 || lane.pair(who.id, 0, item::ELAPSED, 2 * n + 1)[0] < still {
                break;
            }
        }
        Stay::Met { elapsed: met.0, remaining: met.1 }
    }

    /// Starts the clocks that run through all states but onsets: hazards from any state, and when gates ask those behind them.
    #[inline]
    pub(super) fn start_running_clocks(&mut self, index: usize, track: &'a Track, from: f64, who: &Who) {
        for (number, exit) in track.from_any.iter().enumerate() {
            self.wind_any(index, number, exit, from, who);
        }
    }
}
