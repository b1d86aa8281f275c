//! What `feeds/NAME.toml` says.

use super::partner::{PARTNER_KEYS, WrittenPartner};
use super::toml::{CONDITION_KEYS, OneOrMore, Toml};
use super::{Remarked, file_path};
use crate::words::{
    AnyAllNone, Content, FeedName, Images, LanguageTag, Partner, Problem, Query, Selection, Site, Slug, Text,
};
use serde::Deserialize;
use url::Url;

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
    /// Only what was published in this many days.
    pub days: Option<u32>,
    /// How much of each.
    pub content: Content,
    /// Which pictures of each.
    pub images: Images,
    /// Its picture.
    pub image: Option<Url>,
    /// Who holds the rights.
    pub copyright: Option<String>,
    /// The terms on which it may be used.
    pub licence: Option<Url>,
    /// Its language.
    pub language: Option<LanguageTag>,
    /// Which articles; without one, the category the file is named after, and of an agreement everything.
    pub selection: Option<Selection>,
    /// The agreement it was made for.
    pub partner: Option<Partner>,
    /// Whether there are round-ups of it, where its file says so.
    pub round_ups: Option<bool>,
}

impl FeedDefinition {
    /// What stands for the definition of a feed that cannot be read and may be private: nobody gets it.
    pub fn closed(name: FeedName) -> Self {
        Self {
            name,
            title: None,
            description: None,
            limit: None,
            days: None,
            content: Content::Full,
            images: Images::default(),
            image: None,
            copyright: None,
            licence: None,
            language: None,
            selection: None,
            partner: Some(Partner::closed()),
            round_ups: None,
        }
    }

    /// All that it asks of the words of articles.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.selection.iter().flat_map(Selection::queries)
    }
}

const FEED_KEYS: &[&str] = &[
    "title",
    "description",
    "limit",
    "days",
    "content",
    "images",
    "image",
    "copyright",
    "licence",
    "language",
    "categories",
    "tags",
    "authors",
    "words",
    "partner",
    "round_ups",
];

const CONTENTS: &[(&str, Content)] =
    &[("full", Content::Full), ("summary", Content::Summary), ("titles", Content::Titles)];
const IMAGES: &[(&str, Images)] = &[("all", Images::All), ("lead", Images::Lead), ("none", Images::None)];

#[derive(Deserialize)]
struct WrittenFeed {
    title: Option<String>,
    description: Option<String>,
    limit: Option<usize>,
    days: Option<i64>,
    content: Option<String>,
    images: Option<String>,
    image: Option<String>,
    copyright: Option<String>,
    licence: Option<String>,
    language: Option<String>,
    categories: Option<WrittenCondition>,
    tags: Option<WrittenCondition>,
    authors: Option<WrittenCondition>,
    words: Option<WrittenCondition>,
    partner: Option<WrittenPartner>,
    round_ups: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a list of names, or a table with `any`, `all` and `none`")]
pub(super) enum WrittenCondition {
    Any(OneOrMore),
    Full { any: Option<OneOrMore>, all: Option<OneOrMore>, none: Option<OneOrMore> },
}

impl WrittenCondition {
    /// The names under `any`, `all` and `none`.
    pub(super) fn lists(self) -> [Vec<String>; 3] {
        let (any, all, none) = match self {
            Self::Any(any) => (Some(any), None, None),
            Self::Full { any, all, none } => (any, all, none),
        };
        [any, all, none].map(|list| list.map_or_else(Vec::new, OneOrMore::all))
    }
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
        "round-ups" => Some(FeedName::RoundUps(None)),
        _ => Slug::parse(stem).map(FeedName::Plain),
    };
    let name = name.ok_or_else(|| {
        Problem::new(
            &file.path,
            Text::new("tên tệp không dùng làm địa chỉ được", "the file's name cannot be an address"),
            Text::new(
                "Hãy chỉ dùng a–z, 0–9 và dấu gạch nối, ví dụ `mua-vu.toml`.",
                "Use only a–z, 0–9 and dashes, such as `mua-vu.toml`.",
            ),
        )
    })?;
    let mut remarks = file.unknown_keys(FEED_KEYS, |table| {
        Some(if table == "partner" { PARTNER_KEYS } else { CONDITION_KEYS })
    });
    let written: WrittenFeed = file.parse()?;
    let selection = match (written.categories, written.tags, written.authors, written.words) {
        (None, None, None, None) => written.partner.is_some().then(Selection::default),
        _ if matches!(name, FeedName::RoundUps(_)) => return Err(file.selects_no_round_ups()),
        (categories, tags, authors, words) => Some(Selection {
            categories: condition(categories),
            tags: condition(tags),
            authors: condition(authors),
            words: words.map(|words| file.words(words)).transpose()?.unwrap_or_default(),
        }),
    };
    let language = written.language.as_deref().map(|tag| file.language(tag)).transpose()?;
    let interface = language.as_ref().unwrap_or(&site.language).interface();
    let limit = written.limit.map(|asked| noting(&mut remarks, file.limit(asked)));
    let days = written.days.map(|asked| noting(&mut remarks, file.days(asked)));
    let partner = written.partner.map(|partner| file.partner(partner, site, interface)).transpose()?;
    if !matches!(name, FeedName::Plain(_)) && partner.is_some() {
        return Err(file.problem(
            "[partner]",
            Text::new(
                format!("nguồn tin `{name}` là của mọi người, không thể chỉ dành cho một đối tác"),
                format!("the feed `{name}` is everybody's and cannot be for one partner alone"),
            ),
            Text::new(
                "Hãy ghi thỏa thuận này vào một tệp mang tên của đối tác, ví dụ `feeds/dai.toml`.",
                "Write the agreement into a file that has the partner's name, such as `feeds/partner.toml`.",
            ),
        ));
    }
    let wanted = noting(&mut remarks, file.wants_round_ups(written.round_ups, &name, partner.is_some()));
    let definition = FeedDefinition {
        name,
        title: written.title,
        description: written.description,
        limit,
        days,
        content: match written.content {
            None => Content::Full,
            Some(written) => file.one_of("content", &written, CONTENTS)?,
        },
        images: match written.images {
            None => Images::default(),
            Some(written) => file.one_of("images", &written, IMAGES)?,
        },
        image: written.image.as_deref().map(|image| file.address(&site.base, "image", image)).transpose()?,
        copyright: written.copyright,
        licence: written.licence.as_deref().map(|licence| file.licence(&site.base, licence)).transpose()?,
        language,
        selection,
        round_ups: wanted,
        partner,
    };
    Ok((definition, remarks))
}

/// The value, when what could be better about it is noted.
fn noting<T>(remarks: &mut Vec<Problem>, (value, remark): (T, Option<Problem>)) -> T {
    remarks.extend(remark);
    value
}

fn condition(written: Option<WrittenCondition>) -> AnyAllNone {
    let slugs = |labels: Vec<String>| labels.iter().filter_map(|label| Slug::of(label)).collect();
    let [any, all, none] = written.map(WrittenCondition::lists).unwrap_or_default().map(slugs);
    AnyAllNone { any, all, none }
}
