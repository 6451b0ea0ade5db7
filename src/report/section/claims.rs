//! The plan on trial: dots per claim, the test against what was booked, and how much is saved with which chance.

use super::{Drawn, Subject, Writer, cells};
use crate::analysis::savings::TOTAL;
use crate::report::chart::Curve;
use crate::report::html::Said;
use crate::report::page::{Panel, Part, Section, Sheet};
use crate::report::shown::{NONE, euros, place};
use crate::report::table::{Row, Table};

/// Columns of the files of savings.
const COLUMNS: [&str; 15] = [
    "scenario",
    "domain",
    "year",
    "kind",
    "euros",
    "booked",
    "mean",
    "mcse",
    "p05",
    "p50",
    "p95",
    "chance",
    "chance_se",
    "shortfall",
    "reserve_p80",
];

impl<'a> Writer<'a> {
    /// Dots per claim.
    pub(super) fn claims(&self) -> Option<Section> {
        let texts = &self.texts.claims;
        let tried = self.tried();
        if tried.is_empty() {
            return None;
        }
        let parts = tried.iter().map(|subject| self.claims_of(subject)).collect();
        Some(self.section("claims", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }

    /// What a claim is called: its domain, or the total less investments.
    pub(super) fn claim_name(&self, subject: &Subject<'a>, domain: &str, kind: &str) -> Said {
        if kind == "net" { self.said(&self.texts.table.net) } else { self.plan_domain(subject.run, domain) }
    }

    /// The claims of a scenario in the year that is told in full.
    pub(super) fn asked(subject: &Subject<'a>) -> Vec<(&'a str, &'static str)> {
        let domains = Self::plan_domains(subject.run).into_iter().map(|domain| (domain, "gross"));
        domains.chain([(TOTAL, "net")]).collect()
    }

    pub(super) fn chance(&self, subject: &Subject<'a>, row: Row<'_>) -> Said {
        let texts = &self.texts.front;
        match row.cell("chance") {
            None => self.said(&self.texts.table.implicit),
            chance => self.pen(subject.run).fiftieths(chance, &texts.under, &texts.over),
        }
    }

    fn claims_of(&self, subject: &Subject<'a>) -> Part {
        let (texts, when, pen) = (&self.texts.claims, subject.run.year(), self.pen(subject.run));
        let (mut panels, mut rows, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for (domain, kind) in Self::asked(subject) {
            let Some(row) = subject.run.saving(subject.scenario, domain, kind, when) else { continue };
            let name = self.claim_name(subject, domain, kind);
            let chance = self.chance(subject, row);
            let known = row.value("chance").is_some();
            let words = [("claim", name.clone()), ("chance", chance.clone())];
            let caption = self.say(if known { &texts.caption } else { &texts.caption_implicit }, &words);
            let Some(svg) = self.dots_of(subject, domain, kind, when, &caption.plain, None) else { continue };
            panels.push(Panel { caption, svg });
            let booked = pen.given(row.cell("booked"), self.unit);
            let [mean, low, high] = pen.band(row, self.unit);
            rows.push(cells(&[&name, &booked, &mean, &low, &high, &chance]));
            sources.push(row);
        }
        let likely = subject.run.tally_of("likely", subject.scenario, when);
        let none = likely.is_none_or(|row| row.value("of") == Some(0.0));
        let words = [
            ("scenario", subject.label.clone()),
            ("likely", pen.whole(likely.and_then(|row| row.cell("count")))),
            ("told", pen.whole(likely.and_then(|row| row.cell("of")))),
            ("year", Said::year(when)),
        ];
        let table = &self.texts.table;
        let head = [&table.claim, &table.booked, &table.saving, &table.low, &table.high, &table.of_fifty];
        let title = self.say(&texts.chart, &words);
        self.chart(Drawn {
            sentence: self.say(if none { &texts.none_told } else { &texts.sentence }, &words),
            panels,
            abreast: 0,
            key: vec![
                self.key("reached", &self.texts.chart.key_reached),
                self.key("missed", &self.texts.chart.key_missed),
                self.key("booked", &self.texts.chart.key_booked),
            ],
            sheet: Sheet { caption: self.in_unit(&title, self.unit), head: self.heads(head), rows, numbers_from: 1 },
            title,
            columns: &COLUMNS,
            rows: sources,
            name: "besparing",
            from: "savings.csv, dots.csv, tallies.csv",
        })
    }

    /// The test against what was booked, year by year, with what it takes if it is missed.
    pub(super) fn test(&self) -> Option<Section> {
        let texts = &self.texts.test;
        let tried = self.tried();
        if tried.is_empty() {
            return None;
        }
        let mut parts = Vec::new();
        for subject in &tried {
            parts.push(Part::Heading { text: subject.label.clone() });
            parts.extend(self.sentences(subject).into_iter().map(|said| Part::Words { html: said.html }));
            parts.push(self.by_year(subject));
        }
        Some(self.section("test", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }

    fn by_year(&self, subject: &Subject<'a>) -> Part {
        let (texts, table, pen) = (&self.texts.test, &self.texts.table, self.pen(subject.run));
        let years = subject.run.source.model.plan.as_ref().map_or((0, 0), crate::model::Plan::years);
        let mut rows = Vec::new();
        for (domain, kind) in Self::asked(subject) {
            for when in years.0..=years.1 {
                let Some(row) = subject.run.saving(subject.scenario, domain, kind, when) else { continue };
                let [mean, low, high] = pen.band(row, self.unit);
                let rest =
                    ["shortfall", "reserve_p80", "reserve_p95"].map(|column| pen.amount(row.cell(column), self.unit, place(row)));
                let name = Said::listed(&[self.claim_name(subject, domain, kind), Said::year(when)]);
                let booked = pen.given(row.cell("booked"), self.unit);
                let chance = self.chance(subject, row);
                rows.push(cells(&[&name, &booked, &mean, &low, &high, &chance, &rest[0], &rest[1], &rest[2]]));
            }
        }
        let head = [
            &table.claim,
            &table.booked,
            &table.saving,
            &table.low,
            &table.high,
            &table.of_fifty,
            &table.shortfall,
            &table.reserve80,
            &table.reserve95,
        ];
        let words = [("scenario", subject.label.clone()), ("unit", Said::plain(self.unit_name(self.unit)))];
        let caption = self.say(&texts.caption, &words);
        Part::Table(Sheet { caption, head: self.heads(head), rows, numbers_from: 1 })
    }

    /// What the test says, in words.
    fn sentences(&self, subject: &Subject<'a>) -> Vec<Said> {
        let (texts, pen, when) = (&self.texts.test, self.pen(subject.run), subject.run.year());
        let unit = Said::plain(self.unit_name(self.unit));
        let mut said = Vec::new();
        if let Some(row) = subject.run.saving(subject.scenario, TOTAL, "net", when) {
            let [mean, low, high] = pen.band(row, self.unit);
            let task = pen.given(row.cell("task"), self.unit);
            let words = [
                ("mean", mean),
                ("low", low),
                ("high", high),
                ("task", task),
                ("year", Said::year(when)),
                ("unit", unit.clone()),
            ];
            if row.value("mean").is_some_and(|mean| mean < 0.0) {
                said.push(self.say(&texts.loss, &words));
            }
            said.push(
                self.say(if row.value("task").is_some_and(|task| task > 0.0) { &texts.net_task } else { &texts.net }, &words),
            );
            said.extend(self.reserve(subject, row));
        }
        let claims = subject.run.savings.iter().flat_map(Table::rows);
        for row in claims.filter(|row| row.is(&[("scenario", subject.scenario), ("kind", "claim")])) {
            let plan = subject.run.source.model.plan.as_ref();
            let claim = plan.and_then(|plan| plan.claims.iter().find(|claim| claim.name == row.text("domain")));
            let percent = |column| pen.percent(row.cell(column), row.value("mcse"));
            let words = [
                ("claim", Said::name(claim.map_or(row.text("domain"), |claim| self.language.pick(&claim.label)))),
                ("year", Said::year(row.text("year"))),
                ("factor", percent("booked")),
                ("part", percent("mean")),
                ("low", percent("p05")),
                ("high", percent("p95")),
                ("chance", self.chance(subject, row)),
            ];
            said.push(self.say(&texts.claim, &words));
        }
        said.extend(self.contracts(subject));
        said
    }

    /// What is missing of an amount, and what must be set aside for that; nothing if it is always there.
    pub(super) fn reserve(&self, subject: &Subject<'a>, row: Row<'_>) -> Option<Said> {
        let pen = self.pen(subject.run);
        let amount = |column| pen.amount(row.cell(column), self.unit, place(row));
        let words = [
            ("shortfall", amount("shortfall")),
            ("reserve80", amount("reserve_p80")),
            ("reserve95", amount("reserve_p95")),
            ("year", Said::year(row.text("year"))),
            ("unit", Said::plain(self.unit_name(self.unit))),
        ];
        row.value("chance").is_some_and(|chance| chance < 1.0).then(|| self.say(&self.texts.test.reserve, &words))
    }

    /// What lump sums mean for both sides.
    fn contracts(&self, subject: &Subject<'a>) -> Vec<Said> {
        let (texts, pen, when) = (&self.texts.test, self.pen(subject.run), subject.run.year());
        let terms = subject.run.scenario(subject.scenario).map(|scenario| &scenario.terms.contracts);
        let mut said = Vec::new();
        for &id in terms.into_iter().flatten() {
            let contract = &subject.run.source.model.contracts[id];
            let find = |metric: &str| {
                let what = [("scenario", subject.scenario), ("contract", &*contract.name), ("metric", metric)];
                let mut rows = subject.run.contracts.iter().flat_map(Table::rows);
                rows.find(|row| row.year() == Some(when) && row.is(&what))
            };
            let (Some(sum), Some(tariffs)) = (find("sum"), find("at_tariffs")) else { continue };
            let words = [
                ("contract", Said::name(self.language.pick(&contract.label))),
                ("year", Said::year(when)),
                ("sum", pen.amount(sum.cell("mean"), self.unit, place(sum))),
                ("tariffs", pen.amount(tariffs.cell("mean"), self.unit, place(tariffs))),
                ("unit", Said::plain(self.unit_name(self.unit))),
                ("share", pen.percent(sum.cell("share_of_result"), Some(0.01))),
            ];
            said.push(self.say(&texts.contract, &words));
        }
        said
    }

    /// How much is saved with which chance.
    pub(super) fn curves(&self) -> Option<Section> {
        let texts = &self.texts.curve;
        let tried = self.tried();
        if tried.is_empty() {
            return None;
        }
        let mut parts = Vec::new();
        for subject in &tried {
            let (when, pen) = (subject.run.year(), self.pen(subject.run));
            let (mut panels, mut rows, mut sources) = (Vec::new(), Vec::new(), Vec::new());
            let mut sentences = Vec::new();
            for kind in ["gross", "net"] {
                let Some(row) = subject.run.saving(subject.scenario, TOTAL, kind, when) else { continue };
                let Some(booked) = row.cell("booked") else { continue };
                let unit = Said::plain(self.unit_name(self.unit));
                let level = place(row);
                let amount = |column: &str| pen.amount(row.cell(column), self.unit, level);
                let words = [
                    ("half", amount("p50")),
                    ("p05", amount("p05")),
                    ("p10", amount("p10")),
                    ("year", Said::year(when)),
                    ("unit", unit.clone()),
                ];
                let sentence = self.say(if kind == "gross" { &texts.sentence } else { &texts.sentence_net }, &words);
                let cells_of = subject.run.fifty(subject.scenario, TOTAL, kind, when);
                let values: Vec<f64> = cells_of.iter().map(|cell| cell.value).collect();
                let chart = &self.texts.chart;
                let label = self.say(if kind == "gross" { &chart.saving_axis } else { &chart.net_axis }, &[("unit", unit)]).plain;
                let mark = self.say(&chart.booked_mark, &[("booked", pen.given(Some(booked.clone()), self.unit))]).plain;
                let marks = pen.marks(&booked, euros(self.unit), "");
                let axis = self.axis(&label, self.unit);
                let curve = Curve { values: &values, booked: booked.value, mark: (&mark, &marks), futures: &chart.futures, axis };
                let caption = self.said(if kind == "gross" { &texts.gross } else { &self.texts.table.net });
                panels.push(self.panel(caption.clone(), &sentence.plain, |names| curve.draw(names)));
                let quantiles = ["p05", "p10", "p25", "p50", "p75", "p90", "p95"].map(amount);
                let all: Vec<&Said> = [&caption].into_iter().chain(&quantiles).collect();
                rows.push(cells(&all));
                sources.push(row);
                sentences.push(sentence);
            }
            let head = [
                &self.texts.table.claim,
                &texts.in95,
                &texts.in90,
                &texts.in75,
                &texts.in50,
                &texts.in25,
                &texts.in10,
                &texts.in05,
            ];
            let caption = self.in_unit(&subject.label, self.unit);
            parts.push(self.chart(Drawn {
                title: subject.label.clone(),
                sentence: Said::joined(&sentences),
                panels,
                abreast: 0,
                key: Vec::new(),
                sheet: Sheet { caption, head: self.heads(head), rows, numbers_from: 1 },
                columns: &["scenario", "domain", "year", "kind", "booked", "p05", "p10", "p25", "p50", "p75", "p90", "p95"],
                rows: sources,
                name: "kans",
                from: "savings.csv, dots.csv",
            }));
        }
        Some(self.section("curve", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }

    /// Says that a cell has nothing to show.
    pub(super) fn nothing() -> Said {
        Said::plain(NONE)
    }
}
