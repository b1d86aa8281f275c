use super::*;
use crate::catalogue::Placed;
use crate::edition::compress;
use std::sync::atomic::{AtomicUsize, Ordering};

fn site() -> Arc<crate::words::Site> {
    let listening = url::Url::parse("http://127.0.0.1/").expect("an address");
    crate::settings::site("", &Default::default(), &listening).expect("sound settings").0.into()
}

fn press(state: &std::path::Path) -> Arc<Press> {
    let (journal, ..) = crate::journal::Journal::open(state).expect("a journal");
    let reader = journal.door().reader().expect("a reader");
    let names = crate::intake::Names::new(&[]).expect("no patterns");
    let folder = crate::folder::Folder::new(state.to_owned());
    let desk = Desk::new(folder, PathBuf::new(), Arc::new(names), site(), None);
    Arc::new(Press::new(reader, Arc::new(desk), Arc::default()).expect("threads can be started"))
}

#[test]
fn what_many_ask_for_is_printed_and_packed_once() {
    let state = tempfile::tempdir().expect("a folder");
    let press = press(state.path());
    let catalogue = crate::catalogue::Catalogue::new(site(), Arc::new([]));
    let now = crate::words::Timestamp::from_seconds(1_800_000_000).expect("a sound time");
    let (edition, _) = Edition::remembered(catalogue.clone(), HashMap::new(), now).next_whole(catalogue, now);
    let edition = Arc::new(edition);
    let validators = edition.validators(&crate::edition::Subject::Home).expect("there is a first page");
    let ask = |encoding| {
        let (press, edition) = (press.clone(), edition.clone());
        async move {
            let sheet = edition.sheet(Print::Home, validators);
            press.document(&edition, &sheet, encoding).await
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let all: Vec<_> = Encoding::ALL.into_iter().cycle().take(40).map(ask).map(tokio::spawn).collect();
        for (number, one) in all.into_iter().enumerate() {
            let bytes = one.await.expect("it ends").expect("it can be printed");
            let sheet = edition.sheet(Print::Home, validators);
            let kept = sheet.bytes(Encoding::ALL[number % 4]).expect("it is kept");
            assert_eq!(bytes.as_ptr(), kept.as_ptr(), "it is the same in the same place");
        }
    });
    assert_eq!(press.metrics.prints.get(), 1);
}

/// A catalogue whose only feed has another title.
fn titled(title: &str) -> crate::catalogue::Catalogue {
    let listening = url::Url::parse("http://127.0.0.1/").expect("an address");
    let text = format!("title = \"{title}\"");
    let (site, _) = crate::settings::site(&text, &Default::default(), &listening).expect("sound settings");
    crate::catalogue::Catalogue::new(Arc::new(site), Arc::new([]))
}

#[test]
fn what_was_asked_for_is_printed_before_its_edition_is_shown() {
    let state = tempfile::tempdir().expect("a folder");
    let press = press(state.path());
    let now = crate::words::Timestamp::from_seconds(1_800_000_000).expect("a sound time");
    let home = |edition: &Edition| {
        let validators = edition.validators(&crate::edition::Subject::Home).expect("there is a first page");
        edition.sheet(Print::Home, validators)
    };
    let first = Edition::remembered(titled("Một"), HashMap::new(), now).next_whole(titled("Một"), now).0;
    assert!(first.ahead().is_empty(), "nobody has asked for anything");
    press.show(first.clone());
    let asked = home(&first);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let shown = press.edition().expect("it is shown");
    let before =
        runtime.block_on(press.document(&shown, &asked, Encoding::Identity)).expect("it can be printed");

    let (second, _) = first.next_whole(titled("Hai"), now);
    press.print_ahead(&Arc::new(second.clone()), &Fresh::default(), false).wait(0, PATIENCE);
    assert_eq!(press.metrics.prints.get(), 2);
    assert_eq!(home(&first).bytes(Encoding::Identity), Some(&before), "what is shown stays as it is");
    press.show(second.clone());
    let sheet = home(&second);
    let ahead = sheet.bytes(Encoding::Identity).expect("it is there before anybody asks");
    assert!(*ahead != before && second.keeps(&sheet));

    let (third, _) = second.next_whole(titled("Ba"), now);
    assert_eq!(third.ahead().len(), 1, "the first page, which was asked for again");
    let (fourth, _) = third.next_whole(titled("Bốn"), now);
    assert!(fourth.ahead().is_empty(), "nobody has asked for the third edition's");
}

#[test]
fn words_that_were_revised_are_not_kept_beside_those_that_took_their_place() {
    let state = tempfile::tempdir().expect("a folder");
    let press = press(state.path());
    let path = crate::words::ContentPath::new(std::path::Path::new("mot.txt")).expect("a path");
    let source =
        crate::intake::Source { path: &path, bytes: "Một\n\nĐoạn một.\n".as_bytes(), beside: &[] };
    let article = crate::intake::read(&source, &site()).expect("it reads well").article;
    let now = crate::words::Timestamp::from_seconds(1_800_000_000).expect("a sound time");
    let placed = |version| Placed {
        key: Key(1),
        size: 1,
        id: crate::words::Id::derived(&crate::words::IdSpace::of("a"), &path, 0),
        slug: article.slug.clone(),
        published: now,
        out: now,
        entered: now,
        updated: now,
        modified: now,
        corrected: None,
        fingerprint: Fingerprint::from_bytes([version; 16]),
        labels: crate::catalogue::Labels::new(Vec::new(), Vec::new(), Vec::new()),
    };
    for version in 0..10 {
        let placed = placed(version);
        assert!(press.kept(&placed).is_none(), "what is kept says something else");
        let published = press.keep(&placed, Arc::new(placed.with_words(article.clone())));
        assert_eq!(press.kept(&placed), Some(published));
    }
    assert_eq!(press.words.len(), 1);
}

#[test]
fn what_takes_long_is_packed_once_behind_the_answers() {
    let state = tempfile::tempdir().expect("a folder");
    let press = press(state.path());
    let now = crate::words::Timestamp::from_seconds(1_800_000_000).expect("a sound time");
    let edition = Edition::remembered(titled("Một"), HashMap::new(), now).next_whole(titled("Một"), now).0;
    press.show(edition.clone());
    let validators = edition.validators(&crate::edition::Subject::Home).expect("there is a first page");
    let sheet = edition.sheet(Print::Home, validators);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let edition = Arc::new(edition);
    runtime.block_on(press.document(&edition, &sheet, Encoding::Gzip)).expect("it can be printed");
    assert!(sheet.bytes(Encoding::Brotli).is_none());
    (0..10).for_each(|_| press.pack_behind(&sheet, Encoding::Brotli));
    let until = std::time::Instant::now() + PATIENCE;
    while sheet.bytes(Encoding::Brotli).is_none() && std::time::Instant::now() < until {
        std::thread::sleep(Duration::from_millis(1));
    }
    let plain = sheet.bytes(Encoding::Identity).expect("it is kept");
    assert_eq!(
        sheet.bytes(Encoding::Brotli).map(|packed| &packed[..]),
        Some(&compress(plain, Encoding::Brotli)[..])
    );
    assert_eq!(press.metrics.prints.get(), 1);
}

#[test]
fn two_are_printed_at_once_and_the_others_wait() {
    let state = tempfile::tempdir().expect("a folder");
    let press = press(state.path());
    let counts = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let work = |_| {
        let (press, counts) = (press.clone(), counts.clone());
        async move {
            let work = move || {
                let (now, most) = &*counts;
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(20));
                now.fetch_sub(1, Ordering::SeqCst);
                Ok(Bytes::new())
            };
            press.work(work).await
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let all: Vec<_> = (0..10).map(work).map(tokio::spawn).collect();
        for one in all {
            assert!(one.await.expect("it ends").is_ok());
        }
    });
    assert_eq!(counts.1.load(Ordering::SeqCst), AT_WORK);
}
