//! CSV with places: every cell knows its file and bytes.

use super::fault::{Fault, Place, did_you_mean, shown};
use std::sync::Arc;

/// Faults after which the rest of a CSV file is not looked at: what follows is mostly the same mistake.
pub(super) const FAULTS_PER_FILE: usize = 20;
/// Most lines of a CSV file.
const MAX_ROWS: usize = 1_000_000;
/// Most columns of a CSV file.
const MAX_COLUMNS: usize = 200;

/// A CSV file whose lines all have as many cells as its header.
pub(super) struct Sheet<'a> {
    file: Arc<str>,
    text: &'a str,
    /// Names of the columns.
    header: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

/// One line of a sheet.
#[derive(Clone, Copy)]
pub(super) struct Row<'s, 'a> {
    sheet: &'s Sheet<'a>,
    record: &'s csv::StringRecord,
}

impl<'a> Sheet<'a> {
    /// Reads a CSV file: comma-separated, one header line, `#` begins a comment line. Faulty lines are reported and left out.
    /// `None` if there is no header to go by.
    pub(super) fn read(file: &str, bytes: &'a [u8], faults: &mut Vec<Fault>) -> Option<Self> {
        let file: Arc<str> = file.into();
        let Ok(text) = std::str::from_utf8(bytes) else {
            faults.push(not_text(&file));
            return None;
        };
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).comment(Some(b'#')).from_reader(bytes);
        let mut sheet = Self { file, text, header: csv::StringRecord::new(), rows: Vec::new() };
        match reader.headers() {
            Ok(header) if !header.is_empty() => sheet.header = header.clone(),
            _ => {
                let fault = Fault::new("empty-file", &Place::start_of(&sheet.file), "the file is empty", "");
                faults.push(fault.help("the first line names the columns"));
                return None;
            }
        }
        if sheet.header.len() > MAX_COLUMNS {
            let message = format!("the file has {} columns; at most {MAX_COLUMNS} are read", sheet.header.len());
            faults.push(
                Fault::new("too-many", &Place::start_of(&sheet.file), message, "too wide")
                    .help("a table has a column per dimension and one named `value`"),
            );
            return None;
        }
        if sheet.header.len() == 1 && sheet.header.iter().any(|name| name.contains(';')) {
            let fault = Fault::new("separator", &sheet.column(0), "the columns are separated by `;`", "semicolons");
            faults.push(fault.help("save it with commas between columns and points in numbers"));
            return None;
        }
        for (column, name) in sheet.columns().enumerate() {
            if sheet.find(name) != Some(column) {
                let message = format!("the column `{}` stands twice", shown(name));
                faults.push(
                    Fault::new("defined-twice", &sheet.column(column), message, "a second time").help("keep one of the two"),
                );
            }
        }
        let before = faults.len();
        for record in reader.records() {
            if faults.len() - before >= FAULTS_PER_FILE {
                break;
            }
            if sheet.rows.len() == MAX_ROWS {
                let message = format!("the file has more than {MAX_ROWS} lines");
                faults.push(
                    Fault::new("too-many", &Place::start_of(&sheet.file), message, "too long")
                        .help("leave out a dimension, or join lines that are alike"),
                );
                return None;
            }
            let Ok(record) = record else { continue };
            if record.len() == sheet.header.len() {
                sheet.rows.push(record);
            } else {
                let message = format!("this line has {} cells; the header has {}", record.len(), sheet.header.len());
                let place = Row { sheet: &sheet, record: &record }.place();
                faults.push(
                    Fault::new("cell-count", &place, message, "this line")
                        .help("one cell per column; a text with a comma goes in quotes"),
                );
            }
        }
        Some(sheet)
    }

    /// Names of the columns, in order.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.header.iter()
    }

    /// Index of a column.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// Index of a column that must be there.
    pub(super) fn need(&self, name: &str, why: &str, faults: &mut Vec<Fault>) -> Option<usize> {
        let found = self.find(name);
        if found.is_none() {
            let place = self.span_of(&self.header, None);
            let message = format!("the column `{name}` is missing: {why}");
            let help = did_you_mean(name, self.columns()).filter(|help| help.starts_with("did"));
            let help = help.map_or_else(|| format!("add a column `{name}`"), |_| format!("add or rename a column to `{name}`"));
            faults.push(Fault::new("missing-column", &place, message, "the columns").help(help));
        }
        found
    }

    /// The lines below the header.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_, 'a>> {
        self.rows.iter().map(|record| Row { sheet: self, record })
    }

    /// Place of a column's name.
    pub(super) fn column(&self, column: usize) -> Place {
        self.span_of(&self.header, Some(column))
    }

    /// Bytes of a cell, or of the whole line. Looked up only for faults, by reading the line again.
    fn span_of(&self, record: &csv::StringRecord, column: Option<usize>) -> Place {
        let start = record.position().map_or(0, |position| position.byte() as usize);
        // The reader counts from before blank and comment lines, and from before a byte order mark.
        let mut start = start.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        loop {
            let rest = &self.text[start..];
            let blank = rest.len() - rest.trim_start_matches(['\r', '\n', '\u{feff}']).len();
            start += blank;
            let rest = &self.text[start..];
            if !rest.starts_with('#') {
                break;
            }
            start += rest.find('\n').unwrap_or(rest.len());
        }
        let (mut quoted, mut index, mut begin) = (false, 0, start);
        let mut cells = Vec::new();
        let mut end = self.text.len();
        for (at, byte) in self.text.bytes().enumerate().skip(start) {
            match byte {
                b'"' => quoted = !quoted,
                b',' if !quoted => {
                    cells.push(begin..at);
                    begin = at + 1;
                    index += 1;
                    if column.is_some_and(|column| index > column) {
                        break;
                    }
                }
                b'\n' | b'\r' if !quoted => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        cells.push(begin..end.max(begin));
        let span = match column {
            Some(column) => cells.get(column).cloned().unwrap_or(start..end),
            None => start..end,
        };
        let cell = &self.text[span.clone()];
        let lead = cell.len() - cell.trim_start().len();
        let length = cell.trim().len();
        Place { file: self.file.clone(), span: span.start + lead..span.start + lead + length }
    }
}

impl<'s> Row<'s, '_> {
    /// The text of a cell, without blanks around it.
    pub(super) fn cell(&self, column: usize) -> &'s str {
        self.record.get(column).unwrap_or_default()
    }

    /// The number in a cell; a fault if it is none or is not finite.
    pub(super) fn number(&self, column: usize, faults: &mut Vec<Fault>) -> Option<f64> {
        let cell = self.cell(column);
        match cell.parse::<f64>() {
            Ok(number) if number.is_finite() => Some(number),
            _ => {
                let message =
                    if cell.is_empty() { "this cell is empty".to_owned() } else { format!("`{}` is not a number", shown(cell)) };
                let help = if cell.contains(',') {
                    "write a point in decimals and nothing between thousands"
                } else {
                    "write a number, such as `12` or `0.5`"
                };
                faults.push(Fault::new("not-a-number", &self.at(column), message, "expected a number").help(help));
                None
            }
        }
    }

    /// Place of a cell.
    pub(super) fn at(&self, column: usize) -> Place {
        self.sheet.span_of(self.record, Some(column))
    }

    /// Place of the line.
    pub(super) fn place(&self) -> Place {
        self.sheet.span_of(self.record, None)
    }
}

/// The fault of a file that is no text.
pub(super) fn not_text(file: &str) -> Fault {
    Fault::new("not-text", &Place::start_of(file), "the file is no text (UTF-8)", "")
        .help("save it as plain text in UTF-8; is it a spreadsheet or a compressed file?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_survive_blanks_comments_and_quotes() {
        let text = "# a comment\n\na, b ,c\n1,\"x,\ny\", zz \r\n# more\n3,4,5\n";
        let mut faults = Vec::new();
        let sheet = Sheet::read("t.csv", text.as_bytes(), &mut faults).unwrap();
        assert!(faults.is_empty());
        assert_eq!(&text[sheet.column(1).span], "b");
        let rows: Vec<_> = sheet.rows().collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].cell(1), "x,\ny");
        assert_eq!(&text[rows[0].at(1).span], "\"x,\ny\"");
        assert_eq!(&text[rows[0].at(2).span], "zz");
        assert_eq!(&text[rows[1].at(0).span], "3");
        assert_eq!(&text[rows[1].place().span], "3,4,5");
    }
}
