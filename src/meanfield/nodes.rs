//! Nodes: the states of a track as the grid sees them. A state that a time ends is a chain of phases, one per time step spent
//! in it; all that is needed to walk the chain is made here, once for all cells.

use super::quadrature::gauss;
use crate::compile::{Kind, Law, Origin, Since, Track, When};
use crate::model::MAX_AGE;

/// Share of stays that may outlast the chain; its last phase stands for them.
const TAIL: f64 = 1e-6;
/// Longest chain, years.
const LONGEST: f64 = 110.0;

/// Whether hazards alone (and exact ages) move a track.
pub(super) fn memoryless(track: &Track) -> bool {
    track.states.iter().flat_map(|state| &state.exits).all(|exit| match &exit.when {
        When::Dwell(laws) => matches!(laws[..], [Law::Exponential { .. }]),
        When::Rate(_) | When::Age(_) => true,
    })
}

/// Where persons of a kind are on track number `index` when they enter: state, share and time since. `frailty` is their factor;
/// those who wait for a household track are in its first state.
pub(super) fn origins(track: &Track, kind: &Kind, index: usize, frailty: f64, waits: bool) -> Vec<(usize, f64, Since)> {
    let just = Since::Years(0.0);
    match kind.origins[index] {
        _ if waits && track.household => vec![(0, 1.0, just)],
        Origin::State(state, since) => vec![(usize::from(state), 1.0, since)],
        Origin::Shares => {
            let at = kind.profile * (MAX_AGE + 1) + usize::from(kind.age);
            let mut left = 1.0f64;
            let mut list = Vec::new();
            for initial in &track.initial {
                let share = track.start(initial, at, frailty).min(left);
                left -= share;
                list.push((usize::from(initial.state), share, initial.since));
            }
            list.push((0, left, just));
            list
        }
    }
}

/// A state, or a state entered under one set of laws.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub state: usize,
    /// The chain of phases; none if the state has no memory.
    pub chain: Option<Chain>,
    /// Dwell times without memory: number of the exit, rate per year.
    pub exponential: Vec<(usize, f64)>,
}

/// Stays in a state whose end depends on the time in it. Phase `i` holds those who entered between `i` and `i + 1` steps ago.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chain {
    /// The laws that race, with the number of their exit.
    pub laws: Vec<(usize, Law)>,
    /// Mean chance to be still there in a phase, for entries spread evenly over a step.
    pub still: Vec<f64>,
    /// Share of a phase that reaches the next; of the last, the share that stays in it.
    pub ratio: Vec<f64>,
    /// Person-years per entry within the step of entry.
    pub inside: f64,
    /// Per law and phase: its share in the ends, where several race; first the share of those who end in the step of entry.
    pub part: Vec<Vec<f64>>,
}

/// The nodes of a track, those without memory first, and which one is entered by state and epoch.
pub(super) fn nodes(track: &Track, epochs: usize, step: f64) -> (Vec<Node>, Vec<Vec<usize>>) {
    let mut list: Vec<Node> = Vec::new();
    let mut entered = Vec::new();
    for (state, spec) in track.states.iter().enumerate() {
        let mut row = Vec::new();
        for epoch in 0..epochs {
            let laws: Vec<(usize, Law)> = (spec.exits.iter().enumerate())
                .filter_map(|(number, exit)| match &exit.when {
                    When::Dwell(laws) => Some((number, laws[if laws.len() > 1 { epoch } else { 0 }].clone())),
                    When::Rate(_) | When::Age(_) => None,
                })
                .collect();
            let rate = |(number, law): &(usize, Law)| match law {
                Law::Exponential { mean } => Some((*number, 1.0 / mean)),
                _ => None,
            };
            let exponential: Option<Vec<(usize, f64)>> = laws.iter().map(rate).collect();
            let known = list.iter().position(|node| {
                node.state == state
                    && match (&node.chain, &exponential) {
                        (None, Some(rates)) => node.exponential == *rates,
                        (Some(chain), None) => chain.laws == laws,
                        _ => false,
                    }
            });
            row.push(known.unwrap_or_else(|| {
                list.push(match exponential {
                    Some(exponential) => Node { state, chain: None, exponential },
                    None => Node { state, chain: Some(Chain::new(laws, step)), exponential: vec![] },
                });
                list.len() - 1
            }));
        }
        entered.push(row);
    }
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_by_key(|&node| list[node].chain.is_some());
    for node in entered.iter_mut().flatten() {
        *node = order.iter().position(|old| old == node).unwrap_or(*node);
    }
    (order.into_iter().map(|node| list[node].clone()).collect(), entered)
}

impl Chain {
    fn new(laws: Vec<(usize, Law)>, step: f64) -> Self {
        let survival = |t: f64| laws.iter().map(|(_, law)| law.survival(t)).product::<f64>();
        let mut still = Vec::new();
        while still.len() < 2 || (still[still.len() - 1] > TAIL && still.len() as f64 * step < LONGEST) {
            still.push(mean(&laws, still.len() as f64 * step, step));
        }
        // One phase more gives the last ratio.
        let beyond = mean(&laws, still.len() as f64 * step, step);
        let ratio: Vec<f64> = (0..still.len())
            .map(|phase| {
                let next = still.get(phase + 1).copied().unwrap_or(beyond);
                if still[phase] > 0.0 { (next / still[phase]).min(1.0) } else { 0.0 }
            })
            .collect();
        // Person-years in the step of entry: the integral of the integrated survival.
        let inside = gauss(8).iter().map(|node| node.weight * (1.0 - node.at) * step * survival(node.at * step)).sum();
        let part = if laws.len() > 1 { parts(&laws, still.len(), step) } else { vec![] };
        Self { laws, still, ratio, inside, part }
    }

    /// Chance to be still there after `elapsed` years.
    pub(super) fn survival(&self, elapsed: f64) -> f64 {
        self.laws.iter().map(|(_, law)| law.survival(elapsed)).product()
    }

    /// Share of each phase among persons met in a stationary town, where `hazard` per year competes.
    pub(super) fn met(&self, hazard: f64, step: f64) -> Vec<f64> {
        let mut shares: Vec<f64> = (self.still.iter().enumerate())
            .map(|(phase, still)| still * libm::exp(-hazard * (phase as f64 + 0.5) * step))
            .collect();
        // What the last phase stands for besides itself: a geometric tail.
        let last = shares.len() - 1;
        let on = self.ratio[last] * libm::exp(-hazard * step);
        shares[last] /= (1.0 - on).max(1e-9);
        let sum: f64 = shares.iter().sum();
        for share in &mut shares {
            *share /= sum;
        }
        shares
    }
}

/// Mean of the survival over a step that begins at `from`.
fn mean(laws: &[(usize, Law)], from: f64, step: f64) -> f64 {
    let survival = |t: f64| laws.iter().map(|(_, law)| law.survival(t)).product::<f64>();
    match laws {
        [(_, Law::Fixed(years))] => ((years - from) / step).clamp(0.0, 1.0),
        _ if laws.iter().all(|(_, law)| smooth(law)) => {
            gauss(4).iter().map(|node| node.weight * survival(from + node.at * step)).sum()
        }
        // Kinks may lie anywhere.
        _ => (0..64).map(|part| survival(from + (f64::from(part) + 0.5) / 64.0 * step)).sum::<f64>() / 64.0,
    }
}

fn smooth(law: &Law) -> bool {
    !matches!(law, Law::Fixed(_) | Law::Uniform { .. } | Law::Empirical { .. })
}

/// Per law the share of the ends in each phase that are its own: first within the step of entry, then from phase to phase.
fn parts(laws: &[(usize, Law)], phases: usize, step: f64) -> Vec<Vec<f64>> {
    let mut parts = vec![Vec::with_capacity(phases + 1); laws.len()];
    for phase in 0..=phases {
        // Ends of phase `i` lie `i` to `i + 2` steps after entry, most near `i + 1`.
        let (from, until) = if phase == 0 { (0.0, step) } else { ((phase as f64 - 0.5) * step, (phase as f64 + 0.5) * step) };
        for (part, share) in parts.iter_mut().zip(falls(laws, from, until)) {
            part.push(share);
        }
    }
    parts
}

/// Per law its share in the ends between two times since entry.
pub(super) fn falls(laws: &[(usize, Law)], from: f64, until: f64) -> impl Iterator<Item = f64> {
    let fall = move |law: &Law| {
        let (before, after) = (law.survival(from), law.survival(until));
        if before > 0.0 { (before - after) / (0.5 * (before + after)) } else { 0.0 }
    };
    let sum: f64 = laws.iter().map(|(_, law)| fall(law)).sum();
    let even = 1.0 / laws.len() as f64;
    laws.iter().map(move |(_, law)| if sum > 0.0 { fall(law) / sum } else { even })
}
