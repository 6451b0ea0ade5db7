//! `piramide accounts`: every number against arithmetic done here, the lines of Hengelo against a second entry, and what is refused.

use std::collections::BTreeMap;
use std::fs;

use piramide::analysis::bands::Place;
use piramide::analysis::{Band, Bands};
use piramide::model::{self, embedded};

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
    village_with(desk, LINES, "");
}

/// The same with other accounts and more on its track.
fn village_with(desk: &Desk, lines: &str, track: &str) {
    for inside in ["", "scenarios", "tracks"] {
        let (here, there) = (std::path::Path::new(&dorp()).join(inside), desk.path("dorp").join(inside));
        fs::create_dir_all(&there).unwrap();
        for entry in fs::read_dir(here).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), there.join(entry.file_name())).unwrap();
        }
    }
    fs::write(desk.path("dorp").join("accounts.toml"), lines).unwrap();
    let hulp = desk.path("dorp/tracks/hulp.toml");
    fs::write(&hulp, fs::read_to_string(&hulp).unwrap() + track).unwrap();
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

/// What follows the help: transport, on a line of its own, and contributions, half of them on the line of the help.
const ATTACHED: &str = r#"
[track.hulp.attached.vervoer]
label = { nl = "Vervoer", en = "Transport" }
of    = { voorziening = 0.4 }
cost  = { euro_per_person_year = 500, price_year = 2020 }
[track.hulp.attached.bijdrage]
label  = { nl = "Eigen bijdrage", en = "Contribution" }
of     = { voorziening = 0.9 }
income = { euro_per_person_year = 228, price_year = 2020, indexed = false }
"#;

/// A track that is booked leaves out what is attached to it; each attached cost is booked by itself; income is negative.
#[test]
fn what_is_attached_is_booked_by_itself() {
    let line = |name: &str, spending: &str| {
        let label = "label = { nl = \"Regel\", en = \"Line\" }\ndomain = \"wmo\"\neuro = { 2020 = 1000 }";
        format!("[account.{name}]\n{label}\nspending = {{ {spending} }}\nsource = {{ ref = \"invented\" }}\ngrade = \"D\"\n")
    };
    let accounts = [
        line("zorg", "hulp = 1, \"hulp.attached.bijdrage\" = 0.5"),
        line("rit", "\"hulp.attached.vervoer\" = 1"),
        line("eigen", "\"hulp.attached.bijdrage\" = 0.5"),
    ];
    let desk = Desk::new();
    village_with(&desk, &accounts.concat(), ATTACHED);
    desk.piramide(&["accounts", "run", "--model", "dorp", "--year", "2020", "--out", "accounts.csv"]).expect(0);
    let lines = lines(&desk, "accounts.csv");
    let bands = Bands::read(&desk.path("run")).unwrap();
    let mean = |state: &str, layer: &str| {
        let place = Place { scenario: "ongewijzigd-beleid", year: 2020, domain: "wmo", track: "hulp", state, layer };
        bands.get(place, "cost_nominal", Band::Realised).unwrap().mean
    };
    let care = mean("voorziening", "maatwerk");
    let (rides, fees) = (mean("attached:vervoer", "maatwerk"), mean("attached:bijdrage", "maatwerk"));
    close(lines["zorg"]["model_mean"], care + 0.5 * fees);
    close(lines["rit"]["model_mean"], rides);
    close(lines["eigen"]["model_mean"], 0.5 * fees);
    close(mean("", ""), care + rides + fees);
    // 500 euros for four in ten against 228 for nine in ten, cent by cent rounded.
    assert!(fees < 0.0 && (rides / fees + 0.4 * 500.0 / (0.9 * 228.0)).abs() < 1e-4, "{rides} and {fees}");
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

/// A second entry of the jaarrekening of 2021, from bijlage II of the Transformatieplan and not from the model: every line stands
/// in the model once and the totals are those of the source.
#[test]
fn every_line_of_the_jaarrekening_is_there_once() {
    let model = model::read(&embedded::hengelo()).unwrap();
    let thousands: [(&str, &[i32]); 2] = [
        ("wmo", &[1263, 4176, 1305, 1970, 8044, 2038, 3, 364, 948, 9258, 390, 1349, 64, -3028, -999]),
        ("jeugd", &[1339, 3693, 246, 3944, 5482, 6312, 1747, 5955, 2972, 217, 110, 418, 3142, 540]),
    ];
    for (domain, thousands) in thousands {
        let id = model.domains.iter().position(|known| known.name == domain).unwrap();
        let leaves = model
            .accounts
            .iter()
            .enumerate()
            .filter(|(at, line)| line.domain == id && !model.accounts.iter().any(|part| part.part_of == Some(*at)));
        let mut amounts: Vec<f64> = leaves.map(|(_, line)| line.in_year(2021).unwrap()).collect();
        let mut expected: Vec<f64> = thousands.iter().map(|&amount| 1000.0 * f64::from(amount)).collect();
        amounts.sort_by(f64::total_cmp);
        expected.sort_by(f64::total_cmp);
        assert_eq!(amounts, expected, "{domain}");
    }
    let in_2021 = |name: &str| model.accounts.iter().find(|line| line.name == name).and_then(|line| line.in_year(2021)).unwrap();
    let totals = ["wmo_saldo", "wmo_uitgaven", "jeugd_uitgaven", "buig_kosten", "buig_budget"].map(in_2021);
    assert_eq!(totals, [27_145_000.0, 31_172_000.0, 36_117_000.0, 34_218_916.0, 35_099_195.0]);
}
