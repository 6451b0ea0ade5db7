//! The generator: Philox4x32-10, a block cipher-like bijection of a 128-bit counter under a 64-bit key.
//!
//! Source: Salmon, Moraes, Dror and Shaw 2011, *Parallel random numbers: as easy as 1, 2, 3*.

/// A key, as it is in each of the ten rounds; words of 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Philox {
    keys: [[u64; 2]; 10],
}

/// What the first and the third word of a counter are multiplied by.
const FACTORS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];

/// What is added to the words of a key from round to round.
const STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// The lower word.
const LOW: u64 = u32::MAX as u64;

impl Philox {
    /// The generator under a key.
    pub(super) fn new(key: [u32; 2]) -> Self {
        let [first, second] = key;
        let round = |n: u32| [first.wrapping_add(STEPS[0].wrapping_mul(n)), second.wrapping_add(STEPS[1].wrapping_mul(n))];
        Self { keys: std::array::from_fn(|n| round(n as u32).map(u64::from)) }
    }

    /// The block at a counter.
    #[inline]
    pub(super) fn block(&self, counter: [u32; 4]) -> [u32; 4] {
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::core_arch::x86::Sse2::try_new() {
            return self.paired(simd, counter);
        }
        self.plain(counter)
    }

    /// The rounds as they are written down.
    #[cfg_attr(target_arch = "x86_64", cold)]
    fn plain(&self, counter: [u32; 4]) -> [u32; 4] {
        self.keys.iter().fold(counter, |[first, second, third, fourth], key| {
            let [a, b] = [u64::from(first) * FACTORS[0], u64::from(third) * FACTORS[1]];
            [(b >> 32) as u32 ^ second ^ key[0] as u32, b as u32, (a >> 32) as u32 ^ fourth ^ key[1] as u32, a as u32]
        })
    }

    /// The same with both products of a round side by side in one register, which takes half as many instructions.
    #[cfg(target_arch = "x86_64")]
    #[inline]
    fn paired(&self, simd: pulp::core_arch::x86::Sse2, counter: [u32; 4]) -> [u32; 4] {
        let pair = |[low, high]: [u64; 2]| simd._mm_set_epi64x(high.cast_signed(), low.cast_signed());
        let [first, second, third, fourth] = counter.map(u64::from);
        let (mut multiplied, mut others, factors) = (pair([first, third]), pair([second, fourth]), pair(FACTORS));
        for &key in &self.keys {
            let products = simd._mm_mul_epu32(multiplied, factors);
            // The words of a product are taken from the other side. What stands above a word is never read.
            let high = simd._mm_shuffle_epi32::<0b_00_01_00_11>(products);
            let low = simd._mm_shuffle_epi32::<0b_00_00_00_10>(products);
            multiplied = simd._mm_xor_si128(high, simd._mm_xor_si128(others, pair(key)));
            others = low;
        }
        let left = |pair| simd._mm_cvtsi128_si32(pair).cast_unsigned();
        let right = |pair| left(simd._mm_unpackhi_epi64(pair, pair));
        [left(multiplied), left(others), right(multiplied), right(others)]
    }
}

/// How many generators go side by side: two registers of AVX2 or one of AVX-512, so that one round need not wait for the one before.
pub(super) const ABREAST: usize = 8;

/// Generators side by side. Nothing here says how wide a register is: the loops are such that the compiler takes the widest it may, which
/// [`super::wide`] lets it know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Abreast {
    /// The words of the keys of each round.
    keys: [[[u64; ABREAST]; 2]; 10],
}

impl Abreast {
    /// Generators, each under its own key.
    pub(super) fn new(generators: [&Philox; ABREAST]) -> Self {
        let of_round = |round: usize| [0, 1].map(|word| generators.map(|philox| philox.keys[round][word]));
        Self { keys: std::array::from_fn(of_round) }
    }

    /// The words of the block of each generator at its counter; what stands above a word has no meaning.
    #[expect(clippy::inline_always, reason = "it is as wide as its caller")]
    #[inline(always)]
    pub(super) fn words(&self, [mut first, mut second, mut third, mut fourth]: [[u64; ABREAST]; 4]) -> [[u64; ABREAST]; 4] {
        for keys in &self.keys {
            let a = each(|n| (first[n] & LOW) * FACTORS[0]);
            let b = each(|n| (third[n] & LOW) * FACTORS[1]);
            first = each(|n| (b[n] >> 32) ^ second[n] ^ keys[0][n]);
            third = each(|n| (a[n] >> 32) ^ fourth[n] ^ keys[1][n]);
            (second, fourth) = (b, a);
        }
        [first, second, third, fourth]
    }
}

/// A number for each generator.
#[expect(clippy::inline_always, reason = "it is as wide as its caller")]
#[inline(always)]
fn each(number: impl Fn(usize) -> u64) -> [u64; ABREAST] {
    let mut all = [0; ABREAST];
    for n in 0..ABREAST {
        all[n] = number(n);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers published with the algorithm (Random123, `kat_vectors`, philox4x32 10).
    const ANSWERS: [([u32; 4], [u32; 2], [u32; 4]); 3] = [
        ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
        ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
        (
            [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
            [0xa409_3822, 0x299f_31d0],
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
        ),
    ];

    /// One at a time, both ways.
    #[test]
    fn published_answers() {
        for (counter, key, block) in ANSWERS {
            let philox = Philox::new(key);
            assert_eq!((philox.block(counter), philox.plain(counter)), (block, block));
        }
    }

    /// Side by side, as wide as this machine can and as wide as all can; each answer stands in each place once.
    #[test]
    fn published_answers_side_by_side() {
        for turn in 0..3 {
            let asked: [_; ABREAST] = std::array::from_fn(|n| ANSWERS[(n + turn) % 3]);
            let philox = asked.map(|(_, key, _)| Philox::new(key));
            let abreast = Abreast::new(philox.each_ref());
            let counters: [[u64; ABREAST]; 4] = std::array::from_fn(|word| asked.map(|(counter, ..)| u64::from(counter[word])));
            let expected: [[u32; ABREAST]; 4] = std::array::from_fn(|word| asked.map(|(.., block)| block[word]));
            let low = |words: [[u64; ABREAST]; 4]| words.map(|word| word.map(|word| word as u32));
            assert_eq!(low(abreast.words(counters)), expected);
            assert_eq!(low(super::super::wide(|| abreast.words(counters))), expected);
        }
    }
}
