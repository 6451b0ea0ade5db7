//! A comparison of runs, for a terminal of 80 columns.

use super::choice::{name, span};
use super::unit;
use crate::analysis::compare::{Comparison, Difference, Left, Row};
use crate::cli::language::Language;
use crate::cli::number::{Amounts, about, significant, whole, written};
use crate::cli::table::{STYLE, amounts_unit, under_names};
use crate::cli::text::{Texts, fill, paragraph};
use crate::store::{Change, Edit};
use comfy_table::Table;
use indexmap::IndexSet;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Names listed of what only one run has.
const LISTED: usize = 6;

/// What there is to tell.
pub(super) struct Report<'a> {
    /// The folders of both runs.
    pub(super) folders: [&'a PathBuf; 2],
    /// Everything that was compared.
    pub(super) found: &'a Comparison,
    /// The rows to show.
    pub(super) shown: Vec<&'a Row>,
    /// What changed from the first run to the second.
    pub(super) changes: &'a [Change],
    /// Members of the first run.
    pub(super) members: usize,
    /// The reader's language.
    pub(super) language: Language,
    /// Texts in that language.
    pub(super) texts: &'a Texts,
}

impl Report<'_> {
    /// The whole of it.
    pub(super) fn text(&self, pairs: &[(String, String)]) -> String {
        let texts = &self.texts.compare;
        let mut text = self.head();
        let left = [(&texts.only_first, &self.found.only_first), (&texts.only_second, &self.found.only_second)];
        text += &left.map(|(message, left)| self.left(message, left)).concat();
        text += &format!("\n{}", paragraph(&self.pairing()));
        let differing: Vec<&Row> = self.shown.iter().filter(|row| !row.difference.is_nothing()).copied().collect();
        // In the order of the file, also those of which nothing differs in the first place.
        let metrics: IndexSet<&str> = self.shown.iter().map(|row| row.metric.as_str()).collect();
        for pair in pairs {
            for &metric in &metrics {
                let asked = |row: &&&Row| (&row.place.scenario, &row.second, &*row.metric) == (&pair.0, &pair.1, metric);
                let rows: Vec<&Row> = differing.iter().filter(asked).copied().collect();
                if !rows.is_empty() {
                    text += &format!("\n{}", self.block(metric, pair, &rows));
                }
            }
        }
        let same = self.shown.len() - differing.len();
        let counts = [("same", whole(same, self.language)), ("all", whole(self.shown.len(), self.language))];
        let counts = counts.each_ref().map(|(key, count)| (*key, count.as_str()));
        let sentences = [
            (same > 0 && differing.is_empty(), &texts.nothing),
            (same > 0 && !differing.is_empty(), &texts.same),
            (differing.iter().any(|row| row.difference.pairs.is_some()), &texts.band_holds),
            (!differing.is_empty(), &self.texts.table.digits),
        ];
        let said: Vec<String> =
            sentences.iter().filter(|(holds, _)| *holds).map(|(_, sentence)| paragraph(&fill(sentence, &counts))).collect();
        format!("{text}\n{}", said.concat())
    }

    /// Which runs, and what changed between them.
    fn head(&self) -> String {
        let texts = &self.texts.compare;
        let [first, second] = self.folders.map(|folder| folder.display().to_string());
        if first == second {
            return format!("{}\n", fill(&texts.one_run, &[("run", &first)]));
        }
        let mut text = format!("{}\n", fill(&texts.two_runs, &[("first", &first), ("second", &second)]));
        let changes: Vec<String> = self.changes.iter().map(|change| format!("  {}\n", self.change(change))).collect();
        text += &if changes.is_empty() {
            format!("{}\n", texts.unchanged)
        } else {
            format!("{}\n{}", texts.changes, changes.concat())
        };
        text
    }

    fn change(&self, change: &Change) -> String {
        let texts = &self.texts.compare;
        match change {
            Change::Setting { what, first, second } => format!("{what}: {first} → {second}"),
            Change::Input { name, how } => {
                let message = match how {
                    Edit::Changed => &texts.input_changed,
                    Edit::Added => &texts.input_added,
                    Edit::Removed => &texts.input_removed,
                };
                fill(message, &[("name", name)])
            }
        }
    }

    /// What only one of the runs has, so that it is not compared.
    fn left(&self, message: &str, left: &Left) -> String {
        let common: BTreeSet<i32> = self.found.rows.iter().map(|row| row.place.year).collect();
        let years: BTreeSet<i32> = left.places.iter().map(|place| place.year).filter(|year| !common.contains(year)).collect();
        let here = left.places.iter().filter(|place| common.contains(&place.year));
        let tracks: BTreeSet<&str> = here.clone().filter(|place| place.level == "track").map(|place| &*place.track).collect();
        let mut things = if years.is_empty() { Vec::new() } else { vec![span(&years)] };
        // A track that is missing as a whole stands for its states.
        for place in here.filter(|place| place.level == "track" || !tracks.contains(&*place.track)) {
            things.extend(name(place).filter(|name| !things.contains(name)));
        }
        things.extend(left.metrics.iter().cloned());
        if things.is_empty() {
            return String::new();
        }
        let more = things.len().saturating_sub(LISTED);
        things.truncate(LISTED);
        let mut list = things.join(", ");
        if more > 0 {
            list += &format!(" {}", fill(&self.texts.compare.more, &[("count", &whole(more, self.language))]));
        }
        paragraph(&fill(message, &[("things", &list)]))
    }

    /// Whether members are paired, why not, and what it brings.
    fn pairing(&self) -> String {
        let texts = &self.texts.compare;
        let parting: Vec<String> =
            self.changes.iter().filter(|change| change.parts_luck()).map(|change| self.change(change)).collect();
        if !parting.is_empty() {
            return fill(&texts.unpaired, &[("reasons", &parting.join(", "))]);
        }
        let paired = fill(&texts.paired, &[("members", &whole(self.members, self.language))]);
        let mut parts: Vec<f64> =
            self.shown.iter().filter_map(|row| row.difference.shrinkage()).filter(|&part| part > 0.0).collect();
        parts.sort_unstable_by(f64::total_cmp);
        let Some(&part) = parts.get(parts.len() / 2) else { return paired };
        let percent = written(100.0 * part, if part < 0.1 { -1 } else { 0 }, self.language);
        let words = [("percent", &*percent), ("times", &*about(1.0 / (part * part), self.language))];
        format!("{paired} {}", fill(&texts.shrunk, &words))
    }

    /// The rows of one metric of one pair of scenarios.
    fn block(&self, metric: &str, (first, second): &(String, String), rows: &[&Row]) -> String {
        let (texts, language) = (&self.texts.compare, self.language);
        let paired = rows.iter().any(|row| row.difference.pairs.is_some());
        let largest = rows.iter().flat_map(|row| {
            let band = row.difference.pairs.map_or([0.0; 2], |pairs| [pairs.band[0], pairs.band[6]]);
            [row.difference.mean, row.difference.se.unwrap_or(0.0), band[0], band[1]].map(f64::abs)
        });
        let amounts = unit(metric).starts_with("euro").then(|| Amounts::of(largest.fold(0.0, f64::max)));
        let number = |value: f64, place: i32| match amounts {
            Some(amounts) => amounts.written(value, place, language),
            None => written(value, place, language),
        };
        let mut table = Table::new();
        let headers = [&self.texts.table.year, &texts.first, &texts.second, &texts.difference, &texts.error];
        let of_pairs = paired.then_some([&self.texts.table.band, &texts.above]).into_iter().flatten();
        table.load_style(STYLE).set_header(headers.into_iter().chain(of_pairs));
        let mut names = Vec::new();
        // Places come one after another, each year by year.
        for of_place in rows.chunk_by(|one, next| name(&one.place) == name(&next.place)) {
            for (at, row) in of_place.iter().enumerate() {
                let name = || name(&row.place).unwrap_or_else(|| self.texts.table.everybody.clone());
                names.push((at == 0).then(name));
                table.add_row(self.line(row.place.year, &row.difference, &number));
            }
        }
        let unit = amounts.map_or(unit(metric), |amounts| amounts_unit(self.texts, amounts));
        let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
        let scenarios = if first == second { first.clone() } else { format!("{first} → {second}") };
        let title = fill(&texts.title, &[("metric", metric), ("unit", &unit), ("scenarios", &scenarios)]);
        format!("{title}\n\n{}", under_names(table, names))
    }

    fn line(&self, year: i32, difference: &Difference, number: &dyn Fn(f64, i32) -> String) -> Vec<String> {
        let known = |error: Option<f64>| error.unwrap_or(f64::NAN);
        let place = significant(difference.mean, known(difference.se));
        let mean = |(mean, error): (f64, Option<f64>)| number(mean, significant(mean, known(error)));
        let error = difference.se.map_or_else(
            || "?".to_owned(),
            |se| match number(se, significant(se, se)) {
                // An error that is too small to write is not one of zero.
                text if text == "0" && se > 0.0 => "≈ 0".to_owned(),
                text => text,
            },
        );
        let mut cells = vec![
            format!("  {year}"),
            mean(difference.first),
            mean(difference.second),
            signed(number(difference.mean, place)),
            error,
        ];
        if let Some(pairs) = difference.pairs {
            cells.push(format!("{} – {}", number(pairs.band[0], place), number(pairs.band[6], place)));
            cells.push(self.share(pairs.above, known(pairs.above_se)));
        }
        cells
    }

    /// A share of the members.
    fn share(&self, share: f64, error: f64) -> String {
        match share {
            0.0 => self.texts.compare.none.clone(),
            1.0 => self.texts.compare.all.clone(),
            _ => {
                let place = significant(100.0 * share, 100.0 * error).max(0);
                format!("{} %", written(100.0 * share, place, self.language))
            }
        }
    }
}

/// A difference with its sign.
fn signed(text: String) -> String {
    if text == "0" || text.starts_with('-') { text } else { format!("+{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::compare::difference;
    use crate::store::members::Place;

    /// A comparison of a town: every number about `first`, and a difference of about `second`, both to 1 %.
    fn told(language: Language, metric: &str, first: f64, second: f64) -> String {
        let around = |value: f64| [0.97, 0.99, 1.01, 1.03].map(|factor| factor * value);
        let (one, differences) = (around(first), around(second));
        let other: Vec<f64> = one.iter().zip(differences).map(|(first, difference)| first + difference).collect();
        let place =
            |year| Place { track: "beschermd-wonen".to_owned(), level: "track".to_owned(), ..Place::everybody("a", year) };
        let rows = [2030, 2031].map(|year| Row {
            place: place(year),
            second: "b".to_owned(),
            metric: metric.to_owned(),
            difference: difference(&one, &other, [1, 1], true),
        });
        let found = Comparison { rows: rows.to_vec(), only_first: Left::default(), only_second: Left::default() };
        let folder = PathBuf::from("town");
        let texts = Texts::new(language);
        let shown = found.rows.iter().collect();
        let folders = [&folder, &folder];
        let report = Report { folders, found: &found, shown, changes: &[], members: 4, language, texts: &texts };
        report.text(&[("a".to_owned(), "b".to_owned())])
    }

    #[test]
    fn the_numbers_of_a_town_fit_eighty_columns() {
        for language in [Language::Nl, Language::En] {
            for second in [-53_870_000.0, -538_700.0, -98_765.0, 12.0] {
                let text = told(language, "cost_constant", 143_870_000.0, second);
                assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
            }
            let text = told(language, "unique_persons", 80_683.0, -12_345.0);
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        }
    }

    #[test]
    fn digits_stop_at_the_error_and_nothing_is_written_as_none() {
        let text = told(Language::En, "cost_constant", 143_870_000.0, -538_700.0);
        // Differences 0.97 ... 1.03 of it: error 6,955 euro; means 1,857,000 euro.
        let line = text.lines().find(|line| line.trim_start().starts_with("2030")).unwrap();
        assert_eq!(
            line.split_whitespace().collect::<Vec<_>>().join(" "),
            "2030 144,000 143,000 -539 7 -553 – -524 never",
            "{text}"
        );
        assert!(text.contains("thousand euro") && text.contains(" track beschermd-wonen\n"), "{text}");
    }

    #[test]
    fn shares_are_words_only_when_they_are_all() {
        let texts = Texts::new(Language::En);
        let found = Comparison { rows: Vec::new(), only_first: Left::default(), only_second: Left::default() };
        let folder = PathBuf::from("town");
        let folders = [&folder, &folder];
        let report =
            Report { folders, found: &found, shown: Vec::new(), changes: &[], members: 4, language: Language::En, texts: &texts };
        assert_eq!(
            [0.0, 0.004, 0.63, 0.996, 1.0].map(|above| report.share(above, 0.02)),
            ["never", "0 %", "63 %", "100 %", "always"]
        );
    }
}
