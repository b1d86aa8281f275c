//! The report as data (docs/REPORTS.md).

use super::{Corrected, Counts, Listed, Numbers, PeriodReport, Taking, Tally, Week, Withdrawn};
use crate::words::{Site, Timestamp};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    site: &'a str,
    period: String,
    from: String,
    until: String,
    as_of: String,
    is_open: bool,
    totals: Totals,
    before: Option<Before>,
    weeks: Vec<WeekItem>,
    categories: Vec<TallyItem>,
    authors: Vec<TallyItem>,
    sources: Vec<TallyItem>,
    published: Vec<ArticleItem<'a>>,
    late: Vec<ArticleItem<'a>>,
    corrected: Vec<CorrectedItem<'a>>,
    withdrawn: Vec<WithdrawnItem<'a>>,
    partners: Vec<PartnerItem<'a>>,
    unread: usize,
}

#[derive(Serialize)]
struct Totals {
    published: usize,
    late: usize,
    corrected: usize,
    withdrawn: usize,
}

#[derive(Serialize)]
struct Before {
    period: String,
    totals: Totals,
}

#[derive(Serialize)]
struct WeekItem {
    from: String,
    to: String,
    published: usize,
}

#[derive(Serialize)]
struct TallyItem {
    name: Option<String>,
    published: usize,
}

#[derive(Serialize)]
struct ArticleItem<'a> {
    title: &'a str,
    address: &'a str,
    published: String,
    came_out: String,
    categories: &'a [String],
    authors: &'a [String],
    source: Option<&'a str>,
}

#[derive(Serialize)]
struct CorrectedItem<'a> {
    #[serde(flatten)]
    article: ArticleItem<'a>,
    corrected: String,
    correction: Option<&'a str>,
}

#[derive(Serialize)]
struct WithdrawnItem<'a> {
    #[serde(flatten)]
    article: ArticleItem<'a>,
    withdrawn: String,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct PartnerItem<'a> {
    organisation: &'a str,
    feed: String,
    record: &'static str,
    taken: Option<Taken>,
}

#[derive(Serialize)]
struct Taken {
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

/// The JSON document.
pub fn json(report: &PeriodReport<'_>) -> Vec<u8> {
    let PeriodReport { site, period, as_of, published, late, corrected, withdrawn, before, partners } =
        report;
    let time = |at: Timestamp| site.zone.rfc3339(at);
    let span = period.span(&site.zone);
    let document = Document {
        site: &site.title,
        period: period.to_string(),
        from: time(span.start),
        until: time(span.end),
        as_of: time(*as_of),
        is_open: report.is_open(),
        totals: totals(report.numbers()),
        before: before
            .map(|(period, numbers)| Before { period: period.to_string(), totals: totals(numbers) }),
        weeks: report.weeks().iter().map(week).collect(),
        categories: report.categories().into_iter().map(tally).collect(),
        authors: report.authors().into_iter().map(tally).collect(),
        sources: report.sources().into_iter().map(tally).collect(),
        published: published.iter().map(|listed| article(site, listed)).collect(),
        late: late.iter().map(|listed| article(site, listed)).collect(),
        corrected: corrected.iter().map(|corrected| corrected_item(site, corrected)).collect(),
        withdrawn: withdrawn.iter().map(|withdrawn| withdrawn_item(site, withdrawn)).collect(),
        partners: partners.iter().map(partner).collect(),
        unread: report.unread(),
    };
    let mut bytes = serde_json::to_vec_pretty(&document).expect("texts and numbers are JSON");
    bytes.push(b'\n');
    bytes
}

fn totals(numbers: Numbers) -> Totals {
    let Numbers { published, late, corrected, withdrawn } = numbers;
    Totals { published, late, corrected, withdrawn }
}

fn week(week: &Week) -> WeekItem {
    WeekItem { from: week.first.to_string(), to: week.last.to_string(), published: week.published }
}

fn tally(Tally { name, published }: Tally) -> TallyItem {
    TallyItem { name, published }
}

fn article<'a>(site: &'a Site, listed: &'a Listed) -> ArticleItem<'a> {
    ArticleItem {
        title: &listed.title,
        address: &listed.address,
        published: site.zone.rfc3339(listed.published),
        came_out: site.zone.rfc3339(listed.came),
        categories: &listed.categories,
        authors: &listed.authors,
        source: listed.source.name(site),
    }
}

fn corrected_item<'a>(site: &'a Site, corrected: &'a Corrected) -> CorrectedItem<'a> {
    CorrectedItem {
        article: article(site, &corrected.article),
        corrected: site.zone.rfc3339(corrected.at),
        correction: corrected.what.as_deref(),
    }
}

fn withdrawn_item<'a>(site: &'a Site, withdrawn: &'a Withdrawn) -> WithdrawnItem<'a> {
    WithdrawnItem {
        article: article(site, &withdrawn.article),
        withdrawn: site.zone.rfc3339(withdrawn.at),
        reason: withdrawn.reason.as_deref(),
    }
}

fn partner(taking: &Taking) -> PartnerItem<'_> {
    let taken = |counts: &Counts| Taken {
        delivered: counts.delivered,
        corrected: counts.corrected,
        corrections_sent: counts.corrections_sent,
        withdrawn: counts.withdrawn,
        withdrawn_not_told: counts.not_told,
        fetches: counts.fetches,
        unchanged: counts.unchanged,
        days: counts.days,
        days_without_fetch: counts.silent,
    };
    PartnerItem {
        organisation: &taking.organisation,
        feed: taking.feed.to_string(),
        record: taking.took.name(),
        taken: taking.took.counts().map(taken),
    }
}
