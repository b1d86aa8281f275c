//! Drawings in a `.docx`: pictures, old and new, and the text of boxes.

use super::{Paragraph, Reader};
use crate::intake::word::fault::Fault;
use crate::intake::word::inline::Look;
use crate::intake::word::links::welcome;
use crate::intake::word::relations::Target;
use crate::intake::word::xml::{Element, Space, Xml};
use std::rc::Rc;

/// What is said of a picture in one place or another.
#[derive(Clone, Default)]
struct Said {
    description: String,
    title: String,
    link: Option<Rc<str>>,
}

impl Said {
    fn of<'a>(xml: &Xml<'a>, element: &Element<'a>) -> Self {
        let value = |name| xml.value(element, Space::None, name).unwrap_or_default().trim().to_owned();
        Self { description: value("descr"), title: value("title"), link: None }
    }

    /// What a picture shows, by what is said of it and of what it stands in.
    fn alt<'s>(&'s self, outer: &'s Said) -> &'s str {
        let said = [&outer.description, &self.description, &outer.title, &self.title];
        said.into_iter().find(|text| !text.is_empty()).map_or("", String::as_str)
    }
}

impl Reader<'_, '_, '_> {
    /// Reads a `w:drawing`, `w:pict` or `w:object`.
    pub(super) fn drawing(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        self.drawn(xml, element, &mut Said::default(), paragraph)
    }

    fn drawn(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        outer: &mut Said,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        while let Some(child) = xml.next_element(element)? {
            match (child.space, child.name()) {
                (Space::Placing, "docPr") => {
                    *outer = Said::of(xml, &child);
                    outer.link = self.link_within(xml, &child)?;
                }
                (Space::Picture, "pic") => self.picture(xml, &child, outer, paragraph)?,
                (Space::Word, "txbxContent") => self.text_box(xml, &child, paragraph)?,
                (Space::Chart, "chart") | (Space::Diagram, "relIds") => self.album.leave_out_diagram(),
                (Space::Compatibility, "AlternateContent") => {
                    let said = outer.clone();
                    self.alternative(xml, &child, paragraph, &mut |reader, xml, branch, paragraph| {
                        reader.drawn(xml, branch, &mut said.clone(), paragraph)
                    })?;
                }
                (Space::Vml, "imagedata") => {
                    let id = xml.value(&child, Space::Relation, "id");
                    let id = id.or_else(|| xml.value(&child, Space::Relation, "href")).map(String::from);
                    self.place(id, outer.alt(&Said::default()), outer.link.clone(), paragraph)?;
                }
                (Space::Vml, _) => {
                    let alt = xml.value(&child, Space::None, "alt").unwrap_or_default().trim().to_owned();
                    let mut inner = if alt.is_empty() {
                        outer.clone()
                    } else {
                        Said { description: alt, ..outer.clone() }
                    };
                    self.drawn(xml, &child, &mut inner, paragraph)?;
                }
                _ => self.drawn(xml, &child, outer, paragraph)?,
            }
        }
        Ok(())
    }

    fn picture(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        outer: &Said,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        let (mut own, mut id) = (Said::default(), None);
        while let Some(part) = xml.next_element(element)? {
            match part.name() {
                "nvPicPr" => {
                    while let Some(inner) = xml.next_element(&part)? {
                        if inner.name() == "cNvPr" {
                            own = Said::of(xml, &inner);
                            own.link = self.link_within(xml, &inner)?;
                        }
                    }
                }
                "blipFill" => {
                    while let Some(inner) = xml.next_element(&part)? {
                        if inner.is(Space::Drawing, "blip") {
                            let named = xml.value(&inner, Space::Relation, "embed");
                            let named = named.filter(|id| !id.is_empty());
                            id = named
                                .or_else(|| xml.value(&inner, Space::Relation, "link"))
                                .map(String::from);
                        }
                    }
                }
                _ => {}
            }
        }
        let link = outer.link.clone().or(own.link.clone());
        self.place(id, own.alt(outer), link, paragraph)
    }

    /// Puts the picture that an id refers to into the text.
    fn place(
        &mut self,
        id: Option<String>,
        alt: &str,
        link: Option<Rc<str>>,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        if !self.fields.shows() {
            return Ok(());
        }
        self.bounds.element()?;
        self.bounds.text(alt.len())?;
        let html = match id.and_then(|id| self.relations.get(&id)) {
            Some(Target::Member(name)) => self.album.show(self.package, name, alt)?,
            Some(Target::Address(address)) => self.album.show_linked(address, alt),
            None => None,
        };
        if let Some(html) = html {
            let link = link.or_else(|| paragraph.link.clone()).or_else(|| self.fields.link().cloned());
            paragraph.inline.push_picture(&Look { link, ..Look::default() }, html);
        }
        Ok(())
    }

    /// The text of a box stands below the paragraph that it hangs on.
    fn text_box(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        paragraph: &mut Paragraph,
    ) -> Result<(), Fault> {
        let around = self.open.take();
        self.blocks(xml, element, &mut paragraph.below)?;
        self.close(&mut paragraph.below);
        self.open = around;
        Ok(())
    }

    /// Where a click on a drawing leads.
    fn link_within(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) -> Result<Option<Rc<str>>, Fault> {
        let mut link = None;
        while let Some(inner) = xml.next_element(element)? {
            if inner.is(Space::Drawing, "hlinkClick")
                && let Some(id) = xml.value(&inner, Space::Relation, "id")
                && let Some(Target::Address(address)) = self.relations.get(&id)
            {
                link = welcome(address, None);
            }
        }
        Ok(link)
    }
}
