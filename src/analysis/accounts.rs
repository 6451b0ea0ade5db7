//! The accounts of a year: what the municipality says it spent on each line, and what the model says.

use super::estimate::{Estimate, estimate};
use crate::model::{Account, Booked, Booking, Content, Model};
use crate::store::columns::attached_name;
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
        let (source, model) = (self.source?, self.model.as_ref()?);
        (source != 0.0).then(|| model.mean / source - 1.0)
    }
}

/// All lines of the accounts of `year` under one scenario of a run, each line before its parts.
///
/// `members` must hold the scenario; a year outside the run gives lines without spending.
pub fn accounts(model: &Model, members: &Members, scenario: &str, year: i32) -> Vec<Line> {
    let ledger = Ledger { model, members, scenario, year };
    let mut lines = Vec::new();
    ledger.add(None, 0, &mut lines);
    lines
}

struct Ledger<'a> {
    model: &'a Model,
    members: &'a Members,
    scenario: &'a str,
    year: i32,
}

impl Ledger<'_> {
    /// Adds the parts of a line, or the lines that are part of none, and their own parts.
    fn add(&self, whole: Option<usize>, depth: usize, lines: &mut Vec<Line>) {
        for (account, spec) in self.model.accounts.iter().enumerate().filter(|(_, spec)| spec.part_of == whole) {
            let values = self.values(account, spec);
            let model = values.map(|values| estimate(&values, self.members.replications));
            lines.push(Line { account, depth, source: spec.in_year(self.year), model });
            self.add(Some(account), depth + 1, lines);
        }
    }

    /// What the model says of a line in each member.
    fn values(&self, account: usize, spec: &Account) -> Option<Vec<f64>> {
        match &spec.content {
            Content::Apart(_) => None,
            Content::Fixed(_) => Some(vec![spec.indexed(self.year, &self.model.prices)?; self.members.members]),
            Content::Spending(bookings) => {
                let mut sum = vec![0.0; self.members.members];
                for booking in bookings {
                    self.book(booking, &mut sum)?;
                }
                Some(sum)
            }
            Content::Parts => {
                let mut sum = vec![0.0; self.members.members];
                let parts = self.model.accounts.iter().enumerate().filter(|(_, part)| part.part_of == Some(account));
                for (part, spec) in parts {
                    add(&mut sum, &self.values(part, spec)?, 1.0);
                }
                Some(sum)
            }
        }
    }

    /// Adds what is booked to the sum of each member. A track's own row holds what is attached too, which has bookings of its own.
    fn book(&self, booking: &Booking, sum: &mut [f64]) -> Option<()> {
        let track = &self.model.tracks[booking.track];
        match booking.of {
            Booked::State(state) => add(sum, self.spent(&track.name, "state", &track.states[state].name)?, booking.share),
            Booked::Attached(attached) => {
                add(sum, self.spent(&track.name, "attached", &attached_name(&track.attached[attached].name))?, booking.share);
            }
            Booked::States => {
                add(sum, self.spent(&track.name, "track", "")?, booking.share);
                for attached in &track.attached {
                    add(sum, self.spent(&track.name, "attached", &attached_name(&attached.name))?, -booking.share);
                }
            }
        }
        Some(())
    }

    /// What a row of a track costs in each member.
    fn spent(&self, track: &str, level: &str, state: &str) -> Option<&[f64]> {
        let metric = self.members.metrics.iter().position(|metric| metric == METRIC)?;
        let (_, values) = self.members.places.iter().find(|(place, _)| {
            (&*place.scenario, place.year, &*place.level) == (self.scenario, self.year, level)
                && (&*place.track, &*place.state) == (track, state)
        })?;
        Some(&values[metric * self.members.members..][..self.members.members])
    }
}

fn add(sum: &mut [f64], values: &[f64], share: f64) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += share * value;
    }
}
