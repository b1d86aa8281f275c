//! Embeds: the newest articles of a feed for pages of others, in whatever way such a page permits. They load nothing from
//! strangers, set nothing, and say nothing that is not in the feed.
//!
//! The templates stand in `templates/`; everything they print is escaped.

mod json;
mod lines;
mod oembed;
mod phrases;
mod snippets;
mod style;
mod using;

#[cfg(test)]
mod tests;

pub use oembed::{Spoken, document as oembed};
pub use snippets::{Recipe, Snippet, snippets};
pub use style::{fragment_policy, frame_policy};
pub(super) use using::Using;

use super::card::{self, Card};
use super::pages::Message;
use crate::words::{Content, Embed, EmbedOptions, Feed, Images, Language, Outlet, Published, Site, Theme};
use askama::Template;
use lines::Line;
use phrases::Phrases;
use std::sync::Arc;

/// A feed as somebody shows it on a page of theirs.
pub struct Presented<'a> {
    /// The site it belongs to.
    pub site: &'a Site,
    /// What it is called.
    pub feed: &'a Feed,
    /// Where it is read.
    pub outlet: &'a Outlet,
    /// How it is shown.
    pub options: EmbedOptions,
    /// The articles to be shown, the newest first.
    pub articles: &'a [Arc<Published>],
}

/// The embed, written down so.
pub fn document(embed: Embed, shown: &Presented<'_>) -> Vec<u8> {
    match embed {
        Embed::Page => page(shown),
        Embed::Fragment => fragment(shown),
        Embed::Json => json::document(shown),
        Embed::Svg => card::svg(&shown.card()),
        Embed::Png => card::png(&shown.card()),
    }
}

/// A whole page for a frame.
fn page(shown: &Presented<'_>) -> Vec<u8> {
    let language = shown.language();
    print(&FramePage {
        frame: Frame::new(shown.options.theme, language, &shown.feed.title),
        title_language: shown.title_language(),
        address: shown.page(),
        lines: shown.lines(),
    })
}

/// A piece of HTML for a page of others.
fn fragment(shown: &Presented<'_>) -> Vec<u8> {
    let language = shown.language();
    print(&Fragment {
        say: Phrases::of(language),
        language: language.choose("vi", "en"),
        title: &shown.feed.title,
        title_language: shown.title_language(),
        address: shown.page(),
        lines: shown.lines(),
    })
}

/// A page for a frame that shows one article in short.
pub fn article(site: &Site, published: &Published, options: EmbedOptions) -> Vec<u8> {
    let language = options.language.unwrap_or_else(|| site.interface());
    let with_all = EmbedOptions { excerpt: true, images: true, ..options };
    print(&ArticlePage {
        frame: Frame::new(options.theme, language, &published.article.title),
        line: Line::of(site, language, with_all, published),
        publication: published.article.publication.as_deref(),
        site_title: &site.title,
        site_address: site.base.as_str(),
    })
}

/// A page for a frame that has nothing to show: what happened, and a way on. `reason` is what the office says about it.
pub fn message(site: &Site, status: u16, reason: Option<&str>) -> Vec<u8> {
    let language = site.interface();
    let Message { what, hint } = super::pages::said(language, status);
    print(&MessagePage {
        frame: Frame::new(Theme::Auto, language, what),
        hint,
        reason,
        site_title: &site.title,
        site_address: site.base.as_str(),
    })
}

impl<'a> Presented<'a> {
    /// The language in which bantin speaks here.
    fn language(&self) -> Language {
        self.options.language.unwrap_or_else(|| self.feed.language.interface())
    }

    /// The language of the feed's title, where it is not the one that bantin speaks here.
    fn title_language(&self) -> Option<&'a str> {
        lines::foreign(&self.feed.language, self.language())
    }

    /// Where readers find the rest. A secret address is shown to nobody.
    fn page(&self) -> String {
        match &self.outlet.token {
            None => self.site.feed_page(&self.feed.name),
            Some(_) => self.site.base.to_string(),
        }
    }

    fn card(&self) -> Card<'a> {
        Card {
            site: self.site,
            feed: self.feed,
            articles: self.articles,
            count: self.options.count.into(),
            theme: self.options.theme,
            language: self.language(),
        }
    }

    /// How it is shown, with nothing that the feed does not carry.
    fn bounded(&self) -> EmbedOptions {
        EmbedOptions {
            excerpt: self.options.excerpt && self.feed.content != Content::Titles,
            images: self.options.images && self.feed.images != Images::None,
            ..self.options
        }
    }

    fn lines(&self) -> Vec<Line<'a>> {
        let (language, options) = (self.language(), self.bounded());
        let line = |published: &'a Arc<Published>| Line::of(self.site, language, options, published);
        self.articles.iter().map(line).collect()
    }
}

/// The head that every page for a frame has.
struct Frame<'a> {
    say: &'static Phrases,
    language: &'static str,
    theme: Option<&'static str>,
    color_scheme: &'static str,
    title: &'a str,
    style: &'static str,
    script: &'static str,
}

impl<'a> Frame<'a> {
    fn new(theme: Theme, language: Language, title: &'a str) -> Self {
        Self {
            say: Phrases::of(language),
            language: language.choose("vi", "en"),
            theme: (theme != Theme::Auto).then(|| theme.name()),
            color_scheme: match theme {
                Theme::Auto => "light dark",
                Theme::Light | Theme::Dark => theme.name(),
            },
            title,
            style: style::STYLE,
            script: style::SCRIPT,
        }
    }
}

#[derive(Template)]
#[template(path = "embed_page.html")]
struct FramePage<'a> {
    frame: Frame<'a>,
    title_language: Option<&'a str>,
    address: String,
    lines: Vec<Line<'a>>,
}

#[derive(Template)]
#[template(path = "embed_article.html")]
struct ArticlePage<'a> {
    frame: Frame<'a>,
    line: Line<'a>,
    publication: Option<&'a str>,
    site_title: &'a str,
    site_address: &'a str,
}

#[derive(Template)]
#[template(path = "embed_message.html")]
struct MessagePage<'a> {
    frame: Frame<'a>,
    hint: &'static str,
    reason: Option<&'a str>,
    site_title: &'a str,
    site_address: &'a str,
}

#[derive(Template)]
#[template(path = "embed_fragment.html")]
struct Fragment<'a> {
    say: &'static Phrases,
    language: &'static str,
    title: &'a str,
    title_language: Option<&'a str>,
    address: String,
    lines: Vec<Line<'a>>,
}

fn print(page: &impl Template) -> Vec<u8> {
    page.render().expect("texts print into memory without fail").into_bytes()
}
