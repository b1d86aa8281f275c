//! Words in, bytes out: one file per format. The same words give the same bytes on any machine, at any time.

mod xml;

mod atom;
mod csv;
mod json;
mod pictures;
mod rss;
mod scope;

pub mod card;
pub mod embed;
pub mod events;
pub mod opml;
pub mod pages;
pub mod receipt;
pub mod report;
pub mod round_up;
pub mod script;
pub mod sitemap;
pub mod stats;
pub mod status;
pub mod subscribers;

pub use scope::Scope;

use crate::words::{
    Content, Enclosure, Feed, FeedName, Format, Image, Images, Language, LanguageTag, Outlet, Published,
    Site, Term, Timestamp, Withdrawal,
};
use quick_xml::escape::{escape, partial_escape};
use std::borrow::Cow;
use std::sync::Arc;
use url::Url;

/// One feed with its articles, newest first, ready to be written down.
pub struct Channel<'a> {
    /// The site it belongs to.
    pub site: &'a Site,
    /// What it is called and how it presents itself.
    pub feed: &'a Feed,
    /// Where it is read.
    pub outlet: &'a Outlet,
    /// What it brings, newest first.
    pub articles: &'a [Arc<Published>],
    /// What it brought and does not any more, the latest first.
    pub withdrawn: &'a [&'a Withdrawal],
    /// The newest change to any article, or the last withdrawal; `None` for an empty feed. Where only part of it is written
    /// down it is that of the whole.
    pub updated: Option<Timestamp>,
    /// What of the feed it is.
    pub scope: Scope,
}

/// How many bytes a document has for an article besides its text, roughly.
const AROUND_ARTICLE: usize = 2 << 10;

/// The feed in this format.
pub fn document(format: Format, channel: &Channel<'_>) -> Vec<u8> {
    match format {
        Format::Rss => rss::document(channel),
        Format::Atom => atom::document(channel),
        Format::Json => json::document(channel),
    }
}

impl Channel<'_> {
    /// How much of an article is carried: no more than is at hand, where a document had no room for all texts.
    fn content(&self, published: &Published) -> Content {
        match self.feed.content {
            Content::Full if published.article.html.is_empty() => Content::Summary,
            content => content,
        }
    }

    /// The full text as this feed carries it; `None` where it carries none.
    fn text<'a>(&self, published: &'a Published) -> Option<Cow<'a, str>> {
        let html = &published.article.html;
        let text = match self.feed.images {
            _ if self.content(published) != Content::Full => return None,
            Images::All => Cow::Borrowed(html.as_str()),
            Images::Lead | Images::None => pictures::without(html),
        };
        match self.source_line(published) {
            Some(line) if !text.is_empty() => Some(Cow::Owned(format!("{text}\n{line}"))),
            _ => Some(text),
        }
    }

    /// Where an article is from, as it was agreed to be said below its text.
    fn source_line(&self, published: &Published) -> Option<String> {
        let line = self.feed.partner.as_ref()?.source_line.as_deref()?;
        let article = &published.article;
        let authors: Vec<&str> = article.authors.iter().map(|author| author.label.as_str()).collect();
        let authors = authors.join(", ");
        let author = if authors.is_empty() { &self.site.title } else { &authors };
        let mut said = String::new();
        let mut parts = line.split('{');
        said.extend(parts.next());
        for part in parts {
            match part.split_once('}') {
                Some(("site", rest)) => said.extend([self.site.title.as_str(), rest]),
                Some(("title", rest)) => said.extend([article.title.as_str(), rest]),
                Some(("author", rest)) => said.extend([author.as_str(), rest]),
                _ => said.extend(["{", part]),
            }
        }
        let language = match *self.language(published) == self.feed.language {
            true => String::new(),
            false => format!(" lang=\"{}\"", self.feed.language.as_str()),
        };
        let permalink = self.site.page(&published.page);
        Some(format!(
            "<p class=\"source\"{language}><a href=\"{}\">{}</a></p>",
            escape(&*permalink),
            partial_escape(&*said)
        ))
    }

    /// The picture that stands for an article, if this feed carries it.
    fn picture<'a>(&self, published: &'a Published) -> Option<&'a Image> {
        match self.feed.images {
            Images::All | Images::Lead => published.article.image.as_ref(),
            Images::None => None,
        }
    }

    /// The media that travels with an article; it may be a picture.
    fn enclosure<'a>(&self, published: &'a Published) -> Option<&'a Enclosure> {
        let enclosure = published.article.enclosure.as_ref()?;
        let is_wanted = self.feed.images != Images::None || !enclosure.media_type.starts_with("image/");
        is_wanted.then_some(enclosure)
    }

    /// What stands for the text where a feed carries none: the summary, and what was wrong; nothing where titles are all
    /// that it carries.
    fn in_short<'a>(&'a self, published: &'a Published) -> Cow<'a, str> {
        let article = &published.article;
        let content = self.content(published);
        if content == Content::Titles {
            return Cow::Borrowed("");
        }
        let Some(note) = article.correction.as_ref().filter(|_| content == Content::Summary) else {
            return Cow::Borrowed(&article.summary);
        };
        let label = match self.language(published).interface() {
            Language::Vi => "Đính chính",
            Language::En => "Correction",
        };
        Cow::Owned(format!("{} {label}: {note}", article.summary).trim_start().to_owned())
    }

    /// How many bytes its document takes, roughly.
    fn length(&self) -> usize {
        let articles = self.articles.iter().map(|published| &published.article);
        articles.map(|article| article.html.len() + article.summary.len() + AROUND_ARTICLE).sum()
    }

    /// Who tells of its changes. Of what never changes nobody does.
    fn hubs(&self) -> Vec<String> {
        if self.scope.is_closed() { Vec::new() } else { self.site.hubs(self.outlet) }
    }

    /// The page that readers of the feed are led to. Some show it to everyone, so a secret address is not in it.
    fn page(&self) -> String {
        match &self.outlet.token {
            None => self.site.feed_page(&self.feed.name),
            Some(_) => self.site.base.to_string(),
        }
    }

    fn image(&self) -> Option<&Url> {
        self.feed.image.as_ref().or(self.site.image.as_ref())
    }

    fn copyright(&self) -> Option<&str> {
        self.feed.copyright.as_deref().or(self.site.copyright.as_deref())
    }

    fn licence(&self) -> Option<&Url> {
        self.feed.licence.as_ref().or(self.site.licence.as_ref())
    }

    /// The language of an article where readers of the feed would expect another.
    fn foreign_language<'a>(&'a self, published: &'a Published) -> Option<&'a str> {
        let language = self.language(published);
        (*language != self.feed.language).then(|| language.as_str())
    }

    fn language<'a>(&'a self, published: &'a Published) -> &'a LanguageTag {
        published.article.language.as_ref().unwrap_or(&self.site.language)
    }

    /// Where readers are sent: to the original when this is a copy.
    fn link(&self, published: &Published) -> String {
        match &published.article.canonical {
            Some(original) => original.to_string(),
            None => self.site.page(&published.page),
        }
    }

    /// Categories and tags are two vocabularies; an address tells them apart.
    fn category_scheme(&self) -> String {
        format!("{}feeds/", self.site.base)
    }

    fn tag_scheme(&self) -> String {
        format!("{}feeds/tag/", self.site.base)
    }

    fn author_page(&self, author: &Term) -> String {
        self.site.feed_page(&FeedName::Author(author.slug.clone()))
    }
}
