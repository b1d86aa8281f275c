//! The page of a partner, at its secret address: what was agreed, where the feed is, and how it gets onto the partner's site.
//! Who runs that site and is no programmer shall need nothing else.

use super::agreement::{self, Sentences};
use super::parts::{Line, lines, spoken, titled};
use super::{Frame, print};
use crate::words::{Content, Feed, FeedName, Format, Language, Outlet, Partner, Phase, Published, Site};
use askama::Template;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the page of a partner is made of.
pub struct Agreement<'a> {
    /// The site it belongs to.
    pub site: &'a Site,
    /// The feed.
    pub feed: &'a Feed,
    /// What was agreed on it.
    pub partner: &'a Partner,
    /// Where the partner reads it.
    pub outlet: &'a Outlet,
    /// What people call a category, tag or author; nothing where no article has it.
    pub label: &'a dyn Fn(&FeedName) -> &'a str,
    /// The feeds that nothing leads to.
    pub closed: &'a BTreeSet<FeedName>,
    /// Where the agreement is in its life.
    pub phase: Phase,
    /// The newest articles.
    pub articles: &'a [Arc<Published>],
}

#[derive(Template)]
#[template(path = "partner.html")]
struct PartnerPage<'a> {
    frame: Frame<'a>,
    say: &'static Sentences,
    feed: &'a Feed,
    intended: String,
    state: Option<String>,
    agreed: Vec<Fact>,
    addresses: Vec<Address>,
    snippets: Vec<Snippet>,
    latest: Vec<Line<'a>>,
}

/// One thing that was agreed.
struct Fact {
    label: &'static str,
    said: Vec<String>,
}

/// A document, and whom it is for.
struct Address {
    format: &'static str,
    address: String,
    good_for: &'static str,
}

/// Something to paste into a page.
struct Snippet {
    title: &'static str,
    good_for: &'static str,
    code: String,
    /// Whether everyone who looks at the page can read the secret address in it.
    shows_address: bool,
}

/// The page, in the language of the feed.
pub fn partner(agreement: &Agreement<'_>) -> Vec<u8> {
    let Agreement { site, feed, partner, outlet, closed, phase, articles, .. } = *agreement;
    let language = feed.language.interface();
    let say = Sentences::of(language);
    let frame = Frame::speaking(site, &feed.language, &titled(&feed.title, &site.title));
    print(&PartnerPage {
        intended: agreement::intended(language, &partner.organisation),
        state: agreement::state(language, site, phase),
        agreed: agreed(agreement, language, say),
        addresses: Format::ALL.into_iter().map(|format| address(site, outlet, say, format)).collect(),
        snippets: snippets(site, feed, outlet, say),
        latest: as_carried(feed, lines(site, spoken(&feed.language), articles, articles.len(), closed)),
        say,
        feed,
        frame,
    })
}

fn agreed(agreement: &Agreement<'_>, language: Language, say: &'static Sentences) -> Vec<Fact> {
    let Agreement { site, feed, partner, label, .. } = *agreement;
    let fact = |label, said: Vec<String>| Fact { label, said };
    let what = agreement::selection(language, &feed.selection, label);
    let how_much = agreement::amount(language, feed.content, feed.limit);
    let pictures = agreement::pictures(language, feed.images).map(str::to_owned);
    let source_line =
        partner.source_line.iter().map(|line| agreement::source_line(language, site, line)).collect();
    let licence = feed.licence.iter().map(ToString::to_string);
    let facts = [
        fact(say.organisation, vec![partner.organisation.clone()]),
        fact(say.contents, what.into_iter().chain([how_much]).chain(pictures).collect()),
        fact(say.when, vec![agreement::delay(language, partner.delay), say.never_delayed.to_owned()]),
        fact(say.holds, agreement::term(language, site, partner.from, partner.until).into_iter().collect()),
        fact(say.rights, feed.copyright.iter().cloned().chain(licence).collect()),
        fact(say.source_line, source_line),
    ];
    facts.into_iter().filter(|fact| !fact.said.is_empty()).collect()
}

/// Articles as the feed carries them.
fn as_carried<'a>(feed: &Feed, mut lines: Vec<Line<'a>>) -> Vec<Line<'a>> {
    if feed.content == Content::Titles {
        lines.iter_mut().for_each(|line| line.summary.clear());
    }
    lines
}

fn address(site: &Site, outlet: &Outlet, say: &Sentences, format: Format) -> Address {
    let good_for = match format {
        Format::Rss => say.rss_is_for,
        Format::Atom => say.atom_is_for,
        Format::Json => say.json_is_for,
    };
    Address { format: format.label(), address: site.outlet_url(outlet, format), good_for }
}

fn snippets(site: &Site, feed: &Feed, outlet: &Outlet, say: &'static Sentences) -> Vec<Snippet> {
    let embed = |suffix: &str| site.outlet_embed(outlet, suffix);
    let title = attribute(&feed.title);
    vec![
        Snippet {
            title: say.fragment,
            good_for: say.fragment_is_for,
            code: format!("<?php echo file_get_contents('{}'); ?>", embed(".html")),
            shows_address: false,
        },
        Snippet {
            title: say.element,
            good_for: say.element_is_for,
            code: format!(
                "<script src=\"{}embed.js\" defer></script>\n<bantin-feed src=\"{}\"></bantin-feed>",
                site.base,
                embed("")
            ),
            shows_address: true,
        },
        Snippet {
            title: say.frame,
            good_for: say.frame_is_for,
            code: format!(
                "<iframe src=\"{}\" title=\"{title}\" width=\"600\" height=\"472\" style=\"border:0;max-width:100%\" loading=\"lazy\"></iframe>",
                embed("")
            ),
            shows_address: true,
        },
        Snippet {
            title: say.image,
            good_for: say.image_is_for,
            code: format!("<a href=\"{}\"><img src=\"{}\" alt=\"{title}\"></a>", site.base, embed(".png")),
            shows_address: true,
        },
    ]
}

/// Text as it stands in an attribute's quotes.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
