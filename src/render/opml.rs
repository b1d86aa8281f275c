//! OPML 2.0: all feeds in one list, for readers that subscribe to lists.

use super::xml;
use crate::words::{FeedName, Format, Site};

/// One line of the list.
pub struct Outline {
    /// The feed's name in addresses.
    pub name: FeedName,
    /// What readers see.
    pub title: String,
    /// One sentence on what it brings.
    pub description: String,
}

/// The list, in the order given.
pub fn document(site: &Site, feeds: &[Outline]) -> Vec<u8> {
    xml::written(|sheet| {
        sheet.create_element("opml").with_attribute(("version", "2.0")).write_inner_content(|sheet| {
            sheet.create_element("head").write_inner_content(|sheet| {
                text(sheet, "title", &site.title)?;
                text(sheet, "ownerName", &site.title)?;
                text(sheet, "ownerId", site.base.as_str())
            })?;
            sheet
                .create_element("body")
                .write_inner_content(|sheet| feeds.iter().try_for_each(|feed| outline(sheet, site, feed)))?;
            Ok(())
        })?;
        Ok(())
    })
}

fn text(sheet: &mut xml::Sheet, name: &str, text: &str) -> std::io::Result<()> {
    sheet.create_element(name).write_text_content(quick_xml::events::BytesText::new(text))?;
    Ok(())
}

fn outline(sheet: &mut xml::Sheet, site: &Site, feed: &Outline) -> std::io::Result<()> {
    let mut element = sheet.create_element("outline").with_attributes([
        ("type", "rss"),
        // Both, because readers disagree on which one is shown.
        ("text", feed.title.as_str()),
        ("title", feed.title.as_str()),
    ]);
    if !feed.description.is_empty() {
        element = element.with_attribute(("description", feed.description.as_str()));
    }
    element
        .with_attributes([
            ("xmlUrl", site.feed_url(&feed.name, Format::Rss).as_str()),
            ("htmlUrl", site.feed_page(&feed.name).as_str()),
            ("language", site.language.as_str()),
        ])
        .write_empty()?;
    Ok(())
}
