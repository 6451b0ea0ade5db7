//! `piramide accounts`: every number against arithmetic done here, and what is refused.

use std::collections::BTreeMap;
use std::fs;

use piramide::analysis::bands::Place;
use piramide::analysis::counts::counts;
use piramide::analysis::{Band, Bands};
use piramide::model;
use piramide::store::Manifest;
use piramide::store::members::{self, Members};

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

/// Numbers published of the village: a union, a mean over the year, a sum, a ratio, one that only divides, and clients. And a break in them.
const COUNTS: &str = r#"
[count.geholpen]
label  = { nl = "Geholpen inwoners", en = "Inwoners helped" }
domain = "wmo"
metric = "unique_persons"
of     = ["wmo"]
value  = { 2019 = 75, 2020 = 80 }
remark = { nl = "Een andere tabel zegt 78.", en = "Another table says 78." }
source = { ref = "invented" }
grade  = "D"

[count.gemiddeld]
label  = { nl = "Met een voorziening, gemiddeld", en = "With a provision, on average" }
domain = "wmo"
metric = "person_years"
of     = ["hulp.voorziening"]
value  = { 2019 = 31.5 }
source = { ref = "invented" }
grade  = "D"

[count.beide]
label  = { nl = "Begonnen", en = "Begun" }
domain = "wmo"
metric = "starts"
of     = ["hulp.eigen_netwerk", "hulp.voorziening"]
value  = { 2020 = 44 }
source = { ref = "invented" }
grade  = "D"

[count.indicaties]
label  = { nl = "Indicaties per geholpen inwoner", en = "Indicaties per inwoner helped" }
domain = "wmo"
metric = "indicaties_valid"
of     = ["hulp"]
per    = "geholpen"
value  = { 2019 = 0.62 }
source = { ref = "invented" }
grade  = "D"

[count.clienten]
label   = { nl = "Cliënten", en = "Clients" }
domain  = "wmo"
metric  = "unique_persons"
of      = ["wmo"]
clients = true
source  = { ref = "invented" }
grade   = "D"

[count.per_client]
label   = { nl = "Indicaties per cliënt", en = "Indicaties per client" }
domain  = "wmo"
metric  = "indicaties_valid"
of      = ["hulp"]
clients = true
per     = "clienten"
value   = { 2021 = 1.2 }
source  = { ref = "invented" }
grade   = "D"

[break.registratie]
label  = { nl = "Nieuwe registratie", en = "Registered anew" }
year   = 2020
tracks = ["hulp"]
source = { ref = "invented", note = "page 3" }
grade  = "D"
"#;

/// The village with accounts, counts and a break, run in 6 draws of 2 replications.
pub(super) fn village(desk: &Desk) {
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
    fs::write(desk.path("dorp").join("counts.toml"), COUNTS).unwrap();
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

/// What the bands of the run say, once or summed; and ratios of members, not of means.
#[test]
fn a_count_is_what_the_run_counts() {
    let desk = Desk::new();
    village(&desk);
    desk.piramide(&["accounts", "run", "--model", "dorp", "--year", "2020", "--out", "accounts.csv"]).expect(0);
    let lines = lines(&desk, "accounts.csv");
    let bands = Bands::read(&desk.path("run")).unwrap();
    let wmo = Place { scenario: "ongewijzigd-beleid", year: 2020, domain: "wmo", ..Place::default() };
    let hulp = Place { track: "hulp", ..wmo };
    let provision = Place { state: "voorziening", layer: "maatwerk", ..hulp };
    for (line, place, metric) in [("geholpen", wmo, "unique_persons"), ("gemiddeld", provision, "person_years")] {
        let band = bands.get(place, metric, Band::Realised).unwrap();
        assert!(band.mean > 0.0);
        for (column, number) in
            [("model_mean", band.mean), ("mcse", band.mcse.unwrap()), ("p05", band.p05.unwrap()), ("p95", band.p95.unwrap())]
        {
            close(lines[line][column], number);
        }
    }
    assert_eq!((lines["geholpen"]["source"], lines["gemiddeld"].get("source")), (80.0, None));
    let network = Place { state: "eigen_netwerk", layer: "informeel", ..hulp };
    let starts = [network, provision].map(|place| bands.get(place, "starts", Band::Realised).unwrap().mean);
    close(lines["beide"]["model_mean"], starts[0] + starts[1]);
    let manifest = Manifest::of_complete(&desk.path("run")).unwrap();
    let members = Members::read(&desk.path("run"), &manifest, &["ongewijzigd-beleid"]).unwrap();
    let of = |level: &str, metric: &str| {
        let metric = members.metrics.iter().position(|known| known == metric).unwrap();
        let (_, values) = members.places.iter().find(|(place, _)| place.year == 2020 && place.level == level).unwrap();
        values[metric * members.members..][..members.members].to_vec()
    };
    let (indicaties, helped) = (of("track", "indicaties_valid"), of("domain", "unique_persons"));
    let ratios = indicaties.iter().zip(&helped).map(|(indicaties, helped)| indicaties / helped);
    close(lines["indicaties"]["model_mean"], ratios.sum::<f64>() / 12.0);
}

/// Members made here: clients are rows of their own; who has nothing to divide by in some member is not known.
#[test]
fn clients_are_read_from_their_own_rows() {
    let desk = Desk::new();
    village(&desk);
    let model = model::read(&model::Files::from_directory(&desk.path("dorp")).unwrap()).unwrap();
    let row = |level: &str, track: &str, layer: &str, state: &str, numbers: [f64; 4]| {
        let place = members::Place {
            domain: "wmo".into(),
            track: track.into(),
            layer: layer.into(),
            state: state.into(),
            level: level.into(),
            ..members::Place::everybody("a", 2021)
        };
        (place, numbers.to_vec())
    };
    let mut run = Members {
        members: 2,
        replications: 1,
        metrics: vec!["unique_persons".into(), "indicaties_valid".into()],
        places: [
            row("domain", "", "", "", [900.0, 900.0, 0.0, 0.0]),
            row("track", "hulp", "", "", [900.0, 900.0, 0.0, 0.0]),
            row("client", "hulp", "maatwerk", "label:arts", [90.0, 90.0, 9.0, 9.0]),
            row("client", "hulp", "maatwerk", "", [30.0, 30.0, 66.0, 50.0]),
            row("client", "", "maatwerk", "", [40.0, 20.0, 70.0, 50.0]),
        ]
        .into(),
    };
    let said = |run: &Members, name: &str| {
        let found = counts(&model, run, "a", 2021);
        let known = found.into_iter().find(|count| model.counts[count.count].name == name).unwrap();
        (known.source, known.model.map(|model| model.mean))
    };
    assert_eq!(said(&run, "geholpen"), (None, Some(900.0)));
    assert_eq!(said(&run, "clienten"), (None, Some(30.0)));
    // 66 / 40 and 50 / 20.
    assert_eq!(said(&run, "per_client"), (Some(1.2), Some(f64::midpoint(1.65, 2.5))));
    run.places.last_mut().unwrap().1[1] = 0.0;
    assert_eq!(said(&run, "per_client"), (Some(1.2), None));
    run.places.pop();
    assert_eq!(said(&run, "clienten"), (None, None));
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

/// The run begins in 2019; the break comes in 2020.
#[test]
fn a_break_is_named_where_it_is_crossed() {
    let desk = Desk::new();
    village(&desk);
    let said = |year: &str| desk.piramide(&["accounts", "run", "--model", "dorp", "--lang", "en", "--year", year]).expect(0).out;
    assert!(!said("2019").contains("Break"));
    for year in ["2020", "2021"] {
        assert!(said(year).contains("\nBreak in 2020: Registered anew. Figures of Help at home are"), "{year}");
    }
}

#[test]
fn what_was_published_is_shown_with_its_source() {
    let desk = Desk::new();
    village(&desk);
    let shown = ["en", "nl"].map(|lang| {
        let shown = desk.piramide(&["show", "dorp", "--lang", lang]).expect(0).out;
        assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
        let (title, end) = if lang == "en" { ("Published", "\nHow good") } else { ("Gepubliceerde", "\nHoe goed") };
        let from = shown.find(title).unwrap();
        shown[from..shown.find(end).unwrap()].to_owned()
    });
    let pages = ["en", "nl"].map(|lang| {
        let page = desk.piramide(&["show", "dorp", "--markdown", "--lang", lang]).expect(0).out;
        let title = if lang == "en" { "## Published numbers" } else { "## Gepubliceerde aantallen" };
        let from = page.find(title).unwrap();
        page[from..].split("\n## ").take(2).collect::<Vec<_>>().join("\n## ")
    });
    insta::assert_snapshot!("shown", [shown.join("\n"), pages.join("\n")].join("\n"));
    assert!(desk.piramide(&["show", "dorp", "--grade", "D"]).expect(0).out.contains("`registratie`"));
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
