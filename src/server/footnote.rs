//! What is noted of who asks for a feed; and that somebody is asked to ask less.
//!
//! Nobody is refused who says what he has, what he was not given yet, a feed of his own, or for whom many may stand: a proxy that
//! names nobody, the machine itself, a browser, and services that are known to read for many.

use super::body::Sent;
use super::public::Public;
use crate::answer::{Answer, Body, Route, below, route, too_often};
use crate::diary::Visitor;
use crate::edition::{Encoding, Print};
use crate::habits::{Answered, Asked, Fetch, reads_for_many};
use crate::hub::Fetcher;
use crate::publisher::clock;
use crate::words::{FeedName, Format, Site};
use http::header::USER_AGENT;
use http::request::Parts;
use http::{Method, Response, StatusCode};
use std::net::IpAddr;

/// What is noted of a request besides its answer.
#[derive(Clone, Copy, Default)]
pub(super) struct Footnote {
    /// Who asks, if what he asks for may be a feed.
    visitor: Option<Visitor>,
    /// Whether he was just given that.
    is_again: bool,
    /// How long the whole document would be, where less is sent and that is known.
    whole: Option<u64>,
}

impl Public {
    /// The beginning of one.
    pub(super) fn footnote(&self, request: &Parts, from: IpAddr) -> Footnote {
        let named = feed_in(request.uri.path()).filter(|_| request.method == Method::GET);
        let visitor = named
            .map(|(feed, format)| self.diary.visitor(from, &Asked::read(&request.headers), feed, format));
        Footnote { visitor, ..Footnote::default() }
    }

    /// Has a look at what is about to be answered. Gives back what is answered instead.
    pub(super) fn weigh(
        &self,
        footnote: &mut Footnote,
        answer: &Answer,
        request: &Parts,
        site: &Site,
        from: IpAddr,
    ) -> Option<Answer> {
        let visitor = footnote.visitor?;
        footnote.whole = match &answer.body {
            Body::Unchanged(length) => Some(*length),
            // The least that anybody gets who has no dictionary.
            Body::Difference { sheet, .. } => {
                let lengths = Encoding::ALL.into_iter().filter_map(|encoding| sheet.bytes(encoding));
                lengths.map(|bytes| bytes.len() as u64).min()
            }
            _ => None,
        };
        let Body::Document { sheet, .. } = &answer.body else { return None };
        let Print::Feed(outlet, _) = sheet.print() else { return None };
        if visitor.is_conditional || !visitor.is_one || outlet.token.is_some() {
            return None;
        }
        let most = site.manners.refetches.unwrap_or(u32::MAX);
        let fetch = self.diary.fetched(&visitor, sheet.validators().version, most, clock());
        footnote.is_again = fetch != Fetch::First;
        match fetch {
            Fetch::TooOften(seconds) if !may_ask_more(site, request, from) => Some(too_often(site, seconds)),
            Fetch::TooOften(_) | Fetch::Again | Fetch::First => None,
        }
    }

    /// Notes what was answered.
    pub(super) fn enter_footnote(&self, footnote: &Footnote, request: &Parts, response: &Response<Sent>) {
        let Some(visitor) = &footnote.visitor else { return };
        let status = response.status();
        let is_told = matches!(status, StatusCode::OK | StatusCode::IM_USED)
            || matches!(status, StatusCode::NOT_MODIFIED | StatusCode::TOO_MANY_REQUESTS);
        if !is_told {
            return;
        }
        let sent = hyper::body::Body::size_hint(response.body()).exact().unwrap_or(0);
        let is_conditional = visitor.is_conditional;
        let Footnote { is_again, whole, .. } = *footnote;
        let answered = Answered { status, is_conditional, is_again, sent, whole };
        self.diary.note(visitor, answered, || (self.feed_at(request.uri.path()), agent(request)));
    }

    /// The feed whose document lies there.
    fn feed_at(&self, path: &str) -> Option<FeedName> {
        let edition = self.press.glance();
        let site = edition.as_ref().map_or(&self.site, |edition| edition.site());
        match route(below(path, site.base.path()))? {
            Route::Feed(outlet, _) => Some(outlet.name),
            _ => None,
        }
    }
}

/// The path of a feed without the suffix of its documents, and the format of that; also of what only looks like one, as
/// finding out takes longer than noting it.
fn feed_in(path: &str) -> Option<(&str, Format)> {
    let (feed, suffix) = path.rsplit_once('.')?;
    let format = Format::ALL.into_iter().find(|format| format.suffix() == suffix)?;
    Some((feed, format))
}

/// Whether this is one of those who ask for many, or who the site says may ask as often as they like.
fn may_ask_more(site: &Site, request: &Parts, from: IpAddr) -> bool {
    let agent = agent(request);
    let is_named = |names: &[String]| {
        let agent = agent.to_lowercase();
        names.iter().any(|name| agent.contains(name.as_str()))
    };
    reads_for_many(agent)
        || is_named(&site.manners.not_for)
        || site.push.hubs.iter().any(|hub| Fetcher::of(hub, &[]).sent(agent, from))
}

fn agent(request: &Parts) -> &str {
    request.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("")
}
