//! The texts of tables, from one message file per language.
//!
//! The types below are the list of keys: a file that lacks one, or has one too many, does not parse, and the test here
//! says which.

use super::language::Language;
use crate::model::Layer;
use serde::Deserialize;

/// All texts in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    /// The layers of the pyramid.
    pub(super) layer: Layers,
    /// Tables of results.
    pub(super) table: Table,
    /// Where the files are.
    pub(super) files: Files,
    /// Engine and twin compared.
    pub(super) gap: Gap,
    /// One person's life.
    pub(super) trace: Trace,
}

/// Declares the groups of texts: each field is one message.
macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident { $($key:ident),* $(,)? })*) => {
        $($(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name { $(pub(super) $key: String),* }

        #[cfg(test)]
        impl $name {
            fn all(&self) -> Vec<(&'static str, &str)> {
                vec![$((stringify!($key), self.$key.as_str())),*]
            }
        })*
    };
}

messages! {
    /// The layers of the pyramid.
    Layers { outside, informeel, formeel, wacht, basis, maatwerk }
    /// Tables of results.
    Table {
        title, members, one_member, layers, tracks, everybody, layer, track, year, persons, cost, band, euro, thousand, million,
        prices, realised, digits, split, not_split,
    }
    /// Where the files are.
    Files { written, bands, periods, manifest }
    /// Engine and twin compared.
    Gap {
        title, rule, metric, year, engine, twin, difference, z, agree, disagree, vague, lacking, coupling, succession, running, domain,
        layers, effect,
    }
    /// One person's life.
    Trace {
        title, moment, age, event, present, born, arrives, since, takes_over, moves, renews, diverted, reached, relapses,
        waited, ends, birth, dies, leaves, end,
    }
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

    /// The name of a layer; `None` lies outside the pyramid.
    pub(super) fn layer(&self, layer: Option<Layer>) -> &str {
        match layer {
            None => &self.layer.outside,
            Some(Layer::Informeel) => &self.layer.informeel,
            Some(Layer::Formeel) => &self.layer.formeel,
            Some(Layer::Wacht) => &self.layer.wacht,
            Some(Layer::Basis) => &self.layer.basis,
            Some(Layer::Maatwerk) => &self.layer.maatwerk,
        }
    }
}

/// A message with its words in braces replaced.
pub(super) fn fill(message: &str, words: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(message.len());
    let mut rest = message;
    // From left to right, so that braces within a filled-in word stay as they are.
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        let word = words.iter().find(|(key, _)| *key == name);
        debug_assert!(word.is_some(), "`{message}` asks for `{name}`");
        text.push_str(word.map_or(name, |(_, word)| word));
        rest = behind;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words in braces of a message, sorted.
    fn words(message: &str) -> Vec<&str> {
        let mut words: Vec<&str> = message.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        words.sort_unstable();
        words
    }

    #[test]
    fn both_languages_have_every_text_and_fill_in_the_same_words() {
        let (nl, en) = (Texts::new(Language::Nl), Texts::new(Language::En));
        let all = |texts: &Texts| -> Vec<(&'static str, String)> {
            [texts.layer.all(), texts.table.all(), texts.files.all(), texts.gap.all(), texts.trace.all()]
                .concat()
                .into_iter()
                .map(|(key, text)| (key, text.to_owned()))
                .collect()
        };
        let (nl, en) = (all(&nl), all(&en));
        assert!(nl.len() > 20);
        for ((key, dutch), (_, english)) in nl.iter().zip(&en) {
            assert!(!dutch.trim().is_empty() && !english.trim().is_empty(), "`{key}` is empty");
            assert_eq!(words(dutch), words(english), "`{key}` fills in other words in Dutch than in English");
        }
    }

    #[test]
    fn a_message_is_filled_once() {
        assert_eq!(fill("{a}-{b}.", &[("a", "{b}"), ("b", "2")]), "{b}-2.");
        assert_eq!(fill("nothing", &[]), "nothing");
    }
}
