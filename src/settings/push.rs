//! What `feeds/site.toml` says of telling subscribers.

use super::toml::{OneOrMore, Toml};
use crate::words::{Delivers, Problem, Push, Signature, Text};
use std::collections::BTreeMap;
use url::Url;

/// The most hubs of others. Each is told of every change.
const MOST_HUBS: usize = 5;
/// The most hosts that get another signature, and the most clients that never get a part of a document.
const MOST_EXCEPTIONS: usize = 50;

/// As it stands in the file.
pub(super) struct WrittenPush {
    pub hubs: Option<OneOrMore>,
    pub hub_delivers: Option<String>,
    pub hub_signature: Option<String>,
    pub hub_signature_for: Option<BTreeMap<String, String>>,
    pub rss_cloud: Option<bool>,
    pub delta: Option<bool>,
    pub delta_not_for: Option<OneOrMore>,
}

/// Clients that were seen to take a part for the whole: their cache would lose what they were not sent.
const TAKE_PARTS_FOR_WHOLES: [&str; 1] = ["simplepie"];

impl Toml<'_> {
    pub(super) fn push(&self, written: WrittenPush) -> Result<Push, Problem> {
        let usual = Push::default();
        let own = written.delta_not_for.map_or_else(Vec::new, OneOrMore::all);
        if own.len() > MOST_EXCEPTIONS {
            return Err(self.too_many("delta_not_for", MOST_EXCEPTIONS));
        }
        let not_for = TAKE_PARTS_FOR_WHOLES.map(str::to_owned).into_iter().chain(own);
        Ok(Push {
            hubs: self.hubs(written.hubs.map_or_else(Vec::new, OneOrMore::all))?,
            delivers: match written.hub_delivers.as_deref() {
                None | Some("whole") => Delivers::Whole,
                Some("changes") => Delivers::Changes,
                Some(strange) => return Err(self.strange("hub_delivers", strange, "`whole`, `changes`")),
            },
            signature: match written.hub_signature.as_deref() {
                None => usual.signature,
                Some(name) => self.signature("hub_signature", name)?,
            },
            signature_for: self.signature_for(written.hub_signature_for.unwrap_or_default())?,
            rss_cloud: written.rss_cloud.unwrap_or(usual.rss_cloud),
            delta: written.delta.unwrap_or(usual.delta),
            delta_not_for: not_for
                .map(|client| client.trim().to_lowercase())
                .filter(|c| !c.is_empty())
                .collect(),
        })
    }

    fn hubs(&self, written: Vec<String>) -> Result<Vec<Url>, Problem> {
        if written.len() > MOST_HUBS {
            return Err(self.too_many("hubs", MOST_HUBS));
        }
        let hub = |text: &String| {
            let url = Url::parse(text.trim()).ok()?;
            let is_sound = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
            (is_sound && url.username().is_empty() && url.fragment().is_none()).then_some(url)
        };
        let read = |text: &String| {
            hub(text).ok_or_else(|| {
                self.problem(
                    "hubs",
                    Text::new(
                        format!("`{text}` không phải địa chỉ của một hub"),
                        format!("`{text}` is not the address of a hub"),
                    ),
                    Text::new(
                        "Hãy viết như `https://hub.example.vn/`.",
                        "Write it like `https://hub.example.org/`.",
                    ),
                )
                .about(text)
            })
        };
        written.iter().map(read).collect()
    }

    fn signature_for(&self, written: BTreeMap<String, String>) -> Result<Vec<(String, Signature)>, Problem> {
        if written.len() > MOST_EXCEPTIONS {
            return Err(self.too_many("hub_signature_for", MOST_EXCEPTIONS));
        }
        let read = |(host, name): (String, String)| {
            Ok((host.trim().to_lowercase(), self.signature("hub_signature_for", &name)?))
        };
        written.into_iter().map(read).collect()
    }

    fn signature(&self, key: &str, name: &str) -> Result<Signature, Problem> {
        let known = "`sha256`, `sha1`, `sha384`, `sha512`";
        Signature::named(name).ok_or_else(|| self.strange(key, name, known))
    }

    fn strange(&self, key: &str, written: &str, known: &str) -> Problem {
        self.problem(
            key,
            Text::new(format!("không hiểu `{written}`"), format!("`{written}` means nothing here")),
            Text::new(format!("Dùng được: {known}."), format!("Use one of: {known}.")),
        )
        .about(written)
    }

    pub(super) fn too_many(&self, key: &str, most: usize) -> Problem {
        self.problem(
            key,
            Text::new(format!("nhiều hơn {most} mục"), format!("there are more than {most}")),
            Text::new(format!("Hãy giữ lại nhiều nhất {most} mục."), format!("Keep {most} at most.")),
        )
    }
}
