//! Documents for who has an earlier version: what is new since, and nothing else.

use super::{Edition, Print, Sheet, Since, Subject, VersionName};
use crate::words::{Feed, Format, Outlet};
use std::sync::Arc;

impl Edition {
    /// The document of a feed for who has this version of it: what it says that it did not say there, in the same format and
    /// under the same validators. Whoever merges that with what they have then has all that the whole document
    /// ([`Print::Feed`]) says, besides what has left it meanwhile.
    ///
    /// `None` where only the whole one will do: the version is the present one or not known (any more), something else than
    /// articles has changed since, the format has no word for an article that was withdrawn since, or all that the
    /// document says is new.
    pub fn changes_print(&self, outlet: &Outlet, format: Format, base: VersionName) -> Option<Print> {
        let name = &outlet.name;
        let feed = self.catalogue.feed(name)?;
        let is_earlier = self.validators(&Subject::Feed(name.clone()))?.name() != base;
        let since = self.since(name, base).filter(|_| is_earlier)?;
        let is_told = format.names_withdrawals() || since.gone.is_empty();
        let is_less = is_told && !self.is_all(&feed, &since);
        is_less.then(|| Print::Changes(outlet.clone(), format, base))
    }

    fn is_all(&self, feed: &Feed, since: &Since) -> bool {
        since.carried.len() == self.carried(feed).count() && since.gone.len() == self.gone(&feed.name).count()
    }

    /// The same for who is given the whole document otherwise. That it may be given them has been looked at.
    pub fn changes(&self, whole: &Sheet, base: VersionName) -> Option<Arc<Sheet>> {
        let Print::Feed(outlet, format) = whole.print() else { return None };
        let print = Print::Changes(outlet.clone(), *format, base);
        let validators = *whole.validators();
        let kept = self.variants.shown(&print.address(), self.issue);
        kept.filter(|sheet| *sheet.validators() == validators).or_else(|| {
            let print = self.changes_print(outlet, *format, base)?;
            Some(self.sheet(print, validators))
        })
    }
}
