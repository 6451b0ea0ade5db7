//! TOML with places: every value and key knows its file and bytes, also after several files were merged.

use super::cells::FAULTS_PER_FILE;
use super::fault::{Fault, Place};
use indexmap::IndexMap;
use indexmap::map::Entry as Slot;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value with its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Where it stands. Of a table under a `[header]` this is the header.
    pub(super) place: Place,
    /// What it is.
    pub(super) value: Value,
}

/// A TOML value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A finite decimal number.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date, time or both.
    Date(toml::value::Datetime),
    /// A list.
    Array(Vec<Node>),
    /// Keys with values, in order.
    Table(Table),
}

/// Keys with values, in order.
pub(super) type Table = IndexMap<String, Entry>;

/// A key's place and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Where the key stands.
    pub(super) key: Place,
    /// Its value.
    pub(super) node: Node,
}

/// Reads one TOML file. Syntax faults are pushed; what could be read is returned all the same.
pub(super) fn parse(file: &str, text: &str, faults: &mut Vec<Fault>) -> Table {
    let file: Arc<str> = file.into();
    let (document, errors) = DeTable::parse_recoverable(text);
    syntax(&file, text, &errors, faults);
    table(&file, document.into_inner(), faults)
}

/// Syntax faults, one per line. What is never closed draws further faults on every line after it; these are not repeated.
fn syntax(file: &Arc<str>, text: &str, errors: &[toml::de::Error], faults: &mut Vec<Fault>) {
    let unclosed = errors.iter().any(|error| error.message().starts_with("unclosed"));
    let (mut told, mut before) = (Vec::new(), None);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let line = text.get(..span.start).map(|start| start.rfind('\n'));
        let opener = error.message().starts_with("unclosed");
        let again = !opener && (before == Some(line) || (unclosed && told.contains(&error.message())));
        before = Some(line);
        if again || told.len() == FAULTS_PER_FILE {
            continue;
        }
        told.push(error.message());
        let place = Place { file: file.clone(), span };
        let fault = Fault::new("syntax", &place, format!("this is not valid TOML: {}", error.message()), "here");
        faults.push(fault.help(remedy(error.message())));
    }
}

/// What to do about a syntax fault, by what the parser says of it.
fn remedy(message: &str) -> &'static str {
    let known = [
        ("unquoted key", "a key with other characters goes in quotes: `\"65+\" = 1`"),
        ("must be quoted", "put quotes around a text"),
        ("string", "a text ends on its own line with the quote it began with; a backslash in it is written twice"),
        ("duplicate key", "a key stands once in a table; keep one of the two"),
        ("unclosed", "a bracket or quote that was opened is never closed"),
        ("missing comma", "keys in `{ }` are separated by commas; or an earlier bracket is not closed"),
        ("recurs", "no model nests this deeply"),
        ("date", "a date is written as `2024-01-31`"),
        ("time", "a date is written as `2024-01-31`"),
    ];
    let found = known.iter().find(|(word, _)| message.contains(word));
    found.map_or("write `key = value`, with texts in quotes and decimals with a point", |(_, help)| help)
}

fn table(file: &Arc<str>, table: DeTable<'_>, faults: &mut Vec<Fault>) -> Table {
    let mut result = Table::new();
    for (key, value) in table {
        let place = Place { file: file.clone(), span: key.span() };
        let node = node(file, value, faults);
        result.insert(key.into_inner().into_owned(), Entry { key: place, node });
    }
    result
}

fn node(file: &Arc<str>, value: Spanned<DeValue<'_>>, faults: &mut Vec<Fault>) -> Node {
    let place = Place { file: file.clone(), span: value.span() };
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => Value::Integer(i64::from_str_radix(number.as_str(), number.radix()).unwrap_or_else(|_| {
            let fault = Fault::new("too-large-number", &place, format!("`{number}` is too large a number"), "too large");
            faults.push(fault.help("write a smaller number, or one with a decimal point"));
            0
        })),
        DeValue::Float(number) => {
            let value: f64 = number.as_str().parse().unwrap_or(f64::NAN);
            if value.is_finite() {
                Value::Float(value)
            } else {
                let fault = Fault::new("not-finite", &place, format!("`{number}` is no number to calculate with"), "not finite");
                faults.push(fault.help("write a finite number, such as `0.05`"));
                Value::Float(0.0)
            }
        }
        DeValue::Boolean(flag) => Value::Boolean(flag),
        DeValue::Datetime(date) => Value::Date(date),
        DeValue::Array(list) => Value::Array(list.into_iter().map(|item| node(file, item, faults)).collect()),
        DeValue::Table(inner) => Value::Table(table(file, inner, faults)),
    };
    Node { place, value }
}

/// Adds the tables of another file. Sections that hold names (`[track.x]`, `[parameter.y]`) are united; a name or a single
/// section that stands in both is a fault.
pub(super) fn merge(into: &mut Table, from: Table, faults: &mut Vec<Fault>) {
    for (name, entry) in from {
        match into.entry(name) {
            Slot::Vacant(slot) => {
                slot.insert(entry);
            }
            Slot::Occupied(mut slot) => {
                let section = slot.key().clone();
                let named = !SINGLE.contains(&section.as_str());
                match (&mut slot.get_mut().node.value, entry.node.value) {
                    (Value::Table(old), Value::Table(new)) if named => {
                        for (name, entry) in new {
                            match old.entry(name) {
                                Slot::Vacant(slot) => {
                                    slot.insert(entry);
                                }
                                Slot::Occupied(slot) => {
                                    let what = format!("`{section}.{}`", slot.key());
                                    faults.push(twice(&what, &entry.key, &slot.get().key));
                                }
                            }
                        }
                    }
                    // A list, such as `[[correlation]]`, goes on in the next file.
                    (Value::Array(old), Value::Array(new)) if named => old.extend(new),
                    _ => {
                        let what = format!("`{section}`");
                        faults.push(twice(&what, &entry.key, &slot.get().key));
                    }
                }
            }
        }
    }
}

/// Sections of which a model has one.
const SINGLE: [&str; 4] = ["model", "population", "demography", "prices"];

fn twice(what: &str, here: &Place, first: &Place) -> Fault {
    Fault::new("defined-twice", here, format!("{what} is defined twice"), "a second time")
        .help(format!("it also stands in {}; keep one of the two", first.file))
}

impl Node {
    /// The same value for `serde`, without places.
    pub(super) fn plain(&self) -> toml::Value {
        match &self.value {
            Value::Text(text) => toml::Value::String(text.clone()),
            Value::Integer(number) => toml::Value::Integer(*number),
            Value::Float(number) => toml::Value::Float(*number),
            Value::Boolean(flag) => toml::Value::Boolean(*flag),
            Value::Date(date) => toml::Value::Datetime(*date),
            Value::Array(list) => toml::Value::Array(list.iter().map(Node::plain).collect()),
            Value::Table(table) => plain(table),
        }
    }
}

/// A whole file for `serde`, without places.
pub(super) fn plain(table: &Table) -> toml::Value {
    toml::Value::Table(table.iter().map(|(name, entry)| (name.clone(), entry.node.plain())).collect())
}

/// A cursor that walks the tree beside the typed values, to find their places. It always stands somewhere: a step to what
/// was not written stays at what was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'t> {
    key: &'t Place,
    node: Option<&'t Node>,
    table: Option<&'t Table>,
}

impl<'t> Spot<'t> {
    /// The root of a tree; `file` is the place of what has no other.
    pub(super) fn root(table: &'t Table, file: &'t Place) -> Self {
        Self { key: file, node: None, table: Some(table) }
    }

    /// One key further.
    #[must_use]
    pub(super) fn at(self, name: &str) -> Self {
        match self.table.and_then(|table| table.get(name)) {
            Some(entry) => Self::entry(entry),
            None => Self { key: self.key, node: None, table: None },
        }
    }

    /// An element of a list. What is no list counts as its own only element.
    #[must_use]
    pub(super) fn index(self, index: usize) -> Self {
        match self.node.map(|node| &node.value) {
            Some(Value::Array(list)) => match list.get(index) {
                Some(node) => Self { key: &node.place, node: Some(node), table: table_of(node) },
                None => Self { key: self.key, node: None, table: None },
            },
            _ => self,
        }
    }

    fn entry(entry: &'t Entry) -> Self {
        Self { key: &entry.key, node: Some(&entry.node), table: table_of(&entry.node) }
    }

    /// Where the key stands.
    pub(super) fn key(self) -> &'t Place {
        self.key
    }

    /// Where the value stands; of a table: its key.
    pub(super) fn value(self) -> &'t Place {
        match self.node {
            Some(node) if self.table.is_none() => &node.place,
            _ => self.key,
        }
    }
}

fn table_of(node: &Node) -> Option<&Table> {
    match &node.value {
        Value::Table(table) => Some(table),
        _ => None,
    }
}
