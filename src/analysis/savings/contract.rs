//! A lump sum, year by year and member by member: what the municipality pays, what the provider spends, and when talks begin.

use super::money::{Books, Series};
use crate::compile::layout::{Level, Unit, metric};
use crate::compile::trend_products;
use crate::ensemble::EnsembleError;
use crate::luck::{Luck, PersonId, name_hash};
use crate::model::{Booked, Clause, Contract, Model, Trigger};
use crate::store::{Job, StoreError};

/// A contract under one scenario. Euros at the constant price level.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Deal {
    /// First calendar year.
    pub(super) start: i32,
    /// What the municipality pays without clauses.
    pub(super) sum: Series,
    /// What clauses add; negative if the provider pays back.
    pub(super) revised: Series,
    /// What the provider spends.
    pub(super) spent: Series,
    /// What the base of the contract would have cost at tariffs under unchanged policy.
    pub(super) tariffs: Series,
    /// Per clause whether it opened: 1 or 0.
    pub(super) opened: Vec<Series>,
}

/// What a contract is worked out from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) books: Books<'a>,
    /// Number of the scenario of unchanged policy in the run.
    pub(super) unchanged: usize,
}

impl Desk<'_> {
    /// The contract under the scenario with this number in the run, so many years after its own date.
    ///
    /// # Errors
    /// The members cannot be read, or a draw gives the contract a factor below 0.
    pub(super) fn deal(&self, contract: &Contract, scenario: usize, later: i32) -> Result<Deal, StoreError> {
        let (model, layout) = (self.job.model, self.books.layout);
        let members = self.books.members();
        let values: Vec<Vec<f64>> = (0..self.job.identity.draws).map(|draw| self.job.members.parameters(draw)).collect();
        let draw = |member: usize| member / (self.job.identity.replications as usize).max(1);
        let (first, years) = (layout.first_year, layout.years);
        let at = |year: i32| usize::try_from(year - first).ok().filter(|&at| at < years);

        let mut tariffs = self.books.nothing();
        for (track, of, share) in &contract.base {
            let cost = self.books.sum(self.unchanged, metric::COST_CONSTANT, |unit| is(unit, *track, *of))?;
            for year in 0..years {
                for (member, (sum, cost)) in tariffs.row_mut(year).iter_mut().zip(cost.row(year)).enumerate() {
                    *sum += share.value(&values[draw(member)]) * cost;
                }
            }
        }
        let start = contract.start + later;
        let mut deal = Deal {
            start,
            sum: self.books.nothing(),
            revised: self.books.nothing(),
            spent: self.books.nothing(),
            tariffs,
            opened: vec![self.books.nothing(); contract.clauses.len()],
        };
        let Some(base) = at(contract.base_year + later) else { return Ok(deal) };
        let place = || format!("contract `{}`", contract.name);
        let paths = values.iter().enumerate().map(|(draw, values)| {
            let path = trend_products(model, &contract.trends, values, years, &place);
            path.map_err(|reason| StoreError::from(EnsembleError::Compile { draw: draw as u32, reason }))
        });
        let paths: Vec<Vec<f64>> = paths.collect::<Result<_, _>>()?;
        let constant = model.prices.constant_year;
        for year in (start..first + years as i32).filter_map(at) {
            // An amount that does not follow prices is worth less every year.
            let worth = if contract.indexed { 1.0 } else { model.prices.factor(first + year as i32, start) };
            let step = year.saturating_sub(later.max(0) as usize);
            for member in 0..members {
                deal.sum.row_mut(year)[member] = deal.tariffs.row(base)[member] * paths[draw(member)][step] * worth;
            }
        }
        let price = model.prices.factor(contract.price_year, constant);
        let mut served = self.books.nothing();
        for (all, (track, state, euro)) in
            contract.provider.iter().map(|part| (true, part)).chain(contract.beyond.iter().map(|part| (false, part)))
        {
            let there = |scenario| self.books.sum(scenario, metric::PERSON_TIME, |unit| is(unit, *track, Booked::State(*state)));
            // What there was in the base year other lines of the accounts pay for.
            let before = if all { self.books.nothing() } else { there(self.unchanged)? };
            let there = there(scenario)?;
            served.add(&there, 1.0);
            for year in (start..first + years as i32).filter_map(at) {
                let rows = deal.spent.row_mut(year).iter_mut().zip(there.row(year)).zip(before.row(base));
                for (member, ((sum, there), before)) in rows.enumerate() {
                    *sum += euro.value(&values[draw(member)]) * price * (there - before);
                }
            }
        }
        let waiting = self.books.sum(scenario, metric::PERSON_TIME, |unit| waits_for(model, unit, contract))?;
        for (number, clause) in contract.clauses.iter().enumerate() {
            for year in clause.from + later..first + years as i32 {
                let Some(here) = at(year) else { continue };
                for member in 0..members {
                    let values = &values[draw(member)];
                    let sum = deal.sum.row(here)[member];
                    let deviation = match clause.trigger {
                        Trigger::Law => 0.0,
                        Trigger::Population => ratio(deal.tariffs.row(here)[member], deal.tariffs.row(base)[member]) - 1.0,
                        Trigger::Capacity => ratio(waiting.row(here)[member], served.row(here)[member]),
                        Trigger::Result => ratio(deal.spent.row(here)[member], sum) - 1.0,
                    };
                    let dice = self.dice(contract, clause, year, member);
                    let Some(share) = opens(clause, values, deviation, dice) else { continue };
                    deal.opened[number].row_mut(here)[member] = 1.0;
                    let agreed = dice[1] < clause.chance.value(values);
                    if let Some(paid) = at(year + clause.lag).filter(|_| agreed) {
                        deal.revised.row_mut(paid)[member] += capped(share, clause, values) * sum;
                    }
                }
            }
        }
        Ok(deal)
    }

    /// Two uniform numbers of a clause in a year, the same in every scenario: whether it opens by chance, and whether talks lead to a
    /// payment.
    fn dice(&self, contract: &Contract, clause: &Clause, year: i32, member: usize) -> [f64; 2] {
        let member = self.job.identity.design().member(member as u64);
        let luck = Luck::new(self.job.identity.seed, member.draw, member.replication);
        luck.lane("contract", &contract.name).pair(PersonId(name_hash(&clause.name)), year as u32, 0, 0)
    }
}

/// What is paid of the sum, as a share, if the clause opens.
fn opens(clause: &Clause, values: &[f64], deviation: f64, dice: [f64; 2]) -> Option<f64> {
    let (threshold, share) = (clause.threshold.value(values), clause.share.value(values));
    if clause.trigger == Trigger::Law {
        return (dice[0] < threshold).then_some(share);
    }
    let beyond = deviation.abs() - threshold;
    (beyond > 0.0).then_some(share * beyond.copysign(deviation))
}

/// What is paid of the sum, as a share, when a cap has had its say.
fn capped(share: f64, clause: &Clause, values: &[f64]) -> f64 {
    // A cap such as 1 - 0.1 - 0.9 may miss 0 by a rounding.
    let most = clause.cap.as_ref().map_or(f64::INFINITY, |cap| cap.value(values).max(0.0));
    share.clamp(-most, most)
}

/// A part of a whole; nothing of nothing.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Whether a row counts this part of a track.
pub(super) fn is(unit: &Unit, track: usize, of: Booked) -> bool {
    unit.track == Some(track)
        && match of {
            Booked::States => unit.level == Level::Track,
            Booked::State(state) => unit.level == Level::State && unit.state == Some(state),
            Booked::Attached(attached) => unit.level == Level::Attached && unit.attached == Some(attached),
        }
}

/// Whether a row counts those who wait for a state that the provider serves.
fn waits_for(model: &Model, unit: &Unit, contract: &Contract) -> bool {
    let (Level::State, Some(track), Some(state)) = (unit.level, unit.track, unit.state) else { return false };
    let wait = model.tracks[track].states[state].wait;
    wait.is_some_and(|wait| contract.served().any(|(of, served, _)| *of == track && *served == wait.state))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Expression, Label};

    fn clause(trigger: Trigger, threshold: f64, share: f64) -> Clause {
        let number = Expression::Number;
        Clause {
            name: "a".into(),
            label: Label { nl: String::new(), en: String::new() },
            trigger,
            threshold: number(threshold),
            from: 2025,
            lag: 1,
            share: number(share),
            cap: None,
            chance: number(1.0),
        }
    }

    #[test]
    fn a_clause_pays_what_lies_beyond_its_threshold() {
        let result = clause(Trigger::Result, 0.05, 0.5);
        assert_eq!(opens(&result, &[], 0.05, [0.5; 2]), None, "as much as the threshold is not more");
        assert_eq!(opens(&result, &[], 0.25, [0.5; 2]), Some(0.1));
        assert_eq!(opens(&result, &[], -0.25, [0.5; 2]), Some(-0.1), "a gain is shared too");
        let cap = |cap| Clause { cap: Some(Expression::Number(cap)), ..result.clone() };
        assert_eq!([0.05, 0.0, -1e-17].map(|most| capped(-0.1, &cap(most), &[])), [-0.05, 0.0, 0.0]);
        assert_eq!(capped(-0.1, &result, &[]), -0.1, "no cap");
        let law = clause(Trigger::Law, 0.1, 0.02);
        assert_eq!(opens(&law, &[], 0.0, [0.09, 0.5]), Some(0.02));
        assert_eq!(opens(&law, &[], 0.0, [0.11, 0.5]), None);
    }
}
