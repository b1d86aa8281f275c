//! The lists of a `.docx`: how their levels are marked, and how far each has been counted.

use super::fault::Fault;
use super::flow::{Counting, Marker};
use super::styles::{Styles, number};
use super::xml::{Element, Space, Xml};
use std::collections::HashMap;

/// How a level of a list is marked.
#[derive(Clone, Copy, Debug)]
enum Mark {
    None,
    Dot,
    Counted(Counting),
}

#[derive(Clone, Copy, Debug)]
struct Level {
    mark: Mark,
    start: u32,
}

/// A list as it is defined.
#[derive(Default)]
struct Definition {
    levels: HashMap<u8, Level>,
    /// The style whose list it is.
    style: Option<String>,
}

/// A list as paragraphs name it.
#[derive(Default)]
struct List {
    definition: u32,
    starts: HashMap<u8, u32>,
    levels: HashMap<u8, Level>,
}

/// All lists.
#[derive(Default)]
pub(super) struct Numbering {
    definitions: HashMap<u32, Definition>,
    lists: HashMap<u32, List>,
    /// How many items each level of each list has had.
    counts: HashMap<u32, [u32; 9]>,
}

impl Numbering {
    pub(super) fn read(text: &str) -> Result<Self, Fault> {
        let mut numbering = Self::default();
        let mut xml = Xml::new(text);
        let root = xml.root()?;
        while let Some(element) = xml.next_element(&root)? {
            let id =
                |xml: &Xml<'_>, name| xml.value(&element, Space::Word, name).and_then(|id| id.parse().ok());
            match element.name() {
                "abstractNum" => {
                    let id: Option<u32> = id(&xml, "abstractNumId");
                    let definition = definition(&mut xml, &element)?;
                    numbering.definitions.extend(id.map(|id| (id, definition)));
                }
                "num" => {
                    let id: Option<u32> = id(&xml, "numId");
                    let list = list(&mut xml, &element)?;
                    numbering.lists.extend(id.map(|id| (id, list)));
                }
                _ => {}
            }
        }
        Ok(numbering)
    }

    /// What stands before the next item of a list; `None` when nothing does.
    pub(super) fn next(&mut self, list: u32, level: u8, styles: &Styles) -> Option<Marker> {
        let level = level.min(8);
        let known = self.lists.get(&list)?;
        let mut definition = self.definitions.get(&known.definition);
        // One step, to where the style is defined whose list this is.
        if let Some(style) = definition.and_then(|definition| definition.style.as_deref())
            && let Some(of_style) = styles.list_of_style(style).and_then(|list| self.lists.get(&list))
        {
            definition = self.definitions.get(&of_style.definition);
        }
        let found = known.levels.get(&level).or_else(|| definition?.levels.get(&level));
        let Level { mark, start } = found.copied().unwrap_or(Level { mark: Mark::Dot, start: 1 });
        let start = known.starts.get(&level).copied().unwrap_or(start);
        // Lists of one definition are counted on, unless one begins anew.
        let counted_as = if known.starts.is_empty() { known.definition.wrapping_add(1 << 31) } else { list };
        let counts = self.counts.entry(counted_as).or_default();
        let at = usize::from(level);
        counts[at] += 1;
        counts[at + 1..].fill(0);
        let number = start.saturating_add(counts[at] - 1);
        let counted = match mark {
            Mark::None => return None,
            Mark::Dot => None,
            Mark::Counted(counting) => Some((counting, number)),
        };
        Some(Marker { level, counted, list: counted_as })
    }
}

fn definition(xml: &mut Xml<'_>, element: &Element<'_>) -> Result<Definition, Fault> {
    let mut found = Definition::default();
    while let Some(part) = xml.next_element(element)? {
        match part.name() {
            "lvl" => found.levels.extend(level(xml, part)?),
            "numStyleLink" => found.style = xml.value(&part, Space::Word, "val").map(String::from),
            _ => {}
        }
    }
    Ok(found)
}

fn level<'a>(xml: &mut Xml<'a>, element: Element<'a>) -> Result<Option<(u8, Level)>, Fault> {
    let at = xml.value(&element, Space::Word, "ilvl").and_then(|at| at.parse().ok());
    let mut found = Level { mark: Mark::Counted(Counting::Numbers), start: 1 };
    while let Some(part) = xml.next_element(&element)? {
        match part.name() {
            "start" => found.start = number(xml, &part).unwrap_or(1),
            "numFmt" => found.mark = mark(&xml.value(&part, Space::Word, "val").unwrap_or_default()),
            _ => {}
        }
    }
    Ok(at.map(|at| (at, found)))
}

fn mark(format: &str) -> Mark {
    match format {
        "none" => Mark::None,
        "bullet" => Mark::Dot,
        "lowerLetter" => Mark::Counted(Counting::SmallLetters),
        "upperLetter" => Mark::Counted(Counting::Letters),
        "lowerRoman" => Mark::Counted(Counting::SmallRoman),
        "upperRoman" => Mark::Counted(Counting::Roman),
        _ => Mark::Counted(Counting::Numbers),
    }
}

fn list(xml: &mut Xml<'_>, element: &Element<'_>) -> Result<List, Fault> {
    let mut found = List::default();
    while let Some(part) = xml.next_element(element)? {
        match part.name() {
            "abstractNumId" => found.definition = number(xml, &part).unwrap_or(0),
            "lvlOverride" => {
                let at: Option<u8> = xml.value(&part, Space::Word, "ilvl").and_then(|at| at.parse().ok());
                while let Some(inner) = xml.next_element(&part)? {
                    match inner.name() {
                        "startOverride" => found.starts.extend(at.zip(number(xml, &inner))),
                        "lvl" => found.levels.extend(level(xml, inner)?),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(found)
}
