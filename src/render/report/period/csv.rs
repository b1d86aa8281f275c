//! The report as one table, for spreadsheets.

use super::{Listed, PeriodReport, Tally, Took};
use crate::render::csv::{MARK, line};
use crate::words::Timestamp;

const COLUMNS: [&str; 16] = [
    "site",
    "period",
    "state",
    "kind",
    "name",
    "count",
    "count_before",
    "date",
    "title",
    "address",
    "published",
    "categories",
    "authors",
    "source",
    "text",
    "as_of",
];

/// One line of the table, but for what all have in common.
#[derive(Default)]
struct Row<'a> {
    kind: &'static str,
    name: String,
    count: Option<u64>,
    before: Option<usize>,
    date: String,
    article: Option<&'a Listed>,
    text: Option<&'a str>,
}

/// The table: the numbers, then a line for each article.
pub fn csv(report: &PeriodReport<'_>) -> Vec<u8> {
    let mut table = String::from(MARK);
    line(&mut table, COLUMNS.map(str::to_owned));
    let rows = totals(report).chain(weeks(report)).chain(tallies(report));
    for row in rows.chain(partners(report)).chain(articles(report)) {
        line(&mut table, cells(report, row));
    }
    table.into_bytes()
}

fn wide(count: usize) -> Option<u64> {
    u64::try_from(count).ok()
}

fn totals<'a>(report: &'a PeriodReport<'_>) -> impl Iterator<Item = Row<'a>> {
    let before = report.before.map(|(_, numbers)| numbers.named());
    report.numbers().named().into_iter().enumerate().map(move |(place, (name, count))| Row {
        kind: "total",
        name: name.to_owned(),
        count: wide(count),
        before: before.map(|before| before[place].1),
        ..Row::default()
    })
}

fn weeks<'a>(report: &'a PeriodReport<'_>) -> impl Iterator<Item = Row<'a>> {
    report.weeks().into_iter().map(|week| Row {
        kind: "week",
        date: week.first.to_string(),
        count: wide(week.published),
        ..Row::default()
    })
}

fn tallies<'a>(report: &'a PeriodReport<'_>) -> impl Iterator<Item = Row<'a>> {
    let kinds =
        [("category", report.categories()), ("author", report.authors()), ("source", report.sources())];
    kinds.into_iter().flat_map(|(kind, tallies)| {
        tallies.into_iter().map(move |Tally { name, published }| Row {
            kind,
            name: name.unwrap_or_default(),
            count: wide(published),
            ..Row::default()
        })
    })
}

fn partners<'a>(report: &'a PeriodReport<'_>) -> impl Iterator<Item = Row<'a>> {
    report.partners.iter().flat_map(|taking| {
        let row = |kind, count| Row { kind, name: taking.organisation.clone(), count, ..Row::default() };
        match &taking.took {
            Took::Counted(counts) => vec![
                row("partner-delivered", wide(counts.delivered)),
                row("partner-corrected", wide(counts.corrected)),
                row("partner-withdrawn", wide(counts.withdrawn)),
                row("partner-fetches", Some(counts.fetches)),
                row("partner-days", wide(counts.days)),
                row("partner-days-without-fetch", wide(counts.silent)),
            ],
            unknown @ (Took::Public | Took::Forgotten) => {
                vec![Row { text: Some(unknown.name()), ..row("partner-not-known", None) }]
            }
        }
    })
}

fn articles<'a>(report: &'a PeriodReport<'_>) -> impl Iterator<Item = Row<'a>> {
    let time = |at: Timestamp| report.site.zone.rfc3339(at);
    let listed = move |kind, at: Timestamp, article| Row {
        kind,
        date: time(at),
        article: Some(article),
        ..Row::default()
    };
    let published = report.published.iter().map(move |article| listed("published", article.came, article));
    let late = report.late.iter().map(move |article| listed("late", article.came, article));
    let corrected = report.corrected.iter().map(move |corrected| Row {
        text: corrected.what.as_deref(),
        ..listed("corrected", corrected.at, &corrected.article)
    });
    let withdrawn = report.withdrawn.iter().map(move |withdrawn| Row {
        text: withdrawn.reason.as_deref(),
        ..listed("withdrawn", withdrawn.at, &withdrawn.article)
    });
    published.chain(late).chain(corrected).chain(withdrawn)
}

fn cells(report: &PeriodReport<'_>, row: Row<'_>) -> [String; COLUMNS.len()] {
    let PeriodReport { site, period, as_of, .. } = report;
    let of_article = |say: &dyn Fn(&Listed) -> String| row.article.map_or_else(String::new, say);
    [
        site.title.clone(),
        period.to_string(),
        if report.is_open() { "so-far" } else { "closed" }.to_owned(),
        row.kind.to_owned(),
        row.name.clone(),
        row.count.map_or_else(String::new, |count| count.to_string()),
        row.before.map_or_else(String::new, |count| count.to_string()),
        row.date.clone(),
        of_article(&|article| article.title.clone()),
        of_article(&|article| article.address.clone()),
        of_article(&|article| site.zone.rfc3339(article.published)),
        of_article(&|article| article.categories.join("; ")),
        of_article(&|article| article.authors.join("; ")),
        of_article(&|article| article.source.name(site).unwrap_or("").to_owned()),
        row.text.unwrap_or("").to_owned(),
        site.zone.rfc3339(*as_of),
    ]
}
