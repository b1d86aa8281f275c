//! What event streams say, made once for all who heard last of the same version.

use crate::edition::{Edition, News, Subject, VersionName};
use crate::press::{Press, PrintError};
use crate::words::{FeedName, Published};
use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::Arc;

/// How many bytes of it are kept for the next who asks.
const MOST_KEPT: u64 = 4 << 20;

/// Of a feed, what is told to who heard of one version when there is another.
type Between = (FeedName, Option<VersionName>, VersionName);

/// What was said lately.
pub struct Bulletins {
    press: Arc<Press>,
    kept: Cache<Between, Bytes, Weigh>,
}

impl Bulletins {
    /// Nothing yet.
    pub fn new(press: Arc<Press>) -> Self {
        Self { press, kept: Cache::with_weighter(1000, MOST_KEPT, Weigh) }
    }

    /// What became of a feed since a version.
    ///
    /// # Errors
    /// As for [documents](Press::document).
    pub async fn since(
        &self,
        edition: &Edition,
        name: &FeedName,
        heard: Option<VersionName>,
    ) -> Result<Bytes, PrintError> {
        let present = edition.validators(&Subject::Feed(name.clone())).ok_or(PrintError::Nothing)?;
        let make = async {
            let news = edition.news_since(name, heard);
            let headlines = match &news {
                News::Version => Vec::new(),
                News::Changes(since) => self.press.headlines(edition, since.carried.clone()).await?,
            };
            written(edition, name, &news, &headlines)
        };
        self.kept.get_or_insert_async(&(name.clone(), heard, present.name()), make).await
    }
}

/// That a feed is another than it was, and no more.
pub fn version(edition: &Edition, name: &FeedName) -> Result<Bytes, PrintError> {
    written(edition, name, &News::Version, &[])
}

fn written(
    edition: &Edition,
    name: &FeedName,
    news: &News,
    headlines: &[Arc<Published>],
) -> Result<Bytes, PrintError> {
    let events = edition.events(name, news, headlines).ok_or(PrintError::Nothing)?;
    Ok(events.into_boxed_slice().into())
}

/// Counts bytes, with a rough allowance for what surrounds them.
#[derive(Clone)]
struct Weigh;

impl Weighter<Between, Bytes> for Weigh {
    fn weight(&self, _: &Between, bytes: &Bytes) -> u64 {
        bytes.len() as u64 + 200
    }
}
