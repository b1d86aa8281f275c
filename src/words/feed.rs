use super::{Fingerprint, LanguageTag, Length, Partner, Query, Slug};
use serde::Serialize;
use std::fmt;
use std::time::Duration;
use url::Url;

/// How a feed is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// RSS 2.0.
    Rss,
    /// Atom 1.0, RFC 4287.
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// All of them, in the order they are offered.
    pub const ALL: [Format; 3] = [Format::Rss, Format::Atom, Format::Json];

    /// The suffix in addresses.
    pub fn suffix(self) -> &'static str {
        match self {
            Format::Rss => "rss",
            Format::Atom => "atom",
            Format::Json => "json",
        }
    }

    /// The media type, without parameters.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Rss => "application/rss+xml",
            Format::Atom => "application/atom+xml",
            Format::Json => "application/feed+json",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Format::Rss => "RSS",
            Format::Atom => "Atom",
            Format::Json => "JSON Feed",
        }
    }

    /// Whether its documents name what was withdrawn.
    pub fn names_withdrawals(self) -> bool {
        match self {
            Format::Rss => false,
            Format::Atom | Format::Json => true,
        }
    }
}

const CORRECTIONS: &str = "corrections";
const ROUND_UPS: &str = "round-ups";

/// What a feed is called in addresses: `all`, a category's slug or a file's name, `corrections`, `round-ups`,
/// `round-ups/mua-vu`, `tag/lua`, `author/ngo-trong`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedName {
    /// Everything.
    All,
    /// A category, or what `feeds/NAME.toml` defines.
    Plain(Slug),
    /// The articles that were corrected.
    Corrections,
    /// What periods that are over contained: of everything, or of one category.
    RoundUps(Option<Slug>),
    /// One tag.
    Tag(Slug),
    /// One author.
    Author(Slug),
}

impl FeedName {
    /// The feed of a category. One that is called "all" is everything; one that is called "corrections" or "round-ups" has to
    /// stand beside the feed of those.
    pub fn category(slug: Slug) -> Self {
        match slug.as_str() {
            "all" => Self::All,
            CORRECTIONS | ROUND_UPS => Self::Plain(slug.numbered(2)),
            _ => Self::Plain(slug),
        }
    }

    /// The slug of what it is the feed of; `all` of everything.
    pub fn slug(&self) -> &str {
        match self {
            Self::All => "all",
            Self::Corrections => CORRECTIONS,
            Self::RoundUps(None) => ROUND_UPS,
            Self::Plain(slug) | Self::RoundUps(Some(slug)) | Self::Tag(slug) | Self::Author(slug) => {
                slug.as_str()
            }
        }
    }

    /// What round-ups sum up, if this is a feed of them.
    pub fn summed_up(&self) -> Option<Self> {
        match self {
            Self::RoundUps(of) => Some(of.clone().map_or(Self::All, Self::Plain)),
            Self::All | Self::Plain(_) | Self::Corrections | Self::Tag(_) | Self::Author(_) => None,
        }
    }

    /// Reads what stands in an address after `/feeds/`, without its suffix.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "all" => return Some(Self::All),
            CORRECTIONS => return Some(Self::Corrections),
            ROUND_UPS => return Some(Self::RoundUps(None)),
            _ => {}
        }
        match text.split_once('/') {
            None => Slug::parse(text).map(Self::Plain),
            Some(("tag", slug)) => Slug::parse(slug).map(Self::Tag),
            Some(("author", slug)) => Slug::parse(slug).map(Self::Author),
            Some((ROUND_UPS, slug)) => Slug::parse(slug).map(|slug| Self::RoundUps(Some(slug))),
            Some(_) => None,
        }
    }
}

impl fmt::Display for FeedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Corrections => f.write_str(CORRECTIONS),
            Self::RoundUps(None) => f.write_str(ROUND_UPS),
            Self::RoundUps(Some(slug)) => write!(f, "{ROUND_UPS}/{slug}"),
            Self::Plain(slug) => write!(f, "{slug}"),
            Self::Tag(slug) => write!(f, "tag/{slug}"),
            Self::Author(slug) => write!(f, "author/{slug}"),
        }
    }
}

/// A feed that carries an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// Its name in addresses.
    pub name: FeedName,
    /// What its file calls it.
    pub title: Option<String>,
    /// The category, tag or author it is the feed of, as the article spells it.
    pub label: Option<Box<str>>,
    /// The organisation that alone gets it.
    pub only_for: Option<String>,
    /// How long after it came out the article reaches whoever reads the feed.
    pub delay: Duration,
}

/// How much of an article a feed carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The full text, and the summary beside it.
    Full,
    /// The summary only.
    Summary,
    /// Neither: title and link.
    Titles,
}

/// Which pictures of an article a feed carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Images {
    /// All there are.
    #[default]
    All,
    /// The one that stands for it.
    Lead,
    /// Not one.
    None,
}

/// A condition on a set of names: at least one of `any` (when it has members), every one of `all`, not one of `none`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AnyAllNone {
    /// At least one of these; no condition when empty.
    pub any: Vec<Slug>,
    /// Every one of these.
    pub all: Vec<Slug>,
    /// Not one of these.
    pub none: Vec<Slug>,
}

impl AnyAllNone {
    /// Exactly the articles that have this one.
    pub fn just(slug: Slug) -> Self {
        Self { any: vec![slug], ..Self::default() }
    }

    /// Whether an article that has the terms of which this says so is meant.
    pub fn admits(&self, has: impl Fn(&Slug) -> bool) -> bool {
        (self.any.is_empty() || self.any.iter().any(&has))
            && self.all.iter().all(&has)
            && !self.none.iter().any(&has)
    }
}

/// A condition on words: at least one of `any` (when it has members) and every one of `all`, among them those that must be
/// missing: of an article that nobody asked yet, neither is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AnyAll {
    /// At least one of these; no condition when empty.
    pub any: Vec<Query>,
    /// Every one of these.
    pub all: Vec<Query>,
}

impl AnyAll {
    /// Whether an article that meets the queries of which this says so is meant.
    pub fn admits(&self, meets: impl Fn(&Query) -> bool) -> bool {
        (self.any.is_empty() || self.any.iter().any(&meets)) && self.all.iter().all(&meets)
    }
}

/// Which articles a feed carries: those that meet all conditions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Selection {
    /// On categories.
    pub categories: AnyAllNone,
    /// On tags.
    pub tags: AnyAllNone,
    /// On authors.
    pub authors: AnyAllNone,
    /// On the words of title and text.
    pub words: AnyAll,
}

impl Selection {
    /// All that it asks of an article's words.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.words.any.iter().chain(&self.words.all)
    }
}

/// A named selection of articles and how it presents itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its name in addresses.
    pub name: FeedName,
    /// What readers see in their list of subscriptions.
    pub title: String,
    /// One sentence on what it brings.
    pub description: String,
    /// Which articles.
    pub selection: Selection,
    /// At most this many, the newest.
    pub limit: usize,
    /// Only what was published in this many days.
    pub days: Option<u32>,
    /// How much of each.
    pub content: Content,
    /// Which pictures of each.
    pub images: Images,
    /// Its picture, absolute.
    pub image: Option<Url>,
    /// Who holds the rights, in words.
    pub copyright: Option<String>,
    /// The terms on which it may be used, absolute.
    pub licence: Option<Url>,
    /// Its language.
    pub language: LanguageTag,
    /// With whom it was agreed, and on what.
    pub partner: Option<Partner>,
    /// How often it brings something, where that is settled: of round-ups.
    pub rhythm: Option<Length>,
}

impl Feed {
    /// Whether only who knows a secret address gets it.
    pub fn is_private(&self) -> bool {
        self.partner.as_ref().is_some_and(Partner::is_private)
    }

    /// What everything about the feed, but not its articles, amounts to.
    pub fn fingerprint(&self) -> Fingerprint {
        let content = match self.content {
            Content::Full => "full",
            Content::Summary => "summary",
            Content::Titles => "titles",
        };
        let images = match self.images {
            Images::All => "all",
            Images::Lead => "lead",
            Images::None => "none",
        };
        let source_line = self.partner.as_ref().and_then(|partner| partner.source_line.as_deref());
        Fingerprint::of([
            self.name.to_string().as_str(),
            &self.title,
            &self.description,
            &self.limit.to_string(),
            &self.days.map_or(String::new(), |days| days.to_string()),
            content,
            images,
            source_line.unwrap_or(""),
            self.licence.as_ref().map_or("", Url::as_str),
            self.image.as_ref().map_or("", Url::as_str),
            self.copyright.as_deref().unwrap_or(""),
            self.language.as_str(),
            &self.partner.as_ref().map_or_else(String::new, |partner| partner.sites.join(" ")),
            &self.rhythm.map_or_else(String::new, |rhythm| rhythm.months().to_string()),
        ])
    }
}
