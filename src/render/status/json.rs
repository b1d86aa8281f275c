//! The same as data (docs/STATUS.md).

use super::telling::{self, DeliveriesItem, HubItem, SubscribersItem};
use super::{
    Fault, LastLook, Listed, Lists, Status, Telling, Troubled, Use, Visitor, Watched, Watching, phrases,
};
use crate::words::{Problem, Severity, Site, Text, Timestamp};
use serde::Serialize;

/// The JSON document.
pub fn json(status: &Status, lists: &Lists, telling: &Telling) -> Vec<u8> {
    let site = &*status.site;
    let time = |at: Timestamp| site.zone.rfc3339(at);
    let document = Document {
        version: env!("CARGO_PKG_VERSION"),
        site: &site.title,
        told: time(status.told),
        began: time(status.began),
        looked: status.looked,
        faults: status.faults.iter().map(fault).collect(),
        counts: Counts {
            articles: status.counts.articles,
            feeds: status.counts.feeds,
            media: status.counts.media,
            waiting: status.counts.waiting,
            withdrawn: lists.withdrawn_count,
            problem_files: status.troubles.count,
        },
        problems: status.troubles.newest.iter().map(|file| troubled(site, file)).collect(),
        newest: lists.newest.iter().map(|article| listed(site, article)).collect(),
        waiting: lists.waiting.iter().map(|article| listed(site, article)).collect(),
        withdrawn: lists.withdrawn.iter().map(|article| listed(site, article)).collect(),
        partners: status.partners.iter().map(|partner| visitor(site, partner)).collect(),
        subscribers: telling::subscribers(telling),
        deliveries_last_hour: telling::deliveries(telling),
        hubs: telling::hubs(site, telling),
        folders: status.folders.iter().map(folder).collect(),
        last_look: status.last_look.map(|look| last_look(site, look)),
        queues: Queues {
            under_way: status.queues.under_way,
            waiting: status.queues.waiting,
            settling: status.queues.settling,
            stuck_readers: status.queues.stuck,
        },
        journal_bytes: status.journal_bytes,
    };
    let mut bytes = serde_json::to_vec_pretty(&document).expect("texts and numbers are JSON");
    bytes.push(b'\n');
    bytes
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    site: &'a str,
    told: String,
    began: String,
    looked: bool,
    faults: Vec<FaultItem>,
    counts: Counts,
    problems: Vec<TroubledItem<'a>>,
    newest: Vec<ListedItem<'a>>,
    waiting: Vec<ListedItem<'a>>,
    withdrawn: Vec<ListedItem<'a>>,
    partners: Vec<VisitorItem<'a>>,
    subscribers: Vec<SubscribersItem>,
    deliveries_last_hour: DeliveriesItem,
    hubs: Vec<HubItem<'a>>,
    folders: Vec<FolderItem<'a>>,
    last_look: Option<LookItem>,
    queues: Queues,
    journal_bytes: u64,
}

#[derive(Serialize)]
struct FaultItem {
    kind: &'static str,
    what: Text,
    hint: Text,
    detail: Text,
}

#[derive(Serialize)]
struct Counts {
    articles: usize,
    feeds: usize,
    media: usize,
    waiting: usize,
    withdrawn: usize,
    problem_files: usize,
}

#[derive(Serialize)]
struct TroubledItem<'a> {
    path: &'a str,
    since: String,
    problems: Vec<ProblemItem<'a>>,
    more: usize,
}

#[derive(Serialize)]
struct ProblemItem<'a> {
    line: Option<u32>,
    severity: Severity,
    what: &'a Text,
    hint: &'a Text,
}

#[derive(Serialize)]
struct ListedItem<'a> {
    at: String,
    title: &'a str,
    path: Option<&'a str>,
    address: Option<&'a str>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct VisitorItem<'a> {
    organisation: &'a str,
    feed: String,
    last_fetch: Option<FetchItem>,
}

#[derive(Serialize)]
struct FetchItem {
    at: String,
    format: &'static str,
    holds_current: bool,
}

#[derive(Serialize)]
struct FolderItem<'a> {
    #[serde(rename = "use")]
    of: &'static str,
    folder: &'a str,
    watched: &'static str,
    why: Text,
}

#[derive(Serialize)]
struct LookItem {
    at: String,
    took_ms: u64,
    files: u64,
    ignored: u64,
    next: String,
}

#[derive(Serialize)]
struct Queues {
    under_way: usize,
    waiting: usize,
    settling: usize,
    stuck_readers: usize,
}

fn fault(fault: &Fault) -> FaultItem {
    let (what, hint) = phrases::fault(fault.trouble);
    FaultItem { kind: phrases::name(fault.trouble), what, hint, detail: fault.in_full() }
}

fn troubled<'a>(site: &Site, file: &'a Troubled) -> TroubledItem<'a> {
    let problem = |Problem { line, severity, what, hint, .. }: &'a Problem| ProblemItem {
        line: *line,
        severity: *severity,
        what,
        hint,
    };
    TroubledItem {
        path: file.path.as_str(),
        since: site.zone.rfc3339(file.since),
        problems: file.problems.iter().map(problem).collect(),
        more: file.more,
    }
}

fn listed<'a>(site: &Site, article: &'a Listed) -> ListedItem<'a> {
    ListedItem {
        at: site.zone.rfc3339(article.at),
        title: &article.title,
        path: article.path.as_ref().map(|path| path.as_str()),
        address: article.address.as_deref(),
        reason: article.reason.as_deref(),
    }
}

fn visitor<'a>(site: &Site, Visitor { organisation, feed, last }: &'a Visitor) -> VisitorItem<'a> {
    let last_fetch = last.map(|last| FetchItem {
        at: site.zone.rfc3339(last.at),
        format: last.format.suffix(),
        holds_current: last.is_current,
    });
    VisitorItem { organisation, feed: feed.to_string(), last_fetch }
}

fn folder(watched: &Watched) -> FolderItem<'_> {
    FolderItem {
        of: match watched.of {
            Use::Content => "content",
            Use::Settings => "settings",
        },
        folder: &watched.folder,
        watched: match watched.how {
            Watching::Events => "events",
            Watching::Polling(_) | Watching::Missing => "polling",
        },
        why: phrases::watching(&watched.how),
    }
}

fn last_look(site: &Site, look: LastLook) -> LookItem {
    LookItem {
        at: site.zone.rfc3339(look.at),
        took_ms: u64::try_from(look.took.as_millis()).unwrap_or(u64::MAX),
        files: look.files,
        ignored: look.ignored,
        next: site.zone.rfc3339(look.next),
    }
}
