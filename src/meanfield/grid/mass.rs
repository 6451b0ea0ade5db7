//! Expected persons per node of a track, and what happens to them at one moment.

use super::super::lanes::{Lanes, blank};
use super::super::nodes::{Chain, falls};
use super::super::quadrature::Node;
use super::now::Now;
use super::plan::Plan;
use crate::compile::Since;

/// Two times this near are one, years.
const NEAR: f64 = 1e-9;

/// Persons with one exact time in a chain.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub node: usize,
    /// Years since entry; below zero if they enter later in the step that begins.
    pub elapsed: f64,
    pub persons: Lanes,
}

/// Expected persons, all of them or those not seen yet.
#[derive(Default)]
pub(super) struct Mass {
    /// Per node, phases and points included.
    pub node: Vec<Lanes>,
    /// Per chain its phases, one after the other.
    pub phases: Vec<Lanes>,
    pub points: Vec<Point>,
}

/// Share of a point that ends in a step from which on it matters when.
const SUDDEN: f64 = 0.02;

/// Share of all persons below which their exact time matters to nobody.
const FEW: f64 = 1e-8;

/// When in a step something happens at an exact time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    Begin,
    End,
}

impl Mass {
    /// Nobody, in the nodes of a plan.
    pub(super) fn fit(&mut self, plan: &Plan<'_>) {
        blank(&mut self.node, plan.nodes.len());
        blank(&mut self.phases, plan.phases);
        self.points.clear();
    }

    /// Nobody, and no nodes.
    pub(super) fn forget(&mut self) {
        self.node.clear();
        self.phases.clear();
        self.points.clear();
    }

    pub(super) fn clear(&mut self) {
        self.node.fill(Lanes::ZERO);
        self.phases.fill(Lanes::ZERO);
        self.points.clear();
    }

    /// Adds `share` of other persons.
    pub(super) fn add(&mut self, other: &Self, share: f64) {
        self.node.resize(other.node.len(), Lanes::ZERO);
        self.phases.resize(other.phases.len(), Lanes::ZERO);
        for (sum, persons) in self.node.iter_mut().zip(&other.node).chain(self.phases.iter_mut().zip(&other.phases)) {
            *sum += *persons * share;
        }
        for point in &other.points {
            self.point(Point { persons: point.persons * share, ..*point });
        }
    }

    /// Keeps `share` of them.
    pub(super) fn scale(&mut self, share: f64) {
        let points = self.points.iter_mut().map(|point| &mut point.persons);
        for persons in self.node.iter_mut().chain(&mut self.phases).chain(points) {
            *persons = *persons * share;
        }
    }

    /// Takes over those of others who are outside the nodes of a cut.
    pub(super) fn outside(&mut self, plan: &Plan<'_>, all: &Self, cut: &[bool]) {
        self.points.clear();
        self.points.extend(all.points.iter().filter(|point| !cut[point.node]));
        for (node, &cut) in cut.iter().enumerate() {
            self.node[node] = if cut { Lanes::ZERO } else { all.node[node] };
            if let (Some(chain), false) = (&plan.nodes[node].chain, cut) {
                let span = plan.offsets[node]..plan.offsets[node] + chain.still.len();
                self.phases[span.clone()].copy_from_slice(&all.phases[span]);
            }
        }
    }

    /// Adds persons who enter a node now.
    pub(super) fn enter(&mut self, plan: &Plan<'_>, node: usize, elapsed: f64, persons: Lanes) {
        self.node[node] += persons;
        if node >= plan.plain {
            self.point(Point { node, elapsed, persons });
        }
    }

    /// Adds persons who have entered a node in the last step.
    #[inline(always)]
    pub(super) fn come(&mut self, plan: &Plan<'_>, node: usize, persons: Lanes) {
        self.node[node] += persons;
        if node >= plan.plain {
            self.phases[plan.offsets[node]] += persons;
        }
    }

    fn point(&mut self, new: Point) {
        let same = |old: &&mut Point| old.node == new.node && (old.elapsed - new.elapsed).abs() < NEAR;
        match self.points.iter_mut().find(same) {
            Some(old) => old.persons += new.persons,
            None => self.points.push(new),
        }
    }

    /// Adds persons who have been in a node for some time; `leaving` is the rate of death and departure.
    #[inline(always)]
    pub(super) fn settle(&mut self, plan: &Plan<'_>, node: usize, since: Since, persons: Lanes, leaving: f64, now: &Now) {
        match (&plan.nodes[node].chain, since) {
            // Whose time is up already leaves now, not in the past.
            (chain, Since::Years(elapsed)) => {
                let fixed = chain.as_ref().and_then(Chain::fixed);
                self.enter(plan, node, fixed.map_or(elapsed, |(_, fixed)| elapsed.min(fixed)), persons);
            }
            (None, Since::Stationary) => self.node[node] += persons,
            (Some(chain), Since::Stationary) => {
                self.node[node] += persons;
                let phases = &mut self.phases[plan.offsets[node]..][..chain.still.len()];
                for (phase, share) in phases.iter_mut().zip(chain.met(now.out[node] + Lanes::all(leaving), plan.step)) {
                    *phase += persons * share;
                }
            }
        }
    }

    /// Moves all of those in some states at once, to the targets of each; `moves` hears of each move and says whether the persons are
    /// followed on.
    pub(super) fn uproot<'t>(
        &mut self,
        plan: &Plan<'_>,
        targets: impl Fn(usize) -> Option<&'t [(usize, f64)]>,
        mut moves: impl FnMut(usize, usize, Lanes) -> bool,
    ) {
        let mut arrivals = Vec::new();
        for from in 0..plan.nodes.len() {
            let Some(targets) = targets(plan.nodes[from].state) else { continue };
            let persons = std::mem::take(&mut self.node[from]);
            let phases = plan.nodes[from].chain.as_ref().map_or(0, |chain| chain.still.len());
            self.phases[plan.offsets[from]..][..phases].fill(Lanes::ZERO);
            self.points.retain(|point| point.node != from);
            for &(to, share) in targets.iter().filter(|target| target.1 > 0.0 && !persons.is_zero()) {
                if moves(from, to, persons * share) {
                    arrivals.push((to, persons * share));
                }
            }
        }
        for (to, persons) in arrivals {
            self.enter(plan, to, 0.0, persons);
        }
    }

    /// Ends the stays of points whose fixed time is up within a step. As much of them goes at its begin as the moment lies before
    /// its end, and the rest at the end, so that it happens on time on average. `over` hears whose time is up, by branch; `moves` as
    /// of [`Self::uproot`].
    pub(super) fn strike(
        &mut self,
        plan: &Plan<'_>,
        number: usize,
        edge: Edge,
        mut over: impl FnMut(usize, Lanes),
        mut moves: impl FnMut(usize, usize, Lanes) -> bool,
    ) {
        for index in 0..self.points.len() {
            let Point { node: from, elapsed, .. } = self.points[index];
            let Some(chain) = &plan.nodes[from].chain else { continue };
            let fixed = chain.fixed();
            let due = fixed.is_some_and(|(_, years)| years - elapsed < plan.step - NEAR);
            // Per ending: the part that goes now, and the time at which all go.
            let mut parts = Vec::new();
            match (edge, fixed) {
                (Edge::Begin, Some((ending, years))) if due => {
                    let place = (years - elapsed).max(0.0) / plan.step;
                    let place = if place * plan.step < NEAR { 0.0 } else { place };
                    parts.push((ending, (1.0 - place) * chain.reach(elapsed, years), years));
                }
                (Edge::End, Some((ending, years))) if elapsed > years + NEAR => parts.push((ending, 1.0, years)),
                (Edge::Begin, _) => {
                    let (part, place) = self.points[index].early(plan);
                    let until = elapsed + plan.step;
                    let shares = falls(&chain.endings, elapsed, until).enumerate();
                    parts.extend(shares.filter(|_| part > 0.0).map(|(ending, share)| (ending, part * share, elapsed + place)));
                }
                (Edge::End, _) => {}
            }
            let persons = self.points[index].persons;
            for (ending, part, years) in parts {
                let persons = persons * part;
                if persons.is_zero() {
                    continue;
                }
                self.points[index].persons = self.points[index].persons - persons;
                self.node[from] = self.node[from] - persons;
                let branch = plan.ends[from][ending];
                over(branch, persons);
                for &(to, share) in &plan.at(number).targets[branch] {
                    if share > 0.0 && moves(from, to, persons * share) {
                        self.enter(plan, to, elapsed - years, persons * share);
                    }
                }
            }
        }
        if edge == Edge::End {
            self.blur(plan);
        }
        self.points.retain(|point| !point.persons.is_zero());
    }

    /// Puts points into phases: those of few persons, so that they do not grow without end in number, and where the plan averages what a
    /// birthday did, all whose time is up at no jump. What is lost is where in a step they came, not on average.
    fn blur(&mut self, plan: &Plan<'_>) {
        let few = FEW * self.node.iter().fold(0.0, |sum, persons| sum + persons.sum());
        for point in &mut self.points {
            let Some(chain) = &plan.nodes[point.node].chain else { continue };
            let last = chain.still.len() - 1;
            // The mean of phase 0 is half a step.
            let place = point.elapsed / plan.step - 0.5;
            let phases = &mut self.phases[plan.offsets[point.node]..][..=last];
            if plan.averages && place >= 0.0 && chain.is_smooth() {
                let (phase, late) = (place as usize, place.fract());
                phases[phase.min(last)] += point.persons * (1.0 - late);
                phases[(phase + 1).min(last)] += point.persons * late;
            } else if point.persons.sum() < few {
                phases[(place.max(0.0) as usize).min(last)] += point.persons;
            } else {
                continue;
            }
            point.persons = Lanes::ZERO;
        }
    }
}

impl Point {
    /// The part of a point that goes at the begin of a step, because those whose stay ends in it do so early on average; and the
    /// mean time at which they go. Nobody where a fixed time decides.
    fn early(&self, plan: &Plan<'_>) -> (f64, f64) {
        let Some(chain) = &plan.nodes[self.node].chain else { return (0.0, 0.0) };
        let over = 1.0 - chain.reach(self.elapsed, self.elapsed + plan.step);
        // Where few go, when in the step they do matters little.
        if over < SUDDEN {
            return (0.0, 0.0);
        }
        let reach = |node: &Node| node.weight * chain.reach(self.elapsed, self.elapsed + node.at * plan.step);
        let spent = plan.rule.iter().map(reach).sum::<f64>() - (1.0 - over);
        let place = spent / over;
        ((1.0 - 2.0 * place).max(0.0) * over, place * plan.step)
    }

    /// The share of a step's survivors among persons of a point who are there after what happens at its begin; only what
    /// ends in no fixed time counts.
    pub(super) fn ratio(&self, plan: &Plan<'_>) -> f64 {
        let Some(chain) = &plan.nodes[self.node].chain else { return 1.0 };
        match chain.fixed() {
            Some((_, years)) if years - self.elapsed < plan.step - NEAR => {
                let place = ((years - self.elapsed) / plan.step).clamp(0.0, 1.0);
                let reach = chain.reach(self.elapsed, years);
                let left = 1.0 - (1.0 - place) * reach;
                if left > 0.0 { place * reach / left } else { 0.0 }
            }
            _ => {
                let left = 1.0 - self.early(plan).0;
                if left > 1e-9 { chain.reach(self.elapsed, self.elapsed + plan.step) / left } else { 0.0 }
            }
        }
    }
}
