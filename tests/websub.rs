//! The hub over the wire: real subscribers on this machine ask, are asked back, and are sent what changed.

mod site;

use bantin::subscriptions::Subscriptions;
use bantin::words::Token;
use ring::hmac;
use site::disk::Disk;
use site::subscriber::{Sent, Subscriber, answer};
use site::{Answer, BASE, Site, markdown};
use std::time::Duration;

/// A site whose subscribers may be on this machine.
fn hub() -> Site {
    Site::new().with(&["--hub-allow", "127.0.0.0/8"])
}

fn started(mut site: Site) -> Site {
    site.article("tin/mot.md", article("Một"));
    site.start();
    site.comes("Một");
    site
}

fn running() -> Site {
    started(hub())
}

fn article(title: &str) -> String {
    markdown(title, "2026-01-01", &format!("Tin {title}."))
}

fn ask(site: &Site, mode: &str, path: &str, callback: &str, more: &[(&str, &str)]) -> Answer {
    let topic = format!("{BASE}{path}");
    let own = [("hub.mode", mode), ("hub.topic", &topic), ("hub.callback", callback)];
    let fields: Vec<(&str, &str)> = own.into_iter().chain(more.iter().copied()).collect();
    site.ask("POST", "/hub").form(&fields).send()
}

/// Waits until it was said so often of subscriptions.
#[track_caller]
fn says(site: &Site, what: &str, times: usize) {
    site.eventually(&format!("“{what}” {times} times"), || {
        (site.said().matches(what).count() >= times).then_some(())
    });
}

/// Subscribes at this path of the subscriber, and waits until that was confirmed.
#[track_caller]
fn subscribes_at(site: &Site, callback: &str, path: &str, more: &[(&str, &str)]) {
    let before = site.said().matches(": begun").count();
    let answer = ask(site, "subscribe", path, callback, more);
    assert_eq!(answer.status, 202, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    says(site, ": begun", before + 1);
}

#[track_caller]
fn subscribes(site: &Site, subscriber: &Subscriber, path: &str, more: &[(&str, &str)]) {
    subscribes_at(site, &subscriber.url("/"), path, more);
}

/// Confirms what it is asked; deliveries are answered with this status.
fn taking_with(status: u16) -> impl Fn(&Sent) -> Vec<u8> + Send + Sync {
    move |sent| match sent.query("hub.challenge") {
        Some(challenge) => answer(200, &challenge),
        None => answer(status, ""),
    }
}

/// Confirms what it is asked; deliveries are not answered for this long.
fn slowly(time: Duration) -> impl Fn(&Sent) -> Vec<u8> + Send + Sync {
    move |sent| {
        if sent.method == "POST" {
            std::thread::sleep(time);
        }
        taking_with(200)(sent)
    }
}

fn links(header: &str) -> Vec<(String, String)> {
    let link = |link: &str| {
        let (address, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        let relation = rest.split("rel=\"").nth(1)?.split('"').next()?;
        Some((relation.to_owned(), address.to_owned()))
    };
    header.split(',').filter_map(link).collect()
}

fn of_hub_and_self(mut links: Vec<(String, String)>) -> Vec<(String, String)> {
    links.retain(|(relation, _)| relation == "hub" || relation == "self");
    links.sort();
    links
}

#[test]
fn a_change_reaches_who_subscribed_as_anybody_gets_it() {
    let site = hub();
    site.feed("site", "hubs = [\"https://hub.example/\"]\n");
    let site = started(site);
    let subscribers =
        ["rss", "atom", "json"].map(|suffix| (format!("feeds/tin.{suffix}"), Subscriber::new()));
    for (path, subscriber) in &subscribers {
        subscribes(&site, subscriber, path, &[]);
    }
    site.article("khac/khac.md", article("Khác"));
    site.article("tin/hai.md", article("Hai"));
    for (path, subscriber) in &subscribers {
        let sent = subscriber.gets("POST", 1);
        let shown = site.get(&format!("/{path}")).gives(200);
        assert_eq!(sent.text(), shown.text());
        assert!(sent.text().contains("Tin Hai."));
        assert_eq!(sent.header("content-type"), shown.header("content-type"));
        assert_eq!(sent.header("x-hub-signature"), None);
        assert_eq!(
            sent.header("user-agent"),
            Some(&*format!("bantin/{} (+{BASE})", env!("CARGO_PKG_VERSION")))
        );
        let expected = [
            ("hub", "https://hub.example/"),
            ("hub", &format!("{BASE}hub")),
            ("self", &format!("{BASE}{path}")),
        ];
        let expected = expected.map(|(relation, address)| (relation.to_owned(), address.to_owned()));
        let of = |header: Option<&str>| of_hub_and_self(links(header.expect("there is a Link")));
        assert_eq!(of(sent.header("link")), expected);
        assert_eq!(of(shown.header("link")), expected);
        assert_eq!(in_document(&sent.text(), path), expected);
    }
    // What changed elsewhere is no news of this feed.
    assert!(subscribers.iter().all(|(_, subscriber)| subscriber.sent("POST").len() == 1));
}

/// What a document says of its hubs and itself.
fn in_document(text: &str, path: &str) -> Vec<(String, String)> {
    if path.ends_with(".json") {
        let feed: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let hubs = feed["hubs"].as_array().expect("hubs").iter();
        let hubs = hubs.map(|hub| ("hub".to_owned(), hub["url"].as_str().expect("a URL").to_owned()));
        let own = ("self".to_owned(), feed["feed_url"].as_str().expect("a URL").to_owned());
        return of_hub_and_self(hubs.chain([own]).collect());
    }
    let attribute = |tag: &str, name: &str| {
        tag.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned)
    };
    let head = text.split("<item").next().and_then(|head| head.split("<entry").next()).expect("a head");
    let tags = head.split('<').filter(|tag| tag.starts_with("link") || tag.starts_with("atom:link"));
    of_hub_and_self(tags.filter_map(|tag| Some((attribute(tag, "rel")?, attribute(tag, "href")?))).collect())
}

#[test]
fn a_subscriber_is_asked_whether_it_asked() {
    let site = running();
    let subscriber = Subscriber::new();
    let more = [("hub.lease_seconds", "4000"), ("hub.verify_token", "á b&c"), ("hub.secret", "bí mật")];
    subscribes_at(&site, &subscriber.url("/a%7Eb?own=1&other"), "feeds/all.atom", &more);
    let first = subscriber.gets("GET", 1);
    let challenge = first.query("hub.challenge").expect("a challenge");
    assert!(challenge.len() >= 32);
    assert!(first.target.starts_with("/a%7Eb?own=1&other&hub."), "{}", first.target);
    for (name, value) in [
        ("hub.mode", "subscribe"),
        ("hub.topic", &*format!("{BASE}feeds/all.atom")),
        ("hub.lease_seconds", "4000"),
        ("hub.verify_token", "á b&c"),
    ] {
        assert_eq!(first.query(name).as_deref(), Some(value), "{name}");
    }
    assert!(!first.target.contains("secret"));

    // Asking again renews, and each time is asked back with another challenge.
    assert_eq!(
        ask(&site, "subscribe", "feeds/all.atom", &subscriber.url("/a%7Eb?own=1&other"), &[]).status,
        202
    );
    says(&site, ": renewed", 1);
    let second = subscriber.gets("GET", 2);
    assert_eq!(second.query("hub.lease_seconds").as_deref(), Some("864000"), "ten days");
    assert_ne!(second.query("hub.challenge"), Some(challenge));
    assert_eq!(site.said().matches(": begun").count(), 1);
}

#[test]
fn whoever_does_not_give_the_challenge_back_is_not_told() {
    let site = running();
    let other = Subscriber::new();
    let elsewhere = other.url("/");
    let manners: Vec<Box<dyn Fn(&Sent) -> Vec<u8> + Send + Sync>> = vec![
        Box::new(|_| answer(200, "another")),
        Box::new(|_| answer(200, "")),
        Box::new(|sent| answer(404, &sent.query("hub.challenge").unwrap_or_default())),
        Box::new(|sent| answer(200, &format!("{}!", sent.query("hub.challenge").unwrap_or_default()))),
        // Redirecting.
        Box::new(move |_| {
            format!("HTTP/1.1 302 Found\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n").into()
        }),
        // Huge; without end in its head; packed a thousand times over.
        Box::new(|_| answer(200, &"x".repeat(8 << 20))),
        Box::new(|_| [&b"HTTP/1.1 200 OK\r\n"[..], &b"x: y\r\n".repeat(10_000)].concat()),
        Box::new(|_| {
            let bomb = zip_bomb();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
                bomb.len()
            );
            [head.as_bytes(), &bomb].concat()
        }),
        // Nothing of the kind.
        Box::new(|_| b"220 mail.example ESMTP\r\n".to_vec()),
    ];
    let subscribers: Vec<Subscriber> = manners.into_iter().map(Subscriber::answering).collect();
    for subscriber in &subscribers {
        assert_eq!(ask(&site, "subscribe", "feeds/all.rss", &subscriber.url("/"), &[]).status, 202);
    }
    for subscriber in &subscribers {
        subscriber.gets("GET", 1);
    }
    // Those that speak no HTTP are asked again later; all others are done with.
    says(&site, ": not confirmed", subscribers.len() - 2);
    site.article("tin/hai.md", article("Hai"));
    site.comes("Hai");
    let honest = Subscriber::new();
    subscribes(&site, &honest, "feeds/all.rss", &[]);
    site.article("tin/ba.md", article("Ba"));
    honest.gets("POST", 1);
    assert!(subscribers.iter().all(|subscriber| subscriber.sent("POST").is_empty()));
    assert_eq!(other.connections(), 0, "no redirect is followed");
}

fn zip_bomb() -> Vec<u8> {
    let level = libdeflater::CompressionLvl::new(9).expect("a level");
    let mut packer = libdeflater::Compressor::new(level);
    let zeros = vec![0; 16 << 20];
    let mut packed = vec![0; packer.gzip_compress_bound(zeros.len())];
    let length = packer.gzip_compress(&zeros, &mut packed).expect("there is room");
    packed.truncate(length);
    packed
}

#[test]
fn a_callback_within_is_not_connected_to_unless_the_site_allows_it() {
    let site = started(Site::new());
    let inside = Subscriber::new();
    let port = inside.url("/").rsplit_once(':').map(|(_, rest)| rest.to_owned()).expect("a port");
    for host in ["127.0.0.1", "localhost"] {
        let callback = format!("http://{host}:{port}");
        assert_eq!(ask(&site, "subscribe", "feeds/all.rss", &callback, &[]).status, 202, "{callback}");
    }
    says(&site, "not public (see --hub-allow)", 2);
    // Other spellings of the same are no callbacks at all.
    for host in ["2130706433", "0x7f.1", "0177.0.0.1", "127.1"] {
        assert_eq!(
            ask(&site, "subscribe", "feeds/all.rss", &format!("http://{host}:{port}"), &[]).status,
            400
        );
    }
    assert_eq!(
        ask(&site, "subscribe", "feeds/all.rss", &format!("http://[::ffff:127.0.0.1]:{port}"), &[]).status,
        400
    );
    assert_eq!(inside.connections(), 0);
}

#[test]
fn deliveries_are_signed_for_who_gave_a_secret() {
    let site = Site::new().with(&["--hub-allow", "127.0.0.0/8,::1"]);
    site.feed("site", "hub_signature = \"sha512\"\n[hub_signature_for]\nlocalhost = \"sha1\"\n");
    let site = started(site);
    let secret = "bí mật dài vừa đủ";
    let (usual, old) = (Subscriber::new(), Subscriber::new());
    subscribes(&site, &usual, "feeds/all.rss", &[("hub.secret", secret)]);
    let callback = old.url("/").replace("127.0.0.1", "localhost");
    subscribes_at(&site, &callback, "feeds/all.rss", &[("hub.secret", secret)]);
    site.article("tin/hai.md", article("Hai"));
    for (subscriber, method, algorithm) in
        [(&usual, "sha512", hmac::HMAC_SHA512), (&old, "sha1", hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY)]
    {
        let sent = subscriber.gets("POST", 1);
        let tag = hmac::sign(&hmac::Key::new(algorithm, secret.as_bytes()), &sent.body);
        let digits: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sent.header("x-hub-signature"), Some(&*format!("{method}={digits}")));
    }
}

#[test]
fn where_the_site_wants_it_only_what_is_new_since_the_last_delivery_is_sent() {
    let site = hub();
    site.feed("site", "hub_delivers = \"changes\"\n");
    let site = started(site);
    let (steady, falters) = (Subscriber::new(), Subscriber::new());
    for subscriber in [&steady, &falters] {
        subscribes(&site, subscriber, "feeds/all.json", &[("hub.secret", "bí mật")]);
    }
    let titles = |sent: &Sent| -> Vec<String> {
        site::listed(&sent.text()).into_iter().map(|article| article.title).collect()
    };
    site.article("tin/hai.md", article("Hai"));
    // What a subscriber had before is not known, so that it gets all once.
    assert_eq!(titles(&steady.gets("POST", 1)).len(), 2);
    assert_eq!(titles(&falters.gets("POST", 1)).len(), 2);
    falters.answers(slowly(Duration::from_secs(1)));
    for (count, title) in ["Ba", "Bốn", "Năm"].into_iter().enumerate() {
        site.article(&format!("tin/{count}.md"), article(title));
        assert_eq!(titles(&steady.gets("POST", count + 2)), [title]);
    }
    assert_eq!(titles(&falters.gets("POST", 2)), ["Ba"]);
    let mut both = titles(&falters.gets("POST", 3));
    both.sort();
    assert_eq!(both, ["Bốn", "Năm"], "all that it has not acknowledged");
    let sent = steady.gets("POST", 2);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, "bí mật".as_bytes()), &sent.body);
    let digits: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(sent.header("x-hub-signature"), Some(&*format!("sha256={digits}")), "of what was sent");
}

#[test]
fn what_is_sent_is_counted() {
    let site = running();
    let (takes, refuses, hangs_up) = (Subscriber::new(), Subscriber::new(), Subscriber::new());
    for subscriber in [&takes, &refuses, &hangs_up] {
        subscribes(&site, subscriber, "feeds/all.rss", &[]);
    }
    ask(&site, "subscribe", "feeds/all.rss", "ftp://cho-nao-do/", &[]);
    refuses.answers(taking_with(500));
    hangs_up.answers(|_| Vec::new());
    site.article("tin/hai.md", article("Hai"));
    let expected = [
        "bantin_subscriptions{protocol=\"websub\",state=\"active\"} 3",
        "bantin_subscriptions{protocol=\"websub\",state=\"owed\"} 2",
        "bantin_subscriptions{protocol=\"websub\",state=\"failing\"} 2",
        "bantin_subscription_requests_total{protocol=\"websub\",status=\"202\"} 3",
        "bantin_subscription_requests_total{protocol=\"websub\",status=\"400\"} 1",
        "bantin_verifications_total{protocol=\"websub\",outcome=\"accepted\"} 3",
        "bantin_deliveries_total{protocol=\"websub\",outcome=\"accepted\"} 1",
        "bantin_deliveries_total{protocol=\"websub\",outcome=\"refused\"} 1",
        "bantin_deliveries_total{protocol=\"websub\",outcome=\"failed\"} 1",
    ];
    for line in expected {
        site.eventually(line, || site.get_private("/metrics").gives(200).text().contains(line).then_some(()));
    }
}

#[test]
fn whoever_is_slow_gets_the_newest_once_and_holds_up_nobody() {
    let site = running();
    let (slow, quick) = (Subscriber::new(), Subscriber::new());
    subscribes(&site, &slow, "feeds/all.json", &[]);
    subscribes(&site, &quick, "feeds/all.json", &[]);
    slow.answers(slowly(Duration::from_secs(1)));
    for (count, title) in ["Hai", "Ba", "Bốn", "Năm"].into_iter().enumerate() {
        site.article(&format!("tin/{count}.md"), article(title));
        quick.gets("POST", count + 1);
    }
    let newest = quick.gets("POST", 4);
    assert_eq!(slow.gets("POST", 2).text(), newest.text());
    site.throughout(Duration::from_millis(300), || assert_eq!(slow.sent("POST").len(), 2));
}

/// Waits until it is written down that so many subscribers have what all of them will have.
fn acknowledges(site: &Site, count: usize) {
    site.eventually("it is written down who has it", || {
        let all = Subscriptions::beside(&site.beside("state")).expect("they can be read beside it");
        let newest = all.iter().filter_map(|row| Some((row.acknowledged_at?, row.acknowledged))).max()?.1;
        (all.iter().filter(|row| row.acknowledged == newest).count() == count).then_some(())
    });
}

#[test]
fn what_was_not_acknowledged_is_delivered_after_a_power_cut() {
    let mut site = running();
    let (told, cut_off, away) = (Subscriber::new(), Subscriber::new(), Subscriber::new());
    for subscriber in [&told, &cut_off, &away] {
        subscribes(&site, subscriber, "feeds/all.rss", &[]);
    }
    cut_off.answers(slowly(Duration::from_secs(30)));
    site.article("tin/hai.md", article("Hai"));
    for subscriber in [&told, &cut_off, &away] {
        subscriber.gets("POST", 1);
    }
    acknowledges(&site, 2);
    site.kill();
    cut_off.answers(taking_with(204));
    site.start();
    assert!(cut_off.gets("POST", 2).text().contains("Tin Hai."));
    acknowledges(&site, 3);
    // What changed while it was down is told, too.
    site.kill();
    site.article("tin/ba.md", article("Ba"));
    site.start();
    assert!(told.gets("POST", 2).text().contains("Tin Ba."));
    assert!(away.gets("POST", 2).text().contains("Tin Ba."));
    assert!(cut_off.gets("POST", 3).text().contains("Tin Ba."));
    site.settles();
    assert!(told.gets("POST", 3).text().contains("Dấu mốc 1"));
    assert_eq!(told.sent("POST").len(), 3, "nothing twice");
}

#[test]
fn one_who_wants_no_more_gets_no_more() {
    let site = running();
    let (leaves, is_gone, stays) = (Subscriber::new(), Subscriber::new(), Subscriber::new());
    for subscriber in [&leaves, &is_gone, &stays] {
        subscribes(&site, subscriber, "feeds/all.rss", &[]);
    }
    assert_eq!(ask(&site, "unsubscribe", "feeds/all.rss", &leaves.url("/"), &[]).status, 202);
    says(&site, "ended, as the subscriber wished", 1);
    let asked = leaves.gets("GET", 2);
    assert_eq!(asked.query("hub.mode").as_deref(), Some("unsubscribe"));
    assert_eq!(asked.query("hub.lease_seconds"), None);
    is_gone.answers(taking_with(410));
    site.article("tin/hai.md", article("Hai"));
    is_gone.gets("POST", 1);
    says(&site, "WARN subscription 2 of all.rss at 127.0.0.1: ended: the callback says that it is gone", 1);
    site.article("tin/ba.md", article("Ba"));
    stays.gets("POST", 2);
    assert_eq!((leaves.sent("POST").len(), is_gone.sent("POST").len()), (0, 1));
}

#[test]
fn nobody_can_end_what_another_subscribed_to() {
    let site = running();
    let subscriber = Subscriber::new();
    subscribes(&site, &subscriber, "feeds/all.rss", &[]);
    subscriber.answers(|sent| match sent.query("hub.mode").as_deref() {
        Some("unsubscribe") => answer(404, ""),
        _ => taking_with(200)(sent),
    });
    assert_eq!(ask(&site, "unsubscribe", "feeds/all.rss", &subscriber.url("/"), &[]).status, 202);
    says(&site, "not confirmed: the callback answered 404", 1);
    site.article("tin/hai.md", article("Hai"));
    subscriber.gets("POST", 1);
}

#[test]
fn a_private_topic_is_told_of_to_who_knows_its_address_and_only_as_long_as_it_is_theirs() {
    let token = Token::of([7; 16]);
    let agreement =
        |token: &Token| format!("[partner]\norganisation = \"Đài\"\ntoken = \"{}\"\n", token.hash());
    let site = hub();
    site.feed("site", "hubs = [\"https://hub.example/\"]\n").feed("tin", &agreement(&token));
    let site = started(site);
    let subscriber = Subscriber::new();
    let secret = token.secret();
    for path in ["feeds/tin.rss", &format!("p/{}/tin.rss", Token::of([8; 16]).secret())] {
        assert_eq!(ask(&site, "subscribe", path, &subscriber.url("/"), &[]).status, 404, "{path}");
    }
    let path = format!("p/{secret}/tin.rss");
    subscribes(&site, &subscriber, &path, &[]);
    site.article("tin/hai.md", article("Hai"));
    let sent = subscriber.gets("POST", 1);
    assert_eq!(sent.text(), site.text(&format!("/{path}")));
    let expected = [("hub", format!("{BASE}hub")), ("self", format!("{BASE}{path}"))];
    let expected = expected.map(|(relation, address)| (relation.to_owned(), address));
    assert_eq!(links(sent.header("link").expect("there is a Link")), expected, "no hub of others");

    site.feed("tin", &agreement(&Token::of([9; 16])));
    let denied = subscriber.gets("GET", 2);
    assert_eq!(denied.query("hub.mode").as_deref(), Some("denied"));
    assert_eq!(denied.query("hub.topic"), Some(format!("{BASE}{path}")));
    assert!(denied.query("hub.reason").is_some_and(|reason| !reason.is_empty()));
    says(&site, "there is no such feed for them any more", 1);
    site.article("tin/ba.md", article("Ba"));
    site.comes("Ba");
    site.settles();
    assert_eq!(subscriber.sent("POST").len(), 1);
}

#[test]
fn no_secret_stands_in_the_log() {
    let token = Token::of([7; 16]);
    let site = hub().with(&["--access-log"]);
    site.feed("tin", &format!("[partner]\norganisation = \"Đài\"\ntoken = \"{}\"\n", token.hash()));
    let site = started(site);
    let (subscriber, broken) = (Subscriber::new(), Subscriber::answering(|_| Vec::new()));
    let path = format!("p/{}/tin.rss", token.secret());
    let capability = "/bi-mat-cua-dia-chi?va=cua-tham-so";
    let more = [("hub.secret", "bi-mat-cua-chu-ky"), ("hub.verify_token", "bi-mat-cu")];
    for subscriber in [&subscriber, &broken] {
        assert_eq!(ask(&site, "subscribe", &path, &subscriber.url(capability), &more).status, 202);
    }
    says(&site, ": begun", 1);
    subscriber.answers(taking_with(410));
    site.article("tin/hai.md", article("Hai"));
    says(&site, "is gone", 1);
    ask(&site, "subscribe", &path, "ftp://bi-mat-cua-dia-chi/", &more);
    ask(&site, "unsubscribe", &path, &subscriber.url(capability), &more);
    let said = site.said()
        + &site.get_private("/metrics").gives(200).text()
        + &site.get_private("/status").gives(200).text();
    assert!(said.contains("\"path\":\"/hub\""));
    for secret in [token.secret(), "bi-mat", "tham-so"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

#[test]
fn what_is_wrong_with_a_request_is_said_and_nothing_of_it_repeated() {
    let site = running();
    let topic = &*format!("{BASE}feeds/all.rss");
    let callback = "https://marker.example/marker";
    let whole = [("hub.mode", "subscribe"), ("hub.topic", topic), ("hub.callback", callback)];
    let without = |name: &str| whole.into_iter().filter(|(known, _)| *known != name).collect::<Vec<_>>();
    let with = |name: &'static str, value: &'static str| {
        without(name).into_iter().chain([(name, value)]).collect::<Vec<(&str, &str)>>()
    };
    let long = "marker".repeat(40).leak();
    let table = [
        (without("hub.mode"), 400),
        (without("hub.topic"), 400),
        (without("hub.callback"), 400),
        (with("hub.mode", "marker"), 400),
        (with("hub.topic", "https://marker.example/feeds/all.rss"), 404),
        (with("hub.topic", "https://tin.example.vn/feeds/marker.rss"), 404),
        (with("hub.topic", "https://tin.example.vn/articles/mot"), 404),
        (with("hub.callback", "marker"), 400),
        (with("hub.callback", "ftp://marker.example/"), 400),
        (with("hub.callback", "https://marker:marker@marker.example/"), 400),
        (with("hub.callback", "https://marker.example/#marker"), 400),
        (with("hub.secret", long), 400),
        (Vec::new(), 415),
    ];
    for (fields, status) in table {
        let request = site.ask("POST", "/hub");
        let answer = if fields.is_empty() { request.body("hub.mode=marker") } else { request.form(&fields) };
        let answer = answer.send();
        assert_eq!(answer.status, status, "{fields:?}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        assert!(!answer.text().contains("marker") && answer.text().len() > 10, "{}", answer.text());
    }
}

#[test]
fn a_body_is_taken_up_to_a_bound_and_only_where_it_is_wanted() {
    let site = running();
    let filled = |length: usize| {
        let start = "hub.mode=marker&filling=";
        format!("{start}{}", "x".repeat(length - start.len()))
    };
    let post = |path: &str, length: usize| {
        let form = "application/x-www-form-urlencoded";
        site.ask("POST", path).header("content-type", form).body(filled(length)).send()
    };
    assert_eq!(post("/hub", 16 << 10).status, 400, "it was read");
    let refused = post("/hub", (16 << 10) + 1);
    assert_eq!((refused.status, refused.header("connection")), (413, Some("close")));
    assert_eq!(post("/feeds/all.rss", 100).status, 405);
    for method in ["GET", "PUT"] {
        let shown = site.ask(method, "/hub").send();
        assert_eq!((shown.status, shown.header("allow")), (405, Some("POST")), "{method}");
        assert!(shown.text().contains("Đây là hub WebSub"));
    }
}

#[test]
fn many_callbacks_on_one_host_share_a_few_connections() {
    let site = running();
    let subscriber = Subscriber::new();
    for number in 0..80 {
        let callback = subscriber.url(&format!("/{number}"));
        assert_eq!(ask(&site, "subscribe", "feeds/all.rss", &callback, &[]).status, 202);
    }
    says(&site, ": begun", 80);
    site.article("tin/hai.md", article("Hai"));
    subscriber.gets("POST", 80);
    let mut targets: Vec<String> = subscriber.sent("POST").into_iter().map(|sent| sent.target).collect();
    targets.sort();
    targets.dedup();
    assert_eq!(targets.len(), 80, "each once");
    assert!(subscriber.connections() <= 16, "{} connections", subscriber.connections());
}

#[test]
fn where_nothing_can_be_remembered_nothing_is_promised() {
    let mut site = hub();
    let Some(disk) = Disk::mounted(&site.beside("state")) else { return };
    site.article("tin/mot.md", article("Một"));
    site.start();
    site.comes("Một");
    let subscriber = Subscriber::new();
    subscribes(&site, &subscriber, "feeds/all.rss", &[]);
    disk.fill_up();
    // Rows that fit into what the log has already are written.
    let refused = site.within(Duration::from_secs(20), "no row can be written", || {
        let callback = Subscriber::new().url(&format!("/{}", "x".repeat(1500)));
        let answer = ask(&site, "subscribe", "feeds/all.rss", &callback, &[]);
        (answer.status != 202).then_some(answer)
    });
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    says(&site, "subscriptions cannot be written", 1);
    disk.empty();
    site.article("tin/hai.md", article("Hai"));
    subscriber.gets("POST", 1);
    let other = Subscriber::new();
    site.within(Duration::from_secs(10), "they can be written again", || {
        (ask(&site, "subscribe", "feeds/all.rss", &other.url("/"), &[]).status == 202).then_some(())
    });
    says(&site, "subscriptions can be written again", 1);
}

#[test]
fn a_damaged_store_is_said_and_begun_anew() {
    let mut site = running();
    subscribes(&site, &Subscriber::new(), "feeds/all.rss", &[]);
    site.kill();
    let store = site.beside("state/subscriptions.sqlite");
    for file in [&store, &store.with_extension("sqlite-wal")] {
        std::fs::write(file, "damaged".repeat(1000)).expect("it is ours");
    }
    site.start();
    says(&site, "the store of subscriptions was damaged; it is kept as", 1);
    assert!(store.with_extension("damaged-1").exists());
    subscribes(&site, &Subscriber::new(), "feeds/all.rss", &[]);
}
