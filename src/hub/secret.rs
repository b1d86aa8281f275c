use crate::words::Signature;
use ring::hmac;
use std::fmt;
use std::fmt::Write;
use std::sync::Arc;

/// What a subscriber gave so that deliveries can be signed (W3C WebSub, section 7.1). It never shows in what is printed for
/// debugging.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// The most bytes it has: fewer than 200.
    pub const LONGEST: usize = 199;

    /// Reads one; `None` when it is empty or too long.
    pub fn parse(text: &str) -> Option<Self> {
        (1..=Self::LONGEST).contains(&text.len()).then(|| Self(text.into()))
    }

    /// The text itself, for the store only.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The value of `X-Hub-Signature` over exactly these bytes: `sha256=` and hexadecimal digits.
    pub fn sign(&self, signature: Signature, body: &[u8]) -> String {
        let algorithm = match signature {
            Signature::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Signature::Sha256 => hmac::HMAC_SHA256,
            Signature::Sha384 => hmac::HMAC_SHA384,
            Signature::Sha512 => hmac::HMAC_SHA512,
        };
        let tag = hmac::sign(&hmac::Key::new(algorithm, self.0.as_bytes()), body);
        let mut value = format!("{}=", signature.name());
        for byte in tag.as_ref() {
            write!(value, "{byte:02x}").expect("text takes what is written to it");
        }
        value
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
