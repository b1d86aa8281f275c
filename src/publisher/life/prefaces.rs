//! What an office says before round-ups that came, and takes back.

use super::*;
use crate::words::RoundUp;
use std::collections::BTreeSet;

#[test]
fn no_tag_of_a_round_up_ever_comes_back_for_other_bytes() {
    let mut office = Office::opened("time_zone = \"Asia/Ho_Chi_Minh\"\n");
    office.drop("lua.md", &article("", TEXT));
    office.wait_until(day(40));
    let documents = [
        "/round-ups/2026-01",
        "/feeds/round-ups",
        "/feeds/round-ups.rss",
        "/feeds/round-ups.atom",
        "/feeds/round-ups.json",
    ];
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let deeds: [&dyn Fn(&mut Office); 5] = [
        &|_| {},
        &|office| office.say_before("2026-01.md", "Tháng này mưa."),
        &|office| office.remove("_round-ups/2026-01.md"),
        &|office| office.say_before("2026-01.md", "Tháng này mưa."),
        &|office| office.remove("_round-ups/2026-01.md"),
    ];
    for deed in deeds {
        office.now = office.now.plus_seconds(3600);
        deed(&mut office);
        let restarted = office.restarted();
        for document in documents {
            let url = format!("https://tin.example.vn{document}");
            let tag = office.ask_unprinted(&office.edition, &url);
            assert_eq!(tag, office.ask_unprinted(&restarted, &url), "{url} after a start");
            assert!(seen.insert((url.clone(), tag)), "{url} has a tag that it had");
        }
    }
    let id = |placed: &Placed| (placed.key, placed.id.clone());
    let round_up = RoundUp::parse("2026-01").expect("a round-up");
    let is = id(office.catalogue.round_up(&round_up).expect("it is there"));
    assert_eq!(is, id(office.restarted().catalogue().round_up(&round_up).expect("it is there")));
}
