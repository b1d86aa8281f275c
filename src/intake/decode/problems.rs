//! What the office is told of bytes that are no text, or not for certain.

use crate::intake::LONGEST_TEXT;
use crate::words::{ContentPath, Problem, Text};

pub(super) fn too_long(path: &ContentPath) -> Problem {
    let most = LONGEST_TEXT / 1024;
    Problem::new(
        path,
        Text::new(
            format!("tệp dài hơn {most} KiB, là giới hạn của một bài viết"),
            format!("the file is longer than the {most} KiB an article may have"),
        ),
        Text::new(
            "Hãy chia bài thành nhiều phần, hoặc để ảnh và âm thanh thành tệp riêng bên cạnh bài.",
            "Split the article, or put pictures and sound into files of their own beside it.",
        ),
    )
}

pub(in crate::intake) fn empty(path: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new("tệp trống, không có chữ nào", "the file is empty"),
        Text::new(
            "Hãy chép nội dung bài vào tệp rồi lưu lại, hoặc xóa tệp đi.",
            "Put the article into it and save it again, or delete it.",
        ),
    )
}

pub(super) fn not_text(path: &ContentPath, program: &str) -> Problem {
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

pub(super) fn not_utf8(path: &ContentPath, line: usize) -> Problem {
    Problem::new(
        path,
        Text::new("chữ trong tệp không phải mã UTF-8", "the text is not in UTF-8"),
        Text::new(
            "Hãy mở tệp bằng Notepad, chọn Lưu thành (Save As), ở ô Mã hóa (Encoding) chọn UTF-8 rồi lưu. \
             Bài gõ bằng phông VNI hay TCVN3 (.VnTime) cần chuyển sang Unicode trước.",
            "Open it in Notepad, choose Save As, set Encoding to UTF-8 and save. \
             Text typed in VNI or TCVN3 (.VnTime) fonts has to be converted to Unicode first.",
        ),
    )
    .at_line(number(line))
}

/// The file was read, but not as it ought to be saved.
pub(super) fn read_as(path: &ContentPath, name: &str, lacks_capitals: bool) -> Problem {
    let (vi, en) = if lacks_capitals {
        (
            " Bảng mã này không có chữ hoa mang dấu, nên hãy xem cả chữ hoa trong tên riêng.",
            " It has no capitals with tones, so look at the capitals of names, too.",
        )
    } else {
        ("", "")
    };
    Problem::new(
        path,
        Text::new(
            format!("tệp không lưu bằng mã UTF-8; đã đọc theo bảng mã {name}"),
            format!("the file is not in UTF-8; it was read as {name}"),
        ),
        Text::new(
            format!("Hãy xem bài trên trang đã đúng chữ chưa; lần sau nên lưu bằng mã UTF-8.{vi}"),
            format!("See whether the page shows the right letters; next time save it as UTF-8.{en}"),
        ),
    )
}

/// The file is Unicode, but its letters are those of an old font.
pub(super) fn disguised(path: &ContentPath, name: &str) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!(
                "chữ gõ theo bảng mã {name} đã lưu thành Unicode mà không chuyển mã; bantin đã tự chuyển"
            ),
            format!("letters of {name} were saved as Unicode without being converted; bantin converted them"),
        ),
        Text::new(
            "Hãy xem bài trên trang đã đúng chữ chưa; lần sau hãy chuyển mã bằng UniKey (phím Ctrl+Shift+F6) trước khi lưu.",
            "See whether the page shows the right letters; next time convert them before saving, for example with UniKey \
             (Ctrl+Shift+F6).",
        ),
    )
}

/// The file reads well in one encoding, but for this line.
pub(super) fn mixed(path: &ContentPath, name: &str, line: usize) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("tệp viết theo bảng mã {name}, nhưng dòng này có chữ không thuộc bảng mã đó"),
            format!("the file is in {name}, but this line has letters that are not"),
        ),
        Text::new(
            "Có thể dòng này chép từ một bài dùng phông chữ khác. Hãy gõ lại dòng đó, hoặc chuyển cả bài sang \
             Unicode rồi lưu bằng mã UTF-8.",
            "Perhaps it was copied from a text in another font. Type that line again, or convert everything to \
             Unicode and save it as UTF-8.",
        ),
    )
    .at_line(number(line))
}

/// The file may be in one encoding or another.
pub(super) fn unsure(path: &ContentPath, line: usize, readings: &[(&str, String)]) -> Problem {
    let listed = |by: &str, joint: &str| {
        let listed: Vec<String> =
            readings.iter().map(|(name, text)| format!("{by} {name}{joint} “{text}”")).collect();
        listed.join(", ")
    };
    Problem::new(
        path,
        Text::new(
            format!("tệp không lưu bằng mã UTF-8, và chưa rõ là bảng mã nào: {}", listed("theo", " là")),
            format!("the file is not in UTF-8, and it is not clear what it is in: {}", listed("by", " it says")),
        ),
        Text::new(
            "Nếu một trong các cách đọc đó đúng, hãy dùng Bộ công cụ của UniKey (phím Ctrl+Shift+F6) chuyển tệp từ \
             bảng mã ấy sang Unicode. Nếu không, hãy mở tệp bằng chương trình đã viết nó và lưu lại bằng mã UTF-8.",
            "If one of these is right, convert the file from that encoding to Unicode, for example with UniKey's \
             toolkit (Ctrl+Shift+F6). If not, open it in the program that wrote it and save it as UTF-8.",
        ),
    )
    .at_line(number(line))
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}
