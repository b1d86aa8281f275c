//! More at once than a queue or a batch holds.

use crate::office::{article, filled};
use crate::site::disk::not_tested;
use std::fs::{self, File};
use std::process::Command;
use std::time::Duration;

#[test]
fn ten_thousand_files_moved_in_at_once_all_come_out_and_moved_out_are_held() {
    const MANY: usize = 10_000;
    let site = filled();
    let crowd = site.beside("crowd");
    for number in 0..MANY {
        let folder = crowd.join(format!("{}", number % 20));
        if number < 20 {
            fs::create_dir_all(&folder).unwrap();
        }
        fs::write(folder.join(format!("{number}.md")), article(&format!("Số {number}"))).unwrap();
    }
    let tin = || (site.titles("tin"), site.get("/feeds/tin.rss").gives(200).validators());
    let before = tin();
    fs::rename(&crowd, site.place("crowd")).unwrap();
    let count = || site.text("/sitemap.xml").matches("<loc>").count();
    let patience = Duration::from_secs(60);
    site.within(patience, "all of them are out", || {
        assert_eq!(tin(), before, "another category stays as it is");
        std::thread::sleep(Duration::from_millis(200));
        (count() == MANY + 3).then_some(())
    });

    fs::rename(site.place("crowd"), &crowd).unwrap();
    site.within(patience, "it is held", || {
        assert_eq!(tin(), before);
        site.readiness().contains("10000 of 10003 articles are gone at once").then_some(())
    });
    assert_eq!(count(), MANY + 3);
    fs::rename(&crowd, site.place("crowd")).unwrap();
    site.within(patience, "all is well", || (site.readiness() == "ready\n").then_some(()));
    assert_eq!((count(), tin()), (MANY + 3, before));
}

#[test]
fn events_that_the_system_dropped_lose_nothing() {
    let site = filled();
    let stop = |signal: &str| {
        let sent = Command::new("kill").args([signal, &site.process().to_string()]).status().unwrap();
        assert!(sent.success());
    };
    stop("-STOP");
    for number in 0..600 {
        let path = site.place(&format!("khac/{number}.md"));
        fs::write(&path, article(&format!("Số {number}"))).unwrap();
        for _ in 0..15 {
            drop(File::options().append(true).open(&path).unwrap());
            drop(File::open(&path).unwrap());
        }
    }
    stop("-CONT");
    site.within(Duration::from_secs(30), "all are out", || {
        (site.text("/sitemap.xml").matches("<loc>").count() == 603).then_some(())
    });
    let metrics = site.get_private("/metrics").gives(200).text();
    if metrics.contains("bantin_overflows_total 0") {
        not_tested("this system's queue is longer than what was done");
    }
    for title in ["Một", "Hai"] {
        assert!(site.find(title).is_some() || site.titles("tin").contains(&title.to_owned()));
    }
}
