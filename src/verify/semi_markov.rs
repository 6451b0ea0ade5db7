//! Weibull and log-normal stays with competing exits, a renewal, a way back, and elapsed times at the start.
//!
//! Exact answer: the Markov renewal equation on a grid of 1/256 year (error below 1e-5 of the flows, see the tests).

use super::Check;
use super::claim::{Claims, Place, Row};
use super::oracle::{Exit, Law, Process, Solution};
use crate::compile::layout::metric;

pub(super) const CHECK: Check = Check {
    name: "semi-markov",
    proves: "Weibull, log-normal and gamma stays that race a hazard, renewals, redraws at each entry, elapsed time at the start",
    replications: 160,
    twin: Some(1e-4),
    claims,
};

const BASIS: usize = 0;
const MAATWERK: usize = 1;
const KLAAR: usize = 2;
const WEG: usize = 3;
const NAMES: [&str; 4] = ["basis", "maatwerk", "klaar", "weg"];
const YEARS: usize = 5;

fn solve(per_year: usize) -> Solution {
    let process = Process {
        states: vec![
            vec![
                Exit { law: Law::Weibull(1.5, 1.7), to: &[(MAATWERK, 0.4), (KLAAR, 0.6)] },
                Exit { law: Law::Exponential(0.25), to: &[(WEG, 1.0)] },
            ],
            vec![
                Exit { law: Law::Lognormal(0.8, 0.7), to: &[(MAATWERK, 0.3), (BASIS, 0.2), (KLAAR, 0.5)] },
                Exit { law: Law::Gamma(2.0, 3.0), to: &[(KLAAR, 1.0)] },
                Exit { law: Law::Exponential(0.1), to: &[(WEG, 1.0)] },
            ],
            vec![],
            vec![],
        ],
    };
    let start =
        [(BASIS, 0.0, 8000.0), (BASIS, 0.75, 8000.0), (MAATWERK, 0.0, 8000.0), (MAATWERK, 1.2, 8000.0), (MAATWERK, 4.0, 2000.0)];
    process.solve(&start, YEARS, per_year)
}

fn claims() -> Claims {
    let exact = solve(256);
    let mut claims = Claims::default();
    for (index, year) in (2021..).enumerate().take(YEARS) {
        for half in 0..=2u8 {
            let since = index as f64 + if half == 2 { 0.5 } else { 0.0 };
            let until = index as f64 + if half == 1 { 0.5 } else { 1.0 };
            let moves = |from, to| exact.moves(from, to, since, until);
            // A renewal is neither a start nor an end.
            let starts = |to: usize| (0..4).filter(|&from| from != to).map(|from| moves(from, to)).sum::<f64>();
            for (state, name) in NAMES.into_iter().enumerate() {
                let place = |metric| Place::city(Row("zorg", name), year, half, metric);
                claims.mean(place(metric::STARTS), starts(state));
                claims.mean(place(metric::STOCK_END), exact.stock(state, until));
                if state == BASIS || state == MAATWERK {
                    let ends: f64 = (0..4).filter(|&to| to != state).map(|to| moves(state, to)).sum();
                    claims.mean(place(metric::ENDS), ends);
                    claims.mean(place(metric::PERSON_TIME), exact.years(state, since, until));
                }
            }
            let place = |metric| Place::city(Row("zorg", "maatwerk"), year, half, metric);
            let new = starts(MAATWERK) + moves(MAATWERK, MAATWERK);
            claims.mean(place(metric::INDICATIES), exact.stock(MAATWERK, since) + new);
            let cost = 9000.0 * exact.years(MAATWERK, since, until) + 500.0 * starts(MAATWERK) + 250.0 * new;
            claims.mean(place(metric::COST_CONSTANT), cost);
        }
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_is_fine_enough() {
        let (coarse, fine) = (solve(64), solve(256));
        for state in 0..4 {
            for year in 0..5 {
                let (since, until) = (f64::from(year), f64::from(year + 1));
                let pairs = [
                    (coarse.stock(state, until), fine.stock(state, until)),
                    (coarse.moves(MAATWERK, state, since, until), fine.moves(MAATWERK, state, since, until)),
                ];
                for (rough, exact) in pairs {
                    // A grid four times finer has an error about sixteen times smaller.
                    assert!((rough - exact).abs() <= 2e-4 * exact.abs(), "{state} {year}: {rough} for {exact}");
                }
            }
        }
        // Nobody is lost or made.
        let all: f64 = (0..4).map(|state| fine.stock(state, 5.0)).sum();
        assert!((all - 34_000.0).abs() < 0.5, "{all}");
    }
}
