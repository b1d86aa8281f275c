//! `bantin subscribers`: who is told of changes, from what is remembered, whether a bantin runs on it or not.

use super::report::unread as journal_unread;
use super::{Places, listening_url};
use crate::answer::masked;
use crate::edition::VersionName;
use crate::hub::{State, Subscription};
use crate::journal::{Reader, Unread as JournalUnread};
use crate::publisher::clock;
use crate::render::subscribers::{self, Counts, Line, Subscribers};
use crate::subscriptions::{self, Subscriptions};
use crate::words::{FeedName, Format, Protocol, Site, Text, Timestamp};
use clap::{Args, ValueEnum};
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

#[derive(Args)]
pub(super) struct Wanted {
    /// How the list is written to standard output.
    #[arg(long, value_enum, default_value_t = Written::Text)]
    format: Written,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Written {
    /// For reading.
    Text,
    /// One JSON document.
    Json,
    /// One table, for a spreadsheet.
    Csv,
}

/// Prints the list.
pub(super) fn subscribers(
    places: &Places,
    state: &Path,
    Wanted { format }: Wanted,
) -> Result<ExitCode, Box<dyn Error>> {
    let site = places.load(&listening_url(SocketAddr::from(([127, 0, 0, 1], 8080))))?.site;
    let now = clock();
    let lines = read(state, &site, now).map_err(|why| why.in_language(site.interface()).to_owned())?;
    let list = Subscribers { site: &site, as_of: now, lines };
    let printed = match format {
        Written::Text => subscribers::text(&list),
        Written::Json => subscribers::json(&list),
        Written::Csv => subscribers::csv(&list),
    };
    match io::stdout().lock().write_all(&printed) {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read(state: &Path, site: &Site, now: Timestamp) -> Result<Vec<Line>, Text> {
    let all = Subscriptions::beside(state).map_err(|error| unread(state, &error))?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let journal = Reader::beside(state).map_err(|error| journal_unread(state, &error))?;
    let mut versions: HashMap<FeedName, Option<VersionName>> = HashMap::new();
    for feed in all.iter().map(|subscription| &subscription.topic.outlet.name) {
        if !versions.contains_key(feed) {
            let version = journal.version(feed);
            let version = version.map_err(|error| journal_unread(state, &JournalUnread::Refused(error)))?;
            versions.insert(feed.clone(), version);
        }
    }
    let version = |feed: &FeedName| versions.get(feed).copied().flatten();
    Ok(listed(&all, site, &version, now))
}

/// The lines of the list: those of one document, protocol and host are one.
fn listed(
    all: &[Subscription],
    site: &Site,
    version: &dyn Fn(&FeedName) -> Option<VersionName>,
    now: Timestamp,
) -> Vec<Line> {
    let mut lines: BTreeMap<(FeedName, Format, String, Protocol, String), Line> = BTreeMap::new();
    for subscription in all {
        let topic = &subscription.topic;
        let address = masked(&site.topic_url(topic)).into_owned();
        let (feed, host) = (topic.outlet.name.clone(), subscription.callback.host().to_owned());
        let key = (feed, topic.format, address, subscription.protocol, host);
        let line = lines.entry(key).or_insert_with_key(|(feed, format, address, protocol, host)| Line {
            feed: feed.clone(),
            format: *format,
            topic: address.clone(),
            is_private: topic.outlet.token.is_some(),
            protocol: *protocol,
            host: host.clone(),
            counts: Counts::default(),
            until: None,
            next_try: None,
        });
        count(line, subscription, version(&topic.outlet.name), now);
    }
    lines.into_values().collect()
}

fn count(line: &mut Line, subscription: &Subscription, version: Option<VersionName>, now: Timestamp) {
    let Line { counts, until, next_try, .. } = line;
    match subscription.state {
        State::Active { until: ends } if ends > now => {
            counts.active += 1;
            counts.current += usize::from(version == Some(subscription.has()));
            *until = Some(until.map_or(ends, |earlier| earlier.min(ends)));
            if subscription.failures > 0 {
                counts.failing += 1;
                let next = subscription.next_try;
                *next_try = Some(next_try.map_or(next, |earlier| earlier.min(next)));
            }
        }
        State::Asked => counts.pending += 1,
        State::Active { .. } | State::Denied => counts.ending += 1,
    }
}

fn unread(state: &Path, error: &subscriptions::Unread) -> Text {
    let state = state.display();
    match error {
        subscriptions::Unread::Missing => Text::new(
            format!(
                "không có danh sách đăng ký trong {state}\n  gợi ý: ghi đúng thư mục trạng thái của máy chủ với --state; danh sách có từ lần đầu máy chủ chạy bằng bản này"
            ),
            format!(
                "there is no list of subscriptions in {state}\n  hint: name the server's state folder with --state; the list is there once the server has run with this version"
            ),
        ),
        subscriptions::Unread::Strange => Text::new(
            format!(
                "danh sách đăng ký trong {state} không phải do bản bantin này ghi\n  gợi ý: dùng đúng bản mà máy chủ đang chạy"
            ),
            format!(
                "the list of subscriptions in {state} was not written by this bantin\n  hint: use the version that the server runs"
            ),
        ),
        subscriptions::Unread::Refused(error) => Text::new(
            format!(
                "không đọc được danh sách đăng ký trong {state}: {error}\n  gợi ý: chạy lệnh này với người dùng đang chạy bantin"
            ),
            format!(
                "the list of subscriptions in {state} cannot be read: {error}\n  hint: run this as the user that runs bantin"
            ),
        ),
    }
}
