//! The bytes of a document, made when somebody first asks for them.

use super::lists::is_at_home;
use super::{Edition, HOME_ARTICLES, MOST_PLACES, SHOWN_TO_PARTNER, VersionName};
use crate::catalogue::{Gone, Placed};
use crate::render::script::Script;
use crate::render::sitemap::Place;
use crate::render::{self, Channel, Scope, embed, pages};
use crate::words::{
    ArchiveName, Content, Embed, EmbedOptions, Feed, FeedName, Format, FrameSize, Framed, LastFetch,
    OEmbedFormat, Outlet, Page, Phase, Published, RoundUp, Timestamp, Withdrawal,
};
use std::sync::Arc;

/// One document, before it is bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Print {
    /// A feed in a format.
    Feed(Outlet, Format),
    /// What that says and did not say in this version.
    Changes(Outlet, Format, VersionName),
    /// A document of its archive.
    Archive(FeedName, ArchiveName, Format),
    /// A feed as a page, and how it would look elsewhere with these options.
    FeedPage(FeedName, EmbedOptions),
    /// A feed for a page of others.
    Embed(Outlet, Embed, EmbedOptions),
    /// An article for a frame in a page of others.
    ArticleEmbed(crate::words::Slug, EmbedOptions),
    /// What oEmbed says of it.
    OEmbed(Framed, OEmbedFormat, FrameSize),
    /// The page at `/`.
    Home,
    /// An article's page.
    Article(crate::words::Slug),
    /// The page of a round-up.
    RoundUp(RoundUp),
    /// `/opml.xml`.
    Opml,
    /// `/sitemap.xml`: all addresses, or the list of its parts.
    Sitemap,
    /// One part of a sitemap, counted from 1.
    SitemapPart(usize),
    /// `/news-sitemap.xml` as of the moment its validators were made.
    NewsSitemap,
    /// `/robots.txt`.
    Robots,
    /// `/embed.js`.
    Script,
    /// A script at the address that names it.
    Pinned(Script),
}

impl Print {
    /// Its address below the site's, and its only one. That of a private feed is none that can be asked for without the
    /// token being looked at: it has no `/` in front. One with options has a `?` in it, so it is not that of a path.
    pub fn address(&self) -> String {
        match self {
            Print::Feed(Outlet { name, token: None }, format) => format!("/feeds/{name}.{}", format.suffix()),
            Print::Feed(Outlet { name, token: Some(token) }, format) => {
                format!("{} {name}.{}", token.secret(), format.suffix())
            }
            // There is no asking for it but by the address of the whole.
            Print::Changes(outlet, format, base) => {
                format!("since {base} {}", Print::Feed(outlet.clone(), *format).address())
            }
            Print::Archive(name, archive, format) => {
                format!("/archives/{name}/{archive}.{}", format.suffix())
            }
            Print::FeedPage(name, options) => format!("/feeds/{name}{options}"),
            Print::Embed(Outlet { name, token: None }, embed, options) => {
                format!("/embed/{name}{}{}", embed.suffix(), options.query(&embed.usual()))
            }
            Print::Embed(Outlet { name, token: Some(token) }, embed, options) => {
                let query = options.query(&embed.usual());
                format!("{} embed/{name}{}{query}", token.secret(), embed.suffix())
            }
            Print::ArticleEmbed(slug, options) => format!("/embed/articles/{slug}{options}"),
            Print::OEmbed(framed, format, FrameSize { width, height }) => {
                let what = match framed {
                    Framed::Feed(name, options) => format!("feeds/{name}{options}"),
                    Framed::Article(slug, options) => format!("articles/{slug}{options}"),
                };
                format!("/oembed?{format:?} {width}x{height} {what}")
            }
            Print::Home => "/".to_owned(),
            Print::Article(slug) => format!("/articles/{slug}"),
            Print::RoundUp(round_up) => format!("/round-ups/{round_up}"),
            Print::Opml => "/opml.xml".to_owned(),
            Print::Sitemap => "/sitemap.xml".to_owned(),
            Print::SitemapPart(part) => format!("/sitemap-{part}.xml"),
            Print::NewsSitemap => "/news-sitemap.xml".to_owned(),
            Print::Robots => "/robots.txt".to_owned(),
            Print::Script => "/embed.js".to_owned(),
            Print::Pinned(script) => format!("/{}", script.path()),
        }
    }
}

impl Print {
    /// Whether it is one of many that differ only in what somebody asked for.
    pub fn is_variant(&self) -> bool {
        match self {
            Print::FeedPage(_, options) | Print::ArticleEmbed(_, options) => !options.is_usual(),
            Print::Embed(_, embed, options) => *options != embed.usual(),
            Print::OEmbed(..) | Print::Changes(..) => true,
            Print::Feed(..) | Print::Archive(..) | Print::Home | Print::Article(_) | Print::RoundUp(_) => {
                false
            }
            Print::Opml | Print::Sitemap => false,
            Print::SitemapPart(_) | Print::NewsSitemap | Print::Robots => false,
            Print::Script | Print::Pinned(_) => false,
        }
    }
}

impl Print {
    /// Whether it is packed already as tightly as it can be.
    pub fn is_packed(&self) -> bool {
        matches!(self, Print::Embed(_, Embed::Png, _))
    }

    /// The feed whose articles it carries, which may be one of an agreement.
    pub fn feed(&self) -> Option<&FeedName> {
        match self {
            Print::Feed(Outlet { name, .. }, _) | Print::Embed(Outlet { name, .. }, ..) => Some(name),
            Print::FeedPage(name, _) | Print::OEmbed(Framed::Feed(name, _), ..) => Some(name),
            Print::Changes(Outlet { name, .. }, ..) | Print::Archive(name, ..) => Some(name),
            Print::Article(_) | Print::ArticleEmbed(..) | Print::OEmbed(Framed::Article(..), ..) => None,
            Print::RoundUp(_) => None,
            Print::Home | Print::Opml | Print::NewsSitemap | Print::Sitemap | Print::SitemapPart(_) => None,
            Print::Robots | Print::Script | Print::Pinned(_) => None,
        }
    }
}

/// A printed document, as it is.
pub type Printed = Vec<u8>;

impl Edition {
    /// The articles whose words a document needs, in its order.
    pub fn needs(&self, print: &Print) -> Vec<Arc<Placed>> {
        match print {
            Print::Feed(Outlet { name, .. }, _) => {
                self.catalogue.feed(name).map_or_else(Vec::new, |feed| self.carried(&feed).cloned().collect())
            }
            Print::Archive(name, archive, _) => {
                self.archive_part(name, archive).map_or_else(Vec::new, |part| part.entries)
            }
            Print::FeedPage(name, _) => {
                self.catalogue.feed(name).map_or_else(Vec::new, |feed| self.newest(&feed).cloned().collect())
            }
            Print::Changes(Outlet { name, .. }, _, base) => {
                self.since(name, *base).map_or_else(Vec::new, |since| since.carried)
            }
            Print::Embed(Outlet { name, .. }, _, options) => {
                let count = usize::from(options.count);
                let newest = |feed| self.newest(&feed).take(count).cloned().collect();
                self.catalogue.feed(name).map_or_else(Vec::new, newest)
            }
            Print::ArticleEmbed(slug, _) | Print::OEmbed(Framed::Article(slug, _), ..) => {
                self.placed(slug).cloned().into_iter().collect()
            }
            Print::OEmbed(Framed::Feed(..), ..) => Vec::new(),
            Print::Home => self.catalogue.everything().take(HOME_ARTICLES).cloned().collect(),
            Print::Article(slug) => self.placed(slug).cloned().into_iter().collect(),
            Print::RoundUp(round_up) => self.catalogue.round_up(round_up).cloned().into_iter().collect(),
            Print::NewsSitemap => self.news().cloned().collect(),
            Print::Opml | Print::Sitemap | Print::SitemapPart(_) | Print::Robots => Vec::new(),
            Print::Script | Print::Pinned(_) => Vec::new(),
        }
    }

    /// Whether it needs their texts, and not only what is said of them.
    pub fn needs_texts(&self, print: &Print) -> bool {
        match print {
            Print::Feed(Outlet { name, .. }, _)
            | Print::Changes(Outlet { name, .. }, ..)
            | Print::Archive(name, ..) => {
                self.catalogue.feed(name).is_some_and(|feed| feed.content == Content::Full)
            }
            Print::Article(_) | Print::RoundUp(_) => true,
            Print::FeedPage(..) | Print::Home | Print::NewsSitemap => false,
            Print::Embed(..) | Print::ArticleEmbed(..) | Print::OEmbed(..) => false,
            Print::Opml | Print::Sitemap | Print::SitemapPart(_) | Print::Robots => false,
            Print::Script | Print::Pinned(_) => false,
        }
    }

    /// Prints a document from the words it [needs](Self::needs). `None` when there is no such document.
    pub fn print(&self, print: &Print, articles: &[Arc<Published>]) -> Option<Printed> {
        let (site, closed) = (self.site(), self.catalogue.private());
        Some(match print {
            Print::Feed(outlet, format) => {
                let scope = self.scope(&self.catalogue.feed(&outlet.name)?);
                self.print_feed(outlet, *format, articles, scope, &mut self.gone(&outlet.name))?
            }
            Print::Changes(outlet, format, base) => {
                let gone = self.since(&outlet.name, *base)?.gone;
                self.print_feed(outlet, *format, articles, Scope::Some, &mut gone.iter())?
            }
            Print::Archive(name, archive, format) => self.print_archive(name, archive, *format, articles)?,
            Print::FeedPage(name, options) => {
                let (feed, beside) = (self.catalogue.feed(name)?, self.beside(name));
                pages::feed(site, &feed, beside, *options, articles, closed)
            }
            Print::Embed(outlet, kind, options) => {
                let feed = self.catalogue.feed(&outlet.name)?;
                let shown = embed::Presented { site, feed: &feed, outlet, options: *options, articles };
                embed::document(*kind, &shown)
            }
            Print::ArticleEmbed(_, options) => embed::article(site, articles.first()?, *options),
            Print::OEmbed(Framed::Feed(name, options), format, size) => {
                let feed = self.catalogue.feed(name)?;
                embed::oembed(site, &embed::Spoken::Feed(&feed), options, *size, *format)
            }
            Print::OEmbed(Framed::Article(slug, options), format, size) => {
                embed::oembed(site, &embed::Spoken::Article(slug, articles.first()?), options, *size, *format)
            }
            Print::Home => pages::home(site, articles, &self.feed_lines(), closed),
            Print::Article(_) => pages::article(site, articles.first()?, closed),
            Print::RoundUp(round_up) => {
                pages::round_up(site, round_up, self.summed_up(round_up), articles.first()?)
            }
            Print::Opml => render::opml::document(site, &self.outlines()),
            Print::Sitemap if self.sitemap_parts() > 1 => render::sitemap::index(site, self.sitemap_parts()),
            Print::Sitemap => self.places(1),
            Print::SitemapPart(part) if *part >= 1 && *part <= self.sitemap_parts() => self.places(*part),
            Print::SitemapPart(_) => return None,
            Print::NewsSitemap => render::sitemap::news(site, articles),
            Print::Robots => render::sitemap::robots(site),
            Print::Script => Script::present().text().into(),
            Print::Pinned(script) => script.text().into(),
        })
    }

    fn print_feed(
        &self,
        outlet: &Outlet,
        format: Format,
        articles: &[Arc<Published>],
        scope: Scope,
        gone: &mut dyn Iterator<Item = &Arc<Gone>>,
    ) -> Option<Printed> {
        let feed = self.catalogue.feed(&outlet.name)?;
        let withdrawn: Vec<&Withdrawal> = gone.map(|gone| &gone.withdrawal).collect();
        let updated = self.updated(&feed);
        let (site, withdrawn) = (self.site(), &withdrawn[..]);
        let channel = Channel { site, feed: &feed, outlet, articles, withdrawn, updated, scope };
        Some(render::document(format, &channel))
    }

    /// The newest articles that the page of a partner shows.
    pub fn shown_to_partner(&self, name: &FeedName) -> Vec<Arc<Placed>> {
        let shown = |feed: &Feed| self.carried(feed).take(SHOWN_TO_PARTNER).cloned().collect();
        self.catalogue.feed(name).as_ref().map_or_else(Vec::new, shown)
    }

    /// The page of the partner who knows this address, with the articles that are [shown](Self::shown_to_partner) there.
    pub fn partner_page(
        &self,
        outlet: &Outlet,
        articles: &[Arc<Published>],
        last: Option<LastFetch>,
        now: Timestamp,
    ) -> Option<Printed> {
        let feed = self.catalogue.feed(&outlet.name)?;
        let partner = feed.partner.as_ref()?;
        let phase = partner.phase(now);
        // What they would get does not show beyond the agreement.
        let articles = if phase == Phase::Running { articles } else { &[] };
        Some(pages::partner(&pages::Agreement {
            site: self.site(),
            feed: &feed,
            partner,
            outlet,
            label: &|name| self.catalogue.label(name),
            closed: self.catalogue.private(),
            phase,
            last,
            articles,
        }))
    }

    /// What people call what a round-up sums up; empty of everything.
    fn summed_up(&self, round_up: &RoundUp) -> &str {
        let label = self.catalogue.round_up(round_up).and_then(|placed| placed.labels.iter().next());
        label.map_or("", |label| &label.text)
    }

    fn feed_lines(&self) -> Vec<pages::FeedLine> {
        let lines =
            self.listed_feeds().filter(|(name, _)| is_at_home(name)).filter_map(|(name, articles)| {
                let title = self.listed_title(&self.catalogue.feed(name)?).to_owned();
                Some(pages::FeedLine { name: name.clone(), title, articles })
            });
        lines.collect()
    }

    fn outlines(&self) -> Vec<render::opml::Outline> {
        let feeds = self.listed_feeds().filter_map(|(name, _)| self.catalogue.feed(name));
        feeds
            .map(|feed| render::opml::Outline {
                name: feed.name,
                title: feed.title,
                description: feed.description,
            })
            .collect()
    }

    fn places(&self, part: usize) -> Printed {
        let page = |(page, placed): (Page, &Arc<Placed>)| Place { page, updated: placed.updated };
        let articles = self.catalogue.oldest().map(|placed| (Page::Article(placed.slug.clone()), placed));
        let round_ups = self.catalogue.round_ups();
        let round_ups = round_ups.map(|(round_up, placed)| (Page::RoundUp(round_up.clone()), placed));
        let places = articles.chain(round_ups).skip((part - 1) * MOST_PLACES).take(MOST_PLACES);
        let places: Vec<Place> = places.map(page).collect();
        render::sitemap::document(self.site(), &places)
    }
}
