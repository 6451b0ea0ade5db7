//! Faults as people see them in a terminal.

use super::fault::{Fault, Faults};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// Longest line that is shown, bytes. Of longer ones only the place is given.
const MAX_LINE: usize = 400;

impl Faults {
    /// All faults with file, line, column, a caret under the spot and a hint, and a closing line with their number. `color`:
    /// with ANSI colours.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let mut text = String::new();
        for fault in self.list() {
            text += &self.render_one(fault, &renderer);
            text += "\n\n";
        }
        let count = self.list().len() + self.omitted();
        if self.omitted() > 0 {
            let omitted = self.omitted();
            text.push_str(&omitted.to_string());
            text.push_str(" faults are not shown; correct these first\n");
        }
        text + &format!("{count} {}\n", if count == 1 { "fault" } else { "faults" })
    }

    fn render_one(&self, fault: &Fault, renderer: &Renderer) -> String {
        let title = Level::ERROR.primary_title(fault.message.as_str()).id(fault.code);
        let help = fault.help.as_deref().map(|help| Level::HELP.message(help));
        let Some((shown, line, start)) = self.excerpt(fault) else {
            let place = self
                .position(fault)
                .map_or_else(|| fault.file.clone(), |(line, column)| format!("{}:{line}:{column}", fault.file));
            let group = title.element(annotate_snippets::Origin::path(place)).elements(help);
            return renderer.render(&[group]);
        };
        let span = (fault.span.start - start).min(shown.len())..(fault.span.end - start).min(shown.len());
        let mark = AnnotationKind::Primary.span(span).label(fault.label.as_str());
        let snippet = Snippet::source(shown).line_start(line).path(fault.file.as_str()).annotation(mark);
        renderer.render(&[title.element(snippet).elements(help)])
    }

    /// The line a fault begins in, its number, and where it begins in the file. `None` without a text, or when the line is too
    /// long to show.
    fn excerpt(&self, fault: &Fault) -> Option<(&str, usize, usize)> {
        let text = self.source(&fault.file).filter(|text| !text.is_empty())?;
        let (line, _) = self.position(fault)?;
        let start = text[..fault.span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let shown = text[start..end].trim_end_matches('\r');
        (shown.len() <= MAX_LINE).then_some((shown, line, start))
    }
}
