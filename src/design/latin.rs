//! Latin hypercube (`McKay`, Beckman & Conover 1979, *A comparison of three methods for selecting values of input variables*):
//! of N draws, each parameter takes one from each of N equally likely strata, in an order of its own.

use crate::luck::{Luck, PersonId};

/// The stratum of every draw: a permutation of 0..count addressed by (seed, parameter name, count).
pub(super) fn strata(seed: u64, name: &str, count: u32) -> Vec<u32> {
    let lane = Luck::new(seed, count, u32::MAX).lane("latin hypercube", name);
    let mut strata: Vec<u32> = (0..count).collect();
    // Fisher and Yates, from the end. The uniform number has 52 bits, so no choice is favoured by more than 2^-20.
    for last in (1..count).rev() {
        let [u, _] = lane.pair(PersonId(u64::from(last)), 0, 0, 0);
        strata.swap(last as usize, (u * f64::from(last + 1)) as usize);
    }
    strata
}

/// The uniform number of a draw: its place within the stratum is that of the random design.
pub(super) fn place(seed: u64, name: &str, strata: &[u32], draw: u32) -> f64 {
    let within = super::random::place(seed, name, draw);
    let place = (f64::from(strata[draw as usize]) + within) / strata.len() as f64;
    // Rounding may end on the bound of the unit interval, where an unbounded prior has no value.
    place.clamp(f64::EPSILON / 2.0, 1.0 - f64::EPSILON / 2.0)
}
