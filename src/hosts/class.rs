use crate::edition::Print;
use crate::words::{Embed, Format};

/// Addresses of one form, at which the same is said of what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// `/`
    Home,
    /// `/feeds/NAME.rss` and the like.
    Feed(Format),
    /// `/archives/NAME/2026-10.rss` and the like.
    Archive(Format),
    /// `/feeds/NAME`
    FeedPage,
    /// `/articles/SLUG`
    Article,
    /// `/embed/NAME` and the like.
    Embed(Embed),
    /// `/embed/articles/SLUG`
    ArticleEmbed,
    /// `/round-ups/2026-Q3`
    RoundUp,
    /// `/embed/bantin-HASH.js`
    Pinned,
    /// `/embed.js`
    Script,
    /// `/opml.xml`
    Opml,
    /// `/sitemap.xml` and its parts.
    Sitemap,
    /// `/news-sitemap.xml`
    NewsSitemap,
    /// `/robots.txt`
    Robots,
    /// `/oembed`, which is no file.
    OEmbed,
    /// `/media/…`
    Media,
}

impl Class {
    /// That of a document.
    pub fn of(print: &Print) -> Self {
        match print {
            Print::Feed(_, format) | Print::Changes(_, format, _) => Self::Feed(*format),
            Print::Archive(_, _, format) => Self::Archive(*format),
            Print::FeedPage(..) => Self::FeedPage,
            Print::Embed(_, embed, _) => Self::Embed(*embed),
            Print::ArticleEmbed(..) => Self::ArticleEmbed,
            Print::OEmbed(..) => Self::OEmbed,
            Print::Home => Self::Home,
            Print::Article(_) => Self::Article,
            Print::RoundUp(_) => Self::RoundUp,
            Print::Opml => Self::Opml,
            Print::Sitemap | Print::SitemapPart(_) => Self::Sitemap,
            Print::NewsSitemap => Self::NewsSitemap,
            Print::Robots => Self::Robots,
            Print::Script => Self::Script,
            Print::Pinned(_) => Self::Pinned,
        }
    }
}
