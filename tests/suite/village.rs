//! A small model, made in memory: two wijken, two age bands, one track through three layers, two scenarios.

use piramide::model::*;

fn label(text: &str) -> Label {
    Label { nl: text.into(), en: text.into() }
}

fn state(name: &str, layer: Option<Layer>, cost: Option<f64>) -> State {
    State {
        name: name.into(),
        label: label(name),
        layer,
        sink: false,
        personal: false,
        cost_per_person_year: cost.map(Expression::Number),
        cost_per_start: None,
        cost_per_indicatie: None,
        price_year: 2022,
        cost_times: YearFactors::default(),
        indicaties_per_person: Expression::Number(1.0),
        informal_hours_per_week: Expression::Number(0.0),
        place: None,
        wait: None,
    }
}

fn parameter(name: &str, prior: Prior) -> Parameter {
    Parameter {
        name: name.into(),
        label: label(name),
        unit: Unit::PerYear,
        prior,
        source: 0,
        note: None,
        note_nl: None,
        grade: Grade::D,
        until: None,
    }
}

fn hazard(per_year: Expression) -> Clock {
    Clock::Hazard(Hazard {
        per_year,
        tables: vec![],
        trends: vec![],
        shocks: vec![],
        frail: false,
        while_in: vec![],
        overload: None,
    })
}

fn scenario(name: &str, measures: Vec<Measure>) -> Scenario {
    Scenario { name: name.into(), label: label(name), about: None, base: None, measures, terms: Terms::default() }
}

/// 240 persons, 2020 to 2023.
pub(crate) fn village() -> Model {
    let person = |age, wijk| PersonRow { count: 60.0, age, values: vec![wijk], household: None, states: vec![None] };
    let move_to = |from: usize, clock, to: usize| Transition {
        from: vec![from],
        from_any: false,
        clock,
        to: vec![(to, Expression::Number(1.0))],
        gates: vec![],
        label: None,
    };
    let less = Measure {
        name: "less".into(),
        label: label("Fewer needs"),
        start: 2022.0,
        ramp_months: 6,
        effects: vec![(0, Effect::Scale, Expression::Number(0.5))],
        domain: None,
        strength: None,
        seen: None,
        origin: None,
    };
    Model {
        name: "village".into(),
        label: label("A village"),
        about: None,
        first_year: 2020,
        last_year: 2023,
        default_last_year: 2023,
        report_ages: vec![0, 65],
        attributes: vec![Attribute { name: "wijk".into(), label: label("Wijk"), values: vec!["noord".into(), "zuid".into()] }],
        wijk: Some(0),
        has_age: true,
        population_origin: None,
        population: vec![person(30, 0), person(63, 0), person(40, 1), person(80, 1)],
        demography: Demography::default(),
        streams: vec![],
        tables: vec![],
        trends: vec![],
        shocks: vec![],
        frailty: None,
        prices: Prices { constant_year: 2022, first_year: 2020, index: vec![1.0, 1.02, 1.05, 1.1], origin: None },
        domains: vec![Domain { name: "wmo".into(), label: label("Wmo") }],
        accounts: vec![],
        counts: vec![],
        breaks: vec![],
        plan: None,
        contracts: vec![],
        cash: vec![],
        resources: vec![],
        parameters: vec![
            parameter("onset", Prior::Lognormal { median: 0.3, sigma: 0.4 }),
            parameter("ending", Prior::Uniform { min: 0.5, max: 0.9 }),
        ],
        correlations: vec![],
        tracks: vec![Track {
            name: "huishouden".into(),
            label: label("Household help"),
            about: None,
            domain: Some(0),
            unit: Carrier::Person,
            labels: vec![],
            states: vec![
                state("geen_hulpvraag", None, None),
                state("netwerk", Some(Layer::Informeel), None),
                state("ho", Some(Layer::Maatwerk), Some(4_321.09)),
            ],
            free: Some(0),
            transitions: vec![
                move_to(0, hazard(Expression::Parameter(0)), 1),
                move_to(1, hazard(Expression::Number(0.8)), 2),
                move_to(2, Clock::Dwell(Dwell::Exponential { mean: Expression::Parameter(1) }), 0),
            ],
            gates: vec![],
            attached: vec![],
            initial: vec![],
            origin: None,
        }],
        scenarios: vec![scenario("minder", vec![less]), scenario("ongewijzigd-beleid", vec![])],
        limits: vec![],
        sources: vec![Source { key: "test".into(), author: "Piramide".into(), year: 2026, title: "Test".into(), place: None }],
    }
}
