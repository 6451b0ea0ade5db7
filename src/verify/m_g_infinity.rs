//! Poisson arrivals who stay for a time with a given law: the M/G/∞ queue.
//!
//! Exact answers for a rate λ and a stay D with survival S: in a stationary town the stock is Poisson with mean λ E D, those
//! present have been there for a time with density S/E D (mean E D²/(2 E D)), and λ (E D + 1) people are seen in a year.
//! From an empty start the stock at t is Poisson with mean λ ∫₀ᵗ S.
//!
//! Source: Cox and Isham 1980, Point Processes, 5.6; Cox 1962, Renewal Theory, chapter 5.

use super::Check;
use super::claim::{Claims, Place, Row, Sample, Times};
use super::oracle::{Law, integral};
use crate::compile::layout::metric;

pub(super) const STATIONARY: Check = Check {
    name: "m-g-infinity",
    proves: "a stationary start for seven laws of stay: Poisson stock, unique persons, length-biased elapsed times, no drift",
    replications: 150,
    twin: Some(1e-4),
    claims: stationary,
};

pub(super) const TRANSIENT: Check = Check {
    name: "m-g-infinity-transient",
    proves: "arrivals in an empty town: how the stock grows under seven laws of stay, and the laws themselves",
    replications: 130,
    twin: Some(1e-4),
    claims: transient,
};

/// Tracks and their laws, as in the model files.
const LAWS: [(&str, Law); 7] = [
    ("exponentieel", Law::Exponential(1.0 / 1.5)),
    ("weibull", Law::Weibull(1.2, 0.8)),
    ("gamma", Law::Gamma(1.0, 2.5)),
    ("lognormaal", Law::Lognormal(0.9, 0.8)),
    ("uniform", Law::Uniform(0.0, 2.0)),
    ("vast", Law::Fixed(1.25)),
    ("histogram", Law::Histogram(&[0.0, 0.5, 1.0, 3.0], &[0.2, 0.5, 0.3])),
];

fn stationary() -> Claims {
    const RATE: f64 = 1000.0;
    let mut claims = Claims::default();
    for (track, law) in LAWS {
        let mean = law.mean();
        let stock = RATE * mean;
        for year in 2021..=2023 {
            let place = |metric, half| Place::city(Row(track, "zorg"), year, half, metric);
            claims.mean(place(metric::STOCK_START, 0), stock);
            claims.mean(place(metric::STOCK_END, 0), stock);
            claims.deviation(place(metric::STOCK_END, 0), stock.sqrt());
            claims.poisson(place(metric::STOCK_END, 0), stock);
            claims.mean(place(metric::UNIQUE, 0), RATE * (mean + 1.0));
            for half in [1, 2] {
                claims.mean(place(metric::PERSON_TIME, half), 0.5 * stock);
                claims.mean(place(metric::UNIQUE, half), RATE * (mean + 0.5));
                claims.mean(place(metric::STARTS, half), 0.5 * RATE);
                claims.mean(place(metric::ENDS, half), 0.5 * RATE);
                // The departures of a stationary M/G/∞ queue are Poisson too.
                claims.deviation(place(metric::ENDS, half), (0.5 * RATE).sqrt());
            }
        }
        claims.poisson(Place::city(Row(track, "zorg"), 2021, 1, metric::STOCK_START), stock);
        claims.samples.push(Sample {
            track,
            state: "zorg",
            times: Times::Elapsed,
            mean: Some(law.mean_square() / (2.0 * mean)),
            cdf: Some(table(0.0, law.end(), move |t| law.survival(t) / mean)),
        });
    }
    claims
}

fn transient() -> Claims {
    const RATE: f64 = 4000.0;
    let mut claims = Claims::default();
    for (track, law) in LAWS {
        let stock = |t: f64| RATE * law.mean_until(t);
        for (index, year) in (2021..=2025).enumerate() {
            for half in [1u8, 2] {
                let since = index as f64 + 0.5 * f64::from(half - 1);
                let until = since + 0.5;
                let (before, after) = (stock(since), stock(until));
                let place = |metric| Place::city(Row(track, "zorg"), year, half, metric);
                claims.mean(place(metric::STOCK_END), after);
                claims.deviation(place(metric::STOCK_END), after.sqrt());
                claims.mean(place(metric::STARTS), 0.5 * RATE);
                claims.mean(place(metric::UNIQUE), before + 0.5 * RATE);
                claims.mean(place(metric::PERSON_TIME), RATE * area(law, since, until));
                let ends = before + 0.5 * RATE - after;
                // A fixed stay lets nobody go before it has passed.
                if ends > 1e-6 * RATE {
                    claims.mean(place(metric::ENDS), ends);
                } else {
                    claims.mean_within(place(metric::ENDS), 0.0, 0.0);
                }
            }
        }
        // Stays that began in the first year, as far as the horizon lets them be seen: shorter than four years.
        let times = Times::Stays { entered: 1.0, shorter: 4.0 };
        let seen = 1.0 - law.survival(4.0);
        let (mean, cdf): (_, Option<Box<dyn Fn(f64) -> f64 + Send + Sync>>) = match law {
            Law::Fixed(years) => (Some(years), None),
            _ => (None, Some(Box::new(move |t| (1.0 - law.survival(t)) / seen))),
        };
        claims.samples.push(Sample { track, state: "zorg", times, mean, cdf });
    }
    claims
}

/// `∫ ∫₀ᵗ S(x) dx dt` over `[since, until]`: by parts, so that one integral does.
fn area(law: Law, since: f64, until: f64) -> f64 {
    let inner = |t: f64| {
        let end = t.min(law.end());
        t * law.mean_until(t) - integral(&|x| x * law.survival(x), 0.0, end)
    };
    inner(until) - inner(since)
}

/// The integral of `density` from `low`, tabled at 4,096 points and interpolated; stays at its last value beyond `high`.
fn table(low: f64, high: f64, density: impl Fn(f64) -> f64) -> Box<dyn Fn(f64) -> f64 + Send + Sync> {
    const CELLS: usize = 4096;
    let step = (high - low) / CELLS as f64;
    let mut values = vec![0.0];
    for cell in 0..CELLS {
        let from = low + cell as f64 * step;
        let part: f64 = super::oracle::nodes(from, from + step).iter().map(|&(x, weight)| weight * density(x)).sum();
        values.push(values[cell] + part);
    }
    Box::new(move |t| {
        let place = ((t - low) / step).clamp(0.0, CELLS as f64);
        let cell = (place as usize).min(CELLS - 1);
        values[cell] + (place - cell as f64) * (values[cell + 1] - values[cell])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known example: uniform(0, 2) with a rate of 100 gives a stock of 100, 200 unique persons and elapsed 2/3.
    #[test]
    fn uniform_stay() {
        let law = Law::Uniform(0.0, 2.0);
        assert!((law.mean() - 1.0).abs() < 1e-9);
        assert!((law.mean_square() / (2.0 * law.mean()) - 2.0 / 3.0).abs() < 1e-9);
        // ∫₀¹ (t - t²/4) dt = 1/2 - 1/12
        assert!((area(law, 0.0, 1.0) - 5.0 / 12.0).abs() < 1e-9);
    }

    #[test]
    fn elapsed_tables_end_at_one() {
        for (track, law) in LAWS {
            let mean = law.mean();
            let cdf = table(0.0, law.end(), move |t| law.survival(t) / mean);
            assert!((cdf(law.end()) - 1.0).abs() < 1e-6, "{track}: {}", cdf(law.end()));
        }
    }
}
