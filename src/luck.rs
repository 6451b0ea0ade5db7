//! Luck: every random number has an address, and nothing else decides its value.
//!
//! The address is (seed, draw, replication) = the member, (track or purpose), person, hulpvraag, item, n-th use. The
//! generator ([`Philox`]) turns a counter into a block of numbers, so any number can be had without those before it. No
//! rand crate is used here because theirs promise a sequence, not an address.

mod philox;

use philox::{ABREAST, Abreast, Philox};

/// Identity of a person: the same in every scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub u64);

/// The luck of one member of the ensemble: a pair (draw, replication) under a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Luck {
    key: [u32; 2],
}

/// The luck of one track, stream or other purpose within a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane {
    philox: Philox,
}

/// Addresses, each in a lane of its own, but for the person; their numbers are drawn side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    philox: Abreast,
    question: u64,
    items: [u64; Row::LENGTH],
}

impl Luck {
    /// Luck of the member (draw, replication) under `seed`.
    pub fn new(seed: u64, draw: u32, replication: u32) -> Self {
        let block = Philox::new(split(seed)).block([draw, replication, 0x5049_5241, 0x4d49_4445]);
        Self { key: [block[0], block[1]] }
    }

    /// The luck of a named purpose. Names, not positions: adding a track moves no number of another.
    pub fn lane(self, kind: &str, name: &str) -> Lane {
        let hash = name_hash(kind) ^ name_hash(name).rotate_left(17);
        let [low, high] = split(hash);
        let block = Philox::new(self.key).block([low, high, 0, 1]);
        Lane { philox: Philox::new([block[0], block[1]]) }
    }
}

impl Lane {
    /// Two uniform numbers in (0, 1) at an address: person, hulpvraag, item (below 4,096) and n-th use (below 2^20).
    #[inline]
    pub fn pair(&self, person: PersonId, question: u32, item: u32, use_number: u32) -> [f64; 2] {
        let block = self.block(person, question, item, use_number);
        [unit(block[0], block[1]), unit(block[2], block[3])]
    }

    /// The first of the two numbers at an address.
    #[inline]
    pub fn one(&self, person: PersonId, question: u32, item: u32, use_number: u32) -> f64 {
        let block = self.block(person, question, item, use_number);
        unit(block[0], block[1])
    }

    #[inline]
    fn block(&self, person: PersonId, question: u32, item: u32, use_number: u32) -> [u32; 4] {
        debug_assert!(item < 1 << 12 && use_number < 1 << 20);
        let [low, high] = split(person.0);
        self.philox.block([low, high, question, (item << 20) | (use_number & 0xf_ffff)])
    }

    /// The identity of the n-th person that `parent` (a mother, or 0 for a stream) brings.
    pub fn identity(&self, parent: PersonId, n: u32) -> PersonId {
        let [low, high] = split(parent.0);
        let block = self.philox.block([low, high, n, u32::MAX]);
        PersonId(u64::from(block[0]) << 32 | u64::from(block[1]))
    }
}

impl Row {
    /// How many addresses there are.
    pub const LENGTH: usize = ABREAST;

    /// Lanes with an item of each, of the same hulpvraag; used for the first time.
    pub fn new(question: u32, addresses: [(&Lane, u32); Self::LENGTH]) -> Self {
        debug_assert!(addresses.iter().all(|&(_, item)| item < 1 << 12));
        Self {
            philox: Abreast::new(addresses.map(|(lane, _)| &lane.philox)),
            question: u64::from(question),
            items: addresses.map(|(_, item)| u64::from(item << 20)),
        }
    }

    /// The first number of a person at each address: what [`Lane::one`] gives.
    #[expect(clippy::inline_always, reason = "it is as wide as its caller")]
    #[inline(always)]
    pub fn ones(&self, person: PersonId) -> [f64; Self::LENGTH] {
        self.pairs([person; Self::LENGTH])[0]
    }

    /// Both numbers of a person at each address, who may be another at each: what [`Lane::pair`] gives.
    #[expect(clippy::inline_always, reason = "it is as wide as its caller")]
    #[inline(always)]
    pub fn pairs(&self, persons: [PersonId; Self::LENGTH]) -> [[f64; Self::LENGTH]; 2] {
        let [low, high] = [0, 32].map(|shift| persons.map(|person| person.0 >> shift & u64::from(u32::MAX)));
        let words = self.philox.words([low, high, [self.question; ABREAST], self.items]);
        let mut numbers = [[0.0; ABREAST]; 2];
        for n in 0..ABREAST {
            for half in 0..2 {
                numbers[half][n] = unit(words[2 * half][n] as u32, words[2 * half + 1][n] as u32);
            }
        }
        numbers
    }
}

/// Does work in which numbers are drawn side by side with the widest registers that are known to be there. It costs a call, so the work is
/// best a long loop; what of it is not inlined is not wider.
#[inline]
pub fn wide<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V4::try_new() {
        return simd.vectorize(work);
    } else if let Some(simd) = pulp::x86::V3::try_new() {
        return simd.vectorize(work);
    }
    work()
}

/// The exponential threshold of a uniform number: `-ln u`, mean one.
#[inline]
pub fn threshold(u: f64) -> f64 {
    -libm::log(u)
}

/// A uniform number in (0, 1), never 0 or 1: 52 bits and a half. With one bit more the half would round the highest to 1. The bits are
/// written behind those of 1, which costs less than a conversion and can be done side by side; all of it is exact.
#[inline]
fn unit(high: u32, low: u32) -> f64 {
    let bits = (u64::from(high) << 32 | u64::from(low)) >> 12;
    f64::from_bits(1.0_f64.to_bits() | bits) - (1.0 - 0.5 / (1u64 << 52) as f64)
}

#[inline]
fn split(word: u64) -> [u32; 2] {
    [word as u32, (word >> 32) as u32]
}

/// FNV-1a over the bytes of a name (Fowler, Noll & Vo 1991).
pub(crate) fn name_hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_numbers_stay_inside() {
        assert!(unit(0, 0) > 0.0);
        assert!(unit(u32::MAX, u32::MAX) < 1.0);
    }

    /// The bits as a whole number, and the half.
    #[test]
    fn uniform_numbers_are_their_bits() {
        for (high, low) in [(0, 0), (0, 0x1000), (0x8000_0000, 0xfff), (0x1234_5678, 0x9abc_def0), (u32::MAX, u32::MAX)] {
            let bits = (u64::from(high) << 32 | u64::from(low)) >> 12;
            assert_eq!(unit(high, low), (bits as f64 + 0.5) / (1u64 << 52) as f64);
        }
    }

    /// Numbers drawn side by side are those of their addresses, as wide as this machine can and as wide as all can.
    #[test]
    fn numbers_side_by_side_are_those_of_their_addresses() {
        let luck = Luck::new(1, 2, 3);
        let lanes = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|name| luck.lane("track", name));
        let items = [0, 1, 4095, 77, 2, 0, 9, 4094];
        let row = Row::new(1, std::array::from_fn(|n| (&lanes[n], items[n])));
        let persons: [PersonId; Row::LENGTH] = std::array::from_fn(|n| PersonId(n as u64 * 0x1234_5678_9abc_def1));
        let alone: [[f64; 2]; Row::LENGTH] = std::array::from_fn(|n| lanes[n].pair(persons[n], 1, items[n], 0));
        let abreast = [row.pairs(persons), wide(|| row.pairs(persons))];
        assert_eq!(abreast, [[0, 1].map(|half| alone.map(|pair| pair[half])); 2]);
        for person in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef].map(PersonId) {
            let alone: [f64; Row::LENGTH] = std::array::from_fn(|n| lanes[n].one(person, 1, items[n], 0));
            assert_eq!((row.ones(person), wide(|| row.ones(person))), (alone, alone));
        }
    }

    /// Two million numbers in 64 bins; chi-square with 63 degrees of freedom stays below its 1 - 1e-6 quantile (134.1).
    #[test]
    fn numbers_at_neighbouring_addresses_are_uniform() {
        let lane = Luck::new(1, 0, 0).lane("track", "test");
        let mut bins = [0u32; 64];
        for person in 0..1_000_000 {
            for u in lane.pair(PersonId(person), 1, 3, 0) {
                bins[(u * 64.0) as usize] += 1;
            }
        }
        let expected = 2e6 / 64.0;
        let chi2: f64 = bins.iter().map(|&n| (f64::from(n) - expected) * (f64::from(n) - expected) / expected).sum();
        assert!(chi2 < 134.1, "chi-square {chi2}");
    }
}
