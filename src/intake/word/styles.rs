//! What the styles of a `.docx` say: what a paragraph is, and how text looks.

use super::fault::Fault;
use super::flow::Role;
use super::inline::Height;
use super::xml::{Element, Space, Xml};
use std::collections::HashMap;

/// How many styles one may be based on, one upon another.
const MOST_BASES: usize = 32;
/// How many styles are known; Word's own are some four hundred.
const MOST_STYLES: usize = 10_000;

/// How text is to look, as far as somebody said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct RunProperties {
    pub style: Option<String>,
    pub bold: Option<bool>,
    pub italic: Option<bool>,
    pub underlined: Option<bool>,
    pub struck: Option<bool>,
    pub hidden: Option<bool>,
    pub height: Option<Height>,
    pub font: Option<String>,
    /// Of the properties of a paragraph's end: it was deleted, and the next paragraph goes on in this one.
    pub is_deleted: bool,
}

/// What is said of a paragraph.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ParagraphProperties {
    pub style: Option<String>,
    /// The level it has in the outline, from 0; 9 is that of text.
    pub outline: Option<u8>,
    /// The list it belongs to, and its level there.
    pub list: (Option<u32>, Option<u8>),
    pub end: RunProperties,
}

#[derive(Default)]
struct Style {
    /// In lower case: what Word calls its own styles is the same in all languages.
    name: String,
    based_on: Option<String>,
    paragraph: ParagraphProperties,
    run: RunProperties,
}

/// The styles of a document.
#[derive(Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    default: Option<String>,
    run: RunProperties,
}

impl RunProperties {
    /// These, and what they leave open as another says.
    pub(super) fn or(self, other: &RunProperties) -> Self {
        Self {
            style: self.style,
            bold: self.bold.or(other.bold),
            italic: self.italic.or(other.italic),
            underlined: self.underlined.or(other.underlined),
            struck: self.struck.or(other.struck),
            hidden: self.hidden.or(other.hidden),
            height: self.height.or(other.height),
            font: self.font.or_else(|| other.font.clone()),
            is_deleted: self.is_deleted,
        }
    }
}

/// Reads a `w:rPr`.
pub(super) fn run_properties(xml: &mut Xml<'_>, element: &Element<'_>) -> Result<RunProperties, Fault> {
    let mut found = RunProperties::default();
    while let Some(property) = xml.next_element(element)? {
        if property.space != Space::Word {
            continue;
        }
        let value = xml.value(&property, Space::Word, "val");
        let on = value.as_deref().is_none_or(|value| !matches!(value, "0" | "false" | "off" | "none"));
        match property.name() {
            "rStyle" => found.style = value.map(String::from),
            "b" => found.bold = Some(on),
            "i" => found.italic = Some(on),
            "u" => found.underlined = Some(on),
            "strike" | "dstrike" => found.struck = Some(on),
            "vanish" | "webHidden" => found.hidden = Some(on),
            "vertAlign" => {
                found.height = Some(match value.as_deref() {
                    Some("superscript") => Height::Above,
                    Some("subscript") => Height::Below,
                    _ => Height::Line,
                });
            }
            "rFonts" => {
                let font = xml.value(&property, Space::Word, "ascii");
                let font = font.or_else(|| xml.value(&property, Space::Word, "hAnsi"));
                let is_themed = xml.value(&property, Space::Word, "asciiTheme").is_some();
                // A theme's font is none of the old ones, and is not what a style below it names.
                found.font = font.map(String::from).or_else(|| is_themed.then(String::new));
            }
            "del" | "moveFrom" => found.is_deleted = true,
            _ => {}
        }
    }
    Ok(found)
}

/// Reads a `w:pPr`.
pub(super) fn paragraph_properties(
    xml: &mut Xml<'_>,
    element: &Element<'_>,
) -> Result<ParagraphProperties, Fault> {
    let mut found = ParagraphProperties::default();
    while let Some(property) = xml.next_element(element)? {
        if property.space != Space::Word {
            continue;
        }
        match property.name() {
            "pStyle" => found.style = xml.value(&property, Space::Word, "val").map(String::from),
            "outlineLvl" => found.outline = number(xml, &property),
            "rPr" => found.end = run_properties(xml, &property)?,
            "numPr" => {
                while let Some(inner) = xml.next_element(&property)? {
                    match inner.name() {
                        "ilvl" => found.list.1 = number(xml, &inner),
                        "numId" => found.list.0 = number(xml, &inner),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The number that `w:val` of an element names.
pub(super) fn number<'a, N: std::str::FromStr>(xml: &Xml<'a>, element: &Element<'a>) -> Option<N> {
    xml.value(element, Space::Word, "val")?.trim().parse().ok()
}

impl Styles {
    pub(super) fn read(text: &str) -> Result<Self, Fault> {
        let mut styles = Self::default();
        let mut xml = Xml::new(text);
        let root = xml.root()?;
        while let Some(element) = xml.next_element(&root)? {
            if element.is(Space::Word, "docDefaults") {
                styles.run = defaults(&mut xml, &element)?;
            } else if element.is(Space::Word, "style") && styles.by_id.len() < MOST_STYLES {
                styles.take(&mut xml, &element)?;
            }
        }
        Ok(styles)
    }

    fn take<'a>(&mut self, xml: &mut Xml<'a>, element: &Element<'a>) -> Result<(), Fault> {
        let Some(id) = xml.value(element, Space::Word, "styleId").map(String::from) else { return Ok(()) };
        let is_default =
            xml.value(element, Space::Word, "default").is_some_and(|value| !matches!(&*value, "0" | "false"));
        let is_paragraph = xml.value(element, Space::Word, "type").is_none_or(|kind| kind == "paragraph");
        if is_default && is_paragraph {
            self.default = Some(id.clone());
        }
        let mut style = Style::default();
        while let Some(part) = xml.next_element(element)? {
            match part.name() {
                "name" => {
                    style.name =
                        xml.value(&part, Space::Word, "val").unwrap_or_default().trim().to_lowercase();
                }
                "basedOn" => style.based_on = xml.value(&part, Space::Word, "val").map(String::from),
                "pPr" => style.paragraph = paragraph_properties(xml, &part)?,
                "rPr" => style.run = run_properties(xml, &part)?,
                _ => {}
            }
        }
        self.by_id.insert(id, style);
        Ok(())
    }

    /// A style and those it is based on, the nearest first.
    fn line(&self, id: Option<&str>) -> impl Iterator<Item = &Style> {
        let of = |id: &str| self.by_id.get(id);
        let first = id.and_then(of);
        let next = move |style: &&Style| style.based_on.as_deref().and_then(|id| self.by_id.get(id));
        std::iter::successors(first, next).take(MOST_BASES)
    }

    fn paragraph_style<'s>(&'s self, properties: &'s ParagraphProperties) -> Option<&'s str> {
        let named = properties.style.as_deref().filter(|id| self.by_id.contains_key(*id));
        named.or(self.default.as_deref())
    }

    /// What a paragraph is.
    pub(super) fn role(&self, properties: &ParagraphProperties) -> Role {
        let style = self.paragraph_style(properties);
        let named = self.line(style).find_map(|style| role(&style.name));
        let outline =
            properties.outline.or_else(|| self.line(style).find_map(|style| style.paragraph.outline));
        match (named, outline) {
            (Some(Role::Heading(_)) | None, Some(level @ 0..=8)) => Role::Heading(level + 1),
            // Somebody made a paragraph of text of it.
            (Some(Role::Heading(_)), Some(_)) => Role::Text,
            (Some(role), _) => role,
            (None, _) => Role::Text,
        }
    }

    /// The list a paragraph belongs to, and its level there.
    pub(super) fn list(&self, properties: &ParagraphProperties) -> Option<(u32, u8)> {
        let style = self.paragraph_style(properties);
        let of_style = |part: fn(&Style) -> Option<u32>| self.line(style).find_map(part);
        let list = properties.list.0.or_else(|| of_style(|style| style.paragraph.list.0))?;
        let level = properties.list.1.map(u32::from);
        let level = level.or_else(|| of_style(|style| style.paragraph.list.1.map(u32::from)));
        // `List Bullet 2` is a list of its own for Word, and a level for everybody else.
        let by_name = self.line(style).find_map(|style| level_in_name(&style.name));
        let level = level.unwrap_or(0).max(by_name.unwrap_or(0)).min(8);
        (list != 0).then_some((list, u8::try_from(level).unwrap_or(8)))
    }

    /// How the text of a paragraph looks where nobody said otherwise.
    pub(super) fn of_paragraph(&self, properties: &ParagraphProperties) -> RunProperties {
        let line = self.line(self.paragraph_style(properties));
        line.fold(RunProperties::default(), |found, style| found.or(&style.run)).or(&self.run)
    }

    /// How the text of a run looks.
    pub(super) fn of_run(&self, run: RunProperties, of_paragraph: &RunProperties) -> RunProperties {
        let style = run.style.clone();
        let line = self.line(style.as_deref());
        line.fold(run, |found, style| found.or(&style.run)).or(of_paragraph)
    }

    /// The list that a style belongs to, for lists that are defined by a style.
    pub(super) fn list_of_style(&self, id: &str) -> Option<u32> {
        self.line(Some(id)).find_map(|style| style.paragraph.list.0)
    }
}

fn defaults(xml: &mut Xml<'_>, element: &Element<'_>) -> Result<RunProperties, Fault> {
    let mut found = RunProperties::default();
    while let Some(part) = xml.next_element(element)? {
        if part.is(Space::Word, "rPrDefault") {
            while let Some(part) = xml.next_element(&part)? {
                if part.is(Space::Word, "rPr") {
                    found = run_properties(xml, &part)?;
                }
            }
        }
    }
    Ok(found)
}

/// What a paragraph in a style of Word's own is.
pub(super) fn role(name: &str) -> Option<Role> {
    if let Some(level) = name.strip_prefix("heading ").and_then(|level| level.trim().parse().ok()) {
        return Some(Role::Heading(level));
    }
    match name {
        "title" => Some(Role::Title),
        "quote" | "intense quote" | "quotations" | "block text" | "block quotation" => Some(Role::Quote),
        "caption" | "figure" | "illustration" => Some(Role::Caption),
        "toc heading" | "contents heading" | "table of figures" => Some(Role::Contents),
        _ if name.starts_with("toc ") || name.starts_with("contents ") => Some(Role::Contents),
        _ => None,
    }
}

fn level_in_name(name: &str) -> Option<u32> {
    let rest = ["list bullet ", "list number "].iter().find_map(|start| name.strip_prefix(start))?;
    rest.parse::<u32>().ok()?.checked_sub(1)
}
