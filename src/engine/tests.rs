use super::*;
use crate::compile::{Options, Plan, layout::metric};
use crate::model::expression::Expression as E;
use crate::model::*;

fn label() -> Label {
    Label { nl: String::new(), en: String::new() }
}

fn state(name: &str, layer: Option<Layer>) -> State {
    State {
        name: name.into(),
        label: label(),
        layer,
        sink: layer.is_none(),
        cost_per_person_year: Some(E::Number(100.0)),
        cost_per_start: None,
        cost_per_indicatie: None,
        price_year: 2021,
        indicaties_per_person: E::Number(1.0),
        informal_hours_per_week: E::Number(0.0),
    }
}

fn w1() -> Model {
    let table = |name: &str, values: [f64; 6]| Table {
        name: name.into(),
        attributes: vec![0],
        age: false,
        year: false,
        values: values.to_vec(),
        unit: Unit::Factor,
        source: 0,
        note: None,
        grade: Grade::D,
    };
    let hazard = |rate: f64, up: bool| {
        Clock::Hazard(Hazard {
            per_year: E::Number(rate),
            tables: if up { vec![0] } else { vec![] },
            trends: if up { vec![0] } else { vec![] },
            while_in: vec![],
        })
    };
    let mv = |from: usize, to: usize, rate: f64, up: bool| Transition {
        from: vec![from],
        from_any: false,
        clock: hazard(rate, up),
        to: vec![(to, E::Number(1.0))],
    };
    let mut transitions = vec![
        mv(0, 1, 0.10, true),
        mv(0, 3, 0.004, true),
        mv(1, 0, 0.80, false),
        mv(1, 2, 0.12, true),
        mv(2, 1, 0.35, false),
        mv(2, 0, 0.15, false),
        mv(2, 3, 0.15, true),
        mv(3, 2, 0.20, false),
        mv(3, 0, 0.10, false),
    ];
    transitions.push(Transition {
        from: vec![0, 1, 2, 3],
        from_any: true,
        clock: Clock::Hazard(Hazard { per_year: E::Number(0.02), tables: vec![1], trends: vec![], while_in: vec![] }),
        to: vec![(4, E::Number(1.0))],
    });
    let mut rows = std::collections::BTreeMap::new();
    for i in 0..81_000usize {
        let band = match i % 100 {
            0..16 => 0u8,
            16..28 => 1,
            28..53 => 2,
            53..80 => 3,
            80..93 => 4,
            _ => 5,
        };
        let layer = match (i / 100) % 90 {
            0..78 => 0usize,
            78..87 => 1,
            87..89 => 2,
            _ => 3,
        };
        *rows.entry((layer, band)).or_insert(0) += 1;
    }
    Model {
        name: "w1".into(),
        label: label(),
        first_year: 2021,
        last_year: 2030,
        default_last_year: 2030,
        report_ages: vec![],
        attributes: vec![Attribute { name: "band".into(), label: label(), values: (0..6).map(|i| format!("b{i}")).collect() }],
        wijk: None,
        has_age: false,
        population: rows
            .into_iter()
            .map(|((layer, band), count)| PersonRow {
                count: f64::from(count),
                age: 0,
                values: vec![band],
                states: vec![Some((layer, Elapsed::Years(E::Number(0.0))))],
            })
            .collect(),
        demography: Demography::default(),
        streams: vec![],
        tables: vec![table("up", [0.6, 0.5, 0.6, 1.0, 2.0, 4.5]), table("out", [0.15, 0.20, 0.25, 0.80, 2.20, 6.50])],
        trends: vec![Trend { name: "t".into(), factor_per_year: E::Number(1.02), reference_year: 2021 }],
        prices: Prices { constant_year: 2021, first_year: 2021, index: vec![1.0] },
        domains: vec![],
        parameters: vec![],
        tracks: vec![Track {
            name: "pyramide".into(),
            label: label(),
            domain: None,
            states: vec![
                state("informeel", Some(Layer::Informeel)),
                state("formeel", Some(Layer::Formeel)),
                state("basis", Some(Layer::Basis)),
                state("maatwerk", Some(Layer::Maatwerk)),
                state("out", None),
            ],
            free: None,
            transitions,
            initial: vec![],
        }],
        scenarios: vec![Scenario { name: "b".into(), label: label(), base: None, measures: vec![] }],
        sources: vec![],
    }
}

#[test]
fn w1_against_exact() {
    let model = w1();
    let plan = Plan::new(&model, &Options { last_year: 2030, scale: 1.0 }).unwrap();
    let compiled = plan.compile(&[]).unwrap();
    let mut tally = Tally::new(plan.layout());
    let reps = 40u32;
    let mut sums = vec![0f64; plan.layout().len()];
    let t0 = std::time::Instant::now();
    let mut events = 0i64;
    for r in 0..reps {
        tally.reset();
        simulate(&compiled, 0, Luck::new(1, 0, r), &mut tally, &mut Silent);
        let c = tally.counts(&compiled, 0);
        for (s, v) in sums.iter_mut().zip(&c) {
            *s += *v as f64;
        }
        for state in 0..5 {
            for y in 0..10 {
                events += c[plan.layout().offset(0, state, 3 * y + 2) + metric::STARTS];
            }
        }
    }
    let el = t0.elapsed();
    println!("{:?} per member, events {}, ns/event {}", el / reps, events, el.as_nanos() as f64 / events as f64);
    for y in 0..10 {
        for s in 0..4 {
            let at = plan.layout().offset(0, s, 3 * y + 2);
            println!(
                "{} {} timeavg {:.2} end {:.2} in {:.2} unique {:.2}",
                2021 + y,
                s,
                sums[at + 2] / f64::from(reps) / 4294967296.0,
                sums[at + 1] / f64::from(reps),
                sums[at + 4] / f64::from(reps),
                sums[at + 3] / f64::from(reps)
            );
        }
    }
}
