//! Why a Word file cannot be read, in the words of those who saved it.

use crate::intake::bounds::Excess;
use crate::intake::{
    DEEPEST_XML, LONGEST_PACKED, LONGEST_TEXT, LONGEST_UNPACKED, MOST_MEMBERS, MOST_SQUEEZED,
};
use crate::words::{ContentPath, Problem, Text};

/// Why a Word file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not whole, or was never one.
    Damaged,
    /// It is a package of something else: a workbook, slides, an archive.
    OtherPackage,
    /// It can be opened with a password only.
    Protected,
    /// It is of a Word before 2007.
    OldWord,
    /// There are programs in it.
    Macros,
    /// Its XML defines entities.
    Doctype,
    /// Its XML is nested deeper than [`DEEPEST_XML`].
    TooDeep,
    /// More bytes than [`LONGEST_PACKED`].
    TooLong,
    /// More members than [`MOST_MEMBERS`].
    TooManyMembers,
    /// More than [`LONGEST_UNPACKED`] comes out of it.
    TooLongUnpacked,
    /// A member becomes more than [`MOST_SQUEEZED`] times as long.
    TooSqueezed,
    /// More text than [`LONGEST_TEXT`].
    TooMuchText,
    /// Too much of something else.
    Excess(Excess),
}

impl From<Excess> for Fault {
    fn from(excess: Excess) -> Self {
        Fault::Excess(excess)
    }
}

const MIB: usize = 1024 * 1024;

impl Fault {
    /// The problem to tell.
    pub(super) fn in_file(self, path: &ContentPath) -> Problem {
        let is_odt = path.extension() == "odt";
        let (what, hint) = match self {
            Fault::Excess(excess) => return excess.in_file(path, 1),
            Fault::Damaged => (
                Text::new(
                    "tệp bị hỏng, chưa chép xong, hoặc không phải tệp Word",
                    "the file is damaged, not copied to its end, or no Word file",
                ),
                Text::new(
                    "Hãy mở tệp gốc bằng Word, lưu lại (Save As) dạng Word Document (*.docx) rồi chép vào đây.",
                    "Open the original in Word, save it (Save As) as Word Document (*.docx) and copy that here.",
                ),
            ),
            Fault::OtherPackage => (
                Text::new(
                    "đây không phải văn bản Word mà là tệp khác (bảng tính, trình chiếu, tệp nén) mang đuôi của Word",
                    "this is no Word text but something else (a workbook, slides, an archive) under its ending",
                ),
                Text::new(
                    "Hãy mở tệp bằng chương trình của nó, chép phần chữ sang Word rồi lưu dạng .docx.",
                    "Open it in its own program, copy the text into Word and save that as .docx.",
                ),
            ),
            Fault::Protected => (
                Text::new("tệp có mật khẩu nên không đọc được", "the file has a password and cannot be read"),
                if is_odt { without_password_in_libre_office() } else { without_password_in_word() },
            ),
            Fault::OldWord => old_word(),
            Fault::Macros => (
                Text::new(
                    "tệp có macro (chương trình nhúng bên trong) nên không được đăng",
                    "there are macros (programs) in the file, so it is not published",
                ),
                if is_odt { save_as_docx_in_libre_office() } else { save_as_docx() },
            ),
            Fault::Doctype => (
                Text::new(
                    "tệp có khai báo DOCTYPE, là thứ Word không bao giờ viết",
                    "the file has a DOCTYPE in it, which Word never writes",
                ),
                save_again(),
            ),
            Fault::TooDeep => (
                Text::new(
                    format!("nội dung tệp lồng vào nhau quá {DEEPEST_XML} tầng"),
                    format!("what is in the file is nested more than {DEEPEST_XML} deep"),
                ),
                Text::new(
                    "Hãy bớt các bảng và khung chữ lồng trong nhau, hoặc chép phần chữ sang một tệp Word mới.",
                    "Take tables and text boxes out of each other, or copy the text into a new Word file.",
                ),
            ),
            Fault::TooLong => (
                Text::new(
                    format!("tệp lớn hơn {} MiB, là mức nhiều nhất của một tệp Word", LONGEST_PACKED / MIB),
                    format!("the file has more than the {} MiB a Word file may have", LONGEST_PACKED / MIB),
                ),
                smaller_pictures(),
            ),
            Fault::TooLongUnpacked => (
                Text::new(
                    format!("nội dung tệp bung ra lớn hơn {} MiB", LONGEST_UNPACKED / MIB),
                    format!("unpacked, the file has more than {} MiB", LONGEST_UNPACKED / MIB),
                ),
                smaller_pictures(),
            ),
            Fault::TooManyMembers => (
                Text::new(
                    format!("trong tệp Word có hơn {MOST_MEMBERS} phần"),
                    format!("the Word file is made of more than {MOST_MEMBERS} parts"),
                ),
                save_again(),
            ),
            Fault::TooSqueezed => (
                Text::new(
                    format!(
                        "một phần của tệp bung ra gấp hơn {MOST_SQUEEZED} lần, không giống tệp Word thật"
                    ),
                    format!(
                        "a part of the file unpacks to more than {MOST_SQUEEZED} times its size, as none of Word's does"
                    ),
                ),
                save_again(),
            ),
            Fault::TooMuchText => (
                Text::new(
                    format!(
                        "phần chữ dài hơn {} KiB, là mức nhiều nhất của một bài viết",
                        LONGEST_TEXT / 1024
                    ),
                    format!("the text has more than the {} KiB an article may have", LONGEST_TEXT / 1024),
                ),
                Text::new("Hãy chia bài thành nhiều phần.", "Split the article."),
            ),
        };
        Problem::new(path, what, hint)
    }
}

/// What is told of a file whose name says that it cannot be read.
pub(in crate::intake) fn foreign(path: &ContentPath) -> Problem {
    let (what, hint) = match path.extension().as_str() {
        "docm" | "dotm" => (
            Text::new(
                "tệp Word có macro (.docm, .dotm) không được đăng",
                "Word files with macros (.docm, .dotm) are not published",
            ),
            save_as_docx(),
        ),
        "rtf" => (Text::new("bantin không đọc tệp RTF", "bantin does not read RTF files"), save_as_docx()),
        "pages" => (
            Text::new("bantin không đọc tệp Pages của máy Mac", "bantin does not read the files of Pages"),
            Text::new(
                "Hãy mở tệp bằng Pages, chọn Tệp > Xuất sang > Word (File > Export To > Word), định dạng .docx.",
                "Open it in Pages, choose File > Export To > Word and the format .docx.",
            ),
        ),
        "doc" | "dot" => old_word(),
        _ => (
            Text::new("bantin không đọc loại tệp này", "bantin does not read files of this kind"),
            save_as_docx(),
        ),
    };
    Problem::new(path, what, hint)
}

fn old_word() -> (Text, Text) {
    (
        Text::new(
            "đây là tệp Word kiểu cũ (.doc, Word 97-2003), bantin không đọc được",
            "this is a file of an older Word (.doc, Word 97-2003), which bantin cannot read",
        ),
        save_as_docx(),
    )
}

fn save_as_docx() -> Text {
    Text::new(
        "Hãy mở tệp bằng Word, chọn Tệp > Lưu thành (File > Save As), kiểu Word Document (*.docx), lưu vào thư mục này \
         rồi xóa tệp cũ đi.",
        "Open it in Word, choose File > Save As, type Word Document (*.docx), save it in this folder and delete this file.",
    )
}

fn save_as_docx_in_libre_office() -> Text {
    Text::new(
        "Hãy mở tệp bằng LibreOffice, chọn Tệp > Lưu thành (File > Save As), kiểu Word (.docx), lưu vào thư mục này rồi \
         xóa tệp cũ đi.",
        "Open it in LibreOffice, choose File > Save As, type Word (.docx), save it in this folder and delete this file.",
    )
}

fn without_password_in_word() -> Text {
    Text::new(
        "Hãy mở tệp bằng Word, vào Tệp > Thông tin > Bảo vệ tài liệu > Mã hóa bằng mật khẩu \
         (File > Info > Protect Document > Encrypt with Password), xóa mật khẩu rồi lưu lại.",
        "Open it in Word, go to File > Info > Protect Document > Encrypt with Password, clear the password and save it \
         again.",
    )
}

fn without_password_in_libre_office() -> Text {
    Text::new(
        "Hãy mở tệp bằng LibreOffice, chọn Tệp > Lưu thành (File > Save As), bỏ chọn Lưu với mật khẩu (Save with \
         password) rồi lưu lại.",
        "Open it in LibreOffice, choose File > Save As, untick Save with password and save it again.",
    )
}

fn save_again() -> Text {
    Text::new(
        "Hãy chép phần chữ sang một tệp Word mới rồi lưu dạng Word Document (*.docx).",
        "Copy the text into a new Word file and save that as Word Document (*.docx).",
    )
}

fn smaller_pictures() -> Text {
    Text::new(
        "Hãy nén ảnh trong Word: bấm vào một ảnh, chọn Định dạng ảnh > Nén ảnh (Picture Format > Compress Pictures), \
         bỏ chọn “Chỉ áp dụng cho ảnh này”, chọn mức Web (150 ppi) rồi lưu lại.",
        "Compress the pictures in Word: click one, choose Picture Format > Compress Pictures, untick “Apply only to this \
         picture”, choose Web (150 ppi) and save.",
    )
}

/// What was taken from the document's properties, as a guess.
pub(super) fn from_properties(path: &ContentPath, taken: &[Text]) -> Option<Problem> {
    let listed = |of: fn(&Text) -> &str| taken.iter().map(of).collect::<Vec<_>>().join(", ");
    let (vi, en) = (listed(|text| &text.vi), listed(|text| &text.en));
    let problem = Problem::new(
        path,
        Text::new(
            format!("bài không ghi {vi}; lấy theo thuộc tính của tệp Word"),
            format!("the text does not name {en}; the properties of the Word file do"),
        ),
        Text::new(
            "Tệp làm từ một bài cũ thường còn giữ thuộc tính của bài đó. Nếu không đúng, hãy ghi rõ trong bài.",
            "A file made of an older one often keeps that one's properties. If they are wrong, write it into the text.",
        ),
    );
    (!taken.is_empty()).then(|| problem.as_guess())
}

/// Letters of an old font in a font that shows Unicode.
pub(super) fn disguised(path: &ContentPath, name: &str) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!(
                "chữ trong bài gõ theo bảng mã {name} nhưng đã đổi sang phông Unicode, nên không ai đọc được"
            ),
            format!("the letters are {name} under a font that shows Unicode, so that nobody can read them"),
        ),
        Text::new(
            "Hãy chọn toàn bộ chữ, dùng Bộ công cụ của UniKey (phím Ctrl+Shift+F6) chuyển mã sang Unicode rồi lưu lại; \
             hoặc đổi lại phông cũ (.VnTime, VNI-Times).",
            "Select all of it, convert it to Unicode, for example with UniKey's toolkit (Ctrl+Shift+F6), and save it again; \
             or give it its old font back (.VnTime, VNI-Times).",
        ),
    )
}
