//! Numbers, expressions and sources in words.

use super::{Names, Show};
use crate::cli::number::figures;
use crate::cli::text::fill;
use crate::model::expression::Operator;
use crate::model::{Expression, Grade, Label, Origin, Unit};

impl Show<'_> {
    pub(super) fn number(&self, value: f64) -> String {
        figures(value, self.language)
    }

    /// What a part of the model is called in a sentence.
    pub(super) fn named(&self, name: &str, label: &Label) -> String {
        match self.names {
            Names::Keys => format!("`{name}`"),
            Names::Labels => self.language.pick(label).to_owned(),
        }
    }

    /// Several names in a row. Labels may hold commas themselves.
    pub(super) fn row(&self, names: impl Iterator<Item = String>) -> String {
        let between = if self.names == Names::Keys { ", " } else { "; " };
        names.collect::<Vec<_>>().join(between)
    }

    /// The value at the medians, and the expression that gives it if it is more than a number.
    pub(super) fn value(&self, expression: &Expression) -> String {
        let value = self.number(expression.value(&self.medians));
        match expression {
            Expression::Number(_) => value,
            _ => format!("{value} (`{}`)", self.formula(expression, 0)),
        }
    }

    /// Whether an expression is nothing at the medians.
    pub(super) fn is_zero(&self, expression: &Expression) -> bool {
        expression.value(&self.medians) == 0.0
    }

    /// A share as a percentage, with its expression.
    pub(super) fn percent(&self, expression: &Expression) -> String {
        let value = self.number(100.0 * expression.value(&self.medians));
        match expression {
            Expression::Number(_) => format!("{value} %"),
            _ => format!("{value} % (`{}`)", self.formula(expression, 0)),
        }
    }

    /// An expression as it would be written. `around`: how tightly what stands around it binds.
    fn formula(&self, expression: &Expression, around: u8) -> String {
        let (operator, left, right) = match expression {
            Expression::Number(number) => return self.number(*number),
            Expression::Parameter(id) => return self.model.parameters[*id].name.clone(),
            Expression::Binary(operator, left, right) => (*operator, left, right),
        };
        let (word, binding) = match operator {
            Operator::Add => ("+", 1),
            Operator::Subtract => ("-", 1),
            Operator::Multiply => ("*", 2),
            Operator::Divide => ("/", 2),
            Operator::Min | Operator::Max => {
                let name = if operator == Operator::Min { "min" } else { "max" };
                return format!("{name}({}; {})", self.formula(left, 0), self.formula(right, 0));
            }
        };
        // What is taken away or divided by needs its brackets also at equal binding.
        let text = format!("{} {word} {}", self.formula(left, binding - 1), self.formula(right, binding));
        if binding <= around { format!("({text})") } else { text }
    }

    /// Author, year, place in the source and grade.
    pub(super) fn origin(&self, source: Option<usize>, note: Option<&str>, grade: Option<Grade>) -> String {
        let texts = &self.texts.show;
        let source = source.map_or_else(
            || texts.no_source.clone(),
            |id| {
                let source = &self.model.sources[id];
                let note = note.map_or_else(String::new, |note| format!(", {}", note.trim_end_matches('.')));
                fill(&texts.of_source, &[("source", &format!("{} {}{note}", source.author, source.year))])
            },
        );
        let grade = grade.map_or_else(|| texts.no_grade.clone(), |grade| fill(&texts.grade, &[("grade", letter(grade))]));
        format!("{source} {grade}")
    }

    pub(super) fn origin_of(&self, origin: Option<&Origin>) -> String {
        let note = origin.and_then(|origin| self.language.note(origin.note.as_deref(), origin.note_nl.as_deref()));
        self.origin(origin.and_then(|origin| origin.source), note, origin.and_then(|origin| origin.grade))
    }

    pub(super) fn unit(&self, unit: Unit) -> &str {
        let texts = &self.texts.unit;
        match unit {
            Unit::Factor => &texts.factor,
            Unit::Share => &texts.share,
            Unit::PerYear => &texts.per_year,
            Unit::PersonsPerYear => &texts.persons_per_year,
            Unit::Years => &texts.years,
            Unit::HoursPerWeek => &texts.hours_per_week,
            Unit::Euro => &texts.euro,
            Unit::EuroPerPersonYear => &texts.euro_per_person_year,
            Unit::EuroPerHour => &texts.euro_per_hour,
            Unit::Persons => &texts.persons,
            Unit::Number => &texts.number,
        }
    }
}

/// A grade as its letter.
pub(super) fn letter(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "A",
        Grade::B => "B",
        Grade::C => "C",
        Grade::D => "D",
    }
}
