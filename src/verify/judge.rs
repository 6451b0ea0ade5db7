//! From what was seen to a z-score: how many standard deviations it lies from what was claimed.
//!
//! Every statistic is brought to the scale of the standard normal, so that one limit fits all.

use super::Cell;
use crate::maths::{gamma_p, normal_cdf, normal_quantile};

/// A claim on a mean, seen in independent values.
pub(super) fn mean(what: String, values: &[f64], expected: f64, precision: f64) -> Cell {
    let (mean, variance) = moments(values);
    let n = values.len() as f64;
    let se = (variance / n).sqrt();
    // Where chance has no part, what is left is rounding.
    let t = (mean - expected) / se.max(1e-9 * expected.abs().max(1.0));
    Cell { what, expected, mean, se, z: normal_from_t(t, n - 1.0), precise: se <= precision * expected.abs() }
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
    let p = (1..=100).map(|k| f64::from(k)).fold(0.0, |sum, k| {
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

/// The probability that one true claim exceeds |z|.
#[cfg(test)]
fn tail(z: f64) -> f64 {
    2.0 * normal_cdf(-z.abs())
}

/// The z whose two-sided tail is `p`.
fn normal_from_p(p: f64) -> f64 {
    if p >= 1.0 { 0.0 } else { -normal_quantile(0.5 * p.max(1e-300)) }
}

/// The z with the tail of Student's t.
///
/// Source: Abramowitz and Stegun 1964, Handbook of Mathematical Functions, 26.7.8.
fn normal_from_t(t: f64, freedom: f64) -> f64 {
    t * (1.0 - 0.25 / freedom) / (1.0 + 0.5 * t * t / freedom).sqrt()
}

/// Mean, and variance with n - 1.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, squares / (n - 1.0))
}
