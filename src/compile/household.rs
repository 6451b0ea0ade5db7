//! Households: which rows of persons live together.

use crate::model::PersonRow;
use std::ops::Range;

/// The households among the rows of a file. A row that lives alone is a household of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Households {
    /// Row indices, household after household.
    members: Vec<usize>,
    /// Per row the range in `members` of the household it leads; empty for a row that leads none.
    led: Vec<Range<usize>>,
}

impl Households {
    /// The households of `rows`.
    pub fn new(rows: &[PersonRow]) -> Self {
        let mut first: Vec<Option<usize>> = Vec::new();
        let mut followers: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
        let mut leads = vec![true; rows.len()];
        for (index, row) in rows.iter().enumerate() {
            let Some(household) = row.household else { continue };
            first.resize(first.len().max(household + 1), None);
            match first[household] {
                None => first[household] = Some(index),
                Some(referent) => {
                    followers[referent].push(index);
                    leads[index] = false;
                }
            }
        }
        let mut households = Self { members: Vec::with_capacity(rows.len()), led: Vec::with_capacity(rows.len()) };
        for (index, followers) in followers.into_iter().enumerate() {
            let begin = households.members.len();
            if leads[index] {
                households.members.push(index);
                households.members.extend(followers);
            }
            households.led.push(begin..households.members.len());
        }
        households
    }

    /// The rows of the household that row `row` leads, itself first, in order of succession; empty if it leads none.
    #[inline]
    pub fn led_by(&self, row: usize) -> &[usize] {
        &self.members[self.led[row].clone()]
    }

    /// Households per row, for `count` persons per row times `scale`, as whole numbers: all rows of a household get the same. Rounding
    /// the running sum per size of household keeps every total within one household of the exact one.
    pub(super) fn scaled(&self, count: impl Fn(usize) -> f64, scale: f64) -> Vec<u32> {
        let mut counts = vec![0; self.led.len()];
        // Per size: exact and whole households so far.
        let mut sums: Vec<(f64, f64)> = Vec::new();
        for row in 0..self.led.len() {
            let led = self.led_by(row);
            sums.resize(sums.len().max(led.len() + 1), (0.0, 0.0));
            if !led.is_empty() {
                let (exact, before) = &mut sums[led.len()];
                *exact += count(row) * scale;
                let upto = libm::round(*exact);
                for &member in led {
                    counts[member] = (upto - *before) as u32;
                }
                *before = upto;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(household: Option<usize>) -> PersonRow {
        PersonRow { count: 10.0, age: 0, values: vec![], household, states: vec![] }
    }

    #[test]
    fn rows_live_together_in_order_of_the_file() {
        let households = Households::new(&[row(Some(1)), row(None), row(Some(0)), row(Some(1)), row(Some(0)), row(Some(1))]);
        let led: Vec<&[usize]> = (0..6).map(|row| households.led_by(row)).collect();
        assert_eq!(led, [&[0, 3, 5][..], &[1], &[2, 4], &[], &[], &[]]);
        assert_eq!(households.scaled(|_| 10.0, 0.25), [3, 3, 3, 3, 3, 3]);
    }

    #[test]
    fn scaling_keeps_totals_and_households_whole() {
        let rows: Vec<PersonRow> = (0..100).map(|index| row((index % 3 > 0).then_some(index / 3))).collect();
        let households = Households::new(&rows);
        let counts = households.scaled(|_| 1.0, 0.3);
        let of = |wanted: usize| -> u32 {
            (0..100).filter(|&row| households.led_by(row).len() == wanted).map(|row| counts[row]).sum()
        };
        assert_eq!((of(1), of(2)), (10, 10), "34 alone and 33 couples");
        for row in 0..100 {
            assert!(households.led_by(row).iter().all(|&member| counts[member] == counts[row]));
        }
    }
}
