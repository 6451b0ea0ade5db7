//! `piramide accounts`: the accounts of a year and its clients, as published and as the model has them.

mod report;

use super::args::AccountsArgs;
use super::failure::{Failure, note, print};
use super::folder;
use super::language::Language;
use super::text::Texts;
use crate::analysis::Estimate;
use crate::analysis::accounts::{Line, accounts};
use crate::analysis::counts::{Published, counts};
use crate::compile::layout::METRICS;
use crate::model::{Content, Grade, Model};
use crate::store::Identity;
use crate::store::members::Members;
use report::Report;
use serde::Serialize;

/// Name of the file in the folder of the run.
const FILE: &str = "accounts.csv";

/// Shows the accounts of a year, and the numbers published of it, and writes all of it.
///
/// # Errors
/// There is no complete run, the model has neither or is not that of the run, or the disk refuses.
pub(super) fn accounts_of(args: &AccountsArgs) -> Result<(), Failure> {
    let (manifest, model) = folder::of_run(&args.run, args.model.as_deref())?;
    if model.accounts.is_empty() && model.counts.is_empty() {
        return Err(Failure::Usage(format!(
            "the model `{}` has no accounts; describe their lines under `[account]`, and published numbers under `[count]`",
            model.name
        )));
    }
    let identity = &manifest.identity;
    let scenario = folder::scenario(&args.run, identity, args.scenario.as_deref())?;
    let year = year(args, identity, &model)?;
    let members = Members::read(&args.run, &manifest, &[scenario])?;
    let lines = accounts(&model, &members, scenario, year);
    let counts = counts(&model, &members, scenario, year);
    let language = Language::choose(args.lang);
    let report = Report {
        model: &model,
        lines: &lines,
        counts: &counts,
        scenario,
        year,
        first_year: identity.first_year,
        members: members.members,
        language,
        texts: &Texts::new(language),
    };
    print(&report.text())?;
    let file = args.out.clone().unwrap_or_else(|| args.run.join(FILE));
    let sheet = Sheet { model: &model, scenario, year, language };
    sheet
        .csv(&lines, &counts)
        .and_then(|bytes| std::fs::write(&file, bytes))
        .map_err(|error| Failure::Undone(format!("cannot write {}: {error}", file.display())))?;
    note(&format!("all lines with reasons and sources: {}", file.display()));
    Ok(())
}

/// The year asked for; else the last of the run of which the accounts or the counts say something.
fn year(args: &AccountsArgs, identity: &Identity, model: &Model) -> Result<i32, Failure> {
    let years = identity.first_year..=identity.last_year;
    let published = model.counts.iter().flat_map(|count| &count.value);
    let known = model.accounts.iter().flat_map(|account| &account.euro).chain(published).map(|&(year, _)| year);
    let year = args.year.or_else(|| known.filter(|year| years.contains(year)).max()).unwrap_or(identity.first_year);
    if years.contains(&year) {
        return Ok(year);
    }
    let (run, first, last) = (args.run.display(), identity.first_year, identity.last_year);
    Err(Failure::Usage(format!("{run} runs from {first} to {last}; {year} is not among these years")))
}

/// A line of the file. The fields are its columns, in order.
#[derive(Debug, Serialize)]
struct Row<'a> {
    scenario: &'a str,
    year: i32,
    domain: &'a str,
    line: &'a str,
    label: &'a str,
    part_of: &'a str,
    /// `parts`, `spending`, `fixed` or `apart`; `count` of a published number.
    content: &'a str,
    unit: &'a str,
    source: Option<f64>,
    model_mean: Option<f64>,
    mcse: Option<f64>,
    p05: Option<f64>,
    p95: Option<f64>,
    grade: Grade,
    reference: &'a str,
    note: String,
}

/// The file: what all its lines have in common.
struct Sheet<'a> {
    model: &'a Model,
    scenario: &'a str,
    year: i32,
    language: Language,
}

impl<'a> Sheet<'a> {
    fn csv(&self, lines: &[Line], counts: &[Published]) -> std::io::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for line in lines {
            writer.serialize(self.line(line))?;
        }
        for count in counts {
            writer.serialize(self.count(count))?;
        }
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }

    /// A line of the accounts.
    fn line(&self, line: &Line) -> Row<'a> {
        let account = &self.model.accounts[line.account];
        let (content, why) = match &account.content {
            Content::Parts => ("parts", None),
            Content::Spending(_) => ("spending", None),
            Content::Fixed(why) => ("fixed", Some(why)),
            Content::Apart(why) => ("apart", Some(why)),
        };
        let said: Vec<&str> = [why, account.remark.as_ref()].into_iter().flatten().map(|text| self.language.pick(text)).collect();
        let [model_mean, mcse, p05, p95] = numbers(line.model.as_ref());
        Row {
            scenario: self.scenario,
            year: self.year,
            domain: &self.model.domains[account.domain].name,
            line: &account.name,
            label: self.language.pick(&account.label),
            part_of: account.part_of.map_or("", |whole| &self.model.accounts[whole].name),
            content,
            unit: "euro",
            source: line.source,
            model_mean,
            mcse,
            p05,
            p95,
            grade: account.grade,
            reference: &self.model.sources[account.source].key,
            note: said.join("; "),
        }
    }

    /// A published number.
    fn count(&self, published: &Published) -> Row<'a> {
        let count = &self.model.counts[published.count];
        let unit = METRICS.iter().find(|metric| metric.name == count.metric.name()).map_or("", |metric| metric.unit);
        let [model_mean, mcse, p05, p95] = numbers(published.model.as_ref());
        Row {
            scenario: self.scenario,
            year: self.year,
            domain: &self.model.domains[count.domain].name,
            line: &count.name,
            label: self.language.pick(&count.label),
            part_of: "",
            content: "count",
            unit: if count.per.is_some() { "ratio" } else { unit },
            source: published.source,
            model_mean,
            mcse,
            p05,
            p95,
            grade: count.grade,
            reference: &self.model.sources[count.source].key,
            note: count.remark.as_ref().map_or_else(String::new, |remark| self.language.pick(remark).to_owned()),
        }
    }
}

/// Mean, its error, and the ends of the band.
fn numbers(model: Option<&Estimate>) -> [Option<f64>; 4] {
    let Some(model) = model else { return [None; 4] };
    [Some(model.mean), model.mcse, Some(model.realised[0]), Some(model.realised[6])]
}
