//! The edition that is shown, and the bytes of its documents: printed when somebody first asks, or before an edition is
//! shown in which something was changed that people ask for; kept within a bound, and shared by everyone who asks for
//! the same.

mod ahead;
mod behind;
mod composing;

pub use ahead::{Ahead, Fresh};

use crate::catalogue::{Key, Most, Placed};
use crate::edition::{
    Dictionary, DictionaryEncoding, Edition, Encoding, MOST_KEPT, MOST_TEXT, Packing, Print, Sheet, compress,
    compress_with,
};
use crate::journal::{Reader, Source, Words};
use crate::metrics::Metrics;
use crate::readers::Desk;
use crate::words::{Fingerprint, Published};
use ahead::Printer;
use arc_swap::{ArcSwapOption, Guard};
use behind::Packer;
use bytes::Bytes;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

/// How many documents are printed or packed at once.
const AT_WORK: usize = 2;
/// How long a document may wait for others to be printed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which bytes: a version is one set of words, printed and packed in one way.
type Version = (Fingerprint, Print, Packing);
/// Where those wait who ask for bytes that are being made, and where they find them.
type Place = tokio::sync::Mutex<Option<Bytes>>;

/// Why a document could not be printed.
#[derive(Debug)]
pub enum PrintError {
    /// An article has changed since the edition was made: ask the newer one.
    Stale,
    /// The edition has no such document.
    Nothing,
    /// The printing broke off.
    Failed,
    /// Too much is being printed.
    Busy,
    /// The words of this article are not what was written.
    Damaged(Key),
    /// The file of this article, whose words were not written down yet, is not what it was.
    Unread(PathBuf),
    /// The journal refuses.
    Journal(rusqlite::Error),
}

/// Prints documents and keeps them.
pub struct Press {
    edition: ArcSwapOption<Edition>,
    /// Changes whenever an edition is shown.
    shown: watch::Sender<()>,
    in_work: Mutex<HashMap<Version, Weak<Place>>>,
    /// By article, so that words that were revised make room for those that took their place.
    words: Cache<Key, (Fingerprint, Arc<Published>), Weigh>,
    reader: Mutex<Reader>,
    desk: Arc<Desk>,
    at_work: Arc<Semaphore>,
    printer: Printer,
    patient_printer: Printer,
    packer: Packer,
    metrics: Arc<Metrics>,
}

impl Press {
    /// A press without an edition yet.
    ///
    /// # Errors
    /// When its threads cannot be started.
    pub fn new(reader: Reader, desk: Arc<Desk>, metrics: Arc<Metrics>) -> io::Result<Self> {
        Ok(Self {
            edition: ArcSwapOption::empty(),
            shown: watch::Sender::new(()),
            in_work: Mutex::default(),
            words: cache(4000, MOST_KEPT / 4),
            reader: Mutex::new(reader),
            desk,
            at_work: Arc::new(Semaphore::new(AT_WORK)),
            printer: Printer::start(false)?,
            patient_printer: Printer::start(true)?,
            packer: Packer::start()?,
            metrics,
        })
    }

    /// The edition that is shown; `None` before the first look at the folder is done.
    pub fn edition(&self) -> Option<Arc<Edition>> {
        self.edition.load_full()
    }

    /// The edition that is shown, for the length of a look.
    pub fn glance(&self) -> Guard<Option<Arc<Edition>>> {
        self.edition.load()
    }

    /// Shows an edition from now on.
    pub fn show(&self, edition: Edition) {
        let edition = Arc::new(edition);
        self.edition.store(Some(edition.clone()));
        edition.settle();
        self.metrics.editions.inc();
        self.shown.send_replace(());
    }

    /// Tells when another edition is shown; of several at once, once.
    pub fn shown(&self) -> watch::Receiver<()> {
        self.shown.subscribe()
    }

    /// A document's bytes, printed if need be. Who asks for what is being printed waits for that, without holding a
    /// thread; who leaves does not end the printing, which is for the next.
    ///
    /// # Errors
    /// When the edition is overtaken, the journal refuses or too much is being printed.
    pub async fn document(
        self: &Arc<Self>,
        edition: &Arc<Edition>,
        sheet: &Arc<Sheet>,
        encoding: Encoding,
    ) -> Result<Bytes, PrintError> {
        let document = self.job(edition, sheet).document(encoding);
        tokio::spawn(document).await.unwrap_or(Err(PrintError::Failed))
    }

    /// What makes of a dictionary that document, made if need be.
    ///
    /// # Errors
    /// As for [documents](Self::document).
    pub async fn difference(
        self: &Arc<Self>,
        edition: &Arc<Edition>,
        sheet: &Arc<Sheet>,
        dictionary: &Arc<Dictionary>,
        encoding: DictionaryEncoding,
    ) -> Result<Bytes, PrintError> {
        let difference = self.job(edition, sheet).difference(dictionary.clone(), encoding);
        tokio::spawn(difference).await.unwrap_or(Err(PrintError::Failed))
    }

    /// A document's bytes, printed on this thread and kept for nobody.
    ///
    /// # Errors
    /// When an article has changed since the edition was made, or the journal refuses.
    pub fn proof(&self, edition: &Edition, print: &Print) -> Result<Bytes, PrintError> {
        self.set(edition, print, &Fresh::default())
    }

    fn job(self: &Arc<Self>, edition: &Arc<Edition>, sheet: &Arc<Sheet>) -> Job {
        Job {
            press: self.clone(),
            edition: edition.clone(),
            sheet: sheet.clone(),
            fresh: Fresh::default(),
            is_ahead: false,
        }
    }

    /// Where the bytes of a version are handed out to all who ask while somebody makes them.
    fn place(&self, version: Version) -> Arc<Place> {
        let mut in_work = self.in_work.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = in_work.get(&version).and_then(Weak::upgrade) {
            return place;
        }
        in_work.retain(|_, place| place.strong_count() > 0);
        let place = Arc::new(Place::default());
        in_work.insert(version, Arc::downgrade(&place));
        place
    }

    fn set(&self, edition: &Edition, print: &Print, fresh: &Fresh) -> Result<Bytes, PrintError> {
        let (needed, with_texts) = (edition.needs(print), edition.needs_texts(print));
        let articles = match (print, needed.as_slice()) {
            (Print::RoundUp(_), [placed]) => {
                vec![Arc::new(self.compose(edition, placed, Most::PAGE, fresh)?)]
            }
            _ => self.gather(edition, &needed, with_texts, keeps_words(print), fresh)?,
        };
        edition.print(print, &articles).map(tight).ok_or(PrintError::Nothing)
    }

    /// The words of articles, in their order; without their texts from the one on that would make these too long.
    fn gather(
        &self,
        edition: &Edition,
        needed: &[Arc<Placed>],
        with_texts: bool,
        keeps: bool,
        fresh: &Fresh,
    ) -> Result<Vec<Arc<Published>>, PrintError> {
        let mut text = 0;
        let find = |placed: &Arc<Placed>| {
            let published = match (self.kept(placed), fresh.get(&placed.fingerprint)) {
                (Some(published), _) => published,
                (None, Some(published)) => self.keep(placed, published.clone()),
                (None, None) if placed.key.is_round_up() => {
                    let composed = Arc::new(self.compose(edition, placed, Most::ENTRY, fresh)?);
                    if keeps { self.keep(placed, composed) } else { composed }
                }
                (None, None) if with_texts && keeps => self.keep(placed, Arc::new(self.read(placed)?)),
                (None, None) if with_texts => Arc::new(self.read(placed)?),
                (None, None) => Arc::new(self.headline(placed)?),
            };
            let is_first = text == 0;
            text += published.article.html.len() as u64;
            let has_room = !with_texts || is_first || text <= MOST_TEXT;
            Ok(if has_room { published } else { Arc::new(without_text((*published).clone())) })
        };
        needed.iter().map(find).collect()
    }

    /// The words of these articles, but for their texts, for a page that is none of the edition's documents.
    ///
    /// # Errors
    /// As for [documents](Self::document).
    pub async fn headlines(
        self: &Arc<Self>,
        edition: &Edition,
        needed: Vec<Arc<Placed>>,
    ) -> Result<Vec<Arc<Published>>, PrintError> {
        let (press, edition) = (self.clone(), edition.clone());
        self.work(move || press.gather(&edition, &needed, false, true, &Fresh::default())).await
    }

    /// Forgets the words of an article.
    pub fn forget(&self, key: Key) {
        self.words.remove(&key);
    }

    fn kept(&self, placed: &Placed) -> Option<Arc<Published>> {
        let (fingerprint, published) = self.words.get(&placed.key)?;
        (fingerprint == placed.fingerprint).then_some(published)
    }

    fn keep(&self, placed: &Placed, published: Arc<Published>) -> Arc<Published> {
        self.words.insert(placed.key, (placed.fingerprint, published.clone()));
        published
    }

    /// An article without its text: many at once would be long.
    fn headline(&self, placed: &Placed) -> Result<Published, PrintError> {
        self.read(placed).map(without_text)
    }

    fn read(&self, placed: &Placed) -> Result<Published, PrintError> {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        match reader.published(placed).map_err(PrintError::Journal)? {
            Words::Whole(published) => Ok(*published),
            Words::Changed => Err(PrintError::Stale),
            Words::Damaged => Err(PrintError::Damaged(placed.key)),
            Words::Unread => {
                let source = reader.source(placed.key).map_err(PrintError::Journal)?;
                drop(reader);
                self.read_file(placed, &source.ok_or(PrintError::Stale)?)
            }
        }
    }

    fn read_file(&self, placed: &Placed, source: &Source) -> Result<Published, PrintError> {
        let article = self.desk.words(source).ok().flatten();
        let article = article.ok_or_else(|| PrintError::Unread(source.file.place_of(&source.path)))?;
        Ok(placed.with_words(article))
    }
}

fn without_text(mut published: Published) -> Published {
    published.article.html = String::new();
    published
}

/// Whether words that were read for a document are wanted again soon. An archive is asked for by who walks through all of
/// it, and must not push out what everybody asks for.
fn keeps_words(print: &Print) -> bool {
    !matches!(print, Print::Archive(..))
}

/// A document to be printed.
#[derive(Clone)]
struct Job {
    press: Arc<Press>,
    edition: Arc<Edition>,
    sheet: Arc<Sheet>,
    /// Words that the journal may not have yet.
    fresh: Fresh,
    /// Whether it is done by the printer, who has nothing else to do.
    is_ahead: bool,
}

impl Job {
    async fn document(self, encoding: Encoding) -> Result<Bytes, PrintError> {
        match encoding {
            Encoding::Identity => {
                let Self { press, edition, sheet, fresh, .. } = self.clone();
                let plain = self.work(move || press.set(&edition, sheet.print(), &fresh));
                self.once(encoding, plain).await
            }
            packed => {
                let packed_plain = async {
                    let job = self.clone();
                    // Boxed, because a plain one is a document too.
                    let plain = Box::pin(job.document(Encoding::Identity)).await?;
                    self.work(move || Ok(tight(compress(&plain, packed)))).await
                };
                self.once(encoding, packed_plain).await
            }
        }
    }

    async fn difference(
        self,
        dictionary: Arc<Dictionary>,
        encoding: DictionaryEncoding,
    ) -> Result<Bytes, PrintError> {
        let packing = Packing::With(encoding, dictionary.hash.name());
        let difference = async {
            let plain = self.clone().document(Encoding::Identity).await?;
            self.work(move || Ok(tight(compress_with(&dictionary, &plain, encoding)))).await
        };
        self.once(packing, difference).await
    }

    async fn work(
        &self,
        work: impl FnOnce() -> Result<Bytes, PrintError> + Send + 'static,
    ) -> Result<Bytes, PrintError> {
        if self.is_ahead { work() } else { self.press.work(work).await }
    }

    /// Lets the first who asks do it, and the others wait for it.
    async fn once(
        &self,
        packing: impl Into<Packing>,
        make: impl Future<Output = Result<Bytes, PrintError>>,
    ) -> Result<Bytes, PrintError> {
        let packing = packing.into();
        let version = (self.sheet.validators().version, self.sheet.print().clone(), packing);
        let place = self.press.place(version);
        let mut place = timeout(PATIENCE, place.lock()).await.map_err(|_| PrintError::Busy)?;
        if let Some(bytes) = place.clone().or_else(|| self.sheet.packed(packing)) {
            return Ok(bytes);
        }
        let bytes = make.await?;
        self.edition.keep(&self.sheet, packing, bytes.clone());
        if packing == Packing::Alone(Encoding::Identity) {
            self.press.metrics.prints.inc();
        }
        *place = Some(bytes.clone());
        Ok(bytes)
    }
}

/// No longer than what is in it.
fn tight(bytes: Vec<u8>) -> Bytes {
    bytes.into_boxed_slice().into()
}

impl Press {
    /// Works on a thread for that, when it is its turn.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PrintError> + Send + 'static,
    ) -> Result<T, PrintError> {
        let turn = timeout(PATIENCE, self.at_work.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| PrintError::Busy)?.map_err(|_| PrintError::Failed)?;
        let working = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        working.await.unwrap_or(Err(PrintError::Failed))
    }
}

/// A cache of one part: of several, each would keep only what is smaller than its share.
fn cache(count: usize, bytes: u64) -> Cache<Key, (Fingerprint, Arc<Published>), Weigh> {
    let options =
        OptionsBuilder::new().shards(1).estimated_items_capacity(count).weight_capacity(bytes).build();
    let options = options.expect("both capacities are set");
    Cache::with_options(options, Weigh, DefaultHashBuilder::default(), DefaultLifecycle::default())
}

/// Counts bytes, with a rough allowance for what surrounds them.
#[derive(Clone)]
struct Weigh;

impl Weighter<Key, (Fingerprint, Arc<Published>)> for Weigh {
    fn weight(&self, _: &Key, (_, published): &(Fingerprint, Arc<Published>)) -> u64 {
        (published.article.html.len() + published.article.summary.len() + 1000) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn site() -> Arc<crate::words::Site> {
        let listening = url::Url::parse("http://127.0.0.1/").expect("an address");
        crate::settings::site("", &Default::default(), &listening).expect("sound settings").0.into()
    }

    fn press(state: &std::path::Path) -> Arc<Press> {
        let (journal, ..) = crate::journal::Journal::open(state).expect("a journal");
        let reader = journal.door().reader().expect("a reader");
        let names = crate::intake::Names::new(&[]).expect("no patterns");
        let folder = crate::folder::Folder::new(state.to_owned());
        let desk = Desk::new(folder, PathBuf::new(), Arc::new(names), site(), None);
        Arc::new(Press::new(reader, Arc::new(desk), Arc::default()).expect("threads can be started"))
    }

    #[test]
    fn what_many_ask_for_is_printed_and_packed_once() {
        let state = tempfile::tempdir().expect("a folder");
        let press = press(state.path());
        let catalogue = crate::catalogue::Catalogue::new(site(), Arc::new([]));
        let now = crate::words::Timestamp::from_seconds(1_800_000_000).expect("a sound time");
        let (edition, _) =
            Edition::remembered(catalogue.clone(), HashMap::new(), now).next_whole(catalogue, now);
        let edition = Arc::new(edition);
        let validators = edition.validators(&crate::edition::Subject::Home).expect("there is a first page");
        let ask = |encoding| {
            let (press, edition) = (press.clone(), edition.clone());
            async move {
                let sheet = edition.sheet(Print::Home, validators);
                press.document(&edition, &sheet, encoding).await
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let all: Vec<_> = Encoding::ALL.into_iter().cycle().take(40).map(ask).map(tokio::spawn).collect();
            for (number, one) in all.into_iter().enumerate() {
                let bytes = one.await.expect("it ends").expect("it can be printed");
                let sheet = edition.sheet(Print::Home, validators);
                let kept = sheet.bytes(Encoding::ALL[number % 4]).expect("it is kept");
                assert_eq!(bytes.as_ptr(), kept.as_ptr(), "it is the same in the same place");
            }
        });
        assert_eq!(press.metrics.prints.get(), 1);
    }

    /// A catalogue whose only feed has another title.
    fn titled(title: &str) -> crate::catalogue::Catalogue {
        let listening = url::Url::parse("http://127.0.0.1/").expect("an address");
        let text = format!("title = \"{title}\"");
        let (site, _) =
            crate::settings::site(&text, &Default::default(), &listening).expect("sound settings");
        crate::catalogue::Catalogue::new(Arc::new(site), Arc::new([]))
    }

    #[test]
    fn what_was_asked_for_is_printed_before_its_edition_is_shown() {
        let state = tempfile::tempdir().expect("a folder");
        let press = press(state.path());
        let now = crate::words::Timestamp::from_seconds(1_800_000_000).expect("a sound time");
        let home = |edition: &Edition| {
            let validators =
                edition.validators(&crate::edition::Subject::Home).expect("there is a first page");
            edition.sheet(Print::Home, validators)
        };
        let first = Edition::remembered(titled("Một"), HashMap::new(), now).next_whole(titled("Một"), now).0;
        assert!(first.ahead().is_empty(), "nobody has asked for anything");
        press.show(first.clone());
        let asked = home(&first);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let shown = press.edition().expect("it is shown");
        let before =
            runtime.block_on(press.document(&shown, &asked, Encoding::Identity)).expect("it can be printed");

        let (second, _) = first.next_whole(titled("Hai"), now);
        press.print_ahead(&Arc::new(second.clone()), &Fresh::default(), false).wait(0, PATIENCE);
        assert_eq!(press.metrics.prints.get(), 2);
        assert_eq!(home(&first).bytes(Encoding::Identity), Some(&before), "what is shown stays as it is");
        press.show(second.clone());
        let sheet = home(&second);
        let ahead = sheet.bytes(Encoding::Identity).expect("it is there before anybody asks");
        assert!(*ahead != before && second.keeps(&sheet));

        let (third, _) = second.next_whole(titled("Ba"), now);
        assert_eq!(third.ahead().len(), 1, "the first page, which was asked for again");
        let (fourth, _) = third.next_whole(titled("Bốn"), now);
        assert!(fourth.ahead().is_empty(), "nobody has asked for the third edition's");
    }

    #[test]
    fn words_that_were_revised_are_not_kept_beside_those_that_took_their_place() {
        let state = tempfile::tempdir().expect("a folder");
        let press = press(state.path());
        let path = crate::words::ContentPath::new(std::path::Path::new("mot.txt")).expect("a path");
        let source =
            crate::intake::Source { path: &path, bytes: "Một\n\nĐoạn một.\n".as_bytes(), beside: &[] };
        let article = crate::intake::read(&source, &site()).expect("it reads well").article;
        let now = crate::words::Timestamp::from_seconds(1_800_000_000).expect("a sound time");
        let placed = |version| Placed {
            key: Key(1),
            size: 1,
            id: crate::words::Id::derived(&crate::words::IdSpace::of("a"), &path, 0),
            slug: article.slug.clone(),
            published: now,
            out: now,
            entered: now,
            updated: now,
            modified: now,
            corrected: None,
            fingerprint: Fingerprint::from_bytes([version; 16]),
            labels: crate::catalogue::Labels::new(Vec::new(), Vec::new(), Vec::new()),
        };
        for version in 0..10 {
            let placed = placed(version);
            assert!(press.kept(&placed).is_none(), "what is kept says something else");
            let published = press.keep(&placed, Arc::new(placed.with_words(article.clone())));
            assert_eq!(press.kept(&placed), Some(published));
        }
        assert_eq!(press.words.len(), 1);
    }

    #[test]
    fn what_takes_long_is_packed_once_behind_the_answers() {
        let state = tempfile::tempdir().expect("a folder");
        let press = press(state.path());
        let now = crate::words::Timestamp::from_seconds(1_800_000_000).expect("a sound time");
        let edition =
            Edition::remembered(titled("Một"), HashMap::new(), now).next_whole(titled("Một"), now).0;
        press.show(edition.clone());
        let validators = edition.validators(&crate::edition::Subject::Home).expect("there is a first page");
        let sheet = edition.sheet(Print::Home, validators);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let edition = Arc::new(edition);
        runtime.block_on(press.document(&edition, &sheet, Encoding::Gzip)).expect("it can be printed");
        assert!(sheet.bytes(Encoding::Brotli).is_none());
        (0..10).for_each(|_| press.pack_behind(&sheet, Encoding::Brotli));
        let until = std::time::Instant::now() + PATIENCE;
        while sheet.bytes(Encoding::Brotli).is_none() && std::time::Instant::now() < until {
            std::thread::sleep(Duration::from_millis(1));
        }
        let plain = sheet.bytes(Encoding::Identity).expect("it is kept");
        assert_eq!(
            sheet.bytes(Encoding::Brotli).map(|packed| &packed[..]),
            Some(&compress(plain, Encoding::Brotli)[..])
        );
        assert_eq!(press.metrics.prints.get(), 1);
    }

    #[test]
    fn two_are_printed_at_once_and_the_others_wait() {
        let state = tempfile::tempdir().expect("a folder");
        let press = press(state.path());
        let counts = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
        let work = |_| {
            let (press, counts) = (press.clone(), counts.clone());
            async move {
                let work = move || {
                    let (now, most) = &*counts;
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(20));
                    now.fetch_sub(1, Ordering::SeqCst);
                    Ok(Bytes::new())
                };
                press.work(work).await
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let all: Vec<_> = (0..10).map(work).map(tokio::spawn).collect();
            for one in all {
                assert!(one.await.expect("it ends").is_ok());
            }
        });
        assert_eq!(counts.1.load(Ordering::SeqCst), AT_WORK);
    }
}
