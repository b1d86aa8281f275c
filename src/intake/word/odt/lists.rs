//! Lists of an `.odt`.

use super::Reader;
use crate::intake::word::fault::Fault;
use crate::intake::word::flow::{Counting, Flow, Marker, Role};
use crate::intake::word::xml::{Element, Space, Xml};
use std::collections::HashMap;

/// How a level is marked: `None` for a dot.
#[derive(Clone, Copy)]
struct Level {
    counting: Option<Counting>,
    start: u32,
}

/// The styles of lists, by name and level.
#[derive(Default)]
pub(super) struct ListStyles(HashMap<String, HashMap<usize, Level>>);

/// The lists of a document.
pub(super) struct Lists {
    styles: ListStyles,
    /// How far the levels of the last list of each style have been counted, and its number.
    counts: HashMap<String, ([u32; MOST_LEVELS], u32)>,
    last: u32,
}

const MOST_LEVELS: usize = 10;

/// Where a list stands in others.
#[derive(Clone)]
pub(super) struct Nesting {
    style: String,
    level: usize,
}

impl ListStyles {
    pub(super) fn take<'a>(&mut self, xml: &mut Xml<'a>, element: &Element<'a>) -> Result<(), Fault> {
        let Some(name) = xml.value(element, Space::Style, "name").map(String::from) else { return Ok(()) };
        let mut levels = HashMap::new();
        while let Some(level) = xml.next_element(element)? {
            let value = |space, name| xml.value(&level, space, name);
            let Some(at) = value(Space::Text, "level").and_then(|at| at.parse::<usize>().ok()) else {
                continue;
            };
            let counting = match level.name() {
                "list-level-style-number" => match value(Space::Style, "num-format").as_deref() {
                    Some("a") => Some(Counting::SmallLetters),
                    Some("A") => Some(Counting::Letters),
                    Some("i") => Some(Counting::SmallRoman),
                    Some("I") => Some(Counting::Roman),
                    Some("") | None => None,
                    Some(_) => Some(Counting::Numbers),
                },
                _ => None,
            };
            let start = value(Space::Text, "start-value").and_then(|start| start.parse().ok()).unwrap_or(1);
            levels.insert(at, Level { counting, start });
        }
        self.0.insert(name, levels);
        Ok(())
    }
}

impl Lists {
    pub(super) fn new(styles: ListStyles) -> Self {
        Self { styles, counts: HashMap::new(), last: 0 }
    }

    /// A list begins that is in no other.
    fn begin(&mut self, style: &str, goes_on: bool) {
        if !goes_on || !self.counts.contains_key(style) {
            self.last += 1;
            self.counts.insert(style.to_owned(), ([0; MOST_LEVELS], self.last));
        }
    }

    fn next(&mut self, nesting: &Nesting, start: Option<u32>) -> Marker {
        let level = nesting.level.min(MOST_LEVELS - 1);
        let known = self.styles.0.get(&nesting.style).and_then(|levels| levels.get(&(nesting.level + 1)));
        let known = known.copied().unwrap_or(Level { counting: None, start: 1 });
        let (counts, list) = self.counts.entry(nesting.style.clone()).or_default();
        counts[level + 1..].fill(0);
        counts[level] = start.unwrap_or_else(|| match counts[level] {
            0 => known.start,
            last => last.saturating_add(1),
        });
        let counted = known.counting.map(|counting| (counting, counts[level]));
        Marker { level: u8::try_from(level).unwrap_or(u8::MAX), counted, list: *list }
    }
}

impl Reader<'_, '_, '_> {
    pub(super) fn list(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        outer: Option<&Nesting>,
        flow: &mut Flow,
    ) -> Result<(), Fault> {
        let style = xml.value(element, Space::Text, "style-name").map(String::from);
        let nesting = match outer {
            Some(outer) => {
                Nesting { style: style.unwrap_or_else(|| outer.style.clone()), level: outer.level + 1 }
            }
            None => Nesting { style: style.unwrap_or_default(), level: 0 },
        };
        if outer.is_none() {
            let goes_on =
                xml.value(element, Space::Text, "continue-numbering").is_some_and(|value| value == "true")
                    || xml.value(element, Space::Text, "continue-list").is_some();
            self.lists.begin(&nesting.style, goes_on);
        }
        while let Some(item) = xml.next_element(element)? {
            if matches!((item.space, item.name()), (Space::Text, "list-item" | "list-header")) {
                self.item(xml, &item, &nesting, flow)?;
            }
        }
        Ok(())
    }

    fn item<'a>(
        &mut self,
        xml: &mut Xml<'a>,
        element: &Element<'a>,
        nesting: &Nesting,
        flow: &mut Flow,
    ) -> Result<(), Fault> {
        let start = xml.value(element, Space::Text, "start-value").and_then(|start| start.parse().ok());
        let mut is_begun = element.name() == "list-header";
        while let Some(child) = xml.next_element(element)? {
            match (child.space, child.name()) {
                (Space::Text, "list") => self.list(xml, &child, Some(nesting), flow)?,
                (Space::Text, "p") => {
                    let (role, paragraph) = self.paragraph(xml, &child)?;
                    if is_begun {
                        flow.more(paragraph.inline);
                    } else if role == Role::Text {
                        let marker = self.lists.next(nesting, start);
                        flow.item(marker, paragraph.inline);
                        is_begun = true;
                    } else {
                        flow.paragraph(role, paragraph.inline);
                    }
                    flow.append(paragraph.below);
                }
                _ => self.block(xml, &child, flow)?,
            }
        }
        Ok(())
    }
}
