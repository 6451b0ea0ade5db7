//! One person's walk through all tracks, next event by next event.

use super::Who;
use super::clock::{Hazard, Moving};
use super::life::{End, competing, pick};
use super::observe::{Observer, What};
use super::tally::{Cause, Tally, highest};
use crate::compile::{Compiled, Exit, Kind, Origin, Rate, Scenario, Since, Split, Track, When, epoch, item, split_block};
use crate::luck::{Lane, Luck, threshold};

/// Most tries to find an elapsed time that competing hazards allow; the chance to need more is negligible in practice.
const MOST_TRIES: u32 = 256;

/// What fires next on a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Nothing,
    /// Exit number of the current state.
    Exit(u16),
    /// Number of the hazard from any state.
    Any(u16),
    /// Number of the onset.
    Onset(u16),
}

/// The clock of a hazard that reads another track: its threshold is used up at the rate of the moment.
#[derive(Debug, Clone, Copy)]
struct Coupled {
    /// Threshold still to go at `since`.
    left: f64,
    since: f64,
    /// Product of the couplings' factors.
    factor: f64,
}

const UNCOUPLED: Coupled = Coupled { left: f64::INFINITY, since: 0.0, factor: 1.0 };

/// A clock that runs through changes of state: the time at which it fires, and how often it was used.
#[derive(Debug, Clone, Copy)]
struct Clock {
    fires: f64,
    uses: u32,
}

const STOPPED: Clock = Clock { fires: f64::INFINITY, uses: 0 };

/// Where a person is on one track.
#[derive(Debug)]
struct Run {
    state: u8,
    /// Number of the hulpvraag at hand; 0 for what was there at the start.
    question: u32,
    time: f64,
    next: Next,
    /// When each exit of the state fires, and what its clock read of other tracks.
    exits: Vec<f64>,
    exits_coupled: Vec<Coupled>,
    /// One per hazard from any state.
    any: Vec<Clock>,
    any_coupled: Vec<Coupled>,
    /// One per onset: the next candidate.
    onsets: Vec<Clock>,
    /// Visits per state within this hulpvraag.
    visits: Vec<u32>,
}

/// How long a person has been in the state they start in.
#[derive(Debug, Clone, Copy)]
enum Stay {
    /// Just entered, or entered so many years ago.
    Elapsed(f64),
    /// A stay met in a stationary town: elapsed, and remaining by the state's first dwell time.
    Met { elapsed: f64, remaining: f64 },
}

/// Walks persons through the tracks of one scenario. Its memory is reused from person to person.
pub(super) struct Walker<'a> {
    compiled: &'a Compiled,
    scenario: &'a Scenario,
    lanes: Vec<Lane>,
    runs: Vec<Run>,
    /// Tracks per layer bit, and tracks inside the pyramid per domain.
    layers: [u8; 8],
    domains: Vec<u8>,
    /// Set of layers.
    set: u8,
    units: Vec<usize>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(compiled: &'a Compiled, scenario: usize, luck: Luck) -> Self {
        let scenario = &compiled.scenarios[scenario];
        let most = |track: &Track| track.states.iter().map(|state| state.exits.len()).max().unwrap_or(0);
        let run = |track: &Track| Run {
            state: 0,
            question: 0,
            time: f64::INFINITY,
            next: Next::Nothing,
            exits: vec![f64::INFINITY; most(track)],
            exits_coupled: vec![UNCOUPLED; most(track)],
            any: vec![STOPPED; track.from_any.len()],
            any_coupled: vec![UNCOUPLED; track.from_any.len()],
            onsets: vec![STOPPED; track.onsets.len()],
            visits: vec![0; track.states.len()],
        };
        let domains = compiled.domains.iter().flatten().max().map_or(0, |&last| last + 1);
        Self {
            compiled,
            scenario,
            lanes: scenario.tracks.iter().map(|track| luck.lane("track", &track.name)).collect(),
            runs: scenario.tracks.iter().map(run).collect(),
            layers: [0; 8],
            domains: vec![0; domains],
            set: 0,
            units: Vec::new(),
        }
    }

    /// Lives one life and counts it. `kind` is absent for the newborn, who start in the first state of every track.
    #[inline]
    pub(super) fn walk(&mut self, who: &Who, kind: Option<&Kind>, end: End, tally: &mut Tally, observer: &mut impl Observer) {
        let bounds = &self.compiled.age_bounds;
        let mut band = bounds.partition_point(|&bound| bound <= who.enter - who.born).saturating_sub(1);
        tally.turn(self.compiled.profiles.wijk[who.profile], band);
        observer.event(&who.event(who.enter, What::Enters));
        self.begin(who, kind, tally, observer);
        let mut birthday = bounds.get(band + 1).map_or(f64::INFINITY, |bound| who.born + bound);
        loop {
            let (track, time) = self.earliest();
            if birthday < time.min(who.leave) {
                band += 1;
                let time = birthday.max(who.enter);
                self.list_units(tally);
                tally.birthday(&self.units, time, band);
                birthday = bounds.get(band + 1).map_or(f64::INFINITY, |bound| who.born + bound);
                continue;
            }
            if time >= who.leave {
                break;
            }
            self.fire(track, time, who, tally, observer);
        }
        self.list_units(tally);
        let cause = if end == End::Horizon { Cause::Edge } else { Cause::Event };
        for &unit in &self.units {
            tally.exit(unit, who.leave, cause);
        }
        match end {
            End::Horizon => {}
            End::Death => observer.event(&who.event(who.leave, What::Dies)),
            End::Departure => observer.event(&who.event(who.leave, What::Leaves)),
        }
    }

    #[inline]
    fn earliest(&self) -> (usize, f64) {
        let mut best = (0, f64::INFINITY);
        for (track, run) in self.runs.iter().enumerate() {
            if run.time < best.1 {
                best = (track, run.time);
            }
        }
        best
    }

    /// The units the person is in now.
    fn list_units(&mut self, tally: &Tally) {
        self.units.clear();
        let rows = &tally.rows;
        for (track, run) in self.runs.iter().enumerate() {
            self.units.push(rows.states[track] + usize::from(run.state));
            if self.scenario.tracks[track].states[usize::from(run.state)].layer != 0 {
                self.units.push(rows.tracks[track]);
            }
        }
        self.units.extend((self.domains.iter().zip(&rows.domains)).filter(|&(&tracks, _)| tracks > 0).map(|(_, &row)| row));
        self.units.extend([rows.layers[highest(self.set)], rows.combinations[usize::from(self.set)], rows.total]);
    }

    fn begin(&mut self, who: &Who, kind: Option<&Kind>, tally: &mut Tally, observer: &mut impl Observer) {
        self.layers = [0; 8];
        self.domains.fill(0);
        self.set = 0;
        let scenario = self.scenario;
        for (index, track) in scenario.tracks.iter().enumerate() {
            let (state, since) = self.origin(index, track, who, kind);
            self.runs[index].state = state;
            self.runs[index].question = 0;
            self.runs[index].visits.fill(0);
            let layer = track.states[usize::from(state)].layer;
            if layer != 0 {
                self.layers[layer.trailing_zeros() as usize] += 1;
                self.set |= layer;
                if let Some(domain) = self.compiled.domains[index] {
                    self.domains[domain] += 1;
                }
            }
            let stay = self.stay(index, track, state, since, who);
            let elapsed = match stay {
                Stay::Elapsed(elapsed) | Stay::Met { elapsed, .. } => elapsed,
            };
            if state != 0 {
                observer.event(&who.event(who.enter, What::Begins { track: index, state, elapsed }));
            }
            self.start_running_clocks(index, track, who);
            self.enter_state(index, who.enter, stay, who);
        }
        self.list_units(tally);
        let cause = if who.enter > 0.0 { Cause::Event } else { Cause::Edge };
        for &unit in &self.units {
            tally.enter(unit, who.enter, cause);
        }
        if scenario.tracks.iter().any(|track| !track.reads.is_empty()) {
            // Clocks were started before all tracks had their state.
            for index in 0..self.runs.len() {
                self.recouple(index, who.enter, who);
            }
        }
    }

    fn origin(&self, index: usize, track: &Track, who: &Who, kind: Option<&Kind>) -> (u8, Since) {
        match kind.map(|kind| kind.origins[index]) {
            Some(Origin::State(state, since)) => (state, since),
            Some(Origin::Shares) if !track.initial.is_empty() => {
                let [mut u, _] = self.lanes[index].pair(who.id, 0, item::INITIAL, 0);
                let age = ((who.enter - who.born) as usize).min(crate::model::MAX_AGE);
                for initial in &track.initial {
                    u -= initial.share[who.profile * (crate::model::MAX_AGE + 1) + age];
                    if u < 0.0 {
                        return (initial.state, initial.since);
                    }
                }
                (0, Since::Years(0.0))
            }
            Some(Origin::Shares) | None => (0, Since::Years(0.0)),
        }
    }

    /// How long the person has been in the state they start in.
    ///
    /// In a stationary town the elapsed time has a density proportional to the chance to be still there: that of all dwell
    /// times of the state times that of the competing hazards, taken constant at their value at the start.
    fn stay(&self, index: usize, track: &Track, state: u8, since: Since, who: &Who) -> Stay {
        let Since::Stationary = since else {
            let Since::Years(years) = since else { return Stay::Elapsed(0.0) };
            return Stay::Elapsed(years);
        };
        let lane = self.lanes[index];
        let mut laws = track.states[usize::from(state)].exits.iter().filter_map(|exit| match &exit.when {
            When::Dwell(laws) => Some(&laws[0]),
            When::Rate(_) | When::Age(_) => None,
        });
        let first = laws.next();
        let rates: Vec<&Rate> = (track.states[usize::from(state)].exits.iter().chain(&track.from_any))
            .filter_map(|exit| match &exit.when {
                When::Rate(rate) => Some(rate),
                When::Dwell(_) | When::Age(_) => None,
            })
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

    /// Starts the clocks that run through all states: candidates of a hulpvraag, and hazards from any state.
    #[inline]
    fn start_running_clocks(&mut self, index: usize, track: &'a Track, who: &Who) {
        for number in 0..track.onsets.len() {
            self.runs[index].onsets[number] = STOPPED;
            self.next_candidate(index, number, who.enter, who);
        }
        for (number, exit) in track.from_any.iter().enumerate() {
            self.runs[index].any[number] = STOPPED;
            self.wind_any(index, number, exit, who.enter, who);
        }
    }

    /// The next candidate of an onset after `from`; candidates are numbered from 1 and the same in every scenario.
    #[inline]
    fn next_candidate(&mut self, index: usize, number: usize, from: f64, who: &Who) {
        let onset = &self.scenario.tracks[index].onsets[number];
        let clock = &mut self.runs[index].onsets[number];
        clock.uses += 1;
        let hazard = Hazard::new(&self.compiled.tables[onset.rate.table], who, onset.rate.level * onset.coupling_max);
        let lane = self.lanes[index];
        clock.fires = hazard.fires(|| lane.pair(who.id, clock.uses, onset.item / 2, 0)[0], from, who.leave);
    }

    fn wind_any(&mut self, index: usize, number: usize, exit: &'a Exit, from: f64, who: &Who) {
        let When::Rate(rate) = &exit.when else { return };
        let u = self.lanes[index].pair(who.id, 0, exit.item / 2, self.runs[index].any[number].uses)[(exit.item % 2) as usize];
        let (fires, coupled) = self.wind(rate, u, from, who);
        self.runs[index].any[number].fires = fires;
        self.runs[index].any_coupled[number] = coupled;
    }

    /// When a hazard wound at `from` with the number `u` fires, and what it read of other tracks.
    #[inline]
    fn wind(&self, rate: &'a Rate, u: f64, from: f64, who: &Who) -> (f64, Coupled) {
        if rate.couplings.is_empty() {
            return (self.moving(rate, 1.0, who).fires(u, from, who.leave), UNCOUPLED);
        }
        let (left, factor) = (threshold(u), self.coupling(rate));
        (self.moving(rate, factor, who).exhausts(left, from, who.leave), Coupled { left, since: from, factor })
    }

    #[inline]
    fn moving(&self, rate: &'a Rate, factor: f64, who: &Who) -> Moving<'a> {
        Moving::new(&self.compiled.tables, rate, &self.scenario.begins, who, factor)
    }

    /// The product of the coupling factors of a hazard in the states of the moment.
    fn coupling(&self, rate: &Rate) -> f64 {
        rate.couplings.iter().map(|(other, factors)| factors[usize::from(self.runs[*other].state)]).product()
    }

    /// Winds all clocks of the state that track `index` has just entered at `time`.
    #[inline]
    fn enter_state(&mut self, index: usize, time: f64, stay: Stay, who: &Who) {
        let (compiled, scenario, lane) = (self.compiled, self.scenario, self.lanes[index]);
        let track = &scenario.tracks[index];
        let run = &mut self.runs[index];
        let (state, question) = (usize::from(run.state), run.question);
        let visit = run.visits[state];
        run.visits[state] += 1;
        let mut first_dwell = true;
        let mut luck = [0.0; 2];
        // Nobody waits for a clock that fires after another has; only clocks that read other tracks may still slow down.
        let mut until = who.leave;
        for (exit, fires) in track.states[state].exits.iter().zip(&mut run.exits) {
            let side = (exit.item % 2) as usize;
            if side == 0 {
                luck = lane.pair(who.id, question, exit.item / 2, visit);
            }
            let u = luck[side];
            *fires = match &exit.when {
                When::Rate(rate) if rate.couplings.is_empty() => {
                    let fires = Moving::new(&compiled.tables, rate, &scenario.begins, who, 1.0).fires(u, time, until);
                    until = until.min(fires);
                    fires
                }
                When::Rate(_) => f64::INFINITY,
                When::Dwell(laws) => {
                    let law = &laws[if laws.len() > 1 { epoch(&scenario.begins, time) } else { 0 }];
                    let remaining = match stay {
                        Stay::Met { remaining, .. } if first_dwell => remaining,
                        Stay::Met { elapsed, .. } | Stay::Elapsed(elapsed) => law.remaining(u, elapsed),
                    };
                    first_dwell = false;
                    time + remaining
                }
                When::Age(age) => {
                    let birthday = who.born + age;
                    if birthday > time { birthday } else { f64::INFINITY }
                }
            };
        }
        if !track.reads.is_empty() {
            self.wind_coupled(index, time, visit, who);
        }
        self.choose(index, time, who);
    }

    /// Winds the clocks of the state just entered that read other tracks.
    fn wind_coupled(&mut self, index: usize, time: f64, visit: u32, who: &Who) {
        let track = &self.scenario.tracks[index];
        let (state, question) = (usize::from(self.runs[index].state), self.runs[index].question);
        for (number, exit) in track.states[state].exits.iter().enumerate() {
            if let When::Rate(rate) = &exit.when
                && !rate.couplings.is_empty()
            {
                let u = self.lanes[index].pair(who.id, question, exit.item / 2, visit)[(exit.item % 2) as usize];
                let (fires, coupled) = self.wind(rate, u, time, who);
                self.runs[index].exits[number] = fires;
                self.runs[index].exits_coupled[number] = coupled;
            }
        }
    }

    /// Finds what fires next on track `index`, not before `time`.
    #[inline]
    fn choose(&mut self, index: usize, time: f64, who: &Who) {
        let track = &self.scenario.tracks[index];
        let run = &mut self.runs[index];
        let state = &track.states[usize::from(run.state)];
        let mut best = (f64::INFINITY, Next::Nothing);
        if !state.sink {
            for (number, &fires) in run.exits[..state.exits.len()].iter().enumerate() {
                if fires < best.0 {
                    best = (fires, Next::Exit(number as u16));
                }
            }
            for (number, clock) in run.any.iter().enumerate() {
                if clock.fires < best.0 {
                    best = (clock.fires, Next::Any(number as u16));
                }
            }
        }
        (run.time, run.next) = best;
        if track.free == Some(run.state) {
            for number in 0..track.onsets.len() {
                // Candidates that came while a need was open are void.
                while self.runs[index].onsets[number].fires < time {
                    self.next_candidate(index, number, self.runs[index].onsets[number].fires, who);
                }
                let run = &mut self.runs[index];
                if run.onsets[number].fires < run.time {
                    (run.time, run.next) = (run.onsets[number].fires, Next::Onset(number as u16));
                }
            }
        }
    }

    /// Lets the next event of track `index` happen.
    #[inline]
    fn fire(&mut self, index: usize, time: f64, who: &Who, tally: &mut Tally, observer: &mut impl Observer) {
        let scenario = self.scenario;
        let track = &scenario.tracks[index];
        let run = &mut self.runs[index];
        let from = run.state;
        match run.next {
            Next::Exit(number) => {
                let exit = &track.states[usize::from(from)].exits[usize::from(number)];
                let to =
                    self.choose_target(index, &exit.split, exit.item, self.runs[index].question, self.visit(index), time, who);
                self.shift(index, to, time, who, tally, observer);
            }
            Next::Any(number) => {
                let number = usize::from(number);
                let exit = &track.from_any[number];
                let to = self.choose_target(index, &exit.split, exit.item, 0, self.runs[index].any[number].uses, time, who);
                self.runs[index].any[number].uses += 1;
                self.wind_any(index, number, exit, time, who);
                if to == from {
                    self.choose(index, time, who);
                } else {
                    self.shift(index, to, time, who, tally, observer);
                }
            }
            Next::Onset(number) => {
                let number = usize::from(number);
                let onset = &track.onsets[number];
                let candidate = run.onsets[number].uses;
                let share =
                    if onset.rate.course.is_empty() { 1.0 } else { onset.rate.course[pick_epoch(&onset.rate, scenario, time)] };
                let coupling =
                    if onset.rate.couplings.is_empty() { 1.0 } else { self.coupling(&onset.rate) / onset.coupling_max };
                let kept = share * coupling;
                let [_, mark] = self.lanes[index].pair(who.id, candidate, onset.item / 2, 0);
                self.next_candidate(index, number, time, who);
                if mark < kept {
                    let count = track.onsets.len() as u32;
                    let question = candidate * count + number as u32;
                    self.runs[index].question = question;
                    self.runs[index].visits.fill(0);
                    let to = self.choose_target(index, &onset.split, onset.item, question, 0, time, who);
                    self.shift(index, to, time, who, tally, observer);
                } else {
                    self.choose(index, time, who);
                }
            }
            Next::Nothing => {}
        }
    }

    fn visit(&self, index: usize) -> u32 {
        let run = &self.runs[index];
        run.visits[usize::from(run.state)] - 1
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of an address")]
    #[inline]
    fn choose_target(&self, index: usize, split: &Split, item: u32, question: u32, visit: u32, time: f64, who: &Who) -> u8 {
        if split.cumulated.is_empty() {
            return split.targets[0];
        }
        let row = if split.cumulated.len() > 1 { epoch(&self.scenario.begins, time) } else { 0 };
        let u = self.lanes[index].pair(who.id, question, split_block(item), visit)[(item % 2) as usize];
        split.targets[pick(&split.cumulated[row], u)]
    }

    /// Moves track `index` to state `to` and counts it.
    #[inline]
    fn shift(&mut self, index: usize, to: u8, time: f64, who: &Who, tally: &mut Tally, observer: &mut impl Observer) {
        let scenario = self.scenario;
        let track = &scenario.tracks[index];
        let from = self.runs[index].state;
        let question = self.runs[index].question;
        observer.event(&who.event(time, What::Moves { track: index, from, to, question }));
        let row = tally.rows.states[index];
        if from == to {
            tally.renew(row + usize::from(to), time);
            self.enter_state(index, time, Stay::Elapsed(0.0), who);
            return;
        }
        tally.exit(row + usize::from(from), time, Cause::Event);
        tally.enter(row + usize::from(to), time, Cause::Event);
        let (old, new) = (track.states[usize::from(from)].layer, track.states[usize::from(to)].layer);
        if old != new {
            self.relayer(index, old, new, time, tally);
        }
        self.runs[index].state = to;
        self.enter_state(index, time, Stay::Elapsed(0.0), who);
        for other in 0..scenario.tracks.len() {
            if scenario.tracks[other].reads.contains(&index) {
                self.recouple(other, time, who);
            }
        }
    }

    fn relayer(&mut self, index: usize, old: u8, new: u8, time: f64, tally: &mut Tally) {
        let domain = self.compiled.domains[index];
        let was = self.set;
        if old != 0 {
            let count = &mut self.layers[old.trailing_zeros() as usize];
            *count -= 1;
            if *count == 0 {
                self.set &= !old;
            }
        }
        if new != 0 {
            self.layers[new.trailing_zeros() as usize] += 1;
            self.set |= new;
        }
        let crossing = (old == 0) != (new == 0);
        if crossing {
            let (track_row, count) = (tally.rows.tracks[index], domain.map(|domain| &mut self.domains[domain]));
            if new == 0 {
                tally.exit(track_row, time, Cause::Event);
            } else {
                tally.enter(track_row, time, Cause::Event);
            }
            if let (Some(count), Some(domain)) = (count, domain) {
                let row = tally.rows.domains[domain];
                if new == 0 {
                    *count -= 1;
                    if *count == 0 {
                        tally.exit(row, time, Cause::Event);
                    }
                } else {
                    *count += 1;
                    if *count == 1 {
                        tally.enter(row, time, Cause::Event);
                    }
                }
            }
        }
        if was != self.set {
            tally.exit(tally.rows.combinations[usize::from(was)], time, Cause::Event);
            tally.enter(tally.rows.combinations[usize::from(self.set)], time, Cause::Event);
            let (before, after) = (highest(was), highest(self.set));
            if before != after {
                tally.exit(tally.rows.layers[before], time, Cause::Event);
                tally.enter(tally.rows.layers[after], time, Cause::Event);
            }
        }
    }

    /// Lets the clocks of track `index` that read other tracks run on at their new rate.
    fn recouple(&mut self, index: usize, time: f64, who: &Who) {
        let scenario = self.scenario;
        let track = &scenario.tracks[index];
        let state = &track.states[usize::from(self.runs[index].state)];
        for (number, exit) in state.exits.iter().enumerate() {
            if let Some((fires, coupled)) = self.recoupled(exit, self.runs[index].exits_coupled[number], time, who) {
                self.runs[index].exits[number] = fires;
                self.runs[index].exits_coupled[number] = coupled;
            }
        }
        for (number, exit) in track.from_any.iter().enumerate() {
            if let Some((fires, coupled)) = self.recoupled(exit, self.runs[index].any_coupled[number], time, who) {
                self.runs[index].any[number].fires = fires;
                self.runs[index].any_coupled[number] = coupled;
            }
        }
        self.choose(index, time, who);
    }

    /// When an exit that reads other tracks fires from now on; none if it reads no other.
    fn recoupled(&self, exit: &'a Exit, clock: Coupled, time: f64, who: &Who) -> Option<(f64, Coupled)> {
        let When::Rate(rate) = &exit.when else { return None };
        if rate.couplings.is_empty() {
            return None;
        }
        let used = self.moving(rate, clock.factor, who).between(clock.since, time);
        let (left, factor) = ((clock.left - used).max(0.0), self.coupling(rate));
        Some((self.moving(rate, factor, who).exhausts(left, time, who.leave), Coupled { left, since: time, factor }))
    }
}

fn pick_epoch(rate: &Rate, scenario: &Scenario, time: f64) -> usize {
    if rate.course.len() > 1 { epoch(&scenario.begins, time) } else { 0 }
}
