//! The accounts of a year: what the municipality says it spent on each line, and what the model says.

use super::estimate::{Estimate, estimate};
use super::rows::Rows;
use crate::model::{Account, Booked, Booking, Content, Counted, Model};
use crate::store::members::Members;

/// Metric that is held against the accounts: euros of the year itself.
const METRIC: &str = "cost_nominal";

/// A line of the accounts in one year.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Index among the accounts of the model.
    pub account: usize,
    /// How many lines it is a part of.
    pub depth: usize,
    /// What the accounts say, in euros; `None` if nothing of this year.
    pub source: Option<f64>,
    /// What the model says, in euros; `None` beside the spending, and where nothing is known.
    pub model: Option<Estimate>,
}

impl Line {
    /// By how much the model differs from the accounts, as a share of these; `None` unless both say something but zero.
    pub fn difference(&self) -> Option<f64> {
        self.model.as_ref()?.beyond(self.source?)
    }
}

/// All lines of the accounts of `year` under one scenario of a run, each line before its parts.
///
/// `members` must hold the scenario; a year outside the run gives lines without spending.
pub fn accounts(model: &Model, members: &Members, scenario: &str, year: i32) -> Vec<Line> {
    let ledger = Ledger { rows: Rows { model, members, scenario }, year };
    let mut lines = Vec::new();
    ledger.add(None, 0, &mut lines);
    lines
}

struct Ledger<'a> {
    rows: Rows<'a>,
    year: i32,
}

impl Ledger<'_> {
    /// Adds the parts of a line, or the lines that are part of none, and their own parts.
    fn add(&self, whole: Option<usize>, depth: usize, lines: &mut Vec<Line>) {
        for (account, spec) in self.rows.model.accounts.iter().enumerate().filter(|(_, spec)| spec.part_of == whole) {
            let values = self.values(account, spec);
            let model = values.map(|values| estimate(&values, self.rows.members.replications));
            lines.push(Line { account, depth, source: spec.in_year(self.year), model });
            self.add(Some(account), depth + 1, lines);
        }
    }

    /// What the model says of a line in each member.
    fn values(&self, account: usize, spec: &Account) -> Option<Vec<f64>> {
        match &spec.content {
            Content::Apart(_) => None,
            Content::Fixed(_) => Some(vec![spec.indexed(self.year, &self.rows.model.prices)?; self.rows.members.members]),
            Content::Spending(bookings) => {
                let mut sum = vec![0.0; self.rows.members.members];
                for booking in bookings {
                    self.book(booking, &mut sum)?;
                }
                Some(sum)
            }
            Content::Parts => {
                let mut sum = vec![0.0; self.rows.members.members];
                let parts = self.rows.model.accounts.iter().enumerate().filter(|(_, part)| part.part_of == Some(account));
                for (part, spec) in parts {
                    add(&mut sum, &self.values(part, spec)?, 1.0);
                }
                Some(sum)
            }
        }
    }

    /// Adds what is booked to the sum of each member. A track's own row holds what is attached too, which has bookings of its own.
    fn book(&self, booking: &Booking, sum: &mut [f64]) -> Option<()> {
        let attached = |id: usize| self.rows.attached(booking.track, id, METRIC, self.year);
        match booking.of {
            Booked::State(state) => {
                add(sum, self.rows.of(Counted::State(booking.track, state), METRIC, self.year)?, booking.share);
            }
            Booked::Attached(id) => add(sum, attached(id)?, booking.share),
            Booked::States => {
                add(sum, self.rows.of(Counted::Track(booking.track), METRIC, self.year)?, booking.share);
                for id in 0..self.rows.model.tracks[booking.track].attached.len() {
                    add(sum, attached(id)?, -booking.share);
                }
            }
        }
        Some(())
    }
}

fn add(sum: &mut [f64], values: &[f64], share: f64) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += share * value;
    }
}
