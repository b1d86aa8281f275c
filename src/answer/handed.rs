//! What of a partner's feed is handed out with an answer, and what the client said it has.

use super::conditions::{Outcome, named};
use crate::edition::{Print, Sheet, Validators, VersionName};
use crate::words::{FeedName, Format, Outlet, Timestamp};
use http::request::Parts;
use http::{HeaderMap, Method};

/// How many names of versions are read of one request. A client that holds one version names one.
const MOST_NAMES: usize = 8;

/// What of a private feed is handed out with an answer. It says nothing of who asked, and by which token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Which feed.
    pub feed: FeedName,
    /// In which format.
    pub format: Format,
    /// Which version: the one that is sent, or that has not changed.
    pub version: Validators,
    /// What the client has, as it says.
    pub held: Held,
    /// What of it is sent.
    pub sent: Sent,
}

/// What of a version is sent to who asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The document.
    Whole,
    /// What it says that it did not say in this version, which the client has.
    Changes(VersionName),
    /// Nothing: the client is told that it has it.
    Nothing,
}

/// What a client says it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Versions by their names, of this document or of others.
    pub names: Vec<VersionName>,
    /// The version of this date, when it names none.
    pub date: Option<Timestamp>,
}

impl Held {
    fn read(headers: &HeaderMap) -> Self {
        let (names, date) = named(headers);
        Self { names: names.map(|(name, _)| name).take(MOST_NAMES).collect(), date }
    }
}

impl Handed {
    /// What is handed out when a GET of this document comes to that; nothing of documents that are no partner's alone.
    pub fn of(request: &Parts, sheet: &Sheet, outcome: Outcome) -> Option<Self> {
        let (outlet, format, sent) = match (sheet.print(), outcome) {
            (_, Outcome::Failed) => return None,
            (Print::Feed(outlet, format), Outcome::NotModified(_)) => (outlet, format, Sent::Nothing),
            (Print::Feed(outlet, format), _) => (outlet, format, Sent::Whole),
            (Print::Changes(outlet, format, base), _) => (outlet, format, Sent::Changes(*base)),
            _ => return None,
        };
        let Outlet { name, token: Some(_) } = outlet else { return None };
        (request.method == Method::GET).then(|| Self {
            feed: name.clone(),
            format: *format,
            version: *sheet.validators(),
            held: Held::read(&request.headers),
            sent,
        })
    }

    /// Whether they hold the version after it: it was sent, or what they lacked of it, or they named it and it
    /// stands.
    pub fn is_held(&self) -> bool {
        let Self { held, version, sent, .. } = self;
        *sent != Sent::Nothing || held.date.is_some() || held.names.contains(&version.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Fingerprint;
    use http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};
    use http::{HeaderName, HeaderValue};

    #[test]
    fn what_a_client_has_is_read_as_it_and_proxies_write_it() {
        let name =
            |byte: u8| Validators::first(Fingerprint::from_bytes([byte; 16]), Timestamp::nearest(0)).name();
        let (a, b) = ("0a".repeat(12), "0b".repeat(12));
        let date = Timestamp::from_seconds(1_562_750_820);
        type Row<'a> = (&'a [(HeaderName, &'a str)], &'a [u8], Option<Timestamp>);
        let table: [Row<'_>; 11] = [
            (&[], &[], None),
            (&[(IF_NONE_MATCH, &format!("\"{a}\""))], &[10], None),
            (&[(IF_NONE_MATCH, &format!("W/\"{a}-gzip\", \"{b};br\""))], &[10, 11], None),
            (&[(IF_NONE_MATCH, &a)], &[10], None),
            (
                &[(IF_NONE_MATCH, &format!("\"{a}\"")), (IF_NONE_MATCH, &format!("\"{b}-zstd-gzip\""))],
                &[10, 11],
                None,
            ),
            (&[(IF_NONE_MATCH, "*")], &[], None),
            (&[(IF_NONE_MATCH, &format!("\"x{a}\", \"{a}0\", \"\", \"{a}-lz4\""))], &[], None),
            (&[(IF_NONE_MATCH, &format!("\"{}\"", &a[..22]))], &[], None),
            (&[(IF_MODIFIED_SINCE, "Wed, 10 Jul 2019 09:27:00 GMT")], &[], date),
            (&[(IF_NONE_MATCH, "\"x\""), (IF_MODIFIED_SINCE, "Wed, 10 Jul 2019 09:27:00 GMT")], &[], None),
            (&[(IF_MODIFIED_SINCE, "gestern")], &[], None),
        ];
        for (fields, names, date) in table {
            let mut headers = HeaderMap::new();
            for (header, value) in fields {
                headers.append(header, HeaderValue::from_str(value).expect("a header value"));
            }
            let names = names.iter().map(|byte| name(*byte)).collect();
            assert_eq!(Held::read(&headers), Held { names, date }, "{fields:?}");
        }
    }

    #[test]
    fn no_more_names_are_read_than_a_client_needs() {
        let many: Vec<String> =
            (0..20_u8).map(|byte| format!("\"{}\"", format!("{byte:02x}").repeat(12))).collect();
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, HeaderValue::from_str(&many.join(",")).expect("a header value"));
        assert_eq!(Held::read(&headers).names.len(), MOST_NAMES);
    }
}
