//! What a constant hazard does in some time.

/// Over a time in which `x` hazards are expected.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Decay {
    /// Chance that none comes: `exp(-x)`.
    pub kept: f64,
    /// Mean chance that none has come by a moment of the time.
    pub until: f64,
    /// Mean part of the time that passes until a moment of it, or the hazard before that.
    pub ended: f64,
}

impl Decay {
    pub(super) fn new(x: f64) -> Self {
        let kept = libm::exp(-x);
        // By series where the quotients would cancel.
        let (until, ended) = if x > 1e-3 {
            let until = (1.0 - kept) / x;
            (until, (1.0 - until) / x)
        } else {
            (1.0 - x / 2.0 + x * x / 6.0 - x * x * x / 24.0, 0.5 - x / 6.0 + x * x / 24.0 - x * x * x / 120.0)
        };
        Self { kept, until, ended }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ways meet: the integrals by Simpson's rule on 2,000 parts.
    #[test]
    fn the_means_are_those_of_the_exponential() {
        for x in [0.0, 1e-6, 9.9e-4, 1.01e-3, 0.3, 4.0f64] {
            let decay = Decay::new(x);
            let simpson = |f: &dyn Fn(f64) -> f64| {
                let weight = |i: i32| if i == 0 || i == 2000 { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
                (0..=2000).map(|i| weight(i) * f(f64::from(i) / 2000.0)).sum::<f64>() / 6000.0
            };
            let spent = |t: f64| if x > 0.0 { -libm::expm1(-x * t) / x } else { t };
            assert!((decay.until - simpson(&|t| libm::exp(-x * t))).abs() < 1e-9, "{x}");
            assert!((decay.ended - simpson(&spent)).abs() < 1e-9, "{x}");
        }
    }
}
