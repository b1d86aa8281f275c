//! `bantin check`, as a terminal and a CI job meet it.

use crate::site::Site;
use serde_json::{Value, json};
use std::process::{Output, Stdio};

/// Runs `bantin check` beside the content folder.
fn check(site: &Site, arguments: &[&str]) -> Output {
    let mut command = site.command(&["check"]);
    command.args(arguments).current_dir(site.beside("")).env_remove("NO_COLOR");
    command.output().expect("bantin can be run")
}

#[track_caller]
fn told(site: &Site, arguments: &[&str], status: i32) -> String {
    let output = check(site, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{said}");
    String::from_utf8(output.stdout).expect("problems are told in UTF-8")
}

fn with_problems() -> Site {
    let site = Site::new();
    site.feed("site", "language = \"en\"\n")
        .feed("tin", "limit = 9000\n")
        .article("a/bad.md", "---\ntitle: A\ndate: 2026-02-30\n---\nA.\n")
        .article("b/remark.md", "---\ntitle: B\ndate: 2026-02-03\nlang: tiếng Klingon\n---\nB.\n")
        .article("c/good.md", "---\ntitle: C\ndate: 2026-02-03\n---\nC.\n");
    site
}

#[test]
fn the_json_document_is_as_it_is_documented() {
    let site = with_problems();
    let told: Value = serde_json::from_str(&told(&site, &["--format", "json"], 1)).expect("one document");
    let expected = json!({
        "files": 3,
        "problems": [
            {
                "path": "feeds/tin.toml", "line": 1, "column": 9, "end_column": 13, "severity": "remark",
                "what": {
                    "vi": "giới hạn 9000 nằm ngoài 1–1000; đang dùng 1000",
                    "en": "the limit 9000 lies outside 1 to 1000; 1000 is used",
                },
                "hint": { "vi": "Hãy chọn một số trong khoảng đó.", "en": "Choose a number between them." },
            },
            {
                "path": "content/a/bad.md", "line": 3, "column": 7, "end_column": 17, "severity": "error",
                "what": {
                    "vi": "ngày `2026-02-30` không thể có: không có ngày 30; tháng 2/2026 chỉ có 28 ngày",
                    "en": "the date `2026-02-30` cannot be: there is no day 30; month 2/2026 has 28 days",
                },
                "hint": {
                    "vi": "Hãy viết ngày trước, tháng sau, năm đủ bốn số, ví dụ: 10/07/2019 16:27.",
                    "en": "Write day, month and a four-digit year, such as 10/07/2019 16:27 or 2019-07-10.",
                },
            },
            {
                "path": "content/b/remark.md", "line": 4, "column": 7, "end_column": 20, "severity": "remark",
                "what": {
                    "vi": "không hiểu ngôn ngữ `tiếng Klingon`",
                    "en": "`tiếng Klingon` is no language bantin knows",
                },
                "hint": {
                    "vi": "Hãy viết mã ngôn ngữ, ví dụ: vi, en, km.",
                    "en": "Write a language tag such as vi, en or km.",
                },
            },
        ],
    });
    assert_eq!(told, expected);
}

#[test]
fn the_exit_status_says_whether_anything_is_wrong() {
    let site = with_problems();
    assert_eq!(told(&site, &["content/c"], 0), "");
    assert!(told(&site, &["feeds/tin.toml"], 1).starts_with("feeds/tin.toml:1:9: "));
    assert_eq!(told(&site, &["feeds", "content/c"], 1).lines().count(), 5);
    assert_eq!(
        told(&site, &["--format", "json", "content/c/good.md"], 0),
        "{\n  \"files\": 1,\n  \"problems\": []\n}\n"
    );
    assert!(told(&site, &["b"], 1).starts_with("content/b/remark.md:4:7: "), "a remark counts, too");
    for (arguments, why) in [
        (["nowhere.md", "a"], "there is no nowhere.md below"),
        (["--content", "nowhere"], "nowhere cannot be read"),
        (["--format", "xml"], "invalid value 'xml'"),
    ] {
        let mut command = site.command(&["check"]);
        if arguments[0] == "--content" {
            command = std::process::Command::new(env!("CARGO_BIN_EXE_bantin"));
            command.arg("check");
        }
        let output = command.args(arguments).current_dir(site.beside("")).output().expect("it can be run");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
        assert!(said.contains(why), "{why}: {said}");
    }
}

#[test]
fn colours_are_for_terminals_and_those_who_ask() {
    let site = with_problems();
    let plain = told(&site, &[], 1);
    assert!(!plain.contains('\u{1B}'), "{plain}");
    assert_eq!(told(&site, &["--color", "never"], 1), plain);
    let coloured = told(&site, &["--color", "always"], 1);
    let mut bare = String::new();
    for (index, part) in coloured.split('\u{1B}').enumerate() {
        let after = if index == 0 { part } else { part.split_once('m').expect("an order to paint").1 };
        bare.push_str(after);
    }
    assert!(coloured.contains('\u{1B}'));
    assert_eq!(bare, plain);
}

#[test]
fn settings_that_cannot_be_read_are_told_and_hold_up_nothing() {
    let site = with_problems();
    site.feed("site", "title = Bản tin\nlanguage = \"en\"\n").feed("tin", "");
    let said = told(&site, &[], 1);
    let (first, rest) = said.split_once("\n  hint: ").expect("a hint in English");
    assert!(first.starts_with("feeds/site.toml:1:9: the settings cannot be read: "), "{said}");
    assert!(first.ends_with("\n  |\n1 | title = Bản tin\n  |         ^^^^^^^"), "{said}");
    assert!(rest.contains("\ncontent/a/bad.md:3:7: the date"), "{said}");
}

#[test]
fn files_of_every_kind_can_be_shown_or_are_not() {
    let site = Site::new();
    site.feed("site", "language = \"en\"\n");
    let wide: Vec<u8> = "Tin\n\n31/02/2026\n\nChữ.\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    site.article("1-utf-16.txt", [&[0xFF, 0xFE], wide.as_slice()].concat());
    site.article("2-windows.txt", b"Tin v\xEAn\r\n\r\nL\xFAa \x81\xFF\xC0 \xE1\r\n");
    site.article("3-orders.md", "---\ntitle: T\ndate: \u{202E}hôm\u{1B}[31m qua\n---\nT.\n");
    site.article(
        "4-marks.md",
        "---\ntitle: T\nda\u{302}\u{323}te: 1\ndate: qu\u{E1}\u{301} m\u{302}\n---\nT.\n",
    );
    site.article("5-zip.txt", b"PK\x03\x04\0\0\0\0");
    site.article(
        "6-long.md",
        format!("---\ntitle: {} \"{}\"\ndate: x\n---\nT.\n", "\"a\" ".repeat(90), "b".repeat(90)),
    );
    let said = told(&site, &[], 1);
    assert!(
        said.contains("1-utf-16.txt:3:1: ") && said.contains("\n3 | 31/02/2026\n  | ^^^^^^^^^^\n"),
        "{said}"
    );
    assert!(
        said.contains("\n3 | \\u{202e}") || said.contains("\n3 | date: \\u{202e}hôm[31m qua\n"),
        "{said}"
    );
    assert!(said.contains("5-zip.txt: "), "{said}");
    let hidden = |c: char| (c.is_control() && c != '\n') || ('\u{202A}'..='\u{202E}').contains(&c);
    assert!(!said.contains(hidden), "{said:?}");
    assert!(
        said.lines().filter(|line| line.contains(" | ")).all(|line| line.chars().count() < 112),
        "{said}"
    );
    let parts = said.split("  hint: ").count();
    assert!(parts > 5, "{said}");
    eprintln!("{said}");
}

#[test]
fn copies_and_same_headlines_are_told_among_the_files_that_were_asked_for() {
    let site = Site::new();
    let said = |title: &str, more: &str, text: &str| {
        format!("---\ntitle: {title}\ndate: 2026-02-03\n{more}---\n{text}\n")
    };
    site.feed("site", "language = \"en\"\n")
        .article("a/one.md", said("One", "", "One."))
        .article("b/copy.md", said("One", "", "One."))
        .article("c/other.md", said("One", "", "Another text."))
        .article("d/draft.md", said("One", "draft: true\n", "One more."))
        .article("d/undated.md", "One\n\nOne.\n")
        .article("d/alone.md", said("Two", "", "One."));
    let of = |told: String| -> Vec<String> {
        told.lines().filter(|line| line.contains("both are published")).map(str::to_owned).collect()
    };
    assert_eq!(
        of(told(&site, &["a", "b", "c", "d/draft.md", "d/alone.md"], 1)),
        [
            "content/b/copy.md: it says exactly what a/one.md says; both are published",
            "content/c/other.md: it has the title and the date of a/one.md; both are published",
        ]
    );
    assert_eq!(told(&site, &["a", "d/draft.md", "d/alone.md"], 0), "");
}

#[test]
fn the_summary_counts_guesses_apart() {
    let site = Site::new();
    site.article("a.md", "Chữ thôi.\n");
    for (language, expected) in [
        ("vi", "đã đọc 1 tệp: 0 lỗi khiến tệp không dùng được, 0 điều nên xem lại, 2 chỗ đã tự đoán\n"),
        ("en", "1 file read: 0 errors, 0 remarks, 2 guesses\n"),
    ] {
        site.feed("site", &format!("language = \"{language}\"\n"));
        let output = check(&site, &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.as_str()), (Some(1), expected));
    }
}

#[test]
fn the_summary_counts_agreements() {
    let site = Site::new();
    site.article("a.md", "---\ntitle: A\ndate: 2026-02-03\n---\nA.\n");
    let hash = bantin::words::TokenHash::of("a");
    let agreement = "[partner]\norganisation = \"Đài\"\n";
    site.feed("dai", &format!("{agreement}token = \"{hash}\"\n"));
    let said = || String::from_utf8(check(&site, &[]).stderr).expect("it is told in UTF-8");
    site.feed("site", "language = \"en\"\n");
    assert!(said().ends_with("0 guesses; 1 feed by agreement, 1 for the partner alone\n"), "{}", said());
    site.feed("bao", agreement).feed("site", "language = \"vi\"\n");
    assert!(said().ends_with("; 2 nguồn tin theo thỏa thuận, 1 dành riêng cho đối tác\n"), "{}", said());
}

#[test]
fn a_secret_that_somebody_wrote_into_a_file_is_not_shown() {
    let site = Site::new();
    let secret = bantin::words::Token::of([7; 16]).secret().to_owned();
    site.feed("site", "language = \"en\"\n");
    site.feed("dai", &format!("[partner]\norganisation = \"A\"\ntoken = [\"{secret}\"]\n"));
    for format in ["text", "json"] {
        let said = told(&site, &["--format", format], 1);
        assert!(said.contains("this is not a hash as bantin writes it"), "{said}");
        assert!(!said.contains(&secret[..12]), "{said}");
    }
}

#[test]
fn a_token_in_two_files_is_told_of_at_both() {
    let site = Site::new();
    let hash = bantin::words::TokenHash::of("a");
    let agreement = format!("[partner]\norganisation = \"Đài\"\ntoken = \"{hash}\"\n");
    site.feed("site", "language = \"en\"\n").feed("bao", &agreement).feed("dai", &agreement);
    let said = told(&site, &[], 1);
    for (one, other) in [("bao", "dai"), ("dai", "bao")] {
        let line = format!(
            "feeds/{one}.toml:3:1: this token stands in `{other}.toml`, too, so it opens neither of the two feeds\n"
        );
        assert!(said.contains(&line), "{said}");
    }
    assert_eq!(told(&site, &["feeds/site.toml"], 0), "");
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let site = with_problems();
    for format in ["text", "json"] {
        let mut command = site.command(&["check", "--format", format]);
        command.current_dir(site.beside("")).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut run = command.spawn().expect("bantin can be run");
        drop(run.stdout.take());
        let output = run.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.as_str()), (Some(1), ""));
    }
}

#[test]
fn receipts_in_a_folder_with_another_use_are_told_of() {
    let site = Site::new();
    site.feed("site", "language = \"en\"\nreceipts = \"feeds\"\n");
    let said = told(&site, &[], 1);
    assert!(said.starts_with("feeds/site.toml: receipts cannot go to "), "{said}");
    assert!(
        said.contains("feeds: that is where the settings are\n  hint: Name a folder of their own"),
        "{said}"
    );
}

#[test]
fn a_text_that_is_too_long_is_told_with_the_limit_alone() {
    let site = Site::new();
    site.feed("site", "language = \"en\"\n").article("long.txt", "chữ ".repeat(1 << 19));
    let said = told(&site, &[], 1);
    let expected = "content/long.txt: the file is longer than the 1024 KiB an article may have\n";
    assert!(said.starts_with(expected), "{said}");
}
