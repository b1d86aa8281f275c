//! The first look at a folder of which nothing is remembered. It is taken as fast as the disk gives: what places every
//! article is read and written down, the first edition is shown, and only then, behind it, come the watch and the words
//! of all articles. What is not plain to see is left to the looks that are taken at any time.

use super::arrival::{Arrival, size};
use super::clocks::wall_ns;
use super::doubles::{copy, same_headline};
use super::notes::{READING, document, open_since};
use super::settling::APPEARING;
use super::{LONG_START, Publisher, Told, clock};
use crate::catalogue::{Catalogue, Key, LabelPool, Placed};
use crate::journal::{FileRow, Session, State, WORDS_BEHIND, Write};
use crate::readers::{Glanced, Job, Look, Report, Shelf, ShelfRead};
use crate::words::{ContentPath, Id, IdSpace, Problem, Slug, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How many shelves are read, or wait to be taken in, at once. More take memory, and no less time.
const MOST_SHELVES: usize = 8;
/// How many articles are asked for at once whose words are missing, and how many of them are read at once.
const FILLED_AT_ONCE: usize = 256;
pub(super) const READ_BEHIND: usize = 4;
/// After how long that takes its share of a busy machine, which leaves nothing to those who give way.
const LONG_FILLING: Duration = Duration::from_secs(10);
/// How long that waits after something was dropped.
const CALM: Duration = Duration::from_millis(200);
/// Of how many copies the office is told at once.
const MOST_TOLD: usize = 1000;

/// What a first look has found so far.
struct Findings<'a> {
    session: &'a Session<'a>,
    space: IdSpace,
    now: Timestamp,
    placed: Vec<Placed>,
    labels: LabelPool,
    last_key: u32,
    ids: HashSet<Id>,
    /// Who has an address, by its hash, and the last number that was given to another who wanted it too. Of two addresses
    /// with one hash, which nobody will see, the later gets a number that it could do without.
    slugs: HashMap<u64, (Key, u32)>,
    problems: Vec<Problem>,
    others: usize,
}

type Outcome<T> = ControlFlow<(), rusqlite::Result<T>>;

impl Publisher {
    /// Looks at everything for the first time, if nothing is remembered and the folder is there. Breaks off when it is
    /// told to stop.
    pub(super) fn look_first(&mut self, told: &Receiver<Told>) -> ControlFlow<()> {
        if !self.nothing_remembered {
            return ControlFlow::Continue(());
        }
        self.steward.hand_out(Job::Shelves, &self.desk);
        let shelves = loop {
            wait(told)?;
            match self.steward.reports().pop() {
                Some(Report::Shelves(Ok((shelves, walk)))) if walk.unreadable.is_empty() => break shelves,
                // The looks that are taken at any time say what is wrong.
                Some(_) => return ControlFlow::Continue(()),
                // So do they of a disk that hangs.
                None if self.began.elapsed() >= LONG_START => return ControlFlow::Continue(()),
                None => {}
            }
        };
        let shelves: Vec<Arc<Shelf>> = shelves.into_iter().map(Arc::new).collect();
        let written = self.take_shelves(&shelves, told)?;
        let told = written.and_then(|problems| {
            self.journal.conclude_first_look()?;
            let copies = self.journal.copies(MOST_TOLD)?;
            Ok(problems
                .into_iter()
                .chain(copies.iter().map(|(path, other)| copy(path, other)))
                .collect::<Vec<_>>())
        });
        match told {
            Ok(problems) => problems.into_iter().for_each(|problem| {
                self.set_remarks(&problem.path.clone(), vec![problem]);
            }),
            Err(error) => self.set_journal_fault(&error),
        }
        ControlFlow::Continue(())
    }

    /// Writes down what is on the shelves and shows it, unless something on them needs a closer look first.
    fn take_shelves(&mut self, shelves: &[Arc<Shelf>], told: &Receiver<Told>) -> Outcome<Vec<Problem>> {
        let now = clock();
        let Self { journal, readers, desk, edition, .. } = self;
        let session = match journal.session() {
            Ok(session) => session,
            Err(error) => return ControlFlow::Continue(Err(error)),
        };
        let mut findings = Findings {
            session: &session,
            space: IdSpace::of(&desk.site.id),
            now,
            placed: Vec::new(),
            labels: LabelPool::default(),
            last_key: 0,
            ids: HashSet::new(),
            slugs: HashMap::new(),
            problems: Vec::new(),
            others: 0,
        };
        let still_since = wall_ns() - APPEARING.as_nanos().cast_signed();
        let mut early: BTreeMap<usize, ShelfRead> = BTreeMap::new();
        let (mut handed_out, mut taken) = (0, 0);
        while taken < shelves.len() {
            while handed_out < shelves.len().min(taken + MOST_SHELVES) {
                readers.hand_out(Job::Shelf(handed_out, shelves[handed_out].clone(), still_since), desk);
                handed_out += 1;
            }
            wait(told)?;
            for report in readers.reports() {
                match report {
                    Report::Shelf(number, Ok(read)) => drop(early.insert(number, read)),
                    Report::Shelf(number, Err(_))
                    | Report::Stuck(Job::Shelf(number, ..))
                    | Report::Panicked(Job::Shelf(number, ..)) => {
                        let unread = ShelfRead { glanced: Vec::new(), others: shelves[number].names.len() };
                        early.entry(number).or_insert(unread);
                    }
                    _ => {}
                }
            }
            // In the order of paths, whoever read faster: of two that want one address, the path decides.
            while let Some(read) = early.remove(&taken) {
                taken += 1;
                findings.others += read.others;
                for glanced in read.glanced {
                    if let Err(error) = findings.take(glanced) {
                        return ControlFlow::Continue(Err(error));
                    }
                }
            }
        }
        let Findings { placed, last_key, problems, others, .. } = findings;
        let anything = last_key > 0;
        let (site, definitions) = (desk.site.clone(), self.definitions.clone());
        let catalogue = Catalogue::whole(site, definitions, placed, [], [], now);
        let written = (|| {
            let to_come = session.ahead()?;
            let mut edition = edition.clone().holding(catalogue);
            if others == 0 {
                let (whole, renewed) = edition.next_whole(edition.catalogue().clone(), now);
                for (subject, validators) in renewed {
                    session.write(&document(&whole, subject, validators), now)?;
                }
                edition = whole.until(to_come.next());
            }
            session.write(&open_since(&edition), now)?;
            if anything {
                session.write(&Write::Note(WORDS_BEHIND, String::new()), now)?;
            }
            session.write(&Write::Note(READING, desk.reading.to_string()), now)?;
            session.commit()?;
            Ok((edition, to_come))
        })();
        ControlFlow::Continue(written.map(|(edition, to_come)| {
            self.to_come = to_come;
            self.edition = edition;
            self.nothing_remembered = !anything;
            self.filling = anything.then_some(Key(0));
            if others == 0 {
                self.show();
            }
            problems
        }))
    }

    /// Puts something dropped before the words that are missing.
    pub(super) fn fill_later(&mut self) {
        self.busy_until = Instant::now() + CALM;
    }

    /// Whether archives wait for the words that are missing longer than on a machine that has nothing else to do.
    pub(super) fn is_waited_for(&self) -> bool {
        self.filling.is_some() && self.began.elapsed() >= LONG_FILLING
    }

    /// Takes back what was placed by a glance and cannot be read: of it there is no last good version.
    pub(super) fn withdraw_unread(&mut self, path: &ContentPath) {
        let is_unread = |file: FileRow| self.journal.has_words(file.key).is_ok_and(|has| !has);
        if self.filling.is_some() && self.file(path).is_some_and(is_unread) {
            self.decide(|deciding| deciding.withdraw(path), &[]);
        }
    }

    /// Has the next words read that are missing in the journal, when there is nothing else to do.
    pub(super) fn fill(&mut self) {
        let Some(behind) = self.filling else { return };
        let is_busy = self.has_looks() || self.taken_in_since.is_some() || Instant::now() < self.busy_until;
        if is_busy || self.journal_fault.is_some() {
            return;
        }
        let unread = match self.journal.unread(behind, FILLED_AT_ONCE) {
            Ok(unread) => unread,
            Err(error) => return self.set_journal_fault(&error),
        };
        self.filling = unread.last().map(|(_, file)| file.key);
        if self.filling.is_none() {
            self.forget_note(WORDS_BEHIND);
            // Before the first look is done, documents have no versions yet.
            if self.press.edition().is_some() {
                self.show();
            }
        }
        let looks = unread.into_iter().map(|(path, file)| Look::at(file.place_of(&path)));
        self.patient.extend(looks.map(|look| Look { patient: true, ..look }));
    }
}

/// The same on every machine.
fn hash(slug: &Slug) -> u64 {
    let mut hasher = DefaultHasher::new();
    slug.hash(&mut hasher);
    hasher.finish()
}

/// Waits for news, a second at most.
fn wait(told: &Receiver<Told>) -> ControlFlow<()> {
    match told.recv_timeout(Duration::from_secs(1)) {
        Ok(Told::Stop) | Err(RecvTimeoutError::Disconnected) => ControlFlow::Break(()),
        Ok(_) | Err(RecvTimeoutError::Timeout) => ControlFlow::Continue(()),
    }
}

impl Findings<'_> {
    fn take(&mut self, glanced: Glanced) -> rusqlite::Result<()> {
        let Glanced { path, stamp, source, words, head, matches } = glanced;
        let id = match &head.id {
            Some(id) if self.ids.insert(id.clone()) => id.clone(),
            // Whose it is has to be told: that needs a closer look.
            Some(_) => {
                self.others += 1;
                return Ok(());
            }
            None => Id::derived(&self.space, &path, 0),
        };
        self.last_key += 1;
        let key = Key(self.last_key);
        let arrival = Arrival {
            key,
            id,
            slug: self.slug(&head.slug, key),
            wish: head.slug.clone(),
            published: head.published,
            updated: head.updated,
            source,
            words,
            size: size(&stamp),
        };
        let record = arrival.record(self.now, None);
        if record.slug != record.wish {
            self.warn_of_same_headline(&path, &record.wish, head.published, &head.title)?;
        }
        if record.state == State::Published {
            let labels = self.labels.labels([&head.categories, &head.tags, &head.authors]);
            self.placed.push(record.placed(labels.meeting(matches.clone())));
        }
        let file = FileRow { key, stamp: Some(stamp), place: None };
        self.session.write(&Write::Found(Box::new(record), Box::new(head), matches, path, file), self.now)
    }

    fn slug(&mut self, wish: &Slug, key: Key) -> Slug {
        let Some((_, number)) = self.slugs.get(&hash(wish)) else {
            self.slugs.insert(hash(wish), (key, 1));
            return wish.clone();
        };
        let mut next = *number;
        let slug = loop {
            next += 1;
            let slug = wish.numbered(next);
            if !self.slugs.contains_key(&hash(&slug)) {
                break slug;
            }
        };
        self.slugs.insert(hash(&slug), (key, 1));
        self.slugs.entry(hash(wish)).and_modify(|(_, number)| *number = next);
        slug
    }

    fn warn_of_same_headline(
        &mut self,
        path: &ContentPath,
        wish: &Slug,
        published: Option<Timestamp>,
        title: &str,
    ) -> rusqlite::Result<()> {
        if self.problems.len() >= MOST_TOLD {
            return Ok(());
        }
        let Some((other, _)) = self.slugs.get(&hash(wish)) else { return Ok(()) };
        let at = self.session.record(*other)?.map(|record| record.published);
        if published.is_some() && published == at && self.session.has_title(*other, title)? {
            let files = self.session.files_of(*other)?;
            self.problems.extend(files.first().map(|other| same_headline(path, other)));
        }
        Ok(())
    }
}
