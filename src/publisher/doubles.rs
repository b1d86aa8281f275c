//! What the office is told when two files hold the same, look the same or claim to be one.

use super::deciding::{Deciding, Sighting};
use crate::journal::{Record, State};
use crate::words::{ContentPath, Problem, Text};
use rusqlite::Result;

impl Deciding<'_> {
    pub(super) fn warn_of_copy(&mut self, sighting: &Sighting, other: &Record) -> Result<()> {
        let Some(path) = self.session.files_of(other.key)?.into_iter().find(|path| *path != sighting.path)
        else {
            return Ok(());
        };
        self.decided.problems.push(copy(&sighting.path, &path));
        Ok(())
    }

    pub(super) fn warn_of_same_headline(&mut self, sighting: &Sighting) -> Result<()> {
        let article = &sighting.reading.article;
        let Some(other) = self.session.slug_owner(&article.slug)? else { return Ok(()) };
        let Some(other) = self.session.record(other)? else { return Ok(()) };
        if other.state == State::Withdrawn || !self.is_same_headline(&other, article)? {
            return Ok(());
        }
        let paths = self.session.files_of(other.key)?;
        let Some(path) = paths.iter().find(|path| **path != sighting.path) else { return Ok(()) };
        self.decided.problems.push(same_headline(&sighting.path, path));
        Ok(())
    }

    pub(super) fn warn_of_same_id(&mut self, sighting: &Sighting, other: &Record) -> Result<()> {
        let paths = self.session.files_of(other.key)?;
        let path = paths.first().map_or_else(String::new, ContentPath::to_string);
        self.decided.problems.push(Problem::new(
            &sighting.path,
            Text::new(
                format!("id trùng với tệp {path}; bài này nhận một id riêng"),
                format!("its id is that of {path}; this article was given one of its own"),
            ),
            Text::new("Hãy bỏ dòng id ở một trong hai tệp.", "Remove the id line from one of the two files."),
        ));
        Ok(())
    }
}

/// Two files that hold the same.
pub fn copy(path: &ContentPath, other: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("nội dung giống hệt tệp {other}; cả hai đều được đăng"),
            format!("it says exactly what {other} says; both are published"),
        ),
        Text::new("Nếu một tệp là bản sao thừa, hãy xóa tệp đó.", "If one is a spare copy, delete it."),
    )
}

/// Two files of one title and date.
pub fn same_headline(path: &ContentPath, other: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("trùng tiêu đề và ngày giờ với tệp {other}; cả hai đều được đăng"),
            format!("it has the title and the date of {other}; both are published"),
        ),
        Text::new(
            "Nếu đó là cùng một bài, hãy xóa một tệp; nếu không, hãy đổi tiêu đề một bài.",
            "If they are one article, delete one file; if not, change a title.",
        ),
    )
}
