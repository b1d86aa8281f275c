//! Whether files that are gone were taken away on purpose. A folder that vanished, was emptied or lost most of
//! what it had is a fault to report, not a wish to withdraw everything.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long a file may be gone before that means anything: editors save by moving files about.
pub const GRACE: Duration = Duration::from_secs(2);
/// Within which time several losses are one: a loss by and by is a loss.
const LATELY: Duration = Duration::from_secs(600);
/// From how many articles on the loss of more than half is great.
const MANY: usize = 20;

/// How the content folder itself looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderState {
    /// It is the one it was, and can be looked through.
    Sound,
    /// It is another one under the same name, and most of what was published has not been seen in it.
    Replaced,
    /// There is nothing in it at all.
    Empty,
    /// It cannot be reached, or not be looked through.
    Away,
}

/// What the looks so far say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// How many articles are published.
    pub published: usize,
    /// The files of how many of them are gone.
    pub missing: usize,
    /// How the folder looks.
    pub folder: FolderState,
}

/// Whether withdrawals are being held back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    held: Option<Stand>,
    /// How many were withdrawn lately.
    lately: VecDeque<(Instant, usize)>,
}

/// How long a great loss has stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stand {
    /// For how long it was seen to stand.
    stood: Duration,
    weighed: Instant,
    /// The most that were missing.
    greatest: usize,
}

/// What to do about files that are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They were taken away: withdraw their articles.
    Withdraw,
    /// They are too many for that, but have been gone for long enough: withdraw their articles.
    Believe,
    /// Keep everything as it is.
    Hold,
}

impl Guard {
    /// One that has seen a great loss stand for so long before it was started again.
    pub fn resumed(stood: Duration, greatest: usize, now: Instant) -> Self {
        Self { held: Some(Stand { stood, weighed: now, greatest }), lately: VecDeque::new() }
    }

    /// Weighs a loss; to be asked again as time passes. One that is great is believed after it has stood for `wait`, but
    /// for an empty folder, or one that is not there: that is no answer, however long it stands. Time counts from when
    /// the folder is there again, and anew when more is lost.
    pub fn weigh(&mut self, loss: Loss, wait: Option<Duration>, now: Instant) -> Verdict {
        if !self.is_great(loss, now) {
            self.held = None;
            return Verdict::Withdraw;
        }
        let stand =
            self.held.get_or_insert(Stand { stood: Duration::ZERO, weighed: now, greatest: loss.missing });
        let is_answer = matches!(loss.folder, FolderState::Sound | FolderState::Replaced);
        if !is_answer || loss.missing > stand.greatest {
            stand.stood = Duration::ZERO;
        } else {
            stand.stood += now.duration_since(stand.weighed);
        }
        stand.weighed = now;
        stand.greatest = stand.greatest.max(loss.missing);
        match is_answer && wait.is_some_and(|wait| stand.stood >= wait) {
            true => Verdict::Believe,
            false => Verdict::Hold,
        }
    }

    fn is_great(&mut self, loss: Loss, now: Instant) -> bool {
        while self.lately.front().is_some_and(|(at, _)| now.duration_since(*at) >= LATELY) {
            self.lately.pop_front();
        }
        let withdrawn: usize = self.lately.iter().map(|(_, count)| count).sum();
        let (published, missing) = (loss.published + withdrawn, loss.missing + withdrawn);
        let most = missing * 2 > published && published >= MANY;
        let all = loss.missing >= loss.published && loss.published > 1;
        loss.folder != FolderState::Sound || most || all
    }

    /// It was meant.
    pub fn accept(&mut self) {
        self.held = None;
        self.lately.clear();
    }

    /// So many were withdrawn.
    pub fn withdrew(&mut self, articles: usize, now: Instant) {
        if articles > 0 {
            self.lately.push_back((now, articles));
        }
    }

    /// For how long the loss that is held back has stood, and how many were missing at most.
    pub fn stood(&self) -> Option<(Duration, usize)> {
        self.held.map(|stand| (stand.stood, stand.greatest))
    }

    /// Whether withdrawals are being held back.
    pub fn holds(&self) -> bool {
        self.held.is_some()
    }

    /// Nothing is missing.
    pub fn relax(&mut self) {
        self.held = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(3600);

    fn loss(published: usize, missing: usize, folder: FolderState) -> Loss {
        Loss { published, missing, folder }
    }

    /// Weighs one loss after another, each so many minutes after the start.
    fn weighed(losses: &[(u64, usize, FolderState)]) -> Vec<Verdict> {
        let (start, mut guard) = (Instant::now(), Guard::default());
        let weigh = |(minutes, missing, folder): &(u64, usize, FolderState)| {
            guard.weigh(loss(100, *missing, *folder), Some(WAIT), start + Duration::from_secs(minutes * 60))
        };
        losses.iter().map(weigh).collect()
    }

    use FolderState::{Away, Empty, Replaced, Sound};
    use Verdict::{Believe, Hold, Withdraw};

    #[test]
    fn one_file_or_some_may_go_but_not_most_at_once() {
        let table = [
            (1, 1, Sound, Withdraw),
            (2, 1, Sound, Withdraw),
            (10, 6, Sound, Withdraw),
            (19, 18, Sound, Withdraw),
            (20, 10, Sound, Withdraw),
            (20, 11, Sound, Hold),
            (2, 2, Sound, Hold),
            (100, 1, Away, Hold),
            (100, 1, Replaced, Hold),
            (1, 1, Away, Hold),
        ];
        for (published, missing, folder, expected) in table {
            let verdict =
                Guard::default().weigh(loss(published, missing, folder), Some(WAIT), Instant::now());
            assert_eq!(verdict, expected, "{missing} of {published}, {folder:?}");
        }
    }

    #[test]
    fn a_great_loss_that_stands_is_believed_in_the_end() {
        assert_eq!(weighed(&[(0, 90, Sound), (59, 90, Sound), (60, 90, Sound)]), [Hold, Hold, Believe]);
        assert_eq!(
            weighed(&[(0, 90, Replaced), (59, 90, Replaced), (60, 90, Replaced)]),
            [Hold, Hold, Believe]
        );
    }

    #[test]
    fn time_counts_only_while_the_folder_is_there() {
        let verdicts =
            weighed(&[(0, 90, Sound), (50, 90, Away), (60, 90, Sound), (109, 90, Sound), (110, 90, Sound)]);
        assert_eq!(verdicts, [Hold, Hold, Hold, Hold, Believe]);
    }

    #[test]
    fn time_counts_anew_when_more_is_lost_and_not_when_some_come_back() {
        let grown = [(0, 60, Sound), (59, 90, Sound), (60, 90, Sound), (119, 90, Sound)];
        assert_eq!(weighed(&grown), [Hold, Hold, Hold, Believe]);
        let shrunk = [(0, 90, Sound), (30, 80, Sound), (59, 85, Sound), (60, 85, Sound)];
        assert_eq!(weighed(&shrunk), [Hold, Hold, Hold, Believe]);
    }

    #[test]
    fn files_that_come_back_end_the_holding() {
        let start = Instant::now();
        let mut guard = Guard::default();
        guard.weigh(loss(100, 90, Sound), Some(WAIT), start);
        assert!(guard.stood().is_some());
        guard.weigh(loss(100, 1, Sound), Some(WAIT), start + Duration::from_secs(1));
        assert_eq!(guard.stood(), None);
    }

    #[test]
    fn a_restart_does_not_begin_the_time_anew() {
        let start = Instant::now();
        let mut guard = Guard::resumed(WAIT / 2, 90, start);
        let at = |minutes: u64| start + Duration::from_secs(minutes * 60);
        assert_eq!(guard.weigh(loss(100, 90, Sound), Some(WAIT), at(29)), Hold);
        assert_eq!(guard.weigh(loss(100, 90, Sound), Some(WAIT), at(30)), Believe);
    }

    #[test]
    fn a_loss_by_and_by_is_a_loss() {
        let start = Instant::now();
        let mut guard = Guard::default();
        let mut withdrawn = 0;
        for second in 0..60 {
            let now = start + Duration::from_secs(second);
            if guard.weigh(loss(60 - withdrawn, 1, Sound), Some(WAIT), now) == Withdraw {
                guard.withdrew(1, now);
                withdrawn += 1;
            }
        }
        assert_eq!(withdrawn, 30);
    }

    #[test]
    fn an_empty_folder_is_no_answer_however_long_it_stands_nor_is_any_where_settings_say_so() {
        let start = Instant::now();
        let mut guard = Guard::default();
        let later = start + WAIT * 1000;
        assert_eq!(guard.weigh(loss(3, 3, Empty), Some(WAIT), start), Hold);
        assert_eq!(guard.weigh(loss(3, 3, Empty), Some(WAIT), later), Hold);
        let mut guard = Guard::default();
        assert_eq!(guard.weigh(loss(30, 29, Sound), None, start), Hold);
        assert_eq!(guard.weigh(loss(30, 29, Sound), None, later), Hold);
    }
}
