use ring::digest::{SHA256, digest};
use std::sync::LazyLock;

/// The whole style sheet; it stands in each page, so a page is one request.
pub const STYLE: &str = include_str!("style.css");

/// A green sheet with lines of print; saves every browser the question for `/favicon.ico`.
pub const ICON: &str = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%2016%2016'%3E\
    %3Crect%20width='16'%20height='16'%20rx='3'%20fill='%230f5f38'/%3E\
    %3Cpath%20d='M4%204.5h8M4%208h8M4%2011.5h5'%20stroke='%23fff'%20stroke-width='1.5'%20stroke-linecap='round'/%3E%3C/svg%3E";

/// The style sheet as a content security policy names it (CSP 3, section 2.3.1).
pub fn source() -> &'static str {
    static SOURCE: LazyLock<String> = LazyLock::new(|| source_of(STYLE));
    &SOURCE
}

/// Any style sheet or script as a policy names it.
pub fn source_of(text: &str) -> String {
    format!("'sha256-{}'", base64(digest(&SHA256, text.as_bytes()).as_ref()))
}

/// RFC 4648, section 4.
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            match i <= chunk.len() {
                true => text.push(char::from(ALPHABET[(bits >> (18 - 6 * i)) as usize & 63])),
                false => text.push('='),
            }
        }
    }
    text
}

#[test]
fn the_examples_of_rfc_4648_come_out() {
    for (plain, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
        assert_eq!(base64(plain.as_bytes()), encoded);
    }
}
