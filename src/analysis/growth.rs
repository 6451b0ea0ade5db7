//! How spending grew from one year to another: price × volume × intensity.
//!
//! Spending of a year is price (euro of the year per constant euro) times volume (person-years in states that cost something)
//! times intensity (constant euros per person-year). So growth has these three factors, member by member, and nothing is left
//! over. In euros it is divided over them by the logarithmic mean of both years (LMDI), without a remainder either.
//!
//! Source: Ang (2004), Energy Policy 32:1131-1139.

use super::estimate::{Estimate, estimate};
use super::rows::Rows;
use crate::model::{Counted, Model};
use crate::store::members::Members;

/// How the spending on a domain, track or state grew.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    /// What it was spent on.
    pub of: Counted,
    /// Spending in both years, in euros of the year itself.
    pub spending: [Estimate; 2],
    /// Person-years in states that cost something, in both years.
    pub person_years: [Estimate; 2],
    /// The factors; `None` unless there is spending on somebody in both years in every member.
    pub parts: Option<Parts>,
    /// Those with an indicatie; `None` where the run does not count them, and of a state.
    pub clients: Option<Clients>,
}

/// The growth of spending and its three factors.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    /// Of spending itself: the product of the three, and the sum of their euros.
    pub growth: Part,
    /// Of prices: euros of the year per constant euro.
    pub price: Part,
    /// Of person-years in states that cost something.
    pub volume: Part,
    /// Of constant euros per person-year.
    pub intensity: Part,
}

/// What became so many times as large, and what that did to spending.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Second year over first; 1: nothing changed.
    pub factor: Estimate,
    /// Its part of the growth, in euros.
    pub euro: Estimate,
}

/// Clients of a domain or track in both years.
#[derive(Debug, Clone, PartialEq)]
pub struct Clients {
    /// Persons with an indicatie in the year, each counted once.
    pub persons: [Estimate; 2],
    /// What their indicated care cost for each of them, in euros of the year; `None` if there is nobody in some member.
    pub cost: Option<[Estimate; 2]>,
    /// How many times as many persons, and how many times that cost; `None` likewise.
    pub factors: Option<[Estimate; 2]>,
}

/// A year of one member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spent {
    /// Euros of the year itself.
    pub nominal: f64,
    /// Constant euros.
    pub constant: f64,
    /// Person-years in states that cost something.
    pub person_years: f64,
}

/// Factors of price, volume and intensity between two years of one member, in this order; `None` unless all is positive.
pub fn factors([from, to]: [Spent; 2]) -> Option<[f64; 3]> {
    let positive = |year: Spent| year.nominal > 0.0 && year.constant > 0.0 && year.person_years > 0.0;
    (positive(from) && positive(to)).then(|| {
        let price = (to.nominal / to.constant) / (from.nominal / from.constant);
        let intensity = (to.constant / to.person_years) / (from.constant / from.person_years);
        [price, to.person_years / from.person_years, intensity]
    })
}

/// The growth from one positive amount to another, divided over the factors that multiply to it.
pub fn euros([from, to]: [f64; 2], factors: [f64; 3]) -> [f64; 3] {
    let relative = (to - from) / from;
    // The logarithm of the ratio, where that is near one by its distance from it.
    let growth = if relative.abs() < 0.5 { libm::log1p(relative) } else { libm::log(to / from) };
    // The logarithmic mean; of two equal amounts it is either.
    let mean = if growth == 0.0 { from } else { (to - from) / growth };
    factors.map(|factor| mean * libm::log(factor))
}

/// How spending grew between two years under one scenario of a run: per domain and its tracks, then per track without a domain,
/// and with `states` per state under each track. Only what costs something in either year is there.
///
/// `members` must hold the scenario.
pub fn growth(model: &Model, members: &Members, scenario: &str, years: [i32; 2], states: bool) -> Vec<Growth> {
    let rows = Rows { model, members, scenario };
    let tracks = |domain: Option<usize>| {
        let tracks = (0..model.tracks.len()).filter(move |&track| model.tracks[track].domain == domain);
        tracks.flat_map(move |track| {
            let inside = (0..model.tracks[track].states.len()).filter(move |_| states);
            std::iter::once(Counted::Track(track)).chain(inside.map(move |state| Counted::State(track, state)))
        })
    };
    let domains =
        (0..model.domains.len()).flat_map(|domain| std::iter::once(Counted::Domain(domain)).chain(tracks(Some(domain))));
    domains.chain(tracks(None)).filter_map(|of| Between { rows, years }.growth(of)).collect()
}

/// Two years of a run.
#[derive(Clone, Copy)]
struct Between<'a> {
    rows: Rows<'a>,
    years: [i32; 2],
}

impl Between<'_> {
    fn growth(&self, of: Counted) -> Option<Growth> {
        let [from, to] = [self.spent(of, 0)?, self.spent(of, 1)?];
        if from.iter().chain(&to).all(|year| year.nominal == 0.0) {
            return None;
        }
        let pairs: Vec<[Spent; 2]> = from.into_iter().zip(to).map(|(from, to)| [from, to]).collect();
        let both = |number: fn(Spent) -> f64| [0, 1].map(|at| self.estimate(pairs.iter().map(|pair| number(pair[at]))));
        Some(Growth {
            of,
            spending: both(|year| year.nominal),
            person_years: both(|year| year.person_years),
            parts: self.parts(&pairs),
            clients: self.clients(of),
        })
    }

    /// What each member spent in the first year (0) or the second (1).
    fn spent(&self, of: Counted, at: usize) -> Option<Vec<Spent>> {
        let year = self.years[at];
        let nominal = self.rows.of(of, "cost_nominal", year)?;
        let constant = self.rows.of(of, "cost_constant", year)?;
        let mut person_years = vec![0.0; nominal.len()];
        for (track, state) in self.rows.model.states_in(of) {
            if self.rows.model.tracks[track].states[state].costs_something() {
                let more = self.rows.of(Counted::State(track, state), "person_years", year)?;
                person_years.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
            }
        }
        let members = nominal.iter().zip(constant).zip(person_years);
        Some(members.map(|((&nominal, &constant), person_years)| Spent { nominal, constant, person_years }).collect())
    }

    fn parts(&self, pairs: &[[Spent; 2]]) -> Option<Parts> {
        let split: Option<Vec<_>> = pairs
            .iter()
            .map(|pair| {
                let (factors, spending) = (factors(*pair)?, pair.map(|year| year.nominal));
                Some((spending, factors, euros(spending, factors)))
            })
            .collect();
        let split = split?;
        let part = |at: usize| Part {
            factor: self.estimate(split.iter().map(|(_, factors, _)| factors[at])),
            euro: self.estimate(split.iter().map(|(.., euros)| euros[at])),
        };
        let growth = Part {
            factor: self.estimate(split.iter().map(|([from, to], ..)| to / from)),
            euro: self.estimate(split.iter().map(|([from, to], ..)| to - from)),
        };
        Some(Parts { growth, price: part(0), volume: part(1), intensity: part(2) })
    }

    fn clients(&self, of: Counted) -> Option<Clients> {
        let of_year = |metric: &str, at: usize| self.rows.clients(of, metric, self.years[at]);
        let persons = [of_year("unique_persons", 0)?, of_year("unique_persons", 1)?];
        let cost = [of_year("cost_nominal", 0)?, of_year("cost_nominal", 1)?];
        let everywhere = persons.iter().all(|persons| persons.iter().all(|&persons| persons > 0.0));
        let each = |at: usize| persons[at].iter().zip(cost[at]).map(|(persons, cost)| cost / persons);
        let more = persons[0].iter().zip(persons[1]).map(|(from, to)| to / from);
        let dearer = each(0).zip(each(1)).map(|(from, to)| to / from);
        let paid = cost[0].iter().all(|&cost| cost > 0.0);
        Some(Clients {
            persons: persons.map(|persons| self.estimate(persons.iter().copied())),
            cost: everywhere.then(|| [0, 1].map(|at| self.estimate(each(at)))),
            factors: (everywhere && paid).then(|| [self.estimate(more), self.estimate(dearer)]),
        })
    }

    fn estimate(&self, values: impl Iterator<Item = f64>) -> Estimate {
        estimate(&values.collect::<Vec<f64>>(), self.rows.members.replications)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    /// By hand: 100 to 132 euro, prices 10 % up, 10 to 11 person-years, 10 to 120/11 constant euros for each.
    #[test]
    fn three_factors_by_hand() {
        let from = Spent { nominal: 100.0, constant: 100.0, person_years: 10.0 };
        let to = Spent { nominal: 132.0, constant: 120.0, person_years: 11.0 };
        let found = factors([from, to]).unwrap();
        found.into_iter().zip([1.1, 1.1, 12.0 / 11.0]).for_each(|(found, expected)| close(found, expected));
        let mean = 32.0 / libm::log(1.32);
        let expected = [1.1, 1.1, 12.0 / 11.0].map(|factor| mean * libm::log(factor));
        euros([100.0, 132.0], found).into_iter().zip(expected).for_each(|(found, expected)| close(found, expected));
    }

    #[test]
    fn nothing_is_left_over() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(2004);
        for _ in 0..10_000 {
            let [from, to] = [(); 2].map(|()| {
                let mut positive = || libm::exp(random.random_range(-4.0..20.0));
                Spent { nominal: positive(), constant: positive(), person_years: positive() }
            });
            let found = factors([from, to]).unwrap();
            let product: f64 = found.iter().product();
            assert!((product / (to.nominal / from.nominal) - 1.0).abs() < 1e-12, "{from:?} {to:?}");
            let sum: f64 = euros([from.nominal, to.nominal], found).iter().sum();
            assert!((sum - (to.nominal - from.nominal)).abs() < 1e-9 * from.nominal.max(to.nominal), "{from:?} {to:?}");
        }
    }

    /// Two equal years, and two that differ by less than their logarithms could tell.
    #[test]
    fn equal_years_are_divided_too() {
        assert_eq!(euros([7.0, 7.0], [2.0, 0.5, 1.0]), [7.0 * libm::log(2.0), 7.0 * libm::log(0.5), 0.0]);
        let to = 1e6 + 1e-9;
        let sum: f64 = euros([1e6, to], [1.0, 1.0, to / 1e6]).iter().sum();
        assert!((sum - (to - 1e6)).abs() < 1e-9 * 0.2, "{sum}");
    }

    #[test]
    fn what_is_not_positive_has_no_factors() {
        let some = Spent { nominal: 1.0, constant: 1.0, person_years: 1.0 };
        for nothing in [Spent { nominal: 0.0, ..some }, Spent { constant: -1.0, ..some }, Spent { person_years: 0.0, ..some }] {
            assert_eq!(factors([some, nothing]), None);
            assert_eq!(factors([nothing, some]), None);
        }
    }
}
