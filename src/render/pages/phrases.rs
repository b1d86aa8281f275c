use crate::words::{Content, Feed, Language};

/// What bantin itself says on a page, in one language.
pub struct Phrases {
    pub newest: &'static str,
    pub newest_round_ups: &'static str,
    pub latest_from: &'static str,
    pub nothing_yet: &'static str,
    pub subscribe: &'static str,
    pub what_a_feed_is: &'static str,
    pub with_your_reader: &'static str,
    pub this_is_a_feed: &'static str,
    pub copy_an_address: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub copy_by_hand: &'static str,
    pub or_open_it_in: &'static str,
    pub app_on_this_device: &'static str,
    pub in_a_program: &'static str,
    pub feeds: &'static str,
    pub categories: &'static str,
    pub tags: &'static str,
    pub authors: &'static str,
    pub most_used: &'static str,
    pub everything: &'static str,
    pub opml: &'static str,
    pub updated: &'static str,
    pub original_at: &'static str,
    pub listen: &'static str,
    pub download_audio: &'static str,
    pub download_video: &'static str,
    pub download_file: &'static str,
    pub more_like_this: &'static str,
    pub to_the_home_page: &'static str,
    pub to_the_newest: &'static str,
    pub round_ups: &'static str,
    pub to_the_round_ups: &'static str,
    pub summed_up: &'static str,
    pub reason: &'static str,
}

impl Phrases {
    pub fn of(language: Language) -> &'static Self {
        language.choose(&VIETNAMESE, &ENGLISH)
    }
}

static VIETNAMESE: Phrases = Phrases {
    newest: "Bài mới nhất",
    newest_round_ups: "Bản tổng hợp mới nhất",
    latest_from: "Tin mới của",
    nothing_yet: "Chưa có bài nào.",
    subscribe: "Theo dõi",
    what_a_feed_is: "Sao chép một địa chỉ dưới đây vào trình đọc tin của bạn: bài mới sẽ tự đến, không cần tài khoản hay thư điện tử.",
    with_your_reader: "Mở bằng trình đọc tin của bạn",
    this_is_a_feed: "Đây là nguồn tin: trình đọc tin ghé địa chỉ này đều đặn và tự mang bài mới về cho bạn.",
    copy_an_address: "Ba định dạng mang cùng một nội dung; nếu chưa biết chọn gì, hãy dùng RSS. Bấm vào một địa chỉ để chọn cả dòng, rồi sao chép.",
    copy: "Sao chép",
    copied: "Đã sao chép",
    copy_by_hand: "Đã chọn sẵn; hãy tự sao chép",
    or_open_it_in: "Hoặc mở ngay bằng:",
    app_on_this_device: "Ứng dụng trên máy này",
    in_a_program: "Với Thunderbird, Outlook hoặc một ứng dụng khác: sao chép địa chỉ RSS rồi dán vào chỗ thêm nguồn tin của ứng dụng.",
    feeds: "Các nguồn tin",
    categories: "Chuyên mục",
    tags: "Thẻ",
    authors: "Tác giả",
    most_used: "Trên đây là những mục có nhiều bài nhất.",
    everything: "Tất cả bài viết",
    opml: "Danh sách nguồn tin (OPML)",
    updated: "Cập nhật",
    original_at: "Bài gốc đăng tại",
    listen: "Nghe bài này",
    download_audio: "Tải bản ghi âm",
    download_video: "Tải video",
    download_file: "Tải tệp đính kèm",
    more_like_this: "Theo dõi chuyên mục",
    to_the_home_page: "Về trang chủ",
    to_the_newest: "Xem các bài mới nhất",
    round_ups: "Bản tổng hợp theo kỳ",
    to_the_round_ups: "Xem các bản tổng hợp mới nhất",
    summed_up: "Tổng hợp từ:",
    reason: "Lý do:",
};

static ENGLISH: Phrases = Phrases {
    newest: "Latest articles",
    newest_round_ups: "Latest round-ups",
    latest_from: "Latest from",
    nothing_yet: "No articles yet.",
    subscribe: "Subscribe",
    what_a_feed_is: "Copy one of these addresses into your feed reader and new articles come to you by themselves, without an account or e-mail.",
    with_your_reader: "Open in your feed reader",
    this_is_a_feed: "This is a feed: your feed reader visits this address regularly and brings new articles to you.",
    copy_an_address: "All three formats carry the same; if in doubt, take RSS. Click an address to select all of it, then copy.",
    copy: "Copy",
    copied: "Copied",
    copy_by_hand: "Selected; please copy it yourself",
    or_open_it_in: "Or open it right away in:",
    app_on_this_device: "An app on this device",
    in_a_program: "For Thunderbird, Outlook or another program: copy the RSS address and paste it where the program adds a feed.",
    feeds: "Feeds",
    categories: "Categories",
    tags: "Tags",
    authors: "Authors",
    most_used: "These are the ones with the most articles.",
    everything: "All articles",
    opml: "List of feeds (OPML)",
    updated: "Updated",
    original_at: "First published at",
    listen: "Listen to this article",
    download_audio: "Download the recording",
    download_video: "Download the video",
    download_file: "Download the attached file",
    more_like_this: "Follow the category",
    to_the_home_page: "Go to the home page",
    to_the_newest: "See the latest articles",
    round_ups: "Round-ups",
    to_the_round_ups: "See the latest round-ups",
    summed_up: "The feed they sum up:",
    reason: "Reason:",
};

/// How much of how many articles a feed carries, as a sentence.
pub fn carries(language: Language, feed: &Feed) -> String {
    let latest = newest(language, feed);
    match (language, feed.content) {
        (Language::Vi, Content::Full) => format!("Nguồn tin này mang {latest}, đầy đủ nội dung."),
        (Language::Vi, Content::Summary) => format!("Nguồn tin này mang phần tóm tắt của {latest}."),
        (Language::Vi, Content::Titles) => format!("Nguồn tin này mang tiêu đề và liên kết của {latest}."),
        (Language::En, Content::Full) => format!("It carries the {latest}, in full."),
        (Language::En, Content::Summary) => format!("It carries summaries of the {latest}."),
        (Language::En, Content::Titles) => format!("It carries titles and links of the {latest}."),
    }
}

/// Which articles of those that are meant, within a sentence.
pub fn newest(language: Language, feed: &Feed) -> String {
    let limit = feed.limit;
    match (language, feed.days) {
        (Language::Vi, None) => format!("{limit} bài mới nhất"),
        (Language::Vi, Some(1)) => format!("{limit} bài mới nhất trong 24 giờ qua"),
        (Language::Vi, Some(days)) => format!("{limit} bài mới nhất trong {days} ngày qua"),
        (Language::En, None) => format!("latest articles, up to {limit}"),
        (Language::En, Some(1)) => format!("latest articles of the last 24 hours, up to {limit}"),
        (Language::En, Some(days)) => format!("latest articles of the last {days} days, up to {limit}"),
    }
}

/// How many articles, in words.
pub fn articles(language: Language, count: usize) -> String {
    match (language, count) {
        (Language::Vi, _) => format!("{count} bài"),
        (Language::En, 1) => "1 article".to_owned(),
        (Language::En, _) => format!("{count} articles"),
    }
}

/// How many round-ups, in words.
pub fn round_ups(language: Language, count: usize) -> String {
    match (language, count) {
        (Language::Vi, _) => format!("{count} bản"),
        (Language::En, 1) => "1 round-up".to_owned(),
        (Language::En, _) => format!("{count} round-ups"),
    }
}

/// A number as people write it.
pub fn number(language: Language, number: usize) -> String {
    let digits = number.to_string();
    let mark = match language {
        Language::Vi => '.',
        Language::En => ',',
    };
    let mut written = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(mark);
        }
        written.push(digit);
    }
    written
}

/// A length in bytes, as people read it: `78 KB`, `1,2 MB`.
pub fn size(language: Language, bytes: u64) -> String {
    if bytes < 1_000_000 {
        return format!("{} KB", bytes.div_ceil(1000));
    }
    let (unit, name) = if bytes < 1_000_000_000 { (1_000_000, "MB") } else { (1_000_000_000, "GB") };
    let tenths = bytes.div_ceil(unit / 10);
    let point = match language {
        Language::Vi => ',',
        Language::En => '.',
    };
    format!("{}{point}{} {name}", tenths / 10, tenths % 10)
}
