use super::*;
use crate::maths::{beta_inc, gamma_p, normal_cdf};
use crate::model::{self, Files};

/// A model of these parameters: name and prior; every correlation: two names and rho.
fn model(parameters: &[(&str, &str)], correlations: &[(&str, &str, f64)]) -> Model {
    let mut text = "
        [model]
        name = \"proef\"
        label = { nl = \"Proef\", en = \"Trial\" }
        first_year = 2020
        last_year = 2021
        [population]
        file = \"persons.csv\"
        [track.a]
        label = { nl = \"A\", en = \"A\" }
        state = { a = {} }
        [source.test]
        author = \"Piramide\"
        year = 2026
        title = \"Test\"
    "
    .to_owned();
    let origin = "source = { ref = \"test\" }\ngrade = \"D\"";
    for (name, prior) in parameters {
        text += &format!("[parameter.{name}]\nunit = \"number\"\nprior = {{ {prior} }}\n{origin}\n");
    }
    for (a, b, rho) in correlations {
        text += &format!("[[correlation]]\nbetween = [\"{a}\", \"{b}\"]\nrho = {rho}\n{origin}\n");
    }
    model::read(&Files::from_memory([("model.toml", text.as_str()), ("persons.csv", "persons\n1\n")]))
        .unwrap_or_else(|faults| panic!("{faults}"))
}

/// So many parameters that are uniform on 0 to 1, so that values are the uniform numbers themselves.
fn cube(dimensions: usize) -> Model {
    let names: Vec<String> = (0..dimensions).map(|number| format!("p{number:03}")).collect();
    let parameters: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), UNIFORM)).collect();
    model(&parameters, &[])
}

const UNIFORM: &str = "uniform = { min = 0, max = 1 }";
const DESIGNS: [Design; 3] = [Design::Random, Design::Sobol, Design::Latin];

/// Draws × parameters.
fn values(model: &Model, seed: u64, count: u32, design: &Design) -> Vec<Vec<f64>> {
    let draws = Draws::new(model, seed, count, design.clone()).unwrap();
    (0..count).map(|draw| draws.values(draw)).collect()
}

/// Whether each of as many strata as there are numbers holds exactly one.
fn one_in_each(numbers: impl Iterator<Item = f64>, count: u32) -> bool {
    let mut strata: Vec<u32> = numbers.map(|u| (u * f64::from(count)) as u32).collect();
    strata.sort_unstable();
    strata == (0..count).collect::<Vec<u32>>()
}

#[test]
fn every_stratum_holds_one_draw() {
    let model = cube(100);
    for (design, count) in [(Design::Latin, 100), (Design::Latin, 1), (Design::Sobol, 128), (Design::Sobol, 1)] {
        for seed in 0..3 {
            let draws = values(&model, seed, count, &design);
            for id in 0..100 {
                assert!(one_in_each(draws.iter().map(|draw| draw[id]), count), "{design:?}, parameter {id}");
            }
        }
    }
    let ragged = values(&model, 1, 128, &Design::Random);
    assert!(!one_in_each(ragged.iter().map(|draw| draw[0]), 128), "the test can fail");
}

/// The orders of two parameters of a Latin hypercube have nothing to do with each other: over 100 x 99 / 2 pairs of 1,000 draws
/// the largest correlation stays below 0.2, which chance exceeds once in 10^6 (6.4 standard errors, by Fisher's z).
#[test]
fn latin_orders_are_independent() {
    let draws = values(&cube(100), 5, 1_000, &Design::Latin);
    for a in 0..100 {
        for b in 0..a {
            let covariance: f64 = draws.iter().map(|draw| (draw[a] - 0.5) * (draw[b] - 0.5)).sum::<f64>() / 1_000.0;
            assert!((covariance * 12.0).abs() < 0.2, "{a} and {b}");
        }
    }
}

/// The first two dimensions are a (0, m, 2)-net in base 2: each of the 2^m boxes of 2^-a by 2^-(m-a) holds one point, for
/// every a; for each power of two from the beginning, so the sequence is a (0, 2)-sequence as far as the test goes.
#[test]
fn the_first_two_sobol_dimensions_are_a_net() {
    let model = cube(2);
    for seed in 0..16 {
        let points = values(&model, seed, 256, &Design::Sobol);
        for (m, part) in (0..=8).flat_map(|m| points.chunks(1 << m).map(move |part| (m, part))) {
            for a in 0..=m {
                let (rows, columns) = (f64::from(1u32 << a), f64::from(1u32 << (m - a)));
                let boxes = part.iter().map(|point| (point[0] * rows).floor() * columns + (point[1] * columns).floor());
                assert!(one_in_each(boxes.map(|at| (at + 0.5) / f64::from(1u32 << m)), 1 << m), "seed {seed}, m {m}, a {a}");
            }
        }
    }
}

/// Error of the mean of a smooth function of five parameters at N = 1,024, over 16 scrambles, against the exact standard error
/// of random draws. The root mean square is below a tenth of it; with the true one below a twentieth, as measured, 16 scrambles
/// exceed the limit only if a chi-square with 16 degrees of freedom exceeds 64: once in 10^7.
#[test]
fn sobol_integrates_ten_times_as_well() {
    let model = cube(5);
    let f = |x: &[f64]| x.iter().map(|x| 1.0 + 0.5 * (x - 0.5)).product::<f64>();
    let (mean, variance) = (1.0, (0..5).map(|_| 1.0 + 0.25 / 12.0).product::<f64>() - 1.0);
    let rms = |design: &Design| {
        let error = |seed| values(&model, seed, 1_024, design).iter().map(|draw| f(draw)).sum::<f64>() / 1_024.0 - mean;
        ((0..16).map(|seed| error(seed) * error(seed)).sum::<f64>() / 16.0).sqrt()
    };
    let random = (variance / 1_024.0f64).sqrt();
    assert!(rms(&Design::Sobol) < random / 20.0, "{} against {random}", rms(&Design::Sobol));
    // The sum of a main effect per parameter is what a Latin hypercube gets right: all but the interactions, here 4 percent.
    assert!(rms(&Design::Latin) < random / 2.0, "{} against {random}", rms(&Design::Latin));
    // Random draws do as they should: a chi-square with 16 degrees of freedom lies in 1.6 to 64 but once in 10^6.
    let ratio = rms(&Design::Random) / random;
    assert!((0.31..2.0).contains(&ratio), "{ratio}");
}

/// Largest distance between the distribution function of numbers and that of a law.
fn distance(mut numbers: Vec<f64>, law: &dyn Fn(f64) -> f64) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let n = numbers.len() as f64;
    let gap = |(rank, x): (usize, &f64)| (law(*x) - rank as f64 / n).abs().max((law(*x) - (rank + 1) as f64 / n).abs());
    numbers.iter().enumerate().map(gap).fold(0.0, f64::max)
}

/// Kolmogorov and Smirnov at N = 1,024. One draw per stratum stays within 1/N for certain (and a rounding); random draws within
/// 3.0/√N but for 2 exp(-2 × 3²) = 3e-8, 2e-7 for all six. With correlations every parameter keeps its own prior.
#[test]
fn every_parameter_keeps_its_prior() {
    let laws: [(&str, &str, &dyn Fn(f64) -> f64); 6] = [
        ("a", "uniform = { min = 2, max = 6 }", &|x| (x - 2.0) / 4.0),
        ("b", "normal = { mean = 3, sd = 2 }", &|x| normal_cdf((x - 3.0) / 2.0)),
        ("c", "lognormal = { median = 5, sigma = 0.4 }", &|x| normal_cdf(libm::log(x / 5.0) / 0.4)),
        ("d", "gamma = { mean = 2, shape = 3 }", &|x| gamma_p(3.0, 1.5 * x)),
        ("e", "beta = { alpha = 2, beta = 5 }", &|x| beta_inc(2.0, 5.0, x)),
        ("f", "triangular = { min = 0, mode = 0, max = 1 }", &|x| 1.0 - (1.0 - x) * (1.0 - x)),
    ];
    let parameters: Vec<(&str, &str)> = laws.iter().map(|(name, prior, _)| (*name, *prior)).collect();
    let (free, joined) = (model(&parameters, &[]), model(&parameters, &[("a", "d", 0.7), ("d", "e", -0.5), ("b", "c", 0.9)]));
    for design in &DESIGNS {
        for (model, correlated) in [(&free, false), (&joined, true)] {
            let draws = values(model, 11, 1_024, design);
            let exact = *design != Design::Random && !correlated;
            let limit = if exact { 1.000_001 / 1_024.0 } else { 3.0 / 32.0 };
            for (id, (name, _, law)) in laws.iter().enumerate() {
                let distance = distance(draws.iter().map(|draw| draw[id]).collect(), law);
                assert!(distance < limit, "{name} of {design:?}: {distance}");
            }
        }
    }
}

/// Spearman's correlation.
fn rank_correlation(draws: &[Vec<f64>], a: usize, b: usize) -> f64 {
    let ranks = |id: usize| {
        let mut order: Vec<usize> = (0..draws.len()).collect();
        order.sort_by(|&i, &j| draws[i][id].total_cmp(&draws[j][id]));
        let mut ranks = vec![0.0; draws.len()];
        order.into_iter().enumerate().for_each(|(rank, at)| ranks[at] = rank as f64 - 0.5 * (draws.len() - 1) as f64);
        ranks
    };
    let (a, b) = (ranks(a), ranks(b));
    let square = a.iter().map(|rank| rank * rank).sum::<f64>();
    a.iter().zip(&b).map(|(a, b)| a * b).sum::<f64>() / square
}

/// Rank correlation 6/π asin(ρ/2) under a Gaussian copula (Pearson 1907), at N = 32,768. Its standard error is at most that of
/// independent ranks, 1/√(N - 1) = 0.0055; six of them are exceeded once in 5 × 10^8, once in 10^7 over all pairs and designs.
#[test]
fn ranks_are_correlated_as_asked() {
    let parameters = [
        ("x", "lognormal = { median = 1, sigma = 0.5 }"),
        ("free", UNIFORM),
        ("y", "beta = { alpha = 2, beta = 2 }"),
        ("fix", "fixed = 3"),
        ("z", "normal = { mean = 0, sd = 1 }"),
        ("u", UNIFORM),
        ("v", UNIFORM),
    ];
    let pairs = [("x", "y", 0.6), ("y", "z", -0.5), ("v", "u", 0.95)];
    let (joined, apart) = (model(&parameters, &pairs), model(&parameters, &[]));
    let id = |name: &str| parameters.iter().position(|(known, _)| *known == name).unwrap();
    let limit = 6.0 / 32_767.0f64.sqrt();
    for design in &DESIGNS {
        let (draws, before) = (values(&joined, 3, 32_768, design), values(&apart, 3, 32_768, design));
        for (a, b, rho) in pairs.into_iter().chain([("x", "z", 0.0), ("x", "u", 0.0), ("free", "y", 0.0)]) {
            let expected = 6.0 / std::f64::consts::PI * libm::asin(rho / 2.0);
            let seen = rank_correlation(&draws, id(a), id(b));
            assert!((seen - expected).abs() < limit, "{a} and {b} of {design:?}: {seen}, expected {expected}");
        }
        // Who goes with nobody, and the first of a group by name, draw what they always did.
        for (draw, old) in draws.iter().zip(&before) {
            for name in ["free", "fix", "x", "u"] {
                assert_eq!(draw[id(name)].to_bits(), old[id(name)].to_bits(), "{name}");
            }
        }
    }
}

#[test]
fn a_draw_is_the_same_whoever_asks() {
    let (small, large) = (model(&[("b", UNIFORM), ("d", UNIFORM)], &[]), {
        let others = [("d", UNIFORM), ("a_fixed", "fixed = 1"), ("e", UNIFORM), ("b", UNIFORM), ("c_fixed", "fixed = 2")];
        model(&others, &[])
    });
    for design in &DESIGNS {
        let draws = values(&small, 9, 64, design);
        assert_eq!(draws, values(&small, 9, 64, design));
        let other = values(&small, 10, 64, design);
        assert!(draws.iter().zip(&other).all(|(a, b)| a[0].to_bits() != b[0].to_bits()), "{design:?}: another seed");
        // Other parameters, certain or later by name, and the order of the file move nothing.
        for (a, b) in draws.iter().zip(values(&large, 9, 64, design)) {
            assert_eq!([a[0].to_bits(), a[1].to_bits()], [b[3].to_bits(), b[0].to_bits()], "{design:?}");
        }
    }
    let random = Draws::random(&small, 9);
    assert!((0..64).all(|number| random.values(number) == draw(&small, 9, number)));
    // The bits of a draw, to notice any change.
    let seen: Vec<f64> = DESIGNS.iter().map(|design| values(&small, 9, 64, design)[17][1]).collect();
    assert_eq!(seen, SEEN);
}

/// A single draw joins correlated parameters as the random design does, and what goes with nobody stays as it was.
#[test]
fn a_single_draw_is_correlated_too() {
    let parameters = [("a", UNIFORM), ("b", "normal = { mean = 0, sd = 1 }"), ("c", UNIFORM)];
    let (joined, apart) = (model(&parameters, &[("a", "b", 0.9)]), model(&parameters, &[]));
    let random = Draws::random(&joined, 9);
    for number in 0..64 {
        let (seen, free) = (draw(&joined, 9, number), draw(&apart, 9, number));
        assert_eq!(seen, random.values(number));
        assert_eq!([seen[0].to_bits(), seen[2].to_bits()], [free[0].to_bits(), free[2].to_bits()]);
        assert_ne!(seen[1].to_bits(), free[1].to_bits());
    }
}

/// Draw 17 of the second parameter under seed 9: random, sobol, lhs.
const SEEN: [f64; 3] = [0.510_187_497_961_301_6, 0.081_517_881_649_680_19, 0.476_721_679_655_645_3];

#[test]
fn rows_are_taken_as_they_stand_and_again() {
    let model = model(&[("a", UNIFORM), ("b", UNIFORM), ("c", "normal = { mean = 0, sd = 1 }")], &[]);
    let rows = Rows::read(b"c, a\n-4,0.25\n7.5,0.75\n1e-3,1\n").unwrap();
    assert_eq!(rows.count(), 3);
    let draws = Draws::new(&model, 2, 8, Design::Rows(rows)).unwrap();
    for number in 0..8 {
        let values = draws.values(number);
        assert_eq!([values[0], values[2]], [[0.25, -4.0], [0.75, 7.5], [1.0, 1e-3]][number as usize % 3]);
        assert_eq!(values[1], draw(&model, 2, number)[1], "the prior's own draw, never taken again");
    }
}

#[test]
fn what_cannot_be_is_said() {
    let read = |text: &str| Rows::read(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(read("a,b,a\n1,2,3\n"), "line 1: the column `a` stands there twice");
    assert_eq!(read("a,b\n1,2\n1,two\n"), "line 3: `two` under `b` is no number");
    assert_eq!(read("a\ninf\n"), "line 2: `inf` under `a` is no number");
    assert_eq!(read("a,b\n1,2\n3\n"), "line 3: it is not CSV in UTF-8 with the same number of cells on every line");
    assert_eq!(read("a,b\n"), "line 1: there is no row under the names");
    assert_eq!(read(""), "line 1: there is no row under the names");

    let model = model(&[("a", UNIFORM), ("b", UNIFORM)], &[("a", "b", 0.5)]);
    let refused = |text: &str| {
        let rows = Rows::read(text.as_bytes()).unwrap();
        Draws::new(&model, 1, 4, Design::Rows(rows)).unwrap_err().to_string()
    };
    assert_eq!(refused("a,x\n1,2\n"), "the design has a column `x`, but the model has no such parameter");
    assert_eq!(refused("b\n1\n"), "the design gives `b` but not `a`, with which it is correlated; give both, or neither");
    assert!(Draws::new(&model, 1, 1 << 16, Design::Sobol).is_ok());
    assert!(matches!(Draws::new(&model, 1, (1 << 16) + 1, Design::Sobol), Err(DesignError::TooManyDraws(65_537))));
    let (most, more) = (cube(MOST_DIMENSIONS as usize), cube(MOST_DIMENSIONS as usize + 1));
    assert!(Draws::new(&most, 1, 2, Design::Sobol).is_ok());
    assert!(matches!(Draws::new(&more, 1, 2, Design::Sobol), Err(DesignError::TooManyParameters(257))));
}
