//! The report as data (docs/PARTNERS.md).

use super::{Corrected, Delivered, Named, PartnerReport, Sent, Withdrawn};
use crate::words::{Site, Timestamp};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    site: &'a str,
    feed: String,
    month: String,
    as_of: String,
    agreement: Agreement<'a>,
    last_fetch: Option<LastItem>,
    totals: Totals,
    delivered: Vec<DeliveredItem<'a>>,
    corrected: Vec<CorrectedItem<'a>>,
    withdrawn: Vec<WithdrawnItem<'a>>,
    days_without_fetch: Vec<String>,
}

#[derive(Serialize)]
struct Agreement<'a> {
    organisation: &'a str,
    contact: Option<&'a str>,
    delay_seconds: u64,
    from: Option<String>,
    until: Option<String>,
}

#[derive(Serialize)]
struct LastItem {
    at: String,
    format: &'static str,
    holds_current: bool,
}

#[derive(Serialize)]
struct Totals {
    delivered: usize,
    corrected: usize,
    corrections_sent: usize,
    withdrawn: usize,
    withdrawn_not_told: usize,
    fetches: u64,
    unchanged: u64,
    days: usize,
    days_without_fetch: usize,
}

#[derive(Serialize)]
struct Article<'a> {
    title: &'a str,
    address: &'a str,
    published: String,
}

#[derive(Serialize)]
struct DeliveredItem<'a> {
    #[serde(flatten)]
    article: Article<'a>,
    first_sent: String,
    confirmed: Option<String>,
    revisions: Vec<RevisionItem>,
}

#[derive(Serialize)]
struct RevisionItem {
    revision: Option<u32>,
    sent: String,
    confirmed: Option<String>,
}

#[derive(Serialize)]
struct CorrectedItem<'a> {
    #[serde(flatten)]
    article: Article<'a>,
    corrected: String,
    state: &'static str,
    sent: Option<String>,
    confirmed: Option<String>,
}

#[derive(Serialize)]
struct WithdrawnItem<'a> {
    #[serde(flatten)]
    article: Article<'a>,
    withdrawn: String,
    reason: Option<&'a str>,
    state: &'static str,
    sent: Option<String>,
    confirmed: Option<String>,
}

/// The JSON document.
pub fn json(report: &PartnerReport<'_>) -> Vec<u8> {
    let PartnerReport { site, partner, feed, period, as_of, last, .. } = report;
    let time = |at: Timestamp| site.zone.rfc3339(at);
    let document = Document {
        site: &site.title,
        feed: feed.to_string(),
        month: period.to_string(),
        as_of: time(*as_of),
        agreement: Agreement {
            organisation: &partner.organisation,
            contact: partner.contact.as_deref(),
            delay_seconds: partner.delay.as_secs(),
            from: partner.from.map(time),
            until: partner.until.map(time),
        },
        last_fetch: last.map(|last| LastItem {
            at: time(last.at),
            format: last.format.suffix(),
            holds_current: last.is_current,
        }),
        totals: totals(report),
        delivered: report.delivered.iter().map(|delivered| delivered_item(site, delivered)).collect(),
        corrected: report.corrected.iter().map(|corrected| corrected_item(site, corrected)).collect(),
        withdrawn: report.withdrawn.iter().map(|withdrawn| withdrawn_item(site, withdrawn)).collect(),
        days_without_fetch: report.silent.iter().map(ToString::to_string).collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&document).expect("texts and numbers are JSON");
    bytes.push(b'\n');
    bytes
}

fn totals(report: &PartnerReport<'_>) -> Totals {
    Totals {
        delivered: report.delivered.len(),
        corrected: report.corrected.len(),
        corrections_sent: report.corrections_sent(),
        withdrawn: report.withdrawn.len(),
        withdrawn_not_told: report.not_told(),
        fetches: report.fetches,
        unchanged: report.unchanged,
        days: report.days,
        days_without_fetch: report.silent.len(),
    }
}

fn article<'a>(site: &Site, named: &'a Named) -> Article<'a> {
    Article { title: &named.title, address: &named.address, published: site.zone.rfc3339(named.published) }
}

fn delivered_item<'a>(site: &Site, delivered: &'a Delivered) -> DeliveredItem<'a> {
    let time = |at: Timestamp| site.zone.rfc3339(at);
    let Sent { at, confirmed } = delivered.first();
    let revision = |(revision, sent): &(Option<u32>, Sent)| RevisionItem {
        revision: *revision,
        sent: time(sent.at),
        confirmed: sent.confirmed.map(time),
    };
    DeliveredItem {
        article: article(site, &delivered.article),
        first_sent: time(at),
        confirmed: confirmed.map(time),
        revisions: delivered.revisions.iter().map(revision).collect(),
    }
}

fn corrected_item<'a>(site: &Site, corrected: &'a Corrected) -> CorrectedItem<'a> {
    let time = |at: Timestamp| site.zone.rfc3339(at);
    let sent = corrected.outcome.sent();
    CorrectedItem {
        article: article(site, &corrected.article),
        corrected: time(corrected.at),
        state: corrected.outcome.name(),
        sent: sent.map(|sent| time(sent.at)),
        confirmed: sent.and_then(|sent| sent.confirmed).map(time),
    }
}

fn withdrawn_item<'a>(site: &Site, withdrawn: &'a Withdrawn) -> WithdrawnItem<'a> {
    let time = |at: Timestamp| site.zone.rfc3339(at);
    let sent = withdrawn.outcome.sent();
    WithdrawnItem {
        article: article(site, &withdrawn.article),
        withdrawn: time(withdrawn.at),
        reason: withdrawn.reason.as_deref(),
        state: withdrawn.outcome.name(),
        sent: sent.map(|sent| time(sent.at)),
        confirmed: sent.and_then(|sent| sent.confirmed).map(time),
    }
}
