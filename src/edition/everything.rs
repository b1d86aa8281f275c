//! All that an edition has an address for, told for whoever carries it away. Nothing is forgotten: each subject is asked for its
//! documents, and each document where it lies.

use super::{Edition, Media, Print, Subject, Validators};
use crate::catalogue::{ArchivePart, Archived, Leads};
use crate::render::Scope;
use crate::words::{ArchiveName, Embed, EmbedOptions, FeedName, Format, Outlet, Phase, Slug};
use std::iter::successors;
use std::sync::Arc;

/// Where an address leads at which nothing stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lead<'a> {
    /// The article has another one now.
    To(&'a Slug),
    /// It was withdrawn.
    Nowhere,
}

impl Edition {
    /// All documents that everybody may have, with their validators. Of those that differ only in what somebody asks for,
    /// the usual one; of archives, those that feeds lead to now.
    pub fn everything(&self) -> impl Iterator<Item = (Print, Validators)> {
        let of_archives = self.open_feeds().flat_map(move |name| {
            self.archived(name).flat_map(move |(archive, part)| {
                let validators = self.archive_validators(name, &part);
                let print = move |format| Some((Print::Archive(name.clone(), archive, format), validators?));
                Format::ALL.into_iter().filter_map(print)
            })
        });
        self.of_subjects().chain(of_archives).chain(self.of_articles()).chain(self.of_round_ups())
    }

    /// Those that are neither of archives nor of articles.
    pub fn of_subjects(&self) -> impl Iterator<Item = (Print, Validators)> {
        self.validators.iter().flat_map(|(subject, validators)| {
            self.open_prints(subject).into_iter().map(|print| (print, *validators))
        })
    }

    /// Those of articles.
    pub fn of_articles(&self) -> impl Iterator<Item = (Print, Validators)> {
        self.catalogue.addressed().flat_map(|placed| {
            let (slug, validators) = (placed.slug.clone(), self.article_validators(placed));
            let embed = Print::ArticleEmbed(slug.clone(), EmbedOptions::default());
            [Print::Article(slug), embed].map(|print| (print, validators))
        })
    }

    /// The pages of round-ups.
    pub fn of_round_ups(&self) -> impl Iterator<Item = (Print, Validators)> {
        self.catalogue.round_ups().filter_map(|(round_up, _)| {
            Some((Print::RoundUp(round_up.clone()), self.round_up_validators(round_up)?))
        })
    }

    /// The feeds that everybody may have at the moment the edition speaks of.
    pub fn open_feeds(&self) -> impl Iterator<Item = &FeedName> {
        self.catalogue.feed_names().map(|(name, _)| name).filter(|name| self.is_open(name))
    }

    /// The documents of a feed's archive as it leads to them, the newest first. One that carries everything leads to none.
    fn archived(&self, name: &FeedName) -> impl Iterator<Item = (ArchiveName, ArchivePart)> {
        let newest = self.catalogue.feed(name).and_then(|feed| match self.scope(&feed) {
            Scope::Since(archive) => Some(archive),
            Scope::All | Scope::Some | Scope::Archive { .. } => None,
        });
        let part = move |archive: ArchiveName| Some((archive, self.archive_part(name, &archive)?));
        successors(newest.and_then(part), move |(_, later)| later.previous.and_then(part))
    }

    /// The names after which archives lead, of which there is no document yet or ever; and what has its articles until then, if
    /// that is not the feed itself.
    pub fn archives_to_come(&self) -> impl Iterator<Item = (&FeedName, ArchiveName, Option<ArchiveName>)> {
        self.open_feeds().flat_map(move |name| {
            let next = self.archived(name).filter_map(|(_, part)| part.next);
            next.filter_map(move |next| match self.catalogue.archive(name, &next)? {
                Archived::Part(_) => None,
                Archived::At(other) => Some((name, next, Some(other))),
                Archived::InFeed => Some((name, next, None)),
            })
        })
    }

    /// A subject's documents, if everybody may have them.
    fn open_prints(&self, subject: &Subject) -> Vec<Print> {
        let is_open = match subject {
            Subject::Feed(name) => self.is_open(name),
            _ => true,
        };
        let mut prints = if is_open { subject.prints() } else { Vec::new() };
        if *subject == Subject::Sitemap && self.sitemap_parts() > 1 {
            prints.extend((1..=self.sitemap_parts()).map(Print::SitemapPart));
        }
        prints
    }

    /// Whether a feed is to be had by everybody at the moment the edition speaks of.
    pub(super) fn is_open(&self, name: &FeedName) -> bool {
        self.catalogue.admits(&name.clone().into()) && self.is_running(name)
    }

    /// The files that travel with articles, and the pictures that were in them.
    pub fn all_media(&self) -> impl Iterator<Item = (&str, &Arc<Media>)> {
        let own = self.media.iter();
        let within = self.pictures.iter().filter(|(path, _)| !self.media.contains_key(*path));
        own.chain(within).map(|(path, media)| (path.as_str(), media))
    }

    /// The addresses of articles at which nothing stands any more, in order.
    pub fn leads(&self) -> impl Iterator<Item = (&Slug, Lead<'_>)> {
        self.catalogue.old_addresses().map(|(slug, leads)| match leads {
            Leads::To(to) => (slug, Lead::To(to)),
            Leads::Nowhere(_) => (slug, Lead::Nowhere),
        })
    }

    /// The feeds for everybody whose agreement is over, in order.
    pub fn over(&self) -> impl Iterator<Item = &FeedName> {
        let now = self.catalogue.as_of();
        let names = self.catalogue.feed_names().map(|(name, _)| name);
        names.filter(move |name| {
            self.catalogue.admits(&Outlet::from((*name).clone()))
                && matches!(self.catalogue.phase(name, now), Phase::Over(_))
        })
    }
}

impl Print {
    /// The name of the file that holds it in a folder in which addresses are paths; `None` of what is only for who asks for just
    /// that. A page, whose address has no suffix, is called by it and `.html`, which is no address of another: but for
    /// embeds, whose fragments have that. Their pages are the index of a folder.
    pub fn file(&self) -> Option<String> {
        match self {
            Print::Feed(Outlet { token: None, .. }, _) | Print::Archive(..) => Some(self.path()),
            Print::FeedPage(_, options) if options.is_usual() => Some(self.path() + ".html"),
            Print::Embed(Outlet { token: None, .. }, embed, options) if *options == embed.usual() => {
                Some(match embed {
                    Embed::Page => self.path() + "/index.html",
                    Embed::Fragment | Embed::Json | Embed::Svg | Embed::Png => self.path(),
                })
            }
            Print::ArticleEmbed(_, options) if options.is_usual() => Some(self.path() + ".html"),
            Print::Feed(..) | Print::FeedPage(..) | Print::Embed(..) | Print::ArticleEmbed(..) => None,
            Print::Changes(..) | Print::OEmbed(..) => None,
            Print::Home => Some("index.html".to_owned()),
            Print::Article(_) | Print::RoundUp(_) => Some(self.path() + ".html"),
            Print::Opml | Print::Sitemap | Print::SitemapPart(_) | Print::NewsSitemap => Some(self.path()),
            Print::Robots | Print::Script | Print::Pinned(_) => Some(self.path()),
        }
    }

    /// Its address without the `/` in front.
    fn path(&self) -> String {
        self.address().split_off(1)
    }
}
