//! Who may see a feed, and on what terms.

use super::{Catalogue, definition};
use crate::words::{FeedName, Outlet, Partner, Token};
use std::collections::BTreeSet;
use url::Url;

impl Catalogue {
    /// Whether a feed may be seen at one of its addresses: a public one at its public address, a private one at those with a
    /// token of its own. Every way to a feed asks this.
    pub fn admits(&self, outlet: &Outlet) -> bool {
        match &outlet.token {
            None => self.has_feed(&outlet.name) && !self.private.contains(&outlet.name),
            Some(token) => self.opened_by(token) == Some(&outlet.name),
        }
    }

    /// The feed that a token opens. Each hash there is gets compared, in the same time whatever comes of it. A token that
    /// stands in two files opens neither: nobody can say whose it is.
    pub fn opened_by(&self, token: &Token) -> Option<&FeedName> {
        let given = token.hash();
        let (mut opened, mut times) = (None, 0);
        for definition in self.definitions.iter() {
            let known = definition.partner.iter().flat_map(|partner| &partner.tokens);
            if known.fold(false, |opens, known| opens | known.is(&given)) {
                opened = Some(&definition.name);
                times += 1;
            }
        }
        opened.filter(|_| times == 1)
    }

    /// The feeds that only who knows a token gets.
    pub fn private(&self) -> &BTreeSet<FeedName> {
        &self.private
    }

    /// The agreement a feed was made for.
    pub fn partner(&self, name: &FeedName) -> Option<&Partner> {
        definition(&self.definitions, name)?.partner.as_ref()
    }

    /// The terms on which what a feed carries may be used.
    pub fn licence(&self, name: &FeedName) -> Option<&Url> {
        let own = definition(&self.definitions, name).and_then(|definition| definition.licence.as_ref());
        own.or(self.site.licence.as_ref())
    }
}
