//! `datapackage.json`: what is in every file, column by column, in the form of the Frictionless Data Package standard.

use serde_json::{Value, json};

use super::columns::{self, Column, Kind};
use super::draft::write_whole;
use super::tables::{Content, DRAWS_FILE};
use super::{BANDS_FILE, Job, StoreError, VARIANCE_FILE};
use crate::model::UNCHANGED;

/// Name of the file.
pub const PACKAGE: &str = "datapackage.json";

/// Writes the description.
///
/// # Errors
/// The disk refuses.
pub(super) fn write(job: &Job) -> Result<(), StoreError> {
    let mut text = format!("{:#}", describe(job));
    text.push('\n');
    write_whole(job.folder, PACKAGE, text.as_bytes())
}

fn describe(job: &Job) -> Value {
    let identity = &job.identity;
    let (constant, scenarios) = (job.model.prices.constant_year, identity.scenarios.join(", "));
    let mut resources: Vec<Value> = Content::ALL
        .iter()
        .map(|content| {
            let what = match content {
                Content::Periods => "Every member in every scenario and period: what was counted of the whole population.",
                Content::ByWijk => "The same per wijk. Rows in which nothing was counted are left out: they are zero.",
                Content::ByAge => "The same per age band. Rows in which nothing was counted are left out: they are zero.",
            };
            resource(content.file(), what, &content.columns())
        })
        .collect();
    resources.push(resource(DRAWS_FILE, "Parameter values of every draw.", &columns::draw_columns(job.model)));
    resources.push(resource(
        BANDS_FILE,
        "Mean and percentiles over all members, per scenario, calendar year, unit and metric.",
        &columns::band_columns(),
    ));
    resources.push(resource(
        VARIANCE_FILE,
        "The variance between members in its two parts, per scenario, calendar year, unit and metric.",
        &columns::variance_columns(),
    ));
    if !job.members.layout().queues.is_empty() {
        let what =
            "Every member's queues per scenario, period, resource and wijk: who asked for a place, and what became of them.";
        resources.push(resource(super::waits::WAITS_FILE, what, &columns::waits_columns()));
        let what = "Mean and percentiles of the same over all members. Queues of fewer than 10 persons are left out.";
        resources.push(resource(super::WAITS_BANDS_FILE, what, &columns::wait_band_columns()));
    }
    if job.model.wijk.is_some() {
        let what = "Mean and percentiles over all members per wijk and layer. Layers of fewer than 10 persons are left out, and what would tell of them.";
        resources.push(resource(super::BY_WIJK_BANDS_FILE, what, &columns::by_wijk_band_columns()));
    }
    if !job.model.parameters.is_empty() {
        let what = "Every parameter: what was believed of it before any result was seen, on what evidence, and whether draws lie elsewhere.";
        resources.push(resource(super::ASSUMPTIONS_FILE, what, &columns::assumption_columns()));
    }
    let ran = |scenario: &&crate::model::Scenario| identity.scenarios.contains(&scenario.name);
    if job.model.scenarios.iter().filter(ran).any(|scenario| !scenario.measures.is_empty()) {
        let what =
            "Every measure of the scenarios: when it begins, which parameter says how strong it is, and where that comes from.";
        resources.push(resource(super::MEASURES_FILE, what, &columns::measure_columns()));
    }
    if !job.checks.is_empty() {
        let what = "What the calibration that the draws are of says of itself.";
        resources.push(resource(super::CHECKS_FILE, what, &columns::check_columns()));
    }
    let what = "What the numbers rest on, counted: so many of so many.";
    resources.push(resource(super::TALLIES_FILE, what, &columns::tally_columns()));
    let tried = identity.scenarios.len() > 1 && identity.scenarios.iter().any(|name| name == UNCHANGED);
    if job.model.plan.is_some() && tried {
        let what = "What each scenario saves against unchanged policy, and the chance that it reaches what the plan has booked.";
        resources.push(resource(super::SAVINGS_FILE, what, &columns::savings_columns()));
        let what = "Fifty equally likely savings per booked amount, in constant euros.";
        resources.push(resource(super::DOTS_FILE, what, &columns::dot_columns()));
        let what = "What of each saving can be taken from the budget of the year, what follows later, and what never does.";
        resources.push(resource(super::CASHABLE_FILE, what, &columns::cash_columns()));
        let of = |name: &String| job.model.scenarios.iter().find(|scenario| scenario.name == *name);
        if identity.scenarios.iter().filter_map(of).any(|scenario| !scenario.terms.contracts.is_empty()) {
            let what = "What lump sums mean for the municipality and for the provider.";
            resources.push(resource(super::CONTRACTS_FILE, what, &columns::contract_columns()));
        }
    }
    json!({
        "name": slug(&identity.model),
        "title": job.model.label.en,
        "description": format!(
            "Simulated by piramide {} (commit {}). Scenarios: {scenarios}. {} parameter draws with {} replications each, seed {}. \
             All persons are synthetic. Constant euros are of {constant}.",
            identity.piramide, identity.commit, identity.draws, identity.replications, identity.seed,
        ),
        "resources": resources,
    })
}

fn resource(file: &str, description: &str, columns: &[Column]) -> Value {
    let (name, format) = file.split_once('.').unwrap_or((file, ""));
    let mediatype = if format == "csv" { "text/csv" } else { "application/vnd.apache.parquet" };
    let fields: Vec<Value> = columns.iter().map(field).collect();
    json!({
        "name": slug(name),
        "path": file,
        "format": format,
        "mediatype": mediatype,
        "description": description,
        "schema": { "fields": fields },
    })
}

fn field(column: &Column) -> Value {
    let kind = match column.kind {
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Text => "string",
    };
    let mut field = json!({ "name": column.name, "type": kind, "description": column.description });
    if let Some(unit) = &column.unit {
        field["unit"] = json!(unit);
    }
    field
}

/// The standard allows lower-case letters, digits and `.`, `-`, `_` in names.
fn slug(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || "._-".contains(letter) { letter } else { '-' })
        .collect()
}
