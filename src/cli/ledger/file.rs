//! `ledger.csv`: every measure, domain and year.

use super::report::Report;
use crate::analysis::Estimate;
use crate::analysis::ledger::Method;
use serde::Serialize;

/// A line. The fields are its columns, in order; euros are at the constant price level.
#[derive(Debug, Serialize)]
struct Line<'a> {
    scenario: &'a str,
    method: Method,
    measure: &'a str,
    group: Option<usize>,
    domain: &'a str,
    year: i32,
    /// `share`, `alone`, `last`; of all measures `total` and `overlap`.
    metric: &'a str,
    mean: f64,
    mcse: Option<f64>,
    p05: f64,
    p50: f64,
    p95: f64,
}

/// All of it. Shares are rounded so that they sum to the total to the cent.
pub(super) fn csv(report: &Report<'_>, first_year: i32) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let found = report.found;
    for column in 0..found.total.len() {
        let domain = report.plan.domains.get(column / found.years).map_or("total", |domain| domain.name.as_str());
        let year = first_year + (column % found.years) as i32;
        let mut add = |measure: &str, group: Option<usize>, metric: &str, mean: f64, estimate: &Estimate| {
            writer.serialize(Line {
                scenario: &report.scenario.name,
                method: report.method,
                measure,
                group,
                domain,
                year,
                metric,
                mean,
                mcse: estimate.mcse,
                p05: estimate.realised[0],
                p50: estimate.realised[3],
                p95: estimate.realised[6],
            })
        };
        let means: Vec<f64> = found.entries.iter().map(|entry| entry.share[column].mean).collect();
        let total = cents(found.total[column].mean);
        for (entry, share) in found.entries.iter().zip(rounded(&means, total)) {
            let name = &report.scenario.measures[entry.measure].name;
            let group = Some(entry.group);
            add(name, group, "share", share as f64 / 100.0, &entry.share[column])?;
            add(name, group, "alone", entry.alone[column].mean, &entry.alone[column])?;
            add(name, group, "last", entry.last[column].mean, &entry.last[column])?;
        }
        add("", None, "total", total as f64 / 100.0, &found.total[column])?;
        add("", None, "overlap", found.overlap[column].mean, &found.overlap[column])?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn cents(euros: f64) -> i64 {
    (100.0 * euros).round() as i64
}

/// Whole cents that sum to `total`: down, and a cent more for those that lose most by it.
fn rounded(euros: &[f64], total: i64) -> Vec<i64> {
    let mut cents: Vec<i64> = euros.iter().map(|euros| (100.0 * euros).floor() as i64).collect();
    let mut order: Vec<usize> = (0..euros.len()).collect();
    let rest = |at: usize| 100.0 * euros[at] - (100.0 * euros[at]).floor();
    order.sort_by(|&a, &b| rest(b).total_cmp(&rest(a)));
    let missing = total - cents.iter().sum::<i64>();
    for &at in order.iter().take(usize::try_from(missing).unwrap_or(0)) {
        cents[at] += 1;
    }
    cents
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn cents_sum_to_the_total() {
        assert_eq!(rounded(&[1.0 / 3.0; 3], 100), [34, 33, 33]);
        assert_eq!(rounded(&[-0.005, 0.005], 0), [0, 0]);
        assert_eq!(rounded(&[0.5, 0.25], 75), [50, 25]);
    }
}
