//! How we speak: the reader's language, numbers as they are written in it, and messages with words filled in.

pub mod language;
pub mod number;

pub use language::Language;

use serde::de::Error;
use std::collections::BTreeMap;

/// Declares the groups of texts: each field is one message.
macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident { $($key:ident),* $(,)? })*) => {
        $($(#[$doc])*
        #[derive(Debug)]
        pub(super) struct $name { $(pub(super) $key: String),* }

        // Not derived: a visitor of its own for each group is a fifth of all code of the library.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let [$($key),*] = crate::words::take(serde::Deserialize::deserialize(deserializer)?, &[$(stringify!($key)),*])?;
                Ok(Self { $($key),* })
            }
        }

        #[cfg(test)]
        impl $name {
            fn all(&self) -> Vec<(&'static str, &str)> {
                vec![$((stringify!($key), self.$key.as_str())),*]
            }
        })*
    };
}
pub(crate) use messages;

/// The texts of a group by their keys, in the order of these.
///
/// # Errors
/// One is missing, or there is one more.
pub(crate) fn take<const COUNT: usize, E: Error>(
    mut group: BTreeMap<String, String>,
    keys: &'static [&'static str; COUNT],
) -> Result<[String; COUNT], E> {
    if let Some(unknown) = group.keys().find(|key| !keys.contains(&key.as_str())) {
        return Err(E::unknown_field(unknown, keys));
    }
    match keys.iter().find(|&&key| !group.contains_key(key)) {
        Some(missing) => Err(E::missing_field(missing)),
        None => Ok(keys.map(|key| group.remove(key).unwrap_or_default())),
    }
}

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
    fn a_group_has_its_keys_and_no_other() {
        let group = |keys: &[&str]| keys.iter().map(|&key| (key.to_owned(), format!("{key}!"))).collect();
        let take =
            |keys: &[&str]| take::<2, serde::de::value::Error>(group(keys), &["b", "a"]).map_err(|error| error.to_string());
        assert_eq!(take(&["a", "b"]), Ok(["b!".to_owned(), "a!".to_owned()]));
        assert_eq!(take(&["a"]), Err("missing field `b`".to_owned()));
        assert_eq!(take(&["a", "b", "c"]), Err("unknown field `c`, expected `b` or `a`".to_owned()));
    }

    #[test]
    fn a_message_is_filled_once() {
        assert_eq!(fill("{a}-{b}.", &[("a", "{b}"), ("b", "2")]), "{b}-2.");
        assert_eq!(fill("nothing", &[]), "nothing");
    }
}
