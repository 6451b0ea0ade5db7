//! A cheap stand-in for a map near the posterior: per outcome a polynomial of second degree, with products of those inputs that matter most
//! for it. Chains walk on it and ask the map itself only now and then, so it may be wrong: then fewer steps are accepted.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

/// Inputs of which products are taken, per outcome.
const PRODUCTS: usize = 22;
/// Part of the points that is kept apart, to see how good it is.
const APART: usize = 10;

/// The polynomials.
#[derive(Debug, Clone)]
pub struct Surrogate {
    centre: Vec<f64>,
    outcomes: Vec<Polynomial>,
    /// Per outcome: standard deviation of what it misses at points that it was not fitted to.
    pub error: Vec<f64>,
}

#[derive(Debug, Clone)]
struct Polynomial {
    constant: f64,
    linear: Vec<f64>,
    products: Vec<(usize, usize, f64)>,
}

impl Surrogate {
    /// Fitted to points and their outcomes by least squares; inputs of `idle` play no part.
    pub fn fit(points: &[Vec<f64>], outcomes: &[Vec<f64>], idle: &[bool]) -> Option<Self> {
        let dimensions = points.first()?.len();
        let count = points.len() as f64;
        let centre: Vec<f64> = (0..dimensions).map(|id| points.iter().map(|point| point[id]).sum::<f64>() / count).collect();
        let moved: Vec<Vec<f64>> = points.iter().map(|point| point.iter().zip(&centre).map(|(a, b)| a - b).collect()).collect();
        let active: Vec<usize> = (0..dimensions).filter(|&id| !idle[id]).collect();
        let fitted = points.len() - points.len() / APART;
        let of = |outcome: usize| -> Option<(Polynomial, f64)> {
            let values: Vec<f64> = outcomes.iter().map(|row| row[outcome]).collect();
            // What matters most, by a plane.
            let plane = least_squares(&moved[..fitted], &values[..fitted], &active, &[])?;
            let mut order = active.clone();
            order.sort_by(|&a, &b| plane.linear[b].abs().total_cmp(&plane.linear[a].abs()));
            order.truncate(PRODUCTS);
            let pairs: Vec<(usize, usize)> =
                order.iter().enumerate().flat_map(|(at, &one)| order[..=at].iter().map(move |&other| (one, other))).collect();
            let polynomial = least_squares(&moved[..fitted], &values[..fitted], &active, &pairs)?;
            let missed: Vec<f64> =
                moved[fitted..].iter().zip(&values[fitted..]).map(|(point, value)| value - polynomial.at(point)).collect();
            let square = missed.iter().map(|missed| missed * missed).sum::<f64>() / missed.len().max(1) as f64;
            Some((polynomial, square.sqrt()))
        };
        let all: Option<Vec<(Polynomial, f64)>> = (0..outcomes.first()?.len()).into_par_iter().map(of).collect();
        let (outcomes, error) = all?.into_iter().unzip();
        Some(Self { centre, outcomes, error })
    }

    /// Its outcomes at a point.
    pub fn at(&self, point: &[f64]) -> Vec<f64> {
        let moved: Vec<f64> = point.iter().zip(&self.centre).map(|(a, b)| a - b).collect();
        self.outcomes.iter().map(|polynomial| polynomial.at(&moved)).collect()
    }

    /// Its derivatives at a point (outcomes × inputs).
    pub fn jacobian(&self, point: &[f64]) -> DMatrix<f64> {
        let moved: Vec<f64> = point.iter().zip(&self.centre).map(|(a, b)| a - b).collect();
        let mut jacobian = DMatrix::zeros(self.outcomes.len(), moved.len());
        for (row, polynomial) in self.outcomes.iter().enumerate() {
            for (column, slope) in polynomial.linear.iter().enumerate() {
                jacobian[(row, column)] = *slope;
            }
            for &(one, other, factor) in &polynomial.products {
                jacobian[(row, one)] += factor * moved[other];
                jacobian[(row, other)] += factor * moved[one];
            }
        }
        jacobian
    }
}

impl Polynomial {
    fn at(&self, moved: &[f64]) -> f64 {
        let linear: f64 = self.linear.iter().zip(moved).map(|(slope, input)| slope * input).sum();
        self.products.iter().fold(self.constant + linear, |sum, &(one, other, factor)| sum + factor * moved[one] * moved[other])
    }
}

fn least_squares(points: &[Vec<f64>], values: &[f64], active: &[usize], pairs: &[(usize, usize)]) -> Option<Polynomial> {
    let width = 1 + active.len() + pairs.len();
    let matrix = DMatrix::from_fn(points.len(), width, |row, column| match column.checked_sub(1) {
        None => 1.0,
        Some(at) if at < active.len() => points[row][active[at]],
        Some(at) => {
            let (one, other) = pairs[at - active.len()];
            points[row][one] * points[row][other]
        }
    });
    let transposed = matrix.transpose();
    let mut normal = &transposed * &matrix;
    // So little that it matters only where the points say nothing.
    let ridge = 1e-7 * points.len() as f64;
    (0..width).for_each(|id| normal[(id, id)] += ridge);
    let solved = normal.cholesky()?.solve(&(transposed * DVector::from_column_slice(values)));
    let mut linear = vec![0.0; points.first()?.len()];
    active.iter().enumerate().for_each(|(at, &id)| linear[id] = solved[1 + at]);
    let factors = solved.iter().skip(1 + active.len());
    let products = pairs.iter().zip(factors).map(|(&(one, other), &factor)| (one, other, factor)).collect();
    Some(Polynomial { constant: solved[0], linear, products })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::chain::{Dice, normals};

    #[test]
    fn a_parabola_is_found_exactly() {
        let lane = Dice { seed: 1, stage: "test" }.lane(0);
        let of = |z: &[f64]| vec![1.0 + z[0] - 2.0 * z[1] + 0.5 * z[0] * z[1] + 0.3 * z[1] * z[1], z[0]];
        let points: Vec<Vec<f64>> = (0..400).map(|number| normals(&lane, number, 0, 3)).collect();
        let outcomes: Vec<Vec<f64>> = points.iter().map(|point| of(point)).collect();
        let surrogate = Surrogate::fit(&points, &outcomes, &[false, false, true]).unwrap();
        let point = [0.7, -1.2, 9.0];
        let (found, slopes) = (surrogate.at(&point), surrogate.jacobian(&point));
        assert!(found.iter().zip(of(&point)).all(|(a, b)| (a - b).abs() < 1e-4), "{found:?}");
        assert!((slopes[(0, 0)] - (1.0 + 0.5 * -1.2)).abs() < 1e-4 && (slopes[(0, 1)] - (-2.0 + 0.35 - 0.72)).abs() < 1e-4);
        assert_eq!(slopes[(0, 2)], 0.0);
        assert!(surrogate.error.iter().all(|error| *error < 1e-4));
    }
}
