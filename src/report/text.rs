//! The texts of the report, from one message file per language.
//!
//! The types below are the list of keys: a file that lacks one, or has one too many, does not parse. `{word}` is filled in, `[word]` leads
//! to the glossary.

use crate::words::{Language, messages};
use serde::Deserialize;

/// All texts in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    pub(super) frame: Frame,
    pub(super) front: Front,
    pub(super) chart: ChartWords,
    pub(super) table: TableWords,
    pub(super) unit: Units,
    pub(super) claims: Claims,
    pub(super) fan: Fans,
    pub(super) test: Test,
    pub(super) curve: Curves,
    pub(super) needs: Needs,
    pub(super) grid: Grid,
    pub(super) ledger: Ledger,
    pub(super) waterbed: Waterbed,
    pub(super) cashable: Cashable,
    pub(super) burden: Burden,
    pub(super) growth: Growth,
    pub(super) wijk: Wijken,
    pub(super) levers: Levers,
    pub(super) calibration: Calibration,
    pub(super) contradictions: Contradictions,
    pub(super) assumptions: Assumptions,
    pub(super) sure: Sure,
    pub(super) reproduce: Reproduce,
    pub(super) glossary: Glossary,
    /// The months, January first.
    pub(super) months: Vec<String>,
    /// What the tests of a calibration ask, in the order in which they are told.
    pub(super) questions: Vec<Question>,
    /// The glossary itself, in the order in which it is shown.
    pub(super) terms: Vec<Term>,
}

/// A term of the glossary.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Term {
    pub(super) term: String,
    pub(super) meaning: String,
}

/// What a test of a calibration asks, in plain words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    /// Name of the test in `checks.csv`.
    pub(super) test: String,
    pub(super) asked: String,
    /// What was seen, with the number that decides.
    pub(super) seen: String,
    /// Whether that number is a share.
    #[serde(default)]
    pub(super) share: bool,
}

messages! {
    /// The frame of the page.
    Frame { content, skip, numbers, download, from, key, foot, missing }
    /// What is seen first.
    Front {
        title, title_plain, tested, likely, rests, key, tested_plan, tested_run, rests_members, rests_few, rests_scale, rests_grades, rests_fitted,
        rests_tests, rests_unfitted, headline, headline_net, headline_implicit, brief, brief_net, under, over, no_plan, no_comparison,
    }
    /// Words in charts.
    ChartWords { saving_axis, net_axis, booked_mark, dots_title, futures, key_reached, key_missed, key_booked, key_band }
    /// Heads of tables.
    TableWords {
        total, net, claim, booked, saving, low, high, of_fifty, implicit, shortfall, reserve80, reserve95, what_year, mean, unit,
    }
    /// Units of amounts.
    Units { euro, thousand, million }
    /// Dots per claim.
    Claims { title, lead, chart, sentence, none_told, caption, caption_implicit }
    /// Fans.
    Fans {
        title, lead, cost, volume, layers, maatwerk, basis, wacht, formeel, informeel, persons, people, cut, reads, intro, sentence, sentence_alone, key_median,
        key_50, key_90, key_beside,
    }
    /// The test against what was booked.
    Test { title, lead, caption, loss, net_task, net, reserve, claim, contract }
    /// How much with which chance.
    Curves { title, lead, sentence, sentence_net, gross, in95, in90, in75, in50, in25, in10, in05 }
    /// What must be true.
    Needs {
        title, lead, what, command, times, beyond, not_even, chart, sentence, measure, domain, believed, needed, needed80, seen,
    }
    /// A scenario under other levers.
    Grid { title, lead, what, command, chart, choose, effect, later, places, on_time, years, sentence, outcome }
    /// The saving by measure.
    Ledger {
        title, lead, what, command, chart, sentence_less, sentence_more, twin, engine, measure, share, alone, last, overlap, total,
        key_part, key_loss, key_whole,
    }
    /// Where care goes.
    Waterbed {
        title, lead, what, command, chart, sentence, sentence_hidden, sentence_unseen, drawn_sentence, from, where_to, needs, avoided, drawn, few_short, beside_short, solved,
        informeel, formeel, basis, wacht, lighter, heavier, other_act, wlz, gone, censored, key_plain, key_hatched, whose,
        whose_sentence, kind_avoided, kind_changed, kind_drawn, key_saved, key_lost,
    }
    /// What of it is money.
    Cashable {
        title, lead, what, command, chart, sentence, now, follows, never, total, contract, staff, lump_sum, fixed_capacity,
        minimum_take_up, key_part, key_never,
    }
    /// What stands beside it.
    Burden {
        title, lead, what, command, chart, sentence, sentence_none, axis, waiting, unmet_need, informal_hours, unit_waiting, unit_unmet, unit_hours, young, alone, together,
        by_wijk, by_age, by_household, change, few, beside, key_more, key_less,
    }
    /// What made spending grow.
    Growth {
        title, lead, what, command, chart, sentence, axis, spending, price, volume, intensity, key_whole, key_more, key_less,
    }
    /// Per wijk.
    Wijken { title, lead, chart, sentence, axis, without }
    /// The measures.
    Levers {
        title, lead, start, at_once, grows, range, between, fixed, saving, saves, evidence, evidence_range, grade, no_grade, source, no_source,
        seen,
    }
    /// How well the model fits.
    Calibration { title, lead, none, sentence, caption, question, verdict, seen, pass, fail, other, details, check, limit, said }
    /// Where the plan contradicts itself.
    Contradictions { title, lead }
    /// What is assumed.
    Assumptions { title, lead, counted, grade, meaning, count, a, b, c, d, moved, all, caption, what, range, shift, up, down, source }
    /// What nobody knows.
    Sure {
        title, lead, chance, chance_text, values, values_text, structure, structure_text, policy, policy_text, error, error_text, limits,
    }
    /// How to make it again.
    Reproduce {
        title, lead, command, version, model, seed, draws, replications, years, scenarios, design, scale, what, value, settings, inputs,
        file, hash, brief,
    }
    /// The glossary.
    Glossary { title, lead }
}

impl Texts {
    /// The texts of a language.
    pub(super) fn new(language: Language) -> Self {
        let file = match language {
            Language::Nl => include_str!("messages/nl.toml"),
            Language::En => include_str!("messages/en.toml"),
        };
        #[expect(clippy::expect_used, reason = "both files are in the binary, and the test below reads them")]
        toml::from_str(file).expect("the message files of this binary hold every text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::html::id;

    fn all(texts: &Texts) -> Vec<(&'static str, &str)> {
        [
            texts.frame.all(),
            texts.front.all(),
            texts.chart.all(),
            texts.table.all(),
            texts.unit.all(),
            texts.claims.all(),
            texts.fan.all(),
            texts.test.all(),
            texts.curve.all(),
            texts.needs.all(),
            texts.grid.all(),
            texts.ledger.all(),
            texts.waterbed.all(),
            texts.cashable.all(),
            texts.burden.all(),
            texts.growth.all(),
            texts.wijk.all(),
            texts.levers.all(),
            texts.calibration.all(),
            texts.contradictions.all(),
            texts.assumptions.all(),
            texts.sure.all(),
            texts.reproduce.all(),
            texts.glossary.all(),
        ]
        .concat()
    }

    /// What stands between two marks in a message, sorted.
    fn between(message: &str, open: char, close: char) -> Vec<&str> {
        let mut found: Vec<&str> = message.split(open).skip(1).filter_map(|part| part.split(close).next()).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn both_languages_have_every_text_and_fill_in_the_same_words() {
        let (nl, en) = (Texts::new(Language::Nl), Texts::new(Language::En));
        let (nl, en) = (all(&nl), all(&en));
        assert!(nl.len() > 60);
        for ((key, dutch), (_, english)) in nl.iter().zip(&en) {
            assert!(!dutch.trim().is_empty() && !english.trim().is_empty(), "`{key}` is empty");
            assert_eq!(between(dutch, '{', '}'), between(english, '{', '}'), "`{key}` fills in other words in Dutch");
        }
    }

    #[test]
    fn every_term_that_is_pointed_at_is_in_the_glossary() {
        for language in [Language::Nl, Language::En] {
            let texts = Texts::new(language);
            let known: Vec<String> = texts.terms.iter().map(|term| id(&term.term)).collect();
            let mut once = known.clone();
            once.sort();
            once.dedup();
            assert_eq!(once.len(), known.len(), "a term stands there twice");
            let meanings = texts.terms.iter().map(|term| ("glossary", term.meaning.as_str()));
            for (key, message) in all(&texts).into_iter().chain(meanings) {
                for pointed in between(message, '[', ']') {
                    let term = pointed.split_once('|').map_or(pointed, |(_, term)| term);
                    assert!(known.contains(&id(term)), "{language:?} `{key}` points at `{term}`");
                }
            }
        }
    }

    #[test]
    fn headlines_are_short() {
        for language in [Language::Nl, Language::En] {
            let front = Texts::new(language).front;
            let headlines = [&front.headline, &front.headline_net, &front.headline_implicit, &front.brief, &front.brief_net];
            let sentences = headlines.iter().flat_map(|text| text.split_inclusive(['.', '?', '!']));
            let lengths: Vec<usize> = sentences.map(|sentence| sentence.split_whitespace().count()).collect();
            let mean = lengths.iter().sum::<usize>() as f64 / lengths.len() as f64;
            assert!(mean < 15.0, "{language:?}: {mean} words on average");
        }
    }
}
