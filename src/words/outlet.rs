use super::{FeedName, TokenHash};
use ring::digest::{SHA256, digest};
use std::fmt;
use std::sync::Arc;

/// A feed at one of its addresses: the public one, or a partner's secret one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Outlet {
    /// Which feed.
    pub name: FeedName,
    /// What makes the address a secret.
    pub token: Option<Token>,
}

impl From<FeedName> for Outlet {
    fn from(name: FeedName) -> Self {
        Self { name, token: None }
    }
}

/// The secret part of an address: `bt`, 128 random bits, and a checksum, so that one that was copied badly is told from
/// one that was guessed. It never shows in what is printed for debugging.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Token(Arc<str>);

const PREFIX: &str = "bt";
/// Of Crockford's base 32: no letter that is taken for another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// How many letters 128 bits take.
const LETTERS: usize = 26;
const CHECKSUM: usize = 4;

impl Token {
    /// The token of these bits.
    pub fn of(random: [u8; 16]) -> Self {
        let bits = u128::from_be_bytes(random);
        let letters = (0..LETTERS).rev().map(|place| letter((bits >> (5 * place)) as usize));
        let mut text: String = PREFIX.chars().chain(letters).collect();
        let sum = checksum(&text);
        text.push_str(&sum);
        Self(text.into())
    }

    /// Reads what stands in an address; `None` when bantin never made such a one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_long_enough = text.is_ascii() && text.len() == PREFIX.len() + LETTERS + CHECKSUM;
        let (body, sum) = text.split_at_checked(text.len().checked_sub(CHECKSUM)?)?;
        let is_sound = is_long_enough && body.starts_with(PREFIX) && checksum(body) == sum;
        is_sound.then(|| Self(text.into()))
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }

    /// The secret itself, for addresses only.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bt…")
    }
}

/// Whether a text has something in it that may be a token, or what is left of one: half of its letters at least.
pub fn looks_like_token(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric();
    text.match_indices(PREFIX).any(|(at, _)| {
        let letters = text.as_bytes()[at + PREFIX.len()..].iter().take_while(|byte| is_letter(byte));
        letters.count() >= LETTERS / 2
    })
}

fn letter(number: usize) -> char {
    char::from(ALPHABET[number & 31])
}

fn checksum(text: &str) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    digest.as_ref().iter().take(CHECKSUM).map(|byte| letter(usize::from(*byte))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_is_read_as_it_was_made_and_does_not_show() {
        let token = Token::of([0xAB; 16]);
        assert_eq!(token.secret(), "bt5bnentqaxbnentqaxbnentqaxb21sk");
        assert_eq!(Token::parse(token.secret()), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "bt…");
    }

    proptest! {
        #[test]
        fn one_wrong_letter_is_noticed(random in any::<[u8; 16]>(), place in 0..32_usize, other in 0..32_usize) {
            let token = Token::of(random);
            prop_assert_eq!(Token::parse(token.secret()), Some(token.clone()));
            let mut text = token.secret().as_bytes().to_vec();
            text[place] = ALPHABET[other];
            let text = String::from_utf8(text).expect("ASCII");
            // Of a million wrong ones one has the right checksum by chance.
            prop_assert!(text == token.secret() || Token::parse(&text).is_none());
        }

        #[test]
        fn nothing_else_is_a_token(text in "\\PC{0,40}") {
            prop_assert_eq!(Token::parse(&text), None);
        }
    }
}
