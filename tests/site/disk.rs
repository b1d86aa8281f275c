//! Disks of their own for tests, which may fill up, go away and come back.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Says that something could not be tested, past what captures the words of tests that pass. Where `tests/run` has made
/// sure that everything can be, that is a failure.
pub fn not_tested(why: &str) {
    assert!(std::env::var_os("TEST_ALL").is_none(), "not tested: {why}");
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    let _ = writeln!(std::io::stderr(), "\nNOT TESTED: {name}: {why}");
}

/// Something mounted; it goes with this.
pub struct Disk(PathBuf);

impl Disk {
    /// A small disk in memory. `None` where tests may not mount.
    pub fn mounted(place: &Path) -> Option<Self> {
        Self::of(place, &["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
    }

    /// A folder shown at another place. `None` where tests may not mount.
    pub fn showing(folder: &Path, place: &Path) -> Option<Self> {
        Self::of(place, &["--bind", folder.to_str().expect("test folders have plain names")])
    }

    fn of(place: &Path, what: &[&str]) -> Option<Self> {
        fs::create_dir_all(place).unwrap();
        let mount = Command::new("mount").args(what).arg(place).output();
        match mount {
            Ok(output) if output.status.success() => Some(Self(place.to_owned())),
            _ => {
                not_tested("nothing can be mounted here; try it as root, or after `unshare -rm`");
                None
            }
        }
    }

    pub fn fill_up(&self) {
        let mut file = fs::File::create(self.0.join("filling")).unwrap();
        while file.write(&[0; 4096]).is_ok_and(|count| count > 0) {}
    }

    pub fn empty(&self) {
        fs::remove_file(self.0.join("filling")).unwrap();
    }

    pub fn forbid_writing(&self) {
        self.remount("ro");
    }

    pub fn allow_writing(&self) {
        self.remount("rw");
    }

    fn remount(&self, how: &str) {
        let remounted = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(&self.0).status();
        assert!(remounted.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
