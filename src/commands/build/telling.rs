//! What is said of an export: how far it is, what came of it, and why there is none.

use crate::export::{Compared, Failed, LeftOut, Progress, Refused, Summary, Unreadable};
use crate::words::Text;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;
use url::Url;

/// How far it is, where somebody watches. Lines that are written meanwhile stand above it.
#[derive(Clone)]
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub fn new() -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}");
        Self(bar.with_style(style.expect("a template that makes sense")))
    }

    pub fn tell(&self, progress: Progress) {
        match progress {
            Progress::Begun(all) => {
                self.0.reset();
                self.0.set_length(all as u64);
            }
            Progress::Done => self.0.inc(1),
        }
    }

    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

impl Write for Bar {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.suspend(|| io::stderr().write_all(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

pub(super) fn summary(place: &Path, summary: &Summary, took: Duration) -> Text {
    let Summary { files, written, kept, removed, bytes, .. } = summary;
    let (place, megabytes, seconds) = (place.display(), *bytes as f64 / 1e6, took.as_secs_f64());
    let comma = |number: f64| format!("{number:.1}").replace('.', ",");
    Text::new(
        format!(
            "{place}: {files} tệp ({written} tệp ghi mới, {kept} tệp giữ nguyên, {removed} tệp đã bỏ), {} MB, {} giây",
            comma(megabytes),
            comma(seconds)
        ),
        format!(
            "{place}: {files} files ({written} written, {kept} kept, {removed} removed), {megabytes:.1} MB, {seconds:.1} s"
        ),
    )
}

pub(super) fn left_out(left_out: &LeftOut) -> Text {
    match left_out {
        LeftOut::Clash { what, with } => Text::new(
            format!(
                "không xuất {what}: tên tệp của nó trùng với {with}\n  gợi ý: đổi tên một trong hai; ở đây chữ hoa và chữ thường có thể là một"
            ),
            format!(
                "{what} is not exported: its file would be that of {with}\n  hint: rename one of them; capitals and small letters may be the same here"
            ),
        ),
        LeftOut::NoName { what } => Text::new(
            format!(
                "không xuất {what}: không tệp nào được mang tên như vậy\n  gợi ý: đặt tên ngắn hơn, không có dấu \\"
            ),
            format!(
                "{what} is not exported: no file can be called so\n  hint: give it a shorter name, without \\"
            ),
        ),
    }
}

/// Why an export may not go there.
pub(super) fn refused(place: &Path, why: &Refused) -> Text {
    let shown = place.display();
    let (vi, en) = match why {
        Refused::NoFolder => (
            "ở đó không thể có thư mục nào\n  gợi ý: ghi một thư mục riêng với --out".to_owned(),
            "there can be no folder of its own there\n  hint: name a folder of its own with --out".to_owned(),
        ),
        Refused::NotEmpty => (
            "thư mục này có tệp khác, không phải do bantin xuất\n  gợi ý: ghi một thư mục mới hoặc trống với --out".to_owned(),
            "something else is there, which bantin did not export\n  hint: name a new or empty folder with --out".to_owned(),
        ),
        Refused::NotAFolder => (
            "đó không phải là thư mục\n  gợi ý: ghi một thư mục mới hoặc trống với --out".to_owned(),
            "that is no folder\n  hint: name a new or empty folder with --out".to_owned(),
        ),
        Refused::Taken(other) => (
            format!("thư mục {} nằm ở đó\n  gợi ý: ghi một thư mục riêng với --out", other.display()),
            format!("the folder {} is there\n  hint: name a folder of its own with --out", other.display()),
        ),
        Refused::Within(other) => (
            format!("chỗ này nằm trong thư mục {}\n  gợi ý: ghi một thư mục ở ngoài với --out", other.display()),
            format!("that is inside the folder {}\n  hint: name a folder outside of it with --out", other.display()),
        ),
        Refused::Mounted => (
            "đó là một ổ đĩa được gắn vào, không thay được bằng thư mục khác\n  gợi ý: ghi một thư mục nằm trong đó với --out".to_owned(),
            "a disk is mounted there, and no other folder can take its place\n  hint: name a folder in it with --out".to_owned(),
        ),
        Refused::Dangling(link) => (
            format!("{} là liên kết tới một chỗ không có\n  gợi ý: có ổ đĩa nào chưa được gắn không?", link.display()),
            format!("{} is a link to where nothing is\n  hint: is a disk not mounted?", link.display()),
        ),
        Refused::Unreachable(error) => (format!("không mở được: {error}"), format!("it cannot be reached: {error}")),
    };
    Text::new(
        format!("không xuất được vào {shown}: {vi}"),
        format!("nothing can be exported to {shown}: {en}"),
    )
}

/// Why nothing was exported.
pub(super) fn failed(why: &Failed) -> Text {
    let (vi, en) = match why {
        Failed::Stale(what) => (
            format!("{what} cứ thay đổi trong lúc xuất\n  gợi ý: thử lại sau"),
            format!("{what} keeps changing while it is exported\n  hint: try again later"),
        ),
        Failed::Damaged(key) => (
            format!(
                "bài số {key} trong sổ ghi nhớ bị hỏng\n  gợi ý: mở trang của bài đó trên máy chủ, tệp sẽ được đọc lại"
            ),
            format!(
                "article {key} is damaged in the journal\n  hint: open its page on the server, and its file is read again"
            ),
        ),
        Failed::Journal(error) => {
            (format!("không đọc được sổ ghi nhớ: {error}"), format!("the journal cannot be read: {error}"))
        }
        Failed::Unprinted(address) => {
            (format!("không in được {address}"), format!("{address} could not be printed"))
        }
        Failed::InUse(place) => (
            format!("một bantin khác đang xuất vào {}", place.display()),
            format!("another bantin is exporting to {}", place.display()),
        ),
        Failed::NotOurs(place) => (
            format!(
                "{} không phải là của bantin\n  gợi ý: chuyển đi chỗ khác, bantin cần tên đó trong lúc xuất",
                place.display()
            ),
            format!(
                "{} is not bantin's\n  hint: move it elsewhere: bantin needs that name while it exports",
                place.display()
            ),
        ),
        Failed::Unwritten(place, error) => (
            format!("không ghi được {}: {error}\n  gợi ý: kiểm tra chỗ trống và quyền ghi", place.display()),
            format!("{} cannot be written: {error}\n  hint: look after room and rights", place.display()),
        ),
    };
    Text::new(
        format!("không xuất gì, mọi thứ vẫn như trước: {vi}"),
        format!("nothing was exported, and what was there is as it was: {en}"),
    )
}

pub(super) fn nothing_yet(state: &Path) -> Text {
    let state = state.display();
    Text::new(
        format!(
            "máy chủ đang chạy trên {state} chưa đọc xong thư mục nội dung lần đầu\n  gợi ý: thử lại sau"
        ),
        format!(
            "the server on {state} has not read all of the content folder for the first time yet\n  hint: try again later"
        ),
    )
}

pub(super) fn unreadable(folder: &Path, why: &Unreadable) -> Text {
    let folder = folder.display();
    match why {
        Unreadable::NotOurs => Text::new(
            format!(
                "{folder} không phải là bản xuất của bantin\n  gợi ý: xuất trước với `bantin build --out {folder}`"
            ),
            format!(
                "{folder} is no export of bantin's\n  hint: make one first with `bantin build --out {folder}`"
            ),
        ),
        Unreadable::Strange => Text::new(
            format!("bản xuất trong {folder} do một bản bantin khác viết\n  gợi ý: xuất lại"),
            format!("the export in {folder} was written by another bantin\n  hint: make it anew"),
        ),
        Unreadable::Refused(error) => Text::new(
            format!("không đọc được bản xuất trong {folder}: {error}"),
            format!("the export in {folder} cannot be read: {error}"),
        ),
    }
}

pub(super) fn no_server(server: &Url) -> Text {
    Text::new(
        format!(
            "không hỏi được {server}\n  gợi ý: ghi địa chỉ bắt đầu bằng http:// hoặc https:// với --against"
        ),
        format!(
            "{server} cannot be asked\n  hint: name an address that begins with http:// or https:// with --against"
        ),
    )
}

/// That more differs than is told one by one.
pub(super) fn not_told(compared: &Compared) -> Option<Text> {
    let more = compared.differing - compared.differences.len();
    let text = || Text::new(format!("và {more} khác biệt nữa"), format!("and {more} more"));
    (more > 0).then(text)
}

pub(super) fn with_time(address: &str) -> Text {
    Text::new(
        format!(
            "{address}: không so sánh được: máy chủ có phiên bản khác, có thể chỉ vì thời gian đã trôi qua"
        ),
        format!("{address}: not compared: the server has another version, which time alone may have made"),
    )
}

pub(super) fn compared(server: &Url, compared: &Compared, took: Duration) -> Text {
    let Compared { asked, differing, .. } = compared;
    let seconds = took.as_secs_f64();
    let (vi, en) = match differing {
        0 => ("không có khác biệt".to_owned(), "nothing differs".to_owned()),
        _ => (format!("{differing} khác biệt"), format!("{differing} differ")),
    };
    let vi_seconds = format!("{seconds:.1}").replace('.', ",");
    Text::new(
        format!("đã hỏi {server} {asked} lần: {vi}, {vi_seconds} giây"),
        format!("{asked} answers of {server}: {en}, {seconds:.1} s"),
    )
}
