//! Markdown that every forge renders: headings, paragraphs, lists and plain tables.

use crate::cli::text::{paragraphs, wrapped};

/// Columns of a line of prose. A row of a table is one line, however long.
const WIDTH: usize = 120;

/// A page as it grows.
#[derive(Debug, Default)]
pub(super) struct Document {
    text: String,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column<'a> {
    /// Its header.
    pub(super) name: &'a str,
    /// Whether numbers stand in it, to the right.
    pub(super) numbers: bool,
}

impl<'a> Column<'a> {
    /// A column of words.
    pub(super) const fn words(name: &'a str) -> Self {
        Self { name, numbers: false }
    }

    /// A column of numbers.
    pub(super) const fn numbers(name: &'a str) -> Self {
        Self { name, numbers: true }
    }
}

impl Document {
    /// A heading of level 1 to 6.
    pub(super) fn heading(&mut self, level: usize, text: &str) {
        self.block(&format!("{} {}\n", "#".repeat(level), plain(text)));
    }

    /// A text of the model, in its own paragraphs.
    pub(super) fn text(&mut self, text: &str) {
        for paragraph in paragraphs(text) {
            let lines = wrapped(&plain(&paragraph), 0, WIDTH);
            let text: String = lines.iter().map(|line| no_marker(line.trim_start()) + "\n").collect();
            self.block(&text);
        }
    }

    /// A list with an item per text.
    pub(super) fn list(&mut self, items: &[String]) {
        self.nested(&items.iter().map(|item| (0, item.clone())).collect::<Vec<_>>());
    }

    /// A list of items with their depth: an item stands under the last one that is less deep.
    pub(super) fn nested(&mut self, items: &[(usize, String)]) {
        let mut text = String::new();
        for (depth, item) in items {
            let indent = 2 * depth;
            for (at, line) in wrapped(&plain(item), 0, WIDTH - indent - 2).iter().enumerate() {
                let begin = if at == 0 { "- " } else { "  " };
                text += &format!("{:indent$}{begin}{}\n", "", no_marker(line.trim_start()));
            }
        }
        self.block(&text);
    }

    /// A list with an entry per pair of a title and a text of the model.
    pub(super) fn entries(&mut self, entries: &[(String, &str)]) {
        let mut text = String::new();
        for (title, said) in entries {
            for (at, paragraph) in paragraphs(said).iter().enumerate() {
                let title = if at == 0 { format!("**{}** ", plain(title)) } else { String::new() };
                for (line_at, line) in wrapped(&(title + &plain(paragraph)), 0, WIDTH - 2).iter().enumerate() {
                    let begin = match (at, line_at) {
                        (0, 0) => "- ",
                        (_, 0) => "\n  ",
                        _ => "  ",
                    };
                    text += &format!("{begin}{}\n", no_marker(line.trim_start()));
                }
            }
        }
        self.block(&text);
    }

    /// A table. A column in which nothing stands is left out, and so is a table without rows.
    pub(super) fn table(&mut self, columns: &[Column<'_>], rows: &[Vec<String>]) {
        let used: Vec<usize> = (0..columns.len()).filter(|&at| rows.iter().any(|row| !row[at].is_empty())).collect();
        if used.is_empty() {
            return;
        }
        let line = |cell: &dyn Fn(usize) -> String| {
            let cells: Vec<String> = used.iter().map(|&at| cell(at)).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let mut text = line(&|at| in_cell(columns[at].name));
        text += &line(&|at| if columns[at].numbers { "---:" } else { "---" }.to_owned());
        for row in rows {
            text += &line(&|at| in_cell(&row[at]));
        }
        self.block(&text);
    }

    /// What has been written.
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// Blocks are parted by an empty line.
    fn block(&mut self, text: &str) {
        if !self.text.is_empty() && !text.is_empty() {
            self.text.push('\n');
        }
        self.text += text;
    }
}

/// Text in which only backquotes mean something: all else that Markdown would read gets a backslash.
fn plain(text: &str) -> String {
    let closed = text.matches('`').count() / 2 * 2;
    let (mut result, mut quotes, mut before) = (String::with_capacity(text.len()), 0, ' ');
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let code = quotes % 2 == 1 && quotes < closed;
        let within = before.is_alphanumeric() && letters.peek().is_some_and(|next| next.is_alphanumeric());
        let special = match letter {
            '`' => {
                quotes += 1;
                quotes > closed
            }
            '\\' | '*' | '<' | '[' | ']' | '~' | '$' => !code,
            // Within a word it stands for itself.
            '_' => !code && !within,
            _ => false,
        };
        if special {
            result.push('\\');
        }
        result.push(letter);
        before = letter;
    }
    result
}

/// Text in a cell of a table: in one line, and no bar parts it.
fn in_cell(text: &str) -> String {
    plain(&text.split_whitespace().collect::<Vec<_>>().join(" ")).replace('|', "\\|")
}

/// A line of prose that does not begin like a heading, a quotation, a table or an item of a list.
fn no_marker(line: &str) -> String {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = line.split_at(digits);
    if digits > 0 && rest.strip_prefix(['.', ')']).is_some_and(ends) {
        return format!("{number}\\{rest}");
    }
    let repeated = ['#', '-', '+', '='].into_iter().any(|mark| line.starts_with(mark) && ends(line.trim_start_matches(mark)));
    if repeated || line.starts_with(['>', '|']) { format!("\\{line}") } else { line.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_backquotes_mean_something() {
        assert_eq!(plain("a_b *c* <d> `e_f * g` _h_"), r"a_b \*c\* \<d> `e_f * g` \_h\_");
        assert_eq!(plain("one ` and [x]"), r"one \` and \[x\]");
        assert_eq!(in_cell("a | b\n`max(a | b)`"), r"a \| b `max(a \| b)`");
    }

    #[test]
    fn a_broken_line_begins_no_list() {
        let mut page = Document::default();
        let long = "x".repeat(119);
        page.text(&format!("{long} - and so on\n\n{long} 2019. After that\n\n{long} ## no heading"));
        let lines: Vec<String> = page.finish().lines().map(str::to_owned).collect();
        assert_eq!(
            lines[1..].iter().filter(|line| !line.is_empty() && !line.starts_with('x')).collect::<Vec<_>>(),
            [r"\- and so on", r"2019\. After that", r"\## no heading"]
        );
    }

    #[test]
    fn a_table_drops_what_is_empty() {
        let mut page = Document::default();
        page.heading(2, "Title");
        page.table(
            &[Column::words("a"), Column::numbers("b"), Column::words("c")],
            &[vec!["x".to_owned(), "1".to_owned(), String::new()], vec![String::new(), "2".to_owned(), String::new()]],
        );
        page.table(&[Column::words("a")], &[]);
        page.list(&["one".to_owned(), "two".to_owned()]);
        assert_eq!(page.finish(), "## Title\n\n| a | b |\n| --- | ---: |\n| x | 1 |\n|  | 2 |\n\n- one\n- two\n");
    }
}
