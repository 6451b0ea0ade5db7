//! The lever grid, on a town whose answer is known.

use std::collections::BTreeMap;

use crate::cli::Desk;
use crate::plan::{town, written};
use piramide::analysis::Band;
use piramide::analysis::savings::{self, Euros, Kind};

/// Mean and chance by effect, years later and places, of all domains.
fn grid(desk: &Desk, args: &[&str]) -> (String, BTreeMap<(String, String, String), (f64, f64)>) {
    let said = desk.piramide(&[&["grid", "r", "--model", "m", "--lang", "en"], args].concat()).expect(0).out;
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    let mut reader = csv::Reader::from_path(desk.path("r").join("grid.csv")).unwrap();
    let rows = reader.deserialize::<BTreeMap<String, String>>().map(Result::unwrap);
    let rows = rows.filter(|row| row["domain"] == "total");
    let number = |row: &BTreeMap<String, String>, key: &str| row[key].parse::<f64>().unwrap();
    let key = |row: &BTreeMap<String, String>| (row["effect"].clone(), row["later"].clone(), row["places"].clone());
    (said, rows.map(|row| (key(&row), (number(&row, "mean"), number(&row, "chance")))).collect())
}

/// Where the levers stand as they are, the saving is that of the run. Half as strong, half as much is saved, but for chance: the gate takes
/// fewer of the same requests; a year later nothing is saved in the first year.
#[test]
fn levers_do_what_they_say() {
    let desk = Desk::new();
    let mut files = town(100_000.0, 1.0, "");
    files[2].1 = files[2].1.replace("set = { reach = 1 }", "set = { reach = 1, success = \"success\" }\nstrength = \"success\"");
    written(&desk, "m", &files);
    desk.piramide(&["run", "m", "--draws", "8", "--replications", "1", "--out", "r"]).expect(0);
    let (said, found) = grid(&desk, &["--year", "2021"]);
    let of = |effect: &str, later: &str| found[&(effect.to_owned(), later.to_owned(), "1.0".to_owned())];
    assert_eq!(found.len(), 4 * 3, "there is nothing that has places");
    let rows = savings::read(&desk.path("r")).unwrap();
    let here = |row: &&savings::Row| {
        (&*row.domain, row.year, row.kind, row.euros, row.band)
            == (savings::TOTAL, 2021, Kind::Gross, Euros::Constant, Band::Realised)
    };
    let run = rows.iter().find(here).unwrap();
    assert!((of("1.0", "0.0").0 - run.mean.unwrap()).abs() < 0.01 && of("1.0", "0.0").1 == run.chance.unwrap());
    assert_eq!((of("1.0", "1.0"), of("2.0", "2.0")), ((0.0, 0.0), (0.0, 0.0)));
    // Of some 17,000 diverted in eight members every other one is not: a binomial with a relative error of 1/130; five of these.
    let ratio = of("0.5", "0.0").0 / of("1.0", "0.0").0;
    assert!((ratio - 0.5).abs() < 0.5 * 5.0 / 130.0, "{ratio}");
    assert!(of("1.5", "0.0").0 > of("1.0", "0.0").0 && of("2.0", "0.0").0 > of("1.5", "0.0").0);
    assert!(said.contains("What if? Plan, saving of 2021"), "{said}");
    let refused = [
        desk.piramide(&["grid", "r", "--model", "m", "--year", "2050"]).expect(2),
        desk.piramide(&["grid", "r", "--model", "m", "--scenario", "x"]).expect(2),
        desk.piramide(&["grid", "r", "--model", "m", "--draws", "0"]).expect(2),
    ];
    insta::assert_snapshot!("grid_refused", refused.map(|left| left.err).concat());
}
