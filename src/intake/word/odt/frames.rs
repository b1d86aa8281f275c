//! Frames in an `.odt`: pictures, and the text of boxes.

use super::{Paragraph, Reader};
use crate::intake::word::fault::Fault;
use crate::intake::word::inline::Look;
use crate::intake::word::links::welcome;
use crate::intake::word::xml::{Element, Space, Xml};

impl Reader<'_, '_, '_> {
    /// Reads a frame, or something that has frames in it.
    pub(super) fn drawing(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        if element.name() == "frame" {
            return self.frame(xml, element, paragraph);
        }
        let around = paragraph.link.clone();
        if element.name() == "a"
            && let Some(address) = xml.value(element, Space::Link, "href")
        {
            paragraph.link = welcome(&address, None).or(paragraph.link.take());
        }
        while let Some(child) = xml.next_element(element)? {
            match child.space {
                Space::Draw => self.drawing(xml, &child, paragraph)?,
                // The text in a shape.
                Space::Text => self.block(xml, &child, &mut paragraph.below)?,
                _ => {}
            }
        }
        paragraph.link = around;
        Ok(())
    }

    fn frame(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        let (mut addresses, mut title, mut description) = (Vec::new(), String::new(), String::new());
        let mut is_diagram = false;
        while let Some(child) = xml.next_element(element)? {
            match (child.space, child.name()) {
                (Space::Draw, "image") => {
                    addresses.extend(xml.value(&child, Space::Link, "href").map(String::from));
                }
                (Space::Draw, "object" | "object-ole") => is_diagram = true,
                (Space::Draw, "text-box") => self.blocks(xml, &child, &mut paragraph.below)?,
                (Space::Svg, "title") => title = xml.text(&child)?,
                (Space::Svg, "desc") => description = xml.text(&child)?,
                _ => {}
            }
        }
        if is_diagram {
            self.album.leave_out_diagram();
            return Ok(());
        }
        let alt = if description.trim().is_empty() { title } else { description };
        // The same picture in several forms.
        for address in addresses {
            self.bounds.element()?;
            self.bounds.text(alt.len())?;
            let html = if address.contains(':') || address.starts_with("../") {
                self.album.show_linked(&address, alt.trim())
            } else {
                let member = address.strip_prefix("./").unwrap_or(&address);
                self.album.show(self.package, member, alt.trim())?
            };
            if let Some(html) = html {
                paragraph
                    .inline
                    .push_picture(&Look { link: paragraph.link.clone(), ..Look::default() }, html);
                break;
            }
        }
        Ok(())
    }
}
