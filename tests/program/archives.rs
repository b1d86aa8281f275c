//! What becomes of the past when an article goes, and when nothing may be kept of it.

use crate::site::{BASE, Site, markdown};

const ARCHIVE: &str = "/archives/all/2026-01.atom";

/// What `bantin purge` says, and its exit code.
fn purge(site: &Site, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = site.command(&["purge"]);
    let output = command.args(arguments).arg("--state").arg(site.beside("state")).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// Whether these words stand anywhere in the state folder.
fn is_kept(site: &Site, words: &str) -> bool {
    let state = site.beside("state");
    crate::site::files_below(&state).iter().any(|file| {
        let bytes = std::fs::read(state.join(file)).unwrap_or_default();
        bytes.windows(words.len()).any(|window| window == words.as_bytes())
    })
}

#[test]
fn what_was_taken_back_stays_in_its_archive_until_it_is_purged() {
    let mut site = Site::new();
    site.feed("site", "limit = 1\nlanguage = \"en\"\n");
    let private = markdown("Chuyện riêng", "2026-01-05", "Lời kể riêng tư.");
    site.article("tin/bi-mat-rieng-tu.md", &private);
    for (name, month) in [("mot", "01"), ("hai", "02"), ("ba", "03")] {
        site.article(&format!("tin/{name}.md"), markdown(name, &format!("2026-{month}-06"), "Lời."));
    }
    site.start();
    let before = site.eventually_gives(ARCHIVE, 200);
    assert!(before.text().contains("Lời kể riêng tư."));
    let address = format!("{BASE}articles/chuyen-rieng");

    let (code, said) = purge(&site, &[&address, "--yes"]);
    assert!(code == Some(1) && said.contains("tin/bi-mat-rieng-tu.md"), "{said}");
    let (code, said) = purge(&site, &["khong-co-bai-nay", "--yes"]);
    assert!(code == Some(1) && said.contains("no article has the id or address"), "{said}");

    site.remove("tin/bi-mat-rieng-tu.md");
    site.eventually_gives("/articles/chuyen-rieng", 410);
    let withdrawn = site.get(ARCHIVE).gives(200);
    assert_eq!((withdrawn.header("etag"), &withdrawn.body), (before.header("etag"), &before.body));

    // Nobody sits there who could be asked.
    let (code, said) = purge(&site, &[&address]);
    assert!(code == Some(1) && said.contains("“Chuyện riêng”") && said.contains("add --yes"), "{said}");
    assert_eq!(site.get(ARCHIVE).gives(200).body, before.body);
    assert!(is_kept(&site, "bi-mat-rieng-tu"));

    let (code, said) = purge(&site, &[&address, "--yes"]);
    assert!(code == Some(0) && said.contains(&format!("\n  {BASE}archives/all/2026-01\n")), "{said}");
    assert!(!is_kept(&site, "bi-mat-rieng-tu"), "the name of its file is nowhere");
    let purged = site.get(ARCHIVE).gives(200);
    assert!(!purged.text().contains("riêng") && purged.text().contains("<at:deleted-entry "));
    assert_ne!(purged.header("etag"), before.header("etag"));
    site.get("/articles/chuyen-rieng").gives(410);
    let (code, said) = purge(&site, &[&address, "--yes"]);
    assert!(code == Some(0) && said.contains("purged before"), "{said}");

    site.restart();
    let restarted = site.get(ARCHIVE).gives(200);
    assert_eq!((restarted.header("etag"), &restarted.body), (purged.header("etag"), &purged.body));
    // The same file once more is not published, and the office is told why.
    site.article("tin/bi-mat-rieng-tu.md", &private);
    let receipt = site.place("_receipts/tin/bi-mat-rieng-tu.md.txt");
    let told = || std::fs::read_to_string(&receipt).ok().filter(|told| told.contains("PURGED ON"));
    let told = site.eventually("the office is told", told);
    let said =
        ["This article was purged", "does not come out again", "it does not come out", "take the file out"];
    let counts = said.map(|said| told.to_lowercase().matches(&said.to_lowercase()).count());
    assert_eq!(counts, [1, 1, 1, 1], "{told}");
    assert_eq!(site.titles("all"), ["ba"]);
    // Nor is it told how to publish it when the file says that it is withdrawn.
    let withdrawn = private.replacen("---\n", "---\nwithdrawn: nhầm\n", 1);
    site.article("tin/tu-ban-luu.md", &withdrawn);
    let receipt = site.place("_receipts/tin/tu-ban-luu.md.txt");
    let told = || std::fs::read_to_string(&receipt).ok();
    let told = site.eventually("the office is told", told);
    assert!(told.contains("PURGED ON") && !told.contains("WITHDRAWN"), "{told}");
}
