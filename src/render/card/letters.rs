use crate::render::card::font;
use crate::words::{clean, single_blanks};
use unicode_normalization::char::is_combining_mark;

/// Longer texts are cut, because nothing of the rest could be seen.
const MOST_LETTERS: usize = 600;
/// How many marks above and below a letter are drawn.
const MOST_MARKS: usize = 2;

/// A text in one line, without what nobody sees: control characters, what turns the direction of writing, blanks of no
/// width.
pub fn in_one_line(text: &str) -> String {
    let seen: String = text.chars().filter(|letter| !is_unseen(*letter)).take(MOST_LETTERS).collect();
    single_blanks(&clean(&seen))
}

/// The text in letters that the font has. Others become Latin ones that sound or look alike; pictures are left out, and
/// where there is nothing alike, a mark says that something stood there.
pub fn drawable(text: &str) -> String {
    let mut drawn = String::with_capacity(text.len());
    let mut marks = 0;
    for letter in in_one_line(text).chars() {
        marks = if is_combining_mark(letter) { marks + 1 } else { 0 };
        match letter {
            _ if marks > MOST_MARKS || is_picture(letter) => {}
            letter if font::has(letter) => drawn.push(letter),
            letter => match deunicode::deunicode_char(letter) {
                Some(alike) => drawn.extend(alike.chars().filter(|letter| font::has(*letter))),
                None => drawn.push(char::REPLACEMENT_CHARACTER),
            },
        }
    }
    single_blanks(&drawn)
}

fn is_unseen(letter: char) -> bool {
    matches!(letter,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Emoji, and the signs that are drawn as such.
fn is_picture(letter: char) -> bool {
    matches!(letter, '\u{20E3}' | '\u{2300}'..='\u{23FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{1F000}'..='\u{1FAFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_that_the_font_lacks_become_what_is_alike() {
        for (text, drawn) in [
            ("Lúa được mùa – “giá khá”…", "Lúa được mùa – “giá khá”…"),
            ("Tie\u{302}\u{301}ng Vie\u{323}\u{302}t", "Tiếng Việt"),
            ("Họp báo 🎉🇻🇳 quý IV ✅ ", "Họp báo quý IV"),
            ("bão số 3 → Cà Mau, mưa ≥ 200 mm, −5 °C", "bão số 3 - Cà Mau, mưa >= 200 mm, -5 °C"),
            ("Владимир và 北京", "Vladimir và Bei Jing"),
            ("a\u{202E}b\u{200B}c\u{0}d\u{AD}e", "abcde"),
            ("một\u{A0}hai\t\r\nba\u{2028}bốn", "một hai ba bốn"),
            ("a\u{301}\u{301}\u{301}\u{301}\u{301}", "á\u{301}\u{301}"),
            ("\u{E000}", "\u{FFFD}"),
            ("\u{200B}\u{1F600}", ""),
        ] {
            assert_eq!(drawable(text), drawn, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_drawn_has_only_letters_of_the_font(text in "\\PC{0,40}|(.|[\u{0}-\u{20}\u{300}-\u{330}]){0,40}") {
            let drawn = drawable(&text);
            prop_assert!(drawn.chars().all(font::has), "{drawn:?}");
            prop_assert_eq!(&drawable(&drawn), &drawn);
        }
    }
}
