//! Attached costs and income: to the cent, wherever they are booked, in the engine and its twin.

use crate::town::{compiled, member, state, town, value};
use piramide::compile::layout::{Group, Layout, Level, METRICS, Unit, metric};
use piramide::engine::Luck;
use piramide::meanfield::{Settings, solve};
use piramide::model::{Layer, Model};
use piramide::verify::identities;

/// Two states in two layers and what follows them: transport that grows and is shocked, a contribution that the law fixes, and one
/// that follows prices and the number of meetings. `free` is written between a state outside the pyramid and the two.
fn cared_for(free: &str, files: &[(&str, &str)]) -> Model {
    let text = format!(
        r#"
[prices]
constant_year = 2022
index = {{ 2020 = 100, 2021 = 104, 2022 = 110, 2023 = 121 }}
source = {{ ref = "test" }}
grade = "D"
[trend.distance]
factor_per_year = 1.5
reference_year = 2022
[shock.fuel]
sigma = 0.1
persistence = 0.5
source = {{ ref = "test" }}
grade = "D"
[parameter.riders]
unit = "share"
prior = {{ fixed = 0.6 }}
source = {{ ref = "test" }}
grade = "D"
[domain.wmo]
label = {{ nl = "Wmo", en = "Wmo" }}
[track.zorg]
label = {{ nl = "Zorg", en = "Care" }}
domain = "wmo"
state.thuis = {{}}
state.licht = {{ layer = "basis" }}
state.zwaar = {{ layer = "maatwerk", cost = {{ euro_per_person_year = 1000, price_year = 2022 }} }}
{free}
[track.zorg.attached.vervoer]
label = {{ nl = "Vervoer", en = "Transport" }}
of = {{ licht = "riders", zwaar = 2 }}
cost = {{ euro_per_person_year = 300, price_year = 2020, times = ["distance", "shock.fuel"] }}
[track.zorg.attached.wettelijk]
label = {{ nl = "Eigen bijdrage", en = "Contribution" }}
of = {{ zwaar = 0.5 }}
income = {{ euro_per_person_year = 228, price_year = 2020, indexed = false }}
[track.zorg.attached.geindexeerd]
label = {{ nl = "Bijdrage naar tarief", en = "Contribution by tariff" }}
of = {{ zwaar = 1 }}
income = {{ euro_per_person_year = 10, price_year = 2021 }}
"#
    );
    town(&text, files)
}

/// The row of what is attached.
fn attached(id: usize) -> impl Fn(&Unit) -> bool {
    move |unit| (unit.level, unit.track, unit.attached) == (Level::Attached, Some(0), Some(id))
}

fn layer(layer: Option<Layer>) -> impl Fn(&Unit) -> bool {
    move |unit| (unit.level, unit.layer) == (Level::Layer, layer)
}

/// Per calendar year what a person-year costs, constant and nominal: transport in the light and in the heavy state, both incomes.
fn by_hand(shocks: [f64; 3]) -> [[[f64; 4]; 2]; 3] {
    let index = [104.0, 110.0, 121.0];
    std::array::from_fn(|year| {
        let of = |constant: bool| {
            let price = |from: f64| if constant { 110.0 } else { index[year] } / from;
            let ride = 300.0 * [1.0 / 1.5, 1.0, 1.5][year] * shocks[year] * price(100.0);
            let law = -0.5 * 228.0 * if constant { 110.0 / index[year] } else { 1.0 };
            [0.6 * ride, 2.0 * ride, law, -10.0 * price(104.0)]
        };
        [of(true), of(false)]
    })
}

/// Nobody moves, so every amount is known: no chance of a false alarm. Tariffs are rounded to half a cent for each of 30 persons.
#[test]
fn what_follows_a_state_is_units_times_amount() {
    let model = cared_for("", &[("persons.csv", "persons,zorg\n20,licht\n10,zwaar\n70,thuis\n")]);
    let shocks = [1.1, 0.8, 1.0];
    let compiled = compiled(&model).with_shocks(&[shocks.to_vec()]);
    let (layout, counts) = (&compiled.layout, member(&compiled, 0, Luck::new(1, 0, 0)));
    identities(layout, &model, &counts).unwrap();
    let twin = solve(&compiled, 0, &Settings::FAST).values;
    for (year, levels) in by_hand(shocks).into_iter().enumerate() {
        let price = 110.0 / [104.0, 110.0, 121.0][year];
        for (cost, [light, heavy, law, fee]) in [metric::COST_CONSTANT, metric::COST_NOMINAL].into_iter().zip(levels) {
            let care = 10_000.0 * if cost == metric::COST_CONSTANT { 1.0 } else { 1.0 / price };
            let (rides, income) = ([20.0 * light, 10.0 * heavy], [10.0 * law, 10.0 * fee]);
            let sum = care + rides[0] + rides[1] + income[0] + income[1];
            let check = |row: &dyn Fn(&Unit) -> bool, due: f64| {
                let unit = layout.units.iter().position(row).unwrap();
                let what = format!("{} of {:?} in year {year}", METRICS[cost].name, layout.units[unit]);
                let seen = value(layout, &counts, row, year, cost);
                assert!((seen - due).abs() < 0.5, "{what}: {seen}, not {due}");
                let seen = twin[layout.offset(0, unit, 3 * year + 2) + cost];
                // The twin does not know layers.
                assert!(
                    (seen - due).abs() < 0.5 || seen.is_nan() && layout.units[unit].level == Level::Layer,
                    "{what}: twin {seen}"
                );
            };
            check(&attached(0), rides[0] + rides[1]);
            check(&attached(1), income[0]);
            check(&attached(2), income[1]);
            check(&state(0, 1), 0.0);
            check(&state(0, 2), care);
            for level in [Level::Track, Level::Domain, Level::Total] {
                check(&|unit: &Unit| unit.level == level, sum);
            }
            check(&layer(Some(Layer::Basis)), rides[0]);
            check(&layer(Some(Layer::Maatwerk)), sum - rides[0]);
            check(&layer(None), 0.0);
        }
    }
    for metric in [metric::STOCK_START, metric::PERSON_TIME, metric::STARTS, metric::INDICATIES, metric::REACHED] {
        assert_eq!(value(layout, &counts, attached(0), 1, metric).to_bits(), 0.0f64.to_bits(), "{}", METRICS[metric].name);
    }
}

/// People come and go, live in wijken and have ages: what is attached follows the person-years of every group, to the cents of the
/// groups, and of the city in the twin. A measure doubles the riders in mid-year.
#[test]
fn what_is_attached_follows_person_years() {
    let moves = r#"
[[track.zorg.transition]]
from = "thuis"
hazard = { per_year = 0.4 }
to = { licht = 0.5, zwaar = 0.5 }
[[track.zorg.transition]]
from = ["licht", "zwaar"]
hazard = { per_year = 1.0 }
to = "thuis"
[attribute.wijk]
values = ["noord", "zuid"]
"#;
    let plan = "label = { nl = 'Meer', en = 'More' }\n[measure.more]\nstart = 2022-07-02\nset = { riders = 1.0 }\n";
    let persons = "wijk,persons\nnoord,4000\nzuid,1500\n";
    let model = cared_for(moves, &[("persons.csv", persons), ("scenarios/plan.toml", plan)]);
    let compiled = compiled(&model).with_shocks(&[vec![1.0; 3]]);
    let layout = &compiled.layout;
    let tariffs = by_hand([1.0; 3]);
    let plan = model.scenarios.iter().position(|scenario| scenario.name == "plan").unwrap();
    for scenario in [0, 1] {
        let counts = member(&compiled, scenario, Luck::new(4, 0, 0));
        identities(layout, &model, &counts).unwrap();
        let twin = solve(&compiled, scenario, &Settings::FAST).values;
        let rows: [usize; 3] = [&attached(0) as &dyn Fn(&Unit) -> bool, &state(0, 1), &state(0, 2)]
            .map(|row| layout.units.iter().position(row).unwrap());
        let due = |half: usize, level: usize, years: [f64; 2]| {
            // On day 183 of 2022 all of the light begin to ride: half a day before half-year number 3.
            let riding = [0.0, 0.0, 1.0 - 182.0 / 182.5, 1.0, 1.0, 1.0][half];
            let more = if scenario == plan { 1.0 + riding * (1.0 / 0.6 - 1.0) } else { 1.0 };
            let [light, heavy, ..] = tariffs[half / 2][level];
            more * light * years[0] + heavy * years[1]
        };
        for half in 0..6 {
            let period = half / 2 * 3 + half % 2;
            for (level, cost) in [metric::COST_CONSTANT, metric::COST_NOMINAL].into_iter().enumerate() {
                for group in 0..layout.groups.len() {
                    let at = |row: usize, metric: usize| {
                        counts[layout.offset(group, row, period) + metric] as f64 * METRICS[metric].scale
                    };
                    let (seen, years) = (at(rows[0], cost), [1, 2].map(|row| at(rows[row], metric::PERSON_TIME)));
                    assert!(years[0] > 20.0);
                    let (due, what) = (due(half, level, years), &layout.groups[group]);
                    // A tariff is half a cent off at most, per person-year.
                    assert!((seen - due).abs() < 0.01 * (years[0] + years[1]), "{what:?}, half-year {half}: {seen}, not {due}");
                }
                let at = |row: usize, metric: usize| twin[layout.offset(0, row, period) + metric];
                let (seen, due) = (at(rows[0], cost), due(half, level, [1, 2].map(|row| at(rows[row], metric::PERSON_TIME))));
                assert!((seen / due - 1.0).abs() < 1e-4, "twin, half-year {half}: {seen}, not {due}");
            }
        }
    }
    assert_eq!(layout.groups, [Group::City, Group::Wijk(0), Group::Wijk(1)]);
}

/// Books in which a cent of income is lost, or changes sign, do not balance.
#[test]
fn books_with_a_fault_do_not_balance() {
    let model = cared_for("", &[("persons.csv", "persons,zorg\n20,licht\n10,zwaar\n70,thuis\n")]);
    let compiled = compiled(&model);
    let (layout, counts) = (&compiled.layout, member(&compiled, 0, Luck::new(1, 0, 0)));
    let broken = |row: &dyn Fn(&Unit) -> bool, by: fn(i64) -> i64| {
        let (mut counts, row) = (counts.clone(), layout.units.iter().position(row).unwrap());
        for period in 0..3 {
            let cell = &mut counts[layout.offset(0, row, period) + metric::COST_NOMINAL];
            *cell = by(*cell);
        }
        identities(layout, &model, &counts).unwrap_err()
    };
    let lost = broken(&attached(2), |cents| cents / 2);
    assert!(lost.contains("what is attached"), "{lost}");
    let negative = broken(&attached(0), |cents| -cents);
    assert!(negative.contains("zorg.vervoer") && negative.contains("negative"), "{negative}");
}

/// Names in files and layers of rows.
#[test]
fn rows_of_what_is_attached_have_names() {
    let model = cared_for("", &[("persons.csv", "persons,zorg\n5,licht\n5,zwaar\n")]);
    let layout = Layout::new(&model, model.last_year);
    let names: Vec<_> = (layout.units.iter())
        .filter(|unit| unit.level == Level::Attached)
        .map(|unit| piramide::store::columns::Names::new(&model, unit))
        .map(|names| (names.level, names.state.unwrap(), names.layer))
        .collect();
    let expected = [("vervoer", None), ("wettelijk", Some("maatwerk")), ("geindexeerd", Some("maatwerk"))]
        .map(|(name, layer)| ("attached", format!("attached:{name}"), layer));
    assert_eq!(names, expected);
}
