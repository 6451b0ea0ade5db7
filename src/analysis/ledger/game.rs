//! What each player brings to a game: Shapley's value (Shapley 1953, *A value for n-person games*), exactly or by orders of arrival.

/// Most players for whom every coalition can be a bit of a mask.
pub(super) const MOST: usize = 30;

/// The share of each of `count` players, times `count!`: the sum over all coalitions without them of how much they add, each weighted by how
/// many orders of arrival begin with it. Exact, and so the shares sum to `count!` times the worth of all. `worth` takes a mask of players.
pub(super) fn shares(count: usize, worth: impl Fn(u32) -> i64) -> Vec<i128> {
    let factorial = |n: usize| (1..=n as i128).product::<i128>();
    let mut shares = vec![0; count];
    for coalition in 0u32..1 << count {
        let size = coalition.count_ones() as usize;
        for (player, share) in shares.iter_mut().enumerate().filter(|(player, _)| coalition & (1 << player) == 0) {
            let added = i128::from(worth(coalition | 1 << player)) - i128::from(worth(coalition));
            *share += factorial(size) * factorial(count - size - 1) * added;
        }
    }
    shares
}

/// The coalitions that arise when players come in an order, nobody first.
pub(super) fn arrivals(order: &[usize]) -> Vec<u32> {
    let mut coalition = 0;
    std::iter::once(0)
        .chain(order.iter().map(|player| {
            coalition |= 1 << player;
            coalition
        }))
        .collect()
}

/// What each player adds when they come in an order; sums to the worth of all less that of nobody.
pub(super) fn added(order: &[usize], worth: impl Fn(u32) -> i64) -> Vec<i64> {
    let mut added = vec![0; order.len()];
    for (step, pair) in order.iter().zip(arrivals(order).windows(2)) {
        added[*step] = worth(pair[1]) - worth(pair[0]);
    }
    added
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luck::{Luck, PersonId};

    /// Three measures of which the first two overlap by 30 and the third stands alone: 100, 60, 40; together 170. Shares by hand: the overlap
    /// is borne half and half.
    fn toy(coalition: u32) -> i64 {
        let has = |player: u32| i64::from(coalition >> player & 1);
        100 * has(0) + 60 * has(1) + 40 * has(2) - 30 * has(0) * has(1)
    }

    #[test]
    fn an_overlap_is_shared() {
        assert_eq!(shares(3, toy), [6 * 85, 6 * 45, 6 * 40]);
        assert_eq!(added(&[1, 0, 2], toy), [70, 60, 40]);
        assert_eq!(arrivals(&[1, 0, 2]), [0, 2, 3, 7]);
    }

    /// Identical players get equal shares, one that adds nothing gets nothing, and the shares sum to the whole.
    #[test]
    fn shares_are_fair() {
        let game = |coalition: u32| i64::from(coalition & 0b11).pow(2) * 7 + i64::from((coalition & 0b11).count_ones()) * 5;
        let alike = |coalition: u32| i64::from((coalition & 0b011).count_ones()).pow(2) * 7;
        let found = shares(3, alike);
        assert_eq!(found[0], found[1]);
        assert_eq!(found[2], 0);
        assert_eq!(shares(3, game).iter().sum::<i128>(), 6 * i128::from(game(0b111)));
    }

    /// Estimates by 8 random orders and their reverses cover the exact value in 90 to 99 of 100 seeds: intervals of ±2.13 standard errors
    /// (15 degrees of freedom would give 95 %; pairs make it 7, so 2.36) of a game in which everybody interacts with everybody.
    #[test]
    fn orders_of_arrival_cover_the_exact_value() {
        let count = 6;
        let game = |coalition: u32| {
            let size = i64::from(coalition.count_ones());
            let weights = (0..6).filter(|player| coalition >> player & 1 == 1).map(|player| 10 + i64::from(player)).sum::<i64>();
            1000 * weights - 37 * weights * weights / (1 + size)
        };
        let exact = shares(count, game)[2] as f64 / 720.0;
        let covered = (0..100)
            .filter(|&seed| {
                let lane = Luck::new(seed, 0, 0).lane("test", "orders");
                let pairs: Vec<f64> = (0..8)
                    .map(|pair| {
                        let mut order: Vec<usize> = (0..count).collect();
                        order.sort_by(|a, b| {
                            let at = |player: usize| lane.one(PersonId(player as u64), pair, 0, 0);
                            at(*a).total_cmp(&at(*b))
                        });
                        let there = added(&order, game)[2];
                        order.reverse();
                        0.5 * (there + added(&order, game)[2]) as f64
                    })
                    .collect();
                let mean = pairs.iter().sum::<f64>() / 8.0;
                let variance = pairs.iter().map(|pair| (pair - mean) * (pair - mean)).sum::<f64>() / 7.0;
                (mean - exact).abs() <= 2.36 * (variance / 8.0).sqrt()
            })
            .count();
        assert!((90..=99).contains(&covered), "{covered}");
    }
}
