//! The second method: an ensemble smoother with multiple data assimilation (Emerick & Reynolds 2013, *Ensemble smoother with multiple data
//! assimilation*), straight on the simulator. It shares nothing with the first but the data: no twin, no derivative, no chain.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::CalibrationError;
use super::chain::{Dice, normals};
use super::data::Data;
use super::memo::Memo;

/// How much work it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Smoothing {
    /// Members.
    pub members: u32,
    /// Steps, in each of which the data count for as much.
    pub steps: u32,
}

impl Smoothing {
    /// What the diagnostic asks for.
    pub const STANDARD: Self = Self { members: 500, steps: 4 };
}

/// Members after the last step: standard normal inputs each.
///
/// `history` gives the outcomes of one member with the chance of its number, the same in every step; `discrepancies` are those of the
/// classes. Members without outcomes stay where they are.
///
/// # Errors
/// It was stopped, or the disk fails.
pub fn smooth(
    dimensions: usize,
    data: &Data,
    discrepancies: &[f64],
    smoothing: Smoothing,
    seed: u64,
    history: &(dyn Fn(u32, &[f64]) -> Option<Vec<f64>> + Sync),
    memo: &Memo<'_>,
) -> Result<Vec<Vec<f64>>, CalibrationError> {
    let lane = Dice { seed, stage: "smoother" }.lane(0);
    let mut members: Vec<Vec<f64>> = (0..smoothing.members).map(|member| normals(&lane, member, 0, dimensions)).collect();
    // A history holds its own chance, so the data differ from it by error and discrepancy only.
    let mut between = data.clone();
    between.noise.fill(0.0);
    let covariance = between.covariance(discrepancies) * f64::from(smoothing.steps);
    let root = covariance.clone().cholesky().ok_or(CalibrationError::NoOutcomes)?.l();
    for step in 0..smoothing.steps {
        members = memo.unit(&format!("smoother-{step}"), || {
            let outcomes: Vec<Option<Vec<f64>>> =
                members.par_iter().enumerate().map(|(number, member)| history(number as u32, member)).collect();
            let good: Vec<usize> = (0..members.len()).filter(|&number| outcomes[number].is_some()).collect();
            if good.len() < 3 {
                return Err(CalibrationError::NoOutcomes);
            }
            let inputs = DMatrix::from_fn(dimensions, good.len(), |row, column| members[good[column]][row]);
            let said = DMatrix::from_fn(data.len(), good.len(), |row, column| {
                outcomes[good[column]].as_ref().map_or(0.0, |outcomes| outcomes[row])
            });
            let (about, around) = (centred(&inputs), centred(&said));
            let count = good.len() as f64 - 1.0;
            let both = &about * around.transpose() / count;
            let spread = &around * around.transpose() / count + &covariance;
            let spread = spread.cholesky().ok_or(CalibrationError::NoOutcomes)?;
            let mut next = members.clone();
            for (column, &number) in good.iter().enumerate() {
                let noise = DVector::from_vec(normals(&lane, number as u32, 1 + step, data.len()));
                let missed = &data.observed + &root * noise - said.column(column);
                let moved = &both * spread.solve(&missed);
                next[number].iter_mut().zip(moved.iter()).for_each(|(input, step)| *input += step);
            }
            Ok(next)
        })?;
    }
    Ok(members)
}

/// Columns less their mean.
fn centred(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let mean = matrix.column_mean();
    let mut centred = matrix.clone();
    centred.column_iter_mut().for_each(|mut column| column -= &mean);
    centred
}
