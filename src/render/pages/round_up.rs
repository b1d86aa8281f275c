use super::parts::{Document, Link, When, documents, titled};
use super::{Frame, Said, print};
use crate::render::round_up::{feed_label, title};
use crate::words::{Article, FeedName, Language, Published, RoundUp, Site, Text, Timestamp};
use askama::Template;

/// The page of a round-up, of a feed that people call so; everything where that is empty.
pub fn round_up(site: &Site, round_up: &RoundUp, of: &str, published: &Published) -> Vec<u8> {
    let article = &published.article;
    let feed = round_up.feed();
    let label = feed_label(site.interface(), of);
    let mut frame = Frame::new(site, &titled(&article.title, &site.title));
    frame.describe("article", &article.title, &article.summary);
    frame.stands_at(&site.round_up_page(round_up));
    frame.show(site.image.as_ref().map(url::Url::as_str), "");
    frame.property("article:published_time", site.zone.rfc3339(published.published));
    if published.updated > published.published {
        frame.property("article:modified_time", site.zone.rfc3339(published.updated));
    }
    frame.offer(&feed, &titled(&label, &site.title));
    frame.offer(&FeedName::All, &site.title);
    print(&RoundUpPage {
        documents: documents(site, &feed, &label),
        feed: Link { label, address: site.feed_page(&feed) },
        published: When::of(site, published.published),
        updated: (published.updated > published.published).then(|| When::of(site, published.updated)),
        article,
        frame,
    })
}

#[derive(Template)]
#[template(path = "round_up.html")]
struct RoundUpPage<'a> {
    frame: Frame<'a>,
    article: &'a Article,
    feed: Link,
    documents: Vec<Document>,
    published: When,
    updated: Option<When>,
}

/// Of a round-up whose period closes then.
pub fn closes(site: &Site, round_up: &RoundUp, at: Timestamp) -> Said {
    let [vi, en] = [Language::Vi, Language::En]
        .map(|language| (title(language, round_up, ""), site.beginning_in(language, at)));
    let what = Text::new("Kỳ này chưa khép", "This period has not closed yet");
    let hint = Text::new(
        format!("“{}” sẽ có ở chính địa chỉ này từ {}.", vi.0, vi.1),
        format!("“{}” will be at this same address from {} on.", en.0, en.1),
    );
    super::closed::said(site, &what, &hint)
}
