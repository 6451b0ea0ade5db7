//! The model of Hengelo against the figures it was built on. Expectations are means over members of one fixed seed; each
//! test states how far such a mean lies from the expectation.

use piramide::compile::layout::{Level, METRICS, Period, Unit, metric};
use piramide::compile::{Layout, Options, Plan, draw, medians};
use piramide::engine::{Event, Luck, Observer, PersonId, Silent, Tally, What, simulate, simulate_each};
use piramide::model::{Model, embedded, read};
use std::collections::BTreeMap;
use std::sync::Arc;

const SEED: u64 = 20_190_101;

fn hengelo() -> Model {
    read(&embedded::hengelo()).unwrap()
}

/// Mean counts over members of one scenario, each with its own draw of the parameters.
struct Mean {
    model: Model,
    layout: Layout,
    sums: Vec<f64>,
    members: f64,
}

impl Mean {
    fn of(members: u32, last_year: i32, scenario: &str) -> Self {
        let model = hengelo();
        let plan = Plan::new(&model, &Options { last_year, scale: 1.0 }).unwrap();
        let layout = plan.layout().clone();
        let scenario = model.scenarios.iter().position(|s| s.name == scenario).unwrap();
        let mut sums = vec![0.0; layout.len()];
        let mut tally = Tally::new(&layout);
        for member in 0..members {
            let compiled = plan.compile(&draw(&model, SEED, member)).unwrap();
            tally.reset();
            let luck = Luck::new(SEED, member, 0);
            let compiled = compiled.shocked(luck);
            simulate(&compiled, scenario, luck, &mut tally, &mut Silent);
            for (sum, count) in sums.iter_mut().zip(tally.counts(&compiled, scenario)) {
                *sum += count as f64;
            }
        }
        Self { layout, sums, members: f64::from(members), model }
    }

    /// Mean of a metric, in its unit, for the city in a half-year (1, 2) or year (0).
    fn get(&self, unit: impl Fn(&Unit) -> bool, year: i32, half: u8, metric: usize) -> f64 {
        let is_asked = |&index: &usize| self.layout.period(index) == Period { year, half };
        let period = (0..self.layout.periods()).find(is_asked).unwrap();
        let unit = self.layout.units.iter().position(unit).unwrap();
        self.sums[self.layout.offset(0, unit, period) + metric] / self.members * METRICS[metric].scale
    }

    /// Chooses the row of a track, or of one of its states.
    fn row(&self, track: &str, state: Option<&str>) -> impl Fn(&Unit) -> bool + use<> {
        let (track, state) = ids(&self.model, track, state);
        let level = if state.is_some() { Level::State } else { Level::Track };
        move |unit| unit.level == level && unit.track == Some(track) && unit.state == state
    }
}

fn ids(model: &Model, track: &str, state: Option<&str>) -> (usize, Option<usize>) {
    let track = model.tracks.iter().position(|t| t.name == track).unwrap();
    (track, state.map(|state| model.tracks[track].states.iter().position(|s| s.name == state).unwrap()))
}

fn everybody(unit: &Unit) -> bool {
    unit.level == Level::Total
}

#[track_caller]
fn near(what: &str, seen: f64, target: f64, tolerance: f64) {
    let gap = seen / target - 1.0;
    assert!(gap.abs() <= tolerance, "{what}: {seen:.1} against {target:.1}, {:+.2} %", 100.0 * gap);
}

#[track_caller]
fn same(what: &str, a: f64, b: f64) {
    assert_eq!(a.to_bits(), b.to_bits(), "{what}: {a} against {b}");
}

/// The targets of 2021 with parameters drawn from their priors: the mean over draws must lie on them. The model promises
/// 10 percent; the 5 here are 1 percent of bias and 3.5 standard errors of a mean over 40 draws (sd 7 percent for HO, less for
/// bijstand).
#[test]
fn means_over_prior_draws_meet_the_figures_of_2021() {
    let mean = Mean::of(40, 2021, "ongewijzigd-beleid");
    let ho = || mean.row("huishouden", Some("ho"));
    near("HO, euro", mean.get(ho(), 2021, 0, metric::COST_NOMINAL), 9_648_000.0, 0.05);
    near("HO, stock", mean.get(ho(), 2021, 0, metric::PERSON_TIME), 2050.0, 0.05);
    let unique = |half| mean.get(ho(), 2021, half, metric::UNIQUE);
    near("HO, unique persons in a half-year", f64::midpoint(unique(1), unique(2)), 2300.0, 0.05);
    let rise = mean.get(ho(), 2021, 0, metric::STOCK_END) - mean.get(ho(), 2019, 1, metric::STOCK_START);
    near("HO, rise 2019-2022", rise, 660.0, 0.2);
    let bijstand = |year, metric| mean.get(mean.row("bijstand", None), year, 0, metric);
    near("bijstand 2019", bijstand(2019, metric::PERSON_TIME), 2227.0, 0.03);
    near("bijstand 2020", bijstand(2020, metric::PERSON_TIME), 2253.0, 0.03);
    near("bijstand 2021", bijstand(2021, metric::PERSON_TIME), 2214.0, 0.03);
    near("bijstand 2019, euro", bijstand(2019, metric::COST_NOMINAL), 32_477_289.0, 0.03);
    near("bijstand 2020, euro", bijstand(2020, metric::COST_NOMINAL), 34_067_296.0, 0.03);
    near("bijstand 2021, euro", bijstand(2021, metric::COST_NOMINAL), 34_218_916.0, 0.03);
}

/// The total number of inwoners, with parameters drawn. A mean over 8 draws has a standard error of 0.2 percent.
#[test]
fn inwoners_meet_the_counts_of_2021_to_2023() {
    let mean = Mean::of(8, 2023, "ongewijzigd-beleid");
    for (year, inwoners) in [(2021, 81_045.0), (2022, 81_544.0), (2023, 82_311.0)] {
        near(&format!("inwoners {year}"), mean.get(everybody, year, 1, metric::STOCK_START), inwoners, 0.01);
    }
}

/// Counts persons by sex and ten-year age band at one moment.
struct Census {
    at: f64,
    women: Vec<bool>,
    here: [[i64; 2]; 10],
}

impl Observer for Census {
    fn event(&mut self, event: &Event) {
        let change = match event.what {
            What::Enters => 1,
            What::Dies | What::Leaves => -1,
            _ => return,
        };
        if event.time <= self.at {
            let band = ((self.at - event.born) / 10.0).min(9.0) as usize;
            self.here[band][usize::from(self.women[event.profile])] += change;
        }
    }
}

/// The official population of 2021-01-01, by ten-year band and sex (each scaled to the total of its five-year bands: cells
/// are rounded to five). Bias up to 1 percent, and 3.5 standard errors of this run's own mean.
#[test]
fn population_of_2021_meets_the_official_table() {
    let model = hengelo();
    let plan = Plan::new(&model, &Options { last_year: 2020, scale: 1.0 }).unwrap();
    let compiled = plan.compile(&medians(&model)).unwrap();
    let (sex, vrouw) = (0, 1);
    assert_eq!((model.attributes[sex].name.as_str(), model.attributes[sex].values[vrouw].as_str()), ("sex", "vrouw"));
    let women: Vec<bool> = compiled.profiles.iter().map(|values| usize::from(values[sex]) == vrouw).collect();
    let (members, mut tally) = (16, Tally::new(plan.layout()));
    let runs: Vec<[[i64; 2]; 10]> = (0..members)
        .map(|member| {
            tally.reset();
            let mut census = Census { at: 2.0, women: women.clone(), here: Default::default() };
            let luck = Luck::new(SEED, 0, member);
            simulate(&compiled.shocked(luck), 0, luck, &mut tally, &mut census);
            census.here
        })
        .collect();
    for (band, official) in official_2021().into_iter().enumerate() {
        for (sex, official) in official.into_iter().enumerate() {
            let counts = || runs.iter().map(|run| run[band][sex] as f64);
            let n = f64::from(members);
            let mean = counts().sum::<f64>() / n;
            let error = (counts().map(|count| (count - mean) * (count - mean)).sum::<f64>() / (n - 1.0) / n).sqrt();
            near(&format!("ages {band}0+, sex {sex}"), mean, official, 0.01 + 3.5 * error / official);
        }
    }
}

/// Men and women per ten-year band from the table the population was cast back from.
fn official_2021() -> [[f64; 2]; 10] {
    let table = include_str!("../../calibration/hengelo/age_sex_2021.csv");
    let mut bands = [[0.0; 2]; 10];
    for (row, line) in table.lines().skip(1).enumerate() {
        let cells: Vec<f64> = line.split(',').skip(1).map(|cell| cell.parse().unwrap()).collect();
        let [total, men, women] = cells[..] else { panic!("{line}") };
        for (sex, count) in [men, women].into_iter().enumerate() {
            bands[row / 2][sex] += total * count / (men + women);
        }
    }
    bands
}

/// The states of bijstand; IOAW and IOAZ are other benefits.
const BENEFITS: [&str; 4] = ["kort_alleen", "kort_samen", "lang_alleen", "lang_samen"];

/// Spells of bijstand that end from 2025 to 2027, by length in the classes of the national statistic. By then those of the
/// start are all in the last class.
struct Spells {
    track: usize,
    benefit: Vec<u8>,
    /// Per person, for lives that share places are led side by side.
    since: BTreeMap<PersonId, f64>,
    ended: [f64; 7],
}

impl Observer for Spells {
    fn event(&mut self, event: &Event) {
        match event.what {
            What::Begins { track, state, elapsed } if track == self.track && self.benefit.contains(&state) => {
                self.since.insert(event.person, event.time - elapsed);
            }
            What::Moves { track, from, to, .. } if track == self.track => {
                match (self.benefit.contains(&from), self.benefit.contains(&to)) {
                    (false, true) => drop(self.since.insert(event.person, event.time)),
                    (true, false) => self.end(event),
                    _ => {}
                }
            }
            What::TakesOver { track, state, elapsed } if track == self.track && self.benefit.contains(&state) => {
                self.since.insert(event.person, event.time - elapsed);
            }
            What::Dies | What::Leaves => self.end(event),
            _ => {}
        }
    }
}

impl Spells {
    fn end(&mut self, event: &Event) {
        if let Some(since) = self.since.remove(&event.person)
            && (6.0..9.0).contains(&event.time)
        {
            let class = [0.5, 1.0, 2.0, 3.0, 4.0, 5.0].iter().filter(|&&edge| event.time - since >= edge).count();
            self.ended[class] += 1.0;
        }
    }
}

/// Lengths of ended spells against the national shares of 2023. About 4,500 spells: a share has a standard error of at most 0.6
/// percentage points; the two exponentials of the model miss the national shares by up to 2.5 points.
#[test]
fn ended_spells_of_bijstand_have_the_national_lengths() {
    let model = hengelo();
    let plan = Plan::new(&model, &Options { last_year: 2027, scale: 1.0 }).unwrap();
    let compiled = plan.compile(&medians(&model)).unwrap();
    let state = |name| ids(&model, "bijstand", Some(name)).1.unwrap() as u8;
    let (track, benefit) = (ids(&model, "bijstand", None).0, BENEFITS.map(state).to_vec());
    let mut spells = Spells { track, benefit, since: BTreeMap::new(), ended: [0.0; 7] };
    let mut tally = Tally::new(plan.layout());
    for replication in 0..3 {
        tally.reset();
        spells.since.clear();
        let luck = Luck::new(SEED, 0, replication);
        simulate(&compiled.shocked(luck), 0, luck, &mut tally, &mut spells);
    }
    let all: f64 = spells.ended.iter().sum();
    let shares = spells.ended.map(|count| 100.0 * count / all);
    let national = [22.2, 15.1, 17.0, 11.0, 7.3, 5.0, 22.3];
    for (seen, national) in shares.into_iter().zip(national) {
        assert!((seen - national).abs() < 4.0, "shares of ended spells {shares:.1?} against {national:.1?}");
    }
}

/// The illustration moves needs from HO to the own network from 2026 on, and nothing else.
#[test]
fn the_illustration_moves_needs_to_the_own_network() {
    let [base, fewer] = ["ongewijzigd-beleid", "minder-instroom-ho"].map(|name| Mean::of(1, 2028, name));
    let of = |mean: &Mean, state, year| mean.get(mean.row("huishouden", Some(state)), year, 0, metric::PERSON_TIME);
    for state in ["ho", "eigen_netwerk"] {
        same(&format!("{state} before the measure"), of(&base, state, 2025), of(&fewer, state, 2025));
    }
    assert!(of(&fewer, "ho", 2028) < of(&base, "ho", 2028) - 10.0);
    assert!(of(&fewer, "eigen_netwerk", 2028) > of(&base, "eigen_netwerk", 2028) + 10.0);
    for year in 2019..=2028 {
        for (track, metric) in [("bijstand", metric::COST_NOMINAL), ("bijstand", metric::STARTS)] {
            let [a, b] = [&base, &fewer].map(|mean| mean.get(mean.row(track, None), year, 0, metric));
            same(&format!("{track} {year}"), a, b);
        }
        let [a, b] = [&base, &fewer].map(|mean| mean.get(everybody, year, 0, metric::PERSON_TIME));
        same(&format!("inwoners {year}"), a, b);
    }
}

/// The language asks a source and a grade of every parameter, table, shock and line of the accounts; here nothing else goes without.
#[test]
fn every_figure_has_a_source_and_a_grade() {
    let model = hengelo();
    let mut origins = vec![("population", model.population_origin.as_ref()), ("prices", model.prices.origin.as_ref())];
    origins.extend(model.streams.iter().map(|stream| (&*stream.name, stream.origin.as_ref())));
    origins.extend(model.resources.iter().map(|resource| (&*resource.name, resource.origin.as_ref())));
    origins.extend(model.tracks.iter().map(|track| (&*track.name, track.origin.as_ref())));
    let measures = model.scenarios.iter().flat_map(|scenario| &scenario.measures);
    origins.extend(measures.map(|measure| (&*measure.name, measure.origin.as_ref())));
    let bare = origins.iter().filter(|(_, origin)| origin.is_none_or(|origin| origin.source.is_none() || origin.grade.is_none()));
    let bare: Vec<&str> = bare.map(|(name, _)| *name).collect();
    assert!(origins.len() > 10 && bare.is_empty(), "without a source or a grade: {bare:?}");
}

/// Scenarios lived together are those lived one by one, bit for bit: all that there are, one in which nobody starts with a need, and again
/// one in which they do.
#[test]
fn scenarios_together_are_scenarios_one_by_one() {
    let model = hengelo();
    let plan = Plan::new(&model, &Options { last_year: 2026, scale: 0.02 }).unwrap();
    let mut compiled = plan.compile(&medians(&model)).unwrap();
    let mut empty = compiled.scenarios[0].clone();
    for track in &mut empty.tracks {
        for initial in Arc::make_mut(&mut track.initial) {
            initial.share.fill(0.0);
        }
    }
    compiled.scenarios.push(empty);
    let luck = Luck::new(SEED, 0, 0);
    let compiled = compiled.shocked(luck);
    let scenarios: Vec<usize> = (0..compiled.scenarios.len()).chain([0]).collect();
    let alone = |&scenario: &usize| {
        let mut tally = Tally::new(&compiled.layout);
        simulate(&compiled, scenario, luck, &mut tally, &mut Silent);
        tally.counts(&compiled, scenario)
    };
    let alone: Vec<Vec<i64>> = scenarios.iter().map(alone).collect();
    let mut together = Vec::new();
    let mut tally = Tally::new(&compiled.layout);
    simulate_each(&compiled, &scenarios, luck, &mut tally, |scenario, tally| together.push(tally.counts(&compiled, scenario)));
    assert!(together == alone);
    assert!(alone[0] != alone[compiled.scenarios.len() - 1], "who starts without a need lives otherwise");
}
