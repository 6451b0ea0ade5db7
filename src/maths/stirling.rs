//! The two small terms that are left of a density when its large terms have cancelled.

/// `ln(2π) / 2`
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// `ln Γ(a) - ((a - 1/2) ln a - a + ln(2π)/2)`, the error of Stirling's formula.
///
/// Range: a > 0. Absolute error below 1e-14 for a ≥ 0.05.
/// Source: Abramowitz and Stegun 1964, Handbook of Mathematical Functions, 6.1.41.
pub(super) fn stirling_error(a: f64) -> f64 {
    if a < 10.0 {
        return libm::lgamma(a) - ((a - 0.5) * libm::log(a) - a + HALF_LN_TWO_PI);
    }
    let r = 1.0 / (a * a);
    (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r * (1.0 / 1188.0 - r * 691.0 / 360_360.0))))) / a
}

/// `u - ln(1 + u)`, given both `u` and `ln(1 + u)` as the caller knows it best, asked for far from 0 only.
///
/// Near `u = 0`, where the difference cancels, `ln(1 + u)` is computed from `u` itself, by series for the smallest.
pub(super) fn deviance(u: f64, ln_one_plus_u: impl FnOnce() -> f64) -> f64 {
    if !(-0.5..=1.0).contains(&u) {
        return u - ln_one_plus_u();
    }
    if u.abs() > 0.01 {
        return u - libm::log1p(u);
    }
    // u²/2 - u³/3 + u⁴/4 - ...: eight terms leave 1e-18 relative at |u| = 0.01.
    let mut sum = 0.0;
    for k in (2..=10).rev() {
        sum = 1.0 / f64::from(k) - u * sum;
    }
    u * u * sum
}
