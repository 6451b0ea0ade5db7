//! Hazards that read another track, and measures that come in by date and ramp, against closed forms.

use crate::town as small;
use piramide::compile::Compiled;
use piramide::compile::layout::{Level, metric};
use piramide::compile::{Options, Plan};
use piramide::engine::{Luck, Silent, Tally, simulate};
use piramide::meanfield::{Lack, Settings, solve, without};
use piramide::model::{self, Files, Model};

const MODEL: &str = r#"
[model]
name = "koppeling"
label = { nl = "Koppeling", en = "Coupling" }
first_year = 2021
last_year = 2022
[population]
file = "population.csv"
[parameter.beta]
unit = "per_year"
prior = { fixed = 0.4 }
source = { ref = "test" }
grade = "D"
[track.werk]
label = { nl = "Werk", en = "Work" }
state = { ziek = { layer = "informeel" }, beter = { sink = true } }
[[track.werk.transition]]
from = "ziek"
hazard = { per_year = 0.7 }
to = "beter"
[track.vraag]
label = { nl = "Vraag", en = "Need" }
state = { geen_hulpvraag = {}, hulp = { layer = "basis", sink = true } }
[[track.vraag.transition]]
from = "geen_hulpvraag"
hazard = { per_year = "beta", while_in = { werk = { ziek = 3.0 } } }
to = "hulp"
[track.zorg]
label = { nl = "Zorg", en = "Care" }
state = { vrij = { layer = "informeel" }, zorg = { layer = "maatwerk", sink = true } }
[[track.zorg.transition]]
from = "vrij"
hazard = { per_year = "beta", while_in = { werk = { ziek = 3.0 } } }
to = "zorg"
[track.los]
label = { nl = "Los", en = "Apart" }
state = { vrij = { layer = "informeel" }, zorg = { layer = "maatwerk", sink = true } }
[[track.los.transition]]
from = "vrij"
hazard = { per_year = "beta" }
to = "zorg"
[source.test]
author = "Piramide"
year = 2026
title = "Test model"
"#;

/// From 1 April 2021, over six months in monthly steps, the rate falls to a quarter.
const SCENARIO: &str = r#"
label = { nl = "Minder", en = "Less" }
[measure.minder]
label = { nl = "Minder", en = "Less" }
start = 2021-04-02
ramp = { linear_months = 6 }
scale = { beta = 0.25 }
"#;

const PERSONS: f64 = 200_000.0;
const ALPHA: f64 = 0.7;
const BETA: f64 = 0.4;

fn town() -> Model {
    let population = format!("persons\n{PERSONS}\n");
    let files = [("model.toml", MODEL), ("population.csv", &population), ("scenarios/minder.toml", SCENARIO)];
    model::read(&Files::from_memory(files)).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Share of persons still in the first state of a track at the end of the second year.
fn still(model: &Model, scenario: &str, track: &str) -> f64 {
    let plan = Plan::new(model, &Options { last_year: 2022, scale: 1.0 }).unwrap();
    let compiled = plan.compile(&piramide::compile::medians(model)).unwrap();
    let index = model.scenarios.iter().position(|other| other.name == scenario).unwrap();
    let mut tally = Tally::new(plan.layout());
    simulate(&compiled, index, Luck::new(4, 0, 0), &mut tally, &mut Silent);
    let counts = tally.counts(&compiled, index);
    let track = model.tracks.iter().position(|other| other.name == track);
    let row = plan.layout().units.iter().position(|unit| (unit.level, unit.track, unit.state) == (Level::State, track, Some(0)));
    counts[plan.layout().offset(0, row.unwrap(), 5) + metric::STOCK_END] as f64 / PERSONS
}

/// Binomial; five standard errors, which a right engine exceeds once in 1.7 million tests.
fn near(seen: f64, expected: f64) {
    let se = (expected * (1.0 - expected) / PERSONS).sqrt();
    assert!((seen - expected).abs() < 5.0 * se, "{seen} seen, {expected} expected, {} se off", (seen - expected) / se);
}

/// With X the time at which `werk` leaves `ziek`, the cumulated hazard at T is β(T + 2 min(X, T)); its law is closed.
fn coupled() -> f64 {
    let (t, rate) = (2.0, ALPHA + 2.0 * BETA);
    libm::exp(-BETA * t) * (ALPHA / rate * (1.0 - libm::exp(-rate * t)) + libm::exp(-rate * t))
}

#[test]
fn an_onset_reads_another_track() {
    near(still(&town(), model::UNCHANGED, "vraag"), coupled());
}

#[test]
fn an_exit_reads_another_track() {
    near(still(&town(), model::UNCHANGED, "zorg"), coupled());
}

#[test]
fn a_measure_grows_in_by_month() {
    let model = town();
    near(still(&model, model::UNCHANGED, "los"), libm::exp(-BETA * 2.0));
    // The ramp is symmetric: over its six months half of the measure is lost on average.
    let start = 91.0 / 365.0;
    let years = start + 0.5 * (1.0 - 0.75 / 2.0) + (2.0 - start - 0.5) * 0.25;
    near(still(&model, "minder", "los"), libm::exp(-BETA * years));
}

/// The same luck: a weaker hazard spares more, and a track that it does not touch is the same to the last person.
#[test]
fn a_measure_touches_its_tracks_only() {
    let model = town();
    for track in ["vraag", "zorg", "los"] {
        assert!(still(&model, "minder", track) > still(&model, model::UNCHANGED, track));
    }
    assert_eq!(still(&model, "minder", "werk").to_bits(), still(&model, model::UNCHANGED, "werk").to_bits());
}

/// Everybody was there long before the measure, which moves the split of an unchanged hazard. Who left before it went the old way,
/// who leaves after it the new one.
#[test]
fn a_measure_moves_a_split_for_those_already_there() {
    let text = r#"
[parameter.share]
unit = "share"
prior = { fixed = 0.8 }
source = { ref = "test" }
grade = "D"
[track.keuze]
label = { nl = "Keuze", en = "Choice" }
state.thuis = { layer = "informeel" }
state.netwerk = { layer = "informeel", sink = true }
state.zorg = { layer = "maatwerk", sink = true }
[[track.keuze.transition]]
from = "thuis"
hazard = { per_year = 0.6 }
to = { netwerk = "share", zorg = "1 - share" }
"#;
    let less = "label = { nl = 'Minder', en = 'Less' }\n[measure.less]\nstart = 2022-01-01\nset = { share = 0.3 }\n";
    let population = format!("persons\n{PERSONS}\n");
    let model = small::town(text, &[("persons.csv", &population), ("scenarios/minder.toml", less)]);
    let compiled = small::compiled(&model);
    let index = model.scenarios.iter().position(|scenario| scenario.name == "minder").unwrap();
    let counts = small::member(&compiled, index, Luck::new(6, 0, 0));
    let (first, second) = (1.0 - libm::exp(-0.6), libm::exp(-0.6) - libm::exp(-1.2));
    for (year, expected) in [0.8 * first, 0.8 * first + 0.3 * second].into_iter().enumerate() {
        let seen = small::value(&compiled.layout, &counts, small::state(0, 1), year, metric::STOCK_END) / PERSONS;
        small::near(&format!("year {year}"), seen, expected, PERSONS);
    }
}

/// Half of the town has just turned eighteen. What they ask for, others ask for by the factor `otherwise`: by an onset, by an exit,
/// and where a time in a state decides.
fn adults(rest: &str, otherwise: &str, dwell: bool) -> Model {
    let hazard = |rate: f64| format!("hazard = {{ per_year = {rate}, while_in = {{ jeugd = {{ net_18 = 1, {otherwise} }} }} }}");
    let (onset, exit) = (hazard(0.5), hazard(0.3));
    let mut text = format!(
        r#"
[track.jeugd]
label = {{ nl = "Jeugd", en = "Youth" }}
state = {{ klein = {{ sink = true }}, net_18 = {{ layer = "informeel", sink = true }}, ouder = {{ sink = true }} }}
[track.hulp]
label = {{ nl = "Hulp", en = "Help" }}
state = {{ geen_hulpvraag = {{}}, hulp = {{ layer = "basis", sink = true }} }}
[[track.hulp.transition]]
from = "geen_hulpvraag"
{onset}
to = "hulp"
[track.zorg]
label = {{ nl = "Zorg", en = "Care" }}
state = {{ vrij = {{ layer = "informeel" }}, zorg = {{ layer = "maatwerk", sink = true }} }}
[[track.zorg.transition]]
from = "vrij"
{exit}
to = "zorg"
"#
    );
    if dwell {
        text += "[[track.hulp.transition]]\nfrom = \"hulp\"\ndwell = { fixed = { years = 0.8 } }\nto = \"geen_hulpvraag\"\n";
        text = text.replace("layer = \"basis\", sink = true", "layer = \"basis\"");
    }
    let persons = format!("persons,jeugd\n50000,net_18\n30000,{rest}\n20000,klein\n");
    small::town(&text, &[("persons.csv", &persons)])
}

/// Starts of three years in the second state of tracks `hulp` and `zorg`.
fn starts(compiled: &Compiled, counts: &dyn Fn(usize) -> f64) -> [f64; 2] {
    let layout = &compiled.layout;
    [1, 2].map(|track| {
        let row = layout.units.iter().position(small::state(track, 1)).unwrap();
        (0..3).map(|year| counts(layout.offset(0, row, 3 * year + 2) + metric::STARTS)).sum()
    })
}

/// Names of states and `otherwise` say the same, to the last bit. Those with factor 0 never ask.
#[test]
fn otherwise_is_the_factor_of_states_that_are_not_named() {
    let counts = |otherwise: &str| {
        let compiled = small::compiled(&adults("ouder", otherwise, false));
        (small::member(&compiled, 0, Luck::new(9, 0, 0)), compiled)
    };
    for (short, long) in [("otherwise = 0", "klein = 0, ouder = 0"), ("klein = 0.4, otherwise = 1.7", "klein = 0.4, ouder = 1.7")]
    {
        assert_eq!(counts(short).0, counts(long).0, "{short}");
    }
    assert_ne!(counts("otherwise = 0").0, counts("klein = 0").0);
    let (counts, compiled) = counts("otherwise = 0");
    let seen = starts(&compiled, &|at| counts[at] as f64);
    for (seen, rate) in seen.into_iter().zip([0.5, 0.3]) {
        small::near("of those who are eighteen", seen / 50_000.0, 1.0 - libm::exp(-3.0 * rate), 50_000.0);
    }
}

/// Solved together the twin knows who is where. Where it lacks that, everybody asks as those whose state is not named, in the twin and
/// in the engine that is compared with it: with factor 0 nobody, and not everybody. Five standard errors of a count.
#[test]
fn a_coupling_that_is_lacking_counts_as_otherwise() {
    let luck = Luck::new(2, 0, 0);
    let exact = small::compiled(&adults("ouder", "otherwise = 0", false));
    let expected = solve(&exact, 0, &Settings::FAST);
    assert!(!expected.lacks.iter().any(|lack| matches!(lack, Lack::Coupling { .. })));
    for (seen, rate) in starts(&exact, &|at| expected.values[at]).into_iter().zip([0.5, 0.3]) {
        assert!((seen / 50_000.0 - (1.0 - libm::exp(-3.0 * rate))).abs() < 1e-6, "{seen}");
    }
    // Too many joint states; and a time in a state, which is solved on a grid.
    for (dwell, joint_states) in [(false, 1), (true, 64)] {
        for (otherwise, factor) in [("otherwise = 0", 0.0), ("otherwise = 0.4", 0.4), ("klein = 0, ouder = 0", 1.0)] {
            let compiled = small::compiled(&adults("ouder", otherwise, dwell));
            let settings = Settings { joint_states, ..Settings::FAST };
            let expected = solve(&compiled, 0, &settings);
            let lacking = |track| expected.lacks.contains(&Lack::Coupling { track });
            assert_eq!([0, 1, 2].map(lacking), [false, true, true]);
            let reduced = without(&compiled, &expected.lacks);
            let counts = small::member(&reduced, 0, luck);
            let engine = starts(&compiled, &|at| counts[at] as f64);
            let twin = starts(&compiled, &|at| expected.values[at]);
            let again = solve(&reduced, 0, &settings).values;
            let again = starts(&compiled, &|at| again[at]);
            for ((engine, twin), again) in engine.into_iter().zip(twin).zip(again) {
                assert!((engine - twin).abs() <= 5.0 * twin.sqrt(), "{otherwise}, dwell {dwell}: {engine} and {twin}");
                assert!((again - twin).abs() <= 1e-9 * twin, "{otherwise}, dwell {dwell}: {again} and {twin}");
            }
            let due = 100_000.0 * (1.0 - libm::exp(-3.0 * 0.3 * factor));
            assert!((twin[1] - due).abs() < 1e-3 * due.max(1.0), "{otherwise}, dwell {dwell}: {} for {due}", twin[1]);
        }
    }
}
