//! `.odt`: OpenDocument text (ISO/IEC 26300) as LibreOffice, Word and Google write it.

mod frames;
mod inside;
mod lists;
mod styles;
mod tables;

use super::album::Album;
use super::fault::Fault;
use super::flow::{Flow, Role};
use super::inline::Inline;
use super::package::Package;
use super::parts::{Bounds, Content, Notes, Properties};
use super::styles::RunProperties;
use super::xml::{Element, Space, Xml};
use lists::{ListStyles, Lists};
use std::rc::Rc;
use styles::{Family, Styles};

/// What the first member of such a package begins with.
const KIND: &[u8] = b"application/vnd.oasis.opendocument.text";

/// Reads what a package says, if it is an `.odt`.
pub(super) fn read(package: &mut Package<'_>, album: &mut Album<'_>) -> Result<Option<Content>, Fault> {
    match package.member("mimetype", 256)? {
        Some(kind) if kind.starts_with(KIND) => {}
        Some(kind) if kind.starts_with(b"application/vnd.oasis.opendocument") => {
            return Err(Fault::OtherPackage);
        }
        _ => return Ok(None),
    }
    if is_encrypted(package)? {
        return Err(Fault::Protected);
    }
    let text = package.text("content.xml")?.ok_or(Fault::Damaged)?;
    let common = package.text("styles.xml")?;
    let (mut styles, mut list_styles) = (Styles::default(), ListStyles::default());
    for text in common.iter().chain([&text]) {
        styles::read(text, &mut styles, &mut list_styles)?;
    }
    let mut xml = Xml::new(&text);
    let root = xml.root()?;
    let lists = Lists::new(list_styles);
    let mut reader =
        Reader { package, album, styles, lists, notes: Notes::default(), bounds: Bounds::default() };
    let mut flow = Flow::default();
    while let Some(part) = xml.next_element(&root)? {
        if part.is(Space::Office, "body") {
            while let Some(body) = xml.next_element(&part)? {
                if body.is(Space::Office, "text") {
                    reader.blocks(&mut xml, &body, &mut flow)?;
                }
            }
        }
    }
    let notes = reader.notes.finish();
    let properties = package.text("meta.xml")?;
    let properties = properties.map_or_else(|| Ok(Properties::default()), |text| read_properties(&text))?;
    Ok(Some(Content { flow, notes, properties }))
}

/// What is known of a document while it is read.
struct Reader<'r, 'p, 'b> {
    package: &'r mut Package<'b>,
    album: &'r mut Album<'p>,
    styles: Styles,
    lists: Lists,
    notes: Notes,
    bounds: Bounds,
}

/// A paragraph while it is read.
#[derive(Default)]
struct Paragraph {
    inline: Inline,
    link: Option<Rc<str>>,
    /// What is to stand below it: the text of boxes.
    below: Flow,
}

impl Reader<'_, '_, '_> {
    fn blocks(&mut self, xml: &mut Xml<'_>, element: &Element<'_>, flow: &mut Flow) -> Result<(), Fault> {
        while let Some(child) = xml.next_element(element)? {
            self.block(xml, &child, flow)?;
        }
        Ok(())
    }

    /// Reads a paragraph, a list, a table, or whatever holds such.
    fn block(&mut self, xml: &mut Xml<'_>, element: &Element<'_>, flow: &mut Flow) -> Result<(), Fault> {
        match (element.space, element.name()) {
            (Space::Text, "p" | "h") => {
                let (role, paragraph) = self.paragraph(xml, element)?;
                flow.paragraph(role, paragraph.inline);
                flow.append(paragraph.below);
                Ok(())
            }
            (Space::Text, "list") => self.list(xml, element, None, flow),
            (Space::Text, "section" | "numbered-paragraph") => self.blocks(xml, element, flow),
            (Space::Table, "table") => {
                let table = self.table(xml, element)?;
                flow.table(table);
                Ok(())
            }
            (Space::Draw, "frame" | "a" | "g") => {
                let mut paragraph = Paragraph::default();
                self.drawing(xml, element, &mut paragraph)?;
                flow.paragraph(Role::Text, paragraph.inline);
                flow.append(paragraph.below);
                Ok(())
            }
            // What was deleted, tables of contents, forms.
            _ => Ok(()),
        }
    }

    fn paragraph(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) -> Result<(Role, Paragraph), Fault> {
        let style = xml.value(element, Space::Text, "style-name").map(String::from);
        let outline = xml.value(element, Space::Text, "outline-level").and_then(|level| level.parse().ok());
        let is_heading = element.name() == "h";
        let role = match self.styles.role(style.as_deref()) {
            Role::Text | Role::Heading(_) if is_heading => Role::Heading(outline.unwrap_or(1)),
            Role::Heading(_) => Role::Text,
            role => role,
        };
        let usual = self.styles.look(Family::Paragraph, style.as_deref());
        let usual = match role {
            Role::Text => usual,
            _ => RunProperties { font: usual.font, hidden: usual.hidden, ..RunProperties::default() },
        };
        let mut paragraph = Paragraph::default();
        self.inside(xml, element, &usual, &mut paragraph)?;
        if !paragraph.inline.is_empty() {
            self.bounds.element()?;
        }
        Ok((role, paragraph))
    }
}

fn is_encrypted(package: &mut Package<'_>) -> Result<bool, Fault> {
    let Some(text) = package.text("META-INF/manifest.xml")? else { return Ok(false) };
    let mut xml = Xml::new(&text);
    let root = xml.root()?;
    while let Some(entry) = xml.next_element(&root)? {
        while let Some(part) = xml.next_element(&entry)? {
            if part.is(Space::Manifest, "encryption-data") {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn read_properties(text: &str) -> Result<Properties, Fault> {
    let mut found = Properties::default();
    let mut saved_by = String::new();
    let mut xml = Xml::new(text);
    let root = xml.root()?;
    while let Some(meta) = xml.next_element(&root)? {
        while let Some(property) = xml.next_element(&meta)? {
            match (property.space, property.name()) {
                (Space::Dublin, "title") => found.title = xml.text(&property)?,
                (Space::Meta, "initial-creator") => found.author = xml.text(&property)?,
                (Space::Dublin, "creator") => saved_by = xml.text(&property)?,
                (Space::Meta, "creation-date") => found.created = xml.text(&property)?,
                (Space::Meta, "keyword") => found.keywords.push(xml.text(&property)?),
                _ => {}
            }
        }
    }
    if found.author.trim().is_empty() {
        found.author = saved_by;
    }
    Ok(found)
}
