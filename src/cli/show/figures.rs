//! Figures, each with its source; and how good they are together.

use super::words::letter;
use super::{Section, Show};
use crate::cli::breaks;
use crate::cli::number::{figures, whole, written};
use crate::cli::text::fill;
use crate::model::{
    Account, Amounts, Booked, Break, Cash, CashRule, Contract, Correlation, Count, Counted, Frailty, FrailtyLaw, Grade, Growth,
    Keeper, Origin, Parameter, Prior, Shock, Table, Trend,
};

/// A figure of the model with what it says and where it comes from. A table counts once.
pub(super) struct Figure {
    name: String,
    /// Name, and value if it is one number or one table, in words.
    pub(super) text: String,
    pub(super) origin: Origin,
}

impl Figure {
    fn new(name: &str, text: String, source: usize, note: Option<&String>, grade: Grade) -> Self {
        Self {
            name: name.to_owned(),
            text,
            origin: Origin { source: Some(source), note: note.cloned(), note_nl: None, grade: Some(grade) },
        }
    }
}

impl Show<'_> {
    /// Every parameter: median, range, unit, source, grade.
    pub(super) fn parameters(&self) -> Section {
        let parameters = self.model.parameters.iter().zip(&self.medians);
        self.figures(&self.texts.show.parameters, parameters.map(|(parameter, &median)| self.parameter(parameter, median)))
    }

    fn parameter(&self, parameter: &Parameter, median: f64) -> Figure {
        let texts = &self.texts.show;
        let at = |p| self.number(parameter.prior.quantile(p));
        let (median, low, high) = (self.number(median), at(0.05), at(0.95));
        let words = [("median", &*median), ("low", &low), ("high", &high), ("unit", self.unit(parameter.unit))];
        let (certain, label) = (matches!(parameter.prior, Prior::Fixed(_)), self.language.pick(&parameter.label));
        let name = if label == parameter.name { String::new() } else { format!(", {label}") };
        let text = if certain { fill(&texts.certain, &words) } else { fill(&texts.range, &words) };
        let text = format!("`{}`{name}: {text}.", parameter.name);
        let mut figure = Figure::new(&parameter.name, text, parameter.source, parameter.note.as_ref(), parameter.grade);
        figure.origin.note_nl.clone_from(&parameter.note_nl);
        figure
    }

    /// Every table: what it tells apart and between which bounds it lies; every trend.
    pub(super) fn tables(&self) -> Section {
        let texts = &self.texts.show;
        let mut section = self.figures(&texts.tables, self.model.tables.iter().map(|table| self.table(table)));
        for trend in &self.model.trends {
            section.add(0, &self.trend(trend));
        }
        section
    }

    pub(super) fn trend(&self, trend: &Trend) -> String {
        let texts = &self.texts.show;
        match &trend.growth {
            Growth::Steady { factor_per_year, reference_year } => {
                let (factor, year) = (self.value(factor_per_year), reference_year.to_string());
                fill(&texts.trend, &[("name", &trend.name), ("factor", &factor), ("year", &year)])
            }
            Growth::ByYear(factors) => {
                let mut year = self.model.first_year;
                let spans = factors.chunk_by(|a, b| a == b).map(|alike| {
                    let (first, last) = (year, year + alike.len() as i32 - 1);
                    year = last + 1;
                    let years = if first == last { first.to_string() } else { format!("{first}-{last}") };
                    format!("{years}: {}", self.value(&alike[0]))
                });
                let spans = spans.collect::<Vec<_>>().join("; ");
                fill(&texts.trend_by_year, &[("name", &trend.name), ("factors", &spans)])
            }
        }
    }

    fn table(&self, table: &Table) -> Figure {
        let text = format!("`{}`: {}.", table.name, self.cells(table));
        Figure::new(&table.name, text, table.source, table.note.as_ref(), table.grade)
    }

    /// The unit of a table, how many values it has and between which bounds, and what it tells apart.
    pub(super) fn cells(&self, table: &Table) -> String {
        let (model, texts) = (self.model, &self.texts.show);
        let mut dimensions: Vec<&str> =
            table.attributes.iter().map(|&id| self.language.pick(&model.attributes[id].label)).collect();
        dimensions.extend(table.age.then_some(texts.age.as_str()));
        dimensions.extend(table.year.then_some(self.texts.table.year.as_str()));
        let bound = |start: f64, wider: fn(f64, f64) -> f64| self.number(table.values.iter().copied().fold(start, wider));
        let (low, high) = (bound(f64::MAX, f64::min), bound(f64::MIN, f64::max));
        let (count, dimensions) = (whole(table.values.len(), self.language), dimensions.join(" × "));
        let words = [
            ("unit", self.unit(table.unit).trim_matches(['(', ')'])),
            ("count", &count),
            ("low", &low),
            ("high", &high),
            ("dimensions", &dimensions),
        ];
        fill(if table.values.len() == 1 { &texts.cells_one } else { &texts.cells }, &words)
    }

    /// Shocks and frailty.
    pub(super) fn shared(&self) -> Section {
        let shocks = self.model.shocks.iter().map(|shock| self.shock(shock));
        self.figures(&self.texts.show.shocks, shocks.chain(self.model.frailty.iter().map(|frailty| self.frailty(frailty))))
    }

    fn shock(&self, shock: &Shock) -> Figure {
        let (sigma, persistence) = (self.value(&shock.sigma), self.value(&shock.persistence));
        let label = self.language.pick(&shock.label);
        let words = [("name", &*shock.name), ("label", label), ("sigma", &sigma), ("persistence", &persistence)];
        let text = fill(&self.texts.show.shock_line, &words);
        Figure::new(&shock.name, text, shock.source, shock.note.as_ref(), shock.grade)
    }

    pub(super) fn frailty(&self, frailty: &Frailty) -> Figure {
        let law = if matches!(frailty.law, FrailtyLaw::Gamma { .. }) { "gamma" } else { "lognormal" };
        let (spread, share) = (self.value(frailty.law.spread()), self.value(&frailty.household_share));
        let text = fill(&self.texts.show.frailty, &[("law", law), ("spread", &spread), ("share", &share)]);
        Figure::new("frailty", text, frailty.source, frailty.note.as_ref(), frailty.grade)
    }

    /// Correlated parameters.
    pub(super) fn correlations(&self) -> Section {
        let pairs = self.model.correlations.iter().map(|pair| self.correlation(pair));
        self.figures(&self.texts.show.correlations, pairs)
    }

    fn correlation(&self, pair: &Correlation) -> Figure {
        let [a, b] = pair.between.map(|id| self.model.parameters[id].name.as_str());
        let text = fill(&self.texts.show.correlation, &[("a", a), ("b", b), ("rho", &self.number(pair.rho))]);
        Figure::new(&format!("{a}~{b}"), text, pair.source, pair.note.as_ref(), pair.grade)
    }

    /// Lines of the accounts.
    pub(super) fn accounts(&self) -> Section {
        self.figures(&self.texts.show.accounts, self.model.accounts.iter().map(|account| self.account(account)))
    }

    fn account(&self, account: &Account) -> Figure {
        let amount = |&(year, euro): &(i32, f64)| format!("{} ({year})", written(euro, 0, self.language));
        let amounts: Vec<String> = account.euro.iter().map(amount).collect();
        let words = [("name", &*account.name), ("label", self.language.pick(&account.label)), ("amounts", &amounts.join("; "))];
        let text = fill(&self.texts.show.account, &words);
        Figure::new(&account.name, text, account.source, account.note.as_ref(), account.grade)
    }

    /// Published numbers.
    pub(super) fn published(&self) -> Section {
        self.figures(&self.texts.show.published, self.model.counts.iter().map(|count| self.count_of(count)))
    }

    fn count_of(&self, count: &Count) -> Figure {
        let value = |&(year, value): &(i32, f64)| format!("{} ({year})", figures(value, self.language));
        let values: Vec<String> = count.value.iter().map(value).collect();
        let words = [
            ("name", &*count.name),
            ("label", self.language.pick(&count.label)),
            ("counted", &self.counted(count)),
            ("values", &values.join("; ")),
        ];
        let texts = &self.texts.show;
        let text = fill(if values.is_empty() { &texts.divisor } else { &texts.count }, &words);
        Figure::new(&count.name, text, count.source, count.note.as_ref(), count.grade)
    }

    /// What is counted where, by the names of the model.
    pub(super) fn counted(&self, count: &Count) -> String {
        let model = self.model;
        let name = |of: &Counted| match *of {
            Counted::Domain(domain) => model.domains[domain].name.clone(),
            Counted::Track(track) => model.tracks[track].name.clone(),
            Counted::State(track, state) => format!("{}.{}", model.tracks[track].name, model.tracks[track].states[state].name),
        };
        let mut of = count.of.iter().map(name).collect::<Vec<String>>().join(" + ");
        // These words are the same in both languages.
        if count.clients {
            of += " in maatwerk";
        }
        of += &count.per.map_or_else(String::new, |per| format!(" per `{}`", model.counts[per].name));
        fill(&self.texts.show.counted, &[("metric", count.metric.name()), ("of", &of)])
    }

    /// Breaks in the figures.
    pub(super) fn breaks(&self) -> Section {
        self.figures(&self.texts.show.breaks, self.model.breaks.iter().map(|found| self.break_of(found)))
    }

    /// What a plan books and what contracts say.
    pub(super) fn plan(&self) -> Section {
        self.figures(&self.texts.show.plan, self.money())
    }

    fn money(&self) -> impl Iterator<Item = Figure> {
        self.booked().into_iter().chain(self.contracts()).chain(self.cash())
    }

    fn booked(&self) -> Vec<Figure> {
        let Some(plan) = &self.model.plan else { return Vec::new() };
        let amounts = |amounts: &Amounts| {
            let amount = |&(year, euro): &(i32, f64)| format!("{} ({year})", written(euro, 0, self.language));
            amounts.0.iter().map(amount).collect::<Vec<_>>().join("; ")
        };
        let mut figures = Vec::new();
        for domain in &plan.domains {
            let words = [
                ("name", &*domain.name),
                ("label", self.language.pick(&domain.label)),
                ("saving", &amounts(&domain.saving)),
                ("investment", &amounts(&domain.investment)),
            ];
            let text = fill(&self.texts.show.booked, &words);
            figures.push(Figure::new(&domain.name, text, plan.source, plan.note.as_ref(), plan.grade));
        }
        let words = [("task", &*amounts(&plan.task)), ("once", &amounts(&plan.one_off))];
        let text = fill(&self.texts.show.task, &words);
        figures.push(Figure::new("task", text, plan.source, plan.note.as_ref(), plan.grade));
        figures
    }

    fn contracts(&self) -> Vec<Figure> {
        self.model
            .contracts
            .iter()
            .map(|contract| {
                let text =
                    fill(&self.texts.show.contract, &self.terms(contract).each_ref().map(|(key, text)| (*key, text.as_str())));
                Figure::new(&contract.name, text, contract.source, contract.note.as_ref(), contract.grade)
            })
            .collect()
    }

    /// What is not paid by volume.
    pub(super) fn cash(&self) -> Vec<Figure> {
        let texts = &self.texts.show;
        let figure = |cash: &Cash| {
            let of: Vec<String> = cash.of.iter().map(|&(track, of)| self.part(track, of)).collect();
            let mut words =
                vec![("name", cash.name.clone()), ("label", self.language.pick(&cash.label).to_owned()), ("of", of.join(", "))];
            let text = match &cash.rule {
                CashRule::Follows(by, years) => {
                    words.push(("years", self.value(years)));
                    if *by == Keeper::Contract { &texts.cash_contract } else { &texts.cash_staff }
                }
                CashRule::Minimum(share, year) => {
                    words.extend([("share", self.value(share)), ("year", year.to_string())]);
                    &texts.cash_minimum
                }
                CashRule::Fixed => &texts.cash_fixed,
            };
            let words: Vec<(&str, &str)> = words.iter().map(|(key, text)| (*key, text.as_str())).collect();
            Figure::new(&cash.name, fill(text, &words), cash.source, cash.note.as_ref(), cash.grade)
        };
        self.model.cash.iter().map(figure).collect()
    }

    /// Name of a part of a track.
    fn part(&self, track: usize, of: Booked) -> String {
        let track = &self.model.tracks[track];
        match of {
            Booked::States => track.name.clone(),
            Booked::State(state) => format!("{}.{}", track.name, track.states[state].name),
            Booked::Attached(attached) => format!("{}.{}", track.name, track.attached[attached].name),
        }
    }

    /// What a contract says, by key.
    pub(super) fn terms(&self, contract: &Contract) -> [(&'static str, String); 7] {
        let base = contract.base.iter().map(|(track, of, share)| format!("{} × {}", self.part(*track, *of), self.value(share)));
        let clauses: Vec<&str> = contract.clauses.iter().map(|clause| self.language.pick(&clause.label)).collect();
        let path: Vec<&str> = contract.trends.iter().map(|&id| self.model.trends[id].name.as_str()).collect();
        [
            ("name", contract.name.clone()),
            ("label", self.language.pick(&contract.label).to_owned()),
            ("start", contract.start.to_string()),
            ("year", contract.base_year.to_string()),
            ("base", base.collect::<Vec<_>>().join(", ")),
            ("path", path.join(" × ")),
            ("clauses", clauses.join(", ")),
        ]
    }

    fn break_of(&self, found: &Break) -> Figure {
        let words = [
            ("name", &*found.name),
            ("label", self.language.pick(&found.label)),
            ("year", &found.year.to_string()),
            ("tracks", &breaks::tracks(self.model, found, self.language)),
        ];
        let text = fill(&self.texts.show.broken, &words);
        Figure::new(&found.name, text, found.source, found.note.as_ref(), found.grade)
    }

    /// A section of figures, each with its origin under it.
    fn figures(&self, title: &str, figures: impl Iterator<Item = Figure>) -> Section {
        let mut section = Section::new(title);
        for figure in figures {
            section.add(0, &figure.text);
            section.add(2, &self.origin_of(Some(&figure.origin)));
        }
        section
    }

    /// Every figure that has a grade.
    pub(super) fn all(&self) -> Vec<Figure> {
        let model = self.model;
        let named = |name: &str, label: &str, origin: Option<&Origin>| {
            let origin = origin.filter(|origin| origin.grade.is_some())?.clone();
            let label = if label.is_empty() || label == name { String::new() } else { format!(", {label}") };
            Some(Figure { name: name.to_owned(), text: format!("`{name}`{label}."), origin })
        };
        let mut all = Vec::new();
        all.extend(named("population", "", model.population_origin.as_ref()));
        all.extend(named("prices", "", model.prices.origin.as_ref()));
        let pick = |label| self.language.pick(label);
        all.extend(model.streams.iter().filter_map(|stream| named(&stream.name, "", stream.origin.as_ref())));
        all.extend(model.resources.iter().filter_map(|pool| named(&pool.name, pick(&pool.label), pool.origin.as_ref())));
        all.extend(model.tracks.iter().filter_map(|track| named(&track.name, pick(&track.label), track.origin.as_ref())));
        all.extend(model.parameters.iter().zip(&self.medians).map(|(parameter, &median)| self.parameter(parameter, median)));
        all.extend(model.tables.iter().map(|table| self.table(table)));
        all.extend(model.accounts.iter().map(|account| self.account(account)));
        all.extend(model.counts.iter().map(|count| self.count_of(count)));
        all.extend(model.breaks.iter().map(|found| self.break_of(found)));
        all.extend(self.money());
        all.extend(model.shocks.iter().map(|shock| self.shock(shock)));
        all.extend(model.frailty.iter().map(|frailty| self.frailty(frailty)));
        all.extend(model.correlations.iter().map(|pair| self.correlation(pair)));
        let measures = self.scenarios.iter().flat_map(|&id| &model.scenarios[id].measures);
        let mut measures: Vec<Figure> =
            measures.filter_map(|measure| named(&measure.name, pick(&measure.label), measure.origin.as_ref())).collect();
        // A measure of a base stands in every scenario on top of it.
        measures.sort_by(|a, b| a.name.cmp(&b.name));
        measures.dedup_by(|a, b| a.name == b.name && a.origin.grade == b.origin.grade);
        all.extend(measures);
        all
    }

    /// The figures of one grade, each with its source.
    pub(super) fn of_grade(&self, grade: Grade) -> Section {
        let figures: Vec<Figure> = self.all().into_iter().filter(|figure| figure.origin.grade == Some(grade)).collect();
        let title = self.count(grade, figures.len());
        self.figures(&title, figures.into_iter())
    }

    fn count(&self, grade: Grade, count: usize) -> String {
        let count = whole(count, self.language);
        fill(&self.texts.show.counts, &[("grade", letter(grade)), ("meaning", self.meaning(grade)), ("count", &count)])
    }

    /// What a grade means.
    pub(super) fn meaning(&self, grade: Grade) -> &str {
        let meanings = &self.texts.grade;
        match grade {
            Grade::A => &meanings.a,
            Grade::B => &meanings.b,
            Grade::C => &meanings.c,
            Grade::D => &meanings.d,
        }
    }

    /// How many figures have which grade, and which are no more than our own.
    pub(super) fn grades(&self) -> Section {
        let texts = &self.texts.show;
        let (mut section, all) = (Section::new(&texts.grades), self.all());
        for grade in [Grade::A, Grade::B, Grade::C, Grade::D] {
            let count = all.iter().filter(|figure| figure.origin.grade == Some(grade)).count();
            section.add(0, &self.count(grade, count));
        }
        let weak = all.iter().filter(|figure| figure.origin.grade == Some(Grade::D));
        let weak: Vec<String> = weak.map(|figure| format!("`{}`", figure.name)).collect();
        if !weak.is_empty() {
            section.add(0, &fill(&texts.weak, &[("names", &weak.join(", "))]));
        }
        section
    }
}
