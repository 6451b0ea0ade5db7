//! Nodes: the states of a track as the grid sees them. A state that a time ends is a chain of phases, one per time step spent
//! in it; all that is needed to walk the chain is made here, once for all cells.

use super::lanes::Lanes;
use super::quadrature::{self, gauss};
use crate::compile::{After, Kind, Law, Origin, Relapse, Since, Track, When};
use crate::model::MAX_AGE;

/// Share of stays that may outlast the chain, over the square of the step: what it costs goes with the error of the steps. The last
/// phase stands for them.
const TAIL: f64 = 0.01;
/// Longest chain, years.
const LONGEST: f64 = 110.0;

/// Whether hazards alone (and exact ages) move a track.
pub(super) fn memoryless(track: &Track) -> bool {
    track.gates.is_empty()
        && track.states.iter().flat_map(|state| &state.exits).all(|exit| match &exit.when {
            When::Dwell(laws) => matches!(laws[..], [Law::Exponential { .. }]),
            When::Rate(_) | When::Age(_) => true,
        })
}

/// Calls `each` with where persons of a kind are on track number `index` when they enter: state, share per factor of frailty in
/// `factors`, and time since. Those who wait for a household track are in its first state.
pub(super) fn origins<const N: usize>(
    track: &Track,
    kind: &Kind,
    index: usize,
    factors: [f64; N],
    waits: bool,
    mut each: impl FnMut(usize, [f64; N], Since),
) {
    let just = Since::Years(0.0);
    match kind.origins[index] {
        _ if waits && track.household => each(0, [1.0; N], just),
        Origin::State(state, since) => each(usize::from(state), [1.0; N], since),
        Origin::Shares => {
            let at = kind.profile * (MAX_AGE + 1) + usize::from(kind.age);
            let mut left = [1.0f64; N];
            for initial in track.initial.iter() {
                let mut shares = track.start(initial, at, factors);
                for (left, share) in left.iter_mut().zip(&mut shares) {
                    *share = share.min(*left);
                    *left -= *share;
                }
                each(usize::from(initial.state), shares, initial.since);
            }
            each(0, left, just);
        }
    }
}

/// A state, or a state entered under one set of laws, or for one reason.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub state: usize,
    /// What a gate holds persons in it for.
    pub held: Option<Held>,
    /// The chain of phases; none if the state has no memory.
    pub chain: Option<Chain>,
    /// Dwell times without memory: number of the exit, rate per year.
    pub exponential: Vec<(usize, f64)>,
}

/// Persons held by a variant of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    /// Gate of the track, and variant of the gate.
    pub variant: (usize, usize),
    /// Whether they are diverted; else they wait.
    pub diverted: bool,
    /// State asked for.
    pub asked: usize,
}

/// A time after which a stay ends, and how.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ending {
    pub way: Way,
    pub clock: Clock,
}

/// Where the end of a stay leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The exit of the state with this number.
    Exit(usize),
    /// Straight to a state, through no gate.
    To(usize),
}

/// When a stay ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Clock {
    Law(Law),
    Relapse(Relapse),
}

impl Clock {
    fn survival(&self, elapsed: f64) -> f64 {
        match self {
            Self::Law(law) => law.survival(elapsed),
            Self::Relapse(relapse) => relapse.survival(elapsed),
        }
    }

    fn smooth(&self) -> bool {
        !matches!(self, Self::Relapse(_) | Self::Law(Law::Fixed(_) | Law::Uniform { .. } | Law::Empirical { .. }))
    }
}

/// Stays in a state whose end depends on the time in it. Phase `i` holds those who entered between `i` and `i + 1` steps ago.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chain {
    /// The endings that race.
    pub endings: Vec<Ending>,
    /// Mean chance to be still there in a phase, for entries spread evenly over a step.
    pub still: Vec<f64>,
    /// Share of a phase that reaches the next; of the last, the share that stays in it.
    pub ratio: Vec<f64>,
    /// Person-years per entry within the step of entry.
    pub inside: f64,
    /// Phases with a covariance between how long ago within their step persons entered and how far into the next step their time is
    /// up, and it, in squared steps: a fixed time ends the stays of those who came first first.
    pub skew: Vec<(usize, f64)>,
    /// Per ending and phase: its share in the ends, where several race; first the share of those who end in the step of entry.
    pub part: Vec<Vec<f64>>,
}

/// The nodes of a track, those without memory first.
pub(super) struct Nodes {
    pub list: Vec<Node>,
    /// Node entered by state and epoch.
    pub entered: Vec<Vec<usize>>,
    /// Node of those held, by gate, variant, diverted or waiting, state asked for and epoch.
    pub held: Vec<(Held, usize, usize)>,
}

impl Nodes {
    /// The nodes of `track` over so many epochs, for time steps of `step` years.
    pub(super) fn new(track: &Track, epochs: usize, step: f64) -> Self {
        let mut nodes = Self { list: vec![], entered: vec![], held: vec![] };
        for state in 0..track.states.len() {
            let row = (0..epochs).map(|epoch| nodes.node(state, None, own(track, state, epoch), step)).collect();
            nodes.entered.push(row);
        }
        for (gate, spec) in track.gates.iter().enumerate() {
            for variant in 0..spec.variants.len() {
                for asked in (0..track.states.len()).filter(|&state| spec.behind[state]) {
                    for epoch in 0..epochs {
                        nodes.gate(track, (gate, variant), asked, epoch, step);
                    }
                }
            }
        }
        let mut order: Vec<usize> = (0..nodes.list.len()).collect();
        order.sort_by_key(|&node| nodes.list[node].chain.is_some());
        let place = |node: &mut usize| *node = order.iter().position(|old| old == node).unwrap_or(*node);
        nodes.entered.iter_mut().flatten().for_each(place);
        nodes.held.iter_mut().for_each(|held| place(&mut held.2));
        nodes.list = order.into_iter().map(|node| nodes.list[node].clone()).collect();
        nodes
    }

    /// Those whom a variant diverts from a state in an epoch, and those who wait for it.
    fn gate(&mut self, track: &Track, (gate, variant): (usize, usize), asked: usize, epoch: usize, step: f64) {
        let spec = &track.gates[gate];
        let form = &spec.variants[variant];
        let mut endings = own(track, usize::from(spec.to), epoch);
        if let Some(relapse) = at(&form.relapse, epoch) {
            endings.push(Ending { way: Way::To(asked), clock: Clock::Relapse(relapse.clone()) });
            if let (After::Onset, Some(free)) = (relapse.after, track.free) {
                endings.push(Ending { way: Way::To(usize::from(free)), clock: Clock::Law(Law::Fixed(relapse.last())) });
            }
        }
        let held = Held { variant: (gate, variant), diverted: true, asked };
        let node = self.node(usize::from(spec.to), Some(held), endings, step);
        self.held.push((held, epoch, node));
        if let Some((state, years)) = form.delay.as_ref().and_then(|(state, years)| Some((*state, *at(years, epoch)?)))
            && years > 0.0
        {
            let mut endings = own(track, usize::from(state), epoch);
            endings.push(Ending { way: Way::To(asked), clock: Clock::Law(Law::Fixed(years)) });
            let held = Held { diverted: false, ..held };
            let node = self.node(usize::from(state), Some(held), endings, step);
            self.held.push((held, epoch, node));
        }
    }

    /// The node of a state with these endings; a new one if there is none yet.
    fn node(&mut self, state: usize, held: Option<Held>, endings: Vec<Ending>, step: f64) -> usize {
        let rate = |ending: &Ending| match (&ending.clock, ending.way) {
            (Clock::Law(Law::Exponential { mean }), Way::Exit(number)) => Some((number, 1.0 / mean)),
            _ => None,
        };
        let exponential: Option<Vec<(usize, f64)>> = endings.iter().map(rate).collect();
        let known = self.list.iter().position(|node| {
            node.state == state
                && node.held == held
                && match (&node.chain, &exponential) {
                    (None, Some(rates)) => node.exponential == *rates,
                    (Some(chain), None) => chain.endings == endings,
                    _ => false,
                }
        });
        known.unwrap_or_else(|| {
            self.list.push(match exponential {
                Some(exponential) => Node { state, held, chain: None, exponential },
                None => Node { state, held, chain: Some(Chain::new(endings, step)), exponential: vec![] },
            });
            self.list.len() - 1
        })
    }
}

/// A course over epochs at one of them; none if it is empty.
fn at<T>(course: &[T], epoch: usize) -> Option<&T> {
    course.get(if course.len() > 1 { epoch } else { 0 })
}

/// Dwell times of a state in an epoch.
fn own(track: &Track, state: usize, epoch: usize) -> Vec<Ending> {
    (track.states[state].exits.iter().enumerate())
        .filter_map(|(number, exit)| match &exit.when {
            When::Dwell(laws) => Some(Ending { way: Way::Exit(number), clock: Clock::Law(at(laws, epoch)?.clone()) }),
            When::Rate(_) | When::Age(_) => None,
        })
        .collect()
}

impl Chain {
    fn new(endings: Vec<Ending>, step: f64) -> Self {
        let survival = |t: f64| endings.iter().map(|ending| ending.clock.survival(t)).product::<f64>();
        // A curve that levels off needs phases up to there only: the last stands for all that follow.
        let level = endings.iter().all(|ending| matches!(ending.clock, Clock::Relapse(_)));
        let knots = endings.iter().map(|ending| if let Clock::Relapse(curve) = &ending.clock { curve.last() } else { 0.0 });
        let longest = if level { knots.fold(0.0, f64::max) + 2.0 * step } else { LONGEST };
        let (rule, mut still) = (gauss(4), Vec::new());
        while still.len() < 2 || (still[still.len() - 1] > TAIL * step * step && still.len() as f64 * step < longest) {
            still.push(mean(&endings, still.len() as f64 * step, step, &rule));
        }
        // One phase more gives the last ratio.
        let beyond = mean(&endings, still.len() as f64 * step, step, &rule);
        let ratio: Vec<f64> = (0..still.len())
            .map(|phase| {
                let next = still.get(phase + 1).copied().unwrap_or(beyond);
                if still[phase] > 0.0 { (next / still[phase]).min(1.0) } else { 0.0 }
            })
            .collect();
        // Person-years in the step of entry: the integral of the integrated survival.
        let inside = gauss(8).iter().map(|node| node.weight * (1.0 - node.at) * step * survival(node.at * step)).sum();
        let skew =
            (0..still.len()).map(|phase| (phase, skew(&endings, phase as f64, step))).filter(|skew| skew.1 < 0.0).collect();
        let part = if endings.len() > 1 { parts(&endings, still.len(), step) } else { vec![] };
        Self { endings, still, ratio, inside, skew, part }
    }

    /// The first fixed time, which ends every stay that comes so far: number of its ending, and years.
    pub(super) fn fixed(&self) -> Option<(usize, f64)> {
        let fixed = |(number, ending): (usize, &Ending)| Some((number, ending.fixed()?));
        self.endings.iter().enumerate().filter_map(fixed).min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Whether no moment ends many stays at once.
    pub(super) fn is_smooth(&self) -> bool {
        self.endings.iter().all(|ending| ending.clock.smooth())
    }

    /// Chance that nothing but a fixed time ends a stay between two times since entry.
    pub(super) fn reach(&self, from: f64, until: f64) -> f64 {
        let others = self.endings.iter().filter(|ending| ending.fixed().is_none());
        others.fold(1.0, |chance, ending| {
            let before = ending.clock.survival(from);
            if before > 0.0 { chance * ending.clock.survival(until) / before } else { 0.0 }
        })
    }

    /// Share of each phase among persons met in a stationary town, where `hazard` per year competes.
    #[expect(clippy::inline_always, reason = "wide registers reach only what is inlined")]
    #[inline(always)]
    pub(super) fn met(&self, hazard: Lanes, step: f64) -> impl Iterator<Item = Lanes> {
        let on = (hazard * -step).map(libm::exp);
        let first = (hazard * (-0.5 * step)).map(libm::exp);
        // What the last phase stands for besides itself: a geometric tail.
        let last = self.still.len() - 1;
        let tail = (on * -self.ratio[last] + Lanes::all(1.0)).max(Lanes::all(1e-9)).map(f64::recip);
        let shares = move || {
            let mut kept = first;
            self.still.iter().enumerate().map(move |(phase, &still)| {
                let share = kept * still;
                kept = kept * on;
                if phase == last { share * tail } else { share }
            })
        };
        let whole = shares().fold(Lanes::ZERO, |sum, share| sum + share).map(f64::recip);
        shares().map(move |share| share * whole)
    }
}

impl Ending {
    /// The time after which everybody goes, if it is one.
    fn fixed(&self) -> Option<f64> {
        if let Clock::Law(Law::Fixed(years)) = self.clock { Some(years) } else { None }
    }
}

/// Mean of the survival over a step that begins at `from`; by `rule` if it has no kinks.
fn mean(endings: &[Ending], from: f64, step: f64, rule: &[quadrature::Node]) -> f64 {
    let survival = |t: f64| endings.iter().map(|ending| ending.clock.survival(t)).product::<f64>();
    match endings {
        [Ending { clock: Clock::Law(Law::Fixed(years)), .. }] => ((years - from) / step).clamp(0.0, 1.0),
        _ if endings.iter().all(|ending| ending.clock.smooth()) => {
            rule.iter().map(|node| node.weight * survival(from + node.at * step)).sum()
        }
        // Kinks may lie anywhere.
        _ => (0..64).map(|part| survival(from + (f64::from(part) + 0.5) / 64.0 * step)).sum::<f64>() / 64.0,
    }
}

/// See [`Chain::skew`]: of a fixed time alone, minus the variance of a uniform moment over the part of the step that is up.
fn skew(endings: &[Ending], phase: f64, step: f64) -> f64 {
    let [ending] = endings else { return 0.0 };
    let Some(years) = ending.fixed() else { return 0.0 };
    let place = years / step - phase;
    let length = (place.min(1.0) - (place - 1.0).max(0.0)).max(0.0);
    -length * length / 12.0
}

/// Parts of a step in which the ends of racing clocks are told apart.
const PARTS: usize = 8;

/// Per ending the share of the ends in each phase that are its own: first within the step of entry, then from phase to phase.
fn parts(endings: &[Ending], phases: usize, step: f64) -> Vec<Vec<f64>> {
    // The first fixed time ends every stay that the others leave; those beyond it never come.
    let last = endings.iter().filter_map(Ending::fixed).fold(f64::INFINITY, f64::min);
    let others: Vec<Ending> = endings.iter().filter(|ending| ending.fixed().is_none()).cloned().collect();
    let survival = |t: f64| others.iter().map(|ending| ending.clock.survival(t)).product::<f64>();
    let part = step / PARTS as f64;
    let mut parts = vec![Vec::with_capacity(phases + 1); endings.len()];
    for phase in 0..=phases {
        // Of entries spread evenly over a step, those of phase `i` end `i` to `i + 2` steps after entry, most near `i + 1`; those
        // of the step of entry at most one step after it, most at once.
        let (first, count) = if phase == 0 { (0.0, PARTS) } else { ((phase as f64 - 1.0) * step, 2 * PARTS) };
        let weight = |t: f64| {
            let place = (t - first) / step;
            (if phase == 0 { 1.0 - place } else { 1.0 - (1.0 - place).abs() }).max(0.0)
        };
        let mut sums = vec![0.0; endings.len()];
        for number in 0..count {
            let from = first + number as f64 * part;
            let until = (from + part).min(last);
            if from >= last {
                break;
            }
            let over = weight(0.5 * (from + until)) * (survival(from) - survival(until)).max(0.0);
            let mut shares = falls(&others, from, until);
            for (sum, ending) in sums.iter_mut().zip(endings) {
                if ending.fixed().is_none() {
                    *sum += over * shares.next().unwrap_or(0.0);
                }
            }
        }
        if let Some(number) = endings.iter().position(|ending| ending.fixed() == Some(last))
            && last >= first
        {
            sums[number] += weight(last) * survival(last);
        }
        let total: f64 = sums.iter().sum();
        for (part, sum) in parts.iter_mut().zip(sums) {
            part.push(if total > 0.0 { sum / total } else { 1.0 / endings.len() as f64 });
        }
    }
    parts
}

/// Per ending its share in the ends between two times since entry, those by fixed times left out.
pub(super) fn falls(endings: &[Ending], from: f64, until: f64) -> impl Iterator<Item = f64> {
    let fall = move |ending: &Ending| {
        if ending.fixed().is_some() {
            return 0.0;
        }
        let (before, after) = (ending.clock.survival(from), ending.clock.survival(until));
        match (before > 0.0, after > 0.0) {
            (true, true) => (before - after) / (0.5 * (before + after)),
            // Its time is up for everybody, whoever else goes before.
            (true, false) => 1.0,
            (false, _) => 0.0,
        }
    };
    let sum: f64 = endings.iter().map(fall).sum();
    let even = 1.0 / endings.len() as f64;
    endings.iter().map(move |ending| if sum > 0.0 { fall(ending) / sum } else { even })
}
