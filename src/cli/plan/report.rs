//! A plan on trial, for a terminal of 80 columns and a reader who is no statistician.

use super::shares::Found;
use crate::analysis::Band;
use crate::analysis::savings::{CashRow, ContractRow, Euros, Kind, Row, TOTAL};
use crate::cli::language::Language;
use crate::cli::number::{Amounts, FUTURES, error_in_fiftieths, fiftieths, significant, whole, written};
use crate::cli::table::{STYLE, amounts_unit, drawn};
use crate::cli::text::{Texts, fill, paragraph};
use crate::model::{Label, Model, Plan, Scenario};
use comfy_table::Table;

/// Chances of which the first year is told.
const LIKELY: [f64; 2] = [0.5, 0.8];

/// No such number.
const NONE: &str = "\u{2013}";

/// What there is to tell.
pub(super) struct Report<'a> {
    /// The model.
    pub(super) model: &'a Model,
    /// Its plan.
    pub(super) plan: &'a Plan,
    /// The savings of the run.
    pub(super) rows: &'a [Row],
    /// The contracts of the run.
    pub(super) contracts: &'a [ContractRow],
    /// What of the savings can be taken from the budget.
    pub(super) cash: &'a [CashRow],
    /// What other commands have found of the run.
    pub(super) found: &'a Found,
    /// Members of the run.
    pub(super) members: usize,
    /// Year that is told in full.
    pub(super) year: i32,
    /// Last year of the run.
    pub(super) last: i32,
    /// The reader's language.
    pub(super) language: Language,
    /// Texts in that language.
    pub(super) texts: &'a Texts,
}

impl Report<'_> {
    /// The whole of it.
    pub(super) fn text(&self) -> String {
        let texts = &self.texts.plan;
        let words = [
            ("plan", self.language.pick(&self.plan.label)),
            ("members", &whole(self.members, self.language)),
            ("unit", amounts_unit(self.texts, Amounts::Million)),
            ("prices", &self.model.prices.constant_year.to_string()),
            ("year", &self.year.to_string()),
            ("error", &self.error()),
        ];
        let told = |sentences: &str| paragraph(&fill(sentences, &words));
        let mut text = told(&texts.title) + &told(&texts.rule);
        let mut names: Vec<&str> = self.rows.iter().map(|row| row.scenario.as_str()).filter(|name| !name.is_empty()).collect();
        names.dedup();
        for name in names {
            text += &format!("\n{}", self.scenario(name));
        }
        text += &format!("\n{}{}", told(&texts.chance_error), told(&texts.reading));
        let remarks = self.remarks();
        if !remarks.is_empty() {
            text += &format!("\n{}\n{remarks}", fill(&texts.remarks, &words));
        }
        text
    }

    /// Rows of a scenario in constant euros and the realised band.
    fn of(&self, scenario: &str, domain: &str, kind: Kind, year: i32) -> Option<&Row> {
        self.rows.iter().find(|row| {
            row.scenario == scenario
                && row.domain == domain
                && row.kind == kind
                && row.year == year
                && row.euros == Euros::Constant
                && row.band == Band::Realised
        })
    }

    fn scenario(&self, name: &str) -> String {
        let texts = &self.texts.plan;
        let scenario = self.model.scenarios.iter().find(|scenario| scenario.name == name);
        let label = scenario.map_or(name, |scenario| self.language.pick(&scenario.label));
        let knowledge =
            scenario.and_then(|scenario| scenario.terms.knowledge).map_or_else(|| NONE.to_owned(), |year| year.to_string());
        let titled = fill(&texts.scenario, &[("scenario", label), ("knowledge", &knowledge)]);
        // Who asks for another year than the scenario's own finds it in the label.
        let mut text = paragraph(if name.contains('@') { label } else { &titled });
        text += &self.domains(name);
        text += &self.totals(name);
        text + &self.sentences(name, scenario) + &self.cash(name) + &self.found(name)
    }

    /// The year that is told in full, domain by domain.
    fn domains(&self, name: &str) -> String {
        let texts = &self.texts.plan;
        let year = self.year.to_string();
        let mut table = Table::new();
        let header = [&year, &texts.booked, &texts.saving, &self.texts.table.band, &texts.chance];
        table.load_style(STYLE).set_header(header);
        for domain in &self.plan.domains {
            self.row(&mut table, self.language.pick(&domain.label), self.of(name, &domain.name, Kind::Gross, self.year));
        }
        self.row(&mut table, &texts.total, self.of(name, TOTAL, Kind::Gross, self.year));
        self.row(&mut table, &texts.net, self.of(name, TOTAL, Kind::Net, self.year));
        drawn(table)
    }

    /// The total less investments, year by year.
    fn totals(&self, name: &str) -> String {
        let texts = &self.texts.plan;
        let mut table = Table::new();
        table.load_style(STYLE).set_header([&texts.by_year, &texts.booked, &texts.saving, &self.texts.table.band, &texts.chance]);
        let (first, last) = self.plan.years();
        for year in first..=last.min(self.last) {
            self.row(&mut table, &year.to_string(), self.of(name, TOTAL, Kind::Net, year));
        }
        drawn(table)
    }

    fn row(&self, table: &mut Table, name: &str, row: Option<&Row>) {
        let Some(row) = row else { return };
        let place = |mean: f64| significant(mean, row.mcse.unwrap_or(f64::NAN));
        let amount = |euros: f64| self.amount(euros, row.mean.map_or(3, place));
        let mean = row.mean.map_or_else(|| NONE.to_owned(), amount);
        let band =
            row.p05.zip(row.p95).map_or_else(String::new, |(low, high)| format!("{} {NONE} {}", amount(low), amount(high)));
        table.add_row([format!(" {name}"), self.amount(row.booked, 0), mean, band, self.chance(row)]);
    }

    pub(super) fn amount(&self, euros: f64, place: i32) -> String {
        Amounts::Million.written(euros, place.max(4), self.language)
    }

    /// A chance as so many of fifty.
    fn chance(&self, row: &Row) -> String {
        let texts = &self.texts.plan;
        let Some(chance) = row.chance else { return texts.implicit.clone() };
        fill(&texts.of_fifty, &[("number", &fiftieths(chance, self.language))])
    }

    /// The largest error of a chance that is shown, in fiftieths.
    fn error(&self) -> String {
        let shown =
            self.rows.iter().filter(|row| row.year == self.year && row.euros == Euros::Constant && row.band == Band::Realised);
        error_in_fiftieths(shown.filter_map(|row| row.chance_se), self.language)
    }

    /// What the tables say, in words.
    fn sentences(&self, name: &str, scenario: Option<&Scenario>) -> String {
        let texts = &self.texts.plan;
        let mut text = String::new();
        let year = self.year.to_string();
        if let Some((row, task)) =
            self.of(name, TOTAL, Kind::Net, self.year).and_then(|row| Some((row, row.task.filter(|task| *task > 0.0)?)))
        {
            let percent = |euros: Option<f64>| {
                let place =
                    significant(100.0 * row.mean.unwrap_or(0.0) / task, 100.0 * row.mcse.unwrap_or(f64::NAN) / task).max(0);
                euros.map_or_else(|| NONE.to_owned(), |euros| written(100.0 * euros / task, place, self.language))
            };
            let words = [
                ("year", &*year),
                ("task", &self.amount(task, 0)),
                ("share", &percent(row.mean)),
                ("low", &percent(row.p05)),
                ("high", &percent(row.p95)),
            ];
            let covers = row.mean.is_some_and(|mean| mean > 0.0);
            let lost = ("lost", &*self.amount(-row.mean.unwrap_or(0.0), 5));
            text += &paragraph(&fill(if covers { &texts.covers } else { &texts.costs }, &[&words[..], &[lost]].concat()));
        }
        if let Some(row) = self.of(name, TOTAL, Kind::Net, self.year).filter(|row| row.chance.is_some_and(|chance| chance < 1.0))
        {
            let amount = |euros: Option<f64>| euros.map_or_else(|| NONE.to_owned(), |euros| self.amount(euros, 5));
            let words = [
                ("year", &*year),
                ("shortfall", &amount(row.shortfall)),
                ("reserve80", &amount(row.reserve_p80)),
                ("reserve95", &amount(row.reserve_p95)),
            ];
            text += &paragraph(&fill(&texts.reserve, &words));
        }
        if self.of(name, TOTAL, Kind::Net, self.year).is_some_and(|row| row.chance.is_some()) {
            let passes = LIKELY.map(|chance| self.passes(name, chance));
            let words = [("fifty", &*passes[0]), ("eighty", &*passes[1])];
            text += &paragraph(&fill(&texts.passes, &words));
        }
        for row in self.rows.iter().filter(|row| row.scenario == name && row.year == self.year && row.euros == Euros::Constant) {
            let Some(multiplier) = row.multiplier.filter(|_| row.band == Band::Realised && row.domain != TOTAL) else { continue };
            let domain = self.plan.domains.iter().find(|domain| domain.name == row.domain);
            let words = [
                ("domain", domain.map_or(&*row.domain, |domain| self.language.pick(&domain.label))),
                ("multiplier", &written(multiplier, significant(multiplier, 0.1), self.language)),
                ("year", &year),
            ];
            let beyond = if row.feasible == Some(false) { format!(" {}", texts.infeasible) } else { String::new() };
            text += &paragraph(&format!("{}{beyond}", fill(&texts.multiplier, &words)));
        }
        for row in self.rows.iter().filter(|row| row.scenario == name && row.kind == Kind::Claim) {
            text += &self.claim(row);
        }
        for &id in scenario.iter().flat_map(|scenario| &scenario.terms.contracts) {
            text += &self.contract(name, id);
        }
        text
    }

    /// A claim of the plan, and what came of it.
    fn claim(&self, row: &Row) -> String {
        let label = self.plan.claims.iter().find(|claim| claim.name == row.domain).map(|claim| self.language.pick(&claim.label));
        let percent = |part: Option<f64>| {
            let place = significant(100.0, 100.0 * row.mcse.unwrap_or(f64::NAN)).max(0);
            part.map_or_else(|| NONE.to_owned(), |part| written(100.0 * part, place, self.language))
        };
        let words = [
            ("claim", label.unwrap_or(&row.domain)),
            ("year", &row.year.to_string()),
            ("factor", &percent(Some(row.booked))),
            ("part", &percent(row.mean)),
            ("low", &percent(row.p05)),
            ("high", &percent(row.p95)),
            ("chance", &self.chance(row)),
        ];
        paragraph(&fill(&self.texts.plan.claim, &words))
    }

    /// The first year in which the total less investments reaches what is booked with such a chance.
    fn passes(&self, name: &str, chance: f64) -> String {
        let year = (self.plan.years().0..=self.last)
            .find(|&year| self.of(name, TOTAL, Kind::Net, year).and_then(|row| row.chance).is_some_and(|found| found >= chance));
        year.map_or_else(
            || fill(&self.texts.plan.no_year, &[("last", &self.last.to_string())]),
            |year| fill(&self.texts.plan.in_year, &[("year", &year.to_string())]),
        )
    }

    /// What a contract means for both sides.
    fn contract(&self, name: &str, id: usize) -> String {
        let contract = &self.model.contracts[id];
        let find = |metric: &str| {
            self.contracts.iter().find(|row| {
                row.scenario == name && row.contract == contract.name && row.year == self.year && row.metric == metric
            })
        };
        let (Some(sum), Some(result), Some(tariffs)) = (find("sum"), find("provider_result"), find("at_tariffs")) else {
            return String::new();
        };
        let amount = |row: &ContractRow, euros: f64| self.amount(euros, significant(row.mean, row.mcse.unwrap_or(f64::NAN)));
        let opened = contract.clauses.iter().filter_map(|clause| {
            let row = find(&format!("opened:{}", clause.name))?;
            let words =
                [("clause", self.language.pick(&clause.label)), ("number", &*written(FUTURES * row.mean, 0, self.language))];
            Some(fill(&self.texts.plan.opened, &words))
        });
        let opened: Vec<String> = opened.collect();
        let share = sum.share_of_result.unwrap_or(0.0);
        let words = [
            ("contract", self.language.pick(&contract.label)),
            ("year", &self.year.to_string()),
            ("sum", &amount(sum, sum.mean)),
            ("tariffs", &amount(tariffs, tariffs.mean)),
            ("result", &amount(result, result.mean)),
            ("low", &amount(result, result.p05)),
            ("high", &amount(result, result.p95)),
            ("opened", &opened.join(", ")),
            ("share", &written(100.0 * share, 0, self.language)),
        ];
        let texts = &self.texts.plan;
        let provider =
            if contract.served().next().is_none() { String::new() } else { format!(" {}", fill(&texts.provider, &words)) };
        let clauses = if opened.is_empty() { String::new() } else { format!(" {}", fill(&texts.clauses, &words)) };
        paragraph(&format!("{}{provider} {}{clauses}", fill(&texts.contract, &words), fill(&texts.unknown_sum, &words)))
    }

    /// Contradictions of the plan beside what they touch, for the year that is told.
    fn remarks(&self) -> String {
        let domains = self.plan.domains.iter().enumerate().map(|(id, domain)| (Some(id), self.language.pick(&domain.label)));
        let said = |(id, name): (Option<usize>, &str)| -> String {
            let line = |text: &Label| paragraph(&format!("- {name}: {}", self.language.pick(text)));
            let years =
                (self.plan.years().0..=self.last).flat_map(|year| self.plan.remarks(id, year).map(line).collect::<Vec<_>>());
            let mut lines: Vec<String> = Vec::new();
            for line in years {
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
            lines.concat()
        };
        domains.chain([(None, &*self.texts.plan.total)]).map(said).collect()
    }
}
