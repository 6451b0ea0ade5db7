//! The rates of a track as matrices for one time step: for everybody, and for those not seen yet, from whom the way into some
//! states is cut off.

/// The rates as met by those who are followed: entries into nodes that are cut off are counted and gone.
pub(super) struct View {
    /// Per pair of nodes (from × to), per year; on the diagonal of nodes without memory renewals.
    pub moves: Vec<f64>,
    /// Per node: rate into what is cut off.
    pub into: Vec<f64>,
    /// Nodes without memory, from × to: who is where after a step, per person; person-years in the step, per person; and
    /// person-years per person of those who come in evenly over the step.
    pub after: Vec<f64>,
    pub years: Vec<f64>,
    pub source: Vec<f64>,
}

/// The views of one set of rates. `moves` is [from × to], the first `plain` nodes are without memory; `out` is the rate at
/// which hazards end a stay.
pub(super) fn views(moves: &[f64], out: &[f64], plain: usize, cuts: &[Vec<bool>], step: f64) -> Vec<View> {
    let count = out.len();
    let of = |cut: &Vec<bool>| {
        let open: Vec<f64> = moves.iter().enumerate().map(|(pair, rate)| if cut[pair % count] { 0.0 } else { *rate }).collect();
        let into = (moves.chunks_exact(count))
            .enumerate()
            .map(|(from, row)| (0..count).filter(|&to| to != from && cut[to]).map(|to| row[to]).sum())
            .collect();
        let (after, years, source) = exponential(&open, out, plain, count, step);
        View { moves: open, into, after, years, source }
    };
    cuts.iter().map(of).collect()
}

/// `exp(Q s)` at the end of a step, its integral over the step, and the mean over the step of the integral to the end; by
/// Taylor series, which converges at once for a step in which few persons move, after halving the step until it does.
fn exponential(moves: &[f64], out: &[f64], plain: usize, count: usize, step: f64) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let fastest = out[..plain].iter().copied().fold(0.0, f64::max);
    let halvings = libm::ceil(libm::log2((2.0 * fastest * step).max(1.0))) as i32;
    let mut length = step;
    for _ in 0..halvings {
        length *= 0.5;
    }
    let generator = |from: usize, to: usize| if from == to { -out[from] } else { moves[from * count + to] };
    let size = plain * plain;
    let (mut after, mut years, mut area) = (vec![0.0; size], vec![0.0; size], vec![0.0; size]);
    let mut term = vec![0.0; size];
    for node in 0..plain {
        term[node * plain + node] = 1.0;
    }
    for order in 0..40 {
        let n = order as f64;
        let mut largest = 0.0f64;
        for cell in 0..size {
            after[cell] += term[cell];
            years[cell] += term[cell] * length / (n + 1.0);
            area[cell] += term[cell] * length * length / ((n + 1.0) * (n + 2.0));
            largest = largest.max(term[cell].abs());
        }
        if largest < 1e-16 {
            break;
        }
        let mut next = vec![0.0; size];
        for from in 0..plain {
            for via in 0..plain {
                let part = term[from * plain + via] * length / (n + 1.0);
                if part != 0.0 {
                    for to in 0..plain {
                        next[from * plain + to] += part * generator(via, to);
                    }
                }
            }
        }
        term = next;
    }
    for _ in 0..halvings {
        // Twice the length: the second half begins where the first has led.
        let more = product(&after, &area, plain);
        let on = product(&after, &years, plain);
        for cell in 0..size {
            area[cell] += years[cell] * length + more[cell];
            years[cell] += on[cell];
        }
        after = product(&after, &after, plain);
        length *= 2.0;
    }
    for cell in &mut area {
        *cell /= step;
    }
    (after, years, area)
}

fn product(left: &[f64], right: &[f64], size: usize) -> Vec<f64> {
    let mut product = vec![0.0; size * size];
    for from in 0..size {
        for via in 0..size {
            for to in 0..size {
                product[from * size + to] += left[from * size + via] * right[via * size + to];
            }
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One state left at rate 3, by Taylor series and by halving: exp(-3 s), its integral and the mean of that.
    #[test]
    fn one_state() {
        for step in [0.01, 0.1, 1.0, 4.0] {
            let (after, years, source) = exponential(&[0.0], &[3.0], 1, 1, step);
            let x = 3.0 * step;
            let stay = libm::exp(-x);
            assert!((after[0] - stay).abs() < 1e-13);
            assert!((years[0] - (1.0 - stay) / 3.0).abs() < 1e-13);
            assert!((source[0] - (1.0 - (1.0 - stay) / x) / 3.0).abs() < 1e-12, "{step}");
        }
    }
}
