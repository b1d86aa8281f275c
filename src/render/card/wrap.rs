//! Text in lines, each as wide as its box at most.

use super::font::{Weight, advance, set};
use unicode_normalization::char::is_combining_mark;

const ELLIPSIS: &str = "…";

/// The text in at most so many lines of this width, in units of the font. An ellipsis says where it does not end.
pub fn wrapped(weight: Weight, text: &str, width: i32, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && lines.len() < most {
        let is_last = lines.len() + 1 == most;
        let line = fitting(weight, rest, width);
        if is_last && line.len() < rest.len() {
            lines.push(broken_off(weight, rest, width));
            break;
        }
        lines.push(line.to_owned());
        rest = rest[line.len()..].trim_start();
    }
    lines
}

/// Whether the text stands in one line of this width.
pub fn fits(weight: Weight, text: &str, width: i32) -> bool {
    set(weight, text).width <= width
}

/// As many of the text's words as fit; of one that does not fit by itself, as many of its letters.
fn fitting(weight: Weight, text: &str, width: i32) -> &str {
    let mut words = 0;
    let mut letters = 0;
    let mut is_whole = true;
    for (end, x) in advance(weight, text) {
        let after = &text[end..];
        // Blanks at a line's end take no room.
        if x > width && !text[..end].ends_with(' ') {
            is_whole = false;
            break;
        }
        if !after.starts_with(is_combining_mark) {
            letters = end;
        }
        if after.is_empty() || after.starts_with(' ') || may_break(&text[..end]) {
            words = end;
        }
    }
    let end = if is_whole { text.len() } else if words > 0 { words } else { letters.max(first(text)) };
    text[..end].trim_end()
}

/// Whether a line may end after this though no blank follows.
fn may_break(before: &str) -> bool {
    let mut letters = before.chars().rev();
    matches!((letters.next(), letters.next()), (Some('-' | '–' | '/'), Some(letter)) if letter.is_alphabetic())
}

/// The first letter with its marks, which stands in a line however wide it is.
fn first(text: &str) -> usize {
    let next = text.char_indices().skip(1).find(|(_, letter)| !is_combining_mark(*letter));
    next.map_or(text.len(), |(at, _)| at)
}

/// As much of the text as fits together with an ellipsis.
fn broken_off(weight: Weight, text: &str, width: i32) -> String {
    let mut room = width - set(weight, ELLIPSIS).width;
    loop {
        let kept = fitting(weight, text, room);
        let line = format!("{}{ELLIPSIS}", kept.trim_end_matches([' ', ',', ';', ':', '.', '–', '-', '/', '…', '(']));
        // The ellipsis may stand a little further from the last letter than from nothing.
        if fits(weight, &line, width) || kept.len() <= first(text) {
            return line;
        }
        room -= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_end_after_words_and_the_last_one_says_that_more_follows() {
        for (text, width, most, lines) in [
            ("", 5000, 2, &[][..]),
            ("Lúa được mùa", 9000, 2, &["Lúa được mùa"]),
            ("Lúa được mùa, giá khá", 6500, 2, &["Lúa được mùa,", "giá khá"]),
            ("Lúa được mùa, giá khá và nhiều niềm vui", 7000, 2, &["Lúa được mùa,", "giá khá và…"]),
            ("Lúa được mùa, giá khá", 7500, 1, &["Lúa được mùa…"]),
            ("nghiêngnghiêngnghiêng nghiêng", 4500, 2, &["nghiêngn", "ghiêngng…"]),
            ("Cần Thơ/Sóc Trăng", 4700, 2, &["Cần Thơ/", "Sóc Trăng"]),
        ] {
            assert_eq!(wrapped(Weight::Bold, text, width, most), lines, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_its_box_and_nothing_is_lost_before_the_ellipsis(
            words in prop::collection::vec("[a-zđưởẫ,.–/A-Z0-9“”-]{1,14}", 0..30), width in 2000..30_000, most in 1..4_usize,
            is_bold in any::<bool>(),
        ) {
            let weight = if is_bold { Weight::Bold } else { Weight::Regular };
            let text = words.join(" ");
            let lines = wrapped(weight, &text, width, most);
            prop_assert!(lines.len() <= most);
            prop_assert!(lines.iter().all(|line| fits(weight, line, width)), "{lines:?}");
            let letters = |text: &str| text.replace(' ', "");
            let shown = letters(&lines.concat());
            match shown.strip_suffix(ELLIPSIS) {
                Some(beginning) => {
                    prop_assert!(letters(&text).starts_with(beginning));
                    prop_assert!(lines.len() == most && beginning.len() < letters(&text).len());
                }
                None => prop_assert_eq!(shown, letters(&text)),
            }
        }
    }
}
