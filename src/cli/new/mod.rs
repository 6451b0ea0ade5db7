//! `piramide new`: a folder with which another municipality can begin.

use super::args::NewArgs;
use super::failure::{Failure, print};
use crate::model::{self, Files};
use include_dir::{Dir, include_dir};
use std::fs;
use std::path::{Path, PathBuf};

/// A small municipality of which every number is an example. `@name@` and `@label@` stand for its name and what people call it.
static STARTER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/new/starter");

/// Longest name of a model, and of what people call it.
const LONGEST: usize = 64;

/// Writes the folder, and says what to do next.
///
/// # Errors
/// The name cannot be one, something stands in its place already, or the disk refuses.
pub(super) fn new(args: &NewArgs) -> Result<(), Failure> {
    let label = args.label.clone().unwrap_or_else(|| spoken(&args.name));
    let files = starter(&args.name, &label)?;
    // Whatever was typed, what is written is a model.
    model::read(&files)?;
    let folder = args.out.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    write(&folder, &files)?;
    let shown = folder.display();
    print(&format!(
        "{shown} is a model of {label} that runs as it stands; every number in it is an example.\n\n  \
         piramide check {shown}    its faults, each with its place and a hint\n  \
         piramide run {shown}      what comes of it, and its plan on trial\n\n\
         {} says what to fill in first.\n",
        folder.join("README.md").display()
    ))
}

/// The files of the starter, with its name and label filled in.
///
/// # Errors
/// Either cannot be one.
fn starter(name: &str, label: &str) -> Result<Files, Failure> {
    let fits = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if !name.chars().next().is_some_and(char::is_alphanumeric) || !name.chars().all(fits) || name.len() > LONGEST {
        return Err(Failure::Usage(format!(
            "`{}` cannot name a model: use letters, digits, `-` and `_`, at most {LONGEST}, beginning with a letter or digit",
            name.escape_debug()
        )));
    }
    if label.is_empty() || label.len() > LONGEST || label.chars().any(|c| c.is_control() || matches!(c, '"' | '\\' | '@')) {
        return Err(Failure::Usage(format!(
            "--label `{}`: write one line of at most {LONGEST} letters, without quotes, backslashes or @",
            label.escape_debug()
        )));
    }
    let template = Files::from_embedded(&STARTER);
    let filled = template.iter().map(|(path, bytes)| {
        let text = String::from_utf8_lossy(bytes).replace("@name@", name).replace("@label@", label);
        (path.to_owned(), text.into_bytes())
    });
    Ok(Files::from_memory(filled))
}

/// What people call a municipality of this name: `wijk-bij-duurstede` is Wijk bij Duurstede.
fn spoken(name: &str) -> String {
    const SMALL: [&str; 7] = ["aan", "bij", "de", "den", "en", "op", "van"];
    let words = name.split(['-', '_']).filter(|word| !word.is_empty()).enumerate().map(|(at, word)| {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if at == 0 || !SMALL.contains(&word) => first.to_uppercase().chain(letters).collect(),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<String>>().join(" ")
}

/// Writes all files into a folder that is not there yet, or empty.
fn write(folder: &Path, files: &Files) -> Result<(), Failure> {
    let undone = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| Failure::Undone(format!("cannot write {path}: {error}"))
    };
    if fs::symlink_metadata(folder).is_ok() && fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_some()) {
        let message = format!("{} is there already; choose another place with --out, or remove it", folder.display());
        return Err(Failure::Usage(message));
    }
    for (path, bytes) in files.iter() {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(undone(parent))?;
        }
        fs::write(&path, bytes).map_err(undone(&path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spoken_as_people_do() {
        for (name, said) in [("borne", "Borne"), ("wijk-bij-duurstede", "Wijk bij Duurstede"), ("de_bilt", "De Bilt")] {
            assert_eq!(spoken(name), said);
        }
    }

    #[test]
    fn the_starter_is_a_model_under_any_good_name() {
        let model = model::read(&starter("wijk-bij-duurstede", "Wijk bij Duurstede").unwrap()).unwrap();
        assert_eq!((&*model.name, &*model.label.nl), ("wijk-bij-duurstede", "Wijk bij Duurstede"));
        for (name, label) in [("", "x"), ("../up", "x"), ("a b", "x"), ("-a", "x"), ("a", ""), ("a", "a\"b"), ("a", "a\nb")] {
            assert!(matches!(starter(name, label), Err(Failure::Usage(_))), "{name:?} {label:?}");
        }
    }
}
