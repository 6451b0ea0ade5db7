//! Trends: a factor by calendar year, growing or given for each year.

use crate::town::{compiled, member, near, state, town, value};
use piramide::compile::layout::metric;
use piramide::compile::{Compiled, Options, Plan};
use piramide::engine::Luck;
use piramide::meanfield::{self, Settings};
use piramide::model::Model;

/// Years in which fewer came: by how much is a parameter.
const COVID: &str = r#"
[parameter.covid]
unit = "number"
prior = { uniform = { min = 0, max = 2 } }
source = { ref = "test" }
grade = "D"
[trend.jaar]
by_year = { 2021 = "1 - 0.25 * covid", "2022+" = "1 + covid" }
"#;

/// Something that comes once, at a rate of 0.2 times `jaar`.
fn once(jaar: &str, persons: u32) -> Model {
    let text = format!(
        r#"{jaar}
[track.eens]
label = {{ nl = "Eens", en = "Once" }}
state = {{ niet = {{ layer = "informeel" }}, wel = {{ layer = "basis", sink = true }} }}
[[track.eens.transition]]
from = "niet"
hazard = {{ per_year = 0.2, times = ["jaar"] }}
to = "wel"
"#
    );
    town(&text, &[("persons.csv", &format!("persons\n{persons}\n"))])
}

fn draw(model: &Model, values: &[f64]) -> Compiled {
    Plan::new(model, &Options { last_year: model.last_year, scale: 1.0 }).unwrap().compile(values).unwrap()
}

/// The factors of a draw, as the engine and its twin read them.
fn factors(compiled: &Compiled) -> Vec<f64> {
    compiled.tables[0].pieces.iter().take(compiled.years).map(|piece| piece.old).collect()
}

#[test]
fn every_year_has_the_factor_of_the_draw() {
    let model = once(COVID, 10);
    assert_eq!(factors(&draw(&model, &[0.0])), [1.0, 1.0, 1.0]);
    assert_eq!(factors(&draw(&model, &[1.0])), [0.75, 2.0, 2.0]);
    assert_eq!(factors(&draw(&model, &[2.0])), [0.5, 3.0, 3.0]);
    // A run that ends sooner reads the first years only.
    let short = Plan::new(&model, &Options { last_year: 2022, scale: 1.0 }).unwrap();
    assert_eq!(factors(&short.compile(&[1.0]).unwrap()), [0.75, 2.0]);
}

/// However it is written, to the last bit.
#[test]
fn growth_a_table_and_a_factor_for_each_year_are_the_same() {
    let table = "[table.jaar]\nvalues = { year = { 2021 = 0.5, 2022 = 1, 2023 = 2 } }\nunit = \"factor\"\nsource = { ref = \"test\"                  }\ngrade = \"D\"\n";
    let growth = "[trend.jaar]\nfactor_per_year = 2\nreference_year = 2022\n";
    let years = "[trend.jaar]\nby_year = { 2022 = 1, 2023 = 2, 2021 = 0.5 }\n";
    let [table, growth, years] = [table, growth, years].map(|text| compiled(&once(text, 1_000)));
    assert_eq!(growth.tables, years.tables);
    assert_eq!(table.tables, years.tables);
    assert_eq!(member(&growth, 0, Luck::new(1, 0, 0)), member(&years, 0, Luck::new(1, 0, 0)));
}

/// In closed form: survival of the cumulated rate. A year with factor 0 stands still.
#[test]
fn engine_and_twin_follow_the_years() {
    let (persons, given) = (200_000, [1.5, 0.0, 3.0]);
    let model = once("[trend.jaar]\nby_year = { 2021 = 1.5, 2022 = 0, 2023 = 3 }\n", persons);
    let compiled = compiled(&model);
    let counts = member(&compiled, 0, Luck::new(4, 0, 0));
    let twin = meanfield::solve(&compiled, 0, &Settings::FINE);
    let unit = compiled.layout.units.iter().position(state(0, 0)).unwrap();
    let mut cumulated = 0.0;
    for (year, factor) in given.into_iter().enumerate() {
        cumulated += 0.2 * factor;
        let expected = libm::exp(-cumulated);
        let still = value(&compiled.layout, &counts, state(0, 0), year, metric::STOCK_END) / f64::from(persons);
        near("still without", still, expected, persons.into());
        let stock = twin.values[compiled.layout.offset(0, unit, 3 * year + 2) + metric::STOCK_END] / f64::from(persons);
        assert!((stock / expected - 1.0).abs() < 1e-9, "twin in year {year}: {stock}, {expected} expected");
    }
    let moved = value(&compiled.layout, &counts, state(0, 1), 1, metric::STARTS);
    assert!(moved.abs() < 0.5, "{moved} moved in a year with factor 0");
}
