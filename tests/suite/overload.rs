//! Informal overload: those who live together bear each other's needs, against the equations of a couple.

use crate::town::{compiled, state, town, value};
use piramide::compile::Compiled;
use piramide::compile::layout::metric;
use piramide::engine::{Event, Luck, Observer, Silent, Tally, simulate};
use piramide::model::Model;
use piramide::verify::identities;
use rayon::prelude::*;

/// Couples of one member.
const COUPLES: f64 = 4_000.0;
/// Members simulated.
const MEMBERS: u32 = 400;
/// Standard errors that a right engine exceeds once in 1.7 million numbers.
const LIMIT: f64 = 5.0;

/// Rates per year: a need, its end, its rise to care, the end of care to the network and to nothing, death.
const ONSET: f64 = 0.5;
const OVER: f64 = 0.6;
const RISE: f64 = 0.4;
const BACK: f64 = 0.5;
const WELL: f64 = 0.2;
const DEATH: f64 = 0.1;

/// Couples, or persons alone, whose network carries 20 hours a week; `onset` and `rise` go on in the hazards of a need and of its rise.
fn homes(households: &str, onset: &str, rise: &str) -> Model {
    let text = format!(
        r#"
[demography.death]
per_year = {DEATH}
[track.hulp]
label = {{ nl = "Hulp", en = "Help" }}
[track.hulp.state]
geen_hulpvraag = {{}}
netwerk = {{ layer = "informeel", informal_hours_per_week = 20 }}
zorg = {{ layer = "maatwerk" }}
[[track.hulp.transition]]
from = "geen_hulpvraag"
hazard = {{ per_year = {ONSET}{onset} }}
to = "netwerk"
[[track.hulp.transition]]
from = "netwerk"
hazard = {{ per_year = {OVER} }}
to = "geen_hulpvraag"
[[track.hulp.transition]]
from = "netwerk"
hazard = {{ per_year = {RISE}{rise} }}
to = "zorg"
[[track.hulp.transition]]
from = "zorg"
hazard = {{ per_year = {BACK} }}
to = "netwerk"
[[track.hulp.transition]]
from = "zorg"
hazard = {{ per_year = {WELL} }}
to = "geen_hulpvraag"
"#
    );
    town(&text, &[("persons.csv", households)])
}

fn couples(onset: &str, rise: &str) -> Model {
    homes(&format!("persons,household\n{COUPLES},paar\n{COUPLES},paar\n"), onset, rise)
}

fn overload(hours: f64, factor: f64) -> String {
    format!(", overload = {{ above_hours_per_week = {hours}, factor = {factor} }}")
}

/// Expected persons per state at each New Year, and person-years in each year, of couples of whom both start without a need: by
/// Kolmogorov's equations of both together (none, network, care, dead), in steps of Runge and Kutta.
fn exact(onset: f64, rise: f64) -> Vec<[[f64; 2]; 3]> {
    // From one member's state to another, given the other's.
    let rate = |from: usize, to: usize, other: usize| {
        let heavy = |factor: f64| if other == 1 { factor } else { 1.0 };
        match (from, to) {
            (0, 1) => ONSET * heavy(onset),
            (1, 0) => OVER,
            (1, 2) => RISE * heavy(rise),
            (2, 1) => BACK,
            (2, 0) => WELL,
            (0..3, 3) => DEATH,
            _ => 0.0,
        }
    };
    // The chance of each pair of states, and the time spent in it.
    let slope = |y: &[f64; 32]| {
        let mut d = [0.0; 32];
        for one in 0..4 {
            for other in 0..4 {
                let here = 4 * one + other;
                d[16 + here] = y[here];
                for to in 0..4 {
                    for (there, rate) in [(4 * to + other, rate(one, to, other)), (4 * one + to, rate(other, to, one))] {
                        d[here] -= rate * y[here];
                        d[there] += rate * y[here];
                    }
                }
            }
        }
        d
    };
    let step = |y: &[f64; 32], d: &[f64; 32], h: f64| core::array::from_fn::<f64, 32, _>(|at| y[at] + h * d[at]);
    let (steps, mut y) = (1_000, [0.0; 32]);
    y[0] = 1.0;
    let h = 1.0 / f64::from(steps);
    let persons =
        |y: &[f64], state: usize| (0..4).map(|other| y[4 * state + other] + y[4 * other + state]).sum::<f64>() * COUPLES;
    (0..3)
        .map(|_| {
            let before = y;
            for _ in 0..steps {
                let a = slope(&y);
                let b = slope(&step(&y, &a, h / 2.0));
                let c = slope(&step(&y, &b, h / 2.0));
                let d = slope(&step(&y, &c, h));
                y = core::array::from_fn(|at| y[at] + h / 6.0 * (a[at] + 2.0 * b[at] + 2.0 * c[at] + d[at]));
            }
            core::array::from_fn(|state| [persons(&y, state), persons(&y[16..], state) - persons(&before[16..], state)])
        })
        .collect()
}

fn counts(compiled: &Compiled, luck: Luck) -> Vec<i64> {
    let mut tally = Tally::new(&compiled.layout);
    simulate(compiled, 0, luck, &mut tally, &mut Silent);
    tally.counts(compiled, 0)
}

/// Stocks and person-years of every state and year, 18 numbers, of a couple who bear each other's needs: a need comes sooner, and
/// rises to care sooner (or, with a factor below one, later), while the other needs the network.
#[test]
fn couples_bear_each_others_needs() {
    for (onset, rise) in [(3.0, 2.5), (1.0, 4.0), (0.25, 0.3)] {
        let key = |factor: f64| if factor == 1.0 { String::new() } else { overload(10.0, factor) };
        let model = couples(&key(onset), &key(rise));
        let compiled = compiled(&model);
        let expected = exact(onset, rise);
        let members: Vec<Vec<f64>> = (0..MEMBERS)
            .into_par_iter()
            .map(|member| {
                let counts = counts(&compiled, Luck::new(17, 0, member));
                identities(&compiled.layout, &model, &counts).unwrap();
                let of = |year, at, metric| value(&compiled.layout, &counts, state(0, at), year, metric);
                let metrics = [metric::STOCK_END, metric::PERSON_TIME];
                (0..3).flat_map(|year| (0..3).flat_map(move |at| metrics.map(|metric| of(year, at, metric)))).collect()
            })
            .collect();
        let expected = expected.iter().flatten().flatten();
        for (number, &expected) in expected.enumerate() {
            let mean = members.iter().map(|row| row[number]).sum::<f64>() / f64::from(MEMBERS);
            let square: f64 = members.iter().map(|row| (row[number] - mean) * (row[number] - mean)).sum();
            let se = (square / f64::from(MEMBERS - 1) / f64::from(MEMBERS)).sqrt();
            assert!(se < 0.005 * expected, "number {number}: a standard error of {se} proves little");
            assert!((mean - expected).abs() < LIMIT * se, "{onset}, {rise}, number {number}: {mean} ± {se}, {expected} expected");
        }
    }
}

/// What can be told apart of the simulated lives.
#[derive(Default, PartialEq, Debug)]
struct Lives(Vec<Event>);

impl Observer for Lives {
    fn event(&mut self, event: &Event) {
        self.0.push(*event);
    }
}

fn lives(model: &Model) -> Vec<Event> {
    let (mut lives, compiled) = (Lives::default(), compiled(model));
    simulate(&compiled, 0, Luck::new(18, 0, 0), &mut Tally::new(&compiled.layout), &mut lives);
    lives.0.sort_by(|a, b| a.person.cmp(&b.person).then(a.time.total_cmp(&b.time)));
    lives.0
}

/// A load that nobody reaches changes nothing, to the last bit; neither does any load for those who live alone.
#[test]
fn without_load_nothing_changes() {
    let plain = couples("", "");
    assert_eq!(lives(&couples("", &overload(20.0, 3.0))), lives(&plain));
    assert_ne!(lives(&couples("", &overload(19.9, 3.0))), lives(&plain));
    let alone = |onset: &str, rise: &str| lives(&homes("persons\n2000\n", onset, rise));
    assert_eq!(alone("", &overload(0.0, 3.0)), alone("", ""));
}
