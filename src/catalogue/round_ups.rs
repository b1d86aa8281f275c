//! Round-ups: what a period that is over contained is placed like an article, in a feed of its own, at the instant at which
//! the period closed. They follow from the rows of feeds and from what the office says before them, so that a start comes to
//! the same ones as whoever was awake at each boundary.

use super::chronicle::is_overtaken_within_month;
use super::closing::{Closing, Told};
use super::selecting::{definition, is_selected};
use super::{Catalogue, Key, Label, Labels, Past, Placed};
use crate::words::{FeedName, Fingerprint, Id, IdSpace, Length, Month, RoundUp, Slug, Timestamp, Zone};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the words of a round-up take beside the articles that it names, and what each of these takes, roughly, in bytes.
const AROUND: u32 = 1000;
const NAMED: u32 = 600;
const MOST_NAMED: usize = 200;

/// All round-ups there are, and what stands before them.
#[derive(Clone, Default)]
pub(super) struct RoundUps {
    /// As they are.
    pub(super) placed: imbl::OrdMap<RoundUp, Arc<Placed>>,
    /// What stands before them, whether their periods are over or not: since when which words, or none.
    pub(super) prefaces: imbl::OrdMap<RoundUp, Arc<[Prefaced]>>,
    /// All periods that ended with this month or earlier are closed.
    pub(super) closed: Option<Month>,
}

impl RoundUps {
    /// What does not follow from the articles.
    pub(super) fn kept(&self) -> Self {
        Self { prefaces: self.prefaces.clone(), ..Self::default() }
    }
}

/// What an office says before a round-up since a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefaced {
    /// Since when, by the server's clock.
    pub since: Timestamp,
    /// When that was written down: later, of an old folder that was seen for the first time.
    pub noted: Timestamp,
    /// What names the words; none where there is no preface any more.
    pub words: Option<Fingerprint>,
}

impl Catalogue {
    /// The same with all that was ever said before round-ups, in the order in which it was.
    #[must_use]
    pub fn with_prefaces(mut self, prefaces: impl IntoIterator<Item = (RoundUp, Prefaced)>) -> Self {
        let mut by_round_up: BTreeMap<RoundUp, Vec<Prefaced>> = BTreeMap::new();
        for (round_up, prefaced) in prefaces {
            by_round_up.entry(round_up).or_default().push(prefaced);
        }
        let shared = |(round_up, prefaces)| (round_up, Arc::<[Prefaced]>::from(prefaces));
        self.round_ups.prefaces = by_round_up.into_iter().map(shared).collect();
        self
    }

    /// The page of a round-up, as a feed has it.
    pub fn round_up(&self, round_up: &RoundUp) -> Option<&Arc<Placed>> {
        self.round_ups.placed.get(round_up)
    }

    /// All round-ups, as feeds have them.
    pub fn round_ups(&self) -> impl Iterator<Item = (&RoundUp, &Arc<Placed>)> {
        self.round_ups.placed.iter()
    }

    /// When a round-up is to be had that is not yet, if there will be one: its period is not over, and what it sums up is there.
    pub fn closes(&self, round_up: &RoundUp) -> Option<Timestamp> {
        let closes = round_up.period.span(&self.site.zone).end;
        let is_wanted = self.site.round_ups.contains(&round_up.period.length());
        (closes > self.reached && is_wanted && self.wants_round_ups(&round_up.summed_up())).then_some(closes)
    }

    /// What names the words before a round-up, as this version of it has them.
    pub fn preface(&self, placed: &Placed) -> Option<Fingerprint> {
        let prefaces = self.round_ups.prefaces.get(&placed.round_up()?)?;
        prefaces.iter().rev().find(|prefaced| prefaced.since <= placed.entered)?.words
    }

    /// How often round-ups come: as often as the shortest of their periods.
    pub(super) fn rhythm(&self, name: &FeedName) -> Option<Length> {
        matches!(name, FeedName::RoundUps(_)).then(|| self.site.round_ups.first().copied()).flatten()
    }

    /// Whether there are round-ups of a feed: of everything and of each category, unless its file says no, and of what else files
    /// define where they say yes. What is not for everybody has none.
    pub(super) fn wants_round_ups(&self, name: &FeedName) -> bool {
        let own = definition(&self.definitions, name);
        let is_usual = match name {
            FeedName::All => true,
            FeedName::Plain(_) => self.has_feed(name) && !is_selected(&self.definitions, name),
            _ => return false,
        };
        let is_a_partners = own.is_some_and(|own| own.partner.is_some());
        !is_a_partners && own.and_then(|own| own.round_ups).unwrap_or(is_usual)
    }

    /// Something else, or nothing any more, is said before a round-up.
    pub(super) fn prefaced(
        &mut self,
        round_up: &RoundUp,
        prefaced: Prefaced,
        touched: &mut BTreeSet<FeedName>,
    ) {
        let before = self.round_ups.prefaces.get(round_up).cloned().unwrap_or_default();
        let mut prefaces: Vec<Prefaced> = before.iter().copied().chain([prefaced]).collect();
        let since: Vec<Timestamp> = prefaces.iter().map(|prefaced| prefaced.since).collect();
        let overtaken: BTreeSet<Timestamp> = overtaken(&since, &self.site.zone, self.open_since).collect();
        prefaces.retain(|prefaced| !overtaken.contains(&prefaced.since));
        self.round_ups.prefaces.insert(round_up.clone(), prefaces.into());
        let closed = round_up.period.span(&self.site.zone).end;
        if self.round_ups.placed.contains_key(round_up) {
            let prefaced = Prefaced { since: prefaced.since.max(closed), ..prefaced };
            let name = round_up.summed_up();
            let told = Closing::of(self, name).told(round_up);
            self.place_version(round_up, &told, prefaced);
            touched.insert(round_up.feed());
        }
    }

    /// The versions of a round-up that is there, or comes: by what stands before it when its period closes, and what later.
    pub(super) fn versions(&self, round_up: &RoundUp) -> Vec<Prefaced> {
        let closed = round_up.period.span(&self.site.zone).end;
        let prefaces = self.round_ups.prefaces.get(round_up).cloned().unwrap_or_default();
        let before = prefaces.iter().rev().find(|prefaced| prefaced.since <= closed);
        let first = Prefaced {
            since: closed,
            noted: before.map_or(closed, |prefaced| prefaced.noted.max(closed)),
            words: before.and_then(|prefaced| prefaced.words),
        };
        let later = prefaces.iter().filter(|prefaced| prefaced.since > closed).copied();
        std::iter::once(first).chain(later).collect()
    }

    /// Puts a round-up into its feed, in each version that it had.
    pub(super) fn place(&mut self, round_up: &RoundUp, told: &Told) {
        for prefaced in self.versions(round_up) {
            self.place_version(round_up, told, prefaced);
        }
    }

    /// Takes a round-up out of its feed, in all versions that it had.
    pub(super) fn take_out(&mut self, round_up: &RoundUp) {
        let Some(placed) = self.round_ups.placed.remove(round_up) else { return };
        self.places = self.places.wrapping_sub(place(round_up, &placed));
        let entered = self.versions(round_up).into_iter().map(|version| version.since);
        let past: Vec<Arc<Past>> =
            entered.filter_map(|entered| self.chronicle.take_out(&placed, entered)).collect();
        if let Some(members) = self.feeds.get_mut(&round_up.feed()) {
            let members = Arc::make_mut(members);
            members.remove(&placed, placed.labels.iter().next());
            members.remove_row(&placed);
            past.iter().for_each(|past| members.remove_row(&past.placed));
            members.settle_rows(self.open_since, &self.site.zone);
        }
    }

    /// Takes out those of periods that are not over at this moment.
    pub(super) fn take_out_from(&mut self, open_since: Timestamp, touched: &mut BTreeSet<FeedName>) {
        let is_open = |round_up: &&RoundUp| round_up.period.span(&self.site.zone).end > open_since;
        let open: Vec<RoundUp> = self.round_ups.placed.keys().filter(is_open).cloned().collect();
        for round_up in open {
            self.take_out(&round_up);
            touched.insert(round_up.feed());
        }
    }

    /// Puts a version of a round-up into its feed, in place of the one before it.
    fn place_version(&mut self, round_up: &RoundUp, told: &Told, prefaced: Prefaced) {
        let placed = Arc::new(self.placed_round_up(round_up, told, prefaced));
        self.latest = self.latest.max(placed.modified);
        self.places = self.places.wrapping_add(place(round_up, &placed));
        let before = self.round_ups.placed.insert(round_up.clone(), placed.clone());
        let before = before.map(|before| Past { placed: before, until: placed.entered, withdrawal: None });
        if let Some(past) = &before {
            self.places = self.places.wrapping_sub(place(round_up, &past.placed));
        }
        let members = Arc::make_mut(self.feeds.entry(Arc::new(round_up.feed())).or_default());
        let label = placed.labels.iter().next();
        if let Some(past) = before {
            members.remove(&past.placed, past.placed.labels.iter().next());
            let is_forgotten = past.placed.entered == placed.entered
                || is_overtaken_within_month(&past, &self.site.zone, self.open_since);
            match is_forgotten {
                true => members.remove_row(&past.placed),
                false => self.chronicle.keep(Arc::new(past)),
            }
        }
        members.insert(&placed, label);
        members.insert_row(&placed);
        members.settle_rows(self.open_since, &self.site.zone);
    }

    pub(super) fn placed_round_up(&self, round_up: &RoundUp, told: &Told, prefaced: Prefaced) -> Placed {
        let published = round_up.period.span(&self.site.zone).end;
        let id = Id::of_round_up(&IdSpace::of(&self.site.id), round_up);
        let preface = prefaced.words.map(|words| words.to_string()).unwrap_or_default();
        let parts = [id.to_string().as_str(), &preface, &told.called].map(|part| Fingerprint::of([part]));
        // Its page says since when: the same words that come back later are other bytes.
        let since = Fingerprint::of([prefaced.since.seconds().to_le_bytes()]);
        let fingerprint = Fingerprint::of([told.tells, since].into_iter().chain(parts));
        let label = Label { feed: round_up.feed(), text: told.called.clone() };
        let name = Slug::of(&round_up.period.to_string()).expect("a period is digits and letters");
        Placed {
            key: Key::of_round_up(round_up),
            size: AROUND + NAMED * u32::try_from(told.rows.min(MOST_NAMED)).expect("there are few"),
            id,
            slug: name,
            published,
            out: published,
            entered: prefaced.since,
            updated: prefaced.since,
            modified: told.changed.map_or(prefaced.noted, |changed| changed.max(prefaced.noted)),
            corrected: None,
            fingerprint,
            labels: Labels::shared([Arc::new(label)].into()),
        }
    }
}

/// Of what was said before a round-up since these moments, one after the other, what nothing tells of any more: something else
/// was said within the month, and that month is over.
pub fn overtaken(since: &[Timestamp], zone: &Zone, open_since: Timestamp) -> impl Iterator<Item = Timestamp> {
    let pairs = since.iter().copied().zip(since.iter().copied().skip(1));
    let is_overtaken = move |(this, next): &(Timestamp, Timestamp)| {
        *this < open_since && *next < Month::of(*this, zone).span(zone).end
    };
    pairs.filter(is_overtaken).map(|(this, _)| this)
}

/// What its line in a sitemap amounts to.
fn place(round_up: &RoundUp, placed: &Placed) -> u128 {
    let parts = [round_up.to_string().into_bytes(), placed.updated.seconds().to_le_bytes().to_vec()];
    u128::from_le_bytes(*Fingerprint::of(parts).as_bytes())
}
