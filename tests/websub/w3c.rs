//! W3C WebSub (Recommendation of 23 January 2018), sentence by sentence: what it asks of publishers and hubs, and which case
//! shows it. What the other files leave open of what is seen on the wire is tried here.

use crate::site::BASE;
use crate::site::subscriber::{Sent, Subscriber, answer};
use crate::{article, running};
use std::fs;
use std::path::Path;

/// Cases that are rows of the table in `src/hub/tests/w3c.rs`.
const ROW: &str = "src/hub/tests/w3c.rs";
/// Cases that are tests over the wire.
const ASKING: &str = "tests/websub/asking.rs";
const DELIVERING: &str = "tests/websub/delivering.rs";
const STRANGERS: &str = "tests/websub/strangers.rs";
const SECRETS: &str = "tests/websub/secrets.rs";
const HERE: &str = "tests/websub/w3c.rs";

/// Section, sentence, and the case with the file it stands in.
const SENTENCES: &[(&str, &str, &str, &str)] = &[
    // Publishers
    (
        "3.1",
        "A conforming publisher MUST advertise topic and hub URLs for a given resource URL",
        DELIVERING,
        "a_change_reaches_who_subscribed_as_anybody_gets_it",
    ),
    (
        "4",
        "the publisher SHOULD include at least one Link Header with rel=hub as well as exactly one with rel=self",
        HERE,
        "every_answer_of_a_topic_names_its_hub_and_itself",
    ),
    (
        "4",
        "If the topic is an XML based feed, publishers SHOULD use embedded link elements",
        DELIVERING,
        "a_change_reaches_who_subscribed_as_anybody_gets_it",
    ),
    (
        "6",
        "The publisher MUST inform the hubs it previously designated when a topic has been updated",
        DELIVERING,
        "a_change_reaches_who_subscribed_as_anybody_gets_it",
    ),
    // Hubs: what they take
    (
        "3.1",
        "MUST accept a subscription request with the parameters hub.callback, hub.mode and hub.topic",
        ROW,
        "MUST accept a subscription request with the parameters",
    ),
    (
        "3.1",
        "MUST accept a subscription request with a hub.secret parameter",
        ROW,
        "MUST accept a subscription request with a hub.secret parameter",
    ),
    (
        "3.1",
        "MUST allow subscribers to re-request already active subscriptions",
        ROW,
        "MUST allow subscribers to re-request already active subscriptions",
    ),
    ("3.1", "MUST support unsubscription requests", ASKING, "one_who_wants_no_more_gets_no_more"),
    (
        "3.1",
        "MUST send content distribution requests with a matching content type of the topic URL",
        DELIVERING,
        "a_change_reaches_who_subscribed_as_anybody_gets_it",
    ),
    (
        "3.1",
        "MUST send a X-Hub-Signature header if the subscription was made with a hub.secret",
        DELIVERING,
        "deliveries_are_signed_for_who_gave_a_secret",
    ),
    (
        "3.2.3",
        "Hubs MUST deliver the full contents of the topic URL in the request",
        DELIVERING,
        "a_change_reaches_who_subscribed_as_anybody_gets_it",
    ),
    (
        "5.1",
        "hub.lease_seconds MAY be present for unsubscription requests and MUST be ignored by the hub in that case",
        ROW,
        "MAY be present for unsubscription requests and MUST be ignored",
    ),
    (
        "5.1",
        "hub.secret MUST be less than 200 bytes in length",
        ROW,
        "hub.secret MUST be less than 200 bytes",
    ),
    (
        "5.1",
        "Hubs MUST ignore additional request parameters they do not understand",
        ROW,
        "Hubs MUST ignore additional request parameters",
    ),
    (
        "5.1",
        "Hubs MUST allow subscribers to re-request subscriptions that are already activated",
        ROW,
        "Hubs MUST allow subscribers to re-request subscriptions",
    ),
    (
        "5.1",
        "Each subsequent request MUST override the previous subscription state, but only once the action is verified",
        ROW,
        "MUST override the previous state, but only once the action is verified",
    ),
    (
        "5.1",
        "If verification fails, the subscription state MUST be left unchanged",
        ROW,
        "If verification fails, the subscription state MUST be left unchanged",
    ),
    (
        "5.1.1",
        "Hubs MUST always decode non-reserved characters for these URL parameters",
        HERE,
        "a_topic_may_be_spelled_otherwise",
    ),
    (
        "5.1.1",
        "Hubs MUST preserve the query string during subscription verification by appending new parameters with &",
        ASKING,
        "a_subscriber_is_asked_whether_it_asked",
    ),
    (
        "5.1.2",
        "MUST respond to a subscription request with 202 \"Accepted\"",
        ROW,
        "MUST respond to a subscription request with 202",
    ),
    (
        "5.1.2",
        "The hub SHOULD perform the verification and validation of intent as soon as possible",
        ROW,
        "SHOULD perform the verification of intent as soon as possible",
    ),
    (
        "5.1.2",
        "If a hub finds any errors in the subscription request, an appropriate error response code MUST be returned",
        ASKING,
        "what_is_wrong_with_a_request_is_said_and_nothing_of_it_repeated",
    ),
    (
        "5.1.2",
        "hubs SHOULD return a description of the error in the response body as plain text",
        ASKING,
        "what_is_wrong_with_a_request_is_said_and_nothing_of_it_repeated",
    ),
    (
        "5.1.2",
        "the HTTP response MUST NOT depend on the process or outcome of verification or validation",
        ROW,
        "the HTTP response MUST NOT depend on the outcome",
    ),
    // Hubs: what they ask back
    (
        "5.2",
        "If (and when) the subscription is accepted, the hub MUST perform the verification of intent",
        STRANGERS,
        "whoever_does_not_give_the_challenge_back_is_not_told",
    ),
    (
        "5.2",
        "If (and when) the subscription is denied, the hub MUST inform the subscriber by a GET to its callback URL",
        SECRETS,
        "a_private_topic_is_told_of_to_who_knows_its_address_and_only_as_long_as_it_is_theirs",
    ),
    (
        "5.3",
        "hub.mode, hub.topic and hub.challenge are REQUIRED in the verification",
        ASKING,
        "a_subscriber_is_asked_whether_it_asked",
    ),
    (
        "5.3",
        "Hubs MUST supply hub.lease_seconds when hub.mode is set to \"subscribe\"",
        ROW,
        "Hubs MUST supply hub.lease_seconds",
    ),
    (
        "5.3.1",
        "The hub MUST consider other server response codes (3xx, 4xx, 5xx) to mean that the verification has failed",
        STRANGERS,
        "whoever_does_not_give_the_challenge_back_is_not_told",
    ),
    (
        "5.3.1",
        "If the content body does not match the hub.challenge, the hub MUST also consider verification to have failed",
        STRANGERS,
        "whoever_does_not_give_the_challenge_back_is_not_told",
    ),
    ("5.3.1", "Hubs MUST enforce lease expirations", ROW, "Hubs MUST enforce lease expirations"),
    (
        "5.3.1",
        "and MUST NOT issue perpetual lease durations",
        ROW,
        "Hubs MUST NOT issue perpetual lease durations",
    ),
    // Hubs: what they deliver
    (
        "7",
        "The body of the POST request MUST include the payload, and MUST contain the full contents of the topic URL",
        DELIVERING,
        "a_change_reaches_who_subscribed_as_anybody_gets_it",
    ),
    (
        "7",
        "MUST have a Content-Type Header corresponding to the Content-Type of the topic",
        DELIVERING,
        "a_change_reaches_who_subscribed_as_anybody_gets_it",
    ),
    (
        "7",
        "the hub MAY remove already-delivered entries from Atom and RSS feeds",
        DELIVERING,
        "where_the_site_wants_it_only_what_is_new_since_the_last_delivery_is_sent",
    ),
    (
        "7",
        "MUST include at least one Link Header with rel=hub",
        DELIVERING,
        "a_change_reaches_who_subscribed_as_anybody_gets_it",
    ),
    (
        "7",
        "MUST also include one Link Header with rel=self set to the canonical URL of the topic being updated",
        HERE,
        "a_topic_may_be_spelled_otherwise",
    ),
    (
        "7",
        "The Hub SHOULD combine these headers into a single Link Header",
        HERE,
        "a_topic_may_be_spelled_otherwise",
    ),
    ("7", "the hub MAY terminate the subscription at 410", ASKING, "one_who_wants_no_more_gets_no_more"),
    (
        "7",
        "The hub MUST consider all other subscriber response codes as failures",
        HERE,
        "a_delivery_that_is_sent_elsewhere_has_failed",
    ),
    (
        "7",
        "The response body from the subscriber MUST be ignored by the hub",
        HERE,
        "what_a_subscriber_says_to_a_delivery_makes_no_difference",
    ),
    (
        "7",
        "Hubs SHOULD retry content distribution requests up to self-imposed limits",
        ROW,
        "SHOULD retry content distribution requests up to self-imposed limits",
    ),
    (
        "7",
        "The hub MUST keep the subscription active until the end of the lease duration",
        ROW,
        "MUST keep the subscription active until the end of the lease duration",
    ),
    (
        "7",
        "if a new update is published, the hub MUST continue to retry delivery to the previously-failing subscriber",
        ROW,
        "MUST continue to retry delivery to a previously failing subscriber",
    ),
    (
        "7.1",
        "the hub MUST generate an HMAC signature of the payload, as method=signature in hexadecimal",
        DELIVERING,
        "deliveries_are_signed_for_who_gave_a_secret",
    ),
    (
        "8.2",
        "Hubs SHOULD enforce short lived hub.lease_seconds (10 days is a good default)",
        ROW,
        "SHOULD enforce short lived hub.lease_seconds",
    ),
    (
        "8.2",
        "the hub SHOULD use a random, single-use hub.challenge",
        ASKING,
        "a_subscriber_is_asked_whether_it_asked",
    ),
    (
        "8.3",
        "The Hub MUST use the exact callback used by the subscriber (including the use of HTTPS)",
        ROW,
        "MUST use the exact callback used by the subscriber",
    ),
    (
        "8.3",
        "Hubs MUST sign their requests using the hub.secret supplied by subscribers if requested",
        ROW,
        "MUST sign their requests using the hub.secret",
    ),
];

#[test]
fn each_sentence_has_its_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (section, sentence, file, case) in SENTENCES {
        let text = fs::read_to_string(root.join(file)).expect("the file is there");
        let named = if *file == ROW { (*case).to_owned() } else { format!("fn {case}()") };
        assert!(text.contains(&named), "{section}: {sentence}: there is no {case} in {file}");
    }
}

#[track_caller]
fn subscribes(site: &crate::site::Site, subscriber: &Subscriber, topic: &str) {
    let before = site.said().matches(": begun").count();
    let callback = subscriber.url("/");
    let asked = [("hub.mode", "subscribe"), ("hub.topic", topic), ("hub.callback", &*callback)];
    assert_eq!(site.ask("POST", "/hub").form(&asked).send().status, 202);
    site.eventually("it is begun", || (site.said().matches(": begun").count() > before).then_some(()));
}

/// Confirms what it is asked; deliveries are answered so.
fn taking_with(taken: impl Fn() -> Vec<u8> + Send + Sync) -> impl Fn(&Sent) -> Vec<u8> + Send + Sync {
    move |sent| match sent.query("hub.challenge") {
        Some(challenge) => answer(200, &challenge),
        None => taken(),
    }
}

#[test]
fn every_answer_of_a_topic_names_its_hub_and_itself() {
    let site = running();
    for path in
        ["feeds/all.rss", "feeds/all.atom", "feeds/all.json", "feeds/tin.rss", "feeds/corrections.atom"]
    {
        let whole = site.get(&format!("/{path}")).gives(200);
        let tag = whole.header("etag").expect("a tag").to_owned();
        let address = format!("/{path}");
        for answer in [
            whole,
            site.ask("HEAD", &address).gives(200),
            site.get(&address).header("accept-encoding", "gzip").gives(200),
            site.get(&address).header("if-none-match", &tag).gives(304),
        ] {
            let status = answer.status;
            let said: Vec<&str> =
                answer.headers.iter().filter(|(name, _)| name == "link").map(|(_, value)| &**value).collect();
            // A 304 need not say again what the one who asks has.
            if status == 304 && said.is_empty() {
                continue;
            }
            let said = said.join(", ");
            assert_eq!(
                said.matches(&*format!("<{BASE}hub>; rel=\"hub\"")).count(),
                1,
                "{path}, {status}: {said}"
            );
            assert_eq!(
                said.matches(&*format!("<{BASE}{path}>; rel=\"self\"")).count(),
                1,
                "{path}, {status}: {said}"
            );
            assert_eq!(said.matches("rel=\"self\"").count(), 1, "{path}, {status}: {said}");
        }
    }
}

#[test]
fn a_topic_may_be_spelled_otherwise() {
    let site = running();
    let subscriber = Subscriber::new();
    let spelled = "https://tin.example.vn:443/f%65eds/all%2Erss";
    subscribes(&site, &subscriber, spelled);
    assert_eq!(subscriber.gets("GET", 1).query("hub.topic").as_deref(), Some(spelled), "as it was asked for");
    site.article("tin/hai.md", article("Hai"));
    let sent = subscriber.gets("POST", 1);
    let links: Vec<&(String, String)> = sent.headers.iter().filter(|(name, _)| name == "link").collect();
    assert_eq!(links.len(), 1, "{links:?}");
    let links = &links[0].1;
    for expected in [format!("<{BASE}hub>; rel=\"hub\""), format!("<{BASE}feeds/all.rss>; rel=\"self\"")] {
        assert!(links.contains(&expected), "{links}");
    }
    assert_eq!(links.matches("rel=\"self\"").count(), 1, "{links}");
}

#[test]
fn a_delivery_that_is_sent_elsewhere_has_failed() {
    let site = running();
    let elsewhere = Subscriber::new();
    let statuses = [300, 301, 302, 303, 307, 308, 304, 400, 404, 500];
    let subscribers = statuses.map(|status| {
        let address = elsewhere.url("/");
        Subscriber::answering(taking_with(move || {
            format!("HTTP/1.1 {status} So\r\nlocation: {address}\r\ncontent-length: 0\r\n\r\n").into()
        }))
    });
    let topic = format!("{BASE}feeds/all.rss");
    subscribers.iter().for_each(|subscriber| subscribes(&site, subscriber, &topic));
    site.article("tin/hai.md", article("Hai"));
    let failing = format!("bantin_subscriptions{{protocol=\"websub\",state=\"failing\"}} {}", statuses.len());
    site.eventually(&failing, || {
        site.get_private("/metrics").gives(200).text().contains(&failing).then_some(())
    });
    assert_eq!(elsewhere.connections(), 0, "no redirect is followed");
    assert!(subscribers.iter().all(|subscriber| subscriber.sent("POST").len() == 1));
}

#[test]
fn what_a_subscriber_says_to_a_delivery_makes_no_difference() {
    let site = running();
    let answers: [Vec<u8>; 5] = [
        answer(200, "hub.mode=unsubscribe"),
        answer(202, &"x".repeat(8 << 20)),
        answer(299, ""),
        b"HTTP/1.1 204 No Content\r\n\r\n".into(),
        b"HTTP/1.1 200 So\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc".into(),
    ];
    let subscribers = answers.map(|answer| Subscriber::answering(taking_with(move || answer.clone())));
    let topic = format!("{BASE}feeds/all.rss");
    subscribers.iter().for_each(|subscriber| subscribes(&site, subscriber, &topic));
    for (count, title) in ["Hai", "Ba"].into_iter().enumerate() {
        site.article(&format!("tin/{count}.md"), article(title));
        for (number, subscriber) in subscribers.iter().enumerate() {
            let sent = subscriber.gets("POST", count + 1);
            assert!(sent.text().contains(&format!("Tin {title}.")), "answer {number}");
        }
    }
    let all = "bantin_deliveries_total{protocol=\"websub\",outcome=\"accepted\"} 10";
    site.eventually(all, || site.get_private("/metrics").gives(200).text().contains(all).then_some(()));
}
