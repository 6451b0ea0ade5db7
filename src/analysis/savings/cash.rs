//! Cashable or not: what of a volume effect the municipality can take from its budget in the year itself, what only when a contract or
//! staff has gone, and what never.

use serde::{Deserialize, Serialize};

use super::contract::{Deal, is};
use super::money::Series;
use super::row::{CashRow, TOTAL};
use super::{Outcome, Trial};
use crate::analysis::estimate::estimate;
use crate::compile::layout::metric;
use crate::model::{Cash, CashRule, Keeper, Scenario};
use crate::store::StoreError;

/// What becomes of a volume effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All of it: the gross saving.
    Total,
    /// Can be taken from the budget of the year.
    Now,
    /// Follows later.
    Follows,
    /// Never does.
    Never,
}

/// Why it cannot be taken at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A contract runs on.
    Contract,
    /// Staff are there.
    Staff,
    /// A lump sum is paid in its place.
    LumpSum,
    /// What is paid for is there whether used or not.
    FixedCapacity,
    /// So much is paid at least.
    MinimumTakeUp,
}

impl Reason {
    const ALL: [Self; 5] = [Self::Contract, Self::Staff, Self::LumpSum, Self::FixedCapacity, Self::MinimumTakeUp];

    fn part(self) -> Part {
        match self {
            Self::Contract | Self::Staff => Part::Follows,
            Self::LumpSum | Self::FixedCapacity | Self::MinimumTakeUp => Part::Never,
        }
    }

    fn of(cash: &Cash) -> Self {
        match cash.rule {
            CashRule::Follows(Keeper::Contract, _) => Self::Contract,
            CashRule::Follows(Keeper::Staff, _) => Self::Staff,
            CashRule::Minimum(..) => Self::MinimumTakeUp,
            CashRule::Fixed => Self::FixedCapacity,
        }
    }
}

/// The volume effect of a domain, and what is held back of it by each reason. The rest can be taken at once.
struct Split {
    total: Series,
    held: [Series; Reason::ALL.len()],
}

impl Trial<'_> {
    /// The rows of a scenario: per domain of the plan and in all, year by year, reasons that play a part.
    ///
    /// # Errors
    /// The members cannot be read.
    pub(super) fn cash_rows(
        &self,
        number: usize,
        scenario: &Scenario,
        outcome: &Outcome,
        deals: &[(usize, Deal)],
    ) -> Result<Vec<CashRow>, StoreError> {
        let nothing = || std::array::from_fn(|_| self.books.nothing());
        let mut splits: Vec<Split> =
            outcome.gross[0].iter().map(|gross| Split { total: gross.clone(), held: nothing() }).collect();
        let all = splits.len() - 1;
        let mut keep = |domain: usize, reason: Reason, kept: &Series| {
            for split in [domain, all] {
                splits[split].held[reason as usize].add(kept, 1.0);
            }
        };
        for cash in &self.model.cash {
            for (domain, kept) in self.kept(number, cash)? {
                keep(domain, Reason::of(cash), &kept);
            }
        }
        for (id, deal) in deals {
            let domain = self.model.contracts[*id].domain;
            keep(domain, Reason::LumpSum, &deal.sum);
            keep(domain, Reason::LumpSum, &deal.revised);
        }
        let plays = |reason: &Reason| match reason {
            Reason::LumpSum => !deals.is_empty(),
            other => self.model.cash.iter().any(|cash| Reason::of(cash) == *other),
        };
        let reasons: Vec<Reason> = Reason::ALL.into_iter().filter(plays).collect();
        let mut rows = Vec::new();
        for (id, split) in splits.iter().enumerate() {
            let domain = self.plan.domains.get(id).map_or(TOTAL, |domain| domain.name.as_str());
            let mut now = split.total.clone();
            split.held.iter().for_each(|held| now.add(held, -1.0));
            for year in self.years() {
                let at = (year - self.books.layout.first_year) as usize;
                let mut add = |part: Part, reason: Option<Reason>, series: &Series| {
                    let found = estimate(series.row(at), self.replications);
                    rows.push(CashRow {
                        scenario: scenario.name.clone(),
                        domain: domain.to_owned(),
                        year,
                        part,
                        reason,
                        unit: "euro (constant)".to_owned(),
                        mean: found.mean,
                        mcse: found.mcse,
                        p05: found.realised[0],
                        p50: found.realised[3],
                        p95: found.realised[6],
                    });
                };
                add(Part::Total, None, &split.total);
                add(Part::Now, None, &now);
                for &reason in &reasons {
                    add(reason.part(), Some(reason), &split.held[reason as usize]);
                }
            }
        }
        Ok(rows)
    }

    /// What an entry holds back, by domain of the plan.
    fn kept(&self, number: usize, cash: &Cash) -> Result<Vec<(usize, Series)>, StoreError> {
        let mut kept: Vec<(usize, Series)> = Vec::new();
        for &(track, of) in &cash.of {
            let here =
                |id: &usize| self.model.tracks[track].domain.is_some_and(|domain| self.plan.domains[*id].of.contains(&domain));
            let Some(domain) = (0..self.plan.domains.len()).find(here) else { continue };
            let cost = |scenario| self.books.sum(scenario, metric::COST_CONSTANT, |unit| is(unit, track, of));
            let (before, after) = (cost(self.unchanged)?, cost(number)?);
            let held = self.held(&cash.rule, &before, &after);
            match kept.iter_mut().find(|(of, _)| *of == domain) {
                Some((_, sum)) => sum.add(&held, 1.0),
                None => kept.push((domain, held)),
            }
        }
        Ok(kept)
    }

    /// What a rule holds back of the difference between two costs.
    fn held(&self, rule: &CashRule, before: &Series, after: &Series) -> Series {
        let mut effect = before.clone();
        effect.add(after, -1.0);
        let first = self.books.layout.first_year;
        let mut held = self.books.nothing();
        for year in 0..self.books.layout.years {
            for member in 0..self.books.members() {
                let values = &self.draws[member / self.replications.max(1)];
                // Of a year that is not in the run nothing is known.
                let of = |series: &Series, year: i64| {
                    let there = usize::try_from(year).ok().filter(|&year| year < self.books.layout.years);
                    there.map_or(0.0, |year| series.row(year)[member])
                };
                let now = effect.row(year)[member];
                held.row_mut(year)[member] = match rule {
                    CashRule::Fixed => now,
                    CashRule::Minimum(share, base) => {
                        let least = share.value(values) * of(before, i64::from(base - first));
                        now - (before.row(year)[member].max(least) - after.row(year)[member].max(least))
                    }
                    CashRule::Follows(_, years) => {
                        now - followed(now, year as f64 - years.value(values), |year| of(&effect, year))
                    }
                };
            }
        }
        held
    }
}

/// What can be taken of a yearly effect if only as much of it follows as was there at the moment `then`, years since the start. What
/// costs more is paid at once. Within a year the effect is taken to change evenly.
fn followed(now: f64, then: f64, of: impl Fn(i64) -> f64) -> f64 {
    if now <= 0.0 {
        return now;
    }
    let (year, part) = (then.floor(), then - then.floor());
    let past = (1.0 - part) * of(year as i64) + part * of(year as i64 + 1);
    past.clamp(0.0, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Effects of 0, 10, 40 and -5 in four years.
    #[test]
    fn what_follows_is_what_was_there() {
        let effects = [0.0, 10.0, 40.0, -5.0];
        let of = |year: i64| usize::try_from(year).map_or(0.0, |year| effects[year]);
        let taken = |year: usize, years: f64| followed(effects[year], year as f64 - years, of);
        assert_eq!([0, 1, 2, 3].map(|year| taken(year, 1.0)), [0.0, 0.0, 10.0, -5.0], "what costs more is paid at once");
        assert_eq!(taken(2, 0.5), 25.0);
        assert_eq!(taken(1, 1.5), 0.0);
        assert_eq!(followed(5.0, 2.0, of), 5.0, "no more than there is now");
    }
}
