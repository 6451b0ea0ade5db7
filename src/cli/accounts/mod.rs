//! `piramide accounts`: the accounts of a year, as the municipality and as the model have them.

mod report;

use super::args::AccountsArgs;
use super::failure::{Failure, note, print};
use super::folder;
use super::language::Language;
use super::text::Texts;
use crate::analysis::accounts::{Line, accounts};
use crate::model::{Content, Grade, Model, UNCHANGED};
use crate::store::members::Members;
use crate::store::{Identity, Manifest};
use report::Report;
use serde::Serialize;

/// Name of the file in the folder of the run.
const FILE: &str = "accounts.csv";

/// Shows the accounts of a year and writes all of it.
///
/// # Errors
/// There is no complete run, the model has no accounts or is not that of the run, or the disk refuses.
pub(super) fn accounts_of(args: &AccountsArgs) -> Result<(), Failure> {
    let manifest = Manifest::of_complete(&args.run)?;
    let (files, model) = folder::read(args.model.as_deref())?;
    let identity = &manifest.identity;
    if identity.model != model.name {
        let (run, other, name) = (args.run.display(), &identity.model, &model.name);
        return Err(Failure::Usage(format!(
            "{run} is a run of the model `{other}`, not of `{name}`; name its folder with --model"
        )));
    }
    if model.accounts.is_empty() {
        return Err(Failure::Usage(format!(
            "the model `{}` has no accounts; describe their lines under `[account]`",
            model.name
        )));
    }
    let changed = files.iter().any(|(name, bytes)| identity.inputs.get(name).is_none_or(|hash| *hash != Identity::hash(bytes)));
    if changed {
        note("the model has changed since this run: the spending is that of the run, the lines are those of the model now");
    }
    let scenario = scenario(args, identity)?;
    let year = year(args, identity, &model)?;
    let members = Members::read(&args.run, &manifest, &[scenario])?;
    let lines = accounts(&model, &members, scenario, year);
    let language = Language::choose(args.lang);
    let report =
        Report { model: &model, lines: &lines, scenario, year, members: members.members, language, texts: &Texts::new(language) };
    print(&report.text())?;
    let file = args.out.clone().unwrap_or_else(|| args.run.join(FILE));
    csv(&lines, &model, scenario, year, language)
        .and_then(|bytes| std::fs::write(&file, bytes))
        .map_err(|error| Failure::Undone(format!("cannot write {}: {error}", file.display())))?;
    note(&format!("all lines with reasons and sources: {}", file.display()));
    Ok(())
}

fn scenario<'a>(args: &'a AccountsArgs, identity: &'a Identity) -> Result<&'a str, Failure> {
    let asked = match (&args.scenario, &*identity.scenarios) {
        (Some(name), _) => name,
        (None, [only]) => only,
        (None, _) => UNCHANGED,
    };
    if !identity.scenarios.iter().any(|name| name == asked) {
        let there = identity.scenarios.join(", ");
        return Err(Failure::Usage(format!("{} has no scenario `{asked}`; it has {there}", args.run.display())));
    }
    Ok(asked)
}

/// The year asked for; else the last of the run of which the accounts say something.
fn year(args: &AccountsArgs, identity: &Identity, model: &Model) -> Result<i32, Failure> {
    let years = identity.first_year..=identity.last_year;
    let known = model.accounts.iter().flat_map(|account| &account.euro).map(|&(year, _)| year);
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
    /// `parts`, `spending`, `fixed` or `apart`.
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

fn csv(lines: &[Line], model: &Model, scenario: &str, year: i32, language: Language) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        let account = &model.accounts[line.account];
        let (content, why) = match &account.content {
            Content::Parts => ("parts", None),
            Content::Spending(_) => ("spending", None),
            Content::Fixed(why) => ("fixed", Some(why)),
            Content::Apart(why) => ("apart", Some(why)),
        };
        let said: Vec<&str> = [why, account.remark.as_ref()].into_iter().flatten().map(|text| language.pick(text)).collect();
        writer.serialize(Row {
            scenario,
            year,
            domain: &model.domains[account.domain].name,
            line: &account.name,
            label: language.pick(&account.label),
            part_of: account.part_of.map_or("", |whole| &model.accounts[whole].name),
            content,
            unit: "euro",
            source: line.source,
            model_mean: line.model.as_ref().map(|model| model.mean),
            mcse: line.model.as_ref().and_then(|model| model.mcse),
            p05: line.model.as_ref().map(|model| model.realised[0]),
            p95: line.model.as_ref().map(|model| model.realised[6]),
            grade: account.grade,
            reference: &model.sources[account.source].key,
            note: said.join("; "),
        })?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
