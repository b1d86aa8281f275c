//! What the ids in a part of a `.docx` refer to (ISO/IEC 29500-2, 6.5).

use super::fault::Fault;
use super::package::Package;
use super::xml::{Space, Xml};
use std::collections::HashMap;

/// What the ids of one part refer to.
#[derive(Default)]
pub(super) struct Relations {
    by_id: HashMap<String, Target>,
    /// The first member of each kind, by the last name of the kind's address: both forms of the standard have that.
    by_kind: HashMap<String, String>,
}

/// What an id refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A member of the package.
    Member(String),
    /// Something elsewhere.
    Address(String),
}

impl Relations {
    /// Those of a part; of the whole package when that has no name.
    pub(super) fn read(package: &mut Package<'_>, part: &str) -> Result<Self, Fault> {
        let folder = folder_of(part);
        let name = format!("{folder}_rels/{}.rels", &part[folder.len()..]);
        let Some(text) = package.text(&name)? else { return Ok(Self::default()) };
        let mut xml = Xml::new(&text);
        let root = xml.root()?;
        let mut relations = Self::default();
        while let Some(element) = xml.next_element(&root)? {
            if !element.is(Space::Relations, "Relationship") {
                continue;
            }
            let value = |name| xml.value(&element, Space::None, name).map(String::from);
            let (Some(id), Some(kind), Some(target)) = (value("Id"), value("Type"), value("Target")) else {
                continue;
            };
            let kind = kind.rsplit('/').next().unwrap_or("").to_owned();
            let target = match value("TargetMode").as_deref() {
                Some("External") => Target::Address(target),
                _ => Target::Member(member(folder, &target)),
            };
            if let Target::Member(name) = &target {
                relations.by_kind.entry(kind).or_insert_with(|| name.clone());
            }
            relations.by_id.entry(id).or_insert(target);
        }
        Ok(relations)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Target> {
        self.by_id.get(id)
    }

    /// The first member of a kind.
    pub(super) fn target_of(&self, kind: &str) -> Option<&str> {
        self.by_kind.get(kind).map(String::as_str)
    }
}

/// The folder of a part, with the `/` at its end.
pub(super) fn folder_of(part: &str) -> &str {
    part.rfind('/').map_or("", |at| &part[..=at])
}

/// The member that a target names, seen from a folder.
fn member(folder: &str, target: &str) -> String {
    let mut names: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for name in target.split(['/', '\\']) {
        match name {
            "." => {}
            ".." => drop(names.pop_if(|name| !name.is_empty()).or_else(|| {
                names.pop();
                names.pop()
            })),
            name => names.push(name),
        }
    }
    names.retain(|name| !name.is_empty());
    names.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_their_part() {
        for (folder, target, expected) in [
            ("word/", "media/a.png", "word/media/a.png"),
            ("word/", "/word/media/a.png", "word/media/a.png"),
            ("word/", "../media/a.png", "media/a.png"),
            ("word/", "../../../a.png", "a.png"),
            ("", "word/document.xml", "word/document.xml"),
            ("", "/word/./document.xml", "word/document.xml"),
        ] {
            assert_eq!(member(folder, target), expected, "{folder} {target}");
        }
    }
}
