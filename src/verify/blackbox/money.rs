//! What is paid, when prices change.

use super::{Finding, Trial, identities};
use crate::compile::layout::{Level, METRICS, metric};
use crate::compile::{CompileError, Compiled, Layout};
use crate::model::Model;

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
        let followed = track.attached.iter_mut().flat_map(|attached| &mut attached.follows);
        followed.flat_map(|followed| &mut followed.person_year).flatten().for_each(|amount| *amount *= factor);
    }
}

/// Cents of all members together, constant and nominal.
fn spent(trial: &Trial<'_>, counts: &[Vec<i64>]) -> [i64; 2] {
    COSTS.map(|wanted| counts.iter().map(|counts| trial.sum(counts, Level::Total, wanted)).sum())
}

pub(super) fn zero(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "all tariffs 0: nothing is spent";
    if spent(trial, trial.counts()) == [0, 0] {
        return Ok(Finding::absent(must, "nothing has a price in this model"));
    }
    Ok(nothing(must, spent(trial, &trial.edited(|town| times(town, 0)))))
}

fn nothing(must: &'static str, cents: [i64; 2]) -> Finding {
    Finding::new(must, cents == [0, 0], format!("{:.2} euro spent", cents[0].max(cents[1]) as f64 / 100.0))
}

pub(super) fn twice(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "all tariffs doubled: twice the cost of every state, the same persons";
    if spent(trial, trial.counts()) == [0, 0] {
        return Ok(Finding::absent(must, "nothing has a price in this model"));
    }
    let twice = trial.edited(|town| times(town, 2));
    let layout = &trial.compiled.layout;
    let mut seen = Doubled::default();
    for (once, twice) in trial.counts().iter().zip(&twice) {
        seen.look(layout, trial.model, once, twice);
        if let Err(fault) = identities(layout, trial.model, twice) {
            return Ok(Finding::new(must, false, fault));
        }
    }
    let Doubled { costs, off, others } = seen;
    let words = format!("{costs} costs, {off} more than a cent off; {others} other numbers moved");
    Ok(Finding::new(must, off == 0 && others == 0, words))
}

/// What doubled tariffs did.
#[derive(Debug, Default)]
struct Doubled {
    /// Costs of a state or a gate, or attached, in a half-year and a group.
    costs: usize,
    /// Those that are not double.
    off: usize,
    /// Numbers other than costs that moved.
    others: usize,
}

impl Doubled {
    /// Compares a member with itself at double tariffs.
    ///
    /// The euros of a state, summed over the groups up to one, are rounded down to cents, and a group has the difference to the
    /// group before. Twice a number rounded down is at most a cent more than double of the number rounded down, so that a
    /// difference of two is a cent off on either side. What is attached is rounded once for each state that it follows. Fees of gates
    /// are whole cents. All other costs are sums of these: the books say so.
    fn look(&mut self, layout: &Layout, model: &Model, once: &[i64], twice: &[i64]) {
        for (group, (row, unit)) in
            (0..layout.groups.len()).flat_map(|group| layout.units.iter().enumerate().map(move |u| (group, u)))
        {
            let attached = unit.track.zip(unit.attached).map(|(track, id)| &model.tracks[track].attached[id]);
            let cent = match unit.level {
                Level::State => Some(1),
                Level::Gate => Some(0),
                Level::Attached => attached.map(|attached| attached.of.len() as i64),
                Level::Track | Level::Domain | Level::Layer | Level::Combination | Level::Total => None,
            };
            for period in 0..layout.periods() {
                let at = layout.offset(group, row, period);
                for (metric, (once, twice)) in once[at..].iter().zip(&twice[at..]).take(METRICS.len()).enumerate() {
                    if !COSTS.contains(&metric) {
                        self.others += usize::from(once != twice);
                    } else if let (Some(cent), true) = (cent, layout.period(period).half > 0) {
                        self.costs += 1;
                        self.off += usize::from((twice - 2 * once).abs() > cent);
                    }
                }
            }
        }
        let waits = layout.group_len()..layout.head_len();
        self.others += once[waits.clone()].iter().zip(&twice[waits]).filter(|(once, twice)| once != twice).count();
    }
}

pub(super) fn discount(_: &Trial<'_>) -> Result<Finding, CompileError> {
    let why = "the language has no discounting: all money is per year, undiscounted";
    Ok(Finding::absent("a discount rate of 0: the same euros", why))
}
