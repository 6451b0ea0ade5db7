//! Exact ages by date of birth.

use crate::town::{compiled, member, near, state, town, value};
use piramide::compile::Compiled;
use piramide::compile::layout::metric;
use piramide::engine::Luck;
use piramide::meanfield::{self, Settings};
use piramide::model::Model;

/// Persons of each year of age.
const PERSONS: u32 = 40_000;
/// Ages at the start of 2021, so that births lie in 1953 to 1960.
const AGES: std::ops::RangeInclusive<i32> = 60..=67;

/// Born before a moment, and their age of pension in years.
type Stretch = (f64, f64);

/// As the Dutch pension age rose. Of the births of 1955 and 1956 some have it a year before the others.
const AOW: &str = "{ years = 67, born_before = [{ date = 1955-09-01, years = 66, months = 4 }, { date = 1956-06-01, years = 66, \
                   months = 7 }, { date = 1957-03-01, years = 66, months = 10 }] }";
const AOW_BY_BIRTH: [Stretch; 4] = [
    (1955.0 + 243.0 / 365.0, 66.0 + 4.0 / 12.0),
    (1956.0 + 152.0 / 366.0, 66.0 + 7.0 / 12.0),
    (1957.0 + 59.0 / 365.0, 66.0 + 10.0 / 12.0),
    (f64::INFINITY, 67.0),
];

/// A year in which nobody of a cohort moves comes between two in which some do; and who is born later moves sooner.
const GAP: &str =
    "{ years = 61, months = 6, born_before = [{ date = 1958-07-02, years = 63 }, { date = 1959-01-01, years = 65 }] }";
const GAP_BY_BIRTH: [Stretch; 3] = [(1958.0 + 182.0 / 365.0, 63.0), (1959.0, 65.0), (f64::INFINITY, 61.5)];

/// Everybody works until then. On `grid` a time ends what comes after it, so that the twin walks in steps.
fn pension(at_age: &str, grid: bool) -> Model {
    let end = "[[track.werk.transition]]\nfrom = \"pensioen\"\ndwell = { weibull = { scale_years = 1, shape = 2 } }\nto = \"voorbij\"\n";
    let (sink, end, last) = if grid { ("", end, "state.voorbij = { sink = true }\n") } else { (", sink = true", "", "") };
    let text = format!(
        "[track.werk]\nlabel = {{ nl = \"Werk\", en = \"Work\" }}\nstate.werk = {{ layer = \"informeel\" }}\nstate.pensioen = {{ \
         layer = \"basis\"{sink} }}\n{last}[[track.werk.transition]]\nfrom = \"werk\"\nat_age = {at_age}\nto = \"pensioen\"\n{end}"
    );
    let lines: Vec<String> = AGES.map(|age| format!("{age},{PERSONS}\n")).collect();
    town(&text, &[("persons.csv", &format!("age,persons\n{}", lines.concat()))])
}

/// Who moves in a stretch of time, and the size of their cohorts: births are uniform over the year.
fn moved(by_birth: &[Stretch], from: f64, until: f64) -> f64 {
    let mut sum = 0.0;
    for born in AGES.map(|age| f64::from(2020 - age)) {
        let mut begin = f64::NEG_INFINITY;
        for &(end, age) in by_birth {
            let first = begin.max(born).max(from - age);
            sum += (end.min(born + 1.0).min(until - age) - first).max(0.0) * f64::from(PERSONS);
            begin = end;
        }
    }
    sum
}

fn starts(compiled: &Compiled, values: &[f64], period: usize) -> f64 {
    let unit = compiled.layout.units.iter().position(state(0, 1)).unwrap();
    values[compiled.layout.offset(0, unit, period) + metric::STARTS]
}

/// Every year and half-year in closed form; the engine within five standard errors of a binomial number.
#[test]
fn a_move_comes_at_the_age_of_the_date_of_birth() {
    for (at_age, by_birth) in [(AOW, &AOW_BY_BIRTH[..]), (GAP, &GAP_BY_BIRTH[..])] {
        let model = pension(at_age, false);
        let compiled = compiled(&model);
        let counts = member(&compiled, 0, Luck::new(6, 0, 0));
        let twin = meanfield::solve(&compiled, 0, &Settings::FINE);
        let all = f64::from(PERSONS) * AGES.count() as f64;
        for (period, (from, length)) in
            (2021..2024).map(f64::from).flat_map(|year| [(year, 0.5), (year + 0.5, 0.5), (year, 1.0)]).enumerate()
        {
            let expected = moved(by_birth, from, from + length);
            let exact = starts(&compiled, &twin.values, period);
            assert!((exact - expected).abs() < 1e-6, "twin, {length} from {from}: {exact}, {expected} expected");
            if length == 1.0 {
                let seen = value(&compiled.layout, &counts, state(0, 1), from as usize - 2021, metric::STARTS);
                near(&format!("engine in {from}"), seen / all, expected / all, all);
            }
        }
        assert_eq!(value(&compiled.layout, &counts, state(0, 1), 2, metric::STOCK_END).to_bits(), {
            let years = (0..3).map(|year| value(&compiled.layout, &counts, state(0, 1), year, metric::STARTS));
            years.sum::<f64>().to_bits()
        });
    }
}

/// Where the twin walks in steps too, also with those of one cohort taken together in years without a birthday.
#[test]
fn steps_keep_those_of_one_cohort_apart() {
    for (at_age, by_birth) in [(AOW, &AOW_BY_BIRTH[..]), (GAP, &GAP_BY_BIRTH[..])] {
        let compiled = compiled(&pension(at_age, true));
        for settings in [Settings::FAST, Settings::FINE] {
            let twin = meanfield::solve(&compiled, 0, &settings);
            for year in 0..3 {
                let from = 2021.0 + f64::from(year);
                let (seen, expected) =
                    (starts(&compiled, &twin.values, 3 * year as usize + 2), moved(by_birth, from, from + 1.0));
                assert!((seen - expected).abs() < 1e-6, "{from}: {seen}, {expected} expected, {settings:?}");
            }
        }
    }
}

/// A list of dates that changes nothing is the same to the last bit, and so is one that applies to everybody.
#[test]
fn one_age_for_all_is_the_same_however_it_is_written() {
    let plain = compiled(&pension("{ years = 66, months = 4 }", true));
    let counts = member(&plain, 0, Luck::new(2, 0, 0));
    for same in [
        "{ years = 66, months = 4, born_before = [{ date = 1955-09-01, years = 66, months = 4 }] }",
        "{ years = 50, born_before = [{ date = 2022-01-01, years = 66, months = 4 }] }",
        "{ years = 66, months = 4, born_before = [{ date = 1890-01-01, years = 110 }] }",
    ] {
        assert_eq!(member(&compiled(&pension(same, true)), 0, Luck::new(2, 0, 0)), counts, "{same}");
    }
}
