//! Numbers for the nodes of frailty side by side. Persons of one cohort who differ by frailty only go through the same steps with
//! other rates, so that one instruction can serve several of them.

#![expect(clippy::inline_always, reason = "a call costs more than what is done, in builds that are not for speed too")]

use core::ops::{Add, AddAssign, Mul, Sub};

/// How many nodes of frailty go together.
pub(super) const LANES: usize = 4;

/// One number per node of frailty.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(16))]
pub(super) struct Lanes(pub [f64; LANES]);

impl Lanes {
    pub(super) const ZERO: Self = Self([0.0; LANES]);

    /// The same number for all.
    #[inline(always)]
    pub(super) fn all(value: f64) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    pub(super) fn map(self, each: impl Fn(f64) -> f64) -> Self {
        Self(core::array::from_fn(|lane| each(self.0[lane])))
    }

    /// The larger of each pair.
    #[inline(always)]
    pub(super) fn max(self, other: Self) -> Self {
        Self(core::array::from_fn(|lane| if self.0[lane] > other.0[lane] { self.0[lane] } else { other.0[lane] }))
    }

    #[inline(always)]
    pub(super) fn sum(self) -> f64 {
        (self.0[0] + self.0[1]) + (self.0[2] + self.0[3])
    }

    #[inline(always)]
    pub(super) fn is_zero(self) -> bool {
        self.0.iter().all(|&value| value == 0.0)
    }
}

/// Does work on numbers side by side with registers twice as wide where the processor has them: what of it is inlined always. Four numbers
/// fill those of AVX2; with those of AVX-512 it takes longer.
#[inline]
pub(super) fn wide<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return simd.vectorize(work);
    }
    work()
}

/// Makes a list of so many zeros, in the memory that it has.
#[inline(always)]
pub(super) fn blank(list: &mut Vec<Lanes>, count: usize) {
    list.resize(count, Lanes::ZERO);
    list.fill(Lanes::ZERO);
}

/// Makes a list at least so long.
#[inline]
pub(super) fn grow(list: &mut Vec<Lanes>, count: usize) {
    if list.len() < count {
        list.resize(count, Lanes::ZERO);
    }
}

impl Add for Lanes {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(core::array::from_fn(|lane| self.0[lane] + other.0[lane]))
    }
}

impl Sub for Lanes {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(core::array::from_fn(|lane| self.0[lane] - other.0[lane]))
    }
}

impl Mul for Lanes {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(core::array::from_fn(|lane| self.0[lane] * other.0[lane]))
    }
}

impl Mul<f64> for Lanes {
    type Output = Self;
    #[inline(always)]
    fn mul(self, by: f64) -> Self {
        self.map(|value| value * by)
    }
}

impl AddAssign for Lanes {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
