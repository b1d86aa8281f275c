//! What round-ups lead to.

use super::*;
use crate::catalogue::Most;
use crate::words::{ArchiveName, Month, RoundUp, Token};

#[test]
fn what_is_not_named_is_where_a_round_up_leads() {
    let mut office = Office::opened("time_zone = \"Asia/Ho_Chi_Minh\"\n");
    let most = Most::ENTRY.articles;
    for (days, count) in [(70, most + 4), (160, 1)] {
        office.wait_until(day(days));
        for number in 0..count {
            let category = if number % 2 == 0 { "Mùa vụ" } else { "Y tế" };
            let text =
                format!("---\ntitle: Bài {days} {number}\ncategory: {category}\n---\n\n{TEXT} {number}\n");
            office.drop(&format!("{days}-{number}.md"), &text);
        }
    }
    office.wait_until(day(370));
    let round_up = RoundUp::parse("2026").expect("a round-up");
    let placed = office.catalogue.round_up(&round_up).expect("the year is over").clone();
    let html = office.composed(&office.edition, &placed).article.html;
    assert_eq!(html.matches("bài nữa.").count(), 2, "{html}");
    let archives: Vec<&str> = html.split('"').filter(|part| part.contains("/archives/")).collect();
    let expected = ["03", "06"].map(|month| format!("https://tin.example.vn/archives/all/2026-{month}.atom"));
    assert_eq!(archives, expected);
    assert!(archives.iter().all(|url| office.ask(&office.edition, url).status == 200));
}

#[test]
fn a_category_that_has_no_round_ups_any_more_has_no_feed_of_them() {
    for (site, feeds, of) in [
        ("", vec![("mua-vu.toml", "round_ups = false")], vec![]),
        ("", vec![("mua-vu.toml", "[partner]\norganisation = 'Đài'")], vec![]),
        ("round_ups = false", vec![], vec![FeedName::RoundUps(None)]),
    ] {
        let mut office = Office::opened("");
        office.drop("lua.md", &article("category: Mùa vụ\n", TEXT));
        office.wait_until(day(40));
        let mut names = vec![FeedName::RoundUps(Slug::parse("mua-vu"))];
        names.extend(of);
        assert!(names.iter().all(|name| office.catalogue.has_feed(name)));
        let base = url::Url::parse("https://tin.example.vn/").expect("an address");
        office.site = Arc::new(settings::site(site, &Overrides::default(), &base).expect("sound settings").0);
        let definition =
            |(name, text): &(&str, &str)| settings::feed(name, text, &office.site).expect("sound").0;
        office.definitions = feeds.iter().map(definition).collect();
        let (now, site, definitions) = (office.now, office.site.clone(), office.definitions.clone());
        for catalogue in [office.catalogue.under(site, definitions).at(now).0, office.started_anew()] {
            let left: Vec<&FeedName> = names.iter().filter(|name| catalogue.has_feed(name)).collect();
            assert!(left.is_empty(), "{left:?} under {feeds:?}");
        }
    }
}

#[test]
fn other_settings_give_round_ups_and_their_archives_another_tag_and_a_later_date() {
    let mut office = Office::opened("");
    office.drop("lua.md", &article("category: Mùa vụ\n", TEXT));
    office.drop("may.md", &article("category: May mặc\n", &format!("{TEXT} May")));
    office.wait_until(day(80));
    let round_up = RoundUp::parse("mua-vu/2026-01").expect("a round-up");
    let archive = ArchiveName::of(Month::parse("2026-02").expect("a month"));
    let validators = |office: &Office| {
        let edition = &office.edition;
        let part = edition.archive_part(&round_up.feed(), &archive).expect("an archive");
        let archive = edition.archive_validators(&round_up.feed(), &part).expect("an archive");
        [edition.round_up_validators(&round_up).expect("it is there"), archive]
    };
    let token = format!("[partner]\norganisation = 'Đài'\ntoken = '{}'", Token::of([7; 16]).hash());
    let mut before = validators(&office);
    for feeds in [
        vec![("mua-vu.toml", "title = 'Mùa vụ An Giang'")],
        vec![("mua-vu.toml", "title = 'Mùa vụ tỉnh'")],
        vec![("mua-vu.toml", "days = 30")],
        vec![("may-mac.toml", &*token)],
        vec![],
    ] {
        office.wait_until(office.now.plus_seconds(60));
        office.redefined(&feeds);
        let after = validators(&office);
        for (before, after) in before.iter().zip(&after) {
            assert!(before.version != after.version && before.modified < after.modified, "{feeds:?}");
        }
        office.redefined(&feeds);
        assert_eq!(validators(&office), after, "nothing has changed: {feeds:?}");
        before = after;
    }
}

#[test]
fn whatever_becomes_of_a_round_up_in_one_second_has_a_date_of_its_own() {
    let mut office = Office::opened("");
    office.drop("lua.md", &article("category: Mùa vụ\n", TEXT));
    office.drop("truong.md", &article("category: Mùa vụ\n", &format!("{TEXT} Trường")));
    office.wait_until(day(40));
    office.remove("lua.md");
    let round_up = RoundUp::parse("mua-vu/2026-01").expect("a round-up");
    let deeds: [&dyn Fn(&mut Office); 6] = [
        &|office| office.redefined(&[("mua-vu.toml", "title = 'Mùa vụ An Giang'")]),
        &|office| office.say_before("Mùa vụ/2026-01.md", "Tháng này mưa."),
        &|office| office.purge("lua.md"),
        &|office| office.say_before("Mùa vụ/2026-01.md", "Tháng này nắng."),
        &|office| office.redefined(&[]),
        &|office| office.say_before("Mùa vụ/2026-01.md", "Tháng này mưa."),
    ];
    for (number, deed) in deeds.into_iter().enumerate() {
        let before = office.edition.round_up_validators(&round_up).expect("it is there");
        deed(&mut office);
        let after = office.edition.round_up_validators(&round_up).expect("it is there");
        let is_another = before.version != after.version && before.modified < after.modified;
        assert!(is_another && after.modified > office.now, "{number}: {before:?}, {after:?}");
    }
}

#[test]
fn what_nothing_tells_of_any_more_leaves_the_journal_with_the_month() {
    let mut office = Office::opened("");
    office.drop("lua.md", &article("", TEXT));
    office.wait_until(day(35));
    let round_up = RoundUp::parse("2026-01").expect("a round-up");
    let kept = |office: &mut Office| {
        let mut kept = [0; 2];
        office.decide(|deciding| {
            let rows = deciding.session.past_rows().expect("the journal works");
            let prefaced = deciding.session.prefaced_since(&round_up).expect("the journal works");
            kept = [rows.len(), prefaced.len()];
        });
        kept
    };
    for month in 0..3 {
        for number in 0..20 {
            office.wait_until(office.now.plus_seconds(60));
            office.drop("lua.md", &article("", &format!("{TEXT} {month} {number}")));
            office.say_before("2026-01.md", &format!("Lời {month} {number}."));
        }
        // What was there before, and each month's last until now; and all of this month.
        assert_eq!(kept(&mut office), [month + 20, month + 20], "{month}");
        office.wait_until(office.now.plus_seconds(31 * DAY));
    }
    // The journal loses what was said before with the next that is said.
    let before = kept(&mut office);
    office.say_before("2026-01.md", "Lời cuối.");
    assert_eq!((before, kept(&mut office)), ([3, 22], [3, 4]));
}
