use super::*;
use crate::intake::{
    DEEPEST_XML, LONGEST_PACKED, LONGEST_PICTURE, LONGEST_TEXT, LONGEST_UNPACKED, MOST_ELEMENTS,
    MOST_MEMBERS, MOST_PICTURES, MOST_PIXELS, MOST_SQUEEZED, SQUEEZED_FROM,
};

const SMALL: &str = "a";

/// Read, and refused with one more of the same, naming the number.
#[track_caller]
fn check(number: usize, most: usize, bytes: impl Fn(usize) -> Vec<u8>) {
    if let Err(problem) = read_bytes(&bytes(most)) {
        panic!("{}", problem.what.en);
    }
    let problem = read_bytes(&bytes(most + 1)).expect_err("one more is too many");
    for what in [&problem.what.vi, &problem.what.en] {
        assert!(what.contains(&number.to_string()), "{what}");
    }
}

/// Bytes that do not get shorter.
fn noise(length: usize) -> Vec<u8> {
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(next).flatten().take(length).collect()
}

#[test]
fn a_file_is_as_long_as_it_may_be() {
    let empty = Docx::new(p(SMALL)).member("x", "").bytes().len();
    let of = |length: usize| Docx::new(p(SMALL)).member("x", noise(length)).bytes();
    let most = LONGEST_PACKED - empty;
    // What noise takes more than itself.
    let rest = of(most).len() - LONGEST_PACKED;
    check(LONGEST_PACKED >> 20, most - rest, of);
}

#[test]
fn members_are_counted() {
    check(MOST_MEMBERS, MOST_MEMBERS, |count| {
        let docx = Docx::new(p(SMALL));
        (docx.members().len()..count).fold(docx, |docx, n| docx.member(&format!("x{n}"), "")).bytes()
    });
}

#[test]
fn what_comes_out_is_counted_while_it_does() {
    // Each piece some times over: shorter in the package, but not beyond belief.
    let letters = noise(LONGEST_UNPACKED / 8);
    let pieces = letters
        .chunks(1_024)
        .map(|piece| piece.iter().map(|byte| char::from(b'a' + byte % 16)).collect::<String>().repeat(8));
    let text: String = pieces.collect();
    let of = |length: usize| Docx::new(p(SMALL)).styles(&format!("<!--{}-->", &text[..length])).read();
    assert!(of(LONGEST_UNPACKED - 4_096).is_ok());
    let problem = of(LONGEST_UNPACKED).expect_err("the rest makes it more");
    assert!(problem.what.en.contains("64 MiB"), "{}", problem.what.en);
}

#[test]
fn a_member_is_not_squeezed_beyond_belief() {
    let styles = |length: usize| Docx::new(p(SMALL)).styles(&" ".repeat(length)).read();
    assert!(styles(SQUEEZED_FROM - 1_000).is_ok());
    let problem = styles(SQUEEZED_FROM * 2).expect_err("blanks are squeezed a thousandfold");
    assert!(problem.what.en.contains(&MOST_SQUEEZED.to_string()), "{}", problem.what.en);
}

#[test]
fn nesting_is_counted() {
    // `document`, `body`, and `p`, `r`, `t` at the bottom.
    check(DEEPEST_XML, DEEPEST_XML - 5, |depth| {
        Docx::new("<w:customXml>".repeat(depth) + &p(SMALL) + &"</w:customXml>".repeat(depth)).bytes()
    });
}

#[test]
fn text_and_elements_are_counted() {
    let words = |length: usize| {
        Docx::new(
            noise(length)
                .chunks(900)
                .map(|words| p(&words.iter().map(|b| char::from(b'a' + b % 26)).collect::<String>()))
                .collect::<String>(),
        )
        .bytes()
    };
    check(LONGEST_TEXT / 1024, LONGEST_TEXT, words);
    let breaks = "<w:p><w:r><w:t>a</w:t>".to_owned();
    // The paragraph and its text are two.
    check(MOST_ELEMENTS, MOST_ELEMENTS - 2, |count| {
        Docx::new(breaks.clone() + &"<w:br/>".repeat(count - 1) + "<w:br/></w:r></w:p>").bytes()
    });
}

#[test]
fn pictures_that_are_too_much_are_left_out_and_told() {
    let shows = |bytes: Vec<u8>| {
        let body = p(SMALL) + &format!("<w:p><w:r>{}</w:r></w:p>", drawing("a", ""));
        let docx = Docx::new(body).relation("a", "image", "media/a.png").member("word/media/a.png", bytes);
        let reading = docx.reading();
        let told = reading.remarks.iter().find(|remark| remark.what.en.contains("left out"));
        (reading.pictures.len(), told.map(|remark| remark.what.en.clone()).unwrap_or_default())
    };
    let side = 10_000;
    let height = u32::try_from(MOST_PIXELS).expect("it is small") / side;
    assert_eq!(shows(png(side, height)), (1, String::new()));
    assert_eq!(
        shows(png(side, height + 1)),
        (0, "1 picture was left out for having more than 50 megapixels".into())
    );
    let long = |length: usize| [png(2, 2), noise(length - png(2, 2).len())].concat();
    assert_eq!(shows(long(LONGEST_PICTURE)), (1, String::new()));
    assert_eq!(
        shows(long(LONGEST_PICTURE + 1)),
        (0, "1 picture was left out for having more than 15 MiB".into())
    );
    assert_eq!(
        shows(b"GIF89a".to_vec()),
        (0, "1 picture was left out for being damaged or missing in the file".into())
    );
}

#[test]
fn pictures_are_counted() {
    let mut docx = Docx::new(p(SMALL));
    for n in 0..=MOST_PICTURES {
        let name = format!("media/{n}.png");
        docx.body += &format!("<w:p><w:r>{}</w:r></w:p>", drawing(&n.to_string(), ""));
        docx = docx.relation(&n.to_string(), "image", &name);
        docx = docx.member(&format!("word/{name}"), png(u32::try_from(n).expect("it is small") + 1, 1));
    }
    let reading = docx.reading();
    assert_eq!(reading.pictures.len(), MOST_PICTURES);
    let told = reading.remarks.iter().any(|remark| remark.what.en.contains(&MOST_PICTURES.to_string()));
    assert!(told, "{:?}", reading.remarks);
}
