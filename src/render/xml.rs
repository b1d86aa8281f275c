//! What the crates that write XML leave to their caller: characters XML cannot carry, and elements they have
//! no word for.

use crate::words::is_xml_char;
use quick_xml::escape::escape;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// A prefix and the namespace it stands for.
pub(super) type Namespace = (&'static str, &'static str);

pub(super) const ATOM: Namespace = ("atom", "http://www.w3.org/2005/Atom");
pub(super) const DUBLIN_CORE: Namespace = ("dc", "http://purl.org/dc/elements/1.1/");
pub(super) const MEDIA: Namespace = ("media", "http://search.yahoo.com/mrss/");
/// RFC 5005.
pub(super) const HISTORY: Namespace = ("fh", "http://purl.org/syndication/history/1.0");
pub(super) const TOMBSTONES: Namespace = ("at", "http://purl.org/atompub/tombstones/1.0");
/// Of the text that describes it (source.scripting.com).
pub(super) const SOURCE: Namespace = ("source", "https://source.scripting.com/");
/// Of the text that describes it (Podcastindex-org/podcast-namespace).
pub(super) const PODCAST: Namespace = ("podcast", "https://podcastindex.org/namespace/1.0");
pub(super) const SYNDICATION: Namespace = ("sy", "http://purl.org/rss/1.0/modules/syndication/");

/// As both crates want their namespaces.
pub(super) fn namespaces(wanted: &[Namespace]) -> BTreeMap<String, String> {
    wanted.iter().map(|(prefix, uri)| (prefix.to_string(), uri.to_string())).collect()
}

/// As both crates want their extensions. Their maps are sorted by keys that only reading sets; under one
/// key the elements are written in this order.
pub(super) fn in_order<E>(extensions: Vec<E>) -> BTreeMap<String, BTreeMap<String, Vec<E>>> {
    BTreeMap::from([(String::new(), children(extensions))])
}

fn children<E>(extensions: Vec<E>) -> BTreeMap<String, Vec<E>> {
    BTreeMap::from([(String::new(), extensions)])
}

/// An element `rss` has no word for, with text or elements inside.
pub(super) fn rss_extension(
    name: &str,
    attributes: &[(&str, &str)],
    value: &str,
    inner: Vec<rss::extension::Extension>,
) -> rss::extension::Extension {
    rss::extension::Extension {
        name: name.to_owned(),
        value: inner.is_empty().then(|| value.to_owned()),
        attrs: attributes.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect(),
        children: children(inner),
    }
}

/// An element `atom_syndication` has no word for, with text or elements inside. It writes attributes of
/// extensions as they are, so they are escaped here; build no `Extension` for Atom anywhere else.
pub(super) fn atom_extension(
    name: &str,
    attributes: &[(&str, &str)],
    value: &str,
    inner: Vec<atom_syndication::extension::Extension>,
) -> atom_syndication::extension::Extension {
    atom_syndication::extension::Extension {
        name: name.to_owned(),
        value: inner.is_empty().then(|| value.to_owned()),
        attrs: attributes.iter().map(|(key, value)| (key.to_string(), escape(*value).into_owned())).collect(),
        children: children(inner),
    }
}

/// The text without the characters XML cannot carry: for what goes into a CDATA section, which is split at
/// every `]]>` before [`XmlSafe`] could bring a new one together.
pub(super) fn carried(text: &str) -> Cow<'_, str> {
    if is_plain(text.as_bytes()) || text.chars().all(is_xml_char) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter(|c| is_xml_char(*c)).collect())
    }
}

/// Passes UTF-8 on without the characters XML 1.0 (section 2.2) forbids even escaped: control characters,
/// U+FFFE and U+FFFF.
pub(super) struct XmlSafe<W> {
    inner: W,
    /// How much of `EF BF`, with which the two noncharacters begin, came last and is not passed on yet.
    held: usize,
}

const BEGINNING: [u8; 2] = [0xEF, 0xBF];

impl<W: Write> XmlSafe<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner, held: 0 }
    }

    pub(super) fn into_inner(self) -> W {
        self.inner
    }
}

impl<W: Write> Write for XmlSafe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.held == 0 && is_plain(bytes) {
            self.inner.write_all(bytes)?;
            return Ok(bytes.len());
        }
        let mut kept = Vec::with_capacity(bytes.len() + BEGINNING.len());
        for &byte in bytes {
            match (self.held, byte) {
                (1, 0xBF) => self.held = 2,
                (2, 0xBE | 0xBF) => self.held = 0,
                (held, byte) => {
                    kept.extend_from_slice(&BEGINNING[..held]);
                    self.held = usize::from(byte == BEGINNING[0]);
                    if self.held == 0 && !is_forbidden_control(byte) {
                        kept.push(byte);
                    }
                }
            }
        }
        self.inner.write_all(&kept)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Whether there is nothing in it that XML may not be able to carry. It looks at every byte, whatever it finds, because
/// then it can look at many at a time.
fn is_plain(bytes: &[u8]) -> bool {
    !bytes.iter().fold(false, |found, &byte| found | (byte == BEGINNING[0]) | is_forbidden_control(byte))
}

fn is_forbidden_control(byte: u8) -> bool {
    (byte < 0x20) & (byte != b'\t') & (byte != b'\n') & (byte != b'\r')
}

/// A small document of our own: the declaration, then what `body` writes, indented.
pub(super) fn written(body: impl FnOnce(&mut Sheet) -> io::Result<()>) -> Vec<u8> {
    let mut sheet = Sheet::new_with_indent(XmlSafe::new(Vec::new()), b' ', 2);
    let declaration = quick_xml::events::BytesDecl::new("1.0", Some("utf-8"), None);
    sheet
        .write_event(quick_xml::events::Event::Decl(declaration))
        .and_then(|()| body(&mut sheet))
        .expect("memory takes every write");
    ended(sheet.into_inner())
}

/// What [`written`] hands to write on.
pub(super) type Sheet = quick_xml::Writer<XmlSafe<Vec<u8>>>;

/// The finished bytes, their last line ended.
pub(super) fn ended(safe: XmlSafe<Vec<u8>>) -> Vec<u8> {
    let mut bytes = safe.into_inner();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn safe(parts: &[&[u8]]) -> Vec<u8> {
        let mut safe = XmlSafe::new(Vec::new());
        for part in parts {
            safe.write_all(part).expect("memory takes every write");
        }
        safe.into_inner()
    }

    #[test]
    fn forbidden_characters_are_dropped_and_their_neighbours_stay() {
        let text = "a\u{0}b\u{8}\u{B}\u{1F}c\u{FFFE}d\u{FFFF}e\u{FFFD}\u{FEFF}\u{F8FF}\t\r\n\u{7F}đ😀";
        let kept = "abcde\u{FFFD}\u{FEFF}\u{F8FF}\t\r\n\u{7F}đ😀";
        assert_eq!(safe(&[text.as_bytes()]), kept.as_bytes());
        assert_eq!(carried(text), kept);
    }

    proptest! {
        #[test]
        fn a_character_cut_by_the_end_of_a_write_is_judged_whole(
            text in proptest::collection::vec(
                prop_oneof![any::<char>(), Just('\u{FFFE}'), Just('\u{FFFF}'), Just('\u{FFFD}'), Just('\u{8}')],
                0..20,
            ).prop_map(String::from_iter),
            cut in 1_usize..5,
        ) {
            let parts: Vec<&[u8]> = text.as_bytes().chunks(cut).collect();
            prop_assert_eq!(safe(&parts), carried(&text).into_owned().into_bytes());
        }
    }

    /// When this fails, `atom_syndication` escapes by itself: then `atom_extension` must no longer.
    #[test]
    fn atom_syndication_still_writes_extension_attributes_as_they_are() {
        let bare = atom_syndication::extension::Extension {
            name: "media:content".to_owned(),
            attrs: BTreeMap::from([("url".to_owned(), "?a&b".to_owned())]),
            ..Default::default()
        };
        let feed = atom_syndication::Feed { extensions: in_order(vec![bare]), ..Default::default() };
        let written = feed.write_to(Vec::new()).expect("memory takes every write");
        let written = String::from_utf8(written).expect("XML is written as UTF-8");
        assert!(written.contains(r#"url="?a&b""#), "{written}");
    }
}
