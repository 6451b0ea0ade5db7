//! How a second run differs from a first, number by number.
//!
//! Two runs with the same draws and the same luck hold the same members: member (draw, replication) of the one has the same
//! parameters, shocks and chance as that of the other. Their difference is taken member by member, so that what they share
//! falls out of it. Runs that share no luck are compared by their means alone.

use super::estimate::{Estimate, Quantiles, estimate};
use crate::store::members::{Members, Place};

/// One number of a first and a second run. All but the shares are in the unit of the metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Mean and Monte-Carlo standard error in the first run; `None` with a single member.
    pub first: (f64, Option<f64>),
    /// The same in the second run.
    pub second: (f64, Option<f64>),
    /// Mean difference: second less first.
    pub mean: f64,
    /// Its Monte-Carlo standard error; `None` with a single member.
    pub se: Option<f64>,
    /// What only pairs can tell.
    pub pairs: Option<Pairs>,
}

/// The differences of pairs of members.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pairs {
    /// Percentiles of the differences: parameter uncertainty and chance together.
    pub band: Quantiles,
    /// Share of pairs in which the second is above the first, 0 to 1: the chance that it is.
    pub above: f64,
    /// Monte-Carlo standard error of that share; `None` with a single pair.
    pub above_se: Option<f64>,
    /// Share of pairs in which the second is below the first, 0 to 1. With `above` less than 1 where pairs are equal.
    pub below: f64,
    /// Share of the variance of the differences that comes from uncertain parameters, 0 to 1; `None` where it cannot be told.
    pub parameter_share: Option<f64>,
}

impl Difference {
    /// The standard error there would be without pairs.
    pub fn se_unpaired(&self) -> Option<f64> {
        Some(together(self.first.1?, self.second.1?))
    }

    /// The standard error as a part of what it would be without pairs; `None` where there is nothing to shrink.
    pub fn shrinkage(&self) -> Option<f64> {
        let part = self.se? / self.se_unpaired()?;
        part.is_finite().then_some(part)
    }

    /// Whether no pair of members differs; without pairs, whether both runs have the same number in every draw.
    pub fn is_nothing(&self) -> bool {
        self.pairs.map_or(self.mean == 0.0 && self.se == Some(0.0), |pairs| pairs.above == 0.0 && pairs.below == 0.0)
    }
}

/// The error of a difference of two independent means.
fn together(one: f64, other: f64) -> f64 {
    (one * one + other * other).sqrt()
}

/// The difference of two sets of members, each in member order with so many `replications` of each draw: by pairs if `paired`
/// and there are as many members in both, else by means.
pub fn difference(first: &[f64], second: &[f64], replications: [usize; 2], paired: bool) -> Difference {
    let one = estimate(first, replications[0]);
    let other = estimate(second, replications[1]);
    let both = |mean, se, pairs| Difference { first: (one.mean, one.mcse), second: (other.mean, other.mcse), mean, se, pairs };
    if !paired || first.len() != second.len() {
        let se = one.mcse.zip(other.mcse).map(|(one, other)| together(one, other));
        return both(other.mean - one.mean, se, None);
    }
    let differences: Vec<f64> = first.iter().zip(second).map(|(first, second)| second - first).collect();
    let Estimate { mean, mcse, realised, split } = estimate(&differences, replications[0]);
    let share = |holds: fn(f64) -> bool| {
        let shares: Vec<f64> = differences.iter().map(|&value| f64::from(u8::from(holds(value)))).collect();
        estimate(&shares, replications[0])
    };
    let (above, below) = (share(|value| value > 0.0), share(|value| value < 0.0));
    let pairs = Pairs {
        band: realised,
        above: above.mean,
        above_se: above.mcse,
        below: below.mean,
        parameter_share: split.and_then(|split| split.parameter_share()),
    };
    both(mean, mcse, Some(pairs))
}

/// A difference with what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Place in the first run; in the second it is the same but for the scenario.
    pub place: Place,
    /// Scenario of the second run.
    pub second: String,
    /// Name of the metric.
    pub metric: String,
    /// The numbers.
    pub difference: Difference,
}

/// What two runs have in common, compared, and what only one of them has.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Pair of scenarios by pair, place by place in the order of the first run, metric by metric.
    pub rows: Vec<Row>,
    /// Places and metrics of the first run that the second does not have.
    pub only_first: Left,
    /// Places and metrics of the second run that the first does not have.
    pub only_second: Left,
}

/// What one run has and the other has not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    /// Places in the chosen scenarios.
    pub places: Vec<Place>,
    /// Metrics.
    pub metrics: Vec<String>,
}

/// Compares the scenarios of two runs, each pair one of the first and one of the second run.
pub fn compare(first: &Members, second: &Members, scenarios: &[(String, String)], paired: bool) -> Comparison {
    let metrics: Vec<(usize, usize, &str)> = (first.metrics.iter().enumerate())
        .filter_map(|(at, name)| Some((at, second.metrics.iter().position(|other| other == name)?, name.as_str())))
        .collect();
    let mut rows = Vec::new();
    let replications = [first.replications, second.replications];
    for (of_first, of_second) in scenarios {
        for (place, values) in first.places.iter().filter(|(place, _)| place.scenario == *of_first) {
            let Some(others) = second.places.get(&place.of(of_second)) else { continue };
            for &(at, there, name) in &metrics {
                let values = &values[at * first.members..][..first.members];
                let others = &others[there * second.members..][..second.members];
                let difference = difference(values, others, replications, paired);
                rows.push(Row { place: place.clone(), second: of_second.clone(), metric: name.to_owned(), difference });
            }
        }
    }
    let backward: Vec<(String, String)> = scenarios.iter().map(|(first, second)| (second.clone(), first.clone())).collect();
    Comparison { rows, only_first: left(first, second, scenarios), only_second: left(second, first, &backward) }
}

/// What `run` has in these scenarios and `other` has not.
fn left(run: &Members, other: &Members, scenarios: &[(String, String)]) -> Left {
    let alone = |place: &&Place| {
        scenarios.iter().any(|(here, there)| place.scenario == *here && !other.places.contains_key(&place.of(there)))
    };
    Left {
        places: run.places.keys().filter(alone).cloned().collect(),
        metrics: run.metrics.iter().filter(|name| !other.metrics.contains(name)).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    /// Three draws of two replications. Differences 1 3, -1 0, 2 4: draw means 2, -0.5, 3; mean 1.5; squares around it 0.25, 4, 2.25:
    /// variance 3.25, error √(3.25/3).
    #[test]
    fn six_pairs_by_hand() {
        let first = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0];
        let second = [11.0, 23.0, 29.0, 40.0, 52.0, 64.0];
        let found = difference(&first, &second, [2, 2], true);
        close(found.mean, 1.5);
        close(found.se.unwrap(), (3.25f64 / 3.0).sqrt());
        let pairs = found.pairs.unwrap();
        // Sorted -1 0 1 2 3 4: place 0.25 for the 5th percentile, 2.5 for the median, 4.75 for the 95th.
        close(pairs.band[0], -0.75);
        close(pairs.band[3], 1.5);
        close(pairs.band[6], 3.75);
        close(pairs.above, 4.0 / 6.0);
        close(pairs.below, 1.0 / 6.0);
        // Shares of the draws 1, 0, 1: variance 1/3, error √(1/9).
        close(pairs.above_se.unwrap(), 1.0 / 3.0);
        // Without pairs: draw means 15, 35, 55 and 17, 34.5, 58.
        close(found.first.1.unwrap(), 20.0 / 3.0f64.sqrt());
        let mean = 36.5f64;
        let variance = [17.0, 34.5, 58.0].map(|value| (value - mean) * (value - mean)).iter().sum::<f64>() / 2.0;
        close(found.se_unpaired().unwrap(), ((400.0 + variance) / 3.0).sqrt());
        close(found.shrinkage().unwrap(), (3.25 / (400.0 + variance)).sqrt());

        let unpaired = difference(&first, &second, [2, 2], false);
        close(unpaired.mean, 1.5);
        assert_eq!((unpaired.pairs, unpaired.se), (None, found.se_unpaired()));
    }

    #[test]
    fn another_number_of_members_has_no_pairs() {
        let found = difference(&[1.0, 2.0, 3.0, 4.0], &[5.0, 7.0], [2, 1], true);
        assert_eq!(found.pairs, None);
        close(found.mean, 3.5);
        // Draw means 1.5, 3.5: error 1; and 5, 7: error 1.
        close(found.se.unwrap(), 2.0f64.sqrt());
    }

    #[test]
    fn a_single_member_has_no_error() {
        let found = difference(&[1.0], &[3.0], [1, 1], true);
        assert_eq!((found.mean, found.se, found.se_unpaired(), found.shrinkage()), (2.0, None, None, None));
        assert_eq!(found.pairs.unwrap().above_se, None);
    }

    #[test]
    fn what_is_the_same_differs_by_nothing() {
        let values = [0.1, 0.2, 1e9 / 3.0, -0.7];
        let found = difference(&values, &values, [2, 2], true);
        let pairs = found.pairs.unwrap();
        assert_eq!((found.mean, found.se, pairs.band), (0.0, Some(0.0), [0.0; 7]));
        assert!(found.is_nothing());
        assert_eq!(found.shrinkage(), Some(0.0));
        // Differences that cancel are not nothing.
        assert!(!difference(&[1.0, 2.0], &[2.0, 1.0], [1, 1], true).is_nothing());
        assert!(!difference(&values, &values, [2, 2], false).is_nothing(), "nothing is known of pairs");
    }

    fn members(scenario: &str, years: &[i32], metrics: &[&str]) -> Members {
        let place = |year| Place::everybody(scenario, year);
        let numbers = |year: i32| (0..metrics.len() * 2).map(|at| f64::from(year) + at as f64).collect();
        Members {
            members: 2,
            replications: 1,
            metrics: metrics.iter().map(|&name| name.to_owned()).collect(),
            places: years.iter().map(|&year| (place(year), numbers(year))).collect(),
        }
    }

    #[test]
    fn what_is_common_is_compared_and_the_rest_is_named() {
        let first = members("a", &[2020, 2021], &["starts", "ends"]);
        let second = members("b", &[2021, 2022], &["ends", "cost"]);
        let found = compare(&first, &second, &[("a".to_owned(), "b".to_owned())], true);
        let [row] = &*found.rows else { panic!("{:?}", found.rows) };
        assert_eq!((row.place.year, &*row.metric, &*row.second), (2021, "ends", "b"));
        // `ends` is the second metric of the first run and the first of the second.
        assert_eq!((row.difference.mean, row.difference.first.0), (-2.0, 2023.5));
        let years = |left: &Left| left.places.iter().map(|place| place.year).collect::<Vec<_>>();
        assert_eq!((years(&found.only_first), &*found.only_first.metrics), (vec![2020], &["starts".to_owned()][..]));
        assert_eq!((years(&found.only_second), &*found.only_second.metrics), (vec![2022], &["cost".to_owned()][..]));
    }
}
