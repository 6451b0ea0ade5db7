//! Posteriors that are known, and the draws from them. Maps are cheap, so these are many draws; seeds are fixed, so a test that passes
//! always passes. The bounds are those of the method (means within 0.15 standard deviations, standard deviations within 10 %).

use std::sync::atomic::AtomicBool;

use nalgebra::{DMatrix, DVector};

use super::*;
use crate::calibration::chain::normals;
use crate::calibration::mixing::moments;

static STOP: AtomicBool = AtomicBool::new(false);

fn fit(map: &dyn Map, data: &Data, effort: Effort) -> Fit {
    Job { map, engine: None, data, seed: 7, effort }.fit(&Memo::new(None, &STOP, &Silence)).unwrap()
}

/// All draws of one input.
fn drawn(fit: &Fit, input: usize) -> Vec<f64> {
    fit.draws.iter().flatten().map(|point| point.inputs[input]).collect()
}

/// 24 inputs, 28 observations that depend on 15 directions only: the posterior is Gaussian, and is known.
#[test]
fn linear_gaussian_without_full_rank() {
    let (inputs, outcomes, rank) = (24, 28, 15);
    let lane = Dice { seed: 3, stage: "test" }.lane(0);
    let of = |rows: usize, columns: usize, item| DMatrix::from_vec(rows, columns, normals(&lane, 0, item, rows * columns));
    let mut matrix = of(outcomes, rank, 0) * of(rank, inputs, 1) / 4.0;
    // Three inputs play no part.
    matrix.columns_mut(21, 3).fill(0.0);
    let observed =
        &matrix * DVector::from_vec(normals(&lane, 0, 2, inputs)) + DVector::from_vec(normals(&lane, 0, 3, outcomes)) * 0.3;
    let data = Data::plain(observed.iter().copied().collect(), vec![0.3; outcomes]);
    let map = {
        let matrix = matrix.clone();
        Function {
            dimensions: inputs,
            of: move |z: &[f64]| Some((&matrix * DVector::from_column_slice(z)).iter().copied().collect()),
        }
    };
    let fit = fit(&map, &data, Effort { draws: 4000, ..Effort::PLAIN });

    let precision = DMatrix::identity(inputs, inputs) + matrix.transpose() * &matrix / 0.09;
    let covariance = precision.try_inverse().unwrap();
    let mean = &covariance * matrix.transpose() * &data.observed / 0.09;
    for input in 0..inputs {
        let (found, sd) = moments(&drawn(&fit, input));
        let exact = covariance[(input, input)].sqrt();
        assert!((found - mean[input]).abs() < 0.15 * exact, "{input}: mean {found}, exact {}", mean[input]);
        assert!((sd / exact - 1.0).abs() < 0.10, "{input}: sd {sd}, exact {exact}");
        assert_eq!(fit.idle[input], input >= 21);
        let chains: Vec<Vec<f64>> =
            fit.draws.iter().map(|chain| chain.iter().map(|point| point.inputs[input]).collect()).collect();
        let mixing = Mixing::of(&chains);
        assert!(mixing.r_hat < 1.01 && mixing.bulk > 400.0 && mixing.tail > 400.0, "{input}: {mixing:?}");
    }
    let best = DVector::from_column_slice(&fit.tops[0].inputs);
    assert!((best - mean).norm() < 1e-6);
}

/// A stock is inflow times duration: only the sum of the logarithms is learned, and the two trade off.
#[test]
fn a_ridge_of_inflow_and_duration() {
    let data = Data::plain(vec![0.8], vec![0.02]);
    let map = Function { dimensions: 3, of: |z: &[f64]| Some(vec![0.4 * z[0] + 0.4 * z[1]]) };
    let fit = fit(&map, &data, Effort { draws: 4000, ..Effort::PLAIN });
    // Given z0 + z1 = 2 (with sd 0.05): each has mean 1 and variance 1/2, and their correlation is -1 but for the error.
    let (inflow, duration, other) = (drawn(&fit, 0), drawn(&fit, 1), drawn(&fit, 2));
    let ((mean, sd), (_, free)) = (moments(&inflow), moments(&other));
    assert!((mean - 1.0).abs() < 0.1 && (sd - 0.5f64.sqrt()).abs() < 0.07, "{mean} {sd}");
    assert!((free - 1.0).abs() < 0.1);
    let (_, sum) = moments(&inflow.iter().zip(&duration).map(|(a, b)| a + b).collect::<Vec<_>>());
    assert!((sum / 0.05 - 1.0).abs() < 0.1, "{sum}");
}

/// A bent ridge: its mean and variance by integration over a fine lattice.
#[test]
fn a_banana() {
    let data = Data::plain(vec![0.5], vec![0.3]);
    let outcome = |x: f64, y: f64| y + 0.5 * x * x - 0.5;
    let map = Function { dimensions: 2, of: move |z: &[f64]| Some(vec![outcome(z[0], z[1])]) };
    let fit = fit(&map, &data, Effort { draws: 8000, ..Effort::PLAIN });
    let mut sums = [0.0; 5];
    for i in -600..=600 {
        for j in -600..=600 {
            let (x, y) = (f64::from(i) * 0.01, f64::from(j) * 0.01);
            let residual = (0.5 - outcome(x, y)) / 0.3;
            let weight = libm::exp(-0.5 * (residual * residual + x * x + y * y));
            for (sum, value) in sums.iter_mut().zip([1.0, x, x * x, y, y * y]) {
                *sum += weight * value;
            }
        }
    }
    let exact = |first: usize| {
        let mean = sums[first] / sums[0];
        (mean, (sums[first + 1] / sums[0] - mean * mean).sqrt())
    };
    for (input, first) in [(0, 1), (1, 3)] {
        let ((mean, sd), (exact_mean, exact_sd)) = (moments(&drawn(&fit, input)), exact(first));
        assert!((mean - exact_mean).abs() < 0.15 * exact_sd, "{input}: {mean}, exact {exact_mean}");
        assert!((sd / exact_sd - 1.0).abs() < 0.1, "{input}: {sd}, exact {exact_sd}");
    }
}

/// The discrepancy of a class by integration: two series that miss by about 0.2 each, errors of 0.02.
#[test]
fn a_discrepancy_is_learned() {
    let mut data = Data::plain(vec![0.2, -0.2, 0.15], vec![0.02; 3]);
    data.scales = vec![0.1];
    let map = Function { dimensions: 1, of: |_: &[f64]| Some(vec![0.0; 3]) };
    let fit = fit(&map, &data, Effort { draws: 4000, ..Effort::PLAIN });
    let scales: Vec<f64> = fit.draws.iter().flatten().map(|point| data.discrepancies(&point.scores)[0]).collect();
    let mut sums = [0.0; 3];
    for i in 0..4000 {
        let s = f64::from(i) * 1e-3 / 4.0;
        let variance = s * s + 0.0004;
        let square = 0.04 + 0.04 + 0.0225;
        let weight = libm::exp(-0.5 * (square / variance + s * s / 0.01)) / (variance * variance.sqrt());
        for (sum, value) in sums.iter_mut().zip([1.0, s, s * s]) {
            *sum += weight * value;
        }
    }
    let mean = sums[1] / sums[0];
    let exact = (sums[2] / sums[0] - mean * mean).sqrt();
    let (found, sd) = moments(&scales);
    assert!((found - mean).abs() < 0.15 * exact && (sd / exact - 1.0).abs() < 0.1, "{found} {sd}, exact {mean} {exact}");
}

/// What was worked out is not worked out again, and the rest goes on to the same bits.
#[test]
fn a_calibration_goes_on() {
    let data = Data::plain(vec![0.5], vec![0.3]);
    let map = Function { dimensions: 2, of: |z: &[f64]| Some(vec![z[0] + 0.2 * z[1] * z[1]]) };
    let effort = Effort { draws: 200, warmup: 50, ..Effort::PLAIN };
    let whole = fit(&map, &data, effort);
    let folder = tempfile::tempdir().unwrap();
    let job = Job { map: &map, engine: None, data: &data, seed: 7, effort };
    let again = || job.fit(&Memo::new(Some(folder.path().to_owned()), &STOP, &Silence)).unwrap();
    again();
    // As if stopped half way.
    std::fs::remove_file(folder.path().join("round-0-draws-150.json")).unwrap();
    std::fs::write(folder.path().join("round-0-draws-100.json"), "[[").unwrap();
    assert_eq!(again().draws, whole.draws);
}

/// Independent draws mix perfectly; chains that stay apart, or move slowly, are seen.
#[test]
fn mixing_is_seen() {
    let lane = Dice { seed: 5, stage: "mixing" }.lane(0);
    let noise = |chain: u32| normals(&lane, chain, 0, 2000);
    let good: Vec<Vec<f64>> = (0..4).map(noise).collect();
    let found = Mixing::of(&good);
    assert!(found.r_hat < 1.005 && found.bulk > 6000.0 && found.tail > 5000.0, "{found:?}");
    let apart: Vec<Vec<f64>> =
        good.iter().enumerate().map(|(id, chain)| chain.iter().map(|x| x + 0.5 * id as f64).collect()).collect();
    assert!(Mixing::of(&apart).r_hat > 1.05);
    // AR(1) with 0.9: a draw is worth 0.1 / 1.9 of an independent one.
    let slow = |chain: &Vec<f64>| {
        let mut last = 0.0;
        chain
            .iter()
            .map(|x| {
                last = 0.9 * last + x;
                last
            })
            .collect()
    };
    let found = Mixing::of(&good.iter().map(slow).collect::<Vec<_>>());
    assert!((found.bulk / 8000.0 * 19.0 - 1.0).abs() < 0.35, "{found:?}");
}

/// Simulation-based calibration of a bent map, and the control that must fail. The coverage limits are the 99 % limits of 300 towns, and
/// seven quantities are looked at: a right method fails them with probability below 0.07 a limit, so the seed decides; the bands are
/// simultaneous.
#[test]
fn ranks_are_uniform_and_those_of_a_narrow_posterior_are_not() {
    let mut data = Data::plain(vec![0.0; 3], vec![0.2, 0.3, 0.3]);
    data.scales = vec![0.2];
    let map =
        Function { dimensions: 3, of: |z: &[f64]| Some(vec![z[0] + 0.3 * z[1], z[1] + 0.2 * z[0] * z[0], 0.3 * z[0] - z[1]]) };
    let ranks = ranks(&map, &data, 11, 300, &Memo::new(None, &STOP, &Silence)).unwrap();
    let found = ranks.judge(1);
    assert!(found.within >= 0.9 && found.all, "{found:?}");
    for ((low, high), limits) in found.coverage.iter().zip([(0.427, 0.573), (0.740, 0.857), (0.853, 0.943), (0.917, 0.980)]) {
        assert!(*low >= limits.0 && *high <= limits.1, "{found:?}");
    }
    let control = ranks.judge_control(1);
    assert!(control.within < 0.9 && !control.all, "{control:?}");
}

/// The second method on a linear map: the known posterior.
#[test]
fn the_smoother_finds_a_linear_posterior() {
    let data = Data::plain(vec![1.0, -0.5], vec![0.3, 0.5]);
    let map = |z: &[f64]| vec![z[0] + 0.5 * z[1], z[1] - z[2]];
    let smoothing = Smoothing { members: 4000, steps: 4 };
    let history = |_: u32, z: &[f64]| Some(map(z));
    let members = smooth(3, &data, &[], smoothing, 3, &history, &Memo::new(None, &STOP, &Silence)).unwrap();
    let matrix = DMatrix::from_row_slice(2, 3, &[1.0, 0.5, 0.0, 0.0, 1.0, -1.0]);
    let weights = DMatrix::from_diagonal(&DVector::from_vec(vec![1.0 / 0.09, 1.0 / 0.25]));
    let covariance = (DMatrix::identity(3, 3) + matrix.transpose() * &weights * &matrix).try_inverse().unwrap();
    let mean = &covariance * matrix.transpose() * weights * &data.observed;
    for input in 0..3 {
        let (found, sd) = moments(&members.iter().map(|member| member[input]).collect::<Vec<_>>());
        let exact = covariance[(input, input)].sqrt();
        assert!((found - mean[input]).abs() < 0.1 * exact && (sd / exact - 1.0).abs() < 0.06, "{input}: {found} {sd} {exact}");
    }
}
