use super::Told;
use crate::render::pages::phrases::articles;
use crate::words::{Language, RoundUp};

/// What people call the feed of round-ups: of everything, or of what is called so.
pub fn feed_label(language: Language, of: &str) -> String {
    match (language, of) {
        (Language::Vi, "") => "Tổng hợp theo kỳ".to_owned(),
        (Language::Vi, of) => format!("Tổng hợp theo kỳ: {of}"),
        (Language::En, "") => "Round-ups".to_owned(),
        (Language::En, of) => format!("Round-ups of {of}"),
    }
}

/// What a feed of round-ups brings.
pub fn about_feed(language: Language) -> &'static str {
    language.choose(
        "Những bài đã đăng, đính chính và rút lại trong mỗi kỳ đã qua.",
        "What was published, corrected and withdrawn in each period that is over.",
    )
}

/// What a round-up is called.
pub fn title(language: Language, round_up: &RoundUp, of: &str) -> String {
    let period = round_up.period.in_words(language);
    let what = match language {
        Language::Vi => format!("Tổng hợp {period}"),
        Language::En => format!("Round-up of {period}"),
    };
    if of.is_empty() { what } else { format!("{what} – {of}") }
}

/// What bantin says in a round-up.
pub(super) struct Phrases<'a> {
    pub language: Language,
    pub told: &'a Told<'a>,
}

impl Phrases<'_> {
    pub fn title(&self) -> String {
        title(self.language, self.told.round_up, self.told.of)
    }

    /// The numbers in a sentence.
    pub fn summary(&self) -> String {
        let told = self.told;
        let period = capital(&told.round_up.period.in_words(self.language));
        let published = match (self.language, told.published, told.categories) {
            (Language::Vi, 0, _) => "không có bài mới".to_owned(),
            (Language::Vi, count, 2..) if told.round_up.of.is_none() => {
                format!("{count} bài mới trong {} chuyên mục", told.categories)
            }
            (Language::Vi, count, _) => format!("{count} bài mới"),
            (Language::En, 0, _) => "no new articles".to_owned(),
            (Language::En, 1, _) => "1 new article".to_owned(),
            (Language::En, count, 2..) if told.round_up.of.is_none() => {
                format!("{count} new articles in {} categories", told.categories)
            }
            (Language::En, count, _) => format!("{count} new articles"),
        };
        let more = [
            (told.late.count, ["", " bài đăng muộn"], " that came out late"),
            (told.corrected.count, ["đã đính chính ", " bài"], " corrected"),
            (told.withdrawn.count, ["đã rút ", " bài"], " withdrawn"),
        ];
        let more =
            more.iter().filter(|(count, ..)| *count > 0).map(|(count, [before, after], en)| {
                match self.language {
                    Language::Vi => format!("{before}{count}{after}"),
                    Language::En => format!("{count}{en}"),
                }
            });
        let all: Vec<String> = std::iter::once(published).chain(more).collect();
        format!("{period}: {}.", all.join(", "))
    }

    pub fn articles(&self, count: usize) -> String {
        articles(self.language, count)
    }

    pub fn late(&self) -> &'static str {
        self.language
            .choose("Lên trang sau khi kỳ trước đã khép", "Came out after an earlier period had closed")
    }

    pub fn about_late(&self, count: usize) -> String {
        match (self.language, count) {
            (Language::Vi, _) => format!(
                "{count} bài đề ngày thuộc một kỳ trước nhưng lên trang sau khi kỳ đó đã khép, nên được ghi nhận ở đây."
            ),
            (Language::En, 1) => {
                "1 article is dated into an earlier period, but came out after that had closed; so it is noted here.".to_owned()
            }
            (Language::En, _) => format!(
                "{count} articles are dated into an earlier period, but came out after that had closed; so they are noted here."
            ),
        }
    }

    pub fn corrected(&self) -> &'static str {
        self.language.choose("Đính chính", "Corrected")
    }

    pub fn withdrawn(&self) -> &'static str {
        self.language.choose("Đã rút", "Withdrawn")
    }

    pub fn authors(&self) -> &'static str {
        self.language.choose("Tác giả", "Authors")
    }

    pub fn more_authors(&self, count: usize) -> String {
        match (self.language, count) {
            (Language::Vi, _) => format!("… và {count} người khác."),
            (Language::En, 1) => "… and 1 other.".to_owned(),
            (Language::En, _) => format!("… and {count} others."),
        }
    }

    pub fn more(&self, count: usize) -> String {
        match self.language {
            Language::Vi => format!("… và {count} bài nữa."),
            Language::En => format!("… and {count} more."),
        }
    }

    /// Before the months in whose archives all articles are.
    pub fn in_archives(&self) -> &'static str {
        self.language.choose(
            "Tất cả các bài của kỳ này có trong kho lưu trữ (Atom) của",
            "All articles of this period are in the archives (Atom) of",
        )
    }
}

/// The text as a sentence begins.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
