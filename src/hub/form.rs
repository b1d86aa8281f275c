//! What stands in the body of a request to the hub (W3C WebSub, section 5.1).

use super::taking::no_such_feed;
use super::{Address, Callback, Protocol, Reply, Request, Secret, Who};
use crate::answer::{Route, below, route};
use crate::words::{Site, Topic};
use percent_encoding::percent_decode_str;
use url::{Url, form_urlencoded};

/// How many unknown parameters are given back, and how many bytes each of their names and values has.
const MOST_ECHOED: usize = 8;
const LONGEST_ECHOED: usize = 200;
/// How many parameters of a request are looked at.
const MOST_PARAMETERS: usize = 64;
/// The parameters that mean something to a hub, now or in version 0.3 of the protocol, or to a subscriber.
const KNOWN: [&str; 9] = [
    "hub.mode",
    "hub.topic",
    "hub.callback",
    "hub.lease_seconds",
    "hub.secret",
    "hub.challenge",
    "hub.reason",
    "hub.url",
    "hub.verify",
];

impl Request {
    /// Reads the body of a POST to the hub. What is wrong with it is said without repeating it.
    pub fn parse(content_type: Option<&str>, body: &[u8], site: &Site) -> Result<Self, Reply> {
        let form = Form::parse(content_type, body)?;
        match form.find("hub.mode") {
            Some("publish") => form.topics(site).map(Request::Publish),
            Some("subscribe") => {
                let (who, secret) = (form.who(site)?, form.secret()?);
                Ok(Request::Subscribe { who, lease: form.lease(), secret })
            }
            Some("unsubscribe") => form.who(site).map(Request::Unsubscribe),
            _ => Err(bad(
                "`hub.mode` phải là `subscribe`, `unsubscribe` hoặc `publish`.",
                "`hub.mode` has to be `subscribe`, `unsubscribe` or `publish`.",
            )),
        }
    }
}

/// The topic at this address, if that is the one of a document of ours, or differs only in what makes no difference (W3C
/// WebSub, section 5.1.1).
pub(super) fn topic(written: &str, site: &Site) -> Option<Topic> {
    if written.len() > Callback::LONGEST || !written.is_ascii() {
        return None;
    }
    let url = Url::parse(written).ok()?;
    let Some(Route::Feed(outlet, format)) = route(below(url.path(), site.base.path())) else { return None };
    let topic = Topic { outlet, format };
    let own = Url::parse(&site.topic_url(&topic)).ok()?;
    let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let is_same = url.origin() == own.origin() && url.query().is_none() && decoded(&url) == decoded(&own);
    (is_bare && is_same).then_some(topic)
}

fn decoded(url: &Url) -> Vec<u8> {
    percent_decode_str(url.path()).collect()
}

/// The parameters of a request, in their order.
struct Form {
    parameters: Vec<(String, String)>,
}

impl Form {
    fn parse(content_type: Option<&str>, body: &[u8]) -> Result<Self, Reply> {
        if !content_type.is_some_and(is_form) {
            return Err(Reply::new(
                415,
                "Yêu cầu phải là `application/x-www-form-urlencoded` bằng UTF-8.",
                "The request has to be `application/x-www-form-urlencoded` in UTF-8.",
            ));
        }
        let parameters = form_urlencoded::parse(body).into_owned().take(MOST_PARAMETERS).collect();
        Ok(Self { parameters })
    }

    /// The first parameter of this name, unless it is empty.
    fn find(&self, name: &str) -> Option<&str> {
        let mut named = self.parameters.iter().filter(|(other, _)| other == name);
        named.next().map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    fn who(&self, site: &Site) -> Result<Who, Reply> {
        let written =
            self.find("hub.topic").ok_or_else(|| bad("Thiếu `hub.topic`.", "`hub.topic` is missing."))?;
        let callback = self.find("hub.callback");
        let callback = callback.ok_or_else(|| bad("Thiếu `hub.callback`.", "`hub.callback` is missing."))?;
        let callback = Callback::parse(callback).ok_or_else(|| {
            bad(
                "`hub.callback` phải là địa chỉ `http` hoặc `https` dài không quá 2000 byte, viết theo RFC 3986, không có tên đăng nhập và không có phần sau dấu `#`.",
                "`hub.callback` has to be an `http` or `https` address of at most 2000 bytes, written as RFC 3986 says, without a user name and without a fragment.",
            )
        })?;
        let topic = topic(written, site).ok_or_else(no_such_feed)?;
        let address = Address::new(written);
        Ok(Who { topic, address, callback, protocol: Protocol::WebSub, echoed: self.echoed() })
    }

    /// What else was said, within bounds.
    fn echoed(&self) -> Vec<(String, String)> {
        let is_short =
            |text: &str| text.len() <= LONGEST_ECHOED && !text.contains(char::REPLACEMENT_CHARACTER);
        let is_unknown = |name: &str| !name.is_empty() && !KNOWN.contains(&name);
        let others = self
            .parameters
            .iter()
            .filter(|(name, value)| is_unknown(name) && is_short(name) && is_short(value));
        others.take(MOST_ECHOED).cloned().collect()
    }

    /// How long a lease is asked for. What is no positive number asks for nothing.
    fn lease(&self) -> Option<i64> {
        let written = self.find("hub.lease_seconds")?;
        let is_number = written.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = written.parse().unwrap_or(i64::MAX);
        (is_number && seconds > 0).then_some(seconds)
    }

    fn secret(&self) -> Result<Option<Secret>, Reply> {
        let Some(written) = self.find("hub.secret") else { return Ok(None) };
        let is_text = !written.contains(char::REPLACEMENT_CHARACTER);
        let secret = Secret::parse(written).filter(|_| is_text);
        secret.map(Some).ok_or_else(|| {
            bad(
                "`hub.secret` phải ngắn hơn 200 byte và là UTF-8.",
                "`hub.secret` has to be shorter than 200 bytes, in UTF-8.",
            )
        })
    }

    /// The topics that a publisher says have changed; old ones call them `hub.url`.
    fn topics(&self, site: &Site) -> Result<Vec<Topic>, Reply> {
        let named =
            self.parameters.iter().filter(|(name, _)| matches!(name.as_str(), "hub.url" | "hub.topic"));
        let topics: Option<Vec<Topic>> = named.map(|(_, written)| topic(written, site)).collect();
        topics.filter(|topics| !topics.is_empty()).ok_or_else(no_such_feed)
    }
}

fn is_form(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_form =
        parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    is_form
        && parts.all(|parameter| {
            let charset = parameter.get(..8).filter(|name| name.eq_ignore_ascii_case("charset="));
            charset.is_none() || parameter[8..].trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

fn bad(vi: &str, en: &str) -> Reply {
    Reply::new(400, vi, en)
}
