//! An engine with a fault, one for each test: the test that is about it must fail.

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use super::*;
use crate::compile::layout::{Group, wait};
use crate::compile::{Rate, When};
use crate::model::{self, Files};

/// A small town that has all that the tests are about.
const TOWN: &str = r#"
[model]
name = "proef"
label = { nl = "Proef", en = "Trial" }
first_year = 2021
last_year = 2023
report_ages = [0, 40]
[population]
file = "persons.csv"
source = { ref = "test" }
[source.test]
author = "Piramide"
year = 2026
title = "Test model"
[prices]
constant_year = 2021
index = { 2021 = 100.0, 2022 = 103.0 }
growth_after = 0.02
source = { ref = "test" }
grade = "D"
[attribute.sex]
values = ["man", "vrouw"]
[attribute.wijk]
values = ["noord", "zuid"]
[demography.birth]
hazard = { per_year = 0.05 }
mothers = { sex = "vrouw" }
newborn = { sex = { man = 0.51, vrouw = 0.49 } }
[stream.vestiging]
rate = { per_year = 40 }
persons = "arrivals.csv"
source = { ref = "test" }
[parameter.onset]
unit = "per_year"
prior = { lognormal = { median = 0.2, sigma = 0.2 } }
source = { ref = "test" }
grade = "D"
[parameter.tariff]
unit = "euro_per_person_year"
prior = { uniform = { min = 900, max = 1100 } }
source = { ref = "test" }
grade = "D"
[resource.plekken]
label = { nl = "Plekken", en = "Places" }
places = 20
source = { ref = "test" }
[track.hulp]
label = { nl = "Hulp", en = "Help" }
[track.hulp.state]
geen_hulpvraag = {}
hulp = { layer = "maatwerk", cost = { euro_per_person_year = "tariff", euro_per_start = 100.01, price_year = 2021 } }
steun = { layer = "formeel" }
[track.hulp.gate.wijkteam]
to = "steun"
[track.hulp.gate.wijkteam.variant.kort]
reach = 0.5
success = 0.4
cost = { euro_per_reached = 50, price_year = 2021 }
[track.hulp.attached.vervoer]
label = { nl = "Vervoer", en = "Transport" }
of = { hulp = 0.55, steun = 0.2 }
cost = { euro_per_person_year = 123.45, price_year = 2021 }
[track.hulp.attached.bijdrage]
label = { nl = "Eigen bijdrage", en = "Contribution" }
of = { hulp = 0.9 }
income = { euro_per_person_year = 228, price_year = 2021, indexed = false }
[track.hulp.initial]
hulp = { share = 0.1, elapsed = "stationary" }
[[track.hulp.transition]]
from = "geen_hulpvraag"
hazard = { per_year = "onset" }
to = { hulp = { share = 0.7, gate = "wijkteam" }, steun = 0.3 }
[[track.hulp.transition]]
from = ["hulp", "steun"]
hazard = { per_year = 0.8 }
to = "geen_hulpvraag"
[track.plek]
label = { nl = "Plek", en = "Place" }
[track.plek.state]
geen_hulpvraag = {}
rij = { layer = "wacht", waits_for = { state = "plek" } }
plek = { layer = "basis", place = { of = "plekken", full = "rij" } }
[[track.plek.transition]]
from = "geen_hulpvraag"
hazard = { per_year = 0.05 }
to = "plek"
[[track.plek.transition]]
from = "plek"
hazard = { per_year = 1.0 }
to = "geen_hulpvraag"
"#;

/// It from the second year on asks for help twice as often, at a higher price.
const MORE: &str = r#"
label = { nl = "Meer", en = "More" }
[measure.meer]
start = 2022-01-01
scale = { onset = 2 }
shift = { tariff = 100 }
"#;

/// The model of that town.
pub(super) fn model() -> Model {
    let mut persons = "sex,wijk,age,persons\n".to_owned();
    let mut arrivals = "sex,wijk,age,weight\n".to_owned();
    for sex in ["man", "vrouw"] {
        for wijk in ["noord", "zuid"] {
            writeln!(persons, "{sex},{wijk},30,300\n{sex},{wijk},70,200").unwrap();
            writeln!(arrivals, "{sex},{wijk},20,1").unwrap();
        }
    }
    let files = [("model.toml", TOWN), ("scenarios/meer.toml", MORE), ("persons.csv", &persons), ("arrivals.csv", &arrivals)];
    model::read(&Files::from_memory(files)).unwrap_or_else(|faults| panic!("{faults}"))
}

/// That model on trial.
pub(super) fn trial(model: &Model) -> Trial<'_> {
    Trial::new(model, Options { last_year: model.last_year, scale: 1.0 }, 16, 1).unwrap()
}

/// The engine on an edited town.
fn on(
    town: &Compiled,
    scenario: usize,
    luck: Luck,
    tally: &mut Tally,
    observer: Option<&mut dyn Observer>,
    edit: impl Fn(&mut Compiled),
) -> Vec<i64> {
    let mut town = town.clone();
    edit(&mut town);
    engine(&town, scenario, luck, tally, observer)
}

/// Changes every hazard of the tracks.
fn rates(town: &mut Compiled, edit: impl Fn(&mut Rate)) {
    for track in town.scenarios.iter_mut().flat_map(|scenario| &mut scenario.tracks) {
        for exit in track.states.iter_mut().flat_map(|state| &mut state.exits) {
            if let When::Rate(rate) = &mut exit.when {
                edit(rate);
            }
        }
        track.onsets.iter_mut().for_each(|onset| edit(&mut onset.rate));
    }
}

/// Other luck, or the same.
fn other(luck: Luck, yes: bool) -> Luck {
    if yes { Luck::new(99, 0, 0) } else { luck }
}

/// Tariff per person-year of the first half-year, summed over all states.
fn tariff(town: &Compiled) -> i64 {
    town.scenarios[0].tracks.iter().flat_map(|track| &track.states).map(|state| state.cost[0].person_year[0]).sum()
}

static RUNS: AtomicI64 = AtomicI64::new(0);

/// How the test begins that must fail, and the engine that it must fail on.
const FAULTS: [(&str, Engine); 23] = [
    // A person too many.
    ("books", |t, s, l, c, o| {
        let mut counts = engine(t, s, l, c, o);
        counts[metric::STOCK_START] += 1;
        counts
    }),
    // A tick that counts in another layer, stays in a state and as a client that never were, a tick too much on a list.
    ("every stay written down", |t, s, l, c, o| {
        let mut counts = engine(t, s, l, c, o);
        let layers: Vec<usize> = (0..t.layout.units.len()).filter(|&unit| t.layout.units[unit].level == Level::Layer).collect();
        counts[t.layout.offset(0, layers[0], 0) + metric::PERSON_TIME] -= 1;
        counts[t.layout.offset(0, layers[1], 0) + metric::PERSON_TIME] += 1;
        counts
    }),
    ("every stay written down", |t, s, l, c, o| {
        let mut counts = engine(t, s, l, c, o);
        counts[t.layout.offset(1, 2, 0) + metric::STARTS] += 1;
        counts[t.layout.offset(1, 2, 0) + metric::ENDS] += 1;
        counts
    }),
    ("every stay written down", |t, s, l, c, o| {
        let mut counts = engine(t, s, l, c, o);
        let row = t.layout.units.iter().position(|unit| unit.level == Level::Client).unwrap();
        counts[t.layout.offset(1, row, 1) + metric::STARTS] += 1;
        counts[t.layout.offset(1, row, 1) + metric::ENDS] += 1;
        counts
    }),
    ("every stay written down", |t, s, l, c, o| {
        let mut counts = engine(t, s, l, c, o);
        counts[t.layout.wait_offset(0, 1) + wait::UNMET_NEED] += 1;
        counts
    }),
    // A number that remembers earlier runs.
    ("the same seed again", |t, s, l, c, o| {
        let mut counts = engine(t, s, l, c, o);
        counts[0] += RUNS.fetch_add(1, Ordering::Relaxed);
        counts
    }),
    // Luck that knows when the run ends; in a wijk only.
    ("a horizon one year shorter", |t, s, l, c, o| {
        let mut counts = engine(t, s, l, c, o);
        counts[t.layout.offset(1, 0, 2)] += t.years as i64;
        counts
    }),
    ("age bands merged", |t, s, l, c, o| {
        let banded = t.layout.groups.iter().any(|group| matches!(group, Group::Age(_)));
        engine(t, s, other(l, banded), c, o)
    }),
    // Luck that knows the place of the scenario.
    ("unchanged policy under a second name", |t, s, l, c, o| engine(t, s, other(l, s > 1), c, o)),
    ("two scenarios swapped", |t, s, l, c, o| engine(t, s, other(l, s > 0), c, o)),
    ("measures that change nothing", |t, s, l, c, o| engine(t, s, other(l, s > 0), c, o)),
    // Hazards that cannot be low, or high.
    ("all hazards of tracks 0", |t, s, l, c, o| on(t, s, l, c, o, |town| rates(town, |rate| rate.level = rate.level.max(0.1)))),
    ("all hazards of tracks x 1000", |t, s, l, c, o| {
        on(t, s, l, c, o, |town| rates(town, |rate| rate.level = rate.level.min(100.0)))
    }),
    // A tariff that cannot be nothing.
    ("all tariffs 0", |t, s, l, c, o| {
        let tariffs = |town: &mut Compiled| town.scenarios[s].tracks[0].states[1].cost[0].person_year.fill(1);
        on(t, s, l, c, o, tariffs)
    }),
    // An income that cannot be nothing.
    ("all tariffs 0", |t, s, l, c, o| {
        let followed = |town: &mut Compiled| town.scenarios[s].tracks[0].attached[1].follows[0].person_year[1].fill(-1);
        on(t, s, l, c, o, followed)
    }),
    // Income that is the same at any tariff.
    ("all tariffs doubled", |t, s, l, c, o| {
        let income = |town: &mut Compiled| town.scenarios[s].tracks[0].attached[1].follows[0].person_year[0].fill(-20_520);
        on(t, s, l, c, o, income)
    }),
    // Two cents too many in one state and half-year; persons who mind the price.
    ("all tariffs doubled", |t, s, l, c, o| {
        let mut counts = engine(t, s, l, c, o);
        counts[t.layout.offset(1, 1, 3) + metric::COST_NOMINAL] += 2;
        counts
    }),
    ("all tariffs doubled", |t, s, l, c, o| engine(t, s, other(l, tariff(t) > 150_000), c, o)),
    // Places that are never enough, and places that are always there.
    ("places for everybody", |t, s, l, c, o| {
        on(t, s, l, c, o, |town| town.scenarios[s].rooms.iter_mut().for_each(|room| room.room = room.room.min(5_000)))
    }),
    ("no places at all", |t, s, l, c, o| {
        on(t, s, l, c, o, |town| town.scenarios[s].rooms.iter_mut().for_each(|room| room.room = room.room.max(1_000)))
    }),
    // More needs than stated in a town so large, and in every town.
    ("ten times the persons", |t, s, l, c, o| {
        let large = t.population.iter().map(|(_, count)| count).sum::<u32>() > 10_000;
        on(t, s, l, c, o, |town| town.scenarios[s].tracks[0].onsets[0].rate.level *= if large { 1.2 } else { 1.0 })
    }),
    ("a second program", |t, s, l, c, o| on(t, s, l, c, o, |town| town.scenarios[s].tracks[0].onsets[0].rate.level *= 1.2)),
    // Three times the needs when onsets have their median, which one of the scenarios doubles.
    ("the mean over draws", |t, s, l, c, o| {
        let median = (t.scenarios[s].tracks[0].onsets[0].rate.level - 0.4).abs() < 1e-12;
        on(t, s, l, c, o, |town| town.scenarios[s].tracks[0].onsets[0].rate.level *= if median { 3.0 } else { 1.0 })
    }),
];

/// Those that no engine can fail: they look at the draw only, and have cases of their own; or there is nothing to see.
const WITHOUT: [&str; 4] = ["all shares", "effects doubled", "inputs as drawn", "a discount rate"];

#[test]
fn every_test_sees_its_fault() {
    let model = model();
    let (mut trial, mut seen) = (trial(&model), 0);
    for test in TESTS {
        trial.engine = engine;
        trial.base = OnceLock::new();
        let right = test(&trial).unwrap();
        let name = right.must;
        let expected = if name.starts_with("a discount rate") { Outcome::Absent } else { Outcome::Holds };
        assert_eq!(right.outcome, expected, "{name}: {}", right.seen);
        let mine = FAULTS.iter().filter(|(about, _)| name.starts_with(about));
        let mut faults = 0;
        for (_, fault) in mine {
            trial.engine = *fault;
            trial.base = OnceLock::new();
            let wrong = test(&trial).unwrap();
            assert_eq!(wrong.outcome, Outcome::Fails, "{name}: {}", wrong.seen);
            faults += 1;
        }
        assert_eq!(faults == 0, WITHOUT.iter().any(|without| name.starts_with(without)), "{name}: {faults} faults");
        seen += faults;
    }
    assert_eq!(seen, FAULTS.len());
}

/// Everybody is in care for a year, from so many years on: at the median in all of the last year, in other draws before or after it.
#[test]
fn a_mean_far_from_the_medians_is_explained() {
    let (head, _) = TOWN.split_once("[prices]").unwrap();
    let text = format!(
        "{}[parameter.begin]\nunit = \"years\"\nprior = {{ empirical = [0.5, 2.0, 3.5] }}\nsource = {{ ref = \"test\" }}\ngrade = \
         \"D\"\n[track.zorg]\nlabel = {{ nl = \"Zorg\", en = \"Care\" }}\n[track.zorg.state]\ngeen = {{}}\nzorg = {{ layer = \
         \"maatwerk\" }}\nklaar = {{ sink = true }}\n[[track.zorg.transition]]\nfrom = \"geen\"\ndwell = {{ fixed = {{ years = \
         \"begin\" }} }}\nto = \"zorg\"\n[[track.zorg.transition]]\nfrom = \"zorg\"\ndwell = {{ fixed = {{ years = 1 }} }}\nto = \
         \"klaar\"\n",
        head.replace("report_ages = [0, 40]\n", "")
    );
    let files = [("model.toml", text.as_str()), ("persons.csv", "persons\n500\n")];
    let model = model::read(&Files::from_memory(files)).unwrap_or_else(|faults| panic!("{faults}"));
    let finding = chance::medians(&trial(&model)).unwrap();
    assert_eq!(finding.outcome, Outcome::Holds, "{}", finding.seen);
    assert!(finding.seen.ends_with(", as the twin says"), "{}", finding.seen);
}

#[test]
fn a_trial_that_is_stopped_tells_no_more() {
    let (model, stop) = (model(), AtomicBool::new(false));
    let mut told = 0;
    let trial = trial(&model).until(&stop);
    let done = trial.run(|_| {
        told += 1;
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!((done, told), (Ok(()), 1));
}

#[test]
fn one_number_that_differs_is_seen() {
    assert_eq!(differing(&[vec![1, 2], vec![3]], &[vec![1, 2], vec![3]]), 0);
    assert_eq!(differing(&[vec![1, 2], vec![3]], &[vec![1, 0], vec![3]]), 1);
    assert_eq!(differing(&[vec![1, 2]], &[vec![1]]), 2);
    let finding = Finding::same("same", &[vec![1, 2]], &[vec![1, 3]]);
    assert_eq!((finding.outcome, finding.seen.as_str()), (Outcome::Fails, "1 of 2 differ"));
}
