//! The end of a newspaper text: who wrote it, and where it appeared. Sentences, quotations and photo credits stay
//! in the text.

use super::newspaper::{Line, is_end_mark};
use super::written::one_line;
use super::{dates, fields};
use crate::words::{Text, Timestamp, Zone, fold};

/// A body parted from what stands below it.
pub(super) struct Tail<'a> {
    pub body: Vec<Line<'a>>,
    pub authors: Vec<String>,
    pub publication: Option<String>,
    /// A date line below the text, and what it tells.
    pub date: Option<(Line<'a>, Result<Timestamp, Text>)>,
}

/// What one line at the end may be.
enum Part {
    Authors(Vec<String>),
    /// A name of a person or a paper; what stands beside it decides.
    Name(Vec<String>),
    Publication(String),
    /// A few words without a full stop: a paper's name if a byline stands above.
    Words,
    /// `Ảnh: Văn A`: not part of the tail, and no end of it.
    Credit,
    Nothing,
    Prose,
}

/// How many lines at the end are looked at.
const TAIL_LINES: usize = 5;
/// Within how many lines at the end an official letter names its day.
const LETTER_LINES: usize = 10;

pub(super) fn split<'a>(lines: &[Line<'a>], zone: &Zone) -> Tail<'a> {
    let mut tail = Tail { body: Vec::new(), authors: Vec::new(), publication: None, date: None };
    // The first line is the text itself, however short.
    let from = lines.len().saturating_sub(TAIL_LINES).max(1).min(lines.len());
    let mut kept: Vec<Line<'a>> = Vec::new();
    let mut end = lines.len();
    while end > from {
        let line = lines[end - 1];
        if line.is_solid {
            break;
        }
        if tail.date.is_none()
            && let Some(told) = dates::parse_line(line.text, zone)
        {
            tail.date = Some((line, told));
            end -= 1;
            continue;
        }
        let above = lines[from..end - 1].iter().rev().find(|line| !matches!(part(line.text), Part::Credit));
        let named_above = above
            .filter(|line| !line.is_solid)
            .is_some_and(|line| matches!(part(line.text), Part::Authors(_) | Part::Name(_)));
        match part(line.text) {
            Part::Nothing => {}
            Part::Credit => kept.push(line),
            Part::Authors(authors) if tail.authors.is_empty() => tail.authors = authors,
            Part::Publication(name) if tail.publication.is_none() && tail.authors.is_empty() => {
                tail.publication = Some(name);
            }
            Part::Name(names) if tail.authors.is_empty() => {
                let paper_below = named_above && tail.publication.is_none() && !has_surname(&names);
                if paper_below { tail.publication = Some(one_line(line.text)) } else { tail.authors = names }
            }
            // Two people below each other.
            Part::Name(names) if has_surname(&names) && has_surname(&tail.authors) => {
                tail.authors.splice(0..0, names);
            }
            Part::Words if named_above && tail.publication.is_none() && tail.authors.is_empty() => {
                tail.publication = Some(one_line(line.text));
            }
            Part::Words
                if is_last_word(line, lines, end)
                    && tail.publication.is_none()
                    && tail.authors.is_empty() =>
            {
                tail.publication = Some(one_line(line.text));
            }
            _ => break,
        }
        end -= 1;
    }
    let (authors, within) = without_publication(std::mem::take(&mut tail.authors));
    tail.authors = authors;
    tail.publication = tail.publication.or(within);
    // An official letter names place and day above the signature, which stays as it is.
    if tail.date.is_none() {
        let last = lines[lines.len().saturating_sub(LETTER_LINES)..end].iter().rev();
        let mut placed = last.filter(|line| line.text.contains(", ngày "));
        tail.date = placed.find_map(|line| Some((*line, dates::parse_line(line.text, zone)?)));
    }
    tail.body = lines[..end].to_vec();
    tail.body.extend(kept.into_iter().rev().map(|line| Line { after_blank: true, ..line }));
    tail
}

/// The people a line above the text names: `Tác giả: …`, or a name that can be nothing else.
pub(super) fn byline(text: &str) -> Option<Vec<String>> {
    match part(text) {
        Part::Authors(names) => Some(names),
        Part::Name(names) => has_surname(&names).then_some(names),
        _ => None,
    }
}

/// Words alone at the very end, below a paragraph that has ended: the paper's name without a byline.
fn is_last_word(line: Line<'_>, lines: &[Line<'_>], end: usize) -> bool {
    let capitals = line.text.split_whitespace().filter(|word| word.starts_with(char::is_uppercase)).count();
    let above_ended = end >= 2 && lines[end - 2].text.ends_with(['.', '!', '?', '”', '"', '…', ')']);
    end == lines.len() && line.after_blank && above_ended && capitals >= 2
}

fn part(text: &str) -> Part {
    if is_end_mark(text) {
        return Part::Nothing;
    }
    if text.chars().count() > 80 {
        return Part::Prose;
    }
    let ended = text.trim_end_matches('.');
    if let Some((name, _)) = ended.strip_suffix(')').and_then(|text| text.split_once(" ("))
        && is_person(name, false)
    {
        return Part::Authors(vec![ended.to_owned()]);
    }
    let bare = text.trim_matches(['(', ')', '[', ']', '.', '*', '_', ' ']);
    if let Some((label, rest)) = bare.split_once(':') {
        return labelled(&fold(label), rest);
    }
    let folded = fold(bare);
    let bracketed = text.starts_with(['(', '[']);
    if let Some(source) = folded.strip_prefix("theo ").map(|_| one_line(&bare[bare.find(' ').unwrap_or(0)..]))
        && (bracketed || !text.ends_with('.'))
        && source.split_whitespace().count() <= 6
    {
        return Part::Publication(source);
    }
    if bracketed {
        return if is_acronym(bare) { Part::Publication(one_line(bare)) } else { Part::Prose };
    }
    // A question, a quotation or a list is a sentence, whatever its length.
    if text.ends_with(['?', '!', ';', ',', '…', '”', '"']) || text.starts_with(['“', '"', '-', '+', '•'])
    {
        return Part::Prose;
    }
    if is_organisation(&folded) && !text.ends_with('.') && folded.split_whitespace().count() <= 9 {
        return Part::Publication(one_line(bare));
    }
    let names = fields::divided(bare);
    let several = names.len() > 1;
    if !names.is_empty() && names.len() <= 5 && names.iter().all(|name| is_person(name, several)) {
        return if is_organisation(&folded) { Part::Publication(one_line(bare)) } else { Part::Name(names) };
    }
    let short = bare.split_whitespace().count() <= 6 && bare.chars().count() <= 45;
    let begins = bare.starts_with(char::is_uppercase) && !text.ends_with(['.', ':']);
    if short && begins && !bare.contains(|c: char| c.is_ascii_digit()) { Part::Words } else { Part::Prose }
}

/// `Bài, ảnh: Ngô Trọng` names the author, `Ảnh: Văn A` only who took the picture, `Nguồn: …` the paper.
fn labelled(label: &str, rest: &str) -> Part {
    const WRITING: [&str; 12] =
        ["tin", "bai", "tac", "nguoi", "viet", "thuc", "phong", "pv", "by", "author", "ghi", "soan"];
    const WITH: [&str; 18] = [
        "va", "anh", "gia", "hien", "vien", "minh", "hoa", "clip", "video", "photo", "do", "nguon", "bien",
        "tap", "theo", "source", "hinh", "suu",
    ];
    let words: Vec<&str> =
        label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    if words.is_empty()
        || words.len() > 5
        || !words.iter().all(|word| WRITING.contains(word) || WITH.contains(word))
    {
        return Part::Prose;
    }
    let rest = one_line(rest.trim_matches([' ', '.', ')', ']']));
    if rest.is_empty() {
        return Part::Prose;
    }
    let pictures = ["anh", "photo", "clip", "video", "hoa", "hinh"];
    // `Nguồn tin: …` is where it came from, whoever wrote it.
    if has(&WRITING) && (!has(&["nguon"]) || has(&["tac", "viet"])) {
        let names = fields::divided(&rest);
        let sound = names.iter().all(|name| name.split_whitespace().count() <= 6);
        return if sound { Part::Authors(names) } else { Part::Prose };
    }
    if has(&pictures) {
        return Part::Credit;
    }
    if has(&["nguon", "theo", "source"]) && rest.split_whitespace().count() <= 10 {
        return Part::Publication(rest);
    }
    Part::Prose
}

/// Two to five words that all begin with a capital; initials; or, among several, one word.
fn is_person(name: &str, among_several: bool) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let letters = |word: &&str| {
        word.starts_with(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’' | '/'))
    };
    if !words.iter().all(letters) || name.chars().count() > 40 {
        return false;
    }
    match words.as_slice() {
        [only] => among_several || is_acronym(only),
        words => words.len() <= 5,
    }
}

/// `PV`, `TTXVN`, `N.T`.
fn is_acronym(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    (2..=6).contains(&letters) && word.chars().all(|c| c.is_uppercase() || c == '.')
}

/// Whether a name is that of an office or a paper.
fn is_organisation(folded: &str) -> bool {
    const BEGINNINGS: [&str; 30] = [
        "bao ",
        "tap chi ",
        "dai ",
        "cong thong tin",
        "trang tin",
        "trang thong tin",
        "thong tan xa",
        "ttxvn",
        "ban tin",
        "ban bien tap",
        "ban tuyen giao",
        "so ",
        "phong ",
        "hoi nong dan",
        "hoi lien hiep",
        "hoi cuu chien binh",
        "ubnd ",
        "uy ban ",
        "trung tam ",
        "cong an ",
        "tinh doan",
        "huyen ",
        "chi cuc ",
        "cuc ",
        "lien doan ",
        "mat tran ",
        "nha xuat ban",
        "website ",
        "nong thon ",
        "vov",
    ];
    BEGINNINGS.iter().any(|start| folded.starts_with(start))
        || folded.ends_with(".vn")
        || folded == "vnexpress"
}

/// Whether one of these names begins with a family name that most people in Vietnam share.
fn has_surname(names: &[String]) -> bool {
    const SURNAMES: [&str; 44] = [
        "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho",
        "ngo", "duong", "ly", "dao", "doan", "vuong", "trinh", "truong", "dinh", "lam", "mai", "phung", "to",
        "luong", "chau", "ta", "thai", "ha", "kieu", "cao", "quach", "luu", "trieu", "tong", "thach", "lieu",
        "neang", "danh", "kim", "son", "la",
    ];
    names.iter().any(|name| {
        let folded = fold(name);
        folded.contains(' ') && folded.split(' ').next().is_some_and(|first| SURNAMES.contains(&first))
    })
}

/// `Ngô Trọng/TTXVN` and `Ngô Trọng (Báo An Giang)` name both.
fn without_publication(authors: Vec<String>) -> (Vec<String>, Option<String>) {
    let mut publication = None;
    let authors = authors
        .into_iter()
        .filter_map(|author| {
            let parted = author
                .split_once(['/', '('])
                .map(|(name, paper)| (name.trim(), paper.trim_matches([')', ' '])));
            match parted {
                Some((name, paper)) if !paper.is_empty() && (author.contains('(') || is_acronym(paper)) => {
                    let paper = if fold(paper).starts_with("theo ") {
                        &paper[paper.find(' ').unwrap_or(0)..]
                    } else {
                        paper
                    };
                    publication.get_or_insert(one_line(paper));
                    Some(name.to_owned()).filter(|name| !name.is_empty())
                }
                _ => Some(author),
            }
        })
        .collect();
    (authors, publication)
}
