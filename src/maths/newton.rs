//! Newton's method on the logarithm of a tail.

/// What is known of a distribution at one point of a coordinate `y` in which its density is log-concave.
pub(super) struct Tail {
    /// Probability of the tail that is matched: below `y` for the lower, above it for the upper.
    pub probability: f64,
    /// Density in `y`.
    pub density: f64,
    /// Derivative of the logarithm of that density.
    pub slope: f64,
}

/// Most steps taken. From the starting points in use about 4 are needed, in the farthest corners 40.
const STEPS: u32 = 200;

/// The `y` at which the tail has probability `target`; the lower tail if `lower`.
///
/// The logarithm `g` of a log-concave distribution function is concave and rising, so its tangent lies above it and meets
/// the target's level before `g` does: after one step every iterate is on the near side and the steps all go the same way.
/// The same holds mirrored for the upper tail. Each step is sharpened by Halley's correction where that is small; steps are
/// cut to 8 widths, so that none leaps from one end, where all underflows, to the other.
///
/// `width` is the scale of the density in `y`; the search ends when a step, whose error shrinks as its third power, is
/// below 1e-5 of it.
pub(super) fn solve(lower: bool, target: f64, start: f64, width: f64, tail: impl Fn(f64) -> Tail) -> f64 {
    let sign = if lower { 1.0 } else { -1.0 };
    let level = libm::log(target);
    let mut y = start;
    for _ in 0..STEPS {
        let Tail { probability, density, slope } = tail(y);
        // g' and g''/g' of g = ln(probability).
        let rise = sign * density / probability;
        let bend = slope - rise;
        let newton = -(libm::log(probability) - level) / rise;
        if !newton.is_finite() {
            // The tail or the density has underflowed: walk back towards the centre.
            let towards = if probability > 0.0 { -sign } else { sign };
            y += towards * 4.0 * width;
            continue;
        }
        let halley = 1.0 + 0.5 * newton * bend;
        let step = if halley > 0.5 && halley < 2.0 { newton / halley } else { newton };
        y += step.clamp(-8.0 * width, 8.0 * width);
        if step.abs() <= 1e-5 * width {
            break;
        }
    }
    y
}
