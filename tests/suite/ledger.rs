//! The savings ledger on a town whose measures overlap, do nothing, or do the same.

use std::collections::BTreeMap;
use std::fs;

use crate::cli::Desk;
use piramide::analysis::Band;
use piramide::analysis::savings::{self, Euros, Kind};

const MODEL: &str = r#"
[model]
name = "proef"
label = { nl = "Proef", en = "Trial" }
first_year = 2021
last_year = 2022
[population]
file = "persons.csv"
source = { ref = "test" }
[source.test]
author = "Piramide"
year = 2026
title = "Test model"
[domain.wmo]
label = { nl = "Wmo", en = "Wmo" }
[parameter.onset]
unit = "per_year"
prior = { lognormal = { median = 0.2, sigma = 0.1 } }
source = { ref = "test" }
grade = "D"
[parameter.reach]
unit = "share"
prior = { fixed = 0 }
source = { ref = "test" }
grade = "D"
[parameter.euro]
unit = "euro"
prior = { fixed = 1000 }
source = { ref = "test" }
grade = "D"
[parameter.other]
unit = "per_year"
prior = { fixed = 0.1 }
source = { ref = "test" }
grade = "D"
[track.hulp]
label = { nl = "Hulp", en = "Help" }
domain = "wmo"
[track.hulp.state]
geen_hulpvraag = {}
hersteld = {}
hulp = { layer = "maatwerk", sink = true, cost = { euro_per_start = "euro", price_year = 2021 } }
[track.hulp.gate.training]
to = "hersteld"
[track.hulp.gate.training.variant.kort]
reach = "reach"
success = 0.5
[[track.hulp.transition]]
from = "geen_hulpvraag"
hazard = { per_year = "onset" }
to = { hulp = { gate = "training" } }
[track.apart]
label = { nl = "Apart", en = "Apart" }
domain = "wmo"
[track.apart.state]
geen_hulpvraag = {}
hulp = { layer = "maatwerk", sink = true, cost = { euro_per_start = 500, price_year = 2021 } }
[[track.apart.transition]]
from = "geen_hulpvraag"
hazard = { per_year = "other" }
to = "hulp"
[plan]
label = { nl = "Plan", en = "Plan" }
price_year = 2021
source = { ref = "test" }
grade = "D"
[plan.domain.hulp]
label = { nl = "Hulp", en = "Help" }
of = ["wmo"]
saving = { 2021 = 100 }
"#;

/// Two measures that do the same, one that does nothing, one that meets the others at a gate and one on another track.
const PLAN: &str = r#"
label = { nl = "Plan", en = "Plan" }
[measure.een]
scale = { onset = 0.8 }
[measure.twee]
scale = { onset = 0.8 }
[measure.niets]
set = { reach = 0 }
[measure.training]
shift = { reach = 0.6 }
[measure.ergens_anders]
scale = { other = 0.5 }
"#;

fn folder(desk: &Desk, name: &str, plan: &str) {
    fs::create_dir_all(desk.path(name).join("scenarios")).unwrap();
    fs::write(desk.path(name).join("model.toml"), MODEL).unwrap();
    fs::write(desk.path(name).join("persons.csv"), "persons\n4000\n").unwrap();
    fs::write(desk.path(name).join("scenarios/plan.toml"), plan).unwrap();
    let only = "label = { nl = \"A\", en = \"A\" }\n[measure.een]\nscale = { onset = 0.8 }\n";
    fs::write(desk.path(name).join("scenarios/alleen.toml"), only).unwrap();
}

/// Mean by measure and metric, of all domains in 2021.
fn ledger(desk: &Desk, model: &str, run: &str, args: &[&str], file: &str) -> BTreeMap<(String, String), f64> {
    desk.piramide(&[&["ledger", run, "--model", model, "--scenario", "plan", "--year", "2021", "--lang", "en"], args].concat())
        .expect(0);
    let mut reader = csv::Reader::from_path(desk.path(run).join(file)).unwrap();
    let rows = reader.deserialize::<BTreeMap<String, String>>().map(Result::unwrap);
    let rows = rows.filter(|row| row["domain"] == "total" && row["year"] == "2021");
    rows.map(|row| ((row["measure"].clone(), row["metric"].clone()), row["mean"].parse().unwrap())).collect()
}

#[test]
fn a_saving_is_divided_fairly() {
    let desk = Desk::new();
    folder(&desk, "m", PLAN);
    let scenarios = ["--scenario", "ongewijzigd-beleid", "--scenario", "alleen", "--scenario", "plan"];
    let size = ["--draws", "5", "--replications", "2", "--horizon", "2021..2021"];
    let run = |model: &str, out: &str| {
        desk.piramide(&[&["run", model, "--out", out], &size[..], &scenarios[..]].concat()).expect(0);
    };
    run("m", "r");
    let found = ledger(&desk, "m", "r", &["--engine"], "ledger.csv");
    let of = |measure: &str, metric: &str| found[&(measure.to_owned(), metric.to_owned())];
    let names = ["een", "twee", "niets", "training", "ergens_anders"];
    let cents = |euros: f64| (100.0 * euros).round() as i64;
    assert_eq!(names.iter().map(|name| cents(of(name, "share"))).sum::<i64>(), cents(of("", "total")), "to the cent");
    assert_eq!((of("niets", "share"), of("niets", "alone"), of("niets", "last")), (0.0, 0.0, 0.0));
    assert!((of("een", "share") - of("twee", "share")).abs() < 0.011, "but for a cent of rounding");
    assert_eq!((of("een", "alone"), of("een", "last")), (of("twee", "alone"), of("twee", "last")));
    // What has nothing in common with the others has one value.
    let apart = of("ergens_anders", "share");
    assert!(
        apart > 0.0 && (apart - of("ergens_anders", "alone")).abs() < 0.01 && (apart - of("ergens_anders", "last")).abs() < 0.01
    );
    // Fewer requests leave less for the gate: together is less than the sum, and a share lies between alone and last.
    assert!(of("", "overlap") > 0.0);
    for name in ["een", "training"] {
        assert!(of(name, "last") < of(name, "share") && of(name, "share") < of(name, "alone"), "{name}: {found:?}");
    }
    // The same savings as in the run itself.
    let rows = savings::read(&desk.path("r")).unwrap();
    let saved = |scenario: &str| {
        let here = |row: &&savings::Row| {
            (&*row.scenario, &*row.domain, row.kind, row.euros, row.band)
                == (scenario, "total", Kind::Gross, Euros::Constant, Band::Realised)
        };
        rows.iter().find(here).unwrap().mean.unwrap()
    };
    assert!((saved("plan") - of("", "total")).abs() < 0.01);
    assert!((saved("alleen") - of("een", "alone")).abs() < 0.01);

    let told = desk.piramide(&["test-plan", "r", "--model", "m", "--lang", "en"]).expect(0).out;
    assert!(told.contains("which measure saves it?") && told.lines().all(|line| line.chars().count() <= 80), "{told}");

    // Names and order do not matter.
    let renamed = PLAN.replace("measure.een", "measure.zz").replace("measure.training", "measure.aa");
    folder(&desk, "n", &renamed);
    run("n", "s");
    let other = ledger(&desk, "n", "s", &["--engine"], "ledger.csv");
    for (old, new) in [("een", "zz"), ("twee", "twee"), ("training", "aa"), ("ergens_anders", "ergens_anders")] {
        for metric in ["share", "alone", "last"] {
            let [a, b] = [(&found, old), (&other, new)].map(|(found, name)| found[&(name.to_owned(), metric.to_owned())]);
            assert!((a - b).abs() < 0.011, "{old} {metric}: {a} and {b}");
        }
    }
}

/// Expected requests of the first year are N (1 - e^-r) at rate r, of which the gate takes 0.3: so every coalition is known, and every share.
#[test]
fn the_twin_divides_as_the_closed_form_does() {
    let desk = Desk::new();
    folder(&desk, "m", PLAN);
    let scenarios = ["--scenario", "ongewijzigd-beleid", "--scenario", "plan", "--set", "onset=0.2"];
    desk.piramide(
        &[&["run", "m", "--draws", "2", "--replications", "1", "--horizon", "2021..2021", "--out", "r"], &scenarios[..]].concat(),
    )
    .expect(0);
    let found = ledger(&desk, "m", "r", &[], "ledger_twin.csv");
    let of = |measure: &str, metric: &str| found[&(measure.to_owned(), metric.to_owned())];
    // Players: the two that are alike, and the training.
    let cost = |alike: i32, training: bool| {
        let requests = 4000.0 * (1.0 - libm::exp(-0.2 * libm::pow(0.8, f64::from(alike))));
        1000.0 * requests * if training { 0.7 } else { 1.0 }
    };
    let saved = |alike: i32, training: bool| cost(0, false) - cost(alike, training);
    let share_of_training =
        (2.0 * saved(0, true) + 2.0 * (saved(1, true) - saved(1, false)) + 2.0 * (saved(2, true) - saved(2, false))) / 6.0;
    let share_of_each = (saved(2, true) - share_of_training) / 2.0;
    let near = |what: &str, seen: f64, exact: f64| assert!((seen / exact - 1.0).abs() < 1e-3, "{what}: {seen} is not {exact}");
    near("training", of("training", "share"), share_of_training);
    near("one", of("een", "share"), share_of_each);
    near("alone", of("een", "alone"), saved(1, false));
    near("last", of("training", "last"), saved(2, true) - saved(2, false));
}

#[test]
fn what_cannot_be_divided_is_refused() {
    let desk = Desk::new();
    folder(&desk, "m", PLAN);
    desk.piramide(&["run", "m", "--draws", "1", "--replications", "1", "--out", "r"]).expect(0);
    let refused = [
        desk.piramide(&["ledger", "r", "--model", "m"]).expect(2),
        desk.piramide(&["ledger", "r", "--model", "m", "--scenario", "plna"]).expect(2),
        desk.piramide(&["ledger", "nowhere", "--model", "m"]).expect(2),
        desk.piramide(&["ledger", "r"]).expect(2),
    ];
    insta::assert_snapshot!("ledger_refused", refused.map(|left| left.err).concat());
}
