//! How we speak: the reader's language, numbers as they are written in it, and messages with words filled in.

pub mod language;
pub mod number;

pub use language::Language;

/// Declares the groups of texts: each field is one message.
macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident { $($key:ident),* $(,)? })*) => {
        $($(#[$doc])*
        #[derive(Debug, serde::Deserialize)]
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
pub(crate) use messages;

/// A message with its words in braces replaced.
pub fn fill(message: &str, words: &[(&str, &str)]) -> String {
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

    #[test]
    fn a_message_is_filled_once() {
        assert_eq!(fill("{a}-{b}.", &[("a", "{b}"), ("b", "2")]), "{b}-2.");
        assert_eq!(fill("nothing", &[]), "nothing");
    }
}
