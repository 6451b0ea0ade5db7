//! The model as a page in Markdown.

use super::cli::{Desk, dorp, gated_dorp};
use std::path::Path;

/// What writes the page of Hengelo anew, from the root of the repository.
const WRITE: &str = "cargo run -- show models/hengelo --markdown --lang en > models/hengelo/README.md";

fn hengelo() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/hengelo").to_string_lossy().into_owned()
}

#[test]
fn the_page_of_hengelo_says_what_its_files_say() {
    let written = std::fs::read_to_string(Path::new(&hengelo()).join("README.md")).unwrap();
    let printed = Desk::new().piramide(&["show", &hengelo(), "--markdown", "--lang", "en"]).expect(0).out;
    let apart = printed.lines().zip(written.lines()).position(|(printed, written)| printed != written);
    let line = apart.unwrap_or_else(|| printed.lines().count().min(written.lines().count())) + 1;
    assert!(
        printed == written,
        "models/hengelo/README.md is not that of the model from line {line} on; write it anew:\n\n    {WRITE}\n"
    );
}

#[test]
fn a_page_is_read_from_top_to_bottom() {
    let desk = Desk::new();
    gated_dorp(&desk);
    for language in ["nl", "en"] {
        let page = desk.piramide(&["show", "dorp", "--markdown", "--lang", language]).expect(0).out;
        insta::assert_snapshot!(format!("dorp_{language}"), page);
    }
}

/// Rows of a page by the table they stand in, without the line under the header.
fn tables(page: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        if !line.starts_with('|') {
            inside = false;
            continue;
        }
        if !inside {
            tables.push(Vec::new());
        }
        inside = true;
        let line = line.replace("\\|", "/");
        let cells: Vec<String> = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        let under = cells.iter().all(|cell| ["---", "---:"].contains(&cell.as_str()));
        if let Some(table) = tables.last_mut().filter(|_| !under) {
            table.push(cells);
        }
    }
    tables
}

/// In every language: tables are whole, prose fits, every number and source of the model stands once, and no heading is bare.
#[test]
fn a_page_holds_all_of_the_model_once() {
    let desk = Desk::new();
    gated_dorp(&desk);
    for (folder, name) in [(hengelo(), "hengelo"), (dorp(), "dorp"), ("dorp".to_owned(), "gated")] {
        let path = if name == "gated" { desk.path("dorp") } else { folder.clone().into() };
        let model = piramide::model::read(&piramide::model::Files::from_directory(&path).unwrap()).unwrap();
        for language in ["nl", "en"] {
            let page = desk.piramide(&["show", &folder, "--markdown", "--lang", language]).expect(0).out;
            let tables = tables(&page);
            for table in &tables {
                let width = table[0].len();
                assert!(table.len() > 1 && table.iter().all(|row| row.len() == width), "{name}: {table:#?}");
            }
            for line in page.lines().filter(|line| !line.starts_with('|')) {
                assert!(line.chars().count() <= 120 || !line.trim().contains(' '), "{name}: {line}");
            }
            let blocks: Vec<&str> = page.trim_end().split("\n\n").collect();
            let deep = |block: &str| block.chars().take_while(|&sign| sign == '#').count();
            for pair in blocks.windows(2).filter(|pair| deep(pair[0]) > 0 && deep(pair[1]) > 0) {
                assert!(deep(pair[1]) > deep(pair[0]), "{name}: nothing under {}", pair[0]);
            }
            assert_eq!(deep(blocks[blocks.len() - 1]), 0, "{name}");
            let rows = |headers: [&str; 2], key: &str| {
                let (bare, ends) = (format!("`{key}`"), format!("(`{key}`)"));
                let of_kind = tables.iter().filter(|table| headers.contains(&table[0][0].as_str()));
                of_kind.flatten().filter(|row| row[0] == bare || row[0].ends_with(&ends)).count()
            };
            for parameter in &model.parameters {
                assert_eq!(rows(["number", "getal"], &parameter.name), 1, "{name}: {}", parameter.name);
            }
            for table in &model.tables {
                assert_eq!(rows(["table", "tabel"], &table.name), 1, "{name}: {}", table.name);
            }
            for source in &model.sources {
                assert_eq!(rows(["key", "sleutel"], &source.key), 1, "{name}: {}", source.key);
            }
        }
    }
}

#[test]
fn a_page_has_no_grade_to_choose() {
    let left = Desk::new().piramide(&["show", "--markdown", "--grade", "B"]).expect(2);
    assert!(left.err.contains("--grade"), "{}", left.err);
}
