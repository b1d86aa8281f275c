//! What `feeds/site.toml` says of those who fetch too often.

use super::toml::{OneOrMore, Toml};
use crate::words::{Manners, Problem, Text};
use std::ops::RangeInclusive;

/// How often somebody may fetch what has not changed, at least and at most.
const SOUND: RangeInclusive<i64> = 1..=100_000;
/// The most clients that are never refused.
const MOST_EXCEPTIONS: usize = 50;

impl Toml<'_> {
    pub(super) fn manners(
        &self,
        refetches: Option<toml::Value>,
        not_for: Option<OneOrMore>,
    ) -> Result<(Manners, Option<Problem>), Problem> {
        let not_for = not_for.map_or_else(Vec::new, OneOrMore::all);
        if not_for.len() > MOST_EXCEPTIONS {
            return Err(self.too_many("refetches_not_for", MOST_EXCEPTIONS));
        }
        let not_for = not_for.iter().map(|client| client.trim().to_lowercase());
        let not_for = not_for.filter(|client| !client.is_empty()).collect();
        let (refetches, remark) = match refetches {
            None | Some(toml::Value::Boolean(true)) => (Some(Manners::USUAL_REFETCHES), None),
            Some(toml::Value::Boolean(false)) => (None, None),
            Some(toml::Value::Integer(asked)) => self.refetches(asked),
            Some(_) => return Err(self.no_refetches()),
        };
        Ok((Manners { refetches, not_for }, remark))
    }

    fn refetches(&self, asked: i64) -> (Option<u32>, Option<Problem>) {
        let (least, most) = (*SOUND.start(), *SOUND.end());
        let used = asked.clamp(least, most);
        let refetches = u32::try_from(used).expect("it is within these bounds");
        if used == asked {
            return (Some(refetches), None);
        }
        let problem = self.problem(
            "refetches",
            Text::new(
                format!("{asked} lần nằm ngoài {least}–{most}; đang dùng {used}"),
                format!("{asked} times lies outside {least} to {most}; {used} is used"),
            ),
            Text::new(
                "Hãy chọn một số trong khoảng đó, hoặc `false` để không bao giờ từ chối.",
                "Choose a number between them, or `false` to refuse nobody ever.",
            ),
        );
        (Some(refetches), Some(problem.about(&asked.to_string())))
    }

    fn no_refetches(&self) -> Problem {
        self.problem(
            "refetches",
            Text::new(
                "không hiểu được phép tải lại bao nhiêu lần mỗi giờ",
                "this does not say how often an hour something may be fetched again",
            ),
            Text::new(
                "Hãy viết một số như `120`, hoặc `false` để không bao giờ từ chối.",
                "Write a number such as `120`, or `false` to refuse nobody ever.",
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Overrides, site};
    use crate::words::Language;
    use url::Url;

    #[test]
    fn how_often_something_may_be_fetched_again_is_a_number_or_never_minded() {
        let told = |text: &str| {
            let listening = Url::parse("http://127.0.0.1:8080/").expect("an address");
            match site(text, &Overrides::default(), &listening) {
                Ok((site, remarks)) => {
                    let told: Vec<String> = remarks.iter().map(|remark| remark.told(Language::En)).collect();
                    (site.manners.refetches, told.join("\n"))
                }
                Err(problem) => (Some(0), problem.told(Language::En)),
            }
        };
        let outside = "times lies outside 1 to 100000";
        let hint = "hint: Choose a number between them, or `false` to refuse nobody ever.";
        for (text, refetches, expected) in [
            ("", Some(120), String::new()),
            ("refetches = true", Some(120), String::new()),
            ("refetches = 1", Some(1), String::new()),
            ("refetches = 100000", Some(100_000), String::new()),
            ("refetches = false", None, String::new()),
            ("refetches = 0", Some(1), format!("feeds/site.toml:1: 0 {outside}; 1 is used\n  {hint}")),
            (
                "refetches = 100001",
                Some(100_000),
                format!("feeds/site.toml:1: 100001 {outside}; 100000 is used\n  {hint}"),
            ),
            (
                "\nrefetches = \"viel\"",
                Some(0),
                "feeds/site.toml:2: this does not say how often an hour something may be fetched again\n  hint: Write a number such as `120`, or `false` to refuse nobody ever.".to_owned(),
            ),
        ] {
            assert_eq!(told(text), (refetches, expected), "{text}");
        }
    }

    #[test]
    fn who_is_never_refused_is_written_as_a_list_within_a_bound() {
        let read = |text: &str| {
            let listening = Url::parse("http://127.0.0.1:8080/").expect("an address");
            site(text, &Overrides::default(), &listening).map(|(site, _)| site.manners.not_for)
        };
        assert_eq!(read("refetches_not_for = [\" Cổng Tin \", \"\"]"), Ok(vec!["cổng tin".to_owned()]));
        let many = |count: usize| format!("refetches_not_for = [{}]", vec!["\"a\""; count].join(", "));
        assert_eq!(read(&many(50)).map(|not_for| not_for.len()), Ok(50));
        assert!(read(&many(51)).is_err());
    }
}
