//! Counting what gates do: requests reached and diverted, and their cost.

use super::{HALF, Partition, Tally, Trail, ticks};
use crate::compile::Track;
use crate::compile::layout::{Unit, metric};

impl Partition {
    fn request(&mut self, group: usize, row: usize, tick: i64, diverted: bool) {
        let number = row - (self.units - self.gates);
        let [reached, turned] = &mut self.requests[(group * self.gates + number) * self.halves + (tick / HALF) as usize];
        *reached += 1;
        *turned += u32::from(diverted);
    }
}

impl Tally {
    /// Counts a request of a person that a variant of a gate reached; `row` is the variant's.
    pub(in crate::engine) fn request(&mut self, trail: &Trail, row: usize, t: f64, diverted: bool) {
        let tick = ticks(t);
        self.zones.request(trail.zone, row, tick, diverted);
        if let Some(bands) = &mut self.bands {
            bands.request(trail.band, row, tick, diverted);
        }
    }

    /// Requests and what they cost, in the rows of variants and their sums over tracks, domains and all; costs also in the
    /// layer of the gate.
    pub(super) fn requests(&self, part: &Partition, tracks: &[Track], counts: &mut [i64]) {
        let length = self.layout.group_len();
        for number in 0..part.gates {
            let row = part.units - part.gates + number;
            let Unit { track: Some(track), gate: Some((gate, variant)), domain, .. } = self.layout.units[row] else { continue };
            let spec = &tracks[track].gates[gate];
            let fees = &spec.variants[variant].cost;
            let rows =
                [Some(row), Some(self.rows.tracks[track]), domain.map(|domain| self.rows.domains[domain]), Some(self.rows.total)];
            let layer = self.rows.layers[1 + spec.layer.trailing_zeros() as usize];
            for (group, counts) in counts.chunks_exact_mut(length).enumerate() {
                for half in 0..part.halves {
                    let [reached, diverted] = part.requests[(group * part.gates + number) * part.halves + half].map(i64::from);
                    let cost = [&fees[0], &fees[1]].map(|fees| reached * fees.reached[half] + diverted * fees.diverted[half]);
                    for period in [half / 2 * 3 + half % 2, half / 2 * 3 + 2] {
                        for row in rows.into_iter().flatten().chain([layer]) {
                            let at = self.layout.offset(0, row, period);
                            counts[at + metric::COST_CONSTANT] += cost[0];
                            counts[at + metric::COST_NOMINAL] += cost[1];
                            if row != layer {
                                counts[at + metric::REACHED] += reached;
                                counts[at + metric::DIVERTED] += diverted;
                            }
                        }
                    }
                }
            }
        }
    }
}
