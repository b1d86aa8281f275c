use super::Print;
use crate::render::script::Script;
use crate::words::{Embed, EmbedOptions, FeedName, Format};
use std::fmt;

/// What can be asked for and has validators of its own, besides articles and media.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// What all pages share: the site's settings and the program that prints them.
    Site,
    /// A feed, in all formats, as a page, and for pages of others.
    Feed(FeedName),
    /// What the documents of a feed's archive share.
    Archives(FeedName),
    /// What the round-ups in a feed of them say that no article of their time did: what feeds are called and shown as now.
    RoundUps(FeedName),
    /// The page at `/`.
    Home,
    /// `/opml.xml`.
    Opml,
    /// `/sitemap.xml` and its parts.
    Sitemap,
    /// `/news-sitemap.xml`.
    NewsSitemap,
    /// `/robots.txt`.
    Robots,
    /// `/embed.js`.
    Script,
    /// A script at the address that names it.
    Pinned(Script),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Site => f.write_str("site"),
            Subject::Feed(name) => write!(f, "feeds/{name}"),
            Subject::Archives(name) => write!(f, "archives/{name}"),
            Subject::RoundUps(name) => write!(f, "around/{name}"),
            Subject::Home => f.write_str("home"),
            Subject::Opml => f.write_str("opml"),
            Subject::Sitemap => f.write_str("sitemap"),
            Subject::NewsSitemap => f.write_str("news-sitemap"),
            Subject::Robots => f.write_str("robots"),
            Subject::Script => f.write_str("script"),
            Subject::Pinned(script) => write!(f, "scripts/{}", script.digits()),
        }
    }
}

impl Subject {
    /// Its documents, but for the parts of a sitemap and of archives.
    pub(super) fn prints(&self) -> Vec<Print> {
        match self {
            Subject::Site | Subject::Archives(_) | Subject::RoundUps(_) => Vec::new(),
            Subject::Feed(name) => {
                let usual = EmbedOptions::default();
                let formats = Format::ALL.into_iter().map(|format| Print::Feed(name.clone().into(), format));
                let embeds = Embed::ALL
                    .into_iter()
                    .map(|embed| Print::Embed(name.clone().into(), embed, embed.usual()));
                formats.chain(embeds).chain([Print::FeedPage(name.clone(), usual)]).collect()
            }
            Subject::Home => vec![Print::Home],
            Subject::Opml => vec![Print::Opml],
            Subject::Sitemap => vec![Print::Sitemap],
            Subject::NewsSitemap => vec![Print::NewsSitemap],
            Subject::Robots => vec![Print::Robots],
            Subject::Script => vec![Print::Script],
            Subject::Pinned(script) => vec![Print::Pinned(*script)],
        }
    }

    /// Reads one back from the journal.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "site" => Subject::Site,
            "home" => Subject::Home,
            "opml" => Subject::Opml,
            "sitemap" => Subject::Sitemap,
            "news-sitemap" => Subject::NewsSitemap,
            "robots" => Subject::Robots,
            "script" => Subject::Script,
            other => match other.split_once('/')? {
                ("scripts", digits) => Subject::Pinned(Script::parse(digits)?),
                ("feeds", name) => Subject::Feed(FeedName::parse(name)?),
                ("archives", name) => Subject::Archives(FeedName::parse(name)?),
                ("around", name) => Subject::RoundUps(FeedName::parse(name)?),
                _ => return None,
            },
        })
    }
}
