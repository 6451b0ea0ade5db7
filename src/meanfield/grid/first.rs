//! Who is seen for the first time in a period, backwards: for one person per node or phase at the begin of a step, the chance to
//! enter what is cut off in a given later step for the first time. It is the adjoint of [`super::step::Pass::advance`] and does not depend on
//! how many there are, so that all persons with the same rates in a year share it.

use std::collections::BTreeMap;

use super::lanes::Lanes;
use super::mass::Mass;
use super::now::Now;
use super::plan::Plan;
use super::step::{LATE, entry};

/// Chances per person at the begin of a step.
struct Chance {
    plain: Vec<Lanes>,
    phases: Vec<Lanes>,
    /// Per node, of one person who comes evenly over the step.
    source: Vec<Lanes>,
}

/// What is known of the years that begin with one step: chances per row of rates that lead to the step that counts, and view.
#[derive(Default)]
pub(super) struct Chances {
    known: BTreeMap<Vec<usize>, usize>,
    /// Of these, the first `known.len()` are in use.
    rows: Vec<Vec<Chance>>,
    scratch: Scratch,
}

/// Working memory: chances per node of those who enter it at the end of a step; of those who enter it from a chain within the
/// step; of those who enter a chain evenly over it; and per person-year in a state without memory.
#[derive(Default)]
struct Scratch {
    stays: Vec<Lanes>,
    late: Vec<Lanes>,
    entries: Vec<Lanes>,
    years: Vec<Lanes>,
    ended: Vec<Lanes>,
}

impl Chances {
    /// Begins another year.
    pub(super) fn clear(&mut self) {
        self.known.clear();
    }

    /// The row of chances for steps with rates `nows`, to be seen in the last of them; `next`: of the steps after the first.
    fn row(&mut self, plan: &Plan<'_>, number: usize, nows: &[usize], known: &[Now], next: Option<usize>) -> usize {
        if let Some(&row) = self.known.get(nows) {
            return row;
        }
        let row = self.known.len();
        if row == self.rows.len() {
            self.rows.push((1..plan.cuts.len()).map(|view| Chance::new(plan, view)).collect());
        }
        let (before, after) = self.rows.split_at_mut(row);
        for (view, chance) in (1..).zip(&mut after[0]) {
            chance.set(plan, number, &known[nows[0]], view, next.map(|next| &before[next][view - 1]), &mut self.scratch);
        }
        self.known.insert(nows.to_vec(), row);
        row
    }
}

/// The steps of a year that all persons with the same rates go through.
pub(super) struct Course {
    /// Per step: its rates, an index of what is known in the year.
    pub nows: Vec<usize>,
    /// [step × later step or the same]: chances at the begin of the one to be seen first in the other.
    rows: Vec<usize>,
}

/// Chances to stay in town, per step: until a moment of it, and through it.
pub(super) type Stay = [(f64, f64)];

impl Course {
    /// The year that begins with step `number`.
    pub(super) fn new(plan: &Plan<'_>, number: usize, nows: Vec<usize>, known: &[Now], chances: &mut Chances) -> Self {
        let steps = nows.len();
        let mut rows = vec![0; steps * steps];
        for last in 0..steps {
            for step in (0..=last).rev() {
                let next = (step < last).then(|| rows[(step + 1) * steps + last]);
                rows[step * steps + last] = chances.row(plan, number + step, &nows[step..=last], known, next);
            }
        }
        Self { nows, rows }
    }

    /// Expected persons of `mass`, who are there at the begin of step `from` of the year, seen for the first time in it and later.
    /// Calls `each` with view, step, and persons.
    pub(super) fn seen(
        &self,
        plan: &Plan<'_>,
        chances: &Chances,
        from: usize,
        mass: &Mass,
        stay: &Stay,
        mut each: impl FnMut(usize, usize, Lanes),
    ) {
        let mut here = 1.0;
        for step in from..self.nows.len() {
            let row = &chances.rows[self.rows[from * self.nows.len() + step]];
            for (view, chance) in row.iter().enumerate() {
                let cut = &plan.cuts[view + 1];
                let mut sum = Lanes::ZERO;
                for node in (0..plan.plain).filter(|&node| !cut[node]) {
                    sum += mass.node[node] * chance.plain[node];
                }
                for node in (plan.plain..plan.nodes.len()).filter(|&node| !cut[node]) {
                    let Some(chain) = &plan.nodes[node].chain else { continue };
                    let span = plan.offsets[node]..plan.offsets[node] + chain.still.len();
                    for (persons, chance) in mass.phases[span.clone()].iter().zip(&chance.phases[span]) {
                        sum += *persons * *chance;
                    }
                }
                each(view + 1, step, sum * (here * stay[step].0));
            }
            here *= stay[step].1;
        }
    }

    /// The same for persons who come evenly over step `from` to a node.
    pub(super) fn came(
        &self,
        chances: &Chances,
        from: usize,
        node: usize,
        persons: Lanes,
        stay: &Stay,
        mut each: impl FnMut(usize, usize, Lanes),
    ) {
        let mut here = 1.0;
        for step in from..self.nows.len() {
            let row = &chances.rows[self.rows[from * self.nows.len() + step]];
            for (view, chance) in row.iter().enumerate() {
                each(view + 1, step, persons * chance.source[node] * (here * stay[step].0));
            }
            here *= stay[step].1;
        }
    }
}

impl Chance {
    fn new(plan: &Plan<'_>, view: usize) -> Self {
        let chains = if plan.cuts[view][plan.plain..].iter().all(|&cut| cut) { 0 } else { plan.phases };
        let [plain, phases, source] = [plan.plain, chains, plan.nodes.len()].map(|count| vec![Lanes::ZERO; count]);
        Self { plain, phases, source }
    }

    /// One step back from the chances at its end, or from its own end if there are none: whoever is seen in it counts.
    fn set(&mut self, plan: &Plan<'_>, number: usize, now: &Now, view: usize, next: Option<&Self>, scratch: &mut Scratch) {
        let (count, plain, cut, open) = (plan.nodes.len(), plan.plain, &plan.cuts[view], &plan.open[view]);
        let seen = Lanes::all(if next.is_some() { 0.0 } else { 1.0 });
        let view = &now.views[view];
        let Scratch { stays, late, entries, years, ended } = scratch;
        for list in [&mut *stays, &mut *late, &mut *entries, &mut *years] {
            list.clear();
            list.resize(count, Lanes::ZERO);
        }
        for node in 0..count {
            stays[node] = match next {
                _ if cut[node] => seen,
                None => Lanes::ZERO,
                Some(next) if node < plain => next.plain[node],
                Some(next) => next.phases[plan.offsets[node]],
            };
        }
        for node in 0..count {
            late[node] = if cut[node] {
                seen
            } else {
                let moved =
                    open[node].iter().fold(view.into[node] * seen, |sum, &to| sum + now.moves[node * count + to] * stays[to]);
                stays[node] + (moved - now.out[node] * stays[node]) * (plan.step / LATE)
            };
        }
        for node in (plain..count).filter(|&node| !cut[node]) {
            let Some(chain) = &plan.nodes[node].chain else { continue };
            let [stay, inside, over] = entry(&now.chains[node - plain], now.out[node], chain.still[0], chain.inside);
            let moved = open[node].iter().fold(view.into[node] * seen, |sum, &to| sum + now.moves[node * count + to] * late[to]);
            let mut ended = Lanes::ZERO;
            for (law, &branch) in plan.ends[node].iter().enumerate() {
                let share = if chain.part.is_empty() { 1.0 } else { chain.part[law][0] };
                for &(to, part) in &plan.at(number).targets[branch] {
                    ended += late[to] * (share * part);
                }
            }
            entries[node] = stay * stays[node] + inside * moved + over * ended;
        }
        for node in 0..plain {
            let moves = open[node].iter().filter(|&&to| to >= plain);
            years[node] = moves.fold(view.into[node] * seen, |sum, &to| sum + now.moves[node * count + to] * entries[to]);
        }
        for node in 0..count {
            let per_step = plan.per_year as f64;
            self.source[node] = match node {
                _ if cut[node] => seen,
                _ if node >= plain => entries[node],
                _ => (0..plain).filter(|&to| !cut[to]).fold(Lanes::ZERO, |sum, to| {
                    let pair = node * plain + to;
                    sum + view.years[pair] * stays[to] * per_step + view.source[pair] * years[to]
                }),
            };
        }
        for from in (0..plain).filter(|&from| !cut[from]) {
            self.plain[from] = (0..plain).filter(|&to| !cut[to]).fold(Lanes::ZERO, |sum, to| {
                let pair = from * plain + to;
                sum + view.after[pair] * stays[to] + view.years[pair] * years[to]
            });
        }
        for node in (plain..count).filter(|&node| !cut[node]) {
            let (Some(chain), fate) = (&plan.nodes[node].chain, &now.chains[node - plain]) else { continue };
            let moved =
                open[node].iter().fold(view.into[node] * seen, |sum, &to| sum + now.moves[node * count + to] * self.source[to]);
            let moved = moved * plan.step;
            ended.clear();
            ended.extend(plan.ends[node].iter().map(|&branch| {
                plan.at(number).targets[branch].iter().fold(Lanes::ZERO, |sum, &(to, share)| sum + self.source[to] * share)
            }));
            let skewed = fate.weight * fate.weight * ended[0] - fate.weight * moved;
            let span = plan.offsets[node]..plan.offsets[node] + chain.still.len();
            let last = chain.still.len() - 1;
            let chances = &mut self.phases[span.clone()];
            let alone = if chain.part.is_empty() { fate.until * ended[0] } else { Lanes::ZERO };
            let (spent, over) = (fate.until * moved, fate.ended * moved + alone);
            for (chance, &ratio) in chances.iter_mut().zip(&chain.ratio) {
                *chance = spent * ratio + over * (1.0 - ratio);
            }
            if let Some(next) = next {
                let on = &next.phases[span.clone()];
                for (phase, (chance, &ratio)) in chances.iter_mut().zip(&chain.ratio).enumerate() {
                    *chance += fate.kept * on[(phase + 1).min(last)] * ratio;
                }
            }
            for (part, &ended) in chain.part.iter().zip(&*ended) {
                for ((chance, ratio), part) in chances.iter_mut().zip(&chain.ratio).zip(&part[1..]) {
                    *chance += fate.until * ended * ((1.0 - ratio) * part);
                }
            }
            for &(phase, skew) in &chain.skew {
                chances[phase] += skewed * (skew * (1.0 - chain.ratio[phase]));
            }
        }
    }
}
