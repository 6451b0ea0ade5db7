//! `piramide compare`: every number against arithmetic done here, and what cannot be compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use piramide::compile::layout::METRICS;
use piramide::store::Manifest;
use piramide::store::members::Members;

use super::cli::{Desk, dorp};

/// Simulates the village into `out`: 6 draws of 2 replications.
fn run(desk: &Desk, model: &str, out: &str, more: &str) {
    let args = format!("run {model} --draws 6 --out {out} {more}");
    desk.piramide(&args.split_whitespace().collect::<Vec<_>>()).expect(0);
}

/// The village in a folder `name`, with one of its files edited.
fn edited(desk: &Desk, name: &str, file: &str, from: &str, to: &str) {
    for inside in ["", "scenarios", "tracks"] {
        let (here, there) = (Path::new(&dorp()).join(inside), desk.path(name).join(inside));
        fs::create_dir_all(&there).unwrap();
        for entry in fs::read_dir(here).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), there.join(entry.file_name())).unwrap();
        }
    }
    let file = desk.path(name).join(file);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from));
    fs::write(file, text.replace(from, to)).unwrap();
}

/// A file of differences: per scenarios, year, level, domain, track, state, layer and metric the numbers by name.
fn differences(desk: &Desk, args: &str) -> BTreeMap<Vec<String>, BTreeMap<String, f64>> {
    let words: Vec<&str> = args.split(' ').chain(["--out", "differences.csv"]).collect();
    desk.piramide(&words).expect(0);
    let mut reader = csv::Reader::from_path(desk.path("differences.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let mut rows = BTreeMap::new();
    for record in reader.records().map(Result::unwrap) {
        let key: Vec<String> = record.iter().take(9).map(str::to_owned).collect();
        let numbers = header.iter().zip(&record).skip(10).filter(|(_, text)| !text.is_empty());
        let numbers = numbers.map(|(name, text)| (name.to_owned(), text.parse().unwrap())).collect();
        assert!(rows.insert(key, numbers).is_none(), "a row twice");
    }
    rows
}

/// Per (year, level, domain, track, state, layer) as in the file of differences, and metric: the value of each member by draw.
fn years(folder: &Path, scenario: &str) -> BTreeMap<Vec<String>, BTreeMap<(i64, i64), f64>> {
    let reader = SerializedFileReader::new(fs::File::open(folder.join("periods.parquet")).unwrap()).unwrap();
    let mut found: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for row in reader.get_row_iter(None).unwrap() {
        let row: BTreeMap<String, Field> = row.unwrap().into_columns().into_iter().collect();
        let text = |name: &str| match &row[name] {
            Field::Str(text) => text.clone(),
            _ => String::new(),
        };
        let integer = |name: &str| if let Field::Long(number) = row[name] { number } else { panic!("{name}") };
        if integer("half") != 0 || text("scenario") != scenario {
            continue;
        }
        let or = |own: &str, other: &str| match (text(own), text(other)) {
            (own, other) if other.is_empty() => own,
            (_, set) => format!("{other}:{set}"),
        };
        for metric in METRICS {
            let key = vec![
                integer("year").to_string(),
                text("level"),
                text("domain"),
                text("track"),
                or("state", "gate"),
                or("layer", "combination"),
                metric.name.to_owned(),
            ];
            let value = match row[metric.name] {
                Field::Long(number) => number as f64,
                Field::Double(number) => number,
                ref other => panic!("{other} is no number"),
            };
            let member = (integer("draw"), integer("replication"));
            assert!(found.entry(key).or_default().insert(member, value).is_none(), "a member twice");
        }
    }
    found
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

/// The error of a mean of members by draw, the slow way.
fn error(members: &BTreeMap<(i64, i64), f64>) -> f64 {
    let draws: Vec<i64> = members.keys().filter(|(_, replication)| *replication == 0).map(|(draw, _)| *draw).collect();
    let of = |draw: i64| members.iter().filter(|((of, _), _)| *of == draw).map(|(_, value)| value).sum::<f64>() / 2.0;
    let mean = draws.iter().map(|&draw| of(draw)).sum::<f64>() / draws.len() as f64;
    let squares: f64 = draws.iter().map(|&draw| (of(draw) - mean) * (of(draw) - mean)).sum();
    (squares / (draws.len() - 1) as f64 / draws.len() as f64).sqrt()
}

/// Every number of the file, in two runs of which the second has another scenario and horizon.
#[test]
fn pairs_are_taken_member_by_member() {
    let desk = Desk::new();
    run(&desk, &dorp(), "one", "");
    run(&desk, &dorp(), "other", "--scenario samen --horizon 2019..2020 --threads 1");
    let (first, second) = (years(&desk.path("one"), "ongewijzigd-beleid"), years(&desk.path("other"), "samen"));
    let found = differences(&desk, "compare one other");
    assert_eq!(found.len(), second.len(), "all that is in both, and 2021 is not");
    let mut differing = 0;
    for (key, numbers) in &found {
        assert_eq!(key[..2], ["ongewijzigd-beleid", "samen"]);
        let (one, other) = (&first[&key[2..]], &second[&key[2..]]);
        let pairs: BTreeMap<_, f64> = one.iter().map(|(member, value)| (*member, other[member] - value)).collect();
        assert_eq!(pairs.len(), 12);
        let mean = |values: &BTreeMap<_, f64>| values.values().sum::<f64>() / 12.0;
        close(numbers["first"], mean(one));
        close(numbers["second"], mean(other));
        close(numbers["difference"], mean(&pairs));
        close(numbers["mcse"], error(&pairs));
        close(numbers["mcse_unpaired"], (error(one) * error(one) + error(other) * error(other)).sqrt());
        let mut sorted: Vec<f64> = pairs.values().copied().collect();
        sorted.sort_by(f64::total_cmp);
        // Of 12 values the 5th percentile lies at place 0.55, the median at 5.5, the 95th percentile at 10.45.
        close(numbers["p05"], 0.45 * sorted[0] + 0.55 * sorted[1]);
        close(numbers["p50"], 0.5 * sorted[5] + 0.5 * sorted[6]);
        close(numbers["p95"], 0.55 * sorted[10] + 0.45 * sorted[11]);
        close(numbers["above"], sorted.iter().filter(|&&value| value > 0.0).count() as f64 / 12.0);
        close(numbers["below"], sorted.iter().filter(|&&value| value < 0.0).count() as f64 / 12.0);
        differing += u32::from(mean(&pairs) != 0.0);
    }
    assert!(differing > 20, "{differing}");

    // The other way round only the signs change.
    for (mut key, numbers) in differences(&desk, "compare other one") {
        key.swap(0, 1);
        let forth = &found[&key];
        for (name, of, sign) in [
            ("difference", "difference", -1.0),
            ("first", "second", 1.0),
            ("mcse", "mcse", 1.0),
            ("mcse_unpaired", "mcse_unpaired", 1.0),
            ("p05", "p95", -1.0),
            ("p25", "p75", -1.0),
            ("p50", "p50", -1.0),
            ("p90", "p10", -1.0),
            ("above", "below", 1.0),
            ("below", "above", 1.0),
        ] {
            close(numbers[name], sign * forth[of]);
        }
    }
}

#[test]
fn identical_runs_differ_by_exactly_nothing() {
    let desk = Desk::new();
    run(&desk, &dorp(), "one", "--scenario ongewijzigd-beleid --scenario samen");
    run(&desk, &dorp(), "same", "--scenario ongewijzigd-beleid --scenario samen --threads 1");
    for (key, numbers) in differences(&desk, "compare one same") {
        assert_eq!(key[0], key[1]);
        for name in ["difference", "mcse", "p05", "p10", "p25", "p50", "p75", "p90", "p95", "above", "above_mcse", "below"] {
            assert_eq!(numbers[name].to_bits(), 0.0f64.to_bits(), "{name} of {key:?}");
        }
    }
    let said = desk.piramide(&["compare", "one", "same"]).expect(0).out;
    assert!(
        said.contains("Nothing is different") && said.contains("All 36 chosen numbers are the same in every member"),
        "{said}"
    );
}

#[test]
fn other_luck_is_not_paired() {
    let desk = Desk::new();
    run(&desk, &dorp(), "one", "");
    let reasons = [
        ("--seed 2", "seed: 1 → 2"),
        ("--replications 1", "replications: 2 → 1"),
        ("--design sobol", "design: random → sobol"),
        ("--scale 0.5", "scale: 1 → 0.5"),
    ];
    for (at, (option, reason)) in reasons.into_iter().enumerate() {
        let out = format!("other-{at}");
        run(&desk, &dorp(), &out, option);
        let said = desk.piramide(&["compare", "one", &out]).expect(0).out;
        assert!(said.contains(&format!("Not paired ({reason}): the runs share no luck")), "{said}");
    }
    let (first, second) = (years(&desk.path("one"), "ongewijzigd-beleid"), years(&desk.path("other-0"), "ongewijzigd-beleid"));
    for (key, numbers) in differences(&desk, "compare one other-0") {
        let (one, other) = (&first[&key[2..]], &second[&key[2..]]);
        close(numbers["difference"], (other.values().sum::<f64>() - one.values().sum::<f64>()) / 12.0);
        close(numbers["mcse"], (error(one) * error(one) + error(other) * error(other)).sqrt());
        for name in ["p05", "p50", "p95", "above", "below", "parameter_share"] {
            assert!(!numbers.contains_key(name), "{name}: there are no pairs");
        }
    }
}

#[test]
fn the_tables_are_for_people() {
    let desk = Desk::new();
    run(&desk, &dorp(), "before", "--scenario ongewijzigd-beleid --scenario samen+later");
    edited(&desk, "mine", "tracks/hulp.toml", "min = 3000.0, mode = 4000.0", "min = 3500.0, mode = 4500.0");
    run(&desk, "mine", "after", "--scenario ongewijzigd-beleid --scenario samen+later --horizon 2019..2020");
    let mut shown = String::new();
    for args in [
        "compare --help",
        "compare before",
        "compare before --scenario samen+later --track hulp --year 2021 --metric person_years --metric starts",
        "compare before after --lang nl",
        "compare before after --scenario ongewijzigd-beleid --scenario samen+later --level layer --year 2020",
    ] {
        let said = desk.piramide(&args.split(' ').collect::<Vec<_>>()).expect(0).out;
        let help = args.ends_with("--help");
        assert!(help || said.lines().all(|line| line.chars().count() <= 80), "{said}");
        shown += &format!("$ piramide {args}\n{said}\n");
    }
    insta::assert_snapshot!("tables", shown);
}

#[test]
fn other_models_are_compared_where_they_are_alike() {
    let desk = Desk::new();
    run(&desk, &dorp(), "one", "");
    edited(&desk, "mine", "model.toml", "name              = \"dorp\"", "name = \"gehucht\"");
    let track = fs::read_to_string(desk.path("mine/tracks/hulp.toml")).unwrap();
    fs::write(desk.path("mine/tracks/hulp.toml"), track.replace("track.hulp", "track.zorg")).unwrap();
    run(&desk, "mine", "other", "");
    let said = desk.piramide(&["compare", "one", "other"]).expect(0).out;
    for part in [
        "model: dorp → gehucht",
        "input tracks/hulp.toml: changed",
        "Only in the first, so not compared: track hulp.",
        "Only in the second, so not compared: track zorg.",
        "Not paired (model: dorp → gehucht)",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let desk = Desk::new();
    run(&desk, &dorp(), "one", "");
    run(&desk, &dorp(), "two", "--scenario samen --scenario later");
    run(&desk, &dorp(), "half", "");
    let manifest = desk.text("half/manifest.json").replace("\"complete\"", "\"incomplete\"");
    let manifest = manifest.replace("\"members_done\": 12", "\"members_done\": 7");
    fs::write(desk.path("half/manifest.json"), manifest.replace(&dorp(), "models/dorp")).unwrap();
    edited(&desk, "mine", "model.toml", "first_year        = 2019", "first_year = 2022");
    let model = desk.text("mine/model.toml").replace("default_last_year = 2021", "default_last_year = 2024");
    fs::write(desk.path("mine/model.toml"), model).unwrap();
    for scenario in ["samen", "later"] {
        fs::remove_file(desk.path(&format!("mine/scenarios/{scenario}.toml"))).unwrap();
    }
    run(&desk, "mine", "later", "");
    let mut said = String::new();
    for args in [
        "compare nowhere one",
        "compare one one/manifest.json",
        "compare one mine",
        "compare half one",
        "compare one",
        "compare one later",
        "compare one two",
        "compare one two --scenario sam --scenario samen",
        "compare two --scenario later --scenario samen --scenario later",
        "compare one one --metric kosten",
        "compare one one --track huishouden",
        "compare one one --year 2030..2031",
        "compare one one --level total --track hulp",
        "compare one one --year next",
        "compare one one --level wijk",
    ] {
        let left = desk.piramide(&args.split(' ').collect::<Vec<_>>()).expect(2);
        assert_eq!(left.out, "", "{args}");
        said += &format!("$ piramide {args}\n{}\n", left.err);
    }
    insta::assert_snapshot!("refused", said);
}

/// A file that was cut or has other bytes is refused by name; nothing in it ends in a panic.
#[test]
fn damaged_members_are_refused() {
    let desk = Desk::new();
    run(&desk, &dorp(), "one", "");
    let file = desk.path("one/periods.parquet");
    let bytes = fs::read(&file).unwrap();
    let manifest = Manifest::of_complete(&desk.path("one")).unwrap();
    let read = || Members::read(&desk.path("one"), &manifest, &["ongewijzigd-beleid"]);
    let whole = read().unwrap();
    assert_eq!((whole.members, whole.replications), (12, 2));
    for cut in [0, 3, 100, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&file, &bytes[..cut]).unwrap();
        let message = read().unwrap_err().to_string();
        assert!(message.contains("periods.parquet is damaged"), "{message}");
    }
    let mut refused = 0;
    for at in (0..bytes.len()).step_by(bytes.len() / 200) {
        let mut other = bytes.clone();
        other[at] ^= 0x55;
        fs::write(&file, &other).unwrap();
        refused += u32::from(read().is_err());
    }
    assert!(refused > 20, "{refused} of 200");
    let mut fewer = manifest.clone();
    fewer.identity.draws = 5;
    fs::write(&file, &bytes).unwrap();
    assert!(Members::read(&desk.path("one"), &fewer, &["ongewijzigd-beleid"]).unwrap_err().to_string().contains("damaged"));
    fewer.identity.draws = 7;
    assert!(Members::read(&desk.path("one"), &fewer, &["ongewijzigd-beleid"]).unwrap_err().to_string().contains("misses"));
    fs::remove_file(&file).unwrap();
    let left = desk.piramide(&["compare", "one", "one"]).expect(1);
    assert!(left.err.contains("periods.parquet is damaged: it is gone"), "{}", left.err);
}
