//! The calendar: who is next, of all whose next event others must have had theirs before.
//!
//! A heap with four children per node, in which each slot has one entry that can be moved or taken out (Johnson 1975,
//! *Priority queues with update and finding minimum spanning trees*). At one moment the lowest slot comes first, so that the
//! order does not depend on how the heap was built.

/// Where a slot is in the heap, if it is.
const NOWHERE: u32 = u32::MAX;

/// Slots by time. Its memory is reused.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    heap: Vec<(f64, u32)>,
    /// Per slot: its index in the heap, or [`NOWHERE`].
    places: Vec<u32>,
}

impl Calendar {
    /// Takes out all.
    pub(super) fn clear(&mut self) {
        self.heap.clear();
        self.places.clear();
    }

    /// Enters a slot at a time, or moves it there.
    pub(super) fn set(&mut self, slot: u32, time: f64) {
        let index = slot as usize;
        if index >= self.places.len() {
            self.places.resize(index + 1, NOWHERE);
        }
        let mut at = self.places[index] as usize;
        if self.places[index] == NOWHERE {
            at = self.heap.len();
            self.heap.push((time, slot));
        } else {
            self.heap[at].0 = time;
        }
        let at = self.rise(at);
        self.sink(at);
    }

    /// Takes a slot out, if it is in.
    pub(super) fn remove(&mut self, slot: u32) {
        let Some(&place) = self.places.get(slot as usize) else { return };
        if place == NOWHERE {
            return;
        }
        self.places[slot as usize] = NOWHERE;
        let Some(last) = self.heap.pop() else { return };
        if last.1 != slot {
            self.heap[place as usize] = last;
            let at = self.rise(place as usize);
            self.sink(at);
        }
    }

    /// The first slot and its time.
    pub(super) fn first(&self) -> Option<(f64, u32)> {
        self.heap.first().copied()
    }

    /// Brings an entry up to where it belongs; returns where that is.
    fn rise(&mut self, mut at: usize) -> usize {
        let entry = self.heap[at];
        while at > 0 {
            let above = (at - 1) / 4;
            if !before(entry, self.heap[above]) {
                break;
            }
            self.put(at, self.heap[above]);
            at = above;
        }
        self.put(at, entry);
        at
    }

    /// Brings an entry down to where it belongs.
    fn sink(&mut self, mut at: usize) {
        let entry = self.heap[at];
        loop {
            let children = 4 * at + 1..(4 * at + 5).min(self.heap.len());
            let least = children.reduce(|least, child| if before(self.heap[child], self.heap[least]) { child } else { least });
            match least {
                Some(least) if before(self.heap[least], entry) => {
                    self.put(at, self.heap[least]);
                    at = least;
                }
                _ => break,
            }
        }
        self.put(at, entry);
    }

    fn put(&mut self, at: usize, entry: (f64, u32)) {
        self.heap[at] = entry;
        self.places[entry.1 as usize] = at as u32;
    }
}

fn before(one: (f64, u32), other: (f64, u32)) -> bool {
    one.0 < other.0 || one.0 == other.0 && one.1 < other.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// The same as a list that is searched whole, for any entries, moves and removals.
        #[test]
        fn the_first_is_the_earliest(steps in prop::collection::vec((0u32..20, prop::option::of(0u8..8), any::<bool>()), 0..200)) {
            let (mut calendar, mut plain) = (Calendar::default(), BTreeMap::new());
            for (slot, time, pops) in steps {
                if let Some(time) = time {
                    calendar.set(slot, f64::from(time));
                    plain.insert(slot, time);
                } else {
                    calendar.remove(slot);
                    plain.remove(&slot);
                }
                let first = plain.iter().map(|(&slot, &time)| (time, slot)).min();
                prop_assert_eq!(calendar.first(), first.map(|(time, slot)| (f64::from(time), slot)));
                if let Some((_, slot)) = first.filter(|_| pops) {
                    calendar.remove(slot);
                    plain.remove(&slot);
                }
            }
        }
    }
}
