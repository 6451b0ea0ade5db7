//! Who is seen for the first time in a period, backwards: for one person per node or phase at the begin of a step, the chance to
//! enter what is cut off in a given later step for the first time. It is the adjoint of [`super::step::Pass::advance`] and does not
//! depend on how many there are, so that all persons with the same rates in a year share it.

use super::super::lanes::{Lanes, blank, grow};
use super::mass::Mass;
use super::now::Now;
use super::plan::Plan;
use super::step::LATE;

/// Chances per person: per node, of one who comes evenly over the step; and of one who is there at its begin, per node without memory
/// and then per phase, if the view follows any.
#[derive(Default)]
struct Chance {
    list: Vec<Lanes>,
    nodes: usize,
    plain: usize,
}

/// What is known of the years that begin with one step: chances per row of rates that lead to the step that counts, and view.
#[derive(Default)]
pub(super) struct Chances {
    /// Per rates, the rows that begin with them: the row that one goes on with, and which it is.
    known: Vec<Vec<(Option<usize>, usize)>>,
    /// Of these, the first `used` are in use, and of each as many as there are views.
    rows: Vec<Vec<Chance>>,
    used: usize,
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
    /// The chances in nodes without memory that are not cut off: of those who come evenly, and of those who are there.
    free: Vec<[Lanes; 2]>,
}

impl Chances {
    /// Begins another year.
    pub(super) fn clear(&mut self) {
        self.known.iter_mut().for_each(Vec::clear);
        self.used = 0;
    }

    /// The row of chances for a step with rates `now` and those of row `next`, to be seen in the last of them.
    #[inline(always)]
    fn row(&mut self, plan: &Plan<'_>, number: usize, now: usize, known: &[Now], next: Option<usize>) -> usize {
        if now >= self.known.len() {
            self.known.resize_with(now + 1, Vec::new);
        }
        if let Some(&(_, row)) = self.known[now].iter().find(|known| known.0 == next) {
            return row;
        }
        let row = self.used;
        if row == self.rows.len() {
            self.rows.push(vec![]);
        }
        let views = plan.cuts.len() - 1;
        if self.rows[row].len() < views {
            self.rows[row].resize_with(views, Chance::default);
        }
        let (before, after) = self.rows.split_at_mut(row);
        for (view, chance) in (1..).zip(&mut after[0][..views]) {
            chance.set(plan, number, &known[now], view, next.map(|next| &before[next][view - 1]), &mut self.scratch);
        }
        self.known[now].push((next, row));
        self.used += 1;
        row
    }
}

/// The steps of a year that all persons with the same rates go through, and those persons.
#[derive(Default)]
pub(super) struct Course {
    /// Per step: its rates, an index of what is known in the year.
    pub nows: Vec<usize>,
    /// [step × later step or the same]: chances at the begin of the one to be seen first in the other.
    rows: Vec<usize>,
    /// Those there when a half-year begins, times their chance to be in town in a later step of the year or in the same: per pair of these
    /// the nodes without memory, and then the phases. Only what is of a half-year in `met` counts.
    there: Vec<Lanes>,
    /// Per half-year: whether anybody was there at its begin.
    met: [bool; 2],
    /// [step × later step or the same]: those who came in the first, times their chance to be in town in the other.
    came: Vec<Lanes>,
}

/// Chances to stay in town, per step: until a moment of it, and through it.
pub(super) type Stay = [(f64, f64)];

impl Course {
    /// Takes the rates of the year that begins with step `number`, in which nobody is known.
    #[inline(always)]
    pub(super) fn set(&mut self, plan: &Plan<'_>, number: usize, nows: &[usize], known: &[Now], chances: &mut Chances) {
        let steps = nows.len();
        self.nows.clear();
        self.nows.extend_from_slice(nows);
        self.met = [false; 2];
        grow(&mut self.there, (steps + steps / 2) * (plan.plain + plan.phases));
        blank(&mut self.came, steps * steps);
        self.rows.resize(steps * steps, 0);
        for last in 0..steps {
            for step in (0..=last).rev() {
                let next = (step < last).then(|| self.rows[(step + 1) * steps + last]);
                self.rows[step * steps + last] = chances.row(plan, number + step, nows[step], known, next);
            }
        }
    }

    /// Takes in those who are there at the begin of a half-year, which is that of step `from`.
    #[inline(always)]
    pub(super) fn meet(&mut self, plan: &Plan<'_>, from: usize, mass: &Mass, stay: &Stay) {
        let (steps, plain) = (self.nows.len(), plan.plain);
        let first = !std::mem::replace(&mut self.met[usize::from(from > 0)], true);
        for (step, here) in present(from, stay) {
            let sums = &mut self.there[place(steps, from, step) * (plain + plan.phases)..][..plain + plan.phases];
            let (nodes, phases) = sums.split_at_mut(plain);
            for &node in &plan.unseen {
                let (sums, persons) = match &plan.nodes[node].chain {
                    None => (&mut nodes[node..=node], &mass.node[node..=node]),
                    Some(chain) => {
                        let span = plan.offsets[node]..plan.offsets[node] + chain.still.len();
                        (&mut phases[span.clone()], &mass.phases[span])
                    }
                };
                let sums = sums.iter_mut().zip(persons);
                if first {
                    sums.for_each(|(sum, persons)| *sum = *persons * here);
                } else {
                    sums.for_each(|(sum, persons)| *sum += *persons * here);
                }
            }
        }
    }

    /// Takes in persons who come evenly over step `from`.
    #[inline(always)]
    pub(super) fn come(&mut self, from: usize, persons: Lanes, stay: &Stay) {
        for (step, here) in present(from, stay) {
            self.came[from * self.nows.len() + step] += persons * here;
        }
    }

    /// Calls `each` with who of them is seen for the first time: of what period, view, step, and persons. `number`: the first step.
    #[inline(always)]
    pub(super) fn seen(
        &self,
        plan: &Plan<'_>,
        chances: &Chances,
        number: usize,
        mut each: impl FnMut(Seen, usize, usize, Lanes),
    ) {
        let (steps, plain) = (self.nows.len(), plan.plain);
        for (from, step) in (0..steps).flat_map(|from| (from..steps).map(move |step| (from, step))) {
            let came = self.came[from * steps + step];
            // There is one node that persons come to.
            let entered = plan.at(number + from).entered[0];
            let half = 2 * from == steps;
            for (view, chance) in (1..plan.cuts.len()).zip(&chances.rows[self.rows[from * steps + step]]) {
                let [source, here, phases] = chance.parts();
                each(Seen::Came(from), view, step, came * source[entered]);
                if from > 0 && !half || !self.met[usize::from(half)] {
                    continue;
                }
                let cut = &plan.cuts[view];
                let sums = &self.there[place(steps, from, step) * (plain + plan.phases)..];
                let mut sum = Lanes::ZERO;
                for node in (0..plain).filter(|&node| !cut[node]) {
                    sum += sums[node] * here[node];
                }
                for node in (plain..plan.nodes.len()).filter(|&node| !cut[node]) {
                    let Some(chain) = &plan.nodes[node].chain else { continue };
                    let span = plan.offsets[node]..plan.offsets[node] + chain.still.len();
                    for (persons, chance) in sums[plain..][span.clone()].iter().zip(&phases[span]) {
                        sum += *persons * *chance;
                    }
                }
                each(if half { Seen::Half } else { Seen::Year }, view, step, sum);
            }
        }
    }
}

/// Every step from `from` on, and the chance to be in town in it of those who are when that begins.
#[inline(always)]
fn present(from: usize, stay: &Stay) -> impl Iterator<Item = (usize, f64)> {
    let mut town = 1.0;
    stay.iter().enumerate().skip(from).map(move |(step, &(until, through))| {
        let here = town * until;
        town *= through;
        (step, here)
    })
}

/// Of which period somebody is seen for the first time.
pub(super) enum Seen {
    /// Who was there at the begin of the year, or of the second half of it.
    Year,
    Half,
    /// Who came in a step.
    Came(usize),
}

/// The place of a pair of steps, the first of which begins a half-year.
fn place(steps: usize, from: usize, step: usize) -> usize {
    if from == 0 { step } else { steps + step - from }
}

impl Chance {
    /// Makes room for the chances of a view.
    fn fit(&mut self, plan: &Plan<'_>, view: usize) {
        let chains = if plan.cuts[view][plan.plain..].iter().all(|&cut| cut) { 0 } else { plan.phases };
        (self.nodes, self.plain) = (plan.nodes.len(), plan.plain);
        // All that is read of it is written before.
        grow(&mut self.list, self.nodes + self.plain + chains);
    }

    /// Of those who come, of those in nodes without memory, and of those in phases.
    fn parts(&self) -> [&[Lanes]; 3] {
        let (source, there) = self.list.split_at(self.nodes);
        let (plain, phases) = there.split_at(self.plain);
        [source, plain, phases]
    }

    fn parts_mut(&mut self) -> [&mut [Lanes]; 3] {
        let (source, there) = self.list.split_at_mut(self.nodes);
        let (plain, phases) = there.split_at_mut(self.plain);
        [source, plain, phases]
    }

    /// One step back from the chances at its end, or from its own end if there are none: whoever is seen in it counts.
    #[inline(always)]
    fn set(&mut self, plan: &Plan<'_>, number: usize, now: &Now, view: usize, next: Option<&Self>, scratch: &mut Scratch) {
        self.fit(plan, view);
        let (count, plain, cut, open, nodes) =
            (plan.nodes.len(), plan.plain, &plan.cuts[view], &plan.open[view], &plan.free[view]);
        let seen = Lanes::all(if next.is_some() { 0.0 } else { 1.0 });
        let view = &now.views[view];
        let (next, [source, here, phases]) = (next.map(Self::parts), self.parts_mut());
        let Scratch { stays, late, entries, years, ended, free } = scratch;
        // Whatever is read of them below is written first.
        for list in [&mut *stays, &mut *late, &mut *entries, &mut *years] {
            grow(list, count);
        }
        for node in 0..count {
            stays[node] = match next {
                _ if cut[node] => seen,
                None => Lanes::ZERO,
                Some([_, plain, _]) if node < plain.len() => plain[node],
                Some([.., phases]) => phases[plan.offsets[node]],
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
            let [stay, inside, over] = now.chains[node - plain].entry;
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
            source[node] = if cut[node] { seen } else { entries[node] };
        }
        free.resize(nodes.len(), [Lanes::ZERO; 2]);
        free.fill([Lanes::ZERO; 2]);
        let per_step = plan.per_year as f64;
        for (&to, row) in nodes.iter().zip(view.plain.chunks_exact(nodes.len().max(1))) {
            let (stay, years) = (stays[to], years[to]);
            for ([source, here], &[after, spent, inside]) in free.iter_mut().zip(row) {
                *source = *source + spent * stay * per_step + inside * years;
                *here = *here + after * stay + spent * years;
            }
        }
        for (&node, &mut sums) in nodes.iter().zip(&mut *free) {
            [source[node], here[node]] = sums;
        }
        for node in (plain..count).filter(|&node| !cut[node]) {
            let (Some(chain), fate) = (&plan.nodes[node].chain, &now.chains[node - plain]) else { continue };
            let moved =
                open[node].iter().fold(view.into[node] * seen, |sum, &to| sum + now.moves[node * count + to] * source[to]);
            let moved = moved * plan.step;
            ended.clear();
            for &branch in &plan.ends[node] {
                let targets = plan.at(number).targets[branch].iter();
                ended.push(targets.fold(Lanes::ZERO, |sum, &(to, share)| sum + source[to] * share));
            }
            let skewed = fate.weight * fate.weight * ended[0] - fate.weight * moved;
            let span = plan.offsets[node]..plan.offsets[node] + chain.still.len();
            let chances = &mut phases[span.clone()];
            let alone = if chain.part.is_empty() { fate.until * ended[0] } else { Lanes::ZERO };
            let (spent, over) = (fate.until * moved, fate.ended * moved + alone);
            match next {
                None => {
                    for (chance, &ratio) in chances.iter_mut().zip(&chain.ratio) {
                        *chance = over + (spent - over) * ratio;
                    }
                }
                Some([.., phases]) => {
                    let on = &phases[span];
                    let following = on[1..].iter().chain(on.last());
                    for ((chance, &ratio), &on) in chances.iter_mut().zip(&chain.ratio).zip(following) {
                        *chance = over + (spent - over + fate.kept * on) * ratio;
                    }
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
