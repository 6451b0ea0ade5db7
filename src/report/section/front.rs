//! What is seen first: what was tested, how likely it is, and what that rests on.

use super::{Subject, Writer};
use crate::analysis::savings::TOTAL;
use crate::report::chart::Dots;
use crate::report::html::Said;
use crate::report::page::{Front, FrontCard, FrontClaim};
use crate::report::run::Run;
use crate::report::shown::euros;
use crate::report::table::Cell;

/// What is told of a scenario: its saving, and what is left of it.
const KINDS: [&str; 2] = ["gross", "net"];

/// So many scenarios fit the first screen of a laptop as cards.
const CARDS: usize = 2;

impl<'a> Writer<'a> {
    pub(super) fn title(&self) -> String {
        let front = &self.texts.front;
        if self.tried().is_empty() { front.title_plain.clone() } else { front.title.clone() }
    }

    /// The municipalities.
    pub(super) fn place(&self) -> String {
        let mut names: Vec<&str> = self.runs.iter().map(|run| self.language.pick(&run.source.model.label)).collect();
        names.dedup();
        names.join(", ")
    }

    pub(super) fn front(&self) -> Front {
        let texts = &self.texts.front;
        let tested_html = self.runs.iter().map(|run| self.tested(run).html).collect();
        let mut rests_html: Vec<String> = Vec::new();
        for run in self.runs {
            for said in self.rests(run) {
                if !rests_html.contains(&said.html) {
                    rests_html.push(said.html);
                }
            }
        }
        let subjects = self.subjects();
        let rows = (subjects.len() > CARDS).then(|| Self::shared(&subjects));
        Front {
            tested_html,
            compact: rows.is_some(),
            cards: subjects.iter().map(|subject| self.front_card(subject, rows)).collect(),
            rests_html,
            tested: texts.tested.clone(),
            likely: texts.likely.clone(),
            rests: texts.rests.clone(),
            key_html: if self.tried().is_empty() { String::new() } else { self.say(&texts.key, &[]).html },
        }
    }

    /// What was tested in a run.
    fn tested(&self, run: &Run) -> Said {
        let texts = &self.texts.front;
        let model = &run.source.model;
        let words = [
            ("plan", Said::name(model.plan.as_ref().map_or("", |plan| self.language.pick(&plan.label)))),
            ("first", Said::year(run.source.manifest.identity.first_year)),
            ("last", Said::year(run.source.manifest.identity.last_year)),
        ];
        let tried = run.savings.is_some() && run.compares();
        self.say(if tried { &texts.tested_plan } else { &texts.tested_run }, &words)
    }

    /// What the numbers of a run rest on.
    fn rests(&self, run: &Run) -> Vec<Said> {
        let texts = &self.texts.front;
        let identity = &run.source.manifest.identity;
        let pen = self.pen(run);
        let from = |value: f64, what: &str| Some(Cell { value, from: format!("manifest.json::{what}") });
        let members = run.source.manifest.members as f64;
        let draws = pen.figures(from(f64::from(identity.draws), "identity.draws"));
        let mut said = vec![self.say(
            if members < 100.0 { &texts.rests_few } else { &texts.rests_members },
            &[("members", pen.figures(from(members, "members"))), ("draws", draws)],
        )];
        if identity.scale.to_bits() != 1.0f64.to_bits() {
            let cell = Cell { value: identity.scale, from: "manifest.json::identity.scale".to_owned() };
            said.push(self.say(&texts.rests_scale, &[("share", pen.percentage(&cell))]));
        }
        let tally = |what: &str, count: &'static str, text: &str| {
            let row = run.tally(what).filter(|row| row.value("of").is_some_and(|of| of > 0.0))?;
            Some(self.say(text, &[(count, pen.whole(row.cell("count"))), ("all", pen.whole(row.cell("of")))]))
        };
        said.extend(tally("grade_d", "own", &texts.rests_grades));
        let fitted = identity.parameter_design.starts_with("rows:");
        let untold = || self.said(if fitted { &texts.rests_fitted } else { &texts.rests_unfitted });
        said.push(tally("checks_passed", "passed", &texts.rests_tests).unwrap_or_else(untold));
        said
    }

    /// What a scenario saves in all; `rows` is given where there are so many scenarios that each has a row instead of a card.
    fn front_card(&self, subject: &Subject<'a>, rows: Option<[(f64, f64); 2]>) -> FrontCard {
        let texts = &self.texts.front;
        let (run, when) = (subject.run, subject.run.year());
        let messages = match rows {
            None => [&texts.headline, &texts.headline_net],
            Some(_) => [&texts.brief, &texts.brief_net],
        };
        let mut claims = Vec::new();
        for (at, (kind, message)) in KINDS.into_iter().zip(messages).enumerate() {
            let Some(row) = run.saving(subject.scenario, TOTAL, kind, when) else { continue };
            let chance = self.pen(run).fiftieths(row.cell("chance"), &texts.under, &texts.over);
            let booked = self.pen(run).given(row.cell("booked"), self.unit);
            let words = [
                ("chance", chance),
                ("year", Said::year(when)),
                ("booked", booked.clone()),
                ("unit", Said::plain(self.unit_name(self.unit))),
            ];
            let known = row.cell("chance").is_some();
            let said = self.say(if known { message } else { &texts.headline_implicit }, &words);
            let svg = self.dots_of(subject, TOTAL, kind, when, &said.plain, rows.map(|ends| ends[at])).unwrap_or_default();
            claims.push(FrontClaim { sentence_html: said.html, svg });
            if !known {
                break;
            }
        }
        let note = if claims.is_empty() {
            let why = if run.compares() { &texts.no_plan } else { &texts.no_comparison };
            self.say(why, &[])
        } else {
            Said::default()
        };
        FrontCard { title: subject.label.clone(), claims, note_html: note.html }
    }

    /// The ends of an axis for all scenarios, gross and net.
    fn shared(subjects: &[Subject<'a>]) -> [(f64, f64); 2] {
        KINDS.map(|kind| {
            let values = subjects.iter().flat_map(|subject| {
                let (run, when) = (subject.run, subject.run.year());
                let booked = run.saving(subject.scenario, TOTAL, kind, when).and_then(|row| row.value("booked"));
                run.fifty(subject.scenario, TOTAL, kind, when).into_iter().map(|cell| cell.value).chain(booked)
            });
            Dots::ends_of(values)
        })
    }

    /// The dots of an amount, as an image; only they where the ends are shared with others.
    pub(super) fn dots_of(
        &self,
        subject: &Subject<'a>,
        domain: &str,
        kind: &str,
        when: i32,
        description: &str,
        shared: Option<(f64, f64)>,
    ) -> Option<String> {
        let row = subject.run.saving(subject.scenario, domain, kind, when)?;
        let booked = row.cell("booked")?;
        let values: Vec<f64> =
            subject.run.fifty(subject.scenario, domain, kind, when).into_iter().map(|cell| cell.value).collect();
        let texts = &self.texts.chart;
        let unit = Said::plain(self.unit_name(self.unit));
        let label = self.say(if kind == "gross" { &texts.saving_axis } else { &texts.net_axis }, &[("unit", unit)]).plain;
        let pen = self.pen(subject.run);
        let mark = self.say(&texts.booked_mark, &[("booked", pen.given(Some(booked.clone()), self.unit))]).plain;
        let marks = pen.marks(&booked, euros(self.unit), "");
        let axis = self.axis(&label, self.unit);
        let dots = Dots { values: &values, booked: booked.value, ends: shared, mark: (&mark, &marks), axis };
        let title = self.say(
            &texts.dots_title,
            &[("domain", self.plan_domain(subject.run, domain)), ("year", Said::year(when)), ("scenario", subject.label.clone())],
        );
        let id = self.image();
        let names = crate::report::chart::Names { id: &id, title: &title.plain, description };
        Some(if shared.is_some() { dots.strip(names) } else { dots.draw(names) })
    }
}
