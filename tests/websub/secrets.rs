//! What only some may know.

use crate::site::BASE;
use crate::site::subscriber::Subscriber;
use crate::{article, ask, hub, links, says, started, subscribes, taking_with};
use bantin::words::Token;

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
