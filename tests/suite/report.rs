//! The report: every number of it stands in a table of the run, and a folder that holds no run is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::cli::{Desk, dorp};
use crate::plan::{town, written};

/// A run of the test town with everything that commands write into it.
fn told(desk: &Desk) {
    written(desk, "proef", &town(1_500_000.0, 1.0, ""));
    desk.piramide(&["run", "proef", "--draws", "12", "--replications", "2", "--scale", "0.2", "--out", "run"]).expect(0);
    for command in ["ledger", "waterbed", "growth", "grid"] {
        desk.piramide(&[command, "run", "--model", "proef"]).expect(0);
    }
    fs::write(desk.path("run/burden.csv"), BURDEN).unwrap();
}

const BURDEN: &str = "scenario,year,group,value,metric,unit,mean,mcse,p05,p50,p95,change,change_mcse,note\n\
    plan,2021,wijk,noord,waiting,persons,40,1,30,40,50,12.5,0.8,\n\
    plan,2021,wijk,zuid_west,waiting,persons,,,,,,,,fewer than 10 persons\n\
    plan,2021,age_band,0-17,informal_hours,hours,300,9,200,300,400,-20,3,\n";

/// A number of a page: where it comes from, what one of it stands for, and as it is shown.
struct Shown<'a> {
    from: Vec<&'a str>,
    per: f64,
    bound: &'a str,
    run: usize,
    text: &'a str,
    dutch: bool,
}

fn shown(page: &str) -> Vec<Shown<'_>> {
    let english = page.find("id=\"en\" lang=\"en\"").unwrap();
    let attribute = |tag: &'_ str, name: &str| -> Option<String> {
        Some(tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?.to_owned())
    };
    let mut found = Vec::new();
    for (at, _) in page.match_indices(" data-from=\"") {
        let rest = &page[at..];
        let (tag, after) = rest.split_once('>').unwrap();
        let from = tag.split('"').nth(1).unwrap().splitn(3, ':').collect();
        let bound = if tag.contains("data-bound=\"below\"") {
            "below"
        } else if tag.contains("data-bound=\"above\"") {
            "above"
        } else {
            ""
        };
        found.push(Shown {
            from,
            per: attribute(tag, "data-per").unwrap().parse().unwrap(),
            bound,
            run: attribute(tag, "data-run").map_or(1, |run| run.parse().unwrap()),
            text: after.split('<').next().unwrap(),
            dutch: at < english,
        });
    }
    found
}

/// What stands in a table of a run.
fn stored(folder: &Path, from: &[&str], tables: &mut BTreeMap<String, Vec<csv::StringRecord>>) -> f64 {
    let (file, row, column) = (from[0], from[1], from[2]);
    if file == "manifest.json" {
        let manifest: serde_json::Value = serde_json::from_slice(&fs::read(folder.join(file)).unwrap()).unwrap();
        return column.split('.').fold(&manifest, |value, key| &value[key]).as_f64().unwrap();
    }
    let path = folder.join(file);
    let records = tables.entry(path.display().to_string()).or_insert_with(|| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(&path).unwrap();
        reader.records().map(Result::unwrap).collect()
    });
    let at = records[0].iter().position(|name| name == column).unwrap();
    records[row.parse::<usize>().unwrap()][at].parse().unwrap()
}

/// Checks every number of a page, and says how many there are.
fn read_back(page: &str, folders: &[&Path]) -> usize {
    let mut tables = BTreeMap::new();
    let all = shown(page);
    for one in &all {
        let value = stored(folders[one.run - 1], &one.from, &mut tables) / one.per;
        let (thousands, point) = if one.dutch { ('.', ',') } else { (',', '.') };
        let plain: String = one.text.chars().filter(|c| *c != thousands).map(|c| if c == point { '.' } else { c }).collect();
        let number: String = plain.chars().filter(|c| c.is_ascii_digit() || "-.".contains(*c)).collect();
        let number: f64 = number.parse().unwrap_or_else(|_| panic!("`{}` is no number", one.text));
        match one.bound {
            "below" => assert!(value < number, "{} of {:?}: {value}", one.text, one.from),
            "above" => assert!(value > number, "{} of {:?}: {value}", one.text, one.from),
            _ => {
                let decimals = plain.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32);
                let zeros = if decimals > 0 { 0 } else { plain.len() - plain.trim_end_matches('0').len() };
                let step = format!("1e{}", zeros as i32 - decimals).parse::<f64>().unwrap();
                let close = (value - number).abs() <= 0.5001 * step || number == 0.0 && value.abs() < 0.5;
                assert!(close, "{} of {:?}, but there it is {value}", one.text, one.from);
            }
        }
    }
    all.len()
}

#[test]
fn every_number_stands_in_a_table_of_the_run() {
    let desk = Desk::new();
    told(&desk);
    let said = desk.piramide(&["report", "run", "--model", "proef"]).expect(0);
    assert_eq!((said.out.trim(), said.err.as_str()), ("run/report.html", ""));
    let page = desk.text("run/report.html");
    assert!(read_back(&page, &[&desk.path("run")]) > 400);
    for never in ["NaN", "inf<", "http", "<script", "undefined", "{", "[["] {
        let body = page.split("</style>").nth(1).unwrap();
        assert!(!body.contains(never), "the page holds `{never}`");
    }
    assert!(page.len() < 3_000_000, "{}", page.len());
    for section in
        ["claims", "fans", "test", "curve", "needs", "grid", "ledger", "waterbed", "cashable", "burden", "growth", "glossary"]
    {
        assert!(page.contains(&format!("id=\"nl-{section}\"")) && page.contains(&format!("id=\"en-{section}\"")), "{section}");
    }
    assert!(page.contains("Zuid West") && page.contains("minder dan 10: niet getoond"));
    assert!(page.contains("piramide needs --out run/needs.csv"), "what is missing is named with its command");

    desk.piramide(&["report", "run", "--model", "proef", "--out", "again.html"]).expect(0);
    assert!(desk.text("again.html") == page, "the same run gives the same bytes");
    desk.piramide(&["report", "run", "--model", "proef", "--factsheet", "--lang", "en"]).expect(0);
    let sheet = desk.text("run/factsheet.html");
    assert!(sheet.contains("<html lang=\"en\">") && page.contains("<html lang=\"nl\">"));
    assert!(read_back(&sheet, &[&desk.path("run")]) > 20);
}

#[test]
fn dots_say_what_the_chance_says() {
    let desk = Desk::new();
    written(&desk, "proef", &town(1_500_000.0, 1.0, ""));
    desk.piramide(&["run", "proef", "--draws", "9", "--replications", "2", "--scale", "0.1", "--out", "run"]).expect(0);
    let savings = piramide::analysis::savings::read(&desk.path("run")).unwrap();
    let dots = piramide::analysis::savings::read_dots(&desk.path("run")).unwrap();
    let mut told = 0;
    for row in savings.iter().filter(|row| row.euros == piramide::analysis::savings::Euros::Constant) {
        let Some(chance) = row.chance.filter(|_| row.band == piramide::analysis::Band::Realised) else { continue };
        let mine = dots.iter().filter(|dot| (&*dot.domain, dot.year, dot.kind) == (&*row.domain, row.year, row.kind));
        let reached: Vec<bool> = mine.map(|dot| dot.saving >= row.booked).collect();
        if !reached.is_empty() {
            told += 1;
            assert_eq!(reached.len(), 50);
            let filled = reached.iter().filter(|reached| **reached).count();
            assert_eq!(filled as f64, (50.0 * chance + 1e-9).round(), "{row:?}");
        }
    }
    assert!(told > 10);
}

#[test]
fn runs_stand_side_by_side() {
    let desk = Desk::new();
    for (name, reach) in [("een", 1.0), ("twee", 0.0)] {
        written(&desk, name, &town(1_500_000.0, reach, ""));
        desk.piramide(&["run", name, "--draws", "3", "--scale", "0.1", "--out", &format!("run-{name}")]).expect(0);
    }
    let both = ["report", "run-een", "run-twee", "--model", "een", "--model", "twee"];
    desk.piramide(&both).expect(0);
    let page = desk.text("run-een/report.html");
    assert!(page.contains("(run-een)") && page.contains("(run-twee)"));
    assert!(page.contains("data-run=\"2\""));
    read_back(&page, &[&desk.path("run-een"), &desk.path("run-twee")]);
    assert!(
        desk.piramide(&["report", "run-een", "--model", "een", "--model", "twee"]).expect(2).err.contains("2 models for 1 runs")
    );
}

#[test]
fn a_run_of_one_scenario_says_that_there_is_nothing_to_compare() {
    let desk = Desk::new();
    desk.piramide(&["run", &dorp(), "--draws", "3", "--out", "run"]).expect(0);
    desk.piramide(&["report", "run", "--model", &dorp()]).expect(0);
    let page = desk.text("run/report.html");
    assert!(page.contains("Zonder vergelijking is er geen besparing te zien."));
    assert!(!page.contains("NaN") && !page.contains("id=\"nl-claims\"") && page.contains("id=\"nl-fans\""));
    read_back(&page, &[&desk.path("run")]);
}

#[test]
fn another_municipality_has_a_report_at_once() {
    let desk = Desk::new();
    desk.piramide(&["new", "elders"]).expect(0);
    desk.piramide(&["run", "elders", "--draws", "4", "--out", "run"]).expect(0);
    desk.piramide(&["report", "run", "--model", "elders"]).expect(0);
    let page = desk.text("run/report.html");
    assert!(page.contains("Dat is weinig: zie dit als een proef."));
    assert!(read_back(&page, &[&desk.path("run")]) > 50);
    let wrong = desk.piramide(&["report", "run"]).expect(2).err;
    assert!(wrong.contains("name its folder with --model"), "{wrong}");
}

#[test]
fn what_is_no_run_is_refused() {
    let desk = Desk::new();
    assert!(desk.piramide(&["report", "nowhere"]).expect(2).err.contains("nowhere"));
    fs::create_dir(desk.path("other")).unwrap();
    fs::write(desk.path("other/notes.txt"), "").unwrap();
    desk.piramide(&["report", "other"]).expect(2);
    desk.piramide(&["report"]).expect(2);

    written(&desk, "proef", &town(1_500_000.0, 1.0, ""));
    desk.piramide(&["run", "proef", "--draws", "2", "--scale", "0.05", "--out", "run"]).expect(0);
    let report = |code: i32| desk.piramide(&["report", "run", "--model", "proef"]).expect(code).err;
    let savings = desk.text("run/savings.csv");
    fs::write(desk.path("run/savings.csv"), savings.replace("booked", "boekte")).unwrap();
    assert!(report(1).contains("no column `booked`"));
    fs::write(desk.path("run/savings.csv"), savings.replacen("constant", "constant,more", 1)).unwrap();
    assert!(report(1).contains("savings.csv is damaged"));
    fs::write(desk.path("run/savings.csv"), savings).unwrap();
    fs::remove_file(desk.path("run/dots.csv")).unwrap();
    assert!(report(2).contains("has no dots.csv: it was run by an older piramide"));
    let manifest = desk.text("run/manifest.json");
    fs::write(desk.path("run/manifest.json"), manifest.replace("\"complete\"", "\"incomplete\"")).unwrap();
    assert!(report(2).contains("members"));
    assert!(!desk.path("run/report.html").exists(), "what is refused leaves nothing behind");
}
