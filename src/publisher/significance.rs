//! Whether an edit is one that an article's readers have to be told of (RFC 4287, section 4.2.15).

use crate::words::Article;

/// What was edited in an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Whether readers have to be told.
    pub is_significant: bool,
    /// Whether a correction was added or is another one.
    pub corrects: bool,
    /// How many words of the text changed; of a significant edit that need not be known.
    pub words: u32,
}

impl Edit {
    /// Nothing.
    pub const NONE: Self = Self { is_significant: false, corrects: false, words: 0 };

    /// What makes the later of the earlier: a title, a correction, or more than so many words of the text are told, the
    /// words that changed untold before among them; unless the file calls its edits minor.
    pub fn of(earlier: &Article, later: &Article, untold: u32, minor_words: u32) -> Self {
        let corrects = later.correction.is_some() && earlier.correction != later.correction;
        let left = minor_words.checked_sub(untold);
        let words = left.and_then(|left| changed_words(&earlier.html, &later.html, left as usize));
        let is_told = earlier.title != later.title || corrects || words.is_none();
        let is_significant = is_told && !later.minor;
        Self { is_significant, corrects, words: words.map_or(0, |words| words as u32) }
    }
}

/// How many words have to be changed, added or taken out to make one text of the other; `None` when more than `most`.
fn changed_words(earlier: &str, later: &str, most: usize) -> Option<usize> {
    let (mut one, mut other): (Vec<&str>, Vec<&str>) = (words(earlier).collect(), words(later).collect());
    let same = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    one.drain(..same);
    other.drain(..same);
    while one.last().is_some_and(|last| other.last() == Some(last)) {
        one.pop();
        other.pop();
    }
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    // Levenshtein's distance, of which only what is near the diagonal can be small enough.
    let beyond = most + 1;
    let mut row: Vec<usize> = (0..=other.len()).map(|column| column.min(beyond)).collect();
    for (line, word) in one.iter().enumerate() {
        let (from, to) = (line.saturating_sub(most), (line + most + 1).min(other.len()));
        let mut diagonal = row[from];
        row[from] = if from == 0 { (line + 1).min(beyond) } else { beyond };
        for column in from..to {
            let change = diagonal + usize::from(*word != other[column]);
            diagonal = row[column + 1];
            row[column + 1] = change.min(diagonal + 1).min(row[column] + 1).min(beyond);
        }
        if let Some(next) = row.get_mut(to + 1) {
            *next = beyond;
        }
    }
    row.last().copied().filter(|distance| *distance <= most)
}

/// The words of sanitised HTML, in which every `<` begins a tag.
fn words(html: &str) -> impl Iterator<Item = &str> {
    let texts = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    texts.flat_map(str::split_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The distance by its definition.
    fn distance(one: &[&str], other: &[&str]) -> usize {
        match (one, other) {
            (rest, []) | ([], rest) => rest.len(),
            ([one, ones @ ..], [other, others @ ..]) if one == other => distance(ones, others),
            ([_, ones @ ..], [_, others @ ..]) => {
                1 + distance(ones, other).min(distance(one, others)).min(distance(ones, others))
            }
        }
    }

    proptest! {
        #[test]
        fn it_counts_words_as_the_definition_does(
            one in prop::collection::vec(prop::sample::select(&["a", "b", "c"][..]), 0..7),
            other in prop::collection::vec(prop::sample::select(&["a", "b", "c"][..]), 0..7), most in 0..7_usize,
        ) {
            let expected = Some(distance(&one, &other)).filter(|distance| *distance <= most);
            prop_assert_eq!(changed_words(&one.join(" "), &other.join("</p> <p>"), most), expected);
        }
    }

    #[test]
    fn a_long_text_that_was_written_anew_is_told_at_once() {
        let text = |word: &str| (0..100_000).map(|number| format!("{word}{number} ")).collect::<String>();
        let began = std::time::Instant::now();
        assert_eq!(changed_words(&text("a"), &text("b"), 50), None);
        assert!(began.elapsed().as_secs() < 5);
    }
}
