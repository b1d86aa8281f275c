//! Round-ups: nobody wrote them down, so their words are composed when somebody asks, from those of the articles they name.

use super::{Fresh, Press, PrintError};
use crate::catalogue::{Most, Placed};
use crate::edition::Edition;
use crate::words::{Article, Fingerprint, Published};
use std::collections::HashMap;
use std::sync::PoisonError;

impl Press {
    /// A round-up in words, so much of it.
    pub(super) fn compose(
        &self,
        edition: &Edition,
        placed: &Placed,
        most: Most,
        fresh: &Fresh,
    ) -> Result<Published, PrintError> {
        let round_up = placed.round_up().ok_or(PrintError::Nothing)?;
        let mut contents = edition.catalogue().contents(&round_up, most);
        let mut words = HashMap::new();
        for named in contents.named() {
            match self.gather(edition, std::slice::from_ref(named), false, false, fresh) {
                Ok(published) => {
                    words.extend(published.into_iter().map(|published| (named.fingerprint, published)))
                }
                // Nothing is kept of it any more, so that it is counted and not named.
                Err(PrintError::Stale) => {}
                Err(error) => return Err(error),
            }
        }
        contents.keep_named(|placed| words.contains_key(&placed.fingerprint));
        let articles: Vec<_> =
            contents.named().filter_map(|placed| words.get(&placed.fingerprint).cloned()).collect();
        let preface = edition.catalogue().preface(placed).map(|words| self.preface(&words)).transpose()?;
        edition.compose(placed, &contents, &articles, preface.as_ref()).ok_or(PrintError::Nothing)
    }

    /// What stands before a round-up.
    fn preface(&self, words: &Fingerprint) -> Result<Article, PrintError> {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.preface(words).map_err(PrintError::Journal)?.ok_or(PrintError::Stale)
    }
}
