use super::Text;
use std::time::Duration;

const UNITS: [(&str, u64, &str, &str); 4] = [
    ("d", 86_400, "ngày", "day"),
    ("h", 3600, "giờ", "hour"),
    ("m", 60, "phút", "minute"),
    ("s", 1, "giây", "second"),
];

/// A length of time as settings write it: `6h`, `90m`, `1h 30m`, `2d`. `None` when it is none.
pub fn parse_span(written: &str) -> Option<Duration> {
    let mut seconds: u64 = 0;
    let mut rest = written.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let (unit, length, ..) = UNITS.iter().find(|(unit, ..)| rest.starts_with(unit))?;
        seconds = seconds.checked_add(number.checked_mul(*length)?)?;
        rest = &rest[unit.len()..];
        // `6hours` is a guess away from `6h`, and told of like any other.
        if rest.starts_with(char::is_alphabetic) {
            return None;
        }
        rest = rest.trim_start();
    }
    Some(Duration::from_secs(seconds))
}

/// A length of time for people, in its two greatest units: `1 day 2 hours`.
pub fn span_in_words(span: Duration) -> Text {
    let mut left = span.as_secs();
    let (mut vi, mut en) = (Vec::new(), Vec::new());
    for (_, length, in_vi, in_en) in UNITS {
        let count = left / length;
        left %= length;
        if count > 0 && vi.len() < 2 {
            vi.push(format!("{count} {in_vi}"));
            en.push(format!("{count} {in_en}{}", if count == 1 { "" } else { "s" }));
        } else if !vi.is_empty() {
            break;
        }
    }
    match vi.is_empty() {
        true => Text::new("0 giây", "0 seconds"),
        false => Text::new(vi.join(" "), en.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_read_as_people_write_it() {
        let table = [
            ("6h", Some(21_600)),
            (" 90m ", Some(5400)),
            ("1h30m", Some(5400)),
            ("2d 12h", Some(216_000)),
            ("45 s", Some(45)),
            ("0s", Some(0)),
            ("", None),
            ("6", None),
            ("h", None),
            ("-6h", None),
            ("6hours", None),
            ("1.5h", None),
            ("99999999999999999999d", None),
            ("999999999999999999d", None),
        ];
        for (written, seconds) in table {
            assert_eq!(parse_span(written), seconds.map(Duration::from_secs), "{written}");
        }
    }

    #[test]
    fn a_length_of_time_is_told_in_its_greatest_units() {
        let table = [
            (0, "0 giây", "0 seconds"),
            (1, "1 giây", "1 second"),
            (86_400, "1 ngày", "1 day"),
            (93_599, "1 ngày 1 giờ", "1 day 1 hour"),
            (7260, "2 giờ 1 phút", "2 hours 1 minute"),
            (86_405, "1 ngày", "1 day"),
        ];
        for (seconds, vi, en) in table {
            assert_eq!(span_in_words(Duration::from_secs(seconds)), Text::new(vi, en));
        }
    }
}
