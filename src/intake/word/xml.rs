//! XML as word processors write it, read element by element. No tree is built of it, so what it takes does not grow
//! with what somebody put in.

use super::fault::Fault;
use crate::intake::DEEPEST_XML;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;
use std::borrow::Cow;

/// The vocabulary a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// Of attributes without a prefix.
    None,
    /// `w:` paragraphs, runs, tables, styles.
    Word,
    /// `a:` drawings.
    Drawing,
    /// `wp:` where a drawing stands.
    Placing,
    /// `pic:` a picture in a drawing.
    Picture,
    /// `c:` a diagram of numbers.
    Chart,
    /// `dgm:` a diagram of boxes.
    Diagram,
    /// `v:` drawings before 2007.
    Vml,
    /// `mc:` one content for several versions.
    Compatibility,
    /// `m:` formulas.
    Math,
    /// `r:` what an id refers to.
    Relation,
    /// The lists of what ids refer to.
    Relations,
    /// `cp:` properties of a document.
    Core,
    /// `dc:`.
    Dublin,
    /// `dcterms:`.
    Terms,
    /// OpenDocument's `office:`.
    Office,
    /// Its `text:`.
    Text,
    /// Its `table:`.
    Table,
    /// Its `draw:`.
    Draw,
    /// Its `style:`.
    Style,
    /// Its `fo:`, after XSL.
    Format,
    /// Its `svg:`, after SVG.
    Svg,
    /// Its `meta:`.
    Meta,
    /// Its `manifest:`.
    Manifest,
    /// `xlink:`.
    Link,
    /// All others.
    Other,
}

impl Space {
    fn of(name: &ResolveResult<'_>) -> Self {
        let ResolveResult::Bound(Namespace(uri)) = name else {
            return if matches!(name, ResolveResult::Unbound) { Space::None } else { Space::Other };
        };
        let Ok(uri) = str::from_utf8(uri) else { return Space::Other };
        if let Some(name) = uri.strip_prefix("urn:oasis:names:tc:opendocument:xmlns:") {
            return Self::of_open_document(name);
        }
        // The strict form has the same vocabularies under other names (ISO/IEC 29500-1).
        let office = uri
            .strip_prefix("http://schemas.openxmlformats.org/")
            .or_else(|| uri.strip_prefix("http://purl.oclc.org/ooxml/"));
        match office.unwrap_or(uri) {
            "wordprocessingml/2006/main" | "wordprocessingml/main" => Space::Word,
            "drawingml/2006/main" | "drawingml/main" => Space::Drawing,
            "drawingml/2006/wordprocessingDrawing" | "drawingml/wordprocessingDrawing" => Space::Placing,
            "drawingml/2006/picture" | "drawingml/picture" => Space::Picture,
            "drawingml/2006/chart" | "drawingml/chart" => Space::Chart,
            "drawingml/2006/diagram" | "drawingml/diagram" => Space::Diagram,
            "officeDocument/2006/math" | "officeDocument/math" => Space::Math,
            "officeDocument/2006/relationships" | "officeDocument/relationships" => Space::Relation,
            "package/2006/relationships" => Space::Relations,
            "package/2006/metadata/core-properties" => Space::Core,
            "markup-compatibility/2006" => Space::Compatibility,
            "urn:schemas-microsoft-com:vml" => Space::Vml,
            "http://purl.org/dc/elements/1.1/" => Space::Dublin,
            "http://purl.org/dc/terms/" => Space::Terms,
            "http://www.w3.org/1999/xlink" => Space::Link,
            _ => Space::Other,
        }
    }

    fn of_open_document(name: &str) -> Self {
        match name {
            "office:1.0" => Space::Office,
            "text:1.0" => Space::Text,
            "table:1.0" => Space::Table,
            "drawing:1.0" => Space::Draw,
            "style:1.0" => Space::Style,
            "xsl-fo-compatible:1.0" => Space::Format,
            "svg-compatible:1.0" => Space::Svg,
            "meta:1.0" => Space::Meta,
            "manifest:1.0" => Space::Manifest,
            _ => Space::Other,
        }
    }
}

/// An element that was opened.
pub(super) struct Element<'a> {
    pub space: Space,
    start: BytesStart<'a>,
    /// How many elements are open within it.
    depth: usize,
}

impl Element<'_> {
    /// Its name without a prefix.
    pub(super) fn name(&self) -> &str {
        str::from_utf8(self.start.local_name().into_inner()).unwrap_or("")
    }

    pub(super) fn is(&self, space: Space, name: &str) -> bool {
        self.space == space && self.name() == name
    }
}

/// What stands in an element.
pub(super) enum Node<'a> {
    Element(Element<'a>),
    Text(Cow<'a, str>),
}

/// A document being read.
pub(super) struct Xml<'a> {
    reader: NsReader<&'a [u8]>,
    depth: usize,
    /// How many vocabularies each element that is open has named, and how many they have in all.
    named: Vec<usize>,
    in_all: usize,
}

/// How many vocabularies may be named at one place; Word names some forty. Every name is held against all of them.
const MOST_NAMED: usize = 512;

impl<'a> Xml<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = NsReader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self { reader, depth: 0, named: Vec::new(), in_all: 0 }
    }

    /// The outermost element, open.
    pub(super) fn root(&mut self) -> Result<Element<'a>, Fault> {
        while let Some(node) = self.next_at(0)? {
            if let Node::Element(element) = node {
                return Ok(element);
            }
        }
        Err(Fault::Damaged)
    }

    /// What comes next in an element that is open: whatever was opened in it and not read to its end is passed over.
    /// `None` when it has ended, after which it must not be asked for again.
    pub(super) fn next(&mut self, element: &Element<'_>) -> Result<Option<Node<'a>>, Fault> {
        self.next_at(element.depth)
    }

    /// The same, of elements alone.
    pub(super) fn next_element(&mut self, element: &Element<'_>) -> Result<Option<Element<'a>>, Fault> {
        loop {
            match self.next_at(element.depth)? {
                Some(Node::Element(element)) => return Ok(Some(element)),
                Some(Node::Text(_)) => {}
                None => return Ok(None),
            }
        }
    }

    /// All text in an element and in those within it.
    pub(super) fn text(&mut self, element: &Element<'_>) -> Result<String, Fault> {
        let mut text = String::new();
        while let Some(node) = self.next(element)? {
            match node {
                Node::Text(piece) => text.push_str(&piece),
                Node::Element(inner) => text.push_str(&self.text(&inner)?),
            }
        }
        Ok(text)
    }

    /// The value of an attribute; to be asked for before anything within the element is read.
    pub(super) fn value<'e>(
        &self,
        element: &'e Element<'a>,
        space: Space,
        name: &str,
    ) -> Option<Cow<'e, str>> {
        let mut attributes = element.start.attributes();
        let attributes = attributes.with_checks(false).flatten();
        for attribute in attributes {
            if attribute.key.local_name().into_inner() == name.as_bytes()
                && Space::of(&self.reader.resolver().resolve_attribute(attribute.key).0) == space
            {
                return attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok();
            }
        }
        None
    }

    fn next_at(&mut self, depth: usize) -> Result<Option<Node<'a>>, Fault> {
        loop {
            let (space, event) = self.reader.read_resolved_event().map_err(|_| Fault::Damaged)?;
            match event {
                Event::Start(start) => {
                    let space = Space::of(&space);
                    self.depth += 1;
                    let named = start.attributes_raw().windows(5).filter(|name| *name == b"xmlns").count();
                    self.named.push(named);
                    self.in_all += named;
                    if self.depth > DEEPEST_XML {
                        return Err(Fault::TooDeep);
                    }
                    if self.in_all > MOST_NAMED {
                        return Err(Fault::Damaged);
                    }
                    if self.depth == depth + 1 {
                        return Ok(Some(Node::Element(Element { space, start, depth: self.depth })));
                    }
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    self.in_all -= self.named.pop().unwrap_or(0);
                    if self.depth < depth {
                        return Ok(None);
                    }
                }
                Event::Eof if depth == 0 => return Ok(None),
                Event::Eof => return Err(Fault::Damaged),
                Event::DocType(_) => return Err(Fault::Doctype),
                Event::Text(text) if self.depth == depth => {
                    let text = text.xml10_content().map_err(|_| Fault::Damaged)?;
                    return Ok(Some(Node::Text(text)));
                }
                Event::CData(text) if self.depth == depth => {
                    let text = text.xml10_content().map_err(|_| Fault::Damaged)?;
                    return Ok(Some(Node::Text(text)));
                }
                Event::GeneralRef(reference) if self.depth == depth => {
                    let letter = match reference.resolve_char_ref() {
                        Ok(Some(letter)) => Some(Cow::Owned(letter.to_string())),
                        Ok(None) => {
                            let name = reference.decode().map_err(|_| Fault::Damaged)?;
                            quick_xml::escape::resolve_predefined_entity(&name).map(Cow::Borrowed)
                        }
                        Err(_) => None,
                    };
                    if let Some(letter) = letter {
                        return Ok(Some(Node::Text(letter)));
                    }
                }
                _ => {}
            }
        }
    }
}
