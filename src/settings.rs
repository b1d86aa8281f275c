//! What `feeds/site.toml` and `feeds/NAME.toml` say: text in, a [`Site`] and feed definitions out, the gaps
//! filled, and a problem for every key that means nothing.

mod safekeeping;

use crate::words::{
    AnyAllNone, Content, ContentPath, FeedName, LanguageTag, Problem, Receipts, Selection, Site, Slug, Term,
    Text, Zone,
};
use serde::Deserialize;
use url::Url;

/// What flags and environment say over `site.toml`.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Where public addresses begin.
    pub base_url: Option<String>,
    /// The IANA name of the site's time zone.
    pub time_zone: Option<String>,
}

/// What `feeds/NAME.toml` says about a feed; what it leaves open comes from the site and the category.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedDefinition {
    /// The file's name.
    pub name: FeedName,
    /// What readers see.
    pub title: Option<String>,
    /// One sentence on what it brings.
    pub description: Option<String>,
    /// At most this many articles.
    pub limit: Option<usize>,
    /// How much of each.
    pub content: Content,
    /// Its picture.
    pub image: Option<Url>,
    /// Who holds the rights.
    pub copyright: Option<String>,
    /// Its language.
    pub language: Option<LanguageTag>,
    /// Which articles; without one, the category the file is named after.
    pub selection: Option<Selection>,
}

/// Something read, and what could be better about it.
pub type Remarked<T> = (T, Vec<Problem>);

/// The file that says what the site is.
pub const SITE_FILE: &str = "site.toml";
/// The most articles one document carries, whatever a file asks for.
pub const MOST_ARTICLES: usize = 1000;
/// How many it carries when nobody asks.
const USUAL_LIMIT: usize = 50;
/// Up to how many changed words make an edit minor when nobody says otherwise.
const USUAL_MINOR_WORDS: u32 = 5;
/// For how many days withdrawn articles are named when nobody says otherwise.
const USUAL_WITHDRAWN_DAYS: u32 = 90;

const SITE_KEYS: &[&str] = &[
    "title",
    "description",
    "base_url",
    "id",
    "language",
    "time_zone",
    "default_category",
    "copyright",
    "image",
    "limit",
    "max_age",
    "minor_words",
    "withdrawn_days",
    "ignore",
    "watch",
    "accept_loss_after",
    "receipts",
];
const FEED_KEYS: &[&str] = &[
    "title",
    "description",
    "limit",
    "content",
    "image",
    "copyright",
    "language",
    "categories",
    "tags",
    "authors",
];
const CONDITION_KEYS: &[&str] = &["any", "all", "none"];

#[derive(Default, Deserialize)]
struct WrittenSite {
    title: Option<String>,
    description: Option<String>,
    base_url: Option<String>,
    id: Option<String>,
    language: Option<String>,
    time_zone: Option<String>,
    default_category: Option<String>,
    copyright: Option<String>,
    image: Option<String>,
    limit: Option<usize>,
    max_age: Option<u32>,
    minor_words: Option<u32>,
    withdrawn_days: Option<u32>,
    #[serde(default)]
    ignore: Vec<String>,
    watch: Option<String>,
    accept_loss_after: Option<String>,
    receipts: Option<toml::Value>,
}

#[derive(Deserialize)]
struct WrittenFeed {
    title: Option<String>,
    description: Option<String>,
    limit: Option<usize>,
    content: Option<Content>,
    image: Option<String>,
    copyright: Option<String>,
    language: Option<String>,
    categories: Option<WrittenCondition>,
    tags: Option<WrittenCondition>,
    authors: Option<WrittenCondition>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenCondition {
    Any(Vec<String>),
    Full {
        #[serde(default)]
        any: Vec<String>,
        #[serde(default)]
        all: Vec<String>,
        #[serde(default)]
        none: Vec<String>,
    },
}

/// Reads `site.toml` (empty text when there is none). `listening` is the address used when nobody names a base.
///
/// # Errors
/// The one problem that makes the settings unusable; the caller keeps the last good ones.
pub fn site(text: &str, overrides: &Overrides, listening: &Url) -> Result<Remarked<Site>, Problem> {
    read_site(text, overrides, listening).map_err(Problem::as_error)
}

fn read_site(text: &str, overrides: &Overrides, listening: &Url) -> Result<Remarked<Site>, Problem> {
    let file = Toml { path: file_path(SITE_FILE), text };
    let mut remarks = file.unknown_keys(SITE_KEYS);
    let written: WrittenSite = file.parse()?;

    let language = match &written.language {
        Some(tag) => file.language(tag)?,
        None => LanguageTag::parse("vi").expect("vi is a language"),
    };
    let zone_name =
        overrides.time_zone.as_deref().or(written.time_zone.as_deref()).unwrap_or("Asia/Ho_Chi_Minh");
    let zone = Zone::named(zone_name).filter(|zone| zone.name().is_some()).ok_or_else(|| {
        file.problem(
            "time_zone",
            Text::new(
                format!("không có múi giờ nào tên `{zone_name}`"),
                format!("there is no time zone called `{zone_name}`"),
            ),
            Text::new("viết theo kiểu `Asia/Ho_Chi_Minh`", "write it like `Asia/Ho_Chi_Minh`"),
        )
        .about(zone_name)
    })?;
    let asked_base = overrides.base_url.as_deref().or(written.base_url.as_deref());
    let base = match asked_base {
        Some(written) => file.base(written)?,
        None => listening.clone(),
    };
    let label = written.default_category.as_deref().unwrap_or(match language.interface() {
        crate::words::Language::Vi => "Tin tức",
        crate::words::Language::En => "News",
    });
    let default_category = Term::parse(label).ok_or_else(|| {
        file.problem(
            "default_category",
            Text::new(
                format!("`{label}` không dùng làm chuyên mục được"),
                format!("`{label}` cannot be a category"),
            ),
            Text::new("dùng ít nhất một chữ cái hoặc chữ số", "use at least one letter or digit"),
        )
        .about(label)
    })?;
    let image = written.image.as_deref().map(|image| file.address(&base, "image", image)).transpose()?;
    let (limit, remark) = file.limit(written.limit.unwrap_or(USUAL_LIMIT));
    remarks.extend(remark);
    let (watch, remark) = file.watch_mode(written.watch.as_deref());
    remarks.extend(remark);
    let (accept_loss_after, remark) = file.accept_loss_after(written.accept_loss_after.as_deref());
    remarks.extend(remark);

    let title = written.title.unwrap_or_else(|| "bantin".to_owned());
    // Ids must not change with http becoming https, nor with the port a test listens on.
    let id = written.id.unwrap_or_else(|| match asked_base {
        Some(_) => format!("{}{}", base.host_str().unwrap_or(""), base.path().trim_end_matches('/')),
        None => "bantin".to_owned(),
    });
    let site = Site {
        description: written.description.unwrap_or_else(|| title.clone()),
        title,
        base,
        id,
        language,
        zone,
        default_category,
        copyright: written.copyright,
        image,
        limit,
        max_age: written.max_age.unwrap_or(0),
        minor_words: written.minor_words.unwrap_or(USUAL_MINOR_WORDS),
        withdrawn_days: written.withdrawn_days.unwrap_or(USUAL_WITHDRAWN_DAYS),
        ignore: written.ignore,
        watch,
        accept_loss_after,
        receipts: file.receipts(written.receipts)?,
    };
    Ok((site, remarks))
}

/// Reads one `feeds/NAME.toml`.
///
/// # Errors
/// The one problem that makes the definition unusable; the caller keeps the last good one.
pub fn feed(file_name: &str, text: &str, site: &Site) -> Result<Remarked<FeedDefinition>, Problem> {
    read_feed(file_name, text, site).map_err(Problem::as_error)
}

fn read_feed(file_name: &str, text: &str, site: &Site) -> Result<Remarked<FeedDefinition>, Problem> {
    let file = Toml { path: file_path(file_name), text };
    let stem = file_name.strip_suffix(".toml").unwrap_or(file_name);
    let name = match stem {
        "all" => Some(FeedName::All),
        "corrections" => Some(FeedName::Corrections),
        _ => Slug::parse(stem).map(FeedName::Plain),
    };
    let name = name.ok_or_else(|| {
        Problem::new(
            &file.path,
            Text::new("tên tệp không dùng làm địa chỉ được", "the file's name cannot be an address"),
            Text::new(
                "chỉ dùng a–z, 0–9 và dấu gạch nối, ví dụ `mua-vu.toml`",
                "use only a–z, 0–9 and dashes, such as `mua-vu.toml`",
            ),
        )
    })?;
    let mut remarks = file.unknown_keys(FEED_KEYS);
    let written: WrittenFeed = file.parse()?;
    let selection = match (written.categories, written.tags, written.authors) {
        (None, None, None) => None,
        (categories, tags, authors) => Some(Selection {
            categories: condition(categories),
            tags: condition(tags),
            authors: condition(authors),
        }),
    };
    let limit = match written.limit {
        None => None,
        Some(asked) => {
            let (limit, remark) = file.limit(asked);
            remarks.extend(remark);
            Some(limit)
        }
    };
    let definition = FeedDefinition {
        name,
        title: written.title,
        description: written.description,
        limit,
        content: written.content.unwrap_or(Content::Full),
        image: written.image.as_deref().map(|image| file.address(&site.base, "image", image)).transpose()?,
        copyright: written.copyright,
        language: written.language.as_deref().map(|tag| file.language(tag)).transpose()?,
        selection,
    };
    Ok((definition, remarks))
}

fn condition(written: Option<WrittenCondition>) -> AnyAllNone {
    let slugs = |labels: Vec<String>| labels.iter().filter_map(|label| Slug::of(label)).collect();
    match written {
        None => AnyAllNone::default(),
        Some(WrittenCondition::Any(any)) => AnyAllNone { any: slugs(any), ..AnyAllNone::default() },
        Some(WrittenCondition::Full { any, all, none }) => {
            AnyAllNone { any: slugs(any), all: slugs(all), none: slugs(none) }
        }
    }
}

/// A settings file's name as problems show it.
pub fn file_path(file_name: &str) -> ContentPath {
    let path = std::path::Path::new("feeds").join(file_name);
    ContentPath::new(&path).expect("a file name below feeds/ is a relative path")
}

struct Toml<'a> {
    path: ContentPath,
    text: &'a str,
}

impl Toml<'_> {
    fn parse<T: for<'de> Deserialize<'de>>(&self) -> Result<T, Problem> {
        toml::from_str(self.text).map_err(|error| {
            let problem = Problem::new(
                &self.path,
                Text::new(
                    format!("không đọc được cài đặt: {}", error.message()),
                    format!("the settings cannot be read: {}", error.message()),
                ),
                Text::new(
                    "sửa dòng này; chữ phải nằm trong dấu ngoặc kép, ví dụ `title = \"Bản tin\"`",
                    "mend this line; text stands in double quotes, such as `title = \"Bulletin\"`",
                ),
            );
            match error.span() {
                Some(span) => {
                    let words = self.text.get(span.clone()).and_then(|words| words.lines().next());
                    problem.at_line(self.line_at(span.start)).about(words.unwrap_or(""))
                }
                None => problem,
            }
        })
    }

    fn unknown_keys(&self, known: &[&str]) -> Vec<Problem> {
        let Ok(table) = toml::from_str::<toml::Table>(self.text) else { return Vec::new() };
        let mut problems = Vec::new();
        for (key, value) in &table {
            if !known.contains(&key.as_str()) {
                problems.push(self.unknown(key, known));
            } else if let toml::Value::Table(inner) = value {
                let strange = inner.keys().filter(|inner| !CONDITION_KEYS.contains(&inner.as_str()));
                problems.extend(strange.map(|inner| self.unknown(inner, CONDITION_KEYS)));
            }
        }
        problems
    }

    fn unknown(&self, key: &str, known: &[&str]) -> Problem {
        let nearest = known.iter().min_by_key(|candidate| edits(key, candidate)).copied().unwrap_or("title");
        let hint = if edits(key, nearest) <= 3 {
            Text::new(format!("có phải là `{nearest}`?"), format!("did you mean `{nearest}`?"))
        } else {
            let list = known.join(", ");
            Text::new(format!("các khóa dùng được: {list}"), format!("the known keys are: {list}"))
        };
        self.problem(key, Text::new(format!("không có khóa `{key}`"), format!("unknown key `{key}`")), hint)
            .about(key)
    }

    fn problem(&self, key: &str, what: Text, hint: Text) -> Problem {
        let problem = Problem::new(&self.path, what, hint);
        let at = self.text.lines().position(|line| {
            line.trim_start()
                .strip_prefix(key)
                .is_some_and(|rest| rest.trim_start().starts_with(['=', '.', ']']))
        });
        match at {
            Some(index) => problem.at_line(index as u32 + 1),
            None => problem,
        }
    }

    fn line_at(&self, offset: usize) -> u32 {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() as u32 + 1
    }

    fn language(&self, tag: &str) -> Result<LanguageTag, Problem> {
        LanguageTag::parse(tag).ok_or_else(|| {
            self.problem(
                "language",
                Text::new(
                    format!("`{tag}` không phải mã ngôn ngữ"),
                    format!("`{tag}` is not a language tag"),
                ),
                Text::new("viết `vi` hoặc `en`", "write `vi` or `en`"),
            )
            .about(tag)
        })
    }

    fn base(&self, written: &str) -> Result<Url, Problem> {
        base_url(written).ok_or_else(|| {
            self.problem(
                "base_url",
                Text::new(
                    format!("`{written}` không phải địa chỉ trang"),
                    format!("`{written}` is not a site's address"),
                ),
                Text::new("viết như `https://tin.example.vn/`", "write it like `https://news.example.org/`"),
            )
            .about(written)
        })
    }

    fn address(&self, base: &Url, key: &str, written: &str) -> Result<Url, Problem> {
        base.join(written).ok().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or_else(|| {
            self.problem(
                key,
                Text::new(
                    format!("`{written}` không phải địa chỉ"),
                    format!("`{written}` is not an address"),
                ),
                Text::new("viết như `https://…` hoặc `media/…`", "write it like `https://…` or `media/…`"),
            )
            .about(written)
        })
    }

    fn receipts(&self, written: Option<toml::Value>) -> Result<Receipts, Problem> {
        match written {
            None | Some(toml::Value::Boolean(true)) => Ok(Receipts::Within),
            Some(toml::Value::Boolean(false)) => Ok(Receipts::Off),
            Some(toml::Value::String(folder)) if !folder.trim().is_empty() => Ok(Receipts::At(folder)),
            Some(_) => Err(self.problem(
                "receipts",
                Text::new("không hiểu phiếu báo phải đặt ở đâu", "this does not say where receipts go"),
                Text::new(
                    "viết `true`, `false`, hoặc đường dẫn của một thư mục trong dấu ngoặc kép",
                    "write `true`, `false`, or the path of a folder in double quotes",
                ),
            )),
        }
    }

    fn limit(&self, asked: usize) -> (usize, Option<Problem>) {
        if (1..=MOST_ARTICLES).contains(&asked) {
            return (asked, None);
        }
        let limit = asked.clamp(1, MOST_ARTICLES);
        let problem = self
            .problem(
                "limit",
                Text::new(
                    format!("giới hạn {asked} nằm ngoài 1–{MOST_ARTICLES}; đang dùng {limit}"),
                    format!("the limit {asked} lies outside 1 to {MOST_ARTICLES}; {limit} is used"),
                ),
                Text::new("chọn một số trong khoảng đó", "choose a number between them"),
            )
            .about(&asked.to_string());
        (limit, Some(problem))
    }
}

/// The line of a `site.toml` that names the language, or nothing: all that is taken from one that cannot be read.
pub fn language_line(text: &str) -> &str {
    let names_language = |line: &&str| {
        let value = line.strip_prefix("language").and_then(|rest| rest.trim_start().strip_prefix('='));
        value.is_some_and(|value| LanguageTag::parse(value.trim().trim_matches('"')).is_some())
    };
    text.lines().find(names_language).unwrap_or("")
}

/// Reads the address a site begins at: http or https, with a host, without query; ends with `/`.
pub fn base_url(written: &str) -> Option<Url> {
    let mut url = Url::parse(written.trim()).ok()?;
    let sound = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    if !sound || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return None;
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Some(url)
}

/// How many letters have to be put in, taken out or changed to get from one word to the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    fn listening() -> Url {
        Url::parse("http://127.0.0.1:8080/").expect("an address")
    }

    fn told(text: &str) -> String {
        let problems = match site(text, &Overrides::default(), &listening()) {
            Ok((_, remarks)) => remarks,
            Err(problem) => vec![problem],
        };
        problems.iter().map(|problem| problem.told(Language::En)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_site_without_a_file_has_sensible_settings() {
        let (site, remarks) = site("", &Overrides::default(), &listening()).expect("defaults are sound");
        assert_eq!(remarks, []);
        assert_eq!(site.base.as_str(), "http://127.0.0.1:8080/");
        assert_eq!(site.zone.name(), Some("Asia/Ho_Chi_Minh"));
        assert_eq!((site.language.as_str(), site.limit, site.max_age), ("vi", 50, 0));
        assert_eq!(site.default_category.slug.as_str(), "tin-tuc");
    }

    #[test]
    fn a_problem_with_a_setting_says_where_and_what_to_do() {
        let table = [
            (
                "title = \"A\"\nlangage = \"vi\"\n",
                "feeds/site.toml:2: unknown key `langage`\n  hint: did you mean `language`?",
            ),
            (
                "time_zone = \"Hanoi\"",
                "feeds/site.toml:1: there is no time zone called `Hanoi`\n  hint: write it like `Asia/Ho_Chi_Minh`",
            ),
            (
                "\nbase_url = \"tin.example.vn\"",
                "feeds/site.toml:2: `tin.example.vn` is not a site's address\n  hint: write it like `https://news.example.org/`",
            ),
            (
                "limit = 5000",
                "feeds/site.toml:1: the limit 5000 lies outside 1 to 1000; 1000 is used\n  hint: choose a number between them",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn the_id_of_a_site_does_not_change_with_https() {
        let id = |base: &str| {
            let overrides = Overrides { base_url: Some(base.to_owned()), time_zone: None };
            site("", &overrides, &listening()).expect("sound").0.id
        };
        assert_eq!(id("http://tin.example.vn"), id("https://tin.example.vn/"));
        assert_ne!(id("http://tin.example.vn"), id("http://bao.example.vn"));
    }

    #[test]
    fn a_feed_file_selects_by_the_names_people_write() {
        let (site, _) = site("", &Overrides::default(), &listening()).expect("defaults are sound");
        let text =
            "limit = 5\ncontent = \"summary\"\ntags = [\"Lúa vàng\"]\n[categories]\nnone = [\"Đời sống\"]\n";
        let (feed, remarks) = feed("mua-vu.toml", text, &site).expect("sound");
        assert_eq!(remarks, []);
        let selection = feed.selection.expect("one was written");
        assert_eq!(selection.tags.any, [Slug::of("lua vang").expect("a slug")]);
        assert_eq!(selection.categories.none, [Slug::of("doi song").expect("a slug")]);
        assert_eq!((feed.limit, feed.content), (Some(5), Content::Summary));
    }
}
