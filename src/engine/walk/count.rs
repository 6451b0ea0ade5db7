//! In which rows a person counts, and how that changes with the layers they are in.

use super::super::tally::{At, Rows, Tally, highest};
use super::Walker;
use crate::compile::layout::MAATWERK;

impl Walker<'_> {
    /// The units in which the person counts now.
    pub(super) fn list_units(&mut self, tally: &Tally) {
        self.units.clear();
        let rows = &tally.rows;
        self.units.push(At::there(rows.total));
        if self.life.ties.away == 0 {
            return;
        }
        for (track, run) in self.life.runs.iter().enumerate() {
            if run.state == 0 && self.calm[track] {
                continue;
            }
            if run.state != 0 {
                self.units.push(At::away(rows.states[track]));
                self.units.push(At::there(rows.states[track] + usize::from(run.state)));
            }
            let layer = self.scenario.tracks[track].states[usize::from(run.state)].layer;
            if layer != 0 {
                self.units.push(At::there(rows.tracks[track]));
            }
            if layer == MAATWERK {
                self.units.extend(rows.clients[track].map(At::there));
                self.units.extend(rows.labels[track].map(|first| At::there(first + usize::from(run.label))));
            }
        }
        if self.life.set != 0 {
            let domains = self.life.domains.iter().zip(&rows.domains).filter(|&(&tracks, _)| tracks > 0);
            self.units.extend(domains.map(|(_, &row)| At::there(row)));
            let clients = self.life.clients.iter().zip(&rows.domain_clients).filter(|&(&tracks, _)| tracks > 0);
            self.units.extend(clients.filter_map(|(_, &row)| row).map(At::there));
            self.units.extend(rows.outside.iter().map(|&row| At::away(row)));
            self.units
                .extend([rows.layers[highest(self.life.set)], rows.combinations[usize::from(self.life.set)]].map(At::there));
        }
    }

    /// Adds to what changes that track `index` leaves layer `old` for layer `new`, bits of layers or 0 outside the pyramid.
    pub(super) fn relayer(&mut self, index: usize, old: u8, new: u8, rows: &Rows) {
        let domain = self.compiled.domains[index];
        let was = self.life.set;
        if old != 0 {
            let count = &mut self.life.layers[old.trailing_zeros() as usize];
            *count -= 1;
            if *count == 0 {
                self.life.set &= !old;
            }
        }
        if new != 0 {
            self.life.layers[new.trailing_zeros() as usize] += 1;
            self.life.set |= new;
        }
        let (leaves, enters) = (new == 0, old == 0);
        if leaves || enters {
            let side = if leaves { &mut self.change.left } else { &mut self.change.entered };
            side.push(rows.tracks[index]);
            if let Some(domain) = domain {
                let count = &mut self.life.domains[domain];
                let before = *count;
                *count = if leaves { before - 1 } else { before + 1 };
                if before == u8::from(leaves) {
                    side.push(rows.domains[domain]);
                }
            }
        }
        if (old | new) & MAATWERK != 0 {
            self.serve(index, new == MAATWERK, rows);
        }
        if was != self.life.set {
            self.change.add(rows.combinations[usize::from(was)], rows.combinations[usize::from(self.life.set)]);
            let (before, after) = (highest(was), highest(self.life.set));
            if before != after {
                self.change.add(rows.layers[before], rows.layers[after]);
            }
        }
    }

    /// Adds to what changes that the person becomes a client of track `index`, or is one no more.
    fn serve(&mut self, index: usize, enters: bool, rows: &Rows) {
        let side = if enters { &mut self.change.entered } else { &mut self.change.left };
        side.extend(rows.clients[index]);
        side.extend(rows.labels[index].map(|first| first + usize::from(self.life.runs[index].label)));
        if let Some(domain) = self.compiled.domains[index] {
            let count = &mut self.life.clients[domain];
            let before = *count;
            *count = if enters { before + 1 } else { before - 1 };
            if before == u8::from(!enters) {
                side.extend(rows.domain_clients[domain]);
            }
        }
    }
}
