//! Bytes as text: UTF-8, UTF-16, and what was written before them if it can be told; a plain word about anything else.

mod old;
mod problems;
mod stated;
mod utf16;

pub(super) use problems::empty;

use super::{LONGEST_TEXT, legacy};
use crate::words::{ContentPath, Problem, clean};
use std::borrow::Cow;

/// The text of a file, cleaned.
pub(super) fn text(path: &ContentPath, bytes: &[u8], remarks: &mut Vec<Problem>) -> Result<String, Problem> {
    let text = clean(&as_written(path, bytes, remarks)?);
    if text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}')) {
        return Err(problems::empty(path));
    }
    Ok(text)
}

/// The text of a file as it stands there, which may be empty.
pub(super) fn as_written<'a>(
    path: &ContentPath,
    bytes: &'a [u8],
    remarks: &mut Vec<Problem>,
) -> Result<Cow<'a, str>, Problem> {
    if bytes.len() > LONGEST_TEXT {
        return Err(problems::too_long(path));
    }
    if let Some(program) = other_program(bytes) {
        return Err(problems::not_text(path, program));
    }
    let text = unicode_or_old(path, bytes, remarks)?;
    Ok(match legacy::disguised(&text) {
        Some(legacy) => {
            remarks.push(problems::disguised(path, legacy.name()));
            Cow::Owned(legacy.undisguised(&text))
        }
        None => text,
    })
}

fn unicode_or_old<'a>(
    path: &ContentPath,
    bytes: &'a [u8],
    remarks: &mut Vec<Problem>,
) -> Result<Cow<'a, str>, Problem> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16::decoded(path, rest, u16::from_le_bytes).map(Cow::Owned),
        [0xFE, 0xFF, rest @ ..] => utf16::decoded(path, rest, u16::from_be_bytes).map(Cow::Owned),
        [0xEF, 0xBB, 0xBF, rest @ ..] => match simdutf8::compat::from_utf8(rest) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(problems::not_utf8(path, line_at(rest, error.valid_up_to()))),
        },
        _ => without_mark(path, bytes, remarks),
    }
}

fn without_mark<'a>(
    path: &ContentPath,
    bytes: &'a [u8],
    remarks: &mut Vec<Problem>,
) -> Result<Cow<'a, str>, Problem> {
    if let Some(unit) = utf16::order(bytes) {
        return utf16::decoded(path, bytes, unit).map(Cow::Owned);
    }
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) if is_full_of_nulls(bytes) => {
            Err(problems::not_utf8(path, line_at(bytes, text.find('\0').unwrap_or(0))))
        }
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => old::decoded(path, bytes, line_at(bytes, error.valid_up_to()), remarks).map(Cow::Owned),
    }
}

/// Letters of more bytes than UTF-8 has, in whatever order.
fn is_full_of_nulls(bytes: &[u8]) -> bool {
    bytes.contains(&0) && {
        let nulls = bytes.iter().filter(|byte| **byte == 0).count();
        nulls > 8 && nulls > bytes.len() / 16
    }
}

/// The number of the line on which a byte stands.
fn line_at(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or_default();
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

/// The kind of file that hides behind a text file's name.
fn other_program(bytes: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "Word (.docx), ODT, ZIP"),
        (b"\xD0\xCF\x11\xE0", "Word (.doc)"),
        (b"%PDF-", "PDF"),
        (b"{\\rtf", "RTF"),
        (b"\xFF\xD8\xFF", "JPEG"),
        (b"\x89PNG", "PNG"),
        (b"ID3", "MP3"),
    ];
    BEGINNINGS.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, program)| *program)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn decoded(bytes: &[u8]) -> Result<String, Option<u32>> {
        let path = ContentPath::new(Path::new("bai.txt")).expect("a path");
        text(&path, bytes, &mut Vec::new()).map_err(|problem| problem.line)
    }

    #[test]
    fn every_unicode_encoding_reads_the_same_with_a_mark_and_without() {
        let words = "Lúa được mùa\nở An Giang";
        let mut le = vec![0xFF, 0xFE];
        le.extend(words.encode_utf16().flat_map(u16::to_le_bytes));
        let mut be = vec![0xFE, 0xFF];
        be.extend(words.encode_utf16().flat_map(u16::to_be_bytes));
        let marked = format!("\u{FEFF}{words}");
        let windows = words.replace('\n', "\r\n");
        for bytes in [words.as_bytes(), &le, &be, &le[2..], &be[2..], marked.as_bytes(), windows.as_bytes()] {
            assert_eq!(decoded(bytes).as_deref(), Ok(words));
        }
    }

    #[test]
    fn what_is_not_unicode_is_refused_with_the_line() {
        for (bytes, line) in [
            (&b"L\xC3\xBAa\nhai\nL\xFAa \xC4\x91\xE1\xBA\xB9p"[..], Some(3)),
            (b"\xEF\xBB\xBFmot\nL\xFAa", Some(2)),
            (b"mot\nhai\nL\xFAa", Some(3)),
            (b"mot\nL\0\xFAa", Some(2)),
            (b"\xFF\xFEa\0\n\0\x00\xD8b\0", Some(2)),
            (b"\xFF\xFEa", Some(1)),
            (b"T\0\0\0i\0\0\0n\0\0\0 \0\0\0m\0\0\0o\0\0\0i\0\0\0", Some(1)),
            (b"", None),
            (b" \r\n\t ", None),
            (b"PK\x03\x04rest", None),
        ] {
            assert_eq!(decoded(bytes), Err(line), "{bytes:?}");
        }
    }

    #[test]
    fn old_encodings_are_read_and_told_of_or_refused_with_what_they_may_say() {
        let path = ContentPath::new(Path::new("bai.txt")).expect("a path");
        // By VNI: an `ô` may be a vowel, and the tone of another.
        let poem = b"Nh\xF6\xF5ng \xF1ie\xE0u tro\xE2ng tha\xE1y ma\xF8 \xF1au \xF1\xF4\xF9n lo\xF8ng";
        let mut remarks = Vec::new();
        let read = text(&path, poem, &mut remarks);
        assert_eq!(read.as_deref(), Ok("Những điều trông thấy mà đau đớn lòng"));
        let told: Vec<&str> = remarks.iter().map(|remark| remark.what.en.as_str()).collect();
        assert_eq!(told, ["the file is not in UTF-8; it was read as VNI Windows"]);
        let refused = text(&path, b"\n\xF1\xF4\xF9n", &mut remarks).expect_err("a word is too little");
        assert_eq!(refused.line, Some(2));
        assert_eq!(
            refused.what.en,
            "the file is not in UTF-8, and it is not clear what it is in: by VNI Windows it says “đớn”"
        );
        assert_eq!(
            refused.what.vi,
            "tệp không lưu bằng mã UTF-8, và chưa rõ là bảng mã nào: theo VNI Windows là “đớn”"
        );
    }

    #[test]
    fn pages_may_say_what_they_are_in() {
        let title = b"<meta charset=windows-1258><title>L\xFAa m\xF9a</title>";
        let russian = b"<meta charset=windows-1251><p>\xCC\xEE\xF1\xEA\xE2\xE0";
        for (name, page, expected) in [
            ("a.html", &title[..], Some("Lúa mùa")),
            ("a.txt", title, None),
            ("a.htm", russian, Some("Москва")),
            // By VNI, whatever it says.
            ("a.html", b"<meta charset=windows-1251><p>Vi\x65\xE4t Nam, n\xF6\xF4\xF9c", None),
        ] {
            let path = ContentPath::new(Path::new(name)).expect("a path");
            let read = text(&path, page, &mut Vec::new()).ok();
            assert_eq!(read.is_some(), expected.is_some(), "{name} {read:?}");
            assert!(expected.is_none_or(|words| read.is_some_and(|text| text.contains(words))));
        }
    }

    #[test]
    fn a_text_of_the_greatest_length_is_read_and_one_byte_more_is_not() {
        assert!(decoded(&vec![b'a'; LONGEST_TEXT]).is_ok());
        assert_eq!(decoded(&vec![b'a'; LONGEST_TEXT + 1]), Err(None));
    }
}
