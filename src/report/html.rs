//! Sentences for the page: escaped, with numbers that say where they come from and words that lead to the glossary.

use serde::Serialize;
use std::fmt::Display;

/// A text twice: as HTML, and without marks for titles and descriptions.
///
/// A number in it says where it comes from ([`super::shown::Pen`]). Other digits are marked as what they are: a year, part of a name, of
/// somebody else's words, or set by the text itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Said {
    /// Safe to put into the page.
    pub(super) html: String,
    /// The same in plain words.
    pub(super) plain: String,
}

impl Said {
    /// Words that stand for themselves. They hold no digit.
    pub(super) fn plain(text: &str) -> Self {
        Self { html: escape(text), plain: text.to_owned() }
    }

    /// What something is called. Digits in it are no number.
    pub(super) fn name(text: &str) -> Self {
        if text.contains(|letter: char| letter.is_ascii_digit()) {
            Self { html: format!("<span class=\"name\">{}</span>", escape(text)), plain: text.to_owned() }
        } else {
            Self::plain(text)
        }
    }

    /// A calendar year.
    pub(super) fn year(year: impl Display) -> Self {
        Self { html: format!("<time>{year}</time>"), plain: year.to_string() }
    }

    /// A source, as it is cited.
    pub(super) fn cited(text: &str) -> Self {
        Self { html: format!("<cite>{}</cite>", escape(text)), plain: text.to_owned() }
    }

    /// What the model or its sources say, in a language if it is another than that of the page. Words between backticks are code.
    pub(super) fn quoted(text: &str, language: Option<&str>) -> Self {
        let language = language.map_or_else(String::new, |language| format!(" lang=\"{language}\""));
        let pieces = text.split('`').enumerate();
        let marked = |(at, piece)| if at % 2 == 1 { format!("<code>{}</code>", escape(piece)) } else { escape(piece) };
        let html = pieces.map(marked).collect::<String>();
        Self { html: format!("<span class=\"quoted\"{language}>{html}</span>"), plain: text.to_owned() }
    }

    /// Sentences after each other.
    pub(super) fn joined(parts: &[Self]) -> Self {
        Self::between(" ", parts)
    }

    /// Parts of a heading: a comma between them.
    pub(super) fn listed(parts: &[Self]) -> Self {
        Self::between(", ", parts)
    }

    fn between(mark: &str, parts: &[Self]) -> Self {
        let join = |of: fn(&Self) -> &str| parts.iter().map(of).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(mark);
        Self { html: join(|part| &part.html), plain: join(|part| &part.plain) }
    }
}

/// A message with its words in braces filled in. `[word]` leads to the term of that name in the glossary, `[words|term]` to another;
/// `terms` is what stands before the id of a term, `None` where there is no glossary. A number that the message itself holds is marked as
/// set: messages tell no results.
pub(super) fn say(message: &str, words: &[(&str, Said)], terms: Option<&str>) -> Said {
    let mut said = Said::default();
    let mut rest = message;
    while let Some(at) = rest.find(['{', '[']) {
        let (before, after) = rest.split_at(at);
        said.html += &set(before);
        said.plain += before;
        let close = if after.starts_with('{') { '}' } else { ']' };
        let (inner, behind) = after[1..].split_once(close).unwrap_or((&after[1..], ""));
        if close == '}' {
            let word = words.iter().find(|(key, _)| *key == inner);
            debug_assert!(word.is_some(), "`{message}` asks for `{inner}`");
            if let Some((_, word)) = word {
                said.html += &word.html;
                said.plain += &word.plain;
            }
        } else {
            let (shown, term) = inner.split_once('|').unwrap_or((inner, inner));
            said.html += &match terms {
                Some(terms) => format!("<a class=\"term\" href=\"#{terms}{}\">{}</a>", id(term), set(shown)),
                None => set(shown),
            };
            said.plain += shown;
        }
        rest = behind;
    }
    said.html += &set(rest);
    said.plain += rest;
    said
}

/// Words of a message, escaped, with each of their numbers marked.
fn set(text: &str) -> String {
    let mut marked = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, after) = rest.split_at(at);
        let (number, behind) = after.split_at(after.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(after.len()));
        marked += &format!("{}<span class=\"set\">{number}</span>", escape(before));
        rest = behind;
    }
    marked + &escape(rest)
}

/// A name that can be an id: lower-case letters, digits and hyphens.
pub(super) fn id(name: &str) -> String {
    name.to_lowercase().chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}

/// Text as it stands in HTML, also inside quotes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A file of this text that a link can hold.
pub(super) fn data_link(text: &str) -> String {
    let mut link = "data:text/csv;charset=utf-8,".to_owned();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b",.-_:;".contains(&byte) {
            link.push(char::from(byte));
        } else {
            link.push_str(&format!("%{byte:02X}"));
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_escaped_and_filled_once() {
        let number = Said { html: "<b>{x}</b>".into(), plain: "{x}".into() };
        let said = say("1 < {n} [zorg] [de wijk|Wijk] {n}", &[("n", number)], Some("nl-"));
        assert_eq!(say("[de wijk|Wijk]", &[], None).html, "de wijk");
        assert_eq!(
            said.html,
            "<span class=\"set\">1</span> &lt; <b>{x}</b> <a class=\"term\" href=\"#nl-zorg\">zorg</a> <a class=\"term\" href=\"#nl-wijk\">de wijk</a> <b>{x}</b>"
        );
        assert_eq!(said.plain, "1 < {x} zorg de wijk {x}");
    }

    #[test]
    fn digits_are_marked_as_what_they_are() {
        assert_eq!(
            say("80 % < 1,5", &[], None).html,
            "<span class=\"set\">80</span> % &lt; <span class=\"set\">1</span>,<span class=\"set\">5</span>"
        );
        assert_eq!(Said::name("Plan").html, "Plan");
        assert_eq!(Said::name("OB1 & 2").html, "<span class=\"name\">OB1 &amp; 2</span>");
        assert_eq!(Said::year(2026).html, "<time>2026</time>");
        assert_eq!(Said::quoted("a `b<` & 3", None).html, "<span class=\"quoted\">a <code>b&lt;</code> &amp; 3</span>");
        assert_eq!(Said::quoted("a", Some("en")).html, "<span class=\"quoted\" lang=\"en\">a</span>");
        assert_eq!(Said::listed(&[Said::name("a"), Said::default(), Said::year(3)]).plain, "a, 3");
    }

    #[test]
    fn a_link_holds_a_file() {
        assert_eq!(data_link("a,b\né"), "data:text/csv;charset=utf-8,a,b%0A%C3%A9");
    }

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(escape("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
        assert_eq!(id("OB1 & zo"), "ob1---zo");
    }
}
