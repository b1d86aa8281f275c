//! The report as one table, for spreadsheets.

use super::{Named, PartnerReport, Sent};
use crate::render::csv::{MARK, line};
use crate::words::{Day, Timestamp};

const COLUMNS: [&str; 13] = [
    "organisation",
    "feed",
    "month",
    "kind",
    "date",
    "title",
    "address",
    "published",
    "revision",
    "sent",
    "confirmed",
    "state",
    "reason",
];

/// One line of the table, but for what all have in common.
#[derive(Default)]
struct Row<'a> {
    kind: &'static str,
    date: String,
    article: Option<&'a Named>,
    revision: Option<u32>,
    sent: Option<Sent>,
    state: &'static str,
    reason: Option<&'a str>,
}

/// The table, with a line for each article and each day without a fetch.
pub fn csv(report: &PartnerReport<'_>) -> Vec<u8> {
    let mut table = String::from(MARK);
    line(&mut table, COLUMNS.map(str::to_owned));
    for row in rows(report) {
        line(&mut table, cells(report, row));
    }
    table.into_bytes()
}

fn rows<'a>(report: &'a PartnerReport<'_>) -> Vec<Row<'a>> {
    let zone = &report.site.zone;
    let mut rows = Vec::new();
    for delivered in &report.delivered {
        for (revision, sent) in &delivered.revisions {
            rows.push(Row {
                kind: "delivered",
                article: Some(&delivered.article),
                revision: *revision,
                sent: Some(*sent),
                state: sent.name(),
                ..Row::default()
            });
        }
    }
    for corrected in &report.corrected {
        rows.push(Row {
            kind: "corrected",
            date: zone.rfc3339(corrected.at),
            article: Some(&corrected.article),
            sent: corrected.outcome.sent(),
            state: corrected.outcome.name(),
            ..Row::default()
        });
    }
    for withdrawn in &report.withdrawn {
        rows.push(Row {
            kind: "withdrawn",
            date: zone.rfc3339(withdrawn.at),
            article: Some(&withdrawn.article),
            sent: withdrawn.outcome.sent(),
            state: withdrawn.outcome.name(),
            reason: withdrawn.reason.as_deref(),
            ..Row::default()
        });
    }
    let silent = |day: &Day| Row { kind: "no-fetch", date: day.to_string(), ..Row::default() };
    rows.extend(report.silent.iter().map(silent));
    rows
}

fn cells(report: &PartnerReport<'_>, row: Row<'_>) -> [String; COLUMNS.len()] {
    let time = |at: Option<Timestamp>| at.map_or_else(String::new, |at| report.site.zone.rfc3339(at));
    let article = row.article;
    [
        report.partner.organisation.clone(),
        report.feed.to_string(),
        report.period.to_string(),
        row.kind.to_owned(),
        row.date,
        article.map_or_else(String::new, |article| article.title.clone()),
        article.map_or_else(String::new, |article| article.address.clone()),
        time(article.map(|article| article.published)),
        row.revision.map_or_else(String::new, |revision| revision.to_string()),
        time(row.sent.map(|sent| sent.at)),
        time(row.sent.and_then(|sent| sent.confirmed)),
        row.state.to_owned(),
        row.reason.unwrap_or("").to_owned(),
    ]
}
