use crate::words::Language;

/// What a report says, in one language.
pub(super) struct Phrases {
    pub feed: &'static str,
    pub as_of: &'static str,
    pub agreement: &'static str,
    pub organisation: &'static str,
    pub contact: &'static str,
    pub delay: &'static str,
    pub no_delay: &'static str,
    pub term: &'static str,
    pub last_fetch: &'static str,
    pub never: &'static str,
    pub holds_current: &'static str,
    pub holds_earlier: &'static str,

    pub totals: &'static str,
    pub correction_sent: &'static str,
    pub not_told: &'static str,
    pub fetches: &'static str,
    pub unchanged: &'static str,

    pub delivered: &'static str,
    pub delivered_columns: [&'static str; 5],
    pub corrected: &'static str,
    pub corrected_columns: [&'static str; 3],
    pub withdrawn: &'static str,
    pub withdrawn_columns: [&'static str; 4],
    pub silent: &'static str,
    pub none: &'static str,
    pub no_days: &'static str,
    pub never_asked: &'static str,
    pub what_confirmed_means: &'static str,

    pub has_it: &'static str,
    pub was_sent: &'static str,
    pub not_fetched: &'static str,
    pub not_in_feed: &'static str,
    pub withdrawn_before: &'static str,
    pub knows_it: &'static str,
    pub was_told: &'static str,
    pub still_held: &'static str,
    pub returned: &'static str,
}

impl Phrases {
    pub(super) fn of(language: Language) -> &'static Self {
        language.choose(&VIETNAMESE, &ENGLISH)
    }
}

static VIETNAMESE: Phrases = Phrases {
    feed: "nguồn tin",
    as_of: "số liệu lúc",
    agreement: "Thỏa thuận",
    organisation: "Đơn vị",
    contact: "Liên hệ",
    delay: "Thời gian chờ",
    no_delay: "không, nhận ngay khi đăng",
    term: "Thời hạn",
    last_fetch: "Lần lấy tin gần nhất",
    never: "chưa lần nào",
    holds_current: "đang giữ bản mới nhất",
    holds_earlier: "đang giữ một bản cũ hơn",

    totals: "Tổng hợp",
    correction_sent: "đã gửi bản đính chính",
    not_told: "chưa được báo",
    fetches: "Số lần lấy tin",
    unchanged: "không có gì mới",

    delivered: "Bài đã gửi",
    delivered_columns: ["Bài", "Đăng lúc", "Gửi lần đầu", "Xác nhận đã nhận", "Bản số (gửi gần nhất)"],
    corrected: "Bài đính chính sau khi gửi",
    corrected_columns: ["Bài", "Đính chính lúc", "Bên nhận đã có bản đính chính chưa?"],
    withdrawn: "Bài rút sau khi gửi",
    withdrawn_columns: ["Bài", "Rút lúc", "Lý do", "Bên nhận còn giữ bài không?"],
    silent: "Ngày không lấy tin",
    none: "Không có.",
    no_days: "Không có ngày nào để tính.",
    never_asked: "Bên nhận chưa lấy tin lần nào nên không có ngày nào để tính.",
    what_confirmed_means: "“Xác nhận” là lúc máy của bên nhận lần đầu cho biết đang giữ một bản có nội dung đó.",

    has_it: "có, xác nhận lúc",
    was_sent: "đã gửi lúc",
    not_fetched: "chưa: từ lúc đó họ chưa lấy tin",
    not_in_feed: "chưa: bài không còn trong nguồn tin của họ, cần báo riêng",
    withdrawn_before: "bài bị rút trước khi họ lấy bản đính chính",
    knows_it: "không, xác nhận đã biết lúc",
    was_told: "đã báo lúc",
    still_held: "còn: từ lúc đó họ chưa lấy tin",
    returned: "bài đã được đăng lại",
};

static ENGLISH: Phrases = Phrases {
    feed: "feed",
    as_of: "as of",
    agreement: "Agreement",
    organisation: "Organisation",
    contact: "Contact",
    delay: "Delay",
    no_delay: "none",
    term: "Term",
    last_fetch: "Last fetch",
    never: "never",
    holds_current: "they hold the current version",
    holds_earlier: "they hold an earlier version",

    totals: "Totals",
    correction_sent: "correction sent",
    not_told: "not told",
    fetches: "Fetches",
    unchanged: "nothing new",

    delivered: "Articles delivered",
    delivered_columns: ["Article", "Published", "First sent", "Confirmed", "Last revision sent"],
    corrected: "Corrected after delivery",
    corrected_columns: ["Article", "Corrected", "Do they have the correction?"],
    withdrawn: "Withdrawn after delivery",
    withdrawn_columns: ["Article", "Withdrawn", "Reason", "Do they still hold it?"],
    silent: "Days without a fetch",
    none: "None.",
    no_days: "No day counts.",
    never_asked: "They have not fetched yet, so no day counts.",
    what_confirmed_means: "“Confirmed” is when their machine first named a version that says so as the one it has.",

    has_it: "yes, confirmed",
    was_sent: "sent",
    not_fetched: "no: they have not fetched since",
    not_in_feed: "no: the article is no longer in their feed, so tell them yourself",
    withdrawn_before: "the article was withdrawn before they fetched the correction",
    knows_it: "no, confirmed",
    was_told: "told",
    still_held: "yes: they have not fetched since",
    returned: "the article is out again",
};

/// The heading of all.
pub(super) fn title(language: Language, organisation: &str, period: &str) -> String {
    match language {
        Language::Vi => format!("Tin đã gửi cho {organisation}, {period}"),
        Language::En => format!("What {organisation} was sent in {period}"),
    }
}

/// How long after publication articles reach them.
pub(super) fn delay(language: Language, span: &str) -> String {
    match language {
        Language::Vi => format!("{span} sau khi đăng"),
        Language::En => format!("{span} after publication"),
    }
}

/// From which to which day the agreement holds.
pub(super) fn term(language: Language, from: Option<&str>, until: Option<&str>) -> String {
    match (language, from, until) {
        (Language::Vi, None, None) => "không giới hạn".to_owned(),
        (Language::Vi, Some(from), None) => format!("từ {from}, không giới hạn"),
        (Language::Vi, None, Some(until)) => format!("đến hết {until}"),
        (Language::Vi, Some(from), Some(until)) => format!("từ {from} đến hết {until}"),
        (Language::En, None, None) => "without end".to_owned(),
        (Language::En, Some(from), None) => format!("from {from}, without end"),
        (Language::En, None, Some(until)) => format!("until the end of {until}"),
        (Language::En, Some(from), Some(until)) => format!("from {from} until the end of {until}"),
    }
}

/// How many of the days that count.
pub(super) fn of_days(language: Language, silent: usize, days: usize) -> String {
    match (language, days) {
        (Language::Vi, 0) => "không có ngày nào để tính".to_owned(),
        (Language::En, 0) => "no day counts".to_owned(),
        (Language::Vi, _) => format!("{silent} trên {days} ngày"),
        (Language::En, _) => format!("{silent} of {days}"),
    }
}

/// That something was sent, and nobody said that it came.
pub(super) fn unconfirmed(language: Language, sent: &str, at: &str) -> String {
    match language {
        Language::Vi => format!("{sent} {at}, chưa xác nhận"),
        Language::En => format!("{sent} {at}, not confirmed"),
    }
}

/// That a withdrawn article is not in what they have, which is no news to them.
pub(super) fn left_out(language: Language, since: Option<&str>) -> String {
    match (language, since) {
        (Language::Vi, Some(since)) => {
            format!("không rõ: nguồn tin của họ không còn bài này từ {since}, nhưng không nói là đã rút; cần báo riêng")
        }
        (Language::Vi, None) => {
            "không rõ: nguồn tin của họ không còn bài này, nhưng không nói là đã rút; cần báo riêng".to_owned()
        }
        (Language::En, Some(since)) => format!(
            "unknown: what they fetched leaves it out since {since}, but does not say that it was withdrawn; tell them yourself"
        ),
        (Language::En, None) => {
            "unknown: what they fetched leaves it out, but does not say that it was withdrawn; tell them yourself".to_owned()
        }
    }
}
