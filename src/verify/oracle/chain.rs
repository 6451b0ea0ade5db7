//! Expectations of a Markov chain over one stretch of time with constant rates.

use super::Matrix;

/// A Markov chain with constant rates, as long as they are constant.
#[derive(Debug, Clone)]
pub(in crate::verify) struct Chain {
    generator: Matrix,
}

impl Chain {
    /// The chain with these moves: from, to, rate per year.
    pub fn new(states: usize, moves: &[(usize, usize, f64)]) -> Self {
        let mut generator = Matrix::zero(states);
        for &(from, to, rate) in moves {
            generator.add(from, to, rate);
            generator.add(from, from, -rate);
        }
        Self { generator }
    }

    /// Expected persons per state after `time`, and the person-years per state until then.
    ///
    /// The exponential of the generator augmented with integrators, `[[Q, I], [0, 0]]`.
    /// Source: Van Loan 1978, Computing Integrals Involving the Matrix Exponential, IEEE Transactions on Automatic Control
    /// 23:395-404.
    pub fn run(&self, start: &[f64], time: f64) -> (Vec<f64>, Vec<f64>) {
        let n = self.generator.size();
        let mut augmented = Matrix::zero(2 * n);
        augmented.place(0, 0, &self.generator, 1.0);
        augmented.place(0, n, &Matrix::identity(n), 1.0);
        let mut row = start.to_vec();
        row.resize(2 * n, 0.0);
        let mut end = augmented.exp(time).after(&row);
        let integral = end.split_off(n);
        (end, integral)
    }

    /// Expected moves from a state to another, given the person-years per state.
    pub fn flow(&self, years: &[f64], from: usize, to: usize) -> f64 {
        years[from] * self.generator.at(from, to)
    }

    /// Expected entries into a state, given the person-years per state.
    pub fn entries(&self, years: &[f64], to: usize) -> f64 {
        (0..years.len()).filter(|&from| from != to).map(|from| self.flow(years, from, to)).sum()
    }

    /// The same chain for those who have not yet been in `state`: whoever enters it is lost.
    pub fn avoiding(&self, state: usize) -> Self {
        let n = self.generator.size();
        let mut generator = Matrix::zero(n);
        for i in (0..n).filter(|&i| i != state) {
            for j in (0..n).filter(|&j| j != state) {
                generator.add(i, j, self.generator.at(i, j));
            }
        }
        Self { generator }
    }

    /// Mean and mean square of one person's time in `state` over `time`.
    ///
    /// `E T² = 2 ∫∫_{s<t} P(there at s and at t)`: the row (p, p weighted by the time so far, its integral in `state`) is
    /// again linear.
    pub fn occupation(&self, start: &[f64], time: f64, state: usize) -> (f64, f64) {
        let n = self.generator.size();
        let mut augmented = Matrix::zero(2 * n + 2);
        augmented.place(0, 0, &self.generator, 1.0);
        augmented.place(n, n, &self.generator, 1.0);
        augmented.add(state, n + state, 1.0);
        augmented.add(state, 2 * n, 1.0);
        augmented.add(n + state, 2 * n + 1, 2.0);
        let mut row = start.to_vec();
        row.resize(2 * n + 2, 0.0);
        let end = augmented.exp(time).after(&row);
        (end[2 * n], end[2 * n + 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known example: rates .3, .1, .05 at t = 2.
    #[test]
    fn competing_risks() {
        let chain = Chain::new(4, &[(0, 1, 0.3), (0, 2, 0.1), (0, 3, 0.05)]);
        let (end, years) = chain.run(&[1.0, 0.0, 0.0, 0.0], 2.0);
        for (state, want) in [(1, 0.395_620), (2, 0.131_873), (3, 0.065_937)] {
            assert!((end[state] - want).abs() < 5e-7);
            assert!((chain.entries(&years, state) - end[state]).abs() < 1e-12);
        }
    }

    /// An exponential time cut off at `t`: E min(X, t)² = 2/h² (1 - e^(-ht) (1 + ht)).
    #[test]
    fn squared_occupation() {
        let (h, t) = (0.8, 1.7);
        let (mean, square) = Chain::new(2, &[(0, 1, h)]).occupation(&[1.0, 0.0], t, 0);
        let gone = libm::exp(-h * t);
        assert!((mean - (1.0 - gone) / h).abs() < 1e-12);
        assert!((square - 2.0 / (h * h) * (1.0 - gone * (1.0 + h * t))).abs() < 1e-12);
    }

    #[test]
    fn avoided_states_are_lost() {
        let chain = Chain::new(2, &[(0, 1, 0.6), (1, 0, 5.0)]);
        let (end, _) = chain.avoiding(1).run(&[1.0, 0.0], 1.5);
        assert!((end.iter().sum::<f64>() - libm::exp(-0.9)).abs() < 1e-12);
    }
}
