//! Reading correct models.

#![allow(clippy::float_cmp, reason = "numbers are read as they are written")]

use piramide::model::{
    self, Clock, Coupling, Effect, Elapsed, Expression, Files, Growth, Layer, Model, Rate, UNCHANGED, embedded,
};

const MODEL: &str = r#"
[model]
name = "klein"
label = { nl = "Klein", en = "Small" }
first_year = 2021
last_year = 2023
report_ages = [0, 18]

[attribute.wijk]
values = ["noord", "zuid"]
[attribute.sex]
values = ["man", "vrouw"]

[population]
file = "persons.csv"

[demography]
leave = { per_year = 0.01 }
[demography.death]
per_year = 1
times = ["death"]
[demography.birth]
hazard = { per_year = 0.05 }
mothers = { sex = "vrouw" }
newborn = { sex = { man = 0.51, vrouw = "1 - 0.51" } }

[stream.arrivals]
rate = { by_year = { 2021 = 10, 2023 = "arrivals", 2022 = 11 } }
persons = "arrivals.csv"

[stream.others]
rate = { per_year = 3 }

[table.death]
file = "death.csv"
unit = "per_year"
source = { ref = "book" }
grade = "B"

[domain.wmo]
label = { nl = "Wmo", en = "Wmo" }

[parameter.onset]
unit = "per_year"
prior = { lognormal = { median = 0.01, sigma = 0.3 } }
source = { ref = "book", note = "table 2" }
grade = "C"

[parameter.keep]
unit = "share"
prior = { beta = { alpha = 2, beta = 3 } }
source = { ref = "book" }
grade = "D"

[parameter.arrivals]
unit = "persons_per_year"
prior = { fixed = 12.5 }
source = { ref = "book" }
grade = "D"
"#;

const TRACK: &str = r#"
[track.hulp]
label = { nl = "Hulp", en = "Help" }
domain = "wmo"
[track.hulp.state]
geen_hulpvraag = {}
netwerk = { layer = "informeel", informal_hours_per_week = 4 }
hulp = { layer = "maatwerk", cost = { euro_per_person_year = "3000 * 1", price_year = 2021 } }
[[track.hulp.transition]]
from = "geen_hulpvraag"
hazard = { per_year = "onset", while_in = { werk = { zonder = 1.5 } } }
to = "netwerk"
[[track.hulp.transition]]
from = ["netwerk", "hulp"]
dwell = { gamma = { mean_years = 2, shape = 1.5 } }
to = { hulp = "keep", geen_hulpvraag = "1 - keep" }
[track.hulp.initial.hulp]
share = 0.02
elapsed = "stationary"
"#;

const WORK: &str = r#"
[track.werk]
label = { nl = "Werk", en = "Work" }
state = { met = {}, zonder = { layer = "maatwerk" } }
[[track.werk.transition]]
from = "met"
at_age = { years = 67, months = 3, born_before = [{ date = 1955-09-01, years = 66 }] }
to = "zonder"
"#;

fn small() -> Files {
    let source = "[source.book]\nauthor = 'A'\nyear = 2020\ntitle = 'B'\n";
    let plan = "label = { nl = 'Plan', en = 'Plan' }\nbase = 'ongewijzigd-beleid'\n\
        [measure.less]\nstart = 2022-07-02\nramp = { linear_months = 6 }\nscale = { onset = 0.5 }\n";
    let more = "label = { nl = 'Meer', en = 'More' }\nbase = 'plan'\n[measure.keep]\nset = { keep = 'keep / 2' }\n";
    let other = "label = { nl = 'Anders', en = 'Other' }\n[measure.keep]\nset = { keep = 0.1 }\n";
    Files::from_memory([
        ("model.toml", MODEL),
        ("tracks/hulp.toml", TRACK),
        ("tracks/werk.toml", WORK),
        ("sources.toml", source),
        ("scenarios/plan.toml", plan),
        ("scenarios/more.toml", more),
        ("scenarios/other.toml", other),
        ("death.csv", "sex,age,value\nman,0-64,0.001\nman,65+,0.05\n# women\nvrouw,0-64,0.0005\nvrouw,65+,0.04\n"),
        (
            "persons.csv",
            "age,sex,wijk,persons,werk,werk.elapsed_years\n40,man,noord,10,met,3\n41,vrouw,zuid,20,zonder,stationary\n",
        ),
        ("arrivals.csv", "age,sex,wijk,weight\n20,man,zuid,0.5\n"),
    ])
}

fn read(files: &Files) -> Model {
    match model::read(files) {
        Ok(model) => model,
        Err(faults) => panic!("{faults}"),
    }
}

#[test]
fn names_become_ids_and_defaults_are_filled_in() {
    let model = read(&small());
    assert_eq!((model.first_year, model.last_year, model.default_last_year), (2021, 2023, 2023));
    assert_eq!((model.wijk, model.has_age), (Some(0), true));
    let hulp = &model.tracks[0];
    assert_eq!((hulp.name.as_str(), hulp.domain, hulp.free), ("hulp", Some(0), Some(0)));
    assert_eq!(hulp.states[0].label.nl, "geen_hulpvraag");
    assert_eq!(hulp.states[2].layer, Some(Layer::Maatwerk));
    assert_eq!(hulp.states[2].indicaties_per_person, Expression::Number(1.0));
    assert_eq!(hulp.states[1].indicaties_per_person, Expression::Number(0.0));
    assert_eq!(hulp.transitions[1].from, [1, 2]);
    let Clock::Hazard(hazard) = &hulp.transitions[0].clock else { panic!("a hazard") };
    let [one, more] = [1.0, 1.5].map(Expression::Number);
    assert_eq!(hazard.while_in, [Coupling { track: 1, factors: vec![one.clone(), more], otherwise: one }]);
    let Clock::Age(ages) = &model.tracks[1].transitions[0].clock else { panic!("an age") };
    assert_eq!((ages.others, &ages.born_before[..]), (67.25, &[(1955.0 + 243.0 / 365.0, 66.0)][..]));
    assert_eq!((ages.of(1955.0), ages.of(1955.0 + 243.0 / 365.0)), (66.0, 67.25));
    assert_eq!(hulp.initial[0].elapsed, Elapsed::Stationary);
    assert_eq!(model.parameters[0].note.as_deref(), Some("table 2"));
}

#[test]
fn persons_keep_their_lines_and_arrivals_start_in_the_first_state() {
    let model = read(&small());
    assert_eq!(model.population.len(), 2);
    let second = &model.population[1];
    assert_eq!((second.count, second.age, second.values.as_slice()), (20.0, 41, [1, 1].as_slice()));
    assert_eq!(second.states, [None, Some((1, Elapsed::Stationary))]);
    assert_eq!(model.population[0].states[1], Some((0, Elapsed::Years(Expression::Number(3.0)))));
    let Rate::ByYear(rates) = &model.streams[0].rate else { panic!("by year") };
    assert_eq!(rates[1], Expression::Number(11.0));
    assert_eq!(rates[2], Expression::Parameter(2));
    let now = Some((0, Elapsed::Years(Expression::Number(0.0))));
    assert_eq!(model.streams[0].persons[0].states, [now.clone(), now.clone()]);
    assert_eq!(model.streams[1].persons[0].states, [now.clone(), now]);
}

#[test]
fn tables_are_dense_with_the_last_dimension_fastest() {
    let model = read(&small());
    let death = &model.tables[0];
    assert_eq!((death.attributes.as_slice(), death.age, death.year), ([1].as_slice(), true, false));
    for (sex, age, expected) in [(0, 64, 0.001), (0, 65, 0.05), (1, 0, 0.0005), (1, 110, 0.04), (1, 200, 0.04)] {
        assert_eq!(death.at(&model.attributes, &[0, sex], age, 0, 3), expected);
    }
}

#[test]
fn scenarios_inherit_measures_and_dates_lie_on_the_clock() {
    let model = read(&small());
    let names: Vec<&str> = model.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    assert_eq!(names, ["more", UNCHANGED, "other", "plan"]);
    let more = &model.scenarios[0];
    assert_eq!(more.measures.iter().map(|measure| measure.name.as_str()).collect::<Vec<_>>(), ["keep", "less"]);
    let less = &more.measures[1];
    assert_eq!((less.start, less.ramp_months), (2022.0 + 182.0 / 365.0, 6));
    assert_eq!(less.effects, [(0, Effect::Scale, Expression::Number(0.5))]);
    assert_eq!(more.measures[0].start, 2021.0);
}

/// A year has length one, leap or not, so a day is 1/365 or 1/366 of it.
#[test]
fn dates_in_leap_years_lie_on_the_clock() {
    let model = r#"
[model]
name = "dagen"
label = { nl = "Dagen", en = "Days" }
first_year = 2023
last_year = 2025
[population]
file = "persons.csv"
[parameter.onset]
unit = "per_year"
prior = { fixed = 0.1 }
source = { ref = "book" }
grade = "D"
[track.hulp]
label = { nl = "Hulp", en = "Help" }
state = { geen_hulpvraag = {}, hulp = { layer = "maatwerk", sink = true } }
[[track.hulp.transition]]
from = "geen_hulpvraag"
hazard = { per_year = "onset" }
to = "hulp"
[source.book]
author = "A"
year = 2020
title = "B"
"#;
    let dates = [
        ("2023-03-01", 2023.0 + 59.0 / 365.0),
        ("2023-12-31", 2023.0 + 364.0 / 365.0),
        ("2024-01-01", 2024.0),
        ("2024-02-29", 2024.0 + 59.0 / 366.0),
        ("2024-03-01", 2024.0 + 60.0 / 366.0),
        ("2024-12-31", 2024.0 + 365.0 / 366.0),
        ("2025-01-01", 2025.0),
    ];
    for (date, moment) in dates {
        let plan = format!("label = {{ nl = 'Plan', en = 'Plan' }}\n[measure.less]\nstart = {date}\nscale = {{ onset = 0.5 }}\n");
        let files = [("model.toml", model), ("scenarios/plan.toml", &plan), ("persons.csv", "persons\n1\n")];
        let model = read(&Files::from_memory(files));
        let plan = model.scenarios.iter().find(|scenario| scenario.name == "plan").unwrap();
        assert_eq!(plan.measures[0].start, moment, "{date}");
    }
}

#[test]
fn composition_is_a_union_that_must_agree() {
    let model = read(&small());
    let both = model.compose("plan+more").unwrap();
    assert_eq!((both.name.as_str(), both.label.nl.as_str(), both.measures.len()), ("plan+more", "Plan + Meer", 2));
    assert_eq!(model.compose("other").unwrap().measures.len(), 1);
    let clash = model.compose("more+other").unwrap_err();
    assert_eq!(clash.to_string(), "the measure `keep` of the scenario `other` differs from the one of that name in the others");
    assert_eq!(model.compose("plann").unwrap_err().to_string(), "there is no scenario `plann` (did you mean `plan`?)");
}

#[test]
fn embedded_models_read() {
    let models = embedded::verification();
    assert!(models.iter().any(|(name, _)| name == "pyramid-markov"));
    for (name, files) in models.into_iter().chain([("hengelo".to_owned(), embedded::hengelo())]) {
        let model = read(&files);
        assert_eq!(model.name, name);
    }
}

#[test]
fn the_reference_pyramid_has_its_stated_composition() {
    let (_, files) = embedded::verification().into_iter().find(|(name, _)| name == "pyramid-markov").unwrap();
    let model = read(&files);
    let count = |pick: &dyn Fn(&model::PersonRow) -> bool| -> f64 {
        model.population.iter().filter(|row| pick(row)).map(|row| row.count).sum()
    };
    assert_eq!(model.population.len(), 24);
    assert_eq!(count(&|_| true), 81_000.0);
    assert_eq!(count(&|row| row.values[0] == 5), 5_670.0);
    assert_eq!(count(&|row| row.states[0].as_ref().unwrap().0 == 1), 8_100.0);
    let out = model.tracks[0].transitions.last().unwrap();
    assert!(out.from_any);
    assert_eq!(out.from, [0, 1, 2, 3]);
    assert!(model.tracks[0].states[4].sink);
    assert_eq!(model.trends[0].growth, Growth::Steady { factor_per_year: Expression::Number(1.02), reference_year: 2021 });
}

#[test]
fn a_folder_on_disk_reads_as_its_embedded_copy() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models/verification/pyramid-markov");
    let files = Files::from_directory(&path).unwrap();
    let (_, embedded) = embedded::verification().into_iter().find(|(name, _)| name == "pyramid-markov").unwrap();
    assert!(files.iter().eq(embedded.iter()));
}

/// The files shown on pages of the manual: each fence names its file; several pieces of one file follow each other.
fn shown(pages: &[&str]) -> std::collections::BTreeMap<String, String> {
    let mut pieces = std::collections::BTreeMap::<String, String>::new();
    let blocks = pages.iter().flat_map(|page| page.split("\n```"));
    for block in blocks.filter(|block| block.starts_with("toml ") || block.starts_with("csv ")) {
        let (head, body) = block.split_once('\n').unwrap();
        let path = head.split_once(' ').unwrap().1;
        let piece = pieces.entry(path.to_owned()).or_default();
        piece.push_str(body);
        piece.push('\n');
    }
    pieces
}

const MANUAL: &str = include_str!("../../models/README.md");

#[test]
fn the_manual_shows_a_model_that_reads() {
    let pieces = shown(&[MANUAL]);
    assert_eq!(pieces.len(), 6);
    let model = read(&Files::from_memory(pieces));
    assert_eq!(model.scenarios.len(), 2);
    assert_eq!(model.compose("sterke-buurt").unwrap().measures[0].ramp_months, 24);
    assert_eq!(model.tracks[0].gates[0].variants[0].name, "kort");
    // It is read in one sitting.
    assert!(MANUAL.lines().count() <= 240);
}

#[test]
fn the_page_on_costs_shows_a_model_that_reads() {
    let model = read(&Files::from_memory(shown(&[MANUAL, include_str!("../../models/costs.md")])));
    let track = model.tracks.iter().find(|track| track.name == "dagbesteding").unwrap();
    assert_eq!(track.states[1].cost_times.trends, [0]);
    assert_eq!(
        track.attached.iter().map(|attached| (attached.income, attached.indexed)).collect::<Vec<_>>(),
        [(false, true), (true, false)]
    );
}

#[test]
fn the_page_on_labels_shows_a_model_that_reads() {
    let model = read(&Files::from_memory(shown(&[MANUAL, include_str!("../../models/labels.md")])));
    let youth = model.tracks.iter().find(|track| track.name == "jeugd").unwrap();
    assert_eq!(youth.labels.iter().map(|label| label.name.as_str()).collect::<Vec<_>>(), ["gemeente", "arts"]);
    assert_eq!(youth.transitions.iter().map(|transition| transition.label).collect::<Vec<_>>(), [Some(0), Some(1), None]);
    assert_eq!(youth.initial[0].labels, [Expression::Number(0.4), Expression::Number(0.6)]);
}

#[test]
fn the_page_on_places_shows_a_model_that_reads() {
    let model = read(&Files::from_memory(shown(&[MANUAL, include_str!("../../models/places.md")])));
    let dag = model.tracks.iter().find(|track| track.name == "dag").unwrap();
    assert_eq!(dag.states.iter().filter(|state| state.wait.is_some()).count(), 2);
    let bears = |transition: &&model::Transition| matches!(&transition.clock, Clock::Hazard(hazard) if hazard.overload.is_some());
    assert_eq!(dag.transitions.iter().filter(bears).count(), 1);
}

#[test]
fn the_page_on_texts_shows_a_model_that_reads() {
    let mut pieces = shown(&[MANUAL, include_str!("../../models/texts.md")]);
    let scenario = pieces.get_mut("scenarios/sterke-buurt.toml").unwrap();
    *scenario = format!("about = {{ nl = 'Meer buren.', en = 'More neighbours.' }}\n{scenario}");
    pieces.insert(
        "scenarios/meer.toml".to_owned(),
        "label = { nl = 'Meer', en = 'More' }\nabout = { nl = 'Meer plek.', en = 'More room.' }\n".to_owned(),
    );
    let model = read(&Files::from_memory(pieces));
    let about = |track: &str| model.tracks.iter().find(|known| known.name == track).unwrap().about.clone();
    assert!(about("eten").unwrap().en.contains("village hall.\n\nWho has joined"));
    assert_eq!(about("begeleiding"), None);
    assert_eq!((model.limits.len(), model.limits[0].grade), (1, Some(model::Grade::D)));
    assert_eq!(model.limits[0].about.nl, "De wijk is voor het leven.");
    let both = model.compose("sterke-buurt+meer").unwrap();
    assert_eq!(both.about.unwrap().en, "More neighbours.\n\nMore room.");
}

#[test]
fn the_page_on_what_was_published_shows_a_model_that_reads() {
    let model = read(&Files::from_memory(shown(&[MANUAL, include_str!("../../models/published.md")])));
    assert_eq!(model.accounts.iter().filter_map(|account| account.part_of).collect::<Vec<_>>(), [0, 0]);
    assert_eq!((model.counts[1].per, model.counts[1].in_year(2021)), (Some(0), Some(1.3)));
    assert_eq!(model.breaks_between(2021, 2022).map(|found| found.year).collect::<Vec<_>>(), [2022]);
    assert_eq!(model.breaks_between(2022, 2030).count(), 0);
}

#[test]
fn the_page_on_plans_shows_a_model_that_reads() {
    let pages = [MANUAL, include_str!("../../models/published.md"), include_str!("../../models/plan.md")];
    let model = read(&Files::from_memory(shown(&pages)));
    let plan = model.plan.as_ref().unwrap();
    assert_eq!(
        (plan.years(), plan.domains[0].saving.held(2030), plan.domains[0].saving.held(2023)),
        ((2024, 2025), 60_000.0, 0.0)
    );
    assert_eq!((plan.remarks(Some(0), 2024).count(), plan.remarks(Some(0), 2025).count()), (1, 0));
    assert_eq!((model.contracts[0].trends.len(), model.contracts[0].clauses[0].lag), (1, 1));
    let terms = |name: &str| model.compose(name).unwrap().terms;
    let both = terms("volgens-plan+jaar-later+met-buurtteam");
    assert_eq!((both.knowledge, both.later_years, both.contracts, both.implicit), (Some(2021), 1.0, vec![0], vec![0]));
    // What the training does is read as it was known, in the effect and in its strength.
    let reads = |name: &str| {
        let scenario = model.compose(name).unwrap();
        let training = scenario.measures.iter().find(|measure| measure.name == "training").unwrap();
        let (_, _, Expression::Parameter(id)) = training.effects[0] else { panic!("no parameter: {training:?}") };
        assert_eq!(training.strength, Some(id));
        (model.parameters[id].name.clone(), scenario.terms.knowledge)
    };
    assert_eq!(reads("volgens-plan"), ("training.until.2022".into(), Some(2021)));
    assert_eq!(reads("volgens-plan@2022"), ("training.until.2022".into(), Some(2022)));
    assert_eq!(reads("volgens-plan@2023"), ("training".into(), Some(2023)));
    assert_eq!(reads("volgens-plan+jaar-later@2026"), ("training".into(), Some(2026)));
    assert_eq!(model.compose("volgens-plan+jaar-later@2026").unwrap().name, "volgens-plan+jaar-later@2026");
    for wrong in ["volgens-plan@", "volgens-plan@soon", "volgens-plan@20226", "volgens-plan@2022@2023"] {
        assert!(model.compose(wrong).unwrap_err().to_string().contains("is not a calendar year"), "{wrong}");
    }
}
