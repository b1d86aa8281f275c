//! Answers that are no document: what happened, or what may be asked.

use super::find::Counter;
use super::head::{self, put};
use super::route::Within;
use super::{Answer, Body};
use crate::render::{embed, pages};
use crate::words::{Site, Text};
use http::{HeaderMap, StatusCode, header};

/// What a client is told that asks again and again for what it was given, and when it may ask again. It is text, which no
/// reader takes for a feed, and some person may find it in a log.
pub fn too_often(site: &Site, seconds: i64) -> Answer {
    let said = Text::new(
        format!(
            "Nguồn tin này chưa có gì mới từ lần tải trước, mà trong một giờ trình đọc này đã tải lại nguyên cả nguồn quá nhiều \
             lần. Hãy hỏi lại sau {seconds} giây, và gửi kèm If-None-Match với ETag đã nhận, hoặc If-Modified-Since với \
             Last-Modified: hỏi như vậy thì không bao giờ bị từ chối. Khi có tin mới, nguồn tin được gửi ngay."
        ),
        format!(
            "This feed has not changed since it was last fetched, and this reader has fetched all of it too often within an \
             hour. Ask again in {seconds} seconds, and send If-None-Match with the ETag you were given, or If-Modified-Since \
             with its Last-Modified: who does so is never refused. As soon as there is news, it is sent."
        ),
    );
    let mut headers = HeaderMap::new();
    put(&mut headers, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    put(&mut headers, header::CACHE_CONTROL, "no-store");
    put(&mut headers, header::RETRY_AFTER, &seconds.to_string());
    put(&mut headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    put(&mut headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after");
    put(&mut headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let (first, second) = site.interface().choose((said.vi.clone(), said.en.clone()), (said.en, said.vi));
    let body = Body::Ready(format!("{first}\n\n{second}\n").into());
    Answer { status: StatusCode::TOO_MANY_REQUESTS, headers, body, handed: None }
}

/// After how many seconds it is worth asking again for what is being made ready.
const SOON: &str = "2";
const METHODS: &str = "GET, HEAD, OPTIONS";

/// A small page that says what happened.
pub fn message(site: &Site, status: StatusCode) -> Answer {
    small_page(site, status, pages::message(site, status.as_u16()))
}

/// What stands in place of something that is not there, or not any more and why.
pub(super) fn instead(site: &Site, status: StatusCode, within: Within, reason: Option<&str>) -> Answer {
    match (within, status) {
        (Within::Window, StatusCode::GONE) => small_page(site, status, pages::withdrawn(site, reason)),
        (Within::Window, _) => message(site, status),
        (Within::Frame, _) => framed(site, status, embed::message(site, status.as_u16(), reason)),
        (Within::Page, _) => small_page(site, status, nothing(status)),
    }
}

/// A small page in place of one for a frame: in a frame nothing else would be seen of it.
pub(super) fn framed(site: &Site, status: StatusCode, page: Vec<u8>) -> Answer {
    let mut answer = small_page(site, status, page);
    head::of_frames(&mut answer.headers, site, head::allowed_sites(site));
    answer
}

/// What stands in place of a fragment: servers that put pages together put in what they get, whatever the status.
pub(super) fn nothing(status: StatusCode) -> Vec<u8> {
    format!("<!-- bantin: {} -->\n", status.as_u16()).into_bytes()
}

pub(super) fn refused(site: &Site, status: StatusCode) -> Answer {
    let mut answer = message(site, status);
    if status == StatusCode::UNAUTHORIZED {
        // It has to be there (RFC 9110, section 11.6.1). Of this kind browsers ask nobody for a password.
        put(&mut answer.headers, header::WWW_AUTHENTICATE, "Bearer");
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        put(&mut answer.headers, header::RETRY_AFTER, SOON);
    }
    answer
}

pub(super) fn small_page(site: &Site, status: StatusCode, page: Vec<u8>) -> Answer {
    let mut headers = HeaderMap::new();
    put(&mut headers, header::CONTENT_TYPE, "text/html; charset=utf-8");
    put(&mut headers, header::CACHE_CONTROL, "no-cache");
    // A script in a page of others has to see what happened, and when to ask again.
    put(&mut headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    put(&mut headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after");
    head::of_pages(&mut headers, site);
    Answer { status, headers, body: Body::Ready(page.into()), handed: None }
}

pub(super) fn moved(site: &Site, to: &str) -> Answer {
    let mut answer = message(site, StatusCode::MOVED_PERMANENTLY);
    put(&mut answer.headers, header::LOCATION, to);
    put(&mut answer.headers, header::CACHE_CONTROL, "public, max-age=3600");
    answer
}

/// What is asked for will be there, or was; for now this address has it.
pub(super) fn elsewhere(site: &Site, at: &str) -> Answer {
    let mut answer = message(site, StatusCode::FOUND);
    put(&mut answer.headers, header::LOCATION, at);
    answer
}

pub(super) fn not_allowed(site: &Site) -> Answer {
    let mut answer = message(site, StatusCode::METHOD_NOT_ALLOWED);
    put(&mut answer.headers, header::ALLOW, METHODS);
    // Whatever body came along may not be read to its end.
    put(&mut answer.headers, header::CONNECTION, "close");
    answer
}

/// What there is to be seen where something can be handed in.
pub(super) fn counter_page(site: &Site, counter: Counter) -> Answer {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let said = match counter {
        Counter::Hub => pages::hub(site),
        Counter::Cloud => pages::cloud(site),
    };
    let mut answer = small_page(site, status, pages::told(site, status.as_u16(), &said));
    put(&mut answer.headers, header::ALLOW, "POST");
    put(&mut answer.headers, header::CONNECTION, "close");
    answer
}

pub(super) fn options() -> Answer {
    let mut headers = HeaderMap::new();
    put(&mut headers, header::ALLOW, METHODS);
    put(&mut headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    put(&mut headers, header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    put(
        &mut headers,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "a-im, if-none-match, if-modified-since, range, prefer, last-event-id",
    );
    put(&mut headers, header::ACCESS_CONTROL_MAX_AGE, "86400");
    Answer { status: StatusCode::NO_CONTENT, headers, body: Body::Empty, handed: None }
}
