//! The page. It has no script; what moves is drawn as SVG.

use super::phrases::Phrases;
use super::{Counts, Followed, Followers, Service, Stats, Unruly, chart};
use crate::render::pages::parts::{When, foreign, page_language, titled};
use crate::render::pages::phrases::{self as pages, size};
use crate::render::pages::style;
use crate::render::status;
use crate::render::status::phrases::{and_more, number};
use crate::words::{Day, FeedName, Format, Language, Site};
use askama::Template;

const STYLE: &str = include_str!("stats.css");

/// The page. `called` says what people call a feed, where they call it anything.
pub fn page(stats: &Stats, called: impl Fn(&FeedName) -> Option<String>) -> Vec<u8> {
    StatsPage::of(stats, called).render().expect("texts print into memory without fail").into_bytes()
}

/// The value of Content-Security-Policy for the page, as strict as that of the public ones.
pub fn content_security_policy() -> String {
    let (shared, of_status, own) =
        (style::source(), style::source_of(status::STYLE), style::source_of(STYLE));
    format!(
        "default-src 'none'; style-src {shared} {of_status} {own}; img-src data:; form-action 'none'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

#[derive(Template)]
#[template(path = "stats.html")]
struct StatsPage<'a> {
    site: &'a Site,
    say: &'static Phrases,
    language: &'a str,
    site_language: Option<&'a str>,
    title: String,
    icon: &'static str,
    style: &'static str,
    status_style: &'static str,
    own_style: &'static str,
    told: When,
    since: Option<String>,
    damaged: Option<&'a str>,
    counts: Vec<(&'static str, String)>,
    days: Option<Days>,
    feeds: Vec<FeedPart<'a>>,
    more_feeds: Option<String>,
    unruly: Vec<UnrulyLine<'a>>,
    uncounted: Option<String>,
}

/// What happened day by day.
struct Days {
    chart: String,
    most: String,
    first: String,
    last: String,
}

struct FeedPart<'a> {
    name: String,
    /// What it is called in addresses, where its name alone does not tell which one it is.
    key: Option<String>,
    address: Option<String>,
    followers: Vec<(String, &'static str)>,
    chart: String,
    facts: Vec<(&'static str, String)>,
    services: Vec<ServiceLine<'a>>,
    more_services: Option<String>,
}

struct ServiceLine<'a> {
    agent: &'a str,
    subscribers: String,
    is_known: bool,
    last: When,
}

struct UnrulyLine<'a> {
    agent: Option<&'a str>,
    mark: &'a str,
    counts: String,
    last: When,
}

impl<'a> StatsPage<'a> {
    fn of(stats: &'a Stats, called: impl Fn(&FeedName) -> Option<String>) -> Self {
        let site = &*stats.site;
        let language = site.interface();
        let say = Phrases::of(language);
        let names = stats.feeds.iter().map(|feed| called(&feed.name));
        let unnamed = |name: &FeedName| match name {
            FeedName::All => pages::Phrases::of(language).everything.to_owned(),
            name => name.to_string(),
        };
        let names = names.zip(&stats.feeds).map(|(name, feed)| name.unwrap_or_else(|| unnamed(&feed.name)));
        let names: Vec<String> = names.collect();
        let named = |(feed, name): (&'a Followed, &String)| {
            let is_shared = names.iter().filter(|other| *other == name).count() > 1;
            feed_part(site, say, feed, name, is_shared)
        };
        Self {
            site,
            say,
            language: page_language(site),
            site_language: foreign(&site.language, page_language(site)),
            title: titled(say.stats, &site.title),
            icon: style::ICON,
            style: style::STYLE,
            status_style: status::STYLE,
            own_style: STYLE,
            told: When::of(site, stats.told),
            since: stats.since.map(|day| day.in_words(language)),
            damaged: stats.damaged.as_deref(),
            counts: vec![
                (say.requests, count(language, stats.week.all())),
                (say.conditional, share(stats.week.conditional, stats.week.all())),
                (say.saved, size(language, stats.week.saved)),
                (say.refused, count(language, stats.week.refused)),
                (say.feeds, number(language, stats.feed_count)),
            ],
            days: days(language, say, &stats.days),
            feeds: stats.feeds.iter().zip(&names).map(named).collect(),
            more_feeds: more(language, stats.feed_count, stats.feeds.len()),
            unruly: stats.unruly.iter().map(|client| unruly_line(site, say, client)).collect(),
            uncounted: (stats.uncounted > 0).then(|| uncounted(language, stats.uncounted)),
        }
    }
}

fn days(language: Language, say: &Phrases, days: &[(Day, Counts)]) -> Option<Days> {
    let most = days.iter().map(|(_, counts)| counts.all()).max().filter(|most| *most > 0)?;
    let [(first, _), .., (last, _)] = days else { return None };
    let [first, last] = [first, last].map(|day| day.in_words(language));
    let parts: Vec<[u64; 2]> = days
        .iter()
        .map(|(_, counts)| [counts.unchanged, counts.all().saturating_sub(counts.unchanged)])
        .collect();
    let most = format!("{}: {}", say.most_on_a_day, count(language, most));
    let label = format!("{}, {first} – {last}; {most}", say.by_day);
    Some(Days { chart: chart::bars(&label, &parts), most, first, last })
}

fn feed_part<'a>(
    site: &Site,
    say: &'static Phrases,
    feed: &'a Followed,
    name: &str,
    is_shared: bool,
) -> FeedPart<'a> {
    let language = site.interface();
    let Followers { reported, claimed, observed } = feed.followers;
    let claimed = (claimed > 0).then_some((claimed, say.claimed));
    let followers = [(reported, say.reported), (observed, say.observed)].into_iter().chain(claimed);
    let followers: Vec<(String, &str)> =
        followers.map(|(number, label)| (count(language, number), label)).collect();
    let said: Vec<String> = followers.iter().map(|(number, label)| format!("{number} {label}")).collect();
    let points: Vec<Option<[u64; 2]>> = feed
        .days
        .iter()
        .map(|(_, followers)| followers.map(|Followers { reported, observed, .. }| [reported, observed]))
        .collect();
    let label = format!("{} – {name}: {}", say.followers, said.join(" · "));
    let all = feed.week.all();
    let formats = Format::ALL.into_iter().map(|format| (format, feed.week.requests[format as usize]));
    let formats: Vec<String> = formats
        .filter(|(_, requests)| *requests > 0)
        .map(|(format, requests)| format!("{} {}", format.label(), share(requests, all)))
        .collect();
    let is_of_a_label = matches!(feed.name, FeedName::Tag(_) | FeedName::Author(_));
    let key = feed.name.to_string();
    FeedPart {
        name: name.to_owned(),
        key: Some(key).filter(|key| (is_shared || is_of_a_label) && key != name),
        address: feed.is_public.then(|| site.feed_page(&feed.name)),
        followers,
        chart: chart::lines(&label, &points),
        facts: vec![
            (say.requests, count(language, all)),
            (say.formats, formats.join(" · ")),
            (say.conditional, share(feed.week.conditional, all)),
            (say.saved, size(language, feed.week.saved)),
        ],
        services: feed.services.iter().map(|service| service_line(site, service)).collect(),
        more_services: more(language, feed.service_count, feed.services.len()),
    }
}

fn service_line<'a>(site: &Site, service: &'a Service) -> ServiceLine<'a> {
    ServiceLine {
        agent: &service.agent,
        subscribers: count(site.interface(), service.subscribers),
        is_known: service.is_known,
        last: When::of(site, service.last),
    }
}

fn unruly_line<'a>(site: &Site, say: &Phrases, client: &'a Unruly) -> UnrulyLine<'a> {
    let Unruly { agent, mark, again, refused, last } = client;
    let language = site.interface();
    let said = |number: u64, what: &str| match language {
        Language::Vi => format!("{} {what}", count(language, number)),
        Language::En => format!("{what}: {}", count(language, number)),
    };
    UnrulyLine {
        agent: Some(agent.as_str()).filter(|agent| !agent.trim().is_empty()),
        mark,
        counts: format!("{} · {}", said(*again, say.again), said(*refused, say.times_refused)),
        last: When::of(site, *last),
    }
}

fn more(language: Language, count: usize, shown: usize) -> Option<String> {
    (count > shown).then(|| and_more(language, count - shown))
}

fn count(language: Language, count: u64) -> String {
    number(language, usize::try_from(count).unwrap_or(usize::MAX))
}

/// A part in percent, rounded, but some is never told as none, nor most as all; and no part of nothing.
fn share(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part), u128::from(whole));
    let Some(percent) = (part * 200 + whole).checked_div(whole * 2) else { return "–".to_owned() };
    match part == 0 || part == whole {
        true => format!("{percent}%"),
        false => format!("{}%", percent.clamp(1, 99)),
    }
}

fn uncounted(language: Language, visits: u64) -> String {
    let visits = count(language, visits);
    match language {
        Language::Vi => format!("Từ khi bantin chạy, {visits} lượt không còn chỗ để đếm riêng."),
        Language::En => {
            format!("Since bantin runs, there was no room to count {visits} of them by themselves.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_told_in_percent_and_some_is_neither_none_nor_all() {
        for (part, whole, expected) in [
            (304, 316, "96%"),
            (12, 316, "4%"),
            (1, 316, "1%"),
            (315, 316, "99%"),
            (0, 316, "0%"),
            (316, 316, "100%"),
            (1, 2, "50%"),
            (1, 8, "13%"),
            (u64::MAX, u64::MAX, "100%"),
            (1, u64::MAX, "1%"),
            (0, 0, "–"),
        ] {
            assert_eq!(share(part, whole), expected, "{part} of {whole}");
        }
    }
}
