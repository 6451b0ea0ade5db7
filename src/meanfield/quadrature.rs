//! Quadrature: a few nodes with weights instead of a continuum.

/// A node: where, and how much of the whole it stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Node {
    pub at: f64,
    pub weight: f64,
}

/// The Gauss-Legendre rule with `count` nodes on [0, 1], by Newton's method on the Legendre polynomial (Press, Teukolsky,
/// Vetterling & Flannery 2007, *Numerical recipes*, 4.6.1). Exact for polynomials of degree `2 count - 1`.
pub(super) fn gauss(count: usize) -> Vec<Node> {
    (0..count)
        .map(|index| {
            let mut x = libm::cos(core::f64::consts::PI * (index as f64 + 0.75) / (count as f64 + 0.5));
            let mut slope = 1.0;
            for _ in 0..100 {
                let (mut value, mut before) = (1.0, 0.0);
                for degree in 0..count {
                    let d = degree as f64;
                    (value, before) = (((2.0 * d + 1.0) * x * value - d * before) / (d + 1.0), value);
                }
                slope = count as f64 * (x * value - before) / (x * x - 1.0);
                let step = value / slope;
                x -= step;
                if step.abs() < 1e-15 {
                    break;
                }
            }
            Node { at: 0.5 * (1.0 - x), weight: 1.0 / ((1.0 - x * x) * slope * slope) }
        })
        .collect()
}

/// Nodes for the birthday's share of the year. What follows from it jumps at each of `breaks`, between 0 and 1.
///
/// If there are none, the nodes are `parts` apart (rounded up to a multiple of 4), where time steps meet, so that no hazard changes
/// within a step: Boole's rule (Abramowitz & Stegun 1964, *Handbook of mathematical functions*, 25.4.14), exact for polynomials of
/// degree 5 on each four parts. Otherwise each stretch between breaks has a Gauss rule of its own, which has no node on a break.
pub(super) fn birthdays(parts: usize, breaks: &[f64]) -> Vec<Node> {
    if !breaks.is_empty() {
        let mut marks: Vec<f64> = breaks.iter().copied().chain([0.0, 0.5, 1.0]).collect();
        marks.sort_unstable_by(f64::total_cmp);
        marks.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
        let stretch = |pair: &[f64]| {
            let (from, length) = (pair[0], pair[1] - pair[0]);
            // Less than a month apart: what is between a date and a birthday on New Year.
            let count = if length < 0.08 { 1 } else { 2 + (parts as f64 * length / 2.0) as usize };
            gauss(count).into_iter().map(move |node| Node { at: from + length * node.at, weight: length * node.weight })
        };
        return marks.windows(2).flat_map(stretch).collect();
    }
    let rules = parts.div_ceil(4).max(1);
    let parts = 4 * rules;
    let weight = |node: usize| match node % 4 {
        0 if node == 0 || node == parts => 7.0,
        0 => 14.0,
        2 => 12.0,
        _ => 32.0,
    };
    (0..=parts).map(|node| Node { at: node as f64 / parts as f64, weight: weight(node) / (90.0 * rules as f64) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauss_integrates_polynomials() {
        for count in 1..12 {
            for degree in 0..2 * count {
                let sum: f64 =
                    gauss(count).iter().map(|node| (0..degree).fold(node.weight, |product, _| product * node.at)).sum();
                assert!((sum * (degree as f64 + 1.0) - 1.0).abs() < 1e-13, "{count} nodes, degree {degree}: {sum}");
            }
        }
    }

    #[test]
    fn nodes_for_birthdays_integrate_polynomials() {
        for parts in [4, 8, 12] {
            for (breaks, degrees) in [(&[][..], 6), (&[0.25, 1.0 / 3.0], 4)] {
                for degree in 0..degrees {
                    let nodes = birthdays(parts, breaks);
                    let sum: f64 = nodes.iter().map(|node| (0..degree).fold(node.weight, |product, _| product * node.at)).sum();
                    assert!((sum * (f64::from(degree) + 1.0) - 1.0).abs() < 1e-13, "{parts} parts, degree {degree}: {sum}");
                }
            }
        }
    }
}
