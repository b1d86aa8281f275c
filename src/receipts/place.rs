//! Where receipts go.

use crate::intake::Names;
use crate::words::{ContentPath, Problem, Receipts, Text};
use std::path::{Component, Path, PathBuf};

/// The folder within the content folder.
const WITHIN: &str = "_receipts";

/// The folders that have another use; whole paths.
#[derive(Clone, Copy)]
pub struct Folders<'a> {
    /// The content folder.
    pub content: &'a Path,
    /// That of the settings.
    pub feeds: &'a Path,
    /// That of the journal, if it is known.
    pub state: Option<&'a Path>,
}

/// The folder receipts go to, if any. It must be none whose files would be read as articles, and none that has another
/// use or that holds one which has.
///
/// # Errors
/// When it would be.
pub fn place(
    receipts: &Receipts,
    folders: Folders<'_>,
    names: &Names,
) -> Result<Option<PathBuf>, Box<Problem>> {
    let Folders { content, feeds, state } = folders;
    let place = match receipts {
        Receipts::Off => return Ok(None),
        Receipts::Within => content.join(WITHIN),
        Receipts::At(folder) => plain(&content.parent().unwrap_or(content).join(folder)),
    };
    let is_read = place
        .strip_prefix(content)
        .is_ok_and(|within| ContentPath::new(within).is_none_or(|path| !names.is_ignored_folder(&path)));
    let why = if is_read {
        Text::new("chúng sẽ bị đọc như bài viết", "they would be read as articles")
    } else if content.starts_with(&place) {
        Text::new("thư mục bài nằm trong đó", "the content folder lies in it")
    } else if feeds.starts_with(&place) {
        Text::new("đó là chỗ của các tệp cài đặt", "that is where the settings are")
    } else if state.is_some_and(|state| state.starts_with(&place)) {
        Text::new("đó là chỗ bantin cất sổ ghi nhớ", "that is where bantin keeps its journal")
    } else {
        return Ok(Some(place));
    };
    Err(Box::new(misplaced(&place, &why)))
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

fn misplaced(place: &Path, why: &Text) -> Problem {
    let place = place.display();
    Problem::new(
        &crate::settings::file_path("site.toml"),
        Text::new(
            format!("phiếu báo không đặt ở {place} được, vì {}", why.vi),
            format!("receipts cannot go to {place}: {}", why.en),
        ),
        Text::new(
            "Hãy chọn một thư mục riêng, nằm ngoài thư mục bài hoặc có tên bắt đầu bằng dấu gạch dưới. Hiện không có phiếu báo nào được viết.",
            "Name a folder of their own, outside the content folder or with a name that begins with an underscore. Until then there are no receipts.",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(written: &str) -> Result<Option<PathBuf>, Box<Problem>> {
        let names = Names::new(&["kho".to_owned()]).expect("sound patterns");
        let [content, feeds, state] =
            ["/srv/tin/content", "/srv/tin/feeds", "/var/lib/bantin"].map(Path::new);
        let folders = Folders { content, feeds, state: Some(state) };
        place(&Receipts::At(written.to_owned()), folders, &names)
    }

    #[track_caller]
    fn check(written: &str, expected: &str) {
        let found = placed(written).expect("a good place");
        assert_eq!(found.as_deref(), Some(Path::new(expected)), "{written}");
    }

    #[track_caller]
    fn refused(written: &str, why: &str) {
        let problem = placed(written).expect_err(written);
        assert!(problem.what.en.ends_with(why), "{written}: {}", problem.what.en);
    }

    #[test]
    fn a_relative_folder_lies_beside_the_content_folder() {
        check("phieu", "/srv/tin/phieu");
        check("./phieu/../giay", "/srv/tin/giay");
        check("../phieu", "/srv/phieu");
        check("/var/phieu", "/var/phieu");
        check("content/_phieu", "/srv/tin/content/_phieu");
        check("content/tin/_phieu/a", "/srv/tin/content/tin/_phieu/a");
        check("content/kho", "/srv/tin/content/kho");
    }

    #[test]
    fn a_folder_that_has_another_use_is_refused() {
        refused("content/phieu", ": they would be read as articles");
        refused("content", ": they would be read as articles");
        refused(".", ": the content folder lies in it");
        refused("/srv", ": the content folder lies in it");
        refused("/", ": the content folder lies in it");
        refused("feeds", ": that is where the settings are");
        refused("phieu/../feeds/", ": that is where the settings are");
        refused("/var/lib/bantin", ": that is where bantin keeps its journal");
        refused("/var/lib", ": that is where bantin keeps its journal");
    }
}
