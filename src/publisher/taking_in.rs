//! What was read becomes what is remembered, and then what is shown.

use super::clocks::next_second;
use super::deciding::{Decided, Deciding, Refused};
use super::notes::{READING, document, open_since, write_documents};
use super::office;
use super::pictures::with_changes;
use super::starting::forget_past;
use super::{
    AHEAD, BATCH, BATCH_WAIT, CROWD, CROWD_WAIT, FEW, FIRST_LOOK_SETTLING, FirstLook, MediaSighting,
    Publisher, clock,
};
use crate::calm::Steps;
use crate::catalogue::{Change, Key};
use crate::edition::{Media, Validators};
use crate::journal::Write;
use crate::readers::{Look, is_audio_or_video};
use crate::words::{ContentPath, Fingerprint, IdSpace, Problem};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

impl Publisher {
    pub(super) fn take_in_when_ready(&mut self) {
        // While nobody has seen anything, nothing is gained by small batches.
        let may_wait = self.press.edition().is_none();
        let wait = if self.is_crowded() { CROWD_WAIT } else { BATCH_WAIT };
        let waited = self.taken_in_since.is_some_and(|since| since.elapsed() >= wait);
        let is_waited_for = self.is_pressing && !self.has_pressing_looks();
        if self.taken_in_since.is_some()
            && (!self.has_looks() || self.taken_in.len() >= BATCH || (!may_wait && (waited || is_waited_for)))
        {
            self.take_in();
        }
        if let FirstLook::Reading(since) = self.first_look
            && !self.has_looks()
            && self.taken_in_since.is_none()
            && (self.settling.next().is_none() || since.elapsed() >= FIRST_LOOK_SETTLING)
        {
            self.finish_first_look();
        }
        let may_write = self.journal_retry.is_none_or(|retry| Instant::now() >= retry);
        if may_write && self.next_due().is_some_and(|due| due <= clock()) {
            self.go_with_time();
        }
    }

    /// Whether looks are under way or wait for their turn.
    pub(super) fn has_looks(&self) -> bool {
        self.looking() > 0 || !self.urgent.is_empty() || !self.patient.is_empty()
    }

    fn has_pressing_looks(&self) -> bool {
        !self.urgent.is_empty() || self.under_way.values().any(|under_way| !under_way.patient)
    }

    pub(super) fn take_in(&mut self) {
        let mut articles = std::mem::take(&mut self.taken_in);
        let media = std::mem::take(&mut self.taken_media);
        let prefaces = std::mem::take(&mut self.taken_prefaces);
        self.taken_in_since = None;
        // What has no known path may have come from one whose bytes changed just now: it goes first. Of two that
        // want one address or id, the path decides, not which was read faster.
        let mut steps = Steps::of(1);
        let known: HashSet<ContentPath> = articles
            .iter()
            .map(|sighting| &sighting.path)
            .inspect(|_| steps.another())
            .filter(|path| self.file(path).is_some())
            .cloned()
            .collect();
        articles.sort_by(|a, b| {
            known.contains(&a.path).cmp(&known.contains(&b.path)).then_with(|| a.path.cmp(&b.path))
        });
        let places: Vec<PathBuf> = articles
            .iter()
            .map(|sighting| sighting.place.clone().unwrap_or_else(|| PathBuf::from(sighting.path.as_str())))
            .chain(media.iter().map(|media| media.place.clone()))
            .chain(
                prefaces.iter().map(|preface| {
                    preface.place.clone().unwrap_or_else(|| PathBuf::from(preface.path.as_str()))
                }),
            )
            .collect();
        let read_now: BTreeMap<ContentPath, Fingerprint> = articles
            .iter()
            .filter(|sighting| known.contains(&sighting.path))
            .map(|sighting| (sighting.path.clone(), sighting.source))
            .collect();
        let remarks: Vec<(ContentPath, Vec<Problem>)> = articles
            .iter()
            .map(|sighting| (sighting.path.clone(), sighting.reading.remarks.clone()))
            .chain(prefaces.iter().map(|each| (each.path.clone(), each.preface.remarks.clone())))
            .collect();
        let now = clock();
        let media: Vec<(ContentPath, Media)> = media
            .into_iter()
            .map(|MediaSighting { path, place, stamp, content, media_type }| {
                let before = self.media.get(&path).map(|media| media.validators);
                let validators =
                    before.map_or(Validators::first(content, now), |before| before.renewed(content, now));
                (path, Media { place, within: None, media_type, stamp, validators })
            })
            .collect();
        let new_media: Vec<(ContentPath, Media)> = media.clone();
        let recorded = self.decide_on(
            move |deciding| {
                for (path, media) in media {
                    deciding.session.write(&Write::Media(path, media), now)?;
                }
                prefaces.into_iter().try_for_each(|preface| deciding.take_preface(preface))?;
                articles.into_iter().try_for_each(|sighting| {
                    steps.another();
                    deciding.take_in(sighting)
                })
            },
            &[],
            &read_now,
            &new_media,
            remarks,
        );
        self.is_pressing = false;
        if recorded {
            for (path, _) in &new_media {
                if is_audio_or_video(Path::new(path.as_str())) {
                    self.look_at_companions(path);
                }
            }
        } else {
            // Nothing is lost: the disk still says it.
            for place in places {
                self.settling.failed(place, Instant::now());
            }
        }
    }

    /// An article whose recording came, changed or went says something else now.
    pub(super) fn look_at_companions(&mut self, media: &ContentPath) {
        let own = format!("{}{}.", media.folder(), media.stem());
        let bundle = format!("{}index.", media.folder());
        let companions: Vec<PathBuf> = [own, bundle]
            .iter()
            .flat_map(|beginning| self.journal.files_below(beginning).unwrap_or_default())
            .map(|(path, file)| file.place_of(&path))
            .collect();
        for place in companions {
            self.urgent.push_back(Look::at(place));
        }
    }

    pub(super) fn go_with_time(&mut self) {
        let now = clock();
        let past = now.plus_seconds(-self.desk.site.withdrawn_for());
        let forgotten: Vec<Key> = self.edition.catalogue().gone_until(past).collect();
        self.decide(
            |deciding| {
                deciding.decided.changes.extend(forgotten.into_iter().map(Change::Forgotten));
                deciding.go_with_time()
            },
            &[],
        );
    }

    pub(super) fn decide(
        &mut self,
        what: impl FnOnce(&mut Deciding<'_>) -> rusqlite::Result<()>,
        gone: &[ContentPath],
    ) -> bool {
        self.decide_on(what, gone, &BTreeMap::new(), &[], Vec::new())
    }

    /// Decides, journals and shows, in this order. Nothing has changed when it gives back `false`.
    pub(super) fn decide_on(
        &mut self,
        what: impl FnOnce(&mut Deciding<'_>) -> rusqlite::Result<()>,
        gone: &[ContentPath],
        read_now: &BTreeMap<ContentPath, Fingerprint>,
        new_media: &[(ContentPath, Media)],
        remarks: Vec<(ContentPath, Vec<Problem>)>,
    ) -> bool {
        let now = clock();
        let mut media = self.media.clone();
        for path in gone {
            media.remove(path);
        }
        for (path, new) in new_media {
            media.insert(path.clone(), Arc::new(new.clone()));
        }
        let first_look = self.first_look != FirstLook::Done && self.press.edition().is_none();
        let outcome = (|| {
            let session = self.journal.session()?;
            let mut deciding = Deciding {
                session: &session,
                ids: IdSpace::of(&self.desk.site.id),
                now,
                shared_modified: self.edition.shared_modified().unwrap_or(now),
                latest: self.edition.catalogue().latest(),
                minor_words: self.desk.site.minor_words,
                named_after: now.plus_seconds(-self.desk.site.withdrawn_for()),
                zone: &self.desk.site.zone,
                is_first_look: self.first_look != FirstLook::Done && self.began_empty,
                is_archive: first_look && self.began_empty,
                counted_from: self.edition.catalogue().entering(next_second()),
                missing: &self.missing,
                read_now,
                decided: Decided::default(),
            };
            what(&mut deciding)?;
            let mut decided = deciding.decided;
            for path in gone.iter().filter(|path| self.media.contains_key(*path)) {
                session.write(&Write::NoMedia(path.clone()), now)?;
            }
            let said = office::write_remarks(&session, remarks, &mut decided, gone, &self.problems, now)?;
            let mut steps = Steps::of(1);
            let changes = decided.changes.iter().cloned().inspect(|_| steps.another());
            let to_come = session.ahead()?;
            // During the first look nobody has seen anything yet: the documents' times are those of its end.
            let (edition, renewed) = match first_look {
                true => {
                    let catalogue = self.edition.catalogue().with(changes).0;
                    (self.edition.clone().holding(catalogue.at(now).0), Vec::new())
                }
                false => self.edition.changed(changes, now),
            };
            let (pictures, other_pictures) = with_changes(&self.pictures, &decided.pictures);
            let is_news = !decided.changes.is_empty()
                || !gone.is_empty()
                || !new_media.is_empty()
                || other_pictures
                || !renewed.is_empty()
                || edition.next_turn() != self.edition.next_turn()
                || to_come != self.to_come;
            let edition = edition
                .with_media(Arc::new(media.clone()))
                .with_pictures(Arc::new(pictures.clone()))
                .until(to_come.next());
            let fresh = Arc::new(std::mem::take(&mut decided.fresh));
            let crowd = fresh.len() > CROWD;
            let ahead = self.press.print_ahead(&Arc::new(edition.clone()), &fresh, crowd);
            for (subject, validators) in self.unwritten.iter().cloned().chain(renewed) {
                session.write(&document(&edition, subject, validators), now)?;
            }
            if edition.catalogue().open_since() != self.edition.catalogue().open_since() {
                session.write(&open_since(&edition), now)?;
                forget_past(&session, edition.catalogue(), now)?;
            }
            session.commit()?;
            ahead.wait(if crowd { 0 } else { FEW }, AHEAD);
            Ok::<_, rusqlite::Error>((decided, said, edition, pictures, is_news, to_come))
        })();
        let (decided, said, edition, pictures, is_news, to_come) = match outcome {
            Ok(outcome) => outcome,
            Err(error) => {
                self.set_journal_fault(&error);
                return false;
            }
        };
        self.journal_works();
        self.unwritten.clear();
        self.to_come = to_come;
        self.metrics.waiting.set(to_come.waiting);
        self.media = media;
        self.pictures = pictures;
        self.edition = edition;
        self.passed_over.extend(decided.held.iter().map(|(path, stamp, _)| (path.clone(), *stamp)));
        // A file that moved is not missing where it was.
        for path in decided.left {
            self.missing.remove(&path);
        }
        if !first_look && is_news {
            self.show();
        }
        self.answer_office(said, decided.held, &decided.by_itself);
        for Refused { path, stamp, problem } in decided.refused {
            self.passed_over.insert(path.clone(), stamp);
            self.set_unusable(&path, problem);
        }
        self.follow_prefaces(decided.prefaces);
        true
    }

    pub(super) fn finish_first_look(&mut self) {
        let now = clock();
        if self.press.edition().is_none() {
            let (edition, renewed) = self.edition.next_whole(self.edition.catalogue().clone(), now);
            if let Err(error) = write_documents(&mut self.journal, &edition, renewed, now) {
                return self.set_journal_fault(&error);
            }
            self.edition = edition;
        }
        self.note(READING, self.desk.reading.to_string());
        self.first_look = FirstLook::Done;
        self.tell_vain();
        if self.press.edition().is_none() {
            // Who sees that it is ready shall see what is wrong.
            self.tell_standing();
            self.show();
        }
    }

    pub(super) fn show(&self) {
        self.press.show(self.edition.clone().written(self.filling.is_none()));
        let catalogue = self.edition.catalogue();
        self.metrics.articles.set(catalogue.len() as i64);
        self.metrics.feeds.set(catalogue.feed_names().count() as i64);
        self.metrics.journal_bytes.set(self.journal.size().cast_signed());
    }
}
