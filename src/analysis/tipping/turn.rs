//! Where the effect of places tips: from where on the next place does less than half of what places do at best.

use super::curve::{METRICS, Point, metric};
use crate::analysis::estimate::estimate;

/// Standard errors by which a step must lie above or below the half to be told apart: by chance alone once in 370 steps of
/// many members, once in 50 of [`LEAST`].
pub const ERRORS: f64 = 3.0;
/// Fewest draws, or replications of a single draw, of which the spread says anything.
pub const LEAST: usize = 8;

/// The part of the best effect at which it has tipped.
const PART: f64 = 0.5;

/// Where the effect tips, as far as the members can tell. Numbers are indices of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Between two numbers of places.
    Between {
        /// Here the next place surely prevents at least half of the best; 0 if that is not sure anywhere.
        from: usize,
        /// The last step of which the mean is at least half of the best ends here: the best guess. 0 if there is none.
        near: usize,
        /// From here on the next place surely prevents less.
        to: usize,
    },
    /// At this number of places or beyond: there the next place surely prevents at least half of the best, and nowhere after it
    /// surely less. 0 if neither is sure anywhere.
    From(usize),
    /// Places prevent no maatwerk that chance could not explain.
    NoEffect,
    /// Too few members.
    TooFew,
}

/// Where a curve tips: `values` per member and point, with so many `replications` of each draw. `None` if its places are not
/// known.
///
/// The best is the largest mean effect per place, taken from no place at all, which is less a matter of chance than that of one
/// step. Each step is compared with half of it in every member, so that what members share falls out. A step is the mean of
/// what the places in it do, so where the effect falls with places it is met at one of its ends: that a step lies above the
/// half is known of its beginning, that it lies below of its end.
pub(super) fn turn(values: &[Vec<[Option<f64>; METRICS.len()]>], points: &[Point], replications: usize) -> Option<Turn> {
    let per_place = |point: usize| Some((point, points[point].numbers[metric::PER_PLACE]?.estimate.mean));
    let (best, _) = (0..points.len()).filter_map(per_place).max_by(|one, other| one.1.total_cmp(&other.1))?;
    let draws = values.len() / replications.max(1);
    if (if draws > 1 { draws } else { values.len() }) < LEAST {
        return Some(Turn::TooFew);
    }
    // The mean of a number of all members in the errors that it may have by chance: beyond 1 either way it is surely not zero.
    let beyond = |number: &dyn Fn(&[[Option<f64>; METRICS.len()]]) -> Option<f64>| {
        let numbers: Vec<f64> = values.iter().map(|member| number(member)).collect::<Option<_>>()?;
        let found = estimate(&numbers, replications);
        Some(found.mean / (ERRORS * found.mcse?)).filter(|errors| !errors.is_nan())
    };
    if beyond(&|member| member[best][metric::PER_PLACE]).is_none_or(|errors| errors <= 1.0) {
        return Some(Turn::NoEffect);
    }
    let steps: Vec<Option<f64>> = (0..points.len())
        .map(|point| {
            points[point].numbers[metric::BY_NEXT]?;
            beyond(&|member| Some(member[point][metric::BY_NEXT]? - PART * member[best][metric::PER_PLACE]?))
        })
        .collect();
    let last = (0..steps.len()).rfind(|&point| steps[point].is_some_and(|errors| errors > 1.0));
    let from = last.map_or(0, |point| point - 1);
    let after = last.map_or(0, |point| point + 1);
    Some(match (after..steps.len()).find(|&point| steps[point].is_some_and(|errors| errors < -1.0)) {
        Some(to) => {
            let near = (from..to).rfind(|&point| steps[point].is_some_and(|errors| errors >= 0.0));
            Turn::Between { from, near: near.unwrap_or(from), to }
        }
        None => Turn::From(from),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::tipping::Number;

    /// Curves of `members` members that each have these effects of the next place, a place at a time, but for `noise` one way in
    /// every other member.
    fn turned(members: usize, replications: usize, steps: &[f64], noise: f64) -> Option<Turn> {
        let none = [None; METRICS.len()];
        let member = |number: usize| {
            let mut prevented = 0.0;
            let rest = steps.iter().enumerate().map(|(places, step)| {
                let step = step + if number.is_multiple_of(2) { noise } else { -noise };
                prevented += step;
                let mut numbers = none;
                numbers[metric::BY_NEXT] = Some(step);
                numbers[metric::PER_PLACE] = Some(prevented / (places + 1) as f64);
                numbers
            });
            core::iter::once(none).chain(rest).collect()
        };
        let values: Vec<Vec<_>> = (0..members).map(member).collect();
        let number = |known: Vec<f64>| Number { members, estimate: estimate(&known, replications) };
        let points: Vec<Point> = (0..=steps.len())
            .map(|at| Point {
                factor: at as f64,
                numbers: core::array::from_fn(|metric| {
                    values.iter().map(|member| member[at][metric]).collect::<Option<Vec<f64>>>().map(number)
                }),
                few_ask: false,
                few_in_maatwerk: false,
            })
            .collect();
        turn(&values, &points, replications)
    }

    #[test]
    fn it_tips_between_the_last_step_above_and_the_first_below() {
        assert_eq!(turned(8, 1, &[1.0, 0.9, 0.6, 0.4, 0.1], 0.01), Some(Turn::Between { from: 2, near: 3, to: 4 }));
        // By noise of 0.2 the mean of eight steps less half the best has an error of 0.1 × √(8/7) / √8 = 0.038: three of them
        // reach from 0.6 and 0.4 past the half, and not from 0.9 and 0.1.
        assert_eq!(turned(8, 1, &[1.0, 0.9, 0.6, 0.4, 0.1], 0.2), Some(Turn::Between { from: 1, near: 3, to: 5 }));
        assert_eq!(turned(8, 1, &[0.1, 1.0, 0.9, 0.2], 0.01), Some(Turn::Between { from: 2, near: 3, to: 4 }), "a slow start");
        assert_eq!(turned(8, 1, &[1.0, 0.9, 0.8], 0.01), Some(Turn::From(2)), "not within these places");
    }

    #[test]
    fn what_cannot_be_told_is_not() {
        assert_eq!(turned(7, 1, &[1.0, 0.1], 0.01), Some(Turn::TooFew));
        assert_eq!(turned(16, 4, &[1.0, 0.1], 0.01), Some(Turn::TooFew), "four draws, however many replications");
        assert_eq!(turned(16, 16, &[1.0, 0.1], 0.01), Some(Turn::Between { from: 0, near: 1, to: 2 }), "one draw alone");
        assert_eq!(turned(8, 1, &[1.0, 0.1], 3.0), Some(Turn::NoEffect), "chance");
        assert_eq!(turned(8, 1, &[0.0, 0.0], 0.0), Some(Turn::NoEffect), "nothing at all");
        assert_eq!(turned(8, 1, &[-1.0, -0.1], 0.01), Some(Turn::NoEffect), "the other way round");
        assert_eq!(turned(8, 1, &[], 0.0), None, "no place");
    }
}
