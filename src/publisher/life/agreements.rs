//! What time does to agreements, to the second.

use super::*;
use crate::answer::{Body, respond};
use crate::edition::Print;
use crate::journal::Words;
use crate::words::{Format, Outlet, Published, Token};
use http::StatusCode;

impl Office {
    /// When the publisher would look at the clock next.
    pub(super) fn next_due(&mut self) -> Option<Timestamp> {
        let journal = self.journal.as_mut().expect("it is open");
        let ahead = journal.session().expect("a session").ahead().expect("the journal works");
        let forgets = self.catalogue.first_gone().map(|at| at.plus_seconds(self.site.withdrawn_for()));
        [ahead.next(), self.edition.next_turn(), forgets].into_iter().flatten().min()
    }

    /// Ends, and starts again so much later.
    pub(super) fn restart_after(&mut self, seconds: i64) {
        self.now = self.now.plus_seconds(seconds);
        let catalogue = self.started_anew();
        let before = Edition::remembered(catalogue.clone(), self.validators.clone(), self.now);
        let (edition, renewed) = before.next_whole(catalogue, self.now);
        assert!(seconds > 0 || renewed.is_empty(), "nothing has changed: {renewed:?}");
        self.validators.extend(renewed);
        self.catalogue = edition.catalogue().clone();
        self.edition = edition;
        self.wait_until(self.now);
    }

    /// The status of an address at a moment, and its body unless that is to be printed.
    pub(super) fn ask_at(&self, path: &str, now: Timestamp) -> (StatusCode, String) {
        let request = http::Request::get(path).header("host", "tin.example.vn").body(()).expect("a request");
        let answer = respond(&self.edition, &request.into_parts().0, now);
        let body = match answer.body {
            Body::Ready(bytes) => String::from_utf8(bytes.to_vec()).expect("pages are UTF-8"),
            _ => String::new(),
        };
        (answer.status, body)
    }

    /// What a document says.
    fn printed(&self, print: &Print) -> String {
        let reader = self.journal.as_ref().expect("it is open").door().reader().expect("a reader");
        let words = |placed: &Arc<Placed>| match reader.published(placed).expect("the journal works") {
            Words::Whole(published) => Arc::from(published),
            other => panic!("the journal has no such words: {other:?}"),
        };
        let articles: Vec<Arc<Published>> = self.edition.needs(print).iter().map(words).collect();
        String::from_utf8(self.edition.print(print, &articles).expect("there is one")).expect("UTF-8")
    }

    /// The ids in a feed's JSON document, and those it calls deleted, sorted.
    pub(super) fn told(&self, feed: &str) -> [Vec<String>; 2] {
        let text = self.printed(&Print::Feed(name(feed).into(), Format::Json));
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        [&json["items"], &json["_bantin"]["deleted"]].map(|list| {
            let ids = list.as_array().into_iter().flatten();
            let mut ids: Vec<String> =
                ids.map(|item| item["id"].as_str().expect("an id").to_owned()).collect();
            ids.sort();
            ids
        })
    }

    fn lists(&self, print: &Print, feed: &str) -> bool {
        self.printed(print).contains(&format!("feeds/{feed}"))
    }
}

fn name(feed: &str) -> FeedName {
    FeedName::parse(feed).expect("a name")
}

/// No articles, and none that are called deleted.
const NOTHING: [Vec<String>; 2] = [Vec::new(), Vec::new()];

pub(super) const HOUR_LATER: (&str, &str) = ("dai.toml", "[partner]\norganisation = 'Đài'\ndelay = '1h'");

/// An office whose partner gets everything an hour later, and an article that came out when it opened.
fn with_partner() -> (Office, String) {
    let mut office = Office::opened_with("", &[HOUR_LATER]);
    office.drop("lua.md", &article("", TEXT));
    let id = office.only().id.to_string();
    (office, id)
}

fn second(seconds: i64) -> Timestamp {
    day(0).plus_seconds(seconds)
}

#[test]
fn a_partner_gets_an_article_exactly_so_much_later() {
    let (mut office, id) = with_partner();
    assert_eq!(office.next_due(), Some(second(3600)), "its date is long past, but it came out just now");
    office.wait_until(second(3599));
    assert_eq!(office.told("dai"), NOTHING);
    office.restart_after(0);
    assert_eq!(office.told("dai"), NOTHING);
    office.wait_until(second(3600));
    assert_eq!(office.told("dai"), [vec![id.clone()], vec![]]);
    office.restart_after(0);
    assert_eq!(office.told("dai"), [vec![id], vec![]]);
}

#[test]
fn a_partner_gets_what_became_due_while_the_server_was_down() {
    let (mut office, id) = with_partner();
    office.restart_after(3599);
    assert_eq!(office.told("dai"), NOTHING);
    office.restart_after(1);
    assert_eq!(office.told("dai"), [vec![id], vec![]]);
}

#[test]
fn of_a_scheduled_article_the_delay_counts_from_when_it_came_out() {
    let mut office = Office::opened_with("", &[HOUR_LATER]);
    office.drop("lua.md", &article("", TEXT).replace("2025-12-01", "2026-01-02"));
    let comes = office.next_due().expect("it is to come");
    // The server slept for half an hour.
    office.wait_until(comes.plus_seconds(1800));
    office.wait_until(comes.plus_seconds(1800 + 3599));
    assert_eq!(office.told("dai"), NOTHING);
    office.wait_until(comes.plus_seconds(1800 + 3600));
    assert_eq!(office.told("dai")[0].len(), 1);
}

#[test]
fn a_correction_is_not_delayed() {
    let (mut office, id) = with_partner();
    let corrected = |what: &str| article(&format!("correction: {what}\n"), TEXT);
    let print = Print::Feed(name("dai").into(), Format::Atom);
    office.now = second(1800);
    office.drop("lua.md", &corrected("sai tên xã"));
    office.wait_until(second(3599));
    assert_eq!(office.told("dai"), NOTHING, "it brings nothing forward, either");
    office.wait_until(second(3600));
    assert_eq!(office.told("dai"), [vec![id], vec![]]);
    assert!(office.printed(&print).contains("sai tên xã"));
    office.now = second(3700);
    office.drop("lua.md", &corrected("sai ngày gặt"));
    assert!(office.printed(&print).contains("sai ngày gặt"));
}

#[test]
fn a_withdrawal_is_not_delayed_and_told_only_to_whom_the_article_had_reached() {
    for (at, is_told) in [(1, false), (3599, false), (3600, true), (4000, true)] {
        let (mut office, id) = with_partner();
        office.wait_until(second(at));
        office.remove("lua.md");
        let named = if is_told { vec![id.clone()] } else { vec![] };
        let public = office.told("all");
        assert_eq!(public, [vec![], vec![id.clone()]], "{at}");
        for _ in 0..2 {
            assert_eq!(office.told("dai"), [vec![], named.clone()], "{at}");
            office.restart_after(0);
        }
        office.wait_until(second(7200));
        assert_eq!(office.told("dai"), [vec![], named], "{at}");

        // Who comes back has been out before.
        office.drop("lua.md", &article("", TEXT));
        assert_eq!(office.told("dai"), [vec![id], vec![]], "{at}");
    }
}

#[test]
fn what_returns_before_a_partner_has_had_it_comes_when_it_would_have() {
    let (mut office, id) = with_partner();
    office.wait_until(second(100));
    office.remove("lua.md");
    office.wait_until(second(200));
    office.drop("lua.md", &article("", TEXT));
    office.wait_until(second(3599));
    assert_eq!(office.told("dai"), NOTHING);
    office.wait_until(second(3600));
    assert_eq!(office.told("dai"), [vec![id], vec![]]);
}

#[test]
fn a_feed_of_the_last_days_lets_go_of_what_is_older_and_no_other_feed_changes() {
    let mut office = Office::opened_with("", &[("tuan.toml", "days = 7\ntags = { none = ['x'] }")]);
    let published = office.site.zone.rfc3339(day(-3));
    let text = article("", TEXT).replace("2025-12-01T08:00:00+07:00", &published);
    office.drop("lua.md", &text);
    office.wait_until(second(4 * DAY - 1));
    assert_eq!(office.told("tuan")[0].len(), 1);
    assert_eq!(office.next_due(), Some(second(4 * DAY)));
    let before = office.validators.clone();
    office.wait_until(second(4 * DAY));
    assert_eq!(office.told("tuan"), NOTHING);
    let changed = |(subject, validators): (&Subject, &Validators)| {
        (before.get(subject) != Some(validators)).then(|| subject.to_string())
    };
    let mut changed: Vec<String> = office.validators.iter().filter_map(changed).collect();
    changed.sort();
    assert_eq!(changed, ["feeds/tuan", "home"], "the page at / says how many articles a feed has");
}

const AGREED: (&str, &str) =
    ("dai.toml", "[partner]\norganisation = 'Đài'\nfrom = '03/01/2026'\nuntil = '05/01/2026'");

#[test]
fn an_agreement_holds_from_the_first_second_of_its_first_day_to_the_last_of_its_last() {
    let mut office = Office::opened_with("", &[AGREED]);
    office.drop("lua.md", &article("", TEXT));
    let zone = office.site.zone.clone();
    let midnight = |date| zone.at(date, (0, 0, 0)).expect("a midnight");
    let (from, until) = (midnight((2026, 1, 3)), midnight((2026, 1, 6)));
    let addresses = [
        "/feeds/dai.rss",
        "/feeds/dai.atom",
        "/feeds/dai.json",
        "/feeds/dai",
        "/embed/dai",
        "/embed/dai.html?count=3",
        "/embed/dai.json",
        "/embed/dai.svg",
        "/oembed?url=https://tin.example.vn/feeds/dai",
    ];
    let statuses = |office: &Office, now| addresses.map(|path| office.ask_at(path, now).0.as_u16());
    // Exact by the clock of the request, whether the publisher has woken for it or not.
    for wakes in [false, true] {
        for (now, status) in
            [(from.plus_seconds(-1), 404), (from, 200), (until.plus_seconds(-1), 200), (until, 410)]
        {
            if wakes {
                office.wait_until(now);
            }
            for _ in 0..2 {
                assert_eq!(statuses(&office, now), [status; 9], "{now:?} {wakes}");
            }
            if wakes {
                for print in [Print::Home, Print::Opml] {
                    assert_eq!(office.lists(&print, "dai"), status == 200, "{print:?} {now:?}");
                }
                let is_over = office.next_due().is_none_or(|due| due > until);
                assert_eq!(is_over, now >= until, "{now:?}");
            }
        }
        // A clock that was set back is believed.
        assert_eq!(statuses(&office, from), [200; 9]);
        assert_eq!(statuses(&office, until), [410; 9]);
    }
    office.drop("ngo.md", &article("", TEXT).replace("Lúa vàng", "Ngô vàng"));
    assert_eq!(statuses(&office, until), [410; 9], "what would have come is not printed ahead");
    office.restart_after(0);
    assert_eq!(statuses(&office, office.now), [410; 9]);
}

#[test]
fn a_secret_address_tells_whoever_knows_it_when_its_agreement_ended_and_shows_nothing() {
    let token = Token::of([7; 16]);
    let text = format!("[partner]\norganisation = 'Đài'\nuntil = '31/12/2025'\ntoken = '{}'", token.hash());
    let mut office = Office::opened_with("", &[("dai.toml", &text)]);
    office.drop("lua.md", &article("", TEXT));
    let ask = |path: &str| {
        let request = http::Request::get(path).header("host", "a").body(()).expect("a request");
        respond(&office.edition, &request.into_parts().0, office.now)
    };
    for document in ["dai.rss", "dai.json", "embed/dai"] {
        let answer = ask(&format!("/p/{}/{document}", token.secret()));
        assert_eq!(answer.status, 410, "{document}");
        assert_eq!(answer.headers["cache-control"], "private, no-cache", "{document}");
        let Body::Ready(page) = answer.body else { panic!("a page: {document}") };
        let page = String::from_utf8(page.to_vec()).expect("UTF-8");
        assert!(page.contains("31/12/2025") && !page.contains(token.secret()), "{page}");
    }
    for public in ["/feeds/dai.rss", "/feeds/dai", "/embed/dai"] {
        assert_eq!(ask(public).status, 404, "{public}");
    }
    let outlet = Outlet { name: name("dai"), token: Some(token) };
    let words = |placed: &Arc<Placed>| {
        let reader = office.journal.as_ref().expect("it is open").door().reader().expect("a reader");
        match reader.published(placed).expect("the journal works") {
            Words::Whole(published) => Arc::from(published),
            other => panic!("the journal has no such words: {other:?}"),
        }
    };
    let articles: Vec<Arc<Published>> =
        office.edition.shown_to_partner(&outlet.name).iter().map(words).collect();
    let page = office.edition.partner_page(&outlet, &articles, None, office.now).expect("there is one");
    assert!(!String::from_utf8(page).expect("UTF-8").contains("Lúa vàng"));
}

#[test]
fn who_asks_too_early_or_too_late_is_told_when() {
    let said = |site: &str, agreement: &str, now| {
        let text = format!("[partner]\norganisation = 'Đài'\n{agreement}");
        let office = Office::opened_with(site, &[("dai.toml", &text)]);
        let (status, page) = office.ask_at("/feeds/dai.rss", now);
        let hint = page.split("</header>\n<p>").nth(1).and_then(|rest| rest.split("</p>").next());
        format!("{} {}", status.as_u16(), hint.unwrap_or("nothing"))
    };
    let office = "title = 'Báo An Giang'\n";
    let english = "title = 'An Giang News'\nlanguage = 'en'\n";
    let table = [
        (
            office,
            "from = '03/01/2026'",
            "404 Theo thỏa thuận, nguồn tin bắt đầu từ 03/01/2026. Khi đó, chính địa chỉ này sẽ có bài.",
        ),
        (
            office,
            "until = '31/12/2025'",
            "410 Thỏa thuận về nguồn tin đã hết hạn, ngày cuối là 31/12/2025. Muốn tiếp tục nhận tin, hãy liên hệ với Báo An Giang.",
        ),
        (
            english,
            "from = '03/01/2026 08:00'",
            "404 It begins on 3 January 2026, 08:00, as was agreed. From then on this same address has it.",
        ),
        (
            english,
            "until = 2025-12-31",
            "410 The agreement it was made for ended on 31 December 2025. To go on receiving the news, ask An Giang News.",
        ),
    ];
    for (site, agreement, expected) in table {
        assert_eq!(said(site, agreement, day(0)), expected);
    }
}

#[test]
fn nobody_keeps_a_document_unasked_beyond_the_moment_at_which_time_changes_it() {
    let soon = "[partner]\norganisation = 'Báo'\nuntil = '01/01/2026 12:00'";
    let feeds = [HOUR_LATER, ("tuan.toml", "days = 31"), ("bao.toml", soon)];
    let mut office = Office::opened_with("max_age = 90000", &feeds);
    office.drop("lua.md", &article("", TEXT));
    let kept = |office: &Office, path: &str, now| {
        let request = http::Request::get(path).header("host", "a").body(()).expect("a request");
        let answer = respond(&office.edition, &request.into_parts().0, now);
        answer.headers["cache-control"].to_str().expect("text").to_owned()
    };
    let noon = 5 * 3600 - second(0).seconds().rem_euclid(DAY);
    let ends = |now: i64| format!("public, max-age={}", noon - now);
    assert_eq!(kept(&office, "/feeds/dai.rss", second(60)), "public, max-age=3540");
    assert_eq!(kept(&office, "/", second(60)), "public, max-age=3540", "it counts what the partner has");
    assert_eq!(kept(&office, "/feeds/all.rss", second(60)), ends(60));
    assert_eq!(kept(&office, "/feeds/dai", second(3600)), "public, no-cache", "it is late");
    office.wait_until(second(3600));
    assert_eq!(kept(&office, "/feeds/dai.rss", second(3600)), ends(3600));
    office.wait_until(second(noon));
    assert_eq!(kept(&office, "/feeds/all.rss", second(noon)), "public, max-age=90000");
}

#[test]
fn a_partner_follows_a_year_of_days_so_much_later() {
    let mut office =
        Office::opened_with("", &[("dai.toml", "days = 10\n[partner]\norganisation = 'Đài'\ndelay = '2d'")]);
    for number in 0..365 {
        let comes = office.site.zone.rfc3339(day(number));
        office.drop(
            &format!("thoi-tiet/{number}.md"),
            &format!("---\ntitle: Ngày {number}\ndate: {comes}\n---\n\nTrời nắng.\n"),
        );
    }
    for number in 0..365 {
        for (seconds, latest) in [(0, number - 2), (DAY - 1, number - 2)] {
            office.wait_until(day(number).plus_seconds(seconds));
            let out: Vec<Slug> =
                office.catalogue.newest(&name("dai")).map(|placed| placed.slug.clone()).collect();
            let expected = (0.max(number - 9)..=latest).rev();
            let expected: Vec<Slug> =
                expected.filter_map(|number| Slug::of(&format!("ngay {number}"))).collect();
            assert_eq!(out, expected, "day {number}");
        }
    }
}
