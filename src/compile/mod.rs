//! From a checked model and one parameter draw to flat tables. The last step that can fail.
//!
//! A [`Plan`] holds what no draw changes: profiles, persons, the layout of the counts. [`Plan::compile`] fills in one draw
//! for all scenarios of the model at once, because scenarios share their luck: a hulpvraag arises at a rate that bounds the
//! rates of all of them.

mod attached;
mod dwell;
mod fault;
mod frailty;
mod gate;
mod hazard;
mod household;
pub mod layout;
mod people;
mod resource;
mod shock;
mod timeline;
mod track;
mod trend;

pub use attached::{Attached, Followed};
pub use dwell::Law;
pub use fault::CompileError;
pub use frailty::{Frailty, SLICES};
pub use gate::{After, Fees, Gate, Relapse, Variant};
pub use hazard::{Overload, Piece, Rate, Table, cohort, cohorts};
pub use household::Households;
pub use layout::Layout;
pub use people::{Intensity, Kind, Origin, Profiles, Since, Stream};
pub use resource::{PARTS, Place, Resource, Room, Wait};
pub use shock::Shock;
pub use timeline::{Timeline, epoch};
pub use track::{Exit, Initial, Onset, Split, State, Tariffs, Track, When, gate_block, item, split_block};
#[cfg(feature = "cli")]
pub(crate) use trend::products as trend_products;

pub use crate::design::{draw, medians};
use crate::model::{self, Clock, MAX_AGE, Model};

/// What a run chooses besides the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Last calendar year, inclusive.
    pub last_year: i32,
    /// Size of the population, of all streams and of all resources relative to the model's.
    pub scale: f64,
}

/// A model made ready for draws.
#[derive(Debug)]
pub struct Plan<'a> {
    model: &'a Model,
    scale: f64,
    years: usize,
    profiles: Profiles,
    /// Persons per row of the population file, scaled; in the order of identities.
    counts: Vec<u32>,
    households: Households,
    /// The frailty at the medians: that of every draw, unless its law is uncertain.
    frailty: Option<Frailty>,
    layout: Layout,
}

/// One draw of a model, for all its scenarios. The engine reads nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    /// Calendar years of the horizon.
    pub years: usize,
    /// Whether persons have an age.
    pub has_age: bool,
    /// Lower bounds of the reported age bands, years.
    pub age_bounds: Vec<f64>,
    /// Combinations of attribute values.
    pub profiles: Profiles,
    /// The initial population: kinds and how many of each, in order of identity.
    pub population: Vec<(Kind, u32)>,
    /// Which kinds of `population` live together; their counts are equal.
    pub households: Households,
    /// Whether the next member takes over the tracks of a household when its referent dies or leaves. Always so, unless it is
    /// switched off to compare with expected values, which do not know of it; the need then ends with the referent.
    pub succession: bool,
    /// Common shocks that are still to come over the tables and costs; see [`Compiled::shocked`].
    pub shocks: Vec<Shock>,
    /// What makes persons differ for life; multiplies rates that are `frail`.
    pub frailty: Option<Frailty>,
    /// Hazard tables.
    pub tables: Vec<Table>,
    /// Births, deaths, departures.
    pub life: Life,
    /// Arrivals.
    pub streams: Vec<Stream>,
    /// Scenarios, in the model's order.
    pub scenarios: Vec<Scenario>,
    /// Index of the scenario without measures, by which those live who are there before the start.
    pub unchanged: usize,
    /// What is counted.
    pub layout: Layout,
    /// Per track the index among the domains.
    pub domains: Vec<Option<usize>>,
}

impl Compiled {
    /// The same with these scenarios only, and unchanged policy; and where each of them now stands. What one scenario does never depends on
    /// which others are left: they have been heard when it was compiled.
    #[must_use]
    pub fn with_only(mut self, wanted: &[usize]) -> (Self, Vec<usize>) {
        let kept: Vec<usize> =
            (0..self.scenarios.len()).filter(|scenario| *scenario == self.unchanged || wanted.contains(scenario)).collect();
        let place = |scenario: usize| kept.binary_search(&scenario).unwrap_or(0);
        let (places, unchanged) = (wanted.iter().map(|&scenario| place(scenario)).collect(), place(self.unchanged));
        let mut number = 0;
        self.scenarios.retain(|_| {
            number += 1;
            kept.binary_search(&(number - 1)).is_ok()
        });
        self.unchanged = unchanged;
        (self, places)
    }

    /// Index of the reported age band of an age in years.
    #[inline]
    pub fn band(&self, age: f64) -> usize {
        self.age_bounds.partition_point(|&bound| bound <= age).saturating_sub(1)
    }

    /// When somebody born at `born` leaves an age band; infinite if never. Years since the start.
    #[inline]
    pub fn next_band(&self, born: f64, band: usize) -> f64 {
        self.age_bounds.get(band + 1).map_or(f64::INFINITY, |bound| born + bound)
    }
}

/// One scenario of a draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Begin of each epoch, years since the start.
    pub begins: Vec<f64>,
    /// Tracks.
    pub tracks: Vec<Track>,
    /// Resources; a resource id indexes this.
    pub resources: Vec<Resource>,
    /// The room of their pools over time, in order of time.
    pub rooms: Vec<Room>,
}

/// Demography of a draw, the same in every scenario.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Life {
    /// Hazard of death.
    pub death: Option<Rate>,
    /// Hazard of leaving.
    pub leave: Option<Rate>,
    /// Births per possible mother.
    pub birth: Option<Birth>,
}

/// Births.
#[derive(Debug, Clone, PartialEq)]
pub struct Birth {
    /// Births per possible mother.
    pub rate: Rate,
    /// Whether a profile can be a mother.
    pub mothers: Vec<bool>,
    /// Attributes drawn for the newborn: attribute id and cumulated shares of its values.
    pub newborn: Vec<(usize, Vec<f64>)>,
}

/// Most combinations of attribute values that are told apart.
const MOST_PROFILES: usize = 20_000;

impl<'a> Plan<'a> {
    /// Prepares a model for draws on the horizon from its first year to `options.last_year`.
    pub fn new(model: &'a Model, options: &Options) -> Result<Self, CompileError> {
        let Options { last_year, scale } = *options;
        if !(model.first_year..=model.last_year).contains(&last_year) {
            return Err(CompileError::new(
                "the horizon",
                format!("last year {last_year} lies outside {} to {}", model.first_year, model.last_year),
                "choose a last year inside the model's period",
            ));
        }
        fault::within(scale, 1e-6, 1e4, || "the scale".into(), "the size of the population")?;
        let combinations: usize = model.attributes.iter().map(|attribute| attribute.values.len()).product();
        if combinations > MOST_PROFILES {
            return Err(CompileError::new(
                "the attributes",
                format!("they have {combinations} combinations, at most {MOST_PROFILES} are told apart"),
                "drop an attribute or merge some of its values",
            ));
        }
        let households = Households::new(&model.population);
        let counts = households.scaled(|row| model.population[row].count, scale);
        let exact = scale * model.population.iter().map(|row| row.count).sum::<f64>();
        fault::within(exact, 0.0, 2e9, || "the population".into(), "its size")?;
        Ok(Self {
            model,
            scale,
            years: (last_year - model.first_year + 1) as usize,
            profiles: Profiles::new(model),
            counts,
            households,
            frailty: model.frailty.as_ref().map(|frailty| Frailty::new(frailty, &medians(model), None)).transpose()?,
            layout: Layout::new(model, last_year),
        })
    }

    /// What a member of the ensemble counts.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Persons at the start.
    pub fn persons(&self) -> u64 {
        self.counts.iter().map(|&count| u64::from(count)).sum()
    }

    /// All scenarios under the parameter values `values` (by parameter id).
    pub fn compile(&self, values: &[f64]) -> Result<Compiled, CompileError> {
        let model = self.model;
        // Over all years of the model, so that candidates are bounded by what may come after the horizon too: a run is the beginning of
        // any longer one.
        let all = (model.last_year - model.first_year + 1) as usize;
        let times: Vec<Timeline> =
            (model.scenarios.iter()).map(|scenario| Timeline::new(Some(scenario), values, model.first_year, all)).collect();
        let unchanged = Timeline::new(None, values, model.first_year, self.years);
        let mut tables = Vec::new();
        let life = self.life(&mut tables, values, &unchanged)?;
        let table_ids = self.track_tables(&mut tables, values)?;
        let frailty = model.frailty.as_ref().map(|frailty| Frailty::new(frailty, values, self.frailty.as_ref())).transpose()?;
        let mut scenarios: Vec<Scenario> = Vec::with_capacity(times.len());
        for time in &times {
            let context = track::Context { model, time, tables: &table_ids, years: self.years, frailty: frailty.as_ref() };
            let shares = |initial: &model::Initial| self.shares(initial, time.first_values());
            // Who starts where follows from the values at the start, which most scenarios have in common.
            let alike = times.iter().zip(&scenarios).find(|(other, _)| other.first_values() == time.first_values());
            let alike = |index: usize| alike.map(|(_, scenario)| &scenario.tracks[index]);
            let tracks =
                (0..model.tracks.len()).map(|index| context.track(index, &shares, alike(index))).collect::<Result<_, _>>()?;
            let (resources, rooms) = resource::resources(model, time, self.years, self.scale)?;
            scenarios.push(Scenario { begins: time.begins.clone(), tracks, resources, rooms });
        }
        let frailest = frailty.as_ref().map_or(1.0, Frailty::most);
        check_rates(model, &scenarios, &life, &tables, frailest)?;
        bound_onsets(&mut scenarios);

        let kinds = Kind::list(&model.population, &self.profiles, values, true)?;
        let population = kinds.into_iter().zip(self.counts.iter().copied()).collect();
        let streams = (model.streams.iter())
            .map(|stream| Stream::new(stream, &self.profiles, values, self.years, self.scale))
            .collect::<Result<_, _>>()?;
        Ok(Compiled {
            years: self.years,
            has_age: model.has_age,
            age_bounds: model.report_ages.iter().map(|&age| f64::from(age)).collect(),
            profiles: self.profiles.clone(),
            population,
            households: self.households.clone(),
            succession: true,
            shocks: model.shocks.iter().map(|shock| Shock::new(shock, values)).collect::<Result<_, _>>()?,
            frailty,
            tables,
            life,
            streams,
            scenarios,
            unchanged: model.scenarios.iter().position(|scenario| scenario.name == model::UNCHANGED).unwrap_or(0),
            layout: self.layout.clone(),
            domains: model.tracks.iter().map(|track| track.domain).collect(),
        })
    }

    fn life(&self, tables: &mut Vec<Table>, values: &[f64], time: &Timeline) -> Result<Life, CompileError> {
        let mut rate = |hazard: &model::Hazard, name: &str| {
            let place = || format!("demography, {name}");
            tables.push(Table::new(self.model, &self.profiles, hazard, values, self.years, &place)?);
            Rate::new(hazard, tables.len() - 1, time, &place)
        };
        let spec = &self.model.demography;
        Ok(Life {
            death: spec.death.as_ref().map(|hazard| rate(hazard, "death")).transpose()?,
            leave: spec.leave.as_ref().map(|hazard| rate(hazard, "leave")).transpose()?,
            birth: (spec.birth.as_ref())
                .map(|birth| {
                    let mothers =
                        self.profiles.iter().map(|row| birth.mothers.iter().all(|&(a, value)| row[a] == value)).collect();
                    let mut newborn = Vec::new();
                    for (attribute, shares) in &birth.newborn {
                        let mut sum = 0.0;
                        let mut cumulated = Vec::new();
                        for share in shares {
                            let place = || "demography, birth".to_owned();
                            sum += fault::within(share.value(values), 0.0, 1.0, place, "a share of the newborn")?;
                            cumulated.push(sum);
                        }
                        for value in &mut cumulated {
                            *value /= sum;
                        }
                        newborn.push((*attribute, cumulated));
                    }
                    Ok::<_, CompileError>(Birth { rate: rate(&birth.hazard, "birth")?, mothers, newborn })
                })
                .transpose()?,
        })
    }

    fn track_tables(&self, tables: &mut Vec<Table>, values: &[f64]) -> Result<Vec<Vec<usize>>, CompileError> {
        let mut ids = Vec::new();
        for track in &self.model.tracks {
            let mut row = Vec::new();
            for (number, transition) in track.transitions.iter().enumerate() {
                row.push(match &transition.clock {
                    Clock::Hazard(hazard) => {
                        let place = || format!("track `{}`, transition {}", track.name, number + 1);
                        tables.push(Table::new(self.model, &self.profiles, hazard, values, self.years, &place)?);
                        tables.len() - 1
                    }
                    Clock::Dwell(_) | Clock::Age(_) => usize::MAX,
                });
            }
            ids.push(row);
        }
        Ok(ids)
    }

    /// Probability of an initial state per profile and single year of age, in the model's first year.
    fn shares(&self, initial: &model::Initial, values: &[f64]) -> Result<Vec<f64>, CompileError> {
        let model = self.model;
        let years = (model.last_year - model.first_year + 1) as usize;
        let place = || "initial shares".to_owned();
        let share = fault::within(initial.share.value(values), 0.0, f64::MAX, place, "a share")?;
        let mut shares = Vec::new();
        for attributes in self.profiles.iter() {
            for age in 0..=MAX_AGE {
                let factor: f64 =
                    initial.tables.iter().map(|&id| model.tables[id].at(&model.attributes, attributes, age, 0, years)).product();
                shares.push(fault::within(share * factor, 0.0, 1.0, place, "a share")?);
            }
        }
        Ok(shares)
    }
}

/// Refuses hazards that are senselessly high in any scenario.
fn check_rates(model: &Model, scenarios: &[Scenario], life: &Life, tables: &[Table], frailest: f64) -> Result<(), CompileError> {
    for rate in [&life.death, &life.leave].into_iter().flatten().chain(life.birth.as_ref().map(|birth| &birth.rate)) {
        rate.check(&tables[rate.table], frailest, || "demography".into())?;
    }
    for (scenario, spec) in scenarios.iter().zip(&model.scenarios) {
        for track in &scenario.tracks {
            for rate in track.rates() {
                rate.check(&tables[rate.table], frailest, || format!("scenario `{}`, track `{}`", spec.name, track.name))?;
            }
        }
    }
    Ok(())
}

/// Makes every onset's level a bound over all scenarios, so that candidates are the same in all of them.
fn bound_onsets(scenarios: &mut [Scenario]) {
    let Some(first) = scenarios.first() else { return };
    let shape: Vec<usize> = first.tracks.iter().map(|track| track.onsets.len()).collect();
    for (track, &onsets) in shape.iter().enumerate() {
        for onset in 0..onsets {
            let of = |scenario: &Scenario| {
                (scenario.tracks[track].onsets[onset].rate.level, scenario.tracks[track].onsets[onset].coupling_max)
            };
            let level = scenarios.iter().map(|scenario| of(scenario).0).fold(0.0, f64::max);
            let coupling = scenarios.iter().map(|scenario| of(scenario).1).fold(0.0, f64::max);
            for scenario in scenarios.iter_mut() {
                let onset = &mut scenario.tracks[track].onsets[onset];
                onset.rate = onset.rate.clone().bounded_by(level);
                onset.coupling_max = coupling;
            }
        }
    }
}
