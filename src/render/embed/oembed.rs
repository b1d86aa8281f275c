//! oEmbed 1.0 (oembed.com): what a page is told that wants to show an address of ours.
//!
//! WordPress keeps of an answer from somebody it does not know one frame, shut off from everything but scripts, and a
//! quotation before it, which stands there until the frame says how tall it is. So an article, of which there is
//! something to say without the frame, has a quotation, and stays readable where scripts do not run.

use crate::render::xml;
use crate::words::{
    Embed, EmbedOptions, Feed, FeedName, FrameSize, OEmbedFormat, Outlet, Published, Site, Slug,
};
use askama::Template;
use serde::Serialize;
use std::io;

/// What an answer speaks of.
pub enum Spoken<'a> {
    /// A feed.
    Feed(&'a Feed),
    /// The article of this address.
    Article(&'a Slug, &'a Published),
}

/// The answer.
pub fn document(
    site: &Site,
    spoken: &Spoken<'_>,
    options: &EmbedOptions,
    size: FrameSize,
    format: OEmbedFormat,
) -> Vec<u8> {
    let answer = Answer::of(site, spoken, options, size);
    match format {
        OEmbedFormat::Json => {
            let mut bytes = serde_json::to_vec(&answer).expect("texts and numbers are always JSON");
            bytes.push(b'\n');
            bytes
        }
        OEmbedFormat::Xml => xml::written(|sheet| answer.write(sheet)),
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    version: &'static str,
    r#type: &'static str,
    title: &'a str,
    author_name: String,
    author_url: String,
    provider_name: &'a str,
    provider_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_age: Option<u32>,
    html: String,
    width: u16,
    height: u16,
}

impl<'a> Answer<'a> {
    fn of(site: &'a Site, spoken: &Spoken<'a>, options: &EmbedOptions, size: FrameSize) -> Self {
        let (title, permalink, source) = match spoken {
            Spoken::Feed(feed) => {
                let outlet = Outlet::from(feed.name.clone());
                (feed.title.as_str(), None, site.embed_url(&outlet, Embed::Page, options))
            }
            Spoken::Article(slug, published) => {
                let source = site.article_embed_url(slug, options);
                (published.article.title.as_str(), Some(site.permalink(slug)), source)
            }
        };
        let (author_name, author_url) = author(site, spoken);
        let html = FrameHtml { permalink, title, source, size };
        Self {
            version: "1.0",
            r#type: "rich",
            title,
            author_name,
            author_url,
            provider_name: &site.title,
            provider_url: site.base.as_str(),
            // A site whose documents are to be asked for each time leaves that to who asks.
            cache_age: (site.max_age > 0).then_some(site.max_age),
            html: html.render().expect("texts print into memory without fail"),
            width: size.width,
            height: size.height,
        }
    }

    fn write(&self, sheet: &mut xml::Sheet) -> io::Result<()> {
        let cache_age = self.cache_age.map(|seconds| seconds.to_string());
        let (width, height) = (self.width.to_string(), self.height.to_string());
        let elements = [
            ("version", Some(self.version)),
            ("type", Some(self.r#type)),
            ("title", Some(self.title)),
            ("author_name", Some(&self.author_name)),
            ("author_url", Some(&self.author_url)),
            ("provider_name", Some(self.provider_name)),
            ("provider_url", Some(self.provider_url)),
            ("cache_age", cache_age.as_deref()),
            ("html", Some(&self.html)),
            ("width", Some(&width)),
            ("height", Some(&height)),
        ];
        sheet.create_element("oembed").write_inner_content(|sheet| {
            for (name, text) in elements {
                let Some(text) = text else { continue };
                sheet.create_element(name).write_text_content(quick_xml::events::BytesText::new(text))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Who is named as the author, and where they are found: the office where nobody else is.
fn author(site: &Site, spoken: &Spoken<'_>) -> (String, String) {
    let office = || (site.title.clone(), site.base.to_string());
    let Spoken::Article(_, published) = spoken else { return office() };
    let names: Vec<&str> = published.article.authors.iter().map(|author| author.label.as_str()).collect();
    match published.article.authors.first() {
        Some(first) => (names.join(", "), site.feed_page(&FeedName::Author(first.slug.clone()))),
        None => office(),
    }
}

#[derive(Template)]
#[template(path = "oembed_frame.html")]
struct FrameHtml<'a> {
    permalink: Option<String>,
    title: &'a str,
    source: String,
    size: FrameSize,
}
