//! What must hold of any valid model, held against hundreds of random ones.

use crate::hamlet::{self, folder};
use piramide::compile::layout::{Level, metric};
use piramide::ensemble::{self, Design, EnsembleError, Member, Members, Simulator};
use piramide::model::{self, Model};
use piramide::verify::{Audited, identities};
use std::sync::atomic::AtomicBool;

/// Random models that are looked at.
const HAMLETS: u64 = 250;
/// Each with so many draws and replications.
const DESIGN: Design = Design { draws: 2, replications: 2 };

/// The hamlet of a seed, with a scenario that changes nothing.
fn hamlet(seed: u64) -> Model {
    let mut files = folder(seed);
    files.insert("scenarios/leeg.toml", "label = { nl = \"Leeg\", en = \"Empty\" }\n");
    model::read(&files).unwrap_or_else(|faults| panic!("hamlet {seed}\n{faults}"))
}

fn options(model: &Model) -> piramide::compile::Options {
    piramide::compile::Options { last_year: model.last_year, scale: 1.0 }
}

/// The counts of every member, per scenario asked.
fn counts(seed: u64, model: &Model, scenarios: Vec<usize>, threads: usize) -> Vec<(Member, Vec<Vec<i64>>)> {
    let simulator = Simulator::new(model, &options(model), seed, scenarios).unwrap();
    let (pool, mut seen) = (ensemble::pool(threads).unwrap(), Vec::new());
    let members = Audited { members: &simulator, model };
    let outcome = ensemble::run(
        &pool,
        &members,
        DESIGN,
        0,
        &AtomicBool::new(false),
        |_, counts| counts,
        |member, counts| {
            seen.push((member, counts));
            Ok::<_, EnsembleError>(())
        },
    );
    outcome.unwrap_or_else(|error| panic!("hamlet {seed}: {error}"));
    seen
}

/// The books balance in every member and scenario; a closed town keeps its persons; nothing depends on threads; a scenario
/// without measures is unchanged policy to the last bit, whatever other scenarios run beside it.
#[test]
fn every_valid_model_keeps_its_books() {
    let (mut closed, mut with_measures, mut coupled) = (0, 0, 0);
    for seed in 0..HAMLETS {
        let model = hamlet(seed);
        let index = |name: &str| model.scenarios.iter().position(|scenario| scenario.name == name).unwrap();
        let (unchanged, empty) = (index(model::UNCHANGED), index("leeg"));
        let all: Vec<usize> = (0..model.scenarios.len()).collect();
        let one = counts(seed, &model, all.clone(), 1);
        assert_eq!(one, counts(seed, &model, all, 2), "hamlet {seed}: one thread and two");
        let alone = counts(seed, &model, vec![unchanged], 2);

        let simulator = Simulator::new(&model, &options(&model), seed, vec![unchanged]).unwrap();
        let layout = simulator.layout();
        let total = layout.units.iter().position(|unit| unit.level == Level::Total).unwrap();
        let last = layout.offset(0, total, layout.periods() - 1) + metric::STOCK_END;
        let persons: f64 = model.population.iter().map(|row| row.count).sum();
        let life = &model.demography;
        let is_closed = life.death.is_none() && life.leave.is_none() && life.birth.is_none() && model.streams.is_empty();
        for ((member, scenarios), (_, single)) in one.iter().zip(&alone) {
            for (scenario, counts) in scenarios.iter().enumerate() {
                identities(layout, &model, counts).unwrap_or_else(|fault| panic!("hamlet {seed}, {member}: {fault}"));
                assert!(!is_closed || counts[last] == persons as i64, "hamlet {seed}, {member}, scenario {scenario}");
            }
            assert_eq!(scenarios[unchanged], scenarios[empty], "hamlet {seed}, {member}: no measures");
            assert_eq!(scenarios[unchanged], single[0], "hamlet {seed}, {member}: other scenarios beside it");
        }
        closed += usize::from(is_closed);
        with_measures += usize::from(one.iter().any(|(_, all)| all.iter().any(|counts| *counts != all[unchanged])));
        let hazards = model.tracks.iter().flat_map(|track| &track.transitions);
        coupled += usize::from(
            hazards.into_iter().any(|move_| matches!(&move_.clock, model::Clock::Hazard(hazard) if !hazard.while_in.is_empty())),
        );
    }
    // The generator still draws what this test is about.
    let least = HAMLETS as usize / 10;
    assert!(closed >= least && with_measures >= least && coupled >= least, "{closed}, {with_measures}, {coupled}");
}

/// A generator that never writes a construct proves nothing about it.
#[test]
fn every_construct_is_drawn() {
    let texts: Vec<String> = (0..HAMLETS).map(|seed| hamlet::files(seed).into_iter().map(|(_, text)| text).collect()).collect();
    for construct in [
        "exponential = ",
        "weibull = ",
        "gamma = { mean_years",
        "lognormal = { median_years",
        "uniform = { min_years",
        "fixed = { years",
        "empirical = { edges_years",
        "at_age = ",
        "from = \"*\"",
        "hazard = ",
        "while_in = ",
        "overload = ",
        "[\"growth\"]",
        "stationary = true",
        "elapsed = \"stationary\"",
        "elapsed = { years",
        ".elapsed_years",
        "sinusoidal = ",
        "by_year = {",
        "rate = { per_year",
        "place = ",
        "full = \"rij\"",
        "per = \"wijk\"",
        "waits_for = ",
        "demography.death",
        "demography.leave",
        "demography.birth",
        "linear_months",
        "[[correlation]]",
        "set = ",
        "scale = ",
        "shift = ",
        "base = ",
        "sink = true",
        "report_ages",
        "geen_hulpvraag = ",
        "0.25 * (1 - ",
        "tables/all.csv",
        "pert = ",
        "beta = ",
        "triangular = ",
        "[frailty]",
        "\"frailty\"]",
        "shock.jaar\"]",
        "unit = \"household\"",
        "personal = true",
        ",paar",
        "closed = true",
        "\"renewal\"",
        "\"running\"",
        "then = \"plateau\"",
        "then = \"hazard\"",
        "then = \"onset\"",
        "delay = ",
        "euro_per_diverted",
        "labels = ",
        "label = \"arts\"",
        "label = { gemeente = ",
    ] {
        let drawn = texts.iter().filter(|text| text.contains(construct)).count();
        assert!(drawn >= 5, "`{construct}` in {drawn} of {HAMLETS} hamlets");
    }
}
