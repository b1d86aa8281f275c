//! VNI for Windows: a vowel, and behind it a byte for its shape and tone.

use super::spelling::{Shape, Tone, compose};

/// The letter that a vowel and the mark behind it make, in the case of the vowel.
pub(super) fn joined(vowel: char, mark: u8) -> Option<char> {
    // The marks of capitals are capitals, too, and stand 0x20 below.
    let (shape, tone) = match mark | 0x20 {
        0xF9 => (Shape::Plain, Tone::Acute),
        0xF8 => (Shape::Plain, Tone::Grave),
        0xFB => (Shape::Plain, Tone::Hook),
        0xF5 => (Shape::Plain, Tone::Tilde),
        0xEF => (Shape::Plain, Tone::Dot),
        0xE2 => (Shape::Roof, Tone::Level),
        0xE1 => (Shape::Roof, Tone::Acute),
        0xE0 => (Shape::Roof, Tone::Grave),
        0xE5 => (Shape::Roof, Tone::Hook),
        0xE3 => (Shape::Roof, Tone::Tilde),
        0xE4 => (Shape::Roof, Tone::Dot),
        0xEA => (Shape::Bowl, Tone::Level),
        0xE9 => (Shape::Bowl, Tone::Acute),
        0xE8 => (Shape::Bowl, Tone::Grave),
        0xFA => (Shape::Bowl, Tone::Hook),
        0xFC => (Shape::Bowl, Tone::Tilde),
        0xEB => (Shape::Bowl, Tone::Dot),
        _ => return None,
    };
    let is_mark = mark >= 0xC0;
    let is_vowel = match shape {
        Shape::Plain => {
            matches!(vowel, 'A' | 'E' | 'O' | 'U' | 'Y' | 'Ơ' | 'Ư' | 'a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư')
        }
        Shape::Roof => matches!(vowel, 'A' | 'E' | 'O' | 'a' | 'e' | 'o'),
        Shape::Bowl => matches!(vowel, 'A' | 'a'),
    };
    (is_mark && is_vowel).then(|| compose(vowel, shape, tone))
}
