//! What is wrong with a model, where, and what to do about it.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path inside the model folder, with `/`.
    pub file: Arc<str>,
    /// Bytes in that file.
    pub span: Range<usize>,
}

impl Place {
    /// The beginning of a file, for what has no better place.
    pub fn start_of(file: &str) -> Self {
        Self { file: file.into(), span: 0..0 }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Stable name of the rule that is broken, such as `unknown-key`.
    pub code: &'static str,
    /// Path inside the model folder.
    pub file: String,
    /// Bytes in that file.
    pub span: Range<usize>,
    /// What is wrong, with the value seen.
    pub message: String,
    /// What to read at the caret.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Fault {
    /// A fault at a place, without help.
    pub fn new(code: &'static str, place: &Place, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            code,
            file: place.file.to_string(),
            span: place.span.clone(),
            message: message.into(),
            label: label.into(),
            help: None,
        }
    }

    /// The same fault with a remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All faults of a model folder, sorted by file and place; never empty.
#[derive(Debug, Clone)]
pub struct Faults {
    list: Vec<Fault>,
    sources: BTreeMap<String, String>,
    omitted: usize,
}

/// Most faults that are kept: nobody reads more at once.
const MAX_FAULTS: usize = 200;

impl Faults {
    /// Sorts faults and keeps the text of the files they stand in. `text` gives a file's text, if it is text.
    pub(crate) fn new(mut list: Vec<Fault>, text: impl Fn(&str) -> Option<String>) -> Self {
        list.sort_by(|a, b| {
            (&a.file, a.span.start, a.span.end, a.code, &a.message).cmp(&(&b.file, b.span.start, b.span.end, b.code, &b.message))
        });
        list.dedup();
        let omitted = list.len().saturating_sub(MAX_FAULTS);
        list.truncate(MAX_FAULTS);
        let mut sources = BTreeMap::new();
        for fault in &list {
            if !sources.contains_key(&fault.file)
                && let Some(text) = text(&fault.file)
            {
                sources.insert(fault.file.clone(), text);
            }
        }
        Self { list, sources, omitted }
    }

    /// The faults, sorted by file and place.
    pub fn list(&self) -> &[Fault] {
        &self.list
    }

    /// Number of further faults that were left out, because there were too many to read.
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// Text of a file that holds a fault; `None` for a file that is missing or no text.
    pub fn source(&self, file: &str) -> Option<&str> {
        self.sources.get(file).map(String::as_str)
    }

    /// Line and column of a fault, both from 1, the column in characters; `None` when the file is missing or no text.
    pub fn position(&self, fault: &Fault) -> Option<(usize, usize)> {
        let text = self.source(&fault.file)?;
        let before = text.get(..fault.span.start)?;
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Some((line, before[start..].chars().count() + 1))
    }
}

impl fmt::Display for Faults {
    /// One line per fault: `file:line:column: message (help)`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.list.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            write!(out, "{}", fault.file)?;
            if let Some((line, column)) = self.position(fault) {
                write!(out, ":{line}:{column}")?;
            }
            write!(out, ": {}", fault.message)?;
            if let Some(help) = &fault.help {
                write!(out, " ({help})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// The known name most like `seen`, as a help text: "did you mean `x`?"; else the list of known names if it is short.
pub(crate) fn did_you_mean<'a>(seen: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if seen.len() > 100 {
        return None;
    }
    let likeness = |name: &&str| strsim::jaro_winkler(&seen.to_lowercase(), &name.to_lowercase());
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match best {
        Some(name) if likeness(&name) > 0.8 || strsim::damerau_levenshtein(seen, name) <= 2 => {
            Some(format!("did you mean `{name}`?"))
        }
        Some(_) if known.len() <= 12 => {
            Some(format!("known here: {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")))
        }
        _ => None,
    }
}

/// A text from outside, short enough to print and without control characters.
pub(crate) fn shown(text: &str) -> String {
    let mut result = String::new();
    for (index, c) in text.chars().enumerate() {
        if index == 60 {
            result.push('…');
            break;
        }
        if c.is_control() { result.extend(c.escape_default()) } else { result.push(c) }
    }
    result
}
