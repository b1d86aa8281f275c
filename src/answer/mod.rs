//! A request and an edition in, an answer out. Always an answer: there is no failing here.
//!
//! The order of checks, once for all:
//!
//! 1. the `Host` of HTTP/1.1 (RFC 9112, section 3.2) and the target: 400
//! 2. what the address means: 404, 410 for what was withdrawn, 301 for what moved, 302 for what is elsewhere for now; of a feed
//!    whose agreement has not begun 404, and 410 when it is over
//! 3. the method (RFC 9110, section 15.5.6): 405
//! 4. which packing the client takes (section 12.5.3): 406 when it refuses all
//! 5. the conditions (section 13.2.2): 412, 304
//! 6. the range, of media (section 14): 416, 206
//! 7. a version that the client has, when it asks for what is new since (RFC 3229): 226
//! 8. the document; or, where it would be 304 and the client would rather wait, that (RFC 7240); or, of a feed that a client
//!    was given over and over and does not say so, 429 (RFC 6585), which `Public` decides, who knows what was given

mod archive;
mod changes;
mod closed;
mod conditions;
mod dictionary;
mod encoding;
mod find;
mod handed;
mod head;
mod hold;
mod host;
mod mask;
mod oembed;
mod prefer;
mod range;
mod route;
mod small;
mod stream;

pub use conditions::{Outcome, etag};
pub use find::{Counter, topic};
pub use handed::{Handed, Held, Sent};
pub use hold::{Hold, LONGEST_WAIT};
pub use mask::masked;
pub use route::{Route, Within, below, route};
pub use small::{message, too_often};
pub use stream::{Standing, Stream};

use crate::edition::{Dictionary, DictionaryEncoding, Edition, Encoding, Media, Packing, Sheet, Validators};
use crate::render::pages;
use crate::words::{EmbedOptions, Fingerprint, Outlet, Site, Timestamp};
use bytes::Bytes;
use encoding::Accepted;
use find::{Found, Thing, find};
use head::put;
use host::has_sound_host;
use http::header;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use range::Wanted;
use small::{counter_page, elsewhere, instead, moved, not_allowed, options, refused, small_page};
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
    /// What a partner is handed with it.
    pub handed: Option<Handed>,
}

/// What follows the headers.
#[derive(Debug)]
pub enum Body {
    /// Nothing.
    Empty,
    /// Nothing, in place of a document of so many bytes.
    Unchanged(u64),
    /// Nothing, unless there is something to tell before this wait is over.
    Waits(Box<Hold>),
    /// Nothing; but who asks holds this version of a document, whose bytes have to be there when the next one comes.
    Held(Arc<Sheet>),
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
    /// A document of the edition, as what differs from one that the client holds.
    Difference {
        /// Which.
        sheet: Arc<Sheet>,
        /// What the client holds.
        dictionary: Arc<Dictionary>,
        /// How what differs is packed.
        encoding: DictionaryEncoding,
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
    /// What becomes of a feed, as it happens.
    Stream(Stream),
}

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
            let within = route.within();
            match find(edition, route, request, now) {
                Found::Thing(thing) => thing,
                Found::Moved(to) => return moved(site, &to),
                Found::Elsewhere(at) => return elsewhere(site, &at),
                Found::Gone(reason) => return instead(site, StatusCode::GONE, within, reason),
                Found::Closed(closed) => return closed.answer(site, within),
                Found::ToCome(round_up, closes) => {
                    let newest = edition.newest_round_ups(Some(&round_up));
                    let page = pages::closes(site, &round_up, closes, newest.as_ref());
                    return small_page(site, StatusCode::NOT_FOUND, page);
                }
                Found::NoRoundUp(round_up) => {
                    let newest = edition.newest_round_ups(round_up.as_ref());
                    let page = pages::no_round_up(site, newest.as_ref());
                    return small_page(site, StatusCode::NOT_FOUND, page);
                }
                Found::Counter(counter) => return counter_page(site, counter),
                Found::Nothing => return instead(site, StatusCode::NOT_FOUND, within, None),
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
        Thing::Stream(outlet) => stream::give(request, outlet),
    }
}

/// All that answers say before the whole of a document as it is, whatever the moment.
pub fn lasting(edition: &Edition, sheet: &Sheet) -> HeaderMap {
    head::of(edition, sheet, Encoding::Identity).whole
}

/// Where a request hands something in; `None` when it is one that only asks.
pub fn counter(site: &Site, request: &Parts) -> Option<Counter> {
    if request.method != Method::POST || !has_sound_host(request) {
        return None;
    }
    Counter::at(&route(below(request.uri.path(), site.base.path()))?, site)
}

/// What the conditions of a request come to for something that has one packing.
pub fn weigh_plain(headers: &HeaderMap, validators: &Validators) -> Outcome {
    let accepted = Accepted::read(headers);
    conditions::weigh(
        headers,
        validators,
        &validators.name().to_string(),
        &accepted,
        Encoding::Identity.into(),
    )
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
    let with_dictionary = dictionary::chosen(edition, &request.headers, &sheet, &accepted);
    let packing = match &with_dictionary {
        Some((encoding, dictionary)) => Packing::With(*encoding, dictionary.hash.name()),
        None => Packing::Alone(encoding),
    };
    let outcome = conditions::weigh(&request.headers, sheet.validators(), sheet.name(), &accepted, packing);
    if outcome == Outcome::Changed
        && let Some(answer) = changes::answer(edition, request, &sheet, &accepted, now)
    {
        return answer;
    }
    let (status, packing) = match outcome {
        Outcome::Failed => return message(site, StatusCode::PRECONDITION_FAILED),
        Outcome::NotModified(held) => (StatusCode::NOT_MODIFIED, held),
        Outcome::Proceed | Outcome::Changed => (StatusCode::OK, packing),
    };
    let encoding = match packing {
        Packing::Alone(encoding) => encoding,
        Packing::With(..) => Encoding::Identity,
    };
    let head = sheet.head(encoding, || head::of(edition, &sheet, encoding));
    let mut headers = if status == StatusCode::OK { head.whole.clone() } else { head.unchanged.clone() };
    let handed = Handed::of(request, &sheet, outcome);
    head::bound_by_time(&mut headers, edition, &sheet, now);
    dictionary::pack(&mut headers, &sheet, packing, status);
    let length = sheet.bytes(encoding).map(|bytes| bytes.len() as u64);
    let is_held = accepted.keeps_dictionaries()
        && dictionary::hand_out(edition, &request.method, &sheet, packing, &mut headers);
    let body = match (status, with_dictionary) {
        (StatusCode::OK, Some((encoding, dictionary))) => Body::Difference { sheet, dictionary, encoding },
        (StatusCode::OK, None) => Body::Document { sheet, encoding, behind },
        _ => {
            let hold = Hold::of(edition, request, &sheet);
            let held = (is_held && sheet.bytes(Encoding::Identity).is_none()).then_some(sheet);
            match hold {
                Some(hold) => Body::Waits(Box::new(Hold { held, ..hold })),
                None => held.map_or_else(|| length.map_or(Body::Empty, Body::Unchanged), Body::Held),
            }
        }
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
    match conditions::weigh(&request.headers, &media.validators, &name, &accepted, Encoding::Identity.into())
    {
        Outcome::Failed => return message(site, StatusCode::PRECONDITION_FAILED),
        Outcome::NotModified(_) => {
            return Answer { status: StatusCode::NOT_MODIFIED, headers, body: Body::Empty, handed: None };
        }
        Outcome::Proceed | Outcome::Changed => {}
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

/// All values under one name. A request has so few headers that looking at each (15 instructions) is quicker than hashing
/// the name that is looked for (110).
fn values(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &HeaderValue> {
    headers.iter().filter(move |(each, _)| **each == name).map(|(_, value)| value)
}
