//! Three competing risks, constant on one track and jumping on 1 January on another.
//!
//! Exact answer, while the rates are constant: `h_k/h (1 - exp(-h t))` of those still there leave by risk k.

use super::Check;
use super::claim::{Claims, Place, Row};
use crate::compile::layout::metric;

pub(super) const CHECK: Check = Check {
    name: "competing-risks",
    proves: "competing exits from one state, with constant rates and with rates that jump on 1 January",
    replications: 130,
    twin: Some(1e-6),
    claims,
};

const PERSONS: f64 = 40_000.0;
const RISKS: [(&str, f64); 3] = [("hersteld", 0.3), ("verhuisd", 0.1), ("overleden", 0.05)];
/// Factors of the three risks per year, from 2021.
const CONSTANT: [[f64; 3]; 5] = [[1.0; 3]; 5];
const JUMPS: [[f64; 3]; 5] = [[1.0, 1.0, 1.0], [2.0, 0.0, 1.0], [0.5, 4.0, 1.0], [0.0, 0.0, 1.0], [3.0, 1.5, 1.0]];

fn claims() -> Claims {
    let mut claims = Claims::default();
    for (track, factors, tariff) in [("vast", CONSTANT, 2500.0), ("sprong", JUMPS, 9000.0)] {
        let mut there = PERSONS;
        let mut gone = [0.0; 3];
        for (year, factors) in (2021..).zip(factors) {
            for half in [1, 2] {
                let rates: Vec<f64> = RISKS.iter().zip(factors).map(|(risk, factor)| risk.1 * factor).collect();
                let all: f64 = rates.iter().sum();
                let leave = there * -libm::expm1(-all * 0.5);
                let place = |state, metric| Place::city(Row(track, state), year, half, metric);
                for ((&(risk, _), rate), gone) in RISKS.iter().zip(&rates).zip(&mut gone) {
                    let exits = leave * rate / all;
                    *gone += exits;
                    claims.mean(place(risk, metric::STARTS), exits);
                    claims.mean(place(risk, metric::STOCK_END), *gone);
                }
                claims.mean(place("zorg", metric::ENDS), leave);
                claims.mean(place("zorg", metric::UNIQUE), there);
                claims.mean(place("zorg", metric::PERSON_TIME), leave / all);
                claims.mean(place("zorg", metric::COST_NOMINAL), tariff * leave / all);
                there -= leave;
                claims.mean(place("zorg", metric::STOCK_END), there);
                let share = there / PERSONS;
                claims.deviation(place("zorg", metric::STOCK_END), (PERSONS * share * (1.0 - share)).sqrt());
            }
        }
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::super::claim::Statistic;
    use super::*;

    /// The known answer of constant risks after two years.
    #[test]
    fn two_years() {
        let claims = claims();
        let found: Vec<f64> = (claims.numbers.iter())
            .filter(|claim| claim.place.row == Row("vast", "hersteld"))
            .filter(|claim| (claim.place.year, claim.place.half, claim.place.metric) == (2022, 2, metric::STOCK_END))
            .map(|claim| match claim.statistic {
                Statistic::Mean { expected, .. } => expected / PERSONS,
                Statistic::Simulated { .. } | Statistic::Deviation(_) | Statistic::Poisson(_) => f64::NAN,
            })
            .collect();
        assert_eq!(found.len(), 1);
        assert!((found[0] - 0.395_620).abs() < 5e-7);
    }
}
