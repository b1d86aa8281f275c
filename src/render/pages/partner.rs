//! The page of a partner, at its secret address: what was agreed, where the feed is, and how it gets onto the partner's site.
//! Who runs that site and is no programmer shall need nothing else.

use super::agreement::{self, Sentences};
use super::parts::{Line, lines, spoken, titled};
use super::{Frame, print};
use crate::render::embed::{Recipe, Way, snippets};
use crate::words::{
    Content, EmbedOptions, Feed, FeedName, Format, Language, LastFetch, Outlet, Partner, Phase, Published,
    Site,
};
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
    /// When they were here last.
    pub last: Option<LastFetch>,
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
    recipes: Vec<Recipe>,
    latest: Vec<Line<'a>>,
}

/// One thing that was agreed.
struct Fact {
    label: &'static str,
    said: Vec<String>,
}

/// A document, and whom it is for.
struct Address {
    id: &'static str,
    format: &'static str,
    address: String,
    good_for: &'static str,
}

impl<'a> Agreement<'a> {
    /// What people call a category, tag or author: as all articles say, or as those here do.
    fn called(&self, name: &FeedName) -> &'a str {
        match (self.label)(name) {
            "" => self.called_here(name),
            label => label,
        }
    }

    /// A category whose name a private feed has is called nothing by itself.
    fn called_here(&self, name: &FeedName) -> &'a str {
        let mut categories = self.articles.iter().flat_map(|published| &published.article.categories);
        let term = categories.find(|term| FeedName::category(term.slug.clone()) == *name);
        term.map_or("", |term| &term.label)
    }
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
        recipes: recipes(language, agreement),
        latest: as_carried(feed, lines(site, spoken(&feed.language), articles, articles.len(), closed)),
        say,
        feed,
        frame,
    })
}

fn agreed(agreement: &Agreement<'_>, language: Language, say: &'static Sentences) -> Vec<Fact> {
    let Agreement { site, feed, partner, .. } = *agreement;
    let fact = |label, said: Vec<String>| Fact { label, said };
    let what = agreement::selection(language, &feed.selection, |name| agreement.called(name));
    let how_much = agreement::amount(language, feed);
    let pictures = agreement::pictures(language, feed.images).map(str::to_owned);
    // It stands under full texts, of which there may be none.
    let source_line = partner.source_line.iter().filter(|_| feed.content == Content::Full);
    let source_line = source_line.map(|line| agreement::source_line(language, site, line)).collect();
    let licence = feed.licence.iter().map(ToString::to_string);
    let facts = [
        fact(say.organisation, vec![partner.organisation.clone()]),
        fact(say.contents, what.into_iter().chain([how_much]).chain(pictures).collect()),
        fact(say.when, vec![agreement::delay(language, partner.delay), say.never_delayed.to_owned()]),
        fact(say.holds, agreement::term(language, site, partner.from, partner.until).into_iter().collect()),
        fact(say.sites, partner.sites.clone()),
        fact(say.rights, feed.copyright.iter().cloned().chain(licence).collect()),
        fact(say.source_line, source_line),
        fact(say.last_fetch, agreement::fetched(language, site, agreement.last)),
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
    Address {
        id: format.suffix(),
        format: format.label(),
        address: site.outlet_url(outlet, format),
        good_for,
    }
}

/// The ways onto the partner's site, those first that keep the secret address.
fn recipes(language: Language, agreement: &Agreement<'_>) -> Vec<Recipe> {
    let Agreement { site, feed, partner, outlet, .. } = *agreement;
    let mut recipes = snippets(language, site, feed, outlet, &EmbedOptions::default());
    // A private feed is shown in frames of those sites alone that were agreed on.
    recipes.retain(|recipe| recipe.way != Way::Frame || !partner.sites.is_empty());
    recipes.sort_by_key(|recipe| recipe.way.shows_address());
    recipes
}
