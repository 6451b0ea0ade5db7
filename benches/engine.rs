//! How fast the engine is, in units that carry over between machines.
//!
//! `S` is the time of one exponential draw by `rand_distr` plus one categorical draw, both from Xoshiro256++: the least that a
//! simulator spends on an event. It is measured in the same run, so `W1 per event / S` compares across machines.

#![allow(clippy::expect_used, missing_docs, reason = "a bench that cannot go on should stop; its functions are made by macros")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use piramide::compile::layout::{Level, TICKS_PER_YEAR, metric};
use piramide::compile::{Compiled, Options, Plan, draw, medians};
use piramide::engine::{Luck, Silent, Tally, simulate};
use piramide::ensemble::{self, Design, EnsembleError};
use piramide::meanfield::{Settings, Twin};
use piramide::model::{self, Files, Model};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::hint::black_box;
use std::sync::atomic::AtomicBool;

const SEED: u64 = 1;

/// The model under a path in `models/`.
fn read(path: &str) -> Model {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(path);
    let files = Files::from_directory(&folder).unwrap_or_else(|error| panic!("{path}: {error:?}"));
    model::read(&files).unwrap_or_else(|faults| panic!("{path}: {faults:?}"))
}

fn compiled(model: &Model, last_year: i32) -> Compiled {
    let plan = Plan::new(model, &Options { last_year, scale: 1.0 }).expect("the model is sound");
    plan.compile(&medians(model)).expect("the medians are sound")
}

/// Sum over years of a metric of some units of one member.
fn total(compiled: &Compiled, counts: &[i64], level: Level, wanted: usize) -> i64 {
    let layout = &compiled.layout;
    (layout.units.iter().enumerate())
        .filter(|(_, unit)| unit.level == level)
        .flat_map(|(row, _)| (0..layout.years).map(move |year| (row, 3 * year + 2)))
        .map(|(row, period)| counts[layout.offset(0, row, period) + wanted])
        .sum()
}

/// The unit S.
fn unit(criterion: &mut Criterion) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let shares = [0.35, 0.50, 0.65, 1.0];
    criterion.bench_function("S: Exp1 + categorical", |bench| {
        bench.iter(|| {
            let time: f64 = Exp1.sample(&mut rng);
            let u: f64 = rng.random();
            (time, shares.iter().position(|&share| u < share))
        });
    });
    black_box(&rng);
}

/// One member and its counts, per event or person-year: whatever `size` finds in the counts of a first one.
fn member(criterion: &mut Criterion, name: &str, per: &str, compiled: &Compiled, size: impl Fn(&[i64]) -> i64) {
    let mut tally = Tally::new(&compiled.layout);
    let mut replication = 0;
    let mut simulated = || {
        replication += 1;
        tally.reset();
        let luck = Luck::new(SEED, 0, replication);
        let compiled = compiled.shocked(luck);
        simulate(&compiled, 0, luck, &mut tally, &mut Silent);
        tally.counts(&compiled, 0)
    };
    let size = size(&simulated());
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(size as u64)).sample_size(20);
    group.bench_function(per, |bench| bench.iter(&mut simulated));
    group.finish();
}

/// One member of W1, per event, with its tally.
fn w1(criterion: &mut Criterion) {
    let compiled = compiled(&read("verification/pyramid-markov"), 2030);
    member(criterion, "W1", "per event", &compiled, |counts| total(&compiled, counts, Level::State, metric::STARTS));
}

/// One member of W2, per event: as W1, with places that run out and lists.
fn w2(criterion: &mut Criterion) {
    let compiled = compiled(&read("verification/pyramid-capacity"), 2030);
    member(criterion, "W2", "per event", &compiled, |counts| total(&compiled, counts, Level::State, metric::STARTS));
}

/// One member of Hengelo, per person-year; and what comes before the first.
fn hengelo(criterion: &mut Criterion) {
    let model = read("hengelo");
    let compiled = compiled(&model, model.last_year);
    let years = |counts: &[i64]| total(&compiled, counts, Level::Total, metric::PERSON_TIME) / TICKS_PER_YEAR;
    member(criterion, "Hengelo", "per person-year", &compiled, years);
    criterion.bench_function("Hengelo: read and check", |bench| bench.iter(|| read("hengelo")));
    let plan = Plan::new(&model, &Options { last_year: model.last_year, scale: 1.0 }).expect("the model is sound");
    let values = draw(&model, SEED, 0);
    criterion.bench_function("Hengelo: compile one draw", |bench| bench.iter(|| plan.compile(&values)));
}

/// The mean-field twin on Hengelo: the years of a calibration, the years of a run, and all there are.
fn twin(criterion: &mut Criterion) {
    let model = read("hengelo");
    for (name, last_year, settings) in [
        ("fast, 2019-2021", 2021, Settings::FAST),
        ("default, 2019-2030", model.default_last_year, Settings::DEFAULT),
        ("default, 2019-2040", model.last_year, Settings::DEFAULT),
    ] {
        let compiled = compiled(&model, last_year);
        let mut twin = Twin::default();
        criterion.bench_function(&format!("twin: {name}"), |bench| bench.iter(|| twin.solve(&compiled, 0, &settings)));
    }
}

/// Members of W1 on one thread and on two; enough of them that the last one alone does not decide.
fn threads(criterion: &mut Criterion) {
    let model = read("verification/pyramid-markov");
    let options = Options { last_year: 2030, scale: 1.0 };
    let simulator = ensemble::Simulator::new(&model, &options, SEED, vec![0]).expect("the model is sound");
    let design = Design { draws: 64, replications: 1 };
    let mut group = criterion.benchmark_group("threads");
    group.sample_size(10);
    for threads in [1, 2] {
        let pool = ensemble::pool(threads).expect("threads");
        group.bench_with_input(BenchmarkId::from_parameter(threads), &design, |bench, design| {
            let stop = AtomicBool::new(false);
            bench.iter(|| {
                let encode = |_, counts: Vec<Vec<i64>>| counts[0].len();
                ensemble::run(&pool, &simulator, *design, 0, &stop, encode, |_, _| Ok::<_, EnsembleError>(())).expect("members")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, unit, w1, w2, hengelo, twin, threads);
criterion_main!(benches);
