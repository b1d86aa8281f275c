//! An office with partners beside the same office without: whatever is done to both, partners get what was agreed, and
//! everybody else what they would get in any case.

use super::agreements::HOUR_LATER;
use super::*;
use crate::words::Phase;

/// What is done to an office from one moment to the next.
#[derive(Clone, Debug)]
enum Deed {
    Drop {
        file: usize,
        comes: i64,
        goes: Option<i64>,
        held: Option<&'static str>,
        title: u8,
    },
    Remove(usize),
    /// So many seconds pass, and the publisher does what is due when it is.
    Wait(i64),
    /// So many seconds pass that it sleeps through.
    Sleep(i64),
    /// It is down for so long.
    Restart(i64),
}

fn deed() -> impl Strategy<Value = Deed> {
    let held = prop_oneof![
        6 => Just(None), 1 => Just(Some("draft: true\n")), 1 => Just(Some("withdrawn: nhầm\n")),
        2 => Just(Some("correction: nhầm ngày\n")),
    ];
    let goes = prop::option::weighted(0.2, -2..20_i64);
    let span = || prop_oneof![0..3_i64, 3598..3602_i64, 1..300_000_i64];
    prop_oneof![
        4 => (0..FILES.len(), -9..9_i64, goes, held, 0..3_u8)
            .prop_map(|(file, comes, goes, held, title)| Deed::Drop { file, comes, goes, held, title }),
        1 => (0..FILES.len()).prop_map(Deed::Remove),
        4 => span().prop_map(Deed::Wait),
        1 => span().prop_map(Deed::Sleep),
        2 => span().prop_map(Deed::Restart),
    ]
}

const PUBLIC: [(&str, &str); 1] = [("tuan.toml", "days = 7\ntags = { none = ['x'] }")];
const PARTNERS: [(&str, &str); 4] = [
    PUBLIC[0],
    HOUR_LATER,
    ("bao.toml", "days = 5\n[partner]\norganisation = 'Báo'\ndelay = '2d'\nfrom = '02/01/2026'"),
    ("san.toml", "[partner]\norganisation = 'Sàn'\ndelay = '1s'\nfrom = '03/01/2026'\nuntil = '06/01/2026'"),
];

/// One file and whom its article has reached, without any cleverness.
#[derive(Clone, Copy, Debug, Default)]
struct Life {
    file: Naive,
    out: Option<Timestamp>,
}

impl Life {
    fn look(&mut self, now: Timestamp) {
        self.file.look(now);
        if self.file.was_out {
            self.out.get_or_insert(now);
        }
    }

    fn is_in(&self, definition: &FeedDefinition, now: Timestamp) -> bool {
        let (Some(out), Some(comes)) = (self.out, self.file.comes) else { return false };
        let delay = definition.partner.as_ref().map_or(0, |partner| partner.delay_seconds());
        let reach = definition.days.map(|days| i64::from(days) * DAY);
        self.file.was_out
            && out.plus_seconds(delay) <= now
            && reach.is_none_or(|reach| day(comes).plus_seconds(reach) > now)
    }

    /// Whether a tombstone of this moment is for the readers of a feed.
    fn was_in(&self, definition: &FeedDefinition, at: Timestamp) -> bool {
        let (Some(out), Some(comes)) = (self.out, self.file.comes) else { return false };
        let reached = definition.partner.as_ref().map_or(out, |partner| {
            out.plus_seconds(partner.delay_seconds()).max(partner.from.unwrap_or(out))
        });
        let reach = definition.days.map(|days| i64::from(days) * DAY);
        (definition.partner.is_none() || reached <= at)
            && reach.is_none_or(|reach| day(comes).plus_seconds(reach) > reached)
    }
}

struct Twins {
    /// With partners, and without.
    offices: [Office; 2],
    lives: [Life; FILES.len()],
    ids: [String; FILES.len()],
    before: HashMap<Subject, Validators>,
}

impl Twins {
    fn both(&mut self, mut act: impl FnMut(&mut Office)) -> Result<(), TestCaseError> {
        self.offices.iter_mut().for_each(&mut act);
        self.check()
    }

    fn now(&self) -> Timestamp {
        self.offices[0].now
    }

    fn check(&mut self) -> Result<(), TestCaseError> {
        let now = self.now();
        self.lives.iter_mut().for_each(|life| life.look(now));
        let [office, plain] = &self.offices;
        for definition in office.definitions.iter() {
            let feed = definition.name.to_string();
            let such = |is_such: &dyn Fn(usize) -> bool| {
                let mut ids: Vec<String> = (0..FILES.len())
                    .filter(|file| is_such(*file))
                    .map(|file| self.ids[file].clone())
                    .collect();
                ids.sort();
                ids
            };
            let carried = such(&|file| self.lives[file].is_in(definition, now));
            let gone: HashMap<String, Timestamp> =
                gone(&office.catalogue).into_iter().map(|gone| (gone.id.to_string(), gone.at)).collect();
            let named = such(&|file| {
                gone.get(&self.ids[file]).is_some_and(|at| self.lives[file].was_in(definition, *at))
            });
            prop_assert_eq!(office.told(&feed), [carried, named], "{} at {:?}", feed, now);
            let phase = definition.partner.as_ref().map_or(Phase::Running, |partner| partner.phase(now));
            let status = match phase {
                Phase::ToCome(_) => 404,
                Phase::Running => 200,
                Phase::Over(_) => 410,
            };
            prop_assert_eq!(office.ask_at(&format!("/feeds/{feed}.rss"), now).0.as_u16(), status);
        }
        // What is no partner's stays as it would be without them, to the second.
        for (subject, validators) in &plain.validators {
            if *subject != Subject::Home && *subject != Subject::Opml {
                prop_assert_eq!(office.validators.get(subject), Some(validators), "{} at {:?}", subject, now);
            }
        }
        for (subject, before) in &self.before {
            let after = office.validators[subject];
            prop_assert_eq!(before.version == after.version, before.modified == after.modified);
            prop_assert!(before.modified <= after.modified, "{}", subject);
        }
        self.before = office.validators.clone();
        Ok(())
    }
}

/// What a life is checked for after every deed.
fn live(deeds: Vec<Deed>) -> Result<(), TestCaseError> {
    let offices = [Office::opened_with("", &PARTNERS), Office::opened_with("", &PUBLIC)];
    let space = IdSpace::of(&offices[0].site.id);
    let ids = FILES.map(|file| Id::derived(&space, &path(file), 0).to_string());
    let before = offices[0].validators.clone();
    let mut twins = Twins { offices, lives: Default::default(), ids, before };
    for deed in deeds {
        match deed {
            Deed::Drop { file, comes, goes, held, title } => {
                // Another date would make another article of a file that was gone.
                let comes = *twins.lives[file].file.comes.get_or_insert(comes);
                let zone = twins.offices[0].site.zone.clone();
                let end =
                    goes.map_or_else(String::new, |goes| format!("expires: {}\n", zone.rfc3339(day(goes))));
                let text = format!(
                    "---\ntitle: Bài {file} {title}\ndate: {}\n{end}{}---\n\n{TEXT} {file}\n",
                    zone.rfc3339(day(comes)),
                    held.unwrap_or(""),
                );
                let held = held.filter(|held| !held.starts_with("correction"));
                twins.lives[file].file = Naive { goes, held, is_there: true, ..twins.lives[file].file };
                twins.both(|office| office.drop(FILES[file], &text))?;
            }
            Deed::Remove(file) => {
                twins.lives[file].file.is_there = false;
                twins.both(|office| office.remove(FILES[file]))?;
            }
            Deed::Wait(seconds) => {
                let until = twins.now().plus_seconds(seconds);
                while let Some(due) = twins.offices[0].next_due().filter(|due| *due <= until) {
                    // The second before, nothing has moved.
                    let eve = due.plus_seconds(-1).max(twins.now());
                    twins.both(|office| office.wait_until(eve))?;
                    twins.both(|office| office.wait_until(due))?;
                }
                twins.both(|office| office.wait_until(until))?;
            }
            Deed::Sleep(seconds) => {
                let until = twins.now().plus_seconds(seconds);
                twins.both(|office| office.wait_until(until))?;
            }
            Deed::Restart(seconds) => twins.both(|office| office.restart_after(seconds))?,
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
    #[test]
    fn no_partner_gets_an_article_before_its_time_or_keeps_it_after_its_withdrawal(
        deeds in prop::collection::vec(deed(), 1..30),
    ) {
        live(deeds)?;
    }
}

#[test]
fn a_start_in_the_second_of_a_drop_loses_nothing_for_partners() {
    let drop = |file| Deed::Drop { file, comes: 0, goes: None, held: None, title: 0 };
    live(vec![drop(0), Deed::Restart(0), drop(1), Deed::Wait(3598)]).expect("a life as agreed");
}
