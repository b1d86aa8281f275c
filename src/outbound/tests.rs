//! What the way out leads to, and what it does not.

use super::names::places;
use super::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Hosts as they stand in addresses, all of them ways to something that is not everybody's.
const INSIDE: &[&str] = &[
    // this host
    "0.0.0.0",
    "0.0.0.1",
    "0.1.2.3",
    "0.255.255.255",
    "0",
    "0x0",
    "00",
    "0.0",
    "0x0.0x0.0x0.0x0",
    // loopback, as it can be written
    "127.0.0.1",
    "127.0.0.2",
    "127.1.2.3",
    "127.255.255.255",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7F.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "0177.0x0.1",
    "127.0.0.01",
    "127.0x0.0.1",
    "127.0.0.1.",
    "127.1.",
    "0x7f000001.",
    "%31%32%37.0.0.1",
    "１２７.０.０.１",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    // private
    "10.0.0.0",
    "10.0.0.1",
    "10.1",
    "10.255.255.255",
    "0xa.1",
    "012.0.0.1",
    "167772161",
    "0xA000001",
    "172.16.0.0",
    "172.16.0.1",
    "172.20.1.1",
    "172.31.255.255",
    "0xac.0x10.1",
    "2886729729",
    "192.168.0.0",
    "192.168.0.1",
    "192.168.1.254",
    "192.168.255.255",
    "192.168.257",
    "0xc0.0xa8.1",
    "3232235521",
    "0300.0250.0.1",
    "192.168.1",
    "192.11010049",
    // this link, and what clouds tell their machines
    "169.254.0.0",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.255.255",
    "169.254.43518",
    "2852039166",
    "0xa9fea9fe",
    "0xA9.0xFE.0xA9.0xFE",
    "0251.0376.0251.0376",
    "169.16689662",
    // between a carrier and its customers
    "100.64.0.0",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "0x64.0x40.1",
    // protocols, documentation, benchmarks, relays
    "192.0.0.0",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.170",
    "192.0.0.255",
    "192.0.2.0",
    "192.0.2.1",
    "192.0.2.255",
    "198.18.0.0",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.0",
    "198.51.100.7",
    "198.51.100.255",
    "203.0.113.0",
    "203.0.113.9",
    "203.0.113.255",
    "192.88.99.0",
    "192.88.99.1",
    // multicast, reserved, everybody here
    "224.0.0.0",
    "224.0.0.1",
    "224.0.0.251",
    "239.255.255.250",
    "239.255.255.255",
    "240.0.0.0",
    "240.0.0.1",
    "250.1.2.3",
    "255.255.255.254",
    "255.255.255.255",
    "4294967295",
    "0xffffffff",
    "037777777777",
    // the same in IPv6
    "[::]",
    "[::0]",
    "[0:0:0:0:0:0:0:0]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::0001]",
    "[::2]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::8.8.8.8]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[::ffff:192.168.1.1]",
    "[::ffff:100.64.0.1]",
    "[::ffff:0.0.0.0]",
    "[::ffff:255.255.255.255]",
    "[::ffff:0:127.0.0.1]",
    "[::ffff:0:8.8.8.8]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b::192.168.0.1]",
    "[64:ff9b::0.0.0.0]",
    "[64:ff9b:1::1]",
    "[64:ff9b:1::8.8.8.8]",
    "[64:ff9b:1:ffff:ffff:ffff:ffff:ffff]",
    "[64:ff9b:0:0:1::808:808]",
    "[64:ff9a::1]",
    "[100::1]",
    "[100:0:0:1::1]",
    "[200::1]",
    "[400::1]",
    "[1000::1]",
    "[1fff:ffff::1]",
    "[2001::1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "[2001:1::1]",
    "[2001:2::1]",
    "[2001:3::1]",
    "[2001:4:112::1]",
    "[2001:10::1]",
    "[2001:1f::1]",
    "[2001:20::1]",
    "[2001:2f::1]",
    "[2001:30::1]",
    "[2001:1ff::1]",
    "[2001:db8::]",
    "[2001:db8::1]",
    "[2001:db8:ffff::1]",
    "[2002::1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[2002:a9fe:a9fe::1]",
    "[2002:c0a8:101::1]",
    "[2002:808:808::1]",
    "[3ffe::1]",
    "[3fff::1]",
    "[3fff:fff:ffff::1]",
    "[4000::1]",
    "[5f00::1]",
    "[8000::1]",
    "[fbff::1]",
    "[fc00::]",
    "[fc00::1]",
    "[fd00::1]",
    "[fd12:3456:789a::1]",
    "[fd00:ec2::254]",
    "[fdff:ffff::1]",
    "[fe00::1]",
    "[fe80::]",
    "[fe80::1]",
    "[fe80::a9fe:a9fe]",
    "[febf:ffff::1]",
    "[fec0::1]",
    "[feff:ffff::1]",
    "[ff00::1]",
    "[ff01::1]",
    "[ff02::1]",
    "[ff02::fb]",
    "[ff05::2]",
    "[ff0e::1]",
    "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
    // by names that lead there
    "localhost",
    "LOCALHOST",
    "localhost.",
    "LocalHost.",
    "ｌｏｃａｌｈｏｓｔ",
    "inside.example",
    "inside.example.",
    "mapped.example",
    "both.example",
    "metadata.google.internal",
    "127.0.0.1.inside.example",
];

const OUTSIDE: &[&str] = &[
    "1.1.1.1",
    "8.8.8.8",
    "134744072",
    "0x08080808",
    "010.010.010.010",
    "8.8.8.8.",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "[2000::1]",
    "[2001:200::1]",
    "[2001:db7::1]",
    "[2001:db9::1]",
    "[2001:4860:4860::8888]",
    "[2003::1]",
    "[2400:cb00::1]",
    "[2606:4700:4700::1111]",
    "[2a00:1450::1]",
    "[3ffd::1]",
    "[::ffff:8.8.8.8]",
    "[64:ff9b::8.8.8.8]",
    "outside.example",
    "outside.example.",
];

fn known() -> LookUp {
    Arc::new(|name: String| -> LookedUp {
        let found: &[&str] = match name.trim_end_matches('.') {
            "localhost" => &["127.0.0.1", "::1"],
            "inside.example" | "127.0.0.1.inside.example" => &["10.0.0.7"],
            "mapped.example" => &["::ffff:10.0.0.7"],
            "both.example" => &["8.8.8.8", "2606:4700:4700::1111", "fd00::1"],
            "metadata.google.internal" => &["169.254.169.254"],
            "outside.example" => &["8.8.8.8", "2606:4700:4700::1111"],
            _ => &[],
        };
        let found = found.iter().map(|address| address.parse().expect("an address")).collect();
        Box::pin(std::future::ready(Ok(found)))
    })
}

fn to(text: &str) -> Destination {
    let url = url::Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    Destination::of(&url).expect("it has a host")
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(work)
}

#[test]
fn what_is_not_everybodys_is_not_gone_to_however_it_is_written() {
    assert!(INSIDE.len() + OUTSIDE.len() > 200);
    let look =
        |host: &str| block_on(places(&to(&format!("http://{host}/")).peer, &known(), &Allowed::default()));
    for host in INSIDE {
        let places = look(host);
        assert!(matches!(places, Err(Unreached::Forbidden(_))), "{host}: {places:?}");
    }
    for host in OUTSIDE {
        let places = look(host);
        assert!(places.is_ok(), "{host}: {places:?}");
    }
}

#[test]
fn a_site_may_allow_some_networks_and_no_more() {
    let network = |text: &str| text.parse::<Network>();
    let allowed = ["127.0.0.0/8", "10.1.2.0/24", "fd00:1::/32", "192.168.7.7"]
        .map(|text| network(text).expect("a network"));
    let allowed = Allowed::and(allowed.into());
    let table = [
        ("127.0.0.1", true),
        ("127.255.255.255", true),
        ("::ffff:127.0.0.1", true),
        ("64:ff9b::127.0.0.1", true),
        ("::1", false),
        ("10.1.1.255", false),
        ("10.1.2.0", true),
        ("10.1.2.255", true),
        ("10.1.3.0", false),
        ("fd00:1:ffff::1", true),
        ("fd00:2::1", false),
        ("192.168.7.7", true),
        ("192.168.7.8", false),
        ("8.8.8.8", true),
    ];
    for (address, expected) in table {
        assert_eq!(allowed.allows(address.parse().expect("an address")), expected, "{address}");
    }
    for strange in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "localhost", "10.0.0.0/-1", "10.0.0.0/", "/8"] {
        assert!(network(strange).is_err(), "{strange}");
    }
    for text in ["127.0.0.0/8", "::/0", "10.1.2.3/32"] {
        assert_eq!(network(text).map(|network| network.to_string()), Ok(text.to_owned()));
    }
}

/// The way out to this machine, and how often a name was looked up.
fn outbound() -> (Outbound, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let look_up: LookUp = Arc::new(move |_| {
        // The first answer may be gone to, and all that follow may not.
        let is_first = count.fetch_add(1, Ordering::SeqCst) == 0;
        let address = if is_first { "127.0.0.1" } else { "127.0.0.2" };
        Box::pin(std::future::ready(Ok(vec![address.parse().expect("an address")])))
    });
    let allowed = Allowed::and(vec!["127.0.0.1/32".parse().expect("a network")]);
    (Outbound::new(allowed, look_up).0, asked)
}

fn message(address: &str, wanted: usize) -> Message {
    let body = Bytes::from_static(b"bytes");
    Message { method: Method::POST, to: to(address), headers: HeaderMap::new(), body, wanted }
}

/// A server that sends these words to each request, and all that it was sent.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Server {
    async fn saying(answer: &'static [u8], again: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address");
        let port = listener.local_addr().expect("an address").port();
        let (connections, heard) = (Arc::new(AtomicUsize::new(0)), Arc::<Mutex<Vec<u8>>>::default());
        let (count, hears) = (connections.clone(), heard.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let hears = hears.clone();
                tokio::spawn(async move {
                    let mut bytes = [0; 4096];
                    loop {
                        let Ok(length @ 1..) = stream.read(&mut bytes).await else { return };
                        hears.lock().expect("no panic").extend_from_slice(&bytes[..length]);
                        if !bytes[..length].ends_with(b"bytes") {
                            continue;
                        }
                        loop {
                            if stream.write_all(answer).await.is_err() {
                                return;
                            }
                            if !again {
                                break;
                            }
                        }
                    }
                });
            }
        });
        Self { port, connections, heard }
    }
}

#[test]
fn a_name_is_looked_up_once_for_each_connection_and_that_goes_to_what_was_judged() {
    block_on(async {
        let server = Server::saying(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n", false).await;
        let (outbound, asked) = outbound();
        let message = message(&format!("http://rebinding.example:{}/", server.port), 0);
        assert_eq!(outbound.send(&message).await.map(|replied| replied.status.as_u16()), Ok(204));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        let forbidden = "127.0.0.2".parse().expect("an address");
        assert_eq!(outbound.send(&message).await, Err(Unreached::Forbidden(forbidden)));
        assert_eq!((asked.load(Ordering::SeqCst), server.connections.load(Ordering::SeqCst)), (2, 1));
    });
}

#[test]
fn what_is_sent_says_where_to_and_how_long_it_is() {
    block_on(async {
        let server =
            Server::saying(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nretry-after: 120\r\n\r\nok", false)
                .await;
        let (outbound, _) = outbound();
        let mut message = message(&format!("http://127.0.0.1:{}/a%7Eb?c=d&e", server.port), 64);
        message.headers.insert("x-own", HeaderValue::from_static("own"));
        let replied = outbound.send(&message).await.expect("an answer");
        assert_eq!((&replied.body[..], replied.is_whole, replied.retry_after), (&b"ok"[..], true, Some(120)));
        let heard = String::from_utf8(server.heard.lock().expect("no panic").clone()).expect("text");
        let expected = format!(
            "POST /a%7Eb?c=d&e HTTP/1.1\r\nx-own: own\r\nhost: 127.0.0.1:{}\r\ncontent-length: 5\r\n\r\nbytes",
            server.port
        );
        assert_eq!(heard, expected);
    });
}

#[test]
fn a_connection_is_used_again_and_replaced_when_it_was_closed() {
    block_on(async {
        let (outbound, _) = outbound();
        for (answer, expected) in [
            (&b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"[..], 1),
            (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok", 3),
            (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nbeyond it", 3),
        ] {
            let server = Server::saying(answer, false).await;
            for _ in 0..3 {
                let to = format!("http://127.0.0.1:{}/", server.port);
                outbound.send(&message(&to, 4)).await.expect("an answer");
                tokio::task::yield_now().await;
            }
            assert_eq!(server.connections.load(Ordering::SeqCst), expected);
        }
    });
}

#[test]
fn a_redirect_is_an_answer_like_any_other() {
    block_on(async {
        let inside = Server::saying(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", false).await;
        let to = format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:{}/\r\ncontent-length: 0\r\n\r\n",
            inside.port
        );
        let server = Server::saying(to.leak().as_bytes(), false).await;
        let (outbound, _) = outbound();
        let replied = outbound.send(&message(&format!("http://127.0.0.1:{}/", server.port), 0)).await;
        assert_eq!(replied.map(|replied| replied.status.as_u16()), Ok(307));
        assert_eq!(inside.connections.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn an_answer_without_end_is_read_as_far_as_it_is_wanted() {
    block_on(async {
        let endless = [
            &b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nHTTP/\r\n",
        ];
        for answer in endless {
            let server = Server::saying(answer, true).await;
            let (outbound, _) = outbound();
            let replied = outbound.send(&message(&format!("http://127.0.0.1:{}/", server.port), 1000)).await;
            match replied {
                Ok(replied) => assert!(!replied.is_whole && replied.body.len() <= 1000),
                // What follows the first chunk is none.
                Err(why) => assert_eq!(why, Unreached::Broken),
            }
        }
        for endless_head in [&b"HTTP/1.1 200 OK\r\n"[..], b"x: y\r\n", b"HTTP/1.1 200 OK\r\nx: y"] {
            let server = Server::saying(endless_head, true).await;
            let (outbound, _) = outbound();
            let replied = outbound.send(&message(&format!("http://127.0.0.1:{}/", server.port), 1000)).await;
            assert_eq!(replied, Err(Unreached::Broken));
        }
    });
}

#[test]
fn whoever_says_nothing_is_waited_for_ten_seconds() {
    block_on(async {
        let server = Server::saying(b"", false).await;
        let (outbound, _) = outbound();
        let message = message(&format!("http://127.0.0.1:{}/", server.port), 0);
        let sent = tokio::spawn(async move { outbound.send(&message).await });
        while server.heard.lock().expect("no panic").is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(!sent.is_finished());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(sent.await.expect("it ends"), Err(Unreached::TooSlow));
    });
}
