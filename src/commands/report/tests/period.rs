//! A month, and the quarter around it.

use super::check;
use super::office::Office;
use crate::render::report::period::{csv, html, json, markdown};

const AGREEMENT: &str = "organisation = \"Đài PT–TH An Giang | Phòng *Tin tức*\"\nfrom = \"2026-10-15\"";

fn article(fields: &str, text: &str) -> String {
    format!("---\n{fields}\n---\n\n{text}\n")
}

/// Two months of an office: on 5 December it has changed and withdrawn some of November's articles.
fn autumn(language: &str) -> Office {
    let public = [("hoi-nong-dan.toml", "[partner]\norganisation = \"Hội Nông dân tỉnh\"\n")];
    let over = [("het-han.toml", "[partner]\norganisation = \"Báo cũ\"\nuntil = \"2026-09-30\"\n")];
    let mut office = Office::opened_with(language, AGREEMENT, &[public, over].concat());
    let sowing = "title: Lúa thu đông vào vụ\ncategory: Kinh tế\nauthor: Lê Hoa";
    office.on(10, 5, 9).drop(10, &article(sowing, "Bà con xuống giống từ đầu tháng."));
    let village = "title: Xã Bình An đón bằng nông thôn mới\ncategory: Nông thôn mới\nauthor: Ngô Trọng";
    office.on(10, 12, 8).drop(11, &article(village, "Lễ công bố diễn ra sáng nay."));
    office.on(10, 20, 8).drop(12, &article("title: Bài đăng nhầm\ncategory: Kinh tế", "Không có."));
    office.on(10, 21, 8).withdraw(12, "");
    assert_eq!(office.on(10, 28, 10).fetch("atom"), 200);

    let both = "title: Giá lúa giữ ở mức khá\ncategories: [Kinh tế, Nông thôn mới]\nauthors: [Lê Hoa, Ngô Trọng]\n\
                publication: Nông thôn An Giang";
    office.on(11, 2, 8).drop(20, &article(both, "Thương lái mua tại ruộng."));
    let odd = "title: '=Giá \"mới\" <b>đậm</b> | *cao* & thấp'\ncategory: Tuyên truyền";
    office.on(11, 3, 17).drop(21, &article(odd, "Ký tự lạ."));
    assert_eq!(office.on(11, 4, 10).fetch("atom"), 200);
    office.on(11, 10, 9).drop(
        10,
        &article(&format!("{sowing}\ncorrection: Bản trước ghi nhầm ngày xuống giống."), "Từ giữa tháng."),
    );
    let foreign = "title: Autumn rice is in\ncategory: Kinh tế\nlanguage: en\nauthor: Lê Hoa";
    office.on(11, 16, 8).drop(22, &article(foreign, "Farmers harvest early."));
    office
        .on(11, 17, 8)
        .drop(23, &article("title: Tin chưa kiểm chứng\ncategory: Tuyên truyền", "Nghe nói."));
    assert_eq!(office.on(11, 17, 9).fetch("atom"), 200);
    office.on(11, 18, 14).withdraw(23, "chưa kiểm chứng");
    let late =
        "title: Họp giao ban báo chí tháng 10\ncategory: Tuyên truyền\ndate: 2026-10-28T15:00:00+07:00";
    office.on(11, 20, 8).drop(24, &article(late, "Cuộc họp hằng tháng."));
    assert_eq!(office.on(11, 21, 10).fetch("rss"), 200);
    office.on(11, 25, 9).drop(20, &article(&both.replace("mức khá", "mức cao"), "Thương lái đặt cọc."));

    office.on(12, 2, 8).drop(21, &article(&odd.replace("cao", "vừa"), "Đã sửa."));
    office.on(12, 3, 8).withdraw(22, "theo yêu cầu");
    office.on(12, 5, 8);
    office
}

#[test]
fn a_month_that_is_over_is_told_in_both_languages() {
    for language in ["vi", "en"] {
        let office = autumn(language);
        check(&format!("period.{language}.md"), office.printed("2026-11", markdown));
        check(&format!("period.{language}.html"), office.printed("2026-11", html));
    }
}

#[test]
fn a_period_is_told_as_a_table_and_as_data() {
    let office = autumn("vi");
    check("period.csv", office.printed("2026-11", csv));
    check("period.json", office.printed("2026-11", json));
}

#[test]
fn of_a_period_that_is_not_over_is_told_what_it_brought_so_far() {
    for language in ["vi", "en"] {
        let office = autumn(language);
        check(&format!("so-far.{language}.md"), office.printed("2026-Q4", markdown));
        check(&format!("so-far.{language}.html"), office.printed("2026-Q4", html));
    }
    check("so-far.json", autumn("vi").printed("2026", json));
}

#[test]
fn of_a_partner_who_has_not_asked_yet_no_day_counts() {
    for (language, expected) in [("vi", "không có ngày nào để tính"), ("en", "no day counts")] {
        let mut office = Office::opened(language, "organisation = \"Đài Châu Đốc\"");
        office.on(11, 3, 8);
        for period in ["2025-01", "2026-Q4"] {
            let printed = String::from_utf8(office.printed(period, markdown)).expect("it is text");
            assert!(printed.contains(&format!("| Đài Châu Đốc | 0 | 0 | 0 | {expected} |")), "{printed}");
        }
    }
}

#[test]
fn of_a_time_without_anything_that_is_said() {
    for language in ["vi", "en"] {
        check(&format!("nothing.{language}.md"), autumn(language).printed("2026-09", markdown));
    }
    check("nothing.html", autumn("vi").printed("2026-H1", html));
    check("nothing.csv", autumn("vi").printed("1900", csv));
}

/// Categories and authors are called what most called them then, whatever most call them now.
#[test]
fn a_period_is_told_in_the_spelling_that_it_had() {
    let mut office = Office::opened("vi", AGREEMENT);
    let (few, many) = (["Mùa vụ", "Lê Hoa"], ["MÙA VỤ", "LÊ HOA"]);
    let dropped = |title: &str, [category, author]: [&str; 2]| {
        article(&format!("title: {title}\ncategory: {category}\nauthor: {author}"), "Bà con ra đồng.")
    };
    office.on(10, 5, 9).drop(10, &dropped("Xuống giống", few));
    for (day, title) in [(3, "Làm cỏ"), (4, "Bón phân"), (5, "Gặt lúa")] {
        office.on(11, day, 9).drop(day as u32, &dropped(title, many));
    }
    office.on(12, 3, 9).withdraw(10, "");
    for (period, spelled, otherwise) in
        [("2026-10", few, many), ("2026-11", many, few), ("2026-12", few, many), ("2026", many, few)]
    {
        let told = String::from_utf8(office.printed(period, csv)).expect("it is text");
        assert!(spelled.iter().all(|name| told.contains(name)), "{period}: {told}");
        assert!(!otherwise.iter().any(|name| told.contains(name)), "{period}: {told}");
    }
}
