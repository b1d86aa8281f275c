//! UTF-16, as Notepad calls "Unicode", with a mark or without.

use super::problems::not_utf8;
use crate::words::{ContentPath, Problem};

/// Makes a number of two bytes.
type Unit = fn([u8; 2]) -> u16;

/// Within how many bytes a text in UTF-16 has a blank or another sign of ASCII.
const BEGINNING: usize = 128;

/// The order of the bytes if this is UTF-16 without a mark: every sign of ASCII has a null beside it, all on one side.
pub(super) fn order(bytes: &[u8]) -> Option<Unit> {
    if !bytes.iter().take(BEGINNING).any(|byte| *byte == 0) {
        return None;
    }
    let (units, _) = bytes.as_chunks::<2>();
    let first = units.iter().filter(|[first, _]| *first == 0).count();
    let second = units.iter().filter(|[_, second]| *second == 0).count();
    let is_side =
        |nulls: usize, others: usize| nulls * 3 >= units.len() && nulls >= 3 && others * 16 <= nulls;
    if is_side(second, first) {
        Some(u16::from_le_bytes)
    } else if is_side(first, second) {
        Some(u16::from_be_bytes)
    } else {
        None
    }
}

pub(super) fn decoded(path: &ContentPath, bytes: &[u8], unit: Unit) -> Result<String, Problem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let line = |text: &str| 1 + text.matches('\n').count();
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok('\0') | Err(_) => return Err(not_utf8(path, line(&text))),
            Ok(c) => text.push(c),
        }
    }
    if !rest.is_empty() {
        return Err(not_utf8(path, line(&text)));
    }
    Ok(text)
}
