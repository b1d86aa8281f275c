//! Texts in every encoding, and what is made of them.

mod encoding;
mod foreign;
mod measured;

use super::*;
use encoding::Encoder;

pub(super) const VIETNAMESE: [Legacy; 5] =
    [Legacy::Windows1258, Legacy::Tcvn3, Legacy::Vni, Legacy::Viscii, Legacy::Tcvn5712];

const ARTICLE: &str = include_str!("../../../../tests/seeds/an-giang-article.txt");

const MIXED: &str = "Khai giảng lớp Microsoft Excel 2003 và Internet Explorer cho cán bộ xã\n\n\
    Sáng 12/3/2004, Trung tâm Tin học (email: tth@angiang.gov.vn) khai giảng lớp “Excel nâng cao” cho 45 học viên. \
    Windows XP, Microsoft Office 2003 và Outlook Express được cài sẵn; nhiệt độ phòng máy giữ ở 25°C. \
    Ông John Smith – chuyên gia của UNDP – nói: “Very good!”. HĐND và UBND tỉnh đã chi 350.000đ mỗi người, \
    theo QĐ số 15/2004/QĐ-UB…";

const POEM: &str = "Trăm năm trong cõi người ta,\nChữ tài chữ mệnh khéo là ghét nhau.\nTrải qua một cuộc bể dâu,\n\
    Những điều trông thấy mà đau đớn lòng.\nLạ gì bỉ sắc tư phong,\nTrời xanh quen thói má hồng đánh ghen.";

const CAPITALS: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập – Tự do – Hạnh phúc\n\n\
    ỦY BAN NHÂN DÂN TỈNH AN GIANG\nQUYẾT ĐỊNH VỀ VIỆC KHEN THƯỞNG CÁC TẬP THỂ ĐẠT THÀNH TÍCH XUẤT SẮC";

/// What stands in a file in this encoding: TCVN3 loses capitals.
fn as_far_as_written(text: &str, legacy: Legacy) -> String {
    if legacy == Legacy::Tcvn3 { text.to_lowercase() } else { text.to_owned() }
}

#[track_caller]
fn check_read(text: &str, legacy: Legacy) {
    let bytes = Encoder::new(legacy).encode(text).expect("letters that it has");
    let Verdict::Clear(found) = weigh(&bytes, None) else {
        panic!("{legacy:?}: {text:.60} {:?}", weigh(&bytes, None));
    };
    let read = found.decode(&bytes);
    assert_eq!(as_far_as_written(&read, legacy), as_far_as_written(text, legacy));
}

#[test]
fn other_programs_write_all_134_letters_as_they_are_read_here() {
    // By glibc's iconv, and by the tables of xvnkb.
    let alphabet = include_str!("alphabet.txt");
    for (legacy, bytes) in [
        (Legacy::Windows1258, &include_bytes!("alphabet.cp1258")[..]),
        (Legacy::Viscii, include_bytes!("alphabet.viscii")),
        (Legacy::Tcvn5712, include_bytes!("alphabet.tcvn5712")),
        (Legacy::Vni, include_bytes!("alphabet.vni")),
    ] {
        assert_eq!(legacy.decode(bytes), alphabet, "{legacy:?}");
    }
    let tcvn3 = Legacy::Tcvn3.decode(include_bytes!("alphabet.tcvn3"));
    assert_eq!(tcvn3.to_lowercase(), alphabet.to_lowercase());
    assert_eq!(Legacy::Tcvn3Capitals.decode(include_bytes!("alphabet.tcvn3")), alphabet.to_uppercase());
}

#[test]
fn every_letter_comes_back_from_every_encoding() {
    for legacy in VIETNAMESE {
        let encoder = Encoder::new(legacy);
        for letter in spelling::alphabet() {
            let text = format!("x{letter}x");
            let bytes = encoder.encode(&text).expect("every letter");
            let read = as_far_as_written(&legacy.decode(&bytes), legacy);
            assert_eq!(read, as_far_as_written(&text, legacy), "{legacy:?}");
        }
    }
}

#[test]
fn articles_poems_and_mixed_texts_are_read_in_each_encoding() {
    for legacy in VIETNAMESE {
        for text in [ARTICLE, MIXED, POEM, CAPITALS] {
            let plain = text
                .replace(['“', '”'], "\"")
                .replace('–', "-")
                .replace('…', "...")
                .replace('°', "")
                .replace('\u{A0}', " ");
            check_read(&plain, legacy);
            if !matches!(legacy, Legacy::Viscii | Legacy::Tcvn5712) {
                check_read(text, legacy);
            }
        }
    }
}

#[test]
fn tcvn3_gets_its_capitals_back_where_the_letters_around_tell() {
    let bytes = Encoder::new(Legacy::Tcvn3).encode(CAPITALS).expect("letters that it has");
    assert_eq!(Legacy::Tcvn3.decode(&bytes), CAPITALS);
    // As some converters write capitals.
    assert_eq!(Legacy::Tcvn3.decode(b"A\xB8o \xA2\xCAm I\xDD"), "Áo Ấm Í");
}

#[test]
fn a_title_alone_is_shown_in_two_readings() {
    let title = "Mưa lớn ở đầu nguồn";
    for legacy in VIETNAMESE {
        let bytes = Encoder::new(legacy).encode(title).expect("letters that it has");
        let Verdict::Unsure(1, readings) = weigh(&bytes, None) else { panic!("{legacy:?}") };
        assert!(readings.iter().any(|(_, text)| text == title), "{legacy:?}: {readings:?}");
        assert!(readings.len() <= 2 && readings.iter().all(|(_, text)| text.chars().count() <= 60));
    }
}

#[test]
fn what_is_shown_is_short_and_begins_with_its_line() {
    let bytes = Encoder::new(Legacy::Vni).encode(&format!("Title\n\n{}", "được ".repeat(40)));
    let Verdict::Unsure(line, readings) = weigh(&bytes.expect("letters that it has"), None) else { panic!() };
    assert_eq!(line, 3);
    let (_, shown) = readings.iter().find(|(legacy, _)| *legacy == Legacy::Vni).expect("the right one");
    assert_eq!(*shown, format!("{}…", ["được"; 11].join(" ")));
}

#[test]
fn a_line_from_another_encoding_is_named() {
    let vni = Encoder::new(Legacy::Vni);
    let tcvn3 = Encoder::new(Legacy::Tcvn3);
    let pasted = tcvn3.encode("\nNhững điều trông thấy mà đau đớn lòng.\n").expect("letters that it has");
    let article = vni.encode(ARTICLE).expect("letters that it has");
    let line = ARTICLE.matches('\n').count() + 2;
    assert_eq!(weigh(&[&article[..], &pasted].concat(), None), Verdict::Broken(Legacy::Vni, line));
    let title = tcvn3.encode("\nGiá gạo\n").expect("letters that it has");
    assert_eq!(weigh(&[&article[..], &title].concat(), None), Verdict::Broken(Legacy::Vni, line));
    let strange = b"\r\nO\xFFk\r\n";
    assert_eq!(weigh(&[&article[..], strange].concat(), None), Verdict::Broken(Legacy::Vni, line));
    assert_eq!(
        weigh(&[&vni.encode(POEM).expect("letters that it has")[..], &pasted].concat(), None),
        Verdict::Broken(Legacy::Vni, 7)
    );
    let half = tcvn3.encode(&POEM.to_lowercase()).expect("letters that it has");
    let bytes = [vni.encode(POEM).expect("letters that it has"), half].concat();
    assert!(matches!(weigh(&bytes, None), Verdict::Unsure(..)));
}

#[test]
fn what_a_page_states_decides_where_the_letters_leave_it_open() {
    let title = "Mưa lớn ở đầu nguồn";
    for legacy in VIETNAMESE {
        let bytes = Encoder::new(legacy).encode(title).expect("letters that it has");
        for stated in VIETNAMESE {
            let verdict = weigh(&bytes, Some(stated));
            let is_right = matches!(verdict, Verdict::Clear(found) if as_far_as_written(&found.decode(&bytes), legacy) == as_far_as_written(title, legacy));
            assert!(is_right || matches!(verdict, Verdict::Unsure(..)), "{legacy:?} {stated:?} {verdict:?}");
            assert!(is_right || legacy != stated, "{legacy:?} {verdict:?}");
        }
        // Pages typed in fonts say they are in Latin-1.
        assert!(matches!(weigh(&bytes, Some(Legacy::Windows1252)), Verdict::Unsure(..)));
    }
}

#[test]
fn fonts_tell_what_their_letters_are() {
    for (font, expected) in [
        (".VnTime", Some(Legacy::Tcvn3)),
        (".VnTimeH", Some(Legacy::Tcvn3Capitals)),
        (".vnarial", Some(Legacy::Tcvn3)),
        (".VNARIALH", Some(Legacy::Tcvn3Capitals)),
        (".VnArial NarrowH", Some(Legacy::Tcvn3Capitals)),
        (".VnCourier New", Some(Legacy::Tcvn3)),
        ("VNI-Times", Some(Legacy::Vni)),
        ("VNI-Helve-Condense", Some(Legacy::Vni)),
        (" vni-times ", Some(Legacy::Vni)),
        ("Times New Roman", None),
        ("VnTimes", None),
        ("VNInternational", None),
        ("", None),
    ] {
        assert_eq!(of_font(font), expected, "{font}");
    }
}

#[test]
fn letters_of_a_font_are_read_from_wherever_word_puts_them() {
    for (legacy, shown, meant) in [
        (Legacy::Tcvn3, "ViÖt Nam, n¨m 2004", "Việt Nam, năm 2004"),
        (Legacy::Tcvn3, "n\u{AD}íc “§æi míi”…", "nước “Đổi mới”…"),
        (Legacy::Tcvn3Capitals, "céng hßa x· héi", "CỘNG HÒA XÃ HỘI"),
        (Legacy::Vni, "Vieät Nam, nöôùc vaø ngöôøi", "Việt Nam, nước và người"),
        (Legacy::Vni, "ÑAÏI HOÄI ÔÛ TÆNH", "ĐẠI HỘI Ở TỈNH"),
        (Legacy::Vni, "\u{F056}\u{F069}\u{F065}\u{F0E4}\u{F074}", "Việt"),
        (Legacy::Vni, "“nhaø” – ƒ", "“nhà” – ƒ"),
        // Unicode in the middle of such a font is what it says.
        (Legacy::Tcvn3, "tiếng ViÖt", "tiếng Việt"),
        (Legacy::Vni, "tiếng Vieät", "tiếng Việt"),
        (Legacy::Tcvn3, "30°C \u{A0}x", "30°C \u{A0}x"),
        (Legacy::Tcvn3, "", ""),
    ] {
        assert_eq!(legacy.letters(shown), meant);
    }
}

#[test]
fn letters_of_an_old_font_that_were_saved_as_unicode_are_known() {
    for legacy in [Legacy::Tcvn3, Legacy::Vni] {
        for text in [ARTICLE, POEM] {
            let plain = text.replace(['“', '”'], "\"").replace('–', "-").replace('…', "...").replace('°', "");
            let bytes = Encoder::new(legacy).encode(&plain).expect("letters that it has");
            // As Latin-1, and as Windows shows it.
            let latin: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            let (windows, ..) = WINDOWS_1252.decode(&bytes);
            for disguise in [latin.as_str(), &*windows] {
                let found = disguised(disguise).expect("it is known");
                let read = as_far_as_written(&found.undisguised(disguise), legacy);
                assert_eq!(read, as_far_as_written(&plain, legacy), "{legacy:?}");
            }
        }
    }
    for text in [
        ARTICLE,
        MIXED,
        "Résumé: l’été dernier, à Genève, où l’on a fêté la moisson, des élèves ont créé un théâtre.",
        "Für die Schüler gibt es über dreißig Bücher; größere Säle öffnen täglich.",
        "Price £5, 25°C, ½ cup, “quoted”, © 2026, naïve café.",
    ] {
        assert_eq!(disguised(text), None, "{text}");
    }
}
