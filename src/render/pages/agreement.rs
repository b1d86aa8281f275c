use super::phrases::newest;
use crate::words::{
    AnyAllNone, Content, Feed, FeedName, Images, Language, LastFetch, Phase, Query, Selection, Site, Slug,
    Timestamp, span_in_words,
};
use std::time::Duration;

/// What a partner's page says, in one language.
pub struct Sentences {
    pub agreement: &'static str,
    pub organisation: &'static str,
    pub contents: &'static str,
    pub when: &'static str,
    pub never_delayed: &'static str,
    pub holds: &'static str,
    pub sites: &'static str,
    pub rights: &'static str,
    pub source_line: &'static str,
    pub last_fetch: &'static str,
    pub addresses: &'static str,
    pub how_to_fetch: &'static str,
    pub rss_is_for: &'static str,
    pub atom_is_for: &'static str,
    pub json_is_for: &'static str,
    pub on_your_site: &'static str,
    pub hides_address: &'static str,
    pub shows_address: &'static str,
}

impl Sentences {
    pub fn of(language: Language) -> &'static Self {
        language.choose(&VIETNAMESE, &ENGLISH)
    }
}

static VIETNAMESE: Sentences = Sentences {
    agreement: "Thỏa thuận",
    organisation: "Đơn vị",
    contents: "Nội dung",
    when: "Thời điểm",
    never_delayed: "Bài được rút hoặc đính chính thì báo ngay, không chờ.",
    holds: "Hiệu lực",
    sites: "Trang được nhúng khung (iframe)",
    rights: "Bản quyền, giấy phép",
    source_line: "Dòng ghi nguồn cuối mỗi bài",
    last_fetch: "Lần lấy tin gần nhất",
    addresses: "Địa chỉ nguồn tin",
    how_to_fetch: "Ba định dạng mang cùng một nội dung, chỉ cần dùng một. Khi lấy tin, hãy gửi lại ETag của lần trước: nếu chưa có gì mới, máy chủ trả lời 304 và không gửi lại toàn bộ.",
    rss_is_for: "Cho WordPress, Joomla, Drupal và hầu hết phần mềm đọc tin.",
    atom_is_for: "Nêu rõ từng bài đã rút, để trang của bạn gỡ theo.",
    json_is_for: "Cho lập trình viên; cũng nêu rõ từng bài đã rút.",
    on_your_site: "Đưa lên trang của bạn",
    hides_address: "Người xem trang không thấy địa chỉ riêng.",
    shows_address: "Lưu ý: ai mở mã nguồn của trang cũng thấy địa chỉ riêng này. Chỉ dùng trên trang nội bộ, hoặc khi hai bên đã đồng ý.",
};

static ENGLISH: Sentences = Sentences {
    agreement: "Agreement",
    organisation: "Organisation",
    contents: "What you get",
    when: "When",
    never_delayed: "Withdrawals and corrections are told at once, without delay.",
    holds: "Valid",
    sites: "Sites that may use a frame (iframe)",
    rights: "Rights and licence",
    source_line: "Source line under each article",
    last_fetch: "Last fetch",
    addresses: "Addresses of the feed",
    how_to_fetch: "All three formats carry the same; one is enough. Send back the ETag of your last fetch: when nothing is new, the answer is 304 and nothing is sent twice.",
    rss_is_for: "For WordPress, Joomla, Drupal and most feed readers.",
    atom_is_for: "Names each article that was withdrawn, so that your site can take it down.",
    json_is_for: "For programmers; it names what was withdrawn, too.",
    on_your_site: "On your site",
    hides_address: "Visitors of your page do not see the secret address.",
    shows_address: "Note: everyone who looks at the source of your page sees this secret address. Use it on internal pages only, or when both sides agree.",
};

/// Whom the page is for.
pub fn intended(language: Language, organisation: &str) -> String {
    match language {
        Language::Vi => format!(
            "Trang này dành riêng cho {organisation}. Ai có địa chỉ của trang đều đọc được nguồn tin: đừng đăng hay chuyển tiếp địa chỉ này."
        ),
        Language::En => format!(
            "This page is for {organisation} alone. Whoever has its address can read the feed: do not publish or forward it."
        ),
    }
}

/// Where an agreement is in its life, when it does not hold.
pub fn state(language: Language, site: &Site, phase: Phase) -> Option<String> {
    let begins = |from| site.beginning_in(language, from);
    let ended = |until| site.end_in(language, until);
    match (language, phase) {
        (_, Phase::Running) => None,
        (Language::Vi, Phase::ToCome(from)) => Some(format!("Nguồn tin mở từ {}.", begins(from))),
        (Language::Vi, Phase::Over(until)) if site.zone.is_midnight(until) => {
            Some(format!("Thỏa thuận đã hết hiệu lực, ngày cuối là {}.", ended(until)))
        }
        (Language::Vi, Phase::Over(until)) => {
            Some(format!("Thỏa thuận đã hết hiệu lực từ {}.", ended(until)))
        }
        (Language::En, Phase::ToCome(from)) => Some(format!("The feed opens on {}.", begins(from))),
        (Language::En, Phase::Over(until)) => Some(format!("The agreement ended on {}.", ended(until))),
    }
}

/// From when until when an agreement holds.
pub fn term(
    language: Language,
    site: &Site,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Option<String> {
    let from = from.map(|from| site.beginning_in(language, from));
    let until = until.map(|until| match (language, site.zone.is_midnight(until)) {
        (Language::Vi, true) => format!("hết {}", site.end_in(language, until)),
        _ => site.end_in(language, until),
    });
    Some(match (language, from, until) {
        (_, None, None) => return None,
        (Language::Vi, Some(from), None) => format!("Từ {from}."),
        (Language::Vi, None, Some(until)) => format!("Đến {until}."),
        (Language::Vi, Some(from), Some(until)) => format!("Từ {from} đến {until}."),
        (Language::En, Some(from), None) => format!("From {from}."),
        (Language::En, None, Some(until)) => format!("Until {until}."),
        (Language::En, Some(from), Some(until)) => format!("From {from} until {until}."),
    })
}

/// When an article arrives.
pub fn delay(language: Language, delay: Duration) -> String {
    let span = span_in_words(delay);
    match (language, delay.is_zero()) {
        (Language::Vi, true) => "Bài mới đến ngay khi đăng.".to_owned(),
        (Language::En, true) => "New articles come the moment they are published.".to_owned(),
        (Language::Vi, false) => format!("Bài mới đến sau khi đăng {}.", span.vi),
        (Language::En, false) => format!("New articles come {} after they are published.", span.en),
    }
}

/// When they last fetched the feed, and whether what they have since is what it says.
pub fn fetched(language: Language, site: &Site, last: Option<LastFetch>) -> Vec<String> {
    let Some(LastFetch { at, format, is_current }) = last else {
        return vec![language.choose("Chưa lần nào.", "Not yet.").to_owned()];
    };
    let when = format!("{} ({})", site.time_in(language, at), format.label());
    let holds = match is_current {
        true => language.choose("Bạn đang giữ bản mới nhất.", "You hold the current version."),
        false => language.choose("Từ lúc đó nguồn tin đã thay đổi.", "The feed has changed since."),
    };
    vec![when, holds.to_owned()]
}

/// How much of how many articles there is.
pub fn amount(language: Language, feed: &Feed) -> String {
    let latest = newest(language, feed);
    match (language, feed.content) {
        (Language::Vi, Content::Full) => format!("{latest}, đầy đủ nội dung."),
        (Language::Vi, Content::Summary) => format!("Phần tóm tắt của {latest}."),
        (Language::Vi, Content::Titles) => format!("Tiêu đề và liên kết của {latest}."),
        (Language::En, Content::Full) => format!("The {latest}, in full."),
        (Language::En, Content::Summary) => format!("Summaries of the {latest}."),
        (Language::En, Content::Titles) => format!("Titles and links of the {latest}."),
    }
}

/// Which pictures come with them, when not all do.
pub fn pictures(language: Language, images: Images) -> Option<&'static str> {
    match images {
        Images::All => None,
        Images::Lead => Some(language.choose(
            "Chỉ kèm hình đại diện của bài; hình trong bài được lược bỏ.",
            "Of pictures only the one that stands for an article; those in the text are left out.",
        )),
        Images::None => Some(language.choose("Không kèm hình.", "Without pictures.")),
    }
}

/// The line under each article, with what goes into its places.
pub fn source_line(language: Language, site: &Site, line: &str) -> String {
    line.replace("{site}", &site.title)
        .replace("{title}", language.choose("(tiêu đề bài)", "(title)"))
        .replace("{author}", language.choose("(tác giả)", "(author)"))
}

/// Which articles, a sentence for each condition.
pub fn selection<'a>(
    language: Language,
    selection: &Selection,
    label: impl Fn(&FeedName) -> &'a str,
) -> Vec<String> {
    let Selection { categories, tags, authors, words } = selection;
    let of_kind = |kind: &str, condition: &AnyAllNone, feed: fn(Slug) -> FeedName| {
        let named = |slugs: &[Slug]| -> Vec<String> {
            let names = slugs.iter().map(|slug| match label(&feed(slug.clone())) {
                "" => slug.to_string(),
                label => label.to_owned(),
            });
            names.collect()
        };
        let AnyAllNone { any, all, none } = condition;
        sentence(language, kind, [named(any), named(all), named(none)])
    };
    let of_names = [
        of_kind(language.choose("Chuyên mục", "Categories"), categories, FeedName::category),
        of_kind(language.choose("Thẻ", "Tags"), tags, FeedName::Tag),
        of_kind(language.choose("Tác giả", "Authors"), authors, FeedName::Author),
    ];
    let (lacking, all): (Vec<&Query>, Vec<&Query>) = words.all.iter().partition(|query| query.is_lacking());
    let typed = |queries: &[&Query]| -> Vec<String> { queries.iter().map(ToString::to_string).collect() };
    let any: Vec<&Query> = words.any.iter().collect();
    let kind = language.choose("Từ trong tiêu đề hoặc bài", "Words in title or text");
    let of_words = sentence(language, kind, [typed(&any), typed(&all), typed(&lacking)]);
    let sentences: Vec<String> = of_names.into_iter().flatten().chain(of_words).collect();
    match sentences.is_empty() {
        true => vec![language.choose("Tất cả các bài.", "All articles.").to_owned()],
        false => sentences,
    }
}

/// One condition in words: any of these, all of those, none of the last.
fn sentence(language: Language, kind: &str, [any, all, none]: [Vec<String>; 3]) -> Option<String> {
    let [or, and] = [language.choose(" hoặc ", " or "), language.choose(" và ", " and ")];
    let said = |names: Vec<String>, before: &str, between: &str| {
        (!names.is_empty()).then(|| format!("{before}{}", names.join(between)))
    };
    let parts = [
        said(any, "", or),
        said(all, language.choose("có đủ ", "with all of "), and),
        said(none, language.choose("trừ ", "without "), ", "),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("{kind}: {}.", parts.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slugs(names: &[&str]) -> Vec<Slug> {
        names.iter().map(|name| Slug::of(name).expect("a slug")).collect()
    }

    #[test]
    fn a_selection_is_told_condition_by_condition() {
        let label = |name: &FeedName| match name.slug() {
            "mua-vu" => "Mùa vụ",
            "lua" => "lúa",
            _ => "",
        };
        let check = |selected: &Selection, vi: &[&str], en: &[&str]| {
            assert_eq!(selection(Language::Vi, selected, label), vi);
            assert_eq!(selection(Language::En, selected, label), en);
        };
        check(&Selection::default(), &["Tất cả các bài."], &["All articles."]);
        let selected = Selection {
            categories: AnyAllNone { any: slugs(&["mùa vụ", "thời tiết"]), ..Default::default() },
            tags: AnyAllNone { any: slugs(&["lúa"]), all: slugs(&["a", "b"]), none: slugs(&["c", "d"]) },
            ..Default::default()
        };
        check(
            &selected,
            &["Chuyên mục: Mùa vụ hoặc thoi-tiet.", "Thẻ: lúa; có đủ a và b; trừ c, d."],
            &["Categories: Mùa vụ or thoi-tiet.", "Tags: lúa; with all of a and b; without c, d."],
        );
    }

    #[test]
    fn a_delay_is_told_with_its_length() {
        let told = |seconds| {
            [Language::Vi, Language::En].map(|language| delay(language, Duration::from_secs(seconds)))
        };
        assert_eq!(
            told(0),
            ["Bài mới đến ngay khi đăng.", "New articles come the moment they are published."]
        );
        assert_eq!(
            told(5400),
            [
                "Bài mới đến sau khi đăng 1 giờ 30 phút.",
                "New articles come 1 hour 30 minutes after they are published."
            ]
        );
    }
}
