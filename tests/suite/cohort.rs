//! Closed cohorts with stated elapsed times, and demand that waits for a measure.

use crate::town::{compiled, member, near, state, town, value};
use piramide::compile::layout::metric;
use piramide::engine::{Event, Luck, Observer, Tally, What, simulate};
use piramide::model::Model;
use std::collections::BTreeMap;

/// Nobody enters: who is still in a stay of known age is left by the law of the stay, given its age.
#[test]
fn a_closed_cohort_runs_down_by_its_elapsed_times() {
    let text = r#"
[track.zorg]
label = { nl = "Zorg", en = "Care" }
state = { weg = { sink = true }, zorg = { layer = "maatwerk" } }
[[track.zorg.transition]]
from = "zorg"
dwell = { weibull = { scale_years = 2, shape = 1.7 } }
to = "weg"
"#;
    for elapsed in [0.0, 0.5, 3.0] {
        let persons = format!("persons,zorg,zorg.elapsed_years\n200000,zorg,{elapsed}\n");
        let compiled = compiled(&town(text, &[("persons.csv", &persons)]));
        let counts = member(&compiled, 0, Luck::new(41, 0, 0));
        let survival = |t: f64| libm::exp(-libm::pow(t / 2.0, 1.7));
        for year in 0..3 {
            let seen = value(&compiled.layout, &counts, state(0, 1), year, metric::STOCK_END) / 2e5;
            let t = year as f64 + 1.0;
            near(&format!("{elapsed} years old, after {t}"), seen, survival(elapsed + t) / survival(elapsed), 2e5);
        }
        assert!(value(&compiled.layout, &counts, state(0, 1), 0, metric::STARTS).abs() < 0.5);
    }
}

/// Those met in a stationary town have stayed for `a` of at most two years, with density `exp(-0.2 a)`: needs that arise at 0.2 a year
/// have made stays shorter, and so have moves from any state at 0.8 a year of which a quarter leads elsewhere. A move to the state one
/// is in is none. After a year those of less than one are there whom no move has taken.
#[test]
fn what_leads_away_shortens_the_stays_one_meets() {
    let text = |here: &str, move_: &str| {
        format!(
            "[track.zorg]\nlabel = {{ nl = 'Zorg', en = 'Care' }}\nstate = {{ weg = {{ sink = true }}, {here} = {{}} }}\n\
             [[track.zorg.transition]]\nfrom = '{here}'\ndwell = {{ fixed = {{ years = 2 }} }}\nto = 'weg'\n\
             [[track.zorg.transition]]\n{move_}"
        )
    };
    let any = "from = '*'\nhazard = { per_year = 0.8 }\nto = { zorg = 0.75, weg = 0.25 }";
    let need = "from = 'geen_hulpvraag'\nhazard = { per_year = 0.2 }\nto = 'weg'";
    for (here, move_) in [("zorg", any), ("geen_hulpvraag", need)] {
        let persons = format!("persons,zorg,zorg.elapsed_years\n200000,{here},stationary\n");
        let compiled = compiled(&town(&text(here, move_), &[("persons.csv", &persons)]));
        let counts = member(&compiled, 0, Luck::new(43, 0, 0));
        let seen = value(&compiled.layout, &counts, state(0, 1), 0, metric::STOCK_END) / 2e5;
        let met = |years: f64| 1.0 - libm::exp(-0.2 * years);
        near(here, seen, met(1.0) / met(2.0) * libm::exp(-0.2), 2e5);
    }
}

const LATENT: &str = r#"
[[track.hulp.transition]]
from = "geen_hulpvraag"
hazard = { per_year = "onset * latent" }
to = { hulp = 0.5, netwerk = 0.5 }
"#;

/// A need that comes and goes, and one more stream of it that a measure opens on 1 January 2022.
fn needs(latent: &str, persons: u32) -> Model {
    let text = format!(
        r#"
[parameter.onset]
unit = "per_year"
prior = {{ fixed = 0.4 }}
source = {{ ref = "test" }}
grade = "D"
[parameter.latent]
unit = "factor"
prior = {{ fixed = 0.0 }}
source = {{ ref = "test" }}
grade = "D"
[track.hulp]
label = {{ nl = "Hulp", en = "Help" }}
state = {{ geen_hulpvraag = {{}}, netwerk = {{ layer = "informeel" }}, hulp = {{ layer = "maatwerk" }} }}
[[track.hulp.transition]]
from = "geen_hulpvraag"
hazard = {{ per_year = "onset" }}
to = {{ hulp = 0.7, netwerk = 0.3 }}
[[track.hulp.transition]]
from = ["netwerk", "hulp"]
dwell = {{ gamma = {{ mean_years = 0.8, shape = 2 }} }}
to = {{ hulp = 0.3, geen_hulpvraag = 0.7 }}
{latent}
"#
    );
    let open = "label = { nl = 'Open', en = 'Open' }\n[measure.open]\nstart = 2022-01-01\nset = { latent = 0.5 }\n";
    town(&text, &[("persons.csv", &format!("persons\n{persons}\n")), ("scenarios/open.toml", open)])
}

struct Lives(BTreeMap<u64, Vec<Event>>);

impl Observer for Lives {
    fn event(&mut self, event: &Event) {
        self.0.entry(event.person.0).or_default().push(*event);
    }
}

/// Scenarios by name: `ongewijzigd-beleid`, `open`.
fn lives(model: &Model, scenario: usize) -> BTreeMap<u64, Vec<Event>> {
    let (compiled, mut lives) = (compiled(model), Lives(BTreeMap::new()));
    simulate(&compiled, scenario, Luck::new(42, 0, 0), &mut Tally::new(&compiled.layout), &mut lives);
    lives.0
}

/// A need of the second stream; its numbers lie far above those of the first.
fn latent(event: &Event) -> bool {
    matches!(event.what, What::Moves { question, .. } if question >= 1 << 24)
}

#[test]
fn opening_latent_demand_leaves_everybody_else_as_they_were() {
    let model = needs(LATENT, 20_000);
    let (base, open) = (lives(&model, 0), lives(&model, 1));
    assert_eq!(base, lives(&needs("", 20_000), 0), "a stream that is closed is as if it were not there");
    let drawn = open.values().filter(|life| life.iter().any(latent)).count();
    assert!(drawn > 1_000 && drawn < 10_000, "{drawn}");
    for (person, life) in &open {
        if !life.iter().any(latent) {
            assert_eq!(life, &base[person], "person {person}");
            continue;
        }
        // Of those drawn, the needs of the first stream stay the same candidates: the same number arises at the same moment.
        let arises = |life: &[Event]| -> BTreeMap<u32, u64> {
            let onsets = life.iter().filter(|event| !latent(event)).filter_map(|event| match event.what {
                What::Moves { from: 0, question, .. } => Some((question, event.time.to_bits())),
                _ => None,
            });
            onsets.collect()
        };
        let before = arises(&base[person]);
        assert!(arises(life).iter().all(|(question, time)| before.get(question).is_none_or(|known| known == time)));
    }
    assert!(open.values().flatten().filter(|event| latent(event)).all(|event| event.time >= 1.0));
}

/// From 2022 on needs arise at one and a half times the rate.
#[test]
fn latent_demand_comes_at_its_share_of_the_rate() {
    let persons = 200_000;
    let open = lives(&needs(LATENT, persons), 1);
    let first = |life: &[Event]| life.iter().find_map(|event| matches!(event.what, What::Moves { .. }).then_some(event.time));
    let none = |until: f64| {
        open.values().filter(|life| first(life).is_none_or(|time| time >= until)).count() as f64 / f64::from(persons)
    };
    near("2021", none(1.0), libm::exp(-0.4), persons.into());
    near("2022", none(2.0), libm::exp(-1.0), persons.into());
}
