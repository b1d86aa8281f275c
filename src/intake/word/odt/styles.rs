//! What the styles of an `.odt` say.

use super::lists::ListStyles;
use crate::intake::word::fault::Fault;
use crate::intake::word::flow::Role;
use crate::intake::word::inline::Height;
use crate::intake::word::styles::{RunProperties, role};
use crate::intake::word::xml::{Element, Space, Xml};
use std::collections::HashMap;

/// How many styles one may have above it.
const MOST_PARENTS: usize = 32;
/// How many styles are known.
const MOST_STYLES: usize = 20_000;

/// What a style is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Family {
    Paragraph,
    Text,
}

#[derive(Default)]
struct Style {
    /// As people see it, in lower case.
    name: String,
    parent: Option<String>,
    run: RunProperties,
}

/// The styles of a document.
#[derive(Default)]
pub(super) struct Styles {
    by_name: HashMap<(Family, String), Style>,
    usual: RunProperties,
    fonts: HashMap<String, String>,
}

/// Takes in the styles of one part.
pub(super) fn read(text: &str, styles: &mut Styles, lists: &mut ListStyles) -> Result<(), Fault> {
    let mut xml = Xml::new(text);
    let root = xml.root()?;
    while let Some(part) = xml.next_element(&root)? {
        match (part.space, part.name()) {
            (Space::Office, "font-face-decls") => {
                while let Some(font) = xml.next_element(&part)? {
                    let name = xml.value(&font, Space::Style, "name").map(String::from);
                    let family = xml.value(&font, Space::Svg, "font-family").map(|name| unquoted(&name));
                    styles.fonts.extend(name.zip(family));
                }
            }
            (Space::Office, "styles" | "automatic-styles") => {
                while let Some(element) = xml.next_element(&part)? {
                    match (element.space, element.name()) {
                        (Space::Style, "style" | "default-style") => styles.take(&mut xml, &element)?,
                        (Space::Text, "list-style") => lists.take(&mut xml, &element)?,
                        _ => {}
                    }
                }
            }
            // What follows is the text.
            (Space::Office, "body") => break,
            _ => {}
        }
    }
    Ok(())
}

fn unquoted(name: &str) -> String {
    name.trim_matches(['\'', '"', ' ']).to_owned()
}

impl Styles {
    fn take<'a>(&mut self, xml: &mut Xml<'a>, element: &Element<'a>) -> Result<(), Fault> {
        let value = |name| xml.value(element, Space::Style, name).map(String::from);
        let family = match value("family").as_deref() {
            Some("paragraph") => Family::Paragraph,
            Some("text") => Family::Text,
            _ => return Ok(()),
        };
        let name = value("name");
        // An automatic style has no name that anybody chose.
        let shown = value("display-name").or_else(|| name.as_deref().map(|name| name.replace("_20_", " ")));
        let mut style = Style {
            name: shown.unwrap_or_default().to_lowercase(),
            parent: value("parent-style-name"),
            run: RunProperties::default(),
        };
        while let Some(part) = xml.next_element(element)? {
            if part.is(Space::Style, "text-properties") {
                style.run = self.run_properties(xml, &part);
            }
        }
        match name {
            Some(name) if self.by_name.len() < MOST_STYLES => {
                drop(self.by_name.insert((family, name), style))
            }
            None if family == Family::Paragraph => self.usual = style.run,
            _ => {}
        }
        Ok(())
    }

    fn run_properties<'a>(&self, xml: &Xml<'a>, element: &Element<'a>) -> RunProperties {
        let value = |space, name| xml.value(element, space, name).map(String::from);
        let is_line = |style: String| style != "none";
        let heavy =
            |weight: String| weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600);
        let font =
            value(Space::Style, "font-name").map(|name| self.fonts.get(&name).cloned().unwrap_or(name));
        RunProperties {
            bold: value(Space::Format, "font-weight").map(heavy),
            italic: value(Space::Format, "font-style").map(|style| style != "normal"),
            underlined: value(Space::Style, "text-underline-style").map(is_line),
            struck: value(Space::Style, "text-line-through-style")
                .or_else(|| value(Space::Style, "text-line-through-type"))
                .map(is_line),
            hidden: value(Space::Text, "display").map(|display| display == "none"),
            height: value(Space::Style, "text-position").map(|position| height(&position)),
            font: font.or_else(|| value(Space::Format, "font-family").map(|name| unquoted(&name))),
            ..RunProperties::default()
        }
    }

    /// A style and those above it, the nearest first.
    fn line(&self, family: Family, name: Option<&str>) -> impl Iterator<Item = &Style> {
        let of = move |name: &str| self.by_name.get(&(family, name.to_owned()));
        let first = name.and_then(of);
        std::iter::successors(first, move |style| style.parent.as_deref().and_then(of)).take(MOST_PARENTS)
    }

    /// What a paragraph of this style is.
    pub(super) fn role(&self, name: Option<&str>) -> Role {
        self.line(Family::Paragraph, name).find_map(|style| role(&style.name)).unwrap_or_default()
    }

    /// How text of a style looks.
    pub(super) fn look(&self, family: Family, name: Option<&str>) -> RunProperties {
        let found =
            self.line(family, name).fold(RunProperties::default(), |found, style| found.or(&style.run));
        if family == Family::Paragraph { found.or(&self.usual) } else { found }
    }
}

/// `super 58%`, `sub 58%`, `33% 58%`, `-20% 100%`.
fn height(position: &str) -> Height {
    let shift = position.split_whitespace().next().unwrap_or("");
    match shift {
        "super" => Height::Above,
        "sub" => Height::Below,
        "0%" | "" => Height::Line,
        _ if shift.starts_with('-') => Height::Below,
        _ => Height::Above,
    }
}
