//! TCVN3 has no capitals with a tone: a font showed them. What the letters around them tell of the case is put back.

use super::spelling::{Letter, Tone, letter};
use super::syllable::is_syllable;

/// What the letters of a word with two cases say about the others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Case {
    Capitals,
    Mixed,
    /// It has none, or a capital at its beginning only.
    Open,
}

/// The text with capitals in words that are written in capitals otherwise, and at the beginnings of sentences.
pub(super) fn restored(text: &str) -> String {
    let mut restored = String::with_capacity(text.len() + text.len() / 16);
    for line in text.split_inclusive(['\n', '\r']) {
        restore_line(line, &mut restored);
    }
    restored
}

/// A word of a line and what stands before it.
struct Word<'a> {
    before: &'a str,
    word: &'a str,
    case: Case,
}

fn restore_line(line: &str, restored: &mut String) {
    let (words, end) = words(line);
    for (at, word) in words.iter().enumerate() {
        restored.push_str(word.before);
        let begins = at == 0 && word.before.chars().all(|c| c.is_whitespace() || is_opening(c))
            || ends_sentence(word.before);
        if word.case == Case::Capitals || word.case == Case::Open && is_among_capitals(&words, at) {
            restored.extend(word.word.chars().flat_map(char::to_uppercase));
        } else if begins && has_no_capital(word.word.chars().next()) {
            let mut letters = word.word.chars();
            restored.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            restored.push_str(letters.as_str());
        } else {
            restored.push_str(word.word);
        }
    }
    restored.push_str(end);
}

/// The words of a line, and what follows the last.
fn words(line: &str) -> (Vec<Word<'_>>, &str) {
    let mut words = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(char::is_alphabetic) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_alphabetic()).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        words.push(Word { before, word, case: case(word) });
        rest = after;
    }
    (words, rest)
}

fn case(word: &str) -> Case {
    let letters: Option<Vec<Letter>> = word.chars().map(letter).collect();
    let Some(letters) = letters else { return Case::Mixed };
    let has_two_cases = |letter: &&Letter| letter.tone == Tone::Level || letter.is_capital;
    if letters.iter().filter(has_two_cases).any(|letter| !letter.is_capital) {
        return Case::Mixed;
    }
    // A capital behind the first letter tells; those of an abbreviation tell nothing of the words around it.
    let tells = letters.iter().skip(1).any(|letter| letter.is_capital);
    if tells && is_syllable(&letters) { Case::Capitals } else { Case::Open }
}

/// Whether the nearest words that tell are in capitals on both sides, or on one and there is none on the other.
fn is_among_capitals(words: &[Word<'_>], at: usize) -> bool {
    let tells = |word: &&Word<'_>| word.case != Case::Open;
    let before = words[..at].iter().rev().find(tells).map(|word| word.case);
    let after = words[at + 1..].iter().find(tells).map(|word| word.case);
    (before.is_some() || after.is_some())
        && [before, after].into_iter().flatten().all(|case| case == Case::Capitals)
}

fn has_no_capital(first: Option<char>) -> bool {
    first.and_then(letter).is_some_and(|letter| letter.tone != Tone::Level && !letter.is_capital)
}

fn is_opening(c: char) -> bool {
    matches!(c, '“' | '‘' | '"' | '\'' | '(' | '[' | '«')
}

fn ends_sentence(before: &str) -> bool {
    let end = before.trim_end_matches(|c: char| c.is_whitespace() || is_opening(c));
    end.len() < before.len() && end.ends_with(['.', '?', '!'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_capitals_get_theirs_back_and_others_stay() {
        for (shown, meant) in [
            ("CộNG HòA Xã HộI CHủ NGHĩA VIệT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            ("Hà NộI", "HÀ NỘI"),
            ("ở AN GIANG", "Ở AN GIANG"),
            ("Hà Nội và Huế", "Hà Nội và Huế"),
            ("UBND xã Hòa Bình họp", "UBND xã Hòa Bình họp"),
            ("UBND Xã họp", "UBND Xã họp"),
            ("Bộ trưởng về AN GIANG", "Bộ trưởng về AN GIANG"),
            ("ủy ban họp. ở đó có ý kiến. ý kiến hay", "Ủy ban họp. Ở đó có ý kiến. Ý kiến hay"),
            ("“ở đây” là ở đây, v.v.", "“Ở đây” là ở đây, v.v."),
            ("giá 3.500 đồng, ở chợ", "giá 3.500 đồng, ở chợ"),
            ("Là Và Có Để", "Là Và Có Để"),
            ("đồng lúa\nở quê", "đồng lúa\nỞ quê"),
        ] {
            assert_eq!(restored(shown), meant);
        }
    }
}
