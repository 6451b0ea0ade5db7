//! Gaussian quadrature of a discrete measure.

/// Points and weights (which sum to one) that give the mean over `atoms` (place and weight) of every polynomial of degree up to
/// `2 count - 1` exactly; fewer if there are fewer distinct atoms than `count`. The points rise.
///
/// The orthogonal polynomials of the measure by the Stieltjes recurrence; their zeros interlace, so each is found between
/// two of the polynomial before by halving; weights are the Christoffel numbers. Range: atoms finite, at least one, their weights positive with sum one; for the few
/// points (up to about twenty) that a mean over persons needs.
/// Source: Gautschi 2004, Orthogonal Polynomials: Computation and Approximation, 1.4 and 2.2.
///
/// ```
/// # use piramide::maths::gauss;
/// let nodes = gauss(&[(-1.0, 0.5), (1.0, 0.5)], 2);
/// assert!((nodes[0].0 + 1.0).abs() < 1e-15 && (nodes[1].1 - 0.5).abs() < 1e-15);
/// ```
pub fn gauss(atoms: &[(f64, f64)], count: usize) -> Vec<(f64, f64)> {
    let (low, high) = atoms.iter().fold((f64::MAX, f64::MIN), |(low, high), atom| (low.min(atom.0), high.max(atom.0)));
    // Monic polynomials: p(k+1) = (x - a(k)) p(k) - b(k) p(k-1); `norms` are their mean squares.
    let (mut a, mut norms) = (Vec::new(), vec![1.0]);
    let (mut before, mut now) = (vec![0.0; atoms.len()], vec![1.0; atoms.len()]);
    let mut zeros: Vec<f64> = Vec::new();
    for degree in 0..count {
        let norm = norms[degree];
        a.push(atoms.iter().zip(&now).map(|((x, weight), p)| weight * (x * p * p)).sum::<f64>() / norm);
        let b = if degree == 0 { 0.0 } else { norm / norms[degree - 1] };
        for (((x, _), p), q) in atoms.iter().zip(&mut now).zip(&mut before) {
            (*p, *q) = ((x - a[degree]) * *p - b * *q, *p);
        }
        let edges: Vec<f64> = [low].into_iter().chain(zeros).chain([high]).collect();
        zeros = edges.windows(2).map(|edge| zero(edge[0], edge[1], |x| values(&a, &norms, x).1)).collect();
        let next = atoms.iter().zip(&now).map(|((_, weight), p)| weight * (p * p)).sum::<f64>();
        // No more distinct atoms than points: their mean is exact already.
        if next <= 1e-28 * norm * (high - low) * (high - low) {
            break;
        }
        norms.push(next);
    }
    let norms = &norms[..zeros.len()];
    let mut nodes: Vec<(f64, f64)> = zeros.iter().map(|&x| (x, 1.0 / values(&a, norms, x).0)).collect();
    let total: f64 = nodes.iter().map(|node| node.1).sum();
    for node in &mut nodes {
        node.1 /= total;
    }
    nodes
}

/// At `x`: the sum of squares of the orthonormal polynomials of degrees below `a.len()`, and the monic one of degree `a.len()`.
fn values(a: &[f64], norms: &[f64], x: f64) -> (f64, f64) {
    let (mut before, mut now, mut squares) = (0.0, 1.0, 0.0);
    for (degree, centre) in a.iter().enumerate() {
        squares += now * now / norms[degree];
        let b = if degree == 0 { 0.0 } else { norms[degree] / norms[degree - 1] };
        (before, now) = (now, (x - centre) * now - b * before);
    }
    (squares, now)
}

/// The zero of a polynomial that changes sign once between `low` and `high`, by halving to the last bit.
fn zero(mut low: f64, mut high: f64, value: impl Fn(f64) -> f64) -> f64 {
    let rises = value(high) > 0.0 || value(low) < 0.0;
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if (value(middle) > 0.0) == rises { high = middle } else { low = middle }
    }
}
