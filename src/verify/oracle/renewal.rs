//! Expected flows of a semi-Markov process: the Markov renewal equation, solved on a grid.
//!
//! Source: Çinlar 1975, Introduction to Stochastic Processes, chapter 10.

use super::{Law, nodes};

/// A clock that may end a stay: a law of the time, and where it leads with which shares.
#[derive(Debug, Clone)]
pub(in crate::verify) struct Exit {
    /// Law of the time.
    pub law: Law,
    /// Target state and share.
    pub to: &'static [(usize, f64)],
}

/// A semi-Markov process: per state the clocks that race each other. States without any are never left.
#[derive(Debug, Clone)]
pub(in crate::verify) struct Process {
    /// Clocks per state.
    pub states: Vec<Vec<Exit>>,
}

/// Persons who begin in a state: the state, the years they have been there already, how many they are.
pub(in crate::verify) type Group = (usize, f64, f64);

/// Cumulated flows and stocks at the grid points 0, h, 2h, ...
#[derive(Debug)]
pub(in crate::verify) struct Solution {
    /// Grid points per year.
    pub per_year: usize,
    /// `[from][to][point]`: moves until then, renewals included.
    pub moves: Vec<Vec<Vec<f64>>>,
    /// `[state][point]`: persons there.
    pub stock: Vec<Vec<f64>>,
}

/// Per target the probability to have gone there by each half grid point, and the probability to be still there.
struct Kernel {
    to: Vec<Vec<f64>>,
    stay: Vec<f64>,
}

impl Process {
    /// Solves for `years` years. The flow within a cell of the grid is put at its middle: the error is of order h².
    pub fn solve(&self, groups: &[Group], years: usize, per_year: usize) -> Solution {
        let n = self.states.len();
        let points = years * per_year + 1;
        let h = 1.0 / per_year as f64;
        let fresh: Vec<Kernel> = (0..n).map(|state| self.kernel(state, 0.0, 2 * points, 0.5 * h)).collect();
        let mut moves = vec![vec![vec![0.0; points]; n]; n];
        let mut stock = vec![vec![0.0; points]; n];
        for &(state, elapsed, persons) in groups {
            let kernel = self.kernel(state, elapsed, 2 * points, 0.5 * h);
            for point in 0..points {
                stock[state][point] += persons * kernel.stay[2 * point];
                for to in 0..n {
                    moves[state][to][point] += persons * kernel.to[to][2 * point];
                }
            }
        }
        // Entries per state in each cell of the grid so far.
        let mut entries = vec![Vec::with_capacity(points); n];
        let total = |moves: &[Vec<Vec<f64>>], to: usize, point: usize| moves.iter().map(|row| row[to][point]).sum::<f64>();
        for point in 1..points {
            for state in 0..n {
                for (cell, &entered) in entries[state].iter().enumerate() {
                    // From the middle of the cell to this point, in half steps.
                    let age = 2 * (point - cell) - 1;
                    for to in 0..n {
                        moves[state][to][point] += entered * fresh[state].to[to][age];
                    }
                }
            }
            // Those who enter in the last cell may move on within it; a few rounds settle how many.
            let mut latest: Vec<f64> = (0..n).map(|to| total(&moves, to, point) - total(&moves, to, point - 1)).collect();
            let first = latest.clone();
            for _ in 0..8 {
                latest =
                    (0..n).map(|to| first[to] + (0..n).map(|from| latest[from] * fresh[from].to[to][1]).sum::<f64>()).collect();
            }
            for state in 0..n {
                for to in 0..n {
                    moves[state][to][point] += latest[state] * fresh[state].to[to][1];
                }
                entries[state].push(latest[state]);
            }
        }
        for state in 0..n {
            for point in 1..points {
                for cell in 0..point {
                    stock[state][point] += entries[state][cell] * fresh[state].stay[2 * (point - cell) - 1];
                }
            }
        }
        Solution { per_year, moves, stock }
    }

    /// The law of a stay in `state` that has lasted `elapsed` years already.
    fn kernel(&self, state: usize, elapsed: f64, points: usize, step: f64) -> Kernel {
        let exits = &self.states[state];
        let alive =
            |t: f64| exits.iter().map(|exit| exit.law.survival(elapsed + t) / exit.law.survival(elapsed)).product::<f64>();
        let mut to = vec![vec![0.0; points]; self.states.len()];
        for point in 1..points {
            let (low, high) = ((point - 1) as f64 * step, point as f64 * step);
            for target in &mut to {
                target[point] = target[point - 1];
            }
            for (number, exit) in exits.iter().enumerate() {
                // ∫ (others alive) d(own survival), with the others taken at the nodes between small differences.
                let own = |t: f64| exit.law.survival(elapsed + t) / exit.law.survival(elapsed);
                let others = |t: f64| {
                    (exits.iter().enumerate().filter(|&(other, _)| other != number))
                        .map(|(_, other)| other.law.survival(elapsed + t) / other.law.survival(elapsed))
                        .product::<f64>()
                };
                let mean: f64 = nodes(low, high).iter().map(|&(t, weight)| weight * others(t)).sum::<f64>() / step;
                let gone = (own(low) - own(high)) * mean;
                for &(target, share) in exit.to {
                    to[target][point] += share * gone;
                }
            }
        }
        Kernel { to, stay: (0..points).map(|point| alive(point as f64 * step)).collect() }
    }
}

impl Solution {
    fn point(&self, t: f64) -> usize {
        libm::round(t * self.per_year as f64) as usize
    }

    /// Expected persons in a state at `t`.
    pub fn stock(&self, state: usize, t: f64) -> f64 {
        self.stock[state][self.point(t)]
    }

    /// Expected moves between two times.
    pub fn moves(&self, from: usize, to: usize, since: f64, until: f64) -> f64 {
        let row = &self.moves[from][to];
        row[self.point(until)] - row[self.point(since)]
    }

    /// Expected person-years between two times, by Simpson's rule.
    pub fn years(&self, state: usize, since: f64, until: f64) -> f64 {
        let points = &self.stock[state][self.point(since)..=self.point(until)];
        let last = points.len() - 1;
        let weight = |index: usize| match index {
            0 => 1.0,
            index if index == last => 1.0,
            index => 2.0 + 2.0 * (index % 2) as f64,
        };
        points.iter().enumerate().map(|(index, stock)| weight(index) * stock).sum::<f64>() / (3.0 * self.per_year as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Chain;
    use super::*;

    /// Gamma times with shape 3 are three exponential phases: the Markov chain of the phases is exact.
    #[test]
    fn three_phases() {
        let process = Process {
            states: vec![
                vec![
                    Exit { law: Law::Gamma(1.5, 3.0), to: &[(1, 0.6), (2, 0.4)] },
                    Exit { law: Law::Exponential(0.2), to: &[(2, 1.0)] },
                ],
                vec![Exit { law: Law::Exponential(0.9), to: &[(0, 1.0)] }],
                vec![],
            ],
        };
        let solution = process.solve(&[(0, 0.0, 1.0)], 4, 128);
        // Phases 0, 1, 2 of the first state; then 3 the second, 4 the sink.
        let mut moves = vec![(0, 1, 2.0), (1, 2, 2.0), (2, 3, 1.2), (2, 4, 0.8), (3, 0, 0.9)];
        moves.extend((0..3).map(|phase| (phase, 4, 0.2)));
        let chain = Chain::new(5, &moves);
        let mut start = vec![1.0, 0.0, 0.0, 0.0, 0.0];
        for year in 0..4 {
            let (end, years) = chain.run(&start, 1.0);
            let since = f64::from(year);
            let pairs = [
                (solution.stock(0, since + 1.0), end[..3].iter().sum::<f64>()),
                (solution.stock(1, since + 1.0), end[3]),
                (solution.years(1, since, since + 1.0), years[3]),
                (solution.moves(0, 1, since, since + 1.0), chain.flow(&years, 2, 3)),
                (solution.moves(1, 0, since, since + 1.0), chain.flow(&years, 3, 0)),
            ];
            for (got, want) in pairs {
                assert!((got - want).abs() < 1e-5, "year {year}: {got} for {want}");
            }
            start = end;
        }
    }
}
