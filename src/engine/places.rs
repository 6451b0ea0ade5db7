//! Places: how many are taken, and who waits for one in what order.
//!
//! A pool is a resource in one wijk, or in the whole city. Amounts are in thousandths of a place, or of an hour a week, so that
//! sums are exact. When a pool shrinks, those in service finish: more can be taken than there is until they have.

/// No entry.
const NONE: u32 = u32::MAX;

/// Who waits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Waiting {
    /// Slot of their life, and track on which they wait.
    pub slot: u32,
    pub track: u16,
    /// Pool, class of priority (0 goes first), amount.
    pub pool: u32,
    pub class: u8,
    pub amount: u64,
    /// When they joined the list; years.
    pub since: f64,
}

/// A place in a list: who, and who is before and after them.
#[derive(Debug, Clone, Copy)]
struct Entry {
    who: Waiting,
    before: u32,
    after: u32,
}

/// The first and the last of one class.
#[derive(Debug, Clone, Copy)]
struct List {
    first: u32,
    last: u32,
}

const EMPTY: List = List { first: NONE, last: NONE };

#[derive(Debug, Clone)]
struct Pool {
    room: u64,
    taken: u64,
    /// Per class.
    lists: Vec<List>,
}

/// All pools. Its memory is reused.
#[derive(Debug, Default)]
pub(super) struct Places {
    pools: Vec<Pool>,
    entries: Vec<Entry>,
    /// Entries to be used again.
    spare: Vec<u32>,
}

impl Places {
    /// Empties so many pools, each with so many classes of priority and no room yet.
    pub(super) fn clear(&mut self, classes: impl Iterator<Item = usize>) {
        self.entries.clear();
        self.spare.clear();
        self.pools.clear();
        self.pools.extend(classes.map(|classes| Pool { room: 0, taken: 0, lists: vec![EMPTY; classes] }));
    }

    /// Sets how much room a pool has.
    pub(super) fn resize(&mut self, pool: u32, room: u64) {
        self.pools[pool as usize].room = room;
    }

    /// Whether a request of a class can be served at once: there is room, and nobody waits who goes before it.
    pub(super) fn admits(&self, pool: u32, class: u8, amount: u64) -> bool {
        let pool = &self.pools[pool as usize];
        pool.lists[..=usize::from(class)].iter().all(|list| list.first == NONE) && pool.fits(amount)
    }

    /// Takes an amount, whether there is room or not.
    pub(super) fn take(&mut self, pool: u32, amount: u64) {
        self.pools[pool as usize].taken += amount;
    }

    /// Gives an amount back.
    pub(super) fn give(&mut self, pool: u32, amount: u64) {
        self.pools[pool as usize].taken -= amount;
    }

    /// Puts somebody on the list, behind all of their class who joined no later; returns the number of their entry.
    pub(super) fn join(&mut self, who: Waiting) -> u32 {
        let list = self.pools[who.pool as usize].lists[usize::from(who.class)];
        // As a rule they are the last.
        let (mut before, mut after) = (list.last, NONE);
        while before != NONE && self.entries[before as usize].who.since > who.since {
            (before, after) = (self.entries[before as usize].before, before);
        }
        let entry = Entry { who, before, after };
        let number = if let Some(number) = self.spare.pop() {
            self.entries[number as usize] = entry;
            number
        } else {
            self.entries.push(entry);
            self.entries.len() as u32 - 1
        };
        self.link(who, before, number, number);
        self.link(who, number, after, number);
        number
    }

    /// Takes an entry off its list.
    pub(super) fn leave(&mut self, number: u32) -> Waiting {
        let Entry { who, before, after } = self.entries[number as usize];
        let list = &mut self.pools[who.pool as usize].lists[usize::from(who.class)];
        if before == NONE {
            list.first = after;
        } else {
            self.entries[before as usize].after = after;
        }
        if after == NONE {
            list.last = before;
        } else {
            self.entries[after as usize].before = before;
        }
        self.spare.push(number);
        who
    }

    /// When an entry joined.
    pub(super) fn since(&self, number: u32) -> f64 {
        self.entries[number as usize].who.since
    }

    /// Who an entry is.
    pub(super) fn who(&self, number: u32) -> Waiting {
        self.entries[number as usize].who
    }

    /// Who comes next, if there is room for them. Those behind wait until there is: nobody passes for wanting less.
    pub(super) fn next(&self, pool: u32) -> Option<u32> {
        let pool = &self.pools[pool as usize];
        let first = pool.lists.iter().map(|list| list.first).find(|&first| first != NONE)?;
        pool.fits(self.entries[first as usize].who.amount).then_some(first)
    }

    /// Puts two neighbours next to each other, one of which is `new`; where one of them is none, `new` is an end of the list.
    fn link(&mut self, who: Waiting, before: u32, after: u32, new: u32) {
        let list = &mut self.pools[who.pool as usize].lists[usize::from(who.class)];
        if before == NONE {
            list.first = new;
        } else {
            self.entries[before as usize].after = after;
        }
        if after == NONE { list.last = new } else { self.entries[after as usize].before = before }
    }
}

impl Pool {
    fn fits(&self, amount: u64) -> bool {
        self.taken + amount <= self.room
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The same as one list that is sorted whole, for any joins, departures, and changes of room.
        #[test]
        fn the_next_is_the_first_of_the_first_class(steps in prop::collection::vec((0u8..4, 0u8..3, 0u8..10, 1u64..4), 0..200)) {
            let mut places = Places::default();
            places.clear([3].into_iter());
            let (mut plain, mut taken, mut room): (Vec<(u8, u8, u32)>, u64, u64) = (vec![], 0, 0);
            for (step, class, since, amount) in steps {
                match step {
                    0 => {
                        let who = Waiting { slot: 0, track: 0, pool: 0, class, amount, since: f64::from(since) };
                        let number = places.join(who);
                        // Behind all of the class who joined no later.
                        let at = plain.partition_point(|other| (other.0, other.1) <= (class, since));
                        plain.insert(at, (class, since, number));
                    }
                    1 if !plain.is_empty() => {
                        let (class, since, number) = plain.remove(usize::from(since) % plain.len());
                        let who = places.leave(number);
                        prop_assert_eq!((who.class, who.since), (class, f64::from(since)));
                    }
                    2 => {
                        room = 2 * amount;
                        places.resize(0, room);
                    }
                    _ if taken >= amount && since % 2 == 0 => {
                        taken -= amount;
                        places.give(0, amount);
                    }
                    _ => {
                        taken += amount;
                        places.take(0, amount);
                    }
                }
                let first = plain.first().map(|first| first.2);
                let fits = |number: &u32| taken + places.entries[*number as usize].who.amount <= room;
                prop_assert_eq!(places.next(0), first.filter(fits));
                let before = plain.iter().any(|other| other.0 <= class);
                prop_assert_eq!(places.admits(0, class, amount), !before && taken + amount <= room);
            }
        }
    }
}
