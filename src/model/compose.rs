//! Composition of scenarios: `a+b` has the measures of both, and `a@2026` is `a` with the knowledge of 2026.

use super::fault::did_you_mean;
use super::knowledge::KNOWLEDGE;
use super::plan::Amounts;
use super::resolved::{Effect, Label, Measure, Model, Scenario, Terms};
use std::fmt;

/// Why scenarios cannot be composed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComposeError {
    /// No scenario has this name; the second is a hint.
    Unknown(String, Option<String>),
    /// What stands behind `@` is no calendar year.
    Knowledge(String),
    /// Two scenarios have different measures of this name.
    Clash {
        /// Name of the measure.
        measure: String,
        /// The scenario in which it differs.
        scenario: String,
    },
    /// Two measures set one parameter differently.
    SetTwice {
        /// One measure.
        first: String,
        /// The other.
        second: String,
        /// The parameter.
        parameter: String,
    },
}

impl fmt::Display for ComposeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name, Some(hint)) => write!(out, "there is no scenario `{name}` ({hint})"),
            Self::Unknown(name, None) => write!(out, "there is no scenario `{name}`"),
            Self::Knowledge(text) => {
                let (first, last) = (KNOWLEDGE.start(), KNOWLEDGE.end());
                write!(
                    out,
                    "`{text}` is not a calendar year of {first} to {last}; write the year of what is known as `plan@2026`"
                )
            }
            Self::Clash { measure, scenario } => {
                write!(
                    out,
                    "the measure `{measure}` of the scenario `{scenario}` differs from the one of that name in the others"
                )
            }
            Self::SetTwice { first, second, parameter } => {
                write!(out, "the measures `{first}` and `{second}` both set `{parameter}`, to different values")
            }
        }
    }
}

impl std::error::Error for ComposeError {}

impl Model {
    /// The scenario of a name such as `plan`, `plan+extra` or `plan+extra@2026`: the union of the measures, which must be equal where
    /// they share a name and must not set one parameter twice; all with the latest knowledge of its parts, or that of the year behind `@`.
    ///
    /// # Errors
    /// An unknown scenario, no calendar year behind `@`, or measures that contradict each other.
    pub fn compose(&self, name: &str) -> Result<Scenario, ComposeError> {
        let (names, asked) = match name.split_once('@') {
            Some((names, year)) => {
                let year = year.trim();
                let asked = year.parse().ok().filter(|year| KNOWLEDGE.contains(year));
                (names, Some(asked.ok_or_else(|| ComposeError::Knowledge(year.to_owned()))?))
            }
            None => (name, None),
        };
        let mut parts = Vec::new();
        for part in names.split('+').map(str::trim) {
            let found = self.scenarios.iter().find(|scenario| scenario.name == part);
            let hint = || did_you_mean(part, self.scenarios.iter().map(|scenario| scenario.name.as_str()));
            parts.push(found.ok_or_else(|| ComposeError::Unknown(part.to_owned(), hint()))?);
        }
        let knowledge = asked.or(parts.iter().filter_map(|part| part.terms.knowledge).max());
        let mut scenario = self.join(&parts, knowledge)?.with_knowledge(self, knowledge);
        if let Some(year) = asked {
            scenario.name = format!("{}@{year}", scenario.name);
            scenario.label.nl = format!("{} (wat we wisten in {year})", scenario.label.nl);
            scenario.label.en = format!("{} (as known in {year})", scenario.label.en);
        }
        Ok(scenario)
    }

    /// Scenarios together, with what was known in a year.
    fn join(&self, parts: &[&Scenario], knowledge: Option<i32>) -> Result<Scenario, ComposeError> {
        if let [one] = parts {
            return Ok((*one).clone());
        }
        let (mut measures, mut terms) = (Vec::new(), Terms::default());
        for part in parts {
            terms = terms.joined(&part.terms);
            let (joined, clashes) = join(&measures, &self.known(&part.measures, knowledge));
            if let Some(measure) = clashes.into_iter().next() {
                return Err(ComposeError::Clash { measure, scenario: part.name.clone() });
            }
            measures = joined;
        }
        if let Some((first, second, parameter)) = double_set(&measures) {
            return Err(ComposeError::SetTwice { first, second, parameter: self.parameters[parameter].name.clone() });
        }
        let words = |pick: fn(&Label) -> &str| parts.iter().map(|part| pick(&part.label)).collect::<Vec<_>>().join(" + ");
        let label = Label { nl: words(|label| &label.nl), en: words(|label| &label.en) };
        let name = parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join("+");
        // Each part says in paragraphs of its own what it stands for.
        let said = |pick: fn(&Label) -> &str| {
            parts.iter().filter_map(|part| part.about.as_ref()).map(pick).collect::<Vec<_>>().join("\n\n")
        };
        let about = parts.iter().any(|part| part.about.is_some());
        let about = about.then(|| Label { nl: said(|label| &label.nl), en: said(|label| &label.en) });
        Ok(Scenario { name, label, about, base: None, measures, terms })
    }
}

impl Terms {
    /// Those of two scenarios together: both their investments and contracts, the later knowledge, and amounts and delays on top of each
    /// other.
    #[must_use]
    pub(super) fn joined(&self, other: &Self) -> Self {
        let both = |one: &[usize], other: &[usize]| {
            let mut all = [one, other].concat();
            all.sort_unstable();
            all.dedup();
            all
        };
        let mut task = self.task.0.clone();
        for &(year, euro) in &other.task.0 {
            match task.iter_mut().find(|(of, _)| *of == year) {
                Some((_, sum)) => *sum += euro,
                None => task.push((year, euro)),
            }
        }
        task.sort_by_key(|&(year, _)| year);
        Self {
            knowledge: self.knowledge.max(other.knowledge),
            investments: both(&self.investments, &other.investments),
            one_off: self.one_off || other.one_off,
            implicit: both(&self.implicit, &other.implicit),
            contracts: both(&self.contracts, &other.contracts),
            later_years: self.later_years + other.later_years,
            task: Amounts(task),
        }
    }
}

/// The measures of two lists, sorted by name, and the names that stand in both and differ.
pub(super) fn join(a: &[Measure], b: &[Measure]) -> (Vec<Measure>, Vec<String>) {
    let (mut all, mut clashes) = (a.to_vec(), Vec::new());
    for measure in b {
        match a.iter().find(|other| other.name == measure.name) {
            None => all.push(measure.clone()),
            Some(other) if other == measure => {}
            Some(_) => clashes.push(measure.name.clone()),
        }
    }
    all.sort_by(|x, y| x.name.cmp(&y.name));
    (all, clashes)
}

/// Two measures that set one parameter to different values, or at different moments.
pub(super) fn double_set(measures: &[Measure]) -> Option<(String, String, usize)> {
    let sets = |measure: &Measure| -> Vec<(usize, Effect, super::Expression)> {
        measure.effects.iter().filter(|(_, effect, _)| *effect == Effect::Set).cloned().collect()
    };
    for (index, first) in measures.iter().enumerate() {
        for second in &measures[index + 1..] {
            for (id, _, value) in sets(first) {
                let same_time = (first.start, first.ramp_months) == (second.start, second.ramp_months);
                if sets(second).iter().any(|(other, _, new)| *other == id && !(same_time && *new == value)) {
                    return Some((first.name.clone(), second.name.clone(), id));
                }
            }
        }
    }
    None
}
