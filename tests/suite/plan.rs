//! A plan on trial: savings whose distribution is known in closed form, contracts by hand, and Hengelo's amounts to the euro.

use std::collections::BTreeMap;
use std::fs;

use crate::cli::Desk;
use piramide::analysis::Band;
use piramide::analysis::savings::{self, ContractRow, Euros, Kind, Part, Row};
use piramide::model::{self, Files, embedded};

/// Persons of the test town.
const PERSONS: f64 = 20_000.0;
/// Needs per person a year.
const RATE: f64 = 0.2;
/// Euros per request granted.
const EURO: f64 = 1000.0;
/// Relapses per year of those who were diverted.
const RELAPSE: f64 = std::f64::consts::LN_2;

/// A town in which a gate diverts a share of requests that is uniform between 0 and 1, half of them for a year; help costs something once.
/// Booked is `booked` in 2021.
pub(crate) fn town(booked: f64, reach: f64, more: &str) -> Vec<(&'static str, String)> {
    let model = format!(
        r#"
[model]
name = "proef"
label = {{ nl = "Proef", en = "Trial" }}
first_year = 2021
last_year = 2023
[population]
file = "persons.csv"
source = {{ ref = "test" }}
[source.test]
author = "Piramide"
year = 2026
title = "Test model"
[prices]
constant_year = 2021
index = {{ 2021 = 1, 2022 = 1.1, 2023 = 1.21 }}
source = {{ ref = "test" }}
grade = "D"
[domain.wmo]
label = {{ nl = "Wmo", en = "Wmo" }}
[parameter.reach]
unit = "share"
prior = {{ fixed = 0 }}
source = {{ ref = "test" }}
grade = "D"
[parameter.success]
unit = "share"
prior = {{ uniform = {{ min = 0, max = 1 }} }}
source = {{ ref = "test" }}
grade = "D"
[track.hulp]
label = {{ nl = "Hulp", en = "Help" }}
domain = "wmo"
[track.hulp.state]
geen_hulpvraag = {{}}
hersteld = {{}}
hulp = {{ layer = "maatwerk", sink = true, cost = {{ euro_per_start = {EURO}, price_year = 2021 }} }}
[track.hulp.gate.training]
to = "hersteld"
[track.hulp.gate.training.variant.kort]
reach = "reach"
success = "success"
relapse = {{ still_without_service_after_years = {{ 1 = 0.5 }}, then = "hazard" }}
[[track.hulp.transition]]
from = "geen_hulpvraag"
hazard = {{ per_year = {RATE} }}
to = {{ hulp = {{ gate = "training" }} }}
[plan]
label = {{ nl = "Plan", en = "Plan" }}
price_year = 2021
test = ["plan"]
task = {{ 2021 = 1000000 }}
source = {{ ref = "test" }}
grade = "D"
[plan.domain.hulp]
label = {{ nl = "Hulp", en = "Help" }}
of = ["wmo"]
saving = {{ 2021 = {booked} }}
investment = {{ 2021 = 50000 }}
[plan.claim.hulp]
label = {{ nl = "Uitgaven", en = "Spending" }}
of = "hulp.hulp"
year = 2021
factor = 0.5
{more}"#
    );
    let scenario = format!(
        "label = {{ nl = \"Plan\", en = \"Plan\" }}\nknowledge = 2021\ninvestments = [\"hulp\"]\n[measure.training]\nset = {{ reach = {reach} }}\n"
    );
    vec![("model.toml", model), ("persons.csv", format!("persons\n{PERSONS}\n")), ("scenarios/plan.toml", scenario)]
}

pub(crate) fn written(desk: &Desk, name: &str, files: &[(&str, String)]) {
    for (path, text) in files {
        let path = desk.path(name).join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Runs a folder and reads its savings.
fn run(desk: &Desk, folder: &str, out: &str, args: &[&str]) -> Vec<Row> {
    desk.piramide(&[&["run", folder, "--lang", "en", "--out", out], args].concat()).expect(0);
    savings::read(&desk.path(out)).unwrap()
}

fn find<'a>(rows: &'a [Row], domain: &str, year: i32, kind: Kind, band: Band) -> &'a Row {
    rows.iter()
        .find(|row| {
            (&*row.domain, row.year, row.kind, row.band, row.euros) == (domain, year, kind, band, Euros::Constant)
                && !row.scenario.is_empty()
        })
        .unwrap()
}

/// Requests that help comes later for, or not within the first year, per unit of success: those diverted at t relapse at a constant rate
/// until the end. ∫ N λ e^(-λt) e^(-h(1-t)) dt over the year.
fn saved_at_most() -> f64 {
    EURO * PERSONS * RATE * (libm::exp(-RATE) - libm::exp(-RELAPSE)) / (RELAPSE - RATE)
}

/// The saving of a draw is its success, uniform between 0 and 1, times a known amount: so the chance to reach a part p of that is 1 - p, the
/// mean a half, and the quantiles are straight. 600 draws: a chance of 0.6 has a standard error of 0.02, the mean one of 0.0118 of the
/// amount, a quantile p one of sqrt(p(1-p)/600). Limits are four and a half of these: with five checks false alarm below 4e-5. What chance
/// adds to a member (about 2 % of the amount) moves none of these by a tenth of its error.
#[test]
fn the_chance_of_a_saving_is_the_exact_one() {
    let desk = Desk::new();
    let booked = 0.4 * saved_at_most();
    written(&desk, "m", &town(booked, 1.0, ""));
    let rows = run(&desk, "m", "r", &["--draws", "600", "--replications", "2", "--horizon", "2021..2021", "--design", "random"]);
    for band in [Band::Realised, Band::Expected] {
        let row = find(&rows, "hulp", 2021, Kind::Gross, band);
        let near = |what: &str, seen: f64, exact: f64, se: f64| {
            assert!((seen - exact).abs() < 4.5 * se, "{band:?} {what}: {seen} is not {exact}, error {se}");
        };
        near("chance", row.chance.unwrap(), 0.6, 0.02);
        near("mean", row.mean.unwrap() / saved_at_most(), 0.5, 0.0118);
        near("p25", row.p25.unwrap() / saved_at_most(), 0.25, 0.0177);
        near("p75", row.p75.unwrap() / saved_at_most(), 0.75, 0.0177);
        // Mean of max(0.4 - u, 0): 0.08; its square has mean 0.4^3/3, so a standard deviation of 0.122.
        near("shortfall", row.shortfall.unwrap() / saved_at_most(), 0.08, 0.005);
        // 80 % of the futures miss no more than 0.2 of it, 95 % no more than 0.35.
        near("reserve", row.reserve_p80.unwrap() / saved_at_most(), 0.2, 0.0163);
        let error = row.chance_se.unwrap();
        assert!((0.015..0.025).contains(&error), "{error}");
    }
    // Spending falls to a half where the saving is half of all that is spent, N (1 - e^-λ) requests.
    let claim = rows.iter().find(|row| row.kind == Kind::Claim).unwrap();
    let all = EURO * PERSONS * (1.0 - libm::exp(-RATE));
    let exact = 1.0 - 0.5 * all / saved_at_most();
    assert!((claim.chance.unwrap() - exact).abs() < 4.5 * 0.02, "{} is not {exact}", claim.chance.unwrap());
    assert!((claim.mean.unwrap() - (1.0 - 0.5 * saved_at_most() / all)).abs() < 4.5 * 0.0118, "{:?}", claim.mean);
    // Net is gross less what the plan books as an investment, of the total too.
    let gross = find(&rows, "total", 2021, Kind::Gross, Band::Realised);
    let net = find(&rows, "total", 2021, Kind::Net, Band::Realised);
    assert!((gross.mean.unwrap() - net.mean.unwrap() - 50_000.0).abs() < 1e-6);
    assert_eq!((net.booked, net.task), (booked - 50_000.0, Some(1_000_000.0)));
}

/// What a measure does was believed to be between 0 and a half until 2022, and is known to be between 0 and 1 since. The mean saving is a
/// quarter and a half of what is saved at most: 400 draws, errors of 0.0072 and 0.0144 of it, limits four and a half of these (false alarm
/// 1.4e-5 for both). In each draw the second is twice the first, for both have the same luck.
#[test]
fn a_saving_is_that_of_what_was_known() {
    let desk = Desk::new();
    let more = r#"
[parameter.works]
unit = "share"
prior = { uniform = { min = 0, max = 1 } }
source = { ref = "test" }
grade = "D"
[parameter.works.until.2022]
prior = { uniform = { min = 0, max = 0.5 } }
source = { ref = "test" }
grade = "D"
"#;
    let mut files = town(0.0, 1.0, more);
    files[0].1 = files[0].1.replacen("prior = { uniform = { min = 0, max = 1 } }", "prior = { fixed = 0 }", 1);
    files[2].1 = files[2].1.replace("set = { reach = 1 }", "set = { reach = 1, success = \"works\" }");
    written(&desk, "m", &files);
    let size = ["--draws", "400", "--replications", "1", "--horizon", "2021..2021", "--design", "random"];
    let both = ["--scenario", "ongewijzigd-beleid", "--scenario", "plan", "--scenario", "plan@2023"];
    let rows = run(&desk, "m", "r", &[&size[..], &both].concat());
    let mean = |rows: &[Row], scenario: &str, knowledge: i32| {
        let here = |row: &&Row| {
            let what = (&*row.domain, row.kind, row.band, row.euros);
            row.scenario == scenario && what == ("hulp", Kind::Gross, Band::Realised, Euros::Constant)
        };
        let row = rows.iter().find(here).unwrap();
        assert_eq!(row.knowledge, Some(knowledge));
        row.mean.unwrap() / saved_at_most()
    };
    let (before, since) = (mean(&rows, "plan", 2021), mean(&rows, "plan@2023", 2023));
    assert!((before - 0.25).abs() < 4.5 * 0.0072 && (since - 0.5).abs() < 4.5 * 0.0144, "{before}, {since}");
    let (names, values) = piramide::store::draws::read(fs::read(desk.path("r/draws.parquet")).unwrap()).unwrap();
    let column = |name: &str| names.iter().position(|known| known == name).unwrap();
    for draw in values.chunks(names.len()) {
        assert_eq!(draw[column("works")], 2.0 * draw[column("works.until.2022")]);
    }
    // The flag says the same of all scenarios, and what is given is given whatever was believed.
    let few = ["--draws", "8", "--replications", "1", "--horizon", "2021..2021", "--design", "random"];
    let flagged = run(&desk, "m", "f", &[&few[..], &both[..4], &["--knowledge", "2023"]].concat());
    let asked = run(&desk, "m", "a", &[&few[..], &both].concat());
    assert_eq!(mean(&flagged, "plan@2023", 2023), mean(&asked, "plan@2023", 2023));
    let given = run(&desk, "m", "g", &[&few[..], &both, &["--set", "works=0.3"]].concat());
    assert_eq!(mean(&given, "plan", 2021), mean(&given, "plan@2023", 2023));
    let wrong = desk.piramide(&["run", "m", "--scenario", "plan@later"]).expect(2).err;
    assert!(wrong.contains("`later` is not a calendar year"), "{wrong}");
}

/// Another seed gives another chance, by no more than both errors together: four of them, false alarm 6e-5.
#[test]
fn another_seed_agrees_within_the_error() {
    let desk = Desk::new();
    written(&desk, "m", &town(0.4 * saved_at_most(), 1.0, ""));
    let args = ["--draws", "200", "--replications", "1", "--horizon", "2021..2021", "--design", "random", "--seed"];
    let chance = |seed: &str| {
        let rows = run(&desk, "m", seed, &[&args[..], &[seed]].concat());
        let row = find(&rows, "hulp", 2021, Kind::Gross, Band::Realised);
        (row.chance.unwrap(), row.chance_se.unwrap())
    };
    let ((one, error), (other, other_error)) = (chance("11"), chance("12"));
    assert!((one - other).abs() < 4.0 * libm::hypot(error, other_error), "{one} ± {error}, {other} ± {other_error}");
}

/// Twice as much booked: every number of the simulation stays, and only what is said of the booking changes.
#[test]
fn doubling_what_is_booked_changes_the_test_alone() {
    let desk = Desk::new();
    let booked = 0.2 * saved_at_most();
    written(&desk, "one", &town(booked, 1.0, ""));
    written(&desk, "two", &town(2.0 * booked, 1.0, ""));
    let args = ["--draws", "40", "--replications", "2", "--horizon", "2021..2022"];
    let (one, two) = (run(&desk, "one", "r1", &args), run(&desk, "two", "r2", &args));
    assert_eq!(fs::read(desk.path("r1/bands.csv")).unwrap(), fs::read(desk.path("r2/bands.csv")).unwrap());
    for (a, b) in one.iter().zip(&two).filter(|(a, _)| a.kind == Kind::Gross) {
        assert_eq!((2.0 * a.booked, a.mean, a.mcse, a.p05, a.p95), (b.booked, b.mean, b.mcse, b.p05, b.p95));
        assert!(b.chance <= a.chance && b.shortfall >= a.shortfall);
    }
    assert!(one.iter().zip(&two).any(|(a, b)| a.chance != b.chance));
}

/// Without reach the scenario is unchanged policy to the last bit, whatever the success: nothing is saved in any member.
#[test]
fn no_reach_saves_exactly_nothing() {
    let desk = Desk::new();
    written(&desk, "m", &town(0.0, 0.0, ""));
    let rows = run(&desk, "m", "r", &["--draws", "8", "--replications", "2"]);
    for row in rows.iter().filter(|row| row.kind == Kind::Gross) {
        assert_eq!((row.mean, row.p05, row.p95, row.chance), (Some(0.0), Some(0.0), Some(0.0), Some(1.0)));
    }
    let bands = desk.text("r/bands.csv");
    let of = |name: &str| -> Vec<String> {
        bands.lines().filter_map(|line| line.strip_prefix(&format!("{name},"))).map(str::to_owned).collect()
    };
    assert_eq!(of("plan"), of("ongewijzigd-beleid"));
}

const CONTRACT: &str = r#"
[trend.pad]
by_year = { 2021 = 1, 2022 = 0.9, 2023 = 0.8 }
[contract.opdracht]
label = { nl = "Opdracht", en = "Contract" }
domain = "hulp"
start = 2022
base = { year = 2021, of = { "hulp.hulp" = 0.5 } }
times = ["pad"]
provider = { "hulp.hersteld" = 10 }
beyond = { "hulp.hulp" = 7 }
price_year = 2021
source = { ref = "test" }
grade = "D"
[contract.opdracht.clause.resultaat]
label = { nl = "Resultaat", en = "Result" }
trigger = "result"
threshold = 0.05
from = 2022
share = 0.5
cap = 0.1
chance = 1
[contract.opdracht.clause.wet]
label = { nl = "Wet", en = "Law" }
trigger = "law"
threshold = 0
from = 2022
share = 0.5
chance = 1
"#;

/// A lump sum by hand, from the numbers of the run: half of what help cost in 2021 times the path; the provider spends ten euros per
/// person-year of those who manage again, and seven per person-year of help beyond those of 2021; a gain of more than 5 % is shared half and
/// half a year later, up to a tenth of the sum.
#[test]
fn a_lump_sum_by_hand() {
    let desk = Desk::new();
    let mut files = town(0.0, 0.5, CONTRACT);
    files[2].1 = files[2].1.replace("investments = [\"hulp\"]", "contracts = [\"opdracht\"]");
    written(&desk, "m", &files);
    let rows = run(&desk, "m", "r", &["--draws", "6", "--replications", "2"]);
    let contracts: Vec<ContractRow> = savings::read_contracts(&desk.path("r")).unwrap();
    let mean = |metric: &str, year: i32| contracts.iter().find(|row| (&*row.metric, row.year) == (metric, year)).unwrap().mean;
    let bands = piramide::analysis::Bands::read(&desk.path("r")).unwrap();
    let band = |scenario: &str, year: i32, state: &str, metric: &str| {
        let here = |row: &&piramide::analysis::BandRow| {
            (&*row.scenario, row.year, &*row.state, &*row.metric, row.band) == (scenario, year, state, metric, Band::Realised)
        };
        bands.rows.iter().find(here).unwrap().mean
    };
    let base = band("ongewijzigd-beleid", 2021, "hulp", "cost_constant");
    for (year, path) in [(2022, 0.9), (2023, 0.8)] {
        let sum = 0.5 * base * path;
        assert!((mean("sum", year) - sum).abs() < 1e-6 * sum, "{year}");
        let (helped, before) =
            (band("plan", year, "hulp", "person_years"), band("ongewijzigd-beleid", 2021, "hulp", "person_years"));
        assert!(helped > before && before > 0.0, "{year}");
        let spent = 10.0 * band("plan", year, "hersteld", "person_years") + 7.0 * (helped - before);
        assert!((mean("provider_spent", year) - spent).abs() < 1e-6 * spent, "{year}");
        // Spending is a small part of the sum: the gain is far beyond 5 %, and half of it more than a tenth.
        let revised = if year == 2023 { -0.1 * 0.5 * base * 0.9 } else { 0.0 };
        assert!((mean("revised", year) - revised).abs() < 1e-6 * sum, "{year}: {}", mean("revised", year));
        assert!((mean("provider_result", year) - (sum + revised - spent)).abs() < 1e-6 * sum);
        assert_eq!((mean("opened:resultaat", year), mean("opened:wet", year)), (1.0, 0.0));
        let [gross, net] = [Kind::Gross, Kind::Net].map(|kind| find(&rows, "hulp", year, kind, Band::Realised).mean.unwrap());
        assert!((gross - net - sum - revised).abs() < 1e-6 * sum, "what the municipality pays is what the provider gets");
    }
    let said = desk.piramide(&["test-plan", "r", "--model", "m", "--year", "2023", "--lang", "en"]).expect(0).out;
    assert!(said.contains("Contract: in 2023 the municipality pays"), "{said}");
    assert!(said.contains("the lump sum is paid in its place"), "{said}");
    for year in [2021, 2022, 2023] {
        let net = find(&rows, "hulp", year, Kind::Net, Band::Realised).mean.unwrap();
        let of = |part: Part| cash(&desk, "r", year, part);
        assert!((of(Part::Now) - net).abs() < 1.0, "what is left of the saving beside the sum, {year}");
        let sum = if year > 2021 { mean("sum", year) + mean("revised", year) } else { 0.0 };
        assert!((of(Part::Never) - sum).abs() < 1e-6 * base, "{year}");
    }
}

/// Mean over members of what becomes of the whole saving, by all reasons together.
fn cash(desk: &Desk, run: &str, year: i32, part: Part) -> f64 {
    let rows = savings::read_cash(&desk.path(run)).unwrap();
    let here = |row: &&savings::CashRow| (&*row.domain, row.year, row.part) == (savings::TOTAL, year, part);
    rows.iter().filter(here).map(|row| row.mean).sum()
}

/// The same saving, paid in four ways. Of a minimum of 60 % no more than 40 % of the cost can be taken, and in a member that saves more than
/// that it is; what follows a year later was there a year before.
#[test]
fn a_saving_can_be_cashed_as_it_is_paid() {
    let desk = Desk::new();
    let rule = |rule: &str| {
        format!(
            "[cash.hulp]\nlabel = {{ nl = \"Hulp\", en = \"Help\" }}\nof = [\"hulp.hulp\"]\n{rule}\nsource = {{ ref = \"test\" }}\ngrade = \"D\"\n"
        )
    };
    let ways = [
        ("tariff", String::new()),
        ("fixed", rule("fixed = true")),
        ("minimum", rule("minimum = { share = 0.6, year = 2021 }")),
        ("contract", rule("follows = { by = \"contract\", years = 1 }")),
    ];
    // A year that the run has not, and a time of next to nothing, are no reason to stop.
    for (name, odd) in
        [("later", "minimum = { share = 0.6, year = 2023 }"), ("soon", "follows = { by = \"staff\", years = 1e-300 }")]
    {
        written(&desk, name, &town(0.0, 1.0, &rule(odd)));
        let out = format!("of-{name}");
        run(&desk, name, &out, &["--draws", "2", "--horizon", "2021..2022"]);
        assert_eq!(cash(&desk, &out, 2022, Part::Now), cash(&desk, &out, 2022, Part::Total), "{name}");
    }
    for (name, more) in &ways {
        written(&desk, name, &town(0.0, 1.0, more));
        let out = format!("of-{name}");
        let rows = run(&desk, name, &out, &["--draws", "6", "--replications", "2"]);
        for year in [2021, 2022, 2023] {
            let gross = find(&rows, "hulp", year, Kind::Gross, Band::Realised).mean.unwrap();
            let of = |part: Part| cash(&desk, &out, year, part);
            assert!((of(Part::Total) - gross).abs() < 1e-6 * gross, "{name}, {year}");
            assert!((of(Part::Now) + of(Part::Follows) + of(Part::Never) - gross).abs() < 1e-6 * gross, "{name}, {year}");
        }
        let of = |year: i32, part: Part| cash(&desk, &out, year, part);
        let all = of(2021, Part::Total);
        match *name {
            "tariff" => assert_eq!(of(2021, Part::Now), all),
            "fixed" => assert_eq!((of(2021, Part::Now), of(2022, Part::Never)), (0.0, of(2022, Part::Total))),
            "minimum" => {
                let most = 0.4 * PERSONS * RATE * EURO;
                let now = of(2021, Part::Now);
                assert!(now < all && now < 1.02 * most && now > 0.3 * most, "{now} of {all}, at most {most}");
                assert_eq!(of(2021, Part::Follows), 0.0);
            }
            _ => {
                assert_eq!((of(2021, Part::Now), of(2021, Part::Follows)), (0.0, all), "nothing was saved the year before");
                assert!(of(2022, Part::Now) > 0.9 * of(2022, Part::Total), "as much as the year before");
            }
        }
    }
}

#[test]
fn a_plan_on_trial_is_told_in_words() {
    let desk = Desk::new();
    written(&desk, "m", &town(0.4 * saved_at_most(), 1.0, ""));
    let args = ["run", "m", "--draws", "40", "--replications", "2", "--out", "r", "--lang", "en"];
    let left = desk.piramide(&args).expect(0);
    let told = desk.piramide(&["test-plan", "r", "--model", "m", "--lang", "en"]).expect(0).out;
    assert!(left.out.contains(told.trim_end()), "a run without a word shows it too");
    let dutch = desk.piramide(&["test-plan", "r", "--model", "m", "--lang", "nl"]).expect(0).out;
    for text in [&told, &dutch] {
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
    insta::assert_snapshot!("test_plan", told);
    insta::assert_snapshot!("test_plan_nl", dutch);
    let refused = [
        desk.piramide(&["test-plan", "r", "--model", "m", "--year", "2019"]).expect(2),
        desk.piramide(&["test-plan", "nowhere", "--model", "m"]).expect(2),
        desk.piramide(&["needs", &crate::cli::dorp()]).expect(2),
        desk.piramide(&["needs", "m"]).expect(2),
        desk.piramide(&["needs", "m", "--scenario", "plna"]).expect(2),
    ];
    insta::assert_snapshot!("test_plan_refused", refused.map(|left| left.err).concat());
}

/// Success is needed in proportion to what is booked: 0.3 of the amount takes a success of 0.3 on average, and there chance decides: 80 %
/// take a little more. Between tried values the saving is a straight line, as it is here. A mean of 24 members has an error of
/// 1/√(24 × 700) of itself; five of these, false alarm 6e-7.
#[test]
fn what_must_be_true_is_found() {
    let desk = Desk::new();
    let mut files = town(0.3 * saved_at_most(), 1.0, "");
    files[2].1 = files[2].1.replace("set = { reach = 1 }", "set = { reach = 1, success = \"success\" }\nstrength = \"success\"\nseen = { nl = \"Elders 5 %\", en = \"Elsewhere 5 %\" }");
    written(&desk, "m", &files);
    let args = [
        "needs",
        "m",
        "--scenario",
        "plan",
        "--year",
        "2021",
        "--draws",
        "24",
        "--out",
        "n.csv",
        "--lang",
        "en",
        "--design",
        "random",
    ];
    let said = desk.piramide(&args).expect(0).out;
    let mut reader = csv::Reader::from_path(desk.path("n.csv")).unwrap();
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    let [row] = &*rows else { panic!("{rows:?}") };
    let number = |key: &str| row[key].parse::<f64>().unwrap();
    assert!((number("needed_on_average") - 0.3).abs() < 0.3 * 5.0 / (24.0f64 * 700.0).sqrt(), "{row:?}");
    assert!(number("needed_p80") > number("needed_on_average") && number("needed_p80") < 0.33, "{row:?}");
    assert!((number("percentile_on_average") - 0.3).abs() < 5.0 * (0.21f64 / 24.0).sqrt(), "{row:?}");
    assert!(said.contains("Elsewhere 5 %") && said.lines().all(|line| line.chars().count() <= 80), "{said}");
}

#[test]
fn terms_of_scenarios_add_up() {
    let mut files = town(1.0, 1.0, "");
    files.push((
        "scenarios/later.toml",
        "label = { nl = \"Later\", en = \"Later\" }\nlater_years = 1\ntask = { 2021 = 5 }\n".to_owned(),
    ));
    let text = "label = { nl = \"Nu\", en = \"Now\" }\nbase = \"plan\"\nknowledge = 2026\none_off = true\ntask = { 2021 = 2, 2022 = 3 }\n";
    files.push(("scenarios/nu.toml", text.to_owned()));
    let model = model::read(&Files::from_memory(files)).unwrap();
    let of = |name: &str| model.compose(name).unwrap();
    let own = of("nu").terms;
    assert_eq!((own.knowledge, own.investments, own.one_off, own.later_years), (Some(2026), vec![0], true, 0.0));
    let both = of("nu+later").terms;
    assert_eq!((both.later_years, both.task.0), (1.0, vec![(2021, 7.0), (2022, 3.0)]));
    assert_eq!(of("plan").terms.knowledge, Some(2021));
}

/// A year later nothing of the first year is left, and the second year saves what the first would have; the contract begins a year later
/// too, at the first step of its path, on the help of a year later.
#[test]
fn a_year_later_is_a_year_later() {
    let desk = Desk::new();
    let mut files = town(1.0, 1.0, CONTRACT);
    files[2].1 = files[2].1.replace("investments = [\"hulp\"]", "contracts = [\"opdracht\"]");
    files.push(("scenarios/later.toml", "label = { nl = \"Later\", en = \"Later\" }\nlater_years = 1\n".to_owned()));
    written(&desk, "m", &files);
    let scenarios = ["--scenario", "ongewijzigd-beleid", "--scenario", "plan+later"];
    let rows = run(&desk, "m", "r", &[&scenarios[..], &["--draws", "4", "--replications", "2"]].concat());
    let mean = |year: i32| find(&rows, "hulp", year, Kind::Gross, Band::Realised).mean.unwrap();
    assert_eq!(mean(2021), 0.0);
    assert!(mean(2022) > 0.0);
    let sums: Vec<ContractRow> = savings::read_contracts(&desk.path("r")).unwrap();
    let sums: Vec<&ContractRow> = sums.iter().filter(|row| row.metric == "sum").collect();
    let [sum] = &*sums else { panic!("{sums:?}") };
    let bands = piramide::analysis::Bands::read(&desk.path("r")).unwrap();
    let help = |row: &&piramide::analysis::BandRow| {
        (&*row.scenario, row.year, &*row.state, &*row.metric) == ("ongewijzigd-beleid", 2022, "hulp", "cost_constant")
    };
    let base = bands.rows.iter().find(help).unwrap().mean;
    assert_eq!(sum.year, 2023);
    assert!((sum.mean - 0.5 * base * 0.9).abs() < 1e-6 * base, "{sum:?}");
}

/// A second municipality, from nothing: the folder checks, runs, is held against its plan, and says what must be true.
#[test]
fn another_municipality_from_end_to_end() {
    let desk = Desk::new();
    let said = desk.piramide(&["new", "wijk-bij-duurstede"]).expect(0).out;
    assert!(said.contains("Wijk bij Duurstede") && said.contains("piramide run wijk-bij-duurstede"), "{said}");
    let folder = "wijk-bij-duurstede";
    desk.piramide(&["check", folder]).expect(0);
    let again = desk.piramide(&["new", folder]).expect(2).err;
    assert!(again.contains("is there already"), "{again}");
    let bad = desk.piramide(&["new", "../elders"]).expect(2).err;
    assert!(bad.contains("cannot name a model"), "{bad}");
    let args = ["run", folder, "--draws", "4", "--replications", "2", "--scale", "0.2", "--horizon", "2021..2028", "--out", "r"];
    let out = desk.piramide(&args).expect(0).out;
    assert!(out.contains("Plan (example)"), "{out}");
    let rows = savings::read(&desk.path("r")).unwrap();
    let booked = find(&rows, "wmo", 2028, Kind::Gross, Band::Realised).booked;
    assert!((booked - 700_000.0 * factor(&desk, folder)).abs() < 0.01, "{booked}");
    let needs = ["needs", folder, "--scenario", "plan", "--draws", "2", "--scale", "0.1"];
    desk.piramide(&needs).expect(0);
    desk.piramide(&["show", folder, "--grade", "D"]).expect(0);
}

/// From the price level of the starter's plan to its constant euros.
fn factor(desk: &Desk, folder: &str) -> f64 {
    let model = model::read(&Files::from_directory(&desk.path(folder)).unwrap()).unwrap();
    model.prices.factor(model.plan.as_ref().unwrap().price_year, model.prices.constant_year)
}

/// A second entry of what the Transformatieplan books, typed from its tables without looking at the model: 10.3.1 to 10.3.3, 10.3, 2.3, 10.4
/// and 10.5. Years 2022 to 2026; `None`: not given.
const BOOKED: [(&str, Kind, [Option<f64>; 5]); 8] = [
    ("jeugd", Kind::Gross, [None, Some(858_750.0), Some(1_279_500.0), Some(2_354_500.0), Some(2_384_500.0)]),
    ("wmo_en_vervoer", Kind::Gross, [None, Some(0.0), Some(1_934_000.0), Some(4_929_000.0), Some(8_495_500.0)]),
    ("werk_en_inkomen", Kind::Gross, [None, Some(429_000.0), Some(900_000.0), Some(1_000_000.0), Some(1_100_000.0)]),
    ("total", Kind::Gross, [None, Some(1_287_750.0), Some(4_113_500.0), Some(8_283_500.0), Some(11_980_000.0)]),
    ("jeugd", Kind::Net, [None, Some(668_750.0), Some(362_500.0), Some(1_462_500.0), Some(1_517_500.0)]),
    ("wmo_en_vervoer", Kind::Net, [None, Some(-125_000.0), Some(-327_400.0), Some(1_615_200.0), Some(4_276_500.0)]),
    ("werk_en_inkomen", Kind::Net, [None, Some(429_000.0), Some(900_000.0), Some(1_000_000.0), Some(1_100_000.0)]),
    ("total", Kind::Net, [None, Some(972_750.0), Some(935_100.0), Some(4_077_700.0), Some(6_894_000.0)]),
];

/// Lines that are only shown, in the same way.
const LINES: [(&str, [Option<f64>; 5]); 18] = [
    ("op_te_lossen_kadernota", [Some(2_429_000.0), Some(3_772_000.0), Some(4_606_000.0), Some(5_060_000.0), Some(5_772_000.0)]),
    ("correctie_coronaeffect", [Some(-1_200_000.0), Some(-900_000.0), Some(-600_000.0), Some(-300_000.0), Some(0.0)]),
    ("oude_taakstellingen", [Some(727_000.0), Some(1_027_000.0), Some(1_727_000.0), Some(2_077_000.0), Some(2_077_000.0)]),
    ("bijstelling_jeugdzorg_aef", [Some(0.0), Some(345_000.0), Some(345_000.0), Some(345_000.0), Some(345_000.0)]),
    ("zomerbrief_abonnementstarief", [Some(0.0), Some(-1_300_000.0), Some(-1_300_000.0), Some(0.0), Some(0.0)]),
    ("zomerbrief_beschermd_wonen", [Some(0.0), Some(-850_000.0), Some(0.0), Some(0.0), Some(0.0)]),
    ("zomerbrief_incidenteel", [Some(-567_000.0), Some(0.0), Some(0.0), Some(0.0), Some(0.0)]),
    ("nog_op_te_lossen", [Some(1_389_000.0), Some(2_094_000.0), Some(4_778_000.0), Some(7_182_000.0), Some(8_194_000.0)]),
    ("correctie_ingevulde_interventie", [Some(0.0), Some(-10_000.0), Some(-10_000.0), Some(-10_000.0), Some(-10_000.0)]),
    ("landelijk_abonnementstarief", [Some(0.0), Some(0.0), Some(0.0), Some(-1_300_000.0), Some(-1_300_000.0)]),
    ("task", [Some(1_389_000.0), Some(2_084_000.0), Some(4_768_000.0), Some(5_872_000.0), Some(6_884_000.0)]),
    ("onzekere_rijksbijdrage_jeugd", [None, None, Some(1_751_000.0), Some(1_614_000.0), Some(1_112_000.0)]),
    ("one_off", [None, Some(1_104_500.0), Some(1_270_000.0), Some(360_000.0), Some(10_000.0)]),
    ("eenmalig_personeel", [None, Some(380_000.0), Some(380_000.0), Some(130_000.0), Some(0.0)]),
    ("eenmalig_communicatie", [None, Some(30_000.0), Some(30_000.0), Some(30_000.0), Some(10_000.0)]),
    ("eenmalig_overig", [None, Some(694_500.0), Some(860_000.0), Some(200_000.0), Some(0.0)]),
    ("restant_opgave", [None, Some(1_111_250.0), Some(3_832_900.0), Some(1_794_300.0), Some(-10_000.0)]),
    ("benodigde_dekking", [None, Some(2_215_750.0), Some(5_102_900.0), Some(2_154_300.0), Some(0.0)]),
];

/// All that the plan of Hengelo books is in the file to the euro, in constant and in nominal euros, and its own sums are right.
#[test]
fn what_hengelo_booked_is_there_to_the_euro() {
    let desk = Desk::new();
    let args = ["run", "--draws", "2", "--replications", "1", "--scale", "0.02", "--horizon", "2019..2026", "--out", "r"];
    desk.piramide(&args).expect(0);
    let rows = savings::read(&desk.path("r")).unwrap();
    let scenarios: Vec<&str> = rows.iter().map(|row| &*row.scenario).filter(|name| !name.is_empty()).collect();
    assert!(scenarios.contains(&"plan-2022-op-bewijs") && scenarios.contains(&"uitvoering-2025"));
    for (domain, kind, amounts) in BOOKED {
        for (year, amount) in (2022..).zip(amounts).filter_map(|(year, amount)| Some((year, amount?))) {
            let mut seen = 0;
            for row in rows.iter().filter(|row| (&*row.domain, row.kind, row.year) == (domain, kind, year)) {
                assert_eq!(row.booked, amount, "{domain} {kind:?} {year} {:?}", row.euros);
                seen += 1;
            }
            assert_eq!(seen, 8, "two scenarios, two kinds of euros, two bands: {domain} {kind:?} {year}");
        }
    }
    let line = |name: &str, year: i32| {
        rows.iter().find(|row| row.kind == Kind::Plan && (&*row.domain, row.year) == (name, year)).map(|row| row.booked)
    };
    for (name, amounts) in LINES {
        for (year, amount) in (2022..).zip(amounts) {
            assert_eq!(line(name, year), amount, "{name} {year}");
        }
    }
    let parts = ["op_te_lossen_kadernota", "correctie_coronaeffect", "oude_taakstellingen", "bijstelling_jeugdzorg_aef"];
    let letter = ["zomerbrief_abonnementstarief", "zomerbrief_beschermd_wonen", "zomerbrief_incidenteel"];
    for year in 2022..=2026 {
        let sum = |names: &[&str]| names.iter().filter_map(|name| line(name, year)).sum::<f64>();
        assert_eq!(sum(&parts) + sum(&letter), line("nog_op_te_lossen", year).unwrap(), "{year}");
        let task = sum(&["nog_op_te_lossen", "correctie_ingevulde_interventie", "landelijk_abonnementstarief"]);
        assert_eq!(Some(task), line("task", year), "{year}");
        if year > 2022 {
            assert_eq!(Some(sum(&["eenmalig_personeel", "eenmalig_communicatie", "eenmalig_overig"])), line("one_off", year));
            let net = find(&rows, "total", year, Kind::Net, Band::Realised).booked;
            assert_eq!(Some(task - net), line("restant_opgave", year), "{year}");
        }
    }
    let halved: Vec<&Row> = rows.iter().filter(|row| row.kind == Kind::Claim).collect();
    assert_eq!(halved.len(), 2, "transport is halved: tested for each scenario");
    assert!(halved.iter().all(|row| row.booked == 0.5 && row.year == 2026 && row.mean.unwrap() <= 1.2));
    let note = &find(&rows, "wmo_en_vervoer", 2026, Kind::Gross, Band::Realised).note;
    assert!(note.contains("8,044,000"), "the contradiction stands beside the row it touches: {note}");
}

/// Every measure of the plan is a scenario's, and sleeps under unchanged policy: the gates of Hengelo reach nobody there.
#[test]
fn hengelo_has_every_measure_of_the_plan() {
    let model = model::read(&embedded::hengelo()).unwrap();
    let measures = |name: &str| -> Vec<&str> {
        let scenario = model.scenarios.iter().find(|scenario| scenario.name == name).unwrap_or_else(|| panic!("{name}"));
        scenario.measures.iter().map(|measure| measure.name.as_str()).collect()
    };
    let plan = measures("plan-2022-op-bewijs");
    for name in [
        "reablement",
        "powerful_ageing",
        "kickstart",
        "ob1_substitutie",
        "ob2_naar_basis",
        "ob1_jeugd_groep",
        "poh_jeugd",
        "werk_eerst",
        "ww_voorlichting",
        "verblijf_minder",
        "maatregel_korter",
        "taakgericht_inkopen",
        "preventie",
        "normaliseren",
        "minima_versobering",
    ] {
        assert!(plan.contains(&name), "{name}");
    }
    for name in [
        "uitvoering-2025",
        "nieuw-sociaal-contract",
        "geleide-transformatie",
        "jaar-later",
        "personeelskrapte",
        "aanzuigende-werking",
        "onderbehandeling",
        "loon-prijs",
        "minder-rijk",
        "eigen-bijdrage",
    ] {
        assert!(
            model.compose(&format!("uitvoering-2025+{name}").replace("uitvoering-2025+uitvoering-2025", name)).is_ok(),
            "{name}"
        );
    }
    assert!(measures("ongewijzigd-beleid").is_empty());
}
