//! JSON Feed 1.1 in small: what `<bantin-feed>` shows, with dates ready to be read.

use super::Presented;
use super::lines::Line;
use crate::words::{Format, Id};
use serde::Serialize;

pub(super) fn document(shown: &Presented<'_>) -> Vec<u8> {
    let Presented { site, feed, outlet, .. } = shown;
    let page = shown.page();
    let whole = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &page,
        feed_url: site.outlet_url(outlet, Format::Json),
        language: feed.language.as_str(),
        bantin: Bantin { about: format!("{page}#use") },
        items: shown.lines().into_iter().map(|line| item(line, shown.bounded().excerpt)).collect(),
    };
    let mut bytes = serde_json::to_vec(&whole).expect("a feed is plain text");
    bytes.push(b'\n');
    bytes
}

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: String,
    language: &'a str,
    #[serde(rename = "_bantin")]
    bantin: Bantin,
    items: Vec<Item<'a>>,
}

/// Names of extensions begin with `_`.
#[derive(Serialize)]
struct Bantin {
    about: String,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a Id,
    url: String,
    title: &'a str,
    /// An item needs some text; it is the title where nobody asked for more.
    content_text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(rename = "_bantin")]
    bantin: Dated,
}

#[derive(Serialize)]
struct Dated {
    date: String,
}

fn item(line: Line<'_>, has_excerpt: bool) -> Item<'_> {
    Item {
        id: line.id,
        url: line.address,
        title: line.title,
        content_text: match has_excerpt {
            true => line.excerpt.unwrap_or_default(),
            false => line.title.to_owned(),
        },
        image: line.picture.map(|image| image.url.as_str()),
        date_published: line.machine,
        language: line.language,
        bantin: Dated { date: line.date },
    }
}
