//! Vietnamese from before Unicode: the encodings that files and fonts are still found in, and which of them a file is in.

mod capitals;
mod foreign;
mod reading;
mod spelling;
mod syllable;
mod tables;
mod vni;
mod weigh;

#[cfg(test)]
mod tests;

pub(super) use weigh::{Verdict, may_be_vietnamese, weigh};

use encoding_rs::WINDOWS_1252;
use tables::NOTHING;
use unicode_normalization::UnicodeNormalization;

/// How many letters of Western fonts a text has at least in which others are looked for.
const FEWEST_DISGUISED: usize = 5;

/// An encoding of text with one byte, in VNI two, to a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Legacy {
    /// `.VnTime` and its like. Vowels with a tone have no capitals in it.
    Tcvn3,
    /// `.VnTimeH` and its like, which show all letters as capitals.
    Tcvn3Capitals,
    /// The standard that TCVN3 is a part of, with all capitals.
    Tcvn5712,
    /// `VNI-Times` and its like.
    Vni,
    /// RFC 1456.
    Viscii,
    /// Windows in Vietnamese, which writes some tones apart.
    Windows1258,
    /// Windows in English and Western Europe.
    Windows1252,
}

/// The encoding behind a font's letters; `None` when the font shows Unicode as it is.
pub(super) fn of_font(font: &str) -> Option<Legacy> {
    let name = font.trim().trim_start_matches('@').to_ascii_lowercase();
    if name.starts_with(".vn") {
        let has_capitals_only = name.ends_with('h') && !name.ends_with("englisch");
        return Some(if has_capitals_only { Legacy::Tcvn3Capitals } else { Legacy::Tcvn3 });
    }
    (name.starts_with("vni-") || name.starts_with("vni ")).then_some(Legacy::Vni)
}

/// The encoding of text that an old font showed and that was saved as Unicode letter by letter, if it can be told.
pub(super) fn disguised(text: &str) -> Option<Legacy> {
    let mut others = 0;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        match c {
            '\u{A1}'..='\u{FF}' => others += 1,
            // Vietnamese in Unicode has letters that Western fonts lack, or marks by themselves.
            'ă'
            | 'Ă'
            | 'đ'
            | 'Đ'
            | 'ơ'
            | 'Ơ'
            | 'ư'
            | 'Ư'
            | '\u{300}'..='\u{36F}'
            | '\u{1EA0}'..='\u{1EFF}' => return None,
            _ => {}
        }
    }
    if others < FEWEST_DISGUISED {
        return None;
    }
    let bytes: Vec<u8> = text.chars().map(|c| font_place(c).unwrap_or(b' ')).collect();
    match weigh(&bytes, None) {
        Verdict::Clear(Legacy::Windows1252 | Legacy::Windows1258)
        | Verdict::Broken(..)
        | Verdict::Unsure(..) => None,
        Verdict::Clear(legacy) => Some(legacy),
    }
}

impl Legacy {
    /// The text that was meant by such a text.
    pub(super) fn undisguised(self, text: &str) -> String {
        let letters = self.letters(text);
        if self == Self::Tcvn3 { capitals::restored(&letters) } else { letters }
    }

    /// What people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 | Self::Tcvn3Capitals => "TCVN3 (ABC)",
            Self::Tcvn5712 => "TCVN 5712",
            Self::Vni => "VNI Windows",
            Self::Viscii => "VISCII",
            Self::Windows1258 => "Windows-1258",
            Self::Windows1252 => "Windows-1252",
        }
    }

    /// The text of a file in this encoding. A byte that means nothing in it leaves U+FFFD.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        let mut letters = Vec::with_capacity(bytes.len());
        self.read(bytes, &mut letters);
        let text: String = letters.into_iter().nfc().collect();
        match self {
            Self::Tcvn3 => capitals::restored(&text),
            Self::Tcvn3Capitals => text.to_uppercase(),
            _ => text,
        }
    }

    /// What a font shows for `text`, whose characters are places in the font. One that is no place in it stays.
    pub(super) fn letters(self, text: &str) -> String {
        let mut letters = Vec::with_capacity(text.len());
        let mut bytes = Vec::new();
        for c in text.chars() {
            match font_place(c).filter(|byte| self.knows(*byte)) {
                Some(byte) => bytes.push(byte),
                None => {
                    self.read(&bytes, &mut letters);
                    bytes.clear();
                    letters.push(c);
                }
            }
        }
        self.read(&bytes, &mut letters);
        let text: String = letters.into_iter().nfc().collect();
        if self == Self::Tcvn3Capitals { text.to_uppercase() } else { text }
    }

    /// Whether a byte means something, or may do so behind a vowel.
    fn knows(self, byte: u8) -> bool {
        self.letter(byte) != NOTHING || self == Self::Vni && byte >= 0xC0
    }

    /// What a byte means by itself.
    fn letter(self, byte: u8) -> char {
        match byte.checked_sub(0x80) {
            Some(at) => tables::upper(self)[usize::from(at)],
            None => tables::lower(self, byte),
        }
    }

    /// Adds the letters of some bytes; windows-1258 leaves tones behind the vowels they belong to.
    fn read(self, bytes: &[u8], letters: &mut Vec<char>) {
        let mut rest = bytes;
        while let [byte, after @ ..] = rest {
            let letter = self.letter(*byte);
            rest = after;
            match self {
                Self::Vni => {
                    let joined = after.first().and_then(|mark| vni::joined(letter, *mark));
                    if joined.is_some() {
                        rest = &after[1..];
                    }
                    letters.push(joined.unwrap_or(letter));
                }
                Self::Tcvn3 => match letters.last_mut() {
                    // Some converters write `Á` as `A` with `á` behind it, which no word has.
                    Some(before) if is_capital_of(*before, letter) => {
                        *before = letter.to_uppercase().next().unwrap_or(letter);
                    }
                    _ => letters.push(letter),
                },
                _ => letters.push(letter),
            }
        }
    }
}

/// Whether `before` is the capital of `toned`, but for the tone.
fn is_capital_of(before: char, toned: char) -> bool {
    if toned.is_ascii() || !before.is_uppercase() {
        return false;
    }
    match (spelling::letter(before), spelling::letter(toned)) {
        (Some(before), Some(toned)) => {
            before.base == toned.base
                && before.tone == spelling::Tone::Level
                && toned.tone != spelling::Tone::Level
                && !toned.is_capital
        }
        _ => false,
    }
}

/// The place in a font that a character stands for: Word writes it as Latin-1, as windows-1252, or from U+F020 on.
fn font_place(c: char) -> Option<u8> {
    match u32::from(c) {
        0..0x80 | 0xA0..0x100 => u8::try_from(c).ok(),
        code @ 0xF020..0xF100 => u8::try_from(code - 0xF000).ok(),
        _ => match WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])) {
            (bytes, _, false) => bytes.first().copied(),
            _ => None,
        },
    }
}
