//! Texts in other languages, so that they are neither read as Vietnamese nor refused for being none.

use super::reading::has_one_case;
use super::syllable::looks_like_one;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::WINDOWS_1252;

/// How many words without marks tell what language a text is in.
const LEAST_WORDS: usize = 12;

/// Whether letters read by windows-1252 look like a word of Western Europe.
pub(super) fn is_word(letters: &[char]) -> bool {
    let is_western = |c: &char| {
        let lower = c.to_lowercase().next().unwrap_or(*c);
        c.is_ascii_alphabetic() || "àáâãäåæçèéêëìíîïñòóôõöøùúûüÿœß".contains(lower)
    };
    // Elsewhere it is the `ő` of Hungarian, read wrongly.
    let is_portuguese =
        letters.windows(2).all(|pair| pair[0] != 'õ' || pair[1] == 'e') && letters.last() != Some(&'õ');
    let marked = letters.iter().filter(|c| !c.is_ascii()).count();
    letters.iter().all(is_western)
        && is_portuguese
        && (letters.len() <= 2 || marked * 2 <= letters.len() + 1)
        && has_one_case(letters.iter().map(|c| c.is_uppercase()), true)
}

/// Whether the words without marks are those of another language. What stands between `<` and `>` does not count.
pub(super) fn is_foreign(bytes: &[u8]) -> bool {
    let words = plain_words(bytes).count();
    let syllables = plain_words(bytes).filter(|word| looks_like_one(word)).count();
    // Of English or French words a third could be Vietnamese, of Vietnamese ones nearly all.
    words >= LEAST_WORDS && syllables * 20 < words * 11
}

/// Whether there are enough words without marks to tell a language by.
pub(super) fn has_plain_words(bytes: &[u8]) -> bool {
    plain_words(bytes).nth(LEAST_WORDS).is_some()
}

/// The words of two letters and more that have ASCII letters only.
fn plain_words(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut in_tag = false;
    let is_end = move |byte: &u8| {
        in_tag = match byte {
            b'<' => true,
            b'>' => false,
            _ => in_tag,
        };
        in_tag
            || byte.is_ascii_whitespace()
            || matches!(byte, b'>' | b',' | b'.' | b';' | b':' | b'(' | b')' | b'"' | b'?' | b'!')
    };
    bytes.split(is_end).filter(|word| word.len() > 1 && word.iter().all(u8::is_ascii_alphabetic))
}

/// Whether a detector that knows letter frequencies takes the text for one from Western Europe.
pub(super) fn is_western(bytes: &[u8]) -> bool {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny) == WINDOWS_1252
}
