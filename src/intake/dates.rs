//! Dates as an office writes them: day before month, in any of the usual spellings, the site's zone unless
//! the text names one.
//!
//! The text is folded and then eaten from the front, piece by piece. Anything but a day, a time, a zone and the
//! few words that may stand around them, and it is no date.

use super::date_parts::{Day, Time, day, filler, named_offset, signed_offset, time};
use crate::words::{Text, Timestamp, Zone, fold};

/// Why some words are no date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Misdate {
    /// They do not have the form of one.
    Unreadable,
    /// They have the form, but there is no such day or time; says why.
    Impossible(Text),
}

/// Longer than any date anybody writes.
const LONGEST: usize = 120;

/// The instant this names, if it is a date from end to end.
pub(super) fn parse(written: &str, zone: &Zone) -> Result<Timestamp, Misdate> {
    if written.len() > LONGEST {
        return Err(Misdate::Unreadable);
    }
    let found = Found::in_text(&fold(written)).ok_or(Misdate::Unreadable)?;
    found.instant(zone).map_err(Misdate::Impossible)
}

/// A day, or an instant of it, that a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant; of a day alone, its first.
    pub at: Timestamp,
    /// The first instant of the day after, when no time is named.
    pub next_day: Option<Timestamp>,
}

/// The day or instant this names, in any spelling that a date line may have.
///
/// # Errors
/// Why it cannot be, when it has the form of one.
pub fn moment(written: &str, zone: &Zone) -> Result<Moment, Option<Text>> {
    if written.len() > LONGEST {
        return Err(None);
    }
    let found = Found::in_text(&fold(written)).ok_or(None)?;
    let at = found.instant(zone).map_err(Some)?;
    let next_day = found.time.is_none().then(|| zone.next_midnight(at));
    Ok(Moment { at, next_day })
}

/// The same for a line of running text, which may begin with a place: `An Giang, ngày 10 tháng 7 năm 2019`.
/// `None` when the line is no date line; `Err` says why its date cannot be.
pub(super) fn parse_line(line: &str, zone: &Zone) -> Option<Result<Timestamp, Text>> {
    let date = match line.split_once(',') {
        Some((place, rest))
            if rest.len() <= LONGEST && is_place(place) && fold(rest).starts_with("ngay ") =>
        {
            rest
        }
        _ => line,
    };
    match parse(date, zone) {
        Ok(at) => Some(Ok(at)),
        Err(Misdate::Impossible(why)) => Some(Err(why)),
        Err(Misdate::Unreadable) => None,
    }
}

/// What to write instead.
pub(super) fn hint() -> Text {
    Text::new(
        "Hãy viết ngày trước, tháng sau, năm đủ bốn số, ví dụ: 10/07/2019 16:27.",
        "Write day, month and a four-digit year, such as 10/07/2019 16:27 or 2019-07-10.",
    )
}

fn is_place(words: &str) -> bool {
    words.split_whitespace().count() <= 5
        && words.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '.'))
        && words.trim_start().chars().next().is_some_and(char::is_uppercase)
}

#[derive(Clone, Copy, Debug, Default)]
struct Found {
    day: Option<Day>,
    time: Option<Time>,
    minutes_east: Option<i32>,
}

impl Found {
    fn in_text(folded: &str) -> Option<Self> {
        let mut found = Self::default();
        let mut rest = folded;
        while !rest.is_empty() {
            if let Some(after) = filler(rest) {
                rest = after;
            } else if found.day.is_none()
                && let Some((day, after)) = day(rest)
            {
                found.day = Some(day);
                rest = after;
            } else if found.time.is_none()
                && let Some((time, after)) = time(rest)
            {
                found.time = Some(time);
                rest = after;
                // Only here is a dash a sign: elsewhere it stands between time and day.
                if let Some((minutes, after)) = signed_offset(rest.trim_start()) {
                    found.minutes_east = Some(minutes);
                    rest = after;
                }
            } else if found.minutes_east.is_none()
                && let Some((minutes, after)) = named_offset(rest)
            {
                found.minutes_east = Some(minutes);
                rest = after;
            } else {
                return None;
            }
        }
        found.day.map(|_| found)
    }

    fn instant(&self, zone: &Zone) -> Result<Timestamp, Text> {
        let Some(Day { year, digits, month, day }) = self.day else {
            return Err(Text::new("thiếu ngày", "there is no day"));
        };
        if digits != 4 || !(1900..=2199).contains(&year) {
            return Err(Text::new(
                format!("năm {year} không dùng được; năm phải đủ bốn số, từ 1900 đến 2199"),
                format!("the year {year} cannot be; it takes four digits, from 1900 to 2199"),
            ));
        }
        if !(1..=12).contains(&month) {
            return Err(Text::new(
                format!("không có tháng {month}; ngày viết trước, tháng viết sau"),
                format!("there is no month {month}; the day comes first, then the month"),
            ));
        }
        let last = last_day(year, month);
        if !(1..=last).contains(&day) {
            return Err(Text::new(
                format!("không có ngày {day}; tháng {month}/{year} chỉ có {last} ngày"),
                format!("there is no day {day}; month {month}/{year} has {last} days"),
            ));
        }
        let Time { hour, minute, second } = self.time.unwrap_or(Time { hour: 0, minute: 0, second: 0 });
        if hour > 23 || minute > 59 || second > 59 {
            return Err(Text::new(
                format!("không có giờ {hour:02}:{minute:02}:{second:02}"),
                format!("there is no time {hour:02}:{minute:02}:{second:02}"),
            ));
        }
        let own = match self.minutes_east {
            Some(minutes) => Some(Zone::fixed(minutes).ok_or_else(|| {
                Text::new(
                    "không có múi giờ nào cách giờ quốc tế quá 14 giờ",
                    "no time zone is more than 14 hours from UTC",
                )
            })?),
            None => None,
        };
        let small = |number: u32| i8::try_from(number).unwrap_or(i8::MAX);
        let year = i16::try_from(year).unwrap_or(i16::MAX);
        own.as_ref()
            .unwrap_or(zone)
            .at((year, small(month), small(day)), (small(hour), small(minute), small(second)))
            .ok_or_else(|| {
                Text::new("ngày này nằm ngoài lịch", "this day lies outside the calendar bantin knows")
            })
    }
}

fn last_day(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn zone() -> Zone {
        Zone::named("Asia/Ho_Chi_Minh").expect("a zone")
    }

    #[track_caller]
    fn check(written: &str, expected: &str) {
        let told = parse(written, &zone()).map(|at| zone().rfc3339(at));
        assert_eq!(told.as_deref(), Ok(expected), "{written}");
    }

    #[test]
    fn every_usual_spelling_of_a_date_is_read() {
        let afternoon = "2019-07-10T16:27:00+07:00";
        for written in [
            "10/07/2019 16:27",
            "10/7/2019 16:27",
            "10-7-2019 16:27",
            "10.07.2019 16:27",
            "10 / 07 / 2019 16:27",
            "10/07/2019 - 16:27",
            "10/07/2019 – 16:27",
            "10/07/2019, 16:27",
            "10/07/2019 | 16:27",
            "16:27 10/07/2019",
            "16:27, 10/07/2019",
            "16:27 - 10/07/2019",
            "16:27 -10/07/2019",
            "16h27 ngày 10/7/2019",
            "16h27' ngày 10/7/2019",
            "16 giờ 27 phút, ngày 10/7/2019",
            "Lúc 16 giờ 27 ngày 10 tháng 7 năm 2019",
            "Thứ Tư, 10/07/2019, 16:27 (GMT+7)",
            "Thứ tư, ngày 10/07/2019 16:27",
            "Thứ 4, 10/07/2019 16:27 GMT+0700",
            "Cập nhật: 10/07/2019 16:27",
            "Ngày đăng: 10/07/2019 16:27:00",
            "10/07/2019 04:27 CH",
            "10/07/2019 4:27:00 PM",
            "4 giờ 27 chiều ngày 10/07/2019",
            "2019-07-10T16:27:00+07:00",
            "2019-07-10T16:27+07:00",
            "2019-07-10 16:27:00 +0700",
            "2019-07-10 16:27:00 +07:00",
            "2019-07-10 16:27:00+07",
            "2019-07-10T09:27:00Z",
            "2019-07-10T09:27:00.123456Z",
            "2019-07-10 16:27",
            "2019-7-10 16:27",
            "2019/07/10 16:27:00",
            "Wed, 10 Jul 2019 16:27:00 +0700",
            "Wed, 10 Jul 2019 09:27:00 GMT",
            "Thu, 10 Jul 2019 09:27:00 UT",
            "10 July 2019 16:27",
            "July 10, 2019, 16:27",
            "10-Jul-2019 16:27",
        ] {
            check(written, afternoon);
        }
        let midnight = "2026-09-02T00:00:00+07:00";
        for written in [
            "02/09/2026",
            "2/9/2026",
            "ngày 2 tháng 9 năm 2026",
            "Ngày 02 tháng 09 năm 2026.",
            "2 tháng 9, 2026",
            "2 tháng 9/2026",
            "2026-09-02",
            "Chủ Nhật, 2-9-2026",
            "Sept 2, 2026",
            "0h ngày 2/9/2026",
        ] {
            check(written, midnight);
        }
        check("7h30 2/9/2026", "2026-09-02T07:30:00+07:00");
        check("12:05 SA 2/9/2026", "2026-09-02T00:05:00+07:00");
        check("29/02/2024", "2024-02-29T00:00:00+07:00");
    }

    #[test]
    fn a_day_that_cannot_be_is_told_from_words_that_are_no_date() {
        for written in [
            "31/02/2019",
            "32/13/2019",
            "29/02/2023",
            "0/1/2019",
            "10/07/2019 24:00",
            "10/07/2019 16:60",
            "10/07/19",
            "10/07/20199",
            "0001-01-01",
            "9999-12-31",
            "2199-13-01",
            "2019-07-10T16:27:60Z",
            "2019-07-10T16:27:00+25:00",
        ] {
            let told = parse(written, &zone());
            assert!(matches!(told, Err(Misdate::Impossible(_))), "{written}: {told:?}");
        }
        for written in [
            "",
            "16:27",
            "hôm qua",
            "2019",
            "07/2019",
            "Tuyên truyền",
            "10/07/2019 Ngô Trọng",
            "Ngày 09/7/2018 tại Hội trường",
            "10/07/2019 11/07/2019",
            "Điện thoại: 0296 3852 525",
            "1.2.3",
        ] {
            assert_eq!(parse(written, &zone()), Err(Misdate::Unreadable), "{written}");
        }
    }

    #[test]
    fn a_line_may_begin_with_a_place() {
        let told = parse_line("An Giang, ngày 10 tháng 7 năm 2019", &zone());
        assert_eq!(told.map(|at| at.map(|at| zone().day_first(at))), Some(Ok("10/07/2019 00:00".to_owned())));
        assert_eq!(parse_line("An Giang, mùa nước nổi", &zone()), None);
    }

    #[test]
    fn a_clock_that_is_changed_still_tells_one_instant() {
        let berlin = Zone::named("Europe/Berlin").expect("a zone");
        // The hour that is left out in spring, and the one that comes twice in autumn.
        let spring = parse("29/03/2026 02:30", &berlin).map(|at| at.seconds());
        let autumn = parse("25/10/2026 02:30", &berlin).map(|at| at.seconds());
        assert_eq!((spring, autumn), (Ok(1_774_747_800), Ok(1_792_888_200)));
    }

    proptest! {
        #[test]
        fn what_bantin_prints_it_reads_back(seconds in -2_208_902_400i64..7_258_032_000) {
            let at = Timestamp::from_seconds(seconds).expect("a time it knows");
            let minute = Timestamp::from_seconds(seconds - seconds.rem_euclid(60)).expect("a time it knows");
            let utc = Zone::fixed(7 * 60).expect("a zone");
            prop_assert_eq!(parse(&utc.rfc3339(at), &zone()), Ok(at));
            prop_assert_eq!(parse(&utc.rfc822(at), &zone()), Ok(at));
            prop_assert_eq!(parse(&utc.day_first(at), &utc), Ok(minute));
            prop_assert_eq!(parse(&utc.month_named(at), &utc), Ok(minute));
        }

        #[test]
        fn no_text_breaks_the_reading_of_dates(text in "\\PC{0,60}") {
            let _ = parse(&text, &zone());
            let _ = parse_line(&text, &zone());
        }

        #[test]
        fn nothing_made_of_the_parts_of_dates_breaks_it(
            parts in proptest::collection::vec(
                prop_oneof!["[0-9]{1,5}", Just("/".to_owned()), Just("-".to_owned()), Just(":".to_owned()),
                    Just(" ".to_owned()), Just("h".to_owned()), Just(" tháng ".to_owned()), Just("T".to_owned()),
                    Just("+".to_owned()), Just("Z".to_owned()), Just("gmt".to_owned()), Just("Jul".to_owned())],
                0..12)
        ) {
            let _ = parse_line(&parts.concat(), &zone());
        }
    }
}
