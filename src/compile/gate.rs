//! Gates of one scenario: reach, success, relapse and cost with their parameters filled in.

use super::fault::{CompileError, within};
use super::layout::layer_bit;
use super::timeline::Course;
use super::track::Context;
use crate::model::{self, Then};

/// A gate: part of those who ask for a state behind it are diverted to another. Reach, success, relapse and delay are those
/// of the epoch of the request.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// Name.
    pub name: String,
    /// State id of the diverted.
    pub to: u8,
    /// Bit of the layer in whose accounts its costs stand.
    pub layer: u8,
    /// Whether requests for another state than one is in pass it.
    pub new: bool,
    /// Whether requests for the state one is in pass it.
    pub renewal: bool,
    /// Begin and end of the period in which everybody who is then in a state behind it is asked once, at a uniform moment of
    /// their own; years since the start. Such a request is never delayed.
    pub running: Option<(f64, f64)>,
    /// Whether who is in their state for a time that ends in that period is not asked.
    pub runs_out: bool,
    /// Per state id: whether it is asked for behind this gate.
    pub behind: Vec<bool>,
    /// Cumulated reach of the variants, in declared order: one row, or one per epoch. The last may stay below 1.
    pub reach: Vec<Vec<f64>>,
    /// Its variants.
    pub variants: Vec<Variant>,
    /// Item number of its luck; see [`super::gate_block`].
    pub item: u32,
}

impl Gate {
    /// Whether it never reaches anybody: then nobody passes it.
    pub fn is_asleep(&self) -> bool {
        self.reach.iter().flatten().all(|&reach| reach == 0.0)
    }
}

/// One form of a gate. A list over epochs holds one value that never changes, or one per epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Share of those reached that are diverted, over epochs.
    pub success: Vec<f64>,
    /// How the diverted come back, over epochs; empty: only by exits of the state they are in.
    pub relapse: Vec<Relapse>,
    /// State id and years, over epochs, that those wait who are reached but not diverted.
    pub delay: Option<(u8, Vec<f64>)>,
    /// What it costs: at the constant price level, then at the prices of the year itself.
    pub cost: [Fees; 2],
    /// Ids of the shocks that multiply its cost, year by year (see [`super::Compiled::shocked`]).
    pub shocks: Vec<usize>,
}

/// What a variant costs in whole cents, per half-year of the horizon.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fees {
    /// Per request reached.
    pub reached: Vec<i64>,
    /// Per request diverted, on top.
    pub diverted: Vec<i64>,
}

/// The time from diversion to relapse: a hazard that is constant between given times, and may end before everybody has
/// relapsed. At the given times exactly the stated share is left.
#[derive(Debug, Clone, PartialEq)]
pub struct Relapse {
    /// Times since the diversion, rising from 0, in years.
    pub times: Vec<f64>,
    /// Cumulated hazard at each of `times`; infinite from where nobody is left.
    pub cumulated: Vec<f64>,
    /// What happens after the last time.
    pub after: After,
}

/// What happens to those who have not relapsed by the last given time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum After {
    /// They relapse no more.
    Plateau,
    /// They relapse at this rate per year.
    Hazard(f64),
    /// They return to `geen_hulpvraag`.
    Onset,
}

impl Relapse {
    fn new(times: &[f64], shares: &[f64], then: Then) -> Self {
        let mut relapse = Self { times: vec![0.0], cumulated: vec![0.0], after: After::Plateau };
        let (mut sum, mut rate) = (0.0, 0.0);
        for (&time, &share) in times.iter().zip(shares) {
            let part = if share > 0.0 { -libm::log(share) } else { f64::INFINITY };
            rate = part / (time - relapse.times[relapse.times.len() - 1]);
            sum += part;
            relapse.times.push(time);
            relapse.cumulated.push(sum);
        }
        relapse.after = match then {
            Then::Plateau => After::Plateau,
            Then::Hazard => After::Hazard(rate),
            Then::Onset => After::Onset,
        };
        relapse
    }

    /// The last given time: years since the diversion.
    pub fn last(&self) -> f64 {
        self.times[self.times.len() - 1]
    }

    /// The time since diversion, years, at which the cumulated hazard is `threshold` (0 or more); infinite if it never is.
    pub fn time(&self, threshold: f64) -> f64 {
        let end = self.times.len() - 1;
        if threshold >= self.cumulated[end] {
            return match self.after {
                After::Hazard(rate) if rate > 0.0 => self.times[end] + (threshold - self.cumulated[end]) / rate,
                After::Hazard(_) | After::Plateau | After::Onset => f64::INFINITY,
            };
        }
        let piece = self.cumulated.partition_point(|&sum| sum <= threshold).clamp(1, end);
        let (low, high) = (self.cumulated[piece - 1], self.cumulated[piece]);
        // Where nobody is left at the end of a piece, all go at its begin: the limit of an ever higher hazard.
        let inside = (threshold - low) / (high - low);
        self.times[piece - 1] + inside * (self.times[piece] - self.times[piece - 1])
    }

    /// Share that has not relapsed `t` years after the diversion. Of a curve that ends in `Onset`, up to its last time.
    pub fn survival(&self, t: f64) -> f64 {
        let end = self.times.len() - 1;
        let piece = self.times.partition_point(|&time| time < t).max(1);
        if piece > end {
            let further = match self.after {
                After::Hazard(rate) => rate * (t - self.times[end]),
                After::Plateau | After::Onset => 0.0,
            };
            return libm::exp(-(self.cumulated[end] + further));
        }
        let (low, high) = (self.cumulated[piece - 1], self.cumulated[piece]);
        let inside = (t - self.times[piece - 1]) / (self.times[piece] - self.times[piece - 1]);
        if inside <= 0.0 { libm::exp(-low) } else { libm::exp(-(low + inside * (high - low))) }
    }
}

impl Context<'_> {
    /// The gates of a track; their items are numbered later.
    pub(super) fn gates(&self, track: &model::Track) -> Result<Vec<Gate>, CompileError> {
        let awake = |gate: Gate| Gate { running: gate.running.filter(|_| !gate.is_asleep()), ..gate };
        track.gates.iter().enumerate().map(|(id, gate)| Ok(awake(self.gate(track, id, gate)?))).collect()
    }

    fn gate(&self, track: &model::Track, id: usize, spec: &model::Gate) -> Result<Gate, CompileError> {
        let mut behind = vec![false; track.states.len()];
        for state in track.transitions.iter().flat_map(|transition| transition.behind(id)) {
            behind[state] = true;
        }
        let place = || format!("track `{}`, gate `{}`", track.name, spec.name);
        let reaches: Vec<Course> = spec.variants.iter().map(|variant| self.time.course(&variant.reach)).collect();
        let epochs = reaches.iter().map(Vec::len).max().unwrap_or(1);
        let mut reach = Vec::with_capacity(epochs);
        for epoch in 0..epochs {
            let (mut sum, mut row) = (0.0, Vec::with_capacity(reaches.len()));
            for course in &reaches {
                sum += share(at(course, epoch), place, "the reach")?;
                row.push(sum);
            }
            share(sum, place, "the reach of all variants together")?;
            reach.push(row);
        }
        Ok(Gate {
            name: spec.name.clone(),
            to: spec.to as u8,
            layer: layer_bit(Some(spec.layer)),
            new: spec.new,
            renewal: spec.renewal,
            running: spec.running.map(|period| self.time.period(period, self.model.first_year)),
            runs_out: spec.runs_out,
            behind,
            reach,
            variants: spec.variants.iter().map(|variant| self.variant(variant, place)).collect::<Result<_, _>>()?,
            item: 0,
        })
    }

    fn variant(&self, spec: &model::Variant, place: impl Fn() -> String) -> Result<Variant, CompileError> {
        let place = || format!("{}, variant `{}`", place(), spec.name);
        let success = self.time.course(&spec.success);
        let success = success.into_iter().map(|value| share(value, place, "the success")).collect::<Result<_, _>>()?;
        let relapse = match &spec.relapse {
            Some(curve) => self.relapse(curve, place)?,
            None => Vec::new(),
        };
        let delay = match &spec.delay {
            Some((state, years)) => {
                let years = self.time.course(years).into_iter().map(|years| within(years, 0.0, 100.0, place, "the delay"));
                Some((*state as u8, years.collect::<Result<_, _>>()?))
            }
            None => None,
        };
        let mut cost = [Fees::default(), Fees::default()];
        for (fees, constant) in cost.iter_mut().zip([true, false]) {
            let tariff = |amount: &Option<model::Expression>| {
                self.tariff(amount.as_ref(), &spec.cost_times, self.price(spec.price_year, constant), place)
            };
            fees.reached = tariff(&spec.cost_per_reached)?;
            fees.diverted = tariff(&spec.cost_per_diverted)?;
        }
        Ok(Variant { success, relapse, delay, cost, shocks: spec.cost_times.shocks.clone() })
    }

    fn relapse(&self, curve: &model::Relapse, place: impl Fn() -> String + Copy) -> Result<Vec<Relapse>, CompileError> {
        let times: Vec<f64> = curve.still.iter().map(|(time, _)| *time).collect();
        let courses: Vec<Course> = curve.still.iter().map(|(_, still)| self.time.course(still)).collect();
        let epochs = courses.iter().map(Vec::len).max().unwrap_or(1);
        (0..epochs)
            .map(|epoch| {
                let shares = courses.iter().map(|course| share(at(course, epoch), place, "the share still without service"));
                Ok(Relapse::new(&times, &shares.collect::<Result<Vec<_>, _>>()?, curve.then))
            })
            .collect()
    }
}

/// A share; a sum of shares may miss 0 or 1 by a rounding error.
fn share(value: f64, place: impl Fn() -> String, what: &str) -> Result<f64, CompileError> {
    Ok(within(value, -1e-9, 1.0 + 1e-9, place, what)?.clamp(0.0, 1.0))
}

fn at(course: &[f64], epoch: usize) -> f64 {
    course[if course.len() == 1 { 0 } else { epoch }]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At the given times exactly the stated share is left, and the inverse hits every moment between.
    #[test]
    fn the_curve_is_the_stated_one() {
        for then in [Then::Plateau, Then::Hazard, Then::Onset] {
            let curve = Relapse::new(&[1.0, 2.0, 4.0], &[0.5, 0.8, 1.0], then);
            for (t, left) in [(0.0, 1.0), (1.0, 0.5), (2.0, 0.4), (3.0, 0.4), (4.0, 0.4)] {
                assert!((curve.survival(t) - left).abs() < 1e-15, "{t}: {}", curve.survival(t));
            }
            for t in [0.3, 0.999, 1.2, 1.7] {
                assert!((curve.time(-libm::log(curve.survival(t))) - t).abs() < 1e-12, "{t}");
            }
            // In the third piece nobody relapses, so neither does anybody after it.
            assert_eq!(curve.time(0.95), f64::INFINITY);
            assert!((curve.survival(9.0) - 0.4).abs() < 1e-15);
        }
        let curve = Relapse::new(&[0.5, 2.0], &[0.9, 0.6], Then::Hazard);
        let rate = -libm::log(0.6) / 1.5;
        assert!((curve.survival(5.0) - 0.54 * libm::exp(-3.0 * rate)).abs() < 1e-15);
        assert!((curve.time(-libm::log(curve.survival(5.0))) - 5.0).abs() < 1e-12);
        assert_eq!(curve.time(0.0), 0.0);
    }

    /// Where nobody is left at a time, all have gone at the time before it.
    #[test]
    fn a_share_of_nothing_is_the_limit() {
        let curve = Relapse::new(&[1.0, 2.0, 3.0], &[0.5, 0.0, 0.5], Then::Hazard);
        assert_eq!(
            [curve.survival(1.0), curve.survival(1.5), curve.survival(7.0)].map(f64::to_bits),
            [0.5, 0.0, 0.0].map(f64::to_bits)
        );
        assert_eq!(curve.time(5.0), 1.0);
        assert!(curve.time(0.3) < 1.0);
    }
}
