//! A fan: what may happen year by year, beside what it is compared with.

use super::scale::{Scale, ends, rounded};
use super::svg::{Anchor, Svg};
use super::{Axis, Names, WIDTH};

/// The 5th, 25th, 50th, 75th and 95th percentile of a year.
pub(in crate::report) type Quantiles = [f64; 5];

/// What may happen year by year.
#[derive(Debug)]
pub(in crate::report) struct Fan<'a> {
    /// First calendar year.
    pub(in crate::report) first_year: i32,
    /// Percentiles by year.
    pub(in crate::report) years: &'a [Quantiles],
    /// The same of what it is compared with.
    pub(in crate::report) beside: Option<&'a [Quantiles]>,
    /// Both ends of the axis of values, if it is shared with other charts.
    pub(in crate::report) ends: Option<(f64, f64)>,
    /// Said below an axis that does not begin at nothing.
    pub(in crate::report) cut: &'a str,
    /// The axis of values.
    pub(in crate::report) axis: Axis<'a>,
}

const LEFT: f64 = 56.0;
const RIGHT: f64 = 18.0;
const TOP: f64 = 26.0;
const HEIGHT: f64 = 150.0;

impl Fan<'_> {
    /// Round ends of an axis that holds all of it; it begins at nothing unless that would leave most of it empty.
    pub(in crate::report) fn ends_of<'a>(years: impl IntoIterator<Item = &'a Quantiles>) -> (f64, f64) {
        let (low, high) = ends(years.into_iter().flatten().copied()).unwrap_or((0.0, 1.0));
        let from = if low > 0.5 * high { low } else { low.min(0.0) };
        let to = if high < 0.5 * low { high } else { high.max(0.0) };
        rounded((from, to), 4)
    }

    pub(in crate::report) fn draw(&self, names: Names<'_>) -> String {
        let floor = TOP + HEIGHT;
        let mut svg = Svg::new(WIDTH, floor + 42.0);
        let (low, high) = self.ends.unwrap_or_else(|| Self::ends_of(self.years.iter().chain(self.beside.into_iter().flatten())));
        let up = Scale::new(low, high, (floor, TOP));
        let last = self.first_year + self.years.len().max(2) as i32 - 1;
        let along = Scale::new(f64::from(self.first_year), f64::from(last), (LEFT + 4.0, WIDTH - RIGHT));
        let x = |at: usize| along.at(f64::from(self.first_year) + at as f64);
        let (ticks, step) = up.ticks(4);
        for &tick in &ticks {
            let y = up.at(tick);
            svg.line((LEFT, y), (WIDTH - RIGHT + 4.0, y), if tick == 0.0 { "axis" } else { "grid" });
            svg.text((LEFT - 6.0, y + 4.5), Anchor::End, "tick", &self.axis.tick(tick, step));
        }
        svg.text((0.0, 13.0), Anchor::Start, "axis-label", self.axis.label);
        let band = |years: &[Quantiles], from: usize, to: usize| -> Vec<(f64, f64)> {
            let there = years.iter().enumerate().map(|(at, year)| (x(at), up.at(year[to])));
            let back = years.iter().enumerate().rev().map(|(at, year)| (x(at), up.at(year[from])));
            there.chain(back).collect()
        };
        let line = |years: &[Quantiles], which: usize| {
            years.iter().enumerate().map(|(at, year)| (x(at), up.at(year[which]))).collect::<Vec<_>>()
        };
        svg.path(&band(self.years, 0, 4), true, "band90");
        svg.path(&band(self.years, 1, 3), true, "band50");
        if let Some(beside) = self.beside {
            svg.path(&line(beside, 0), false, "beside-edge");
            svg.path(&line(beside, 4), false, "beside-edge");
            svg.path(&line(beside, 2), false, "beside");
        }
        svg.path(&line(self.years, 2), false, "median");
        if self.years.len() == 1 {
            svg.circle(x(0), up.at(self.years[0][2]), 3.0, "median-dot");
        }
        let (years, _) = along.ticks(4);
        for year in years.iter().filter(|year| year.fract() == 0.0 && **year <= f64::from(last)) {
            let at = along.at(*year);
            svg.line((at, floor), (at, floor + 4.0), "axis");
            let anchor = if at > WIDTH - RIGHT - 12.0 { Anchor::End } else { Anchor::Middle };
            let at = if anchor == Anchor::End { WIDTH } else { at };
            svg.text((at, floor + 18.0), anchor, "tick", &format!("{year}"));
        }
        if low > 0.0 {
            svg.text((LEFT, floor + 36.0), Anchor::Start, "remark", self.cut);
        }
        svg.finish(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    const AXIS: Axis<'_> = Axis { label: "euro", per: 1.0, language: Language::Nl };

    fn draw(years: &[Quantiles], beside: Option<&[Quantiles]>) -> String {
        let names = Names { id: "a", title: "t", description: "d" };
        Fan { first_year: 2019, years, beside, ends: None, cut: "cut", axis: AXIS }.draw(names)
    }

    #[test]
    fn a_fan_has_two_bands_and_a_line_and_dashes_beside() {
        let years = [[8.0, 9.0, 10.0, 11.0, 12.0], [7.0, 9.0, 11.0, 13.0, 15.0]];
        let svg = draw(&years, Some(&years));
        for class in ["band90", "band50", "median", "beside"] {
            assert_eq!(svg.matches(&format!("class=\"{class}\"")).count(), 1, "{class}");
        }
        assert_eq!(svg.matches("class=\"beside-edge\"").count(), 2);
        assert!(svg.contains(">2019<") || svg.contains(">2020<"), "{svg}");
    }

    #[test]
    fn an_axis_begins_at_nothing_or_says_so() {
        assert_eq!(Fan::ends_of(&[[0.0; 5]]), (-1.0, 1.0));
        assert_eq!(Fan::ends_of(&[[1.0, 2.0, 3.0, 4.0, 8.0]]), (0.0, 8.0));
        assert!(!draw(&[[1.0, 2.0, 3.0, 4.0, 8.0]], None).contains(">cut<"));
        assert!(draw(&[[31.0, 32.0, 33.0, 34.0, 38.0]], None).contains(">cut<"));
    }

    #[test]
    fn nothing_at_all_is_drawn_without_a_number_that_is_none() {
        for years in [&[][..], &[[0.0; 5]], &[[0.0; 5], [0.0; 5]]] {
            let svg = draw(years, None);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}
