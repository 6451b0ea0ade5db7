//! What a check claims: numbers and whole distributions, each with where to find it in what the engine counts.

use crate::compile::layout::{Group, Layout, Level, METRICS, Metric, Unit, WAITS};
use crate::model::Model;

/// Which row: a track and one of its states, by name; or after `gate:` a gate and its variant; without either the track. Without
/// a track: a layer, or after `queue:` a resource of which each wijk has its own, whose numbers are averaged over the wijken.
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
    /// One of [`crate::compile::layout::metric`], or of [`crate::compile::layout::wait`] for a queue.
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
    /// Its mean, as another program found it by simulation too.
    Simulated {
        /// The mean.
        expected: f64,
        /// Its standard error.
        se: f64,
        /// Largest standard error that is proof, as a share of the mean.
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

    /// Claims the mean of a number that another program found by simulation, with a standard error of at most `precision` of it.
    pub fn simulated(&mut self, place: Place, expected: f64, se: f64, precision: f64) {
        self.numbers.push(Claim { place, statistic: Statistic::Simulated { expected, se, precision } });
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

    /// Where it stands in a member's counts, or the numbers of which it is the mean; `None` if the model has no such row.
    pub fn indices(&self, model: &Model, layout: &Layout) -> Option<Vec<usize>> {
        let period = (0..layout.periods()).find(|&index| {
            let period = layout.period(index);
            period.year == self.year && period.half == self.half
        })?;
        if let Some(name) = self.queue() {
            let of = |number: &usize| {
                let queue = layout.queues[*number];
                queue.wijk.is_some() && model.resources[queue.resource].name == name
            };
            let queues = (0..layout.queues.len()).filter(of);
            let indices: Vec<usize> = queues.map(|queue| layout.wait_offset(queue, period) + self.metric).collect();
            return (!indices.is_empty()).then_some(indices);
        }
        let group = layout.groups.iter().position(|group| *group == self.group)?;
        let unit = self.unit(model, layout)?;
        Some(vec![layout.offset(group, unit, period) + self.metric])
    }

    /// The resource whose queue it is of.
    fn queue(&self) -> Option<&'static str> {
        self.row.1.strip_prefix("queue:").filter(|_| self.row.0.is_empty())
    }

    /// What is counted.
    pub fn counted(&self) -> Metric {
        if self.queue().is_some() { WAITS[self.metric] } else { METRICS[self.metric] }
    }

    /// The row, among those of the layout.
    fn unit(&self, model: &Model, layout: &Layout) -> Option<usize> {
        if self.row.0.is_empty() {
            let named = |unit: &Unit| unit.level == Level::Layer && unit.layer.is_some_and(|layer| layer.name() == self.row.1);
            return layout.units.iter().position(named);
        }
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
        layout.units.iter().position(|unit| unit.track == Some(track) && named(unit))
    }

    /// In words, such as `zorg.maatwerk starts 2022 half 1`.
    pub fn words(&self) -> String {
        let row = match (self.row.0, self.row.1) {
            (track, "") => track.to_owned(),
            ("", layer) => layer.to_owned(),
            (track, state) => format!("{track}.{state}"),
        };
        let group = match self.group {
            Group::City => String::new(),
            Group::Wijk(wijk) => format!(" wijk {wijk}"),
            Group::Age(band) => format!(" age band {band}"),
        };
        let half = if self.half == 0 { String::new() } else { format!(" half {}", self.half) };
        format!("{row}{group} {} {}{half}", self.counted().name, self.year)
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
