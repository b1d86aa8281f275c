//! Event streams (WHATWG HTML, section 9.2): what becomes of a feed, told as it happens.

use super::closed::Closed;
use super::conditions::version;
use super::head::{self, put};
use super::hold::end_of;
use super::{Answer, Body, values};
use crate::edition::{AsOf, Awaited, Edition, Subject, VersionName};
use crate::words::{Outlet, Timestamp};
use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode, header};
use url::form_urlencoded;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// A feed that somebody wants to be told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Which, and where.
    pub outlet: Outlet,
    /// In which version he heard of it last.
    pub heard: Option<VersionName>,
}

/// How the feed of a stream stands in an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its version.
    pub version: VersionName,
    /// What has to become another before there is news, as it is.
    pub as_of: AsOf,
    /// When the agreement ends that it was made for.
    pub turn: Option<Timestamp>,
}

impl Stream {
    /// How its feed stands; `None` when it is not to be had here any more.
    pub fn standing(&self, edition: &Edition, now: Timestamp) -> Option<Standing> {
        let Outlet { name, .. } = &self.outlet;
        let is_open =
            edition.catalogue().admits(&self.outlet) && Closed::at(edition, &self.outlet, now).is_none();
        let present = edition.validators(&Subject::Feed(name.clone())).filter(|_| is_open)?;
        Some(Standing {
            version: present.name(),
            as_of: edition.as_of(&self.awaited()),
            turn: end_of(edition, name),
        })
    }

    /// What has to become another before there is news.
    pub fn awaited(&self) -> Awaited {
        Awaited::of(&self.outlet)
    }
}

/// The beginning of a stream.
pub(super) fn give(request: &Parts, outlet: Outlet) -> Answer {
    let mut headers = HeaderMap::new();
    put(&mut headers, header::CONTENT_TYPE, "text/event-stream");
    put(&mut headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    head::of_feeds(&mut headers);
    if outlet.token.is_some() {
        head::of_private(&mut headers);
    }
    put(&mut headers, header::CACHE_CONTROL, "no-store");
    // nginx would collect events until its buffers are full.
    put(&mut headers, X_ACCEL_BUFFERING, "no");
    let body = Body::Stream(Stream { outlet, heard: heard(request) });
    Answer { status: StatusCode::OK, headers, body, handed: None }
}

/// The version that somebody heard of last, as he says. What a browser says when it comes back counts more than what stands in
/// the address, which stays the same.
fn heard(request: &Parts) -> Option<VersionName> {
    let mut written = values(&request.headers, LAST_EVENT_ID);
    if let Some(written) = written.next() {
        return version(written.as_bytes());
    }
    let query = request.uri.query().unwrap_or("").as_bytes();
    // Programs that do what browsers do where these do not put it into the address, as `lastEventId` for the most part.
    let is_meant = |name: &str| name.replace('-', "").eq_ignore_ascii_case("lasteventid");
    let (_, written) = form_urlencoded::parse(query).find(|(name, _)| is_meant(name))?;
    version(written.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    #[test]
    fn who_comes_back_says_what_he_heard_last() {
        let (a, b) = ("0a".repeat(12), "0b".repeat(12));
        let check = |query: &str, header: Option<&str>, expected: Option<&str>| {
            let mut request = Request::get(format!("/feeds/all.events{query}"));
            if let Some(header) = header {
                request = request.header("last-event-id", header);
            }
            let (request, ()) = request.body(()).expect("a sound request").into_parts();
            let expected = expected.and_then(|name| VersionName::parse(name.as_bytes()));
            assert_eq!(heard(&request), expected, "{query} {header:?}");
        };
        check("", None, None);
        check("", Some(&a), Some(&a));
        check("", Some(&format!(" \"{a}-gzip\"")), Some(&a));
        check("", Some(""), None);
        check("", Some("42"), None);
        check(&format!("?last-event-id={a}"), None, Some(&a));
        check(&format!("?x=1&lastEventId={a}&lastEventId={b}"), None, Some(&a));
        check(&format!("?last-event-id={a}"), Some(&b), Some(&b));
        check(&format!("?last-event-id={a}"), Some("42"), None);
        check("?last-event-id=", None, None);
    }
}
