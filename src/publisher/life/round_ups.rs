//! Ten years of an office, in several time zones: at each boundary exactly the round-ups come that a count of the whole history
//! by hand comes to, whoever slept and whenever it was started anew, and none changes afterwards but by what is said before it.

use super::*;
use crate::catalogue::{Contents, Group, Most};
use crate::intake::preface;
use crate::publisher::prefaces::PrefaceSighting;
use crate::words::{Length, Month, Period, RoundUp};
use std::collections::BTreeSet;
use std::ops::Range;

const CATEGORIES: [&str; 3] = ["Mùa vụ", "Giáo dục", "Y tế"];
const AUTHORS: [&str; 3] = ["Ngô Trọng", "Lê Hạnh", "Ân"];

/// Numbers that look like chance and are the same each time (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most as u64).expect("it is below a usize")
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }
}

impl Office {
    /// Drops a file that stands before a round-up.
    pub(super) fn say_before(&mut self, name: &str, text: &str) {
        let path = path(&format!("_round-ups/{name}"));
        let source = Source { path: &path, bytes: text.as_bytes(), beside: &[] };
        let preface = preface(&source, &self.site).expect("a sound preface");
        self.stamps += 1;
        let stamp = Stamp { length: 1, modified_ns: self.stamps, changed_ns: 0, inode: 0 };
        let sighting = PrefaceSighting { path, place: None, stamp, preface };
        self.decide(|deciding| deciding.take_preface(sighting).expect("the journal works"));
    }
}

/// What an article was from a moment on.
#[derive(Clone)]
struct Version {
    entered: Timestamp,
    until: Option<Timestamp>,
    is_withdrawn: bool,
    category: usize,
    corrected: Option<Timestamp>,
    /// What else its file says of its change.
    says: String,
}

/// The whole history of one article.
struct History {
    out: Timestamp,
    published: Timestamp,
    author: usize,
    versions: Vec<Version>,
    is_purged: bool,
}

impl History {
    fn last(&self) -> &Version {
        self.versions.last().expect("it came out")
    }

    fn is_there(&self) -> bool {
        self.last().until.is_none()
    }

    /// What it was at the end of a time, if that came in it.
    fn at_end_of(&self, span: &Range<Timestamp>) -> Option<&Version> {
        let stood = |version: &&Version| version.until.is_none_or(|until| until >= span.end);
        self.versions.iter().filter(|version| span.contains(&version.entered)).find(stood)
    }
}

/// What a round-up counts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    published: usize,
    late: usize,
    corrected: usize,
    withdrawn: usize,
    by_author: BTreeMap<String, usize>,
    by_category: BTreeMap<String, usize>,
}

impl Count {
    fn told(contents: &Contents) -> Self {
        let authors = contents.authors.iter().map(|(author, count)| (author.text.to_string(), *count));
        let group = |group: &Group| (group.category.text.to_string(), group.articles.count);
        Self {
            published: contents.published,
            late: contents.late.count,
            corrected: contents.corrected.count,
            withdrawn: contents.withdrawn.count,
            by_author: authors.collect(),
            by_category: contents.groups.iter().map(group).collect(),
        }
    }

    /// Counted by hand.
    fn by_hand(histories: &[History], category: Option<usize>, span: &Range<Timestamp>) -> Self {
        let is_meant = |version: &Version| category.is_none_or(|category| version.category == category);
        let mut count = Self::default();
        for article in histories.iter().filter(|article| !article.is_purged) {
            let stood = article.at_end_of(span).filter(|version| is_meant(version));
            let mut goings =
                article.versions.iter().filter(|version| version.is_withdrawn && is_meant(version));
            let went = goings.any(|version| version.until.is_some_and(|until| span.contains(&until)));
            count.withdrawn += usize::from(went && stood.is_none());
            let Some(version) = stood else { continue };
            count.corrected += usize::from(version.corrected.is_some_and(|at| span.contains(&at)));
            if article.out < span.start {
                continue;
            }
            if article.published < span.start {
                count.late += 1;
                continue;
            }
            count.published += 1;
            *count.by_author.entry(AUTHORS[article.author].to_owned()).or_default() += 1;
            *count.by_category.entry(CATEGORIES[version.category].to_owned()).or_default() += 1;
        }
        count
    }
}

/// A life of ten years.
struct Decade {
    office: Office,
    chance: Chance,
    histories: Vec<History>,
    /// The round-ups before which something was said after they had come.
    prefaced: BTreeSet<RoundUp>,
    /// Each round-up as it came.
    came: BTreeMap<RoundUp, Placed>,
    opened: Timestamp,
}

impl Decade {
    fn begun(zone: &str, seed: u64) -> Self {
        let site = format!("time_zone = \"{zone}\"\nlimit = 20");
        let mut office = Office::opened(&site);
        // The last hour of a year, so that the first boundary comes soon.
        office.now = day(-1).plus_seconds(23 * 3600);
        let opened = office.now;
        let (histories, prefaced, came) = Default::default();
        Self { office, chance: Chance(seed), histories, prefaced, came, opened }
    }

    fn now(&self) -> Timestamp {
        self.office.now
    }

    fn write(&mut self, number: usize) {
        let article = &self.histories[number];
        let version = article.last();
        let zone = &self.office.site.zone;
        let correction = version.corrected.map_or("", |_| "correction: nhầm ngày\n");
        let says = &version.says;
        let text = format!(
            "---\ntitle: Bài {number}\ndate: {}\ncategory: {}\nauthor: {}\n{correction}{says}---\n\n{TEXT} Lần {}.\n",
            zone.rfc3339(article.published),
            CATEGORIES[version.category],
            AUTHORS[article.author],
            article.versions.len(),
        );
        self.office.drop(&format!("{number}.md"), &text);
    }

    fn drop(&mut self) {
        let late = if self.chance.one_in(6) { self.chance.below(200) as i64 * DAY } else { 0 };
        let (now, category) = (self.now(), self.chance.below(CATEGORIES.len()));
        let corrected = self.chance.one_in(5).then_some(now);
        let says = String::new();
        let version = Version { entered: now, until: None, is_withdrawn: false, category, corrected, says };
        self.histories.push(History {
            out: now,
            published: now.plus_seconds(-late),
            author: self.chance.below(AUTHORS.len()),
            versions: vec![version],
            is_purged: false,
        });
        self.write(self.histories.len() - 1);
    }

    fn edit(&mut self, number: usize) {
        let (now, chance) = (self.now(), &mut self.chance);
        let article = &mut self.histories[number];
        let before = article.last().clone();
        let entered = now.max(before.entered.plus_seconds(1));
        let corrected = if chance.one_in(3) { before.corrected.or(Some(entered)) } else { before.corrected };
        let says = match chance.below(4) {
            0 => "minor: true\n".to_owned(),
            1 => format!("updated: {}\n", self.office.site.zone.rfc3339(article.published.plus_seconds(60))),
            _ => String::new(),
        };
        let category = if chance.one_in(4) { chance.below(CATEGORIES.len()) } else { before.category };
        article.versions.last_mut().expect("it came out").until = Some(entered);
        article.versions.push(Version {
            entered,
            until: None,
            is_withdrawn: false,
            category,
            corrected,
            says,
        });
        self.write(number);
    }

    fn remove(&mut self, number: usize) {
        let now = self.now();
        let last = self.histories[number].versions.last_mut().expect("it came out");
        last.until = Some(now.max(last.entered.plus_seconds(1)));
        last.is_withdrawn = true;
        self.office.remove(&format!("{number}.md"));
    }

    /// Has nothing told any more of an article that was taken back.
    fn purge(&mut self) {
        let gone = |article: &History| !article.is_there() && !article.is_purged;
        let gone: Vec<usize> =
            (0..self.histories.len()).filter(|number| gone(&self.histories[*number])).collect();
        let Some(number) = gone.get(self.chance.below(gone.len().max(1))).copied() else { return };
        self.histories[number].is_purged = true;
        self.office.decide(|deciding| {
            let file = deciding.session.file(&path(&format!("{number}.md"))).expect("the journal works");
            let record = deciding.session.record(file.expect("it was known").key).expect("the journal works");
            drop(deciding.purge(&record.expect("it was known")).expect("the journal works"));
        });
        // What told of it tells something else now.
        self.came.clear();
    }

    /// Says something before a round-up, of a period that is over or not.
    fn say_before(&mut self) {
        let months = self.chance.below(14) as i64;
        let month = Month::of(self.now().plus_seconds((3 - months) * 30 * DAY), &self.office.site.zone);
        let period = Period::of(month, Length::ALL[self.chance.below(4)]);
        let round_up = RoundUp { of: None, period };
        let words = self.chance.next();
        self.office.say_before(&format!("{period}.md"), &format!("Lời {words}."));
        if self.now() >= period.span(&self.office.site.zone).end {
            self.prefaced.insert(round_up);
        }
    }

    fn act(&mut self) {
        let there: Vec<usize> =
            (0..self.histories.len()).filter(|number| self.histories[*number].is_there()).collect();
        let any = |chance: &mut Chance| there.get(chance.below(there.len().max(1))).copied();
        match self.chance.below(13) {
            0..6 => self.drop(),
            6..9 => drop(any(&mut self.chance).map(|number| self.edit(number))),
            9 => drop(any(&mut self.chance).map(|number| self.remove(number))),
            10 => self.say_before(),
            11 if self.chance.one_in(2) => self.purge(),
            _ => self.start_anew(),
        }
    }

    /// Lets some days pass, or sleeps over boundaries, or wakes right at one.
    fn wait(&mut self) {
        let until = match self.chance.below(6) {
            0 => {
                let zone = &self.office.site.zone;
                let boundary = Month::of(self.now(), zone).span(zone).end;
                boundary.plus_seconds(self.chance.below(3) as i64 - 1).max(self.now())
            }
            1 if self.chance.one_in(6) => self.now().plus_seconds(self.chance.below(200) as i64 * DAY),
            _ => {
                self.now().plus_seconds(self.chance.below(25) as i64 * DAY + self.chance.below(86_400) as i64)
            }
        };
        self.office.wait_until(until);
    }

    fn start_anew(&mut self) {
        let restarted = self.office.started_anew();
        let all = |catalogue: &Catalogue| -> Vec<(RoundUp, Placed)> {
            let all = catalogue.round_ups();
            all.map(|(round_up, placed)| (round_up.clone(), Placed::clone(placed))).collect()
        };
        assert_eq!(all(&restarted), all(&self.office.catalogue));
        let rows = |catalogue: &Catalogue| -> Vec<Placed> {
            let rows = catalogue.feed(&FeedName::RoundUps(None)).into_iter();
            rows.flat_map(|feed| {
                catalogue.unarchived(&feed).map(|row| Placed::clone(row)).collect::<Vec<_>>()
            })
            .collect()
        };
        assert_eq!(rows(&restarted), rows(&self.office.catalogue));
        self.office.catalogue = restarted;
    }

    fn feeds() -> impl Iterator<Item = (Option<usize>, Option<Slug>)> {
        let of = |category: usize| (Some(category), Slug::of(CATEGORIES[category]));
        std::iter::once((None, None)).chain((0..CATEGORIES.len()).map(of))
    }

    /// All periods that were over by now.
    fn periods(&self) -> Vec<Period> {
        let zone = &self.office.site.zone;
        let mut month = Month::of(self.opened, zone);
        let mut periods = Vec::new();
        while month.span(zone).end <= self.now() {
            periods.extend(Period::closing_with(month));
            month = month.next();
        }
        periods
    }

    /// Whether there are exactly those round-ups that there should be, each once, and those that were there before as they were.
    fn check(&mut self) {
        let zone = self.office.site.zone.clone();
        let catalogue = self.office.catalogue.clone();
        let mut expected = BTreeSet::new();
        for period in self.periods() {
            let span = period.span(&zone);
            for (category, of) in Self::feeds() {
                let round_up = RoundUp { of, period };
                if let Some(came) = self.came.get(&round_up) {
                    expected.insert(round_up.clone());
                    self.is_as_it_came(&round_up, came, catalogue.round_up(&round_up).expect("it stays"));
                    continue;
                }
                let count = Count::by_hand(&self.histories, category, &span);
                if count == Count::default() {
                    continue;
                }
                let placed =
                    catalogue.round_up(&round_up).unwrap_or_else(|| panic!("{round_up} did not come"));
                assert_eq!(Count::told(&catalogue.contents(&round_up, Most::PAGE)), count, "{round_up}");
                assert_eq!((placed.published, placed.round_up().as_ref()), (span.end, Some(&round_up)));
                expected.insert(round_up.clone());
                self.came.insert(round_up, Placed::clone(placed));
            }
        }
        let there: BTreeSet<RoundUp> = catalogue.round_ups().map(|(round_up, _)| round_up.clone()).collect();
        assert_eq!(there, expected);
        for (_, of) in Self::feeds() {
            let in_feed: Vec<RoundUp> = catalogue
                .newest(&FeedName::RoundUps(of.clone()))
                .filter_map(|placed| placed.round_up())
                .collect();
            // Each once, the latest first, and of those that close together the longest.
            let of_feed = expected.iter().rev().filter(|round_up| round_up.of == of);
            assert_eq!(in_feed, of_feed.cloned().collect::<Vec<_>>());
        }
    }

    fn is_as_it_came(&self, round_up: &RoundUp, came: &Placed, is: &Placed) {
        assert_eq!((is.published, &is.id, is.key), (came.published, &came.id, came.key), "{round_up}");
        if !self.prefaced.contains(round_up) {
            assert_eq!(is, came, "{round_up}");
        }
    }
}

#[test]
fn for_ten_years_round_ups_are_exact_at_every_boundary() {
    let zones = ["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/St_Johns"];
    for (zone, seed) in zones.into_iter().zip(1..) {
        let mut decade = Decade::begun(zone, seed);
        let end = day(3652 + 31);
        while decade.now() < end {
            decade.act();
            decade.wait();
            decade.check();
        }
        decade.start_anew();
        // Everything that was ever told is what a count of the whole history comes to at the end, too.
        decade.came.clear();
        decade.check();
        assert!(decade.came.len() > 300, "{} round-ups in {zone}", decade.came.len());
    }
}
