//! What other web servers have to be told so that they answer from exported files as bantin does: rules for classes of addresses,
//! and where single addresses lead.

mod class;
mod guesses;
mod headers;
mod nginx;
mod redirects;
mod said;

#[cfg(test)]
mod tests;

pub use class::Class;
pub use said::Said;

use crate::answer::{Answer, Body, lasting, message, respond};
use crate::edition::{Edition, Lead, Print};
use crate::words::{Embed, EmbedOptions, Format, Site, Slug, Timestamp};
use http::{Request, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeMap;
use url::Url;

/// What is kept of a name in an address.
const IN_NAMES: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The address of a file that travels with articles, by its path below the content folder.
pub fn media_address(path: &str) -> String {
    format!("/media/{}", utf8_percent_encode(path, IN_NAMES))
}

/// What stands at an address at which there is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is to be found there from now on.
    Moved(String),
    /// It is to be found there for now.
    Elsewhere(String),
    /// It was withdrawn, or an agreement is over.
    Gone,
}

impl Outcome {
    /// The status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Moved(_) => 301,
            Self::Elsewhere(_) => 302,
            Self::Gone => 410,
        }
    }

    /// Where it leads.
    pub fn to(&self) -> Option<&str> {
        match self {
            Self::Moved(to) | Self::Elsewhere(to) => Some(to),
            Self::Gone => None,
        }
    }
}

/// All that a host has to be told.
pub struct Rules {
    /// Where the site's addresses begin.
    pub base: Url,
    /// What is said before each class of documents.
    pub said: BTreeMap<Class, Said>,
    /// The addresses at which something else is said than at others of their class.
    pub apart: BTreeMap<String, (Class, Said)>,
    /// Which files that travel with articles are of which type, by what follows the last dot of their names.
    pub media_types: BTreeMap<String, &'static str>,
    /// The addresses that lead elsewhere or nowhere.
    pub leads: BTreeMap<String, Outcome>,
    /// The feeds that have addresses which people guess: those of categories.
    categories: Vec<Slug>,
    /// What is said with a small page that says what happened.
    of_messages: Said,
    /// How long it may be kept that something moved.
    moved_for: String,
}

impl Rules {
    /// Those that make of an edition's files what it answers at this moment.
    pub fn of(edition: &Edition, now: Timestamp) -> Self {
        let site = edition.site();
        let mut rules = Self {
            base: site.base.clone(),
            said: BTreeMap::new(),
            apart: BTreeMap::new(),
            media_types: BTreeMap::new(),
            leads: leads(edition),
            categories: guesses::categories(edition),
            of_messages: Said::of(&message(site, StatusCode::NOT_FOUND).headers),
            moved_for: String::new(),
        };
        rules.hear_documents(edition);
        rules.hear_media(edition, now);
        let guessed = guesses::fixed().map(str::to_owned).chain(guesses::round_ups(edition));
        for path in guessed {
            let answer = ask(edition, &path, now);
            let to = answer.headers.get(header::LOCATION).and_then(|to| to.to_str().ok());
            if let (StatusCode::MOVED_PERMANENTLY, Some(to)) = (answer.status, to) {
                rules.leads.insert(path, Outcome::Moved(to.to_owned()));
                rules.moved_for = Said::of(&answer.headers).cache_control().to_owned();
            }
        }
        rules
    }

    /// Asks documents what is said of them: one of each class, since it is the same of all; and each feed that there is an
    /// agreement on, since that says who may show it.
    fn hear_documents(&mut self, edition: &Edition) {
        let mut agreed: BTreeMap<String, (Class, Said)> = BTreeMap::new();
        let first =
            edition.everything().skip_while(|(print, _)| !matches!(print, Print::Archive(..))).take(3);
        let documents = edition.of_subjects().chain(first).chain(edition.of_articles());
        let documents = documents.chain(edition.of_round_ups());
        for (print, validators) in documents {
            let class = Class::of(&print);
            let is_agreed = print.feed().is_some_and(|name| edition.catalogue().partner(name).is_some());
            if !is_agreed && self.said.contains_key(&class) || print.file().is_none() {
                continue;
            }
            let said = Said::of(&lasting(edition, &edition.sheet(print.clone(), validators)));
            if is_agreed {
                agreed.insert(print.address(), (class, said));
            } else {
                self.said.insert(class, said);
            }
        }
        agreed.retain(|_, (class, said)| self.said.get(class) != Some(said));
        self.apart = agreed;
    }

    fn hear_media(&mut self, edition: &Edition, now: Timestamp) {
        for (path, media) in edition.all_media() {
            let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.'));
            if let Some((_, extension)) = extension {
                self.media_types.entry(extension.to_lowercase()).or_insert(media.media_type);
            }
        }
        let Some((path, _)) = edition.all_media().next() else { return };
        let answer = ask(edition, &media_address(path), now);
        if let Body::Media { .. } = answer.body {
            self.said.insert(Class::Media, Said::of(&answer.headers).without_type());
        }
    }

    /// What is said before a document of this class at this address.
    pub fn said_at(&self, class: Class, address: &str) -> Option<&Said> {
        self.apart.get(address).map(|(_, said)| said).or_else(|| self.said.get(&class))
    }

    /// The files that tell hosts: for nginx, and for Netlify, Cloudflare Pages and others like them.
    pub fn files(&self) -> [(&'static str, String); 4] {
        [
            ("_headers", headers::file(self)),
            ("_redirects", redirects::file(self)),
            ("nginx.conf", nginx::include(self)),
            ("nginx-map.conf", nginx::map(self)),
        ]
    }
}

/// What an edition answers at a path to who has no wishes.
fn ask(edition: &Edition, path: &str, now: Timestamp) -> Answer {
    let request = Request::get(path).header(header::HOST, "a").body(());
    let (parts, ()) = request.expect("a path of ours is a sound target").into_parts();
    respond(edition, &parts, now)
}

/// Where the addresses lead at which articles were, and feeds whose agreements are over.
fn leads(edition: &Edition) -> BTreeMap<String, Outcome> {
    let site = edition.site();
    let mut leads = BTreeMap::new();
    for (slug, lead) in edition.leads() {
        let [article, embed] = match lead {
            Lead::To(to) => [site.permalink(to), article_embed(site, to)].map(Outcome::Moved),
            Lead::Nowhere => [Outcome::Gone, Outcome::Gone],
        };
        leads.insert(format!("/articles/{slug}"), article);
        leads.insert(format!("/embed/articles/{slug}"), embed);
        leads.insert(format!("/articles/{slug}/"), Outcome::Moved(site.permalink(slug)));
    }
    for (name, archive, other) in edition.archives_to_come() {
        for format in Format::ALL {
            let to = match &other {
                Some(other) => site.archive_url(name, other, format),
                None => site.feed_url(name, format),
            };
            let from = Print::Archive(name.clone(), archive, format).address();
            leads.insert(from, Outcome::Elsewhere(to));
        }
    }
    for name in edition.over() {
        let usual = EmbedOptions::default();
        let formats = Format::ALL.into_iter().map(|format| Print::Feed(name.clone().into(), format));
        let embeds =
            Embed::ALL.into_iter().map(|embed| Print::Embed(name.clone().into(), embed, embed.usual()));
        let prints = formats.chain(embeds).chain([Print::FeedPage(name.clone(), usual)]);
        leads.extend(prints.map(|print| (print.address(), Outcome::Gone)));
    }
    leads
}

fn article_embed(site: &Site, slug: &Slug) -> String {
    site.article_embed_url(slug, &EmbedOptions::default())
}
