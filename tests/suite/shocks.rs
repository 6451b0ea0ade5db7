//! Common shocks: their law, what they multiply, and what they do to bands.

use crate::town::{compiled, member, near, state, town, value};
use piramide::compile::Shock;
use piramide::compile::layout::metric;
use piramide::engine::Luck;
use piramide::model::Model;

/// A need that comes at a shocked rate, is met at a shocked price, and ends; and one that nothing touches.
fn shocked(sigma: f64, persons: u32) -> Model {
    let text = format!(
        r#"
[shock.onset]
sigma = {sigma}
persistence = 0.5
source = {{ ref = "test" }}
grade = "D"
[shock.price]
sigma = 0.2
persistence = 0.9
source = {{ ref = "test" }}
grade = "D"
[parameter.rate]
unit = "per_year"
prior = {{ fixed = 0.5 }}
source = {{ ref = "test" }}
grade = "D"
[track.hulp]
label = {{ nl = "Hulp", en = "Help" }}
state.geen_hulpvraag = {{}}
state.hulp = {{ layer = "maatwerk", cost = {{ euro_per_person_year = 4000, price_year = 2021, times = ["shock.price"] }} }}
[[track.hulp.transition]]
from = "geen_hulpvraag"
hazard = {{ per_year = "rate", times = ["shock.onset"] }}
to = "hulp"
[[track.hulp.transition]]
from = "hulp"
hazard = {{ per_year = 2 }}
to = "geen_hulpvraag"
[track.eens]
label = {{ nl = "Eens", en = "Once" }}
state = {{ niet = {{ layer = "informeel" }}, wel = {{ layer = "basis", sink = true }} }}
[[track.eens.transition]]
from = "niet"
hazard = {{ per_year = 0.3, times = ["shock.onset"] }}
to = "wel"
"#
    );
    let less = "label = { nl = 'Minder', en = 'Less' }\n[measure.less]\nstart = 2022-01-01\nscale = { rate = 0.5 }\n";
    town(&text, &[("persons.csv", &format!("persons\n{persons}\n")), ("scenarios/less.toml", less)])
}

/// Mean one, standard deviation and correlation from year to year, of 40,000 paths. 34 statistics within five standard errors: a
/// right law fails once in 50,000 seeds.
#[test]
fn a_shock_is_a_stationary_process_with_mean_one() {
    let (sigma, persistence, n) = (0.25, 0.6, 40_000u32);
    let shock = Shock { name: "test".into(), sigma, persistence };
    let paths: Vec<Vec<f64>> = (0..n).map(|draw| shock.path(Luck::new(11, draw, 3), 2019, 12)).collect();
    let n = f64::from(n);
    let mean = |value: &dyn Fn(&[f64]) -> f64| paths.iter().map(|path| value(path)).sum::<f64>() / n;
    let x = |factor: f64| (libm::log(factor) + 0.5 * sigma * sigma) / sigma;
    for year in 0..12 {
        let spread = (libm::exp(sigma * sigma) - 1.0).sqrt();
        let gap = (mean(&|path| path[year]) - 1.0) / spread * n.sqrt();
        assert!(gap.abs() < 5.0, "mean of year {year}: {gap} se");
        // A mean square of normal scores has variance 2/n.
        let gap = (mean(&|path| x(path[year]) * x(path[year])) - 1.0) * (n / 2.0).sqrt();
        assert!(gap.abs() < 5.0, "variance of year {year}: {gap} se");
        if year > 0 {
            // The product of two normal scores with correlation r has variance 1 + r².
            let gap =
                (mean(&|path| x(path[year]) * x(path[year - 1])) - persistence) * (n / (1.0 + persistence * persistence)).sqrt();
            assert!(gap.abs() < 5.0, "correlation of year {year}: {gap} se");
        }
    }
}

#[test]
fn a_calendar_year_has_the_same_shock_in_every_model() {
    let shock = Shock { name: "test".into(), sigma: 0.25, persistence: 0.6 };
    let luck = Luck::new(1, 2, 3);
    assert_eq!(shock.path(luck, 2019, 10)[3..], shock.path(luck, 2022, 7));
    assert_ne!(shock.path(luck, 2019, 10), Shock { name: "other".into(), ..shock.clone() }.path(luck, 2019, 10));
    assert_ne!(shock.path(luck, 2019, 10), shock.path(Luck::new(1, 2, 4), 2019, 10));
}

/// A known path: rates follow it year by year, in closed form, and so do prices, to the cent.
#[test]
fn rates_and_prices_follow_the_path() {
    let persons = 200_000;
    let model = shocked(0.1, persons);
    let calm = compiled(&model);
    let paths = [vec![1.0, 2.5, 0.25], vec![0.8, 1.1, 1.2345]];
    let compiled = calm.with_shocks(&paths);
    let counts = member(&compiled, 0, Luck::new(3, 0, 0));
    let mut cumulated = 0.0;
    for year in 0..3 {
        cumulated += 0.3 * paths[0][year];
        let still = value(&compiled.layout, &counts, state(1, 0), year, metric::STOCK_END) / f64::from(persons);
        near("still without", still, libm::exp(-cumulated), persons.into());
        let time = value(&compiled.layout, &counts, state(0, 1), year, metric::PERSON_TIME);
        let cost = value(&compiled.layout, &counts, state(0, 1), year, metric::COST_CONSTANT);
        assert!((cost / time / (4000.0 * paths[1][year]) - 1.0).abs() < 1e-5, "price of year {year}");
    }
    let ones = vec![vec![1.0; 3]; 2];
    let mut unshocked = calm.clone();
    unshocked.shocks.clear();
    assert_eq!(calm.with_shocks(&ones), unshocked, "a path of ones changes nothing");
}

/// The same luck gives the same shocks in every scenario: what a measure does not touch stays the same to the last tick.
#[test]
fn scenarios_share_their_shocks() {
    let model = shocked(0.4, 5_000);
    let compiled = compiled(&model);
    let layout = &compiled.layout;
    let [less, base] = [0, 1].map(|scenario| member(&compiled, scenario, Luck::new(5, 0, 0)));
    for year in 0..3 {
        for metric in [metric::STARTS, metric::PERSON_TIME] {
            let [a, b] = [&less, &base].map(|counts| value(layout, counts, state(1, 1), year, metric));
            assert_eq!(a.to_bits(), b.to_bits());
        }
    }
    let starts = |counts| value(layout, counts, state(0, 1), 2, metric::STARTS);
    assert!(starts(&less) < starts(&base));
}

/// 3,000 members of 1,500 persons. Starts of a year have a relative standard deviation of 3.4 percent by chance alone and 6 with a
/// shock of 5 percent, so the mean of the members has a standard error of 0.11 percent: 0.5 percent is more than four of them
/// (false alarm below 1e-4). The ratio of two variances has a standard error of 3.7 percent.
#[test]
fn shocks_widen_what_may_happen_and_hardly_move_what_is_expected() {
    let starts = |sigma: f64| {
        let model = shocked(sigma, 1_500);
        let compiled = compiled(&model);
        let members: Vec<f64> = (0..3_000)
            .map(|draw| value(&compiled.layout, &member(&compiled, 1, Luck::new(8, draw, 0)), state(0, 1), 1, metric::STARTS))
            .collect();
        let n = members.len() as f64;
        let mean = members.iter().sum::<f64>() / n;
        (mean, members.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0))
    };
    let (calm, shaken) = (starts(0.0), starts(0.05));
    assert!((shaken.0 / calm.0 - 1.0).abs() < 0.005, "mean {} against {}", shaken.0, calm.0);
    let ratio = shaken.1 / calm.1;
    // Starts of a year hold about 4.3 percent of shock: the rate moves them by a little less than itself, because who has a need
    // cannot get another.
    assert!(ratio > 2.0 && ratio < 4.0, "variances {} and {}", shaken.1, calm.1);
}
