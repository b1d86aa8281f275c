//! What readers do, as the private listener tells it, under the same conditions as how things stand.

use super::admin::{Admin, text};
use super::answering::Answering;
use super::body::Sent;
use super::status::{fresh, misdirected, put};
use crate::edition::{Edition, Subject};
use crate::publisher::clock;
use crate::render::stats;
use crate::words::FeedName;
use http::request::Parts;
use http::{Response, StatusCode, Uri, header};
use std::sync::Arc;

/// What may be asked for.
#[derive(Clone, Copy)]
pub enum Wanted {
    Page,
    Data,
}

impl Wanted {
    /// What stands at this address.
    pub fn at(address: &Uri) -> Option<Self> {
        match address.path() {
            "/stats" | "/stats/" => Some(Self::Page),
            "/stats.json" => Some(Self::Data),
            _ => None,
        }
    }
}

impl Admin {
    /// Answers a request for what readers do.
    pub(super) fn stats(self: &Arc<Self>, wanted: Wanted, request: &Parts) -> Answering {
        let Some(edition) = self.press.edition() else {
            return Answering::now(text(StatusCode::SERVICE_UNAVAILABLE, "bantin is starting\n".to_owned()));
        };
        if let Some(misdirected) = misdirected(request, edition.site()) {
            return Answering::now(misdirected);
        }
        let admin = self.clone();
        // What is known is being written down now and then, and the disk may take its time.
        Answering::later(async move {
            let made = tokio::task::spawn_blocking(move || admin.all(wanted, &edition)).await;
            made.unwrap_or_else(|_| {
                text(StatusCode::INTERNAL_SERVER_ERROR, "it could not be printed\n".to_owned())
            })
        })
    }

    fn all(&self, wanted: Wanted, edition: &Edition) -> Response<Sent> {
        let is_public = |name: &FeedName| {
            edition.catalogue().admits(&name.clone().into())
                && edition.validators(&Subject::Feed(name.clone())).is_some()
        };
        let stats = self.diary.stats(edition.site(), is_public, clock());
        match wanted {
            Wanted::Data => fresh("application/json", stats::json(&stats)),
            Wanted::Page => {
                let mut response =
                    fresh("text/html; charset=utf-8", stats::page(&stats, |name| edition.called(name)));
                put(&mut response, header::CONTENT_SECURITY_POLICY, &stats::content_security_policy());
                response
            }
        }
    }
}
