//! The rates of a track in one time step, and what follows from them: the matrices of the states without memory, for everybody
//! and for those not seen yet, from whom the way into some states is cut off; and what hazards do to those in a chain.

use super::super::decay::Decay;
use super::super::lanes::{Lanes, blank, grow};
use super::super::nodes::Chain;
use super::plan::Plan;

/// Rates in one step, and what follows from them.
#[derive(Default)]
pub(super) struct Now {
    /// Per pair of nodes (from × to), per year; on the diagonal of nodes without memory renewals.
    pub moves: Vec<Lanes>,
    /// Per node: rate at which hazards end a stay.
    pub out: Vec<Lanes>,
    /// Per chain.
    pub chains: Vec<Fate>,
    /// Everybody; then those not seen yet, per cut.
    pub views: Vec<View>,
    /// Node, variant of a gate, and requests by hazards that it reaches, per year; in order of the nodes.
    pub reached: Vec<(usize, usize, Lanes)>,
}

/// The rates as met by those who are followed: entries into nodes that are cut off are counted and gone.
#[derive(Default)]
pub(super) struct View {
    /// Per node: rate into what is cut off.
    pub into: Vec<Lanes>,
    /// Nodes without memory that are not cut off, to × from: who is where after a step, per person; person-years in the step, per
    /// person; and person-years per person of those who come in evenly over the step.
    pub plain: Vec<[Lanes; 3]>,
}

/// What hazards do in a step to those in a chain.
#[derive(Clone, Copy)]
pub(super) struct Fate {
    /// Chance that none comes in a step.
    pub kept: Lanes,
    /// Mean chance that none comes until a moment of the step.
    pub until: Lanes,
    /// Person-years of those whose time is up in the step, as a share of it.
    pub ended: Lanes,
    /// Expected hazards in a step.
    pub weight: Lanes,
    /// See [`entry`].
    pub entry: [Lanes; 3],
}

/// Working memory for the matrices.
#[derive(Default)]
pub(super) struct Scratch {
    generator: Vec<Lanes>,
    /// Its rates other than none, as of [`times`].
    rates: Vec<(usize, Lanes)>,
    ends: Vec<usize>,
    term: Vec<Lanes>,
    next: Vec<Lanes>,
    /// What comes of it, as of [`View::plain`]: to × from.
    after: Vec<Lanes>,
    years: Vec<Lanes>,
    area: Vec<Lanes>,
}

impl Now {
    /// Takes `rates`: per source, per year.
    #[inline(always)]
    pub(super) fn set(&mut self, plan: &Plan<'_>, number: usize, rates: &[Lanes], scratch: &mut Scratch) {
        let (count, step) = (plan.nodes.len(), plan.at(number));
        blank(&mut self.moves, count * count);
        self.reached.clear();
        for each in &plan.moves {
            let rate = rates[each.source];
            for &(variant, share) in &step.reached[each.split] {
                match self.reached.iter_mut().find(|known| (known.0, known.1) == (each.node, variant)) {
                    Some((.., sum)) => *sum += rate * share,
                    None => self.reached.push((each.node, variant, rate * share)),
                }
            }
            for &(to, share) in &step.targets[each.split] {
                if each.stays || plan.nodes[to].state != plan.nodes[each.node].state {
                    self.moves[each.node * count + to] += rate * share;
                }
            }
        }
        self.out.clear();
        for (node, (links, moves)) in plan.links.iter().zip(self.moves.chunks_exact(count)).enumerate() {
            // A renewal ends no stay of a state without memory.
            let ends = links.iter().filter(|&&to| to != node || node >= plan.plain);
            self.out.push(ends.fold(Lanes::ZERO, |sum, &to| sum + moves[to]));
        }
        self.chains.clear();
        let chains = plan.nodes.iter().filter_map(|node| node.chain.as_ref());
        self.chains.extend(self.out[plan.plain..].iter().zip(chains).map(|(&out, chain)| Fate::new(out, plan.step, chain)));
        self.views.resize_with(plan.cuts.len(), View::default);
        for (number, cut) in plan.cuts.iter().enumerate() {
            let (before, view) = self.views.split_at_mut(number);
            // Whoever is cut off in a chain only changes nothing for states without memory.
            let same = plan.cuts[..number].iter().position(|other| other[..plan.plain] == cut[..plan.plain]);
            view[0].set(&self.moves, &self.out, plan, number, same.map(|same| &before[same]), scratch);
        }
    }
}

impl View {
    /// Takes `moves` (from × to) and the rates at which hazards end a stay; `same`: a view with the same matrices.
    #[inline(always)]
    fn set(&mut self, moves: &[Lanes], out: &[Lanes], plan: &Plan<'_>, view: usize, same: Option<&Self>, scratch: &mut Scratch) {
        let (count, cut, nodes) = (out.len(), &plan.cuts[view], &plan.free[view]);
        self.into.clear();
        for (from, (links, moves)) in plan.links.iter().zip(moves.chunks_exact(count)).enumerate() {
            let seen = links.iter().filter(|&&to| to != from && cut[to]);
            self.into.push(seen.fold(Lanes::ZERO, |sum, &to| sum + moves[to]));
        }
        if let Some(same) = same {
            self.plain.clone_from(&same.plain);
            return;
        }
        let size = nodes.len();
        grow(&mut scratch.generator, size * size);
        for (row, &from) in scratch.generator.chunks_exact_mut(size.max(1)).zip(nodes) {
            for (rate, &to) in row.iter_mut().zip(nodes) {
                *rate = if to == from { out[from] * -1.0 } else { moves[from * count + to] };
            }
        }
        scratch.exponential(size, plan.step);
        self.plain.resize(size * size, [Lanes::ZERO; 3]);
        let parts = scratch.after.iter().zip(&scratch.years).zip(&scratch.area);
        for (cell, ((after, years), area)) in self.plain.iter_mut().zip(parts) {
            *cell = [*after, *years, *area];
        }
    }
}

impl Scratch {
    /// `exp(Q s)` at the end of a step, its integral over the step, and the mean over the step of the integral to the end. The Taylor
    /// series of the last gives the others, as each is one plus `Q` times the integral of the one before; it converges at once for a
    /// step in which few persons move, after halving the step until it does.
    #[inline(always)]
    fn exponential(&mut self, size: usize, step: f64) {
        let Self { generator, rates, ends, .. } = self;
        rates.clear();
        ends.clear();
        for to in 0..size {
            for from in 0..size {
                let rate = generator[from * size + to];
                if !rate.is_zero() {
                    rates.push((from, rate));
                }
            }
            ends.push(rates.len());
        }
        let rates = (&rates[..], &ends[..]);
        let fastest = (0..size).flat_map(|node| generator[node * size + node].0).fold(0.0, |most: f64, rate| most.max(-rate));
        let halvings = libm::ceil(libm::log2((2.0 * fastest * step).max(1.0))) as i32;
        let mut length = step;
        for _ in 0..halvings {
            length *= 0.5;
        }
        let [mut term, mut next, after, years, area] =
            [&mut self.term, &mut self.next, &mut self.after, &mut self.years, &mut self.area].map(|list| {
                grow(list, size * size);
                &mut list[..size * size]
            });
        // Whatever is read of the others is written first.
        area.fill(Lanes::ZERO);
        term.fill(Lanes::ZERO);
        for node in 0..size {
            term[node * size + node] = Lanes::all(0.5 * length * length);
        }
        let (mut order, mut bound) = (0.0, 1.0);
        loop {
            for (area, term) in area.iter_mut().zip(&*term) {
                *area += *term;
            }
            // The norm of Q is at most twice the fastest rate. What is left out lies far below what the steps cost.
            order += 1.0;
            bound *= 2.0 * fastest * length / order;
            if bound < 1e-10 {
                break;
            }
            times(term, rates, length / (order + 2.0), next);
            std::mem::swap(&mut term, &mut next);
        }
        times(area, rates, 1.0, years);
        for node in 0..size {
            years[node * size + node] += Lanes::all(length);
        }
        times(years, rates, 1.0, after);
        for node in 0..size {
            after[node * size + node] += Lanes::all(1.0);
        }
        for _ in 0..halvings {
            // Twice the length: the second half begins where the first has led.
            multiply(after, area, size, next);
            for cell in 0..size * size {
                area[cell] += years[cell] * length + next[cell];
            }
            multiply(after, years, size, next);
            for cell in 0..size * size {
                years[cell] += next[cell];
            }
            multiply(after, after, size, next);
            after.copy_from_slice(next);
            length *= 2.0;
        }
        for cell in area {
            *cell = *cell * (1.0 / step);
        }
    }
}

/// Where rates lead next from where a matrix (to × from) has led, times a factor. `rates`: from where and how fast, in order of where they
/// lead to, and where those to each end.
#[inline(always)]
fn times(matrix: &[Lanes], (rates, ends): (&[(usize, Lanes)], &[usize]), factor: f64, product: &mut [Lanes]) {
    let (size, mut begin) = (ends.len(), 0);
    for (row, &end) in product.chunks_exact_mut(size.max(1)).zip(ends) {
        let mut first = true;
        for &(via, rate) in &rates[begin..end] {
            let (from, rate) = (&matrix[via * size..][..size], rate * factor);
            if first {
                row.iter_mut().zip(from).for_each(|(sum, &share)| *sum = share * rate);
            } else {
                row.iter_mut().zip(from).for_each(|(sum, &share)| *sum += share * rate);
            }
            first = false;
        }
        if first {
            row.fill(Lanes::ZERO);
        }
        begin = end;
    }
}

impl Fate {
    fn new(out: Lanes, step: f64, chain: &Chain) -> Self {
        let weight = out * step;
        let decays = weight.0.map(Decay::new);
        let of = |part: fn(&Decay) -> f64| Lanes(core::array::from_fn(|lane| part(&decays[lane])));
        let (until, ended) = (of(|decay| decay.until), of(|decay| decay.ended));
        Self { kept: of(|decay| decay.kept), until, ended, weight, entry: entry([until, ended], out, chain) }
    }
}

/// What becomes of one person who enters a chain evenly over a step: chance to be there at its end, person-years in it, chance
/// that the time is up within it. `until`, `ended` as of [`Fate`]; `out`: rate of the hazards.
fn entry([until, ended]: [Lanes; 2], out: Lanes, chain: &Chain) -> [Lanes; 3] {
    let stay = until * chain.still[0];
    let inside = ended * (2.0 * chain.inside);
    let over = (Lanes::all(1.0) - stay - inside * out).max(Lanes::ZERO);
    [stay, inside, over]
}

/// The product of two square matrices (to × from): where `second` leads from where `first` has led.
#[inline(always)]
fn multiply(first: &[Lanes], second: &[Lanes], size: usize, product: &mut [Lanes]) {
    product.fill(Lanes::ZERO);
    for to in 0..size {
        for via in 0..size {
            let part = second[to * size + via];
            for (sum, &share) in product[to * size..][..size].iter_mut().zip(&first[via * size..][..size]) {
                *sum += share * part;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One state left at rate 3, by Taylor series and by halving: exp(-3 s), its integral and the mean of that.
    #[test]
    fn one_state() {
        for step in [0.01, 0.1, 1.0, 4.0] {
            let mut scratch = Scratch { generator: vec![Lanes::all(-3.0)], ..Scratch::default() };
            scratch.exponential(1, step);
            let (after, years, source) = (scratch.after, scratch.years, scratch.area);
            let x = 3.0 * step;
            let stay = libm::exp(-x);
            for lane in 0..4 {
                assert!((after[0].0[lane] - stay).abs() < 1e-13);
                assert!((years[0].0[lane] - (1.0 - stay) / 3.0).abs() < 1e-13);
                assert!((source[0].0[lane] - (1.0 - (1.0 - stay) / x) / 3.0).abs() < 1e-12, "{step}");
            }
        }
    }
}
