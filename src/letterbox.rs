//! What a command and the running bantin say to each other, through two files in the state folder. No port is needed for
//! it, and nobody can ask who may not write there.

use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A request older than this was left by a command that is gone.
const STALE: Duration = Duration::from_secs(60);

/// The two files.
#[derive(Clone, Debug)]
pub struct Letterbox {
    request: PathBuf,
    answer: PathBuf,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Tells it from others, and when it was made, in nanoseconds since 1970.
    pub number: u64,
    /// What for.
    pub asked: Asked,
}

/// What a command asks the running bantin for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// Up to how many missing files a loss is accepted that is not believed; `None` only asks what there is to accept.
    Accept(Option<usize>),
    /// That nothing is kept of an article any more.
    Purge {
        /// Its id or its address, as somebody wrote it.
        article: String,
        /// It is to be done; without that it is only asked what there is to do.
        is_meant: bool,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The request's number.
    pub to: u64,
    /// How far it is.
    pub outcome: Outcome,
    /// How many files are missing.
    pub missing: usize,
    /// The same for people, in the site's language.
    pub said: String,
}

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// There is something to do, and nothing was done.
    Waiting,
    /// It is being done.
    UnderWay,
    /// It was done.
    Done,
    /// There is nothing to do, or it cannot be done now.
    Refused,
}

impl Letterbox {
    /// The one in this state folder.
    pub fn new(state: &Path) -> Self {
        Self { request: state.join("request"), answer: state.join("answer") }
    }

    /// Leaves a request.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub fn ask(&self, asked: Asked) -> io::Result<Request> {
        let request = Request { number: now(), asked };
        put(&self.request, &request)?;
        Ok(request)
    }

    /// Whether the request still lies there: nobody has taken it.
    pub fn is_untaken(&self) -> bool {
        self.request.exists()
    }

    /// Takes the request back.
    pub fn take_back(&self) {
        // Where it was taken just now, there is nothing to take back.
        let _ = std::fs::remove_file(&self.request);
    }

    /// The answer to a request, as far as it goes.
    pub fn answer_to(&self, request: &Request) -> Option<Answer> {
        get::<Answer>(&self.answer).filter(|answer| answer.to == request.number)
    }

    /// Takes the request out that lies there, if somebody still waits for its answer.
    pub fn take(&self) -> Option<Request> {
        let request = get::<Request>(&self.request);
        if request.is_some() || self.request.exists() {
            std::fs::remove_file(&self.request).ok()?;
        }
        let age = |request: &Request| now().abs_diff(request.number);
        request.filter(|request| u128::from(age(request)) < STALE.as_nanos())
    }

    /// Leaves an answer.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub fn reply(&self, answer: &Answer) -> io::Result<()> {
        put(&self.answer, answer)
    }
}

/// Written whole before it is seen.
fn put(place: &Path, letter: &impl Serialize) -> io::Result<()> {
    let unfinished = place.with_extension("tmp");
    std::fs::write(&unfinished, serde_json::to_vec(letter)?)?;
    std::fs::rename(&unfinished, place)
}

fn get<T: for<'de> Deserialize<'de>>(place: &Path) -> Option<T> {
    serde_json::from_slice(&std::fs::read(place).ok()?).ok()
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_taken_once_and_answered_to_who_asked() {
        let state = tempfile::tempdir().expect("a folder");
        let letters = Letterbox::new(state.path());
        assert_eq!(letters.take(), None);
        let request = letters.ask(Asked::Accept(Some(12))).expect("it can be written");
        assert!(letters.is_untaken());
        assert_eq!(letters.take(), Some(request.clone()));
        assert!(!letters.is_untaken());
        assert_eq!(letters.take(), None);
        let answer = Answer { to: request.number, outcome: Outcome::Done, missing: 12, said: "xong".into() };
        letters.reply(&answer).expect("it can be written");
        assert_eq!(letters.answer_to(&request), Some(answer));
        let other = Asked::Purge { article: "urn:x:1".to_owned(), is_meant: true };
        assert_eq!(letters.answer_to(&Request { number: 1, asked: other }), None);
    }

    #[test]
    fn a_request_left_long_ago_or_of_rubbish_is_thrown_away() {
        let state = tempfile::tempdir().expect("a folder");
        let letters = Letterbox::new(state.path());
        for left in ["{\"number\": 5, \"asked\": {\"accept\": 12}}", "rubbish", ""] {
            std::fs::write(state.path().join("request"), left).expect("it can be written");
            assert_eq!(letters.take(), None, "{left}");
            assert!(!letters.is_untaken(), "{left}");
        }
    }
}
