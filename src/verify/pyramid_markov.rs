//! Workload W1: four layers, hazards that jump on every 1 January, independent persons.
//!
//! Exact answer: Kolmogorov's forward equations per band, year by year. Unique persons in a layer are those there on
//! 1 January and the first entries of the others; the spread of a time average is the sum of the persons' own variances.

use super::Check;
use super::claim::{Claims, Place, Row};
use super::oracle::Chain;
use crate::compile::layout::metric;

pub(super) const CHECK: Check = Check {
    name: "pyramid-markov",
    proves: "competing hazards that jump on 1 January: stock, flows, unique persons, cost and the spread of the stock",
    replications: 100,
    twin: Some(1e-6),
    claims,
};

const LAYERS: [&str; 4] = ["informeel", "formeel", "basis", "maatwerk"];
const FIRST_YEAR: i32 = 2021;
const YEARS: usize = 10;
const UP: [f64; 6] = [0.6, 0.5, 0.6, 1.0, 2.0, 4.5];
const OUT: [f64; 6] = [0.15, 0.20, 0.25, 0.80, 2.20, 6.50];
const EURO_PER_YEAR: [f64; 4] = [0.0, 200.0, 2500.0, 9000.0];
/// From, to, rate per year, and whether it rises with the band and by 2 % a year.
const MOVES: [(usize, usize, f64, bool); 9] = [
    (0, 1, 0.10, true),
    (0, 3, 0.004, true),
    (1, 0, 0.80, false),
    (1, 2, 0.12, true),
    (2, 1, 0.35, false),
    (2, 0, 0.15, false),
    (2, 3, 0.15, true),
    (3, 2, 0.20, false),
    (3, 0, 0.10, false),
];

/// Exact numbers of a layer in a year.
#[derive(Debug, Clone, Copy, Default)]
struct Exact {
    time_average: f64,
    end: f64,
    inflow: f64,
    unique: f64,
    cost: f64,
    /// Variance of the time average, and of the stock at the end.
    variance: f64,
    end_variance: f64,
}

/// Persons per band and layer at the start.
fn persons() -> [[f64; 4]; 6] {
    let mut persons = [[0.0; 4]; 6];
    for i in 0..81_000 {
        let band = [16, 28, 53, 80, 93].iter().filter(|&&bound| i % 100 >= bound).count();
        let layer = [78, 87, 89].iter().filter(|&&bound| i / 100 % 90 >= bound).count();
        persons[band][layer] += 1.0;
    }
    persons
}

/// `[year][layer]`
fn exact() -> Vec<[Exact; 4]> {
    let mut table = vec![[Exact::default(); 4]; YEARS];
    for (band, layers) in persons().iter().enumerate() {
        for (layer, &count) in layers.iter().enumerate() {
            let mut p = vec![0.0; 5];
            p[layer] = 1.0;
            let mut trend = 1.0;
            for row in &mut table {
                let mut moves: Vec<_> = MOVES
                    .iter()
                    .map(|&(from, to, rate, up)| (from, to, if up { rate * UP[band] * trend } else { rate }))
                    .collect();
                moves.extend((0..4).map(|from| (from, 4, 0.02 * OUT[band])));
                let chain = Chain::new(5, &moves);
                let (end, years) = chain.run(&p, 1.0);
                for (state, cell) in row.iter_mut().enumerate() {
                    let mut elsewhere = p.clone();
                    elsewhere[state] = 0.0;
                    let never: f64 = chain.avoiding(state).run(&elsewhere, 1.0).0.iter().sum();
                    let (mean, square) = chain.occupation(&p, 1.0, state);
                    cell.time_average += count * years[state];
                    cell.end += count * end[state];
                    cell.inflow += count * chain.entries(&years, state);
                    cell.unique += count * (1.0 - never);
                    cell.cost += count * years[state] * EURO_PER_YEAR[state];
                    cell.variance += count * (square - mean * mean);
                    cell.end_variance += count * end[state] * (1.0 - end[state]);
                }
                p = end;
                trend *= 1.02;
            }
        }
    }
    table
}

fn claims() -> Claims {
    let mut claims = Claims::default();
    for (row, year) in exact().into_iter().zip(FIRST_YEAR..) {
        for (exact, layer) in row.into_iter().zip(LAYERS) {
            let place = |metric| Place::city(Row("pyramide", layer), year, 0, metric);
            claims.mean(place(metric::PERSON_TIME), exact.time_average);
            claims.mean(place(metric::STOCK_END), exact.end);
            claims.mean(place(metric::STARTS), exact.inflow);
            claims.mean(place(metric::UNIQUE), exact.unique);
            if exact.cost > 0.0 {
                claims.mean(place(metric::COST_CONSTANT), exact.cost);
            }
            claims.deviation(place(metric::PERSON_TIME), exact.variance.sqrt());
            claims.deviation(place(metric::STOCK_END), exact.end_variance.sqrt());
        }
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An earlier own computation, kept as data beside the model, to the last of its digits.
    #[test]
    fn the_kept_table_agrees() {
        let table = exact();
        let mut rows = 0;
        for line in include_str!("../../models/verification/pyramid-markov/exact.csv").lines().skip(1) {
            let numbers: Vec<f64> = line.split(',').map(|number| number.parse().unwrap()).collect();
            let cell = &table[numbers[0] as usize - 2021][numbers[1] as usize];
            let own = [cell.time_average, cell.end, cell.inflow, cell.unique, cell.cost, cell.variance.sqrt()];
            for (own, kept) in own.iter().zip(&numbers[2..]) {
                assert!((own - kept).abs() <= 1e-6 + 1e-9 * kept.abs(), "{line}: {own} for {kept}");
            }
            rows += 1;
        }
        assert_eq!(rows, 40);
    }
}
