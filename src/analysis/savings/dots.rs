//! `dots.csv`: fifty equally likely savings per booked amount, for who draws them.

use super::row::{Euros, Kind};
use crate::analysis::AnalysisError;
use crate::store::DOTS_FILE;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Equally likely futures that a chance is told in.
pub const DOTS: usize = 50;

/// A row of `dots.csv`. The fields are its columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DotRow {
    /// Scenario.
    pub scenario: String,
    /// Domain of the plan, or [`super::TOTAL`].
    pub domain: String,
    /// Calendar year.
    pub year: i32,
    /// What was saved: gross, net or cumulative.
    pub kind: Kind,
    /// In which euros.
    pub euros: Euros,
    /// From 1 for the lowest to [`DOTS`].
    pub dot: usize,
    /// Share of futures that lie below it, half of its own fiftieth included.
    pub share: f64,
    /// The saving.
    pub saving: f64,
}

/// The savings at shares 1/100, 3/100 and so on of all members: each is one that a member had, so that as many dots reach an amount
/// as its chance, told in fiftieths, says (the inverse of the distribution function; a tie goes to the higher member).
pub(super) fn dots(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let place = |dot: usize| (sorted.len() * (2 * dot + 1)) / (2 * DOTS);
    (0..DOTS).filter_map(|dot| sorted.get(place(dot)).copied()).collect()
}

/// Share of futures below a dot, counted from 0.
pub(super) fn share(dot: usize) -> f64 {
    (2 * dot + 1) as f64 / (2 * DOTS) as f64
}

/// Reads the dots of a complete run; none if the run was not held against a plan.
///
/// # Errors
/// The file is not one of ours.
pub fn read_dots(folder: &Path) -> Result<Vec<DotRow>, AnalysisError> {
    super::row::rows(folder, DOTS_FILE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::columns::dot_columns;

    #[test]
    fn as_many_dots_reach_an_amount_as_the_chance_says() {
        for members in [1, 2, 3, 7, 49, 50, 51, 96, 192, 1000] {
            let values: Vec<f64> = (0..members).map(f64::from).collect();
            let found = dots(&values);
            assert_eq!(found.len(), DOTS);
            for reaching in 0..=members {
                let amount = f64::from(members - reaching) - 0.5;
                let filled = found.iter().filter(|&&saving| saving >= amount).count();
                // The chance times fifty, rounded, in whole numbers: a half goes up.
                let told = (2 * DOTS as u32 * reaching as u32 + members as u32) / (2 * members as u32);
                assert_eq!(filled, told as usize, "{reaching} of {members}");
            }
        }
        assert!(dots(&[]).is_empty());
    }

    #[test]
    fn the_file_has_the_columns_that_are_described() {
        let row = DotRow {
            scenario: "a".into(),
            domain: "b".into(),
            year: 2030,
            kind: Kind::Gross,
            euros: Euros::Constant,
            dot: 1,
            share: share(0),
            saving: 2.0,
        };
        let mut file = csv::Writer::from_writer(Vec::new());
        file.serialize(row).unwrap();
        let text = String::from_utf8(file.into_inner().unwrap()).unwrap();
        let described: Vec<String> = dot_columns().into_iter().map(|column| column.name).collect();
        assert_eq!(text, format!("{}\na,b,2030,gross,constant,1,0.01,2.0\n", described.join(",")));
    }
}
