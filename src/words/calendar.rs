use super::{Language, Timestamp, Zone};
use std::fmt;
use std::ops::Range;

/// A day, in whichever zone it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: i16,
    month: i8,
    day: i8,
}

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

/// Of earlier ones nobody writes.
pub(super) const FIRST_YEAR: i16 = 1900;

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Day {
    /// The day that this instant belongs to.
    pub fn of(at: Timestamp, zone: &Zone) -> Self {
        let (year, month, day) = zone.date(at);
        Self { year, month, day }
    }

    /// Reads a day as [`Display`](fmt::Display) writes it, that there is.
    pub fn parse(written: &str) -> Option<Self> {
        let (month, day) = written.rsplit_once('-')?;
        let Month { year, month } = Month::parse(month)?;
        let day = Self { year, month, day: number(day, 2)? };
        day.begins(&Zone::fixed(0)?).is_some().then_some(day)
    }

    /// Whether that is the day after it.
    pub fn is_followed_by(self, other: Self) -> bool {
        self.since_1970().zip(other.since_1970()).is_some_and(|(day, next)| next == day + 1)
    }

    /// How many days after the first of 1970 it is.
    fn since_1970(self) -> Option<i64> {
        self.begins(&Zone::fixed(0)?).map(|begins| begins.seconds() / 86_400)
    }

    /// So many days before it.
    #[must_use]
    pub fn minus(self, days: usize) -> Self {
        let utc = Zone::fixed(0).expect("there is UTC");
        let earlier = |begins: Timestamp| Self::of(begins.plus_seconds(-86_400 * days as i64), &utc);
        self.begins(&utc).map_or(self, earlier)
    }

    /// Whether a week begins with it (ISO 8601).
    pub fn is_monday(self) -> bool {
        // The first of 1970 was a Thursday.
        self.since_1970().is_some_and(|days| (days + 3).rem_euclid(7) == 0)
    }

    /// Its first instant.
    pub fn begins(self, zone: &Zone) -> Option<Timestamp> {
        zone.at((self.year, self.month, self.day), (0, 0, 0))
    }

    /// The month it belongs to.
    pub fn month(self) -> Month {
        Month { year: self.year, month: self.month }
    }

    /// As people write it where the year is known.
    pub fn in_short(self, language: Language) -> String {
        let Self { month, day, .. } = self;
        match language {
            Language::Vi => format!("{day:02}/{month:02}"),
            Language::En => format!("{day} {}", &name(month)[..3]),
        }
    }

    /// As people write it.
    pub fn in_words(self, language: Language) -> String {
        let Self { year, month, day } = self;
        match language {
            Language::Vi => format!("{day:02}/{month:02}/{year}"),
            Language::En => format!("{day} {} {year}", name(month)),
        }
    }
}

impl Month {
    /// Reads a month as `2026-11`.
    pub fn parse(written: &str) -> Option<Self> {
        let (year, month) = written.split_once('-')?;
        let (year, month): (i16, i8) = (number(year, 4)?, number(month, 2)?);
        let is_sound = (FIRST_YEAR..=2199).contains(&year) && (1..=12).contains(&month);
        is_sound.then_some(Self { year, month })
    }

    /// The month that this instant belongs to.
    pub fn of(at: Timestamp, zone: &Zone) -> Self {
        let Day { year, month, .. } = Day::of(at, zone);
        Self { year, month }
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// The one before it.
    #[must_use]
    pub fn previous(self) -> Self {
        self.plus(-1)
    }

    /// So many months later, or earlier.
    pub(super) fn plus(self, months: i16) -> Self {
        let number = self.year * 12 + i16::from(self.month) - 1 + months;
        let month = i8::try_from(number.rem_euclid(12)).expect("a year has twelve months") + 1;
        Self { year: number.div_euclid(12), month }
    }

    /// Its year.
    pub(super) fn year(self) -> i16 {
        self.year
    }

    /// Which of its year's, from 1.
    pub(super) fn number(self) -> i8 {
        self.month
    }

    /// This month of a year.
    pub(super) fn of_year(year: i16, number: i8) -> Self {
        Self { year, month: number }
    }

    /// Whether this is one of its days.
    pub fn has(self, day: Day) -> bool {
        (self.year, self.month) == (day.year, day.month)
    }

    /// Its days.
    pub fn days(self) -> impl Iterator<Item = Day> {
        let zone = Zone::fixed(0).expect("there is UTC");
        let days = (1..=31).map(move |day| Day { year: self.year, month: self.month, day });
        days.filter(move |day| day.begins(&zone).is_some())
    }

    /// From its first instant to that of the next.
    pub fn span(self, zone: &Zone) -> Range<Timestamp> {
        // East of UTC the first begins before all instants there are, and west of it the last ends after them.
        let beyond = |year| Timestamp::nearest(if year == FIRST_YEAR { i64::MIN } else { i64::MAX });
        let begins = |year, month| zone.at((year, month, 1), (0, 0, 0)).unwrap_or_else(|| beyond(year));
        let next = if self.month == 12 { (self.year + 1, 1) } else { (self.year, self.month + 1) };
        begins(self.year, self.month)..begins(next.0, next.1)
    }

    /// As people write it below a chart.
    pub fn in_short(self, language: Language) -> String {
        match language {
            Language::Vi => format!("T{}", self.month),
            Language::En => name(self.month)[..3].to_owned(),
        }
    }

    /// As people write it in a sentence.
    pub fn in_words(self, language: Language) -> String {
        match language {
            Language::Vi => format!("tháng {}/{}", self.month, self.year),
            Language::En => format!("{} {}", name(self.month), self.year),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

fn name(month: i8) -> &'static str {
    let index = usize::try_from(month - 1).expect("months are counted from 1");
    ENGLISH[index]
}

/// A number of exactly so many digits.
pub(super) fn number<T: std::str::FromStr>(digits: &str, count: usize) -> Option<T> {
    let is_plain = digits.len() == count && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_a_year_and_two_digits() {
        for (written, vi, en) in
            [("2026-11", "tháng 11/2026", "November 2026"), ("1999-02", "tháng 2/1999", "February 1999")]
        {
            let month = Month::parse(written).expect("a month");
            assert_eq!(month.to_string(), written);
            assert_eq!(
                (month.in_words(Language::Vi).as_str(), month.in_words(Language::En).as_str()),
                (vi, en)
            );
        }
        for strange in
            ["", "2026", "2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "+026-11", "3026-11"]
        {
            assert_eq!(Month::parse(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_month_has_its_own_days_in_the_zone_of_the_site() {
        let zone = Zone::named("Asia/Ho_Chi_Minh").expect("a zone");
        let check = |month: &str, count: usize, begins: &str, ends: &str| {
            let month = Month::parse(month).expect("a month");
            assert_eq!(month.days().count(), count, "{month}");
            let span = month.span(&zone);
            assert_eq!(
                (zone.rfc3339(span.start), zone.rfc3339(span.end)),
                (begins.to_owned(), ends.to_owned())
            );
            assert!(month.days().all(|day| day.begins(&zone).is_some_and(|at| Day::of(at, &zone) == day)));
            assert_eq!(Month::of(span.start, &zone), month);
            assert!(Month::of(span.start.plus_seconds(-1), &zone) < month);
        };
        check("2026-11", 30, "2026-11-01T00:00:00+07:00", "2026-12-01T00:00:00+07:00");
        check("2026-12", 31, "2026-12-01T00:00:00+07:00", "2027-01-01T00:00:00+07:00");
        check("2028-02", 29, "2028-02-01T00:00:00+07:00", "2028-03-01T00:00:00+07:00");
        let [first, last] =
            ["1900-01", "2199-12"].map(|month| Month::parse(month).expect("a month").span(&zone));
        assert!(first.start < first.end && last.start < last.end);
    }

    #[test]
    fn a_day_is_read_as_it_is_written() {
        let day = Day::parse("2026-11-05").expect("a day");
        assert_eq!(day.to_string(), "2026-11-05");
        let follows = |day: &str, next: &str| {
            let [day, next] = [day, next].map(|day| Day::parse(day).expect("a day"));
            day.is_followed_by(next)
        };
        assert!(follows("2026-11-05", "2026-11-06") && follows("2026-12-31", "2027-01-01"));
        assert!(!follows("2026-11-05", "2026-11-05") && !follows("2026-11-05", "2026-12-06"));
        for (days, before) in [
            (0, "2026-11-05"),
            (5, "2026-10-31"),
            (400, "2025-10-01"),
            (20_762, "1970-01-01"),
            (20_763, "1969-12-31"),
        ] {
            assert_eq!(day.minus(days).to_string(), before);
        }
        assert_eq!(day.in_words(Language::Vi), "05/11/2026");
        assert_eq!(day.in_words(Language::En), "5 November 2026");
        let in_short = |language| (day.in_short(language), day.month().in_short(language));
        assert_eq!(in_short(Language::Vi), ("05/11".to_owned(), "T11".to_owned()));
        assert_eq!(in_short(Language::En), ("5 Nov".to_owned(), "Nov".to_owned()));
        let mondays = Month::parse("2026-11").expect("a month").days().filter(|day| day.is_monday());
        let mondays: Vec<String> = mondays.map(|day| day.to_string()).collect();
        assert_eq!(mondays, ["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30"]);
        for strange in ["2026-11-31", "2026-11", "2026-11-5", "2026-11-00", "x"] {
            assert_eq!(Day::parse(strange), None, "{strange}");
        }
    }
}
