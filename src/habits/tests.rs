use super::caller::Mark;
use super::following::{MOST_SERVICES, MOST_UNKNOWN, Service, WINDOW};
use super::telling::{DAYS_SHOWN, FEEDS_SHOWN, UNRULY_FROM};
use super::unruly::{Client, MOST_WATCHED};
use super::*;
use crate::render::stats::{Counts, Followers as Shown, Stats};
use crate::words::Site;
use http::StatusCode;
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

const FEEDBIN: &str = "Feedbin feed-id:1 - 102 subscribers";
const READER: &str = "NetNewsWire (RSS Reader; https://netnewswire.com/)";

/// Seven in the evening of 15 January 2027 in Hồ Chí Minh City.
fn at(seconds: i64) -> Timestamp {
    Timestamp::nearest(1_800_014_400 + seconds)
}

fn site() -> Arc<Site> {
    static SITE: LazyLock<Arc<Site>> = LazyLock::new(|| {
        let base = url::Url::parse("https://tin.example.vn/").expect("an address");
        Arc::new(crate::settings::site("", &Default::default(), &base).expect("sound settings").0)
    });
    SITE.clone()
}

fn name(name: &str) -> FeedName {
    FeedName::parse(name).expect("a name")
}

fn answered(status: u16, sent: u64) -> Answered {
    let status = StatusCode::from_u16(status).expect("a status");
    let is_conditional = matches!(status.as_u16(), 304 | 226);
    Answered { status, is_conditional, is_again: false, sent, whole: None }
}

/// Somebody who was answered so, in these formats.
fn visit(feed: &str, agent: &str, mark: u64, answers: &[(Format, Answered)]) -> Visit {
    let mut doings = [Doings::default(); Format::ALL.len()];
    answers.iter().for_each(|(format, answered)| doings[*format as usize].enter(*answered));
    Visit { feed: name(feed), agent: agent.into(), mark: Mark(mark), doings }
}

fn fetch(feed: &str, agent: &str, mark: u64) -> Visit {
    visit(feed, agent, mark, &[(Format::Rss, answered(200, 1_000))])
}

fn take(habits: &mut Habits, visits: impl IntoIterator<Item = Visit>, seconds: i64) {
    habits.take(visits, &site().zone, at(seconds));
}

fn stats(habits: &Habits, seconds: i64) -> Stats {
    habits.stats(site(), |name| *name != FeedName::All, at(seconds))
}

fn followers(habits: &Habits, feed: &str, seconds: i64) -> Shown {
    let stats = stats(habits, seconds);
    let feed = stats.feeds.into_iter().find(|followed| followed.name == name(feed));
    feed.map_or_else(Shown::default, |feed| feed.followers)
}

#[test]
fn formats_are_added_within_a_feed_and_feeds_never() {
    let mut habits = Habits::default();
    let all = |feed, agent, mark| {
        visit(feed, agent, mark, &Format::ALL.map(|format| (format, answered(200, 1_000))))
    };
    take(&mut habits, [all("lua", FEEDBIN, 1), all("lua", READER, 2), fetch("ga", FEEDBIN, 1)], 0);
    assert_eq!(followers(&habits, "lua", 0), Shown { reported: 306, claimed: 0, observed: 1 });
    assert_eq!(followers(&habits, "ga", 0), Shown { reported: 102, claimed: 0, observed: 0 });
    let stats = stats(&habits, 0);
    let of_format = |format: Format| stats.week.requests[format as usize];
    assert_eq!(Format::ALL.map(of_format), [3, 2, 2]);
    assert_eq!((stats.feed_count, stats.feeds.len()), (2, 2));
    assert_eq!(stats.feeds[0].services.len(), 1);
}

#[test]
fn whoever_looks_or_collects_follows_nothing() {
    let mut habits = Habits::default();
    let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";
    let agents = [browser, "Googlebot/2.1", "curl/8.5.0", ""];
    let visits = agents.into_iter().zip(1..).map(|(agent, mark)| fetch("lua", agent, mark));
    take(&mut habits, visits, 0);
    assert_eq!(followers(&habits, "lua", 0), Shown::default());
    assert_eq!(stats(&habits, 0).week.all(), 4);
    // Two readers at one address are one.
    take(&mut habits, [fetch("lua", READER, 1), fetch("lua", "newsboat/2.37", 1)], 0);
    take(&mut habits, [fetch("lua", "Ours (5000 subscribers)", 1)], 0);
    assert_eq!(followers(&habits, "lua", 0), Shown { reported: 0, claimed: 100, observed: 1 });
}

#[test]
fn what_was_saved_is_told_by_the_last_whole_document_where_nothing_else_does() {
    let mut habits = Habits::default();
    let (rss, atom) = (Format::Rss, Format::Atom);
    take(&mut habits, [visit("lua", READER, 1, &[(rss, answered(304, 0))])], 0);
    assert_eq!(stats(&habits, 0).week.saved, 0, "nobody can say");
    take(&mut habits, [fetch("lua", READER, 1)], 1);
    take(&mut habits, [visit("lua", READER, 1, &[(rss, answered(304, 0)), (atom, answered(304, 0))])], 2);
    let weighed = Answered { whole: Some(700), ..answered(304, 0) };
    take(&mut habits, [visit("lua", READER, 1, &[(atom, weighed)])], 3);
    let Counts { conditional, unchanged, sent, saved, .. } = stats(&habits, 3).week;
    assert_eq!((conditional, unchanged, sent, saved), (4, 4, 1_000, 1_700));
    // What is new in it was sent twice, and once that was more than all of it.
    let new = [(rss, answered(226, 300)), (rss, answered(226, 200))];
    take(&mut habits, [visit("lua", READER, 1, &new)], 4);
    take(&mut habits, [visit("lua", READER, 1, &[(rss, answered(226, 1_100))])], 5);
    let Counts { sent, saved, .. } = stats(&habits, 5).week;
    assert_eq!((sent, saved), (2_600, 1_700 + 700 + 800));
}

#[test]
fn days_are_those_of_the_site_and_a_week_has_seven() {
    let mut habits = Habits::default();
    let day = 86_400;
    // Midnight is five hours later.
    for (seconds, count) in [(0, 1), (5 * 3_600 - 1, 2), (5 * 3_600, 4), (3 * day, 8), (40 * day, 16)] {
        take(&mut habits, std::iter::repeat_n(fetch("lua", READER, 1), count), seconds);
    }
    let on_days = |seconds: i64| {
        let days = stats(&habits, seconds).days;
        assert_eq!(days.len(), DAYS_SHOWN);
        let of = |(day, counts): (Day, Counts)| (counts.all() > 0).then(|| (day.to_string(), counts.all()));
        days.into_iter().filter_map(of).collect::<Vec<_>>()
    };
    let expected = [("2027-01-15", 3), ("2027-01-16", 4), ("2027-01-18", 8)];
    assert_eq!(on_days(3 * day), expected.map(|(day, count)| (day.to_owned(), count)));
    assert_eq!(on_days(40 * day), [("2027-02-24".to_owned(), 16)]);
    let of_week = |seconds| stats(&habits, seconds).week.all();
    assert_eq!([0, 3 * day, 6 * day, 7 * day, 9 * day, 10 * day].map(of_week), [3, 15, 15, 12, 8, 0]);
    assert_eq!(stats(&habits, 0).since.map(|day| day.to_string()), Some("2027-01-15".to_owned()));
}

#[test]
fn a_week_has_seven_days_where_clocks_change_too() {
    let base = url::Url::parse("https://tin.example.vn/").expect("an address");
    let berlin = crate::settings::site("time_zone = \"Europe/Berlin\"", &Default::default(), &base);
    let site = Arc::new(berlin.expect("sound settings").0);
    for (month, today, hour) in [(3, 30, 0), (10, 26, 23)] {
        let mut habits = Habits::default();
        let at = |day, minute| site.zone.at((2026, month, day), (hour, minute, 0)).expect("a time");
        for day in today - 9..=today {
            habits.take([fetch("lua", READER, 1)], &site.zone, at(day, 15));
        }
        let stats = habits.stats(site.clone(), |_| true, at(today, 30));
        assert_eq!(stats.week.all(), 7, "up to {today}/{month}");
        assert_eq!(stats.days.iter().filter(|(_, counts)| counts.all() == 1).count(), 10);
    }
}

#[test]
fn how_many_follow_a_feed_is_known_day_by_day() {
    let mut habits = Habits::default();
    let zone = &site().zone;
    let day = 86_400;
    take(&mut habits, [fetch("lua", FEEDBIN, 1)], 0);
    habits.settle(zone, at(0));
    take(&mut habits, (1..4).map(|mark| fetch("lua", READER, mark)), day);
    habits.settle(zone, at(day));
    take(&mut habits, [fetch("lua", READER, 9)], 3 * day);
    let stats = stats(&habits, 3 * day);
    let days: Vec<(String, u64, u64)> = stats.feeds[0]
        .days
        .iter()
        .filter_map(|(day, followers)| followers.map(|f| (day.to_string(), f.reported, f.observed)))
        .collect();
    let expected = [("2027-01-15", 102, 0), ("2027-01-16", 102, 3), ("2027-01-18", 102, 4)];
    assert_eq!(days, expected.map(|(day, reported, observed)| (day.to_owned(), reported, observed)));
    assert_eq!(stats.feeds[0].days.len(), MOST_DAYS_OF_FEED);
    assert!(stats.feeds[0].is_public);
}

#[test]
fn who_fetches_again_and_again_is_named_and_who_did_so_long_ago_is_not() {
    let mut habits = Habits::default();
    let again = Answered { is_again: true, ..answered(200, 1_000) };
    let rude = |agent: &str, mark, times, refused| {
        let answers = vec![(Format::Rss, again); times];
        let refusals = vec![(Format::Rss, answered(429, 300)); refused];
        visit("lua", agent, mark, &[answers, refusals].concat())
    };
    let few = UNRULY_FROM as usize;
    take(&mut habits, [rude("a", 1, few - 1, 0), rude("b", 2, few, 0), rude("c", 3, 0, 1)], 0);
    take(&mut habits, [rude("c", 3, 0, 1), rude("c", 4, 0, 1)], 86_400);
    let named = |habits: &Habits, seconds| {
        let unruly = stats(habits, seconds).unruly;
        unruly.iter().map(|client| (client.agent.clone(), client.again, client.refused)).collect::<Vec<_>>()
    };
    let client = |agent: &str, again, refused| (agent.to_owned(), again, refused);
    assert_eq!(
        named(&habits, 86_400),
        [client("b", UNRULY_FROM, 0), client("c", 0, 2), client("c", 0, 1)],
        "two of one name at two places"
    );
    habits.settle(&site().zone, at(7 * 86_400));
    assert_eq!(named(&habits, 7 * 86_400), [client("c", 0, 1), client("c", 0, 1)]);
    habits.settle(&site().zone, at(8 * 86_400));
    assert_eq!(named(&habits, 8 * 86_400), []);
}

#[test]
fn what_a_wrong_clock_entered_is_forgotten() {
    let mut habits = Habits::default();
    let (day, ahead) = (86_400, 2_000_000_000);
    let rude = |mark| visit("ga", &format!("rude {mark}"), mark, &[(Format::Rss, answered(429, 300))]);
    take(&mut habits, [rude(1), rude(2), fetch("lua", READER, 1)], ahead);
    take(&mut habits, [rude(2), rude(3)], 0);
    let refused = |habits: &Habits| {
        let unruly = stats(habits, 0).unruly.into_iter();
        unruly.map(|client| (client.agent, client.refused, client.last)).collect::<Vec<_>>()
    };
    let expected = |last: [i64; 2]| {
        [(2, last[0]), (3, last[1])].map(|(mark, last)| (format!("rude {mark}"), 1, at(last)))
    };
    assert_eq!(refused(&habits), expected([0, 0]));
    habits.settle(&site().zone, at(0));
    assert_eq!((refused(&habits).len(), habits.unruly.clients.len()), (2, 2));
    take(&mut habits, [rude(3)], ahead);
    habits.settle(&site().zone, at(day));
    assert_eq!(refused(&habits), expected([0, day]));
    for days in 0..7 {
        take(&mut habits, [fetch("lua", READER, 1)], days * day);
    }
    let lua = stats(&habits, 6 * day).feeds.into_iter().find(|followed| followed.name == name("lua"));
    assert_eq!(lua.map(|lua| lua.week.all()), Some(7), "the day that lies ahead takes nobody's place");

    let mut habits = Habits::default();
    take(&mut habits, [fetch("lua", READER, 1)], 0);
    habits.settle(&site().zone, Timestamp::nearest(0));
    assert!(habits.feeds.contains_key(&name("lua")), "a clock that is set back for a while costs nothing");
    take(&mut habits, (0..MOST_FEEDS).map(|number| fetch(&format!("f-{number}"), READER, 1)), ahead);
    take(&mut habits, [fetch("moi", READER, 1)], 0);
    assert!(habits.feeds.contains_key(&name("moi")), "feeds that nobody asks for yet make room");
}

#[test]
fn strangers_find_only_so_much_room() {
    let mut habits = Habits::default();
    let again = Answered { is_again: true, ..answered(200, 1_000) };
    let rude = |number: u64| visit("lua", &format!("made up {number}"), number, &[(Format::Rss, again)]);
    take(&mut habits, [visit("lua", "rude", 1, &vec![(Format::Rss, again); 100])], 0);
    take(&mut habits, (0..MOST_OTHERS as u64 + 1_000).map(rude), 0);
    take(&mut habits, (0..MOST_FEEDS + 100).map(|number| fetch(&format!("f-{number}"), "curl/8", 1)), 0);
    let services = |known: &'static str| {
        (0..1_000).map(move |number| fetch("lua", &format!("{known}/{number} (3 subscribers)"), 1))
    };
    take(&mut habits, services("Ours").chain(services("Feedly")), 0);
    assert_eq!(habits.others, MOST_OTHERS);
    assert_eq!(habits.feeds.len(), MOST_FEEDS);
    assert_eq!(habits.unruly.clients.len(), MOST_WATCHED);
    let lua = &habits.feeds[&name("lua")];
    assert_eq!(lua.following.services.len(), MOST_SERVICES);
    assert_eq!(
        followers(&habits, "lua", 0),
        Shown {
            reported: 3 * (MOST_SERVICES - MOST_UNKNOWN) as u64,
            claimed: 3 * MOST_UNKNOWN as u64,
            observed: MOST_OTHERS as u64
        }
    );
    // "rude" and one of the strangers are at the same place.
    let not_counted = 1_000 + 101 + 2_000 - MOST_SERVICES as u64;
    let stats = stats(&habits, 0);
    assert_eq!(stats.uncounted, not_counted);
    assert_eq!((stats.feeds.len(), stats.feed_count), (FEEDS_SHOWN, MOST_FEEDS));
    assert_eq!(stats.unruly.first().map(|client| &*client.agent), Some("rude"));
    let written = habits.write(&Secret::of([7; 16]));
    assert!(written.len() < 4 << 20, "{} bytes", written.len());
    // A week later there is room for others.
    let before = habits.uncounted;
    take(&mut habits, (0..10).map(|mark| fetch("lua", READER, mark + 1_000_000)), WINDOW);
    assert_eq!((habits.others, habits.uncounted), (10, before));
    take(&mut habits, [fetch("moi", READER, 1)], 91 * 86_400);
    assert!(habits.feeds.contains_key(&name("moi")), "feeds that nobody asks for make room");
}

#[test]
fn services_made_up_for_all_feeds_find_only_so_much_room() {
    let mut habits = Habits::default();
    let made_up = (0..MOST_SERVICES_OF_ALL + 500).map(|number| {
        fetch(&format!("f-{}", number / MOST_SERVICES), &format!("Feedly/{number} (3 subscribers)"), 1)
    });
    take(&mut habits, made_up, 0);
    let services =
        |habits: &Habits| -> usize { habits.feeds.values().map(|feed| feed.following.services.len()).sum() };
    assert_eq!((services(&habits), habits.services), (MOST_SERVICES_OF_ALL, MOST_SERVICES_OF_ALL));
    assert_eq!(habits.uncounted, 500);
    take(&mut habits, [fetch("f-0", "Feedly/0 (7 subscribers)", 1)], 1);
    assert_eq!(
        followers(&habits, "f-0", 1).reported,
        3 * (MOST_SERVICES as u64 - 1) + 7,
        "who is known stays"
    );
    take(&mut habits, [fetch("f-0", FEEDBIN, 1)], WINDOW);
    assert_eq!(
        (services(&habits), habits.services, habits.uncounted),
        (2, 2, 500),
        "a week later there is room"
    );
}

/// As much of everything as there ever is, in the longest words and numbers.
fn fullest() -> Habits {
    let zone = &site().zone;
    let days = |count: usize| (0..count).map(|back| Day::of(at(-86_400 * back as i64), zone));
    let most = u64::MAX;
    let tally = Tally::from([most; 7]);
    let agent =
        |number: usize| -> Box<str> { format!("{number:0>6}{}", "\"".repeat(LONGEST_AGENT - 6)).into() };
    let service = |number| {
        let claims = [Some((u32::MAX, at(0).seconds())); Format::ALL.len()];
        (agent(number), Service { is_known: false, claims })
    };
    let mut habits =
        Habits { days: days(MOST_DAYS).map(|day| (day, [tally; 3])).collect(), ..Habits::default() };
    for number in 0..MOST_FEEDS {
        let share = |most: usize| number * most / MOST_FEEDS..(number + 1) * most / MOST_FEEDS;
        let following = Following {
            services: share(MOST_SERVICES_OF_ALL).map(service).collect(),
            others: share(MOST_OTHERS).map(|other| (Mark(most - other as u64), at(0).seconds())).collect(),
        };
        let followers = Followers { reported: 1_000_000_000, claimed: 2_000, observed: MOST_OTHERS as u64 };
        let feed = OfFeed {
            week: days(WEEK).map(|day| (day, [tally; 3])).collect(),
            following,
            days: days(MOST_DAYS_OF_FEED).map(|day| (day, followers)).collect(),
            whole: [most; 3],
        };
        habits.feeds.insert(name(&format!("author/{number:a>110}")), feed);
    }
    (habits.others, habits.services) = (MOST_OTHERS, MOST_SERVICES_OF_ALL);
    let watched = |number: usize| Client {
        agent: agent(number),
        mark: Mark(most),
        last: at(0).seconds(),
        days: days(WEEK).map(|day| (day, (most, most))).collect(),
    };
    habits.unruly = Unruly { clients: (0..MOST_WATCHED).map(watched).collect() };
    habits
}

#[test]
fn however_much_there_is_to_be_kept_it_is_read_again() {
    let (habits, secret) = (fullest(), Secret::of([3; 16]));
    let written = habits.write(&secret);
    assert!((written.len() as u64) < LONGEST_WRITTEN, "{} bytes", written.len());
    assert!(written.len() < 22 << 20, "{} bytes are more than docs/OPERATION.md says", written.len());
    let read = Habits::read(&written).expect("it was just written").1;
    assert_eq!((read.others, read.services), (MOST_OTHERS, MOST_SERVICES_OF_ALL));
    assert!(read.write(&secret) == written);
}

/// All there is to be told, and what is kept besides.
fn busy() -> Habits {
    let mut habits = Habits::default();
    let again = Answered { is_again: true, ..answered(200, 2_000) };
    for day in 0..100 {
        let rude = visit("lua", "rude \"reader\" <é>", day as u64 % 3, &[(Format::Json, again); 3]);
        let visits = [
            fetch("lua", FEEDBIN, 1),
            fetch("tag/mua-vu", READER, day as u64),
            fetch("all", "Ours (3 readers)", 4),
            visit("all", READER, 5, &[(Format::Atom, answered(304, 0)), (Format::Atom, answered(226, 10))]),
            rude,
        ];
        take(&mut habits, visits, day * 86_400);
        habits.settle(&site().zone, at(day * 86_400));
    }
    habits
}

#[test]
fn what_is_kept_is_what_was_known() {
    let (habits, secret) = (busy(), Secret::of([3; 16]));
    let written = habits.write(&secret);
    let (read_secret, read) = Habits::read(&written).expect("it was just written");
    assert!(read_secret == secret);
    assert_eq!(stats(&read, 99 * 86_400), stats(&habits, 99 * 86_400));
    assert_eq!(read.write(&secret), written);
    assert_eq!(read.others, habits.others);
}

proptest! {
    #[test]
    fn what_was_damaged_is_not_believed(place in any::<prop::sample::Index>(), bit in 0..8_u8, cut in any::<bool>()) {
        static KEPT: LazyLock<Vec<u8>> = LazyLock::new(|| busy().write(&Secret::of([3; 16])));
        let mut kept = KEPT.clone();
        let place = place.index(kept.len());
        if cut { kept.truncate(place) } else { kept[place] ^= 1 << bit }
        prop_assert_eq!(Habits::read(&kept).map(|_| ()), Err(Damaged));
    }

    /// Whoever comes when: those are counted who were here within seven days to the second, each once.
    #[test]
    fn the_window_is_exact(
        visits in proptest::collection::vec((0..8_u64, 0..WINDOW / 3), 1..60),
        later in 0..2 * WINDOW,
    ) {
        let mut habits = Habits::default();
        let (mut now, mut last) = (0, std::collections::HashMap::new());
        for (mark, passes) in visits {
            now += passes;
            take(&mut habits, [fetch("lua", READER, mark)], now);
            last.insert(mark, now);
        }
        for seconds in [now, now + later, *last.values().min().expect("somebody came") + WINDOW] {
            if seconds < now { continue }
            let expected = last.values().filter(|at| seconds - **at < WINDOW).count() as u64;
            prop_assert_eq!(followers(&habits, "lua", seconds).observed, expected);
            let mut settled = Habits::read(&habits.write(&Secret::of([0; 16]))).expect("just written").1;
            settled.settle(&site().zone, at(seconds));
            prop_assert_eq!(settled.others as u64, expected);
        }
    }

    /// A clock that is set back or forth, by years, too, loses no count and keeps nobody for ever.
    #[test]
    fn a_wrong_clock_breaks_nothing(jumps in proptest::collection::vec(-2_000_000_000..2_000_000_000_i64, 1..20)) {
        let mut habits = Habits::default();
        for (number, jump) in (0..).zip(&jumps) {
            take(&mut habits, [fetch("lua", READER, number)], *jump);
            habits.settle(&site().zone, at(*jump));
            prop_assert!(followers(&habits, "lua", *jump).observed >= 1);
            prop_assert_eq!(habits.others, habits.feeds[&name("lua")].following.others.len());
        }
        habits.settle(&site().zone, at(0));
        let near = jumps.iter().filter(|jump| jump.abs() < WINDOW).count() as u64;
        prop_assert!(followers(&habits, "lua", 0).observed <= near);
    }
}
