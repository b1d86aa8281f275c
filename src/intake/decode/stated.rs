//! What an HTML page says it is written in.

use crate::intake::legacy::Legacy;
use encoding_rs::{
    Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258, X_USER_DEFINED,
};

/// Where browsers look for it.
const BEGINNING: usize = 1024;

/// An encoding that a page names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stated {
    /// One that is weighed anyway.
    Legacy(Legacy),
    /// One for another language.
    Other(&'static Encoding),
}

/// The encoding that the XML declaration or a `<meta>` names, unless it is one of Unicode, which the page is not in.
pub(super) fn stated(bytes: &[u8]) -> Option<Stated> {
    let beginning: String =
        bytes.iter().take(BEGINNING).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let declaration = beginning.strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    let in_declaration = declaration.and_then(|text| value(text, "encoding"));
    let metas = || beginning.split("<meta").skip(1).filter_map(|rest| rest.split('>').next());
    known(in_declaration.or_else(|| metas().find_map(|text| value(text, "charset")))?)
}

/// What stands behind `name=`, with or without quotation marks.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = text.split_once(name)?;
    let label = after.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '/');
    label.split(is_end).next().filter(|label| !label.is_empty())
}

fn known(label: &str) -> Option<Stated> {
    let legacy = match label {
        "viscii" | "csviscii" | "viscii1.1-1" | "x-viscii" => Legacy::Viscii,
        "vni" | "x-vni" | "x-viet-vni" | "vni-windows" => Legacy::Vni,
        label if label.contains("tcvn") => Legacy::Tcvn3,
        label => {
            let encoding = Encoding::for_label(label.as_bytes())?;
            if [UTF_8, UTF_16LE, UTF_16BE, REPLACEMENT, X_USER_DEFINED].contains(&encoding) {
                return None;
            }
            if encoding == WINDOWS_1258 {
                Legacy::Windows1258
            } else if encoding == WINDOWS_1252 {
                Legacy::Windows1252
            } else {
                return Some(Stated::Other(encoding));
            }
        }
    };
    Some(Stated::Legacy(legacy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1251;

    #[test]
    fn a_page_says_what_it_is_in_at_its_beginning() {
        use Stated::Other;
        for (page, expected) in [
            ("<meta charset=windows-1258>", Some(Stated::Legacy(Legacy::Windows1258))),
            (
                "<html><META http-equiv='Content-Type' content='text/html; charset=VISCII'>",
                Some(Stated::Legacy(Legacy::Viscii)),
            ),
            (
                "<?xml version=\"1.0\" encoding=\"x-viet-tcvn5712\"?><html>",
                Some(Stated::Legacy(Legacy::Tcvn3)),
            ),
            ("<meta charset = \"iso-8859-1\" />", Some(Stated::Legacy(Legacy::Windows1252))),
            (
                "<meta name=a content=b><meta charset=koi8-r><meta charset=viscii>",
                Some(Other(encoding_rs::KOI8_R)),
            ),
            ("<meta charset=cp1251>", Some(Other(WINDOWS_1251))),
            ("<meta charset=utf-8>", None),
            ("<meta charset=x-user-defined>", None),
            ("<p>charset=viscii", None),
            ("<meta charset=>", None),
        ] {
            assert_eq!(stated(page.as_bytes()), expected, "{page}");
        }
    }
}
