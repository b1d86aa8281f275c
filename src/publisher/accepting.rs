//! What commands ask for, and the loss that `bantin accept` says was meant.

use super::Publisher;
use super::loss::FolderState;
use crate::letterbox::{Answer, Asked, Outcome, Request};
use crate::words::{ContentPath, Text};
use std::time::{Duration, Instant};

/// How often the letterbox is looked into.
const PACE: Duration = Duration::from_secs(1);
/// How long a request waits for looks that are under way.
const SETTLING: Duration = Duration::from_secs(45);

impl Publisher {
    pub(super) fn heed_requests(&mut self, now: Instant) {
        if now >= self.letters_due {
            self.letters_due = now + PACE;
            self.asked = self.letterbox.take().map(|request| (request, now)).or(self.asked.take());
        }
        let Some((request, since)) = self.asked.take() else { return };
        if self.is_unsettled() && now.duration_since(since) < SETTLING {
            self.asked = Some((request, since));
        } else {
            match &request.asked {
                Asked::Accept(most) => self.answer_accept(&request, *most),
                Asked::Purge { article, is_meant } => self.answer_purge(&request, article, *is_meant),
            }
        }
    }

    /// Whether it will soon be known whether there is a loss.
    fn is_unsettled(&self) -> bool {
        let unseen = self.watching.last_look.is_none() || !self.missing.is_empty();
        self.root_fault.is_none() && self.held.is_none() && self.away == 0 && unseen
    }

    fn answer_accept(&mut self, request: &Request, most: Option<usize>) {
        let missing = self.held.as_ref().map_or(0, |held| held.missing) + self.away;
        let is_away = self.held.as_ref().is_some_and(|held| held.folder == FolderState::Away);
        if let Some(fault) = self.root_fault.as_ref().or(self.sweep_fault.as_ref().filter(|_| is_away)) {
            let said = Text::new(
                format!("Chưa thể xác nhận: {}", fault.vi),
                format!("It cannot be accepted now: {}", fault.en),
            );
            return self.reply(request, Outcome::Refused, missing, &said);
        }
        if missing == 0 {
            let said = Text::new(
                "Không có gì để xác nhận: không có bài nào đang được giữ lại.",
                "There is nothing to accept: no loss is held.",
            );
            return self.reply(request, Outcome::Refused, 0, &said);
        }
        let loss = self.loss_in_full(missing);
        let Some(most) = most else { return self.reply(request, Outcome::Waiting, missing, &loss) };
        if missing > most {
            let said = Text::new(
                format!(
                    "Chưa làm gì: trong lúc đó đã có {missing} bài biến mất, nhiều hơn {most} bài được hỏi. Hãy chạy lại lệnh."
                ),
                format!(
                    "Nothing was done: by now {missing} articles are gone, more than the {most} that were asked for. Run the command again."
                ),
            );
            return self.reply(request, Outcome::Refused, missing, &said);
        }
        self.reply(request, Outcome::UnderWay, missing, &loss);
        let (outcome, said) = match self.accept_loss(true, "somebody accepted it") {
            Some(articles) => (
                Outcome::Done,
                Text::new(
                    format!("Xong: đã rút {articles} bài."),
                    format!("Done: {articles} articles were taken back."),
                ),
            ),
            None => (
                Outcome::Refused,
                self.journal_fault.clone().unwrap_or_else(|| {
                    Text::new("không ghi được sổ ghi nhớ", "the journal cannot be written")
                }),
            ),
        };
        self.reply(request, outcome, missing, &said);
    }

    /// All folders that have lost articles, and some of the files.
    fn loss_in_full(&self, missing: usize) -> Text {
        let published = self.articles();
        let mut said = Text::new(
            format!("{missing} trong số {published} bài không còn tệp trong thư mục nội dung:"),
            format!("The files of {missing} of {published} articles are gone from the content folder:"),
        );
        let (folders, examples) = self.lost(|_| true);
        for (folder, count) in &folders {
            let name = if folder.is_empty() { "./" } else { folder };
            said.vi.push_str(&format!("\n  {name}: {count} bài"));
            said.en.push_str(&format!("\n  {name}: {count} articles"));
        }
        let examples: Vec<String> = examples.iter().map(ContentPath::to_string).collect();
        let examples = examples.join("\n  ");
        said.vi.push_str(&format!("\nví dụ:\n  {examples}"));
        said.en.push_str(&format!("\nfor example:\n  {examples}"));
        said
    }

    pub(super) fn reply(&mut self, request: &Request, outcome: Outcome, missing: usize, said: &Text) {
        let said = said.in_language(self.desk.site.interface()).to_owned();
        let answer = Answer { to: request.number, outcome, missing, said };
        if let Err(error) = self.letterbox.reply(&answer) {
            tracing::warn!("an answer could not be left in the state folder: {error}");
        }
    }
}
