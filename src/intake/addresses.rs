//! The addresses an article mentions, made absolute: what stands beside it is served under `media/`, and only
//! the web, mail and telephone remain.

use super::{Beside, Source};
use crate::words::{ContentPath, Site};
use percent_encoding::percent_decode_str;
use std::collections::HashMap;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;
use url::{ParseError, Url};

/// Where addresses are read from: one article's place on one site.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    site: Site,
    folders: Vec<String>,
    beside: HashMap<String, Beside>,
}

impl Addresses {
    pub(super) fn new(source: &Source<'_>, site: &Site) -> Self {
        let beside =
            source.beside.iter().map(|file| (file.path.file_name().to_owned(), file.clone())).collect();
        Self { site: site.clone(), folders: source.path.folders().map(str::to_owned).collect(), beside }
    }

    /// The absolute address; `None` for one that leads nowhere a reader may go.
    pub(super) fn absolute(&self, written: &str) -> Option<Url> {
        let written = written.trim();
        if written.is_empty() || written.starts_with('#') {
            return None;
        }
        if let Some(file) = self.beside(written) {
            return Url::parse(&self.site.media_url(&file.path)).ok();
        }
        if let Some(written) = in_content(written) {
            return match written.strip_prefix('/') {
                Some(path) => below_media(&self.site, Vec::new(), path),
                None => self.below_media(written),
            };
        }
        match Url::parse(written) {
            Ok(url) => is_welcome(&url).then_some(url),
            Err(ParseError::RelativeUrlWithoutBase) if written.starts_with(['/', '\\']) => {
                self.site.base.join(written).ok().filter(is_welcome)
            }
            Err(ParseError::RelativeUrlWithoutBase) => self.below_media(written),
            Err(_) => None,
        }
    }

    /// The media file beside the article that has this name, whatever signs are in it.
    pub(super) fn beside(&self, written: &str) -> Option<&Beside> {
        let written = written.trim();
        let name = written.strip_prefix("./").unwrap_or(written);
        self.beside.get(name).or_else(|| self.beside.get(&decoded(name)))
    }

    fn below_media(&self, written: &str) -> Option<Url> {
        below_media(&self.site, self.folders.clone(), written)
    }

    /// Every address of a `srcset` made absolute (HTML, 4.8.4.2.1); those that lead nowhere are left out.
    pub(super) fn absolute_set(&self, written: &str) -> Option<String> {
        let mut kept = Vec::new();
        let mut rest = written;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            if rest.is_empty() {
                break;
            }
            let (address, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
            let (address, descriptor) = match address.strip_suffix(',') {
                Some(alone) => {
                    rest = after;
                    (alone, "")
                }
                None => {
                    let (descriptor, after) = after.split_at(after.find(',').unwrap_or(after.len()));
                    rest = after;
                    (address, descriptor.trim())
                }
            };
            let Some(url) = self.absolute(address.trim_end_matches(',')) else { continue };
            // A comma at its end would be taken for the one between two addresses.
            let url = url.as_str().trim_end_matches(',');
            if descriptor.is_empty() {
                kept.push(url.to_owned());
            } else if is_descriptor(descriptor) {
                kept.push(format!("{url} {descriptor}"));
            }
        }
        (!kept.is_empty()).then(|| kept.join(", "))
    }
}

/// What Pelican writes for a file of the content folder: `{static}/images/a.png`, `{attach}a.png`; a Markdown
/// reader has escaped the braces already.
fn in_content(written: &str) -> Option<&str> {
    const MARKS: [&str; 6] = ["{static}", "{attach}", "%7Bstatic%7D", "%7Battach%7D", "|static|", "|attach|"];
    MARKS.iter().find_map(|mark| written.strip_prefix(mark))
}

fn below_media(site: &Site, mut names: Vec<String>, written: &str) -> Option<Url> {
    let end = written.find(['?', '#']).unwrap_or(written.len());
    let (path, tail) = written.split_at(end);
    for name in path.split(['/', '\\']) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(decoded(name)),
        }
    }
    let path = ContentPath::new(Path::new(&names.join("/")))?;
    let url = Url::parse(&site.media_url(&path)).ok()?;
    if tail.is_empty() { Some(url) } else { url.join(&format!("{}{tail}", url.path())).ok() }
}

fn decoded(name: &str) -> String {
    match percent_decode_str(name).decode_utf8() {
        Ok(text) => text.chars().filter(|c| *c != '\0').nfc().collect(),
        Err(_) => name.to_owned(),
    }
}

fn is_welcome(url: &Url) -> bool {
    match url.scheme() {
        "http" | "https" => url.host_str().is_some_and(|host| !host.is_empty()),
        "mailto" | "tel" => true,
        _ => false,
    }
}

/// `2x`, `1.5x`, `640w`.
fn is_descriptor(text: &str) -> bool {
    let Some(number) = text.strip_suffix(['x', 'w']) else { return false };
    !number.is_empty() && number.len() < 10 && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::tests::{beside, content_path, site};

    fn addresses() -> Addresses {
        let path = content_path("mua-vu/lua.md");
        let beside = [beside("mua-vu/Báo cáo #1.jpg", 5), beside("mua-vu/100%.png", 7)];
        Addresses::new(&Source { path: &path, bytes: b"", beside: &beside }, &site())
    }

    #[test]
    fn every_address_is_absolute_or_gone() {
        for (written, expected) in [
            ("photo.jpg", Some("https://tin.example/media/mua-vu/photo.jpg")),
            ("./anh/photo.jpg", Some("https://tin.example/media/mua-vu/anh/photo.jpg")),
            ("../photo.jpg", Some("https://tin.example/media/photo.jpg")),
            ("../../../photo.jpg", Some("https://tin.example/media/photo.jpg")),
            ("anh\\lua.jpg", Some("https://tin.example/media/mua-vu/anh/lua.jpg")),
            ("lúa.jpg", Some("https://tin.example/media/mua-vu/l%C3%BAa.jpg")),
            ("lu\u{301}a.jpg", Some("https://tin.example/media/mua-vu/l%C3%BAa.jpg")),
            ("lu%CC%81a.jpg", Some("https://tin.example/media/mua-vu/l%C3%BAa.jpg")),
            ("l%C3%BAa.jpg?w=1#x", Some("https://tin.example/media/mua-vu/l%C3%BAa.jpg?w=1#x")),
            ("Ảnh: lúa.jpg", Some("https://tin.example/media/mua-vu/%E1%BA%A2nh%3A%20l%C3%BAa.jpg")),
            ("Báo cáo #1.jpg", Some("https://tin.example/media/mua-vu/B%C3%A1o%20c%C3%A1o%20%231.jpg")),
            (
                "B%C3%A1o%20c%C3%A1o%20#1.jpg",
                Some("https://tin.example/media/mua-vu/B%C3%A1o%20c%C3%A1o%20%231.jpg"),
            ),
            ("100%.png", Some("https://tin.example/media/mua-vu/100%25.png")),
            ("/gioi-thieu", Some("https://tin.example/gioi-thieu")),
            ("//khac.example/x", Some("https://khac.example/x")),
            ("https://khac.example/x y", Some("https://khac.example/x%20y")),
            ("mailto:toasoan@tin.example", Some("mailto:toasoan@tin.example")),
            ("tel:+84296", Some("tel:+84296")),
            ("", None),
            ("..", None),
            ("?a", Some("https://tin.example/media/mua-vu?a")),
            ("javascript:alert(1)", None),
            ("java\nscript:alert(1)", None),
            ("data:image/png;base64,AAAA", None),
            ("file:///etc/passwd", None),
            ("C:\\anh\\lua.jpg", None),
            ("https://", None),
        ] {
            assert_eq!(addresses().absolute(written).as_ref().map(Url::as_str), expected, "{written}");
        }
    }

    #[test]
    fn a_set_of_sources_is_made_absolute_one_by_one() {
        for (written, expected) in [
            (
                "a.jpg 1x, b.jpg 2x",
                Some("https://tin.example/media/mua-vu/a.jpg 1x, https://tin.example/media/mua-vu/b.jpg 2x"),
            ),
            ("a.jpg,", Some("https://tin.example/media/mua-vu/a.jpg")),
            ("a.jpg, javascript:x 2x, data:x 3x", Some("https://tin.example/media/mua-vu/a.jpg")),
            ("a.jpg 640w 2h, b.jpg 320w", Some("https://tin.example/media/mua-vu/b.jpg 320w")),
            (" ,, ", None),
        ] {
            assert_eq!(addresses().absolute_set(written).as_deref(), expected, "{written}");
        }
    }
}
