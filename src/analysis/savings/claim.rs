//! What members say of one booked amount: how likely it is reached, and what it takes if it is not.

use crate::analysis::estimate::{Quantiles, estimate, expected, quantile};

/// One amount held against what was booked. All amounts are euros.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// Mean over members.
    pub mean: f64,
    /// Its Monte Carlo standard error; `None` with a single member.
    pub mcse: Option<f64>,
    /// Percentiles, in the order of [`super::super::estimate::PERCENTILES`].
    pub quantiles: Quantiles,
    /// Chance that the amount booked is reached, 0 to 1.
    pub chance: f64,
    /// Its standard error. Never 0: with n draws of which k reach it, that of (k + 1) / (n + 2), so that "never seen" is not "impossible"
    /// (Laplace's rule; Agresti & Coull 1998, *Approximate is better than exact for interval estimation of binomial proportions*).
    pub chance_se: f64,
    /// Expected amount by which what is booked is missed; 0 in members that reach it.
    pub shortfall: f64,
    /// What must be set aside so that the amount booked is there with a chance of 80 and of 95 %.
    pub reserve: [f64; 2],
}

/// Chances for which a reserve is told.
const SURE: [f64; 2] = [0.80, 0.95];

impl Claim {
    /// Of the values of all members, in member order: what may happen.
    pub(in crate::analysis) fn realised(values: &[f64], replications: usize, booked: f64) -> Self {
        let found = estimate(values, replications);
        let reached: Vec<f64> = values.iter().map(|&value| f64::from(u8::from(value >= booked))).collect();
        let reached = estimate(&reached, replications);
        let draws = (values.len() / replications.max(1)).max(1) as f64;
        let least = smoothed(reached.mean, draws);
        let (shortfall, reserve) = missed(values, booked);
        Self {
            mean: found.mean,
            mcse: found.mcse,
            quantiles: found.realised,
            chance: reached.mean,
            chance_se: reached.mcse.filter(|_| reached.mean > 0.0 && reached.mean < 1.0).unwrap_or(least),
            shortfall,
            reserve,
        }
    }

    /// Of the draws alone, chance left out: what is expected under each. `None` if the run cannot tell them apart.
    pub(super) fn expected(values: &[f64], replications: usize, booked: f64) -> Option<Self> {
        let (means, quantiles) = expected(values, replications)?;
        let found = estimate(values, replications);
        let chance = means.iter().filter(|&&value| value >= booked).count() as f64 / means.len() as f64;
        let (shortfall, reserve) = missed(&means, booked);
        Some(Self {
            mean: found.mean,
            mcse: found.mcse,
            quantiles,
            chance,
            chance_se: smoothed(chance, means.len() as f64),
            shortfall,
            reserve,
        })
    }
}

/// By how much what was booked is missed on average, and what must be set aside for that.
fn missed(values: &[f64], booked: f64) -> (f64, [f64; 2]) {
    let mut missed: Vec<f64> = values.iter().map(|value| (booked - value).max(0.0)).collect();
    let shortfall = missed.iter().sum::<f64>() / missed.len() as f64;
    missed.sort_unstable_by(f64::total_cmp);
    (shortfall, SURE.map(|sure| quantile(&missed, sure)))
}

/// Standard error of a share of `count` after one more of each kind.
fn smoothed(share: f64, count: f64) -> f64 {
    let share = (share * count + 1.0) / (count + 2.0);
    (share * (1.0 - share) / (count + 2.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Savings 1 to 10 against 8 booked: three of ten reach it, the others miss 7 to 1: 28 in all.
    #[test]
    fn ten_members_by_hand() {
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        let found = Claim::realised(&values, 1, 8.0);
        assert_eq!((found.chance, found.shortfall, found.mean), (0.3, 2.8, 5.5));
        // Sorted 0 0 0 1 2 3 4 5 6 7: place 7.2 and 8.55.
        assert!((found.reserve[0] - 5.2).abs() < 1e-12 && (found.reserve[1] - 6.55).abs() < 1e-12, "{:?}", found.reserve);
        // Unbiased variance of the indicator 0.3 × 0.7 × 10/9.
        assert!((found.chance_se - (0.21f64 / 9.0).sqrt()).abs() < 1e-12);
        assert_eq!(Claim::expected(&values, 1, 8.0), None, "one replication tells no chance from draws");
    }

    #[test]
    fn never_seen_is_not_impossible() {
        let never = Claim::realised(&[1.0; 98], 1, 2.0);
        assert_eq!(never.chance, 0.0);
        assert!((never.chance_se - (0.01f64 * 0.99 / 100.0).sqrt()).abs() < 1e-12);
        let always = Claim::realised(&[1.0; 98], 1, 1.0);
        assert_eq!((always.chance, always.shortfall), (1.0, 0.0));
        assert!((always.chance_se - never.chance_se).abs() < 1e-12);
    }

    /// Draw means 2, 6, 7 shrunk by √(5/7) around 5, as in `estimate`: the last is 6.69, so one of three reaches 6.5 in expectation where
    /// two members of six reach it.
    #[test]
    fn expectation_leaves_chance_out() {
        let values = [1.0, 3.0, 5.0, 7.0, 5.0, 9.0];
        assert!((Claim::realised(&values, 2, 6.5).chance - 2.0 / 6.0).abs() < 1e-12);
        let found = Claim::expected(&values, 2, 6.5).unwrap();
        assert!((found.chance - 1.0 / 3.0).abs() < 1e-12);
        assert!((found.mean - 5.0).abs() < 1e-12);
    }
}
