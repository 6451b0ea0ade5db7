//! The tables of a run, cell by cell: each number of the report says in which file, row and column it stands.

use super::ReportError;
use crate::store::StoreError;
use std::fs::File;
use std::path::Path;

/// A table of a run.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Name of its file.
    pub(super) file: String,
    header: csv::StringRecord,
    /// Number of the row in the file, from 1 below the header, and the row.
    rows: Vec<(usize, csv::StringRecord)>,
}

/// A row of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    table: &'a Table,
    number: usize,
    record: &'a csv::StringRecord,
}

/// A number and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    /// The number.
    pub(super) value: f64,
    /// File, row and column.
    pub(super) from: String,
}

impl Table {
    /// Reads the rows that are wanted; `None` if there is no such file.
    ///
    /// # Errors
    /// It cannot be read, or is no table.
    pub(super) fn read(folder: &Path, file: &str, wanted: impl Fn(Row<'_>) -> bool) -> Result<Option<Self>, ReportError> {
        let path = folder.join(file);
        let open = match File::open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            open => open.map_err(StoreError::file(&path, "read"))?,
        };
        let damaged = |error: csv::Error| ReportError::Damaged { file: path.clone(), what: error.to_string() };
        let mut reader = csv::Reader::from_reader(open);
        let mut table = Self { file: file.to_owned(), header: reader.headers().map_err(damaged)?.clone(), rows: Vec::new() };
        let mut record = csv::StringRecord::new();
        let mut number = 0;
        while reader.read_record(&mut record).map_err(damaged)? {
            number += 1;
            if wanted(Row { table: &table, number, record: &record }) {
                table.rows.push((number, record.clone()));
            }
        }
        Ok(Some(table))
    }

    /// All rows that were wanted, in the order of the file.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(number, record)| Row { table: self, number: *number, record })
    }

    /// Different texts of a column, in the order in which they come.
    pub(super) fn different(&self, column: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for row in self.rows() {
            let text = row.text(column);
            if !found.contains(&text) {
                found.push(text);
            }
        }
        found
    }

    /// Fails unless all these columns are there.
    ///
    /// # Errors
    /// One is missing.
    pub(super) fn with(self, folder: &Path, columns: &[&str]) -> Result<Self, ReportError> {
        match columns.iter().find(|column| !self.header.iter().any(|name| name == **column)) {
            None => Ok(self),
            Some(column) => {
                Err(ReportError::Damaged { file: folder.join(&self.file), what: format!("it has no column `{column}`") })
            }
        }
    }
}

impl<'a> Row<'a> {
    /// What stands in a column; nothing if there is no such column.
    pub(super) fn text(&self, column: &str) -> &'a str {
        let at = self.table.header.iter().position(|name| name == column);
        at.and_then(|at| self.record.get(at)).unwrap_or_default()
    }

    /// The number in a column, if there is one.
    pub(super) fn cell(&self, column: &str) -> Option<Cell> {
        let value = self.text(column).parse::<f64>().ok().filter(|value| value.is_finite())?;
        Some(Cell { value, from: format!("{}:{}:{column}", self.table.file, self.number) })
    }

    /// The same without its place.
    pub(super) fn value(&self, column: &str) -> Option<f64> {
        self.cell(column).map(|cell| cell.value)
    }

    /// Calendar year of the row.
    pub(super) fn year(&self) -> Option<i32> {
        self.text("year").parse().ok()
    }

    /// Whether these columns hold these texts.
    pub(super) fn is(&self, what: &[(&str, &str)]) -> bool {
        what.iter().all(|(column, text)| self.text(column) == *text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_says_where_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), "year,x\n2025,1.5\n2026,\n2027,2\n").unwrap();
        let table = Table::read(folder.path(), "a.csv", |row| row.text("year") != "2025").unwrap().unwrap();
        assert_eq!(table.rows().count(), 2);
        let find = |year: &str| table.rows().find(|row| row.is(&[("year", year)])).unwrap();
        assert_eq!(find("2026").cell("x"), None);
        assert_eq!(find("2027").cell("x"), Some(Cell { value: 2.0, from: "a.csv:3:x".into() }));
        assert_eq!(find("2027").text("y"), "");
        assert!(table.clone().with(folder.path(), &["x"]).is_ok());
        assert!(table.with(folder.path(), &["y"]).unwrap_err().to_string().contains("no column `y`"));
        assert!(Table::read(folder.path(), "b.csv", |_| true).unwrap().is_none());
        std::fs::write(folder.path().join("c.csv"), "a,b\n1\n").unwrap();
        assert!(Table::read(folder.path(), "c.csv", |_| true).is_err());
    }
}
