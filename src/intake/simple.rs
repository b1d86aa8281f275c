//! The HTML that nearly every article is made into: well nested, of a few elements, with nothing in it to sanitise
//! but addresses and ids. It is seen in one pass, without building a tree.

use super::{MOST_ELEMENTS, MOST_SIGNS_IN_ONE_TEXT};
use crate::words::is_plain;

const DEEPEST: usize = 12;

/// What the sanitiser would give, which lets `attribute` change the values of attributes or leave them out; `None`
/// when only it can tell.
pub(super) fn sanitise(html: &str, attribute: impl Fn(&str, &str) -> Option<String>) -> Option<String> {
    let signs = html.bytes().filter(|byte| matches!(byte, b'&' | 0xC2)).count();
    if signs > MOST_SIGNS_IN_ONE_TEXT || !is_plain(html) {
        return None;
    }
    let mut sane = String::with_capacity(html.len() + html.len() / 8);
    let mut open: Vec<&str> = Vec::new();
    let mut elements = 0;
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>')?;
        rest = after;
        push_text(&mut sane, text)?;
        sane.push('<');
        if let Some(name) = tag.strip_prefix('/') {
            (open.pop()? == name).then_some(())?;
            sane.push_str(tag);
        } else {
            let name = push_start(&mut sane, tag, &attribute)?;
            elements += 1;
            let fits = fits(name, &open) && open.len() < DEEPEST && elements <= MOST_ELEMENTS;
            fits.then_some(())?;
            if !is_void(name) {
                open.push(name);
            }
        }
        sane.push('>');
    }
    push_text(&mut sane, rest)?;
    open.is_empty().then(|| sane.trim().to_owned())
}

/// Adds text that is escaped as a writer of HTML escapes it, but for no-break spaces.
fn push_text(sane: &mut String, text: &str) -> Option<()> {
    const ESCAPES: [&str; 4] = ["&amp;", "&lt;", "&gt;", "&nbsp;"];
    let is_escape = |(at, _)| ESCAPES.iter().any(|escape| text[at..].starts_with(escape));
    if text.contains('>') || !text.match_indices('&').all(is_escape) {
        return None;
    }
    let mut parts = text.split('\u{A0}');
    sane.extend(parts.next());
    for part in parts {
        sane.extend(["&nbsp;", part]);
    }
    Some(())
}

/// Adds a start tag but for its last `>`, and gives the element's name.
fn push_start<'a>(
    sane: &mut String,
    tag: &'a str,
    attribute: impl Fn(&str, &str) -> Option<String>,
) -> Option<&'a str> {
    let (name, mut rest) = tag.split_at(tag.find(' ').unwrap_or(tag.len()));
    let mut known: &[&str] = match name {
        "a" => &["href"],
        "img" => &["src", "alt"],
        "ol" => &["start"],
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => &["id"],
        _ => &[],
    };
    sane.push_str(name);
    while !matches!((rest, is_void(name)), ("", _) | (" /", true)) {
        let (key, after) = rest.strip_prefix(' ')?.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        rest = after;
        // In their order, so none comes twice.
        let at = known.iter().position(|known| *known == key)?;
        known = &known[at + 1..];
        let value = value.replace("&amp;", "\u{0}");
        if value.contains('&') {
            return None;
        }
        if let Some(value) = attribute(key, &value.replace('\u{0}', "&")) {
            if value.contains(['"', '<', '>', '\u{A0}']) {
                return None;
            }
            sane.extend([" ", key, "=\"", &value.replace('&', "&amp;"), "\""]);
        }
    }
    match name {
        "a" if sane.ends_with('"') => sane.push_str(" rel=\"noopener\""),
        // The last it may have is the text that stands for it.
        "img" if !known.is_empty() => sane.push_str(" alt=\"\""),
        _ => {}
    }
    Some(name)
}

/// Whether this element may stand there without anything being closed, moved or left out.
fn fits(name: &str, open: &[&str]) -> bool {
    let parent = open.last().copied();
    match name {
        "a" => !open.contains(&"a") && !is_list(parent),
        "b" | "br" | "code" | "del" | "em" | "i" | "img" | "strong" => !is_list(parent),
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hr" | "ul" | "ol" | "blockquote" => {
            matches!(parent, None | Some("blockquote" | "li"))
        }
        "li" => is_list(parent),
        _ => false,
    }
}

fn is_list(name: Option<&str>) -> bool {
    matches!(name, Some("ul" | "ol"))
}

fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img")
}
