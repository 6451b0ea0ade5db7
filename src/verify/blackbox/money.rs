//! What is paid, when prices change.

use super::{Finding, Trial};
use crate::compile::layout::{Level, metric};
use crate::compile::{CompileError, Compiled};

const COSTS: [usize; 2] = [metric::COST_CONSTANT, metric::COST_NOMINAL];

/// Every tariff times a whole number.
fn times(compiled: &mut Compiled, factor: i64) {
    let tracks = compiled.scenarios.iter_mut().flat_map(|scenario| &mut scenario.tracks);
    for track in tracks {
        for tariffs in track.states.iter_mut().flat_map(|state| &mut state.cost) {
            for amount in [&mut tariffs.person_year, &mut tariffs.start, &mut tariffs.indicatie].into_iter().flatten() {
                *amount *= factor;
            }
        }
        for fees in track.gates.iter_mut().flat_map(|gate| &mut gate.variants).flat_map(|variant| &mut variant.cost) {
            for amount in [&mut fees.reached, &mut fees.diverted].into_iter().flatten() {
                *amount *= factor;
            }
        }
    }
}

/// Cents of all members together, constant and nominal.
fn spent(trial: &Trial<'_>, counts: &[Vec<i64>]) -> [i64; 2] {
    COSTS.map(|wanted| counts.iter().map(|counts| trial.sum(counts, Level::Total, wanted)).sum())
}

pub(super) fn zero(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "all tariffs 0: nothing is spent";
    if spent(trial, &trial.counts()) == [0, 0] {
        return Ok(Finding::absent(must, "nothing has a price in this model"));
    }
    Ok(nothing(must, spent(trial, &trial.edited(|town| times(town, 0)))))
}

fn nothing(must: &'static str, cents: [i64; 2]) -> Finding {
    Finding::new(must, cents == [0, 0], format!("{:.2} euro spent", cents[0].max(cents[1]) as f64 / 100.0))
}

pub(super) fn twice(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "all tariffs doubled: twice as much is spent, but for rounding";
    let once = spent(trial, &trial.counts());
    if once == [0, 0] {
        return Ok(Finding::absent(must, "nothing has a price in this model"));
    }
    let states: usize = trial.model.tracks.iter().map(|track| track.states.len()).sum();
    let roundings = (states * 2 * trial.compiled.layout.years * trial.members as usize) as i64;
    Ok(doubled(must, once, spent(trial, &trial.edited(|town| times(town, 2))), roundings))
}

/// Each of `roundings` sums may be a cent off on either side.
fn doubled(must: &'static str, once: [i64; 2], twice: [i64; 2], roundings: i64) -> Finding {
    let off = once.iter().zip(twice).map(|(once, twice)| (twice - 2 * once).abs()).max().unwrap_or(0);
    let seen = format!("{} and {} cents, {off} apart from double", once[0], twice[0]);
    Finding::new(must, off <= 2 * roundings, seen)
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;

    #[test]
    fn a_tariff_left_out_is_seen() {
        assert_eq!(nothing("", [0, 0]).outcome, Outcome::Holds);
        assert_eq!(nothing("", [0, 1]).outcome, Outcome::Fails);
        assert_eq!(doubled("", [1_000_000, 900_000], [2_000_003, 1_799_998], 4).outcome, Outcome::Holds);
        assert_eq!(doubled("", [1_000_000, 900_000], [1_900_000, 1_800_000], 4).outcome, Outcome::Fails);
    }
}
