//! From values to places: straight scales with round ticks.

/// A straight scale. Values and places are finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    values: (f64, f64),
    places: (f64, f64),
}

impl Scale {
    /// From the values `low` and `high` to two places; values that are equal get room on both sides.
    pub(super) fn new(low: f64, high: f64, places: (f64, f64)) -> Self {
        Self { values: widened(low, high), places }
    }

    /// Where a value stands; nothing stands beyond the ends.
    pub(super) fn at(&self, value: f64) -> f64 {
        let ((low, high), (from, to)) = (self.values, self.places);
        let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
        from + share * (to - from)
    }

    /// Round values between the ends, about `count` of them, and the step between them.
    pub(super) fn ticks(&self, count: usize) -> (Vec<f64>, f64) {
        let (low, high) = self.values;
        let step = step(high - low, count);
        let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
        let count = (last - first).clamp(0.0, 100.0) as usize;
        ((0..=count).map(|at| (first + at as f64) * step).collect(), step)
    }
}

/// The least and the largest of values; `None` of none that is finite.
pub(super) fn ends(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|value| value.is_finite()).fold(None, |ends, value| match ends {
        None => Some((value, value)),
        Some((low, high)) => Some((value.min(low), value.max(high))),
    })
}

/// Round ends around values, so that the outermost ticks lie at the ends.
pub(super) fn rounded((low, high): (f64, f64), count: usize) -> (f64, f64) {
    let (low, high) = widened(low, high);
    let step = step(high - low, count);
    ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step)
}

/// The power of ten of the last digit that a multiple of a step needs: -1 for 0.2 and 0.5, 1 for 20. Of 2.5 it is -1.
pub(super) fn place(step: f64) -> i32 {
    let place = magnitude(step);
    // Steps are 1, 2, 2.5 or 5 times a power of ten; only 2.5 needs a digit more.
    let lead = step / power_of_ten(place);
    if (lead - lead.round()).abs() > 1e-6 { place - 1 } else { place }
}

fn widened(low: f64, high: f64) -> (f64, f64) {
    if high > low {
        (low, high)
    } else {
        let room = if low == 0.0 { 1.0 } else { low.abs() / 2.0 };
        (low - room, low + room)
    }
}

/// The round step nearest to a part of a span: 1, 2, 2.5 or 5 times a power of ten.
fn step(span: f64, count: usize) -> f64 {
    let raw = span / count.max(1) as f64;
    let power = power_of_ten(magnitude(raw));
    let lead = [1.0, 2.0, 2.5, 5.0].into_iter().find(|&lead| lead * power >= raw * (1.0 - 1e-9)).unwrap_or(10.0);
    lead * power
}

/// The power of ten of the leading digit of a positive number.
fn magnitude(number: f64) -> i32 {
    let mut place = 0;
    while place < 300 && power_of_ten(place + 1) <= number * (1.0 + 1e-12) {
        place += 1;
    }
    while place > -300 && power_of_ten(place) > number * (1.0 + 1e-12) {
        place -= 1;
    }
    place
}

fn power_of_ten(exponent: i32) -> f64 {
    let positive = (0..exponent.abs()).fold(1.0, |power, _| power * 10.0);
    if exponent < 0 { 1.0 / positive } else { positive }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round() {
        let ticks = |low, high, count| Scale::new(low, high, (0.0, 1.0)).ticks(count).0;
        assert_eq!(ticks(0.0, 10.0, 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(ticks(-3.0, 12.0, 4), [0.0, 5.0, 10.0]);
        assert_eq!(ticks(2019.0, 2026.0, 4), [2020.0, 2022.0, 2024.0, 2026.0]);
        assert_eq!(ticks(0.0, 0.0, 2), [-1.0, 0.0, 1.0]);
        assert_eq!(ticks(0.0, 12e6, 6), [0.0, 2e6, 4e6, 6e6, 8e6, 10e6, 12e6]);
    }

    #[test]
    fn places_keep_the_digits_of_a_step() {
        for (step, digit) in [(1.0, 0), (2.0, 0), (2.5, -1), (0.5, -1), (0.25, -2), (20.0, 1), (25.0, 0), (1000.0, 3)] {
            assert_eq!(place(step), digit, "{step}");
        }
    }

    #[test]
    fn ends_of_nothing_are_none() {
        assert_eq!(ends([]), None);
        assert_eq!(ends([f64::NAN, 2.0, -1.0]), Some((-1.0, 2.0)));
        assert_eq!(rounded((31.2, 38.9), 4), (30.0, 40.0));
        assert_eq!(rounded((0.0, 0.0), 4), (-1.0, 1.0));
    }

    proptest! {
        #[test]
        fn ticks_lie_inside_and_apart(low in -1e9f64..1e9, span in 1e-6f64..1e9, count in 2usize..9) {
            let scale = Scale::new(low, low + span, (10.0, 350.0));
            let (ticks, step) = scale.ticks(count);
            prop_assert!(ticks.len() <= count + 1, "{ticks:?}");
            prop_assert!(!ticks.is_empty() || span < step);
            for pair in ticks.windows(2) {
                prop_assert!(((pair[1] - pair[0]) / step - 1.0).abs() < 1e-3);
            }
            for tick in ticks {
                prop_assert!((10.0..=350.0).contains(&scale.at(tick)));
            }
        }

        #[test]
        fn a_scale_is_monotone_and_bounded(a in -1e9f64..1e9, b in -1e9f64..1e9, low in -1e9f64..1e9, high in -1e9f64..1e9) {
            let scale = Scale::new(low.min(high), low.max(high), (0.0, 100.0));
            let (first, second) = (scale.at(a.min(b)), scale.at(a.max(b)));
            prop_assert!(first <= second && first >= 0.0 && second <= 100.0);
        }

        #[test]
        fn rounded_ends_hold_what_they_round(low in -1e9f64..1e9, span in 0f64..1e9, count in 2usize..9) {
            let (from, to) = rounded((low, low + span), count);
            prop_assert!(from < to && from <= low + 1e-3 && to >= low + span - 1e-3);
        }
    }
}
