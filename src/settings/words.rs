//! What the `words` of `feeds/NAME.toml` ask. What cannot be asked makes the definition unusable: a feed without it would
//! carry what it was not to carry.

use super::feed::WrittenCondition;
use super::toml::Toml;
use crate::words::{AnyAll, Problem, Query, Text};

/// How many queries one file may have.
const MOST_QUERIES: usize = 50;
/// How many characters one query may have.
const LONGEST_QUERY: usize = 200;

impl Toml<'_> {
    pub(super) fn words(&self, written: WrittenCondition) -> Result<AnyAll, Problem> {
        let [any, all, none] = written.lists();
        let count = any.len() + all.len() + none.len();
        if count > MOST_QUERIES {
            return Err(self.about_words(
                "",
                Text::new(
                    format!("hỏi {count} cụm từ; nhiều nhất là {MOST_QUERIES}"),
                    format!("it asks for {count} words and phrases; {MOST_QUERIES} at most"),
                ),
                Text::new("Hãy bỏ bớt, hoặc chia thành hai tệp.", "Ask for fewer, or make two files of it."),
            ));
        }
        let queries = |written: Vec<String>| -> Result<Vec<Query>, Problem> {
            written.iter().map(|written| self.query(written)).collect()
        };
        let (any, mut all, none) = (queries(any)?, queries(all)?, queries(none)?);
        all.extend(none.iter().map(Query::lacking));
        Ok(AnyAll { any, all })
    }

    fn query(&self, written: &str) -> Result<Query, Problem> {
        if written.chars().count() > LONGEST_QUERY {
            return Err(self.about_words(
                written,
                Text::new(
                    format!("một mục dài hơn {LONGEST_QUERY} ký tự"),
                    format!("an entry has more than {LONGEST_QUERY} characters"),
                ),
                Text::new(
                    "Hãy chỉ ghi những từ cần tìm, mỗi cụm một mục.",
                    "Write only the words to look for, each phrase as an entry of its own.",
                ),
            ));
        }
        Query::parse(written).ok_or_else(|| {
            self.about_words(
                written,
                Text::new(
                    format!("`{written}` không có chữ nào để tìm"),
                    format!("there is no word to look for in `{written}`"),
                ),
                Text::new(
                    "Hãy viết như `\"nông thôn\"`, hoặc xóa mục này.",
                    "Write it like `\"harvest\"`, or remove the entry.",
                ),
            )
        })
    }

    /// A problem with an entry, at its line, or with all of them.
    fn about_words(&self, entry: &str, what: Text, hint: Text) -> Problem {
        let begins = |line: &str| line.trim_start().trim_start_matches('[').trim_start().starts_with("words");
        let begin = self.text.lines().position(begins).unwrap_or(0);
        let mut below = (begin..).zip(self.text.lines().skip(begin));
        let has_entry = |(_, line): &(usize, &str)| line.contains(&format!("\"{entry}\""));
        let at = below.find(has_entry).map_or(begin, |(at, _)| at);
        Problem::new(&self.path, what, hint).at_line(at as u32 + 1).about(entry.lines().next().unwrap_or(""))
    }
}
