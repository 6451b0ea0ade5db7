//! Where on the page a number, a table or a growth belongs: with the one thing that reads it, or under what is shared.

use crate::model::{Clock, Dwell, Elapsed, Expression, Gate, Hazard, Model, Rate, State, Track, YearFactors};
use std::collections::BTreeSet;

/// A part of the page that reads numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Home {
    /// A track, by id.
    Track(usize),
    /// Several parts, or none.
    Shared,
    /// Births, deaths and departures.
    Demography,
    /// Arrivals.
    Streams,
    /// Shocks and frailty.
    Luck,
    /// What runs out.
    Resources,
    /// Measures, and nothing else.
    Measures,
}

/// The home of everything that has a name and is read by others.
#[derive(Debug)]
pub(super) struct Homes {
    /// By parameter id.
    pub(super) parameters: Vec<Home>,
    /// By table id.
    pub(super) tables: Vec<Home>,
    /// By trend id.
    pub(super) trends: Vec<Home>,
}

impl Homes {
    /// Homes of all parameters, tables and trends of a model.
    pub(super) fn new(model: &Model) -> Self {
        let readers = |count| vec![BTreeSet::new(); count];
        let mut seen = Seen {
            home: Home::Shared,
            parameters: readers(model.parameters.len()),
            tables: readers(model.tables.len()),
            trends: readers(model.trends.len()),
        };
        for (id, track) in model.tracks.iter().enumerate() {
            seen.home = Home::Track(id);
            seen.track(track);
        }
        seen.home = Home::Demography;
        seen.demography(model);
        seen.home = Home::Streams;
        for stream in &model.streams {
            seen.rate(&stream.rate);
        }
        seen.home = Home::Luck;
        for shock in &model.shocks {
            seen.all([&shock.sigma, &shock.persistence]);
        }
        if let Some(frailty) = &model.frailty {
            seen.all([frailty.law.spread(), &frailty.household_share]);
        }
        seen.home = Home::Resources;
        for resource in &model.resources {
            seen.all([&resource.places]);
            seen.of_tables(&resource.tables);
        }
        // A trend is read where it is named, and so are the numbers in it.
        for (trend, readers) in model.trends.iter().zip(seen.trends.clone()) {
            for home in readers {
                seen.home = home;
                seen.all(trend.growth.numbers());
            }
        }
        // What a measure reads besides does not make it shared.
        let before = seen.parameters.clone();
        seen.home = Home::Measures;
        let effects = model.scenarios.iter().flat_map(|scenario| &scenario.measures).flat_map(|measure| &measure.effects);
        seen.all(effects.map(|(_, _, value)| value));
        for (now, before) in seen.parameters.iter_mut().zip(before) {
            if !before.is_empty() {
                *now = before;
            }
        }
        Self { parameters: only(&seen.parameters), tables: only(&seen.tables), trends: only(&seen.trends) }
    }
}

fn only(readers: &[BTreeSet<Home>]) -> Vec<Home> {
    let one = |homes: &BTreeSet<Home>| if homes.len() == 1 { homes.first().copied() } else { None };
    readers.iter().map(|homes| one(homes).unwrap_or(Home::Shared)).collect()
}

/// What has been seen of who reads what: per id, all its readers.
struct Seen {
    /// The part that is being looked through.
    home: Home,
    parameters: Vec<BTreeSet<Home>>,
    tables: Vec<BTreeSet<Home>>,
    trends: Vec<BTreeSet<Home>>,
}

impl Seen {
    fn all<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expression>) {
        for expression in expressions {
            expression.parameters(&mut |id| {
                self.parameters[id].insert(self.home);
            });
        }
    }

    fn of_tables(&mut self, tables: &[usize]) {
        for &table in tables {
            self.tables[table].insert(self.home);
        }
    }

    fn of_trends(&mut self, trends: &[usize]) {
        for &trend in trends {
            self.trends[trend].insert(self.home);
        }
    }

    fn track(&mut self, track: &Track) {
        for state in &track.states {
            self.state(state);
        }
        for transition in &track.transitions {
            match &transition.clock {
                Clock::Hazard(hazard) => self.hazard(hazard),
                Clock::Dwell(dwell) => self.dwell(dwell),
                Clock::Age(_) => {}
            }
            self.all(transition.to.iter().map(|(_, share)| share));
        }
        for gate in &track.gates {
            self.gate(gate);
        }
        for attached in &track.attached {
            self.all(attached.of.iter().map(|(_, units)| units).chain([&attached.per_person_year]));
            self.year_factors(&attached.times);
        }
        for initial in &track.initial {
            self.all([&initial.share].into_iter().chain(&initial.labels));
            self.of_tables(&initial.tables);
            if let Elapsed::Years(years) = &initial.elapsed {
                self.all([years]);
            }
        }
    }

    fn state(&mut self, state: &State) {
        let costs = [&state.cost_per_person_year, &state.cost_per_start, &state.cost_per_indicatie];
        self.all(costs.into_iter().flatten());
        self.all([&state.indicaties_per_person, &state.informal_hours_per_week]);
        self.all(state.place.iter().map(|place| &place.amount));
        self.year_factors(&state.cost_times);
    }

    fn year_factors(&mut self, factors: &YearFactors) {
        self.of_tables(&factors.tables);
        self.of_trends(&factors.trends);
    }

    fn gate(&mut self, gate: &Gate) {
        for variant in &gate.variants {
            self.all([&variant.reach, &variant.success]);
            self.all([&variant.cost_per_reached, &variant.cost_per_diverted].into_iter().flatten());
            self.all(variant.relapse.iter().flat_map(|relapse| &relapse.still).map(|(_, share)| share));
            self.all(variant.delay.iter().map(|(_, years)| years));
            self.year_factors(&variant.cost_times);
        }
    }

    fn hazard(&mut self, hazard: &Hazard) {
        self.all([&hazard.per_year]);
        self.of_tables(&hazard.tables);
        self.of_trends(&hazard.trends);
        self.all(hazard.while_in.iter().flat_map(|coupling| coupling.factors.iter().chain([&coupling.otherwise])));
        self.all(hazard.overload.iter().flat_map(|overload| [&overload.above_hours_per_week, &overload.factor]));
    }

    fn dwell(&mut self, dwell: &Dwell) {
        match dwell {
            Dwell::Exponential { mean: a } | Dwell::Fixed(a) => self.all([a]),
            Dwell::Weibull { scale: a, shape: b }
            | Dwell::Gamma { mean: a, shape: b }
            | Dwell::Lognormal { median: a, sigma: b }
            | Dwell::Uniform { min: a, max: b } => self.all([a, b]),
            Dwell::Empirical { .. } => {}
        }
    }

    fn demography(&mut self, model: &Model) {
        let life = &model.demography;
        for hazard in life.death.iter().chain(&life.leave) {
            self.hazard(hazard);
        }
        if let Some(birth) = &life.birth {
            self.hazard(&birth.hazard);
            self.all(birth.newborn.iter().flat_map(|(_, shares)| shares));
        }
    }

    fn rate(&mut self, rate: &Rate) {
        match rate {
            Rate::PerYear(rate) => self.all([rate]),
            Rate::ByYear(rates) => self.all(rates),
            Rate::Sinusoidal { mean, amplitude, peak } => self.all([mean, amplitude, peak]),
        }
    }
}
