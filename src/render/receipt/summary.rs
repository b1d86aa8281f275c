use super::paper::Paper;
use super::phrases::{self, others};
use crate::words::{ContentPath, Language, Problem, Site, Text, Timestamp};

/// How many files of one kind are named before the rest is only counted.
const MOST_NAMED: usize = 100;

/// How the whole folder stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whole {
    /// How many articles are out.
    pub published: usize,
    /// How many wait for their time.
    pub waiting: usize,
    /// How many files cannot be used as they are.
    pub unusable: usize,
    /// How many files that are used somebody should look at.
    pub pressing: usize,
    /// What is wrong with the folder or the server, and what to do about it.
    pub faults: Vec<(Text, Text)>,
    /// What is wrong with the settings.
    pub settings: Vec<Problem>,
    /// Why files cannot be used; at least of the first of them.
    pub wrong: Vec<Problem>,
    /// What to look at in others; at least in the first of them.
    pub remarks: Vec<Problem>,
    /// The articles that wait; at least the next of them.
    pub waits: Vec<Waits>,
}

/// An article that waits for its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits {
    /// When that comes.
    pub until: Timestamp,
    /// Its file.
    pub path: ContentPath,
    /// Its title.
    pub title: String,
}

/// What needs somebody's attention in the whole folder.
pub fn summary(whole: &Whole, site: &Site) -> Vec<u8> {
    let language = site.interface();
    let phrases = Phrases::of(language);
    let to_do = whole.faults.len() + whole.settings.len() + whole.unusable + whole.pressing;
    let mut paper = Paper::headed(&headline(language, to_do), phrases.longest_label);
    paper.blank();
    for (label, count) in [
        (phrases.published, whole.published),
        (phrases.waiting, whole.waiting),
        (phrases.unusable, whole.unusable),
        (phrases.pressing, whole.pressing),
    ] {
        paper.row(label, &count.to_string());
    }
    if !whole.faults.is_empty() {
        paper.part(phrases.faults_heading);
        for (what, hint) in &whole.faults {
            paper.point(what.in_language(language));
            paper.below(phrases.mend, hint.in_language(language));
        }
    }
    for (heading, problems, count) in [
        (phrases.wrong_heading, &whole.wrong, whole.unusable),
        (phrases.settings_heading, &whole.settings, whole.settings.len()),
        (phrases.pressing_heading, &whole.remarks, whole.pressing),
    ] {
        if !problems.is_empty() {
            paper.part(heading);
            told(&mut paper, language, phrases.mend, problems, count);
        }
    }
    if !whole.waits.is_empty() {
        paper.part(phrases.waits_heading);
        for waits in whole.waits.iter().take(MOST_NAMED) {
            let title = if waits.title.is_empty() { String::new() } else { format!(" – {}", waits.title) };
            paper.point(&format!("{}: {}{title}", site.time(waits.until), waits.path));
        }
        and_others(&mut paper, language, whole.waiting, whole.waits.len());
    }
    paper.blank();
    paper.say(phrases.foot);
    paper.end()
}

fn told(paper: &mut Paper, language: Language, label: &str, problems: &[Problem], files: usize) {
    let mut named: Vec<&ContentPath> = Vec::new();
    for problem in problems {
        if !named.contains(&&problem.path) {
            if named.len() == MOST_NAMED {
                break;
            }
            named.push(&problem.path);
        }
        let line = problem.line.map_or_else(String::new, |line| {
            let line = phrases::line(language, line);
            format!(", {}", line.to_lowercase().trim_end_matches([':', ' ']))
        });
        paper.point(&format!("{}{line}: {}", problem.path, problem.what.in_language(language)));
        paper.below(label, problem.hint.in_language(language));
    }
    and_others(paper, language, files, named.len());
}

fn and_others(paper: &mut Paper, language: Language, all: usize, named: usize) {
    let named = named.min(MOST_NAMED);
    if all > named {
        paper.point(&others(language, all - named));
    }
}

fn headline(language: Language, to_do: usize) -> String {
    match (language, to_do) {
        (Language::Vi, 0) => "MỌI VIỆC ĐỀU ỔN".to_owned(),
        (Language::Vi, count) => format!("CÓ {count} VIỆC CẦN XEM"),
        (Language::En, 0) => "ALL IS WELL".to_owned(),
        (Language::En, 1) => "ONE THING NEEDS A LOOK".to_owned(),
        (Language::En, count) => format!("{count} THINGS NEED A LOOK"),
    }
}

struct Phrases {
    longest_label: usize,
    published: &'static str,
    waiting: &'static str,
    unusable: &'static str,
    pressing: &'static str,
    faults_heading: &'static str,
    wrong_heading: &'static str,
    settings_heading: &'static str,
    pressing_heading: &'static str,
    waits_heading: &'static str,
    mend: &'static str,
    foot: &'static str,
}

impl Phrases {
    fn of(language: Language) -> &'static Self {
        language.choose(&VIETNAMESE, &ENGLISH)
    }
}

const VIETNAMESE: Phrases = Phrases {
    longest_label: 26,
    published: "Bài đang đăng",
    waiting: "Bài chờ đến giờ",
    unusable: "Tệp có lỗi, chưa dùng được",
    pressing: "Bài nên xem lại",
    faults_heading: "THƯ MỤC VÀ MÁY CHỦ",
    wrong_heading: "TỆP CÓ LỖI, CHƯA DÙNG ĐƯỢC",
    settings_heading: "CÀI ĐẶT CỦA TRANG",
    pressing_heading: "BÀI ĐÃ NHẬN, NHƯNG NÊN XEM LẠI",
    waits_heading: "BÀI CHỜ ĐẾN GIỜ ĐĂNG",
    mend: "Cách sửa",
    foot: "Trong thư mục này, mỗi tệp bài có một phiếu báo cùng tên, thêm đuôi .txt. Bảng này và các phiếu do máy chủ viết và tự thay mới khi có gì thay đổi.",
};

const ENGLISH: Phrases = Phrases {
    longest_label: 19,
    published: "Articles published",
    waiting: "Articles waiting",
    unusable: "Files with mistakes",
    pressing: "Articles to look at",
    faults_heading: "THE FOLDER AND THE SERVER",
    wrong_heading: "FILES WITH MISTAKES, WHICH CANNOT BE USED",
    settings_heading: "THE SITE'S SETTINGS",
    pressing_heading: "ARTICLES THAT WERE TAKEN, BUT PLEASE HAVE A LOOK",
    waits_heading: "ARTICLES THAT WAIT FOR THEIR TIME",
    mend: "What to do",
    foot: "In this folder every article file has a receipt of its own name with .txt at the end. The server writes this list and the receipts, and replaces them whenever something changes.",
};
