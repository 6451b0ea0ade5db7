//! Who there is: profiles (combinations of attribute values), the initial population and those who arrive.

use std::sync::Arc;

use super::fault::{CompileError, within};
use super::household::Households;
use crate::model::{Elapsed, Model, PersonRow, Rate};

/// All combinations of attribute values, in mixed-radix order; a profile id indexes them.
#[derive(Debug, Clone, PartialEq)]
pub struct Profiles {
    values: Vec<Vec<u8>>,
    strides: Vec<usize>,
    /// Index among the wijken of every profile; 0 where there are none.
    pub wijk: Vec<usize>,
}

impl Profiles {
    /// The profiles of a model.
    pub fn new(model: &Model) -> Self {
        let mut values = vec![vec![]];
        for attribute in &model.attributes {
            values = (values.iter())
                .flat_map(|prefix| (0..attribute.values.len() as u8).map(move |value| [&prefix[..], &[value]].concat()))
                .collect();
        }
        let mut strides = vec![1; model.attributes.len()];
        for index in (1..strides.len()).rev() {
            strides[index - 1] = strides[index] * model.attributes[index].values.len();
        }
        let wijk = values.iter().map(|row| model.wijk.map_or(0, |wijk| usize::from(row[wijk]))).collect();
        Self { values, strides, wijk }
    }

    /// The attribute values of every profile, in order of id.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.values.iter().map(Vec::as_slice)
    }

    /// Attribute values of a profile.
    pub fn values(&self, profile: usize) -> &[u8] {
        &self.values[profile]
    }

    /// The profile with these attribute values.
    pub fn find(&self, values: &[u8]) -> usize {
        values.iter().zip(&self.strides).map(|(&value, stride)| usize::from(value) * stride).sum()
    }

    /// The profile that differs from `profile` in one attribute.
    pub fn with(&self, profile: usize, attribute: usize, value: u8) -> usize {
        profile - usize::from(self.values[profile][attribute]) * self.strides[attribute]
            + usize::from(value) * self.strides[attribute]
    }
}

/// Where a person is on a track when they enter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Origin {
    /// In a state; just entered, or with elapsed time in years.
    State(u8, Since),
    /// Drawn from the track's initial shares.
    Shares,
}

/// Time since a state was entered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Since {
    /// Years.
    Years(f64),
    /// Drawn from the stationary law.
    Stationary,
}

/// Persons that are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Profile id.
    pub profile: usize,
    /// Whole years of age.
    pub age: u8,
    /// Where they are, per track. Most rows share one list.
    pub origins: Arc<[Origin]>,
    /// Whether any of these is another state than the first.
    pub given: bool,
    /// Whether any of them is drawn.
    pub drawn: bool,
}

impl Kind {
    /// Rows under parameter values; `at_start` they fall back on initial shares, otherwise on the first state.
    pub fn list(rows: &[PersonRow], profiles: &Profiles, values: &[f64], at_start: bool) -> Result<Vec<Self>, CompileError> {
        let mut kinds: Vec<Self> = Vec::with_capacity(rows.len());
        for (number, row) in rows.iter().enumerate() {
            let origins: Arc<[Origin]> = match kinds.last() {
                Some(before) if rows[number - 1].states == row.states => Arc::clone(&before.origins),
                _ => row.states.iter().map(|state| origin(state.as_ref(), values, at_start)).collect::<Result<_, _>>()?,
            };
            let given = origins.iter().any(|origin| matches!(origin, Origin::State(state, _) if *state != 0));
            let drawn = origins.contains(&Origin::Shares);
            kinds.push(Self { profile: profiles.find(&row.values), age: row.age, origins, given, drawn });
        }
        Ok(kinds)
    }
}

fn origin(state: Option<&(usize, Elapsed)>, values: &[f64], at_start: bool) -> Result<Origin, CompileError> {
    Ok(match state {
        Some((state, elapsed)) => Origin::State(*state as u8, since(elapsed, values)?),
        None if at_start => Origin::Shares,
        None => Origin::State(0, Since::Years(0.0)),
    })
}

pub(super) fn since(elapsed: &Elapsed, values: &[f64]) -> Result<Since, CompileError> {
    Ok(match elapsed {
        Elapsed::Stationary => Since::Stationary,
        Elapsed::Years(years) => {
            Since::Years(within(years.value(values), 0.0, 200.0, || "initial state".into(), "the elapsed time in years")?)
        }
    })
}

/// A stream of arrivals under one draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// Name: the address of its luck.
    pub name: String,
    /// Intensity.
    pub intensity: Intensity,
    /// Who arrives.
    pub kinds: Vec<Kind>,
    /// Cumulated weights of `kinds`, ending at 1.
    pub cumulated: Vec<f64>,
    /// Which kinds arrive together: with the first of them. An arrival of another member is that of nobody, so that persons of
    /// each kind arrive at the intensity times their weight.
    pub households: Households,
    /// Whether a stationary stream's persons are there at the start.
    pub stationary: bool,
    /// Whether nobody arrives after the start.
    pub closed: bool,
}

/// Intensity of a Poisson stream, arrivals per year; cumulated over whole years so that arrival times can be inverted.
#[derive(Debug, Clone, PartialEq)]
pub enum Intensity {
    /// One rate per calendar year, with the sum of all earlier years.
    Yearly {
        /// Rate per calendar year.
        rates: Vec<f64>,
        /// Sum of the rates of earlier years.
        before: Vec<f64>,
    },
    /// `mean (1 + amplitude cos(2π(t - peak)))`.
    Seasonal {
        /// Mean per year.
        mean: f64,
        /// Swing, 0 to 1.
        amplitude: f64,
        /// Moment of the peak, share of the year.
        peak: f64,
    },
}

impl Stream {
    /// A stream of the model for parameter values, with rates times `scale`.
    pub fn new(
        spec: &crate::model::Stream,
        profiles: &Profiles,
        values: &[f64],
        years: usize,
        scale: f64,
    ) -> Result<Self, CompileError> {
        let place = || format!("stream `{}`", spec.name);
        let rate = |value: f64| Ok::<_, CompileError>(scale * within(value, 0.0, 1e6, place, "the rate per year")?);
        let yearly = |rates: Vec<f64>| {
            let before = rates
                .iter()
                .scan(0.0, |sum, rate| {
                    let before = *sum;
                    *sum += rate;
                    Some(before)
                })
                .collect();
            Intensity::Yearly { rates, before }
        };
        let intensity = match &spec.rate {
            Rate::PerYear(value) => yearly(vec![rate(value.value(values))?; years]),
            Rate::ByYear(list) => {
                yearly(list.iter().take(years).map(|value| rate(value.value(values))).collect::<Result<_, _>>()?)
            }
            Rate::Sinusoidal { mean, amplitude, peak } => Intensity::Seasonal {
                mean: rate(mean.value(values))?,
                amplitude: within(amplitude.value(values), 0.0, 1.0, place, "the amplitude")?,
                peak: within(peak.value(values), 0.0, 1.0, place, "the peak")?,
            },
        };
        let total: f64 = spec.persons.iter().map(|row| row.count).sum();
        let mut sum = 0.0;
        let mut cumulated: Vec<f64> = (spec.persons.iter())
            .map(|row| {
                sum += row.count;
                sum / total
            })
            .collect();
        if let Some(last) = cumulated.last_mut() {
            *last = 1.0;
        }
        let kinds = Kind::list(&spec.persons, profiles, values, false)?;
        Ok(Self {
            name: spec.name.clone(),
            intensity,
            kinds,
            cumulated,
            households: Households::new(&spec.persons),
            stationary: spec.stationary,
            closed: spec.closed,
        })
    }
}
