//! Round-ups: nobody wrote them down, so their words are composed when somebody asks, from those of the articles they name.

use super::{Fresh, Press, PrintError};
use crate::catalogue::{Most, Placed};
use crate::edition::Edition;
use crate::words::{Article, Fingerprint, Published};
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
        let contents = edition.catalogue().contents(&round_up, most);
        let named: Vec<_> = contents.named().cloned().collect();
        let articles = self.gather(edition, &named, false, fresh)?;
        let preface = edition.catalogue().preface(placed).map(|words| self.preface(&words)).transpose()?;
        edition.compose(placed, &contents, &articles, preface.as_ref()).ok_or(PrintError::Nothing)
    }

    /// What stands before a round-up.
    fn preface(&self, words: &Fingerprint) -> Result<Article, PrintError> {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.preface(words).map_err(PrintError::Journal)?.ok_or(PrintError::Stale)
    }
}
