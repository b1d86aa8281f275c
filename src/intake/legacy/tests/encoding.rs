//! The way back: text as old programs wrote it.

use super::super::Legacy;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// Writes text in one encoding.
pub(super) struct Encoder {
    bytes: HashMap<char, Vec<u8>>,
    has_capitals: bool,
}

impl Encoder {
    /// Finds the bytes of every letter by reading all of them.
    pub(super) fn new(legacy: Legacy) -> Self {
        let mut bytes: HashMap<char, Vec<u8>> = HashMap::new();
        let mut note = |written: &[u8]| {
            let mut letters = Vec::new();
            legacy.read(written, &mut letters);
            let read: Vec<char> = letters.into_iter().nfc().collect();
            if let [letter] = read[..] {
                bytes.entry(letter).or_insert_with(|| written.to_vec());
            }
        };
        for byte in 1..=0xFF {
            note(&[byte]);
        }
        if matches!(legacy, Legacy::Vni | Legacy::Windows1258) {
            for letter in b'A'..=0xFF {
                for mark in 0xC0..=0xFF {
                    note(&[letter, mark]);
                }
            }
        }
        Self { bytes, has_capitals: legacy != Legacy::Tcvn3 }
    }

    /// The bytes of a text; `None` when it has a letter that the encoding has not.
    pub(super) fn encode(&self, text: &str) -> Option<Vec<u8>> {
        let mut written = Vec::new();
        for c in text.nfc() {
            let small = c.to_lowercase().next().filter(|_| !self.has_capitals);
            let bytes = self.bytes.get(&c).or_else(|| self.bytes.get(&small?))?;
            written.extend_from_slice(bytes);
        }
        Some(written)
    }
}
