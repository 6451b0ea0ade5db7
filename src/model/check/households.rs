//! Households: lines of a persons file that live together.

use super::Checker;
use crate::model::cells::Row;
use crate::model::raw::Carrier;
use crate::model::resolved::PersonRow;
use std::collections::BTreeMap;

/// Most persons of one household.
const MOST: usize = 32;

/// The households of a file so far, by the word that stands for them.
#[derive(Debug, Default)]
pub(super) struct Households {
    known: BTreeMap<String, Household>,
}

#[derive(Debug)]
struct Household {
    number: usize,
    members: usize,
    /// What all members must share.
    count: f64,
    wijk: Option<u8>,
}

impl Checker<'_> {
    /// Number of the household that a line joins, and that it fits there.
    pub(super) fn joins(&mut self, households: &mut Households, row: &Row<'_, '_>, column: usize, person: &PersonRow) -> usize {
        let name = row.cell(column);
        let wijk = self.model.wijk.map(|wijk| person.values[wijk]);
        let number = households.known.len();
        let Some(household) = households.known.get_mut(name) else {
            households.known.insert(name.to_owned(), Household { number, members: 1, count: person.count, wijk });
            return number;
        };
        household.members += 1;
        let (number, members, count) = (household.number, household.members, household.count);
        let moved = wijk != household.wijk;
        let place = row.at(column);
        if count.to_bits() != person.count.to_bits() {
            let message = format!("this line of the household `{name}` counts {}, the first one {count}", person.count);
            let help = "each of so many households has one person of every line: give all its lines the same number";
            self.fault("household-count", &place, message, "another number", help);
        }
        if moved {
            let message = format!("the household `{name}` lives in two wijken");
            self.fault("household-wijk", &place, message, "another wijk", "persons of one household live in one wijk");
        }
        if members == MOST + 1 {
            let message = format!("the household `{name}` has more than {MOST} persons");
            let help = "give every household a word of its own, or leave the cell empty for those who live alone";
            self.fault("too-many", &place, message, "too many persons", help);
        }
        for (track, state) in person.states.iter().enumerate() {
            let spec = &self.model.tracks[track];
            if spec.unit == Carrier::Household && state.as_ref().is_some_and(|(state, _)| *state != 0) {
                let message = format!(
                    "the need `{}` is that of the household, so only its first line can start in another state than `{}`",
                    spec.name, spec.states[0].name
                );
                let help = "put the state on the first line of the household, its referent";
                self.fault("household-state", &place, message, "not the referent", help);
            }
        }
        number
    }
}
