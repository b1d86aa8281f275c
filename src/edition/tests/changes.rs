//! Does what is said to be new make of an earlier version the present one? Every version that a feed had is held against
//! every edition after it.

use super::*;
use crate::edition::{Mention, Since, VersionName};
use crate::words::Format;

/// What happens before the next edition.
#[derive(Clone, Debug)]
struct Turn {
    changes: Vec<Change>,
    /// Another title of the site from now on, when it is not the one that it has.
    title: &'static str,
    hours: i64,
    /// Whether readers come and look.
    is_read: bool,
}

fn turn() -> impl Strategy<Value = Turn> {
    let title = prop_oneof![9 => Just("Bản tin"), 1 => Just("Tin")];
    (prop::collection::vec(change(), 0..4), title, 0..30_i64, any::<bool>()).prop_map(
        |(changes, title, hours, is_read)| {
            let changes = changes.into_iter().flat_map(with_its_end).collect();
            Turn { changes, title, hours, is_read }
        },
    )
}

/// What is said to be gone is not there any more.
fn with_its_end(change: Change) -> Vec<Change> {
    match change {
        Change::Gone(gone) => {
            let number = u8::try_from(gone.key.0).expect("there are few");
            vec![Change::Withdrawn(slug(number), gone.key), Change::Gone(gone)]
        }
        other => vec![other],
    }
}

/// What a version of a feed says of articles: of those that it carries, and of those that are gone.
#[derive(Clone, Debug, Default, PartialEq)]
struct Said {
    carried: BTreeMap<Key, Fingerprint>,
    gone: BTreeMap<Key, Fingerprint>,
}

impl Said {
    fn by(edition: &Edition, feed: &Feed) -> Self {
        let (gone, carried): (Vec<Mention>, Vec<Mention>) =
            edition.mentions(&feed.name).into_iter().partition(|mention| mention.withdrawn.is_some());
        let said = |mention: Mention| (mention.key, mention.fingerprint);
        Self { carried: carried.into_iter().map(said).collect(), gone: gone.into_iter().map(said).collect() }
    }

    fn since(since: &Since) -> Self {
        Self {
            carried: since.carried.iter().map(|placed| (placed.key, placed.fingerprint)).collect(),
            gone: since.gone.iter().map(|gone| (gone.key, gone.fingerprint())).collect(),
        }
    }

    /// What somebody has who had this and is told that.
    fn and(mut self, told: &Self) -> Self {
        self.carried.extend(&told.carried);
        self.gone.extend(&told.gone);
        self
    }

    /// Without what the other one does not speak of.
    fn within(mut self, other: &Self) -> Self {
        self.carried.retain(|key, _| other.carried.contains_key(key));
        self.gone.retain(|key, _| other.gone.contains_key(key));
        self
    }
}

/// One version that a feed had.
struct Had {
    name: VersionName,
    said: Said,
    /// What else decides its documents.
    rest: [Fingerprint; 2],
}

/// Somebody who keeps what they read, until they read that it is gone.
#[derive(Clone, Debug, Default, PartialEq)]
struct Reader {
    keeps: BTreeMap<FeedName, BTreeMap<Key, Fingerprint>>,
    has: BTreeMap<FeedName, VersionName>,
}

impl Reader {
    fn reads(&mut self, name: &FeedName, said: &Said, version: VersionName) {
        let keeps = self.keeps.entry(name.clone()).or_default();
        keeps.extend(&said.carried);
        keeps.retain(|key, _| said.carried.contains_key(key) || !said.gone.contains_key(key));
        self.has.insert(name.clone(), version);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]
    #[test]
    fn an_earlier_version_and_what_is_new_since_make_the_present_one(
        turns in prop::collection::vec(turn(), 1..14), narrow in any::<bool>(),
    ) {
        let base = url::Url::parse("https://tin.example.vn/").expect("an address");
        let site = |title: &str| {
            let text = format!("title = '{title}'");
            Arc::new(settings::site(&text, &Overrides::default(), &base).expect("sound settings").0)
        };
        let defined: Arc<[FeedDefinition]> = definitions(&site("Bản tin"), narrow).into();
        let empty = Catalogue::new(site("Bản tin"), defined.clone());
        let mut edition = Edition::remembered(empty.clone(), HashMap::new(), hours(0)).next_whole(empty, hours(0)).0;
        let mut had: BTreeMap<FeedName, Vec<Had>> = BTreeMap::new();
        let (mut of_wholes, mut of_news, mut now) = (Reader::default(), Reader::default(), 0);
        for Turn { changes, title, hours: later, is_read } in turns {
            now += later;
            let is_same_site = edition.site().title == title;
            let changes = changes.into_iter().map(|change| entering(change, hours(now)));
            let (catalogue, touched) = edition.catalogue.with(changes);
            edition = match is_same_site {
                true => edition.next(catalogue, &touched, hours(now)).0,
                false => edition.next_whole(catalogue.under(site(title), defined.clone()), hours(now)).0,
            };
            let names: Vec<FeedName> = edition.catalogue.feed_names().map(|(name, _)| name.clone()).collect();
            for name in names {
                let feed = edition.catalogue.feed(&name).expect("it is in the list");
                let present = Said::by(&edition, &feed);
                let version = edition.validators(&Subject::Feed(name.clone())).expect("it has some").name();
                let rest = [edition.site_version(), feed.fingerprint()];
                let versions = had.entry(name.clone()).or_default();
                if versions.last().is_none_or(|last| last.name != version) {
                    versions.push(Had { name: version, said: present.clone(), rest });
                }
                for (place, earlier) in versions.iter().enumerate() {
                    // Of versions of one name the last one counts. They say the same.
                    let last = versions.iter().rposition(|each| each.name == earlier.name).unwrap_or(place);
                    let is_known = versions[last..].iter().all(|each| each.rest == rest);
                    let since = edition.since(&name, earlier.name);
                    prop_assert_eq!(since.is_some(), is_known, "{} since {}", name, earlier.name);
                    let Some(since) = since else { continue };
                    let told = Said::since(&since);
                    prop_assert_eq!(&earlier.said.clone().and(&told).within(&present), &present);
                    prop_assert_eq!(&told.clone().within(&present), &told, "nothing is told that is not so");
                    if last + 2 == versions.len() {
                        let is_new = |said: &BTreeMap<Key, Fingerprint>, key: &Key, fingerprint| said.get(key) != Some(fingerprint);
                        prop_assert!(told.carried.iter().all(|(key, fingerprint)| is_new(&earlier.said.carried, key, fingerprint)));
                        prop_assert!(told.gone.iter().all(|(key, fingerprint)| is_new(&earlier.said.gone, key, fingerprint)));
                    }
                    let order = |placed: &&Arc<Placed>| since.carried.iter().any(|each| each.key == placed.key);
                    prop_assert!(edition.carried(&feed).filter(order).eq(&since.carried), "in the order of the document");
                    let print = edition.changes_print(&name.clone().into(), Format::Atom, earlier.name);
                    prop_assert_eq!(print.is_none(), earlier.name == version || told == present);
                }
                if is_read {
                    of_wholes.reads(&name, &present, version);
                    let told = of_news.has.get(&name).and_then(|has| edition.since(&name, *has));
                    of_news.reads(&name, &told.as_ref().map_or(present, Said::since), version);
                }
            }
            prop_assert_eq!(&of_wholes, &of_news);
        }
    }
}
