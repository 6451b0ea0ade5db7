//! Poisson streams: constant, by calendar year, seasonal.
//!
//! Exact answer: the number that arrives in a period is Poisson with the integral of the rate as mean, and given the number
//! the moments are independent with a density proportional to the rate.
//!
//! Source: Kingman 1993, Poisson Processes, 2.4.

use super::Check;
use super::claim::{Claims, Place, Row, Sample, Times};
use crate::compile::layout::metric;

pub(super) const CHECK: Check = Check {
    name: "inflow",
    proves: "Poisson arrivals, constant, by year and seasonal: means, variances, the law of the counts and of the moments",
    replications: 200,
    twin: Some(1e-6),
    claims,
};

const YEARS: [f64; 4] = [400.0, 1600.0, 0.0, 900.0];

/// Arrivals expected from the start until `t`, per stream.
fn constant(t: f64) -> f64 {
    800.0 * t
}

fn by_year(t: f64) -> f64 {
    YEARS.iter().zip(0..).map(|(rate, year)| rate * (t - f64::from(year)).clamp(0.0, 1.0)).sum()
}

fn seasonal(t: f64) -> f64 {
    let turn = std::f64::consts::TAU;
    // The integral of 1000 (1 + 0.6 cos(2π(t - 0.2))).
    1000.0 * (t + 0.6 / turn * (libm::sin(turn * (t - 0.2)) + libm::sin(turn * 0.2)))
}

fn claims() -> Claims {
    let mut claims = Claims::default();
    let streams: [(&str, fn(f64) -> f64); 3] = [("vast", constant), ("per_jaar", by_year), ("seizoen", seasonal)];
    for (stream, until) in streams {
        for (index, year) in (2021..=2024).enumerate() {
            for half in 0..=2u8 {
                let begin = index as f64 + if half == 2 { 0.5 } else { 0.0 };
                let end = index as f64 + if half == 1 { 0.5 } else { 1.0 };
                let expected = until(end) - until(begin);
                let place = |metric| Place::city(Row("herkomst", stream), year, half, metric);
                if expected == 0.0 {
                    claims.mean_within(place(metric::STARTS), 0.0, 0.0);
                    continue;
                }
                claims.mean(place(metric::STARTS), expected);
                claims.deviation(place(metric::STARTS), expected.sqrt());
                claims.poisson(place(metric::STARTS), expected);
            }
            let place = |metric| Place::city(Row("herkomst", stream), year, 0, metric);
            claims.mean(place(metric::STOCK_END), until(index as f64 + 1.0));
        }
        let all = until(4.0);
        claims.samples.push(Sample {
            track: "herkomst",
            state: stream,
            times: Times::Arrivals,
            mean: None,
            cdf: Some(Box::new(move |t| until(t) / all)),
        });
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::oracle::integral;

    #[test]
    fn the_seasonal_integral_is_right() {
        let rate = |t: f64| 1000.0 * (1.0 + 0.6 * libm::cos(std::f64::consts::TAU * (t - 0.2)));
        for t in [0.1, 0.5, 1.3, 4.0] {
            assert!((seasonal(t) - integral(&rate, 0.0, t)).abs() < 1e-6);
        }
    }
}
