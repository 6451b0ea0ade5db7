//! What all persons of a track share: the nodes, what moves persons between them, and where that leads in each time step.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::course::{epochs, level, shares};
use super::super::nodes::{Held, Node, Nodes, Way};
use super::super::quadrature;
use super::super::town::{Town, stretches};
use super::super::{Block, Settings};
use crate::compile::layout::{Level, MAATWERK};
use crate::compile::{Rate, Split, Track, When};

/// Something that happens at a rate in a node.
pub(super) struct Move {
    pub node: usize,
    /// Index of the source of its rate.
    pub source: usize,
    pub split: usize,
    /// Whether a move to the same state is a renewal, rather than nothing.
    pub stays: bool,
}

/// Where a rate comes from.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Rate(&'a Rate),
    Constant(f64),
}

/// Moves at an exact age of those born in a stretch of time, of which everybody makes one at most.
pub(super) struct Birthday {
    pub age: f64,
    /// Years since the start.
    pub born: Range<f64>,
    /// Per state: the branch that it leads to, if any.
    pub branches: Vec<Option<usize>>,
}

/// Where the end of a stay leads.
enum Branch<'a> {
    /// A split of a state, with its gates.
    Split(&'a Split, usize),
    /// Straight to a state.
    To(usize),
}

/// Where everything leads in one step.
#[derive(Default)]
pub(super) struct Step {
    /// Per source: mean level of its course.
    pub levels: Vec<f64>,
    /// Per branch: nodes entered, with shares.
    pub targets: Vec<Vec<(usize, f64)>>,
    /// Per branch: variants of gates by which a request is reached, with shares.
    pub reached: Vec<Vec<(usize, f64)>>,
    /// Nodes entered by state.
    pub entered: Vec<usize>,
    /// The first step that is the same.
    pub same_as: usize,
}

/// A row of the layout and the nodes it counts.
pub(super) struct Set {
    pub row: usize,
    pub inside: Vec<bool>,
    /// Who is followed to find those seen for the first time: an index in `cuts`, from 1; none for states that are never
    /// left, where every start is a first one, and for those of which it is not told.
    pub view: Option<usize>,
}

/// All of it.
pub(super) struct Plan<'a> {
    pub town: &'a Town<'a>,
    pub track: &'a Track,
    /// Track id.
    pub index: usize,
    begins: &'a [f64],
    /// Years in a step, steps in a year.
    pub step: f64,
    pub per_year: usize,
    /// Those without memory come first.
    pub nodes: Vec<Node>,
    /// How many have no memory.
    pub plain: usize,
    /// Per node where its phases begin.
    pub offsets: Vec<usize>,
    /// Phases of all chains.
    pub phases: usize,
    pub moves: Vec<Move>,
    /// Each once: many moves are of one rate.
    pub sources: Vec<Source<'a>>,
    branches: Vec<Branch<'a>>,
    /// Per node and ending of its chain: the branch.
    pub ends: Vec<Vec<usize>>,
    /// Branches that the end of a time leads to and in which gates may be; none if there are no gates.
    pub requests: Vec<usize>,
    /// Variants of gates: gate, variant and row of the layout.
    pub variants: Vec<(usize, usize, usize)>,
    held: Vec<(Held, usize, usize)>,
    pub birthdays: Vec<Birthday>,
    pub steps: Vec<Step>,
    pub sets: Vec<Set>,
    /// Whether what an earlier birthday did to persons is averaged.
    pub averages: bool,
    /// Rule for means over a step.
    pub rule: Vec<quadrature::Node>,
    /// Per view: the nodes cut off; of the first, none.
    pub cuts: Vec<Vec<bool>>,
    /// Per node: those that hazards and times lead to, in whatever step, in order; renewals included.
    pub links: Vec<Vec<usize>>,
    /// Per view and node: those of them that are not cut off and begin a new stay.
    pub open: Vec<Vec<Vec<usize>>>,
    /// Per view: the nodes without memory that are not cut off.
    pub free: Vec<Vec<usize>>,
    /// Nodes that some view does not cut off: who is there may still be seen for the first time.
    pub unseen: Vec<usize>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(town: &'a Town<'a>, scenario: usize, block: &Block, settings: &Settings) -> Self {
        let per_year = settings.steps_per_year;
        let index = block.tracks[0];
        let scenario = &town.compiled.scenarios[scenario];
        let (track, begins) = (&scenario.tracks[index], &scenario.begins[..]);
        let step = 1.0 / per_year as f64;
        let Nodes { list, entered, held } = Nodes::new(track, begins.len(), step);
        let mut offsets = Vec::new();
        let mut phases = 0;
        for node in &list {
            offsets.push(phases);
            phases += node.chain.as_ref().map_or(0, |chain| chain.still.len());
        }
        let mut plan = Self {
            town,
            track,
            index,
            begins,
            step,
            per_year,
            plain: list.iter().filter(|node| node.chain.is_none()).count(),
            nodes: list,
            offsets,
            phases,
            moves: vec![],
            sources: vec![],
            branches: vec![],
            ends: vec![],
            requests: vec![],
            variants: vec![],
            held,
            birthdays: vec![],
            steps: vec![],
            sets: vec![],
            averages: settings.joined,
            rule: quadrature::gauss(8),
            cuts: vec![],
            links: vec![],
            open: vec![],
            free: vec![],
            unseen: vec![],
        };
        plan.list_moves();
        plan.list_sets(settings.unique_in_states);
        plan.list_steps(&entered);
        plan.list_links();
        plan
    }

    fn list_links(&mut self) {
        let mut links = vec![vec![]; self.nodes.len()];
        for step in self.steps.iter().filter(|step| !step.targets.is_empty()) {
            let by_hazard = self.moves.iter().map(|each| (each.node, each.split, each.stays));
            let by_time =
                self.ends.iter().enumerate().flat_map(|(node, ends)| ends.iter().map(move |&branch| (node, branch, true)));
            for (from, branch, stays) in by_hazard.chain(by_time) {
                for &(to, _) in &step.targets[branch] {
                    if (stays || self.nodes[to].state != self.nodes[from].state) && !links[from].contains(&to) {
                        links[from].push(to);
                    }
                }
            }
        }
        let open = |cut: &Vec<bool>| {
            let of = |(from, links): (usize, &Vec<usize>)| {
                links.iter().copied().filter(|&to| !cut[to] && (to != from || from >= self.plain)).collect()
            };
            links.iter().enumerate().map(of).collect()
        };
        if !self.variants.is_empty() {
            self.requests = self.ends.concat();
            self.requests.sort_unstable();
            self.requests.dedup();
        }
        self.open = self.cuts.iter().map(open).collect();
        self.free = self.cuts.iter().map(|cut| (0..self.plain).filter(|&node| !cut[node]).collect()).collect();
        self.unseen = (0..self.nodes.len()).filter(|&node| self.cuts[1..].iter().any(|cut| !cut[node])).collect();
        for links in &mut links {
            links.sort_unstable();
        }
        self.links = links;
    }

    fn list_moves(&mut self) {
        let track = self.track;
        let stretches = stretches(track.ages());
        for (state, spec) in track.states.iter().enumerate() {
            for exit in &spec.exits {
                let When::Age(ages) = &exit.when else { continue };
                let split = self.branch(Branch::Split(&exit.split, state));
                for born in &stretches {
                    let age = ages.of(born.start);
                    let known = self.birthdays.iter().position(|birthday| birthday.age == age && birthday.born == *born);
                    let place = known.unwrap_or_else(|| {
                        self.birthdays.push(Birthday { age, born: born.clone(), branches: vec![None; track.states.len()] });
                        self.birthdays.len() - 1
                    });
                    // The one that is declared first counts.
                    self.birthdays[place].branches[state].get_or_insert(split);
                }
            }
        }
        for node in 0..self.nodes.len() {
            let state = self.nodes[node].state;
            let spec = &track.states[state];
            let mut exits = Vec::new();
            for (number, exit) in spec.exits.iter().enumerate() {
                let split = self.branch(Branch::Split(&exit.split, state));
                exits.push(split);
                if let When::Rate(rate) = &exit.when {
                    self.add(node, Source::Rate(rate), split, true);
                } else if let Some(&(_, rate)) = self.nodes[node].exponential.iter().find(|(exit, _)| *exit == number) {
                    self.add(node, Source::Constant(rate), split, true);
                }
            }
            let ways: Vec<Way> =
                self.nodes[node].chain.iter().flat_map(|chain| chain.endings.iter().map(|end| end.way)).collect();
            let ends = ways.into_iter().map(|way| match way {
                Way::Exit(number) => exits[number],
                Way::To(state) => self.branch(Branch::To(state)),
            });
            let ends = ends.collect();
            self.ends.push(ends);
            if !spec.sink {
                for exit in &track.from_any {
                    if let When::Rate(rate) = &exit.when {
                        let split = self.branch(Branch::Split(&exit.split, state));
                        self.add(node, Source::Rate(rate), split, false);
                    }
                }
            }
            if track.free == Some(state as u8) {
                for onset in &track.onsets {
                    let split = self.branch(Branch::Split(&onset.split, state));
                    self.add(node, Source::Rate(&onset.rate), split, true);
                }
            }
        }
    }

    fn add(&mut self, node: usize, source: Source<'a>, split: usize, stays: bool) {
        let same = |known: &Source<'_>| match (known, &source) {
            (Source::Rate(one), Source::Rate(other)) => std::ptr::eq(*one, *other),
            (Source::Constant(one), Source::Constant(other)) => one == other,
            _ => false,
        };
        let place = self.sources.iter().position(same).unwrap_or_else(|| {
            self.sources.push(source);
            self.sources.len() - 1
        });
        self.moves.push(Move { node, source: place, split, stays });
    }

    fn branch(&mut self, branch: Branch<'a>) -> usize {
        self.branches.push(branch);
        self.branches.len() - 1
    }

    fn list_sets(&mut self, unique_in_states: bool) {
        let layout = &self.town.compiled.layout;
        let domain = self.town.compiled.domains[self.index];
        let alone = self.town.compiled.domains.iter().filter(|&&other| domain.is_some() && other == domain).count() == 1;
        let met = |node: &Node| self.track.states[node.state].layer != 0;
        let served = |node: &Node| self.track.states[node.state].layer == MAATWERK;
        self.cuts.push(vec![false; self.nodes.len()]);
        for (row, unit) in layout.units.iter().enumerate() {
            if let (Level::Gate, Some((gate, variant))) = (unit.level, unit.gate.filter(|_| unit.track == Some(self.index))) {
                self.variants.push((gate, variant, row));
            }
            let inside: Vec<bool> = match (unit.level, unit.track, unit.state) {
                (Level::State, Some(track), Some(state)) if track == self.index => {
                    self.nodes.iter().map(|node| node.state == state).collect()
                }
                (Level::Track, Some(track), _) if track == self.index => self.nodes.iter().map(met).collect(),
                (Level::Domain, _, _) if alone && unit.domain == domain => self.nodes.iter().map(met).collect(),
                (Level::Client, Some(track), _) if track == self.index && unit.label.is_none() => {
                    self.nodes.iter().map(served).collect()
                }
                (Level::Client, None, _) if alone && unit.domain == domain => self.nodes.iter().map(served).collect(),
                _ => continue,
            };
            let left = |node: usize| {
                self.nodes[node].chain.is_some()
                    || self.moves.iter().any(|other| other.node == node)
                    || self.birthdays.iter().any(|birthday| birthday.branches[self.nodes[node].state].is_some())
            };
            let told = unique_in_states || unit.level != Level::State;
            let view = (told && (0..inside.len()).any(|node| inside[node] && left(node))).then(|| {
                let known = self.cuts.iter().position(|cut| *cut == inside);
                known.unwrap_or_else(|| {
                    self.cuts.push(inside.clone());
                    self.cuts.len() - 1
                })
            });
            self.sets.push(Set { row, inside, view });
        }
    }

    fn list_steps(&mut self, entered: &[Vec<usize>]) {
        let mut begins: BTreeMap<Vec<(usize, u64)>, usize> = BTreeMap::new();
        for number in 0..self.town.compiled.years * self.per_year {
            let from = number as f64 * self.step;
            let epochs = epochs(self.begins, from, from + self.step);
            let middle = crate::compile::epoch(self.begins, from + 0.5 * self.step);
            let key = epochs.iter().map(|&(epoch, share)| (epoch, share.to_bits())).chain([(middle, 0)]).collect();
            let same_as = *begins.entry(key).or_insert(number);
            if same_as < number {
                self.steps.push(Step { same_as, ..Step::default() });
                continue;
            }
            let entered: Vec<usize> = entered.iter().map(|row| row[middle]).collect();
            let levels = (self.sources.iter())
                .map(|source| match source {
                    // Couplings are for tracks without times in a state.
                    Source::Rate(rate) => level(rate, &epochs) * rate.otherwise,
                    Source::Constant(_) => 1.0,
                })
                .collect();
            let (targets, reached) = self.branches.iter().map(|branch| self.lead(branch, &epochs, &entered)).unzip();
            self.steps.push(Step { levels, targets, reached, entered, same_as });
        }
    }

    /// A step of the horizon.
    #[inline]
    pub(super) fn at(&self, number: usize) -> &Step {
        &self.steps[self.steps[number].same_as]
    }

    /// Where a branch leads in a step, and which variants of gates its requests meet.
    fn lead(&self, branch: &Branch<'_>, epochs: &[(usize, f64)], entered: &[usize]) -> (Vec<(usize, f64)>, Vec<(usize, f64)>) {
        let (split, from) = match *branch {
            Branch::Split(split, from) => (split, from),
            Branch::To(state) => return (vec![(entered[state], 1.0)], vec![]),
        };
        let (mut targets, mut reached) = (Vec::new(), Vec::new());
        let put = |list: &mut Vec<(usize, f64)>, key: usize, share: f64| match list.iter_mut().find(|(known, _)| *known == key) {
            Some((_, sum)) => *sum += share,
            None => list.push((key, share)),
        };
        for &(epoch, part) in epochs {
            let shares = shares(split, &[(epoch, 1.0)]);
            for (number, (&to, share)) in split.targets.iter().zip(shares).enumerate() {
                let (asked, share) = (usize::from(to), part * share);
                let gate = split.gates.get(number).copied().flatten().map(usize::from);
                let gate =
                    gate.filter(|&gate| if asked == from { self.track.gates[gate].renewal } else { self.track.gates[gate].new });
                let Some(gate) = gate else {
                    put(&mut targets, entered[asked], share);
                    continue;
                };
                let spec = &self.track.gates[gate];
                let row = &spec.reach[if spec.reach.len() > 1 { epoch } else { 0 }];
                let (mut before, mut direct) = (0.0, share);
                for (variant, (&upto, form)) in row.iter().zip(&spec.variants).enumerate() {
                    let offered = share * (upto - before);
                    before = upto;
                    let success = form.success[if form.success.len() > 1 { epoch } else { 0 }];
                    let place = |diverted| {
                        let held = Held { variant: (gate, variant), diverted, asked };
                        self.held.iter().find(|(known, of, _)| *known == held && *of == epoch).map(|(_, _, node)| *node)
                    };
                    for (diverted, held) in [(true, offered * success), (false, offered * (1.0 - success))] {
                        if let Some(node) = place(diverted) {
                            put(&mut targets, node, held);
                            direct -= held;
                        }
                    }
                    let index = self.variants.iter().position(|known| (known.0, known.1) == (gate, variant));
                    if let Some(index) = index {
                        put(&mut reached, index, offered);
                    }
                }
                put(&mut targets, entered[asked], direct);
            }
        }
        (targets, reached)
    }
}
