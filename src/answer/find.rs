//! What an address leads to in an edition.

use super::closed::Closed;
use super::route::Route;
use super::{archive, oembed};
use crate::catalogue::Address;
use crate::edition::{Edition, Media, Print, Sheet, Subject, Validators};
use crate::words::{Embed, EmbedOptions, FeedName, Outlet, RoundUp, Site, Timestamp, Token, Topic};
use http::StatusCode;
use http::request::Parts;
use std::sync::{Arc, LazyLock};

/// A token that opens nothing.
static NOBODYS: LazyLock<Token> = LazyLock::new(|| Token::of([0; 16]));

/// Something that can be sent.
pub(super) enum Thing {
    Document(Arc<Sheet>),
    Media(Arc<Media>),
    Partner(Outlet),
    Stream(Outlet),
}

pub(super) enum Found<'a> {
    Thing(Thing),
    Moved(String),
    /// At another address for now.
    Elsewhere(String),
    Gone(Option<&'a str>),
    /// A feed whose agreement does not hold at this moment.
    Closed(Closed),
    /// A round-up of a period that is over at a moment to come.
    ToCome(RoundUp, Timestamp),
    /// No round-up, though it is asked for as one.
    NoRoundUp(Option<RoundUp>),
    /// Where something can be handed in, and nothing is to be had.
    Counter(Counter),
    Nothing,
    /// It cannot be told what is asked for, must not be, or not yet.
    Refused(StatusCode),
}

/// Where something can be handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// WebSub is spoken there.
    Hub,
    /// rssCloud is.
    Cloud,
}

impl Counter {
    /// What stands at an address of this site.
    pub(super) fn at(route: &Route, site: &Site) -> Option<Self> {
        match route {
            Route::Hub => Some(Self::Hub),
            Route::Cloud if site.push.rss_cloud => Some(Self::Cloud),
            _ => None,
        }
    }
}

impl Found<'_> {
    pub(super) fn document(sheet: Arc<Sheet>) -> Self {
        Found::Thing(Thing::Document(sheet))
    }
}

/// A document of a subject that has validators of its own.
fn find_sheet(edition: &Edition, subject: Subject, print: Print) -> Found<'_> {
    match edition.validators(&subject) {
        Some(validators) => Found::document(edition.sheet(print, validators)),
        None => Found::Nothing,
    }
}

/// A document of a feed at one of its addresses, while the agreement it was made for holds. Every way to a feed's articles
/// leads through here.
pub(super) fn of_feed(edition: &Edition, outlet: Outlet, print: Print, now: Timestamp) -> Found<'_> {
    match Closed::at(edition, &outlet, now) {
        Some(closed) => Found::Closed(closed),
        None => find_sheet(edition, Subject::Feed(outlet.name), print),
    }
}

/// A feed's event stream at one of its addresses, under the same conditions.
fn stream_of(edition: &Edition, outlet: Outlet, now: Timestamp) -> Found<'_> {
    match Closed::at(edition, &outlet, now) {
        Some(closed) => Found::Closed(closed),
        None => Found::Thing(Thing::Stream(outlet)),
    }
}

/// The validators of a document that can be subscribed to, under the conditions of whoever asks for it: nothing at all, where
/// that would get another answer.
pub fn topic(edition: &Edition, asked: &Topic, now: Timestamp) -> Option<Validators> {
    let outlet = &asked.outlet;
    if !edition.catalogue().admits(outlet) || Closed::at(edition, outlet, now).is_some() {
        return None;
    }
    edition.validators(&Subject::Feed(outlet.name.clone()))
}

/// What is left of somebody's wishes where the language of a feed is spoken anyway.
pub(super) fn spoken(edition: &Edition, name: &FeedName, options: EmbedOptions) -> EmbedOptions {
    let feed = options.language.and_then(|_| edition.catalogue().feed(name));
    feed.map_or(options, |feed| options.where_spoken(feed.language.interface()))
}

pub(super) fn find<'a>(edition: &'a Edition, route: Route, request: &Parts, now: Timestamp) -> Found<'a> {
    let site = edition.site();
    let document = |subject: Subject, print: Print| find_sheet(edition, subject, print);
    match route {
        Route::Home => document(Subject::Home, Print::Home),
        Route::Feed(outlet, format) if edition.catalogue().admits(&outlet) => {
            of_feed(edition, outlet.clone(), Print::Feed(outlet, format), now)
        }
        Route::Archive(name, archive, format) if edition.catalogue().admits(&name.clone().into()) => {
            archive::find(edition, name, archive, format)
        }
        Route::Stream(outlet) if edition.catalogue().admits(&outlet) => stream_of(edition, outlet, now),
        Route::FeedPage(name) if edition.catalogue().admits(&name.clone().into()) => {
            let options = spoken(edition, &name, wishes(request));
            of_feed(edition, name.clone().into(), Print::FeedPage(name, options), now)
        }
        Route::Embed(outlet, kind) if edition.catalogue().admits(&outlet) => {
            let options = spoken(edition, &outlet.name, wishes_for(kind, request));
            of_feed(edition, outlet.clone(), Print::Embed(outlet, kind, options), now)
        }
        Route::PartnerPage(token) => match edition.catalogue().opened_by(&token) {
            Some(name) => Found::Thing(Thing::Partner(Outlet { name: name.clone(), token: Some(token) })),
            None => Found::Nothing,
        },
        Route::Closed { .. } => {
            // Who tries shall not learn that there is no such token from how soon he is told.
            std::hint::black_box(edition.catalogue().opened_by(&NOBODYS));
            Found::Nothing
        }
        Route::ArticleEmbed(slug) => match edition.catalogue().address(&slug) {
            Some(Address::Article(placed)) => {
                let options = wishes(request).of_article().where_spoken(site.interface());
                let validators = edition.article_validators(placed);
                Found::document(edition.sheet(Print::ArticleEmbed(slug, options), validators))
            }
            Some(Address::Moved(to)) => Found::Moved(site.article_embed_url(to, &wishes(request))),
            Some(Address::Withdrawn(reason)) => Found::Gone(reason),
            None => Found::Nothing,
        },
        Route::OEmbed => oembed::find(edition, request.uri.query().unwrap_or(""), now),
        Route::Article(slug) => match edition.catalogue().address(&slug) {
            Some(Address::Article(placed)) => {
                let validators = edition.article_validators(placed);
                Found::document(edition.sheet(Print::Article(slug), validators))
            }
            Some(Address::Moved(to)) => Found::Moved(site.permalink(to)),
            Some(Address::Withdrawn(reason)) => Found::Gone(reason),
            None => Found::Nothing,
        },
        Route::RoundUp(round_up) => match edition.round_up_validators(&round_up) {
            Some(validators) => Found::document(edition.sheet(Print::RoundUp(round_up), validators)),
            None => match edition.catalogue().closes(&round_up) {
                Some(closes) => Found::ToCome(round_up, closes),
                None => Found::NoRoundUp(Some(round_up)),
            },
        },
        Route::NoRoundUp => Found::NoRoundUp(None),
        Route::Media(path) => match edition.media(&path) {
            Some(media) => Found::Thing(Thing::Media(media.clone())),
            None => Found::Nothing,
        },
        Route::Opml => document(Subject::Opml, Print::Opml),
        Route::Sitemap => document(Subject::Sitemap, Print::Sitemap),
        Route::SitemapPart(part)
            if part >= 1 && edition.sitemap_parts() > 1 && part <= edition.sitemap_parts() =>
        {
            document(Subject::Sitemap, Print::SitemapPart(part))
        }
        Route::NewsSitemap => document(Subject::NewsSitemap, Print::NewsSitemap),
        Route::Robots => document(Subject::Robots, Print::Robots),
        Route::Script => document(Subject::Script, Print::Script),
        Route::Pinned(script) => document(Subject::Pinned(script), Print::Pinned(script)),
        Route::Guessed(meant) => match &*meant {
            Route::Home => Found::Moved(site.base.to_string()),
            Route::Feed(outlet, format) if edition.catalogue().admits(outlet) => {
                Found::Moved(site.outlet_url(outlet, *format))
            }
            Route::FeedPage(name) if edition.catalogue().admits(&name.clone().into()) => {
                Found::Moved(site.feed_page(name))
            }
            Route::Article(slug) if edition.catalogue().address(slug).is_some() => {
                Found::Moved(site.permalink(slug))
            }
            Route::RoundUp(round_up) if edition.catalogue().round_up(round_up).is_some() => {
                Found::Moved(site.round_up_page(round_up))
            }
            Route::FeedPage(FeedName::RoundUps(_)) => Found::NoRoundUp(None),
            _ => Found::Nothing,
        },
        Route::Feed(..) | Route::Archive(..) | Route::Stream(_) | Route::FeedPage(_) => Found::Nothing,
        Route::Embed(..) => Found::Nothing,
        Route::Hub | Route::Cloud => Counter::at(&route, site).map_or(Found::Nothing, Found::Counter),
        Route::SitemapPart(_) | Route::Unknown => Found::Nothing,
    }
}

/// What the query of a request says of how a feed is to be shown.
fn wishes(request: &Parts) -> EmbedOptions {
    request.uri.query().map_or_else(EmbedOptions::default, EmbedOptions::parse)
}

/// The same for an embed that is written down so.
fn wishes_for(kind: Embed, request: &Parts) -> EmbedOptions {
    EmbedOptions::parse_for(kind, request.uri.query().unwrap_or(""))
}
