//! Atom 1.0 (RFC 4287).

use super::Channel;
use super::xml::{self, XmlSafe, atom_extension, in_order};
use crate::words::{Format, Image, Published, Term, Timestamp, Withdrawal, Zone};
use atom_syndication::extension::Extension;
use atom_syndication::{Category, Entry, Feed, FixedDateTime, Generator, Link, Person, Text, WriteConfig};
use uuid::Uuid;

pub(super) fn document(channel: &Channel<'_>) -> Vec<u8> {
    let (site, feed) = (channel.site, channel.feed);
    let whole = Feed {
        title: Text::plain(feed.title.as_str()),
        id: feed_id(channel),
        updated: channel.updated.map_or_else(FixedDateTime::default, |updated| date(&site.zone, updated)),
        authors: vec![person(&site.title, site.base.to_string())],
        generator: Some(Generator { value: "bantin".to_owned(), ..Default::default() }),
        links: [
            link("self", channel.url(Format::Atom), Some(Format::Atom.media_type())),
            link("alternate", channel.page(), Some("text/html")),
        ]
        .into_iter()
        .chain(channel.relatives(Format::Atom).into_iter().map(relative))
        .chain(channel.hubs().into_iter().map(|hub| link("hub", hub, None)))
        .chain(licence(channel))
        .collect(),
        logo: channel.image().map(ToString::to_string),
        rights: channel.copyright().map(Text::plain),
        subtitle: (!feed.description.is_empty()).then(|| Text::plain(feed.description.as_str())),
        entries: channel.articles.iter().map(|published| entry(channel, published)).collect(),
        extensions: in_order(head_extensions(channel)),
        namespaces: xml::namespaces(&namespaces(channel)),
        base: Some(site.base.to_string()),
        lang: Some(feed.language.as_str().to_owned()),
        ..Default::default()
    };
    let config = WriteConfig { write_document_declaration: true, indent_size: Some(2) };
    xml::ended(
        whole
            .write_with_config(XmlSafe::new(Vec::with_capacity(channel.length())), config)
            .expect("memory takes every write"),
    )
}

/// What the feed is called for ever: a new address of the site does not change it, as long as the site
/// keeps its own id.
fn feed_id(channel: &Channel<'_>) -> String {
    let space = Uuid::new_v5(&Uuid::NAMESPACE_URL, channel.site.id.as_bytes());
    let name = format!("feed/{}", channel.feed.name);
    format!("urn:uuid:{}", Uuid::new_v5(&space, name.as_bytes()))
}

fn namespaces(channel: &Channel<'_>) -> Vec<xml::Namespace> {
    let history = channel.scope.mark().map(|_| xml::HISTORY);
    let tombstones = (!channel.withdrawn.is_empty()).then_some(xml::TOMBSTONES);
    [xml::DUBLIN_CORE, xml::MEDIA].into_iter().chain(history).chain(tombstones).collect()
}

fn head_extensions(channel: &Channel<'_>) -> Vec<Extension> {
    let mark = channel.scope.mark().map(|name| atom_extension(name, &[], "", Vec::new()));
    let withdrawn = channel.withdrawn.iter().map(|gone| deleted_entry(&channel.site.zone, gone));
    mark.into_iter().chain(withdrawn).collect()
}

fn relative((rel, href): (&str, String)) -> Link {
    link(rel, href, Some(Format::Atom.media_type()))
}

/// RFC 6721, section 3.
fn deleted_entry(zone: &Zone, withdrawal: &Withdrawal) -> Extension {
    let (id, when) = (withdrawal.id.to_string(), zone.rfc3339(withdrawal.at));
    let reason = withdrawal.reason.iter().map(|reason| atom_extension("at:comment", &[], reason, Vec::new()));
    atom_extension("at:deleted-entry", &[("ref", id.as_str()), ("when", when.as_str())], "", reason.collect())
}

fn entry(channel: &Channel<'_>, published: &Published) -> Entry {
    let article = &published.article;
    let zone = &channel.site.zone;
    let foreign = channel.foreign_language(published);
    let text = |value: &str| Text { lang: foreign.map(str::to_owned), ..Text::plain(value) };
    Entry {
        title: text(&article.title),
        id: published.id.to_string(),
        updated: date(zone, published.updated),
        authors: article
            .authors
            .iter()
            .map(|author| person(&author.label, channel.author_page(author)))
            .collect(),
        categories: categories(channel, published),
        links: links(channel, published),
        published: Some(date(zone, published.published)),
        summary: Some(channel.in_short(published))
            .filter(|short| !short.is_empty())
            .map(|short| text(&short)),
        // An entry may be copied into another feed, so its content names its language itself.
        content: channel.text(published).map(|text| atom_syndication::Content {
            lang: Some(channel.language(published).as_str().to_owned()),
            value: Some(text.into_owned()),
            content_type: Some("html".to_owned()),
            ..Default::default()
        }),
        extensions: in_order(extensions(channel, published)),
        ..Default::default()
    }
}

fn categories(channel: &Channel<'_>, published: &Published) -> Vec<Category> {
    let (categories, tags) = (channel.category_scheme(), channel.tag_scheme());
    let category = |term: &Term, scheme: &String| Category {
        term: term.slug.to_string(),
        scheme: Some(scheme.clone()),
        label: Some(term.label.clone()),
    };
    let filed = published.article.categories.iter().map(|term| category(term, &categories));
    let tagged = published.article.tags.iter().map(|term| category(term, &tags));
    filed.chain(tagged).collect()
}

fn links(channel: &Channel<'_>, published: &Published) -> Vec<Link> {
    let mut links = vec![link("alternate", channel.link(published), Some("text/html"))];
    if let Some(enclosure) = channel.enclosure(published) {
        links.push(Link {
            length: Some(enclosure.length.to_string()),
            ..link("enclosure", enclosure.url.to_string(), Some(&enclosure.media_type))
        });
    }
    links.extend(licence(channel));
    links
}

/// RFC 4946. An entry may be copied into another feed, so it says so itself as well.
fn licence(channel: &Channel<'_>) -> Option<Link> {
    channel.licence().map(|licence| link("license", licence.to_string(), None))
}

fn extensions(channel: &Channel<'_>, published: &Published) -> Vec<Extension> {
    let mut extensions = Vec::new();
    if let Some(publication) = &published.article.publication {
        // RFC 4287 lets a source have a title alone (section 4.2.11); the crate's would make up an id and a
        // date for a paper of which we know the name.
        let title = vec![atom_extension("title", &[], publication, Vec::new())];
        extensions.push(atom_extension("source", &[], "", title));
        extensions.push(atom_extension("dc:publisher", &[], publication, Vec::new()));
    }
    extensions.extend(channel.picture(published).map(picture));
    extensions
}

fn picture(image: &Image) -> Extension {
    let shown = match image.alt.as_str() {
        "" => Vec::new(),
        alt => vec![atom_extension("media:description", &[("type", "plain")], alt, Vec::new())],
    };
    atom_extension("media:content", &[("medium", "image"), ("url", image.url.as_str())], "", shown)
}

fn person(name: &str, page: String) -> Person {
    Person { name: name.to_owned(), uri: Some(page), ..Default::default() }
}

fn link(rel: &str, href: String, media_type: Option<&str>) -> Link {
    Link { href, rel: rel.to_owned(), mime_type: media_type.map(str::to_owned), ..Default::default() }
}

fn date(zone: &Zone, at: Timestamp) -> FixedDateTime {
    zone.rfc3339(at).parse().expect("RFC 3339 is what both sides speak")
}
