//! Of what there are round-ups, and for which periods.

use super::toml::Toml;
use crate::words::{FeedName, Length, Problem, Text};

const LENGTHS: &[(&str, Length)] =
    &[("month", Length::Month), ("quarter", Length::Quarter), ("half", Length::Half), ("year", Length::Year)];

impl Toml<'_> {
    /// For which periods there are round-ups: for all, unless the file says otherwise.
    pub(super) fn round_ups(&self, written: Option<toml::Value>) -> Result<Vec<Length>, Problem> {
        let mut lengths = match written {
            None | Some(toml::Value::Boolean(true)) => Length::ALL.to_vec(),
            Some(toml::Value::Boolean(false)) => Vec::new(),
            Some(toml::Value::String(length)) => vec![self.length(&length)?],
            Some(toml::Value::Array(lengths)) => lengths
                .iter()
                .map(|length| self.length(length.as_str().ok_or_else(|| self.no_lengths())?))
                .collect::<Result<_, _>>()?,
            Some(_) => return Err(self.no_lengths()),
        };
        lengths.sort();
        lengths.dedup();
        Ok(lengths)
    }

    fn length(&self, written: &str) -> Result<Length, Problem> {
        self.one_of("round_ups", written, LENGTHS)
    }

    fn no_lengths(&self) -> Problem {
        self.problem(
            "round_ups",
            Text::new(
                "không hiểu cần tổng hợp theo những kỳ nào",
                "this does not say for which periods there are round-ups",
            ),
            Text::new(
                "Hãy viết `false`, hoặc một danh sách như `[\"month\", \"quarter\", \"half\", \"year\"]`.",
                "Write `false`, or a list such as `[\"month\", \"quarter\", \"half\", \"year\"]`.",
            ),
        )
    }

    /// What is told of a file that says which articles the feed of round-ups carries.
    pub(super) fn selects_no_round_ups(&self) -> Problem {
        const CONDITIONS: [&str; 8] =
            ["categories", "[categories", "tags", "[tags", "authors", "[authors", "words", "[words"];
        let is_written = |key: &&str| self.text.lines().any(|line| line.trim_start().starts_with(key));
        let key = CONDITIONS.into_iter().find(is_written).unwrap_or("categories");
        self.problem(
            key,
            Text::new(
                "nguồn tin `round-ups` chỉ mang các bản tổng hợp, không chọn bài",
                "the feed `round-ups` brings round-ups alone and selects no articles",
            ),
            Text::new(
                "Hãy bỏ phần chọn bài, hoặc ghi nó vào tệp mang tên khác.",
                "Remove the conditions, or write them into a file of another name.",
            ),
        )
    }

    /// Whether there are round-ups of a feed, as its file says. They are everybody's, so that a partner's feed has none.
    pub(super) fn wants_round_ups(
        &self,
        written: Option<bool>,
        name: &FeedName,
        is_a_partners: bool,
    ) -> (Option<bool>, Option<Problem>) {
        let can_have = matches!(name, FeedName::All | FeedName::Plain(_)) && !is_a_partners;
        if written != Some(true) || can_have {
            return (written, None);
        }
        let why = match is_a_partners {
            true => Text::new("vì bản tổng hợp là của mọi người", "because round-ups are everybody's"),
            false => Text::new(
                "vì chỉ chuyên mục và nguồn tin tự chọn bài mới được tổng hợp",
                "because categories and feeds that select articles are summed up, and no others",
            ),
        };
        let problem = self.problem(
            "round_ups",
            Text::new(
                format!("nguồn tin `{name}` không có bản tổng hợp, {}", why.vi),
                format!("there are no round-ups of the feed `{name}`, {}", why.en),
            ),
            Text::new(
                "Hãy bỏ dòng này, hoặc ghi nó vào tệp của một chuyên mục hay một nguồn tin chung.",
                "Remove this line, or write it into the file of a category or of another public feed.",
            ),
        );
        (None, Some(problem))
    }
}
