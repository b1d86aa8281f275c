//! What partners were handed since the publisher last wrote it down, and when each was here last. Neither who asked nor by
//! which token is in it. It is bounded: what a partner repeats is one line, and of more lines than there is room for those
//! go first that say of a version what a later line says again.

use crate::answer::Handed;
use crate::edition::{Edition, Mention, Subject, VersionName};
use crate::words::{FeedName, Format, LastFetch, Timestamp};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most lines of one feed that wait to be written down.
const MOST_LINES: usize = 64;
/// What happened within this many seconds may be one line. Every zone's day ends with such a part of an hour.
const QUARTER: i64 = 900;

/// What was handed out, until it is written down.
#[derive(Default)]
pub struct Ledger {
    pages: Mutex<HashMap<FeedName, Page>>,
}

/// When a partner was here last, and what it has since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// When it was.
    pub at: Timestamp,
    /// In which format it asked.
    pub format: Format,
    /// Which version it has, as far as that is known.
    pub version: Option<VersionName>,
}

/// What was handed out once, or several times in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it was.
    pub handed: Handed,
    /// All that this version says of articles.
    pub mentions: Arc<[Mention]>,
    /// The first time.
    pub first: Timestamp,
    /// The last time.
    pub last: Timestamp,
    /// How often.
    pub times: u32,
}

#[derive(Default)]
struct Page {
    holding: Option<Holding>,
    /// What the version says that was handed out last.
    said: Option<(VersionName, Arc<[Mention]>)>,
    lines: VecDeque<Line>,
}

impl Ledger {
    /// A ledger without lines; `holdings` is what is known of partners from before.
    pub fn new(holdings: impl IntoIterator<Item = (FeedName, Holding)>) -> Self {
        let page = |(name, holding)| (name, Page { holding: Some(holding), ..Page::default() });
        Self { pages: Mutex::new(holdings.into_iter().map(page).collect()) }
    }

    /// Enters what was just handed out, from this edition.
    pub fn enter(&self, handed: Handed, edition: &Edition, now: Timestamp) {
        let version = handed.version.name();
        let known = self.pages().get(&handed.feed).and_then(|page| page.mentions_of(version));
        let mentions = known.unwrap_or_else(|| edition.mentions(&handed.feed).into());
        self.pages().entry(handed.feed.clone()).or_default().enter(handed, mentions, now);
    }

    /// A partner's last request for this feed, and whether what it has is what the feed says in this edition.
    pub fn last(&self, name: &FeedName, edition: &Edition) -> Option<LastFetch> {
        let Holding { at, format, version } = self.pages().get(name)?.holding?;
        let now = edition.validators(&Subject::Feed(name.clone())).map(|validators| validators.name());
        Some(LastFetch { at, format, is_current: version.is_some() && version == now })
    }

    /// Takes all lines, those of a feed in their order.
    pub fn take(&self) -> Vec<Line> {
        self.pages().values_mut().flat_map(|page| page.lines.drain(..)).collect()
    }

    /// Puts lines back that could not be written down, before those that came since.
    pub fn give_back(&self, lines: Vec<Line>) {
        let mut pages = self.pages();
        for line in lines.into_iter().rev() {
            pages.entry(line.handed.feed.clone()).or_default().lines.push_front(line);
        }
        pages.values_mut().for_each(Page::shorten);
    }

    fn pages(&self) -> MutexGuard<'_, HashMap<FeedName, Page>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    fn mentions_of(&self, version: VersionName) -> Option<Arc<[Mention]>> {
        self.said.as_ref().filter(|(said, _)| *said == version).map(|(_, mentions)| mentions.clone())
    }

    fn enter(&mut self, handed: Handed, mentions: Arc<[Mention]>, now: Timestamp) {
        let version = handed.version.name();
        let before = self.holding.and_then(|holding| holding.version);
        let holds = if handed.is_held() { Some(version) } else { before };
        self.holding = Some(Holding { at: now, format: handed.format, version: holds });
        self.said = Some((version, mentions.clone()));
        let is_same = |line: &Line| {
            line.handed == handed
                && line.first.seconds().div_euclid(QUARTER) == now.seconds().div_euclid(QUARTER)
        };
        let same = self.lines.iter().position(is_same).and_then(|place| self.lines.remove(place));
        self.lines.push_back(match same {
            Some(line) => Line { last: now.max(line.last), times: line.times.saturating_add(1), ..line },
            None => Line { handed, mentions, first: now, last: now, times: 1 },
        });
        self.shorten();
    }

    fn shorten(&mut self) {
        while self.lines.len() > MOST_LINES {
            let is_said_again = |place: &usize| {
                let version = self.lines[*place].handed.version.name();
                self.lines.range(place + 1..).any(|later| later.handed.version.name() == version)
            };
            let place = (0..self.lines.len()).find(is_said_again).unwrap_or(0);
            self.lines.remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{Held, Sent};
    use crate::catalogue::Catalogue;
    use crate::edition::Validators;
    use crate::words::Fingerprint;

    const FEED: &str = "doi-tac";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::nearest(1_800_000_000 + seconds)
    }

    fn name(name: &str) -> FeedName {
        FeedName::parse(name).expect("a name")
    }

    fn sent(feed: &str, version: u16) -> Handed {
        let version = Fingerprint::of([version.to_le_bytes()]);
        Handed {
            feed: name(feed),
            format: Format::Atom,
            version: Validators::first(version, at(0)),
            held: Held::default(),
            sent: Sent::Whole,
        }
    }

    fn unchanged(feed: &str, version: u16) -> Handed {
        let handed = sent(feed, version);
        let held = Held { names: vec![handed.version.name()], date: None };
        Handed { held, sent: Sent::Nothing, ..handed }
    }

    fn edition() -> Edition {
        let base = url::Url::parse("https://tin.example.vn/").expect("an address");
        let site = crate::settings::site("", &Default::default(), &base).expect("sound settings").0;
        Edition::remembered(Catalogue::new(Arc::new(site), Arc::new([])), HashMap::new(), at(0))
    }

    #[test]
    fn what_is_repeated_is_one_line() {
        let (ledger, edition) = (Ledger::default(), edition());
        for second in 0..100 {
            let handed = if second == 0 { sent(FEED, 1) } else { unchanged(FEED, 1) };
            ledger.enter(handed, &edition, at(second));
        }
        let told = |lines: Vec<Line>| -> Vec<(bool, i64, i64, u32)> {
            let seconds = |at: Timestamp| at.seconds() - 1_800_000_000;
            let told = |line: &Line| {
                (line.handed.sent == Sent::Whole, seconds(line.first), seconds(line.last), line.times)
            };
            lines.iter().map(told).collect()
        };
        assert_eq!(told(ledger.take()), [(true, 0, 0, 1), (false, 1, 99, 99)]);
        assert!(ledger.take().is_empty());
        // Midnight may lie between two quarters of an hour.
        for second in [898, 899, 900] {
            ledger.enter(unchanged(FEED, 1), &edition, at(second));
        }
        assert_eq!(told(ledger.take()), [(false, 898, 899, 2), (false, 900, 900, 1)]);
    }

    #[test]
    fn of_too_many_lines_repetitions_go_first_and_never_those_of_others() {
        let (ledger, edition) = (Ledger::default(), edition());
        ledger.enter(sent("khac", 1), &edition, at(0));
        let most = u16::try_from(MOST_LINES).expect("a small number");
        ledger.enter(sent(FEED, 0), &edition, at(0));
        ledger.enter(unchanged(FEED, 0), &edition, at(1));
        for version in 1..most - 1 {
            ledger.enter(sent(FEED, version), &edition, at(i64::from(version)));
        }
        let versions = |lines: &[Line]| -> Vec<VersionName> {
            let own = lines.iter().filter(|line| line.handed.feed == name(FEED));
            own.map(|line| line.handed.version.name()).collect()
        };
        let full = ledger.take();
        assert_eq!(versions(&full).len(), MOST_LINES);
        ledger.give_back(full);
        ledger.enter(sent(FEED, most), &edition, at(1000));
        let lines = ledger.take();
        let expected: Vec<VersionName> =
            (0..most - 1).chain([most]).map(|version| sent(FEED, version).version.name()).collect();
        assert_eq!(versions(&lines), expected, "what was sent first was told again by a 304");
        assert_eq!(lines.len(), MOST_LINES + 1, "and one of the other feed");
        ledger.give_back(lines);
        ledger.enter(sent(FEED, most + 1), &edition, at(1000));
        assert_eq!(versions(&ledger.take())[..2], expected[1..3], "the oldest");
    }

    #[test]
    fn what_is_held_is_what_was_sent_or_named_last() {
        let ledger = Ledger::default();
        let edition = edition();
        let held = || {
            let pages = ledger.pages();
            pages[&name(FEED)].holding.map(|holding| (holding.at, holding.version))
        };
        assert_eq!(ledger.last(&name(FEED), &edition), None);
        ledger.enter(sent(FEED, 1), &edition, at(0));
        assert_eq!(held(), Some((at(0), Some(sent(FEED, 1).version.name()))));
        // Whoever asks with `*` says nothing of what he has.
        let any = Handed { held: Held::default(), sent: Sent::Nothing, ..sent(FEED, 2) };
        ledger.enter(any, &edition, at(1));
        assert_eq!(held(), Some((at(1), Some(sent(FEED, 1).version.name()))));
        ledger.enter(unchanged(FEED, 2), &edition, at(2));
        assert_eq!(held(), Some((at(2), Some(sent(FEED, 2).version.name()))));
        let last = ledger.last(&name(FEED), &edition).expect("it was here");
        assert_eq!(last, LastFetch { at: at(2), format: Format::Atom, is_current: false });
    }
}
