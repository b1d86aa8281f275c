//! Plain text as HTML: escaped, paragraphs marked, bare addresses made links.

use std::fmt::Write;
use url::Url;

/// Adds text that HTML takes for nothing but text, also inside a quoted attribute.
pub(super) fn escape(html: &mut String, text: &str) {
    push_escaped(html, text, |byte| matches!(byte, b'&' | b'<' | b'>' | b'"'));
}

/// The same between tags, where a quotation mark means nothing.
pub(super) fn escape_text(html: &mut String, text: &str) {
    push_escaped(html, text, |byte| matches!(byte, b'&' | b'<' | b'>'));
}

fn push_escaped(html: &mut String, text: &str, is_sign: impl Fn(u8) -> bool) {
    let mut told = 0;
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| is_sign(*byte)) {
        html.push_str(&text[told..at]);
        html.push_str(match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        told = at + 1;
    }
    html.push_str(&text[told..]);
}

/// These paragraphs, one `<p>` each.
pub(super) fn paragraphs<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut html = String::new();
    for text in texts {
        let _ = writeln!(html, "<p>{}</p>", linked(text));
    }
    html
}

/// The text escaped, with every bare web address in it as a link.
pub(super) fn linked(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    let mut told = 0;
    for (start, end, url) in bare_addresses(text) {
        escape_text(&mut html, &text[told..start]);
        html.push_str("<a href=\"");
        escape(&mut html, url.as_str());
        html.push_str("\">");
        escape_text(&mut html, &text[start..end]);
        html.push_str("</a>");
        told = end;
    }
    escape_text(&mut html, &text[told..]);
    html
}

/// Whether [`linked`] would find anything.
pub(super) fn has_address(text: &str) -> bool {
    !bare_addresses(text).is_empty()
}

fn bare_addresses(text: &str) -> Vec<(usize, usize, Url)> {
    let mut found = Vec::new();
    // Nearly every text is seen to have none without looking for every beginning at every place.
    if !["//", "w.", "W."].iter().any(|part| text.contains(part)) {
        return found;
    }
    let mut from = 0;
    while let Some(start) = next_beginning(text, from) {
        let run = text[start..]
            .find(|c: char| {
                c.is_whitespace()
                    || c.is_control()
                    || matches!(c, '<' | '>' | '"' | '“' | '”' | '«' | '»' | '`')
            })
            .map_or(text.len(), |length| start + length);
        let end = start + without_trailing_punctuation(&text[start..run]).len();
        let written = &text[start..end];
        let spelled =
            if written.starts_with(['w', 'W']) { format!("https://{written}") } else { written.to_owned() };
        let named = |url: &Url| url.host_str().is_some_and(|host| host.trim_matches('.').contains('.'));
        if let Some(url) = Url::parse(&spelled).ok().filter(named) {
            found.push((start, end, url));
        }
        from = run;
    }
    found
}

/// Where the next address may begin: at `http://`, `https://` or `www.`, not in the middle of a word.
fn next_beginning(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    (from..bytes.len()).find(|at| {
        let rest = &bytes[*at..];
        let begins = ["http://", "https://", "www."].iter().any(|start| {
            rest.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
        });
        begins && !text[..*at].chars().next_back().is_some_and(char::is_alphanumeric)
    })
}

/// A full stop or a bracket after an address belongs to the sentence, unless the bracket was opened within.
fn without_trailing_punctuation(address: &str) -> &str {
    let opened = address.matches('(').count();
    let mut closed = address.matches(')').count();
    let mut rest = address;
    while let Some(last) = rest.chars().next_back() {
        match last {
            ')' if closed > opened => closed -= 1,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | '*' | '_' | '~' | ']' | '…' => {}
            _ => break,
        }
        rest = &rest[..rest.len() - last.len_utf8()];
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, html: &str) {
        assert_eq!(linked(text), html);
        assert_eq!(has_address(text), html.contains("<a "));
    }

    #[test]
    fn bare_addresses_become_links_and_the_sentence_keeps_its_points() {
        check(
            "Xem https://a.vn/x_y?b=1&c=2.",
            "Xem <a href=\"https://a.vn/x_y?b=1&amp;c=2\">https://a.vn/x_y?b=1&amp;c=2</a>.",
        );
        check("(www.angiang.gov.vn)", "(<a href=\"https://www.angiang.gov.vn/\">www.angiang.gov.vn</a>)");
        check("http://a.vn/b_(c)!", "<a href=\"http://a.vn/b_(c)\">http://a.vn/b_(c)</a>!");
        check("http://a.vn/lúa", "<a href=\"http://a.vn/l%C3%BAa\">http://a.vn/lúa</a>");
        check("<b> & \"xhttp://a.vn\"", "&lt;b&gt; &amp; \"xhttp://a.vn\"");
        check("https:// http://x www. ", "https:// http://x www. ");
    }
}
