//! Where receipts go.

use crate::intake::Names;
use crate::words::{ContentPath, Problem, Receipts, Text};
use std::path::{Component, Path, PathBuf};

/// The folder within the content folder.
const WITHIN: &str = "_receipts";

/// The folder receipts go to, if any. It must be none whose files would be read as articles.
///
/// # Errors
/// When it would be.
pub fn place(receipts: &Receipts, content: &Path, names: &Names) -> Result<Option<PathBuf>, Box<Problem>> {
    let written = match receipts {
        Receipts::Off => return Ok(None),
        Receipts::Within => Path::new(WITHIN),
        Receipts::At(folder) => Path::new(folder),
    };
    let beside = content.parent().unwrap_or(content);
    let place = match receipts {
        Receipts::Within => content.join(written),
        _ => plain(&beside.join(written)),
    };
    let is_read = match place.strip_prefix(content) {
        Ok(within) => ContentPath::new(within).is_none_or(|path| !names.is_ignored_folder(&path)),
        Err(_) => content.starts_with(&place),
    };
    if is_read { Err(Box::new(among_articles(&place))) } else { Ok(Some(place)) }
}

/// Without steps back.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for step in path.components() {
        match step {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            step => plain.push(step),
        }
    }
    plain
}

fn among_articles(place: &Path) -> Problem {
    let place = place.display();
    Problem::new(
        &crate::settings::file_path("site.toml"),
        Text::new(
            format!("phiếu báo không đặt ở {place} được, vì chúng sẽ bị đọc như bài viết"),
            format!("receipts cannot go to {place}: they would be read as articles"),
        ),
        Text::new(
            "chọn một thư mục nằm ngoài thư mục bài, hoặc có tên bắt đầu bằng dấu gạch dưới; hiện không có phiếu báo nào được viết",
            "name a folder outside the content folder, or one that begins with an underscore; until then there are no receipts",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        let names = Names::new(&["kho".to_owned()]).expect("sound patterns");
        let found = place(&Receipts::At(written.to_owned()), Path::new("/srv/tin/content"), &names);
        assert_eq!(found.ok().flatten().as_deref(), expected.map(Path::new), "{written}");
    }

    #[test]
    fn a_relative_folder_lies_beside_the_content_folder_and_none_is_read_as_content() {
        check("phieu", Some("/srv/tin/phieu"));
        check("./phieu/../giay", Some("/srv/tin/giay"));
        check("../phieu", Some("/srv/phieu"));
        check("/var/phieu", Some("/var/phieu"));
        check("content/_phieu", Some("/srv/tin/content/_phieu"));
        check("content/tin/_phieu/a", Some("/srv/tin/content/tin/_phieu/a"));
        check("content/kho", Some("/srv/tin/content/kho"));
        check("content/phieu", None);
        check("content", None);
        check(".", None);
        check("/srv", None);
        check("/", None);
    }
}
