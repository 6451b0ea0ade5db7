//! The accounts of a year, for a terminal of 80 columns.

use crate::analysis::accounts::Line;
use crate::cli::language::Language;
use crate::cli::number::{Amounts, significant, whole, written};
use crate::cli::table::{STYLE, amounts_unit};
use crate::cli::text::{Texts, fill, paragraph, wrapped};
use crate::model::{Content, Model};
use comfy_table::{CellAlignment, Table};

/// No such number.
const NONE: &str = "\u{2013}";

/// Columns for the name of a line.
const NAME: usize = 32;

/// What there is to tell.
pub(super) struct Report<'a> {
    /// The model.
    pub(super) model: &'a Model,
    /// Its accounts.
    pub(super) lines: &'a [Line],
    /// Name of the scenario.
    pub(super) scenario: &'a str,
    /// Calendar year.
    pub(super) year: i32,
    /// Members of the run.
    pub(super) members: usize,
    /// The reader's language.
    pub(super) language: Language,
    /// Texts in that language.
    pub(super) texts: &'a Texts,
}

impl Report<'_> {
    /// The whole of it.
    pub(super) fn text(&self) -> String {
        let texts = &self.texts.accounts;
        let largest = self.lines.iter().filter_map(|line| line.source.or(line.model.as_ref().map(|model| model.mean)));
        let amounts = Amounts::of(largest.fold(0.0, |most, amount| most.max(amount.abs())));
        let scenario = self.model.scenarios.iter().find(|scenario| scenario.name == self.scenario);
        let words = [
            ("model", self.language.pick(&self.model.label)),
            ("scenario", scenario.map_or(self.scenario, |scenario| self.language.pick(&scenario.label))),
            ("year", &self.year.to_string()),
            ("members", &whole(self.members, self.language)),
            ("unit", amounts_unit(self.texts, amounts)),
        ];
        let mut text = [&texts.title, &texts.rule].map(|line| paragraph(&fill(line, &words))).concat();
        text += &format!("\n{}", self.table(amounts));
        let remarks: Vec<String> = self.lines.iter().filter_map(|line| self.remark(line)).collect();
        if !remarks.is_empty() {
            text += &format!("\n{}\n{}", texts.remarks, remarks.concat());
        }
        format!("{text}\n{}", [&texts.marks, &self.texts.table.digits].map(|line| paragraph(&fill(line, &words))).concat())
    }

    /// All lines, each indented under what it is a part of, under their domains.
    fn table(&self, amounts: Amounts) -> String {
        let texts = &self.texts.accounts;
        let mut table = Table::new();
        table.load_style(STYLE).set_header(["", &texts.source, &texts.model, &self.texts.table.band, &texts.difference]);
        let mut domain = None;
        for line in self.lines {
            let account = &self.model.accounts[line.account];
            if domain.replace(account.domain) != Some(account.domain) {
                table.add_row([self.language.pick(&self.model.domains[account.domain].label)]);
            }
            let source = line.source.map_or_else(|| NONE.to_owned(), |source| amounts.written(source, 0, self.language));
            let (model, band) = line.model.as_ref().map_or((NONE.to_owned(), String::new()), |model| {
                let place = significant(model.mean, model.mcse.unwrap_or(f64::NAN));
                let at = |value| amounts.written(value, place, self.language);
                let [low, high] = [at(model.realised[0]), at(model.realised[6])];
                (at(model.mean), if low == high { String::new() } else { format!("{low} {NONE} {high}") })
            });
            let difference = match account.content {
                Content::Fixed(_) => texts.fixed.clone(),
                Content::Apart(_) => texts.apart.clone(),
                Content::Parts | Content::Spending(_) => {
                    line.difference().map_or_else(String::new, |share| self.percent(share, line))
                }
            };
            table.add_row([indented(self.language.pick(&account.label), 1 + line.depth), source, model, band, difference]);
        }
        for (number, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 1));
            if number > 0 {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        format!("{}\n", table.trim_fmt())
    }

    /// A difference in percent, to the digit that another seed would not change.
    fn percent(&self, share: f64, line: &Line) -> String {
        let error = line.model.as_ref().and_then(|model| Some(100.0 * model.mcse? / line.source?.abs()));
        let text = written(100.0 * share, significant(100.0 * share, error.unwrap_or(f64::NAN)).max(-1), self.language);
        if share > 0.0 && text != "0" { format!("+{text} %") } else { format!("{text} %") }
    }

    fn remark(&self, line: &Line) -> Option<String> {
        let account = &self.model.accounts[line.account];
        let remark = self.language.pick(account.remark.as_ref()?);
        Some(paragraph(&format!("- {}: {remark}", self.language.pick(&account.label))))
    }
}

/// A name in as many lines as it takes, `depth` steps to the right.
fn indented(name: &str, depth: usize) -> String {
    let step = "  ".repeat(depth.min(8));
    let lines: Vec<String> = wrapped(name, 0, NAME - step.len()).into_iter().map(|line| format!("{step}{line}")).collect();
    lines.join("\n")
}
