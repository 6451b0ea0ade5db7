//! Hengelo of 2019 to 2021 against the figures that were published of it: every line of the accounts, every count, and how they grew.

use std::collections::BTreeMap;

use piramide::model::{Content, Model, embedded, read};

use super::cli::Desk;

/// A published figure and what the model says of it in the mean over draws, by year.
type Figures = BTreeMap<(String, i32), (f64, f64)>;

/// Draws of the run: points of Sobol's sequence. Draws differ by up to 20 percent in a line, so the mean over random ones would
/// miss its expectation by up to 1.8 percent (one standard error), and these miss it by about half of that.
const DRAWS: &str = "128";

/// The accounts and counts of 2019 to 2022 under unchanged policy, from the files that a reader gets.
fn figures(desk: &Desk) -> Figures {
    let run = ["run", "--draws", DRAWS, "--replications", "1", "--design", "sobol", "--horizon", "2019..2022"];
    desk.piramide(&[&run[..], &["--scenario", "ongewijzigd-beleid", "--out", "run"]].concat()).expect(0);
    let mut figures = Figures::new();
    for year in 2019..=2022 {
        desk.piramide(&["accounts", "run", "--year", &year.to_string(), "--out", "accounts.csv"]).expect(0);
        let mut reader = csv::Reader::from_path(desk.path("accounts.csv")).unwrap();
        let header = reader.headers().unwrap().clone();
        let place = |name| header.iter().position(|column| column == name).unwrap();
        let [line, source, mean] = ["line", "source", "model_mean"].map(place);
        for row in reader.records().map(Result::unwrap) {
            if let (Ok(source), Ok(mean)) = (row[source].parse(), row[mean].parse()) {
                figures.insert((row[line].to_owned(), year), (source, mean));
            }
        }
    }
    figures
}

/// Every spending line of the accounts of 2021, and every count and ratio of that year (clients on a day: 2022), within five percent
/// in the mean over draws; and what changed from 2019 to 2021 (of the Wmo: from 2020) has the right sign and the right size within a
/// factor 1.5.
#[test]
fn the_social_domain_of_2021_is_met() {
    let model = read(&embedded::hengelo()).unwrap();
    let figures = figures(&Desk::new());
    let fixed: Vec<&str> =
        model.accounts.iter().filter(|line| matches!(line.content, Content::Fixed(_))).map(|line| &*line.name).collect();
    let mut missed = Vec::new();
    let mut compared = 0;
    for ((line, year), (source, mean)) in &figures {
        let latest = *year == 2021 || line == "jeugd_clienten_dag";
        if latest && !fixed.contains(&&**line) {
            compared += 1;
            let off = mean / source - 1.0;
            if off.abs() > 0.05 {
                missed.push(format!("{line} {year}: {mean:.0} against {source:.0}, {:+.1} %", 100.0 * off));
            }
        }
    }
    assert!(compared >= 34, "only {compared} figures were compared");
    for (line, from) in CHANGES {
        let (before, after) = (figures[&(line.to_owned(), from)], figures[&(line.to_owned(), 2021)]);
        let (source, mean) = (after.0 - before.0, after.1 - before.1);
        if !(1.0 / 1.5..=1.5).contains(&(mean / source)) {
            missed.push(format!("{line} {from} to 2021: {mean:+.1} against {source:+.1}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Figures of which the source gives more than one year, and the first of them.
const CHANGES: [(&str, i32); 8] = [
    ("wmo_clienten", 2020),
    ("jeugd_clienten", 2019),
    ("jeugd_indicaties", 2019),
    ("bijstand_algemeen", 2019),
    ("bijstand_ioaw", 2019),
    ("bijstand_ioaz", 2019),
    ("bijstand_totaal", 2019),
    ("buig_kosten", 2019),
];

/// The second entry of the published figures, made from the documents without looking at the model.
fn second_entry() -> toml::Table {
    include_str!("../../models/hengelo/qc.toml").parse().unwrap()
}

/// The years and values of a line of the second entry.
fn years(line: &toml::Value) -> BTreeMap<i32, f64> {
    let number = |value: &toml::Value| value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64)).unwrap();
    line.as_table().unwrap().iter().map(|(year, value)| (year.parse().unwrap(), number(value))).collect()
}

/// Both entries say the same of every line and every count, year by year; a line is in one only if the model works it out or names it
/// otherwise.
#[test]
fn both_entries_of_the_published_figures_agree() {
    let model = read(&embedded::hengelo()).unwrap();
    let second = second_entry();
    let mut second_lines: BTreeMap<&str, BTreeMap<i32, f64>> = BTreeMap::new();
    for part in ["accounts", "counts"] {
        second_lines.extend(second[part].as_table().unwrap().iter().map(|(name, line)| (&**name, years(line))));
    }
    let elsewhere = ["wmo_ob_afronding", "jeugd_ob_niet_gesplitst", "minima", "jeugd_clienten_dag"];
    let first = first_entry(&model);
    for (name, first) in &first {
        match second_lines.remove(name) {
            // What the model adds is worked out: the clients of 2020.
            Some(second) => {
                let same = second.iter().all(|(year, value)| first.get(year) == Some(value));
                assert!(same, "{name}: {first:?} and {second:?}");
            }
            None => assert!(elsewhere.contains(name), "`{name}` is in no second entry"),
        }
    }
    let apart: Vec<&str> = second_lines.into_keys().collect();
    assert_eq!(apart, ["jeugd_clienten_peildatum", "jeugd_indicaties_peildatum", "wmo_clienten_stijging"], "not in the model");
    let peildatum = |name: &str| years(&second["counts"][name])[&2022];
    assert_eq!(first["jeugd_clienten_dag"][&2022], peildatum("jeugd_clienten_peildatum"));
    let rise = years(&second["counts"]["wmo_clienten_stijging"])[&2021];
    assert_eq!(first["wmo_clienten"][&2020], first["wmo_clienten"][&2021] - rise);
}

/// What the model says was published, by line.
fn first_entry(model: &Model) -> BTreeMap<&str, BTreeMap<i32, f64>> {
    let accounts = model.accounts.iter().map(|line| (&*line.name, line.euro.iter().copied().collect()));
    let counts = model.counts.iter().map(|count| (&*count.name, count.value.iter().copied().collect()));
    accounts.chain(counts).collect()
}

/// The accounts add up to the totals of the source, and every cost of every state is booked once: the reader of the model refuses
/// anything else. Here the totals, to the euro.
#[test]
fn the_totals_are_those_of_the_source() {
    let model = read(&embedded::hengelo()).unwrap();
    let in_2021 = |name: &str| model.accounts.iter().find(|line| line.name == name).and_then(|line| line.in_year(2021)).unwrap();
    let totals = ["wmo_saldo", "wmo_uitgaven", "jeugd_uitgaven", "buig_kosten", "buig_budget"].map(in_2021);
    assert_eq!(totals, [27_145_000.0, 31_172_000.0, 36_117_000.0, 34_218_916.0, 35_099_195.0]);
}
