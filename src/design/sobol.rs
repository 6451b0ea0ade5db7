//! Sobol points (Sobol' 1967; direction numbers of Joe & Kuo 2008, *Constructing Sobol sequences with better two-dimensional
//! projections*, as the crate `sobol_burley` holds them), scrambled digit by digit (Owen 1995, *Randomly permuted
//! (t,m,s)-nets and (t,s)-sequences*). The first point is kept and none is skipped: scrambled points are nets only from their
//! beginning (Owen 2020, *On dropping the first Sobol' point*).
//!
//! Dimensions are given to the uncertain parameters in the order of their names. So neither the order of the file nor what is
//! certain plays a part, a model of few parameters uses the first dimensions, which are the most even, and a new parameter
//! moves only those that come after it. The scrambling is addressed by name.

use sobol_burley::parts::sobol_rev;

use super::{DesignError, drawn};
use crate::luck::{Luck, PersonId};
use crate::model::Model;

/// Most draws: the direction numbers are kept for so many points.
pub const MOST_DRAWS: u32 = 1 << 16;
/// Most uncertain parameters.
pub const MOST_DIMENSIONS: u32 = sobol_burley::NUM_DIMENSIONS;

/// The dimension of every parameter, by id; none for what is certain.
pub(super) fn dimensions(model: &Model, count: u32) -> Result<Vec<Option<u32>>, DesignError> {
    if count > MOST_DRAWS {
        return Err(DesignError::TooManyDraws(count));
    }
    let mut order: Vec<usize> = drawn(model).collect();
    if order.len() > MOST_DIMENSIONS as usize {
        return Err(DesignError::TooManyParameters(order.len()));
    }
    order.sort_by(|&a, &b| model.parameters[a].name.cmp(&model.parameters[b].name));
    let mut dimensions = vec![None; model.parameters.len()];
    for (dimension, id) in order.into_iter().enumerate() {
        dimensions[id] = Some(dimension as u32);
    }
    Ok(dimensions)
}

/// The uniform number in (0, 1) of a parameter in a draw.
pub(super) fn place(seed: u64, name: &str, dimension: u32, draw: u32) -> f64 {
    let point = sobol_rev(draw.reverse_bits(), dimension).reverse_bits();
    let lane = Luck::new(seed, 0, u32::MAX).lane("sobol", name);
    let mut digits = 0;
    for digit in 0..u32::BITS {
        // Whether a digit is flipped depends on all digits before it and on nothing else.
        let before = point.checked_shr(u32::BITS - digit).unwrap_or(0);
        let flip = lane.pair(PersonId(u64::from(before)), 0, digit, 0)[0] < 0.5;
        digits |= (point & (1 << (31 - digit))) ^ (u32::from(flip) << (31 - digit));
    }
    // Digits beyond those that tell points apart are anything: half a step keeps the number inside (0, 1).
    let [rest, _] = lane.pair(PersonId(u64::from(point)), 0, u32::BITS, 0);
    ((f64::from(digits) + rest) / (1u64 << 32) as f64).min(1.0 - f64::EPSILON / 2.0)
}
