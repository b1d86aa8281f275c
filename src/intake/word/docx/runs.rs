//! Runs of a `.docx`: text of one look each, and what has runs in it.

use super::{NoteKind, Paragraph, Reader, fields, sdt_content};
use crate::intake::legacy;
use crate::intake::word::fault::Fault;
use crate::intake::word::inline::Look;
use crate::intake::word::links::welcome;
use crate::intake::word::relations::Target;
use crate::intake::word::styles::{RunProperties, run_properties};
use crate::intake::word::xml::{Element, Space, Xml};
use std::rc::Rc;

/// Reads a branch of a content that is there in several versions.
type Branch<'f> = &'f mut dyn FnMut(
    &mut Reader<'_, '_, '_>,
    &mut Xml<'_>,
    &Element<'_>,
    &mut Paragraph,
) -> Result<(), Fault>;

impl Reader<'_, '_, '_> {
    /// Reads a run, or something that has runs in it.
    pub(super) fn run_or_more(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        match (element.space, element.name()) {
            (Space::Word, "r") => {
                let usual = paragraph.usual.clone();
                self.run(xml, element, usual, paragraph)
            }
            (Space::Word, "hyperlink") => {
                let link = self.link(xml, element);
                self.linked(xml, element, link, paragraph)
            }
            (Space::Word, "fldSimple") => {
                let link = fields::address(&xml.value(element, Space::Word, "instr").unwrap_or_default());
                self.linked(xml, element, link, paragraph)
            }
            (Space::Word, "sdt") => match sdt_content(xml, element)? {
                Some(content) => self.runs(xml, &content, paragraph),
                None => Ok(()),
            },
            (Space::Word, "ins" | "moveTo" | "smartTag" | "customXml" | "dir" | "bdo" | "rubyBase") => {
                self.runs(xml, element, paragraph)
            }
            (Space::Compatibility, "AlternateContent") => {
                self.alternative(xml, element, paragraph, &mut |reader, xml, branch, part| {
                    reader.runs(xml, branch, part)
                })
            }
            (Space::Math, "t") => {
                let text = xml.text(element)?;
                self.text(&RunProperties::default(), &text, paragraph)
            }
            (Space::Math, _) => self.runs(xml, element, paragraph),
            _ => Ok(()),
        }
    }

    fn runs(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        while let Some(child) = xml.next_element(element)? {
            self.run_or_more(xml, &child, paragraph)?;
        }
        Ok(())
    }

    /// Takes the first branch that says anything.
    pub(super) fn alternative(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        paragraph: &mut Paragraph,
        read: Branch<'_>,
    ) -> Result<(), Fault> {
        while let Some(branch) = xml.next_element(element)? {
            let mut part = paragraph.part();
            read(self, xml, &branch, &mut part)?;
            if !part.is_empty() {
                paragraph.append(part);
                break;
            }
        }
        Ok(())
    }

    fn linked(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        link: Option<Rc<str>>,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        let around = paragraph.link.clone();
        paragraph.link = link.or_else(|| around.clone());
        let outcome = self.runs(xml, element, paragraph);
        paragraph.link = around;
        outcome
    }

    /// Where a `w:hyperlink` leads; a place in the same text is none.
    fn link<'a>(&self, xml: &Xml<'a>, element: &Element<'a>) -> Option<Rc<str>> {
        let id = xml.value(element, Space::Relation, "id")?;
        let place = xml.value(element, Space::Word, "anchor");
        match self.relations.get(&id)? {
            Target::Address(address) => welcome(address, place.as_deref()),
            Target::Member(_) => None,
        }
    }

    /// Reads what is in a run; `properties` are those it has without its own.
    fn run(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        mut properties: RunProperties,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        while let Some(child) = xml.next_element(element)? {
            match (child.space, child.name()) {
                (Space::Word, "rPr") => {
                    properties = self.styles.of_run(run_properties(xml, &child)?, &paragraph.usual);
                }
                (Space::Word, "fldChar") => match xml.value(&child, Space::Word, "fldCharType").as_deref() {
                    Some("begin") => self.fields.begin(),
                    Some("separate") => self.fields.separate(),
                    Some("end") => self.fields.end(),
                    _ => {}
                },
                (Space::Word, "instrText") => {
                    let code = xml.text(&child)?;
                    self.fields.code(&code);
                }
                _ if properties.hidden == Some(true) || !self.fields.shows() => {}
                (Space::Word, "t") => {
                    let text = xml.text(&child)?;
                    self.text(&properties, &text, paragraph)?;
                }
                (Space::Word, "tab" | "ptab") => self.text(&properties, " ", paragraph)?,
                (Space::Word, "sym") => self.symbol(&properties, xml, &child, paragraph)?,
                // A letter of some old fonts.
                (Space::Word, "softHyphen") if is_old(properties.font.as_deref()) => {
                    self.text(&properties, "\u{AD}", paragraph)?;
                }
                (Space::Word, "noBreakHyphen") => self.text(&properties, "\u{2011}", paragraph)?,
                (Space::Word, "cr") => self.line_break(paragraph)?,
                (Space::Word, "br") => match xml.value(&child, Space::Word, "type").as_deref() {
                    // The page's or the column's.
                    Some("page" | "column") => self.text(&properties, " ", paragraph)?,
                    _ => self.line_break(paragraph)?,
                },
                (Space::Word, "footnoteReference") => self.note(NoteKind::Foot, xml, &child, paragraph)?,
                (Space::Word, "endnoteReference") => self.note(NoteKind::End, xml, &child, paragraph)?,
                (Space::Word, "drawing" | "pict" | "object") => self.drawing(xml, &child, paragraph)?,
                (Space::Word, "ruby") => self.runs(xml, &child, paragraph)?,
                (Space::Compatibility, "AlternateContent") => {
                    let properties = properties.clone();
                    self.alternative(xml, &child, paragraph, &mut |reader, xml, branch, part| {
                        reader.run(xml, branch, properties.clone(), part)
                    })?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A letter that was picked from a font. What is in a font of pictures says nothing.
    fn symbol<'a>(
        &mut self,
        properties: &RunProperties,
        xml: &Xml<'a>,
        element: &Element<'a>,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        let font = xml.value(element, Space::Word, "font").map(String::from);
        let place =
            xml.value(element, Space::Word, "char").and_then(|hex| u32::from_str_radix(&hex, 16).ok());
        match place.and_then(char::from_u32).filter(|_| is_old(font.as_deref())) {
            Some(letter) => {
                let properties = RunProperties { font, ..properties.clone() };
                self.text(&properties, letter.encode_utf8(&mut [0; 4]), paragraph)
            }
            None => Ok(()),
        }
    }

    fn line_break(&mut self, paragraph: &mut Paragraph) -> Result<(), Fault> {
        paragraph.inline.push_break();
        self.bounds.element()
    }

    fn note<'a>(
        &mut self,
        kind: NoteKind,
        xml: &Xml<'a>,
        element: &Element<'a>,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        let Some(id) = xml.value(element, Space::Word, "id").and_then(|id| id.parse().ok()) else {
            return Ok(());
        };
        self.bounds.element()?;
        let number = self.notes.add(String::new());
        self.noted.entry((kind, id)).or_default().push(number);
        paragraph.inline.push_note(number);
        Ok(())
    }

    fn text(
        &mut self,
        properties: &RunProperties,
        text: &str,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        self.bounds.text(text.len())?;
        let link = paragraph.link.clone().or_else(|| self.fields.link().cloned());
        let look = Look::of(properties, link);
        if paragraph.inline.push_text(&look, text) { self.bounds.element() } else { Ok(()) }
    }
}

fn is_old(font: Option<&str>) -> bool {
    font.and_then(legacy::of_font).is_some()
}
