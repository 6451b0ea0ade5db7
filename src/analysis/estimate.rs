//! From the values of all members to a mean with its error, percentiles, and the two parts of the variance.

/// The percentiles that are reported, as shares.
pub const PERCENTILES: [f64; 7] = [0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95];

/// Numbers about fewer persons than this are not shown in a table.
pub const SMALL: f64 = 10.0;

/// Percentiles of one band, in the order of [`PERCENTILES`].
pub type Quantiles = [f64; PERCENTILES.len()];

/// What a set of members says about one number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Mean of all members.
    pub mean: f64,
    /// Monte-Carlo standard error of the mean; `None` with a single member.
    ///
    /// Members of one draw share its parameters, so the draws are the clusters: the standard deviation of the draws' means over
    /// the square root of their number. With a single draw: that of its replications, and the error is of the mean given
    /// that draw.
    pub mcse: Option<f64>,
    /// Percentiles of all members: what may happen, parameter uncertainty and chance together.
    pub realised: Quantiles,
    /// What only several replications of several draws can tell.
    pub split: Option<Split>,
}

impl Estimate {
    /// By how much the mean is more than `number`, as a share of it; `None` of zero.
    pub fn beyond(&self, number: f64) -> Option<f64> {
        (number != 0.0).then(|| self.mean / number - 1.0)
    }
}

/// The variance between members in its two parts, and the band that holds the first part only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Variance between the draws' true means, `s_B²`: parameter uncertainty. ANOVA estimate; 0 where that is negative.
    pub parameter: f64,
    /// Variance between replications of one draw, `s_W²`: chance.
    pub chance: f64,
    /// Percentiles of the draws' means, shrunk around the grand mean by `√(s_B² / (s_B² + s_W²/R))`: the chance that is left in
    /// a mean of R replications would widen the band.
    pub expected: Quantiles,
}

impl Split {
    /// Share of the variance that comes from parameters, 0 to 1; `None` where nothing varies.
    pub fn parameter_share(&self) -> Option<f64> {
        let all = self.parameter + self.chance;
        (all > 0.0).then(|| self.parameter / all)
    }
}

/// The estimate from `values` in member order: `replications` of the first draw, then of the second, and so on.
///
/// Source: O'Hagan, Stevenson and Madan (2007), Health Economics 16:1009-1023, for the split.
pub fn estimate(values: &[f64], replications: usize) -> Estimate {
    let replications = replications.max(1);
    let mean = average(values);
    let draw_means: Vec<f64> = values.chunks(replications).map(average).collect();
    let clusters = if draw_means.len() > 1 { &draw_means } else { values };
    let mcse = variance(clusters, mean).map(|variance| (variance / clusters.len() as f64).sqrt());
    let mut sorted = values.to_vec();
    let split = split(values, draw_means, mean, replications).map(|(split, _)| split);
    Estimate { mean, mcse, realised: quantiles(&mut sorted), split }
}

/// Means of the draws, shrunk as the expected band is, and its percentiles; `None` where the variance cannot be split.
pub fn expected(values: &[f64], replications: usize) -> Option<(Vec<f64>, Quantiles)> {
    let replications = replications.max(1);
    let draw_means = values.chunks(replications).map(average).collect();
    let (split, means) = split(values, draw_means, average(values), replications)?;
    Some((means, split.expected))
}

/// The split, and the means of the draws as they are shrunk for it, sorted.
fn split(values: &[f64], mut draw_means: Vec<f64>, mean: f64, replications: usize) -> Option<(Split, Vec<f64>)> {
    let between = variance(&draw_means, mean)?;
    let within: Option<Vec<f64>> =
        values.chunks(replications).zip(&draw_means).map(|(draw, &mean)| variance(draw, mean)).collect();
    let chance = average(&within?);
    let parameter = (between - chance / replications as f64).max(0.0);
    // `between` would be the denominator, were it not for the cut at 0.
    let whole = parameter + chance / replications as f64;
    let shrink = if whole > 0.0 { (parameter / whole).sqrt() } else { 0.0 };
    for value in &mut draw_means {
        *value = mean + shrink * (*value - mean);
    }
    Some((Split { parameter, chance, expected: quantiles(&mut draw_means) }, draw_means))
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Unbiased variance; `None` of a single value.
fn variance(values: &[f64], mean: f64) -> Option<f64> {
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (values.len() > 1).then(|| squares / (values.len() - 1) as f64)
}

/// The reported percentiles; sorts `values`.
fn quantiles(values: &mut [f64]) -> Quantiles {
    values.sort_unstable_by(f64::total_cmp);
    PERCENTILES.map(|share| quantile(values, share))
}

/// Quantile of sorted values, linear between order statistics: at place `(n - 1) × share`, counted from 0 (type 7 of Hyndman
/// and Fan (1996), The American Statistician 50:361-365, the default of R). Not a number if there are no values.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = last as f64 * share;
    let below = (place.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let weight = place - below as f64;
    // Exact where both neighbours are equal.
    sorted[below] + weight * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    /// Three draws of two replications, by hand: draw means 2, 6, 7; grand mean 5; between 7; within 2, 2, 8, so chance 4;
    /// parameter 7 - 4/2 = 5; shrunk by sqrt(5/7).
    #[test]
    fn three_draws_of_two_by_hand() {
        let found = estimate(&[1.0, 3.0, 5.0, 7.0, 5.0, 9.0], 2);
        close(found.mean, 5.0);
        close(found.mcse.unwrap(), (7.0f64 / 3.0).sqrt());
        // Sorted 1 3 5 5 7 9: place 0.25 for the 5th percentile, 1.25 for the lower quartile, 4.5 for the 90th.
        close(found.realised[0], 1.5);
        close(found.realised[2], 3.5);
        close(found.realised[3], 5.0);
        close(found.realised[5], 8.0);
        let split = found.split.unwrap();
        close(split.chance, 4.0);
        close(split.parameter, 5.0);
        close(split.parameter_share().unwrap(), 5.0 / 9.0);
        let shrink = (5.0f64 / 7.0).sqrt();
        close(split.expected[3], 5.0 + shrink);
        close(split.expected[0], 5.0 + shrink * (-3.0 + 0.1 * 4.0));
        close(split.expected[6], 5.0 + shrink * (1.0 + 0.9));
    }

    #[test]
    fn what_cannot_be_split_is_not() {
        assert_eq!(estimate(&[1.0, 2.0, 3.0], 1).split, None, "one replication");
        assert_eq!(estimate(&[1.0, 2.0, 3.0], 3).split, None, "one draw");
        close(estimate(&[1.0, 2.0, 3.0], 3).mcse.unwrap(), (1.0f64 / 3.0).sqrt());
        assert_eq!(estimate(&[4.0], 1), Estimate { mean: 4.0, mcse: None, realised: [4.0; 7], split: None });
        // Draws closer together than chance alone would put them.
        let split = estimate(&[0.0, 10.0, 10.0, 0.0], 2).split.unwrap();
        assert_eq!((split.parameter, split.expected), (0.0, [5.0; 7]));
        assert_eq!(estimate(&[2.0; 6], 2).split.unwrap().parameter_share(), None);
    }

    fn nested(random: &mut Xoshiro256PlusPlus, draws: usize, replications: usize) -> Vec<f64> {
        let mut values = Vec::with_capacity(draws * replications);
        for _ in 0..draws {
            let theta: f64 = StandardNormal.sample(random);
            values.extend((0..replications).map(|_| {
                let chance: f64 = StandardNormal.sample(random);
                theta + 2.0 * chance
            }));
        }
        values
    }

    /// Draws theta ~ N(0, 1), members N(theta, 2²). For N = 20,000 draws of R = 4: `s_W²` = 4 × chi²(N(R-1))/(N(R-1)), standard
    /// deviation 4 √(2/60,000) = 0.0231; the variance of the means is 2 × chi²(N-1)/(N-1), sd 2 √(2/20,000) = 0.02, so that
    /// of `s_B²` is √(0.02² + (0.0231/4)²) = 0.0208. Quantiles of the expected band have sd √(p(1-p)/N)/f = 0.0149 at
    /// 5 % if the shrinkage were known, and its own error 1.645 × 0.0208/2 = 0.017: together 0.023. All limits are five
    /// standard deviations: six checks together raise a false alarm with probability below 4e-6.
    #[test]
    fn nested_normal_is_split_into_its_parts() {
        let values = nested(&mut Xoshiro256PlusPlus::seed_from_u64(20_261_122), 20_000, 4);
        let found = estimate(&values, 4);
        let split = found.split.unwrap();
        let within = |found: f64, expected: f64, sd: f64| {
            assert!((found - expected).abs() < 5.0 * sd, "{found} is not {expected} within 5 × {sd}");
        };
        within(split.chance, 4.0, 0.0231);
        within(split.parameter, 1.0, 0.0208);
        within(found.mcse.unwrap(), (2.0f64 / 20_000.0).sqrt(), 0.01 / 2.0 * 0.01);
        within(split.expected[0], -1.645, 0.023);
        within(split.expected[6], 1.645, 0.023);
        // Realised: N(0, 5); 80,000 values, effectively at least 20,000: sd 0.0149 √5.
        within(found.realised[6], 1.645 * 5.0f64.sqrt(), 0.0149 * 5.0f64.sqrt());
    }

    /// The means of n runs of a draw have standard deviation √(1 + 4/n), and the split is 1 and 4 for every n. Of N = 20,000 draws
    /// that sd has a relative error of 1/√(2N) = 0.005; `s_W²` one of √(2/(N(n-1))), and `s_B²` has sd
    /// √(2/N) √((1 + 4/n)² + (4/n)²/(n-1)). Thirteen checks at five standard deviations: false alarm 7e-6.
    #[test]
    fn means_of_n_runs_spread_as_they_should() {
        let (mut random, draws) = (Xoshiro256PlusPlus::seed_from_u64(31), 20_000);
        for n in [1, 2, 4, 8, 16] {
            let (runs, count) = (n as f64, f64::from(draws));
            let found = estimate(&nested(&mut random, draws as usize, n), n);
            let ratio = found.mcse.unwrap() * count.sqrt() / (1.0 + 4.0 / runs).sqrt();
            assert!((ratio - 1.0).abs() < 5.0 * 0.005, "sd of means of {n}: {ratio} of what it should be");
            let Some(split) = found.split else {
                assert_eq!(n, 1, "only one run of each cannot be split");
                continue;
            };
            let own = 4.0 / runs;
            let sd = (2.0 / count).sqrt() * ((1.0 + own) * (1.0 + own) + own * own / (runs - 1.0)).sqrt();
            assert!((split.chance / 4.0 - 1.0).abs() < 5.0 * (2.0 / (count * (runs - 1.0))).sqrt(), "{n}: {}", split.chance);
            assert!((split.parameter - 1.0).abs() < 5.0 * sd, "{n}: {}", split.parameter);
        }
    }

    /// The interval mean ± 1.96 mcse covers the truth in about 94.5 % of ensembles (95 % less the loss from 49 degrees of
    /// freedom, t instead of normal: P(|t49| < 1.96) = 0.9443). Of 4,000 ensembles of 50 × 4, the share has sd 0.00363; five of
    /// them: false alarm 6e-7. An mcse that takes all 200 members for independent would cover 87.9 % and be caught.
    #[test]
    fn mcse_covers() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(4);
        let covered = (0..4_000)
            .filter(|_| {
                let found = estimate(&nested(&mut random, 50, 4), 4);
                found.mean.abs() < 1.96 * found.mcse.unwrap()
            })
            .count();
        let share = covered as f64 / 4_000.0;
        assert!((share - 0.9443).abs() < 5.0 * 0.00363, "covered {share}");
    }
}
