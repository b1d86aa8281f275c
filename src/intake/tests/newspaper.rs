use super::*;

const LONG: &str = "Sáng nay, tại hội trường xã Vĩnh Trạch, hơn một trăm nông dân đã dự lớp tập huấn về kỹ thuật gieo \
    sạ, bón phân và phòng trừ sâu bệnh trên cây lúa vụ hè thu.";
const MORE: &str =
    "Lớp tập huấn do trạm khuyến nông tổ chức, kéo dài hai ngày, có phần thực hành ngay trên ruộng.";

/// `head` is category, title, date, authors and publication, parted by bars; `{long}` and `{more}` in the text are
/// two usual paragraphs.
#[track_caller]
fn check(text: &str, head: &str, paragraphs: &[&str]) {
    let fill = |text: &str| text.replace("{long}", LONG).replace("{more}", MORE);
    let article = article("bai.txt", &fill(text));
    let authors: Vec<&str> = article.authors.iter().map(|term| term.label.as_str()).collect();
    let told = [
        article.primary_category().label.clone(),
        article.title.clone(),
        article.published.map(|at| site().zone.day_first(at)).unwrap_or_default(),
        authors.join(", "),
        article.publication.clone().unwrap_or_default(),
    ];
    assert_eq!(told.join("|"), head, "{text}");
    let html: Vec<String> = paragraphs.iter().map(|text| format!("<p>{}</p>", fill(text))).collect();
    assert_eq!(article.html, html.join("\n"), "{text}");
}

const BODY: [&str; 2] = ["{long}", "{more}"];

#[test]
fn the_usual_shape_is_read_with_any_number_of_blank_lines() {
    let head = "Khuyến nông|Tập huấn trồng lúa cho nông dân|10/07/2019 16:27|Ngô Trọng|Báo An Giang";
    for text in [
        "Khuyến nông\n\nTập huấn trồng lúa cho nông dân\n\n10/07/2019 16:27\n\n{long}\n\n{more}\n\nNgô Trọng.\n\nBáo An Giang",
        "Khuyến nông\nTập huấn trồng lúa cho nông dân\n10/07/2019 16:27\n{long}\n{more}\nNgô Trọng.\nBáo An Giang",
        "\n\n\nKhuyến nông\n\n\n\nTập huấn trồng lúa cho nông dân\n\n\nThứ Tư, 10/07/2019, 16:27 (GMT+7)\n\n\n\n{long}\n\n\n{more}\n\n\n\nNgô Trọng\n \nBáo An Giang\n\n",
        "Khuyến nông\r\n\u{A0}\r\nTập huấn trồng lúa cho nông dân\r\n16h27 ngày 10/7/2019\r\n\r\n{long}\r\n\u{A0}\u{A0}\r\n{more}\r\n\r\nTác giả: Ngô Trọng\r\nNguồn: Báo An Giang",
        "Khuyến nông\n\nTập huấn trồng lúa\ncho nông dân\n\n10-7-2019 16:27\n\n{long}\n\n{more}\nNgô Trọng\n(Theo Báo An Giang)",
        "Trang chủ > Tin tức > Khuyến nông\nTập huấn trồng lúa cho nông dân\n2019-07-10T16:27:00+07:00\n{long}\n{more}\n\nNgô Trọng (Báo An Giang)",
        "10/07/2019 16:27\n\nKhuyến nông\n\nTập huấn trồng lúa cho nông dân\n\n{long}\n\n{more}\n\nNgô Trọng\n\nBáo An Giang",
    ] {
        check(text, head, &BODY);
    }
}

#[test]
fn every_part_of_the_head_may_be_missing() {
    let title = "Tập huấn trồng lúa cho nông dân";
    check(
        &format!("{title}\n\n10/07/2019 16:27\n\n{{long}}\n\n{{more}}"),
        &format!("Tin tức|{title}|10/07/2019 16:27||"),
        &BODY,
    );
    check(&format!("{title}\n\n{{long}}\n\n{{more}}"), &format!("Tin tức|{title}|||"), &BODY);
    check(&format!("{title}\n{{long}}\n{{more}}"), &format!("Tin tức|{title}|||"), &BODY);
    check(
        &format!("Khuyến nông\n\n{title}\n\n{{long}}\n\n{{more}}"),
        &format!("Khuyến nông|{title}|||"),
        &BODY,
    );
    check(
        &format!("{title}\n\n{{long}}\n\n{{more}}\n\nAn Giang, ngày 10 tháng 7 năm 2019\nNgô Trọng"),
        &format!("Tin tức|{title}|10/07/2019 00:00|Ngô Trọng|"),
        &BODY,
    );
    check("Lúa được mùa", "Tin tức|Lúa được mùa|||", &[]);
    check(
        "Chương trình phối hợp công tác với\nBan Tuyên giáo Tỉnh ủy\n10/07/2019\n{long}\n{more}",
        "Tin tức|Chương trình phối hợp công tác với Ban Tuyên giáo Tỉnh ủy|10/07/2019 00:00||",
        &BODY,
    );
    check(
        "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh\n\nNgười giữ đình\n\n10/07/2019\n\n{long}",
        "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh|Người giữ đình|10/07/2019 00:00||",
        &["{long}"],
    );
    check(
        "Khuyến nông\n\nTập huấn\n\n{long}\n\n10/07/2019\n\n{more}",
        "Khuyến nông|Tập huấn|10/07/2019 00:00||",
        &BODY,
    );
}

#[test]
fn authors_are_read_in_all_the_ways_they_are_written() {
    let tail = |tail: &str, authors: &str, publication: &str| {
        let text = format!("Lúa được mùa\n\n10/07/2019\n\n{{long}}\n\n{{more}}\n\n{tail}");
        check(&text, &format!("Tin tức|Lúa được mùa|10/07/2019 00:00|{authors}|{publication}"), &BODY);
    };
    tail("Ngô Trọng.", "Ngô Trọng", "");
    tail("NGÔ TRỌNG", "NGÔ TRỌNG", "");
    tail("Ngô Trọng – Lê Lan", "Ngô Trọng, Lê Lan", "");
    tail("Ngô Trọng, Lê Lan và Hữu Huynh", "Ngô Trọng, Lê Lan, Hữu Huynh", "");
    tail("Thanh – Hùng", "Thanh, Hùng", "");
    tail("Ngô Trọng\nLê Lan", "Ngô Trọng, Lê Lan", "");
    tail("Bài, ảnh: Hữu Huynh", "Hữu Huynh", "");
    tail("Tin và ảnh: Hữu Huynh – Lê Lan", "Hữu Huynh, Lê Lan", "");
    tail("N.T", "N.T", "");
    tail("PV", "PV", "");
    tail("Ngô Trọng/TTXVN", "Ngô Trọng", "TTXVN");
    tail("Ngô Trọng (theo TTXVN)", "Ngô Trọng", "TTXVN");
    tail("Hữu Huynh\n\nSông Hậu Xanh", "Hữu Huynh", "Sông Hậu Xanh");
    tail("Ngô Trọng.\n\nNông thôn An Giang", "Ngô Trọng", "Nông thôn An Giang");
    tail("(Theo TTXVN)", "", "TTXVN");
    tail("Theo Tuổi Trẻ", "", "Tuổi Trẻ");
    tail("Nguồn: Cổng thông tin điện tử tỉnh", "", "Cổng thông tin điện tử tỉnh");
    tail("Báo An Giang", "", "Báo An Giang");
    tail("Hội Nông dân tỉnh", "", "Hội Nông dân tỉnh");
    tail("./.\n\nNgô Trọng\n\n***", "Ngô Trọng", "");
}

#[test]
fn an_author_may_stand_above_the_text() {
    for head in [
        "10/07/2019 16:27 | Ngô Trọng",
        "Ngô Trọng - 10/07/2019 16:27",
        "10/07/2019 16:27\nNgô Trọng",
        "10/07/2019 16:27\n\nTác giả: Ngô Trọng",
    ] {
        let text = format!("Khuyến nông\n\nLúa được mùa lớn\n\n{head}\n\n{{long}}\n\n{{more}}");
        check(&text, "Khuyến nông|Lúa được mùa lớn|10/07/2019 16:27|Ngô Trọng|", &BODY);
    }
}

#[test]
fn a_photo_credit_is_no_author_and_stays() {
    check(
        "Lúa được mùa\n\n10/07/2019\n\n{long}\n\nNgô Trọng\n\nẢnh: Văn A",
        "Tin tức|Lúa được mùa|10/07/2019 00:00|Ngô Trọng|",
        &["{long}", "Ảnh: Văn A"],
    );
    check(
        "Lúa được mùa\n10/07/2019\n{long}\n(Ảnh: Văn A)",
        "Tin tức|Lúa được mùa|10/07/2019 00:00||",
        &["{long}", "(Ảnh: Văn A)"],
    );
    check(
        "Lúa được mùa\n10/07/2019\n{long}\nNgô Trọng\nNông thôn An Giang\nẢnh minh họa: Văn A",
        "Tin tức|Lúa được mùa|10/07/2019 00:00|Ngô Trọng|Nông thôn An Giang",
        &["{long}", "Ảnh minh họa: Văn A"],
    );
}

#[test]
fn what_only_looks_like_a_head_or_a_tail_stays_in_the_text() {
    let keep = |body: &[&str]| {
        let text = format!("Lúa được mùa\n\n10/07/2019\n\n{}", body.join("\n\n"));
        check(&text, "Tin tức|Lúa được mùa|10/07/2019 00:00||", body);
    };
    keep(&["Ngày 09/7/2018 tại Hội trường đã diễn ra buổi lễ.", "{long}"]);
    keep(&["{long}", "Một là: Gieo đúng lịch.", "Hai là: Bón đủ phân.", "Ba là: Thăm đồng."]);
    keep(&["{long}", "Năng suất tăng rõ", "{more}"]);
    keep(&["{long}", "Bà con rất vui."]);
    keep(&["{long}", "“Vụ này trúng lớn”, ông Ngô Trọng nói."]);
    keep(&["{long}", "“Lúa Vàng Quê Tôi”"]);
    keep(&["{long}", "Hẹn gặp lại!"]);
    keep(&["{long}", "- Lúa: 7 tấn", "- Ngô: 5 tấn"]);
    keep(&["{long}", "Giá lúa: 6.500 đồng"]);
    keep(&["{long}", "10/07/2019 có mưa", "{more}"]);
    keep(&["Ngô Trọng"]);
}

#[test]
fn an_official_letter_is_dated_by_the_line_above_its_signature() {
    check(
        "THÔNG BÁO\nVề việc nghỉ lễ Quốc khánh\n\nCăn cứ Bộ luật Lao động;\n\nỦy ban thông báo như sau:\n\n\
         - Nghỉ hai ngày.\n\nVĩnh Trạch, ngày 25 tháng 8 năm 2026\n\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nNguyễn Văn Bình",
        "Tin tức|THÔNG BÁO Về việc nghỉ lễ Quốc khánh|25/08/2026 00:00|Nguyễn Văn Bình|",
        &[
            "Căn cứ Bộ luật Lao động;",
            "Ủy ban thông báo như sau:",
            "- Nghỉ hai ngày.",
            "Vĩnh Trạch, ngày 25 tháng 8 năm 2026",
            "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH",
        ],
    );
}

#[test]
fn lines_broken_by_hand_are_one_paragraph() {
    check(
        "Lúa được mùa\n\n10/07/2019\n\nDòng một của đoạn\ndòng hai của đoạn.\n\nĐoạn sau:\n- mục một\n- mục hai",
        "Tin tức|Lúa được mùa|10/07/2019 00:00||",
        &["Dòng một của đoạn dòng hai của đoạn.", "Đoạn sau:", "- mục một", "- mục hai"],
    );
    check(
        "Lúa được mùa\n\n10/07/2019\n\n{long}\n{more}\nNgô Trọng",
        "Tin tức|Lúa được mùa|10/07/2019 00:00|Ngô Trọng|",
        &BODY,
    );
}

#[test]
fn markup_in_a_text_file_is_text_and_an_address_is_a_link() {
    let article =
        article("tin/bai.txt", "Tựa <b>\n\n10/07/2019\n\n<script>a</script> & ]]> \u{8}{{7*7}} www.a.vn.");
    assert_eq!(article.title, "Tựa <b>");
    assert_eq!(
        article.html,
        "<p>&lt;script&gt;a&lt;/script&gt; &amp; ]]&gt; {{7*7}} \
         <a href=\"https://www.a.vn/\" rel=\"noopener\">www.a.vn</a>.</p>"
    );
    assert_eq!(article.primary_category().label, "Tin");
}

#[test]
fn a_date_that_cannot_be_is_told_with_its_line() {
    for (text, line) in [
        ("Khuyến nông\n\nLúa được mùa\n\n31/02/2019 16:27\n\n{long}", 5),
        ("Lúa được mùa\n32/13/2019\n{long}", 2),
        ("Lúa được mùa\n\n{long}\n\n31/4/2019", 5),
    ] {
        let problem = read_text("bai.txt", text).expect_err("no such day");
        assert_eq!(problem.line, Some(line), "{}", problem.told(crate::words::Language::Vi));
    }
}

#[test]
fn a_text_without_a_date_is_published_and_told_of() {
    let Reading { article, remarks, .. } =
        read_text("bai.txt", "Lúa được mùa\n\nCả cánh đồng vàng.").expect("a text");
    assert_eq!(article.published, None);
    assert_eq!(remarks.len(), 1);
    let dated = super::article("2019-07-10 bai.txt", "Lúa được mùa\n\nCả cánh đồng vàng.");
    assert_eq!(dated.published, Some(at("2019-07-10")));
}

#[test]
fn a_text_file_may_have_front_matter_all_the_same() {
    check(
        "Tiêu đề: Lúa: được mùa\nNgày: 10/07/2019 16:27\nChuyên mục: Mùa vụ\n\n{long}\n\nNgô Trọng",
        "Mùa vụ|Lúa: được mùa|10/07/2019 16:27|Ngô Trọng|",
        &["{long}"],
    );
}

#[test]
fn what_a_text_says_of_its_life_counts_without_a_head() {
    let text = "Khuyến nông\n\nTập huấn trồng lúa\n\n10/07/2019 16:27\n\n{long}\n\nNgô Trọng";
    let lives = |text: &str| {
        let article = article("bai.txt", &text.replace("{long}", LONG));
        assert_eq!(
            (article.title.as_str(), &*article.primary_category().label),
            ("Tập huấn trồng lúa", "Khuyến nông")
        );
        assert_eq!(article.published, Some(at("2019-07-10T16:27:00+07:00")), "{text}");
        (article.draft, article.withdrawn, article.expires.map(|at| site().zone.day_first(at)))
    };
    for (stated, expected) in [
        (format!("draft: true\n\n{text}"), (true, None, None)),
        (format!("Bản nháp: có\n{text}"), (true, None, None)),
        (format!("---\ndraft: true\n---\n{text}"), (true, None, None)),
        (format!("Rút bài: vì sai\n\n{text}"), (false, Some("vì sai".to_owned()), None)),
        (format!("{text}\n\nRút bài: vì sai"), (false, Some("vì sai".to_owned()), None)),
        (format!("Hết hạn: 1/9/2019\n\n{text}"), (false, None, Some("01/09/2019 00:00".to_owned()))),
        (text.to_owned(), (false, None, None)),
    ] {
        assert_eq!(lives(&stated), expected, "{stated}");
    }
}

#[test]
fn an_end_before_the_beginning_is_told() {
    let reading =
        read_text("bai.txt", &format!("Hết hạn: 1/7/2019\n\nTựa\n\n10/07/2019\n\n{LONG}")).expect("it reads");
    let told: Vec<&str> = reading.remarks.iter().map(|remark| remark.what.en.as_str()).collect();
    assert_eq!(told, ["it expires before it is published, so that it never comes out"]);
}
