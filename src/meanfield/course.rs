//! What changes by epoch, averaged over a stretch of time.

use crate::compile::{Rate, Split};

/// Lengths of the epochs within a stretch, as shares of it: (epoch, share), shares summing to one.
pub(super) fn epochs(begins: &[f64], from: f64, until: f64) -> Vec<(usize, f64)> {
    let length = until - from;
    let mut shares = Vec::new();
    for (epoch, &begin) in begins.iter().enumerate() {
        let end = begins.get(epoch + 1).copied().unwrap_or(f64::INFINITY);
        let share = (end.min(until) - begin.max(from)) / length;
        if share > 0.0 {
            shares.push((epoch, share));
        }
    }
    shares
}

/// Mean of a rate's course, without couplings.
pub(super) fn level(rate: &Rate, epochs: &[(usize, f64)]) -> f64 {
    match rate.course.len() {
        0 => 1.0,
        1 => rate.course[0],
        _ => epochs.iter().map(|&(epoch, share)| share * rate.course[epoch]).sum(),
    }
}

/// Mean share of each target of a split.
pub(super) fn shares(split: &Split, epochs: &[(usize, f64)]) -> Vec<f64> {
    let mut shares = vec![0.0; split.targets.len()];
    for &(epoch, part) in epochs {
        for (sum, (_, share)) in shares.iter_mut().zip(split.shares(epoch)) {
            *sum += part * share;
        }
    }
    shares
}
