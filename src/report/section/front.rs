//! What is seen first: what was tested, how likely it is, and what that rests on.

use super::{Subject, Writer, year};
use crate::analysis::savings::TOTAL;
use crate::model::{Grade, Prior};
use crate::report::chart::Dots;
use crate::report::html::Said;
use crate::report::page::{Front, FrontCard, FrontClaim};
use crate::report::run::Run;
use crate::report::table::Cell;
use crate::words::number::whole;

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
        Front {
            tested_html,
            cards: self.subjects().iter().map(|subject| self.front_card(subject)).collect(),
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
            ("plan", Said::plain(model.plan.as_ref().map_or("", |plan| self.language.pick(&plan.label)))),
            ("first", year(run.source.manifest.identity.first_year)),
            ("last", year(run.source.manifest.identity.last_year)),
        ];
        let tried = run.savings.is_some() && run.compares();
        self.say(if tried { &texts.tested_plan } else { &texts.tested_run }, &words)
    }

    /// What the numbers of a run rest on.
    fn rests(&self, run: &Run) -> Vec<Said> {
        let texts = &self.texts.front;
        let (identity, model) = (&run.source.manifest.identity, &run.source.model);
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
        let uncertain = || model.parameters.iter().filter(|parameter| !matches!(parameter.prior, Prior::Fixed(_)));
        let own = uncertain().filter(|parameter| parameter.grade == Grade::D).count();
        let counted = |count: usize| Said::plain(&whole(count, self.language));
        if uncertain().count() > 0 {
            said.push(self.say(&texts.rests_grades, &[("own", counted(own)), ("all", counted(uncertain().count()))]));
        }
        let fitted = identity.parameter_design.starts_with("rows:");
        said.push(match self.passed(run).filter(|_| fitted) {
            Some((passed, all)) => self.say(&texts.rests_tests, &[("passed", counted(passed)), ("all", counted(all))]),
            None => self.say(if fitted { &texts.rests_fitted } else { &texts.rests_unfitted }, &[]),
        });
        said
    }

    fn front_card(&self, subject: &Subject<'a>) -> FrontCard {
        let texts = &self.texts.front;
        let (run, when) = (subject.run, subject.run.year());
        let asked =
            [("gross", &texts.headline, &texts.headline_implicit), ("net", &texts.headline_net, &texts.headline_implicit)];
        let mut claims = Vec::new();
        for (kind, message, implicit) in asked {
            let Some(row) = run.saving(subject.scenario, TOTAL, kind, when) else { continue };
            let chance = self.pen(run).fiftieths(row.cell("chance"), &texts.under, &texts.over);
            let booked = self.pen(run).given(row.cell("booked"), self.unit);
            let words = [
                ("chance", chance),
                ("year", year(when)),
                ("booked", booked.clone()),
                ("unit", Said::plain(self.unit_name(self.unit))),
            ];
            let known = row.cell("chance").is_some();
            let said = self.say(if known { message } else { implicit }, &words);
            let svg = self.dots_of(subject, TOTAL, kind, when, &said.plain, None).unwrap_or_default();
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

    /// The dots of an amount, as an image.
    pub(super) fn dots_of(
        &self,
        subject: &Subject<'a>,
        domain: &str,
        kind: &str,
        when: i32,
        description: &str,
        ends: Option<(f64, f64)>,
    ) -> Option<String> {
        let row = subject.run.saving(subject.scenario, domain, kind, when)?;
        let booked = row.cell("booked")?;
        let values: Vec<f64> =
            subject.run.fifty(subject.scenario, domain, kind, when).into_iter().map(|cell| cell.value).collect();
        let texts = &self.texts.chart;
        let unit = Said::plain(self.unit_name(self.unit));
        let label = self.say(if kind == "gross" { &texts.saving_axis } else { &texts.net_axis }, &[("unit", unit)]).plain;
        let amount = self.pen(subject.run).given(Some(booked.clone()), self.unit);
        let mark = self.say(&texts.booked_mark, &[("booked", amount)]).plain;
        let dots = Dots { values: &values, booked: booked.value, ends, mark: &mark, axis: self.axis(&label, self.unit) };
        let title = self.say(
            &texts.dots_title,
            &[
                ("domain", Said::plain(&self.plan_domain(subject.run, domain))),
                ("year", year(when)),
                ("scenario", Said::plain(&subject.label)),
            ],
        );
        let id = self.image();
        let names = crate::report::chart::Names { id: &id, title: &title.plain, description };
        Some(dots.draw(names))
    }
}
