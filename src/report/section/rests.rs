//! What the report rests on: the measures and their evidence, the calibration, what the source contradicts, the assumptions, and what
//! nobody knows.

use super::{Writer, cells};
use crate::model::{Grade, Label, Measure, Model, Origin, Parameter, Prior, UNCHANGED, Unit};
use crate::report::html::{Said, escape};
use crate::report::page::{Card, CardLine, Part, Section, Sheet};
use crate::report::run::Run;
use crate::words::Language;
use crate::words::number::{rough, whole};
use std::collections::BTreeMap;

const GRADES: [Grade; 4] = [Grade::A, Grade::B, Grade::C, Grade::D];

impl<'a> Writer<'a> {
    /// A card per measure of the scenarios.
    pub(super) fn levers(&self) -> Option<Section> {
        let texts = &self.texts.levers;
        let mut parts = Vec::new();
        for subject in self.subjects().iter().filter(|subject| subject.scenario != UNCHANGED) {
            let Some(scenario) = subject.run.scenario(subject.scenario) else { continue };
            if scenario.measures.is_empty() {
                continue;
            }
            parts.push(Part::Heading { text: subject.label.clone() });
            let card = |measure: &Measure| self.lever(subject.run, subject.scenario, measure);
            parts.push(Part::Cards { cards: scenario.measures.iter().map(card).collect() });
        }
        (!parts.is_empty()).then(|| self.section("levers", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }

    fn lever(&self, run: &'a Run, scenario: &str, measure: &Measure) -> Card {
        let (texts, model) = (&self.texts.levers, &run.source.model);
        let mut lines = Vec::new();
        let mut line = |name: &str, said: &Said| lines.push(CardLine { name: name.to_owned(), html: said.html.clone() });
        let (when, month) = date(measure.start);
        let month = self.texts.months.get(month).map_or("", String::as_str);
        let words = [
            ("month", Said::plain(month)),
            ("year", Said::plain(&format!("{when}"))),
            ("months", Said::plain(&measure.ramp_months.to_string())),
        ];
        line(&texts.start, &self.say(if measure.ramp_months > 0 { &texts.grows } else { &texts.at_once }, &words));
        if let Some(strength) = measure.strength.map(|id| &model.parameters[id]) {
            let range = Said::joined(&[Said::plain(self.language.pick(&strength.label)), self.range(strength)]);
            line(&texts.range, &range);
        }
        if let Some(saved) = self.share_of(run, scenario, &measure.name) {
            line(&texts.saving, &saved);
        }
        line(&texts.evidence, &self.evidence(model, measure.origin.as_ref()));
        if let Some(seen) = &measure.seen {
            line(&texts.seen, &Said::plain(self.language.pick(seen)));
        }
        Card { title: self.language.pick(&measure.label).to_owned(), lines }
    }

    /// Grade and source of a figure.
    fn evidence(&self, model: &Model, origin: Option<&Origin>) -> Said {
        let texts = &self.texts.levers;
        let grade = origin.and_then(|origin| origin.grade);
        let source = origin.and_then(|origin| origin.source).map(|id| &model.sources[id]);
        let named = source
            .map_or_else(|| texts.no_source.clone(), |source| format!("{} ({}), {}", source.author, source.year, source.title));
        let grade = grade.map_or_else(
            || Said::plain(&texts.no_grade),
            |grade| self.say(&texts.grade, &[("grade", Said::plain(letter(grade)))]),
        );
        let mut said = vec![grade, Said::plain(&format!("{named}."))];
        if let Some(note) = origin.and_then(|origin| origin.note.as_ref()) {
            said.push(self.english(note));
        }
        Said::joined(&said)
    }

    /// A text that is there in English only.
    fn english(&self, text: &str) -> Said {
        match self.language {
            Language::En => Said::plain(text),
            Language::Nl => Said { html: format!("<span lang=\"en\">{}</span>", escape(text)), plain: text.to_owned() },
        }
    }

    /// Between which values a parameter lies, and in the middle of what.
    fn range(&self, parameter: &Parameter) -> Said {
        let texts = &self.texts.levers;
        let share = parameter.unit == Unit::Share;
        let written = |value: f64| {
            let text = rough(if share { 100.0 * value } else { value }, self.language);
            Said::plain(&if share { format!("{text}\u{a0}%") } else { text })
        };
        let [low, middle, high] = parameter.prior.usual();
        if low.to_bits() == high.to_bits() {
            return self.say(&texts.fixed, &[("middle", written(middle))]);
        }
        self.say(&texts.between, &[("low", written(low)), ("middle", written(middle)), ("high", written(high))])
    }

    /// What the calibration says of itself, in plain words.
    pub(super) fn calibration(&self) -> Section {
        let texts = &self.texts.calibration;
        let mut parts = Vec::new();
        let mut told = Vec::new();
        for run in self.runs {
            let text = run.source.diagnostics.as_deref();
            let found = diagnostics(run);
            if told.contains(&text) && text.is_some() {
                continue;
            }
            told.push(text);
            if self.runs.len() > 1 {
                parts.push(Part::Heading { text: run.name() });
            }
            if found.is_empty() {
                parts.push(Part::Words { html: self.say(&texts.none, &[]).html });
                continue;
            }
            let field = |test: &BTreeMap<String, serde_json::Value>, key: &str| -> String {
                test.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
            };
            let mut rows = Vec::new();
            let mut passed = 0;
            for question in &self.texts.questions {
                let Some(test) = found.get(&question.test) else { continue };
                let verdict = field(test, "verdict");
                passed += usize::from(verdict == "pass");
                let verdict = match &*verdict {
                    "pass" => &texts.pass,
                    "fail" => &texts.fail,
                    _ => &texts.other,
                };
                let said = self.english(&field(test, "said"));
                rows.push(cells(&[&Said::plain(&question.asked), &Said::plain(verdict), &said]));
            }
            let words = [("passed", Said::plain(&passed.to_string())), ("all", Said::plain(&rows.len().to_string()))];
            parts.push(Part::Words { html: self.say(&texts.sentence, &words).html });
            let head = [&texts.question, &texts.verdict, &texts.said].map(Clone::clone).to_vec();
            parts.push(Part::Table(Sheet { caption: texts.caption.clone(), head, rows, numbers_from: 3 }));
        }
        self.section("calibration", &texts.title, vec![self.say(&texts.lead, &[])], parts)
    }

    /// How many tests the calibration of a run passed, and of how many; `None` if it says nothing of itself.
    pub(super) fn passed(&self, run: &Run) -> Option<(usize, usize)> {
        let found = diagnostics(run);
        let asked: Vec<_> = self.texts.questions.iter().filter_map(|question| found.get(&question.test)).collect();
        let pass = |test: &&BTreeMap<String, serde_json::Value>| test.get("verdict").is_some_and(|verdict| verdict == "pass");
        (!asked.is_empty()).then(|| (asked.iter().copied().filter(pass).count(), asked.len()))
    }

    /// Where the plan contradicts itself.
    pub(super) fn contradictions(&self) -> Option<Section> {
        let texts = &self.texts.contradictions;
        let mut items_html = Vec::new();
        for run in self.runs {
            let Some(plan) = &run.source.model.plan else { continue };
            for remark in &plan.remarks {
                let domain = remark.domain.map_or(&*self.texts.table.total, |id| self.language.pick(&plan.domains[id].label));
                let about = remark.year.map_or_else(|| domain.to_owned(), |year| format!("{domain}, {year}"));
                let html =
                    format!("<strong>{}</strong> {}", escape(&format!("{about}:")), escape(self.language.pick(&remark.text)));
                if !items_html.contains(&html) {
                    items_html.push(html);
                }
            }
        }
        let parts = vec![Part::List { items_html }];
        let any = self.runs.iter().any(|run| run.source.model.plan.as_ref().is_some_and(|plan| !plan.remarks.is_empty()));
        any.then(|| self.section("contradictions", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }

    /// Every number that is not certain, with its grade.
    pub(super) fn assumptions(&self) -> Option<Section> {
        let texts = &self.texts.assumptions;
        let mut parts = Vec::new();
        for run in self.runs {
            let model = &run.source.model;
            let uncertain: Vec<&Parameter> =
                model.parameters.iter().filter(|parameter| !matches!(parameter.prior, Prior::Fixed(_))).collect();
            if uncertain.is_empty() {
                continue;
            }
            if self.runs.len() > 1 {
                parts.push(Part::Heading { text: run.name() });
            }
            let meanings = [&texts.a, &texts.b, &texts.c, &texts.d];
            let counted = GRADES.iter().zip(meanings).map(|(grade, meaning)| {
                let count = uncertain.iter().filter(|parameter| parameter.grade == *grade).count();
                cells(&[&Said::plain(letter(*grade)), &Said::plain(meaning), &Said::plain(&whole(count, self.language))])
            });
            let head = [&texts.grade, &texts.meaning, &texts.count].map(Clone::clone).to_vec();
            let rows = counted.collect();
            parts.push(Part::Table(Sheet { caption: texts.counted.clone(), head, rows, numbers_from: 2 }));
            let row = |parameter: &&Parameter| {
                let source = &model.sources[parameter.source];
                let named = format!("{} ({})", source.author, source.year);
                cells(&[
                    &Said::plain(self.language.pick(&parameter.label)),
                    &Said::plain(letter(parameter.grade)),
                    &self.range(parameter),
                    &Said::plain(&named),
                ])
            };
            let head = [&texts.what, &texts.grade, &texts.range, &texts.source].map(Clone::clone).to_vec();
            let rows = uncertain.iter().map(row).collect();
            parts.push(Part::Folded {
                summary: texts.all.clone(),
                sheet: Sheet { caption: texts.caption.clone(), head, rows, numbers_from: 4 },
            });
        }
        (!parts.is_empty()).then(|| self.section("assumptions", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }

    /// How sure it is, and what nobody knows.
    pub(super) fn sure(&self) -> Section {
        let texts = &self.texts.sure;
        let bold = |head: &str, text: &str| format!("<strong>{}</strong> {}", escape(head), with_code(text));
        let own = [
            (&texts.chance, &texts.chance_text),
            (&texts.values, &texts.values_text),
            (&texts.structure, &texts.structure_text),
            (&texts.policy, &texts.policy_text),
            (&texts.error, &texts.error_text),
        ];
        let items_html = own.iter().map(|(head, text)| bold(head, text)).collect();
        let mut parts = vec![Part::List { items_html }];
        let mut limits: Vec<String> = Vec::new();
        for run in self.runs {
            let line =
                |label: &Label, about: &Label| bold(&format!("{}.", self.language.pick(label)), &flat(self.language.pick(about)));
            for limit in &run.source.model.limits {
                let html = line(&limit.label, &limit.about);
                if !limits.contains(&html) {
                    limits.push(html);
                }
            }
        }
        if !limits.is_empty() {
            parts.push(Part::Heading { text: texts.limits.clone() });
            parts.push(Part::List { items_html: limits });
        }
        self.section("sure", &texts.title, vec![self.say(&texts.lead, &[])], parts)
    }
}

/// The tests of a run's calibration by name, each with what is said of it.
fn diagnostics(run: &Run) -> BTreeMap<String, BTreeMap<String, serde_json::Value>> {
    let text = run.source.diagnostics.as_deref();
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Year and month, from 0, of a moment of the model's clock.
fn date(moment: f64) -> (i32, usize) {
    let year = moment.floor() as i32;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = if leap { 366.0 } else { 365.0 };
    // A date is a whole number of days from New Year; the clock has it with the error of one division.
    let mut day = (moment.fract() * days).round() as usize;
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (month, length) in lengths.into_iter().enumerate() {
        if day < length {
            return (year, month);
        }
        day -= length;
    }
    (year + 1, 0)
}

/// Words between backticks as code; all else escaped.
fn with_code(text: &str) -> String {
    let pieces = text.split('`').enumerate();
    pieces.map(|(at, piece)| if at % 2 == 1 { format!("<code>{}</code>", escape(piece)) } else { escape(piece) }).collect()
}

/// A text without line breaks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

fn letter(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "A",
        Grade::B => "B",
        Grade::C => "C",
        Grade::D => "D",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates() {
        assert_eq!(date(2025.0), (2025, 0));
        assert_eq!(date(2025.0 + 181.0 / 365.0), (2025, 6), "1 July");
        assert_eq!(date(2025.0 + 180.0 / 365.0), (2025, 5), "30 June");
        assert_eq!(date(2024.0 + 60.0 / 366.0), (2024, 2), "1 March of a leap year");
        assert_eq!(date(2024.0 + 365.0 / 366.0), (2024, 11));
    }

    #[test]
    fn code_is_marked_and_all_is_escaped() {
        assert_eq!(with_code("a `b<` & c"), "a <code>b&lt;</code> &amp; c");
    }
}
