//! Burden: who has help or needs it, who waits, how much the own network does, and what it costs, by wijk, age band and household.

use indexmap::IndexMap;

use super::diary::{Diary, Key, Person, Tariff};
use crate::compile::layout::{TICKS_PER_YEAR, layer_bit};
use crate::compile::{Compiled, Scenario};
use crate::luck::PersonId;
use crate::model::{Layer, Model};

/// A way to divide persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// By the wijk they live in.
    Wijk,
    /// By their age in the middle of the year.
    AgeBand,
    /// By whom they live with.
    Household,
}

impl Group {
    /// All of them, with their names.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Wijk, "wijk"), (Self::AgeBand, "age_band"), (Self::Household, "household")];
}

/// Kinds of household: the young, who are not told apart; who came alone, and who came with others.
pub const HOUSEHOLDS: [&str; 3] = ["young", "alone", "together"];

/// Age in years below which a person counts as young.
const ADULT: f64 = 18.0;

/// Weeks in a year: every year is as long as any other.
pub(super) const WEEKS: f64 = 365.0 / 7.0;

/// What is counted of the persons of a cell in a calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// Persons inside the pyramid at any moment of the year.
    Persons,
    /// Persons who waited at any moment of it.
    Waiting,
    /// Years of waiting.
    UnmetNeed,
    /// Hours of help by the own network.
    InformalHours,
    /// Euros that their help costs the municipality.
    Cost,
}

impl Load {
    /// All of them, with name and unit.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Persons, "persons", "persons"),
        (Self::Waiting, "waiting", "persons"),
        (Self::UnmetNeed, "unmet_need", "person-years"),
        (Self::InformalHours, "informal_hours", "hours"),
        (Self::Cost, "cost", "euro (constant)"),
    ];
}

/// Loads of one cell in one year.
pub(super) type Loads = [f64; Load::ALL.len()];

/// The cells of a model, group after group.
#[derive(Debug, Clone, Copy)]
pub struct Cells {
    counts: [usize; Group::ALL.len()],
}

impl Cells {
    /// Those of a model. Without wijken or ages there are none of these.
    pub fn new(model: &Model) -> Self {
        let wijken = model.wijk.map_or(0, |wijk| model.attributes[wijk].values.len());
        Self { counts: [wijken, model.report_ages.len(), HOUSEHOLDS.len()] }
    }

    /// All cells: group, and which of it.
    pub fn all(self) -> impl Iterator<Item = (Group, usize)> {
        Group::ALL.into_iter().zip(self.counts).flat_map(|((group, _), count)| (0..count).map(move |which| (group, which)))
    }

    fn len(self) -> usize {
        self.counts.iter().sum()
    }

    /// The cells of a person at an age in years.
    fn of(self, compiled: &Compiled, person: &Person, age: f64, alone: bool) -> impl Iterator<Item = usize> {
        let [wijken, bands, _] = self.counts;
        let household = match () {
            () if compiled.has_age && age < ADULT => 0,
            () if alone => 1,
            () => 2,
        };
        let wijk = (wijken > 0).then(|| compiled.profiles.wijk[person.profile]);
        let band = (bands > 0).then(|| wijken + compiled.band(age));
        wijk.into_iter().chain(band).chain([wijken + bands + household])
    }
}

/// What one person bears in each year.
#[derive(Clone, Copy, Default)]
struct Year {
    inside: bool,
    waits: bool,
    /// Ticks of waiting, thousandths of an hour a week times ticks, cents times ticks.
    unmet: i64,
    informal: i128,
    cost: i128,
}

/// What all bear in a history: cell × calendar year.
pub(super) fn burden(
    compiled: &Compiled,
    scenario: &Scenario,
    cells: Cells,
    diary: &Diary,
    held: &IndexMap<PersonId, Vec<Key>>,
    tariff: &Tariff<'_>,
) -> Vec<Loads> {
    let years = compiled.years;
    let mut loads = vec![[0.0; Load::ALL.len()]; cells.len() * years];
    let mut borne = vec![Year::default(); years];
    let (waits, end) = (layer_bit(Some(Layer::Wacht)), years as i64 * TICKS_PER_YEAR);
    let ticks = TICKS_PER_YEAR as f64;
    for (person, keys) in held {
        borne.fill(Year::default());
        for key in keys {
            let Some(need) = diary.needs.get(key) else { continue };
            let states = &scenario.tracks[usize::from(key.1)].states;
            for (state, from, until, _) in need.spells() {
                let spec = &states[usize::from(state)];
                let mut at = from;
                while spec.layer != 0 && at < until.min(end) {
                    let year = at / TICKS_PER_YEAR;
                    let next = until.min((year + 1) * TICKS_PER_YEAR);
                    let borne = &mut borne[year as usize];
                    borne.inside = true;
                    borne.informal += i128::from(next - at) * i128::from(spec.informal);
                    if spec.layer == waits {
                        borne.waits = true;
                        borne.unmet += next - at;
                    }
                    at = next;
                }
            }
            tariff.cost(key.1, need, (0, end), |half, cost| {
                if let Some(borne) = borne.get_mut(half / 2) {
                    borne.cost += cost;
                }
            });
        }
        let Some(who) = diary.persons.get(person) else { continue };
        let alone = diary.sizes.get(&who.home).is_none_or(|&size| size < 2);
        for (year, borne) in borne.iter().enumerate().filter(|(_, borne)| borne.inside || borne.cost != 0) {
            for cell in cells.of(compiled, who, year as f64 + 0.5 - who.born, alone) {
                let loads = &mut loads[cell * years + year];
                for (sum, (load, ..)) in loads.iter_mut().zip(Load::ALL) {
                    *sum += match load {
                        Load::Persons => f64::from(u8::from(borne.inside)),
                        Load::Waiting => f64::from(u8::from(borne.waits)),
                        Load::UnmetNeed => borne.unmet as f64 / ticks,
                        Load::InformalHours => borne.informal as f64 / ticks / 1000.0 * WEEKS,
                        Load::Cost => borne.cost as f64 / ticks / 100.0,
                    };
                }
            }
        }
    }
    loads
}
