//! What topics are in the edition that is shown, and their bytes.

use crate::answer::{masked, topic};
use crate::edition::{Edition, Encoding, Print, VersionName};
use crate::hub::Standing;
use crate::press::{Press, PrintError};
use crate::publisher::{Told, clock};
use crate::words::{Delivers, Site, Topic};
use bytes::Bytes;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often an edition that was overtaken while printing is replaced by the next before giving up for now.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(5);
/// How long the publisher has before it is told again of what cannot be printed.
const TELL_AGAIN: Duration = Duration::from_secs(10);

/// Finds documents for deliveries.
pub struct Documents {
    pub press: Arc<Press>,
    /// The publisher, and when it was last told of something.
    pub told: Mutex<(Sender<Told>, Option<Instant>)>,
}

/// A topic's document, as it is at this moment.
pub struct Document {
    pub site: Arc<Site>,
    pub version: VersionName,
    pub body: Bytes,
}

/// What a topic is in an edition at this moment.
pub fn standing(edition: &Edition, asked: &Topic) -> Standing {
    match topic(edition, asked, clock()) {
        Some(validators) => Standing::Version(validators.name()),
        None => Standing::Closed,
    }
}

impl Documents {
    /// A topic's document in the edition that is shown; where the site wants it so, only what is new in it since this
    /// version. `None` when it is closed, or cannot be printed just now.
    pub async fn find(&self, asked: &Topic, since: Option<VersionName>) -> Option<Document> {
        for _ in 0..TRIES {
            let edition = self.press.edition()?;
            let validators = topic(&edition, asked, clock())?;
            let print = Print::Feed(asked.outlet.clone(), asked.format);
            let whole = edition.sheet(print, validators);
            let since = since.filter(|_| edition.site().push.delivers == Delivers::Changes);
            let sheet = since.and_then(|base| edition.changes(&whole, base)).unwrap_or(whole);
            let printed = match sheet.bytes(Encoding::Identity) {
                Some(body) => Ok(body.clone()),
                None => self.press.document(&edition, &sheet, Encoding::Identity).await,
            };
            match printed {
                Ok(body) => {
                    return Some(Document { site: edition.site().clone(), version: validators.name(), body });
                }
                // The next edition is on its way.
                Err(PrintError::Stale) => {}
                Err(PrintError::Unread(place)) => self.tell(Told::LookAgain(place)),
                Err(PrintError::Damaged(key)) => {
                    self.tell(Told::Damaged(key));
                    return None;
                }
                Err(PrintError::Busy | PrintError::Nothing) => return None,
                Err(PrintError::Failed) => {
                    let address = edition.site().topic_url(asked);
                    tracing::error!("{} could not be printed for its subscribers", masked(&address));
                    return None;
                }
                Err(PrintError::Journal(error)) => {
                    tracing::error!("a document could not be printed for its subscribers: {error}");
                    return None;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        None
    }

    fn tell(&self, news: Told) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.1.is_none_or(|last| last.elapsed() > TELL_AGAIN) {
            told.1 = Some(Instant::now());
            // A publisher that is gone hears nothing.
            let _ = told.0.send(news);
        }
    }
}
