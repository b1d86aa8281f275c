//! Round-ups, and what an office says before them.

use crate::site::{Site, markdown};
use std::time::Duration;

/// An office whose only article is of a year that is long over.
fn office() -> Site {
    let mut site = Site::new();
    site.article("mua-vu/lua.md", markdown("Lúa về sân", "2019-07-10 08:00", "Bà con gặt sớm."));
    site.start();
    site
}

fn entry(site: &Site, title: &str) -> Option<serde_json::Value> {
    let feed: serde_json::Value = serde_json::from_str(&site.text("/feeds/round-ups.json")).expect("JSON");
    let items = feed["items"].as_array().cloned().unwrap_or_default();
    items.into_iter().find(|item| item["title"] == title)
}

#[test]
fn a_preface_comes_changes_and_goes_at_any_time() {
    let mut site = office();
    let month = "Tổng hợp tháng 7/2019";
    let before = entry(&site, month).expect("the month is long over");
    assert_eq!(before["date_published"], "2019-08-01T00:00:00+07:00");
    assert!(before.get("date_modified").is_none());
    let says = |words: &str| {
        site.eventually(words, || {
            let entry = entry(&site, month)?;
            let is_said = entry["content_html"].as_str()?.contains(words);
            (is_said && site.text("/round-ups/2019-07").contains(words)).then_some(entry)
        })
    };
    site.article("_round-ups/2019-07.txt", "Tháng này được mùa.\n");
    let prefaced = says("Tháng này được mùa.");
    assert_eq!((&prefaced["id"], &prefaced["date_published"]), (&before["id"], &before["date_published"]));
    let first = prefaced["date_modified"].as_str().expect("it says when it changed").to_owned();

    std::thread::sleep(Duration::from_millis(1100));
    site.article("_round-ups/2019-07.txt", "Tháng này trúng mùa lớn.\n");
    let changed = says("Tháng này trúng mùa lớn.");
    assert!(changed["date_modified"].as_str().is_some_and(|at| at > first.as_str()));
    assert!(!site.text("/feeds/all.json").contains("trúng mùa lớn"), "it is no article");
    let tag = |site: &Site| site.get("/feeds/round-ups.json").send().header("etag").map(str::to_owned);
    let shown = tag(&site);

    site.restart();
    assert_eq!(entry(&site, month).as_ref(), Some(&changed));
    assert_eq!(tag(&site), shown);
    assert_eq!(site.listed("round-ups").len(), 4, "each period once");

    site.remove("_round-ups/2019-07.txt");
    site.eventually("the preface is gone", || {
        let entry = entry(&site, month)?;
        (!entry["content_html"].as_str()?.contains("mùa lớn")).then_some(())
    });
    assert_eq!(site.find("Lúa về sân").map(|listed| listed.title).as_deref(), Some("Lúa về sân"));
}

#[test]
fn of_two_prefaces_the_first_stays_until_it_goes() {
    let site = office();
    site.article("_round-ups/mua-vu/2019-Q3.md", "Lời của ban biên tập.");
    site.eventually("the first", || {
        site.text("/round-ups/mua-vu/2019-Q3").contains("Lời của ban biên tập.").then_some(())
    });
    site.article("_round-ups/mua-vu/2019-Q3.txt", "Lời của cộng tác viên.");
    site.eventually_says("đã có tệp khác làm lời mở đầu cho kỳ này");
    assert!(!site.text("/round-ups/mua-vu/2019-Q3").contains("cộng tác viên"));
    site.remove("_round-ups/mua-vu/2019-Q3.md");
    site.eventually("the second", || {
        site.text("/round-ups/mua-vu/2019-Q3").contains("Lời của cộng tác viên.").then_some(())
    });
}

#[test]
fn a_preface_of_a_round_up_that_never_comes_is_told_of() {
    let mut site = Site::new();
    site.article("mua-vu/lua.md", markdown("Lúa về sân", "2019-07-10 08:00", "Bà con gặt sớm."));
    site.feed("y-te", "round_ups = false\n");
    site.article("y-te/tram.md", markdown("Trạm mới", "2019-07-11 08:00", "Trạm xá mở cửa."));
    for name in ["2019-Q1", "2019-Q3", "Không có/2019-Q3", "y-te/2019-Q3", "mua-vu/2031"] {
        site.article(&format!("_round-ups/{name}.md"), "Lời của ban biên tập.");
    }
    site.start();
    let told = |round_up: &str| format!("sẽ không có bản tổng hợp “{round_up}” nào");
    for vain in ["2019-Q1", "khong-co/2019-Q3", "y-te/2019-Q3"] {
        site.eventually_says(&told(vain));
    }
    for sound in ["2019-Q3", "mua-vu/2031"] {
        assert!(!site.said().contains(&told(sound)), "{}", site.said());
    }
    site.article("_round-ups/2019-Q2.md", "Lời của ban biên tập.");
    site.eventually_says(&told("2019-Q2"));
    site.eventually("its receipt says so", || {
        let receipt = std::fs::read_to_string(site.place("_receipts/_round-ups/2019-Q2.md.txt")).ok()?;
        receipt.contains("ĐÃ NHẬN LỜI MỞ ĐẦU, NHƯNG CÓ CHỖ NÊN XEM LẠI").then_some(())
    });
}

#[test]
fn who_asks_for_a_period_to_come_is_led_to_what_there_is() {
    let site = office();
    site.eventually("the round-ups", || (site.listed("round-ups/mua-vu").len() == 4).then_some(()));
    let led = |site: &Site, path: &str| {
        let answer = site.get(path).send();
        let body = String::from_utf8(answer.body.clone()).expect("a page");
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (404, Some("text/html; charset=utf-8")),
            "{path}"
        );
        let feeds = ["/feeds/round-ups/mua-vu", "/feeds/round-ups"];
        feeds.into_iter().find(|feed| body.contains(&format!("{feed}\">")))
    };
    for (path, expected) in [
        ("/round-ups/2199-H1", Some("/feeds/round-ups")),
        ("/round-ups/mua-vu/2199-12", Some("/feeds/round-ups/mua-vu")),
        ("/round-ups/mua-vu/2018", Some("/feeds/round-ups/mua-vu")),
        ("/round-ups/khong-co/2018", Some("/feeds/round-ups")),
        ("/round-ups/2999-H1", Some("/feeds/round-ups")),
        ("/round-ups/2026-Q5/a/b/c", Some("/feeds/round-ups")),
        ("/round-ups/khong-co", Some("/feeds/round-ups")),
    ] {
        assert_eq!(led(&site, path), expected, "{path}");
    }
    for cut_short in ["/round-ups/mua-vu", "/round-ups/mua-vu/"] {
        let to = site.get(cut_short).gives(301);
        assert_eq!(to.header("location"), Some("https://tin.example.vn/feeds/round-ups/mua-vu"));
    }
    let empty = Site::running();
    assert_eq!(led(&empty, "/round-ups/2018"), None, "there are none");
    let oembed =
        |address: &str| site.get(&format!("/oembed?url=https://tin.example.vn{address}")).send().status;
    assert_eq!(oembed("/round-ups/mua-vu/2019-Q3"), 200);
    assert_eq!(oembed("/round-ups/mua-vu/2019-Q2"), 404, "there is none");
}
