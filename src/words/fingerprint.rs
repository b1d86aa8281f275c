use ring::digest;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What some content is, in 128 bits of SHA-256: the same content has the same fingerprint on any machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint([u8; 16]);

/// How many bytes of small parts go into the digest together.
const GATHERED: usize = 512;

impl Fingerprint {
    /// The fingerprint of these parts; each goes in with its length, so `ab, c` differs from `a, bc`.
    pub fn of<Part: AsRef<[u8]>>(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        // A turn of the digest costs more than the few bytes of most parts.
        let mut gathered = Vec::with_capacity(2 * GATHERED);
        for part in parts {
            let part = part.as_ref();
            gathered.extend_from_slice(&(part.len() as u64).to_le_bytes());
            if part.len() < GATHERED {
                gathered.extend_from_slice(part);
            }
            if gathered.len() >= GATHERED || part.len() >= GATHERED {
                context.update(&gathered);
                gathered.clear();
            }
            if part.len() >= GATHERED {
                context.update(part);
            }
        }
        context.update(&gathered);
        Self::cut(context.finish())
    }

    /// Ends a digest that was fed by the caller, for content too long to hold.
    pub fn cut(digest: digest::Digest) -> Self {
        let mut first = [0; 16];
        first.copy_from_slice(&digest.as_ref()[..16]);
        Self(first)
    }

    /// Reads one back from the journal.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bits themselves.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl AsRef<[u8]> for Fingerprint {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_part_goes_in_with_its_length(lengths in prop::collection::vec(0..2 * GATHERED, 0..8)) {
            let parts: Vec<Vec<u8>> = lengths.iter().map(|length| vec![b'a'; *length]).collect();
            let mut whole = Vec::new();
            for part in &parts {
                whole.extend((part.len() as u64).to_le_bytes());
                whole.extend(part);
            }
            prop_assert_eq!(Fingerprint::of(&parts), Fingerprint::cut(digest::digest(&digest::SHA256, &whole)));
        }
    }
}
