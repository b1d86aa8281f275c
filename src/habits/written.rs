//! Habits as they are kept over restarts: a line that sums up the rest, and JSON.

use super::caller::{Mark, Secret};
use super::following::{Followers, Following, MOST_SERVICES, Service};
use super::unruly::{Client, MOST_WATCHED, Unruly};
use super::{Habits, MOST_DAYS, MOST_DAYS_OF_FEED, MOST_FEEDS, MOST_OTHERS, MOST_SERVICES_OF_ALL};
use super::{OfFeed, Tallies, WEEK};
use crate::words::{Day, FeedName, Fingerprint, Format};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The form that this bantin writes.
const FORM: u32 = 1;

/// What is kept is not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is not what was written")
    }
}

impl std::error::Error for Damaged {}

#[derive(Serialize, Deserialize)]
struct Written {
    form: u32,
    secret: [u8; 16],
    days: BTreeMap<String, Tallies>,
    feeds: BTreeMap<String, WrittenFeed>,
    unruly: Vec<WrittenClient>,
}

#[derive(Serialize, Deserialize)]
struct WrittenFeed {
    week: BTreeMap<String, Tallies>,
    services: Vec<WrittenService>,
    others: Vec<(u64, i64)>,
    days: BTreeMap<String, [u64; 3]>,
    whole: [u64; Format::ALL.len()],
}

#[derive(Serialize, Deserialize)]
struct WrittenService {
    reader: String,
    is_known: bool,
    claims: [Option<(u32, i64)>; Format::ALL.len()],
}

#[derive(Serialize, Deserialize)]
struct WrittenClient {
    agent: String,
    mark: u64,
    last: i64,
    days: BTreeMap<String, (u64, u64)>,
}

impl Habits {
    /// As they are kept, with the secret that their hashes were made with.
    pub fn write(&self, secret: &Secret) -> Vec<u8> {
        let written = Written {
            form: FORM,
            secret: secret.bits(),
            days: days(&self.days, |tallies| *tallies),
            feeds: self.feeds.iter().map(|(name, feed)| (name.to_string(), written_feed(feed))).collect(),
            unruly: self.unruly.clients.iter().map(written_client).collect(),
        };
        let json = serde_json::to_vec(&written).expect("texts and numbers are JSON");
        let mut kept = format!("{}\n", Fingerprint::of([&json])).into_bytes();
        kept.extend_from_slice(&json);
        kept.push(b'\n');
        kept
    }

    /// Reads what was kept.
    ///
    /// # Errors
    /// When it is not what was written.
    pub fn read(kept: &[u8]) -> Result<(Secret, Self), Damaged> {
        let end = kept.iter().position(|byte| *byte == b'\n').ok_or(Damaged)?;
        let (sum, json) = (&kept[..end], kept[end + 1..].strip_suffix(b"\n").ok_or(Damaged)?);
        if sum != Fingerprint::of([json]).to_string().as_bytes() {
            return Err(Damaged);
        }
        let written: Written = serde_json::from_slice(json).map_err(|_| Damaged)?;
        if written.form != FORM {
            return Err(Damaged);
        }
        let mut habits = Self { days: read_days(written.days, MOST_DAYS)?, ..Self::default() };
        for (name, feed) in written.feeds.into_iter().take(MOST_FEEDS) {
            let room = (MOST_OTHERS - habits.others, MOST_SERVICES_OF_ALL - habits.services);
            let feed = read_feed(feed, room)?;
            habits.others += feed.following.others.len();
            habits.services += feed.following.services.len();
            habits.feeds.insert(FeedName::parse(&name).ok_or(Damaged)?, feed);
        }
        let clients = written.unruly.into_iter().take(MOST_WATCHED).map(read_client);
        habits.unruly = Unruly { clients: clients.collect::<Result<_, _>>()? };
        Ok((Secret::of(written.secret), habits))
    }
}

fn days<T, U>(days: &BTreeMap<Day, T>, write: impl Fn(&T) -> U) -> BTreeMap<String, U> {
    days.iter().map(|(day, of)| (day.to_string(), write(of))).collect()
}

fn read_days<T>(days: BTreeMap<String, T>, most: usize) -> Result<BTreeMap<Day, T>, Damaged> {
    let latest = days.into_iter().rev().take(most);
    latest.map(|(day, of)| Ok((Day::parse(&day).ok_or(Damaged)?, of))).collect()
}

fn written_feed(feed: &OfFeed) -> WrittenFeed {
    let services = feed.following.services.iter().map(|(reader, service)| WrittenService {
        reader: reader.to_string(),
        is_known: service.is_known,
        claims: service.claims,
    });
    let mut others: Vec<(u64, i64)> = feed.following.others.iter().map(|(mark, at)| (mark.0, *at)).collect();
    others.sort_unstable();
    WrittenFeed {
        week: days(&feed.week, |tallies| *tallies),
        services: services.collect(),
        others,
        days: days(&feed.days, |followers| [followers.reported, followers.claimed, followers.observed]),
        whole: feed.whole,
    }
}

fn read_feed(written: WrittenFeed, (most_others, most_services): (usize, usize)) -> Result<OfFeed, Damaged> {
    let WrittenFeed { week, services, others, days, whole } = written;
    let service = |WrittenService { reader, is_known, claims }| (reader.into(), Service { is_known, claims });
    let followers = |[reported, claimed, observed]: [u64; 3]| Followers { reported, claimed, observed };
    let days = read_days(days, MOST_DAYS_OF_FEED)?;
    Ok(OfFeed {
        week: read_days(week, WEEK)?,
        following: Following {
            services: services.into_iter().take(MOST_SERVICES.min(most_services)).map(service).collect(),
            others: others.into_iter().take(most_others).map(|(mark, at)| (Mark(mark), at)).collect(),
        },
        days: days.into_iter().map(|(day, counts)| (day, followers(counts))).collect(),
        whole,
    })
}

fn written_client(client: &Client) -> WrittenClient {
    let Client { agent, mark, last, days: of } = client;
    WrittenClient { agent: agent.to_string(), mark: mark.0, last: *last, days: days(of, |counts| *counts) }
}

fn read_client(written: WrittenClient) -> Result<Client, Damaged> {
    let WrittenClient { agent, mark, last, days } = written;
    Ok(Client { agent: agent.into(), mark: Mark(mark), last, days: read_days(days, super::unruly::DAYS)? })
}
