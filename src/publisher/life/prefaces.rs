//! What an office says before round-ups that came, and takes back.

use super::*;
use crate::intake::preface;
use crate::publisher::prefaces::PrefaceSighting;
use crate::words::RoundUp;
use std::collections::BTreeSet;

impl Office {
    /// Says this before a round-up.
    pub(super) fn say_before(&mut self, name: &str, text: &str) {
        let path = path(&format!("_round-ups/{name}.md"));
        let source = Source { path: &path, bytes: text.as_bytes(), beside: &[] };
        let preface = preface(&source, &self.site).expect("a sound preface");
        self.stamps += 1;
        let stamp = Stamp { length: 1, modified_ns: self.stamps, changed_ns: 0, inode: 0 };
        let sighting = PrefaceSighting { path, place: None, stamp, preface };
        self.decide(|deciding| deciding.take_preface(sighting).expect("the journal works"));
    }
}

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
        &|office| office.say_before("2026-01", "Tháng này mưa."),
        &|office| office.remove("_round-ups/2026-01.md"),
        &|office| office.say_before("2026-01", "Tháng này mưa."),
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
