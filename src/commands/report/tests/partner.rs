//! A partner's weeks.

use super::check;
use super::office::Office;
use crate::render::report::partner::{self as report, Recall};
use crate::words::Day;

const AGREEMENT: &str = "organisation = \"Đài PT–TH An Giang | Phòng *Tin tức*\"
contact = \"=Bà Lê Thị Hoa, 0296 3841 000\"
from = \"2026-10-15\"
until = \"2026-12-31\"";

/// Five weeks of a partner who asks now and then: on 20 November it has been away for a while, on 5 December it is back.
fn weeks(language: &str) -> Office {
    let mut office = Office::opened(language, AGREEMENT);
    office.on(10, 28, 9).publish(1, "Đường qua xã Bình An");
    assert_eq!(office.on(10, 28, 10).fetch("atom"), 200);
    office.on(11, 2, 8).publish(2, "Lúa được mùa | giá *cao*");
    assert_eq!(office.on(11, 2, 9).fetch("atom"), 200);
    assert_eq!(office.on(11, 3, 9).fetch("atom"), 304);
    office.on(11, 4, 9).publish(3, "=Giá lúa (tuần này), \"mới\"");
    office.on(11, 4, 9).publish(4, "Bài đăng hai lần");
    assert_eq!(office.on(11, 4, 10).fetch("atom"), 200);
    office.restart();
    office.on(11, 5, 8).publish(2, "Lúa được mùa | giá *cao*");
    office.on(11, 5, 9).withdraw(4, "đăng nhầm");
    assert_eq!(office.on(11, 6, 9).fetch("atom"), 200);
    assert_eq!(office.on(11, 7, 9).fetch("atom"), 304);
    assert_eq!(office.on(11, 7, 10).fetch("atom"), 304);
    office.on(11, 8, 9).publish(5, "Họp giao ban");
    assert_eq!(office.on(11, 8, 10).fetch("atom"), 200);
    office.on(11, 9, 9).withdraw(5, "");
    // This document names no withdrawals.
    assert_eq!(office.on(11, 9, 10).fetch("rss"), 200);
    office.on(11, 10, 9).publish(6, "Trường mới");
    assert_eq!(office.on(11, 10, 10).fetch("rss"), 200);
    office.on(11, 11, 9).publish(3, "=Giá lúa (tuần này), \"mới\"");
    office.on(11, 12, 9).withdraw(6, "chờ xác minh");
    for key in 7..10 {
        office.on(11, 13, 9).publish(key, &format!("Bài số {key}"));
    }
    office.on(11, 14, 9).publish(1, "Đường qua xã Bình An");
    office.on(11, 20, 15);
    office
}

#[test]
fn what_a_partner_was_sent_shows_in_both_languages() {
    for language in ["vi", "en"] {
        let mut office = weeks(language);
        check(&format!("away.{language}.md"), report::markdown(&office.report("2026-11")));
        assert_eq!(office.on(12, 1, 9).fetch("atom"), 200);
        assert_eq!(office.on(12, 5, 9).fetch("atom"), 304);
        check(&format!("back.{language}.md"), report::markdown(&office.report("2026-11")));
    }
}

#[test]
fn tables_and_data_say_the_same() {
    let mut office = weeks("vi");
    check("away.csv", report::csv(&office.report("2026-11")));
    check("away.json", report::json(&office.report("2026-11")));
    assert_eq!(office.on(12, 1, 9).fetch("atom"), 200);
    assert_eq!(office.on(12, 5, 9).fetch("atom"), 304);
    check("back.csv", report::csv(&office.report("2026-11")));
    check("back.json", report::json(&office.report("2026-11")));
}

#[test]
fn of_a_partner_who_was_never_here_that_is_said() {
    for language in ["vi", "en"] {
        let mut office = Office::opened(language, "organisation = \"Đài Châu Đốc\"\ndelay = \"1h 30m\"");
        office.on(11, 3, 8);
        check(&format!("never.{language}.md"), report::markdown(&office.report("2026-11")));
    }
}

#[test]
fn an_article_that_is_back_is_not_taken_for_gone() {
    let mut office = Office::opened("vi", AGREEMENT);
    office.on(11, 2, 8).publish(1, "Lúa");
    office.on(11, 2, 9).fetch("json");
    office.on(11, 3, 8).withdraw(1, "nhầm");
    office.on(11, 3, 9).fetch("json");
    office.on(11, 4, 8).publish(1, "Lúa");
    let report = office.report("2026-11");
    let outcomes: Vec<_> = report.withdrawn.iter().map(|withdrawn| withdrawn.outcome).collect();
    assert_eq!(outcomes, [Recall::Returned]);
    assert_eq!(report.withdrawn[0].reason, None);
    // It goes again, and they do not hear of that.
    office.on(11, 5, 8).withdraw(1, "nhầm nữa");
    let report = office.report("2026-11");
    let outcomes: Vec<_> = report.withdrawn.iter().map(|withdrawn| withdrawn.outcome).collect();
    assert_eq!(outcomes, [Recall::Returned, Recall::Held]);
}

#[test]
fn what_a_partner_was_told_of_is_told_of_once_when_nothing_is_kept_of_it() {
    let mut office = Office::opened("vi", AGREEMENT);
    office.on(11, 2, 8).publish(1, "Lúa");
    office.on(11, 2, 9).fetch("json");
    office.on(11, 3, 8).withdraw(1, "nhầm");
    office.on(11, 3, 9).fetch("json");
    office.on(11, 3, 10).fetch("json");
    let told = |office: &Office| {
        let report = office.report("2026-11");
        report.withdrawn.iter().map(|withdrawn| withdrawn.outcome).collect::<Vec<_>>()
    };
    let before = told(&office);
    assert!(matches!(before.as_slice(), [Recall::Told(_)]), "{before:?}");
    office.on(11, 20, 8).purge(1);
    assert_eq!(told(&office), before);
}

#[test]
fn those_days_count_that_belong_to_the_agreement_and_are_over() {
    let days = |agreement: &str, month: &str, began: Option<(i8, i8)>, now: (i8, i8)| -> Vec<String> {
        let mut office = Office::opened("vi", &format!("organisation = \"A\"\n{agreement}"));
        if let Some((month, day)) = began {
            office.on(month, day, 12).fetch("rss");
        }
        office.on(now.0, now.1, 0);
        let report = office.report(month);
        assert!(report.silent.len() <= report.days);
        report.silent.iter().map(Day::to_string).collect()
    };
    let ends = |days: &[String]| (days.first().cloned(), days.last().cloned(), days.len());
    let of = |first: &str, last: &str, count| (Some(first.to_owned()), Some(last.to_owned()), count);
    let whole = days("from = \"2026-10-01\"", "2026-10", None, (11, 5));
    assert_eq!(ends(&whole), of("2026-10-01", "2026-10-31", 31));
    let begun = days("from = \"2026-10-20\"", "2026-10", None, (11, 5));
    assert_eq!(ends(&begun), of("2026-10-20", "2026-10-31", 12));
    let ended = days("from = \"2026-10-01\"\nuntil = \"2026-10-20\"", "2026-10", None, (11, 5));
    assert_eq!(ends(&ended), of("2026-10-01", "2026-10-20", 20));
    let running = days("from = \"2026-10-01\"", "2026-11", None, (11, 5));
    assert_eq!(ends(&running), of("2026-11-01", "2026-11-04", 4), "today may still bring one");
    let joined = days("", "2026-10", Some((10, 10)), (10, 13));
    assert_eq!(ends(&joined), of("2026-10-11", "2026-10-12", 2));
    assert_eq!(days("from = \"2026-12-01\"", "2026-11", None, (11, 5)), [""; 0]);
    for (agreement, month) in [("", "2026-11"), ("", "2026-10"), ("until = \"2026-10-20\"", "2026-10")] {
        assert_eq!(days(agreement, month, None, (11, 5)), [""; 0], "who never asked has not begun");
    }
    assert_eq!(days("", "2026-09", Some((10, 10)), (10, 13)), [""; 0], "nor had this one then");
}
