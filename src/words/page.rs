use super::{FeedName, Period, Slug};
use std::fmt;

/// What has a page of its own and stands in feeds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Page {
    /// An article, by its name in its address.
    Article(Slug),
    /// What a period contained.
    RoundUp(RoundUp),
}

/// The round-up of a period: of everything, or of one feed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoundUp {
    /// The category or defined feed that it sums up; everything without one.
    pub of: Option<Slug>,
    /// The period.
    pub period: Period,
}

impl RoundUp {
    /// The feed that brings it.
    pub fn feed(&self) -> FeedName {
        FeedName::RoundUps(self.of.clone())
    }

    /// The feed that it sums up.
    pub fn summed_up(&self) -> FeedName {
        self.of.clone().map_or(FeedName::All, FeedName::Plain)
    }

    /// Reads one as [`Display`](fmt::Display) writes it.
    pub fn parse(written: &str) -> Option<Self> {
        match written.split_once('/') {
            Some((of, period)) => Some(Self { of: Some(Slug::parse(of)?), period: Period::parse(period)? }),
            None => Some(Self { of: None, period: Period::parse(written)? }),
        }
    }
}

/// As it stands in addresses: `2026-Q3`, `mua-vu/2026-Q3`.
impl fmt::Display for RoundUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.of {
            Some(of) => write!(f, "{of}/{}", self.period),
            None => write!(f, "{}", self.period),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_up_is_read_as_it_is_written() {
        let slug = |text| Slug::parse(text).expect("a slug");
        for (written, of, feed) in [
            ("2026-Q3", None, "round-ups"),
            ("2026", None, "round-ups"),
            ("mua-vu/2026-11", Some(slug("mua-vu")), "round-ups/mua-vu"),
        ] {
            let round_up = RoundUp::parse(written).expect("a round-up");
            assert_eq!((round_up.to_string().as_str(), &round_up.of), (written, &of));
            assert_eq!(round_up.feed().to_string(), feed);
            assert_eq!(round_up.summed_up(), of.map_or(FeedName::All, FeedName::Plain));
        }
        for strange in ["", "2026-Q5", "/2026", "Mùa vụ/2026", "a/b/2026", "mua-vu/", "mua-vu"] {
            assert_eq!(RoundUp::parse(strange), None, "{strange}");
        }
    }
}
