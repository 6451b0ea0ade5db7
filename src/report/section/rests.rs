//! What the report rests on: the measures and their evidence, the calibration, what the source contradicts, the assumptions, and what
//! nobody knows.

use super::{Writer, cells};
use crate::model::UNCHANGED;
use crate::report::html::Said;
use crate::report::page::{Card, CardLine, Part, Section, Sheet};
use crate::report::run::Run;
use crate::report::table::{Row, Table};
use crate::words::Language;

impl<'a> Writer<'a> {
    /// A card per measure of the scenarios.
    pub(super) fn levers(&self) -> Option<Section> {
        let texts = &self.texts.levers;
        let mut parts = Vec::new();
        for subject in self.subjects().iter().filter(|subject| subject.scenario != UNCHANGED) {
            let rows = subject.run.measures.iter().flat_map(Table::rows).filter(|row| row.text("scenario") == subject.scenario);
            let cards: Vec<Card> = rows.map(|row| self.lever(subject.run, row)).collect();
            if !cards.is_empty() {
                parts.extend([Part::Heading { text: subject.label.clone() }, Part::Cards { cards }]);
            }
        }
        (!parts.is_empty()).then(|| self.section("levers", &texts.title, vec![self.said(&texts.lead)], parts))
    }

    fn lever(&self, run: &'a Run, row: Row<'a>) -> Card {
        let (texts, pen) = (&self.texts.levers, self.pen(run));
        let mut lines = Vec::new();
        let mut line = |name: &str, said: Said| lines.push(CardLine { name: self.said(name), html: said.html });
        // As it stands in the table: year-month-day.
        let mut date = row.text("start").split('-');
        let when = date.next().unwrap_or_default();
        let month = date.next().and_then(|month| self.texts.months.get(month.parse::<usize>().ok()?.checked_sub(1)?));
        let words = [
            ("month", Said::plain(month.map_or("", String::as_str))),
            ("year", Said::year(when)),
            ("months", pen.whole(row.cell("ramp_months"))),
        ];
        let grows = row.value("ramp_months").is_some_and(|months| months > 0.0);
        line(&texts.start, self.say(if grows { &texts.grows } else { &texts.at_once }, &words));
        let strength = run.assumptions.iter().flat_map(Table::rows).find(|found| found.text("parameter") == row.text("strength"));
        if let Some(strength) = strength {
            line(&texts.range, Said::joined(&[self.named(strength), self.range(run, strength)]));
        }
        if let Some(saved) = self.share_of(run, row.text("scenario"), row.text("measure")) {
            line(&texts.saving, saved);
        }
        line(&texts.evidence, self.evidence(row, ""));
        if let Some(strength) = strength {
            line(&texts.evidence_range, self.evidence(strength, row.text("citation")));
        }
        let seen = self.in_words(row, "seen");
        if !seen.plain.is_empty() {
            line(&texts.seen, seen);
        }
        Card { title: self.named(row), lines }
    }

    /// What people call what is in a row.
    fn named(&self, row: Row<'a>) -> Said {
        Said::name(row.text(if self.language == Language::Nl { "label_nl" } else { "label" }))
    }

    /// A text of a row in the language of the page; in English if it is in no other.
    fn in_words(&self, row: Row<'a>, column: &str) -> Said {
        let dutch = row.text(&format!("{column}_nl"));
        match (self.language, row.text(column)) {
            (Language::Nl, _) if !dutch.is_empty() => Said::quoted(dutch, None),
            (_, "") => Said::default(),
            (Language::Nl, english) => Said::quoted(english, Some("en")),
            (Language::En, english) => Said::quoted(english, None),
        }
    }

    /// Grade and source of what is in a row; a source that was just `named` is not named again.
    fn evidence(&self, row: Row<'a>, named: &str) -> Said {
        let texts = &self.texts.levers;
        let grade = match row.text("grade") {
            "" => self.said(&texts.no_grade),
            grade => self.say(&texts.grade, &[("grade", Said::plain(grade))]),
        };
        let source = match row.text("citation") {
            "" => self.said(&texts.no_source),
            citation if citation == named => Said::default(),
            citation => self.say(&texts.source, &[("source", Said::cited(citation))]),
        };
        Said::joined(&[grade, source, self.in_words(row, "note")])
    }

    /// Between which values a parameter lies, and in the middle of what.
    fn range(&self, run: &'a Run, row: Row<'a>) -> Said {
        let (texts, pen) = (&self.texts.levers, self.pen(run));
        let written = |column: &str| pen.roughly(row.cell(column), row.text("unit") == "share");
        let words = [("low", written("low")), ("middle", written("median")), ("high", written("high"))];
        self.say(if row.text("low") == row.text("high") { &texts.fixed } else { &texts.between }, &words)
    }

    /// What the calibration says of itself, in plain words.
    pub(super) fn calibration(&self) -> Section {
        let texts = &self.texts.calibration;
        let mut parts = Vec::new();
        let mut told = Vec::new();
        for run in self.runs {
            let rows: Vec<Row<'a>> = run.checks.iter().flat_map(Table::rows).collect();
            let found: Vec<&str> =
                rows.iter().flat_map(|row| ["check", "verdict", "value"].map(|column| row.text(column))).collect();
            if !found.is_empty() && told.contains(&found) {
                continue;
            }
            told.push(found);
            if self.runs.len() > 1 {
                parts.push(Part::Heading { text: Said::name(&run.name()) });
            }
            if rows.is_empty() {
                parts.push(Part::Words { html: self.said(&texts.none).html });
                continue;
            }
            let pen = self.pen(run);
            let count = |column: &str| pen.whole(run.tally("checks_passed").and_then(|row| row.cell(column)));
            let sentence = self.say(&texts.sentence, &[("passed", count("count")), ("all", count("of"))]);
            parts.push(Part::Words { html: sentence.html });
            let asked = self.texts.questions.iter().filter_map(|question| {
                let row = *rows.iter().find(|row| row.text("check") == question.test)?;
                let verdict = match row.text("verdict") {
                    "pass" => &texts.pass,
                    "fail" => &texts.fail,
                    _ => &texts.other,
                };
                let value = row.cell("value").map(|cell| pen.roughly(Some(cell), question.share));
                let seen = value.map_or_else(Self::nothing, |value| self.say(&question.seen, &[("value", value)]));
                Some(cells(&[&self.said(&question.asked), &self.said(verdict), &seen]))
            });
            let head = self.heads([&texts.question, &texts.verdict, &texts.seen]);
            parts.push(Part::Table(Sheet { caption: self.said(&texts.caption), head, rows: asked.collect(), numbers_from: 3 }));
            let other = (self.language != Language::En).then_some("en");
            let words = |row: &Row<'a>| {
                let [limit, said] = ["limit", "said"].map(|column| Said::quoted(row.text(column), other));
                cells(&[&super::code(row.text("check")), &limit, &said])
            };
            let head = self.heads([&texts.check, &texts.limit, &texts.said]);
            let sheet =
                Sheet { caption: self.said(&texts.details), head, rows: rows.iter().map(words).collect(), numbers_from: 3 };
            parts.push(Part::Folded { summary: self.said(&texts.details), sheet });
        }
        self.section("calibration", &texts.title, vec![self.said(&texts.lead)], parts)
    }

    /// Where the plan contradicts itself.
    pub(super) fn contradictions(&self) -> Option<Section> {
        let texts = &self.texts.contradictions;
        let mut items_html = Vec::new();
        for run in self.runs {
            let Some(plan) = &run.source.model.plan else { continue };
            for remark in &plan.remarks {
                let domain = remark.domain.map_or_else(
                    || self.said(&self.texts.table.total),
                    |id| Said::name(self.language.pick(&plan.domains[id].label)),
                );
                let about = Said::listed(&[domain, remark.year.map_or_else(Said::default, Said::year)]);
                let words = Said::quoted(self.language.pick(&remark.text), None);
                let html = format!("<strong>{}:</strong> {}", about.html, words.html);
                if !items_html.contains(&html) {
                    items_html.push(html);
                }
            }
        }
        let any = !items_html.is_empty();
        any.then(|| {
            let parts = vec![Part::List { items_html }];
            self.section("contradictions", &texts.title, vec![self.said(&texts.lead)], parts)
        })
    }

    /// Every number that is not certain, with its grade.
    pub(super) fn assumptions(&self) -> Option<Section> {
        let texts = &self.texts.assumptions;
        let mut parts = Vec::new();
        for run in self.runs {
            let rows = run.assumptions.iter().flat_map(Table::rows);
            let uncertain: Vec<Row<'a>> = rows.filter(|row| row.text("certain") == "false").collect();
            if uncertain.is_empty() {
                continue;
            }
            if self.runs.len() > 1 {
                parts.push(Part::Heading { text: Said::name(&run.name()) });
            }
            let pen = self.pen(run);
            let count = |what: &str, column: &str| pen.whole(run.tally(what).and_then(|row| row.cell(column)));
            let grades =
                [("A", "grade_a", &texts.a), ("B", "grade_b", &texts.b), ("C", "grade_c", &texts.c), ("D", "grade_d", &texts.d)];
            let counted =
                grades.map(|(letter, what, meaning)| cells(&[&Said::plain(letter), &self.said(meaning), &count(what, "count")]));
            let head = self.heads([&texts.grade, &texts.meaning, &texts.count]);
            parts.push(Part::Table(Sheet { caption: self.said(&texts.counted), head, rows: counted.to_vec(), numbers_from: 2 }));
            if run.checks.is_some() && run.tally("moved").is_some() {
                let words = [("moved", count("moved", "count")), ("all", count("moved", "of"))];
                parts.push(Part::Words { html: self.say(&texts.moved, &words).html });
            }
            let line = |row: &Row<'a>| {
                let moved = match row.text("moved") {
                    "up" => self.said(&texts.up),
                    "down" => self.said(&texts.down),
                    _ => Self::nothing(),
                };
                let source = Said::cited(row.text("citation"));
                cells(&[&self.named(*row), &Said::plain(row.text("grade")), &self.range(run, *row), &moved, &source])
            };
            let head = self.heads([&texts.what, &texts.grade, &texts.range, &texts.shift, &texts.source]);
            let rows = uncertain.iter().map(line).collect();
            parts.push(Part::Folded {
                summary: self.said(&texts.all),
                sheet: Sheet { caption: self.said(&texts.caption), head, rows, numbers_from: 5 },
            });
        }
        (!parts.is_empty()).then(|| self.section("assumptions", &texts.title, vec![self.said(&texts.lead)], parts))
    }

    /// How sure it is, and what nobody knows.
    pub(super) fn sure(&self) -> Section {
        let texts = &self.texts.sure;
        let bold = |head: &Said, end: &str, text: &Said| format!("<strong>{}{end}</strong> {}", head.html, text.html);
        let own = [
            (&texts.chance, &texts.chance_text),
            (&texts.values, &texts.values_text),
            (&texts.structure, &texts.structure_text),
            (&texts.policy, &texts.policy_text),
            (&texts.error, &texts.error_text),
        ];
        let items_html = own.iter().map(|(head, text)| bold(&self.said(head), "", &self.said(text))).collect();
        let mut parts = vec![Part::List { items_html }];
        let mut limits: Vec<String> = Vec::new();
        for limit in self.runs.iter().flat_map(|run| &run.source.model.limits) {
            let about = self.language.pick(&limit.about).split_whitespace().collect::<Vec<&str>>().join(" ");
            let html = bold(&Said::name(self.language.pick(&limit.label)), ".", &Said::quoted(&about, None));
            if !limits.contains(&html) {
                limits.push(html);
            }
        }
        if !limits.is_empty() {
            parts.push(Part::Heading { text: self.said(&texts.limits) });
            parts.push(Part::List { items_html: limits });
        }
        self.section("sure", &texts.title, vec![self.say(&texts.lead, &[])], parts)
    }
}
