use super::parts::{Document, Link, When, documents, oembed_links, titled};
use super::phrases::Phrases;
use super::{Frame, print};
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
    frame.alternates.extend(oembed_links(site, &site.round_up_page(round_up), &article.title));
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

/// Where the page of a feed leads that has to do with round-ups.
pub enum Beside<'a> {
    /// To those of what the feed brings.
    RoundUps(FeedName),
    /// From those to what they sum up, and what people call that.
    SummedUp(FeedName, &'a str),
}

impl Beside<'_> {
    /// What is said before the link, and the link.
    pub(super) fn on(&self, site: &Site) -> (&'static str, Link) {
        let say = Phrases::of(site.interface());
        let (before, name, label) = match self {
            Self::RoundUps(name) => ("", name, say.round_ups),
            Self::SummedUp(FeedName::All, _) => (say.summed_up, &FeedName::All, say.everything),
            Self::SummedUp(name, label) => (say.summed_up, name, *label),
        };
        (before, Link { label: label.to_owned(), address: site.feed_page(name) })
    }
}

/// The page in place of a round-up whose period closes then. It leads to those there are.
pub fn closes(site: &Site, round_up: &RoundUp, at: Timestamp, newest: Option<&FeedName>) -> Vec<u8> {
    let [vi, en] = [Language::Vi, Language::En]
        .map(|language| (title(language, round_up, ""), site.beginning_in(language, at)));
    let what = Text::new("Kỳ này chưa khép", "This period has not closed yet");
    let hint = Text::new(
        format!("“{}” sẽ có ở chính địa chỉ này từ {}.", vi.0, vi.1),
        format!("“{}” will be at this same address from {} on.", en.0, en.1),
    );
    super::closed::page(site, 404, &super::closed::said(site, &what, &hint), newest)
}

/// The page in place of a round-up that there is not. It leads to those there are.
pub fn no_round_up(site: &Site, newest: Option<&FeedName>) -> Vec<u8> {
    let what = Text::new("Không có bản tổng hợp này", "There is no such round-up");
    let hint = Text::new(
        "Kỳ không có gì mới thì không có bản tổng hợp; cũng có thể địa chỉ bị gõ sai.",
        "A period in which nothing happened has none; or the address may be mistyped.",
    );
    super::closed::page(site, 404, &super::closed::said(site, &what, &hint), newest)
}
