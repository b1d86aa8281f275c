//! The page. It has no script; a browser that is asked to loads it again by itself.

use super::phrases::{self, Phrases};
use super::telling;
use super::{Fault, Listed, Lists, Status, Telling, Troubled, Visitor, anchor};
use crate::render::pages::parts::{When, foreign, page_language, titled};
use crate::render::pages::phrases::size;
use crate::render::pages::style;
use crate::words::{Language, Problem, Severity, Site, Text, Timestamp};
use askama::Template;

pub const STYLE: &str = include_str!("status.css");

/// What asks for a page that loads itself again: who reads it with a screen reader or slowly would lose the place.
pub const RELOAD: &str = "reload";

/// The page.
pub fn page(status: &Status, lists: &Lists, telling: &Telling, reloads: bool) -> Vec<u8> {
    let page = StatusPage { reloads, ..StatusPage::of(status, lists, telling) };
    page.render().expect("texts print into memory without fail").into_bytes()
}

/// The value of Content-Security-Policy for the page, as strict as that of the public ones.
pub fn content_security_policy() -> String {
    let (shared, own) = (style::source(), style::source_of(STYLE));
    format!(
        "default-src 'none'; style-src {shared} {own}; img-src data:; form-action 'none'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

#[derive(Template)]
#[template(path = "status.html")]
struct StatusPage<'a> {
    site: &'a Site,
    say: &'static Phrases,
    language: &'a str,
    site_language: Option<&'a str>,
    title: String,
    icon: &'static str,
    style: &'static str,
    own_style: &'static str,
    reloads: bool,
    told: When,
    began: When,
    looked: bool,
    faults: Vec<FaultLine>,
    verdict: String,
    is_well: bool,
    counts: Vec<Count>,
    troubled: Vec<TroubledLine<'a>>,
    more_troubled: Option<String>,
    lists: Vec<List<'a>>,
    partners: Vec<(String, Vec<String>)>,
    telling: Vec<(String, Vec<String>)>,
    machinery: Vec<(String, Vec<String>)>,
}

struct FaultLine {
    what: String,
    hint: String,
    detail: String,
}

/// A number and what it counts; `to` is where the page says more of it.
struct Count {
    label: &'static str,
    number: String,
    to: Option<&'static str>,
    is_bad: bool,
}

struct TroubledLine<'a> {
    anchor: String,
    path: String,
    since: When,
    problems: Vec<ProblemLine<'a>>,
    more: Option<String>,
}

struct ProblemLine<'a> {
    is_error: bool,
    severity: &'static str,
    line: Option<String>,
    what: &'a str,
    hint: &'a str,
}

struct List<'a> {
    name: &'static str,
    title: &'static str,
    empty: &'static str,
    lines: Vec<ListLine<'a>>,
    more: Option<String>,
}

struct ListLine<'a> {
    at: When,
    title: &'a str,
    address: Option<&'a str>,
    path: Option<String>,
    reason: Option<&'a str>,
}

impl<'a> StatusPage<'a> {
    fn of(status: &'a Status, lists: &'a Lists, telling: &Telling) -> Self {
        let Status { site, told, began, looked, faults, counts, troubles, .. } = status;
        let language = site.interface();
        let say = Phrases::of(language);
        let is_well = faults.is_empty() && troubles.count == 0;
        let count = |label, number, to, is_bad| Count {
            label,
            number: phrases::number(language, number),
            to,
            is_bad,
        };
        Self {
            site,
            say,
            language: page_language(site),
            site_language: foreign(&site.language, page_language(site)),
            title: titled(say.status, &site.title),
            icon: style::ICON,
            style: style::STYLE,
            own_style: STYLE,
            reloads: false,
            told: to_the_second(site, *told),
            began: When::of(site, *began),
            looked: *looked,
            faults: faults.iter().map(|fault| fault_line(language, fault)).collect(),
            verdict: match troubles.count {
                0 => say.all_is_well.to_owned(),
                files => phrases::need_a_look(language, files),
            },
            is_well,
            counts: vec![
                count(say.articles, counts.articles, Some("newest"), false),
                count(say.feeds, counts.feeds, None, false),
                count(say.waiting, counts.waiting, Some("waiting"), false),
                count(say.withdrawn, lists.withdrawn_count, Some("withdrawn"), false),
                count(say.troubled, troubles.count, Some("problems"), troubles.count > 0),
            ],
            troubled: troubles.newest.iter().map(|file| troubled_line(site, file)).collect(),
            more_troubled: more(language, troubles.count, troubles.newest.len()),
            lists: vec![
                list(site, "newest", [say.newest, say.none_yet], &lists.newest, counts.articles),
                list(site, "waiting", [say.come_next, say.none_wait], &lists.waiting, counts.waiting),
                list(
                    site,
                    "withdrawn",
                    [say.lately_withdrawn, say.none_withdrawn],
                    &lists.withdrawn,
                    lists.withdrawn_count,
                ),
            ],
            partners: status.partners.iter().map(|partner| visitor(site, say, partner)).collect(),
            telling: telling::lines(site, telling),
            machinery: machinery(status, say),
        }
    }
}

fn fault_line(language: Language, fault: &Fault) -> FaultLine {
    let (what, hint) = phrases::fault(fault.trouble);
    let said = |text: &Text| text.in_language(language).to_owned();
    FaultLine { what: said(&what), hint: said(&hint), detail: said(&fault.in_full()) }
}

fn troubled_line<'a>(site: &Site, file: &'a Troubled) -> TroubledLine<'a> {
    let language = site.interface();
    let problem = |problem: &'a Problem| ProblemLine {
        is_error: problem.severity == Severity::Error,
        severity: phrases::severity(language, problem.severity),
        line: problem.line.map(|line| phrases::line(language, line)),
        what: problem.what.in_language(language),
        hint: problem.hint.in_language(language),
    };
    TroubledLine {
        anchor: anchor(&file.path),
        path: file.path.to_string(),
        since: When::of(site, file.since),
        problems: file.problems.iter().map(problem).collect(),
        more: (file.more > 0).then(|| phrases::and_more(language, file.more)),
    }
}

fn list<'a>(
    site: &Site,
    name: &'static str,
    [title, empty]: [&'static str; 2],
    articles: &'a [Listed],
    count: usize,
) -> List<'a> {
    let line = |listed: &'a Listed| ListLine {
        at: When::of(site, listed.at),
        title: &listed.title,
        address: listed.address.as_deref(),
        path: listed.path.as_ref().map(ToString::to_string),
        reason: listed.reason.as_deref(),
    };
    let lines: Vec<ListLine<'_>> = articles.iter().map(line).collect();
    let more = more(site.interface(), count, lines.len());
    List { name, title, empty, lines, more }
}

fn more(language: Language, count: usize, shown: usize) -> Option<String> {
    (count > shown).then(|| phrases::and_more(language, count - shown))
}

/// A partner by name, when it was here and what it has.
fn visitor(site: &Site, say: &Phrases, partner: &Visitor) -> (String, Vec<String>) {
    let Visitor { organisation, feed, last } = partner;
    let told = last.map_or_else(
        || say.never_fetched.to_owned(),
        |last| {
            let holds = if last.is_current { say.holds_current } else { say.holds_earlier };
            format!("{} {} ({}); {holds}", say.last_fetch, site.time(last.at), last.format.label())
        },
    );
    (organisation.clone(), vec![feed.to_string(), told])
}

/// What the machine is doing, by name.
fn machinery(status: &Status, say: &Phrases) -> Vec<(String, Vec<String>)> {
    let site = &status.site;
    let language = site.interface();
    let number = |number| phrases::number(language, number);
    let mut told = Vec::new();
    for watched in &status.folders {
        let of = phrases::used_for(watched.of).in_language(language).to_owned();
        let how = phrases::watching(&watched.how).in_language(language).to_owned();
        told.push((of, vec![watched.folder.clone(), how]));
    }
    let look = status.last_look.map_or_else(
        || vec![say.not_looked.to_owned()],
        |look| {
            let met = phrases::look(language, look.took, look.files, look.ignored);
            let next = format!("{} {}", say.next_look, clock_time(site, look.next));
            vec![to_the_second(site, look.at).people, met, next]
        },
    );
    told.push((say.last_look.to_owned(), look));
    let queues = [
        (say.under_way, status.queues.under_way),
        (say.to_be_read, status.queues.waiting),
        (say.settling, status.queues.settling),
        (say.stuck, status.queues.stuck),
    ];
    let queues = queues.map(|(label, count)| format!("{label}: {}", number(count)));
    told.push((say.queues.to_owned(), vec![queues.join(" · ")]));
    told.push((say.media.to_owned(), vec![number(status.counts.media)]));
    told.push((say.journal.to_owned(), vec![size(language, status.journal_bytes)]));
    told
}

/// With seconds, so that it is seen to move.
fn to_the_second(site: &Site, at: Timestamp) -> When {
    let When { machine, people } = When::of(site, at);
    let minute = people.len().saturating_sub(5);
    let people = format!("{}{}", &people[..minute], clock_time(site, at));
    When { machine, people }
}

fn clock_time(site: &Site, at: Timestamp) -> String {
    // 2019-07-10T16:27:00+07:00
    site.zone.rfc3339(at)[11..19].to_owned()
}
