//! Vietnamese letters taken apart: which vowel, which tone, which case.

use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// The mark that makes another vowel of a vowel, as far as VNI writes it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Plain,
    /// As in `â`, `ê`, `ô`.
    Roof,
    /// As in `ă`.
    Bowl,
}

/// The six tones, by the marks they are written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Level,
    Acute,
    Grave,
    Hook,
    Tilde,
    Dot,
}

impl Tone {
    pub(super) const ALL: [Self; 6] =
        [Self::Level, Self::Acute, Self::Grave, Self::Hook, Self::Tilde, Self::Dot];

    fn mark(self) -> Option<char> {
        match self {
            Self::Level => None,
            Self::Acute => Some('\u{301}'),
            Self::Grave => Some('\u{300}'),
            Self::Hook => Some('\u{309}'),
            Self::Tilde => Some('\u{303}'),
            Self::Dot => Some('\u{323}'),
        }
    }

    /// The tone that a combining mark says.
    pub(super) fn of_mark(mark: char) -> Option<Self> {
        Self::ALL.into_iter().find(|tone| tone.mark() == Some(mark))
    }
}

/// A letter of the Vietnamese alphabet, or one of `f`, `j`, `w`, `z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    /// The letter in lower case and without its tone; one of [`SHAPED`] by a number below `a`.
    pub base: u8,
    pub tone: Tone,
    pub is_capital: bool,
}

/// The letters that have a shape, in the order of the numbers that stand for them, from 1.
const SHAPED: [char; 7] = ['ă', 'â', 'đ', 'ê', 'ô', 'ơ', 'ư'];
const VOWELS: [char; 12] = ['a', 'ă', 'â', 'e', 'ê', 'i', 'o', 'ô', 'ơ', 'u', 'ư', 'y'];

/// The number a letter in lower case and without tone stands under.
pub(super) fn base(letter: char) -> u8 {
    match SHAPED.iter().position(|shaped| *shaped == letter) {
        Some(at) => u8::try_from(at + 1).expect("there are seven"),
        None => u8::try_from(letter).unwrap_or_default(),
    }
}

/// Whether this is the number of a vowel that has a shape.
pub(super) fn is_shaped_vowel(base: u8) -> bool {
    matches!(base, 1 | 2 | 4..=7)
}

/// Whether this is the number of a vowel.
pub(super) fn is_vowel(base: u8) -> bool {
    is_shaped_vowel(base) || matches!(base, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// A vowel with this shape and tone.
pub(super) fn compose(vowel: char, shape: Shape, tone: Tone) -> char {
    let shape = match shape {
        Shape::Plain => None,
        Shape::Roof => Some('\u{302}'),
        Shape::Bowl => Some('\u{306}'),
    };
    std::iter::once(vowel).chain(shape).chain(tone.mark()).nfc().next().unwrap_or(vowel)
}

/// The letters beyond ASCII are in two blocks; the table has them side by side.
const FIRST_BLOCK: std::ops::Range<u32> = 0xC0..0x1C0;
const SECOND_BLOCK: std::ops::Range<u32> = 0x1EA0..0x1F00;

fn place(c: char) -> Option<usize> {
    let code = u32::from(c);
    let at = if FIRST_BLOCK.contains(&code) {
        code - FIRST_BLOCK.start
    } else if SECOND_BLOCK.contains(&code) {
        code - SECOND_BLOCK.start + (FIRST_BLOCK.end - FIRST_BLOCK.start)
    } else {
        return None;
    };
    usize::try_from(at).ok()
}

/// Takes a letter apart; `None` when it is none that Vietnamese is written with.
pub(super) fn letter(c: char) -> Option<Letter> {
    static BEYOND_ASCII: LazyLock<Vec<Option<Letter>>> = LazyLock::new(beyond_ascii);
    if c.is_ascii() {
        let byte = u8::try_from(c).ok().filter(u8::is_ascii_alphabetic)?;
        return Some(Letter {
            base: byte.to_ascii_lowercase(),
            tone: Tone::Level,
            is_capital: byte.is_ascii_uppercase(),
        });
    }
    BEYOND_ASCII.get(place(c)?).copied().flatten()
}

fn beyond_ascii() -> Vec<Option<Letter>> {
    let mut table = vec![None; (FIRST_BLOCK.len() + SECOND_BLOCK.len()).max(1)];
    let mut put = |lower: char, base: u8, tone: Tone| {
        for (c, is_capital) in std::iter::once((lower, false)).chain(lower.to_uppercase().map(|c| (c, true)))
        {
            if let Some(at) = place(c) {
                table[at] = Some(Letter { base, tone, is_capital });
            }
        }
    };
    put('đ', base('đ'), Tone::Level);
    for vowel in VOWELS {
        for tone in Tone::ALL {
            put(compose(vowel, Shape::Plain, tone), base(vowel), tone);
        }
    }
    table
}

/// Every letter that Vietnamese has beyond those of ASCII, in both cases.
#[cfg(test)]
pub(super) fn alphabet() -> Vec<char> {
    let letters = FIRST_BLOCK.chain(SECOND_BLOCK).filter_map(char::from_u32);
    letters.filter(|c| letter(*c).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_has_134_letters_beyond_ascii_and_each_comes_apart() {
        assert_eq!(alphabet().len(), 134);
        for (c, vowel, tone, is_capital) in [
            ('ế', 'ê', Tone::Acute, false),
            ('Ự', 'ư', Tone::Dot, true),
            ('đ', 'đ', Tone::Level, false),
            ('Ă', 'ă', Tone::Level, true),
            ('ỳ', 'y', Tone::Grave, false),
            ('Ẩ', 'â', Tone::Hook, true),
            ('õ', 'o', Tone::Tilde, false),
            ('K', 'k', Tone::Level, true),
        ] {
            assert_eq!(letter(c), Some(Letter { base: base(vowel), tone, is_capital }), "{c}");
        }
        for c in ['ç', 'ñ', 'ß', '1', 'µ', 'ж', '\u{301}'] {
            assert_eq!(letter(c), None, "{c}");
        }
    }
}
