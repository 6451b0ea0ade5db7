//! `--set`: a parameter with one value in every draw.

use crate::cli::{Desk, copy, dorp};
use crate::town::town;
use piramide::model::{self, Files, Given, GivenError, Model, Prior};
use std::path::Path;

/// The village with a value in the place of a prior.
fn fixed(desk: &Desk) {
    copy(Path::new(&dorp()), &desk.path("vast"));
    let track = desk.text("vast/tracks/hulp.toml").replace("beta = { alpha = 12.0, beta = 8.0 }", "fixed = 0.12345678901234568");
    std::fs::write(desk.path("vast/tracks/hulp.toml"), track).unwrap();
}

/// To the last bit, in every design that draws; where a file gives the parameter, the value counts all the same.
#[test]
fn a_given_value_is_a_fixed_prior() {
    let desk = Desk::new();
    fixed(&desk);
    let set = "hulp_aanvraag=0.12345678901234568";
    std::fs::write(desk.path("rows.csv"), "hulp_aanvraag,hulp_vraag\n0.2,0.1\n0.9,0.2\n").unwrap();
    std::fs::write(desk.path("others.csv"), "hulp_vraag\n0.1\n0.2\n").unwrap();
    for (design, other) in [("random", "random"), ("sobol", "sobol"), ("lhs", "lhs"), ("rows.csv", "others.csv")] {
        let run = |model: &str, design: &str, out: &str, more: &[&str]| {
            let words = ["run", model, "--design", design, "--draws", "4", "--replications", "1", "--out", out];
            desk.piramide(&[&words[..], more].concat()).expect(0)
        };
        let (a, b) = (format!("{design}-a"), format!("{design}-b"));
        run(&dorp(), design, &a, &["--set", set]);
        run("vast", other, &b, &[]);
        for file in ["bands.csv", "periods.parquet", "draws.parquet"] {
            let [a, b] = [&a, &b].map(|folder| std::fs::read(desk.path(folder).join(file)).unwrap());
            assert!(a == b, "{design}: {file}");
        }
    }
}

/// It is in the manifest, decides the folder, and a run goes on only with the same.
#[test]
fn a_given_value_is_part_of_the_run() {
    let desk = Desk::new();
    let dorp = dorp();
    let run = |more: &[&str]| {
        let words = ["run", &dorp, "--draws", "2", "--replications", "1"];
        desk.piramide(&[&words[..], more].concat())
    };
    run(&[]).expect(0);
    run(&["--set", "hulp_vraag=0.1"]).expect(0);
    run(&["--set", "hulp_vraag=0.2"]).expect(0);
    assert_eq!(std::fs::read_dir(desk.path("runs")).unwrap().count(), 3);
    run(&["--set", "hulp_vraag=0.12345678901234568", "--set", "hulp_kosten = 4000", "--out", "out"]).expect(0);
    let manifest: serde_json::Value = serde_json::from_str(&desk.text("out/manifest.json")).unwrap();
    assert_eq!(manifest["identity"]["set"], serde_json::json!({ "hulp_kosten": 4000.0, "hulp_vraag": 0.123_456_789_012_345_68 }));
    let again = run(&["--set", "hulp_kosten=4000", "--set", "hulp_vraag=0.12345678901234568", "--out", "out"]).expect(0);
    assert!(again.err.contains("holds this run already"), "{}", again.err);
    let other = run(&["--out", "out"]).expect(2);
    assert!(other.err.contains("set hulp_kosten=4000, hulp_vraag=0.12345678901234568 there, nothing asked"), "{}", other.err);
}

#[test]
fn what_cannot_be_given_is_refused() {
    let desk = Desk::new();
    let dorp = dorp();
    let said = |command: &str, set: &[&str]| {
        let set: Vec<&str> = set.iter().flat_map(|set| ["--set", set]).collect();
        desk.piramide(&[&[command, &dorp][..], &set].concat()).expect(2).err
    };
    for command in ["run", "gap", "verify", "show"] {
        let unknown = said(command, &["hulp_vrag=0.1"]);
        assert_eq!(unknown, "error: --set: there is no parameter `hulp_vrag` (did you mean `hulp_vraag`?)\n");
    }
    let outside = said("run", &["hulp_aanvraag=1.5"]);
    assert_eq!(outside, "error: --set: `hulp_aanvraag` is a `share`, between 0 and 1; it cannot be 1.5\n");
    assert_eq!(said("run", &["hulp_vraag=1", "hulp_vraag=2"]), "error: --set gives `hulp_vraag` two values\n");
    assert!(said("run", &["hulp_vraag"]).contains("expected the name of a parameter and a number in its unit"));
    // Later fewer are to ask for help; fewer than nobody cannot.
    assert!(said("run", &["hulp_vraag=0.01"]).contains("with this measure, `hulp_vraag` is -0.01; it must be 0 or more"));
    let check = desk.piramide(&["verify", "ages", "--set", "hulp_vraag=0.1"]).expect(2);
    assert!(check.err.starts_with("error: --set is for a model"), "{}", check.err);
    assert!(!desk.path("runs").exists());
}

#[test]
fn a_model_is_shown_with_what_is_given() {
    let shown = Desk::new().piramide(&["show", &dorp(), "--lang", "en", "--set", "hulp_vraag=0.25"]).expect(0).out;
    assert!(shown.contains("`hulp_vraag`: 0.25 times a year (fixed)."), "{shown}");
}

/// What is given goes together with nothing: a correlation that names it is left out, with its own draws as if it were not there.
#[test]
fn a_given_parameter_is_correlated_with_none() {
    let parameters = |prior: &str| {
        let origin = "source = { ref = \"test\" }\ngrade = \"D\"\n";
        format!(
            "[parameter.a]\nunit = \"number\"\nprior = {{ {prior} }}\n{origin}[parameter.b]\nunit = \"number\"\nprior = {{ \
             uniform = {{ min = 0, max = 1 }} }}\n{origin}[track.hulp]\nlabel = {{ nl = \"Hulp\", en = \"Help\" }}\nstate = {{ niet = {{}} }}\n"
        )
    };
    let pair = "[[correlation]]\nbetween = [\"a\", \"b\"]\nrho = 0.9\nsource = { ref = \"test\" }\ngrade = \"D\"\n";
    let persons = ("persons.csv", "persons\n1\n");
    let text = format!("{}\n{}{pair}", crate::town::HEAD, parameters("normal = { mean = 0, sd = 1 }"));
    let files = Files::from_memory([("model.toml", text.as_str()), persons]);
    let given = |name: &str, value: f64| model::read_given(&files, &Given::from([(name.to_owned(), value)]));
    let set = given("a", -3.0).unwrap();
    assert!(set.correlations.is_empty());
    assert_eq!(set.parameters[0].prior, Prior::Fixed(-3.0));
    let fixed = town(&parameters("fixed = -3.0"), &[persons]);
    let draws = |model: &Model| (0..10).map(|draw| piramide::compile::draw(model, 1, draw)).collect::<Vec<_>>();
    assert_eq!(draws(&set), draws(&fixed));
    assert!(matches!(given("c", 1.0), Err(GivenError::Unknown(name, _)) if name == "c"));
    assert!(matches!(given("a", f64::NAN), Err(GivenError::OutOfRange { .. })));
    assert_eq!(model::read_given(&files, &Given::new()).unwrap().correlations.len(), 1);
}
