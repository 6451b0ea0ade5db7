//! One time step for persons who share their rates.
//!
//! In a step every phase of a chain moves one on, less those whose time is up and those whom a hazard takes; both are taken to
//! come evenly over the step. States without memory are advanced by matrices made once per set of rates, with what flows in
//! from the chains as an even source. The error falls with the square of the step; no fit of a law is needed.

use super::super::lanes::{Lanes, blank};
use super::super::nodes::falls;
use super::mass::Mass;
use super::now::Now;
use super::plan::Plan;

/// Who comes evenly over a step to a chain, and leaves it at any moment after that, has this part of the step left on average: of
/// two uniform moments the later one comes at two thirds.
pub(super) const LATE: f64 = 3.0;

/// Working memory of a step, and what happened in it.
#[derive(Default)]
pub(super) struct Flows {
    /// Persons per branch that a dwell time has sent there, if there are gates: those in [`Plan::requests`].
    pub over: Vec<Lanes>,
    /// Person-years per node.
    pub years: Vec<Lanes>,
    /// Persons per pair of nodes moved by dwell times.
    pub ended: Vec<Lanes>,
    /// Who enters a node at the end of the step, though they came to a chain within it; nobody between two steps.
    late: Vec<Lanes>,
    sources: Vec<Lanes>,
    /// Per node without memory that is not cut off: whether anybody comes; those there at the begin; those who come evenly over the
    /// step, and per year.
    before: Vec<(bool, [Lanes; 3])>,
}

impl Flows {
    /// Makes room for the nodes of a plan.
    pub(super) fn fit(&mut self, plan: &Plan<'_>) {
        let count = plan.nodes.len();
        blank(&mut self.over, if plan.variants.is_empty() { 0 } else { plan.at(0).targets.len() });
        blank(&mut self.ended, count * count);
        for list in [&mut self.years, &mut self.late, &mut self.sources] {
            blank(list, count);
        }
    }

    /// Notes requests, where a gate may reach them.
    #[inline(always)]
    fn request(&mut self, branch: usize, persons: Lanes) {
        if let Some(sum) = self.over.get_mut(branch) {
            *sum += persons;
        }
    }

    /// Notes that a dwell time has ended the stay of persons in a chain.
    #[inline(always)]
    fn end(&mut self, plan: &Plan<'_>, number: usize, node: usize, ending: usize, persons: Lanes) {
        let branch = plan.ends[node][ending];
        self.request(branch, persons);
        for &(to, share) in &plan.at(number).targets[branch] {
            self.ended[node * plan.nodes.len() + to] += persons * share;
        }
    }
}

/// A step of those whom a view follows.
pub(super) struct Pass<'a> {
    pub plan: &'a Plan<'a>,
    pub number: usize,
    pub now: &'a Now,
    pub view: usize,
    /// Chance to stay in town through it.
    pub kept: f64,
}

impl Pass<'_> {
    /// Lets a step pass. Who enters a node that the view cuts off is gone; returns how many, as if nobody had left the town.
    #[inline(always)]
    pub(super) fn advance(&self, inflow: &[Lanes], mass: &mut Mass, flows: &mut Flows) -> Lanes {
        let plan = self.plan;
        let (count, cut) = (plan.nodes.len(), &plan.cuts[self.view]);
        for &branch in &plan.requests {
            flows.over[branch] = Lanes::ZERO;
        }
        for ((source, inflow), &cut) in flows.sources.iter_mut().zip(inflow).zip(cut) {
            *source = if cut { Lanes::ZERO } else { *inflow };
        }
        for node in plan.plain..count {
            flows.years[node] = Lanes::ZERO;
            for &to in &plan.links[node] {
                flows.ended[node * count + to] = Lanes::ZERO;
            }
            if !mass.node[node].is_zero() {
                self.stay(node, mass, flows);
            }
        }
        self.move_plain(mass, flows);
        for node in plan.plain..count {
            if !flows.sources[node].is_zero() {
                self.enter(node, mass, flows);
            }
        }
        self.linger(mass, flows);
        if self.view == 0 { Lanes::ZERO } else { self.gone(inflow, flows) }
    }

    /// Who entered what is cut off.
    #[inline(always)]
    fn gone(&self, inflow: &[Lanes], flows: &Flows) -> Lanes {
        let (count, cut) = (self.plan.nodes.len(), &self.plan.cuts[self.view]);
        let mut gone = Lanes::ZERO;
        for node in 0..count {
            gone += flows.years[node] * self.now.views[self.view].into[node];
            if cut[node] {
                gone += inflow[node];
                gone += (self.plan.plain..count).fold(Lanes::ZERO, |sum, from| sum + flows.ended[from * count + node]);
            }
        }
        gone
    }

    /// Those who came to a chain within the step and left it again: where they are at its end. They have been there for a third of it on
    /// average.
    #[inline(always)]
    fn linger(&self, mass: &mut Mass, flows: &mut Flows) {
        let Self { plan, now, view, kept, .. } = *self;
        let count = plan.nodes.len();
        for from in 0..count {
            let late = std::mem::take(&mut flows.late[from]);
            if late.is_zero() {
                continue;
            }
            let spent = late * (plan.step / LATE);
            flows.years[from] += spent;
            mass.come(plan, from, (late - spent * now.out[from]) * kept);
            for &to in &plan.open[view][from] {
                mass.come(plan, to, spent * now.moves[from * count + to] * kept);
            }
        }
    }

    /// Those who are in a chain at the begin.
    #[inline(always)]
    fn stay(&self, node: usize, mass: &mut Mass, flows: &mut Flows) {
        let Self { plan, number, now, view, kept } = *self;
        let (count, fate) = (plan.nodes.len(), &now.chains[node - plan.plain]);
        let Some(chain) = &plan.nodes[node].chain else { return };
        let phases = &mut mass.phases[plan.offsets[node]..][..chain.still.len()];
        let several = chain.endings.len() > 1;
        if several {
            for (law, part) in chain.part.iter().enumerate() {
                let over = phases.iter().zip(&chain.ratio).zip(&part[1..]);
                let sum = over.fold(Lanes::ZERO, |sum, ((phase, ratio), part)| sum + *phase * ((1.0 - ratio) * part));
                flows.end(plan, number, node, law, sum * fate.until);
            }
        }
        // Of those whose time is up, what tells them from others with the same mean.
        let skew =
            chain.skew.iter().fold(Lanes::ZERO, |sum, &(phase, skew)| sum + phases[phase] * ((1.0 - chain.ratio[phase]) * skew));
        let (mut survive, mut over) = age(phases, &chain.ratio, fate.kept * kept);
        if !mass.points.is_empty() {
            for point in mass.points.iter_mut().filter(|point| point.node == node) {
                let ratio = point.ratio(plan);
                let ends = point.persons * (1.0 - ratio);
                if several {
                    let until = chain.fixed().map_or(f64::INFINITY, |fixed| fixed.1).min(point.elapsed + plan.step);
                    for (law, share) in falls(&chain.endings, point.elapsed, until).enumerate() {
                        flows.end(plan, number, node, law, ends * fate.until * share);
                    }
                }
                point.elapsed += plan.step;
                survive += point.persons * ratio;
                over += ends;
                point.persons = point.persons * ratio * fate.kept * kept;
            }
            mass.points.retain(|point| !point.persons.is_zero());
        }
        let spent = (survive * fate.until + over * fate.ended - skew * fate.weight) * plan.step;
        flows.years[node] = spent;
        if !several {
            flows.end(plan, number, node, 0, over * fate.until + skew * fate.weight * fate.weight);
        }
        mass.node[node] = survive * fate.kept * kept;
        for &to in &plan.open[view][node] {
            flows.sources[to] += spent * now.moves[node * count + to] + flows.ended[node * count + to];
        }
    }

    /// Those in states without memory.
    #[inline(always)]
    fn move_plain(&self, mass: &mut Mass, flows: &mut Flows) {
        let Self { plan, now, view, kept, .. } = *self;
        let (count, plain, open, free) = (plan.nodes.len(), plan.plain, &plan.open[view], &plan.free[view]);
        let Flows { years, sources, before, .. } = flows;
        before.resize(free.len(), (false, [Lanes::ZERO; 3]));
        for (before, &node) in before.iter_mut().zip(free) {
            let source = sources[node];
            *before = (!source.is_zero(), [mass.node[node], source, source * plan.per_year as f64]);
        }
        if free.len() < plain {
            years[..plain].fill(Lanes::ZERO);
        }
        for (&node, row) in free.iter().zip(now.views[view].plain.chunks_exact(free.len().max(1))) {
            let (mut after_all, mut spent_all) = (Lanes::ZERO, Lanes::ZERO);
            for ((fed, [persons, source, even]), [after, spent, inside]) in before.iter().zip(row) {
                // To most nobody comes within the step.
                if *fed {
                    after_all += *persons * *after + *even * *spent;
                    spent_all += *persons * *spent + *source * *inside;
                } else {
                    after_all += *persons * *after;
                    spent_all += *persons * *spent;
                }
            }
            (mass.node[node], years[node]) = (after_all * kept, spent_all);
        }
        for from in 0..plain {
            for &to in open[from].iter().filter(|&&to| to >= plain) {
                sources[to] += years[from] * now.moves[from * count + to];
            }
        }
    }

    /// Those who enter a chain in this step; what they do next within it comes late.
    #[inline(always)]
    fn enter(&self, node: usize, mass: &mut Mass, flows: &mut Flows) {
        let Self { plan, number, now, view, kept } = *self;
        let (count, cut, fate) = (plan.nodes.len(), &plan.cuts[view], &now.chains[node - plan.plain]);
        let Some(chain) = &plan.nodes[node].chain else { return };
        let entries = flows.sources[node];
        let [stay, inside, over] = fate.entry;
        let (stay, inside, over) = (entries * stay * kept, entries * inside, entries * over);
        mass.phases[plan.offsets[node]] += stay;
        mass.node[node] += stay;
        flows.years[node] += inside;
        for &to in &plan.open[view][node] {
            flows.late[to] += inside * now.moves[node * count + to];
        }
        if !over.is_zero() {
            for (law, &branch) in plan.ends[node].iter().enumerate() {
                let share = if chain.part.is_empty() { 1.0 } else { chain.part[law][0] };
                flows.request(branch, over * share);
                for &(to, part) in &plan.at(number).targets[branch] {
                    let moved = over * (share * part);
                    flows.ended[node * count + to] += moved;
                    if !cut[to] {
                        flows.late[to] += moved;
                    }
                }
            }
        }
    }
}

/// Moves every phase one on: those whose time is not up, times `kept`. Returns how many there are before that factor, and whose
/// time is up.
#[inline(always)]
fn age(phases: &mut [Lanes], ratio: &[f64], kept: Lanes) -> (Lanes, Lanes) {
    let last = phases.len() - 1;
    let tail = phases[last] * ratio[last];
    let (mut sum, mut over) = (tail, phases[last] - tail);
    // From what comes before to what comes next, carried along.
    let mut next = Lanes::ZERO;
    for (phase, &ratio) in phases[..last].iter_mut().zip(ratio) {
        let survive = *phase * ratio;
        sum += survive;
        over += *phase - survive;
        *phase = next;
        next = survive * kept;
    }
    phases[last] = next + tail * kept;
    (sum, over)
}
