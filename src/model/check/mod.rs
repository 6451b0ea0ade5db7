//! From what people wrote to a [`Model`]: names become ids, defaults are filled in, and whatever does not make sense is
//! reported. Every check goes on after a fault, so that all faults show at once.

mod accounts;
mod attached;
mod breaks;
mod cash;
mod correlations;
mod counts;
mod effect;
mod factors;
mod field;
mod frailty;
mod gates;
mod hazard;
mod header;
mod households;
mod law;
mod parameters;
mod paths;
mod people;
mod plan;
mod resources;
pub(super) mod scenarios;
mod shocks;
mod tables;
mod texts;
mod tracks;
mod trends;

pub(super) use field::Bound;

use super::cells::Sheet;
use super::expression::Expression;
use super::fault::{Fault, Place, did_you_mean, shown};
use super::files::{Files, is_toml};
use super::given::Given;
use super::raw::{Grade, RawCitation, RawLabel, RawModel, RawScenario};
use super::resolved::{Demography, Label, Model, Origin, Prices};
use super::tree::Spot;

/// Words that mean something to the language and so name nothing else.
pub(super) const FREE: &str = "geen_hulpvraag";
pub(super) const OTHERWISE: &str = "otherwise";

/// Most scenarios of a model.
const MAX_SCENARIOS: usize = 1_000;

/// A scenario file that was read.
pub(super) struct ScenarioFile<'t> {
    /// Name: that of the file without its ending.
    pub(super) name: String,
    /// What it says.
    pub(super) raw: RawScenario,
    /// Where it says so.
    pub(super) spot: Spot<'t>,
}

/// The checks at work: the model as far as it is built, and the faults so far.
pub(super) struct Checker<'a> {
    files: &'a Files,
    given: &'a Given,
    model: Model,
    faults: Vec<Fault>,
    used_sources: Vec<bool>,
    /// Why persons must have an age, if they must.
    needs_age: Option<String>,
    /// Whether what is read are effects of a measure.
    in_measure: bool,
    /// What must hold at every parameter draw, in every scenario.
    laws: Vec<law::Law>,
    /// Per parameter: whether its prior makes sense; if not, what reads it is not held against it.
    good_priors: Vec<bool>,
    /// Per track: whether all its transitions could be read.
    whole_tracks: Vec<bool>,
}

/// Checks everything and builds the model. The model is only meaningful when no fault is returned with it.
pub(super) fn check(
    files: &Files,
    raw: &RawModel,
    spot: Spot<'_>,
    scenarios: &[ScenarioFile<'_>],
    given: &Given,
) -> (Model, Vec<Fault>) {
    let mut checker = Checker {
        files,
        given,
        model: empty(),
        faults: Vec::new(),
        used_sources: Vec::new(),
        needs_age: None,
        in_measure: false,
        laws: Vec::new(),
        good_priors: Vec::new(),
        whole_tracks: Vec::new(),
    };
    checker.amounts(raw, spot, scenarios);
    if !checker.faults.is_empty() {
        return (checker.model, checker.faults);
    }
    checker.header(raw, spot);
    // Without a period every year would be reported as well.
    if checker.faults.iter().any(|fault| fault.code == "bad-period") {
        return (checker.model, checker.faults);
    }
    checker.limits(raw, spot);
    checker.parameters(raw, spot);
    checker.correlations(raw, spot);
    checker.prices(raw, spot);
    checker.tables(raw, spot);
    checker.trends(raw, spot);
    checker.shocks(raw, spot);
    checker.frailty(raw, spot);
    checker.resources(raw, spot);
    checker.tracks(raw, spot);
    checker.accounts(raw, spot);
    checker.counts(raw, spot);
    checker.breaks(raw, spot);
    checker.plan(raw, spot);
    checker.demography(raw, spot);
    checker.people(raw, spot);
    checker.paths(spot);
    checker.scenarios(scenarios);
    checker.tested(spot);
    checker.unused_sources(raw, spot);
    (checker.model, checker.faults)
}

/// A model with nothing in it.
fn empty() -> Model {
    Model {
        name: String::new(),
        label: Label { nl: String::new(), en: String::new() },
        about: None,
        first_year: 0,
        last_year: 0,
        default_last_year: 0,
        report_ages: Vec::new(),
        attributes: Vec::new(),
        wijk: None,
        has_age: false,
        population: Vec::new(),
        population_origin: None,
        demography: Demography::default(),
        streams: Vec::new(),
        tables: Vec::new(),
        trends: Vec::new(),
        shocks: Vec::new(),
        frailty: None,
        prices: Prices { constant_year: 0, first_year: 0, index: vec![1.0], origin: None },
        domains: Vec::new(),
        accounts: Vec::new(),
        counts: Vec::new(),
        breaks: Vec::new(),
        plan: None,
        contracts: Vec::new(),
        cash: Vec::new(),
        resources: Vec::new(),
        parameters: Vec::new(),
        correlations: Vec::new(),
        tracks: Vec::new(),
        scenarios: Vec::new(),
        limits: Vec::new(),
        sources: Vec::new(),
    }
}

impl<'a> Checker<'a> {
    /// A CSV file of the folder, read; a fault if it is not there.
    fn sheet(&mut self, file: &str, spot: Spot<'_>) -> Option<Sheet<'a>> {
        let files = self.files;
        let outside =
            file.starts_with('/') || file.contains('\\') || file.contains(':') || file.split('/').any(|part| part == "..");
        if outside {
            let message = format!("`{file}` lies outside the model folder");
            self.fault(
                "outside-folder",
                spot.value(),
                message,
                "outside",
                "give a path from the model folder down, such as `population.csv`",
            );
            return None;
        }
        let Some(bytes) = files.get(file) else {
            let known: Vec<&str> = files.iter().map(|(path, _)| path).filter(|path| !is_toml(path)).collect();
            let fault = Fault::new(
                "missing-file",
                spot.value(),
                format!("there is no file `{file}` in the model folder"),
                "no such file",
            );
            let help =
                did_you_mean(file, known).unwrap_or_else(|| "add the CSV file to the folder; its name ends in `.csv`".to_owned());
            self.faults.push(fault.help(help));
            return None;
        };
        Sheet::read(file, bytes, &mut self.faults)
    }

    /// Reports a fault.
    fn fault(
        &mut self,
        code: &'static str,
        place: &Place,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.faults.push(Fault::new(code, place, message, label).help(help));
    }

    /// Id of a name among `known`; a fault if it is not there.
    fn find<'n>(&mut self, kind: &str, name: &str, known: impl Iterator<Item = &'n str> + Clone, place: &Place) -> Option<usize> {
        let found = find(kind, name, known, place);
        found.map_err(|fault| self.faults.push(*fault)).ok()
    }

    /// Id of a cited source, and notes that it is used.
    fn cite(&mut self, citation: &RawCitation, spot: Spot<'_>) -> Option<usize> {
        if citation.note_nl.is_some() && citation.note.is_none() {
            let (message, help) = ("the note is said in Dutch only", "write `note`, the same in English, beside it");
            self.fault("note-missing", spot.at("note_nl").key(), message, "no `note`", help);
        }
        let known = self.model.sources.iter().map(|source| source.key.as_str());
        match find("source", &citation.reference, known, spot.at("ref").value()) {
            Ok(id) => {
                self.used_sources[id] = true;
                Some(id)
            }
            Err(fault) => {
                self.faults.push(*fault);
                None
            }
        }
    }

    /// What is said of where a figure comes from; that the source exists is for [`Self::cite`] to check.
    fn origin(&self, citation: Option<&RawCitation>, grade: Option<Grade>) -> Option<Origin> {
        let named = |citation: &RawCitation| self.model.sources.iter().position(|source| source.key == citation.reference);
        (citation.is_some() || grade.is_some()).then(|| Origin {
            source: citation.and_then(named),
            note: citation.and_then(|citation| citation.note.clone()),
            note_nl: citation.and_then(|citation| citation.note_nl.clone()),
            grade,
        })
    }

    /// The calendar years of the model.
    fn years(&self) -> std::ops::RangeInclusive<i32> {
        self.model.first_year..=self.model.last_year
    }

    /// Refuses what is so much that it cannot be meant, before it takes long to look through.
    fn amounts(&mut self, raw: &RawModel, spot: Spot<'_>, scenarios: &[ScenarioFile<'_>]) {
        let sections = [
            ("parameter", raw.parameter.len(), 5_000),
            ("correlation", raw.correlation.len(), 2_000),
            ("table", raw.table.len(), 1_000),
            ("trend", raw.trend.len(), 1_000),
            ("shock", raw.shock.len(), 100),
            ("stream", raw.stream.len(), 1_000),
            ("domain", raw.domain.len(), 1_000),
            ("account", raw.account.len(), 1_000),
            ("count", raw.count.len(), 1_000),
            ("break", raw.breaks.len(), 1_000),
            ("contract", raw.contract.len(), 100),
            ("cash", raw.cash.len(), 1_000),
            ("resource", raw.resource.len(), 100),
            ("limit", raw.limit.len(), 1_000),
            ("source", raw.source.len(), 5_000),
            ("attribute", raw.attribute.len(), 64),
            ("track", raw.track.len(), tracks::MAX),
        ];
        let gates = raw.track.iter().take(tracks::MAX).flat_map(|(name, track)| {
            let place = spot.at("track").at(name).at("gate");
            let variants = track.gate.iter().take(tracks::MAX);
            let variants =
                variants.map(move |(gate, raw)| (place.at(gate).at("variant"), "variant", raw.variant.len(), tracks::MAX));
            std::iter::once((place, "gate", track.gate.len(), tracks::MAX)).chain(variants)
        });
        let attached =
            raw.track.iter().take(tracks::MAX).map(|(name, track)| {
                (spot.at("track").at(name).at("attached"), "attached cost", track.attached.len(), tracks::MAX)
            });
        let measures = scenarios.iter().map(|file| (file.spot.at("measure"), "measure", file.raw.measure.len(), 200));
        let states = raw
            .track
            .iter()
            .take(tracks::MAX)
            .map(|(name, track)| (spot.at("track").at(name).at("state"), "state", track.state.len(), tracks::MAX));
        let too_many = |(_, _, count, most): &(Spot<'_>, &str, usize, usize)| count > most;
        let sections = sections.into_iter().map(|(section, count, most)| (spot.at(section), section, count, most));
        for (place, what, count, most) in sections.chain(states).chain(gates).chain(attached).chain(measures).filter(too_many) {
            let message = format!("there are {count} {what}s; at most {most} fit");
            self.fault("too-many", place.key(), message, "too many", "join those that are never told apart, or split the folder");
        }
        for name in raw.track.iter().filter(|(_, track)| track.state.is_empty()).map(|(name, _)| name) {
            let (place, message) = (spot.at("track").at(name).at("state").key(), format!("the track `{name}` has no state"));
            self.fault("no-state", place, message, "no state", "give at least one: `state = { geen_hulpvraag = {} }`");
        }
        if let Some(file) = scenarios.get(MAX_SCENARIOS) {
            let message = format!("the folder holds more than {MAX_SCENARIOS} scenarios");
            self.fault(
                "too-many",
                file.spot.key(),
                message,
                "too many",
                "move scenarios that are no longer used to another folder",
            );
        }
    }

    /// Reports a calendar year that lies outside the model.
    fn within_horizon(&mut self, year: i32, what: &str, place: &Place) {
        if !self.years().contains(&year) {
            let message = format!(
                "{what} {year} lies outside the model, which runs from {} to {}",
                self.model.first_year, self.model.last_year
            );
            let help = "use a year of the model, or change `first_year` or `last_year` in `[model]`";
            self.fault("outside-horizon", place, message, "outside the model", help);
        }
    }

    /// Reports a name that is empty, too long or holds other characters than letters, digits, `_` and (if allowed) `-`.
    fn good_name(&mut self, kind: &str, name: &str, hyphens: bool, place: &Place) {
        let fits = |c: char| c.is_alphanumeric() || c == '_' || (hyphens && c == '-');
        let starts_well = name.chars().next().is_some_and(char::is_alphanumeric);
        if !starts_well || !name.chars().all(fits) || name.len() > 64 {
            let hyphen = if hyphens { ", `-`" } else { "" };
            let help = format!("use letters, digits, `_`{hyphen}, at most 64 characters, beginning with a letter or digit");
            self.fault("bad-name", place, format!("`{}` is no good name for a {kind}", shown(name)), "this name", help);
        }
    }

    /// The source that nothing refers to is a fault: either a citation is missing or the source is stale.
    fn unused_sources(&mut self, raw: &RawModel, spot: Spot<'_>) {
        for (id, key) in raw.source.keys().enumerate() {
            if !self.used_sources[id] {
                let place = spot.at("source").at(key).key().clone();
                let message = format!("no figure refers to the source `{key}`");
                self.fault(
                    "unused-source",
                    &place,
                    message,
                    "never used",
                    "refer to it with `source = { ref = \"…\" }`, or remove it",
                );
            }
        }
    }
}

/// Id of a name among `known`, or the fault that it is not there.
fn find<'n>(kind: &str, name: &str, known: impl Iterator<Item = &'n str> + Clone, place: &Place) -> Result<usize, Box<Fault>> {
    known.clone().position(|other| other == name).ok_or_else(|| {
        let name_shown = shown(name);
        let message = if kind.contains('`') {
            format!("`{name_shown}` is not a {kind}")
        } else {
            format!("there is no {kind} `{name_shown}`")
        };
        let fault = Fault::new("unknown-reference", place, message, format!("unknown {kind}"));
        Box::new(fault.help(did_you_mean(name, known.clone()).unwrap_or_else(|| match known.count() {
            0 => format!("the model has no {kind}; declare one first"),
            count => format!("the model has {count} others; check the spelling"),
        })))
    })
}

/// The label that was given, or the name in both languages.
fn label(given: Option<&RawLabel>, name: &str) -> Label {
    match given {
        Some(label) => Label { nl: label.nl.clone(), en: label.en.clone() },
        None => Label { nl: name.to_owned(), en: name.to_owned() },
    }
}

/// A plain number as an expression.
fn number(value: f64) -> Expression {
    Expression::Number(value)
}
