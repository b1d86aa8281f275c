use serde::{Deserialize, Serialize};
use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization};

/// The language bantin itself speaks: pages, problems, receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Vietnamese, the default.
    Vi,
    /// English.
    En,
}

impl Language {
    /// What there is in both, in this one.
    pub fn choose<T>(self, vi: T, en: T) -> T {
        match self {
            Language::Vi => vi,
            Language::En => en,
        }
    }
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    if is_plain(text) {
        return text.to_owned();
    }
    // Seeing that a text is in NFC takes a tenth of the time of making it so.
    match unicode_normalization::is_nfc_quick(text.chars()) {
        IsNormalized::Yes => clean_normalized(text.chars(), text.len()),
        IsNormalized::No | IsNormalized::Maybe => clean_normalized(text.nfc(), text.len()),
    }
}

/// Whether a text has none but the characters that nearly all texts are made of and cleaning keeps: ASCII, Latin
/// letters with their marks, dashes and quotation marks.
pub fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(last), Some(seconds)) = (bytes.last(), bytes.get(1..)) else { return true };
    // Looking at all of them without a branch is many times as fast as stopping at the first that is not.
    let pairs = bytes.iter().zip(seconds);
    pairs.fold(is_plain_pair(*last, b' '), |plain, (first, second)| plain & is_plain_pair(*first, *second))
}

/// The same for a byte of UTF-8, whatever its place in a character, and the one that follows it.
fn is_plain_pair(first: u8, second: u8) -> bool {
    let is_control = (first < b' ') & (first != b'\n') & (first != b'\t') | (first == 0x7F);
    // U+0080 to U+009F are control characters, too.
    let is_high_control = (first == 0xC2) & (second < 0xA0);
    // Below U+0300 nothing goes together with what stands before it, and from U+1E00 to U+1EFF neither.
    let is_other_block = (first > 0xCB) & (first != 0xE1) & (first != 0xE2)
        | (first == 0xE1) & !(0xB8..=0xBB).contains(&second)
        | (first == 0xE2) & (second != 0x80);
    // U+2000 and U+2001 have other spellings, U+2028 and U+2029 end lines.
    let is_other_end = (first == 0x80) & matches!(second, 0x80 | 0x81 | 0xA8 | 0xA9);
    !(is_control | is_high_control | is_other_block | is_other_end)
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
    if text.is_ascii() {
        return single_blanks(&text.to_ascii_lowercase());
    }
    let mut bare = String::with_capacity(text.len());
    text.chars().for_each(|c| push_folded(&mut bare, c));
    single_blanks(&bare)
}

/// Adds a letter as [`fold`] leaves it.
pub fn push_folded(bare: &mut String, c: char) {
    // Marks go, so it does not matter that nobody sorts them.
    decompose_canonical(c, |c| match c {
        c if c.is_ascii() => bare.push(c.to_ascii_lowercase()),
        'đ' | 'Đ' => bare.push('d'),
        c if is_combining_mark(c) => {}
        c => bare.extend(c.to_lowercase()),
    });
}

/// The words of a text with single blanks between them.
pub fn single_blanks(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cleaned_slowly(text: &str) -> String {
        clean_normalized(text.nfc(), 0)
    }

    #[test]
    fn a_plain_character_stays_as_it_is_beside_any_other() {
        let marks = ["", "a", "\u{301}", "\u{338}", "\u{1161}", "\u{345}", "\r", "\u{1E00}"];
        let plain =
            (0..=0x10FFFF).filter_map(char::from_u32).filter(|c| is_plain(c.encode_utf8(&mut [0; 4])));
        let mut count = 0;
        for c in plain {
            for mark in marks {
                let text = format!("{mark}{c}{mark}");
                assert_eq!(clean(&text), cleaned_slowly(&text), "{c:?} {mark:?}");
            }
            count += 1;
        }
        // ASCII, Latin with its supplements and extensions, and one row of punctuation.
        assert_eq!(count, 97 + (0x300 - 0xA0) + 0x100 + (0x40 - 4));
        assert!(is_plain("“Lúa được mùa” – ở An Giang…\n"));
    }

    proptest! {
        #[test]
        fn a_glance_cleans_as_a_long_look_does(parts in proptest::collection::vec(
            prop_oneof![3 => "[a-zđễ ư\n–]{0,20}", 1 => any::<char>().prop_map(String::from), 1 => "[\u{0}-\u{20}\u{7F}-\u{A1}\u{2000}-\u{2040}\u{300}-\u{303}]"],
            0..8,
        )) {
            let text = parts.concat();
            prop_assert_eq!(clean(&text), cleaned_slowly(&text));
        }

        #[test]
        fn what_is_folded_has_neither_marks_nor_capitals(text in "(\\PC|[A-ZĐỄu\u{31B}\u{323} ]){0,20}") {
            let bare = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
            let bare: String = bare.map(|c| if c == 'đ' { 'd' } else { c }).collect();
            prop_assert_eq!(fold(&text), bare.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}
