//! Events, for who keeps a connection open for them (WHATWG HTML, section 9.2). What they say is written as JSON Feed
//! writes it.

use crate::words::{Id, Published, Site, Timestamp, Withdrawal};
use serde::Serialize;
use std::fmt::Display;
use std::sync::Arc;

/// What became of a feed, in the order in which it is told.
pub struct Changes<'a> {
    /// The site it belongs to.
    pub site: &'a Site,
    /// Articles that were withdrawn.
    pub withdrawn: &'a [&'a Withdrawal],
    /// Articles that it does not carry any more, for other reasons.
    pub left: &'a [Id],
    /// Articles that are new or others than they were.
    pub articles: &'a [Arc<Published>],
}

/// The one event that says which version there is, to who has to fetch the document.
pub fn version(site: &Site, version: &impl Display, modified: Timestamp) -> Vec<u8> {
    let data = Version { version: version.to_string(), date_modified: site.zone.rfc3339(modified) };
    written(vec![event("version", &data)], version)
}

/// One event for each change.
pub fn changes(changes: &Changes<'_>, version: &impl Display) -> Vec<u8> {
    let Changes { site, withdrawn, left, articles } = changes;
    let time = |at| site.zone.rfc3339(at);
    let withdrawn = withdrawn.iter().map(|withdrawal| {
        let Withdrawal { id, at, reason } = withdrawal;
        event("withdrawn", &Withdrawn { id, when: time(*at), reason: reason.as_deref() })
    });
    let left = left.iter().map(|id| event("left", &Left { id }));
    let articles = articles.iter().map(|published| {
        let article = Article {
            id: &published.id,
            url: site.page(&published.page),
            title: &published.article.title,
            date_published: time(published.published),
            date_modified: time(published.updated),
        };
        event("article", &article)
    });
    written(withdrawn.chain(left).chain(articles).collect(), version)
}

/// Puts events together. The last alone bears the version: of who was cut off before it nobody can say which ones he has.
fn written(events: Vec<String>, version: &impl Display) -> Vec<u8> {
    // Without an event it says which version there is all the same, and nobody is disturbed.
    let (last, before) = events.split_last().map_or(("", &[][..]), |(last, before)| (last.as_str(), before));
    let mut text: String = before.iter().map(|event| format!("{event}\n")).collect();
    text.push_str(&format!("id: {version}\n{last}\n"));
    text.into_bytes()
}

/// An event without the empty line that ends it. JSON has no line breaks.
fn event(kind: &str, data: &impl Serialize) -> String {
    let data = serde_json::to_string(data).expect("an event is plain text");
    format!("event: {kind}\ndata: {data}\n")
}

#[derive(Serialize)]
struct Version {
    version: String,
    date_modified: String,
}

#[derive(Serialize)]
struct Article<'a> {
    id: &'a Id,
    url: String,
    title: &'a str,
    date_published: String,
    date_modified: String,
}

#[derive(Serialize)]
struct Withdrawn<'a> {
    id: &'a Id,
    when: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Left<'a> {
    id: &'a Id,
}
