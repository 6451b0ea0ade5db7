//! The language of tables and numbers. The command line itself speaks English.

use clap::ValueEnum;

/// A language of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Dutch: 1.234,5
    Nl,
    /// English: 1,234.5
    En,
}

impl Language {
    /// The language asked for, or else that of the environment: Dutch in a Dutch locale, English in any other.
    pub fn choose(asked: Option<Self>) -> Self {
        asked.unwrap_or_else(|| Self::of_locale(|name| std::env::var(name).ok()))
    }

    /// The language of a locale, by the rule of POSIX: `LC_ALL` over `LC_MESSAGES` over `LANG`, empty ones skipped.
    fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
        let dutch = locale.is_some_and(|value| value.split(['_', '.', '@']).next() == Some("nl"));
        if dutch { Self::Nl } else { Self::En }
    }

    /// A note in this language; in English if it is said in no other.
    pub fn note<'t>(self, note: Option<&'t str>, note_nl: Option<&'t str>) -> Option<&'t str> {
        match self {
            Self::Nl => note_nl.or(note),
            Self::En => note,
        }
    }

    /// The one of two texts that is in this language.
    pub fn pick(self, label: &crate::model::Label) -> &str {
        match self {
            Self::Nl => &label.nl,
            Self::En => &label.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(variables: &[(&str, &str)]) -> Language {
        Language::of_locale(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn only_a_dutch_locale_gives_dutch() {
        assert_eq!(locale(&[]), Language::En);
        assert_eq!(locale(&[("LANG", "nl_NL.UTF-8")]), Language::Nl);
        assert_eq!(locale(&[("LANG", "nl")]), Language::Nl);
        assert_eq!(locale(&[("LANG", "nld_NL")]), Language::En);
        assert_eq!(locale(&[("LANG", "C.UTF-8")]), Language::En);
        assert_eq!(locale(&[("LANG", "nl_NL"), ("LC_ALL", "en_GB")]), Language::En);
        assert_eq!(locale(&[("LANG", "nl_NL"), ("LC_ALL", "")]), Language::Nl);
    }
}
