//! What somebody waits for who has a document as it is.

use super::{Edition, Print, Subject, Validators};
use crate::words::{Framed, Outlet, RoundUp, Slug};

/// What has to become another before there is anything to tell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Awaited {
    /// What has validators of its own.
    Subject(Subject),
    /// The article at this address.
    Article(Slug),
    /// A round-up.
    RoundUp(RoundUp),
    /// Everything: whether a secret address is still one is another matter than what stands there.
    Edition,
}

/// What that is in one edition. As long as it is the same, nobody has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// This version; `None` where there is no such thing.
    Version(Option<Validators>),
    /// The edition of this number.
    Issue(u64),
}

impl Print {
    /// What has to become another before this document does, or is one to be had no more.
    pub fn awaited(&self) -> Awaited {
        Awaited::Subject(match self {
            Print::Feed(outlet, _) | Print::Changes(outlet, ..) | Print::Embed(outlet, ..) => {
                return Awaited::of(outlet);
            }
            Print::FeedPage(name, _) | Print::OEmbed(Framed::Feed(name, _), ..) => {
                Subject::Feed(name.clone())
            }
            Print::Article(slug)
            | Print::ArticleEmbed(slug, _)
            | Print::OEmbed(Framed::Article(slug, _), ..) => return Awaited::Article(slug.clone()),
            Print::RoundUp(round_up) => return Awaited::RoundUp(round_up.clone()),
            Print::Archive(name, ..) => Subject::Archives(name.clone()),
            Print::Home => Subject::Home,
            Print::Opml => Subject::Opml,
            Print::Sitemap | Print::SitemapPart(_) => Subject::Sitemap,
            Print::NewsSitemap => Subject::NewsSitemap,
            Print::Robots => Subject::Robots,
            Print::Script => Subject::Script,
            Print::Pinned(script) => Subject::Pinned(*script),
        })
    }
}

impl Awaited {
    /// What has to become another before a feed does at one of its places.
    pub fn of(outlet: &Outlet) -> Self {
        match outlet.token {
            None => Self::Subject(Subject::Feed(outlet.name.clone())),
            Some(_) => Self::Edition,
        }
    }
}

impl Edition {
    /// What is awaited, as it is in this edition.
    pub fn as_of(&self, awaited: &Awaited) -> AsOf {
        match awaited {
            Awaited::Subject(subject) => AsOf::Version(self.validators(subject)),
            Awaited::Article(slug) => {
                AsOf::Version(self.placed(slug).map(|placed| self.article_validators(placed)))
            }
            Awaited::RoundUp(round_up) => AsOf::Version(self.round_up_validators(round_up)),
            Awaited::Edition => AsOf::Issue(self.issue),
        }
    }
}
