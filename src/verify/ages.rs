//! Hazards by age and calendar year, and a move on the 18th birthday.
//!
//! Exact answer: birth dates are uniform within the year of age, so the birthday falls at a uniform moment of the year. For
//! each moment the rates are constant between birthdays and New Years; Kolmogorov's equations are solved along that
//! line and integrated over the moment.

use super::Check;
use super::claim::{Claims, Place, Row};
use super::oracle::{Chain, nodes};
use crate::compile::layout::{Group, metric};

pub(super) const CHECK: Check = Check {
    name: "ages",
    proves: "hazards by single year of age and calendar year, candidates of a hulpvraag, the exact 18th birthday, age bands",
    replications: 150,
    twin: Some(1e-6),
    claims,
};

const FREE: usize = 0;
const JEUGD: usize = 1;
const WMO: usize = 2;
const NAMES: [&str; 3] = ["geen_hulpvraag", "jeugdhulp", "wmo"];
/// Persons, age, state.
const START: [(f64, i32, usize); 9] = [
    (3000.0, 9, FREE),
    (3000.0, 11, FREE),
    (3000.0, 15, JEUGD),
    (3000.0, 16, FREE),
    (3000.0, 17, JEUGD),
    (3000.0, 30, FREE),
    (3000.0, 38, WMO),
    (3000.0, 63, FREE),
    (3000.0, 80, WMO),
];
const BOUNDS: [i32; 4] = [0, 12, 18, 65];
const HALVES: usize = 8;

/// Numbers of one half-year in one age band, or over all bands.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    years: [f64; 3],
    end: [f64; 3],
    /// Only over all bands.
    starts: [f64; 3],
    /// Persons there at any moment of the half-year; only over all bands.
    unique: [f64; 3],
}

fn chain(age: i32, year: i32) -> Chain {
    let late = year >= 2023;
    let onset = match age {
        ..12 => [1.0, 2.0],
        12..16 => [0.5, 1.5],
        16..18 => [2.5, 0.8],
        _ => [0.0, 0.0],
    }[usize::from(late)];
    let (wmo, end) = match age {
        ..18 => (0.0, 2.0),
        18..40 => (0.5, 2.0),
        40..65 => (1.0, 1.0),
        _ => (3.0, 0.4),
    };
    Chain::new(3, &[(FREE, JEUGD, 0.3 * onset), (FREE, WMO, 0.2 * wmo), (JEUGD, FREE, 0.5), (WMO, FREE, 0.3 * end)])
}

/// Adds one person of this age whose next birthday is `birthday` years after the start, times `weight`.
///
/// `[half][0]` is over all bands, `[half][1 + band]` one band.
fn follow(counts: &mut [[Counts; 5]], age: i32, state: usize, birthday: f64, weight: f64) {
    let mut age = age;
    let mut p = vec![0.0; 3];
    p[state] = 1.0;
    for (half, bands) in counts.iter_mut().enumerate() {
        let (begin, end) = (half as f64 * 0.5, half as f64 * 0.5 + 0.5);
        let year = 2021 + half as i32 / 2;
        let turns = begin - libm::floor(begin) <= birthday && birthday < begin - libm::floor(begin) + 0.5;
        let cut = if turns { libm::floor(begin) + birthday } else { end };
        // Per state, those who have not been there in this half-year.
        let mut avoiding: Vec<Vec<f64>> =
            (0..3).map(|state| p.iter().enumerate().map(|(other, &p)| if other == state { 0.0 } else { p }).collect()).collect();
        for (from, until, birthday_ends) in [(begin, cut, turns), (cut, end, false)] {
            let band = BOUNDS.iter().filter(|&&bound| age >= bound).count();
            let chain = chain(age, year);
            let (mut after, years) = chain.run(&p, until - from);
            for (state, row) in avoiding.iter_mut().enumerate() {
                *row = chain.avoiding(state).run(row, until - from).0;
            }
            for state in 0..3 {
                bands[0].years[state] += weight * years[state];
                bands[band].years[state] += weight * years[state];
                bands[0].starts[state] += weight * chain.entries(&years, state);
            }
            if birthday_ends {
                age += 1;
                if age == 18 {
                    let moved = after[JEUGD];
                    after = vec![after[FREE] + 0.2 * moved, 0.0, after[WMO] + 0.8 * moved];
                    bands[0].starts[FREE] += weight * 0.2 * moved;
                    bands[0].starts[WMO] += weight * 0.8 * moved;
                    let [free, _, wmo] = &mut avoiding[..] else { continue };
                    // Those not yet seen in FREE lose a fifth to it, those not yet seen in WMO four fifths.
                    *free = vec![0.0, 0.0, free[WMO] + 0.8 * free[JEUGD]];
                    *wmo = vec![wmo[FREE] + 0.2 * wmo[JEUGD], 0.0, 0.0];
                    let jeugd = &mut avoiding[JEUGD];
                    *jeugd = vec![jeugd[FREE], 0.0, jeugd[WMO]];
                }
            }
            p = after;
        }
        let band = BOUNDS.iter().filter(|&&bound| age >= bound).count();
        for index in [0, band] {
            for state in 0..3 {
                bands[index].end[state] += weight * p[state];
            }
        }
        for state in 0..3 {
            bands[0].unique[state] += weight * (1.0 - avoiding[state].iter().sum::<f64>());
        }
    }
}

fn exact() -> Vec<[Counts; 5]> {
    let mut counts = vec![[Counts::default(); 5]; HALVES];
    for (persons, age, state) in START {
        // A birthday on either side of 1 July makes a different half-year: integrate each side on its own.
        for (low, high) in [(0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.0)] {
            for (birthday, weight) in nodes(low, high) {
                follow(&mut counts, age, state, birthday, persons * weight);
            }
        }
    }
    counts
}

fn claims() -> Claims {
    let mut claims = Claims::default();
    for (half, bands) in exact().iter().enumerate() {
        let (year, number) = (2021 + half as i32 / 2, 1 + (half % 2) as u8);
        for (state, name) in NAMES.into_iter().enumerate() {
            let city = |metric| Place::city(Row("zorg", name), year, number, metric);
            claims.mean(city(metric::STARTS), bands[0].starts[state]);
            claims.mean(city(metric::UNIQUE), bands[0].unique[state]);
            for (index, band) in bands.iter().enumerate() {
                let group = if index == 0 { Group::City } else { Group::Age(index - 1) };
                let place = |metric| Place { group, ..city(metric) };
                // Cells with few persons are judged too, but need not be precise.
                let precision = if band.end[state].min(2.0 * band.years[state]) > 400.0 { 0.005 } else { f64::INFINITY };
                claims.mean_within(place(metric::STOCK_END), band.end[state], precision);
                claims.mean_within(place(metric::PERSON_TIME), band.years[state], precision);
            }
        }
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_lost() {
        for bands in exact() {
            let all = |counts: &Counts| counts.end.iter().sum::<f64>();
            assert!((all(&bands[0]) - 27_000.0).abs() < 1e-6);
            assert!((bands[1..].iter().map(all).sum::<f64>() - 27_000.0).abs() < 1e-6);
            assert!((bands[0].years.iter().sum::<f64>() - 13_500.0).abs() < 1e-6);
        }
    }

    /// Those in jeugdhulp at 17 who are not out by their birthday leave at 18: without the other moves, half by 1 July.
    #[test]
    fn half_the_birthdays_fall_before_july() {
        let mut counts = vec![[Counts::default(); 5]; 2];
        for (birthday, weight) in nodes(0.0, 0.5).into_iter().chain(nodes(0.5, 1.0)) {
            follow(&mut counts, 17, JEUGD, birthday, weight);
        }
        // Still in jeugdhulp on 1 July: born in the second half and not left at 0.5 a year; there is a way back at 0.75.
        assert!(counts[0][0].end[JEUGD] > 0.5 * libm::exp(-0.25) && counts[0][0].end[JEUGD] < 0.5);
        assert_eq!(counts[1][0].end[JEUGD], 0.0);
    }
}
