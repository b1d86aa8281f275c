//! Text from before Unicode.

use super::problems::{mixed, not_utf8, read_as, unsure};
use super::stated::{Stated, stated};
use crate::intake::Kind;
use crate::intake::legacy::{Legacy, Verdict, may_be_vietnamese, weigh};
use crate::words::{ContentPath, Problem};

/// The text of a file that is not UTF-8 from `line` on, if one encoding reads it and no other.
pub(super) fn decoded(
    path: &ContentPath,
    bytes: &[u8],
    line: usize,
    remarks: &mut Vec<Problem>,
) -> Result<String, Problem> {
    if bytes.contains(&0) || is_damaged_utf8(bytes) {
        return Err(not_utf8(path, line));
    }
    let stated = if Kind::of(path) == Some(Kind::Html) { stated(bytes) } else { None };
    let known = stated.and_then(|stated| match stated {
        Stated::Legacy(legacy) => Some(legacy),
        Stated::Other(_) => None,
    });
    let verdict = weigh(bytes, known);
    if let Verdict::Clear(legacy) = verdict {
        remarks.push(read_as(path, legacy.name(), legacy == Legacy::Tcvn3));
        return Ok(legacy.decode(bytes));
    }
    if let Some(Stated::Other(encoding)) = stated
        && !may_be_vietnamese(bytes)
        && let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes)
    {
        remarks.push(read_as(path, encoding.name(), false));
        return Ok(text.into_owned());
    }
    Err(match verdict {
        Verdict::Broken(legacy, line) => mixed(path, legacy.name(), line),
        Verdict::Unsure(line, readings) if !readings.is_empty() => {
            let named: Vec<(&str, String)> =
                readings.into_iter().map(|(legacy, text)| (legacy.name(), text)).collect();
            unsure(path, line, &named)
        }
        _ => not_utf8(path, line),
    })
}

/// Whether most of what is not ASCII is UTF-8 all the same.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut unsound) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        unsound += chunk.invalid().len();
    }
    sound > unsound
}
