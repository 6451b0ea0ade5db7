//! `piramide tipping`: ever more places, against queues whose answers are known and against plain runs.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::capacity::{agree, erlang_b, erlang_c};
use crate::cli::{Desk, dorp};
use crate::town::{HEAD, compiled, member, town};
use piramide::analysis::tipping::{self, Curve, Job, METRICS, Number, Tipping, Turn, metric};
use piramide::compile::layout::{Group, Level, TICKS_PER_YEAR, WAITS, wait};
use piramide::compile::{Options, layout};
use piramide::design::Draws;
use piramide::engine::Luck;
use piramide::ensemble::{self, Design, Member, Members, Progress, Quiet, Simulator};
use piramide::model::{Layer, Model};

/// Services per year of one place, and of maatwerk.
const MU: f64 = 100.0;
/// Requests that would be in service at once if nobody had to wait.
const LOAD: f64 = 4.0;

/// The numbers of a model, with so many draws and replications, seed 7.
fn found(model: &Model, factors: &[f64], design: (u32, u32)) -> Tipping {
    found_of(model, factors, design, 7, 1.0, 2)
}

fn found_of(model: &Model, factors: &[f64], design: (u32, u32), seed: u64, scale: f64, threads: usize) -> Tipping {
    let resources: Vec<usize> = (0..model.resources.len()).collect();
    let job = Job {
        model,
        options: &Options { last_year: model.last_year, scale },
        scenario: 0,
        seed,
        draws: &Draws::random(model, seed),
        design: Design { draws: design.0, replications: design.1 },
        resources: &resources,
        factors,
    };
    let pool = ensemble::pool(threads).unwrap();
    tipping::tipping(&job, &pool, &Quiet, &AtomicBool::new(false)).unwrap().unwrap()
}

/// The curve of a resource in the city or a wijk in the last year.
fn last(found: &Tipping, resource: usize, wijk: Option<usize>) -> &Curve {
    found.curves.iter().rfind(|curve| (curve.resource, curve.wijk) == (resource, wijk)).unwrap()
}

fn number(curve: &Curve, point: usize, metric: usize) -> Number {
    curve.points[point].numbers[metric].unwrap_or_else(|| panic!("no {} at {point}", METRICS[metric].name))
}

fn mean(curve: &Curve, point: usize, metric: usize) -> f64 {
    number(curve, point, metric).estimate.mean
}

/// Mean and standard error.
fn both(curve: &Curve, point: usize, metric: usize) -> (f64, f64) {
    let estimate = number(curve, point, metric).estimate;
    (estimate.mean, estimate.mcse.unwrap())
}

/// A loket with so many places to which people come at random; who finds none goes to the state `vol`, which is left as `moves`
/// says.
fn loket(places: f64, vol: &str, moves: &str) -> Model {
    let text = format!(
        "[resource.loket]\nlabel = {{ nl = \"Loket\", en = \"Desk\" }}\nplaces = {places}\n\
         [track.q]\nlabel = {{ nl = \"Rij\", en = \"Queue\" }}\n[track.q.state]\nklaar = {{ sink = true }}\n\
         dienst = {{ layer = \"basis\", place = {{ of = \"loket\", full = \"vol\" }} }}\nvol = {vol}\n\
         [[track.q.transition]]\nfrom = \"dienst\"\nhazard = {{ per_year = {MU} }}\nto = \"klaar\"\n{moves}\
         [stream.komt]\nrate = {{ per_year = {} }}\npersons = \"komt.csv\"\nsource = {{ ref = \"test\" }}\n",
        LOAD * MU
    );
    town(&text, &[("persons.csv", "persons\n1\n"), ("komt.csv", "weight,q\n1,dienst\n")])
}

/// A state in which people wait for the loket, in a layer.
fn list(layer: &str) -> String {
    format!("{{ layer = \"{layer}\", waits_for = {{ state = \"dienst\" }} }}")
}

/// Who finds no place needs maatwerk for as long on average: Erlang's B says how much of it there is, and so what every place
/// prevents. The last of three years is 200 services after an empty start. 21 numbers at five standard errors: false alarm
/// 1.2e-5. Half of the best effect per place lies 0.05 from the nearest step, more than ten standard errors.
#[test]
fn places_prevent_what_erlang_says() {
    let zorg = "{ layer = \"maatwerk\", cost = { euro_per_person_year = 1000, price_year = 2022 } }";
    let moves = format!("[[track.q.transition]]\nfrom = \"vol\"\nhazard = {{ per_year = {MU} }}\nto = \"klaar\"\n");
    let model = loket(4.0, zorg, &moves);
    let found = found(&model, &[0.5, 1.75, 2.0], (1, 400));
    assert_eq!(found.factors, [0.0, 0.5, 1.0, 1.75, 2.0, f64::INFINITY]);
    let curve = last(&found, 0, None);
    let lost = |places: f64| if places == 0.0 { 1.0 } else { erlang_b(places, LOAD) };
    let places = [0.0, 2.0, 4.0, 7.0, 8.0];
    for (point, &here) in places.iter().enumerate().skip(1) {
        let before = places[point - 1];
        assert_eq!(mean(curve, point, metric::PLACES), here);
        agree("load", both(curve, point, metric::LOAD), LOAD / here, 0.01);
        agree("utilisation", both(curve, point, metric::UTILISATION), LOAD * (1.0 - lost(here)) / here, 0.01);
        agree("prevented", both(curve, point, metric::PREVENTED), LOAD * (1.0 - lost(here)), 0.01);
        agree("per place", both(curve, point, metric::PER_PLACE), LOAD * (1.0 - lost(here)) / here, 0.01);
        let next = LOAD * (lost(before) - lost(here)) / (here - before);
        agree("by the next", both(curve, point, metric::BY_NEXT), next, 0.03);
        let saved = mean(curve, point, metric::SAVED);
        assert!((saved / mean(curve, point, metric::PREVENTED) - 1000.0).abs() < 0.01, "every year of maatwerk costs 1000 euro");
    }
    agree("turned away", both(curve, 1, metric::TURNED_AWAY), LOAD * MU * lost(2.0), 0.01);
    // What a place does: 0.77 of the first two, which is the best, then 0.61, 0.33 and 0.13.
    assert_eq!(curve.turn, Some(Turn::Between { from: 1, near: 2, to: 3 }));
    assert!(curve.points[5].few_in_maatwerk && curve.points[5].numbers[metric::PREVENTED].is_none(), "nobody has any");
}

/// With a list and endless patience all are served, so that places are used as much as the load says, and Erlang's C says how
/// many wait. Places for everybody are used as in a queue with infinitely many. Six numbers at five standard errors: false alarm
/// 3.4e-6.
#[test]
fn a_list_serves_all_and_unlimited_places_need_none() {
    let found = found(&loket(5.0, &list("wacht"), ""), &[2.0], (1, 400));
    let curve = last(&found, 0, None);
    for (point, places) in [(1, 5.0), (2, 10.0)] {
        agree("load", both(curve, point, metric::LOAD), LOAD / places, 0.02);
        agree("utilisation", both(curve, point, metric::UTILISATION), LOAD / places, 0.02);
        agree("waiting", both(curve, point, metric::WAITING), erlang_c(places, LOAD) * LOAD / (places - LOAD), 0.2);
    }
    let all = curve.points.len() - 1;
    for nobody in [metric::WAITING, metric::WAIT, metric::GAVE_UP, metric::ESCALATED, metric::TURNED_AWAY, metric::LOAD] {
        assert_eq!(number(curve, all, nobody).estimate.realised, [0.0; 7], "{}", METRICS[nobody].name);
    }
    assert_eq!(mean(curve, all, metric::AT_ONCE), mean(curve, all, metric::REQUESTS));
    assert_eq!(curve.points[all].numbers[metric::PLACES], None);
}

/// A town of three wijken, one of them tiny, with places per wijk, and places for all that lead to nothing heavy.
fn wijken() -> (String, [(&'static str, &'static str); 1]) {
    let text = "[attribute.wijk]\nlabel = { nl = \"Wijk\", en = \"Neighbourhood\" }\nvalues = [\"oost\", \"west\", \"erf\"]\n\
        [parameter.plekken]\nunit = \"number\"\nprior = { lognormal = { median = 9, sigma = 0.2 } }\n\
        source = { ref = \"test\" }\ngrade = \"D\"\n\
        [resource.basis]\nlabel = { nl = \"Plekken\", en = \"Places\" }\nplaces = \"plekken\"\nper = \"wijk\"\n\
        source = { ref = \"test\" }\ngrade = \"D\"\n\
        [resource.inloop]\nlabel = { nl = \"Inloop\", en = \"Drop-in\" }\nplaces = 5\nsource = { ref = \"test\" }\ngrade = \"D\"\n\
        [track.q]\nlabel = { nl = \"Steun\", en = \"Support\" }\n[track.q.state]\ngeen_hulpvraag = {}\n\
        steun = { layer = \"basis\", place = { of = \"basis\", full = \"wacht\" } }\n\
        wacht = { layer = \"wacht\", waits_for = { state = \"steun\" } }\n\
        zorg = { layer = \"maatwerk\", cost = { euro_per_person_year = 9000, price_year = 2022 } }\n\
        [[track.q.transition]]\nfrom = \"geen_hulpvraag\"\nhazard = { per_year = 0.3 }\nto = \"steun\"\n\
        [[track.q.transition]]\nfrom = \"geen_hulpvraag\"\nhazard = { per_year = 0.15 }\nto = \"zorg\"\n\
        [[track.q.transition]]\nfrom = \"steun\"\nhazard = { per_year = 4 }\nto = \"geen_hulpvraag\"\n\
        [[track.q.transition]]\nfrom = \"wacht\"\nhazard = { per_year = 2 }\nto = \"zorg\"\n\
        [[track.q.transition]]\nfrom = \"wacht\"\nhazard = { per_year = 1 }\nto = \"geen_hulpvraag\"\n\
        [[track.q.transition]]\nfrom = \"zorg\"\nhazard = { per_year = 1 }\nto = \"geen_hulpvraag\"\n\
        [track.q.initial.steun]\nshare = 0.03\n[track.q.initial.zorg]\nshare = 0.05\n\
        [track.i]\nlabel = { nl = \"Inloop\", en = \"Drop-in\" }\n[track.i.state]\ngeen_hulpvraag = {}\n\
        inloop = { layer = \"basis\", place = { of = \"inloop\", full = \"rij\" } }\n\
        rij = { layer = \"wacht\", waits_for = { state = \"inloop\" } }\n\
        [[track.i.transition]]\nfrom = \"geen_hulpvraag\"\nhazard = { per_year = 0.2 }\nto = \"inloop\"\n\
        [[track.i.transition]]\nfrom = \"inloop\"\nhazard = { per_year = 20 }\nto = \"geen_hulpvraag\"\n";
    (text.to_owned(), [("persons.csv", "wijk,persons\noost,200\nwest,150\nerf,8\n")])
}

fn town_of_wijken() -> Model {
    let (text, files) = wijken();
    town(&text, &files)
}

/// Every number at factor 1 is that of a plain run, to the last bit, whichever resource is varied: six members, each alone.
#[test]
fn once_the_places_are_a_plain_run() {
    let model = town_of_wijken();
    let options = Options { last_year: model.last_year, scale: 1.0 };
    for seed in 0..6 {
        let simulator = Simulator::new(&model, &options, seed, vec![0]).unwrap();
        let plan = simulator.layout();
        let counts = ensemble::one(&simulator, Member { draw: 0, replication: 0 }).unwrap().remove(0);
        let found = found_of(&model, &[], (1, 1), seed, 1.0, 1);
        assert_eq!(found.curves.len(), 2 * 4 * 3, "two resources, the city and three wijken, three years");
        for curve in found.curves.iter().filter(|curve| curve.wijk != Some(2)) {
            let one = curve.points.iter().position(|point| point.factor == 1.0).unwrap();
            let period = 3 * (curve.year - model.first_year) as usize + 2;
            let place = (curve.resource, curve.wijk);
            let queue = plan.queues.iter().position(|queue| (queue.resource, queue.wijk) == place).unwrap();
            let group = curve.wijk.map_or(Group::City, Group::Wijk);
            let group = plan.groups.iter().position(|&known| known == group).unwrap();
            let asked = |what: usize| counts[plan.wait_offset(queue, period) + what];
            for (metric, what) in [
                (metric::REQUESTS, wait::REQUESTS),
                (metric::AT_ONCE, wait::AT_ONCE),
                (metric::SERVED, wait::SERVED),
                (metric::GAVE_UP, wait::GAVE_UP),
                (metric::ESCALATED, wait::ESCALATED),
                (metric::WAIT, wait::ASKED_WAIT_MEAN),
            ] {
                assert_eq!(mean(curve, one, metric), asked(what) as f64 * WAITS[what].scale, "{}", WAITS[what].name);
            }
            assert_eq!(mean(curve, one, metric::WAITING), asked(wait::UNMET_NEED) as f64 / TICKS_PER_YEAR as f64);
            let unit = |level, layer| plan.units.iter().position(|unit| (unit.level, unit.layer) == (level, layer)).unwrap();
            let of =
                |unit, metric: usize| counts[plan.offset(group, unit, period) + metric] as f64 * layout::METRICS[metric].scale;
            let heavy = unit(Level::State, Some(Layer::Maatwerk));
            assert_eq!(mean(curve, one, metric::MAATWERK), of(heavy, layout::metric::PERSON_TIME));
            let cost = of(unit(Level::Total, None), layout::metric::COST_CONSTANT);
            let without = number(curve, 0, metric::MAATWERK).estimate.mean * 9000.0;
            // To the cent per half-year, and what is small beside millions.
            assert!((mean(curve, one, metric::SAVED) - (without - cost)).abs() < 0.05);
            if curve.wijk.is_none() || curve.resource == 0 {
                let used = asked(wait::PLACES_USED) as f64 * WAITS[wait::PLACES_USED].scale;
                assert_eq!(mean(curve, one, metric::UTILISATION), used / mean(curve, one, metric::PLACES));
            } else {
                let same = |other: &&Curve| (other.resource, other.wijk, other.year) == (curve.resource, None, curve.year);
                let city = found.curves.iter().find(same).unwrap();
                for shared in [metric::LOAD, metric::UTILISATION] {
                    assert_eq!(number(curve, one, shared), number(city, one, shared), "of the places that the city shares");
                }
            }
        }
    }
}

/// Without a place nobody is served and nothing prevented, in every member; and what has no part in maatwerk prevents none of it,
/// however many places there are, since all luck is shared.
#[test]
fn no_place_prevents_nothing() {
    let found = found(&town_of_wijken(), &[0.5, 2.0], (8, 2));
    assert_eq!(found.members, 16);
    for curve in found.curves.iter().filter(|curve| curve.wijk != Some(2)) {
        for nothing in [metric::SERVED, metric::AT_ONCE, metric::PREVENTED, metric::SAVED] {
            assert_eq!(number(curve, 0, nothing).estimate.realised, [0.0; 7], "{}", METRICS[nothing].name);
        }
        for point in 1..curve.points.len() {
            let effect = number(curve, point, metric::PREVENTED).estimate.realised;
            assert!(mean(curve, point, metric::SERVED) > 0.0);
            assert_eq!(effect == [0.0; 7], curve.resource == 1, "{effect:?}");
        }
    }
    let tips = |resource| last(&found, resource, None).turn;
    assert_eq!((tips(1), last(&found, 1, Some(0)).turn), (Some(Turn::NoEffect), None), "the city shares those places");
    assert!(matches!(tips(0), Some(Turn::Between { .. } | Turn::From(_))), "{:?}", tips(0));
}

/// First come, first served, each with the service that they would have had anyway: with more places everybody begins no later
/// (Kiefer and Wolfowitz 1955, *On the theory of queues with many servers*). Those who wait have maatwerk meanwhile, so that in
/// every member more places prevent as much or more.
#[test]
fn more_places_never_prevent_less() {
    let model = loket(5.0, &list("maatwerk"), "");
    for seed in 0..12 {
        let found = found_of(&model, &[0.2, 0.4, 0.6, 0.8, 1.2, 1.4, 1.6, 3.0], (1, 1), seed, 1.0, 1);
        for curve in &found.curves {
            // With many places fewer than ten persons wait, which is not shown.
            let shown = curve.points.iter().map_while(|point| point.numbers[metric::PREVENTED]);
            let prevented: Vec<f64> = shown.map(|number| number.estimate.mean).collect();
            assert!(prevented.is_sorted(), "seed {seed}: {prevented:?}");
            assert!(prevented[0] == 0.0 && prevented[1] > 0.0 && prevented[5] > prevented[1]);
        }
    }
}

/// A tenth of the persons share a tenth of the places, and a factor is rounded to a thousandth of a place.
#[test]
fn places_go_with_persons() {
    let (text, files) = wijken();
    let model = town(&text.replace("places = 5", "places = 5.5"), &files);
    let found = found_of(&model, &[0.333, 1.5], (1, 1), 7, 0.1, 1);
    let curve = last(&found, 1, None);
    let places: Vec<f64> = (0..4).map(|point| mean(curve, point, metric::PLACES)).collect();
    // 0.333 × 0.55 = 0.18315.
    assert_eq!(places, [0.0, 0.183, 0.55, 0.825]);
}

#[test]
fn the_same_bits_for_any_number_of_threads() {
    let model = town_of_wijken();
    let text = |threads| format!("{:?}", found_of(&model, &[0.5, 2.0], (5, 3), 7, 1.0, threads));
    assert!(text(1) == text(3));
}

/// Stops as soon as so many members are there.
struct StopAt<'a>(u64, &'a AtomicBool);

impl Progress for StopAt<'_> {
    fn advance(&self, done: u64) {
        self.1.store(done >= self.0, Ordering::Relaxed);
    }
}

#[test]
fn what_is_stopped_shows_whole_draws() {
    let model = town_of_wijken();
    let options = Options { last_year: model.first_year, scale: 1.0 };
    let draws = Draws::random(&model, 7);
    let job = |draws_asked| Job {
        model: &model,
        options: &options,
        scenario: 0,
        seed: 7,
        draws: &draws,
        design: Design { draws: draws_asked, replications: 2 },
        resources: &[0],
        factors: &[],
    };
    let pool = ensemble::pool(1).unwrap();
    let stop = AtomicBool::new(false);
    let part = tipping::tipping(&job(1000), &pool, &StopAt(3, &stop), &stop).unwrap().unwrap();
    assert!(part.stopped && part.members >= 2 && part.members < 1000 && part.members.is_multiple_of(2), "{}", part.members);
    stop.store(false, Ordering::Relaxed);
    let whole = tipping::tipping(&job(part.members as u32 / 2), &pool, &Quiet, &stop).unwrap().unwrap();
    assert_eq!(format!("{:?}", part.curves), format!("{:?}", whole.curves));
    assert!(!whole.stopped);
    stop.store(true, Ordering::Relaxed);
    assert_eq!(tipping::tipping(&job(4), &pool, &Quiet, &stop).unwrap(), None);
}

/// The town in a folder that the command can read.
fn write(desk: &Desk, name: &str) {
    let (text, files) = wijken();
    fs::create_dir(desk.path(name)).unwrap();
    fs::write(desk.path(name).join("model.toml"), format!("{HEAD}\n{text}")).unwrap();
    for (file, content) in files {
        fs::write(desk.path(name).join(file), content).unwrap();
    }
}

#[test]
fn the_file_has_every_number_and_hides_small_wijken() {
    let desk = Desk::new();
    write(&desk, "stad");
    let args = "tipping stad --factors 4,0.5 --draws 8 --replications 2 --out tipping.csv";
    let left = desk.piramide(&args.split(' ').collect::<Vec<_>>()).expect(0);
    assert!(left.err.ends_with("all numbers: tipping.csv\n"), "{}", left.err);
    let mut reader = csv::Reader::from_path(desk.path("tipping.csv")).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let columns =
        "scenario,resource,wijk,year,factor,load,tipping,metric,unit,members,mean,mcse,p05,p10,p25,p50,p75,p90,p95,note";
    assert_eq!(header.join(","), columns);
    let rows: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    // Two resources, the city and three wijken, three years, five factors.
    assert_eq!(rows.len(), 2 * 4 * 3 * 5 * METRICS.len());
    let keys: BTreeSet<String> =
        rows.iter().map(|row| [&row[1], &row[2], &row[3], &row[4], &row[7]].map(|key| &**key).join(",")).collect();
    assert_eq!(keys.len(), rows.len(), "a row twice");
    let all =
        |column: usize| rows.iter().map(|row| row[column].as_str()).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    assert_eq!(all(4), ["0.0", "0.5", "1.0", "4.0", "inf"]);
    assert!(
        all(6).iter().all(|side| ["", "before", "between", "near", "beyond"].contains(side)) && all(6).len() > 2,
        "{:?}",
        all(6)
    );
    for row in &rows {
        let [resource, wijk, factor, load, metric] = [1, 2, 4, 5, 7].map(|column| row[column].as_str());
        let (number, hidden) = (row[10].parse::<f64>().ok(), !row[19].is_empty());
        assert!(number.is_none_or(f64::is_finite), "{row:?}");
        assert_eq!(number.is_some(), row[9] != "0", "{row:?}");
        assert!(metric != "load" || row[10] == load, "{row:?}");
        // Eight persons live in `erf`; some 40 a year ask in each of the others, and more have maatwerk.
        assert_eq!(hidden, wijk == "erf" && metric != "places", "{row:?}");
        assert!(!hidden || row[10..19].iter().all(String::is_empty) && row[19] == "fewer than 10 persons", "{row:?}");
        let shared = resource == "inloop" && !wijk.is_empty();
        let none = match metric {
            "load" | "utilisation" => factor == "0.0",
            "places" => factor == "inf" || shared,
            "prevented_per_place" | "prevented_by_next" | "saved_by_next" => ["0.0", "inf"].contains(&factor) || shared,
            _ => false,
        };
        assert_eq!(number.is_none(), hidden || none, "{row:?}");
    }
}

/// Places that are halved on 1 July, and places for everybody.
#[test]
fn places_are_those_of_the_year() {
    let (text, files) = wijken();
    let less = "label = { nl = \"Minder\", en = \"Less\" }\n[measure.minder]\nlabel = { nl = \"Minder\", en = \"Less\" }\n\
                start = 2022-07-01\nscale = { plekken = 0.5 }\n";
    let model = town(&text, &[files[0], ("scenarios/minder.toml", less)]);
    let mut compiled = compiled(&model);
    let less = model.scenarios.iter().position(|scenario| scenario.name == "minder").unwrap();
    let before = 181.0 / 365.0;
    let scenario = &compiled.scenarios[less];
    let close = |found: Option<f64>, expected: f64| assert!((found.unwrap() - expected).abs() < 1e-9, "{found:?} {expected}");
    for (wijk, pools) in [(None, 3.0), (Some(1), 1.0)] {
        close(scenario.places(0, wijk, 0), 9.0 * pools);
        close(scenario.places(0, wijk, 1), (9.0 * before + 4.5 * (1.0 - before)) * pools);
        close(scenario.places(0, wijk, 2), 4.5 * pools);
    }
    close(scenario.places(1, None, 2), 5.0);
    assert_eq!(scenario.places(1, Some(1), 2), None, "the city shares them");
    assert_eq!(scenario.rooms_times(0, 1.0), scenario.rooms);
    assert_eq!(
        scenario.rooms_times(1, 0.5).iter().filter(|room| scenario.rooms.contains(room)).count(),
        scenario.rooms.len() - 1
    );

    let plenty = text.replace("places = \"plekken\"", "places = 1e6").replace("places = 5", "places = 1e6");
    let plenty = town(&plenty.replace("[parameter.plekken]", "[parameter.geen]"), &files);
    for resource in 0..2 {
        compiled.scenarios[0].rooms = compiled.scenarios[0].rooms_times(resource, f64::INFINITY);
    }
    let luck = Luck::new(7, 0, 0);
    assert_eq!(member(&compiled, 0, luck), member(&crate::town::compiled(&plenty), 0, luck));
}

#[test]
fn the_table_tells_where_it_tips() {
    let desk = Desk::new();
    write(&desk, "stad");
    for language in ["nl", "en"] {
        let args = format!("tipping stad --draws 16 --factors 0.5,1.5,3 --lang {language}");
        let left = desk.piramide(&args.split(' ').collect::<Vec<_>>()).expect(0);
        assert!(left.out.lines().all(|line| line.chars().count() <= 80), "{}", left.out);
        insta::assert_snapshot!(format!("table_{language}"), left.out);
    }
    insta::assert_snapshot!("help", desk.piramide(&["tipping", "--help"]).expect(0).out);
}

#[test]
fn what_cannot_be_varied_is_refused() {
    let desk = Desk::new();
    write(&desk, "stad");
    let dorp = dorp();
    let mut said = String::new();
    for args in [
        "tipping DORP",
        "tipping stad --resource loket",
        "tipping stad --factors -1",
        "tipping stad --factors 1,many",
        "tipping stad --factors inf",
        "tipping stad --scenario nothing",
        "tipping stad --horizon 2021..2040",
        "tipping stad --draws 0",
        "tipping nowhere",
    ] {
        let words: Vec<&str> = args.split(' ').map(|word| if word == "DORP" { &dorp } else { word }).collect();
        let left = desk.piramide(&words).expect(2);
        assert_eq!(left.out, "", "{args}");
        said += &format!("$ piramide {args}\n{}\n", left.err);
    }
    insta::assert_snapshot!("refused", said);
}
