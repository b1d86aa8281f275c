//! The pieces dates are made of, each read from the front of a folded text: the piece, and what follows it.

#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    pub year: u32,
    /// How many digits the year was written with.
    pub digits: usize,
    pub month: u32,
    pub day: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Time {
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
}

/// A number of at most `most` digits, how many it has, and what follows.
fn number(text: &str, most: usize) -> Option<(u32, usize, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > most {
        return None;
    }
    Some((text[..digits].parse().ok()?, digits, &text[digits..]))
}

pub(super) fn day(text: &str) -> Option<(Day, &str)> {
    year_first(text).or_else(|| day_first(text)).or_else(|| month_first(text))
}

/// `2019-07-10`, and a `t` before the time that follows.
fn year_first(text: &str) -> Option<(Day, &str)> {
    let (year, digits, rest) = number(text, 4).filter(|(_, digits, _)| *digits == 4)?;
    let separator = rest.chars().next().filter(|c| matches!(c, '-' | '/' | '.'))?;
    let (month, _, rest) = number(&rest[1..], 2)?;
    let (day, _, rest) = number(rest.strip_prefix(separator)?, 2)?;
    let rest = match rest.strip_prefix('t') {
        Some(time) if time.starts_with(|c: char| c.is_ascii_digit()) => time,
        _ => rest,
    };
    Some((Day { year, digits, month, day }, rest))
}

/// `10/07/2019`, `10 - 7 - 2019`, `10 thang 7 nam 2019`, `10 jul 2019`.
fn day_first(text: &str) -> Option<(Day, &str)> {
    let (day, _, rest) = number(text, 2)?;
    let after_blank = rest.trim_start();
    let (month, rest) = if let Some(named) = after_blank.strip_prefix("thang ") {
        let (month, _, rest) = number(named.trim_start(), 2)?;
        let rest = rest.trim_start_matches([' ', ',', '/', '-']);
        (month, rest.strip_prefix("nam ").unwrap_or(rest))
    } else if after_blank.starts_with(['/', '-', '.']) && !month_is_named(&after_blank[1..]) {
        let (month, _, rest) = number(after_blank[1..].trim_start(), 2)?;
        let rest = rest.trim_start();
        (month, rest.strip_prefix(['/', '-', '.'])?)
    } else {
        let ordinal =
            ["st", "nd", "rd", "th"].into_iter().find_map(|end| rest.strip_prefix(end)).unwrap_or(rest);
        let (month, rest) = month_name(ordinal.trim_start_matches([' ', '-', '.', ',']))?;
        (month, rest.trim_start_matches(['-', ',', '.']))
    };
    let (year, digits, rest) = number(rest.trim_start(), 6)?;
    // `1.2.3` is a number of something, `10/7/19` a date written short.
    (digits >= 2).then_some((Day { year, digits, month, day }, rest))
}

/// `september 2, 2026`.
fn month_first(text: &str) -> Option<(Day, &str)> {
    let (month, rest) = month_name(text)?;
    let (day, _, rest) = number(rest.trim_start_matches([' ', '.', '-']), 2)?;
    let rest = ["st", "nd", "rd", "th"].into_iter().find_map(|end| rest.strip_prefix(end)).unwrap_or(rest);
    let (year, digits, rest) = number(rest.trim_start_matches([' ', ',', '-']), 6)?;
    Some((Day { year, digits, month, day }, rest))
}

fn month_is_named(text: &str) -> bool {
    month_name(text.trim_start()).is_some()
}

fn month_name(text: &str) -> Option<(u32, &str)> {
    const MONTHS: [(&str, &str); 12] = [
        ("jan", "uary"),
        ("feb", "ruary"),
        ("mar", "ch"),
        ("apr", "il"),
        ("may", ""),
        ("jun", "e"),
        ("jul", "y"),
        ("aug", "ust"),
        ("sep", "tember"),
        ("oct", "ober"),
        ("nov", "ember"),
        ("dec", "ember"),
    ];
    let (month, rest) = (1..).zip(MONTHS).find_map(|(month, (short, tail))| {
        let rest = text.strip_prefix(short)?;
        Some((month, rest.strip_prefix(tail).or_else(|| rest.strip_prefix('t')).unwrap_or(rest)))
    })?;
    ends_here(rest).then_some((month, rest))
}

/// `16:27`, `16:27:05.5`, `16h27`, `16 gio 27 phut`, `4:27 chieu`.
pub(super) fn time(text: &str) -> Option<(Time, &str)> {
    let (hour, _, rest) = number(text, 2)?;
    let (minute, second, rest) = if let Some(rest) = rest.strip_prefix(':') {
        let (minute, _, rest) = number(rest, 2).filter(|(_, digits, _)| *digits == 2)?;
        match rest.strip_prefix(':').and_then(|rest| number(rest, 2)) {
            Some((second, _, rest)) => (minute, second, without_fraction(rest)),
            None => (minute, 0, rest),
        }
    } else {
        let rest = rest.trim_start();
        let rest = ["gio", "h", "g"].into_iter().find_map(|unit| rest.strip_prefix(unit))?;
        match number(rest.trim_start_matches([' ', ':']), 2) {
            // In `16h 10/7/2019` the number after the hour is the day already.
            Some((minute, _, after))
                if !after.starts_with(['/', '-', '.']) && !after.starts_with(" thang") =>
            {
                let after_blank = after.trim_start();
                let unit = ["phut", "p", "'"].into_iter().find_map(|unit| after_blank.strip_prefix(unit));
                (minute, 0, unit.unwrap_or(after))
            }
            _ => (0, 0, rest),
        }
    };
    let (hour, rest) = half_of_day(hour, rest.trim_start());
    Some((Time { hour, minute, second }, rest))
}

fn without_fraction(rest: &str) -> &str {
    match rest.strip_prefix(['.', ',']) {
        Some(digits) if digits.starts_with(|c: char| c.is_ascii_digit()) => {
            digits.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        _ => rest,
    }
}

/// Windows in Vietnamese writes SA and CH for AM and PM; people write the words.
fn half_of_day(hour: u32, rest: &str) -> (u32, &str) {
    let is = |words: &[&str]| {
        words.iter().find_map(|word| rest.strip_prefix(word).filter(|after| ends_here(after)))
    };
    if let Some(after) = is(&["am", "sa", "sang", "a.m."]) {
        (if hour == 12 { 0 } else { hour }, after)
    } else if let Some(after) = is(&["pm", "ch", "chieu", "toi", "p.m."]) {
        (if hour < 12 { hour + 12 } else { hour }, after)
    } else if let Some(after) = is(&["trua"]) {
        (if hour < 4 { hour + 12 } else { hour }, after)
    } else {
        (hour, rest)
    }
}

/// `+0700`, `+07:00`, `-05`.
pub(super) fn signed_offset(text: &str) -> Option<(i32, &str)> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    let digits = text.trim_start_matches(['+', '-', '\u{2212}']);
    let (whole, count, rest) = number(digits, 4)?;
    let (hours, minutes, rest) = match count {
        4 => (whole / 100, whole % 100, rest),
        1 | 2 => match rest.strip_prefix(':').and_then(|rest| number(rest, 2)) {
            Some((minutes, 2, rest)) => (whole, minutes, rest),
            _ => (whole, 0, rest),
        },
        _ => return None,
    };
    if rest.starts_with(['/', '-', '.', ':']) || rest.trim_start().starts_with("thang") || minutes > 59 {
        return None;
    }
    Some((sign * i32::try_from(hours * 60 + minutes).ok()?, rest))
}

/// `z`, `utc`, `gmt+7`, and the names RFC 822 knows.
pub(super) fn named_offset(text: &str) -> Option<(i32, &str)> {
    const NAMES: [(&str, i32); 13] = [
        ("gmt", 0),
        ("utc", 0),
        ("ict", 7),
        ("est", -5),
        ("edt", -4),
        ("cst", -6),
        ("cdt", -5),
        ("mst", -7),
        ("mdt", -6),
        ("pst", -8),
        ("pdt", -7),
        ("ut", 0),
        ("z", 0),
    ];
    if let Some(found) = text.strip_prefix('+').and_then(|_| signed_offset(text)) {
        return Some(found);
    }
    let (hours, rest) =
        NAMES.into_iter().find_map(|(name, hours)| Some((hours, text.strip_prefix(name)?)))?;
    if hours == 0
        && let Some(found) = signed_offset(rest.trim_start())
    {
        return Some(found);
    }
    ends_here(rest).then_some((hours * 60, rest))
}

/// What may stand around a date without meaning anything here.
pub(super) fn filler(text: &str) -> Option<&str> {
    const WORDS: [&str; 58] = [
        "thu hai",
        "thu ba",
        "thu tu",
        "thu nam",
        "thu sau",
        "thu bay",
        "thu 2",
        "thu 3",
        "thu 4",
        "thu 5",
        "thu 6",
        "thu 7",
        "chu nhat",
        "cn",
        "t2",
        "t3",
        "t4",
        "t5",
        "t6",
        "t7",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mon",
        "tues",
        "tue",
        "wed",
        "thurs",
        "thur",
        "thu",
        "fri",
        "sat",
        "sun",
        "ngay",
        "dang",
        "luc",
        "vao",
        "hoi",
        "cap nhat",
        "xuat ban",
        "thoi gian",
        "gui",
        "date",
        "posted",
        "published",
        "updated",
        "on",
        "at",
        "mung",
        "ra",
        "sang",
        "chieu",
        "toi",
        "trua",
    ];
    let mut letters = text.chars();
    let first = letters.next()?;
    if " ,-\u{2013}\u{2014}|()[].;:/\u{B7}\u{2022}*_>".contains(first) {
        return Some(letters.as_str());
    }
    WORDS.iter().find_map(|word| text.strip_prefix(word).filter(|rest| ends_here(rest)))
}

fn ends_here(rest: &str) -> bool {
    !rest.chars().next().is_some_and(char::is_alphanumeric)
}
