//! What an event stream says of a feed.

use super::{Edition, Since, Subject, VersionName};
use crate::render::events;
use crate::words::{FeedName, Published, Withdrawal};
use std::sync::Arc;

/// How many changes are told one by one. Who missed more is better off with the document.
const MOST_CHANGES: usize = 100;

/// What is to be told of a feed to who heard of it last in some version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Which version there is: what became of his is not known, or too long to tell.
    Version,
    /// What became of it since, change by change.
    Changes(Since),
}

impl Edition {
    /// What is to be told of a feed to who heard of it last in this version.
    pub fn news_since(&self, name: &FeedName, heard: Option<VersionName>) -> News {
        let count = |since: &Since| since.carried.len() + since.gone.len() + since.left.len();
        let since = heard.and_then(|heard| self.since(name, heard));
        since.filter(|since| count(since) <= MOST_CHANGES).map_or(News::Version, News::Changes)
    }

    /// The events of that, the oldest first; `headlines` are those of the articles that are new, in their order. `None` when
    /// there is no such feed.
    pub fn events(&self, name: &FeedName, news: &News, headlines: &[Arc<Published>]) -> Option<Vec<u8>> {
        let present = self.validators(&Subject::Feed(name.clone()))?;
        let (site, version) = (self.site(), present.name());
        Some(match news {
            News::Version => events::version(site, &version, present.modified),
            News::Changes(since) => {
                let articles: Vec<Arc<Published>> = headlines.iter().rev().cloned().collect();
                let withdrawn: Vec<&Withdrawal> =
                    since.gone.iter().rev().map(|gone| &gone.withdrawal).collect();
                let (withdrawn, articles) = (&withdrawn[..], &articles[..]);
                events::changes(&events::Changes { site, withdrawn, left: &since.left, articles }, &version)
            }
        })
    }
}
