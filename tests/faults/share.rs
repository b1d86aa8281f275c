//! A share, which tells of no changes and fails as it is told.

use crate::office::{ADDRESSES, article, seen};
use crate::site::Site;
use crate::site::disk::not_tested;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// A share: changes in `below` come without events, and it fails as it is told.
struct Share {
    below: PathBuf,
    place: PathBuf,
    control: PathBuf,
    program: Child,
}

impl Share {
    /// `None` where FUSE is not to be had.
    fn mounted(site: &Site) -> Option<Self> {
        let (below, control, place) = (site.beside("below"), site.beside("control"), site.place(""));
        fs::create_dir(&below).unwrap();
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let python = std::env::var("TEST_PYTHON").map_or(tests.join(".venv/bin/python"), PathBuf::from);
        let script = tests.join("site/slowfs.py");
        let started = Command::new(python).arg(script).args([&below, &place, &control]).spawn();
        let why = "a share needs FUSE, libfuse2 and fusepy; tests/run installs them";
        let Ok(program) = started else {
            not_tested(why);
            return None;
        };
        let mut share = Self { below, place, control, program };
        let until = Instant::now() + Duration::from_secs(10);
        while !share.is_mounted() {
            if Instant::now() > until || share.program.try_wait().unwrap().is_some() {
                not_tested(why);
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(share)
    }

    fn is_mounted(&self) -> bool {
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
        mounts.contains(&format!(" {} fuse", self.place.display()).replace("/ ", " "))
    }

    fn fails(&self, how: &str) {
        fs::write(&self.control, how).unwrap();
    }

    fn works(&self) {
        fs::remove_file(&self.control).unwrap();
    }

    fn article(&self, path: &str, text: &str) {
        let place = self.below.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.place).status();
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn a_share_is_looked_through_and_whatever_fails_on_it_withdraws_nothing() {
    let mut site = Site::new();
    // It can only be read.
    site.feed("site", "receipts = false\n");
    let Some(share) = Share::mounted(&site) else { return };
    let patience = Duration::from_secs(20);
    share.article("tin/mot.mp3", "recording");
    for (path, title) in [("tin/mot.md", "Một"), ("tin/hai.md", "Hai"), ("khac/ba.md", "Ba")] {
        share.article(path, &article(title));
    }
    site.start();
    site.within(patience, "all are out", || (site.titles("all").len() == 3).then_some(()));
    share.article("tin/bon.md", &article("Bốn"));
    site.within(patience, "what comes without an event is out", || site.find("Bốn"));
    site.within(patience, "the recording is there", || {
        site.text("/feeds/tin.rss").contains("<enclosure").then_some(())
    });
    let before = seen(&site);

    let served = || ADDRESSES.iter().for_each(|address| drop(site.get(address).gives(200)));
    for (how, told) in [
        ("empty", "4 of 4 articles are gone at once"),
        ("eio", "cannot be listed: Input/output error"),
        ("estale", "Stale file handle"),
    ] {
        share.fails(how);
        site.within(patience, how, || site.readiness().contains(told).then_some(()));
        site.throughout(Duration::from_secs(3), || {
            served();
            assert_eq!(site.titles("all"), before.1, "{how}");
        });
        share.works();
        site.within(patience, "it is over", || (site.readiness() == "ready\n").then_some(()));
        assert_eq!(seen(&site), before, "{how}");
    }

    share.fails("slow3");
    site.throughout(Duration::from_secs(4), || {
        let began = Instant::now();
        served();
        assert!(began.elapsed() < Duration::from_secs(1), "answers do not wait for the share");
    });
    share.works();
    share.article("khac/nam.md", &article("Năm"));
    site.within(patience, "it goes on", || site.find("Năm"));
    assert_eq!(site.titles("all").len(), 5);
}
