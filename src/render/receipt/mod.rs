//! What the office is told about one dropped file, and about the whole folder: a text to be read in Notepad by people
//! who never open a terminal. The same facts give the same text; no clock is in it.

mod paper;
mod phrases;
mod summary;

#[cfg(test)]
mod tests;

pub use paper::is_ours;
pub use summary::{Waits, Whole, summary};

use crate::intake::{Kind, Placing};
use crate::render::round_up::title;
use crate::words::{Article, Carrier, ContentPath, Fingerprint, Problem, RoundUp, Site, Slug, Timestamp};
use paper::Paper;
use phrases::Phrases;

/// How many feeds, problems or remarks are named before the rest is only counted.
const MOST_NAMED: usize = 20;

/// What became of one file.
pub struct Facts<'a> {
    /// Where it is.
    pub path: &'a ContentPath,
    /// What it is read as.
    pub kind: Kind,
    /// What became of it.
    pub outcome: Outcome<'a>,
    /// What was guessed, and what could be better.
    pub remarks: &'a [Problem],
}

/// What became of a file.
pub enum Outcome<'a> {
    /// Its article is out.
    Out(Notice<'a>),
    /// Its article waits for its time.
    Waits(Notice<'a>),
    /// The file as it is now cannot be used, for these reasons; what it last said well stays.
    Older(Older<'a>, &'a [Problem]),
    /// It cannot be used, for these reasons, and never could.
    NotOut(&'a [Problem]),
    /// It can be used, and says that its article is not to be out.
    Held(&'a Held),
    /// What it says, or last said well, stands before a round-up. As it is now it cannot be used, for these reasons, if any.
    Preface(&'a RoundUp, &'a [Problem]),
}

/// An article that is not out though nothing is wrong with its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its title; empty where that is not known.
    pub title: String,
    /// Why it is not.
    pub why: Why,
}

/// Why an article is not out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The file says that it is a draft.
    Draft,
    /// It says that its article is taken back, and why, if that is not empty.
    Withdrawn(String),
    /// The time has come at which its article withdraws by itself.
    Expired(Timestamp),
    /// Its article was purged then.
    Purged(Timestamp),
}

/// Where the last good version of an article is.
pub enum Older<'a> {
    /// Out.
    Out(Notice<'a>),
    /// Waiting for its time.
    Waits(Notice<'a>),
}

/// An article as its readers meet it.
pub struct Notice<'a> {
    /// What it says.
    pub article: &'a Article,
    /// Its name in its address.
    pub slug: &'a Slug,
    /// When it was or will be published.
    pub published: Timestamp,
    /// When it last changed for its readers.
    pub updated: Timestamp,
    /// When it withdraws by itself.
    pub expires: Option<Timestamp>,
    /// What its place says.
    pub placing: &'a Placing,
    /// The feeds that carry it.
    pub carriers: &'a [Carrier],
}

/// The receipt for one file.
pub fn receipt(facts: &Facts<'_>, site: &Site) -> Vec<u8> {
    let phrases = Phrases::of(site.interface());
    let is_pressing = facts.remarks.iter().any(Problem::is_pressing);
    let at = |notice: &Notice<'_>| site.time(notice.published);
    let (headline, meaning, notice, wrong): (String, &str, Option<&Notice<'_>>, &[Problem]) = match &facts
        .outcome
    {
        Outcome::Out(notice) if is_pressing => (phrases.out_with_remarks.to_owned(), "", Some(notice), &[]),
        Outcome::Out(notice) => (phrases.out.to_owned(), "", Some(notice), &[]),
        Outcome::Waits(notice) => {
            (format!("{} {}", phrases.waits, at(notice)), phrases.waits_means, Some(notice), &[])
        }
        Outcome::Older(Older::Out(notice), wrong) => {
            (phrases.older.to_owned(), phrases.older_means, Some(notice), wrong)
        }
        Outcome::Older(Older::Waits(notice), wrong) => {
            let headline = format!("{} {}", phrases.older_waits, at(notice));
            (headline, phrases.older_waits_means, Some(notice), wrong)
        }
        Outcome::Preface(_, []) if is_pressing => (phrases.preface_with_remarks.to_owned(), "", None, &[]),
        Outcome::Preface(_, []) => (phrases.preface.to_owned(), phrases.preface_means, None, &[]),
        Outcome::Preface(_, wrong) => {
            (phrases.older_preface.to_owned(), phrases.older_preface_means, None, wrong)
        }
        Outcome::NotOut(wrong) => (phrases.not_out.to_owned(), phrases.not_out_means, None, wrong),
        Outcome::Held(Held { why, .. }) => {
            let (headline, meaning) = match why {
                Why::Draft => (phrases.draft.to_owned(), phrases.draft_means),
                Why::Withdrawn(_) => (phrases.withdrawn.to_owned(), phrases.withdrawn_means),
                Why::Expired(at) => {
                    (format!("{} {}", phrases.expired, site.time(*at)), phrases.expired_means)
                }
                // What that means, and what to do, is the problem with the file.
                Why::Purged(at) => (format!("{} {}", phrases.purged, site.time(*at)), ""),
            };
            (headline, meaning, None, &[])
        }
    };
    let mut receipt = Receipt { paper: Paper::headed(&headline, phrases.longest_label), phrases, site };
    if !meaning.is_empty() {
        receipt.paper.say(meaning);
    }
    receipt.problems(phrases.wrong, phrases.mend, &wrong.iter().collect::<Vec<_>>());
    receipt.table(facts, notice);
    if let Some(notice) = notice {
        let is_out = matches!(facts.outcome, Outcome::Out(_) | Outcome::Older(Older::Out(_), _));
        receipt.feeds(if is_out { phrases.feeds } else { phrases.feeds_later }, notice.carriers);
    }
    let (guesses, remarks): (Vec<&Problem>, Vec<&Problem>) =
        facts.remarks.iter().partition(|remark| !remark.is_pressing());
    receipt.problems(phrases.guessed, phrases.when_not_right, &guesses);
    receipt.problems(phrases.to_improve, phrases.mend, &remarks);
    receipt.paper.blank();
    receipt.paper.say(phrases.foot);
    receipt.paper.end()
}

/// A receipt that is being written.
struct Receipt<'a> {
    paper: Paper,
    phrases: &'static Phrases,
    site: &'a Site,
}

impl Receipt<'_> {
    fn table(&mut self, facts: &Facts<'_>, notice: Option<&Notice<'_>>) {
        let phrases = self.phrases;
        let language = self.site.interface();
        self.paper.blank();
        self.paper.row(phrases.file, &facts.path.to_string());
        let title = match (notice, &facts.outcome) {
            (Some(notice), _) => &notice.article.title,
            (None, Outcome::Held(held)) => &held.title,
            (None, _) => "",
        };
        if !title.is_empty() {
            self.paper.row(phrases.title, title);
        }
        if let Outcome::Preface(round_up, _) = &facts.outcome {
            return self.round_up(round_up, facts.path);
        }
        self.paper.row(phrases.read_as, phrases::kind(language, facts.kind));
        match (notice, &facts.outcome) {
            (Some(notice), _) => self.article(notice),
            (None, Outcome::Held(Held { why: Why::Withdrawn(reason), .. })) if !reason.is_empty() => {
                self.paper.row(phrases.reason, reason);
            }
            (None, _) => {}
        }
    }

    /// The round-up before which a file stands.
    fn round_up(&mut self, round_up: &RoundUp, path: &ContentPath) {
        let (phrases, site) = (self.phrases, self.site);
        let language = site.interface();
        self.paper.row(phrases.read_as, phrases.a_preface);
        self.paper.row(phrases.title, &title(language, round_up, path.folders().nth(1).unwrap_or_default()));
        let closes = round_up.period.span(&site.zone).end;
        self.paper.row(phrases.published, &site.beginning_in(language, closes));
        self.paper.row(phrases.address, &site.round_up_page(round_up));
    }

    fn article(&mut self, notice: &Notice<'_>) {
        let Notice { article, slug, published, updated, expires, placing, carriers: _ } = notice;
        let (phrases, site) = (self.phrases, self.site);
        let labels = |terms: &[crate::words::Term]| {
            terms.iter().take(MOST_NAMED).map(|term| term.label.as_str()).collect::<Vec<_>>().join(", ")
        };
        let of_place = match article.categories.as_slice() {
            [only] if only.slug == placing.category.slug => Some(match placing.by_folder {
                true => phrases.by_folder,
                false => phrases.usual,
            }),
            _ => None,
        };
        self.paper.row(phrases.filed_under, &with(&labels(&article.categories), of_place));
        for (label, terms) in [(phrases.tags, &article.tags), (phrases.authors, &article.authors)] {
            if !terms.is_empty() {
                self.paper.row(label, &labels(terms));
            }
        }
        if let Some(publication) = &article.publication {
            self.paper.row(phrases.publication, publication);
        }
        let of_name = (placing.published == Some(*published)).then_some(phrases.by_name);
        self.paper.row(phrases.published, &with(&site.time(*published), of_name));
        if updated > published {
            self.paper.row(phrases.updated, &site.time(*updated));
        }
        if let Some(expires) = expires {
            self.paper.row(phrases.expires, &site.time(*expires));
        }
        self.paper.row(phrases.address, &site.permalink(slug));
        if let Some(correction) = &article.correction {
            self.paper.row(phrases.correction, correction);
        }
        if let Some(canonical) = &article.canonical {
            self.paper.row(phrases.original, canonical.as_str());
        }
        if let Some(enclosure) = &article.enclosure {
            self.paper.row(phrases.sound, enclosure.url.as_str());
        }
    }

    fn feeds(&mut self, heading: &str, carriers: &[Carrier]) {
        if carriers.is_empty() {
            return;
        }
        let language = self.site.interface();
        self.paper.part(heading);
        for carrier in carriers.iter().take(MOST_NAMED) {
            let feed = phrases::feed(language, carrier);
            let late = phrases::late(language, carrier.delay);
            self.paper.point(&match &carrier.only_for {
                Some(organisation) => format!("{feed}{late}: {}", phrases::only_for(language, organisation)),
                None => format!("{feed}{late}: {}", self.site.feed_page(&carrier.name)),
            });
        }
        self.and_others(carriers.len());
        self.paper.say(self.phrases.feeds_mean);
    }

    fn problems(&mut self, heading: &str, label: &str, problems: &[&Problem]) {
        if problems.is_empty() {
            return;
        }
        let language = self.site.interface();
        self.paper.part(heading);
        for problem in problems.iter().take(MOST_NAMED) {
            let what = problem.what.in_language(language);
            self.paper.point(&match problem.line {
                Some(line) => format!("{}{what}", phrases::line(language, line)),
                None => capital(what),
            });
            self.paper.below(label, problem.hint.in_language(language));
        }
        self.and_others(problems.len());
    }

    fn and_others(&mut self, count: usize) {
        if count > MOST_NAMED {
            self.paper.point(&phrases::others(self.site.interface(), count - MOST_NAMED));
        }
    }
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn with(words: &str, aside: Option<&str>) -> String {
    aside.map_or_else(|| words.to_owned(), |aside| format!("{words} ({aside})"))
}

/// The most bytes of a file's name on the file systems at hand.
const LONGEST_NAME: usize = 255;
const ENDING: &str = ".txt";

/// The name of the receipt for a file of this name. One that would be too long is cut, and told from others cut like
/// it by a few letters.
pub fn name(file_name: &str) -> String {
    if file_name.len() + ENDING.len() <= LONGEST_NAME {
        return format!("{file_name}{ENDING}");
    }
    let told_by = format!("~{}{ENDING}", &Fingerprint::of([file_name]).to_string()[..8]);
    let mut end = LONGEST_NAME - told_by.len();
    while !file_name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{told_by}", &file_name[..end])
}
