//! Fifty equally likely futures as dots, and the amount they are held against.

use super::scale::{Scale, ends};
use super::svg::{Anchor, Svg};
use super::{Axis, Names, WIDTH};

/// Fifty savings and what was booked.
#[derive(Debug)]
pub(in crate::report) struct Dots<'a> {
    /// The savings, rising.
    pub(in crate::report) values: &'a [f64],
    /// What was booked.
    pub(in crate::report) booked: f64,
    /// Both ends of the axis, if it is shared with other charts.
    pub(in crate::report) ends: Option<(f64, f64)>,
    /// What stands above the line of what was booked, with the attributes that say where it comes from.
    pub(in crate::report) mark: (&'a str, &'a str),
    /// The axis.
    pub(in crate::report) axis: Axis<'a>,
}

const MARGIN: f64 = 14.0;
const TOP: f64 = 24.0;
const PILE: f64 = 104.0;
/// The highest pile of the smallest dots is so much higher.
const HEAD: f64 = 22.0;
/// Dots narrower than this would no longer be told apart; wider would look like few.
const DIAMETERS: std::ops::RangeInclusive<u32> = 4..=20;
/// Savings that all lie this close together are drawn as one heap.
const HEAP: f64 = 24.0;

impl Dots<'_> {
    /// The ends of an axis that holds the values, what was booked, and nothing.
    pub(in crate::report) fn ends_of(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
        let (low, high) = ends(values.into_iter().chain([0.0])).unwrap_or((0.0, 1.0));
        let room = 0.04 * (high - low);
        (low - room, high + room)
    }

    pub(in crate::report) fn draw(&self, names: Names<'_>) -> String {
        let floor = TOP + PILE;
        let mut svg = Svg::new(WIDTH, floor + 46.0);
        let scale = self.scale();
        let booked = scale.at(self.booked);
        svg.rect((booked, TOP), WIDTH - booked, PILE, "reached-side");
        let (ticks, step) = scale.ticks(5);
        for &tick in &ticks {
            let x = scale.at(tick);
            svg.line((x, floor), (x, floor + 4.0), "axis");
            let anchor = anchor(x);
            svg.text((x, floor + 18.0), anchor, "tick", &self.axis.tick(tick, step));
        }
        svg.line((0.0, floor), (WIDTH, floor), "axis");
        svg.text((WIDTH / 2.0, floor + 38.0), Anchor::Middle, "axis-label", self.axis.label);
        self.fill(&mut svg, &scale, floor);
        svg.line((booked, TOP - 4.0), (booked, floor), "mark");
        let (mark, attributes) = self.mark;
        svg.marked((booked, TOP - 9.0), anchor(booked), "mark-label", attributes, mark);
        svg.finish(names)
    }

    /// The dots and what was booked alone: a row among others that have the same ends, and no scale of its own.
    pub(in crate::report) fn strip(&self, names: Names<'_>) -> String {
        let floor = PILE + HEAD;
        let mut svg = Svg::new(WIDTH, floor + 1.0);
        let scale = self.scale();
        let booked = scale.at(self.booked);
        svg.rect((booked, 0.0), WIDTH - booked, floor, "reached-side");
        svg.line((0.0, floor), (WIDTH, floor), "axis");
        self.fill(&mut svg, &scale, floor);
        svg.line((booked, 0.0), (booked, floor), "mark");
        svg.finish(names)
    }

    fn scale(&self) -> Scale {
        let (low, high) = self.ends.unwrap_or_else(|| Self::ends_of(self.values.iter().copied().chain([self.booked])));
        Scale::new(low, high, (MARGIN, WIDTH - MARGIN))
    }

    fn fill(&self, svg: &mut Svg, scale: &Scale, floor: f64) {
        for (at, (x, y, radius)) in self.piled(scale, scale.at(self.booked), floor).into_iter().enumerate() {
            let reached = self.values[at] >= self.booked;
            // An open dot has its edge inside, so that both kinds are of one size.
            let radius = if reached { radius } else { radius - 0.6 };
            svg.circle(x, y, radius, if reached { "dot reached" } else { "dot missed" });
        }
    }

    /// Centre and radius of every dot. What was booked lies between two columns, so that dots stand on their own side of it.
    fn piled(&self, scale: &Scale, booked: f64, floor: f64) -> Vec<(f64, f64, f64)> {
        let places: Vec<f64> = self.values.iter().map(|&value| scale.at(value)).collect();
        let Some((first, last)) = ends(places.iter().copied()) else { return Vec::new() };
        if last - first < HEAP {
            return heap(places.len(), f64::midpoint(first, last), floor);
        }
        for half in DIAMETERS.rev() {
            let diameter = f64::from(half) / 2.0 + 0.5;
            let mut piles: Vec<(f64, usize)> = Vec::new();
            let mut found = Vec::with_capacity(places.len());
            for &x in &places {
                let column = ((x - booked) / diameter).floor();
                match piles.last_mut() {
                    Some((of, height)) if *of == column => *height += 1,
                    _ => piles.push((column, 1)),
                }
                let height = piles.last().map_or(1, |&(_, height)| height) as f64;
                let x = (booked + (column + 0.5) * diameter).clamp(diameter / 2.0, WIDTH - diameter / 2.0);
                found.push((x, floor - (height - 0.5) * diameter - 1.0, diameter / 2.0 - 0.4));
            }
            let highest = piles.iter().map(|&(_, height)| height).max().unwrap_or(0) as f64;
            if highest * diameter <= PILE || half == *DIAMETERS.start() {
                return found;
            }
        }
        Vec::new()
    }
}

/// All in one place: a heap around it.
fn heap(count: usize, middle: f64, floor: f64) -> Vec<(f64, f64, f64)> {
    let (diameter, rows) = (9.0, 10);
    let columns = count.div_ceil(rows);
    let left = (middle - columns as f64 * diameter / 2.0).clamp(0.0, WIDTH - columns as f64 * diameter);
    let place = |at: usize| {
        let (column, row) = ((at / rows) as f64, (at % rows) as f64);
        (left + (column + 0.5) * diameter, floor - (row + 0.5) * diameter - 1.0, diameter / 2.0 - 0.4)
    };
    (0..count).map(place).collect()
}

/// A text that stays inside the image.
fn anchor(x: f64) -> Anchor {
    match x {
        x if x < 40.0 => Anchor::Start,
        x if x > WIDTH - 40.0 => Anchor::End,
        _ => Anchor::Middle,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    fn draw(values: &[f64], booked: f64) -> String {
        let axis = Axis { label: "euro", per: 1.0, language: Language::Nl };
        let names = Names { id: "a", title: "t", description: "d" };
        Dots { values, booked, ends: None, mark: ("geboekt", ""), axis }.draw(names)
    }

    fn count(svg: &str, class: &str) -> usize {
        svg.matches(&format!("class=\"dot {class}\"")).count()
    }

    #[test]
    fn dots_at_or_beyond_what_was_booked_are_filled() {
        let values: Vec<f64> = (1..=50).map(f64::from).collect();
        let svg = draw(&values, 34.0);
        assert_eq!((count(&svg, "reached"), count(&svg, "missed")), (17, 33));
    }

    #[test]
    fn every_dot_is_inside_whatever_the_values() {
        let spike: Vec<f64> = (0..50).map(|at| if at < 45 { 0.0 } else { f64::from(at) }).collect();
        for values in [vec![0.0; 50], vec![5.0; 50], spike, (0..50).map(|x| f64::from(x * x)).collect()] {
            let axis = Axis { label: "euro", per: 1.0, language: Language::Nl };
            let strip = Dots { values: &values, booked: 0.0, ends: None, mark: ("", ""), axis };
            let strip = strip.strip(Names { id: "a", title: "t", description: "d" });
            let svg = draw(&values, 0.0);
            assert_eq!([count(&svg, "reached"), count(&strip, "reached")], [50, 50]);
            for circle in svg.split("<circle ").skip(1).chain(strip.split("<circle ").skip(1)) {
                let number = |key: &str| -> f64 {
                    circle.split(&format!("{key}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
                };
                let (x, y, r) = (number("cx"), number("cy"), number("r"));
                assert!(x - r >= -0.1 && x + r <= WIDTH + 0.1 && y - r >= 0.0 && r >= 0.8, "{x} {y} {r} of {values:?}");
            }
        }
    }
}
