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
pub struct Node {
    /// Where it stands. Of a table under a `[header]` this is the header.
    pub place: Place,
    /// What it is.
    pub value: Value,
}

/// A TOML value.
#[derive(Debug, Clone)]
pub enum Value {
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
pub type Table = IndexMap<String, Entry>;

/// A key's place and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where the key stands.
    pub key: Place,
    /// Its value.
    pub node: Node,
}

/// Reads one TOML file. Syntax faults are pushed; what could be read is returned all the same.
pub fn parse(file: &str, text: &str, faults: &mut Vec<Fault>) -> Table {
    let file: Arc<str> = file.into();
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors.into_iter().take(FAULTS_PER_FILE) {
        let span = error.span().unwrap_or(0..0);
        let place = Place { file: file.clone(), span };
        faults.push(Fault::new("syntax", &place, format!("this is not valid TOML: {}", error.message()), "here"));
    }
    table(&file, document.into_inner(), faults)
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
            faults.push(Fault::new("too-large-number", &place, format!("`{number}` is too large a number"), "too large"));
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
pub fn merge(into: &mut Table, from: Table, faults: &mut Vec<Fault>) {
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
    pub fn plain(&self) -> toml::Value {
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
pub fn plain(table: &Table) -> toml::Value {
    toml::Value::Table(table.iter().map(|(name, entry)| (name.clone(), entry.node.plain())).collect())
}

/// A cursor that walks the tree beside the typed values, to find their places. It always stands somewhere: a step to what
/// was not written stays at what was.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'t> {
    key: &'t Place,
    node: Option<&'t Node>,
    table: Option<&'t Table>,
}

impl<'t> Spot<'t> {
    /// The root of a tree; `file` is the place of what has no other.
    pub fn root(table: &'t Table, file: &'t Place) -> Self {
        Self { key: file, node: None, table: Some(table) }
    }

    /// One key further.
    #[must_use]
    pub fn at(self, name: &str) -> Self {
        match self.table.and_then(|table| table.get(name)) {
            Some(entry) => Self::entry(entry),
            None => Self { key: self.key, node: None, table: None },
        }
    }

    /// An element of a list. What is no list counts as its own only element.
    #[must_use]
    pub fn index(self, index: usize) -> Self {
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
    pub fn key(self) -> &'t Place {
        self.key
    }

    /// Where the value stands; of a table: its key.
    pub fn value(self) -> &'t Place {
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
