//! How a word reads in one encoding.

use super::Legacy;
use super::foreign;
use super::spelling::{Letter, Tone, is_vowel, letter};
use super::syllable::is_syllable;
use super::tables::NOTHING;

/// How a word reads, from worst to best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reading {
    /// As none that the language has.
    Bad,
    /// What tells encodings apart in it is not letters.
    Neutral,
    /// As a word.
    Good,
}

/// Quotation marks, dashes and their like: what may stand close to words without belonging to them.
pub(super) fn separates(c: char, is_edge: bool) -> bool {
    match c {
        '“' | '”' | '‘' | '’' | '„' | '‚' | '‹' | '›' | '–' | '—' | '…' | '•' | '°' | '\u{A0}' => {
            true
        }
        '«' | '»' => is_edge,
        c => c.is_ascii_control(),
    }
}

impl Reading {
    /// The reading of a word's letters, as `legacy` reads them.
    pub(super) fn of(letters: &[char], legacy: Legacy) -> Self {
        let mut whole = Self::Neutral;
        let mut part: Vec<char> = Vec::with_capacity(letters.len());
        for (at, c) in letters.iter().enumerate() {
            if !separates(*c, at == 0 || at + 1 == letters.len()) {
                part.push(*c);
                if at + 1 < letters.len() {
                    continue;
                }
            }
            if !part.iter().all(char::is_ascii) {
                match Self::of_part(&part, legacy, letters.len()) {
                    Self::Bad => return Self::Bad,
                    reading => whole = whole.max(reading),
                }
            }
            part.clear();
        }
        whole
    }

    fn of_part(part: &[char], legacy: Legacy, length: usize) -> Self {
        let is_symbol = |c: char| !c.is_alphabetic() && c != NOTHING;
        if matches!(part, [symbol] if length == 1 && is_symbol(*symbol)) || is_abbreviation(part) {
            return Self::Neutral;
        }
        let is_word = match legacy {
            Legacy::Windows1252 => foreign::is_word(part),
            _ => is_vietnamese(part, legacy == Legacy::Tcvn3),
        };
        if is_word { Self::Good } else { Self::Bad }
    }
}

/// `HĐND`, `QĐ`, and the `đ` of `500.000đ`.
fn is_abbreviation(part: &[char]) -> bool {
    matches!(part, ['đ'])
        || part.iter().all(|c| *c == 'Đ' || c.is_ascii_uppercase() && !"AEIOUY".contains(*c))
}

fn is_vietnamese(part: &[char], tones_have_no_case: bool) -> bool {
    let mut letters: Vec<Letter> = Vec::with_capacity(part.len());
    for c in part {
        match (letter(*c), Tone::of_mark(*c), letters.last_mut()) {
            (Some(letter), ..) => letters.push(letter),
            (None, Some(tone), Some(vowel)) if vowel.tone == Tone::Level && is_vowel(vowel.base) => {
                vowel.tone = tone
            }
            _ => return false,
        }
    }
    let has_case = |letter: &&Letter| !tones_have_no_case || letter.is_capital || letter.tone == Tone::Level;
    let first_has = letters.first().as_ref().is_some_and(has_case);
    has_one_case(letters.iter().filter(has_case).map(|letter| letter.is_capital), first_has)
        && is_syllable(&letters)
}

/// Whether letters are all small, all capital, or, where the first may differ, all small but the first.
pub(super) fn has_one_case(mut are_capital: impl Iterator<Item = bool>, first_may_differ: bool) -> bool {
    let Some(first) = are_capital.next() else { return true };
    let Some(second) = are_capital.next() else { return true };
    are_capital.all(|capital| capital == second) && (first == second || first && first_may_differ)
}
