//! Black-box tests: they pass on models that are right, and each says in words what it saw.

use crate::hamlet;
use crate::town::town;
use piramide::compile::Options;
use piramide::model::{self, Model, embedded};
use piramide::verify::blackbox::{COUNT, Finding, Outcome, Trial};
use std::process::Command;

fn findings(model: &Model, years: i32, scale: f64, members: u32) -> Vec<Finding> {
    let last_year = model.last_year.min(model.first_year + years - 1);
    let trial = Trial::new(model, Options { last_year, scale }, members, 1).unwrap();
    let mut all = Vec::new();
    trial.run(|finding| all.push(finding.clone())).unwrap();
    all
}

#[track_caller]
fn hold(name: &str, findings: &[Finding], absent: usize) {
    assert_eq!(findings.len(), COUNT);
    for finding in findings {
        assert_ne!(finding.outcome, Outcome::Fails, "{name}: {}: {}", finding.must, finding.seen);
        assert!(finding.must.len() <= 72, "{}", finding.must);
    }
    assert_eq!(findings.iter().filter(|finding| finding.outcome == Outcome::Absent).count(), absent, "{name}: {findings:?}");
}

/// Hengelo has all that the tests are about; only a discount rate is nowhere.
#[test]
fn hengelo_holds() {
    hold("hengelo", &findings(&model::read(&embedded::hengelo()).unwrap(), 2, 0.5, 16), 1);
}

/// The reference pyramid with places: no price, one scenario, no age bands, fixed inputs.
#[test]
fn a_pyramid_with_places_holds() {
    let (_, files) = embedded::verification().into_iter().find(|(name, _)| *name == "pyramid-capacity").unwrap();
    let findings = findings(&model::read(&files).unwrap(), 2, 1.0, 8);
    let absent: Vec<&str> = findings.iter().filter(|f| f.outcome == Outcome::Absent).map(|f| f.seen.as_str()).collect();
    hold("pyramid-capacity", &findings, absent.len());
    assert!(absent.contains(&"the model has a single scenario"), "{absent:?}");
}

/// Random models with everything the language has. Chance fails a right engine about once in 10,000 per model and each of five tests:
/// once in about a hundred seeds of this test.
#[test]
fn random_models_hold() {
    for seed in 0..20 {
        let model = model::read(&hamlet::folder(seed)).unwrap();
        for finding in findings(&model, 3, 1.0, 32) {
            assert_ne!(finding.outcome, Outcome::Fails, "hamlet {seed}: {}: {}", finding.must, finding.seen);
        }
    }
}

/// A measure that begins after the end of a run, and raises a hazard, moves nothing in it.
#[test]
fn a_run_is_the_beginning_of_a_longer_one() {
    let model = town(
        "[parameter.onset]\nunit = \"per_year\"\nprior = { fixed = 0.2 }\nsource = { ref = \"test\" }\ngrade = \"D\"\n\
         [track.hulp]\nlabel = { nl = \"Hulp\", en = \"Help\" }\nstate = { geen_hulpvraag = {}, hulp = { layer = \"maatwerk\" } }\n\
         [[track.hulp.transition]]\nfrom = \"geen_hulpvraag\"\nhazard = { per_year = \"onset\" }\nto = \"hulp\"\n",
        &[
            ("persons.csv", "persons\n5000\n"),
            (
                "scenarios/later.toml",
                "label = { nl = \"Later\", en = \"Later\" }\nbase = \"ongewijzigd-beleid\"\n[measure.meer]\nstart = 2023-01-01\n\
                 scale = { onset = 2 }\nsource = { ref = \"test\" }\ngrade = \"D\"\n",
            ),
        ],
    );
    let found = findings(&model, 3, 1.0, 8);
    let horizon = found.iter().find(|finding| finding.must.starts_with("a horizon one year shorter")).unwrap();
    assert_eq!(horizon.outcome, Outcome::Holds, "{}", horizon.seen);
}

/// A measure that doubles, from the first day, the stay by which those are known who are there already.
#[test]
fn who_is_there_at_the_start_lived_without_measures() {
    let model = town(
        "[parameter.stay]\nunit = \"years\"\nprior = { fixed = 1.0 }\nsource = { ref = \"test\" }\ngrade = \"D\"\n\
         [parameter.arrivals]\nunit = \"persons_per_year\"\nprior = { fixed = 100 }\nsource = { ref = \"test\" }\ngrade = \"D\"\n\
         [track.hulp]\nlabel = { nl = \"Hulp\", en = \"Help\" }\nstate = { geen_hulpvraag = {}, hulp = { layer = \"maatwerk\" } }\n\
         [[track.hulp.transition]]\nfrom = \"hulp\"\ndwell = { exponential = { mean_years = \"stay\" } }\nto = \"geen_hulpvraag\"\n\
         [stream.nieuw]\nlabel = { nl = \"Nieuw\", en = \"New\" }\nrate = { per_year = \"arrivals\" }\nstationary = true\n\
         persons = \"nieuw.csv\"\nsource = { ref = \"test\" }\ngrade = \"D\"\n",
        &[
            ("persons.csv", "persons\n10\n"),
            ("nieuw.csv", "weight,hulp\n1,hulp\n"),
            (
                "scenarios/longer.toml",
                "label = { nl = \"Langer\", en = \"Longer\" }\nbase = \"ongewijzigd-beleid\"\n[measure.langer]\n\
                 start = 2021-01-01\nscale = { stay = 2 }\nsource = { ref = \"test\" }\ngrade = \"D\"\n",
            ),
        ],
    );
    let found = findings(&model, 3, 1.0, 8);
    let swapped = found.iter().find(|finding| finding.must.starts_with("two scenarios swapped")).unwrap();
    assert_eq!(swapped.outcome, Outcome::Holds, "{}", swapped.seen);
}

#[test]
fn a_model_that_is_not_there_is_named() {
    let run = |what: &str| Command::new(env!("CARGO_BIN_EXE_piramide")).args(["verify", what]).output().unwrap();
    let missing = run("models/nowhere");
    assert_eq!(missing.status.code(), Some(2));
    let said = String::from_utf8(missing.stderr).unwrap();
    assert!(said.contains("no model folder and no check `models/nowhere`") && said.contains("pyramid-capacity"), "{said}");
}
