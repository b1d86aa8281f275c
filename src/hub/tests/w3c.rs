//! Each MUST and SHOULD that W3C WebSub (Recommendation of 23 January 2018) has for a hub, with its section, as far as it can be
//! seen without a wire. What can only be seen on one stands in `tests/websub/`.

use super::desk::*;
use crate::hub::{Outcome, Work};

/// Section, what the text says, and how it shows.
type Case = (&'static str, &'static str, fn());

const TABLE: &[Case] = &[
    (
        "3.1",
        "MUST accept a subscription request with the parameters hub.callback, hub.mode and hub.topic",
        || {
            assert_eq!(Desk::new().ask("subscribe", FEED, CALLBACK, "").status, 202);
        },
    ),
    ("3.1", "MUST accept a subscription request with a hub.secret parameter", || {
        assert_eq!(Desk::new().ask("subscribe", FEED, CALLBACK, "hub.secret=s").status, 202);
    }),
    ("3.1", "MAY respect the requested lease duration in subscription requests", || {
        let mut desk = Desk::new();
        desk.ask("subscribe", FEED, CALLBACK, "hub.lease_seconds=4711");
        assert_eq!(parameter(&desk.one(), "hub.lease_seconds").as_deref(), Some("4711"));
    }),
    ("3.1", "MUST allow subscribers to re-request already active subscriptions", || {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "hub.lease_seconds=1000");
        desk.pass(900);
        desk.subscribe(FEED, CALLBACK, "hub.lease_seconds=1000");
        desk.pass(900);
        assert_eq!(desk.store.len(), 1);
    }),
    ("3.1", "MUST support unsubscription requests", || {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "");
        assert_eq!(desk.ask("unsubscribe", FEED, CALLBACK, "").status, 202);
        let task = desk.one();
        desk.report(&task, Outcome::Confirmed);
        desk.show(FEED, 2);
        desk.nothing();
    }),
    ("3.1", "MUST send a X-Hub-Signature header if the subscription was made with a hub.secret", || {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "hub.secret=s");
        desk.show(FEED, 2);
        assert_eq!(delivery(&desk.one()).1, Some("s"));
    }),
    ("5.1", "hub.mode: the literal string \"subscribe\" or \"unsubscribe\"", || {
        for mode in ["Subscribe", "subscribed", ""] {
            assert_eq!(Desk::new().ask(mode, FEED, CALLBACK, "").status, 400, "{mode}");
        }
    }),
    (
        "5.1",
        "hub.lease_seconds MAY be present for unsubscription requests and MUST be ignored in that case",
        || {
            let mut desk = Desk::new();
            desk.subscribe(FEED, CALLBACK, "hub.lease_seconds=1000");
            let before = desk.store.values().map(|row| row.until()).collect::<Vec<_>>();
            desk.ask("unsubscribe", FEED, CALLBACK, "hub.lease_seconds=5000");
            assert_eq!(parameter(&desk.one(), "hub.lease_seconds"), None);
            assert_eq!(desk.store.values().map(|row| row.until()).collect::<Vec<_>>(), before);
        },
    ),
    ("5.1", "hub.secret MUST be less than 200 bytes in length", || {
        let ask = |length| {
            Desk::new().ask("subscribe", FEED, CALLBACK, &format!("hub.secret={}", "é".repeat(length)))
        };
        assert_eq!((ask(99).status, ask(100).status), (202, 400));
    }),
    ("5.1", "Hubs MUST ignore additional request parameters they do not understand", || {
        assert_eq!(Desk::new().ask("subscribe", FEED, CALLBACK, "hub.nonsense=%00&x=y&&=&z").status, 202);
    }),
    ("5.1", "Hubs MUST allow subscribers to re-request subscriptions that are already activated", || {
        let mut desk = Desk::new();
        (0..5).for_each(|_| desk.subscribe(FEED, CALLBACK, ""));
        assert_eq!(desk.store.len(), 1);
    }),
    ("5.1", "Each request MUST override the previous state, but only once the action is verified", || {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "hub.secret=old");
        desk.ask("subscribe", FEED, CALLBACK, "hub.secret=new");
        let task = desk.one();
        let secret =
            |desk: &Desk| desk.store.values().next().and_then(|row| row.secret.clone()).expect("a secret");
        assert_eq!(secret(&desk).reveal(), "old");
        desk.report(&task, Outcome::Confirmed);
        assert_eq!(secret(&desk).reveal(), "new");
    }),
    ("5.1", "If verification fails, the subscription state MUST be left unchanged", || {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "hub.secret=old");
        let before = desk.store.clone();
        for mode in ["subscribe", "unsubscribe"] {
            desk.ask(mode, FEED, CALLBACK, "hub.secret=new");
            let task = desk.one();
            desk.report(&task, answered(404));
            assert_eq!(desk.store, before);
        }
    }),
    ("5.1", "The subscriber MAY use a new hub.secret, and MAY make a new subscription without one", || {
        let mut desk = Desk::new();
        for (more, expected) in [("hub.secret=a", Some("a")), ("hub.secret=b", Some("b")), ("", None)] {
            desk.subscribe(FEED, CALLBACK, more);
            let secret = desk.store.values().next().and_then(|row| row.secret.clone());
            assert_eq!(secret.as_ref().map(|secret| secret.reveal()), expected);
        }
    }),
    ("5.1.1", "The topic and callback URLs MAY use HTTP or HTTPS schemes", || {
        for callback in ["http://reader.example/", "https://reader.example/"] {
            assert_eq!(Desk::new().ask("subscribe", FEED, callback, "").status, 202);
        }
    }),
    (
        "5.1.1",
        "Hubs MAY refuse subscriptions if the topic URL is not the one advertised by the publisher",
        || {
            let other = "https://tin.example.vn/feeds/climate";
            assert_eq!(Desk::new().ask("subscribe", other, CALLBACK, "").status, 404);
        },
    ),
    ("5.1.1", "Hubs MUST always decode non-reserved characters for these URL parameters", || {
        let mut desk = Desk::new();
        let spelled = "https://tin.example.vn/f%65eds/climate%2erss";
        assert_eq!(desk.ask("subscribe", spelled, CALLBACK, "").status, 202);
        let task = desk.one();
        assert_eq!(task.topic, desk.topic(FEED));
    }),
    ("5.1.1", "Hubs MUST preserve the query string during verification by appending with &", || {
        let mut desk = Desk::new();
        desk.ask("subscribe", FEED, "https://reader.example/p?foo=bar&red=fish", "");
        let Work::Verify { target, .. } = desk.one().work else { panic!("a verification") };
        assert!(target.starts_with("/p?foo=bar&red=fish&hub.mode=subscribe&"), "{target}");
    }),
    ("5.1.1", "Existing parameters with overlapping names will not be overwritten", || {
        let mut desk = Desk::new();
        desk.ask("subscribe", FEED, "https://reader.example/p?hub.mode=mine", "");
        let modes: Vec<String> = parameters(&desk.one())
            .into_iter()
            .filter(|(name, _)| name == "hub.mode")
            .map(|(_, value)| value)
            .collect();
        assert_eq!(modes, ["mine", "subscribe"]);
    }),
    ("5.1.1", "The delivery goes to the callback including its query string", || {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "");
        desk.show(FEED, 2);
        assert_eq!(desk.one().callback.target(), "/push?id=7");
    }),
    ("5.1.2", "MUST respond to a subscription request with 202 \"Accepted\"", || {
        assert_eq!(Desk::new().ask("subscribe", FEED, CALLBACK, "").status, 202);
        assert_eq!(Desk::new().ask("unsubscribe", FEED, CALLBACK, "").status, 202);
    }),
    ("5.1.2", "SHOULD perform the verification of intent as soon as possible", || {
        let mut desk = Desk::new();
        desk.ask("subscribe", FEED, CALLBACK, "");
        desk.one();
    }),
    ("5.1.2", "an appropriate HTTP error response code (4xx or 5xx) MUST be returned for any error", || {
        for body in ["", "hub.mode=subscribe", "hub.mode=subscribe&hub.topic=x&hub.callback=y"] {
            assert!((400..600).contains(&Desk::new().post(body).status), "{body}");
        }
    }),
    ("5.1.2", "SHOULD return a description of the error in the response body as plain text", || {
        let reply = Desk::new().ask("subscribe", FEED, "ftp://reader.example/", "");
        assert!(reply.body.en.contains("`hub.callback` has to be"), "{reply:?}");
    }),
    ("5.1.2", "the HTTP response MUST NOT depend on the outcome of verification or validation", || {
        let mut desk = Desk::new();
        let reply = desk.ask("subscribe", FEED, CALLBACK, "");
        let task = desk.one();
        desk.report(&task, answered(404));
        assert_eq!(desk.ask("subscribe", FEED, CALLBACK, ""), reply);
    }),
    ("5.2", "If the subscription is accepted, the hub MUST perform the verification of intent", || {
        let mut desk = Desk::new();
        desk.ask("subscribe", FEED, CALLBACK, "");
        desk.show(FEED, 2);
        assert!(matches!(desk.one().work, Work::Verify { .. }), "nothing is delivered before");
        desk.nothing();
    }),
    (
        "5.2",
        "If the subscription is denied, the hub MUST inform the subscriber by a GET to its callback",
        || {
            let mut desk = Desk::new();
            desk.subscribe(SECRET, CALLBACK, "");
            desk.close(SECRET);
            let task = desk.one();
            let Work::Deny { target } = &task.work else { panic!("{task:?}") };
            assert!(target.starts_with("/push?id=7&"), "{target}");
            assert_eq!(parameter(&task, "hub.mode").as_deref(), Some("denied"));
            assert_eq!(parameter(&task, "hub.topic").as_deref(), Some(SECRET));
            assert!(parameter(&task, "hub.reason").is_some());
        },
    ),
    ("5.3", "hub.mode matches the original request to the hub from the subscriber", || {
        let mut desk = Desk::new();
        for mode in ["subscribe", "unsubscribe"] {
            desk.ask(mode, FEED, CALLBACK, "");
            let task = desk.one();
            assert_eq!(parameter(&task, "hub.mode").as_deref(), Some(mode));
            desk.report(&task, Outcome::Confirmed);
        }
    }),
    ("5.3", "hub.topic: the topic URL given in the corresponding subscription request", || {
        let mut desk = Desk::new();
        let spelled = "HTTPS://tin.example.vn:443/feeds/climate.rss";
        desk.ask("subscribe", spelled, CALLBACK, "");
        assert_eq!(parameter(&desk.one(), "hub.topic").as_deref(), Some(spelled));
    }),
    ("5.3", "Hubs MUST supply hub.lease_seconds when hub.mode is \"subscribe\"", || {
        let mut desk = Desk::new();
        desk.ask("subscribe", FEED, CALLBACK, "");
        assert!(parameter(&desk.one(), "hub.lease_seconds").is_some());
    }),
    ("5.3", "the lease is measured from the time the verification request was made", || {
        let mut desk = Desk::new();
        desk.ask("subscribe", FEED, CALLBACK, "hub.lease_seconds=1000");
        desk.pass(60);
        let task = desk.one();
        let made = desk.now;
        desk.pass(9);
        desk.report(&task, Outcome::Confirmed);
        let until = desk.store.values().next().and_then(|row| row.until());
        assert_eq!(until, Some(made.plus_seconds(1000)));
    }),
    (
        "5.3.1",
        "MUST consider other server response codes (3xx, 4xx, 5xx) to mean that the verification has failed",
        || {
            for status in [300, 301, 302, 304, 307, 308, 400, 401, 404, 410, 429, 500, 503, 599] {
                let mut desk = Desk::new();
                desk.ask("subscribe", FEED, CALLBACK, "");
                let task = desk.one();
                desk.report(&task, answered(status));
                assert!(desk.store.is_empty(), "{status}");
            }
        },
    ),
    ("5.3.1", "MUST consider verification to have failed when a 2xx does not bring the challenge", || {
        for status in [200, 202, 204] {
            let mut desk = Desk::new();
            desk.ask("subscribe", FEED, CALLBACK, "");
            let task = desk.one();
            desk.report(&task, answered(status));
            assert!(desk.store.is_empty(), "{status}");
        }
    }),
    ("5.3.1", "Hubs MUST enforce lease expirations", || {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "hub.lease_seconds=1000");
        desk.now = desk.now.plus_seconds(1000);
        desk.show(FEED, 2);
        desk.nothing();
        assert!(desk.store.is_empty());
    }),
    ("5.3.1", "Hubs MUST NOT issue perpetual lease durations", || {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "hub.lease_seconds=99999999999999");
        desk.pass(31 * 86_400);
        assert!(desk.store.is_empty());
    }),
    ("7", "MUST consider all other response codes as failures, redirects among them", || {
        for status in [301, 307, 308, 400, 403, 404, 500] {
            let mut desk = Desk::new();
            desk.subscribe(FEED, CALLBACK, "");
            desk.show(FEED, 2);
            let task = desk.one();
            desk.report(&task, answered(status));
            let row = desk.store.values().next().expect("it stays");
            assert_eq!((row.failures, row.acknowledged), (1, None), "{status}");
        }
    }),
    ("7", "MAY terminate the subscription at a 410", || {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "");
        desk.show(FEED, 2);
        let task = desk.one();
        desk.report(&task, answered(410));
        assert!(desk.store.is_empty());
    }),
    ("7", "SHOULD retry content distribution requests up to self-imposed limits", || {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "");
        desk.show(FEED, 2);
        let task = desk.one();
        desk.report(&task, DOWN);
        desk.pass(10);
        delivery(&desk.one());
    }),
    ("7", "MUST keep the subscription active until the end of the lease duration", || {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "");
        desk.show(FEED, 2);
        for _ in 0..(10 * 24 - 1) {
            desk.sent().iter().for_each(|task| desk.report(task, answered(500)));
            desk.pass(3600);
            assert_eq!(desk.store.len(), 1);
        }
    }),
    (
        "7",
        "MUST continue to retry delivery to a previously failing subscriber when there is a new update",
        || {
            let mut desk = Desk::new();
            desk.subscribe(FEED, CALLBACK, "");
            desk.show(FEED, 2);
            for _ in 0..72 {
                desk.sent().iter().for_each(|task| desk.report(task, DOWN));
                desk.pass(3600);
            }
            desk.show(FEED, 3);
            desk.pass(6 * 3600);
            let task = desk.one();
            desk.report(&task, Outcome::Delivered(version(3)));
            desk.show(FEED, 4);
            delivery(&desk.one());
        },
    ),
    ("7.1", "MUST generate an HMAC signature with hub.secret as the key, as method=signature", || {
        let secret = crate::hub::Secret::parse("Jefe").expect("a secret");
        let body = b"what do ya want for nothing?";
        let signed = secret.sign(crate::words::Signature::Sha256, body);
        assert_eq!(signed, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }),
    ("8.2", "SHOULD enforce short lived hub.lease_seconds (10 days is a good default)", || {
        let mut desk = Desk::new();
        desk.ask("subscribe", FEED, CALLBACK, "");
        assert_eq!(parameter(&desk.one(), "hub.lease_seconds").as_deref(), Some("864000"));
    }),
    ("8.2", "SHOULD use a random, single-use hub.challenge", || {
        let mut desk = Desk::new();
        desk.ask("subscribe", FEED, CALLBACK, "");
        let first = desk.hub.hand_out(&mut || 0xFEE1, desk.now).remove(0);
        desk.report(&first, DOWN);
        desk.pass(10);
        let second = desk.hub.hand_out(&mut || 0xFEE2, desk.now).remove(0);
        let challenge = |task| parameter(task, "hub.challenge").expect("a challenge");
        assert_eq!(challenge(&first), format!("{:032x}", 0xFEE1));
        assert_eq!(challenge(&second), format!("{:032x}", 0xFEE2));
    }),
    ("8.3", "MUST use the exact callback used by the subscriber (including the use of HTTPS)", || {
        for callback in ["https://Reader.example:443/%7Ea/?b=%2f", "http://reader.example:80/;x=(1)"] {
            let mut desk = Desk::new();
            desk.subscribe(FEED, callback, "");
            desk.show(FEED, 2);
            assert_eq!(desk.one().callback.as_str(), callback);
        }
    }),
    ("8.3", "MUST sign their requests using the hub.secret supplied by subscribers if requested", || {
        let mut desk = Desk::new();
        desk.subscribe(FEED, CALLBACK, "hub.secret=s");
        for number in 2..5 {
            desk.show(FEED, number);
            desk.crash();
            let task = desk.one();
            assert_eq!(delivery(&task).1, Some("s"));
            desk.report(&task, Outcome::Delivered(version(number)));
        }
    }),
];

#[test]
fn the_hub_does_what_the_recommendation_asks() {
    for (section, sentence, shows) in TABLE {
        println!("{section}: {sentence}");
        shows();
    }
}
