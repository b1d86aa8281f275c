//! What the statements of front matter are about, in English and Vietnamese, and how each is read.

use super::dates::{self, Misdate};
use super::front_matter::Entry;
use super::values::Value;
use super::written::{Written, WrittenImage, one_line};
use crate::words::{ContentPath, Problem, Text, Timestamp, Zone, fold};

/// What a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Published,
    Updated,
    Categories,
    Tags,
    Authors,
    Summary,
    Publication,
    Language,
    Slug,
    Id,
    Canonical,
    Image,
    ImageAlt,
    Enclosure,
    Draft,
    Status,
    Expires,
    Correction,
    Withdrawn,
    Minor,
}

impl Field {
    /// Whether it says that an article is not to be out, or not for ever: that counts wherever it stands at the top.
    pub(super) fn is_of_life(self) -> bool {
        matches!(self, Field::Draft | Field::Expires | Field::Withdrawn | Field::Minor)
    }
}

/// What a paragraph says after `Rút bài:` or `Withdrawn:`; `None` for any other paragraph.
pub(super) fn withdrawal(paragraph: &str) -> Option<String> {
    let (label, why) = paragraph.split_once(':')?;
    let is_label = label.len() < 40 && of(&fold(label.trim_matches('*'))) == Some(Field::Withdrawn);
    let why = one_line(why.trim_matches(|c: char| c.is_whitespace() || c == '*'));
    if is_label { reason(why) } else { None }
}

/// The field a folded key names. Blanks, dashes and underscores in it do not matter.
pub(super) fn of(key: &str) -> Option<Field> {
    let bare: String = key.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).collect();
    Some(match bare.as_str() {
        "title" | "headline" | "tieude" | "tuade" | "tua" | "tenbai" => Field::Title,
        "date" | "published" | "publishdate" | "publisheddate" | "pubdate" | "publishedat"
        | "publishedon" | "datepublished" | "created" | "createdat" | "ngay" | "ngaydang" | "ngayxuatban"
        | "ngayviet" | "ngaygio" | "dangngay" | "thoigian" | "xuatban" => Field::Published,
        "updated" | "lastmod" | "modified" | "lastmodified" | "lastmodifiedat" | "updatedat"
        | "dateupdated" | "datemodified" | "lastupdated" | "capnhat" | "ngaycapnhat" | "ngaysua"
        | "suadoi" => Field::Updated,
        "category" | "categories" | "chuyenmuc" | "danhmuc" | "muc" | "theloai" => Field::Categories,
        "tag" | "tags" | "keyword" | "keywords" | "the" | "cacthe" | "tukhoa" | "nhan" => Field::Tags,
        "author" | "authors" | "tacgia" | "nguoiviet" | "butdanh" | "byline" => Field::Authors,
        "summary" | "description" | "excerpt" | "abstract" | "tomtat" | "mota" | "sapo" => Field::Summary,
        "source" | "publication" | "publisher" | "nguon" | "bao" | "toasoan" => Field::Publication,
        "language" | "lang" | "locale" | "ngonngu" | "tieng" => Field::Language,
        "slug" | "duongdan" => Field::Slug,
        "id" | "guid" | "uuid" | "ma" | "mabai" => Field::Id,
        "canonical" | "canonicalurl" | "link" | "permalink" | "externalurl" | "originalurl" | "url"
        | "lienket" | "baigoc" => Field::Canonical,
        "image" | "cover" | "featuredimage" | "featureimage" | "images" | "thumbnail" | "ogimage"
        | "coverimage" | "anh" | "hinh" | "hinhanh" | "anhdaidien" | "anhbia" => Field::Image,
        "imagealt" | "coveralt" | "alt" | "chuthichanh" | "motaanh" => Field::ImageAlt,
        "enclosure" | "audio" | "podcast" | "amthanh" | "tepamthanh" => Field::Enclosure,
        "draft" | "bannhap" | "nhap" => Field::Draft,
        "status" | "trangthai" => Field::Status,
        "expires" | "expirydate" | "expiredate" | "expiry" | "expireson" | "unpublishdate" | "hethan"
        | "ngayhethan" => Field::Expires,
        "correction" | "dinhchinh" => Field::Correction,
        "withdrawn" | "rutbai" | "gobai" | "dago" | "darut" => Field::Withdrawn,
        "minor" | "suanho" | "minoredit" => Field::Minor,
        _ => return None,
    })
}

/// What the statements say. Of two about the same thing the first counts; lists are joined.
pub(super) fn read(path: &ContentPath, entries: &[Entry], zone: &Zone) -> Result<Written, Problem> {
    let mut written = Written::default();
    let mut alt = None;
    for entry in entries {
        let Some(field) = of(&entry.key) else { continue };
        let value = &entry.value;
        match field {
            Field::Title => first(&mut written.title, value.text()),
            Field::Summary => first(&mut written.summary, value.text()),
            Field::Publication => first(&mut written.publication, name(value)),
            Field::Language => first(&mut written.language, value.text()),
            Field::Slug => first(&mut written.slug, value.text()),
            Field::Id => first(&mut written.id, value.text()),
            Field::Enclosure => first(&mut written.enclosure, address(value)),
            Field::ImageAlt => first(&mut alt, value.text()),
            Field::Image => first(&mut written.image, image(value)),
            Field::Categories => written.categories.extend(labels(value, entry.key.ends_with("ies"))),
            Field::Tags => written.tags.extend(labels(value, true)),
            Field::Authors => written.authors.extend(people(value)),
            Field::Draft => written.draft |= value.text().and_then(|text| truth(&text)).unwrap_or(false),
            Field::Minor => written.minor |= value.text().and_then(|text| truth(&text)).unwrap_or(false),
            Field::Correction => {
                let said = value.text().and_then(reason);
                first(&mut written.correction, said.filter(|text| !text.is_empty()));
            }
            Field::Withdrawn => first(&mut written.withdrawn, value.text().and_then(reason)),
            Field::Expires => {
                if let Some(text) = value.text() {
                    first(&mut written.expires, Some(date(path, entry, &text, zone)?));
                }
            }
            Field::Status => written.draft |= value.text().is_some_and(|text| is_unpublished(&text)),
            Field::Canonical => match value.text() {
                Some(text) if text.contains("://") => first(&mut written.canonical, Some(text)),
                Some(text) if entry.key != "link" => first(&mut written.slug, last_step(&text)),
                _ => {}
            },
            Field::Published => match value.text() {
                // Jekyll's `published: false` is no date.
                Some(text) if truth(&text).is_some() => written.draft |= truth(&text) == Some(false),
                Some(text) => first(&mut written.published, Some(date(path, entry, &text, zone)?)),
                None => {}
            },
            Field::Updated => {
                if let Some(text) = value.text() {
                    first(&mut written.updated, Some(date(path, entry, &text, zone)?));
                }
            }
        }
    }
    if let (Some(image), Some(alt)) = (&mut written.image, alt)
        && image.alt.is_empty()
    {
        image.alt = alt;
    }
    Ok(written)
}

fn first<T>(slot: &mut Option<T>, value: Option<T>) {
    if slot.is_none() {
        *slot = value;
    }
}

/// The last name of an address on the site it comes from (Hugo, Jekyll, Eleventy): what the article would like.
/// Patterns for addresses are none.
fn last_step(address: &str) -> Option<String> {
    let address = address.trim_end_matches("index.html").trim_end_matches('/').trim_end_matches(".html");
    let last = address.rsplit('/').next().filter(|last| !last.is_empty() && truth(last).is_none())?;
    (!address.contains([':', '{'])).then(|| last.to_owned())
}

/// Why an article is taken back: the words; none for a mere yes. A no takes nothing back.
fn reason(text: String) -> Option<String> {
    match truth(&text) {
        Some(true) => Some(String::new()),
        Some(false) if is_no(&text) => None,
        _ => Some(text),
    }
}

/// Whether it is a no where words may stand, too: `Sai` says there what is wrong, and `Nợ` is no `no`.
fn is_no(text: &str) -> bool {
    let text = text.to_lowercase();
    text != "sai" && (text.is_ascii() || text == "không")
}

fn truth(text: &str) -> Option<bool> {
    match fold(text).as_str() {
        "true" | "yes" | "on" | "y" | "1" | "co" | "dung" | "x" => Some(true),
        "false" | "no" | "off" | "n" | "0" | "khong" | "sai" => Some(false),
        _ => None,
    }
}

fn is_unpublished(text: &str) -> bool {
    matches!(fold(text).as_str(), "draft" | "hidden" | "private" | "nhap" | "ban nhap" | "chua dang")
}

/// Words of a list, or of one text with commas. A single name may have a comma of its own (`tư tưởng, đạo đức`),
/// so there every part has to begin like a name.
fn labels(value: &Value, several: bool) -> Vec<String> {
    match value {
        Value::Nothing => Vec::new(),
        Value::List(values) => values.iter().filter_map(name).collect(),
        Value::Table(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
        Value::Text(text) => {
            let parts: Vec<&str> =
                text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
            let like_names = parts.iter().all(|part| part.starts_with(|c: char| !c.is_lowercase()));
            if several || like_names {
                parts.iter().map(|part| part.trim_matches(['#', '"', '\'']).to_owned()).collect()
            } else {
                vec![text.clone()]
            }
        }
    }
}

/// Names of people, without their addresses.
fn people(value: &Value) -> Vec<String> {
    match value {
        Value::List(values) => values.iter().filter_map(name).map(|text| without_mail(&text)).collect(),
        value => name(value).map(|text| divided(&text)).unwrap_or_default(),
    }
}

/// The people one line names: `Ngô Trọng – Lê Lan`, `Ngô Trọng và Lê Lan`. What joins two people may stand in the name of one
/// organisation, too: `Đài Phát thanh và Truyền hình`.
pub(super) fn divided(text: &str) -> Vec<String> {
    let mut marked = text.replace([',', ';', '|', '\n'], SEPARATOR);
    for word in [" – ", " — ", " - ", " / "] {
        marked = marked.replace(word, SEPARATOR);
    }
    let names = marked.split(SEPARATOR).flat_map(|part| {
        let joined = JOINING.iter().fold(part.to_owned(), |part, word| part.replace(word, SEPARATOR));
        let are_people =
            !part.chars().any(char::is_uppercase) || joined.split(SEPARATOR).all(is_like_a_person);
        let names = if are_people { joined } else { part.to_owned() };
        names.split(SEPARATOR).map(without_mail).collect::<Vec<_>>()
    });
    names.filter(|name| !name.is_empty()).collect()
}

const SEPARATOR: &str = "\u{1F}";
const JOINING: [&str; 4] = [" và ", " and ", " & ", "&"];
/// Words of people's names that begin with a small letter.
const PARTICLES: [&str; 12] = ["van", "von", "der", "den", "de", "da", "di", "du", "la", "le", "el", "bin"];

/// Whether each word of a name, but for particles, begins with a capital.
fn is_like_a_person(name: &str) -> bool {
    let mut words = name.split_whitespace();
    words.all(|word| PARTICLES.contains(&word) || !word.starts_with(char::is_lowercase) || word.contains('@'))
}

fn without_mail(text: &str) -> String {
    let name = match (text.find('<'), text.find('(')) {
        (Some(at), _) => &text[..at],
        (None, Some(at)) if text.contains('@') => &text[..at],
        _ => text,
    };
    one_line(name)
}

/// A text, or the `name` of a table.
fn name(value: &Value) -> Option<String> {
    ["name", "title", "label", "tên"].iter().find_map(|key| value.get(key)?.text()).or_else(|| value.text())
}

/// A text, or the address in a table.
fn address(value: &Value) -> Option<String> {
    match value {
        Value::List(values) => values.iter().find_map(address),
        Value::Table(_) => {
            ["url", "src", "image", "path", "file", "href"].iter().find_map(|key| value.get(key)?.text())
        }
        value => value.text(),
    }
}

fn image(value: &Value) -> Option<WrittenImage> {
    let table = match value {
        Value::List(values) => values.first()?,
        value => value,
    };
    let alt = ["alt", "caption", "title"].iter().find_map(|key| table.get(key)?.text()).unwrap_or_default();
    let address = address(value).filter(|address| truth(address).is_none())?;
    Some(WrittenImage { address, alt })
}

fn date(path: &ContentPath, entry: &Entry, text: &str, zone: &Zone) -> Result<Timestamp, Problem> {
    dates::parse(text, zone).map_err(|wrong| no_date(path, entry.line, text, wrong))
}

/// The problem with a date that a file names.
pub(super) fn no_date(path: &ContentPath, line: Option<u32>, text: &str, wrong: Misdate) -> Problem {
    let shown = super::written::shortened(&one_line(text), 60);
    let what = match wrong {
        Misdate::Unreadable => {
            Text::new(format!("không hiểu ngày `{shown}`"), format!("`{shown}` is no date bantin can read"))
        }
        Misdate::Impossible(why) => Text::new(
            format!("ngày `{shown}` không thể có: {}", why.vi),
            format!("the date `{shown}` cannot be: {}", why.en),
        ),
    };
    let problem = Problem::new(path, what, dates::hint()).about(text);
    match line {
        Some(line) => problem.at_line(line),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_no_clear_no_takes_an_article_back() {
        for (written, why) in [
            ("true", Some("")),
            ("yes", Some("")),
            ("1", Some("")),
            ("Có", Some("")),
            ("đúng", Some("")),
            ("false", None),
            ("No", None),
            ("off", None),
            ("0", None),
            ("Không", None),
            ("khong", None),
            ("Sai", Some("Sai")),
            ("SAI", Some("SAI")),
            ("sai số liệu", Some("sai số liệu")),
            ("Không đúng", Some("Không đúng")),
            ("Nợ", Some("Nợ")),
            ("nhầm", Some("nhầm")),
        ] {
            assert_eq!(reason(written.to_owned()).as_deref(), why, "{written}");
        }
    }
}
