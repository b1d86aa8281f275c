//! The order in which Vietnamese dictionaries have words.

use unicode_normalization::char::decompose_canonical;

/// The letters in their order; the six tones stand for nothing here.
const LETTERS: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";
/// A word without a tone comes first, then those with the grave, the hook above, the tilde, the acute and the dot below.
const TONES: [char; 5] = ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'];

/// What puts texts into the order of the Vietnamese alphabet: letters count first, then tones, then capitals. Other scripts
/// come behind, in the order of their characters.
pub fn alphabetical(text: &str) -> (Vec<u32>, Vec<u8>, &str) {
    let (mut letters, mut tones) = (Vec::new(), Vec::new());
    for c in text.chars().flat_map(char::to_lowercase) {
        let (letter, tone) = split(c);
        letters.push(rank(letter));
        tones.push(tone);
    }
    (letters, tones, text)
}

/// A letter without its tone, and which tone it has.
fn split(c: char) -> (char, u8) {
    let (mut marks, mut tone) = (String::new(), 0);
    decompose_canonical(c, |part| match TONES.iter().position(|tone| *tone == part) {
        Some(place) => tone = u8::try_from(place).expect("there are five") + 1,
        None => marks.push(part),
    });
    let letter = unicode_normalization::UnicodeNormalization::nfc(marks.as_str()).next();
    (letter.unwrap_or(c), tone)
}

fn rank(letter: char) -> u32 {
    let place = LETTERS.chars().position(|known| known == letter);
    match (place, letter) {
        (Some(place), _) => 1000 + u32::try_from(place).expect("there are few letters"),
        // Blanks, digits and signs stand before letters.
        (None, sign) if sign.is_ascii() => u32::from(sign),
        (None, other) => 2000 + u32::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_as_in_a_dictionary() {
        let sorted = [
            "",
            "2026",
            "An Giang",
            "an toàn",
            "Ăn uống",
            "Âm nhạc",
            "Ba",
            "Bà",
            "Bả",
            "Bã",
            "Bá",
            "Bạ",
            "Bán Đảo",
            "Dân số",
            "Đời sống",
            "Giáo dục",
            "Mùa vụ",
            "Nông",
            "Nông nghiệp",
            "Ông",
            "Ở",
            "Thể thao",
            "Tin",
            "Tư",
            "Văn hóa",
            "Xã",
            "Я",
        ];
        let mut words = sorted;
        words.reverse();
        words.sort_by_key(|word| alphabetical(word));
        assert_eq!(words, sorted);
    }
}
