use super::*;
use crate::edition::VersionName;
use crate::hub::{Address, Asks, Callback, Protocol, Secret, State, Wish};
use crate::words::{FeedName, Format, Outlet, Timestamp, Token, Topic};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn at(seconds: i64) -> Timestamp {
    Timestamp::nearest(1_800_000_000 + seconds)
}

fn subscription(number: u64) -> Subscription {
    let outlet = FeedName::parse("tag/lua").expect("a name").into();
    Subscription {
        number,
        topic: Topic { outlet, format: Format::Rss },
        address: Address::new("https://tin.example.vn/feeds/tag/lua.rss"),
        callback: Callback::parse("https://doc.example/a%7E?b=c").expect("a callback"),
        protocol: Protocol::WebSub,
        secret: None,
        state: State::Active { until: at(864_000) },
        wish: None,
        since: at(0),
        began: VersionName::from_bytes([1; 12]),
        acknowledged: None,
        acknowledged_at: None,
        failures: 0,
        failing_since: None,
        tried: None,
        next_try: at(1),
    }
}

/// One of each kind there is.
fn all_kinds() -> Vec<Subscription> {
    let secret = |text| Some(Secret::parse(text).expect("a secret"));
    let wish = |asks| Wish {
        asks,
        at: at(3),
        echoed: vec![("verify_token".to_owned(), "á & b".to_owned())],
        tries: 2,
        next_try: at(13),
    };
    let dai = Outlet { name: FeedName::parse("dai").expect("a name"), token: Some(Token::of([7; 16])) };
    vec![
        subscription(1),
        Subscription {
            state: State::Asked,
            wish: Some(wish(Asks::Subscribe { lease: 300, secret: secret("mới ' \" \\") })),
            ..subscription(2)
        },
        Subscription {
            topic: Topic { outlet: dai, format: Format::Json },
            secret: secret("cũ"),
            wish: Some(Wish { echoed: Vec::new(), ..wish(Asks::Unsubscribe) }),
            ..subscription(3)
        },
        Subscription {
            state: State::Denied,
            acknowledged: Some(VersionName::from_bytes([0xFF; 12])),
            acknowledged_at: Some(at(5)),
            failures: u32::MAX,
            failing_since: Some(at(6)),
            tried: Some(at(7)),
            ..subscription(4)
        },
        Subscription { protocol: Protocol::Cloud, ..subscription(u64::MAX >> 1) },
    ]
}

fn found(state: &Path) -> Found {
    Subscriptions::open(state).unwrap_or_else(|error| panic!("{error}"))
}

fn put(all: Vec<Subscription>) -> Vec<Write> {
    all.into_iter().map(Write::Put).collect()
}

#[test]
fn what_was_written_is_read_at_the_next_start_and_beside_a_running_one() {
    let state = tempfile::tempdir().expect("a folder");
    assert!(matches!(Subscriptions::beside(state.path()), Err(Unread::Missing)));
    let mut store = found(state.path()).store;
    store.write(&put(all_kinds())).expect("it is written");
    assert_eq!(Subscriptions::beside(state.path()).ok(), Some(all_kinds()));
    let renewed = Subscription { failures: 1, ..subscription(1) };
    store.write(&[Write::Drop(2), Write::Put(renewed.clone()), Write::Drop(77)]).expect("it is written");
    let expected: Vec<Subscription> = [renewed].into_iter().chain(all_kinds().split_off(2)).collect();
    assert_eq!(Subscriptions::beside(state.path()).ok(), Some(expected.clone()));
    drop(store);
    assert_eq!(Subscriptions::beside(state.path()).ok(), Some(expected.clone()));
    let found = found(state.path());
    assert_eq!((found.remembered, found.damaged), (expected, None));
}

#[test]
fn nobody_but_its_owner_may_read_it() {
    let state = tempfile::tempdir().expect("a folder");
    let path = state.path().join("subscriptions.sqlite");
    for open_to_all in [false, true] {
        if open_to_all {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("it is ours");
        }
        let mut store = found(state.path()).store;
        store.write(&put(all_kinds())).expect("it is written");
        for beside in ["sqlite", "sqlite-wal", "sqlite-shm"] {
            let metadata = path.with_extension(beside).metadata().expect("it is there");
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{beside}");
        }
    }
}

#[test]
fn a_damaged_one_is_set_aside() {
    let damages: [fn(&Path); 4] = [
        |path| {
            std::fs::write(path, "no store at all, but long enough to be read as one".repeat(100))
                .expect("ours")
        },
        |path| change(path, "UPDATE subscription SET callback = 'ftp://doc.example/'"),
        |path| change(path, "UPDATE subscription SET until = NULL"),
        |path| change(path, "DROP TABLE subscription"),
    ];
    for damage in damages {
        let state = tempfile::tempdir().expect("a folder");
        let path = state.path().join("subscriptions.sqlite");
        found(state.path()).store.write(&put(vec![subscription(1)])).expect("it is written");
        damage(&path);
        assert!(matches!(Subscriptions::beside(state.path()), Err(Unread::Strange)));
        let found = found(state.path());
        assert_eq!((found.remembered, found.damaged), (Vec::new(), Some(path.with_extension("damaged-1"))));
        assert!(path.with_extension("damaged-1").exists());
    }
}

#[test]
fn what_a_newer_bantin_wrote_is_left_alone() {
    let state = tempfile::tempdir().expect("a folder");
    drop(found(state.path()));
    change(&state.path().join("subscriptions.sqlite"), "PRAGMA user_version = 99");
    assert!(matches!(Subscriptions::open(state.path()), Err(OpenError::Newer(_, 99))));
    assert!(matches!(Subscriptions::beside(state.path()), Err(Unread::Strange)));
}

fn change(path: &Path, sql: &str) {
    let store = Connection::open(path).expect("a store");
    store.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}
