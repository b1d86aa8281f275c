//! Sitemaps for search engines (sitemaps.org, protocol 0.9), Google's news sitemap, and robots.txt.

use super::xml::{self, Sheet};
use crate::words::{LanguageTag, Page, Published, Site, Timestamp};
use quick_xml::events::BytesText;
use std::io;
use std::sync::Arc;

/// The most addresses one sitemap may have.
pub const LONGEST: usize = 50_000;

const SITEMAPS: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
const NEWS: (&str, &str) = ("xmlns:news", "http://www.google.com/schemas/sitemap-news/0.9");

/// What has a page. A copy of what stands elsewhere has no place in a sitemap.
pub struct Place {
    /// The page.
    pub page: Page,
    /// When it last changed for its readers.
    pub updated: Timestamp,
}

/// These pages, at most [`LONGEST`].
pub fn document(site: &Site, places: &[Place]) -> Vec<u8> {
    xml::written(|sheet| {
        sheet.create_element("urlset").with_attribute(SITEMAPS).write_inner_content(|sheet| {
            places.iter().try_for_each(|place| {
                element(sheet, "url", |sheet| {
                    text(sheet, "loc", &site.page(&place.page))?;
                    text(sheet, "lastmod", &site.zone.rfc3339(place.updated))
                })
            })
        })?;
        Ok(())
    })
}

/// The news of the last 48 hours, at most 1,000 articles, which the caller has picked. Copies are left out:
/// the news are the original's.
pub fn news(site: &Site, articles: &[Arc<Published>]) -> Vec<u8> {
    xml::written(|sheet| {
        sheet.create_element("urlset").with_attributes([SITEMAPS, NEWS]).write_inner_content(|sheet| {
            articles
                .iter()
                .filter(|published| published.article.canonical.is_none())
                .try_for_each(|published| news_item(sheet, site, published))
        })?;
        Ok(())
    })
}

fn news_item(sheet: &mut Sheet, site: &Site, published: &Published) -> io::Result<()> {
    let language = published.article.language.as_ref().unwrap_or(&site.language);
    element(sheet, "url", |sheet| {
        text(sheet, "loc", &site.page(&published.page))?;
        element(sheet, "news:news", |sheet| {
            element(sheet, "news:publication", |sheet| {
                // Google knows the site by this name, whatever paper the article was in.
                text(sheet, "news:name", &site.title)?;
                text(sheet, "news:language", iso_639(language))
            })?;
            text(sheet, "news:publication_date", &site.zone.rfc3339(published.published))?;
            text(sheet, "news:title", &published.article.title)
        })
    })
}

/// Google wants the language alone, except where Chinese is written in two ways.
fn iso_639(language: &LanguageTag) -> &str {
    match language.as_str() {
        "zh-CN" | "zh-Hans" => "zh-cn",
        "zh-TW" | "zh-Hant" => "zh-tw",
        tag => tag.split('-').next().unwrap_or(tag),
    }
}

/// The list of `/sitemap-1.xml` and so on, for more than [`LONGEST`] pages.
pub fn index(site: &Site, parts: usize) -> Vec<u8> {
    xml::written(|sheet| {
        sheet.create_element("sitemapindex").with_attribute(SITEMAPS).write_inner_content(|sheet| {
            (1..=parts).try_for_each(|part| {
                element(sheet, "sitemap", |sheet| {
                    text(sheet, "loc", &format!("{}sitemap-{part}.xml", site.base))
                })
            })
        })?;
        Ok(())
    })
}

/// `/robots.txt`: everything may be read, and where the sitemaps are.
pub fn robots(site: &Site) -> Vec<u8> {
    let base = &site.base;
    format!("User-agent: *\nDisallow:\n\nSitemap: {base}sitemap.xml\nSitemap: {base}news-sitemap.xml\n")
        .into_bytes()
}

fn element(
    sheet: &mut Sheet,
    name: &str,
    inner: impl FnOnce(&mut Sheet) -> io::Result<()>,
) -> io::Result<()> {
    sheet.create_element(name).write_inner_content(inner)?;
    Ok(())
}

fn text(sheet: &mut Sheet, name: &str, text: &str) -> io::Result<()> {
    sheet.create_element(name).write_text_content(BytesText::new(text))?;
    Ok(())
}
