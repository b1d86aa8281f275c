//! Whoever keeps a connection open is told of a change as it happens: by an answer that was held, or by an event stream.

use crate::site::http::Connection;
use crate::site::{Answer, Request, Site, markdown, rest};
use bantin::words::Token;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::time::{Duration, Instant};

const DATE: &str = "2026-01-02T08:00:00+07:00";
/// How soon something is told that happens by itself; on a busy machine.
const SOON: Duration = Duration::from_secs(4);

/// A site with an article in each of two categories.
fn running() -> Site {
    let mut site = Site::new();
    site.article("lua/mot.md", markdown("Một", DATE, "Đoạn."));
    site.article("ga/hai.md", markdown("Hai", DATE, "Đoạn."));
    site.start();
    site
}

fn etag(site: &Site, path: &str) -> String {
    site.get(path).gives(200).header("etag").expect("every document has one").to_owned()
}

/// A request that would be answered 304, and would rather wait.
fn held(site: &Site, path: &str, seconds: &str) -> Request {
    site.get(path).header("if-none-match", &etag(site, path)).header("prefer", &format!("wait={seconds}"))
}

/// The number of a metric.
fn count(site: &Site, name: &str) -> u64 {
    let metrics = site.get_private("/metrics").gives(200).text();
    let line = metrics.lines().find_map(|line| line.strip_prefix(&format!("bantin_{name} ")));
    line.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no {name}:\n{metrics}"))
}

/// Waits until so many requests are held.
fn until_held(site: &Site, requests: u64) {
    site.eventually("it is held", || (count(site, "held_requests") == requests).then_some(()));
}

fn answered(mut connection: Connection) -> Answer {
    let mut answer = connection.head();
    answer.body = connection.body();
    answer
}

fn token() -> Token {
    Token::of([9; 16])
}

/// A site with a partner who has a private address.
fn with_partner() -> Site {
    let mut site = Site::new();
    site.article("lua/mot.md", markdown("Một", DATE, "Đoạn."));
    site.feed("dai", &agreement(&token()));
    site.start();
    site
}

fn agreement(token: &Token) -> String {
    format!("[partner]\norganisation = \"Đài An Giang\"\ntoken = \"{}\"\n", token.hash())
}

fn private(suffix: &str) -> String {
    format!("/p/{}/dai.{suffix}", token().secret())
}

#[test]
fn a_held_request_is_answered_when_its_document_changes() {
    let site = running();
    for path in ["/feeds/lua.rss", "/feeds/lua", "/", "/opml.xml", "/articles/mot", "/embed/lua.json"] {
        let before = site.get(path).gives(200);
        let request = held(&site, path, "50").header("accept-encoding", "gzip").open();
        until_held(&site, 1);
        // What the page says of a category changes with the number of its articles.
        let more = if path == "/articles/mot" { "Đoạn khác." } else { "Đoạn." };
        let name = format!("lua/moi-{}.md", path.len());
        let began = Instant::now();
        match path {
            "/articles/mot" => site.article("lua/mot.md", markdown("Một", DATE, more)),
            "/opml.xml" => {
                site.article(&name, format!("---\ntitle: M\ndate: {DATE}\ncategory: Mới\n---\nM.\n"))
            }
            _ => site.article(&name, markdown(path, DATE, more)),
        };
        let answer = answered(request);
        assert!(began.elapsed() < SOON, "{path}: {:?}", began.elapsed());
        assert_eq!((answer.status, answer.header("preference-applied")), (200, Some("wait=50")), "{path}");
        // But for that it is what anybody gets.
        let usual = site.get(path).header("accept-encoding", "gzip").gives(200);
        let mut headers = answer.headers.clone();
        headers.retain(|(name, _)| name != "preference-applied" && name != "access-control-expose-headers");
        let mut expected = usual.headers.clone();
        expected.retain(|(name, _)| name != "access-control-expose-headers");
        headers
            .iter_mut()
            .chain(&mut expected)
            .filter(|(name, _)| name == "date")
            .for_each(|(_, date)| date.clear());
        headers.sort();
        expected.sort();
        assert_eq!((headers, &answer.body), (expected, &usual.body), "{path}");
        assert!(
            answer.header("etag") != before.header("etag") && answer.header("vary") == before.header("vary")
        );
    }
    assert_eq!(count(&site, "held_requests"), 0);
}

#[test]
fn a_held_request_is_told_that_nothing_changed_when_its_wait_is_over() {
    let site = running();
    let usual = site.get("/feeds/lua.rss").header("if-none-match", "*").gives(304);
    for (wait, applied) in [("wait=1", "wait=1"), ("a=\"b,c\", Wait = \"1\"; x, wait=9", "wait=1")] {
        let began = Instant::now();
        let answer =
            site.get("/feeds/lua.rss").header("if-none-match", "*").header("prefer", wait).gives(304);
        let waited = began.elapsed();
        assert!((0.9..5.0).contains(&waited.as_secs_f64()), "{wait}: {waited:?}");
        assert_eq!(answer.header("preference-applied"), Some(applied));
        for (name, value) in usual.headers.iter().filter(|(name, _)| name != "date") {
            assert_eq!(answer.header(name), Some(value.as_str()));
        }
    }
    let request = held(&site, "/feeds/lua.rss", "100000").open();
    until_held(&site, 1);
    drop(request);
    until_held(&site, 0);
}

#[test]
fn nobody_waits_who_need_not_or_does_not_say_so_or_only_asks_for_the_head() {
    let site = running();
    let tag = etag(&site, "/feeds/lua.rss");
    let began = Instant::now();
    let ask = |method: &str, headers: &[(&str, &str)], status: u16| {
        let request = site.ask(method, "/feeds/lua.rss");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let answer = request.gives(status);
        assert_eq!(answer.header("preference-applied"), None, "{method} {headers:?}");
    };
    ask("GET", &[("prefer", "wait=50")], 200);
    ask("GET", &[("prefer", "wait=50"), ("if-none-match", "\"other\"")], 200);
    ask("GET", &[("prefer", "wait=50"), ("if-match", "\"other\"")], 412);
    ask("GET", &[("prefer", "wait=0"), ("if-none-match", &tag)], 304);
    ask("GET", &[("prefer", "wait=soon"), ("if-none-match", &tag)], 304);
    ask("GET", &[("prefer", "wait=50"), ("if-none-match", &tag), ("x-long", &"x".repeat(5000))], 304);
    ask("HEAD", &[("prefer", "wait=50"), ("if-none-match", &tag)], 304);
    ask("POST", &[("prefer", "wait=50"), ("if-none-match", &tag)], 405);
    assert!(began.elapsed() < SOON);
}

#[test]
fn who_waits_for_something_else_is_not_woken() {
    let site = running();
    let request = held(&site, "/feeds/ga.atom", "50").open();
    until_held(&site, 1);
    site.article("lua/ba.md", markdown("Ba", DATE, "Đoạn."));
    site.comes("Ba");
    assert_eq!((count(&site, "held_requests"), count(&site, "wake_ups_total")), (1, 0));
    site.article("ga/tu.md", markdown("Tư", DATE, "Đoạn."));
    assert!(answered(request).text().contains("Tư"));
    assert_eq!(count(&site, "wake_ups_total"), 1);
}

#[test]
fn a_burst_is_one_answer_and_few_wake_ups() {
    let site = running();
    let requests: Vec<Connection> = (0..20).map(|_| held(&site, "/feeds/lua.json", "50").open()).collect();
    let mut stream = stream(&site, "/feeds/lua.events", None);
    stream.greeting();
    until_held(&site, 20);
    for number in 0..30 {
        site.article(&format!("lua/dot-{number}.md"), markdown(&format!("Đợt {number}"), DATE, "Đoạn."));
    }
    for request in requests {
        let answer = answered(request);
        assert_eq!(answer.status, 200);
    }
    let mut told = std::collections::BTreeSet::new();
    while told.len() < 30 {
        told.insert(stream.event().data["title"].as_str().expect("an article").to_owned());
    }
    let woken = count(&site, "wake_ups_total");
    assert!(woken <= 12, "{woken} wake-ups for 30 files");
}

#[test]
fn a_connection_goes_on_after_a_held_request() {
    use std::io::{Read, Write};
    let site = running();
    let tag = etag(&site, "/feeds/lua.rss");
    let ask =
        |more: &str| format!("GET /feeds/lua.rss HTTP/1.1\r\nhost: a\r\nif-none-match: {tag}\r\n{more}\r\n");
    let mut client = std::net::TcpStream::connect(site.address()).expect("the server takes connections");
    // Three at once: the first waits, and nobody is served before it.
    let words = [ask(""), ask("prefer: wait=1\r\n"), ask(""), ask("prefer: wait=1\r\nconnection: close\r\n")];
    let began = Instant::now();
    client.write_all(words.concat().as_bytes()).expect("the server reads");
    let mut said = String::new();
    client.read_to_string(&mut said).expect("it ends after the last");
    assert_eq!(said.matches("HTTP/1.1 304").count(), 4, "{said}");
    assert_eq!(said.matches("preference-applied: wait=1").count(), 2, "{said}");
    assert!((1.9..8.0).contains(&began.elapsed().as_secs_f64()));
    // One that says that it will say nothing more is answered at once.
    let mut client = std::net::TcpStream::connect(site.address()).expect("the server takes connections");
    client.write_all(ask("prefer: wait=50\r\n").as_bytes()).expect("the server reads");
    until_held(&site, 1);
    client.shutdown(std::net::Shutdown::Write).expect("it is connected");
    let began = Instant::now();
    assert!(String::from_utf8(rest(&mut client)).expect("text").starts_with("HTTP/1.1 304"));
    assert!(began.elapsed() < SOON);
}

#[test]
fn a_private_address_is_told_of_changes_until_it_is_none() {
    let site = with_partner();
    let request = held(&site, &private("rss"), "50").open();
    let mut stream = stream(&site, &private("events"), None);
    assert_eq!(stream.head.header("cache-control"), Some("no-store"));
    assert_eq!(stream.head.header("x-robots-tag"), Some("noindex"));
    stream.greeting();
    until_held(&site, 1);
    site.article("lua/hai.md", markdown("Hai", DATE, "Đoạn."));
    assert!(answered(request).text().contains("Hai"));
    assert_eq!(stream.event().data["title"], "Hai");

    let request = held(&site, &private("rss"), "50").open();
    until_held(&site, 1);
    site.feed("dai", &agreement(&Token::of([8; 16])));
    let began = Instant::now();
    assert_eq!(answered(request).status, 404);
    assert_eq!(stream.end(), "");
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    site.get(&private("events")).gives(404);
    assert!(!site.said().contains(token().secret()));
}

#[test]
fn who_waits_under_an_agreement_is_told_when_it_ends() {
    let mut site = Site::new();
    site.article("lua/mot.md", markdown("Một", DATE, "Đoạn."));
    let (until, _) = crate::site::in_seconds(4);
    site.feed("dai", &format!("{}until = {until}\n", agreement(&token())));
    site.feed("bao", &format!("[partner]\norganisation = \"Báo\"\nuntil = {until}\n"));
    site.start();
    let requests = [private("rss"), "/feeds/bao.rss".to_owned()].map(|path| held(&site, &path, "50").open());
    let mut streams =
        [private("events"), "/feeds/bao.events".to_owned()].map(|path| stream(&site, &path, None));
    streams.iter_mut().for_each(Stream::greeting);
    requests.into_iter().for_each(|request| assert_eq!(answered(request).status, 410));
    streams.iter_mut().for_each(|stream| assert_eq!(stream.end(), ""));
    site.get("/feeds/bao.events").gives(410);
}

#[test]
fn when_bantin_stops_nobody_waits_any_more() {
    let mut site = running();
    let request = held(&site, "/feeds/lua.rss", "50").open();
    let mut stream = stream(&site, "/feeds/lua.events", None);
    stream.greeting();
    until_held(&site, 1);
    site.ask_to_stop();
    let began = Instant::now();
    let answer = answered(request);
    assert_eq!((answer.status, answer.header("preference-applied")), (304, Some("wait=50")));
    assert_eq!(stream.end(), "");
    assert_eq!(site.ended_within(SOON).and_then(|status| status.code()), Some(0));
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}

/// An event stream that is read.
struct Stream {
    connection: Connection,
    head: Answer,
}

#[derive(Debug, PartialEq)]
struct Event {
    kind: String,
    id: Option<String>,
    data: serde_json::Value,
}

fn stream(site: &Site, path: &str, heard: Option<&str>) -> Stream {
    let request = heard.iter().fold(site.get(path), |request, heard| request.header("last-event-id", heard));
    let mut connection = request.open();
    let head = connection.head();
    assert_eq!(head.status, 200, "{path}");
    Stream { connection, head }
}

impl Stream {
    /// The next event, and the lines of its block in any order.
    fn event(&mut self) -> Event {
        let (mut kind, mut id, mut data) = (String::new(), None, None);
        loop {
            let line = self.connection.line();
            match line.split_once(": ") {
                Some(("event", said)) => said.clone_into(&mut kind),
                Some(("id", said)) => id = Some(said.to_owned()),
                Some(("data", said)) => data = Some(serde_json::from_str(said).expect("data are JSON")),
                _ if line.is_empty() && data.is_some() => break,
                _ => assert!(line.is_empty() || line == ":" || line == "retry: 3000", "{line:?}"),
            }
        }
        Event { kind, id, data: data.expect("an event has data") }
    }

    /// What a stream begins with that does not know what its client has.
    fn greeting(&mut self) {
        let event = self.event();
        assert_eq!((event.kind.as_str(), event.id.as_deref()), ("version", event.data["version"].as_str()));
    }

    /// What is left of it.
    fn end(&mut self) -> String {
        String::from_utf8(self.connection.body()).expect("text")
    }
}

#[test]
fn an_event_stream_says_what_became_of_which_article() {
    let site = running();
    let mut stream = stream(&site, "/feeds/lua.events", None);
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-store"),
        ("x-accel-buffering", "no"),
        ("access-control-allow-origin", "*"),
    ] {
        assert_eq!(stream.head.header(name), Some(value));
    }
    assert_eq!(stream.head.header("content-length"), None);
    let first = stream.event();
    let tag = etag(&site, "/feeds/lua.json");
    assert_eq!((first.kind.as_str(), first.id.map(|id| format!("\"{id}\""))), ("version", Some(tag.clone())));

    let lines = |event: &Event| (event.kind.clone(), event.data["title"].as_str().unwrap_or("").to_owned());
    site.article("lua/moi.md", markdown("Mới \"a\" \\ b", DATE, "Đoạn."));
    let new = stream.event();
    assert_eq!(lines(&new), ("article".to_owned(), "Mới \"a\" \\ b".to_owned()), "{new:?}");
    let listed =
        site.listed("lua").into_iter().find(|article| article.url == new.data["url"]).expect("it is listed");
    assert_eq!(
        [&listed.id, &listed.published],
        [&new.data["id"], &new.data["date_published"]].map(|id| id.as_str().expect("text"))
    );
    assert_eq!(new.id, Some(etag(&site, "/feeds/lua.rss").replace('"', "")));

    site.article("lua/mot.md", markdown("Một", DATE, "Đoạn khác hẳn."));
    assert_eq!(lines(&stream.event()), ("article".to_owned(), "Một".to_owned()));
    site.article(
        "lua/moi.md",
        format!("---\ntitle: Mới\ndate: {DATE}\nwithdrawn: Sai số liệu\n---\nĐoạn.\n"),
    );
    let gone = stream.event();
    assert_eq!(
        (gone.kind.as_str(), &gone.data["id"], &gone.data["reason"]),
        ("withdrawn", &new.data["id"], &"Sai số liệu".into())
    );
    site.article("lua/mot.md", format!("---\ntitle: Một\ndate: {DATE}\ncategory: Gà\n---\nĐoạn.\n"));
    let left = stream.event();
    assert_eq!(left.kind, "left");
}

#[test]
fn who_was_cut_off_hears_what_he_missed() {
    let site = running();
    let mut first = stream(&site, "/feeds/lua.events", None);
    let before = first.event().id.expect("a version");
    drop(first);
    for title in ["Ba", "Tư"] {
        site.article(&format!("lua/{title}.md"), markdown(title, DATE, "Đoạn."));
        site.comes(title);
    }
    let now = etag(&site, "/feeds/lua.json").replace('"', "");
    for path in ["/feeds/lua.events".to_owned(), format!("/feeds/lua.events?lastEventId={now}")] {
        let mut again = stream(&site, &path, Some(&before));
        let missed = [again.event(), again.event()];
        assert_eq!(
            missed.each_ref().map(|event| event.data["title"].as_str().expect("a title")),
            ["Ba", "Tư"]
        );
        assert_eq!(
            missed.map(|event| event.id),
            [None, Some(now.clone())],
            "the last alone says where he is"
        );
    }
    for heard in ["ab", &"0".repeat(24)] {
        stream(&site, "/feeds/lua.events", Some(heard)).greeting();
    }
    // Who has heard everything is told nothing until there is news.
    let mut current = stream(&site, &format!("/feeds/lua.events?last-event-id={now}"), None);
    site.article("lua/nam.md", markdown("Năm", DATE, "Đoạn."));
    assert_eq!(current.event().data["title"], "Năm");
}

#[test]
fn an_event_stream_is_asked_for_by_get_and_of_feeds_alone() {
    let site = running();
    let head = site.ask("HEAD", "/feeds/lua.events").gives(200);
    assert_eq!(
        (head.header("content-type"), head.header("content-length")),
        (Some("text/event-stream"), None)
    );
    assert!(
        site.ask("OPTIONS", "/feeds/lua.events")
            .gives(204)
            .header("access-control-allow-headers")
            .is_some_and(|names| names.contains("last-event-id"))
    );
    site.ask("POST", "/feeds/lua.events").gives(405);
    for nothing in ["/feeds/khong-co.events", "/articles/mot.events", "/p/x/lua.events"] {
        site.get(nothing).gives(404);
    }
}

/// One connection of HTTP/2.
fn by_http2(site: &Site, test: impl AsyncFnOnce(SendRequest<Empty<Bytes>>)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let stream =
            tokio::net::TcpStream::connect(site.address()).await.expect("the server takes connections");
        let (sender, connection) =
            handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("it speaks HTTP/2");
        tokio::spawn(connection);
        test(sender).await;
    });
}

async fn ask(
    sender: &SendRequest<Empty<Bytes>>,
    path: &str,
    headers: &[(&str, &str)],
) -> http::Response<Incoming> {
    let request = http::Request::get(format!("http://tin.example.vn{path}"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = sender.clone().send_request(request.body(Empty::new()).expect("a sound request"));
    answer.await.expect("it is answered")
}

/// What comes next of a body; nothing at its end.
async fn next(body: &mut Incoming) -> String {
    let frame =
        body.frame().await.map(|frame| frame.expect("it comes whole").into_data().expect("no trailers"));
    String::from_utf8(frame.unwrap_or_default().to_vec()).expect("text")
}

#[test]
fn whoever_speaks_http2_waits_on_one_connection_for_many_things() {
    let mut site = running();
    let tag = etag(&site, "/feeds/lua.json");
    by_http2(&site, async |sender| {
        let mut stream = ask(&sender, "/feeds/lua.events", &[]).await.into_body();
        assert_eq!(next(&mut stream).await, "retry: 3000\n\n");
        assert!(next(&mut stream).await.contains("event: version\n"));
        let held = |wait: &'static str| [("if-none-match", tag.as_str()), ("prefer", wait)];
        let answer = ask(&sender, "/feeds/lua.json", &held("wait=1")).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["preference-applied"]),
            (304, &http::HeaderValue::from_static("wait=1"))
        );

        let change = async {
            // They are on their way when the third answer comes.
            ask(&sender, "/feeds/ga.json", &[]).await;
            site.article("lua/moi.md", markdown("Mới", DATE, "Đoạn."));
        };
        let long = held("wait=50");
        let wait = || ask(&sender, "/feeds/lua.json", &long);
        let (one, two, ()) = tokio::join!(wait(), wait(), change);
        for answer in [one, two] {
            assert_eq!(answer.status(), 200);
            let body = answer.into_body().collect().await.expect("it comes whole").to_bytes();
            assert!(String::from_utf8(body.to_vec()).expect("text").contains("Mới"));
        }
        assert!(next(&mut stream).await.contains("Mới"));
        // Who gives up is not waited for.
        let given_up = tokio::time::timeout(
            Duration::from_millis(200),
            ask(&sender, "/feeds/ga.rss", &[("if-none-match", "*"), ("prefer", "wait=50")]),
        );
        assert!(given_up.await.is_err());
        drop(stream);
        let began = Instant::now();
        while ["held_requests", "event_streams"].map(|name| count(&site, name)) != [0, 0] {
            assert!(began.elapsed() < SOON, "nobody waits any more");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    by_http2(&site, async |sender| {
        let mut stream = ask(&sender, "/feeds/lua.events", &[("last-event-id", "x")]).await.into_body();
        let end = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            site.ask_to_stop();
        };
        let (held, ()) = tokio::join!(
            ask(&sender, "/feeds/lua.rss", &[("if-none-match", "*"), ("prefer", "wait=50")]),
            end
        );
        assert_eq!(held.status(), 304);
        while !next(&mut stream).await.is_empty() {}
    });
    assert_eq!(site.ended_within(SOON).and_then(|status| status.code()), Some(0));
}
