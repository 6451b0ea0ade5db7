//! Trends as one factor per calendar year.

use super::fault::{CompileError, within};
use crate::model::{Growth, Model, Trend};

/// The product of some trends, by id, in each of the first `years` calendar years of the model.
///
/// # Errors
/// A factor is negative or no number.
pub(crate) fn products(
    model: &Model,
    ids: &[usize],
    values: &[f64],
    years: usize,
    place: &impl Fn() -> String,
) -> Result<Vec<f64>, CompileError> {
    let mut products = vec![1.0; years];
    for &id in ids {
        let factors = factors(&model.trends[id], values, model.first_year, years, place)?;
        products.iter_mut().zip(factors).for_each(|(product, factor)| *product *= factor);
    }
    Ok(products)
}

/// Factors of a trend under parameter values `values`, 0 or more, in the first `years` calendar years of a model that begins in
/// `first_year`.
fn factors(
    trend: &Trend,
    values: &[f64],
    first_year: i32,
    years: usize,
    place: &impl Fn() -> String,
) -> Result<Vec<f64>, CompileError> {
    let factor = |number: f64| within(number, 0.0, f64::INFINITY, place, &format!("trend `{}`", trend.name));
    match &trend.growth {
        Growth::Steady { factor_per_year, reference_year } => {
            let per_year = factor(factor_per_year.value(values))?;
            Ok((0..years).map(|year| whole_power(per_year, first_year + year as i32 - reference_year)).collect())
        }
        Growth::ByYear(factors) => factors.iter().take(years).map(|number| factor(number.value(values))).collect(),
    }
}

/// `base^exponent` by repeated multiplication: the same bits everywhere.
fn whole_power(base: f64, exponent: i32) -> f64 {
    let power = (0..exponent.unsigned_abs()).fold(1.0, |product, _| product * base);
    if exponent < 0 { 1.0 / power } else { power }
}
