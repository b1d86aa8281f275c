//! An exported folder held against a server: what that answers at each address is what lies there.

use super::manifest::{Entry, Lead, Manifest, PACKINGS};
use super::suffix;
use super::weighing::{Expected, Unlike, other, said, status, unreached, unread, why};
use crate::edition::Encoding;
use crate::outbound::{Destination, Message, Outbound, Replied, Unreached};
use crate::words::{Text, Timestamp};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, LOCATION, RANGE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use url::{Position, Url};

/// How many questions are under way at once.
const AT_ONCE: usize = 8;
/// How many bytes are asked for at once of a file that is not packed.
const PIECE: u64 = 8 << 20;
/// How often somebody who says that it is too much just now is asked again, and after how long.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(500);
/// How many differences are told one by one.
const MOST_TOLD: usize = 100;

/// What came of it.
#[derive(Debug, Default)]
pub struct Compared {
    /// How many questions were asked.
    pub asked: usize,
    /// What differs, as far as it is told one by one.
    pub differences: Vec<Difference>,
    /// In how many answers something differs.
    pub differing: usize,
    /// The addresses of documents of which there is another version, and that time alone may have made others of.
    pub with_time: Vec<String>,
}

/// Something that is not as it was exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub address: String,
    /// How it was asked for.
    pub packing: &'static str,
    /// What is not the same.
    pub what: Text,
}

/// Asks a server for everything that lies in an exported folder, and calls `tell` after each answer.
///
/// # Errors
/// When the server does not answer at all.
pub fn compare(
    folder: &Path,
    manifest: &Manifest,
    server: &Url,
    outbound: Outbound,
    clock: fn() -> Timestamp,
    tell: &dyn Fn(),
) -> Result<Compared, Text> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Text::new(error.to_string(), error.to_string()))?;
    let asked_again = AtomicUsize::new(0);
    let asker =
        Arc::new(Asker { folder: folder.to_owned(), server: server.clone(), outbound, clock, asked_again });
    runtime.block_on(async {
        let answers = asker.get("/", HeaderMap::new(), 1).await;
        answers.map_err(|error| {
            let Text { vi, en } = why(error);
            Text::new(format!("không hỏi được {server}: {vi}"), format!("{server} cannot be asked: {en}"))
        })?;
        let mut compared = Compared::default();
        let mut under_way: JoinSet<Vec<Answered>> = JoinSet::new();
        let mut questions = questions(manifest).into_iter();
        loop {
            while under_way.len() < AT_ONCE
                && let Some(question) = questions.next()
            {
                let asker = asker.clone();
                under_way.spawn(async move { asker.answer(question).await });
            }
            let Some(answered) = under_way.join_next().await else { break };
            for answered in answered.expect("nobody stops an asker, and none panics") {
                compared.take(answered);
                tell();
            }
        }
        compared.differences.sort_by(|a, b| (&a.address, a.packing).cmp(&(&b.address, b.packing)));
        compared.with_time.sort();
        compared.with_time.dedup();
        Ok(compared)
    })
}

/// How many questions that will be.
pub fn count(manifest: &Manifest) -> usize {
    let entries = manifest.entries.iter().filter(|entry| !entry.address.is_empty());
    entries.map(Entry::count).sum::<usize>() + manifest.leads.len()
}

enum Question {
    /// What stands at an address, and what is to be said of it.
    Entry(Entry, String, String),
    /// Where an address leads.
    Lead(Lead),
}

fn questions(manifest: &Manifest) -> Vec<Question> {
    let entries = manifest.entries.iter().filter(|entry| !entry.address.is_empty());
    let entries = entries.map(|entry| {
        let (content_type, kept) = manifest.said_of(entry);
        Question::Entry(entry.clone(), content_type.to_owned(), kept.to_owned())
    });
    let leads = manifest.leads.iter().cloned().map(Question::Lead);
    entries.chain(leads).collect()
}

enum Answered {
    Same,
    WithTime(String),
    Differs(Difference),
}

impl Compared {
    fn take(&mut self, answered: Answered) {
        self.asked += 1;
        match answered {
            Answered::Same => {}
            Answered::WithTime(address) => self.with_time.push(address),
            Answered::Differs(difference) => {
                self.differing += 1;
                if self.differences.len() < MOST_TOLD {
                    self.differences.push(difference);
                }
            }
        }
    }
}

struct Asker {
    folder: PathBuf,
    server: Url,
    outbound: Outbound,
    clock: fn() -> Timestamp,
    asked_again: AtomicUsize,
}

impl Asker {
    /// Whether time alone may have made another of a document by now.
    fn is_over(&self, entry: &Entry) -> bool {
        entry.until.is_some_and(|until| until <= (self.clock)().seconds())
    }

    async fn answer(&self, question: Question) -> Vec<Answered> {
        let (entry, content_type, kept) = match question {
            Question::Lead(lead) => return vec![self.lead(lead).await],
            Question::Entry(entry, content_type, kept) => (entry, content_type, kept),
        };
        let mut answered = Vec::new();
        for (packing, length) in PACKINGS.into_iter().zip(entry.lengths) {
            let Some(length) = length else { continue };
            let expected =
                Expected { entry: &entry, packing, length, content_type: &content_type, kept: &kept };
            let what = match self.what_differs(&expected).await {
                // It may just be another. Where much is, asking again says nothing new.
                Some(_) if self.asked_again.fetch_add(1, Ordering::Relaxed) < MOST_TOLD => {
                    tokio::time::sleep(PAUSE).await;
                    self.what_differs(&expected).await
                }
                outcome => outcome,
            };
            answered.push(match what {
                None => Answered::Same,
                Some(Unlike { is_overtaken: true, .. }) if self.is_over(&entry) => {
                    Answered::WithTime(entry.address.clone())
                }
                Some(Unlike { what, .. }) => {
                    let (address, packing) = (entry.address.clone(), packing.token());
                    Answered::Differs(Difference { address, packing, what })
                }
            });
        }
        answered
    }

    async fn lead(&self, (address, expected, to): Lead) -> Answered {
        let what = match self.get(&address, HeaderMap::new(), 64 << 10).await {
            Err(error) => unreached(error),
            Ok(reply) if reply.status.as_u16() != expected => status(expected, reply.status.as_u16()),
            Ok(reply) => {
                let leads = said(&reply, &LOCATION);
                match to.filter(|to| leads != *to) {
                    Some(to) => other("Location", &to, &leads),
                    None => return Answered::Same,
                }
            }
        };
        let packing = Encoding::Identity.token();
        Answered::Differs(Difference { address, packing, what })
    }

    async fn what_differs(&self, expected: &Expected<'_>) -> Option<Unlike> {
        match self.compare(expected).await {
            Ok(unlike) => unlike,
            Err(error) => Some(unread(&error).into()),
        }
    }

    async fn compare(&self, expected: &Expected<'_>) -> io::Result<Option<Unlike>> {
        let file = self.folder.join(format!("{}{}", expected.entry.file, suffix(expected.packing)));
        let mut file = File::open(file)?;
        let is_media = expected.entry.file.starts_with("media/");
        if !is_media || expected.length <= PIECE {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let reply = self.ask(expected, None).await;
            return Ok(expected.weigh(&bytes, StatusCode::OK, reply));
        }
        let mut from = 0;
        while from < expected.length {
            let to = (from + PIECE).min(expected.length);
            file.seek(SeekFrom::Start(from))?;
            let mut bytes = Vec::new();
            file.by_ref().take(to - from).read_to_end(&mut bytes)?;
            let reply = self.ask(expected, Some((from, to))).await;
            if let Some(unlike) = expected.weigh(&bytes, StatusCode::PARTIAL_CONTENT, reply) {
                return Ok(Some(unlike));
            }
            from = to;
        }
        Ok(None)
    }

    async fn ask(&self, expected: &Expected<'_>, piece: Option<(u64, u64)>) -> Result<Replied, Unreached> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(expected.packing.token()));
        if let Some((from, to)) = piece {
            let range = HeaderValue::from_str(&format!("bytes={from}-{}", to - 1));
            headers.insert(RANGE, range.expect("numbers stand in headers"));
        }
        let wanted = piece.map_or(expected.length, |(from, to)| to - from);
        // One byte more, to see that there is none.
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX).saturating_add(1);
        self.get(&expected.entry.address, headers, wanted).await
    }

    /// What a server answers, when it is not too much for it just now.
    async fn get(&self, address: &str, headers: HeaderMap, wanted: usize) -> Result<Replied, Unreached> {
        let target = format!("{}{address}", self.server.path().trim_end_matches('/'));
        let authority = &self.server[Position::BeforeHost..Position::AfterPort];
        let to = Destination::at(&self.server, authority, &target).ok_or(Unreached::NoSuchHost)?;
        let message = Message { method: Method::GET, to, headers, body: Bytes::new(), wanted };
        for _ in 0..TRIES {
            let reply = self.outbound.send(&message).await?;
            if reply.status != StatusCode::SERVICE_UNAVAILABLE {
                return Ok(reply);
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(Unreached::TooSlow)
    }
}
