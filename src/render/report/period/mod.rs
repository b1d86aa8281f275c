//! What a month, a quarter, a half-year or a year brought: for a letter (Markdown, or HTML for paper), for a spreadsheet (CSV),
//! and as data (JSON).

mod chart;
mod counting;
mod csv;
mod html;
mod json;
mod letter;
mod markdown;
mod phrases;

pub use counting::{Tally, Week};
pub use csv::csv;
pub use html::html;
pub use json::json;
pub use markdown::markdown;

use crate::words::{FeedName, LanguageTag, Period, Site, Timestamp};

/// What a period brought, as it was at its end; so far, when it is not over.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodReport<'a> {
    /// The site.
    pub site: &'a Site,
    /// The period.
    pub period: Period,
    /// When this was so.
    pub as_of: Timestamp,
    /// The articles that came out in it and are dated in it, the earliest first.
    pub published: Vec<Listed>,
    /// Those that came out in it and are dated before it, the earliest first.
    pub late: Vec<Listed>,
    /// Those that were corrected in it, in that order.
    pub corrected: Vec<Corrected>,
    /// Those that were withdrawn in it and were not back at its end, in that order.
    pub withdrawn: Vec<Withdrawn>,
    /// The period before it, and its numbers.
    pub before: Option<(Period, Numbers)>,
    /// What partners took in it.
    pub partners: Vec<Taking>,
}

/// An article, as a report lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its title; its name in its address where nobody has read its words yet.
    pub title: String,
    /// Its permalink.
    pub address: String,
    /// When it was published, as its file has it.
    pub published: Timestamp,
    /// When it came out by the server's clock.
    pub came: Timestamp,
    /// Its language, when it is not the site's.
    pub language: Option<LanguageTag>,
    /// Where it is filed, by the words people read; the primary category first.
    pub categories: Vec<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Where it comes from.
    pub source: Source,
}

/// Where an article comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The office itself: the file names no other.
    Office,
    /// The paper or office it first appeared in.
    Other(String),
    /// Nobody has read its words yet.
    Unread,
}

/// An article that was corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// Which.
    pub article: Listed,
    /// When.
    pub at: Timestamp,
    /// What was wrong, when its words say so.
    pub what: Option<String>,
}

/// An article that was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// Which.
    pub article: Listed,
    /// When.
    pub at: Timestamp,
    /// Why, when its file said so.
    pub reason: Option<String>,
}

/// How many of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Articles that came out and are dated in the period.
    pub published: usize,
    /// Articles that came out and are dated before it.
    pub late: usize,
    /// Articles that were corrected.
    pub corrected: usize,
    /// Articles that were withdrawn.
    pub withdrawn: usize,
}

/// What a partner took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taking {
    /// The partner.
    pub organisation: String,
    /// Its feed.
    pub feed: FeedName,
    /// What it took there.
    pub took: Took,
}

/// What is known of what a partner took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Took {
    /// What was written down.
    Counted(Counts),
    /// Its feed is public, so nobody knows who fetched it.
    Public,
    /// The period is longer ago than the record reaches.
    Forgotten,
}

/// How much a partner took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Articles that it was sent for the first time.
    pub delivered: usize,
    /// Articles that were corrected after it had been sent them.
    pub corrected: usize,
    /// Of these, those of which it was sent the correction.
    pub corrections_sent: usize,
    /// Articles that were withdrawn after it had been sent them.
    pub withdrawn: usize,
    /// Of these, those it may hold still.
    pub not_told: usize,
    /// How often it asked.
    pub fetches: u64,
    /// How often nothing had changed.
    pub unchanged: u64,
    /// On how many days it could have asked.
    pub days: usize,
    /// On how many of them it did not.
    pub silent: usize,
}

impl PeriodReport<'_> {
    /// The numbers of the period.
    pub fn numbers(&self) -> Numbers {
        Numbers {
            published: self.published.len(),
            late: self.late.len(),
            corrected: self.corrected.len(),
            withdrawn: self.withdrawn.len(),
        }
    }

    /// Whether the period was not over.
    pub fn is_open(&self) -> bool {
        self.as_of < self.period.span(&self.site.zone).end
    }

    /// How many of its articles nobody has read yet, so that their titles and sources are not known.
    pub fn unread(&self) -> usize {
        let corrected = self.corrected.iter().map(|corrected| &corrected.article);
        let withdrawn = self.withdrawn.iter().map(|withdrawn| &withdrawn.article);
        let all = self.published.iter().chain(&self.late).chain(corrected).chain(withdrawn);
        all.filter(|article| article.source == Source::Unread).count()
    }
}

impl Numbers {
    /// Each by its name in data.
    fn named(self) -> [(&'static str, usize); 4] {
        let Self { published, late, corrected, withdrawn } = self;
        [("published", published), ("late", late), ("corrected", corrected), ("withdrawn", withdrawn)]
    }
}

impl Source {
    /// What it is called.
    fn name<'a>(&'a self, site: &'a Site) -> Option<&'a str> {
        match self {
            Source::Office => Some(&site.title),
            Source::Other(name) => Some(name),
            Source::Unread => None,
        }
    }
}

impl Took {
    /// The numbers, where there are any.
    fn counts(&self) -> Option<&Counts> {
        match self {
            Took::Counted(counts) => Some(counts),
            Took::Public | Took::Forgotten => None,
        }
    }

    /// What is known, as data names it.
    fn name(&self) -> &'static str {
        match self {
            Took::Counted(_) => "recorded",
            Took::Public => "public",
            Took::Forgotten => "no-longer-kept",
        }
    }
}
