//! What made spending grow, for a terminal of 80 columns.

use crate::analysis::Estimate;
use crate::analysis::growth::{Clients, Growth};
use crate::cli::breaks;
use crate::cli::language::Language;
use crate::cli::number::{Amounts, significant, whole, written};
use crate::cli::table::{STYLE, amounts_unit, under_names};
use crate::cli::text::{Texts, fill, paragraph};
use crate::model::{Counted, Model};
use comfy_table::Table;

/// No such number.
const NONE: &str = "\u{2013}";

/// What there is to tell.
pub(super) struct Report<'a> {
    /// The model.
    pub(super) model: &'a Model,
    /// How spending on each of its parts grew.
    pub(super) found: &'a [Growth],
    /// Name of the scenario.
    pub(super) scenario: &'a str,
    /// Both calendar years.
    pub(super) years: [i32; 2],
    /// Members of the run.
    pub(super) members: usize,
    /// The reader's language.
    pub(super) language: Language,
    /// Texts in that language.
    pub(super) texts: &'a Texts,
}

impl Report<'_> {
    /// The whole of it.
    pub(super) fn text(&self) -> String {
        let texts = &self.texts.growth;
        let largest = self.found.iter().flat_map(|growth| &growth.spending).map(|spending| spending.mean.abs());
        let amounts = Amounts::of(largest.fold(0.0, f64::max));
        let scenario = self.model.scenarios.iter().find(|scenario| scenario.name == self.scenario);
        let words = [
            ("model", self.language.pick(&self.model.label)),
            ("scenario", scenario.map_or(self.scenario, |scenario| self.language.pick(&scenario.label))),
            ("from", &self.years[0].to_string()),
            ("to", &self.years[1].to_string()),
            ("members", &whole(self.members, self.language)),
            ("unit", amounts_unit(self.texts, amounts)),
            ("none", NONE),
        ];
        let told = |sentence: &str| paragraph(&fill(sentence, &words));
        let mut text = format!("{}{}\n{}\n", told(&texts.title), told(&texts.rule), self.table(amounts));
        let breaks = breaks::between(self.model, self.years, self.language, self.texts);
        if !breaks.is_empty() {
            text += &format!("{breaks}\n");
        }
        text += &told(&format!("{} {}", texts.factors, texts.remainder));
        if self.found.iter().any(|growth| growth.clients.is_some()) {
            text += &told(&texts.counted);
        }
        if self.found.iter().any(|growth| growth.parts.is_none()) {
            text += &told(&texts.unknown);
        }
        text + &told(&self.texts.table.realised) + &told(&self.texts.table.digits)
    }

    /// Per domain, track and state its amounts, percents and clients.
    fn table(&self, amounts: Amounts) -> String {
        let texts = &self.texts.growth;
        let mut table = Table::new();
        let [from, to] = self.years.map(|year| year.to_string());
        table.load_style(STYLE);
        table.set_header(["", &from, &to, &texts.grew, &texts.price, &texts.volume, &texts.intensity]);
        let mut names = Vec::new();
        for growth in self.found {
            let rows = self.rows(growth, amounts);
            names.extend((0..rows.len()).map(|row| (row == 0).then(|| self.name(growth.of))));
            table.add_rows(rows);
        }
        under_names(table, names)
    }

    /// A label, a step further in than what it is a part of.
    fn name(&self, of: Counted) -> String {
        let label = match of {
            Counted::Domain(domain) => &self.model.domains[domain].label,
            Counted::Track(track) => &self.model.tracks[track].label,
            Counted::State(track, state) => &self.model.tracks[track].states[state].label,
        };
        format!("{}{}", " ".repeat(depth(of)), self.language.pick(label))
    }

    /// The rows under a name.
    fn rows(&self, growth: &Growth, amounts: Amounts) -> Vec<Vec<String>> {
        let texts = &self.texts.growth;
        let indent = |label: &str| format!("{}{label}", " ".repeat(2 + depth(growth.of)));
        let amount = |estimate: &Estimate| amounts.written(estimate.mean, place(estimate), self.language);
        let mut money = vec![indent(&texts.euro)];
        money.extend(growth.spending.each_ref().map(amount));
        let mut rows = Vec::new();
        if let Some(parts) = &growth.parts {
            let parts = [&parts.growth, &parts.price, &parts.volume, &parts.intensity];
            money.extend(parts.map(|part| signed(amount(&part.euro))));
            let between = || [String::new(), String::new()];
            let percents = parts.map(|part| self.percent(&part.factor));
            let bands = parts.map(|part| self.band(&part.factor));
            rows.push(money);
            rows.push([indent(&texts.percent)].into_iter().chain(between()).chain(percents).collect());
            rows.push([indent(&self.texts.table.band)].into_iter().chain(between()).chain(bands).collect());
        } else {
            money.extend([NONE; 4].map(str::to_owned));
            rows.push(money);
        }
        rows.extend(growth.clients.iter().flat_map(|clients| self.clients(clients, indent)));
        rows
    }

    fn clients(&self, clients: &Clients, indent: impl Fn(&str) -> String) -> Vec<Vec<String>> {
        let texts = &self.texts.growth;
        let number = |estimate: &Estimate| written(estimate.mean, place(estimate), self.language);
        let row = |label: &str, numbers: &[Estimate; 2], factor: Option<&Estimate>| {
            let mut row = vec![indent(label)];
            row.extend(numbers.each_ref().map(number));
            row.push(factor.map_or_else(|| NONE.to_owned(), |factor| self.percent(factor)));
            row
        };
        let factor = |at: usize| clients.factors.as_ref().map(|factors| &factors[at]);
        let mut rows = vec![row(&texts.clients, &clients.persons, factor(0))];
        rows.extend(clients.cost.iter().map(|cost| row(&texts.per_client, cost, factor(1))));
        rows
    }

    /// By how much a factor is more than one.
    fn percent(&self, factor: &Estimate) -> String {
        format!("{} %", signed(written(percent(factor.mean), percent_place(factor), self.language)))
    }

    /// The ends of its band, if they differ; in whole percents if they are ten or more apart.
    fn band(&self, factor: &Estimate) -> String {
        let ends = [percent(factor.realised[0]), percent(factor.realised[6])];
        let place = if ends[1] - ends[0] < 10.0 { percent_place(factor) } else { percent_place(factor).max(0) };
        let [low, high] = ends.map(|end| written(end, place, self.language));
        if low == high { String::new() } else { format!("{low} {NONE} {high}") }
    }
}

/// How far in a domain, track or state stands.
fn depth(of: Counted) -> usize {
    match of {
        Counted::Domain(_) => 0,
        Counted::Track(_) => 1,
        Counted::State(..) => 2,
    }
}

fn percent(factor: f64) -> f64 {
    100.0 * (factor - 1.0)
}

/// The last digit of a factor in percent that another seed would not change.
fn percent_place(factor: &Estimate) -> i32 {
    significant(percent(factor.mean), 100.0 * factor.mcse.unwrap_or(f64::NAN))
}

/// The last digit of a number that another seed would not change.
fn place(estimate: &Estimate) -> i32 {
    significant(estimate.mean, estimate.mcse.unwrap_or(f64::NAN))
}

/// A change with its sign.
fn signed(text: String) -> String {
    if text == "0" || text.starts_with('-') { text } else { format!("+{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::estimate;
    use crate::analysis::growth::{Part, Parts};
    use crate::model::Files;
    use std::path::Path;

    /// The growth of the village with numbers as large as those of a town, each known to a hundredth of `spread`.
    fn told(language: Language, change: f64, spread: f64) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/dorp");
        let model = crate::model::read(&Files::from_directory(&folder).unwrap()).unwrap();
        let around = |mean: f64, spread: f64| {
            let values: Vec<f64> = (0..4000).map(|at| mean + spread * (f64::from(at) / 1999.5 - 1.0)).collect();
            estimate(&values, 1)
        };
        let part =
            |change: f64, spread: f64| Part { factor: around(1.0 + change, spread), euro: around(1e8 * change, 1e8 * spread) };
        // The price index is the same in every member.
        let parts = Parts {
            growth: part(change, spread),
            price: part(0.04, 0.0),
            volume: part(change, spread),
            intensity: part(-change, spread),
        };
        let number = |mean: f64| around(mean, mean * spread);
        let growth = |of, parts: Option<&Parts>| Growth {
            of,
            spending: [number(143_870_000.0), number(99_870_000.0)],
            person_years: [number(1_000.0), number(1_001.0)],
            parts: parts.cloned(),
            clients: parts.map(|parts| Clients {
                persons: [number(12_345.0), number(13_456.0)],
                cost: Some([number(10_234.0), number(11_345.0)]),
                factors: Some([parts.volume.factor, parts.intensity.factor]),
            }),
        };
        let found = [
            growth(Counted::Domain(0), Some(&parts)),
            growth(Counted::Track(0), None),
            growth(Counted::State(0, 2), Some(&parts)),
        ];
        let texts = Texts::new(language);
        let report = Report {
            model: &model,
            found: &found,
            scenario: "samen",
            years: [2019, 2021],
            members: 4000,
            language,
            texts: &texts,
        };
        report.text()
    }

    #[test]
    fn the_numbers_of_a_town_fit_eighty_columns() {
        for language in [Language::Nl, Language::En] {
            for (change, spread) in [(0.02, 0.04), (-0.08, 0.02), (-0.08, 0.2), (0.3, 0.5), (-0.6, 0.1)] {
                let text = told(language, change, spread);
                assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
            }
        }
    }

    #[test]
    fn digits_stop_at_the_error_and_nothing_is_written_as_none() {
        let text = told(Language::En, -0.08, 0.02);
        let line = |start: &str| {
            let line =
                text.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_else(|| panic!("{start}: {text}"));
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        // Error 0.02 / √3 / √4000 = 0.018 %; 90 % of an even spread of 0.02 is 0.018 on each side.
        assert_eq!(line("percent"), "percent -8.0 % +4.0 % -8.0 % +8.0 %");
        assert_eq!(line("90 % band"), "90 % band -9.8 – -6.2 -9.8 – -6.2 6.2 – 9.8");
        assert_eq!(line("clients"), "clients 12,345 13,456 -8.0 %");
        assert_eq!(line("per client"), "per client 10,234 11,345 +8.0 %");
        assert!(text.lines().any(|line| line.matches(NONE).count() == 4 && line.contains("amount")), "{text}");
    }
}
