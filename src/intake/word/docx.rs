//! `.docx`: WordprocessingML (ISO/IEC 29500-1, 17) as Word, LibreOffice, Google and many others write it.

mod drawing;
mod fields;
mod runs;
mod tables;

use super::album::Album;
use super::fault::Fault;
use super::flow::{Flow, Role};
use super::inline::Inline;
use super::numbering::Numbering;
use super::package::Package;
use super::parts::{Bounds, Content, Notes, Properties};
use super::relations::{Relations, folder_of};
use super::styles::{ParagraphProperties, RunProperties, Styles, paragraph_properties};
use super::xml::{Element, Space, Xml};
use fields::Fields;
use std::collections::HashMap;
use std::rc::Rc;

/// Reads what a package says, if it is a `.docx`.
pub(super) fn read(package: &mut Package<'_>, album: &mut Album<'_>) -> Result<Option<Content>, Fault> {
    let whole = Relations::read(package, "")?;
    let Some(main) = whole.target_of("officeDocument") else { return Ok(None) };
    let text = package.text(main)?.ok_or(Fault::Damaged)?;
    let relations = Relations::read(package, main)?;
    let part_of = |kind: &str, usual: &str| {
        relations.target_of(kind).map_or_else(|| format!("{}{usual}", folder_of(main)), str::to_owned)
    };
    let notes = [NoteKind::Foot, NoteKind::End].map(|kind| (kind, part_of(kind.part(), kind.usual_part())));
    let styles = package.text(&part_of("styles", "styles.xml"))?;
    let numbering = package.text(&part_of("numbering", "numbering.xml"))?;

    let mut xml = Xml::new(&text);
    let root = xml.root()?;
    if !root.is(Space::Word, "document") {
        return Err(Fault::OtherPackage);
    }
    let mut reader = Reader {
        styles: styles.map_or_else(|| Ok(Styles::default()), |text| Styles::read(&text))?,
        numbering: numbering.map_or_else(|| Ok(Numbering::default()), |text| Numbering::read(&text))?,
        package,
        album,
        relations,
        fields: Fields::default(),
        notes: Notes::default(),
        noted: HashMap::new(),
        open: None,
        bounds: Bounds::default(),
    };
    let mut flow = Flow::default();
    while let Some(body) = xml.next_element(&root)? {
        if body.is(Space::Word, "body") {
            reader.blocks(&mut xml, &body, &mut flow)?;
        }
    }
    reader.close(&mut flow);
    for (kind, part) in notes {
        reader.read_notes(kind, &part)?;
    }
    let notes = reader.notes.finish();
    let properties = package.text(whole.target_of("core-properties").unwrap_or("docProps/core.xml"))?;
    let properties = properties.map_or_else(|| Ok(Properties::default()), |text| core_properties(&text))?;
    Ok(Some(Content { flow, notes, properties }))
}

/// What is known of a document while it is read.
struct Reader<'r, 'p, 'b> {
    package: &'r mut Package<'b>,
    album: &'r mut Album<'p>,
    /// Of the part that is being read.
    relations: Relations,
    styles: Styles,
    numbering: Numbering,
    fields: Fields,
    notes: Notes,
    /// The numbers of the notes that were referred to.
    noted: HashMap<(NoteKind, i64), Vec<usize>>,
    /// The paragraph that was read last. It goes on in the next if its end was deleted.
    open: Option<(ParagraphProperties, Inline)>,
    bounds: Bounds,
}

/// Where a note stands in print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum NoteKind {
    Foot,
    End,
}

impl NoteKind {
    fn part(self) -> &'static str {
        match self {
            NoteKind::Foot => "footnotes",
            NoteKind::End => "endnotes",
        }
    }

    fn usual_part(self) -> &'static str {
        match self {
            NoteKind::Foot => "footnotes.xml",
            NoteKind::End => "endnotes.xml",
        }
    }

    fn element(self) -> &'static str {
        match self {
            NoteKind::Foot => "footnote",
            NoteKind::End => "endnote",
        }
    }
}

/// A paragraph while it is read.
#[derive(Default)]
struct Paragraph {
    inline: Inline,
    /// How its text looks where nobody said otherwise.
    usual: RunProperties,
    link: Option<Rc<str>>,
    /// What is to stand below it: the text of boxes.
    below: Flow,
}

impl Paragraph {
    /// A part of it, to be read on its own.
    fn part(&self) -> Self {
        Self { usual: self.usual.clone(), link: self.link.clone(), ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.inline.is_empty() && self.below.is_empty()
    }

    fn append(&mut self, part: Paragraph) {
        self.inline.append(part.inline);
        self.below.append(part.below);
    }
}

impl Reader<'_, '_, '_> {
    /// Reads the paragraphs and tables in an element.
    fn blocks(&mut self, xml: &mut Xml<'_>, element: &Element<'_>, flow: &mut Flow) -> Result<(), Fault> {
        while let Some(child) = xml.next_element(element)? {
            self.block(xml, &child, flow)?;
        }
        Ok(())
    }

    /// Reads a paragraph, a table, or whatever holds such.
    fn block(&mut self, xml: &mut Xml<'_>, element: &Element<'_>, flow: &mut Flow) -> Result<(), Fault> {
        match (element.space, element.name()) {
            (Space::Word, "p") => self.paragraph(xml, element, flow),
            (Space::Word, "tbl") => {
                self.close(flow);
                let table = self.table(xml, element)?;
                flow.table(table);
                Ok(())
            }
            (Space::Word, "sdt") => match sdt_content(xml, element)? {
                Some(content) => self.blocks(xml, &content, flow),
                None => Ok(()),
            },
            (Space::Word, "customXml" | "ins" | "moveTo" | "smartTag") => self.blocks(xml, element, flow),
            (Space::Compatibility, "AlternateContent") => {
                // The first branch that says anything.
                while let Some(branch) = xml.next_element(element)? {
                    let mut inside = Flow::default();
                    self.blocks(xml, &branch, &mut inside)?;
                    self.close(&mut inside);
                    if !inside.is_empty() {
                        flow.append(inside);
                        break;
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn paragraph(&mut self, xml: &mut Xml<'_>, element: &Element<'_>, flow: &mut Flow) -> Result<(), Fault> {
        if self.open.as_ref().is_some_and(|(properties, _)| !properties.end.is_deleted) {
            self.close(flow);
        }
        self.fields.begin_paragraph();
        let mut properties = ParagraphProperties::default();
        let mut paragraph = Paragraph { usual: self.usual(&properties), ..Paragraph::default() };
        while let Some(child) = xml.next_element(element)? {
            if child.is(Space::Word, "pPr") {
                properties = paragraph_properties(xml, &child)?;
                paragraph.usual = self.usual(&properties);
            } else {
                self.run_or_more(xml, &child, &mut paragraph)?;
            }
        }
        if !paragraph.inline.is_empty() {
            self.bounds.element()?;
        }
        self.open = Some(match self.open.take() {
            Some((first, mut begun)) => {
                begun.append(paragraph.inline);
                (ParagraphProperties { end: properties.end, ..first }, begun)
            }
            None => (properties, paragraph.inline),
        });
        if !paragraph.below.is_empty() {
            self.close(flow);
            flow.append(paragraph.below);
        }
        Ok(())
    }

    /// Ends the paragraph that is open.
    fn close(&mut self, flow: &mut Flow) {
        let Some((properties, inline)) = self.open.take() else { return };
        let role = self.styles.role(&properties);
        let list = self.styles.list(&properties).filter(|_| role == Role::Text && !inline.is_empty());
        match list.and_then(|(list, level)| self.numbering.next(list, level, &self.styles)) {
            Some(marker) => flow.item(marker, inline),
            None => flow.paragraph(role, inline),
        }
    }

    /// How the text of a paragraph looks by its style; what makes a heading look like one is no emphasis.
    fn usual(&self, properties: &ParagraphProperties) -> RunProperties {
        let usual = self.styles.of_paragraph(properties);
        match self.styles.role(properties) {
            Role::Text => usual,
            _ => RunProperties { font: usual.font, hidden: usual.hidden, ..RunProperties::default() },
        }
    }

    /// Reads what the notes say that were referred to.
    fn read_notes(&mut self, kind: NoteKind, part: &str) -> Result<(), Fault> {
        if !self.noted.keys().any(|(noted, _)| *noted == kind) {
            return Ok(());
        }
        let Some(text) = self.package.text(part)? else { return Ok(()) };
        self.relations = Relations::read(self.package, part)?;
        self.fields = Fields::default();
        let mut xml = Xml::new(&text);
        let root = xml.root()?;
        while let Some(note) = xml.next_element(&root)? {
            let id = xml.value(&note, Space::Word, "id").and_then(|id| id.parse().ok());
            let numbers = id
                .filter(|_| note.is(Space::Word, kind.element()))
                .and_then(|id| self.noted.remove(&(kind, id)));
            let Some(numbers) = numbers else { continue };
            let mut flow = Flow::default();
            self.blocks(&mut xml, &note, &mut flow)?;
            self.close(&mut flow);
            let html = flow.render().html;
            numbers.into_iter().for_each(|number| self.notes.set(number, html.clone()));
        }
        Ok(())
    }
}

/// What a content control holds, unless that is its invitation to fill it in.
fn sdt_content<'a>(xml: &mut Xml<'a>, element: &Element<'_>) -> Result<Option<Element<'a>>, Fault> {
    while let Some(part) = xml.next_element(element)? {
        match part.name() {
            "sdtPr" => {
                while let Some(property) = xml.next_element(&part)? {
                    let value = xml.value(&property, Space::Word, "val");
                    if property.name() == "showingPlcHdr" && !matches!(value.as_deref(), Some("0" | "false"))
                    {
                        return Ok(None);
                    }
                }
            }
            "sdtContent" => return Ok(Some(part)),
            _ => {}
        }
    }
    Ok(None)
}

fn core_properties(text: &str) -> Result<Properties, Fault> {
    let mut found = Properties::default();
    let mut xml = Xml::new(text);
    let root = xml.root()?;
    while let Some(property) = xml.next_element(&root)? {
        let place = match (property.space, property.name()) {
            (Space::Dublin, "title") => &mut found.title,
            (Space::Dublin, "creator") => &mut found.author,
            (Space::Terms, "created") => &mut found.created,
            (Space::Core, "category") => &mut found.category,
            (Space::Core, "keywords") => {
                let text = xml.text(&property)?;
                found.keywords.extend(text.split([',', ';']).map(str::to_owned));
                continue;
            }
            _ => continue,
        };
        *place = xml.text(&property)?;
    }
    Ok(found)
}
