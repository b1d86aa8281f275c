//! How the content folder is watched, and which loss in it is held: what the publisher knows of them, and in sentences.

use super::loss::FolderState;
use crate::render::status::LastLook;
use crate::words::{ContentPath, Text, Timestamp, Zone};

/// How the content folder is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Watching {
    /// Whether changes are told of as they happen; else they are found by looking.
    pub by_events: bool,
    /// Why so.
    pub why: Text,
    /// The last walk that came to its end.
    pub last_look: Option<LastLook>,
}

/// A loss that is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// How many articles are gone.
    pub missing: usize,
    /// How many there were.
    pub published: usize,
    /// How the folder itself looks.
    pub folder: FolderState,
    /// Since when they are gone.
    pub since: Timestamp,
    /// When that is believed if nothing else happens; `None` when it never is by itself.
    pub until: Option<Timestamp>,
    /// The folders they were in, those that lost most first, and how many each. An empty name is the content folder itself.
    pub folders: Vec<(String, usize)>,
    /// Some of them.
    pub examples: Vec<ContentPath>,
}

/// How many folders are named in a sentence, and how many files.
const NAMED: usize = 3;

impl Default for Watching {
    fn default() -> Self {
        let why = Text::new("chưa xem thư mục", "the folder was not looked at yet");
        Self { by_events: false, why, last_look: None }
    }
}

impl Held {
    /// What is gone and where from, in one sentence.
    pub fn loss(&self) -> Text {
        let (missing, published) = (self.missing, self.published);
        let named = self.folders.iter().take(NAMED);
        let each = |own: &'static str| {
            let name = move |name: &str| if name.is_empty() { own.to_owned() } else { name.to_owned() };
            named
                .clone()
                .map(|(folder, count)| format!("{} ({count})", name(folder)))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let more = if self.folders.len() > NAMED { ", …" } else { "" };
        let examples: Vec<String> = self.examples.iter().take(NAMED).map(ContentPath::to_string).collect();
        let examples = examples.join(", ");
        Text::new(
            format!(
                "{missing} trong số {published} bài biến mất cùng lúc: {}{more}; ví dụ: {examples}",
                each("thư mục gốc")
            ),
            format!(
                "{missing} of {published} articles are gone at once: {}{more}; for example {examples}",
                each("the content folder itself")
            ),
        )
    }

    /// The same with how the folder looks, and since when.
    pub fn facts(&self, zone: &Zone) -> Text {
        let loss = self.loss();
        let since = Text::new(zone.day_first(self.since), zone.month_named(self.since));
        let state = self.folder.told();
        Text::new(
            format!("{}. {}Từ {} các bài này vẫn được giữ nguyên trên trang.", loss.vi, state.vi, since.vi),
            format!("{}. {}They have stayed published since {}.", loss.en, state.en, since.en),
        )
    }

    /// What to do about it, and until when.
    pub fn to_do(&self, zone: &Zone) -> Text {
        let end = self.end(zone);
        Text::new(
            format!(
                "Nếu không cố ý: chép lại các tệp vào chỗ cũ, mọi thứ tự trở lại như trước. Nếu cố ý: {}.",
                end.vi
            ),
            format!(
                "If this was not meant: put the files back, and all is well again by itself. If it was: {}.",
                end.en
            ),
        )
    }

    fn end(&self, zone: &Zone) -> Text {
        if self.folder == FolderState::Away {
            return Text::new(
                "chỉ có thể xác nhận khi thư mục đọc được trở lại",
                "it can be accepted once the folder can be looked through again",
            );
        }
        match self.until {
            Some(until) => Text::new(
                format!(
                    "chờ đến {}, hoặc nhờ người quản trị máy chủ chạy lệnh `bantin accept`",
                    zone.day_first(until)
                ),
                format!("wait until {}, or run `bantin accept`", zone.month_named(until)),
            ),
            None => Text::new("nhờ người quản trị máy chủ chạy lệnh `bantin accept`", "run `bantin accept`"),
        }
    }
}

impl FolderState {
    /// A sentence about a folder that is not as it was, with a blank after it.
    fn told(self) -> Text {
        match self {
            FolderState::Sound => Text::new("", ""),
            FolderState::Replaced => Text::new(
                "Thư mục nội dung không còn là thư mục trước đây (ổ đĩa khác?). ",
                "The content folder is another one than it was (another disk?). ",
            ),
            FolderState::Empty => Text::new(
                "Thư mục nội dung trống rỗng: điều này không bao giờ tự được xem là cố ý. ",
                "The content folder is empty, which is never taken as meant by itself. ",
            ),
            FolderState::Away => Text::new(
                "Thư mục nội dung hiện không đọc được. ",
                "The content folder cannot be looked through just now. ",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_loss_is_told_with_how_much_since_when_until_when_and_what_to_do() {
        let path = |text: &str| ContentPath::new(Path::new(text)).expect("a path");
        let held = Held {
            missing: 12,
            published: 20,
            folder: FolderState::Sound,
            since: Timestamp::nearest(1_764_069_600),
            until: Some(Timestamp::nearest(1_764_156_000)),
            folders: vec![("tin".into(), 10), (String::new(), 2)],
            examples: vec![path("tin/a.md"), path("tin/b.md")],
        };
        let zone = Zone::named("Asia/Ho_Chi_Minh").expect("a zone");
        let (facts, to_do) = (held.facts(&zone), held.to_do(&zone));
        assert_eq!(
            facts.en,
            "12 of 20 articles are gone at once: tin (10), the content folder itself (2); for example tin/a.md, tin/b.md. They have stayed published since 25 November 2025, 18:20."
        );
        assert_eq!(
            to_do.en,
            "If this was not meant: put the files back, and all is well again by itself. If it was: wait until 26 November 2025, 18:20, or run `bantin accept`."
        );
        assert_eq!(
            facts.vi,
            "12 trong số 20 bài biến mất cùng lúc: tin (10), thư mục gốc (2); ví dụ: tin/a.md, tin/b.md. Từ 25/11/2025 18:20 các bài này vẫn được giữ nguyên trên trang."
        );
        assert_eq!(
            to_do.vi,
            "Nếu không cố ý: chép lại các tệp vào chỗ cũ, mọi thứ tự trở lại như trước. Nếu cố ý: chờ đến 26/11/2025 18:20, hoặc nhờ người quản trị máy chủ chạy lệnh `bantin accept`."
        );
        let empty = Held { folder: FolderState::Empty, until: None, ..held };
        assert!(empty.facts(&zone).en.contains("never taken as meant"));
        assert!(empty.to_do(&zone).en.ends_with("If it was: run `bantin accept`."));
    }
}
