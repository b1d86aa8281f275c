//! How those who subscribed are told, and the hubs of others.

use super::phrases::number;
use crate::words::{Bearing, Language, OtherHub, Protocol, Refusal, Site, Text};
use serde::Serialize;

/// How those who subscribed are told, and the hubs of others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Telling {
    /// Those who subscribed, by protocol.
    pub subscribers: Vec<Subscribers>,
    /// How many deliveries were accepted in the last hour, and how many were not.
    pub last_hour: (usize, usize),
    /// The hubs of others.
    pub hubs: Vec<OtherHub>,
}

/// How many subscribed over one protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscribers {
    /// Over which.
    pub protocol: Protocol,
    /// Those who are told.
    pub active: usize,
    /// Those who have not confirmed yet that they want to be.
    pub pending: usize,
    /// Those who have not got the newest version.
    pub owed: usize,
    /// Those of them who did not take it.
    pub failing: usize,
}

/// The lines of the page: of what, and what is said of it.
pub(super) fn lines(site: &Site, telling: &Telling) -> Vec<(String, Vec<String>)> {
    let language = site.interface();
    let said = |text: Text| text.in_language(language).to_owned();
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    for subscribers in &telling.subscribers {
        lines.push((subscribers.protocol.label().to_owned(), vec![counted(language, subscribers)]));
    }
    let (accepted, others) = telling.last_hour;
    let (accepted, others) = (number(language, accepted), number(language, others));
    lines.push((
        said(Text::new("Giao trong một giờ qua", "Delivered in the last hour")),
        vec![said(Text::new(
            format!("đã nhận: {accepted} · không nhận: {others}"),
            format!("accepted: {accepted} · not accepted: {others}"),
        ))],
    ));
    for hub in &telling.hubs {
        let pinged = hub.pinged.map(|at| (Text::new("được báo lần gần nhất lúc", "last told"), at));
        let came = hub.came.map(|at| (Text::new("đến lấy lần gần nhất lúc", "last came"), at));
        let times = pinged.into_iter().chain(came);
        let times = times.map(|(what, at)| format!("{} {}", said(what), site.time(at)));
        lines.push((hub.hub.to_string(), std::iter::once(said(borne(hub.bearing))).chain(times).collect()));
    }
    lines
}

fn counted(language: Language, subscribers: &Subscribers) -> String {
    let Subscribers { active, pending, owed, failing, .. } = *subscribers;
    let labels = language.choose(
        ["đang đăng ký", "chờ xác nhận", "chưa có bản mới", "giao không được"],
        ["subscribed", "to be confirmed", "without the newest version", "failing"],
    );
    let counts = labels.into_iter().zip([active, pending, owed, failing]);
    counts
        .map(|(label, count)| format!("{label}: {}", number(language, count)))
        .collect::<Vec<_>>()
        .join(" · ")
}

fn borne(bearing: Bearing) -> Text {
    match bearing {
        Bearing::Unasked => Text::new("chưa có gì để báo", "there was nothing to tell it yet"),
        Bearing::Awaited => Text::new("đã được báo, chưa thấy đến lấy", "was told, and has not come yet"),
        Bearing::Comes => Text::new("được báo thì đến lấy", "comes when it is told"),
        Bearing::Dead => Text::new(
            "nhận báo mà không đến lấy: đã chết, hoặc không ai đăng ký ở đó",
            "takes pings and never comes: dead, or nobody subscribes there",
        ),
        Bearing::Refuses(Refusal::Answered(status)) => Text::new(
            format!("không nhận báo: trả lời {status}"),
            format!("does not take pings: it answers {status}"),
        ),
        Bearing::Refuses(Refusal::Unreached) => {
            Text::new("không nhận báo: không liên lạc được", "does not take pings: it cannot be reached")
        }
    }
}

#[derive(Serialize)]
pub(super) struct SubscribersItem {
    protocol: &'static str,
    active: usize,
    pending: usize,
    owed: usize,
    failing: usize,
}

#[derive(Serialize)]
pub(super) struct DeliveriesItem {
    accepted: usize,
    failed: usize,
}

#[derive(Serialize)]
pub(super) struct HubItem<'a> {
    hub: &'a str,
    state: &'static str,
    answered: Option<u16>,
    last_ping: Option<String>,
    last_fetch: Option<String>,
}

pub(super) fn subscribers(telling: &Telling) -> Vec<SubscribersItem> {
    let item = |subscribers: &Subscribers| {
        let Subscribers { protocol, active, pending, owed, failing } = *subscribers;
        SubscribersItem { protocol: protocol.name(), active, pending, owed, failing }
    };
    telling.subscribers.iter().map(item).collect()
}

pub(super) fn deliveries(telling: &Telling) -> DeliveriesItem {
    let (accepted, failed) = telling.last_hour;
    DeliveriesItem { accepted, failed }
}

pub(super) fn hubs<'a>(site: &Site, telling: &'a Telling) -> Vec<HubItem<'a>> {
    let item = |known: &'a OtherHub| HubItem {
        hub: known.hub.as_str(),
        state: match known.bearing {
            Bearing::Unasked => "unasked",
            Bearing::Awaited => "awaited",
            Bearing::Comes => "comes",
            Bearing::Dead => "dead",
            Bearing::Refuses(Refusal::Answered(_)) => "refuses",
            Bearing::Refuses(Refusal::Unreached) => "unreachable",
        },
        answered: match known.bearing {
            Bearing::Refuses(Refusal::Answered(status)) => Some(status),
            _ => None,
        },
        last_ping: known.pinged.map(|at| site.zone.rfc3339(at)),
        last_fetch: known.came.map(|at| site.zone.rfc3339(at)),
    };
    telling.hubs.iter().map(item).collect()
}
