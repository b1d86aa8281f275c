//! Whether a client has what it asks for already (RFC 9110, section 13).

use super::encoding::Accepted;
use crate::edition::{Encoding, Validators};
use crate::words::Timestamp;
use http::HeaderMap;
use http::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE};

/// How many hexadecimal digits of a version an entity tag shows: 96 bits.
const DIGITS: usize = 24;

/// What the conditions of a request come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Go on.
    Proceed,
    /// 304: the client holds this packing of the document, and it is current.
    NotModified(Encoding),
    /// 412.
    Failed,
}

/// The strong entity tag of a document in one packing.
pub fn etag(validators: &Validators, encoding: Encoding) -> String {
    let version = validators.version.to_string();
    let version = &version[..DIGITS];
    match encoding {
        Encoding::Identity => format!("\"{version}\""),
        packed => format!("\"{version}-{}\"", packed.token()),
    }
}

/// Weighs the conditions in the order of section 13.2.2: `If-Match`, else `If-Unmodified-Since`; then
/// `If-None-Match`, else `If-Modified-Since`. `selected` is the packing that would be sent.
pub fn weigh(
    headers: &HeaderMap,
    validators: &Validators,
    accepted: &Accepted,
    selected: Encoding,
) -> Outcome {
    let version = validators.version.to_string();
    let version = &version[..DIGITS];
    if headers.contains_key(IF_MATCH) {
        // Strong comparison: a weak tag never matches.
        let held = |tag: Tag<'_>| matches!(tag, Tag::Any) || tag.strong() && tag.names(version).is_some();
        if !tags(headers, IF_MATCH).any(held) {
            return Outcome::Failed;
        }
    } else if let Some(date) = date(headers, IF_UNMODIFIED_SINCE)
        && validators.modified > date
    {
        return Outcome::Failed;
    }

    if headers.contains_key(IF_NONE_MATCH) {
        let held = tags(headers, IF_NONE_MATCH).find_map(|tag| match tag {
            Tag::Any => Some(selected),
            // A cache that holds a packing this client does not take must not be told to send it on.
            tag => tag.names(version).filter(|encoding| accepted.takes(*encoding)),
        });
        return held.map_or(Outcome::Proceed, Outcome::NotModified);
    }
    match date(headers, IF_MODIFIED_SINCE) {
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

/// One member of a list of entity tags.
#[derive(Clone, Copy)]
enum Tag<'a> {
    Any,
    Named { weak: bool, opaque: &'a str },
}

impl Tag<'_> {
    fn strong(self) -> bool {
        matches!(self, Tag::Named { weak: false, .. })
    }

    /// The packing of `version` that the tag names: with our own tails, and with those that proxies put there
    /// and do not take away again (`-gzip`, `;gzip`).
    fn names(self, version: &str) -> Option<Encoding> {
        let Tag::Named { opaque, .. } = self else { return None };
        let tail = opaque.strip_prefix(version)?;
        if tail.is_empty() {
            return Some(Encoding::Identity);
        }
        // Apache may add its tail to ours.
        let own = tail.strip_suffix("-gzip").filter(|rest| !rest.is_empty()).unwrap_or(tail);
        let coding = own.strip_prefix(['-', ';'])?;
        Encoding::ALL.into_iter().find(|encoding| encoding.token() == coding)
    }
}

/// All members of the lists under one name, read leniently: stripped quotes and odd white space pass.
fn tags(headers: &HeaderMap, name: http::HeaderName) -> impl Iterator<Item = Tag<'_>> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|member| {
        let member = member.trim();
        if member == "*" {
            return Tag::Any;
        }
        let (weak, tag) = match member.strip_prefix("W/").or_else(|| member.strip_prefix("w/")) {
            Some(tag) => (true, tag),
            None => (false, member),
        };
        Tag::Named { weak, opaque: tag.trim_matches('"') }
    })
}

fn date(headers: &HeaderMap, name: http::HeaderName) -> Option<Timestamp> {
    parse_date(headers.get(name)?.to_str().ok()?)
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
    use crate::words::Fingerprint;
    use http::HeaderValue;
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
        weigh(&headers, validators, &accepted, accepted.best().unwrap_or(Encoding::Identity))
    }

    #[test]
    fn if_none_match_is_read_as_clients_and_proxies_write_it() {
        use Encoding::*;
        use Outcome::*;
        let v = "ab".repeat(12);
        let table = [
            (format!("\"{v}\""), NotModified(Identity)),
            (format!("W/\"{v}\""), NotModified(Identity)),
            (format!("w/\"{v}-gzip\""), NotModified(Gzip)),
            (format!("\"{v};gzip\""), NotModified(Gzip)),
            (format!("\"{v}-br\""), NotModified(Brotli)),
            (format!("\"{v}-br-gzip\""), NotModified(Brotli)),
            (format!("\"x\", \"{v}-zstd\" ,\"y\""), NotModified(Zstd)),
            (v.clone(), NotModified(Identity)),
            ("*".to_owned(), NotModified(Gzip)),
            (format!("\"{v}x\""), Proceed),
            (format!("\"{v}-lz4\""), Proceed),
            (format!("\"{}\"", &v[..20]), Proceed),
            ("\"\"".to_owned(), Proceed),
            (String::new(), Proceed),
        ];
        for (value, expected) in table {
            let fields =
                [("if-none-match", value.clone()), ("accept-encoding", "gzip, br, zstd;q=0.5".to_owned())];
            let expected = if value == "*" { NotModified(Brotli) } else { expected };
            assert_eq!(outcome(&validators(), &fields), expected, "{value}");
        }
    }

    #[test]
    fn a_cache_is_not_told_to_send_a_packing_its_client_does_not_take() {
        let fields = [
            ("if-none-match", format!("\"{}-gzip\"", "ab".repeat(12))),
            ("accept-encoding", "identity".to_owned()),
        ];
        assert_eq!(outcome(&validators(), &fields), Outcome::Proceed);
    }

    #[test]
    fn if_none_match_decides_alone() {
        let fields =
            [("if-none-match", "\"other\"".to_owned()), ("if-modified-since", at(MODIFIED).http_date())];
        assert_eq!(outcome(&validators(), &fields), Outcome::Proceed);
    }

    #[test]
    fn versions_that_appear_in_one_second_are_told_apart_by_date() {
        let second = validators().renewed(Fingerprint::from_bytes([1; 16]), at(MODIFIED));
        let third = second.renewed(Fingerprint::from_bytes([2; 16]), at(MODIFIED));
        assert_eq!((second.modified, third.modified), (at(MODIFIED + 1), at(MODIFIED + 2)));
        let since = |seconds| outcome(&third, &[("if-modified-since", at(seconds).http_date())]);
        assert_eq!(since(MODIFIED + 1), Outcome::Proceed);
        assert_eq!(since(MODIFIED + 2), Outcome::NotModified(Encoding::Identity));
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
        assert_eq!(weigh(&headers, &validators(), &accepted, Encoding::Gzip), Outcome::Proceed);
    }
}
