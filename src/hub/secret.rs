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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_rfcs() {
        // RFC 2202, section 3, and RFC 4231, section 4.3.
        let table = [
            (Signature::Sha1, "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (Signature::Sha256, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (
                Signature::Sha384,
                "sha384=af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
            ),
            (
                Signature::Sha512,
                "sha512=164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd\
                 caeab1a34d4a6b4b636e070a38bce737",
            ),
        ];
        let secret = Secret::parse("Jefe").expect("a sound secret");
        for (signature, expected) in table {
            assert_eq!(secret.sign(signature, b"what do ya want for nothing?"), expected);
        }
    }

    #[test]
    fn a_secret_has_a_length_and_does_not_show() {
        let lengths = [0, 1, 199, 200].map(|length| Secret::parse(&"s".repeat(length)).is_some());
        assert_eq!(lengths, [false, true, true, false]);
        assert_eq!(format!("{:?}", Secret::parse("geheim")), "Some(…)");
    }
}
