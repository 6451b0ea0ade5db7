//! Small dense matrices and their exponential.

/// A square matrix, row-major.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::verify) struct Matrix {
    size: usize,
    cells: Vec<f64>,
}

impl Matrix {
    /// Zeros.
    pub fn zero(size: usize) -> Self {
        Self { size, cells: vec![0.0; size * size] }
    }

    /// Ones on the diagonal.
    pub fn identity(size: usize) -> Self {
        let mut matrix = Self::zero(size);
        for index in 0..size {
            matrix.cells[index * size + index] = 1.0;
        }
        matrix
    }

    /// Number of rows.
    pub fn size(&self) -> usize {
        self.size
    }

    /// One cell.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.size + column]
    }

    /// Adds to one cell.
    pub fn add(&mut self, row: usize, column: usize, value: f64) {
        self.cells[row * self.size + column] += value;
    }

    /// Writes `other` with its corner at (row, column), times `factor`.
    pub fn place(&mut self, row: usize, column: usize, other: &Self, factor: f64) {
        for i in 0..other.size {
            for j in 0..other.size {
                self.add(row + i, column + j, factor * other.at(i, j));
            }
        }
    }

    fn scaled(&self, factor: f64) -> Self {
        Self { size: self.size, cells: self.cells.iter().map(|cell| cell * factor).collect() }
    }

    fn times(&self, other: &Self) -> Self {
        let mut product = Self::zero(self.size);
        for i in 0..self.size {
            for k in 0..self.size {
                let left = self.at(i, k);
                if left != 0.0 {
                    for j in 0..self.size {
                        product.add(i, j, left * other.at(k, j));
                    }
                }
            }
        }
        product
    }

    /// A row vector times this matrix.
    pub fn after(&self, row: &[f64]) -> Vec<f64> {
        (0..self.size).map(|j| (0..self.size).map(|i| row[i] * self.at(i, j)).sum()).collect()
    }

    /// `exp(self × time)`, by scaling to a norm below 1/2, eighteen terms of the power series, and squaring back.
    ///
    /// Relative error about 1e-14 times the number of squarings.
    /// Source: Moler and Van Loan 2003, Nineteen Dubious Ways to Compute the Exponential of a Matrix, SIAM Review 45:3-49.
    pub fn exp(&self, time: f64) -> Self {
        let norm = (0..self.size).map(|i| (0..self.size).map(|j| self.at(i, j).abs()).sum::<f64>()).fold(0.0, f64::max);
        let mut halvings = 0;
        let mut step = time;
        while norm * step.abs() > 0.5 {
            step *= 0.5;
            halvings += 1;
        }
        let small = self.scaled(step);
        let mut sum = Self::identity(self.size);
        for term in (1..=18).rev() {
            sum = small.times(&sum).scaled(1.0 / f64::from(term));
            for index in 0..self.size {
                sum.add(index, index, 1.0);
            }
        }
        for _ in 0..halvings {
            sum = sum.times(&sum);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_states_have_a_closed_form() {
        let (a, b) = (0.7, 2.9);
        let mut generator = Matrix::zero(2);
        for (row, column, value) in [(0, 0, -a), (0, 1, a), (1, 0, b), (1, 1, -b)] {
            generator.add(row, column, value);
        }
        for time in [0.01, 1.0, 30.0] {
            let stay = b / (a + b) + a / (a + b) * libm::exp(-(a + b) * time);
            let end = generator.exp(time).after(&[1.0, 0.0]);
            assert!((end[0] - stay).abs() < 1e-13 && (end[0] + end[1] - 1.0).abs() < 1e-13, "{time}: {end:?}");
        }
    }

    /// A rotation: entries of both signs, norm well above one.
    #[test]
    fn rotation() {
        let mut generator = Matrix::zero(2);
        generator.add(0, 1, 1.0);
        generator.add(1, 0, -1.0);
        let turned = generator.exp(10.0);
        assert!((turned.at(0, 0) - libm::cos(10.0)).abs() < 1e-13);
        assert!((turned.at(0, 1) - libm::sin(10.0)).abs() < 1e-13);
    }
}
