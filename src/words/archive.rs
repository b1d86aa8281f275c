use super::{Month, Timestamp};
use std::fmt;

/// Which document of a feed's archive (RFC 5005, section 4), as it is called in addresses: `2026-10`, `2026-10-2`,
/// `2026-11-upto-1763000000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArchiveName {
    /// The month whose entries it has.
    pub month: Month,
    /// While that month is open: up to which moment.
    pub upto: Option<Timestamp>,
    /// Which part of them, from 1.
    pub part: u32,
}

/// The highest number a part can have: a million articles in a month make two thousand.
const MOST_PARTS: u32 = 99_999;

impl ArchiveName {
    /// The first part of a month that is over.
    pub fn of(month: Month) -> Self {
        Self { month, upto: None, part: 1 }
    }

    /// Another part of the same.
    #[must_use]
    pub fn part(self, part: u32) -> Self {
        Self { part, ..self }
    }

    /// Reads one as [`Display`](fmt::Display) writes it.
    pub fn parse(written: &str) -> Option<Self> {
        let (month, rest) = written.split_at_checked(7)?;
        let month = Month::parse(month)?;
        let (upto, rest) = match rest.strip_prefix("-upto-") {
            None => (None, rest),
            Some(rest) => {
                let end = rest.find('-').unwrap_or(rest.len());
                (Some(Timestamp::from_seconds(plain(&rest[..end])?)?), &rest[end..])
            }
        };
        let part = match rest {
            "" => 1,
            rest => {
                plain(rest.strip_prefix('-')?).filter(|part| (2..=i64::from(MOST_PARTS)).contains(part))?
            }
        };
        Some(Self { month, upto, part: u32::try_from(part).ok()? })
    }
}

/// A number written in the one way there is.
fn plain(digits: &str) -> Option<i64> {
    let number: i64 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

impl fmt::Display for ArchiveName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.month)?;
        if let Some(upto) = self.upto {
            write!(f, "-upto-{}", upto.seconds())?;
        }
        if self.part > 1 { write!(f, "-{}", self.part) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written_and_in_no_other_way() {
        for written in ["2026-10", "2026-10-2", "2026-11-upto-1763000000", "2026-11-upto-1763000000-12"] {
            let name = ArchiveName::parse(written).expect("a name");
            assert_eq!(name.to_string(), written);
        }
        for strange in [
            "",
            "2026",
            "2026-13",
            "2026-10-1",
            "2026-10-0",
            "2026-10-02",
            "2026-10-",
            "2026-11-upto-",
            "2026-11-upto-01",
            "2026-11-upto-1763000000-1",
            "2026-10-100000",
            "2026-10x",
            "2026-1é-2",
        ] {
            assert_eq!(ArchiveName::parse(strange), None, "{strange}");
        }
    }
}
