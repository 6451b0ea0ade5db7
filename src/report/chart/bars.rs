//! Bars from nothing, or each from where the last one ended; with the band in which nine of ten futures lie.

use super::scale::{Scale, ends};
use super::svg::{Anchor, Svg, lines};
use super::{Axis, Names, WIDTH};

/// How a bar looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Look {
    /// A part.
    Part,
    /// A whole.
    Whole,
    /// What is lost, or goes the other way: hatched.
    Loss,
}

/// A bar.
#[derive(Debug, Clone)]
pub(in crate::report) struct Bar {
    /// What it is of.
    pub(in crate::report) label: String,
    /// Where it begins and ends.
    pub(in crate::report) span: (f64, f64),
    /// Ends of its band, from the same nothing as the bar.
    pub(in crate::report) band: Option<(f64, f64)>,
    /// How it looks.
    pub(in crate::report) look: Look,
    /// Its number as it is written, with the attributes that say where it comes from.
    pub(in crate::report) number: Option<(String, String)>,
}

/// Bars under each other.
#[derive(Debug)]
pub(in crate::report) struct Bars<'a> {
    /// The bars, from top to bottom.
    pub(in crate::report) all: &'a [Bar],
    /// A thin line from where a bar ends to where the next begins.
    pub(in crate::report) joined: bool,
    /// The axis.
    pub(in crate::report) axis: Axis<'a>,
}

const MARGIN: f64 = 6.0;
const LINE: f64 = 16.0;
const BAR: f64 = 16.0;
const GAP: f64 = 12.0;
const LETTERS: usize = 40;

impl Bars<'_> {
    pub(in crate::report) fn draw(&self, names: Names<'_>) -> String {
        let labels: Vec<Vec<String>> = self.all.iter().map(|bar| lines(&bar.label, LETTERS, 2)).collect();
        let height: f64 = labels.iter().map(|lines| lines.len() as f64 * LINE + BAR + GAP).sum();
        let mut svg = Svg::new(WIDTH, height + 46.0);
        let reach = self.all.iter().flat_map(|bar| {
            let (low, high) = bar.band.unwrap_or(bar.span);
            [bar.span.0, bar.span.1, low, high]
        });
        let (low, high) = ends(reach.chain([0.0])).unwrap_or((0.0, 1.0));
        let room = 0.03 * (high - low);
        let scale = Scale::new(low - room, high + room, (MARGIN, WIDTH - MARGIN));
        let (ticks, step) = scale.ticks(5);
        for &tick in &ticks {
            let x = scale.at(tick);
            svg.line((x, 0.0), (x, height), if tick == 0.0 { "axis" } else { "grid" });
            let anchor = match x {
                x if x < 30.0 => Anchor::Start,
                x if x > WIDTH - 30.0 => Anchor::End,
                _ => Anchor::Middle,
            };
            svg.text((x, height + 16.0), anchor, "tick", &self.axis.tick(tick, step));
        }
        svg.text((WIDTH / 2.0, height + 37.0), Anchor::Middle, "axis-label", self.axis.label);
        let mut y = 0.0;
        let mut last: Option<(f64, f64)> = None;
        for (bar, label) in self.all.iter().zip(&labels) {
            for line in label {
                y += LINE;
                svg.text((0.0, y - 4.0), Anchor::Start, "bar-label", line);
            }
            if let Some((text, attributes)) = &bar.number {
                svg.marked((WIDTH, y - 4.0), Anchor::End, "bar-number", attributes, text);
            }
            let (from, to) = (scale.at(bar.span.0), scale.at(bar.span.1));
            if let Some((x, below)) = last.filter(|_| self.joined) {
                svg.line((x, below), (x, y + BAR), "joint");
            }
            let class = match bar.look {
                Look::Part => "bar",
                Look::Whole => "bar whole",
                Look::Loss => "bar loss",
            };
            svg.rect((from.min(to), y), (from - to).abs(), BAR, class);
            if let Some((low, high)) = bar.band {
                let (low, high, middle) = (scale.at(low), scale.at(high), y + BAR / 2.0);
                // With an edge, so that it is seen on a dark bar too.
                for class in ["whisker-edge", "whisker"] {
                    svg.line((low, middle), (high, middle), class);
                    svg.line((low, middle - 4.0), (low, middle + 4.0), class);
                    svg.line((high, middle - 4.0), (high, middle + 4.0), class);
                }
            }
            last = Some((to, y + BAR));
            y += BAR + GAP;
        }
        svg.finish(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    fn bar(span: (f64, f64), look: Look) -> Bar {
        Bar { label: "een lange naam ".repeat(8), span, band: Some((span.0, span.1 * 1.2)), look, number: None }
    }

    fn draw(bars: &[Bar]) -> String {
        let axis = Axis { label: "euro", per: 1.0, language: Language::En };
        Bars { all: bars, joined: true, axis }.draw(Names { id: "a", title: "t", description: "d" })
    }

    #[test]
    fn a_loss_goes_back_and_is_hatched() {
        let svg = draw(&[bar((0.0, 10.0), Look::Part), bar((10.0, 7.0), Look::Loss), bar((0.0, 7.0), Look::Whole)]);
        assert_eq!(svg.matches("class=\"bar loss\"").count(), 1);
        assert_eq!(svg.matches("class=\"joint\"").count(), 2);
        assert!(!svg.contains("width=\"-"), "{svg}");
    }

    #[test]
    fn bars_of_nothing_stand_at_nothing() {
        let svg = draw(&[bar((0.0, 0.0), Look::Part)]);
        assert!(svg.contains("width=\"0\"") && !svg.contains("NaN"), "{svg}");
        assert!(!draw(&[]).contains("NaN"));
    }
}
