//! Paths as logs and messages may show them.

use crate::words::looks_like_token;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// What stands in place of a secret.
const MASK: &str = "…";

/// A path without the secrets in it: whatever follows `/p/`, and what looks like a token at another place, where somebody
/// pasted it by mistake.
pub fn masked(path: &str) -> Cow<'_, str> {
    let mut follows_p = false;
    let mut is_secret = |name: &str| {
        let name = percent_decode_str(name).decode_utf8_lossy();
        let is_secret = (follows_p && !name.is_empty()) || looks_like_token(&name);
        follows_p = name.eq_ignore_ascii_case("p");
        is_secret
    };
    let names: Vec<(&str, bool)> = path.split('/').map(|name| (name, is_secret(name))).collect();
    if names.iter().all(|(_, is_secret)| !is_secret) {
        return Cow::Borrowed(path);
    }
    let shown: Vec<&str> =
        names.iter().map(|(name, is_secret)| if *is_secret { MASK } else { name }).collect();
    Cow::Owned(shown.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Token;

    #[test]
    fn a_path_shows_no_secret_however_it_is_written() {
        let token = Token::of([0xAB; 16]);
        let secret = token.secret();
        let (cut, mistyped) = (&secret[..30], secret.replace("bnen", "bnem"));
        let escaped: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let table = [
            ("/feeds/all.rss".to_owned(), "/feeds/all.rss"),
            ("/articles/bt-la-gi".to_owned(), "/articles/bt-la-gi"),
            ("/media/p/".to_owned(), "/media/p/"),
            ("/".to_owned(), "/"),
            ("*".to_owned(), "*"),
            (format!("/p/{secret}/dai.rss"), "/p/…/dai.rss"),
            (format!("/p/{secret}"), "/p/…"),
            (format!("/p/{secret}/"), "/p/…/"),
            (format!("/tin/p/{secret}/embed/dai.html"), "/tin/p/…/embed/dai.html"),
            (format!("/%70/{secret}/dai.rss"), "/%70/…/dai.rss"),
            (format!("/p/{escaped}/dai.rss"), "/p/…/dai.rss"),
            (format!("/p/{mistyped}/dai.rss"), "/p/…/dai.rss"),
            (format!("/p/{cut}/"), "/p/…/"),
            ("/p/khong-phai-ma/".to_owned(), "/p/…/"),
            (format!("/P/{}/dai.rss", secret.to_uppercase()), "/P/…/dai.rss"),
            (format!("/feeds/{secret}"), "/feeds/…"),
            (format!("//{secret}.rss"), "//…"),
            (format!("/x{escaped}"), "/…"),
        ];
        for (path, shown) in table {
            assert_eq!(masked(&path), shown);
        }
    }
}
