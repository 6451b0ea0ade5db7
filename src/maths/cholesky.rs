//! The Cholesky factor of a small matrix.

/// The lower triangle `L` with `L Lᵀ` = `matrix`, or nothing if the matrix is not positive definite. Only the lower triangle of
/// the matrix is read. A pivot below 1e-9 counts as none: the matrix is then singular but for rounding.
///
/// Source: Golub and Van Loan 2013, Matrix Computations, 4th edition, section 4.2. Square roots are exact to the last bit on
/// every machine (IEEE 754).
///
/// ```
/// # use piramide::maths::cholesky;
/// assert_eq!(cholesky(&[vec![1.0, 0.0], vec![0.6, 1.0]]), Some(vec![vec![1.0], vec![0.6, 0.8]]));
/// assert_eq!(cholesky(&[vec![1.0, 1.0], vec![1.0, 1.0]]), None);
/// ```
pub fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (i, given) in matrix.iter().enumerate() {
        let mut row: Vec<f64> = Vec::with_capacity(i + 1);
        for j in 0..i {
            let sum: f64 = row.iter().zip(&factor[j][..j]).map(|(a, b)| a * b).sum();
            row.push((given[j] - sum) / factor[j][j]);
        }
        let pivot = given[i] - row.iter().map(|a| a * a).sum::<f64>();
        if pivot.is_nan() || pivot < 1e-9 {
            return None;
        }
        row.push(pivot.sqrt());
        factor.push(row);
    }
    Some(factor)
}
