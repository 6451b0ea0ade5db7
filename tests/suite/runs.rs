//! The ensemble and the run folder: the same bytes whatever the threads, the interruptions and the accidents.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use piramide::analysis::{AnalysisError, Band, Bands, Outcome, bands::Place, estimate, execute};
use piramide::compile::Options;
use piramide::compile::layout::{Group, METRICS, metric};
use piramide::ensemble::{self, Design, Members, Progress, Simulator};
use piramide::model::Model;
use piramide::store::{Identity, Job, Manifest, State, StoreError, columns, spool::SPOOL};

use super::village::village;

const DESIGN: Design = Design { draws: 5, replications: 3 };

fn simulator(model: &Model) -> Simulator<'_> {
    Simulator::new(model, &Options { last_year: 2023, scale: 1.0 }, 7, vec![1, 0]).unwrap()
}

fn identity(model: &Model) -> Identity {
    Identity {
        piramide: Identity::VERSION.into(),
        commit: Identity::COMMIT.into(),
        model: model.name.clone(),
        inputs: [("model.toml".to_owned(), Identity::hash(b"village"))].into(),
        seed: 7,
        parameter_design: "random".into(),
        set: BTreeMap::new(),
        draws: DESIGN.draws,
        replications: DESIGN.replications,
        scenarios: vec![model.scenarios[1].name.clone(), model.scenarios[0].name.clone()],
        first_year: 2020,
        last_year: 2023,
        scale: 1.0,
    }
}

fn job<'a>(folder: &'a Path, model: &'a Model, members: &'a dyn Members, threads: usize) -> Job<'a> {
    Job { folder, model, members, identity: identity(model), threads, checks: Vec::new(), command_line: vec!["test".into()] }
}

/// Runs until `stop_at` members are there, or to the end.
fn run(job: &Job, stop_at: u64) -> Result<Outcome, AnalysisError> {
    struct StopAt<'a>(u64, &'a AtomicBool);
    impl Progress for StopAt<'_> {
        fn advance(&self, done: u64) {
            if done >= self.0 {
                self.1.store(true, Ordering::Relaxed);
            }
        }
    }
    let stop = AtomicBool::new(false);
    execute(job, &StopAt(stop_at, &stop), &stop)
}

/// Every file but those that say how the run went.
fn data(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name != "manifest.json" && name != ".lock" {
            files.insert(name, fs::read(path).unwrap());
        }
    }
    files
}

/// The whole run in a new folder, on one thread.
fn reference(model: &Model) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(run(&job(folder.path(), model, &simulator(model), 1), u64::MAX), Ok(Outcome::Complete(_))));
    data(folder.path())
}

#[test]
fn threads_change_no_byte() {
    let model = village();
    let expected = reference(&model);
    let names: Vec<&str> = expected.keys().map(String::as_str).collect();
    let files = [
        "assumptions.csv",
        "bands.csv",
        "by_age.parquet",
        "by_wijk.csv",
        "by_wijk.parquet",
        "datapackage.json",
        "draws.parquet",
        "measures.csv",
        "periods.parquet",
        "tallies.csv",
        "variance.csv",
    ];
    assert_eq!(names, files, "the files of a complete run, and nothing left over");
    for threads in [2, 7] {
        let folder = tempfile::tempdir().unwrap();
        run(&job(folder.path(), &model, &simulator(&model), threads), u64::MAX).unwrap();
        assert!(data(folder.path()) == expected, "{threads} threads");
    }
}

#[test]
fn an_interrupted_run_resumes_to_the_same_bytes() {
    let (model, total) = (village(), DESIGN.members());
    let (simulator, expected) = (simulator(&model), reference(&model));
    for (first, second, threads) in [(1, 4, 1), (7, 8, 2), (14, 15, 3)] {
        let folder = tempfile::tempdir().unwrap();
        let job = job(folder.path(), &model, &simulator, threads);
        for stop_at in [first, second] {
            match run(&job, stop_at).unwrap() {
                Outcome::Interrupted { done, total: all } => assert!(done >= stop_at && all == total, "{done} of {all}"),
                other => assert!(stop_at >= total - 1 && threads > 1, "{other:?}"),
            }
        }
        let manifest = Manifest::read(folder.path()).unwrap().unwrap();
        if manifest.state == State::Incomplete {
            assert!(!folder.path().join("bands.csv").exists(), "no result before all members are there");
            let outcome = run(&job, u64::MAX);
            assert!(matches!(outcome, Ok(Outcome::Complete(_))), "{outcome:?}");
        }
        assert!(data(folder.path()) == expected, "stopped at {first} and {second}");
    }
}

#[test]
fn a_stop_ends_at_a_member_and_a_complete_run_is_left_alone() {
    let model = village();
    let (simulator, folder) = (simulator(&model), tempfile::tempdir().unwrap());
    let job = job(folder.path(), &model, &simulator, 1);
    // One thread hands over a member before it begins the next but one.
    let Outcome::Interrupted { done, .. } = run(&job, 4).unwrap() else { panic!("not interrupted") };
    assert!((4..DESIGN.members()).contains(&done), "{done}");
    let manifest = Manifest::read(folder.path()).unwrap().unwrap();
    assert_eq!((manifest.state, manifest.members_done, manifest.members), (State::Incomplete, done, 15));

    assert!(matches!(run(&job, u64::MAX), Ok(Outcome::Complete(_))));
    let (bytes, manifest) = (data(folder.path()), Manifest::read(folder.path()).unwrap().unwrap());
    assert_eq!((manifest.state, manifest.members_done, manifest.circumstances.sessions), (State::Complete, 15, 2));
    assert!(matches!(run(&job, u64::MAX), Ok(Outcome::AlreadyComplete(_))));
    assert_eq!(Manifest::read(folder.path()).unwrap().unwrap(), manifest);
    assert!(data(folder.path()) == bytes);
}

#[test]
fn a_torn_spool_and_half_written_tables_are_mended() {
    let model = village();
    let (simulator, expected) = (simulator(&model), reference(&model));
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), &model, &simulator, 1);
    run(&job, 6).unwrap();
    let spool = fs::read(folder.path().join(SPOOL)).unwrap();
    for cut in [spool.len() - 1, spool.len() / 2, 50, 3, 0] {
        fs::write(folder.path().join(SPOOL), &spool[..cut]).unwrap();
        fs::write(folder.path().join("periods.parquet.partial"), b"PAR1 and then the power failed").unwrap();
        fs::write(folder.path().join("bands.csv"), b"scenario\nhalf a result").unwrap();
        assert!(matches!(run(&job, u64::MAX), Ok(Outcome::Complete(_))), "cut at {cut}");
        assert!(data(folder.path()) == expected, "cut at {cut}");
        // Back to an incomplete run.
        let manifest = fs::read_to_string(folder.path().join("manifest.json")).unwrap();
        fs::write(folder.path().join("manifest.json"), manifest.replace("\"complete\"", "\"incomplete\"")).unwrap();
    }
}

type Change = fn(&mut Identity);

#[test]
fn other_content_is_refused_and_not_touched() {
    let model = village();
    let simulator = simulator(&model);
    let refusal = |job: &Job| run(job, u64::MAX).unwrap_err().to_string();

    let foreign = tempfile::tempdir().unwrap();
    fs::write(foreign.path().join("thesis.docx"), b"ten years of work").unwrap();
    let message = refusal(&job(foreign.path(), &model, &simulator, 1));
    assert!(message.contains("is not empty and holds no run of piramide") && message.contains("--out"), "{message}");
    assert_eq!(data(foreign.path()).len(), 1);
    assert!(!foreign.path().join(".lock").exists());

    let folder = tempfile::tempdir().unwrap();
    run(&job(folder.path(), &model, &simulator, 1), 3).unwrap();
    let before = data(folder.path());
    let cases: [(&str, Change); 8] = [
        ("seed 7 there, 8 asked", |identity| identity.seed = 8),
        ("draws 5 there, 6 asked", |identity| identity.draws = 6),
        ("replications 3 there, 1 asked", |identity| identity.replications = 1),
        ("horizon 2020..2023 there, 2020..2022 asked", |identity| identity.last_year = 2022),
        ("scale 1 there, 0.5 asked", |identity| identity.scale = 0.5),
        ("scenarios ongewijzigd-beleid, minder there, minder asked", |identity| drop(identity.scenarios.remove(0))),
        ("input model.toml has changed", |identity| {
            identity.inputs.insert("model.toml".into(), Identity::hash(b"town"));
        }),
        ("input model.toml is gone", |identity| identity.inputs.clear()),
    ];
    for (difference, change) in cases {
        let mut other = job(folder.path(), &model, &simulator, 1);
        change(&mut other.identity);
        let message = refusal(&other);
        assert!(message.contains("holds another run") && message.contains(difference), "{message}");
    }
    fs::write(folder.path().join("manifest.json"), b"{ \"identity\": ").unwrap();
    let message = refusal(&job(folder.path(), &model, &simulator, 1));
    assert!(message.contains("manifest.json is damaged"), "{message}");
    assert!(data(folder.path()) == before);

    let file = folder.path().join("a_file");
    fs::write(&file, b"").unwrap();
    let message = refusal(&job(&file, &model, &simulator, 1));
    assert!(message.contains("a_file"), "{message}");
}

#[test]
fn two_processes_do_not_write_one_folder() {
    let model = village();
    let (simulator, folder) = (simulator(&model), tempfile::tempdir().unwrap());
    let lock = fs::File::create(folder.path().join(".lock")).unwrap();
    lock.lock().unwrap();
    let busy = run(&job(folder.path(), &model, &simulator, 1), u64::MAX).unwrap_err();
    assert!(matches!(busy, AnalysisError::Store(StoreError::Busy { .. })), "{busy}");
    lock.unlock().unwrap();
    // What a killed process leaves behind does not stand in the way.
    assert!(matches!(run(&job(folder.path(), &model, &simulator, 1), u64::MAX), Ok(Outcome::Complete(_))));
}

/// Rows of a parquet file, as texts by column name.
fn rows(file: &Path) -> Vec<BTreeMap<String, Field>> {
    let reader = SerializedFileReader::new(fs::File::open(file).unwrap()).unwrap();
    reader.get_row_iter(None).unwrap().map(|row| row.unwrap().into_columns().into_iter().collect()).collect()
}

fn text(field: &Field) -> &str {
    match field {
        Field::Str(text) => text,
        Field::Null => "",
        other => panic!("{other} is no text"),
    }
}

fn integer(field: &Field) -> i64 {
    let Field::Long(number) = field else { panic!("{field} is no integer") };
    *number
}

/// Every number of every member stands in the tables, under its names; and what is left out is zero.
#[test]
fn tables_hold_what_members_counted() {
    let model = village();
    let (simulator, folder) = (simulator(&model), tempfile::tempdir().unwrap());
    run(&job(folder.path(), &model, &simulator, 2), u64::MAX).unwrap();
    let layout = simulator.layout();
    let names: Vec<_> = layout.units.iter().map(|unit| columns::Names::new(&model, unit)).collect();
    for (file, column) in [("periods.parquet", ""), ("by_wijk.parquet", "wijk"), ("by_age.parquet", "age_band")] {
        let mut found = BTreeMap::new();
        for row in rows(&folder.path().join(file)) {
            let key: Vec<String> = ["scenario", "level", "domain", "track", "state", "layer", "combination"]
                .map(|name| text(&row[name]).to_owned())
                .into_iter()
                .chain(["draw", "replication", "year", "half"].map(|name| integer(&row[name]).to_string()))
                .chain((!column.is_empty()).then(|| text(&row[column]).to_owned()))
                .collect();
            let numbers: Vec<f64> = METRICS
                .iter()
                .map(|metric| match row[metric.name] {
                    Field::Long(number) => number as f64,
                    Field::Double(number) => number,
                    ref other => panic!("{other} is no number"),
                })
                .collect();
            assert!(found.insert(key, numbers).is_none(), "a row twice");
        }
        let mut nonzero = 0;
        for member in (0..DESIGN.members()).map(|index| DESIGN.member(index)) {
            let counts = ensemble::one(&simulator, member).unwrap();
            for (scenario, counts) in ["ongewijzigd-beleid", "minder"].iter().zip(&counts) {
                for (group, spec) in layout.groups.iter().enumerate() {
                    let group_name = match (spec, column) {
                        (Group::City, "") => None,
                        (Group::Wijk(wijk), "wijk") => Some(["noord", "zuid"][*wijk]),
                        (Group::Age(band), "age_band") => Some(["0-64", "65+"][*band]),
                        _ => continue,
                    };
                    for (unit, names) in names.iter().enumerate() {
                        for period in 0..layout.periods() {
                            let at = layout.offset(group, unit, period);
                            let stored = &counts[at..at + METRICS.len()];
                            let owned = |name: &Option<String>| name.clone().unwrap_or_default();
                            let mut key = vec![
                                (*scenario).to_owned(),
                                names.level.to_owned(),
                                owned(&names.domain),
                                owned(&names.track),
                                owned(&names.state),
                                names.layer.unwrap_or_default().to_owned(),
                                owned(&names.combination),
                                member.draw.to_string(),
                                member.replication.to_string(),
                                layout.period(period).year.to_string(),
                                layout.period(period).half.to_string(),
                            ];
                            key.extend(group_name.map(str::to_owned));
                            let row = found.remove(&key);
                            if stored.iter().any(|&count| count != 0) || column.is_empty() {
                                let row = row.unwrap_or_else(|| panic!("{file} misses {key:?}"));
                                for (metric, (number, &count)) in row.iter().zip(stored).enumerate() {
                                    let expected = count as f64 * METRICS[metric].scale;
                                    assert!((number - expected).abs() <= 1e-12 * expected.abs(), "{number} is not {expected}");
                                    nonzero += u32::from(count != 0);
                                }
                            }
                        }
                    }
                }
            }
        }
        assert!(found.is_empty(), "{file} holds what nobody counted: {found:?}");
        assert!(nonzero > 1_000, "{file} is about nothing: {nonzero}");
    }

    let draws = rows(&folder.path().join("draws.parquet"));
    assert_eq!(draws.len(), DESIGN.draws as usize);
    for (draw, row) in draws.iter().enumerate() {
        let values = simulator.parameters(draw as u32);
        assert_eq!((&row["onset"], &row["ending"]), (&Field::Double(values[0]), &Field::Double(values[1])));
    }
}

/// Bands against the members themselves, one by one.
#[test]
fn bands_follow_from_the_members() {
    let model = village();
    let (simulator, folder) = (simulator(&model), tempfile::tempdir().unwrap());
    run(&job(folder.path(), &model, &simulator, 2), u64::MAX).unwrap();
    let bands = Bands::read(folder.path()).unwrap();
    let layout = simulator.layout();
    assert_eq!(bands.rows.len(), 2 * layout.units.len() * layout.years * METRICS.len() * 2);

    let place = Place { scenario: "minder", year: 2022, domain: "wmo", track: "huishouden", state: "ho", layer: "maatwerk" };
    let unit = layout.units.iter().position(|unit| unit.state == Some(2)).unwrap();
    let at = layout.offset(0, unit, 3 * 2 + 2) + metric::COST_CONSTANT;
    let values: Vec<f64> = (0..DESIGN.members())
        .map(|index| ensemble::one(&simulator, DESIGN.member(index)).unwrap()[1][at] as f64 / 100.0)
        .collect();
    let expected = estimate(&values, 3);
    let realised = bands.get(place, "cost_constant", Band::Realised).unwrap();
    assert_eq!((realised.mean, realised.mcse, realised.unit.as_str()), (expected.mean, expected.mcse, "euro (constant)"));
    assert_eq!(realised.p05, Some(expected.realised[0]));
    assert_eq!(realised.p95, Some(expected.realised[6]));
    let split = bands.get(place, "cost_constant", Band::Expected).unwrap();
    assert_eq!((split.mean, split.p50), (expected.mean, Some(expected.split.unwrap().expected[3])));
    assert!(expected.mean > 1_000.0 && split.p05 > realised.p05 && split.p95 < realised.p95);

    let variances = fs::read_to_string(folder.path().join("variance.csv")).unwrap();
    let variance = variances.lines().find_map(|line| line.strip_prefix("minder,2022,wmo,huishouden,ho,maatwerk,cost_constant,"));
    let parts: Vec<f64> = variance.unwrap().split(',').skip(1).map(|part| part.parse().unwrap()).collect();
    let parted = expected.split.unwrap();
    assert_eq!(parts, [parted.parameter, parted.chance, parted.parameter_share().unwrap()]);

    let everybody = bands.get(Place { scenario: "minder", year: 2023, ..Place::default() }, "stock_end", Band::Realised);
    assert!((everybody.unwrap().mean - 240.0).abs() < 1e-9);
    let layer = Place { scenario: "minder", year: 2023, layer: "maatwerk", ..Place::default() };
    assert!(bands.get(layer, "person_years", Band::Realised).unwrap().mean > 1.0);
    let one_layer_only = Place { layer: "combination:maatwerk", ..layer };
    assert!(bands.get(one_layer_only, "person_years", Band::Realised).is_some());
}

/// With one replication there is nothing to split, and the file says so by empty cells.
#[test]
fn a_band_that_cannot_be_split_is_empty() {
    let model = village();
    let (simulator, folder) = (simulator(&model), tempfile::tempdir().unwrap());
    let mut job = job(folder.path(), &model, &simulator, 1);
    job.identity.replications = 1;
    run(&job, u64::MAX).unwrap();
    let bands = Bands::read(folder.path()).unwrap();
    let expected = bands.rows.iter().filter(|row| row.band == Band::Expected).collect::<Vec<_>>();
    assert!(!expected.is_empty() && expected.iter().all(|row| row.p05.is_none() && row.p95.is_none() && row.mcse.is_some()));
}

#[test]
fn the_package_describes_every_column() {
    let model = village();
    let (simulator, folder) = (simulator(&model), tempfile::tempdir().unwrap());
    run(&job(folder.path(), &model, &simulator, 1), u64::MAX).unwrap();
    let package: serde_json::Value = serde_json::from_slice(&fs::read(folder.path().join("datapackage.json")).unwrap()).unwrap();
    let mut described = Vec::new();
    for resource in package["resources"].as_array().unwrap() {
        let file = resource["path"].as_str().unwrap();
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let names: Vec<&str> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
        assert!(fields.iter().all(|field| !field["description"].as_str().unwrap().is_empty()), "{file}");
        let inside: Vec<String> = if resource["format"] == "csv" {
            csv::Reader::from_path(folder.path().join(file)).unwrap().headers().unwrap().iter().map(str::to_owned).collect()
        } else {
            let reader = SerializedFileReader::new(fs::File::open(folder.path().join(file)).unwrap()).unwrap();
            let schema = reader.metadata().file_metadata().schema_descr();
            schema.columns().iter().map(|column| column.name().to_owned()).collect()
        };
        assert_eq!(names, inside, "{file}");
        described.push(file.to_owned());
    }
    described.push("datapackage.json".into());
    described.sort();
    assert_eq!(described, data(folder.path()).into_keys().collect::<Vec<_>>());
}

/// Of two wijken one has few persons with help. What is known of both together tells of them, so the other is left out as well; of both
/// together nothing is hidden.
#[test]
fn a_wijk_of_a_few_takes_the_next_with_it() {
    let mut model = village();
    model.population.iter_mut().filter(|row| row.values == [1]).for_each(|row| row.count = 10.0);
    let (simulator, folder) = (simulator(&model), tempfile::tempdir().unwrap());
    run(&job(folder.path(), &model, &simulator, 1), u64::MAX).unwrap();
    let mut reader = csv::Reader::from_path(folder.path().join("by_wijk.csv")).unwrap();
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    let of = |wijk: &str, layer: &str| -> Vec<(bool, &str)> {
        let here = |row: &&BTreeMap<String, String>| row["wijk"] == wijk && row["layer"] == layer && row["year"] == "2023";
        rows.iter().filter(here).map(|row| (row["mean"].is_empty() && row["p50"].is_empty(), &*row["note"])).collect()
    };
    assert_eq!(of("zuid", "maatwerk"), [(true, "fewer than 10 persons"); 4], "two scenarios, persons and cost");
    assert_eq!(of("noord", "maatwerk"), [(true, "with the total it would tell of fewer than 10 persons"); 4]);
    let bands = Bands::read(folder.path()).unwrap();
    assert!(bands.rows.iter().any(|row| row.layer == "maatwerk" && row.metric == "person_years" && row.mean > 10.0));
}

/// Runs the test `name` again in a process of its own, in another role.
#[cfg(target_os = "linux")]
fn as_child(name: &str, folder: &Path, role: &str, limits: &str) -> std::process::Output {
    let shell = format!("{limits} exec \"$0\" --exact runs::{name} --nocapture --test-threads 1");
    let mut command = std::process::Command::new("sh");
    command.arg("-c").arg(shell).arg(std::env::current_exe().unwrap());
    command.env("VILLAGE_FOLDER", folder).env("VILLAGE_ROLE", role).output().unwrap()
}

/// The folder and the role, if this process is such a child.
#[cfg(target_os = "linux")]
fn child() -> Option<(std::path::PathBuf, String)> {
    Some((std::env::var_os("VILLAGE_FOLDER")?.into(), std::env::var("VILLAGE_ROLE").ok()?))
}

/// Files may grow to `blocks` of 512 bytes and no more, as on a full disk: in the spool, and in the tables. The run says so,
/// takes nothing half for whole, and goes on when there is room.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported_and_the_run_resumes() {
    let model = village();
    let simulator = simulator(&model);
    if let Some((folder, _)) = child() {
        let message = run(&job(&folder, &model, &simulator, 2), u64::MAX).unwrap_err().to_string();
        println!("MESSAGE {message}");
        return;
    }
    let expected = reference(&model);
    let folder = tempfile::tempdir().unwrap();
    run(&job(folder.path(), &model, &simulator, 1), 14).unwrap();
    let spool = fs::metadata(folder.path().join(SPOOL)).unwrap().len();
    let (largest, bytes) = expected.iter().max_by_key(|(_, bytes)| bytes.len()).unwrap();
    let room_for_others = bytes.len() as u64 - 512;
    for (bytes, file, before) in [(100, "manifest.json", 0), (spool / 3, SPOOL, 0), (room_for_others, largest, 15)] {
        let folder = tempfile::tempdir().unwrap();
        if before > 0 {
            // The members are all there before the disk fills up.
            let kept = run(&job(folder.path(), &model, &simulator, 1), before).unwrap();
            assert!(matches!(kept, Outcome::Interrupted { done: 15, .. }));
        }
        let limits = format!("trap '' XFSZ; ulimit -f {};", bytes / 512);
        let output = as_child("a_full_disk_is_reported_and_the_run_resumes", folder.path(), "full", &limits);
        let output = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.contains("MESSAGE cannot write") && output.contains(file), "{output}");
        assert!(output.contains("make room and give the same command again"), "{output}");
        let manifest = Manifest::read(folder.path()).unwrap();
        assert_eq!(manifest.as_ref().map_or(0, |manifest| manifest.members_done) > 0, file != "manifest.json");
        assert!(manifest.is_none_or(|manifest| manifest.state == State::Incomplete));
        assert!(!data(folder.path()).contains_key("bands.csv"));
        assert!(data(folder.path()).keys().all(|name| !name.ends_with(".partial")), "no half files lie about");
        assert!(matches!(run(&job(folder.path(), &model, &simulator, 1), u64::MAX), Ok(Outcome::Complete(_))));
        assert!(data(folder.path()) == expected, "after a full disk at {file}");
    }
}

/// Members of the size of a town's: the village's track four times, nine wijken, eight age bands, seven years.
#[cfg(target_os = "linux")]
struct Town(piramide::compile::Layout);

#[cfg(target_os = "linux")]
impl Town {
    fn model() -> Model {
        let mut model = village();
        model.attributes[0].values = (0..9).map(|wijk| format!("wijk {wijk}")).collect();
        model.report_ages = vec![0, 4, 12, 18, 27, 45, 65, 75];
        for name in ["begeleiding", "jeugdhulp", "bijstand"] {
            let mut track = model.tracks[0].clone();
            track.name = name.into();
            model.tracks.push(track);
        }
        model
    }
}

#[cfg(target_os = "linux")]
impl Members for Town {
    fn layout(&self) -> &piramide::compile::Layout {
        &self.0
    }

    fn parameters(&self, draw: u32) -> Vec<f64> {
        vec![f64::from(draw), 1.0]
    }

    fn run(
        &self,
        draw: u32,
        replications: std::ops::Range<u32>,
        each: &mut dyn FnMut(u32, Vec<Vec<i64>>) -> bool,
    ) -> Result<(), ensemble::EnsembleError> {
        for replication in replications {
            let salt = i64::from(draw) * 31 + i64::from(replication);
            let counts = (0..self.0.len() as i64).map(|cell| (cell * 7_919 + salt) % 5_003).collect();
            if !each(replication, vec![counts]) {
                break;
            }
        }
        Ok(())
    }
}

/// Peak memory of a whole run of `draws` × 2 members on `threads` threads, in a process of its own, MB.
#[cfg(target_os = "linux")]
fn peak(draws: u32, threads: usize) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let name = "memory_does_not_grow_with_the_number_of_members";
    let output = as_child(name, folder.path(), &format!("{draws} {threads}"), "");
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let peak = output.lines().find_map(|line| line.split_once("PEAK ")).unwrap_or_else(|| panic!("{output}")).1;
    peak.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

/// At most 100 MB and 25 MB for the second thread, for members of a town's size; and no more for three times as many.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_number_of_members() {
    if let Some((folder, role)) = child() {
        let (draws, threads) = role.split_once(' ').unwrap();
        let model = Town::model();
        let town = Town(piramide::compile::Layout::new(&model, 2026));
        assert!(town.0.len() * 8 > 500_000, "as large as a town");
        let mut job = job(&folder, &model, &town, threads.parse().unwrap());
        (job.identity.draws, job.identity.replications) = (draws.parse().unwrap(), 2);
        job.identity.scenarios = vec!["ongewijzigd-beleid".into()];
        run(&job, u64::MAX).unwrap();
        let status = fs::read_to_string("/proc/self/status").unwrap();
        println!("PEAK {}", status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().trim());
        return;
    }
    let (few, many) = (peak(8, 2), peak(24, 2));
    assert!(many < 125.0, "{many} MB on two threads");
    // With the fewer members the tables' row groups are full already. The 32 more would take 27 MB as they are counted and
    // about 10 MB as they are kept.
    assert!(many < few + 5.0, "{few} MB for 16 members, {many} MB for 48");
}
