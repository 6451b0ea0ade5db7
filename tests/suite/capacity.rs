//! Places that run out, against queues whose answers are known.
//!
//! Time is measured so that a service takes a hundredth of a year on average; the first year, a hundred services long, is not
//! counted where the queue should have forgotten its start.

use crate::town::{compiled, state, town, value};
use piramide::compile::layout::{metric, wait};
use piramide::compile::{Compiled, Options, Plan, medians};
use piramide::engine::{Luck, Outcome, Request, Silent, Tally, simulate};
use piramide::model::{self, Files};
use piramide::verify::identities;
use rayon::prelude::*;

/// Services per year of one place.
const MU: f64 = 100.0;
/// Standard errors that a right engine exceeds once in 1.7 million tests.
const LIMIT: f64 = 5.0;

/// A loket with so many places; `states` and `moves` go on where it ends.
fn loket(places: &str, states: &str, moves: &str, streams: &[(&str, f64)]) -> Compiled {
    let mut text = format!(
        "[resource.loket]\nlabel = {{ nl = \"Loket\", en = \"Desk\" }}\nplaces = {places}\n\
         [track.q]\nlabel = {{ nl = \"Rij\", en = \"Queue\" }}\n\
         [track.q.state]\nklaar = {{ sink = true }}\n{states}\n{moves}\n"
    );
    let mut files = vec![("persons.csv".to_owned(), "persons\n1\n".to_owned())];
    for (to, rate) in streams {
        text += &format!(
            "[stream.naar_{to}]\nrate = {{ per_year = {rate} }}\npersons = \"{to}.csv\"\nsource = {{ ref = \"test\" }}\n"
        );
        files.push((format!("{to}.csv"), format!("weight,q\n1,{to}\n")));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    compiled(&town(&text, &files))
}

const STATES: &str = "dienst = { layer = \"basis\", place = { of = \"loket\", full = \"wacht\" } }\n\
                      wacht = { layer = \"wacht\", waits_for = { state = \"dienst\" } }";

fn leaves(from: &str, clock: &str) -> String {
    format!("[[track.q.transition]]\nfrom = \"{from}\"\n{clock}\nto = \"klaar\"\n")
}

fn served() -> String {
    leaves("dienst", &format!("hazard = {{ per_year = {MU} }}"))
}

/// Means and their standard errors of what `numbers` makes of each of `runs` members.
fn means<const N: usize>(compiled: &Compiled, runs: u32, numbers: impl Fn(&Tally, &[i64]) -> [f64; N] + Sync) -> [(f64, f64); N] {
    let all: Vec<[f64; N]> = (0..runs)
        .into_par_iter()
        .map(|run| {
            let mut tally = Tally::new(&compiled.layout);
            simulate(compiled, 0, Luck::new(9, 0, run), &mut tally, &mut Silent);
            let counts = tally.counts(compiled, 0);
            numbers(&tally, &counts)
        })
        .collect();
    let n = f64::from(runs);
    core::array::from_fn(|at| {
        let mean = all.iter().map(|row| row[at]).sum::<f64>() / n;
        let square = all.iter().map(|row| (row[at] - mean) * (row[at] - mean)).sum::<f64>();
        (mean, (square / (n - 1.0) / n).sqrt())
    })
}

#[track_caller]
pub(crate) fn agree(what: &str, (mean, se): (f64, f64), expected: f64, precision: f64) {
    assert!(se < precision * expected.abs(), "{what}: a standard error of {se} proves little");
    assert!((mean - expected).abs() < LIMIT * se, "{what}: {mean} seen (s.e. {se}), {expected} expected");
}

/// Persons on the list on average in the second and third year.
fn listed(compiled: &Compiled, counts: &[i64], list: usize) -> f64 {
    let year = |year| value(&compiled.layout, counts, state(0, list), year, metric::PERSON_TIME);
    0.5 * (year(1) + year(2))
}

/// Requests that were made in the second and third year, of those `which`.
fn late(tally: &Tally, which: impl Fn(&Request) -> bool) -> f64 {
    tally.requests_made().iter().filter(|request| request.joined >= 1.0 && which(request)).count() as f64
}

/// Erlang's C formula, from his B formula by recursion (Erlang 1917, *Solution of some problems in the theory of probabilities of
/// significance in automatic telephone exchanges*).
pub(crate) fn erlang_c(places: f64, load: f64) -> f64 {
    let b = erlang_b(places, load);
    b / (1.0 - load / places * (1.0 - b))
}

pub(crate) fn erlang_b(places: f64, load: f64) -> f64 {
    (1..=places as u32).fold(1.0, |b, n| load * b / (f64::from(n) + load * b))
}

/// Arrivals see time averages, so the share that waits is Erlang's C, and with Little's law so is everything else.
#[test]
fn those_who_wait_and_how_long() {
    for (places, load) in [(1.0, 0.8), (4.0, 3.2), (12.0, 10.2)] {
        let compiled = loket(&places.to_string(), STATES, &served(), &[("dienst", load * MU)]);
        let c = erlang_c(places, load);
        let [list, waits, time] = means(&compiled, 1500, |tally, counts| {
            let all = late(tally, |_| true);
            let waited: f64 =
                tally.requests_made().iter().filter(|request| request.joined >= 1.0).map(|r| r.ended - r.joined).sum();
            [listed(&compiled, counts, 2), late(tally, |request| request.ended > request.joined) / all, waited / all]
        });
        agree("on the list", list, c * load / (places - load), 0.03);
        agree("share that waits", waits, c, 0.02);
        agree("time", time, c / (places - load) / MU, 0.03);
    }
}

/// The stationary law of a birth-death chain: births per state, deaths per state.
fn birth_death(birth: impl Fn(usize) -> f64, death: impl Fn(usize) -> f64, most: usize) -> Vec<f64> {
    let mut law = vec![1.0];
    for n in 1..=most {
        law.push(law[n - 1] * birth(n - 1) / death(n));
    }
    let sum: f64 = law.iter().sum();
    law.into_iter().map(|weight| weight / sum).collect()
}

/// Erlang A: whoever waits gives up at a rate of their own (Palm 1957, *Research on telephone traffic carried by full availability
/// groups*); also with twice as many requests as the places can serve.
#[test]
fn those_who_give_up() {
    let patience = 0.5 * MU;
    for load in [4.0, 8.0] {
        let moves = served() + &leaves("wacht", &format!("hazard = {{ per_year = {patience} }}"));
        let compiled = loket("4", STATES, &moves, &[("dienst", load * MU)]);
        let law = birth_death(|_| load, |n| n.min(4) as f64 + 0.5 * n.saturating_sub(4) as f64, 200);
        let expected: f64 = law.iter().enumerate().map(|(n, share)| n.saturating_sub(4) as f64 * share).sum();
        let [list, gave_up] = means(&compiled, 400, |tally, counts| {
            let all = late(tally, |_| true);
            [listed(&compiled, counts, 2), late(tally, |request| request.outcome == Outcome::GaveUp) / all]
        });
        agree("on the list", list, expected, 0.02);
        agree("share that gives up", gave_up, 0.5 * expected / load, 0.02);
    }
}

/// Erlang B holds for any law of service (Sevastyanov 1957, *An ergodic theorem for Markov processes and its application to telephone
/// systems with refusals*).
#[test]
fn those_who_are_turned_away() {
    let states = "dienst = { layer = \"basis\", place = { of = \"loket\", full = \"klaar\" } }";
    for law in [
        "exponential = { mean_years = 0.01 }",
        "fixed = { years = 0.01 }",
        "uniform = { min_years = 0, max_years = 0.02 }",
        "gamma = { mean_years = 0.01, shape = 0.5 }",
    ] {
        let moves = leaves("dienst", &format!("dwell = {{ {law} }}"));
        let compiled = loket("4", states, &moves, &[("dienst", 3.2 * MU)]);
        let [lost] = means(&compiled, 400, |tally, _| {
            [late(tally, |request| request.outcome == Outcome::TurnedAway) / late(tally, |_| true)]
        });
        agree(law, lost, erlang_b(4.0, 3.2), 0.01);
    }
}

/// Who is turned away to the state that they come from asks again after as long: two of three at each of the five half-years inside the
/// horizon.
#[test]
fn those_who_ask_again_and_again() {
    let compiled = compiled(&town(
        "[resource.loket]\nlabel = { nl = \"Loket\", en = \"Desk\" }\nplaces = 1\n\
         [track.q]\nlabel = { nl = \"Rij\", en = \"Queue\" }\n\
         [track.q.state]\nvraag = {}\ndienst = { layer = \"basis\", place = { of = \"loket\", full = \"vraag\" } }\n\
         [[track.q.transition]]\nfrom = \"vraag\"\ndwell = { fixed = { years = 0.5 } }\nto = \"dienst\"\n\
         [[track.q.transition]]\nfrom = \"dienst\"\ndwell = { fixed = { years = 5 } }\nto = \"vraag\"\n",
        &[("persons.csv", "persons\n3\n")],
    ));
    let mut tally = Tally::new(&compiled.layout);
    simulate(&compiled, 0, Luck::new(1, 0, 0), &mut tally, &mut Silent);
    let count = |wanted: Outcome| tally.requests_made().iter().filter(|request| request.outcome == wanted).count();
    assert_eq!((count(Outcome::Served), count(Outcome::TurnedAway)), (1, 10));
}

/// Three classes of priority with one law of service (Cobham 1954, *Priority assignment in waiting line problems*).
#[test]
fn those_who_go_first() {
    let mut states = String::new();
    let mut moves = String::new();
    for class in 0..3 {
        states += &format!("dienst{class} = {{ layer = \"basis\", place = {{ of = \"loket\", full = \"wacht{class}\" }} }}\n");
        states +=
            &format!("wacht{class} = {{ layer = \"wacht\", waits_for = {{ state = \"dienst{class}\", priority = {class} }} }}\n");
        moves += &leaves(&format!("dienst{class}"), &format!("hazard = {{ per_year = {MU} }}"));
    }
    let loads = [0.8, 1.2, 1.2];
    let compiled =
        loket("4", &states, &moves, &[("dienst0", loads[0] * MU), ("dienst1", loads[1] * MU), ("dienst2", loads[2] * MU)]);
    let lists = means(&compiled, 800, |_, counts| [2, 4, 6].map(|list| listed(&compiled, counts, list)));
    let first = erlang_c(4.0, 3.2) / 4.0;
    let mut before = 0.0;
    for (list, load) in lists.into_iter().zip(loads) {
        let after = before + load / 4.0;
        agree("on the list", list, load * first / ((1.0 - before) * (1.0 - after)), 0.04);
        before = after;
    }
}

/// Half of six places are cut on 1 January 2022: those in service finish, and a list builds up. Against the Kolmogorov equations of
/// (in service, waiting), integrated by Runge and Kutta's rule.
#[test]
fn a_cut_lets_those_in_service_finish() {
    const MOST: usize = 60;
    let load = 2.5;
    let text = format!(
        "[parameter.plekken]\nunit = \"number\"\nprior = {{ fixed = 6 }}\nsource = {{ ref = \"test\" }}\ngrade = \"D\"\n\
         [resource.loket]\nlabel = {{ nl = \"Loket\", en = \"Desk\" }}\nplaces = \"plekken\"\n\
         [track.q]\nlabel = {{ nl = \"Rij\", en = \"Queue\" }}\n[track.q.state]\nklaar = {{ sink = true }}\n{STATES}\n{}\
         [stream.naar]\nrate = {{ per_year = {} }}\npersons = \"in.csv\"\nsource = {{ ref = \"test\" }}\n",
        served(),
        load * MU
    );
    let cut = "label = { nl = \"Minder\", en = \"Less\" }\n[measure.minder]\nlabel = { nl = \"Minder\", en = \"Less\" }\n\
               start = 2022-01-01\nscale = { plekken = 0.5 }\n";
    let files = [("persons.csv", "persons\n1\n"), ("in.csv", "weight,q\n1,dienst\n"), ("scenarios/minder.toml", cut)];
    let model = town(&text, &files);
    let scenario = model.scenarios.iter().position(|scenario| scenario.name == "minder").unwrap();
    let plan = Plan::new(&model, &Options { last_year: model.last_year, scale: 1.0 }).unwrap();
    let compiled = plan.compile(&medians(&model)).unwrap();
    let moments = [1.005, 1.02, 1.1, 1.5];
    let all: Vec<[f64; 4]> = (0..4000)
        .into_par_iter()
        .map(|run| {
            let mut tally = Tally::new(&compiled.layout);
            simulate(&compiled, scenario, Luck::new(5, 0, run), &mut tally, &mut Silent);
            let at = |time: f64| tally.requests_made().iter().filter(|r| r.joined <= time && r.ended > time).count() as f64;
            moments.map(at)
        })
        .collect();
    // Stationary before the cut, with six places; then services in the unit of time.
    let cell = |service: usize, waiting: usize| service * MOST + waiting;
    let law = birth_death(|_| load, |n| n.min(6) as f64, 6 + MOST - 1);
    let mut now = vec![0.0; 7 * MOST];
    for (n, share) in law.iter().enumerate() {
        now[cell(n.min(6), n.saturating_sub(6))] = *share;
    }
    let flow = |law: &[f64]| {
        let mut flow = vec![0.0; law.len()];
        for service in 0..7 {
            for waiting in 0..MOST {
                let here = law[cell(service, waiting)];
                let arrival = if service < 3 { cell(service + 1, waiting) } else { cell(service, (waiting + 1).min(MOST - 1)) };
                let left = service.saturating_sub(1);
                let end = if left < 3 && waiting > 0 { cell(service, waiting - 1) } else { cell(left, waiting) };
                for (to, rate) in [(arrival, load), (end, service as f64)] {
                    flow[to] += here * rate;
                    flow[cell(service, waiting)] -= here * rate;
                }
            }
        }
        flow
    };
    let (mut time, step) = (0.0, 0.005);
    for (at, moment) in moments.into_iter().enumerate() {
        while time < (moment - 1.0) * MU - 1e-9 {
            let along =
                |slope: &[f64], part: f64| -> Vec<f64> { now.iter().zip(slope).map(|(x, k)| x + part * step * k).collect() };
            let first = flow(&now);
            let second = flow(&along(&first, 0.5));
            let third = flow(&along(&second, 0.5));
            let fourth = flow(&along(&third, 1.0));
            for (index, x) in now.iter_mut().enumerate() {
                *x += step / 6.0 * (first[index] + 2.0 * (second[index] + third[index]) + fourth[index]);
            }
            time += step;
        }
        let expected: f64 = now.iter().enumerate().map(|(cell, share)| (cell % MOST) as f64 * share).sum();
        let n = all.len() as f64;
        let mean = all.iter().map(|row| row[at]).sum::<f64>() / n;
        let square = all.iter().map(|row| (row[at] - mean) * (row[at] - mean)).sum::<f64>();
        agree(&format!("on the list at {moment}"), (mean, (square / (n - 1.0) / n).sqrt()), expected, 0.05);
    }
}

/// Little's law in a finite window: the times that requests wait in a year are the person-years on the list, to the last tick.
#[test]
fn waits_add_up_to_the_list() {
    let moves = served() + &leaves("wacht", "hazard = { per_year = 20 }");
    let compiled = loket("4", STATES, &moves, &[("dienst", 4.2 * MU)]);
    let mut tally = Tally::new(&compiled.layout);
    simulate(&compiled, 0, Luck::new(3, 0, 0), &mut tally, &mut Silent);
    let counts = tally.counts(&compiled, 0);
    for year in 0..3 {
        let (from, until) = (year as f64, year as f64 + 1.0);
        let waited = tally.requests_made().iter().map(|r| (r.ended.min(until) - r.joined.max(from)).max(0.0)).sum::<f64>();
        let listed = value(&compiled.layout, &counts, state(0, 2), year, metric::PERSON_TIME);
        assert!((waited - listed).abs() < 1e-5, "{waited} waited, {listed} on the list");
        assert!(listed > 0.1);
    }
}

/// With no place nobody is served and nobody lost.
#[test]
fn no_place_at_all() {
    let compiled = loket("0", STATES, &served(), &[("dienst", 50.0)]);
    let mut tally = Tally::new(&compiled.layout);
    simulate(&compiled, 0, Luck::new(3, 0, 0), &mut tally, &mut Silent);
    let counts = tally.counts(&compiled, 0);
    let of = |which: usize, metric| value(&compiled.layout, &counts, state(0, which), 2, metric);
    assert_eq!(of(1, metric::UNIQUE), 0.0);
    assert_eq!(of(2, metric::STOCK_END), tally.requests_made().len() as f64);
    assert!(tally.requests_made().iter().all(|request| request.outcome == Outcome::StillWaiting));
    assert!(tally.requests_made().len() > 100);
}

/// With more places than persons everything is as without places, to the last bit.
#[test]
fn room_for_everybody_is_no_resource() {
    let (_, folder) = model::embedded::verification().into_iter().find(|(name, _)| name == "pyramid-markov").unwrap();
    let text = std::str::from_utf8(folder.get("model.toml").unwrap()).unwrap().to_owned();
    let limited = text
        .replace(
            "[track.pyramide]",
            "[resource.plekken]\nlabel = { nl = \"Plekken\", en = \"Places\" }\nplaces = 1e6\n\n[track.pyramide]",
        )
        .replace(
            "basis     = { layer = \"basis\",",
            "basis     = { layer = \"basis\", place = { of = \"plekken\", full = \"formeel\" },",
        );
    assert_ne!(text, limited);
    let counts = |text: &str| {
        let mut files: Files = folder.clone();
        files.insert("model.toml", text);
        let compiled = compiled(&model::read(&files).unwrap());
        let mut tally = Tally::new(&compiled.layout);
        simulate(&compiled, 0, Luck::new(1, 0, 0), &mut tally, &mut Silent);
        let mut counts = tally.counts(&compiled, 0);
        // Only one of the two has a queue.
        counts.drain(compiled.layout.group_len()..compiled.layout.head_len());
        counts
    };
    assert_eq!(counts(&text), counts(&limited));
}

/// Who waits on one track lives on on the others: nothing of theirs may come before others have come that far. With age bands,
/// which turn while they wait, and with persons who wait at the start.
#[test]
fn who_waits_lives_on() {
    let text = "[resource.loket]\nlabel = { nl = \"Loket\", en = \"Desk\" }\nplaces = 3\n\
        [track.q]\nlabel = { nl = \"Rij\", en = \"Queue\" }\n[track.q.state]\ngeen_hulpvraag = {}\n\
        dienst = { layer = \"basis\", place = { of = \"loket\", full = \"wacht\" } }\n\
        wacht = { layer = \"wacht\", waits_for = { state = \"dienst\" } }\n\
        [[track.q.transition]]\nfrom = \"geen_hulpvraag\"\nhazard = { per_year = 1 }\nto = \"dienst\"\n\
        [[track.q.transition]]\nfrom = \"dienst\"\nhazard = { per_year = 20 }\nto = \"geen_hulpvraag\"\n\
        [[track.q.transition]]\nfrom = \"wacht\"\nhazard = { per_year = 0.5 }\nto = \"geen_hulpvraag\"\n\
        [track.q.initial.wacht]\nshare = 0.3\n\
        [track.vlug]\nlabel = { nl = \"Vlug\", en = \"Fast\" }\n[track.vlug.state]\nop = {}\naf = { layer = \"formeel\" }\n\
        [[track.vlug.transition]]\nfrom = \"op\"\nhazard = { per_year = 30 }\nto = \"af\"\n\
        [[track.vlug.transition]]\nfrom = \"af\"\nhazard = { per_year = 30 }\nto = \"op\"\n";
    let mut model = town(text, &[("persons.csv", "age,persons\n40,200\n63,200\n")]);
    model.report_ages = vec![0, 41, 42, 43, 65];
    let compiled = compiled(&model);
    let mut tally = Tally::new(&compiled.layout);
    simulate(&compiled, 0, Luck::new(3, 0, 0), &mut tally, &mut Silent);
    identities(&compiled.layout, &model, &tally.counts(&compiled, 0)).unwrap();
    assert!(tally.requests_made().iter().filter(|request| request.ended > request.joined).count() > 300);
}

/// The wait of a patient person (Palm 1957; here by the law of the number in the system): those ahead leave at the rate of all
/// places and of the patience of those still ahead, and some do not have to wait at all.
#[test]
fn the_wait_of_those_who_ask_counts_those_who_give_up() {
    let (places, load, patience) = (4.0, 4.8, 0.5 * MU);
    let gives_up = leaves("wacht", &format!("hazard = {{ per_year = {patience} }}"));
    let compiled = loket(&places.to_string(), STATES, &(served() + &gives_up), &[("dienst", load * MU)]);
    let rate = |n: usize| MU * (n as f64).min(places) + patience * (n as f64 - places).max(0.0);
    let law = birth_death(|_| load * MU, rate, 200);
    let wait =
        |n: usize| (places as usize..=n).map(|ahead| 1.0 / (places * MU + patience * (ahead as f64 - places))).sum::<f64>();
    let expected: f64 = law.iter().enumerate().skip(places as usize).map(|(n, share)| share * wait(n)).sum();
    let offset = |what| compiled.layout.wait_offset(0, 5) + what;
    let [asked, done] = means(&compiled, 1500, |_, counts| {
        [counts[offset(wait::ASKED_WAIT_MEAN)], counts[offset(wait::WAIT_MEAN)]]
            .map(|ticks| ticks as f64 / piramide::compile::layout::TICKS_PER_YEAR as f64)
    });
    agree("wait of those who ask", asked, expected, 0.02);
    assert!(done.0 < 0.9 * expected, "those served waited {} on average, so this proves nothing", done.0);
}
