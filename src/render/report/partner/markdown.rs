//! The report as Markdown, in the site's language: tables that a person attaches to a letter.

use super::phrases::Phrases;
use super::{Corrected, Correction, Delivered, Named, PartnerReport, Recall, Sent, Withdrawn, phrases};
use crate::render::report::tables::{self, plain};
use crate::words::{Day, Language, Site, Timestamp, span_in_words};

/// The document.
pub fn markdown(report: &PartnerReport<'_>) -> Vec<u8> {
    let PartnerReport { site, partner, feed, period, as_of, .. } = report;
    let language = site.interface();
    let say = Phrases::of(language);
    let mut text = format!(
        "# {}\n\n{} · {} `{feed}` · {} {}\n",
        phrases::title(language, &plain(&partner.organisation), &period.in_words(language)),
        plain(&site.title),
        say.feed,
        say.as_of,
        site.time(*as_of),
    );
    let section = |text: &mut String, title: &str, columns: &[&str], lines: Vec<Vec<String>>| {
        tables::section(text, title, columns, &lines, say.none);
    };
    section(&mut text, say.agreement, &["", ""], agreement(report, say));
    section(&mut text, say.totals, &["", ""], totals(report, say));
    let delivered = report.delivered.iter().map(|delivered| delivered_line(site, delivered)).collect();
    section(&mut text, say.delivered, &say.delivered_columns, delivered);
    let corrected = report.corrected.iter().map(|corrected| corrected_line(site, corrected)).collect();
    section(&mut text, say.corrected, &say.corrected_columns, corrected);
    let withdrawn = report.withdrawn.iter().map(|withdrawn| withdrawn_line(site, withdrawn)).collect();
    section(&mut text, say.withdrawn, &say.withdrawn_columns, withdrawn);
    let days = match (report.silent.is_empty(), report.days) {
        (true, 0) if report.last.is_none() => say.never_asked.to_owned(),
        (true, 0) => say.no_days.to_owned(),
        (true, _) => say.none.to_owned(),
        (false, _) => format!("{}.", in_rows(&report.silent, language).join("; ")),
    };
    text.push_str(&format!("\n## {}\n\n{days}\n\n{}\n", say.silent, say.what_confirmed_means));
    text.into_bytes()
}

fn agreement(report: &PartnerReport<'_>, say: &Phrases) -> Vec<Vec<String>> {
    let PartnerReport { site, partner, last, .. } = report;
    let language = site.interface();
    let delay = match partner.delay.is_zero() {
        true => say.no_delay.to_owned(),
        false => phrases::delay(language, span_in_words(partner.delay).in_language(language)),
    };
    let from = partner.from.map(|from| day_or_time(site, from));
    // Its last day is the one before the instant at which it is over.
    let until = partner.until.map(|until| match is_midnight(site, until) {
        true => day_or_time_of(site, until.plus_seconds(-1), true),
        false => site.time(until),
    });
    let last = last.map_or_else(
        || say.never.to_owned(),
        |last| {
            let holds = if last.is_current { say.holds_current } else { say.holds_earlier };
            format!("{}, {}; {holds}", site.time(last.at), last.format.label())
        },
    );
    let contact = partner.contact.as_deref().map(|contact| vec![say.contact.to_owned(), plain(contact)]);
    let organisation = vec![say.organisation.to_owned(), plain(&partner.organisation)];
    let others = [
        vec![say.delay.to_owned(), delay],
        vec![say.term.to_owned(), phrases::term(language, from.as_deref(), until.as_deref())],
        vec![say.last_fetch.to_owned(), last],
    ];
    std::iter::once(organisation).chain(contact).chain(others).collect()
}

fn totals(report: &PartnerReport<'_>, say: &Phrases) -> Vec<Vec<String>> {
    let sent = report.corrections_sent();
    let untold = report.not_told();
    let counted = |count: String, of: &str, part: String| format!("{count} ({of}: {part})");
    let row = |label: &str, value: String| vec![label.to_owned(), value];
    vec![
        row(say.delivered, report.delivered.len().to_string()),
        row(
            say.corrected,
            counted(report.corrected.len().to_string(), say.correction_sent, sent.to_string()),
        ),
        row(say.withdrawn, counted(report.withdrawn.len().to_string(), say.not_told, untold.to_string())),
        row(say.fetches, counted(report.fetches.to_string(), say.unchanged, report.unchanged.to_string())),
        row(say.silent, phrases::of_days(report.site.interface(), report.silent.len(), report.days)),
    ]
}

fn delivered_line(site: &Site, delivered: &Delivered) -> Vec<String> {
    let Sent { at, confirmed } = delivered.first();
    vec![
        link(&delivered.article),
        site.time(delivered.article.published),
        site.time(at),
        confirmed.map_or_else(|| "–".to_owned(), |at| site.time(at)),
        delivered.revision().map_or_else(|| "–".to_owned(), |revision| revision.to_string()),
    ]
}

fn corrected_line(site: &Site, corrected: &Corrected) -> Vec<String> {
    let say = Phrases::of(site.interface());
    let outcome = match corrected.outcome {
        Correction::Sent(Sent { confirmed: Some(at), .. }) => format!("{} {}", say.has_it, site.time(at)),
        Correction::Sent(Sent { at, .. }) => {
            phrases::unconfirmed(site.interface(), say.was_sent, &site.time(at))
        }
        Correction::NotFetched => say.not_fetched.to_owned(),
        Correction::NotInFeed => say.not_in_feed.to_owned(),
        Correction::Withdrawn => say.withdrawn_before.to_owned(),
    };
    vec![link(&corrected.article), site.time(corrected.at), outcome]
}

fn withdrawn_line(site: &Site, withdrawn: &Withdrawn) -> Vec<String> {
    let language = site.interface();
    let say = Phrases::of(language);
    let outcome = match withdrawn.outcome {
        Recall::Told(Sent { confirmed: Some(at), .. }) => format!("{} {}", say.knows_it, site.time(at)),
        Recall::Told(Sent { at, .. }) => phrases::unconfirmed(language, say.was_told, &site.time(at)),
        Recall::LeftOut(at) => phrases::left_out(language, at.map(|at| site.time(at)).as_deref()),
        Recall::Held => say.still_held.to_owned(),
        Recall::Returned => say.returned.to_owned(),
    };
    let reason = withdrawn.reason.as_deref().map_or_else(|| "–".to_owned(), plain);
    vec![link(&withdrawn.article), site.time(withdrawn.at), reason, outcome]
}

fn link(article: &Named) -> String {
    tables::link(&article.title, &article.address)
}

/// Days in their order; of those that follow each other, the first and the last.
fn in_rows(days: &[Day], language: Language) -> Vec<String> {
    let rows = days.chunk_by(|day, next| day.is_followed_by(*next));
    let told = |row: &[Day]| match row {
        [first, .., last] => format!("{} – {}", first.in_words(language), last.in_words(language)),
        row => row.iter().map(|day| day.in_words(language)).collect(),
    };
    rows.map(told).collect()
}

fn is_midnight(site: &Site, at: Timestamp) -> bool {
    Day::of(at, &site.zone).begins(&site.zone) == Some(at)
}

/// A day where it begins with it, else the time.
fn day_or_time(site: &Site, at: Timestamp) -> String {
    day_or_time_of(site, at, is_midnight(site, at))
}

fn day_or_time_of(site: &Site, at: Timestamp, is_day: bool) -> String {
    if is_day { Day::of(at, &site.zone).in_words(site.interface()) } else { site.time(at) }
}
