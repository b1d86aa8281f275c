//! The private listener: whether bantin lives, whether it is ready, what it counts, and how things stand.

use super::answering::Answering;
use super::body::{Sent, bytes};
use super::{stats, status::Wanted};
use crate::diary::Diary;
use crate::journal::Reader;
use crate::metrics::Metrics;
use crate::pings::Pings;
use crate::press::Press;
use crate::render::status::Status;
use arc_swap::ArcSwapOption;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use std::sync::{Arc, Mutex};
use url::Url;

/// What there is.
const INDEX: &str =
    "/healthz\n/readyz\n/metrics\n/status\n/status.json\n/status/problems.atom\n/stats\n/stats.json\n";

/// What the private listener answers from.
pub struct Admin {
    /// Whether there is an edition.
    pub press: Arc<Press>,
    /// How things stand; nothing until the publisher has begun.
    pub standing: Arc<ArcSwapOption<Status>>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// The journal, for its lists.
    pub reader: Mutex<Reader>,
    /// What is known of the hubs of others.
    pub pings: Arc<Pings>,
    /// What is known of readers.
    pub diary: Arc<Diary>,
    /// Where it is to be found.
    pub address: Url,
}

impl Admin {
    /// Answers one request.
    pub fn answer(self: &Arc<Self>, request: &Parts) -> Answering {
        if !matches!(request.method, Method::GET | Method::HEAD) {
            return Answering::now(text(StatusCode::METHOD_NOT_ALLOWED, "GET or HEAD only\n".to_owned()));
        }
        match (Wanted::at(&request.uri), stats::Wanted::at(&request.uri)) {
            (Some(wanted), _) => self.status(wanted, request),
            (None, Some(wanted)) => self.stats(wanted, request),
            (None, None) => Answering::now(self.answer_at_once(request.uri.path())),
        }
    }

    fn answer_at_once(&self, path: &str) -> Response<Sent> {
        match path {
            "/healthz" => text(StatusCode::OK, "ok\n".to_owned()),
            "/readyz" => self.readiness(),
            "/metrics" => {
                let mut response = text(StatusCode::OK, self.metrics.text());
                let openmetrics =
                    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
                response.headers_mut().insert(CONTENT_TYPE, openmetrics);
                response
            }
            "/" => text(StatusCode::OK, INDEX.to_owned()),
            _ => text(StatusCode::NOT_FOUND, "not found\n".to_owned()),
        }
    }

    /// Ready as soon as there is something to serve; faults are told, but what was published stays served.
    fn readiness(&self) -> Response<Sent> {
        let standing = self.standing.load();
        let mut said = String::new();
        let status = match self.press.edition() {
            Some(_) if standing.as_ref().is_some_and(|status| status.looked) => {
                said.push_str("ready\n");
                StatusCode::OK
            }
            Some(_) => {
                said.push_str("ready, and still looking through the folder\n");
                StatusCode::OK
            }
            None => {
                said.push_str("not ready: the first look at the folder is not done\n");
                StatusCode::SERVICE_UNAVAILABLE
            }
        };
        for fault in standing.iter().flat_map(|status| &status.faults) {
            said.push_str(&fault.in_full().en);
            said.push('\n');
        }
        text(status, said)
    }
}

pub(super) fn text(status: StatusCode, said: String) -> Response<Sent> {
    let mut response = Response::new(bytes(said));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
