//! Whether an answer is what was exported, and what is told of it when it is not.

use super::manifest::Entry;
use crate::edition::Encoding;
use crate::outbound::{Replied, Unreached};
use crate::words::Text;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG};
use http::{HeaderName, StatusCode};
use std::io;

/// One document in one packing, and what is to be said with it.
pub(super) struct Expected<'a> {
    pub entry: &'a Entry,
    pub packing: Encoding,
    pub length: u64,
    pub content_type: &'a str,
    pub kept: &'a str,
}

/// What is not the same, and whether that is because there is another version by now.
pub(super) struct Unlike {
    pub what: Text,
    pub is_overtaken: bool,
}

impl From<Text> for Unlike {
    /// Something that is not because of another version.
    fn from(what: Text) -> Self {
        Self { what, is_overtaken: false }
    }
}

impl Expected<'_> {
    pub fn weigh(
        &self,
        bytes: &[u8],
        expected: StatusCode,
        reply: Result<Replied, Unreached>,
    ) -> Option<Unlike> {
        let reply = match reply {
            Ok(reply) => reply,
            Err(error) => return Some(unreached(error).into()),
        };
        let name = &self.entry.version[..self.entry.version.len().min(24)];
        let is_overtaken = reply.status == StatusCode::OK && !said(&reply, &ETAG).contains(name);
        let packed = said(&reply, &CONTENT_ENCODING);
        let packing = if packed.is_empty() { "identity" } else { &packed };
        let what = if reply.status != expected {
            status(expected.as_u16(), reply.status.as_u16())
        } else if is_overtaken {
            Text::new("máy chủ có phiên bản khác", "the server has another version")
        } else if packing != self.packing.token() {
            other("Content-Encoding", self.packing.token(), packing)
        } else if reply.body != bytes || !reply.is_whole {
            Text::new("nội dung khác", "other bytes")
        } else if said(&reply, &CONTENT_TYPE) != self.content_type {
            other("Content-Type", self.content_type, &said(&reply, &CONTENT_TYPE))
        } else if !may_be_said_for(self.kept, &said(&reply, &CACHE_CONTROL)) {
            other("Cache-Control", self.kept, &said(&reply, &CACHE_CONTROL))
        } else {
            return None;
        };
        Some(Unlike { what, is_overtaken })
    }
}

/// Whether a server says this where that always holds: shortly before something is due, it says less.
fn may_be_said_for(lasting: &str, said: &str) -> bool {
    let seconds =
        |said: &str| said.strip_prefix("public, max-age=").and_then(|rest| rest.parse::<u32>().ok());
    let less = match (seconds(lasting), seconds(said)) {
        (Some(lasting), Some(said)) => said < lasting,
        (Some(_), None) => said == "public, no-cache",
        _ => false,
    };
    said == lasting || less
}

pub(super) fn said(reply: &Replied, name: &HeaderName) -> String {
    reply.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned()
}

pub(super) fn status(expected: u16, found: u16) -> Text {
    let Text { vi, .. } = other("mã trạng thái", &expected.to_string(), &found.to_string());
    let Text { en, .. } = other("status", &expected.to_string(), &found.to_string());
    Text { vi, en }
}

pub(super) fn other(what: &str, expected: &str, found: &str) -> Text {
    Text::new(
        format!("{what}: máy chủ đáp `{found}`, bản xuất có `{expected}`"),
        format!("{what}: the server says `{found}`, the export `{expected}`"),
    )
}

pub(super) fn unreached(error: Unreached) -> Text {
    let why = why(error);
    Text::new(format!("không có trả lời: {}", why.vi), format!("no answer: {}", why.en))
}

/// Why there was no answer.
pub(super) fn why(error: Unreached) -> Text {
    match error {
        Unreached::NoSuchHost => Text::new("không có máy chủ nào tên như vậy", "there is no such host"),
        Unreached::Forbidden(address) => Text::new(
            format!("{address} không phải là địa chỉ công cộng"),
            format!("{address} is no public address"),
        ),
        Unreached::Refused => Text::new("không kết nối được", "no connection"),
        Unreached::Untrusted => Text::new("chứng chỉ không đáng tin", "no trusted certificate"),
        Unreached::Broken => {
            Text::new("trả lời bị đứt giữa chừng hoặc không phải HTTP", "the answer broke off or was no HTTP")
        }
        Unreached::TooSlow => Text::new("chờ quá lâu", "it took too long"),
    }
}

/// That a file of the export is not as it was written.
pub(super) fn unread(error: &io::Error) -> Text {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Text::new("trong bản xuất thiếu tệp này", "its file is missing in the export")
        }
        _ => Text::new(
            format!("không đọc được tệp trong bản xuất: {error}"),
            format!("its file in the export cannot be read: {error}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_may_be_said_shortly_before_something_is_due() {
        for (lasting, said, expected) in [
            ("public, no-cache", "public, no-cache", true),
            ("public, no-cache", "public, max-age=5", false),
            ("public, max-age=60", "public, max-age=60", true),
            ("public, max-age=60", "public, max-age=5", true),
            ("public, max-age=60", "public, no-cache", true),
            ("public, max-age=60", "public, max-age=61", false),
            ("public, max-age=60", "private, max-age=5", false),
        ] {
            assert_eq!(may_be_said_for(lasting, said), expected, "{said} for {lasting}");
        }
    }
}
