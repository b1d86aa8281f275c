//! Requests that hand something in: the only ones whose body is looked at.

use super::answering::Answering;
use super::body::{Sent, bytes};
use super::leftover::throw_away;
use super::public::Public;
use crate::answer::{Counter, counter};
use crate::hub::cloud::{self, Registered, Written};
use crate::hub::{Reply, Request};
use crate::words::{Protocol, Site, Text};
use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::request::Parts;
use http::{Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;
use url::form_urlencoded;

/// The most bytes of a body.
const LONGEST_BODY: usize = 16 << 10;
/// How many parameters of a form are looked at.
const MOST_PARAMETERS: usize = 64;
/// How long it may take to come.
const PATIENCE: Duration = Duration::from_secs(10);

impl Public {
    /// Takes a request that may hand something in.
    pub(super) fn take(self: &Arc<Self>, request: Parts, mut body: Incoming, from: IpAddr) -> Answering {
        let began = self.access_log.then(Instant::now);
        let site = self.press.edition().map(|edition| edition.site().clone());
        let taken = site.and_then(|site| counter(&site, &request).map(|counter| (site, counter)));
        let Some((site, counter)) = taken else {
            throw_away(&request, body);
            return self.give(request, from);
        };
        let public = self.clone();
        Answering::later(async move {
            let response = match read(&mut body).await {
                Ok(body) => match counter {
                    Counter::Hub => public.hand_in(&request, &body, from, &site).await,
                    Counter::Cloud => public.register(&request, &body, from, &site).await,
                },
                Err(status) => {
                    throw_away(&request, body);
                    unread(status, &site, request.version)
                }
            };
            public.metrics.push.asked(spoken(counter), response.status().as_u16());
            public.count(&request, &response, began);
            response
        })
    }

    /// A registration over rssCloud, and what came of it.
    async fn register(&self, request: &Parts, body: &[u8], from: IpAddr, site: &Site) -> Response<Sent> {
        let form: Vec<(String, String)> =
            form_urlencoded::parse(body).into_owned().take(MOST_PARAMETERS).collect();
        let accept = request.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        let written = Written::accepted(accept.unwrap_or(""));
        let requests = cloud::read(&form, from).and_then(|registration| registration.requests(site));
        let registered = match requests {
            Ok(requests) => self.counter.register(requests, from).await,
            Err(mistake) => return answered(written, false, &mistake.told(), site),
        };
        let Some(registered) = registered else { return self.later(request) };
        let mut response = answered(written, registered == Registered::Done, &registered.said(), site);
        if let Registered::Refused(reply) = registered {
            dress(&mut response, &reply);
        }
        response
    }

    async fn hand_in(&self, request: &Parts, body: &[u8], from: IpAddr, site: &Site) -> Response<Sent> {
        let content_type = request.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let reply = match Request::parse(content_type, body, site) {
            Ok(request) => self.counter.ask(request, from).await,
            Err(refused) => Some(refused),
        };
        reply.map_or_else(|| self.later(request), |reply| said(&reply, site))
    }
}

/// What is spoken there.
fn spoken(counter: Counter) -> Protocol {
    match counter {
        Counter::Hub => Protocol::WebSub,
        Counter::Cloud => Protocol::Cloud,
    }
}

async fn read(body: &mut Incoming) -> Result<Bytes, StatusCode> {
    // Whoever says that it will be too long is not asked to go on.
    if body.size_hint().lower() > LONGEST_BODY as u64 {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let collected = timeout(PATIENCE, Limited::new(body, LONGEST_BODY).collect()).await;
    match collected.map_err(|_| StatusCode::REQUEST_TIMEOUT)? {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}

/// The answer to a body that was not read to its end.
fn unread(status: StatusCode, site: &Site, version: http::Version) -> Response<Sent> {
    let what = match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Text::new("Yêu cầu dài quá 16 KiB.", "The request is longer than 16 KiB.")
        }
        StatusCode::REQUEST_TIMEOUT => Text::new("Yêu cầu đến quá chậm.", "The request came too slowly."),
        _ => Text::new("Yêu cầu không trọn vẹn.", "The request broke off."),
    };
    let mut response = plain(status, &what, site);
    if version < http::Version::HTTP_2 {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn said(reply: &Reply, site: &Site) -> Response<Sent> {
    let mut response = plain(StatusCode::OK, &reply.body, site);
    dress(&mut response, reply);
    response
}

/// Sets what a reply says besides words.
fn dress(response: &mut Response<Sent>, reply: &Reply) {
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(seconds) = reply.retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// What came of a registration, as rssCloud has it: with a status of its own only where the hub gives it one.
fn answered(written: Written, success: bool, said: &Text, site: &Site) -> Response<Sent> {
    let said = said.in_language(site.interface());
    let mut response = plain_bytes(written.result(success, said));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(written.content_type()));
    response
}

fn plain(status: StatusCode, text: &Text, site: &Site) -> Response<Sent> {
    let mut response = plain_bytes(format!("{}\n", text.in_language(site.interface())));
    *response.status_mut() = status;
    response
}

/// An answer that nobody keeps.
fn plain_bytes(text: String) -> Response<Sent> {
    let mut response = Response::new(bytes(text));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
