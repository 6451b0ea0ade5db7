//! What a check claims: numbers and whole distributions, each with where to find it in what the engine counts.

use crate::compile::layout::{Group, Layout, Level, METRICS, Unit};
use crate::model::Model;

/// Which row: a track and one of its states, by name; or after `gate:` a gate and its variant; without either the track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row(pub &'static str, pub &'static str);

/// One number in a member's counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub group: Group,
    pub row: Row,
    pub year: i32,
    /// 1, 2, or 0 for the year.
    pub half: u8,
    /// One of [`crate::compile::layout::metric`].
    pub metric: usize,
}

/// What is claimed of a number over replications.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Statistic {
    /// Its mean; the standard error must be at most this share of it.
    Mean {
        /// The mean.
        expected: f64,
        /// Largest standard error that is proof, as a share of the mean; infinite where none is asked for.
        precision: f64,
    },
    /// Its standard deviation. The number must be about normal.
    Deviation(f64),
    /// Poisson with this mean.
    Poisson(f64),
}

/// A claim on one number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim {
    pub place: Place,
    pub statistic: Statistic,
}

/// Which times of persons.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Times {
    /// Years that those who are in the state at the start have been there.
    Elapsed,
    /// Moments of arrival in the state from outside, years since the start.
    Arrivals,
    /// Whole stays that began before `entered` and lasted less than `shorter` years.
    Stays {
        /// Years since the start.
        entered: f64,
        /// Years.
        shorter: f64,
    },
}

/// A claim on the distribution of the times of persons in a state.
pub(super) struct Sample {
    pub track: &'static str,
    pub state: &'static str,
    pub times: Times,
    /// Mean, if claimed.
    pub mean: Option<f64>,
    /// Distribution function; absent for a law without density.
    pub cdf: Option<Box<dyn Fn(f64) -> f64 + Send + Sync>>,
}

/// All that a check claims.
#[derive(Default)]
pub(super) struct Claims {
    pub numbers: Vec<Claim>,
    pub samples: Vec<Sample>,
}

impl Claims {
    /// Claims the mean of a number, with a standard error of at most half a percent of it; of what is rarer than 400 per
    /// replication, at most what chance leaves of a hundred replications of a Poisson count.
    pub fn mean(&mut self, place: Place, expected: f64) {
        self.mean_within(place, expected, 0.005 * (400.0 / expected).max(1.0).sqrt());
    }

    /// Claims the mean of a number, with a standard error of at most `precision` of it.
    pub fn mean_within(&mut self, place: Place, expected: f64, precision: f64) {
        self.numbers.push(Claim { place, statistic: Statistic::Mean { expected, precision } });
    }

    /// Claims the standard deviation of a number.
    pub fn deviation(&mut self, place: Place, expected: f64) {
        self.numbers.push(Claim { place, statistic: Statistic::Deviation(expected) });
    }

    /// Claims that a number is Poisson.
    pub fn poisson(&mut self, place: Place, mean: f64) {
        self.numbers.push(Claim { place, statistic: Statistic::Poisson(mean) });
    }
}

impl Place {
    /// A number of the city in a period.
    pub fn city(row: Row, year: i32, half: u8, metric: usize) -> Self {
        Self { group: Group::City, row, year, half, metric }
    }

    /// Where it stands in a member's counts; `None` if the model has no such row.
    pub fn index(&self, model: &Model, layout: &Layout) -> Option<usize> {
        let group = layout.groups.iter().position(|group| *group == self.group)?;
        let track = model.tracks.iter().position(|track| track.name == self.row.0)?;
        let spec = &model.tracks[track];
        let named = |unit: &Unit| match (unit.level, unit.state, unit.gate) {
            (Level::State, Some(state), _) => spec.states[state].name == self.row.1,
            (Level::Gate, _, Some((gate, variant))) => {
                let gate = &spec.gates[gate];
                self.row.1 == format!("gate:{}.{}", gate.name, gate.variants[variant].name)
            }
            (level, ..) => level == Level::Track && self.row.1.is_empty(),
        };
        let unit = layout.units.iter().position(|unit| unit.track == Some(track) && named(unit))?;
        let period = (0..layout.periods()).find(|&index| {
            let period = layout.period(index);
            period.year == self.year && period.half == self.half
        })?;
        Some(layout.offset(group, unit, period) + self.metric)
    }

    /// In words, such as `zorg.maatwerk starts 2022 half 1`.
    pub fn words(&self) -> String {
        let row = if self.row.1.is_empty() { self.row.0.to_owned() } else { format!("{}.{}", self.row.0, self.row.1) };
        let group = match self.group {
            Group::City => String::new(),
            Group::Wijk(wijk) => format!(" wijk {wijk}"),
            Group::Age(band) => format!(" age band {band}"),
        };
        let half = if self.half == 0 { String::new() } else { format!(" half {}", self.half) };
        format!("{row}{group} {} {}{half}", METRICS[self.metric].name, self.year)
    }
}

impl Sample {
    /// In words.
    pub fn words(&self) -> String {
        let what = match self.times {
            Times::Elapsed => "elapsed at the start",
            Times::Arrivals => "moments of arrival",
            Times::Stays { .. } => "length of stay",
        };
        format!("{}.{} {what}", self.track, self.state)
    }
}
