//! Households: needs that pass from one member to the next, and what members share, in closed form or to the last event.

use crate::town::{compiled, member, near, state, town, value};
use piramide::compile::Compiled;
use piramide::compile::layout::metric;
use piramide::engine::{Event, Luck, Observer, Tally, What, simulate};
use piramide::model::Model;
use piramide::verify::identities;
use std::collections::BTreeMap;

const COUPLES: f64 = 100_000.0;

/// Couples who die at 0.3 a year, with a need of the household that comes at 0.4 a year and stays.
fn couples(more: &str) -> Model {
    let text = format!(
        r#"
[demography.death]
per_year = 0.3
[track.hulp]
label = {{ nl = "Hulp", en = "Help" }}
unit = "household"
state = {{ geen_hulpvraag = {{}}, hulp = {{ layer = "maatwerk" }} }}
[[track.hulp.transition]]
from = "geen_hulpvraag"
hazard = {{ per_year = 0.4 }}
to = "hulp"
{more}
"#
    );
    town(&text, &[("persons.csv", &format!("persons,household\n{COUPLES},paar\n{COUPLES},paar\n"))])
}

/// Every event, in the order in which lives are lived.
#[derive(Default)]
struct All(Vec<Event>);

impl Observer for All {
    fn event(&mut self, event: &Event) {
        self.0.push(*event);
    }
}

fn events(compiled: &Compiled, scenario: usize, luck: Luck) -> Vec<Event> {
    let mut all = All::default();
    simulate(compiled, scenario, luck, &mut Tally::new(&compiled.layout), &mut all);
    all.0
}

fn by_person(events: &[Event]) -> BTreeMap<u64, Vec<Event>> {
    let mut lives = BTreeMap::<u64, Vec<Event>>::new();
    for event in events {
        lives.entry(event.person.0).or_default().push(*event);
    }
    lives
}

/// A household has its need as long as anybody is there, so one client, whoever it is; without succession, as long as its referent
/// is.
#[test]
fn a_need_of_the_household_outlives_its_referent() {
    let model = couples("");
    let mut compiled = compiled(&model);
    for succession in [true, false] {
        compiled.succession = succession;
        let counts = member(&compiled, 0, Luck::new(31, 0, 0));
        identities(&compiled.layout, &model, &counts).unwrap();
        for year in 0..3 {
            let t = f64::from(year) + 1.0;
            let gone = 1.0 - libm::exp(-0.3 * t);
            let there = if succession { 1.0 - gone * gone } else { 1.0 - gone };
            let seen = value(&compiled.layout, &counts, state(0, 1), year as usize, metric::STOCK_END) / COUPLES;
            near(&format!("succession {succession}, year {year}"), seen, there * (1.0 - libm::exp(-0.4 * t)), COUPLES);
        }
    }
}

/// A personal state is not taken over: the successor of someone in it starts without a need, and then has one by the usual law.
/// Those with a need at t: the referent is there and has it, or took over at u and has had it since.
#[test]
fn a_personal_state_stays_behind() {
    let mut model = couples("");
    model.tracks[0].states[1].personal = true;
    let counts = member(&compiled(&model), 0, Luck::new(38, 0, 0));
    let layout = compiled(&model).layout;
    for year in 0..3 {
        let t = f64::from(year) + 1.0;
        let has = |years: f64| 1.0 - libm::exp(-0.4 * years);
        // By Simpson's rule over the moment u at which the referent dies; the other is there at t.
        let (steps, mut sum) = (1_000, 0.0);
        for step in 0..=steps {
            let u = t * f64::from(step) / f64::from(steps);
            let weight = if step == 0 || step == steps { 1.0 } else { f64::from(2 + 2 * (step % 2)) };
            // Who takes over at u has the need at t if the state was the referent's (begun anew) or if none was (going on).
            sum += weight * 0.3 * libm::exp(-0.3 * u) * has(t - u);
        }
        let took_over = libm::exp(-0.3 * t) * sum * t / f64::from(steps) / 3.0;
        let seen = value(&layout, &counts, state(0, 1), year as usize, metric::STOCK_END) / COUPLES;
        near(&format!("year {year}"), seen, libm::exp(-0.3 * t) * has(t) + took_over, COUPLES);
    }
}

/// A stay of two years, half a year old at the start, ends after one and a half whoever has it then; the counts name each handover
/// as one end and one start.
#[test]
fn elapsed_time_passes_on() {
    let fixed = "[[track.hulp.transition]]\nfrom = 'hulp'\ndwell = { fixed = { years = 2 } }\nto = 'geen_hulpvraag'\n";
    let mut text = couples(fixed);
    for (number, row) in text.population.iter_mut().enumerate() {
        let elapsed = piramide::model::Elapsed::Years(piramide::model::Expression::Number(0.5));
        row.states[0] = (number == 0).then_some((1, elapsed));
    }
    // Nothing new arises, so every stay is one of those at the start.
    let piramide::model::Clock::Hazard(hazard) = &mut text.tracks[0].transitions[0].clock else { panic!("a hazard") };
    hazard.per_year = piramide::model::Expression::Number(0.0);
    let compiled = compiled(&text);
    let mut handovers = 0.0;
    for event in events(&compiled, 0, Luck::new(32, 0, 0)) {
        match event.what {
            What::TakesOver { elapsed, .. } => {
                assert!((elapsed - event.time - 0.5).abs() < 1e-12 && event.time < 1.5);
                handovers += 1.0;
            }
            What::Moves { .. } => assert!((event.time - 1.5).abs() < 1e-12),
            _ => {}
        }
    }
    // The referent dies first, before the stay is over: half of the couples of whom one dies before.
    near("handovers", handovers / COUPLES, 0.5 * (1.0 - libm::exp(-0.6 * 1.5)), COUPLES);
    let counts = member(&compiled, 0, Luck::new(32, 0, 0));
    let sum = |metric| (0..3).map(|year| value(&compiled.layout, &counts, state(0, 1), year, metric)).sum::<f64>();
    assert!((sum(metric::STARTS) - handovers).abs() < 0.5);
    assert!((sum(metric::ENDS) - handovers - COUPLES).abs() < 0.5);
}

/// Whose frailty is wholly shared die together more often, in closed form; however much is shared, each one's own law is the same.
#[test]
fn shared_frailty_leaves_each_law_unchanged() {
    for share in [0.0, 0.5, 1.0] {
        let text = format!(
            r#"
[frailty]
law = {{ gamma = {{ variance = 1.0 }} }}
household_share = {share}
source = {{ ref = "test" }}
grade = "D"
[track.zorg]
label = {{ nl = "Zorg", en = "Care" }}
state = {{ vrij = {{}}, zorg = {{ layer = "basis", sink = true }} }}
[[track.zorg.transition]]
from = "vrij"
hazard = {{ per_year = 0.3, times = ["frailty"] }}
to = "zorg"
"#
        );
        let model = town(&text, &[("persons.csv", &format!("persons,household\n{COUPLES},paar\n{COUPLES},paar\n"))]);
        let compiled = compiled(&model);
        let mut cared = vec![false; 2 * COUPLES as usize];
        for event in events(&compiled, 0, Luck::new(33, 0, 0)) {
            if let What::Moves { .. } = event.what {
                cared[event.person.0 as usize] = true;
            }
        }
        let of = |row: usize, n: usize| cared[row * COUPLES as usize + n];
        let share_of = |kept: &dyn Fn(usize) -> bool| (0..COUPLES as usize).filter(|&n| kept(n)).count() as f64 / COUPLES;
        for row in [0, 1] {
            near("own law", share_of(&|n| !of(row, n)), 1.0 / 1.9, COUPLES);
        }
        let neither = share_of(&|n| !of(0, n) && !of(1, n));
        let (apart, alike) = (1.0 / 1.9 / 1.9, 1.0 / 2.8);
        if share < 0.1 {
            near("apart", neither, apart, COUPLES);
        } else if share > 0.9 {
            near("alike", neither, alike, COUPLES);
        } else {
            assert!(neither > apart + 0.01 && neither < alike - 0.01, "{neither}");
        }
    }
}

/// Grouping moves nobody's number: births and deaths are the same, person by person, in couples and alone.
#[test]
fn who_lives_together_is_born_and_dies_as_alone() {
    let text = "[demography.death]\nper_year = 0.1\n[demography.birth]\nhazard = { per_year = 0.2 }\n[track.hulp]\n\
        label = { nl = 'Hulp', en = 'Help' }\nstate = { geen = {} }\n";
    let lives = |persons: &str| {
        let compiled = compiled(&town(text, &[("persons.csv", persons)]));
        let mut lives = by_person(&events(&compiled, 0, Luck::new(34, 0, 0)));
        // Whom they live with is what differs.
        lives.values_mut().flatten().for_each(|event| event.home = event.person);
        lives
    };
    let together = lives("persons,household\n300,a\n300,b\n300,a\n");
    assert!(together.len() > 1_000, "900 and their children");
    assert!(together == lives("persons\n900\n"), "somebody lives another life alone");
}

/// Who leave together leave at one moment, and each by the usual law.
#[test]
fn a_household_leaves_together() {
    let text = "[demography.leave]\nper_year = 0.3\n[track.hulp]\nlabel = { nl = 'Hulp', en = 'Help' }\nstate = { geen = {} }\n";
    let model = town(text, &[("persons.csv", &format!("persons,household\n{COUPLES},paar\n{COUPLES},paar\n"))]);
    let mut moments = [const { Vec::new() }; 2];
    for event in events(&compiled(&model), 0, Luck::new(35, 0, 0)) {
        if let What::Leaves = event.what {
            moments[usize::from(event.person.0 >= COUPLES as u64)].push(event.time);
        }
    }
    assert_eq!(moments[0], moments[1]);
    near("gone", moments[0].len() as f64 / COUPLES, 1.0 - libm::exp(-0.9), COUPLES);
}

/// A stream's rate counts persons: one half of them alone, the others in couples that come at one moment. 30,000 persons; the
/// standard error of a Poisson count is its root; five of them are exceeded once in 1.7 million tests.
#[test]
fn persons_arrive_with_their_household() {
    let text = r#"
[attribute.wie]
values = ["alleen", "een", "ander"]
[stream.komst]
rate = { per_year = 10000 }
persons = "komst.csv"
[track.hulp]
label = { nl = "Hulp", en = "Help" }
state = { geen = {} }
"#;
    let files =
        [("persons.csv", "wie,persons\nalleen,1\n"), ("komst.csv", "wie,weight,household\neen,1,p\nalleen,2,\nander,1,p\n")];
    let compiled = compiled(&town(text, &files));
    let mut came = [const { Vec::new() }; 3];
    for event in events(&compiled, 0, Luck::new(36, 0, 0)) {
        if event.time > 0.0 {
            came[event.profile].push(event.time);
        }
    }
    for (who, expected) in came.iter().zip([15_000.0, 7_500.0, 7_500.0f64]) {
        assert!((who.len() as f64 - expected).abs() < 5.0 * expected.sqrt(), "{} for {expected}", who.len());
    }
    assert_eq!(came[1], came[2]);
}

/// One extra person, at the start or arriving, changes no other life where nothing is shared; nor does one more in a household change
/// the referent's.
#[test]
fn an_extra_person_changes_no_other_life() {
    let text = |stream: &str| {
        format!(
            r#"
{stream}
[frailty]
law = {{ gamma = {{ variance = 1.0 }} }}
household_share = 0.3
source = {{ ref = "test" }}
grade = "D"
[demography.death]
per_year = 0.1
times = ["frailty"]
[demography.leave]
per_year = 0.1
[demography.birth]
hazard = {{ per_year = 0.3 }}
[track.hulp]
label = {{ nl = "Hulp", en = "Help" }}
unit = "household"
state = {{ geen_hulpvraag = {{}}, hulp = {{ layer = "maatwerk" }} }}
[[track.hulp.transition]]
from = "geen_hulpvraag"
hazard = {{ per_year = 0.8, times = ["frailty"] }}
to = "hulp"
[[track.hulp.transition]]
from = "hulp"
dwell = {{ gamma = {{ mean_years = 0.5, shape = 2 }} }}
to = {{ hulp = 0.3, geen_hulpvraag = 0.7 }}
"#
        )
    };
    let lives = |stream: &str, persons: &str| {
        let compiled = compiled(&town(&text(stream), &[("persons.csv", persons)]));
        by_person(&events(&compiled, 0, Luck::new(37, 0, 0)))
    };
    let before = lives("", "persons,household\n400,\n300,a\n300,a\n");
    let count = |lives: &BTreeMap<u64, Vec<Event>>, wanted: fn(&What) -> bool| {
        lives.values().flatten().filter(|event| wanted(&event.what)).count()
    };
    assert!(count(&before, |what| matches!(what, What::TakesOver { .. })) > 3);
    assert!(count(&before, |what| matches!(what, What::GivesBirth(_))) > 30);
    let stream = "[stream.een]\nrate = { by_year = { 2021 = 6, 2022 = 0, 2023 = 0 } }\n";
    for (stream, persons) in
        [("", "persons,household\n400,\n300,a\n300,a\n1,b\n"), (stream, "persons,household\n400,\n300,a\n300,a\n")]
    {
        let after = lives(stream, persons);
        assert!(after.len() > before.len());
        for (person, life) in &before {
            assert_eq!(after.get(person), Some(life), "person {person}");
        }
    }
    // A third member in every household changes neither of the first two.
    let after = lives("", "persons,household\n400,\n300,a\n300,a\n300,a\n");
    assert!((0..1000).all(|person| after[&person] == before[&person]));
}
