//! Checks a tree against the JSON Schema of its type: unknown and missing keys, wrong types, unknown words. The schema comes
//! from the same types that `serde` reads, so nothing about the language is said twice.

use super::fault::{Fault, Place, did_you_mean, shown};
use super::tree::{Node, Table, Value};
use schemars::JsonSchema;
use serde_json::Value as Json;
use std::ops::RangeInclusive;

/// Pushes every structural fault of a file's tree. `file` is the place of what has no better one.
pub(super) fn check<T: JsonSchema>(tree: &Table, file: &Place, faults: &mut Vec<Fault>) {
    let schema = schemars::schema_for!(T);
    let root = schema.as_value();
    Walker { root, faults }.table(tree, root, "", file);
}

struct Walker<'a> {
    root: &'a Json,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Walker<'a> {
    /// Follows references, and passes through "this or nothing".
    fn resolve(&self, schema: &'a Json) -> &'a Json {
        let mut schema = schema;
        loop {
            if let Some(path) = schema.get("$ref").and_then(Json::as_str) {
                match self.root.pointer(path.trim_start_matches('#')) {
                    Some(target) => schema = target,
                    None => return schema,
                }
            } else if let Some([one, nothing]) = schema.get("anyOf").and_then(Json::as_array).map(Vec::as_slice)
                && nothing.get("type").and_then(Json::as_str) == Some("null")
            {
                schema = one;
            } else {
                return schema;
            }
        }
    }

    /// A value called `name`, whose key stands at `key`.
    fn node(&mut self, node: &Node, schema: &'a Json, name: &str, key: &Place) {
        let schema = self.resolve(schema);
        if let Some(variants) = schema.get("oneOf").and_then(Json::as_array) {
            return self.variant(node, variants, name, key);
        }
        if let Some(forms) = schema.get("anyOf").and_then(Json::as_array) {
            let forms: Vec<&Json> = forms.iter().map(|form| self.resolve(form)).collect();
            match forms.iter().find(|form| accepts(form, node)) {
                Some(form) => self.node(node, form, name, key),
                None => self.wrong_type(node, &forms.iter().copied().flat_map(types).collect::<Vec<_>>(), None, name, key),
            }
            return;
        }
        if !accepts(schema, node) {
            return self.wrong_type(node, &types(schema), schema.get("format").and_then(Json::as_str), name, key);
        }
        match &node.value {
            Value::Table(table) => self.table(table, schema, name, key),
            Value::Array(list) => {
                if let Some(items) = schema.get("items") {
                    for item in list {
                        self.node(item, items, &format!("an element of `{}`", bare(name)), &item.place);
                    }
                }
            }
            Value::Integer(number) if types(schema).contains(&"integer") => {
                let range = range_of(schema);
                if !range.contains(number) {
                    let (side, bound) =
                        if number < range.start() { ("smallest", range.start()) } else { ("largest", range.end()) };
                    let message = format!("{} is {number}; the {side} number that fits is {bound}", quoted(name));
                    self.faults.push(Fault::new("out-of-range", &node.place, message, "out of range").help("correct the number"));
                }
            }
            _ => {}
        }
    }

    /// A table with known keys, or with free names that all hold the same kind of value.
    fn table(&mut self, table: &Table, schema: &'a Json, name: &str, key: &Place) {
        let Some(properties) = schema.get("properties").and_then(Json::as_object) else {
            if let Some(inner) = schema.get("additionalProperties").filter(|inner| inner.is_object()) {
                for (key, entry) in table {
                    self.node(&entry.node, inner, key, &entry.key);
                }
            }
            return;
        };
        let required: Vec<&str> =
            schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
        let missing: Vec<&str> = required.into_iter().filter(|wanted| !table.contains_key(*wanted)).collect();
        let mut meant = Vec::new();
        for (found, entry) in table {
            if let Some(inner) = properties.get(found) {
                self.node(&entry.node, inner, found, &entry.key);
                continue;
            }
            let open = properties.keys().map(String::as_str).filter(|known| !table.contains_key(*known));
            let help =
                did_you_mean(found, open).unwrap_or_else(|| known_words("keys here", properties.keys().map(String::as_str)));
            meant.extend(missing.iter().copied().filter(|wanted| help == format!("did you mean `{wanted}`?")));
            let inside = if name.is_empty() { String::new() } else { format!(" in {}", quoted(name)) };
            let message = format!("there is no key `{}`{inside}", shown(found));
            self.faults.push(Fault::new("unknown-key", &entry.key, message, "unknown key").help(help));
        }
        for wanted in missing {
            if meant.contains(&wanted) {
                continue;
            }
            let message = if name.is_empty() {
                format!("the model has no `{wanted}`")
            } else {
                format!("{} has no `{wanted}`", quoted(name))
            };
            let meaning = self.describe(&properties[wanted]);
            let help = format!("add `{wanted}`: {meaning}");
            self.faults.push(Fault::new("missing-key", key, message, format!("`{wanted}` is missing")).help(help));
        }
    }

    /// A word out of a list, or a table with exactly one key out of a list.
    fn variant(&mut self, node: &Node, variants: &'a [Json], name: &str, key: &Place) {
        let words: Vec<&str> = variants.iter().flat_map(constants).collect();
        let tags: Vec<(&str, &'a Json)> = variants
            .iter()
            .filter_map(|variant| variant.get("properties")?.as_object()?.iter().next())
            .map(|(tag, inner)| (tag.as_str(), inner))
            .collect();
        let names = || words.iter().copied().chain(tags.iter().map(|(tag, _)| *tag));
        let forms = known_words("one of", names());
        match &node.value {
            Value::Text(word) if words.contains(&word.as_str()) => {}
            Value::Text(word) if tags.iter().any(|(tag, _)| tag == word) => {
                let message = format!("`{word}` needs a value");
                self.faults.push(
                    Fault::new("wrong-type", &node.place, message, "needs a value")
                        .help(format!("write `{name} = {{ {word} = … }}`")),
                );
            }
            Value::Text(word) if !words.is_empty() => {
                let help = did_you_mean(word, names()).map_or(forms.clone(), |meant| format!("{meant} {forms}"));
                let message = format!("`{}` is not a value of {}", shown(word), quoted(name));
                self.faults.push(Fault::new("unknown-word", &node.place, message, "unknown word").help(help));
            }
            Value::Table(table) if !tags.is_empty() => {
                let mut known = 0;
                for (found, entry) in table {
                    if let Some((tag, inner)) = tags.iter().find(|(tag, _)| tag == found) {
                        known += 1;
                        self.node(&entry.node, inner, tag, &entry.key);
                    } else {
                        let help = did_you_mean(found, names()).unwrap_or_else(|| forms.clone());
                        let message = format!("there is no `{}` for {}", shown(found), quoted(name));
                        self.faults.push(Fault::new("unknown-key", &entry.key, message, "unknown key").help(help));
                    }
                }
                if table.is_empty() || known > 1 {
                    let message = format!("{} must have exactly one key; it has {}", quoted(name), table.len());
                    self.faults.push(Fault::new("one-of", key, message, "exactly one").help(forms));
                }
            }
            _ => {
                let wanted = match (words.is_empty(), tags.is_empty()) {
                    (false, true) => vec!["string"],
                    (true, false) => vec!["object"],
                    _ => vec!["string", "object"],
                };
                let mut fault = wrong_type(node, &wanted, None, name, key);
                fault.help = Some(match (tags.first(), words.first()) {
                    (Some((tag, _)), _) => format!("write for instance `{} = {{ {tag} = … }}`; {forms}", bare(name)),
                    (None, Some(word)) => format!("write for instance `{} = \"{word}\"`; {forms}", bare(name)),
                    (None, None) => forms,
                });
                self.faults.push(fault);
            }
        }
    }

    fn wrong_type(&mut self, node: &Node, wanted: &[&str], format: Option<&str>, name: &str, key: &Place) {
        self.faults.push(wrong_type(node, wanted, format, name, key));
    }

    /// What the language says of a key.
    fn describe(&self, schema: &'a Json) -> String {
        let own = schema.get("description").or_else(|| self.resolve(schema).get("description"));
        own.and_then(Json::as_str).unwrap_or("see the manual").split('\n').collect::<Vec<_>>().join(" ")
    }
}

/// The fault of a value of another type than wanted.
fn wrong_type(node: &Node, wanted: &[&str], format: Option<&str>, name: &str, key: &Place) -> Fault {
    let wanted: Vec<&str> = wanted.iter().copied().filter(|kind| *kind != "null").collect();
    let expression = wanted.contains(&"number") && wanted.contains(&"string");
    let words = match (format, expression) {
        (Some("date"), _) => "a date".to_owned(),
        (_, true) => "a number or an expression".to_owned(),
        _ => wanted.iter().map(|kind| kind_in_words(kind)).collect::<Vec<_>>().join(" or "),
    };
    let place = if matches!(node.value, Value::Table(_)) { key } else { &node.place };
    let message = format!("{} is {}; it must be {words}", quoted(name), found(node));
    let help = match (&node.value, wanted.as_slice()) {
        _ if format == Some("date") => "write a date without quotes: `2024-01-01`".to_owned(),
        (Value::Text(text), ["number" | "integer"]) if text.parse::<f64>().is_ok() => {
            "write the number without quotes".to_owned()
        }
        (Value::Text(_), ["number"]) => "only a plain number fits here; an expression does not".to_owned(),
        (Value::Float(_), ["integer"]) => "write it without a decimal point".to_owned(),
        (Value::Integer(_) | Value::Float(_) | Value::Boolean(_), kinds) if kinds.contains(&"string") => {
            "write it in quotes".to_owned()
        }
        (_, ["array"]) => format!("write a list: `{} = [ … ]`", bare(name)),
        (_, ["object"]) => format!("write a table: `{} = {{ … }}`", bare(name)),
        _ => format!("write {words}"),
    };
    Fault::new("wrong-type", place, message, format!("expected {words}")).help(help)
}

/// The types a schema names.
fn types(schema: &Json) -> Vec<&str> {
    match schema.get("type") {
        Some(Json::String(one)) => vec![one],
        Some(Json::Array(several)) => several.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The words a variant stands for.
fn constants(variant: &Json) -> Vec<&str> {
    match (variant.get("const"), variant.get("enum")) {
        (Some(Json::String(one)), _) => vec![one],
        (_, Some(Json::Array(several))) => several.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether a value is of a type that the schema names.
fn accepts(schema: &Json, node: &Node) -> bool {
    let date = schema.get("format").and_then(Json::as_str) == Some("date");
    let fits = |kind: &str| match &node.value {
        Value::Date(_) => date,
        Value::Text(_) => kind == "string" && !date,
        Value::Integer(_) => matches!(kind, "integer" | "number"),
        Value::Float(_) => kind == "number",
        Value::Boolean(_) => kind == "boolean",
        Value::Array(_) => kind == "array",
        Value::Table(_) => kind == "object",
    };
    let types = types(schema);
    types.is_empty() || types.into_iter().any(fits)
}

/// The whole numbers a schema accepts.
fn range_of(schema: &Json) -> RangeInclusive<i64> {
    let (low, high) = match schema.get("format").and_then(Json::as_str) {
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        Some("uint32") => (0, i64::from(u32::MAX)),
        Some("uint8") => (0, 255),
        _ => (i64::MIN, i64::MAX),
    };
    let bound = |key: &str, default| schema.get(key).and_then(Json::as_i64).unwrap_or(default);
    bound("minimum", low)..=bound("maximum", high)
}

fn kind_in_words(kind: &str) -> &'static str {
    match kind {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "`true` or `false`",
        "array" => "a list",
        _ => "a table",
    }
}

fn found(node: &Node) -> &'static str {
    match node.value {
        Value::Text(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a decimal number",
        Value::Boolean(_) => "a yes or no",
        Value::Date(_) => "a date or time",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

fn known_words<'n>(title: &str, words: impl Iterator<Item = &'n str>) -> String {
    format!("{title}: {}", words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "))
}

/// A key in quotes; a description as it is.
fn quoted(name: &str) -> String {
    if name.contains(' ') { name.to_owned() } else { format!("`{}`", shown(name)) }
}

/// The key in "an element of `key`".
fn bare(name: &str) -> &str {
    name.split('`').nth(1).unwrap_or(name)
}
