use crate::words::{FeedName, Id, Published, Site};
use serde::Serialize;

/// The article as schema.org describes a NewsArticle, ready to stand inside a `<script>` element.
///
/// A block of this type is data: browsers do not run it, so the content security policy does not ask for it.
pub fn render(site: &Site, published: &Published, address: &str) -> String {
    let article = &published.article;
    let image = article.image.as_ref().map(|image| image.url.as_str());
    let audio = article.enclosure.as_ref().filter(|media| media.media_type.starts_with("audio/"));
    let news = NewsArticle {
        context: "https://schema.org",
        kind: "NewsArticle",
        identifier: &published.id,
        url: site.page(&published.page),
        main_entity_of_page: address,
        headline: &article.title,
        description: &article.summary,
        in_language: article.language.as_ref().unwrap_or(&site.language).as_str(),
        date_published: site.zone.rfc3339(published.published),
        date_modified: site.zone.rfc3339(published.updated),
        article_section: article.categories.iter().map(|category| category.label.as_str()).collect(),
        keywords: article.tags.iter().map(|tag| tag.label.as_str()).collect(),
        image,
        audio: audio.map(|media| Audio {
            kind: "AudioObject",
            content_url: media.url.as_str(),
            encoding_format: &media.media_type,
        }),
        author: (article.authors.iter())
            .map(|author| Named {
                kind: "Person",
                name: &author.label,
                url: Some(site.feed_page(&FeedName::Author(author.slug.clone()))),
            })
            .collect(),
        source_organization: (article.publication.as_deref()).map(|name| Named {
            kind: "Organization",
            name,
            url: None,
        }),
        publisher: Named { kind: "Organization", name: &site.title, url: Some(site.base.to_string()) },
    };
    let json = serde_json::to_string(&news).expect("texts and lists of texts are always JSON");
    safe_inside_script(&json)
}

/// JSON that means the same and cannot end the element around it: these characters occur only in strings.
fn safe_inside_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewsArticle<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    identifier: &'a Id,
    url: String,
    main_entity_of_page: &'a str,
    headline: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    in_language: &'a str,
    date_published: String,
    date_modified: String,
    article_section: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keywords: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio: Option<Audio<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Named<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_organization: Option<Named<'a>>,
    publisher: Named<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Audio<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    content_url: &'a str,
    encoding_format: &'a str,
}

#[derive(Serialize)]
struct Named<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}
