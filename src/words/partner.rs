use super::Timestamp;
use ring::digest::{SHA256, digest};
use std::fmt;
use std::time::Duration;

/// What was agreed with an organisation that takes a feed: the `[partner]` part of `feeds/NAME.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Who it is.
    pub organisation: String,
    /// Whom to write to there, in words; nothing is sent.
    pub contact: Option<String>,
    /// How long after its first publication an article reaches them. Nothing else is delayed.
    pub delay: Duration,
    /// The first instant of the agreement; `None` when it has begun in any case.
    pub from: Option<Timestamp>,
    /// The first instant after its last day; `None` when it does not end.
    pub until: Option<Timestamp>,
    /// What stands under each full text, with a link to the article; `{site}`, `{title}` and `{author}` stand for those.
    pub source_line: Option<String>,
    /// Which secret addresses lead to the feed; a feed without one is public.
    pub tokens: Vec<TokenHash>,
    /// The sites that may show the feed in a frame, as origins.
    pub sites: Vec<String>,
}

/// Where an agreement is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It begins at this instant.
    ToCome(Timestamp),
    /// It holds.
    Running,
    /// It ended at this instant.
    Over(Timestamp),
}

impl Partner {
    /// What stands for an agreement that cannot be read: its feed is private, and no token opens it.
    pub fn closed() -> Self {
        Self {
            organisation: String::new(),
            contact: None,
            delay: Duration::ZERO,
            from: None,
            until: None,
            source_line: None,
            tokens: vec![TokenHash::nobodys()],
            sites: Vec::new(),
        }
    }

    /// Whether only who knows a secret address gets the feed.
    pub fn is_private(&self) -> bool {
        !self.tokens.is_empty()
    }

    /// Where the agreement is in its life.
    pub fn phase(&self, now: Timestamp) -> Phase {
        match (self.from, self.until) {
            (_, Some(until)) if until <= now => Phase::Over(until),
            (Some(from), _) if now < from => Phase::ToCome(from),
            _ => Phase::Running,
        }
    }

    /// How long after its first publication an article reaches them, in seconds.
    pub fn delay_seconds(&self) -> i64 {
        i64::try_from(self.delay.as_secs()).expect("settings bound it")
    }

    /// When an article that first came out at that moment reaches them.
    pub fn reached(&self, out: Timestamp) -> Timestamp {
        out.plus_seconds(self.delay_seconds())
    }
}

/// What is kept of the secret part of an address: its SHA-256. Who reads the settings cannot make the address of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash([u8; 32]);

const PREFIX: &str = "sha256:";

impl TokenHash {
    /// That of a token.
    pub fn of(token: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(hash)
    }

    /// What stands for that of a token where none opens a private feed: no token is the empty text.
    pub fn nobodys() -> Self {
        Self::of("")
    }

    /// Reads one as settings write it: `sha256:` and 64 hexadecimal digits.
    pub fn parse(written: &str) -> Option<Self> {
        let digits = written.trim().strip_prefix(PREFIX)?;
        let is_sound = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        is_sound.then_some(Self(hash))
    }

    /// Whether both are the same, found out in the same time whatever they are.
    pub fn is(&self, other: &Self) -> bool {
        let differing =
            self.0.iter().zip(other.0).fold(0, |differing, (one, other)| differing | (one ^ other));
        std::hint::black_box(differing) == 0
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let hash = TokenHash::of("abc");
        let written = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash.to_string(), written);
        assert_eq!(
            TokenHash::parse(&format!(" {} ", written.to_uppercase().replace("SHA", "sha"))),
            Some(hash)
        );
        for strange in
            ["", "abc", "sha256:ba", &written[..70], &written.replace("ba", "+1"), &format!("{written}0")]
        {
            assert_eq!(TokenHash::parse(strange), None, "{strange}");
        }
        assert!(hash.is(&hash) && !hash.is(&TokenHash::of("abd")));
    }

    #[test]
    fn an_agreement_holds_from_its_first_instant_to_before_its_end() {
        let at = |seconds| Timestamp::from_seconds(seconds).expect("a sound time");
        let partner = Partner {
            organisation: "Đài".to_owned(),
            contact: None,
            delay: Duration::ZERO,
            from: Some(at(100)),
            until: Some(at(200)),
            source_line: None,
            tokens: Vec::new(),
            sites: Vec::new(),
        };
        let table = [
            (99, Phase::ToCome(at(100))),
            (100, Phase::Running),
            (199, Phase::Running),
            (200, Phase::Over(at(200))),
        ];
        for (now, phase) in table {
            assert_eq!(partner.phase(at(now)), phase, "{now}");
        }
    }
}
