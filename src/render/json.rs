//! JSON Feed 1.1.

use super::Channel;
use super::xml::{self, XmlSafe};
use crate::words::{Content, Format, Id, Published, Withdrawal};
use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};
use std::borrow::Cow;
use std::io::{self, Write};

pub(super) fn document(channel: &Channel<'_>) -> Vec<u8> {
    let (site, feed) = (channel.site, channel.feed);
    let whole = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: channel.page(),
        feed_url: site.outlet_url(channel.outlet, Format::Json),
        next_url: channel.previous_url(Format::Json),
        description: &feed.description,
        icon: channel.image().map(|url| url.as_str()),
        authors: vec![Author { name: &site.title, url: site.base.to_string() }],
        language: feed.language.as_str(),
        bantin: (!channel.withdrawn.is_empty()).then(|| Bantin {
            about: "https://www.rfc-editor.org/rfc/rfc6721",
            deleted: channel.withdrawn.iter().map(|withdrawal| deleted(channel, withdrawal)).collect(),
        }),
        licence: channel.licence().map(|licence| Licence {
            about: "https://www.rfc-editor.org/rfc/rfc4946",
            url: licence.as_str(),
            copyright: channel.copyright(),
        }),
        hubs: channel.hubs().into_iter().map(|url| Hub { kind: "WebSub", url }).collect(),
        items: channel.articles.iter().map(|published| item(channel, published)).collect(),
    };
    let mut serializer =
        Serializer::with_formatter(XmlSafe::new(Vec::with_capacity(channel.length())), AsInXml);
    whole.serialize(&mut serializer).expect("a feed is plain text and numbers");
    xml::ended(serializer.into_inner())
}

/// Leaves out the control characters XML cannot carry, so that all formats say the same.
struct AsInXml;

impl Formatter for AsInXml {
    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        match escape {
            CharEscape::Backspace | CharEscape::FormFeed | CharEscape::AsciiControl(_) => Ok(()),
            spelled => CompactFormatter.write_char_escape(writer, spelled),
        }
    }
}

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: String,
    feed_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<&'a str>,
    authors: Vec<Author<'a>>,
    language: &'a str,
    /// JSON Feed has no word for what is gone; names of extensions begin with `_`.
    #[serde(rename = "_bantin", skip_serializing_if = "Option::is_none")]
    bantin: Option<Bantin<'a>>,
    /// Nor has it one for the terms on which a feed may be used.
    #[serde(rename = "_licence", skip_serializing_if = "Option::is_none")]
    licence: Option<Licence<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Hub {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
}

#[derive(Serialize)]
struct Licence<'a> {
    about: &'static str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    copyright: Option<&'a str>,
}

#[derive(Serialize)]
struct Bantin<'a> {
    about: &'static str,
    deleted: Vec<Deleted<'a>>,
}

#[derive(Serialize)]
struct Deleted<'a> {
    id: &'a Id,
    when: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

fn deleted<'a>(channel: &Channel<'_>, withdrawal: &'a Withdrawal) -> Deleted<'a> {
    Deleted {
        id: &withdrawal.id,
        when: channel.site.zone.rfc3339(withdrawal.at),
        reason: withdrawal.reason.as_deref(),
    }
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a Id,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<&'a str>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    url: String,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    size_in_bytes: u64,
}

fn item<'a>(channel: &'a Channel<'a>, published: &'a Published) -> Item<'a> {
    let article = &published.article;
    let zone = &channel.site.zone;
    let content = channel.content(published);
    let (content_html, content_text) = match content {
        Content::Full => (channel.text(published), None),
        Content::Summary => (None, Some(channel.in_short(published))),
        // One of the two has to be there.
        Content::Titles => (None, Some(Cow::Borrowed(article.title.as_str()))),
    };
    let has_summary = content != Content::Titles && !article.summary.is_empty();
    Item {
        id: &published.id,
        url: channel.site.page(&published.page),
        external_url: article.canonical.as_ref().map(|url| url.as_str()),
        title: &article.title,
        content_html,
        content_text,
        summary: has_summary.then_some(&*article.summary),
        image: channel.picture(published).map(|image| image.url.as_str()),
        date_published: zone.rfc3339(published.published),
        date_modified: (published.updated != published.published).then(|| zone.rfc3339(published.updated)),
        authors: article
            .authors
            .iter()
            .map(|author| Author { name: &author.label, url: channel.author_page(author) })
            .collect(),
        tags: tags(published),
        language: channel.foreign_language(published),
        attachments: channel
            .enclosure(published)
            .into_iter()
            .map(|enclosure| Attachment {
                url: enclosure.url.as_str(),
                mime_type: &enclosure.media_type,
                size_in_bytes: enclosure.length,
            })
            .collect(),
    }
}

/// JSON Feed knows one kind of key word: the categories' labels, then those of tags that say more.
fn tags(published: &Published) -> Vec<&str> {
    let mut labels = Vec::new();
    for term in published.article.categories.iter().chain(&published.article.tags) {
        if !labels.contains(&term.label.as_str()) {
            labels.push(&term.label);
        }
    }
    labels
}
