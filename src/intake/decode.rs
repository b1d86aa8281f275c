//! Bytes as text: UTF-8 with or without a mark, UTF-16 with one, and a plain word about anything else.

use super::LONGEST_TEXT;
use crate::words::{ContentPath, Problem, Text, clean};
use std::borrow::Cow;

/// The text of a file, cleaned.
pub(super) fn text(path: &ContentPath, bytes: &[u8]) -> Result<String, Problem> {
    let text = clean(&as_written(path, bytes)?);
    if text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}')) {
        return Err(empty(path));
    }
    Ok(text)
}

/// The text of a file as it stands there, which may be empty.
pub(super) fn as_written<'a>(path: &ContentPath, bytes: &'a [u8]) -> Result<Cow<'a, str>, Problem> {
    if bytes.len() > LONGEST_TEXT {
        return Err(too_long(path, bytes.len()));
    }
    if let Some(program) = other_program(bytes) {
        return Err(not_text(path, program));
    }
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(path, rest, u16::from_le_bytes)?),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(path, rest, u16::from_be_bytes)?),
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(utf8(path, rest)?),
        _ => Cow::Borrowed(utf8(path, bytes)?),
    };
    // UTF-16 without a mark is UTF-8 with a null after every Latin letter.
    if text.contains('\0') {
        let nulls = text.bytes().filter(|byte| *byte == 0).count();
        if nulls > 8 && nulls > text.len() / 16 {
            return Err(unknown_encoding(path, 1));
        }
    }
    Ok(text)
}

fn utf8<'a>(path: &ContentPath, bytes: &'a [u8]) -> Result<&'a str, Problem> {
    simdutf8::compat::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        unknown_encoding(path, 1 + before.iter().filter(|byte| **byte == b'\n').count())
    })
}

fn utf16(path: &ContentPath, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Problem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(c) => text.push(c),
            Err(_) => return Err(unknown_encoding(path, 1 + text.matches('\n').count())),
        }
    }
    if !rest.is_empty() {
        return Err(unknown_encoding(path, 1 + text.matches('\n').count()));
    }
    Ok(text)
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

fn too_long(path: &ContentPath, length: usize) -> Problem {
    let (kib, most) = (length.div_ceil(1024), LONGEST_TEXT / 1024);
    Problem::new(
        path,
        Text::new(
            format!("tệp dài {kib} KiB, quá giới hạn {most} KiB của một bài viết"),
            format!("the file has {kib} KiB, more than the {most} KiB an article may have"),
        ),
        Text::new(
            "Hãy chia bài thành nhiều phần, hoặc để ảnh và âm thanh thành tệp riêng bên cạnh bài.",
            "Split the article, or put pictures and sound into files of their own beside it.",
        ),
    )
}

/// There is nothing in the file.
pub(super) fn empty(path: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new("tệp trống, không có chữ nào", "the file is empty"),
        Text::new(
            "Hãy chép nội dung bài vào tệp rồi lưu lại, hoặc xóa tệp đi.",
            "Put the article into it and save it again, or delete it.",
        ),
    )
}

fn not_text(path: &ContentPath, program: &str) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("đây không phải tệp văn bản mà là tệp {program} mang đuôi khác"),
            format!("this is not a text file but {program} under another ending"),
        ),
        Text::new(
            "Hãy mở tệp bằng chương trình của nó, chép phần chữ sang Notepad và lưu dạng .txt, mã UTF-8.",
            "Open it in its own program, copy the text into Notepad and save that as .txt in UTF-8.",
        ),
    )
}

fn unknown_encoding(path: &ContentPath, line: usize) -> Problem {
    Problem::new(
        path,
        Text::new("chữ trong tệp không phải mã UTF-8", "the text is not in UTF-8"),
        Text::new(
            "Hãy mở tệp bằng Notepad, chọn Lưu thành (Save As), ở ô Mã hóa (Encoding) chọn UTF-8 rồi lưu. \
             Bài gõ bằng phông VNI hay TCVN3 (.VnTime) cần đổi sang Unicode trước.",
            "Open it in Notepad, choose Save As, set Encoding to UTF-8 and save. \
             Text typed in VNI or TCVN3 (.VnTime) fonts has to be converted to Unicode first.",
        ),
    )
    .at_line(u32::try_from(line).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn decoded(bytes: &[u8]) -> Result<String, Option<u32>> {
        let path = ContentPath::new(Path::new("bai.txt")).expect("a path");
        text(&path, bytes).map_err(|problem| problem.line)
    }

    #[test]
    fn every_unicode_encoding_with_a_mark_reads_the_same() {
        let words = "Lúa được mùa\nở An Giang";
        let mut le = vec![0xFF, 0xFE];
        le.extend(words.encode_utf16().flat_map(u16::to_le_bytes));
        let mut be = vec![0xFE, 0xFF];
        be.extend(words.encode_utf16().flat_map(u16::to_be_bytes));
        let marked = format!("\u{FEFF}{words}");
        let windows = words.replace('\n', "\r\n");
        for bytes in [words.as_bytes(), &le, &be, marked.as_bytes(), windows.as_bytes()] {
            assert_eq!(decoded(bytes).as_deref(), Ok(words));
        }
    }

    #[test]
    fn what_is_not_unicode_is_refused_with_the_line() {
        for (bytes, line) in [
            (&b"mot\nhai\nL\xFAa"[..], Some(3)),
            (b"\xFF\xFEa\0\n\0\x00\xD8b\0", Some(2)),
            (b"\xFF\xFEa", Some(1)),
            (b"T\0i\0n\0 \0m\0o\0i\0 \0n\0h\0a\0t\0", Some(1)),
            (b"", None),
            (b" \r\n\t ", None),
            (b"PK\x03\x04rest", None),
        ] {
            assert_eq!(decoded(bytes), Err(line), "{bytes:?}");
        }
    }

    #[test]
    fn a_text_of_the_greatest_length_is_read_and_one_byte_more_is_not() {
        assert!(decoded(&vec![b'a'; LONGEST_TEXT]).is_ok());
        assert_eq!(decoded(&vec![b'a'; LONGEST_TEXT + 1]), Err(None));
    }
}
