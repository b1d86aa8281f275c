//! What round-ups lead to.

use super::*;
use crate::catalogue::Most;
use crate::words::RoundUp;

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
    let mut office = Office::opened("time_zone = \"Asia/Ho_Chi_Minh\"\n");
    office.drop("lua.md", &article("category: Mùa vụ\n", TEXT));
    office.wait_until(day(40));
    let name = FeedName::RoundUps(Slug::parse("mua-vu"));
    assert!(office.catalogue.has_feed(&name));
    let definition = settings::feed("mua-vu.toml", "round_ups = false\n", &office.site);
    office.definitions = Arc::new([definition.expect("a sound definition").0]);
    let (now, site, definitions) = (office.now, office.site.clone(), office.definitions.clone());
    let after = [office.catalogue.under(site, definitions).at(now).0, office.started_anew()];
    assert_eq!(after.map(|catalogue| catalogue.has_feed(&name)), [false, false]);
}
