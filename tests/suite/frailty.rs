//! Frailty: persons differ for life, and several needs come together, in closed form.

use crate::town::{compiled, member, near, state, town, value};
use piramide::compile::layout::{Level, metric};
use piramide::engine::Luck;
use piramide::model::Model;

const PERSONS: f64 = 200_000.0;

/// Two needs that depend on the person only: one arises from `geen_hulpvraag`, the other from a plain state.
fn needs(law: &str) -> Model {
    let text = format!(
        r#"
[frailty]
law = {law}
source = {{ ref = "test" }}
grade = "D"
[track.een]
label = {{ nl = "Een", en = "One" }}
state = {{ geen_hulpvraag = {{}}, hulp = {{ layer = "basis", sink = true }} }}
[[track.een.transition]]
from = "geen_hulpvraag"
hazard = {{ per_year = 0.4, times = ["frailty"] }}
to = "hulp"
[track.twee]
label = {{ nl = "Twee", en = "Two" }}
state = {{ vrij = {{}}, zorg = {{ layer = "maatwerk", sink = true }} }}
[[track.twee.transition]]
from = "vrij"
hazard = {{ per_year = 0.25, times = ["frailty"] }}
to = "zorg"
"#
    );
    town(&text, &[("persons.csv", &format!("persons\n{PERSONS}\n"))])
}

/// Shares of persons after three years without the first need, without the second, and without either.
fn without(model: &Model) -> [f64; 3] {
    let compiled = compiled(model);
    let counts = member(&compiled, 0, Luck::new(21, 0, 0));
    let at_end = |row: &dyn Fn(&piramide::compile::layout::Unit) -> bool| {
        value(&compiled.layout, &counts, row, 2, metric::STOCK_END) / PERSONS
    };
    [at_end(&state(0, 0)), at_end(&state(1, 0)), at_end(&|unit| unit.level == Level::Combination && unit.combination == Some(0))]
}

/// With gamma frailty of variance v the share without an event of cumulated hazard h is (1 + v h)^(-1/v): its Laplace transform.
#[test]
fn gamma_frailty_gives_its_laplace_transform() {
    for variance in [0.5, 1.0, 3.0] {
        let model = needs(&format!("{{ gamma = {{ variance = {variance} }} }}"));
        let expected = [1.2, 0.75, 1.95].map(|hazard| libm::pow(1.0 + variance * hazard, -1.0 / variance));
        for (seen, expected) in without(&model).into_iter().zip(expected) {
            near(&format!("variance {variance}"), seen, expected, PERSONS);
        }
    }
}

/// The Gauss points of the law give the same as the persons: what the expected history is computed with.
#[test]
fn lognormal_frailty_gives_the_mean_over_its_nodes() {
    let model = needs("{ lognormal = { sigma = 0.8 } }");
    let nodes = compiled(&model).frailty.unwrap().nodes(12);
    let expected = [1.2, 0.75, 1.95].map(|hazard| nodes.iter().map(|(z, weight)| weight * libm::exp(-hazard * z)).sum::<f64>());
    for (seen, expected) in without(&model).into_iter().zip(expected) {
        near("log-normal", seen, expected, PERSONS);
    }
}

/// Without frailty two needs are independent; with it they come together.
#[test]
fn needs_come_together() {
    let [one, two, neither] = without(&needs("{ gamma = { variance = 1.0 } }"));
    assert!(neither > 1.3 * one * two, "{neither} against {}", one * two);
}

/// Shares at the start stay what they are over persons, though the frail have more. A frail death takes the frail first: with
/// odds o z to be in need at the start, those in need die as E[o z / (1 + o z) exp(-0.2 z)] tells, here by 400,000 points of the
/// exponential law.
#[test]
fn the_start_and_death_may_be_frail() {
    let text = r#"
[frailty]
law = { gamma = { variance = 1.0 } }
source = { ref = "test" }
grade = "D"
[demography.death]
per_year = 0.2
times = ["frailty"]
[track.hulp]
label = { nl = "Hulp", en = "Help" }
state = { geen_hulpvraag = {}, licht = { layer = "basis" }, zwaar = { layer = "maatwerk" } }
[[track.hulp.transition]]
from = "geen_hulpvraag"
hazard = { per_year = 0.0 }
to = { licht = 0.5, zwaar = 0.5 }
[track.hulp.initial.licht]
share = 0.4
times = ["frailty"]
[track.hulp.initial.zwaar]
share = 0.2
times = ["frailty"]
"#;
    let model = town(text, &[("persons.csv", &format!("persons\n{PERSONS}\n"))]);
    let compiled = compiled(&model);
    let counts = member(&compiled, 0, Luck::new(22, 0, 0));
    let of = |row, year, metric| value(&compiled.layout, &counts, row, year, metric);
    near("light", of(state(0, 1), 0, metric::STOCK_START) / PERSONS, 0.4, PERSONS);
    near("heavy", of(state(0, 2), 0, metric::STOCK_START) / PERSONS, 0.2, PERSONS);
    let mean = |f: &dyn Fn(f64) -> f64| (0..400_000).map(|i| f(-libm::log((f64::from(i) + 0.5) / 4e5))).sum::<f64>() / 4e5;
    let (mut low, mut high) = (0.0, 100.0);
    for _ in 0..60 {
        let odds = 0.5 * (low + high);
        if mean(&|z| odds * z / (1.0 + odds * z)) < 0.6 { low = odds } else { high = odds }
    }
    let survivors = mean(&|z| low * z / (1.0 + low * z) * libm::exp(-0.6 * z));
    near("light in the end", of(state(0, 1), 2, metric::STOCK_END) / PERSONS, survivors * 2.0 / 3.0, PERSONS);
    let everybody = |unit: &piramide::compile::layout::Unit| unit.level == Level::Total;
    let alive = value(&compiled.layout, &counts, everybody, 2, metric::STOCK_END) / PERSONS;
    near("alive", alive, 1.0 / 1.6, PERSONS);
}
