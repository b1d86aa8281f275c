use super::super::names::places;
use super::*;

fn hosts(text: &'static str) -> Vec<&'static str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| line.split(' ')).collect()
}

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

#[test]
fn what_is_not_everybodys_is_not_gone_to_however_it_is_written() {
    let [inside, outside] = [include_str!("inside.txt"), include_str!("outside.txt")].map(hosts);
    assert!(inside.len() + outside.len() > 200);
    let look =
        |host: &str| block_on(places(&to(&format!("http://{host}/")).peer, &known(), &Allowed::default()));
    for host in inside {
        let places = look(host);
        assert!(matches!(places, Err(Unreached::Forbidden(_))), "{host}: {places:?}");
    }
    for host in outside {
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

#[test]
fn a_look_up_that_hangs_holds_up_nothing_that_is_looked_up_apart() {
    block_on(async {
        let server = Server::saying(b"HTTP/1.1 204 No Content\r\n\r\n", false).await;
        let (outbound, _) = outbound();
        let hangs: LookUp = Arc::new(|_| Box::pin(std::future::pending()));
        let apart = outbound.apart(hangs);
        let message = message(&format!("http://reader.example:{}/", server.port), 10);
        let (waits, goes) = (apart.send(&message), outbound.send(&message));
        let waits = timeout(Duration::from_millis(500), waits);
        let (waits, goes) = tokio::join!(waits, goes);
        assert_eq!((waits.is_err(), goes.map(|replied| replied.status)), (true, Ok(StatusCode::NO_CONTENT)));
    });
}
