//! The state folder.

use crate::office::{fill, nothing_changes, seen};
use crate::site::disk::Disk;
use crate::site::{Site, markdown};
use std::time::Duration;

#[test]
fn a_disk_that_fills_up_under_the_journal_holds_up_what_is_new_and_nothing_else() {
    let mut site = Site::new();
    let Some(disk) = Disk::mounted(&site.beside("state")) else { return };
    site.start();
    fill(&site);
    let before = seen(&site);
    disk.fill_up();
    for number in 0..40 {
        let title = format!("Mới {number}");
        site.article(&format!("tin/moi-{number}.md"), markdown(&title, "2026-02-01", &title.repeat(2000)));
    }
    site.eventually_stands("the journal cannot be written: ");
    site.eventually_stands("look after room and rights in the state folder");
    let during = seen(&site);
    nothing_changes(&site, &during, Duration::from_secs(2));
    for title in &before.1 {
        assert!(during.1.contains(title), "{title} stays");
    }

    disk.empty();
    site.within(Duration::from_secs(15), "all is out", || (site.titles("all").len() == 43).then_some(()));
    site.eventually_stands("");
    let after = seen(&site);
    site.restart();
    assert_eq!(seen(&site), after);
}
