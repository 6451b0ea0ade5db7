//! `piramide growth`: a town in which all is known beforehand, against arithmetic done here; the village in two languages; what is
//! refused.

use std::collections::BTreeMap;
use std::fs;

use super::accounts::village;
use super::cli::Desk;
use piramide::analysis::growth::growth;
use piramide::model::{self, Counted, Files};
use piramide::store::members::{Members, Place};

/// Nobody moves by chance: 60 persons are in light care and 40 without, until 1 January 2020; then the 40 come into light care
/// and the 60 into heavy. On another track 100 persons always have the same, at 500 euro. Prices rise by one percent.
const TOWN: &str = r#"
[model]
name       = "vast"
label      = { nl = "Vast", en = "Fixed" }
first_year = 2019
last_year  = 2020

[population]
file = "persons.csv"

[prices]
constant_year = 2022
index         = { 2019 = 100, 2020 = 101, 2021 = 110, 2022 = 125 }
source        = { ref = "invented" }
grade         = "D"

[source.invented]
author = "Piramide"
year   = 2026
title  = "Made up for a test"

[domain.zorg]
label = { nl = "Zorg", en = "Care" }

[track.zorg_thuis]
label  = { nl = "Zorg thuis", en = "Care at home" }
domain = "zorg"

[track.zorg_thuis.state]
straks = { layer = "informeel" }
licht  = { layer = "maatwerk", cost = { euro_per_person_year = 1000, price_year = 2022 } }
zwaar  = { layer = "maatwerk", cost = { euro_per_person_year = 3000, price_year = 2022 } }

[[track.zorg_thuis.transition]]
from  = "straks"
dwell = { fixed = { years = 1 } }
to    = "licht"

[[track.zorg_thuis.transition]]
from  = "licht"
dwell = { fixed = { years = 1 } }
to    = "zwaar"

[track.hulpmiddel]
label  = { nl = "Hulpmiddel", en = "Aid" }
domain = "zorg"
state  = { altijd = { layer = "basis", cost = { euro_per_person_year = 500, price_year = 2022 } } }

[track.gratis]
label = { nl = "Gratis", en = "Free" }
state = { altijd = { layer = "basis" } }
"#;

/// The file: the numbers per place, metric, unit and year.
fn numbers(desk: &Desk, file: &str) -> BTreeMap<String, f64> {
    let mut reader = csv::Reader::from_path(desk.path(file)).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let keys = ["domain", "track", "state", "metric", "unit", "year"].map(at);
    let [mean, low, high] = ["mean", "p05", "p95"].map(at);
    let rows = reader.records().map(Result::unwrap).map(|record| {
        assert_eq!((&record[low], &record[high]), (&record[mean], &record[mean]), "one member has no band");
        (keys.map(|key| record[key].to_owned()).join("|"), record[mean].parse().unwrap())
    });
    rows.collect()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

#[test]
fn growth_is_what_it_must_be() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("vast")).unwrap();
    fs::write(desk.path("vast/model.toml"), TOWN).unwrap();
    fs::write(desk.path("vast/persons.csv"), "persons,zorg_thuis\n40,straks\n60,licht\n").unwrap();
    desk.piramide(&["run", "vast", "--draws", "1", "--replications", "1", "--out", "run"]).expect(0);
    desk.piramide(&["growth", "run", "--model", "vast", "--states"]).expect(0);
    let found = numbers(&desk, "run/growth.csv");
    let of = |key: &str| *found.get(key).unwrap_or_else(|| panic!("no {key} among {:?}", found.keys()));

    // Tariffs of whole cents in both years.
    let (from, to) = (0.8, 0.808);
    // Constant euros and person-years that cost something, in both years, and the price factor that is in all of them.
    let parts = [
        ("zorg|zorg_thuis|", [60_000.0, 220_000.0], [60.0, 100.0]),
        ("zorg|zorg_thuis|licht", [60_000.0, 40_000.0], [60.0, 40.0]),
        ("zorg|hulpmiddel|", [50_000.0, 50_000.0], [100.0, 100.0]),
        ("zorg||", [110_000.0, 270_000.0], [160.0, 200.0]),
    ];
    for (place, constant, volume) in parts {
        let spending = [constant[0] * from, constant[1] * to];
        let number = |metric: &str, unit: &str, year: &str| of(&format!("{place}|{metric}|{unit}|{year}"));
        close(number("spending", "euro (nominal)", "2019"), spending[0]);
        close(number("spending", "euro (nominal)", "2020"), spending[1]);
        close(number("person_years", "person-years", "2019"), volume[0]);
        close(number("person_years", "person-years", "2020"), volume[1]);
        let intensity = constant[1] / volume[1] / (constant[0] / volume[0]);
        let factors = [("price", 1.01), ("volume", volume[1] / volume[0]), ("intensity", intensity)];
        let mean = (spending[1] - spending[0]) / libm::log(spending[1] / spending[0]);
        let (mut product, mut sum) = (1.0, 0.0);
        for (metric, factor) in factors {
            let (found, euro) = (number(metric, "factor", ""), number(metric, "euro (nominal)", ""));
            close(found, factor);
            close(euro, mean * libm::log(factor));
            product *= found;
            sum += euro;
        }
        close(product, number("spending", "factor", ""));
        close(product, number("spending", "euro (nominal)", "2020") / number("spending", "euro (nominal)", "2019"));
        close(sum, number("spending", "euro (nominal)", ""));
        close(sum, number("spending", "euro (nominal)", "2020") - number("spending", "euro (nominal)", "2019"));
    }
    // Nobody was in heavy care in 2019, and what is free is no part of it.
    close(of("zorg|zorg_thuis|zwaar|spending|euro (nominal)|2020"), 180_000.0 * to);
    assert!(!found.contains_key("zorg|zorg_thuis|zwaar|volume|factor|"));
    assert!(!found.keys().any(|key| key.contains("gratis") || key.contains("straks")));
}

/// Members made here: clients are rows of their own, and what they cost is divided by how many they are, member by member.
#[test]
fn clients_stand_beside_their_spending() {
    let persons = "persons,zorg_thuis\n40,straks\n60,licht\n";
    let model = model::read(&Files::from_memory([("model.toml", TOWN), ("persons.csv", persons)])).unwrap();
    let row = |level: &str, track: &str, state: &str, year: i32, numbers: [f64; 8]| {
        let (domain, track, state) = ("zorg".to_owned(), track.to_owned(), state.to_owned());
        let layer = if level == "client" { "maatwerk".to_owned() } else { String::new() };
        (Place { domain, track, state, layer, level: level.to_owned(), ..Place::everybody("a", year) }, numbers.to_vec())
    };
    // Per metric two members: nominal cost, constant cost, person-years, unique persons.
    let year = |year: i32, clients: [f64; 8]| {
        let spent = [100.0, 200.0, 100.0, 200.0, 1.0, 2.0, 9.0, 9.0];
        let states = ["straks", "licht", "zwaar"].map(|state| row("state", "zorg_thuis", state, year, spent));
        let mut rows = vec![row("domain", "", "", year, spent), row("track", "zorg_thuis", "", year, spent)];
        rows.extend(states);
        rows.push(row("state", "hulpmiddel", "altijd", year, spent));
        rows.push(row("client", "zorg_thuis", "", year, clients));
        rows
    };
    let metrics = ["cost_nominal", "cost_constant", "person_years", "unique_persons"].map(str::to_owned).to_vec();
    let mut rows = year(2019, [80.0, 90.0, 0.0, 0.0, 0.0, 0.0, 4.0, 5.0]);
    rows.extend(year(2020, [88.0, 180.0, 0.0, 0.0, 0.0, 0.0, 8.0, 5.0]));
    let mut run = Members { members: 2, replications: 1, metrics, places: rows.into_iter().collect() };
    let found = growth(&model, &run, "a", [2019, 2020], false);
    assert_eq!(found.iter().map(|growth| growth.of).collect::<Vec<_>>(), [Counted::Domain(0), Counted::Track(0)]);
    // Two states of the track cost something; of the domain the aid too.
    assert_eq!(found.iter().map(|growth| growth.person_years[0].mean).collect::<Vec<_>>(), [4.5, 3.0]);
    assert_eq!(found[0].clients, None, "the run has no clients of the domain");
    let clients = found[1].clients.as_ref().unwrap();
    assert_eq!(clients.persons.map(|persons| persons.mean), [4.5, 6.5]);
    // 80 / 4 and 90 / 5, then 88 / 8 and 180 / 5.
    assert_eq!(clients.cost.unwrap().map(|cost| cost.mean), [19.0, 23.5]);
    // Twice and as many; 11 / 20 and 36 / 18 times as dear.
    assert_eq!(clients.factors.unwrap().map(|factor| factor.mean), [1.5, f64::midpoint(0.55, 2.0)]);

    let nobody = run.places.iter_mut().find(|(place, _)| place.level == "client").unwrap().1;
    nobody[6] = 0.0;
    let clients = growth(&model, &run, "a", [2019, 2020], false)[1].clients.clone().unwrap();
    assert_eq!((clients.cost, clients.factors), (None, None));
}

#[test]
fn growth_is_a_table_of_eighty_columns() {
    let desk = Desk::new();
    village(&desk);
    let grown = |more: &[&str]| desk.piramide(&[&["growth", "run", "--model", "dorp"], more].concat());
    let tables = ["en", "nl"].map(|lang| {
        let shown = grown(&["--to", "2020", "--states", "--lang", lang]).expect(0);
        assert!(shown.out.lines().all(|line| line.chars().count() <= 80), "{}", shown.out);
        shown.out
    });
    insta::assert_snapshot!("tables", tables.join("\n"));
    assert!(
        !grown(&["--from", "2020", "--lang", "en"]).expect(0).out.contains("Break"),
        "the break is in 2020, and 2021 as it is"
    );
    insta::assert_snapshot!("help", desk.piramide(&["growth", "--help"]).expect(0).out);
}

#[test]
fn what_did_not_grow_is_refused() {
    let desk = Desk::new();
    village(&desk);
    let town = [1000, 3000, 500].iter().fold(TOWN.to_owned(), |town, euro| {
        town.replace(&format!(", cost = {{ euro_per_person_year = {euro}, price_year = 2022 }}"), "")
    });
    fs::create_dir_all(desk.path("gratis")).unwrap();
    fs::write(desk.path("gratis/model.toml"), town).unwrap();
    fs::write(desk.path("gratis/persons.csv"), "persons\n10\n").unwrap();
    desk.piramide(&["run", "gratis", "--draws", "1", "--replications", "1", "--out", "nothing"]).expect(0);
    let said = [
        "growth nowhere",
        "growth run",
        "growth run --model dorp --from 2018",
        "growth run --model dorp --from 2020 --to 2020",
        "growth run --model dorp --scenario samen",
        "growth nothing --model gratis",
    ]
    .map(|words| desk.piramide(&words.split(' ').collect::<Vec<_>>()).expect(2).err);
    insta::assert_snapshot!("refused", said.concat());
}
