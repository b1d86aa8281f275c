//! What an office says before a round-up: a file in a folder of their own, named after the period.

use super::written::Written;
use super::{Kind, Source, decode, html_file, kind, markdown, word};
use crate::words::{Article, ContentPath, Fingerprint, Problem, RoundUp, Site, Slug, Text};
use quick_xml::escape::partial_escape;
use std::fmt::Write as _;

/// The folder that prefaces lie in, and in it those of the categories that have folders of their own there.
pub const PREFACES: &str = "_round-ups";
/// The most bytes the text of a preface may have: 64 KiB.
pub const LONGEST_PREFACE: usize = 64 << 10;

/// What stands before a round-up.
#[derive(Clone, Debug, PartialEq)]
pub struct Preface {
    /// Which.
    pub round_up: RoundUp,
    /// What it says: the text alone counts.
    pub article: Article,
    /// What names the words.
    pub words: Fingerprint,
    /// What could be better.
    pub remarks: Vec<Problem>,
}

/// The round-up before which a file of this path stands; `None` when its name is no period.
pub fn round_up_of(path: &ContentPath) -> Option<RoundUp> {
    let mut folders = path.folders();
    folders.next().filter(|name| is_of_prefaces(name))?;
    let of = folders.next().map(Slug::of);
    let period = crate::words::Period::parse(&path.stem().trim().to_uppercase())?;
    match (of, folders.next()) {
        (None, None) => Some(RoundUp { of: None, period }),
        (Some(Some(of)), None) => Some(RoundUp { of: Some(of), period }),
        _ => None,
    }
}

/// Whether a folder of this name, in the content folder itself, is that of prefaces.
pub(super) fn is_of_prefaces(name: &str) -> bool {
    name.to_lowercase() == PREFACES
}

/// Reads one file. `Err` means that it cannot be used as it is, and what stood there before stays.
pub fn preface(source: &Source<'_>, site: &Site) -> Result<Preface, Problem> {
    read(source, site).map_err(Problem::as_error)
}

fn read(source: &Source<'_>, site: &Site) -> Result<Preface, Problem> {
    let path = source.path;
    let round_up = round_up_of(path).ok_or_else(|| no_period(path))?;
    let mut remarks = Vec::new();
    let (written, html) = written(source, site, &mut remarks)?;
    // Neither the article's date nor its title matters: nobody need be told that they were guessed.
    let mut article = written.complete(&whole(&written, &html), source, site, &mut Vec::new())?;
    if article.html.len() > LONGEST_PREFACE {
        return Err(too_long(path));
    }
    if article.html.is_empty() {
        return Err(empty(path));
    }
    article.tags.clear();
    remarks.retain(Problem::is_pressing);
    remarks.extend(idle(&written, path));
    let language = article.language.as_ref().map_or("", |language| language.as_str());
    let words = Fingerprint::of([article.html.as_str(), language]);
    Ok(Preface { round_up, article, words, remarks })
}

fn written(
    source: &Source<'_>,
    site: &Site,
    remarks: &mut Vec<Problem>,
) -> Result<(Written, String), Problem> {
    let path = source.path;
    let mut text = || decode::text(path, source.bytes, remarks);
    match kind(path) {
        // It is not laid out as an article in a newspaper.
        Kind::Newspaper => Ok((Written::default(), paragraphs(&text()?))),
        Kind::Markdown => {
            let text = text()?;
            markdown::read(path, &text, &site.zone, remarks)
        }
        Kind::Html => {
            let text = text()?;
            html_file::read(path, &text, &site.zone, remarks)
        }
        Kind::Word => {
            let (written, html, _) = word::read(path, source.bytes, &site.zone, remarks)?;
            Ok((written, html))
        }
        Kind::Foreign => Err(word::foreign(path)),
    }
}

/// Each line as a paragraph.
fn paragraphs(text: &str) -> String {
    let mut html = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let _ = writeln!(html, "<p>{}</p>", partial_escape(line));
    }
    html
}

/// The text with what was read as its head and foot: here, that is part of it.
fn whole(written: &Written, html: &str) -> String {
    let mut whole = String::new();
    if let Some(title) = &written.title {
        let _ = writeln!(whole, "<h2>{}</h2>", partial_escape(title.as_str()));
    }
    whole.push_str(html);
    let signed: Vec<&str> = written.authors.iter().chain(&written.publication).map(String::as_str).collect();
    if !signed.is_empty() {
        let _ = write!(whole, "\n<p>{}</p>", partial_escape(signed.join(", ")));
    }
    whole
}

/// That its file has words which keep an article back: here they do nothing.
fn idle(written: &Written, path: &ContentPath) -> Option<Problem> {
    // Word writes a date into every file.
    let is_dated = written.published.is_some() && kind(path) != Kind::Word;
    let words = [
        ("`draft`", written.draft),
        ("`date`", is_dated),
        ("`expires`", written.expires.is_some()),
        ("`withdrawn`", written.withdrawn.is_some()),
    ];
    let words: Vec<&str> =
        words.into_iter().filter(|(_, is_there)| *is_there).map(|(word, _)| word).collect();
    let words = words.join(", ");
    (!words.is_empty()).then(|| {
        Problem::new(
            path,
            Text::new(
                format!("{words} không có tác dụng trong lời mở đầu: lời này hiện từ lúc kỳ khép lại, hoặc ngay bây giờ nếu kỳ đã qua"),
                format!("a preface has no use for {words}: it is shown from the moment its period closes, or at once when that is over"),
            ),
            Text::new(
                "Chưa muốn hiện thì để tệp ở chỗ khác, lúc nào cần hãy thả vào; muốn bỏ thì xóa tệp.",
                "Keep the file elsewhere until it is to be shown, and delete it to take it back.",
            ),
        )
    })
}

fn no_period(path: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("tên “{path}” không cho biết lời mở đầu này thuộc bản tổng hợp nào"),
            format!("“{path}” does not say before which round-up this preface stands"),
        ),
        Text::new(
            "Hãy đặt tên tệp theo kỳ, ví dụ 2026-11.md (tháng), 2026-Q3.md (quý), 2026-H1.md (nửa năm), 2026.md (năm); của riêng một chuyên mục thì đặt trong thư mục mang tên chuyên mục.",
            "Name the file after the period, such as 2026-11.md (month), 2026-Q3.md (quarter), 2026-H1.md (half-year) or 2026.md (year); for one category alone, put it into a folder of its name.",
        ),
    )
}

fn too_long(path: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("lời mở đầu dài hơn {} KB", LONGEST_PREFACE >> 10),
            format!("the preface is longer than {} KB", LONGEST_PREFACE >> 10),
        ),
        Text::new(
            "Hãy rút gọn, hoặc đăng phần dài thành một bài riêng và dẫn đến bài đó.",
            "Shorten it, or publish the long part as an article and lead there.",
        ),
    )
}

fn empty(path: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new("lời mở đầu không có chữ nào", "there is nothing in the preface"),
        Text::new("Hãy viết lời mở đầu vào tệp rồi lưu lại.", "Write the preface into the file and save it."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::tests::{content_path, site};

    fn read(path: &str, text: &str) -> Result<Preface, String> {
        let path = content_path(path);
        let source = Source { path: &path, bytes: text.as_bytes(), beside: &[] };
        preface(&source, &site()).map_err(|problem| problem.told(crate::words::Language::En))
    }

    #[test]
    fn a_name_says_before_which_round_up_it_stands() {
        let table = [
            ("_round-ups/2026-Q3.md", Some("2026-Q3")),
            ("_Round-Ups/2026-q3.DOCX", Some("2026-Q3")),
            ("_round-ups/Mùa vụ/2026-11.txt", Some("mua-vu/2026-11")),
            ("_round-ups/2026.html", Some("2026")),
            ("_round-ups/2026-Q5.md", None),
            ("_round-ups/loi-mo-dau.md", None),
            ("_round-ups/a/b/2026.md", None),
            ("tin/_round-ups/2026.md", None),
        ];
        for (path, expected) in table {
            let told = round_up_of(&content_path(path)).map(|round_up| round_up.to_string());
            assert_eq!(told.as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn a_preface_is_all_that_its_file_says() {
        let table = [
            (
                "2026-Q3.txt",
                "Quý này mưa nhiều.\n\nBà con gặt < muộn.\n",
                "<p>Quý này mưa nhiều.</p>\n<p>Bà con gặt &lt; muộn.</p>",
            ),
            ("2026-Q3.md", "Quý này **mưa** nhiều.", "<p>Quý này <strong>mưa</strong> nhiều.</p>"),
            (
                "2026-Q3.md",
                "---\ntitle: Lời mở đầu\nauthor: Ngô Trọng\n---\n\nMưa nhiều.",
                "<h2>Lời mở đầu</h2>\n<p>Mưa nhiều.</p>\n\n<p>Ngô Trọng</p>",
            ),
            ("2026-Q3.html", "<p>Mưa<script>alert(1)</script> nhiều.</p>", "<p>Mưa nhiều.</p>"),
        ];
        for (name, text, html) in table {
            let preface = read(&format!("_round-ups/{name}"), text).expect("a preface");
            assert_eq!((preface.article.html.as_str(), preface.remarks.len()), (html, 0), "{text}");
        }
    }

    #[test]
    fn words_that_keep_an_article_back_do_nothing_in_a_preface_and_that_is_told() {
        let table = [
            ("author: Ngô Trọng", None),
            ("draft: true", Some("no use for `draft`:")),
            ("nháp: có\nngày: 2031-01-01", Some("no use for `draft`, `date`:")),
            ("expires: 2020-01-01", Some("no use for `expires`:")),
            ("withdrawn: nhầm", Some("no use for `withdrawn`:")),
        ];
        for (head, expected) in table {
            let preface = read("_round-ups/2026-Q3.md", &format!("---\n{head}\n---\n\nMưa nhiều.\n"));
            let remarks = preface.expect("a preface").remarks;
            let told = remarks.first().map(|remark| remark.told(crate::words::Language::En));
            assert_eq!(remarks.len(), usize::from(expected.is_some()), "{head}: {told:?}");
            assert!(told.as_deref().unwrap_or("").contains(expected.unwrap_or("")), "{head}: {told:?}");
        }
    }

    #[test]
    fn a_preface_that_cannot_be_used_says_why() {
        let long = "Mưa nhiều quá. ".repeat(LONGEST_PREFACE / 15 + 1);
        let table = [
            ("_round-ups/loi.md", "Mưa.", "does not say before which round-up this preface stands"),
            ("_round-ups/2026.txt", long.as_str(), "the preface is longer than 64 KB"),
            ("_round-ups/2026.html", "<script>alert(1)</script>", "there is nothing in the preface"),
            ("_round-ups/2026.rtf", "x", "hint:"),
        ];
        for (path, text, expected) in table {
            let told = read(path, text).expect_err(path);
            assert!(told.contains(expected), "{told}");
        }
    }
}
