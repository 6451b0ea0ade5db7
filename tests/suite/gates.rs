//! Gates against closed forms, and the promises of their luck.
//!
//! Statistical checks use five standard errors, which a right engine exceeds once in 1.7 million.

use std::collections::BTreeMap;

use piramide::compile::layout::{Level, METRICS, metric};
use piramide::compile::{Compiled, Options, Plan, medians};
use piramide::engine::{Event, Luck, Observer, PersonId, Silent, Tally, What, simulate};
use piramide::model::{self, Files, Model, UNCHANGED};

const HEAD: &str = r#"
[model]
name = "poort"
label = { nl = "Poort", en = "Gate" }
first_year = 2021
last_year = 2026
[population]
file = "persons.csv"
[domain.wmo]
label = { nl = "Wmo", en = "Wmo" }
[parameter.reach]
unit = "share"
prior = { fixed = 0 }
source = { ref = "test" }
grade = "D"
[parameter.success]
unit = "share"
prior = { fixed = 0.5 }
source = { ref = "test" }
grade = "D"
[parameter.fee]
unit = "euro"
prior = { fixed = 0 }
source = { ref = "test" }
grade = "D"
[source.test]
author = "Piramide"
year = 2026
title = "Test model"
"#;

/// A model whose scenarios set reach, success and fee.
fn town(parts: &[&str], files: &[(&str, &str)], scenarios: &[(&str, f64, f64, f64)]) -> Model {
    let text = [&[HEAD], parts].concat().concat();
    let scenario = |&(name, reach, success, fee): &(&str, f64, f64, f64)| {
        let set = format!("set = {{ reach = {reach}, success = {success}, fee = {fee} }}");
        let label = format!("label = {{ nl = \"{name}\", en = \"{name}\" }}");
        (format!("scenarios/{name}.toml"), format!("{label}\n[measure.{name}]\n{set}\n"))
    };
    let scenarios: Vec<(String, String)> = scenarios.iter().map(scenario).collect();
    let all = [("model.toml", text.as_str())].into_iter().chain(files.iter().copied());
    let all = all.chain(scenarios.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    model::read(&Files::from_memory(all)).unwrap_or_else(|faults| panic!("{faults}"))
}

/// A plan's draw, and what its members count.
struct Rig<'a> {
    model: &'a Model,
    plan: Plan<'a>,
    compiled: Compiled,
}

impl<'a> Rig<'a> {
    fn new(model: &'a Model) -> Self {
        let plan = Plan::new(model, &Options { last_year: model.last_year, scale: 1.0 }).unwrap();
        let compiled = plan.compile(&medians(model)).unwrap();
        Self { model, plan, compiled }
    }

    fn scenario(&self, name: &str) -> usize {
        self.model.scenarios.iter().position(|scenario| scenario.name == name).unwrap()
    }

    fn run(&self, scenario: &str, replication: u32, observer: &mut impl Observer) -> Vec<i64> {
        let scenario = self.scenario(scenario);
        let mut tally = Tally::new(self.plan.layout());
        simulate(&self.compiled, scenario, Luck::new(9, 0, replication), &mut tally, observer);
        let counts = tally.counts(&self.compiled, scenario);
        piramide::verify::identities(self.plan.layout(), self.model, &counts).unwrap();
        counts
    }

    /// Row of a state, or of the first track if `state` is empty.
    fn row(&self, state: &str) -> usize {
        let named = |unit: &piramide::compile::layout::Unit| match unit.level {
            Level::State => unit.state.is_some_and(|id| self.model.tracks[unit.track.unwrap()].states[id].name == state),
            Level::Track => state.is_empty(),
            _ => false,
        };
        self.plan.layout().units.iter().position(named).unwrap()
    }

    /// A number of year number `year`, in its unit.
    fn number(&self, counts: &[i64], state: &str, year: usize, metric: usize) -> f64 {
        counts[self.plan.layout().offset(0, self.row(state), 3 * year + 2) + metric] as f64 * METRICS[metric].scale
    }
}

/// Holds a count of `persons` independent persons against its binomial expectation.
fn near(what: &str, seen: f64, persons: f64, share: f64) {
    let se = (persons * share * (1.0 - share)).sqrt();
    let z = (seen - persons * share) / se;
    assert!(z.abs() < 5.0, "{what}: {seen} seen, {} expected, {z:.1} se off", persons * share);
}

/// Simpson's rule on 200 cells: far beyond what sampling can tell for what is integrated here.
fn integral(f: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    let step = (high - low) / 200.0;
    let cell = |index: u32| {
        let from = low + f64::from(index) * step;
        (f(from) + 4.0 * f(from + 0.5 * step) + f(from + step)) * step / 6.0
    };
    (0..200).map(cell).sum()
}

const REQUESTS: &str = r#"
[stream.vragen]
rate = { per_year = 500 }
persons = "vragen.csv"
[track.zorg]
label = { nl = "Zorg", en = "Care" }
domain = "wmo"
[track.zorg.state]
geen = {}
aanvraag = { layer = "wacht" }
dienst = { layer = "maatwerk", cost = { euro_per_person_year = 2000, price_year = 2022 } }
hersteld = {}
klaar = { sink = true }
[track.zorg.gate.reablement]
to = "hersteld"
layer = "formeel"
[track.zorg.gate.reablement.variant.standaard]
reach = "reach"
success = "success"
relapse = { still_without_service_after_years = { 1 = 0.2 }, then = "hazard" }
cost = { euro_per_reached = "fee", price_year = 2022 }
[[track.zorg.transition]]
from = "aanvraag"
dwell = { fixed = { years = 0.25 } }
to = { dienst = { gate = "reablement" } }
[[track.zorg.transition]]
from = "dienst"
dwell = { exponential = { mean_years = 6 } }
to = "klaar"
"#;

const RATE: f64 = 500.0;
const HANDLING: f64 = 0.25;
const STAY: f64 = 6.0;
const HORIZON: f64 = 6.0;

/// Relapse hazard per year: of the diverted a fifth is left after a year, and so on.
fn relapse() -> f64 {
    -libm::log(0.2)
}

/// `E[X²]` of a request that is made `left` years before the end of the horizon and diverted, with X the years in service that
/// the diversion saves. With a stay D and a relapse after R years, X is the part of `min(D, left)` beyond `(left - R)⁺`,
/// because the stay after relapse is as long as the one without a gate: given R, `∫₀^b 2x P(D > w + x) dx` with `w = left - b`
/// and `b = min(R, left)`.
fn saved_square(left: f64) -> f64 {
    let given = |b: f64| {
        let inner = STAY * STAY * (1.0 - libm::exp(-b / STAY) * (1.0 + b / STAY));
        2.0 * libm::exp(-(left - b) / STAY) * inner
    };
    let rate = relapse();
    integral(|r| rate * libm::exp(-rate * r) * given(r), 0.0, left) + libm::exp(-rate * left) * given(left)
}

/// `E[min(D, t)²]`, the square of the years in service of who enters `t` years before the end.
fn served_square(t: f64) -> f64 {
    2.0 * STAY * STAY * (1.0 - libm::exp(-t / STAY) * (1.0 + t / STAY))
}

/// The square of the years in service of who is diverted `left` years before the end.
fn diverted_square(left: f64) -> f64 {
    let rate = relapse();
    integral(|r| rate * libm::exp(-rate * r) * served_square(left - r), 0.0, left)
}

/// Mean and variance, each with its standard error.
fn moments(values: &[f64]) -> [(f64, f64); 2] {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|value| (value - mean) * (value - mean));
    let (second, fourth) = (squares.clone().sum::<f64>() / n, squares.map(|square| square * square).sum::<f64>() / n);
    let variance = second * n / (n - 1.0);
    [(mean, (variance / n).sqrt()), (variance, ((fourth - second * second) / n).sqrt())]
}

/// The sum over a Poisson number of requests has the variance rate × ∫ E[X²] (compound Poisson). So the variance of the saving,
/// paired by luck and from independent runs, is known; for 600 replications both are met, for two gates, as is the saving
/// of every year. A stay after relapse of another length than the one it replaces would multiply the paired variance.
#[test]
fn common_luck_has_the_variance_that_theory_gives() {
    let gates = [("sterk", 0.6, 0.5), ("zwak", 0.5, 0.2)];
    let scenarios = gates.map(|(name, reach, success)| (name, reach, success, 0.0));
    let model = town(&[REQUESTS], &[("persons.csv", "persons\n1\n"), ("vragen.csv", "weight,zorg\n1,aanvraag\n")], &scenarios);
    let rig = Rig::new(&model);
    let replications = 600;
    let years = |scenario: &str, replication| -> Vec<f64> {
        let counts = rig.run(scenario, replication, &mut Silent);
        (0..6).map(|year| rig.number(&counts, "dienst", year, metric::PERSON_TIME)).collect()
    };
    let without: Vec<Vec<f64>> = (0..replications).map(|replication| years(UNCHANGED, replication)).collect();
    for (name, reach, success) in gates {
        let share = reach * success;
        let last = HORIZON - HANDLING;
        let served = RATE * integral(served_square, 0.0, last);
        let paired = RATE * share * integral(saved_square, 0.0, last);
        let diverted = RATE * integral(diverted_square, 0.0, last);
        let independent = served + (1.0 - share) * served + share * diverted;
        if name == "sterk" {
            assert!(share == 0.3 && independent / paired > 25.0, "ratio {}", independent / paired);
        }
        let (mut pairs, mut strangers, mut by_year) = (Vec::new(), Vec::new(), vec![Vec::new(); 6]);
        for (replication, without) in (0..).zip(&without) {
            let with = years(name, replication);
            let total = |years: &[f64]| years.iter().sum::<f64>();
            pairs.push(total(without) - total(&with));
            strangers.push(total(without) - total(&years(name, replications + replication)));
            for (year, list) in by_year.iter_mut().enumerate() {
                list.push(without[year] - with[year]);
            }
        }
        for (what, values, expected) in [("paired", &pairs, paired), ("independent", &strangers, independent)] {
            let (variance, se) = moments(values)[1];
            let z = (variance - expected) / se;
            assert!(z.abs() < 5.0 && se < 0.1 * expected, "{name}, {what}: {variance} seen, {expected} expected, {z:.1} se off");
        }
        // Of those diverted so long ago, the share who would still be in service and are not back.
        let away = |t: f64| {
            let most = (t - HANDLING).max(0.0);
            integral(|age| libm::exp(-relapse() * age) * libm::exp(-(most - age) / STAY), 0.0, most)
        };
        for (year, values) in by_year.iter().enumerate() {
            let expected = RATE * share * integral(away, year as f64, year as f64 + 1.0);
            let (mean, se) = moments(values)[0];
            let z = (mean - expected) / se;
            assert!(z.abs() < 5.0 && se < 0.02 * expected, "{name}, year {year}: {mean} saved, {expected} expected, {z:.1} se");
        }
    }
}

const TOWN: &str = r#"
[track.zorg]
label = { nl = "Zorg", en = "Care" }
domain = "wmo"
[track.zorg.state]
geen_hulpvraag = {}
aanvraag = { layer = "wacht" }
dienst = { layer = "maatwerk", cost = { euro_per_person_year = 2000, price_year = 2022 } }
proef = { layer = "wacht" }
hersteld = {}
"#;

const GATE: &str = r#"
[track.zorg.gate.reablement]
to = "hersteld"
applies_to = ["new", "renewal", "running"]
running = { from = 2023-01-01, until = 2024-01-01 }
[track.zorg.gate.reablement.variant.standaard]
reach = "reach"
success = "success"
relapse = { still_without_service_after_years = { 1 = 0.5, 2 = 0.8 }, then = "onset" }
delay = { state = "proef", years = 0.5 }
cost = { euro_per_reached = "fee", price_year = 2022 }
[[track.zorg.transition]]
from = "aanvraag"
dwell = { exponential = { mean_years = 0.5 } }
to = { dienst = { share = 0.9, gate = "reablement" }, geen_hulpvraag = 0.1, proef = 0, hersteld = 0 }
[[track.zorg.transition]]
from = "dienst"
dwell = { weibull = { scale_years = 1.5, shape = 1.3 } }
to = { dienst = { share = 0.5, gate = "reablement" }, geen_hulpvraag = 0.5 }
"#;

const MOVES: &str = r#"
[[track.zorg.transition]]
from = "geen_hulpvraag"
hazard = { per_year = 0.3 }
to = "aanvraag"
[[track.zorg.transition]]
from = ["proef", "hersteld"]
hazard = { per_year = 0.05 }
to = "geen_hulpvraag"
[track.zorg.initial.dienst]
share = 0.2
elapsed = "stationary"
[track.ander]
label = { nl = "Ander", en = "Other" }
[track.ander.state]
geen_hulpvraag = {}
hulp = { layer = "basis" }
[[track.ander.transition]]
from = "geen_hulpvraag"
hazard = { per_year = 0.2 }
to = "hulp"
[[track.ander.transition]]
from = "hulp"
dwell = { gamma = { mean_years = 1.2, shape = 3 } }
to = "geen_hulpvraag"
[track.gekoppeld]
label = { nl = "Gekoppeld", en = "Coupled" }
[track.gekoppeld.state]
geen_hulpvraag = {}
hulp = { layer = "basis" }
[[track.gekoppeld.transition]]
from = "geen_hulpvraag"
hazard = { per_year = 0.1, while_in = { zorg = { dienst = 3 } } }
to = "hulp"
[[track.gekoppeld.transition]]
from = "hulp"
hazard = { per_year = 1 }
to = "geen_hulpvraag"
"#;

/// Keeps all events.
#[derive(Default)]
struct All(Vec<Event>);

impl Observer for All {
    fn event(&mut self, event: &Event) {
        self.0.push(*event);
    }
}

impl All {
    /// All that happens to persons; what gates ask is not.
    fn moves(&self) -> Vec<Event> {
        self.0.iter().filter(|event| !matches!(event.what, What::Asks { .. })).copied().collect()
    }

    /// Per request at a gate, by person, hulpvraag and passing: whether it is reached, and diverted.
    fn requests(&self) -> BTreeMap<(PersonId, u32, u32), Option<bool>> {
        let asks = self.0.iter().filter_map(|event| match event.what {
            What::Asks { question, passing, reached, .. } => {
                Some(((event.person, question, passing), reached.map(|(_, diverted)| diverted)))
            }
            _ => None,
        });
        asks.collect()
    }
}

const SCENARIOS: [(&str, f64, f64, f64); 7] = [
    ("alles", 0.8, 0.6, 100.0),
    ("betaald", 0.7, 0.0, 100.0),
    ("tien", 1.0, 0.1, 0.0),
    ("twintig", 1.0, 0.2, 0.0),
    ("bereik-tien", 0.1, 1.0, 0.0),
    ("bereik-twintig", 0.2, 1.0, 0.0),
    ("half", 0.3, 0.2, 0.0),
];

fn village(persons: u32) -> Model {
    let persons = format!("persons\n{persons}\n");
    town(&[TOWN, GATE, MOVES], &[("persons.csv", &persons)], &SCENARIOS)
}

/// A gate that reaches nobody and costs nothing changes no event and no number; nor does one that is paid for and never
/// succeeds, but for its cost and a delay.
#[test]
fn a_gate_that_reaches_nobody_is_no_gate() {
    let with = village(5000);
    let plain = GATE.split("[[").enumerate().filter(|(index, _)| *index > 0).map(|(_, text)| format!("[[{text}"));
    let plain: String = plain.collect::<String>();
    let plain = [0.9, 0.5]
        .iter()
        .fold(plain, |text, share| text.replace(&format!("{{ share = {share}, gate = \"reablement\" }}"), &share.to_string()));
    let without = town(&[TOWN, &plain, MOVES], &[("persons.csv", "persons\n5000\n")], &[]);
    let (with, without) = (Rig::new(&with), Rig::new(&without));
    let (mut all, mut plain) = (All::default(), All::default());
    let gated = with.run(UNCHANGED, 0, &mut all);
    let bare = without.run(UNCHANGED, 0, &mut plain);
    // A gate that never reaches anybody is not even passed.
    assert!(all.requests().is_empty() && plain.requests().is_empty());
    assert_eq!(all.moves(), plain.moves());
    // The gate's own row comes last.
    assert_eq!(gated[..bare.len()], bare[..]);
    assert!(gated[bare.len()..].iter().all(|&count| count == 0));
}

#[test]
fn a_gate_that_never_succeeds_costs_money() {
    let text = GATE.replace("delay = { state = \"proef\", years = 0.5 }\n", "");
    let model = town(&[TOWN, &text, MOVES], &[("persons.csv", "persons\n5000\n")], &SCENARIOS);
    let rig = Rig::new(&model);
    let (mut paid, mut free) = (All::default(), All::default());
    let counts = rig.run("betaald", 0, &mut paid);
    let plain = rig.run(UNCHANGED, 0, &mut free);
    assert_eq!(paid.moves(), free.moves());
    let reached = paid.requests().values().flatten().count() as f64;
    assert!(reached > 1000.0);
    let total = |counts: &[i64], metric| (0..6).map(|year| rig.number(counts, "", year, metric)).sum::<f64>();
    assert_eq!(total(&counts, metric::REACHED), reached);
    assert_eq!(total(&counts, metric::DIVERTED), 0.0);
    let cost = total(&counts, metric::COST_NOMINAL) - total(&plain, metric::COST_NOMINAL);
    assert!((cost - 100.0 * reached).abs() < 1e-3, "{cost} for {reached} requests");
}

/// Of the requests that arise in both runs, those that the weaker gate diverts are among those of the stronger; by success and
/// by reach. Neither all requests nor all persons are the same.
#[test]
fn a_stronger_gate_diverts_those_of_a_weaker_and_more() {
    let model = village(20_000);
    let rig = Rig::new(&model);
    for (weak, strong) in [("tien", "twintig"), ("bereik-tien", "bereik-twintig")] {
        let requests = |scenario: &str| {
            let mut all = All::default();
            rig.run(scenario, 0, &mut all);
            all.requests()
        };
        let (weak, strong) = (requests(weak), requests(strong));
        assert!(weak.keys().ne(strong.keys()));
        let both = weak.iter().filter_map(|(key, weak)| Some((*weak == Some(true), *strong.get(key)? == Some(true))));
        let count = |wanted: (bool, bool)| both.clone().filter(|seen| *seen == wanted).count();
        assert_eq!(count((true, false)), 0);
        assert!(count((true, true)) > 1000 && count((false, true)) > 1000 && count((false, false)) > 1000);
    }
}

/// A measure on one track: the other tracks are the same to the last tick, unless they read it.
#[test]
fn a_measure_touches_its_own_track() {
    let model = village(5000);
    let rig = Rig::new(&model);
    let (gated, plain) = (rig.run("alles", 0, &mut Silent), rig.run(UNCHANGED, 0, &mut Silent));
    let layout = rig.plan.layout();
    let same = |track: usize| {
        let mut rows = layout.units.iter().enumerate().filter(|(_, unit)| unit.track == Some(track)).map(|(row, _)| row);
        rows.all(|row| {
            let part = layout.offset(0, row, 0)..layout.offset(0, row + 1, 0);
            gated[part.clone()] == plain[part]
        })
    };
    assert_eq!([0, 1, 2].map(same), [false, true, false]);
}

/// Scenarios in which everything happens keep their books (`Rig::run` audits), and every way through a gate is taken.
#[test]
fn every_way_through_a_gate_is_taken() {
    let model = village(5000);
    let rig = Rig::new(&model);
    let mut all = All::default();
    rig.run("alles", 1, &mut all);
    for why in [piramide::engine::Why::Relapse, piramide::engine::Why::Delay, piramide::engine::Why::Onset] {
        let count = all.0.iter().filter(|event| matches!(event.what, What::Returns { why: found, .. } if found == why)).count();
        assert!(count > 100, "{why:?}: {count}");
    }
    assert!(all.requests().keys().any(|(_, _, passing)| *passing > 1));
}

/// Shares of those reached who are still without service after one and two years: success × q1, and that × q2.
#[test]
fn the_share_still_without_service_is_the_stated_curve() {
    let persons = 100_000.0;
    let track = REQUESTS.replace("{ 1 = 0.2 }, then = \"hazard\"", "{ 1 = 0.5, 2 = 0.8 }, then = \"plateau\"");
    let track = track.split("[track.zorg]").nth(1).map(|rest| format!("[track.zorg]{rest}")).unwrap();
    let file = format!("persons,zorg\n{persons},aanvraag\n");
    let model = town(&[&track.replace("geen = {}\n", "")], &[("persons.csv", &file)], &[("poort", 0.6, 0.5, 0.0)]);
    let rig = Rig::new(&model);
    let mut all = All::default();
    rig.run("poort", 0, &mut all);
    let requests = all.requests();
    let reached = requests.values().flatten().count() as f64;
    near("reached", reached, persons, 0.6);
    let service = model.tracks[0].states.iter().position(|state| state.name == "dienst").unwrap() as u8;
    let mut entered: BTreeMap<PersonId, f64> = BTreeMap::new();
    for event in &all.0 {
        if let What::Moves { to, .. } = event.what
            && to == service
        {
            entered.entry(event.person).or_insert(event.time);
        }
    }
    for (years, share) in [(0.0, 0.5), (1.0, 0.25), (2.0, 0.2), (5.0, 0.2)] {
        let still = requests.iter().filter(|((person, ..), reached)| {
            reached.is_some() && entered.get(person).is_none_or(|&time| time > HANDLING + years)
        });
        near(&format!("still without service after {years} years"), still.count() as f64, reached, share);
    }
}

const RENEWALS: &str = r#"
[track.zorg]
label = { nl = "Zorg", en = "Care" }
[track.zorg.state]
dienst = { layer = "maatwerk" }
hersteld = {}
klaar = { sink = true }
[track.zorg.gate.reablement]
to = "hersteld"
applies_to = ["renewal"]
[track.zorg.gate.reablement.variant.eerste]
reach = "0.5 * reach"
success = "success"
[track.zorg.gate.reablement.variant.tweede]
reach = "0.5 * reach"
success = "0.5 * success"
"#;

/// At each yearly renewal the same share is diverted: by two variants, of which one works half as well.
#[test]
fn renewals_pass_the_gate() {
    let persons = 100_000.0;
    let moves = r#"
[[track.zorg.transition]]
from = "dienst"
dwell = { fixed = { years = 0.75 } }
to = { dienst = { share = 0.9, gate = "reablement" }, klaar = 0.1 }
"#;
    let (reach, success) = (0.6, 0.5);
    let file = format!("persons\n{persons}\n");
    for (applies, share) in [("renewal", reach * success * 0.75), ("new", 0.0)] {
        let text = RENEWALS.replace("\"renewal\"", &format!("\"{applies}\""));
        let model = town(&[&text, moves], &[("persons.csv", &file)], &[("poort", reach, success, 0.0)]);
        let rig = Rig::new(&model);
        let counts = rig.run("poort", 0, &mut Silent);
        let mut left = 1.0;
        let mut ends = 0;
        for year in 0..6 {
            // A renewal on the last moment of a year belongs to the next.
            while 0.75 * f64::from(ends + 1) < f64::from(year + 1) {
                ends += 1;
                left *= 0.9 * (1.0 - share);
            }
            near(applies, rig.number(&counts, "dienst", year as usize, metric::STOCK_END), persons, left);
        }
        if share == 0.0 {
            assert_eq!(rig.number(&counts, "hersteld", 5, metric::STOCK_END), 0.0);
        }
    }
}

/// Those in service leave at rate μ and are asked at a uniform moment of 2022: `∫ exp(-μu) du` of all are asked while they are
/// there; of those still there in the middle of the year half were asked. Who enters later is never asked.
#[test]
fn those_already_in_service_are_asked_once() {
    let (persons, rate) = (200_000.0, 0.3f64);
    let moves = format!("[[track.zorg.transition]]\nfrom = \"dienst\"\nhazard = {{ per_year = {rate} }}\n");
    let moves = format!("{moves}to = {{ klaar = 1, dienst = {{ share = 0, gate = \"reablement\" }} }}\n");
    let running = "applies_to = [\"running\"]\nrunning = { from = 2022-01-01, until = 2023-01-01 }";
    let text = RENEWALS.replace("applies_to = [\"renewal\"]", running);
    let file = format!("persons\n{persons}\n");
    let (reach, success) = (0.8, 0.5);
    let model = town(&[&text, &moves], &[("persons.csv", &file)], &[("poort", reach, success, 0.0)]);
    let rig = Rig::new(&model);
    let mut all = All::default();
    let counts = rig.run("poort", 0, &mut all);
    let still = |t: f64| libm::exp(-rate * t);
    let asked = (still(1.0) - still(2.0)) / rate;
    near("asked", all.requests().len() as f64, persons, asked);
    let share = reach * success * 0.75;
    let track = |metric| (0..6).map(|year| rig.number(&counts, "", year, metric)).sum::<f64>();
    near("reached", track(metric::REACHED), persons, reach * asked);
    near("diverted", track(metric::DIVERTED), persons, share * asked);
    near("hersteld", rig.number(&counts, "hersteld", 5, metric::STOCK_END), persons, share * asked);
    let layout = rig.plan.layout();
    let middle = counts[layout.offset(0, rig.row("dienst"), 3) + metric::STOCK_END] as f64;
    near("the middle of the year", middle, persons, still(1.5) * (1.0 - 0.5 * share));
    near("the end of the year", rig.number(&counts, "dienst", 1, metric::STOCK_END), persons, still(2.0) * (1.0 - share));
    near("the end", rig.number(&counts, "dienst", 5, metric::STOCK_END), persons, still(6.0) * (1.0 - share));

    // In a scenario in which all comes a year later they are asked in 2023.
    let mut later = model.clone();
    later.scenarios.iter_mut().for_each(|scenario| scenario.terms.later_years = 1.0);
    let mut all = All::default();
    Rig::new(&later).run("poort", 0, &mut all);
    let asks = all.0.iter().filter(|event| matches!(event.what, What::Asks { .. }));
    assert!(asks.map(|event| event.time).all(|time| (2.0..3.0).contains(&time)));
    near("asked a year later", all.requests().len() as f64, persons, (still(2.0) - still(3.0)) / rate);
}

/// Service lasts between 0 and 4 years from the start of 2021, each time as likely. Who is asked in 2022 is the half whose service goes on
/// after it; the quarter whose service ends in 2022 is let alone until then. Without that the same quarter is asked if its moment comes
/// first: half of them.
#[test]
fn what_runs_out_in_the_period_is_not_asked() {
    let persons = 200_000.0;
    let moves = "[[track.zorg.transition]]\nfrom = \"dienst\"\ndwell = { uniform = { min_years = 0, max_years = 4 } }\n\
                 to = { klaar = 1, dienst = { share = 0, gate = \"reablement\" } }\n";
    let file = format!("persons\n{persons}\n");
    let share = 0.8 * 0.5 * 0.75;
    for (runs_out, asked) in [("true", 0.5), ("false", 0.625)] {
        let running =
            format!("applies_to = [\"running\"]\nrunning = {{ from = 2022-01-01, until = 2023-01-01, runs_out = {runs_out} }}");
        let text = RENEWALS.replace("applies_to = [\"renewal\"]", &running);
        let model = town(&[&text, moves], &[("persons.csv", &file)], &[("poort", 0.8, 0.5, 0.0)]);
        let rig = Rig::new(&model);
        let mut all = All::default();
        let counts = rig.run("poort", 0, &mut all);
        near("asked", all.requests().len() as f64, persons, asked);
        near("diverted", rig.number(&counts, "hersteld", 5, metric::STOCK_END), persons, share * asked);
        near("the end of the year", rig.number(&counts, "dienst", 1, metric::STOCK_END), persons, 0.5 * (1.0 - share));
    }
}

/// Variants that together reach more than all are refused: by the check where it can be seen, by compile where a draw shows it.
#[test]
fn variants_reach_at_most_all() {
    let moves = "[[track.zorg.transition]]\nfrom = \"dienst\"\nhazard = { per_year = 1 }\nto = { klaar = 1, dienst = { share = 0, gate = \"reablement\" } }\n";
    let text = RENEWALS.replace("0.5 * reach", "0.8 * reach");
    let model = town(&[&text, moves], &[("persons.csv", "persons\n1\n")], &[]);
    let plan = Plan::new(&model, &Options { last_year: 2026, scale: 1.0 }).unwrap();
    let error = plan.compile(&[0.75, 0.5, 0.0]).unwrap_err().to_string();
    assert!(error.contains("the reach of all variants together is 1.2"), "{error}");
}
