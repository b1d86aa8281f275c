use super::calendar::{FIRST_YEAR, number};
use super::{Day, Language, Month, Timestamp, Zone};
use std::fmt;
use std::ops::Range;

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Length {
    /// A calendar month.
    Month,
    /// Three of them, from January, April, July or October on.
    Quarter,
    /// Six of them, from January or July on.
    Half,
    /// A calendar year.
    Year,
}

impl Length {
    /// All of them, the shortest first.
    pub const ALL: [Length; 4] = [Length::Month, Length::Quarter, Length::Half, Length::Year];

    /// How many months it has.
    pub fn months(self) -> i8 {
        match self {
            Length::Month => 1,
            Length::Quarter => 3,
            Length::Half => 6,
            Length::Year => 12,
        }
    }
}

/// A month, a quarter, a half-year or a year: what offices exchange summaries of. They follow each other in the order in
/// which they close, those that close together from the shortest to the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    last: Month,
    length: Length,
}

impl Period {
    /// The period of this length that has this month.
    pub fn of(month: Month, length: Length) -> Self {
        let months = length.months();
        let last = (month.number() - 1) / months * months + months;
        Self { last: Month::of_year(month.year(), last), length }
    }

    /// The periods that close when this month does, the shortest first.
    pub fn closing_with(month: Month) -> impl Iterator<Item = Self> {
        Length::ALL
            .into_iter()
            .map(move |length| Self::of(month, length))
            .filter(move |period| period.last == month)
    }

    /// Reads a period as [`Display`](fmt::Display) writes it: `2026-11`, `2026-Q3`, `2026-H1`, `2026`.
    pub fn parse(written: &str) -> Option<Self> {
        if let Some(month) = Month::parse(written) {
            return Some(Self::of(month, Length::Month));
        }
        let january = |year: &str| Month::parse(&format!("{year}-01"));
        let Some((year, part)) = written.split_once('-') else {
            return Some(Self::of(january(written)?, Length::Year));
        };
        let (length, digit) = match part.split_at_checked(1)? {
            ("Q", digit) => (Length::Quarter, digit),
            ("H", digit) => (Length::Half, digit),
            _ => return None,
        };
        let which: i8 = number(digit, 1).filter(|which| (1..=12 / length.months()).contains(which))?;
        let last = Month::of_year(january(year)?.year(), which * length.months());
        Some(Self { last, length })
    }

    /// Its number among all periods, in their order.
    pub fn number(self) -> u16 {
        let months = i16::from(self.last.number()) + (self.last.year() - FIRST_YEAR) * 12;
        (months.unsigned_abs() << 2) | self.length as u16
    }

    /// The period of this [number](Self::number).
    pub fn numbered(number: u16) -> Option<Self> {
        let months = i16::try_from(number >> 2).ok()?;
        let (year, month) = ((months - 1).div_euclid(12), (months - 1).rem_euclid(12) + 1);
        let month = Month::of_year(FIRST_YEAR + year, i8::try_from(month).ok()?);
        let length = Length::ALL[usize::from(number & 3)];
        Some(Self::of(month, length)).filter(|period| period.last == month && months > 0)
    }

    /// How long it is.
    pub fn length(self) -> Length {
        self.length
    }

    /// Its months.
    pub fn months(self) -> impl Iterator<Item = Month> {
        let months = i16::from(self.length.months());
        (1 - months..=0).map(move |month| self.last.plus(month))
    }

    /// Whether this is one of its days.
    pub fn has(self, day: Day) -> bool {
        self.months().any(|month| month.has(day))
    }

    /// The one of the same length before it; `None` before the first year that is written.
    pub fn previous(self) -> Option<Self> {
        let last = self.last.plus(-i16::from(self.length.months()));
        (last.year() >= FIRST_YEAR).then_some(Self { last, ..self })
    }

    /// From its first instant to that of the next, at which it closes.
    pub fn span(self, zone: &Zone) -> Range<Timestamp> {
        let first = self.last.plus(1 - i16::from(self.length.months()));
        first.span(zone).start..self.last.span(zone).end
    }

    /// As people write it in a sentence.
    pub fn in_words(self, language: Language) -> String {
        const ROMAN: [&str; 4] = ["I", "II", "III", "IV"];
        let year = self.last.year();
        let which = usize::from((self.last.number() / self.length.months() - 1).unsigned_abs());
        match (self.length, language) {
            (Length::Month, _) => self.last.in_words(language),
            (Length::Quarter, Language::Vi) => format!("quý {}/{year}", ROMAN[which]),
            (Length::Quarter, Language::En) => {
                format!("the {} quarter of {year}", ["first", "second", "third", "fourth"][which])
            }
            (Length::Half, Language::Vi) => format!("6 tháng {} năm {year}", ["đầu", "cuối"][which]),
            (Length::Half, Language::En) => format!("the {} half of {year}", ["first", "second"][which]),
            (Length::Year, Language::Vi) => format!("năm {year}"),
            (Length::Year, Language::En) => year.to_string(),
        }
    }
}

impl Ord for Period {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.last, self.length).cmp(&(other.last, other.length))
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let which = self.last.number() / self.length.months();
        match self.length {
            Length::Month => write!(f, "{}", self.last),
            Length::Quarter => write!(f, "{:04}-Q{which}", self.last.year()),
            Length::Half => write!(f, "{:04}-H{which}", self.last.year()),
            Length::Year => write!(f, "{:04}", self.last.year()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_read_as_it_is_written_and_told_in_words() {
        let table = [
            ("2026-11", "tháng 11/2026", "November 2026", "2026-11-01", "2026-12-01"),
            ("2026-Q1", "quý I/2026", "the first quarter of 2026", "2026-01-01", "2026-04-01"),
            ("2026-Q4", "quý IV/2026", "the fourth quarter of 2026", "2026-10-01", "2027-01-01"),
            ("2026-H1", "6 tháng đầu năm 2026", "the first half of 2026", "2026-01-01", "2026-07-01"),
            ("2026-H2", "6 tháng cuối năm 2026", "the second half of 2026", "2026-07-01", "2027-01-01"),
            ("2026", "năm 2026", "2026", "2026-01-01", "2027-01-01"),
        ];
        let zone = Zone::named("Asia/Ho_Chi_Minh").expect("a zone");
        for (written, vi, en, begins, ends) in table {
            let period = Period::parse(written).expect("a period");
            assert_eq!(period.to_string(), written);
            let in_words = [Language::Vi, Language::En].map(|language| period.in_words(language));
            assert_eq!(in_words, [vi, en]);
            let span = period.span(&zone);
            let days = [span.start, span.end].map(|at| zone.rfc3339(at));
            assert_eq!(days, [begins, ends].map(|day| format!("{day}T00:00:00+07:00")));
            assert_eq!(period.months().count(), period.length().months() as usize);
            assert!(period.months().all(|month| Period::of(month, period.length()) == period));
            assert_eq!(Period::numbered(period.number()), Some(period));
        }
        for strange in
            ["", "2026-Q5", "2026-Q0", "2026-H3", "2026-q1", "2026-", "26", "2026-Q", "2026-Q11", "2026-é"]
        {
            assert_eq!(Period::parse(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_period_has_one_before_it_but_for_the_first() {
        let previous = |written: &str| -> Option<String> {
            Period::parse(written).expect("a period").previous().map(|period| period.to_string())
        };
        for (period, before) in [("2026-11", "2026-10"), ("2026-01", "2025-12"), ("2026-Q1", "2025-Q4")]
            .into_iter()
            .chain([("2026-H2", "2026-H1"), ("2026-H1", "2025-H2"), ("2026", "2025")])
        {
            assert_eq!(previous(period).as_deref(), Some(before));
        }
        for first in ["1900-01", "1900-Q1", "1900-H1", "1900"] {
            assert_eq!(previous(first), None, "{first}");
        }
    }

    #[test]
    fn periods_close_with_their_last_month() {
        let closing = |month: &str| -> Vec<String> {
            let month = Month::parse(month).expect("a month");
            Period::closing_with(month).map(|period| period.to_string()).collect()
        };
        assert_eq!(closing("2026-01"), ["2026-01"]);
        assert_eq!(closing("2026-03"), ["2026-03", "2026-Q1"]);
        assert_eq!(closing("2026-06"), ["2026-06", "2026-Q2", "2026-H1"]);
        assert_eq!(closing("2026-12"), ["2026-12", "2026-Q4", "2026-H2", "2026"]);
    }
}
