//! Callbacks that are up to no good, or lie where nobody may be led.

use crate::site::Site;
use crate::site::subscriber::{Manner, Subscriber, answer};
use crate::{article, ask, running, says, started, subscribes};

#[test]
fn whoever_does_not_give_the_challenge_back_is_not_told() {
    let site = running();
    let other = Subscriber::new();
    let elsewhere = other.url("/");
    let manners: Vec<Manner> = vec![
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
