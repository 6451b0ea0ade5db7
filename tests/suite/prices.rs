//! Price levels: what a cost is in the constant euros of one year, and in those of each year itself.

use crate::town::{compiled, member, state, town, value};
use piramide::compile::layout::{METRICS, metric};
use piramide::engine::Luck;

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
