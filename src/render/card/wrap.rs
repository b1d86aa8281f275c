//! Text in lines, each as wide as its box at most.

use super::font::{Weight, advance, set};
use unicode_normalization::char::is_combining_mark;

const ELLIPSIS: &str = "…";

/// How many widths are tried to make lines alike.
const TRIES: i32 = 24;

/// The text in at most so many lines of this width, in units of the font, as alike as they can be. An ellipsis says where
/// it does not end.
pub fn wrapped(weight: Weight, text: &str, width: i32, most: usize) -> Vec<String> {
    let Filled { lines, is_whole } = filled(weight, text, width, most);
    let Some(count) = i32::try_from(lines.len()).ok().filter(|count| is_whole && *count > 1) else {
        return lines;
    };
    // Nothing narrower than a word is tried, so that no word is broken for the sake of looks.
    let widest_word = text.split(' ').map(|word| set(weight, word).width).max().unwrap_or(0);
    let narrowest = (set(weight, text).width / count).max(widest_word).min(width);
    let widths = (0..TRIES).map(|number| narrowest + number * (width - narrowest) / TRIES);
    let mut narrower = widths.map(|room| filled(weight, text, room, most));
    let alike = narrower.find(|filled| filled.is_whole && filled.lines.len() == lines.len());
    alike.map_or(lines, |filled| filled.lines)
}

struct Filled {
    lines: Vec<String>,
    /// Whether the whole text is in them.
    is_whole: bool,
}

/// As much of the text in each line as it takes.
fn filled(weight: Weight, text: &str, width: i32, most: usize) -> Filled {
    let mut lines = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && lines.len() < most {
        let line = fitting(weight, rest, width);
        if lines.len() + 1 == most && line.len() < rest.len() {
            lines.push(broken_off(weight, rest, width));
            return Filled { lines, is_whole: false };
        }
        lines.push(line.to_owned());
        rest = rest[line.len()..].trim_start();
    }
    Filled { lines, is_whole: true }
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
    let end = if is_whole {
        text.len()
    } else if words > 0 {
        words
    } else {
        letters.max(first(text))
    };
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
        let line = format!(
            "{}{ELLIPSIS}",
            kept.trim_end_matches([' ', ',', ';', ':', '.', '–', '-', '/', '…', '('])
        );
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
            ("Lúa được mùa, giá khá", 12_000, 2, &["Lúa được mùa, giá khá"]),
            ("Lúa được mùa, giá khá", 10_500, 2, &["Lúa được", "mùa, giá khá"]),
            ("Lúa được mùa, giá khá và nhiều niềm vui", 8000, 2, &["Lúa được mùa,", "giá khá và…"]),
            (
                "Lúa được mùa, giá khá và nhiều niềm vui",
                8000,
                3,
                &["Lúa được mùa,", "giá khá và", "nhiều niềm vui"],
            ),
            ("Lúa được mùa, giá khá", 8500, 1, &["Lúa được mùa…"]),
            ("nghiêngnghiêngnghiêng nghiêng", 6000, 2, &["nghiêngng", "hiêngnghi…"]),
            ("một <dài_dòng_quá_thể>", 11_500, 2, &["một", "<dài_dòng_quá_thể>"]),
            ("Cần Thơ/Sóc Trăng", 5500, 2, &["Cần Thơ/", "Sóc Trăng"]),
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
