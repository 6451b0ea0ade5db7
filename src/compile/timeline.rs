//! Parameter values over time: the measures of a scenario cut the horizon into epochs in which every value is constant.

use crate::model::{Effect, Expression, Scenario};

/// Epochs of one scenario under one draw. Times are years since the model's start.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    /// Begin of each epoch; the first is 0.
    pub begins: Vec<f64>,
    /// Parameter values by id, per epoch.
    values: Vec<Vec<f64>>,
    /// End of the horizon.
    end: f64,
    /// Years by which all that the scenario does comes later.
    later: f64,
}

/// A value over the epochs of a scenario: one number if it never changes, else one per epoch.
pub(super) type Course = Vec<f64>;

impl Timeline {
    /// The epochs of `scenario` for parameter values `base`, on a horizon of `years` from `first_year`.
    ///
    /// A ramp rises in monthly steps; the step of a month is the ramp's value in its middle.
    pub fn new(scenario: Option<&Scenario>, base: &[f64], first_year: i32, years: usize) -> Self {
        let end = years as f64;
        let measures = scenario.map_or(&[][..], |scenario| &scenario.measures);
        let later = scenario.map_or(0.0, |scenario| scenario.terms.later_years);
        let starts: Vec<f64> = measures.iter().map(|measure| measure.start + later - f64::from(first_year)).collect();
        let mut begins = vec![0.0];
        for (measure, start) in measures.iter().zip(&starts) {
            begins.extend((0..=measure.ramp_months).map(|month| start + f64::from(month) / 12.0));
        }
        begins.retain(|&begin| (0.0..end).contains(&begin));
        begins.sort_unstable_by(f64::total_cmp);
        begins.dedup();

        let values = (0..begins.len())
            .map(|epoch| {
                let middle = 0.5 * (begins[epoch] + begins.get(epoch + 1).copied().unwrap_or(end));
                let mut values = base.to_vec();
                for stage in [Effect::Set, Effect::Scale, Effect::Shift] {
                    for (measure, &start) in measures.iter().zip(&starts) {
                        let ramp = ramp(middle - start, measure.ramp_months);
                        for (parameter, effect, expression) in &measure.effects {
                            if *effect != stage || ramp == 0.0 {
                                continue;
                            }
                            let to = expression.value(base);
                            let value = &mut values[*parameter];
                            match stage {
                                Effect::Set => *value += ramp * (to - *value),
                                Effect::Scale => *value *= 1.0 + ramp * (to - 1.0),
                                Effect::Shift => *value += ramp * to,
                            }
                        }
                    }
                }
                values
            })
            .collect();
        Self { begins, values, end, later }
    }

    /// A period of calendar time as it is under the scenario, years since the model's start.
    pub fn period(&self, (from, until): (f64, f64), first_year: i32) -> (f64, f64) {
        let moved = self.later - f64::from(first_year);
        (from + moved, until + moved)
    }

    /// Parameter values in the first epoch.
    pub fn first_values(&self) -> &[f64] {
        &self.values[0]
    }

    /// The value of an expression over the epochs.
    pub fn course(&self, expression: &Expression) -> Course {
        let mut course: Course = self.values.iter().map(|values| expression.value(values)).collect();
        if course.iter().all(|value| value.to_bits() == course[0].to_bits()) {
            course.truncate(1);
        }
        course
    }

    /// Mean of a course over `[from, to)`.
    pub fn mean(&self, course: &[f64], from: f64, to: f64) -> f64 {
        if course.len() == 1 {
            return course[0];
        }
        let ends = self.begins.iter().skip(1).copied().chain([self.end]);
        let sum: f64 = (self.begins.iter().zip(ends).zip(course))
            .map(|((&begin, end), value)| (end.min(to) - begin.max(from)).max(0.0) * value)
            .sum();
        sum / (to - from)
    }
}

/// Share of a measure that works `elapsed` years after its start.
fn ramp(elapsed: f64, months: u32) -> f64 {
    if elapsed < 0.0 {
        return 0.0;
    }
    let month = libm::floor(elapsed * 12.0);
    if month >= f64::from(months) { 1.0 } else { (month + 0.5) / f64::from(months) }
}

/// The epoch of time `t` among `begins`.
pub fn epoch(begins: &[f64], t: f64) -> usize {
    begins.partition_point(|&begin| begin <= t).saturating_sub(1)
}
