//! Where a number of people goes: one source that divides.

use super::svg::{Anchor, Svg, lines};
use super::{Names, WIDTH};

/// One of the places they go to.
#[derive(Debug, Clone)]
pub(in crate::report) struct Stream {
    /// Where to.
    pub(in crate::report) label: String,
    /// How many; not below 0.
    pub(in crate::report) value: f64,
    /// That number as it is written, with the attributes that say where it comes from.
    pub(in crate::report) number: (String, String),
    /// Whether it is hatched.
    pub(in crate::report) hatched: bool,
}

/// A source that divides.
#[derive(Debug)]
pub(in crate::report) struct Flow<'a> {
    /// What stands above the source, with the attributes that say where it comes from.
    pub(in crate::report) from: (&'a str, &'a str),
    /// Where it goes, from top to bottom.
    pub(in crate::report) streams: &'a [Stream],
}

const TOP: f64 = 26.0;
const HEIGHT: f64 = 260.0;
const LINE: f64 = 15.0;
const SOURCE: f64 = 12.0;
const TARGET: f64 = 118.0;
const LETTERS: usize = 27;

impl Flow<'_> {
    pub(in crate::report) fn draw(&self, names: Names<'_>) -> String {
        let labels: Vec<Vec<String>> = self.streams.iter().map(|stream| lines(&stream.label, LETTERS, 2)).collect();
        let total: f64 = self.streams.iter().map(|stream| stream.value.max(0.0)).sum();
        // Where all is left out nothing is as tall as they are together.
        let tall = if total > 0.0 { HEIGHT } else { 0.0 };
        let thick = |value: f64| if total > 0.0 { (value.max(0.0) / total) * tall } else { 0.0 };
        // A thin stream still needs room for its words.
        let rooms: Vec<f64> = (self.streams.iter().zip(&labels))
            .map(|(stream, label)| thick(stream.value).max(label.len() as f64 * LINE) + 8.0)
            .collect();
        let height = rooms.iter().sum::<f64>().max(tall);
        let mut svg = Svg::new(WIDTH, TOP + height + 6.0);
        let (from, attributes) = self.from;
        svg.marked((0.0, 14.0), Anchor::Start, "axis-label", attributes, from);
        let first = TOP + (height - tall) / 2.0;
        svg.rect((0.0, first), SOURCE, tall, "bar whole");
        let (mut left, mut right) = (first, TOP);
        for ((stream, label), room) in self.streams.iter().zip(&labels).zip(&rooms) {
            let (width, middle) = (thick(stream.value), right + (room - 8.0) / 2.0);
            let class = if stream.hatched { "stream loss" } else { "stream" };
            let ends = (middle - width / 2.0, middle + width / 2.0);
            svg.stream((SOURCE, left, left + width), (TARGET, ends.0, ends.1), class);
            svg.rect((TARGET, ends.0), 6.0, width.max(1.0), "bar whole");
            let up = (label.len() as f64 - 1.0) * LINE / 2.0;
            for (at, line) in label.iter().enumerate() {
                svg.text((TARGET + 14.0, middle - up + at as f64 * LINE + 4.5), Anchor::Start, "bar-label", line);
            }
            let (text, attributes) = &stream.number;
            svg.marked((WIDTH, middle - up + 4.5), Anchor::End, "bar-number", attributes, text);
            left += width;
            right += room;
        }
        svg.finish(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(value: f64) -> Stream {
        Stream { label: "naar een plek".into(), value, number: ("1".into(), String::new()), hatched: value < 2.0 }
    }

    #[test]
    fn thin_streams_keep_their_words() {
        let streams: Vec<Stream> = [90.0, 9.0, 1.0, 0.0].into_iter().map(stream).collect();
        let svg = Flow { from: ("van", ""), streams: &streams }.draw(Names { id: "a", title: "t", description: "d" });
        assert_eq!(svg.matches("naar een plek").count(), 4);
        let labels = svg.split("<text ").filter(|text| text.contains("class=\"bar-label\""));
        let places: Vec<f64> = labels.filter_map(|text| text.split(" y=\"").nth(1)?.split('"').next()?.parse().ok()).collect();
        assert_eq!(places.len(), 4);
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= LINE), "{places:?}");
    }

    #[test]
    fn nothing_flows_nowhere() {
        for streams in [vec![], vec![stream(0.0)]] {
            let svg = Flow { from: ("van", ""), streams: &streams }.draw(Names { id: "a", title: "t", description: "d" });
            assert!(!svg.contains("NaN"), "{svg}");
        }
    }
}
