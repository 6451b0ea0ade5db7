//! Against 34-digit values (`reference.csv`, computed with mpmath), against `statrs`, and against identities.

use statrs::distribution::{Beta, ContinuousCDF, Gamma, Normal};

use super::*;

fn assert_close(what: &str, got: f64, want: f64, relative: f64) {
    let gap = if got == want { 0.0 } else { ((got - want) / want).abs() };
    assert!(gap <= relative, "{what}: got {got:e}, want {want:e}, relative gap {gap:e}");
}

#[test]
fn many_digit_values() {
    let mut seen = 0;
    for line in include_str!("reference.csv").lines().skip(1) {
        let (function, numbers) = line.split_once(',').unwrap();
        let numbers: Vec<f64> = numbers.split(',').map(|number| number.parse().unwrap()).collect();
        let [a, b, x, want] = numbers[..] else { panic!("{line}") };
        let (got, relative) = match function {
            "normal_cdf" => (normal_cdf(x), 1e-12),
            "normal_quantile" => (normal_quantile(x), 1e-14),
            "gamma_p" => (gamma_p(a, x), 1e-11),
            "beta_inc" => (beta_inc(a, b, x), 1e-11),
            _ => panic!("{line}"),
        };
        assert_close(line, got, want, relative);
        seen += 1;
    }
    assert!(seen > 150);
}

const SHAPES: [f64; 11] = [0.05, 0.2, 0.7, 1.0, 1.3, 3.0, 9.0, 11.0, 80.0, 700.0, 1e4];

/// Rising probabilities from 1e-16 to 1 - 1e-16, dense in the middle.
fn probabilities() -> Vec<f64> {
    let tail = |k: i32| libm::pow(10.0, f64::from(-k) / 2.0);
    let low = (3..=32).rev().map(tail);
    let middle = (1..20).map(|k| f64::from(k) / 20.0);
    low.chain(middle).chain((3..=31).map(|k| 1.0 - tail(k))).collect()
}

/// A quantile is good if its own distribution function gives `p` back. A relative error `e` of `x` shows as
/// `e x density / p`; the last bit of `p` itself is allowed for.
#[test]
fn quantiles_invert() {
    for p in probabilities() {
        assert_close("normal", normal_cdf(normal_quantile(p)), p, 1e-13);
        for a in SHAPES {
            let x = gamma_quantile(a, p);
            if x > 1e-300 {
                assert_close(&format!("gamma {a} {p:e}"), gamma_p(a, x), p, 2e-11);
            }
            for b in SHAPES {
                let x = beta_quantile(a, b, p);
                // Close to one the spacing of `x` itself is the limit.
                if x > 1e-300 && x < 0.9 {
                    assert_close(&format!("beta {a} {b} {p:e}"), beta_inc(a, b, x), p, 2e-11);
                }
            }
        }
    }
}

#[test]
fn quantiles_rise() {
    for a in SHAPES {
        let quantiles: Vec<f64> = probabilities().into_iter().map(|p| gamma_quantile(a, p)).collect();
        assert!(quantiles.windows(2).all(|pair| pair[0] < pair[1] || pair[1] == 0.0), "{a}: {quantiles:?}");
    }
}

#[test]
fn statrs_agrees() {
    let normal = Normal::new(0.0, 1.0).unwrap();
    for x in [-6.0, -2.0, -0.3, 0.0, 0.9, 3.0] {
        assert_close("normal", normal_cdf(x), normal.cdf(x), 1e-10);
    }
    for a in SHAPES.into_iter().filter(|&a| a < 1e3) {
        let gamma = Gamma::new(a, 1.0).unwrap();
        for p in [0.01, 0.2, 0.5, 0.8, 0.99] {
            let x = gamma_quantile(a, p);
            assert_close(&format!("gamma {a} {p}"), gamma_p(a, x), gamma.cdf(x), 1e-9);
            assert_close(&format!("gamma {a} {p}"), p, gamma.cdf(x), 1e-9);
            for b in SHAPES.into_iter().filter(|&b| b < 1e3) {
                let beta = Beta::new(a, b).unwrap();
                let x = beta_quantile(a, b, p);
                if x > 1e-12 && x < 0.9999 {
                    assert_close(&format!("beta {a} {b} {p}"), beta_inc(a, b, x), beta.cdf(x), 1e-9);
                }
            }
        }
    }
}

#[test]
fn identities() {
    for p in probabilities() {
        assert_close("exponential", gamma_quantile(1.0, p), -libm::log1p(-p), 1e-13);
        assert_close("power", beta_quantile(3.0, 1.0, p), libm::cbrt(p), 1e-13);
        assert_close("uniform", beta_quantile(1.0, 1.0, p), p, 1e-13);
        if (1e-3..0.5).contains(&p) {
            assert_close("symmetry", beta_quantile(7.0, 2.5, p), 1.0 - beta_quantile(2.5, 7.0, 1.0 - p), 1e-10);
        }
    }
    for x in [0.01, 0.3, 2.0, 9.0] {
        assert_close("half", gamma_p(0.5, x), libm::erf(x.sqrt()), 1e-14);
        // P(a+1, x) = P(a, x) - x^a e^-x / Γ(a+1)
        let step = libm::exp(2.5 * libm::log(x) - x - libm::lgamma(3.5));
        assert_close("recurrence", gamma_p(3.5, x) + step, gamma_p(2.5, x), 1e-13);
    }
}

#[test]
fn edges() {
    assert_eq!((gamma_quantile(2.0, 0.0), gamma_quantile(2.0, 1.0)), (0.0, f64::INFINITY));
    assert_eq!((beta_quantile(2.0, 3.0, 0.0), beta_quantile(2.0, 3.0, 1.0)), (0.0, 1.0));
    assert_eq!((normal_quantile(0.0), normal_quantile(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
    assert_eq!((gamma_p(2.0, 0.0), gamma_p(2.0, f64::INFINITY)), (0.0, 1.0));
    for bad in [f64::NAN, -0.1, 1.1] {
        assert!(normal_quantile(bad).is_nan() && gamma_quantile(1.0, bad).is_nan() && beta_quantile(1.0, 1.0, bad).is_nan());
    }
    for bad in [f64::NAN, 0.0, -1.0] {
        assert!(gamma_quantile(bad, 0.5).is_nan() && gamma_p(bad, 0.5).is_nan() && beta_inc(bad, 1.0, 0.5).is_nan());
        assert!(beta_quantile(1.0, bad, 0.5).is_nan());
    }
    assert!(gamma_quantile(f64::INFINITY, 0.5).is_nan());
}
