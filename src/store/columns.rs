//! The columns of every data file: name, type, unit, meaning. Both the files and `datapackage.json` follow from them.

use crate::compile::layout::{LAYERS, Level, METRICS, Metric, Unit, WAITS};
use crate::model::{self, Layer, Model};

/// Name of the layer of those who have none.
pub const OUTSIDE: &str = "buiten_piramide";

/// What stands before the name of an attached cost in the column of states.
pub const ATTACHED: &str = "attached:";

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Integer,
    /// Real numbers.
    Number,
    /// Text; empty where it does not apply.
    Text,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Type.
    pub kind: Kind,
    /// Unit; `None` for names and labels.
    pub unit: Option<String>,
    /// What it says.
    pub description: String,
}

fn column(name: &str, kind: Kind, unit: Option<&str>, description: &str) -> Column {
    Column { name: name.into(), kind, unit: unit.map(Into::into), description: description.into() }
}

/// Columns that say which member a row is of.
pub fn member_columns() -> Vec<Column> {
    vec![
        column("draw", Kind::Integer, None, "Parameter draw, from 0; its values are in draws.parquet."),
        column(
            "replication",
            Kind::Integer,
            None,
            "Replication under that draw, from 0. Equal draw and replication: equal luck.",
        ),
        column("scenario", Kind::Text, None, "Scenario."),
    ]
}

/// Columns that say what a row counts and when.
pub fn key_columns() -> Vec<Column> {
    vec![
        column("year", Kind::Integer, Some("calendar year"), "Calendar year."),
        column("half", Kind::Integer, None, "1: January to June, 2: July to December, 0: the whole year."),
        column(
            "level",
            Kind::Text,
            None,
            "What the row counts: persons in a state, in any state of a track inside the pyramid, inside the pyramid in a \
             domain, by highest layer, by combination of layers, or the total; clients, who are in maatwerk, of a track, of a \
             track with one label of their hulpvraag, or of a domain, each counted once; or the requests that a variant of a gate \
             reaches; or no persons but what is attached to states: a cost that follows them, or an income.",
        ),
        column("domain", Kind::Text, None, "Domain of the state or track, or the domain itself."),
        column("track", Kind::Text, None, "Track."),
        column(
            "state",
            Kind::Text,
            None,
            "State, or after `attached:` what follows states of the track, or after `label:` the label of the clients' hulpvraag.",
        ),
        column(
            "layer",
            Kind::Text,
            None,
            &format!(
                "Layer of the state, of clients, of the gate's costs or of all states that are followed, or highest layer of the \
                 persons; {OUTSIDE}: none."
            ),
        ),
        column("combination", Kind::Text, None, &format!("All layers the persons are in at once, joined by +; {OUTSIDE}: none.")),
        column("gate", Kind::Text, None, "Gate and its variant, joined by a point."),
    ]
}

/// Meaning of the metrics, in the order of [`METRICS`].
const METRIC_TEXTS: [&str; METRICS.len()] = [
    "Persons at the first moment of the period.",
    "Persons at the last moment of the period.",
    "Exact time that persons spent there in the period.",
    "Persons who were there at any moment of the period, each counted once.",
    "Entries in the period.",
    "Exits in the period.",
    "Indicaties valid at any moment of the period. Not counted per combination of layers or label: 0 there.",
    "Cost at the model's constant price level. What is attached to a state has a row of its own and is not in that of the state; \
     income is a negative cost, so that tracks, domains, layers and the total are net of it; of clients: of their states of maatwerk. \
     Not counted per combination of layers or label: 0 there.",
    "Cost at the prices of the year itself, counted in the same way.",
    "Requests that a gate reached, in rows of gates, tracks, domains and the total: 0 elsewhere.",
    "Requests that a gate diverted, in rows of gates, tracks, domains and the total: 0 elsewhere.",
];

/// Columns of the metrics.
pub fn metric_columns() -> Vec<Column> {
    let one = |(metric, text): (&Metric, &&str)| {
        let kind = if metric.scale < 1.0 { Kind::Number } else { Kind::Integer };
        column(metric.name, kind, Some(metric.unit), text)
    };
    METRICS.iter().zip(&METRIC_TEXTS).map(one).collect()
}

/// Columns that say what a row of `bands.csv` or `variance.csv` is about.
fn place_columns() -> Vec<Column> {
    let mut columns = vec![
        column("scenario", Kind::Text, None, "Scenario."),
        column("year", Kind::Integer, Some("calendar year"), "Calendar year."),
    ];
    columns.extend(["domain", "track"].map(|name| column(name, Kind::Text, None, "Empty where the row is not of one.")));
    columns.push(column(
        "state",
        Kind::Text,
        None,
        "State, or after `gate:` a gate and its variant, or after `attached:` what follows states, or after `label:` the label of the \
         clients' hulpvraag. Empty where the row is not of one.",
    ));
    columns.push(column(
        "layer",
        Kind::Text,
        None,
        "Layer of the state, of the gate's costs or of all states that are followed, or `maatwerk` in a row of a track or domain that \
         counts its clients; without a domain and track: highest layer of the persons, or after `combination:` all layers they are \
         in at once. A row without domain, track, state and layer counts all persons.",
    ));
    columns.push(column("metric", Kind::Text, None, "What is counted; described in periods.parquet."));
    columns.push(column("unit", Kind::Text, None, "Unit of the metric."));
    columns
}

/// Columns of `variance.csv`.
pub fn variance_columns() -> Vec<Column> {
    let mut columns = place_columns();
    columns.extend([
        column("parameter", Kind::Number, Some("unit, squared"), "Variance that comes from uncertain parameters."),
        column("chance", Kind::Number, Some("unit, squared"), "Variance between replications of one draw: chance."),
        column(
            "parameter_share",
            Kind::Number,
            None,
            "Share of the variance of members that comes from uncertain parameters, 0 to 1. Empty, like the two before it, if \
             the run cannot split them because it has one replication or one draw; empty too where nothing varies.",
        ),
    ]);
    columns
}

/// Columns of `bands.csv`.
pub fn band_columns() -> Vec<Column> {
    let mut columns = place_columns();
    columns.push(column(
        "band",
        Kind::Text,
        None,
        "realised: parameter uncertainty and chance together, what may happen; expected: parameter uncertainty only, empty if \
         the run cannot split the two because it has one replication or one draw.",
    ));
    columns.push(column("mean", Kind::Number, Some("see unit"), "Mean of all members."));
    columns.push(column("mcse", Kind::Number, Some("see unit"), "Monte-Carlo standard error of that mean."));
    for percent in ["05", "10", "25", "50", "75", "90", "95"] {
        let text = format!("{percent}th percentile, linear between order statistics.");
        columns.push(column(&format!("p{percent}"), Kind::Number, Some("see unit"), &text));
    }
    columns
}

/// Meaning of the numbers of a queue, in the order of [`WAITS`].
const WAIT_TEXTS: [&str; WAITS.len()] = [
    "Requests for a place made in the period.",
    "Requests made in the period that were served at once.",
    "Requests served in the period, at once or from the list.",
    "Those who left the list in the period for something no heavier than what they asked for.",
    "Those who left the list in the period for something heavier: a higher layer.",
    "Those who died or moved away in the period while they waited.",
    "Requests of the period that found neither a place nor a list.",
    "Persons on the list at the first moment of the period.",
    "Persons on the list at the last moment of the period.",
    "Exact time that persons were on the list in the period.",
    "Mean wait of those served in the period; served at once is 0.",
    "90th percentile of the same, by nearest rank.",
    "Mean wait that those who asked in the period were in for: also of those never served, seen for as long as they waited \
     (Kaplan-Meier). Too low where the last to be seen still waits, as at the end of a run.",
    "90th percentile of the same; none if fewer than nine in ten ever get a place.",
    "Time that places were taken in the period, in places of one.",
];

/// Columns of the numbers of a queue. Those that may be missing are no whole numbers: NaN is none.
pub fn wait_columns() -> Vec<Column> {
    let one = |(metric, text): (&Metric, &&str)| {
        column(metric.name, if metric.scale == 1.0 { Kind::Integer } else { Kind::Number }, Some(metric.unit), text)
    };
    WAITS.iter().zip(&WAIT_TEXTS).map(one).collect()
}

fn queue_columns() -> [Column; 4] {
    [
        column("year", Kind::Integer, Some("calendar year"), "Calendar year."),
        column("half", Kind::Integer, None, "1: January to June, 2: July to December, 0: the whole year."),
        column("resource", Kind::Text, None, "What runs out."),
        column("wijk", Kind::Text, None, "Wijk of those who asked; empty: the whole city."),
    ]
}

/// Columns of `waits.parquet`.
pub fn waits_columns() -> Vec<Column> {
    let mut all = member_columns();
    all.extend(queue_columns());
    all.extend(wait_columns());
    all
}

/// Columns of `waits.csv`.
pub fn wait_band_columns() -> Vec<Column> {
    let mut all = vec![column("scenario", Kind::Text, None, "Scenario.")];
    all.extend(queue_columns());
    all.extend([
        column("metric", Kind::Text, None, "What is counted; described in waits.parquet."),
        column("unit", Kind::Text, None, "Unit of the metric."),
        column("members", Kind::Integer, None, "Members in which there is such a number."),
        column("mean", Kind::Number, Some("see unit"), "Mean of these members; empty where fewer than 10 persons asked."),
        column("mcse", Kind::Number, Some("see unit"), "Monte-Carlo standard error of that mean."),
    ]);
    for percent in ["05", "50", "95"] {
        let text = format!("{percent}th percentile of these members, linear between order statistics.");
        all.push(column(&format!("p{percent}"), Kind::Number, Some("see unit"), &text));
    }
    all.push(column("note", Kind::Text, None, "Why numbers are left out, if they are."));
    all
}

/// Columns of `savings.csv`.
pub fn savings_columns() -> Vec<Column> {
    let euro = Some("see euros");
    let mut all = vec![
        column("scenario", Kind::Text, None, "Scenario; empty in rows of the plan alone."),
        column("knowledge", Kind::Integer, Some("calendar year"), "Year of what is known in the scenario."),
        column("domain", Kind::Text, None, "Domain of the plan, `total`, or the line of a row of the plan alone."),
        column("year", Kind::Integer, Some("calendar year"), "Calendar year."),
        column(
            "kind",
            Kind::Text,
            None,
            "`gross`: cost of help saved against unchanged policy; `net`: less investments; `cumulative`: net from the first year of the \
             plan on, of the total less what is spent once; `plan`: an amount of the plan that nothing is held against; `claim`: some cost as a part of that under unchanged policy.",
        ),
        column(
            "euros",
            Kind::Text,
            None,
            "`constant`: at the constant price level; `nominal`: of the year itself, with booked amounts as they stand in the plan.",
        ),
        column("band", Kind::Text, None, "`realised`: parameters and chance together; `expected`: parameters only."),
        column("booked", Kind::Number, euro, "What the plan books; after its last year it goes on as it is, in constant euros."),
        column("task", Kind::Number, euro, "The budget gap, in rows of the total."),
        column("mean", Kind::Number, euro, "Mean over all members."),
        column("mcse", Kind::Number, euro, "Monte-Carlo standard error of the mean."),
    ];
    for percent in ["05", "10", "25", "50", "75", "90", "95"] {
        let text =
            format!("{percent}th percentile, linear between order statistics; empty where the band could not be split off.");
        all.push(column(&format!("p{percent}"), Kind::Number, euro, &text));
    }
    all.extend([
        column(
            "chance",
            Kind::Number,
            Some("share"),
            "Chance that what is booked is reached; empty where the plan gives no effects.",
        ),
        column("chance_se", Kind::Number, Some("share"), "Standard error of the chance; never 0."),
        column("shortfall", Kind::Number, euro, "Expected amount by which what is booked is missed."),
        column("reserve_p80", Kind::Number, euro, "What must be set aside so that it is there with a chance of 80 %."),
        column("reserve_p95", Kind::Number, euro, "The same of 95 %."),
        column(
            "multiplier",
            Kind::Number,
            Some("factor"),
            "How many times the effects must be what they are here, where the plan gives none.",
        ),
        column("feasible", Kind::Text, None, "Whether no effect would then be beyond 100 %."),
        column("note", Kind::Text, None, "What a reader must know."),
    ]);
    all
}

/// Columns of `dots.csv`.
pub fn dot_columns() -> Vec<Column> {
    vec![
        column("scenario", Kind::Text, None, "Scenario."),
        column("domain", Kind::Text, None, "Domain of the plan, or `total`."),
        column("year", Kind::Integer, Some("calendar year"), "Calendar year."),
        column("kind", Kind::Text, None, "`gross`, `net` or `cumulative`, as in savings.csv."),
        column("euros", Kind::Text, None, "`constant`: at the constant price level."),
        column("dot", Kind::Integer, None, "From 1, the lowest, to 50: each stands for one in fifty futures."),
        column("share", Kind::Number, Some("share"), "Share of futures below it, half of its own fiftieth included."),
        column(
            "saving",
            Kind::Number,
            Some("see euros"),
            "The saving: one that a member had, so that as many dots reach an amount as its chance, told in fiftieths, says.",
        ),
    ]
}

/// Columns of `assumptions.csv`.
pub fn assumption_columns() -> Vec<Column> {
    let believed = Some("see unit");
    vec![
        column("parameter", Kind::Text, None, "Parameter."),
        column("label", Kind::Text, None, "What people call it."),
        column("label_nl", Kind::Text, None, "The same in Dutch."),
        column("unit", Kind::Text, None, "Unit of the numbers."),
        column("grade", Kind::Text, None, GRADES),
        column("certain", Kind::Text, None, "`true`: it has one value; `false`: it has a prior."),
        column("low", Kind::Number, believed, "5th percentile of the prior: what was believed before any result was seen."),
        column("median", Kind::Number, believed, "Median of the prior."),
        column("high", Kind::Number, believed, "95th percentile of the prior."),
        column(
            "moved",
            Kind::Text,
            None,
            "`up`, `down`: of the draws of this run more lie on that side of the prior's median than chance would bring there, by three \
             standard errors; `no`: they do not; empty with fewer than 36 draws.",
        ),
        column("source", Kind::Text, None, "Key of the source."),
        column("citation", Kind::Text, None, "Author, year and title of the source."),
        column("note", Kind::Text, None, "Place in the source, and how the figure was derived."),
        column("note_nl", Kind::Text, None, "The same in Dutch, if that is said."),
    ]
}

/// Columns of `measures.csv`.
pub fn measure_columns() -> Vec<Column> {
    vec![
        column("scenario", Kind::Text, None, "Scenario."),
        column("measure", Kind::Text, None, "Measure."),
        column("label", Kind::Text, None, "What people call it."),
        column("label_nl", Kind::Text, None, "The same in Dutch."),
        column("domain", Kind::Text, None, "Domain of the plan under which it stands; empty if none is named."),
        column("start", Kind::Text, None, "First day, year-month-day."),
        column("ramp_months", Kind::Integer, Some("months"), "Months over which it grows in; 0: at once."),
        column("strength", Kind::Text, None, "Parameter that says how strong it is; described in assumptions.csv."),
        column("grade", Kind::Text, None, GRADES),
        column("source", Kind::Text, None, "Key of the source."),
        column("citation", Kind::Text, None, "Author, year and title of the source."),
        column("note", Kind::Text, None, "Place in the source, and how the effect was derived."),
        column("note_nl", Kind::Text, None, "The same in Dutch, if that is said."),
        column("seen", Kind::Text, None, "What was seen of it elsewhere."),
        column("seen_nl", Kind::Text, None, "The same in Dutch."),
    ]
}

/// What a grade means.
const GRADES: &str = "Quality of the evidence: A official figure of the municipality itself, B official Dutch figure, C published study, D \
                      our own assumption.";

/// Columns of `checks.csv`.
pub fn check_columns() -> Vec<Column> {
    vec![
        column("check", Kind::Text, None, "Check, `C1` to `C13`."),
        column("verdict", Kind::Text, None, "`pass`, `fail` or `not_run`."),
        column("value", Kind::Number, None, "The number that decides; empty if there is none."),
        column("limit", Kind::Text, None, "What must hold."),
        column("said", Kind::Text, None, "What was found."),
        column("date", Kind::Text, None, "When, year-month-day."),
    ]
}

/// Columns of `tallies.csv`.
pub fn tally_columns() -> Vec<Column> {
    vec![
        column(
            "what",
            Kind::Text,
            None,
            "`grade_a` to `grade_d`: uncertain parameters of that grade, of all; `moved`: those of which the draws lie elsewhere than the \
             prior; `checks_passed`: checks of the calibration that pass; `likely`: amounts that the plan books for the year and that are \
             reached with a chance of at least 50 %, of those that can be tried.",
        ),
        column("scenario", Kind::Text, None, "Scenario, where it is of one."),
        column("year", Kind::Integer, Some("calendar year"), "Calendar year, where it is of one."),
        column("count", Kind::Integer, None, "So many."),
        column("of", Kind::Integer, None, "Of so many."),
    ]
}

/// Columns of `by_wijk.csv`.
pub fn by_wijk_band_columns() -> Vec<Column> {
    let mut all = vec![
        column("scenario", Kind::Text, None, "Scenario."),
        column("year", Kind::Integer, Some("calendar year"), "Calendar year."),
        column("wijk", Kind::Text, None, "Wijk."),
        column("layer", Kind::Text, None, "Highest layer of the persons."),
        column("metric", Kind::Text, None, "What is counted; described in periods.parquet."),
        column("unit", Kind::Text, None, "Unit of the metric."),
        column("mean", Kind::Number, Some("see unit"), "Mean of all members; empty where the note says why."),
        column("mcse", Kind::Number, Some("see unit"), "Monte-Carlo standard error of that mean."),
    ];
    for percent in ["05", "25", "50", "75", "95"] {
        let text = format!("{percent}th percentile, linear between order statistics.");
        all.push(column(&format!("p{percent}"), Kind::Number, Some("see unit"), &text));
    }
    all.push(column(
        "note",
        Kind::Text,
        None,
        "Why numbers are left out, if they are: they are of fewer than 10 persons; or, where that is so of one wijk only, they are those of \
         the next smallest wijk, which with the total would tell of them.",
    ));
    all
}

/// Columns of `cashable.csv`.
pub fn cash_columns() -> Vec<Column> {
    let euro = Some("euro (constant)");
    vec![
        column("scenario", Kind::Text, None, "Scenario."),
        column("domain", Kind::Text, None, "Domain of the plan, or `total`."),
        column("year", Kind::Integer, Some("calendar year"), "Calendar year."),
        column(
            "part",
            Kind::Text,
            None,
            "`total`: the gross saving; `now`: can be taken from the budget of the year; `follows`: later; `never`. The last three sum \
             to the first.",
        ),
        column(
            "reason",
            Kind::Text,
            None,
            "`contract`, `staff`: who keeps it for a time; `lump_sum`: a sum is paid in its place; `fixed_capacity`: paid for whether used \
             or not; `minimum_take_up`: paid at least.",
        ),
        column("unit", Kind::Text, None, "Unit of the numbers."),
        column("mean", Kind::Number, euro, "Mean over all members."),
        column("mcse", Kind::Number, euro, "Monte-Carlo standard error of the mean."),
        column("p05", Kind::Number, euro, "5th percentile."),
        column("p50", Kind::Number, euro, "Median."),
        column("p95", Kind::Number, euro, "95th percentile."),
    ]
}

/// Columns of `contracts.csv`.
pub fn contract_columns() -> Vec<Column> {
    vec![
        column("scenario", Kind::Text, None, "Scenario."),
        column("contract", Kind::Text, None, "Contract."),
        column("year", Kind::Integer, Some("calendar year"), "Calendar year."),
        column(
            "metric",
            Kind::Text,
            None,
            "`sum`: what the municipality pays; `revised`: what clauses add; `provider_spent`, `provider_result`: the provider's side; \
             `at_tariffs`: what the base would have cost under unchanged policy; `opened:` and a clause: whether it opened.",
        ),
        column("unit", Kind::Text, None, "Unit of the numbers."),
        column("mean", Kind::Number, Some("see unit"), "Mean over all members."),
        column("mcse", Kind::Number, Some("see unit"), "Monte-Carlo standard error of the mean."),
        column("p05", Kind::Number, Some("see unit"), "5th percentile."),
        column("p50", Kind::Number, Some("see unit"), "Median."),
        column("p95", Kind::Number, Some("see unit"), "95th percentile."),
        column(
            "share_of_result",
            Kind::Number,
            Some("share"),
            "Of the sum: share of the variance of the net saving of its domain that goes with it.",
        ),
    ]
}

/// Columns of `draws.parquet`.
pub fn draw_columns(model: &Model) -> Vec<Column> {
    let mut columns = vec![column("draw", Kind::Integer, None, "Parameter draw, from 0.")];
    columns.extend(
        model
            .parameters
            .iter()
            .map(|parameter| column(&parameter.name, Kind::Number, Some(unit_name(parameter.unit)), &parameter.label.en)),
    );
    columns
}

/// A stored count in the unit of its metric.
pub fn in_unit(metric: usize, count: i64) -> f64 {
    // The factors are one over a whole number, and dividing by that rounds once: 7 cents become 0.07.
    count as f64 / (1.0 / METRICS[metric].scale).round()
}

/// The names that a unit goes by in files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// Level.
    pub level: &'static str,
    /// Domain.
    pub domain: Option<String>,
    /// Track.
    pub track: Option<String>,
    /// State, what is attached (see [`attached_name`]), or `label:` and a label.
    pub state: Option<String>,
    /// Layer.
    pub layer: Option<&'static str>,
    /// Combination of layers.
    pub combination: Option<String>,
    /// Gate and variant.
    pub gate: Option<String>,
}

impl Names {
    /// The names of a unit of the model's layout.
    pub fn new(model: &Model, unit: &Unit) -> Self {
        let track = unit.track.map(|track| &model.tracks[track]);
        let layer = match unit.level {
            Level::State | Level::Client | Level::Layer | Level::Gate => Some(unit.layer.map_or(OUTSIDE, Layer::name)),
            Level::Attached => unit.layer.map(Layer::name),
            Level::Track | Level::Domain | Level::Combination | Level::Total => None,
        };
        Self {
            level: level_name(unit.level),
            domain: unit.domain.map(|domain| model.domains[domain].name.clone()),
            track: track.map(|track| track.name.clone()),
            state: track.and_then(|track| match (unit.state, unit.attached, unit.label) {
                (Some(state), ..) => Some(track.states[state].name.clone()),
                (None, Some(attached), _) => Some(attached_name(&track.attached[attached].name)),
                (None, None, Some(label)) => Some(format!("label:{}", track.labels[label].name)),
                (None, None, None) => None,
            }),
            layer,
            combination: unit.combination.map(combination_name),
            gate: track.zip(unit.gate).map(|(track, (gate, variant))| {
                let gate = &track.gates[gate];
                format!("{}.{}", gate.name, gate.variants[variant].name)
            }),
        }
    }
}

/// Name of a level in files.
pub fn level_name(level: Level) -> &'static str {
    match level {
        Level::State => "state",
        Level::Track => "track",
        Level::Domain => "domain",
        Level::Client => "client",
        Level::Layer => "layer",
        Level::Combination => "combination",
        Level::Total => "total",
        Level::Gate => "gate",
        Level::Attached => "attached",
    }
}

/// Name of an attached cost in the column of states; no state is called so.
pub fn attached_name(name: &str) -> String {
    format!("{ATTACHED}{name}")
}

/// Name of the unit of a parameter in files, as people write it in a model.
pub fn unit_name(unit: model::Unit) -> &'static str {
    match unit {
        model::Unit::Factor => "factor",
        model::Unit::Share => "share",
        model::Unit::PerYear => "per_year",
        model::Unit::PersonsPerYear => "persons_per_year",
        model::Unit::Years => "years",
        model::Unit::HoursPerWeek => "hours_per_week",
        model::Unit::Euro => "euro",
        model::Unit::EuroPerPersonYear => "euro_per_person_year",
        model::Unit::EuroPerHour => "euro_per_hour",
        model::Unit::Persons => "persons",
        model::Unit::Number => "number",
    }
}

/// Name of a set of layers in files: bit i stands for the i-th of [`LAYERS`].
pub fn combination_name(set: u8) -> String {
    let names: Vec<_> = (0..LAYERS.len()).filter(|bit| set >> bit & 1 == 1).map(|bit| LAYERS[bit].name()).collect();
    if names.is_empty() { OUTSIDE.into() } else { names.join("+") }
}

/// Name of the reported age band with index `band`: `0-17`, ..., `85+`.
pub fn age_name(model: &Model, band: usize) -> String {
    let from = model.report_ages[band];
    match model.report_ages.get(band + 1) {
        Some(next) => format!("{from}-{}", next - 1),
        None => format!("{from}+"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::layout::metric;

    #[test]
    #[allow(clippy::float_cmp, reason = "these conversions round once, to the nearest number there is")]
    fn units_and_names() {
        assert_eq!(in_unit(metric::COST_CONSTANT, 7), 0.07);
        assert_eq!(in_unit(metric::COST_NOMINAL, -1_234_567), -12_345.67);
        assert_eq!(in_unit(metric::PERSON_TIME, 3 << 31), 1.5);
        assert_eq!(in_unit(metric::INDICATIES, 1_500), 1.5);
        assert_eq!(in_unit(metric::STARTS, 12), 12.0);
        assert_eq!(combination_name(0), OUTSIDE);
        assert_eq!(combination_name(0b10001), "informeel+maatwerk");
    }
}
