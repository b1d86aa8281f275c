//! What an office says before round-ups, as files come and go.

use super::deciding::Deciding;
use super::{FirstLook, Publisher, Refused};
use crate::catalogue::{Change, Prefaced, overtaken};
use crate::edition::{Stamp, after};
use crate::intake::{PREFACES, Preface};
use crate::journal::PrefaceFile;
use crate::words::{Article, ContentPath, Fingerprint, Month, Problem, RoundUp, Text, Timestamp};
use rusqlite::Result;
use std::path::PathBuf;

/// How many files may stand before round-ups.
pub const MOST_PREFACES: usize = 1_000;

/// A file that stands before a round-up and was read well.
pub struct PrefaceSighting {
    /// Where it is.
    pub path: ContentPath,
    /// Its place on disk, where that is not the path's own spelling.
    pub place: Option<PathBuf>,
    /// Its state.
    pub stamp: Stamp,
    /// What it says.
    pub preface: Preface,
}

impl Deciding<'_> {
    /// Takes in one file that stands before a round-up.
    ///
    /// # Errors
    /// When the journal refuses.
    pub fn take_preface(&mut self, sighting: PrefaceSighting) -> Result<()> {
        let PrefaceSighting { path, place, stamp, preface } = sighting;
        let Preface { round_up, article, words, .. } = preface;
        if self.session.preface_at(&path)?.is_none() {
            let rival = self.session.preface_file_of(&round_up)?;
            let is_full = || Ok::<_, rusqlite::Error>(self.session.preface_files()? >= MOST_PREFACES);
            let problem = match rival {
                Some(rival) => Some(second(&path, &rival)),
                None => is_full()?.then(|| too_many(&path)),
            };
            if let Some(problem) = problem {
                self.decided.refused.push(Refused { path, stamp, problem });
                return Ok(());
            }
        }
        let file = PrefaceFile { round_up: round_up.clone(), stamp: Some(stamp), place };
        self.session.put_preface_file(&path, Some(&file))?;
        self.decided.prefaces.push((path, Some(file)));
        self.say_before(round_up, Some((words, &article)))
    }

    /// Takes back what stands before a round-up, if the file at this path did.
    ///
    /// # Errors
    /// When the journal refuses.
    pub(super) fn withdraw_preface(&mut self, path: &ContentPath) -> Result<bool> {
        let Some(file) = self.session.preface_at(path)? else { return Ok(false) };
        self.session.put_preface_file(path, None)?;
        self.decided.prefaces.push((path.clone(), None));
        self.say_before(file.round_up, None)?;
        Ok(true)
    }

    /// Says this before a round-up from now on, if that is not what stands there.
    fn say_before(&mut self, round_up: RoundUp, said: Option<(Fingerprint, &Article)>) -> Result<()> {
        let last = self.session.prefaced(&round_up)?;
        let words = said.map(|(words, _)| words);
        if last.and_then(|last| last.words) == words {
            return Ok(());
        }
        let closes = round_up.period.span(self.zone).end;
        let later = |than: Timestamp| than.plus_seconds(1);
        let since = match self.is_first_look {
            // Of an old folder it stood there when the period closed.
            true => self.now.min(closes),
            false if self.now < closes => self.now,
            // What was shown when it closed stays what it was.
            false => self.now.max(later(closes)),
        };
        let since = last.map_or(since, |last| since.max(later(last.since)));
        let shown = self.latest.max(self.shared_modified);
        let prefaced = Prefaced { since, noted: after(self.now.max(since), shown), words };
        self.session.put_preface(&round_up, &prefaced, said.map(|(_, article)| article))?;
        let open_since = Month::of(self.now, self.zone).span(self.zone).start;
        let versions = self.session.prefaced_since(&round_up)?;
        for since in overtaken(&versions, self.zone, open_since) {
            self.session.forget_preface(&round_up, since)?;
        }
        self.decided.changes.push(Change::Prefaced(round_up, prefaced));
        Ok(())
    }
}

impl Publisher {
    /// Takes over what the journal has of prefaces now.
    pub(super) fn follow_prefaces(&mut self, changed: Vec<(ContentPath, Option<PrefaceFile>)>) {
        for (path, file) in changed {
            match file {
                Some(file) => drop(self.prefaces.insert(path, file)),
                None => {
                    self.prefaces.remove(&path);
                    // Another file may take its place.
                    let folder = format!("{PREFACES}/");
                    let others = self.passed_over.keys().filter(|path| path.as_str().starts_with(&folder));
                    let others: Vec<ContentPath> = others.cloned().collect();
                    for other in others {
                        self.passed_over.remove(&other);
                        self.look_now(PathBuf::from(other.as_str()));
                    }
                }
            }
        }
    }

    /// What the office should know of a preface: that it stands before something that does not come. Before everything was looked
    /// at nobody can say.
    pub(super) fn vain(&self, path: &ContentPath, round_up: &RoundUp) -> Option<Problem> {
        let catalogue = self.edition.catalogue();
        let comes = catalogue.round_up(round_up).is_some() || catalogue.closes(round_up).is_some();
        (!comes && self.first_look == FirstLook::Done).then(|| in_vain(path, round_up))
    }

    /// Says so of all that are there.
    pub(super) fn tell_vain(&mut self) {
        let vain = |(path, file): (&ContentPath, &PrefaceFile)| {
            let problem = self.vain(path, &file.round_up)?;
            let known = self.problems.get(path).cloned().unwrap_or_default();
            (!known.contains(&problem)).then(|| known.into_iter().chain([problem]))
        };
        let told: Vec<Problem> = self.prefaces.iter().filter_map(vain).flatten().collect();
        if !told.is_empty() {
            self.decide(
                |deciding| {
                    deciding.decided.problems.extend(told);
                    Ok(())
                },
                &[],
            );
        }
    }
}

fn in_vain(path: &ContentPath, round_up: &RoundUp) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("sẽ không có bản tổng hợp “{round_up}” nào để đặt lời này ở đầu"),
            format!("there will be no round-up “{round_up}” for this to stand before"),
        ),
        Text::new(
            "Hãy xem lại tên thư mục: phải là tên một chuyên mục đã có bài; tên kỳ: kỳ đã qua mà không có gì thì không có bản tổng hợp; và cài đặt `round_ups` của trang và của chuyên mục.",
            "Look at the folder's name, which has to be that of a category with articles; at the period, which has none when it is over and had nothing in it; and at the settings `round_ups` of the site and of the category.",
        ),
    )
}

fn second(path: &ContentPath, other: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("đã có tệp khác làm lời mở đầu cho kỳ này: {other}"),
            format!("another file stands before this round-up already: {other}"),
        ),
        Text::new("Hãy giữ lại một trong hai tệp.", "Keep one of the two files."),
    )
    .as_error()
}

fn too_many(path: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("đã có {MOST_PREFACES} lời mở đầu, không nhận thêm được"),
            format!("there are {MOST_PREFACES} prefaces already, and no more are taken"),
        ),
        Text::new("Hãy xóa những lời mở đầu cũ không còn cần.", "Delete old ones that are not needed."),
    )
    .as_error()
}
