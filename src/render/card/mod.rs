//! A card with a feed's newest headlines, for pages, documents and chats that show nothing but pictures.
//!
//! Letters are drawn as outlines from a font of our own, so the same words give the same picture everywhere.

mod colours;
mod font;
mod layout;
mod letters;
mod png;
mod svg;
mod wrap;

#[cfg(test)]
mod tests;

pub use layout::{HEIGHT, WIDTH};

use super::pages::parts::shortened;
use super::pages::phrases::Phrases;
use crate::words::{EmbedOptions, Feed, Language, Published, Site, Theme, Timestamp};
use letters::{drawable, in_one_line};
use std::sync::Arc;

/// What a card shows.
pub struct Card<'a> {
    /// The site it belongs to.
    pub site: &'a Site,
    /// The feed whose headlines they are.
    pub feed: &'a Feed,
    /// The feed's articles, newest first.
    pub articles: &'a [Arc<Published>],
    /// How many headlines, from 1 to [`EmbedOptions::MOST_ON_CARD`]; what is beyond is taken as the nearest.
    pub count: u8,
    /// In which colours; of a PNG, which cannot ask its reader, light unless it says dark.
    pub theme: Theme,
    /// In which language dates are written.
    pub language: Language,
}

/// The card as `image/svg+xml`.
pub fn svg(card: &Card<'_>) -> Vec<u8> {
    svg::svg(card, &layout::drawing(card)).into_bytes()
}

/// The card as `image/png`.
pub fn png(card: &Card<'_>) -> Vec<u8> {
    png::png(card.theme, &layout::drawing(card))
}

impl Card<'_> {
    /// What the card says, for those who do not see it.
    pub fn alt(&self) -> String {
        let title = in_one_line(&self.feed.title);
        let headline = |published: &Arc<Published>| {
            let headline = shortened(&in_one_line(&published.article.title));
            format!("{headline} ({})", self.day(published.published))
        };
        let headlines: Vec<String> = self.shown().iter().map(headline).collect();
        match headlines.is_empty() {
            true => format!("{title}: {}", Phrases::of(self.language).nothing_yet),
            false => {
                let latest_from = Phrases::of(self.language).latest_from;
                format!("{latest_from} {title}: {}.", headlines.join("; "))
            }
        }
    }

    fn shown(&self) -> &[Arc<Published>] {
        let most = usize::from(self.count.clamp(1, EmbedOptions::MOST_ON_CARD));
        &self.articles[..most.min(self.articles.len())]
    }

    fn day(&self, at: Timestamp) -> String {
        self.language.choose(self.site.zone.day_in_figures(at), self.site.zone.day_in_words(at))
    }

    /// The site's address as people say it.
    fn place(&self) -> String {
        let base = self.site.base.as_str();
        let (_, place) = base.split_once("://").unwrap_or(("", base));
        drawable(place.trim_end_matches('/'))
    }
}
