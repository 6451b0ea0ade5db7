//! From a folder to a checked model: syntax, shape, meaning.

use super::check::{ScenarioFile, check};
use super::fault::{Fault, Faults, Place};
use super::files::{Files, is_toml, too_large};
use super::given::Given;
use super::raw::{RawModel, RawScenario};
use super::resolved::Model;
use super::tree::{self, Spot, Table};
use super::{cells, shape};
use serde::Deserialize;

/// The file that every model has.
const MAIN: &str = "model.toml";

/// A second entry of published figures, made without looking at the model. It is for tests that compare the two.
const SECOND_ENTRY: &str = "qc.toml";

/// Reads a model folder.
///
/// # Errors
/// All faults of the folder: first those of syntax and shape in any file; when there are none, all those of meaning.
pub fn read(files: &Files) -> Result<Model, Faults> {
    with(files, &Given::new())
}

/// Reads a model folder in which some parameters are given.
pub(super) fn with(files: &Files, given: &Given) -> Result<Model, Faults> {
    let mut faults = Vec::new();
    let result = read_all(files, given, &mut faults);
    match result {
        Some(model) if faults.is_empty() => Ok(model),
        _ => {
            Err(Faults::new(faults, |file| files.get(file).and_then(|bytes| std::str::from_utf8(bytes).ok()).map(str::to_owned)))
        }
    }
}

fn read_all(files: &Files, given: &Given, faults: &mut Vec<Fault>) -> Option<Model> {
    let (mut main, mut scenarios) = (Table::new(), Vec::new());
    if files.get(MAIN).is_none() {
        let fault = Fault::new("missing-file", &Place::start_of(MAIN), "the folder holds no `model.toml`", "");
        faults.push(fault.help("a model is a folder that holds `model.toml`"));
    }
    for (path, bytes) in files.iter() {
        if let Some(fault) = too_large(path, bytes.len() as u64) {
            faults.push(fault);
            continue;
        }
        if !is_toml(path) || path == SECOND_ENTRY {
            continue;
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            faults.push(cells::not_text(path));
            continue;
        };
        match role(path) {
            Role::Part => tree::merge(&mut main, tree::parse(path, text, faults), faults),
            Role::Scenario(name) => scenarios.push((name, Place::start_of(path), tree::parse(path, text, faults))),
            Role::Nothing => {
                let message =
                    format!("`{path}` is not read: TOML files stand in the model folder itself, in `tracks/` or in `scenarios/`");
                faults.push(
                    Fault::new("stray-file", &Place::start_of(path), message, "not read")
                        .help("move it, or give it another ending"),
                );
            }
        }
    }
    let origin = Place::start_of(MAIN);
    check_shapes(&main, &origin, &scenarios, faults);
    if !faults.is_empty() {
        return None;
    }
    let raw: RawModel = typed(&main, &origin, faults)?;
    let mut list = Vec::new();
    for (name, place, table) in &scenarios {
        list.push(ScenarioFile { name: name.clone(), raw: typed(table, place, faults)?, spot: Spot::root(table, place) });
    }
    let (model, found) = check(files, &raw, Spot::root(&main, &origin), &list, given);
    faults.extend(found);
    Some(model)
}

/// Shape faults, except those that may only be there because a file could not be read to its end.
fn check_shapes(main: &Table, origin: &Place, scenarios: &[(String, Place, Table)], faults: &mut Vec<Fault>) {
    let broken: Vec<String> = faults.iter().map(|fault| fault.file.clone()).collect();
    let mut found = Vec::new();
    shape::check::<RawModel>(main, origin, &mut found);
    if !broken.is_empty() {
        found.retain(|fault| fault.code != "missing-key" || fault.span != origin.span);
    }
    for (_, place, table) in scenarios {
        shape::check::<RawScenario>(table, place, &mut found);
    }
    faults.extend(found.into_iter().filter(|fault| !broken.contains(&fault.file)));
}

/// What a TOML file is for, by where it stands.
enum Role {
    /// Merged into the model.
    Part,
    /// A scenario of this name.
    Scenario(String),
    /// Nothing.
    Nothing,
}

fn role(path: &str) -> Role {
    let stem = path.strip_suffix(".toml").unwrap_or(path);
    match stem.split_once('/') {
        None => Role::Part,
        Some(("tracks", name)) if !name.contains('/') => Role::Part,
        Some(("scenarios", name)) if !name.contains('/') => Role::Scenario(name.to_owned()),
        Some(_) => Role::Nothing,
    }
}

/// The typed form. The shape was checked against the same types, so a failure here is rare and has no better place.
fn typed<T: for<'de> Deserialize<'de>>(table: &Table, place: &Place, faults: &mut Vec<Fault>) -> Option<T> {
    match T::deserialize(tree::plain(table)) {
        Ok(value) => Some(value),
        Err(error) => {
            faults.push(Fault::new("wrong-type", place, format!("this cannot be read: {}", error.message()), "in this file"));
            None
        }
    }
}
