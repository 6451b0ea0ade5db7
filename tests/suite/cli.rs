//! The command line as people meet it: the real binary, its output and its exit code.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a command left behind.
pub(super) struct Left {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Left {
    /// Fails unless the exit code is `code`, and shows what was said.
    pub(super) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self
    }
}

/// A folder of its own to work in, gone when the test ends.
pub(super) struct Desk(tempfile::TempDir);

impl Desk {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn path(&self, inside: &str) -> PathBuf {
        self.0.path().join(inside)
    }

    pub(super) fn text(&self, inside: &str) -> String {
        std::fs::read_to_string(self.path(inside)).unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_piramide"));
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null());
        command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C").env("COLUMNS", "100");
        command
    }

    pub(super) fn piramide(&self, args: &[&str]) -> Left {
        let output = self.command(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Left { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// The village that these tests run: 400 persons, three years.
pub(super) fn dorp() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/dorp").to_string_lossy().into_owned()
}

#[test]
fn help_teaches() {
    let desk = Desk::new();
    insta::assert_snapshot!("help", desk.piramide(&["--help"]).expect(0).out);
    insta::assert_snapshot!("help_run", desk.piramide(&["run", "--help"]).expect(0).out);
    assert!(desk.piramide(&["-h"]).expect(0).out.contains("Commands:"));
    insta::assert_snapshot!("help_gap", desk.piramide(&["gap", "--help"]).expect(0).out);
    insta::assert_snapshot!("help_verify", desk.piramide(&["verify", "--help"]).expect(0).out);
    for command in ["check", "schema", "compare"] {
        assert!(desk.piramide(&[command, "--help"]).expect(0).out.contains("Usage: piramide"), "{command}");
    }
    let version = desk.piramide(&["--version"]).expect(0).out;
    assert_eq!(version.trim(), format!("piramide {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_model_on_trial_is_told_in_words() {
    let left = Desk::new().piramide(&["verify", &dorp()]).expect(0);
    assert!(left.out.lines().all(|line| line.chars().count() <= 80), "{}", left.out);
    assert_eq!(left.err, "", "what is soon done needs no progress");
    insta::assert_snapshot!("verify_dorp", left.out);
}

#[test]
fn what_cannot_be_meant_is_refused_with_exit_code_2() {
    let desk = Desk::new();
    let mut said = String::new();
    for args in [
        "run --draws 0",
        "run --draws -1",
        "run --draws many",
        "run --draws 4294967296",
        "run --replications 0",
        "run --seed -1",
        "run --threads 0",
        "run --horizon 2030..2019",
        "run --horizon 2019",
        "run --scale 0",
        "run --scale NaN",
        "run --scale 1e9",
        "run --member 3",
        "run --trace 4",
        "run --member 0.0 --trace me",
        "run --lang de",
        "run --design grid",
        "run --draw 3",
        "run one two",
        "gap --draws 0",
        "gap --design grid",
        "chekc",
        "--draws 0",
    ] {
        let left = desk.piramide(&args.split(' ').collect::<Vec<_>>()).expect(2);
        assert_eq!(left.out, "", "{args}");
        said += &format!("$ piramide {args}\n{}\n", left.err);
    }
    insta::assert_snapshot!("refused", said);
    assert_eq!(std::fs::read_dir(desk.0.path()).unwrap().count(), 0, "a refused command leaves nothing behind");
}

#[test]
fn what_the_model_cannot_do_is_refused_with_exit_code_2() {
    let desk = Desk::new();
    let dorp = dorp();
    std::fs::write(desk.path("a-file"), "not a folder").unwrap();
    std::fs::write(desk.path("two.csv"), "onset\n0.1\ntwo\n").unwrap();
    std::fs::write(desk.path("foreign.csv"), "nowhere_known\n0.1\n").unwrap();
    std::fs::create_dir(desk.path("empty")).unwrap();
    let mut said = String::new();
    for args in [
        "check nowhere",
        "check a-file",
        "check empty",
        "run nowhere",
        "run DORP --horizon 2018..2020",
        "run DORP --horizon 2019..2025",
        "run DORP --scenario samn",
        "run DORP --scenario samen+nothing",
        "run DORP --scenario samen --scenario samen",
        "run DORP --draws 4 --member 4.0",
        "run DORP --design nowhere.csv",
        "run DORP --design two.csv",
        "run DORP --design foreign.csv",
        "run DORP --design sobol --draws 100000",
        "run DORP --member 0.0 --trace 400",
        "gap DORP --horizon 2019..2025",
        "gap DORP --design foreign.csv",
        "verify nothing-of-the-kind",
    ] {
        let words: Vec<&str> = args.split(' ').map(|word| if word == "DORP" { &dorp } else { word }).collect();
        let left = desk.piramide(&words).expect(2);
        assert_eq!(left.out, "", "{args}");
        said += &format!("$ piramide {args}\n{}\n", left.err);
    }
    insta::assert_snapshot!("refused_by_the_model", said);
    assert!(!desk.path("runs").exists(), "a refused command leaves nothing behind");
}

#[test]
fn check_tells_what_a_model_holds_and_what_is_wrong_with_it() {
    let desk = Desk::new();
    let good = desk.piramide(&["check", &dorp()]).expect(0);
    insta::assert_snapshot!(good.out, @r"
    dorp is without faults: 400 persons, 2019 to 2024, 3 parameters
    tracks: hulp
    scenarios: later, ongewijzigd-beleid, samen
    ");
    assert_eq!(good.err, "");

    copy(Path::new(&dorp()), &desk.path("bad"));
    let track = desk.text("bad/tracks/hulp.toml").replace("sigma = 0.6", "sigm = 0.6").replace("\"hulp_vraag\"", "\"hulp_vrag\"");
    std::fs::write(desk.path("bad/tracks/hulp.toml"), track).unwrap();
    let bad = desk.piramide(&["check", "bad"]).expect(2);
    assert_eq!(bad.out, "");
    assert!(bad.err.contains("tracks/hulp.toml:") && bad.err.contains("did you mean `sigma`?"), "{}", bad.err);
    assert!(!bad.err.contains('\u{1b}'), "no colours in a pipe");
}

#[test]
fn the_built_in_model_is_without_faults() {
    let left = Desk::new().piramide(&["check"]).expect(0);
    assert!(left.out.starts_with("hengelo is without faults: "), "{}", left.out);
}

/// Hengelo and the village as a reader meets them, in 80 columns; with one scenario only its measures.
#[test]
fn a_model_is_shown_in_words() {
    let desk = Desk::new();
    for (name, args) in [
        ("show_hengelo_nl", &["show", "--lang", "nl"][..]),
        ("show_hengelo_en", &["show", "--lang", "en"]),
        ("show_dorp_nl", &["show", &dorp(), "--lang", "nl", "--scenario", "samen+later"]),
        ("show_grade", &["show", "--lang", "en", "--grade", "B"]),
    ] {
        let shown = desk.piramide(args).expect(0).out;
        // A name that is longer than a line is not cut.
        let long: Vec<&str> = shown.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(long.iter().all(|line| line.split_whitespace().count() == 1), "{long:#?}");
        insta::assert_snapshot!(name, shown);
    }
    let models = desk.piramide(&["show", &dorp(), "--scenario", "nothing"]).expect(2);
    assert!(models.err.contains("nothing"), "{}", models.err);
}

/// The village with a gate, a correlation, years with a factor of their own and texts where they may stand, in the folder `dorp` of a desk.
pub(super) fn gated_dorp(desk: &Desk) {
    copy(Path::new(&dorp()), &desk.path("dorp"));
    let more = r#"
        [track.poort]
        label = { nl = "Poort", en = "Gate" }
        about = { nl = "Wie hulp vraagt.\n\nEerst herstel.", en = "Who asks for help.\n\nFirst reablement." }
        [track.poort.state]
        geen_hulpvraag = {}
        hulp     = { layer = "maatwerk" }
        hersteld = {}
        [[track.poort.transition]]
        from   = "geen_hulpvraag"
        hazard = { per_year = "hulp_vraag * (1 - hulp_aanvraag)", times = ["corona"], while_in = { hulp = { voorziening = 2, otherwise = 0.5 } } }
        to     = { hulp = { gate = "herstel" } }
        [[track.poort.transition]]
        from  = "hulp"
        dwell = { exponential = { mean_years = 2 } }
        to    = "geen_hulpvraag"
        [[track.poort.transition]]
        from   = "hulp"
        at_age = { years = 67, born_before = [{ date = 1953-01-01, years = 66 }, { date = 1955-09-01, years = 66, months = 4 }] }
        to     = "geen_hulpvraag"
        [track.poort.gate.herstel]
        label = { nl = "Eerst herstel", en = "Reablement" }
        to    = "hersteld"
        [track.poort.gate.herstel.variant.thuis]
        reach   = 0.4
        success = "hulp_aanvraag"
        relapse = { still_without_service_after_years = { 1 = 0.5, 2 = 0.8 }, then = "plateau" }
        cost    = { euro_per_reached = 900, price_year = 2022, times = ["uren"] }
        [track.poort.attached.vervoer]
        label = { nl = "Vervoer", en = "Transport" }
        of    = { hulp = "hulp_aanvraag" }
        cost  = { euro_per_person_year = "hulp_kosten / 10", price_year = 2022, times = ["uren"] }
        [track.poort.attached.bijdrage]
        label  = { nl = "Eigen bijdrage", en = "Contribution" }
        of     = { hulp = 0.8 }
        income = { euro_per_person_year = 228, price_year = 2020, indexed = false }
        [trend.uren]
        factor_per_year = 1.02
        reference_year  = 2020
        [trend.corona]
        by_year = { 2019 = 1, 2020-2021 = "1 - 0.1 * covid", "2022+" = 1 }
        [parameter.covid]
        unit    = "number"
        prior   = { uniform = { min = 0, max = 1 } }
        source  = { ref = "invented" }
        grade   = "D"
        [[correlation]]
        between = ["hulp_vraag", "hulp_aanvraag"]
        rho     = 0.3
        source  = { ref = "invented", note = "a guess" }
        grade   = "C"
        [[limit]]
        label = { nl = "Verhuizen", en = "Moving" }
        about = { nl = "Wie verhuist, houdt zijn hulp.", en = "Who moves keeps the help they have." }
        grade = "D"
    "#;
    std::fs::write(desk.path("dorp/tracks/poort.toml"), more).unwrap();
    let scenario = desk.text("dorp/scenarios/samen.toml");
    let about = "about = { nl = 'Wat is besloten.', en = 'What was decided.' }";
    std::fs::write(desk.path("dorp/scenarios/samen.toml"), format!("{about}\n{scenario}")).unwrap();
}

/// What Hengelo does not have yet: a gate, a correlation; and texts where they may stand.
#[test]
fn gates_and_correlations_are_shown_too() {
    let desk = Desk::new();
    gated_dorp(&desk);
    for language in ["nl", "en"] {
        let shown = desk.piramide(&["show", "dorp", "--lang", language]).expect(0).out;
        insta::assert_snapshot!(format!("show_gate_{language}"), shown);
    }
}

/// The labels of a track's needs: which there are, who brings them, and those of the start.
#[test]
fn labels_are_shown_too() {
    let desk = Desk::new();
    copy(Path::new(&dorp()), &desk.path("dorp"));
    let more = r#"
        [track.jeugd]
        label  = { nl = "Jeugdhulp", en = "Youth care" }
        labels = { gemeente = { nl = "Gemeente", en = "Municipality" }, arts = { nl = "Arts", en = "Doctor" } }
        state  = { geen_hulpvraag = {}, hulp = { layer = "maatwerk" } }
        [[track.jeugd.transition]]
        from   = "geen_hulpvraag"
        hazard = { per_year = 0.02 }
        label  = "arts"
        to     = "hulp"
        [[track.jeugd.transition]]
        from  = "hulp"
        dwell = { exponential = { mean_years = 2 } }
        to    = "geen_hulpvraag"
        [track.jeugd.initial.hulp]
        share = 0.03
        label = { gemeente = "1 - hulp_aanvraag", arts = "hulp_aanvraag" }
    "#;
    std::fs::write(desk.path("dorp/tracks/jeugd.toml"), more).unwrap();
    for (language, title) in [("nl", "Spoor Jeugdhulp"), ("en", "Track Youth care")] {
        let shown = desk.piramide(&["show", "dorp", "--lang", language]).expect(0).out;
        let section = shown.split("\n\n").skip_while(|part| !part.contains(title)).take(2).collect::<Vec<_>>().join("\n\n");
        insta::assert_snapshot!(format!("show_labels_{language}"), section);
    }
}

#[test]
fn schema_is_json() {
    let schema: serde_json::Value = serde_json::from_str(&Desk::new().piramide(&["schema"]).expect(0).out).unwrap();
    assert!(schema["$defs"]["ScenarioFile"]["properties"]["measure"].is_object());
}

#[test]
fn a_run_shows_its_tables_and_keeps_its_files() {
    let desk = Desk::new();
    let words = ["run", &dorp(), "--scenario", "ongewijzigd-beleid", "--scenario", "samen+later", "--draws", "8", "--out", "out"];
    let english = desk.piramide(&words).expect(0);
    insta::assert_snapshot!("run_en", english.out);
    assert!(english.out.lines().all(|line| line.chars().count() <= 80));
    assert!(english.err.ends_with("16 of 16 members\n"), "{}", english.err);
    for file in ["manifest.json", "bands.csv", "periods.parquet", "draws.parquet", "datapackage.json"] {
        assert!(desk.path("out").join(file).is_file(), "{file}");
    }

    let before = desk.text("out/bands.csv");
    let dutch = desk.piramide(&[&words[..], &["--lang", "nl"]].concat()).expect(0);
    insta::assert_snapshot!("run_nl", dutch.out);
    let notes = "this model has no calibration: draws are of its priors\nout holds this run already: nothing was done again\n";
    assert_eq!(dutch.err, notes);
    assert_eq!(desk.text("out/bands.csv"), before);

    let mut command = desk.command(&words);
    let by_locale = command.env("LANG", "nl_NL.UTF-8").output().unwrap();
    assert_eq!(String::from_utf8(by_locale.stdout).unwrap(), dutch.out);
}

#[test]
fn a_run_names_its_own_folder_after_all_that_decides_it() {
    let desk = Desk::new();
    let folders = || {
        let mut names: Vec<_> = std::fs::read_dir(desk.path("runs")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let words = ["run", &dorp(), "--draws", "1", "--replications", "1"];
    desk.piramide(&words).expect(0);
    let first = folders();
    assert!(first.len() == 1 && first[0].to_string_lossy().starts_with("dorp-"), "{first:?}");
    desk.piramide(&[&words[..], &["--threads", "1", "--lang", "nl"]].concat()).expect(0);
    assert_eq!(folders(), first, "threads and language decide nothing");
    desk.piramide(&[&words[..], &["--seed", "2"]].concat()).expect(0);
    assert_eq!(folders().len(), 2);
}

#[test]
fn a_folder_with_anything_else_in_it_is_refused() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("mine")).unwrap();
    std::fs::write(desk.path("mine/thesis.txt"), "years of work").unwrap();
    let words = ["run", &dorp(), "--draws", "1", "--replications", "1", "--out"];
    let foreign = desk.piramide(&[&words[..], &["mine"]].concat()).expect(2);
    assert!(foreign.err.contains("holds no run of piramide; nothing was touched"), "{}", foreign.err);
    assert_eq!(std::fs::read_dir(desk.path("mine")).unwrap().count(), 1);

    desk.piramide(&[&words[..], &["out"]].concat()).expect(0);
    let other = desk.piramide(&[&words[..], &["out", "--seed", "7"]].concat()).expect(2);
    assert!(other.err.contains("seed 1 there, 7 asked"), "{}", other.err);
}

#[test]
fn one_member_alone_is_the_one_of_the_run() {
    let desk = Desk::new();
    let words = ["run", &dorp(), "--draws", "1", "--replications", "1"];
    desk.piramide(&[&words[..], &["--out", "out"]].concat()).expect(0);
    let alone = desk.piramide(&[&words[..], &["--member", "0.0"]].concat()).expect(0);
    // With one member the mean is the member: both tables hold the same numbers.
    let numbers = |text: &str| -> Vec<String> {
        let line = text.lines().find(|line| line.trim_start().starts_with("maatwerk")).unwrap();
        line.split_whitespace().filter(|word| *word != "–").map(str::to_owned).collect()
    };
    let whole = desk.piramide(&[&words[..], &["--out", "out"]].concat()).expect(0);
    let (alone, whole) = (numbers(&alone.out), numbers(&whole.out));
    assert_eq!(alone[..3], whole[..3]);
    assert_eq!(alone.last(), whole.iter().rev().nth(2));
    assert!(!desk.path("runs").exists(), "a member alone writes no files");
}

/// A run knows its design, by the content of its file; what the design cannot give is said beside the results.
#[test]
fn a_design_is_part_of_the_run() {
    let desk = Desk::new();
    let dorp = dorp();
    let run = |design: &str, draws: &str, out: &str| {
        desk.piramide(&["run", &dorp, "--replications", "1", "--design", design, "--draws", draws, "--out", out])
    };
    let sobol = run("sobol", "6", "even").expect(0);
    assert!(sobol.err.starts_with("6 draws do not fill the space evenly; with --design sobol use a power of two: 4 or 8\n"));
    assert!(desk.text("even/manifest.json").contains("\"parameter_design\": \"sobol\""));
    let other = run("lhs", "6", "even").expect(2);
    assert!(other.err.contains("design sobol there, lhs asked"), "{}", other.err);
    assert!(run("sobol", "4", "power").expect(0).err.ends_with("4 of 4 members\n"));

    std::fs::write(desk.path("rows.csv"), "hulp_aanvraag\n0.2\n0.9\n").unwrap();
    let rows = run("rows.csv", "5", "given").expect(0);
    let said = "the design has 2 rows: draws 2 to 4 take them again from the first, with other luck\n";
    assert!(rows.err.starts_with(said), "{}", rows.err);
    std::fs::write(desk.path("rows.csv"), "hulp_aanvraag\n0.2\n0.8\n").unwrap();
    assert!(run("rows.csv", "5", "given").expect(2).err.contains("design rows:"));

    // A member alone is that of the design.
    let alone =
        |design: &str| desk.piramide(&["run", &dorp, "--design", design, "--draws", "8", "--member", "5.0"]).expect(0).out;
    assert_ne!(alone("lhs"), alone("random"));
    assert_ne!(alone("sobol"), alone("lhs"));
}

#[test]
fn a_life_reads_from_begin_to_end() {
    let desk = Desk::new();
    let life = |person: usize, language: &str| {
        let person = person.to_string();
        desk.piramide(&["run", &dorp(), "--member", "2.1", "--trace", &person, "--lang", language]).expect(0).out
    };
    // The first person to whom anything happens.
    let person = (0..40).find(|&person| life(person, "en").contains(" to ")).unwrap();
    insta::assert_snapshot!("life_en", life(person, "en"));
    insta::assert_snapshot!("life_nl", life(person, "nl"));
}

/// A village whose needs pass a gate.
const GATED: &str = r#"
[model]
name = "poort"
label = { nl = "Poort", en = "Gate" }
first_year = 2021
last_year = 2024
[population]
file = "persons.csv"
[track.zorg]
label = { nl = "Hulp thuis", en = "Help at home" }
[track.zorg.state]
aanvraag = { layer = "wacht" }
hulp = { layer = "maatwerk" }
proef = { layer = "wacht" }
hersteld = {}
[track.zorg.gate.reablement]
label = { nl = "Reablement", en = "Reablement" }
to = "hersteld"
[track.zorg.gate.reablement.variant.kort]
reach = 0.9
success = 0.5
relapse = { still_without_service_after_years = { 1 = 0.5 }, then = "plateau" }
delay = { state = "proef", years = 0.5 }
[[track.zorg.transition]]
from = "aanvraag"
dwell = { exponential = { mean_years = 1 } }
to = { hulp = { gate = "reablement" } }
"#;

#[test]
fn a_life_tells_what_gates_did() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("poort")).unwrap();
    std::fs::write(desk.path("poort/model.toml"), GATED).unwrap();
    std::fs::write(desk.path("poort/persons.csv"), "persons\n40\n").unwrap();
    let life = |person: usize, language: &str| {
        desk.piramide(&["run", "poort", "--member", "0.0", "--trace", &person.to_string(), "--lang", language]).expect(0).out
    };
    // The first person of each kind: diverted and back, and reached in vain.
    let mut said = String::new();
    for words in ["no longer helps", "the wait for"] {
        let person = (0..40).find(|&person| life(person, "en").contains(words)).unwrap();
        said += &life(person, "en");
        said += &life(person, "nl");
    }
    insta::assert_snapshot!("life_gate", said);
}

#[test]
fn whoever_stops_reading_is_no_reason_to_panic() {
    let desk = Desk::new();
    for words in [vec!["schema"], vec!["--help"], vec!["run", "--help"]] {
        let mut child = desk.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Nobody reads: the other end of the pipe is gone before a word is written, or soon after.
        drop(child.stdout.take());
        let left = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(left.stderr).unwrap(), "", "{words:?}");
        assert_eq!(left.status.code(), Some(0), "{words:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_stopped_run_says_so_and_the_same_command_goes_on() {
    let desk = Desk::new();
    let dorp = dorp();
    let words = |out| ["run", &dorp, "--draws", "40", "--threads", "1", "--scale", "10", "--out", out].map(str::to_owned);
    let run = |out| desk.piramide(&words(out).each_ref().map(String::as_str));
    let straight = run("straight").expect(0);
    for signal in ["INT", "TERM"] {
        let arguments = words(signal);
        let mut command = desk.command(&arguments.each_ref().map(String::as_str));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The handler is in place before the folder is.
        while !desk.path(signal).join("members.spool").exists() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        assert!(Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(output.stdout.is_empty(), "no tables of half a run");
        let last = said.lines().last().unwrap();
        assert!(last.starts_with("stopped after ") && last.ends_with(" of 80 members; the same command goes on"), "{last}");

        let resumed = run(signal).expect(0);
        assert!(resumed.err.contains("members were there already") || last.contains("after 0 of"), "{}", resumed.err);
        assert_eq!(resumed.out.replace(signal, "straight"), straight.out);
        assert_eq!(desk.text(&format!("{signal}/bands.csv")), desk.text("straight/bands.csv"));
    }
}

/// A town so small and so busy that its numbers are soon precise.
const BUSY: &str = r#"
[model]
name = "vraag"
label = { nl = "Vraag", en = "Need" }
first_year = 2021
last_year = 2024
[population]
file = "persons.csv"
[track.zorg]
label = { nl = "Hulp thuis", en = "Help at home" }
[track.zorg.state]
geen_hulpvraag = {}
hulp = { layer = "maatwerk" }
[[track.zorg.transition]]
from = "geen_hulpvraag"
hazard = { per_year = 0.5 }
to = "hulp"
[[track.zorg.transition]]
from = "hulp"
dwell = { exponential = { mean_years = 1 } }
to = "geen_hulpvraag"
"#;

fn busy(desk: &Desk, persons: usize) {
    std::fs::create_dir(desk.path("vraag")).unwrap();
    std::fs::write(desk.path("vraag/model.toml"), BUSY).unwrap();
    std::fs::write(desk.path("vraag/persons.csv"), format!("persons\n{persons}\n")).unwrap();
}

/// The fields of each line of a table of all numbers, behind its header.
fn numbers(table: &str) -> Vec<Vec<&str>> {
    table.lines().skip(1).map(|line| line.split(',').collect()).collect()
}

/// The exit code 0 may fail by chance: 1 % over all numbers.
#[test]
fn a_comparison_goes_on_until_every_number_is_precise() {
    let desk = Desk::new();
    busy(&desk, 1000);
    let words = ["gap", "vraag", "--horizon", "2021..2021", "--out", "numbers.csv"];
    let left = desk.piramide(&words).expect(0);
    assert!(left.out.contains("Engine and twin agree on all 29 numbers.\n"), "{}", left.out);
    assert!(left.out.lines().all(|line| line.chars().count() <= 80), "{}", left.out);
    // The smallest, 160 ends, takes about 40,000 / 160 members: 250.
    assert!(left.out.contains("29 yearly numbers over 2") || left.out.contains("29 yearly numbers over 3"), "{}", left.out);
    let last = left.err.lines().rev().nth(1).unwrap();
    assert!(last.ends_with(" members") && left.err.ends_with("all numbers: numbers.csv\n"), "{}", left.err);
    let table = desk.text("numbers.csv");
    let count = |verdict| numbers(&table).iter().filter(|fields| fields[9] == verdict).count();
    assert_eq!(["agrees", "zero", "differs", "imprecise"].map(count), [29, 26, 0, 0], "{table}");
    let unknown = numbers(&table).into_iter().filter(|fields| fields[9] == "unknown");
    assert!(unknown.clone().count() > 0 && unknown.clone().all(|fields| fields[5].is_empty()), "{table}");
    assert!(unknown.clone().any(|fields| fields[0] == "maatwerk"), "{table}");

    let dutch = desk.piramide(&[&words[..], &["--lang", "nl"]].concat()).expect(0);
    assert!(dutch.out.contains("Rekenkern en tweeling kloppen voor alle 29 cijfers met elkaar.\n"), "{}", dutch.out);
}

#[test]
fn a_comparison_that_is_not_precise_is_no_pass() {
    let desk = Desk::new();
    busy(&desk, 10);
    let words = ["gap", "vraag", "--horizon", "2021..2021", "--draws"];
    let left = desk.piramide(&[&words[..], &["130"]].concat()).expect(3);
    // The start is equal in every member: it needs no more of them. Some 1.6 ends a member need 40,000 / 1.6.
    assert!(left.out.contains("Not precise enough yet: 23 of 29 numbers (s.e. above 0.5 %). That takes about"), "{}", left.out);
    assert!(left.out.contains("? not precise enough yet") && left.out.contains(" %  ?\n"), "{}", left.out);
    assert!(left.err.ends_with("not precise enough yet: neither agreement nor difference is shown\n"), "{}", left.err);
    let few = desk.piramide(&[&words[..], &["100"]].concat()).expect(3);
    assert!(few.out.replace('\n', " ").contains("It takes at least 128 members to know a standard error"), "{}", few.out);
}

/// The members of a comparison are those of a run of the same design: nothing is switched off in the village.
#[test]
fn a_comparison_has_the_members_of_a_run() {
    let desk = Desk::new();
    let dorp = dorp();
    let draws = ["--horizon", "2019..2020", "--draws", "4"];
    std::fs::write(desk.path("rows.csv"), "hulp_aanvraag\n0.2\n0.9\n0.4\n0.6\n").unwrap();
    for design in ["random", "sobol", "lhs", "rows.csv"] {
        let table = format!("{design}.numbers");
        let words = ["gap", &dorp, "--design", design, "--out", &table];
        desk.piramide(&[&words[..], &draws].concat()).expect(3);
        let words = ["run", &dorp, "--replications", "1", "--design", design, "--out", &format!("{design}.run")];
        desk.piramide(&[&words[..], &draws].concat()).expect(0);
        let (table, bands) = (desk.text(&table), desk.text(&format!("{design}.run/bands.csv")));
        let names: Vec<&str> = bands.lines().next().unwrap().split(',').collect();
        let at = |name: &str| names.iter().position(|&known| known == name).unwrap();
        let mut seen = 0;
        for fields in numbers(&bands) {
            let [year, track, state, layer, metric, band] =
                ["year", "track", "state", "layer", "metric", "band"].map(|name| fields[at(name)]);
            if track != "hulp" || band != "realised" {
                continue;
            }
            let row = match (state, layer) {
                ("", "") => track.to_owned(),
                ("", _) => format!("clients:{track}"),
                _ => format!("{track}.{state}"),
            };
            let table = numbers(&table);
            let number = table.iter().find(|fields| fields[0] == row && fields[1] == metric && fields[3] == year).unwrap();
            let (run, gap): (f64, f64) = (fields[at("mean")].parse().unwrap(), number[4].parse().unwrap());
            assert!((run - gap).abs() <= 1e-9 * run.abs(), "{design}: {row} {metric} {year}: {run} and {gap}");
            seen += 1;
        }
        assert_eq!(seen, 5 * 2 * 11, "{design}");
    }
    assert_ne!(desk.text("sobol.numbers"), desk.text("random.numbers"));
}

#[cfg(unix)]
#[test]
fn a_stopped_comparison_shows_what_is_there() {
    use std::io::{BufRead, BufReader, Read};
    let desk = Desk::new();
    busy(&desk, 10);
    let words = ["gap", "vraag", "--horizon", "2021..2021", "--draws", "4000000", "--threads", "1"];
    let mut child = desk.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    // The first tenth of what it needs is done, and the handler is in place.
    errors.read_line(&mut said).unwrap();
    assert!(Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap().success());
    errors.read_to_string(&mut said).unwrap();
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(shown.contains("\nStopped after ") && shown.contains("Not precise enough yet: "), "{shown}");
    assert!(said.lines().last().unwrap().starts_with("stopped after "), "{said}");
}

#[cfg(unix)]
#[test]
fn a_stopped_trial_shows_what_is_there() {
    use std::io::{BufRead, BufReader, Read};
    let desk = Desk::new();
    let words = ["verify", "hengelo", "--replications", "3"];
    let mut child = desk.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut shown = String::new();
    // The handler is in place before the first line is.
    output.read_line(&mut shown).unwrap();
    assert!(Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap().success());
    output.read_to_string(&mut shown).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let told = shown.lines().filter(|line| line.starts_with("ok ")).count();
    assert_eq!(said.lines().last().unwrap(), format!("stopped after {told} of 21 tests"));
}

/// The first scenario of the README, and the commands around it, with fewer draws and persons.
#[test]
fn the_first_scenario_of_the_readme_runs() {
    let desk = Desk::new();
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(home.join("README.md")).unwrap();
    let block = |kind: &str, holds: &str| {
        let mut blocks = readme.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix(kind));
        blocks.find(|block| block.contains(holds)).unwrap().trim().to_owned()
    };
    let scenario = block("toml", "[measure.");
    assert!(scenario.lines().count() <= 20, "twenty lines");
    copy(&home.join("models/hengelo"), &desk.path("models/mine"));
    std::fs::write(desk.path("models/mine/scenarios/eerst-samen.toml"), scenario).unwrap();
    let mut seen = String::new();
    for line in block("sh", "models/mine").lines() {
        let mut words: Vec<&str> = line.split_whitespace().skip(1).collect();
        if words[0] == "run" {
            let draws = words.iter().position(|word| *word == "--draws").unwrap();
            words.truncate(draws);
            words.extend(["--draws", "1", "--replications", "1", "--scale", "0.02", "--horizon", "2019..2028"]);
        }
        seen += &desk.piramide(&words).expect(0).out;
    }
    assert!(seen.contains("Unchanged policy") && seen.contains("Together first"), "{seen}");
}

/// A copy of a folder with all in it.
pub(super) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
