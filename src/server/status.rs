//! How things stand, as the private listener tells it. Browsers ask here, so it answers only to names that no
//! stranger's page can take for its own (DNS rebinding), and lets no other page read the answer.

use super::admin::{Admin, text};
use super::answering::Answering;
use super::body::{Sent, bytes};
use crate::answer::{Outcome, etag, weigh_plain};
use crate::edition::{Encoding, Validators};
use crate::hub::Counts;
use crate::journal::{Line, Words};
use crate::publisher::clock;
use crate::render::status::{self, Listed, Lists, Status, Subscribers, Telling};
use crate::words::{Fingerprint, Protocol, Site};
use http::header::{self, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Response, StatusCode, Uri};
use std::net::IpAddr;
use std::sync::{Arc, PoisonError};

/// How many articles each list has at most.
const MOST_LISTED: usize = 50;
/// How many of the newest are listed.
const NEWEST: usize = 10;

/// What may be asked for.
#[derive(Clone, Copy)]
pub enum Wanted {
    /// As a page, which loads itself again if that was asked for.
    Page {
        reloads: bool,
    },
    Data,
    Problems,
}

impl Wanted {
    /// What stands at this address.
    pub fn at(address: &Uri) -> Option<Self> {
        match address.path() {
            "/status" | "/status/" => Some(Self::Page { reloads: address.query() == Some(status::RELOAD) }),
            "/status.json" => Some(Self::Data),
            "/status/problems.atom" => Some(Self::Problems),
            _ => None,
        }
    }
}

impl Admin {
    /// Answers a request for how things stand.
    pub(super) fn status(self: &Arc<Self>, wanted: Wanted, request: &Parts) -> Answering {
        let Some(status) = self.standing.load_full() else {
            return Answering::now(text(StatusCode::SERVICE_UNAVAILABLE, "bantin is starting\n".to_owned()));
        };
        if let Some(misdirected) = misdirected(request, &status.site) {
            return Answering::now(misdirected);
        }
        let admin = self.clone();
        match wanted {
            Wanted::Problems => Answering::now(self.problems(&status, request)),
            // The journal may lie on a disk that takes its time; nobody else waits for it.
            Wanted::Page { .. } | Wanted::Data => Answering::later(async move {
                let made = tokio::task::spawn_blocking(move || admin.whole(wanted, &status)).await;
                made.unwrap_or_else(|_| {
                    text(StatusCode::INTERNAL_SERVER_ERROR, "it could not be printed\n".to_owned())
                })
            }),
        }
    }

    fn whole(&self, wanted: Wanted, status: &Status) -> Response<Sent> {
        let lists = self.lists(&status.site).unwrap_or_else(|error| {
            tracing::warn!("the journal could not be read for /status: {error}");
            Lists::default()
        });
        let telling = self.telling();
        match wanted {
            Wanted::Data => fresh("application/json", status::json(status, &lists, &telling)),
            Wanted::Page { .. } | Wanted::Problems => {
                let reloads = matches!(wanted, Wanted::Page { reloads: true });
                let mut response =
                    fresh("text/html; charset=utf-8", status::page(status, &lists, &telling, reloads));
                put(&mut response, header::CONTENT_SECURITY_POLICY, &status::content_security_policy());
                response
            }
        }
    }

    fn telling(&self) -> Telling {
        let (push, now) = (&self.metrics.push, clock());
        let subscribers = |protocol| {
            let Counts { active, asked, owed, failing } = push.counts(protocol);
            Subscribers { protocol, active, pending: asked, owed, failing }
        };
        Telling {
            subscribers: Protocol::ALL.map(subscribers).into(),
            last_hour: push.last_hour(now),
            hubs: self.pings.known(now),
        }
    }

    fn lists(&self, site: &Site) -> rusqlite::Result<Lists> {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let (withdrawn, withdrawn_count) = reader.withdrawn(MOST_LISTED)?;
        let mut newest = Vec::new();
        if let Some(edition) = self.press.edition() {
            for placed in edition.catalogue().everything().take(NEWEST) {
                let title = match reader.published(placed)? {
                    Words::Whole(published) => published.article.title,
                    Words::Unread | Words::Changed | Words::Damaged => placed.slug.to_string(),
                };
                let address = Some(site.permalink(&placed.slug));
                newest.push(Listed { at: placed.published, title, path: None, address, reason: None });
            }
        }
        let listed = |line: Line, is_out: bool| Listed {
            at: line.at,
            address: is_out.then(|| site.permalink(&line.slug)),
            title: line.title,
            path: line.path,
            reason: line.reason,
        };
        Ok(Lists {
            newest,
            waiting: reader.waiting(MOST_LISTED)?.into_iter().map(|line| listed(line, false)).collect(),
            withdrawn: withdrawn.into_iter().map(|line| listed(line, true)).collect(),
            withdrawn_count,
        })
    }

    fn problems(&self, status: &Status, request: &Parts) -> Response<Sent> {
        let feed = status::feed(status, &self.address);
        let version = Fingerprint::of([&feed]);
        let validators = Validators { version, modified: status.troubles.changed };
        let mut response = fresh("application/atom+xml; charset=utf-8", feed);
        put(&mut response, header::CACHE_CONTROL, "private, no-cache");
        put(&mut response, header::ETAG, &etag(&validators, Encoding::Identity));
        put(&mut response, header::LAST_MODIFIED, &validators.modified.http_date());
        match weigh_plain(&request.headers, &validators) {
            Outcome::Proceed | Outcome::Changed => response,
            Outcome::Failed => text(StatusCode::PRECONDITION_FAILED, "it has changed\n".to_owned()),
            Outcome::NotModified(_) => {
                *response.status_mut() = StatusCode::NOT_MODIFIED;
                *response.body_mut() = super::body::nothing();
                response.headers_mut().remove(header::CONTENT_TYPE);
                response
            }
        }
    }
}

/// The answer to a request under a name that a stranger may have given to the address.
pub(super) fn misdirected(request: &Parts, site: &Site) -> Option<Response<Sent>> {
    let is_sound = hosts(request).all(|host| is_ours(host, site));
    let said = "ask by IP address, as localhost, or by the site's own name\n";
    (!is_sound).then(|| text(StatusCode::MISDIRECTED_REQUEST, said.to_owned()))
}

/// An answer that nobody keeps.
pub(super) fn fresh(content_type: &str, body: Vec<u8>) -> Response<Sent> {
    let mut response = Response::new(bytes(body));
    put(&mut response, header::CONTENT_TYPE, content_type);
    put(&mut response, header::CACHE_CONTROL, "no-store");
    put(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(&mut response, header::REFERRER_POLICY, "no-referrer");
    response
}

pub(super) fn put(response: &mut Response<Sent>, name: HeaderName, value: &str) {
    let value = HeaderValue::from_str(value).expect("header values of ours are plain text");
    response.headers_mut().insert(name, value);
}

/// The hosts a request names: one, as a rule. What is no browser may leave it out.
fn hosts(request: &Parts) -> impl Iterator<Item = &str> {
    let named = request.headers.get_all(header::HOST).iter().map(|host| host.to_str().unwrap_or(""));
    request.uri.authority().map(|authority| authority.as_str()).into_iter().chain(named)
}

/// Whether a stranger cannot have given this name to the address it leads to.
fn is_ours(host: &str, site: &Site) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_local = [".localhost", ".local", ".lan", ".internal", ".home.arpa"];
    bare.parse::<IpAddr>().is_ok()
        || (!name.is_empty() && !name.contains('.'))
        || is_local.iter().any(|end| name.ends_with(end))
        || site.base.host_str().is_some_and(|own| own.eq_ignore_ascii_case(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_stranger_could_give_are_not_ours() {
        let base = url::Url::parse("https://tin.example.vn/").expect("an address");
        let (site, _) =
            crate::settings::site("base_url = \"https://tin.example.vn\"", &Default::default(), &base)
                .expect("sound settings");
        for ours in [
            "127.0.0.1:8081",
            "127.0.0.1",
            "[::1]:8081",
            "[::1]",
            "10.0.0.7:8081",
            "localhost",
            "LOCALHOST:8081",
            "newsbox:8081",
            "newsbox.local:8081",
            "bantin.localhost",
            "tin.example.vn",
            "Tin.Example.vn.:8081",
        ] {
            assert!(is_ours(ours, &site), "{ours}");
        }
        for strange in
            ["", "attacker.example", "tin.example.vn.attacker.example:8081", "127.0.0.1.nip.io:8081", "a.b:"]
        {
            assert!(!is_ours(strange, &site), "{strange}");
        }
    }
}
