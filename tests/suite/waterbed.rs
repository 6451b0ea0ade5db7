//! The waterbed: where avoided care goes, on a town whose answer is known and on Hengelo, against the savings of the run.

use std::collections::BTreeMap;

use crate::cli::Desk;
use crate::plan::{town, written};
use piramide::analysis::Band;
use piramide::analysis::savings::{self, Euros, Kind};

/// Mean by table, name, year and metric.
type Found = BTreeMap<(String, String, i32, String), f64>;

fn waterbed(desk: &Desk, run: &str, args: &[&str]) -> (String, Found) {
    let said = desk.piramide(&[&["waterbed", run, "--lang", "en"], args].concat()).expect(0).out;
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    let mut reader = csv::Reader::from_path(desk.path(run).join("waterbed.csv")).unwrap();
    let rows = reader.deserialize::<BTreeMap<String, String>>().map(Result::unwrap);
    let number = |row: &BTreeMap<String, String>| row["mean"].parse().unwrap_or(f64::NAN);
    let key = |row: &BTreeMap<String, String>| {
        (row["table"].clone(), row["name"].clone(), row["year"].parse().unwrap(), row["metric"].clone())
    };
    (said, rows.map(|row| (key(&row), number(&row))).collect())
}

/// The kinds of every year sum to the gross saving of the run, to the cents that a run rounds.
fn agrees(desk: &Desk, run: &str, scenario: &str, found: &Found) {
    let rows = savings::read(&desk.path(run)).unwrap();
    let mut years = 0;
    for row in rows.iter().filter(|row| {
        (&*row.scenario, &*row.domain, row.kind, row.euros, row.band)
            == (scenario, "total", Kind::Gross, Euros::Constant, Band::Realised)
    }) {
        let of = |name: &str| found[&("kind".to_owned(), name.to_owned(), row.year, "saved".to_owned())];
        let kinds = of("avoided") + of("changed") + of("drawn");
        assert!((kinds - of("total")).abs() < 1e-3);
        assert!(
            (of("total") - row.mean.unwrap()).abs() < 1.0,
            "{} {}: {} and {}",
            scenario,
            row.year,
            of("total"),
            row.mean.unwrap()
        );
        years += 1;
    }
    assert!(years > 0);
}

/// All rows of the cohort sum to those that were avoided.
fn closes(found: &Found, cohort: i32) {
    let names =
        ["solved", "informeel", "formeel", "basis", "wacht", "lighter", "heavier", "other_act", "wlz", "gone", "censored"];
    let of = |name: &str| found[&("row".to_owned(), name.to_owned(), cohort, "hulpvragen".to_owned())];
    let sum: f64 = names.iter().map(|name| of(name)).filter(|number| number.is_finite()).sum();
    let hidden = names.iter().filter(|name| !of(name).is_finite()).count() as f64;
    assert!(sum <= of("avoided") + 1e-6 && of("avoided") - sum <= 10.0 * hidden, "{sum} of {}", of("avoided"));
}

/// Rows of `burden.csv` by scenario, year, group, value and metric: mean, and change.
type Borne = BTreeMap<(String, i32, String, String, String), (Option<f64>, Option<f64>)>;

fn borne(desk: &Desk, run: &str) -> Borne {
    let mut reader = csv::Reader::from_path(desk.path(run).join("burden.csv")).unwrap();
    let rows = reader.deserialize::<BTreeMap<String, String>>().map(Result::unwrap);
    rows.map(|row| {
        let text = |key: &str| row[key].clone();
        let number = |key: &str| row[key].parse::<f64>().ok();
        assert_eq!(number("mean").is_none(), !row["note"].is_empty(), "{row:?}");
        let key = (text("scenario"), row["year"].parse().unwrap(), text("group"), text("value"), text("metric"));
        (key, (number("mean"), number("change")))
    })
    .collect()
}

/// What all cells of a group bear together is what the tables of the run say of everybody, less cells of few, which are not shown.
fn bears_all(desk: &Desk, run: &str, scenario: &str, year: i32, group: &str) {
    let borne = borne(desk, run);
    let sum = |metric: &str| -> f64 {
        let here = |((of, at, by, _, what), _): &(&(String, i32, String, String, String), &(Option<f64>, Option<f64>))| {
            (&**of, *at, &**by, &**what) == (scenario, year, group, metric)
        };
        borne.iter().filter(here).filter_map(|(_, (mean, _))| *mean).sum()
    };
    let bands = piramide::analysis::Bands::read(&desk.path(run)).unwrap();
    let all = |layer: &str, metric: &str| -> f64 {
        let here = |row: &&piramide::analysis::BandRow| {
            (&*row.scenario, row.year, &*row.domain, &*row.track, &*row.layer, &*row.metric, row.band)
                == (scenario, year, "", "", layer, metric, Band::Realised)
        };
        bands.rows.iter().find(here).map_or(0.0, |row| row.mean)
    };
    let waits: f64 = (bands.rows.iter())
        .filter(|row| (&*row.scenario, row.year, &*row.layer, row.band) == (scenario, year, "wacht", Band::Realised))
        .filter(|row| !row.state.is_empty() && row.metric == "person_years")
        .map(|row| row.mean)
        .sum();
    let place = format!("{scenario}, {year}, {group}");
    let cost = (sum("cost"), all("", "cost_constant"));
    assert!(cost.0 < cost.1 + 1.0 && cost.0 > 0.95 * cost.1, "{place}: cost {cost:?}");
    let (persons, inside) = (sum("persons"), all("", "person_years") - all("buiten_piramide", "person_years"));
    assert!(persons > 0.95 * inside && persons < all("", "unique_persons"), "{place}: {persons} persons, {inside} on average");
    assert!(sum("unmet_need") < waits + 1e-6, "{place}: {} of {waits}", sum("unmet_need"));
    assert!(sum("informal_hours") > 0.0 || all("informeel", "person_years") == 0.0, "somebody helps");
}

/// Of those diverted half relapse in each year: after 24 months three in four have the help after all. A binomial share of all that were
/// avoided in eight members; five standard errors, false alarm 6e-7.
#[test]
fn three_in_four_come_back() {
    let desk = Desk::new();
    written(&desk, "m", &town(1.0, 1.0, ""));
    desk.piramide(&["run", "m", "--draws", "4", "--replications", "2", "--out", "r"]).expect(0);
    let (said, found) = waterbed(&desk, "r", &["--model", "m", "--cohort", "2021"]);
    closes(&found, 2021);
    agrees(&desk, "r", "plan", &found);
    let of = |name: &str| found[&("row".to_owned(), name.to_owned(), 2021, "hulpvragen".to_owned())];
    let share = of("heavier") / of("avoided");
    assert!((share - 0.75).abs() < 5.0 * (0.1875 / (8.0 * of("avoided"))).sqrt(), "{share}");
    assert!((of("solved") + of("heavier") - of("avoided")).abs() < 1e-6, "nothing else can become of them");
    assert_eq!(of("drawn"), 0.0);
    // As many are avoided as the engine's own tally says that the gate diverted.
    let bands = piramide::analysis::Bands::read(&desk.path("r")).unwrap();
    let diverted = bands.rows.iter().find(|row| {
        (&*row.scenario, row.year, &*row.track, &*row.state, &*row.layer, &*row.metric)
            == ("plan", 2021, "hulp", "", "", "diverted")
    });
    assert!((of("avoided") - diverted.unwrap().mean).abs() < 1e-6, "{} of {diverted:?}", of("avoided"));
    // What comes back costs what it would have cost.
    let euro = |name: &str, metric: &str| found[&("row".to_owned(), name.to_owned(), 2021, metric.to_owned())];
    assert!((euro("heavier", "municipality_unchanged") - euro("heavier", "municipality")).abs() < 1e-6);
    assert_eq!(euro("solved", "municipality"), 0.0);
    assert!(said.contains("Maatwerk after all, not lighter"), "{said}");
    // Without wijken and ages everybody lives alone, and all that is saved is saved there.
    let borne = borne(&desk, "r");
    let of = |scenario: &str, metric: &str| {
        borne[&(scenario.to_owned(), 2021, "household".to_owned(), "alone".to_owned(), metric.to_owned())]
    };
    let rows = savings::read(&desk.path("r")).unwrap();
    let gross = rows.iter().find(|row| (row.year, row.kind, row.euros) == (2021, Kind::Gross, Euros::Constant)).unwrap();
    assert!((of("plan", "cost").1.unwrap() + gross.mean.unwrap()).abs() < 1.0);
    assert_eq!((of("ongewijzigd-beleid", "cost").1, of("plan", "waiting").0), (None, Some(0.0)));
    let plan = desk.piramide(&["test-plan", "r", "--model", "m", "--lang", "en"]).expect(0).out;
    assert!(plan.contains("Where the care goes: of") && plan.contains("kept out of maatwerk in 2021"), "{plan}");
    let file = desk.path("r").join("waterbed.csv");
    let whole = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, whole.replace("scenario,", "scenariu,")).unwrap();
    let damaged = desk.piramide(&["test-plan", "r", "--model", "m"]).expect(1).err;
    assert!(damaged.contains("waterbed.csv is damaged") && damaged.contains("write it again"), "{damaged}");
    std::fs::write(&file, whole).unwrap();
    let later = desk.piramide(&["waterbed", "r", "--model", "m", "--cohort", "2023", "--lang", "en"]).expect(0).out;
    assert!(later.contains("Not to be seen yet"), "{later}");
    let refused = [
        desk.piramide(&["waterbed", "r", "--model", "m", "--cohort", "2030"]).expect(2),
        desk.piramide(&["waterbed", "r", "--model", "m", "--scenario", "x"]).expect(2),
    ];
    insta::assert_snapshot!("waterbed_refused", refused.map(|left| left.err).concat());
}

/// Hengelo, small: households, frailty, places, gates, two acts; every euro of the saving is somebody's.
#[test]
fn every_euro_of_hengelo_is_of_a_hulpvraag() {
    let desk = Desk::new();
    let scenarios = ["--scenario", "ongewijzigd-beleid", "--scenario", "plan-2022-op-bewijs", "--scenario", "uitvoering-2025"];
    let size = ["run", "--draws", "2", "--replications", "1", "--scale", "0.1", "--horizon", "2019..2027", "--out", "r"];
    desk.piramide(&[&size[..], &scenarios[..]].concat()).expect(0);
    for scenario in ["plan-2022-op-bewijs", "uitvoering-2025"] {
        let (_, found) = waterbed(&desk, "r", &["--scenario", scenario, "--cohort", "2025"]);
        closes(&found, 2025);
        agrees(&desk, "r", scenario, &found);
        for group in ["wijk", "age_band", "household"] {
            bears_all(&desk, "r", "ongewijzigd-beleid", 2026, group);
            bears_all(&desk, "r", scenario, 2026, group);
        }
    }
}
