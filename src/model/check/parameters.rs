//! Parameters and their priors.

use super::field::Bound;
use super::law::{Law, Rule};
use super::{Checker, label};
use crate::model::dimension::word;
use crate::model::expression::Expression;
use crate::model::fault::shown;
use crate::model::knowledge::KNOWLEDGE;
use crate::model::raw::{RawBelief, RawModel, RawParameter, RawPrior};
use crate::model::resolved::{Label, Parameter, Prior};
use crate::model::tree::Spot;
use indexmap::IndexMap;

impl Checker<'_> {
    /// All parameters, in declared order.
    pub(super) fn parameters(&mut self, raw: &RawModel, spot: Spot<'_>) {
        for (name, parameter) in &raw.parameter {
            let place = spot.at("parameter").at(name);
            self.good_name("parameter", name, false, place.key());
            if !name.is_ascii() || name.starts_with(|c: char| c.is_ascii_digit()) || matches!(name.as_str(), "min" | "max") {
                let help = "use plain letters, digits and `_`, beginning with a letter, and not `min` or `max`";
                self.fault("bad-name", place.key(), format!("`{name}` cannot be read in an expression"), "this name", help);
            }
            let label = label(parameter.label.as_ref(), name);
            self.belief(name.clone(), label.clone(), None, parameter, place);
            let subject = self.model.parameters.len() - 1;
            for (year, belief) in &parameter.until {
                let place = place.at("until").at(year);
                // Two spellings of a year would be two beliefs of one name.
                let known = |until: &i32| KNOWLEDGE.contains(until) && until.to_string() == *year;
                let Some(until) = year.parse().ok().filter(known) else {
                    let message = format!("`{}` is not a calendar year", shown(year));
                    let help = "write the last year in which this was believed: `until = { 2024 = { … } }`";
                    self.fault("bad-year", place.key(), message, "not a year", help);
                    continue;
                };
                let label = Label {
                    nl: format!("{} (gedacht tot en met {until})", label.nl),
                    en: format!("{} (believed until {until})", label.en),
                };
                let (name, until) = (format!("{name}.until.{until}"), Some((subject, until)));
                let RawBelief { prior, source, grade } = belief.clone();
                let before = RawParameter { prior, source, grade, until: IndexMap::new(), ..parameter.clone() };
                self.belief(name, label, until, &before, place);
            }
        }
    }

    /// One belief about a parameter, as a parameter of its own.
    fn belief(&mut self, name: String, label: Label, until: Option<(usize, i32)>, raw: &RawParameter, place: Spot<'_>) {
        let source = self.cite(&raw.source, place.at("source")).unwrap_or(0);
        let before = self.faults.len();
        let subject = until.map_or(&name, |(subject, _)| &self.model.parameters[subject].name);
        let prior = match self.given.get(subject).copied() {
            Some(value) => Prior::Fixed(value),
            None => self.prior(&raw.prior, place.at("prior")),
        };
        let (note, note_nl) = (raw.source.note.clone(), raw.source.note_nl.clone());
        let (unit, grade) = (raw.unit, raw.grade);
        self.model.parameters.push(Parameter { name, label, unit, prior, source, note, note_nl, grade, until });
        self.reach(place.at("prior"));
        self.good_priors.push(self.faults.len() == before);
    }

    /// The last parameter must stay in the range of its unit, here and in every scenario.
    fn reach(&mut self, spot: Spot<'_>) {
        let id = self.model.parameters.len() - 1;
        let Parameter { name, unit, prior, .. } = &self.model.parameters[id];
        let bound = Bound::of(*unit);
        let (low, high) = prior.reach(1.0);
        if bound.fits(low) && bound.fits(high) {
            let rule = Rule::Range { expression: Expression::Parameter(id), bound, what: format!("`{name}`") };
            self.laws.push(Law { rule, parameters: vec![id] });
        } else {
            let range = if let Prior::Fixed(_) = prior {
                format!("is {}", short(low))
            } else {
                format!("reaches from {} to {}", short(low), short(high))
            };
            let message = format!("`{name}` is a `{}`, {}, but its prior {range}", word(*unit), bound.words());
            let help = "narrow the prior, choose one that is bounded (`beta`, `pert`, `lognormal`), or correct the unit";
            self.fault("out-of-range", spot.value(), message, "reaches too far", help);
        }
    }

    /// A prior whose arguments make sense; after a fault, a fixed 1.
    fn prior(&mut self, raw: &RawPrior, spot: Spot<'_>) -> Prior {
        // Each: the arguments that must be more than zero, whether min, mode and max are in order, the prior.
        let (positive, ordered, prior): (Vec<(&str, f64)>, bool, Prior) = match raw {
            RawPrior::Fixed(value) => (vec![], true, Prior::Fixed(*value)),
            RawPrior::Uniform(p) => (vec![], p.min < p.max, Prior::Uniform { min: p.min, max: p.max }),
            RawPrior::Triangular(p) => (
                vec![],
                p.min <= p.mode && p.mode <= p.max && p.min < p.max,
                Prior::Triangular { min: p.min, mode: p.mode, max: p.max },
            ),
            RawPrior::Pert(p) => (
                vec![],
                p.min <= p.mode && p.mode <= p.max && p.min < p.max,
                Prior::Pert { min: p.min, mode: p.mode, max: p.max },
            ),
            RawPrior::Normal(p) => (vec![("sd", p.sd)], true, Prior::Normal { mean: p.mean, sd: p.sd }),
            RawPrior::Lognormal(p) => {
                (vec![("median", p.median), ("sigma", p.sigma)], true, Prior::Lognormal { median: p.median, sigma: p.sigma })
            }
            RawPrior::Beta(p) => (vec![("alpha", p.alpha), ("beta", p.beta)], true, Prior::Beta { alpha: p.alpha, beta: p.beta }),
            RawPrior::Gamma(p) => {
                (vec![("mean", p.mean), ("shape", p.shape)], true, Prior::Gamma { mean: p.mean, shape: p.shape })
            }
            RawPrior::Empirical(values) => {
                if values.is_empty() {
                    self.fault(
                        "bad-prior",
                        spot.at("empirical").value(),
                        "the prior lists no value",
                        "empty",
                        "give at least one value",
                    );
                    return Prior::Fixed(1.0);
                }
                (vec![], true, Prior::Empirical(values.clone()))
            }
        };
        let inner = ["uniform", "triangular", "pert", "normal", "lognormal", "beta", "gamma"]
            .into_iter()
            .find(|name| spot.at(name).key() != spot.key())
            .map_or(spot, |name| spot.at(name));
        let mut good = true;
        for (name, value) in positive {
            if value <= 0.0 {
                good = false;
                let help = if name == "sigma" || name == "sd" {
                    "a parameter without uncertainty is `{ fixed = … }`"
                } else {
                    "give a number above 0"
                };
                self.fault(
                    "bad-prior",
                    inner.at(name).value(),
                    format!("`{name}` is {value}; it must be more than 0"),
                    "not above 0",
                    help,
                );
            }
        }
        if !ordered {
            good = false;
            let help = "`min` lies below `max`, and the mode between them; one certain value is `{ fixed = … }`";
            self.fault("bad-prior", inner.value(), "the bounds of this prior are not in order", "not in order", help);
        }
        if good { prior } else { Prior::Fixed(1.0) }
    }
}

/// A number for people: four significant digits.
pub(super) fn short(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-3..1e6).contains(&size) {
        return format!("{value:.3e}");
    }
    let digits = if size >= 1000.0 {
        0
    } else if size >= 10.0 {
        2
    } else {
        4
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
