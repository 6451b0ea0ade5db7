//! Folders with a fault in them: what is said of each. A case under `tests/faults/` is a valid folder (`base/`) and a patch:
//!
//! ```text
//! What is wrong, in a line.
//! --- path          the whole file
//! --- path edit     lines `-` are replaced by the lines `+` after them; `+` alone is added at the end
//! --- path remove
//! ```

use piramide::model::{self, Fault, Files, embedded};
use proptest::collection::vec;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults")
}

fn base() -> Files {
    Files::from_directory(&folder().join("base")).unwrap()
}

/// Applies a case to the base.
fn patched(case: &str) -> Files {
    let mut files = base();
    for section in case.split("\n--- ").skip(1) {
        let (head, body) = section.split_once('\n').unwrap_or((section, ""));
        match head.split_once(' ') {
            None => files.insert(head, format!("{}\n", body.trim_end_matches('\n'))),
            Some((path, "remove")) => files.remove(path),
            Some((path, "edit")) => {
                let text = std::str::from_utf8(files.get(path).unwrap()).unwrap().to_owned();
                files.insert(path, edited(text, body));
            }
            Some(other) => panic!("no such section: {other:?}"),
        }
    }
    files
}

fn edited(mut text: String, body: &str) -> String {
    let mut lines = body.lines().peekable();
    while lines.peek().is_some() {
        let mut take = |sign: char| {
            let mut block = String::new();
            while let Some(line) = lines.next_if(|line| line.starts_with(sign)) {
                block += line[1..].strip_prefix(' ').unwrap_or(&line[1..]);
                block.push('\n');
            }
            block
        };
        let (old, new) = (take('-'), take('+'));
        assert!(!(old.is_empty() && new.is_empty()), "lines of an edit begin with - or +: {body}");
        if old.is_empty() {
            text += &new;
        } else {
            let at = text.find(&old).unwrap_or_else(|| panic!("the base has no such lines: {old}"));
            text.replace_range(at..at + old.len(), &new);
        }
    }
    text
}

fn cases() -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "case"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    cases.sort();
    cases
}

fn snapshot(name: &str, said: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder().join("said"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, said));
}

#[test]
fn the_base_has_no_fault() {
    model::read(&base()).unwrap();
}

#[test]
fn every_faulty_folder_is_refused_with_a_clear_message() {
    let cases = cases();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    for (name, case) in cases {
        let Err(faults) = model::read(&patched(&case)) else { panic!("{name} is read without a fault") };
        let about = case.lines().next().unwrap_or_default();
        snapshot(&name, &format!("{about}\n\n{}", faults.render(false)));
    }
}

#[test]
fn every_fault_has_a_place_inside_its_file_and_a_remedy() {
    for (name, case) in cases() {
        let faults = model::read(&patched(&case)).unwrap_err();
        for fault in faults.list() {
            let Fault { span, help, .. } = fault;
            if let Some(text) = faults.source(&fault.file) {
                assert!(text.get(span.clone()).is_some(), "{name}: {fault:?}");
            }
            assert!(help.is_some(), "{name}: {fault:?}");
        }
    }
}

/// Folders that no patch of text can make.
#[test]
fn what_is_no_folder_of_texts_is_refused() {
    let said = |result: Result<Files, model::Faults>| {
        let faults = result.and_then(|files| model::read(&files).map(|_| ())).unwrap_err();
        faults.render(false)
    };
    let with = |path: &str, content: Vec<u8>| {
        let mut files = base();
        files.insert(path, content);
        Ok(files)
    };
    snapshot("other-binary", &said(with("model.toml", vec![0x1f, 0x8b, 0xff, 0x00])));
    snapshot("other-binary-csv", &said(with("persons.csv", vec![0xff, 0xfe, 0x2c, 0x00])));
    snapshot("other-huge-csv", &said(with("persons.csv", vec![b'0'; (64 << 20) + 1])));
    snapshot("other-huge-toml", &said(with("tracks/hulp.toml", vec![b'#'; 65 << 20])));
    snapshot("other-nothing", &said(Ok(Files::default())));

    let place = tempfile::tempdir().unwrap();
    let disk = |path: &Path| said(Files::from_directory(path)).replace(&place.path().display().to_string(), "DIR");
    snapshot("other-missing-folder", &disk(&place.path().join("nowhere")));
    snapshot("other-no-model", &disk(place.path()));
    let file = place.path().join("model.toml");
    std::fs::write(&file, "").unwrap();
    snapshot("other-file-as-folder", &disk(&file));
    snapshot("other-empty-model", &disk(place.path()));
    let large = std::fs::File::create(place.path().join("large.csv")).unwrap();
    large.set_len(70 << 20).unwrap();
    snapshot("other-huge-on-disk", &disk(place.path()));
}

/// One change of some bytes, as a typing hand or a broken disk makes it.
#[derive(Debug, Clone)]
enum Change {
    Set(u16, u8),
    Cut(u16, u8),
    Insert(u16, &'static str),
    Copy(u16, u16, u8),
    /// The word at a place becomes another, so that the syntax mostly stays whole.
    Word(u16, &'static str),
}

/// Words that mean something somewhere.
const VALUES: [&str; 40] = [
    "0",
    "-1",
    "1",
    "2",
    "0.5",
    "1e308",
    "1e-308",
    "-1e308",
    "255",
    "110",
    "2021",
    "2022",
    "9999",
    "-2147483648",
    "keep",
    "onset",
    "growth",
    "death",
    "hulp",
    "werk",
    "uitkering",
    "pensioen",
    "geen_hulpvraag",
    "sex",
    "wijk",
    "age",
    "year",
    "man",
    "noord",
    "persons",
    "value",
    "stationary",
    "plan",
    "per_year",
    "share",
    "euro",
    "fixed",
    "maatwerk",
    "true",
    "*",
];

fn change() -> impl Strategy<Value = Change> {
    let words = vec![
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        "=",
        ",",
        "\n",
        "#",
        "*",
        "-",
        "1e308",
        "-1",
        "0",
        "nan",
        "inf",
        "9999999999",
        "[[track]]",
        "\"1 / 0\"",
        "\"(((\"",
        "\u{feff}",
        "é",
        "\0",
        "\r",
        "..",
        "true",
        "2021-01-01",
        "a.b.c.d",
        "0+",
        "stationary",
        "geen_hulpvraag",
        "= {}",
        "\"\"\"",
    ];
    prop_oneof![
        1 => (any::<u16>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => (any::<u16>(), 1u8..).prop_map(|(at, length)| Change::Cut(at, length)),
        1 => (any::<u16>(), proptest::sample::select(words)).prop_map(|(at, word)| Change::Insert(at, word)),
        1 => (any::<u16>(), any::<u16>(), 1u8..).prop_map(|(from, to, length)| Change::Copy(from, to, length)),
        4 => (any::<u16>(), proptest::sample::select(VALUES.to_vec())).prop_map(|(at, word)| Change::Word(at, word)),
    ]
}

fn changed(mut bytes: Vec<u8>, change: &Change) -> Vec<u8> {
    let place = |at: u16, bytes: &[u8]| usize::from(at) % (bytes.len() + 1);
    let piece = |at: u16, length: u8, bytes: &[u8]| place(at, bytes)..(place(at, bytes) + usize::from(length)).min(bytes.len());
    match *change {
        Change::Set(at, byte) => {
            let at = place(at, &bytes);
            bytes.splice(at..(at + 1).min(bytes.len()), [byte]);
        }
        Change::Cut(at, length) => {
            bytes.drain(piece(at, length, &bytes));
        }
        Change::Insert(at, word) => {
            let at = place(at, &bytes);
            bytes.splice(at..at, word.bytes());
        }
        Change::Copy(from, to, length) => {
            let copied = bytes[piece(from, length, &bytes)].to_vec();
            let to = place(to, &bytes);
            bytes.splice(to..to, copied);
        }
        Change::Word(at, word) => {
            bytes.splice(word_at(&bytes, place(at, &bytes)), word.bytes());
        }
    }
    bytes
}

/// The run of letters, digits, `_`, `.` and `-` at or after a place.
fn word_at(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-".contains(byte);
    let start = (at..bytes.len()).find(|&at| inside(&bytes[at])).unwrap_or(bytes.len());
    let first = (0..start).rev().find(|&at| !inside(&bytes[at])).map_or(0, |at| at + 1);
    let end = (start..bytes.len()).find(|&at| !inside(&bytes[at])).unwrap_or(bytes.len());
    first.min(start)..end
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to a valid folder, it is read or refused with faults that can be shown; nothing panics or hangs.
    #[test]
    fn no_bytes_bring_the_reader_down(changes in vec((any::<u8>(), change()), 1..6), pyramid in any::<bool>()) {
        let mut files = base();
        if pyramid {
            files = embedded::verification().remove(0).1;
        }
        let paths: Vec<String> = files.iter().map(|(path, _)| path.to_owned()).collect();
        for (file, change) in &changes {
            let path = &paths[usize::from(*file) % paths.len()];
            let bytes = changed(files.get(path).unwrap().to_vec(), change);
            files.insert(path.clone(), bytes);
        }
        if let Err(faults) = model::read(&files) {
            prop_assert!(!faults.list().is_empty());
            prop_assert!(faults.render(false).contains("error"));
            prop_assert!(!faults.to_string().is_empty());
        }
    }
}
