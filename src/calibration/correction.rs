//! What is added to the outcomes of a map: the difference between the engine and its twin, which lacks places that run out, persons on
//! several tracks and shocks.

use nalgebra::{DMatrix, DVector};

/// Per outcome a plane over the inputs.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Correction {
    /// Where the planes begin.
    centre: Vec<f64>,
    /// Per outcome, there.
    constant: Vec<f64>,
    /// Per outcome and input.
    slopes: Vec<Vec<f64>>,
}

/// How much slopes are drawn to 0, tried from the mean alone to nearly none.
const RIDGES: [f64; 10] = [f64::INFINITY, 3000.0, 1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3];

impl Correction {
    /// None.
    pub fn none(outcomes: usize) -> Self {
        Self::constant(vec![0.0; outcomes])
    }

    /// The same everywhere.
    pub fn constant(values: Vec<f64>) -> Self {
        Self { centre: vec![], slopes: vec![vec![]; values.len()], constant: values }
    }

    /// Fitted to differences (points x outcomes) by ridge regression, per outcome with the ridge that best foretells a point that was left
    /// out (Allen 1974, *The relationship between variable selection and data augmentation and a method for prediction*).
    pub fn fit(points: &[Vec<f64>], differences: &[Vec<f64>]) -> Self {
        let (count, outcomes) = (points.len(), differences.first().map_or(0, Vec::len));
        let dimensions = points.first().map_or(0, Vec::len);
        let centre: Vec<f64> =
            (0..dimensions).map(|id| points.iter().map(|point| point[id]).sum::<f64>() / count as f64).collect();
        let inputs = DMatrix::from_fn(count, dimensions, |row, column| points[row][column] - centre[column]);
        let values = DMatrix::from_fn(count, outcomes, |row, column| differences[row][column]);
        let constant: Vec<f64> = values.column_iter().map(|column| column.mean()).collect();
        let transposed = inputs.transpose();
        let normal = &transposed * &inputs;
        let mut best = vec![(f64::INFINITY, vec![0.0; dimensions]); outcomes];
        for ridge in RIDGES {
            let inverse = if ridge.is_finite() {
                (&normal + DMatrix::identity(dimensions, dimensions) * ridge).cholesky().map(|factor| factor.inverse())
            } else {
                Some(DMatrix::zeros(dimensions, dimensions))
            };
            let Some(inverse) = inverse else { continue };
            let projected = &inputs * &inverse;
            let leverage: Vec<f64> =
                (0..count).map(|row| projected.row(row).dot(&inputs.row(row)) + 1.0 / count as f64).collect();
            for (outcome, best) in best.iter_mut().enumerate() {
                let about = values.column(outcome).add_scalar(-constant[outcome]);
                let slopes: DVector<f64> = &inverse * (&transposed * &about);
                let residuals = about - &inputs * &slopes;
                let left_out = residuals.iter().zip(&leverage).map(|(left, leverage)| left / (1.0 - leverage).max(1e-6));
                let press = left_out.map(|left| left * left).sum();
                if press < best.0 {
                    *best = (press, slopes.iter().copied().collect());
                }
            }
        }
        Self { centre, constant, slopes: best.into_iter().map(|(_, slopes)| slopes).collect() }
    }

    /// The same with more added everywhere.
    #[must_use]
    pub fn raised(mut self, by: &[f64]) -> Self {
        self.constant.iter_mut().zip(by).for_each(|(constant, by)| *constant += by);
        self
    }

    /// What it adds at a point.
    pub fn at(&self, point: &[f64]) -> Vec<f64> {
        let moved: Vec<f64> = point.iter().zip(&self.centre).map(|(input, centre)| input - centre).collect();
        let slope = |slopes: &Vec<f64>| slopes.iter().zip(&moved).map(|(slope, input)| slope * input).sum::<f64>();
        self.constant.iter().zip(&self.slopes).map(|(constant, slopes)| constant + slope(slopes)).collect()
    }

    /// Its slopes (outcomes x inputs).
    pub(super) fn jacobian(&self, dimensions: usize) -> DMatrix<f64> {
        DMatrix::from_fn(self.slopes.len(), dimensions, |outcome, input| self.slopes[outcome].get(input).copied().unwrap_or(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::chain::{Dice, normals};

    /// A plane in noise is found where there is one, and the mean where there is none.
    #[test]
    fn a_plane_is_found_and_noise_is_not() {
        let lane = Dice { seed: 2, stage: "test" }.lane(0);
        let points: Vec<Vec<f64>> = (0..300).map(|number| normals(&lane, number, 0, 40)).collect();
        let noise = normals(&lane, 0, 1, 600);
        let differences: Vec<Vec<f64>> = (points.iter().zip(noise.chunks(2)))
            .map(|(point, noise)| vec![0.1 + 0.05 * point[3] + 0.02 * noise[0], -0.2 + 0.02 * noise[1]])
            .collect();
        let correction = Correction::fit(&points, &differences);
        let far = |number: u32| {
            let point = normals(&lane, number, 2, 40);
            let found = correction.at(&point);
            [(found[0] - 0.1 - 0.05 * point[3]).abs(), (found[1] + 0.2).abs()]
        };
        let worst = (0..100).map(far).fold([0.0f64; 2], |[a, b], [c, d]| [a.max(c), b.max(d)]);
        assert!(worst[0] < 0.04 && worst[1] < 0.02, "{worst:?}");
        assert!((correction.jacobian(40)[(0, 3)] - 0.05).abs() < 0.01);
    }
}
