//! Requests that hand something in: the only ones whose body is read.

use super::answering::Answering;
use super::body::{Sent, bytes};
use super::public::Public;
use crate::answer::counter;
use crate::hub::{Reply, Request};
use crate::words::{Site, Text};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::request::Parts;
use http::{Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// The most bytes of a body.
const LONGEST_BODY: usize = 16 << 10;
/// How long it may take to come.
const PATIENCE: Duration = Duration::from_secs(10);

impl Public {
    /// Takes a request that may hand something in.
    pub(super) fn take(self: &Arc<Self>, request: Parts, body: Incoming, from: IpAddr) -> Answering {
        let began = self.access_log.then(Instant::now);
        let Some(edition) = self.press.edition() else { return self.give(request) };
        let site = edition.site().clone();
        if counter(&site, &request).is_none() {
            return self.give(request);
        }
        let public = self.clone();
        Answering::later(async move {
            let response = match read(body).await {
                Ok(body) => public.hand_in(&request, &body, from, &site).await,
                Err(status) => unread(status, &site, request.version),
            };
            public.count(&request, &response, began);
            response
        })
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

async fn read(body: Incoming) -> Result<Bytes, StatusCode> {
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
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = plain(status, &reply.body, site);
    if let Some(seconds) = reply.retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn plain(status: StatusCode, text: &Text, site: &Site) -> Response<Sent> {
    let mut response = Response::new(bytes(format!("{}\n", text.in_language(site.interface()))));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
