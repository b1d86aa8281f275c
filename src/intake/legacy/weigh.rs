//! In which encoding a file reads as text, if it does so in one and in no other.
//!
//! Only words with a byte beyond ASCII are weighed, and each once, however often it stands there: those are what the
//! encodings read differently. Numbers, addresses and names without marks have no say.

use super::reading::{Reading, separates};
use super::{Legacy, foreign, tables};
use foldhash::HashMap;
use std::ops::Range;

/// Those that may be found in files. Of two that read a file the same, the first is named.
const CANDIDATES: [Legacy; 6] =
    [Legacy::Windows1258, Legacy::Tcvn3, Legacy::Vni, Legacy::Viscii, Legacy::Tcvn5712, Legacy::Windows1252];
/// The place of windows-1252, which is for other languages.
const WESTERN: usize = 5;

/// How many different words must read as Vietnamese. Of texts of 5, 10, 20 and 50 words in any of the encodings, 0, 93, 99
/// and 99.9 in a hundred are read, and of as many words picked from a dictionary 0, 67, 98 and 99.8. The others are
/// refused: none of 250,000 was read as something else. With five words none was either, but texts in encodings that are
/// no candidates were now and then.
const LEAST_WORDS: usize = 6;
/// One bad word is forgiven among so many good ones. With six, a short text in VPS, which shares its vowels with VISCII,
/// was read as that twice in a hundred times; with twelve, three times in a thousand, and one of 300 bytes never.
const GOOD_TO_ONE_BAD: usize = 12;
/// The most letters of a reading that are shown.
const LONGEST_SHOWN: usize = 60;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::intake) enum Verdict {
    /// It is in this encoding.
    Clear(Legacy),
    /// It is in this one, but for something on this line.
    Broken(Legacy, usize),
    /// It may be one or another; how they read what stands on this line.
    Unsure(usize, Vec<(Legacy, String)>),
}

/// Words of a file that tell encodings apart.
struct Words<'a> {
    /// Each once, with how it reads in every candidate.
    different: Vec<(&'a [u8], [Reading; CANDIDATES.len()])>,
    /// All of them: the line, and which it is.
    places: Vec<(usize, usize)>,
    /// The first.
    first: Range<usize>,
}

/// Weighs the bytes of a file that is not UTF-8. `stated` is what a page says it is in.
pub(in crate::intake) fn weigh(bytes: &[u8], stated: Option<Legacy>) -> Verdict {
    let words = Words::of(bytes);
    let Some(at) = words.winner(bytes, stated) else {
        return words.winner_but_for_a_line().unwrap_or_else(|| words.unsure(bytes));
    };
    match words.strange_line(at).or_else(|| line_of_nothing(CANDIDATES[at], bytes)) {
        Some(line) => Verdict::Broken(CANDIDATES[at], line),
        None => Verdict::Clear(CANDIDATES[at]),
    }
}

/// Whether some encoding reads the file as Vietnamese, be it only a few words of it.
pub(in crate::intake) fn may_be_vietnamese(bytes: &[u8]) -> bool {
    Words::of(bytes).may_be_vietnamese()
}

impl<'a> Words<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let mut known: HashMap<&[u8], usize> = HashMap::default();
        let mut words = Self { different: Vec::new(), places: Vec::new(), first: 0..0 };
        let mut letters = Vec::new();
        let mut line = 1;
        let mut at = 0;
        while at < bytes.len() {
            let length = bytes[at..].iter().take_while(|byte| is_part_of_word(**byte)).count();
            if length == 0 {
                line += usize::from(ends_line(&bytes[at..]));
                at += 1;
                continue;
            }
            let word = &bytes[at..at + length];
            if !word.iter().all(u8::is_ascii_alphabetic) {
                if words.places.is_empty() {
                    words.first = at..at + length;
                }
                let which = *known.entry(word).or_insert_with(|| {
                    words.different.push((word, readings(word, &mut letters)));
                    words.different.len() - 1
                });
                words.places.push((line, which));
            }
            at += length;
        }
        words
    }

    /// How many of the different words read well in a candidate, and how many badly.
    fn tally(&self, at: usize) -> (usize, usize) {
        let count = |reading| self.different.iter().filter(|(_, readings)| readings[at] == reading).count();
        (count(Reading::Good), count(Reading::Bad))
    }

    fn winner(&self, bytes: &[u8], stated: Option<Legacy>) -> Option<usize> {
        let best = self.ranked().into_iter().next()?;
        if self.reads(best, LEAST_WORDS)
            && (0..WESTERN).all(|other| other == best || self.beats(best, other, 3))
        {
            return Some(best);
        }
        let stated = stated.and_then(|stated| CANDIDATES.iter().position(|candidate| *candidate == stated));
        stated.filter(|at| self.agrees(*at)).or_else(|| self.is_western(bytes).then_some(WESTERN))
    }

    /// Of a short file, a line from another encoding spoils the whole.
    fn winner_but_for_a_line(&self) -> Option<Verdict> {
        let best = self.ranked().into_iter().next()?;
        let (good, bad) = self.tally(best);
        if good < LEAST_WORDS.max(2 * bad)
            || (0..WESTERN).any(|other| other != best && !self.beats(best, other, 2))
        {
            return None;
        }
        Some(Verdict::Broken(CANDIDATES[best], self.strange_line(best)?))
    }

    /// Whether a candidate that a page states may be right.
    fn agrees(&self, stated: usize) -> bool {
        let (good, bad) = self.tally(stated);
        if stated == WESTERN {
            return bad == 0 && !self.may_be_vietnamese();
        }
        self.reads(stated, 1) && (0..WESTERN).all(|other| self.tally(other).0 <= good)
    }

    fn may_be_vietnamese(&self) -> bool {
        (0..WESTERN).any(|at| {
            let (good, bad) = self.tally(at);
            good > bad && good > 1
        })
    }

    /// Whether a candidate reads the file as Vietnamese, with at least so many words.
    fn reads(&self, at: usize, least: usize) -> bool {
        let (good, bad) = self.tally(at);
        good >= least && bad * GOOD_TO_ONE_BAD <= good
    }

    /// Whether of what two candidates read differently one reads so many times more words better.
    fn beats(&self, at: usize, other: usize, times: usize) -> bool {
        let (mut differ, mut better, mut worse) = (0, 0, 0);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for (word, readings) in &self.different {
            ours.clear();
            theirs.clear();
            CANDIDATES[at].read(word, &mut ours);
            CANDIDATES[other].read(word, &mut theirs);
            let is_open = readings[at] == Reading::Neutral && readings[other] == Reading::Neutral;
            differ += usize::from(ours != theirs && !is_open);
            better += usize::from(readings[at] > readings[other]);
            worse += usize::from(readings[at] < readings[other]);
        }
        differ == 0 || better >= times * worse + differ.div_ceil(4)
    }

    /// Whether it is a text in another language, or one with nothing but quotation marks and dashes beyond ASCII.
    fn is_western(&self, bytes: &[u8]) -> bool {
        let (good, bad) = self.tally(WESTERN);
        if good == 0 && bad == 0 {
            return !self.different.is_empty() && self.are_signs(bytes);
        }
        bad * 20 <= good && foreign::is_foreign(bytes) && foreign::is_western(bytes)
    }

    /// Whether what windows-1252 reads as quotation marks and dashes is that. One that stands alone, or close to a short
    /// word, could be a letter in VISCII or TCVN 5712, but a text in one of those would have more of them.
    fn are_signs(&self, bytes: &[u8]) -> bool {
        let alone = self.different.iter().filter(|(word, _)| word.len() == 1).count();
        let may_be_words = self
            .different
            .iter()
            .filter(|(_, readings)| readings[..WESTERN].contains(&Reading::Good))
            .count();
        alone + may_be_words == 0
            || foreign::has_plain_words(bytes) && may_be_words * 3 <= self.different.len()
    }

    /// The candidates for Vietnamese, those that read the file best first.
    fn ranked(&self) -> Vec<usize> {
        let mut ranked: Vec<usize> = (0..WESTERN).collect();
        ranked.sort_by_key(|at| {
            let (good, bad) = self.tally(*at);
            (bad + self.different.len()).saturating_sub(good)
        });
        ranked
    }

    /// A line that another candidate reads well and this one does not: a piece that was pasted in as it was.
    fn strange_line(&self, at: usize) -> Option<usize> {
        let lines = self.places.chunk_by(|(line, _), (next, _)| line == next);
        for words in lines {
            let count = |is_it: &dyn Fn(&[Reading]) -> bool| {
                words.iter().filter(|(_, which)| is_it(&self.different[*which].1)).count()
            };
            let good = count(&|readings| readings[at] == Reading::Good);
            for other in (0..WESTERN).filter(|other| *other != at) {
                let better =
                    count(&|readings| readings[at] == Reading::Bad && readings[other] == Reading::Good);
                if better >= 2 && better > good {
                    return words.first().map(|(line, _)| *line);
                }
            }
        }
        None
    }

    fn unsure(&self, bytes: &[u8]) -> Verdict {
        let line = self.places.first().map_or(1, |(line, _)| *line);
        let start = bytes[..self.first.start]
            .iter()
            .rposition(|byte| matches!(byte, b'\n' | b'\r'))
            .map_or(0, |at| at + 1);
        let start = if self.first.end - start < LONGEST_SHOWN / 2 { start } else { self.first.start };
        let end = bytes[start..]
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\r'))
            .map_or(bytes.len(), |at| start + at);
        let shown = &bytes[start..end.min(start + 4 * LONGEST_SHOWN)];
        // No Vietnamese reads as Western Europe's without a bad word.
        let western = (self.tally(WESTERN).1 == 0).then_some(WESTERN);
        let mut likeliest = western.into_iter().chain(self.ranked()).peekable();
        let is_any_likely = likeliest.peek().is_some_and(|at| {
            let (good, bad) = self.tally(*at);
            good > bad
        });
        let mut readings: Vec<(Legacy, String)> = Vec::new();
        for at in likeliest.filter(|at| is_any_likely && self.tally(*at).0 > 0) {
            let text = shortened(&CANDIDATES[at].decode(shown));
            let is_new = readings.iter().all(|(_, known)| *known != text);
            if readings.len() < 2 && is_new && !text.contains(tables::NOTHING) {
                readings.push((CANDIDATES[at], text));
            }
        }
        Verdict::Unsure(line, readings)
    }
}

fn readings(word: &[u8], letters: &mut Vec<char>) -> [Reading; CANDIDATES.len()] {
    if let [byte] = word
        && separates(Legacy::Windows1252.letter(*byte), false)
    {
        // A dash between two blanks is a dash: hardly any word is one of the capitals that stand there elsewhere.
        return [Reading::Neutral; CANDIDATES.len()];
    }
    CANDIDATES.map(|candidate| {
        letters.clear();
        candidate.read(word, letters);
        Reading::of(letters, candidate)
    })
}

fn is_part_of_word(byte: u8) -> bool {
    byte >= 0x80 || byte.is_ascii_alphabetic() || tables::may_be_capital(byte)
}

/// Whether a line ends with the first byte.
fn ends_line(bytes: &[u8]) -> bool {
    matches!(bytes, [b'\n', ..]) || matches!(bytes, [b'\r', rest @ ..] if rest.first() != Some(&b'\n'))
}

/// The line of the first byte that means nothing in an encoding.
fn line_of_nothing(legacy: Legacy, bytes: &[u8]) -> Option<usize> {
    let text = legacy.decode(bytes);
    let before = &text[..text.find(tables::NOTHING)?];
    Some(1 + (0..before.len()).filter(|at| ends_line(&before.as_bytes()[*at..])).count())
}

/// The beginning of a line, in words.
fn shortened(text: &str) -> String {
    let line: String = text.chars().filter(|c| !c.is_control()).collect();
    let line = line.trim();
    if line.chars().count() <= LONGEST_SHOWN {
        return line.to_owned();
    }
    let cut: String = line.chars().take(LONGEST_SHOWN - 1).collect();
    let end = cut.rfind(' ').filter(|at| *at > LONGEST_SHOWN / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches(|c: char| separates(c, true) || c.is_ascii_punctuation()))
}
