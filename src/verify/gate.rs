//! A gate before a service: requests that it diverts come back by a stated curve, or wait, or return to where needs arise.
//!
//! Exact answers. Requests reach the gate as a Poisson stream of rate λ, a share p of them is diverted, R(t) of those are still
//! without service t years after, and a stay in service has survival S. At the start the service holds what it would hold
//! without a gate. Then the diverted number λp ∫₀ᵗ R, relapses come at the rate λp (1 - R(t)), and the stock of the service is
//! that of M/G/∞ with arrivals at a changing rate a(t) (Cox and Isham 1980, Point Processes, 5.6):
//! `λ ∫ₜ^∞ S + ∫₀ᵗ a(u) S(t-u) du`.

use super::Check;
use super::claim::{Claims, Place, Row, Sample, Times};
use super::oracle::{Law, integral, nodes};
use crate::compile::layout::metric;

pub(super) const CHECK: Check = Check {
    name: "gate-relapse",
    proves: "gates: reach, success, the relapse curve and what follows it, delay, cost; a closed cohort and a stream before it",
    replications: 260,
    twin: Some(1e-4),
    claims,
};

/// Requests per year on each track.
const RATE: f64 = 1000.0;
/// Euros per person-year of service.
const TARIFF: f64 = 3000.0;
/// Years that a request takes.
const HANDLING: f64 = 0.25;

/// A variant as in the model files.
struct Variant {
    /// Its row in the counts.
    row: &'static str,
    reach: f64,
    success: f64,
    /// Years and the share still without service of those who were so before; `None`: no relapse.
    still: Option<&'static [(f64, f64)]>,
    /// Whether the last hazard goes on.
    goes_on: bool,
    /// Euros per request reached, and diverted.
    fees: [f64; 2],
}

struct Gate {
    track: &'static str,
    stay: Law,
    variants: &'static [Variant],
    /// Years that those reached in vain wait.
    delay: f64,
    /// Years to the return to `geen_hulpvraag` and the rate of needs there.
    onset: Option<(f64, f64)>,
}

const GATES: [Gate; 4] = [
    Gate {
        track: "plateau",
        stay: Law::Weibull(2.0, 1.5),
        variants: &[Variant {
            row: "gate:reablement.standaard",
            reach: 0.6,
            success: 0.5,
            still: Some(&[(1.0, 0.5), (2.0, 0.8)]),
            goes_on: false,
            fees: [300.0, 200.0],
        }],
        delay: 0.0,
        onset: None,
    },
    Gate {
        track: "hazard",
        stay: Law::Gamma(1.5, 2.0),
        variants: &[
            Variant {
                row: "gate:reablement.kort",
                reach: 0.5,
                success: 0.4,
                still: Some(&[(0.5, 0.7), (2.0, 0.6)]),
                goes_on: true,
                fees: [150.0, 0.0],
            },
            Variant { row: "gate:reablement.lang", reach: 0.3, success: 0.5, still: None, goes_on: false, fees: [0.0, 700.0] },
        ],
        delay: 0.0,
        onset: None,
    },
    Gate {
        track: "uitstel",
        stay: Law::Exponential(1.0 / 1.2),
        variants: &[Variant {
            row: "gate:eerst_proberen.standaard",
            reach: 0.7,
            success: 0.3,
            still: None,
            goes_on: false,
            fees: [0.0; 2],
        }],
        delay: 0.75,
        onset: None,
    },
    Gate {
        track: "terug",
        stay: Law::Uniform(0.5, 2.5),
        variants: &[Variant {
            row: "gate:reablement.standaard",
            reach: 0.8,
            success: 0.6,
            still: Some(&[(1.0, 0.6)]),
            goes_on: false,
            fees: [0.0; 2],
        }],
        delay: 0.0,
        onset: Some((1.0, 0.4)),
    },
];

impl Variant {
    /// Share of the diverted still without service `t` years after the request, by the stated curve: between two times the
    /// share falls by a constant factor per year.
    fn left(&self, t: f64) -> f64 {
        let (mut before, mut share, mut per_year) = (0.0, 1.0, 1.0);
        for &(time, still) in self.still.unwrap_or_default() {
            per_year = libm::pow(still, 1.0 / (time - before));
            share *= libm::pow(per_year, (t.min(time) - before).max(0.0));
            before = time;
        }
        if self.goes_on { share * libm::pow(per_year, (t - before).max(0.0)) } else { share }
    }

    fn diverted(&self) -> f64 {
        self.reach * self.success
    }
}

impl Gate {
    /// Rate at which the service is entered at `t`.
    fn arrivals(&self, t: f64) -> f64 {
        let sum = |share: fn(&Variant) -> f64| self.variants.iter().map(share).sum::<f64>();
        let (reached, diverted) = (sum(|variant| variant.reach), sum(Variant::diverted));
        let waited = if t >= self.delay { reached - diverted } else { 0.0 };
        let relapsed: f64 = self.variants.iter().map(|variant| variant.diverted() * (1.0 - variant.left(t))).sum();
        let anew = match self.onset {
            Some((end, rate)) if t > end => diverted * self.variants[0].left(end) * -libm::expm1(-rate * (t - end)),
            _ => 0.0,
        };
        RATE * (1.0 - reached + waited + relapsed + anew)
    }

    /// Expected persons in service at `t`.
    fn stock(&self, t: f64) -> f64 {
        let cohort = RATE * (self.stay.mean() - self.stay.mean_until(t));
        // Arrivals jump and bend at known times; a rule that looks across one may miss it.
        let mut knots: Vec<f64> = (self.variants.iter().flat_map(|variant| variant.still.unwrap_or_default()))
            .map(|&(time, _)| time)
            .chain([0.0, self.delay, t])
            .chain(self.onset.map(|(end, _)| end))
            .filter(|&knot| knot <= t)
            .collect();
        knots.sort_by(f64::total_cmp);
        let arrived = |u: f64| self.arrivals(u) * self.stay.survival(t - u);
        cohort + knots.windows(2).map(|piece| integral(&arrived, piece[0], piece[1])).sum::<f64>()
    }

    /// Expected persons diverted and not back at `t`: without those who have returned to `geen_hulpvraag`.
    fn restored(&self, t: f64) -> f64 {
        let until = self.onset.map_or(t, |(end, _)| t.min(end));
        RATE * self.variants.iter().map(|variant| variant.diverted() * integral(&|u| variant.left(u), 0.0, until)).sum::<f64>()
    }
}

/// Integral of a function that is smooth between multiples of an eighth of a year.
fn area(f: &dyn Fn(f64) -> f64, since: f64, until: f64) -> f64 {
    let cells = libm::round((until - since) * 8.0) as usize;
    let of = |cell: usize| {
        let from = since + 0.125 * cell as f64;
        nodes(from, from + 0.125).iter().map(|&(x, weight)| weight * f(x)).sum::<f64>()
    };
    (0..cells).map(of).sum()
}

fn claims() -> Claims {
    let mut claims = Claims::default();
    for gate in &GATES {
        let mut service = gate.stock(0.0);
        for (index, year) in (2021..=2025).enumerate() {
            for half in [1u8, 2] {
                let since = index as f64 + 0.5 * f64::from(half - 1);
                let until = since + 0.5;
                let place = |state, metric| Place::city(Row(gate.track, state), year, half, metric);
                claims.mean(place("aanvraag", metric::STOCK_START), RATE * HANDLING);
                claims.mean(place("aanvraag", metric::ENDS), 0.5 * RATE);
                let after = gate.stock(until);
                let starts = area(&|t| gate.arrivals(t), since, until);
                let years = area(&|t| gate.stock(t), since, until);
                claims.mean(place("dienst", metric::STOCK_END), after);
                // What enters and leaves by chance alone is Poisson throughout.
                claims.deviation(place("dienst", metric::STOCK_END), after.sqrt());
                claims.mean(place("dienst", metric::STARTS), starts);
                claims.mean(place("dienst", metric::ENDS), service + starts - after);
                claims.mean(place("dienst", metric::PERSON_TIME), years);
                service = after;
                claims.mean(place("hersteld", metric::STOCK_END), gate.restored(until));
                if gate.delay > 0.0 {
                    let waiting = RATE * gate.variants[0].reach * (1.0 - gate.variants[0].success) * until.min(gate.delay);
                    claims.mean(place("proef", metric::STOCK_END), waiting);
                }
                let (mut reached, mut diverted, mut fees) = (0.0, 0.0, 0.0);
                for variant in gate.variants {
                    let [all, turned] = [variant.reach, variant.diverted()].map(|share| 0.5 * RATE * share);
                    let cost = all * variant.fees[0] + turned * variant.fees[1];
                    claims.mean(place(variant.row, metric::REACHED), all);
                    claims.mean(place(variant.row, metric::DIVERTED), turned);
                    if cost > 0.0 {
                        // The rarer of the two requests decides how exactly a sum of fees can be known.
                        let precision = 0.005 * (400.0 / turned).max(1.0).sqrt();
                        claims.mean_within(place(variant.row, metric::COST_NOMINAL), cost, precision);
                    }
                    reached += all;
                    diverted += turned;
                    fees += cost;
                }
                // The row of the track.
                claims.mean(place("", metric::REACHED), reached);
                claims.mean(place("", metric::DIVERTED), diverted);
                claims.mean(place("", metric::COST_NOMINAL), TARIFF * years + fees);
            }
        }
        // Times from diversion to relapse, as far as the horizon lets them be seen.
        if let [variant @ Variant { still: Some(_), .. }] = gate.variants
            && gate.onset.is_none()
        {
            let back = 1.0 - variant.left(3.0);
            claims.samples.push(Sample {
                track: gate.track,
                state: "hersteld",
                times: Times::Stays { entered: 2.0, shorter: 3.0 },
                mean: None,
                cdf: Some(Box::new(move |t| (1.0 - variant.left(t)) / back)),
            });
        }
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stated shares, and an exponential service under a plateau without relapse in between: known in closed form.
    #[test]
    fn curves_and_stocks() {
        let variant = &GATES[0].variants[0];
        for (t, left) in [(0.0, 1.0), (1.0, 0.5), (2.0, 0.4), (9.0, 0.4)] {
            assert!((variant.left(t) - left).abs() < 1e-12, "{t}");
        }
        let variant = &GATES[1].variants[0];
        assert!((variant.left(3.5) - 0.7 * 0.6 * 0.6).abs() < 1e-12);
        // Delay: 1 - 0.21 of all arrive in the end, 1 - 0.7 at once; the service is exponential with mean 1.2.
        let gate = &GATES[2];
        for t in [0.5f64, 2.0] {
            let gone = |t: f64| 1.0 - libm::exp(-t / 1.2);
            let expected = 1200.0 * ((1.0 - gone(t)) + 0.3 * gone(t) + 0.49 * gone((t - 0.75).max(0.0)));
            assert!((gate.stock(t) - expected).abs() < 1e-6, "{t}: {} for {expected}", gate.stock(t));
        }
    }
}
