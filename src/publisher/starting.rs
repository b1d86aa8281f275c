//! A publisher as it is when it begins: with what the journal remembers.

use super::board::{Board, PROBLEMS};
use super::held::{HELD, Noted};
use super::loss::Guard;
use super::mounted::{self, MOUNTS};
use super::notes::{READING, ROOT, read_root, write_documents};
use super::settling::Settling;
use super::standing::Watching;
use super::{FirstLook, Publisher, Told, clock, office};
use crate::catalogue::{Catalogue, Key};
use crate::edition::{Edition, Media, Renewed, Subject};
use crate::folder::Folder;
use crate::journal::{Journal, PrefaceFile, Remembered, Session, WORDS_BEHIND, Write};
use crate::ledger::Ledger;
use crate::letterbox::Letterbox;
use crate::metrics::Metrics;
use crate::press::Press;
use crate::readers::{Desk, Readers};
use crate::render::status::Status;
use crate::settings::{FeedDefinition, Overrides};
use crate::words::{ContentPath, Site, Timestamp};
use arc_swap::ArcSwapOption;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Instant;
use url::Url;

/// What the publisher works with.
pub struct Setup {
    /// Where and how to read.
    pub desk: Arc<Desk>,
    /// The feeds that `feeds/` defines.
    pub definitions: Arc<[FeedDefinition]>,
    /// What flags say over the settings.
    pub overrides: Overrides,
    /// The address used when nobody names a base.
    pub listening: Url,
    /// The memory.
    pub journal: Journal,
    /// What it remembered at the start.
    pub remembered: Remembered,
    /// Where editions are shown.
    pub press: Arc<Press>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Where it says how things stand, as soon as it has begun.
    pub standing: Arc<ArcSwapOption<Status>>,
    /// What partners are handed.
    pub ledger: Arc<Ledger>,
    /// Where commands leave what they ask for.
    pub letterbox: Letterbox,
    /// Its own address.
    pub told: Sender<Told>,
}

/// What is remembered, as an edition: to be made [whole](Edition::next_whole) before it is shown.
pub struct Recalled {
    /// All documents, with the validators they had.
    pub edition: Edition,
    pub(super) media: imbl::OrdMap<ContentPath, Arc<Media>>,
    pub(super) pictures: imbl::OrdMap<ContentPath, Arc<Media>>,
}

impl Recalled {
    /// Takes from what is remembered all but the remarks and the files that stand before round-ups.
    pub fn of(
        site: &Arc<Site>,
        definitions: &Arc<[FeedDefinition]>,
        remembered: &mut Remembered,
        now: Timestamp,
    ) -> Self {
        let Remembered {
            placed,
            past: rows,
            purged,
            open_since,
            prefaces,
            preface_files,
            old_addresses,
            gone,
            documents,
            media,
            pictures,
            remarks,
        } = std::mem::take(remembered);
        (remembered.remarks, remembered.preface_files) = (remarks, preface_files);
        let feeds = documents.iter().filter_map(|(subject, (_, label))| match subject {
            Subject::Feed(name) => Some((name.clone(), label.clone())),
            _ => None,
        });
        let past = now.plus_seconds(-site.withdrawn_for());
        let gone = gone.into_iter().filter(|gone| gone.withdrawal.at > past);
        let (site, definitions) = (site.clone(), definitions.clone());
        let catalogue = Catalogue::whole(site, definitions, placed, old_addresses, feeds, now)
            .with_gone(gone)
            .with_past(rows)
            .with_purged(purged)
            .with_prefaces(prefaces);
        let catalogue = open_since.into_iter().fold(catalogue, Catalogue::reaching);
        let validators =
            documents.into_iter().map(|(subject, (validators, _))| (subject, validators)).collect();
        let [media, pictures] = [media, pictures].map(|all| {
            all.into_iter().map(|(path, media)| (path, Arc::new(media))).collect::<imbl::OrdMap<_, _>>()
        });
        let edition = Edition::remembered(catalogue, validators, now);
        let edition = edition.with_media(Arc::new(media.clone())).with_pictures(Arc::new(pictures.clone()));
        Self { edition, media, pictures }
    }
}

impl Publisher {
    /// A publisher that shows at once what the journal remembers.
    ///
    /// # Errors
    /// When the journal refuses or no reader can be started.
    pub fn new(setup: Setup) -> Result<Self, Box<dyn std::error::Error>> {
        let Setup {
            desk,
            definitions,
            overrides,
            listening,
            mut journal,
            mut remembered,
            press,
            metrics,
            standing,
            ledger,
            letterbox,
            told,
        } = setup;
        let wake = {
            let told = std::sync::Mutex::new(told.clone());
            Arc::new(move || {
                let told = told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                // A publisher that is gone needs no reports.
                let _ = told.send(Told::Reported);
            })
        };
        let count = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
        let readers = Readers::start(count, false, wake.clone())?;
        let patient_readers = Readers::start(count, true, wake.clone())?;
        let steward = Readers::start(2, false, wake)?;
        let (receipts, misplaced) = office::start(&desk, &definitions, &journal, &told)?;
        let feeds_root = Folder::new(desk.feeds.clone()).identity().ok();

        let now = clock();
        let was_empty = remembered.placed.is_empty();
        let Recalled { mut edition, media, pictures } =
            Recalled::of(&desk.site, &definitions, &mut remembered, now);
        // Where that cannot be written, it is tried at the next start.
        let _ = journal.session().and_then(|session| {
            forget_past(&session, edition.catalogue(), now)?;
            session.commit()
        });
        let mut unwritten = None;
        if !was_empty {
            let (restored, renewed) = edition.next_whole(edition.catalogue().clone(), now);
            if let Err(error) = write_documents(&mut journal, &restored, renewed.iter().cloned(), now) {
                unwritten = Some((renewed, error));
            }
            edition = restored;
        }

        let read_alike = journal.note(READING)?.is_none_or(|reading| reading == desk.reading.to_string());
        if !read_alike {
            // Where that cannot be written, it is tried at the next start.
            let _ = journal.session().and_then(|session| {
                session.write(&Write::ReadAgain, now)?;
                session.write(&Write::Note(READING, desk.reading.to_string()), now)?;
                session.commit()
            });
        }
        let mut prefaces: BTreeMap<ContentPath, PrefaceFile> = remembered.preface_files.into_iter().collect();
        if !read_alike {
            prefaces.values_mut().for_each(|file| file.stamp = None);
        }
        let nothing_remembered = journal.is_empty()?;
        let filling = journal.note(WORDS_BEHIND)?.map(|_| Key(0));
        let root = journal.note(ROOT)?.and_then(|text| read_root(&text));
        let noted = journal.note(HELD)?.and_then(|note| Noted::read(&note));
        let mounts = journal.note(MOUNTS)?.map(|note| mounted::read(&note)).unwrap_or_default();
        let to_come = journal.session()?.ahead()?;
        metrics.waiting.set(to_come.waiting);
        let mut board = Board::new(now, journal.note(PROBLEMS)?.as_deref());
        let mut problems = BTreeMap::new();
        for (path, since, remarks) in remembered.remarks {
            board.changed(&path, &remarks, since);
            problems.insert(path, remarks);
        }
        let start = Instant::now();
        let guard =
            noted.map_or_else(Guard::default, |noted| Guard::resumed(noted.stood, noted.greatest, start));
        let mut publisher = Self {
            desk,
            definitions,
            overrides,
            listening,
            journal,
            press,
            metrics,
            standing,
            told,
            receipts,
            ledger,
            written_down: start,
            readers,
            patient_readers,
            steward,
            edition,
            watch: None,
            root,
            root_fault: None,
            watch_fault: None,
            journal_fault: None,
            damage: None,
            journal_retry: None,
            sweep_fault: None,
            settings_fault: None,
            file_system: None,
            silent: None,
            watching: Watching::default(),
            changed: start,
            began: start,
            root_due: start,
            root_asked: false,
            unproven: false,
            mounts,
            unmounted: Vec::new(),
            away: 0,
            feeds_root,
            feeds_are_silent: false,
            rewatch_due: start,
            rewatch_after_sweep: false,
            sweep_due: start,
            sweeps: HashMap::new(),
            sweep_again: false,
            sweep_failures: 0,
            found_nothing: false,
            settings_due: start,
            settings_asked: false,
            had_site_file: false,
            first_look: FirstLook::Walking,
            nothing_remembered,
            began_empty: nothing_remembered,
            filling,
            to_come,
            busy_until: start,
            media,
            pictures,
            prefaces,
            passed_over: BTreeMap::new(),
            problems,
            settings_problems: misplaced.into_iter().collect(),
            board,
            missing: BTreeMap::new(),
            guard,
            held: None,
            noted,
            weighing_due: start,
            reminding_due: start,
            letterbox,
            letters_due: start,
            asked: None,
            settling: Settling::default(),
            urgent: VecDeque::new(),
            patient: VecDeque::new(),
            under_way: HashMap::new(),
            stuck: HashSet::new(),
            told_unreadable: BTreeSet::new(),
            taken_in: Vec::new(),
            taken_media: Vec::new(),
            taken_prefaces: Vec::new(),
            taken_in_since: None,
            is_pressing: false,
            unwritten: Renewed::new(),
        };
        if let Some((renewed, error)) = unwritten {
            publisher.unwritten = renewed;
            publisher.set_journal_fault(&error);
        }
        if !was_empty {
            publisher.show();
        }
        Ok(publisher)
    }
}

/// Has the journal forget what nothing tells of any more.
pub(super) fn forget_past(
    session: &Session<'_>,
    catalogue: &Catalogue,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let known: HashSet<(Key, Timestamp)> =
        catalogue.past().map(|past| (past.placed.key, past.placed.entered)).collect();
    for row in session.past_rows()? {
        if !known.contains(&row) {
            session.write(&Write::NoPast(row.0, row.1), now)?;
        }
    }
    Ok(())
}
