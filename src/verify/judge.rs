//! From what was seen to a z-score: how many standard deviations it lies from what was claimed.
//!
//! Every statistic is brought to the scale of the standard normal, so that one limit fits all.

use super::Cell;
use crate::maths::{gamma_p, normal_quantile};

/// A claim on a mean, seen in independent values.
pub(super) fn mean(what: String, values: &[f64], expected: f64, precision: f64) -> Cell {
    let (mean, variance) = moments(values);
    let n = values.len() as f64;
    let se = (variance / n).sqrt();
    let precise = precision.is_infinite() || se <= precision * expected.abs();
    // Where chance has no part, what is left is rounding.
    let rounding = 1e-9 * expected.abs().max(1.0);
    let z = if se > rounding { normal_from_t((mean - expected) / se, n - 1.0) } else { (mean - expected) / rounding };
    Cell { what, expected, mean, se, z, precise }
}

/// A claim on a mean that was itself found by simulation, with a standard error.
pub(super) fn simulated(what: String, values: &[f64], expected: f64, theirs: f64, precision: f64) -> Cell {
    let own = mean(what, values, expected, precision);
    let se = (own.se * own.se + theirs * theirs).sqrt();
    Cell { z: (own.mean - expected) / se, ..own }
}

/// A claim on the standard deviation of about normal values.
///
/// Source: Wilson and Hilferty 1931, The Distribution of Chi-square, PNAS 17:684-688.
pub(super) fn deviation(what: String, values: &[f64], expected: f64) -> Cell {
    let (_, variance) = moments(values);
    let freedom = values.len() as f64 - 1.0;
    let spread = 2.0 / (9.0 * freedom);
    let z = (libm::cbrt(variance / (expected * expected)) - (1.0 - spread)) / spread.sqrt();
    Cell { what, expected, mean: variance.sqrt(), se: expected / (2.0 * freedom).sqrt(), z, precise: true }
}

/// A claim that two variances of about normal values are equal, each with `freedom` degrees of freedom, seen as their ratio.
///
/// Source: Paulson 1942, An Approximate Normalization of the Analysis of Variance Distribution, Annals of Mathematical Statistics
/// 13:233-235 (the cube root of F).
pub(super) fn ratio(seen: f64, freedom: f64) -> f64 {
    let (root, spread) = (libm::cbrt(seen), 2.0 / (9.0 * freedom));
    (1.0 - spread) * (root - 1.0) / (spread * (1.0 + root * root)).sqrt()
}

/// A claim that values are Poisson, by chi-square over classes of about equal probability.
pub(super) fn poisson(what: String, values: &[f64], mean: f64) -> Cell {
    let classes = (values.len() / 15).clamp(4, 20);
    let sd = mean.sqrt();
    // Poisson: P(N <= k) = 1 - P(k + 1, mean).
    let below = |k: f64| if k < 0.0 { 0.0 } else { 1.0 - gamma_p(k + 1.0, mean) };
    let mut edges: Vec<f64> =
        (1..classes).map(|class| libm::floor(mean + sd * normal_quantile(class as f64 / classes as f64))).collect();
    edges.dedup();
    let mut statistic = 0.0;
    for class in 0..=edges.len() {
        let low = if class == 0 { -1.0 } else { edges[class - 1] };
        let high = edges.get(class).copied().unwrap_or(f64::INFINITY);
        let expected = values.len() as f64 * (if high.is_finite() { below(high) } else { 1.0 } - below(low));
        let seen = values.iter().filter(|&&value| value > low && value <= high).count() as f64;
        statistic += (seen - expected) * (seen - expected) / expected;
    }
    let freedom = edges.len() as f64;
    let p = 1.0 - gamma_p(0.5 * freedom, 0.5 * statistic);
    Cell { what, expected: freedom, mean: statistic, se: (2.0 * freedom).sqrt(), z: normal_from_p(p), precise: true }
}

/// A claim on a distribution function, by Kolmogorov and Smirnov's largest distance.
///
/// Source: Stephens 1970, Use of the Kolmogorov-Smirnov, Cramér-von Mises and Related Statistics without Extensive Tables,
/// Journal of the Royal Statistical Society B 32:115-122 (the correction for finite samples).
pub(super) fn distribution(what: String, values: &mut [f64], cdf: &dyn Fn(f64) -> f64) -> Cell {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let mut distance = 0.0f64;
    for (index, &value) in values.iter().enumerate() {
        let claimed = cdf(value);
        distance = distance.max(claimed - index as f64 / n).max((index + 1) as f64 / n - claimed);
    }
    let scaled = (n.sqrt() + 0.12 + 0.11 / n.sqrt()) * distance;
    let p = (1..=100).map(f64::from).fold(0.0, |sum, k| {
        let sign = if k % 2.0 == 1.0 { 2.0 } else { -2.0 };
        sum + sign * libm::exp(-2.0 * k * k * scaled * scaled)
    });
    // Under the claim the scaled distance has mean 0.8687 and standard deviation 0.2603.
    let p = if scaled < 0.2 { 1.0 } else { p.clamp(0.0, 1.0) };
    Cell { what, expected: 0.868_7, mean: scaled, se: 0.260_3, z: normal_from_p(p), precise: values.len() >= 1000 }
}

/// The limit on |z| that `cells` true claims exceed anywhere with probability at most `alarm` (Bonferroni).
pub(super) fn limit(cells: usize, alarm: f64) -> f64 {
    -normal_quantile(alarm / (2.0 * cells.max(1) as f64))
}

/// The z whose two-sided tail is `p`.
fn normal_from_p(p: f64) -> f64 {
    if p >= 1.0 { 0.0 } else { -normal_quantile(0.5 * p.max(1e-300)) }
}

/// The z with the tail of Student's t.
///
/// Source: Abramowitz and Stegun 1964, Handbook of Mathematical Functions, 26.7.8.
pub(super) fn normal_from_t(t: f64, freedom: f64) -> f64 {
    t * (1.0 - 0.25 / freedom) / (1.0 + 0.5 * t * t / freedom).sqrt()
}

/// Mean and sample variance.
pub(super) fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, squares / (n - 1.0))
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_distr::{Distribution, Exp1, Normal, Poisson};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;

    const ROUNDS: u32 = 2000;

    /// How often |z| exceeds 2 in `ROUNDS` rounds of a true claim: 4.6 % of them, give or take five standard deviations.
    fn assert_calibrated(mut z: impl FnMut(&mut Xoshiro256PlusPlus) -> f64) {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
        let beyond = (0..ROUNDS).filter(|_| z(&mut rng).abs() > 2.0).count();
        assert!((44..=138).contains(&beyond), "{beyond} of {ROUNDS} beyond 2");
    }

    #[test]
    fn true_means_are_calibrated() {
        let law = Normal::new(3.0, 0.5).unwrap();
        assert_calibrated(|rng| {
            let values: Vec<f64> = (0..10).map(|_| law.sample(rng)).collect();
            mean(String::new(), &values, 3.0, f64::INFINITY).z
        });
    }

    #[test]
    fn true_deviations_are_calibrated() {
        let law = Normal::new(3.0, 0.5).unwrap();
        assert_calibrated(|rng| {
            let values: Vec<f64> = (0..30).map(|_| law.sample(rng)).collect();
            deviation(String::new(), &values, 0.5).z
        });
    }

    #[test]
    fn true_poisson_laws_are_calibrated() {
        let law = Poisson::new(50.0).unwrap();
        assert_calibrated(|rng| {
            let values: Vec<f64> = (0..150).map(|_| law.sample(rng)).collect();
            poisson(String::new(), &values, 50.0).z
        });
    }

    #[test]
    fn true_distributions_are_calibrated() {
        assert_calibrated(|rng| {
            let mut values: Vec<f64> = (0..200).map(|_| Exp1.sample(rng)).collect();
            distribution(String::new(), &mut values, &|t| -libm::expm1(-t)).z
        });
    }

    /// Against the exact tail of F, as far out as limits are: the score is that of the normal tail with the same probability, or
    /// up to 2.5 % less far out, and the same on both sides.
    #[test]
    fn ratios_of_variances_have_the_tail_of_f() {
        use statrs::distribution::{ContinuousCDF, FisherSnedecor};
        for values in [16.0, 32.0, 128.0] {
            let law = FisherSnedecor::new(values - 1.0, values - 1.0).unwrap();
            for seen in [1.2, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0] {
                let (exact, score) = (-normal_quantile(law.sf(seen)), ratio(seen, values - 1.0));
                if exact < 4.5 {
                    assert!((0.975..1.003).contains(&(score / exact)), "{values} values, {seen}: {score} for {exact}");
                    assert!((score + ratio(1.0 / seen, values - 1.0)).abs() < 1e-9);
                }
            }
        }
    }

    /// What is wrong by a little is seen with enough values: the reason why each kind of claim is there.
    #[test]
    fn false_claims_are_seen() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(8);
        let normal: Vec<f64> = (0..10_000).map(|_| Normal::new(3.0, 0.5).unwrap().sample(&mut rng)).collect();
        assert!(mean(String::new(), &normal, 3.03, 0.01).z < -5.0);
        assert!(deviation(String::new(), &normal, 0.47).z > 5.0);
        // The right mean, but not the right spread.
        let narrow: Vec<f64> =
            (0..600).map(|_| libm::round(50.0 + 0.6 * 7.0 * rng.sample::<f64, _>(rand_distr::StandardNormal))).collect();
        assert!(poisson(String::new(), &narrow, 50.0).z > 5.0);
        let mut late: Vec<f64> = (0..10_000).map(|_| rng.random::<f64>().sqrt().sqrt()).collect();
        assert!(distribution(String::new(), &mut late, &|t| t * t * t).z > 5.0);
    }

    #[test]
    fn no_chance_no_tolerance() {
        assert!(mean(String::new(), &[2.0; 5], 2.0, 0.005).z.abs() < 1e-9);
        assert!(mean(String::new(), &[2.0; 5], 2.001, 0.005).z.abs() > 5.0);
    }

    #[test]
    fn known_limits() {
        assert!((limit(1, 0.05) - 1.959_964).abs() < 1e-6);
        assert!((limit(40, 1e-4) - 4.708_1).abs() < 1e-3, "{}", limit(40, 1e-4));
    }
}
