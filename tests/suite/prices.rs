//! Price levels, and what changes a cost from year to year: what it is in the constant euros of one year, and in those of each year
//! itself.

use crate::town::{compiled, member, state, town, value};
use piramide::compile::layout::{METRICS, metric};
use piramide::engine::Luck;
use piramide::meanfield::{Settings, solve};

/// Nobody moves, so every amount is known to the cent: no chance of a false alarm. No two years have the same index, so that one
/// read a year early or late is seen in each of them; 2023 lies beyond the index and grows on from the last year in it.
#[test]
fn costs_follow_the_price_index_of_their_year() {
    let text = r#"
[prices]
constant_year = 2022
index = { 2020 = 100, 2021 = 104, 2022 = 110 }
growth_after = 0.1
source = { ref = "test" }
grade = "D"
[track.zorg]
label = { nl = "Zorg", en = "Care" }
state.thuis = { sink = true }
state.zorg = { layer = "maatwerk", sink = true, cost = { euro_per_person_year = 1000, price_year = 2020 } }
"#;
    let compiled = compiled(&town(text, &[("persons.csv", "persons,zorg\n30,zorg\n")]));
    let counts = member(&compiled, 0, Luck::new(1, 0, 0));
    for (year, index) in [1.04, 1.10, 1.21].into_iter().enumerate() {
        for (metric, factor) in [(metric::COST_NOMINAL, index), (metric::COST_CONSTANT, 1.10)] {
            let seen = value(&compiled.layout, &counts, state(0, 1), year, metric);
            assert!((seen - 30_000.0 * factor).abs() < 1e-6, "{} in year {year}: {seen}", METRICS[metric].name);
        }
    }
}

/// A state and a gate whose costs follow a trend that is one in 2022, a table by year and a shock.
const INTENSITY: &str = r#"
[trend.hours]
factor_per_year = 1.25
reference_year = 2022
[table.agreement]
values = { year = { 2021 = 1, 2022-2023 = 0.9 } }
unit = "factor"
source = { ref = "test" }
grade = "D"
[shock.price]
sigma = 0.1
persistence = 0.5
source = { ref = "test" }
grade = "D"
[track.zorg]
label = { nl = "Zorg", en = "Care" }
state.thuis = {}
state.hersteld = {}
[track.zorg.state.zorg]
layer = "maatwerk"
sink = true
[track.zorg.state.zorg.cost]
euro_per_person_year = 1000
euro_per_start = 200
euro_per_indicatie = 40
price_year = 2021
times = ["hours", "agreement", "shock.price"]
[track.zorg.gate.poort]
to = "hersteld"
[track.zorg.gate.poort.variant.een]
reach = 0.5
success = 0.5
cost = { euro_per_reached = 80, euro_per_diverted = 160, price_year = 2021, times = ["shock.price", "agreement", "hours"] }
[[track.zorg.transition]]
from = "thuis"
hazard = { per_year = 0.5 }
to = { zorg = { gate = "poort" } }
"#;

/// Every amount of a state and of a gate, and with them what the engine and the twin make of them: to the cent, so that there is
/// no chance of a false alarm. A factor of a wrong year is at least a tenth off.
#[test]
fn costs_follow_trends_and_tables_by_year() {
    let compiled = compiled(&town(INTENSITY, &[("persons.csv", "persons,zorg\n3000,thuis\n30,zorg\n")]));
    let shocks = [1.1, 0.9, 1.0];
    let town = compiled.with_shocks(&[shocks.to_vec()]);
    let factors = [0.8 * 1.1, 0.9 * 0.9, 1.25 * 0.9];
    let track = &town.scenarios[0].tracks[0];
    for level in [0, 1] {
        let (state, gate) = (&track.states[2].cost[level], &track.gates[0].variants[0].cost[level]);
        let amounts = [(&state.person_year, 100_000.0), (&state.start, 20_000.0), (&state.indicatie, 4_000.0)];
        for (tariff, cents) in amounts.into_iter().chain([(&gate.reached, 8_000.0), (&gate.diverted, 16_000.0)]) {
            for (half, &tariff) in tariff.iter().enumerate() {
                assert!((tariff as f64 - cents * factors[half / 2]).abs() < 0.5, "{cents} in half-year {half}: {tariff}");
            }
        }
    }
    let counts = member(&town, 0, Luck::new(1, 0, 0));
    let expected = solve(&town, 0, &Settings::FAST).values;
    let row = town.layout.units.iter().position(state(0, 2)).unwrap();
    for (year, factor) in factors.into_iter().enumerate() {
        let engine = |metric| value(&town.layout, &counts, state(0, 2), year, metric);
        let twin = |metric| expected[town.layout.offset(0, row, 3 * year + 2) + metric];
        let price = |years: f64, starts: f64| factor * (1000.0 * years + (200.0 + 40.0) * starts);
        for cost in [metric::COST_CONSTANT, metric::COST_NOMINAL] {
            let due = price(engine(metric::PERSON_TIME), engine(metric::STARTS));
            assert!(due > 30_000.0 && (engine(cost) - due).abs() < 0.05, "engine, year {year}: {} for {due}", engine(cost));
            let due = price(twin(metric::PERSON_TIME), twin(metric::STARTS));
            assert!((twin(cost) / due - 1.0).abs() < 1e-9, "twin, year {year}: {} for {due}", twin(cost));
        }
    }
}
