//! The accounts of a year and the numbers published of it, for a terminal of 80 columns.

use crate::analysis::Estimate;
use crate::analysis::accounts::Line;
use crate::analysis::counts::Published;
use crate::cli::breaks;
use crate::cli::language::Language;
use crate::cli::number::{Amounts, figures, significant, whole, written};
use crate::cli::table::{STYLE, amounts_unit, drawn};
use crate::cli::text::{Texts, fill, paragraph, wrapped};
use crate::model::{Content, Count, Label, Model};
use comfy_table::Table;

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
    /// Its counts.
    pub(super) counts: &'a [Published],
    /// Name of the scenario.
    pub(super) scenario: &'a str,
    /// Calendar year.
    pub(super) year: i32,
    /// First calendar year of the run: what the model rests on.
    pub(super) first_year: i32,
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
        let told = |sentences: &str| paragraph(&fill(sentences, &words));
        let money = !self.lines.is_empty();
        let (rule, marks) = if money {
            (format!("{} {}", texts.rule, texts.unit), format!("{} {}", texts.marks, self.texts.table.realised))
        } else {
            (texts.rule.clone(), self.texts.table.realised.clone())
        };
        let mut text = told(&texts.title) + &told(&rule);
        if money {
            text += &format!("\n{}", self.money(amounts));
        }
        if self.published().next().is_some() {
            text += &format!("\n{}\n\n{}", texts.clients, self.clients());
        }
        let remarks = self.remarks();
        if !remarks.is_empty() {
            text += &format!("\n{}\n{remarks}", texts.remarks);
        }
        let breaks = breaks::between(self.model, [self.first_year, self.year], self.language, self.texts);
        if !breaks.is_empty() {
            text += &format!("\n{breaks}");
        }
        format!("{text}\n{}{}", told(&marks), told(&self.texts.table.digits))
    }

    /// The counts of which something is published in this year.
    fn published(&self) -> impl Iterator<Item = &Published> {
        self.counts.iter().filter(|count| count.source.is_some())
    }

    /// All lines, each indented under what it is a part of, under their domains.
    fn money(&self, amounts: Amounts) -> String {
        let texts = &self.texts.accounts;
        let mut table = self.table(&texts.source);
        let mut domain = None;
        for line in self.lines {
            let account = &self.model.accounts[line.account];
            self.domain(&mut table, &mut domain, account.domain);
            let source = line.source.map_or_else(|| NONE.to_owned(), |source| amounts.written(source, 0, self.language));
            let place = |model: &Estimate| significant(model.mean, model.mcse.unwrap_or(f64::NAN));
            let [model, band] =
                mean_and_band(line.model.as_ref(), place, |value, place| amounts.written(value, place, self.language));
            let difference = match account.content {
                Content::Fixed(_) => texts.fixed.clone(),
                Content::Apart(_) => texts.apart.clone(),
                Content::Parts | Content::Spending(_) => self.percent(line.difference(), line.source, line.model.as_ref()),
            };
            table.add_row([indented(self.language.pick(&account.label), 1 + line.depth), source, model, band, difference]);
        }
        drawn(table)
    }

    /// All published numbers, under their domains.
    fn clients(&self) -> String {
        let mut table = self.table(&self.texts.accounts.published);
        let mut shown: Vec<(&Published, &Count)> =
            self.published().map(|count| (count, &self.model.counts[count.count])).collect();
        shown.sort_by_key(|(_, spec)| spec.domain);
        let mut domain = None;
        for (count, spec) in shown {
            self.domain(&mut table, &mut domain, spec.domain);
            let source = count.source.map_or_else(String::new, |source| figures(source, self.language));
            let place = |model: &Estimate| place_of(model, spec.per.is_some());
            let [model, band] = mean_and_band(count.model.as_ref(), place, |value, place| written(value, place, self.language));
            let difference = self.percent(count.difference(), count.source, count.model.as_ref());
            table.add_row([indented(self.language.pick(&spec.label), 1), source, model, band, difference]);
        }
        drawn(table)
    }

    fn table(&self, source: &str) -> Table {
        let texts = &self.texts.accounts;
        let mut table = Table::new();
        table.load_style(STYLE).set_header(["", source, &texts.model, &self.texts.table.band, &texts.difference]);
        table
    }

    /// A row with the name of a domain, unless it is that of the row before.
    fn domain(&self, table: &mut Table, above: &mut Option<usize>, domain: usize) {
        if above.replace(domain) != Some(domain) {
            table.add_row([self.language.pick(&self.model.domains[domain].label)]);
        }
    }

    /// A difference in percent, to the digit that another seed would not change.
    fn percent(&self, share: Option<f64>, source: Option<f64>, model: Option<&Estimate>) -> String {
        let Some(share) = share else { return String::new() };
        let error = model.and_then(|model| Some(100.0 * model.mcse? / source?.abs()));
        let text = written(100.0 * share, significant(100.0 * share, error.unwrap_or(f64::NAN)).max(-1), self.language);
        if share > 0.0 && text != "0" { format!("+{text} %") } else { format!("{text} %") }
    }

    /// What is to know of the lines that are shown, each in its paragraph.
    fn remarks(&self) -> String {
        let accounts = self.lines.iter().map(|line| &self.model.accounts[line.account]);
        let accounts = accounts.map(|account| (&account.label, account.remark.as_ref()));
        let counts = self.published().map(|count| &self.model.counts[count.count]);
        let counts = counts.map(|count| (&count.label, count.remark.as_ref()));
        let said = |(label, remark): (&Label, Option<&Label>)| {
            let remark = self.language.pick(remark?);
            Some(paragraph(&format!("- {}: {remark}", self.language.pick(label))))
        };
        accounts.chain(counts).filter_map(said).collect()
    }
}

/// What the model says and its band, written to the last digit that is worth showing.
fn mean_and_band(model: Option<&Estimate>, place: impl Fn(&Estimate) -> i32, text: impl Fn(f64, i32) -> String) -> [String; 2] {
    let Some(model) = model else { return [NONE.to_owned(), String::new()] };
    let at = |value| text(value, place(model));
    let [low, high] = [at(model.realised[0]), at(model.realised[6])];
    [at(model.mean), if low == high { String::new() } else { format!("{low} {NONE} {high}") }]
}

/// The last digit worth showing of a count, or of a ratio of two: there the second decimal, if chance does not decide it.
fn place_of(model: &Estimate, is_ratio: bool) -> i32 {
    let error = model.mcse.unwrap_or(f64::NAN);
    if is_ratio { significant(100.0 * model.mean, 100.0 * error) - 2 } else { significant(model.mean, error) }
}

/// A name in as many lines as it takes, `depth` steps to the right.
fn indented(name: &str, depth: usize) -> String {
    let step = "  ".repeat(depth.min(8));
    let lines: Vec<String> = wrapped(name, 0, NAME - step.len()).into_iter().map(|line| format!("{step}{line}")).collect();
    lines.join("\n")
}
