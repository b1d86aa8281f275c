//! A request and an edition in, an answer out. Always an answer: there is no failing here.
//!
//! The order of checks, once for all:
//!
//! 1. the `Host` of HTTP/1.1 (RFC 9112, section 3.2) and the target: 400
//! 2. what the address means: 404, 410 for what was withdrawn, 301 for what moved
//! 3. the method (RFC 9110, section 15.5.6): 405
//! 4. which packing the client takes (section 12.5.3): 406 when it refuses all
//! 5. the conditions (section 13.2.2): 412, 304
//! 6. the range, of media (section 14): 416, 206
//! 7. the document

mod conditions;
mod encoding;
mod range;
mod route;

pub use conditions::etag;
pub use route::{Route, route};

use crate::catalogue::Address;
use crate::edition::{Edition, Encoding, Media, Print, Subject, Validators};
use crate::render::pages;
use crate::words::{FeedName, Fingerprint, Format, Site, Timestamp};
use bytes::Bytes;
use conditions::Outcome;
use encoding::Accepted;
use http::header::{self, HeaderName, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, Version};
use range::Wanted;
use std::ops::Range;
use std::sync::Arc;

/// What a request gets, before it is bytes on a wire.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// All headers but those about length and date.
    pub headers: HeaderMap,
    /// What follows them; of a HEAD request only its length is wanted.
    pub body: Body,
}

/// What follows the headers.
#[derive(Debug)]
pub enum Body {
    /// Nothing.
    Empty,
    /// These bytes.
    Ready(Bytes),
    /// A document of the edition. The version names its bytes for whoever keeps them.
    Document {
        /// Which.
        print: Print,
        /// What its bytes are called.
        version: Fingerprint,
        /// How it is packed.
        encoding: Encoding,
    },
    /// Part of a file.
    Media {
        /// Which.
        media: Arc<Media>,
        /// Its bytes from here to before there.
        range: Range<u64>,
    },
}

/// How far the date of an answer may be ahead of the clock, in seconds.
const FURTHEST_AHEAD: i64 = 600;

const METHODS: &str = "GET, HEAD, OPTIONS";

/// Answers a request from an edition. `now` bounds what a header may say of time.
pub fn respond(edition: &Edition, request: &Parts, now: Timestamp) -> Answer {
    let site = edition.site();
    if !has_sound_host(request) {
        return message(site, StatusCode::BAD_REQUEST);
    }
    let Some(route) = route(request.uri.path(), site.base.path()) else {
        return message(site, StatusCode::BAD_REQUEST);
    };
    let thing = match find(edition, route) {
        Found::Thing(thing) => thing,
        Found::Moved(to) => return moved(site, &to),
        Found::Gone => return message(site, StatusCode::GONE),
        Found::Nothing => return message(site, StatusCode::NOT_FOUND),
    };
    match request.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return options(),
        _ => return not_allowed(site),
    }
    match thing {
        Thing::Document(document) => give_document(edition, request, now, &document),
        Thing::Media(media) => give_media(site, request, now, &media),
    }
}

/// A small page that says what happened.
pub fn message(site: &Site, status: StatusCode) -> Answer {
    let mut headers = HeaderMap::new();
    put(&mut headers, header::CONTENT_TYPE, "text/html; charset=utf-8");
    put(&mut headers, header::CACHE_CONTROL, "no-cache");
    page_headers(&mut headers, site);
    Answer { status, headers, body: Body::Ready(pages::message(site, status.as_u16()).into()) }
}

/// Something that can be sent.
enum Thing {
    Document(Document),
    Media(Arc<Media>),
}

struct Document {
    print: Print,
    kind: Kind,
    validators: Validators,
}

enum Kind {
    Feed(FeedName, Format),
    Page(Option<FeedName>),
    Xml(&'static str),
    Plain,
}

enum Found {
    Thing(Thing),
    Moved(String),
    Gone,
    Nothing,
}

fn find(edition: &Edition, route: Route) -> Found {
    let site = edition.site();
    let document = |subject: Subject, print: Print, kind: Kind| match edition.validators(&subject) {
        Some(validators) => Found::Thing(Thing::Document(Document { print, kind, validators })),
        None => Found::Nothing,
    };
    match route {
        Route::Home => document(Subject::Home, Print::Home, Kind::Page(Some(FeedName::All))),
        Route::Feed(name, format) if edition.catalogue().has_feed(&name) => {
            document(Subject::Feed(name.clone()), Print::Feed(name.clone(), format), Kind::Feed(name, format))
        }
        Route::FeedPage(name) if edition.catalogue().has_feed(&name) => {
            document(Subject::Feed(name.clone()), Print::FeedPage(name.clone()), Kind::Page(Some(name)))
        }
        Route::Article(slug) => match edition.catalogue().address(&slug) {
            Some(Address::Article(placed)) => Found::Thing(Thing::Document(Document {
                print: Print::Article(slug),
                kind: Kind::Page(None),
                validators: edition.article_validators(placed),
            })),
            Some(Address::Moved(to)) => Found::Moved(site.permalink(to)),
            Some(Address::Withdrawn) => Found::Gone,
            None => Found::Nothing,
        },
        Route::Media(path) => match edition.media(&path) {
            Some(media) => Found::Thing(Thing::Media(media.clone())),
            None => Found::Nothing,
        },
        Route::Opml => document(Subject::Opml, Print::Opml, Kind::Xml("text/x-opml; charset=utf-8")),
        Route::Sitemap => {
            document(Subject::Sitemap, Print::Sitemap, Kind::Xml("application/xml; charset=utf-8"))
        }
        Route::SitemapPart(part)
            if part >= 1 && edition.sitemap_parts() > 1 && part <= edition.sitemap_parts() =>
        {
            document(Subject::Sitemap, Print::SitemapPart(part), Kind::Xml("application/xml; charset=utf-8"))
        }
        Route::NewsSitemap => {
            document(Subject::NewsSitemap, Print::NewsSitemap, Kind::Xml("application/xml; charset=utf-8"))
        }
        Route::Robots => document(Subject::Robots, Print::Robots, Kind::Plain),
        Route::Guessed(meant) => match &*meant {
            Route::Home => Found::Moved(site.base.to_string()),
            Route::Feed(name, format) if edition.catalogue().has_feed(name) => {
                Found::Moved(site.feed_url(name, *format))
            }
            Route::FeedPage(name) if edition.catalogue().has_feed(name) => Found::Moved(site.feed_page(name)),
            Route::Article(slug) if edition.catalogue().address(slug).is_some() => {
                Found::Moved(site.permalink(slug))
            }
            _ => Found::Nothing,
        },
        Route::Feed(..) | Route::FeedPage(_) | Route::SitemapPart(_) | Route::Unknown => Found::Nothing,
    }
}

fn give_document(edition: &Edition, request: &Parts, now: Timestamp, document: &Document) -> Answer {
    let site = edition.site();
    let accepted = Accepted::read(&request.headers);
    let Some(encoding) = accepted.best() else {
        let mut answer = message(site, StatusCode::NOT_ACCEPTABLE);
        put(&mut answer.headers, header::VARY, "accept-encoding");
        return answer;
    };
    let outcome = conditions::weigh(&request.headers, &document.validators, &accepted, encoding);
    let held = match outcome {
        Outcome::NotModified(held) => held,
        Outcome::Proceed | Outcome::Failed => encoding,
    };
    let mut headers = HeaderMap::new();
    validator_headers(&mut headers, &document.validators, held, now);
    put(&mut headers, header::CACHE_CONTROL, &cache_control(edition, now));
    put(&mut headers, header::VARY, "accept-encoding");
    if !matches!(document.kind, Kind::Page(_)) {
        put(&mut headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    }
    match outcome {
        Outcome::Failed => return message(site, StatusCode::PRECONDITION_FAILED),
        Outcome::NotModified(_) => {
            return Answer { status: StatusCode::NOT_MODIFIED, headers, body: Body::Empty };
        }
        Outcome::Proceed => {}
    }
    if encoding != Encoding::Identity {
        put(&mut headers, header::CONTENT_ENCODING, encoding.token());
    }
    describe(&mut headers, edition, &document.kind);
    let version = document.validators.version;
    Answer {
        status: StatusCode::OK,
        headers,
        body: Body::Document { print: document.print.clone(), version, encoding },
    }
}

/// The headers that say what a document is and where its relatives are.
fn describe(headers: &mut HeaderMap, edition: &Edition, kind: &Kind) {
    let site = edition.site();
    let content_type = match kind {
        Kind::Feed(_, format) => format!("{}; charset=utf-8", format.media_type()),
        Kind::Page(_) => "text/html; charset=utf-8".to_owned(),
        Kind::Xml(media_type) => (*media_type).to_owned(),
        Kind::Plain => "text/plain; charset=utf-8".to_owned(),
    };
    put(headers, header::CONTENT_TYPE, &content_type);
    match kind {
        Kind::Feed(name, format) => {
            put(headers, header::LINK, &links(site, name, Some(*format)));
            feed_safety_headers(headers);
        }
        Kind::Page(feed) => {
            if let Some(name) = feed {
                put(headers, header::LINK, &links(site, name, None));
            }
            page_headers(headers, site);
        }
        Kind::Xml(_) | Kind::Plain => feed_safety_headers(headers),
    }
}

fn links(site: &Site, name: &FeedName, this: Option<Format>) -> String {
    let mut links = Vec::new();
    if let Some(format) = this {
        links.push(format!(
            "<{}>; rel=\"self\"; type=\"{}\"",
            site.feed_url(name, format),
            format.media_type()
        ));
        links.push(format!("<{}>; rel=\"alternate\"; type=\"text/html\"", site.feed_page(name)));
    }
    for format in Format::ALL.into_iter().filter(|format| Some(*format) != this) {
        links.push(format!(
            "<{}>; rel=\"alternate\"; type=\"{}\"",
            site.feed_url(name, format),
            format.media_type()
        ));
    }
    links.join(", ")
}

fn give_media(site: &Site, request: &Parts, now: Timestamp, media: &Arc<Media>) -> Answer {
    let accepted = Accepted::read(&request.headers);
    let mut headers = HeaderMap::new();
    validator_headers(&mut headers, &media.validators, Encoding::Identity, now);
    put(&mut headers, header::CACHE_CONTROL, "public, no-cache");
    put(&mut headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    match conditions::weigh(&request.headers, &media.validators, &accepted, Encoding::Identity) {
        Outcome::Failed => return message(site, StatusCode::PRECONDITION_FAILED),
        Outcome::NotModified(_) => {
            return Answer { status: StatusCode::NOT_MODIFIED, headers, body: Body::Empty };
        }
        Outcome::Proceed => {}
    }
    put(&mut headers, header::CONTENT_TYPE, media.media_type);
    put(&mut headers, header::ACCEPT_RANGES, "bytes");
    put(
        &mut headers,
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    );
    feed_safety_headers(&mut headers);

    let length = media.stamp.length;
    let asked = request.headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    // A range belongs to GET alone (RFC 9110, section 14.2).
    let asked = asked.filter(|_| request.method == Method::GET);
    let wanted = match asked.filter(|_| conditions::range_stands(&request.headers, &media.validators)) {
        Some(asked) => range::wanted(asked, length),
        None => Wanted::Whole,
    };
    match wanted {
        Wanted::Whole => Answer {
            status: StatusCode::OK,
            headers,
            body: Body::Media { media: media.clone(), range: 0..length },
        },
        Wanted::Part(range) => {
            put(
                &mut headers,
                header::CONTENT_RANGE,
                &format!("bytes {}-{}/{length}", range.start, range.end - 1),
            );
            let body = Body::Media { media: media.clone(), range };
            Answer { status: StatusCode::PARTIAL_CONTENT, headers, body }
        }
        Wanted::Beyond => {
            let mut answer = message(site, StatusCode::RANGE_NOT_SATISFIABLE);
            put(&mut answer.headers, header::CONTENT_RANGE, &format!("bytes */{length}"));
            answer
        }
    }
}

fn validator_headers(headers: &mut HeaderMap, validators: &Validators, encoding: Encoding, now: Timestamp) {
    put(headers, header::ETAG, &etag(validators, encoding));
    // Never later than the answer itself (RFC 9110, section 8.8.2.1). Of versions that follow each other within a
    // second the last is a little ahead of the clock, and so are its answers: clients compare the two dates, and
    // some (libcurl among them) throw away a document that is not newer than what they named. When the clock was
    // set back it is the document that gives way.
    let modified =
        if validators.modified > now.plus_seconds(FURTHEST_AHEAD) { now } else { validators.modified };
    put(headers, header::LAST_MODIFIED, &modified.http_date());
    if modified > now {
        put(headers, header::DATE, &modified.http_date());
    }
}

/// How long an answer may be used unasked: what the site says, but not beyond the moment at which an article
/// comes out by itself.
fn cache_control(edition: &Edition, now: Timestamp) -> String {
    let until_due = edition.next_due().map_or(i64::MAX, |due| (due.seconds() - now.seconds()).max(0));
    match i64::from(edition.site().max_age).min(until_due) {
        0 => "public, no-cache".to_owned(),
        seconds => format!("public, max-age={seconds}"),
    }
}

fn moved(site: &Site, to: &str) -> Answer {
    let mut answer = message(site, StatusCode::MOVED_PERMANENTLY);
    put(&mut answer.headers, header::LOCATION, to);
    put(&mut answer.headers, header::CACHE_CONTROL, "public, max-age=3600");
    answer
}

fn not_allowed(site: &Site) -> Answer {
    let mut answer = message(site, StatusCode::METHOD_NOT_ALLOWED);
    put(&mut answer.headers, header::ALLOW, METHODS);
    // Whatever body came along is not read.
    put(&mut answer.headers, header::CONNECTION, "close");
    answer
}

fn options() -> Answer {
    let mut headers = HeaderMap::new();
    put(&mut headers, header::ALLOW, METHODS);
    put(&mut headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    put(&mut headers, header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    put(&mut headers, header::ACCESS_CONTROL_ALLOW_HEADERS, "if-none-match, if-modified-since, range");
    put(&mut headers, header::ACCESS_CONTROL_MAX_AGE, "86400");
    Answer { status: StatusCode::NO_CONTENT, headers, body: Body::Empty }
}

fn page_headers(headers: &mut HeaderMap, site: &Site) {
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    put(headers, header::CONTENT_SECURITY_POLICY, &pages::content_security_policy(site));
}

fn feed_safety_headers(headers: &mut HeaderMap) {
    put(
        headers,
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "etag, last-modified, link, content-length, content-range",
    );
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, header::REFERRER_POLICY, "strict-origin-when-cross-origin");
}

/// Sets a header to text of ours. Text that could not stand in a header, which no address or number of ours
/// contains, is left out rather than sent.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// HTTP/1.1 wants exactly one `Host`, and it has to be one (RFC 9112, section 3.2). What it says is not used:
/// addresses come from the settings.
fn has_sound_host(request: &Parts) -> bool {
    if request.version != Version::HTTP_11 {
        return true;
    }
    let mut hosts = request.headers.get_all(header::HOST).into_iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().is_ok_and(is_sound_authority),
        _ => false,
    }
}

/// A host and perhaps a port, without a user; empty where a target has none (RFC 9112, section 3.2).
fn is_sound_authority(written: &str) -> bool {
    if written.is_empty() {
        return true;
    }
    let Ok(authority) = written.parse::<http::uri::Authority>() else { return false };
    let port = written.strip_prefix(authority.host()).unwrap_or("");
    let port = port.strip_prefix(':').unwrap_or(port);
    !written.contains('@') && (port.is_empty() || port.parse::<u16>().is_ok())
}
