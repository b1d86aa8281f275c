//! What a partner was sent in a month: for a letter (Markdown), for a spreadsheet (CSV), and as data (JSON).

mod csv;
mod json;
mod markdown;
mod phrases;

pub use csv::csv;
pub use json::json;
pub use markdown::markdown;

use crate::words::{Day, FeedName, LastFetch, Partner, Period, Site, Timestamp};

/// What a partner was sent in a month, and what became of it since.
#[derive(Clone, Debug, PartialEq)]
pub struct PartnerReport<'a> {
    /// The site it was sent by.
    pub site: &'a Site,
    /// The agreement.
    pub partner: &'a Partner,
    /// Its feed.
    pub feed: FeedName,
    /// The month, or a longer time.
    pub period: Period,
    /// When this was so.
    pub as_of: Timestamp,
    /// When they were here last.
    pub last: Option<LastFetch>,
    /// The articles that they were sent for the first time in that time, in that order.
    pub delivered: Vec<Delivered>,
    /// Those that were corrected in that time after they had been sent, in that order.
    pub corrected: Vec<Corrected>,
    /// Those that were withdrawn in that time after they had been sent, in that order.
    pub withdrawn: Vec<Withdrawn>,
    /// How often they asked in that time.
    pub fetches: u64,
    /// How often nothing had changed.
    pub unchanged: u64,
    /// How many days of that time count: those of the agreement that have passed.
    pub days: usize,
    /// On which of them they did not ask.
    pub silent: Vec<Day>,
}

/// An article, as a report names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its title.
    pub title: String,
    /// Its permalink.
    pub address: String,
    /// When it was published.
    pub published: Timestamp,
}

/// That something was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// When it was first.
    pub at: Timestamp,
    /// When they first said that they have it.
    pub confirmed: Option<Timestamp>,
}

/// An article that they were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Which.
    pub article: Named,
    /// In which revisions up to now, as far as their numbers are known; the first one first.
    pub revisions: Vec<(Option<u32>, Sent)>,
}

/// An article that was corrected after they had been sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// Which.
    pub article: Named,
    /// When.
    pub at: Timestamp,
    /// Whether they have the correction.
    pub outcome: Correction,
}

/// Whether a partner has a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// It was sent.
    Sent(Sent),
    /// They have not asked since.
    NotFetched,
    /// It was no longer in the feed when they asked.
    NotInFeed,
    /// The article was withdrawn before they asked.
    Withdrawn,
}

/// An article that was withdrawn after they had been sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// Which.
    pub article: Named,
    /// When.
    pub at: Timestamp,
    /// Why, when its file said so.
    pub reason: Option<String>,
    /// Whether they still hold it.
    pub outcome: Recall,
}

/// Whether a partner still holds an article that was withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recall {
    /// They were sent a document that says so.
    Told(Sent),
    /// They have asked since, but in a format that only leaves it out.
    LeftOut(Option<Timestamp>),
    /// They have not asked since.
    Held,
    /// It is out again.
    Returned,
}

impl PartnerReport<'_> {
    /// Of how many of the corrected articles they were sent the correction.
    pub fn corrections_sent(&self) -> usize {
        self.corrected.iter().filter(|corrected| corrected.is_sent()).count()
    }

    /// How many of the withdrawn articles they may hold still.
    pub fn not_told(&self) -> usize {
        self.withdrawn.iter().filter(|withdrawn| withdrawn.may_be_held()).count()
    }
}

impl Delivered {
    /// When it was first sent, and when they first said that they have it.
    pub fn first(&self) -> Sent {
        let (_, first) = self.revisions.first().expect("what was delivered was sent once at least");
        let confirmed = self.revisions.iter().filter_map(|(_, sent)| sent.confirmed).min();
        Sent { at: first.at, confirmed }
    }

    /// The revision that was sent last, as far as its number is known.
    fn revision(&self) -> Option<u32> {
        self.revisions.iter().filter_map(|(revision, _)| *revision).max()
    }
}

impl Corrected {
    /// Whether it was sent.
    fn is_sent(&self) -> bool {
        matches!(self.outcome, Correction::Sent(_))
    }
}

impl Withdrawn {
    /// Whether they hold it as far as anybody knows: they were not told.
    fn may_be_held(&self) -> bool {
        matches!(self.outcome, Recall::Held | Recall::LeftOut(_))
    }
}

impl Correction {
    /// When they were sent it.
    fn sent(self) -> Option<Sent> {
        match self {
            Correction::Sent(sent) => Some(sent),
            Correction::NotFetched | Correction::NotInFeed | Correction::Withdrawn => None,
        }
    }

    /// What it is called in data.
    fn name(self) -> &'static str {
        match self {
            Correction::Sent(sent) => sent.name(),
            Correction::NotFetched => "not-fetched",
            Correction::NotInFeed => "not-in-feed",
            Correction::Withdrawn => "withdrawn",
        }
    }
}

impl Recall {
    /// When they were sent something without it.
    fn sent(self) -> Option<Sent> {
        match self {
            Recall::Told(sent) => Some(sent),
            Recall::LeftOut(at) => at.map(|at| Sent { at, confirmed: None }),
            Recall::Held | Recall::Returned => None,
        }
    }

    /// What it is called in data.
    fn name(self) -> &'static str {
        match self {
            Recall::Told(sent) => sent.name(),
            Recall::LeftOut(_) => "left-out",
            Recall::Held => "held",
            Recall::Returned => "returned",
        }
    }
}

impl Sent {
    fn name(self) -> &'static str {
        if self.confirmed.is_some() { "confirmed" } else { "sent" }
    }
}
