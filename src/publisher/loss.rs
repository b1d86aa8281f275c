//! Whether files that are gone were taken away on purpose. A folder that vanished, was emptied or lost most of
//! what it had is a fault to report, not a wish to withdraw everything.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long a file may be gone before that means anything: editors save by moving files about.
pub const GRACE: Duration = Duration::from_secs(2);
/// How long a great loss has to stand, with the folder itself sound, before it is taken as meant.
pub const HOLD: Duration = Duration::from_secs(600);
/// From how many articles on the loss of more than half is great.
const MANY: usize = 20;

/// What the looks so far say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// How many articles are published.
    pub published: usize,
    /// The files of how many of them are gone.
    pub missing: usize,
    /// Whether the folder is the one it was: same file system, same number, readable.
    pub sound: bool,
    /// Whether the last walk through the folder met nothing at all.
    pub empty: bool,
}

/// Whether withdrawals are being held back, and since when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    held_since: Option<Instant>,
    /// How many were withdrawn lately: a loss by and by is a loss.
    lately: VecDeque<(Instant, usize)>,
}

/// What to do about files that are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They were taken away: withdraw their articles.
    Withdraw,
    /// Keep everything as it is.
    Hold,
}

impl Guard {
    /// Weighs a loss; to be asked again as time passes.
    pub fn weigh(&mut self, loss: Loss, now: Instant) -> Verdict {
        while self.lately.front().is_some_and(|(at, _)| now.duration_since(*at) >= HOLD) {
            self.lately.pop_front();
        }
        let withdrawn: usize = self.lately.iter().map(|(_, count)| count).sum();
        let (published, missing) = (loss.published + withdrawn, loss.missing + withdrawn);
        let most = missing * 2 > published && published >= MANY;
        let all = loss.missing >= loss.published && loss.published > 1;
        if loss.sound && !most && !all {
            self.held_since = None;
            return Verdict::Withdraw;
        }
        let since = *self.held_since.get_or_insert(now);
        if !loss.sound || (loss.empty && loss.published > 1) {
            // An empty folder, or one that is not there, is no answer, however long it stands. The time counts from
            // when the folder is sound again.
            self.held_since = Some(now);
            return Verdict::Hold;
        }
        if now.duration_since(since) < HOLD {
            return Verdict::Hold;
        }
        self.held_since = None;
        self.lately.clear();
        Verdict::Withdraw
    }

    /// So many were withdrawn.
    pub fn withdrew(&mut self, articles: usize, now: Instant) {
        if articles > 0 {
            self.lately.push_back((now, articles));
        }
    }

    /// Whether withdrawals are being held back.
    pub fn holds(&self) -> bool {
        self.held_since.is_some()
    }

    /// Nothing is missing.
    pub fn relax(&mut self) {
        self.held_since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(published: usize, missing: usize, sound: bool) -> Verdict {
        Guard::default().weigh(Loss { published, missing, sound, empty: false }, Instant::now())
    }

    #[test]
    fn one_file_or_some_may_go_but_not_most_at_once() {
        let table = [
            (1, 1, true, Verdict::Withdraw),
            (2, 1, true, Verdict::Withdraw),
            (10, 6, true, Verdict::Withdraw),
            (20, 10, true, Verdict::Withdraw),
            (20, 11, true, Verdict::Hold),
            (2, 2, true, Verdict::Hold),
            (100, 1, false, Verdict::Hold),
            (1, 1, false, Verdict::Hold),
        ];
        for (published, missing, sound, expected) in table {
            assert_eq!(
                verdict(published, missing, sound),
                expected,
                "{missing} of {published}, sound: {sound}"
            );
        }
    }

    #[test]
    fn a_great_loss_that_stands_is_believed_in_the_end_and_only_while_the_folder_is_sound() {
        let start = Instant::now();
        let mut guard = Guard::default();
        let loss = |sound| Loss { published: 100, missing: 90, sound, empty: false };
        assert_eq!(guard.weigh(loss(true), start), Verdict::Hold);
        assert_eq!(guard.weigh(loss(false), start + HOLD / 2), Verdict::Hold);
        assert_eq!(guard.weigh(loss(true), start + HOLD), Verdict::Hold);
        assert_eq!(guard.weigh(loss(true), start + HOLD * 3 / 2), Verdict::Withdraw);
        assert!(!guard.holds());
    }

    #[test]
    fn files_that_come_back_end_the_holding() {
        let start = Instant::now();
        let mut guard = Guard::default();
        guard.weigh(Loss { published: 100, missing: 90, sound: true, empty: false }, start);
        assert!(guard.holds());
        guard.weigh(
            Loss { published: 100, missing: 1, sound: true, empty: false },
            start + Duration::from_secs(1),
        );
        assert!(!guard.holds());
    }

    #[test]
    fn a_loss_by_and_by_is_a_loss() {
        let start = Instant::now();
        let mut guard = Guard::default();
        let mut withdrawn = 0;
        for second in 0..60 {
            let now = start + Duration::from_secs(second);
            let loss = Loss { published: 60 - withdrawn, missing: 1, sound: true, empty: false };
            if guard.weigh(loss, now) == Verdict::Withdraw {
                guard.withdrew(1, now);
                withdrawn += 1;
            }
        }
        assert_eq!(withdrawn, 30);
    }

    #[test]
    fn an_empty_folder_is_no_answer_however_long_it_stands() {
        let start = Instant::now();
        let mut guard = Guard::default();
        let loss = Loss { published: 3, missing: 3, sound: true, empty: true };
        assert_eq!(guard.weigh(loss, start), Verdict::Hold);
        assert_eq!(guard.weigh(loss, start + HOLD * 10), Verdict::Hold);
    }
}
