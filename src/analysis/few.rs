//! Cells of a table that tell of a few persons: which are left out, and which others with them.

use super::estimate::SMALL;

/// Why a number is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// It tells of fewer than ten persons.
    Few,
    /// Of its group only one other is left out, which the total of the group less this one would tell.
    Beside,
}

impl Hidden {
    /// What the column `note` says of what is counted, persons for one.
    pub fn note(found: Option<Self>, counted: &str) -> String {
        match found {
            None => String::new(),
            Some(Self::Few) => format!("fewer than 10 {counted}"),
            Some(Self::Beside) => format!("with the total it would tell of fewer than 10 {counted}"),
        }
    }
}

/// Whether so many are a few.
pub fn is_few(persons: f64) -> bool {
    persons < SMALL
}

/// A cell of a group whose total can be had elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Whether it tells of a few.
    pub few: bool,
    /// How many persons it tells of.
    pub persons: f64,
}

/// What is left out of a group: cells of a few, and where that is one cell in which there is anybody, the next smallest as well.
pub fn hidden(group: &[Cell]) -> Vec<Option<Hidden>> {
    let mut found: Vec<Option<Hidden>> = group.iter().map(|cell| cell.few.then_some(Hidden::Few)).collect();
    let peopled = |few: bool| group.iter().enumerate().filter(move |(_, cell)| cell.few == few && cell.persons > 0.0);
    if peopled(true).count() == 1
        && let Some((next, _)) = peopled(false).min_by(|a, b| a.1.persons.total_cmp(&b.1.persons))
    {
        found[next] = Some(Hidden::Beside);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(persons: &[f64]) -> Vec<Option<Hidden>> {
        let cells: Vec<Cell> = persons.iter().map(|&persons| Cell { few: persons > 0.0 && is_few(persons), persons }).collect();
        hidden(&cells)
    }

    #[test]
    fn one_cell_of_a_few_takes_the_next_smallest_with_it() {
        let (few, beside) = (Some(Hidden::Few), Some(Hidden::Beside));
        assert_eq!(of(&[40.0, 4.0, 30.0, 0.0]), [None, few, beside, None]);
        assert_eq!(of(&[40.0, 4.0, 30.0, 2.0]), [None, few, None, few], "two hide each other");
        assert_eq!(of(&[40.0, 30.0]), [None, None]);
        assert_eq!(of(&[4.0, 0.0]), [few, None], "nobody is there to hide it");
        let all = [Cell { few: true, persons: 0.0 }, Cell { few: true, persons: 3.0 }, Cell { few: false, persons: 90.0 }];
        assert_eq!(hidden(&all), [few, few, beside], "an empty cell hides nobody");
    }

    proptest! {
        /// The total less all that is shown is never one cell of a few, where there is another to hide it.
        #[test]
        fn no_cell_of_a_few_is_told_by_the_total(persons in proptest::collection::vec(0u8..40, 2..12)) {
            let persons: Vec<f64> = persons.into_iter().map(f64::from).collect();
            let found = of(&persons);
            let left_out: Vec<f64> = persons.iter().zip(&found).filter(|(_, hidden)| hidden.is_some()).map(|(n, _)| *n).collect();
            let peopled = persons.iter().filter(|&&persons| persons > 0.0).count();
            prop_assert!(left_out.len() != 1 || peopled == 1, "{persons:?}: {found:?}");
            prop_assert!(persons.iter().zip(&found).all(|(&n, hidden)| hidden.is_some() || n == 0.0 || !is_few(n)));
        }
    }
}
