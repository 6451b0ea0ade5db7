//! Demography: who is here from when to when, who is born and who arrives. It never reads a track, so the same persons live
//! in every scenario.

use super::Who;
use super::clock::{Hazard, Moving};
use crate::compile::{Compiled, Intensity, Kind, Origin, Rate, Since, Stream, When};
use crate::luck::{Lane, Luck, PersonId, Row, threshold};
use crate::maths::normal_quantile;

/// How a life here ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Still here at the end of the horizon.
    Horizon,
    /// Death.
    Death,
    /// Departure.
    Departure,
}

/// The luck and the tables that decide who is here.
pub(super) struct Town<'a> {
    compiled: &'a Compiled,
    /// Those of the initial population, then per stream its kinds as they are if they are there already, and as they arrive.
    kinds: Vec<Kind>,
    /// Per stream: where those two begin.
    begins: Vec<[usize; 2]>,
    luck: Luck,
    person: Lane,
    frailty: Lane,
    birth: Lane,
    /// Where the numbers of persons' own part in their frailty, and of their lives, are drawn side by side.
    own: Row,
    life: Row,
    horizon: f64,
}

impl<'a> Town<'a> {
    pub(super) fn new(compiled: &'a Compiled, luck: Luck) -> Self {
        let mut kinds: Vec<Kind> = compiled.population.iter().map(|(kind, _)| kind.clone()).collect();
        let mut begins = Vec::with_capacity(compiled.streams.len());
        for stream in &compiled.streams {
            begins.push([kinds.len(), kinds.len() + stream.kinds.len()]);
            kinds.extend(stream.kinds.iter().map(already));
            kinds.extend_from_slice(&stream.kinds);
        }
        let (frailty, life) = (luck.lane("frailty", "person"), luck.lane("demography", "life"));
        let row = |lane| Row::new(0, [(lane, 0); Row::LENGTH]);
        Self {
            compiled,
            kinds,
            begins,
            luck,
            person: luck.lane("population", "person"),
            own: row(&frailty),
            life: row(&life),
            frailty,
            birth: luck.lane("demography", "birth"),
            horizon: compiled.years as f64,
        }
    }

    /// The kinds of persons there are.
    pub(super) fn into_kinds(self) -> Vec<Kind> {
        self.kinds
    }

    fn hazard(&self, rate: &Rate, who: &Who) -> Hazard<'_> {
        Hazard::new(&self.compiled.tables[rate.table], who, who.level(rate))
    }

    /// Draws numbers of some persons side by side: one that decides how frail each is, and the two that decide when they die and leave.
    #[expect(clippy::inline_always, reason = "it is as wide as its caller")]
    #[inline(always)]
    pub(super) fn numbers(&self, persons: [PersonId; Row::LENGTH]) -> ([f64; Row::LENGTH], [[f64; Row::LENGTH]; 2]) {
        (self.own.pairs(persons)[0], self.life.pairs(persons))
    }

    /// Decides how frail a person is by the number of their own.
    #[inline]
    pub(super) fn frail(&self, who: &mut Who, own: f64) {
        if let Some(frailty) = &self.compiled.frailty {
            let shared = frailty.household_share > 0.0;
            who.frailty = if shared { frailty.factor(normal_quantile(own), who.kin) } else { frailty.at(own) };
        }
    }

    /// The normal score shared in a household that is known by its referent.
    #[inline]
    pub(super) fn kin(&self, referent: PersonId) -> f64 {
        match &self.compiled.frailty {
            Some(frailty) if frailty.household_share > 0.0 => normal_quantile(self.frailty.pair(referent, 0, 1, 0)[0]),
            _ => 0.0,
        }
    }

    /// A person of the initial population, of kind number `kind`: the birth date is uniform within the year of age.
    /// Their household is known by its referent and the normal score it shares. How frail they are is not decided yet.
    pub(super) fn initial(&self, id: PersonId, home: (PersonId, f64), kind: usize) -> Who {
        self.at_age(id, home, kind, 0.0, || self.person.pair(id, 0, 0, 0)[0])
    }

    fn at_age(&self, id: PersonId, (home, kin): (PersonId, f64), kind: usize, enter: f64, u: impl FnOnce() -> f64) -> Who {
        let kind = &self.kinds[kind];
        let born = if self.compiled.has_age { enter - f64::from(kind.age) - u() } else { 0.0 };
        let mut who = Who::new(id, kind.profile, born, enter);
        (who.home, who.kin) = (home, kin);
        who
    }

    /// Decides when and how the person's life here ends, by two numbers.
    #[inline]
    pub(super) fn settle(&self, who: &mut Who, luck: [f64; 2]) -> End {
        let life = &self.compiled.life;
        who.leave = self.horizon;
        let mut end = End::Horizon;
        for ((rate, u), kind) in [&life.death, &life.leave].into_iter().zip(luck).zip([End::Death, End::Departure]) {
            let Some(rate) = rate else { continue };
            let time = self.hazard(rate, who).fires(|| u, who.enter, who.leave);
            if time < who.leave {
                who.leave = time;
                end = kind;
            }
        }
        end
    }

    /// Adds the person's children, first-born last, to `newborn`.
    #[inline]
    pub(super) fn births(&self, who: &Who, newborn: &mut Vec<Who>) {
        let Some(birth) = &self.compiled.life.birth else { return };
        if !birth.mothers[who.profile] {
            return;
        }
        // Most are too old to bear.
        let table = &self.compiled.tables[birth.rate.table];
        if table.most[table.row(who.profile, who.cohort)] <= 0.0 {
            return;
        }
        let hazard = self.hazard(&birth.rate, who);
        let mut time = who.enter;
        for n in 0.. {
            time = hazard.fires(|| self.birth.pair(who.id, n, 0, 0)[0], time, who.leave);
            if time >= who.leave {
                break;
            }
            let mut profile = who.profile;
            for (item, (attribute, cumulated)) in birth.newborn.iter().enumerate() {
                let [u, _] = self.birth.pair(who.id, n, 1 + item as u32, 0);
                profile = self.compiled.profiles.with(profile, *attribute, pick(cumulated, u) as u8);
            }
            let mut child = Who::new(self.birth.identity(who.id, n), profile, time, time);
            child.kin = who.kin;
            newborn.push(child);
        }
    }

    /// Calls `take_in` with every household that stream `number` brings, in order of arrival: its members, and the number of their kind.
    pub(super) fn arrivals(&self, number: usize, take_in: &mut impl FnMut(&[(Who, usize)])) {
        let (stream, [there, arriving]) = (&self.compiled.streams[number], self.begins[number]);
        let lane = self.luck.lane("stream", &stream.name);
        let nobody = PersonId(0);
        if stream.stationary {
            let mut sum = 0.0;
            let room = self.stationary_stock(stream);
            for n in 0.. {
                sum += threshold(lane.pair(nobody, n, 3, 0)[0]);
                if sum >= room {
                    break;
                }
                let kind = there + pick(&stream.cumulated, lane.pair(nobody, n, 4, 0)[0]);
                let id = lane.identity(PersonId(1), n);
                take_in(&[(self.at_age(id, (id, self.kin(id)), kind, 0.0, || lane.pair(nobody, n, 4, 0)[1]), kind)]);
            }
        }
        if stream.closed {
            return;
        }
        let mut sum = 0.0;
        let mut members = Vec::new();
        for n in 0.. {
            let [u, pick_kind] = lane.pair(nobody, n, 1, 0);
            sum += threshold(u);
            let time = arrival(&stream.intensity, sum, self.horizon);
            if time >= self.horizon {
                break;
            }
            let household = stream.households.led_by(pick(&stream.cumulated, pick_kind));
            let home = lane.identity(nobody, n);
            let kin = self.kin(home);
            members.clear();
            members.extend(household.iter().enumerate().map(|(number, &member)| {
                let kind = arriving + member;
                let who = if number == 0 {
                    self.at_age(home, (home, kin), kind, time, || lane.pair(nobody, n, 2, 0)[0])
                } else {
                    let id = lane.identity(home, number as u32);
                    self.at_age(id, (home, kin), kind, time, || lane.pair(id, 0, 2, 0)[0])
                };
                (who, kind)
            }));
            if !members.is_empty() {
                take_in(&members);
            }
        }
    }

    /// Expected number already there of a stationary stream: the rate times the mean time in the state that is entered, as it
    /// is without measures: the same persons are there in every scenario.
    fn stationary_stock(&self, stream: &Stream) -> f64 {
        let Intensity::Yearly { rates, .. } = &stream.intensity else { return 0.0 };
        let mut weight = 0.0;
        let mut mean = 0.0;
        for (kind, &cumulated) in stream.kinds.iter().zip(&stream.cumulated) {
            for (track, origin) in self.compiled.scenarios[self.compiled.unchanged].tracks.iter().zip(kind.origins.iter()) {
                let Origin::State(state, _) = origin else { continue };
                let exit = track.states[usize::from(*state)].exits.first();
                if let Some(When::Dwell(laws)) = exit.map(|exit| &exit.when) {
                    mean += (cumulated - weight) * laws[0].mean();
                }
            }
            weight = cumulated;
        }
        rates.first().copied().unwrap_or(0.0) * mean
    }
}

/// A kind of persons as they are if they have been there for long.
fn already(kind: &Kind) -> Kind {
    let origin = |origin: &Origin| match *origin {
        Origin::State(state, _) => Origin::State(state, Since::Stationary),
        Origin::Shares => Origin::Shares,
    };
    Kind { origins: kind.origins.iter().map(origin).collect(), ..kind.clone() }
}

/// Index of the first cumulated share above `u`.
#[inline]
pub(super) fn pick(cumulated: &[f64], u: f64) -> usize {
    if cumulated.len() > 8 {
        cumulated.partition_point(|&share| share <= u).min(cumulated.len() - 1)
    } else {
        // Which it is nobody can guess, so all are looked at.
        cumulated.iter().map(|&share| usize::from(share <= u)).sum::<usize>().min(cumulated.len().saturating_sub(1))
    }
}

/// Time at which the cumulated intensity of a stream reaches `sum`; at or past `horizon` if it does not.
fn arrival(intensity: &Intensity, sum: f64, horizon: f64) -> f64 {
    match intensity {
        Intensity::Yearly { rates, before } => {
            let year = before.partition_point(|&total| total <= sum).saturating_sub(1);
            let time = year as f64 + (sum - before[year]) / rates[year];
            // In a last year without arrivals the sum is never reached; before it, rounding must not skip into the next year.
            match year + 1 == rates.len() {
                true if time.is_nan() => horizon,
                true => time,
                false => time.min((year + 1) as f64),
            }
        }
        Intensity::Seasonal { mean, amplitude, peak } => {
            let turn = core::f64::consts::TAU;
            let phase = libm::sin(turn * peak);
            let total = |t: f64| mean * (t + amplitude / turn * (libm::sin(turn * (t - peak)) + phase));
            if total(horizon) <= sum {
                return horizon;
            }
            // The cumulated intensity rises, so halving finds the time to the last bit in about sixty steps.
            let (mut low, mut high) = (0.0, horizon);
            loop {
                let middle = 0.5 * (low + high);
                if middle <= low || middle >= high {
                    return high;
                }
                if total(middle) <= sum { low = middle } else { high = middle }
            }
        }
    }
}

/// Rate per year at which competing hazards end the stay of `who` at `t`: death, departure, and the stated shares of `rates`.
pub(super) fn competing(compiled: &Compiled, begins: &[f64], who: &Who, t: f64, rates: &[(&Rate, f64)]) -> f64 {
    let life = &compiled.life;
    let of_life = [&life.death, &life.leave].into_iter().flatten();
    let of = |rate: &Rate| Moving::new(&compiled.tables, rate, begins, who, 1.0).rate(t);
    of_life.map(of).sum::<f64>() + rates.iter().map(|&(rate, share)| of(rate) * share).sum::<f64>()
}
