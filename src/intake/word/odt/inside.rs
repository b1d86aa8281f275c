//! What stands in a paragraph of an `.odt`.

use super::styles::Family;
use super::{Paragraph, Reader};
use crate::intake::word::fault::Fault;
use crate::intake::word::flow::Flow;
use crate::intake::word::inline::Look;
use crate::intake::word::links::welcome;
use crate::intake::word::styles::RunProperties;
use crate::intake::word::xml::{Element, Node, Space, Xml};

/// How many blanks one element may stand for; they come to one all the same.
const MOST_BLANKS: usize = 8;

impl Reader<'_, '_, '_> {
    pub(super) fn inside(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        look: &RunProperties,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        while let Some(node) = xml.next(element)? {
            match node {
                Node::Text(text) => self.text(look, &text, paragraph)?,
                Node::Element(child) => self.piece(xml, &child, look, paragraph)?,
            }
        }
        Ok(())
    }

    fn piece(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        look: &RunProperties,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        match (element.space, element.name()) {
            (Space::Text, "span") => {
                let style = xml.value(element, Space::Text, "style-name").map(String::from);
                let look = self.styles.look(Family::Text, style.as_deref()).or(look);
                self.inside(xml, element, &look, paragraph)
            }
            (Space::Text, "a") => {
                let around = paragraph.link.clone();
                let address = xml.value(element, Space::Link, "href");
                paragraph.link =
                    address.and_then(|address| welcome(&address, None)).or_else(|| around.clone());
                let outcome = self.inside(xml, element, look, paragraph);
                paragraph.link = around;
                outcome
            }
            (Space::Text, "s") => {
                let count =
                    xml.value(element, Space::Text, "c").and_then(|count| count.parse().ok()).unwrap_or(1);
                self.text(look, &" ".repeat(MOST_BLANKS.min(count)), paragraph)
            }
            (Space::Text, "tab") => self.text(look, " ", paragraph),
            (Space::Text, "line-break") => {
                paragraph.inline.push_break();
                self.bounds.element()
            }
            (Space::Text, "note") if look.hidden != Some(true) => self.note(xml, element, paragraph),
            (
                Space::Text,
                "note" | "ruby-text" | "hidden-text" | "hidden-paragraph" | "tracked-changes" | "script"
                | "page-number",
            ) => Ok(()),
            // Fields, bookmarks and the like: what they show is in them.
            (Space::Text, _) => self.inside(xml, element, look, paragraph),
            (Space::Draw, _) if look.hidden != Some(true) => self.drawing(xml, element, paragraph),
            _ => Ok(()),
        }
    }

    fn note(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        self.bounds.element()?;
        let number = self.notes.add(String::new());
        paragraph.inline.push_note(number);
        while let Some(part) = xml.next_element(element)? {
            if part.is(Space::Text, "note-body") {
                let mut flow = Flow::default();
                self.blocks(xml, &part, &mut flow)?;
                self.notes.set(number, flow.render().html);
            }
        }
        Ok(())
    }

    fn text(
        &mut self,
        properties: &RunProperties,
        text: &str,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        if properties.hidden == Some(true) {
            return Ok(());
        }
        self.bounds.text(text.len())?;
        let look = Look::of(properties, paragraph.link.clone());
        if paragraph.inline.push_text(&look, text) { self.bounds.element() } else { Ok(()) }
    }
}
