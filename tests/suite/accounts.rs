//! `piramide accounts`: every number against arithmetic done here, and what is refused.

use std::collections::BTreeMap;
use std::fs;

use piramide::analysis::bands::Place;
use piramide::analysis::{Band, Bands};

use super::cli::{Desk, dorp};

/// The accounts of the village: two lines share what help costs; one follows prices.
const LINES: &str = r#"
[account.totaal]
label  = { nl = "Totaal", en = "Total" }
domain = "wmo"
euro   = { 2019 = 150_000 }
source = { ref = "invented" }
grade  = "D"

[account.natura]
label    = { nl = "In natura", en = "In kind" }
domain   = "wmo"
euro     = { 2019 = 100_000, 2020 = 90_000 }
part_of  = "totaal"
spending = { "hulp.voorziening" = 0.75 }
remark   = { nl = "De bron spreekt zich tegen.", en = "The source contradicts itself." }
source   = { ref = "invented" }
grade    = "D"

[account.pgb]
label    = { nl = "PGB", en = "Personal budgets" }
domain   = "wmo"
euro     = { 2019 = 30_000 }
part_of  = "totaal"
spending = { hulp = 0.25 }
source   = { ref = "invented" }
grade    = "D"

[account.staf]
label   = { nl = "Staf", en = "Staff" }
domain  = "wmo"
euro    = { 2019 = 20_000 }
part_of = "totaal"
fixed   = { nl = "vaste formatie", en = "of a fixed size" }
source  = { ref = "invented" }
grade   = "D"

[account.budget]
label  = { nl = "Budget", en = "Budget" }
domain = "wmo"
euro   = { 2019 = 140_000 }
apart  = { nl = "van het Rijk", en = "set by the state" }
source = { ref = "invented" }
grade  = "D"
"#;

/// The village with accounts, run in 6 draws of 2 replications.
fn village(desk: &Desk) {
    for inside in ["", "scenarios", "tracks"] {
        let (here, there) = (std::path::Path::new(&dorp()).join(inside), desk.path("dorp").join(inside));
        fs::create_dir_all(&there).unwrap();
        for entry in fs::read_dir(here).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), there.join(entry.file_name())).unwrap();
        }
    }
    fs::write(desk.path("dorp").join("accounts.toml"), LINES).unwrap();
    desk.piramide(&["run", "dorp", "--draws", "6", "--scenario", "ongewijzigd-beleid", "--out", "run"]).expect(0);
}

/// The file: per line the numbers by column; absent where empty.
fn lines(desk: &Desk, file: &str) -> BTreeMap<String, BTreeMap<String, f64>> {
    let mut reader = csv::Reader::from_path(desk.path(file)).unwrap();
    let header = reader.headers().unwrap().clone();
    let rows = reader.records().map(Result::unwrap).map(|record| {
        let cells = header.iter().zip(&record).filter(|(name, _)| ["source", "model_mean", "mcse", "p05", "p95"].contains(name));
        let numbers = cells.filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name.to_owned(), text.parse().unwrap()));
        (record[3].to_owned(), numbers.collect())
    });
    rows.collect()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

/// Shares of what the bands of the run say; a fixed line at the prices of the year (101 over 100); parts added up.
#[test]
fn a_line_is_its_share_of_what_the_run_cost() {
    let desk = Desk::new();
    village(&desk);
    desk.piramide(&["accounts", "run", "--model", "dorp", "--year", "2020", "--out", "accounts.csv"]).expect(0);
    let lines = lines(&desk, "accounts.csv");
    let bands = Bands::read(&desk.path("run")).unwrap();
    let place = Place { scenario: "ongewijzigd-beleid", year: 2020, domain: "wmo", track: "hulp", ..Place::default() };
    let cost = bands.get(place, "cost_nominal", Band::Realised).unwrap();
    assert!(cost.mean > 0.0);
    for (line, share) in [("natura", 0.75), ("pgb", 0.25)] {
        let of = |number: f64| share * number;
        for (column, number) in
            [("model_mean", cost.mean), ("mcse", cost.mcse.unwrap()), ("p05", cost.p05.unwrap()), ("p95", cost.p95.unwrap())]
        {
            close(lines[line][column], of(number));
        }
    }
    assert_eq!((lines["natura"]["source"], lines["pgb"].get("source")), (90_000.0, None));
    close(lines["staf"]["model_mean"], 20_200.0);
    close(lines["totaal"]["model_mean"], cost.mean + 20_200.0);
    close(lines["totaal"]["p95"], cost.p95.unwrap() + 20_200.0);
    assert_eq!(lines["budget"].get("model_mean"), None);
}

#[test]
fn the_accounts_are_a_table_of_eighty_columns() {
    let desk = Desk::new();
    village(&desk);
    let tables = ["en", "nl"].map(|lang| {
        let shown = desk.piramide(&["accounts", "run", "--model", "dorp", "--lang", lang, "--year", "2019"]).expect(0);
        assert!(shown.out.lines().all(|line| line.chars().count() <= 80), "{}", shown.out);
        shown.out
    });
    assert!(desk.path("run/accounts.csv").is_file());
    insta::assert_snapshot!("tables", tables.join("\n"));
}

#[test]
fn what_has_no_accounts_is_refused() {
    let desk = Desk::new();
    village(&desk);
    let dorp = dorp();
    let said = [
        vec!["accounts", "nowhere"],
        vec!["accounts", "run"],
        vec!["accounts", "run", "--model", &dorp],
        vec!["accounts", "run", "--model", "dorp", "--year", "2030"],
        vec!["accounts", "run", "--model", "dorp", "--scenario", "plan"],
    ]
    .map(|words| desk.piramide(&words).expect(2).err);
    insta::assert_snapshot!("refused", said.concat());
}
