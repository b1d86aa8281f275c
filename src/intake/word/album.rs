//! The pictures of one Word file: which of them can be shown, where they will be found, and what is told of the others.

use super::fault::Fault;
use super::links::welcome;
use super::package::Package;
use crate::intake::{LONGEST_PICTURE, MOST_PICTURES, MOST_PIXELS, Picture, markup};
use crate::words::{ContentPath, Fingerprint, Problem, Text, path_segment};
use bytes::Bytes;
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;

/// The pictures of one file.
pub(super) struct Album<'p> {
    path: &'p ContentPath,
    /// Where each member was put; `None` for one that cannot be shown.
    members: HashMap<String, Option<String>>,
    pictures: Vec<Picture>,
    left_out: BTreeMap<LeftOut, usize>,
}

/// Why a picture cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum LeftOut {
    /// Browsers do not know this kind.
    Kind(String),
    TooLong,
    TooManyPixels,
    TooMany,
    Missing,
    /// It is on somebody's disk, and the file only says where.
    Elsewhere,
    /// A diagram, which only Word can draw.
    Diagram,
}

impl<'p> Album<'p> {
    pub(super) fn new(path: &'p ContentPath) -> Self {
        Self { path, members: HashMap::new(), pictures: Vec::new(), left_out: BTreeMap::new() }
    }

    /// The element that shows a member of the package.
    pub(super) fn show(
        &mut self,
        package: &mut Package<'_>,
        member: &str,
        alt: &str,
    ) -> Result<Option<String>, Fault> {
        let address = match self.members.get(member) {
            Some(known) => known.clone(),
            None => {
                let address = match self.take(package, member)? {
                    Ok(address) => Some(address),
                    Err(why) => {
                        self.leave_out(why);
                        None
                    }
                };
                self.members.insert(member.to_owned(), address.clone());
                address
            }
        };
        Ok(address.map(|address| element(&address, alt)))
    }

    /// The element that shows a picture which is not in the package, if readers can get at it.
    pub(super) fn show_linked(&mut self, address: &str, alt: &str) -> Option<String> {
        match welcome(address, None).filter(|address| address.starts_with("http")) {
            Some(address) => Some(element(&address, alt)),
            None => {
                self.leave_out(LeftOut::Elsewhere);
                None
            }
        }
    }

    /// Notes that there is a diagram.
    pub(super) fn leave_out_diagram(&mut self) {
        self.leave_out(LeftOut::Diagram);
    }

    fn leave_out(&mut self, why: LeftOut) {
        *self.left_out.entry(why).or_default() += 1;
    }

    fn take(&mut self, package: &mut Package<'_>, member: &str) -> Result<Result<String, LeftOut>, Fault> {
        if self.pictures.len() >= MOST_PICTURES {
            return Ok(Err(LeftOut::TooMany));
        }
        let Some(bytes) = package.member(member, LONGEST_PICTURE)? else { return Ok(Err(LeftOut::Missing)) };
        let Some((media_type, extension)) = kind(&bytes) else {
            return Ok(Err(LeftOut::Kind(name_of_kind(&bytes, member))));
        };
        if bytes.len() > LONGEST_PICTURE {
            return Ok(Err(LeftOut::TooLong));
        }
        let Ok(size) = imagesize::blob_size(&bytes) else { return Ok(Err(LeftOut::Missing)) };
        if size.width.saturating_mul(size.height) > MOST_PIXELS {
            return Ok(Err(LeftOut::TooManyPixels));
        }
        let content = Fingerprint::of([&bytes]);
        let name = format!("{}.{extension}", &content.to_string()[..16]);
        let address = format!("{}/{name}", path_segment(self.path.file_name()));
        if !self.pictures.iter().any(|picture| picture.content == content) {
            let path = ContentPath::within(Some(self.path), OsStr::new(&name));
            self.pictures.push(Picture { path, media_type, content, bytes: Bytes::from(bytes) });
        }
        Ok(Ok(address))
    }

    /// The pictures that are shown, and what is told of the others.
    pub(super) fn finish(self) -> (Vec<Picture>, Vec<Problem>) {
        let path = self.path;
        let remarks = self.left_out.iter().map(|(why, count)| why.remark(path, *count)).collect();
        (self.pictures, remarks)
    }
}

/// The element that shows a picture at an address.
fn element(address: &str, alt: &str) -> String {
    let mut html = String::from("<img src=\"");
    markup::escape(&mut html, address);
    html.push_str("\" alt=\"");
    markup::escape(&mut html, &crate::words::single_blanks(&crate::words::clean(alt)));
    html.push_str("\">");
    html
}

/// The media type of a picture that browsers show, and the ending it gets.
fn kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(("image/png", "png")),
        [0xFF, 0xD8, 0xFF, ..] => Some(("image/jpeg", "jpg")),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(("image/gif", "gif")),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(("image/webp", "webp")),
        _ => None,
    }
}

fn name_of_kind(bytes: &[u8], member: &str) -> String {
    let known = match bytes {
        [0x01, 0, 0, 0, ..] if bytes.get(40..44) == Some(b" EMF") => "EMF",
        [0xD7, 0xCD, 0xC6, 0x9A, ..] | [0x01, 0, 0x09, 0, ..] => "WMF",
        [b'I', b'I', 0x2A, 0, ..] | [b'M', b'M', 0, 0x2A, ..] => "TIFF",
        [b'B', b'M', ..] => "BMP",
        _ => "",
    };
    let ending = member.rsplit_once('.').map_or("", |(_, ending)| ending);
    let sound = (1..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric());
    match known {
        "" if sound => ending.to_ascii_uppercase(),
        "" => "?".to_owned(),
        known => known.to_owned(),
    }
}

impl LeftOut {
    fn remark(&self, path: &ContentPath, count: usize) -> Problem {
        let pictures = if count == 1 { "picture was" } else { "pictures were" };
        let (what, hint) = match self {
            LeftOut::Kind(name) => (
                Text::new(
                    format!("{count} hình dạng {name} bị bỏ ra vì trình duyệt không hiện được"),
                    format!("{count} {name} {pictures} left out, because browsers cannot show them"),
                ),
                Text::new(
                    "Trong Word, bấm chuột phải vào hình, chọn Lưu dưới dạng ảnh (Save as Picture), kiểu PNG hoặc JPEG, \
                     rồi xóa hình cũ và chèn ảnh vừa lưu.",
                    "In Word, right-click the picture, choose Save as Picture and PNG or JPEG, then delete it and insert \
                     what you saved.",
                ),
            ),
            LeftOut::TooLong => (
                Text::new(
                    format!("{count} ảnh bị bỏ ra vì lớn hơn {} MiB", LONGEST_PICTURE >> 20),
                    format!("{count} {pictures} left out for having more than {} MiB", LONGEST_PICTURE >> 20),
                ),
                smaller(),
            ),
            LeftOut::TooManyPixels => (
                Text::new(
                    format!("{count} ảnh bị bỏ ra vì có hơn {} triệu điểm ảnh", MOST_PIXELS / 1_000_000),
                    format!(
                        "{count} {pictures} left out for having more than {} megapixels",
                        MOST_PIXELS / 1_000_000
                    ),
                ),
                smaller(),
            ),
            LeftOut::TooMany => (
                Text::new(
                    format!("bài có hơn {MOST_PICTURES} ảnh; {count} ảnh sau đó bị bỏ ra"),
                    format!(
                        "the article has more than {MOST_PICTURES} pictures; {count} more {pictures} left out"
                    ),
                ),
                Text::new("Hãy chia bài thành nhiều phần.", "Split the article."),
            ),
            LeftOut::Missing => (
                Text::new(
                    format!("{count} ảnh bị hỏng hoặc không có trong tệp nên bị bỏ ra"),
                    format!("{count} {pictures} left out for being damaged or missing in the file"),
                ),
                Text::new(
                    "Hãy xóa ảnh đó trong Word, chèn lại từ tệp ảnh gốc rồi lưu.",
                    "Delete it in Word, insert it again from its own file and save.",
                ),
            ),
            LeftOut::Elsewhere => (
                Text::new(
                    format!(
                        "{count} ảnh bị bỏ ra vì không nằm trong tệp: Word chỉ ghi đường dẫn tới máy của người soạn"
                    ),
                    format!(
                        "{count} {pictures} left out, because the file only says where on somebody's computer to find it"
                    ),
                ),
                Text::new(
                    "Hãy xóa ảnh đó trong Word rồi chèn lại bằng Chèn > Ảnh (Insert > Pictures), chọn Insert, đừng chọn \
                     Link to File.",
                    "Delete it in Word and insert it again with Insert > Pictures, choosing Insert and not Link to File.",
                ),
            ),
            LeftOut::Diagram => (
                Text::new(
                    format!("{count} biểu đồ hoặc sơ đồ (Chart, SmartArt) bị bỏ ra vì chỉ Word mới vẽ được"),
                    format!("charts and diagrams (SmartArt) that only Word can draw were left out: {count}"),
                ),
                Text::new(
                    "Hãy chép biểu đồ, dán lại bằng Dán đặc biệt > Ảnh PNG (Paste Special > Picture (PNG)) rồi lưu.",
                    "Copy the chart, paste it with Paste Special > Picture (PNG) and save.",
                ),
            ),
        };
        Problem::new(path, what, hint)
    }
}

fn smaller() -> Text {
    Text::new(
        "Hãy thu nhỏ ảnh trước khi chèn, hoặc dùng Nén ảnh (Compress Pictures) trong Word.",
        "Make the picture smaller before inserting it, or use Compress Pictures in Word.",
    )
}
