use super::{
    ArchiveName, ContentPath, Embed, EmbedOptions, FeedName, Fingerprint, Format, Language, LanguageTag,
    Length, Manners, Outlet, Page, Push, RoundUp, Slug, Term, Timestamp, Topic, Zone,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;
use url::{Host, Url};

/// How changes in the content folder are noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchMode {
    /// By events, unless its file system gives none.
    Auto,
    /// By events, whatever its file system is.
    Events,
    /// By looking again and again.
    Polling,
}

/// The office's site: what `feeds/site.toml`, environment and flags say, with the gaps filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its name.
    pub title: String,
    /// One sentence about it.
    pub description: String,
    /// Where its public addresses begin; ends with `/`.
    pub base: Url,
    /// What ids are derived from: stays when the address changes, if the site says so.
    pub id: String,
    /// The language of the site and, unless they say otherwise, its articles.
    pub language: LanguageTag,
    /// Where dates without a zone are read, and all are printed.
    pub zone: Zone,
    /// Where an article goes that says nothing and lies in no folder.
    pub default_category: Term,
    /// Who holds the rights, in words.
    pub copyright: Option<String>,
    /// The terms on which what it publishes may be used, absolute.
    pub licence: Option<Url>,
    /// The site's picture, absolute.
    pub image: Option<Url>,
    /// How many articles a feed carries unless it says otherwise.
    pub limit: usize,
    /// How long a document may be used without asking again, in seconds.
    pub max_age: u32,
    /// More changed words than this make an edit one that readers are told of.
    pub minor_words: u32,
    /// For how many days documents name an article that was withdrawn.
    pub withdrawn_days: u32,
    /// File names and paths that are not content, as glob patterns, besides those bantin ignores by itself.
    pub ignore: Vec<String>,
    /// How changes in the content folder are noticed.
    pub watch: WatchMode,
    /// How long most articles may be gone before that is believed; `None` when it never is by itself.
    pub accept_loss_after: Option<Duration>,
    /// Where the office is answered.
    pub receipts: Receipts,
    /// The sites that may show public feeds in a frame, as origins; any site when none is named.
    pub embed_sites: Vec<String>,
    /// How those who subscribed are told of changes.
    pub push: Push,
    /// For which periods there are round-ups, the shortest first.
    pub round_ups: Vec<Length>,
    /// What is asked of those who fetch.
    pub manners: Manners,
}

/// Where the office is told, file by file, what became of what it dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipts {
    /// In a folder within the content folder.
    Within,
    /// In this folder; a relative one lies beside the content folder.
    At(String),
    /// Nowhere.
    Off,
}

impl Site {
    /// The language bantin speaks here.
    pub fn interface(&self) -> Language {
        self.language.interface()
    }

    /// A time as people write it here.
    pub fn time(&self, at: Timestamp) -> String {
        self.time_in(self.interface(), at)
    }

    /// A time of here as people write it who speak this language.
    pub fn time_in(&self, language: Language, at: Timestamp) -> String {
        match language {
            Language::Vi => self.zone.day_first(at),
            Language::En => self.zone.month_named(at),
        }
    }

    /// A day of here as people write it who speak this language.
    pub fn day_in(&self, language: Language, at: Timestamp) -> String {
        match language {
            Language::Vi => self.zone.day_in_figures(at),
            Language::En => self.zone.day_in_words(at),
        }
    }

    /// When something begins, as people write it who speak this language: the day when it begins with one.
    pub fn beginning_in(&self, language: Language, at: Timestamp) -> String {
        if self.zone.is_midnight(at) { self.day_in(language, at) } else { self.time_in(language, at) }
    }

    /// When something ends that holds up to this instant: the last day when it ends with one.
    pub fn end_in(&self, language: Language, at: Timestamp) -> String {
        match self.zone.is_midnight(at) {
            true => self.day_in(language, at.plus_seconds(-1)),
            false => self.time_in(language, at),
        }
    }

    /// For how many seconds documents name an article that was withdrawn.
    pub fn withdrawn_for(&self) -> i64 {
        i64::from(self.withdrawn_days) * 86_400
    }

    /// The address of a feed in a format.
    pub fn feed_url(&self, name: &FeedName, format: Format) -> String {
        format!("{}feeds/{name}.{}", self.base, format.suffix())
    }

    /// The address of a document of a feed's archive in a format.
    pub fn archive_url(&self, name: &FeedName, archive: &ArchiveName, format: Format) -> String {
        format!("{}archives/{name}/{archive}.{}", self.base, format.suffix())
    }

    /// The address of a feed's page for people.
    pub fn feed_page(&self, name: &FeedName) -> String {
        format!("{}feeds/{name}", self.base)
    }

    /// The address of a feed in a format at one of its places.
    pub fn outlet_url(&self, outlet: &Outlet, format: Format) -> String {
        match &outlet.token {
            None => self.feed_url(&outlet.name, format),
            Some(token) => format!("{}p/{}/{}.{}", self.base, token.secret(), outlet.name, format.suffix()),
        }
    }

    /// The address of a document that can be subscribed to.
    pub fn topic_url(&self, topic: &Topic) -> String {
        self.outlet_url(&topic.outlet, topic.format)
    }

    /// The address of our own hub.
    pub fn hub_url(&self) -> String {
        format!("{}hub", self.base)
    }

    /// The address at which rssCloud is spoken.
    pub fn cloud_url(&self) -> String {
        format!("{}cloud", self.base)
    }

    /// The addresses of all hubs that know of a feed at one of its places, our own first. A secret place is known to no other.
    pub fn hubs(&self, outlet: &Outlet) -> Vec<String> {
        let others = self.push.hubs.iter().filter(|_| outlet.token.is_none());
        [self.hub_url()].into_iter().chain(others.map(Url::to_string)).collect()
    }

    /// The address of a feed's event stream, at one of its places.
    pub fn events_url(&self, outlet: &Outlet) -> String {
        match &outlet.token {
            None => format!("{}feeds/{}.events", self.base, outlet.name),
            Some(token) => format!("{}p/{}/{}.events", self.base, token.secret(), outlet.name),
        }
    }

    /// The address of the page for people that tells of a feed at one of its places.
    pub fn outlet_page(&self, outlet: &Outlet) -> String {
        match &outlet.token {
            None => self.feed_page(&outlet.name),
            Some(token) => format!("{}p/{}/", self.base, token.secret()),
        }
    }

    /// The address of an embed of a feed at one of its places: a page without a suffix, and others with theirs.
    pub fn outlet_embed(&self, outlet: &Outlet, suffix: &str) -> String {
        match &outlet.token {
            None => format!("{}embed/{}{suffix}", self.base, outlet.name),
            Some(token) => format!("{}p/{}/embed/{}{suffix}", self.base, token.secret(), outlet.name),
        }
    }

    /// The address of a feed's embed, at one of the feed's places.
    pub fn embed_url(&self, outlet: &Outlet, embed: Embed, options: &EmbedOptions) -> String {
        let (name, suffix, options) = (&outlet.name, embed.suffix(), options.query(&embed.usual()));
        match &outlet.token {
            None => format!("{}embed/{name}{suffix}{options}", self.base),
            Some(token) => format!("{}p/{}/embed/{name}{suffix}{options}", self.base, token.secret()),
        }
    }

    /// The address of an article's embed.
    pub fn article_embed_url(&self, slug: &Slug, options: &EmbedOptions) -> String {
        format!("{}embed/articles/{slug}{options}", self.base)
    }

    /// Where the addresses of this site begin for browsers that ask who may load what (RFC 6454).
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// Whether browsers take what stands there for what the site said: it came encrypted, or from the machine itself.
    pub fn is_secure(&self) -> bool {
        let is_local = match self.base.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        self.base.scheme() == "https" || is_local
    }

    /// The address of an article's page.
    pub fn permalink(&self, slug: &Slug) -> String {
        format!("{}articles/{slug}", self.base)
    }

    /// The address of the page of a round-up.
    pub fn round_up_page(&self, round_up: &RoundUp) -> String {
        format!("{}round-ups/{round_up}", self.base)
    }

    /// The address of what has a page of its own.
    pub fn page(&self, page: &Page) -> String {
        match page {
            Page::Article(slug) => self.permalink(slug),
            Page::RoundUp(round_up) => self.round_up_page(round_up),
        }
    }

    /// The address of a file that travels with articles.
    pub fn media_url(&self, path: &ContentPath) -> String {
        let names: Vec<String> = path.as_str().split('/').map(path_segment).collect();
        format!("{}media/{}", self.base, names.join("/"))
    }

    /// What everything that shows in documents amounts to.
    pub fn fingerprint(&self) -> Fingerprint {
        let max_age = self.max_age.to_string();
        let embed_sites = self.embed_sites.join(" ");
        let hubs = self.push.hubs.iter().map(Url::as_str).collect::<Vec<_>>().join(" ");
        let cloud = if self.push.rss_cloud { "cloud" } else { "" };
        Fingerprint::of(self.said().into_iter().chain([&*max_age, &embed_sites, &hubs, cloud]))
    }

    /// What shows of it in documents that are for ever.
    pub fn lasting(&self) -> Fingerprint {
        Fingerprint::of(self.said())
    }

    fn said(&self) -> [&str; 9] {
        [
            &self.title,
            &self.description,
            self.base.as_str(),
            &self.id,
            self.language.as_str(),
            self.zone.name().unwrap_or("fixed"),
            self.copyright.as_deref().unwrap_or(""),
            self.licence.as_ref().map_or("", Url::as_str),
            self.image.as_ref().map_or("", Url::as_str),
        ]
    }
}

/// Characters a path segment keeps as they are: RFC 3986's unreserved ones.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One name as it stands in an address.
pub fn path_segment(name: &str) -> String {
    utf8_percent_encode(name, SEGMENT).to_string()
}
