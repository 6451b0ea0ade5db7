//! The waterbed: where the care goes that a scenario keeps out of maatwerk.
//!
//! Two histories of the same town, with and without the measures, share every hulpvraag that does not come of the measures themselves. Those
//! that reached maatwerk under unchanged policy, and by then had not under the scenario, are followed for exactly 24 months. What all
//! others save is told beside it, so that the whole is the saving of the run.

mod burden;
mod diary;

use indexmap::IndexMap;

use serde::{Deserialize, Serialize};

use super::estimate::{Estimate, estimate};
use crate::calibration::{CalibrationError, Memo};
use crate::compile::layout::{MAATWERK, TICKS_PER_YEAR, layer_bit};
use crate::compile::{Compiled, Options, Plan as Compiler, Scenario};
use crate::engine::{Tally, simulate};
use crate::luck::{Luck, PersonId};
use crate::model::{Layer, Model};
pub use burden::{Cells, Group, HOUSEHOLDS, Load};
use burden::{Loads, WEEKS, burden};
use diary::{Diary, Key, Need, Tariff, time};

/// What became of a hulpvraag that was kept out of maatwerk, 24 months later. Each is in exactly one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Row {
    /// No need any more.
    Solved,
    /// Met by the own network.
    Informeel,
    /// Met in the formele sociale basis.
    Formeel,
    /// Met by basisondersteuning.
    Basis,
    /// Unmet, waiting.
    Wacht,
    /// In maatwerk after all, in a state that costs less.
    Lighter,
    /// In maatwerk after all, in a state that costs as much or more.
    Heavier,
    /// No need here, but maatwerk in another domain that there was not without the measures.
    OtherAct,
    /// In the Wlz, or wherever a track ends.
    Wlz,
    /// Died or moved within the time.
    Gone,
    /// The horizon ends before.
    Censored,
}

impl Row {
    /// All of them, in the order of tables.
    pub const ALL: [Self; 11] = [
        Self::Solved,
        Self::Informeel,
        Self::Formeel,
        Self::Basis,
        Self::Wacht,
        Self::Lighter,
        Self::Heavier,
        Self::OtherAct,
        Self::Wlz,
        Self::Gone,
        Self::Censored,
    ];
}

/// What is known of the hulpvragen of a row, summed over the 24 months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// How many.
    Number,
    /// Euros that they cost the municipality under unchanged policy.
    Before,
    /// Euros that they cost it under the scenario.
    After,
    /// Years in the own network.
    Informeel,
    /// Years in the formele sociale basis.
    Formeel,
    /// Years in basisondersteuning.
    Basis,
    /// Years of waiting.
    Wacht,
    /// Years in maatwerk.
    Maatwerk,
    /// Years in the Wlz.
    Wlz,
    /// Euros that a provider spends on them under a lump sum.
    Provider,
    /// Hours of help by the own network.
    Household,
}

impl Metric {
    /// All of them, with name and unit.
    pub const ALL: [(Self, &'static str, &'static str); 11] = [
        (Self::Number, "hulpvragen", "hulpvragen"),
        (Self::Before, "municipality_unchanged", "euro (constant)"),
        (Self::After, "municipality", "euro (constant)"),
        (Self::Informeel, "informeel", "person-years"),
        (Self::Formeel, "formeel", "person-years"),
        (Self::Basis, "basis", "person-years"),
        (Self::Wacht, "wacht", "person-years"),
        (Self::Maatwerk, "maatwerk", "person-years"),
        (Self::Wlz, "wlz", "person-years"),
        (Self::Provider, "provider", "euro (constant)"),
        (Self::Household, "household", "hours"),
    ];
}

/// Whose cost differs between the two histories. Each hulpvraag is of exactly one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Kept out of maatwerk at first.
    Avoided,
    /// In maatwerk in both, and out of it sooner, later or at another price.
    Changed,
    /// Only there because of the measures: drawn by the open door, or a new need of those who were helped.
    Drawn,
}

impl Kind {
    /// All of them, with their names.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Avoided, "avoided"), (Self::Changed, "changed"), (Self::Drawn, "drawn")];
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// The model.
    pub model: &'a Model,
    /// Horizon and size.
    pub options: Options,
    /// Indices in [`Model::scenarios`]: unchanged policy, and the one that is followed.
    pub scenarios: [usize; 2],
    /// Calendar year in which maatwerk was reached under unchanged policy.
    pub cohort: i32,
    /// Seed of the luck.
    pub seed: u64,
    /// Parameter values by id, per draw.
    pub draws: Vec<Vec<f64>>,
    /// Replications of each.
    pub replications: u32,
}

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Waterbed {
    /// Row × metric, in their orders.
    pub rows: Vec<[Estimate; Metric::ALL.len()]>,
    /// How many were avoided, in all rows together.
    pub avoided: Estimate,
    /// New hulpvragen in the year of the cohort that only the measures brought.
    pub drawn: Estimate,
    /// Kind × calendar year: euros saved, gross.
    pub saved: Vec<Vec<Estimate>>,
    /// Calendar year × all kinds together.
    pub total: Vec<Estimate>,
    /// Cell × calendar year, in the order of [`Cells::all`].
    pub burden: Vec<Vec<Burden>>,
    /// Members.
    pub members: usize,
}

/// What the persons of a cell bear in a calendar year: without the scenario, with it, and how much more.
#[derive(Debug, Clone, PartialEq)]
pub struct Burden {
    /// Under unchanged policy.
    pub before: [Estimate; Load::ALL.len()],
    /// Under the scenario.
    pub after: [Estimate; Load::ALL.len()],
    /// The second less the first, member by member.
    pub change: [Estimate; Load::ALL.len()],
}

/// What one member shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Member {
    rows: Vec<[f64; Metric::ALL.len()]>,
    drawn: f64,
    saved: Vec<Vec<f64>>,
    /// Per history, cell × calendar year.
    burden: [Vec<Loads>; 2],
}

/// Draws that are kept together.
const CHUNK: usize = 8;

/// How long a hulpvraag is followed, ticks.
const FOLLOWED: i64 = 2 * TICKS_PER_YEAR;

/// Follows the hulpvragen of all members; goes on where it was stopped.
///
/// # Errors
/// The model does not fit, a draw makes none, it was stopped, or the disk fails.
pub fn waterbed(job: &Job<'_>, memo: &Memo<'_>) -> Result<Waterbed, CalibrationError> {
    let failed = |error: crate::compile::CompileError| CalibrationError::Model(error.to_string());
    let compiler = Compiler::new(job.model, &job.options).map_err(failed)?;
    let members = memo.draws(job.draws.len(), CHUNK, |draw| {
        let compiled = compiler.compile(&job.draws[draw]).map_err(failed)?;
        Ok((0..job.replications).map(|replication| member(job, &compiled, draw as u32, replication)).collect())
    })?;
    Ok(close(&members, job.replications as usize, Cells::new(job.model).all().count()))
}

fn close(members: &[Member], replications: usize, cells: usize) -> Waterbed {
    let each = |of: &dyn Fn(&Member) -> f64| estimate(&members.iter().map(of).collect::<Vec<f64>>(), replications);
    let years = members.first().map_or(0, |member| member.saved[0].len());
    let borne = |at: usize| {
        let of = |value: &dyn Fn(&Member, usize) -> f64| std::array::from_fn(|load| each(&|member| value(member, load)));
        Burden {
            before: of(&|member, load| member.burden[0][at][load]),
            after: of(&|member, load| member.burden[1][at][load]),
            change: of(&|member, load| member.burden[1][at][load] - member.burden[0][at][load]),
        }
    };
    Waterbed {
        burden: (0..cells).map(|cell| (0..years).map(|year| borne(cell * years + year)).collect()).collect(),
        rows: (0..Row::ALL.len()).map(|row| std::array::from_fn(|metric| each(&|member| member.rows[row][metric]))).collect(),
        avoided: each(&|member| member.rows.iter().map(|row| row[0]).sum()),
        drawn: each(&|member| member.drawn),
        saved: (0..Kind::ALL.len())
            .map(|kind| (0..years).map(|year| each(&|member| member.saved[kind][year])).collect())
            .collect(),
        total: (0..years).map(|year| each(&|member| member.saved.iter().map(|kind| kind[year]).sum())).collect(),
        members: members.len(),
    }
}

/// Both histories of a member, hulpvraag by hulpvraag.
fn member(job: &Job<'_>, compiled: &Compiled, draw: u32, replication: u32) -> Member {
    let luck = Luck::new(job.seed, draw, replication);
    let compiled = compiled.shocked(luck);
    let end = compiled.years as i64 * TICKS_PER_YEAR;
    let mut tally = Tally::new(&compiled.layout);
    let mut live = |scenario: usize| {
        let mut diary = Diary::new(&compiled.scenarios[scenario]);
        tally.reset();
        simulate(&compiled, scenario, luck, &mut tally, &mut diary);
        diary.close(end);
        diary
    };
    let [before, after] = job.scenarios.map(&mut live);
    let [old, new] = job.scenarios.map(|scenario| &compiled.scenarios[scenario]);
    let pair = Pair {
        before: &before,
        after: &after,
        old,
        new,
        tariffs: [Tariff::new(old), Tariff::new(new)],
        domains: &compiled.domains,
        held: held(&after),
        provider: provider(job, draw as usize),
        end,
    };
    let first = i64::from(job.cohort - compiled.layout.first_year) * TICKS_PER_YEAR;
    let cells = Cells::new(job.model);
    let borne = [
        burden(&compiled, old, cells, &before, &held(&before), &pair.tariffs[0]),
        burden(&compiled, new, cells, &after, &pair.held, &pair.tariffs[1]),
    ];
    pair.member((first, first + TICKS_PER_YEAR), compiled.years, borne)
}

/// What the provider spends on a person-year in states that contracts of the scenario name: track id, state id, cents at the constant price
/// level.
fn provider(job: &Job<'_>, draw: usize) -> Vec<(u16, u8, i64)> {
    let model = job.model;
    let of = |id: &usize| {
        let contract = &model.contracts[*id];
        let price = model.prices.factor(contract.price_year, model.prices.constant_year);
        let spends = contract.served();
        spends.map(move |(track, state, euro)| {
            let cents = libm::round(100.0 * price * euro.value(&job.draws[draw])) as i64;
            (*track as u16, *state as u8, cents)
        })
    };
    model.scenarios[job.scenarios[1]].terms.contracts.iter().flat_map(of).collect()
}

/// The hulpvragen of each person of a history.
fn held(diary: &Diary) -> IndexMap<PersonId, Vec<Key>> {
    let mut of: IndexMap<PersonId, Vec<Key>> = IndexMap::new();
    for &key in diary.needs.keys() {
        of.entry(key.0).or_default().push(key);
    }
    of
}

/// A history with and one without the measures.
struct Pair<'a> {
    before: &'a Diary,
    after: &'a Diary,
    old: &'a Scenario,
    new: &'a Scenario,
    tariffs: [Tariff<'a>; 2],
    domains: &'a [Option<usize>],
    /// The hulpvragen of each person with the measures.
    held: IndexMap<PersonId, Vec<Key>>,
    /// What a provider spends: track id, state id, cents per person-year.
    provider: Vec<(u16, u8, i64)>,
    end: i64,
}

impl Pair<'_> {
    fn member(&self, cohort: (i64, i64), years: usize, burden: [Vec<Loads>; 2]) -> Member {
        let mut rows = vec![[0i128; Metric::ALL.len()]; Row::ALL.len()];
        let mut saved = vec![vec![0i128; years]; Kind::ALL.len()];
        let mut drawn = 0.0;
        for (key, need) in &self.before.needs {
            let other = self.after.needs.get(key);
            let avoided = self.avoided(*key, need, other);
            let kind = usize::from(avoided.is_none());
            self.costs(key.1, Some(need), other, &mut saved[kind]);
            if let Some(moment) = avoided.filter(|moment| (cohort.0..cohort.1).contains(moment)) {
                let row = self.row(*key, need, other, moment);
                self.follow(key.1, need, other, moment, &mut rows[row as usize]);
            }
        }
        for (key, need) in self.after.needs.iter().filter(|(key, _)| !self.before.needs.contains_key(*key)) {
            self.costs(key.1, None, Some(need), &mut saved[2]);
            let arose = need.stays.first().map_or(self.end, |&(from, _)| from);
            drawn += f64::from(u8::from((cohort.0..cohort.1).contains(&arose)));
        }
        let ticks = TICKS_PER_YEAR as f64;
        let euros = |exact: i128| exact as f64 / ticks / 100.0;
        Member {
            rows: (rows.into_iter())
                .map(|row| {
                    std::array::from_fn(|metric| match Metric::ALL[metric].0 {
                        Metric::Number => row[metric] as f64,
                        Metric::Before | Metric::After | Metric::Provider => euros(row[metric]),
                        // Thousandths of an hour a week.
                        Metric::Household => row[metric] as f64 / ticks / 1000.0 * WEEKS,
                        _ => row[metric] as f64 / ticks,
                    })
                })
                .collect(),
            drawn,
            saved: saved.into_iter().map(|years| years.into_iter().map(euros).collect()).collect(),
            burden,
        }
    }

    /// When a hulpvraag reached maatwerk under unchanged policy, if by then it had not under the scenario.
    fn avoided(&self, (_, track, _): Key, need: &Need, other: Option<&Need>) -> Option<i64> {
        let heavy =
            |scenario: &Scenario, state: u8| scenario.tracks[usize::from(track)].states[usize::from(state)].layer == MAATWERK;
        // Who was in maatwerk at the start of the model was so in both.
        let moment = need.first(|state| heavy(self.old, state)).filter(|&moment| moment > 0)?;
        let met = other.and_then(|other| other.first(|state| heavy(self.new, state)));
        met.is_none_or(|met| met > moment).then_some(moment)
    }

    /// Adds what is saved, year by year.
    fn costs(&self, track: u16, before: Option<&Need>, after: Option<&Need>, saved: &mut [i128]) {
        let window = (0, self.end);
        for (tariff, need, sign) in [(&self.tariffs[0], before, 1), (&self.tariffs[1], after, -1)] {
            let Some(need) = need else { continue };
            tariff.cost(track, need, window, |half, cost| {
                if let Some(year) = saved.get_mut(half / 2) {
                    *year += sign * cost;
                }
            });
        }
    }

    /// Where it is 24 months later.
    fn row(&self, key: Key, need: &Need, other: Option<&Need>, moment: i64) -> Row {
        let (person, track, _) = key;
        let then = moment + FOLLOWED;
        if self.after.gone.get(&person).is_some_and(|&gone| gone < then) {
            return Row::Gone;
        }
        if then > self.end {
            return Row::Censored;
        }
        let states = &self.new.tracks[usize::from(track)].states;
        let Some(state) = other.and_then(|other| other.at(then)) else { return self.without(person, track, then) };
        let spec = &states[usize::from(state)];
        let light = [
            (Layer::Informeel, Row::Informeel),
            (Layer::Formeel, Row::Formeel),
            (Layer::Wacht, Row::Wacht),
            (Layer::Basis, Row::Basis),
        ];
        let light = light.into_iter().find(|&(layer, _)| spec.layer == layer_bit(Some(layer)));
        match (spec.layer, light) {
            (0, _) if spec.sink => Row::Wlz,
            (0, _) => self.without(person, track, then),
            (_, Some((_, row))) => row,
            _ => {
                // At the prices of one moment, so that only what they get differs.
                let half = (then / (TICKS_PER_YEAR / 2)).min(2 * (self.end / TICKS_PER_YEAR) - 1) as usize;
                let was = need.at(moment).map_or(0, |state| self.tariffs[0].rate(track, state, half));
                if self.tariffs[1].rate(track, state, half) < was { Row::Lighter } else { Row::Heavier }
            }
        }
    }

    /// Nothing on this track: solved, unless it is maatwerk elsewhere that there was not without the measures.
    fn without(&self, person: PersonId, track: u16, then: i64) -> Row {
        let domain = self.domains[usize::from(track)];
        let heavy = |diary: &Diary, scenario: &Scenario, key: &Key| {
            let state = diary.needs.get(key).and_then(|need| need.at(then));
            state.is_some_and(|state| scenario.tracks[usize::from(key.1)].states[usize::from(state)].layer == MAATWERK)
        };
        let elsewhere = self.held.get(&person).into_iter().flatten().any(|key| {
            self.domains[usize::from(key.1)] != domain && heavy(self.after, self.new, key) && !heavy(self.before, self.old, key)
        });
        if elsewhere { Row::OtherAct } else { Row::Solved }
    }

    /// Adds what happens to it in 24 months.
    fn follow(&self, track: u16, need: &Need, other: Option<&Need>, moment: i64, row: &mut [i128; Metric::ALL.len()]) {
        let window = (moment, (moment + FOLLOWED).min(self.end));
        let states = &self.new.tracks[usize::from(track)].states;
        let spent = |layer: Layer| {
            let of = |state: u8| states[usize::from(state)].layer == layer_bit(Some(layer));
            other.map_or(0, |other| i128::from(time(other, window, of)))
        };
        let ended = |state: u8| states[usize::from(state)].layer == 0 && states[usize::from(state)].sink;
        let mut cost = [0i128; 2];
        self.tariffs[0].cost(track, need, window, |_, more| cost[0] += more);
        if let Some(other) = other {
            self.tariffs[1].cost(track, other, window, |_, more| cost[1] += more);
        }
        for (sum, (metric, ..)) in row.iter_mut().zip(Metric::ALL) {
            *sum += match metric {
                Metric::Number => 1,
                Metric::Before => cost[0],
                Metric::After => cost[1],
                Metric::Informeel => spent(Layer::Informeel),
                Metric::Formeel => spent(Layer::Formeel),
                Metric::Basis => spent(Layer::Basis),
                Metric::Wacht => spent(Layer::Wacht),
                Metric::Maatwerk => spent(Layer::Maatwerk),
                Metric::Wlz => other.map_or(0, |other| i128::from(time(other, window, ended))),
                Metric::Provider => {
                    let here = self.provider.iter().filter(|(of, ..)| *of == track);
                    let of = |&(_, served, cents): &(u16, u8, i64)| {
                        other.map_or(0, |other| i128::from(cents) * i128::from(time(other, window, |state| state == served)))
                    };
                    here.map(of).sum()
                }
                Metric::Household => other.map_or(0, |other| {
                    let inside = other.spells().map(|(state, from, until, _)| (state, until.min(window.1) - from.max(window.0)));
                    inside.map(|(state, time)| i128::from(time.max(0)) * i128::from(states[usize::from(state)].informal)).sum()
                }),
            };
        }
    }
}
