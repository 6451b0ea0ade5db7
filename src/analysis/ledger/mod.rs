//! The savings ledger: the saving of a scenario divided over its measures.
//!
//! A measure's share is what it adds, averaged over all orders in which the measures could have come, on the same draws, luck and shocks:
//! shares sum to the saving, whatever measures do to each other. Beside it stand what a measure saves alone and what it adds last. Measures
//! that have nothing in common are divided apart; of a large group orders are drawn, each with its reverse.

mod game;
mod group;

use serde::{Deserialize, Serialize};

use super::estimate::{Estimate, estimate};
use crate::calibration::{CalibrationError, Memo};
use crate::compile::layout::{Layout, Level, metric};
use crate::compile::{Compiled, Options, Plan as Compiler};
use crate::engine::{Tally, simulate_each};
use crate::luck::{Luck, PersonId, name_hash};
use crate::meanfield::{Settings, Twin};
use crate::model::{Measure, Model, Plan, Scenario, Terms, UNCHANGED};

/// Who works out what a set of measures saves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The engine.
    Engine,
    /// Its twin, which knows nothing of places that run out: a first answer.
    Twin,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// The model; it has a plan.
    pub model: &'a Model,
    /// Horizon and size.
    pub options: Options,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Seed of the luck.
    pub seed: u64,
    /// Parameter values by id, per draw.
    pub draws: Vec<Vec<f64>>,
    /// Replications of each; the twin has no luck and needs one.
    pub replications: u32,
    /// Who works it out.
    pub method: Method,
    /// Orders of arrival that are drawn per member of a large group, each with its reverse.
    pub orders: u32,
}

/// Most measures of a group of which all sets are worked out.
const EXACT: usize = 6;

/// Draws that are kept together.
const CHUNK: usize = 4;

/// One measure in the ledger. Estimates per \[domain of the plan, then the total\] × year, in euros at the constant price level.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Index among the measures of the scenario.
    pub measure: usize,
    /// Number of its group.
    pub group: usize,
    /// Its share.
    pub share: Vec<Estimate>,
    /// What it saves alone.
    pub alone: Vec<Estimate>,
    /// What it adds last.
    pub last: Vec<Estimate>,
}

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Ledger {
    /// A measure each, in the order of the scenario.
    pub entries: Vec<Entry>,
    /// What all save together.
    pub total: Vec<Estimate>,
    /// What all save alone, summed, less what they save together: what they take from each other.
    pub overlap: Vec<Estimate>,
    /// Calendar years: how many columns there are per domain.
    pub years: usize,
    /// Whether all sets were worked out in every group.
    pub exact: bool,
    /// Members.
    pub members: usize,
}

/// Per measure and column, cents of one member: share, alone, last.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Member {
    share: Vec<Vec<f64>>,
    alone: Vec<Vec<i64>>,
    last: Vec<Vec<i64>>,
    total: Vec<i64>,
}

/// Divides the saving; goes on where it was stopped.
///
/// # Errors
/// The model does not fit, a draw makes none, it was stopped, or the disk fails.
pub fn ledger(job: &Job<'_>, plan: &Plan, memo: &Memo<'_>) -> Result<Ledger, CalibrationError> {
    let desk = Desk::new(job, plan)?;
    let members = memo.draws(job.draws.len(), CHUNK, |draw| desk.draw(draw))?;
    Ok(desk.close(&members))
}

/// All that members have in common.
struct Desk<'a> {
    job: &'a Job<'a>,
    plan: &'a Plan,
    layout: Layout,
    /// Measures by what they do, so that neither names nor order matter.
    order: Vec<usize>,
    /// Per measure what it does, as text.
    keys: Vec<String>,
    groups: Vec<Vec<usize>>,
}

impl<'a> Desk<'a> {
    fn new(job: &'a Job<'a>, plan: &'a Plan) -> Result<Self, CalibrationError> {
        let measures = &job.scenario.measures;
        if measures.len() > game::MOST {
            return Err(CalibrationError::Model(format!("at most {} measures can be divided", game::MOST)));
        }
        let keys: Vec<String> = measures.iter().map(|measure| key(job.model, measure)).collect();
        let mut order: Vec<usize> = (0..measures.len()).collect();
        order.sort_by(|&a, &b| keys[a].cmp(&keys[b]));
        let mut desk = Self { job, plan, layout: Layout::new(job.model, job.options.last_year), order, keys, groups: vec![] };
        let alone: Vec<u32> = (0..measures.len()).map(|measure| 1 << measure).collect();
        let first = job.draws.first().ok_or_else(|| CalibrationError::Model("the run has no draw".to_owned()))?;
        let model = desk.model_of(&alone);
        let group = group::groups(&desk.compile(&model, first)?);
        let mut numbers = group.clone();
        numbers.sort_unstable();
        numbers.dedup();
        desk.groups =
            numbers.iter().map(|&number| (0..group.len()).filter(|&measure| group[measure] == number).collect()).collect();
        Ok(desk)
    }

    /// The model with unchanged policy and these sets of measures as its only scenarios.
    fn model_of(&self, sets: &[u32]) -> Model {
        let base = |name: String, measures: Vec<Measure>, terms: Terms| Scenario {
            name,
            measures,
            terms,
            base: None,
            ..self.job.scenario.clone()
        };
        let mut model = self.job.model.clone();
        model.scenarios = vec![base(UNCHANGED.to_owned(), Vec::new(), Terms::default())];
        model.scenarios.extend(sets.iter().map(|set| {
            let chosen = self.order.iter().filter(|&&measure| set & (1 << measure) != 0);
            let measures = chosen.map(|&measure| self.job.scenario.measures[measure].clone()).collect();
            base(format!("set {set}"), measures, self.job.scenario.terms.clone())
        }));
        model
    }

    fn compile(&self, model: &Model, values: &[f64]) -> Result<Compiled, CalibrationError> {
        let compiled = Compiler::new(model, &self.job.options).and_then(|plan| plan.compile(values));
        compiled.map_err(|error| CalibrationError::Model(error.to_string()))
    }

    /// Orders of arrival of a large group in a draw, each followed by its reverse.
    fn orders(&self, group: &[usize], draw: usize) -> Vec<Vec<usize>> {
        let luck = Luck::new(self.job.seed, draw as u32, u32::MAX - 2);
        let place = |measure: usize, order: u32| {
            luck.lane("ledger", &self.keys[measure]).one(PersonId(name_hash(&self.keys[measure])), order, 0, 0)
        };
        (0..self.job.orders)
            .flat_map(|order| {
                let mut players: Vec<usize> = (0..group.len()).collect();
                players.sort_by(|&a, &b| place(group[a], order).total_cmp(&place(group[b], order)));
                let back = players.iter().rev().copied().collect();
                [players, back]
            })
            .collect()
    }

    /// All replications of a draw.
    fn draw(&self, draw: usize) -> Result<Vec<Member>, CalibrationError> {
        let spread = |group: &[usize], mask: u32| {
            group
                .iter()
                .enumerate()
                .filter(|(player, _)| mask & (1 << player) != 0)
                .fold(0, |set, (_, measure)| set | 1u32 << measure)
        };
        let all: u32 = (0..self.keys.len()).fold(0, |set, measure| set | 1 << measure);
        let orders: Vec<Vec<Vec<usize>>> =
            self.groups.iter().map(|group| if group.len() > EXACT { self.orders(group, draw) } else { vec![] }).collect();
        let mut sets = vec![all];
        for (group, orders) in self.groups.iter().zip(&orders) {
            let count = group.len();
            if orders.is_empty() {
                sets.extend((1u32..1 << count).map(|mask| spread(group, mask)));
                continue;
            }
            let full = (1u32 << count) - 1;
            sets.extend((0..count).flat_map(|player| [1 << player, full & !(1 << player)]).map(|mask| spread(group, mask)));
            sets.extend(orders.iter().flat_map(|order| game::arrivals(order)).map(|mask| spread(group, mask)));
        }
        sets.sort_unstable();
        sets.dedup();
        sets.retain(|&set| set != 0);
        let model = self.model_of(&sets);
        let compiled = self.compile(&model, &self.job.draws[draw])?;
        let worths = self.worths(&compiled, draw, sets.len());
        Ok(worths.into_iter().map(|worth| self.member(&sets, &worth, &orders, all, &spread)).collect())
    }

    /// Per replication, what each set saves: \[set\] × column.
    fn worths(&self, compiled: &Compiled, draw: usize, sets: usize) -> Vec<Vec<Vec<i64>>> {
        let less = |base: &[i64], cost: &[i64]| base.iter().zip(cost).map(|(base, cost)| base - cost).collect();
        match self.job.method {
            Method::Twin => {
                let mut twin = Twin::default();
                let mut cost = |scenario: usize| {
                    let expected = twin.solve(compiled, scenario, &Settings::FAST);
                    // The twin counts in units; a ledger in cents.
                    self.costs(|at| libm::round(100.0 * expected.values[at]) as i64)
                };
                let base = cost(0);
                vec![(1..=sets).map(|set| less(&base, &cost(set))).collect()]
            }
            Method::Engine => {
                let mut tally = Tally::new(&self.layout);
                let mut of = |replication: u32| {
                    let luck = Luck::new(self.job.seed, draw as u32, replication);
                    let compiled = compiled.shocked(luck);
                    let (all, mut costs) = ((0..=sets).collect::<Vec<_>>(), Vec::with_capacity(sets + 1));
                    simulate_each(&compiled, &all, luck, &mut tally, |scenario, tally| {
                        let counts = tally.counts(&compiled, scenario);
                        costs.push(self.costs(|at| counts[at]));
                    });
                    costs[1..].iter().map(|cost| less(&costs[0], cost)).collect()
                };
                (0..self.job.replications).map(&mut of).collect()
            }
        }
    }

    /// Cost in cents per domain of the plan and in all, year by year.
    fn costs(&self, at: impl Fn(usize) -> i64) -> Vec<i64> {
        let years = self.layout.years;
        let mut costs = vec![0; (self.plan.domains.len() + 1) * years];
        for (row, unit) in self.layout.units.iter().enumerate().filter(|(_, unit)| unit.level == Level::Domain) {
            let Some(domain) = unit.domain.and_then(|id| self.plan.domains.iter().position(|domain| domain.of.contains(&id)))
            else {
                continue;
            };
            for year in 0..years {
                let cost = at(self.layout.offset(0, row, 3 * year + 2) + metric::COST_CONSTANT);
                costs[domain * years + year] += cost;
                costs[self.plan.domains.len() * years + year] += cost;
            }
        }
        costs
    }

    fn member(
        &self,
        sets: &[u32],
        worth: &[Vec<i64>],
        orders: &[Vec<Vec<usize>>],
        all: u32,
        spread: &impl Fn(&[usize], u32) -> u32,
    ) -> Member {
        let (measures, columns) = (self.keys.len(), worth[0].len());
        let of = |set: u32, column: usize| sets.binary_search(&set).map_or(0, |at| worth[at][column]);
        let blank = || vec![vec![0; columns]; measures];
        let mut member = Member {
            share: vec![vec![0.0; columns]; measures],
            alone: blank(),
            last: blank(),
            total: (0..columns).map(|column| of(all, column)).collect(),
        };
        for (group, orders) in self.groups.iter().zip(orders) {
            let full = (1u32 << group.len()) - 1;
            for column in 0..columns {
                let value = |mask: u32| of(spread(group, mask), column);
                let parts = if orders.is_empty() {
                    let factorial = (1..=group.len() as i128).product::<i128>() as f64;
                    game::shares(group.len(), value).into_iter().map(|share| share as f64 / factorial).collect()
                } else {
                    let mut sums = vec![0.0; group.len()];
                    for order in orders {
                        sums.iter_mut()
                            .zip(game::added(order, value))
                            .for_each(|(sum, added)| *sum += added as f64 / orders.len() as f64);
                    }
                    sums
                };
                let parts = self.evened(group, &parts);
                for (player, &measure) in group.iter().enumerate() {
                    member.share[measure][column] = parts[player];
                    member.alone[measure][column] = value(1 << player);
                    member.last[measure][column] = value(full) - value(full & !(1 << player));
                }
            }
        }
        member
    }

    /// The same with equal shares for measures that do the same.
    fn evened(&self, group: &[usize], parts: &[f64]) -> Vec<f64> {
        let like = |player: usize| {
            let alike: Vec<f64> = (0..group.len())
                .filter(|&other| self.keys[group[other]] == self.keys[group[player]])
                .map(|other| parts[other])
                .collect();
            alike.iter().sum::<f64>() / alike.len() as f64
        };
        (0..group.len()).map(like).collect()
    }

    fn close(&self, members: &[Member]) -> Ledger {
        let replications = if self.job.method == Method::Twin { 1 } else { self.job.replications as usize };
        let columns = self.layout.years * (self.plan.domains.len() + 1);
        let each = |of: &dyn Fn(&Member, usize) -> f64| -> Vec<Estimate> {
            let one = |column: usize| {
                let values: Vec<f64> = members.iter().map(|member| of(member, column) / 100.0).collect();
                estimate(&values, replications)
            };
            (0..columns).map(one).collect()
        };
        let group_of = |measure: usize| self.groups.iter().position(|group| group.contains(&measure)).unwrap_or(0);
        let entry = |measure: usize| Entry {
            measure,
            group: group_of(measure),
            share: each(&|member, column| member.share[measure][column]),
            alone: each(&|member, column| member.alone[measure][column] as f64),
            last: each(&|member, column| member.last[measure][column] as f64),
        };
        Ledger {
            entries: (0..self.keys.len()).map(entry).collect(),
            total: each(&|member, column| member.total[column] as f64),
            overlap: each(&|member, column| {
                (member.alone.iter().map(|alone| alone[column]).sum::<i64>() - member.total[column]) as f64
            }),
            years: self.layout.years,
            exact: self.groups.iter().all(|group| group.len() <= EXACT),
            members: members.len(),
        }
    }
}

/// What a measure does, whatever it is called.
fn key(model: &Model, measure: &Measure) -> String {
    let mut effects: Vec<String> = (measure.effects.iter())
        .map(|(id, effect, value)| format!("{} {effect:?} {value:?}", model.parameters[*id].name))
        .collect();
    effects.sort_unstable();
    format!("{} {} {}", measure.start, measure.ramp_months, effects.join("; "))
}
