use crate::words::Language;

/// What a report on a period says, in one language.
pub(super) struct Phrases {
    pub as_of: &'static str,
    pub totals: &'static str,
    pub this_period: &'static str,
    pub change: &'static str,
    pub numbers: [&'static str; 4],

    pub by_week: &'static str,
    pub by_category: &'static str,
    pub by_author: &'static str,
    pub by_source: &'static str,
    pub week: &'static str,
    pub category: &'static str,
    pub author: &'static str,
    pub source: &'static str,
    pub articles: &'static str,
    pub in_figures: &'static str,
    pub running: &'static str,
    pub no_author: &'static str,
    pub not_read: &'static str,
    pub several_categories: &'static str,
    pub several_authors: &'static str,

    pub published: &'static str,
    pub published_columns: [&'static str; 4],
    pub late: &'static str,
    pub late_columns: [&'static str; 5],
    pub what_late_means: &'static str,
    pub corrected: &'static str,
    pub corrected_columns: [&'static str; 3],
    pub withdrawn: &'static str,
    pub withdrawn_columns: [&'static str; 4],
    pub partners: &'static str,
    pub partner_columns: [&'static str; 5],
    pub what_is_recorded: &'static str,
    pub correction_sent: &'static str,
    pub not_told: &'static str,
    pub public_feed: &'static str,
    pub forgotten: &'static str,
    pub no_days: &'static str,
    pub none: &'static str,
}

impl Phrases {
    pub(super) fn of(language: Language) -> &'static Self {
        language.choose(&VIETNAMESE, &ENGLISH)
    }
}

static VIETNAMESE: Phrases = Phrases {
    as_of: "Số liệu lúc",
    totals: "Số liệu chung",
    this_period: "Kỳ này",
    change: "Tăng, giảm",
    numbers: ["Bài đã đăng", "Bài đăng muộn, đề ngày kỳ trước", "Bài được đính chính", "Bài đã rút lại"],

    by_week: "Bài đã đăng theo tuần",
    by_category: "Bài đã đăng theo chuyên mục",
    by_author: "Bài đã đăng theo tác giả",
    by_source: "Bài đã đăng theo nguồn",
    week: "Tuần",
    category: "Chuyên mục",
    author: "Tác giả",
    source: "Nguồn",
    articles: "Số bài",
    in_figures: "Xem số liệu",
    running: "chưa hết tuần",
    no_author: "Không ghi tác giả",
    not_read: "Chưa đọc được bài",
    several_categories: "Bài thuộc nhiều chuyên mục được tính ở từng chuyên mục.",
    several_authors: "Bài của nhiều tác giả được tính cho từng người.",

    published: "Danh mục bài đã đăng",
    published_columns: ["Ngày đăng", "Bài", "Chuyên mục", "Tác giả (nguồn)"],
    late: "Bài đăng muộn, đề ngày kỳ trước",
    late_columns: ["Đề ngày", "Đăng ngày", "Bài", "Chuyên mục", "Tác giả (nguồn)"],
    what_late_means: "Những bài này đề ngày thuộc một kỳ trước nhưng lên trang sau khi kỳ đó đã khép, nên được ghi nhận ở đây.",
    corrected: "Bài được đính chính",
    corrected_columns: ["Đính chính lúc", "Bài", "Nội dung đính chính"],
    withdrawn: "Bài đã rút lại",
    withdrawn_columns: ["Rút lại lúc", "Bài", "Ngày đăng", "Lý do"],
    partners: "Tin đã gửi cho các đối tác",
    partner_columns: [
        "Đơn vị",
        "Bài đã gửi",
        "Đính chính sau khi gửi",
        "Rút sau khi gửi",
        "Ngày không lấy tin",
    ],
    what_is_recorded: "Theo sổ ghi nhận của máy chủ; chi tiết từng đơn vị có trong báo cáo riêng.",
    correction_sent: "đã gửi",
    not_told: "chưa được báo",
    public_feed: "Nguồn tin công khai, không ghi nhận",
    forgotten: "Không còn lưu",
    no_days: "không có ngày nào để tính",
    none: "Không có.",
};

static ENGLISH: Phrases = Phrases {
    as_of: "As of",
    totals: "Totals",
    this_period: "This period",
    change: "Change",
    numbers: [
        "Articles published",
        "Late articles, dated before the period",
        "Articles corrected",
        "Articles withdrawn",
    ],

    by_week: "Articles published by week",
    by_category: "Articles published by category",
    by_author: "Articles published by author",
    by_source: "Articles published by source",
    week: "Week",
    category: "Category",
    author: "Author",
    source: "Source",
    articles: "Articles",
    in_figures: "In figures",
    running: "not over yet",
    no_author: "No author named",
    not_read: "Article not read yet",
    several_categories: "An article in several categories counts in each.",
    several_authors: "An article of several authors counts for each.",

    published: "List of articles published",
    published_columns: ["Published", "Article", "Category", "Author (source)"],
    late: "Late articles, dated before the period",
    late_columns: ["Dated", "Came out", "Article", "Category", "Author (source)"],
    what_late_means: "These are dated into an earlier period, but came out after that had closed; so they are noted here.",
    corrected: "Articles corrected",
    corrected_columns: ["Corrected", "Article", "What was wrong"],
    withdrawn: "Articles withdrawn",
    withdrawn_columns: ["Withdrawn", "Article", "Published", "Reason"],
    partners: "What partners were sent",
    partner_columns: [
        "Organisation",
        "Articles delivered",
        "Corrected after delivery",
        "Withdrawn after delivery",
        "Days without a fetch",
    ],
    what_is_recorded: "From the server's record; a report on each partner has the details.",
    correction_sent: "correction sent",
    not_told: "not told",
    public_feed: "Public feed, not recorded",
    forgotten: "No longer kept",
    no_days: "no day counts",
    none: "None.",
};

/// The heading of all; in an open period, up to which day it goes.
pub(super) fn title(language: Language, period: &str, up_to: Option<&str>) -> String {
    match (language, up_to) {
        (Language::Vi, None) => format!("Báo cáo trao đổi thông tin {period}"),
        (Language::Vi, Some(day)) => format!("Báo cáo trao đổi thông tin {period} (đến ngày {day})"),
        (Language::En, None) => format!("Report on the exchange of information in {period}"),
        (Language::En, Some(day)) => {
            format!("Report on the exchange of information in {period} (so far, up to {day})")
        }
    }
}

/// From which to which day it goes, both included.
pub(super) fn reach(language: Language, first: &str, last: &str) -> String {
    match language {
        Language::Vi => format!("Từ ngày {first} đến hết ngày {last}"),
        Language::En => format!("From {first} to the end of {last}"),
    }
}

/// The same while it is open.
pub(super) fn reach_so_far(language: Language, first: &str, now: &str) -> String {
    match language {
        Language::Vi => format!("Từ ngày {first} đến {now}"),
        Language::En => format!("From {first} to {now}"),
    }
}

/// The column of the period before.
pub(super) fn before(language: Language, period: &str) -> String {
    match language {
        Language::Vi => format!("Kỳ trước ({period})"),
        Language::En => format!("Period before ({period})"),
    }
}

/// That the numbers are not the last ones.
pub(super) fn still_open(language: Language, now: &str) -> String {
    match language {
        Language::Vi => {
            format!("Kỳ này chưa kết thúc: số liệu kỳ này mới tính đến {now}, còn kỳ trước là của cả kỳ.")
        }
        Language::En => {
            format!(
                "The period is not over: its numbers are those up to {now}, those of the period before are of all of it."
            )
        }
    }
}

/// That some articles have not been read yet.
pub(super) fn unread(language: Language, count: usize) -> String {
    match (language, count) {
        (Language::Vi, _) => format!(
            "Có {count} bài chưa đọc được nội dung: danh mục ghi phần cuối địa chỉ thay cho tiêu đề, và chưa biết nguồn của bài."
        ),
        (Language::En, 1) => "One article has not been read yet: the end of its address stands for its title, and its source is not known.".to_owned(),
        (Language::En, _) => format!(
            "{count} articles have not been read yet: the ends of their addresses stand for their titles, and their sources are not known."
        ),
    }
}

/// A number, and how many of them fared so.
pub(super) fn of_which(count: &str, what: &str, of_them: &str) -> String {
    format!("{count} ({what}: {of_them})")
}

/// How many of the days that count.
pub(super) fn of_days(language: Language, silent: &str, days: &str) -> String {
    match language {
        Language::Vi => format!("{silent} trên {days} ngày"),
        Language::En => format!("{silent} of {days}"),
    }
}

/// What the chart of weeks shows, for who cannot see it.
pub(super) fn weeks_described(
    language: Language,
    weeks: usize,
    most: &str,
    when: &str,
    empty: usize,
) -> String {
    match language {
        Language::Vi => {
            let empty =
                if empty == 0 { String::new() } else { format!(" {empty} tuần không có bài nào.") };
            format!("Biểu đồ cột, {weeks} tuần. Nhiều nhất: {when}, {most} bài.{empty}")
        }
        Language::En => {
            let empty = match empty {
                0 => String::new(),
                1 => " One week has none.".to_owned(),
                empty => format!(" {empty} weeks have none."),
            };
            let plural = if weeks == 1 { "" } else { "s" };
            format!("Column chart of {weeks} week{plural}. Most: {when}, {most}.{empty}")
        }
    }
}

/// What the chart of categories shows, for who cannot see it.
pub(super) fn categories_described(language: Language, bars: &str) -> String {
    match language {
        Language::Vi => format!("Biểu đồ thanh ngang: {bars}."),
        Language::En => format!("Bar chart: {bars}."),
    }
}

/// That a chart does not show all categories.
pub(super) fn further_categories(language: Language, count: usize) -> String {
    match language {
        Language::Vi => {
            format!("Biểu đồ chỉ vẽ những chuyên mục nhiều bài nhất; còn {count} chuyên mục khác, xem bảng.")
        }
        Language::En => {
            format!("The chart has those with most articles; the table has {count} more categories.")
        }
    }
}
