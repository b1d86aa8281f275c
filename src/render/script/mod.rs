//! `/embed.js`: the element `<bantin-feed>` for pages of others. It is served as it stands in `bantin.js`, but for
//! comments and the blanks in front of lines, so that who lets it into a page can read what it does.
//!
//! A page may pin the script by its hash. So each one that was released is kept in `released/` and answers for ever.

use super::pages::style::base64;
use crate::words::{Fingerprint, Site};
use ring::digest::{SHA256, SHA384, digest};
use std::sync::LazyLock;

/// What `/embed.js` is: 5.0 KB packed as browsers take it, where with comments it would be 6.1.
static PRESENT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("bantin.js").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).map(|line| format!("{line}\n")).collect()
});
/// What was released, the oldest first. Nothing leaves this list: docs/EMBEDS.md says how one enters it.
const RELEASED: &[&str] = &[];
/// How many hexadecimal digits of its SHA-256 a script is called by.
const DIGITS: usize = 16;

/// A script that can be asked for by its hash: the present one, or one that was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Script(usize);

struct Known {
    text: &'static str,
    digits: String,
    integrity: String,
    fingerprint: Fingerprint,
}

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let present: &'static str = &PRESENT;
    let present = (!RELEASED.contains(&present)).then_some(present);
    RELEASED.iter().copied().chain(present).map(Known::of).collect()
});

impl Known {
    fn of(text: &'static str) -> Self {
        let sha256 = digest(&SHA256, text.as_bytes());
        let mut digits: String = sha256.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        digits.truncate(DIGITS);
        let integrity = format!("sha384-{}", base64(digest(&SHA384, text.as_bytes()).as_ref()));
        Self { text, digits, integrity, fingerprint: Fingerprint::of([text]) }
    }
}

impl Script {
    /// All of them, the oldest first.
    pub fn all() -> impl Iterator<Item = Script> {
        (0..KNOWN.len()).map(Script)
    }

    /// The one that `/embed.js` is.
    pub fn present() -> Self {
        let place = KNOWN.iter().position(|known| known.text == *PRESENT);
        Self(place.expect("the present one is among them"))
    }

    /// The one that these first digits of its SHA-256 name.
    pub fn parse(digits: &str) -> Option<Self> {
        KNOWN.iter().position(|known| known.digits == digits).map(Script)
    }

    /// The one of this file name.
    pub fn named(file: &str) -> Option<Self> {
        Self::parse(file.strip_prefix("bantin-")?.strip_suffix(".js")?)
    }

    /// Itself.
    pub fn text(self) -> &'static str {
        KNOWN[self.0].text
    }

    /// What names it.
    pub fn digits(self) -> &'static str {
        &KNOWN[self.0].digits
    }

    /// What `integrity` and `script-src` call it (Subresource Integrity, section 3.1).
    pub fn integrity(self) -> &'static str {
        &KNOWN[self.0].integrity
    }

    /// What its bytes amount to.
    pub fn fingerprint(self) -> Fingerprint {
        KNOWN[self.0].fingerprint
    }

    /// Its path below the site, where it never changes.
    pub fn path(self) -> String {
        format!("embed/bantin-{}.js", self.digits())
    }
}

/// Where the present script stays what it is, for a page that pins it.
pub fn address(site: &Site) -> String {
    format!("{}{}", site.base, Script::present().path())
}

/// What such a page says the script has to be.
pub fn integrity() -> &'static str {
    Script::present().integrity()
}

/// Lines for a page that shows feeds in frames: each gets the height that the page in it tells. Only the pages of this site
/// are listened to, and only for the frame that they are in.
pub fn sizing(site: &Site) -> String {
    format!(
        "addEventListener(\"message\", (event) => {{\n  \
           const height = event.data?.bantin?.height;\n  \
           if (event.origin !== \"{}\" || !(height > 0)) return;\n  \
           for (const frame of document.querySelectorAll(\"iframe\"))\n    \
             if (frame.contentWindow === event.source) frame.style.height = Math.min(height, 5000) + \"px\";\n\
         }});\n",
        site.base.origin().ascii_serialization()
    )
}
