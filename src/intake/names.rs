//! What a file's name makes it: an article, media that travels with one, what stands before a round-up, or nothing of ours.

use super::preface::is_of_prefaces;
use super::{LONGEST_PACKED, LONGEST_TEXT};
use crate::words::{ContentPath, Text, media_type};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// What a file's name makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An article of this kind.
    Article(Kind),
    /// What stands before a round-up, of this kind.
    Preface(Kind),
    /// A file that is served beside articles, with this media type.
    Media(&'static str),
    /// Nothing of ours.
    Ignored,
}

/// The kinds of article files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Plain text as copied from a newspaper's page.
    Newspaper,
    /// Markdown with front matter.
    Markdown,
    /// An HTML page.
    Html,
    /// A text from a word processor: `.docx`, `.odt`.
    Word,
    /// A text of a program whose files are not read. Whoever dropped it is told what to do.
    Foreign,
}

impl Kind {
    /// The kind of article a file of this name is.
    pub fn of(path: &ContentPath) -> Option<Self> {
        match path.extension().as_str() {
            "txt" => Some(Self::Newspaper),
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            "docx" | "odt" => Some(Self::Word),
            "doc" | "docm" | "dot" | "dotm" | "dotx" | "rtf" | "wps" | "pages" => Some(Self::Foreign),
            _ => None,
        }
    }

    /// How many bytes a file of this kind may have.
    pub fn longest(self) -> usize {
        match self {
            Self::Newspaper | Self::Markdown | Self::Html | Self::Foreign => LONGEST_TEXT,
            Self::Word => LONGEST_PACKED,
        }
    }
}

/// Which names are content: bantin's own rules and the site's patterns.
#[derive(Clone, Debug)]
pub struct Names {
    ignored: GlobSet,
}

impl Names {
    /// Compiles the site's patterns. One without a `/` is compared with every name on the way to a file, one
    /// with a `/` with the path below the content folder.
    pub fn new(patterns: &[String]) -> Result<Self, Text> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let bare = pattern.trim_start_matches('/').trim_end_matches('/');
            let glob = GlobBuilder::new(bare).literal_separator(true).build();
            let glob = glob.map_err(|error| not_a_pattern(pattern, error.kind()))?;
            set.add(glob);
        }
        let ignored = set.build().map_err(|error| not_a_pattern(&patterns.join(", "), error.kind()))?;
        Ok(Self { ignored })
    }

    /// What a file is.
    pub fn role(&self, path: &ContentPath) -> Role {
        let name = path.file_name();
        if ignored_file(name) || self.ignored.is_match(name) || self.ignored.is_match(path.as_str()) {
            return Role::Ignored;
        }
        let folder = path.folder();
        if self.ignores_a_folder_of(folder.trim_end_matches('/')) {
            return Role::Ignored;
        }
        match Kind::of(path) {
            Some(kind) if path.folders().next().is_some_and(is_of_prefaces) => Role::Preface(kind),
            _ if path.folders().next().is_some_and(is_of_prefaces) => Role::Ignored,
            Some(kind) => Role::Article(kind),
            None => media_type(&path.extension()).map_or(Role::Ignored, Role::Media),
        }
    }

    /// Whether nothing below this folder is content.
    pub fn is_ignored_folder(&self, path: &ContentPath) -> bool {
        self.ignores_a_folder_of(path.as_str())
    }

    fn ignores_a_folder_of(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        let mut start = 0;
        for end in ends.filter(|end| *end > 0) {
            let (way, name) = (&path[..end], &path[start..end]);
            let is_ignored = ignored_folder(name) && !(start == 0 && is_of_prefaces(name));
            if is_ignored || self.ignored.is_match(name) || self.ignored.is_match(way) {
                return true;
            }
            start = end + 1;
        }
        false
    }
}

fn ignored_folder(name: &str) -> bool {
    let lower = name.to_lowercase();
    // Jekyll keeps its articles in a folder that begins like the ones it hides.
    (lower.starts_with('_') && lower != "_posts")
        || lower.starts_with('.')
        || lower.ends_with('~')
        || matches!(
            lower.as_str(),
            "@eadir"
                | "#recycle"
                | "#snapshot"
                | "@recycle"
                | "@recently-snapshot"
                | "$recycle.bin"
                | "recycler"
                | "lost+found"
                | "system volume information"
                | "node_modules"
                | "__macosx"
                | "cvs"
        )
}

fn ignored_file(name: &str) -> bool {
    // Windows and its shares do not tell letter case apart; the names of their temporary files vary in it.
    let lower = name.to_lowercase();
    const BEGINNINGS: [&str; 5] = [".", "_", "~", "#", "$"];
    const ENDINGS: [&str; 19] = [
        "~",
        "#",
        ".tmp",
        ".temp",
        ".part",
        ".partial",
        ".filepart",
        ".crdownload",
        ".download",
        ".opdownload",
        ".swp",
        ".swo",
        ".swx",
        ".bak",
        ".old",
        ".orig",
        ".rej",
        ".lock",
        ".lnk",
    ];
    const WHOLE: [&str; 7] =
        ["4913", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "robots.txt", "autorun.inf"];
    // What Dropbox, OneDrive, Nextcloud and Syncthing call the copy that lost.
    const INSIDE: [&str; 5] =
        ["conflicted copy", ".sync-conflict-", "_conflict-", "bản sao xung đột", "bản sao bị xung đột"];
    BEGINNINGS.iter().any(|start| lower.starts_with(start))
        || ENDINGS.iter().any(|end| lower.ends_with(end))
        || WHOLE.contains(&lower.as_str())
        || INSIDE.iter().any(|part| lower.contains(part))
}

fn not_a_pattern(pattern: &str, reason: &globset::ErrorKind) -> Text {
    Text::new(
        format!("`{pattern}` không phải là mẫu tên tệp đúng: {reason}"),
        format!("`{pattern}` is not a sound pattern for file names: {reason}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn path(text: &str) -> ContentPath {
        ContentPath::new(Path::new(text)).expect("a path")
    }

    #[track_caller]
    fn check(patterns: &[&str], name: &str, role: Role) {
        let patterns: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
        let names = Names::new(&patterns).expect("sound patterns");
        assert_eq!(names.role(&path(name)), role, "{name}");
    }

    #[test]
    fn the_extension_says_what_a_file_is() {
        for (name, role) in [
            ("bai.txt", Role::Article(Kind::Newspaper)),
            ("mùa vụ/LÚA.TXT", Role::Article(Kind::Newspaper)),
            ("a/b/index.md", Role::Article(Kind::Markdown)),
            ("a.markdown", Role::Article(Kind::Markdown)),
            ("a.htm", Role::Article(Kind::Html)),
            ("_posts/2019-07-10-a.md", Role::Article(Kind::Markdown)),
            ("a/lúa.JPG", Role::Media("image/jpeg")),
            ("a/ban-tin.mp3", Role::Media("audio/mpeg")),
            ("a.docx", Role::Article(Kind::Word)),
            ("a.ODT", Role::Article(Kind::Word)),
            ("a.doc", Role::Article(Kind::Foreign)),
            ("_round-ups/2026-Q3.md", Role::Preface(Kind::Markdown)),
            ("_Round-ups/Mùa vụ/2026-Q3.docx", Role::Preface(Kind::Word)),
            ("_round-ups/a.jpg", Role::Ignored),
            ("tin/_round-ups/2026-Q3.md", Role::Ignored),
            ("a.rtf", Role::Article(Kind::Foreign)),
            ("~$a.docx", Role::Ignored),
            (".~lock.a.odt#", Role::Ignored),
            ("a.xlsx", Role::Ignored),
            ("a.exe", Role::Ignored),
            ("README", Role::Ignored),
        ] {
            check(&[], name, role);
        }
    }

    #[test]
    fn what_programs_leave_lying_about_is_no_content() {
        for name in [
            ".an.md",
            "_index.md",
            "_nhap.txt",
            "~$bai.txt",
            ".~lock.bai.txt#",
            "bai.txt.tmp",
            "bai.md.part",
            "bai.md.crdownload",
            ".bai.md.swp",
            "bai.md.swp",
            "bai.md~",
            "4913",
            "#bai.md#",
            "Thumbs.db",
            "Desktop.ini",
            "a/@eaDir/bai.md",
            "#recycle/bai.md",
            ".nfs0001.md",
            ".git/HEAD.txt",
            "bai (conflicted copy 2026-09-02).md",
            "bai.sync-conflict-20260902-0730.md",
            "$RECYCLE.BIN/a.txt",
            "System Volume Information/a.txt",
            ".syncthing.bai.md.tmp",
            "~WRL0001.tmp",
            ".fuse_hidden01.md",
            "_drafts/bai.md",
            ".x.md.AbC123",
            "a/_ẩn/b/c/bai.md",
        ] {
            check(&[], name, Role::Ignored);
        }
    }

    #[test]
    fn the_sites_own_patterns_add_to_that() {
        check(&["nhap-*"], "tin/nhap-1.md", Role::Ignored);
        check(&["kho"], "kho/cu/1.md", Role::Ignored);
        check(&["kho/*.md"], "kho/1.md", Role::Ignored);
        check(&["kho/*.md"], "kho/cu/1.md", Role::Article(Kind::Markdown));
        check(&["kho/**"], "kho/cu/1.md", Role::Ignored);
        assert!(Names::new(&["[".to_owned()]).is_err());
    }

    #[test]
    fn a_folder_is_ignored_with_everything_in_it() {
        let names = Names::new(&["kho".to_owned()]).expect("sound patterns");
        assert!(names.is_ignored_folder(&path("a/.git")));
        assert!(names.is_ignored_folder(&path("kho/2019")));
        assert!(!names.is_ignored_folder(&path("a/khoa-hoc")));
    }
}
