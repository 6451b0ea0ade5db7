//! The chance that a saving is at least so much.

use super::dots::Dots;
use super::scale::Scale;
use super::svg::{Anchor, Svg};
use super::{Axis, Names, WIDTH};

/// How many of fifty futures save at least so much.
#[derive(Debug)]
pub(in crate::report) struct Curve<'a> {
    /// The savings of fifty futures, rising.
    pub(in crate::report) values: &'a [f64],
    /// What was booked.
    pub(in crate::report) booked: f64,
    /// What stands beside the line of what was booked, with the attributes that say where it comes from.
    pub(in crate::report) mark: (&'a str, &'a str),
    /// What stands along the upright axis.
    pub(in crate::report) futures: &'a str,
    /// The axis of savings.
    pub(in crate::report) axis: Axis<'a>,
}

const LEFT: f64 = 34.0;
const TOP: f64 = 42.0;
const HEIGHT: f64 = 130.0;

impl Curve<'_> {
    pub(in crate::report) fn draw(&self, names: Names<'_>) -> String {
        let floor = TOP + HEIGHT;
        let mut svg = Svg::new(WIDTH, floor + 46.0);
        let (low, high) = Dots::ends_of(self.values.iter().copied().chain([self.booked]));
        let along = Scale::new(low, high, (LEFT, WIDTH - 8.0));
        let count = self.values.len();
        let up = Scale::new(0.0, count.max(1) as f64, (floor, TOP));
        for tick in [0.0, 0.5, 0.8, 1.0] {
            let value = tick * count as f64;
            let y = up.at(value);
            svg.line((LEFT, y), (WIDTH - 8.0, y), if tick == 0.0 { "axis" } else { "grid" });
            svg.text((LEFT - 6.0, y + 4.5), Anchor::End, "tick", &format!("{value:.0}"));
        }
        svg.text((0.0, 13.0), Anchor::Start, "axis-label", self.futures);
        let (ticks, step) = along.ticks(5);
        for &tick in &ticks {
            let x = along.at(tick);
            svg.line((x, floor), (x, floor + 4.0), "axis");
            let anchor = if x > WIDTH - 30.0 { Anchor::End } else { Anchor::Middle };
            svg.text((x, floor + 18.0), anchor, "tick", &self.axis.tick(tick, step));
        }
        svg.text((WIDTH / 2.0, floor + 38.0), Anchor::Middle, "axis-label", self.axis.label);
        // All reach the lowest saving; after each one fewer does.
        let mut points = vec![(along.at(low), up.at(count as f64))];
        for (at, &value) in self.values.iter().enumerate() {
            points.push((along.at(value), up.at((count - at) as f64)));
            points.push((along.at(value), up.at((count - at - 1) as f64)));
        }
        points.push((along.at(high), up.at(0.0)));
        svg.path(&points, false, "curve");
        let x = along.at(self.booked);
        svg.line((x, TOP - 4.0), (x, floor), "mark");
        let anchor = match x {
            x if x < 60.0 => Anchor::Start,
            x if x > WIDTH - 60.0 => Anchor::End,
            _ => Anchor::Middle,
        };
        let (mark, attributes) = self.mark;
        svg.marked((x, TOP - 9.0), anchor, "mark-label", attributes, mark);
        svg.finish(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn the_curve_falls_from_all_to_none() {
        let values: Vec<f64> = (1..=50).map(f64::from).collect();
        let axis = Axis { label: "euro", per: 1.0, language: Language::En };
        let curve = Curve { values: &values, booked: 20.0, mark: ("m", ""), futures: "of 50", axis };
        let svg = curve.draw(Names { id: "a", title: "t", description: "d" });
        let path = svg.split("<path d=\"M").nth(1).unwrap().split('"').next().unwrap();
        let heights: Vec<f64> = path.split('L').map(|point| point.split(' ').nth(1).unwrap().parse().unwrap()).collect();
        assert!(heights.windows(2).all(|pair| pair[0] <= pair[1]), "{heights:?}");
        assert_eq!((heights[0], heights[heights.len() - 1]), (TOP, TOP + HEIGHT));
    }

    #[test]
    fn a_curve_of_nothing_is_drawn() {
        let axis = Axis { label: "euro", per: 1.0, language: Language::En };
        for values in [&[][..], &[0.0; 50]] {
            let curve = Curve { values, booked: 0.0, mark: ("m", ""), futures: "of 50", axis };
            assert!(!curve.draw(Names { id: "a", title: "t", description: "d" }).contains("NaN"));
        }
    }
}
