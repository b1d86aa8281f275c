use super::phrases::{self, Phrases};
use crate::render::round_up::feed_label;
use crate::words::{
    Article, Enclosure, FeedName, Format, Image, Language, LanguageTag, Page, Published, Site, Term,
    Timestamp, path_segment,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use url::Url;

/// About how many characters of a summary a list or a description shows.
const SHORT: usize = 280;

/// Words that lead somewhere.
pub struct Link {
    pub label: String,
    pub address: String,
}

/// A category an article is filed under, and its page, unless only a partner may see that.
pub struct Filed {
    pub label: String,
    pub page: Option<String>,
}

impl Filed {
    pub fn of(site: &Site, category: &Term, closed: &BTreeSet<FeedName>) -> Self {
        let name = FeedName::category(category.slug.clone());
        let page = (!closed.contains(&name)).then(|| site.feed_page(&name));
        Self { label: category.label.clone(), page }
    }

    /// Where the first of what an article is filed under leads, and a round-up's feed.
    pub fn first(site: &Site, published: &Published, closed: &BTreeSet<FeedName>) -> Self {
        match &published.page {
            Page::Article(_) => Self::of(site, published.article.primary_category(), closed),
            Page::RoundUp(round_up) => {
                Self { label: feed_label(site.interface(), ""), page: Some(site.feed_page(&round_up.feed())) }
            }
        }
    }
}

/// A feed in one format.
pub struct Document {
    pub format: &'static str,
    /// What its address has on a page that shows it once.
    pub id: String,
    pub media_type: &'static str,
    pub title: String,
    pub address: String,
}

/// The feed in every format.
pub fn documents(site: &Site, name: &FeedName, title: &str) -> Vec<Document> {
    (Format::ALL.into_iter())
        .map(|format| Document {
            format: format.label(),
            id: format!("address-{}", format.suffix()),
            media_type: format.media_type(),
            title: format!("{title} ({})", format.label()),
            address: site.feed_url(name, format),
        })
        .collect()
}

/// Where who is given a page's address learns how to show it (oembed.com, section 4).
pub fn oembed_links(site: &Site, address: &str, title: &str) -> [Document; 2] {
    let kinds = [("JSON", "json", "application/json+oembed"), ("XML", "xml", "text/xml+oembed")];
    kinds.map(|(format, name, media_type)| Document {
        format,
        id: format!("oembed-{name}"),
        media_type,
        title: title.to_owned(),
        address: format!("{}oembed?url={}&format={name}", site.base, path_segment(address)),
    })
}

/// An instant, for programs and for people.
pub struct When {
    pub machine: String,
    pub people: String,
}

impl When {
    pub fn of(site: &Site, at: Timestamp) -> Self {
        Self { machine: site.zone.rfc3339(at), people: site.time(at) }
    }
}

/// An article as a list shows it.
pub struct Line<'a> {
    pub language: Option<&'a str>,
    pub category: Filed,
    pub published: When,
    pub title: &'a str,
    pub address: String,
    pub summary: String,
}

/// The first `most` articles, for a page in this language. Nothing leads to the `closed` feeds.
pub fn lines<'a>(
    site: &'a Site,
    page: &str,
    articles: &'a [Arc<Published>],
    most: usize,
    closed: &BTreeSet<FeedName>,
) -> Vec<Line<'a>> {
    let line = |published: &'a Arc<Published>| {
        let article = &published.article;
        Line {
            language: foreign(language_of(site, article), page),
            category: Filed::first(site, published, closed),
            published: When::of(site, published.published),
            title: &article.title,
            address: site.page(&published.page),
            summary: shortened(&article.summary),
        }
    };
    articles.iter().take(most).map(line).collect()
}

/// A feed as a list of feeds shows it.
pub struct FeedLine {
    /// Its name in addresses.
    pub name: FeedName,
    /// What readers see in their list of subscriptions.
    pub title: String,
    /// How many articles it has.
    pub articles: usize,
}

/// Feeds of one kind, as the home page shows them.
pub struct Group {
    pub title: &'static str,
    pub lines: Vec<GroupLine>,
    /// There were more than a page should list.
    pub cut: bool,
}

/// One feed in a [`Group`].
pub struct GroupLine {
    pub title: String,
    pub page: String,
    pub articles: String,
    pub documents: Vec<Document>,
}

/// The feeds that `belongs` picks, in the order given; of more than `most`, those with the most articles, but for those of
/// everything that is corrected and of round-ups.
pub fn group(
    site: &Site,
    title: &'static str,
    feeds: &[FeedLine],
    most: usize,
    belongs: fn(&FeedName) -> bool,
) -> Group {
    let mut picked: Vec<(usize, &FeedLine)> =
        feeds.iter().filter(|feed| belongs(&feed.name)).enumerate().collect();
    let cut = picked.len() > most;
    if cut {
        let is_one_of_many =
            |feed: &FeedLine| !matches!(feed.name, FeedName::Corrections | FeedName::RoundUps(_));
        picked.sort_by_key(|(place, feed)| (is_one_of_many(feed), std::cmp::Reverse(feed.articles), *place));
        picked.truncate(most);
        picked.sort_by_key(|(place, _)| *place);
    }
    let line = |(_, feed): (usize, &FeedLine)| GroupLine {
        title: feed.title.clone(),
        page: site.feed_page(&feed.name),
        articles: match feed.name {
            FeedName::RoundUps(_) => phrases::round_ups(site.interface(), feed.articles),
            _ => phrases::articles(site.interface(), feed.articles),
        },
        documents: documents(site, &feed.name, &feed.title),
    };
    Group { title, lines: picked.into_iter().map(line).collect(), cut }
}

/// Where common feed readers take a new subscription.
pub fn readers(say: &Phrases, address: &str) -> Vec<Link> {
    let written = path_segment(address);
    let reader = |label: &str, address: String| Link { label: label.to_owned(), address };
    vec![
        reader("Feedly", format!("https://feedly.com/i/subscription/feed%2F{written}")),
        reader("Inoreader", format!("https://www.inoreader.com/?add_feed={written}")),
        reader("NewsBlur", format!("https://www.newsblur.com/?url={written}")),
        reader("The Old Reader", format!("https://theoldreader.com/feeds/subscribe?url={written}")),
        reader(say.app_on_this_device, format!("feed:{address}")),
    ]
}

/// Media that travels with an article, as its page shows it.
pub struct Media {
    pub shown: Shown,
    pub address: String,
    pub media_type: String,
    pub label: &'static str,
    pub size: String,
}

/// What a page can do with media.
pub enum Shown {
    /// Play the sound.
    Audio,
    /// Play the film.
    Video,
    /// Only lead there.
    Link,
}

/// How the page shows an enclosure. It plays only what the site serves itself; see
/// [`content_security_policy`](super::content_security_policy).
pub fn media(site: &Site, enclosure: &Enclosure) -> Media {
    let say = Phrases::of(site.interface());
    let (shown, label) = match enclosure.media_type.split('/').next() {
        Some("audio") => (Shown::Audio, say.download_audio),
        Some("video") => (Shown::Video, say.download_video),
        _ => (Shown::Link, say.download_file),
    };
    Media {
        shown: if is_ours(site, &enclosure.url) { shown } else { Shown::Link },
        address: enclosure.url.to_string(),
        media_type: enclosure.media_type.clone(),
        label,
        size: phrases::size(site.interface(), enclosure.length),
    }
}

/// The picture to show above the text: one that the site serves itself and the text does not show already.
pub fn picture<'a>(site: &Site, article: &'a Article) -> Option<&'a Image> {
    let shown_in_text = |url: &Url| {
        let plain = url.as_str();
        article.html.contains(plain) || article.html.contains(&plain.replace('&', "&amp;"))
    };
    article.image.as_ref().filter(|image| is_ours(site, &image.url) && !shown_in_text(&image.url))
}

/// Whether the site itself serves what stands there.
pub fn is_ours(site: &Site, url: &Url) -> bool {
    url.origin() == site.base.origin()
}

/// An address a page may link to as the place an article comes from.
pub fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// The language an article is in.
pub fn language_of<'a>(site: &'a Site, article: &'a Article) -> &'a LanguageTag {
    article.language.as_ref().unwrap_or(&site.language)
}

/// The language bantin speaks on this site's pages: the site's own where bantin knows it.
pub fn page_language(site: &Site) -> &str {
    spoken(&site.language)
}

/// The language bantin speaks to people who read this one: itself, where bantin knows it.
pub fn spoken(language: &LanguageTag) -> &str {
    let written = language.as_str();
    match (language.interface(), written.split('-').next()) {
        (Language::Vi, _) | (Language::En, Some("en")) => written,
        (Language::En, _) => "en",
    }
}

/// The language of a text, where it is not the one of the page around it.
pub fn foreign<'a>(text: &'a LanguageTag, page: &str) -> Option<&'a str> {
    (text.as_str() != page).then_some(text.as_str())
}

/// The text cut after a word; a mark shows that something is missing.
pub fn shortened(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(SHORT) else { return text.to_owned() };
    let cut = &text[..end];
    let whole_words = cut.rfind(char::is_whitespace).map_or(cut, |blank| &cut[..blank]);
    format!("{}…", whole_words.trim_end_matches(|c: char| c.is_whitespace() || ",;:.–-".contains(c)))
}

/// The title of a browser tab.
pub fn titled(page: &str, site: &str) -> String {
    let says_so = page.strip_suffix(site).is_some_and(|before| before.is_empty() || before.ends_with("– "));
    if says_so { page.to_owned() } else { format!("{page} – {site}") }
}
