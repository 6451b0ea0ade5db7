//! `savings.csv`: what each scenario of a run saves against unchanged policy, and the chance that it reaches what a plan has booked.
//!
//! Members of two scenarios share their draw, luck and shocks, so a saving is a difference within a member. Gross is the cost of help
//! saved; net takes off what the saving needs: the investments that the plan books, or where the scenario says that the model simulates
//! these itself, what gates and contracts cost. `dots.csv` holds fifty equally likely values of each, for who draws them.

mod cash;
mod claim;
mod contract;
mod dots;
mod money;
mod row;

use super::bands::{Band, Sheet};
use super::estimate::estimate;
use crate::compile::layout::{Level, metric};
use crate::model::{Amounts, Model, Plan, Scenario, UNCHANGED, Unit};
use crate::store::spool::Spool;
use crate::store::{CASHABLE_FILE, CONTRACTS_FILE, DOTS_FILE, Run, SAVINGS_FILE, StoreError};
pub use cash::{Part, Reason};
pub use claim::Claim;
use contract::{Deal, Desk};
pub use dots::{DOTS, DotRow, read_dots};
use money::{Books, Series};
use row::plan_row;
pub use row::{CashRow, ContractRow, Euros, Kind, Row, TOTAL, read, read_cash, read_contracts};

/// Whether a run of these scenarios is held against a plan.
pub fn applies(model: &Model, scenarios: &[String]) -> bool {
    model.plan.is_some() && scenarios.len() > 1 && scenarios.iter().any(|name| name == UNCHANGED)
}

/// Writes `savings.csv`, `dots.csv` and `cashable.csv`, and `contracts.csv` if a scenario has contracts; none of them if the model has no
/// plan, or the run has no scenario beside `ongewijzigd-beleid`.
///
/// # Errors
/// The members cannot be read, or the disk refuses.
pub(super) fn write(run: &Run<'_>, spool: &Spool) -> Result<(), StoreError> {
    let job = run.job();
    let (Some(plan), true) = (&job.model.plan, applies(job.model, &job.identity.scenarios)) else { return Ok(()) };
    let Some(unchanged) = job.identity.scenarios.iter().position(|name| name == UNCHANGED) else { return Ok(()) };
    let books = Books { spool, layout: job.members.layout() };
    let draws: Vec<Vec<f64>> = (0..job.identity.draws).map(|draw| job.members.parameters(draw)).collect();
    let mean = |id: usize| draws.iter().map(|values| values[id]).sum::<f64>() / draws.len() as f64;
    let means = (0..job.model.parameters.len()).map(mean).collect();
    let replications = job.identity.replications as usize;
    let trial = Trial { model: job.model, plan, books, replications, unchanged, means, draws };
    let desk = Desk { job, books, unchanged };
    let mut sheet = Sheet::new(job.folder, SAVINGS_FILE)?;
    for row in trial.plan_rows() {
        sheet.add(row)?;
    }
    let mut dots = Sheet::new(job.folder, DOTS_FILE)?;
    let mut cash = Sheet::new(job.folder, CASHABLE_FILE)?;
    let mut contracts = Vec::new();
    for (number, name) in job.identity.scenarios.iter().enumerate().filter(|&(number, _)| number != unchanged) {
        let Some(scenario) = job.model.scenarios.iter().find(|scenario| scenario.name == *name) else { continue };
        let terms = &scenario.terms;
        // A contract begins with a year.
        let later = terms.later_years.ceil() as i32;
        let deals: Vec<(usize, Deal)> = (terms.contracts.iter())
            .map(|&id| Ok((id, desk.deal(&job.model.contracts[id], number, later)?)))
            .collect::<Result<_, StoreError>>()?;
        let outcome = trial.outcome(number, scenario, &deals)?;
        let mut pile = Vec::new();
        for row in trial.rows(scenario, &outcome, &mut pile).into_iter().chain(trial.claimed(number, scenario)?) {
            sheet.add(row)?;
        }
        pile.into_iter().try_for_each(|row| dots.add(row))?;
        trial.cash_rows(number, scenario, &outcome, &deals)?.into_iter().try_for_each(|row| cash.add(row))?;
        contracts.extend(trial.contract_rows(scenario, &deals, &outcome));
    }
    sheet.keep()?;
    dots.keep()?;
    cash.keep()?;
    if !contracts.is_empty() {
        let mut sheet = Sheet::new(job.folder, CONTRACTS_FILE)?;
        contracts.into_iter().try_for_each(|row| sheet.add(row))?;
        sheet.keep()?;
    }
    Ok(())
}

/// A run on trial.
struct Trial<'a> {
    model: &'a Model,
    plan: &'a Plan,
    books: Books<'a>,
    replications: usize,
    /// Number of the scenario of unchanged policy in the run.
    unchanged: usize,
    /// Mean of every parameter over the draws.
    means: Vec<f64>,
    /// Parameter values by id, per draw.
    draws: Vec<Vec<f64>>,
}

/// What a scenario saves: per kind of euros and domain of the plan, gross and net; the last domain is the total.
struct Outcome {
    gross: [Vec<Series>; 2],
    net: [Vec<Series>; 2],
}

const EUROS: [Euros; 2] = [Euros::Constant, Euros::Nominal];

impl Trial<'_> {
    fn years(&self) -> std::ops::Range<i32> {
        let layout = self.books.layout;
        layout.first_year.max(self.plan.years().0)..layout.first_year + layout.years as i32
    }

    /// An amount of the plan in a year, in the euros asked for: it is held after the last year that has one.
    fn booked(&self, amounts: &Amounts, year: i32, euros: Euros) -> f64 {
        let prices = &self.model.prices;
        let amount = amounts.held(year);
        let last = amounts.0.last().map_or(year, |&(last, _)| last);
        match euros {
            Euros::Constant => amount * prices.factor(self.plan.price_year, prices.constant_year),
            Euros::Nominal if year > last => amount * prices.factor(last, year),
            Euros::Nominal => amount,
        }
    }

    fn outcome(&self, number: usize, scenario: &Scenario, deals: &[(usize, Deal)]) -> Result<Outcome, StoreError> {
        let first = self.books.layout.first_year;
        let mut outcome = Outcome { gross: [vec![], vec![]], net: [vec![], vec![]] };
        for (which, (euros, metric)) in EUROS.into_iter().zip([metric::COST_CONSTANT, metric::COST_NOMINAL]).enumerate() {
            let (mut all_gross, mut all_net) = (self.books.nothing(), self.books.nothing());
            for (id, domain) in self.plan.domains.iter().enumerate() {
                let here = |of: Option<usize>| of.is_some_and(|of| domain.of.contains(&of));
                let mut gross =
                    self.books.sum(self.unchanged, metric, |unit| unit.level == Level::Domain && here(unit.domain))?;
                gross.add(&self.books.sum(number, metric, |unit| unit.level == Level::Domain && here(unit.domain))?, -1.0);
                // What gates cost stands in the rows of domains too, but is an investment.
                let fees = |scenario| self.books.sum(scenario, metric, |unit| unit.level == Level::Gate && here(unit.domain));
                let (fees, fees_unchanged) = (fees(number)?, fees(self.unchanged)?);
                gross.add(&fees, 1.0);
                gross.add(&fees_unchanged, -1.0);
                let mut net = gross.clone();
                if scenario.terms.investments.contains(&id) {
                    for year in self.years() {
                        let investment = self.booked(&domain.investment, year, euros);
                        net.row_mut((year - first) as usize).iter_mut().for_each(|net| *net -= investment);
                    }
                } else {
                    net.add(&fees, -1.0);
                    net.add(&fees_unchanged, 1.0);
                }
                for (_, deal) in deals.iter().filter(|(of, _)| self.model.contracts[*of].domain == id) {
                    for year in self.years() {
                        let factor = match euros {
                            Euros::Constant => 1.0,
                            Euros::Nominal => self.model.prices.factor(self.model.prices.constant_year, year),
                        };
                        let at = (year - first) as usize;
                        let paid = deal.sum.row(at).iter().zip(deal.revised.row(at));
                        net.row_mut(at).iter_mut().zip(paid).for_each(|(net, (sum, revised))| *net -= factor * (sum + revised));
                    }
                }
                all_gross.add(&gross, 1.0);
                all_net.add(&net, 1.0);
                outcome.gross[which].push(gross);
                outcome.net[which].push(net);
            }
            outcome.gross[which].push(all_gross);
            outcome.net[which].push(all_net);
        }
        Ok(outcome)
    }

    /// All rows of a scenario; the dots of those in constant euros go on the pile.
    fn rows(&self, scenario: &Scenario, outcome: &Outcome, pile: &mut Vec<DotRow>) -> Vec<Row> {
        let first = self.books.layout.first_year;
        let mut rows = Vec::new();
        for (which, euros) in EUROS.into_iter().enumerate() {
            for id in 0..=self.plan.domains.len() {
                let domain = self.plan.domains.get(id);
                let mut cumulated = vec![0.0; self.books.members()];
                let mut booked_so_far = 0.0;
                for year in self.years() {
                    let at = (year - first) as usize;
                    let sum = |of: &dyn Fn(&crate::model::PlanDomain) -> f64| match domain {
                        Some(domain) => of(domain),
                        None => self.plan.domains.iter().map(of).sum(),
                    };
                    let saving = sum(&|domain| self.booked(&domain.saving, year, euros));
                    let net = saving - sum(&|domain| self.booked(&domain.investment, year, euros));
                    let once = if domain.is_none() { self.once(year, euros) } else { 0.0 };
                    booked_so_far += net - once;
                    let spent = if scenario.terms.one_off { once } else { 0.0 };
                    let nets = outcome.net[which][id].row(at);
                    cumulated.iter_mut().zip(nets).for_each(|(sum, net)| *sum += net - spent);
                    let claims = [
                        (Kind::Gross, outcome.gross[which][id].row(at), saving),
                        (Kind::Net, nets, net),
                        (Kind::Cumulative, &cumulated[..], booked_so_far),
                    ];
                    for (kind, values, booked) in claims {
                        rows.extend(self.claims(scenario, id, year, (kind, euros), values, booked));
                        if euros == Euros::Constant {
                            pile.extend(self.dots(scenario, id, year, kind, values));
                        }
                    }
                }
            }
        }
        rows
    }

    /// The savings of one amount in constant euros, as dots.
    fn dots(&self, scenario: &Scenario, id: usize, year: i32, kind: Kind, values: &[f64]) -> Vec<DotRow> {
        let row = |(dot, saving)| DotRow {
            scenario: scenario.name.clone(),
            domain: self.plan.domains.get(id).map_or_else(|| TOTAL.to_owned(), |domain| domain.name.clone()),
            year,
            kind,
            euros: Euros::Constant,
            dot: dot + 1,
            share: dots::share(dot),
            saving,
        };
        dots::dots(values).into_iter().enumerate().map(row).collect()
    }

    /// Claims of the plan about a scenario: the cost of each member as a part of that under unchanged policy.
    fn claimed(&self, number: usize, scenario: &Scenario) -> Result<Vec<Row>, StoreError> {
        let layout = self.books.layout;
        let mut rows = Vec::new();
        for claim in &self.plan.claims {
            let Some(at) = usize::try_from(claim.year - layout.first_year).ok().filter(|&at| at < layout.years) else { continue };
            let (track, of) = claim.of;
            let cost = |scenario| self.books.sum(scenario, metric::COST_CONSTANT, |unit| contract::is(unit, track, of));
            let (before, after) = (cost(self.unchanged)?, cost(number)?);
            let part = |(after, before): (&f64, &f64)| if *before > 0.0 { after / before } else { 1.0 };
            let parts: Vec<f64> = after.row(at).iter().zip(before.row(at)).map(part).collect();
            // A claim is met from below.
            let fallen: Vec<f64> = parts.iter().map(|part| -part).collect();
            let (found, met) = (estimate(&parts, self.replications), Claim::realised(&fallen, self.replications, -claim.factor));
            let [p05, p10, p25, p50, p75, p90, p95] = found.realised.map(Some);
            rows.push(Row {
                scenario: scenario.name.clone(),
                knowledge: scenario.terms.knowledge,
                kind: Kind::Claim,
                euros: Euros::Constant,
                mean: Some(found.mean),
                mcse: found.mcse,
                p05,
                p10,
                p25,
                p50,
                p75,
                p90,
                p95,
                chance: Some(met.chance),
                chance_se: Some(met.chance_se),
                ..plan_row(&claim.name, claim.year, claim.factor, &claim.label.en)
            });
        }
        Ok(rows)
    }

    /// What the plan spends once in a year, in the euros asked for.
    fn once(&self, year: i32, euros: Euros) -> f64 {
        let prices = &self.model.prices;
        let factor = if euros == Euros::Constant { prices.factor(self.plan.price_year, prices.constant_year) } else { 1.0 };
        self.plan.one_off.of(year) * factor
    }

    /// The rows of one amount: both bands.
    fn claims(
        &self,
        scenario: &Scenario,
        id: usize,
        year: i32,
        (kind, euros): (Kind, Euros),
        values: &[f64],
        booked: f64,
    ) -> Vec<Row> {
        let domain = self.plan.domains.get(id);
        let implicit =
            domain.is_some() && scenario.terms.implicit.contains(&id) || domain.is_none() && !scenario.terms.implicit.is_empty();
        let task =
            domain.is_none().then(|| self.booked(&self.plan.task, year, euros) + self.booked(&scenario.terms.task, year, euros));
        let remarks: Vec<&str> = self.plan.remarks(domain.map(|_| id), year).map(|remark| remark.en.as_str()).collect();
        let row = |band, claim: Option<Claim>| {
            let of = |pick: &dyn Fn(&Claim) -> f64| claim.as_ref().map(pick);
            let quantile = |which: usize| of(&|claim| claim.quantiles[which]);
            let chance = claim.as_ref().filter(|_| !implicit);
            let mean = of(&|claim| claim.mean);
            let multiplier = mean.filter(|&mean| implicit && kind == Kind::Gross && mean > 0.0).map(|mean| booked / mean);
            let mut note = remarks.clone();
            if implicit {
                note.push("n/a: the plan gives no effects here, so what is booked is what must be true");
            }
            Row {
                scenario: scenario.name.clone(),
                knowledge: scenario.terms.knowledge,
                domain: domain.map_or_else(|| TOTAL.to_owned(), |domain| domain.name.clone()),
                year,
                kind,
                euros,
                band,
                booked,
                task,
                mean,
                mcse: claim.as_ref().and_then(|claim| claim.mcse),
                p05: quantile(0),
                p10: quantile(1),
                p25: quantile(2),
                p50: quantile(3),
                p75: quantile(4),
                p90: quantile(5),
                p95: quantile(6),
                chance: chance.map(|claim| claim.chance),
                chance_se: chance.map(|claim| claim.chance_se),
                shortfall: of(&|claim| claim.shortfall),
                reserve_p80: of(&|claim| claim.reserve[0]),
                reserve_p95: of(&|claim| claim.reserve[1]),
                multiplier,
                feasible: multiplier.and_then(|multiplier| self.feasible(scenario, id, multiplier)),
                note: note.join("; "),
            }
        };
        vec![
            row(Band::Realised, Some(Claim::realised(values, self.replications, booked))),
            row(Band::Expected, Claim::expected(values, self.replications, booked)),
        ]
    }

    /// Whether the strengths of a domain's measures, so many times their mean over draws, stay at or below all of what they act on.
    fn feasible(&self, scenario: &Scenario, domain: usize, multiplier: f64) -> Option<bool> {
        let share = |id: &usize| self.model.parameters[*id].unit == Unit::Share;
        let measures = scenario.measures.iter().filter(|measure| measure.domain == Some(domain));
        let strengths: Vec<usize> = measures.filter_map(|measure| measure.strength).filter(share).collect();
        let largest = strengths.iter().map(|&id| self.means[id]).fold(0.0, f64::max);
        (!strengths.is_empty()).then_some(multiplier * largest <= 1.0)
    }

    /// The amounts of the plan itself that no scenario repeats: its lines, its task and what it spends once.
    fn plan_rows(&self) -> Vec<Row> {
        let lines = self.plan.lines.iter().map(|line| (line.name.as_str(), &line.euro));
        let own = [("task", &self.plan.task), ("one_off", &self.plan.one_off)];
        let title = &self.model.sources[self.plan.source].title;
        let rows =
            own.into_iter().chain(lines).flat_map(|(name, euro)| euro.0.iter().map(move |&(year, euro)| (name, year, euro)));
        rows.map(|(name, year, euro)| plan_row(name, year, euro, title)).collect()
    }

    fn contract_rows(&self, scenario: &Scenario, deals: &[(usize, Deal)], outcome: &Outcome) -> Vec<ContractRow> {
        let layout = self.books.layout;
        let mut rows = Vec::new();
        for (id, deal) in deals {
            let contract = &self.model.contracts[*id];
            for year in deal.start..layout.first_year + layout.years as i32 {
                let Ok(at) = usize::try_from(year - layout.first_year) else { continue };
                let result: Vec<f64> = (deal.sum.row(at).iter().zip(deal.revised.row(at)).zip(deal.spent.row(at)))
                    .map(|((sum, revised), spent)| sum + revised - spent)
                    .collect();
                let share = correlation(deal.sum.row(at), outcome.net[0][contract.domain].row(at)).map(|r| r * r);
                let euros = "euro (constant)";
                let mut numbers = vec![
                    ("sum".to_owned(), euros, deal.sum.row(at).to_vec(), share),
                    ("revised".to_owned(), euros, deal.revised.row(at).to_vec(), None),
                    ("provider_spent".to_owned(), euros, deal.spent.row(at).to_vec(), None),
                    ("provider_result".to_owned(), euros, result, None),
                    ("at_tariffs".to_owned(), euros, deal.tariffs.row(at).to_vec(), None),
                ];
                let opened = contract.clauses.iter().zip(&deal.opened);
                numbers.extend(
                    opened.map(|(clause, opened)| (format!("opened:{}", clause.name), "share", opened.row(at).to_vec(), None)),
                );
                rows.extend(numbers.into_iter().map(|(metric, unit, values, share_of_result)| {
                    let found = estimate(&values, self.replications);
                    ContractRow {
                        scenario: scenario.name.clone(),
                        contract: contract.name.clone(),
                        year,
                        metric,
                        unit: unit.to_owned(),
                        mean: found.mean,
                        mcse: found.mcse,
                        p05: found.realised[0],
                        p50: found.realised[3],
                        p95: found.realised[6],
                        share_of_result,
                    }
                }));
            }
        }
        rows
    }
}

/// Pearson's correlation; `None` where one does not vary.
fn correlation(one: &[f64], other: &[f64]) -> Option<f64> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (a, b) = (mean(one), mean(other));
    let pairs = || one.iter().zip(other).map(|(x, y)| (x - a, y - b));
    let (xx, yy, xy) = pairs().fold((0.0, 0.0, 0.0), |(xx, yy, xy), (x, y)| (xx + x * x, yy + y * y, xy + x * y));
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlation_of_a_line_is_one() {
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]), Some(1.0));
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), Some(-1.0));
        assert_eq!(correlation(&[1.0, 1.0], &[3.0, 2.0]), None);
    }
}
