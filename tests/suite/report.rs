//! The report: every number of it stands in a table of the run, and a folder that holds no run is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::{Desk, dorp};
use crate::plan::{town, written};
use piramide::store::columns::{Column, Kind as ColumnKind};

/// What stands beside the test town so that there is something to tell: numbers in names, in evidence and in what the plan says of itself.
const MORE: &str = r#"
[[plan.remark]]
domain = "hulp"
year = 2021
text.nl = "Het plan boekt 1.500.000 euro (hoofdstuk 10)."
text.en = "The plan books 1,500,000 euro (chapter 10)."
[[limit]]
label = { nl = "Prijzen na 2023", en = "Prices after 2023" }
about = { nl = "Na 2023 `blijft` alles gelijk.", en = "After 2023 all `stays` as it is." }
[parameter.sterk]
label = { nl = "Bereik van OB1", en = "Reach of level 1" }
unit = "share"
prior = { uniform = { min = 0.9, max = 1 } }
source = { ref = "test", note = "seen in 3 of 4 towns" }
grade = "C"
"#;

/// The scenario of the town, with evidence in two languages.
const PLAN: &str = r#"
label = { nl = "Plan van 2021", en = "Plan of 2021" }
knowledge = 2021
investments = ["hulp"]
[measure.training]
label = { nl = "Training OB1", en = "Training of level 1" }
start = 2021-07-01
ramp = { linear_months = 6 }
strength = "sterk"
set = { reach = "sterk" }
seen = { nl = "Elders werkte het bij 7 van de 10.", en = "Elsewhere it worked for 7 of 10." }
source = { ref = "test", note = "table 4; 5 of 6 are ours", note_nl = "tabel 4; 5 van de 6 zijn van ons" }
grade = "D"
"#;

/// The test town, with more to tell.
fn telling(desk: &Desk) {
    let mut files = town(1_500_000.0, 1.0, MORE);
    files.retain(|(path, _)| *path != "scenarios/plan.toml");
    files.push(("scenarios/plan.toml", PLAN.to_owned()));
    written(desk, "proef", &files);
}

/// A run of that town, on draws that were fitted, with everything that commands write into it.
fn told(desk: &Desk) {
    telling(desk);
    // What a calibration leaves in the folder of a model: draws, and what is said of them.
    let column = |name: &str, values: [f64; 12]| {
        let column = Column { name: name.into(), kind: ColumnKind::Number, unit: None, description: name.into() };
        (column, values.to_vec())
    };
    let success = [0.6, 0.7, 0.8, 0.9, 0.65, 0.75, 0.85, 0.95, 0.55, 0.9, 0.8, 0.7];
    let columns = [column("success", success), column("sterk", success.map(|share| 0.9 + share / 10.0))];
    piramide::store::draws::write(&desk.path("proef"), "posterior.parquet", &columns).unwrap();
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("calibration/hengelo/diagnostics.json");
    fs::copy(found, desk.path("proef/diagnostics.json")).unwrap();
    desk.piramide(&["run", "proef", "--draws", "36", "--replications", "2", "--scale", "0.1", "--out", "run"]).expect(0);
    for command in ["ledger", "waterbed", "growth", "grid"] {
        desk.piramide(&[command, "run", "--model", "proef"]).expect(0);
    }
    desk.piramide(&["needs", "proef", "--draws", "4", "--scale", "0.1", "--out", "run/needs.csv"]).expect(0);
    fs::write(desk.path("run/burden.csv"), BURDEN).unwrap();
}

const BURDEN: &str = "scenario,year,group,value,metric,unit,mean,mcse,p05,p50,p95,change,change_mcse,note\n\
    plan,2021,wijk,noord,waiting,persons,40,1,30,40,50,12.5,0.8,\n\
    plan,2021,wijk,zuid_west,waiting,persons,,,,,,,,fewer than 10 persons\n\
    plan,2021,wijk,oost_2,waiting,persons,,,,,,,,with the total it would tell of fewer than 10 persons\n\
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
        // It may have words around it in an image.
        let plain: String = plain.chars().filter(|c| c.is_ascii_digit() || "-.".contains(*c)).collect();
        let number: f64 = plain.parse().unwrap_or_else(|_| panic!("`{}` is no number", one.text));
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

/// Texts of the report in both languages.
const MESSAGES: [&str; 2] =
    [include_str!("../../src/report/messages/nl.toml"), include_str!("../../src/report/messages/en.toml")];

/// A text of the page, and what it stands in, outermost first: the tags as they are written.
struct Piece<'a> {
    text: String,
    inside: Vec<&'a str>,
}

impl Piece<'_> {
    fn within(&self, tag: &str) -> bool {
        self.inside.iter().any(|open| *open == tag || open.starts_with(&format!("{tag} ")))
    }

    fn has(&self, class: &str) -> bool {
        self.inside.iter().any(|open| open.contains(&format!("class=\"{class}\"")))
    }

    fn read_back(&self) -> bool {
        self.inside.iter().any(|open| open.contains(" data-from=\""))
    }

    /// Numbers in it: digits, with what stands between digits.
    fn numbers(&self) -> Vec<&str> {
        let parts = self.text.split(|c: char| !c.is_ascii_digit() && !".,".contains(c));
        parts.map(|part| part.trim_matches(['.', ','])).filter(|part| part.contains(|c: char| c.is_ascii_digit())).collect()
    }
}

/// All texts of the body of a page.
fn pieces(page: &str) -> Vec<Piece<'_>> {
    let body = page.split_once("</style>").map_or(page, |(_, body)| body);
    let (mut found, mut inside): (Vec<Piece<'_>>, Vec<&str>) = (Vec::new(), Vec::new());
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        let name = tag.split([' ', '/']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            let open = inside.pop().unwrap_or_default();
            let known = open.split(' ').next() == Some(closed) || ["head", "html", "body"].contains(&closed);
            assert!(known, "`{open}` is closed by `{closed}`");
        } else if !tag.ends_with('/') && !["input", "meta", "link", "!doctype"].contains(&name) {
            inside.push(tag);
        }
        let text = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .iter()
            .fold(text.to_owned(), |text, (escaped, letter)| text.replace(escaped, letter));
        if !text.trim().is_empty() {
            found.push(Piece { text, inside: inside.clone() });
        }
    }
    found
}

/// Words without what files of different kinds write differently, and the page from the names of wijken.
fn bare(text: &str) -> String {
    let words = text.replace(['"', '\\'], "").replace('_', " ").to_lowercase();
    words.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// Everything with a digit that is no number of the run, and is not marked as one of these:
///
/// - `<time>`: a calendar year;
/// - `.set`: a number that a message of the report itself sets, such as the 80 of a chance; messages tell no results;
/// - `.name`: part of what something is called, `.quoted` and `<cite>`: the words of the model and its sources; all of these must stand so
///   in the files of the model or the tables of the run;
/// - `<code>`: what is typed, the name of a file, a fingerprint;
/// - `.tick`: the scale of an axis.
///
/// Text in an image can hold no marks, nor can its title and description: a number there must stand elsewhere on the page with its mark.
fn unmarked(page: &str, words: &str) -> Vec<String> {
    let all = pieces(page);
    let digit = |piece: &&Piece<'_>| piece.text.contains(|c: char| c.is_ascii_digit());
    let marked = |piece: &Piece<'_>| {
        let told = || words.contains(&bare(&piece.text));
        match () {
            () if piece.read_back() || piece.within("code") => true,
            () if piece.within("time") => piece.text.len() == 4 && piece.text.parse::<u16>().is_ok(),
            () if piece.has("set") => MESSAGES.iter().any(|messages| messages.contains(&piece.text)),
            () if piece.has("name") || piece.has("quoted") || piece.within("cite") => told(),
            () => false,
        }
    };
    let known: BTreeSet<&str> = all.iter().filter(|piece| marked(piece)).flat_map(Piece::numbers).collect();
    let drawn = |piece: &Piece<'_>| {
        piece.within("svg") && (piece.has("tick") || piece.numbers().iter().all(|number| known.contains(number)))
    };
    all.iter().filter(digit).filter(|piece| !marked(piece) && !drawn(piece)).map(|piece| piece.text.clone()).collect()
}

/// All that the files of some folders say, without what is written differently in files of different kinds.
fn words(folders: &[&Path]) -> String {
    let mut text = String::new();
    let mut rest: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    while let Some(path) = rest.pop() {
        if path.is_dir() {
            rest.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|ending| ending == "toml" || ending == "csv") {
            text += &format!("{} ", bare(&fs::read_to_string(path).unwrap()));
        }
    }
    text
}

#[test]
fn a_number_without_a_mark_is_found() {
    let found = |html: &str| unmarked(html, &bare("Plan_2 tabel\n4"));
    assert_eq!(found("<p>3 van de <data value=\"4\" data-from=\"a.csv:1:x\">4</data></p>"), ["3 van de "]);
    assert_eq!(found("<h3>In <time>2026</time></h3><p><time>12</time></p>"), ["12"]);
    assert_eq!(found("<b class=\"name\">Plan 2</b><i class=\"quoted\">tabel 5</i><cite>tabel <b>4</b></cite>"), ["tabel 5"]);
    assert_eq!(found("<span class=\"set\">80</span><span class=\"set\">8888</span><code>1 2</code>"), ["8888"]);
    let image = "<svg><title>9 in 2026</title><text class=\"tick\">7</text><text>8</text></svg>";
    assert_eq!(found(&format!("{image}<time>2026</time>")), ["9 in 2026", "8"]);
    assert_eq!(found("<table><tr><th>Reserve voor 80 %</th></tr></table>"), ["Reserve voor 80 %"]);
}

#[test]
fn every_number_stands_in_a_table_of_the_run() {
    let desk = Desk::new();
    told(&desk);
    let said = desk.piramide(&["report", "run", "--model", "proef"]).expect(0);
    assert_eq!((said.out.trim(), said.err.as_str()), ("run/report.html", ""));
    let page = desk.text("run/report.html");
    assert!(read_back(&page, &[&desk.path("run")]) > 500);
    let known = words(&[&desk.path("run"), &desk.path("proef")]);
    assert_eq!(unmarked(&page, &known), [""; 0]);
    for never in ["NaN", "inf<", "http", "<script", "undefined", "{", "[["] {
        let body = page.split("</style>").nth(1).unwrap();
        assert!(!body.contains(never), "the page holds `{never}`");
    }
    assert!(page.len() < 3_000_000, "{}", page.len());
    for section in [
        "claims",
        "fans",
        "test",
        "curve",
        "needs",
        "grid",
        "ledger",
        "waterbed",
        "cashable",
        "burden",
        "growth",
        "levers",
        "calibration",
        "contradictions",
        "assumptions",
        "sure",
        "glossary",
        "reproduce",
    ] {
        assert!(page.contains(&format!("id=\"nl-{section}\"")) && page.contains(&format!("id=\"en-{section}\"")), "{section}");
    }
    assert!(page.contains("Zuid West") && page.contains("minder dan <span class=\"set\">10</span>: niet getoond"));
    assert!(page.contains("niet getoond: anders is een groep van minder dan"));
    let (dutch, english) = page.split_once("id=\"en\" lang=\"en\"").unwrap();
    assert!(
        dutch.contains("tabel 4; 5 van de 6 zijn van ons") && !dutch.contains("5 of 6 are ours"),
        "Dutch where there is Dutch"
    );
    assert!(dutch.contains("<span class=\"quoted\" lang=\"en\">seen in 3 of 4 towns</span>"), "what is English only says so");
    assert!(english.contains("<span class=\"quoted\">seen in 3 of 4 towns</span>") && english.contains("5 of 6 are ours"));
    assert!(dutch.contains("data-from=\"tallies.csv:") && dutch.contains("data-from=\"assumptions.csv:"));
    assert!(dutch.contains("data-from=\"measures.csv:") && dutch.contains("data-from=\"checks.csv:"));

    desk.piramide(&["report", "run", "--model", "proef", "--out", "again.html"]).expect(0);
    assert!(desk.text("again.html") == page, "the same run gives the same bytes");
    desk.piramide(&["report", "run", "--model", "proef", "--factsheet", "--lang", "en"]).expect(0);
    let sheet = desk.text("run/factsheet.html");
    assert!(sheet.contains("<html lang=\"en\">") && page.contains("<html lang=\"nl\">"));
    assert!(read_back(&sheet, &[&desk.path("run")]) > 20);
    assert_eq!(unmarked(&sheet, &known), [""; 0]);

    fs::remove_file(desk.path("run/needs.csv")).unwrap();
    desk.piramide(&["report", "run", "--model", "proef"]).expect(0);
    let page = desk.text("run/report.html");
    assert!(page.contains("piramide needs --out run/needs.csv"), "what is missing is named with its command");
}

#[test]
fn a_run_says_what_it_rests_on() {
    let desk = Desk::new();
    told(&desk);
    let read = |file: &str| -> Vec<BTreeMap<String, String>> {
        csv::Reader::from_path(desk.path("run").join(file)).unwrap().deserialize().map(Result::unwrap).collect()
    };
    let assumptions = read("assumptions.csv");
    let of = |name: &str, column: &str| assumptions.iter().find(|row| row["parameter"] == name).unwrap()[column].clone();
    assert_eq!(["low", "median", "high"].map(|column| of("success", column).parse::<f64>().unwrap()), [0.05, 0.5, 0.95]);
    assert_eq!([of("success", "moved"), of("reach", "moved")], ["up", "no"], "all draws are above a half");
    assert_eq!([of("success", "certain"), of("reach", "certain")], ["false", "true"]);
    assert_eq!(of("sterk", "citation"), "Piramide (2026), Test model");
    let measures = read("measures.csv");
    assert_eq!(measures.len(), 1);
    assert_eq!(
        ["start", "ramp_months", "strength", "grade"].map(|column| &*measures[0][column]),
        ["2021-07-01", "6", "sterk", "D"]
    );
    assert_eq!(read("checks.csv").len(), 13);
    let tallies = read("tallies.csv");
    let count = |what: &str| {
        let row = tallies.iter().find(|row| row["what"] == what && (row["year"].is_empty() || row["year"] == "2021")).unwrap();
        [&*row["count"], &*row["of"]].map(|text| text.parse::<usize>().unwrap())
    };
    let passed = read("checks.csv").iter().filter(|row| row["verdict"] == "pass").count();
    assert_eq!(count("checks_passed"), [passed, 13]);
    assert_eq!([count("grade_a"), count("grade_c"), count("grade_d"), count("moved")], [[0, 2], [1, 2], [1, 2], [2, 2]]);
    let likely = piramide::analysis::savings::read(&desk.path("run")).unwrap();
    let asked = likely.iter().filter(|row| {
        use piramide::analysis::savings::{Euros, Kind, TOTAL};
        let kind = row.kind == Kind::Gross || row.kind == Kind::Net && row.domain == TOTAL;
        kind && row.scenario == "plan"
            && row.year == 2021
            && row.euros == Euros::Constant
            && row.band == piramide::analysis::Band::Realised
    });
    let chances: Vec<f64> = asked.filter_map(|row| row.chance).collect();
    assert_eq!(count("likely"), [chances.iter().filter(|chance| **chance >= 0.5).count(), chances.len()]);
    assert_eq!(chances.len(), 3);

    // Draws that are no fit's have no checks, whatever lies in the folder.
    desk.piramide(&["run", "proef", "--design", "random", "--draws", "3", "--scale", "0.01", "--out", "free"]).expect(0);
    assert!(!desk.path("free/checks.csv").exists());
    fs::write(desk.path("proef/diagnostics.json"), "{").unwrap();
    let refused = desk.piramide(&["run", "proef", "--draws", "3", "--scale", "0.01", "--out", "broken"]).expect(2).err;
    assert!(refused.contains("diagnostics.json is damaged"), "{refused}");
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
    let folders = ["run-een", "run-twee", "een", "twee"].map(|folder| desk.path(folder));
    assert_eq!(unmarked(&page, &words(&folders.each_ref().map(PathBuf::as_path))), [""; 0]);
    read_back(&page, &[&desk.path("run-een"), &desk.path("run-twee")]);
    assert!(
        desk.piramide(&["report", "run-een", "--model", "een", "--model", "twee"]).expect(2).err.contains("2 models for 1 runs")
    );
}

#[test]
fn many_scenarios_are_rows_on_one_scale() {
    let desk = Desk::new();
    telling(&desk);
    for name in ["anders", "derde"] {
        fs::write(desk.path("proef/scenarios").join(format!("{name}.toml")), PLAN).unwrap();
    }
    let report = |scenarios: &[&str]| {
        let scenarios: Vec<&str> = scenarios.iter().flat_map(|name| ["--scenario", name]).collect();
        desk.piramide(&[&["run", "proef", "--draws", "4", "--scale", "0.05", "--out", "run"], &scenarios[..]].concat()).expect(0);
        desk.piramide(&["report", "run", "--model", "proef", "--out", "page.html"]).expect(0);
        let page = desk.text("page.html");
        read_back(&page, &[&desk.path("run")]);
        assert_eq!(unmarked(&page, &words(&[&desk.path("run"), &desk.path("proef")])), [""; 0]);
        fs::remove_dir_all(desk.path("run")).unwrap();
        let front = page.split("class=\"likely\"").nth(1).unwrap().split("class=\"rests\"").next().unwrap().to_owned();
        (front.contains("class=\"cards rows\""), front.matches("<svg").count(), front.matches("class=\"tick\"").count() > 0)
    };
    assert_eq!(report(&["ongewijzigd-beleid", "plan", "anders"]), (false, 4, true));
    assert_eq!(report(&["ongewijzigd-beleid", "plan", "anders", "derde"]), (true, 6, false));
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
    assert_eq!(unmarked(&page, &words(&[&desk.path("run"), &desk.path("elders")])), [""; 0]);
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
    let tallies = desk.text("run/tallies.csv");
    fs::remove_file(desk.path("run/tallies.csv")).unwrap();
    assert!(report(2).contains("has no tallies.csv: it was run by an older piramide; run it again"));
    fs::write(desk.path("run/tallies.csv"), tallies).unwrap();
    fs::remove_file(desk.path("run/dots.csv")).unwrap();
    assert!(report(2).contains("has no dots.csv: it was run by an older piramide"));
    let manifest = desk.text("run/manifest.json");
    fs::write(desk.path("run/manifest.json"), manifest.replace("\"complete\"", "\"incomplete\"")).unwrap();
    assert!(report(2).contains("members"));
    assert!(!desk.path("run/report.html").exists(), "what is refused leaves nothing behind");
}
