//! What a file of targets gets wrong is refused, with its place and a remedy; and a calibration from the command line.

use std::fs;
use std::path::Path;

use piramide::calibration::{Targets, read_later};
use piramide::design::Scores;
use piramide::maths::normal_cdf;
use piramide::model;

use crate::cli::Desk;

/// The faults of a file of targets for Hengelo, as people read them.
fn faults(text: &str) -> String {
    let hengelo = model::read(&model::embedded::hengelo()).unwrap();
    Targets::read("targets.toml", text, &hengelo).unwrap_err().to_string()
}

const HEAD: &str = "scenario = \"ongewijzigd-beleid\"\n[class.a]\ndiscrepancy = 0.05\n";

fn target(lines: &str) -> String {
    faults(&format!("{HEAD}[[target]]\nclass = \"a\"\n{lines}"))
}

#[test]
fn wrong_targets_are_refused_with_place_and_remedy() {
    let found = target("count = \"jeugd_klienten\"\nerror = 0.03\n");
    assert!(
        found.starts_with("targets.toml:6:9: there is no count `jeugd_klienten` (did you mean `jeugd_clienten`?)"),
        "{found}"
    );
    let found = target("count = \"jeugd_clienten\"\nerror = 0.03\nyears = [2021, 2025]\n");
    assert!(found.contains(":8:16: `jeugd_clienten` has no number of 2025 (published are 2019, 2020, 2021)"), "{found}");
    let found = target("count = \"jeugd_clienten\"\nerror = 0.0\n");
    assert!(found.contains(":7:9: the observation error is 0 (give a number above 0"), "{found}");
    let found = target("count = \"jeugd_clienten\"\nerror = nan\n");
    assert!(found.contains(":7:9: the observation error is NaN"), "{found}");
    let found = target("account = \"wmo_voorveld\"\nerror = 0.03\n");
    assert!(found.contains("the model says nothing of `wmo_voorveld` that could be fitted"), "{found}");
    let found = target("error = 0.03\n");
    assert!(found.contains("a target names one count or one account"), "{found}");
    assert!(faults("").contains("missing field `scenario`"), "{}", faults(""));
    assert!(faults(HEAD).contains("the file has no target (add a `[[target]]`"), "{}", faults(HEAD));
    assert!(faults("scenario = 1").contains("targets.toml:1:12"), "{}", faults("scenario = 1"));
    let found = faults("scenario = \"ongewijzigd\"\n[[target]]\ncount = \"jeugd_clienten\"\nclass = \"b\"\nerror = 0.1\n");
    assert!(found.contains("there is no scenario `ongewijzigd`") && found.contains("there is no class `b`"), "{found}");
}

#[test]
fn numbers_that_follow_from_others_are_refused() {
    let two = |first: &str, second: &str| {
        let one = |line: &str| format!("[[target]]\n{line}\nclass = \"a\"\nerror = 0.03\n");
        faults(&format!("{HEAD}{}{}", one(first), one(second)))
    };
    let found = two("count = \"jeugd_clienten\"", "count = \"jeugd_clienten\"");
    assert!(found.contains(":9:9: this number is a target already"), "{found}");
    let found = two("account = \"wmo_ob1\"", "account = \"wmo_uitgaven\"");
    assert!(found.contains("`wmo_ob1` is a part of `wmo_uitgaven`, which is a target too"), "{found}");
    let found = two("count = \"bijstand_totaal\"", "count = \"bijstand_ioaw\"");
    assert!(found.contains("`bijstand_totaal` contains `bijstand_ioaw`"), "{found}");
    let found = two("count = \"jeugd_clienten\"", "count = \"jeugd_indicaties_per_client\"");
    assert!(found.contains("jeugd_indicaties_per_client"), "{found}");
}

#[test]
fn the_targets_of_hengelo_are_without_fault() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("calibration/hengelo/targets.toml")).unwrap();
    let hengelo = model::read(&model::embedded::hengelo()).unwrap();
    let targets = Targets::read("targets.toml", &text, &hengelo).unwrap();
    assert_eq!((targets.list.len(), targets.years), (37, (2019, 2022)));
}

#[test]
fn wrong_later_numbers_are_refused_with_their_line() {
    let hengelo = model::read(&model::embedded::hengelo()).unwrap();
    let read = |rows: &str| read_later(&format!("number,year,value,kind,source\n{rows}"), &hengelo);
    assert_eq!(read("jeugd_clienten,2023,2300,realised,x\nwmo_ob1,2024,8e6,forecast,y\n").unwrap().len(), 2);
    let fault = |rows: &str| read(rows).unwrap_err();
    assert!(fault("jeugd_klienten,2023,2300,realised,x\n").starts_with("line 2: the model says nothing of `jeugd_klienten`"));
    assert!(fault("jeugd_clienten,2018,2300,realised,x\n").contains("the year must lie from 2019"));
    assert!(fault("jeugd_clienten,2023,0,realised,x\n").contains("other than 0"));
    assert!(fault("jeugd_clienten,2023,2300,guess,x\n").contains("line 2"));
    assert!(fault("jeugd_clienten,2023\n").contains("line 2"));
}

/// Points of standard normal scores give the quantiles of the priors, correlated ones together.
#[test]
fn scores_are_quantiles_of_the_priors() {
    let hengelo = model::read(&model::embedded::hengelo()).unwrap();
    let scores = Scores::new(&hengelo);
    let middle = scores.values(&vec![0.0; scores.ids().len()]);
    for (parameter, value) in hengelo.parameters.iter().zip(&middle) {
        assert!(
            (value / parameter.prior.middle() - 1.0).abs() < 1e-9 || parameter.prior.middle() == *value,
            "{}",
            parameter.name
        );
    }
    let (first, high) = (scores.ids()[0], scores.values(&vec![1.0; scores.ids().len()]));
    assert!((high[first] / hengelo.parameters[first].prior.quantile(normal_cdf(1.0)) - 1.0).abs() < 1e-9);
}

/// Two tracks from the command line: everything is there, a second call does nothing, and `run` takes the draws.
#[test]
fn a_model_is_fitted_from_the_command_line() {
    let desk = Desk::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("calibration");
    let (model, targets) = (root.join("proof").display().to_string(), root.join("proof.toml").display().to_string());
    let words = ["calibrate", &model, "--targets", &targets, "--draws", "20", "--out", "fit"];
    // So few draws that C1 must fail.
    let first = desk.piramide(&words).expect(1);
    assert!(first.out.contains("C1 ") && first.out.lines().all(|line| line.chars().count() <= 80), "{}", first.out);
    let folder = desk.path("fit");
    for file in ["posterior.parquet", "chains.parquet", "parameters.csv", "targets.csv", "directions.csv", "report.html"] {
        assert!(folder.join(file).is_file(), "{file}");
    }
    let text = fs::read_to_string(folder.join("diagnostics.json")).unwrap();
    let all: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    for number in 1..=13 {
        let one = &all[&format!("C{number}")];
        assert!(["pass", "fail", "not_run"].contains(&one["verdict"].as_str().unwrap()), "C{number}");
        assert!(one["date"].is_string() && one.get("value").is_some() && one["limit"].is_string());
    }
    let again = desk.piramide(&words).expect(1);
    assert!(again.err.contains("nothing was done again"), "{}", again.err);
    assert_eq!(again.out, first.out);
    let other = desk.piramide(&[&words[..], &["--seed", "2"]].concat()).expect(2);
    assert!(other.err.contains("another model, or with other targets or settings"), "{}", other.err);
    desk.piramide(&["run", &model, "--design", "fit/posterior.parquet", "--draws", "4", "--out", "run"]).expect(0);
    let refused = desk.piramide(&["calibrate", &model]).expect(2);
    assert!(refused.err.contains("name the targets of this model with --targets"), "{}", refused.err);
}
