use http::Uri;
use std::fmt;
use std::sync::Arc;
use url::Url;

/// Where a subscriber wants to be told: an `http` or `https` address, its text kept exactly as it was given (W3C WebSub,
/// section 8.3). Whoever knows it can speak as the hub, so that only its host shows in what is printed for debugging.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Callback {
    text: Arc<str>,
    host: Arc<str>,
    port: u16,
}

impl Callback {
    /// The most bytes its text has.
    pub const LONGEST: usize = 2000;

    /// Reads one. `None` for what two readers could take for two addresses: a host in another spelling than the usual one,
    /// names and passwords, fragments, characters that an address does not have.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > Self::LONGEST || !text.bytes().all(is_of_addresses) {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let uri: Uri = text.parse().ok()?;
        let host = url.host_str()?;
        let authority = uri.authority()?;
        let is_web = matches!(url.scheme(), "http" | "https");
        let is_same_host =
            authority.host().eq_ignore_ascii_case(host) && uri.port_u16() == written_port(&url, &uri);
        let is_bare =
            url.username().is_empty() && url.password().is_none() && !authority.as_str().contains('@');
        let has_port = !authority.as_str().ends_with(':');
        if !is_web || !is_same_host || !is_bare || !has_port || url.port_or_known_default() == Some(0) {
            return None;
        }
        let port = url.port_or_known_default()?;
        Some(Self { text: text.into(), host: host.trim_end_matches('.').into(), port })
    }

    /// The text itself, for requests and the store only.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name or address of its host, in lower case, without a final dot; that of IPv6 in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, written or not.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether TLS is spoken there.
    pub fn is_secure(&self) -> bool {
        self.text.as_bytes()[..5].eq_ignore_ascii_case(b"https")
    }

    /// Host and port as they are written, for the `Host` header.
    pub fn authority(&self) -> &str {
        self.halves().0
    }

    /// Path and query as a request names them.
    pub fn target(&self) -> String {
        let path = self.halves().1;
        if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
    }

    /// The same with parameters after its own, which are kept (W3C WebSub, section 5.1.1).
    pub fn target_with<'a>(&self, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let mut target = self.target();
        let joint = match target.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        target.push_str(joint);
        let mut added = url::form_urlencoded::Serializer::new(String::new());
        added.extend_pairs(parameters);
        target + &added.finish()
    }

    pub(super) fn shared_host(&self) -> Arc<str> {
        self.host.clone()
    }

    fn halves(&self) -> (&str, &str) {
        let (_, rest) = self.text.split_once("://").expect("it was read as an address with a scheme");
        rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()))
    }
}

/// The characters of RFC 3986 but `#`, and none that a program might take for something else.
fn is_of_addresses(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%|".contains(&byte)
}

/// The port as `Uri` should see it: `Url` leaves out the usual one of its scheme.
fn written_port(url: &Url, uri: &Uri) -> Option<u16> {
    uri.port_u16().and(url.port_or_known_default())
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", &self.text[..self.text.len() - self.halves().1.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_is_an_address_that_every_program_reads_alike() {
        let sound = [
            "https://reader.example/push",
            "http://reader.example",
            "HTTPS://Reader.example/",
            "https://reader.example.:8443/",
            "https://reader.example?x",
            "https://reader.example/a%20b/;c=(d)?e=[f]&g='h'|i",
            "https://xn--bo-hoa-b1a.example/",
            "http://203.0.113.7:81/",
            "http://[2001:db8::7]:81/",
            "https://reader.example/@x:y",
        ];
        let refused = [
            "",
            "reader.example",
            "//reader.example/",
            "https:reader.example",
            "https:/reader.example/",
            "https:///reader.example/",
            "https://",
            "ftp://reader.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://reader.example/#x",
            "https://user@reader.example/",
            "https://user:word@reader.example/",
            "https://@reader.example/",
            "https://reader.example:/",
            "https://reader.example:0/",
            "https://reader.example:99999/",
            "https://reader.example/a b",
            " https://reader.example/",
            "https://reader.example/\n",
            "https://reader.example/<script>",
            "https://reader.example\\@other.example/",
            "https://bạn.example/",
            "https://r%65ader.example/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://[::0001]/",
            "http://[::ffff:127.0.0.1]/",
        ];
        for text in sound {
            assert_eq!(Callback::parse(text).as_ref().map(Callback::as_str), Some(text));
        }
        for text in refused {
            assert_eq!(Callback::parse(text), None, "{text}");
        }
        let long = |length: usize| format!("https://reader.example/{:x<1$}", "", length - 23);
        assert!(Callback::parse(&long(Callback::LONGEST)).is_some());
        assert!(Callback::parse(&long(Callback::LONGEST + 1)).is_none());
    }

    #[test]
    fn a_callback_says_where_to_connect_and_what_to_ask_for() {
        let table = [
            ("https://Reader.example./a?b", "reader.example", 443, true, "Reader.example.", "/a?b"),
            ("http://reader.example:80?b=/c", "reader.example", 80, false, "reader.example:80", "/?b=/c"),
            ("HTTP://[2001:db8::7]:81", "[2001:db8::7]", 81, false, "[2001:db8::7]:81", "/"),
        ];
        for (text, host, port, is_secure, authority, target) in table {
            let callback = Callback::parse(text).expect("a sound one");
            let read = (callback.host(), callback.port(), callback.is_secure(), callback.authority());
            assert_eq!(read, (host, port, is_secure, authority));
            assert_eq!(callback.target(), target);
        }
    }

    #[test]
    fn only_its_host_shows_in_what_is_printed() {
        let callback = Callback::parse("https://reader.example:81/capability?x").expect("a sound one");
        assert_eq!(format!("{callback:?}"), "https://reader.example:81…");
    }
}
