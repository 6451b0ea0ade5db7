//! Sentences for the page: escaped, with numbers that say where they come from and words that lead to the glossary.

/// A text twice: as HTML, and without marks for titles and descriptions.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Said {
    /// Safe to put into the page.
    pub(super) html: String,
    /// The same in plain words.
    pub(super) plain: String,
}

impl Said {
    /// Words that stand for themselves.
    pub(super) fn plain(text: &str) -> Self {
        Self { html: escape(text), plain: text.to_owned() }
    }

    /// Sentences after each other.
    pub(super) fn joined(parts: &[Self]) -> Self {
        let join = |of: fn(&Self) -> &str| parts.iter().map(of).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        Self { html: join(|part| &part.html), plain: join(|part| &part.plain) }
    }
}

/// A message with its words in braces filled in. `[word]` leads to the term of that name in the glossary, `[words|term]` to another;
/// `terms` is what stands before the id of a term, `None` where there is no glossary.
pub(super) fn say(message: &str, words: &[(&str, Said)], terms: Option<&str>) -> Said {
    let mut said = Said::default();
    let mut rest = message;
    while let Some(at) = rest.find(['{', '[']) {
        let (before, after) = rest.split_at(at);
        said.html += &escape(before);
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
                Some(terms) => format!("<a class=\"term\" href=\"#{terms}{}\">{}</a>", id(term), escape(shown)),
                None => escape(shown),
            };
            said.plain += shown;
        }
        rest = behind;
    }
    said.html += &escape(rest);
    said.plain += rest;
    said
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
            "1 &lt; <b>{x}</b> <a class=\"term\" href=\"#nl-zorg\">zorg</a> <a class=\"term\" href=\"#nl-wijk\">de wijk</a> <b>{x}</b>"
        );
        assert_eq!(said.plain, "1 < {x} zorg de wijk {x}");
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
