//! rssCloud over REST: what a subscriber's form says, and what is answered. The protocol is that of
//! <https://github.com/rsscloud/rsscloud-server>: whoever names no `domain` is tried at the address the request came
//! from, and whoever names one has to echo a challenge there.

use super::form::topic;
use super::{Address, Callback, Protocol, Reply, Request, Who, Wish};
use crate::words::{Site, Text};
use serde::Serialize;
use std::net::IpAddr;
use url::Host;

/// The most documents one form may name.
pub const MOST_NAMED: usize = 20;

/// What a form asks for: to be told when one of these documents changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Where to be told.
    pub callback: Callback,
    /// Whether the host of that is one the form names, so that only a challenge shows that it wants this.
    pub is_elsewhere: bool,
    /// The addresses of the documents, as they were written.
    pub addresses: Vec<String>,
}

/// What is kept of a form that names a host besides what everybody asks for.
const DOMAIN: &str = "domain";

impl Registration {
    /// The same as requests to the hub, one for each document.
    ///
    /// # Errors
    /// When one of the documents is none of this site, or not for everybody.
    pub fn requests(&self, site: &Site) -> Result<Vec<Request>, Mistake> {
        let named = self.is_elsewhere.then(|| (DOMAIN.to_owned(), self.callback.host().to_owned()));
        let request = |address: &String| {
            let topic = topic(address, site).filter(|topic| topic.outlet.token.is_none());
            let who = Who {
                topic: topic.ok_or(Mistake::NotOurs)?,
                address: Address::new(address),
                callback: self.callback.clone(),
                protocol: Protocol::Cloud,
                echoed: named.clone().into_iter().collect(),
            };
            Ok(Request::Subscribe { who, lease: None, secret: None })
        };
        self.addresses.iter().map(request).collect()
    }
}

/// Whether only a challenge shows that a subscriber wants what was asked for.
pub(super) fn is_challenged(wish: &Wish) -> bool {
    wish.echoed.iter().any(|(name, _)| name == DOMAIN)
}

/// What is wrong with a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// It does not say this.
    Missing(&'static str),
    /// It asks to be told in a way that is not spoken here.
    Protocol,
    /// Port, path and domain make no address.
    Callback,
    /// It names a document that is none of this site, or not for everybody.
    NotOurs,
    /// It names no document.
    NoDocument,
    /// It names too many.
    TooMany,
}

impl Mistake {
    /// The same in words. Nothing of the form is in them.
    pub fn told(self) -> Text {
        match self {
            Mistake::Missing(name) => {
                Text::new(format!("Thiếu tham số `{name}`."), format!("The parameter `{name}` is missing."))
            }
            Mistake::Protocol => Text::new(
                "`protocol` phải là http-post hoặc https-post.",
                "`protocol` has to be http-post or https-post.",
            ),
            Mistake::Callback => Text::new(
                "`port`, `path` và `domain` không tạo thành một địa chỉ dùng được.",
                "`port`, `path` and `domain` make no address that can be used.",
            ),
            Mistake::NotOurs => Text::new(
                "Có một địa chỉ trong `url1`, `url2`… không phải là nguồn tin công khai ở đây.",
                "One of `url1`, `url2`… is the address of no public feed here.",
            ),
            Mistake::NoDocument => {
                Text::new("Không có nguồn tin nào trong `url1`, `url2`…", "`url1`, `url2`… name no feed.")
            }
            Mistake::TooMany => Text::new(
                format!("Mỗi lần đăng ký được nhiều nhất {MOST_NAMED} nguồn tin."),
                format!("At most {MOST_NAMED} feeds can be registered at once."),
            ),
        }
    }
}

/// Reads a form that came from this address.
///
/// # Errors
/// When it does not say what it has to.
pub fn read(form: &[(String, String)], from: IpAddr) -> Result<Registration, Mistake> {
    let said = |name: &'static str| {
        let value = form.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        value.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    };
    let port = said("port").ok_or(Mistake::Missing("port"))?;
    let path = said("path").ok_or(Mistake::Missing("path"))?;
    let protocol = said("protocol").ok_or(Mistake::Missing("protocol"))?;
    let scheme = match protocol.to_ascii_lowercase().as_str() {
        "http-post" if port == "443" => "https",
        "http-post" => "http",
        "https-post" => "https",
        _ => return Err(Mistake::Protocol),
    };
    let domain = said("domain");
    let callback = callback(scheme, domain, from, port, path).ok_or(Mistake::Callback)?;

    let mut addresses: Vec<String> = Vec::new();
    for (_, address) in form.iter().filter(|(key, _)| key.to_ascii_lowercase().starts_with("url")) {
        let address = address.trim();
        if !address.is_empty() && !addresses.iter().any(|known| known == address) {
            addresses.push(address.to_owned());
        }
    }
    match addresses.len() {
        0 => Err(Mistake::NoDocument),
        count if count > MOST_NAMED => Err(Mistake::TooMany),
        _ => Ok(Registration { callback, is_elsewhere: domain.is_some(), addresses }),
    }
}

fn callback(scheme: &str, domain: Option<&str>, from: IpAddr, port: &str, path: &str) -> Option<Callback> {
    let host = match domain.map(|domain| (domain, domain.parse::<IpAddr>())) {
        None => written(from),
        Some((_, Ok(address))) => written(address),
        // What is no host may be anything, such as a host with a path of its own.
        Some((name, Err(_))) => Host::parse(name).ok()?.to_string(),
    };
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let slash = if path.starts_with('/') { "" } else { "/" };
    is_port.then(|| Callback::parse(&format!("{scheme}://{host}:{port}{slash}{path}"))).flatten()
}

fn written(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// As the protocol has it.
    Xml,
    /// The same as JSON.
    Json,
}

impl Written {
    /// As a client takes it: what it says to `Accept`. JSON is for who takes that and says nothing of XML.
    pub fn accepted(accept: &str) -> Self {
        let accept = accept.to_ascii_lowercase();
        let takes = |kind| accept.split(',').any(|range| range.trim().starts_with(kind));
        let takes_xml = takes("text/xml") || takes("application/xml") || takes("*/*") || takes("text/*");
        if takes("application/json") && !takes_xml { Self::Json } else { Self::Xml }
    }

    /// The value of Content-Type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Xml => "text/xml; charset=utf-8",
            Self::Json => "application/json",
        }
    }

    /// The answer that says whether it worked, and more of it in a sentence.
    pub fn result(self, success: bool, said: &str) -> String {
        match self {
            Self::Xml => {
                let said = quick_xml::escape::escape(said);
                format!("<?xml version=\"1.0\"?>\n<notifyResult success=\"{success}\" msg=\"{said}\"/>\n")
            }
            Self::Json => {
                let result = Outcome { success, msg: said };
                serde_json::to_string(&result).expect("a text is JSON") + "\n"
            }
        }
    }
}

#[derive(Serialize)]
struct Outcome<'a> {
    success: bool,
    msg: &'a str,
}

/// What follows a notification's head: only the address of what changed.
pub fn notification(address: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair("url", address).finish()
}

/// What came of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registered {
    /// The subscriber is told of changes from now on.
    Done,
    /// It did not answer as it has to when it was tried.
    Untried,
    /// The hub does not take it.
    Refused(Reply),
}

impl Registered {
    /// What is said of it.
    pub fn said(&self) -> Text {
        match self {
            Self::Done => registered(),
            Self::Untried => untried(),
            Self::Refused(reply) => reply.body.clone(),
        }
    }
}

fn registered() -> Text {
    Text::new(
        "Đã đăng ký: mỗi khi nguồn tin thay đổi, địa chỉ này sẽ được báo. Hãy đăng ký lại sau 24 giờ; đăng ký hết hạn sau 25 giờ.",
        "Registered: you are told whenever the feed changes. Register again after 24 hours; this registration ends after 25.",
    )
}

fn untried() -> Text {
    Text::new(
        "Chưa đăng ký được: khi được gọi thử, địa chỉ nhận tin không trả lời đúng.",
        "Not registered: the address to be notified did not answer as it should when it was tried.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEED: &str = "https://tin.example.vn/feeds/all.rss";

    fn read_form(form: &str, from: &str) -> Result<Registration, Mistake> {
        let form: Vec<(String, String)> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        read(&form, from.parse().expect("an address"))
    }

    #[test]
    fn a_form_makes_a_callback() {
        for (form, from, expected, is_elsewhere) in [
            ("port=80&path=/told&protocol=http-post", "198.51.100.7", "http://198.51.100.7:80/told", false),
            (
                "port=5337&path=told&protocol=HTTP-POST&registerProcedure=",
                "198.51.100.7",
                "http://198.51.100.7:5337/told",
                false,
            ),
            (
                "port=443&path=/told&protocol=http-post",
                "198.51.100.7",
                "https://198.51.100.7:443/told",
                false,
            ),
            (
                "port=8443&path=/&protocol=https-post&domain=",
                "::ffff:198.51.100.7",
                "https://198.51.100.7:8443/",
                false,
            ),
            ("port=80&path=/told&protocol=http-post", "2001:db8::7", "http://[2001:db8::7]:80/told", false),
            (
                "port=443&path=/told?key=1%262&protocol=https-post&domain=Reader.Example.com",
                "198.51.100.7",
                "https://reader.example.com:443/told?key=1&2",
                true,
            ),
            (
                "port=80&path=/told&protocol=http-post&domain=203.0.113.9",
                "198.51.100.7",
                "http://203.0.113.9:80/told",
                true,
            ),
            (
                "port=80&path=/told&protocol=http-post&domain=2001:db8::9",
                "198.51.100.7",
                "http://[2001:db8::9]:80/told",
                true,
            ),
        ] {
            let form = format!("{form}&url1={FEED}");
            let registration = read_form(&form, from).unwrap_or_else(|mistake| panic!("{form}: {mistake:?}"));
            assert_eq!(
                (registration.callback.as_str(), registration.is_elsewhere),
                (expected, is_elsewhere),
                "{form}"
            );
            assert_eq!(registration.addresses, [FEED], "{form}");
        }
    }

    #[test]
    fn what_a_form_has_to_say_and_what_it_must_not() {
        let many: String = (0..=MOST_NAMED).map(|number| format!("&url{number}={FEED}?{number}")).collect();
        for (form, expected) in [
            ("path=/&protocol=http-post&url1=a", Mistake::Missing("port")),
            ("port=80&protocol=http-post&url1=a", Mistake::Missing("path")),
            ("port=80&path=/&url1=a", Mistake::Missing("protocol")),
            ("port=80&path=/&protocol=xml-rpc&url1=a", Mistake::Protocol),
            ("port=80&path=/&protocol=http-post", Mistake::NoDocument),
            ("port=80&path=/&protocol=http-post&url1=", Mistake::NoDocument),
            (&format!("port=80&path=/&protocol=http-post{many}"), Mistake::TooMany),
            ("port=0&path=/&protocol=http-post&url1=a", Mistake::Callback),
            ("port=65536&path=/&protocol=http-post&url1=a", Mistake::Callback),
            ("port=%2B80&path=/&protocol=http-post&url1=a", Mistake::Callback),
            ("port=80@a&path=/&protocol=http-post&url1=a", Mistake::Callback),
            ("port=80&path=/%23part&protocol=http-post&url1=a", Mistake::Callback),
            ("port=80&path=/%0d%0aHost:a&protocol=http-post&url1=a", Mistake::Callback),
            ("port=80&path=/&protocol=http-post&domain=a/b&url1=a", Mistake::Callback),
            ("port=80&path=/&protocol=http-post&domain=a@b&url1=a", Mistake::Callback),
            ("port=80&path=/&protocol=http-post&domain=a:81&url1=a", Mistake::Callback),
            ("port=80&path=/&protocol=http-post&domain=[::1&url1=a", Mistake::Callback),
        ] {
            assert_eq!(read_form(form, "198.51.100.7"), Err(expected), "{form}");
        }
    }

    #[test]
    fn documents_are_all_that_begin_with_url_each_once() {
        let form = "port=80&path=/&protocol=http-post&url1=https://a.example/1&URL2=https://a.example/2&url=https://a.example/1";
        let addresses = read_form(form, "198.51.100.7").expect("a form").addresses;
        assert_eq!(addresses, ["https://a.example/1", "https://a.example/2"]);
    }

    #[test]
    fn answers_are_written_as_the_client_takes_them() {
        for (accept, expected) in [
            ("", Written::Xml),
            ("*/*", Written::Xml),
            ("text/xml, application/json", Written::Xml),
            ("application/xml;q=0.9,*/*;q=0.8", Written::Xml),
            ("application/json", Written::Json),
            ("Application/JSON; q=1, text/plain", Written::Json),
        ] {
            assert_eq!(Written::accepted(accept), expected, "{accept}");
        }
        assert_eq!(
            Written::Xml.result(false, "<a> & \"b\""),
            "<?xml version=\"1.0\"?>\n<notifyResult success=\"false\" msg=\"&lt;a&gt; &amp; &quot;b&quot;\"/>\n"
        );
        assert_eq!(Written::Json.result(true, "a \"b\""), "{\"success\":true,\"msg\":\"a \\\"b\\\"\"}\n");
    }

    #[test]
    fn a_notification_names_the_document_and_nothing_else() {
        assert_eq!(notification(FEED), "url=https%3A%2F%2Ftin.example.vn%2Ffeeds%2Fall.rss");
    }
}
