use serde::{Deserialize, Serialize};
use unicode_normalization::{IsNormalized, UnicodeNormalization};

/// The language bantin itself speaks: pages, problems, receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// Vietnamese, the default.
    Vi,
    /// English.
    En,
}

/// The language of a text, as BCP 47 writes it: `vi`, `vi-VN`, `en`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LanguageTag(String);

impl LanguageTag {
    /// Reads a tag; `vi_VN`, as many programs write it, is understood. `None` when it is no language tag.
    pub fn parse(written: &str) -> Option<Self> {
        let dashed = written.trim().replace('_', "-");
        let tag = oxilangtag::LanguageTag::parse_and_normalize(&dashed).ok()?;
        Some(Self(tag.into_inner()))
    }

    /// The tag in its usual spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language bantin speaks to people who read this one.
    pub fn interface(&self) -> Language {
        if self.0 == "vi" || self.0.starts_with("vi-") { Language::Vi } else { Language::En }
    }
}

impl TryFrom<String> for LanguageTag {
    type Error = String;
    fn try_from(written: String) -> Result<Self, String> {
        Self::parse(&written).ok_or_else(|| format!("`{written}` is not a language tag like `vi` or `en`"))
    }
}

impl From<LanguageTag> for String {
    fn from(tag: LanguageTag) -> String {
        tag.0
    }
}

/// One sentence in both languages of the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The same thing said twice.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }

    /// The sentence in `language`.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}

/// Whether XML 1.0 (section 2.2) can carry this character at all, escaped or not, and Unicode gives it a meaning.
pub fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Text as bantin keeps it: NFC, line ends as `\n`, no byte order mark, none of the control characters
/// that XML forbids or HTML calls an error. A line tabulation or form feed, which Word uses for a line
/// break, becomes one.
pub fn clean(text: &str) -> String {
    // Most text is in NFC already, and seeing that takes a tenth of the time of making it so.
    match unicode_normalization::is_nfc_quick(text.chars()) {
        IsNormalized::Yes => clean_normalized(text.chars(), text.len()),
        IsNormalized::No | IsNormalized::Maybe => clean_normalized(text.nfc(), text.len()),
    }
}

fn clean_normalized(text: impl Iterator<Item = char>, length: usize) -> String {
    let mut cleaned = String::with_capacity(length);
    let mut after_return = false;
    for c in text {
        match c {
            '\n' if after_return => {}
            '\r' | '\u{B}' | '\u{C}' | '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            '\u{FEFF}' | '\u{7F}'..='\u{9F}' => {}
            c if (c as u32) & 0xFFFE == 0xFFFE || ('\u{FDD0}'..='\u{FDEF}').contains(&c) => {}
            c if is_xml_char(c) => cleaned.push(c),
            _ => {}
        }
        after_return = c == '\r';
    }
    cleaned
}

/// Text for comparing: lower case, without marks, `đ` as `d`, white space as single blanks.
pub fn fold(text: &str) -> String {
    let bare: String = text
        .nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}
