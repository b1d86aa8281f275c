//! Whether a client has what it asks for already (RFC 9110, section 13).

use super::encoding::Accepted;
use super::values;
use crate::edition::{DictionaryEncoding, DictionaryName, Encoding, Packing, Validators, VersionName};
use crate::words::Timestamp;
use http::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE};
use http::{HeaderMap, HeaderValue};

/// What the conditions of a request come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Go on.
    Proceed,
    /// Go on; the client names versions, but not the present one.
    Changed,
    /// 304: the client holds this packing of the document, and it is current.
    NotModified(Packing),
    /// 412.
    Failed,
}

/// The strong entity tag of a document in one packing.
pub fn etag(validators: &Validators, packing: impl Into<Packing>) -> String {
    tag(validators.name(), packing.into())
}

/// The entity tag of the version of this name.
pub(super) fn tag(name: VersionName, packing: Packing) -> String {
    match packing {
        Packing::Alone(Encoding::Identity) => format!("\"{name}\""),
        Packing::Alone(encoding) => format!("\"{name}-{}\"", encoding.token()),
        // Another dictionary makes other bytes.
        Packing::With(encoding, dictionary) => format!("\"{name}-{}-{dictionary}\"", encoding.token()),
    }
}

/// Weighs the conditions in the order of section 13.2.2: `If-Match`, else `If-Unmodified-Since`; then
/// `If-None-Match`, else `If-Modified-Since`. `name` is that of the version, `selected` the packing that would be sent.
pub fn weigh(
    headers: &HeaderMap,
    validators: &Validators,
    name: &str,
    accepted: &Accepted,
    selected: Packing,
) -> Outcome {
    let [mut if_match, mut if_unmodified_since, mut if_modified_since] = [false; 3];
    let mut if_none_match = None;
    // One look at all names is quicker than looking up four, of which at most one is there as a rule.
    for (header, value) in headers {
        match *header {
            IF_MATCH => if_match = true,
            IF_UNMODIFIED_SINCE => if_unmodified_since = true,
            IF_NONE_MATCH => if_none_match = if_none_match.or(Some(value)),
            IF_MODIFIED_SINCE => if_modified_since = true,
            _ => {}
        }
    }
    if if_match {
        // Strong comparison: a weak tag never matches.
        let held = |tag: Tag<'_>| matches!(tag, Tag::Any) || tag.strong() && tag.names(name).is_some();
        if !tags(headers, IF_MATCH).any(held) {
            return Outcome::Failed;
        }
    } else if if_unmodified_since
        && let Some(date) = date(headers, IF_UNMODIFIED_SINCE)
        && validators.modified > date
    {
        return Outcome::Failed;
    }

    if let Some(written) = if_none_match {
        // As a rule it is one tag, as it was given. Reading it as a list takes 400 instructions more.
        if as_given(written.as_bytes(), name, selected) && accepted.takes(selected) {
            return Outcome::NotModified(selected);
        }
        let held = tags(headers, IF_NONE_MATCH).find_map(|tag| match tag {
            Tag::Any => Some(selected),
            // A cache that holds a packing this client does not take must not be told to send it on.
            tag => tag.names(name).filter(|packing| accepted.takes(*packing)),
        });
        return held.map_or(Outcome::Changed, Outcome::NotModified);
    }
    match if_modified_since.then(|| date(headers, IF_MODIFIED_SINCE)).flatten() {
        Some(date) if validators.modified <= date => Outcome::NotModified(selected),
        _ => Outcome::Proceed,
    }
}

/// Whether a `Range` may be answered with a part (section 13.1.5): without `If-Range`, or when that names
/// exactly these bytes.
pub fn range_stands(headers: &HeaderMap, validators: &Validators) -> bool {
    let Some(value) = headers.get(IF_RANGE) else { return true };
    let Ok(value) = value.to_str() else { return false };
    if value.contains('"') {
        return value.trim() == etag(validators, Encoding::Identity);
    }
    parse_date(value) == Some(validators.modified)
}

/// The versions that a client says it has, and in which packing; or the date of one, which counts when there is no
/// `If-None-Match`.
pub fn named(headers: &HeaderMap) -> (impl Iterator<Item = (VersionName, Packing)>, Option<Timestamp>) {
    let by_date = values(headers, IF_NONE_MATCH).next().is_none();
    let date = by_date.then(|| date(headers, IF_MODIFIED_SINCE)).flatten();
    (tags(headers, IF_NONE_MATCH).filter_map(Tag::version), date)
}

/// One member of a list of entity tags.
#[derive(Clone, Copy)]
enum Tag<'a> {
    Any,
    Named { weak: bool, opaque: &'a [u8] },
}

impl Tag<'_> {
    fn strong(self) -> bool {
        matches!(self, Tag::Named { weak: false, .. })
    }

    /// The version that it names, whichever that may be, and the packing of it.
    fn version(self) -> Option<(VersionName, Packing)> {
        let Tag::Named { opaque, .. } = self else { return None };
        let digits = opaque.get(..VersionName::DIGITS)?;
        let packing = self.names(std::str::from_utf8(digits).ok()?)?;
        Some((VersionName::parse(digits)?, packing))
    }

    /// The packing of the version of this name that the tag names: with our own tails, and with those that proxies put
    /// there and do not take away again (`-gzip`, `;gzip`).
    fn names(self, name: &str) -> Option<Packing> {
        let Tag::Named { opaque, .. } = self else { return None };
        let tail = opaque.strip_prefix(name.as_bytes())?;
        if tail.is_empty() {
            return Some(Encoding::Identity.into());
        }
        // Apache may add its tail to ours.
        let own = tail.strip_suffix(b"-gzip").filter(|rest| !rest.is_empty()).unwrap_or(tail);
        let [b'-' | b';', coding @ ..] = own else { return None };
        match coding.iter().position(|byte| *byte == b'-') {
            None => {
                let mut all = Encoding::ALL.into_iter();
                all.find(|encoding| encoding.token().as_bytes() == coding).map(Packing::Alone)
            }
            Some(end) => {
                let (coding, dictionary) = (&coding[..end], DictionaryName::parse(&coding[end + 1..])?);
                let mut all = DictionaryEncoding::ALL.into_iter();
                let encoding = all.find(|encoding| encoding.token().as_bytes() == coding)?;
                Some(Packing::With(encoding, dictionary))
            }
        }
    }
}

/// Whether this is the [`etag`] of a version's packing and nothing else.
fn as_given(written: &[u8], name: &str, packing: Packing) -> bool {
    let [b'"', opaque @ .., b'"'] = written else { return false };
    let Some(tail) = opaque.strip_prefix(name.as_bytes()) else { return false };
    match packing {
        Packing::Alone(Encoding::Identity) => tail.is_empty(),
        Packing::Alone(encoding) => tail.strip_prefix(b"-") == Some(encoding.token().as_bytes()),
        // Who has a dictionary names the version as it came, by itself or with another one.
        Packing::With(..) => false,
    }
}

/// All members of the lists under one name, read leniently: stripped quotes and odd white space pass.
fn tags(headers: &HeaderMap, name: http::HeaderName) -> impl Iterator<Item = Tag<'_>> {
    let values = values(headers, name).map(HeaderValue::as_bytes);
    values.flat_map(|value| value.split(|byte| *byte == b',')).map(member)
}

fn member(member: &[u8]) -> Tag<'_> {
    let member = member.trim_ascii();
    if member == b"*" {
        return Tag::Any;
    }
    let (weak, mut opaque) = match member {
        [b'W' | b'w', b'/', tag @ ..] => (true, tag),
        tag => (false, tag),
    };
    while let [b'"', rest @ ..] | [rest @ .., b'"'] = opaque {
        opaque = rest;
    }
    Tag::Named { weak, opaque }
}

/// The version that one tag names, also without its quotes.
pub(super) fn version(written: &[u8]) -> Option<VersionName> {
    member(written).version().map(|(version, _)| version)
}

fn date(headers: &HeaderMap, name: http::HeaderName) -> Option<Timestamp> {
    parse_date(values(headers, name).next()?.to_str().ok()?)
}

/// An HTTP date in any of its three forms; what follows a `;`, as old browsers send it, is passed over.
fn parse_date(value: &str) -> Option<Timestamp> {
    let value = value.split(';').next().unwrap_or(value).trim();
    let time = httpdate::parse_http_date(value).ok()?;
    let seconds = time.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    Timestamp::from_seconds(i64::try_from(seconds).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::DictionaryHash;
    use crate::words::Fingerprint;
    use http::header::ACCEPT_ENCODING;
    use proptest::prelude::*;

    const MODIFIED: i64 = 1_562_750_820; // Wed, 10 Jul 2019 09:27:00 GMT

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds).expect("a sound time")
    }

    fn validators() -> Validators {
        Validators::first(Fingerprint::from_bytes([0xab; 16]), at(MODIFIED))
    }

    fn outcome(validators: &Validators, fields: &[(&'static str, String)]) -> Outcome {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_str(value).expect("a header value"));
        }
        let accepted = Accepted::read(&headers);
        let selected = accepted.best().unwrap_or(Encoding::Identity);
        weigh(&headers, validators, &validators.name().to_string(), &accepted, selected.into())
    }

    #[test]
    fn if_none_match_is_read_as_clients_and_proxies_write_it() {
        use Encoding::*;
        use Outcome::Changed;
        let held = |encoding| Outcome::NotModified(Packing::Alone(encoding));
        let with =
            |encoding| Outcome::NotModified(Packing::With(encoding, DictionaryHash::of(b"abc").name()));
        let v = "ab".repeat(12);
        let table = [
            (format!("\"{v}\""), held(Identity)),
            (format!("W/\"{v}\""), held(Identity)),
            (format!("w/\"{v}-gzip\""), held(Gzip)),
            (format!("\"{v};gzip\""), held(Gzip)),
            (format!("\"{v}-br\""), held(Brotli)),
            (format!("\"{v}-br-gzip\""), held(Brotli)),
            (format!("\"x\", \"{v}-zstd\" ,\"y\""), held(Zstd)),
            (v.clone(), held(Identity)),
            ("*".to_owned(), held(Gzip)),
            (format!("\"{v}x\""), Changed),
            (format!("\"{v}-lz4\""), Changed),
            (format!("\"{v}-dcz-ba7816bf8f01cfea\""), with(DictionaryEncoding::Dcz)),
            (format!("W/\"{v}-dcb-ba7816bf8f01cfea-gzip\""), with(DictionaryEncoding::Dcb)),
            (format!("\"{v}-dcz\""), Changed),
            (format!("\"{v}-dcz-ba7816bf\""), Changed),
            (format!("\"{v}-gzip-ba7816bf8f01cfea\""), Changed),
            (format!("\"{}\"", &v[..20]), Changed),
            ("\"\"".to_owned(), Changed),
            (String::new(), Changed),
        ];
        for (value, expected) in table {
            let fields =
                [("if-none-match", value.clone()), ("accept-encoding", "gzip, br, zstd;q=0.5".to_owned())];
            let expected = if value == "*" { held(Brotli) } else { expected };
            assert_eq!(outcome(&validators(), &fields), expected, "{value}");
        }
    }

    #[test]
    fn a_cache_is_not_told_to_send_a_packing_its_client_does_not_take() {
        let fields = [
            ("if-none-match", format!("\"{}-gzip\"", "ab".repeat(12))),
            ("accept-encoding", "identity".to_owned()),
        ];
        assert_eq!(outcome(&validators(), &fields), Outcome::Changed);
    }

    #[test]
    fn if_none_match_decides_alone() {
        let fields =
            [("if-none-match", "\"other\"".to_owned()), ("if-modified-since", at(MODIFIED).http_date())];
        assert_eq!(outcome(&validators(), &fields), Outcome::Changed);
    }

    #[test]
    fn versions_that_appear_in_one_second_are_told_apart_by_date() {
        let second = validators().renewed(Fingerprint::from_bytes([1; 16]), at(MODIFIED));
        let third = second.renewed(Fingerprint::from_bytes([2; 16]), at(MODIFIED));
        assert_eq!((second.modified, third.modified), (at(MODIFIED + 1), at(MODIFIED + 2)));
        let since = |seconds| outcome(&third, &[("if-modified-since", at(seconds).http_date())]);
        assert_eq!(since(MODIFIED + 1), Outcome::Proceed);
        assert_eq!(since(MODIFIED + 2), Outcome::NotModified(Encoding::Identity.into()));
    }

    #[test]
    fn conditions_for_writing_hold_too() {
        let v = "ab".repeat(12);
        assert_eq!(outcome(&validators(), &[("if-match", format!("\"{v}\""))]), Outcome::Proceed);
        assert_eq!(outcome(&validators(), &[("if-match", "*".to_owned())]), Outcome::Proceed);
        assert_eq!(outcome(&validators(), &[("if-match", format!("W/\"{v}\""))]), Outcome::Failed);
        assert_eq!(outcome(&validators(), &[("if-match", "\"other\"".to_owned())]), Outcome::Failed);
        let before = at(MODIFIED - 1).http_date();
        assert_eq!(outcome(&validators(), &[("if-unmodified-since", before)]), Outcome::Failed);
    }

    #[test]
    fn a_part_is_sent_only_of_the_bytes_the_client_has() {
        let stands = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_RANGE, HeaderValue::from_str(value).expect("a header value"));
            range_stands(&headers, &validators())
        };
        assert!(range_stands(&HeaderMap::new(), &validators()));
        assert!(stands(&etag(&validators(), Encoding::Identity)));
        assert!(stands("Wed, 10 Jul 2019 09:27:00 GMT"));
        assert!(!stands("Wed, 10 Jul 2019 09:27:01 GMT"));
        assert!(!stands("\"other\""));
        assert!(!stands("W/\"other\""));
    }

    proptest! {
        /// Whatever versions follow each other at whatever times: a client that holds an older one, and names its
        /// date or the moment it fetched it, is never told that it is current.
        #[test]
        fn an_older_version_is_never_vouched_for(steps in proptest::collection::vec((0u8..4, 0i64..5), 1..30)) {
            let mut now = MODIFIED;
            let mut current = validators();
            let mut named: Vec<(Fingerprint, Timestamp)> = vec![(current.version, at(now))];
            for (version, passes) in steps {
                now += passes;
                named.push((current.version, at(now)));
                current = current.renewed(Fingerprint::from_bytes([version; 16]), at(now));
                for (held, date) in &named {
                    prop_assert!(*held == current.version || current.modified > *date);
                }
                named.push((current.version, current.modified));
            }
        }

        /// A clock that is set back changes nothing of that.
        #[test]
        fn dates_never_go_back(steps in proptest::collection::vec((0u8..4, -100i64..100), 1..30)) {
            let mut now = MODIFIED;
            let mut current = validators();
            for (version, passes) in steps {
                now += passes;
                let next = current.renewed(Fingerprint::from_bytes([version; 16]), at(now));
                prop_assert_eq!(next.modified > current.modified, next.version != current.version);
                current = next;
            }
        }

        #[test]
        fn no_header_value_is_too_odd(value in "[ -~]{0,60}") {
            let headers = [("if-none-match", value.clone()), ("if-modified-since", value.clone()), ("if-match", value)];
            outcome(&validators(), &headers);
        }
    }

    #[test]
    fn a_request_without_conditions_proceeds() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let accepted = Accepted::read(&headers);
        let outcome = weigh(
            &headers,
            &validators(),
            &validators().name().to_string(),
            &accepted,
            Encoding::Gzip.into(),
        );
        assert_eq!(outcome, Outcome::Proceed);
    }
}
