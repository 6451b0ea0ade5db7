//! Whether chains have met: rank-normalised split R-hat, and how many independent draws they are worth (Vehtari, Gelman, Simpson,
//! Carpenter & Bürkner 2021, *Rank-normalization, folding, and localization: an improved R-hat*).

use crate::maths::normal_quantile;

/// What is known of the mixing of one quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mixing {
    /// The larger of R-hat of ranks and of folded ranks.
    pub r_hat: f64,
    /// Effective size for the middle.
    pub bulk: f64,
    /// Effective size for the 5 and 95 % quantiles, the smaller.
    pub tail: f64,
}

impl Mixing {
    /// Of draws of one quantity: [chain × step], all chains of one even length.
    pub fn of(chains: &[Vec<f64>]) -> Self {
        let halves: Vec<&[f64]> = chains.iter().flat_map(|chain| chain.chunks_exact((chain.len() / 2).max(1)).take(2)).collect();
        let all: Vec<f64> = halves.iter().copied().flatten().copied().collect();
        let middle = quantile(&all, 0.5);
        let folded: Vec<f64> = all.iter().map(|value| (value - middle).abs()).collect();
        let length = halves.first().map_or(1, |half| half.len());
        let cut = |values: &[f64]| -> Vec<Vec<f64>> { values.chunks_exact(length).map(<[f64]>::to_vec).collect() };
        let ranks = cut(&scores(&all));
        let tail = |share: f64| {
            let limit = quantile(&all, share);
            let below: Vec<f64> = all.iter().map(|&value| f64::from(u8::from(value <= limit))).collect();
            effective(&cut(&below))
        };
        Self {
            r_hat: r_hat(&ranks).max(r_hat(&cut(&scores(&folded)))),
            bulk: effective(&ranks),
            tail: tail(0.05).min(tail(0.95)),
        }
    }
}

/// The quantile of values, by linear interpolation; NaN of none.
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = share * last as f64;
    let below = place as usize;
    let above = (below + 1).min(last);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

/// Normal scores of the ranks, ties sharing their mean rank.
fn scores(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut scores = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let alike = order[from..].iter().take_while(|&&id| values[id] == values[order[from]]).count();
        let rank = from as f64 + 0.5 * (alike as f64 + 1.0);
        let score = normal_quantile((rank - 0.375) / (values.len() as f64 + 0.25));
        for &id in &order[from..from + alike] {
            scores[id] = score;
        }
        from += alike;
    }
    scores
}

/// Mean and standard deviation.
pub(super) fn moments(values: &[f64]) -> (f64, f64) {
    (mean(values), variance(values).sqrt())
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// Variance within chains, and the estimate of the whole from within and between.
fn within(chains: &[Vec<f64>]) -> (f64, f64) {
    let length = chains.first().map_or(1.0, |chain| chain.len() as f64);
    let means: Vec<f64> = chains.iter().map(|chain| mean(chain)).collect();
    let within = chains.iter().map(|chain| variance(chain)).sum::<f64>() / chains.len() as f64;
    let between = if means.len() > 1 { variance(&means) } else { 0.0 };
    (within, within * (length - 1.0) / length + between)
}

fn r_hat(chains: &[Vec<f64>]) -> f64 {
    let (within, whole) = within(chains);
    if within > 0.0 { (whole / within).sqrt() } else { 1.0 }
}

/// Effective size by Geyer's initial monotone sequence (1992).
fn effective(chains: &[Vec<f64>]) -> f64 {
    let length = chains.first().map_or(0, Vec::len);
    let total = (length * chains.len()) as f64;
    let (within, whole) = within(chains);
    if length < 4 || within <= 0.0 {
        return total;
    }
    let means: Vec<f64> = chains.iter().map(|chain| mean(chain)).collect();
    let correlation = |lag: usize| {
        let of = |(chain, mean): (&Vec<f64>, &f64)| {
            let sum: f64 = chain.iter().zip(&chain[lag..]).map(|(a, b)| (a - mean) * (b - mean)).sum();
            sum / length as f64
        };
        let covariance = chains.iter().zip(&means).map(of).sum::<f64>() / chains.len() as f64;
        1.0 - (within * (length as f64 - 1.0) / length as f64 - covariance) / whole
    };
    let (mut sum, mut last) = (0.0, f64::INFINITY);
    for pair in 0..length / 2 - 1 {
        let two = correlation(2 * pair) + correlation(2 * pair + 1);
        if two <= 0.0 {
            break;
        }
        last = two.min(last);
        sum += last;
    }
    let time = (2.0 * sum - 1.0).max(1.0 / libm::log10(total).max(1.0));
    total / time
}
