//! RSS 2.0, with the full text, the names and the language of an article in the modules readers know.

use super::Channel;
use super::xml::{self, XmlSafe, in_order, rss_extension};
use crate::words::{FeedName, Format, Image, Language, Length, Published};
use quick_xml::escape::partial_escape;
use rss::extension::Extension;
use rss::extension::dublincore::DublinCoreExtension;

pub(super) fn document(channel: &Channel<'_>) -> Vec<u8> {
    let feed = channel.feed;
    let minutes = (!channel.scope.is_closed()).then(|| minutes_to_keep(channel.site.max_age));
    let whole = rss::Channel {
        title: feed.title.clone(),
        link: channel.page(),
        description: feed.description.clone(),
        language: Some(feed.language.as_str().to_owned()),
        copyright: channel.copyright().map(str::to_owned),
        last_build_date: channel.updated.map(|updated| channel.site.zone.rfc822(updated)),
        generator: Some("bantin".to_owned()),
        // Who is told that something comes each month need not ask each minute.
        ttl: minutes.filter(|_| feed.rhythm.is_none()).map(|minutes| minutes.to_string()),
        cloud: cloud(channel),
        image: channel.image().map(|url| rss::Image {
            url: url.to_string(),
            title: feed.title.clone(),
            link: channel.page(),
            ..Default::default()
        }),
        items: channel.articles.iter().map(|published| item(channel, published)).collect(),
        extensions: in_order(channel_extensions(channel, minutes)),
        namespaces: xml::namespaces(&namespaces(channel)),
        ..Default::default()
    };
    xml::ended(
        whole
            .pretty_write_to(XmlSafe::new(Vec::with_capacity(channel.length())), b' ', 2)
            .expect("memory takes every write"),
    )
}

/// RSS counts in minutes, and 0 would mean nothing.
fn minutes_to_keep(max_age: u32) -> u32 {
    (max_age / 60).max(1)
}

fn namespaces(channel: &Channel<'_>) -> Vec<xml::Namespace> {
    let history = channel.scope.mark().map(|_| xml::HISTORY);
    let source = cloud(channel).map(|_| xml::SOURCE);
    let syndication = (!channel.scope.is_closed()).then_some(xml::SYNDICATION);
    let always = [xml::ATOM, xml::DUBLIN_CORE, xml::MEDIA];
    let podcast = rhythm(channel).map(|_| xml::PODCAST);
    always.into_iter().chain(history).chain(source).chain(syndication).chain(podcast).collect()
}

/// `minutes` is for how long readers may keep the document.
fn channel_extensions(channel: &Channel<'_>, minutes: Option<u32>) -> Vec<Extension> {
    let own = ("self", channel.url(Format::Rss));
    let links = std::iter::once(own).chain(channel.relatives(Format::Rss)).map(|(rel, href)| {
        let link = [("href", href.as_str()), ("rel", rel), ("type", Format::Rss.media_type())];
        rss_extension("atom:link", &link, "", Vec::new())
    });
    let mut extensions: Vec<Extension> = links.collect();
    extensions.extend(channel.scope.mark().map(|name| rss_extension(name, &[], "", Vec::new())));
    for hub in channel.hubs() {
        let hub = [("href", hub.as_str()), ("rel", "hub")];
        extensions.push(rss_extension("atom:link", &hub, "", Vec::new()));
    }
    if cloud(channel).is_some() {
        extensions.push(rss_extension("source:cloud", &[], &channel.site.cloud_url(), Vec::new()));
    }
    if let Some(licence) = channel.licence() {
        let licence = [("href", licence.as_str()), ("rel", "license")];
        extensions.push(rss_extension("atom:link", &licence, "", Vec::new()));
    }
    if let Some(rhythm) = rhythm(channel) {
        extensions.extend(of_rhythm(rhythm, channel.feed.language.interface()));
        return extensions;
    }
    // The syndication module counts updates per hour; what that cannot say exactly is left unsaid.
    if let Some(minutes) = minutes.filter(|minutes| minutes * 60 == channel.site.max_age && 60 % minutes == 0)
    {
        let frequency = (60 / minutes).to_string();
        extensions.push(rss_extension("sy:updatePeriod", &[], "hourly", Vec::new()));
        extensions.push(rss_extension("sy:updateFrequency", &[], &frequency, Vec::new()));
    }
    extensions
}

/// How often the feed brings something, where more is to come at all.
fn rhythm(channel: &Channel<'_>) -> Option<Length> {
    channel.feed.rhythm.filter(|_| !channel.scope.is_closed())
}

/// How often something comes: for podcast programs a rule of RFC 5545, section 3.3.10, for others so many times in a period.
fn of_rhythm(rhythm: Length, language: Language) -> [Extension; 3] {
    let (rule, period, frequency, said) = match rhythm {
        Length::Month => ("FREQ=MONTHLY", "monthly", "1", ("Hằng tháng", "Monthly")),
        Length::Quarter => ("FREQ=MONTHLY;INTERVAL=3", "yearly", "4", ("Hằng quý", "Quarterly")),
        Length::Half => ("FREQ=MONTHLY;INTERVAL=6", "yearly", "2", ("Nửa năm một lần", "Every half-year")),
        Length::Year => ("FREQ=YEARLY", "yearly", "1", ("Hằng năm", "Yearly")),
    };
    [
        rss_extension(
            "podcast:updateFrequency",
            &[("rrule", rule)],
            language.choose(said.0, said.1),
            Vec::new(),
        ),
        rss_extension("sy:updatePeriod", &[], period, Vec::new()),
        rss_extension("sy:updateFrequency", &[], frequency, Vec::new()),
    ]
}

/// Where changes are told of as rssCloud has it. It cannot say the scheme but by the name of the protocol.
fn cloud(channel: &Channel<'_>) -> Option<rss::Cloud> {
    let url = &channel.site.base;
    let is_told = channel.site.push.rss_cloud && channel.outlet.token.is_none() && !channel.scope.is_closed();
    is_told.then(|| rss::Cloud {
        domain: url.host_str().unwrap_or_default().to_owned(),
        port: url.port_or_known_default().unwrap_or_default().to_string(),
        path: format!("{}cloud", url.path()),
        register_procedure: String::new(),
        protocol: format!("{}-post", url.scheme()),
    })
}

fn item(channel: &Channel<'_>, published: &Published) -> rss::Item {
    let article = &published.article;
    let zone = &channel.site.zone;
    rss::Item {
        title: Some(article.title.clone()),
        link: Some(channel.link(published)),
        // Readers take a description for HTML, so plain text has to be made HTML.
        description: Some(channel.in_short(published))
            .filter(|short| !short.is_empty())
            .map(|short| partial_escape(&*short).into_owned()),
        categories: categories(channel, published),
        enclosure: channel.enclosure(published).map(|enclosure| rss::Enclosure {
            url: enclosure.url.to_string(),
            length: enclosure.length.to_string(),
            mime_type: enclosure.media_type.clone(),
        }),
        guid: Some(rss::Guid { value: published.id.to_string(), permalink: false }),
        pub_date: Some(zone.rfc822(published.published)),
        source: source(channel, published),
        content: channel
            .text(published)
            .filter(|text| !text.is_empty())
            .map(|text| xml::carried(&text).into_owned()),
        extensions: in_order(item_extensions(channel, published)),
        dublin_core_ext: Some(DublinCoreExtension {
            creators: article.authors.iter().map(|author| author.label.clone()).collect(),
            languages: channel.foreign_language(published).map(str::to_owned).into_iter().collect(),
            publishers: article.publication.iter().cloned().collect(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn categories(channel: &Channel<'_>, published: &Published) -> Vec<rss::Category> {
    let (categories, tags) = (channel.category_scheme(), channel.tag_scheme());
    let filed = published.article.categories.iter().map(|term| (term, &categories));
    let tagged = published.article.tags.iter().map(|term| (term, &tags));
    filed
        .chain(tagged)
        .map(|(term, scheme)| rss::Category { name: term.label.clone(), domain: Some(scheme.clone()) })
        .collect()
}

/// The publication by name. RSS wants the address of its feed too, which a name does not tell: the original
/// is where a reader finds it; an article that is no copy came from here.
fn source(channel: &Channel<'_>, published: &Published) -> Option<rss::Source> {
    let title = published.article.publication.clone()?;
    let url = match &published.article.canonical {
        Some(original) => original.to_string(),
        None => channel.site.feed_url(&FeedName::All, Format::Rss),
    };
    Some(rss::Source { url, title: Some(title) })
}

fn item_extensions(channel: &Channel<'_>, published: &Published) -> Vec<Extension> {
    let mut extensions = Vec::new();
    if published.updated != published.published {
        // RSS itself has no word for a later change.
        let updated = channel.site.zone.rfc3339(published.updated);
        extensions.push(rss_extension("atom:updated", &[], &updated, Vec::new()));
    }
    extensions.extend(channel.picture(published).map(picture));
    extensions
}

fn picture(image: &Image) -> Extension {
    let shown = match image.alt.as_str() {
        "" => Vec::new(),
        alt => vec![rss_extension("media:description", &[("type", "plain")], alt, Vec::new())],
    };
    rss_extension("media:content", &[("medium", "image"), ("url", image.url.as_str())], "", shown)
}
