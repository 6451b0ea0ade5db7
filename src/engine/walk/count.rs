//! In which rows a person counts, and how that changes with the layers they are in.

use super::super::tally::{At, Tally, highest};
use super::Walker;

impl Walker<'_> {
    /// The units in which the person counts now.
    pub(super) fn list_units(&mut self, tally: &Tally) {
        self.units.clear();
        let rows = &tally.rows;
        self.units.push(At::there(rows.total));
        for (track, run) in self.life.runs.iter().enumerate() {
            if run.state != 0 {
                self.units.push(At::away(rows.states[track]));
                self.units.push(At::there(rows.states[track] + usize::from(run.state)));
            }
            if self.scenario.tracks[track].states[usize::from(run.state)].layer != 0 {
                self.units.push(At::there(rows.tracks[track]));
            }
        }
        if self.life.set != 0 {
            for (domain, &row) in rows.domains.iter().enumerate() {
                if self.is_inside(domain, None) {
                    self.units.push(At::there(row));
                }
            }
            self.units.extend(rows.outside.iter().map(|&row| At::away(row)));
            self.units
                .extend([rows.layers[highest(self.life.set)], rows.combinations[usize::from(self.life.set)]].map(At::there));
        }
    }

    /// Whether the person is inside the pyramid on any track of a domain but `except`.
    fn is_inside(&self, domain: usize, except: Option<usize>) -> bool {
        let tracks = self.scenario.tracks.iter().zip(&self.life.runs).zip(&self.compiled.domains).enumerate();
        tracks
            .filter(|&(index, (_, of))| *of == Some(domain) && Some(index) != except)
            .any(|(_, ((track, run), _))| track.states[usize::from(run.state)].layer != 0)
    }

    /// Counts that track `index` leaves layer `old` for layer `new`, bits of layers or 0 outside the pyramid.
    pub(super) fn relayer(&mut self, index: usize, old: u8, new: u8, time: f64, tally: &mut Tally) {
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
        let crossing = (old == 0) != (new == 0);
        if crossing {
            let domain = domain.filter(|&domain| !self.is_inside(domain, Some(index))).map(|domain| tally.rows.domains[domain]);
            for row in [Some(tally.rows.tracks[index]), domain].into_iter().flatten() {
                if new == 0 {
                    tally.exit(&mut self.life.trail, row, time);
                } else {
                    tally.enter(&self.life.trail, row, time);
                }
            }
        }
        if was != self.life.set {
            tally.exit(&mut self.life.trail, tally.rows.combinations[usize::from(was)], time);
            tally.enter(&self.life.trail, tally.rows.combinations[usize::from(self.life.set)], time);
            let (before, after) = (highest(was), highest(self.life.set));
            if before != after {
                tally.exit(&mut self.life.trail, tally.rows.layers[before], time);
                tally.enter(&self.life.trail, tally.rows.layers[after], time);
            }
        }
    }
}
