//! Numerical integration.

/// Points and weights of Gauss and Legendre's rule with five points on `[low, high]`; exact for polynomials of degree 9.
///
/// Source: Abramowitz and Stegun 1964, Handbook of Mathematical Functions, 25.4.30.
pub(in crate::verify) fn nodes(low: f64, high: f64) -> [(f64, f64); 5] {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    // The points are the roots of 63 x⁵ - 70 x³ + 15 x.
    let root = (10.0f64 / 7.0).sqrt();
    let (near, far) = ((5.0 - 2.0 * root).sqrt() / 3.0, (5.0 + 2.0 * root).sqrt() / 3.0);
    let spread = 13.0 * 70.0f64.sqrt();
    let (heavy, light) = ((322.0 + spread) / 900.0, (322.0 - spread) / 900.0);
    [(-far, light), (-near, heavy), (0.0, 128.0 / 225.0), (near, heavy), (far, light)]
        .map(|(x, weight)| (middle + half * x, half * weight))
}

/// Integral of `f` over `[low, high]`, by halving intervals until the rule agrees with its halves to 1e-11 of the scale
/// `1 + |integral|`, at most 40 times.
pub(in crate::verify) fn integral(f: &dyn Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    fn rule(f: &dyn Fn(f64) -> f64, low: f64, high: f64) -> f64 {
        nodes(low, high).iter().map(|&(x, weight)| weight * f(x)).sum()
    }
    fn refine(f: &dyn Fn(f64) -> f64, low: f64, high: f64, whole: f64, depth: u32) -> f64 {
        let middle = 0.5 * (low + high);
        let (left, right) = (rule(f, low, middle), rule(f, middle, high));
        if depth == 0 || (left + right - whole).abs() <= 1e-12 * (1.0 + whole.abs()) {
            return left + right;
        }
        refine(f, low, middle, left, depth - 1) + refine(f, middle, high, right, depth - 1)
    }
    // Four pieces first, so that no symmetry hides a structure.
    let quarter = 0.25 * (high - low);
    (0..4)
        .map(|piece| {
            let (from, to) = (low + quarter * f64::from(piece), low + quarter * f64::from(piece + 1));
            refine(f, from, to, rule(f, from, to), 40)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_integrals() {
        assert!((integral(&|x| libm::exp(-x), 0.0, 40.0) - 1.0).abs() < 1e-11);
        assert!((integral(&|x: f64| x.sqrt(), 0.0, 1.0) - 2.0 / 3.0).abs() < 1e-10);
        assert!((integral(&|x| if x < 0.3 { 1.0 } else { 0.0 }, 0.0, 1.0) - 0.3).abs() < 1e-10);
    }
}
