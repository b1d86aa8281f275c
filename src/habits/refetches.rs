//! Who fetches again and again, without saying so, what has not changed.

use super::caller::Line;
use crate::words::{Fingerprint, Format, Timestamp};
use std::collections::HashMap;

/// For how many seconds fetches of one version are counted.
pub const HOUR: i64 = 3_600;
/// How many lines are counted at once. Of more, those who come once are not.
pub const MOST_LINES: usize = 1_024;
/// How many seconds there are at least between two looks at all of them.
const PAUSE: i64 = 1;

/// How often whom was given what of which feed.
#[derive(Debug, Default)]
pub struct Refetches {
    lines: HashMap<u64, Given>,
    cleared: i64,
}

/// What was given to one client of one feed.
#[derive(Debug)]
struct Given {
    version: Fingerprint,
    /// Since when it is counted.
    since: i64,
    times: u32,
    /// In which formats.
    formats: [bool; Format::ALL.len()],
}

/// What a fetch comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetch {
    /// It is the first of this document in an hour, as far as is known.
    First,
    /// This version was given before.
    Again,
    /// It was given so often that it is not given again for so many seconds.
    TooOften(i64),
}

impl Refetches {
    /// Counts a fetch without a condition of a feed in this version. More than `most` within an hour are too many.
    pub fn count(
        &mut self,
        line: Line,
        version: Fingerprint,
        format: Format,
        most: u32,
        now: Timestamp,
    ) -> Fetch {
        let now = now.seconds();
        if self.lines.len() >= MOST_LINES && !self.lines.contains_key(&line.spread()) {
            self.clear(now);
            if self.lines.len() >= MOST_LINES {
                return Fetch::First;
            }
        }
        let given = self.lines.entry(line.spread()).or_insert_with(|| Given::new(version, now));
        // A clock that was set back must not shut anybody out.
        if given.version != version || !(given.since..given.since + HOUR).contains(&now) {
            *given = Given::new(version, now);
        }
        let was_given = std::mem::replace(&mut given.formats[format as usize], true);
        if was_given && given.times >= most {
            return Fetch::TooOften(given.since + HOUR - now);
        }
        given.times = given.times.saturating_add(1);
        if was_given { Fetch::Again } else { Fetch::First }
    }

    /// Forgets whose hour is over; and, when that makes no room, those who came once.
    fn clear(&mut self, now: i64) {
        if (self.cleared..self.cleared + PAUSE).contains(&now) {
            return;
        }
        self.cleared = now;
        self.lines.retain(|_, given| (given.since..given.since + HOUR).contains(&now));
        if self.lines.len() >= MOST_LINES {
            self.lines.retain(|_, given| given.times > 1);
        }
    }
}

impl Given {
    fn new(version: Fingerprint, since: i64) -> Self {
        Self { version, since, times: 0, formats: Default::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Fetch::{Again, First, TooOften};
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::nearest(1_800_000_000 + seconds)
    }

    fn version(number: u8) -> Fingerprint {
        Fingerprint::from_bytes([number; 16])
    }

    #[test]
    fn what_has_not_changed_is_given_so_often_in_an_hour() {
        let mut refetches = Refetches::default();
        let (rss, atom) = (Format::Rss, Format::Atom);
        for (second, number, format, expected) in [
            (0, 1, rss, First),
            (10, 1, rss, Again),
            (20, 1, rss, Again),
            (30, 1, rss, TooOften(3_570)),
            // Another document of the same version is given for the first time.
            (40, 1, atom, First),
            (50, 1, atom, TooOften(3_550)),
            // News is never held back.
            (60, 2, rss, First),
            (70, 2, rss, Again),
            (80, 2, rss, Again),
            (3_659, 2, rss, TooOften(1)),
            (3_660, 2, rss, First),
            (3_661, 2, rss, Again),
            (3_662, 2, rss, Again),
            (3_663, 2, rss, TooOften(3_597)),
            // The clock was wrong.
            (0, 2, rss, First),
        ] {
            let fetch = refetches.count(Line(7), version(number), format, 3, at(second));
            assert_eq!(fetch, expected, "{second} s");
        }
        assert_eq!(refetches.count(Line(8), version(2), rss, 3, at(1)), First);
    }

    #[test]
    fn only_so_many_are_counted_and_who_comes_again_stays() {
        let mut refetches = Refetches::default();
        let mut count =
            |line: u64, second| refetches.count(Line(line), version(1), Format::Rss, 2, at(second));
        assert_eq!([count(0, 0), count(0, 0), count(0, 0)], [First, Again, TooOften(HOUR)]);
        for stranger in 1..3 * MOST_LINES as u64 {
            assert_eq!(count(stranger, 1), First);
        }
        assert_eq!(count(0, 2), TooOften(HOUR - 2));
        for stranger in 1..3 * MOST_LINES as u64 {
            assert_eq!(count(stranger + 10_000, 3), First);
        }
        assert_eq!(count(0, 4), TooOften(HOUR - 4));
        assert!(refetches.lines.len() <= MOST_LINES);
    }

    proptest! {
        /// Whoever asks for what, whenever: no more than so many are counted, and nobody is refused what he was not given in
        /// this version within an hour.
        #[test]
        fn nobody_is_refused_what_he_was_not_given(
            fetches in proptest::collection::vec((0..40_u64, 0..3_u8, 0..3_usize, -50..200_i64), 1..400),
            most in 1..5_u32,
        ) {
            let mut refetches = Refetches::default();
            let mut given = std::collections::HashMap::new();
            let mut second = 0;
            for (line, number, format, passes) in fetches {
                second += passes;
                let fetch = refetches.count(Line(line), version(number), Format::ALL[format], most, at(second));
                let before = given.get(&(line, number, format)).copied();
                match fetch {
                    TooOften(seconds) => {
                        prop_assert!((1..=HOUR).contains(&seconds));
                        prop_assert!(before.is_some_and(|before: i64| (second - before).abs() <= HOUR));
                    }
                    First | Again => {
                        given.insert((line, number, format), second);
                    }
                }
            }
        }
    }
}
