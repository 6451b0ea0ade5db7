//! What is added to the outcomes of a map: the difference between the engine and its twin, which lacks places that run out, persons on
//! several tracks and shocks.

use nalgebra::{DMatrix, DVector};

/// Per outcome a plane over the inputs, bent along those that matter most: places run out all at once.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Correction {
    /// Where the planes begin.
    centre: Vec<f64>,
    /// Per outcome, there.
    constant: Vec<f64>,
    /// Per outcome and input.
    slopes: Vec<Vec<f64>>,
    /// Per outcome.
    bends: Vec<Vec<Bend>>,
}

/// What the product of two inputs adds, beyond its mean.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
struct Bend {
    inputs: [usize; 2],
    mean: f64,
    factor: f64,
}

impl Bend {
    /// The product at a place, told from the centre.
    fn product(&self, moved: impl Fn(usize) -> f64) -> f64 {
        moved(self.inputs[0]) * moved(self.inputs[1]) - self.mean
    }
}

/// How much slopes are drawn to 0, tried from the mean alone to nearly none.
const RIDGES: [f64; 10] = [f64::INFINITY, 3000.0, 1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3];
/// Inputs of which products are taken, per outcome.
const BENT: usize = 8;
/// How often plane and bends are fitted in turn, each to what the other leaves.
const TURNS: usize = 3;

impl Correction {
    /// None.
    pub fn none(outcomes: usize) -> Self {
        Self::constant(vec![0.0; outcomes])
    }

    /// The same everywhere.
    pub fn constant(values: Vec<f64>) -> Self {
        Self { centre: vec![], slopes: vec![vec![]; values.len()], bends: vec![vec![]; values.len()], constant: values }
    }

    /// Fitted to differences (points x outcomes): first a plane, then how it bends.
    pub fn fit(points: &[Vec<f64>], differences: &[Vec<f64>]) -> Self {
        let (count, outcomes) = (points.len(), differences.first().map_or(0, Vec::len));
        let dimensions = points.first().map_or(0, Vec::len);
        let centre: Vec<f64> =
            (0..dimensions).map(|id| points.iter().map(|point| point[id]).sum::<f64>() / count as f64).collect();
        let inputs = DMatrix::from_fn(count, dimensions, |row, column| points[row][column] - centre[column]);
        let values = DMatrix::from_fn(count, outcomes, |row, column| differences[row][column]);
        let constant: Vec<f64> = values.column_iter().map(|column| column.mean()).collect();
        let about = DMatrix::from_fn(count, outcomes, |row, column| values[(row, column)] - constant[column]);
        let (mut slopes, mut bends) = (vec![vec![]; outcomes], vec![vec![]; outcomes]);
        let mut bent = DMatrix::zeros(count, outcomes);
        for _ in 0..TURNS {
            for (outcome, plane) in ridge(&inputs, &(&about - &bent)).into_iter().enumerate() {
                let mut found = pairs(&inputs, &plane.factors);
                let products =
                    DMatrix::from_fn(count, found.len(), |row, column| found[column].product(|input| inputs[(row, input)]));
                // What the plane misses of points that it was not fitted to.
                let missed = DVector::from_vec(plane.missed) + bent.column(outcome);
                let factors = ridge(&products, &DMatrix::from_columns(&[missed])).pop().map(|fitted| fitted.factors);
                for (bend, factor) in found.iter_mut().zip(factors.unwrap_or_default()) {
                    bend.factor = factor;
                }
                bent.set_column(
                    outcome,
                    &(&products * DVector::from_iterator(found.len(), found.iter().map(|bend| bend.factor))),
                );
                (slopes[outcome], bends[outcome]) = (plane.factors, found);
            }
        }
        for bends in &mut bends {
            bends.retain(|bend: &Bend| bend.factor != 0.0);
        }
        Self { centre, constant, slopes, bends }
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
        let bend = |bends: &Vec<Bend>| bends.iter().map(|bend| bend.factor * bend.product(|input| moved[input])).sum::<f64>();
        let planes = self.constant.iter().zip(&self.slopes).zip(&self.bends);
        planes.map(|((constant, slopes), bends)| constant + slope(slopes) + bend(bends)).collect()
    }

    /// Its slopes at a point (outcomes x inputs).
    pub(super) fn jacobian(&self, point: &[f64]) -> DMatrix<f64> {
        let mut slopes = DMatrix::from_fn(self.slopes.len(), point.len(), |outcome, input| {
            self.slopes[outcome].get(input).copied().unwrap_or(0.0)
        });
        for (outcome, bends) in self.bends.iter().enumerate() {
            for &Bend { inputs: [one, other], factor, .. } in bends {
                slopes[(outcome, one)] += factor * (point[other] - self.centre[other]);
                slopes[(outcome, other)] += factor * (point[one] - self.centre[one]);
            }
        }
        slopes
    }
}

/// Products of the inputs on which a plane depends most, told from their means over points whose inputs have mean 0.
fn pairs(inputs: &DMatrix<f64>, slopes: &[f64]) -> Vec<Bend> {
    let mut order: Vec<usize> = (0..slopes.len()).collect();
    order.sort_by(|&a, &b| slopes[b].abs().total_cmp(&slopes[a].abs()));
    order.truncate(BENT);
    let pairs = order.iter().enumerate().flat_map(|(at, &one)| order[..=at].iter().map(move |&other| [one, other]));
    let mean = |[one, other]: [usize; 2]| inputs.column(one).dot(&inputs.column(other)) / inputs.nrows() as f64;
    pairs.map(|pair| Bend { inputs: pair, mean: mean(pair), factor: 0.0 }).collect()
}

/// A regression of one outcome.
struct Fitted {
    factors: Vec<f64>,
    /// Per point, what a fit without it misses of it.
    missed: Vec<f64>,
}

/// Ridge regression of each column of `about` on `inputs`, both with mean 0, with the ridge that best foretells a point that was left out
/// (Allen 1974, *The relationship between variable selection and data augmentation and a method for prediction*).
fn ridge(inputs: &DMatrix<f64>, about: &DMatrix<f64>) -> Vec<Fitted> {
    let (count, dimensions) = inputs.shape();
    let transposed = inputs.transpose();
    let normal = &transposed * inputs;
    let mut best: Vec<Option<(f64, Fitted)>> = about.column_iter().map(|_| None).collect();
    for ridge in RIDGES {
        let inverse = if ridge.is_finite() {
            (&normal + DMatrix::identity(dimensions, dimensions) * ridge).cholesky().map(|factor| factor.inverse())
        } else {
            Some(DMatrix::zeros(dimensions, dimensions))
        };
        let Some(inverse) = inverse else { continue };
        let projected = inputs * &inverse;
        let leverage: Vec<f64> = (0..count).map(|row| projected.row(row).dot(&inputs.row(row)) + 1.0 / count as f64).collect();
        for (column, best) in about.column_iter().zip(&mut best) {
            let factors: DVector<f64> = &inverse * (&transposed * column);
            let residuals = column - inputs * &factors;
            let missed: Vec<f64> =
                residuals.iter().zip(&leverage).map(|(left, leverage)| left / (1.0 - leverage).max(1e-6)).collect();
            let press: f64 = missed.iter().map(|missed| missed * missed).sum();
            if best.as_ref().is_none_or(|(least, _)| press < *least) {
                *best = Some((press, Fitted { factors: factors.iter().copied().collect(), missed }));
            }
        }
    }
    best.into_iter().flatten().map(|(_, fitted)| fitted).collect()
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
        assert!((correction.jacobian(&[0.0; 40])[(0, 3)] - 0.05).abs() < 0.01);
    }

    /// Where the plane bends is found, with its slope; elsewhere hardly anything is.
    #[test]
    fn a_bend_is_found() {
        let lane = Dice { seed: 3, stage: "test" }.lane(0);
        let points: Vec<Vec<f64>> = (0..600).map(|number| normals(&lane, number, 0, 30)).collect();
        let noise = normals(&lane, 0, 1, 600);
        let bent =
            |point: &[f64]| 0.1 + 0.08 * point[3] - 0.06 * point[4] + 0.05 * point[3] * point[4] - 0.03 * point[3] * point[3];
        let differences: Vec<Vec<f64>> =
            points.iter().zip(noise).map(|(point, noise)| vec![bent(point) + 0.01 * noise]).collect();
        let correction = Correction::fit(&points, &differences);
        let far = |number: u32| {
            let point = normals(&lane, number, 2, 30);
            (correction.at(&point)[0] - bent(&point)).abs()
        };
        assert!((0..100).map(far).fold(0.0, f64::max) < 0.02);
        let mut point = vec![0.0; 30];
        (point[3], point[4]) = (1.0, -1.0);
        let slopes = correction.jacobian(&point);
        assert!((slopes[(0, 3)] - (0.08 - 0.05 - 0.06)).abs() < 0.01, "{}", slopes[(0, 3)]);
        assert!((slopes[(0, 4)] - (-0.06 + 0.05)).abs() < 0.01, "{}", slopes[(0, 4)]);
    }
}
