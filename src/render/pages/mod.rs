//! Pages for people: plain HTML, the same bytes for the same words. Their one script only helps to copy.
//!
//! The templates stand in `templates/`; everything they print is escaped but an article's text, which is
//! sanitised HTML already.

mod agreement;
mod closed;
mod json_ld;
mod messages;
mod partner;
pub(super) mod parts;
pub(super) mod phrases;
mod round_up;
mod script;
pub(super) mod style;

#[cfg(test)]
mod tests;

pub use closed::{Said, cloud, hub, over, to_come, told};
pub(super) use messages::{Message, message as said};
pub use partner::{Agreement, partner};
pub use parts::FeedLine;
pub use round_up::{Beside, closes, no_round_up, round_up};

use super::card;
use super::embed::{Presented, Using};
use crate::words::{
    Article, Embed, EmbedOptions, Feed, FeedName, Format, Image, LanguageTag, Outlet, Published, Site, Slug,
    Term,
};
use askama::Template;
use parts::{Document, Filed, Group, Line, Link, Media, Shown, When};
use parts::{documents, foreign, group, is_web, language_of, lines, media, oembed_links, picture};
use parts::{readers, shortened, spoken, titled};
use phrases::Phrases;
use std::collections::BTreeSet;
use std::sync::Arc;
use url::Url;

/// How many articles the home page lists.
const NEWEST: usize = 20;
/// How many articles a feed's page lists, however many the feed carries.
const LATEST: usize = 30;
/// How many categories the home page lists; the OPML list has them all.
const MOST_CATEGORIES: usize = 38;
/// How many tags, and how many authors.
const MOST_USED: usize = 26;

/// The front page: the newest articles, how to subscribe, the feeds. Nothing leads to the `closed` ones.
pub fn home(
    site: &Site,
    newest: &[Arc<Published>],
    feeds: &[FeedLine],
    closed: &BTreeSet<FeedName>,
) -> Vec<u8> {
    let mut frame = Frame::new(site, &site.title);
    frame.describe("website", &site.title, &site.description);
    frame.stands_at(site.base.as_str());
    match &site.image {
        Some(image) => frame.show(Some(image.as_str()), ""),
        None => frame.show_card(&FeedName::All, &site.title),
    }
    frame.offer(&FeedName::All, &site.title);
    if let Some(round_ups) = feeds.iter().find(|line| line.name == FeedName::RoundUps(None)) {
        frame.offer(&round_ups.name, &round_ups.title);
    }
    print(&HomePage {
        latest: lines(site, frame.language, newest, NEWEST, closed),
        documents: documents(site, &FeedName::All, &site.title),
        categories: group(site, frame.say.categories, feeds, MOST_CATEGORIES, |name| {
            matches!(name, FeedName::Plain(_) | FeedName::Corrections | FeedName::RoundUps(_))
        }),
        others: vec![
            group(site, frame.say.tags, feeds, MOST_USED, |name| matches!(name, FeedName::Tag(_))),
            group(site, frame.say.authors, feeds, MOST_USED, |name| matches!(name, FeedName::Author(_))),
        ],
        frame,
    })
}

/// A feed's page for people: what it is, what stands `beside` it, its addresses, common readers, how it is shown elsewhere, its
/// latest articles. Nothing leads to the `closed` feeds.
pub fn feed(
    site: &Site,
    feed: &Feed,
    beside: Option<Beside<'_>>,
    options: EmbedOptions,
    articles: &[Arc<Published>],
    closed: &BTreeSet<FeedName>,
) -> Vec<u8> {
    let outlet = Outlet::from(feed.name.clone());
    let page = site.feed_page(&feed.name);
    let shown = Presented { site, feed, outlet: &outlet, options, articles };
    let mut frame = Frame::new(site, &titled(&feed.title, &site.title));
    frame.describe("website", &feed.title, &feed.description);
    frame.stands_at(&page);
    match feed.image.as_ref().or(site.image.as_ref()) {
        Some(image) => frame.show(Some(image.as_str()), ""),
        None => frame.show_card(&feed.name, &feed.title),
    }
    frame.offer(&feed.name, &feed.title);
    frame.licence = feed.licence.as_ref();
    frame.alternates.extend(oembed_links(site, &page, &feed.title));
    print(&FeedPage {
        feed,
        beside: beside.map(|beside| beside.on(site)),
        // The site's own stands at the foot of every page.
        own_copyright: feed.copyright.as_deref().filter(|own| site.copyright.as_deref() != Some(*own)),
        using: Using::of(site.interface(), &shown),
        language: foreign(&feed.language, frame.language),
        carries: phrases::carries(site.interface(), feed),
        documents: documents(site, &feed.name, &feed.title),
        readers: readers(frame.say, &site.feed_url(&feed.name, Format::Rss)),
        latest: lines(site, frame.language, articles, LATEST, closed),
        frame,
    })
}

/// An article's own page, at its permalink. Nothing leads to the `closed` feeds.
pub fn article(site: &Site, published: &Published, closed: &BTreeSet<FeedName>) -> Vec<u8> {
    let article = &published.article;
    let category = article.primary_category();
    let open =
        article.categories.iter().find(|term| !closed.contains(&FeedName::category(term.slug.clone())));
    let permalink = site.page(&published.page);
    let original = article.canonical.as_ref().filter(|url| is_web(url) && url.as_str() != permalink);
    let address = original.map_or(permalink.as_str(), Url::as_str);
    let link = |name: fn(Slug) -> FeedName| {
        move |term: &Term| Link {
            label: term.label.clone(),
            address: site.feed_page(&name(term.slug.clone())),
        }
    };

    let mut frame = Frame::new(site, &titled(&article.title, &site.title));
    frame.describe("article", &article.title, &article.summary);
    frame.stands_at(address);
    match &article.image {
        Some(image) => frame.show(Some(image.url.as_str()), &image.alt),
        None => frame.show(site.image.as_ref().map(Url::as_str), ""),
    }
    frame.property("article:published_time", site.zone.rfc3339(published.published));
    if published.updated > published.published {
        frame.property("article:modified_time", site.zone.rfc3339(published.updated));
    }
    frame.property("article:section", &category.label);
    for tag in &article.tags {
        frame.property("article:tag", &tag.label);
    }
    if let Some(open) = open {
        frame.offer(&FeedName::category(open.slug.clone()), &titled(&open.label, &site.title));
    }
    frame.offer(&FeedName::All, &site.title);
    frame.alternates.extend(oembed_links(site, &permalink, &article.title));

    print(&ArticlePage {
        language: foreign(language_of(site, article), frame.language),
        categories: article.categories.iter().map(|term| Filed::of(site, term, closed)).collect(),
        authors: article.authors.iter().map(link(FeedName::Author)).collect(),
        tags: article.tags.iter().map(link(FeedName::Tag)).collect(),
        followed: open.map(|term| Followed {
            documents: documents(site, &FeedName::category(term.slug.clone()), &term.label),
            category: link(FeedName::category)(term),
        }),
        published: When::of(site, published.published),
        updated: (published.updated > published.published).then(|| When::of(site, published.updated)),
        original: original.map(|url| Link {
            label: url.host_str().unwrap_or_default().to_owned(),
            address: url.to_string(),
        }),
        picture: picture(site, article),
        media: article.enclosure.as_ref().map(|enclosure| media(site, enclosure)),
        json_ld: json_ld::render(site, published, address),
        article,
        frame,
    })
}

/// A small page for a status that is not success: what happened, and a way on.
pub fn message(site: &Site, status: u16) -> Vec<u8> {
    let said = messages::message(site.interface(), status);
    let mut frame = Frame::new(site, &titled(said.what, &site.title));
    frame.offer(&FeedName::All, &site.title);
    print(&MessagePage { status, what: said.what, hint: said.hint, reason: None, round_ups: None, frame })
}

/// The page in place of an article that was withdrawn, with the reason where one was given.
pub fn withdrawn(site: &Site, reason: Option<&str>) -> Vec<u8> {
    let said = messages::message(site.interface(), 410);
    let mut frame = Frame::new(site, &titled(said.what, &site.title));
    frame.offer(&FeedName::All, &site.title);
    print(&MessagePage { status: 410, what: said.what, hint: said.hint, reason, round_ups: None, frame })
}

/// The value of Content-Security-Policy for every page.
///
/// It names the site's origin beside `'self'`, because a page may be read under another name than the site's own,
/// where its pictures and recordings are.
pub fn content_security_policy(site: &Site) -> String {
    format!("{}; form-action 'none'", basic_policy(site))
}

/// The same for a page that shows how a feed looks in a frame, lets people choose, and asks for itself again when they do.
pub fn feed_page_policy(site: &Site) -> String {
    let origin = site.origin();
    format!("{}; form-action 'self'; frame-src 'self' {origin}; connect-src 'self'", basic_policy(site))
}

fn basic_policy(site: &Site) -> String {
    let (style, script) = (style::source(), script::source());
    let origin = site.origin();
    format!(
        "default-src 'none'; style-src {style}; script-src {script}; img-src 'self' data: {origin}; media-src 'self' {origin}; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    frame: Frame<'a>,
    latest: Vec<Line<'a>>,
    documents: Vec<Document>,
    categories: Group,
    others: Vec<Group>,
}

#[derive(Template)]
#[template(path = "feed.html")]
struct FeedPage<'a> {
    frame: Frame<'a>,
    feed: &'a Feed,
    beside: Option<(&'static str, Link)>,
    own_copyright: Option<&'a str>,
    using: Using,
    language: Option<&'a str>,
    carries: String,
    documents: Vec<Document>,
    readers: Vec<Link>,
    latest: Vec<Line<'a>>,
}

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage<'a> {
    frame: Frame<'a>,
    article: &'a Article,
    language: Option<&'a str>,
    categories: Vec<Filed>,
    authors: Vec<Link>,
    tags: Vec<Link>,
    followed: Option<Followed>,
    published: When,
    updated: Option<When>,
    original: Option<Link>,
    picture: Option<&'a Image>,
    media: Option<Media>,
    json_ld: String,
}

/// The category whose feed an article's readers may want.
struct Followed {
    category: Link,
    documents: Vec<Document>,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage<'a> {
    frame: Frame<'a>,
    status: u16,
    what: &'a str,
    hint: &'a str,
    /// What the office says about it.
    reason: Option<&'a str>,
    /// Where the newest round-ups are, to whom asked for one.
    round_ups: Option<String>,
}

fn print(page: &impl Template) -> Vec<u8> {
    page.render().expect("texts print into memory without fail").into_bytes()
}

/// The head and foot that every page has.
struct Frame<'a> {
    site: &'a Site,
    say: &'static Phrases,
    /// The language of what bantin says on the page.
    language: &'a str,
    /// The site's language, where it is another one.
    site_language: Option<&'a str>,
    title: String,
    description: Option<String>,
    /// Where the page stands for search engines; they are asked to pass over a page without one.
    address: Option<String>,
    /// The terms on which what the page says may be used.
    licence: Option<&'a Url>,
    alternates: Vec<Document>,
    /// Open Graph (ogp.me).
    properties: Vec<(&'static str, String)>,
    everything: String,
    icon: &'static str,
    style: &'static str,
    script: &'static str,
}

impl<'a> Frame<'a> {
    fn new(site: &'a Site, title: &str) -> Self {
        Self::speaking(site, &site.language, title)
    }

    /// For a page that speaks another language than the site's others.
    fn speaking(site: &'a Site, language: &'a LanguageTag, title: &str) -> Self {
        let say = Phrases::of(language.interface());
        let language = spoken(language);
        Self {
            site,
            say,
            language,
            site_language: foreign(&site.language, language),
            title: title.to_owned(),
            description: None,
            address: None,
            licence: site.licence.as_ref(),
            alternates: Vec::new(),
            properties: Vec::new(),
            everything: site.feed_page(&FeedName::All),
            icon: style::ICON,
            style: style::STYLE,
            script: script::SCRIPT,
        }
    }

    fn describe(&mut self, kind: &str, title: &str, description: &str) {
        self.property("og:type", kind);
        self.property("og:site_name", &self.site.title);
        self.property("og:title", title);
        if !description.is_empty() {
            let description = shortened(description);
            self.property("og:description", &description);
            self.description = Some(description);
        }
    }

    fn stands_at(&mut self, address: &str) {
        self.property("og:url", address);
        self.address = Some(address.to_owned());
    }

    fn show(&mut self, image: Option<&str>, alt: &str) {
        let Some(image) = image else { return };
        self.property("og:image", image);
        if !alt.is_empty() {
            self.property("og:image:alt", alt);
        }
    }

    /// Shows the newest headlines where there is no picture.
    fn show_card(&mut self, name: &FeedName, title: &str) {
        let outlet = Outlet::from(name.clone());
        self.property("og:image", self.site.embed_url(&outlet, Embed::Png, &Embed::Png.usual()));
        self.property("og:image:type", "image/png");
        self.property("og:image:width", card::WIDTH.to_string());
        self.property("og:image:height", card::HEIGHT.to_string());
        self.property("og:image:alt", format!("{} {title}", self.say.latest_from));
    }

    /// Autodiscovery: lets a feed reader that is given the page's address find this feed.
    fn offer(&mut self, name: &FeedName, title: &str) {
        self.alternates.extend(documents(self.site, name, title));
    }

    fn property(&mut self, name: &'static str, value: impl Into<String>) {
        self.properties.push((name, value.into()));
    }
}
