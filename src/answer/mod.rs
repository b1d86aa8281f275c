//! A request and an edition in, an answer out. Always an answer: there is no failing here.
//!
//! The order of checks, once for all:
//!
//! 1. the `Host` of HTTP/1.1 (RFC 9112, section 3.2) and the target: 400
//! 2. what the address means: 404, 410 for what was withdrawn, 301 for what moved; of a feed whose agreement has not begun
//!    404, and 410 when it is over
//! 3. the method (RFC 9110, section 15.5.6): 405
//! 4. which packing the client takes (section 12.5.3): 406 when it refuses all
//! 5. the conditions (section 13.2.2): 412, 304
//! 6. the range, of media (section 14): 416, 206
//! 7. the document

mod closed;
mod conditions;
mod encoding;
mod handed;
mod head;
mod mask;
mod oembed;
mod range;
mod route;

pub use conditions::{Outcome, etag};
pub use handed::{Handed, Held};
pub use mask::masked;
pub use route::{Route, below, route};

use crate::catalogue::Address;
use crate::edition::{Edition, Encoding, Media, Print, Sheet, Subject, Validators};
use crate::render::{embed, pages};
use crate::words::{Embed, EmbedOptions, FeedName, Fingerprint, Outlet, Site, Timestamp, Token};
use bytes::Bytes;
use closed::Closed;
use encoding::Accepted;
use head::put;
use http::header;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use range::Wanted;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// What a request gets, before it is bytes on a wire.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// All headers but those about length and date.
    pub headers: HeaderMap,
    /// What follows them; of a HEAD request only its length is wanted.
    pub body: Body,
    /// What a partner is handed with it.
    pub handed: Option<Handed>,
}

/// What follows the headers.
#[derive(Debug)]
pub enum Body {
    /// Nothing.
    Empty,
    /// These bytes.
    Ready(Bytes),
    /// A document of the edition.
    Document {
        /// Which.
        sheet: Arc<Sheet>,
        /// How it is packed.
        encoding: Encoding,
        /// How it is to be packed for those who ask later.
        behind: Option<Encoding>,
    },
    /// Part of a file.
    Media {
        /// Which.
        media: Arc<Media>,
        /// Its bytes from here to before there.
        range: Range<u64>,
    },
    /// The page of the partner who knows this address. It says when they were here last, which no edition knows.
    Partner(Outlet),
}

/// A token that opens nothing.
static NOBODYS: LazyLock<Token> = LazyLock::new(|| Token::of([0; 16]));

const METHODS: &str = "GET, HEAD, OPTIONS";

/// Answers a request from an edition. `now` bounds what a header may say of time.
pub fn respond(edition: &Edition, request: &Parts, now: Timestamp) -> Answer {
    let site = edition.site();
    if !has_sound_host(request) {
        return message(site, StatusCode::BAD_REQUEST);
    }
    let path = below(request.uri.path(), site.base.path());
    // What lies at hand is found by its path, and is what is shown to who has no wishes.
    let has_wishes = request.uri.query().is_some_and(EmbedOptions::are_in);
    let at_hand = if has_wishes { None } else { edition.sheet_at(path, now) };
    let thing = match at_hand {
        Some(sheet) => Thing::Document(sheet),
        None => {
            let Some(route) = route(path) else { return message(site, StatusCode::BAD_REQUEST) };
            let is_framed = route.is_for_frames();
            match find(edition, route, request, now) {
                Found::Thing(thing) => thing,
                Found::Moved(to) => return moved(site, &to),
                Found::Gone(reason) if is_framed => return framed_message(site, StatusCode::GONE, reason),
                Found::Gone(reason) => return gone(site, reason),
                Found::Closed(closed) => return closed.answer(site, is_framed),
                Found::Nothing if is_framed => return framed_message(site, StatusCode::NOT_FOUND, None),
                Found::Nothing => return message(site, StatusCode::NOT_FOUND),
                Found::Refused(status) => return refused(site, status),
            }
        }
    };
    match request.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return options(),
        _ => return not_allowed(site),
    }
    match thing {
        Thing::Document(sheet) => give_document(edition, request, now, sheet),
        Thing::Media(media) => give_media(site, request, now, &media),
        Thing::Partner(outlet) => give_partner_page(site, outlet),
    }
}

/// What the conditions of a request come to for something that has one packing.
pub fn weigh_plain(headers: &HeaderMap, validators: &Validators) -> Outcome {
    let accepted = Accepted::read(headers);
    conditions::weigh(headers, validators, &validators.name().to_string(), &accepted, Encoding::Identity)
}

/// A small page that says what happened.
pub fn message(site: &Site, status: StatusCode) -> Answer {
    small_page(site, status, pages::message(site, status.as_u16()))
}

/// The page in place of an article that was withdrawn.
fn gone(site: &Site, reason: Option<&str>) -> Answer {
    small_page(site, StatusCode::GONE, pages::withdrawn(site, reason))
}

/// A small page in place of one for a frame: in a frame nothing else would be seen of it.
fn framed_message(site: &Site, status: StatusCode, reason: Option<&str>) -> Answer {
    let mut answer = small_page(site, status, embed::message(site, status.as_u16(), reason));
    head::of_frames(&mut answer.headers, site, head::allowed_sites(site));
    answer
}

fn refused(site: &Site, status: StatusCode) -> Answer {
    let mut answer = message(site, status);
    if status == StatusCode::UNAUTHORIZED {
        // It has to be there (RFC 9110, section 11.6.1). Of this kind browsers ask nobody for a password.
        put(&mut answer.headers, header::WWW_AUTHENTICATE, "Bearer");
    }
    answer
}

/// What the query of a request says of how a feed is to be shown.
fn wishes(request: &Parts) -> EmbedOptions {
    request.uri.query().map_or_else(EmbedOptions::default, EmbedOptions::parse)
}

/// The same for an embed that is written down so.
fn wishes_for(kind: Embed, request: &Parts) -> EmbedOptions {
    EmbedOptions::parse_for(kind, request.uri.query().unwrap_or(""))
}

fn small_page(site: &Site, status: StatusCode, page: Vec<u8>) -> Answer {
    let mut headers = HeaderMap::new();
    put(&mut headers, header::CONTENT_TYPE, "text/html; charset=utf-8");
    put(&mut headers, header::CACHE_CONTROL, "no-cache");
    // A script in a page of others has to see what happened, and when to ask again.
    put(&mut headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    put(&mut headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after");
    head::of_pages(&mut headers, site);
    Answer { status, headers, body: Body::Ready(page.into()), handed: None }
}

/// Something that can be sent.
enum Thing {
    Document(Arc<Sheet>),
    Media(Arc<Media>),
    Partner(Outlet),
}

enum Found<'a> {
    Thing(Thing),
    Moved(String),
    Gone(Option<&'a str>),
    /// A feed whose agreement does not hold at this moment.
    Closed(Closed),
    Nothing,
    /// It cannot be told what is asked for, or must not be.
    Refused(StatusCode),
}

impl Found<'_> {
    fn document(sheet: Arc<Sheet>) -> Self {
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
fn of_feed(edition: &Edition, outlet: Outlet, print: Print, now: Timestamp) -> Found<'_> {
    match Closed::at(edition, &outlet, now) {
        Some(closed) => Found::Closed(closed),
        None => find_sheet(edition, Subject::Feed(outlet.name), print),
    }
}

/// What is left of somebody's wishes where the language of a feed is spoken anyway.
fn spoken(edition: &Edition, name: &FeedName, options: EmbedOptions) -> EmbedOptions {
    let feed = options.language.and_then(|_| edition.catalogue().feed(name));
    feed.map_or(options, |feed| options.where_spoken(feed.language.interface()))
}

fn find<'a>(edition: &'a Edition, route: Route, request: &Parts, now: Timestamp) -> Found<'a> {
    let site = edition.site();
    let document = |subject: Subject, print: Print| find_sheet(edition, subject, print);
    match route {
        Route::Home => document(Subject::Home, Print::Home),
        Route::Feed(outlet, format) if edition.catalogue().admits(&outlet) => {
            of_feed(edition, outlet.clone(), Print::Feed(outlet, format), now)
        }
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
            _ => Found::Nothing,
        },
        Route::Feed(..) | Route::FeedPage(_) | Route::Embed(..) => Found::Nothing,
        Route::SitemapPart(_) | Route::Unknown => Found::Nothing,
    }
}

fn give_document(edition: &Edition, request: &Parts, now: Timestamp, sheet: Arc<Sheet>) -> Answer {
    let site = edition.site();
    let accepted = match sheet.print().is_packed() {
        // Packed once more it would only be longer, so what is said of packings does not matter.
        true => Accepted::read(&HeaderMap::new()),
        false => Accepted::read(&request.headers),
    };
    let Some((encoding, behind)) = accepted.at_hand(|encoding| sheet.bytes(encoding).is_some()) else {
        let mut answer = message(site, StatusCode::NOT_ACCEPTABLE);
        put(&mut answer.headers, header::VARY, "accept-encoding");
        return answer;
    };
    let head = |encoding| sheet.head(encoding, || head::of(edition, &sheet, encoding));
    let outcome = conditions::weigh(&request.headers, sheet.validators(), sheet.name(), &accepted, encoding);
    let (status, mut headers) = match outcome {
        Outcome::Failed => return message(site, StatusCode::PRECONDITION_FAILED),
        Outcome::NotModified(held) => (StatusCode::NOT_MODIFIED, head(held).unchanged.clone()),
        Outcome::Proceed => (StatusCode::OK, head(encoding).whole.clone()),
    };
    let handed = Handed::of(request, &sheet, outcome);
    head::bound_by_time(&mut headers, edition, &sheet, now);
    let body = match status {
        StatusCode::OK => Body::Document { sheet, encoding, behind },
        _ => Body::Empty,
    };
    Answer { status, headers, body, handed }
}

fn give_media(site: &Site, request: &Parts, now: Timestamp, media: &Arc<Media>) -> Answer {
    let accepted = Accepted::read(&request.headers);
    let mut headers = HeaderMap::new();
    head::name(&mut headers, &media.validators, Encoding::Identity);
    head::date(&mut headers, &media.validators, now);
    put(&mut headers, header::CACHE_CONTROL, "public, no-cache");
    put(&mut headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    let name = media.validators.name().to_string();
    match conditions::weigh(&request.headers, &media.validators, &name, &accepted, Encoding::Identity) {
        Outcome::Failed => return message(site, StatusCode::PRECONDITION_FAILED),
        Outcome::NotModified(_) => {
            return Answer { status: StatusCode::NOT_MODIFIED, headers, body: Body::Empty, handed: None };
        }
        Outcome::Proceed => {}
    }
    put(&mut headers, header::CONTENT_TYPE, media.media_type);
    put(&mut headers, header::ACCEPT_RANGES, "bytes");
    put(&mut headers, header::CONTENT_SECURITY_POLICY, head::OF_PICTURES);
    head::of_feeds(&mut headers);

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
            handed: None,
        },
        Wanted::Part(range) => {
            put(
                &mut headers,
                header::CONTENT_RANGE,
                &format!("bytes {}-{}/{length}", range.start, range.end - 1),
            );
            let body = Body::Media { media: media.clone(), range };
            Answer { status: StatusCode::PARTIAL_CONTENT, headers, body, handed: None }
        }
        Wanted::Beyond => {
            let mut answer = message(site, StatusCode::RANGE_NOT_SATISFIABLE);
            put(&mut answer.headers, header::CONTENT_RANGE, &format!("bytes */{length}"));
            answer
        }
    }
}

/// The page is made when its bytes are: until then nobody can say whether the client has it.
fn give_partner_page(site: &Site, outlet: Outlet) -> Answer {
    let mut headers = HeaderMap::new();
    put(&mut headers, header::CONTENT_TYPE, "text/html; charset=utf-8");
    head::of_pages(&mut headers, site);
    head::of_private(&mut headers);
    Answer { status: StatusCode::OK, headers, body: Body::Partner(outlet), handed: None }
}

impl Answer {
    /// The answer with a page that was made for this request alone, named by its bytes; without it, when the client holds
    /// just these.
    pub fn with_page(mut self, request: &Parts, page: Bytes, now: Timestamp) -> Self {
        let validators = Validators::first(Fingerprint::of([&page]), now);
        head::name(&mut self.headers, &validators, Encoding::Identity);
        let held = request.headers.contains_key(header::IF_NONE_MATCH)
            && matches!(weigh_plain(&request.headers, &validators), Outcome::NotModified(_));
        if held {
            self.status = StatusCode::NOT_MODIFIED;
            self.headers.remove(header::CONTENT_TYPE);
        }
        self.body = if held { Body::Empty } else { Body::Ready(page) };
        self
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
    Answer { status: StatusCode::NO_CONTENT, headers, body: Body::Empty, handed: None }
}

/// All values under one name. A request has so few headers that looking at each (15 instructions) is quicker than hashing
/// the name that is looked for (110).
fn values(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &HeaderValue> {
    headers.iter().filter(move |(each, _)| **each == name).map(|(_, value)| value)
}

/// HTTP/1.1 wants exactly one `Host`, and it has to be one (RFC 9112, section 3.2). What it says is not used:
/// addresses come from the settings.
fn has_sound_host(request: &Parts) -> bool {
    if request.version != Version::HTTP_11 {
        return true;
    }
    let mut hosts = values(&request.headers, header::HOST);
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => {
            is_plain_authority(host.as_bytes()) || host.to_str().is_ok_and(is_sound_authority)
        }
        _ => false,
    }
}

/// Whether this is a sound authority of the kind that is written as a rule, with a name or an IPv4 address. Reading it as
/// any authority takes 1,000 instructions, a twelfth of what a whole answer does.
fn is_plain_authority(written: &[u8]) -> bool {
    let is_of_names = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let end = written.iter().position(|byte| !is_of_names(byte)).unwrap_or(written.len());
    match written.split_at(end) {
        ([_, ..], []) => true,
        ([_, ..], [b':', port @ ..]) => is_port(port),
        _ => false,
    }
}

fn is_port(digits: &[u8]) -> bool {
    let number = digits.iter().try_fold(0u16, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u16::from(digit - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    });
    number.is_some()
}

/// A host and perhaps a port, without a user; empty where a target has none (RFC 9112, section 3.2).
fn is_sound_authority(written: &str) -> bool {
    if written.is_empty() {
        return true;
    }
    let Ok(authority) = written.parse::<http::uri::Authority>() else { return false };
    let port = written.strip_prefix(authority.host()).unwrap_or("");
    !written.contains('@') && is_port(port.strip_prefix(':').unwrap_or(port).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_plain_is_sound(written in "[a-zA-Z0-9.:@_-]{0,8}(:[0-9]{0,6})?") {
            prop_assert!(!is_plain_authority(written.as_bytes()) || is_sound_authority(&written), "{written}");
        }
    }

    #[test]
    fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
        for sound in
            ["", "a", "tin.example.vn", "127.0.0.1:36139", "a:", "a:080", "[::1]", "[::1]:8080", "a_b"]
        {
            assert!(is_sound_authority(sound), "{sound}");
        }
        for odd in ["a b", "u@a", "a:65536", "a:8x", "a:+8", "a/b"] {
            assert!(!is_plain_authority(odd.as_bytes()) && !is_sound_authority(odd), "{odd}");
        }
        assert!(is_plain_authority(b"tin.example.vn") && is_plain_authority(b"127.0.0.1:36139"));
    }
}
