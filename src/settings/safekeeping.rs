//! How the content folder is watched, and for how long a loss in it is not believed.

use super::toml::Toml;
use crate::words::{Problem, Text, WatchMode, parse_span, span_in_words};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);
/// For how long it is not believed when nobody says: over a night, so that somebody sees it.
const USUAL_WAIT: Duration = DAY;
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(90 * 86_400);

impl Toml<'_> {
    pub(super) fn watch_mode(&self, written: Option<&str>) -> (WatchMode, Option<Problem>) {
        let strange = match written.map(str::trim) {
            None | Some("auto") => return (WatchMode::Auto, None),
            Some("events") => return (WatchMode::Events, None),
            Some("polling") => return (WatchMode::Polling, None),
            Some(strange) => strange,
        };
        let problem = self.problem(
            "watch",
            Text::new(
                format!("không có cách theo dõi `{strange}`; đang dùng `auto`"),
                format!("there is no way of watching called `{strange}`; `auto` is used"),
            ),
            Text::new(
                "Hãy viết `auto`, `events` hoặc `polling` (ổ mạng không báo thay đổi thì dùng `polling`).",
                "Write `auto`, `events` or `polling` (for network drives that tell of no changes).",
            ),
        );
        (WatchMode::Auto, Some(problem))
    }

    pub(super) fn accept_loss_after(&self, written: Option<&str>) -> (Option<Duration>, Option<Problem>) {
        let Some(written) = written else { return (Some(USUAL_WAIT), None) };
        if written.trim() == "never" {
            return (None, None);
        }
        let read = parse_span(written);
        let used = read.map_or(USUAL_WAIT, |read| read.clamp(SHORTEST_WAIT, LONGEST_WAIT));
        if read == Some(used) {
            return (Some(used), None);
        }
        let [used_words, shortest, longest] = [used, SHORTEST_WAIT, LONGEST_WAIT].map(span_in_words);
        let what = match read {
            None => Text::new(
                format!("`{written}` không phải khoảng thời gian; đang dùng {}", used_words.vi),
                format!("`{written}` is not a length of time; {} is used", used_words.en),
            ),
            Some(_) => Text::new(
                format!(
                    "`{written}` nằm ngoài {} đến {}; đang dùng {}",
                    shortest.vi, longest.vi, used_words.vi
                ),
                format!(
                    "`{written}` lies outside {} to {}; {} is used",
                    shortest.en, longest.en, used_words.en
                ),
            ),
        };
        let hint = Text::new(
            "Hãy viết như `30m` (phút), `6h` (giờ), `2d` (ngày), hoặc `never` (không bao giờ tự chấp nhận).",
            "Write it like `30m`, `6h`, `2d`, or `never`.",
        );
        (Some(used), Some(self.problem("accept_loss_after", what, hint)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Overrides, site};
    use super::*;
    use crate::words::Language;
    use url::Url;

    fn read(text: &str) -> (WatchMode, Option<u64>, String) {
        let listening = Url::parse("http://127.0.0.1:8080/").expect("an address");
        let (site, remarks) = site(text, &Overrides::default(), &listening).expect("it can be used");
        let told: Vec<String> = remarks.iter().map(|remark| remark.told(Language::En)).collect();
        (site.watch, site.accept_loss_after.map(|wait| wait.as_secs()), told.join("\n"))
    }

    #[test]
    fn the_folder_is_kept_as_the_settings_say_and_safely_where_they_make_no_sense() {
        let day = Some(86_400);
        let lengths = "hint: Write it like `30m`, `6h`, `2d`, or `never`.";
        let table = [
            ("", WatchMode::Auto, day, String::new()),
            ("watch = \"auto\"", WatchMode::Auto, day, String::new()),
            ("watch = \"events\"", WatchMode::Events, day, String::new()),
            ("watch = \"polling\"\naccept_loss_after = \"6h\"", WatchMode::Polling, Some(21_600), String::new()),
            ("accept_loss_after = \"never\"", WatchMode::Auto, None, String::new()),
            (
                "title = \"A\"\nwatch = \"inotify\"",
                WatchMode::Auto,
                day,
                "feeds/site.toml:2: there is no way of watching called `inotify`; `auto` is used\n  hint: Write `auto`, `events` or `polling` (for network drives that tell of no changes).".to_owned(),
            ),
            (
                "accept_loss_after = \"một ngày\"",
                WatchMode::Auto,
                day,
                format!("feeds/site.toml:1: `một ngày` is not a length of time; 1 day is used\n  {lengths}"),
            ),
            (
                "accept_loss_after = \"0s\"",
                WatchMode::Auto,
                Some(1),
                format!("feeds/site.toml:1: `0s` lies outside 1 second to 90 days; 1 second is used\n  {lengths}"),
            ),
            (
                "accept_loss_after = \"91d\"",
                WatchMode::Auto,
                Some(90 * 86_400),
                format!("feeds/site.toml:1: `91d` lies outside 1 second to 90 days; 90 days is used\n  {lengths}"),
            ),
        ];
        for (text, watch, wait, told) in table {
            assert_eq!(read(text), (watch, wait, told), "{text}");
        }
    }
}
