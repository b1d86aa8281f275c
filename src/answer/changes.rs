//! For a client that has an earlier version and says that it will do with less: what is new since (RFC 3229, with the
//! instance manipulation `feed`).

use super::conditions::{Outcome, named, tag};
use super::encoding::{Accepted, quality};
use super::handed::Handed;
use super::head::{self, put};
use super::values;
use super::{Answer, Body};
use crate::edition::{Edition, Sheet};
use crate::words::{Site, Timestamp};
use http::header::{USER_AGENT, VIA};
use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode};

const A_IM: HeaderName = HeaderName::from_static("a-im");
const DELTA_BASE: HeaderName = HeaderName::from_static("delta-base");
/// By these a request is known to have come through a cache.
const OF_CACHES: [HeaderName; 3] =
    [VIA, HeaderName::from_static("cdn-loop"), HeaderName::from_static("x-varnish")];

/// The answer with what is new in a document since a version that the client names, which is not the present one; `None`
/// when it gets the whole.
pub(super) fn answer(
    edition: &Edition,
    request: &Parts,
    whole: &Sheet,
    accepted: &Accepted,
    now: Timestamp,
) -> Option<Answer> {
    let (site, headers) = (edition.site(), &request.headers);
    let is_wished = takes_changes(headers) && site.push.may_send_changes_to(agent(headers));
    if !is_wished || is_of_cache(site, headers) {
        return None;
    }
    let name = whole.print().feed()?;
    let (base, packing) = edition.newest_known(name, named(headers).0)?;
    let sheet = edition.changes(whole, base)?;
    let (encoding, behind) = accepted.at_hand(|encoding| sheet.bytes(encoding).is_some())?;
    let mut headers = sheet.head(encoding, || head::of(edition, &sheet, encoding)).whole.clone();
    head::bound_by_time(&mut headers, edition, &sheet, now);
    put(&mut headers, DELTA_BASE, &tag(base, packing));
    let handed = Handed::of(request, &sheet, Outcome::Changed);
    let body = Body::Document { sheet, encoding, behind };
    Some(Answer { status: StatusCode::IM_USED, headers, body, handed })
}

/// Whether a client takes what is new in a feed as gladly as the whole (RFC 3229, section 10.5.3). Members that make no
/// sense are passed over, and so is what else it would take.
fn takes_changes(headers: &HeaderMap) -> bool {
    let (mut feed, mut identity) = (0, 0);
    for member in values(headers, A_IM).flat_map(|value| value.as_bytes().split(|byte| *byte == b',')) {
        let end = member.iter().position(|byte| *byte == b';').unwrap_or(member.len());
        let (manipulation, parameters) = (member[..end].trim_ascii(), &member[end..]);
        let Some(quality) = quality(parameters) else { continue };
        if manipulation.eq_ignore_ascii_case(b"feed") {
            feed = quality;
        } else if manipulation.eq_ignore_ascii_case(b"identity") {
            identity = quality;
        }
    }
    feed > 0 && feed >= identity
}

fn agent(headers: &HeaderMap) -> &str {
    values(headers, USER_AGENT).next().and_then(|agent| agent.to_str().ok()).unwrap_or("")
}

/// Whether the version that is named may be one that a cache between has, which looks whether that is current and passes on
/// what it gets to a client who has another or none. A cache that follows the standards says that it is there, others show; and
/// where documents may be used unasked for a while there may be one that does neither.
fn is_of_cache(site: &Site, headers: &HeaderMap) -> bool {
    site.max_age > 0 || OF_CACHES.into_iter().any(|name| values(headers, name).next().is_some())
}
