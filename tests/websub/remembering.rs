//! Power cuts, disks that are full, and a store that is damaged.

use crate::site::Site;
use crate::site::disk::Disk;
use crate::site::subscriber::Subscriber;
use crate::{article, ask, hub, running, says, slowly, subscribes, taking_with};
use bantin::subscriptions::Subscriptions;
use std::time::Duration;

/// Waits until it is written down that so many subscribers have what all of them will have.
fn acknowledges(site: &Site, count: usize) {
    site.eventually("it is written down who has it", || {
        let all = Subscriptions::beside(&site.beside("state")).expect("they can be read beside it");
        let newest = all.iter().filter_map(|row| Some((row.acknowledged_at?, row.acknowledged))).max()?.1;
        (all.iter().filter(|row| row.acknowledged == newest).count() == count).then_some(())
    });
}

#[test]
fn what_was_not_acknowledged_is_delivered_after_a_power_cut() {
    let mut site = running();
    let (told, cut_off, away) = (Subscriber::new(), Subscriber::new(), Subscriber::new());
    for subscriber in [&told, &cut_off, &away] {
        subscribes(&site, subscriber, "feeds/all.rss", &[]);
    }
    cut_off.answers(slowly(Duration::from_secs(30)));
    site.article("tin/hai.md", article("Hai"));
    for subscriber in [&told, &cut_off, &away] {
        subscriber.gets("POST", 1);
    }
    acknowledges(&site, 2);
    site.kill();
    cut_off.answers(taking_with(204));
    site.start();
    assert!(cut_off.gets("POST", 2).text().contains("Tin Hai."));
    acknowledges(&site, 3);
    // What changed while it was down is told, too.
    site.kill();
    site.article("tin/ba.md", article("Ba"));
    site.start();
    assert!(told.gets("POST", 2).text().contains("Tin Ba."));
    assert!(away.gets("POST", 2).text().contains("Tin Ba."));
    assert!(cut_off.gets("POST", 3).text().contains("Tin Ba."));
    site.settles();
    assert!(told.gets("POST", 3).text().contains("Dấu mốc 1"));
    assert_eq!(told.sent("POST").len(), 3, "nothing twice");
}

#[test]
fn where_nothing_can_be_remembered_nothing_is_promised() {
    let mut site = hub();
    let Some(disk) = Disk::mounted(&site.beside("state")) else { return };
    site.article("tin/mot.md", article("Một"));
    site.start();
    site.comes("Một");
    let subscriber = Subscriber::new();
    subscribes(&site, &subscriber, "feeds/all.rss", &[]);
    disk.fill_up();
    // Rows that fit into what the log has already are written.
    let refused = site.within(Duration::from_secs(20), "no row can be written", || {
        let callback = Subscriber::new().url(&format!("/{}", "x".repeat(1500)));
        let answer = ask(&site, "subscribe", "feeds/all.rss", &callback, &[]);
        (answer.status != 202).then_some(answer)
    });
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    says(&site, "subscriptions cannot be written", 1);
    disk.empty();
    site.article("tin/hai.md", article("Hai"));
    subscriber.gets("POST", 1);
    let other = Subscriber::new();
    site.within(Duration::from_secs(10), "they can be written again", || {
        (ask(&site, "subscribe", "feeds/all.rss", &other.url("/"), &[]).status == 202).then_some(())
    });
    says(&site, "subscriptions can be written again", 1);
}

#[test]
fn a_damaged_store_is_said_and_begun_anew() {
    let mut site = running();
    subscribes(&site, &Subscriber::new(), "feeds/all.rss", &[]);
    site.kill();
    let store = site.beside("state/subscriptions.sqlite");
    for file in [&store, &store.with_extension("sqlite-wal")] {
        std::fs::write(file, "damaged".repeat(1000)).expect("it is ours");
    }
    site.start();
    says(&site, "the store of subscriptions was damaged; it is kept as", 1);
    assert!(store.with_extension("damaged-1").exists());
    subscribes(&site, &Subscriber::new(), "feeds/all.rss", &[]);
}
