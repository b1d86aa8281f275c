//! Habits as they are shown to the person in charge.

use super::following::{Followers, Service};
use super::unruly::Client;
use super::{Habits, MOST_DAYS_OF_FEED, OfFeed, Tallies, Tally, WEEK, When};
use crate::render::stats::{self, Counts, Followed, Stats, Unruly};
use crate::words::{Day, FeedName, Format, Site, Timestamp};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// For how many days it is shown what happened.
pub const DAYS_SHOWN: usize = 30;
/// How many feeds, services of each, and unruly clients are shown.
pub const FEEDS_SHOWN: usize = 50;
pub const SERVICES_SHOWN: usize = 10;
pub const UNRULY_SHOWN: usize = 20;
/// From how many fetches on, of what it had just been given, a client is shown. One that is refused is shown at once.
pub const UNRULY_FROM: u64 = 20;

impl Habits {
    /// As they are now. It is told of each feed whether everybody gets it.
    pub fn stats(&self, site: Arc<Site>, is_public: impl Fn(&FeedName) -> bool, now: Timestamp) -> Stats {
        let when = When::new(now, &site.zone);
        let mut feeds: Vec<(&FeedName, &OfFeed, Followers)> =
            self.feeds.iter().map(|(name, feed)| (name, feed, feed.following.followers(now))).collect();
        feeds.retain(|(_, feed, followers)| {
            *followers != Followers::default() || of_week(&feed.week, when) != Counts::default()
        });
        let feed_count = feeds.len();
        feeds.sort_by_key(|(name, feed, followers)| {
            let Followers { reported, claimed, observed } = followers;
            (Reverse(reported + claimed + observed), Reverse(of_week(&feed.week, when).all()), *name)
        });
        feeds.truncate(FEEDS_SHOWN);
        let followed = |(name, feed, followers)| followed(name, is_public(name), feed, followers, when);
        Stats {
            told: now,
            since: self.days.keys().next().copied(),
            week: of_week(&self.days, when),
            feeds: feeds.into_iter().map(followed).collect(),
            feed_count,
            days: last_days(DAYS_SHOWN, when)
                .map(|day| (day, self.days.get(&day).map_or_else(Counts::default, counts)))
                .collect(),
            unruly: self.unruly(when),
            uncounted: self.uncounted,
            damaged: None,
            site,
        }
    }

    fn unruly(&self, when: When) -> Vec<Unruly> {
        let counted = self.unruly.clients.iter().map(|client| (client, client.counts(when)));
        let mut clients: Vec<(&Client, (u64, u64))> =
            counted.filter(|(_, (again, refused))| *again >= UNRULY_FROM || *refused > 0).collect();
        clients
            .sort_by_key(|(client, (again, refused))| (Reverse(again + refused), &client.agent, client.mark));
        let shown = clients.into_iter().take(UNRULY_SHOWN);
        shown
            .map(|(client, (again, refused))| Unruly {
                agent: client.agent.to_string(),
                mark: client.mark.to_string(),
                again,
                refused,
                last: Timestamp::nearest(client.last),
            })
            .collect()
    }
}

fn followed(name: &FeedName, is_public: bool, feed: &OfFeed, followers: Followers, when: When) -> Followed {
    let mut services: Vec<stats::Service> = feed
        .following
        .services
        .iter()
        .filter_map(|(agent, service)| told_service(agent, service, when.now))
        .collect();
    let service_count = services.len();
    services.sort_by_key(|service| Reverse(service.subscribers));
    services.truncate(SERVICES_SHOWN);
    let of_day = |day: Day| match day == when.today {
        true => Some(followers),
        false => feed.days.get(&day).copied(),
    };
    Followed {
        name: name.clone(),
        is_public,
        followers: told(followers),
        week: of_week(&feed.week, when),
        services,
        service_count,
        days: last_days(MOST_DAYS_OF_FEED, when).map(|day| (day, of_day(day).map(told))).collect(),
    }
}

fn told_service(agent: &str, service: &Service, now: Timestamp) -> Option<stats::Service> {
    let last = service.last(now)?;
    let (is_known, subscribers) = (service.is_known, service.subscribers(now));
    Some(stats::Service { agent: agent.to_owned(), is_known, subscribers, last })
}

fn told(followers: Followers) -> stats::Followers {
    let Followers { reported, claimed, observed } = followers;
    stats::Followers { reported, claimed, observed }
}

/// What happened on the last seven days, with this one.
fn of_week(days: &BTreeMap<Day, Tallies>, when: When) -> Counts {
    let mut sums = Tallies::default();
    days.range(when.last_days(WEEK)).for_each(|(_, tallies)| super::add(&mut sums, tallies));
    counts(&sums)
}

fn counts(tallies: &Tallies) -> Counts {
    let Tally { requests: _, conditional, unchanged, again, refused, sent, saved } = Tally::of(tallies);
    let requests = Format::ALL.map(|format| tallies[format as usize].requests);
    Counts { requests, conditional, unchanged, again, refused, sent, saved }
}

/// So many days, of which the last is this one.
fn last_days(count: usize, when: When) -> impl Iterator<Item = Day> {
    (0..count).rev().map(move |back| when.today.minus(back))
}
