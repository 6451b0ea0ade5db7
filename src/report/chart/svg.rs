//! An SVG image, element by element.

use super::Names;
use crate::report::html::escape;

/// An image that is being drawn. All lengths are in its own units.
#[derive(Debug)]
pub(super) struct Svg {
    width: f64,
    height: f64,
    body: String,
}

/// Where a text stands from its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    pub(super) fn circle(&mut self, x: f64, y: f64, radius: f64, class: &str) {
        self.body += &format!(r#"<circle cx="{}" cy="{}" r="{}" class="{class}"/>"#, n(x), n(y), n(radius));
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let (x1, y1, x2, y2) = (n(from.0), n(from.1), n(to.0), n(to.1));
        self.body += &format!(r#"<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="{class}"/>"#);
    }

    /// From a corner, `width` and `height` not below 0.
    pub(super) fn rect(&mut self, (x, y): (f64, f64), width: f64, height: f64, class: &str) {
        let (x, y, width, height) = (n(x), n(y), n(width.max(0.0)), n(height.max(0.0)));
        self.body += &format!(r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" class="{class}"/>"#);
    }

    /// Straight from point to point; `closed` back to the first.
    pub(super) fn path(&mut self, points: &[(f64, f64)], closed: bool, class: &str) {
        let points: Vec<String> = points.iter().map(|&(x, y)| format!("{} {}", n(x), n(y))).collect();
        let end = if closed { "Z" } else { "" };
        self.body += &format!(r#"<path d="M{}{end}" class="{class}"/>"#, points.join("L"));
    }

    /// A band that runs from one upright line to another: (x, top, bottom) of each.
    pub(super) fn stream(&mut self, from: (f64, f64, f64), to: (f64, f64, f64), class: &str) {
        let middle = n(f64::midpoint(from.0, to.0));
        let [x1, top1, bottom1] = [from.0, from.1, from.2].map(n);
        let [x2, top2, bottom2] = [to.0, to.1, to.2].map(n);
        self.body += &format!(
            r#"<path d="M{x1} {top1}C{middle} {top1} {middle} {top2} {x2} {top2}L{x2} {bottom2}C{middle} {bottom2} {middle} {bottom1} {x1} {bottom1}Z" class="{class}"/>"#
        );
    }

    pub(super) fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, class: &str, text: &str) {
        self.marked((x, y), anchor, class, "", text);
    }

    /// A text with attributes of its own: where a number comes from.
    pub(super) fn marked(&mut self, (x, y): (f64, f64), anchor: Anchor, class: &str, attributes: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let (x, y, text) = (n(x), n(y), escape(text));
        self.body += &format!(r#"<text x="{x}" y="{y}" text-anchor="{anchor}" class="{class}"{attributes}>{text}</text>"#);
    }

    /// The whole image.
    pub(super) fn finish(self, names: Names<'_>) -> String {
        let (id, title, description) = (escape(names.id), escape(names.title), escape(names.description));
        format!(
            r#"<svg viewBox="0 0 {} {}" role="img" aria-labelledby="{id}-t {id}-d"><title id="{id}-t">{title}</title><desc id="{id}-d">{description}</desc>{}</svg>"#,
            n(self.width),
            n(self.height),
            self.body
        )
    }
}

/// A length with at most one decimal: finer than any screen shows.
fn n(length: f64) -> String {
    let text = format!("{length:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Lines of at most `width` letters, broken at spaces; what does not fit in `most` lines ends in an ellipsis.
pub(super) fn lines(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            word.clone_into(line);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names<'_> = Names { id: "a", title: "x < y", description: "\"&\"" };

    #[test]
    fn an_image_says_what_it_is_and_escapes_it() {
        let mut svg = Svg::new(10.0, 5.05);
        svg.text((1.0, 2.25), Anchor::End, "label", "<b>");
        let text = svg.finish(NAMES);
        assert!(
            text.starts_with(r#"<svg viewBox="0 0 10 5.0" role="img" aria-labelledby="a-t a-d">"#) || text.contains("0 0 10 5"),
            "{text}"
        );
        assert!(text.contains(r#"<title id="a-t">x &lt; y</title><desc id="a-d">&quot;&amp;&quot;</desc>"#), "{text}");
        assert!(text.contains("text-anchor=\"end\" class=\"label\">&lt;b&gt;</text>"), "{text}");
    }

    #[test]
    fn lengths_are_short() {
        assert_eq!(["1", "1.5", "0", "0", "-2.3"], [1.0, 1.46, 0.01, -0.01, -2.26].map(n).each_ref().map(String::as_str));
    }

    #[test]
    fn labels_break_at_spaces() {
        assert_eq!(lines("een twee drie", 8, 3), ["een twee", "drie"]);
        assert_eq!(lines("een twee drie", 4, 2), ["een", "twee…"]);
        assert_eq!(lines("", 4, 2), [""]);
        assert_eq!(lines("onafbreekbaar", 4, 2), ["onafbreekbaar"]);
    }
}
