//! The rooms of the house: which part of `src` may know which other part.
//!
//! Imports run only from a later room to an earlier one, so a room can be read, tested and replaced without what comes
//! after it. The test reads every path that begins with `crate::`, and every `super::` chain that leaves its room.

use std::path::{Path, PathBuf};

/// The rooms in order. A room may use those before it.
const ROOMS: [&str; 15] = [
    "maths",
    "luck",
    "model",
    "design",
    "compile",
    "meanfield",
    "engine",
    "ensemble",
    "calibration",
    "store",
    "analysis",
    "verify",
    "words",
    "report",
    "cli",
];

/// A path that one file takes into a room: line (from 1) and room.
type Use = (usize, String);

#[test]
fn imports_run_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = Vec::new();
    for file in rust_files(&src) {
        let inside = file.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
        if ["lib.rs", "main.rs"].contains(&inside.as_str()) {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        faults.extend(wrong_way(&inside, &text));
    }
    assert!(faults.is_empty(), "imports against the arrow {}:\n{}", ROOMS.join(" < "), faults.join("\n"));
}

#[test]
fn every_room_is_on_the_map() {
    let lib = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let rooms: Vec<&str> = lib.lines().filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(!rooms.is_empty());
    for room in rooms {
        assert!(ROOMS.contains(&room), "`{room}` has no place in the arrow of tests/suite/rooms.rs");
    }
}

#[test]
fn the_reader_of_imports_sees_what_it_should() {
    let faults = |file: &str, text: &str| wrong_way(file, text).len();
    assert_eq!(faults("engine/mod.rs", "use crate::compile::Plan;"), 0);
    assert_eq!(faults("engine/mod.rs", "use crate::store::Run;"), 1);
    assert_eq!(faults("engine/step.rs", "fn f() { crate::cli::main(); }"), 1);
    assert_eq!(faults("engine/step.rs", "use super::super::cli::main;"), 1);
    assert_eq!(faults("engine/step.rs", "use super::cli;"), 0, "engine::cli is the room's own");
    assert_eq!(faults("maths/mod.rs", "use crate::{\n    model::Model,\n    maths::{root, cli},\n};"), 1);
    assert_eq!(faults("maths/mod.rs", "// crate::cli is far away\nlet s = 1;"), 0);
    assert_eq!(faults("loft/mod.rs", "use crate::model::Model;"), 1, "a room that is not on the map");
}

/// The imports of a file (by its path under `src`) that run against the arrow, as readable lines.
fn wrong_way(file: &str, text: &str) -> Vec<String> {
    let room = file.split('/').next().unwrap_or_default().trim_end_matches(".rs");
    let Some(own) = ROOMS.iter().position(|&known| known == room) else {
        return vec![format!("src/{file}: the room `{room}` is not in the arrow")];
    };
    uses(file, text)
        .into_iter()
        .filter(|(_, target)| ROOMS.iter().position(|known| known == target).is_some_and(|target| target > own))
        .map(|(line, target)| format!("src/{file}:{line}: `{room}` uses `{target}`"))
        .collect()
}

/// The rooms that a file names, with their lines.
fn uses(file: &str, text: &str) -> Vec<Use> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect();
    // How many `super` lead from this file to the crate: engine/mod.rs one, engine/step.rs two.
    let depth = file.split('/').count() - usize::from(file.ends_with("/mod.rs"));
    let mut found = Vec::new();
    for root in ["crate::".to_owned(), "super::".repeat(depth)] {
        for (at, _) in code.match_indices(&root) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let line = code[..at].lines().count().max(1);
            found.extend(first_names(&code[at + root.len()..]).into_iter().map(|name| (line, name)));
        }
    }
    found
}

/// The first name of a path, or of each path in a `{...}` group.
fn first_names(rest: &str) -> Vec<String> {
    let name = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let (mut level, mut start, mut names) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => level += 1,
            '}' if level == 0 => {
                names.push(name(&group[start..at]));
                break;
            }
            '}' => level -= 1,
            ',' if level == 0 => {
                names.push(name(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    names
}

/// All Rust files under a folder, in order.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
