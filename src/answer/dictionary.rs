//! What is said of dictionaries (RFC 9842): which one a client has, and what may be one for the next version.

use super::encoding::Accepted;
use super::{head, values};
use crate::edition::{Dictionary, DictionaryEncoding, DictionaryHash, Edition, Packing, Sheet};
use crate::words::Site;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use std::sync::Arc;

/// What a client says of the dictionary that it has.
pub(super) static AVAILABLE: HeaderName = HeaderName::from_static("available-dictionary");
const USE: HeaderName = HeaderName::from_static("use-as-dictionary");
/// What a browser says of where a request comes from, and what for.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// What an answer to who can use dictionaries depends on. Others need not be told: what they take tells them from those.
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding, available-dictionary");

/// A dictionary is one only as long as it is fresh (section 2.2.1), but what is asked for each time never is. So who can use
/// one is told that it is fresh for a week and that it is right for no other request (RFC 9110, section 12.5.5): it is asked
/// for each time, as before. It is for that client alone, so that no cache between holds to the first and not to the second.
const KEPT: HeaderValue = HeaderValue::from_static("private, max-age=604800");
const VARY_ALWAYS: HeaderValue = HeaderValue::from_static("accept-encoding, available-dictionary, *");

/// The dictionary that a document is to be packed with for this request, and how.
pub(super) fn chosen(
    edition: &Edition,
    headers: &HeaderMap,
    sheet: &Sheet,
    accepted: &Accepted,
) -> Option<(DictionaryEncoding, Arc<Dictionary>)> {
    let hash = accepted.dictionary?;
    let encoding = accepted.best_with_dictionary()?;
    let dictionary = edition.dictionary(sheet.print(), hash)?;
    may_be_read(headers).then_some((encoding, dictionary))
}

/// Whether who asks may read the answer, as far as a browser tells (section 9.3.3): how long it is would tell something of
/// it else. What has dictionaries may be read from any site that asks for it as such.
fn may_be_read(headers: &HeaderMap) -> bool {
    let said = |name| values(headers, name).next().map(HeaderValue::as_bytes);
    match (said(SITE), said(MODE)) {
        (None | Some(b"same-origin"), _) | (_, None | Some(b"navigate" | b"same-origin")) => true,
        (_, Some(b"cors")) => said(header::ORIGIN).is_some(),
        _ => false,
    }
}

/// Reads the hash that a client names: a byte sequence (RFC 9651, section 4.2.7).
pub(super) fn parse(written: &[u8]) -> Option<DictionaryHash> {
    let rest = written.trim_ascii().strip_prefix(b":")?;
    let end = rest.iter().position(|byte| *byte == b':')?;
    let (digits, parameters) = (&rest[..end], &rest[end + 1..]);
    let is_item = parameters.is_empty() || parameters.starts_with(b";");
    let digits = digits.strip_suffix(b"=").unwrap_or(digits);
    // 32 bytes are 42 digits of six bits, and four bits.
    if !is_item || digits.len() != 43 {
        return None;
    }
    let mut bytes = [0; 32];
    let mut bits: u32 = 0;
    let mut count = 0;
    let mut written = bytes.iter_mut();
    for digit in digits {
        bits = (bits << 6) | u32::from(value_of(*digit)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            *written.next()? = (bits >> count) as u8;
        }
    }
    Some(DictionaryHash::from_bytes(bytes))
}

fn value_of(digit: u8) -> Option<u8> {
    Some(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// Says that a version can be a dictionary, for what stands at the same path, and what it is called.
pub(super) fn offer(headers: &mut HeaderMap, site: &Site, path: &str, sheet: &Sheet) {
    let path = format!("{}{}", site.base.path().trim_end_matches('/'), path);
    head::put(headers, USE, &format!("match={}, id=\"{}\"", string(&pattern(&path)), sheet.name()));
}

/// The URL pattern that a path alone matches.
fn pattern(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len());
    for letter in path.chars() {
        if matches!(letter, '\\' | '*' | '+' | '?' | ':' | '(' | ')' | '{' | '}') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

/// A string as it stands in a structured field (RFC 9651, section 4.1.6).
fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Gives a version to who can use it as a dictionary, if it may be one; says whether they hold it then.
pub(super) fn hand_out(
    edition: &Edition,
    method: &Method,
    sheet: &Sheet,
    packing: Packing,
    headers: &mut HeaderMap,
) -> bool {
    if edition.dictionary_path(sheet.print()).is_none() {
        return false;
    }
    bound(headers, edition.site(), packing);
    let is_held = method == Method::GET;
    if is_held {
        edition.offer(sheet);
    }
    is_held
}

/// Says how long a document is a dictionary, and for whom.
fn bound(headers: &mut HeaderMap, site: &Site, packing: Packing) {
    if site.max_age == 0 {
        headers.insert(header::CACHE_CONTROL, KEPT);
        headers.insert(header::VARY, VARY_ALWAYS);
        return;
    }
    headers.insert(header::VARY, VARY);
    if let Packing::With(..) = packing {
        // Only who has the dictionary can read it.
        let said = headers.get(header::CACHE_CONTROL).and_then(|said| said.to_str().ok()).unwrap_or("");
        let private = said.replacen("public", "private", 1);
        head::put(headers, header::CACHE_CONTROL, &private);
    }
}

/// Makes the headers of the whole document those of what differs from a dictionary.
pub(super) fn pack(headers: &mut HeaderMap, sheet: &Sheet, packing: Packing, status: StatusCode) {
    if let Packing::With(encoding, _) = packing {
        head::name(headers, sheet.validators(), packing);
        if status == StatusCode::OK {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.token()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_that_a_client_names_is_read_as_structured_fields_are() {
        let of_abc = DictionaryHash::of(b"abc");
        let digits = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0";
        let table = [
            (format!(":{digits}=:"), Some(of_abc)),
            (format!(" :{digits}=: "), Some(of_abc)),
            (format!(":{digits}:"), Some(of_abc)),
            (format!(":{digits}=:;a=1"), Some(of_abc)),
            (format!(":{digits}=:, :{digits}=:"), None),
            (format!("{digits}="), None),
            (format!("\"{digits}=\""), None),
            (format!(":{digits}="), None),
            (format!(":{}=:", &digits[1..]), None),
            (format!(":{digits}AAA:"), None),
            (format!(":{}_:", &digits[1..]), None),
            ("::".to_owned(), None),
            (String::new(), None),
        ];
        for (written, expected) in table {
            assert_eq!(parse(written.as_bytes()), expected, "{written}");
        }
    }

    #[test]
    fn a_path_matches_itself_alone() {
        for (path, expected) in [
            ("/feeds/all.rss", r#""/feeds/all.rss""#),
            ("/tin/feeds/tag/lua-nuoc.json", r#""/tin/feeds/tag/lua-nuoc.json""#),
            ("/~an(2)/feeds/all.rss", r#""/~an\\(2\\)/feeds/all.rss""#),
            ("/a:b*c+/x", r#""/a\\:b\\*c\\+/x""#),
        ] {
            assert_eq!(string(&pattern(path)), expected, "{path}");
        }
    }

    #[test]
    fn what_a_page_may_not_read_is_not_packed_with_a_dictionary_for_it() {
        let table: &[(&[(&str, &str)], bool)] = &[
            (&[], true),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "no-cors")], true),
            (&[("sec-fetch-site", "cross-site")], true),
            (&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")], true),
            (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], true),
            (
                &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "cors"), ("origin", "https://a.vn")],
                true,
            ),
            (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "cors")], false),
            (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")], false),
            (&[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors")], false),
        ];
        for (said, expected) in table {
            let mut headers = HeaderMap::new();
            for (name, value) in *said {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            assert_eq!(may_be_read(&headers), *expected, "{said:?}");
        }
    }
}
