//! Tracks of one scenario as flat tables: per state the clocks that may end it, and what it costs.

use super::attached::Attached;
use super::dwell::Law;
use super::fault::{CompileError, within};
use super::frailty::Frailty;
use super::gate::Gate;
use super::hazard::Rate;
use super::layout::layer_bit;
use super::people::{Since, since};
use super::resource::{Place, Wait, parts};
use super::timeline::{Course, Timeline};
use super::trend;
use crate::model::{self, Ages, Clock, Model, YearFactors};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A track of one scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// Name: the address of its luck.
    pub name: String,
    /// Whether the need is the household's: it runs on the referent only, and passes on (see [`super::Compiled::succession`]).
    pub household: bool,
    /// States; a state id indexes this.
    pub states: Vec<State>,
    /// Where a hulpvraag arises: candidate processes, in declared order. Only for persons in `free`.
    pub onsets: Vec<Onset>,
    /// State id of `geen_hulpvraag`.
    pub free: Option<u8>,
    /// Hazards from any state, whose clocks run through.
    pub from_any: Vec<Exit>,
    /// Shares at the start. These and what follows from them are large, and the same in most scenarios and under every shock.
    pub initial: Arc<[Initial]>,
    /// For frail ones, per profile and single year of age: see [`Track::start`]. Empty if there are none.
    pub odds: Arc<[Odds]>,
    /// No less than the chance of anybody in a cell to start in one of the states of `initial`. Empty if there are none.
    pub most: Arc<[f64]>,
    /// Tracks that a hazard of this track reads.
    pub reads: Vec<usize>,
    /// Whether a hazard of this track reads what the others of the household need.
    pub burdened: bool,
    /// Gates; a gate id indexes this.
    pub gates: Vec<Gate>,
    /// What follows its states; an attached id indexes this.
    pub attached: Vec<Attached>,
    /// Number of labels that a hulpvraag may bear; 0 if it bears none.
    pub labels: u8,
}

/// The odds of those in one cell to start in any frail state, given that they start in no other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odds {
    /// Of frailty one.
    pub one: f64,
    /// From the share of one frail state to its chance if the odds are infinite.
    pub whole: f64,
}

/// A state and the clocks that end it.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The clocks, in declared order.
    pub exits: Vec<Exit>,
    /// Bit of its layer; 0 outside the pyramid.
    pub layer: u8,
    /// Never left.
    pub sink: bool,
    /// Not taken over by another member of the household.
    pub personal: bool,
    /// Thousandths of an indicatie per person.
    pub indicaties: i64,
    /// Informal help that the person needs in it, in thousandths of an hour a week.
    pub informal: u64,
    /// What it costs: at the constant price level, then at the prices of the year itself.
    pub cost: [Tariffs; 2],
    /// Ids of the shocks that multiply its cost, year by year (see [`super::Compiled::shocked`]).
    pub shocks: Vec<usize>,
    /// The place that it takes.
    pub place: Option<Place>,
    /// What is waited for in it.
    pub wait: Option<Wait>,
}

/// What a state costs in whole cents, per half-year of the horizon.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tariffs {
    /// Per person-year.
    pub person_year: Vec<i64>,
    /// Per entry.
    pub start: Vec<i64>,
    /// Per new indicatie.
    pub indicatie: Vec<i64>,
}

impl Tariffs {
    /// Whether nothing is ever paid.
    pub fn is_nothing(&self) -> bool {
        [&self.person_year, &self.start, &self.indicatie].into_iter().flatten().all(|&amount| amount == 0)
    }
}

/// A clock and where it leads.
#[derive(Debug, Clone, PartialEq)]
pub struct Exit {
    /// When.
    pub when: When,
    /// Where to.
    pub split: Split,
    /// Item number of its luck: unique within the track.
    pub item: u32,
    /// Label id of the need that it brings to a person in `free`.
    pub label: Option<u8>,
}

impl Track {
    /// The exact ages at which states are left.
    pub fn ages(&self) -> impl Iterator<Item = &Ages> {
        let exits = self.states.iter().flat_map(|state| &state.exits);
        exits.filter_map(|exit| if let When::Age(ages) = &exit.when { Some(ages) } else { None })
    }
}

impl Exit {
    /// Its rate, if it fires at one.
    pub fn rate(&self) -> Option<&Rate> {
        match &self.when {
            When::Rate(rate) => Some(rate),
            When::Dwell(_) | When::Age(_) => None,
        }
    }
}

/// When an exit fires.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    /// At a rate.
    Rate(Rate),
    /// After a time: one law, or one per epoch.
    Dwell(Vec<Law>),
    /// At an exact age; dates of birth in years since the start.
    Age(Ages),
}

/// Target states with cumulated shares.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// State ids.
    pub targets: Vec<u8>,
    /// Cumulated shares ending at 1: one row, or one per epoch. Empty for a single target.
    pub cumulated: Vec<Vec<f64>>,
    /// Gate id before each target; empty where none has one.
    pub gates: Vec<Option<u16>>,
}

/// A candidate process of a hulpvraag.
#[derive(Debug, Clone, PartialEq)]
pub struct Onset {
    /// The rate, as a share of a bound that holds in every scenario.
    pub rate: Rate,
    /// Largest product of the factors of couplings and overload: candidates arise at `rate.level` times this.
    pub coupling_max: f64,
    /// Where to.
    pub split: Split,
    /// Item number of its luck.
    pub item: u32,
    /// Label id of the needs that it brings; 0 if the track has none.
    pub label: u8,
}

/// Who starts in a state.
#[derive(Debug, Clone, PartialEq)]
pub struct Initial {
    /// State id.
    pub state: u8,
    /// Probability per profile and single year of age: [profile × (`MAX_AGE` + 1)].
    pub share: Vec<f64>,
    /// Whether the person's frailty multiplies it; see [`Track::start`].
    pub frail: bool,
    /// Time since entry.
    pub since: Since,
    /// Cumulated shares of the labels, ending at 1; empty if all bear the first or none.
    pub labels: Vec<f64>,
}

impl Split {
    /// Targets with their shares in an epoch; the shares sum to one.
    pub fn shares(&self, epoch: usize) -> impl Iterator<Item = (u8, f64)> {
        let row = self.cumulated.get(if self.cumulated.len() > 1 { epoch } else { 0 });
        (self.targets.iter().enumerate()).map(move |(place, &target)| {
            let upto = |place: usize| row.map_or(1.0, |row| row[place]);
            (target, if place > 0 { upto(place) - upto(place - 1) } else { upto(0) })
        })
    }

    fn new(
        transition: &model::Transition,
        gates: &[Gate],
        time: &Timeline,
        place: &impl Fn() -> String,
    ) -> Result<Self, CompileError> {
        let to = &transition.to;
        let targets: Vec<u8> = to.iter().map(|(state, _)| *state as u8).collect();
        let courses: Vec<Course> = to.iter().map(|(_, share)| time.course(share)).collect();
        let epochs = courses.iter().map(Vec::len).max().unwrap_or(1);
        let mut cumulated = Vec::with_capacity(epochs);
        for epoch in 0..epochs {
            let shares = courses.iter().map(|course| course[if course.len() == 1 { 0 } else { epoch }]);
            cumulated.push(sums(shares, place)?);
        }
        if targets.len() == 1 {
            cumulated.clear();
        }
        let awake = |gate: Option<usize>| gate.filter(|&gate| !gates[gate].is_asleep()).map(|gate| gate as u16);
        let mut gates: Vec<Option<u16>> = transition.gates.iter().map(|&gate| awake(gate)).collect();
        if gates.iter().all(Option::is_none) {
            gates.clear();
        }
        Ok(Self { targets, cumulated, gates })
    }
}

/// Cumulated shares, which sum to one.
fn sums(shares: impl Iterator<Item = f64>, place: &impl Fn() -> String) -> Result<Vec<f64>, CompileError> {
    let (mut sum, mut row) = (0.0, Vec::with_capacity(shares.size_hint().0));
    for share in shares {
        // A sum of shares may miss 0 or 1 by a rounding error.
        sum += within(share, -1e-9, 1.0 + 1e-9, place, "a share")?.clamp(0.0, 1.0);
        row.push(sum);
    }
    if (sum - 1.0).abs() > 1e-6 {
        let message = format!("the shares sum to {sum}, expected 1");
        return Err(CompileError::new(place(), message, "write one share as 1 minus the others"));
    }
    if let Some(last) = row.last_mut() {
        *last = 1.0;
    }
    Ok(row)
}

/// Context of compiling one scenario.
pub(super) struct Context<'a> {
    pub model: &'a Model,
    pub time: &'a Timeline,
    /// Table index per (track, transition); `usize::MAX` where the transition has no hazard.
    pub tables: &'a [Vec<usize>],
    pub years: usize,
    pub frailty: Option<&'a Frailty>,
}

impl Context<'_> {
    /// Track number `index`; `shares(initial)` gives the table of a start share. `alike` is the same track of a scenario with the same values
    /// at the start, if there was one.
    pub(super) fn track(
        &self,
        index: usize,
        shares: &impl Fn(&model::Initial) -> Result<Vec<f64>, CompileError>,
        alike: Option<&Track>,
    ) -> Result<Track, CompileError> {
        let spec = &self.model.tracks[index];
        let mut track = Track {
            name: spec.name.clone(),
            household: spec.unit == model::Carrier::Household,
            states: spec.states.iter().map(|state| self.state(spec, state)).collect::<Result<_, _>>()?,
            onsets: vec![],
            free: spec.free.map(|state| state as u8),
            from_any: vec![],
            initial: Arc::default(),
            odds: Arc::default(),
            most: Arc::default(),
            reads: vec![],
            burdened: false,
            gates: self.gates(spec)?,
            attached: self.attached(spec)?,
            labels: spec.labels.len() as u8,
        };
        for (number, transition) in spec.transitions.iter().enumerate() {
            let place = || format!("track `{}`, transition {}", spec.name, number + 1);
            let split = Split::new(transition, &track.gates, self.time, &place)?;
            let when = match &transition.clock {
                Clock::Hazard(hazard) => {
                    track.reads.extend(hazard.while_in.iter().map(|coupling| coupling.track));
                    track.burdened |= hazard.overload.is_some();
                    When::Rate(Rate::new(hazard, self.tables[index][number], self.time, &place)?)
                }
                Clock::Dwell(dwell) => When::Dwell(Law::course(dwell, self.time, &place)?),
                Clock::Age(ages) => When::Age(ages.since(self.model.first_year.into())),
            };
            let label = transition.label.map(|label| label as u8);
            if let (When::Rate(_), true) = (&when, transition.from_any) {
                track.from_any.push(Exit { when, split, item: 0, label });
                continue;
            }
            for &from in &transition.from {
                match &when {
                    When::Rate(rate) if Some(from) == spec.free => {
                        let coupling_max = rate.coupling_max();
                        let (rate, split, label) = (rate.clone(), split.clone(), label.unwrap_or(0));
                        track.onsets.push(Onset { rate, coupling_max, split, item: 0, label });
                    }
                    _ => track.states[from].exits.push(Exit { when: when.clone(), split: split.clone(), item: 0, label }),
                }
            }
        }
        if let Some(alike) = alike {
            track.initial.clone_from(&alike.initial);
            track.odds.clone_from(&alike.odds);
            track.most.clone_from(&alike.most);
        } else {
            self.start(spec, &mut track, shares)?;
        }
        if track.number_items() > MOST_ITEMS {
            return Err(CompileError::new(
                format!("track `{}`", spec.name),
                format!("it has more than {MOST_ITEMS} ways out of its states, gates included"),
                "split the track in two",
            ));
        }
        track.reads.sort_unstable();
        track.reads.dedup();
        Ok(track)
    }

    /// Who starts where on a track.
    fn start(
        &self,
        spec: &model::Track,
        track: &mut Track,
        shares: &impl Fn(&model::Initial) -> Result<Vec<f64>, CompileError>,
    ) -> Result<(), CompileError> {
        let initial = |initial: &model::Initial| {
            let place =
                || format!("track `{}`, the labels of those who start in `{}`", spec.name, spec.states[initial.state].name);
            let labels = initial.labels.iter().map(|share| share.value(self.time.first_values()));
            Ok(Initial {
                state: initial.state as u8,
                share: shares(initial)?,
                frail: initial.frail,
                since: since(&initial.elapsed, self.time.first_values())?,
                labels: if initial.labels.is_empty() { vec![] } else { sums(labels, &place)? },
            })
        };
        track.initial = spec.initial.iter().map(initial).collect::<Result<_, _>>()?;
        track.odds = track.start_odds(self.frailty).into();
        let frailest = self.frailty.map_or(1.0, Frailty::most);
        let cells = 0..track.initial.first().map_or(0, |initial| initial.share.len());
        // With a margin for the rounding of shares that are taken off one by one.
        let most =
            |cell| track.initial.iter().map(|initial| track.start(initial, cell, [frailest])[0]).sum::<f64>() * (1.0 + 1e-9);
        track.most = cells.map(most).collect();
        Ok(())
    }

    /// From the price level of `price_year` to the constant one, or to that of the calendar year.
    pub(super) fn price(&self, price_year: i32, constant: bool) -> impl Fn(i32) -> f64 {
        let prices = &self.model.prices;
        move |year| prices.factor(price_year, if constant { prices.constant_year } else { year })
    }

    /// An amount in whole cents per half-year of the horizon, times `price` of the calendar year.
    pub(super) fn tariff(
        &self,
        cost: Option<&model::Expression>,
        times: &YearFactors,
        price: impl Fn(i32) -> f64,
        place: impl Fn() -> String,
    ) -> Result<Vec<i64>, CompileError> {
        let Some(cost) = cost else { return Ok(vec![0; 2 * self.years]) };
        let course = self.time.course(cost);
        let factors = self.year_factors(times, &place)?;
        (0..2 * self.years)
            .map(|half| {
                let begin = half as f64 / 2.0;
                let euro = self.time.mean(&course, begin, begin + 0.5) * factors[half / 2];
                let euro = within(euro, 0.0, 1e9, &place, "a cost")?;
                Ok(libm::round(100.0 * euro * price(self.model.first_year + (half / 2) as i32)) as i64)
            })
            .collect()
    }

    /// What multiplies an amount in each calendar year of the horizon, but for shocks.
    fn year_factors(&self, times: &YearFactors, place: &impl Fn() -> String) -> Result<Vec<f64>, CompileError> {
        let model = self.model;
        let model_years = (model.last_year - model.first_year + 1) as usize;
        let mut factors = trend::products(model, &times.trends, self.time.first_values(), self.years, place)?;
        for (year, factor) in factors.iter_mut().enumerate() {
            *factor *= times.tables.iter().map(|&id| model.tables[id].at(&[], &[], 0, year, model_years)).product::<f64>();
        }
        Ok(factors)
    }

    fn state(&self, track: &model::Track, state: &model::State) -> Result<State, CompileError> {
        let place = || format!("track `{}`, state `{}`", track.name, state.name);
        let tariff = |cost: &Option<model::Expression>, constant| {
            self.tariff(cost.as_ref(), &state.cost_times, self.price(state.price_year, constant), place)
        };
        let mut cost = [Tariffs::default(), Tariffs::default()];
        for (tariffs, constant) in cost.iter_mut().zip([true, false]) {
            tariffs.person_year = tariff(&state.cost_per_person_year, constant)?;
            tariffs.start = tariff(&state.cost_per_start, constant)?;
            tariffs.indicatie = tariff(&state.cost_per_indicatie, constant)?;
        }
        let indicaties = within(self.time.course(&state.indicaties_per_person)[0], 0.0, 1e3, place, "the indicaties per person")?;
        Ok(State {
            exits: vec![],
            layer: layer_bit(state.layer),
            sink: state.sink,
            personal: state.personal,
            indicaties: libm::round(1000.0 * indicaties) as i64,
            informal: parts(within(self.time.course(&state.informal_hours_per_week)[0], 0.0, 1e4, place, "the hours")?),
            cost,
            shocks: state.cost_times.shocks.clone(),
            place: (state.place.as_ref())
                .map(|spec| {
                    let amount = within(spec.amount.value(self.time.first_values()), 0.001, 1e6, place, "the amount")?;
                    Ok::<_, CompileError>(Place { resource: spec.resource, amount: parts(amount), full: spec.full as u8 })
                })
                .transpose()?,
            wait: state.wait.map(|wait| Wait { state: wait.state as u8, class: wait.class }),
        })
    }
}

/// Most items that a track can address.
const MOST_ITEMS: u32 = 4096;

/// Items of luck 0 to 7 are the track's own purposes; those of exits follow, two to a block.
pub mod item {
    /// Which state a person starts in, and the total of a length-biased stay.
    pub const INITIAL: u32 = 0;
    /// Where in a length-biased stay the start falls, and whether competing risks let it be so.
    pub const ELAPSED: u32 = 1;
    /// Which label the hulpvraag bears in which a person starts.
    pub const LABEL: u32 = 2;
    /// The first item of exits.
    pub const FIRST: u32 = 8;
}

impl Track {
    /// Whether a hazard of this track reads other tracks, or what the others of the household need.
    #[inline]
    pub fn is_coupled(&self) -> bool {
        self.burdened || !self.reads.is_empty()
    }

    /// All its rates.
    pub fn rates(&self) -> impl Iterator<Item = &Rate> {
        let exits = self.states.iter().flat_map(|state| &state.exits).chain(&self.from_any);
        exits.filter_map(Exit::rate).chain(self.onsets.iter().map(|onset| &onset.rate))
    }

    /// Probability that a person in cell `cell` (profile × (`MAX_AGE` + 1) + age) starts in `initial`, one of the track's, per
    /// frailty of `frailties`. The odds of all frail ones together are in proportion to the frailty; over persons each has its
    /// share.
    #[inline]
    pub fn start<const N: usize>(&self, initial: &Initial, cell: usize, frailties: [f64; N]) -> [f64; N] {
        let share = initial.share[cell];
        if !initial.frail || share == 0.0 {
            return [share; N];
        }
        let Odds { one, whole } = self.odds[cell];
        frailties.map(|frailty| {
            let odds = one * frailty;
            share * whole * if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 }
        })
    }

    /// The odds of every cell.
    fn start_odds(&self, frailty: Option<&Frailty>) -> Vec<Odds> {
        let (Some(frailty), Some(first)) = (frailty, self.initial.iter().find(|initial| initial.frail)) else { return vec![] };
        let mut known = BTreeMap::new();
        (0..first.share.len())
            .map(|cell| {
                let sum = |frail: bool| {
                    self.initial.iter().filter(|initial| initial.frail == frail).map(|initial| initial.share[cell]).sum::<f64>()
                };
                let free = 1.0 - sum(false);
                let share = if free > 0.0 { sum(true) / free } else { 0.0 };
                let one = *known.entry(share.to_bits()).or_insert_with(|| frailty.odds(share));
                Odds { one, whole: if share > 0.0 { free / sum(true) } else { 0.0 } }
            })
            .collect()
    }

    /// Gives every exit its items: a lane for its threshold (`item`: block × 2 + lane) and, at `split_block`, one for its split.
    /// Returns how many items there are.
    fn number_items(&mut self) -> u32 {
        let mut next = 2 * item::FIRST;
        for state in &mut self.states {
            for exit in &mut state.exits {
                exit.item = next;
                next += 1;
            }
            next += next % 2;
        }
        for exit in &mut self.from_any {
            exit.item = next;
            next += 1;
        }
        next += next % 2;
        for onset in &mut self.onsets {
            onset.item = next;
            next += 2;
        }
        // From above, so that a way out or an onset more moves no number of a gate.
        let mut above = MOST_ITEMS;
        for gate in &mut self.gates {
            above = above.saturating_sub(2 * gate_block::COUNT);
            gate.item = above;
            next += 2 * gate_block::COUNT;
        }
        next
    }
}

/// Blocks of luck of a gate, counted from half its item.
pub mod gate_block {
    /// Which variant reaches a request, and whether it diverts.
    pub const REQUEST: u32 = 0;
    /// When the diverted relapse.
    pub const RELAPSE: u32 = 1;
    /// When those already behind it are asked.
    pub const RUNNING: u32 = 2;
    /// How many there are.
    pub const COUNT: u32 = 3;
}

/// The block of the split's number of an exit with this item.
pub fn split_block(item: u32) -> u32 {
    2048 + item / 2
}
