//! Which parameters go together.

use super::raw::Grade;

/// Two parameters whose normal scores are correlated: a Gaussian copula, under which each keeps its own prior.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    /// Ids of two different, uncertain parameters.
    pub between: [usize; 2],
    /// Correlation of the normal scores, -1 < rho < 1.
    pub rho: f64,
    /// Index in [`super::Model::sources`].
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

impl Correlation {
    /// The parameter ids that go together, directly or through others; each group ascending, in the order of its first.
    pub fn groups(correlations: &[Self]) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for correlation in correlations {
            let (mut joined, others): (Vec<_>, Vec<_>) =
                groups.into_iter().partition(|group| correlation.between.iter().any(|id| group.contains(id)));
            let mut group: Vec<usize> = joined.drain(..).flatten().chain(correlation.between).collect();
            group.sort_unstable();
            group.dedup();
            groups = others;
            groups.push(group);
        }
        groups.sort_unstable();
        groups
    }

    /// The correlation matrix of some parameters, rows in the order of `ids`; a pair that is not named has 0.
    pub fn matrix(correlations: &[Self], ids: &[usize]) -> Vec<Vec<f64>> {
        let rho = |a: usize, b: usize| {
            let named = |pair: &&Self| pair.between == [a, b] || pair.between == [b, a];
            correlations.iter().find(named).map_or(0.0, |pair| pair.rho)
        };
        ids.iter().map(|&a| ids.iter().map(|&b| if a == b { 1.0 } else { rho(a, b) }).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_join_through_others() {
        let pair = |a, b| Correlation { between: [a, b], rho: 0.1 * (a + b) as f64, source: 0, note: None, grade: Grade::D };
        let pairs = [pair(7, 2), pair(1, 4), pair(5, 3), pair(4, 2)];
        assert_eq!(Correlation::groups(&pairs), [vec![1, 2, 4, 7], vec![3, 5]]);
        assert_eq!(Correlation::matrix(&pairs, &[4, 1, 3]), [[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 1.0]]);
    }
}
