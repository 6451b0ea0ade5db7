//! What follows states: attached costs, and income as a negative cost.

use super::{Partition, Purse, Tally};
use crate::compile::Track;
use crate::compile::layout::{Level, Unit, metric};

impl Tally {
    /// Attached costs in their own rows and in the sums over tracks, domains, layers and all; not in the rows of states, whose
    /// person-time must be there.
    pub(super) fn attached(&self, part: &Partition, tracks: &[Track], counts: &mut [i64]) {
        let length = self.layout.group_len();
        let groups = counts.len() / length;
        for (own, unit) in self.layout.units.iter().enumerate() {
            let &Unit { level: Level::Attached, track: Some(track), attached: Some(id), .. } = unit else { continue };
            for followed in &tracks[track].attached[id].follows {
                let state = usize::from(followed.state);
                let (there, rows) = (self.rows.states[track] + state, self.booked(own, track, &tracks[track].states[state]));
                for half in 0..part.halves {
                    let period = half / 2 * 3 + half % 2;
                    let mut purses = [Purse::default(); 2];
                    for group in 0..groups {
                        let counts = &mut counts[group * length..][..length];
                        let time = i128::from(counts[self.layout.offset(0, there, period) + metric::PERSON_TIME]);
                        let cost = [0, 1].map(|level| purses[level].add(time * i128::from(followed.person_year[level][half])));
                        for period in [period, half / 2 * 3 + 2] {
                            for row in rows.into_iter().flatten() {
                                let at = self.layout.offset(0, row, period);
                                counts[at + metric::COST_CONSTANT] += cost[0];
                                counts[at + metric::COST_NOMINAL] += cost[1];
                            }
                        }
                    }
                }
            }
        }
    }
}
